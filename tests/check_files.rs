//! Which files `check` looks at, what it prints of them, and what it does to them: the built program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{callflow, output, piped};

/// A folder of its own for a test, with these files.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let name = format!("callflow-files-{test}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&path);
    for (name, text) in files {
        let file = path.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    path
}

fn check(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = callflow(&[&["check"], arguments].concat());
    command.current_dir(folder);
    command
}

/// Exit code, standard output and standard error.
fn said(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = output(&mut check(folder, arguments));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

const LOOP: &str = "<Response><Say loop=\"0\">Hello.</Say></Response>";

#[test]
fn nothing_to_check_is_no_success() {
    let folder = folder(
        "nothing",
        &[
            ("pom.xml", "<project/>"),
            ("a.txt", "a"),
            ("status.xml", "<Response><Status>1</Status></Response>"),
        ],
    );
    let (code, _, errors) = said(&folder, &[]);
    assert_eq!(code, 2);
    assert!(errors.contains("nothing to check in ."), "{errors}");
    assert!(
        errors.contains("./pom.xml, ./status.xml, 1 other file"),
        "{errors}"
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn flows_are_found_whatever_stands_before_them() {
    let notice = "<br />\n<b>Warning</b>: no such index\n<?xml version=\"1.0\"?><Response/>";
    let folder = folder("found", &[("A.XML", LOOP), ("php.xml", notice)]);
    let (code, text, _) = said(&folder, &["--format", "concise"]);
    assert_eq!(code, 1);
    assert!(
        text.contains("./A.XML:1:22: warning[loop-zero]: Say is heard 0 times\n"),
        "{text}"
    );
    assert!(text.contains("./php.xml:"), "{text}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn files_are_excluded_by_option_and_by_configuration() {
    let files = [
        ("a.xml", LOOP),
        ("old/b.xml", LOOP),
        ("old/deep/c.xml", LOOP),
    ];
    let folder = folder("exclude", &files);
    let (_, text, _) = said(&folder, &["--exclude", "old/"]);
    assert!(
        text.ends_with("1 warning in 1 file checked; 2 files skipped\n"),
        "{text}"
    );
    fs::write(
        folder.join("callflow.toml"),
        "[check]\nexclude = [\"deep/\", \"a.xml\"]\n",
    )
    .unwrap();
    let (_, text, _) = said(&folder, &["--format", "concise"]);
    assert!(text.starts_with("./old/b.xml:1:22: warning"), "{text}");
    // A file that is named is meant.
    let (_, text, _) = said(&folder, &["a.xml"]);
    assert!(text.contains("loop-zero"), "{text}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_filter_prints_the_document_alone() {
    for (text, expected) in [
        (
            "<Response><say>Hello.</say></Response>\n",
            "<Response><Say>Hello.</Say></Response>\n",
        ),
        (LOOP, LOOP),
        (
            "<Response><Say>Fine.</Say></Response>",
            "<Response><Say>Fine.</Say></Response>",
        ),
    ] {
        let output = piped(&mut callflow(&["check", "-", "--fix"]), text);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(errors.contains("loop-zero"), text == LOOP, "{errors}");
    }
}

#[test]
fn one_file_that_cannot_be_read_is_one() {
    let folder = folder("missing", &[("a.xml", LOOP)]);
    let (code, text, errors) = said(
        &folder,
        &["missing.xml", "a.xml", "--output", "sarif=report.sarif"],
    );
    assert_eq!(code, 2);
    assert!(
        text.contains("loop-zero") && errors.contains("missing.xml: no such file"),
        "{text}{errors}"
    );
    let report = fs::read_to_string(folder.join("report.sarif")).unwrap();
    assert!(
        report.contains("\"ruleId\": \"loop-zero\"") || report.contains("\"ruleId\":\"loop-zero\"")
    );
    let (code, _, errors) = said(&folder, &["a.xml", "--output", "sarif=no/report.sarif"]);
    assert_eq!(code, 2);
    assert!(errors.contains("the folder no does not exist"), "{errors}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_scenario_that_cannot_be_read_is_not_ignored() {
    let folder = folder("syntax", &[("call.toml", "flow = \n[[dial]]\nx\n")]);
    let (code, text, _) = said(&folder, &["call.toml", "--ignore", "scenario-syntax"]);
    assert_eq!(code, 1, "{text}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_stands_today_is_ignored_by_comments() {
    let flow = "<Response>\n  <Say loop=\"0\">a</Say><Dial\n    timeout=\"30\"><To>a@b.example.com</To></Dial>\n  <Dail>x</Dail>\n</Response>\n";
    let folder = folder("ignores", &[("flow.xml", flow)]);
    let (code, text, _) = said(&folder, &["flow.xml", "--add-ignores"]);
    // With the last mistake the flow does not run: that is not ignored.
    assert_eq!(code, 1);
    assert!(text.contains("error[unknown-element]"), "{text}");
    assert!(
        text.ends_with(
            "1 error in 1 file checked; 2 ignored, 1 fixable with --unsafe-fixes\n2 comments added in 1 file\n"
        ),
        "{text}"
    );
    let written = fs::read_to_string(folder.join("flow.xml")).unwrap();
    assert_eq!(
        written,
        "<Response>\n  <!-- callflow: ignore loop-zero -->\n  <Say loop=\"0\">a</Say><!-- callflow: ignore timeout-in-seconds --><Dial\n    timeout=\"30\"><To>a@b.example.com</To></Dial>\n  <Dail>x</Dail>\n</Response>\n"
    );
    // Again there is nothing to add.
    let (code, text, _) = said(&folder, &["flow.xml", "--add-ignores"]);
    assert_eq!(code, 1);
    assert!(!text.contains("added"), "{text}");
    assert_eq!(
        fs::read_to_string(folder.join("flow.xml")).unwrap(),
        written
    );
    fs::remove_dir_all(folder).unwrap();
}

/// More than are shown at once: those that are ignored hide no others, and after one run nothing is left.
#[test]
fn of_many_findings_each_gets_its_comment_at_once() {
    let lines = "<Say loop=\"0\">a</Say>\n".repeat(2_500);
    let flow = format!("<Response>\n{lines}</Response>\n");
    let folder = folder("many-ignores", &[("flow.xml", &flow)]);
    let (_, text, _) = said(&folder, &["flow.xml", "--format", "concise"]);
    assert!(text.ends_with("\n1000 warnings in 1 file checked\n"));
    let (code, text, _) = said(&folder, &["flow.xml", "--add-ignores"]);
    assert_eq!(
        (code, text.as_str()),
        (
            0,
            "1 file checked, no findings; 2500 ignored\n2500 comments added in 1 file\n"
        )
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_ignored_fixable_and_skipped_is_counted() {
    let folder = folder(
        "counted",
        &[
            (
                "a.xml",
                "<Response>\n<!-- callflow: ignore loop-zero: on purpose -->\n<Say loop=\"0\">a</Say>\n<say>b</say>\n<Dail/>\n</Response>\n",
            ),
            ("pom.xml", "<project/>"),
        ],
    );
    let summary = "2 errors in 1 file checked; 1 ignored, 1 fixable with --fix, 1 fixable with --unsafe-fixes, 1 file skipped\n";
    for format in ["human", "concise"] {
        let (_, text, _) = said(&folder, &["--format", format]);
        assert!(text.ends_with(summary), "{text}");
    }
    let (_, text, _) = said(&folder, &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (key, count) in [
        ("ignored", 1),
        ("fixable", 1),
        ("fixable_unsafe", 1),
        ("skipped", 1),
    ] {
        assert_eq!(report["summary"][key], count, "{key}");
    }
    // What the command line and the configuration ignore is counted, too.
    let (_, text, _) = said(
        &folder,
        &["--ignore", "unknown-element", "--format", "concise"],
    );
    assert!(
        text.ends_with("no findings; 3 ignored, 1 file skipped\n"),
        "{text}"
    );
    // What is not asked for is not.
    let (_, text, _) = said(&folder, &["--select", "inaudible", "--format", "concise"]);
    assert!(text.ends_with("no findings; 1 file skipped\n"), "{text}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_diff_says_what_is_left() {
    let flow = "<Response>\n<say>b</say>\n<Say loop=\"0\">a</Say>\n</Response>\n";
    let folder = folder("left", &[("a.xml", flow)]);
    let (code, diff, errors) = said(&folder, &["a.xml", "--fix", "--diff"]);
    assert_eq!(code, 1);
    assert!(diff.starts_with("--- a.xml\n+++ a.xml\n"), "{diff}");
    assert!(!diff.contains("loop-zero"), "{diff}");
    assert!(
        errors.starts_with(
            "1 finding would be fixed in 1 file\nfindings that remain (line numbers after the change):\n\nwarning[loop-zero]"
        ),
        "{errors}"
    );
    assert!(
        errors.ends_with("1 warning in 1 file checked\n"),
        "{errors}"
    );
    assert_eq!(fs::read_to_string(folder.join("a.xml")).unwrap(), flow);
    // Nothing to fix: what there is is said all the same.
    let (code, diff, errors) = said(
        &folder,
        &["a.xml", "--fix", "--diff", "--ignore", "unknown-element"],
    );
    assert_eq!((code, diff.as_str()), (0, ""));
    assert!(errors.contains("warning[loop-zero]"), "{errors}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn quiet_is_quiet() {
    let folder = folder("quiet", &[("a.xml", LOOP)]);
    assert_eq!(
        said(&folder, &["--quiet"]),
        (0, String::new(), String::new())
    );
    fs::remove_dir_all(folder).unwrap();
}

/// What a good engineer writes.
#[test]
fn good_flows_have_no_finding_and_those_of_the_project_say_theirs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(fs::read_dir(root.join("tests/good")).unwrap().count() >= 50);
    for path in ["tests/good", "flows"] {
        let (code, text, _) = said(root, &[path, "--deny", "warnings"]);
        assert_eq!(code, 0, "{text}");
        let is_clean = text.contains("files checked, no findings") && text.lines().count() == 1;
        assert!(is_clean, "{text}");
    }
}

#[test]
fn the_manual_is_printed_offline() {
    let (gather, wrong) = (
        output(&mut callflow(&["language", "gather"])),
        output(&mut callflow(&["language", "Gahter"])),
    );
    assert!(
        String::from_utf8(gather.stdout)
            .unwrap()
            .starts_with("Gather\n\nCollects")
    );
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        String::from_utf8(wrong.stderr)
            .unwrap()
            .contains("did you mean `Gather`?")
    );
}
