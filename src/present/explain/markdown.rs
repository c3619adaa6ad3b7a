//! For a ticket: GitHub's Markdown.

use std::io;

use super::conversation::{self, shares};
use super::{
    Aspect, Told, headline, heard, identifiers, not_known, notes, odd, open_entries, particulars,
    parties, rows,
};
use crate::present::styled_text::{clean, instant};
use crate::report::markdown::escape;

/// Of a very long log so many rows are shown.
const MOST: usize = 200;

/// Writes a call under a heading.
pub(super) fn call(told: &Told<'_>, aspect: &Aspect, out: &mut dyn io::Write) -> io::Result<()> {
    let call = &told.call;
    writeln!(out, "## {}\n", escape(&parties(call)))?;
    writeln!(out, "{}\n", escape(&particulars(call, aspect)))?;
    writeln!(out, "{}\n", escape(&headline(call)))?;
    let rows = rows(told, aspect);
    if !rows.is_empty() {
        writeln!(out, "| at | lasts | |\n| ---: | ---: | --- |")?;
    }
    for item in rows.iter().take(MOST) {
        let at = item.when();
        let lasts = match item.lasts {
            Some(lasts) => instant(lasts),
            None if item.open => "open".to_owned(),
            None => String::new(),
        };
        let indent = "&emsp;".repeat(item.level.min(20));
        writeln!(
            out,
            "| {at} | {lasts} | {indent}{} |",
            escape(&item.plain())
        )?;
    }
    if rows.len() > MOST {
        writeln!(out, "| | | … {} rows not shown |", rows.len() - MOST)?;
    }
    let record = call.record();
    let turns = record.turns.as_deref().unwrap_or_default();
    if !turns.is_empty() {
        writeln!(out, "### Conversation\n\n{}\n", escape(&shares(turns)))?;
        for turn in turns.iter().take(conversation::MOST) {
            let text = escape(&clean(&turn.text));
            writeln!(
                out,
                "- **{}**: {text}",
                escape(&clean(&turn.who.to_string()))
            )?;
        }
        if let Some(more) = turns.len().checked_sub(conversation::MOST + 1) {
            writeln!(out, "- … {} more turns", more + 1)?;
        }
    }
    if !record.attachments.is_empty() {
        writeln!(out, "\n### Attachments\n")?;
        for file in &record.attachments {
            writeln!(
                out,
                "- {}: {}",
                escape(&clean(&file.name())),
                escape(&clean(&file.url))
            )?;
        }
    }
    if let Some(open) = open_entries(call) {
        writeln!(out, "\n{}", escape(&open))?;
    }
    for note in notes(call) {
        let about = if note.about.is_empty() {
            String::new()
        } else {
            format!(": {}", escape(&note.about))
        };
        writeln!(out, "\n### {}{about}\n", escape(&note.title))?;
        for (label, text) in note.lines {
            writeln!(out, "- **{}**: {}", escape(label), escape(&text))?;
        }
    }
    let heard = heard(call);
    if !heard.is_empty() {
        writeln!(out, "\n### Heard\n")?;
        for line in heard {
            writeln!(out, "- {}", escape(&line))?;
        }
    }
    if let Some(not_known) = not_known(call) {
        writeln!(out, "\n### Not known\n\n{}", escape(&not_known))?;
    }
    let ids = identifiers(call);
    if !ids.is_empty() {
        writeln!(out, "\n### Identifiers\n")?;
        for (what, words) in ids {
            writeln!(out, "- **{what}**: {}", escape(&words))?;
        }
    }
    if !call.anomalies.is_empty() {
        writeln!(out, "\n### Anomalies\n")?;
        for anomaly in &call.anomalies {
            writeln!(out, "- {}", escape(&odd::words(call, anomaly)))?;
        }
    }
    Ok(())
}
