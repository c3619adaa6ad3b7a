//! How long a synthesised voice takes for a text.

use unicode_segmentation::UnicodeSegmentation;

use crate::channel::timing;

/// How long a synthesised voice takes for a text, in milliseconds (`speech-time`).
pub(super) fn speech_time(text: &str) -> u64 {
    let pieces = text.split_word_bounds().map(piece_time);
    pieces.fold(timing::SPEECH_BASE, u64::saturating_add)
}

/// The shortest time in which any voice speaks a text, in milliseconds: at twenty characters a second.
pub(super) fn shortest(text: &str) -> u64 {
    const CHARACTER: u64 = 50;
    CHARACTER.saturating_mul(text.chars().count() as u64)
}

/// What a piece between two borders of words takes: a word, a number, or what stands between.
fn piece_time(piece: &str) -> u64 {
    let mut time: u64 = 0;
    let mut has_letters = false;
    for character in piece.chars() {
        let own = character_time(character);
        has_letters |= own.is_none() && character.is_alphabetic();
        time = time.saturating_add(own.unwrap_or(0));
    }
    if has_letters {
        time = time.saturating_add(timing::SPEECH_WORD);
    }
    time
}

/// What a character takes that is spoken by itself; absent for one that is part of a word, or silent.
fn character_time(character: char) -> Option<u64> {
    match character {
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Some(timing::SPEECH_HAN),
        '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{FF66}'..='\u{FF9D}' => Some(timing::SPEECH_KANA),
        // Vowels and tones that stand above or below a letter are not spoken by themselves.
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            if character.is_alphabetic() =>
        {
            Some(timing::SPEECH_LETTER)
        }
        _ if character.is_numeric() || is_spoken_symbol(character) => Some(timing::SPEECH_WORD),
        _ => None,
    }
}

/// Whether a voice has a word for a symbol: `%`, `€`, an emoji. Punctuation only makes it pause.
fn is_spoken_symbol(character: char) -> bool {
    matches!(character,
        '#' | '$' | '%' | '&' | '*' | '+' | '<' | '=' | '>' | '@'
        | '¢' | '£' | '¤' | '¥' | '§' | '©' | '®' | '°' | '±' | '×' | '÷'
        // Currencies, letter-like symbols, arrows, mathematics, technical signs, shapes, dingbats.
        | '\u{20A0}'..='\u{20CF}' | '\u{2100}'..='\u{214F}' | '\u{2190}'..='\u{23FF}'
        | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{2BFF}'
        // Emoji, but for the modifiers of their skin.
        | '\u{1F000}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::speech_time;
    use crate::channel::timing;

    /// What a text takes beyond the beginning.
    fn takes(text: &str) -> u64 {
        speech_time(text) - timing::SPEECH_BASE
    }

    #[test]
    fn a_text_takes_as_long_as_a_voice_needs_for_what_it_speaks() {
        for (text, time) in [
            ("", 0),
            (" ... !? - ,", 0),
            ("Press 1.", 800),
            ("Don't hang up, please", 1600),
            ("voice-mail", 800),
            ("4815162342", 4000),
            ("+1 (202) 555-0123", 4800),
            ("50 % off", 1600),
            ("3 €", 800),
            ("☎ 👍🏽", 800),
            // 16 kana and 5 Han characters.
            (
                "お電話ありがとうございます。担当者におつなぎ",
                5 * 260 + 16 * 150,
            ),
            ("您好，请留言", 5 * 260),
            ("ขอบคุณที่โทรมา", 1300),
            ("안녕하세요 여러분", 800),
            ("naïve Übergröße", 800),
        ] {
            assert_eq!(takes(text), time, "{text}");
        }
    }
}
