//! A duration that was most likely meant in seconds.

use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Safety};
use crate::value::Millis;

rule! {
    /// A duration that is too short to be meant in milliseconds, such as a Dial that rings for 30.
    ///
    /// The fix multiplies by 1000. It is applied only with `--unsafe-fixes`.
    ///
    /// ## Why
    ///
    /// Every duration in Opentact XML is in milliseconds; in TwiML, Plivo and TeXML durations are
    /// in seconds. A phone that rings for 30 milliseconds is not heard.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial timeout="30"><To>12025550143</To><Error><Say>Nobody is in.</Say></Error></Dial>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial timeout="30000"><To>12025550143</To><Error><Say>Nobody is in.</Say></Error></Dial>
    /// </Response>
    /// ```
    "timeout-in-seconds" Warning Values "a duration that looks like seconds"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, Millis(time)) in scope.values_where::<Millis>(|spec| spec.seconds_below > 0) {
        if time == 0 || time >= given.attribute().seconds_below {
            continue;
        }
        let message = format!(
            "`{}` of {} is {time} milliseconds",
            given.attribute().name,
            given.command().name
        );
        let meant = time * 1000;
        findings.push(
            CHECK
                .at(given.span(), message)
                .label("durations are in milliseconds")
                .help(format!("for {time} seconds write `{meant}`"))
                .fix(
                    Safety::Unsafe,
                    format!("write `{meant}`"),
                    given.span(),
                    meant.to_string(),
                ),
        );
    }
}
