//! A text that will be read out as nobody meant it.

use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Safety};
use crate::source::Span;

rule! {
    /// A spoken text with a reference that was escaped twice, with letters in the wrong encoding,
    /// or with characters that cannot be spoken.
    ///
    /// ## Why
    ///
    /// `&amp;eacute;` is not é: it is read out letter by letter. `Ã©` is what é becomes when UTF-8
    /// is read in another encoding.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say lang="fr-FR">Bienvenue au caf&amp;eacute;.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say lang="fr-FR">Bienvenue au café.</Say>
    /// </Response>
    /// ```
    "garbled-text" Warning Values "a text that will be read out wrongly"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, _) in scope.speaking() {
        let Some(content) = place.spec().content() else {
            continue;
        };
        let span = place.value_span(content.name);
        let raw = scope.flow.source().slice(span);
        // Nearly every text is plain, and told so at a glance.
        let is_odd = |byte: u8| matches!(byte, b'&' | b'<' | 0x7F..);
        if !raw.bytes().any(is_odd) {
            continue;
        }
        if let Some((start, end, instead)) = double_reference(raw) {
            let word = &raw[start + "&amp;".len()..end];
            let finding = CHECK
                .at(
                    span.within(start, end),
                    format!("`&{word}` will be read out literally"),
                )
                .label("escaped twice");
            findings.push(match instead {
                Some(instead) => suggest(finding, span.within(start, end), instead),
                None => finding.help(format!("write `&{word}`, or the character itself")),
            });
        }
        if let Some((start, end)) = reference_in_cdata(raw) {
            let word = &raw[start..end];
            let finding = CHECK
                .at(
                    span.within(start, end),
                    format!("`{word}` will be read out literally"),
                )
                .label("references are not resolved inside CDATA");
            let name = word.trim_start_matches('&').trim_end_matches(';');
            findings.push(match resolve(name) {
                Some(character) => suggest(finding, span.within(start, end), character.to_owned()),
                None => finding.help("write the character itself"),
            });
        }
        if let Some((start, end, meant)) = mojibake(raw) {
            let written = &raw[start..end];
            let message = format!("`{written}` will be read out literally");
            let finding = CHECK
                .at(span.within(start, end), message)
                .label(format!("`{meant}`, in the wrong encoding"));
            findings.push(suggest(finding, span.within(start, end), meant));
        }
        let unspoken = raw
            .char_indices()
            .find(|&(_, c)| c == '\u{FFFD}' || c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
        if let Some((at, character)) = unspoken {
            let message = match character {
                '\u{FFFD}' => "a character was lost here (U+FFFD)".to_owned(),
                other => format!(
                    "a control character (U+{:04X}) in a spoken text",
                    u32::from(other)
                ),
            };
            let place = span.within(at, at + character.len_utf8());
            findings.push(
                CHECK
                    .at(place, message)
                    .help("write the text that should be spoken"),
            );
        }
    }
}

fn suggest(finding: Diagnostic, span: Span, instead: String) -> Diagnostic {
    let title = format!("write `{instead}`");
    finding
        .help(title.clone())
        .fix(Safety::Unsafe, title, span, instead)
}

/// A reference whose `&` is escaped, such as `&amp;eacute;`: where it stands, and what was meant.
fn double_reference(raw: &str) -> Option<(usize, usize, Option<String>)> {
    for (at, escape) in raw.match_indices("&amp;") {
        let name = &raw[at + escape.len()..];
        let Some(end) = name.find(';').filter(|&end| (2..=32).contains(&end)) else {
            continue;
        };
        let name = &name[..end];
        let is_number =
            name.starts_with('#') && name[1..].bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_number && !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let instead = match name {
            "amp" | "lt" => Some(format!("&{name};")),
            name => resolve(name).map(str::to_owned),
        };
        return Some((at, at + escape.len() + end + 1, instead));
    }
    None
}

/// A reference such as `&eacute;` inside a CDATA section, where it is text: where it stands.
fn reference_in_cdata(raw: &str) -> Option<(usize, usize)> {
    const BEGIN: &str = "<![CDATA[";
    for (at, _) in raw.match_indices(BEGIN) {
        let from = at + BEGIN.len();
        let length = raw[from..].find("]]>").unwrap_or(raw.len() - from);
        for (amp, _) in raw[from..from + length].match_indices('&') {
            let name = &raw[from + amp + 1..from + length];
            let end = name.find(';').filter(|&end| (2..=32).contains(&end));
            let Some(end) = end else { continue };
            if name[..end]
                .trim_start_matches('#')
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric())
            {
                return Some((from + amp, from + amp + 1 + end + 1));
            }
        }
    }
    None
}

fn resolve(name: &str) -> Option<&'static str> {
    quick_xml::escape::resolve_html5_entity(name)
}

/// UTF-8 that was decoded as Windows-1252: where it stands, and the character that was meant.
fn mojibake(raw: &str) -> Option<(usize, usize, String)> {
    let letters: Vec<(usize, char)> = raw.char_indices().collect();
    for (index, &(at, first)) in letters.iter().enumerate() {
        let length = match first {
            '\u{C2}'..='\u{DF}' => 2,
            '\u{E0}'..='\u{EF}' => 3,
            '\u{F0}'..='\u{F4}' => 4,
            _ => continue,
        };
        let Some(run) = letters.get(index..index + length) else {
            continue;
        };
        let bytes: Option<Vec<u8>> = run
            .iter()
            .map(|&(_, letter)| windows_1252(letter))
            .collect();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(text) = text {
            let (last, letter) = run[length - 1];
            return Some((at, last + letter.len_utf8(), text));
        }
    }
    None
}

/// The byte of a character in Windows-1252.
fn windows_1252(character: char) -> Option<u8> {
    const HIGH: [char; 27] = [
        '€', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 'Ž', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', 'ž', 'Ÿ',
    ];
    const BYTES: [u8; 27] = [
        0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8E, 0x91, 0x92,
        0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9E, 0x9F,
    ];
    let high = HIGH.iter().position(|&one| one == character);
    high.map(|index| BYTES[index])
        .or_else(|| u8::try_from(u32::from(character)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrongly_decoded_letters_are_found_and_right_ones_are_not() {
        let found = |text| mojibake(text).map(|(_, _, meant)| meant);
        assert_eq!(found("cafÃ©").as_deref(), Some("é"));
        assert_eq!(found("donâ€™t").as_deref(), Some("’"));
        assert_eq!(found("10 â‚¬").as_deref(), Some("€"));
        for right in [
            "café",
            "São Paulo",
            "Ça va",
            "ÉCOUTÉE",
            "naïve Übergröße",
            "Îles",
            "fiancée – «oui»",
        ] {
            assert_eq!(found(right), None, "{right}");
        }
    }
}
