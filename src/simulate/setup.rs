//! What a scenario says of the call, its account, number and app.

use std::sync::Arc;

use jiff::Timestamp;

use super::millis;
use crate::call::{LegPace, Pace, Setup, StepPace};
use crate::event::{Account, App, Parties, Stamp, Tn};
use crate::scenario::{Attestation, Scenario};

/// The setup of a scenario's call.
pub fn of(scenario: &Scenario) -> Setup {
    let Scenario {
        call,
        app,
        account,
        tn,
        ..
    } = scenario;
    let parties = Parties {
        account: Account {
            created_on: stamp(account.created_on),
            modified_on: stamp(account.modified_on),
            uuid: account.uuid.to_string().into(),
            email: account.email.as_str().into(),
            name: account.name.as_str().into(),
            phone: account.phone,
            level: account.level.as_str().into(),
            address1: account.address1.as_str().into(),
            address2: account.address2.as_str().into(),
            zip_code: account.zip_code.as_str().into(),
            city: account.city.as_str().into(),
            deleted_on: account.deleted_on.map(stamp),
            disabled_on: account.disabled_on.map(stamp),
            balance: account.balance,
        },
        app: App {
            created_on: stamp(app.created_on),
            modified_on: stamp(app.modified_on),
            uuid: app.uuid.to_string().into(),
            name: app.name.as_str().into(),
            is_active: app.is_active,
            shaken_verify_policy: app.shaken_verify_policy.into(),
            shaken_minimum_accepted_attest_lvl: match app.shaken_minimum_accepted_attest_lvl {
                Attestation::Full => "A",
                Attestation::Partial => "B",
                Attestation::Gateway => "C",
            }
            .into(),
            auto_answer: app.auto_answer,
            max_call_length_min: app.max_call_length_min,
        },
        tn: Tn {
            created_on: stamp(tn.created_on),
            modified_on: stamp(tn.modified_on),
            tn: scenario.tn_number(),
            deleted_on: tn.deleted_on.map(stamp),
        },
    };
    Setup {
        start: stamp(call.start),
        from: call.from.as_str().into(),
        to: call.to.as_str().into(),
        parties: Arc::new(parties),
        time_zone: call.time_zone.clone(),
        state: call.state.as_deref().map(Into::into),
        county: call.county.as_deref().map(Into::into),
        seed: call.seed,
        pace: pace(&scenario.pace),
    }
}

fn pace(pace: &crate::scenario::Pace) -> Pace {
    let step = |step: &crate::scenario::PaceStep| StepPace {
        path: step.path.as_str().into(),
        after: step.after.map(millis),
        lasts: step.lasts.map(millis),
    };
    let leg = |leg: &crate::scenario::PaceLeg| LegPace {
        to: leg.to.as_str().into(),
        created: leg.created.map(millis),
        init: leg.init.map(millis),
        gives_up: leg.gives_up.map(millis),
        talks: leg.talks.map(millis),
        destroyed: leg.destroyed.map(millis),
        offline: leg.offline.map(millis),
    };
    Pace {
        init: pace.call.init.map(millis),
        ring: pace.call.ring.map(millis),
        answer: pace.call.answer.map(millis),
        begin: pace.call.begin.map(millis),
        destroyed: pace.call.destroyed.map(millis),
        event: pace.call.event.map(millis),
        steps: pace.steps.iter().map(step).collect(),
        legs: pace.legs.iter().map(leg).collect(),
        lasts: Vec::new(),
        every_delay: false,
    }
}

fn stamp(timestamp: Timestamp) -> Stamp {
    Stamp(timestamp.as_millisecond())
}
