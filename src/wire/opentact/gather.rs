//! Gathers what the events of a file tell of each call into one record.
//!
//! The event that tells most is the base. Instants that it leaves out, since an event shows that of
//! its own state only, legs, recordings and commands come from the others.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::event;
use crate::channel::CallState;
use crate::record::{Entry, Extent, Leg, Record, Recording, Stamp, Subject};
use crate::wire::unlike;

/// What one event tells.
pub(super) struct Told<'a> {
    /// Whether it shows the call.
    pub(super) has_call: bool,
    /// The call that it names.
    pub(super) ref_id: Option<Box<str>>,
    /// The call as it stood then.
    pub(super) record: Record,
    /// The command that ended, in an event that tells of one.
    pub(super) command: Option<Entry>,
    /// The recording that is available, in an event that tells of one.
    pub(super) recording: Option<Recording>,
    /// The event as it was written, without blanks.
    pub(super) json: Cow<'a, str>,
}

/// The calls of a file.
#[derive(Debug, Default)]
pub(in crate::wire) struct Gathered {
    places: HashMap<Box<str>, usize>,
    calls: Vec<Call>,
}

/// What the events of one call tell so far.
#[derive(Debug, Default)]
struct Call {
    /// The event that tells most: what makes it that, its record, and how it was written.
    base: Option<(Weight, Record, Box<str>)>,
    /// What else was told of legs, each with the instants that some event has shown.
    legs: Vec<Leg>,
    commands: Vec<Entry>,
    recordings: Vec<Recording>,
    /// The states of the leg that came in that an event was made of.
    states: Vec<CallState>,
}

/// What makes an event tell more than another: about the call itself rather than a leg of it, the
/// later state, the longer log, about its state rather than a command or a recording, the later event.
type Weight = (bool, Option<CallState>, usize, bool, Option<Stamp>);

impl Gathered {
    /// Takes in an event. One that belongs to no call is left out.
    pub(super) fn add(&mut self, told: Told<'_>) {
        let Told {
            has_call,
            ref_id,
            record,
            command,
            recording,
            json,
        } = told;
        let parent = record
            .parent
            .as_ref()
            .and_then(|parent| parent.uuid.as_deref());
        let uuid = parent.or(record.leg.uuid.as_deref()).or(ref_id.as_deref());
        let uuid: Box<str> = match uuid {
            Some(uuid) => uuid.into(),
            // What is left of an event that was cut is a call by itself.
            None if has_call => "".into(),
            None => return,
        };
        let place = *self.places.entry(uuid).or_insert_with(|| {
            self.calls.push(Call::default());
            self.calls.len() - 1
        });
        let call = &mut self.calls[place];
        call.commands.extend(command);
        call.recordings.extend(recording);
        if !has_call {
            return;
        }
        if record.is_inbound() {
            call.states.extend(record.leg.state);
        }
        for leg in std::iter::once(&record.leg).chain(&record.dialled) {
            call.tell_leg(leg);
        }
        let event = record.event.as_ref();
        let weight = (
            record.is_inbound(),
            record.leg.state,
            record.log.len(),
            event.is_some_and(|event| event.subject == Subject::State),
            event.and_then(|event| event.at),
        );
        if call
            .base
            .as_ref()
            .is_none_or(|(other, ..)| *other <= weight)
        {
            call.base = Some((weight, record, json.into_owned().into()));
        }
    }

    /// The calls, in the order in which they first appear; absent where nothing shows one.
    pub(in crate::wire) fn finish(self) -> impl Iterator<Item = Option<Record>> {
        self.calls.into_iter().map(Call::finish)
    }

    /// How many calls there are.
    pub(in crate::wire) fn len(&self) -> usize {
        self.calls.len()
    }
}

impl Call {
    fn tell_leg(&mut self, leg: &Leg) {
        let Some(uuid) = &leg.uuid else { return };
        match self
            .legs
            .iter_mut()
            .find(|known| known.uuid.as_ref() == Some(uuid))
        {
            Some(known) => add_instants(known, leg),
            None => self.legs.push(leg.clone()),
        }
    }

    fn finish(self) -> Option<Record> {
        let (_, mut record, json) = self.base?;
        let mut written = Vec::new();
        event::plain(&record, &mut written);
        let written = String::from_utf8(written).unwrap_or_default();
        record.other = unlike::compare(&written, &json);
        for leg in self.legs {
            let known = std::iter::once(&mut record.leg).chain(&mut record.dialled);
            let mut same = known.filter(|known| known.uuid == leg.uuid);
            match same.next() {
                Some(known) => add_instants(known, &leg),
                None if leg.is_outbound() => record.dialled.push(leg),
                None => {}
            }
        }
        let mut seen: BTreeSet<Box<str>> = BTreeSet::new();
        let known = record.recordings.iter().filter_map(|one| one.uuid.clone());
        seen.extend(known);
        let new = self.recordings.into_iter();
        let new = new.filter(|one| one.uuid.clone().is_some_and(|uuid| seen.insert(uuid)));
        record.recordings.extend(new);
        if record.log.is_empty() {
            record.log = self.commands;
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
            let instants = record
                .log
                .iter()
                .flat_map(|entry| [entry.began, entry.changed]);
            record.log_until = instants.flatten().max();
        }
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
