//! What the platform is taken to do, and what the world of a call is told: the built program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use support::{callflow, output, stdout};

/// A folder of its own for a test, with these files.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let name = format!("callflow-platform-{test}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    for (name, text) in files {
        fs::write(path.join(name), text).unwrap();
    }
    path
}

/// Exit code, standard output and standard error of a run of a flow.
fn run(test: &str, flow: &str, options: &[&str]) -> (i32, String, String) {
    let folder = folder(test, &[("flow.xml", flow)]);
    let mut command = callflow(&[&["run", "flow.xml"], options].concat());
    let output = output(command.current_dir(&folder));
    fs::remove_dir_all(folder).unwrap();
    let read = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        read(output.stdout),
        read(output.stderr),
    )
}

fn tree(test: &str, flow: &str, options: &[&str]) -> String {
    run(test, flow, options).1
}

fn events(test: &str, flow: &str, options: &[&str]) -> Vec<Value> {
    let said = run(test, flow, &[options, &["--format", "events"]].concat()).1;
    said.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const DIAL: &str = "<Response><Dial><To>anna@sip.example.com</To><Error/></Dial></Response>";

#[test]
fn a_recording_that_is_open_at_the_hang_up_is_kept_and_comes_behind() {
    let flow = "<Response><Record tag=\"note\"><Pause length=\"60000\"/></Record></Response>";
    let events = events("open", flow, &["--hangup-after", "12s"]);
    let [.., destroyed, record] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        (&destroyed["type"], &destroyed["call"]["state"]),
        (&"call_state".into(), &"destroyed".into())
    );
    assert_eq!(destroyed["call"]["records"], Value::Array(Vec::new()));
    assert_eq!(
        (&record["type"], &record["call_record"]["tag"]),
        (&"call_record".into(), &"note".into())
    );
    // 10.271 s, to the nearest second.
    assert_eq!(record["call_record"]["duration"], 10);
}

#[test]
fn a_window_holds_both_of_its_ends() {
    let flow = "<Response><Schedule time=\"17:00:00-18:00:00\"><Say>First.</Say><Hangup/></Schedule><Schedule time=\"18:00:00-23:59:59\"><Say>Second.</Say></Schedule></Response>";
    for (start, heard) in [
        ("2024-01-15T17:59:58.5Z", "First."),
        ("2024-01-15T18:00:00Z", "Second."),
        ("2024-01-15T16:59:58.271Z", "First."),
        ("2024-01-15T23:59:57Z", "Second."),
    ] {
        let said = tree("window", flow, &["--start", start]);
        assert!(
            said.contains(&format!("✓ Say  “{heard}”")),
            "{start}: {said}"
        );
    }
    // The second of the end, with its whole length.
    let said = tree("window", flow, &["--start", "2024-01-15T17:59:58.600Z"]);
    assert!(
        said.contains("First.") && !said.contains("Second."),
        "{said}"
    );
}

#[test]
fn speech_takes_as_long_as_what_is_spoken() {
    for (text, lasts) in [
        (
            "お電話ありがとうございます。担当者におつなぎします。",
            "4.340",
        ),
        ("4815162342", "4.190"),
        ("Hello there", "0.990"),
        // 24 syllables of Hangul are not one word.
        (
            "전화해주셔서감사합니다곧상담원을연결해드리겠습니다",
            "5.190",
        ),
        ("आपका स्वागत है", "1.590"),
    ] {
        let said = tree(
            "speech",
            &format!("<Response><Say>{text}</Say></Response>"),
            &[],
        );
        assert!(said.contains(&format!("{lasts}  ✓ Say")), "{text}: {said}");
    }
}

#[test]
fn attempts_without_end_end_with_an_error_that_names_the_attribute() {
    let dial = DIAL.replace("<Dial>", "<Dial max_call_attempts=\"4294967295\">");
    let gather = "<Response><Gather attempts=\"4294967295\" timeout=\"0\"><DTMF value=\"1\"><Hangup/></DTMF></Gather></Response>";
    for (flow, attribute) in [(dial.as_str(), "max_call_attempts"), (gather, "attempts")] {
        let (code, said, _) = run(
            "attempts",
            flow,
            &["--dial", "*=USER_BUSY", "--max-legs", "50"],
        );
        assert_eq!(code, 1);
        assert!(said.contains(&format!("`{attribute}` of ")), "{said}");
    }
}

#[test]
fn limits_can_be_raised() {
    let flow = format!("<Response>{}</Response>", "<Say>a</Say>".repeat(30));
    let (code, said, _) = run("limit", &flow, &["--max-commands", "20"]);
    assert_eq!(code, 1);
    assert!(
        said.contains("the call ran 20 commands and is not over"),
        "{said}"
    );
    assert_eq!(run("limit", &flow, &["--max-commands", "30"]).0, 0);
    // A hunt over thirty phones, each in the Error block of the one before.
    let mut hunt = "<Say>Nobody.</Say>".to_owned();
    for phone in 0..30 {
        hunt = format!(
            "<Dial timeout=\"1000\"><To>p{phone}@sip.example.com</To><Error>{hunt}</Error></Dial>"
        );
    }
    let (code, said, _) = run(
        "hunt",
        &format!("<Response>{hunt}</Response>"),
        &["--dial", "*=USER_BUSY"],
    );
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("“Nobody.”"), "{said}");
}

#[test]
fn a_retry_comes_after_a_second() {
    let flow = DIAL.replace("<Dial>", "<Dial max_call_attempts=\"2\">");
    let said = tree("retry", &flow, &["--dial", "*=USER_BUSY"]);
    assert!(
        said.contains("1.774    0.227  ├ →") && said.contains("3.054    0.227  ├ →"),
        "{said}"
    );
}

#[test]
fn redirects_are_followed_and_lose_the_query() {
    let flow = "<Response><Callback url=\"https://a.example.com/flow?x=1\" method=\"POST\"><Error><Say>No.</Say></Error></Callback></Response>";
    for status in [301, 302, 303, 307, 308] {
        let scenario = format!(
            "flow = \"flow.xml\"\n[[callback]]\nurl = \"*/flow*\"\nredirect = \"/next?from=1\"\nstatus = {status}\n[[callback]]\nurl = \"*/next?from=1\"\nmethod = \"{}\"\nbody = \"<Response><Say>Yes.</Say></Response>\"\n",
            if status > 303 { "POST" } else { "GET" }
        );
        let folder = folder("redirect", &[("flow.xml", flow), ("call.toml", &scenario)]);
        let said = stdout(callflow(&["run", "call.toml"]).current_dir(&folder));
        let explained = stdout(callflow(&["explain", "call.toml"]).current_dir(&folder));
        fs::remove_dir_all(folder).unwrap();
        let explained = explained.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            explained.contains("The redirect lost these parameters: to, tn, state, sca, call"),
            "{explained}"
        );
        assert!(said.contains("“Yes.”"), "{status}: {said}");
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("which loses these parameters: to, tn, state, sca, call"),
            "{said}"
        );
    }
    let said = tree(
        "endless",
        flow,
        &["--callback", "*=https://a.example.com/flow"],
    );
    assert!(said.contains("more than 20 redirects"), "{said}");
}

#[test]
fn a_filter_matches_null_only_where_the_call_has_nothing() {
    for (field, matches) in [
        ("duration", false),
        ("thread", false),
        ("tn", false),
        ("country", true),
        ("nonsense", true),
    ] {
        let flow = format!(
            "<Response><Call field=\"{field}\" value=\"null\"><Say>Null.</Say></Call></Response>"
        );
        assert_eq!(
            tree("null", &flow, &[]).contains("“Null.”"),
            matches,
            "{field}"
        );
    }
}

#[test]
fn a_callback_sends_what_a_gather_does_and_its_meta() {
    let flow = "<Response><Callback url=\"https://a.example.com/\" tag=\"t\"><Meta name=\"plan\" value=\"gold\"/><Error/></Callback></Response>";
    let whole = "https://a.example.com/?from=%2B12025550123&to=12025550199&tn=12025550199&state=live&sca=*&call=*&tag=t&plan=gold";
    let said = tree("query", flow, &["--callback", &format!("{whole}=404")]);
    assert!(said.contains("status 404"), "{said}");
}

#[test]
fn states_of_freeswitch_follow_what_was_heard() {
    let state = |events: &[Value], direction: &str, state: &str| {
        let is_it = |event: &&Value| {
            event["call"]["direction"] == direction && event["call"]["state"] == state
        };
        events.iter().find(is_it).unwrap()["call"]["freeswitch_call_state"].clone()
    };
    let scenario =
        "flow = \"flow.xml\"\n[[dial]]\nto = \"*\"\nanswer = true\ntalk = \"1s\"\nrings = false\n";
    let folder = folder("down", &[("flow.xml", DIAL), ("call.toml", scenario)]);
    let said = stdout(callflow(&["run", "call.toml", "--format", "events"]).current_dir(&folder));
    fs::remove_dir_all(folder).unwrap();
    let all: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(state(&all, "out", "live"), "DOWN");
    let flow =
        "<Response><Say>Please wait for the operator.</Say><Pause length=\"9000\"/></Response>";
    let options = ["--auto-answer", "false", "--hangup-after", "3s"];
    assert_eq!(
        state(&events("early", flow, &options), "in", "hangup"),
        "EARLY"
    );
    let options = ["--auto-answer", "false", "--hangup-after", "1s"];
    assert_eq!(
        state(&events("early", flow, &options), "in", "hangup"),
        "RINGING"
    );
}

#[test]
fn a_hang_up_before_the_leg_lives_takes_effect_with_it() {
    let events = events("early-end", DIAL, &["--hangup-after", "5ms"]);
    let states: Vec<_> = events
        .iter()
        .map(|event| event["call"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["init", "hangup", "destroyed"]);
}

#[test]
fn what_decides_without_a_source_has_an_id() {
    for (flow, id) in [
        (DIAL.to_owned(), "ring-back"),
        (
            DIAL.replace("<Dial>", "<Dial timeout=\"0\">"),
            "timeout-zero",
        ),
        (
            DIAL.replace("<Dial>", "<Dial max_call_duration=\"0\">"),
            "duration-zero",
        ),
        (
            "<Response><Answer delay=\"1000\"/><Say>a</Say></Response>".to_owned(),
            "answer-delay",
        ),
    ] {
        let said = tree("ids", &flow, &[]);
        assert!(said.contains(id), "{flow}: {said}");
        assert!(!tree("ids", &flow, &["--quiet"]).contains("Assumptions"));
        assert!(
            tree("ids", &flow, &["--verbose"]).contains(&format!("\n  {id}  ")),
            "{id}"
        );
    }
}

#[test]
fn the_world_is_told_on_the_command_line_as_flows_are() {
    let refused = |options: &[&str], words: &str| {
        let (code, _, errors) = run("refused", DIAL, options);
        assert_eq!(code, 2, "{options:?}");
        assert!(errors.contains(words), "{errors}");
    };
    refused(&["--state", "Texas"], "write \"TX\"");
    refused(&["--from", "abc"], "is not the number of a caller");
    refused(&["--start", "2024-02-30"], "is not a time");
    refused(&["--time-zone", "GMT+5"], "Etc/GMT-5");
    let said = tree(
        "answer",
        DIAL,
        &["--dial", "*=ANSWER", "--hangup-after", "9s"],
    );
    assert!(said.contains("rang 2 s, answered"), "{said}");
    let clock = "<Response><Schedule dow=\"sat\"><Say>It is Saturday.</Say></Schedule></Response>";
    let said = tree(
        "clock",
        clock,
        &["--start", "2024-02-24T09:30", "--time-zone", "Asia/Tokyo"],
    );
    assert!(
        said.contains("Sat 2024-02-24 09:30:00 JST") && said.contains("it is Sat 09:30:01"),
        "{said}"
    );
    assert!(!said.contains("note:"), "{said}");
    let said = tree("clock", clock, &[]);
    assert!(
        said.contains("no start time given") && said.contains("using UTC"),
        "{said}"
    );
    let place = "<Response><Geo states=\"NY\"><Say>Hello.</Say></Geo></Response>";
    assert!(tree("place", place, &[]).contains("no place given for the caller"));
}

#[test]
fn the_configuration_of_the_folder_and_options_stand_before_the_file() {
    let flow = "<Response><Pause length=\"1000\"/><Answer/><Say>Hello.</Say></Response>";
    let scenario = "flow = \"flow.xml\"\n[caller]\nhangup_after = \"2s\"\n";
    let files = [
        ("flow.xml", flow),
        ("callflow.toml", "[app]\nauto_answer = false\n"),
        ("call.toml", scenario),
    ];
    let folder = folder("config", &files);
    let said = |arguments: &[&str]| stdout(callflow(arguments).current_dir(&folder));
    assert!(
        said(&["run", "flow.xml"]).contains("2.763           ├ answered")
            || !said(&["run", "flow.xml"]).contains("1.341           answered")
    );
    assert!(
        said(&["run", "flow.xml", "--auto-answer", "true"]).contains("1.341           answered")
    );
    assert!(said(&["run", "call.toml"]).contains("the caller hung up"));
    assert!(said(&["run", "call.toml", "--no-hangup"]).contains("the flow ended"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn addresses_are_read_as_they_are_meant_and_what_is_wrong_is_named() {
    let to = |address: &str| {
        let flow = format!("<Response><Dial><To>{address}</To><Error/></Dial></Response>");
        let folder = folder("address", &[("flow.xml", &flow)]);
        let output = output(callflow(&["check", "flow.xml"]).current_dir(&folder));
        let tree = output_of(callflow(&["parse", "flow.xml"]).current_dir(&folder));
        fs::remove_dir_all(folder).unwrap();
        (String::from_utf8(output.stdout).unwrap(), tree)
    };
    let (said, tree) = to("sip:anna:secret@pbx.example.com");
    assert!(
        said.contains("a password in a SIP address is not dialled"),
        "{said}"
    );
    assert!(!tree.contains("secret"), "{tree}");
    let (said, tree) = to("+44 (0)20 7946 0000");
    assert!(
        said.contains("`(0)` is not dialled after a country code"),
        "{said}"
    );
    assert!(tree.contains("442079460000"), "{tree}");
    for (address, words) in [
        (
            "12025550123 x 45",
            "an extension cannot be dialled together with its number",
        ),
        (
            "anna@pbx.example.com:70000",
            "a port is a number from 1 to 65535",
        ),
        ("anna@pbx.example.com;x=", "a parameter is a name"),
        ("anna@pbx.example.com?a=b", "headers cannot be dialled"),
        (
            "anna@a.example.com,ben@b.example.com",
            "a second destination begins here",
        ),
        ("anna@[::1", "a bracket without its pair"),
        (
            "anna@a\u{200b}.example.com",
            "an invisible character, U+200B",
        ),
    ] {
        let (said, _) = to(address);
        assert!(said.contains(words), "{address}: {said}");
        assert!(!said.contains("write `120255501"), "{said}");
    }
}

fn output_of(command: &mut std::process::Command) -> String {
    let output = output(command);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_time_out_of_0_is_over_at_once() {
    // A destination that would answer in no time.
    let scenario = "flow = \"flow.xml\"\n[[dial]]\nto = \"*\"\nanswer = true\nrings = false\nafter = \"0ms\"\ntalk = \"3s\"\n";
    let flow = "<Response><Dial timeout=\"0\"><To>anna@sip.example.com</To><Error><Say>No.</Say></Error></Dial></Response>";
    let folder = folder("zero-dial", &[("flow.xml", flow), ("call.toml", scenario)]);
    let said = output_of(callflow(&["run", "call.toml"]).current_dir(&folder));
    assert!(said.contains("did not answer: NO_ANSWER"), "{said}");
    assert!(
        !said.contains("rang") && !said.contains("call bridged"),
        "{said}"
    );
    fs::remove_dir_all(folder).unwrap();
    // Nobody says what the destination does: it makes no difference.
    let said = tree("zero-dial-alone", flow, &[]);
    assert!(said.contains("did not answer: NO_ANSWER"), "{said}");
    assert!(
        !said.contains("[[dial]]") && !said.contains("leg-time"),
        "{said}"
    );
    for (flow, words) in [
        // A key that comes at once is not waited for either.
        (
            "<Gather timeout=\"0\"><DTMF value=\"1\"/></Gather>",
            "no input",
        ),
        ("<Say timeout=\"0\">Hello.</Say>", "timeout 0 ms exceeded"),
        ("<Tone timeout=\"0\"/>", "timeout 0 ms exceeded"),
        (
            "<Record tag=\"a\" timeout=\"0\"><Pause/></Record>",
            "record is not available",
        ),
        (
            "<RecordStart tag=\"a\"/><Pause/><RecordStop tag=\"a\"/><RecordWait tag=\"a\" timeout=\"0\"/>",
            "record is not available",
        ),
    ] {
        let flow = format!("<Response>{flow}</Response>");
        let said = tree("zero", &flow, &["--press", "+0ms=1"]);
        assert!(said.contains(words), "{flow}: {said}");
        assert!(said.contains("timeout-zero"), "{flow}: {said}");
        assert!(!said.contains("hears"), "{flow}: {said}");
    }
    let said = tree(
        "zero-hold",
        "<Response><Hold timeout=\"0\"/><Pause/></Response>",
        &[],
    );
    assert!(!said.contains("hold music"), "{said}");
}

#[test]
fn a_fetch_with_a_time_out_of_0_has_no_limit_of_its_own() {
    let fetches = [
        "<Callback url=\"https://api.example.com/a\" timeout=\"0\"/>",
        "<Curl url=\"https://api.example.com/a\" timeout=\"0\"/>",
    ];
    let rule = |rule: &str| format!("flow = \"flow.xml\"\n[[callback]]\nurl = \"*\"\n{rule}\n");
    let body = "body = \"<Response><Say>Hello.</Say></Response>\"\nafter = ";
    for fetch in fetches {
        let flow = format!("<Response>{fetch}</Response>");
        for (rule, words) in [
            // At once, and after ten minutes.
            (rule(&format!("{body}\"0ms\"")), "✓ C"),
            (rule(&format!("{body}\"10m\"")), "✓ C"),
            // Only the operating system gives up.
            (rule("error = \"timeout\""), "127.000  ✗ C"),
        ] {
            let folder = folder("zero-fetch", &[("flow.xml", &flow), ("call.toml", &rule)]);
            let said = output_of(callflow(&["run", "call.toml"]).current_dir(&folder));
            assert!(said.contains(words), "{fetch}, {rule}: {said}");
            assert!(said.contains("timeout-zero"), "{fetch}, {rule}: {said}");
            // What is published of it says the same, and can be played again.
            let event =
                output(callflow(&["run", "call.toml", "--format", "json"]).current_dir(&folder));
            fs::write(folder.join("event.json"), event.stdout).unwrap();
            let recovered = output(callflow(&["replay", "event.json"]).current_dir(&folder));
            let again = String::from_utf8(recovered.stdout).unwrap();
            assert!(recovered.status.success(), "{fetch}, {rule}: {again}");
            fs::remove_dir_all(folder).unwrap();
        }
    }
}

#[test]
fn a_cause_above_127_is_published_as_16() {
    let flow = "<Response><Pause length=\"20000\"/></Response>";
    let options = ["--auto-answer", "false", "--hangup-after", "3s"];
    let events = events("q850", flow, &options);
    let call = &events.last().unwrap()["call"];
    assert_eq!(
        (&call["q850_cause"], &call["q850_cause_string"]),
        (&16.into(), &"ORIGINATOR_CANCEL".into())
    );
    // The name says more than the number.
    let folder = folder(
        "q850-read",
        &[("event.json", &events.last().unwrap().to_string())],
    );
    let said = output_of(callflow(&["explain", "event.json"]).current_dir(&folder));
    assert!(said.contains("ORIGINATOR_CANCEL"), "{said}");
    assert!(!said.contains("which do not match"), "{said}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_press_without_a_time_comes_while_its_menu_waits() {
    let menu = |attributes: &str, code: &str| {
        format!(
            "<Response><Gather {attributes}><Say>Press.</Say><DTMF value=\"{code}\"><Say>Right.</Say></DTMF><Error><Say>Wrong.</Say></Error></Gather></Response>"
        )
    };
    // Three attempts of a second, three answers.
    let three = menu("dtmf_length=\"1\" attempts=\"3\" timeout=\"1000\"", "1");
    let said = tree(
        "press",
        &three,
        &["--press", "5", "--press", "6", "--press", "1"],
    );
    assert!(said.contains("“Right.”"), "{said}");
    let note = "note: Gather[0] waits only 1 s: keys 5, 6, 1 were pressed after 0.5 s (change this with --press\n  'Gather[0]+500ms=5')";
    assert!(said.contains(note), "{said}");
    for (timeout, code, note) in [
        // A millisecond more than the usual second, or what lies between two keys, is enough.
        (1001, "1", None),
        (1001, "123", None),
        (1000, "1", Some("key 1 was pressed after 0.5 s (")),
        (251, "12", Some("keys 12 were pressed after 0.125 s (")),
        (
            250,
            "12",
            Some("keys 12 were pressed after 0.125 s, 0.125 s apart ("),
        ),
        (
            1,
            "1234",
            Some("keys 1234 were pressed after 0 s, 0 s apart ("),
        ),
    ] {
        let flow = menu(
            &format!("dtmf_length=\"{}\" timeout=\"{timeout}\"", code.len()),
            code,
        );
        let said = tree("press", &flow, &["--press", code]);
        assert!(said.contains("“Right.”"), "{timeout}: {said}");
        assert_eq!(
            said.contains("waits only"),
            note.is_some(),
            "{timeout}: {said}"
        );
        assert!(
            note.is_none_or(|note| said.contains(note)),
            "{timeout}: {said}"
        );
    }
    // A pause that a key ends; and a `w`, which takes its half second.
    let pause = "<Response><Pause length=\"300\" dtmf_stop=\"1\"/></Response>";
    let said = tree("press", pause, &["--press", "1"]);
    assert!(said.contains("pause stopped by dtmf '1'"), "{said}");
    let said = tree(
        "press",
        &menu("dtmf_length=\"2\" timeout=\"700\"", "12"),
        &["--press", "w1w2"],
    );
    assert!(said.contains("“Right.”"), "{said}");
    // A time that is given stays: the key comes too late.
    let late = menu("dtmf_length=\"1\" timeout=\"500\"", "1");
    let said = tree("press", &late, &["--press", "+600ms=1"]);
    assert!(
        said.contains("“Wrong.”") && !said.contains("waits only"),
        "{said}"
    );
}

#[test]
fn the_default_numbers_are_said_where_they_decide_and_stand_in_no_example() {
    let flow = |field: &str, value: &str| {
        format!(
            "<Response><Call field=\"{field}\" value=\"{value}\"><Say>Hello, Anna.</Say></Call></Response>"
        )
    };
    let from = "note: no caller given: using +12025550123, and Call[0] is only for this caller (change this with\n  --from +12025550187)";
    let to = "note: no called number given: using 12025550199, and Call[0] is only for this number (change this\n  with --to 12025550143)";
    for (field, value, note) in [
        ("from", "+12025550123", from),
        ("from", "12025550123", from),
        ("to", "12025550199", to),
        ("to", "+12025550199", to),
    ] {
        let said = tree("numbers", &flow(field, value), &[]);
        assert!(said.contains(note), "{said}");
        // Whoever says it means it.
        let option = format!("--{field}");
        let said = tree("numbers", &flow(field, value), &[&option, value]);
        assert!(!said.contains("given: using"), "{said}");
        let said = tree("numbers", &flow(field, "12025550187"), &[]);
        assert!(!said.contains("given: using"), "{said}");
    }
    let mut pages = vec![
        PathBuf::from("README.md"),
        PathBuf::from("docs"),
        PathBuf::from("flows"),
    ];
    let mut looked_at = 0;
    while let Some(page) = pages.pop() {
        if page.is_dir() {
            pages.extend(
                fs::read_dir(page)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let Ok(text) = fs::read_to_string(&page) else {
            continue;
        };
        looked_at += 1;
        // The manual and the schema say what the defaults are.
        let is_default = |line: &str| {
            line.contains("Default: ")
                || ["| `from` |", "| `to` |"]
                    .iter()
                    .any(|row| line.starts_with(row))
        };
        for line in text.lines().filter(|line| !is_default(line)) {
            for digits in ["2025550123", "2025550199"] {
                assert!(!line.contains(digits), "{}: {line}", page.display());
            }
        }
    }
    assert!(looked_at > 100);
}

#[test]
fn what_is_kept_only_in_pauses_is_lost_when_something_is_played() {
    let menu = "<Gather timeout=\"3000\" dtmf_length=\"1\"><DTMF value=\"1\"><Say>One.</Say></DTMF><DTMF value=\"2\"><Say>Two.</Say></DTMF></Gather>";
    let reading = |reading: &str, before: &str, keys: &str| {
        let scenario = format!(
            "flow = \"flow.xml\"\n[caller]\nkeys = [{keys}]\n[assume]\nkeys-unheard = \"{reading}\"\n"
        );
        let flow = format!("<Response>{before}{menu}</Response>");
        let folder = folder("pauses", &[("flow.xml", &flow), ("call.toml", &scenario)]);
        let said = output_of(callflow(&["run", "call.toml", "-q"]).current_dir(&folder));
        fs::remove_dir_all(folder).unwrap();
        ["“One.”", "“Two.”"].map(|words| said.contains(words))
    };
    let (pause, say) = (
        "<Pause length=\"3000\"/>",
        "<Say>Welcome to our shop.</Say>",
    );
    let early = "{ at = \"2s\", press = \"1\" }";
    let both = "{ at = \"2s\", press = \"1\" }, { at = \"4.9s\", press = \"2\" }";
    for (before, keys, kept, in_pauses) in [
        (pause.to_owned(), early, [true, false], [true, false]),
        (say.to_owned(), early, [true, false], [false, false]),
        // What was kept in the pause is lost with the first sound.
        (
            format!("{pause}{say}"),
            early,
            [true, false],
            [false, false],
        ),
        // A tone of which nothing is heard takes nothing.
        (
            format!("{pause}<Tone loop=\"0\"/>"),
            early,
            [true, false],
            [true, false],
        ),
        // A key that was lost in a sound is not the one that is heard later.
        (
            format!("{say}<Pause length=\"3000\"/>"),
            both,
            [true, false],
            [false, true],
        ),
    ] {
        assert_eq!(reading("kept", &before, keys), kept, "{before}");
        assert_eq!(
            reading("kept-in-pauses", &before, keys),
            in_pauses,
            "{before}"
        );
        assert_eq!(reading("lost", &before, keys), [false, false], "{before}");
    }
}
