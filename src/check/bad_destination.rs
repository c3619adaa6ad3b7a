//! A destination that cannot be reached.

use std::net::Ipv4Addr;

use super::scope::Scope;
use super::unfilled_placeholder;
use crate::channel::{Destination, Dropped, Label};
use crate::command::Role;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::CallerId;

rule! {
    /// A phone number with too many digits, an international number that cannot exist, or a SIP
    /// address whose host cannot be found from outside.
    ///
    /// Numbers without `+` may belong to your own dial plan, so only their length is checked.
    ///
    /// ## Why
    ///
    /// The call fails for every caller, with a cause that does not explain much.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial><To>+1202555014</To><Error><Say>Nobody is in.</Say></Error></Dial>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial><To>+12025550143</To><Error><Say>Nobody is in.</Say></Error></Dial>
    /// </Response>
    /// ```
    "bad-destination" Warning Values "a number or a SIP address that cannot be right"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let destinations = scope.places.iter();
    for place in destinations.filter(|place| place.spec().role == Role::Destination) {
        let Label::Destination(destination) = place.node.command.behavior().label() else {
            continue;
        };
        if let (Some(dropped), Some(attribute)) = (destination.dropped, place.spec().content()) {
            findings.push(not_dialled(
                destination,
                dropped,
                place.value_span(attribute.name),
            ));
        }
        let wrong = match destination.host() {
            Some(host) => host_fault(host),
            None => number_fault(destination.name(), destination.text.starts_with('+')),
        };
        if let (Some(why), Some(attribute)) = (wrong, place.spec().content())
            && !unfilled_placeholder::is_unfilled(&destination.text)
        {
            let span = place.value_span(attribute.name);
            findings.push(finding(&destination.text, span, why));
        }
    }
    for (given, from) in scope.values::<CallerId>() {
        let digits = from.without_plus();
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let wrong = if is_number {
            number_fault(digits, from.0.starts_with('+'))
        } else {
            None
        };
        if let Some(why) = wrong {
            findings.push(finding(&given.value(), given.span(), why));
        }
    }
}

/// A part of a destination that is not dialled.
fn not_dialled(destination: &Destination, dropped: Dropped, span: Span) -> Diagnostic {
    match dropped {
        Dropped::Password => CHECK
            .at(span, "a password in a SIP address is not dialled")
            .label("everybody who sees this file or an event can read it")
            .help(format!(
                "write `{}`, and change the password",
                destination.text
            )),
        Dropped::TrunkZero => CHECK
            .at(span, "`(0)` is not dialled after a country code")
            .label("it is only dialled within the country")
            .help(format!("write `+{}`", destination.name())),
    }
}

fn finding(value: &str, span: Span, why: &'static str) -> Diagnostic {
    let message = format!("`{value}` cannot be right");
    CHECK.at(span, message).label(why)
}

/// What is wrong with a number, given by its digits.
fn number_fault(digits: &str, is_international: bool) -> Option<&'static str> {
    const LONGEST: usize = 15;
    const SHORTEST: usize = 7;
    if digits.len() > LONGEST {
        return Some("a number has at most 15 digits (E.164)");
    }
    if !is_international {
        return None;
    }
    if digits.starts_with('0') {
        return Some("a country code does not begin with 0");
    }
    if digits.len() < SHORTEST {
        return Some("too short for a number with its country code");
    }
    let national = digits.strip_prefix('1')?;
    if national.len() != 10 {
        return Some("a number with country code 1 has 10 more digits");
    }
    let begins_wrong = |at: usize| matches!(national.as_bytes()[at], b'0' | b'1');
    if begins_wrong(0) {
        return Some("an area code of country code 1 does not begin with 0 or 1");
    }
    begins_wrong(3)
        .then_some("the exchange of a number with country code 1 does not begin with 0 or 1")
}

/// What is wrong with the host of a SIP address.
fn host_fault(host: &str) -> Option<&'static str> {
    if host.starts_with('[') || host.eq_ignore_ascii_case("localhost") {
        return None;
    }
    if host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        let is_address = host.parse::<Ipv4Addr>().is_ok();
        return (!is_address).then_some("not an IP address: four numbers from 0 to 255");
    }
    let host = host.as_bytes();
    if !host.contains(&b'.') {
        return Some("a host with this name cannot be found from outside your network");
    }
    let is_label =
        |label: &[u8]| !matches!(label, [] | [b'-', ..] | [.., b'-']) && label.len() <= 63;
    let host = host.strip_suffix(b".").unwrap_or(host);
    (!host.split(|&byte| byte == b'.').all(is_label)).then_some("this is not a valid host name")
}
