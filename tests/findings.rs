//! What `check` and `explore` say of flows that are nearly alike, side by side.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callflow::check::{self, Settings, fix};
use callflow::diagnostic::{Diagnostic, Severity};
use callflow::explore::{Options, Subject, explore};
use callflow::scenario;
use callflow::simulate::Documents;
use callflow::source::Source;
use support::json::{self, Json};
use support::{callflow, files, output, stdout};

/// What `check` says of a flow.
fn checked(xml: &str, settings: &Settings) -> Vec<Diagnostic> {
    check::read("flow.xml", xml.as_bytes(), settings).1
}

/// The rules of what `check` finds.
fn rules(xml: &str) -> Vec<&'static str> {
    let found = checked(xml, &Settings::default());
    found.iter().map(|one| one.rule).collect()
}

/// The rules and paths of what `explore` finds, where a scenario says what is around the flow.
fn explored(xml: &str, around: &str) -> Vec<(&'static str, String)> {
    let (flow, findings) = check::read("flow.xml", xml.as_bytes(), &Settings::default());
    assert!(
        findings.iter().all(|one| one.severity < Severity::Error),
        "{xml}"
    );
    let flow = Arc::new(flow);
    let (scenario, findings) = scenario::parse(&Source::new("", around));
    assert_eq!(findings, [], "{around}");
    let (scenario, documents) = (scenario.unwrap(), Documents::new());
    let subject = Subject {
        flow: &flow,
        scenario: &scenario,
        documents: &documents,
    };
    let explored = explore(subject, &Options::default(), &());
    assert!(explored.is_complete(), "{xml}");
    let found = explored.findings.iter();
    let found = found.map(|one| (one.diagnostic.rule, one.path.clone()));
    found.filter(|(rule, _)| *rule != "lost-keys").collect()
}

/// Holds that both say a rule, or neither.
fn both_say(rule: &str, is_said: bool, xml: &str) {
    let check = rules(xml).contains(&rule);
    let explore = explored(xml, "").iter().any(|(one, _)| *one == rule);
    assert_eq!((check, explore), (is_said, is_said), "{rule}: {xml}");
}

/// A Dial whose failure the flow gets past.
const FIRST: &str = "<Dial timeout=\"20000\"><To>anna@sip.example.com</To><Error/></Dial>";
/// Another one.
const SECOND: &str = "<Dial timeout=\"20000\"><To>ben@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>";
const VOICEMAIL: &str =
    "<Say>Leave a message.</Say><Record tag=\"v\"><Tone/><Pause length=\"30000\"/></Record>";

#[test]
fn a_fallback_after_a_conversation_is_found_whatever_stands_between() {
    for between in [
        "",
        "<Pause length=\"2000\"/>",
        "<Say>One moment.</Say>",
        "<Answer/><Curl url=\"https://api.example.com/x\"><Error/></Curl><Tone/>",
        "<Schedule time=\"09:00:00-17:00:00\"><Say>It is day.</Say></Schedule>",
        // A key that only skips the prompt chooses nothing.
        "<Gather dtmf_length=\"1\" timeout=\"100\"><Say>Press any key.</Say><Error/></Gather>",
    ] {
        for fallback in [
            SECOND,
            VOICEMAIL,
            "<Say>Leave a message.</Say><RecordStart tag=\"v\"/><Pause length=\"20000\"/><RecordStop tag=\"v\"/>",
        ] {
            both_say(
                "runs-after-talk",
                true,
                &format!("<Response>{FIRST}{between}{fallback}</Response>"),
            );
        }
    }
    let menu = |branch: &str, after: &str| {
        format!(
            "<Response><Gather dtmf_length=\"1\"><Say>Press one.</Say><DTMF value=\"1\">{branch}</DTMF><Default><Say>No.</Say></Default><Error/></Gather>{after}</Response>"
        )
    };
    for around in [
        format!("<Response><Schedule dow=\"mon\">{FIRST}</Schedule>{VOICEMAIL}</Response>"),
        format!("<Response><Record tag=\"call\">{FIRST}</Record>{VOICEMAIL}</Response>"),
        format!(
            "<Response>{FIRST}<Record tag=\"call\"><Say>Now Ben.</Say>{SECOND}</Record></Response>"
        ),
        format!(
            "<Response>{FIRST}<Call field=\"from\" value=\"+12025550143\">{SECOND}</Call><Say>Goodbye.</Say></Response>"
        ),
        format!(
            "<Response><Callback url=\"https://api.example.com/x\"><Error>{FIRST}</Error></Callback>{SECOND}</Response>"
        ),
        // Its Error block says something, and does not end the call.
        format!(
            "<Response><Dial><To>a@sip.example.com</To><Error><Say>Trying Ben.</Say></Error></Dial>{SECOND}</Response>"
        ),
        format!(
            "<Response><Dial><To>a@sip.example.com</To><Error>{SECOND}</Error></Dial>{VOICEMAIL}</Response>"
        ),
        menu(FIRST, SECOND),
        menu(FIRST, VOICEMAIL),
        // The Error block of the whole flow does not end the call either.
        format!(
            "<Response><Dial><To>a@sip.example.com</To></Dial>{SECOND}<Error><Say>Sorry.</Say></Error></Response>"
        ),
    ] {
        both_say("runs-after-talk", true, &around);
    }
}

#[test]
fn what_is_meant_for_callers_who_have_talked_is_not_a_fallback() {
    for xml in [
        // The failure ends the call.
        format!(
            "<Response><Dial><To>a@sip.example.com</To><Error><Say>Sorry.</Say><Hangup/></Error></Dial>{VOICEMAIL}</Response>"
        ),
        format!(
            "<Response><Dial><To>a@sip.example.com</To><Error><Dial><To>b@sip.example.com</To><Error><Say>Sorry.</Say><Hangup/></Error></Dial></Error></Dial>{VOICEMAIL}</Response>"
        ),
        format!(
            "<Response><Dial><To>a@sip.example.com</To></Dial>{SECOND}<Error><Say>Sorry.</Say><Hangup/></Error></Response>"
        ),
        // The conversation does.
        format!(
            "<Response><Schedule dow=\"mon\">{FIRST}<Hangup/></Schedule>{VOICEMAIL}</Response>"
        ),
        // The caller chooses it.
        format!(
            "<Response>{FIRST}<Gather dtmf_length=\"1\"><Say>Press one to leave a message.</Say><DTMF value=\"1\">{VOICEMAIL}</DTMF><Error><Say>Goodbye.</Say></Error></Gather></Response>"
        ),
        // The two are for different numbers.
        format!(
            "<Response><Call field=\"to\" value=\"12025550143\">{FIRST}</Call><Call field=\"to\" value=\"12025550144\">{SECOND}</Call><Say>Goodbye.</Say></Response>"
        ),
        // The whole call is recorded, and no message.
        format!(
            "<Response><Record tag=\"call\"><Say>Welcome.</Say>{FIRST}</Record><Say>Goodbye.</Say></Response>"
        ),
        format!("<Response>{FIRST}<Say>Goodbye.</Say></Response>"),
    ] {
        both_say("runs-after-talk", false, &xml);
    }
}

#[test]
fn a_fallback_in_a_fetched_document_is_found_by_the_call() {
    let flow = |after: &str| {
        format!(
            "<Response>{FIRST}<Callback url=\"https://api.example.com/next\"><Error><Say>Goodbye.</Say></Error></Callback>{after}</Response>"
        )
    };
    let reply = |body: &str| format!("[[callback]]\nurl = \"*\"\nbody = '''{body}'''\n");
    let found = explored(&flow(""), &reply(&format!("<Response>{SECOND}</Response>")));
    assert_eq!(found, [("runs-after-talk", "Dial[0]".to_owned())]);
    let found = explored(
        &flow(VOICEMAIL),
        &reply("<Response><Say>Well.</Say></Response>"),
    );
    assert_eq!(found, [("runs-after-talk", "Record[3]".to_owned())]);
    // A document of which nothing is known is no reason to say anything less of what is.
    let found = explored(&flow(VOICEMAIL), "");
    assert_eq!(found, [("runs-after-talk", "Record[3]".to_owned())]);
}

#[test]
fn a_dial_that_failed_has_answered_nobody() {
    let settings = Settings {
        auto_answer: Some(false),
        ..Settings::default()
    };
    let around = "[app]\nauto_answer = false\n";
    let said = |xml: &str| {
        let found = checked(xml, &settings);
        let found = found
            .iter()
            .filter(|one| one.rule == "spoken-before-answer");
        let lines: Vec<_> = found
            .filter(|one| one.severity == Severity::Warning)
            .map(|one| xml[..one.primary.span.start as usize].matches('\n').count() + 1)
            .collect();
        let explored = explored(xml, around).into_iter();
        let explored: BTreeSet<_> = explored
            .filter(|(rule, _)| *rule == "spoken-before-answer")
            .map(|(_, path)| path)
            .collect();
        (lines, explored.into_iter().collect::<Vec<_>>())
    };
    let dial = |error: &str| {
        format!("<Response>\n<Dial timeout=\"9000\"><To>a@sip.example.com</To>{error}</Dial>\n")
    };
    let at = |lines: &[usize], paths: &[&str]| {
        let paths = paths.iter().map(ToString::to_string);
        (lines.to_vec(), paths.collect::<Vec<_>>())
    };
    // In its Error block, after it, and after the Error block.
    let xml = dial("<Error>\n<Say>Busy.</Say></Error>") + "</Response>";
    assert_eq!(said(&xml), at(&[3], &["Dial[0].Error[0].Say[0]"]));
    let xml = dial("<Error/>") + "<Say>Goodbye.</Say></Response>";
    assert_eq!(said(&xml), at(&[3], &["Say[1]"]));
    let xml = dial("<Error>\n<Say>Busy.</Say></Error>") + "<Say>Goodbye.</Say></Response>";
    assert_eq!(said(&xml), at(&[3], &["Dial[0].Error[0].Say[0]"]));
    // A recording there records nobody.
    let xml = dial(
        "<Error>\n<Say>Speak.</Say>\n<Record><Tone/><Pause length=\"9000\"/></Record></Error>",
    ) + "</Response>";
    assert_eq!(
        said(&xml),
        at(
            &[3, 4],
            &["Dial[0].Error[0].Record[1]", "Dial[0].Error[0].Say[0]"]
        )
    );
    // It is answered, or the call is over.
    for error in [
        "<Error><Answer/><Say>Busy.</Say></Error>",
        "<Error><Hangup/></Error>",
    ] {
        assert_eq!(
            said(&(dial(error) + "</Response>")),
            at(&[], &[]),
            "{error}"
        );
    }
    let xml = format!("<Response>\n<Answer/>{FIRST}{VOICEMAIL}</Response>");
    assert_eq!(said(&xml), at(&[], &[]));
    // A recording around the Dial begins before the answer, and goes on in the conversation.
    let xml = format!("<Response>\n<Record>{FIRST}</Record></Response>");
    assert_eq!(said(&xml), at(&[], &[]));
}

/// Holds that `check` says a rule of a flow, or does not.
fn all_say(cases: &[(&str, bool, String)]) {
    for (rule, is_said, xml) in cases {
        assert_eq!(rules(xml).contains(rule), *is_said, "{rule}: {xml}");
    }
}

#[test]
fn keys_that_nobody_can_use_are_found() {
    let gather = |attributes: &str, inside: &str, after: &str| {
        format!(
            "<Response><Gather {attributes}><Say>Your code.</Say>{inside}<Error><Say>Goodbye.</Say></Error></Gather>{after}</Response>"
        )
    };
    let branch = |code: &str| format!("<DTMF value=\"{code}\"><Say>Fine.</Say></DTMF>");
    let (unused, short, long) = ("unused-keys", "code-too-short", "code-too-long");
    let four = "dtmf_length=\"4\"";
    let two = "dtmf_length=\"2\"";
    let by_server = "dtmf_length=\"4\" url=\"https://a.example.com/\"";
    let last = "<Response><Schedule dow=\"mon\"><Gather><Say>Code.</Say><Error/></Gather></Schedule></Response>";
    all_say(&[
        // Nothing comes after them.
        (unused, true, gather(four, "", "")),
        (unused, true, gather(four, "", "<Hangup/>")),
        (unused, true, last.to_owned()),
        (unused, false, gather(four, "", "<Say>Thanks.</Say>")),
        (unused, false, gather("tag=\"code\"", "", "")),
        (unused, false, gather(by_server, "", "")),
        // Codes of another length than is collected.
        (short, true, gather(two, &branch("1"), "")),
        (short, false, gather("dtmf_length=\"1\"", &branch("1"), "")),
        (
            short,
            false,
            gather(two, &(branch("1") + &branch("12")), ""),
        ),
        (
            short,
            false,
            gather("length=\"2\" dtmf_stop=\"#\"", &branch("1"), ""),
        ),
        (long, true, gather(two, &branch("123"), "")),
        (long, false, gather(two, &branch("12"), "")),
    ]);
}

#[test]
fn recordings_numbers_and_sounds_of_nobody_are_found() {
    let record = |inside: &str, after: &str| {
        format!("<Response><Say>Speak.</Say><Record tag=\"v\">{inside}</Record>{after}</Response>")
    };
    let call = |value: &str| {
        format!(
            "<Response><Call field=\"from\" value=\"{value}\"><Say>You.</Say></Call><Say>Hello.</Say></Response>"
        )
    };
    let leg = |before: &str| {
        format!("<Response>{before}<Say leg=\"bleg\">Hello.</Say><Say>Bye.</Say></Response>")
    };
    let (nothing, text, inaudible) = ("nothing-to-record", "call-as-text", "inaudible");
    let (stop, other) = ("<RecordStop tag=\"v\"/>", "<RecordStop tag=\"w\"/>");
    let in_error = "<Response><Dial><To>a@sip.example.com</To><Error><Say leg=\"bleg\">Hi.</Say></Error></Dial></Response>".to_owned();
    all_say(&[
        (nothing, true, record("", "")),
        (nothing, true, record("", "<Hangup/>")),
        (nothing, true, record("", stop)),
        (nothing, true, record("", "<Play record=\"v\"/>")),
        (nothing, true, record("", "<Say>Thank you.</Say>")),
        (nothing, true, record("", "<Say>Thank you.</Say><Hangup/>")),
        (nothing, false, record("", "<Say>Now.</Say><Pause/>")),
        (
            nothing,
            false,
            record("", &format!("<Say>Now.</Say>{FIRST}")),
        ),
        (nothing, false, record("", other)),
        (
            nothing,
            false,
            record("", "<Pause length=\"9000\"/><Hangup/>"),
        ),
        (nothing, true, record("<Tone/><Pause length=\"999\"/>", "")),
        (
            nothing,
            false,
            record("<Tone/><Pause length=\"1000\"/>", ""),
        ),
        (
            "empty-filter",
            true,
            "<Response><Schedule dow=\"mon\"/><Say>Hello.</Say></Response>".to_owned(),
        ),
        ("empty-filter", false, call("+12025550123")),
        // Numbers that no caller has.
        (text, true, call("(202) 555-0123")),
        (text, true, call("+1 202 555 0123")),
        (text, true, call("+1.202.555.0123")),
        (text, true, call("tel:+12025550123")),
        (text, true, call("0012025550123")),
        (text, false, call("+12025550123")),
        (text, false, call("12025550123")),
        // Extensions, and a user.
        (text, false, call("20-2155")),
        (text, true, call("20-21555")),
        (text, false, call("anna.smith")),
        (inaudible, true, leg("")),
        (inaudible, false, leg(FIRST)),
        (inaudible, true, in_error),
    ]);
}

#[test]
fn no_caller_is_invented_whose_number_nobody_has() {
    for value in ["(202) 555-0123", "+1202*", "+12025550143,+12025550144"] {
        let xml = format!(
            "<Response><Call field=\"from\" value=\"{value}\"><Say>You.</Say></Call><Say>Hello.</Say></Response>"
        );
        let found = explored(&xml, "");
        assert_eq!(
            found,
            [("never-reached", "Call[0].Say[0]".to_owned())],
            "{value}"
        );
    }
}

#[test]
fn a_caller_who_hears_nothing_is_found_behind_a_server_too() {
    let nothing = |xml: &str, around: &str| explored(xml, around);
    // A request alone.
    let xml = "<Response><Curl url=\"https://api.example.com/x\"/></Response>";
    assert_eq!(nothing(xml, ""), [("nothing-heard", "Curl[0]".to_owned())]);
    // Keys to a server that replies with nothing.
    let xml = "<Response><Gather dtmf_length=\"4\" url=\"https://api.example.com/x\"><Say>Your code.</Say><Error><Say>Goodbye.</Say></Error></Gather></Response>";
    let reply = |body: &str| format!("[[callback]]\nurl = \"*\"\nbody = \"{body}\"\n");
    let silent = [("silent-ending", "Gather[0]".to_owned())];
    assert_eq!(nothing(xml, &reply("<Response/>")), silent);
    assert_eq!(
        nothing(xml, &reply("<Response><Pause/></Response>")),
        silent
    );
    assert_eq!(
        nothing(xml, &reply("<Response><Say>Hi.</Say></Response>")),
        []
    );
    // That it ends the call is meant so, and of an unknown reply nothing is said.
    assert_eq!(nothing(xml, &reply("<Response><Hangup/></Response>")), []);
    assert_eq!(nothing(xml, ""), []);
}

#[test]
fn a_fix_is_applied_where_it_uncovers_a_warning_only_with_the_unsafe_ones() {
    let settings = Settings::default();
    let mend = |xml: &str, include_unsafe: bool| {
        fix::mend(xml, checked(xml, &settings), include_unsafe, |text| {
            checked(text, &settings)
        })
    };
    // A likely fix that uncovers a warning.
    let xml = "<Response><Dial timeout=\"20s\"><To>a@sip.example.com</To></Dial></Response>";
    assert_eq!(mend(xml, false).applied, 0);
    let mended = mend(xml, true);
    assert!(mended.text.contains("timeout=\"20000\""), "{}", mended.text);
    assert_eq!(mended.findings[0].rule, "unhandled-failure");
    // A certain one is among the likely ones then, and says why.
    let xml = "<Response><Play><Url>https://m.example.com/a.mp3</Url></Play><Dial timeOut=\"30000\"><To>a@sip.example.com</To></Dial></Response>";
    let safe = mend(xml, false);
    assert_eq!((safe.applied, safe.findings.len()), (2, 1), "{safe:#?}");
    let xml = "<Response><pause length=\"9\"/><Say>Hello.</Say></Response>";
    let refused = mend(xml, false);
    assert_eq!((refused.applied, &*refused.text), (0, xml));
    let finding = &refused.findings[0];
    assert_eq!(
        finding.notes[0],
        "not fixed: the fix uncovers a warning, `timeout-in-seconds`"
    );
    assert_eq!(
        finding.fix.as_ref().map(|fix| fix.safety),
        Some(callflow::diagnostic::Safety::Unsafe)
    );
    assert!(mend(xml, true).text.contains("<Pause length=\"9"));
    // One that leaves an error is not applied, whatever is asked for.
    let xml = "<Response><SpeakSentence voise=\"a\">Hello.</SpeakSentence></Response>";
    let refused = mend(xml, true);
    assert_eq!(refused.applied, 0, "{}", refused.text);
    assert_eq!(
        refused.findings[0].notes[0],
        "not fixed: the fix would leave a new error, `unknown-attribute`"
    );
}

#[test]
fn the_language_says_more_than_a_country_that_does_not_exist() {
    for (code, help) in [
        ("uk-UK", "did you mean `uk-UA`, or `uk-GB`?"),
        ("fr-UK", "did you mean `fr-FR`, or `fr-GB`?"),
        ("en-UK", "did you mean `en-GB`?"),
        ("cs-CS", "did you mean `cs-CZ`?"),
        ("en-EN", "did you mean `en-GB`?"),
        (
            "es-Mexico",
            "write a language and a country, such as `en-US` or `es-MX`",
        ),
        (
            "en-XX",
            "write a language and a country, such as `en-US` or `es-MX`",
        ),
    ] {
        let found = checked(
            &format!("<Response><Say lang=\"{code}\">Hello.</Say></Response>"),
            &Settings::default(),
        );
        assert_eq!(found[0].help[0], help, "{code}");
    }
    for code in ["zh-Hant", "zh-Hant-TW", "ca-ES-valencia", "es-419", "en-GB"] {
        let xml = format!("<Response><Say lang=\"{code}\">Hello.</Say></Response>");
        assert_eq!(rules(&xml), [""; 0], "{code}");
    }
}

#[test]
fn a_flow_of_bandwidth_is_found_in_a_folder() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("findings-bxml");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.xml"), "<Bxml><Hangup/></Bxml>").unwrap();
    fs::write(folder.join("b.xml"), "<project><Hangup/></project>").unwrap();
    let out = output(callflow(&["check", ".", "--format", "concise"]).current_dir(&folder));
    assert_eq!(
        String::from_utf8(out.stdout).unwrap(),
        "./a.xml:1:2: error[unknown-element]: a call flow is a <Response>, not a <Bxml>\n1 error in 1 file checked; 1 fixable with --fix, 1 file skipped\n"
    );
    stdout(callflow(&["check", ".", "--fix"]).current_dir(&folder));
    let fixed = fs::read_to_string(folder.join("a.xml")).unwrap();
    assert_eq!(fixed, "<Response><Hangup/></Response>");
}

/// The rules and messages of the errors and warnings of `check` and `explore` in a folder, by the folder
/// directly in it.
fn grave(folder: &Path) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    let mut add = |path: &str, finding: &Json| {
        let text = |key: &str| finding.at(&[key]).text().to_owned();
        if text("severity") != "info" {
            let part = path.trim_start_matches("./").split('/').next().unwrap();
            found.insert((part.to_owned(), text("rule"), text("message")));
        }
    };
    let printed = |command: &str| {
        let arguments = [command, ".", "--format", "json"];
        let printed = output(callflow(&arguments).current_dir(folder)).stdout;
        json::parse(&String::from_utf8(printed).unwrap())
    };
    for finding in printed("check").at(&["findings"]).elements() {
        add(finding.at(&["path"]).text(), finding);
    }
    for flow in printed("explore").at(&["flows"]).elements() {
        for finding in flow.at(&["findings"]).elements() {
            add(flow.at(&["name"]).text(), finding);
        }
    }
    found
}

#[test]
fn what_init_writes_gives_no_error_and_no_warning() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("findings-init");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    stdout(callflow(&["init", "project"]).current_dir(&folder));
    assert_eq!(grave(&folder), BTreeSet::new());
}

#[test]
fn what_recover_writes_gives_nothing_that_the_original_flow_lacks() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("findings-recovered");
    let _ = fs::remove_dir_all(&folder);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for path in files("toml") {
        let name = path
            .with_extension("")
            .display()
            .to_string()
            .replace('/', "-");
        let events = output(&mut callflow(&[
            "run",
            path.to_str().unwrap(),
            "--format",
            "events",
        ]));
        let (log, out) = (
            folder.join("events.json"),
            folder.join("recovered").join(&name),
        );
        fs::create_dir_all(out.parent().unwrap()).unwrap();
        fs::write(&log, events.stdout).unwrap();
        let arguments = [
            "recover",
            log.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
        ];
        if !output(&mut callflow(&arguments)).status.success() {
            continue;
        }
        count += 1;
        // The original without the comments that ignore something: an event shows none.
        let own = folder.join("original").join(&name);
        let around = root.join(&path);
        let around = around.parent().unwrap();
        fs::create_dir_all(&own).unwrap();
        for file in fs::read_dir(around)
            .unwrap()
            .map(|file| file.unwrap().path())
        {
            let Ok(mut text) = fs::read_to_string(&file) else {
                continue;
            };
            while let Some(at) = text.find("<!-- callflow: ignore") {
                let end = at + text[at..].find("-->").unwrap() + 3;
                text.replace_range(at..end, "");
            }
            let is_wanted = match file.extension().and_then(|kind| kind.to_str()) {
                Some("toml") => file.file_name() == path.file_name(),
                kind => kind == Some("xml"),
            };
            if is_wanted {
                fs::write(own.join(file.file_name().unwrap()), text).unwrap();
            }
        }
    }
    assert!(count > 100, "{count}");
    let own = grave(&folder.join("original"));
    let new: Vec<_> = grave(&folder.join("recovered"))
        .into_iter()
        .filter(|one| !own.contains(one))
        .collect();
    assert_eq!(new, []);
}

#[test]
fn a_comment_says_that_the_rest_of_a_flow_is_not_known() {
    let dial = "<Response><Dial><To>a@sip.example.com</To></Dial></Response>";
    let menu = "<Response><Gather dtmf_length=\"4\"><Say>Code.</Say><Error/></Gather></Response>";
    for (xml, rule) in [(dial, "unhandled-failure"), (menu, "unused-keys")] {
        assert_eq!(rules(xml), [rule], "{xml}");
        for comment in [
            "<!-- callflow: incomplete -->",
            "<!--callflow:incomplete: the call ended there-->",
        ] {
            let xml = format!("{comment}{xml}");
            assert_eq!(rules(&xml), [""; 0], "{xml}");
            assert_eq!(explored(&xml, ""), [], "{xml}");
        }
    }
}
