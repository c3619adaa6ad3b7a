//! Bytes to text: XML 1.0 §4.3.3 and appendix F.

use std::borrow::Cow;

use super::declaration::USUAL;
use super::names::SPACE;
use super::reader::clip;
use super::rules;
use super::text::is_plain;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// More bytes than this are refused: places in a document are 32 bits.
const LARGEST: usize = 1 << 30;

/// What became of the bytes.
pub(super) struct Decoded {
    /// The text without a byte order mark; what is no text became U+FFFD.
    pub(super) text: String,
    pub(super) findings: Vec<Diagnostic>,
    /// As [`is_plain`] says of the text; `false` where nobody looked.
    pub(super) is_plain: bool,
    /// There is nothing in the text that could be read; the findings say why.
    pub(super) is_hopeless: bool,
}

impl Decoded {
    fn hopeless(message: String, help: &'static str) -> Self {
        let finding = rules::NOT_TEXT.at(Span::at(0), message).help(help);
        Self {
            text: String::new(),
            is_plain: false,
            findings: vec![finding],
            is_hopeless: true,
        }
    }
}

/// The encodings that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16,
    Ascii,
    Latin1,
}

impl Encoding {
    fn named(name: &str) -> Option<Self> {
        const NAMES: [(&str, Encoding); 11] = [
            ("utf-8", Encoding::Utf8),
            ("utf8", Encoding::Utf8),
            ("utf-16", Encoding::Utf16),
            ("utf-16le", Encoding::Utf16),
            ("utf-16be", Encoding::Utf16),
            ("us-ascii", Encoding::Ascii),
            ("ascii", Encoding::Ascii),
            ("iso-8859-1", Encoding::Latin1),
            ("iso_8859-1", Encoding::Latin1),
            ("latin1", Encoding::Latin1),
            ("latin-1", Encoding::Latin1),
        ];
        let mut known = NAMES.iter();
        let known = known.find(|(known, _)| name.eq_ignore_ascii_case(known))?;
        Some(known.1)
    }
}

pub(super) fn decode(bytes: &[u8]) -> Decoded {
    const SAVE: &str = "save the file as UTF-8";
    if bytes.len() > LARGEST {
        return Decoded::hopeless(
            format!("the file is too large: {} MiB", bytes.len() >> 20),
            "the limit is 1 GiB",
        );
    }
    match bytes {
        [0, 0, 0xfe, 0xff, ..]
        | [0xff, 0xfe, 0, 0, ..]
        | [0, 0, 0, b'<', ..]
        | [b'<', 0, 0, 0, ..] => Decoded::hopeless(
            "the file is UTF-32, which is not supported".to_owned(),
            SAVE,
        ),
        [0x4c, 0x6f, 0xa7, 0x94, ..] => Decoded::hopeless(
            "the file is EBCDIC, which is not supported".to_owned(),
            SAVE,
        ),
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        [b'<', 0, b'?', 0, ..] => decode_utf16(bytes, u16::from_le_bytes),
        [0, b'<', 0, b'?', ..] => decode_utf16(bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => decode_bytes(rest, true),
        _ => decode_bytes(bytes, false),
    }
}

/// Whether bytes are those of a picture, a program or the like: control characters abound.
fn is_binary(bytes: &[u8], text: Option<&str>) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let control = |byte: &&u8| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f);
    let controls = head.iter().filter(control).count();
    let count = |text: &str| text.matches(char::REPLACEMENT_CHARACTER).count();
    let garbled = match text.and_then(|text| text.get(..head.len())) {
        Some(head) => count(head),
        None => count(&String::from_utf8_lossy(head)),
    };
    (controls > 8 && controls * 20 > head.len()) || (garbled > 16 && garbled * 4 > head.len())
}

fn decode_bytes(bytes: &[u8], mark: bool) -> Decoded {
    /// The declaration stands within so many bytes.
    const HEAD: usize = 1024;
    let valid = str::from_utf8(bytes).ok();
    let is_plain = valid.is_some() && is_plain(bytes);
    if !is_plain && is_binary(bytes, valid) {
        return Decoded::hopeless(
            "this is not XML text: the file contains binary data".to_owned(),
            "use the XML file itself, not a compressed or compiled one",
        );
    }
    let head = match valid {
        Some(text) => Cow::Borrowed(&text[..text.floor_char_boundary(HEAD)]),
        None => String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]),
    };
    let declared = if head.starts_with(USUAL) {
        None
    } else {
        declared_encoding(&head)
    };
    let name = declared.and_then(|span| head.get(span.range()));
    let mut findings = Vec::new();
    let mut encoding = Encoding::Utf8;
    let mut refused = false;
    let mut is_hopeless = false;
    if let (Some(span), Some(name)) = (declared, name) {
        match Encoding::named(name) {
            Some(known) if mark && known != Encoding::Utf8 => {
                findings.push(contradiction(span, name, "UTF-8 (with a byte order mark)"));
            }
            Some(Encoding::Utf16) => {
                findings.push(contradiction(
                    span,
                    name,
                    "one byte for each ASCII character",
                ));
            }
            Some(known) => encoding = known,
            // A name that cannot be one is a mistake in the declaration, which is read later.
            None if !is_encoding_name(name) => {}
            None => {
                refused = true;
                is_hopeless = !holds_ascii(name);
                let finding = rules::ENCODING
                    .at(
                        span,
                        format!("the encoding `{}` is not supported", clip(name)),
                    )
                    .label("UTF-8, UTF-16, ISO-8859-1 and US-ASCII are supported")
                    .help("save the file as UTF-8 and declare `encoding=\"UTF-8\"`");
                findings.push(finding);
            }
        }
    }
    let text = match encoding {
        Encoding::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
        Encoding::Ascii if bytes.is_ascii() => valid.unwrap_or("").to_owned(),
        Encoding::Ascii => decode_utf8(bytes, true, refused, &mut findings),
        Encoding::Utf8 | Encoding::Utf16 => match valid {
            Some(text) => text.to_owned(),
            None => decode_utf8(bytes, false, refused, &mut findings),
        },
    };
    Decoded {
        text,
        is_plain: is_plain && encoding != Encoding::Latin1,
        findings,
        is_hopeless,
    }
}

/// Whether the bytes of ASCII stand for ASCII alone in an encoding that is not read, so that the
/// markup can be read all the same. Where they may be parts of other characters, every further
/// finding could be a false one.
fn holds_ascii(name: &str) -> bool {
    const FAMILIES: [&str; 5] = ["windows-125", "cp125", "iso-8859-", "koi8-", "macintosh"];
    let name = name.to_ascii_lowercase();
    FAMILIES.iter().any(|family| name.starts_with(family))
}

/// XML 1.0 §4.3.3, `EncName`.
pub(super) fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-'))
}

fn contradiction(span: Span, name: &str, truth: &str) -> Diagnostic {
    rules::ENCODING
        .at(
            span,
            format!(
                "the document declares `{}`, but the file is {truth}",
                clip(name)
            ),
        )
        .label("not the encoding of the bytes")
        .help("declare the encoding of the file; UTF-8 and UTF-16 need no `encoding`")
}

/// What can be read of bytes that are not what they should be.
fn decode_utf8(
    bytes: &[u8],
    ascii_only: bool,
    quiet: bool,
    findings: &mut Vec<Diagnostic>,
) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut first: Option<(Span, u8)> = None;
    let mut others = 0_usize;
    for chunk in bytes.utf8_chunks() {
        if ascii_only && first.is_none() {
            let bad = chunk.valid().bytes().position(|byte| byte >= 0x80);
            first = bad.map(|at| {
                let place = text.len() + at;
                let length = chunk.valid()[at..].chars().next().map_or(1, char::len_utf8);
                (
                    Span::new(place, place + length),
                    chunk.valid().as_bytes()[at],
                )
            });
        }
        text.push_str(chunk.valid());
        if let Some(&byte) = chunk.invalid().first() {
            if first.is_none() {
                let end = text.len() + char::REPLACEMENT_CHARACTER.len_utf8();
                first = Some((Span::new(text.len(), end), byte));
            } else {
                others += 1;
            }
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    if let Some((span, byte)) = first.filter(|_| !quiet) {
        let encoding = if ascii_only { "US-ASCII" } else { "UTF-8" };
        let mut finding = rules::ENCODING
            .at(
                span,
                format!("the byte 0x{byte:02X} is not valid {encoding}"),
            )
            .label("the first one that cannot be read")
            .help("save the file as UTF-8, or declare its encoding");
        if others > 0 {
            finding = finding.note(format!("{others} more bytes of the file cannot be read"));
        }
        findings.push(finding);
    }
    text
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut findings = Vec::new();
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        let start = text.len();
        let broken = decoded.is_err();
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
        if broken && findings.is_empty() {
            let finding = rules::ENCODING
                .at(
                    Span::new(start, text.len()),
                    "half a surrogate pair in UTF-16",
                )
                .label("the first one that cannot be read")
                .help("save the file as UTF-8");
            findings.push(finding);
        }
    }
    if !odd.is_empty() {
        let finding = rules::ENCODING
            .at(
                Span::at(text.len()),
                "the file ends inside a UTF-16 character",
            )
            .label("there is one byte too few, or one too many")
            .help("save the file as UTF-8");
        findings.push(finding);
    }
    if let Some(span) = declared_encoding(&text) {
        let name = text.get(span.range()).unwrap_or("");
        let known = Encoding::named(name);
        if is_encoding_name(name) && known != Some(Encoding::Utf16) {
            findings.insert(0, contradiction(span, name, "UTF-16"));
        }
    }
    Decoded {
        text,
        is_plain: false,
        findings,
        is_hopeless: false,
    }
}

/// Where the name of the encoding stands in the declaration that the text begins with.
fn declared_encoding(text: &str) -> Option<Span> {
    let declaration = text.get(..text.find('>')?)?;
    let attributes = declaration.strip_prefix("<?xml")?;
    let (_, behind) = attributes.split_once("encoding")?;
    let value = behind.trim_start_matches(SPACE).strip_prefix('=')?;
    let value = value.trim_start_matches(SPACE);
    let quote = value
        .chars()
        .next()
        .filter(|char| matches!(char, '"' | '\''))?;
    let start = declaration.len() - value.len() + 1;
    Some(Span::new(start, start + value[1..].find(quote)?))
}
