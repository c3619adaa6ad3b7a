//! Every output format over the same small set of findings.

#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

mod report {
    pub(crate) mod sample;
}

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use callflow::diagnostic::{Diagnostic, Severity};
use callflow::report::{Base, Format, Report, human};
use callflow::source::Span;
use insta::assert_snapshot;
use report::sample;

/// What a format writes.
fn written(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    format.write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with `snapshots/report/<name>.snap`, whatever the version of the package.
fn check_snapshot(name: &str, text: &str) {
    let version = concat!('"', env!("CARGO_PKG_VERSION"), '"');
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/report");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, text.replace(version, r#""[version]""#)));
}

#[test]
fn every_format_shows_the_sample() {
    let report = sample::report();
    for &format in Format::ALL {
        check_snapshot(format.name(), &written(&report, format));
    }
}

#[test]
fn every_format_shows_that_nothing_was_found() {
    let mut report = sample::report();
    report.rules.clear();
    report.files.retain(|file| file.diagnostics.is_empty());
    let mut text = String::new();
    for &format in Format::ALL {
        text.extend(["--- ", format.name(), "\n"]);
        text += &written(&report, format);
    }
    check_snapshot("nothing-found", &text);
}

#[test]
fn colours_are_written_where_they_are_shown() {
    let mut report = sample::report();
    report.files.truncate(1);
    report.styled = true;
    let text = written(&report, Format::Human).replace('\u{1b}', "␛");
    check_snapshot("human-styled", &text);
}

#[test]
fn one_file_is_rendered_as_in_a_report() {
    let mut report = sample::report();
    report.files.truncate(1);
    let file = &report.files[0];
    let alone = human::render(&file.source, &file.diagnostics, false, None);
    assert!(written(&report, Format::Human).starts_with(&alone));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for &format in Format::ALL {
        let first = written(&sample::report(), format);
        assert_eq!(first, written(&sample::report(), format), "{format}");
        assert!(
            first.ends_with('\n') && !first.ends_with("\n\n"),
            "{format}"
        );
    }
}

#[test]
fn a_base_makes_paths_relative_to_the_root() {
    let mut report = sample::report();
    report.files.remove(0);
    report.base = Some(Base {
        root: "/elsewhere".into(),
        directory: "/elsewhere/here".into(),
    });
    for file in &mut report.files {
        file.diagnostics.truncate(1);
    }
    let text = written(&report, Format::Github) + &written(&report, Format::Gitlab);
    let paths = text.lines().filter(|line| line.contains("xml"));
    assert_snapshot!(paths.collect::<Vec<_>>().join("\n"), @r#"
    ::error file=here/flows/windows.xml,line=2,endLine=2,col=8,endColumn=13,title=bad-character::the text has a \u{1b}[31m in it
    ::error file=here/flows/minified.xml,line=1,endLine=1,col=23418,endColumn=23424,title=unknown-attribute::`Pause` has no attribute `lenght`%0Ahelp: write `length`
    ::warning file=long.xml,line=2,endLine=2002,title=dead-command::only the first of these runs
          "path": "here/flows/windows.xml",
          "path": "here/flows/minified.xml",
          "path": "long.xml",
    "#);
}

#[test]
fn findings_that_github_would_drop_are_plain_lines() {
    let mut report = sample::report();
    report.files.retain(|file| file.diagnostics.is_empty());
    report.files[0].diagnostics = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .zip([12, 10, 11])
        .flat_map(|(severity, count)| {
            let found = Diagnostic::new("rule", severity, Span::at(3), "has ##[group] and\nmore");
            std::iter::repeat_n(found, count)
        })
        .collect();
    let text = written(&report, Format::Github);
    assert_eq!(
        text.lines().filter(|line| line.starts_with("::")).count(),
        30
    );
    let plain = text.lines().filter(|line| !line.starts_with("::"));
    assert_snapshot!(plain.collect::<Vec<_>>().join("\n"), @r"
    error[rule]: flows/clean.xml:1:4: has ##\u{5b}group] and\u{a}more
    error[rule]: flows/clean.xml:1:4: has ##\u{5b}group] and\u{a}more
    info[rule]: flows/clean.xml:1:4: has ##\u{5b}group] and\u{a}more
    12 errors, 10 warnings, 11 infos in 1 file checked; 3 more findings are only in this log, because GitHub shows at most 10 annotations of each kind per step
    ");
}

#[test]
fn gitlab_can_tell_all_findings_apart() {
    let mut report = sample::report();
    for file in &mut report.files {
        let again = file.diagnostics.clone();
        file.diagnostics.extend(again);
    }
    let findings: usize = report.files.iter().map(|file| file.diagnostics.len()).sum();
    let text = written(&report, Format::Gitlab);
    let fingerprints = text.lines().filter(|line| line.contains("\"fingerprint\""));
    assert_eq!(fingerprints.collect::<BTreeSet<_>>().len(), findings);
}

#[test]
fn a_writer_that_fails_stops_the_report() {
    struct Closed;

    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    for &format in Format::ALL {
        let error = format.write(&sample::report(), &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format}");
    }
}

/// `tests/schemas/run` holds these files against the published schemas.
#[test]
fn samples_for_the_schemas_are_written() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let directory = target.join("report-samples");
    std::fs::create_dir_all(&directory).unwrap();
    let sample = sample::report();
    let clean = Report::default();
    let formats = [
        (Format::Json, "findings.json"),
        (Format::Sarif, "sarif"),
        (Format::Junit, "junit.xml"),
    ];
    for (format, extension) in formats {
        for (name, report) in [("sample", &sample), ("empty", &clean)] {
            let path = directory.join(format!("{name}.{extension}"));
            std::fs::write(path, written(report, format)).unwrap();
        }
    }
}

#[test]
fn a_narrow_terminal_shows_every_sentence_whole() {
    use unicode_width::UnicodeWidthStr as _;
    let mut report = sample::report();
    let file = &mut report.files[0];
    let words =
        "a sentence that is a good deal longer than the terminal is wide ::error:: and ends here";
    let first = file.diagnostics.remove(0);
    file.diagnostics.insert(0, first.note(words).help(words));
    report.columns = Some(50);
    let text = written(&report, Format::Human);
    let sentences = text
        .lines()
        .skip_while(|line| !line.contains("= note: a sentence"));
    let sentences: Vec<_> = sentences
        .take_while(|line| !line.trim().is_empty())
        .collect();
    let is_narrow = |line: &&str| line.width() <= 50;
    assert!(sentences.iter().all(is_narrow), "{text}");
    assert!(
        sentences
            .iter()
            .all(|line| !line.trim_start().starts_with("::")),
        "{text}"
    );
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(joined.matches(words).count(), 2, "{text}");
}
