//! Comments that ignore findings: where they work, and that `--add-ignores` puts them there.

#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

use std::fs;
use std::path::Path;

use callflow::check::{self, Settings};
use callflow::diagnostic::{Diagnostic, Severity};
use callflow::flow::{Flow, Top};
use callflow::{command, flow, xml};

fn checked(text: &str) -> (Flow, Vec<Diagnostic>) {
    check::read("flow.xml", text.as_bytes(), &Settings::default())
}

/// With what the flow does not run, which no comment can ignore.
fn is_refused(finding: &Diagnostic) -> bool {
    let rules = [xml::RULES, command::RULES, flow::RULES].concat();
    finding.severity == Severity::Error && rules.iter().any(|rule| rule.id == finding.rule)
}

fn ids(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// What the flow does.
fn commands(flow: &Flow) -> String {
    let caller = "+12025550123";
    serde_json::to_string(&Top { flow, caller }).unwrap()
}

/// Adds comments for all that is found: they ignore it, and nothing else changes.
#[track_caller]
fn add(text: &str) -> String {
    let (before, findings) = checked(text);
    let (after, added) = check::add_ignores(before.document(), &findings);
    if !before.document().is_well_formed() {
        assert_eq!((after.as_str(), added), (text, 0));
        return after;
    }
    let (flow, left) = checked(&after);
    let refused: Vec<_> = findings.into_iter().filter(is_refused).collect();
    assert_eq!(ids(&left), ids(&refused), "{text}\n{after}");
    assert_eq!(commands(&flow), commands(&before), "{text}\n{after}");
    let again = check::add_ignores(flow.document(), &left);
    assert_eq!(again, (after.clone(), 0));
    after
}

/// The fenced blocks of XML in a page.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("```xml\n").skip(1);
    let blocks = blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned()));
    blocks.collect()
}

/// Every flow below a folder.
fn flows(folder: &Path, texts: &mut Vec<String>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            flows(&path, texts);
        } else if path.extension().is_some_and(|one| one == "xml") {
            texts.extend(fs::read_to_string(&path));
        }
    }
}

#[test]
fn whatever_is_found_is_ignored_where_it_is() {
    let mut texts = Vec::new();
    for rule in check::all_rules() {
        texts.extend(examples(rule.page));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["flows", "tests/good", "tests/dialects", "tests/hostile"] {
        flows(&root.join(folder), &mut texts);
    }
    assert!(texts.len() > 300, "{}", texts.len());
    let mut with = 0;
    for text in texts.iter().filter(|text| text.len() < 50_000) {
        let is_plain = !text.contains(['\r', '\u{feff}']);
        with += usize::from(add(text) != *text);
        if !is_plain {
            continue;
        }
        // The same on one line, behind a declaration on it, and with the line ends of Windows.
        let one_line = text.replace('\n', " ");
        add(&one_line);
        if !text.contains("<?xml") {
            add(&format!("<?xml version=\"1.0\"?>{one_line}"));
        }
        let windows = add(&text.replace('\n', "\r\n"));
        let is_kept = !windows.replace("\r\n", "").contains(['\r', '\n']);
        assert!(is_kept || !text.contains('\n'), "{windows:?}");
        // Each tag over several lines.
        add(&text.replace("=\"", "\n = \n\""));
    }
    assert!(with > 50, "{with}");
}

#[test]
fn each_kind_of_place_has_its_comment() {
    for (text, expected) in [
        // An attribute, and one on a later line of its tag.
        (
            "<Response>\n  <Say loop=\"0\">a</Say>\n</Response>\n",
            "<Response>\n  <!-- callflow: ignore loop-zero -->\n  <Say loop=\"0\">a</Say>\n</Response>\n",
        ),
        (
            "<Response>\n\t<Say\n\t\tloop=\"0\">a</Say>\n</Response>\n",
            "<Response>\n\t<!-- callflow: ignore loop-zero -->\n\t<Say\n\t\tloop=\"0\">a</Say>\n</Response>\n",
        ),
        // A tag of several lines that does not begin its line.
        (
            "<Response>\n<Answer/> <Say\n loop=\"0\">a</Say>\n</Response>",
            "<Response>\n<Answer/> <!-- callflow: ignore loop-zero --><Say\n loop=\"0\">a</Say>\n</Response>",
        ),
        // What begins its line behind the end of such a tag.
        (
            "<Response>\n<Say\n voice=\"x\"\n>a</Say><Say loop=\"0\">a</Say>\n</Response>",
            "<Response>\n<!-- callflow: ignore loop-zero -->\n<Say\n voice=\"x\"\n>a</Say><Say loop=\"0\">a</Say>\n</Response>",
        ),
        // Text on a line of its own, and the second line of a section.
        (
            "<Response>\n  foo\n  <Answer/>\n</Response>",
            "<Response>\n  <!-- callflow: ignore stray-text -->foo\n  <Answer/>\n</Response>",
        ),
        (
            "<Response>\n  <![CDATA[\nfoo]]>\n  <Answer/>\n</Response>",
            "<Response>\n  <!-- callflow: ignore stray-text --><![CDATA[\nfoo]]>\n  <Answer/>\n</Response>",
        ),
        // Several on one line: one comment for all.
        (
            "<Response><Say loop=\"0\">a</Say><Dial timeout=\"30\"><To>a@b.example.com</To></Dial></Response>",
            "<!-- callflow: ignore loop-zero, timeout-in-seconds, unhandled-failure -->\n<Response><Say loop=\"0\">a</Say><Dial timeout=\"30\"><To>a@b.example.com</To></Dial></Response>",
        ),
        // Nothing can stand before a declaration.
        (
            "<?xml version=\"1.0\"?><Response><Say loop=\"0\">a</Say></Response>",
            "<?xml version=\"1.0\"?><!-- callflow: ignore loop-zero --><Response><Say loop=\"0\">a</Say></Response>",
        ),
        // A comment that callflow cannot follow.
        (
            "<Response>\n  <!-- callflow: ignore\n   no-such-rule -->\n  <Answer/>\n</Response>",
            "<Response>\n  <!-- callflow: ignore ignore-comment -->\n  <!-- callflow: ignore\n   no-such-rule -->\n  <Answer/>\n</Response>",
        ),
        // With it the flow does not run: no comment helps.
        (
            "<Response>\n  <Dail>x</Dail>\n</Response>",
            "<Response>\n  <Dail>x</Dail>\n</Response>",
        ),
    ] {
        assert_eq!(add(text), expected);
    }
}

#[test]
fn a_comment_may_say_why() {
    for comment in [
        "ignore loop-zero: the vendor's player repeats it",
        "ignore no-beep, loop-zero: two: reasons, one-colon",
        "ignore loop-zero:",
        "ignore loop-zero : why",
    ] {
        let text = format!(
            "<Response>\n<!-- callflow: {comment} -->\n<Say loop=\"0\">a</Say>\n</Response>"
        );
        assert_eq!(ids(&checked(&text).1), [""; 0], "{comment}");
    }
    let text = "<Response>\n<!-- callflow: ignore : why -->\n<Answer/>\n</Response>";
    assert_eq!(ids(&checked(text).1), ["ignore-comment"]);
}

#[test]
fn an_error_with_which_the_flow_does_not_run_is_not_ignored() {
    for (rule, line) in [
        ("unknown-element", "<Dail/>"),
        ("xml-ampersand", "<Say>a & b</Say>"),
        ("unknown-attribute", "<Say lop=\"1\">a</Say>"),
    ] {
        let text = format!("<Response>\n<!-- callflow: ignore {rule} -->\n{line}\n</Response>");
        let findings = checked(&text).1;
        let Some(finding) = findings.iter().find(|one| one.severity == Severity::Error) else {
            // Nothing that the flow would not run with.
            assert_eq!(ids(&findings), [""; 0], "{rule}");
            continue;
        };
        assert_eq!(finding.rule, rule);
        let note = "a comment cannot ignore this error, because it keeps the flow from running";
        assert!(finding.notes.iter().any(|one| one == note), "{rule}");
    }
}
