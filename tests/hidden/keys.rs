//! Keys of which the log shows only what came of them.

use crate::{log, reasons, rebuilt};

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
fn a_key_as_two_menus_in_two_documents_had_ended() {
    let (was, recovered) = rebuilt(
        r##"<Response><Gather finishOnKey="#"><Record><Callback url="https://x.example/a"/></Record></Gather><Error/></Response>"##,
        r##"
            caller.keys = [{ at = "5.022s", press = "#" }]
            [[callback]]
            url = "*"
            body = "<Response><Gather dtmf_length='1' timeout='3000'/></Response>"
        "##,
    );
    assert_eq!(reasons(&was)[0], "no input");
    assert!(recovered.documents[0].xml.contains("<Error/>"));
}

#[test]
fn a_key_behind_a_choice_that_had_not_begun() {
    let (was, _) = rebuilt(
        r#"<Response><Gather><Gather dtmf_length="4" attempts="3"><DTMF value="1"/><DTMF value="12"/></Gather><Switch><Case dtmf="1"/><Error/></Switch></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "4.94s", press = "1" }, { at = "14.987s", press = "*" }]
            [[pace.step]]
            path = "Gather[0].Gather[0]"
            after = "128ms"
        "#,
    );
    assert_eq!(reasons(&was)[..2], ["User input error", "stopped by dtmf"]);
}

#[test]
fn a_key_as_a_reply_came_inside_a_recording_that_was_over() {
    let (was, _) = rebuilt(
        r##"<Response><Gather timeout="10000"><Record><Record timeout="100"><Curl url="https://y.example/"/></Record></Record></Gather></Response>"##,
        r##"
            caller.keys = [{ at = "1.915s", press = "#" }]
            [[callback]]
            url = "*"
            status = 200
            after = "100ms"
        "##,
    );
    assert_eq!(reasons(&was)[1], "stopped by dtmf");
}

#[test]
fn a_key_as_a_command_of_a_handler_that_was_cut_short_begins() {
    let (was, _) = rebuilt(
        r#"<Response><Gather><Dial><To>bob@sip.example.com</To><Error say="true"><Curl url="https://x.example/a"/></Error></Dial></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "2.717s", press = "1" }]
            [[dial]]
            to = "*"
            cause = "USER_BUSY"
            [[pace.step]]
            path = "Gather[0].Dial[0].Error[0]"
            lasts = "450ms"
        "#,
    );
    assert_eq!(log(&was)[3][1], log(&was)[2][2]);
}

#[test]
fn keys_before_the_handlers_of_one_document_within_another() {
    let (was, _) = rebuilt(
        r#"<Response><Gather><Callback url="https://x.example/a"/></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "3.3s", press = "5" }, { at = "3.324s", press = "5" }, { at = "3.348s", press = "5" }, { at = "3.372s", press = "5" }]
            [[callback]]
            url = "*"
            body = "<Response><Record><Gather><Callback url='https://x.example/a'/><Switch><Case dtmf='1'/></Switch></Gather></Record><Error/></Response>"
        "#,
    );
    let reasons = reasons(&was);
    let broken_off = reasons.iter().filter(|reason| *reason == "stopped by dtmf");
    assert_eq!(broken_off.count(), 3);
}

#[test]
fn no_handler_where_a_menu_went_on_behind_a_prompt_that_failed() {
    let (was, recovered) = rebuilt(
        r#"<Response><Gather><Callback url="https://x.example/a"/></Gather></Response>"#,
        r#"
            caller.keys = [{ at = "3s", press = "5" }, { at = "3.1s", press = "5" }]
            [[callback]]
            url = "*"
            body = "<Response><Gather url='https://x.example/b'><Play record='b'/></Gather></Response>"
        "#,
    );
    assert_eq!(reasons(&was)[2], "stopped by dtmf");
    assert!(!recovered.documents[1].xml.contains("handles"));
}
