//! Limits: what holds at one, and what a step beyond it. Each test fails when its limit moves by one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use support::{callflow, output};

/// A folder of its own for a test, with these files.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("boundaries-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// Exit code and standard output of a command in a folder.
fn said(folder: &PathBuf, arguments: &[&str]) -> (Option<i32>, String) {
    let run = output(callflow(arguments).current_dir(folder));
    (run.status.code(), String::from_utf8(run.stdout).unwrap())
}

#[test]
fn a_silence_may_last_as_long_as_is_allowed() {
    let flow =
        "<Response><Say>Please hold.</Say><Pause length=\"3000\"/><Say>Goodbye.</Say></Response>";
    // The pause, the 73 ms after the first Say, and the 34 ms after the pause.
    for (most, code) in [("3.107s", 0), ("3.106s", 1)] {
        let call = format!("flow = \"flow.xml\"\n[expect]\nmax_silence = \"{most}\"\n");
        let folder = folder("silence", &[("flow.xml", flow), ("call.toml", &call)]);
        let (came, text) = said(&folder, &["test"]);
        assert_eq!(came, Some(code), "{most}: {text}");
    }
}

#[test]
fn a_dial_rang_out_that_took_all_of_its_time() {
    let flow =
        "<Response><Dial timeout=\"10000\"><To>anna@sip.example.com</To><Error/></Dial></Response>";
    // Its leg is created after 45 ms, comes to life 20 ms later, and its end is reported in 8 ms.
    for (after, outcome) in [("9.927s", "rang-out"), ("9.926s", "refused")] {
        let call = format!(
            "flow = \"flow.xml\"\n[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\nafter = \"{after}\"\n[expect]\nran = [\"...\"]\n"
        );
        let folder = folder("rang-out", &[("flow.xml", flow), ("call.toml", &call)]);
        let (code, text) = said(&folder, &["test", "--coverage=json=coverage.json"]);
        assert_eq!(code, Some(0), "{text}");
        let coverage = fs::read_to_string(folder.join("coverage.json")).unwrap();
        let coverage: Value = serde_json::from_str(&coverage).unwrap();
        let goals = &coverage["flows"][0]["commands"][0]["goals"];
        let came = ["rang-out", "refused"].map(|goal| goals[goal].as_u64().unwrap());
        let expected = ["rang-out", "refused"].map(|goal| u64::from(goal == outcome));
        assert_eq!(came, expected, "{after}");
    }
}

#[test]
fn a_key_for_a_prompt_comes_in_its_last_millisecond_at_the_latest() {
    let flow = "<Response><Gather dtmf_length=\"1\"><Say>Press one.</Say><DTMF value=\"1\"/></Gather></Response>";
    let folder = folder("prompt", &[("flow.xml", flow)]);
    let press = "Gather[0]/Say[0]+1h=1";
    let (_, text) = said(&folder, &["run", "flow.xml", "-q", "--press", press]);
    // The prompt lasts 990 ms, from 1.777 to 2.767.
    assert!(text.contains("  1.777    0.989  ├ ✓ Say"), "{text}");
    assert!(text.contains("  2.766           │ └ ⌨ 1"), "{text}");
}

#[test]
fn a_leg_rings_that_has_as_much_time_as_it_takes_to_ring() {
    // It rings a second after it has come to life, and the time is over at that instant: so it is
    // where a call is played, and so where it is explored.
    let transitions = |timeout: u32| {
        let flow = format!(
            "<Response><Dial timeout=\"{timeout}\"><To>anna@sip.example.com</To></Dial></Response>"
        );
        let folder = folder("rings", &[("flow.xml", &flow)]);
        let (_, text) = said(&folder, &["run", "flow.xml", "-q", "--dial", "*=NO_ANSWER"]);
        let (_, json) = said(&folder, &["explore", "flow.xml", "--format", "json"]);
        let json: Value = serde_json::from_str(&json).unwrap();
        let transitions = json["flows"][0]["transitions"].as_u64().unwrap();
        (text.contains("rang "), transitions)
    };
    let (rings, at_the_limit) = transitions(1000);
    assert!(rings);
    assert_eq!(transitions(1001), (true, at_the_limit));
    assert_eq!(transitions(999), (false, at_the_limit - 1));
}

/// The rules that a flow breaks.
fn broken(test: &str, flow: &str) -> Vec<String> {
    let folder = folder(test, &[("flow.xml", flow)]);
    let (_, json) = said(&folder, &["check", "flow.xml", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let findings = json["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_hundred_attempts_are_as_many_as_the_platform_takes() {
    let flow = |attempts: u32| {
        format!(
            "<Response><Dial max_call_attempts=\"{attempts}\"><To>anna@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial></Response>"
        )
    };
    assert_eq!(broken("attempts", &flow(100)), [""; 0]);
    assert_eq!(broken("attempts", &flow(101)), ["many-attempts"]);
}

#[test]
fn a_duration_looks_like_seconds_below_its_limit() {
    let dial = |timeout: u32| {
        format!(
            "<Response><Dial timeout=\"{timeout}\"><To>anna@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial></Response>"
        )
    };
    let pause = |length: u32| {
        format!(
            "<Response><Say>Hello.</Say><Pause length=\"{length}\"/><Say>Goodbye.</Say></Response>"
        )
    };
    for (at_the_limit, below) in [(dial(1000), dial(999)), (pause(100), pause(99))] {
        assert_eq!(broken("seconds", &at_the_limit), [""; 0]);
        assert_eq!(broken("seconds", &below), ["timeout-in-seconds"]);
    }
    // Below it 1 looks like seconds, and 0 means something else.
    assert_eq!(broken("seconds", &pause(1)), ["timeout-in-seconds"]);
    assert_eq!(broken("seconds", &pause(0)), [""; 0]);
}
