//! Commands that the platform held open, or that came late.

use crate::{log, reasons, rebuilt};

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
