use std::fmt::Write as _;
use std::time::Duration;

use super::*;
use crate::channel::Method;
use crate::channel::cause::Cause;

fn to(address: &str) -> Destination {
    Destination::parse(address).unwrap()
}

mod answers;
mod command_line;
mod random;
mod unused;

const WHOLE: &str = r##"
flow = "voicemail.xml"                  # relative to this file

[call]
from = "+18389999168"
to = "18382049000"
start = "2024-02-20T16:41:34.861Z"
time_zone = "America/New_York"
state = "NJ"
county = "ESSEX"

[app]
auto_answer = true

[[press]]                               # the caller answers a command that listens
keys = "1#"
when = "Gather[1]"
nth = 2
after = "2s"
between = "300ms"

[[press]]
keys = "w2"
during = "Say[0]"
after_end = "100ms"
document = ""

[[press]]
keys = "3"
when = "#announcement"
heard = false

[[press]]
keys = ""

[caller]
hangup = { when = "#voicemail", after = "1.5s", nth = 2, document = "https://*" }
keys = [{ at = "3s", press = "1#" }]

[[callback]]
url = "https://api.example.com/*"
after = "226ms"
flow = "fetched.xml"

[[dial]]
to = "*@sip.example.com"
sip = 480
rings = true
after = "207ms"

[[dial]]
to = "*"
answer = true
talk = "30s"

[[media]]
url = "*.mp3"
lasts = "12s"

[[pace.step]]
path = "Say[0]"
longer = "250ms"

[expect]
cause = "NORMAL_CLEARING"
ran = ["Callback[0]", "Dial[0]", "Dial[0].Error[0]", "Dial[0].Error[0].Say[0]"]
hears = ["no one answered*", "tone 500 Hz"]
max_silence = "4s"
ended_by = "caller"
never_ran = ["Dial[1]", "#menu"]
duration = "9s..11s"
dialled = [{ to = "anna@*", cause = "NO_USER_RESPONSE" }, { to = "*", answered = true }]
fetched = [{ url = "https://api.example.com/*", status = 200 }]
recorded = ["voicemail"]
events = "voicemail.events.json"
tree = "voicemail.tree.txt"

[[expect.log]]
path = "Dial[0]"
state = "failed"
reason = "*NO_USER_RESPONSE*"
lasts = "<= 5s"

[[case]]
name = "busy, then voicemail"
dial = [{ to = "anna@*", cause = "USER_BUSY" }]
press = [{ keys = "1", when = "#main-menu" }]
hangup = { when = "#voicemail", after = "20s" }
expect.ran = ["...", "#voicemail"]
"##;

fn read(text: &str) -> Scenario {
    let (scenario, found) = parse(&Source::new("a.toml", text));
    assert_eq!(found, vec![], "{text}");
    scenario.unwrap()
}

/// Every finding as `line:column rule: message | the text at the place | label | help`.
fn findings(text: &str) -> String {
    let source = Source::new("a.toml", text);
    let (scenario, found) = parse(&source);
    assert!(scenario.is_none());
    let mut lines = String::new();
    for finding in found {
        let at = source.position(finding.primary.span.start);
        let place = source.slice(finding.primary.span).lines().next();
        writeln!(
            lines,
            "{}:{} {}: {} | {} | {} | {}",
            at.line,
            at.column,
            finding.rule.trim_start_matches("scenario-"),
            finding.message,
            place.unwrap_or(""),
            finding.primary.text,
            finding.help.join("; "),
        )
        .unwrap();
    }
    lines
}

#[test]
fn the_documented_file_is_read() {
    let scenario = read(WHOLE);
    assert_eq!(scenario.call.zone().iana_name(), Some("America/New_York"));
    let [answer, prompt, lost, silence] = &scenario.presses[..] else {
        panic!("{:?}", scenario.presses);
    };
    assert_eq!(answer.keys.as_str(), "1#");
    assert_eq!(answer.when.as_ref().unwrap().value.as_str(), "Gather[1]");
    assert_eq!(answer.after, Some(Duration::from_secs(2)));
    assert_eq!(answer.between, Some(Duration::from_millis(300)));
    assert!(answer.heard && answer.document.is_none());
    assert_eq!(prompt.after_end, Some(Duration::from_millis(100)));
    assert_eq!(prompt.document, Some(DocumentPattern::entry()));
    assert!(!lost.heard && silence.keys.is_silence());
    let hangup = scenario.caller.hangup.as_ref().unwrap();
    assert_eq!(hangup.when.value.as_str(), "#voicemail");
    assert_eq!(hangup.after, Some(Duration::from_millis(1_500)));
    assert_eq!((hangup.nth, hangup.after_end), (Some(2), None));
    assert_eq!(
        scenario.pace.steps[0].longer,
        Some(Duration::from_millis(250))
    );
    assert_eq!(scenario.caller.keys[0].press.value.as_str(), "1#");
    assert_eq!(scenario.tn_number(), Some(18_382_049_000));
    let (at, first) = scenario.dial(0, &to("bob@SIP.example.com")).unwrap();
    assert_eq!(first.outcome, Outcome::Refused(Cause::NO_USER_RESPONSE));
    assert!(first.rings && at == 0);
    let (at, second) = scenario.dial(1, &to("bob@sip.example.com")).unwrap();
    let talk = Some(Duration::from_secs(30));
    assert_eq!((at, second.outcome), (1, Outcome::Answered { talk }));
    let urls = ["https://API.example.com/x", "https://API.example.com/x?a=b"];
    assert!(scenario.callback(7, Method::Get, &urls).is_some());
    assert_eq!(scenario.media(0, "https://a.example/b.wav"), None);
    let expect = scenario.expect.unwrap();
    assert_eq!(expect.ran.unwrap().value.len(), 4);
    assert_eq!(
        expect.log[0].reason.as_ref().unwrap().value.as_str(),
        "*NO_USER_RESPONSE*"
    );
}

#[test]
fn a_case_is_the_file_with_what_is_its_own() {
    let scenario = read(WHOLE);
    let case = scenario.of_case(&scenario.cases[0]);
    assert_eq!(case.case.as_deref(), Some("busy, then voicemail"));
    assert!(case.cases.is_empty());
    let busy = Outcome::Refused(Cause::USER_BUSY);
    for n in 0..3 {
        let (_, dial) = case.dial(n, &to("anna@sip.example.com")).unwrap();
        assert_eq!(dial.outcome, busy, "a rule of the case repeats");
    }
    let (_, dial) = case.dial(1, &to("bob@sip.example.com")).unwrap();
    assert_ne!(dial.outcome, busy);
    assert_eq!(case.presses[0].keys.as_str(), "1");
    assert_eq!(case.presses.len(), scenario.presses.len() + 1);
    let expect = case.expect.as_ref().unwrap();
    assert_eq!(expect.ran.as_ref().unwrap().value.len(), 2);
    let file = scenario.expect.as_ref().unwrap();
    assert_eq!(expect.cause, file.cause, "key by key");
    assert_ne!(case.seed(b""), scenario.seed(b""));
}

#[test]
fn two_cases_of_one_name_are_refused() {
    let text = "flow = \"a.xml\"\n[[case]]\nname = \"a\"\n[[case]]\nname = \"a\"\n";
    insta::assert_snapshot!(findings(text), @r#"5:8 conflict: there is another case with the name "a" | "a" |  | give each case a different name"#);
}

#[test]
fn times_are_read_in_all_their_forms() {
    use crate::table::Text as _;
    for (text, written) in [
        ("9s..11s", "9s..11s"),
        ("<= 11s", "<= 11s"),
        ("<=11s", "<= 11s"),
        ("11s", "<= 11s"),
        (">= 250ms", ">= 250ms"),
        ("0s .. 2s", "<= 2s"),
    ] {
        assert_eq!(Times::from_text(text).unwrap().to_text(), written, "{text}");
    }
    for text in [
        "", "11s..9s", "..", "9..11s", "< 9s", ">= ", "9s..", "about 9s",
    ] {
        assert!(Times::from_text(text).is_err(), "{text}");
    }
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(read(""), Scenario::default());
    assert_eq!(Scenario::default().to_toml(), "");
    assert_eq!(
        Scenario::default().call.created().to_string(),
        "2024-01-15T12:00:00Z"
    );
    assert_eq!(Scenario::default().tn_number(), Some(12_025_550_199));
}

#[test]
fn all_mistakes_are_found_in_one_run() {
    let text = r#"
flow = ""
cal = 1
[call]
from = 12025550123
start = "yesterday"
time_zone = "America/NewYork"
seed = -1
[app]
shaken_minimum_accepted_attest_lvl = "D"
auto_answer = "yes"
[account]
uuid = "x"
balance = nan
[dial]
to = "*"
[caller]
hangup_after = "5000"
keys = [{ at = "3s", press = "1x" }, { at = 3 }, 5]
[[callback]]
url = ""
status = 99
methods = "GET"
method = "get"
[[callback]]
url = "*"
error = "time-out"
body = "x"
[[media]]
lasts = "0.0001s"
[expect]
ran = ["a", 1, ["b"]]
cause = 17
[[expect.log]]
state = "done"
[[expect.log]]
path = "Dial[0]"
"#;
    insta::assert_snapshot!(findings(text), @r#"
    2:8 value: `flow` is not the path of a file | "" | expected the path of a file | 
    3:1 unknown-key: a scenario has no key `cal` | cal |  | its keys are `flow`, `call`, `app`, `account`, `tn`, `press`, `caller`, `callback`, `dial`, `media`, `pace`, `limits`, `assume`, `vendor`, `expect`, `case`
    5:8 value: `from` is not text | 12025550123 | expected text in quotes | write it in quotes: "12025550123"
    6:9 value: `start` is not a time | "yesterday" | expected a time from 1970 to 2999, such as "2024-02-20T16:41:34.861Z", or a local time such as "2024-02-20T16:41" | 
    7:13 value: `time_zone` is not the name of a time zone | "America/NewYork" | expected an IANA time zone such as "America/New_York" | did you mean "America/New_York"?
    8:8 value: `seed` is not a whole number within its limits | -1 | expected a whole number from 0 to 18446744073709551615 | 
    10:38 value: `shaken_minimum_accepted_attest_lvl` is not an attestation level | "D" | expected "A", "B" or "C" | 
    11:15 value: `auto_answer` is not true or false | "yes" | expected true or false | 
    13:8 value: `uuid` is not a UUID | "x" | expected a UUID such as "c7aa8c03-87d6-403d-8287-2211a1974fe3" | 
    14:11 value: `balance` is not a number | nan | expected a number | 
    15:1 value: `dial` is not a list of tables | [dial] | expected a list of tables | write each as `[[dial]]`
    18:16 value: `hangup_after` is not a duration | "5000" | expected a duration such as "250ms", "4s", "1m30s" or "1h" | write "5000ms" or "5s"
    19:30 value: `press` is not a sequence of telephone keys | "1x" | 'x' is not a key of a telephone: 0-9, *, #, A-D | 
    19:38 missing: `[[caller.keys]]` has no `press` | { at = 3 } | `press` is missing here | add `press = …`
    19:45 value: `at` is not a duration | 3 | expected a duration such as "250ms", "4s", "1m30s" or "1h" | write "3ms" or "3s"
    19:50 value: `keys` is not a list of tables | 5 | expected a list of tables | write each as `[[caller.keys]]`
    21:7 value: `url` is not a pattern | "" | expected a pattern such as "*@sip.example.com", of at most 200 bytes | 
    22:10 value: `status` is not the HTTP status of an answer | 99 | expected an HTTP status from 200 to 599 | 
    23:1 unknown-key: `[[callback]]` has no key `methods` | methods |  | its keys are `url`, `method`, `after`, `flow`, `body`, `redirect`, `status`, `error`, `wrong`
    24:10 value: `method` is not an HTTP method | "get" | expected "GET", "POST", "PATCH" or "DELETE" | did you mean "GET"?
    27:9 value: `error` is not a way in which a request can fail | "time-out" | expected "timeout", "refused", "dns", "tls" or "redirects" | did you mean "timeout"?
    28:1 conflict: `body` contradicts `error` | body | only one of them can be true | remove `body` or `error`
    29:1 missing: `[[media]]` has no `url` | [[media]] | `url` is missing here | add `url = …`
    30:9 value: `lasts` is not a duration of whole milliseconds | "0.0001s" | expected a duration of whole milliseconds | the platform counts in whole milliseconds
    32:13 value: `ran` is not text | 1 | expected text in quotes | write it in quotes: "1"
    32:16 value: `ran` is not text | ["b"] | expected text in quotes | 
    33:9 value: `cause` is not the name of a hangup cause | 17 | expected a FreeSWITCH hangup cause such as "USER_BUSY", or "busy", "no-answer", "rejected" or "unreachable" | did you mean "USER_BUSY"?
    34:1 missing: `[[expect.log]]` has no `path` | [[expect.log]] | `path` is missing here | add `path = …`
    35:9 value: `state` is not the state of a log entry | "done" | expected "queued", "success" or "failed" | 
    36:1 missing: `[[expect.log]]` has neither `state`, `reason`, `success`, `tag` nor `lasts` | [[expect.log]] | needs `state`, `reason`, `success`, `tag` or `lasts` | add for example `state = "success"`
    "#);
}

#[test]
fn outcomes_of_a_dial_are_weighed_against_each_other() {
    let text = r#"
[[dial]]
to = "*"
[[dial]]
to = "*"
cause = "USER_BUSY"
sip = 486
answer = true
[[dial]]
to = "*"
sip = 200
talk = "3s"
[[dial]]
to = "*"
answer = false
[[dial]]
to = "*"
answer = true
rings = false
rings_after = "1s"
[[dial]]
to = "*"
cause = "NO_ANSWER"
rings_after = "3s"
after = "2s"
"#;
    insta::assert_snapshot!(findings(text), @r#"
    2:1 missing: `[[dial]]` has neither `cause`, `sip` nor `answer` | [[dial]] | needs `cause`, `sip` or `answer` | add for example `cause = "USER_BUSY"`
    7:1 conflict: `sip` contradicts `cause` | sip | only one of them can be true | remove `sip` or `cause`
    8:1 conflict: `answer` contradicts `cause` | answer | only one of them can be true | remove `answer` or `cause`
    11:7 value: `sip` is not the SIP status of a refusal | 200 | expected a SIP status from 300 to 699 | if the destination answers, write `answer = true`
    12:1 conflict: `talk` has no meaning without `answer` | talk | needs `answer` | add `answer = true`, or remove `talk`
    15:10 value: `answer` is not true | false | expected true | if the callee does not answer, write a `cause` instead
    20:1 conflict: `rings_after` contradicts `rings` | rings_after | only one of them can be true | remove `rings_after` or `rings`
    24:1 conflict: `rings_after` contradicts `after` | rings_after | it would ring after its outcome | remove `rings_after` or `after`
    "#);
}

#[test]
fn broken_toml_does_not_hide_other_mistakes() {
    let text = r#"
[caller]
hangup_after = 8s
[call]
seed = "one"
seed = 2
[call]
to = "1
[[dial]]
to = "*"
cause =
[[media]
url = "*"
[[callback]]
after = 5
"#;
    insta::assert_snapshot!(findings(text), @r#"
    3:16 syntax: text without quotes | 8s |  | write "8s"
    5:8 value: `seed` is not a whole number within its limits | "one" | expected a whole number from 0 to 18446744073709551615 | 
    6:1 syntax: duplicate key | seed |  | 
    7:2 syntax: duplicate key | call |  | 
    8:8 syntax: invalid basic string, expected `"` |  |  | 
    11:8 syntax: a key without a value |  |  | 
    12:9 syntax: unclosed array table, expected `]` |  |  | 
    15:9 value: `after` is not a duration | 5 | expected a duration such as "250ms", "4s", "1m30s" or "1h" | write "5ms" or "5s"
    "#);
}

#[test]
fn ringing_follows_the_outcome() {
    let rings = |rule: &str| {
        let scenario = read(&format!("[[dial]]\nto = \"*\"\n{rule}\n"));
        scenario.dials.entries()[0].then.rings
    };
    assert!(rings("answer = true"));
    assert!(rings("cause = \"NO_ANSWER\""));
    assert!(!rings("cause = \"USER_BUSY\""));
    assert!(rings("sip = 486\nrings_after = \"1s\""));
    assert!(!rings("answer = true\nrings = false"));
}

#[test]
fn deep_and_large_files_are_refused() {
    let open = "[".repeat(100_000);
    for text in [
        format!("a = {open}"),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a.".repeat(100_000)),
        open,
        "#".repeat((1 << 20) + 1),
    ] {
        let (scenario, found) = parse(&Source::new("a.toml", text));
        assert!(scenario.is_none());
        assert!(found.iter().any(|found| found.rule == "scenario-syntax"));
    }
}

#[test]
fn findings_without_end_are_cut_short() {
    for line in ["a", "[[dial]]\nx = 1\n", "seed = [", "a = 8s\n", "[a]\n"] {
        let (scenario, found) = parse(&Source::new("a.toml", line.repeat((1 << 18) / line.len())));
        assert!(scenario.is_none());
        assert!((1..=1_000).contains(&found.len()));
    }
    let unknown: Vec<String> = (0..50_000).map(|key| format!("k{key} = 1\n")).collect();
    let (_, found) = parse(&Source::new("a.toml", unknown.concat()));
    assert_eq!(found.len(), 1_000);
    assert_eq!(
        found[999].notes,
        ["other findings in the file are not reported"]
    );
}

#[test]
fn a_scenario_is_known_by_its_keys() {
    use crate::table::Holds;
    for key in super::declaration().keys {
        let text = match key.holds {
            Holds::Table(_) => format!("[{}]\n", key.name),
            Holds::Tables(_) => format!("[[{}]]\n", key.name),
            _ => format!("{} = \"x\"\n", key.name),
        };
        assert!(super::is_likely(&text), "{text}");
    }
    for text in [
        "[[press]]\nkeys = \"1\"\n",
        "\u{feff}[[press]]\r\nkeys = \"1\"\r\n",
        "press = [{ keys = \"1\" }]\n",
        "[[presss]]\nkeys = \"1\"\nwen = \"#menu\"\n",
        "flow = \"a.xml\n",
        "flow = \"a.xml\"\n[broken\n",
        "flow = \"a.xml\"\n[extra]\nx = 1\n",
        "[expect]\nhear = [\"Hi.\"]\n",
    ] {
        assert!(super::is_likely(text), "{text}");
    }
    for text in [
        "",
        "# nothing\n",
        "[package]\nname = \"x\"\n[dependencies]\n",
        "app = \"hello\"\nprimary_region = \"ams\"\n",
        "[app]\nname = \"x\"\n[server]\nport = 1\n[database]\nurl = 1\n",
        "[app]\ntitle = \"x\"\n",
        "[tool.ruff]\nline-length = 100\n[project]\nname = \"x\"\n",
        "[[media]]\nwidth = 3\n",
        "flow = { a = 1 }\n",
    ] {
        assert!(!super::is_likely(text), "{text}");
    }
}
