//! Calls whose logs leave something open that decided them, on the way back from their last events.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use callflow::diff::{Tolerance, diff};
use callflow::event::read;
use callflow::replay;
use callflow::scenario;
use callflow::simulate::{Documents, Run, simulate};
use callflow::source::Source;
use callflow::{flow, xml};
use serde_json::Value;

/// Plays a call, rebuilds it from its last event, and plays it again.
fn rebuilt(document: &str, world: &str) -> (Value, replay::Recovered) {
    let (document, findings) = xml::read("flow.xml", document.as_bytes());
    assert!(findings.is_empty(), "{findings:#?}");
    let (flow, _) = flow::compile(document);
    let world = Source::new("scenario.toml", world);
    let scenario = scenario::parse(&world).0.unwrap();
    let run = simulate(&scenario, Arc::new(flow), &Documents::new());
    let was = serde_json::to_value(run.last().unwrap()).unwrap();
    let events = read::read("event.json", was.to_string().as_bytes()).events;
    let history = read::group(events).pop().unwrap();
    let recovered = replay::recover(&history).unwrap();
    let is = recovered.run().as_ref().and_then(Run::last).cloned();
    let is = serde_json::to_value(is.unwrap()).unwrap();
    let diff = diff(&was, &is, Tolerance(0));
    assert!(
        diff.is_empty(),
        "{:#?}\n{}",
        diff.differences,
        recovered.scenario.to_toml()
    );
    (was, recovered)
}

/// The commands of a call, each with its beginning, its end and its reason.
fn log(event: &Value) -> Vec<[String; 4]> {
    let entries = event["call"]["logs"].as_array().unwrap().iter();
    let text =
        |entry: &Value, keys: &str| entry.pointer(keys).unwrap().as_str().unwrap().to_owned();
    let keys = ["/command/path", "/created_on", "/modified_on", "/reason"];
    entries
        .map(|entry| keys.map(|key| text(entry, key)))
        .collect()
}

/// The reasons of a call's commands.
fn reasons(event: &Value) -> Vec<String> {
    log(event).into_iter().map(|[.., reason]| reason).collect()
}

#[test]
fn a_key_behind_the_last_command_of_a_document_that_went_on() {
    let (was, _) = rebuilt(
        r#"<Response><Gather><Callback url="https://x.example/a"/></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.51s", press = "1" }]
            [[callback]]
            url = "*"
            body = '<Response><Pause length="500"/><Say>Hello</Say></Response>'
        "#,
    );
    assert_eq!(
        reasons(&was),
        ["dtmf '1' received", "call flow executed", "pause ended"]
    );
}

#[test]
fn a_key_at_the_instant_at_which_a_fetch_failed() {
    let (was, _) = rebuilt(
        r#"<Response><Gather><Record><Gather url="https://x.example/a" dtmf_length="1"><Error/></Gather></Record>
            <Switch><Case dtmf="1"/><Default/></Switch></Gather></Response>"#,
        r##"
            caller.keys = [{ at = "2.5s", press = "1#" }]
            [[callback]]
            url = "*"
            after = "250ms"
            error = "refused"
        "##,
    );
    assert_eq!(
        reasons(&was),
        [
            "dtmf '#' received",
            "stopped by dtmf",
            "request failed: connection refused",
            "commands executed"
        ]
    );
}

#[test]
fn a_hangup_at_the_instant_at_which_the_last_command_ended() {
    let (was, _) = rebuilt(
        "<Response><Unhold/><Say>Hello</Say></Response>",
        r#"
            app.auto_answer = false
            caller.hangup_after = "1.729s"
        "#,
    );
    assert_eq!(was["call"]["q850_cause_string"], "ORIGINATOR_CANCEL");
}

#[test]
fn a_key_before_a_prompt_that_came_only_in_the_next_attempt() {
    let (was, _) = rebuilt(
        r#"<Response><Gather dtmf_stop="*" attempts="2"><Pause length="100"/><Pause length="200"/>
            <Switch><Case dtmf="12"/></Switch></Gather></Response>"#,
        r#"caller.keys = [{ at = "1.88s", press = "2" }, { at = "1.89s", press = "*" }]"#,
    );
    let paths: Vec<_> = log(&was).into_iter().map(|[path, ..]| path).collect();
    assert_eq!(
        paths[1..],
        [
            "Gather[0].Pause[0]",
            "Gather[0].Pause[0]",
            "Gather[0].Pause[1]"
        ]
    );
}

#[test]
fn a_reply_that_came_just_in_time_for_a_key_of_the_second_attempt() {
    let (was, _) = rebuilt(
        r#"<Response><Gather url="https://x.example/a" attempts="2" timeout="1500"><DTMF value="1"/></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "4.06s", press = "1" }]
            [[callback]]
            url = "*"
            after = "4.99s"
            body = "<Response><Unhold/></Response>"
        "#,
    );
    assert_eq!(reasons(&was), ["dtmf '1' received", "call resumed"]);
}

#[test]
fn no_key_behind_a_file_that_ended_by_itself() {
    let (_, recovered) = rebuilt(
        r#"<Response><Gather><Play url="https://m.example/a.mp3"/><Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r#"
            caller.hangup_after = "8s"
            [[media]]
            url = "*"
            lasts = "16ms"
        "#,
    );
    assert!(recovered.scenario.caller.keys.is_empty());
}

#[test]
fn a_key_of_an_attempt_before_its_first_prompt() {
    let (was, _) = rebuilt(
        r#"<Response><Gather dtmf_length="4" timeout="1500" attempts="2"><Pause length="2000"/>
            <Switch><Case dtmf="1"/><Default/></Switch></Gather></Response>"#,
        r#"caller.keys = [{ at = "3s", press = "99" }, { at = "4.76s", press = "5" }]"#,
    );
    assert_eq!(
        reasons(&was),
        ["dtmf '5' received", "pause ended", "commands executed"]
    );
}

#[test]
fn a_key_while_a_command_was_held_open() {
    let (was, recovered) = rebuilt(
        r#"<Response><Gather><Pause length="100"/></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.3s", press = "1" }]
            [[pace.step]]
            path = "Gather[0].Pause[0]"
            lasts = "900ms"
        "#,
    );
    assert_eq!(reasons(&was), ["dtmf '1' received", "pause ended"]);
    let keys: Vec<_> = recovered.scenario.caller.keys.iter().collect();
    assert_eq!(keys.len(), 1);
}

#[test]
fn a_command_that_was_still_open_when_the_call_ended() {
    let (was, _) = rebuilt(
        "<Response><Unhold/><Say>Hello</Say></Response>",
        r#"
            caller.hangup_after = "3s"
            [[pace.step]]
            path = "Unhold[0]"
            lasts = "10s"
        "#,
    );
    assert_eq!(reasons(&was), ["unknown"]);
}

#[test]
fn an_attempt_of_several_keys_behind_a_dial_that_the_first_broke_off() {
    let (was, _) = rebuilt(
        r#"<Response><Gather timeout="3000" attempts="2" dtmf_length="4"><Dial><To>anna@sip.example.com</To></Dial>
            <Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r##"
            caller.keys = [
                { at = "3.9s", press = "1" }, { at = "4.1s", press = "5" }, { at = "4.6s", press = "#" },
                { at = "6.4s", press = "1" }, { at = "6.4s", press = "1" },
            ]
            [[dial]]
            to = "*"
            cause = "NO_ANSWER"
        "##,
    );
    assert_eq!(
        reasons(&was),
        ["dtmf '1' received", "call bridged 1/1", "commands executed"]
    );
}

#[test]
fn a_talk_that_ended_behind_the_time_for_its_dial() {
    let (was, recovered) = rebuilt(
        r#"<Response><Gather timeout="3000"><Dial><To>anna@sip.example.com</To></Dial><Pause length="100"/></Gather></Response>"#,
        r#"
            [[dial]]
            to = "*"
            answer = true
            talk = "900ms"
            [[pace.step]]
            path = "Gather[0].Dial[0]"
            lasts = "545ms"
        "#,
    );
    assert_eq!(
        reasons(&was),
        ["no input", "call bridged 1/1", "pause ended"]
    );
    assert!(recovered.scenario.caller.keys.is_empty());
}

#[test]
fn a_talk_that_was_cut_after_a_longer_ringing() {
    let (was, _) = rebuilt(
        r#"<Response><Dial max_call_duration="2000"><To>anna@sip.example.com</To></Dial></Response>"#,
        r#"
            [[dial]]
            to = "*"
            answer = true
            after = "3s"
            [[pace.step]]
            path = "Dial[0]"
            lasts = "545ms"
        "#,
    );
    assert_eq!(reasons(&was), ["call bridged 1/1"]);
}

#[test]
fn a_key_while_a_failed_command_was_held_open() {
    let (was, _) = rebuilt(
        r##"<Response><Gather dtmf_stop="#"><Gather attempts="3"><Switch><Case dtmf="1"><Callback url="https://x.example/a"/></Case></Switch></Gather></Gather></Response>"##,
        r##"
            caller.keys = [{ at = "3s", press = "1#" }]
            [[callback]]
            url = "*"
            after = "10ms"
            error = "refused"
            [[pace.step]]
            path = "Gather[0]"
            lasts = "2.5s"
            [[pace.step]]
            path = "Gather[0].Gather[0].Switch[0].Case[0].Callback[0]"
            lasts = "476ms"
        "##,
    );
    assert_eq!(
        reasons(&was),
        [
            "no input",
            "stopped by dtmf",
            "commands executed",
            "request failed: connection refused"
        ]
    );
}

#[test]
fn a_key_at_the_instant_at_which_a_held_command_would_have_ended() {
    let (was, _) = rebuilt(
        r##"<Response><Gather dtmf_stop="#"><Hangup/></Gather><Unhold/></Response>"##,
        r##"
            caller.keys = [{ at = "1.777s", press = "#" }]
            [[pace.step]]
            path = "Gather[0].Hangup[0]"
            lasts = "109ms"
        "##,
    );
    assert_eq!(reasons(&was), ["no input", "unknown", "call resumed"]);
}

#[test]
fn a_failed_command_that_was_held_open_before_its_handler() {
    let (was, _) = rebuilt(
        r#"<Response><Gather attempts="3"><Gather><DTMF value="1"/><Error/></Gather>
            <Switch><Case dtmf="12"/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2s", press = "5" }]
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            after = "281ms"
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            lasts = "10.418s"
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            lasts = "10.3s"
        "#,
    );
    let paths: Vec<_> = log(&was).into_iter().map(|[path, ..]| path).collect();
    assert_eq!(
        paths,
        [
            "Gather[0]",
            "Gather[0].Gather[0]",
            "Gather[0].Gather[0].Error[0]",
            "Gather[0].Gather[0]",
            "Gather[0].Gather[0].Error[0]"
        ]
    );
}

#[test]
fn a_prompt_that_came_late_behind_the_key_that_asked_for_it() {
    let (was, _) = rebuilt(
        r#"<Response><Gather dtmf_length="2" timeout="3000" attempts="3">
            <Curl url="https://x.example/a"><Error say="true"><Say>x</Say><Curl url="https://x.example/a"/></Error></Curl>
            <Gather timeout="3000"><Error/></Gather><Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.644s", press = "5" }]
            [[callback]]
            url = "*"
            error = "refused"
            [[pace.step]]
            path = "Gather[0].Curl[0]"
            [[pace.step]]
            path = "Gather[0].Curl[0]"
            after = "214ms"
            lasts = "364ms"
            [[pace.step]]
            path = "Gather[0].Curl[0]"
            after = "152ms"
            lasts = "299ms"
            [[pace.step]]
            path = "Gather[0].Curl[0].Error[0].Say[0]"
            [[pace.step]]
            path = "Gather[0].Curl[0].Error[0].Say[0]"
            after = "227ms"
        "#,
    );
    assert_eq!(reasons(&was)[2], "stopped by dtmf");
}

#[test]
fn no_key_where_a_command_that_listens_itself_was_cut_short() {
    let (was, _) = rebuilt(
        r##"<Response><Gather length="3" dtmf_stop="#" timeout="1500" attempts="3"><Pause dtmf_stop="1"/>
            <Switch><Case dtmf="1"/></Switch></Gather></Response>"##,
        r##"
            caller.keys = [{ at = "3.225s", press = "1#" }]
            [[pace.step]]
            path = "Gather[0].Pause[0]"
            lasts = "425ms"
        "##,
    );
    assert_eq!(reasons(&was)[0], "dtmf '1' received");
}

#[test]
fn a_key_in_the_second_attempt_of_a_dial_behind_its_time() {
    let (was, _) = rebuilt(
        r#"<Response><Gather length="1"><Dial timeout="1000" max_call_attempts="2"><To>anna@sip.example.com</To></Dial>
            <Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.844s", press = "1" }]
            [[dial]]
            to = "*"
            cause = "NO_ANSWER"
            [[pace.step]]
            path = "Gather[0].Dial[0]"
            lasts = "599ms"
        "#,
    );
    assert_eq!(reasons(&was)[1], "call bridged 2/2");
}

#[test]
fn a_key_that_came_too_late_for_the_fetch_that_it_broke_off() {
    let (was, _) = rebuilt(
        r#"<Response><Gather length="1"><Record><Callback timeout="1000" url="https://x.example/a"/></Record></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.9s", press = "5" }]
            [[callback]]
            url = "*"
            after = "950ms"
            body = "<Response><Say>Hello</Say></Response>"
            [[pace.step]]
            path = "Say[0]"
            after = "284ms"
        "#,
    );
    assert_eq!(
        reasons(&was),
        ["dtmf '5' received", "stopped by dtmf", "call flow executed"]
    );
}

#[test]
fn an_attempt_that_left_no_trace_before_prompts_that_came_late() {
    let (was, _) = rebuilt(
        r#"<Response><Gather length="1" timeout="1500" attempts="3"><Gather length="1" timeout="3000"/>
            <Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "1.887s", press = "2" }, { at = "2.463s", press = "12" }, { at = "5.664s", press = "*" }]
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            after = "277ms"
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            after = "52ms"
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            lasts = "3.24s"
        "#,
    );
    assert_eq!(log(&was).len(), 3);
}

#[test]
fn an_attempt_that_left_no_trace_behind_one_that_a_key_broke_off() {
    let prompts = r#"<Pause length="10"/>"#.repeat(20);
    let (was, _) = rebuilt(
        &format!(
            r##"<Response><Gather timeout="1500" attempts="3"><Pause length="20000" dtmf_stop="#"/>{prompts}
            <Switch><Case dtmf="12"/></Switch></Gather></Response>"##
        ),
        r#"
            caller.keys = [{ at = "3.246s", press = "1" }, { at = "3.448s", press = "99" }]
            [[pace.step]]
            path = "Gather[0].Pause[0]"
            [[pace.step]]
            path = "Gather[0].Pause[0]"
            after = "357ms"
        "#,
    );
    assert_eq!(log(&was).len(), 23);
}

#[test]
fn an_attempt_whose_digits_time_ended_behind_one_of_wrong_digits() {
    let (was, _) = rebuilt(
        r#"<Response><Gather dtmf_length="4" attempts="2">
            <Say timeout="500">please leave a message<Error><Schedule time="00:00:00-00:00:01"/></Error></Say>
            <Switch><Case dtmf="1"/><Case dtmf="2"/><Case dtmf="12"/><Default/></Switch></Gather></Response>"#,
        r##"
            caller.keys = [{ at = "3.928s", press = "1" }, { at = "4.876s", press = "1#" }, { at = "6.967s", press = "99" },
                { at = "7.534s", press = "*" }, { at = "9.54s", press = "1" }]
            [[pace.step]]
            path = "Gather[0].Say[0]"
            after = "5ms"
            [[pace.step]]
            path = "Gather[0].Say[0].Error[0].Schedule[0]"
            after = "45ms"
            [[pace.step]]
            path = "Gather[0].Say[0]"
            after = "284ms"
        "##,
    );
    assert_eq!(reasons(&was)[0], "dtmf '9*1' received");
}

#[test]
fn an_attempt_that_left_no_trace_behind_one_without_keys() {
    let prompts = r#"<Pause length="10"/>"#.repeat(20);
    let (was, _) = rebuilt(
        &format!(
            r#"<Response><Gather length="2" timeout="1500" attempts="3">{prompts}
            <Switch><Case dtmf="1"/></Switch></Gather></Response>"#
        ),
        r##"
            caller.keys = [{ at = "4.4s", press = "#" }]
            [[pace.step]]
            path = "Gather[0].Pause[0]"
            [[pace.step]]
            path = "Gather[0].Pause[0]"
            after = "375ms"
        "##,
    );
    assert_eq!(log(&was).len(), 41);
}

#[test]
fn a_key_between_two_commands_of_a_document_behind_attempts_that_left_no_trace() {
    let (was, _) = rebuilt(
        r##"<Response><Gather timeout="3000"><Gather finishOnKey="#" timeout="1500" attempts="3"><Say>one two</Say><Say>Hello</Say>
            <Switch><Case dtmf="1"><Gather length="2" url="https://x.example/a"/></Case><Case dtmf="12"/></Switch></Gather></Gather></Response>"##,
        r#"
            caller.keys = [{ at = "2.463s", press = "99" }, { at = "2.717s", press = "5" }, { at = "4.235s", press = "1" },
                { at = "6.126s", press = "99" }, { at = "8.892s", press = "1" }]
            [[callback]]
            url = "*"
            body = "<Response><Say>one two Hello Hello x</Say><Gather/></Response>"
            [[pace.step]]
            path = "Gather[0].Gather[0].Switch[2].Case[0]"
            after = "115ms"
        "#,
    );
    assert_eq!(reasons(&was)[1], "stopped by dtmf");
}

#[test]
fn two_legs_that_were_refused_and_the_last_at_the_end_of_its_time() {
    let (was, _) = rebuilt(
        r#"<Response><Dial timeout="1000"><To>anna@sip.example.com</To><To>bob@sip.example.com</To></Dial></Response>"#,
        r#"
            [[dial]]
            to = "anna@*"
            cause = "USER_BUSY"
            [[dial]]
            to = "bob@*"
            cause = "NO_ANSWER"
            rings = false
            after = "1s"
        "#,
    );
    assert!(reasons(&was)[0].contains("USER_BUSY"));
}

#[test]
fn attempts_that_left_no_trace_behind_prompts_that_came_late() {
    let (was, _) = rebuilt(
        r#"<Response><Gather length="3" timeout="3000" attempts="3"><Dial><To>anna@sip.example.com</To></Dial>
            <Switch><Case dtmf="1"/><Default><Say>one two</Say><Gather length="1" url="https://x.example/b" timeout="3000"/></Default></Switch></Gather></Response>"#,
        r##"
            caller.keys = [{ at = "3.759s", press = "*" }, { at = "6.472s", press = "1" }, { at = "8.839s", press = "99" },
                { at = "9.033s", press = "#" }, { at = "10.014s", press = "99" }, { at = "10.212s", press = "12" }, { at = "11.472s", press = "2" }]
            [[pace.step]]
            path = "Gather[0].Dial[0]"
            after = "388ms"
            [[pace.step]]
            path = "Gather[0].Dial[0]"
            after = "200ms"
            [[pace.step]]
            path = "Gather[0].Dial[0]"
            after = "272ms"
            [[pace.step]]
            path = "Gather[0].Switch[1].Default[1]"
            after = "273ms"
        "##,
    );
    assert_eq!(reasons(&was)[0], "dtmf '192' received");
}

#[test]
fn a_key_that_the_command_it_broke_off_does_not_take_itself() {
    let (was, _) = rebuilt(
        r#"<Response><Gather dtmf_length="1"><Record><Pause length="20000" dtmf_stop="1"/></Record></Gather></Response>"#,
        r#"
            caller.hangup_after = "4.706s"
            caller.keys = [{ at = "4.306s", press = "*" }]
            [[pace.step]]
            path = "Gather[0]"
            lasts = "4s"
        "#,
    );
    assert_eq!(reasons(&was)[..2], ["unknown", "stopped by dtmf"]);
}

#[test]
fn a_leg_that_was_refused_as_another_answered_and_a_key_came() {
    let (was, _) = rebuilt(
        r#"<Response><Gather timeout="1500"><Dial><To>anna@sip.example.com</To><To>bob@sip.example.com</To></Dial><Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.049s", press = "1" }]
            [[dial]]
            to = "anna@*"
            cause = "ORIGINATOR_CANCEL"
            [[dial]]
            to = "bob@*"
            answer = true
            talk = "140ms"
            rings = false
        "#,
    );
    let legs = was["call"]["children"].as_array().unwrap();
    let ended = |leg: &Value| leg["hangup_on"] == legs[0]["hangup_on"];
    assert!(legs.iter().all(ended));
}

#[test]
fn a_key_as_the_handler_of_a_fetched_document_begins() {
    let (was, recovered) = rebuilt(
        r##"<Response><Gather dtmf_stop="#" attempts="1"><Callback url="https://x.example/b"/></Gather></Response>"##,
        r##"
            caller.keys = [{ at = "2.165s", press = "#" }]
            [[callback]]
            url = "*"
            body = "<Response><Play record='voice mail'/><Error say='true'/></Response>"
        "##,
    );
    assert_eq!(reasons(&was)[3], "stopped by dtmf");
    assert!(recovered.documents[1].xml.contains("<Error say"));
}

#[test]
fn a_wrong_key_as_a_prompt_of_a_fetched_menu_begins() {
    let (was, _) = rebuilt(
        r#"<Response><Gather url="https://x.example/b"><Switch><Case dtmf="12"/></Switch></Gather></Response>"#,
        r#"
            call.start = "2024-01-16T13:49:30Z"
            call.time_zone = "Asia/Kolkata"
            caller.keys = [{ at = "4s", press = "99" }, { at = "4.556s", press = "99" }]
            [[callback]]
            url = "*"
            body = "<Response><Gather><Schedule time='09:00:00-17:30:00'/><Switch><Case dtmf='1'/></Switch></Gather><Error/></Response>"
            [[pace.step]]
            path = "Gather[0].Schedule[0]"
            after = "32ms"
        "#,
    );
    let log = log(&was);
    assert_eq!(log[1][2], log[2][1], "{log:#?}");
}

#[test]
fn a_key_long_before_the_attempts_that_lack_it() {
    let (was, _) = rebuilt(
        r#"<Response><Gather timeout="1500" attempts="2"><Callback url="https://y.example/"/><Switch><Case dtmf="1"/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "1.729s", press = "2" }]
            [[callback]]
            url = "*"
            body = "<Response>PAUSES</Response>"
        "#
        .replace("PAUSES", &r#"<Pause length='1'/>"#.repeat(40))
        .as_str(),
    );
    assert_eq!(reasons(&was)[0], "no input");
}
