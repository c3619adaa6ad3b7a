//! Which characters XML allows, and where: XML 1.0, fifth edition, §2.2 and §2.3.

/// Whether a name may begin with it (`NameStartChar`), the colon included.
pub(super) const fn starts_name(char: char) -> bool {
    match char {
        'a'..='z' | 'A'..='Z' | '_' | ':' => true,
        '\0'..='\u{bf}' => false,
        _ => matches!(char,
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
            | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
            | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'),
    }
}

/// Whether it may stand in a name behind the first character (`NameChar`).
pub(super) const fn continues_name(char: char) -> bool {
    match char {
        '-' | '.' | '0'..='9' | '\u{b7}' => true,
        _ => starts_name(char) || matches!(char, '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}'),
    }
}

/// Whether it may stand in a document at all (`Char`).
pub(super) fn is_allowed(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

/// What XML takes for white space (`S`): less than Rust does, which has the form feed too.
pub(super) const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Whether XML takes it for white space.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The length in bytes of the name that the text begins with; 0 if it begins with none.
pub(super) fn name_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(&first) if first >= 0x80 || ASCII[first as usize] & STARTS != 0 => {}
        _ => return 0,
    }
    let is_ascii = |&&byte: &&u8| ASCII[byte as usize] & CONTINUES != 0;
    let ascii = bytes.iter().take_while(is_ascii).count();
    if bytes.get(ascii).is_none_or(|&byte| byte < 0x80) {
        return ascii;
    }
    let mut chars = text.char_indices();
    match chars.next() {
        Some((_, char)) if starts_name(char) => {}
        _ => return 0,
    }
    chars
        .find(|&(_, char)| !continues_name(char))
        .map_or(text.len(), |(at, _)| at)
}

/// Whether the whole text is a name; absent where it is none, true where it is of ASCII without a colon.
pub(super) fn is_name(text: &str) -> Option<bool> {
    let bytes = text.as_bytes();
    let all = bytes
        .iter()
        .fold(PLAIN, |all, &byte| all & ASCII[byte as usize]);
    match bytes.first() {
        Some(&first) if all & PLAIN != 0 && starts_ascii_name(first) => Some(true),
        Some(_) if name_length(text) == text.len() => Some(false),
        _ => None,
    }
}

/// Whether a name may begin with a character of ASCII.
pub(super) fn starts_ascii_name(byte: u8) -> bool {
    ASCII[byte as usize] & STARTS != 0
}

/// A name may begin with it.
const STARTS: u8 = 1;
/// A name may go on with it.
const CONTINUES: u8 = 2;
/// The same, but for the colon.
const PLAIN: u8 = 4;

/// What the characters of ASCII are in names: nearly all names are of these alone.
static ASCII: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x80_u8 {
        if starts_name(byte as char) {
            table[byte as usize] |= STARTS;
        }
        if continues_name(byte as char) {
            table[byte as usize] |= CONTINUES;
            if byte != b':' {
                table[byte as usize] |= PLAIN;
            }
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_the_fifth_edition_says() {
        assert_eq!(name_length("Say voice"), 3);
        assert_eq!(name_length("a-b.c:d_1="), 9);
        assert_eq!(name_length("-a"), 0);
        assert_eq!(name_length("1a"), 0);
        assert_eq!(name_length("é\u{b7}x>"), 5);
        assert_eq!(name_length("\u{300}x"), 0);
        assert_eq!(name_length("x\u{300}×"), 3);
        assert_eq!(name_length(""), 0);
    }
}
