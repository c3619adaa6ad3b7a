//! `[pace]`: the platform's own delays, where they are not the usual ones.
//!
//! A call that was rebuilt from an event carries them, so that its instants are those of the event.

use std::time::Duration;

use super::DestinationPattern;
use super::write::Lines;
use crate::table::Table;

/// A table of durations that may all be left out: the struct, its reader and its writer.
macro_rules! delays {
    (
        $(#[$doc:meta])*
        $Name:ident { $($(#[doc = $key_doc:literal])* $key:ident: $Key:ty,)? }
        $($(#[doc = $field_doc:literal])* $field:ident,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct $Name {
            $($(#[doc = $key_doc])* pub $key: $Key,)?
            $($(#[doc = $field_doc])* pub $field: Option<Duration>,)*
        }

        impl $Name {
            fn read(table: &mut Table<'_>) -> Option<Self> {
                $(let $key = table.need(stringify!($key), concat!($($key_doc),*));)?
                $(let $field = table.get(stringify!($field), concat!($($field_doc),*));)*
                Some(Self { $($key: $key?,)? $($field,)* })
            }

            fn write(&self, lines: &mut Lines) {
                $(lines.key(stringify!($key), &self.$key);)?
                $(lines.key(stringify!($field), &self.$field);)*
            }
        }
    };
}

delays! {
    /// The delays of the inbound leg.
    PaceCall {}
    /// From the creation of the call to its `init`. Default: 13 ms.
    init,
    /// From the creation of the call to its ringing. Default: 16 ms.
    ring,
    /// From the creation of the call to the answer by the app. Default: 1.341 s.
    answer,
    /// From the answer to the beginning of the flow. Default: 388 ms.
    begin,
    /// From the hang-up to the end of the leg. Default: 12 ms.
    destroyed,
    /// From the end of the leg to its event. Default: 77 ms.
    event,
}

delays! {
    /// `[[pace.step]]`: the delays of a command. Of several with the same path, the first is for the
    /// first time that it is the turn of such a command, whether it began then or a key or the call's
    /// end came first.
    PaceStep {
        /// The command's path.
        path: String,
    }
    /// From the end of the previous command to the beginning of this one.
    after,
    /// From the beginning of the command to its end.
    lasts,
    /// How much longer than the default the command takes.
    longer,
    /// How much shorter than the default the command takes.
    shorter,
}

delays! {
    /// `[[pace.leg]]`: the delays of a dialled leg. Each is for one leg: the first leg to such a
    /// destination takes the first of them.
    PaceLeg {
        /// The destination, as a pattern: a SIP address, its user or a number.
        to: DestinationPattern,
    }
    /// From the beginning of the Dial, or from the end of the previous attempt, to the creation of
    /// the leg. If there are several legs, the first one counts. Default: 45 ms; 1.045 s after a
    /// failed attempt.
    created,
    /// From the creation of the leg to its `init`. Default: 20 ms.
    init,
    /// How long the platform lets it ring. If there are several legs, the first one counts.
    rings,
    /// How long the platform lets it talk, if the talk time is limited.
    talks,
    /// From the hang-up of the leg to its end. Default: 12 ms.
    destroyed,
    /// From the end of the leg until its row is `offline`. Default: 1.247 s.
    offline,
}

/// `[pace]`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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
            call: PaceCall::read(table).unwrap_or_default(),
            steps: table.tables("step", "The delays of one command. If a path is listed several times, the first entry is for the first run of that command, the second entry for the second run, and so on.", |step| {
                let read = PaceStep::read(step);
                step.at_most_one(&["lasts", "longer", "shorter"]);
                read
            }),
            legs: table.tables("leg", "The delays of an outbound leg. Each entry is for one leg: a leg takes the first entry for its destination that no earlier leg took.", PaceLeg::read),
        }
    }

    /// The single delays; those of commands and legs are tables of their own.
    pub(super) fn write(&self, lines: &mut Lines) {
        self.call.write(lines);
    }

    pub(super) fn write_tables(&self, lines: &mut Lines) {
        for step in &self.steps {
            lines.heading("[[pace.step]]");
            step.write(lines);
        }
        for leg in &self.legs {
            lines.heading("[[pace.leg]]");
            leg.write(lines);
        }
    }
}
