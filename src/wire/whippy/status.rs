//! How a call ended, in this vendor's words: what follows the last dot of `delivery_status`, whatever
//! is before it. Only `call_completed` is published there, and what is written of a call that never
//! connected is not known.
//!
//! Two words are published, the others are most likely those of the voice engine below
//! (`whippy-status`).

use crate::channel::cause::Cause;
use crate::record::{EndedBy, Outline, Record};

/// What stands there while the call goes on.
pub(super) const IN_PROGRESS: &str = "call_in_progress";

/// What stands there when it is over.
pub(super) const COMPLETED: &str = "call_completed";

/// A way to end, in this vendor's word.
pub(super) struct EndStatus {
    /// The word behind the dot.
    pub(super) word: &'static str,
    /// What it means.
    pub(super) means: &'static str,
    /// Whether the call never came about.
    pub(super) never_connected: bool,
    /// Who ended it, where the word says so.
    pub(super) by: Option<EndedBy>,
    /// The cause of a leg that was refused.
    pub(super) cause: Option<Cause>,
}

impl EndStatus {
    /// Whether it says that something failed: the call never came about, or broke off.
    pub(super) fn is_failure(&self) -> bool {
        self.never_connected || self.word.starts_with("error_")
    }
}

const fn talk(word: &'static str, means: &'static str, by: Option<EndedBy>) -> EndStatus {
    EndStatus {
        word,
        means,
        never_connected: false,
        by,
        cause: None,
    }
}

const fn dial(word: &'static str, means: &'static str, cause: Option<Cause>) -> EndStatus {
    EndStatus {
        word,
        means,
        never_connected: true,
        by: None,
        cause,
    }
}

/// Every word that a document names.
pub(super) const ALL: &[EndStatus] = &[
    talk("user_hangup", "the user hung up", Some(EndedBy::Caller)),
    talk("agent_hangup", "the agent hung up", Some(EndedBy::Agent)),
    talk(
        "call_transfer",
        "the call was transferred",
        Some(EndedBy::Transfer),
    ),
    talk("voicemail_reached", "a voicemail box answered", None),
    talk("ivr_reached", "an automatic menu answered", None),
    talk("inactivity", "nobody spoke any more", None),
    talk(
        "max_duration_reached",
        "the maximum call length was reached",
        Some(EndedBy::MaxLength),
    ),
    dial("user_declined", "the user declined the call", None),
    talk("marked_as_spam", "the call was marked as spam", None),
    talk("scam_detected", "a scam was detected", None),
    dial("concurrency_limit_reached", "too many calls at once", None),
    dial(
        "no_concurrency_fallback",
        "too many calls at once, and there is no fallback",
        None,
    ),
    dial("no_valid_payment", "the account cannot pay", None),
    dial("dial_busy", "the line was busy", Some(Cause::USER_BUSY)),
    dial("dial_failed", "the call could not be set up", None),
    dial("dial_no_answer", "nobody answered", Some(Cause::NO_ANSWER)),
    dial(
        "invalid_destination",
        "the number does not exist",
        Some(Cause::UNALLOCATED_NUMBER),
    ),
    dial(
        "telephony_provider_permission_denied",
        "the provider did not allow the call",
        None,
    ),
    dial(
        "telephony_provider_unavailable",
        "the provider could not be reached",
        None,
    ),
    dial("sip_routing_error", "there was no route for the call", None),
    talk(
        "error_llm_websocket_open",
        "the language model could not be reached",
        None,
    ),
    talk(
        "error_llm_websocket_lost_connection",
        "the connection to the language model was lost",
        None,
    ),
    talk(
        "error_llm_websocket_runtime",
        "the language model failed",
        None,
    ),
    talk(
        "error_llm_websocket_corrupt_payload",
        "the reply of the language model could not be read",
        None,
    ),
    talk("error_no_audio_received", "no audio was received", None),
    talk("error_asr", "the speech recognition failed", None),
    talk("error_retell", "the voice engine failed", None),
    talk(
        "error_unknown",
        "something failed, but it is not known what",
        None,
    ),
    dial("error_user_not_joined", "the user did not join", None),
    dial(
        "registered_call_timeout",
        "the call was prepared, but never made",
        None,
    ),
    talk(
        "transfer_bridged",
        "the call was transferred",
        Some(EndedBy::Transfer),
    ),
    talk("transfer_cancelled", "the transfer was cancelled", None),
    talk("manual_stopped", "somebody stopped the call", None),
    talk("call_take_over", "somebody took the call over", None),
];

/// The word of a status: that after the last dot, or all of it if it is one; empty in a status that
/// says only that the call is over, absent in one that does not say that.
pub(super) fn word(status: &str) -> Option<&str> {
    let last = status.rsplit_once('.').map_or(status, |(_, word)| word);
    if named(last).is_some() {
        return Some(last);
    }
    let rest = status.strip_prefix(COMPLETED)?;
    Some(rest.strip_prefix('.').unwrap_or(rest))
}

/// A word by its name.
pub(super) fn named(word: &str) -> Option<&'static EndStatus> {
    ALL.iter().find(|status| status.word == word)
}

/// How a record's call ended: the word behind the dot, where it is known.
pub(super) fn of(record: &Record) -> Option<&str> {
    if let Some(end) = &record.end_word {
        return Some(&end.word)
            .filter(|word| !word.is_empty())
            .map(|word| &**word);
    }
    if record.leg.is_outbound() && record.leg.live.is_none() && record.turns.is_none() {
        return Some(match record.leg.cause() {
            Some(Cause::USER_BUSY) => "dial_busy",
            Some(Cause::NO_ANSWER) => "dial_no_answer",
            Some(Cause::UNALLOCATED_NUMBER | Cause::INVALID_NUMBER_FORMAT) => "invalid_destination",
            _ => "dial_failed",
        });
    }
    let by = record.ended_by?;
    Some(match by {
        EndedBy::Caller | EndedBy::Callee => "user_hangup",
        EndedBy::Transfer => "call_transfer",
        EndedBy::MaxLength => "max_duration_reached",
        EndedBy::Agent | EndedBy::Command(_) | EndedBy::FlowEnd if in_bridge(record) => {
            "call_transfer"
        }
        EndedBy::Agent | EndedBy::Command(_) | EndedBy::FlowEnd => "agent_hangup",
    })
}

/// Whether the caller and another party still talked when the call ended.
fn in_bridge(record: &Record) -> bool {
    let Some(end) = record.hung_up() else {
        return false;
    };
    let outline = Outline::of(record);
    let mut legs = outline.dials.iter().filter_map(|dial| dial.answered());
    legs.any(|leg| leg.hung_up.is_none_or(|gone| gone >= end))
}
