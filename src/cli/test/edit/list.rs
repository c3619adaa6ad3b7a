//! A list of TOML with other items: each item that stays keeps its comments, its layout and its spelling.
//!
//! Between two items stand blanks and comments. A comment behind an item, on its line, belongs to it; the
//! lines above an item belong to that one, as far as no empty line parts them from it. What an empty line
//! parts from the next item belongs to no item, and stays where it is.

use toml_edit::{Array, RawString, Value};

use crate::expect::Item;

/// A list that was rewritten.
pub(super) struct Rewritten {
    pub(super) list: Array,
    /// How many comments went with the item that they belong to.
    pub(super) comments: usize,
}

/// An item with what belongs to it.
struct Entry<'v> {
    value: &'v Value,
    /// Whether it begins a line.
    begins_line: bool,
    /// Lines that belong to no item, and those that belong to this one, each with its line end.
    loose: String,
    own: String,
    /// The blanks before it.
    indent: String,
    /// The comment behind it, with the blanks before that.
    behind: String,
}

/// The items, in the layout of the old list; nothing where one cannot be written as TOML.
///
/// `is_same` tells whether an item that is there says the same as a new one.
pub(super) fn rewritten(
    old: &Array,
    items: &[Item],
    is_same: impl Fn(&Value, &Value) -> bool,
) -> Option<Rewritten> {
    let parts = Parts::of(old);
    let mut is_kept = vec![false; parts.entries.len()];
    for item in items {
        if let Item::Kept(at) = item {
            *is_kept.get_mut(*at)? = true;
        }
    }
    // What was moved stands in the new list once more: it is the old item all the same.
    let mut chosen: Vec<Result<usize, Value>> = Vec::new();
    for item in items {
        chosen.push(match item {
            Item::Kept(at) => Ok(*at),
            Item::New(toml) => {
                let value = toml.parse::<Value>().ok()?;
                let moved = (0..is_kept.len())
                    .find(|&at| !is_kept[at] && is_same(parts.entries[at].value, &value));
                if let Some(at) = moved {
                    is_kept[at] = true;
                }
                moved.ok_or(value)
            }
        });
    }
    let is_of_lines = parts.entries.iter().any(|entry| entry.begins_line);
    let lines = parts.entries.iter().filter(|entry| entry.begins_line);
    let indent = lines.clone().map(|entry| entry.indent.as_str()).next();
    let indent = indent.unwrap_or_default();
    let mut list = Array::new();
    // What stands between the last item and the next.
    let mut gap = parts.opening.clone();
    let mut next_loose = 0;
    for (nth, chosen) in chosen.iter().enumerate() {
        let entry = chosen.as_ref().ok().map(|&at| &parts.entries[at]);
        let begins_line = match entry {
            _ if nth == 0 && parts.entries.first().is_some_and(|first| first.begins_line) => true,
            Some(entry) => entry.begins_line || ends_in_comment(&gap),
            None => is_of_lines || ends_in_comment(&gap),
        };
        // What belongs to no item is written at the first item behind it that stays.
        let until = chosen
            .as_ref()
            .map_or(next_loose, |&at| next_loose.max(at + 1));
        let loose = parts.entries[next_loose..until].iter();
        let loose: String = loose.map(|entry| entry.loose.as_str()).collect();
        next_loose = until;
        let own = entry.map_or("", |entry| &entry.own);
        if begins_line || !loose.is_empty() || !own.is_empty() {
            gap.push('\n');
            gap.push_str(&loose);
            gap.push_str(own);
            let own_indent = entry.filter(|entry| entry.begins_line);
            gap.push_str(own_indent.map_or(indent, |entry| &entry.indent));
        } else if nth > 0 {
            gap.push(' ');
        } else if !is_of_lines {
            gap.push_str(parts.entries.first().map_or("", |entry| &entry.indent));
        }
        let mut value = match chosen {
            Ok(at) => parts.entries[*at].value.clone(),
            Err(value) => value.clone(),
        };
        *value.decor_mut() = toml_edit::Decor::new(gap, "");
        list.push_formatted(value);
        gap = entry.map_or(String::new(), |entry| entry.behind.clone());
    }
    for entry in &parts.entries[next_loose..] {
        if !entry.loose.is_empty() {
            gap.push('\n');
            gap.push_str(entry.loose.strip_suffix('\n').unwrap_or(&entry.loose));
        }
    }
    gap.push_str(&parts.closing);
    list.set_trailing(gap);
    list.set_trailing_comma(old.trailing_comma() && !list.is_empty());
    *list.decor_mut() = old.decor().clone();
    let gone = parts.entries.iter().zip(is_kept).filter(|(_, kept)| !kept);
    let comments = gone.map(|(entry, _)| count(&entry.own) + count(&entry.behind));
    Some(Rewritten {
        comments: comments.sum(),
        list,
    })
}

/// The same list without comments, on one line: they belong to the list that it was copied from.
pub(super) fn without_comments(old: &Array) -> Array {
    let mut list = Array::new();
    for (nth, value) in old.iter().enumerate() {
        let prefix = if nth == 0 { "" } else { " " };
        list.push_formatted(value.clone().decorated(prefix, ""));
    }
    list
}

fn ends_in_comment(gap: &str) -> bool {
    gap.rsplit('\n')
        .next()
        .is_some_and(|last| last.contains('#'))
}

/// How many comments stand in lines.
fn count(lines: &str) -> usize {
    lines.lines().filter(|line| line.contains('#')).count()
}

/// A list taken apart.
struct Parts<'v> {
    /// What stands behind the opening bracket, on its line.
    opening: String,
    entries: Vec<Entry<'v>>,
    /// What stands before the closing bracket, from the line end of the last item on.
    closing: String,
}

impl<'v> Parts<'v> {
    fn of(array: &'v Array) -> Self {
        let text = |raw: Option<&RawString>| {
            let text = raw.and_then(RawString::as_str);
            text.unwrap_or_default().to_owned()
        };
        let mut opening = String::new();
        let mut entries: Vec<Entry<'v>> = Vec::new();
        let mut before = String::new();
        for value in array {
            before.push_str(&text(value.decor().prefix()));
            let (line, rest) = split_line(&before);
            let mut entry = Entry {
                value,
                begins_line: rest.is_some(),
                loose: String::new(),
                own: String::new(),
                indent: String::new(),
                behind: String::new(),
            };
            // Of a comment on this line its blanks matter, of blanks alone nothing does.
            let behind = if line.contains('#') { line } else { "" };
            match entries.last_mut() {
                Some(last) => behind.clone_into(&mut last.behind),
                None => behind.clone_into(&mut opening),
            }
            match rest {
                None => line.clone_into(&mut entry.indent),
                Some(rest) => {
                    let (lines, indent) = rest.rsplit_once('\n').unwrap_or(("", rest));
                    indent.clone_into(&mut entry.indent);
                    if !lines.is_empty() || rest.contains('\n') {
                        let lines = format!("{lines}\n");
                        let empty = last_empty_line(&lines);
                        lines[..empty].clone_into(&mut entry.loose);
                        lines[empty..].clone_into(&mut entry.own);
                    }
                }
            }
            entries.push(entry);
            before = text(value.decor().suffix());
        }
        before.push_str(&text(Some(array.trailing())));
        let (line, rest) = split_line(&before);
        if line.contains('#') {
            match entries.last_mut() {
                Some(last) => line.clone_into(&mut last.behind),
                None => line.clone_into(&mut opening),
            }
        }
        let closing = rest.map_or_else(
            || (if line.contains('#') { "" } else { line }).to_owned(),
            |rest| format!("\n{rest}"),
        );
        Self {
            opening,
            entries,
            closing,
        }
    }
}

/// What stands up to the first line end, and behind it.
fn split_line(text: &str) -> (&str, Option<&str>) {
    match text.split_once('\n') {
        Some((line, rest)) => (line, Some(rest)),
        None => (text, None),
    }
}

/// Where the last empty line of some lines ends; 0 without any.
fn last_empty_line(lines: &str) -> usize {
    let (mut at, mut end) = (0, 0);
    for line in lines.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            end = at;
        }
    }
    end
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// The list `a` with other items: those that begin with `=` are kept, by their place.
    #[track_caller]
    fn check(old: &str, items: &[&str], expected: &str, comments: usize) {
        let document: toml_edit::DocumentMut = format!("a = {old}").parse().unwrap();
        let list = document["a"].as_array().unwrap();
        let items: Vec<_> = items
            .iter()
            .map(|item| match item.strip_prefix('=') {
                Some(place) => Item::Kept(place.parse().unwrap()),
                None => Item::New(format!("\"{item}\"")),
            })
            .collect();
        let is_same = |old: &Value, new: &Value| old.as_str() == new.as_str();
        let rewritten = rewritten(list, &items, is_same).unwrap();
        assert_eq!(rewritten.list.to_string().trim_start(), expected);
        assert_eq!(rewritten.comments, comments);
        let again: toml_edit::DocumentMut = format!("a = {expected}").parse().unwrap();
        assert_eq!(again["a"].as_array().unwrap().len(), items.len());
    }

    const THREE: &str = "[\n  \"a\", # one\n  \"b\",  # two\n  \"c\",  # three\n]";

    #[test]
    fn a_comment_stays_with_its_item() {
        let expected = "[\n  \"a\", # one\n  \"x\",\n  \"b\",  # two\n  \"c\",  # three\n]";
        check(THREE, &["=0", "x", "=1", "=2"], expected, 0);
        let expected =
            "[\n  \"x\",\n  \"a\", # one\n  \"b\",  # two\n  \"c\",  # three\n  \"y\",\n]";
        check(THREE, &["x", "=0", "=1", "=2", "y"], expected, 0);
        check(
            THREE,
            &["=0", "=2"],
            "[\n  \"a\", # one\n  \"c\",  # three\n]",
            1,
        );
        let expected = "[\n  \"c\",  # three\n  \"a\", # one\n  \"b\",  # two\n]";
        check(THREE, &["c", "=0", "=1"], expected, 0);
        let expected = "[\n  \"c\",  # three\n  \"b\",  # two\n  \"a\", # one\n]";
        check(THREE, &["c", "=1", "a"], expected, 0);
        check(THREE, &[], "[\n]", 3);
    }

    #[test]
    fn a_list_without_a_last_comma_has_none_afterwards() {
        let old = "[\n  \"a\", # one\n  \"b\" # two\n]";
        let expected = "[\n  \"a\", # one\n  \"b\", # two\n  \"x\"\n]";
        check(old, &["=0", "=1", "x"], expected, 0);
        check(old, &["b", "=0"], "[\n  \"b\", # two\n  \"a\" # one\n]", 0);
        check(old, &["=1"], "[\n  \"b\" # two\n]", 1);
    }

    #[test]
    fn lines_above_an_item_are_its_own_up_to_an_empty_line() {
        let old = "[ # all\n  # loose\n\n  # of a\n  \"a\",\n  # of b\n  \"b\",\n  # end\n]";
        let expected =
            "[ # all\n  # loose\n\n  # of a\n  \"a\",\n  \"x\",\n  # of b\n  \"b\",\n  # end\n]";
        check(old, &["=0", "x", "=1"], expected, 0);
        let expected = "[ # all\n  # loose\n\n  # of b\n  \"b\",\n  # end\n]";
        check(old, &["=1"], expected, 1);
        let expected = "[ # all\n  \"x\",\n  # loose\n\n  # of a\n  \"a\",\n  # end\n]";
        check(old, &["x", "=0"], expected, 1);
        check(old, &["x"], "[ # all\n  \"x\",\n  # loose\n\n  # end\n]", 2);
    }

    #[test]
    fn lists_on_one_line_stay_on_one_line() {
        check(
            "[\"a\", \"b\"]",
            &["=0", "x", "=1"],
            "[\"a\", \"x\", \"b\"]",
            0,
        );
        check("[\"a\", \"b\"]", &["=1"], "[\"b\"]", 0);
        check("[ \"a\", \"b\" ]", &["x", "=1"], "[ \"x\", \"b\" ]", 0);
        check("[]", &["x", "y"], "[\"x\", \"y\"]", 0);
        check("[\n]", &["x"], "[\"x\"\n]", 0);
    }

    #[test]
    fn several_items_on_a_line_stay_together() {
        let old = "[\n  \"a\", \"b\", # both\n  \"c\",\n]";
        check(old, &["=0", "=1"], "[\n  \"a\", \"b\", # both\n]", 0);
        let expected = "[\n  \"b\", # both\n  \"a\",\n  \"c\",\n]";
        check(old, &["b", "=0", "=2"], expected, 0);
    }
}
