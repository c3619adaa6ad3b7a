//! How long a synthesised voice takes for a text.

use unicode_segmentation::UnicodeSegmentation;

use crate::channel::timing;

/// How long something takes that is spoken by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    /// What is spoken.
    pub(crate) of: &'static str,
    /// How long, in milliseconds.
    pub(crate) takes: u64,
    /// Where that comes from.
    pub(crate) source: &'static str,
}

/// A word of a script that is not listed below.
const WORD: Rate = Rate {
    of: "a word of any other script (words as in UAX #29)",
    takes: 400,
    source: "observed: 11 English words in 4.59 s",
};
const SIGN: Rate = Rate {
    of: "a digit, or a symbol that is read as a word",
    takes: 400,
    source: "like a word",
};
const HAN: Rate = Rate {
    of: "a Han character",
    takes: 260,
    source: "Mandarin: 5.18 syllables per second, one character each",
};
const KANA: Rate = Rate {
    of: "a character of kana",
    takes: 150,
    source: "Japanese: 7.84 syllables per second, a little more than one character each",
};
const HANGUL: Rate = Rate {
    of: "a syllable of Hangul",
    takes: 200,
    source: "Korean is not in the study: the mean of its eight languages, 6.55 syllables per second",
};
const CLUSTER: Rate = Rate {
    of: "a cluster of letters of a script of South Asia or Java, such as Devanagari, Tamil or Javanese",
    takes: 200,
    source: "like Hangul: a cluster is a syllable, and the languages are not in the study",
};
const SYLLABARY: Rate = Rate {
    of: "a character of Ethiopic, Cherokee, Vai or Canadian syllabics",
    takes: 200,
    source: "like Hangul: a character is a syllable, and the languages are not in the study",
};
const TONAL: Rate = Rate {
    of: "a syllable of Tibetan or Yi",
    takes: 260,
    source: "like Mandarin, the most similar language in the study",
};
const LETTER: Rate = Rate {
    of: "a letter of Thai, Lao, Khmer, Myanmar, the Tai scripts or Bopomofo",
    takes: 100,
    source: "Vietnamese, the most similar language: 5.22 syllables per second, two or three letters each",
};

/// All rates. What the sources say of speakers who read aloud takes a voice on the telephone, with its
/// pauses, 1.35 times as long (`speech-time`).
pub(crate) const RATES: &[Rate] = &[
    WORD, SIGN, HAN, KANA, HANGUL, CLUSTER, SYLLABARY, TONAL, LETTER,
];

/// The study that the sources name.
pub(crate) const STUDY: &str = "F. Pellegrino, C. Coupé, E. Marsico: A cross-language perspective on speech information rate, Language 87 (2011), table 1";

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

/// What is spoken by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spoken {
    /// The character.
    Character(Rate),
    /// The cluster of characters that it begins: what a reader takes for one.
    Cluster(Rate),
    /// All of the word that it is a letter of.
    Word(Rate),
    /// Nothing.
    Silent,
}

/// What a piece between two borders of words takes: a word, a number, or what stands between.
fn piece_time(piece: &str) -> u64 {
    let mut time: u64 = 0;
    let mut word = None;
    for cluster in piece.graphemes(true) {
        for character in cluster.chars() {
            let rate = match spoken(character) {
                Spoken::Character(rate) => rate,
                Spoken::Cluster(rate) => {
                    time = time.saturating_add(rate.takes);
                    break;
                }
                Spoken::Word(rate) => {
                    word = Some(rate);
                    continue;
                }
                Spoken::Silent => continue,
            };
            time = time.saturating_add(rate.takes);
        }
    }
    time.saturating_add(word.map_or(0, |rate| rate.takes))
}

/// How a character is spoken.
fn spoken(character: char) -> Spoken {
    let by_script = match character {
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => return Spoken::Character(HAN),
        '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{FF66}'..='\u{FF9D}' => return Spoken::Character(KANA),
        // Syllables, and the letters of which some texts make them.
        '\u{1100}'..='\u{11FF}'
        | '\u{3131}'..='\u{318E}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{FFA0}'..='\u{FFDC}' => Spoken::Cluster(HANGUL),
        // Devanagari to Sinhala; those of the Philippines, Sulawesi, Bali, Java, Sumatra and Champa;
        // and rarer ones.
        '\u{0900}'..='\u{0DFF}'
        | '\u{1700}'..='\u{177F}'
        | '\u{1A00}'..='\u{1A1F}'
        | '\u{1B00}'..='\u{1C4F}'
        | '\u{A800}'..='\u{A82F}'
        | '\u{A880}'..='\u{A8FF}'
        | '\u{A930}'..='\u{A95F}'
        | '\u{A980}'..='\u{A9DF}'
        | '\u{AA00}'..='\u{AA5F}'
        | '\u{ABC0}'..='\u{ABFF}'
        | '\u{11000}'..='\u{114FF}' => Spoken::Cluster(CLUSTER),
        '\u{1200}'..='\u{13FF}'
        | '\u{1400}'..='\u{167F}'
        | '\u{18B0}'..='\u{18FF}'
        | '\u{2D80}'..='\u{2DDF}'
        | '\u{A500}'..='\u{A63F}'
        | '\u{AB00}'..='\u{AB2F}'
        | '\u{AB70}'..='\u{ABBF}' => Spoken::Cluster(SYLLABARY),
        '\u{A000}'..='\u{A4CF}' => Spoken::Cluster(TONAL),
        // A mark stands between its syllables.
        '\u{0F00}'..='\u{0FFF}' => Spoken::Word(TONAL),
        // Vowels and tones that stand above or below a letter are not spoken by themselves.
        '\u{0E00}'..='\u{0EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{1950}'..='\u{19DF}'
        | '\u{1A20}'..='\u{1AAF}'
        | '\u{3105}'..='\u{312F}'
        | '\u{31A0}'..='\u{31BF}'
        | '\u{A9E0}'..='\u{A9FF}'
        | '\u{AA60}'..='\u{AADF}' => Spoken::Character(LETTER),
        _ => Spoken::Word(WORD),
    };
    if character.is_numeric() || is_spoken_symbol(character) {
        Spoken::Character(SIGN)
    } else if character.is_alphabetic() {
        by_script
    } else {
        Spoken::Silent
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
    use super::*;

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
            // 8 syllables, with a blank between them and without, composed and not.
            ("안녕하세요 여러분", 8 * 200),
            ("안녕하세요여러분", 8 * 200),
            ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", 2 * 200),
            // na-ma-ste, va-ṇa-kka-m, and three digits.
            ("नमस्ते", 3 * 200),
            ("வணக்கம்", 5 * 200),
            ("१२३", 3 * 400),
            ("ሰላም", 3 * 200),
            ("བཀྲ་ཤིས་", 2 * 260),
            ("naïve Übergröße", 800),
            ("Добрый день", 800),
        ] {
            assert_eq!(takes(text), time, "{text}");
        }
    }

    #[test]
    fn no_script_is_spoken_at_once() {
        // 24 of what stands for a syllable, without a blank, take several seconds in any script.
        for character in [
            '漢', 'か', '가', 'ㅋ', 'क', 'த', 'ሰ', 'Ꭰ', 'ᐁ', 'ꀀ', 'ก', 'ກ', 'ក', 'က', 'ꦏ', 'ᬓ',
            'ᥐ', 'ᦀ', 'ㄅ', '𑀓',
        ] {
            let text = character.to_string().repeat(24);
            assert!(takes(&text) >= 24 * 100, "{text}: {}", takes(&text));
        }
    }
}
