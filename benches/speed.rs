//! How fast callflow is, as ratios measured in one run on one machine: `cargo bench`.
//!
//! Absolute times say little about another machine, so each figure stands beside a yardstick:
//! quick-xml's raw events, JSON on the same typed tree, xmllint (where it is installed), and
//! `true`. Each is the median of several runs, taken in turn.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark measures time, and prints what it measured"
)]

#[path = "support/flows.rs"]
mod flows;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use callflow::scenario::Scenario;
use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};

/// How often each measurement is repeated.
const RUNS: usize = 9;

fn main() {
    let texts: Vec<String> = (0..2000).map(flows::flow).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!(
        "{} flows of {} bytes on average",
        texts.len(),
        bytes / texts.len()
    );
    parsing(&texts, bytes);
    events(&texts);
    processes();
}

/// Text to typed commands, against quick-xml's raw events.
fn parsing(texts: &[String], bytes: usize) {
    let raw = || {
        for text in texts {
            let mut reader = quick_xml::Reader::from_str(text);
            while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        }
    };
    let elements = || {
        for text in texts {
            black_box(xml::read("flow.xml", text.as_bytes()));
        }
    };
    let commands = || {
        for text in texts {
            let (document, _) = xml::read("flow.xml", text.as_bytes());
            black_box(flow::compile(document));
        }
    };
    let [raw, elements, commands] = in_turn([&raw, &elements, &commands]);
    let speed = |time: Duration| bytes as f64 / time.as_secs_f64() / 1e6;
    println!("quick-xml's raw events      {:7.0} MB/s", speed(raw));
    println!(
        "text to elements            {:7.0} MB/s, {:.2} x its time",
        speed(elements),
        ratio(elements, raw)
    );
    println!(
        "text to typed commands      {:7.0} MB/s, {:.2} x its time (target 2.2)",
        speed(commands),
        ratio(commands, raw)
    );
}

/// The events of a call, against the same tree as JSON values.
fn events(texts: &[String]) {
    let scenario = Scenario::default();
    let runs: Vec<_> = texts[..200]
        .iter()
        .map(|text| {
            let (document, _) = xml::read("flow.xml", text.as_bytes());
            let (flow, _) = flow::compile(document);
            simulate(&scenario, Arc::new(flow), &Documents::new())
        })
        .collect();
    let mut buffer = Vec::new();
    let written: usize = runs
        .iter()
        .flat_map(|run| &run.events)
        .map(|event| serde_json::to_vec(event).unwrap().len())
        .sum();
    let trees: Vec<serde_json::Value> = runs
        .iter()
        .flat_map(|run| &run.events)
        .map(|event| serde_json::to_value(event).unwrap())
        .collect();
    let ours = std::cell::RefCell::new(&mut buffer);
    let events = || {
        let mut buffer = ours.borrow_mut();
        for event in runs.iter().flat_map(|run| &run.events) {
            buffer.clear();
            serde_json::to_writer(&mut **buffer, event).unwrap();
        }
    };
    let values = || {
        for tree in &trees {
            black_box(serde_json::to_vec(tree).unwrap());
        }
    };
    let [events, values] = in_turn([&events, &values]);
    let speed = |time: Duration| written as f64 / time.as_secs_f64() / 1e6;
    println!("typed events to bytes       {:7.0} MB/s", speed(events));
    println!(
        "the same as JSON values     {:7.0} MB/s, {:.2} x its time",
        speed(values),
        ratio(values, events)
    );
}

/// Whole processes: start-up, and `check` against xmllint on twenty thousand files.
fn processes() {
    let program = env!("CARGO_BIN_EXE_callflow");
    let folder = files();
    let list = folder.join("files.txt");
    let run = |command: &mut Command| {
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.code().is_some_and(|code| code < 2))
    };
    let repeat = |what: &dyn Fn() -> bool, times: usize| {
        let mut taken: Vec<Duration> = (0..times)
            .map(|_| {
                let start = Instant::now();
                assert!(what(), "a program that is measured failed");
                start.elapsed()
            })
            .collect();
        taken.sort();
        taken[times / 2]
    };
    let nothing = repeat(&|| run(&mut Command::new("true")), 50);
    let version = repeat(&|| run(Command::new(program).arg("--version")), 50);
    let over = version.saturating_sub(nothing).as_secs_f64() * 1e3;
    println!("start-up                    {over:7.2} ms over `true` (target 0.5)");

    let count = 20_000.0;
    let check = || run(Command::new(program).arg("check").arg(folder.join("flows")));
    let ours = cpu(&check, 3);
    println!(
        "check                       {:7.0} files/s",
        count / ours.0.as_secs_f64()
    );
    if Command::new("xmllint")
        .arg("--version")
        .stderr(Stdio::null())
        .status()
        .is_err()
    {
        println!("xmllint is not installed: no comparison");
        return;
    }
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/callflow.xsd");
    let xmllint = |arguments: &str| {
        // As few processes as the system allows: the yardstick is xmllint, not its start-up.
        let script = format!("xargs xmllint --noout {arguments} < {}", list.display());
        run(Command::new("sh").args(["-c", &script]))
    };
    if schema.is_file() {
        let with_schema = cpu(&|| xmllint(&format!("--schema {}", schema.display())), 3);
        println!(
            "xmllint --noout --schema    {:7.0} files/s: check does {:.1} x as many (target 6)",
            count / with_schema.0.as_secs_f64(),
            ratio(with_schema.0, ours.0),
        );
    }
    let plain = cpu(&|| xmllint(""), 3);
    println!(
        "xmllint --noout             {:7.0} files/s: it takes {:.1} x check's CPU (target 2)",
        count / plain.0.as_secs_f64(),
        ratio(plain.1, ours.1),
    );
}

/// The median wall time of several runs, and the CPU time of that many children.
fn cpu(what: &dyn Fn() -> bool, times: usize) -> (Duration, Duration) {
    what();
    let mut taken: Vec<(Duration, Duration)> = (0..times)
        .map(|_| {
            let (start, before) = (Instant::now(), children());
            assert!(what(), "a program that is measured failed");
            (start.elapsed(), children().saturating_sub(before))
        })
        .collect();
    taken.sort();
    taken[times / 2]
}

/// The CPU time of all children that have ended, from the system's own accounting.
fn children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |index: usize| {
        fields
            .split_whitespace()
            .nth(index)
            .and_then(|field| field.parse::<u64>().ok())
    };
    // cutime and cstime, in the usual hundredths of a second.
    Duration::from_millis((ticks(13).unwrap_or(0) + ticks(14).unwrap_or(0)) * 10)
}

/// Twenty thousand flows on disk.
fn files() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed");
    let ready = folder.join("files.txt");
    if ready.is_file() {
        return folder;
    }
    let mut list = String::new();
    for index in 0..20_000 {
        let part = folder.join(format!("flows/{:03}", index / 100));
        fs::create_dir_all(&part).unwrap();
        let path = part.join(format!("{index:05}.xml"));
        fs::write(&path, flows::flow(index)).unwrap();
        writeln!(list, "{}", path.display()).unwrap();
    }
    fs::write(ready, list).unwrap();
    folder
}

/// The median times of several pieces of work, run in turn so that the machine's moods hit all alike.
fn in_turn<const N: usize>(work: [&dyn Fn(); N]) -> [Duration; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..=RUNS {
        for (work, times) in work.iter().zip(&mut times) {
            let start = Instant::now();
            work();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.remove(0);
        times.sort();
        times[times.len() / 2]
    })
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
