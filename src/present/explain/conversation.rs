//! A call that was published as a conversation.

use std::num::NonZeroU64;

use super::words::{count, list, quoted, time};
use crate::explain::Explanation;
use crate::present::styled_text::clean;
use crate::record::{Record, Speaker, Turn};

/// Of a very long conversation so many turns are shown.
pub(super) const MOST: usize = 200;

/// The verdict; nothing for a call that was not published so.
pub(super) fn headline(call: &Explanation<'_>) -> Option<String> {
    let record = call.record();
    let turns = record.turns.as_ref()?;
    let mut sentences = vec![course(record, turns)];
    if let Some(last) = turns.last().filter(|_| record.is_over()) {
        sentences.push(format!(
            "The last words are {}: {}",
            whose(&last.who),
            full_stop(quoted(&last.text))
        ));
    }
    // Its vendor gives both times alike where nothing is known of them.
    if let Some(took) = record.ended().and_then(NonZeroU64::new) {
        sentences.push(format!(
            "It ended {} after it was created.",
            time(took.get())
        ));
    }
    Some(sentences.join(" "))
}

/// What happened, and how it ended.
fn course(record: &Record, turns: &[Turn]) -> String {
    let spoke = match turns.len() {
        0 => None,
        1 => Some(format!("{} had one turn", who(&turns[0].who))),
        more => {
            let sides: Vec<String> = sides(turns)
                .into_iter()
                .map(|(who_, ..)| who(&who_))
                .collect();
            Some(format!("{} spoke in {more} turns", list(&sides, "and")))
        }
    };
    if !record.is_over() {
        return match spoke {
            Some(spoke) => format!("{}; the call is still going on.", capital(&spoke)),
            None => {
                "The call is still going on; what is said is only published after its end.".into()
            }
        };
    }
    let end = ending(record);
    match (spoke, end) {
        (Some(spoke), Some(end)) => format!("{}; {end}.", capital(&spoke)),
        (Some(spoke), None) => format!(
            "{}; the events do not say who ended the call.",
            capital(&spoke)
        ),
        (None, Some(end)) => {
            format!("The call is over: {end}. What was said is not published.")
        }
        (None, None) => {
            "The call is over. It is not published who ended it and what was said.".into()
        }
    }
}

/// How the call ended, as a clause.
fn ending(record: &Record) -> Option<String> {
    let end = record.end_word.as_ref()?;
    let word = clean(&end.word);
    match end.means {
        Some(means) => Some(format!("{means} (`{word}`)")),
        None if word.is_empty() => None,
        None => Some(format!("it ended with `{word}`, which is not documented")),
    }
}

/// Each side with its turns and words, in the order in which they first speak.
pub(super) fn sides(turns: &[Turn]) -> Vec<(Speaker, usize, usize)> {
    let mut sides: Vec<(Speaker, usize, usize)> = Vec::new();
    for turn in turns {
        // What was done is no word.
        let is_done = turn.text.starts_with('[') && turn.text.ends_with(']');
        let words = if is_done {
            0
        } else {
            turn.text.split_whitespace().count()
        };
        match sides.iter_mut().find(|(who, ..)| *who == turn.who) {
            Some((_, turns, all)) => {
                *turns += 1;
                *all += words;
            }
            None => sides.push((turn.who.clone(), 1, words)),
        }
    }
    sides
}

/// Who spoke how much.
pub(super) fn shares(turns: &[Turn]) -> String {
    let shares: Vec<String> = sides(turns)
        .into_iter()
        .map(|(who_, turns, words)| {
            format!(
                "{}: {} of {}",
                clean(&who_.to_string()),
                count(turns, "turn"),
                count(words, "word")
            )
        })
        .collect();
    shares.join("; ")
}

fn who(speaker: &Speaker) -> String {
    match speaker {
        Speaker::Agent => "the agent".to_owned(),
        Speaker::User => "the user".to_owned(),
        Speaker::Other(name) => clean(name),
    }
}

fn whose(speaker: &Speaker) -> String {
    match speaker {
        Speaker::Agent => "the agent's".to_owned(),
        Speaker::User => "the user's".to_owned(),
        Speaker::Other(name) => format!("{}'s", clean(name)),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// Closes a sentence that may have closed inside its quotation.
fn full_stop(text: String) -> String {
    let is_closed = [".”", "!”", "?”"].iter().any(|end| text.ends_with(end));
    if is_closed { text } else { format!("{text}.") }
}
