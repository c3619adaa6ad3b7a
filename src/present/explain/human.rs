//! For a terminal: the call on one screen.

use std::collections::BTreeSet;
use std::io;

use super::conversation::{MOST, shares};
use super::failures::Failures;
use super::{
    Aspect, Look, Told, failures, headline, heard, identifiers, notes, odd, open_entries,
    particulars, parties, rows,
};
use crate::present::styled_text::{BOLD, DIM, OPEN, PLAIN, Text, clean};
use crate::present::{FIRST, LAST, Screen};
use crate::record::Record;

/// Writes each call on a screen of its own; of many calls the verdicts.
pub(super) fn write(
    calls: &[Told<'_>],
    aspect: Aspect,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    /// More calls are told in brief.
    const WHOLE: usize = 1;
    let mut screen = Screen::new(look, out);
    for (index, told) in calls.iter().enumerate() {
        if index > 0 {
            screen.blank()?;
        }
        screen.header(told)?;
        match calls.len() <= WHOLE {
            true => screen.explanation(told, aspect)?,
            false => screen.paragraph(&Text::of(PLAIN, headline(&told.call)), 2, 2)?,
        }
    }
    if calls.len() > WHOLE {
        screen.failures(&failures(calls), calls.len())?;
        screen.blank()?;
        screen.paragraph(
            &Text::of(DIM, "Choose one with --call UUID to see all of it."),
            0,
            0,
        )?;
    }
    Ok(())
}

impl Screen<'_> {
    fn header(&mut self, told: &Told<'_>) -> io::Result<()> {
        let text =
            Text::of(BOLD, parties(&told.call)).and(DIM, format!(" · {}", particulars(&told.call)));
        self.paragraph(&text, 0, 2)
    }

    /// What failed in several calls, the commonest first.
    fn failures(&mut self, failures: &[Failures<'_>], calls: usize) -> io::Result<()> {
        if failures.is_empty() {
            return Ok(());
        }
        self.blank()?;
        let failed: BTreeSet<_> = failures.iter().flat_map(|one| &one.calls).collect();
        let title = format!("What failed, in {} of {calls} calls", failed.len());
        self.line(&Text::of(BOLD, title))?;
        for one in failures {
            let count = one.calls.len();
            let text = Text::of(PLAIN, format!("{}  {}", one.path, one.why)).and(
                DIM,
                format!("  such as {}", one.calls.first().map_or("?", |uuid| uuid)),
            );
            let label = Text::of(BOLD, format!("{count:>5} ×"));
            self.labelled(&label, &text, 9)?;
        }
        Ok(())
    }

    /// What was said, who spoke how much, and which files there are.
    fn conversation(&mut self, record: &Record) -> io::Result<()> {
        let turns = record.turns.as_deref().unwrap_or_default();
        if !turns.is_empty() {
            self.blank()?;
            let title = Text::of(BOLD, "Conversation").and(DIM, format!("  {}", shares(turns)));
            self.paragraph(&title, 0, 2)?;
            for turn in turns.iter().take(MOST) {
                let label = Text::of(DIM, format!("  {}", clean(&turn.who.to_string())));
                let lines = clean(&turn.text);
                self.labelled(&label, &Text::of(PLAIN, lines), 11)?;
            }
            if turns.len() > MOST {
                let more = format!("  … {} more turns", turns.len() - MOST);
                self.line(&Text::of(DIM, more))?;
            }
        }
        if !record.attachments.is_empty() {
            let names: Vec<_> = record
                .attachments
                .iter()
                .map(|one| clean(one.name()))
                .collect();
            self.blank()?;
            let label = Text::of(BOLD, "Attachments");
            self.labelled(&label, &Text::of(PLAIN, names.join(", ")), 13)?;
        }
        Ok(())
    }

    fn explanation(&mut self, told: &Told<'_>, aspect: Aspect) -> io::Result<()> {
        let call = &told.call;
        self.blank()?;
        self.paragraph(&Text::of(PLAIN, headline(call)), 0, 0)?;
        let rows = rows(told, aspect);
        if !rows.is_empty() {
            self.blank()?;
            self.rows(&rows, FIRST, LAST)?;
        }
        self.conversation(call.record())?;
        if let Some(open) = open_entries(call) {
            self.blank()?;
            self.paragraph(&Text::of(DIM, open), 0, 0)?;
        }
        for note in notes(call) {
            self.blank()?;
            let mut title = Text::of(BOLD, note.title);
            if !note.about.is_empty() {
                title.push(DIM, format!("  {}", note.about));
            }
            self.line(&title)?;
            for (label, text) in note.lines {
                let label = Text::of(DIM, format!("  {label}"));
                self.labelled(&label, &Text::of(PLAIN, text), 11)?;
            }
        }
        let heard = heard(call);
        for (index, line) in heard.into_iter().enumerate() {
            let label = match index {
                0 => {
                    self.blank()?;
                    Text::of(BOLD, "Heard")
                }
                _ => Text::default(),
            };
            self.labelled(&label, &Text::of(PLAIN, line), 11)?;
        }
        let ids = if aspect.ids {
            identifiers(call)
        } else {
            Vec::new()
        };
        let longest = ids.iter().map(|(what, _)| what.len()).max();
        let indent = longest.unwrap_or(0).max(7) + 4;
        for (index, (what, words)) in ids.into_iter().enumerate() {
            if index == 0 {
                self.blank()?;
                self.line(&Text::of(BOLD, "Identifiers"))?;
            }
            let label = Text::of(DIM, format!("  {what}"));
            self.labelled(&label, &Text::of(PLAIN, words), indent)?;
        }
        for (index, anomaly) in call.anomalies.iter().enumerate() {
            let label = match index {
                0 => {
                    self.blank()?;
                    Text::of(OPEN, "Anomalies")
                }
                _ => Text::default(),
            };
            self.labelled(&label, &Text::of(PLAIN, odd::words(call, anomaly)), 11)?;
        }
        Ok(())
    }
}
