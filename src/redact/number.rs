//! Telephone numbers in every spelling: with and without country code, with blanks, dashes and brackets,
//! and as a URL writes them.

use super::Redaction;

/// So many digits a number has at least, and at most (E.164): an account or an extension has fewer, an
/// identifier or an instant may have more.
pub(super) const SHORTEST: usize = 7;
pub(super) const LONGEST: usize = 15;

/// A number in one row without a plus has at least so many: a length in milliseconds has fewer.
const BARE: usize = 10;

/// A row of keys of this length is replaced wherever it stands.
pub(super) const LONG_KEYS: usize = 4;

/// What may stand between two groups of digits.
const SEPARATORS: &[&str] = &[
    ") ", " (", " - ", "%20", "%2D", "%2d", "%28", "%29", " ", "-", ".", "(", ")", "/", "_",
    "\u{a0}", "\u{2009}", "\u{202f}", "\u{2010}", "\u{2011}", "\u{2013}",
];

/// A number in a text, as it is written.
#[derive(Debug)]
struct Written<'t> {
    /// Whether `+` stands in front of it, written so or as a URL has it.
    has_plus: bool,
    /// Its groups of digits: where each begins and ends.
    groups: Vec<(usize, usize)>,
    text: &'t str,
}

impl<'t> Written<'t> {
    /// The longest row of groups of digits that a text begins with.
    fn read(text: &'t str) -> Option<Self> {
        const PLUSES: &[&str] = &["+", "%2B", "%2b", "&#43;"];
        let plus = PLUSES.iter().find(|plus| text.starts_with(**plus));
        let mut at = plus.map_or(0, |plus| plus.len());
        if text[at..].starts_with('(') {
            at += 1;
        }
        let mut groups = Vec::new();
        let mut count = 0;
        loop {
            let length = text[at..].bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 {
                break;
            }
            groups.push((at, at + length));
            count += length;
            at += length;
            let rest = &text[at..];
            let is_digit = |separator: &&&str| {
                rest.strip_prefix(**separator)
                    .is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
            };
            match SEPARATORS.iter().find(is_digit) {
                // With the digits of a way out of the country in front, and no more.
                Some(separator) if count <= LONGEST + 4 => at += separator.len(),
                _ => break,
            }
        }
        (!groups.is_empty()).then_some(Self {
            has_plus: plus.is_some(),
            groups,
            text,
        })
    }

    fn digits(&self, groups: usize) -> String {
        let groups = self.groups[..groups].iter();
        groups.map(|&(from, to)| &self.text[from..to]).collect()
    }

    fn end(&self, groups: usize) -> usize {
        self.groups[groups - 1].1
    }

    /// Whether it is a date, or begins with one.
    fn is_date(&self) -> bool {
        let lengths: Vec<_> = self.groups.iter().map(|(from, to)| to - from).collect();
        !self.has_plus && lengths.starts_with(&[4, 2, 2])
    }

    /// Whether it is the address of a machine.
    fn is_address(&self) -> bool {
        let [first, .., last] = &self.groups[..] else {
            return false;
        };
        let text = &self.text[first.0..last.1];
        let is_byte = |part: &str| part.parse::<u8>().is_ok();
        !self.has_plus
            && self.groups.len() == 4
            && text.split('.').count() == 4
            && text.split('.').all(is_byte)
    }

    /// Whether so many groups look like a number, though nobody is known to have it.
    fn looks_like_one(&self, groups: usize, before: Option<char>) -> bool {
        let digits = self.digits(groups);
        let behind = self.text[self.end(groups)..].chars().next();
        let has_ended = behind.is_none_or(|c| !c.is_alphanumeric());
        if !has_ended || !(SHORTEST..=LONGEST).contains(&digits.len()) {
            return false;
        }
        let has_begun = before.is_none_or(|c| !c.is_alphanumeric());
        let is_grouped = groups >= 3 && digits.len() > SHORTEST;
        self.has_plus || has_begun && (digits.len() >= BARE || is_grouped) && !self.is_date()
    }

    /// So many groups with other digits, from the last one on.
    fn with(&self, groups: usize, instead: &str) -> String {
        let mut digits = instead.bytes().rev();
        let end = self.end(groups);
        let mut shown: Vec<char> = self.text[..end].chars().rev().collect();
        let mut offset = end;
        for c in &mut shown {
            offset -= c.len_utf8();
            let is_digit = self.groups[..groups]
                .iter()
                .any(|&(from, to)| (from..to).contains(&offset));
            if is_digit && let Some(digit) = digits.next() {
                *c = char::from(digit);
            }
        }
        shown.into_iter().rev().collect()
    }
}

impl Redaction {
    /// The number that a text begins with, as it is to be shown, and its length; none where it begins with
    /// none.
    pub(super) fn number_at(
        &mut self,
        text: &str,
        before: Option<char>,
    ) -> Option<(String, usize)> {
        let written = Written::read(text)?;
        if written.is_address() {
            let end = written.end(4);
            return Some((self.instead(super::Kind::Host, &text[..end]), end));
        }
        // Another digit in front belongs to it, and so does one behind.
        if before.is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        for groups in (1..=written.groups.len()).rev() {
            let digits = written.digits(groups);
            if let Some(instead) = self.known(&digits) {
                return Some((written.with(groups, &instead), written.end(groups)));
            }
            if written.looks_like_one(groups, before) {
                let instead = self.number(&digits);
                return Some((written.with(groups, &instead), written.end(groups)));
            }
        }
        None
    }

    /// What replaces the digits of a known number, with or without the code of its country: as many digits
    /// as are asked for.
    pub(super) fn known(&mut self, digits: &str) -> Option<String> {
        if digits.len() < SHORTEST {
            return None;
        }
        if self.made.contains(digits) || self.numbers.contains_key(digits) {
            return Some(self.number(digits));
        }
        if let Some(instead) = self.related(digits) {
            return Some(instead);
        }
        // In `+44 (0)20 …` a zero stands behind the code of the country.
        (1..=3).find_map(|at| {
            let (code, rest) = digits.split_at(at);
            let whole = format!("{code}{}", rest.strip_prefix('0')?);
            let instead = self
                .numbers
                .contains_key(&whole)
                .then(|| self.number(&whole))?;
            let (code, rest) = instead.split_at(at);
            Some(format!("{code}0{rest}"))
        })
    }

    /// What replaces digits of which some are the end of a known number, or that end in one: a number
    /// within its country is the end of the one from abroad.
    fn related(&mut self, digits: &str) -> Option<String> {
        /// Digits that stand in front of a number within its country, or on the way out of another.
        const IN_FRONT: usize = 5;
        let plain = digits.trim_start_matches('0');
        let end = plain.len().checked_sub(SHORTEST)?;
        let Some(ends_so) = self.numbers_by_end.get(&plain[end..]) else {
            // A part of what was put in.
            return self
                .made_ends
                .contains(&plain[end..])
                .then(|| digits.to_owned());
        };
        let is_related = |known: &&String| {
            let known = known.trim_start_matches('0');
            known.ends_with(plain)
                || plain.ends_with(known) && plain.len() - known.len() <= IN_FRONT
        };
        let known = ends_so
            .iter()
            .filter(is_related)
            .max_by_key(|known| known.len())?
            .clone();
        let instead = self.number(&known);
        let shared = known.trim_start_matches('0').len().min(plain.len());
        let front = &digits[..digits.len() - shared];
        Some(format!("{front}{}", &instead[instead.len() - shared..]))
    }

    /// The digits that replace those of a number.
    pub(super) fn number(&mut self, digits: &str) -> String {
        if self.made.contains(digits) {
            return digits.to_owned();
        }
        if let Some(Some(instead)) = self.numbers.get(digits) {
            return instead.clone();
        }
        if self.is_learning {
            self.learn_number(digits);
            return digits.to_owned();
        }
        // Of two that are the same, with the code of the country and without, the longer decides.
        let instead = self.related_to_longer(digits).unwrap_or_else(|| {
            let mut count = 0;
            loop {
                count += 1;
                let instead = fictitious(digits, count);
                let end = &instead[instead.len().saturating_sub(SHORTEST)..];
                let is_taken =
                    self.made.contains(&instead) || self.numbers_by_end.contains_key(end);
                if !is_taken && instead != digits {
                    break instead;
                }
                // Of numbers so short there may be no other.
                if count > 10_000 {
                    break "0".repeat(digits.len());
                }
            }
        });
        self.learn_number(digits);
        self.made.insert(instead.clone());
        let end = instead.len().saturating_sub(SHORTEST);
        self.made_ends.insert(instead[end..].to_owned());
        self.numbers
            .insert(digits.to_owned(), Some(instead.clone()));
        instead
    }

    fn related_to_longer(&mut self, digits: &str) -> Option<String> {
        let plain = digits.trim_start_matches('0');
        let end = plain.len().checked_sub(SHORTEST)?;
        let ends_so = self.numbers_by_end.get(&plain[end..])?;
        let longer = |known: &&String| known.len() > digits.len() && known.ends_with(plain);
        let known = ends_so
            .iter()
            .filter(longer)
            .max_by_key(|known| known.len())?
            .clone();
        let instead = self.number(&known);
        let front = &digits[..digits.len() - plain.len()];
        Some(format!(
            "{front}{}",
            &instead[instead.len() - plain.len()..]
        ))
    }

    fn learn_number(&mut self, digits: &str) {
        if self.numbers.contains_key(digits) {
            return;
        }
        self.numbers.insert(digits.to_owned(), None);
        let plain = digits.trim_start_matches('0');
        if let Some(end) = plain.len().checked_sub(SHORTEST) {
            let ends_so = self.numbers_by_end.entry(plain[end..].to_owned());
            ends_so.or_default().push(digits.to_owned());
        }
    }
}

/// A number that nobody has, of the same country and area: in North America those from 555-0100 on.
fn fictitious(digits: &str, count: usize) -> String {
    if digits.len() == 11 && digits.starts_with('1') && count < 100 {
        return format!("{}55501{count:02}", &digits[..4]);
    }
    let kept = digits.len().min(4);
    let width = digits.len() - kept;
    let count = format!("{count:0width$}");
    format!("{}{}", &digits[..kept], &count[count.len() - width..])
}

/// Whether a text is a row of keys.
pub(super) fn is_keys(text: &str) -> bool {
    let is_key = |c: char| c.is_ascii_digit() || matches!(c, '*' | '#' | 'A'..='D');
    !text.is_empty() && text.chars().all(is_key)
}

/// A row of keys that nobody can read.
pub(super) fn stars(keys: &str) -> String {
    "*".repeat(keys.chars().count())
}

/// The parts of a text around the first keys in quotes.
pub(super) fn quoted_keys(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('\'')?;
    let (keys, behind) = rest.split_once('\'')?;
    is_keys(keys).then_some((before, keys, behind))
}

#[cfg(test)]
mod tests {
    use super::fictitious;

    #[test]
    fn a_number_stays_one_of_its_area() {
        assert_eq!(fictitious("18382049000", 3), "18385550103");
        assert_eq!(fictitious("442079460000", 12), "442000000012");
        assert_eq!(fictitious("9038479977", 1), "9038000001");
        assert_eq!(fictitious("18382049000", 99), "18385550199");
        assert_eq!(fictitious("18382049000", 100), "18380000100");
    }
}
