//! Every way that a call can go: from each state every answer is tried, and equal states are gone
//! on from once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::HashSet;

use callflow::call::State;
use callflow::channel::cause::Cause;
use callflow::channel::{Delay, Destination, FetchError, Input, LegId, Need};
use callflow::drive::{Answer, LimitKind, Limits, Move, View, World, drive};
use support::machine::{WholeCall, call, check, reply};

/// More states than any of these flows has.
const MANY: usize = 20_000;

/// An instant behind those of the calls that are driven first.
const LATER: u64 = 1 << 40;

/// What the world can answer: what of it is for the states of a call to say.
struct Answers<'a> {
    /// The keys that the caller has.
    keys: &'a str,
    /// What a fetch can bring.
    pages: &'a [&'a str],
    /// The most timers that run at once: with more of them, nothing but a timer comes next. Legs go
    /// within two seconds, and a loop that dials takes longer.
    timers: usize,
}

impl Answers<'_> {
    /// Everything that can happen next.
    fn to(&self, state: &State) -> Vec<Input> {
        let mut inputs: Vec<Input> = state
            .timers()
            .iter()
            .map(|&one| Input::Timer(one))
            .collect();
        if inputs.len() > self.timers || *state.need() == Need::Timers {
            return inputs;
        }
        match state.need() {
            Need::Over => return Vec::new(),
            Need::Fetch { .. } => {
                inputs.extend(self.pages.iter().map(|page| reply(200, page)));
                inputs.push(reply(500, ""));
                inputs.push(Input::NoReply(FetchError::Refused));
            }
            Need::Ring { legs, .. } => {
                for &(leg, _) in legs {
                    inputs.extend([Input::Rings(leg), Input::Answers(leg)]);
                    inputs.push(Input::Ends(leg, Cause::USER_BUSY));
                    inputs.push(Input::Ends(leg, Cause::NO_USER_RESPONSE));
                }
            }
            Need::Bridge { leg, .. } => inputs.push(Input::Ends(*leg, Cause::NORMAL_CLEARING)),
            Need::Hear { .. } => inputs.push(Input::NoMedia),
            _ => {}
        }
        inputs.push(Input::Elapsed);
        inputs.extend(self.keys.chars().map(Input::Key));
        inputs.extend([Input::TimeLimit, Input::CallerHangsUp]);
        inputs
    }
}

/// A call in each state that it can come into, nearest first.
fn explore(from: &WholeCall, answers: &Answers<'_>) -> Vec<WholeCall> {
    let mut found = vec![from.clone()];
    let mut known = HashSet::from([from.state().clone()]);
    let mut next = 0;
    while let Some(call) = found.get(next).cloned() {
        next += 1;
        for input in answers.to(call.state()) {
            let mut call = call.clone();
            call.handle(LATER, input);
            if known.insert(call.state().clone()) {
                found.push(call);
            }
        }
        assert!(
            found.len() < MANY,
            "no end of states: {:#?}",
            found[MANY / 2].state()
        );
    }
    found
}

/// A call after so many laps, each ended by a reply that is this page. The caller presses these keys
/// in turn where one is waited for, legs are busy, timers are due at once, and the rest passes.
fn after_laps(laps: usize, page: &str, keys: &str) -> WholeCall {
    let mut call = WholeCall::new(call(page));
    let mut keys = keys.chars().cycle();
    let (mut at, mut lap) = (0, 0);
    while lap < laps {
        at += 1000;
        for timer in call.state().timers().to_vec() {
            call.handle(at, Input::Timer(timer));
        }
        let input = match call.state().need() {
            Need::Fetch { .. } => {
                lap += 1;
                reply(200, page)
            }
            Need::Collect { .. } => keys.next().map_or(Input::Elapsed, Input::Key),
            Need::Ring { legs, .. } => Input::Ends(legs[0].0, Cause::USER_BUSY),
            Need::Over => panic!("the call is over in lap {lap}: {page}"),
            _ => Input::Elapsed,
        };
        call.handle(at, input);
    }
    call
}

/// The hang-up, and after it whatever else is due.
fn hang_up(mut call: WholeCall) -> WholeCall {
    call.handle(LATER, Input::CallerHangsUp);
    while *call.state().need() != Need::Over {
        let input = match (call.state().timers().first(), call.state().need()) {
            (Some(&timer), _) => Input::Timer(timer),
            // The platform sees a hang-up as soon as the leg has come to life.
            (
                None,
                Need::PlatformDelay {
                    delay: Delay::Init, ..
                },
            ) => Input::Elapsed,
            (None, _) => panic!("it cannot end: {:#?}", call.state()),
        };
        call.handle(LATER, input);
    }
    call
}

/// A flow that comes back to itself as its last act has as many states after a few laps as after
/// many, and can end from each of them.
fn comes_back(page: &str, keys: &str) {
    let answers = Answers {
        keys: "12#",
        pages: &[page],
        timers: 3,
    };
    let few = after_laps(3, page, keys);
    assert!(few.state() == after_laps(4, page, keys).state(), "{page}");
    let found = explore(&few, &answers);
    let many = explore(&after_laps(9, page, keys), &answers);
    let states = |found: &[WholeCall]| -> HashSet<State> {
        found.iter().map(|call| call.state().clone()).collect()
    };
    assert_eq!(found.len(), many.len(), "{page}");
    assert!(states(&found) == states(&many), "{page}");
    // From a new call on there are no others but those of its beginning.
    let from_new = explore(&WholeCall::new(call(page)), &answers);
    assert!(from_new.len() <= 2 * found.len() + 10, "{page}");
    for call in from_new.into_iter().chain(found).chain(many) {
        let over = hang_up(call);
        assert!(!over.state().has_leftovers(), "{:#?}", over.state());
        over.check(true);
    }
}

const SELF: &str = r#"<Callback url="https://x.example/self"/>"#;

#[test]
fn a_menu_that_fetches_itself_in_each_branch_comes_back_to_the_same_states() {
    let page = format!(
        r#"<Response><Say>Welcome.</Say><Gather dtmf_length="1" attempts="2"><Say>Press one.</Say><Play url="https://x.example/two.mp3"/><DTMF value="1"><Say>One.</Say>{SELF}</DTMF><DTMF value="2">{SELF}</DTMF></Gather></Response>"#
    );
    comes_back(&page, "12");
}

#[test]
fn a_menu_whose_keys_fetch_the_next_menu_comes_back_to_the_same_states() {
    comes_back(
        r##"<Response><Gather dtmf_length="2" dtmf_stop="#" url="https://x.example/self"><Say>Your code.</Say></Gather></Response>"##,
        "12",
    );
}

#[test]
fn a_menu_that_fetches_itself_where_it_failed_comes_back_to_the_same_states() {
    let page = format!(
        r#"<Response><Gather dtmf_length="1" attempts="1"><Say>Press one.</Say><DTMF value="1"><Hangup/></DTMF><Error say="true"><Say>Again.</Say>{SELF}</Error></Gather></Response>"#
    );
    comes_back(&page, "");
    let page = format!(
        r#"<Response><Gather dtmf_length="1" attempts="1"><DTMF value="1"/></Gather><Error>{SELF}</Error></Response>"#
    );
    comes_back(&page, "");
}

#[test]
fn a_hold_loop_comes_back_to_the_same_states() {
    let page = format!(
        r#"<Response><Hold/><Play url="https://x.example/music.mp3"/><Pause length="500" dtmf_stop="1"/>{SELF}</Response>"#
    );
    comes_back(&page, "");
}

#[test]
fn a_loop_inside_filters_and_groups_comes_back_to_the_same_states() {
    let page = format!(
        r#"<Response><Geo states="NJ"><Call field="to" value="12025550199"><Say>Hello.</Say>{SELF}</Call></Geo></Response>"#
    );
    comes_back(&page, "");
}

#[test]
fn a_loop_that_dials_comes_back_to_the_same_states_while_its_legs_go() {
    let page = format!(
        r#"<Response><Dial max_call_attempts="2" max_call_duration="9000"><To>anna@sip.example.com</To><Error><Say>Nobody.</Say>{SELF}</Error></Dial></Response>"#
    );
    comes_back(&page, "");
    let page =
        format!(r#"<Response><Dial><To>anna@sip.example.com</To><Error/></Dial>{SELF}</Response>"#);
    comes_back(&page, "");
}

#[test]
fn a_loop_that_records_comes_back_to_the_same_states() {
    let page = format!(
        r#"<Response><Record tag="a"><Pause length="500"/></Record><RecordStart/><Pause length="500"/><RecordStop/><RecordWait/><Play record="a"/>{SELF}</Response>"#
    );
    comes_back(&page, "");
}

/// A world that answers each fetch with the same page, and otherwise lets things take their time.
struct Same<'a>(&'a str);

impl World for Same<'_> {
    fn leg(&mut self, _leg: LegId, _to: &Destination, _view: &View<'_>) -> Vec<(u64, Input)> {
        Vec::new()
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        match view.state().need() {
            Need::Fetch { .. } => Answer::After(100, reply(200, self.0)),
            Need::Collect { .. } => Answer::After(100, Input::Key('1')),
            _ => Answer::Usual,
        }
    }

    fn caller(&mut self, _view: &View<'_>) -> Option<Move> {
        None
    }
}

#[test]
fn a_document_that_calls_itself_in_the_middle_is_bounded_by_the_limit_alone() {
    for page in [
        format!("<Response>{SELF}<Say>Never.</Say></Response>"),
        format!(r#"<Response><Record tag="a">{SELF}</Record></Response>"#),
        format!("<Response><Gather>{SELF}<DTMF value=\"1\"/></Gather></Response>"),
        format!(
            r#"<Response><Gather dtmf_length="1"><DTMF value="1">{SELF}<Say>Never.</Say></DTMF></Gather></Response>"#
        ),
    ] {
        let entries = 5000;
        let limits = Limits {
            entries,
            ..Limits::default()
        };
        let driven = drive(call(&page), &mut Same(&page), limits);
        let kind = driven.limit.map(|limit| limit.kind);
        assert_eq!(kind, Some(LimitKind::Entries(entries)), "{page}");
        assert_eq!(driven.call.trace().entries(), entries);
        check(driven.call.trace(), false);
        // One that is as deep can still be compared, and ends.
        let deep = after_laps(1000, &page, "1");
        assert!(deep.state().depth() >= 1000, "{page}");
        assert!(deep.state() == deep.clone().state());
        hang_up(deep).check(true);
    }
}

#[test]
fn a_call_that_is_over_stays_so() {
    let page = format!("<Response>{SELF}</Response>");
    let mut over = hang_up(WholeCall::new(call(&page)));
    let (state, facts) = (over.state().clone(), over.len());
    for input in [
        Input::Elapsed,
        Input::Key('1'),
        Input::CallerHangsUp,
        Input::TimeLimit,
        Input::Answers(LegId(0)),
        Input::Ends(LegId(7), Cause::USER_BUSY),
        Input::NoMedia,
        Input::Stop,
        reply(200, &page),
    ] {
        let changes = over.handle(LATER, input);
        assert!(!changes.need);
    }
    assert!(*over.state() == state);
    assert_eq!(over.len(), facts);
}
