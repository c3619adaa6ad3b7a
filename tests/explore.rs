//! Exploration: what it finds, that it comes everywhere, and that what it shows is so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use callflow::check::{self, Settings};
use callflow::diagnostic::Severity;
use callflow::expect::{Coverage, Snapshots, judge};
use callflow::explore::{Explored, Extent, Observer, Options, Subject, explore};
use callflow::flow::{self, Flow};
use callflow::record::Record;
use callflow::scenario::{self, Scenario};
use callflow::simulate::{Documents, simulate};
use callflow::source::Source;
use callflow::xml;
use support::generate::{self, Dice};
use support::json::Json;
use support::{callflow, output, stdout};

fn compiled(text: &str) -> Arc<Flow> {
    let (document, findings) = xml::read("flow.xml", text.as_bytes());
    let (flow, more) = flow::compile(document);
    let mut wrong = findings.iter().chain(&more);
    assert!(wrong.all(|one| one.severity != Severity::Error), "{text}");
    Arc::new(flow)
}

fn explored<'a>(
    flow: &'a Arc<Flow>,
    scenario: &'a Scenario,
    documents: &'a Documents,
    options: &Options,
) -> Explored<'a> {
    let subject = Subject {
        flow,
        scenario,
        documents,
    };
    explore(subject, options, &())
}

fn route(record: &Record) -> Vec<String> {
    let entries = record.log.iter();
    entries.map(|entry| entry.path().to_owned()).collect()
}

/// Which generated flows are gone through.
fn seeds() -> std::ops::Range<u64> {
    let calls = std::env::var("CALLFLOW_PROPERTY_CALLS");
    let from = std::env::var("CALLFLOW_PROPERTY_FROM");
    from.map_or(0, |from| from.parse().expect("a number"))
        ..calls.map_or(120, |calls| calls.parse().expect("a number"))
}

/// A scenario with the same documents, start and place, in which all else is another's.
fn another(scenario: &Scenario, seed: u64) -> Scenario {
    let other = generate::call(seed).scenario;
    Scenario {
        presses: other.presses,
        caller: other.caller,
        dials: other.dials,
        media: other.media,
        ..scenario.clone()
    }
}

#[test]
fn a_call_goes_by_no_other_commands_than_those_that_were_explored() {
    let documents = Documents::new();
    let options = Options {
        states: 20_000,
        ..Options::default()
    };
    let mut complete = 0;
    for seed in seeds() {
        let generated = generate::call(seed);
        let flow = compiled(&generated.flow);
        let explored = explored(&flow, &generated.scenario, &documents, &options);
        if !explored.is_complete() {
            continue;
        }
        complete += 1;
        let own = std::iter::once(generated.scenario.clone());
        let others = (1..10).map(|more| another(&generated.scenario, seed * 10 + more));
        for scenario in own.chain(others) {
            let run = simulate(&scenario, flow.clone(), &documents);
            let route = route(&run.record);
            assert!(
                explored.has_route(&route),
                "seed {seed}\n{}\n{}\n{route:#?}",
                generated.flow,
                scenario.to_toml()
            );
        }
    }
    assert!(complete > seeds().count() * 9 / 10, "{complete}");
}

#[test]
fn each_call_that_is_shown_goes_as_it_is_shown() {
    let documents = Documents::new();
    let options = Options {
        states: 300,
        ..Options::default()
    };
    let mut count = 0;
    for seed in seeds() {
        let mut generated = generate::call(seed);
        // A limit of the app is no answer: it cuts calls short.
        generated.scenario.app.max_call_length_min = None;
        let flow = compiled(&generated.flow);
        let explored = explored(&flow, &generated.scenario, &documents, &options);
        for shown in explored.calls().take(100) {
            let scenario = explored.scenario(&shown);
            let run = simulate(&scenario, flow.clone(), &documents);
            count += 1;
            assert_eq!(
                route(&run.record),
                shown.route,
                "seed {seed}: {}\n{}\n{}",
                shown.words,
                generated.flow,
                scenario.to_toml()
            );
        }
    }
    assert!(count > 10 * seeds().count() as u64, "{count}");
}

#[test]
fn a_suite_comes_to_all_that_can_be_come_to_and_holds() {
    let documents = Documents::new();
    let options = Options {
        states: 2000,
        ..Options::default()
    };
    let mut whole = 0;
    let seeds = seeds();
    for seed in seeds.start..seeds.end + 30 {
        let mut generated = generate::call(seed);
        generated.scenario.app.max_call_length_min = None;
        let flow = compiled(&generated.flow);
        let explored = explored(&flow, &generated.scenario, &documents, &options);
        if !explored.is_complete() {
            continue;
        }
        let mut coverage = Coverage::default();
        let mut wrong = explored.wrong_calls();
        let is_clean = wrong.is_empty();
        let suite = explored.suite(usize::MAX);
        let left_out = suite.left_out;
        let mut cases = suite.cases;
        cases.append(&mut wrong);
        for case in &cases {
            let scenario = explored.bare_scenario().of_case(case);
            let run = simulate(&scenario, flow.clone(), &documents);
            coverage.add(&run.record, &case.name.value);
            let expect = scenario
                .expect
                .as_ref()
                .expect("each call expects something");
            let failures = judge(expect, &run.record, &Snapshots::default());
            assert!(failures.is_empty(), "seed {seed}: {failures:#?}");
            let unused = run.scenario.unused(&run.used);
            assert!(
                unused.is_empty(),
                "seed {seed}: {unused:#?}\n{}",
                scenario.to_toml()
            );
        }
        if is_clean {
            whole += 1;
            let counts = (coverage.count(), explored.coverage.count());
            assert_eq!(
                counts.0, counts.1,
                "seed {seed}: {left_out:#?}\n{}",
                generated.flow
            );
        }
    }
    assert!(whole > 30, "{whole}");
}

/// A menu of which both branches come back to it, and a server that knows it and so many others.
#[test]
fn a_menu_that_fetches_itself_in_both_branches_has_as_many_states_after_many_laps() {
    let page = r#"<Response><Gather dtmf_length="1"><Say>Press a key.</Say><DTMF value="1"><Callback url="https://x.example/menu"/></DTMF><DTMF value="2"><Callback url="https://x.example/menu"/></DTMF></Gather></Response>"#;
    let flow = compiled(page);
    let documents = Documents::new();
    let states = |laps: usize| {
        let rule = format!("[[callback]]\nurl = \"*\"\nbody = '''{page}'''\n");
        let text = rule.repeat(laps);
        let scenario = scenario::parse(&Source::new("", text)).0.unwrap();
        let explored = explored(&flow, &scenario, &documents, &Options::default());
        assert!(explored.is_complete());
        explored.states()
    };
    assert_eq!(states(3), states(9));
}

/// How many states a flow has; all of it is tried.
fn states(flow: &str) -> usize {
    let (scenario, documents) = (Scenario::default(), Documents::new());
    let flow = compiled(flow);
    let explored = explored(&flow, &scenario, &documents, &Options::default());
    assert!(explored.is_complete());
    explored.states()
}

#[test]
fn filters_in_a_row_have_as_many_states_as_filters() {
    let filter = |kind: usize, index: usize| match kind {
        0 => format!(r#"<Call field="from" value="+1202555{index:04}"><Say>A.</Say></Call>"#),
        1 => format!(
            r#"<Schedule dow="mon" time="00:{index:02}:00-00:{index:02}:30"><Say>B.</Say></Schedule>"#
        ),
        _ => format!(r#"<Geo county="County {index}"><Say>C.</Say></Geo>"#),
    };
    let row = |kinds: &[usize], length: usize| {
        let kinds = kinds.iter().cycle();
        let filters = kinds
            .zip(0..length)
            .map(|(&kind, index)| filter(kind, index));
        states(&format!(
            "<Response>{}</Response>",
            filters.collect::<String>()
        ))
    };
    for kinds in [&[0][..], &[1], &[2], &[0, 1, 2]] {
        let [one, two, four] = [12, 24, 48].map(|length| row(kinds, length));
        assert_eq!(four - two, 2 * (two - one), "{kinds:?}");
    }
    // For each filter: whether one before it has let the call through.
    assert_eq!(row(&[0], 48), 2 * 48 - 1);
}

#[test]
fn a_filter_that_is_asked_again_answers_as_before() {
    let filter = |number: u32, inside: &str| {
        format!(r#"<Call field="from" value="+1202555010{number}">{inside}</Call>"#)
    };
    let text = format!(
        "<Response>{}{}{}{}</Response>",
        filter(1, "<Say>One.</Say>"),
        filter(2, "<Say>Two.</Say>"),
        filter(3, "<Say>Three.</Say>"),
        filter(2, "<Say>Two again.</Say>"),
    );
    let flow = compiled(&text);
    let (scenario, documents) = (Scenario::default(), Documents::new());
    let explored = explored(&flow, &scenario, &documents, &Options::default());
    let has = |route: &[&str]| {
        let route: Vec<String> = route.iter().map(|&path| path.to_owned()).collect();
        explored.has_route(&route)
    };
    let [first, second, third, again] = ["Call[0]", "Call[1]", "Call[2]", "Call[3]"];
    let (one, two, three, more) = (
        "Call[0].Say[0]",
        "Call[1].Say[0]",
        "Call[2].Say[0]",
        "Call[3].Say[0]",
    );
    assert!(has(&[first, second, third, again]));
    assert!(has(&[first, one, second, third, again]));
    assert!(has(&[first, second, two, third, again, more]));
    assert!(has(&[first, second, third, three, again]));
    assert!(!has(&[first, one, second, third, again, more]));
    assert!(!has(&[first, second, third, again, more]));
    for shown in explored.calls() {
        let scenario = explored.scenario(&shown);
        let run = simulate(&scenario, flow.clone(), &documents);
        assert_eq!(route(&run.record), shown.route, "{}", shown.words);
    }
}

/// The lines in which `explore` says that it is silent for too long.
fn silences(flow: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let [path, calls] = ["flow.xml", "calls.toml"].map(|name| folder.path().join(name));
    fs::write(&path, flow).unwrap();
    let rules = "[[callback]]\nurl = \"*\"\nflow = \"flow.xml\"\n";
    fs::write(&calls, format!("flow = \"flow.xml\"\n{rules}")).unwrap();
    let arguments = [&["explore", calls.to_str().unwrap()], arguments].concat();
    let output = output(&mut callflow(&arguments));
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let lines = text
        .lines()
        .skip_while(|line| !line.contains("[long-silence]"));
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines
        .join("\n")
        .replace(folder.path().to_str().unwrap(), "FOLDER")
}

#[test]
fn a_silence_is_too_long_from_one_millisecond_more_than_is_allowed() {
    // Behind the prompt, in the Pause, and before the next prompt.
    let silent =
        r#"<Response><Answer/><Say>Hi.</Say><Pause length="5000"/><Say>Bye.</Say></Response>"#;
    assert_eq!(silences(silent, &["--max-silence", "5107ms"]), "");
    let found = silences(silent, &["--max-silence", "5106ms"]);
    assert!(
        found.contains("it runs Answer[0], Say[1], Pause[2], Say[3]"),
        "{found}"
    );
    // A choice in the middle of it does not end it.
    let parted = silent.replace(
        "<Pause",
        r#"<Call field="from" value="+12025550199"><Pause length="1000"/></Call><Pause"#,
    );
    assert_eq!(silences(&parted, &["--max-silence", "6189ms"]), "");
    let found = silences(&parted, &["--max-silence", "6188ms"]);
    let route = "it runs Answer[0], Say[1], Call[2], Call[2].Pause[0], Pause[3], Say[4]";
    assert!(found.contains(route), "{found}");
}

#[test]
fn a_loop_without_a_word_is_too_long_after_some_rounds() {
    let silent = r#"<Response><Answer/><Callback url="https://x.example/next"/></Response>"#;
    let found = silences(silent, &["--max-silence", "1s"]);
    assert!(found.contains("more than 1 s"), "{found}");
    assert!(
        found.contains("Callback[1], Answer[0], Callback[1]"),
        "{found}"
    );
    // A word in each round ends it.
    let spoken = silent.replace("<Callback", "<Say>Hi.</Say><Callback");
    assert_eq!(
        silences(&spoken, &["--max-silence", "2s", "--keep", "callback"]),
        ""
    );
}

/// A file of `tests/explore/`.
/// Whether a call is found that hears nothing, of a flow that speaks in each of these windows.
fn has_gap(windows: &[&str], start: &str) -> bool {
    let mut text = "<Response>".to_owned();
    for window in windows {
        let _ = write!(
            text,
            "<Schedule {window}><Say>We are open.</Say><Hangup/></Schedule>"
        );
    }
    text.push_str("</Response>");
    let (zone, start) = start.split_once(' ').unwrap();
    let call = format!("[call]\ntime_zone = \"{zone}\"\nstart = \"{start}\"\n");
    let (scenario, findings) = scenario::parse(&Source::new("call.toml", call.as_str()));
    assert!(findings.is_empty(), "{call}");
    let (scenario, documents) = (scenario.unwrap(), Documents::new());
    let flow = compiled(&text);
    let explored = explored(&flow, &scenario, &documents, &Options::default());
    assert!(explored.is_complete(), "{text}");
    explored
        .findings
        .iter()
        .any(|finding| finding.diagnostic.rule == "nothing-heard")
}

#[test]
fn every_second_of_the_week_is_tried() {
    const GAPS: [&[&str]; 10] = [
        &[r#"time="00:00:00-11:59:58""#, r#"time="12:00:00-23:59:59""#],
        &[r#"time="00:00:00-11:59:59""#, r#"time="12:00:01-23:59:59""#],
        &[r#"time="00:00:01-11:59:59""#, r#"time="12:00:00-23:59:59""#],
        &[r#"time="00:00:00-11:59:59""#, r#"time="12:00:00-23:59:58""#],
        &[r#"time="22:00:00-05:59:58""#, r#"time="06:00:00-21:59:59""#],
        &[r#"time="22:00:00-05:59:59""#, r#"time="06:00:00-21:59:58""#],
        &[r#"time="12:00:00-12:00:00""#, r#"time="12:00:02-11:59:59""#],
        // The hour that the clocks of New York leave out in spring, and have twice in autumn.
        &[r#"time="00:00:00-02:29:59""#, r#"time="02:30:01-23:59:59""#],
        &[
            r#"dow="mon,tue,wed,thu,fri,sat""#,
            r#"dow="sun" time="01:30:01-01:30:00""#,
            r#"dow="sun" time="00:00:00-01:29:59""#,
        ],
        // After midnight it is the window of the day before.
        &[
            r#"dow="mon,tue,wed,thu,fri,sat" time="18:00:00-17:59:59""#,
            r#"dow="sun" time="18:00:00-17:59:58""#,
        ],
    ];
    const WHOLE: [&[&str]; 5] = [
        &[r#"time="00:00:00-11:59:59""#, r#"time="12:00:00-23:59:59""#],
        &[r#"time="22:00:00-05:59:59""#, r#"time="06:00:00-21:59:59""#],
        &[r#"time="12:00:00-12:00:00""#, r#"time="12:00:01-11:59:59""#],
        &[r#"time="00:00:00-02:29:59""#, r#"time="02:30:00-23:59:59""#],
        &[
            r#"dow="mon,tue,wed,thu,fri,sat" time="18:00:00-17:59:59""#,
            r#"dow="sun" time="18:00:00-17:59:59""#,
        ],
    ];
    for start in [
        "UTC 2024-01-15T12:00:00",
        "America/New_York 2024-03-10T10:00:00",
        "America/New_York 2024-11-03T10:00:00",
        "Asia/Kathmandu 2024-01-15T23:59:58",
    ] {
        for windows in GAPS {
            assert!(has_gap(windows, start), "{windows:?} {start}");
        }
        for windows in WHOLE {
            assert!(!has_gap(windows, start), "{windows:?} {start}");
        }
    }
}

fn file(name: &str) -> String {
    format!("tests/explore/{name}")
}

/// The rules and paths of what is found in a file.
fn found(name: &str) -> Vec<(String, String)> {
    let json = output(&mut callflow(&["explore", name, "--format", "json"])).stdout;
    let document = support::json::parse(&String::from_utf8(json).unwrap());
    let findings = document.at(&["flows"]).elements().iter().flat_map(|flow| {
        assert!(flow.at(&["complete"]).is_true(), "{name}");
        flow.at(&["findings"]).elements().iter()
    });
    let text = |finding: &Json, key: &str| finding.at(&[key]).text().to_owned();
    findings
        .map(|one| (text(one, "rule"), text(one, "path")))
        .collect()
}

/// What goes wrong, where it shows, and beside each file one in which it is mended.
const WRONG: [(&str, &str, &str); 7] = [
    ("busy-target.xml", "unhandled-failure", "Dial[0]"),
    ("failed-leg.xml", "silent-failure", "Dial[1]"),
    ("endless-callback.toml", "endless-loop", "Callback[1]"),
    ("wrong-key.xml", "unhandled-failure", "Gather[0]"),
    ("no-tone.xml", "no-beep", "Record[1]"),
    ("fallback-after-talk.xml", "runs-after-talk", "Dial[1]"),
    ("stuck-caller.toml", "stuck-caller", "Callback[1]"),
];

#[test]
fn what_goes_wrong_is_found_where_it_shows_and_nothing_is_said_of_the_mended_flow() {
    let folder = tempfile::tempdir().unwrap();
    for (name, rule, path) in WRONG {
        assert_eq!(
            found(&file(name)),
            [(rule.to_owned(), path.to_owned())],
            "{name}"
        );
        let (stem, kind) = name.split_once('.').unwrap();
        let mended = file(&format!("{stem}.mended.{kind}"));
        assert_eq!(found(&mended), [], "{mended}");
        // The call that shows it is one that `run` plays, and `test` finds to go so.
        let out = folder.path().join(stem);
        let out = out.to_str().unwrap();
        output(&mut callflow(&[
            "explore",
            &file(name),
            "--write-findings",
            out,
        ]));
        let written = format!("{out}/{stem}.call.toml");
        stdout(&mut callflow(&["run", &written]));
        stdout(&mut callflow(&["test", out]));
    }
}

#[test]
fn the_published_call_is_explored_to_its_last_command() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("call");
    let out = out.to_str().unwrap();
    stdout(&mut callflow(&[
        "recover",
        "tests/events/destroyed.json",
        "-o",
        out,
    ]));
    let scenario = format!("{out}/scenario.toml");
    let json = stdout(&mut callflow(&["explore", &scenario, "--format", "json"]));
    let document = support::json::parse(&json);
    let flow = &document.at(&["flows"]).elements()[0];
    assert!(flow.at(&["complete"]).is_true());
    let unreached = flow.at(&["coverage", "unreached"]).elements();
    let never: Vec<_> = unreached
        .iter()
        .filter(|gap| gap.at(&["goal"]).is("ran") || gap.at(&["goal"]).is("taken"))
        .map(|gap| gap.at(&["path"]).text().to_owned())
        .collect();
    assert_eq!(never, [""; 0]);
    // The Callback's own Error block too, which the published call did not come to.
    let coverage = flow.at(&["coverage"]);
    assert_eq!(coverage.at(&["reached"]), coverage.at(&["of"]));
}

#[test]
fn every_example_and_every_good_flow_is_explored_and_nothing_is_found() {
    let out = callflow(&[
        "explore",
        "flows",
        "tests/good",
        "--ignore",
        "lost-keys",
        "--deny",
        "warnings",
    ])
    .output()
    .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(out.status.success(), "{text}");
    assert!(!text.contains("not everything"), "{text}");
}

#[test]
fn a_suite_is_written_and_passes_and_comes_to_everything() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    for flow in [
        "flows/voicemail/voicemail.call.toml",
        "flows/hunting/hunting.call.toml",
        "flows/ivr",
    ] {
        let out = format!("{out}/{}", flow.replace(['/', '.'], "-"));
        stdout(&mut callflow(&["explore", flow, "--write", &out]));
        stdout(&mut callflow(&["test", &out, "--min-coverage", "100"]));
        // What is there is not written over.
        let again = callflow(&["explore", flow, "--write", &out])
            .output()
            .unwrap();
        assert_eq!(again.status.code(), Some(2));
    }
}

#[test]
fn what_is_held_is_not_tried_and_a_limit_is_said() {
    let count = |arguments: &[&str]| {
        let json = stdout(&mut callflow(
            &[
                &[
                    "explore",
                    "flows/voicemail/voicemail.call.toml",
                    "--format",
                    "json",
                ],
                arguments,
            ]
            .concat(),
        ));
        let document = support::json::parse(&json);
        let flow = &document.at(&["flows"]).elements()[0];
        let complete = flow.at(&["complete"]).is_true();
        assert_eq!(flow.at(&["stopped_by"]).is("limit"), !complete);
        let Json::Number(transitions) = flow.at(&["transitions"]) else {
            panic!("{json}");
        };
        (*transitions, complete)
    };
    let (all, complete) = count(&[]);
    assert!(complete);
    let (held, complete) = count(&["--keep", "dial,callback,keys,hangup,start"]);
    assert!(complete && held < all);
    let (_, complete) = count(&["--limit", "1"]);
    assert!(!complete);
}

#[test]
fn who_watches_may_stop_it() {
    struct Impatient;
    impl Observer for Impatient {
        fn goes_on(&self, states: usize) -> bool {
            states < 2
        }
    }
    let menu = r#"<Gather dtmf_length="1"><DTMF value="1"><Say>One.</Say></DTMF></Gather>"#;
    let flow = compiled(&format!("<Response>{}</Response>", menu.repeat(9)));
    let (scenario, documents) = (Scenario::default(), Documents::new());
    let subject = Subject {
        flow: &flow,
        scenario: &scenario,
        documents: &documents,
    };
    let explored = explore(subject, &Options::default(), &Impatient);
    assert_eq!(explored.extent(), Extent::Interrupted);
    assert!(explored.states() >= 2);
}

#[test]
fn check_knows_the_rules_that_a_comment_lets_pass_here() {
    for rule in callflow::explore::RULES {
        let id = rule.id;
        let flow = compiled(&format!(
            "<Response>\n  <!-- callflow: ignore {id} -->\n  <Say>Hello.</Say>\n</Response>"
        ));
        let findings = check::check(&flow, &Settings::default());
        let of_comment = findings.iter().find(|one| one.message.contains(id));
        assert_eq!(of_comment.map(|one| &one.message), None);
    }
}

/// A good flow by chance: opening hours, a menu, and behind each key a destination or a message. Its
/// parts are marked, so that a mistake can be made in one of them.
fn good_flow(dice: &mut Dice) -> String {
    let mut xml = String::from("<Response>\n  <Say>Welcome.</Say>\n");
    if dice.one_in(2) {
        xml.push_str(
            "  <Schedule dow=\"sat,sun\"><!--say--><Say>We are closed today.</Say><!--/say--><Hangup/></Schedule>\n",
        );
    }
    let _ = writeln!(
        xml,
        "  <Gather dtmf_length=\"1\" attempts=\"{}\">",
        1 + dice.below(3)
    );
    xml.push_str("    <Say>For sales, press one. For support, press two. For a message, press three.</Say>\n");
    for key in 1..=2 + dice.below(2) {
        let _ = write!(xml, "    <DTMF value=\"{key}\">");
        match dice.below(4) {
            0 => xml.push_str("<Dial timeout=\"20000\"><To>sales@sip.example.com</To><!--error--><Error><Say>Nobody is free.</Say></Error><!--/error--></Dial>"),
            1 => xml.push_str("<Dial timeout=\"15000\" max_call_attempts=\"2\"><To>anna@sip.example.com</To><!--error--><Error><Dial timeout=\"15000\"><To>bob@sip.example.com</To><!--error--><Error><Say>Nobody is in.</Say></Error><!--/error--></Dial></Error><!--/error--></Dial>"),
            2 => xml.push_str("<Say>Please leave a message after the tone.</Say><Record tag=\"message\"><!--tone--><Tone/><!--/tone--><Pause length=\"30000\" dtmf_stop=\"#\"/></Record><Say>Thank you.</Say>"),
            _ => xml.push_str("<Schedule time=\"09:00:00-17:00:00\"><Dial timeout=\"20000\"><To>support@sip.example.com</To><!--error--><Error><Say>Support is busy.</Say></Error><!--/error--></Dial><Hangup/></Schedule><!--say--><Say>Support is closed.</Say><!--/say-->"),
        }
        xml.push_str("</DTMF>\n");
    }
    xml.push_str("    <Default><Say>There is no such choice.</Say></Default>\n");
    xml.push_str("    <!--error--><Error><Say>Goodbye.</Say></Error><!--/error-->\n  </Gather>\n</Response>\n");
    xml
}

/// The parts of a kind in a flow.
fn parts(xml: &str, kind: &str) -> Vec<std::ops::Range<usize>> {
    let (open, close) = (format!("<!--{kind}-->"), format!("<!--/{kind}-->"));
    let begins = xml.match_indices(&open).map(|(at, _)| at + open.len());
    begins
        .map(|from| {
            // One of the same kind may stand inside.
            let mut depth = 0;
            let mut at = from;
            loop {
                let rest = &xml[at..];
                let next = rest.find(&close).unwrap();
                match rest.find(&open).filter(|&inner| inner < next) {
                    Some(inner) => {
                        depth += 1;
                        at += inner + open.len();
                    }
                    None if depth == 0 => return from..at + next,
                    None => {
                        depth -= 1;
                        at += next + close.len();
                    }
                }
            }
        })
        .collect()
}

/// The flow with one mistake: an Error block, a tone or a word is missing, what is meant for a failure
/// stands behind the Dial, a branch is taken by another, or a menu comes back to itself for ever.
fn mistaken(xml: &str, dice: &mut Dice) -> Option<String> {
    let pick = |dice: &mut Dice, kind: &str| {
        let parts = parts(xml, kind);
        let index = usize::try_from(dice.below(parts.len().max(1) as u64)).unwrap();
        parts.get(index).cloned()
    };
    let mut wrong = xml.to_owned();
    match dice.below(5) {
        0 => wrong.replace_range(pick(dice, "error")?, ""),
        1 => wrong.replace_range(pick(dice, "tone")?, ""),
        2 => wrong.replace_range(pick(dice, "say")?, ""),
        3 => {
            // The filter around a branch is swapped for one that leaves nothing of it.
            let at = xml.find("<Schedule time=")? + "<Schedule time=\"09:00:00-17:00:00\">".len();
            let end = at + xml[at..].find("</Schedule>")?;
            wrong.insert_str(end, "</Schedule>");
            wrong.insert_str(at, "<Schedule time=\"18:00:00-20:00:00\">");
        }
        _ => {
            let last = parts(xml, "error").pop()?;
            wrong.replace_range(
                last,
                "<Error><Callback url=\"https://api.example.com/menu\"><Error><Say>Goodbye.</Say></Error></Callback></Error>",
            );
        }
    }
    Some(wrong)
}

#[test]
fn most_mistakes_in_good_flows_are_found() {
    let documents = Documents::new();
    let (mut all, mut by_explore, mut alone) = (0, 0, 0);
    let mut missed = Vec::new();
    for seed in 0.. {
        let dice = &mut Dice::new(seed);
        let good = good_flow(dice);
        let Some(wrong) = mistaken(&good, dice) else {
            continue;
        };
        let look = |xml: &str| {
            let flow = compiled(xml);
            // The server gives the flow itself.
            let text = format!("[[callback]]\nurl = \"*\"\nbody = '''{xml}'''\n");
            let scenario = scenario::parse(&Source::new("", text)).0.unwrap();
            let explored = explored(&flow, &scenario, &documents, &Options::default());
            assert!(explored.is_complete(), "{xml}");
            let rules = explored.findings.iter().map(|one| one.diagnostic.rule);
            let rules: Vec<_> = rules.filter(|&rule| rule != "lost-keys").collect();
            (rules, check::check(&flow, &Settings::default()).len())
        };
        let ((found, checked), (none, before)) = (look(&wrong), look(&good));
        assert_eq!(none, [""; 0], "{good}");
        all += 1;
        by_explore += usize::from(!found.is_empty());
        alone += usize::from(!found.is_empty() && checked <= before);
        if found.is_empty() {
            missed.push(wrong);
        }
        if all == 100 {
            break;
        }
    }
    // The figures stand in docs/exploring.md.
    assert_eq!((by_explore, alone), (84, 47), "{missed:#?}");
}

#[test]
fn the_formats_are_written() {
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    for (flow, name) in [
        ("tests/explore/stuck-caller.toml", "stuck"),
        ("tests/explore/failed-leg.xml", "failed"),
        ("flows/voicemail/voicemail.call.toml", "voicemail"),
    ] {
        let output = |format: &str, kind: &str| {
            let path = samples.join(format!("explore-{name}.{kind}"));
            format!("{format}={}", path.display())
        };
        let arguments = [
            "explore",
            flow,
            "--format",
            "markdown",
            "--output",
            &output("json", "exploration.json"),
            "--output",
            &output("sarif", "sarif"),
            "--output",
            &output("junit", "junit.xml"),
        ];
        let out = callflow(&arguments).output().unwrap();
        assert!(
            out.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let markdown = String::from_utf8(out.stdout).unwrap();
        insta::with_settings!({snapshot_path => "../snapshots/explore", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, markdown);
        });
    }
    let human = output(&mut callflow(&["explore", "tests/explore/failed-leg.xml"])).stdout;
    let human = String::from_utf8(human).unwrap();
    // How long it took is another time each time.
    let lines = human
        .lines()
        .filter(|line| !line.trim_start().starts_with("tried"));
    let human: Vec<_> = lines.collect();
    insta::with_settings!({snapshot_path => "../snapshots/explore", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("human", human.join("\n"));
    });
}

/// What `explore --write` says of a flow, without what takes another time each time, and what it writes.
fn written(xml: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (flow, suite) = (folder.path().join("flow.xml"), folder.path().join("suite"));
    fs::write(&flow, xml).unwrap();
    let (flow, suite) = (flow.to_str().unwrap(), suite.to_str().unwrap());
    let all = [&["explore", flow, "--write", suite], arguments].concat();
    let said = String::from_utf8(output(&mut callflow(&all)).stdout).unwrap();
    let coverage = said
        .lines()
        .filter(|line| line.starts_with("coverage") || line.starts_with("left out"));
    let coverage: Vec<_> = coverage.collect();
    let file = fs::read_to_string(format!("{suite}/flow.call.toml")).unwrap();
    stdout(&mut callflow(&["test", suite]));
    format!("{}\n\n{file}", coverage.join("\n"))
}

macro_rules! assert_written {
    ($name:expr, $text:expr) => {
        insta::with_settings!({snapshot_path => "../snapshots/explore", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!($name, $text);
        });
    };
}

#[test]
fn callers_of_a_suite_wait_and_keys_in_prompts_are_cases_of_their_own() {
    let menu = r#"<Response><Gather dtmf_length="1" tag="main" timeout="6000"><Say>For sales press one.</Say><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Nothing.</Say></Error></Gather></Response>"#;
    assert_written!("suite-of-a-menu", written(menu, &[]));
}

#[test]
fn what_a_suite_leaves_out_is_listed_with_the_reason() {
    let silent = r#"<Response><Say>Welcome.</Say><Gather dtmf_length="1"><Say>Press one.</Say><DTMF value="1"/><Error><Say>Nothing.</Say></Error></Gather></Response>"#;
    assert_written!("left-out-for-a-finding", written(silent, &[]));
    let two = r#"<Response><Gather dtmf_length="1"><Say>Press one.</Say><DTMF value="1"><Say>One.</Say></DTMF><Error><Say>Nothing.</Say></Error></Gather></Response>"#;
    assert_written!(
        "left-out-for-the-limit",
        written(two, &["--limit-cases", "1"])
    );
}
