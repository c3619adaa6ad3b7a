//! What stands in front of a document, or in place of one, and is known for something else.

use super::names::SPACE;
use super::reader::{Reader, first_line};
use super::rules;
use crate::diagnostic::Safety;
use crate::source::Span;

/// Characters that nobody sees, with their names.
const INVISIBLE: [(char, &str); 7] = [
    ('\u{feff}', "a second byte order mark"),
    ('\u{200b}', "a zero-width space"),
    ('\u{a0}', "a no-break space"),
    ('\u{200c}', "a zero-width non-joiner"),
    ('\u{200d}', "a zero-width joiner"),
    ('\u{2060}', "a word joiner"),
    ('\u{ad}', "a soft hyphen"),
];

/// How messages of PHP begin.
const NOTICES: [&str; 6] = [
    "Notice",
    "Warning",
    "Deprecated",
    "Fatal error",
    "Parse error",
    "Strict Standards",
];

impl Reader<'_> {
    /// Steps over what stands in front of the document and is known for something else.
    pub(super) fn read_stranger(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        if let Some(char) = rest.chars().next()
            && let Some((_, name)) = INVISIBLE.iter().find(|(known, _)| *known == char)
        {
            let length = rest.len() - rest.trim_start_matches(INVISIBLE.map(|(one, _)| one)).len();
            let span = Span::new(start, start + length);
            let number = u32::from(char);
            let message =
                format!("the document begins with {name}, U+{number:04X}, which is invisible");
            let finding = rules::ROOT
                .at(span, message)
                .label("it is here")
                .help("remove it: a document begins with `<`")
                .fix(Safety::Safe, "remove it", span, "");
            self.report(finding);
            self.at += length;
            return;
        }
        if let Some(length) = php_notice(rest) {
            let span = Span::new(start, start + length);
            let finding = rules::ROOT
                .at(
                    first_line(self.text, span),
                    "there is a PHP message before the document",
                )
                .label("the program on the server printed it")
                .help("fix the problem that it names, and turn `display_errors` off");
            self.report(finding);
            let behind = &self.text[start + length..];
            self.at = self.text.len() - behind.trim_start_matches(SPACE).len();
            return;
        }
        let behind = rest.trim_start_matches(SPACE);
        let head = behind.get(..14).unwrap_or_default();
        if head.eq_ignore_ascii_case("<!DOCTYPE html") {
            let at = self.text.len() - behind.len();
            self.report_html(first_line(self.text, Span::new(at, self.text.len())));
            self.at = self.text.len();
            self.cut_off = true;
        }
    }

    fn report_html(&mut self, span: Span) {
        let finding = rules::NOT_TEXT
            .at(span, "this is an HTML page, not a call flow")
            .label("a page for a browser")
            .help("open it in a browser: a server often replies with such a page when something failed");
        self.report(finding);
    }

    /// What is wrong with an HTML page is that it is one.
    pub(super) fn name_html(&mut self) {
        let Some(root) = self.root.filter(|_| !self.findings.is_empty()) else {
            return;
        };
        if self.slice(root).eq_ignore_ascii_case("html") {
            self.findings.clear();
            self.report_html(root);
        }
    }

    /// Reports the program of a server in place of what it prints; whether it is one.
    pub(super) fn report_program(&mut self, span: Span, target: &str) -> bool {
        // Behind the root element's beginning it is a processing instruction like any other.
        let is_php =
            self.root.is_none() && (target.eq_ignore_ascii_case("php") || target.starts_with('='));
        if is_php {
            let finding = rules::INSTRUCTION
                .at(
                    first_line(self.text, span),
                    "this is PHP code: the program itself, not its output",
                )
                .label("this code runs on the server")
                .help("let the server run it, or check its output");
            self.report(finding);
        }
        is_php
    }
}

/// The length of the messages of PHP that a text begins with: as text, or as HTML.
fn php_notice(text: &str) -> Option<usize> {
    /// A message is a few lines.
    const LONGEST: usize = 4096;
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let begin = rest.trim_start_matches(SPACE);
        let begin = begin.strip_prefix("<br />").unwrap_or(begin);
        let begin = begin.trim_start_matches(SPACE);
        let begin = begin.strip_prefix("<b>").unwrap_or(begin);
        let begin = begin.strip_prefix("PHP ").unwrap_or(begin);
        let notice = NOTICES.iter().find_map(|kind| begin.strip_prefix(kind));
        let body =
            notice.and_then(|body| body.strip_prefix("</b>").unwrap_or(body).strip_prefix(':'));
        let end = body.and_then(|body| {
            let head = &body[..body.floor_char_boundary(LONGEST)];
            let line = head.find(" on line ")? + " on line ".len();
            let line_end = body[line..]
                .find('\n')
                .map_or(body.len(), |end| line + end + 1);
            let html = body[line..line_end].find("<br />");
            Some(text.len() - body.len() + html.map_or(line_end, |end| line + end + "<br />".len()))
        });
        match end {
            Some(end) => length = end,
            None => return (length > 0).then_some(length),
        }
    }
}
