//! A state that does not exist.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::value::States;

rule! {
    /// A two-letter code that is not a state, district or territory of the USA. The provinces of
    /// Canada, which share the numbering plan, are accepted.
    ///
    /// ## Why
    ///
    /// There are no callers from there, so the commands never run.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Geo states="NY,NW"><Say>Hello, neighbour.</Say></Geo>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Geo states="NY,NJ"><Say>Hello, neighbour.</Say></Geo>
    /// </Response>
    /// ```
    "unknown-state" Warning Values "the code of a state that does not exist"
}

/// Provinces and territories of Canada: the lists that tell where a number belongs to hold them
/// beside the states.
const PROVINCES: &[&str] = &[
    "AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT",
];

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, _) in scope.values::<States>() {
        let raw = scope.flow.source().slice(given.span());
        let mut at = 0;
        for part in raw.split(',') {
            let start = at + (part.len() - part.trim_start().len());
            at += part.len() + 1;
            let code = part.trim();
            let is_one = |known: &&str| known.eq_ignore_ascii_case(code);
            if code.len() != 2 || States::CODES.iter().chain(PROVINCES).any(is_one) {
                continue;
            }
            let place = given.span().within(start, start + code.len());
            let message = format!("there is no state `{code}`");
            let begins = |one: &&&str| one.as_bytes()[0] == code.as_bytes()[0].to_ascii_uppercase();
            let near: Vec<_> = States::CODES.iter().filter(begins).copied().collect();
            let finding = CHECK
                .at(place, message)
                .label("there are no callers from there");
            findings.push(if near.is_empty() {
                finding
            } else {
                finding.help(format!("states that begin like this: {}", near.join(", ")))
            });
        }
    }
}
