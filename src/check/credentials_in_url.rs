//! A secret that stands in a flow.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::secret::{Secret, secrets};
use crate::value::Url;

rule! {
    /// A URL with a password, or with a parameter whose name suggests a secret (`token`, `api_key`,
    /// `secret` …) and whose value is not a placeholder; or a webhook, whose path is the secret.
    ///
    /// A value of fewer than eight characters is not reported: `key=2` is a key that was pressed.
    ///
    /// ## Why
    ///
    /// Flows are kept in repositories, and the events of a call show the commands that ran, with
    /// their URLs. Everybody who can read one of them can use the secret.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Callback url="https://api.example.com/flow?api_key=5f4dcc3b5aa765d6"><Error><Say>Please call again.</Say></Error></Callback>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Callback url="https://api.example.com/flow"><Error><Say>Please call again.</Say></Error></Callback>
    /// </Response>
    /// ```
    "credentials-in-url" Warning Values "a password or an access key in a URL"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, url) in scope.values_where::<Url>(|_| true) {
        for secret in secrets(&url.0) {
            let value = &url.0[secret.place()];
            let what = match &secret {
                secret if !secret.is_real(&url.0) => continue,
                Secret::Password(_) | Secret::UserInfo(_) => "a password".to_owned(),
                Secret::Path(_) => "the secret path of a webhook".to_owned(),
                Secret::Parameter { name, .. } => {
                    format!("`{}`, secret by its name,", &url.0[name.clone()])
                }
            };
            let whole = given.span();
            // References in front of the secret move it, so it is sought; the same text may stand
            // in front of it.
            let before = url.0[..secret.place().start].matches(value).count();
            let raw = scope.flow.source().slice(whole);
            let span = match raw.match_indices(value).nth(before) {
                Some((at, _)) => whole.within(at, at + value.len()),
                None => whole,
            };
            let message = format!("{what} is in the URL of {}", given.command().name);
            findings.push(
                CHECK
                    .at(span, message)
                    .label("everybody who sees this file or an event can read it")
                    .help("remove the secret from the URL: give the server an identifier that is useless to others. If this file was shared, change the secret"),
            );
        }
    }
}
