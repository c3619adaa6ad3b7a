//! `<Schedule>`

use jiff::civil::{Time, Weekday};

use super::filter::filtered;
use super::traits::{Asks, Describe};
use super::{Contains, Example};
use crate::channel::{Action, Behavior, CommandContext};
use crate::fidelity::{Assumption, Reading};
use crate::value::{Days, Window};

command! {
    /// Runs the commands inside it on the given days, within the given time window.
    ///
    /// Consecutive Schedule blocks are independent of each other. The page is titled Scheduler, but
    /// its examples write Schedule. In a simulation, the time zone is the one in the scenario.
    Schedule {
        /// Days of the week.
        dow: Option<Days>, Documented;
        /// A time window.
        time: Option<Window>, Documented;
    }
    spec {
        page: "less-than-scheduler-greater-than",
        also: &["Scheduler"],
        contains: Contains::Commands,
        examples: &[Example {
            title: "Opening hours",
            xml: r#"<Response><Schedule dow="mon,tue,wed,thu,fri" time="09:00:00-17:30:00"><Say>We are open.</Say><Hangup/></Schedule><Say>We are closed.</Say></Response>"#,
        }],
    }
}

impl Behavior for Schedule {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        filtered(context, |context| self.matches(context))
    }
}

impl Describe for Schedule {
    fn asks(&self) -> Asks<'_> {
        Asks::Clock(self.time)
    }
}

impl Schedule {
    fn matches(&self, context: &mut CommandContext<'_>) -> bool {
        context.assume(Assumption::ScheduleWindow);
        let now = context.clock.local();
        let Some(window) = self.time else {
            return self.on(now.date().weekday());
        };
        let (today, time) = (now.date().weekday(), now.time());
        // To the second: the window holds the whole of its last second.
        let second = |time: Time| (time.hour(), time.minute(), time.second());
        let is_before_end = if context.is(Reading::ScheduleEndExcluded) {
            second(time) < second(window.to)
        } else {
            second(time) <= second(window.to)
        };
        if window.from <= window.to {
            return self.on(today) && window.from <= time && is_before_end;
        }
        // Over midnight: after midnight it is still the window of the day before.
        if window.from <= time {
            return self.on(today);
        }
        is_before_end && self.on(today.previous())
    }

    fn on(&self, day: Weekday) -> bool {
        self.dow.as_ref().is_none_or(|days| days.0.contains(&day))
    }
}
