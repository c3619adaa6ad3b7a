//! One leg of a call, and its row in the `children` of another.

use serde::{Serialize, Serializer};

use super::Stamp;
use crate::channel::CallState;
use crate::channel::cause::Cause;

/// Which way a leg was set up, seen from the platform.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are the words")]
pub enum Direction {
    In,
    Out,
}

impl Direction {
    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// The `type` of every call that a SIP Control App handles (observed; no other is known).
pub(super) const TYPE: &str = "CallSCA";

/// A leg with the instants of its states.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct Leg {
    pub uuid: Box<str>,
    pub thread: Box<str>,
    pub direction: Direction,
    /// Inbound with `+`, outbound without (observed).
    pub from: Box<str>,
    /// Inbound without `+`; outbound the SIP user part only (observed).
    pub to: Box<str>,
    pub state: CallState,
    pub created_on: Stamp,
    pub modified_on: Stamp,
    pub init_on: Option<Stamp>,
    pub ring_on: Option<Stamp>,
    pub answer_on: Option<Stamp>,
    pub hangup_on: Option<Stamp>,
    pub destroy_on: Option<Stamp>,
    /// Why it ended.
    pub cause: Option<Cause>,
}

impl Leg {
    /// A leg that is being created at an instant.
    pub fn new(
        direction: Direction,
        uuid: Box<str>,
        thread: Box<str>,
        from: Box<str>,
        to: Box<str>,
        created_on: Stamp,
    ) -> Self {
        Self {
            uuid,
            thread,
            direction,
            from,
            to,
            state: CallState::Init,
            created_on,
            modified_on: created_on,
            init_on: None,
            ring_on: None,
            answer_on: None,
            hangup_on: None,
            destroy_on: None,
            cause: None,
        }
    }

    /// Takes the leg into a state, at an instant.
    pub fn enter(&mut self, state: CallState, at: Stamp) {
        self.state = state;
        self.modified_on = at;
        match state {
            CallState::Init => self.init_on = Some(at),
            CallState::Ringing => self.ring_on = Some(at),
            CallState::Live => self.answer_on = Some(at),
            CallState::Hangup => self.hangup_on = Some(at),
            CallState::Destroyed => self.destroy_on = Some(at),
            CallState::Offline => {}
        }
    }

    /// Whole seconds from creation to the last state, rounded up (fits all published events). The
    /// time of `offline` does not count.
    pub fn duration(&self) -> u64 {
        self.elapsed().div_ceil(1000)
    }

    /// Milliseconds from creation to the last state.
    pub(super) fn elapsed(&self) -> u64 {
        self.destroy_on
            .or(self.hangup_on)
            .or(self.answer_on)
            .or(self.ring_on)
            .or(self.init_on)
            .map_or(0, |last| last.since(self.created_on))
    }

    /// FreeSWITCH's call state and channel state as an event of the present state shows them.
    ///
    /// `live` inbound and `destroyed` were observed, `init` and an outbound `hangup` that never
    /// rang are documented; the rest follows from FreeSWITCH's source (`freeswitch-states`).
    pub(super) fn freeswitch(&self) -> (&'static str, &'static str) {
        let rang = self.ring_on.is_some();
        let answered = self.answer_on.is_some();
        match (self.direction, self.state) {
            (_, CallState::Init) => ("DOWN", "CS_INIT"),
            (_, CallState::Destroyed | CallState::Offline) => ("HANGUP", "CS_REPORTING"),
            (Direction::In, CallState::Ringing) => ("RINGING", "CS_ROUTING"),
            (Direction::In, CallState::Live) => ("EARLY", "CS_EXECUTE"),
            (Direction::In, CallState::Hangup) if answered => ("ACTIVE", "CS_EXECUTE"),
            (Direction::In, CallState::Hangup) => ("RINGING", "CS_EXECUTE"),
            (Direction::Out, CallState::Live) => ("RINGING", "CS_CONSUME_MEDIA"),
            (Direction::Out, CallState::Hangup) if answered => ("ACTIVE", "CS_EXCHANGE_MEDIA"),
            (Direction::Out, CallState::Hangup) if rang => ("RINGING", "CS_CONSUME_MEDIA"),
            (Direction::Out, CallState::Ringing | CallState::Hangup) => {
                ("DOWN", "CS_CONSUME_MEDIA")
            }
        }
    }
}

/// Writes the row form: all keys present, null when unset (observed).
impl Serialize for Leg {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Row::new(self).serialize(serializer)
    }
}

#[derive(Serialize)]
struct Row<'a> {
    r#type: &'static str,
    created_on: Stamp,
    modified_on: Stamp,
    uuid: &'a str,
    state: &'static str,
    direction: Direction,
    from: &'a str,
    to: &'a str,
    duration: u64,
    init_on: Option<Stamp>,
    ring_on: Option<Stamp>,
    answer_on: Option<Stamp>,
    hangup_on: Option<Stamp>,
    destroy_on: Option<Stamp>,
    finished_on: (),
    q850_cause: Option<u32>,
    q850_cause_string: Option<&'static str>,
    release_cause_from_protocol_stack: (),
    stir_shaken_attest_level: (),
    stir_shaken_identity: (),
    thread: &'a str,
}

impl<'a> Row<'a> {
    fn new(leg: &'a Leg) -> Self {
        Self {
            r#type: TYPE,
            created_on: leg.created_on,
            modified_on: leg.modified_on,
            uuid: &leg.uuid,
            state: leg.state.as_str(),
            direction: leg.direction,
            from: &leg.from,
            to: &leg.to,
            duration: leg.duration(),
            init_on: leg.init_on,
            ring_on: leg.ring_on,
            answer_on: leg.answer_on,
            hangup_on: leg.hangup_on,
            destroy_on: leg.destroy_on,
            finished_on: (),
            q850_cause: leg.cause.map(Cause::code),
            q850_cause_string: leg.cause.map(Cause::name),
            release_cause_from_protocol_stack: (),
            stir_shaken_attest_level: (),
            stir_shaken_identity: (),
            thread: &leg.thread,
        }
    }
}

/// The row of a leg's parent: the same, with the SIP user behind (observed).
#[derive(Serialize)]
pub(super) struct ParentRow<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    sip_user: (),
}

impl<'a> ParentRow<'a> {
    pub(super) fn new(leg: &'a Leg) -> Self {
        let row = Row::new(leg);
        Self { row, sip_user: () }
    }
}
