//! `callflow check` as a CI job sees it: what it prints, what it writes, and how it exits.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use support::{callflow, output, piped};

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("check")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What is printed on both streams in a folder, and the exit code.
fn said(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = output(callflow(arguments).current_dir(folder));
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

const GOOD: &str = "<Response><Say>Hello.</Say></Response>\n";
const WARNING: &str = "<Response><Say loop=\"0\">Hello.</Say><Say>Goodbye.</Say></Response>\n";
const ERROR: &str = "<Response><Pause lenght=\"2000\"/><Say>Hello.</Say></Response>\n";

#[test]
fn only_errors_fail_unless_warnings_are_denied() {
    let folder = folder("exit");
    write(
        &folder,
        &[
            ("good.xml", GOOD),
            ("warning.xml", WARNING),
            ("error.xml", ERROR),
        ],
    );
    assert_eq!(
        said(&folder, &["check", "good.xml"]),
        (0, "1 file checked, no findings\n".to_owned())
    );
    assert_eq!(said(&folder, &["check", "warning.xml"]).0, 0);
    assert_eq!(
        said(&folder, &["check", "warning.xml", "--deny", "warnings"]).0,
        1
    );
    assert_eq!(said(&folder, &["check", "error.xml"]).0, 1);
    assert_eq!(
        said(
            &folder,
            &["check", "error.xml", "--ignore", "unknown-attribute"]
        )
        .0,
        0
    );
    assert_eq!(
        said(&folder, &["check", "error.xml", "--select", "xml-*"]).0,
        0
    );
    assert_eq!(said(&folder, &["check", "nowhere.xml"]).0, 2);
}

#[test]
fn a_folder_gives_its_flows_and_scenarios_in_order_and_nothing_else() {
    let folder = folder("walk");
    write(
        &folder,
        &[
            (".gitignore", "build/\n"),
            ("b/second.xml", ERROR),
            ("a/first.xml", ERROR),
            ("build/ignored.xml", ERROR),
            ("pom.xml", "<project><lenght/></project>"),
            ("Cargo.toml", "[package]\nname = \"x\"\n"),
            (
                "a/call.toml",
                "flow = \"missing.xml\"\n[caller]\nhangup_after = 8\n",
            ),
            ("notes.txt", "<Response"),
        ],
    );
    let (code, text) = said(&folder, &["check", "."]);
    assert_eq!(code, 1);
    let places: Vec<_> = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--> "))
        .collect();
    assert_eq!(
        places,
        [
            "./a/call.toml:3:16",
            "./a/first.xml:1:18",
            "./b/second.xml:1:18"
        ]
    );
    assert!(
        text.ends_with(
            "3 errors in 3 of 3 files checked; 2 fixable with --unsafe-fixes, 2 files skipped\n"
        ),
        "{text}"
    );
}

#[test]
fn a_configuration_above_the_file_applies_and_its_own_mistakes_are_reported() {
    let folder = folder("config");
    write(
        &folder,
        &[
            (
                "callflow.toml",
                "[check]\nignore = [\"unknown-attribute\"]\n",
            ),
            ("deep/er/error.xml", ERROR),
        ],
    );
    assert_eq!(said(&folder, &["check", "deep"]).0, 0);
    write(
        &folder,
        &[(
            "callflow.toml",
            "[check]\nignore = [\"unknown-atribute\"]\n",
        )],
    );
    let (code, text) = said(&folder, &["check", "deep"]);
    assert_eq!(code, 2);
    assert!(
        text.contains("callflow.toml:2:11") && text.contains("unknown-attribute"),
        "{text}"
    );
    // Once, however many files it stands for.
    write(&folder, &[("deep/more.xml", ERROR), ("more.xml", ERROR)]);
    let (_, text) = said(&folder, &["check", "."]);
    assert_eq!(text.matches("callflow.toml:2:11").count(), 1, "{text}");
}

#[test]
fn a_comment_on_the_line_before_ignores_a_finding() {
    let folder = folder("comment");
    let text = "<Response>\n  <!-- callflow: ignore loop-zero: kept for later -->\n  <Say loop=\"0\">Hello.</Say>\n</Response>\n";
    write(&folder, &[("flow.xml", text)]);
    let denied = ["check", "flow.xml", "--deny", "warnings"];
    assert_eq!(
        said(&folder, &denied),
        (0, "1 file checked, no findings; 1 ignored\n".to_owned())
    );
    // With an error the flow does not run, and `check` says so whatever a comment says.
    let text = "<Response>\n  <!-- callflow: ignore unknown-attribute -->\n  <Pause lenght=\"2000\"/>\n  <Say>Hello.</Say>\n</Response>\n";
    write(&folder, &[("flow.xml", text)]);
    let (code, text) = said(&folder, &["check", "flow.xml"]);
    assert_eq!(code, 1);
    assert!(
        text.contains("a comment cannot ignore this error, because it keeps the flow from running"),
        "{text}"
    );
}

#[test]
fn fixes_are_shown_or_written() {
    let folder = folder("fix");
    write(
        &folder,
        &[(
            "flow.xml",
            "<Response>\n  <pause Length=\"2000\"/>\n  <Dial timeout=\"30\"><To>12025550143</To><Error><Say>Nobody.</Say></Error></Dial>\n</Response>\n",
        )],
    );
    let (code, diff) = said(&folder, &["check", "flow.xml", "--fix", "--diff"]);
    assert_eq!(code, 1);
    assert!(
        diff.contains("-  <pause Length=\"2000\"/>\n+  <Pause length=\"2000\"/>"),
        "{diff}"
    );
    assert!(
        fs::read_to_string(folder.join("flow.xml"))
            .unwrap()
            .contains("pause"),
        "a diff changes nothing"
    );
    let (code, text) = said(&folder, &["check", "flow.xml", "--fix"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("2 findings fixed in 1 file\n"), "{text}");
    let mended = fs::read_to_string(folder.join("flow.xml")).unwrap();
    assert!(
        mended.contains("<Pause length=\"2000\"/>") && mended.contains("timeout=\"30\""),
        "{mended}"
    );
    said(&folder, &["check", "flow.xml", "--fix", "--unsafe-fixes"]);
    assert!(
        fs::read_to_string(folder.join("flow.xml"))
            .unwrap()
            .contains("timeout=\"30000\"")
    );
}

#[test]
fn standard_input_has_a_name() {
    let mut check = callflow(&["check", "-", "--stdin-filename", "flows/menu.xml"]);
    let output = piped(&mut check, ERROR);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("--> flows/menu.xml:1:18")
    );
}

#[test]
fn every_example_flow_is_free_of_errors() {
    let (code, text) = said(Path::new(env!("CARGO_MANIFEST_DIR")), &["check", "flows"]);
    assert_eq!(code, 0, "{text}");
    // Those of the topics are good flows: nothing is to be said of them but the age of a dialect.
    let (_, text) = said(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &["check", "flows", "--select", "*", "--ignore", "old-dialect"],
    );
    let places = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--> "));
    let outside: Vec<_> = places
        .filter(|place| !place.starts_with("flows/commands/"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
}

/// The blocks of XML and TOML in the bad examples of every rule, as files.
fn bad_examples(folder: &Path) -> usize {
    let mut count = 0;
    for rule in callflow::cli::rules() {
        let Some((_, rest)) = rule.page.split_once("## Example") else {
            continue;
        };
        for (fence, extension) in [("```xml\n", "xml"), ("```toml\n", "toml")] {
            let Some((_, block)) = rest
                .split_once("## Use instead")
                .map_or(rest, |(bad, _)| bad)
                .split_once(fence)
            else {
                continue;
            };
            let text = block.split("\n```").next().unwrap();
            write(folder, &[(&format!("{}.{extension}", rule.id), text)]);
            count += 1;
        }
    }
    count
}

#[test]
fn every_format_holds_the_bad_example_of_every_rule() {
    // tests/schemas/run holds these files against the schemas of their formats.
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    let folder = folder("rules");
    let count = bad_examples(&folder);
    assert!(count > 60, "{count}");
    let sample = |kind: &str| format!("{}", samples.join(format!("every-rule.{kind}")).display());
    let outputs = [
        format!("sarif={}", sample("sarif")),
        format!("junit={}", sample("junit.xml")),
        format!("json={}", sample("findings.json")),
        format!("gitlab={}", folder.join("gitlab.json").display()),
    ];
    let mut arguments = vec!["check", ".", "--format", "github"];
    for output in &outputs {
        arguments.extend(["--output", output]);
    }
    let (code, annotations) = said(&folder, &arguments);
    assert_eq!(code, 1);
    assert!(annotations.contains("::error file="), "{annotations}");
    let sarif = fs::read_to_string(sample("sarif")).unwrap();
    for rule in callflow::cli::rules() {
        assert!(
            sarif.contains(&format!("\"id\":\"{}\"", rule.id))
                || sarif.contains(&format!("\"id\": \"{}\"", rule.id)),
            "{}",
            rule.id
        );
    }
}

#[test]
fn watching_checks_again_when_a_file_changes() {
    let folder = folder("watch");
    write(&folder, &[("flow.xml", ERROR)]);
    let mut child = callflow(&["check", "flow.xml", "--watch"])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let first = lines.find(|line| line.contains("checked")).unwrap();
    assert_eq!(
        first,
        "1 error in 1 file checked; 1 fixable with --unsafe-fixes"
    );
    write(&folder, &[("flow.xml", GOOD)]);
    // Writing is two changes, and the file is empty between them.
    let last = lines.find(|line| line.contains("no findings")).unwrap();
    assert_eq!(last, "1 file checked, no findings");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A program that watches, with what it says on standard error.
struct Watching {
    child: std::process::Child,
    errors: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Watching {
    fn new(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = callflow(arguments)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut watching = Self { child, errors };
        watching.until("waiting for a change");
        watching
    }

    /// The first line from here on that contains this.
    fn until(&mut self, part: &str) -> String {
        let mut lines = self.errors.by_ref().map(Result::unwrap);
        lines.find(|line| line.contains(part)).unwrap()
    }

    /// All that was printed.
    fn end(mut self) -> String {
        self.child.kill().unwrap();
        let mut printed = String::new();
        let mut out = self.child.stdout.take().unwrap();
        out.read_to_string(&mut printed).unwrap();
        printed
    }
}

/// A test that fails leaves no child behind.
impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_tests_read_elsewhere_is_watched() {
    let folder = folder("watch-elsewhere");
    let flow = "<Response><Callback url=\"https://a.example/\"/></Response>";
    let scenario = "flow = \"../lib/menu.xml\"\n[[callback]]\nurl = \"*\"\nflow = \"../lib/next.txt\"\n[expect]\nhears = [\"Hello.\"]\ntree = \"tree.snap\"\n";
    fs::create_dir_all(folder.join("lib")).unwrap();
    fs::create_dir_all(folder.join("tests")).unwrap();
    write(
        &folder,
        &[
            ("lib/menu.xml", flow),
            ("lib/next.txt", "<Response><Say>Hello.</Say></Response>"),
            ("lib/other.txt", ""),
            ("tests/a.call.toml", scenario),
        ],
    );
    for command in ["test", "check"] {
        let arguments = [
            command,
            "tests",
            "--watch",
            "--output",
            "junit=tests/report.xml",
        ];
        let mut watching = Watching::new(&folder, &arguments);
        for (name, text) in [
            ("lib/next.txt", "<Response><Say>Servus.</Say></Response>"),
            ("tests/tree.snap", "another\n"),
            ("lib/callflow.toml", "[app]\nauto_answer = false\n"),
            ("lib/menu.xml", flow),
            ("tests/a.call.toml", scenario),
        ] {
            // What nobody reads, and what it writes itself, is no change.
            write(&folder, &[("lib/other.txt", "x"), (name, text)]);
            let line = watching.until("changed at");
            let changed = line.strip_prefix("callflow: ").unwrap();
            let (changed, time) = changed.split_once(" changed at ").unwrap();
            assert_eq!(changed, name);
            assert_eq!(time.len(), "12:00:00".len());
            watching.until("waiting for a change");
        }
        // Nothing clears what is no terminal.
        assert!(!watching.end().contains('\u{1b}'));
    }
}

#[test]
fn what_is_not_there_is_not_watched() {
    let folder = folder("watch-nothing");
    fs::create_dir_all(&folder).unwrap();
    for command in ["test", "check"] {
        let (code, _) = said(&folder, &[command, "nosuch", "--watch"]);
        assert_eq!(code, 2);
    }
}

#[test]
fn a_flow_with_errors_is_not_explored_and_nothing_is_written() {
    let folder = folder("explore-errors");
    write(
        &folder,
        &[
            ("bad.xml", "<Response><Dail/></Response>"),
            ("ill.xml", "<Response><Say>a & b</Say></Response>"),
            ("call.toml", "flow = \"bad.xml\"\n"),
        ],
    );
    for path in ["bad.xml", "ill.xml", "call.toml"] {
        for report in ["json=r", "sarif=r", "junit=r", "markdown=r"] {
            let arguments = [
                "explore",
                path,
                "--write=out",
                "--write-findings=out",
                "--output",
                report,
            ];
            let output = callflow(&arguments).current_dir(&folder).output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
            let errors = String::from_utf8(output.stderr).unwrap();
            let says = "not explored, because the flow has errors; nothing is written for it";
            assert!(errors.contains(says), "{errors}");
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let (code, text) = said(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &["check", "tests/documents/ten-mistakes.xml"],
    );
    assert_eq!(code, 1);
    let lines: Vec<_> = text
        .lines()
        .filter_map(|line| {
            line.trim_start()
                .strip_prefix("--> tests/documents/ten-mistakes.xml:")
        })
        .map(|place| place.split(':').next().unwrap())
        .collect();
    assert_eq!(
        lines,
        ["3", "4", "5", "8", "11", "12", "13", "14", "15", "17"]
    );
}
