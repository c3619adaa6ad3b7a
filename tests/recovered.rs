//! What `recover` writes of a call passes as its own test, and gives the same log: calls in which keys cut
//! the prompts of a later attempt short, and menus that run inside themselves.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use callflow::expect::{self, Snapshots};
use callflow::present::run::key_warnings;
use callflow::record::{Entry, Record};
use callflow::replay;
use callflow::scenario;
use callflow::simulate::{Documents, Run, simulate};
use callflow::source::Source;
use callflow::{flow, xml};
use support::generate::Dice;
use support::{last_event, record};

/// A call, as files: a scenario, the flow that took the call, and the documents that servers give.
struct Files {
    scenario: String,
    flow: String,
    documents: Vec<(&'static str, String)>,
}

fn compiled(name: &str, text: &str) -> Arc<flow::Flow> {
    let (flow, findings) = flow::compile(xml::read(name, text.as_bytes()).0);
    let is_error = |one: &&callflow::diagnostic::Diagnostic| {
        one.severity == callflow::diagnostic::Severity::Error
    };
    assert_eq!(findings.iter().find(is_error), None, "{text}");
    Arc::new(flow)
}

impl Files {
    fn run(&self) -> Run {
        let (scenario, findings) = scenario::parse(&Source::new("call.toml", &*self.scenario));
        assert_eq!(findings, [], "{}", self.scenario);
        let documents = self.documents.iter().map(|(name, text)| {
            let body: Arc<[u8]> = text.as_bytes().into();
            (PathBuf::from(name), body)
        });
        let documents: Documents = documents.collect();
        simulate(
            &scenario.unwrap(),
            compiled("flow.xml", &self.flow),
            &documents,
        )
    }
}

/// When each command began and ended, and why.
fn log(record: &Record) -> Vec<String> {
    let line = |entry: &Entry| {
        let (began, changed) = (record.at(entry.began), record.at(entry.changed));
        let (began, changed) = (began.unwrap_or(0), changed.unwrap_or(0));
        let reason = entry.status.reason.as_deref().unwrap_or_default();
        format!("{began}-{changed} {} {reason}", entry.path())
    };
    record.log.iter().map(line).collect()
}

/// The files that `recover` writes, played as `test` does: what fails of them.
fn failures(run: &Run) -> Vec<String> {
    let expect = run.scenario.expect.as_ref().unwrap();
    let mut failures: Vec<String> = Vec::new();
    failures.extend(run.limit.as_ref().map(|limit| format!("stopped: {limit}")));
    let unmet = expect::judge(expect, &run.record, &Snapshots::default());
    failures.extend(unmet.iter().map(|one| one.finding.message.to_string()));
    let unused = run.scenario.unused(&run.used);
    failures.extend(unused.iter().map(|one| one.message.to_string()));
    failures.extend(key_warnings(run).into_iter().map(|(_, words)| words));
    failures
}

/// What is wrong with what is recovered of a call.
fn fault(name: &str, files: &Files) -> Option<String> {
    let was = files.run();
    if was.limit.is_some() {
        return None;
    }
    let was = was.record.when_gone();
    let recovered = replay::recover(&record(&last_event(&was).unwrap())).unwrap();
    let text = recovered.scenario.to_toml();
    let (scenario, findings) = scenario::parse(&Source::new("scenario.toml", &*text));
    assert_eq!(findings, [], "{text}");
    let flow = recovered.documents[0].flow.clone();
    let again = simulate(&scenario.unwrap(), flow, &recovered.files());
    let (one, other) = (log(&was), log(&again.record.when_gone()));
    let failures = failures(&again);
    if one == other && failures.is_empty() {
        return None;
    }
    let parting = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let rest = |log: &[String]| log[parting.min(log.len())..].join("\n");
    Some(format!(
        "{name}: {failures:#?} {:?}\n--- same log: {}\n{}\n--- was\n{}\n--- is\n{}\n=== flow\n{}\n{}\n=== scenario\n{}\n=== recovered\n{text}",
        recovered.open,
        one == other,
        one[..parting].join("\n"),
        rest(&one),
        rest(&other),
        files.flow,
        files
            .documents
            .iter()
            .map(|one| one.1.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        files.scenario,
    ))
}

/// Menus by chance, and callers who do not listen to the end.
struct Writer {
    dice: Dice,
    text: String,
    /// How many more menus there may be.
    left: u64,
}

const MENU: &str = "https://api.example.com/menu";
const NEWS: &str = "https://api.example.com/news";

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            text: String::new(),
            left: 3,
        }
    }

    fn document(&mut self) -> String {
        self.text.clear();
        self.text.push_str("<Response>\n");
        self.left = 1 + self.dice.below(3);
        if self.dice.one_in(3) {
            self.text.push_str("<Say>Welcome.</Say>\n");
        }
        self.menu();
        if self.dice.one_in(3) {
            self.text.push_str("<Say>Goodbye.</Say>\n");
        }
        if self.dice.one_in(4) {
            self.menu();
        }
        self.text.push_str("</Response>\n");
        std::mem::take(&mut self.text)
    }

    fn prompts(&mut self) {
        for _ in 0..self.dice.below(4) {
            let prompt = self.dice.pick(&[
                "<Say>Press one for sales and two for support.</Say>",
                "<Say>To hear this again, press nine.</Say>",
                "<Say loop=\"2\">Or wait.</Say>",
                "<Play url=\"https://m.example/a.mp3\"/>",
                "<Play url=\"https://m.example/b.mp3\"><Error><Say>No music today.</Say></Error></Play>",
                "<Pause length=\"800\"/>",
                "<Tone hz=\"500\" don=\"400\" doff=\"100\"/>",
                "<Callback url=\"https://api.example.com/news\"/>",
            ]);
            self.text.push_str(prompt);
        }
    }

    /// What runs in a branch.
    fn body(&mut self) {
        match self.dice.below(7) {
            0 => {}
            1 | 2 => self.text.push_str("<Say>It was chosen.</Say>"),
            3 | 4 if self.left > 0 => self.menu(),
            5 => self.text.push_str("<Hangup/>"),
            _ => {
                let _ = write!(self.text, "<Callback url=\"{MENU}\"/>");
            }
        }
    }

    fn menu(&mut self) {
        self.left = self.left.saturating_sub(1);
        let length = self.dice.pick(&[
            " dtmf_length=\"1\"",
            " dtmf_length=\"1\"",
            " dtmf_length=\"2\"",
            "",
            " dtmf_stop=\"#\"",
            " dtmf_length=\"4\" dtmf_stop=\"#\"",
        ]);
        let attempts =
            self.dice
                .pick(&["", " attempts=\"2\"", " attempts=\"3\"", " attempts=\"4\""]);
        let timeout = self
            .dice
            .pick(&["", " timeout=\"1500\"", " timeout=\"4000\""]);
        let tag = self.dice.pick(&["", "", "", " tag=\"menu\""]);
        let _ = write!(self.text, "<Gather{length}{attempts}{timeout}{tag}>");
        self.prompts();
        for code in ["1", "2", "12"] {
            if self.dice.one_in(2) {
                let _ = write!(self.text, "\n<DTMF value=\"{code}\">");
                self.body();
                self.text.push_str("</DTMF>");
            }
        }
        if self.dice.one_in(4) {
            self.text.push_str("\n<Default>");
            self.body();
            self.text.push_str("</Default>");
        }
        if self.dice.one_in(2) {
            self.text.push_str("\n<Error>");
            self.body();
            self.text.push_str("</Error>");
        }
        self.text.push_str("\n</Gather>\n");
    }

    fn scenario(&mut self) -> String {
        let mut text = "flow = \"flow.xml\"\n".to_owned();
        let millis = |dice: &mut Dice, most| format!("{}ms", dice.below(most));
        for _ in 0..=self.dice.below(9) {
            let keys = self
                .dice
                .pick(&["", "1", "1", "2", "2", "12", "9", "99", "#", "1#", "5"]);
            let _ = write!(text, "\n[[press]]\nkeys = \"{keys}\"\n");
            if self.dice.one_in(2) {
                text.push_str("when = \"Gather[*]\"\n");
            }
            if keys.is_empty() {
                continue;
            }
            if self.dice.one_in(3) {
                if self.dice.one_in(2) {
                    let after = millis(&mut self.dice, 1500);
                    let _ = writeln!(text, "after = \"{after}\"");
                }
            } else {
                let during = self
                    .dice
                    .pick(&["Say[*]", "*", "Play[*]", "Pause[*]", "Gather[*]"]);
                let _ = writeln!(text, "during = \"{during}\"");
                let (key, most) = match self.dice.below(5) {
                    0 => ("after_end", 60),
                    _ => ("after", 3000),
                };
                let time = millis(&mut self.dice, most);
                let _ = writeln!(text, "{key} = \"{time}\"");
            }
            if keys.len() > 1 && self.dice.one_in(2) {
                let between = millis(&mut self.dice, 900);
                let _ = writeln!(text, "between = \"{between}\"");
            }
        }
        text.push_str("\n[caller]\n");
        if self.dice.one_in(3) {
            let nth = 1 + self.dice.below(6);
            let when = self.dice.pick(&["Gather[*]", "Say[*]"]);
            let after = millis(&mut self.dice, 2500);
            let _ = writeln!(
                text,
                "hangup = {{ when = \"{when}\", nth = {nth}, after = \"{after}\" }}"
            );
        } else {
            let after = 20_000 + self.dice.below(100_000);
            let _ = writeln!(text, "hangup_after = \"{after}ms\"");
        }
        let _ = write!(
            text,
            "\n[[callback]]\nurl = \"{MENU}\"\nflow = \"menu.xml\"\n\n[[callback]]\nurl = \"{NEWS}\"\nflow = \"news.xml\"\n\n[[media]]\nurl = \"*a.mp3\"\nlasts = \"{}ms\"\n\n[[media]]\nurl = \"*b.mp3\"\nstatus = 404\n",
            1 + self.dice.below(5000)
        );
        text
    }
}

fn generated(seed: u64) -> Files {
    let mut writer = Writer::new(seed);
    let flow = writer.document();
    let menu = writer.document();
    let scenario = writer.scenario();
    let news = "<Response><Say>The news of today.</Say></Response>".to_owned();
    Files {
        scenario,
        flow,
        documents: vec![("menu.xml", menu), ("news.xml", news)],
    }
}

/// Goes through some hundred calls, or `CALLFLOW_PROPERTY_CALLS`.
#[test]
fn what_is_recovered_passes_as_its_own_test() {
    let said = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let calls = said("CALLFLOW_PROPERTY_CALLS").unwrap_or(400);
    let first = said("CALLFLOW_PROPERTY_SEED").unwrap_or(0);
    let mut faults = Vec::new();
    for seed in first..first + calls {
        faults.extend(fault(&format!("seed {seed}"), &generated(seed)).map(|fault| (seed, fault)));
    }
    faults.sort_by_key(|(_, fault)| fault.len());
    let seeds: Vec<_> = faults.iter().map(|(seed, _)| *seed).collect();
    let shortest: Vec<_> = faults
        .iter()
        .take(3)
        .map(|(_, fault)| fault.as_str())
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {calls}: {seeds:?}\n{}",
        seeds.len(),
        shortest.join("\n\n")
    );
}

/// One leg more than the simulation allows without being told.
#[test]
fn a_call_with_more_legs_than_the_usual_limit_is_recovered() {
    for legs in [1000, 1001] {
        let to = "<To>anna@sip.example.com</To>".repeat(legs);
        let world = "[[dial]]\nto = \"*\"\ncause = \"USER_BUSY\"\n";
        let files = Files {
            scenario: format!("[limits]\nlegs = 2000\n\n{world}"),
            flow: format!("<Response><Dial>{to}<Error/></Dial><Say>Goodbye.</Say></Response>"),
            documents: Vec::new(),
        };
        assert_eq!(fault("legs", &files), None, "{legs}");
        let was = record(&last_event(&files.run().record.when_gone()).unwrap());
        let text = replay::recover(&was).unwrap().scenario.to_toml();
        assert_eq!(text.contains("legs = 1001"), legs == 1001, "{text}");
        assert_eq!(text.matches("[[dial]]").count(), 1, "{text}");
    }
}
