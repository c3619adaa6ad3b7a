//! Entity and character references: XML 1.0 §4.1 and §4.6, without a DTD.

use std::borrow::Cow;

use super::names;

/// What a `&` begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reference<'a> {
    /// A good one, and its length in bytes.
    Char(char, usize),
    /// `&name;` of no predefined entity.
    Unknown(&'a str),
    /// A predefined entity's name, or a number, without the `;` behind it.
    Unended(&'a str, Option<char>),
    /// `&#…;` with digits that are none, or of a character that XML does not allow.
    BadNumber(&'a str),
    /// A `&` and nothing that could be a reference.
    Bare,
}

/// The five entities that need no declaration, XML 1.0 §4.6.
const PREDEFINED: [(&str, char); 5] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
];

/// Reads the reference that the text, beginning with `&`, begins with.
pub(super) fn read(text: &str) -> Reference<'_> {
    let behind = text.get(1..).unwrap_or("");
    if let Some(number) = behind.strip_prefix('#') {
        return read_number(text, number);
    }
    let length = names::name_length(behind);
    if length == 0 {
        return Reference::Bare;
    }
    let name = &behind[..length];
    let known = PREDEFINED.iter().find(|(known, _)| *known == name);
    match (known, behind[length..].starts_with(';')) {
        (Some(&(_, char)), true) => Reference::Char(char, length + 2),
        (Some(&(_, char)), false) => Reference::Unended(&text[..=length], Some(char)),
        (None, true) => Reference::Unknown(name),
        (None, false) => Reference::Bare,
    }
}

fn read_number<'a>(text: &'a str, number: &'a str) -> Reference<'a> {
    let (digits, radix, prefix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16, 3),
        None => (number, 10, 2),
    };
    let length = digits.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let written = &digits[..length];
    // `from_str_radix` takes a sign, of which none is left here.
    let char = u32::from_str_radix(written, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|&char| names::is_allowed(char));
    let ended = digits[length..].starts_with(';');
    match char {
        Some(char) if ended => Reference::Char(char, prefix + length + 1),
        Some(_) => Reference::Unended(&text[..prefix + length], char),
        None if ended => Reference::BadNumber(&text[..=prefix + length]),
        None if length > 0 => Reference::BadNumber(&text[..prefix + length]),
        None => Reference::Bare,
    }
}

/// The text with every good reference resolved and all else as written.
pub(super) fn resolve(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('&') else {
        return Cow::Borrowed(raw);
    };
    let mut resolved = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut next = Some(first);
    while let Some(at) = next {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if let Reference::Char(char, length) = read(rest) {
            resolved.push(char);
            length
        } else {
            resolved.push('&');
            1
        };
        rest = &rest[length..];
        next = rest.find('&');
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// What an HTML entity stands for, as it can be written in XML: the character itself, or its number
/// where nobody would see it.
pub(super) fn html_entity(name: &str) -> Option<Cow<'static, str>> {
    let text = quick_xml::escape::resolve_html5_entity(name)?;
    let is_seen = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || !is_hidden(c);
    if text.chars().all(is_seen) && !text.contains(['<', '&']) {
        return Some(text.into());
    }
    let numbers = text.chars().map(|c| format!("&#{};", u32::from(c)));
    Some(numbers.collect::<String>().into())
}

/// Whether a character shows nothing, or changes the one before it.
fn is_hidden(c: char) -> bool {
    let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}');
    let is_format = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_whitespace() || c.is_control() || is_mark || is_format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_what_only_looks_like_them() {
        assert_eq!(read("&amp;x"), Reference::Char('&', 5));
        assert_eq!(read("&#65;"), Reference::Char('A', 5));
        assert_eq!(read("&#x1F600;"), Reference::Char('😀', 9));
        assert_eq!(read("&#xD800;"), Reference::BadNumber("&#xD800;"));
        assert_eq!(read("&#0;"), Reference::BadNumber("&#0;"));
        assert_eq!(read("&#X41;"), Reference::BadNumber("&#X41;"));
        assert_eq!(read("&#;"), Reference::BadNumber("&#;"));
        assert_eq!(read("&amp x"), Reference::Unended("&amp", Some('&')));
        assert_eq!(read("&#65 x"), Reference::Unended("&#65", Some('A')));
        assert_eq!(read("&nbsp;"), Reference::Unknown("nbsp"));
        assert_eq!(read("& x"), Reference::Bare);
        assert_eq!(read("&b=1"), Reference::Bare);
        assert_eq!(read("&"), Reference::Bare);
        assert_eq!(read("&#"), Reference::Bare);
    }

    #[test]
    fn what_is_no_reference_stays_as_written() {
        assert_eq!(resolve("a&lt;b&c;&#10;&"), "a<b&c;\n&");
    }
}
