//! End tags, and what is meant by one that does not fit.

use super::document::RowKind;
use super::names::SPACE;
use super::reader::{Open, Reader, clip};
use super::rules;
use crate::diagnostic::Safety;
use crate::source::Span;

/// How far the reader looks ahead for the next end tag, in bytes.
const LOOK_AHEAD: usize = 64 * 1024;

/// How many open elements, from the innermost on, an end tag is compared with.
const MOST_SEARCHED: usize = 4096;

impl<'a> Reader<'a> {
    pub(super) fn read_end_tag(&mut self) {
        let start = self.at;
        self.at += 2;
        let before = self.at;
        if self.skip_space() {
            let span = Span::new(before, self.at);
            let finding = rules::END_TAG
                .at(span, "white space between `</` and the name")
                .label("the name must follow `</` directly")
                .help("remove the white space")
                .fix(Safety::Safe, "remove the white space", span, "");
            self.report(finding);
        }
        let rest = &self.text[self.at..];
        let length = rest
            .find([' ', '\t', '\r', '\n', '>', '<', '/'])
            .unwrap_or(rest.len());
        let name = Span::new(self.at, self.at + length);
        self.at += length;
        self.skip_space();
        if self.peek() == Some(b'>') {
            self.at += 1;
        } else {
            self.read_rest_of_end_tag(start, name);
        }
        self.match_end_tag(Span::new(start, self.at), name);
    }

    /// Steps over what stands in an end tag behind its name, if the tag ends before the next.
    fn read_rest_of_end_tag(&mut self, start: usize, name: Span) {
        let rest = &self.text[self.at..];
        let shown = self.shown(name);
        let written = &rest[..rest.find(['<', '>']).unwrap_or(rest.len())];
        if rest[written.len()..].starts_with('>') {
            let span = Span::new(self.at, self.at + written.trim_end_matches(SPACE).len());
            self.at += written.len() + 1;
            let finding = rules::END_TAG
                .at(
                    span,
                    format!("the end tag `</{shown}>` contains more than a name"),
                )
                .label("does not belong here")
                .help("write attributes in the start tag")
                .fix(Safety::Unsafe, "remove it", span, "");
            self.report(finding);
            return;
        }
        self.at = name.end as usize;
        let behind = Span::at(self.at);
        self.cut_off |= written.len() == rest.len();
        let finding = rules::END_TAG
            .at(
                Span::new(start, name.end as usize),
                format!("the end tag `</{shown}` does not end with `>`"),
            )
            .label("`>` is missing after it")
            .help(format!("write `</{shown}>`"))
            .fix(Safety::Safe, "insert `>`", behind, ">");
        self.report(finding);
    }

    /// Closes what the end tag closes.
    fn match_end_tag(&mut self, tag: Span, name: Span) {
        let written = self.slice(name);
        let Some(&innermost) = self.open.last() else {
            if !self.is_forgiven(written) {
                self.report_stray(tag, name);
            }
            return;
        };
        let expected = self.slice(innermost.name);
        if written == expected {
            self.close(tag);
            return;
        }
        if self.cut_off && self.at == self.text.len() {
            // The text ends within this tag, which was said.
            return;
        }
        let around = self.searched();
        let same = |open: &Open| self.slice(open.name) == written;
        let Some(place) = around.iter().rposition(same) else {
            self.match_unknown_end_tag(tag, name, expected);
            return;
        };
        let times = around.iter().filter(|open| same(open)).count();
        let place = place + self.open.len() - around.len();
        if times == 1 && !innermost.doubtful && self.next_end_tag() == Some(written) {
            self.report_wrong_name(tag, name, innermost);
            self.close(tag);
            return;
        }
        while self.open.len() > place + 1 {
            self.report_missing_end_tag(tag, name);
            self.close(Span::at(tag.start as usize));
        }
        self.close(tag);
    }

    /// An end tag of which no element is open: a stray one, or the innermost element's with a
    /// mistake in its name.
    fn match_unknown_end_tag(&mut self, tag: Span, name: Span, expected: &str) {
        let written = self.slice(name);
        if self.is_forgiven(written) {
            return;
        }
        let alike = is_alike(written, expected);
        let times = self
            .searched()
            .iter()
            .filter(|open| self.slice(open.name) == expected)
            .count();
        if self.next_end_tag() == Some(expected) && (times == 1 || !alike) {
            self.report_stray(tag, name);
            return;
        }
        if let Some(&innermost) = self.open.last() {
            // A start tag whose name is broken is a mistake that was reported.
            if !(alike && innermost.doubtful) {
                self.report_wrong_name(tag, name, innermost);
            }
            self.close(tag);
        }
    }

    /// Whether an end tag comes too late that was reported as missing.
    fn is_forgiven(&mut self, written: &str) -> bool {
        let place = self.forgiven.iter().rposition(|&late| late == written);
        self.forgiven.truncate(place.unwrap_or(self.forgiven.len()));
        place.is_some()
    }

    /// The open elements that an end tag is compared with.
    fn searched(&self) -> &[Open] {
        &self.open[self.open.len().saturating_sub(MOST_SEARCHED)..]
    }

    fn report_stray(&mut self, tag: Span, name: Span) {
        let shown = self.shown(name);
        let finding = rules::END_TAG
            .at(tag, format!("there is no open `<{shown}>` here"))
            .label("closes nothing")
            .help("remove the end tag, or add its start tag")
            .fix(Safety::Unsafe, "remove the end tag", tag, "");
        self.report(finding);
    }

    fn report_wrong_name(&mut self, tag: Span, name: Span, open: Open) {
        let expected = self.slice(open.name);
        let shown = clip(expected);
        // The start tag may be the one that is misspelt.
        let safety = Safety::certain_if(self.slice(name).eq_ignore_ascii_case(expected));
        let written = self.shown(name);
        let finding = rules::END_TAG
            .at(tag, format!("expected `</{shown}>`, found `</{written}>`"))
            .label(format!("must be `</{shown}>`"))
            .also(open.name, "the element that is open here")
            .help(format!("write `</{shown}>`; names are case-sensitive"))
            .fix(safety, format!("write `</{shown}>`"), name, expected);
        self.report(finding);
    }

    /// Reports the innermost element, which the end tag of one around it closes.
    fn report_missing_end_tag(&mut self, tag: Span, name: Span) {
        let Some(&Open {
            name: open,
            doubtful,
            ..
        }) = self.open.last()
        else {
            return;
        };
        if doubtful || self.is_full() {
            return;
        }
        let inner = self.slice(open);
        self.forgiven.push(inner);
        let shown = clip(inner);
        let before = Span::at(tag.start as usize);
        let finding = rules::END_TAG
            .at(open, format!("`<{shown}>` is never closed"))
            .label("this element")
            .also(tag, format!("closes `{}`, around it", self.shown(name)))
            .help(format!(
                "write `</{shown}>` where it ends, or end its tag with `/>`"
            ))
            .fix(
                Safety::Unsafe,
                format!("insert `</{shown}>`"),
                before,
                format!("</{inner}>"),
            );
        self.report(finding);
    }

    /// Reports what is open at the end of the text: one finding, for it is one mistake.
    pub(super) fn report_unclosed(&mut self, end: usize) {
        let open: Vec<Open> = self
            .open
            .iter()
            .copied()
            .filter(|open| !open.doubtful)
            .collect();
        let Some(innermost) = open.last().filter(|_| !self.cut_off) else {
            return;
        };
        if open.len() <= self.doubtful_closed {
            // Those may be the elements that the end tags were meant for.
            return;
        }
        let inner = self.slice(innermost.name);
        let shown = clip(inner);
        let mut finding = rules::END_TAG
            .at(innermost.name, format!("`<{shown}>` is never closed"))
            .label("this element")
            .also(Span::at(end), "the document ends here")
            .help(format!("write `</{shown}>` where it ends"));
        if open.len() > 1 {
            finding = finding.note(format!("{} elements are open at the end", open.len()));
        }
        if open.len() <= 16 {
            let mut tags = String::new();
            for open in open.iter().rev() {
                tags.extend(["</", self.slice(open.name), ">"]);
            }
            finding = finding.fix(
                Safety::Unsafe,
                format!("insert `{tags}`"),
                Span::at(end),
                tags,
            );
        }
        self.report(finding);
    }

    /// Closes the innermost element with its end tag, or at a place where there is none.
    pub(super) fn close(&mut self, tag: Span) {
        let Some(open) = self.open.pop() else {
            return;
        };
        self.namespaces.leave(self.open.len());
        self.doubtful_closed += usize::from(open.doubtful && tag.start < tag.end);
        let end = self.rows.len() as u32;
        let row = &mut self.rows[open.row as usize];
        row.end = end;
        row.span.end = tag.end;
        if let RowKind::Element(element) = &mut row.kind {
            element.end_tag = tag.start;
        }
    }

    /// The name in the next end tag that closes something opened before the place at hand.
    pub(super) fn next_end_tag(&self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let mut limit = rest.len().min(LOOK_AHEAD);
        while !rest.is_char_boundary(limit) {
            limit -= 1;
        }
        let mut rest = &rest[..limit];
        let mut depth = 0_usize;
        loop {
            rest = &rest[rest.find('<')?..];
            let (skip, behind) = match rest.as_bytes().get(1)? {
                b'!' if rest.starts_with("<!--") => ("-->", 4),
                b'!' if rest.starts_with("<![CDATA[") => ("]]>", 9),
                _ => (">", 1),
            };
            let length = behind + rest[behind..].find(skip)?;
            let inside = &rest[..length];
            if let Some(name) = inside.strip_prefix("</") {
                if depth == 0 {
                    return Some(name.trim_matches(SPACE));
                }
                depth -= 1;
            } else if !inside.ends_with('/')
                && !inside.starts_with("<!")
                && !inside.starts_with("<?")
            {
                depth += 1;
            }
            rest = &rest[length..];
        }
    }
}

/// Whether one name may be the other with a slip of the fingers.
fn is_alike(written: &str, expected: &str) -> bool {
    const LONGEST: usize = 100;
    if written.len() > LONGEST || expected.len() > LONGEST {
        return false;
    }
    let distance = strsim::osa_distance(&written.to_lowercase(), &expected.to_lowercase());
    distance * 3 <= expected.chars().count()
}
