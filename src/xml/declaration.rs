//! The XML declaration: XML 1.0 §2.8, §2.9 and §4.3.3.

use super::decode::is_encoding_name;
use super::document::Declaration;
use super::names::SPACE;
use super::reader::{Reader, clip};
use super::rules;
use crate::source::Span;

/// The declaration as nearly every document has it: known without being read.
pub(super) const USUAL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

const HELP: &str = "write `<?xml version=\"1.0\" encoding=\"UTF-8\"?>`";

impl Reader<'_> {
    /// Reads the declaration, if the text begins with one.
    pub(super) fn read_declaration(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        if rest.starts_with(USUAL) {
            let span = Span::new(start, start + USUAL.len());
            self.at = span.end as usize;
            self.declaration = Some(Declaration {
                span,
                version: Some(span.within(15, 18)),
                encoding: Some(span.within(30, 35)),
                standalone: None,
            });
            return;
        }
        if !rest.starts_with("<?xml") || !rest[5..].starts_with([' ', '\t', '\r', '\n', '?']) {
            return;
        }
        let length = match (rest.find("?>"), rest.find('>')) {
            (Some(length), Some(end)) if length < end || !goes_on_with_markup(&rest[end + 1..]) => {
                length
            }
            (_, end) => {
                // Without `?>` it ends with the first `>`.
                let length = end.unwrap_or(rest.len());
                let span = Span::new(start, start + length);
                let finding = rules::DECLARATION
                    .at(span, "the XML declaration does not end with `?>`")
                    .label("`?>` is missing after it")
                    .help(HELP);
                self.report(finding);
                self.cut_off |= end.is_none();
                self.at = (start + length + 1).min(self.text.len());
                return;
            }
        };
        let span = Span::new(start, start + length + 2);
        self.at = start + 5;
        let mut declaration = Declaration {
            span,
            version: None,
            encoding: None,
            standalone: None,
        };
        if let Err((at, message)) = self.read_pseudo_attributes(start + length, &mut declaration) {
            let finding = rules::DECLARATION.at(at, message).label("here").help(HELP);
            self.report(finding);
        } else {
            self.check_declaration(declaration);
        }
        self.declaration = Some(declaration);
        self.at = span.end as usize;
    }

    fn read_pseudo_attributes(
        &mut self,
        end: usize,
        declaration: &mut Declaration,
    ) -> Result<(), (Span, String)> {
        const NAMES: [&str; 3] = ["version", "encoding", "standalone"];
        let mut next = 0;
        loop {
            let spaced = self.skip_space();
            if self.at >= end {
                break;
            }
            let start = self.at;
            let rest = &self.text[start..end];
            let length = rest
                .find(|char: char| !char.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let name = Span::new(start, start + length.max(1).min(rest.len()));
            let written = &rest[..length];
            let Some(place) = NAMES.iter().position(|known| *known == written) else {
                let message = format!("unexpected `{}` in the XML declaration", clip(rest));
                return Err((Span::new(start, end), message));
            };
            if place < next {
                let message = format!("`{written}` is out of order in the XML declaration");
                return Err((name, message));
            }
            if next == 0 && place > 0 {
                break;
            }
            if !spaced {
                return Err((name, format!("white space is missing before `{written}`")));
            }
            next = place + 1;
            self.at += length;
            self.skip_space();
            let equals = self.peek() == Some(b'=');
            self.at += usize::from(equals);
            self.skip_space();
            let quote = self
                .peek()
                .filter(|byte| equals && matches!(byte, b'"' | b'\''));
            let inside = self.at + 1;
            let close = quote.and_then(|quote| self.text.get(inside..end)?.find(char::from(quote)));
            let Some(close) = close else {
                return Err((name, format!("`{written}` has no value in quotes")));
            };
            let value = Some(Span::new(inside, inside + close));
            match place {
                0 => declaration.version = value,
                1 => declaration.encoding = value,
                _ => declaration.standalone = value,
            }
            self.at = inside + close + 1;
        }
        match declaration.version {
            Some(_) => Ok(()),
            None => Err((
                declaration.span,
                "the XML declaration has no version".to_owned(),
            )),
        }
    }

    fn check_declaration(&mut self, declaration: Declaration) {
        if let Some(span) = declaration.version {
            let version = self.slice(span);
            if version != "1.0" {
                let finding = rules::DECLARATION
                    .at(span, format!("XML version `{}`", clip(version)))
                    .label("only 1.0 is supported")
                    .help("write `version=\"1.0\"`");
                self.report(finding);
            }
        }
        if let Some(span) = declaration.encoding {
            let encoding = self.slice(span);
            if !is_encoding_name(encoding) {
                let finding = rules::DECLARATION
                    .at(
                        span,
                        format!("`{}` cannot be the name of an encoding", clip(encoding)),
                    )
                    .label("not a name of an encoding")
                    .help("write `encoding=\"UTF-8\"`");
                self.report(finding);
            }
        }
        if let Some(span) = declaration.standalone {
            let standalone = self.slice(span);
            if !matches!(standalone, "yes" | "no") {
                let finding = rules::DECLARATION
                    .at(
                        span,
                        format!("`standalone` cannot be `{}`", clip(standalone)),
                    )
                    .label("`yes` or `no` expected")
                    .help("remove `standalone`: a call flow does not need it");
                self.report(finding);
            }
        }
    }
}

/// Whether the text, past white space, begins with `<`.
fn goes_on_with_markup(text: &str) -> bool {
    text.trim_start_matches(SPACE).starts_with('<')
}
