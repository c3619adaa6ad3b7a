//! Gathers what the events of a file tell of each call into one record.
//!
//! The event that tells most is the base. Instants that it leaves out, since an event shows that of
//! its own state only, legs, recordings and commands come from the others.

use std::collections::{BTreeMap, BTreeSet};

use super::event;
use super::read::{self, CommandJson};
use crate::channel::CallState;
use crate::record::{Extent, Leg, Record, Recording, Stamp, Subject};
use crate::wire::Beyond;
use crate::wire::packed::{Kept, Unpacker};
use crate::wire::unlike;

/// What one event tells.
pub(in crate::wire) struct Event<'a> {
    /// Whether it shows the call.
    pub(super) has_call: bool,
    /// The call that it names.
    pub(super) ref_id: Option<Box<str>>,
    /// The call as it stood then.
    pub(super) record: Record,
    /// The command that ended, in an event that tells of one.
    pub(super) command: Option<CommandJson<'a>>,
    /// The recording that is available, in an event that tells of one.
    pub(super) recording: Option<Recording>,
    /// The event as it was written, without blanks.
    pub(super) json: &'a str,
    /// Whether it is a call without the event around it.
    pub(super) is_alone: bool,
    /// Whether all of it is there.
    pub(super) is_whole: bool,
}

/// What the events of one call tell so far.
#[derive(Clone, Debug, Default)]
pub(in crate::wire) struct Call {
    /// The event that tells most.
    base: Option<Base>,
    /// What else was told of legs, each with the instants that some event has shown.
    legs: Vec<Leg>,
    /// Their places by their identifiers. Not the legs themselves: a map takes room for several at once.
    leg_places: BTreeMap<Box<str>, usize>,
    /// The commands that ended, and whether each stands bare.
    commands: Vec<(Kept, bool)>,
    recordings: Vec<Recording>,
    /// The states of the leg that came in that an event was made of.
    states: BTreeSet<CallState>,
    /// When the last event was made.
    seen: Option<Stamp>,
}

/// An event, as it was written.
#[derive(Clone, Debug)]
struct Base {
    weight: Weight,
    json: Kept,
    is_alone: bool,
    is_whole: bool,
    /// Whether the call says its identifier.
    has_uuid: bool,
    /// Its record, where there is room for it.
    record: Option<Box<Record>>,
}

/// What makes an event tell more than another: about the call itself rather than a leg of it, the
/// later state, the longer log, about its state rather than a command or a recording, the later event.
type Weight = (bool, Option<CallState>, usize, bool, Option<Stamp>);

impl Event<'_> {
    /// The call that it belongs to, if any.
    pub(in crate::wire) fn call(&self) -> Option<&str> {
        let uuid = self.uuid().or(self.ref_id.as_deref());
        // What is left of an event that was cut is a call by itself.
        uuid.or(self.has_call.then_some(""))
    }

    /// The identifier of the call, where it says that itself.
    fn uuid(&self) -> Option<&str> {
        let record = &self.record;
        let parent = record.parent.as_ref();
        let parent = parent.and_then(|parent| parent.uuid.as_deref());
        parent.or(record.leg.uuid.as_deref())
    }
}

impl Call {
    /// Takes in an event.
    pub(in crate::wire) fn add(&mut self, event: Event<'_>, keeps_record: bool) {
        let has_uuid = event.uuid().is_some();
        let Event {
            has_call,
            record,
            command,
            recording,
            json,
            is_alone,
            is_whole,
            ..
        } = event;
        self.commands
            .extend(command.map(|command| (command.json.into(), command.is_bare)));
        let made = record.event.as_ref().and_then(|event| event.at);
        self.seen = self.seen.max(made);
        self.recordings.extend(recording);
        if !has_call {
            return;
        }
        if record.is_inbound() {
            self.states.extend(record.leg.state);
        }
        for leg in std::iter::once(&record.leg).chain(&record.dialled) {
            self.tell_leg(leg);
        }
        let published = record.event.as_ref();
        let weight = (
            record.is_inbound(),
            record.leg.state,
            record.log.len(),
            published.is_some_and(|event| event.subject == Subject::State),
            published.and_then(|event| event.at),
        );
        if self.tells_more(weight) {
            self.base = Some(Base {
                weight,
                json: json.into(),
                is_alone,
                is_whole,
                has_uuid,
                record: keeps_record.then(|| record.into()),
            });
        }
    }

    /// Whether an event tells at least as much as those before it.
    fn tells_more(&self, weight: Weight) -> bool {
        let base = self.base.as_ref();
        base.is_none_or(|base| base.weight <= weight)
    }

    /// Takes in what was told behind all this.
    pub(in crate::wire) fn append(&mut self, behind: Self) {
        behind.legs.iter().for_each(|leg| self.tell_leg(leg));
        self.commands.extend(behind.commands);
        self.recordings.extend(behind.recordings);
        self.states.extend(behind.states);
        self.seen = self.seen.max(behind.seen);
        if let Some(base) = behind.base
            && self.tells_more(base.weight)
        {
            self.base = Some(base);
        }
    }

    /// Whether an event shows it.
    pub(in crate::wire) fn is_shown(&self) -> bool {
        self.base.is_some()
    }

    /// Whether the event that tells most has the identifier of the call.
    pub(in crate::wire) fn says_uuid(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.has_uuid)
    }

    /// The texts that are held.
    pub(in crate::wire) fn texts(&mut self) -> Box<dyn Iterator<Item = &mut Kept> + '_> {
        let commands = self.commands.iter_mut().map(|(json, _)| json);
        let base = self.base.iter_mut().map(|base| &mut base.json);
        Box::new(base.chain(commands))
    }

    fn tell_leg(&mut self, leg: &Leg) {
        let Some(uuid) = &leg.uuid else { return };
        if let Some(&place) = self.leg_places.get(uuid) {
            add_instants(&mut self.legs[place], leg);
        } else {
            self.leg_places.insert(uuid.clone(), self.legs.len());
            self.legs.push(leg.clone());
        }
    }

    /// Its record; none where no event shows it.
    pub(in crate::wire) fn record(self, beyond: Beyond, unpacker: &mut Unpacker) -> Option<Record> {
        let base = self.base?;
        let json = unpacker.text(&base.json);
        let mut record = match base.record {
            Some(record) => *record,
            None => read::record(&json, base.is_whole)?,
        };
        if beyond == Beyond::Kept {
            let json = if base.is_alone {
                format!("{{\"call\":{json}}}").into()
            } else {
                json
            };
            let mut written = Vec::with_capacity(json.len());
            event::plain(&record, &mut written);
            let written = String::from_utf8(written).unwrap_or_default();
            record.other = unlike::compare(&written, &json);
        }
        let mut is_known = vec![false; self.legs.len()];
        let known = std::iter::once(&mut record.leg).chain(&mut record.dialled);
        for known in known {
            let place = known
                .uuid
                .as_ref()
                .and_then(|uuid| self.leg_places.get(uuid));
            if let Some(&place) = place.filter(|&&place| !is_known[place]) {
                add_instants(known, &self.legs[place]);
                is_known[place] = true;
            }
        }
        let new = self.legs.into_iter().zip(is_known);
        let new = new.filter(|(leg, is_known)| !is_known && leg.is_outbound());
        record.dialled.extend(new.map(|(leg, _)| leg));
        let mut seen: BTreeSet<Box<str>> = BTreeSet::new();
        let known = record.recordings.iter().filter_map(|one| one.uuid.clone());
        seen.extend(known);
        let new = self.recordings.into_iter();
        let new = new.filter(|one| one.uuid.clone().is_some_and(|uuid| seen.insert(uuid)));
        record.recordings.extend(new);
        if record.log.is_empty() {
            let commands = self.commands.iter();
            let read =
                |(json, is_bare): &(Kept, bool)| read::command(&unpacker.text(json), *is_bare);
            record.log = commands.filter_map(read).collect();
        }
        let has = |state| self.states.contains(&state);
        if record.extent == Extent::Some
            && has(CallState::Init)
            && (has(CallState::Hangup) || has(CallState::Destroyed))
        {
            record.extent = Extent::All;
        }
        // The legs stand behind the log: where there are any, the log is whole.
        if record.extent == Extent::Cut && record.dialled.is_empty() {
            // Entries stand in the order of their beginnings: those that began later are lost, and
            // what an earlier one ended with may be among them.
            let last = record.log.last();
            let last = last.and_then(|last| last.ended().or(last.began));
            record.log_until = last.or(record.leg.created);
        }
        record.seen = self.seen;
        record.course = record.sorted_course();
        Some(record)
    }
}

/// Adds what another event shows of the same leg.
fn add_instants(leg: &mut Leg, other: &Leg) {
    for state in [
        CallState::Init,
        CallState::Ringing,
        CallState::Live,
        CallState::Hangup,
        CallState::Destroyed,
    ] {
        if let Some(instant) = leg.instant_mut(state)
            && instant.is_none()
        {
            *instant = other.instant(state);
        }
    }
    if leg.cause.is_none() {
        leg.cause.clone_from(&other.cause);
    }
}
