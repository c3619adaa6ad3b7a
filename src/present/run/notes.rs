//! What stands below the time line: notes, and the assumptions that decided something.

use std::time::Duration;

use crate::channel::timing;
use crate::drive::{Limit, LimitKind};
use crate::present::explain::words::list;
use crate::present::styled_text::{BAD, BOLD, DIM, OPEN, PLAIN, Text, clean, span};
use crate::record::Fetched;
use crate::scenario::{Call, Press};
use crate::simulate::{Hurried, Presumption, Run, Stroke, TALK};

/// The notes, most important first.
pub(super) fn of(run: &Run) -> Vec<Text> {
    let mut notes = errors(run);
    notes.extend(
        key_warnings(run)
            .iter()
            .map(|(_, text)| warning(&format!(" {text}"))),
    );
    let mut redirects: Vec<_> = run
        .record
        .fetched
        .iter()
        .flatten()
        .filter_map(redirected)
        .collect();
    redirects.dedup();
    notes.extend(redirects);
    notes.extend(hurried(run));
    notes.extend(kinds(&run.presumed).iter().map(|kind| presumed(run, kind)));
    notes
}

/// The notes that say why a simulation was stopped.
pub(super) fn errors(run: &Run) -> Vec<Text> {
    let limit = run.limit.iter();
    limit
        .map(|limit| Text::of(BAD, "error:").and(BOLD, format!(" {}", clean(&limit_words(limit)))))
        .collect()
}

/// What was presumed, that of one kind together.
fn kinds(presumed: &[Presumption]) -> Vec<Vec<&Presumption>> {
    let mut kinds: Vec<Vec<&Presumption>> = Vec::new();
    for one in presumed {
        let is_same = |other: &&mut Vec<&Presumption>| {
            std::mem::discriminant(other[0]) == std::mem::discriminant(one)
        };
        match kinds.iter_mut().find(is_same) {
            Some(kind) => kind.push(one),
            None => kinds.push(vec![one]),
        }
    }
    kinds
}

/// Names with commas; of many the first ones.
fn names(all: &[String]) -> String {
    /// So many are named.
    const MOST: usize = 3;
    let (first, more) = all.split_at(all.len().min(MOST));
    let mut names = first.to_vec();
    if !more.is_empty() {
        names.push(format!("{} more", more.len()));
    }
    list(&names, "and")
}

/// Keys that went otherwise than the scenario has them.
pub fn key_warnings(run: &Run) -> Vec<(Vec<Stroke>, String)> {
    let heard = run.record.keys.iter().flatten().map(|key| key.is_heard);
    let pressed = run.pressed.iter().zip(heard);
    let wrong = pressed.filter(|(stroke, is_heard)| stroke.is_to_be_heard != *is_heard);
    let (taken, lost): (Vec<_>, Vec<_>) = wrong.partition(|(_, is_heard)| *is_heard);
    let strokes = |found: Vec<(&Stroke, bool)>| found.into_iter().map(|(one, _)| *one).collect();
    [
        (
            strokes(taken),
            "a command received it, although the scenario says `heard = false`",
        ),
        (
            strokes(lost),
            "lost, because no command was waiting for keys",
        ),
        (
            run.late_keys.clone(),
            "never pressed, because the call was over",
        ),
    ]
    .into_iter()
    .filter_map(|(strokes, what): (Vec<Stroke>, _)| {
        let keys = keys(&strokes)?;
        Some((strokes, format!("{keys}: {what}")))
    })
    .collect()
}

/// Presses that came sooner than usual, those of one command and time together.
fn hurried(run: &Run) -> Vec<Text> {
    let mut groups: Vec<(&Hurried, Vec<&str>)> = Vec::new();
    for one in &run.hurried {
        let is_same = |other: &Hurried| {
            let key = |one: &Hurried| (one.waits, one.after, one.first, one.between);
            other.path == one.path && key(other) == key(one)
        };
        match groups.iter_mut().find(|(other, _)| is_same(other)) {
            Some((_, keys)) => keys.push(&one.keys),
            None => groups.push((one, vec![&one.keys])),
        }
    }
    let notes = groups.into_iter().map(|(one, keys)| {
        let path = clean(&one.path);
        let first = clean(&one.keys);
        let is_several = one.keys.chars().nth(1).is_some();
        let (keys, were) = match &keys[..] {
            [one] if one.chars().count() == 1 => (format!("key {}", clean(one)), "was"),
            all => (format!("keys {}", clean(&all.join(", "))), "were"),
        };
        let after = span(one.first);
        let is_faster = Duration::from_millis(one.between) < Press::BETWEEN;
        let between = if is_faster && is_several {
            format!(", {} apart", span(one.between))
        } else {
            String::new()
        };
        let taken = format!(
            " {path} waits only {}: {keys} {were} pressed after {after}{between} ",
            span(one.waits)
        );
        let option = quoted(&format!("{path}+{}ms={first}", one.after));
        Text::of(BOLD, "note:")
            .and(PLAIN, taken)
            .and(DIM, format!("(change this with --press {option})"))
    });
    notes.collect()
}

/// The limit that was reached, and what raises it.
pub fn limit_words(limit: &Limit) -> String {
    match limit.kind {
        LimitKind::Entries(_) => format!("{limit}; --max-commands raises the limit"),
        LimitKind::Legs(_) => format!("{limit}; --max-legs raises the limit"),
        LimitKind::Inputs(_) => limit.to_string(),
    }
}

/// What a redirect loses: the new URL is asked with a query of its own.
fn redirected(fetched: &Fetched) -> Option<Text> {
    let redirect = fetched.redirect.as_ref()?;
    let (from, to) = (clean(&fetched.url), clean(&redirect.to));
    let status = fetched.reply.ok().map(|status| format!(" ({status})"));
    let status = status.unwrap_or_default();
    let mut text = format!(" \"{from}\" redirected{status} to \"{to}\"");
    if !redirect.lost.is_empty() {
        text.push_str(", which loses these parameters: ");
        text.push_str(&clean(&redirect.lost.join(", ")));
    }
    Some(Text::of(BOLD, "note:").and(PLAIN, text))
}

fn warning(text: &str) -> Text {
    Text::of(OPEN, "warning:").and(PLAIN, text)
}

/// Says which keys were pressed when.
fn keys(keys: &[Stroke]) -> Option<String> {
    /// So many are named.
    const MOST: usize = 12;
    if keys.is_empty() {
        return None;
    }
    let list: Vec<_> = keys
        .iter()
        .take(MOST)
        .map(|stroke| format!("{} at {}", stroke.key, span(stroke.at)))
        .collect();
    let more = match keys.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("key {}{more}", list.join(", ")))
}

/// What was taken instead of what the scenario does not say, and what would say it. All are of one kind.
fn presumed(run: &Run, kind: &[&Presumption]) -> Text {
    let subjects = kind.iter().filter_map(|one| match one {
        Presumption::Callback(name)
        | Presumption::Dial(name)
        | Presumption::Media(name)
        | Presumption::Talk(name) => Some(format!("\"{}\"", clean(name))),
        Presumption::Caller(path) | Presumption::Called(path) => Some(clean(path)),
        Presumption::Start | Presumption::TimeZone | Presumption::Place => None,
    });
    let subjects: Vec<_> = subjects.collect();
    let of = names(&subjects);
    let is_one = kind.len() == 1;
    let first = kind[0];
    let (taken, otherwise) = match first {
        Presumption::Callback(url) => (
            format!(
                "no [[callback]] rule for {of}: the connection{} refused",
                if is_one { " is" } else { "s are" }
            ),
            format!("--callback {}", quoted(&format!("{}=FILE", clean(url)))),
        ),
        Presumption::Dial(to) => {
            let after = span(timing::LEG_RINGS + timing::LEG_ANSWERS);
            let they = if is_one { "it answers" } else { "each answers" };
            (
                format!("no [[dial]] rule for {of}: {they} after {after}"),
                format!("--dial {}", quoted(&format!("{}=USER_BUSY", clean(to)))),
            )
        }
        Presumption::Media(_) => {
            let they = if is_one { "it plays" } else { "each plays" };
            let lasts = span(timing::MEDIA);
            (
                format!("no [[media]] rule for {of}: {they} for {lasts}"),
                "a [[media]] rule with lasts = \"8s\"".to_owned(),
            )
        }
        Presumption::Talk(_) => {
            let they = if is_one {
                "it hangs up"
            } else {
                "each hangs up"
            };
            (
                format!("no talk time given for {of}: {they} after {}", span(TALK)),
                "--hangup-after 20s, or talk = \"20s\" in its [[dial]] rule".to_owned(),
            )
        }
        Presumption::Start => {
            let start = run
                .scenario
                .call
                .created()
                .to_zoned(run.scenario.call.zone());
            let start = start.strftime("%A, %Y-%m-%d at %H:%M");
            (
                format!("no start time given: using {start}"),
                "--start 2024-02-24T09:30".to_owned(),
            )
        }
        Presumption::TimeZone => (
            "no time zone given: using UTC".to_owned(),
            "--time-zone America/New_York".to_owned(),
        ),
        Presumption::Caller(_) => (
            format!(
                "no caller given: using {}, and {of} {} only for this caller",
                Call::DEFAULT_FROM,
                if is_one { "is" } else { "are" }
            ),
            "--from +12025550187".to_owned(),
        ),
        Presumption::Called(_) => (
            format!(
                "no called number given: using {}, and {of} {} only for this number",
                Call::DEFAULT_TO,
                if is_one { "is" } else { "are" }
            ),
            "--to 12025550143".to_owned(),
        ),
        Presumption::Place => (
            "no place given for the caller: Geo filters do not match".to_owned(),
            "--state NY, --county ESSEX".to_owned(),
        ),
    };
    Text::of(BOLD, "note:")
        .and(PLAIN, format!(" {taken} "))
        .and(DIM, format!("(change this with {otherwise})"))
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
