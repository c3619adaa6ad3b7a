//! What the caller answers, and what the world does, on the command line of the built program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::PathBuf;

use support::{callflow, output, stdout};

const MENU: &str = r#"<Response>
<Gather dtmf_length="1" timeout="3000"><Say>Press one.</Say><DTMF value="1">
  <Gather dtmf_length="1" timeout="3000"><Say>Now two.</Say><DTMF value="2">
    <Dial><To>anna@SIP.example.com</To><Error/></Dial>
    <Dial><To>+1 (202) 555-0143</To><Error/></Dial>
    <Dial><To>bob@sip.example.com</To><Error/></Dial>
  </DTMF></Gather>
</DTMF></Gather>
<Record tag="note"><Pause length="20000"/></Record>
</Response>"#;

/// A file of its own for a test.
fn menu(test: &str) -> PathBuf {
    let name = format!("callflow-answers-{test}-{}.xml", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, MENU).unwrap();
    path
}

fn run(test: &str, options: &[&str]) -> (String, String) {
    let path = menu(test);
    let arguments = [&["run", path.to_str().unwrap()], options].concat();
    let output = output(&mut callflow(&arguments));
    std::fs::remove_file(path).unwrap();
    let read = |bytes| String::from_utf8(bytes).unwrap();
    (read(output.stdout), read(output.stderr))
}

#[test]
fn plain_presses_answer_the_menus_in_order() {
    let (said, errors) = run("plain", &["--press", "1", "--press", "2"]);
    assert_eq!(said.matches('⌨').count(), 2, "{said}");
    assert!(said.contains("→ anna@SIP.example.com"), "{said}");
    assert_eq!(errors, "");
}

#[test]
fn a_press_names_its_menu_its_prompt_and_its_time() {
    let options = [
        "--press",
        "Gather[0]/Say[0]+0.4s=1",
        "--press",
        "DTMF[1].Gather[0]+2s=2",
    ];
    let (said, errors) = run("named", &options);
    assert!(said.contains("  2.177           │ └ ⌨ 1"), "{said}");
    // The second prompt is heard whole, and the key comes two seconds behind it.
    assert!(said.contains("  5.311               ├ ⌨ 2"), "{said}");
    assert_eq!(errors, "");
}

#[test]
fn the_caller_hangs_up_in_the_command_that_is_named() {
    let options = ["--press", "", "--hangup-on", "Record[*]+1.5s"];
    let (said, errors) = run("hangup", &options);
    assert!(said.contains("■ the caller hung up"), "{said}");
    let row = said.lines().find(|line| line.contains("Record #note"));
    let began: f64 = row.unwrap()[..8].trim().parse().unwrap();
    let last = said.lines().find(|line| line.contains('■')).unwrap();
    let ended: f64 = last[..8].trim().parse().unwrap();
    assert!((ended - began - 1.5).abs() < 0.0005, "{said}");
    assert_eq!(errors, "");
}

#[test]
fn a_rule_of_the_command_line_holds_for_every_dial() {
    let presses = ["--press", "1", "--press", "2"];
    let (said, _) = run("every", &[&presses[..], &["--dial", "*=404"]].concat());
    assert_eq!(said.matches("ERR UNALLOCATED_NUMBER").count(), 3, "{said}");
    // Numbers match however they are written, hosts whatever their case.
    let rules = [
        "--dial",
        "+1-202-555-0143=USER_BUSY",
        "--dial",
        "*@sip.EXAMPLE.com=486",
    ];
    let (said, errors) = run("written", &[&presses[..], &rules].concat());
    assert_eq!(said.matches("ERR USER_BUSY").count(), 3, "{said}");
    assert_eq!(errors, "");
}

#[test]
fn what_was_never_used_is_said() {
    let options = [
        "--press",
        "1",
        "--press",
        "9",
        "--press",
        "5",
        "--dial",
        "zoe@*=answer",
        "--media",
        "*.mp3=3s",
        "--hangup-on",
        "Dial[2]",
    ];
    let (_, errors) = run("unused", &options);
    let lines: Vec<_> = errors.lines().collect();
    assert_eq!(
        lines,
        [
            "callflow: --press \"5\": no command waited for keys",
            "callflow: --hangup-on \"Dial[2]\": no `Dial[2]` ran",
            "callflow: --dial \"zoe@*=answer\": no matching destination was called",
            "callflow: --media \"*.mp3=3s\": no matching file was played",
        ]
    );
}

#[test]
fn a_replay_with_another_outcome_changes_every_dial() {
    let options = [
        "--press",
        "1",
        "--press",
        "2",
        "--dial",
        "*=USER_BUSY",
        "--format",
        "json",
    ];
    let (event, _) = run("replay", &options);
    let name = format!("callflow-answers-event-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, event).unwrap();
    let event = path.to_str().unwrap();
    let same = stdout(&mut callflow(&["replay", event]));
    assert!(same.starts_with("The same call"), "{same}");
    let changed = output(&mut callflow(&["replay", event, "--dial", "*=NO_ANSWER"]));
    let changed = String::from_utf8(changed.stdout).unwrap();
    assert_eq!(changed.matches("NO_ANSWER. no any").count(), 3, "{changed}");
    std::fs::remove_file(path).unwrap();
}

/// What a recovered call guesses is said: which wrong key was pressed, no log shows.
#[test]
fn keys_that_the_log_does_not_show_are_said_to_be_unknown() {
    let said = |test: &str, presses: &[&str]| {
        let options = [presses, &["--format", "json"][..]].concat();
        let (event, _) = run(test, &options);
        let name = format!("callflow-answers-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("event.json");
        std::fs::write(&path, event).unwrap();
        let arguments = [
            "recover",
            path.to_str().unwrap(),
            "-o",
            folder.to_str().unwrap(),
        ];
        let output = output(&mut callflow(&arguments));
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(said("shown", &["--press", "1", "--press", "2"]), "");
    assert_eq!(
        said("guessed", &["--press", "1", "--press", "9"]),
        "callflow: not known: Gather[0].DTMF[1].Gather[0]: the log does not show which keys were pressed: 1 is used instead\n"
    );
}
