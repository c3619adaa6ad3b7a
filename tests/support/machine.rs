//! The machine of a call on its own: what it is set up with, and what must hold of what it wrote.

use std::sync::Arc;

use callflow::call::{Call, Changes, Fact, Noted, Setup, State, Trace};
use callflow::channel::cause::Cause;
use callflow::channel::{CallState, Facts, Input, Reply};
use callflow::diagnostic::Severity;
use callflow::fidelity::Platform;
use callflow::flow::{self, Flow, Library};
use callflow::xml;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A flow without errors.
pub fn flow(text: &str) -> Arc<Flow> {
    let (document, mut findings) = xml::read("flow.xml", text.as_bytes());
    let (flow, more) = flow::compile(document);
    findings.extend(more);
    findings.retain(|finding| finding.severity == Severity::Error);
    assert!(findings.is_empty(), "{text}: {findings:?}");
    Arc::new(flow)
}

/// What a call is set up with that is created so many milliseconds after the start of 2024.
pub fn setup(start: i64) -> Setup {
    Setup {
        start: Timestamp::from_millisecond(1_704_067_200_000 + start).unwrap(),
        facts: Facts {
            from: "+12025550123".into(),
            to: "12025550199".into(),
            call: "00000000-0000-0000-0000-000000000001".into(),
            app: "00000000-0000-0000-0000-000000000002".into(),
            state: Some("NJ".into()),
            county: Some("ESSEX".into()),
        },
        auto_answer: true,
        time_zone: TimeZone::UTC,
        platform: Platform::default(),
        library: Arc::new(Library::default()),
    }
}

/// A call that has just been created.
pub fn call(text: &str) -> Call {
    Call::new(Arc::new(setup(0)), flow(text))
}

/// A reply with this status and body.
pub fn reply(status: u16, body: &str) -> Input {
    Input::Replied(Reply {
        status,
        name: "page.xml".into(),
        body: body.as_bytes().into(),
    })
}

/// What must hold of what any call has written; more of one that came to its end.
pub fn check(trace: &Trace, is_over: bool) {
    check_all(trace.since(0), trace.entries(), is_over);
}

/// A call with all that it has written, which its forks do not have.
pub struct WholeCall {
    pub call: Call,
    /// What was written before it was forked.
    before: Vec<Noted>,
}

/// A fork, which has what was written before.
impl Clone for WholeCall {
    fn clone(&self) -> Self {
        let (call, before) = (self.call.fork(), self.facts());
        Self { call, before }
    }
}

impl WholeCall {
    pub fn new(call: Call) -> Self {
        let before = Vec::new();
        Self { call, before }
    }

    /// A fork of a call that was not forked yet.
    pub fn of(call: &Call) -> Self {
        let before = call.trace().since(0).to_vec();
        let call = call.fork();
        Self { call, before }
    }

    pub fn state(&self) -> &State {
        self.call.state()
    }

    pub fn handle(&mut self, at: u64, input: Input) -> Changes {
        self.call.handle(at, input)
    }

    /// How much it has written.
    pub fn len(&self) -> usize {
        self.before.len() + self.call.trace().len()
    }

    pub fn facts(&self) -> Vec<Noted> {
        let own = self.call.trace().since(0);
        self.before.iter().chain(own).cloned().collect()
    }

    /// See [`check`].
    pub fn check(&self, is_over: bool) {
        check_all(&self.facts(), self.call.trace().entries(), is_over);
    }
}

fn check_all(facts: &[Noted], entries: usize, is_over: bool) {
    let mut before = 0;
    let mut open = Vec::new();
    let mut began = 0;
    let mut ends = 0;
    let mut inbound = CallState::Init;
    let mut legs: Vec<Option<CallState>> = Vec::new();
    // Whether each recording ended, and whether it became available.
    let mut recordings: Vec<[bool; 2]> = Vec::new();
    for noted in facts {
        assert!(before <= noted.at, "time runs backwards: {noted:?}");
        before = noted.at;
        match &noted.fact {
            Fact::Inbound(state, cause) => {
                is_next(
                    Some(inbound).filter(|_| *state != CallState::Init),
                    *state,
                    *cause,
                );
                inbound = *state;
            }
            Fact::Began { entry, depth, .. } => {
                assert_eq!((*entry, *depth), (began, open.len()), "{noted:?}");
                open.push(*entry);
                began += 1;
            }
            // Each is open only once, so each ends at most once.
            Fact::Ended { entry, .. } => {
                assert_eq!(
                    Some(*entry),
                    open.pop(),
                    "not last in, first out: {noted:?}"
                );
                assert_eq!(ends, 0, "it ends after the call: {noted:?}");
            }
            Fact::Dialled { leg, .. } => {
                assert_eq!(*leg, legs.len());
                legs.push(None);
            }
            Fact::Leg(leg, state, cause) => {
                is_next(legs[*leg], *state, *cause);
                legs[*leg] = Some(*state);
            }
            Fact::RecordingBegan { recording, .. } => {
                assert_eq!(*recording, recordings.len());
                recordings.push([false; 2]);
            }
            Fact::RecordingEnded(recording) => {
                let [ended, _] = &mut recordings[*recording];
                assert!(!std::mem::replace(ended, true), "{noted:?}");
            }
            Fact::RecordingReady(recording) => {
                let [ended, ready] = &mut recordings[*recording];
                assert!(*ended && !std::mem::replace(ready, true), "{noted:?}");
            }
            Fact::Key(..)
            | Fact::KeptKeyHeard
            | Fact::KeptKeysLost
            | Fact::Fetched { .. }
            | Fact::EarlyMedia => {}
            Fact::CallEnded(_) => ends += 1,
        }
    }
    assert_eq!(entries, began);
    if !is_over {
        return;
    }
    assert_eq!((ends, inbound), (1, CallState::Destroyed));
    let is_gone = |leg: &Option<CallState>| leg.is_some_and(|leg| leg >= CallState::Destroyed);
    assert!(legs.iter().all(is_gone), "{legs:?}");
    for [ended, ready] in recordings {
        assert!(ended && ready, "a recording is unfinished");
    }
}

/// The states of a leg come in their order, and only its end has a cause.
fn is_next(before: Option<CallState>, state: CallState, cause: Option<Cause>) {
    assert!(
        before.is_none_or(|before| before < state),
        "{before:?} to {state:?}"
    );
    assert_eq!(cause.is_some(), state == CallState::Hangup);
}
