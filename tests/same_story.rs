//! `run` and `explain` tell the same story of calls made by chance: the same rows at the same instants,
//! the same sounds, the same answers, the same end.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use callflow::present::timeline::{Row, rows};
use callflow::record::{EndedBy, Ender, Outline, Record};
use callflow::wire::opentact::Envelope;
use support::calls::{coincident, played, unhurried};
use support::{all_events, generate, last_event, record};

fn line(row: &Row) -> String {
    let number = |at: Option<u64>| at.map_or(String::new(), |at| at.to_string());
    let (at, lasts) = (number(row.at), number(row.lasts));
    format!(
        "{at:>8} {lasts:>8} {}{}",
        "  ".repeat(row.level),
        row.plain()
    )
}

/// The rows but for keys, which no event shows.
fn story(call: &Outline<'_>) -> Vec<String> {
    let rows = rows(call, None, &[]);
    let shown = rows.iter().filter(|row| !row.plain().starts_with('⌨'));
    shown.map(line).collect()
}

/// A caller who hung up at the very millisecond at which the last command ended, and a flow that ended
/// then, leave the same events.
fn is_either(run: &Record) -> bool {
    let last = run
        .log
        .iter()
        .filter_map(callflow::record::Entry::ended)
        .max();
    run.ended_by == Some(EndedBy::Caller) && run.leg.hangup == last
}

/// Whether somebody is said to have ended a call who did not.
fn is_untrue(said: Option<Ender>, run: &Record) -> bool {
    let by = run.ended_by;
    match said {
        Some(Ender::FlowEnd) if is_either(run) => false,
        Some(Ender::Caller) => by != Some(EndedBy::Caller),
        Some(Ender::Command(entry)) => by != Some(EndedBy::Command(entry)),
        Some(Ender::FlowEnd) => by != Some(EndedBy::FlowEnd),
        Some(Ender::MaxLength) => by != Some(EndedBy::MaxLength),
        // No event of this vendor says so.
        Some(Ender::Agent | Ender::Callee | Ender::Transfer | Ender::Parked(_)) | None => true,
        Some(Ender::Untold) => false,
    }
}

#[derive(Default)]
struct Count {
    calls: usize,
    named: usize,
    /// Calls of which the last event alone names who ended them.
    named_by_last: usize,
    faults: Vec<String>,
}

fn tell(seed: u64, generated: &generate::Generated, count: &mut Count) {
    let Some(run) = played(generated) else { return };
    count.calls += 1;
    let was = story(&Outline::of(&run));
    let mut faults = Vec::new();
    // From all events the same rows; where nobody is named, "the call ended".
    let explained = record(&all_events(&run, Envelope::Y2024).join("\n"));
    let explained = Outline::of(&explained);
    let is = story(&explained);
    let is_named = explained.ending.by != Some(Ender::Untold);
    count.named += usize::from(is_named);
    let is_named = is_named && !is_either(&run);
    let is_told = |line: &&String| is_named || !line.contains(['■', '⇄']);
    let missing = was.iter().filter(|line| !is.contains(line)).filter(is_told);
    faults.extend(missing.map(|line| format!("- {line}")));
    let extra = is.iter().filter(|line| !was.contains(line)).filter(is_told);
    faults.extend(extra.map(|line| format!("+ {line}")));
    if is_untrue(explained.ending.by, &run) {
        faults.push(format!(
            "said {:?}, was {:?}",
            explained.ending.by, run.ended_by
        ));
    }
    // The last event alone shows neither when the call rang nor when it was answered, and nothing that
    // came behind it; all else is the same.
    let last = record(&last_event(&run).unwrap());
    let last = Outline::of(&last);
    let gone = run.when_gone();
    let was = story(&Outline::of(&gone));
    let is_named = last.ending.by != Some(Ender::Untold);
    count.named_by_last += usize::from(is_named);
    let is_named = is_named && !is_either(&run);
    let begun = last.steps.first().map_or(u64::MAX, |step| step.from);
    // What is heard first depends on when the call was answered.
    let first = last.heard.get(1).map_or(begun, |first| first.to);
    let begins = |line: &str| line[..8].trim().parse::<u64>().unwrap_or(u64::MAX);
    let is_sure = |line: &&String| {
        begins(line) >= begun && (begins(line) >= first || !line.contains("silence"))
    };
    let extra = story(&last);
    let extra = extra.iter().filter(|line| !was.contains(line));
    let extra = extra.filter(is_sure);
    let extra = extra.filter(|line| is_named || !line.contains(['■', '⇄']));
    faults.extend(extra.map(|line| format!("last event: + {line}")));
    if is_untrue(last.ending.by, &run) {
        faults.push(format!(
            "last event: said {:?}, was {:?}",
            last.ending.by, run.ended_by
        ));
    }
    if !faults.is_empty() {
        let world = generated.scenario.to_toml();
        let text = format!(
            "seed {seed}\n{}\n{}\n{}\n{world}",
            faults.join("\n"),
            was.join("\n"),
            generated.flow
        );
        count.faults.push(text);
    }
}

/// Goes through some hundred calls, or `CALLFLOW_PROPERTY_CALLS` from `CALLFLOW_PROPERTY_SEED` on.
#[allow(
    clippy::print_stderr,
    reason = "`--nocapture` shows how many they were"
)]
fn the_same(kind: &str, per_mille: usize, generate: fn(u64) -> generate::Generated) {
    let said = |name: &str| std::env::var(name).ok()?.parse().ok();
    let calls: u64 = said("CALLFLOW_PROPERTY_CALLS").unwrap_or(700);
    let first: u64 = said("CALLFLOW_PROPERTY_SEED").unwrap_or(0);
    let mut count = Count::default();
    for seed in first..first + calls {
        tell(seed, &generate(seed), &mut count);
    }
    eprintln!(
        "{} {kind}: {} told by whom, {} by their last event alone, {} differ",
        count.calls,
        count.named,
        count.named_by_last,
        count.faults.len()
    );
    count.faults.sort_by_key(String::len);
    let shortest: Vec<_> = count.faults.iter().take(8).map(String::as_str).collect();
    let shown = shortest.join("\n\n");
    assert!(
        count.faults.len() * 1000 <= count.calls * per_mille,
        "{shown}"
    );
    assert!(!shown.contains("said Some"), "{shown}");
    assert!(count.named * 10 >= count.calls * 9);
}

#[test]
fn a_call_gives_the_same_rows() {
    the_same("calls", 0, generate::call);
}

/// An event does not show how long a block spoke before its first command, where the platform took longer
/// for it than usual, nor whether a file would have come that was being fetched at the hang-up.
#[test]
fn a_call_on_a_slow_platform_gives_the_same_rows() {
    the_same("calls in their own time", 10, unhurried);
}

#[test]
fn a_call_in_which_instants_coincide_gives_the_same_rows() {
    the_same("coincident calls", 10, coincident);
}
