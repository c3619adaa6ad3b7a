//! Sixty mistakes, each planted into a good flow, and what `check` and `explore` say of it.
//!
//! A mistake is what somebody does who writes or changes a flow: a block that is left out, a unit that is
//! taken for another, a name that is misspelt. Each is one change of one of the flows in `tests/good/`, of
//! which nothing is to be said. The snapshot is the table of all; those that nothing names stand at its end
//! with the reason.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use support::json::{self, Json};
use support::{callflow, output};

/// A change of a good flow.
struct Mistake {
    kind: &'static str,
    what: &'static str,
    /// A file of `tests/good/`, without its extension.
    flow: &'static str,
    /// What is replaced, once for each place where it stands.
    was: &'static str,
    is: &'static str,
    /// Why nothing names it; empty where something should.
    unnamed: &'static str,
    around: Around,
}

/// What is known of the place where the flow is used.
#[derive(Clone, Copy)]
enum Around {
    Nothing,
    /// The control app does not answer by itself.
    Unanswered,
    /// What every server replies.
    Reply(&'static str),
    /// Every server replies with the flow itself.
    Itself,
}

const fn mistake(
    kind: &'static str,
    what: &'static str,
    flow: &'static str,
    was: &'static str,
    is: &'static str,
) -> Mistake {
    Mistake {
        kind,
        what,
        flow,
        was,
        is,
        unnamed: "",
        around: Around::Nothing,
    }
}

impl Mistake {
    const fn around(self, around: Around) -> Self {
        Self { around, ..self }
    }

    const fn unnamed(self, unnamed: &'static str) -> Self {
        Self { unnamed, ..self }
    }
}

const MISTAKES: [Mistake; 60] = [
    mistake("no handler", "a Dial at the end without its Error block", "plain-forward", "<Error><Say>Nobody is in.</Say></Error>", ""),
    mistake("no handler", "a Gather that a server answers without its Error block", "account-number", "<Error><Say>Goodbye.</Say></Error>", ""),
    mistake("no handler", "a Callback without its Error block", "callback", "<Error><Say>Please call again later.</Say></Error>", ""),
    mistake("no handler", "an Error block that speaks by day only", "on-call-rota", "<Say>Nobody could be reached. The alert stays open.</Say>", "<Schedule time=\"08:00:00-20:00:00\"><Say>Nobody could be reached.</Say></Schedule>"),
    mistake("no handler", "the innermost Error block of a menu without its word", "bank-hotline", "<Error><Say>Please call the international card line.</Say></Error>", "<Error><Curl url=\"https://bank.example.com/lost\"><Error/></Curl></Error>"),
    mistake("fallback after a talk", "the voicemail after the Dial, and not in its Error block", "dentist", "and we call you back today.</Say>\n        <Record tag=\"recall\"><Tone/><Pause length=\"60000\" dtmf_stop=\"#\"/></Record>\n        <Say>Thank you. Goodbye.</Say>\n      </Error>\n    </Dial>", "and we call you back today.</Say>\n      </Error>\n    </Dial>\n    <Record tag=\"recall\"><Tone/><Pause length=\"60000\" dtmf_stop=\"#\"/></Record>\n    <Say>Thank you. Goodbye.</Say>"),
    mistake("fallback after a talk", "the second desk without a Hangup before it", "taxi", "\n    <Hangup/>", ""),
    mistake("fallback after a talk", "the survey also for those whom nobody answered", "support-with-survey", "try again later.</Say><Hangup/></Error>", "try again later.</Say></Error>"),
    mistake("fallback after a talk", "the spoken survey also for those whom nobody answered", "survey-spoken", "<Hangup/>", ""),
    mistake("fallback after a talk", "the next phone after the Error block", "hunt", "<Error><Dial timeout=\"15000\"><To>ben@sip.example.com</To>\n      <Error><Say>Nobody is in.</Say></Error></Dial></Error></Dial>", "<Error><Say>Trying Ben.</Say></Error></Dial>\n  <Pause length=\"1000\"/>\n  <Dial timeout=\"15000\"><To>ben@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>"),
    mistake("fallback after a talk", "the words for a closed office also after a talk", "opening-hours", "\n    <Hangup/>", "").unnamed("words after a conversation may be a goodbye"),
    mistake("unit", "a Dial that rings for 20 ms", "on-call-rota", "<Dial timeout=\"20000\" max", "<Dial timeout=\"20\" max"),
    mistake("unit", "a conversation of 3.6 s", "support-with-survey", "3600000", "3600"),
    mistake("unit", "a Dial that rings for 20s", "vip", "<Dial><To>owner", "<Dial timeout=\"20s\"><To>owner"),
    mistake("unit", "a message of 120 ms", "voicemail", "length=\"120000\"", "length=\"120\""),
    mistake("keys", "four keys for codes of one", "menu", "dtmf_length=\"1\"", "dtmf_length=\"4\""),
    mistake("keys", "one key for codes of four", "conference-bridge-pin", "dtmf_length=\"4\"", "dtmf_length=\"1\""),
    mistake("keys", "two branches for one key", "menu", "<DTMF value=\"2\">", "<DTMF value=\"1\">"),
    mistake("keys", "a key by its word", "bank-hotline", "<DTMF value=\"1\">", "<DTMF value=\"one\">"),
    mistake("keys", "a code with the key that ends the entry", "clinic-wards", "dtmf_length=\"3\"", "dtmf_stop=\"1\""),
    mistake("keys", "a menu without its branches, at the end", "power-outage", "<DTMF value=\"1\">\n      <Say>Please say your address after the tone, and press pound.</Say>\n      <Record tag=\"outage\"><Tone/><Pause length=\"40000\" dtmf_stop=\"#\"/></Record>\n      <Say>Thank you. A team is on its way.</Say>\n    </DTMF>\n    <Default><Say>Thank you for your patience.</Say></Default>\n", ""),
    mistake("keys", "a code that nobody reads", "pin-pad", " tag=\"pin\"", ""),
    mistake("keys", "the prompt says two, the branch is one", "nested-menu", "For an invoice, press one.", "For an invoice, press two.").unnamed("what a prompt says is not compared with the branches"),
    mistake("name", "an element misspelt", "retry", "<Dial timeout=\"10000\" max_call_attempts=\"3\"><To>anna@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>", "<Dail timeout=\"10000\"><To>anna@sip.example.com</To></Dail>"),
    mistake("name", "an attribute misspelt", "tones", "loop=\"10\"", "lopp=\"10\""),
    mistake("name", "an attribute as an element", "church-bells", "<Play loop=\"2\" url=\"https://media.parish.example.com/bells.mp3\"/>", "<Play loop=\"2\"><Url>https://media.parish.example.com/bells.mp3</Url></Play>"),
    mistake("dialect", "TwiML's caller ID", "forward-with-caller-id", " from=", " callerId="),
    mistake("dialect", "Plivo's word", "voicemail-played-back", "<Say>You said:</Say>", "<Speak>You said:</Speak>"),
    mistake("dialect", "Bandwidth's Gather", "pin-pad-server", "dtmf_length=\"4\" url=", "maxDigits=\"4\" gatherUrl="),
    mistake("dialect", "a TwiML recording", "voicemail", "<Record tag=\"voicemail\"><Tone/><Pause length=\"120000\" dtmf_stop=\"#\"/></Record>", "<Record maxLength=\"120\" finishOnKey=\"#\" playBeep=\"true\"/>"),
    mistake("XML", "an ampersand", "pizza", "Pizza on Main Street.", "Pizza & pasta on Main Street."),
    mistake("XML", "an end tag that is missing", "ring-all", "<Say>Nobody is in.</Say>", "<Say>Nobody is in."),
    mistake("XML", "quotes from a word processor", "weekend-cover", "dow=\"sat\"", "dow=“sat”"),
    mistake("address", "a number with a digit too few", "weekend-cover", "+12025550171", "+1202555017"),
    mistake("address", "a host of the own network", "places", "desk@sip.example.com", "desk@pbx"),
    mistake("address", "two destinations in one", "ring-all", "<To>anna@sip.example.com</To><To>ben@sip.example.com</To>", "<To>anna@sip.example.com, ben@sip.example.com</To>"),
    mistake("address", "a server without TLS", "notify", "https://api.example.com", "http://api.example.com"),
    mistake("address", "a password in a URL", "callback", "https://api.example.com", "https://app:hunter2@api.example.com"),
    mistake("placeholder", "a name in a greeting", "vip", "I will call you back.", "I will call you back, {{name}}."),
    mistake("placeholder", "a value that is not defined", "server-menu", "https://ivr.example.com/menu", "https://ivr.example.com/undefined/menu"),
    mistake("placeholder", "an address of a template", "server-menu", "operator@sip.example.com", "${operator}@sip.example.com"),
    mistake("recording", "no time to speak in", "school-absence", "<Tone/><Pause length=\"4000\" dtmf_stop=\"#\"/>", "<Tone/>"),
    mistake("recording", "the recording of another tag is played", "school-absence", "<Play record=\"child\"/>", "<Play record=\"kid\"/>"),
    mistake("recording", "another tag is stopped", "support-with-survey", "<RecordStop tag=\"support\"/>", "<RecordStop tag=\"call\"/>"),
    mistake("recording", "an empty recording at the end", "callback-request", "<Say>Thank you. We call you back within the hour.</Say>", "<Say>Please say your name.</Say><Record tag=\"name\"/><Hangup/>"),
    mistake("filter", "days with a dash", "opening-hours", "mon,tue,wed,thu,fri", "mon-fri"),
    mistake("filter", "a window without seconds", "until-midnight", "22:00:00-00:00:00", "22:00-00:00"),
    mistake("filter", "a number as people write it", "blocked", "+12025550143", "+1 (202) 555-0143"),
    mistake("filter", "a window in another that leaves nothing of it", "weekend-cover", "<Dial timeout=\"25000\"><To>office@law.example.com</To><Error><Say>We are in a meeting. Please call again.</Say></Error></Dial>", "<Schedule dow=\"sat\"><Dial timeout=\"25000\"><To>office@law.example.com</To><Error><Say>We are in a meeting.</Say></Error></Dial></Schedule>"),
    mistake("filter", "a state by its name", "taxi", "states=\"NJ\"", "states=\"New Jersey\""),
    mistake("filter", "a number without its country code", "blocked", "+12025550143", "2025550143").unnamed("it may be a number of another country, or of a telephone system"),
    mistake("silent end", "a branch without a word", "nested-menu", "<Say>It is on its way.</Say>", ""),
    mistake("silent end", "a greeting by day only, and nothing else", "until-midnight", "\n  <Say>Good day.</Say>", ""),
    mistake("silent end", "a server that replies with nothing", "parcel-status", "timeout=\"7000\"", "timeout=\"9000\"").around(Around::Reply("<Response/>")),
    mistake("voice", "Ukrainian with the country of English", "languages", "fr-FR", "uk-UK"),
    mistake("voice", "an entity that was escaped twice", "languages", "café", "caf&amp;eacute;"),
    mistake("not answered", "no Answer, where the app gives none", "early-announcement", "  <Answer/>\n", "").around(Around::Unanswered),
    mistake("hold", "music that never began", "hold-music", "<Hold/>", ""),
    mistake("never runs", "words after the end of the call", "vip", "</Dial><Hangup/>", "</Dial><Hangup/><Say>Goodbye.</Say>"),
    mistake("never ends", "a menu that starts again for ever", "bank-hotline", "<Error><Say>We did not hear you. Goodbye.</Say></Error>", "<Error><Callback url=\"https://ivr.bank.example.com/\"><Error><Say>Goodbye.</Say></Error></Callback></Error>").around(Around::Itself),
];

/// A flow of `tests/good/`.
fn good(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(format!("tests/good/{name}.xml"))).unwrap()
}

/// Writes each flow into a folder of its own, once good and once with its mistake.
fn planted(folder: &Path) {
    for (index, mistake) in MISTAKES.iter().enumerate() {
        let good = good(mistake.flow);
        let wrong = good.replacen(mistake.was, mistake.is, 1);
        assert_ne!(wrong, good, "{}", mistake.what);
        for (side, text) in [("good", good), ("wrong", wrong)] {
            let folder = folder.join(side).join(index.to_string());
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("flow.xml"), &text).unwrap();
            let reply = match mistake.around {
                Around::Nothing => continue,
                Around::Unanswered => {
                    let config = "[app]\nauto_answer = false\n";
                    fs::write(folder.join("callflow.toml"), config).unwrap();
                    continue;
                }
                // What is good is so whatever the server replies.
                _ if side == "good" => "<Response><Say>Hello.</Say></Response>",
                Around::Reply(reply) => reply,
                Around::Itself => &text,
            };
            let scenario =
                format!("flow = \"flow.xml\"\n[[callback]]\nurl = \"*\"\nbody = '''{reply}'''\n");
            fs::write(folder.join("calls.call.toml"), scenario).unwrap();
        }
    }
}

/// The rules and lines of the errors and warnings of every planted flow, as a program reads them.
fn named(folder: &Path, arguments: &[&str]) -> BTreeSet<(usize, String)> {
    let printed = output(callflow(arguments).current_dir(folder)).stdout;
    let document = json::parse(&String::from_utf8(printed).unwrap());
    let mut found = BTreeSet::new();
    let mut add = |path: &str, finding: &Json| {
        let grave = ["error", "warning"];
        if grave.iter().any(|word| finding.at(&["severity"]).is(word)) {
            let part = Path::new(path).parent().unwrap().file_name().unwrap();
            let index = part.to_str().unwrap().parse().unwrap();
            found.insert((index, finding.at(&["rule"]).text().to_owned()));
        }
    };
    match arguments[0] {
        "check" => {
            for finding in document.at(&["findings"]).elements() {
                add(finding.at(&["path"]).text(), finding);
            }
        }
        _ => {
            for flow in document.at(&["flows"]).elements() {
                let path = flow.at(&["name"]).text();
                for finding in flow.at(&["findings"]).elements() {
                    add(path, finding);
                }
            }
        }
    }
    found
}

#[test]
fn most_planted_mistakes_are_named_and_the_good_flows_give_nothing() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    let _ = fs::remove_dir_all(&folder);
    planted(&folder);
    for side in ["good", "wrong"] {
        let folder = folder.join(side);
        let check = named(&folder, &["check", ".", "--format", "json"]);
        let explore = named(&folder, &["explore", ".", "--format", "json"]);
        if side == "good" {
            assert_eq!((check, explore), Default::default());
            continue;
        }
        let rules = |found: &BTreeSet<(usize, String)>, index| {
            let own = found.iter().filter(|(one, _)| *one == index);
            let own: Vec<_> = own.map(|(_, rule)| rule.as_str()).collect();
            if own.is_empty() {
                "-".to_owned()
            } else {
                own.join(", ")
            }
        };
        let (mut table, mut missed) = (String::new(), String::new());
        let (mut kinds, mut count, mut other) = (BTreeSet::new(), 0, Vec::new());
        for (index, mistake) in MISTAKES.iter().enumerate() {
            kinds.insert(mistake.kind);
            let (checked, explored) = (rules(&check, index), rules(&explore, index));
            let is_named = checked != "-" || explored != "-";
            if is_named != mistake.unnamed.is_empty() {
                other.push((mistake.what, checked, explored));
                continue;
            }
            if is_named {
                count += 1;
                let _ = writeln!(
                    table,
                    "{}: {}\n    check: {checked}; explore: {explored}",
                    mistake.kind, mistake.what
                );
            } else {
                let _ = writeln!(
                    missed,
                    "{}: {}\n    {}",
                    mistake.kind, mistake.what, mistake.unnamed
                );
            }
        }
        assert_eq!(other, [], "named otherwise than the list says");
        assert!(kinds.len() >= 12, "{kinds:?}");
        assert!(count >= 52, "{count}");
        let table = format!(
            "{count} of {} named\n\n{table}\nnot named\n\n{missed}",
            MISTAKES.len()
        );
        insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!("mistakes", table);
        });
    }
}
