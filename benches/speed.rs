//! How fast callflow is, as ratios measured in one run on one machine: `cargo bench`.
//!
//! Absolute times say little about another machine, so each figure stands beside a yardstick:
//! quick-xml's raw events, the same JSON from plain values, xmllint (where it is installed), and
//! `true`. Each is the median of several runs, taken in turn.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark measures time, and prints what it measured"
)]

#[path = "support/flows.rs"]
mod flows;
#[path = "support/growth.rs"]
mod growth;
#[path = "support/machine.rs"]
mod machine;
#[path = "support/plain.rs"]
mod plain;
#[path = "support/scaling.rs"]
mod scaling;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use growth::Growing;
use machine::{Page, SHAPES};
use plain::Plain;
use scaling::{Measure, Scaling};

use callflow::call::Call;
use callflow::explore::{Options, Subject, explore};
use callflow::flow::Flow;
use callflow::record::Record;
use callflow::scenario::{self, Scenario};
use callflow::simulate::{Documents, simulate};
use callflow::source::Source;
use callflow::wire::opentact::{Envelope, Events};
use callflow::{flow, xml};

/// That of the program: what is measured in this process should cost what it costs there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each measurement is repeated.
const RUNS: usize = 15;
/// The same for whole runs over all files.
const RUNS_OF_CHECK: usize = 11;
/// How many files `check` is measured on.
const FILES: u32 = 20_000;

fn main() {
    let texts: Vec<String> = (0..2000).map(flows::flow).collect();
    let sections: [(&str, &dyn Fn()); 9] = [
        ("parsing", &|| parsing(&texts)),
        ("events", &|| events(&texts)),
        ("records", &whole_calls),
        ("calls", &calls),
        ("exploration", &exploration),
        ("growth", &growth),
        ("growth-of-program", &scaled),
        ("processes", &processes),
        ("replay", &replay),
    ];
    // `cargo bench -- growth` measures the sections whose names begin so; cargo adds an option of its
    // own.
    let words = std::env::args().skip(1);
    let wanted: Vec<String> = words.filter(|word| !word.starts_with('-')).collect();
    for (name, measure) in sections {
        if wanted.is_empty() || wanted.iter().any(|word| name.starts_with(word.as_str())) {
            measure();
        }
    }
}

/// How the time grows with the input: the exponent, from one of a size and one four times as large.
fn growth() {
    println!("growth with the input, as its exponent (target 1.2):");
    for Growing { name, size, work } in growth::ALL {
        let (small, large) = (work(size), work(4 * size));
        let [small, large] = in_turn([&*small, &*large]);
        let exponent = ratio(large, small).log(4.0);
        println!("  {name:30} {exponent:5.2}  {size} in {small:.1?}");
    }
}

/// How the time and the memory of the whole program grow over three doublings.
fn scaled() {
    println!("growth of the whole program, as its exponent (! above 1.3):");
    let program = program();
    let start = user_time(Command::new(&program).arg("--version"));
    for scaling in &scaling::ALL {
        let depths: &[usize] = if scaling.is_nested {
            &[0, scaling::NESTED]
        } else {
            &[0]
        };
        for &depth in depths {
            scaled_below(&program, start, scaling, depth);
        }
    }
}

fn scaled_below(program: &Path, start: f64, scaling: &Scaling, depth: usize) {
    /// No line takes longer than a few minutes: behind such a time, in seconds, nothing larger is run.
    const ENOUGH: f64 = 5.0;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaling");
    let (mut points, mut shown) = (Vec::new(), Vec::new());
    // What one of them takes is not growth: fifty menus take more than what is below them.
    let sizes = std::iter::once(1).chain((0..4).map(|doubling| scaling.size << doubling));
    for size in sizes {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let words = (scaling.prepare)(&folder, size, depth);
        let command = || {
            let mut command = Command::new(program);
            command.args(&words).current_dir(&folder);
            command
        };
        let output = command().output().unwrap();
        let code = output.status.code();
        let errors = String::from_utf8_lossy(&output.stderr);
        let is_run = code.is_some_and(|code| code < 2) && !errors.contains("not explored");
        assert!(is_run, "{words:?}: {errors}");
        let bytes = scaling::bytes(&folder) + output.stdout.len() as u64;
        let (value, unit) = match scaling.measure {
            Measure::Memory => match peak(&command()) {
                Some(kilobytes) => (kilobytes as f64 / 1024.0, "MB"),
                None => return,
            },
            Measure::Time | Measure::TimeByNumber => (user_time(&mut command()) - start, "s"),
        };
        shown.push(format!("{size}: {value:.3} {unit}"));
        points.push(match scaling.measure {
            Measure::TimeByNumber => (size as f64, value),
            Measure::Time | Measure::Memory => (bytes as f64, value),
        });
        if unit == "s" && value > ENOUGH {
            break;
        }
    }
    let exponent = scaling::exponent(&points);
    let what = match (scaling.measure, depth) {
        (Measure::Memory, 0) => "memory".to_owned(),
        (Measure::Memory, _) => format!("memory, below {depth} menus"),
        (_, 0) => "time".to_owned(),
        (_, _) => format!("time, below {depth} menus"),
    };
    let mark = if exponent > 1.3 { "!" } else { " " };
    let (name, shown) = (scaling.name, shown.join(", "));
    println!("  {name:32} {what:22} {exponent:5.2} {mark} {shown}");
}

/// The user time of a command, in seconds: the mean of as many runs as the system's clock of
/// hundredths needs.
fn user_time(command: &mut Command) -> f64 {
    const LEAST: Duration = Duration::from_millis(300);
    let (before, mut runs) = (user_time_of_children(), 0);
    loop {
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        assert!(
            command
                .status()
                .unwrap()
                .code()
                .is_some_and(|code| code < 2)
        );
        runs += 1;
        let taken = user_time_of_children().saturating_sub(before);
        if taken >= LEAST || runs == 100 {
            return taken.as_secs_f64() / f64::from(runs);
        }
    }
}

/// Text to typed commands, against quick-xml's raw events.
fn parsing(texts: &[String]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    println!(
        "{} flows of {} bytes on average",
        texts.len(),
        bytes / texts.len()
    );
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
        "text to typed commands      {:7.0} MB/s, {:.2} x its time (target 3)",
        speed(commands),
        ratio(commands, raw)
    );
}

/// The events of a call, against the same JSON from values that stand ready.
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
    let all: Vec<Vec<u8>> = runs.iter().flat_map(|run| written(&run.record)).collect();
    let plain: Vec<Plain> = all
        .iter()
        .map(|event| {
            serde_json::from_slice::<serde_json::Value>(event)
                .unwrap()
                .into()
        })
        .collect();
    let bytes: usize = all.iter().map(Vec::len).sum();
    let typed = || {
        for run in &runs {
            write(&run.record);
        }
    };
    let ready = || {
        let mut buffer = Vec::new();
        for value in &plain {
            buffer.clear();
            serde_json::to_writer(&mut buffer, value).unwrap();
        }
    };
    let [typed, ready] = in_turn([&typed, &ready]);
    let speed = |bytes: usize, time: Duration| bytes as f64 / time.as_secs_f64() / 1e6;
    println!(
        "the same JSON, plain values {:7.0} MB/s",
        speed(bytes, ready)
    );
    println!(
        "events                      {:7.0} MB/s, {:.2} x its time (target 1.3)",
        speed(bytes, typed),
        ratio(typed, ready)
    );
    let call = |entries: usize| {
        let says = "<Say>One, two, three.</Say>".repeat(entries);
        let (document, _) = xml::read(
            "flow.xml",
            format!("<Response>{says}</Response>").as_bytes(),
        );
        let (flow, _) = flow::compile(document);
        simulate(&scenario, Arc::new(flow), &Documents::new()).record
    };
    let (few, many) = (call(10), call(900));
    let size = |record: &Record| written(record).iter().map(Vec::len).sum::<usize>();
    let (few_bytes, many_bytes) = (size(&few), size(&many));
    let times = many_bytes / few_bytes;
    let repeated = || {
        for _ in 0..times {
            write(&few);
        }
    };
    let [few, many] = in_turn([&repeated, &|| write(&many)]);
    let per_byte = |time: Duration, bytes: usize| time.as_secs_f64() / bytes as f64;
    let (few, many) = (per_byte(few, few_bytes * times), per_byte(many, many_bytes));
    println!(
        "events of 900 entries       {:7.0} MB/s, {:.2} x the time a byte as with 10 (target 1.5)",
        1e-6 / many,
        many / few
    );
    reading(&all);
}

/// Events read back into records, against `serde_json`'s values.
fn reading(events: &[Vec<u8>]) {
    let bytes: usize = events.iter().map(Vec::len).sum();
    let records = || {
        for event in events {
            black_box(callflow::wire::read("event.json", event));
        }
    };
    let values = || {
        for event in events {
            black_box(serde_json::from_slice::<serde_json::Value>(event).unwrap());
        }
    };
    let [records, values] = in_turn([&records, &values]);
    println!(
        "events to records           {:7.0} MB/s, {:.2} x the time of serde_json's values",
        bytes as f64 / records.as_secs_f64() / 1e6,
        ratio(records, values)
    );
}

/// Writes the events of a call, each into the same buffer.
fn write(record: &Record) {
    let mut buffer = Vec::new();
    let mut events = Events::new(record, Envelope::Y2024);
    while events.advance().is_some() {
        buffer.clear();
        assert_eq!(events.write(&mut buffer), Ok(()));
        black_box(&buffer);
    }
}

/// The events of a call.
fn written(record: &Record) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut events = Events::new(record, Envelope::Y2024);
    while events.advance().is_some() {
        let mut event = Vec::new();
        assert_eq!(events.write(&mut event), Ok(()));
        all.push(event);
    }
    all
}

/// A call from its text to all its events, one after the other.
fn whole_calls() {
    const CALLS: u32 = 2000;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/voicemail");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let source = Source::new("voicemail.toml", read("voicemail.toml"));
    let scenario = scenario::parse(&source).0.unwrap();
    let text = read("voicemail.xml");
    let fetched = scenario.fetched_files();
    let documents: Documents = fetched
        .map(|file| {
            let body: Arc<[u8]> = fs::read(folder.join(&file.value)).unwrap().into();
            (file.value.clone(), body)
        })
        .collect();
    let calls = || {
        for _ in 0..CALLS {
            let (document, _) = xml::read("flow.xml", text.as_bytes());
            let (flow, _) = flow::compile(document);
            write(&simulate(&scenario, Arc::new(flow), &documents).record);
        }
    };
    let [calls] = in_turn([&calls]);
    println!(
        "text to all events          {:7.0} calls a second (target 20000)",
        f64::from(CALLS) / calls.as_secs_f64()
    );
}

/// The machine of a call alone: what an entry costs, and what a fork costs, however long the call is
/// and however deep.
fn calls() {
    const ENTRIES: u32 = 10_000;
    let nanos = |seconds: f64| seconds * 1e9 / f64::from(ENTRIES);
    println!("the machine of a call alone, with 1000 entries and with 10:");
    for (name, shape) in SHAPES {
        // Each of them has as many entries in all. What a call's beginning and end cost is left out.
        let calls = |page: &Page, entries: usize| {
            for _ in 0..ENTRIES as usize / entries {
                black_box(page.drive(entries, false));
            }
        };
        let (few, many, none) = (Page::of(shape, 10), Page::of(shape, 1000), Page::empty());
        let [few, many, none] = in_turn([&|| calls(&few, 10), &|| calls(&many, 1000), &|| {
            calls(&none, 10);
        }]);
        let none = none.as_secs_f64();
        let (few, many) = (few.as_secs_f64() - none, many.as_secs_f64() - none / 100.0);
        println!(
            "  {name:<26}{:7.0} ns an entry, {:.2} x as with 10 (target 1.5)",
            nanos(many),
            many / few
        );
    }
    for (name, shape) in SHAPES {
        let call = |entries: usize| Page::of(shape, entries).drive(entries, true).unwrap();
        let (few, many) = (call(10), call(1000));
        let forks = |call: &Call| {
            for _ in 0..ENTRIES {
                black_box(call.fork());
            }
        };
        let [few, many] = in_turn([&|| forks(&few), &|| forks(&many)]);
        println!(
            "  {name:<26}{:7.0} ns a fork, {:.2} x as with 10",
            nanos(many.as_secs_f64()),
            ratio(many, few)
        );
    }
}

/// Everything that can happen, on one core: a menu of three levels with a Dial behind each of its thousand
/// leaves, and what a state costs in calls of few and of many commands.
fn exploration() {
    let core = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let (scenario, documents) = (Scenario::default(), Documents::new());
    let explored = |flow: &Arc<Flow>| {
        let options = Options {
            states: 1_000_000,
            ..Options::default()
        };
        let subject = Subject {
            flow,
            scenario: &scenario,
            documents: &documents,
        };
        core.install(|| {
            let explored = explore(subject, &options, &());
            (explored.states(), explored.transitions())
        })
    };
    let menu = flow_of(&menu(3));
    // Menus in a row, each of them answered or not: so many commands, and about as many states.
    let row = |menus: usize| {
        let one = r#"<Gather dtmf_length="1"><DTMF value="1"><Say>One.</Say></DTMF><Error><Say>None.</Say></Error></Gather>"#;
        flow_of(&one.repeat(menus))
    };
    let (few, many) = (row(3), row(300));
    let [all, few_took, many_took] = in_turn([
        &|| _ = black_box(explored(&menu)),
        &|| (0..100).for_each(|_| _ = black_box(explored(&few))),
        &|| _ = black_box(explored(&many)),
    ]);
    let (_, transitions) = explored(&menu);
    let each = |took: Duration, states: usize| took.as_secs_f64() / states as f64;
    let (few, many) = (explored(&few).0 * 100, explored(&many).0);
    let speed = transitions as f64 / all.as_secs_f64();
    println!("exploring on one core       {speed:7.0} transitions a second (target 200,000)");
    println!(
        "  with 300 menus in a row   {:7.2} x the time a state as with 3 (target 1.5)",
        each(many_took, many) / each(few_took, few)
    );
}

/// A menu of ten keys and so many levels, with a Dial behind each leaf.
fn menu(levels: u32) -> String {
    if levels == 0 {
        return r#"<Dial timeout="20000"><To>agent@sip.example.com</To><Error><Say>Nobody is free.</Say></Error></Dial>"#.to_owned();
    }
    let inner = menu(levels - 1);
    let mut branches = String::new();
    for key in 0..10 {
        let _ = write!(branches, "<DTMF value=\"{key}\">{inner}</DTMF>");
    }
    format!(
        "<Gather dtmf_length=\"1\"><Say>Choose.</Say>{branches}<Error><Say>Goodbye.</Say></Error></Gather>"
    )
}

fn flow_of(commands: &str) -> Arc<Flow> {
    let text = format!("<Response>{commands}</Response>");
    let (document, _) = xml::read("flow.xml", text.as_bytes());
    Arc::new(flow::compile(document).0)
}

/// Whole processes: start-up, and `check` against xmllint on twenty thousand files.
fn processes() {
    let program = &program();
    let folder = files();
    let list = folder.join("files.txt");
    let run = |command: &mut Command| {
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.code().is_some_and(|code| code < 2))
    };
    let ours = || run(Command::new(program).arg("check").arg(folder.join("flows")));
    let start = in_turn_for::<2>(
        60,
        [&|| run(&mut Command::new("true")), &|| {
            run(Command::new(program).arg("--version"))
        }],
    );
    let over = start[1].wall.saturating_sub(start[0].wall).as_secs_f64() * 1e3;
    println!("start-up                    {over:7.2} ms over `true` (target 0.5)");

    let speed = |time: Duration| f64::from(FILES) / time.as_secs_f64();
    let version = Command::new("xmllint")
        .arg("--version")
        .stderr(Stdio::null())
        .status();
    if version.is_err() {
        let [ours] = in_turn_for(RUNS_OF_CHECK, [&ours]);
        println!(
            "check                       {:7.0} files/s",
            speed(ours.wall)
        );
        println!("xmllint is not installed: no comparison");
        return;
    }
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/callflow.xsd");
    let xmllint = |arguments: &str| {
        // As few processes as the system allows: the yardstick is xmllint, not its start-up.
        let script = format!("xargs xmllint --noout {arguments} < {}", list.display());
        run(Command::new("sh").args(["-c", &script]))
    };
    let validate = || xmllint(&format!("--schema {}", schema.display()));
    let parse = || xmllint("");
    let [ours, validate, parse] = in_turn_for(RUNS_OF_CHECK, [&ours, &validate, &parse]);
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(FILES);
    println!(
        "check                       {:7.0} files/s, {:.1} µs of CPU each",
        speed(ours.wall),
        micros(ours.cpu)
    );
    println!(
        "xmllint --noout --schema    {:7.0} files/s: check does {:.1} x as many (target 6)",
        speed(validate.wall),
        ratio(validate.wall, ours.wall),
    );
    println!(
        "xmllint --noout             {:7.0} files/s: it takes {:.1} x check's CPU (target 2)",
        speed(parse.wall),
        ratio(parse.cpu, ours.cpu),
    );
}

/// Many recorded calls on a changed flow, against reading what happened in them.
fn replay() {
    const CALLS: u64 = 10_000;
    let program = &program();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("new.xml"), NEW).unwrap();
    for calls in [CALLS / 10, CALLS] {
        fs::write(folder.join(format!("{calls}.jsonl")), log(calls)).unwrap();
    }
    let command = |word: &str, calls: u64| {
        let mut command = Command::new(program);
        command.arg(word).arg(folder.join(format!("{calls}.jsonl")));
        if word == "replay" {
            command.arg("--flow").arg(folder.join("new.xml"));
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let run = |word: &str| {
        let status = command(word, CALLS).status();
        status.is_ok_and(|status| status.code().is_some_and(|code| code < 2))
    };
    let [explain, replay] = in_turn_for(7, [&|| run("explain"), &|| run("replay")]);
    println!(
        "replay --flow of {CALLS} calls takes {:.2} x the CPU of explain (target 2)",
        ratio(replay.cpu, explain.cpu)
    );
    let [few, many] = [CALLS / 10, CALLS].map(|calls| peak(&command("replay", calls)));
    if let (Some(few), Some(many)) = (few, many) {
        println!(
            "its memory: {} MB for {} calls, {} MB for {CALLS}",
            few / 1024,
            CALLS / 10,
            many / 1024
        );
    }
}

/// A menu, and what stands behind it.
const OLD: &str = r#"<Response><Gather dtmf_length="1" tag="menu"><Say>Press 1.</Say><DTMF value="1"><Say>One.</Say><Dial timeout="20000"><To>12025550143</To></Dial></DTMF><Error><Say>Bye.</Say></Error></Gather></Response>"#;

/// The same with a prompt in front.
const NEW: &str = r#"<Response><Say>Hello.</Say><Gather dtmf_length="1" tag="menu"><Say>Press 1.</Say><DTMF value="1"><Say>One.</Say><Dial timeout="20000"><To>12025550143</To></Dial></DTMF><Error><Say>Bye.</Say></Error></Gather></Response>"#;

/// The last events of so many calls: answered, busy, not answered, silent, with a wrong key.
fn log(calls: u64) -> Vec<u8> {
    const WORLDS: [&str; 5] = [
        "press = [{ keys = \"1\" }]\ndial = [{ to = \"*\", answer = true, talk = \"30s\" }]",
        "press = [{ keys = \"1\" }]\ndial = [{ to = \"*\", cause = \"USER_BUSY\" }]",
        "press = [{ keys = \"1\" }]\ndial = [{ to = \"*\", cause = \"NO_ANSWER\" }]",
        "",
        "press = [{ keys = \"2\" }]",
    ];
    let mut log = Vec::new();
    for seed in 0..calls {
        let world = WORLDS[usize::try_from(seed % 5).unwrap()];
        let text = format!("{world}\n[call]\nseed = {seed}\n");
        let (scenario, findings) = scenario::parse(&Source::new("call.toml", text));
        let scenario = scenario.unwrap_or_else(|| panic!("{findings:?}"));
        let (document, _) = xml::read("flow.xml", OLD.as_bytes());
        let (flow, _) = flow::compile(document);
        let run = simulate(&scenario, Arc::new(flow), &Documents::new());
        log.extend(written(&run.record).pop().unwrap());
        log.push(b'\n');
    }
    log
}

/// The most memory that a command takes, in kilobytes, where GNU time is installed.
fn peak(command: &Command) -> Option<u64> {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program());
    let output = timed.args(command.get_args()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.lines().last()?.trim().parse().ok()
}

/// The program as it is shipped: the one beside this benchmark lacks what benchmarks cannot be built
/// with (`panic = "abort"`).
fn program() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
    let mut build = Command::new(cargo);
    build
        .args(["build", "--release", "--bin", "callflow", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target);
    assert!(build.status().unwrap().success(), "it could not be built");
    target.join("release/callflow")
}

/// What a process took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Taken {
    wall: Duration,
    cpu: Duration,
}

/// The median times of several programs, run in turn; the first round is left out.
fn in_turn_for<const N: usize>(times: usize, programs: [&dyn Fn() -> bool; N]) -> [Taken; N] {
    let mut taken = [const { Vec::new() }; N];
    for _ in 0..=times {
        for (program, taken) in programs.iter().zip(&mut taken) {
            let (start, before) = (Instant::now(), children());
            assert!(program(), "a program that is measured failed");
            taken.push(Taken {
                wall: start.elapsed(),
                cpu: children().saturating_sub(before),
            });
        }
    }
    taken.map(|mut taken| {
        taken.remove(0);
        let mut median = |key: fn(&Taken) -> Duration| {
            taken.sort_by_key(key);
            key(&taken[taken.len() / 2])
        };
        Taken {
            wall: median(|one| one.wall),
            cpu: median(|one| one.cpu),
        }
    })
}

/// The CPU time of all children that have ended.
fn children() -> Duration {
    let [user, system] = times_of_children();
    user + system
}

fn user_time_of_children() -> Duration {
    let [user, _] = times_of_children();
    user
}

/// The user and system time of all children that have ended, from the system's own accounting.
fn times_of_children() -> [Duration; 2] {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |index: usize| {
        fields
            .split_whitespace()
            .nth(index)
            .and_then(|field| field.parse::<u64>().ok())
    };
    // cutime and cstime, in the usual hundredths of a second.
    [13, 14].map(|index| Duration::from_millis(ticks(index).unwrap_or(0) * 10))
}

/// Twenty thousand flows on disk.
fn files() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed");
    let mut list = String::new();
    for index in 0..FILES as usize {
        let part = folder.join(format!("flows/{:03}", index / 100));
        fs::create_dir_all(&part).unwrap();
        let path = part.join(format!("{index:05}.xml"));
        fs::write(&path, flows::flow(index)).unwrap();
        writeln!(list, "{}", path.display()).unwrap();
    }
    fs::write(folder.join("files.txt"), list).unwrap();
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
