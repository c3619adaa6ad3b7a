//! What the command line says of the world.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::*;

/// A file that says a little of everything that options say.
const SHORT: &str = r#"
[[press]]
keys = "9"

[caller]
hangup = { when = "Record[0]" }
keys = [{ at = "7s", press = "7" }]

[[callback]]
url = "https://api.example.com/*"
flow = "fetched.xml"

[[dial]]
to = "*@sip.example.com"
sip = 480

[[media]]
url = "*.mp3"
lasts = "12s"
"#;

#[test]
fn the_command_line_goes_first() {
    let mut scenario = read(SHORT);
    scenario.apply(Changes {
        dials: vec![
            options::dial("bob@*=USER_BUSY").unwrap(),
            options::dial("*=answer").unwrap(),
            options::dial("*=480").unwrap(),
        ],
        callbacks: vec![
            options::callback("https://api.example.com/?a=b=local.xml").unwrap(),
            options::callback("*=503").unwrap(),
            options::callback("*=timeout").unwrap(),
        ],
        media: vec![options::media("*.mp3=4s").unwrap()],
        presses: vec![
            options::press("Gather[0]/Say[0]+1.5s=1").unwrap(),
            options::press("").unwrap(),
        ],
        caller: Caller {
            hangup_after: Some(options::value("8s").unwrap()),
            hangup: None,
            keys: vec![options::key("3s=1#").unwrap()],
        },
        call: Call {
            from: Some(options::from("1").unwrap()),
            to: Some(options::to("bob").unwrap()),
            time_zone: Some(options::value("Asia/Tokyo").unwrap()),
            start: Some(options::value("2024-07-01T00:00:00Z").unwrap()),
            state: Some(options::value("NY").unwrap()),
            county: Some("KINGS".to_owned()),
            seed: None,
        },
        ..Changes::default()
    });
    insta::assert_snapshot!(scenario.to_toml(), @r#"
    [call]
    from = "1"
    to = "bob"
    start = "2024-07-01T00:00:00Z"
    time_zone = "Asia/Tokyo"
    state = "NY"
    county = "KINGS"

    [[press]]
    keys = "1"
    when = "Gather[0]"
    during = "Say[0]"
    after = "1.5s"

    [[press]]
    keys = ""

    [[press]]
    keys = "9"

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

    [[media]]
    url = "*.mp3"
    lasts = "4s"

    [[media]]
    url = "*.mp3"
    lasts = "12s"
    "#);
    assert_eq!(scenario.tn_number(), None);
}

#[test]
fn options_that_cannot_be_read_say_why() {
    let mut lines = String::new();
    for refused in [
        options::dial("USER_BUSY").map(drop),
        options::dial("*=USR_BUSY").map(drop),
        options::dial("*=200").map(drop),
        options::dial("*=99999999").map(drop),
        options::dial("=answer").map(drop),
        options::callback("x").map(drop),
        options::callback("x=").map(drop),
        options::callback("x=999").map(drop),
        options::media("x").map(drop),
        options::media("x=5").map(drop),
        options::media("x=4x").map(drop),
        options::press("x").map(drop),
        options::press("Gather[1]").map(drop),
        options::press("=1").map(drop),
        options::press("3s=1#").map(drop),
        options::press("Gather[1]=x").map(drop),
        options::press("Gather[1]=1w").map(drop),
        options::press("Gather[1]+3=1").map(drop),
        options::press("#a+b=1").map(drop),
        options::press("#=1").map(drop),
        options::press("Gather[1]/=1").map(drop),
        options::press("Gather[1]+3s=").map(drop),
        options::hangup_on("").map(drop),
        options::hangup_on("8s").map(drop),
        options::hangup_on("Record[0]+").map(drop),
        options::hangup_on("+1s").map(drop),
        options::key("3=1").map(drop),
        options::key("3s").map(drop),
        options::key("3s=x").map(drop),
        options::value::<Duration>("8").map(drop),
        options::value::<TimeZone>("Asia/Tokio").map(drop),
        options::value::<Start>("noon").map(drop),
    ] {
        writeln!(lines, "{}", refused.unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(lines, @r##"
    expected TO=CAUSE, TO=answer or TO=480 (a SIP status)
    "USR_BUSY" is not the name of a hangup cause: expected "answer", "busy", "no-answer", "rejected", "unreachable" or a FreeSWITCH hangup cause such as "USER_BUSY"; did you mean "USER_BUSY"?
    "200" is not the SIP status of a refusal: expected a SIP status from 300 to 699; if the destination answers, write `answer = true`
    "99999999" is not the SIP status of a refusal: expected a SIP status from 300 to 699; if the destination answers, write `answer = true`
    "" is not a pattern: expected a pattern such as "*@sip.example.com", of at most 200 bytes
    expected GLOB=FILE, GLOB=503 (an HTTP status) or GLOB=timeout
    "" is not the path of a file: expected the path of a file
    "999" is not the HTTP status of an answer: expected an HTTP status from 200 to 599
    expected GLOB=4s (how long it plays), GLOB=404 (an HTTP status from 300 to 599) or GLOB=timeout
    expected GLOB=4s (how long it plays), GLOB=404 (an HTTP status from 300 to 599) or GLOB=timeout
    "4x" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"
    expected KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1
    expected KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1
    expected KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1
    expected KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1
    "x" is not a sequence of telephone keys: 'x' is not a key of a telephone: 0-9, *, #, A-D, or w for half a second
    "1w" is not a sequence of telephone keys: expected keys of a telephone such as "1w2#": 0-9, *, #, A-D, and w (wait) before a key
    "3" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"; write "3ms" or "3s"
    "b" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"
    "#" is not a pattern for commands: expected a command's path such as "Gather[0].Say[*]" or its tag such as "#menu", of at most 200 bytes
    "" is not a pattern for commands: expected a command's path such as "Gather[0].Say[*]" or its tag such as "#menu", of at most 200 bytes
    expected KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1
    "" is not a pattern for commands: expected a command's path such as "Gather[0].Say[*]" or its tag such as "#menu", of at most 200 bytes
    expected COMMAND or COMMAND+TIME, such as #voicemail or Record[*]+1.5s; for a fixed time use --hangup-after 8s
    "" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"
    "" is not a pattern for commands: expected a command's path such as "Gather[0].Say[*]" or its tag such as "#menu", of at most 200 bytes
    "3" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"; write "3ms" or "3s"
    expected TIME=KEYS, such as 3s=1#
    "x" is not a sequence of telephone keys: 'x' is not a key of a telephone: 0-9, *, #, A-D
    "8" is not a duration: expected a duration such as "250ms", "4s", "1m30s" or "1h"; write "8ms" or "8s"
    "Asia/Tokio" is not the name of a time zone: expected an IANA time zone such as "America/New_York"; did you mean "Asia/Tokyo"?
    "noon" is not a time: expected a time from 1970 to 2999, such as "2024-02-20T16:41:34.861Z", or a local time such as "2024-02-20T16:41"
    "##);
}

#[test]
fn answers_are_typed_in_one_line() {
    let mut lines = String::new();
    for typed in [
        "1",
        "",
        "w1#*",
        "Gather[1]=2#",
        "Gather[1]=",
        "#menu=1",
        "#a=b=1",
        "#a\\+b\\/c=1",
        "Gather[0]+3s=1",
        "Gather[0]/Say[0]=1",
        "Gather[0]/Say[0]+1.5s=1",
        "/Say[0]=1",
        "+3s=1",
    ] {
        let mut scenario = Scenario::default();
        scenario.apply(Changes {
            presses: vec![options::press(typed).unwrap()],
            ..Changes::default()
        });
        let toml = scenario.to_toml();
        let keys: Vec<_> = toml.lines().skip(1).collect();
        writeln!(lines, "{typed:25} {}", keys.join(", ")).unwrap();
    }
    insta::assert_snapshot!(lines, @r##"
    1                         keys = "1"
                              keys = ""
    w1#*                      keys = "w1#*"
    Gather[1]=2#              keys = "2#", when = "Gather[1]"
    Gather[1]=                keys = "", when = "Gather[1]"
    #menu=1                   keys = "1", when = "#menu"
    #a=b=1                    keys = "1", when = "#a=b"
    #a\+b\/c=1                keys = "1", when = '#a\+b\/c'
    Gather[0]+3s=1            keys = "1", when = "Gather[0]", after = "3s"
    Gather[0]/Say[0]=1        keys = "1", when = "Gather[0]", during = "Say[0]"
    Gather[0]/Say[0]+1.5s=1   keys = "1", when = "Gather[0]", during = "Say[0]", after = "1.5s"
    /Say[0]=1                 keys = "1", during = "Say[0]"
    +3s=1                     keys = "1", after = "3s"
    "##);
}

#[test]
fn either_hang_up_replaces_any_of_the_file() {
    let hangup = |file: &str, hangup: Option<&str>, after: Option<&str>| {
        let mut scenario = read(file);
        scenario.apply(Changes {
            caller: Caller {
                hangup: hangup.map(|typed| options::hangup_on(typed).unwrap()),
                hangup_after: after.map(|typed| options::value(typed).unwrap()),
                keys: Vec::new(),
            },
            ..Changes::default()
        });
        scenario.to_toml()
    };
    let after = "[caller]\nhangup_after = \"1s\"\n";
    let during = "[caller]\nhangup = { when = \"#a\" }\n";
    for file in [after, during, ""] {
        assert_eq!(
            hangup(file, Some("Record[*]+1.5s"), None),
            "[caller]\nhangup = { when = \"Record[*]\", after = \"1.5s\" }\n"
        );
        assert_eq!(hangup(file, Some("#a"), None), during);
        assert_eq!(hangup(file, None, Some("1s")), after);
        assert_eq!(hangup(file, None, None), file);
    }
    let mut scenario = read(during);
    scenario.apply(Changes {
        no_hangup: true,
        ..Changes::default()
    });
    assert_eq!(scenario.to_toml(), "");
}
