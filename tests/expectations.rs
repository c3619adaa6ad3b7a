//! `callflow test`, and what `run` says of expectations: output, exit codes and files of the built
//! program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn callflow(args: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callflow"));
    command.args(args).current_dir(folder).output().unwrap()
}

fn text_of(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    format!("{out}{error}")
}

/// A new folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("callflow-test-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

const FLOW: &str = "\
<Response>
  <Dial timeout=\"10000\">
    <Sip>sip:anna@sip.example.com</Sip>
    <Error>
      <Say>Nobody is there.</Say>
      <Record tag=\"voicemail\">
        <Tone hz=\"500\" don=\"300\" />
        <Pause length=\"5000\" />
      </Record>
      <Say>Thank you.</Say>
    </Error>
  </Dial>
</Response>
";

const SCENARIO: &str = "\
flow = \"flow.xml\"

[[dial]]
to = \"anna@*\"
cause = \"USER_BUSY\"

[expect]
cause = \"NORMAL_CLEARING\"
ended_by = \"flow\"
ran = [\"Dial[0]\", \"Error[0]\", \"Say[0]\", \"#voicemail\", \"...\", \"Say[2]\"]
never_ran = [\"Hangup[*]\"]
hears = [\"Nobody*\", \"tone 500 Hz\", \"Thank you.\"]
max_silence = \"3s\"
duration = \"8s..12s\"
dialled = [{ to = \"anna@*\", cause = \"USER_BUSY\", answered = false }]
fetched = []
recorded = [\"voicemail\"]

[[expect.log]]
path = \"Dial[0]\"
state = \"failed\"
reason = \"*USER_BUSY*\"
success = false
lasts = \"<= 1s\"
";

/// The scenarios of docs/testing.md are what they say: one is pinned, the others hold.
#[test]
fn the_first_example_of_the_documentation_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/testing.md")).unwrap();
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let (flow, calls) = (block("xml"), block("toml"));
    let here = folder("docs", &[("menu.xml", &flow), ("menu.call.toml", &calls)]);
    let good = callflow(&["test"], &here);
    assert_eq!(good.status.code(), Some(0), "{}", text_of(&good));
    let written = callflow(&["test", "--write", "menu.call.toml"], &here);
    assert_eq!(
        text_of(&written),
        "menu.call.toml: expectations of 1 test written\n"
    );
    let good = callflow(&["test"], &here);
    assert!(
        text_of(&good).contains("3 tests passed"),
        "{}",
        text_of(&good)
    );
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn every_example_is_as_its_scenario_expects_and_every_part_is_tried() {
    let output = callflow(
        &["test", "flows", "--min-coverage", "100"],
        Path::new(env!("CARGO_MANIFEST_DIR")),
    );
    assert_eq!(output.status.code(), Some(0), "{}", text_of(&output));
}

/// Each expectation, changed to something else, fails in its own line and no other.
#[test]
fn each_expectation_fails_on_its_own_line() {
    let here = folder("each", &[("flow.xml", FLOW), ("call.toml", SCENARIO)]);
    let good = callflow(&["test"], &here);
    assert_eq!(good.status.code(), Some(0), "{}", text_of(&good));
    let changes = [
        ("cause = \"NORMAL_CLEARING\"", "cause = \"NO_ANSWER\""),
        ("\"flow\"\nran", "\"caller\"\nran"),
        ("\"Error[0]\", \"Say[0]\"", "\"Error[0]\", \"Say[1]\""),
        ("\"...\", \"Say[2]\"", "\"Say[2]\""),
        ("\"Hangup[*]\"", "\"Record[*]\""),
        ("\"tone 500 Hz\"", "\"tone 440 Hz\""),
        (", \"Thank you.\"]", "]"),
        ("\"3s\"", "\"10ms\""),
        ("8s..12s", "8s..9s"),
        ("USER_BUSY\", answered", "NO_ANSWER\", answered"),
        ("answered = false", "answered = true"),
        ("fetched = []", "fetched = [{ url = \"*\" }]"),
        ("[\"voicemail\"]", "[\"voicemails\"]"),
        ("\"failed\"", "\"success\""),
        ("*USER_BUSY*", "*NO_ANSWER*"),
        ("success = false", "success = true"),
        ("<= 1s", ">= 1s"),
        ("path = \"Dial[0]\"", "path = \"Dial[1]\""),
    ];
    for (before, after) in changes {
        let at = SCENARIO.find(before).unwrap_or_else(|| panic!("{before}"));
        let edited = SCENARIO.replacen(before, after, 1);
        let (one, other) = (&edited.as_bytes()[at..], &SCENARIO.as_bytes()[at..]);
        let same = one
            .iter()
            .zip(other)
            .take_while(|(one, other)| one == other);
        let line = SCENARIO[..at + same.count()].lines().count();
        fs::write(here.join("call.toml"), &edited).unwrap();
        let output = callflow(&["test", "--format", "json"], &here);
        assert_eq!(output.status.code(), Some(1), "{after}");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let failures = json["calls"][0]["failures"].as_array().unwrap();
        let lines: Vec<_> = failures
            .iter()
            .map(|one| one["line"].as_u64().unwrap())
            .collect();
        assert_eq!(lines, [line as u64], "{after}: {json:#}");
        let run = callflow(&["run", "call.toml"], &here);
        assert_eq!(run.status.code(), Some(1), "{after}");
    }
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn a_recovered_call_is_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = folder("recovered", &[]);
    let event = root.join("tests/events/destroyed.json");
    let out = callflow(
        &["recover", event.to_str().unwrap(), "-o", "incident"],
        &here,
    );
    assert_eq!(out.status.code(), Some(0), "{}", text_of(&out));
    let good = callflow(&["test"], &here);
    assert_eq!(good.status.code(), Some(0), "{}", text_of(&good));
    let file = here.join("incident/scenario.toml");
    let scenario = fs::read_to_string(&file).unwrap();
    let (world, expect) = scenario.split_once("[expect]").unwrap();
    for (before, after) in [
        ("cause = \"NORMAL_CLEARING\"", "cause = \"NO_ANSWER\""),
        ("\"Callback[0]\"", "\"Callback[1]\""),
        ("cause = \"NO_USER_RESPONSE\"", "cause = \"USER_BUSY\""),
        ("state = \"failed\"", "state = \"success\""),
        ("ERR NO_USER_RESPONSE", "ERR USER_BUSY"),
    ] {
        assert!(expect.contains(before), "{before}");
        let changed = format!("{world}[expect]{}", expect.replacen(before, after, 1));
        let at = world.len() + "[expect]".len() + expect.find(before).unwrap();
        let line = scenario[..at].matches('\n').count() + 1;
        fs::write(&file, changed).unwrap();
        let output = callflow(&["test"], &here);
        assert_eq!(output.status.code(), Some(1), "{after}");
        let place = format!("scenario.toml:{line}:");
        assert!(
            text_of(&output).contains(&place),
            "{place} {}",
            text_of(&output)
        );
    }
    fs::remove_dir_all(here).unwrap();
}

const CASES: &str = "\
flow = \"flow.xml\"

[[dial]]
to = \"anna@*\"
answer = true
talk = \"10s\"

[expect]
cause = \"NORMAL_CLEARING\"

[[case]]
name = \"answered\"
expect.dialled = [{ to = \"anna@*\", answered = true }]
expect.hears = [\"ring-back\", \"talk with anna@*\"]

[[case]]
name = \"busy, hung up in the voicemail\"
dial = [{ to = \"anna@*\", cause = \"USER_BUSY\" }]
hangup = { when = \"#voicemail\", after = \"2s\" }
expect.ended_by = \"caller\"
expect.ran = [\"...\", \"#voicemail\", \"Tone[0]\", \"Pause[1]\"]
";

#[test]
fn cases_are_calls_of_one_file() {
    let here = folder("cases", &[("flow.xml", FLOW), ("menu.call.toml", CASES)]);
    let listed = callflow(&["test", "--list"], &here);
    assert_eq!(
        text_of(&listed),
        "./menu.call.toml::answered\n./menu.call.toml::busy, hung up in the voicemail\n"
    );
    let good = callflow(&["test", "-v"], &here);
    assert_eq!(good.status.code(), Some(0), "{}", text_of(&good));
    assert!(text_of(&good).ends_with("2 tests passed\n"));
    // One is run by its name, and none is guessed.
    let busy = callflow(
        &["run", "menu.call.toml::busy, hung up in the voicemail"],
        &here,
    );
    assert_eq!(busy.status.code(), Some(0), "{}", text_of(&busy));
    for args in [
        &["run", "menu.call.toml"][..],
        &["run", "menu.call.toml::answred"],
    ] {
        let output = callflow(args, &here);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text_of(&output).contains("\"menu.call.toml::answered\""),
            "{}",
            text_of(&output)
        );
    }
    // A case's own rule that is not used fails it; a file's only where no case uses it.
    let unused = CASES.replace(
        "dial = [{",
        "media = [{ url = \"*\", lasts = \"2s\" }]\ndial = [{",
    );
    fs::write(here.join("menu.call.toml"), &unused).unwrap();
    let output = callflow(&["test"], &here);
    assert!(
        text_of(&output).contains("✗ ./menu.call.toml::busy"),
        "{}",
        text_of(&output)
    );
    assert!(
        text_of(&output).contains("1 test failed, 1 passed"),
        "{}",
        text_of(&output)
    );
    let unused = format!("{CASES}\n[[media]]\nurl = \"*\"\nlasts = \"2s\"\n");
    fs::write(here.join("menu.call.toml"), &unused).unwrap();
    let output = callflow(&["test"], &here);
    assert!(
        text_of(&output).contains("1 file has rules that no test used, 2 passed"),
        "{}",
        text_of(&output)
    );
    // Identifiers of the two differ.
    fs::write(here.join("menu.call.toml"), CASES).unwrap();
    let uuid = |case: &str| {
        let output = callflow(
            &[
                "run",
                &format!("menu.call.toml::{case}"),
                "--format",
                "json",
            ],
            &here,
        );
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        json["call"]["uuid"].as_str().unwrap().to_owned()
    };
    assert_ne!(uuid("answered"), uuid("busy, hung up in the voicemail"));
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn a_part_of_the_calls_can_be_chosen() {
    let wrong = CASES.replace("\"caller\"", "\"flow\"");
    let here = folder(
        "chosen",
        &[
            ("flow.xml", FLOW),
            ("a.toml", CASES),
            ("b.toml", &wrong),
            ("c.toml", SCENARIO),
        ],
    );
    let list = |args: &[&str]| {
        let output = callflow(&[&["test", "--list"], args].concat(), &here);
        assert_eq!(output.status.code(), Some(0), "{}", text_of(&output));
        text_of(&output)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let all = list(&[]);
    assert_eq!(all.len(), 5);
    let mut parts: Vec<_> = ["1/3", "2/3", "3/3"]
        .iter()
        .flat_map(|part| list(&["--partition", part]))
        .collect();
    parts.sort();
    assert_eq!(parts, all, "each call is in one part");
    assert_eq!(list(&["--shard", "1/1"]), all);
    assert_eq!(list(&["--filter", "busy"]).len(), 2);
    assert_eq!(list(&["--filter", "answer*"]).len(), 2);
    assert_eq!(list(&["--filter", "./c.toml"]), ["./c.toml"]);
    assert_eq!(callflow(&["test"], &here).status.code(), Some(1));
    assert_eq!(
        list(&["--failed"]),
        ["./b.toml::busy, hung up in the voicemail"]
    );
    let output = callflow(&["test", "--fail-fast"], &here);
    assert!(
        text_of(&output).contains("1 test failed, 3 passed"),
        "{}",
        text_of(&output)
    );
    for part in ["0/3", "4/3", "1", "a/b", "1/0"] {
        let output = callflow(&["test", "--partition", part], &here);
        assert_eq!(output.status.code(), Some(2), "{part}");
    }
    // All good again: nothing failed the last time, which is no mistake.
    fs::write(here.join("b.toml"), CASES).unwrap();
    assert_eq!(callflow(&["test"], &here).status.code(), Some(0));
    assert_eq!(
        callflow(&["test", "--failed"], &here).status.code(),
        Some(0)
    );
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn nothing_to_test_is_no_success() {
    let here = folder("nothing", &[("flow.xml", FLOW)]);
    let output = callflow(&["test"], &here);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text_of(&output).contains("nothing to test in ."),
        "{}",
        text_of(&output)
    );
    let output = callflow(&["test", "--allow-empty"], &here);
    assert_eq!(output.status.code(), Some(0));
    fs::write(here.join("call.toml"), "flow = \"flow.xml\"\n").unwrap();
    let output = callflow(&["test"], &here);
    assert!(
        text_of(&output).contains("the only scenario has no [expect]"),
        "{}",
        text_of(&output)
    );
    // What cannot be played is no success either, and does not hide the rest.
    fs::write(
        here.join("broken.toml"),
        "flow = \"flow.xml\"\n[expect]\ncuase = 1\n",
    )
    .unwrap();
    fs::write(here.join("good.toml"), SCENARIO).unwrap();
    let output = callflow(&["test", "-v"], &here);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text_of(&output).contains("✓ ./good.toml"),
        "{}",
        text_of(&output)
    );
    fs::write(
        here.join("broken.toml"),
        "flow = \"none.xml\"\n[expect]\ncause = \"NO_ANSWER\"\n",
    )
    .unwrap();
    let output = callflow(&["test", "-v"], &here);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text_of(&output).contains("✓ ./good.toml"),
        "{}",
        text_of(&output)
    );
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn reports_for_other_programs() {
    let wrong = CASES.replace("\"caller\"", "\"flow\"");
    let here = folder("reports", &[("flow.xml", FLOW), ("a&b.toml", &wrong)]);
    let args = [
        "test",
        "--format",
        "github",
        "--output",
        "junit=out.xml",
        "--output",
        "json=out.json",
    ];
    let output = callflow(&args, &here);
    assert_eq!(output.status.code(), Some(1));
    let said = text_of(&output);
    assert!(said.starts_with("::error file="), "{said}");
    assert!(
        said.contains("expected the flow to reach its end"),
        "{said}"
    );
    let junit = fs::read_to_string(here.join("out.xml")).unwrap();
    insta::with_settings!({snapshot_path => "../snapshots/expectations", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("junit", junit);
    });
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(here.join("out.json")).unwrap()).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&1.into(), &1.into()));
    // For their official schemas: `tests/schemas/run`.
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    fs::copy(here.join("out.xml"), samples.join("tests.junit.xml")).unwrap();
    fs::copy(here.join("out.json"), samples.join("tests.verdicts.json")).unwrap();
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn a_call_is_compared_with_files_beside_it() {
    let scenario = format!("{SCENARIO}\n").replace(
        "cause = \"NORMAL_CLEARING\"\n",
        "cause = \"NORMAL_CLEARING\"\nevents = \"call.events.json\"\ntree = \"call.tree.txt\"\n",
    );
    let here = folder("files", &[("flow.xml", FLOW), ("call.toml", &scenario)]);
    let output = callflow(&["test"], &here);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text_of(&output).contains("there is no file `call.events.json`"),
        "{}",
        text_of(&output)
    );
    let event = callflow(&["run", "call.toml", "--format", "json"], &here).stdout;
    fs::write(here.join("call.events.json"), &event).unwrap();
    let said = text_of(&callflow(&["test"], &here));
    assert!(!said.contains("call.events.json`"), "{said}");
    let changed = String::from_utf8(event)
        .unwrap()
        .replace("\"success\": false", "\"success\": true");
    fs::write(here.join("call.events.json"), changed).unwrap();
    let said = text_of(&callflow(&["test"], &here));
    assert!(
        said.contains("the call differs from `call.events.json` in line "),
        "{said}"
    );
    fs::remove_dir_all(here).unwrap();
}

/// A mistake in an example's flow: its name, the folder and the flow in it, and what stands there
/// instead of what.
type Seed = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Mistakes that people make in flows, each caught by what an example expects.
#[test]
fn seeded_mistakes_are_caught() {
    const SEEDS: [Seed; 10] = [
        (
            "missing-error",
            "ring-all",
            "ring-all.xml",
            "<Error>\n      <Say>Nobody can take your call just now. Please call again.</Say>\n    </Error>",
            "",
        ),
        (
            "wrong-key",
            "ivr",
            "menu.xml",
            "<DTMF value=\"1\">\n      <Say>For",
            "<DTMF value=\"3\">\n      <Say>For",
        ),
        (
            "swapped-dial",
            "hunting",
            "hunting.xml",
            "anna@sip.example.com\"/>\n    <Error>\n      <Dial timeout=\"10000\">\n        <To destination=\"ben@",
            "ben@sip.example.com\"/>\n    <Error>\n      <Dial timeout=\"10000\">\n        <To destination=\"anna@",
        ),
        (
            "shorter-timeout",
            "callback",
            "unreachable.xml",
            "timeout=\"3000\"",
            "timeout=\"2000\"",
        ),
        ("no-beep", "voicemail", "callflow.xml", "<Tone/>", ""),
        (
            "wrong-hours",
            "opening-hours",
            "opening-hours.xml",
            "09:00:00-18:00:00",
            "00:00:00-18:00:00",
        ),
        ("no-hangup", "callback", "unreachable.xml", "<Hangup/>", ""),
        (
            "other-stop-key",
            "recording",
            "greeting.xml",
            "dtmf_stop=\"#\"",
            "dtmf_stop=\"*\"",
        ),
        (
            "fewer-attempts",
            "retry",
            "retry.xml",
            "max_call_attempts=\"3\"",
            "max_call_attempts=\"2\"",
        ),
        (
            "wrong-url",
            "dynamic",
            "account.xml",
            "/account?",
            "/acount?",
        ),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, example, flow, before, after) in SEEDS {
        let here = folder(&format!("seed-{name}"), &[]);
        for entry in fs::read_dir(root.join("flows").join(example)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, here.join(path.file_name().unwrap())).unwrap();
        }
        let file = here.join(flow);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(before), "{name}");
        fs::write(&file, text.replace(before, after)).unwrap();
        let output = callflow(&["test", "--fail-fast"], &here);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{name}: {}",
            text_of(&output)
        );
        insta::with_settings!({snapshot_path => "../snapshots/expectations", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, text_of(&output));
        });
        fs::remove_dir_all(here).unwrap();
    }
}

/// Lists and files are rewritten, and all else in a scenario stays as it is.
#[test]
fn expectations_are_rewritten_and_written() {
    let scenario = "\
# A comment.
flow = \"flow.xml\"   # behind

[[case]]
name = \"busy\"
dial = [{ to = \"*\", cause = \"USER_BUSY\" }]   # all of them

[[case]]
name = \"answered\"
expect.hears = [
    # what the caller hears first
    \"ring-back\",
    \"talk with bob@*\",
]
expect.ran = [\"Dial[0]\", \"Dial[1]\"]
[[case.dial]]
to = \"*\"
answer = true
";
    let here = folder("update", &[("flow.xml", FLOW), ("call.toml", scenario)]);
    let written = callflow(&["test", "--write"], &here);
    assert_eq!(written.status.code(), Some(0), "{}", text_of(&written));
    let updated = callflow(&["test", "--update"], &here);
    assert_eq!(updated.status.code(), Some(0), "{}", text_of(&updated));
    let now = fs::read_to_string(here.join("call.toml")).unwrap();
    insta::with_settings!({snapshot_path => "../snapshots/expectations", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("rewritten", now);
    });
    let good = callflow(&["test"], &here);
    assert_eq!(good.status.code(), Some(0), "{}", text_of(&good));
    // What is right is not touched.
    callflow(&["test", "--update"], &here);
    assert_eq!(fs::read_to_string(here.join("call.toml")).unwrap(), now);
    let nothing = callflow(&["test", "--write"], &here);
    assert_eq!(nothing.status.code(), Some(2));
    // A single value is not rewritten: it is what somebody wants.
    fs::write(
        here.join("call.toml"),
        SCENARIO.replace("\"8s..12s\"", "\"1s\""),
    )
    .unwrap();
    let output = callflow(&["test", "--update"], &here);
    assert_eq!(output.status.code(), Some(1), "{}", text_of(&output));
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn a_new_project_is_checked_and_tested() {
    let here = folder("init", &[]);
    let said = callflow(&["init", "phone"], &here);
    assert_eq!(said.status.code(), Some(0), "{}", text_of(&said));
    let phone = here.join("phone");
    for args in [&["check", "--deny", "warnings"][..], &["test"]] {
        let output = callflow(args, &phone);
        assert_eq!(output.status.code(), Some(0), "{}", text_of(&output));
    }
    assert!(text_of(&callflow(&["test"], &phone)).contains("6 tests passed"));
    // Nothing is written over, not even in part.
    fs::remove_file(phone.join("menu.xml")).unwrap();
    let again = callflow(&["init", "phone"], &here);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        text_of(&again).contains("nothing was written"),
        "{}",
        text_of(&again)
    );
    assert!(!phone.join("menu.xml").exists());
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn two_flows_with_the_same_callers() {
    let here = folder("with", &[("flow.xml", FLOW), ("calls.toml", CASES)]);
    let args = ["diff", "flow.xml", "new.xml", "--with", "."];
    fs::write(
        here.join("new.xml"),
        FLOW.replace("<Response>", "<Response> "),
    )
    .unwrap();
    let same = callflow(&args, &here);
    assert_eq!(same.status.code(), Some(0), "{}", text_of(&same));
    assert_eq!(
        text_of(&same),
        "flow.xml → new.xml: no command was changed\n\n2 calls: the same for every caller\n"
    );
    // Only who comes to the voicemail hears another text.
    fs::write(
        here.join("new.xml"),
        FLOW.replace("Nobody is there.", "Nobody is here."),
    )
    .unwrap();
    let differs = callflow(&args, &here);
    assert_eq!(differs.status.code(), Some(0));
    snapshot("two-flows", &text_of(&differs));
    let strict = callflow(&[&args[..], &["--strict"]].concat(), &here);
    assert_eq!(strict.status.code(), Some(1));
    let markdown = callflow(&[&args[..], &["--format", "markdown"]].concat(), &here);
    snapshot("two-flows-markdown", &text_of(&markdown));
    let json = callflow(&[&args[..], &["--format", "json"]].concat(), &here);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["callers"].as_array().unwrap().len(), 2);
    // Without its voicemail the call is lost, which no option has to ask for.
    let (begin, end) = (
        FLOW.find("<Error>").unwrap(),
        FLOW.find("</Error>").unwrap(),
    );
    fs::write(
        here.join("new.xml"),
        [&FLOW[..begin], &FLOW[end + "</Error>".len()..]].concat(),
    )
    .unwrap();
    let lost = callflow(&args, &here);
    assert_eq!(lost.status.code(), Some(1));
    snapshot("two-flows-otherwise", &text_of(&lost));
    // A scenario of another flow is none of theirs.
    fs::write(
        here.join("calls.toml"),
        CASES.replace("flow.xml", "other.xml"),
    )
    .unwrap();
    let nobody = callflow(&args, &here);
    assert_eq!(nobody.status.code(), Some(2), "{}", text_of(&nobody));
    fs::remove_dir_all(here).unwrap();
}

#[test]
fn coverage_shows_what_no_call_came_to() {
    let here = folder("coverage", &[("flow.xml", FLOW), ("calls.toml", CASES)]);
    let output = callflow(&["test", "--coverage"], &here);
    assert_eq!(output.status.code(), Some(0), "{}", text_of(&output));
    insta::with_settings!({snapshot_path => "../snapshots/expectations", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("coverage", text_of(&output));
    });
    let args = [
        "test",
        "--coverage=json=out.json",
        "--coverage=lcov=out.info",
        "--coverage=html=out.html",
    ];
    let written = callflow(&args, &here);
    assert_eq!(
        text_of(&written),
        "2 tests passed\n",
        "what is written is not shown"
    );
    let read = |name: &str| fs::read_to_string(here.join(name)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("out.json")).unwrap();
    let flow = &json["flows"][0];
    assert_eq!(flow["file"], "flow.xml");
    let dial = &flow["commands"][0];
    assert_eq!(
        (&dial["path"], &dial["line"]),
        (&"Dial[0]".into(), &2.into())
    );
    assert_eq!(dial["goals"]["answered"], 1);
    assert_eq!(dial["goals"]["rang-out"], 0);
    assert_eq!(dial["causes"], serde_json::json!(["USER_BUSY"]));
    let lcov = read("out.info");
    assert!(lcov.starts_with("TN:callflow\nSF:flow.xml\n"), "{lcov}");
    let records: Result<Vec<_>, _> = lcov::Reader::new(lcov.as_bytes()).collect();
    let records = records.unwrap();
    let count =
        |is_meant: fn(&lcov::Record) -> bool| records.iter().filter(|one| is_meant(one)).count();
    let lines = count(|one| matches!(one, lcov::Record::LineData { .. }));
    let branches = count(|one| matches!(one, lcov::Record::BranchData { .. }));
    let found = |wanted: usize, one: &lcov::Record| match one {
        lcov::Record::LinesFound { found } => *found as usize == wanted,
        _ => false,
    };
    assert!(records.iter().any(|one| found(lines, one)), "{lcov}");
    assert_eq!((lines, branches), (7, 5), "{lcov}");
    assert!(matches!(records.last(), Some(lcov::Record::EndOfRecord)));
    let page = read("out.html");
    assert!(
        page.contains("&lt;Dial timeout=&quot;10000&quot;&gt;"),
        "{page}"
    );
    assert!(page.contains("Dial: never rang out"), "{page}");
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    fs::copy(here.join("out.json"), samples.join("tests.coverage.json")).unwrap();
    // Both flows of a recovered call count, and less than is wanted fails.
    for (least, code) in [("50", 0), ("90", 1)] {
        let output = callflow(&["test", "--min-coverage", least], &here);
        assert_eq!(output.status.code(), Some(code), "{}", text_of(&output));
    }
    for wrong in ["--min-coverage=101", "--coverage=xml=a", "--coverage=json="] {
        let output = callflow(&["test", wrong], &here);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
    fs::remove_dir_all(here).unwrap();
}

/// Nothing shows whether a filter matched that has nothing to run: neither is a part to be come to.
#[test]
fn a_filter_around_what_never_runs_is_covered_by_its_one_call() {
    let flow = r#"<Response><Geo states="NJ"><Reject/></Geo><Geo states="NY"/><Geo states="CA"><Say>Hi.</Say></Geo></Response>"#;
    let calls = "flow = \"flow.xml\"\n[call]\nstate = \"CA\"\n[expect]\nended_by = \"flow\"\n";
    let here = folder("filters", &[("flow.xml", flow), ("calls.toml", calls)]);
    let output = callflow(&["test", "--coverage", "--color", "never"], &here);
    let said = text_of(&output);
    assert!(said.contains("5 of 6"), "{said}");
    fs::remove_dir_all(here).unwrap();
}

/// An example's last event, recovered, is a test that passes.
#[test]
fn every_example_recovered_is_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = folder("all-recovered", &[]);
    let mut count = 0;
    for topic in fs::read_dir(root.join("flows")).unwrap() {
        for path in fs::read_dir(topic.unwrap().path()).unwrap() {
            let path = path.unwrap().path();
            let name = path.to_str().unwrap();
            let is_toml = path
                .extension()
                .is_some_and(|extension| extension == "toml");
            if !is_toml || name.ends_with(".call.toml") {
                continue;
            }
            let event = callflow(&["run", name, "--format", "json"], root);
            if event.stdout.is_empty() {
                continue;
            }
            fs::write(here.join("event.json"), event.stdout).unwrap();
            let _ = fs::remove_dir_all(here.join("incident"));
            let written = callflow(&["recover", "event.json", "-o", "incident"], &here);
            assert_eq!(
                written.status.code(),
                Some(0),
                "{name}: {}",
                text_of(&written)
            );
            let output = callflow(&["test", "incident"], &here);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{name}: {}",
                text_of(&output)
            );
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
    fs::remove_dir_all(here).unwrap();
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({snapshot_path => "../snapshots/expectations", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, text);
    });
}
