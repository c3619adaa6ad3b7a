//! Patterns over URLs, destinations, texts and the paths of commands.
//!
//! `*` is any run of characters, `?` exactly one, `\` escapes the next character, and everything
//! else stands for itself. Matching takes time in proportion to the text.

use std::ops::Range;

use super::rules::Lookup;
use super::text::text;
use crate::flow::{Flow, NodeId};
use crate::table::Refusal;

/// A pattern that is compared with a whole text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// The longest pattern in bytes.
    pub const LONGEST: usize = 200;

    /// A pattern; none where it is empty or longer than [`Self::LONGEST`].
    pub fn new(pattern: &str) -> Option<Self> {
        is_of_length(pattern).then(|| Self(pattern.into()))
    }

    /// The pattern of this text alone. Of a text whose pattern would be longer than
    /// [`Self::LONGEST`], only the beginning is compared; an empty text has no pattern of its own,
    /// and gives `*`.
    pub fn literal(text: &str) -> Self {
        Self(literal(text).into())
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text that it stands for, if it stands for one.
    pub(super) fn text(&self) -> Option<String> {
        let mut rest = &*self.0;
        let mut text = String::with_capacity(rest.len());
        while let Some((piece, after)) = split_piece(rest) {
            let Piece::This(char) = piece else {
                return None;
            };
            text.push(char);
            rest = after;
        }
        Some(text)
    }

    /// Whether the whole text fits the pattern. Case counts.
    pub fn matches(&self, text: &str) -> bool {
        fits(&self.0, text, 0..0)
    }

    /// Whether an address fits. What stands after the `@` is compared without regard to ASCII case.
    pub(super) fn matches_address(&self, address: &str) -> bool {
        let host = address.rfind('@').unwrap_or(address.len());
        fits(&self.0, address, host..address.len())
    }

    /// Whether a URL fits. Its scheme and its host are compared without regard to ASCII case.
    pub fn matches_url(&self, url: &str) -> bool {
        let host_end = url.find("://").map_or(0, |at| {
            let host = at + "://".len();
            url[host..]
                .find(['/', '?', '#'])
                .map_or(url.len(), |end| host + end)
        });
        fits(&self.0, url, 0..host_end)
    }
}

/// A pattern over the commands of a flow: by their path, such as `Gather[0].Say[*]`, by their tag, such
/// as `#voicemail`, or by a path that begins at a tag, such as `#menu.DTMF[1].Say[0]`.
///
/// A path is compared step by step: the pattern matches the whole path or its last steps, and `*`
/// and `?` stay within their step. So `Record[*]` matches `Error[0].Record[1]`, but not
/// `Record[1].Pause[0]` inside it. A path that begins at a tag is compared with all steps that stand
/// behind the tagged command.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PathPattern(Box<str>);

impl PathPattern {
    /// A pattern; none where it is longer than [`Pattern::LONGEST`], where a step or the tag is
    /// empty, or where there is nothing at all.
    pub fn new(pattern: &str) -> Option<Self> {
        let is_whole = match pattern.strip_prefix('#') {
            Some(tag) => !tag.is_empty(),
            None => pattern.split('.').all(|step| !step.is_empty()),
        };
        (is_of_length(pattern) && is_whole).then(|| Self(pattern.into()))
    }

    /// The pattern of this path, and of all that end with the same steps. Of a path whose pattern
    /// would be longer than [`Pattern::LONGEST`], only the last steps are compared.
    pub fn literal(path: &str) -> Self {
        let mut steps = path.rsplit('.').filter(|step| !step.is_empty());
        let mut pattern = literal(steps.next().unwrap_or_default());
        for step in steps {
            let step = escape(step);
            if step.len() + 1 + pattern.len() > Pattern::LONGEST {
                break;
            }
            pattern = format!("{step}.{pattern}");
        }
        // No path begins with it, and a pattern that does is about tags.
        if pattern.starts_with('#') {
            pattern.replace_range(..1, "?");
        }
        Self(pattern.into())
    }

    /// The pattern that names a command in its flow, whatever else is edited there: its tag, or the path
    /// from the nearest command around it that has one; else its path. A tag counts that no other command
    /// of the flow has.
    pub fn naming(flow: &Flow, node: NodeId) -> Self {
        let line = std::iter::successors(Some(node), |&id| flow.parent(id));
        let has_own = |&id: &NodeId| {
            let tag = flow.node(id).tag.as_deref();
            tag.filter(|tag| !tag.is_empty() && flow.tagged(tag) == Some(id))
        };
        let path = flow.path(node);
        let tagged = line
            .enumerate()
            .find_map(|(depth, id)| Some((depth, has_own(&id)?)));
        let Some((depth, tag)) = tagged else {
            return Self::literal(&path);
        };
        let mut pattern = format!("#{}", escape(tag));
        let steps: Vec<_> = path.split('.').collect();
        for step in &steps[steps.len() - depth..] {
            pattern.push('.');
            pattern.push_str(step);
        }
        // A tag may look like a path, or be too long.
        Self::new(&pattern)
            .filter(|pattern| pattern.matches(&path, &flow.tags(node)))
            .unwrap_or_else(|| Self::literal(&path))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can mean several commands: a `*` or `?` is in it that is not escaped.
    pub fn has_wildcard(&self) -> bool {
        let mut rest = &*self.0;
        while let Some((piece, after)) = split_piece(rest) {
            if matches!(piece, Piece::Run | Piece::One) {
                return true;
            }
            rest = after;
        }
        false
    }

    /// The tag at which it begins, as a pattern, and the steps behind that; none where it is a path.
    fn tag_and_steps(&self) -> Option<(&str, Option<&str>)> {
        let rest = self.0.strip_prefix('#')?;
        let is_step = |step: &str| {
            let name = step.split('[').next().unwrap_or_default();
            step.ends_with(']') && step.contains('[') && !name.is_empty()
        };
        let is_path = |path: &str| path.split('.').all(is_step);
        let mut dots = rest.match_indices('.').map(|(at, _)| at);
        let split =
            dots.find(|&at| at > 0 && !rest[..at].ends_with('\\') && is_path(&rest[at + 1..]));
        Some(match split {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        })
    }

    /// Whether a command of this path is meant. `tags` are those of the last steps of the path, each the
    /// tag of the command that the step names; of steps without one nothing is known.
    pub fn matches(&self, path: &str, tags: &[Option<&str>]) -> bool {
        if let Some((tag, behind)) = self.tag_and_steps() {
            let is_tagged = |depth: usize| {
                let place = tags.len().checked_sub(depth + 1);
                let own = place.and_then(|place| tags[place]);
                own.is_some_and(|own| fits(tag, own, 0..0))
            };
            let Some(behind) = behind else {
                return is_tagged(0);
            };
            let mut steps = path.rsplit('.');
            let mut patterns = behind.rsplit('.');
            let depth = behind.split('.').count();
            return is_tagged(depth)
                && patterns
                    .all(|pattern| steps.next().is_some_and(|step| fits(pattern, step, 0..0)));
        }
        let mut steps = path.rsplit('.');
        self.0
            .rsplit('.')
            .all(|pattern| steps.next().is_some_and(|step| fits(pattern, step, 0..0)))
    }
}

impl Lookup for Pattern {
    fn names(&self) -> Option<Vec<String>> {
        Some(vec![self.text()?.to_ascii_lowercase()])
    }
}

/// One piece of a pattern.
enum Piece {
    /// Any run of characters, also none.
    Run,
    /// Any single character.
    One,
    /// This character.
    This(char),
}

impl Piece {
    /// Whether it stands for this one character.
    fn is(&self, char: char, is_caseless: bool) -> bool {
        match self {
            Self::Run => false,
            Self::One => true,
            Self::This(this) => *this == char || is_caseless && this.eq_ignore_ascii_case(&char),
        }
    }
}

/// The first piece of a pattern, and the rest. A `\` at the end stands for itself.
fn split_piece(pattern: &str) -> Option<(Piece, &str)> {
    let mut rest = pattern.chars();
    let piece = match rest.next()? {
        '*' => Piece::Run,
        '?' => Piece::One,
        '\\' => Piece::This(rest.next().unwrap_or('\\')),
        char => Piece::This(char),
    };
    Some((piece, rest.as_str()))
}

/// Whether the whole text fits the pattern. ASCII case does not count for the bytes of the text that
/// are in `caseless`.
///
/// Each place of the text is tried as the end of what the last `*` stands for. Only the last one ever needs
/// another try, so no place is compared twice with the same part of the pattern: at most
/// [`Pattern::LONGEST`] steps for each character, and nearly always one or two. The worst that a pattern
/// can do, such as `*aaa…b` over nothing but `a`, takes about a microsecond for each of them.
fn fits(mut pattern: &str, text: &str, caseless: Range<usize>) -> bool {
    let mut rest = text;
    // Behind the last `*`: where to go on in the pattern and in the text.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let mut ahead = rest.chars();
        let char = ahead.next();
        let is_caseless = caseless.contains(&(text.len() - rest.len()));
        match (split_piece(pattern), char) {
            (Some((Piece::Run, behind)), _) => {
                pattern = behind;
                retry = Some((behind, rest));
                continue;
            }
            (Some((piece, behind)), Some(char)) if piece.is(char, is_caseless) => pattern = behind,
            (None, None) => return true,
            (Some(_), None) => return false,
            (_, Some(_)) => {
                let Some((behind, from)) = retry else {
                    return false;
                };
                ahead = from.chars();
                ahead.next();
                pattern = behind;
                retry = Some((behind, ahead.as_str()));
            }
        }
        rest = ahead.as_str();
    }
}

/// The digits of a telephone number, without what is only written to read it well, and such
/// wildcards as it may have; none where it is no number.
pub(super) fn digits(number: &str, wildcards: &str) -> Option<String> {
    let number = number.strip_prefix('+').unwrap_or(number);
    let is_digit = |char: char| char.is_ascii_digit() || wildcards.contains(char);
    let is_number = number
        .chars()
        .all(|char| is_digit(char) || "()-. ".contains(char));
    let digits: String = number.chars().filter(|&char| is_digit(char)).collect();
    (is_number && !digits.is_empty()).then_some(digits)
}

/// The pattern of an address without the scheme that it begins with; none where it begins with none, or
/// has no `@`.
pub(super) fn without_scheme(pattern: &Pattern) -> Option<Pattern> {
    let pattern = pattern.as_str();
    let begins = |scheme: &&str| {
        let begin = pattern.get(..scheme.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    };
    let scheme = ["sip:", "sips:"].into_iter().find(begins)?;
    let address = pattern.get(scheme.len()..)?;
    address.contains('@').then(|| Pattern::new(address))?
}

/// The pattern of a text alone, cut where it would be too long.
fn literal(text: &str) -> String {
    let mut pattern = escape(text);
    if pattern.is_empty() {
        pattern.push('*');
    } else if pattern.len() > Pattern::LONGEST {
        let mut end = pattern.floor_char_boundary(Pattern::LONGEST - 1);
        // A `\` is not left without what it escapes.
        let escapes = pattern[..end]
            .bytes()
            .rev()
            .take_while(|&byte| byte == b'\\');
        end -= escapes.count() % 2;
        pattern.truncate(end);
        pattern.push('*');
    }
    pattern
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '*' | '?' | '\\') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

fn is_of_length(pattern: &str) -> bool {
    (1..=Pattern::LONGEST).contains(&pattern.len())
}

text!(Pattern, Refusal::Pattern, |text| Self::new(text)
    .ok_or(Refusal::Pattern));
text!(PathPattern, Refusal::PathPattern, |text| Self::new(text)
    .ok_or(Refusal::PathPattern));

#[cfg(test)]
mod tests {
    use super::super::DestinationPattern;
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    #[test]
    fn patterns_match_whole_texts() {
        let matches = |text, subject| pattern(text).matches(subject);
        assert!(matches("*", ""));
        assert!(matches("*@sip.example.com", "bob@sip.example.com"));
        assert!(!matches("*@sip.example.com", "bob@sip.example.com.org"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*b*c", "a-b-b-d"));
        assert!(matches("a**", "a"));
        assert!(matches("?b", "éb"));
        assert!(matches("*é", "ééé"));
        assert!(!matches("?", "ab"));
        assert!(!matches("?", ""));
        assert!(!matches("a", ""));
        assert!(!matches("a", "A"));
        assert!(matches("Dial[0]*", "Dial[0].Error[0]"));
    }

    /// All texts of so many of these characters.
    fn texts(characters: &str, length: u32) -> Vec<String> {
        let one = |texts: Vec<String>| -> Vec<String> {
            let longer = texts.iter().flat_map(|text| {
                let with = move |char| format!("{text}{char}");
                characters.chars().map(with)
            });
            longer.collect()
        };
        (0..length).fold(vec![String::new()], |texts, _| one(texts))
    }

    /// What a pattern means, in so many words.
    fn means(pattern: &str, text: &str, at: usize) -> bool {
        let Some((piece, behind)) = split_piece(pattern) else {
            return text.is_empty();
        };
        let mut rest = text.chars();
        let first = rest.next();
        let next = |pattern| means(pattern, rest.as_str(), at + first.map_or(0, char::len_utf8));
        match (piece, first) {
            (Piece::Run, None) => means(behind, text, at),
            (Piece::Run, Some(_)) => means(behind, text, at) || next(pattern),
            (_, None) => false,
            (piece, Some(char)) => piece.is(char, at < 2) && next(behind),
        }
    }

    #[test]
    fn a_text_fits_as_the_pieces_of_the_pattern_say() {
        for pattern in (1..=5).flat_map(|length| texts(r"aA*?", length)) {
            for text in (0..=4).flat_map(|length| texts("aAé", length)) {
                let fits = fits(&pattern, &text, 0..2);
                assert_eq!(fits, means(&pattern, &text, 0), "{pattern} {text}");
            }
        }
    }

    /// Each place of the text is tried with half of the pattern.
    #[test]
    fn a_pattern_that_nearly_fits_everywhere_is_given_up_in_time() {
        let many = format!("*{}b{}*", "a".repeat(98), "a".repeat(99));
        let text = "a".repeat(100_000);
        assert!(!pattern(&many).matches(&text));
        let text = format!("{text}b{text}");
        assert!(pattern(&many).matches(&text));
        assert!(!pattern(&many.replace('b', "A")).matches(&text));
    }

    #[test]
    fn a_backslash_escapes_the_next_character() {
        let matches = |text, subject| pattern(text).matches(subject);
        assert!(matches(r"\*", "*") && !matches(r"\*", "a"));
        assert!(matches(r"a\?b", "a?b") && !matches(r"a\?b", "axb"));
        assert!(matches(r"\\*", r"\x"));
        assert!(matches(r"\a", "a"));
        assert!(matches(r"a\", r"a\"));
    }

    #[test]
    fn hosts_match_whatever_their_case() {
        let matches = |text, address| pattern(text).matches_address(address);
        assert!(matches("bob@SIP.example.com", "bob@sip.EXAMPLE.com"));
        assert!(!matches("Bob@*", "bob@sip.example.com"));
        assert!(matches("*@Sip*", "bob@sip.example.com"));
        assert!(matches("*SIP*", "bob@sip.example.com"));
        assert!(!matches("*BOB*", "bob@sip.example.com"));
        assert!(matches("bob", "bob") && !matches("bob", "BOB"));
    }

    #[test]
    fn numbers_match_however_they_are_written() {
        let matches = |text, address| {
            let pattern = DestinationPattern::new(text).unwrap();
            pattern.means_party(address)
        };
        for written in [
            "12025550123",
            "+12025550123",
            "+1 (202) 555-01.23",
            "1-202*",
            "1202555012?",
            "+1*(555)*",
        ] {
            assert!(matches(written, "12025550123"), "{written}");
            assert!(matches(written, "+1 202-555-0123"), "{written}");
        }
        assert!(!matches("1202", "12025550123"));
        assert!(!matches("1202555012?", "1202555012"));
        assert!(!matches("1x*", "12025550123"));
        // A user may be a number.
        assert!(matches("1 2", "12@sip.example.com") && !matches("1 2", "3@12.example.com"));
        assert!(matches("1-2", "1-2") && matches("+", "+") && !matches("+", "-"));
    }

    #[test]
    fn schemes_and_hosts_of_urls_match_whatever_their_case() {
        let matches = |text, url| pattern(text).matches_url(url);
        assert!(matches(
            "HTTPS://API.example.com/*",
            "https://api.EXAMPLE.com/x"
        ));
        assert!(matches("https://a.example?q", "https://A.example?q"));
        assert!(!matches("https://a.example/X", "https://a.example/x"));
        assert!(!matches("https://a.example?X", "https://a.example?x"));
        assert!(!matches("https://a.example#X", "https://a.example#x"));
        assert!(matches("*/X", "https://a.example/X") && !matches("A", "a"));
        assert!(matches("https://A", "https://a"));
        assert!(matches("https://a/b?x=*", "https://a/b?x=1"));
    }

    #[test]
    fn the_pattern_of_a_text_matches_it_alone() {
        for text in ["Dial[0]", "*", "?", r"\", r"\*", "é", "a.b?c*d", "#tag"] {
            let literal = Pattern::literal(text);
            assert_eq!(Pattern::new(literal.as_str()), Some(literal.clone()));
            assert!(literal.matches(text), "{literal}");
            assert!(!literal.matches(&format!("{text}x")), "{literal}");
            assert!(!literal.matches(&format!("x{text}")), "{literal}");
        }
        assert!(!Pattern::literal("*").matches("a"));
        assert_eq!(Pattern::literal("").as_str(), "*");
    }

    #[test]
    fn the_pattern_of_a_long_text_is_cut() {
        assert_eq!(Pattern::literal(&"a".repeat(200)).as_str().len(), 200);
        for piece in ["a", "*", r"\", "é", "𝄞", "a*", r"aa\"] {
            for before in 0..4 {
                let text = format!("{}{}", "x".repeat(before), piece.repeat(201));
                let literal = Pattern::literal(&text);
                assert!((195..=200).contains(&literal.as_str().len()), "{literal}");
                assert_eq!(Pattern::new(literal.as_str()), Some(literal.clone()));
                assert!(literal.matches(&text) && !literal.matches("x"), "{literal}");
            }
        }
    }

    #[test]
    fn empty_and_endless_patterns_are_refused() {
        assert_eq!(Pattern::new(""), None);
        assert_eq!(Pattern::new(&"*".repeat(201)), None);
        assert!(Pattern::new(&"*".repeat(200)).is_some());
        for refused in ["", "#", ".", "a.", ".a", "a..b"] {
            assert_eq!(PathPattern::new(refused), None, "{refused}");
        }
        assert_eq!(PathPattern::new(&"a".repeat(201)), None);
    }

    #[test]
    fn many_stars_end_soon() {
        let stars = pattern(&format!("{}b", "a*".repeat(99)));
        assert!(!stars.matches(&"a".repeat(20_000)));
        let stars = pattern(&format!("*{}", "a".repeat(199)));
        assert!(!stars.matches(&format!("{}b", "a".repeat(20_000))));
    }

    #[test]
    fn a_path_pattern_matches_the_last_steps() {
        let matches = |text, path| PathPattern::new(text).unwrap().matches(path, &[]);
        let path = "Gather[0].DTMF[1].Say[0]";
        for text in [
            path,
            "Say[0]",
            "DTMF[1].Say[0]",
            "*.Say[?]",
            "*.*.*",
            "S*",
            "DTMF*.Say*",
        ] {
            assert!(matches(text, path), "{text}");
        }
        for text in [
            "Gather[0]",
            "ay[0]",
            "Gather*Say[0]",
            "Gather[0].Say[0]",
            "*.*.*.*",
            "Say[1]",
            "say[0]",
        ] {
            assert!(!matches(text, path), "{text}");
        }
        assert!(matches("Record[*]", "Error[0].Record[1]"));
        assert!(!matches("Record[*]", "Record[1].Pause[0]"));
    }

    #[test]
    fn a_tag_names_a_command() {
        let matches = |text, tag| {
            PathPattern::new(text)
                .unwrap()
                .matches("Say[0]", &[None, tag])
        };
        assert!(matches("#voicemail", Some("voicemail")));
        assert!(!matches("#voicemail", Some("voicemail 2")));
        assert!(!matches("#*", None));
        assert!(matches("#menu.*", Some("menu.a.b")));
        assert!(!matches("Say[0].#a", Some("a")));
        assert!(!matches(r"\#a", Some("a")));
    }

    #[test]
    fn the_pattern_of_a_path_matches_it() {
        let path = "Gather[0].DTMF[1].Say[0]";
        assert_eq!(PathPattern::literal(path).as_str(), path);
        let deep = vec!["Error[0]"; 50].join(".");
        let literal = PathPattern::literal(&deep);
        assert_eq!(literal.as_str(), vec!["Error[0]"; 22].join("."));
        for path in [path, &deep, "*.a?", "#a", "", ".", &"*".repeat(300)] {
            let literal = PathPattern::literal(path);
            assert_eq!(PathPattern::new(literal.as_str()), Some(literal.clone()));
            assert!(literal.matches(path, &[]), "{literal}");
        }
        assert!(!PathPattern::literal("*").matches("a", &[]));
    }

    #[test]
    fn a_path_may_begin_at_a_tag() {
        let path = "Say[0].Gather[1].DTMF[2].Say[0]";
        let matches =
            |text: &str, tags: &[Option<&str>]| PathPattern::new(text).unwrap().matches(path, tags);
        let tags = [None, Some("menu"), None, Some("one")];
        assert!(matches("#menu.DTMF[2].Say[0]", &tags));
        assert!(matches("#men?.DTMF[*].*[0]", &tags));
        assert!(matches("#one", &tags));
        assert!(!matches("#menu", &tags));
        assert!(!matches("#menu.Say[0]", &tags));
        assert!(!matches("#menu.DTMF[2]", &tags));
        assert!(!matches("#menu.DTMF[1].Say[0]", &tags));
        assert!(!matches("#one.DTMF[2].Say[0]", &tags));
        assert!(!matches("#menu.Gather[1].DTMF[2].Say[0]", &tags));
        // Tags of the last steps are enough.
        assert!(matches("#menu.DTMF[2].Say[0]", &tags[1..]));
        assert!(!matches("#menu.DTMF[2].Say[0]", &tags[2..]));
        // A dot in a tag is one, and so is what looks like a step, where it is escaped.
        let tags = [None, Some("a.b"), None, None];
        assert!(matches("#a.b.DTMF[2].Say[0]", &tags));
        let tags = [None, None, None, Some("a.Say[0]")];
        assert!(matches(r"#a\.Say[0]", &tags) && !matches("#a.Say[0]", &tags));
    }

    #[test]
    fn a_command_is_named_by_the_nearest_tag() {
        let text = r#"<Response><Gather tag="menu"><Say>x</Say><DTMF value="1"><Say tag="one">1</Say><Pause length="1000"/></DTMF></Gather><Say tag="twice">2</Say><Say tag="twice">2</Say><Say tag="a*b.Say[0]">3</Say></Response>"#;
        let (document, _) = crate::xml::read("flow.xml", text.as_bytes());
        let (flow, _) = crate::flow::compile(document);
        let named: Vec<_> = flow
            .nodes()
            .map(|(id, _)| {
                let pattern = PathPattern::naming(&flow, id);
                assert!(pattern.matches(&flow.path(id), &flow.tags(id)), "{pattern}");
                pattern.as_str().to_owned()
            })
            .collect();
        assert_eq!(
            named,
            [
                "#menu",
                "#menu.Say[0]",
                "#menu.DTMF[1]",
                "#one",
                "#menu.DTMF[1].Pause[1]",
                "Say[1]",
                "Say[2]",
                "Say[3]",
            ]
        );
    }
}
