//! A recovered call means the same when a prompt gets longer.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use callflow::record::{Audio, EndedBy, Entry};
use callflow::replay::{self, Recovered};
use callflow::scenario::{self, Scenario};
use callflow::simulate::{Documents, Run, simulate};
use callflow::source::Source;
use callflow::{flow, xml};
use support::{files, last_event, record};

/// About ten seconds of speech.
const MORE: &str = " and this is what we have added to what you hear because somebody in the office \
                    thought that it had to be said to everyone who calls us today ";

fn compiled(name: &str, text: &str) -> Arc<flow::Flow> {
    let (flow, findings) = flow::compile(xml::read(name, text.as_bytes()).0);
    let is_error = |one: &&callflow::diagnostic::Diagnostic| {
        one.severity == callflow::diagnostic::Severity::Error
    };
    assert_eq!(findings.iter().find(is_error), None, "{text}");
    Arc::new(flow)
}

/// A document with more words in each of its prompts.
fn longer(text: &str) -> String {
    let mut longer = text.replace("</Say>", &format!("{MORE}</Say>"));
    // A text in an attribute.
    let mut from = 0;
    while let Some(at) = longer[from..].find("<Say").map(|at| from + at) {
        let end = at + longer[at..].find('>').unwrap();
        if let Some(text) = longer[at..end].find("text=\"").map(|text| at + text + 6) {
            longer.insert_str(text, MORE.trim_start());
        }
        from = at + 4;
    }
    longer
}

/// The call with longer prompts in all of its documents.
fn lengthened(recovered: &Recovered) -> Run {
    let flow = compiled("flow.xml", &longer(&recovered.documents[0].xml));
    let fetched = recovered.documents[1..].iter().map(|document| {
        let body: Arc<[u8]> = longer(&document.xml).into_bytes().into();
        (PathBuf::from(&document.name), body)
    });
    simulate(&recovered.scenario, flow, &fetched.collect())
}

fn recovered(run: &Run) -> Recovered {
    let event = last_event(&run.record).unwrap();
    replay::recover(&record(&event)).unwrap()
}

/// The paths of all commands in their order, with how each ended.
fn course(run: &Run) -> Vec<String> {
    let line = |entry: &Entry| {
        // A time-out's words are the time's own.
        format!(
            "{} {}: {}",
            entry.path(),
            entry.status.state().as_str(),
            entry.status.reason.as_deref().unwrap_or_default()
        )
    };
    run.record.log.iter().map(line).collect()
}

/// For each key the innermost command that was open when it came.
fn keys(run: &Run) -> Vec<(String, char)> {
    let record = &run.record;
    let heard = record.keys.iter().flatten().filter(|key| key.is_heard);
    heard
        .map(|key| {
            let mut open = record.log.iter().rev().filter(|entry| {
                let ended = record.at(entry.ended()).unwrap_or(u64::MAX);
                record.at(entry.began).unwrap() <= key.at && key.at <= ended
            });
            let open = open.next().map(|entry| entry.path().to_owned());
            (open.unwrap_or_default(), key.key)
        })
        .collect()
}

fn ended(run: &Run) -> String {
    match run.record.ended_by {
        Some(EndedBy::Command(entry)) => run.record.log[entry].path().to_owned(),
        Some(by) => format!("{by:?}"),
        None => "limit".to_owned(),
    }
}

/// The call that a scenario gives, and the recovered one with longer prompts, go the same way.
#[track_caller]
fn means_the_same(name: &str, run: &Run) -> Run {
    let again = recovered(run);
    let same = again.run().unwrap();
    assert_eq!(course(run), course(&same), "{name}: {:?}", again.open);
    let longer = lengthened(&again);
    let text = again.scenario.to_toml();
    assert_eq!(course(run), course(&longer), "{name}\n{text}");
    // Of keys that chose nothing the log does not show which they were.
    assert_eq!(keys(&same), keys(&longer), "{name}\n{text}");
    assert_eq!(ended(run), ended(&longer), "{name}\n{text}");
    longer
}

fn run(scenario: &str, flow: &str, fetched: &[(&str, &str)]) -> Run {
    let (scenario, findings) = scenario::parse(&Source::new("call.toml", scenario));
    assert_eq!(findings, []);
    let fetched = fetched.iter().map(|(name, text)| {
        let body: Arc<[u8]> = text.as_bytes().into();
        (PathBuf::from(name), body)
    });
    let documents: Documents = fetched.collect();
    simulate(&scenario.unwrap(), compiled("flow.xml", flow), &documents)
}

const MENU: &str = r##"<Response>
<Say>Welcome.</Say>
<Gather dtmf_length="1" timeout="3000" attempts="2" tag="main">
  <Say>Press one for sales, two for support.</Say>
  <Say>Press nine to hear this again.</Say>
  <DTMF value="1"><Say>Sales.</Say></DTMF>
  <DTMF value="2">
    <Gather dtmf_length="2" dtmf_stop="#" timeout="4000">
      <Say>Enter your number.</Say>
      <DTMF value="42"><Callback url="https://api.example.com/support"><Error/></Callback></DTMF>
      <Error/>
    </Gather>
  </DTMF>
  <Error><Say>Goodbye.</Say></Error>
</Gather>
<Say>Behind.</Say>
</Response>"##;

const FETCHED: &str = r#"<Response>
<Gather dtmf_length="1" timeout="5000">
  <Say>One to record, two to leave.</Say>
  <DTMF value="1"><Record tag="note"><Tone/><Pause length="60000"/></Record></DTMF>
  <Error/>
</Gather>
</Response>"#;

const CALLER: &str = r##"
[[press]]
keys = ""

[[press]]
keys = "2"
when = "#main"
during = "Say[1]"
after = "1.3s"

[[press]]
keys = "42"
after = "2.2s"
between = "700ms"

[[press]]
keys = "1"
document = "https://api.example.com/*"
after = "800ms"

[caller]
hangup = { when = "#note", after = "7.5s" }

[[callback]]
url = "https://api.example.com/*"
flow = "fetched.xml"
"##;

/// Prompts before and inside the Gather, two attempts, a key inside a prompt, a nested menu, a fetched
/// document, and a caller who hangs up inside a Record.
#[test]
fn the_same_keys_are_pressed_at_the_same_menus() {
    let was = run(CALLER, MENU, &[("fetched.xml", FETCHED)]);
    assert_eq!(was.record.ended_by, Some(EndedBy::Caller));
    let keys_were = keys(&was)
        .into_iter()
        .map(|(_, key)| key)
        .collect::<String>();
    assert_eq!(keys_were, "2421");
    let longer = means_the_same("menu", &was);
    // The prompts that nobody cut short are heard whole.
    let spoken = |run: &Run| {
        let segments = run
            .record
            .heard
            .iter()
            .flatten()
            .filter(|one| matches!(one.what, Audio::Sound(_)));
        let mut lengths = BTreeMap::new();
        for segment in segments {
            if let Audio::Sound(callflow::channel::Sound::Speech(text)) = &segment.what {
                let words = text.split_whitespace().count() as u64;
                lengths.insert(
                    text.to_string(),
                    (segment.to - segment.from, 190 + 400 * words),
                );
            }
        }
        lengths
    };
    let cut: Vec<_> = spoken(&longer)
        .into_iter()
        .filter(|(_, (heard, whole))| heard != whole)
        .map(|(text, _)| text)
        .collect();
    // The last of each text counts: the second attempt was cut short in its second prompt.
    assert_eq!(cut.len(), 1, "{cut:?}");
    assert!(cut[0].starts_with("Press nine"));
    assert!(
        longer.ended > was.ended + 30_000,
        "{} {}",
        was.ended,
        longer.ended
    );
}

#[test]
fn a_caller_who_hung_up_in_the_gap_behind_a_say_does_so_again() {
    let world = "[caller]\nhangup = { when = \"Say[1]\", after_end = \"40ms\" }\n";
    let flow = "<Response><Say>One.</Say><Say>Two.</Say><Say>Three.</Say></Response>";
    let was = run(world, flow, &[]);
    assert_eq!(
        (was.record.log.len(), was.record.ended_by),
        (2, Some(EndedBy::Caller))
    );
    let longer = means_the_same("gap", &was);
    let last = longer.record.log.last().unwrap().changed.unwrap();
    assert_eq!(longer.record.leg.hangup.unwrap().since(last), 40);
}

/// The first of the two ran commands of its own: an Error block, or a document.
#[test]
fn a_key_between_two_commands_of_a_menu_is_pressed_there_again() {
    let flow = |first: &str| {
        format!(
            r#"<Response><Gather dtmf_length="1" timeout="5000">{first}<Say>One, or two?</Say><DTMF value="1"><Say>Sales.</Say></DTMF></Gather></Response>"#
        )
    };
    let missing =
        r#"<Play url="https://example.com/a.mp3"><Error><Say>No music.</Say></Error></Play>"#;
    let fetches = r#"<Callback url="https://example.com/next"/>"#;
    for (first, ran, tag) in [
        (missing, "Gather[0].Play[0].Error[0].Say[0]", "Play[0]"),
        (fetches, "Say[0]", "Callback[0]"),
    ] {
        let world = format!(
            "[[press]]\nkeys = \"1\"\nduring = \"Gather[0].{tag}\"\nafter_end = \"5ms\"\n
             [[media]]\nurl = \"*\"\nstatus = 404\n
             [[callback]]\nurl = \"*\"\nflow = \"next.xml\"\n"
        );
        let next = "<Response><Say>From elsewhere.</Say></Response>";
        let was = run(&world, &flow(first), &[("next.xml", next)]);
        let log: Vec<&str> = was.record.log.iter().map(Entry::path).collect();
        assert!(log.contains(&ran), "{log:?}");
        assert!(log.contains(&"Gather[0].DTMF[2].Say[0]"), "{log:?}");
        assert!(!log.contains(&"Gather[0].Say[0]"), "{log:?}");
        means_the_same(tag, &was);
    }
}

/// A document that fetches itself from inside its menu: both have the same path.
#[test]
fn a_press_may_be_for_the_second_time_that_a_menu_runs() {
    let flow = r#"<Response><Callback url="https://example.com/menu"/></Response>"#;
    let menu = r#"<Response><Gather dtmf_length="1" timeout="2000" tag="menu">
  <Play url="https://example.com/a.mp3"><Error><Callback url="https://example.com/menu"/></Error></Play>
  <Say>One?</Say><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Hangup/></Error>
</Gather></Response>"#;
    let world = |nth: u32| {
        format!(
            "[[press]]\nkeys = \"1\"\nwhen = \"#menu\"\nnth = {nth}\nduring = \"#menu\"\n
             [[media]]\nurl = \"*\"\nstatus = 404\n
             [[callback]]\nurl = \"*\"\nflow = \"menu.xml\"\n"
        )
    };
    for nth in 1..4 {
        let was = run(&world(nth), flow, &[("menu.xml", menu)]);
        let log: Vec<&str> = was.record.log.iter().map(Entry::path).collect();
        let pressed = log.iter().position(|path| path.ends_with("DTMF[2]"));
        let begun = log[..pressed.unwrap()].iter();
        let begun = begun.filter(|path| **path == "Gather[0]").count();
        assert_eq!(begun, nth as usize, "{log:?}");
    }
}

#[test]
fn a_caller_who_hung_up_while_a_menu_waited_does_so_again() {
    let world = "[caller]\nhangup = { when = \"Gather[0].Say[0]\", after_end = \"1.4s\" }\n";
    let flow = "<Response><Gather dtmf_length=\"1\" timeout=\"5000\"><Say>One, or two?</Say><DTMF value=\"1\"/></Gather></Response>";
    let was = run(world, flow, &[]);
    assert_eq!(was.record.ended_by, Some(EndedBy::Caller));
    means_the_same("menu", &was);
}

#[test]
fn every_example_means_the_same_with_longer_prompts() {
    let mut count = 0;
    for path in files("toml") {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let (scenario, _) = scenario::parse(&Source::new(name.clone(), text));
        let scenario: Scenario = scenario.unwrap();
        let folder = path.parent().unwrap();
        let fetched = scenario.fetched_files().map(|file| {
            let body: Arc<[u8]> = std::fs::read(folder.join(&file.value)).unwrap().into();
            (file.value.clone(), body)
        });
        let documents: Documents = fetched.collect();
        let Some(file) = &scenario.flow else { continue };
        let flow = std::fs::read_to_string(folder.join(&file.value)).unwrap();
        let was = simulate(&scenario, compiled(&name, &flow), &documents);
        if was.limit.is_some() {
            // A limit ended it: there is no event.
            continue;
        }
        means_the_same(&name, &was);
        count += 1;
    }
    assert!(count > 120, "{count}");
}
