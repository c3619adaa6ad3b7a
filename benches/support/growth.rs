//! How the time of a piece of work grows with its input.

use std::hint::black_box;
use std::sync::Arc;

use callflow::check::{self, Settings};
use callflow::diff::{Tolerance, diff};
use callflow::explain;
use callflow::present::Look;
use callflow::present::explain::{Aspect, Format, Told, write};
use callflow::replay::recover;
use callflow::scenario::{Pattern, Scenario};
use callflow::simulate::{Documents, simulate};
use callflow::wire;
use callflow::{flow, xml};

/// Work on one input.
type Work = Box<dyn Fn()>;

/// Work on inputs of any size.
pub(crate) struct Growing {
    pub(crate) name: &'static str,
    /// The smaller size that is measured.
    pub(crate) size: usize,
    /// The work on an input of a size.
    pub(crate) work: fn(usize) -> Work,
}

/// What was quadratic once.
pub(crate) const ALL: [Growing; 10] = [
    growing("check, ignore comments", 2000, ignored),
    growing("run, destinations of a Dial", 100, dialled),
    growing("match a pattern, characters", 20_000, matched),
    growing("read, empty entries", 4000, |n| read(empty(n))),
    growing("read, keys of an object", 4000, |n| read(keys(n))),
    growing("explain, empty entries", 2000, |n| explained(&empty(n))),
    growing("explain, entries", 200, |n| explained(&entries(n))),
    growing("explain, characters of a word", 20_000, |n| {
        explained(&word(n))
    }),
    growing("replay, entries", 200, replayed),
    growing("diff, entries", 500, compared),
];

const fn growing(name: &'static str, size: usize, work: fn(usize) -> Work) -> Growing {
    Growing { name, size, work }
}

fn ignored(count: usize) -> Work {
    let one = "<!-- callflow: ignore insecure-url -->\n<Play url=\"http://a.example/x.mp3\"/>\n";
    let text = format!("<Response>\n{}</Response>", one.repeat(count));
    Box::new(move || {
        black_box(check::read(
            "flow.xml",
            text.as_bytes(),
            &Settings::default(),
        ));
    })
}

fn dialled(count: usize) -> Work {
    let to = "<To>12025550123</To>".repeat(count);
    let text = format!("<Response><Dial max_call_attempts=\"2\">{to}</Dial></Response>");
    let (document, _) = xml::read("flow.xml", text.as_bytes());
    let flow = Arc::new(flow::compile(document).0);
    Box::new(move || {
        black_box(simulate(
            &Scenario::default(),
            flow.clone(),
            &Documents::new(),
        ));
    })
}

fn matched(count: usize) -> Work {
    let pattern = Pattern::new(&format!("*{}b", "a".repeat(190)));
    let text = "a".repeat(count);
    Box::new(move || {
        black_box(pattern.as_ref().map(|pattern| pattern.matches(&text)));
    })
}

/// The published event with its log changed.
fn event(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/events/destroyed.json");
    let text = std::fs::read_to_string(path).unwrap();
    let mut event: serde_json::Value = serde_json::from_str(&text).unwrap();
    change(&mut event["call"]);
    event.to_string()
}

fn empty(count: usize) -> String {
    event(|call| call["logs"] = vec![serde_json::json!({}); count].into())
}

/// The log over and over.
fn entries(count: usize) -> String {
    event(|call| {
        let logs = call["logs"].as_array().unwrap();
        let entries = logs.iter().cycle().take(count).cloned();
        call["logs"] = entries.collect::<Vec<_>>().into();
    })
}

fn keys(count: usize) -> String {
    let keys: Vec<_> = (0..count).map(|key| format!("\"k{key}\":1")).collect();
    let keys = keys.join(",");
    event(|_| {}).replacen("\"call\":{", &format!("\"call\":{{{keys},"), 1)
}

fn word(count: usize) -> String {
    event(|call| call["from"] = "a".repeat(count).into())
}

fn read(text: String) -> Work {
    Box::new(move || {
        black_box(wire::read("event.json", text.as_bytes()));
    })
}

fn explained(text: &str) -> Work {
    let calls = wire::read("event.json", text.as_bytes()).calls;
    Box::new(move || {
        let told = [Told {
            call: explain::explain(&calls[0]),
            places: Vec::new(),
        }];
        let look = Look {
            styled: false,
            width: 100,
        };
        let mut out = Vec::new();
        write(&told, Format::Human, Aspect::default(), look, &mut out).unwrap();
        black_box(out);
    })
}

fn replayed(count: usize) -> Work {
    let calls = wire::read("event.json", entries(count).as_bytes()).calls;
    Box::new(move || {
        black_box(recover(&calls[0]).map(|recovered| recovered.run()).ok());
    })
}

fn compared(count: usize) -> Work {
    let first = wire::read("event.json", entries(count).as_bytes()).calls;
    let second = wire::read("event.json", entries(count + 1).as_bytes()).calls;
    Box::new(move || {
        black_box(diff(&first[0], &second[0], Tolerance(0)));
    })
}
