//! A simulated call for people: its time line, and what is to be said of it.

use std::io;

use jiff::civil::{Date, Time};

use super::styled_text::{BOLD, DIM, Text, clean};
use super::{Look, Screen, timeline};
use crate::command::Asks;
use crate::fidelity::Decides;
use crate::record::Outline;
use crate::simulate::Run;

mod notes;

pub use notes::{key_warnings, limit_words};

/// Where a limit ended the simulation, so many rows are shown from the beginning and from the end.
const FIRST: usize = 24;
const LAST: usize = 12;

/// Writes what happened in a call.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    run: &Run,
    flow_name: &str,
    detail: Detail,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    screen.paragraph(&header(run, flow_name), 0, 2)?;
    screen.blank()?;
    let rows = rows(run);
    match &run.limit {
        Some(_) => screen.rows(&rows, FIRST, LAST)?,
        None => screen.rows(&rows, super::FIRST, super::LAST)?,
    }
    let notes = match detail {
        Detail::Nothing => notes::errors(run),
        Detail::Ids | Detail::Texts => notes::of(run),
    };
    if !notes.is_empty() {
        screen.blank()?;
    }
    for note in &notes {
        screen.paragraph(note, 0, 2)?;
    }
    otherwise(&mut screen, run, detail)?;
    assumed(&mut screen, run, detail)
}

/// How much is said of what was assumed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Nothing.
    Nothing,
    /// The ids.
    Ids,
    /// What each id stands for.
    Texts,
}

/// The rows of a simulated call.
pub(super) fn rows(run: &Run) -> Vec<timeline::Row> {
    let stopped = run.limit.as_ref().map(|_| run.ended);
    let outline = Outline::of(&run.record);
    let mut rows = timeline::rows(&outline, stopped, &[]);
    let zone = run.scenario.call.zone();
    for row in &mut rows {
        let Some(entry) = row.entry else { continue };
        let asks = outline.flows.command(entry);
        let asks = asks.map(|(flow, node)| flow.node(node).command.describe().asks());
        if let (Some(Asks::Clock(_)), Some(began)) = (asks, run.record.log[entry].began) {
            let local = began.timestamp().to_zoned(zone.clone());
            let local = local.strftime("it is %a %H:%M:%S").to_string();
            row.tail.push(Text::of(DIM, local));
        }
    }
    rows
}

/// Who calls whom, which flow takes the call, and when.
fn header(run: &Run, flow_name: &str) -> Text {
    let leg = &run.record.leg;
    let zone = run.scenario.call.zone();
    let start = leg.created.unwrap_or_default().timestamp();
    let start = start.to_zoned(zone);
    let who = |who: &Option<Box<str>>| who.as_deref().map(clean).unwrap_or_default();
    let parties = format!("{} → {}", who(&leg.from), who(&leg.to));
    let flow = clean(flow_name);
    let start = start.strftime("%a %Y-%m-%d %H:%M:%S %Z");
    Text::of(BOLD, parties).and(DIM, format!(" · {flow} · {start}"))
}

/// Whether a text is a call as [`write()`] shows it where there is no terminal: it begins with the line that
/// says who calls whom, which flow takes the call, and when.
pub fn is_written(text: &str) -> bool {
    let head = text.split("\n\n").next().unwrap_or_default();
    let head: Vec<_> = head.split_whitespace().collect();
    let [.., "·", day, date, time, _zone] = head[..] else {
        return false;
    };
    head.contains(&"→")
        && ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&day)
        && date.parse::<Date>().is_ok()
        && time.parse::<Time>().is_ok()
}

/// What was taken otherwise than usual, for the scenario says so.
fn otherwise(screen: &mut Screen<'_>, run: &Run, detail: Detail) -> io::Result<()> {
    let others = run.scenario.assume.platform().others();
    let readings: Vec<_> = others
        .map(|other| format!("{} = {:?}", other.assumption().id(), other.word()))
        .collect();
    if readings.is_empty() || detail == Detail::Nothing {
        return Ok(());
    }
    screen.blank()?;
    let text = format!("As set in [assume]: {}", readings.join(", "));
    screen.paragraph(&Text::of(DIM, text), 0, 2)
}

/// What was assumed: first what decided the route of the call, then what decided its times only.
fn assumed(screen: &mut Screen<'_>, run: &Run, detail: Detail) -> io::Result<()> {
    /// With fewer columns for the texts, each stands below its id.
    const ROOM: usize = 40;
    let groups = [
        ("Assumptions about the route", Decides::Route),
        ("Assumptions about times only", Decides::Times),
    ];
    let groups = groups.map(|(title, decides)| {
        let all = run.record.assumed.iter();
        let some: Vec<_> = all.filter(|one| one.decides() == decides).collect();
        (title, some)
    });
    let groups: Vec<_> = groups.iter().filter(|(_, some)| !some.is_empty()).collect();
    let all = groups.iter().flat_map(|(_, some)| some);
    let Some(longest) = all.map(|one| one.id().len()).max() else {
        return Ok(());
    };
    if detail == Detail::Nothing {
        return Ok(());
    }
    screen.blank()?;
    for (index, (title, some)) in groups.iter().enumerate() {
        if detail == Detail::Ids {
            let ids: Vec<_> = some.iter().map(|one| one.id()).collect();
            let is_last = index + 1 == groups.len();
            let more = if is_last { " (-v explains them)" } else { "" };
            let text = format!("{title}: {}{more}", ids.join(", "));
            screen.paragraph(&Text::of(DIM, text), 0, 2)?;
            continue;
        }
        screen.line(&Text::of(DIM, format!("{title}:")))?;
        for one in some {
            let id = one.id();
            let mut text = Text::of(DIM, one.text());
            if let [_, others @ ..] = one.words()
                && !others.is_empty()
            {
                let others = others.iter().map(|word| format!("--assume {id}={word}"));
                let others: Vec<_> = others.collect();
                text.push(DIM, format!(" Otherwise: {}.", others.join(", ")));
            }
            if longest + 4 + ROOM <= screen.width {
                let label = Text::of(DIM, format!("  {id:longest$}  "));
                screen.labelled(&label, &text, longest + 4)?;
            } else {
                screen.line(&Text::of(DIM, format!("  {id}")))?;
                screen.paragraph(&text, 4, 4)?;
            }
        }
    }
    Ok(())
}
