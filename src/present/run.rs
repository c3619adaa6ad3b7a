//! A simulated call for people: its time line, and what is to be said of it.

use std::io;

use super::styled_text::{BOLD, DIM, Text, clean};
use super::{Look, Screen, timeline};
use crate::record::Outline;
use crate::simulate::Run;

mod notes;

/// Where a limit ended the simulation, so many rows are shown from the beginning and from the end.
const FIRST: usize = 24;
const LAST: usize = 12;

/// Writes what happened in a call.
///
/// # Errors
///
/// Those of `out`.
pub fn write(run: &Run, flow_name: &str, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    screen.paragraph(&header(run, flow_name), 0, 2)?;
    screen.blank()?;
    let rows = rows(run);
    match run.limit {
        Some(_) => screen.rows(&rows, FIRST, LAST)?,
        None => screen.rows(&rows, super::FIRST, super::LAST)?,
    }
    let notes = notes::of(run);
    if !notes.is_empty() {
        screen.blank()?;
    }
    for note in &notes {
        screen.paragraph(note, 0, 2)?;
    }
    assumed(&mut screen, &notes::assumed(run))
}

/// The rows of a simulated call.
pub(super) fn rows(run: &Run) -> Vec<timeline::Row> {
    let stopped = run.limit.map(|_| run.ended);
    timeline::rows(&Outline::of(&run.record), stopped, &[])
}

/// Who calls whom, which flow takes the call, and when.
fn header(run: &Run, flow_name: &str) -> Text {
    let leg = &run.record.leg;
    let zone = run.scenario.call.time_zone.clone();
    let start = leg.created.unwrap_or_default().timestamp();
    let start = start.to_zoned(zone);
    let who = |who: &Option<Box<str>>| who.as_deref().map(clean).unwrap_or_default();
    let parties = format!("{} → {}", who(&leg.from), who(&leg.to));
    let flow = clean(flow_name);
    let start = start.strftime("%Y-%m-%d %H:%M:%S %Z");
    Text::of(BOLD, parties).and(DIM, format!(" · {flow} · {start}"))
}

fn assumed(screen: &mut Screen<'_>, assumed: &[(&str, &str)]) -> io::Result<()> {
    /// With fewer columns for the texts, each stands below its id.
    const ROOM: usize = 40;
    let Some(longest) = assumed.iter().map(|(id, _)| id.len()).max() else {
        return Ok(());
    };
    screen.blank()?;
    screen.line(&Text::of(DIM, "Assumed:"))?;
    for (id, text) in assumed {
        let text = Text::of(DIM, *text);
        if longest + 4 + ROOM <= screen.width {
            let label = Text::of(DIM, format!("  {id:longest$}  "));
            screen.labelled(&label, &text, longest + 4)?;
        } else {
            screen.line(&Text::of(DIM, format!("  {id}")))?;
            screen.paragraph(&text, 4, 4)?;
        }
    }
    Ok(())
}
