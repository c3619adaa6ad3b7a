//! Whether a destination is meant: the one place where that is decided.

use super::DialRule;
use super::pattern::{Pattern, digits, without_scheme};
use super::rules::Lookup;
use super::text::text;
use crate::channel::{Destination, DestinationKind};
use crate::record::Leg;

/// Which destinations or parties are meant: a pattern of their address (`anna@sip.example.com`), of
/// their user (`anna`), or of their number (`12025550143`).
///
/// An address may be given with its port and its scheme; its host is compared without regard to ASCII
/// case. Numbers match however they are written, with or without `+`: `(202) 555-*` means
/// `+2025550123`, and `2025550123@sip.example.com` too, whose user is that number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DestinationPattern(Pattern);

impl DestinationPattern {
    /// A pattern; none where it is empty or longer than [`Pattern::LONGEST`].
    pub fn new(pattern: &str) -> Option<Self> {
        Pattern::new(pattern).map(Self)
    }

    /// The pattern of this address, user or number alone, as [`Pattern::literal`] makes it.
    pub fn literal(name: &str) -> Self {
        Self(Pattern::literal(name))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Rules for single destinations, so that each is found: a number means an address too whose user is
    /// that number, so the addresses come first. Otherwise the order stays.
    pub fn sorted(mut rules: Vec<DialRule>) -> Vec<DialRule> {
        rules.sort_by_key(|rule| !rule.pattern.as_str().contains('@'));
        rules
    }

    /// Whether a destination is meant.
    pub fn means(&self, to: &Destination) -> bool {
        if self.0.matches_address(&to.text) || self.means_name(to.name()) {
            return true;
        }
        if to.kind == DestinationKind::Number {
            return false;
        }
        let address = to.address();
        let with_port = to.port.map(|port| format!("{address}:{port}"));
        let names = [Some(address), with_port];
        let is_one = |pattern: &Pattern| {
            let mut names = names.iter().flatten();
            names.any(|name| pattern.matches_address(name))
        };
        is_one(&self.0) || without_scheme(&self.0).is_some_and(|pattern| is_one(&pattern))
    }

    /// Whether a party is meant of which only this is known: its address, its user or its number.
    pub fn means_party(&self, party: &str) -> bool {
        match Destination::parse(party) {
            Ok(destination) => self.means(&destination),
            // Such as `anna` or `anonymous`.
            Err(_) => self.0.matches_address(party),
        }
    }

    /// Whether the other party of a dialled leg is meant.
    pub fn means_leg(&self, leg: &Leg) -> bool {
        match &leg.destination {
            Some(destination) => self.means(destination),
            None => leg.to.as_deref().is_some_and(|to| self.means_party(to)),
        }
    }

    /// The names by which a pattern can mean a destination, in lower case.
    pub(crate) fn names_of(to: &Destination) -> Vec<String> {
        let address = to.address();
        let with_port = to.port.map(|port| format!("{address}:{port}"));
        let number = digits(to.name(), "");
        let names = [&*to.text, to.name()].map(|name| Some(name.to_owned()));
        let names = names.into_iter().chain([Some(address), with_port, number]);
        let names = names.flatten();
        names.map(|name| name.to_ascii_lowercase()).collect()
    }

    /// The digits of a number, with wildcards if it has any.
    fn number(&self) -> Option<String> {
        match Destination::parse(self.as_str()) {
            // One with its country code may have a 0 in brackets that is not dialled.
            Ok(number) if number.kind == DestinationKind::Number => Some(number.name().to_owned()),
            _ => digits(self.as_str(), "*?"),
        }
    }

    /// Whether a user or a number is meant.
    fn means_name(&self, name: &str) -> bool {
        if self.0.matches(name) {
            return true;
        }
        let pattern = self.number().and_then(|digits| Pattern::new(&digits));
        let number = digits(name, "");
        pattern.is_some_and(|pattern| number.is_some_and(|number| pattern.matches(&number)))
    }
}

impl Lookup for DestinationPattern {
    fn names(&self) -> Option<Vec<String>> {
        let address = match without_scheme(&self.0) {
            Some(address) => Some(address.text()?),
            None => None,
        };
        let names = [Some(self.0.text()?), address, self.number()];
        let names = names.into_iter().flatten();
        Some(names.map(|name| name.to_ascii_lowercase()).collect())
    }
}

/// Any destination.
impl Default for DestinationPattern {
    fn default() -> Self {
        Self::literal("")
    }
}

text!(DestinationPattern, Pattern::expected(), |text| {
    Pattern::from_text(text).map(Self)
});

#[cfg(test)]
mod tests {
    use super::*;

    fn means(pattern: &str, to: &str) -> bool {
        let pattern = DestinationPattern::new(pattern).unwrap();
        let to = Destination::parse(to).unwrap();
        let means = pattern.means(&to);
        if let Some(names) = pattern.names() {
            let has_name = |name| names.contains(name);
            assert!(!means || DestinationPattern::names_of(&to).iter().any(has_name));
        }
        means
    }

    #[test]
    fn a_destination_is_named_by_address_user_or_number() {
        let anna = "sip:anna@SIP.example.com:5070;transport=tcp";
        for name in [
            "anna",
            "anna@sip.example.com",
            "anna@sip.EXAMPLE.com:5070",
            "sip:anna@sip.example.com",
            "SIP:anna@sip.example.com:5070",
            anna,
            "an*",
            "a???",
            "*@sip.example.com",
            "sip:*@sip.example.com",
            "*.example.com",
            "*",
        ] {
            assert!(means(name, anna), "{name}");
        }
        for name in [
            "ann",
            "Anna",
            "annab",
            "sip:anna",
            "Anna@sip.example.com",
            "anna@sip.example.com:5060",
            "anna@sip.example.org",
            "anna@",
            "sip.example.com",
            "5070",
        ] {
            assert!(!means(name, anna), "{name}");
        }
        assert!(means("anna@sip.example.com:5060", "anna@sip.example.com"));
    }

    #[test]
    fn a_number_is_named_however_it_is_written() {
        let names = [
            "12025550143",
            "+12025550143",
            "+1 (202) 555-0143",
            "1202*",
            "+1202555014?",
        ];
        let written = [
            "12025550143",
            "+12025550143",
            "+1 202.555.0143",
            "12025550143@sip.example.com",
            "sip:+1-202-555-0143@sip.example.com",
        ];
        for to in written {
            for name in names {
                assert!(means(name, to), "{name}, {to}");
            }
            for name in [
                "2025550143",
                "120255501430",
                "anna",
                "sip:*@sip.example.org",
            ] {
                assert!(!means(name, to), "{name}, {to}");
            }
        }
        assert!(means("+44 (0)20 7946 0958", "442079460958"));
        assert!(means("442079460958", "+44 (0)20 7946 0958"));
        // With its host, only that address is meant.
        assert!(!means("12025550143@sip.example.com", "12025550143"));
        assert!(!means("sip:*", "12025550143"));
    }

    #[test]
    fn a_party_of_which_little_is_known_is_named_by_that() {
        let means = |pattern, party| {
            let pattern = DestinationPattern::new(pattern).unwrap();
            pattern.means_party(party)
        };
        assert!(means("anna", "anna"));
        assert!(means("anonymous", "anonymous"));
        assert!(means("12025550143", "+12025550143"));
        assert!(means("anna", "anna@sip.example.com"));
        // Nothing says at which host.
        assert!(!means("anna@sip.example.com", "anna"));
    }
}
