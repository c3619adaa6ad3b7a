//! A driver that is told things from outside.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::call::{Fact, KeyFate};
use crate::channel::Facts;
use crate::fidelity::Platform;
use crate::flow::{self, Library};
use crate::xml;

/// Every sound lasts a second, and legs and the caller are outside.
#[derive(Default)]
struct Outside {
    /// What was handed to the call, and when.
    handed: Vec<(u64, String)>,
    /// What the caller does of his own accord.
    caller: Option<Move>,
}

impl World for Outside {
    fn leg(&mut self, _: LegId, _: &Destination, _: &View<'_>) -> Vec<(u64, Input)> {
        Vec::new()
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        match view.state().need() {
            Need::Hear { .. } => Answer::After(1000, Input::Elapsed),
            Need::Fetch { .. } => Answer::Never,
            _ => Answer::Usual,
        }
    }

    fn caller(&mut self, _: &View<'_>) -> Option<Move> {
        self.caller.clone()
    }

    fn pass(&mut self, until: u64, input: &Input, _: &View<'_>) {
        self.handed.push((until, format!("{input:?}")));
        self.caller.take_if(|own| own.input == *input);
    }
}

const MENU: &str = r#"<Gather dtmf_length="1" timeout="3000"><Say>Press one.</Say><DTMF value="1"><Say>One.</Say></DTMF><Error><Say>Bye.</Say></Error></Gather>"#;

fn driver(commands: &str, limits: Limits) -> Driver<Outside> {
    let text = format!("<Response>{commands}</Response>");
    let (flow, _) = flow::compile(xml::read("flow.xml", text.as_bytes()).0);
    let setup = Setup {
        start: Timestamp::UNIX_EPOCH,
        facts: Facts::default(),
        auto_answer: true,
        time_zone: TimeZone::UTC,
        platform: Platform::default(),
        library: Arc::new(Library::default()),
    };
    let call = Call::new(Arc::new(setup), Arc::new(flow));
    Driver::new(call, Outside::default(), limits)
}

fn menu() -> Driver<Outside> {
    driver(MENU, Limits::default())
}

/// Steps until the call waits for a key behind the prompt; when the wait is over.
fn until_the_wait(driver: &mut Driver<Outside>) -> u64 {
    while !matches!(driver.call().state().need(), Need::Collect { .. }) {
        assert!(driver.step());
    }
    driver.due().unwrap()
}

/// The commands that began, in their order.
fn began(driver: &Driver<Outside>) -> Vec<String> {
    let facts = driver.call().trace().since(0).iter();
    let began = facts.filter_map(|noted| match &noted.fact {
        Fact::Began { place, .. } => Some(place.path()),
        _ => None,
    });
    began.collect()
}

fn to_the_end(driver: &mut Driver<Outside>) {
    while driver.step() {}
    assert!(driver.is_over());
}

#[test]
fn steps_are_what_drive_does() {
    let mut stepped = menu();
    let mut instants = Vec::new();
    while let Some(due) = stepped.due() {
        instants.push(due);
        assert!(stepped.step());
        assert_eq!(stepped.now(), due);
    }
    assert!(instants.is_sorted(), "{instants:?}");
    assert!(!stepped.step());
    let (handed, driven) = (
        std::mem::take(&mut stepped.world.handed),
        stepped.into_driven(),
    );
    let fresh = menu();
    let mut world = Outside::default();
    let at_once = drive(fresh.call, &mut world, Limits::default());
    assert_eq!(handed, world.handed);
    assert_eq!(driven.ended, at_once.ended);
    assert_eq!(
        driven.call.trace().entries(),
        at_once.call.trace().entries()
    );
}

#[test]
fn a_key_comes_between_two_instants() {
    let mut driver = menu();
    let over = until_the_wait(&mut driver);
    assert_eq!(driver.tell(over - 1, Input::Key('1')), Ok(()));
    assert_eq!(driver.now(), over - 1);
    to_the_end(&mut driver);
    assert!(began(&driver).contains(&"Gather[0].DTMF[1].Say[0]".to_owned()));
}

#[test]
fn what_is_due_before_happens_before() {
    // Told at once, for a time when the menu waits.
    let mut driver = menu();
    let over = until_the_wait(&mut menu());
    assert_eq!(driver.tell(over - 1, Input::Key('1')), Ok(()));
    to_the_end(&mut driver);
    assert!(began(&driver).contains(&"Gather[0].DTMF[1].Say[0]".to_owned()));
}

#[test]
fn the_end_of_a_wait_comes_before_a_key_of_the_same_instant() {
    let mut driver = menu();
    let over = until_the_wait(&mut driver);
    assert_eq!(driver.tell(over, Input::Key('1')), Ok(()));
    let fates = driver.call().trace().since(0).iter();
    let fates = fates.filter_map(|noted| match noted.fact {
        Fact::Key(key, fate) => Some((noted.at, key, fate)),
        _ => None,
    });
    assert_eq!(fates.collect::<Vec<_>>(), [(over, '1', KeyFate::Lost)]);
    to_the_end(&mut driver);
    assert!(began(&driver).contains(&"Gather[0].Error[0].Say[0]".to_owned()));
}

#[test]
fn the_worlds_own_key_comes_before_one_of_the_same_instant() {
    let mut driver = menu();
    let over = until_the_wait(&mut driver);
    driver.world.caller = Some(Move {
        at: over - 1,
        input: Input::Key('1'),
        first: false,
    });
    driver.look_ahead();
    assert_eq!(driver.tell(over - 1, Input::Key('2')), Ok(()));
    let last = driver.world.handed.split_last_chunk::<2>().unwrap().1;
    let told = |key: &str| (over - 1, format!("Key({key:?})").replace('"', "'"));
    assert_eq!(*last, [told("1"), told("2")]);
}

#[test]
fn nothing_is_told_into_the_past() {
    let mut driver = menu();
    until_the_wait(&mut driver);
    let (now, handed) = (driver.now(), driver.world.handed.len());
    let early = driver.tell(now - 1, Input::CallerHangsUp);
    assert_eq!(early, Err(NotTold::Past(now)));
    assert_eq!(driver.world.handed.len(), handed);
    assert_eq!(driver.tell(now, Input::CallerHangsUp), Ok(()));
    to_the_end(&mut driver);
}

#[test]
fn nothing_is_told_to_a_call_that_is_over() {
    let mut driver = menu();
    assert_eq!(
        driver.tell(u64::MAX, Input::Key('1')),
        Err(NotTold::Over),
        "it ended by itself before"
    );
    assert_eq!(driver.due(), None);
    assert_eq!(
        NotTold::Past(3).to_string(),
        "the call has already reached 3 ms"
    );
}

#[test]
fn a_reply_from_outside_is_waited_for() {
    let mut driver = driver(r#"<Callback url="https://x.example/"/>"#, Limits::default());
    while !matches!(driver.call().state().need(), Need::Fetch { .. }) {
        assert!(driver.step());
    }
    // Nothing is due but what the platform's own timers bring.
    assert_eq!(driver.due(), None);
    assert!(!driver.step() && !driver.is_over());
    let late = driver.now() + 3_600_000;
    let refused = Input::NoReply(crate::channel::FetchError::Refused);
    assert_eq!(driver.tell(late, refused), Ok(()));
    to_the_end(&mut driver);
    assert!(driver.now() > late);
}

#[test]
fn a_limit_stops_it() {
    let limits = |inputs| Limits {
        inputs,
        ..Limits::default()
    };
    let mut whole = menu();
    to_the_end(&mut whole);
    let needed = whole.world.handed.len();
    let mut enough = driver(MENU, limits(needed));
    to_the_end(&mut enough);
    assert_eq!(enough.into_driven().limit, None);
    let mut few = driver(MENU, limits(needed - 1));
    to_the_end(&mut few);
    assert_eq!(few.tell(u64::MAX, Input::Key('1')), Err(NotTold::Over));
    let limit = few.into_driven().limit.map(|limit| limit.kind);
    assert_eq!(limit, Some(LimitKind::Inputs(needed - 1)));
}
