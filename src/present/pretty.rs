//! JSON for people: lines and indentation.

use std::io::{self, Write};

/// What lies deeper goes on one line: the indentation of a line would outweigh it.
const DEEPEST: usize = 64;

/// Writes compact JSON with one member or element a line.
///
/// It works on the bytes, so numbers and the order of keys stay as they are, and no nesting is too
/// deep for it.
///
/// # Errors
/// Those of the writer.
pub fn write(json: &[u8], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let mut depth = 0_usize;
    let mut rest = json;
    while let Some(&byte) = rest.first() {
        let length = match byte {
            b'"' => string_length(rest),
            _ => 1,
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        match byte {
            b'{' | b'[' => {
                out.write_all(token)?;
                if let Some(&close @ (b'}' | b']')) = rest.first() {
                    out.write_all(&[close])?;
                    rest = &rest[1..];
                    continue;
                }
                depth += 1;
                new_line(depth, out)?;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth < DEEPEST {
                    new_line(depth, out)?;
                }
                out.write_all(token)?;
            }
            b',' => {
                out.write_all(token)?;
                new_line(depth, out)?;
            }
            b':' => out.write_all(b": ")?,
            _ => out.write_all(token)?,
        }
    }
    Ok(())
}

/// Whether a text is JSON as [`write()`] lays it out, with a line end behind it.
pub fn is_written(text: &[u8]) -> bool {
    let mut compact = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        let length = match byte {
            b'"' => string_length(rest).min(rest.len()),
            _ => 1,
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        if !token[0].is_ascii_whitespace() {
            compact.extend_from_slice(token);
        }
    }
    let mut pretty = Vec::with_capacity(text.len());
    write(&compact, &mut pretty).is_ok() && text.strip_suffix(b"\n") == Some(&pretty)
}

fn new_line(depth: usize, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    if depth > DEEPEST {
        return Ok(());
    }
    write!(out, "\n{:1$}", "", depth * 2)
}

/// The length of the string that the JSON begins with, quotes included.
fn string_length(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_are_added() {
        let json = r#"{"a":[1,{"b\"{":"x, y: [z]"},[],{}],"c":{"d":null}}"#;
        let mut pretty = Vec::new();
        write(json.as_bytes(), &mut pretty).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&pretty).unwrap();
        let expected = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(String::from_utf8(pretty.clone()).unwrap(), expected);
        assert!(!is_written(&pretty));
        pretty.push(b'\n');
        assert!(is_written(&pretty));
        assert!(!is_written(json.as_bytes()));
        assert!(!is_written(&[&pretty[..], b"\n"].concat()));
        assert!(!is_written(b"\"\\"));
    }
}
