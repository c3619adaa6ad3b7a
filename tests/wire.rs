//! What vendors publish: read, kept, and written again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use callflow::diff::{Diff, Difference, Tolerance, diff};
use callflow::record::Subject;
use callflow::wire::opentact::{self, Envelope};
use serde_json::Value;
use support::calls::played;
use support::{all_events, callflow, generate, last_event, record, stdout};

const DESTROYED: &str = include_str!("events/destroyed.json");
const LIVE: &str = include_str!("events/live.json");

/// A document without blanks outside its texts.
fn compact(text: &str) -> String {
    let (mut out, mut is_text, mut is_escaped) = (String::new(), false, false);
    for c in text.chars() {
        if is_text || !c.is_ascii_whitespace() {
            out.push(c);
        }
        is_text ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
    }
    out
}

/// An event that was read, written again; what shows no call as it stands.
fn written(text: &str) -> String {
    let calls = callflow::wire::read("event.json", text.as_bytes()).calls;
    let Some(record) = calls.first() else {
        return text.to_owned();
    };
    let mut out = Vec::new();
    opentact::write(record, &mut out);
    String::from_utf8(out).unwrap()
}

/// Where each value of a document begins and ends, by its place: of objects and lists as well.
fn values(text: &str) -> Vec<(String, std::ops::Range<usize>, bool)> {
    fn walk(
        text: &str,
        at: &mut usize,
        place: &str,
        found: &mut Vec<(String, std::ops::Range<usize>, bool)>,
    ) {
        let start = *at;
        let bytes = text.as_bytes();
        let string = |at: &mut usize| {
            let from = *at;
            *at += 1;
            while bytes[*at] != b'"' {
                *at += if bytes[*at] == b'\\' { 2 } else { 1 };
            }
            *at += 1;
            text[from + 1..*at - 1].to_owned()
        };
        let is_leaf;
        match bytes[start] {
            b'{' | b'[' => {
                let is_object = bytes[start] == b'{';
                *at += 1;
                let mut index = 0;
                is_leaf = matches!(bytes[*at], b'}' | b']');
                while !matches!(bytes[*at], b'}' | b']') {
                    let inner = if is_object {
                        let key = string(at);
                        *at += 1;
                        if place.is_empty() {
                            key
                        } else {
                            format!("{place}.{key}")
                        }
                    } else {
                        format!("{place}[{index}]")
                    };
                    walk(text, at, &inner, found);
                    index += 1;
                    *at += usize::from(bytes[*at] == b',');
                }
                *at += 1;
            }
            b'"' => {
                string(at);
                is_leaf = true;
            }
            _ => {
                while !matches!(bytes[*at], b',' | b'}' | b']') {
                    *at += 1;
                }
                is_leaf = true;
            }
        }
        found.push((place.to_owned(), start..*at, is_leaf));
    }
    let mut found = Vec::new();
    walk(text, &mut 0, "", &mut found);
    found
}

/// The document with a part of it replaced.
fn with(text: &str, place: &std::ops::Range<usize>, other: &str) -> String {
    [&text[..place.start], other, &text[place.end..]].concat()
}

/// The document without a member or element.
fn without(text: &str, place: &std::ops::Range<usize>) -> String {
    let mut start = place.start;
    // Its key, and the comma before or behind it.
    if text[..start].ends_with(':') {
        start = text[..start - 2].rfind('"').unwrap();
    }
    match (
        text[..start].ends_with(','),
        text[place.end..].starts_with(','),
    ) {
        (true, _) => with(text, &(start - 1..place.end), ""),
        (false, true) => with(text, &(start..place.end + 1), ""),
        (false, false) => with(text, &(start..place.end), ""),
    }
}

#[test]
fn what_is_read_is_written_again() {
    for event in [DESTROYED, LIVE] {
        let event = compact(event);
        assert_eq!(written(&event), event);
        for (index, (place, range, is_leaf)) in values(&event).into_iter().enumerate() {
            if place.is_empty() {
                continue;
            }
            let mut others =
                vec![["1.50", "1e400", "{\"\\ud800\":\"\\ud800\"}", "[]", "null"][index % 5]];
            others.push("123456789012345678901234567890.1234567890");
            for other in others {
                let changed = with(&event, &range, other);
                assert_eq!(written(&changed), changed, "{place}: {other}");
            }
            let removed = without(&event, &range);
            assert_eq!(written(&removed), removed, "{place} removed");
            if !is_leaf && event[range.clone()].starts_with('{') {
                // Unknown keys, at both ends.
                let inside = range.start + 1..range.end - 1;
                let more = format!(
                    "\"x\\ud800\":[1.0],{},\"y\":{{\"z\":null}}",
                    &event[inside.clone()]
                );
                let changed = with(&event, &inside, &more);
                assert_eq!(written(&changed), changed, "{place}: unknown keys");
            }
        }
    }
}

#[test]
fn the_order_of_keys_survives() {
    fn reversed(value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let members = members.iter().rev();
                let members: Vec<_> = members
                    .map(|(key, value)| format!("\"{key}\":{}", reversed(value)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            Value::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(reversed).collect();
                format!("[{}]", elements.join(","))
            }
            other => other.to_string(),
        }
    }
    let event = reversed(&serde_json::from_str(DESTROYED).unwrap());
    assert_eq!(written(&event), event);
}

/// The places that differences name.
fn named<'a>(differences: impl IntoIterator<Item = &'a Difference>) -> Vec<String> {
    let fields = differences.into_iter();
    let fields = fields.flat_map(|one| std::iter::once(&one.field).chain(&one.also));
    fields.map(opentact::place).collect()
}

/// Whether one comparison says what the other says, the other way round.
fn mirrors(diff: &Diff, other: &Diff) -> bool {
    let sides = |diff: &Diff, is_turned: bool| {
        let all = diff.differences.iter().chain(&diff.aside);
        let mut all: Vec<_> = all
            .map(|one| {
                let (first, second) = (format!("{:?}", one.first), format!("{:?}", one.second));
                if is_turned {
                    (one.name.clone(), second, first)
                } else {
                    (one.name.clone(), first, second)
                }
            })
            .collect();
        all.sort();
        all
    };
    diff.verdict == other.verdict && sides(diff, false) == sides(other, true)
}

#[test]
fn every_leaf_that_is_changed_or_removed_is_named() {
    let event = compact(DESTROYED);
    let original = record(&event);
    assert!(diff(&original, &original, Tolerance(0)).is_empty());
    for (place, range, is_leaf) in values(&event) {
        if !is_leaf {
            continue;
        }
        let value = &event[range.clone()];
        let changed = match value {
            "true" => "false".to_owned(),
            "false" => "true".to_owned(),
            "null" | "[]" | "{}" => "\"changed\"".to_owned(),
            text if text.ends_with("Z\"") && text.starts_with("\"20") => {
                "\"2024-02-20T16:41:00.123Z\"".to_owned()
            }
            text if text.starts_with('"') => format!("{}x\"", &text[..text.len() - 1]),
            number => format!("{number}7"),
        };
        for other in [with(&event, &range, &changed), without(&event, &range)] {
            let reading = callflow::wire::read("event.json", other.as_bytes());
            let Some(other) = reading.calls.first() else {
                // Without its type it is no event.
                assert_eq!(place, "type");
                continue;
            };
            let found = diff(&original, other, Tolerance(0));
            let places = named(found.differences.iter().chain(&found.aside));
            let is_named = places.iter().any(|one| {
                let rest = place.strip_prefix(one.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            });
            assert!(is_named, "{place}: {places:?}");
            let back = diff(other, &original, Tolerance(0));
            assert!(mirrors(&found, &back), "{place}: {found:#?}\n{back:#?}");
        }
    }
}

/// The last events of five calls, each a line.
fn session() -> Vec<String> {
    let scenarios = [
        "ivr/flights",
        "hunting/third",
        "recording/kept",
        "retry/in-vain",
        "hold/hold",
    ];
    let events = scenarios.map(|name| {
        let path = format!("flows/{name}.toml");
        compact(&stdout(&mut callflow(&["run", &path, "--format", "json"])))
    });
    events.into()
}

/// What a log of events gives when one of them is another.
#[track_caller]
fn damaged(kind: &str, damage: impl Fn(&str) -> Vec<u8>, is_named: bool) {
    let session = session();
    let whole = callflow::wire::read("log", session.join("\n").as_bytes());
    assert_eq!((whole.calls.len(), whole.findings.len()), (5, 0));
    let mut bytes = Vec::new();
    for (index, event) in session.iter().enumerate() {
        match index {
            2 => bytes.extend(damage(event)),
            _ => bytes.extend_from_slice(event.as_bytes()),
        }
        bytes.push(b'\n');
    }
    let reading = callflow::wire::read("log", &bytes);
    for (index, call) in whole
        .calls
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != 2)
    {
        let read = reading
            .calls
            .iter()
            .find(|one| one.leg.uuid == call.leg.uuid);
        assert_eq!(read, Some(call), "{kind}: call {index}");
    }
    // The damaged one as far as it goes: who called whom, at least.
    let uuid = &whole.calls[2].leg.uuid;
    let read = reading.calls.iter().find(|one| one.leg.uuid == *uuid);
    let read = read.unwrap_or_else(|| panic!("{kind}: it is lost"));
    assert_eq!(read.leg.from, whole.calls[2].leg.from, "{kind}");
    let lines: Vec<_> = reading
        .findings
        .iter()
        .map(|one| reading.source.position(one.primary.span.start).line)
        .collect();
    assert_eq!(
        lines.contains(&3),
        is_named,
        "{kind}: {:?}",
        reading.findings
    );
    assert!(lines.iter().all(|line| *line == 3), "{kind}: {lines:?}");
}

#[test]
#[allow(clippy::too_many_lines, reason = "one call for each kind of damage")]
fn a_log_with_a_damaged_event_loses_nothing_else() {
    let replaced = |from: &'static str, to: &'static str| {
        move |event: &str| {
            assert!(event.contains(from), "{from}");
            event.replacen(from, to, 1).into_bytes()
        }
    };
    damaged(
        "NaN",
        replaced("\"balance\":", "\"balance\":NaN,\"x\":"),
        true,
    );
    damaged(
        "Infinity",
        replaced("\"balance\":", "\"balance\":-Infinity,\"x\":"),
        true,
    );
    damaged(
        "a trailing comma",
        replaced("\"delivery_report\":[]", "\"delivery_report\":[],"),
        true,
    );
    damaged(
        "a trailing comma in a list",
        replaced("\"delivery_report\":[]", "\"delivery_report\":[1,]"),
        true,
    );
    damaged(
        "a key twice",
        replaced(
            "\"type\":\"CallSCA\"",
            "\"type\":\"x\",\"type\":\"CallSCA\"",
        ),
        true,
    );
    damaged(
        "half a surrogate pair",
        replaced("\"hotkey\":null", "\"hotkey\":\"\\udc00\""),
        false,
    );
    damaged(
        "half a pair in a name",
        replaced("\"level\":\"", "\"level\":\"\\ud83d"),
        false,
    );
    damaged(
        "a wrong type",
        replaced("\"auto_answer\":true", "\"auto_answer\":\"yes\""),
        true,
    );
    damaged(
        "a list for an object",
        replaced("\"account\":{", "\"tn_lease\":{"),
        false,
    );
    damaged(
        "a huge number",
        replaced(
            "\"shaken_verify_policy\":0",
            "\"shaken_verify_policy\":1e999",
        ),
        true,
    );
    damaged(
        "no zone",
        replaced("Z\",\"modified_on\"", "\",\"modified_on\""),
        true,
    );
    damaged(
        "a raw tab",
        replaced("\"level\":\"", "\"level\":\"\t"),
        true,
    );
    damaged(
        "no quotes around a key",
        replaced("\"hotkey\":", "hotkey:"),
        true,
    );
    damaged("no comma", replaced(",\"hotkey\":", "\"hotkey\":"), true);
    damaged("no colon", replaced("\"hotkey\":", "\"hotkey\" "), true);
    damaged(
        "an escape that means nothing",
        replaced("\"level\":\"", "\"level\":\"\\x"),
        true,
    );
    damaged(
        "a blank line",
        |event| format!("\r\n{event}\r").into_bytes()[2..].to_vec(),
        false,
    );
    damaged(
        "cut",
        |event| event.as_bytes()[..event.len() / 2].to_vec(),
        true,
    );
    damaged(
        "two on a line",
        |event| format!("{event} {event}").into_bytes(),
        true,
    );
    damaged(
        "bytes that are no text",
        |event| {
            let at = event.find("\"level\":\"").unwrap() + 9;
            [
                &event.as_bytes()[..at],
                b"\xff\x00\xfe",
                &event.as_bytes()[at..],
            ]
            .concat()
        },
        true,
    );
    damaged(
        "bytes between the values",
        |event| {
            let at = event.find("\"hotkey\":").unwrap() + 9;
            [
                &event.as_bytes()[..at],
                b"\x01\x9f",
                &event.as_bytes()[at..],
            ]
            .concat()
        },
        true,
    );
}

#[test]
fn generated_calls_are_read_as_they_were() {
    for seed in 0..400 {
        let Some(run) = played(&generate::call(seed)) else {
            continue;
        };
        let last = last_event(&run).unwrap();
        let read = record(&all_events(&run, Envelope::Y2024).join("\n"));
        let mut again = Vec::new();
        opentact::write(&record(&last), &mut again);
        assert_eq!(String::from_utf8(again).unwrap(), last, "{seed}");
        let gone = run.when_gone();
        let found = diff(&gone, &record(&last), Tolerance(0));
        assert!(found.is_empty(), "{seed}: {:#?}", found.differences);
        // All events together show all instants.
        assert_eq!(read.leg.ringing, run.leg.ringing, "{seed}");
        assert_eq!(read.leg.live, run.leg.live, "{seed}");
        assert_eq!(read.leg.hangup, run.leg.hangup, "{seed}");
    }
}

#[test]
fn pairs_of_calls_are_compared_alike_from_both_sides() {
    let calls: Vec<_> = (0..40)
        .filter_map(|seed| played(&generate::call(seed)))
        .collect();
    for pair in calls.windows(2) {
        let found = diff(&pair[0], &pair[1], Tolerance(0));
        let back = diff(&pair[1], &pair[0], Tolerance(0));
        assert!(mirrors(&found, &back), "{found:#?}\n{back:#?}");
    }
}

#[test]
fn the_older_envelope_is_written_and_read() {
    let run = played(&generate::call(3)).unwrap();
    for event in all_events(&run, Envelope::Y2022) {
        let reading = callflow::wire::read("old", event.as_bytes());
        assert_eq!(reading.findings, [], "{event}");
        let read = &reading.calls[0];
        assert_eq!(written(&event), event);
        assert!(read.leg.uuid.is_some());
        let published = read.event.as_ref().unwrap();
        assert_eq!(published.envelope, "2022");
        if let Subject::Command(index) = published.subject {
            let entry = &read.log[index];
            let same = run.log.iter().find(|one| one.path == entry.path).unwrap();
            assert_eq!(entry.status, same.status, "{event}");
        }
    }
}
