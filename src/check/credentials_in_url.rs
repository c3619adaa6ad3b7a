//! A secret that stands in a flow.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::secret::{Secret, secrets};
use crate::value::Url;

rule! {
    /// A URL with a password, or with a parameter that is called like one (`token`, `api_key`,
    /// `secret` …) and whose value is no placeholder; or a webhook, whose path is the secret.
    ///
    /// A value of fewer than eight characters is passed over: `key=2` is a key that was pressed.
    ///
    /// ## Why
    ///
    /// A flow is kept in repositories, and the events of a call show the commands that ran with their
    /// URLs: whoever reads one of them can use the secret.
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
            let message = format!("{what} stands in the URL of {}", given.command().name);
            findings.push(
                CHECK
                    .at(span, message)
                    .label("readable in this file, and in the events of calls that run it")
                    .help("let the server know the call by a name that is worth nothing to others, and change the secret if this file was shared"),
            );
        }
    }
}
