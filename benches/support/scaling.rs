//! How the time and the memory of the whole program grow: with the bytes that it reads and writes, or
//! with a number that a flow gives.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callflow::scenario::Scenario;
use callflow::simulate::{Documents, simulate};
use callflow::wire::opentact::{self, Envelope};
use callflow::{flow, xml};

/// What grows, and against what.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// User time, against bytes read and written.
    Time,
    /// User time, against the number itself.
    TimeByNumber,
    /// The most memory at once, against bytes read and written.
    Memory,
}

/// A command on inputs of four sizes, each twice the one before.
pub(crate) struct Scaling {
    pub(crate) name: &'static str,
    /// The smallest size.
    pub(crate) size: usize,
    pub(crate) measure: Measure,
    /// Whether it is also measured below fifty menus inside one another.
    pub(crate) is_nested: bool,
    /// Writes the input into an empty folder, below so many menus; what the program is called with
    /// there. What it writes goes to `out`.
    pub(crate) prepare: fn(&Path, usize, usize) -> Vec<String>,
}

/// How many menus are inside one another.
pub(crate) const NESTED: usize = 50;

/// Everything that is measured.
pub(crate) const ALL: [Scaling; 14] = [
    nested("explore, menus in a row", 80, |folder, size, depth| {
        explored(folder, depth, &menus(size))
    }),
    nested("explore, Says in a row", 400, |folder, size, depth| {
        explored(folder, depth, &"<Say>Hello.</Say>".repeat(size))
    }),
    nested(
        "explore, destinations of a Dial",
        200,
        |folder, size, depth| explored(folder, depth, &destinations(size)),
    ),
    nested(
        "explore, branches of a Gather",
        200,
        |folder, size, depth| {
            let branch = |index| format!("<DTMF value=\"{index:04}\"><Say>{index}.</Say></DTMF>");
            let branches: String = (0..size).map(branch).collect();
            let menu = format!("<Gather dtmf_length=\"4\"><Say>Code?</Say>{branches}</Gather>");
            explored(folder, depth, &menu)
        },
    ),
    nested("explore, prompts of a Gather", 80, |folder, size, depth| {
        let prompts = "<Say>Press 1.</Say>".repeat(size);
        let menu = format!("<Gather dtmf_length=\"1\">{prompts}<DTMF value=\"1\"/></Gather>");
        explored(folder, depth, &menu)
    }),
    nested(
        "explore, Call filters in a row",
        20,
        |folder, size, depth| {
            let filter = |index| {
                format!(
                    "<Call field=\"from\" value=\"1202555{index:04}\"><Say>{index}.</Say></Call>"
                )
            };
            explored(folder, depth, &(0..size).map(filter).collect::<String>())
        },
    ),
    nested("explore, Schedules in a row", 20, |folder, size, depth| {
        let filter = |index: usize| {
            let (hour, minute) = (index / 60 % 23, index % 60);
            format!(
                "<Schedule time=\"{hour:02}:{minute:02}:00-23:{minute:02}:30\"><Say>{index}.</Say></Schedule>"
            )
        };
        explored(folder, depth, &(0..size).map(filter).collect::<String>())
    }),
    nested("explore, a chain of documents", 80, chain),
    Scaling {
        measure: Measure::TimeByNumber,
        ..nested(
            "explore, attempts of a Gather",
            40,
            |folder, size, depth| {
                let menu = format!(
                    "<Gather dtmf_length=\"1\" attempts=\"{size}\"><Say>Press 1.</Say><DTMF value=\"1\"/></Gather>"
                );
                explored(folder, depth, &menu)
            },
        )
    },
    nested("explore --write, menus in a row", 5, written),
    Scaling {
        measure: Measure::Memory,
        ..nested("explore --write, menus in a row", 5, written)
    },
    plain("test, cases of a file", 200, |folder, size, _| {
        fs::write(folder.join("flow.xml"), document(&menus(1))).unwrap();
        let case = |index| {
            format!(
                "[[case]]\nname = \"c{index}\"\n[[case.press]]\nkeys = \"1\"\n[case.expect]\nhears = [\"Menu.\", \"One.\"]\n"
            )
        };
        let cases: String = (0..size).map(case).collect();
        fs::write(
            folder.join("cases.toml"),
            format!("flow = \"flow.xml\"\n{cases}"),
        )
        .unwrap();
        words(&["test", "cases.toml", "--coverage"])
    }),
    plain("recover, destinations of a Dial", 20, |folder, size, _| {
        dialled(folder, size);
        words(&["recover", "event.json", "--out", "out"])
    }),
    plain("replay, destinations of a Dial", 20, |folder, size, _| {
        dialled(folder, size);
        words(&["replay", "event.json"])
    }),
];

type Prepare = fn(&Path, usize, usize) -> Vec<String>;

const fn plain(name: &'static str, size: usize, prepare: Prepare) -> Scaling {
    Scaling {
        name,
        size,
        measure: Measure::Time,
        is_nested: false,
        prepare,
    }
}

const fn nested(name: &'static str, size: usize, prepare: Prepare) -> Scaling {
    Scaling {
        is_nested: true,
        ..plain(name, size, prepare)
    }
}

/// The exponent by which a value grows over what it is at the first point: least squares on logarithms.
pub(crate) fn exponent(points: &[(f64, f64)]) -> f64 {
    let [first, points @ ..] = points else {
        return f64::NAN;
    };
    let count = points.len() as f64;
    // Less than a millisecond more is noise.
    let more = |&(x, y): &(f64, f64)| ((x - first.0).max(1.0), (y - first.1).max(0.001));
    let logs: Vec<_> = points
        .iter()
        .map(more)
        .map(|(x, y)| (x.ln(), y.ln()))
        .collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|one| one.0), mean(|one| one.1));
    let both: f64 = logs.iter().map(|one| (one.0 - x) * (one.1 - y)).sum();
    both / logs.iter().map(|one| (one.0 - x).powi(2)).sum::<f64>()
}

/// The bytes of all files below a folder.
pub(crate) fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let size = |path: PathBuf| {
        if path.is_dir() {
            bytes(&path)
        } else {
            path.metadata().unwrap().len()
        }
    };
    entries.map(|entry| size(entry.path())).sum()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn document(commands: &str) -> String {
    format!("<Response>{commands}</Response>")
}

/// Commands below so many menus inside one another.
fn below(depth: usize, commands: &str) -> String {
    let (before, behind) = (
        "<Gather dtmf_length=\"1\"><Say>Menu.</Say><DTMF value=\"1\">",
        "</DTMF></Gather>",
    );
    document(&format!(
        "{}{commands}{}",
        before.repeat(depth),
        behind.repeat(depth)
    ))
}

fn menus(count: usize) -> String {
    "<Gather dtmf_length=\"1\"><Say>Menu.</Say><DTMF value=\"1\"><Say>One.</Say></DTMF><DTMF value=\"2\"><Say>Two.</Say></DTMF><Error><Say>None.</Say></Error></Gather>".repeat(count)
}

fn destinations(count: usize) -> String {
    let mut dial = "<Dial timeout=\"20000\">".to_owned();
    for index in 0..count {
        // Writing to a string cannot fail.
        let _ = write!(dial, "<To>1202555{index:04}</To>");
    }
    dial + "<Error><Say>Nobody.</Say></Error></Dial>"
}

fn explored(folder: &Path, depth: usize, commands: &str) -> Vec<String> {
    fs::write(folder.join("flow.xml"), below(depth, commands)).unwrap();
    words(&["explore", "flow.xml", "--limit", "1000000"])
}

fn written(folder: &Path, size: usize, depth: usize) -> Vec<String> {
    let mut all = explored(folder, depth, &menus(size));
    all.extend(words(&[
        "--write",
        "out",
        "--force",
        "--limit-cases",
        "100000",
    ]));
    all
}

/// Documents each of which fetches the next.
fn chain(folder: &Path, size: usize, depth: usize) -> Vec<String> {
    let fetch =
        |index| format!("<Say>{index}.</Say><Callback>https://x.example/{index}</Callback>");
    fs::write(folder.join("flow.xml"), below(depth, &fetch(0))).unwrap();
    let mut scenario = "flow = \"flow.xml\"\n".to_owned();
    for index in 0..size {
        let text = if index + 1 == size {
            document("<Say>The end.</Say>")
        } else {
            document(&fetch(index + 1))
        };
        fs::write(folder.join(format!("{index}.xml")), text).unwrap();
        let _ = write!(
            scenario,
            "[[callback]]\nurl = \"https://x.example/{index}\"\nflow = \"{index}.xml\"\n"
        );
    }
    fs::write(folder.join("chain.toml"), scenario).unwrap();
    words(&["explore", "chain.toml", "--limit", "1000000"])
}

/// The last event of a call that dialled so many destinations, of which nobody answered.
fn dialled(folder: &Path, count: usize) {
    let (read, _) = xml::read("flow.xml", document(&destinations(count)).as_bytes());
    let flow = Arc::new(flow::compile(read).0);
    let run = simulate(&Scenario::default(), flow, &Documents::new());
    let mut event = Vec::new();
    assert_eq!(
        opentact::last(&run.record, Envelope::Y2024, &mut event),
        Ok(true)
    );
    fs::write(folder.join("event.json"), event).unwrap();
}
