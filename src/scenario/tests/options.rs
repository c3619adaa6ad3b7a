//! What the command line says of the world.

use std::fmt::Write as _;

use super::*;

#[test]
fn the_command_line_goes_first() {
    let mut scenario = read(WHOLE);
    scenario.apply([
        Override::dial("bob@*=USER_BUSY").unwrap(),
        Override::dial("*=answer").unwrap(),
        Override::dial("*=480").unwrap(),
        Override::callback("https://api.example.com/?a=b=local.xml").unwrap(),
        Override::callback("*=503").unwrap(),
        Override::callback("*=timeout").unwrap(),
        Override::key("3s=1#").unwrap(),
        Override::hangup_after("8s").unwrap(),
        Override::from("1").unwrap(),
        Override::to("bob").unwrap(),
        Override::time_zone("Asia/Tokyo").unwrap(),
        Override::start("2024-07-01T00:00:00Z").unwrap(),
        Override::state("NY").unwrap(),
        Override::county("KINGS").unwrap(),
    ]);
    insta::assert_snapshot!(scenario.to_toml(), @r#"
    flow = "voicemail.xml"

    [call]
    from = "1"
    to = "bob"
    start = "2024-07-01T00:00:00Z"
    time_zone = "Asia/Tokyo"
    state = "NY"
    county = "KINGS"

    [caller]
    hangup_after = "8s"
    keys = [{ at = "3s", press = "1#" }]

    [[callback]]
    url = "https://api.example.com/?a=b"
    flow = "local.xml"

    [[callback]]
    url = "*"
    status = 503

    [[callback]]
    url = "*"
    error = "timeout"

    [[callback]]
    url = "https://api.example.com/*"
    after = "226ms"
    flow = "fetched.xml"

    [[dial]]
    to = "bob@*"
    cause = "USER_BUSY"

    [[dial]]
    to = "*"
    answer = true

    [[dial]]
    to = "*"
    cause = "NO_USER_RESPONSE"

    [[dial]]
    to = "*@sip.example.com"
    cause = "NO_USER_RESPONSE"
    rings = true
    after = "207ms"

    [[dial]]
    to = "*"
    answer = true
    talk = "30s"

    [[media]]
    url = "*.mp3"
    lasts = "12s"

    [expect]
    cause = "NORMAL_CLEARING"
    ran = ["Callback[0]", "Dial[0]", "Dial[0].Error[0]", "Dial[0].Error[0].Say[0]"]
    hears = ["no one answered*", "tone 500 Hz"]
    longest_silence = "4s"
    duration = "10s"
    events = "voicemail.events.json"

    [[expect.log]]
    path = "Dial[0]"
    state = "failed"
    reason = "*NO_USER_RESPONSE*"
    "#);
    assert_eq!(scenario.tn_number(), None);
}

#[test]
fn options_that_cannot_be_read_say_why() {
    let mut lines = String::new();
    for refused in [
        Override::dial("USER_BUSY"),
        Override::dial("*=USR_BUSY"),
        Override::dial("*=200"),
        Override::dial("*=99999999"),
        Override::dial("=answer"),
        Override::callback("x"),
        Override::callback("x="),
        Override::callback("x=999"),
        Override::key("3=1"),
        Override::key("3s"),
        Override::key("3s=x"),
        Override::hangup_after("8"),
        Override::time_zone("Asia/Tokio"),
        Override::start("noon"),
    ] {
        writeln!(lines, "{}", refused.unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(lines, @r#"
    expected GLOB=CAUSE, GLOB=answer or GLOB=480 (a SIP status)
    "USR_BUSY" is not the name of a hangup cause: expected a FreeSWITCH hangup cause such as "USER_BUSY"; did you mean "USER_BUSY"?
    "200" is not the SIP status of a refusal: expected a SIP status from 300 to 699; a destination that answers has `answer = true`
    "99999999" is not the SIP status of a refusal: expected a SIP status from 300 to 699; a destination that answers has `answer = true`
    "" is not a pattern: expected a pattern such as "*@sip.example.com", of at most 10000 bytes
    expected GLOB=FILE, GLOB=503 (an HTTP status) or GLOB=timeout
    "" is not the path of a file: expected the path of a file
    "999" is not the HTTP status of an answer: expected an HTTP status from 200 to 599
    "3" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"; write "3ms" or "3s"
    expected TIME=KEYS, such as 3s=1#
    "x" is not a row of telephone keys: 'x' is not a key of a telephone: 0-9, *, #, A-D
    "8" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"; write "8ms" or "8s"
    "Asia/Tokio" is not the name of a time zone: expected an IANA time zone such as "America/New_York"; did you mean "Asia/Tokyo"?
    "noon" is not an instant: expected an instant from 1970 to 2999, such as "2024-02-20T16:41:34.861Z"
    "#);
}
