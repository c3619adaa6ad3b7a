//! A recorded call on a flow that was changed since: what the caller did is done at the commands that are
//! the same ones, and what has no use, or is not told, is said.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use callflow::channel::Sound;
use callflow::record::{Audio, Completeness, EndedBy, Outline};
use callflow::scenario::{self, Changes, options};
use callflow::simulate::{Documents, simulate};
use callflow::source::Source;
use callflow::{flow, replay, xml};
use support::{generate, last_event, record};

/// A folder of its own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("callflow-changed-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    /// What a command prints, and its exit code.
    fn run(&self, args: &[&str]) -> (String, i32) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callflow"));
        let output = command.args(args).current_dir(&self.0).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        (text, output.status.code().unwrap())
    }

    /// A call of a flow, kept as its last event.
    fn record(&self, flow: &str, options: &[&str]) {
        self.write("old.xml", flow);
        let args = [&["run", "old.xml", "--format", "json"], options].concat();
        let (event, code) = self.run(&args);
        assert_eq!(code, 0, "{event}");
        self.write("event.json", &event);
    }

    fn replay(&self, flow: &str, options: &[&str]) -> String {
        self.write("new.xml", flow);
        let args = [&["replay", "event.json", "--flow", "new.xml"], options].concat();
        let (text, code) = self.run(&args);
        assert!(code < 2, "{text}");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Two menus, one inside the other.
const MENU: &str = "<Response>
  <Gather dtmf_length=\"1\"><Say>Press 1 for sales.</Say>
    <DTMF value=\"1\"><Gather dtmf_length=\"1\"><Say>Press 2 for Anna.</Say>
      <DTMF value=\"2\"><Say>Anna it is.</Say></DTMF>
      <Error><Say>No choice.</Say></Error>
    </Gather></DTMF>
    <Error><Say>Silence.</Say></Error>
  </Gather>
</Response>
";

#[test]
fn the_keys_are_pressed_at_the_menus_that_are_the_same_ones() {
    let folder = Folder::new("menus");
    folder.record(MENU, &["--press", "1", "--press", "2"]);
    let tagged = MENU.replacen("<Gather ", "<Gather tag=\"menu\" ", 1);
    for (change, new) in [
        (
            "a prompt in front",
            MENU.replace("<Response>", "<Response><Say>Welcome.</Say>"),
        ),
        (
            "a prompt inside",
            MENU.replace("<Say>Press 2", "<Say>You chose sales.</Say><Say>Press 2"),
        ),
        ("a tag", tagged.clone()),
        (
            "another text",
            MENU.replace("for sales", "for sales, or stay on the line"),
        ),
        (
            "a branch in front",
            MENU.replace(
                "<DTMF value=\"1\">",
                "<DTMF value=\"0\"><Say>Zero.</Say></DTMF><DTMF value=\"1\">",
            ),
        ),
        (
            "a filter around it",
            MENU.replace(
                "<Response>",
                "<Response><Schedule dow=\"mon,tue,wed,thu,fri,sat,sun\">",
            )
            .replace("</Response>", "</Schedule></Response>"),
        ),
    ] {
        let said = folder.replay(&new, &[]);
        let would_be = said.matches("Anna it is.").count();
        // Where nothing differs, the call is shown once.
        let is_same = said.contains("the same call in every entry and sound");
        assert_eq!(would_be, if is_same { 1 } else { 2 }, "{change}: {said}");
        assert!(!said.contains("not used"), "{change}: {said}");
        assert!(!said.contains("does not tell"), "{change}: {said}");
    }
}

#[test]
fn what_has_no_use_and_what_is_not_told_is_said() {
    let folder = Folder::new("notes");
    folder.record(MENU, &["--press", "1", "--press", "2"]);
    // The second menu is gone, and another one asks first.
    let new = "<Response>
  <Gather dtmf_length=\"1\" tag=\"language\"><Say>Language?</Say><DTMF value=\"1\"><Say>English.</Say></DTMF></Gather>
  <Gather dtmf_length=\"1\"><Say>Press 1 for sales.</Say>
    <DTMF value=\"1\"><Dial><To destination=\"sales@sip.example.com\"/></Dial></DTMF>
    <Error><Say>Silence.</Say></Error>
  </Gather>
</Response>
";
    let said = folder.replay(new, &[]);
    for note in [
        "the key 2 at `Gather[0].DTMF[1].Gather[0]` was not used: the new flow has no",
        "waits for keys at `#language`; the real call does not show the answer, so silence was assumed. Set it with --press '#language=1'",
        "dials sales@sip.example.com; the real call does not show the answer, so callflow assumed that it answers",
    ] {
        assert!(said.contains(note), "{note}: {said}");
    }
    let answered = folder.replay(new, &["--press", "#language=1"]);
    assert!(answered.contains("English."), "{answered}");
    // JSON says the same.
    let (json, _) = folder.run(&[
        "replay",
        "event.json",
        "--flow",
        "new.xml",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["unused"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json[0]["not_told"].as_array().unwrap().len(), 2, "{json}");
}

const DIAL: &str = "<Response>
  <Say>One moment.</Say>
  <Dial timeout=\"30000\"><To destination=\"anna@sip.example.com\"/><Error><Say>Nobody is there.</Say></Error></Dial>
</Response>
";

#[test]
fn a_caller_who_hung_up_in_a_conversation_stays_on_the_line_without_one() {
    let folder = Folder::new("talk");
    for (scenario, kept) in [
        (
            "hangup = { when = \"Dial[1]\", talk = \"9s\" }",
            "talk = \"9s\"",
        ),
        (
            "hangup = { when = \"Dial[1]\", ringing = \"1.5s\" }",
            "ringing = \"1.5s\"",
        ),
        (
            "hangup = { when = \"Say[0]\", after = \"400ms\" }",
            "after = \"400ms\"",
        ),
    ] {
        folder.write("old.xml", DIAL);
        folder.write("call.toml", &format!("flow = \"old.xml\"\n[caller]\n{scenario}\n[[dial]]\nto = \"anna@*\"\nanswer = true\nrings_after = \"1s\"\nafter = \"6s\"\n"));
        let (event, code) = folder.run(&["run", "call.toml", "--format", "json"]);
        assert_eq!(code, 0, "{event}");
        folder.write("event.json", &event);
        // The same call is rebuilt, and says what the hang-up interrupts.
        let (same, code) = folder.run(&["replay", "event.json"]);
        assert_eq!(code, 0, "{same}");
        let (written, _) = folder.run(&["recover", "event.json", "-o", "rebuilt", "--force"]);
        let rebuilt = fs::read_to_string(folder.0.join("rebuilt/scenario.toml")).unwrap();
        assert!(rebuilt.contains(kept), "{written}: {rebuilt}");
        let (busy, _) = folder.run(&["replay", "event.json", "--dial", "*=USER_BUSY"]);
        assert_eq!(
            busy.contains("Nobody is there."),
            !scenario.contains("Say"),
            "{busy}"
        );
    }
}

/// A hang-up into a conversation counts from its first millisecond, and needs one that lasts as long.
#[test]
fn a_conversation_that_is_over_before_is_not_interrupted() {
    let folder = Folder::new("boundary");
    folder.write("old.xml", DIAL);
    let ended_by = |talk: &str, hangup: &str| {
        folder.write("call.toml", &format!("flow = \"old.xml\"\n[caller]\nhangup = {{ when = \"Dial[1]\", {hangup} }}\n[[dial]]\nto = \"anna@*\"\nanswer = true\nrings_after = \"1s\"\nafter = \"6s\"\ntalk = \"{talk}\"\n"));
        let (text, _) = folder.run(&["run", "call.toml"]);
        text.contains("the caller hung up")
    };
    assert!(ended_by("9.001s", "talk = \"9s\""));
    assert!(!ended_by("8.999s", "talk = \"9s\""));
    assert!(ended_by("9s", "ringing = \"4.999s\""));
    assert!(!ended_by("9s", "ringing = \"5.001s\""));
}

/// A menu in a document that the flow fetches.
const FETCHED: &str = "<Response>
  <Gather dtmf_length=\"1\"><Say>Press 1 for Anna.</Say>
    <DTMF value=\"1\"><Say>Anna it is.</Say></DTMF>
    <Error><Say>No choice.</Say></Error>
  </Gather>
</Response>
";

const URL: &str = "https://api.example.com/menu";

#[test]
fn what_was_done_in_a_fetched_document_is_done_in_the_one_in_its_place() {
    let folder = Folder::new("fetched");
    let flow = format!("<Response><Callback url=\"{URL}\"/></Response>");
    folder.write("menu.xml", FETCHED);
    let old = format!("{URL}=menu.xml");
    folder.record(&flow, &["--callback", &old, "--press", "1"]);
    let replay = |menu: &str, options: &[&str]| {
        folder.write("new-menu.xml", menu);
        let new = format!("{URL}=new-menu.xml");
        let args = [&["replay", "event.json", "--callback", &new], options].concat();
        let (text, code) = folder.run(&args);
        assert!(code < 2, "{text}");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let moved = FETCHED.replace("<Response>", "<Response><Gather dtmf_length=\"1\" tag=\"language\"><DTMF value=\"1\"/><DTMF value=\"2\"/></Gather>");
    let said = replay(&moved, &[]);
    assert_eq!(said.matches("Anna it is.").count(), 2, "{said}");
    assert!(!said.contains("not used"), "{said}");
    let asks = "waits for keys at `#language`; the real call does not show the answer";
    assert!(said.contains(asks), "{said}");
    let answered = replay(&moved, &["--press", "#language=2"]);
    assert!(!answered.contains(asks), "{answered}");
    // Another menu in its place may be another one, and without one nobody presses.
    let other = "<Response><Gather dtmf_stop=\"#\"><Say>Another question.</Say><DTMF value=\"1\"/></Gather></Response>";
    let said = replay(other, &[]);
    assert!(said.contains("not certain"), "{said}");
    let said = replay("<Response><Say>Closed.</Say></Response>", &[]);
    let gone =
        format!("the key 1 at `Gather[0]` was not used: the new flow of {URL} has no `Gather[0]`");
    assert!(said.contains(&gone), "{said}");
    // What is no flow has no commands either.
    let said = replay("out of order", &[]);
    assert!(said.contains("`Gather[0]` did not wait for it"), "{said}");
}

/// The hang-up of the recorded call has no place in the changed one, and nothing else ends it.
#[test]
fn a_call_that_would_not_end_is_called_so() {
    let folder = Folder::new("endless");
    let flow = |code: &str, attempts: &str| {
        format!(
            "<Response><Gather dtmf_length=\"1\" timeout=\"3000\" attempts=\"{attempts}\" tag=\"menu\">
  <DTMF value=\"{code}\"><Dial tag=\"anna\"><To destination=\"anna@sip.example.com\"/></Dial></DTMF>
  <Error><Callback url=\"{URL}\"/></Error>
</Gather></Response>"
        )
    };
    folder.write("old.xml", &flow("1", "1"));
    folder.write(
        "call.toml",
        &format!(
            "flow = \"old.xml\"
[caller]
hangup = {{ when = \"#anna\", talk = \"9s\" }}
[[press]]
keys = \"1\"
[[dial]]
to = \"*\"
answer = true
[[callback]]
url = \"{URL}\"
flow = \"old.xml\"
"
        ),
    );
    let (event, code) = folder.run(&["run", "call.toml", "--format", "json"]);
    assert_eq!(code, 0, "{event}");
    // Standard error names the rule that was not used.
    let event = &event[..=event.rfind('}').unwrap()];
    folder.write("event.json", event);
    let again = format!("{URL}=new.xml");
    for (code, attempts, why) in [
        (
            "7",
            "1",
            "it goes on after 10000 commands, and nobody hangs up",
        ),
        (
            "7",
            "2000000000",
            "it goes on after 1000000 inputs: `attempts` of Gather[0] allows 2000000000 attempts",
        ),
    ] {
        let new = flow(code, attempts);
        let said = folder.replay(&new, &["--callback", &again]);
        let note = format!("note: the changed call would not end: {why}");
        assert!(said.contains(&note), "{said}");
        assert!(
            said.contains("the hang-up at `#anna` was not used"),
            "{said}"
        );
        assert!(!said.contains("error:"), "{said}");
        assert!(said.len() < 20_000, "{}", said.len());
        if attempts != "1" {
            // It takes a while.
            continue;
        }
        let (json, _) = folder.run(&[
            "replay",
            "event.json",
            "--flow",
            "new.xml",
            "--callback",
            &again,
            "--format",
            "json",
        ]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            json[0]["would_not_end"],
            format!("the changed call would not end: {why}")
        );
        assert!(json[0]["error"].is_null(), "{json}");
    }
    // A call that ends has none.
    folder.write("new.xml", &flow("1", "1"));
    let (json, _) = folder.run(&[
        "replay",
        "event.json",
        "--flow",
        "new.xml",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json[0]["would_not_end"].is_null(), "{json}");
}

#[test]
fn a_conversation_that_the_recorded_call_does_not_tell_of_ends_after_a_while() {
    let folder = Folder::new("endless-talk");
    folder.write("old.xml", DIAL);
    for hangup in ["after_end = \"20ms\"", "after = \"40ms\""] {
        folder.write("call.toml", &format!("flow = \"old.xml\"\n[caller]\nhangup = {{ when = \"Dial[1]\", {hangup} }}\n[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\n"));
        let (event, code) = folder.run(&["run", "call.toml", "--format", "json"]);
        assert_eq!(code, 0, "{event}");
        folder.write("event.json", &event);
        let (said, _) = folder.run(&["replay", "event.json", "--dial", "*=answer"]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let talks = said.contains("lets the caller talk with anna@sip.example.com until one of them hangs up; the real call does not show the answer, so callflow assumed that the callee hangs up after 30 s");
        assert_eq!(talks, hangup.starts_with("after_end"), "{said}");
    }
}

/// A call that ended in a conversation: which menus there are before it, whom the caller talks to, and how
/// long.
fn talked(seed: u64) -> String {
    let mut dice = generate::Dice::new(seed);
    let error = "<Error><Say>Nobody is there.</Say></Error>";
    let dial = match dice.below(3) {
        0 => format!("<Dial tag=\"anna\"><To destination=\"anna@sip.example.com\"/>{error}</Dial>"),
        1 => format!(
            "<Dial max_call_attempts=\"2\" timeout=\"20000\"><To destination=\"anna@sip.example.com\"/><To destination=\"bob@sip.example.com\"/>{error}</Dial>"
        ),
        _ => format!(
            "<Dial max_call_duration=\"3600000\"><Sip>sip:anna@10.0.0.1:5080</Sip>{error}</Dial>"
        ),
    };
    let inside = match dice.below(4) {
        0 => dial,
        1 => format!("<Say>One moment.</Say>{dial}<Say>Goodbye.</Say>"),
        2 => format!(
            "<Gather dtmf_length=\"1\"><Say>Press one.</Say><DTMF value=\"1\">{dial}</DTMF><Error/></Gather>"
        ),
        _ => format!(
            "<Call field=\"direction\" value=\"in\"><Record tag=\"all\">{dial}</Record></Call>"
        ),
    };
    let flow = format!("<Response>{inside}</Response>");
    let (document, _) = xml::read("flow.xml", flow.as_bytes());
    let (flow, findings) = flow::compile(document);
    assert!(!callflow::diagnostic::any_error(&findings), "{findings:?}");
    let (rings, answers) = (dice.below(3_000), dice.below(9_000));
    let talk = dice.below(120_000);
    let text = format!(
        "[caller]\nhangup = {{ when = \"Dial[*]\", talk = \"{talk}ms\" }}\n[[press]]\nkeys = \"1\"\n[[dial]]\nto = \"*\"\nanswer = true\nrings_after = \"{rings}ms\"\nafter = \"{}ms\"\n",
        rings + answers
    );
    let (scenario, findings) = scenario::parse(&Source::new("call.toml", text));
    assert_eq!(findings, []);
    let mut scenario = scenario.unwrap();
    // Each is a call of its own.
    scenario.call.seed = Some(seed);
    let run = simulate(&scenario, Arc::new(flow), &Documents::new());
    assert_eq!(run.record.ended_by, Some(EndedBy::Caller), "{seed}");
    last_event(&run.record.when_gone()).unwrap()
}

#[test]
fn callers_who_hung_up_in_a_conversation_hear_the_error_block_if_nobody_answers() {
    const CALLS: u64 = 300;
    let folder = Folder::new("talks");
    let busy = || Changes {
        dials: vec![options::dial("*=USER_BUSY").unwrap()],
        ..Changes::default()
    };
    let mut events = String::new();
    for seed in 0..CALLS {
        let event = talked(seed);
        let recovered = replay::recover(&record(&event)).unwrap();
        let was = recovered.run().unwrap();
        assert_eq!(was.record.ended_by, Some(EndedBy::Caller), "{seed}");
        let mut scenario = recovered.scenario.clone();
        scenario.apply(busy());
        let flow = recovered.documents[0].flow.clone();
        let run = simulate(&scenario, flow, &recovered.files());
        let outline = Outline::of(&run.record);
        let sounds = outline.sounds(0);
        let heard = sounds.iter().any(|(sound, how)| {
            let text = matches!(&sound.what, Audio::Sound(Sound::Speech(text)) if &**text == "Nobody is there.");
            text && *how == Completeness::Whole
        });
        assert!(heard, "{seed}: {:?}", run.record.heard);
        assert_ne!(run.record.ended_by, Some(EndedBy::Caller), "{seed}");
        assert!(!run.used.hangup);
        let event: serde_json::Value = serde_json::from_str(&event).unwrap();
        writeln!(events, "{event}").unwrap();
    }
    folder.write("calls.jsonl", &events);
    let options = [
        "replay",
        "calls.jsonl",
        "--dial",
        "*=USER_BUSY",
        "--format",
        "json",
    ];
    let (json, code) = folder.run(&options);
    assert_eq!(code, 1);
    let calls: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(calls.len() as u64, CALLS);
    for call in calls {
        let unused = call["unused"].to_string();
        assert!(unused.contains("the hang-up at"), "{unused}");
        assert!(
            unused.contains("so the caller stays on the line"),
            "{unused}"
        );
    }
}
