//! Who is in the call: the call itself, and the app, account and number it came in on.

use std::num::NonZeroU32;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::table::table;
use super::word::Attestation;
use crate::table::{Start, StateCode};

/// 2023-01-01T00:00:00Z, when everything that was there before the call was made.
const LONG_BEFORE: Timestamp = Timestamp::constant(1_672_531_200, 0);

table! {
    /// `[call]`: the inbound call.
    layered Call {
        /// The caller's number, as the event gives it: with its plus sign. Default:
        /// +12025550123.
        from: Option<String>,
        /// The number called, without a plus sign. Default: 12025550199.
        to: Option<String>,
        /// When the call was created. A time without an offset is in the time zone of the call.
        /// Default: 2024-01-15T12:00:00Z.
        start: Option<Start>,
        /// The time zone for Schedule. Default: UTC.
        time_zone: Option<TimeZone>,
        /// The caller's state, for Geo.
        state: Option<StateCode>,
        /// The caller's county, for Geo.
        county: Option<String>,
        /// The seed for identifiers: the same seed gives the same identifiers. Default: made from
        /// the flow and the scenario.
        seed: Option<u64>,
    }
}

impl Call {
    /// The caller's number where nothing says it.
    pub const DEFAULT_FROM: &str = "+12025550123";
    /// The called number where nothing says it.
    pub const DEFAULT_TO: &str = "12025550199";

    /// The caller's number.
    pub fn caller(&self) -> &str {
        self.from.as_deref().unwrap_or(Self::DEFAULT_FROM)
    }

    /// The called number.
    pub fn called(&self) -> &str {
        self.to.as_deref().unwrap_or(Self::DEFAULT_TO)
    }

    /// Where Schedule reads the clock.
    pub fn zone(&self) -> TimeZone {
        self.time_zone.clone().unwrap_or(TimeZone::UTC)
    }

    /// When the call was created. A local time that the zone has twice is the first, one that it
    /// leaves out is moved on.
    pub fn created(&self) -> Timestamp {
        const USUAL: Timestamp = Timestamp::constant(1_705_320_000, 0);
        match self.start {
            None => USUAL,
            Some(Start::Instant(instant)) => instant,
            Some(Start::Local(local)) => {
                let there = self.zone().to_ambiguous_timestamp(local).compatible();
                there.unwrap_or(USUAL)
            }
        }
    }
}

table! {
    /// `[app]`: the SIP Control App that takes the call.
    App {
        /// Whether the platform answers the call before the flow begins. Default: as
        /// `callflow.toml` says, else true.
        auto_answer: Option<bool>,
        /// Its identifier.
        uuid: Uuid = Uuid::from_u128(0x5b0e_7a3c_91d4_4f28_8c67_2f1a_9d3e_6b01),
        /// Its name.
        name: String = "Example app".to_owned(),
        /// Whether it is active.
        is_active: bool = true,
        /// When it was created.
        created_on: Timestamp = LONG_BEFORE,
        /// When it was last changed.
        modified_on: Timestamp = LONG_BEFORE,
        /// What happens if nobody vouches for the number of the caller.
        shaken_verify_policy: u32 = 0,
        /// The lowest attestation that it accepts.
        shaken_minimum_accepted_attest_lvl: Attestation = Attestation::Gateway,
        /// The maximum length of a call, in minutes. Default: no limit.
        max_call_length_min: Option<u32>,
    }
}

impl App {
    /// Whether the platform answers before the flow begins.
    pub fn answers(&self) -> bool {
        self.auto_answer.unwrap_or(true)
    }
}

table! {
    /// `[account]`: whose call it is.
    Account {
        /// When it was created.
        created_on: Timestamp = LONG_BEFORE,
        /// When it was last changed.
        modified_on: Timestamp = LONG_BEFORE,
        /// Its identifier.
        uuid: Uuid = Uuid::from_u128(0xd2c4_8f16_3ab7_4e59_a1f0_6c8e_57b3_9402),
        /// Its e-mail address.
        email: String = "voice@example.com".to_owned(),
        /// Its name.
        name: String = "Example account".to_owned(),
        /// Its telephone number; an integer in call events.
        phone: u64 = 12_025_550_100,
        /// Its service level.
        level: String = "Level2".to_owned(),
        /// First line of its address.
        address1: String = "1 Example Street".to_owned(),
        /// Second line of its address.
        address2: String = String::new(),
        /// Its postal code.
        zip_code: String = "00000".to_owned(),
        /// Its town.
        city: String = "Exampleton".to_owned(),
        /// When it was deleted.
        deleted_on: Option<Timestamp>,
        /// When it was disabled.
        disabled_on: Option<Timestamp>,
        /// The balance of the account.
        balance: f64 = 100.0,
    }
}

table! {
    /// `[tn]`: the telephone number that was called.
    Tn {
        /// When it was created.
        created_on: Timestamp = LONG_BEFORE,
        /// When it was last changed.
        modified_on: Timestamp = LONG_BEFORE,
        /// When it was deleted.
        deleted_on: Option<Timestamp>,
        /// The number, an integer. Default: the called number.
        tn: Option<u64>,
    }
}

table! {
    /// `[limits]`: how far the call is simulated; limits of callflow's own.
    layered SimulationLimits {
        /// The maximum number of commands. Default: 10,000.
        commands: Option<NonZeroU32>,
        /// The maximum number of outbound legs. Default: 1,000.
        legs: Option<NonZeroU32>,
    }
}
