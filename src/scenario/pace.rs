//! `[pace]`: the platform's own delays, where they are not the usual ones.
//!
//! A call that was rebuilt from an event carries them, so that its instants are those of the event.

use std::time::Duration;

use super::DestinationPattern;
use super::table::table;
use super::write::Lines;
use crate::table::Table;

table! {
    /// The delays of the inbound leg.
    PaceCall {
        /// From the creation of the call to its `init`. Default: 13 ms.
        init: Option<Duration>,
        /// From the creation of the call to its ringing. Default: 16 ms.
        ring: Option<Duration>,
        /// From the creation of the call to the answer by the app. Default: 1.341 s.
        answer: Option<Duration>,
        /// From the answer to the beginning of the flow. Default: 388 ms.
        begin: Option<Duration>,
        /// From the hang-up to the end of the leg. Default: 12 ms.
        destroyed: Option<Duration>,
        /// From the end of the leg to its event. Default: 77 ms.
        event: Option<Duration>,
    }
}

table! {
    /// `[[pace.step]]`: the delays of a command. Of several with the same path, the first is for the
    /// first time that it is the turn of such a command, whether it began then or a key or the call's
    /// end came first.
    PaceStep(
        /// The command's path.
        path: String,
    ) {
        /// From the end of the previous command to the beginning of this one.
        after: Option<Duration>,
        /// From the beginning of the command to its end.
        lasts: Option<Duration>,
        /// How much longer than the default the command takes.
        longer: Option<Duration>,
        /// How much shorter than the default the command takes.
        shorter: Option<Duration>,
    }
    checks one_length
}

/// A command has one length.
fn one_length(table: &mut Table<'_>) {
    table.at_most_one(&["lasts", "longer", "shorter"]);
}

table! {
    /// `[[pace.leg]]`: the delays of a dialled leg. Each is for one leg: the first leg to such a
    /// destination takes the first of them.
    PaceLeg(
        /// The destination, as a pattern: a SIP address, its user or a number.
        to: DestinationPattern,
    ) {
        /// From the beginning of the Dial, or from the end of the previous attempt, to the creation of
        /// the leg. If there are several legs, the first one counts. Default: 45 ms; 1.045 s after a
        /// failed attempt.
        created: Option<Duration>,
        /// From the creation of the leg to its `init`. Default: 20 ms.
        init: Option<Duration>,
        /// How long the platform lets it ring. If there are several legs, the first one counts.
        rings: Option<Duration>,
        /// How long the platform lets it talk, if the talk time is limited.
        talks: Option<Duration>,
        /// From the hang-up of the leg to its end. Default: 12 ms.
        destroyed: Option<Duration>,
        /// From the end of the leg until its row is `offline`. Default: 1.247 s.
        offline: Option<Duration>,
    }
}

/// `[pace]`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pace {
    /// Of the inbound leg.
    pub call: PaceCall,
    /// Of single commands.
    pub steps: Vec<PaceStep>,
    /// Of single dialled legs.
    pub legs: Vec<PaceLeg>,
}

impl Pace {
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        Self {
            call: PaceCall::read(table),
            steps: table.tables("step", "The delays of one command. If a path is listed several times, the first entry is for the first run of that command, the second entry for the second run, and so on.", PaceStep::read_keys),
            legs: table.tables("leg", "The delays of an outbound leg. Each entry is for one leg: a leg takes the first entry for its destination that no earlier leg took.", PaceLeg::read_keys),
        }
    }

    /// The single delays; those of commands and legs are tables of their own.
    pub(super) fn write(&self, lines: &mut Lines) {
        self.call.write_keys(lines);
    }

    pub(super) fn write_tables(&self, lines: &mut Lines) {
        for step in &self.steps {
            lines.heading("[[pace.step]]");
            step.write_keys(lines);
        }
        for leg in &self.legs {
            lines.heading("[[pace.leg]]");
            leg.write_keys(lines);
        }
    }
}
