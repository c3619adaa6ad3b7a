//! How the caller answers what the flow asks.

use super::*;

#[test]
fn presses_that_contradict_themselves_are_refused() {
    let text = r##"
[[press]]
[[press]]
keys = 1
when = "Gather[0]..Say[0]"
during = "#"
document = 3
[[press]]
keys = "1x"
between = "300"
key = "1"
[[press]]
keys = "1w"
after_end = "1s"
[[press]]
keys = "1"
during = "Say[0]"
after = "1s"
after_end = "1s"
[[press]]
keys = "1"
heard = false
during = "Say[0]"
[[press]]
keys = ""
when = "Gather[0]"
after = "1s"
between = "1s"
heard = false
"##;
    insta::assert_snapshot!(findings(text), @r##"
    2:1 missing: `[[press]]` has neither `keys` nor `says` | [[press]] | needs `keys` or `says` | add for example `keys = "1"`
    4:8 value: `keys` is not text | 1 | expected text in quotes | write it in quotes: "1"
    5:8 value: `when` is not a pattern for commands | "Gather[0]..Say[0]" | expected a command's path such as "Gather[0].Say[*]" or its tag such as "#menu", of at most 200 bytes | 
    6:10 value: `during` is not a pattern for commands | "#" | expected a command's path such as "Gather[0].Say[*]" or its tag such as "#menu", of at most 200 bytes | 
    7:12 value: `document` is not text | 3 | expected text in quotes | write it in quotes: "3"
    9:8 value: `keys` is not a sequence of telephone keys | "1x" | 'x' is not a key of a telephone: 0-9, *, #, A-D, or w for half a second | 
    10:11 value: `between` is not a duration | "300" | expected a duration such as "250ms", "4s", "1m30s" or "1h" | write "300ms" or "300s"
    11:1 unknown-key: `[[press]]` has no key `key` | key |  | its keys are `keys`, `when`, `nth`, `during`, `after`, `after_end`, `between`, `says`, `heard`, `document`
    13:8 value: `keys` is not a sequence of telephone keys | "1w" | expected keys of a telephone such as "1w2#": 0-9, *, #, A-D, and w (wait) before a key | 
    14:1 conflict: `after_end` has no meaning without `during` | after_end | needs `during` | add `during = "Say[0]"`, or remove `after_end`
    19:1 conflict: `after_end` contradicts `after` | after_end | only one of them can be true | remove `after_end` or `after`
    22:1 conflict: `heard` has no meaning without `when` | heard | needs `when` | add `when = "Dial[0]"`, or remove `heard`
    23:1 conflict: `during` contradicts `heard` | during | name the prompt with `when` instead | remove `during` or `heard`
    27:1 conflict: `after` contradicts `keys` | after | silence has no time | remove `after` or `keys`
    28:1 conflict: `between` contradicts `keys` | between | silence has no time | remove `between` or `keys`
    29:1 conflict: `heard` contradicts `keys` | heard | there is no key that could be lost | remove `heard` or `keys`
    "##);
}

#[test]
fn a_press_counts_the_commands_that_it_names() {
    let text = r#"
[[press]]
keys = "1"
nth = 2
[[press]]
keys = "1"
when = "Gather[0]"
nth = 0
"#;
    insta::assert_snapshot!(findings(text), @r#"
    4:1 conflict: `nth` has no meaning without `when` | nth | needs `when` | add `when = "Gather[0]"`, or remove `nth`
    8:7 value: `nth` is not a whole number of at least 1 | 0 | expected a whole number such as 1 or 20 |
    "#);
}

#[test]
fn hang_ups_that_contradict_themselves_are_refused() {
    let text = r#"
[caller]
hangup = { when = "Record[0]", after = "1s", after_end = "1s", nth = 0 }
hangup_after = "8s"
"#;
    insta::assert_snapshot!(findings(text), @r#"
    3:1 conflict: `hangup` contradicts `hangup_after` | hangup | the caller can hang up only once | remove `hangup` or `hangup_after`
    3:46 conflict: `after_end` contradicts `after` | after_end | only one of them can be true | remove `after_end` or `after`
    3:70 value: `nth` is not a whole number of at least 1 | 0 | expected a whole number such as 1 or 20 |
    "#);
    let text = r#"
[caller.hangup]
nth = "2"
than = "1s"
"#;
    insta::assert_snapshot!(findings(text), @r#"
    2:1 missing: `[caller.hangup]` has no `when` | [caller.hangup] | `when` is missing here | add `when = …`
    3:7 value: `nth` is not a whole number of at least 1 | "2" | expected a whole number such as 1 or 20 | 
    4:1 unknown-key: `[caller.hangup]` has no key `than` | than |  | its keys are `when`, `after`, `after_end`, `talk`, `ringing`, `nth`, `document`
    "#);
    insta::assert_snapshot!(findings("caller.hangup = \"8s\"\n"), @r##"
    1:17 value: `hangup` is not a table | "8s" | expected a single table | write `hangup = { when = "#voicemail" }`, or `hangup_after` for a fixed time
    "##);
}

#[test]
fn a_hang_up_has_one_time() {
    let keys = ["after", "after_end", "talk", "ringing"];
    for (at, one) in keys.iter().enumerate() {
        let alone = format!("[caller]\nhangup = {{ when = \"Dial[0]\", {one} = \"2s\" }}\n");
        assert_eq!(read(&alone).to_toml(), alone);
        for other in &keys[..at] {
            let both = alone.replace(" }", &format!(", {other} = \"3s\" }}"));
            let found = findings(&both);
            assert!(found.contains("contradicts"), "{both}: {found}");
        }
    }
}

#[test]
fn a_hang_up_may_be_a_table_of_its_own() {
    let inline = read("[caller]\nhangup = { when = \"#a\", after_end = \"200ms\" }\n");
    let table = read("[caller.hangup]\nwhen = \"#a\"\nafter_end = \"200ms\"\n");
    assert_eq!(inline, table);
    assert_eq!(
        table.to_toml(),
        "[caller]\nhangup = { when = \"#a\", after_end = \"200ms\" }\n"
    );
}

#[test]
fn a_step_takes_a_time_or_is_longer_or_shorter() {
    let text = r#"
[[pace.step]]
path = "Say[0]"
lasts = "1s"
longer = "1s"
shorter = "1s"
[[pace.step]]
path = "Say[0]"
after = "1s"
shorter = "-1s"
longest = "1s"
"#;
    insta::assert_snapshot!(findings(text), @r#"
    5:1 conflict: `longer` contradicts `lasts` | longer | only one of them can be true | remove `longer` or `lasts`
    6:1 conflict: `shorter` contradicts `lasts` | shorter | only one of them can be true | remove `shorter` or `lasts`
    10:11 value: `shorter` is not a duration | "-1s" | expected a duration such as "250ms", "4s", "1m30s" or "1h" | 
    11:1 unknown-key: `[[pace.step]]` has no key `longest` | longest |  | did you mean `longer`?
    "#);
}

#[test]
fn a_scenario_is_written_in_the_order_of_its_documentation() {
    insta::assert_snapshot!(read(WHOLE).to_toml(), @r##"
    flow = "voicemail.xml"

    [call]
    from = "+18389999168"
    to = "18382049000"
    start = "2024-02-20T16:41:34.861Z"
    time_zone = "America/New_York"
    state = "NJ"
    county = "ESSEX"

    [app]
    auto_answer = true

    [[press]]
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

    [[pace.step]]
    path = "Say[0]"
    longer = "250ms"

    [expect]
    cause = "NORMAL_CLEARING"
    ended_by = "caller"
    ran = ["Callback[0]", "Dial[0]", "Dial[0].Error[0]", "Dial[0].Error[0].Say[0]"]
    never_ran = ["Dial[1]", "#menu"]
    hears = ["no one answered*", "tone 500 Hz"]
    max_silence = "4s"
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
    hangup = { when = "#voicemail", after = "20s" }

    [[case.press]]
    keys = "1"
    when = "#main-menu"

    [[case.dial]]
    to = "anna@*"
    cause = "USER_BUSY"

    [case.expect]
    ran = ["...", "#voicemail"]
    "##);
}

#[test]
fn the_same_call_gives_the_same_identifiers_and_another_call_others() {
    let scenario = read(WHOLE);
    assert_eq!(
        scenario.seed(b"<Response/>"),
        read(WHOLE).seed(b"<Response/>")
    );
    let mut seeds = vec![
        scenario.seed(b"<Response/>"),
        scenario.seed(b"<Response />"),
        scenario.seed(b""),
        scenario.seed(b"\0"),
    ];
    for change in ["[app]\nauto_answer = true", "w2", "1.5s", "300ms"] {
        let text = WHOLE.replace(
            change,
            &change
                .replace("true", "false")
                .replace(['2', '5', '3'], "9"),
        );
        seeds.push(read(&text).seed(b"<Response/>"));
    }
    seeds.sort_unstable();
    let all = seeds.len();
    seeds.dedup();
    assert_eq!(seeds.len(), all);
    let mut given = scenario;
    given.call.seed = Some(7);
    assert_eq!(given.seed(b"<Response/>"), 7);
    // The number does not change from one version to the next.
    assert_eq!(
        Scenario::default().seed(b"<Response/>"),
        14_678_209_185_578_146_327
    );
}
