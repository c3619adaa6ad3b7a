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
    /// From the call's creation to its `init`; usually 13 ms.
    init,
    /// From the call's creation to its ringing; usually 16 ms.
    ring,
    /// From the call's creation to the answer by its app; usually 1.341 s.
    answer,
    /// From the answer to the flow's beginning; usually 388 ms.
    begin,
    /// From the hang-up to the end of the leg; usually 12 ms.
    destroyed,
    /// From the end of the leg to the event that tells of it; usually 77 ms.
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
    /// From the end of what went before to the command's beginning.
    after,
    /// From the command's beginning to its end.
    lasts,
    /// How much longer than usual the command takes.
    longer,
    /// How much shorter than usual the command takes.
    shorter,
}

delays! {
    /// `[[pace.leg]]`: the delays of a dialled leg. Each is for one leg: the first leg to such a
    /// destination takes the first of them.
    PaceLeg {
        /// The destination, as a pattern: a SIP address, its user or a number.
        to: DestinationPattern,
    }
    /// From the beginning of the Dial, or the end of the attempt before, to the leg's creation; usually
    /// 45 ms, and 1.045 s behind an attempt that failed. The first leg's counts.
    created,
    /// From its creation to its `init`; usually 20 ms.
    init,
    /// How long the platform lets it ring. The first leg's of the attempt counts.
    gives_up,
    /// How long the platform lets it talk, where the talk has a limit.
    talks,
    /// From its hang-up to its end; usually 12 ms.
    destroyed,
    /// From its end until its row is `offline`; usually 1.247 s.
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
            steps: table.tables("step", "The delays of a command. Of several with the same path, the first is for the first time that it is the turn of such a command.", |step| {
                let read = PaceStep::read(step);
                step.at_most_one(&["lasts", "longer", "shorter"]);
                read
            }),
            legs: table.tables("leg", "The delays of a dialled leg. Each is for one leg: the first leg to such a destination takes the first of them.", PaceLeg::read),
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
