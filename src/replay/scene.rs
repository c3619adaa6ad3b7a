//! What a scenario says of a call that was rebuilt.

use jiff::Timestamp;
use uuid::Uuid;

use super::found::Found;
use super::seen::SeenCall;
use crate::event::Stamp;
use crate::event::read::PublishedCall;
use crate::event::read::json::Json;
use crate::scenario::{Attestation, Expect, ExpectLog, Pattern, Press, Rules, Scenario, Spanned};

/// Who was in the call.
pub(super) fn of(call: &PublishedCall, start: Stamp) -> Scenario {
    let mut scenario = Scenario::default();
    let text = |json: &Json, key: &str, into: &mut String| {
        if let Some(text) = json.get(key).and_then(Json::text) {
            text.clone_into(into);
        }
    };
    let instant =
        |json: &Json, key: &str| -> Option<Timestamp> { json.get(key)?.text()?.parse().ok() };
    let uuid = |json: &Json| -> Option<Uuid> { json.get("uuid")?.text()?.parse().ok() };
    scenario.call.start = start.timestamp();
    if let Some(from) = &call.leg.from {
        scenario.call.from = from.to_string();
    }
    if let Some(to) = &call.leg.to {
        scenario.call.to = to.to_string();
    }
    if let Some(json) = &call.app {
        let app = &mut scenario.app;
        let flag = |key: &str| json.get(key).and_then(Json::bool);
        app.uuid = uuid(json).unwrap_or(app.uuid);
        text(json, "name", &mut app.name);
        app.is_active = flag("is_active").unwrap_or(app.is_active);
        app.auto_answer = flag("auto_answer").unwrap_or(app.auto_answer);
        app.created_on = instant(json, "created_on").unwrap_or(app.created_on);
        app.modified_on = instant(json, "modified_on").unwrap_or(app.modified_on);
        let policy = json.get("shaken_verify_policy").and_then(Json::number);
        app.shaken_verify_policy = policy.unwrap_or(app.shaken_verify_policy);
        let level = json
            .get("shaken_minimum_accepted_attest_lvl")
            .and_then(Json::text);
        app.shaken_minimum_accepted_attest_lvl = match level {
            Some("A") => Attestation::Full,
            Some("B") => Attestation::Partial,
            _ => Attestation::Gateway,
        };
        app.max_call_length_min = json.get("max_call_length_min").and_then(Json::number);
    }
    if let Some(json) = &call.account {
        let account = &mut scenario.account;
        account.uuid = uuid(json).unwrap_or(account.uuid);
        account.created_on = instant(json, "created_on").unwrap_or(account.created_on);
        account.modified_on = instant(json, "modified_on").unwrap_or(account.modified_on);
        for (key, into) in [
            ("email", &mut account.email),
            ("name", &mut account.name),
            ("level", &mut account.level),
            ("address1", &mut account.address1),
            ("address2", &mut account.address2),
            ("zip_code", &mut account.zip_code),
            ("city", &mut account.city),
        ] {
            text(json, key, into);
        }
        account.phone = json
            .get("phone")
            .and_then(Json::number)
            .unwrap_or(account.phone);
        account.balance = json
            .get("balance")
            .and_then(Json::number)
            .unwrap_or(account.balance);
        account.deleted_on = instant(json, "deleted_on");
        account.disabled_on = instant(json, "disabled_on");
    }
    if let Some(json) = &call.tn {
        let tn = &mut scenario.tn;
        tn.created_on = instant(json, "created_on").unwrap_or(tn.created_on);
        tn.modified_on = instant(json, "modified_on").unwrap_or(tn.modified_on);
        tn.deleted_on = instant(json, "deleted_on");
        let number = json.get("tn").and_then(Json::number);
        if number != scenario.tn_number() {
            scenario.tn.tn = number;
        }
    }
    scenario
}

/// What the world did, and what must hold of it.
pub(super) fn write_world(seen: &SeenCall<'_>, found: Found, scenario: &mut Scenario) {
    scenario.presses = needed(found.presses);
    scenario.caller.keys = found.keys;
    scenario.caller.hangup = found.hangup;
    scenario.caller.hangup_after = found.hangup_after;
    scenario.callbacks = Rules::new(found.callbacks);
    scenario.dials = Rules::new(found.dials);
    scenario.media = Rules::new(found.media);
    scenario.expect = Some(expect(seen));
    // Where nothing was fetched, no document needs to be told from another.
    if !has_documents(scenario) {
        for press in &mut scenario.presses {
            press.document = None;
        }
        if let Some(hangup) = &mut scenario.caller.hangup {
            hangup.document = None;
        }
    }
}

fn has_documents(scenario: &Scenario) -> bool {
    scenario.fetched_files().next().is_some()
}

/// The presses without the silences that nothing follows: an attempt that no press answers is silent.
fn needed(presses: Vec<Press>) -> Vec<Press> {
    let mut kept: Vec<Press> = Vec::new();
    for press in presses.into_iter().rev() {
        let is_followed = || {
            kept.iter().any(|later| {
                let name = |press: &Press| {
                    let when = press
                        .when
                        .as_ref()
                        .map(|when| when.value.as_str().to_owned());
                    when.unwrap_or_default()
                };
                let (this, later) = (name(&press), name(later));
                this == later || this.ends_with(&format!(".{later}"))
            })
        };
        if !press.keys.is_silence() || is_followed() {
            kept.push(press);
        }
    }
    kept.reverse();
    kept
}

/// What happened, as far as a scenario can ask for it.
fn expect(seen: &SeenCall<'_>) -> Expect {
    let pattern = |text: &str| Spanned::bare(Pattern::literal(text));
    let log = seen.log.iter().filter(|one| one.failed());
    let log = log.map(|one| ExpectLog {
        path: pattern(one.path()),
        state: one.entry.state().map(Spanned::bare),
        reason: one.reason().map(pattern),
        success: None,
        tag: None,
        span: None,
    });
    let ran: Vec<_> = seen.log.iter().map(|one| pattern(one.path())).collect();
    Expect {
        cause: seen.call.leg.cause().map(Spanned::bare),
        ran: Some(Spanned::bare(ran)),
        log: log.collect(),
        ..Expect::default()
    }
}
