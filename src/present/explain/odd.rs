//! Anomalies in words.

use super::words::{address, named, url};
use crate::explain::{Anomaly, Explanation, Quiet};
use crate::present::styled_text::{clean, instant, span};

/// What is odd, in one or two sentences.
#[allow(clippy::too_many_lines, reason = "one arm for each")]
pub(super) fn words(call: &Explanation<'_>, anomaly: &Anomaly) -> String {
    let path = |entry: usize| clean(&call.outline.steps[entry].path);
    let dial = |dial: usize| path(call.outline.dials[dial].entry);
    let leg = |leg: usize| address(call.record().dialled[leg].to.as_deref().unwrap_or("?"));
    match anomaly {
        Anomaly::SlowFetch(index) => {
            let fetch = &call.outline.fetches[*index];
            let took = fetch.took.map_or_else(|| "long".to_owned(), span);
            let limit = fetch
                .timeout
                .map(|limit| format!(", with a timeout of {}", span(limit)));
            format!(
                "{} took {took} to fetch {}{}. The caller hears nothing during that time.",
                path(fetch.entry),
                url(&fetch.url),
                limit.unwrap_or_default()
            )
        }
        Anomaly::LostParameters(index) => {
            let fetched = call.record().fetched.iter().flatten().nth(*index);
            let redirect = fetched.and_then(|fetched| Some((fetched, fetched.redirect.as_ref()?)));
            redirect.map_or_else(String::new, |(fetched, redirect)| {
                format!(
                    "{} fetched {} and was redirected to {}. The redirect lost these parameters: {}.",
                    path(fetched.entry),
                    url(&fetched.url),
                    url(&redirect.to),
                    clean(&redirect.lost.join(", "))
                )
            })
        }
        Anomaly::DeadAir { from, lasts, quiet } => {
            let lasts = span(*lasts);
            let during = match quiet {
                Quiet::Fetch(entry) => format!("while {} waited for the server", path(*entry)),
                Quiet::Dial(entry) => format!(
                    "while {} dialled and the phone did not ring yet",
                    path(*entry)
                ),
                Quiet::Wait(entry) => format!("while {} waited, as the flow says", path(*entry)),
                Quiet::Recording(entry) => format!("while {} waited for a recording", path(*entry)),
                Quiet::Nothing => "while no command was running".to_owned(),
            };
            format!(
                "Silence: the caller heard nothing for {lasts}, starting at {}, {during}.",
                instant(*from)
            )
        }
        Anomaly::NoHandler { entry, told } => {
            let then = match told {
                Some(true) => ": the flow continued as if nothing had happened",
                Some(false) => ": the caller was not told",
                None => "; it is not known whether the caller was told",
            };
            format!("{} failed and has no Error block{then}.", path(*entry))
        }
        Anomaly::OtherCause {
            dial: index,
            reason,
            leg: (index_of_leg, cause),
        } => format!(
            "{} gives {} as its reason, but its leg to {} ended with {}.",
            dial(*index),
            named(*reason),
            leg(*index_of_leg),
            named(*cause)
        ),
        Anomaly::AnsweredAndFailed {
            dial: index,
            leg: index_of_leg,
        } => format!(
            "{} failed, although its leg to {} was answered.",
            dial(*index),
            leg(*index_of_leg)
        ),
        Anomaly::EndedBeforeLeg {
            dial: index,
            leg: index_of_leg,
            by,
        } => format!(
            "{} ended {} before its leg to {} was hung up.",
            dial(*index),
            span(*by),
            leg(*index_of_leg)
        ),
        Anomaly::NoLeg(index, to) => format!(
            "{} has no leg for its destination {}: it was never tried, or its row is missing.",
            dial(*index),
            address(to)
        ),
        Anomaly::NoDial(index) => format!(
            "The leg to {} does not belong to a command in the log.",
            leg(*index)
        ),
        Anomaly::CauseTwice {
            leg: index,
            code,
            name,
        } => {
            let whose = match index {
                Some(index) => format!("The leg to {}", leg(*index)),
                None => "The call".to_owned(),
            };
            format!(
                "{whose} has {code} as its q850_cause and {} as the name of the cause, which do not match.",
                clean(name)
            )
        }
        Anomaly::SaysTwoThings {
            entry,
            key,
            entry_says,
            tree_says,
        } => format!(
            "{} contradicts itself: the {key} of the entry is `{}`, but the {key} of its command is `{}`.",
            path(*entry),
            clean(entry_says),
            clean(tree_says)
        ),
        Anomaly::EndsBeforeBegin(entry) => {
            format!("{} was last changed before it began.", path(*entry))
        }
        Anomaly::OutOfOrder(entry) => {
            format!(
                "{} is in the log after an entry that began later.",
                path(*entry)
            )
        }
        Anomaly::OpenButChanged(entry, by) => format!(
            "{} is still queued, but its entry was changed {} after it began.",
            path(*entry),
            span(*by)
        ),
        Anomaly::Duration { says, is } => {
            format!("The event says {says} s, but its times give {is} s.")
        }
        Anomaly::Published(remark) => clean(&call.record().remarks[*remark].text),
        Anomaly::LostRecording(entry) => format!(
            "{} succeeded, but its recording is not in the records of the call.",
            path(*entry)
        ),
    }
}

/// The word for programs.
pub(super) fn kind(call: &Explanation<'_>, anomaly: &Anomaly) -> &'static str {
    match anomaly {
        Anomaly::Published(remark) => call.record().remarks[*remark].kind,
        Anomaly::SlowFetch(_) => "slow-fetch",
        Anomaly::LostParameters(_) => "lost-parameters",
        Anomaly::DeadAir { .. } => "dead-air",
        Anomaly::NoHandler { .. } => "no-handler",
        Anomaly::OtherCause { .. } => "other-cause",
        Anomaly::AnsweredAndFailed { .. } => "answered-and-failed",
        Anomaly::EndedBeforeLeg { .. } => "ended-before-leg",
        Anomaly::NoLeg(..) => "no-leg",
        Anomaly::NoDial(_) => "no-dial",
        Anomaly::CauseTwice { .. } => "cause-twice",
        Anomaly::SaysTwoThings { .. } => "says-two-things",
        Anomaly::EndsBeforeBegin(_) => "ends-before-begin",
        Anomaly::OutOfOrder(_) => "out-of-order",
        Anomaly::OpenButChanged(..) => "open-but-changed",
        Anomaly::Duration { .. } => "duration",
        Anomaly::LostRecording(_) => "lost-recording",
    }
}
