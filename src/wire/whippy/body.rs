//! Reads the conversation as one text: a line for each turn, each closed by a line break.

use crate::record::{Speaker, Turn};

/// The turns of a text. A line that names nobody goes on with the turn before it.
pub(super) fn turns(text: &str) -> Vec<Turn> {
    /// Names are short words: what stands before a colon in the middle of a sentence is none.
    const LONGEST: usize = 24;
    let mut turns: Vec<Turn> = Vec::new();
    for line in text.lines() {
        let named = line.split_once(": ").or_else(|| {
            let name = line.strip_suffix(':')?;
            Some((name, ""))
        });
        let named = named.filter(|(name, _)| {
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            !name.is_empty() && name.len() <= LONGEST && name.chars().all(is_name)
        });
        match (named, turns.last_mut()) {
            (Some((name, text)), _) => turns.push(Turn {
                who: match name {
                    "Agent" => Speaker::Agent,
                    "User" => Speaker::User,
                    other => Speaker::Other(other.into()),
                },
                text: text.into(),
            }),
            (None, Some(last)) => last.text = format!("{}\n{line}", last.text).into(),
            (None, None) if line.is_empty() => {}
            (None, None) => turns.push(Turn {
                who: Speaker::Other("?".into()),
                text: line.into(),
            }),
        }
    }
    turns
}
