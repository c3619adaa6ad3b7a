//! Findings of every shape, made by hand.

#![allow(clippy::unwrap_used, reason = "a sample that is wrong fails the tests")]

use std::sync::Arc;

use callflow::diagnostic::{Diagnostic, Edit, Fix, Rule, Safety, Severity};
use callflow::report::{Aside, FileReport, Report};
use callflow::source::{Source, Span};

/// The rules that the sample's findings name, and one that found nothing.
const RULES: &[Rule] = &[
    Rule {
        id: "unknown-attribute",
        severity: Severity::Error,
        summary: "an attribute that the command does not have",
        page: "An attribute that the command does not have has no effect on the platform.\n\n\
               ## Example\n\n```xml\n<Pause lenght=\"1000\"/>\n```\n\n\
               Use instead:\n\n```xml\n<Pause length=\"1000\"/>\n```\n",
    },
    Rule {
        id: "dead-command",
        severity: Severity::Warning,
        summary: "a command that no call reaches",
        page: "Nothing behind a `Hangup` runs.\n",
    },
    Rule {
        id: "never-found",
        severity: Severity::Info,
        summary: "what nothing in this set does",
        page: "",
    },
    Rule {
        id: "short-pause",
        severity: Severity::Info,
        summary: "a pause that nobody hears",
        page: "A pause below 50 ms is not heard.\n",
    },
    Rule {
        id: "unclosed-element",
        severity: Severity::Error,
        summary: "an element without an end tag",
        page: "Every start tag needs its end tag.\n",
    },
];

/// The sample: six files, one of them clean.
pub(crate) fn report() -> Report {
    Report {
        files: vec![
            ordinary(),
            clean(),
            windows_lines(),
            long_line(),
            far_apart(),
            standard_input(),
        ],
        rules: RULES.to_vec(),
        base: None,
        styled: false,
        columns: None,
        aside: Aside::default(),
    }
}

fn file(name: &str, text: &str, diagnostics: Vec<Diagnostic>) -> FileReport {
    FileReport {
        source: Arc::new(Source::new(name, text)),
        diagnostics,
    }
}

/// The span of the first occurrence.
fn of(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

fn ordinary() -> FileReport {
    let text = "\
<Response>
\t<Pause lenght=\"20\"/>
    <Say voice=\"Zoë\" langauge='fr-FR'>Où êtes-vous ? 您好</Say>
    <Hangup/>
    <Dial>
        <To>+18382049000</To>
    </Dial>
</Response>
";
    let dial = of(text, "<Dial>").to(of(text, "</Dial>"));
    let unknown = "unknown-attribute";
    file(
        "flows/über uns/main, 100%.xml",
        text,
        vec![
            Diagnostic::error(
                unknown,
                of(text, "lenght"),
                "`Pause` has no attribute `lenght`",
            )
            .label("not an attribute of `Pause`")
            .also(of(text, "Pause"), "this command")
            .help("`Pause` has one attribute: `length`")
            .fix(Safety::Safe, "write `length`", of(text, "lenght"), "length"),
            Diagnostic::new(
                "short-pause",
                Severity::Info,
                of(text, "20"),
                "nobody hears a pause of 20 ms",
            ),
            Diagnostic::error(
                unknown,
                of(text, "langauge"),
                "`Say` has no attribute `langauge`",
            )
            .label("did you mean `language`?")
            .note("attributes of `Say`: language, loop, voice")
            .fix(
                Safety::Unsafe,
                "write `language`",
                of(text, "langauge"),
                "language",
            ),
            Diagnostic::warning("dead-command", dial, "no call reaches this `Dial`")
                .label("never runs")
                .also(of(text, "<Hangup/>"), "the call ends here")
                .note("nothing behind a `Hangup` runs\nwhatever the caller does")
                .help("remove it, or move it in front of the `Hangup`")
                .fix(Safety::Unsafe, "remove the `Dial`", dial, ""),
        ],
    )
}

fn clean() -> FileReport {
    file(
        "./flows/clean.xml",
        "<Response><Hangup/></Response>\n",
        vec![],
    )
}

fn windows_lines() -> FileReport {
    let text = "<Response>\r\n  <Say>Hello</Say>\r\n  <Gather>\r\n";
    let end = Span::at(text.len());
    file(
        "flows/windows.xml",
        text,
        vec![
            Diagnostic::error(
                "bad-character",
                of(text, "Hello"),
                "the text has a \u{1b}[31m in it",
            ),
            Diagnostic::error(
                "unclosed-element",
                of(text, "Gather"),
                "`Gather` is never closed",
            )
            .label("opened here")
            .also(end, "the document ends here")
            .fix(Safety::Safe, "close `Gather`", end, "</Gather>\n"),
            Diagnostic::error(
                "unclosed-element",
                end,
                "the document ends inside `Response`",
            )
            .label("expected `</Response>`")
            .also(of(text, "Response"), "opened here"),
        ],
    )
}

fn long_line() -> FileReport {
    let play = "<Play url=\"https://example.com/é.wav\"/>";
    let text = format!(
        "<Response>{}<Pause lenght=\"1\"/>{}<Pause lenght=\"2\"/></Response>",
        play.repeat(600),
        play.repeat(300),
    );
    let first = of(&text, "lenght");
    let last = text.rfind("lenght").unwrap();
    let last = Span::new(last, last + "lenght".len());
    let message = "`Pause` has no attribute `lenght`";
    file(
        "flows/minified.xml",
        &text,
        vec![
            Diagnostic::error("unknown-attribute", first, message)
                .also(of(&text, "Response"), "in this flow")
                .fix(Safety::Safe, "write `length`", first, "length"),
            Diagnostic::error("unknown-attribute", last, message).also(first, "the same here"),
        ],
    )
}

fn far_apart() -> FileReport {
    let text = format!("<Response>\n{}</Reponse>\n", "  <Hangup/>\n".repeat(2000));
    let end = of(&text, "Reponse");
    let start = of(&text, "Response");
    let mut diagnostic =
        Diagnostic::error("unclosed-element", end, "`Response` is closed as `Reponse`")
            .label("does not match")
            .also(start, "opened here");
    diagnostic.fix = Some(Fix {
        title: "rename both to `Flow`".into(),
        safety: Safety::Unsafe,
        edits: [start, end]
            .map(|span| Edit {
                span,
                replacement: "Flow".into(),
            })
            .into(),
    });
    let body = of(&text, "<Hangup/>\n").to(Span::at(end.start as usize - 2));
    file(
        "/elsewhere/long.xml",
        &text,
        vec![
            Diagnostic::warning("dead-command", body, "only the first of these runs"),
            diagnostic,
        ],
    )
}

fn standard_input() -> FileReport {
    file(
        "<stdin>",
        "",
        vec![Diagnostic::error(
            "empty-document",
            Span::at(0),
            "the document is empty",
        )],
    )
}
