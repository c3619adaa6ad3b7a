//! Addresses as people may see them: secrets in them are masked, and nothing else.

use super::styled_text::clean;
use crate::value::{Secret, secrets};

/// What stands in place of a secret.
const MASK: &str = "***";

/// A URL or SIP address, without the values of secret-looking parameters and without a password.
pub(super) fn shown(text: &str) -> String {
    let mut shown = clean(text);
    let places: Vec<_> = secrets(&shown).iter().map(Secret::place).collect();
    for place in places.into_iter().rev() {
        shown.replace_range(place, MASK);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn secrets_are_masked_and_the_rest_is_shown() {
        for (text, expected) in [
            (
                "https://a.example/flow?x=1&api_key=abc&y=2",
                "https://a.example/flow?x=1&api_key=***&y=2",
            ),
            (
                "https://a.example/?token=abc",
                "https://a.example/?token=***",
            ),
            (
                "https://anna:secret@a.example/x",
                "https://anna:***@a.example/x",
            ),
            ("sip:anna:secret@a.example", "sip:anna:***@a.example"),
            ("anna@a.example:5080", "anna@a.example:5080"),
            (
                "https://a.example/x?dtmf=1&from=%2B1",
                "https://a.example/x?dtmf=1&from=%2B1",
            ),
            // Only where it is the secret.
            (
                "https://a.example/abc?abc=abc&token=abc&x=abc",
                "https://a.example/abc?abc=abc&token=***&x=abc",
            ),
            (
                "https://anna:anna@a.example/anna?key=anna&token=anna",
                "https://anna:***@a.example/anna?key=***&token=***",
            ),
            ("Hello: how are you?", "Hello: how are you?"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
