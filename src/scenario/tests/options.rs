//! What the command line says of the world.

use std::fmt::Write as _;

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
    scenario.apply([
        Override::dial("bob@*=USER_BUSY").unwrap(),
        Override::dial("*=answer").unwrap(),
        Override::dial("*=480").unwrap(),
        Override::callback("https://api.example.com/?a=b=local.xml").unwrap(),
        Override::callback("*=503").unwrap(),
        Override::callback("*=timeout").unwrap(),
        Override::media("*.mp3=4s").unwrap(),
        Override::key("3s=1#").unwrap(),
        Override::press("Gather[0]/Say[0]+1.5s=1").unwrap(),
        Override::press("").unwrap(),
        Override::hangup_after("8s").unwrap(),
        Override::from("1").unwrap(),
        Override::to("bob").unwrap(),
        Override::time_zone("Asia/Tokyo").unwrap(),
        Override::start("2024-07-01T00:00:00Z").unwrap(),
        Override::state("NY").unwrap(),
        Override::county("KINGS").unwrap(),
    ]);
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
        Override::dial("USER_BUSY"),
        Override::dial("*=USR_BUSY"),
        Override::dial("*=200"),
        Override::dial("*=99999999"),
        Override::dial("=answer"),
        Override::callback("x"),
        Override::callback("x="),
        Override::callback("x=999"),
        Override::media("x"),
        Override::media("x=5"),
        Override::media("x=4x"),
        Override::press("x"),
        Override::press("Gather[1]"),
        Override::press("=1"),
        Override::press("3s=1#"),
        Override::press("Gather[1]=x"),
        Override::press("Gather[1]=1w"),
        Override::press("Gather[1]+3=1"),
        Override::press("#a+b=1"),
        Override::press("#=1"),
        Override::press("Gather[1]/=1"),
        Override::press("Gather[1]+3s="),
        Override::hangup_on(""),
        Override::hangup_on("8s"),
        Override::hangup_on("Record[0]+"),
        Override::hangup_on("+1s"),
        Override::key("3=1"),
        Override::key("3s"),
        Override::key("3s=x"),
        Override::hangup_after("8"),
        Override::time_zone("Asia/Tokio"),
        Override::start("noon"),
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
        let Ok(Override::Press(press)) = Override::press(typed) else {
            panic!("{typed}");
        };
        let mut scenario = Scenario::default();
        scenario.apply([Override::Press(press)]);
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
    let hangup = |file: &str, option: Override| {
        let mut scenario = read(file);
        scenario.apply([option]);
        scenario.to_toml()
    };
    let after = "[caller]\nhangup_after = \"1s\"\n";
    let during = "[caller]\nhangup = { when = \"#a\" }\n";
    for file in [after, during, ""] {
        let option = Override::hangup_on("Record[*]+1.5s").unwrap();
        assert_eq!(
            hangup(file, option),
            "[caller]\nhangup = { when = \"Record[*]\", after = \"1.5s\" }\n"
        );
        let option = Override::hangup_on("#a").unwrap();
        assert_eq!(hangup(file, option), during);
        let option = Override::hangup_after("1s").unwrap();
        assert_eq!(hangup(file, option), after);
    }
}
