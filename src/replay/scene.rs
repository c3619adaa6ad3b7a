//! What a scenario says of a call that was rebuilt.

use uuid::Uuid;

use super::seen::SeenCall;
use crate::record::{Leg, Record, SourceFlows, Stamp, Step};
use crate::scenario::{
    Attestation, DestinationPattern, Expect, ExpectCall, ExpectLog, Listed, Origin, PathPattern,
    Pattern, Scenario, Spanned,
};

/// Who was in the call.
pub(super) fn of(record: &Record, start: Stamp) -> Scenario {
    /// Takes a value over where it is known.
    fn take<T: Clone, U: From<T>>(known: Option<&T>, into: &mut U) {
        if let Some(known) = known {
            *into = known.clone().into();
        }
    }
    let instant = |stamp: Option<Stamp>| stamp.map(Stamp::timestamp);
    let uuid = |uuid: Option<&Box<str>>| -> Option<Uuid> { uuid?.parse().ok() };
    let mut scenario = Scenario::default();
    scenario.call.start = Some(start.timestamp().into());
    scenario.call.from = record.leg.from.as_deref().map(str::to_owned);
    scenario.call.to = record.leg.to.as_deref().map(str::to_owned);
    if let Some(known) = &record.parties.app {
        let app = &mut scenario.app;
        take(uuid(known.uuid.as_ref()).as_ref(), &mut app.uuid);
        take(known.name.as_ref(), &mut app.name);
        take(known.is_active.as_ref(), &mut app.is_active);
        app.auto_answer = known.auto_answer;
        take(instant(known.created).as_ref(), &mut app.created_on);
        take(instant(known.changed).as_ref(), &mut app.modified_on);
        let policy = known.shaken_verify_policy;
        let policy = policy.and_then(|policy| policy.try_into().ok());
        app.shaken_verify_policy = policy.unwrap_or(app.shaken_verify_policy);
        let level = known.shaken_minimum_accepted_attest_lvl.as_deref();
        app.shaken_minimum_accepted_attest_lvl = match level {
            Some("A") => Attestation::Full,
            Some("B") => Attestation::Partial,
            _ => Attestation::Gateway,
        };
        app.max_call_length_min = known.max_call_length_min;
    }
    if let Some(known) = &record.parties.account {
        let account = &mut scenario.account;
        take(uuid(known.uuid.as_ref()).as_ref(), &mut account.uuid);
        take(instant(known.created).as_ref(), &mut account.created_on);
        take(instant(known.changed).as_ref(), &mut account.modified_on);
        take(known.email.as_ref(), &mut account.email);
        take(known.name.as_ref(), &mut account.name);
        take(known.level.as_ref(), &mut account.level);
        take(known.address1.as_ref(), &mut account.address1);
        take(known.address2.as_ref(), &mut account.address2);
        take(known.zip_code.as_ref(), &mut account.zip_code);
        take(known.city.as_ref(), &mut account.city);
        take(known.phone.as_ref(), &mut account.phone);
        take(known.balance.as_ref(), &mut account.balance);
        account.deleted_on = instant(known.deleted);
        account.disabled_on = instant(known.disabled);
    }
    if let Some(known) = &record.parties.number {
        let tn = &mut scenario.tn;
        take(instant(known.created).as_ref(), &mut tn.created_on);
        take(instant(known.changed).as_ref(), &mut tn.modified_on);
        tn.deleted_on = instant(known.deleted);
        if known.digits != scenario.tn_number() {
            scenario.tn.tn = known.digits;
        }
    }
    scenario
}

/// What happened, as far as a scenario can ask for it and the event shows it.
pub(super) fn expect(seen: &SeenCall<'_>, documents: &SourceFlows) -> Expect {
    let naming = |one: &Step| match documents.command(one.entry) {
        Some((flow, node)) => PathPattern::naming(flow, node),
        None => PathPattern::literal(&one.path),
    };
    let log = seen.log.iter().filter(|one| one.failed());
    let log = log.map(|one| ExpectLog {
        state: Some(Spanned::bare(one.state)),
        reason: one
            .reason
            .as_deref()
            .map(|reason| Spanned::bare(Pattern::literal(reason))),
        ..ExpectLog::new(naming(one))
    });
    let ran = seen.log.iter();
    let ran = ran.map(|one| Spanned::bare(Listed::One(naming(one))));
    let legs = seen.record.dialled.iter();
    let dialled: Option<Vec<_>> = legs.map(expected_leg).collect();
    let dialled = dialled.filter(|legs| !legs.is_empty() && !seen.record.lacks.legs);
    Expect {
        cause: seen.record.leg.cause().map(Spanned::bare),
        ran: Some(Spanned::bare(ran.collect())),
        dialled: dialled.map(Spanned::bare),
        log: log.collect(),
        ..Expect::default()
    }
}

/// A dialled leg; absent where the event does not show what became of it.
fn expected_leg(leg: &Leg) -> Option<ExpectCall> {
    Some(ExpectCall {
        to: Spanned::bare(DestinationPattern::literal(leg.to.as_deref()?)),
        cause: Some(Spanned::bare(leg.cause()?)),
        answered: None,
        origin: Origin::Program,
    })
}
