//! `<Geo>`

use super::filter::filtered;
use super::traits::{Asks, Describe};
use super::{Contains, Example};
use crate::channel::{Action, Behavior, CommandContext};
use crate::fidelity::Assumption;
use crate::value::{Counties, States};

command! {
    /// Runs the commands inside it if the caller ID belongs to one of the places; without
    /// attributes, for every call.
    ///
    /// Consecutive Geo blocks are independent of each other.
    Geo {
        /// States of the USA; the caller must be in one of them.
        states: Option<States>, Documented;
        /// A county, written in upper case in the documentation. With `states`, both must match.
        county: Option<Counties>, Documented;
    }
    spec {
        page: "less-than-geo-greater-than",
        contains: Contains::Commands,
        examples: &[Example {
            title: "Greet callers from New Jersey",
            xml: r#"<Response><Geo states="NJ"><Say>Hello, New Jersey.</Say></Geo><Say>How can we help you?</Say></Response>"#,
        }],
    }
}

impl Behavior for Geo {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        filtered(context, |context| self.matches(context))
    }
}

impl Describe for Geo {
    fn asks(&self) -> Asks<'_> {
        Asks::Place {
            states: self.states.as_ref().map_or(&[], |states| &states.0),
            counties: self.county.as_ref().map_or(&[], |counties| &counties.0),
        }
    }
}

impl Geo {
    fn matches(&self, context: &mut CommandContext<'_>) -> bool {
        if self.states.is_none() && self.county.is_none() {
            return true;
        }
        context.assume(Assumption::GeoMatch);
        let facts = context.facts;
        let any = |wanted: &[Box<str>], place: Option<&str>| {
            place.is_some_and(|place| wanted.iter().any(|one| one.eq_ignore_ascii_case(place)))
        };
        let state = self.states.as_ref();
        let county = self.county.as_ref();
        state.is_none_or(|states| any(&states.0, facts.state.as_deref()))
            && county.is_none_or(|counties| any(&counties.0, facts.county.as_deref()))
    }
}
