//! Reads JSON as far as it is whole.

use super::json::{Json, Member, Value};
use super::rules::SYNTAX;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// How deep arrays and objects may be nested. A flow's compiled JSON nests about a hundred deep.
const MAX_DEPTH: usize = 256;

/// What was read, and how far.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The value, or what was whole of it.
    pub(super) json: Option<Json>,
    /// Where reading stopped: behind the value, or at the damage.
    pub(super) end: usize,
    /// The damage.
    pub(super) error: Option<Diagnostic>,
}

/// Reads one value of a text, from an offset on. `text` may go on behind it.
pub(super) fn parse(text: &str, from: usize) -> Parsed {
    let mut parser = Parser {
        text: text.as_bytes(),
        at: from,
        open: Vec::new(),
    };
    match parser.value() {
        Ok(json) => Parsed {
            json: Some(json),
            end: parser.at,
            error: None,
        },
        Err(error) => {
            let end = parser.at;
            let json = parser.close();
            let error = Some(*error);
            Parsed { json, end, error }
        }
    }
}

/// An array or object that is being read.
struct Open {
    start: usize,
    /// The key whose value comes next.
    key: Option<Box<str>>,
    value: Value,
}

impl Open {
    fn add(&mut self, json: Json) {
        match (&mut self.value, self.key.take()) {
            (Value::Array(elements), _) => elements.push(json),
            (Value::Object(members), Some(key)) => members.push(Member { key, value: json }),
            _ => {}
        }
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    open: Vec<Open>,
}

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl Parser<'_> {
    /// Everything that is open, closed where reading stopped.
    fn close(mut self) -> Option<Json> {
        loop {
            let open = self.open.pop()?;
            let (span, value) = (Span::new(open.start, self.at), open.value);
            let json = Json { span, value };
            match self.open.last_mut() {
                Some(around) => around.add(json),
                None => return Some(json),
            }
        }
    }

    fn value(&mut self) -> Result<Json> {
        loop {
            // A value begins here.
            self.blanks();
            let start = self.at;
            let value = match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    if self.open.len() >= MAX_DEPTH {
                        return Err(self.error(format!("nested more than {MAX_DEPTH} deep")));
                    }
                    self.at += 1;
                    let value = match bracket {
                        b'{' => Value::Object(Vec::new()),
                        _ => Value::Array(Vec::new()),
                    };
                    let key = None;
                    self.open.push(Open { start, key, value });
                    None
                }
                Some(b'"') => Some(Value::Text(self.string()?)),
                Some(b'-' | b'0'..=b'9') => Some(Value::Number(self.digits()?)),
                _ => Some(self.word()?),
            };
            let mut done = value.map(|value| Json {
                span: Span::new(start, self.at),
                value,
            });
            // It goes where it belongs, and with it all that ends behind it.
            loop {
                let is_first = done.is_none();
                match (done.take(), self.open.last_mut()) {
                    (Some(json), None) => return Ok(json),
                    (Some(json), Some(around)) => around.add(json),
                    (None, _) => {}
                }
                match self.next(is_first)? {
                    true => done = self.pop(),
                    false => break,
                }
            }
        }
    }

    /// Inside an array or object: whether it ends here. If not, the next value is what follows.
    fn next(&mut self, is_first: bool) -> Result<bool> {
        self.blanks();
        let is_object = matches!(
            self.open.last().map(|open| &open.value),
            Some(Value::Object(_))
        );
        let (closing, name) = match is_object {
            true => (b'}', "`}`"),
            false => (b']', "`]`"),
        };
        match self.peek() {
            Some(byte) if byte == closing => {
                self.at += 1;
                return Ok(true);
            }
            Some(b',') if !is_first => {
                self.at += 1;
                self.blanks();
            }
            _ if is_first => {}
            _ => return Err(self.expected(&format!("`,` or {name}"))),
        }
        if is_object {
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in quotes"));
            }
            let key = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.expected("`:`"));
            }
            self.at += 1;
            if let Some(open) = self.open.last_mut() {
                open.key = Some(key);
            }
        }
        Ok(false)
    }

    fn pop(&mut self) -> Option<Json> {
        let Open { start, value, .. } = self.open.pop()?;
        let span = Span::new(start, self.at);
        Some(Json { span, value })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self) -> Result<Value> {
        let words = [
            (&b"null"[..], Value::Null),
            (b"true", Value::Bool(true)),
            (b"false", Value::Bool(false)),
        ];
        for (word, value) in words {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.expected("a value"))
    }

    /// A number. One that the end of the text cuts may have gone on, unless it stands by itself.
    fn digits(&mut self) -> Result<Box<str>> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        let is_cut = self.at == self.text.len() && !self.open.is_empty();
        if !is_cut && serde_json::from_str::<serde_json::Number>(digits).is_ok() {
            return Ok(digits.into());
        }
        if !is_cut {
            self.at = start;
        }
        Err(self.expected("a number"))
    }

    fn string(&mut self) -> Result<Box<str>> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(0..0x20) | None => {
                    self.at = self.at.min(self.text.len());
                    return Err(self.expected("the end of a text"));
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let quoted = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        serde_json::from_str(quoted).map_err(|_| {
            self.at = start;
            self.error("a text with an escape that means nothing".to_owned())
        })
    }

    fn expected(&self, what: &str) -> Box<Diagnostic> {
        if self.at >= self.text.len() {
            let error = self.error(format!("the document ends where {what} should stand"));
            let help = "what stands before is read; the rest was lost when it was cut";
            return Box::new(error.help(help));
        }
        self.error(format!("{what} should stand here"))
    }

    fn error(&self, message: String) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(SYNTAX.id, Span::at(self.at), message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_whole_before_a_cut_is_kept() {
        let text = r#"{"a": [1, {"b": "é", "c": 12345"#;
        let parsed = parse(text, 0);
        let json = parsed.json.unwrap();
        let list = json.get("a").unwrap().elements();
        assert_eq!(list[0].number::<u32>(), Some(1));
        assert_eq!(list[1].get("b").unwrap().text(), Some("é"));
        assert_eq!(list[1].get("c"), None, "it may have gone on");
        assert_eq!(parsed.end, text.len());
        assert!(parsed.error.is_some());
    }

    #[test]
    fn damage_has_a_place() {
        for (text, at) in [
            ("", 0),
            ("{\"a\" 1}", 5),
            ("[1 2]", 3),
            ("[1,]", 3),
            ("{\"a\":01}", 5),
            ("[\"\\x\"]", 1),
            ("[\"\n\"]", 2),
            ("[tru]", 1),
        ] {
            let error = parse(text, 0).error.unwrap();
            assert_eq!(error.primary.span, Span::at(at), "{text}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let deep = "[".repeat(100_000);
        assert!(parse(&deep, 0).error.is_some());
    }
}
