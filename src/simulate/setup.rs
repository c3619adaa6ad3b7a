//! What a scenario says of the call, its account, number and app.

use std::sync::Arc;

use crate::call::Setup;
use crate::channel::Facts;
use crate::flow::Library;
use crate::record::{Account, App, Identifiers, Number, Of, Parties, Stamp};
use crate::scenario::{Attestation, Scenario};

/// The setup of a scenario's call. Documents are looked for in a library, and put there.
pub(crate) fn setup_for(
    scenario: &Scenario,
    identifiers: Identifiers,
    library: Arc<Library>,
) -> Setup {
    let Scenario { call, app, .. } = scenario;
    Setup {
        start: call.created(),
        facts: Facts {
            from: call.caller().into(),
            to: call.called().into(),
            call: identifiers.uuid(Of::Call),
            app: app.uuid.to_string().into(),
            state: call.state.as_ref().map(|state| state.as_str().into()),
            county: call.county.as_deref().map(Into::into),
        },
        auto_answer: app.answers(),
        time_zone: call.zone(),
        platform: scenario.assume.platform(),
        library,
    }
}

/// Account, app and number of a scenario's call.
pub(super) fn parties(scenario: &Scenario) -> Parties {
    let Scenario {
        app, account, tn, ..
    } = scenario;
    let text = |text: &str| Some(text.into());
    Parties {
        account: Some(Account {
            created: Some(account.created_on.into()),
            changed: Some(account.modified_on.into()),
            uuid: text(&account.uuid.to_string()),
            email: text(&account.email),
            name: text(&account.name),
            phone: Some(account.phone),
            level: text(&account.level),
            address1: text(&account.address1),
            address2: text(&account.address2),
            zip_code: text(&account.zip_code),
            city: text(&account.city),
            deleted: account.deleted_on.map(Stamp::from),
            disabled: account.disabled_on.map(Stamp::from),
            balance: Some(account.balance),
        }),
        app: Some(App {
            created: Some(app.created_on.into()),
            changed: Some(app.modified_on.into()),
            uuid: text(&app.uuid.to_string()),
            name: text(&app.name),
            is_active: Some(app.is_active),
            shaken_verify_policy: Some(app.shaken_verify_policy.into()),
            shaken_minimum_accepted_attest_lvl: text(
                match app.shaken_minimum_accepted_attest_lvl {
                    Attestation::Full => "A",
                    Attestation::Partial => "B",
                    Attestation::Gateway => "C",
                },
            ),
            auto_answer: Some(app.answers()),
            max_call_length_min: app.max_call_length_min,
        }),
        number: Some(Number {
            created: Some(tn.created_on.into()),
            changed: Some(tn.modified_on.into()),
            digits: scenario.tn_number(),
            deleted: tn.deleted_on.map(Stamp::from),
        }),
    }
}
