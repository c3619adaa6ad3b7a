//! Many calls on one screen: a line for each that is not fine, how many went how, what failed how often,
//! and how some of them are chosen.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callflow::record::{CallOutcome, NotKnown, Outline, Record};
use callflow::scenario;
use callflow::simulate::{Documents, simulate};
use callflow::source::Source;
use callflow::{flow, xml};
use serde_json::Value;
use support::{callflow, last_event, output};

/// The call of a flow in a world.
fn call(flow_text: &str, world: &str) -> Record {
    let (document, _) = xml::read("flow.xml", flow_text.as_bytes());
    let (flow, _) = flow::compile(document);
    let source = Source::new("scenario.toml", world);
    let (scenario, found) = scenario::parse(&source);
    let is_error = |finding: &callflow::diagnostic::Diagnostic| {
        finding.severity == callflow::diagnostic::Severity::Error
    };
    assert!(!found.iter().any(is_error), "{found:?}\n{world}");
    simulate(&scenario.unwrap(), Arc::new(flow), &Documents::new()).record
}

const MENU: &str = "<Response><Gather dtmf_length=\"1\" timeout=\"3000\"><Say>press one</Say>\
    <DTMF value=\"1\"><Say>one</Say></DTMF><Default><Say>wrong</Say></Default>\
    <Error><Say>nothing</Say></Error></Gather>";

/// How a call went, as a simulation and as its last event have it.
fn went(flow_text: &str, world: &str) -> CallOutcome {
    let record = call(flow_text, world);
    let outcome = Outline::of(&record).outcome();
    let read = support::record(&last_event(&record).unwrap());
    assert_eq!(
        Outline::of(&read).outcome(),
        outcome,
        "{flow_text}\n{world}"
    );
    outcome
}

#[test]
fn how_a_call_went_is_one_of_five() {
    use CallOutcome::{Fine, GaveUp, Handled, Lost};
    let dial = "<Response><Dial><To>a@x.example.com</To></Dial></Response>";
    let told =
        "<Response><Dial><To>a@x.example.com</To><Error><Say>no</Say></Error></Dial></Response>";
    let silent = "<Response><Dial><To>a@x.example.com</To><Error><Pause length=\"100\"/></Error>\
        </Dial></Response>";
    let again = "<Response><Dial><To>a@x.example.com</To><Error><Dial><To>b@x.example.com</To></Dial>\
        </Error></Dial></Response>";
    let busy = "[[dial]]\nto = \"a@*\"\ncause = \"USER_BUSY\"\n";
    let talks = "[[dial]]\nto = \"*\"\nanswer = true\n";
    let menu = format!("{MENU}</Response>");
    let twice = format!("{MENU}{}</Response>", &MENU["<Response>".len()..]);
    let leaves = |when: &str| format!("[caller.hangup]\nwhen = \"{when}\"\nafter = \"200ms\"\n");
    for (flow_text, world, outcome) in [
        (dial, talks.to_owned(), Fine),
        (dial, busy.to_owned(), Lost),
        (told, busy.to_owned(), Handled),
        (silent, busy.to_owned(), Lost),
        (again, format!("{busy}{talks}"), Handled),
        // The caller leaves: while it rings, in a conversation, in a prompt, while the flow is silent.
        (dial, leaves("Dial[0]"), GaveUp),
        (
            dial,
            format!("{talks}[caller.hangup]\nwhen = \"Dial[0]\"\nafter = \"6s\"\n"),
            Fine,
        ),
        (
            "<Response><Say>a long story</Say></Response>",
            leaves("Say[0]"),
            Fine,
        ),
        (
            "<Response><Pause length=\"9000\"/></Response>",
            leaves("Pause[0]"),
            GaveUp,
        ),
        (
            dial,
            "[caller]\nhangup_after = \"500ms\"\n".to_owned(),
            GaveUp,
        ),
        // The app's limit cuts the call off.
        (
            "<Response><Pause length=\"90000\"/></Response>",
            "[app]\nmax_call_length_min = 1\n".to_owned(),
            Lost,
        ),
        // Silence and a wrong key, by what followed.
        (&menu, "[[press]]\nkeys = \"1\"\n".to_owned(), Fine),
        (&menu, String::new(), Handled),
        (&menu, "[[press]]\nkeys = \"5\"\n".to_owned(), Handled),
        (
            &twice,
            "[[press]]\nkeys = \"5\"\n[[press]]\nkeys = \"1\"\n".to_owned(),
            Fine,
        ),
        (
            &twice,
            "[[press]]\nkeys = \"\"\n[[press]]\nkeys = \"1\"\n".to_owned(),
            Fine,
        ),
        (
            &twice,
            "[[press]]\nkeys = \"1\"\n[[press]]\nkeys = \"5\"\n".to_owned(),
            Handled,
        ),
        (&menu, leaves("Gather[0]"), Fine),
    ] {
        assert_eq!(went(flow_text, &world), outcome, "{flow_text}\n{world}");
    }
}

#[test]
fn the_schema_has_every_word() {
    let schema = fs::read_to_string("docs/schemas/explanation.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let call = &schema["$defs"]["call"]["properties"];
    let words = |value: &Value| -> Vec<String> {
        let all = value["enum"].as_array().unwrap().iter();
        all.map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        words(&call["outcome"]),
        CallOutcome::ALL.map(CallOutcome::as_str)
    );
    let not_known = &call["not_known"];
    assert_eq!(
        words(&not_known["items"]),
        NotKnown::ALL.map(NotKnown::as_str)
    );
    let said = call["outcome"]["description"].as_str().unwrap();
    for outcome in CallOutcome::ALL {
        let says = format!("`{}`: {}", outcome.as_str(), outcome.means());
        assert!(said.contains(&says), "{says}");
        assert_eq!(outcome.as_str().parse(), Ok(outcome));
    }
    let said = not_known["description"].as_str().unwrap();
    for what in NotKnown::ALL {
        assert!(said.contains(&format!("`{}`: ", what.as_str())), "{what:?}");
    }
    let counts = schema["properties"]["counts"]["properties"]
        .as_object()
        .unwrap();
    assert_eq!(counts.len(), CallOutcome::ALL.len());
}

/// A folder of its own for a test, with a log of 500 calls in it of which 40 are not fine.
fn day(test: &str) -> PathBuf {
    let name = format!("callflow-many-{test}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let fine = "<Response><Say>Hi.</Say></Response>";
    let told =
        "<Response><Dial><To>anna@x.example.com</To><Error><Say>no</Say></Error></Dial></Response>";
    let lost = "<Response><Dial><To>ben@x.example.com</To></Dial></Response>";
    let wait = "<Response><Pause length=\"9000\"/></Response>";
    let causes = [
        "USER_BUSY",
        "NO_ANSWER",
        "CALL_REJECTED",
        "NO_USER_RESPONSE",
        "UNALLOCATED_NUMBER",
        "NORMAL_TEMPORARY_FAILURE",
        "NETWORK_OUT_OF_ORDER",
    ];
    let mut log = String::new();
    for index in 0..500_u64 {
        // Every other minute from eight to midnight.
        let (hours, minute) = (index * 2 / 60, index * 2 % 60);
        let (day, hour) = (2 + hours / 16, 8 + hours % 16);
        let mut world = format!(
            "[call]\nfrom = \"+1202555{:04}\"\nstart = \"2026-11-{day:02}T{hour:02}:{minute:02}:00Z\"\n",
            100 + index % 90
        );
        let which = (index % 25 == 0 || index % 25 == 12).then_some(index / 12 % 4);
        let flow_text = match which {
            Some(0 | 1) => {
                let cause = causes[usize::try_from(index / 12).unwrap() % causes.len()];
                writeln!(world, "[[dial]]\nto = \"*\"\ncause = \"{cause}\"").unwrap();
                if which == Some(0) { told } else { lost }
            }
            Some(_) => {
                world.push_str("[caller.hangup]\nwhen = \"Pause[0]\"\nafter = \"2s\"\n");
                wait
            }
            None => fine,
        };
        log.push_str(&last_event(&call(flow_text, &world)).unwrap());
        log.push('\n');
    }
    fs::write(folder.join("log.jsonl"), log).unwrap();
    folder
}

/// What `explain` prints of a log, and its exit code.
fn explained(folder: &Path, options: &[&str]) -> (String, Option<i32>) {
    let log = folder.join("log.jsonl");
    let arguments = [&["explain", log.to_str().unwrap()], options].concat();
    let output = output(&mut callflow(&arguments));
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    (
        text.replace(log.to_str().unwrap(), "log.jsonl"),
        output.status.code(),
    )
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/explain"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_day_of_calls_fits_on_a_screen() {
    let folder = day("day");
    let (text, code) = explained(&folder, &[]);
    assert_eq!(code, Some(0));
    assert!(text.lines().count() <= 65, "{}", text.lines().count());
    assert!(text.contains("500 calls: 460 fine"), "{text}");
    snapshot("many", &text);
    let lines: Vec<_> = text
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(lines.len(), 40, "{text}");
    // Each line names one call, and no other.
    let first = |line: &str| line.split(' ').next().unwrap().to_owned();
    let uuids: Vec<String> = lines.iter().map(|line| first(line)).collect();
    assert!(uuids.iter().all(|uuid| uuid.len() >= 8), "{uuids:?}");
    let mut options = vec!["--call"];
    options.extend(uuids.iter().map(String::as_str));
    let (again, code) = explained(&folder, &options);
    assert_eq!(code, Some(0));
    let shown = again.lines().skip(1).take_while(|line| !line.is_empty());
    assert_eq!(shown.map(first).collect::<Vec<_>>(), uuids);
    let groups = text.lines().filter_map(|line| line.split_once("such as "));
    let groups = groups.map(|(_, behind)| first(behind));
    for uuid in uuids.iter().step_by(13).cloned().chain(groups.take(2)) {
        let (one, code) = explained(&folder, &["--call", &uuid]);
        assert_eq!(code, Some(0), "{uuid}");
        assert_eq!(one.matches(" · call ").count(), 1, "{one}");
    }
    let (all, _) = explained(&folder, &["--all"]);
    let lines = all.lines().skip(1).take_while(|line| !line.is_empty());
    assert_eq!(lines.count(), 500);
    let (full, _) = explained(&folder, &["--full"]);
    assert_eq!(full.matches(" · call ").count(), 500);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
#[allow(clippy::too_many_lines, reason = "one choice after the other")]
fn calls_are_chosen() {
    let folder = day("chosen");
    let uuids = |options: &[&str]| -> Vec<String> {
        let (text, code) = explained(&folder, options);
        assert_eq!(code, Some(0), "{text}");
        let lines = text.lines().skip(1).take_while(|line| !line.is_empty());
        lines
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect()
    };
    let all = uuids(&[]);
    let lost = uuids(&["--outcome", "lost"]);
    let left = uuids(&["--outcome", "gave-up"]);
    let told = uuids(&["--outcome", "handled"]);
    assert_eq!(lost.len() + left.len() + told.len(), all.len());
    assert_eq!(
        uuids(&["--outcome", "lost,gave-up"]).len(),
        lost.len() + left.len()
    );
    assert_eq!(uuids(&["--outcome", "fine"]).len(), 460);
    // By number, however it is written, and by time with both bounds.
    let number = uuids(&["--from", "+1 (202) 555-01?0", "--all"]);
    assert!(!number.is_empty() && number.len() < 100, "{}", number.len());
    assert_eq!(uuids(&["--to", "12025550199", "--all"]).len(), 500);
    let morning = [
        "--since",
        "2026-11-02T08:00:00Z",
        "--until",
        "2026-11-02T08:10:00Z",
        "--all",
    ];
    assert_eq!(uuids(&morning).len(), 6);
    let local = [
        "--since",
        "2026-11-02T03:00",
        "--until",
        "2026-11-02T03:10",
        "--time-zone",
        "America/New_York",
        "--all",
    ];
    assert_eq!(uuids(&local), uuids(&morning));
    assert!(explained(&folder, &local).0.contains("03:10:00"));
    let days = ["2026-11-02", "2026-11-03"]
        .map(|day| uuids(&["--since", day, "--until", day, "--all"]).len());
    assert_eq!(days.iter().sum::<usize>(), 500, "{days:?}");
    // Several by name, in one option or in several, before the file or after it.
    let (one, two) = (all[0].as_str(), all[1].as_str());
    let both = [one.to_owned(), two.to_owned()];
    assert_eq!(uuids(&["--call", one, two]), both);
    assert_eq!(uuids(&["--call", one, "--call", two]), both);
    assert_eq!(uuids(&["--call", &format!("{one},{two}")]), both);
    let log = folder.join("log.jsonl");
    let before = output(&mut callflow(&[
        "explain",
        "--call",
        one,
        two,
        log.to_str().unwrap(),
    ]));
    assert_eq!(before.status.code(), Some(0));
    assert!(
        String::from_utf8(before.stdout)
            .unwrap()
            .starts_with("call ")
    );
    // Nothing chosen is no failure, and a call that is not there is one.
    let none = explained(&folder, &["--since", "2027-01-01"]);
    let missing = explained(&folder, &["--call", one, "zzzz"]);
    let wrong = explained(&folder, &["--outcome", "bad"]);
    assert_eq!((none.1, missing.1, wrong.1), (Some(0), Some(2), Some(2)));
    snapshot("many.none", &format!("{}{}{}", none.0, missing.0, wrong.0));
    // One that is left is shown whole.
    let (text, _) = explained(
        &folder,
        &[
            "--call",
            one,
            two,
            "--outcome",
            "fine,lost,gave-up,handled",
            "--until",
            "2026-11-02T08:00:00Z",
        ],
    );
    assert!(text.contains("     at    lasts"), "{text}");
    // For programs and for a ticket.
    let (text, _) = explained(&folder, &["--outcome", "lost", "--format", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["counts"]["lost"], lost.len());
    assert_eq!(json["calls"].as_array().unwrap().len(), lost.len());
    assert!(
        json["calls"]
            .as_array()
            .unwrap()
            .iter()
            .all(|call| call["outcome"] == "lost")
    );
    let (text, _) = explained(
        &folder,
        &[
            "--outcome",
            "lost",
            "--until",
            "2026-11-02",
            "--format",
            "markdown",
        ],
    );
    snapshot("many.markdown", &text);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn identifiers_that_begin_alike_are_told_apart() {
    let one = last_event(&call(
        "<Response><Pause length=\"9000\"/></Response>",
        "[caller]\nhangup_after = \"3s\"\n",
    ))
    .unwrap();
    let event: Value = serde_json::from_str(&one).unwrap();
    let uuid = event["call"]["uuid"].as_str().unwrap().to_owned();
    let other = format!(
        "{}{}",
        &uuid[..uuid.len() - 1],
        if uuid.ends_with('0') { '1' } else { '0' }
    );
    let log = format!("{one}\n{}\n", one.replace(&uuid, &other));
    let folder = std::env::temp_dir().join(format!("callflow-many-alike-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("log.jsonl"), log).unwrap();
    let (text, _) = explained(&folder, &[]);
    assert!(text.contains(&uuid) && text.contains(&other), "{text}");
    for uuid in [uuid, other] {
        let (text, _) = explained(&folder, &["--call", &uuid]);
        assert!(text.contains("     at    lasts"), "{text}");
    }
    fs::remove_dir_all(folder).unwrap();
}
