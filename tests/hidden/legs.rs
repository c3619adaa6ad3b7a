//! What the dialled parties did.

use serde_json::Value;

use crate::{reasons, rebuilt};

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
fn a_leg_that_was_cancelled_by_itself_as_the_flow_ended() {
    let (was, _) = rebuilt(
        r#"<Response><Dial><To>bob@sip.example.com</To></Dial></Response>"#,
        r#"
            [[dial]]
            to = "*"
            cause = "ORIGINATOR_CANCEL"
            [[pace.step]]
            path = "Dial[0]"
            lasts = "267ms"
        "#,
    );
    assert!(reasons(&was)[0].contains("ORIGINATOR_CANCEL"));
}
