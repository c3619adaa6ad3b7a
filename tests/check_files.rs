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
    assert!(text.ends_with("1 warning in 1 file checked\n"), "{text}");
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
    assert_eq!(
        (code, text.as_str()),
        (
            0,
            "1 file checked, nothing found\n3 comments added in 1 file\n"
        )
    );
    let written = fs::read_to_string(folder.join("flow.xml")).unwrap();
    assert_eq!(
        written,
        "<Response>\n  <!-- callflow: ignore loop-zero -->\n  <Say loop=\"0\">a</Say>\n  <!-- callflow: ignore timeout-in-seconds -->\n  <Dial\n    timeout=\"30\"><To>a@b.example.com</To></Dial>\n  <!-- callflow: ignore unknown-element -->\n  <Dail>x</Dail>\n</Response>\n"
    );
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
    assert!(fs::read_dir(root.join("tests/good")).unwrap().count() >= 30);
    for path in ["tests/good", "flows"] {
        let (code, text, _) = said(root, &[path, "--deny", "warnings"]);
        assert_eq!(code, 0, "{text}");
        assert!(text.ends_with("files checked, nothing found\n"), "{text}");
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
            .starts_with("### Gather\n")
    );
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        String::from_utf8(wrong.stderr)
            .unwrap()
            .contains("did you mean `Gather`?")
    );
}
