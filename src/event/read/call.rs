//! A call and its legs as an event shows them.

use std::time::Duration;

use super::Generation;
use super::entry::{PublishedEntry, PublishedRecording};
use super::fields::Fields;
use super::json::Json;
use crate::channel::CallState;
use crate::channel::cause::Cause;
use crate::event::{Direction, Stamp};
use crate::source::Span;

/// A call as an event shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct PublishedCall {
    /// The leg that the event is about.
    pub leg: PublishedLeg,
    /// FreeSWITCH's call state and channel state.
    pub freeswitch: (Option<Box<str>>, Option<Box<str>>),
    /// The leg that dialled it; absent on the inbound leg.
    pub parent: Option<PublishedLeg>,
    /// The account, as it stands in the event.
    pub account: Option<Json>,
    /// The SIP Control App, as it stands in the event.
    pub app: Option<Json>,
    /// The number that was called, as it stands in the event.
    pub tn: Option<Json>,
    /// The log so far.
    pub logs: Vec<PublishedEntry>,
    /// The recordings that are available.
    pub records: Vec<PublishedRecording>,
    /// The legs that it dialled.
    pub children: Vec<PublishedLeg>,
}

/// A leg with what its row says. An event's own call has the instant of its present state only.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct PublishedLeg {
    pub span: Span,
    pub uuid: Option<Box<str>>,
    pub thread: Option<Box<str>>,
    pub direction: Option<Direction>,
    pub from: Option<Box<str>>,
    pub to: Option<Box<str>>,
    /// The word of the state, known or not.
    pub state: Option<Box<str>>,
    pub duration: Option<Duration>,
    pub created_on: Option<Stamp>,
    pub modified_on: Option<Stamp>,
    pub init_on: Option<Stamp>,
    pub ring_on: Option<Stamp>,
    pub answer_on: Option<Stamp>,
    pub hangup_on: Option<Stamp>,
    pub destroy_on: Option<Stamp>,
    pub cause: Option<PublishedCause>,
}

/// Why a leg ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedCause {
    /// The number.
    pub code: Option<u64>,
    /// The name.
    pub name: Option<Box<str>>,
}

impl PublishedCause {
    /// The cause by its name, or else by its number; absent where the table has neither.
    pub fn known(&self) -> Option<Cause> {
        let code = || u32::try_from(self.code?).ok();
        let name = self.name.as_deref();
        name.and_then(Cause::from_name)
            .or_else(|| code().and_then(Cause::from_code))
    }
}

impl PublishedLeg {
    /// The state, where it is one that is known.
    pub fn state(&self) -> Option<CallState> {
        let states = [
            CallState::Init,
            CallState::Ringing,
            CallState::Live,
            CallState::Hangup,
            CallState::Destroyed,
            CallState::Offline,
        ];
        let word = self.state.as_deref()?;
        states.into_iter().find(|state| state.as_str() == word)
    }

    /// Why it ended, where that is known.
    pub fn cause(&self) -> Option<Cause> {
        self.cause.as_ref()?.known()
    }

    /// Its instants, in the order of a row.
    pub fn instants(&self) -> [(&'static str, Option<Stamp>); 7] {
        [
            ("created_on", self.created_on),
            ("modified_on", self.modified_on),
            ("init_on", self.init_on),
            ("ring_on", self.ring_on),
            ("answer_on", self.answer_on),
            ("hangup_on", self.hangup_on),
            ("destroy_on", self.destroy_on),
        ]
    }

    pub(super) fn read(json: &Json, generation: Generation, fields: &mut Fields<'_>) -> Self {
        let direction = match fields.text(json, "direction").as_deref() {
            Some("in") => Some(Direction::In),
            Some("out") => Some(Direction::Out),
            _ => None,
        };
        let duration = fields.whole(json, "duration").map(|time| match generation {
            Generation::Y2022 => Duration::from_millis(time),
            Generation::Y2024 => Duration::from_secs(time),
        });
        let (code, name) = (
            fields.whole(json, "q850_cause"),
            fields.text(json, "q850_cause_string"),
        );
        let has_cause = code.is_some() || name.is_some();
        Self {
            span: json.span,
            uuid: fields.text(json, "uuid"),
            thread: fields.text(json, "thread"),
            direction,
            from: fields.text(json, "from"),
            to: fields.text(json, "to"),
            state: fields.text(json, "state"),
            duration,
            created_on: fields.instant(json, "created_on"),
            modified_on: fields.instant(json, "modified_on"),
            init_on: fields.instant(json, "init_on"),
            ring_on: fields.instant(json, "ring_on"),
            answer_on: fields.instant(json, "answer_on"),
            hangup_on: fields.instant(json, "hangup_on"),
            destroy_on: fields.instant(json, "destroy_on"),
            cause: has_cause.then_some(PublishedCause { code, name }),
        }
    }
}

impl PublishedCall {
    pub(super) fn read(json: &Json, generation: Generation, fields: &mut Fields<'_>) -> Self {
        let logs = fields.list(json, "logs").iter();
        let logs = logs
            .map(|json| PublishedEntry::read(json, fields))
            .collect();
        let records = fields.list(json, "records").iter();
        let records = records
            .map(|json| PublishedRecording::read(json, fields))
            .collect();
        let children = fields.list(json, "children").iter();
        let children = children
            .map(|json| PublishedLeg::read(json, generation, fields))
            .collect();
        let parent = fields.object(json, "parent");
        Self {
            leg: PublishedLeg::read(json, generation, fields),
            freeswitch: (
                fields.text(json, "freeswitch_call_state"),
                fields.text(json, "freeswitch_channel_state"),
            ),
            parent: parent.map(|json| PublishedLeg::read(json, generation, fields)),
            account: fields.object(json, "account").cloned(),
            app: fields.object(json, "sip_control_app").cloned(),
            tn: fields.object(json, "tn").cloned(),
            logs,
            records,
            children,
        }
    }
}
