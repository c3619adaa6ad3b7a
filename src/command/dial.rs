//! `<Dial>`

use std::borrow::Cow;

use super::traits::{Describe, Heard, Traits};
use super::{Contains, Example};
use crate::channel::{Action, Behavior, CommandContext, Outcome, Ring, timing};
use crate::fidelity::{Assumption, Reading};
use crate::value::{CallerId, Millis, Positive, Text};

command! {
    /// Calls one or more destinations and bridges the first that answers.
    ///
    /// When the callee hangs up, the flow continues after the Dial. When the caller hangs up, the
    /// outbound leg ends too. If no destination answers, its Error block runs.
    Dial {
        /// How long the destinations may ring.
        timeout: Millis = Millis(TIMEOUT), Observed, assumed(Assumption::DialDefaults), seconds_below(1000);
        /// How many times the destinations are tried.
        max_call_attempts: Positive = Positive(1), Observed, assumed(Assumption::DialDefaults);
        /// The longest conversation that is allowed.
        max_call_duration: Option<Millis>, Observed, assumed(Assumption::DialDefaults), seconds_below(4000);
        /// The caller ID to send; if you leave it out, the number of the caller.
        from: Option<CallerId>, Observed, unwritten;
        /// Seen in customers' code of 2021; it is not known what it does now.
        record: Option<Text>, Older;
    }
    compiled {
        /// The caller ID to send, without `+`; a JSON number if it only has digits.
        from: |dial, caller| Some(dial.caller_id(caller));
    }
    spec {
        page: "less-than-dial-greater-than",
        complete: false,
        contains: Contains::Destinations,
        examples: &[
            Example {
                title: "Ring a desk, and offer voicemail if nobody answers",
                xml: r#"<Response><Dial timeout="20000"><To destination="anna@sip.example.com"/><Error><Say>Please leave a message.</Say><Tone/><Record tag="voicemail"><Pause length="60000"/></Record></Error></Dial></Response>"#,
            },
            Example {
                title: "Ring two phones at once",
                xml: r#"<Response><Dial><To>anna@sip.example.com</To><To>12025550143</To><Error><Say>Nobody is in.</Say></Error></Dial></Response>"#,
            },
        ],
    }
}

/// How long the destinations may ring where nothing is said, in milliseconds (`dial-defaults`).
const TIMEOUT: u64 = 60_000;

impl Dial {
    fn caller_id(&self, caller: &str) -> CallerId {
        self.from.clone().unwrap_or_else(|| CallerId(caller.into()))
    }

    fn ring(&self, context: &mut CommandContext<'_>) -> Action {
        let mut to = context.children.destinations.clone();
        let turns = usize::from(context.progress.stage);
        if to.len() > 1 {
            context.assume(Assumption::DialFork);
        }
        if context.is(Reading::DialInTurn) && to.len() > 1 {
            to = to.into_iter().skip(turns).take(1).collect();
        }
        if self.record.is_some() {
            context.assume(Assumption::DialRecord);
        }
        let after = match (context.progress.attempt, turns) {
            (0, _) | (_, 1..) => 0,
            _ => timing::DIAL_RETRY,
        };
        if turns == 0 {
            context.progress.attempt += 1;
        }
        Action::Ring(Ring {
            to,
            from: self.caller_id(&context.facts.from).without_plus().into(),
            after,
            at_most: context.time_out(self.timeout.0, TIMEOUT),
        })
    }
}

/// How many destinations there are.
fn destinations(context: &CommandContext<'_>) -> usize {
    context.children.destinations.len()
}

/// Whether there is another destination to be rung in its turn, which is then the next; otherwise the
/// first is (`dial-fork`).
fn has_next(context: &mut CommandContext<'_>) -> bool {
    let count = destinations(context);
    // A Dial of more destinations than that rings the first 255.
    let next = context.progress.stage.saturating_add(1);
    let has_next = next < u8::MAX && usize::from(next) < count;
    context.progress.stage = if has_next { next } else { 0 };
    has_next
}

impl Behavior for Dial {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        self.ring(context)
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        let (attempt, attempts) = (context.progress.attempt, self.max_call_attempts.0);
        match outcome {
            Outcome::Answered => {
                let mut at_most = self.max_call_duration.map(|limit| limit.0);
                if at_most == Some(0) {
                    context.assume(Assumption::DurationZero);
                    if context.is(Reading::DurationZeroUnlimited) {
                        at_most = None;
                    }
                }
                Action::Bridge { at_most }
            }
            Outcome::NotAnswered(cause) => {
                if context.is(Reading::DialInTurn) && has_next(context) {
                    return self.ring(context);
                }
                context.assume(Assumption::DialAttempts);
                if attempt < attempts {
                    return self.ring(context);
                }
                let (attempt, attempts) = if context.is(Reading::DialCountsDestinations) {
                    let all = destinations(context);
                    (all, all)
                } else {
                    (attempt as usize, attempts as usize)
                };
                // Observed, to the letter, with `NO_USER_RESPONSE` and `1/1`.
                Action::Failed(Cow::Owned(format!(
                    "[originate] ERR {}. no any destinations are accept the call {attempt}/{attempts}",
                    cause.name()
                )))
            }
            _ => {
                context.assume(Assumption::SuccessReasons);
                Action::Done(Cow::Owned(format!("call bridged {attempt}/{attempts}")))
            }
        }
    }
}

impl Describe for Dial {
    fn traits(&self) -> Traits<'_> {
        Traits {
            fails: Some("nobody may answer"),
            heard: Heard::Person,
            attempts: Some(("max_call_attempts", self.max_call_attempts.0)),
            ..Traits::default()
        }
    }
}
