//! What people paste by mistake: flows of other dialects, and what is said of each.

#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

use callflow::check::{self, Settings};
use callflow::diagnostic::Diagnostic;
use callflow::report::human;

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
        let rendered = human::render(flow.source(), &findings, false);
        settings.bind(|| insta::assert_snapshot!(name, rendered));
    });
}

#[test]
fn safe_fixes_lead_to_a_text_that_needs_no_more() {
    insta::glob!("dialects/*.xml", |path| {
        let mut text = std::fs::read_to_string(path).unwrap();
        let passes = (0..20).take_while(|_| {
            let (_, findings) = check::read("flow.xml", text.as_bytes(), &Settings::default());
            let (mended, applied) = check::fix::apply(&text, &findings, false);
            text = mended;
            applied > 0
        });
        assert!(passes.count() < 10, "{}", path.display());
        let (_, findings) = check::read("flow.xml", text.as_bytes(), &Settings::default());
        assert!(
            findings
                .iter()
                .all(|finding| !finding.rule.starts_with("xml-")),
            "{text}"
        );
    });
}
