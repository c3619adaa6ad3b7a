//! What a change comes to for the callers of many calls: the calls in groups by what differs.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::explain::words::{address, audio, list};
use super::styled_text::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean, span};
use super::{Look, Screen};
use crate::diff::{CallEnder, Change, Effect, EffectKind};
use crate::record::{Audio, Completeness};
use crate::report::markdown::escape;

/// So many things that differ are named.
const MOST: usize = 6;

/// Of a call of which nothing differs.
const SAME: &str = "the same for the caller";

/// What differs, in a line.
fn words(effect: &Effect) -> String {
    let mut parts: Vec<_> = effect.changes.iter().take(MOST).map(change).collect();
    match effect.changes.len().checked_sub(MOST) {
        None | Some(0) => {}
        Some(1) => parts.push("1 more difference".to_owned()),
        Some(more) => parts.push(format!("{more} more differences")),
    }
    match &parts[..] {
        [] => SAME.to_owned(),
        parts => parts.join("; "),
    }
}

fn change(change: &Change) -> String {
    match change {
        Change::NoEnd => "would not end".to_owned(),
        Change::Outcome { was, would_be } => format!("{would_be} instead of {was}"),
        Change::Hears(Audio::Bridge(with)) => format!("talks with {}", address(with)),
        Change::Hears(what) => format!("also hears {}", audio(what)),
        Change::HearsNoLonger(Audio::Bridge(with)) => {
            format!("no longer talks with {}", address(with))
        }
        Change::HearsNoLonger(what) => format!("no longer hears {}", audio(what)),
        Change::HearsInstead { was, would_be } => {
            format!("hears {} instead of {}", audio(would_be), audio(was))
        }
        Change::HearsElsewhere(what) => format!("hears {} at another time", audio(what)),
        Change::HearsPart { of, would_be } => match would_be {
            Completeness::Whole => format!("hears all of {}", audio(of)),
            Completeness::Beginning => format!("hears only the beginning of {}", audio(of)),
            Completeness::NotKnown => format!("may hear another part of {}", audio(of)),
        },
        Change::Talks {
            with,
            was,
            would_be,
        } => format!(
            "talks with {} for {} instead of {}",
            address(with),
            span(*would_be),
            span(*was)
        ),
        Change::Reaches(command) => format!("reaches {}", clean(command)),
        Change::ReachesNoLonger(command) => format!("no longer reaches {}", clean(command)),
        Change::Dials { was, would_be } => match (&was[..], &would_be[..]) {
            ([], new) => format!("rings {}", destinations(new)),
            (old, []) => format!("no longer rings {}", destinations(old)),
            (old, new) => format!(
                "rings {} instead of {}",
                destinations(new),
                destinations(old)
            ),
        },
        Change::EndedBy { was, would_be } if was == would_be => {
            format!("{} ends the call with another cause", ended_by(would_be))
        }
        Change::EndedBy { was, would_be } => format!(
            "{} ends the call instead of {}",
            ended_by(would_be),
            ended_by(was)
        ),
        Change::Times(0) => "the same at other times".to_owned(),
        Change::Times(more @ 1..) => format!("the same, {} longer", span(more.unsigned_abs())),
        Change::Times(less) => format!("the same, {} shorter", span(less.unsigned_abs())),
    }
}

fn destinations(all: &[Box<str>]) -> String {
    /// So many are named.
    const FEW: usize = 3;
    let mut names: Vec<_> = all.iter().take(FEW).map(|to| address(to)).collect();
    if let Some(more @ 1..) = all.len().checked_sub(FEW) {
        names.push(format!("{more} more"));
    }
    list(&names, "and")
}

fn ended_by(by: &CallEnder) -> String {
    match by {
        CallEnder::Caller => "the caller".to_owned(),
        CallEnder::Command(name) => clean(name),
        CallEnder::FlowEnd => "the end of the flow".to_owned(),
        CallEnder::OtherParty => "the other party".to_owned(),
        CallEnder::Platform => "a limit of the platform".to_owned(),
        CallEnder::NotKnown => "an unknown party".to_owned(),
    }
}

/// How far a call is another one, as a heading.
fn heading(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Same => SAME,
        EffectKind::EndsAsBefore => "ends as before",
        EffectKind::EndsOtherwise => "ends differently",
        EffectKind::NotKnown => "not known",
    }
}

/// What a change comes to for one call, in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Consequence {
    /// How far it is another call.
    pub kind: EffectKind,
    /// What differs.
    pub what: String,
}

impl Consequence {
    /// The words for an effect.
    pub fn of(effect: &Effect) -> Self {
        Self {
            kind: effect.kind,
            what: words(effect),
        }
    }

    /// Of a call that cannot be played again.
    pub fn not_rebuilt(why: &str) -> Self {
        Self {
            kind: EffectKind::NotKnown,
            what: format!("cannot be rebuilt: {why}"),
        }
    }

    /// Whether the call ends as before and reaches the same commands; if `strict` whether it is the same.
    pub fn is_good(&self, strict: bool) -> bool {
        is_good(self.kind, strict)
    }

    /// In a sentence, for a terminal.
    pub(super) fn text(&self) -> Text {
        let style = match self.kind {
            EffectKind::Same => GOOD,
            EffectKind::EndsAsBefore | EffectKind::NotKnown => OPEN,
            EffectKind::EndsOtherwise => BAD,
        };
        let verb = match self.kind {
            EffectKind::Same | EffectKind::NotKnown => "is ",
            EffectKind::EndsAsBefore | EffectKind::EndsOtherwise => "",
        };
        let text =
            Text::of(PLAIN, format!("the changed call {verb}")).and(style, heading(self.kind));
        if self.what == SAME {
            text
        } else {
            text.and(PLAIN, format!(": {}", clean(&self.what)))
        }
    }
}

fn is_good(kind: EffectKind, strict: bool) -> bool {
    match kind {
        EffectKind::Same => true,
        EffectKind::EndsAsBefore => !strict,
        EffectKind::EndsOtherwise | EffectKind::NotKnown => false,
    }
}

/// Calls in groups by what differs. It grows with what differs, not with the calls.
#[derive(Clone, Default, Debug)]
pub struct Groups {
    counts: BTreeMap<EffectKind, usize>,
    alike: BTreeMap<(EffectKind, String, Vec<String>), Group>,
    /// The calls of each kind that found no group any more.
    others: BTreeMap<EffectKind, Group>,
}

/// Calls of which the same differs.
#[derive(Clone, Default, Debug)]
struct Group {
    count: usize,
    /// Some of them.
    names: Vec<String>,
}

impl Group {
    fn add(&mut self, name: &str) {
        /// So many are named.
        const NAMED: usize = 3;
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.push(name.to_owned());
        }
    }

    /// Which calls they are.
    fn such_as(&self) -> String {
        let names = self.names.iter().map(|name| clean(name));
        let names: Vec<_> = names.collect();
        if self.count > names.len() {
            format!("such as {}", names.join(", "))
        } else {
            names.join(", ")
        }
    }
}

/// More groups than these tell nobody anything.
const MOST_GROUPS: usize = 500;

/// So many groups of one kind are shown.
const MOST_SHOWN: usize = 40;

/// A group as it is shown.
struct Shown<'g> {
    what: &'g str,
    notes: &'g [String],
    group: &'g Group,
}

impl Groups {
    /// Adds a call, by its name, with what differs and what is to be noted.
    pub fn add(&mut self, verdict: Consequence, notes: Vec<String>, name: &str) {
        let Consequence { kind, what } = verdict;
        *self.counts.entry(kind).or_default() += 1;
        let key = (kind, what, notes);
        if let Some(group) = self.alike.get_mut(&key) {
            group.add(name);
        } else if self.alike.len() < MOST_GROUPS {
            self.alike.entry(key).or_default().add(name);
        } else {
            self.others.entry(kind).or_default().add(name);
        }
    }

    /// Whether every call ends as before and reaches the same commands; if `strict` whether every one is the
    /// same.
    pub fn is_good(&self, strict: bool) -> bool {
        self.counts.keys().all(|kind| is_good(*kind, strict))
    }

    /// How many calls there are.
    pub fn calls(&self) -> usize {
        self.counts.values().sum()
    }

    /// How many calls go how: `500 calls: 482 end as before, 15 end differently, 3 are not known`.
    pub fn summary(&self) -> String {
        let count = |kind| self.counts.get(&kind).copied().unwrap_or(0);
        let same = count(EffectKind::Same);
        let calls = match self.calls() {
            1 => "1 call".to_owned(),
            calls => format!("{calls} calls"),
        };
        if same == self.calls() {
            return format!("{calls}: the same for every caller");
        }
        let verb = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            more => Some(format!("{more} {many}")),
        };
        let as_before = match (same, count(EffectKind::EndsAsBefore)) {
            (same, 0) => verb(
                same,
                "is the same for the caller",
                "are the same for the caller",
            ),
            (0, other) => verb(other, "ends as before", "end as before"),
            (same, other) => Some(format!(
                "{} end as before ({same} of them the same for the caller)",
                same + other
            )),
        };
        let otherwise = verb(
            count(EffectKind::EndsOtherwise),
            "ends differently",
            "end differently",
        );
        let not_known = verb(count(EffectKind::NotKnown), "is not known", "are not known");
        let parts = [as_before, otherwise, not_known];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        format!("{calls}: {}", parts.join(", "))
    }

    /// The groups of one kind, the largest first, and the calls of those that are not shown.
    fn of(&self, kind: EffectKind) -> (Vec<Shown<'_>>, usize) {
        let all = self.alike.iter().filter(|((one, ..), _)| *one == kind);
        let mut all: Vec<_> = all
            .map(|((_, what, notes), group)| Shown { what, notes, group })
            .collect();
        all.sort_by_key(|shown| std::cmp::Reverse(shown.group.count));
        let hidden = all.split_off(all.len().min(MOST_SHOWN));
        let hidden = hidden.iter().map(|shown| shown.group.count);
        let others = self.others.get(&kind).map_or(0, |group| group.count);
        (all, hidden.sum::<usize>() + others)
    }

    /// Those that differ most come first.
    const ORDER: [EffectKind; 4] = [
        EffectKind::EndsOtherwise,
        EffectKind::NotKnown,
        EffectKind::EndsAsBefore,
        EffectKind::Same,
    ];

    /// Writes them for a terminal.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn human(&self, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        let mut screen = Screen::new(look, out);
        screen.paragraph(&Text::of(BOLD, self.summary()), 0, 2)?;
        let width = self.calls().to_string().len() + 4;
        for kind in Self::ORDER {
            let (groups, hidden) = self.of(kind);
            if groups.is_empty() || kind == EffectKind::Same && groups.len() == 1 {
                continue;
            }
            screen.blank()?;
            screen.line(&Text::of(
                match kind {
                    EffectKind::EndsOtherwise => BAD,
                    _ => OPEN,
                },
                heading(kind),
            ))?;
            for Shown { what, notes, group } in groups {
                let count = format!("{:>1$} × ", group.count, width - 3);
                screen.labelled(&Text::of(BOLD, count), &Text::of(PLAIN, clean(what)), width)?;
                for note in notes {
                    let note = Text::of(OPEN, "note: ").and(PLAIN, clean(note));
                    screen.paragraph(&note, width, width + 2)?;
                }
                screen.paragraph(&Text::of(DIM, group.such_as()), width, width)?;
            }
            if hidden > 0 {
                let more = format!("{hidden:>0$} × ", width - 3);
                screen.line(&Text::of(BOLD, more).and(PLAIN, "other differences"))?;
            }
        }
        Ok(())
    }

    /// Writes them in Markdown, for a pull request.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn markdown(&self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "**{}**\n", escape(&self.summary()))?;
        if self
            .alike
            .keys()
            .all(|(kind, ..)| *kind == EffectKind::Same)
        {
            return Ok(());
        }
        writeln!(out, "| calls | | what differs | which |")?;
        writeln!(out, "| ---: | --- | --- | --- |")?;
        for kind in Self::ORDER {
            let (groups, hidden) = self.of(kind);
            let heading = heading(kind);
            for Shown { what, notes, group } in groups {
                let what = match kind {
                    EffectKind::Same => "",
                    _ => what,
                };
                let mut what = escape(&clean(what));
                for note in notes {
                    what.push_str("<br>note: ");
                    what.push_str(&escape(&clean(note)));
                }
                let names = escape(&group.such_as());
                writeln!(out, "| {} | {heading} | {what} | {names} |", group.count)?;
            }
            if hidden > 0 {
                writeln!(out, "| {hidden} | {heading} | other differences | |")?;
            }
        }
        Ok(())
    }
}
