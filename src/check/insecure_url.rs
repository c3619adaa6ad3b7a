//! An address that is reached without encryption.

use std::net::Ipv4Addr;

use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Safety};
use crate::value::Url;

rule! {
    /// A request over `http://` whose reply controls the call, or that says who calls whom.
    /// Addresses of the same machine and of private networks are not reported.
    ///
    /// ## Why
    ///
    /// Anyone on the network path can read the numbers, and can send another flow as the reply.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Callback url="http://api.example.com/flow"><Error><Say>Please call again.</Say></Error></Callback>
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
    "insecure-url" Warning Values "an `http://` address that controls the call"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    const SCHEME: &str = "http://";
    for (given, url) in scope.values_where::<Url>(|spec| spec.private) {
        let scheme = url.0.get(..SCHEME.len());
        let is_plain = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME));
        if !is_plain || is_near(&url.0[SCHEME.len()..]) {
            continue;
        }
        let message = format!(
            "{} goes over the network without encryption",
            given.command().name
        );
        let finding = CHECK
            .at(given.span(), message)
            .label("not encrypted")
            .help("use `https://`, if the server has it");
        let begins = given.span().within(0, SCHEME.len());
        // The span may hold blanks or references before the scheme.
        let is_exact = scope
            .flow
            .source()
            .slice(begins)
            .eq_ignore_ascii_case(SCHEME);
        findings.push(if is_exact {
            finding.fix(Safety::Unsafe, "write `https://`", begins, "https://")
        } else {
            finding
        });
    }
}

/// Whether a URL without its scheme names a machine of the own network.
fn is_near(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    if host.starts_with('[') {
        return host.starts_with("[::1]") || host.starts_with("[f");
    }
    let host = host.split(':').next().unwrap_or("").to_ascii_lowercase();
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_private() || address.is_loopback() || address.is_link_local();
    }
    let ends = [".localhost", ".local", ".internal", ".lan", ".test"];
    !host.contains('.') || ends.iter().any(|end| host.ends_with(end))
}
