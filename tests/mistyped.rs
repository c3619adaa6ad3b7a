//! What is named and does not exist: commands in options and scenarios, destinations and causes, and what an
//! expectation nearly got. Output and exit codes of the built program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A flow with a menu that fetches the rest.
const MENU: &str = r#"<Response>
  <Gather dtmf_length="1" tag="menu">
    <Say>Press 1.</Say>
    <DTMF value="1"><Callback url="https://api.example.com/next"/></DTMF>
    <Error><Say>Goodbye.</Say></Error>
  </Gather>
</Response>
"#;

const NEXT: &str = "<Response><Say tag=\"thanks\">Thank you.</Say></Response>";

const DIAL: &str = r#"<Response>
  <Say>Press 1 or 2.</Say>
  <Say>One.</Say>
  <Dial timeout="20000"><Sip>sip:anna@sip.example.com</Sip><Error><Say>Busy.</Say></Error></Dial>
  <Dial timeout="20000"><Number>+1 202 555 0143</Number><Error><Say>Nobody.</Say></Error></Dial>
</Response>
"#;

/// A new folder with the flows and this scenario.
fn folder(name: &str, scenario: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("callflow-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in [
        ("menu.xml", MENU),
        ("next.xml", NEXT),
        ("dial.xml", DIAL),
        ("s.toml", scenario),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// What a command prints on standard error, and its exit code.
fn error(folder: &Path, args: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callflow"));
    let output = command.args(args).current_dir(folder).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    (error, output.status.code().unwrap())
}

/// What a command prints, and its exit code.
fn shown(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callflow"));
    let output = command.args(args).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let line = args.join(" ");
    let code = output.status.code().unwrap();
    format!("$ callflow {line}\n{}[exit {code}]\n", text.concat())
}

#[test]
fn an_option_that_names_no_command_is_refused_before_the_call() {
    let folder = folder("options", "");
    let known = ["--callback", "*=next.xml"];
    for (option, value, near) in [
        ("--press", "#mneu=1", "`#menu`"),
        ("--press", "menu=1", "`#menu`"),
        ("--press", "#Gather[0]=1", "`Gather[0]`"),
        ("--press", "Gather[1]=1", "`Gather[0]`"),
        ("--press", "gather[0]=1", "`Gather[0]`"),
        ("--press", "#menu.DTMF[7]=1", "`#menu.DTMF[1]`"),
        ("--press", "#menu/Sya[0]+1s=1", "`Say[0]`"),
        ("--hangup-on", "#thakns", "`#thanks`"),
        ("--hangup-on", "#x", ""),
        ("--hangup-on", "Record[*]", ""),
    ] {
        let (text, code) = error(
            &folder,
            &[&["run", "menu.xml", option, value], &known[..]].concat(),
        );
        assert_eq!(code, 2, "{value}: {text}");
        let begins = format!("callflow: {option} {value:?}: no command ");
        assert!(text.starts_with(&begins), "{text}");
        let near = if near.is_empty() {
            String::new()
        } else {
            format!(": did you mean {near}?")
        };
        assert!(
            text.trim_end().ends_with(&near) && text.contains("did you mean") != near.is_empty(),
            "{text}"
        );
    }
    // What the server answers is not known: the tag may be there.
    for callback in [&["--callback", "*other=next.xml"][..], &[]] {
        let (text, code) = error(
            &folder,
            &[&["run", "menu.xml", "--hangup-on", "#x"], callback].concat(),
        );
        assert!(code == 0 && text.contains("no `#x` ran"), "{code} {text}");
    }
    // It answers with no document, or with this one.
    for known in [
        "*=503",
        "*=timeout",
        "*=next.xml",
        "https://api.example.com/next=503",
    ] {
        let (_, code) = error(
            &folder,
            &["run", "menu.xml", "--hangup-on", "#x", "--callback", known],
        );
        assert_eq!(code, 2, "{known}");
    }
    let explored = [
        "explore",
        "menu.xml",
        "--press",
        "#mneu=1",
        "--callback",
        "*=503",
    ];
    assert_eq!(error(&folder, &explored).1, 2);
}

#[test]
fn a_scenario_that_names_no_command_is_an_error_of_check_and_run() {
    let folder = folder(
        "scenario",
        r##"flow = "menu.xml"

[[callback]]
url = "*"
flow = "next.xml"

[[press]]
keys = "1"
when = "#mneu"

[caller]
hangup = { when = "#thanks", after = "1s" }

[expect]
ran = ["#menu", "...", "Say[9]"]
never_ran = ["#thank", "Record[*]"]
"##,
    );
    let check = shown(&folder, &["check", "s.toml"]);
    let (run, code) = error(&folder, &["run", "s.toml"]);
    assert_eq!(code, 1);
    assert!(check.contains(run.trim()), "{run}");
    // A test that passes all the same is refused; the rest fails by itself.
    let test = shown(&folder, &["test", "s.toml"]);
    assert!(
        test.contains("no command has the tag `thank`") && test.ends_with("[exit 1]\n"),
        "{test}"
    );
    assert!(!test.contains("`mneu`"), "{test}");
    insta::with_settings!({ snapshot_path => "../snapshots/mistyped", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("scenario", check);
    });
    // One of two flows may lack the tag.
    let with = ["diff", "menu.xml", "dial.xml", "--with", "s.toml"];
    let (said, code) = error(&folder, &with);
    assert!(code < 2 && !said.contains("no command"), "{said}");
}

#[test]
fn what_a_file_says_for_its_cases_is_wrong_where_each_case_lacks_it() {
    let text = r##"flow = "menu.xml"
[[press]]
keys = "1"
when = "#menu"
[expect]
never_ran = ["#thanks"]
[[case]]
name = "fetched"
callback = [{ url = "*", flow = "next.xml" }]
[[case]]
name = "down"
callback = [{ url = "*", status = 503 }]
"##;
    let good = folder("cases", text);
    assert_eq!(error(&good, &["check", "s.toml"]).1, 0);
    assert_eq!(error(&good, &["run", "s.toml::down"]).1, 0);
    let bad = folder("no-case", &text.replace("next.xml", "menu.xml"));
    assert_eq!(error(&bad, &["check", "s.toml"]).1, 1);
    assert_eq!(error(&bad, &["run", "s.toml::down"]).1, 1);
    // In the entry flow alone it is known, whatever else is fetched.
    let entry = text.replace("when = \"#menu\"", "when = \"#thanks\"\ndocument = \"\"");
    let entry = folder(
        "entry",
        &entry.replace("[{ url = \"*\", flow = \"next.xml\" }]", "[]"),
    );
    assert_eq!(error(&entry, &["check", "s.toml"]).1, 1);
}

#[test]
fn a_destination_is_named_by_address_user_or_number() {
    let folder = folder("names", "");
    for name in [
        "anna",
        "anna@sip.example.com",
        "sip:anna@SIP.example.com",
        "anna@*",
        "an?a",
    ] {
        for cause in ["busy", "USER_BUSY", "486"] {
            let dial = format!("{name}={cause}");
            let text = shown(&folder, &["run", "dial.xml", "--dial", &dial]);
            assert!(
                text.contains("“Busy.”") && !text.contains("“Nobody.”"),
                "{dial}: {text}"
            );
        }
    }
    for name in ["12025550143", "+12025550143", "+1 (202) 555-0143", "1202*"] {
        let dial = format!("{name}=no-answer");
        let text = shown(
            &folder,
            &[
                "run",
                "dial.xml",
                "--dial",
                "anna=rejected",
                "--dial",
                &dial,
            ],
        );
        assert!(
            text.contains("CALL_REJECTED") && text.contains("“Nobody.”"),
            "{dial}: {text}"
        );
    }
    let text = shown(&folder, &["run", "dial.xml", "--dial", "ann=busy"]);
    assert!(!text.contains("“Busy.”"), "{text}");
    for (to, cause, answered) in [
        ("anna", "unreachable", "12025550143"),
        ("sip:anna@*", "NO_USER_RESPONSE", "+1*"),
    ] {
        let scenario = format!(
            "flow = \"dial.xml\"\ndial = [{{ to = {to:?}, cause = {cause:?} }}, {{ to = {answered:?}, cause = \"answer\", talk = \"9s\" }}]\n[expect]\nhears = [\"...\", \"talk with {answered}\"]\ndialled = [{{ to = {to:?}, cause = {cause:?} }}, {{ to = {answered:?}, cause = \"answer\" }}]\n[[pace.leg]]\nto = {to:?}\ninit = \"700ms\"\n"
        );
        fs::write(folder.join("s.toml"), &scenario).unwrap();
        let text = shown(&folder, &["test", "s.toml"]);
        assert!(text.ends_with("[exit 0]\n"), "{scenario}{text}");
    }
}

#[test]
fn a_near_miss_is_part_of_the_finding() {
    let folder = folder(
        "near",
        r##"flow = "dial.xml"
[[dial]]
to = "anna"
cause = "busy"
[[dial]]
to = "12025550143"
cause = "answer"
[expect]
hears = ["...", "One", "Busy."]
ran = ["...", "Say[1]", "Say[0]", "..."]
dialled = [{ to = "12025550143" }, { to = "anna", cause = "no-answer" }]
"##,
    );
    let shown = shown(&folder, &["test", "s.toml"]);
    let lists = shown.split("The call ").next().unwrap();
    insta::with_settings!({ snapshot_path => "../snapshots/mistyped", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("near-miss", lists);
    });
}
