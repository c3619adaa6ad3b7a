//! Patterns over URLs, destinations and texts: `*` is any run of characters, `?` any single one.

use std::fmt;

/// A pattern that is compared with a whole text. Case counts; no character can be escaped, but `?`
/// also matches the question mark of a URL.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Glob(Box<str>);

impl Glob {
    /// The longest pattern in bytes. Matching takes at most the product of both lengths.
    pub const LONGEST: usize = 10_000;

    /// A pattern; none where it is empty or longer than [`Self::LONGEST`].
    pub fn new(pattern: &str) -> Option<Self> {
        let fits = !pattern.is_empty() && pattern.len() <= Self::LONGEST;
        fits.then(|| Self(pattern.into()))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole text fits the pattern.
    pub fn matches(&self, text: &str) -> bool {
        let pattern = self.0.as_bytes();
        let bytes = text.as_bytes();
        let (mut p, mut t) = (0, 0);
        // Behind the last star: where to go on in the pattern, and in the text. Only the last star
        // ever needs another try, so nothing is tried twice at the same place.
        let mut retry = None;
        while t < bytes.len() {
            match pattern.get(p) {
                Some(b'*') => {
                    p += 1;
                    retry = Some((p, t));
                }
                Some(b'?') => {
                    p += 1;
                    t += width(bytes[t]);
                }
                Some(&byte) if byte == bytes[t] => {
                    p += 1;
                    t += 1;
                }
                _ => {
                    let Some((after, from)) = retry else {
                        return false;
                    };
                    p = after;
                    t = from + width(bytes[from]);
                    retry = Some((after, t));
                }
            }
        }
        pattern[p..].iter().all(|&byte| byte == b'*')
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// How many bytes the character takes that begins with this one.
fn width(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let matches = |pattern, text| Glob::new(pattern).unwrap().matches(text);
        assert!(matches("*", ""));
        assert!(matches("*@sip.example.com", "bob@sip.example.com"));
        assert!(!matches("*@sip.example.com", "bob@sip.example.com.org"));
        assert!(matches("https://a/b?x=*", "https://a/b?x=1"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*b*c", "a-b-b-d"));
        assert!(matches("?b", "éb"));
        assert!(matches("*é", "ééé"));
        assert!(!matches("?", "ab"));
        assert!(!matches("a", ""));
        assert!(matches("Dial[0]*", "Dial[0].Error[0]"));
    }

    #[test]
    fn many_stars_end_soon() {
        let pattern = Glob::new(&format!("{}b", "a*".repeat(2_000))).unwrap();
        assert!(!pattern.matches(&"a".repeat(5_000)));
    }

    #[test]
    fn empty_and_endless_patterns_are_refused() {
        assert_eq!(Glob::new(""), None);
        assert_eq!(Glob::new(&"*".repeat(Glob::LONGEST + 1)), None);
    }
}
