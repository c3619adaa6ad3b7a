//! What a scenario says of the call, its account, number and app.

use std::sync::Arc;

use jiff::Timestamp;

use super::identifiers::{Identifiers, Of};
use crate::call::Setup;
use crate::channel::Facts;
use crate::event::{Account, App, Parties, Stamp, Tn};
use crate::flow::Library;
use crate::scenario::{Attestation, Scenario};

/// The setup of a scenario's call. Documents are looked for in a library, and put there.
pub(super) fn setup_for(
    scenario: &Scenario,
    identifiers: Identifiers,
    library: Arc<Library>,
) -> Setup {
    let Scenario { call, app, .. } = scenario;
    Setup {
        start: call.start,
        facts: Facts {
            from: call.from.as_str().into(),
            to: call.to.as_str().into(),
            call: identifiers.uuid(Of::Call),
            app: app.uuid.to_string().into(),
            state: call.state.as_deref().map(Into::into),
            county: call.county.as_deref().map(Into::into),
        },
        auto_answer: app.auto_answer,
        time_zone: call.time_zone.clone(),
        library,
    }
}

/// Account, app and number of a scenario's call.
pub(super) fn parties(scenario: &Scenario) -> Parties {
    let Scenario {
        app, account, tn, ..
    } = scenario;
    Parties {
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
    }
}

fn stamp(timestamp: Timestamp) -> Stamp {
    Stamp(timestamp.as_millisecond())
}
