//! A call as an event shows it.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::leg::{ParentRow, TYPE};
use super::{Account, App, Direction, Entry, Leg, Parties, Recording, Stamp, Tn};
use crate::channel::CallState;
use crate::channel::cause::Cause;

/// A call as an event shows it.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// The leg that the event is about.
    pub leg: Leg,
    /// The leg that dialled it; absent on the inbound leg.
    pub parent: Option<Leg>,
    /// Account, app and number.
    pub parties: Arc<Parties>,
    /// The log so far.
    pub logs: Vec<Arc<Entry>>,
    /// The recordings that are available.
    pub records: Vec<Arc<Recording>>,
    /// The legs that it dialled.
    pub children: Vec<Leg>,
}

/// Of the instants, only that of the present state is there (observed).
#[derive(Serialize)]
struct Head<'a> {
    uuid: &'a str,
    direction: Direction,
    from: &'a str,
    to: &'a str,
    state: &'static str,
    duration: u64,
    r#type: &'static str,
    created_on: Stamp,
    modified_on: Stamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    init_on: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ring_on: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_on: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hangup_on: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destroy_on: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q850_cause: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q850_cause_string: Option<&'static str>,
    freeswitch_call_state: &'static str,
    freeswitch_channel_state: &'static str,
    stir_shaken_attest_level: (),
}

impl<'a> Head<'a> {
    fn new(leg: &'a Leg) -> Self {
        let on = |state, stamp: Option<Stamp>| stamp.filter(|_| leg.state == state);
        let (freeswitch_call_state, freeswitch_channel_state) = leg.freeswitch();
        Self {
            uuid: &leg.uuid,
            direction: leg.direction,
            from: &leg.from,
            to: &leg.to,
            state: leg.state.as_str(),
            duration: leg.duration(),
            r#type: TYPE,
            created_on: leg.created_on,
            modified_on: leg.modified_on,
            init_on: on(CallState::Init, leg.init_on),
            ring_on: on(CallState::Ringing, leg.ring_on),
            answer_on: on(CallState::Live, leg.answer_on),
            hangup_on: on(CallState::Hangup, leg.hangup_on),
            destroy_on: on(CallState::Destroyed, leg.destroy_on),
            q850_cause: leg.cause.map(Cause::code),
            q850_cause_string: leg.cause.map(Cause::name),
            freeswitch_call_state,
            freeswitch_channel_state,
            stir_shaken_attest_level: (),
        }
    }
}

#[derive(Serialize)]
struct Tail<'a> {
    hotkey: (),
    sip_connection: (),
    lerg: (),
    batch_item: (),
    logs: &'a [Arc<Entry>],
    records: &'a [Arc<Recording>],
    children: &'a [Leg],
}

#[derive(Serialize)]
struct Inbound<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    tn: &'a Tn,
    sip_control_app: &'a App,
    account: &'a Account,
    thread: &'a str,
    country: (),
    parent: (),
    #[serde(flatten)]
    tail: Tail<'a>,
}

/// A dialled leg has its parent before its account (documented order of the page).
#[derive(Serialize)]
struct Outbound<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    parent: ParentRow<'a>,
    account: &'a Account,
    tn: &'a Tn,
    sip_control_app: &'a App,
    thread: &'a str,
    country: (),
    #[serde(flatten)]
    tail: Tail<'a>,
}

impl Serialize for CallRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Parties { account, app, tn } = &*self.parties;
        let head = Head::new(&self.leg);
        let thread = &*self.leg.thread;
        let tail = Tail {
            hotkey: (),
            sip_connection: (),
            lerg: (),
            batch_item: (),
            logs: &self.logs,
            records: &self.records,
            children: &self.children,
        };
        let (sip_control_app, country) = (app, ());
        match &self.parent {
            None => {
                let parent = ();
                let row = Inbound {
                    head,
                    tn,
                    sip_control_app,
                    account,
                    thread,
                    country,
                    parent,
                    tail,
                };
                row.serialize(serializer)
            }
            Some(parent) => {
                let parent = ParentRow::new(parent);
                let row = Outbound {
                    head,
                    parent,
                    account,
                    tn,
                    sip_control_app,
                    thread,
                    country,
                    tail,
                };
                row.serialize(serializer)
            }
        }
    }
}
