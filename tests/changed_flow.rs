//! A recorded call on a flow that was changed since: what the caller did is done at the commands that are
//! the same ones, and what has no use, or is not told, is said.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

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
        "asks at `#language`; the recorded one does not tell, so silence was assumed: answer it with --press '#language=1'",
        "dials sales@sip.example.com; the recorded one does not tell, so it was assumed to answer",
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
