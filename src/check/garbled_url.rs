//! A URL whose `&` was escaped twice.

use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Safety};
use crate::value::Url;

rule! {
    /// A URL with `&amp;amp;` in it.
    ///
    /// ## Why
    ///
    /// In XML, `&` is written `&amp;`. If it is escaped twice, the server receives a parameter
    /// called `amp;…`.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Callback url="https://api.example.com/flow?a=1&amp;amp;b=2"><Error><Say>Sorry.</Say></Error></Callback>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Callback url="https://api.example.com/flow?a=1&amp;b=2"><Error><Say>Sorry.</Say></Error></Callback>
    /// </Response>
    /// ```
    "garbled-url" Warning Values "a URL whose `&` was escaped twice"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    const TWICE: &str = "&amp;amp;";
    for (given, _) in scope.values::<Url>() {
        let raw = scope.flow.source().slice(given.span());
        if let Some(at) = raw.find(TWICE) {
            let span = given.span().within(at, at + TWICE.len());
            findings.push(
                CHECK
                    .at(span, "this `&` is escaped twice")
                    .help("write `&amp;`")
                    .fix(Safety::Unsafe, "write `&amp;`", span, "&amp;"),
            );
        }
    }
}
