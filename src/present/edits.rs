//! What was changed from one flow to another, a line for each command.

use std::io;

use serde::Serialize;

use super::explain::words::list;
use super::styled_text::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean};
use super::{Look, Screen};
use crate::flow::{ChangedValue, Edit, Flow, NodeId, align, edits};
use crate::report::markdown::{escape, fenced};
use crate::scenario::PathPattern;

/// What was changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Added,
    Removed,
    Changed,
    Moved,
}

/// One command that was changed.
#[derive(Clone, Debug, Serialize)]
pub struct EditLine {
    #[serde(rename = "edit")]
    kind: Kind,
    /// The command by its tag or path, in the new flow or, where it was removed, in the old one.
    command: String,
    /// Where it stands in that flow.
    line: usize,
    /// What it says, or what of it was changed.
    pub what: String,
}

/// What was changed from one flow to another, in the order of the new one.
pub fn lines(old: &Flow, new: &Flow) -> Vec<EditLine> {
    let alignment = align(old, new);
    let all = edits(old, new, &alignment).into_iter();
    all.map(|edit| line(old, new, edit)).collect()
}

fn line(old: &Flow, new: &Flow, edit: Edit) -> EditLine {
    let make = |kind, flow: &Flow, id: NodeId, what| EditLine {
        kind,
        command: PathPattern::naming(flow, id).to_string(),
        line: line_of(flow, id),
        what,
    };
    match edit {
        Edit::Added(id) => make(Kind::Added, new, id, source(new, id)),
        Edit::Removed(id) => make(Kind::Removed, old, id, source(old, id)),
        Edit::Changed {
            old: one,
            new: other,
            is_moved,
            values,
            is_doubtful,
        } => {
            let mut what: Vec<_> = values.iter().map(value).collect();
            if is_moved {
                what.insert(0, format!("was {}", old.path(one)));
            }
            if is_doubtful {
                what.push("it may be another command".to_owned());
            }
            let kind = if is_moved { Kind::Moved } else { Kind::Changed };
            make(kind, new, other, what.join("; "))
        }
    }
}

fn line_of(flow: &Flow, id: NodeId) -> usize {
    let element = flow.element(id);
    element.map_or(1, |element| {
        flow.source().position(element.node().span().start).line
    })
}

/// A command as it was written, without what stands inside it.
fn source(flow: &Flow, id: NodeId) -> String {
    let Some(element) = flow.element(id) else {
        return String::new();
    };
    let attributes = element.attributes();
    let attributes = attributes.map(|one| format!(" {}=\"{}\"", one.name(), one.value()));
    let text = format!("<{}{}", element.name(), attributes.collect::<String>());
    let said = said(&element.text());
    if said.is_empty() {
        return text + ">";
    }
    format!("{text}>{said}</{}>", element.name())
}

/// A text on one line, cut where it is long.
fn said(text: &str) -> String {
    /// Longer texts are cut.
    const MOST: usize = 72;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}

fn value(value: &ChangedValue) -> String {
    let ChangedValue {
        attribute,
        old,
        new,
    } = value;
    let quoted = |text: &String| match attribute {
        Some(_) => format!("\"{}\"", said(text)),
        None => format!("“{}”", said(text)),
    };
    let name = attribute
        .as_ref()
        .map_or(String::new(), |name| format!("{name} "));
    match (old.as_ref().map(quoted), new.as_ref().map(quoted)) {
        (Some(old), Some(new)) => format!("{name}{old} → {new}"),
        (None, Some(new)) => format!("{name}{new} added"),
        (Some(old), None) => format!("{name}{old} removed"),
        (None, None) => name,
    }
}

/// More lines tell nobody more.
const MOST: usize = 200;

/// How many commands were changed how.
fn summary(lines: &[EditLine]) -> String {
    let count = |kind: Kind| lines.iter().filter(|line| line.kind == kind).count();
    let kinds = [
        (Kind::Added, "added"),
        (Kind::Removed, "removed"),
        (Kind::Changed, "changed"),
        (Kind::Moved, "moved"),
    ];
    let parts = kinds.map(|(kind, word)| (count(kind), word));
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<_> = parts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match parts.first_mut() {
        None => "no command was changed".to_owned(),
        Some(first) => {
            let noun = if first.starts_with("1 ") {
                " command "
            } else {
                " commands "
            };
            *first = first.replacen(' ', noun, 1);
            list(&parts, "and")
        }
    }
}

/// The two flows and how many commands were changed, in Markdown.
pub fn heading(lines: &[EditLine], names: [&str; 2]) -> String {
    let [old, new] = names.map(|name| escape(&clean(name)));
    format!("{old} → {new}: {}", summary(lines))
}

/// Writes what was changed for a terminal, under a heading.
///
/// # Errors
///
/// Those of `out`.
pub fn human(
    lines: &[EditLine],
    names: [&str; 2],
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    let [old, new] = names.map(clean);
    let head = Text::of(BOLD, format!("{old} → {new}: ")).and(PLAIN, summary(lines));
    screen.paragraph(&head, 0, 2)?;
    for line in lines.iter().take(MOST) {
        let (sign, style) = match line.kind {
            Kind::Added => ("+", GOOD),
            Kind::Removed => ("-", BAD),
            Kind::Changed => ("~", OPEN),
            Kind::Moved => (">", OPEN),
        };
        let text = Text::of(BOLD, clean(&line.command))
            .and(PLAIN, format!("  {}", clean(&line.what)))
            .and(DIM, format!("  line {}", line.line));
        screen.labelled(&Text::of(style, format!("  {sign} ")), &text, 4)?;
    }
    if lines.len() > MOST {
        let more = format!("  … {} more", lines.len() - MOST);
        screen.line(&Text::of(DIM, more))?;
    }
    Ok(())
}

/// Writes what was changed in GitHub's Markdown: a block that it colours as a difference.
///
/// # Errors
///
/// Those of `out`.
pub fn markdown(lines: &[EditLine], out: &mut dyn io::Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let shown = lines.iter().take(MOST).map(|line| {
        let sign = match line.kind {
            Kind::Added => '+',
            Kind::Removed => '-',
            Kind::Changed | Kind::Moved => '!',
        };
        let (command, what) = (clean(&line.command), clean(&line.what));
        format!("{sign} {command}  {what}")
    });
    let mut shown: Vec<_> = shown.collect();
    if lines.len() > MOST {
        shown.push(format!("… {} more", lines.len() - MOST));
    }
    fenced("diff", &shown.join("\n"), out)
}
