//! A call that was published as a conversation: what was said is known, and by which commands is not.
//!
//! The agent's turns become a flow that speaks, asks for keys and records what the other side says: one
//! that may have led to this conversation, and no more.

use std::sync::Arc;
use std::time::Duration;

use super::{OpenQuestion, Recovered, RecoveredDocument, Unrecoverable};
use crate::command::Written;
use crate::command::dialogue::{asked, flow as response, played, recorded, silence, spoken};
use crate::diagnostic::any_error;
use crate::expect::{Snapshots, judge};
use crate::flow;
use crate::record::{EndedBy, Record, Speaker, Turn};
use crate::scenario::{
    Expect, ExpectedEnd, HangUp, Listed, PathPattern, Pattern, Press, PressKeys, Scenario, Spanned,
};
use crate::wire;
use crate::xml;

/// How long the caller has to answer, in milliseconds.
const ANSWER: u64 = 5000;

/// How long after the beginning of its turn the caller speaks.
const AFTER: Duration = Duration::from_secs(1);

/// The longest silence of a rebuilt flow, in milliseconds.
const LONGEST_WAIT: u64 = 3_600_000;

/// The name of the flow.
const NAME: &str = "flow.xml";

/// Rebuilds a call from its turns.
pub(super) fn recover(
    record: &Record,
    turns: &[Turn],
    mut scenario: Scenario,
) -> Result<Recovered, Unrecoverable> {
    let mut rebuilt = Rebuilt::default();
    for (index, turn) in turns.iter().enumerate() {
        rebuilt.turn(index, turn, &mut scenario);
    }
    rebuilt.flush();
    rebuilt.end(record, &mut scenario);
    let comment = "Rebuilt from a conversation. The words are as published; it is not known which commands spoke them, and when.";
    let text = response(rebuilt.commands).to_document(comment);
    let (document, mut findings) = xml::read(NAME, text.as_bytes());
    let (flow, more) = flow::compile(document);
    findings.extend(more);
    if any_error(&findings) {
        return Err(Unrecoverable::Broken(NAME.to_owned(), text));
    }
    scenario.flow = Some(Spanned::bare(NAME.into()));
    scenario.vendor = wire::kept(record);
    let hears = rebuilt.hears.into_iter();
    let hears = hears.map(|words| Spanned::bare(Listed::One(Pattern::literal(&words))));
    let ended_by = match record.ended_by {
        Some(EndedBy::Caller | EndedBy::Callee) => Some(ExpectedEnd::Caller),
        Some(_) | None => None,
    };
    scenario.expect = Some(Expect {
        ended_by: ended_by.map(Spanned::bare),
        hears: Some(Spanned::bare(hears.collect())),
        ..Expect::default()
    });
    let open = rebuilt.open;
    let mut recovered = Recovered {
        documents: vec![RecoveredDocument {
            name: NAME.to_owned(),
            xml: text,
            flow: Arc::new(flow),
        }],
        scenario,
        open,
    };
    leave_out_what_fails(&mut recovered);
    let why = "the call was published as a conversation: this flow is only one that is possible";
    recovered.open.insert(0, question(why));
    Ok(recovered)
}

/// Plays the rebuilt call, and takes back what does not hold in it: a test that fails from the
/// beginning says nothing of the flow.
fn leave_out_what_fails(recovered: &mut Recovered) {
    let failed = match recovered.run() {
        Some(run) if run.limit.is_none() => {
            let mut expected = recovered.scenario.expect.clone().unwrap_or_default();
            let mut failed = Vec::new();
            let holds =
                |expect: &Expect| judge(expect, &run.record, &Snapshots::default()).is_empty();
            let ended_by = Expect {
                ended_by: expected.ended_by.clone(),
                ..Expect::default()
            };
            if !holds(&ended_by) {
                expected.ended_by = None;
                failed.push("who ended the call: in the rebuilt call it is somebody else");
            }
            let hears = Expect {
                hears: expected.hears.clone(),
                ..Expect::default()
            };
            if !holds(&hears) {
                expected.hears = None;
                failed.push("when everything was said: not all of it is heard in the rebuilt call");
            }
            recovered.scenario.expect = Some(expected);
            failed
        }
        _ => {
            recovered.scenario.expect = None;
            vec!["how long the call took: the rebuilt call does not end"]
        }
    };
    recovered.open.extend(failed.into_iter().map(question));
}

fn question(why: &str) -> OpenQuestion {
    OpenQuestion {
        path: "".into(),
        why: why.into(),
    }
}

/// The flow so far.
#[derive(Default)]
struct Rebuilt {
    commands: Vec<Written>,
    /// What is spoken, and may turn out to be the prompt of a menu.
    prompts: Vec<(usize, Written)>,
    hears: Vec<String>,
    /// The last turn that has a command.
    last: Option<usize>,
    open: Vec<OpenQuestion>,
}

/// The tag of a turn's command.
fn tag(index: usize) -> String {
    format!("turn-{}", index + 1)
}

fn named(index: usize) -> Option<PathPattern> {
    PathPattern::new(&format!("#{}", tag(index)))
}

impl Rebuilt {
    fn turn(&mut self, index: usize, turn: &Turn, scenario: &mut Scenario) {
        let Some(text) = Some(turn.text.trim()).filter(|text| !text.is_empty()) else {
            return;
        };
        let when = named(index).map(Spanned::bare);
        match &turn.who {
            Speaker::Agent => {
                let command = if let Some(file) = done(text, "plays ") {
                    let url = format!("https://recovered.invalid/{file}");
                    self.hears.push(url.clone());
                    let why = format!("where {file} is");
                    self.open.push(question(&why));
                    played(&url)
                } else {
                    self.hears.push(text.to_owned());
                    spoken(text)
                };
                self.prompts.push((index, command));
            }
            Speaker::User | Speaker::Other(_) => {
                let keys = done(text, "pressed ").filter(|keys| PressKeys::new(keys).is_some());
                if let Some(keys) = keys {
                    let prompts = self.prompts.drain(..);
                    let prompts = prompts.map(|(at, command)| command.tagged(&tag(at)));
                    let menu = asked(prompts.collect(), keys).tagged(&tag(index));
                    self.commands.push(menu);
                    let pressed = PressKeys::new(keys).unwrap_or_else(PressKeys::silence);
                    scenario.presses.push(Press {
                        when,
                        ..Press::new(pressed)
                    });
                } else {
                    self.flush();
                    let answer = recorded(vec![silence(ANSWER)]).tagged(&tag(index));
                    self.commands.push(answer);
                    scenario.presses.push(Press {
                        when,
                        after: Some(AFTER),
                        says: Some(text.to_owned()),
                        ..Press::new(PressKeys::silence())
                    });
                }
            }
        }
        self.last = Some(index);
    }

    /// Of a call in which nothing was said, the flow waits for the caller to hang up: at the time that
    /// is known, or else at the end of the command whose name this gives.
    fn wait(&mut self, record: &Record, scenario: &mut Scenario) -> Option<PathPattern> {
        const TAG: &str = "waiting";
        let end = record.ended().filter(|end| *end > 0);
        // The wait begins after the call did, so it is still going on then.
        let length = end.unwrap_or(ANSWER).clamp(1, LONGEST_WAIT);
        self.commands.push(silence(length).tagged(TAG));
        let why = "what the caller heard, and whether a command had begun: rebuilt as silence";
        self.open.push(question(why));
        match end.filter(|end| *end <= LONGEST_WAIT) {
            Some(end) => {
                scenario.caller.hangup_after = Some(Duration::from_millis(end));
                None
            }
            None => PathPattern::new(&format!("#{TAG}")),
        }
    }

    /// What was spoken is no prompt of a menu.
    fn flush(&mut self) {
        let prompts = self.prompts.drain(..);
        self.commands
            .extend(prompts.map(|(at, command)| command.tagged(&tag(at))));
    }

    /// How the call ended.
    fn end(&mut self, record: &Record, scenario: &mut Scenario) {
        match record.ended_by {
            Some(EndedBy::Caller | EndedBy::Callee) => {
                let last = self.last.and_then(named);
                let Some(when) = last.or_else(|| self.wait(record, scenario)) else {
                    return;
                };
                // As the command ends, and before anything behind it.
                scenario.caller.hangup = Some(HangUp {
                    after_end: Some(Duration::ZERO),
                    ..HangUp::new(when)
                });
            }
            Some(EndedBy::Agent | EndedBy::FlowEnd | EndedBy::Command(_)) => {}
            Some(EndedBy::MaxLength | EndedBy::Transfer) | None => {
                let word = record.end_word.as_ref().map(|end| &*end.word);
                let word = word.filter(|word| !word.is_empty()).unwrap_or("not said");
                let why = format!(
                    "how the call ended ({word}): in the rebuilt call, the flow reaches its end"
                );
                self.open.push(question(&why));
            }
        }
    }
}

/// What was done, of a turn in square brackets.
fn done<'t>(text: &'t str, verb: &str) -> Option<&'t str> {
    text.strip_prefix('[')?
        .strip_suffix(']')?
        .strip_prefix(verb)
}
