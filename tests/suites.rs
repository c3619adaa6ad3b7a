//! What `explore` says of a flow is what its suite shows: of flows made by chance, with time-outs down
//! to nothing, each written suite passes `test`, and reaches exactly as much as `explore` printed. No
//! call made by chance reaches what `explore` calls unreached.
//!
//! `CALLFLOW_PROPERTY_CALLS` says how many flows; `CALLFLOW_PROPERTY_FIRST` the first seed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use callflow::expect::{Coverage, FlowCoverage, Goal};
use callflow::explore::{Explored, Options, Subject, explore};
use callflow::flow::{Flow, NodeId};
use callflow::scenario::{Callback, Entry, Reply, Rules, Scenario};
use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};
use support::generate::{self, Dice};
use support::{callflow, output};

/// What a flow of this test may wait for a key, in milliseconds.
const TIMEOUTS: &[&str] = &[
    "0", "1", "20", "100", "500", "1000", "1500", "2000", "3000", "5000",
];

/// Flows with more states are left out: they are few.
const MOST_STATES: usize = 4000;

/// How many calls are made by chance in each flow.
const RUNS: u64 = 20;

/// A flow made by chance whose Gathers wait between no time and five seconds.
fn flow_text(seed: u64) -> String {
    let mut dice = Dice::new(seed ^ (0x5 << 60));
    let text = generate::call(seed).flow;
    let mut parts = text.split("<Gather");
    let mut flow = parts.next().unwrap().to_owned();
    for part in parts {
        let (attributes, rest) = part.split_once('>').unwrap();
        let timeout = dice.pick(TIMEOUTS);
        // The time-out that it has, if it has one, gives way.
        let attributes = match attributes.split_once(" timeout=\"") {
            Some((before, after)) => format!("{before}{}", after.split_once('"').unwrap().1),
            None => attributes.to_owned(),
        };
        let _ = write!(flow, "<Gather timeout=\"{timeout}\"{attributes}>{rest}");
    }
    flow
}

fn compiled(text: &str) -> Arc<Flow> {
    let (document, _) = xml::read("flow.xml", text.as_bytes());
    Arc::new(flow::compile(document).0)
}

/// What a command prints and how it ends, as text.
fn said(command: &mut Command) -> (Option<i32>, String) {
    let output = output(command);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    (output.status.code(), out + &errors)
}

/// The `N of M` of a line of a text that begins so, if there is one.
fn figure<'a>(text: &'a str, line: impl Fn(&'a str) -> Option<&'a str>) -> Option<&'a str> {
    let line = text.lines().find_map(line)?;
    Some(line.split(':').next()?.trim())
}

/// What is wrong with the suite that `explore` writes for a flow.
fn suite(folder: &Path, text: &str) -> Option<String> {
    let (flow, tests) = (folder.join("flow.xml"), folder.join("suite"));
    let _ = fs::remove_dir_all(&tests);
    fs::write(&flow, text).unwrap();
    let (flow, tests) = (flow.to_str().unwrap(), tests.to_str().unwrap());
    let explore = ["explore", flow, "--write", tests, "--limit-cases", "100000"];
    let (code, explored) = said(&mut callflow(&explore));
    if !matches!(code, Some(0 | 1)) {
        return Some(format!("explore ends with {code:?}\n{explored}"));
    }
    if !explored.contains("written to") {
        // Where not one call is good there is nothing to test.
        return None;
    }
    let wanted = figure(&explored, |line| line.strip_prefix("coverage"));
    let (code, tested) = said(&mut callflow(&["test", tests, "--coverage"]));
    if code != Some(0) {
        return Some(format!("test ends with {code:?}\n{tested}"));
    }
    let is_total = |line: &&str| line.contains(" of ") && line.ends_with('%');
    let reached = figure(&tested, |line| Some(line).filter(is_total));
    (wanted != reached).then(|| {
        format!("explore says {wanted:?}, its suite reaches {reached:?}\n{explored}\n{tested}")
    })
}

/// What of a flow was reached, or was not.
fn goals(coverage: &Coverage, is_reached: bool) -> BTreeSet<(NodeId, Goal)> {
    let is_own = |one: &&FlowCoverage| one.flow.source().name() == "flow.xml";
    let goals = coverage
        .flows
        .iter()
        .filter(is_own)
        .flat_map(|one| &one.goals);
    let goals = goals.filter(|&(_, &times)| (times > 0) == is_reached);
    goals.map(|(&goal, _)| goal).collect()
}

/// A caller, places, servers and destinations made by chance, as far as an exploration without a
/// scenario tries them: documents are unknown, and the app is the default one.
fn chance(seed: u64) -> Scenario {
    let mut scenario = generate::call(seed).scenario;
    let usual = Scenario::default();
    (scenario.app, scenario.account) = (usual.app, usual.account);
    scenario.call.to = usual.call.to;
    scenario.call.time_zone = usual.call.time_zone;
    let is_failure = |rule: &&Entry<Callback, _>| match rule.then.reply {
        Reply::Answered { status, .. } => status >= 400,
        Reply::Failed(_) => true,
        Reply::Redirected { .. } | Reply::Wrong(_) => false,
    };
    let failures = scenario.callbacks.entries().iter().filter(is_failure);
    scenario.callbacks = Rules::new(failures.cloned().collect());
    scenario
}

/// What calls made by chance reach that `explore` calls unreached.
fn reached_in_spite(seed: u64, flow: &Arc<Flow>, explored: &Explored<'_>) -> Option<String> {
    let never = goals(&explored.coverage, false);
    for run in 0..RUNS {
        let scenario = chance(seed * RUNS + run);
        let played = simulate(&scenario, flow.clone(), &Documents::new());
        let mut coverage = Coverage::default();
        coverage.add(&played.record, "chance");
        let came = goals(&coverage, true);
        let names = never
            .intersection(&came)
            .map(|&(node, goal)| format!("{} {}", flow.path(node), goal.as_str()));
        let names: Vec<_> = names.collect();
        if !names.is_empty() {
            let world = scenario.to_toml();
            return Some(format!("a call reaches {}\n{world}", names.join(", ")));
        }
    }
    None
}

#[test]
fn a_suite_passes_and_reaches_what_explore_says() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first = number("CALLFLOW_PROPERTY_FIRST").unwrap_or(0_u64);
    let flows = number("CALLFLOW_PROPERTY_CALLS").unwrap_or(60);
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        states: MOST_STATES,
        ..Options::default()
    };
    let (scenario, documents) = (Scenario::default(), Documents::new());
    let (mut explored, mut faults) = (0, Vec::new());
    for seed in first..first + flows {
        let text = flow_text(seed);
        let flow = compiled(&text);
        let subject = Subject {
            flow: &flow,
            scenario: &scenario,
            documents: &documents,
        };
        let all = explore(subject, &options, &());
        if !all.is_complete() {
            continue;
        }
        explored += 1;
        let wrong = [
            suite(folder.path(), &text),
            reached_in_spite(seed, &flow, &all),
        ];
        for fault in wrong.into_iter().flatten() {
            faults.push(format!("seed {seed}: {text}\n{fault}"));
        }
    }
    assert!(
        explored * 2 > flows,
        "{explored} of {flows} are small enough"
    );
    let shown = faults
        .iter()
        .take(20)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n\n");
    assert!(
        faults.is_empty(),
        "{} of {explored} flows:\n{shown}",
        faults.len()
    );
}
