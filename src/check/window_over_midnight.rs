//! A time window over midnight.

use jiff::civil::Time;

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;
use crate::value::Window;

rule! {
    /// A time window that ends before it begins. It is read as a window that crosses midnight: the
    /// part after midnight still belongs to the day before.
    ///
    /// ## Why
    ///
    /// It is not documented how the platform reads such a window (`schedule-window`). Two windows
    /// are clear: the first one ends at `23:59:59`, the last second of its day, and the second one
    /// begins at `00:00:00`. A window that ends at `00:00:00` ends with the day, and does not need
    /// a second one.
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
                    .note("the part after midnight belongs to the day before")
                    .note(format!("assumed, see `{}`", assumed.id()))
                    .help(format!(
                        "use two windows: {}-23:59:59, and 00:00:00-{} on the next day",
                        window.from.strftime("%H:%M:%S"),
                        window.to.strftime("%H:%M:%S")
                    )),
            );
        }
    }
}
