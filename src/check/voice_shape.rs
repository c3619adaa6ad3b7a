//! A voice that cannot exist.

use super::scope::Scope;
use super::unfilled_placeholder;
use crate::diagnostic::Diagnostic;

rule! {
    /// The code of a voice that is not written like `en-US-Standard-C`, or that contradicts the
    /// language or type in the other attributes.
    ///
    /// ## Why
    ///
    /// The platform looks the code up in its list of Google voices. It finds no voice, or another
    /// voice than you meant.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say code="alice">Hello.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say code="en-US-Standard-C">Hello.</Say>
    /// </Response>
    /// ```
    "voice-shape" Warning Values "a voice whose code is not valid, or contradicts the other attributes"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, voice) in scope.speaking() {
        let Some((attribute, code)) = voice.code() else {
            continue;
        };
        if unfilled_placeholder::is_unfilled(code) {
            continue;
        }
        let span = place.value_span(attribute);
        let Some((language, engine)) = parts(code) else {
            let message = format!("`{code}` is not the code of a voice");
            findings.push(
                CHECK
                    .at(span, message)
                    .label("expected language, country, engine and letter")
                    .help("write a code such as `en-US-Standard-C`, or leave it out"),
            );
            continue;
        };
        // The language itself is enough: `es` with a voice of `es-ES` is no contradiction.
        let primary = |code: &str| code.split('-').next().unwrap_or("").to_ascii_lowercase();
        let is_other = |(name, value): (&'static str, &str), own: &str| {
            place.element.attribute(name).is_some() && !value.eq_ignore_ascii_case(own)
        };
        let (named, spoken) = (primary(voice.language().1), primary(&language));
        let given = if is_other((voice.language().0, &named), &spoken) {
            voice.language()
        } else if is_other(voice.engine(), &engine) {
            voice.engine()
        } else {
            continue;
        };
        findings.push(
            CHECK
                .at(
                    span,
                    format!("the voice `{code}` contradicts `{}`", given.0),
                )
                .also(place.value_span(given.0), "here")
                .help(format!("remove one of `{attribute}` and `{}`", given.0)),
        );
    }
}

/// The language and the engine of a voice's code: `en-US` and `Standard` of `en-US-Standard-C`.
fn parts(code: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = code.split('-').collect();
    let [language, country, engine @ .., name] = &parts[..] else {
        return None;
    };
    let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_language = matches!(language.len(), 2 | 3) && is_letters(language);
    let is_country = country.len() == 2 && is_letters(country)
        || country.len() == 3 && country.bytes().all(|byte| byte.is_ascii_digit());
    let is_rest = !engine.is_empty() && !name.is_empty();
    (is_language && is_country && is_rest)
        .then(|| (format!("{language}-{country}"), engine.join("-")))
}
