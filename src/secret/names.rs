//! The names of parameters whose values nobody should read.

/// Parts of such names, without what joins words.
const PARTS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "apikey",
    "accesskey",
    "privatekey",
    "signature",
    "credential",
    "sessionid",
    "bearer",
    "hmac",
];

/// Whole names of such parameters, or words of a name such as `x-sig`.
const WORDS: &[&str] = &["sig", "sas", "otp", "jwt", "pass", "pin"];

/// Whole names of such parameters.
const NAMES: &[&str] = &[
    "auth",
    "authorization",
    "key",
    "code",
    "session",
    "sessid",
    "phpsessid",
    "sid",
];

/// Whether a name alone says that what it names is secret, be it a parameter or not.
pub(super) fn is_telling(name: &str) -> bool {
    let is_joint = |c: char| !c.is_alphanumeric();
    let whole: String = name
        .chars()
        .filter(|&c| !is_joint(c))
        .flat_map(char::to_lowercase)
        .collect();
    PARTS.iter().any(|part| whole.contains(part)) || whole == "authorization"
}

/// Whether the value of a parameter of this name is secret. The name may be written with `%`, and in a
/// flow, where `&` is written `&amp;`, begin with what is left of that.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.strip_prefix("amp;").unwrap_or(name);
    let name = super::decoded(name);
    let is_joint = |c: char| !c.is_alphanumeric();
    let whole: String = name
        .chars()
        .filter(|&c| !is_joint(c))
        .flat_map(char::to_lowercase)
        .collect();
    let mut words = name.split(is_joint);
    PARTS.iter().any(|part| whole.contains(part))
        || NAMES.contains(&whole.as_str())
        || WORDS.contains(&whole.as_str())
        || words.any(|word| WORDS.iter().any(|one| word.eq_ignore_ascii_case(one)))
}
