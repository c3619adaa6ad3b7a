//! `[assume]`: what the platform really does, where callflow's assumption has a second reading.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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
        text.contains("As set in [assume]: keys-unheard = \"kept\""),
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
        "{BUSY}[assume]\nunhandled-failure = \"ends-call\"\n[expect]\nhears = []\nnever_ran = [\"Say[1]\"]\n"
    );
    run("ends-call", UNHANDLED, &ends, "");
}

#[test]
fn a_reading_that_does_not_exist_is_refused() {
    let wrong = format!("{BUSY}[assume]\nkeys-unheard = \"kep\"\ndial-record = \"kept\"\n");
    let folder = folder("wrong", UNHANDLED, &wrong, "");
    let path = folder.join("call.toml");
    let run = output(&mut callflow(&["run", path.to_str().unwrap()]));
    let said = String::from_utf8(run.stderr).unwrap() + &String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    for line in [
        "`keys-unheard` is not a reading",
        "did you mean \"kept\"?",
        "`[assume]` has no key `dial-record`",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

/// A call that an assumption decides.
struct Decided {
    id: &'static str,
    /// The other reading.
    word: &'static str,
    flow: &'static str,
    /// What the world does.
    world: &'static str,
    /// What is expected under the usual reading, and under the other.
    usual: &'static str,
    other: &'static str,
}

const DECIDED: &[Decided] = &[
    Decided {
        id: "entry-closes-on-exit",
        word: "left-open",
        flow: r#"<Response><Record tag="note"><Tone/></Record><Say>Thank you.</Say></Response>"#,
        world: "",
        usual: "log = [{ path = \"Record[0]\", state = \"success\" }, { path = \"Say[1]\", state = \"success\" }]",
        other: "log = [{ path = \"Record[0]\", state = \"queued\" }, { path = \"Say[1]\", state = \"success\" }]",
    },
    Decided {
        id: "after-error",
        word: "ends-call",
        flow: r#"<Response><Dial><To>anna@a.example</To><Error><Say>Busy.</Say></Error></Dial><Say>Goodbye.</Say></Response>"#,
        world: "[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\n",
        usual: "hears = [\"Busy.\", \"Goodbye.\"]",
        other: "hears = [\"Busy.\"]\nended_by = \"flow\"",
    },
    Decided {
        id: "unhandled-failure",
        word: "ends-call",
        flow: r#"<Response><Dial><To>anna@a.example</To></Dial><Say>Goodbye.</Say></Response>"#,
        world: "[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\n",
        usual: "hears = [\"Goodbye.\"]",
        other: "hears = []\nended_by = \"flow\"",
    },
    Decided {
        id: "response-error",
        word: "never-runs",
        flow: r#"<Response><Dial><To>anna@a.example</To></Dial><Error><Say>Busy.</Say></Error></Response>"#,
        world: "[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\n",
        usual: "hears = [\"Busy.\"]",
        other: "hears = []",
    },
    Decided {
        id: "flow-end",
        word: "parked",
        flow: r#"<Response><Say>Goodbye.</Say></Response>"#,
        world: "",
        usual: "max_silence = \"1s\"\nduration = \"<= 10s\"",
        other: "ended_by = \"flow\"\nduration = \"32s..33s\"",
    },
    Decided {
        id: "dial-fork",
        word: "in-turn",
        flow: r#"<Response><Dial timeout="5000"><To>anna@a.example</To><To>ben@a.example</To><Error><Say>Nobody.</Say></Error></Dial></Response>"#,
        world: "[[dial]]\nto = \"anna@*\"\ncause = \"USER_BUSY\"\n[[dial]]\nto = \"ben@*\"\ncause = \"CALL_REJECTED\"\n",
        usual: "log = [{ path = \"Dial[0]\", reason = \"* ERR USER_BUSY*\" }]",
        other: "log = [{ path = \"Dial[0]\", reason = \"* ERR CALL_REJECTED*\" }]",
    },
    Decided {
        id: "dial-duration",
        word: "ends-call",
        flow: r#"<Response><Dial max_call_duration="5000"><To>anna@a.example</To></Dial><Say>Time is up.</Say></Response>"#,
        world: "[[dial]]\nto = \"*\"\nanswer = true\ntalk = \"60s\"\n",
        usual: "hears = [\"Time is up.\"]",
        other: "hears = []\nended_by = \"limit\"\ncause = \"ALLOTTED_TIMEOUT\"",
    },
    Decided {
        id: "duration-zero",
        word: "no-limit",
        flow: r#"<Response><Dial max_call_duration="0"><To>anna@a.example</To></Dial></Response>"#,
        world: "[[dial]]\nto = \"*\"\nanswer = true\ntalk = \"60s\"\n",
        usual: "duration = \"<= 40s\"",
        other: "duration = \">= 60s\"",
    },
    Decided {
        id: "timeout-zero",
        word: "default",
        flow: r#"<Response><Dial timeout="0"><To>anna@a.example</To></Dial></Response>"#,
        world: "[[dial]]\nto = \"*\"\nanswer = true\ntalk = \"3s\"\n",
        usual: "log = [{ path = \"Dial[0]\", state = \"failed\" }]",
        other: "log = [{ path = \"Dial[0]\", state = \"success\" }]",
    },
    Decided {
        id: "early-media",
        word: "unheard",
        flow: r#"<Response><Say>Welcome.</Say><Answer/><Say>Hello.</Say></Response>"#,
        world: "[app]\nauto_answer = false\n",
        usual: "hears = [\"Welcome.\", \"Hello.\"]",
        other: "hears = [\"Hello.\"]",
    },
    Decided {
        id: "answer-twice",
        word: "fails",
        flow: r#"<Response><Answer><Error><Say>No.</Say></Error></Answer></Response>"#,
        world: "",
        usual: "hears = []",
        other: "hears = [\"No.\"]",
    },
    Decided {
        id: "answer-delay",
        word: "before",
        flow: r#"<Response><Answer delay="5000"/><Say>Hello.</Say></Response>"#,
        world: "[app]\nauto_answer = false\n[caller]\nhangup_after = \"4s\"\n",
        usual: "cause = \"NORMAL_CLEARING\"",
        other: "cause = \"ORIGINATOR_CANCEL\"",
    },
    Decided {
        id: "gather-branches",
        word: "default-for-no-input",
        flow: r#"<Response><Gather timeout="3000"><DTMF value="1"/><Default><Say>Default.</Say></Default><Error><Say>Error.</Say></Error></Gather></Response>"#,
        world: "[[press]]\nkeys = \"5\"\n",
        usual: "hears = [\"Default.\"]",
        other: "hears = [\"Error.\"]",
    },
    Decided {
        id: "gather-no-branch",
        word: "succeeds",
        flow: r#"<Response><Gather timeout="3000"><DTMF value="1"/><Error><Say>Error.</Say></Error></Gather></Response>"#,
        world: "[[press]]\nkeys = \"5\"\n",
        usual: "hears = [\"Error.\"]",
        other: "hears = []",
    },
    Decided {
        id: "keys-unheard",
        word: "kept",
        flow: r#"<Response><Say>Welcome to our shop.</Say><Gather timeout="3000"><DTMF value="1"><Say>One.</Say></DTMF></Gather></Response>"#,
        world: "[caller]\nkeys = [{ at = \"2s\", press = \"1\", heard = false }]\n",
        usual: "hears = [\"Welcome*\"]",
        other: "hears = [\"Welcome*\", \"One.\"]",
    },
    Decided {
        id: "keys-unheard",
        word: "kept-in-pauses",
        flow: r#"<Response><Pause length="2000"/><Gather timeout="3000"><DTMF value="1"><Say>One.</Say></DTMF></Gather></Response>"#,
        world: "[caller]\nkeys = [{ at = \"2s\", press = \"1\", heard = false }]\n",
        usual: "hears = []",
        other: "hears = [\"One.\"]",
    },
    Decided {
        id: "record-empty",
        word: "waits",
        flow: r#"<Response><Record tag="note" timeout="20000"/><Say>Thank you.</Say></Response>"#,
        world: "[caller]\nhangup_after = \"10s\"\n",
        usual: "hears = [\"Thank you.\"]",
        other: "hears = []\nended_by = \"caller\"\nrecorded = [\"note\"]",
    },
    Decided {
        id: "record-open",
        word: "discarded",
        flow: r#"<Response><Record tag="note"><Pause length="20000"/></Record></Response>"#,
        world: "[caller]\nhangup_after = \"10s\"\n",
        usual: "recorded = [\"note\"]",
        other: "recorded = []",
    },
    Decided {
        id: "hold-returns",
        word: "waits",
        flow: r#"<Response><Hold timeout="20000"/><Say>Hello.</Say></Response>"#,
        world: "[caller]\nhangup_after = \"10s\"\n",
        usual: "hears = [\"Hello.\"]",
        other: "hears = [\"hold music\"]",
    },
    Decided {
        id: "unhold-alone",
        word: "fails",
        flow: r#"<Response><Unhold><Error><Say>No.</Say></Error></Unhold></Response>"#,
        world: "",
        usual: "hears = []",
        other: "hears = [\"No.\"]",
    },
    Decided {
        id: "call-compare",
        word: "exact",
        flow: r#"<Response><Call field="from" value="12025550143"><Say>Hello, Anna.</Say></Call></Response>"#,
        world: "[call]\nfrom = \"+12025550143\"\n",
        usual: "hears = [\"Hello, Anna.\"]",
        other: "hears = []",
    },
    Decided {
        id: "schedule-window",
        word: "end-excluded",
        flow: r#"<Response><Schedule time="09:00:00-18:00:00"><Say>Open.</Say></Schedule></Response>"#,
        world: "[call]\nstart = \"2024-01-15T17:59:58.500Z\"\ntime_zone = \"UTC\"\n",
        usual: "hears = [\"Open.\"]",
        other: "hears = []",
    },
    Decided {
        id: "fetch-status",
        word: "ignored",
        flow: r#"<Response><Curl url="https://api.example.com/called"><Error><Say>No.</Say></Error></Curl></Response>"#,
        world: "[[callback]]\nurl = \"*\"\nstatus = 404\n",
        usual: "hears = [\"No.\"]",
        other: "hears = []",
    },
    Decided {
        id: "media-timeout",
        word: "succeeds",
        flow: r#"<Response><Say timeout="1000">This takes longer than that.<Error><Say>No.</Say></Error></Say></Response>"#,
        world: "",
        usual: "hears = [\"This takes*\", \"No.\"]",
        other: "hears = [\"This takes*\"]",
    },
    Decided {
        id: "media-loop",
        word: "once",
        flow: r#"<Response><Say loop="0">Once.</Say></Response>"#,
        world: "",
        usual: "hears = []",
        other: "hears = [\"Once.\"]",
    },
    Decided {
        id: "dial-attempts",
        word: "destinations",
        flow: r#"<Response><Dial><To>anna@a.example</To><To>ben@a.example</To></Dial></Response>"#,
        world: "[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\n",
        usual: "log = [{ path = \"Dial[0]\", reason = \"*1/1\" }]",
        other: "log = [{ path = \"Dial[0]\", reason = \"*2/2\" }]",
    },
    Decided {
        id: "ring-back",
        word: "silent",
        flow: r#"<Response><Dial timeout="10000"><To>anna@a.example</To></Dial></Response>"#,
        world: "[[dial]]\nto = \"*\"\ncause = \"NO_ANSWER\"\n",
        usual: "hears = [\"ring-back\"]",
        other: "hears = []\nlog = [{ path = \"Dial[0]\", state = \"failed\" }]",
    },
    Decided {
        id: "hangup-reports",
        word: "left-open",
        flow: r#"<Response><Hangup/></Response>"#,
        world: "",
        usual: "log = [{ path = \"Hangup[0]\", state = \"success\" }]",
        other: "ended_by = \"Hangup[*]\"\nlog = [{ path = \"Hangup[0]\", state = \"queued\" }]",
    },
    Decided {
        id: "curl-acknowledges",
        word: "runs-reply",
        flow: r#"<Response><Curl url="https://api.example.com/called"/></Response>"#,
        world: "[[callback]]\nurl = \"*\"\nbody = \"<Response><Say>Hello.</Say></Response>\"\n",
        usual: "hears = []",
        other: "hears = [\"Hello.\"]",
    },
    Decided {
        id: "max-call-length",
        word: "from-creation",
        flow: r#"<Response><Pause length="90000"/></Response>"#,
        world: "[app]\nmax_call_length_min = 1\n",
        usual: "duration = \"61s..62s\"",
        other: "duration = \"60s\"\nended_by = \"limit\"",
    },
    Decided {
        id: "q850-above-127",
        word: "own-number",
        flow: r#"<Response><Pause length="20000"/></Response>"#,
        world: "[app]\nauto_answer = false\n[caller]\nhangup_after = \"3s\"\n",
        usual: "events = \"call.events.json\"",
        other: "events = \"call.events.json\"",
    },
];

impl Decided {
    fn scenario(&self, is_usual: bool) -> String {
        // Only then does a command hear the key.
        let heard = format!("heard = {}", !is_usual);
        let world = self.world.replace("heard = false", &heard);
        let (assume, expect) = if is_usual {
            (String::new(), self.usual)
        } else {
            (
                format!("[assume]\n{} = {:?}\n", self.id, self.word),
                self.other,
            )
        };
        format!("flow = \"flow.xml\"\n{world}{assume}[expect]\n{expect}\n")
    }

    /// A folder with the call; the event that it expects is its own.
    fn folder(&self, test: &str, is_usual: bool) -> PathBuf {
        let name = format!("{test}-{}-{}-{is_usual}", self.id, self.word);
        let folder = folder(&name, self.flow, &self.scenario(is_usual), "");
        let mut command = callflow(&["run", "call.toml", "--format", "json"]);
        let event = output(command.current_dir(&folder)).stdout;
        fs::write(folder.join("call.events.json"), event).unwrap();
        folder
    }
}

/// Exit code, standard output and standard error of a command in a folder.
fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = output(callflow(arguments).current_dir(folder));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

#[test]
fn every_reading_decides_a_call() {
    for decided in DECIDED {
        for is_usual in [true, false] {
            let folder = decided.folder("decides", is_usual);
            let (code, text, errors) = said(&folder, &["test"]);
            let (id, word) = (decided.id, decided.word);
            assert_eq!(
                code,
                Some(0),
                "{id} = {word}, usual: {is_usual}: {text}{errors}"
            );
        }
    }
    // What a `callflow.toml` can say is what is tried here.
    let schema = fs::read_to_string("docs/schemas/config.schema.json").unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let readings = schema["properties"]["assume"]["properties"]
        .as_object()
        .unwrap();
    let others: BTreeSet<(&str, &str)> = readings
        .iter()
        .flat_map(|(id, one)| {
            let words = one["enum"].as_array().unwrap().iter().skip(1);
            words.map(|word| (id.as_str(), word.as_str().unwrap()))
        })
        .collect();
    let tried = DECIDED.iter().map(|one| (one.id, one.word)).collect();
    assert_eq!(others, tried);
}

#[test]
fn a_test_that_depends_on_an_assumption_is_named_with_it() {
    for decided in DECIDED {
        let folder = decided.folder("depends", true);
        let (code, text, errors) = said(&folder, &["test", "--either-way"]);
        let (id, word) = (decided.id, decided.word);
        assert_eq!(code, Some(0), "{id}: {text}{errors}");
        assert!(
            text.contains(&format!("With --assume {id}={word}: ")),
            "{id}: {text}"
        );
        assert!(
            text.ends_with(&format!(
                "0 tests do not depend on an assumption; 1 depends on `{id}`\n"
            )),
            "{id}: {text}"
        );
        assert_eq!(
            said(&folder, &["test", "--either-way=fail"]).0,
            Some(1),
            "{id}"
        );
        // What somebody has tried is not assumed any more.
        let usual = fs::read_to_string("docs/schemas/config.schema.json").unwrap();
        let usual: serde_json::Value = serde_json::from_str(&usual).unwrap();
        let usual = &usual["properties"]["assume"]["properties"][id]["enum"][0];
        fs::write(
            folder.join("callflow.toml"),
            format!("[assume]\n{id} = {usual}\n"),
        )
        .unwrap();
        let (code, text, errors) = said(&folder, &["test", "--either-way=fail"]);
        assert_eq!(code, Some(0), "{id}: {text}{errors}");
        assert!(
            text.ends_with("1 test does not depend on an assumption\n"),
            "{id}: {text}"
        );
        let (_, text, _) = said(&folder, &["run", "call.toml"]);
        let assumed = text
            .split_once("Assumed")
            .map_or("", |(_, assumed)| assumed);
        let mut ids = assumed.split([' ', ',', '\n']);
        assert!(!ids.any(|one| one == id), "{id}: {text}");
    }
}

/// The output of a command of the documentation is what it prints.
#[test]
fn the_page_about_testing_shows_what_is_printed() {
    let page = fs::read_to_string("docs/testing.md").unwrap();
    let blocks = page.split("```console\n").skip(1);
    let mut compared = 0;
    for block in blocks {
        let (block, _) = block.split_once("```").unwrap();
        let (command, shown) = block.split_once('\n').unwrap();
        let words = command.strip_prefix("$ callflow ").unwrap();
        let words: Vec<_> = words
            .split(' ')
            .map(|word| word.trim_matches('\''))
            .collect();
        let run = output(&mut callflow(&words));
        assert_eq!(String::from_utf8(run.stdout).unwrap(), shown, "{command}");
        compared += 1;
    }
    assert_eq!(compared, 1);
}

#[test]
fn dependence_is_reported_to_programs_and_fails_only_if_asked() {
    let decided = DECIDED.iter().find(|one| one.id == "keys-unheard").unwrap();
    let folder = decided.folder("formats", true);
    let (code, json, _) = said(&folder, &["test", "--either-way", "--format", "json"]);
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&1.into(), &0.into()));
    let depend = serde_json::json!([{ "assumption": "keys-unheard", "calls": 1 }]);
    assert_eq!(
        json["either_way"],
        serde_json::json!({ "hold": 0, "depend": depend })
    );
    let depends = &json["calls"][0]["depends_on"];
    assert_eq!(
        (
            &depends[0]["assumption"],
            &depends[0]["reading"],
            depends.as_array().unwrap().len()
        ),
        (&"keys-unheard".into(), &"kept".into(), 1)
    );
    assert_eq!(
        depends[0]["failures"][0]["message"],
        "`hears`: expected nothing more, got \"One.\""
    );
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    fs::write(samples.join("either-way.verdicts.json"), json.to_string()).unwrap();
    // Without the option nothing is said of it.
    let (_, plain, _) = said(&folder, &["test", "--format", "json"]);
    assert!(
        !plain.contains("either_way") && !plain.contains("depends_on"),
        "{plain}"
    );
    for (option, code, tag) in [
        ("--either-way", 0, "<system-out>"),
        ("--either-way=report", 0, "<system-out>"),
        ("--either-way=fail", 1, "<failure message="),
    ] {
        let (came, junit, _) = said(&folder, &["test", option, "--format", "junit"]);
        assert_eq!(came, Some(code), "{option}: {junit}");
        assert!(junit.contains(tag), "{option}: {junit}");
        assert!(
            junit.contains("depends on `keys-unheard`: with "),
            "{option}: {junit}"
        );
        assert!(
            junit.contains(&format!("failures=\"{code}\" errors=\"0\"")),
            "{option}: {junit}"
        );
        let (came, github, _) = said(&folder, &["test", option, "--format", "github"]);
        assert_eq!(came, Some(code), "{option}: {github}");
        let last = "0 tests do not depend on an assumption; 1 depends on `keys-unheard`\n";
        assert!(github.ends_with(last), "{option}: {github}");
    }
    // A test that fails as it is does not depend on anything.
    let wrong = decided.scenario(true).replace("Welcome*", "Goodbye*");
    fs::write(folder.join("call.toml"), wrong).unwrap();
    let (code, text, _) = said(&folder, &["test", "--either-way"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.ends_with("0 tests do not depend on an assumption\n"),
        "{text}"
    );
    for option in ["--update", "--write", "--list"] {
        assert_eq!(
            said(&folder, &["test", "--either-way", option]).0,
            Some(2),
            "{option}"
        );
    }
}

#[test]
fn a_reading_can_be_said_for_one_call() {
    for decided in DECIDED {
        let folder = decided.folder("option", false);
        // The file says nothing of it.
        let scenario = fs::read_to_string(folder.join("call.toml")).unwrap();
        let (id, word) = (decided.id, decided.word);
        let assume = format!("[assume]\n{id} = {word:?}\n");
        let scenario = scenario
            .replace(&assume, "")
            .replace("events = \"call.events.json\"", "");
        fs::write(folder.join("call.toml"), scenario).unwrap();
        let option = format!("{id}={word}");
        let (code, text, errors) = said(&folder, &["run", "call.toml", "--assume", &option]);
        assert_eq!(code, Some(0), "{id}: {text}{errors}");
        assert!(
            text.contains(&format!("As set in [assume]: {id} = {word:?}")),
            "{id}: {text}"
        );
    }
    let folder = DECIDED[0].folder("option-wrong", true);
    for (option, words) in [
        ("keys-unherd=kept", "did you mean \"keys-unheard\"?"),
        (
            "keys-unheard=kep",
            "expected \"lost\", \"kept\" or \"kept-in-pauses\"",
        ),
        (
            "dial-record=kept",
            "\"dial-record\" is not an assumption with several values",
        ),
        (
            "keys-unheard",
            "expected ID=VALUE, such as keys-unheard=kept",
        ),
    ] {
        let (code, _, errors) = said(&folder, &["run", "call.toml", "--assume", option]);
        assert_eq!(code, Some(2), "{option}");
        assert!(errors.contains(words), "{option}: {errors}");
    }
}

#[test]
fn the_foot_of_a_run_separates_what_decided_the_route() {
    let folder = DECIDED[1].folder("foot", true);
    let (_, text, _) = said(&folder, &["run", "call.toml"]);
    let foot = "Assumptions about the route: after-error, flow-end, dial-attempts, dial-defaults\nAssumptions about times only: speech-time, step-time, leg-time (-v explains them)\n";
    assert!(text.contains(foot), "{text}");
    let (_, text, _) = said(&folder, &["run", "call.toml", "-v"]);
    let (_, verbose) = text
        .split_once("Assumptions about the route:\n  after-error ")
        .unwrap();
    assert!(
        verbose.contains("\nAssumptions about times only:\n  speech-time "),
        "{text}"
    );
    assert!(
        !said(&folder, &["run", "call.toml", "-q"])
            .1
            .contains("Assumed")
    );
}
