//! A time window over midnight.

use jiff::civil::Time;

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;
use crate::value::Window;

rule! {
    /// A window of the day that closes before it opens. It is read as one that crosses midnight:
    /// behind midnight it still belongs to the day before.
    ///
    /// ## Why
    ///
    /// No source says how the platform reads such a window (`schedule-window`). Two windows say it
    /// beyond doubt: the first ends with `23:59:59`, the last second of its day, the second begins
    /// with `00:00:00`. A window that ends with `00:00:00` ends with the day, and needs no second one.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule dow="fri" time="22:00:00-02:00:00"><Say>The night line.</Say></Schedule>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule dow="fri" time="22:00:00-23:59:59"><Say>The night line.</Say></Schedule>
    ///   <Schedule dow="sat" time="00:00:00-02:00:00"><Say>The night line.</Say></Schedule>
    /// </Response>
    /// ```
    "window-over-midnight" Info Values "a time window that crosses midnight"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, window) in scope.values::<Window>() {
        if window.to < window.from && window.to != Time::midnight() {
            let assumed = Assumption::ScheduleWindow;
            findings.push(
                CHECK
                    .at(given.span(), "this time window crosses midnight")
                    .note("read as: behind midnight it belongs to the day before")
                    .note(format!("assumed, see `{}`", assumed.id()))
                    .help(format!(
                        "two windows say it beyond doubt: {}-23:59:59, and 00:00:00-{} on the day after",
                        window.from.strftime("%H:%M:%S"),
                        window.to.strftime("%H:%M:%S")
                    )),
            );
        }
    }
}
