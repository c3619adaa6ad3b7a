//! The one writer: whatever the program prints or writes as a report goes through an [`Output`].
//!
//! Texts of flows, scenarios, events, addresses, file names and options come from outside. Here they lose
//! what a terminal, a CI server or a page would obey: control characters, marks of direction, invisible
//! characters, and the beginnings of commands in a log. People see such a character as its escape,
//! `\u{202e}`; a format for programs has its own escape for it, so that a program reads the same text.
//!
//! **Invariants:** what is not known to be a format for programs is for people. Lines are looked at as
//! they are written, after they were wrapped. Going through it twice changes nothing.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use crate::secret::masked;
use crate::source::{is_unseen, visible};

/// What is written, which decides how a character is escaped in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Syntax {
    /// Text for people. Secrets in addresses are masked.
    #[default]
    Text,
    /// The same with styles: the program's own escape sequences for colours are written.
    StyledText,
    /// Markdown, for people.
    Markdown,
    /// A page, for people.
    Html,
    /// Workflow commands of GitHub Actions, for people.
    Github,
    /// JSON, also one document a line.
    Json,
    /// XML.
    Xml,
    /// A patch, for people and for the program that applies it: tabs and line ends stay.
    Patch,
    /// What the program was asked for and may not change: a document, or text of its own.
    Exact,
}

impl Syntax {
    /// Text for people, with or without styles.
    pub fn text(styled: bool) -> Self {
        if styled { Self::StyledText } else { Self::Text }
    }

    /// A line as it is written, without its end.
    fn line(self, line: &[u8]) -> Cow<'_, [u8]> {
        if self == Self::Exact || is_plain(line) {
            return Cow::Borrowed(line);
        }
        let line = match String::from_utf8_lossy(line) {
            Cow::Borrowed(line) => line,
            Cow::Owned(line) => return self.line(line.as_bytes()).into_owned().into(),
        };
        let escaped = match self {
            Self::Text | Self::Markdown | Self::Github => for_people(line),
            Self::StyledText => styled(line),
            Self::Patch => patch(line),
            Self::Html => with_references(&masked(line)),
            Self::Xml => with_references(line),
            Self::Json => with_escapes(line),
            Self::Exact => line.to_owned(),
        };
        let escaped = self.without_commands(escaped);
        Cow::Owned(escaped.into_bytes())
    }

    /// A line in which a CI server finds no command but those that are ours.
    fn without_commands(self, mut line: String) -> String {
        let (colon, bracket) = match self {
            Self::Html | Self::Xml => ("&#x3a;", "&#x5b;"),
            Self::Json => ("\\u003a", "\\u005b"),
            _ => ("\\u{3a}", "\\u{5b}"),
        };
        let mut from = 0;
        // GitHub and Azure take `##[` and `##vso[` anywhere in a line, TeamCity `##teamcity[`.
        while let Some(at) = line[from..].find("##") {
            let behind = from + at + 2;
            let word = line[behind..].find(|c: char| !c.is_ascii_alphabetic());
            let end = word.map_or(line.len(), |word| behind + word);
            if line[end..].starts_with('[') {
                line.replace_range(end..=end, bracket);
            }
            from = behind - 1;
        }
        let is_own = self == Self::Github
            && ["::error ", "::warning ", "::notice "]
                .iter()
                .any(|own| line.starts_with(own));
        let begin = line.len() - without_styles(&line).len();
        if !is_own && line[begin..].starts_with("::") {
            line.replace_range(begin..=begin, colon);
        }
        line
    }
}

/// Whether there is nothing to look at in a line: plain ASCII, and no sign of a command or an address.
fn is_plain(line: &[u8]) -> bool {
    let is_plain = |&byte: &u8| matches!(byte, b' '..=b'~');
    line.iter().all(is_plain) && memchr::memchr3(b':', b'#', b'=', line).is_none()
}

/// Behind the blanks and styles that a line begins with.
pub(super) fn without_styles(line: &str) -> &str {
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        match style(rest) {
            Some(length) => rest = &rest[length..],
            None => return rest,
        }
    }
}

/// The length of the escape sequence for a colour that a text begins with.
fn style(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    inside[end..]
        .starts_with('m')
        .then_some("\u{1b}[".len() + end + 1)
}

fn for_people(line: &str) -> String {
    visible(&masked(line)).into_owned()
}

/// A line of a patch: a tab and the end of a line are no harm.
fn patch(line: &str) -> String {
    let (line, end) = match line.strip_suffix('\r') {
        Some(line) => (line, "\r"),
        None => (line, ""),
    };
    let parts: Vec<_> = masked(line)
        .split('\t')
        .map(|part| visible(part).into_owned())
        .collect();
    parts.join("\t") + end
}

/// A line for people with the colours that are in it.
fn styled(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        shown.push_str(&for_people(&rest[..at]));
        rest = &rest[at..];
        let length = style(rest).unwrap_or(1);
        let (sequence, behind) = rest.split_at(length);
        if length > 1 {
            shown.push_str(sequence);
        } else {
            shown.push_str(&visible(sequence));
        }
        rest = behind;
    }
    shown.push_str(&for_people(rest));
    shown
}

/// Unseen characters as XML and HTML refer to them; U+FFFD for those that neither may hold.
fn with_references(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => shown.push(c),
            '\0'..='\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => shown.push('\u{fffd}'),
            c if is_unseen(c) => {
                let _ = write!(shown, "&#x{:x};", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// Unseen characters as JSON escapes them.
fn with_escapes(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        if is_unseen(c) && !c.is_ascii_whitespace() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A text for people in ASCII: signs that have a likeness there, and escapes for all else.
pub fn in_ascii(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => shown.push(c),
            '├' | '└' | '╰' | '┌' | '╭' | '┬' | '┼' => shown.push('+'),
            '│' | '┊' => shown.push('|'),
            '─' | '–' | '—' | '‑' | '−' => shown.push('-'),
            '✓' => shown.push('v'),
            '✗' | '×' => shown.push('x'),
            '○' => shown.push('o'),
            '●' | '•' | '·' => shown.push('*'),
            '■' => shown.push('#'),
            '→' | '▶' => shown.push('>'),
            '←' => shown.push('<'),
            '⇄' => shown.push('='),
            '♪' | '♫' => shown.push('~'),
            '⌨' => shown.push('k'),
            '⋯' | '⋮' => shown.push(':'),
            '…' => shown.push_str("..."),
            '“' | '”' | '„' => shown.push('"'),
            '‘' | '’' | '‚' => shown.push('\''),
            '\u{a0}' => shown.push(' '),
            c => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    shown
}

/// Where the program writes to: standard output, standard error, or a report.
pub struct Output<'a> {
    inner: Box<dyn Write + 'a>,
    syntax: Syntax,
    /// Whether text for people is written in ASCII.
    is_ascii: bool,
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
}

impl<'a> Output<'a> {
    /// Writes text of a syntax to somewhere.
    pub fn new(syntax: Syntax, inner: impl Write + 'a) -> Self {
        Self {
            inner: Box::new(inner),
            syntax,
            is_ascii: false,
            begun: Vec::new(),
        }
    }

    /// The same, with text for people in ASCII if wanted.
    #[must_use]
    pub fn in_ascii(mut self, is_ascii: bool) -> Self {
        self.is_ascii = is_ascii;
        self
    }

    /// What is written of a syntax, in memory.
    ///
    /// # Errors
    ///
    /// Those of `write`.
    pub fn in_memory<E: From<io::Error>>(
        syntax: Syntax,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        let mut text = Vec::new();
        let mut out = Output::new(syntax, &mut text);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        Ok(text)
    }

    /// What is written from here on.
    ///
    /// # Errors
    ///
    /// Those of what is written to.
    pub fn set_syntax(&mut self, syntax: Syntax) -> io::Result<()> {
        if self.syntax != syntax {
            self.end_line()?;
            self.syntax = syntax;
        }
        Ok(())
    }

    /// Writes all of a text, as [`Write::write_all`] does, without the trait in scope.
    ///
    /// # Errors
    ///
    /// Those of what is written to.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        Write::write_all(self, bytes)
    }

    /// Writes what `write!` gives it.
    ///
    /// # Errors
    ///
    /// Those of what is written to.
    pub fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        Write::write_fmt(self, text)
    }

    /// Writes what is left of a line, and all that was kept back.
    ///
    /// # Errors
    ///
    /// Those of what is written to.
    pub fn flush(&mut self) -> io::Result<()> {
        Write::flush(self)
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let line = self.syntax.line(line);
        let is_text = matches!(self.syntax, Syntax::Text | Syntax::StyledText);
        if self.is_ascii && is_text && !line.is_ascii() {
            let line = in_ascii(&String::from_utf8_lossy(&line));
            return self.inner.write_all(line.as_bytes());
        }
        self.inner.write_all(&line)
    }

    /// Writes what is there of a line that has no end.
    fn end_line(&mut self) -> io::Result<()> {
        let begun = std::mem::take(&mut self.begun);
        if begun.is_empty() {
            return Ok(());
        }
        self.line(&begun)
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.syntax == Syntax::Exact {
            self.end_line()?;
            return self.inner.write(bytes);
        }
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            if self.begun.is_empty() {
                self.line(&rest[..end])?;
            } else {
                self.begun.extend_from_slice(&rest[..end]);
                self.end_line()?;
            }
            self.inner.write_all(b"\n")?;
            rest = &rest[end + 1..];
        }
        self.begun.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.inner.flush()
    }
}

/// What is left of a line is written; an error is found by a flush before.
impl Drop for Output<'_> {
    fn drop(&mut self) {
        let _ = self.end_line();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(syntax: Syntax, text: &str, expected: &str) {
        // Byte by byte, and through it again.
        let mut out = Vec::new();
        let mut inner = Output::new(syntax, Output::new(syntax, &mut out));
        text.bytes()
            .for_each(|byte| inner.write_all(&[byte]).unwrap());
        drop(inner);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn text_for_people_may_be_ascii() {
        let ascii = |syntax: Syntax, text: &str| {
            let mut out = Vec::new();
            let mut writer = Output::new(syntax, &mut out).in_ascii(true);
            writer.write_all(text.as_bytes()).unwrap();
            drop(writer);
            String::from_utf8(out).unwrap()
        };
        let text = "├ ✓ Say  “Grüezi …”\n└ → ♫\n";
        let expected = "+ v Say  \"Gr\\u{fc}ezi ...\"\n+ > ~\n";
        assert_eq!(ascii(Syntax::Text, text), expected);
        let styled = "\u{1b}[1m✗\u{1b}[0m\n";
        assert_eq!(ascii(Syntax::StyledText, styled), "\u{1b}[1mx\u{1b}[0m\n");
        // What a program reads stays as it is.
        assert_eq!(ascii(Syntax::Json, "\"é\"\n"), "\"é\"\n");
    }

    #[test]
    fn people_see_escapes() {
        becomes(
            Syntax::Text,
            "a\u{1b}[31mb\u{9b}c\u{202e}\td\r\n",
            "a\\u{1b}[31mb\\u{9b}c\\u{202e}\\u{9}d\\u{d}\n",
        );
        becomes(
            Syntax::StyledText,
            "\u{1b}[1ma\u{1b}[0m\u{1b}]0;x\u{7}",
            "\u{1b}[1ma\u{1b}[0m\\u{1b}]0;x\\u{7}",
        );
        becomes(
            Syntax::Text,
            "https://u:pw@a.example/",
            "https://***@a.example/",
        );
    }

    #[test]
    fn programs_read_the_same_text() {
        let text = "{\"a\":\"\u{9b}\u{202e}\u{e0001}##[x ##vso[y\"}\n";
        let mut out = Vec::new();
        Output::new(Syntax::Json, &mut out)
            .write_all(text.as_bytes())
            .unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(
            written,
            "{\"a\":\"\\u009b\\u202e\\udb40\\udc01##\\u005bx ##vso\\u005by\"}\n"
        );
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(value(&written), value(text));
        becomes(
            Syntax::Xml,
            "<a b='\u{202e}##[x'>\n ::y\u{1}</a>",
            "<a b='&#x202e;##&#x5b;x'>\n &#x3a;:y\u{fffd}</a>",
        );
        becomes(
            Syntax::Html,
            "<p>\u{200b}https://u:pw@a.example/",
            "<p>&#x200b;https://***@a.example/",
        );
    }

    #[test]
    fn no_line_is_a_command_of_a_ci_server() {
        becomes(
            Syntax::Text,
            "::a\n  ::b\n\u{3000}::c\nd ::e\n",
            "\\u{3a}:a\n  \\u{3a}:b\n\u{3000}\\u{3a}:c\nd ::e\n",
        );
        becomes(
            Syntax::StyledText,
            " \u{1b}[1m ::a\u{1b}[0m\n",
            " \u{1b}[1m \\u{3a}:a\u{1b}[0m\n",
        );
        becomes(
            Syntax::Text,
            "####[a] ##VSO[b] ##teamcity[c] ## [d] #[e]",
            "####\\u{5b}a] ##VSO\\u{5b}b] ##teamcity\\u{5b}c] ## [d] #[e]",
        );
        becomes(
            Syntax::Github,
            "::error file=a::b ##[c]\n::add-mask::d\n ::error e",
            "::error file=a::b ##\\u{5b}c]\n\\u{3a}:add-mask::d\n \\u{3a}:error e",
        );
    }

    #[test]
    fn a_patch_can_be_applied() {
        let text = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n \ta\r\n-é ::b\n+c\n";
        becomes(Syntax::Patch, text, text);
        becomes(
            Syntax::Patch,
            " ::a\n+##[b\u{1b}\r\n",
            " \\u{3a}:a\n+##\\u{5b}b\\u{1b}\r\n",
        );
    }

    #[test]
    fn a_document_is_written_as_it_is() {
        becomes(Syntax::Exact, "::a\u{1b}\n##[b", "::a\u{1b}\n##[b");
    }
}
