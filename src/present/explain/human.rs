//! For a terminal: the call on one screen.

use std::io;

use super::conversation::{MOST, shares};
use super::failures::Failures;
use super::{
    Aspect, Look, Style, Told, headline, heard, identifiers, not_known, notes, odd, open_entries,
    particulars, parties, rows,
};
use crate::present::styled_text::{BOLD, DIM, OPEN, PLAIN, Text, clean};
use crate::present::{FIRST, LAST, Screen};
use crate::record::Record;

/// Writes the only call on a screen of its own; of one of many its verdict.
pub(super) fn call(told: &Told<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut screen = Screen::new(style.look, out);
    screen.header(told, &style.aspect)?;
    if style.is_only {
        screen.explanation(told, &style.aspect)
    } else {
        screen.paragraph(&Text::of(PLAIN, headline(&told.call)), 2, 2)
    }
}

/// Writes what is said behind many calls.
pub(super) fn end(
    failures: &Failures,
    calls: usize,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    screen.failures(failures, calls)?;
    screen.blank()?;
    let text = Text::of(DIM, "Use --call UUID to see one call in full.");
    screen.paragraph(&text, 0, 0)
}

impl Screen<'_> {
    fn header(&mut self, told: &Told<'_>, aspect: &Aspect) -> io::Result<()> {
        let text = Text::of(BOLD, parties(&told.call))
            .and(DIM, format!(" · {}", particulars(&told.call, aspect)));
        self.paragraph(&text, 0, 2)
    }

    /// What failed in several calls, the commonest first.
    fn failures(&mut self, failures: &Failures, calls: usize) -> io::Result<()> {
        if failures.calls.is_empty() {
            return Ok(());
        }
        self.blank()?;
        let failed = failures.calls.len();
        let title = format!("What failed, in {failed} of {calls} calls");
        self.line(&Text::of(BOLD, title))?;
        for ((path, why), group) in failures.groups() {
            let text = Text::of(PLAIN, format!("{path}  {why}"))
                .and(DIM, format!("  such as {}", group.first));
            let label = Text::of(BOLD, format!("{:>5} ×", group.count));
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
                .map(|one| clean(&one.name()))
                .collect();
            self.blank()?;
            let label = Text::of(BOLD, "Attachments");
            self.labelled(&label, &Text::of(PLAIN, names.join(", ")), 13)?;
        }
        Ok(())
    }

    fn explanation(&mut self, told: &Told<'_>, aspect: &Aspect) -> io::Result<()> {
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
        if let Some(not_known) = not_known(call) {
            self.blank()?;
            self.labelled(
                &Text::of(BOLD, "Not known"),
                &Text::of(PLAIN, not_known),
                11,
            )?;
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
