//! What people paste by mistake: flows of other dialects, and what is said of each.

#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

use callflow::check::{self, Settings, config};
use callflow::diagnostic::Diagnostic;
use callflow::report::human;
use callflow::source::Source;

#[test]
fn each_flow_of_another_dialect_gets_help() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/dialects");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.remove_input_file();
    insta::glob!("dialects/*.xml", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read(path).unwrap();
        let file = format!("{name}.xml");
        let (flow, findings) = check::read(&file, &text, &Settings::default());
        let is_helpful = |finding: &Diagnostic| !finding.help.is_empty() || finding.fix.is_some();
        assert!(!findings.is_empty(), "{name}");
        for finding in &findings {
            let is_foreign = finding.rule.starts_with("unknown-");
            assert!(
                is_helpful(finding) || !is_foreign,
                "{name}: {}",
                finding.message
            );
        }
        let rendered = human::render(flow.source(), &findings, false, None);
        settings.bind(|| insta::assert_snapshot!(name, rendered));
    });
}

#[test]
fn safe_fixes_lead_to_a_text_that_needs_no_more() {
    insta::glob!("dialects/*.xml", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let check = |text: &str| check::read("flow.xml", text.as_bytes(), &Settings::default()).1;
        let mended = check::fix::mend(&text, check(&text), false, check);
        let again = check::fix::mend(&mended.text, mended.findings.clone(), false, check);
        assert_eq!(again.applied, 0, "{}", path.display());
        let (text, findings) = (mended.text, mended.findings);
        assert!(
            findings
                .iter()
                .all(|finding| !finding.rule.starts_with("xml-")),
            "{text}"
        );
    });
}

/// The fenced block of a language under a heading of a page.
fn block<'a>(page: &'a str, heading: &str, language: &str) -> Option<&'a str> {
    let (_, section) = page.split_once(heading)?;
    let section = section.split("\n## ").next()?;
    let (_, block) = section.split_once(&format!("```{language}\n"))?;
    block.split_once("```").map(|(text, _)| text)
}

#[test]
fn each_rule_shows_its_bad_example() {
    let mut snapshots = insta::Settings::clone_current();
    snapshots.set_snapshot_path("../snapshots/rules");
    snapshots.set_prepend_module_to_snapshot(false);
    snapshots.set_omit_expression(true);
    let rules = check::all_rules();
    for rule in &rules {
        let config = block(rule.page, "## Settings", "toml").unwrap_or("");
        let (config, _) = config::parse(&Source::new("callflow.toml", config), &rules);
        let rendered = if let Some(xml) = block(rule.page, "## Example", "xml") {
            let (flow, findings) = check::read("flow.xml", xml.as_bytes(), &config.settings);
            human::render(flow.source(), &findings, false, None)
        } else if let Some(toml) = block(rule.page, "## Example", "toml") {
            let source = Source::new("callflow.toml", toml);
            human::render(&source, &config::parse(&source, &rules).1, false, None)
        } else {
            // What breaks a limit is too large for a page.
            continue;
        };
        snapshots.bind(|| insta::assert_snapshot!(rule.id, rendered));
    }
}

/// The smallest flows that have many of something: each must be checked in a moment.
#[test]
fn no_rule_takes_longer_than_the_flow_is_large() {
    let many = |one: &str| format!("<Response>{}</Response>", one.repeat(9_000));
    for xml in [
        many("<Say loop=\"0\" lang=\"english\" code=\"alice\">a</Say>"),
        many("<Dial timeout=\"1\"/>"),
        many("<Gather/>"),
        many("<Play record=\"a\"/>"),
        many("<Record tag=\"recording\"/>").replacen("/>", "/><Play record=\"recordings\"/>", 1),
        many("<RecordStop tag=\"a\"/><Unhold/>"),
        many("<Hangup/>"),
        many("<Foo/>"),
        many("<!-- callflow: ignore loop-zero --><Say loop=\"0\">a</Say>"),
        many("<Callback url=\"http://a.example\"/>"),
        format!(
            "<Response><Gather dtmf_length=\"1\">{}</Gather></Response>",
            "<DTMF value=\"11\"/>".repeat(9_000)
        ),
        format!("<Response>{}", "<Record>".repeat(9_000)),
        format!(
            "<Response><Geo states=\"{}NY\"/></Response>",
            "XX,".repeat(9_000)
        ),
    ] {
        let settings = Settings {
            auto_answer: Some(false),
            own_url: Some("http://a.example".into()),
        };
        let check = |text: &str| check::read("flow.xml", text.as_bytes(), &settings).1;
        let findings = check(&xml);
        let mended = check::fix::mend(&xml, findings, true, check);
        assert!(mended.findings.len() <= 3000);
    }
}
