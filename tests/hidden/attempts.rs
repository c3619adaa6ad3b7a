//! Attempts of a menu that left no trace.

use crate::{log, reasons, rebuilt};

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

#[test]
fn a_failure_that_nothing_handles_inside_a_menu_that_waits_for_keys() {
    let (was, _) = rebuilt(
        r##"<Response><Hold/><Gather attempts="3"><Gather timeout="10000" attempts="2"><Pause length="2500" dtmf_stop="1"/>
            <Callback timeout="1000" url="https://x.example/a"><Error><Curl url="https://x.example/c" timeout="5000"/></Error></Callback>
            <Switch><Case dtmf="1"/><Case dtmf="12"/><Default/></Switch></Gather>
            <Switch><Case dtmf="1"/><Case dtmf="2"/></Switch></Gather></Response>"##,
        r##"
            app = { max_call_length_min = 1 }
            caller.keys = [{ at = "2.415s", press = "1#" }, { at = "5.274s", press = "#" }, { at = "7.916s", press = "2" }, { at = "9.734s", press = "1#" }]
            [[callback]]
            url = "*/a"
            after = "216ms"
            body = "<Response/>"
            [[callback]]
            url = "*/a"
            after = "60ms"
            body = "<Response/>"
            [[callback]]
            url = "*/a"
            error = "timeout"
            [[callback]]
            url = "*/c"
            after = "436ms"
            status = 200
            [[callback]]
            url = "*/a"
            after = "226ms"
            body = "<Response><Tone hz='500' don='437' doff='0'/><Callback timeout='1000' url='https://x.example/b'/><Record timeout='30000'><Schedule dow='sat,sun' time='00:00:00-12:00:00'/></Record></Response>"
            [[callback]]
            url = "*"
            error = "timeout"
        "##,
    );
    assert_eq!(reasons(&was)[19], "unknown");
}
