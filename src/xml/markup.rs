//! Comments, CDATA sections, processing instructions and the document type declaration.

use super::document::{RowKind, Value};
use super::names::{self, SPACE};
use super::reader::{Reader, edits, first_line};
use super::rules;
use super::text::Building;
use crate::diagnostic::Safety;
use crate::source::Span;

impl Reader<'_> {
    /// Where a delimiter next stands. One that was once sought in vain is not sought again, so
    /// that a text full of openings is not searched to its end for each.
    fn find(&mut self, from: usize, delimiter: &'static str) -> Option<usize> {
        if self.absent.contains(&delimiter) {
            return None;
        }
        let rest = self.text.as_bytes().get(from..);
        let found = rest.and_then(|rest| memchr::memmem::find(rest, delimiter.as_bytes()));
        if found.is_none() {
            self.absent.push(delimiter);
        }
        found.map(|length| from + length)
    }

    pub(super) fn read_comment(&mut self) {
        let start = self.at;
        let inside = start + 4;
        let end = if let Some(end) = self.find(inside, "-->") {
            let inside = Span::new(inside, end);
            self.check_comment(inside);
            self.check_characters(inside);
            end + 3
        } else {
            let rest = &self.text[inside..];
            // `<!-->` and `<!--->` are what some take for a whole comment.
            let short = ["->", ">"].iter().find(|short| rest.starts_with(**short));
            self.cut_off |= short.is_none();
            let finding = rules::COMMENT
                .at(Span::new(start, inside), "the comment is never closed")
                .label("opened here")
                .help("end the comment with `-->`");
            self.report(finding);
            short.map_or(self.text.len(), |short| inside + short.len())
        };
        self.at = end;
        let row = self.push_row(Span::new(start, end), RowKind::Comment);
        self.comments.push(row);
    }

    /// XML 1.0 §2.5: no `--` in a comment, and no `-` before its end.
    fn check_comment(&mut self, inside: Span) {
        let written = self.slice(inside);
        if !written.contains("--") && !written.ends_with('-') {
            return;
        }
        let mut runs = Vec::new();
        let mut at = 0;
        while let Some(found) = written[at..].find('-') {
            at += found;
            let length = written[at..].len() - written[at..].trim_start_matches('-').len();
            if length > 1 || at + length == written.len() {
                runs.push(inside.within(at, at + length));
            }
            at += length;
        }
        let Some(&first) = runs.first() else {
            return;
        };
        let mut finding = rules::COMMENT
            .at(first, "`--` in a comment")
            .label("some XML readers end the comment here")
            .help("write `=` or a single `-`");
        finding.fix = Some(edits(Safety::Safe, "write `=`", runs.into_iter(), "="));
        self.report(finding);
    }

    pub(super) fn read_cdata(&mut self) {
        let start = self.at;
        let inside = start + 9;
        let (inside_end, end) = if let Some(end) = self.find(inside, "]]>") {
            (end, end + 3)
        } else {
            let finding = rules::CDATA
                .at(
                    Span::new(start, inside),
                    "the CDATA section is never closed",
                )
                .label("opened here")
                .help("end the section with `]]>`");
            self.report(finding);
            // It goes on to the end tag of the element that it stands in.
            let rest = &self.text[inside..];
            let end_tag = self
                .open
                .last()
                .map(|open| format!("</{}", self.slice(open.name)))
                .and_then(|end_tag| rest.find(&end_tag));
            self.cut_off |= end_tag.is_none();
            let end = inside + end_tag.unwrap_or(rest.len());
            (end, end)
        };
        let span = Span::new(inside, inside_end);
        self.check_characters(span);
        if self.open.is_empty() {
            self.at = end;
            self.report_outside(first_line(self.text, Span::new(start, end)));
            return;
        }
        let mut value = Building::new(inside, self.owned.len());
        if self.slice(span).contains('\r') {
            self.at = inside;
            while self.at < inside_end {
                match self.text.as_bytes()[self.at] {
                    b'\r' => self.normalise_line_end(&mut value),
                    _ => self.at += 1,
                }
            }
        }
        let value: Value = value.finish(self.text, inside_end, &mut self.owned);
        self.at = end;
        self.note_text();
        self.push_row(Span::new(start, end), RowKind::Cdata(value));
    }

    pub(super) fn read_instruction(&mut self) {
        let start = self.at;
        let closed = self.find(start + 2, "?>");
        let (inside_end, end) = if let Some(end) = closed {
            (end, end + 2)
        } else {
            let name = &self.text[start + 2..];
            let name = &name[..name.find(SPACE).unwrap_or(name.len())];
            if self.report_program(Span::new(start, self.text.len()), name) {
                self.at = self.text.len();
                self.cut_off = true;
                return;
            }
            let finding = rules::INSTRUCTION
                .at(
                    Span::new(start, start + 2),
                    "the processing instruction is never closed",
                )
                .label("opened here")
                .help("end it with `?>`");
            self.report(finding);
            // It goes on to the next `>`, or up to the next tag.
            let rest = &self.text[start + 2..];
            let end = rest.match_indices(['<', '>']).find(|&(at, delimiter)| {
                delimiter == ">"
                    || self.begins_markup(start + 2 + at) && !rest[at..].starts_with("<!")
            });
            self.cut_off |= end.is_none();
            let (length, delimiter) = end.unwrap_or((rest.len(), ""));
            let end = start + 2 + length;
            (end, end + usize::from(delimiter == ">"))
        };
        self.at = end;
        let inside = Span::new(start + 2, inside_end.max(start + 2));
        let written = self.slice(inside);
        let length = written.find(SPACE).unwrap_or(written.len());
        let target = inside.within(0, length);
        let data = written.len() - written[length..].trim_start_matches(SPACE).len();
        let data = inside.within(data, written.len());
        if closed.is_some() {
            self.check_target(Span::new(start, end), target);
        }
        self.check_characters(data);
        self.push_row(Span::new(start, end), RowKind::Instruction { target, data });
    }

    fn check_target(&mut self, whole: Span, target: Span) {
        let written = self.slice(target);
        if self.report_program(whole, written) {
            return;
        }
        let good = names::name_length(written);
        let finding = if written == "xml" {
            rules::DECLARATION
                .at(
                    first_line(self.text, whole),
                    "the XML declaration is not at the start of the document",
                )
                .label("it must be the very first thing, even before a line break")
                .help("move it to the first character of the document, or remove it")
        } else if written.eq_ignore_ascii_case("xml") {
            rules::INSTRUCTION
                .at(target, format!("`{written}` is a reserved name"))
                .label("cannot be the name of an instruction")
                .help(
                    "write `<?xml version=\"1.0\"?>`, in lower case, at the start of the document",
                )
        } else if written.is_empty() {
            rules::INSTRUCTION
                .at(
                    first_line(self.text, whole),
                    "a processing instruction without a name",
                )
                .label("a name must follow `<?` directly")
                .help("write `<?name …?>`")
        } else if good < written.len() {
            let bad = written[good..].chars().next().map_or(0, char::len_utf8);
            rules::NAME
                .at(
                    target.within(good, good + bad),
                    "the name of a processing instruction is not an XML name",
                )
                .label("not allowed here")
                .help("a name is a letter or `_`, then letters, digits, `.`, `-` and `_`")
        } else if written.contains(':') {
            rules::NAMESPACE
                .at(target, "a colon in the name of a processing instruction")
                .label("instructions do not have a prefix")
                .help("remove the colon")
        } else {
            return;
        };
        self.report(finding);
    }

    /// Steps over a document type declaration and all in it.
    pub(super) fn read_doctype(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let first = !std::mem::replace(&mut self.said.doctype, true);
        // One that never ends is taken for one that ends with its first line; so are all behind it,
        // lest each is searched to the end of the text.
        let length = if first { end_of_doctype(rest) } else { None };
        let length = length.or_else(|| rest.find(['>', '\n']).map(|length| length + 1));
        self.at = start + length.unwrap_or(rest.len());
        if !first {
            return;
        }
        let whole = Span::new(start, self.at);
        let finding = rules::DOCTYPE
            .at(first_line(self.text, whole), "a DOCTYPE is not allowed")
            .label("document type declaration")
            .note("callflow does not use its declarations, and no entities")
            .help("remove it: a call flow does not need it")
            .fix(Safety::Safe, "remove the DOCTYPE", whole, "");
        self.report(finding);
    }

    /// Steps over `<!` and what follows, where that is nothing that XML knows.
    pub(super) fn read_unknown_markup(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let upper = rest.get(..9).map(str::to_ascii_uppercase);
        let end = match rest.as_bytes().get(2) {
            Some(b'-') => self.find(start, "->").map(|end| end - start + 2),
            Some(b'[') => self.find(start, "]]>").map(|end| end - start + 3),
            _ => None,
        };
        let limit = rest[2..].find('<').map_or(rest.len(), |length| length + 2);
        let end = end
            .filter(|&end| end <= limit || rest.starts_with("<!["))
            .or_else(|| rest[..limit].find('>').map(|length| length + 1))
            .unwrap_or(limit);
        let whole = Span::new(start, start + end);
        self.at = start + end;
        self.cut_off |= end == rest.len() && !rest.ends_with('>');
        let help = match (rest.as_bytes().get(2), upper.as_deref()) {
            (_, Some("<![CDATA[")) => "write `<![CDATA[`, in capitals",
            (Some(b'-'), _) => "write a comment as `<!-- … -->`",
            _ => "write `&lt;!` for the characters themselves",
        };
        let shown = self.shown(whole);
        let finding = rules::MARKUP
            .at(
                first_line(self.text, whole),
                format!("`{shown}` is not valid XML markup"),
            )
            .label("neither a comment nor a CDATA section")
            .help(help);
        self.report(finding);
    }
}

/// The length of the document type declaration that the text begins with.
fn end_of_doctype(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = "<!DOCTYPE".len();
    let mut subset = false;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let skip = match byte {
            b'"' => text[at + 1..].find('"')? + 2,
            b'\'' => text[at + 1..].find('\'')? + 2,
            b'<' if rest.starts_with(b"<!--") => text[at + 4..].find("-->")? + 7,
            b'<' if rest.starts_with(b"<?") => text[at + 2..].find("?>")? + 4,
            b'[' => {
                subset = true;
                1
            }
            b']' => {
                subset = false;
                1
            }
            b'>' if !subset => return Some(at + 1),
            _ => 1,
        };
        at += skip;
    }
    None
}
