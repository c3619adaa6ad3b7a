//! Calls for the machine alone: a world that answers at once, and no events.

use std::fmt::Write as _;
use std::sync::Arc;

use callflow::call::{Call, Setup};
use callflow::channel::{Destination, Facts, Input, LegId, Need, Reply};
use callflow::drive::{Answer, Limits, Move, View, World, drive};
use callflow::flow::{self, Flow, Library};
use callflow::xml;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How a call comes to have many entries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// One document with as many commands.
    List,
    /// A document that fetches itself as its last act.
    Loop,
    /// A document that fetches itself in its middle.
    Nest,
}

/// Every shape, with its name.
pub(crate) const SHAPES: [(&str, Shape); 3] = [
    ("one command behind another", Shape::List),
    ("a loop", Shape::Loop),
    ("one inside the other", Shape::Nest),
];

const SAY: &str = "<Say>Hello.</Say>";
const AGAIN: &str = "<Callback url=\"https://x.example/\"/>";

/// A call's flow, and the page that each fetch brings.
pub(crate) struct Page {
    flow: Arc<Flow>,
    body: Arc<[u8]>,
    setup: Arc<Setup>,
}

impl Page {
    /// That of a call of this shape.
    pub(crate) fn of(shape: Shape, entries: usize) -> Self {
        let mut text = "<Response>".to_owned();
        // Writing to a string cannot fail.
        let _ = match shape {
            Shape::List => write!(text, "{}", SAY.repeat(entries)),
            Shape::Loop => write!(text, "{SAY}{AGAIN}"),
            Shape::Nest => write!(text, "{SAY}{AGAIN}{SAY}"),
        };
        text.push_str("</Response>");
        Self::new(&text)
    }

    /// That of a call without entries.
    pub(crate) fn empty() -> Self {
        Self::new("<Response/>")
    }

    fn new(text: &str) -> Self {
        let (document, _) = xml::read("page.xml", text.as_bytes());
        let (flow, _) = flow::compile(document);
        let setup = Setup {
            start: Timestamp::UNIX_EPOCH,
            facts: Facts::default(),
            auto_answer: true,
            time_zone: TimeZone::UTC,
            platform: callflow::fidelity::Platform::default(),
            library: Arc::new(Library::default()),
        };
        Self {
            flow: Arc::new(flow),
            body: text.as_bytes().into(),
            setup: Arc::new(setup),
        }
    }

    /// Drives a call until it has so many entries and wants more, or to its end; as it was when the
    /// last of them had begun, if that is asked for.
    pub(crate) fn drive(&self, entries: usize, keep: bool) -> Option<Call> {
        let mut world = AtOnce {
            body: &self.body,
            keep: keep.then_some(entries),
            kept: None,
        };
        let limits = Limits {
            entries,
            ..Limits::default()
        };
        let call = Call::new(self.setup.clone(), self.flow.clone());
        let driven = drive(call, &mut world, limits);
        assert!(driven.call.trace().entries() <= entries);
        world.kept
    }
}

struct AtOnce<'a> {
    body: &'a Arc<[u8]>,
    keep: Option<usize>,
    kept: Option<Call>,
}

impl World for AtOnce<'_> {
    fn leg(&mut self, _leg: LegId, _to: &Destination, _view: &View<'_>) -> Vec<(u64, Input)> {
        Vec::new()
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        if self.keep == Some(view.trace().entries()) {
            self.keep = None;
            self.kept = Some(view.call.fork());
        }
        match view.state().need() {
            Need::Fetch { .. } => {
                let (status, name) = (200, "page.xml".into());
                let body = self.body.clone();
                Answer::After(1, Input::Replied(Reply { status, name, body }))
            }
            _ => Answer::Usual,
        }
    }

    fn caller(&mut self, _view: &View<'_>) -> Option<Move> {
        None
    }
}
