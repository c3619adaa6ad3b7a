//! `[assume]`: what the platform really does, where callflow's assumption has a second reading.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{callflow, output};

/// A folder with a flow, its scenario, and a `callflow.toml`.
fn folder(name: &str, flow: &str, scenario: &str, config: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("assume-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("flow.xml"), flow).unwrap();
    fs::write(folder.join("call.toml"), scenario).unwrap();
    fs::write(folder.join("callflow.toml"), config).unwrap();
    folder
}

/// Runs the scenario; what is expected in it must hold.
#[track_caller]
fn run(name: &str, flow: &str, scenario: &str, config: &str) -> String {
    let folder = folder(name, flow, scenario, config);
    let path = folder.join("call.toml");
    let run = output(&mut callflow(&["run", path.to_str().unwrap()]));
    let text = String::from_utf8(run.stdout).unwrap();
    let errors = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{text}{errors}");
    text
}

const MENU: &str = r#"<Response>
  <Say>Welcome.</Say>
  <Gather dtmf_length="2">
    <Say>Please press two digits.</Say>
    <DTMF value="12"><Hangup/></DTMF>
    <Error><Say>Nothing was pressed.</Say></Error>
  </Gather>
</Response>"#;

const EARLY: &str = r#"flow = "flow.xml"
[caller]
keys = [{ at = "1.9s", press = "1" }, { at = "2s", press = "2" }]
"#;

#[test]
fn keys_that_are_kept_answer_the_next_menu() {
    let lost = EARLY.to_owned() + "[expect]\nhears = [\"Welcome*\", \"Please*\", \"Nothing*\"]\n";
    let text = run("lost", MENU, &lost, "");
    assert!(text.contains("keys-unheard"), "{text}");
    let kept = EARLY.to_owned()
        + "[assume]\nkeys-unheard = \"kept\"\n[expect]\nended_by = \"Gather[*].DTMF[*].Hangup[*]\"\n";
    let text = run("kept", MENU, &kept, "");
    assert!(
        text.contains("As [assume] says: keys-unheard = \"kept\""),
        "{text}"
    );
    // A scenario's own word counts before that of callflow.toml.
    let config = "[assume]\nkeys-unheard = \"kept\"\n";
    let by_config = EARLY.to_owned() + "[expect]\nended_by = \"Gather[*].DTMF[*].Hangup[*]\"\n";
    run("config", MENU, &by_config, config);
    run(
        "scenario",
        MENU,
        &(lost + "[assume]\nkeys-unheard = \"lost\"\n"),
        config,
    );
}

const VOICEMAIL: &str =
    r#"<Response><Record tag="message"><Pause length="20000"/></Record></Response>"#;

const CUT: &str = r##"flow = "flow.xml"
[caller]
hangup = { when = "#message", after = "3s" }
"##;

#[test]
fn a_recording_that_the_hang_up_cuts_short_can_be_discarded() {
    let kept = format!("{CUT}[expect]\nrecorded = [\"message\"]\n");
    run("record-kept", VOICEMAIL, &kept, "");
    let discarded =
        format!("{CUT}[assume]\nrecord-open = \"discarded\"\n[expect]\nrecorded = []\n");
    run("record-discarded", VOICEMAIL, &discarded, "");
}

const UNHANDLED: &str = r#"<Response>
  <Dial><To destination="anna@sip.example.com"/></Dial>
  <Say>Goodbye.</Say>
</Response>"#;

const BUSY: &str = r#"flow = "flow.xml"
[[dial]]
to = "anna@*"
cause = "USER_BUSY"
"#;

#[test]
fn a_failure_that_nobody_handles_can_end_the_call() {
    let goes_on = format!("{BUSY}[expect]\nhears = [\"Goodbye*\"]\n");
    run("goes-on", UNHANDLED, &goes_on, "");
    let ends = format!(
        "{BUSY}[assume]\nunhandled-failure = \"ends-call\"\n[expect]\nhears = []\nnever_ran = [\"Say[0]\"]\n"
    );
    run("ends-call", UNHANDLED, &ends, "");
}

#[test]
fn a_reading_that_does_not_exist_is_refused() {
    let wrong = format!("{BUSY}[assume]\nkeys-unheard = \"kep\"\nflow-end = \"kept\"\n");
    let folder = folder("wrong", UNHANDLED, &wrong, "");
    let path = folder.join("call.toml");
    let run = output(&mut callflow(&["run", path.to_str().unwrap()]));
    let said = String::from_utf8(run.stderr).unwrap() + &String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    for line in [
        "`keys-unheard` is not a reading",
        "did you mean \"kept\"?",
        "`[assume]` has no key `flow-end`",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}
