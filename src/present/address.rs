//! Addresses as people may see them: secrets in them are masked, and nothing else.

use super::styled_text::clean;

/// Parts of the names of parameters whose values nobody should read.
const SECRET: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "apikey",
    "api_key",
    "api-key",
    "signature",
    "credential",
];

/// Whole names of such parameters.
const SECRET_NAMES: &[&str] = &[
    "auth",
    "authorization",
    "key",
    "sig",
    "pass",
    "pin",
    "session",
    "jwt",
];

/// What stands in place of a secret.
const MASK: &str = "***";

/// A URL or SIP address, without the values of secret-looking parameters and without a password.
pub(super) fn shown(text: &str) -> String {
    let text = clean(text);
    let (address, query) = match text.find('?') {
        Some(at) => text.split_at(at),
        None => (text.as_str(), ""),
    };
    let mut shown = without_password(address);
    for (index, pair) in query.split_inclusive('&').enumerate() {
        let (pair, separator) = match pair.strip_suffix('&') {
            Some(pair) => (pair, "&"),
            None => (pair, ""),
        };
        let name = pair.split('=').next().unwrap_or_default();
        let plain = if index == 0 {
            name.trim_start_matches('?')
        } else {
            name
        };
        match pair.contains('=') && is_secret(plain) {
            true => {
                shown.push_str(name);
                shown.push('=');
                shown.push_str(MASK);
            }
            false => shown.push_str(pair),
        }
        shown.push_str(separator);
    }
    shown
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part)) || SECRET_NAMES.contains(&name.as_str())
}

/// `https://user:secret@host` and `sip:user:secret@host` without the secret.
fn without_password(address: &str) -> String {
    let start = address
        .find("://")
        .map(|at| at + 3)
        .or_else(|| {
            address
                .find(':')
                .map(|at| at + 1)
                .filter(|_| address.to_ascii_lowercase().starts_with("sip"))
        })
        .unwrap_or(0);
    let end = address[start..]
        .find('/')
        .map_or(address.len(), |at| start + at);
    let authority = &address[start..end];
    let masked = authority.rfind('@').and_then(|at| {
        let colon = authority[..at].find(':')?;
        Some(format!(
            "{}:{MASK}{}",
            &authority[..colon],
            &authority[at..]
        ))
    });
    match masked {
        Some(masked) => [&address[..start], &masked, &address[end..]].concat(),
        None => address.to_owned(),
    }
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
            ("Hello: how are you?", "Hello: how are you?"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
