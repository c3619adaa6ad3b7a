//! What came that is nearly what was expected.

use crate::value::nearest;

/// So many items are compared with the one that is missing.
const MOST_ITEMS: usize = 200;

/// So many bytes of a text are compared.
const LONGEST: usize = 300;

/// The item that was probably meant by a pattern, by its place; each item has a name or several.
///
/// A `*` at either end of the pattern leaves that end of an item open. With `may_be_part`, an item that
/// contains the whole pattern, or is a part of it, is near too.
pub(super) fn near_miss<'a, N: IntoIterator<Item = &'a str>>(
    pattern: &str,
    may_be_part: bool,
    items: impl IntoIterator<Item = (usize, N)>,
) -> Option<usize> {
    let words = pattern.trim_matches('*');
    if words.is_empty() || words.len() > LONGEST {
        return None;
    }
    let length = words.chars().count();
    let is_open = |is_end: bool| {
        if is_end {
            pattern.ends_with('*')
        } else {
            pattern.starts_with('*')
        }
    };
    let compared = |name: &'a str| -> &'a str {
        let chars = name.chars().count();
        let name = match (is_open(false), is_open(true)) {
            (false, true) if chars > length => {
                let end = name.char_indices().nth(length);
                &name[..end.map_or(name.len(), |(at, _)| at)]
            }
            (true, false) if chars > length => {
                let start = name.char_indices().nth(chars - length);
                &name[start.map_or(0, |(at, _)| at)..]
            }
            _ => name,
        };
        &name[..name.floor_char_boundary(LONGEST)]
    };
    let items = items.into_iter().take(MOST_ITEMS);
    let names: Vec<(usize, &str)> = items
        .flat_map(|(place, names)| names.into_iter().map(move |name| (place, compared(name))))
        .collect();
    let place = |near: &str| names.iter().find(|(_, name)| *name == near);
    let by_spelling = nearest(words, names.iter().map(|(_, name)| *name)).and_then(place);
    let by_part = || {
        const SHORTEST: usize = 3;
        let words = words.to_lowercase();
        names.iter().find(|(_, name)| {
            let name = name.to_lowercase();
            let [short, long] = if name.len() < words.len() {
                [&name, &words]
            } else {
                [&words, &name]
            };
            short.len() >= SHORTEST && long.contains(short.as_str())
        })
    };
    let by_part = || may_be_part.then(by_part).flatten();
    by_spelling.or_else(by_part).map(|(place, _)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_found_by_its_spelling_or_as_a_part() {
        let near = |pattern: &str, items: &[&'static str]| {
            let items = items.iter().enumerate();
            near_miss(pattern, true, items.map(|(at, item)| (at, [*item])))
        };
        assert_eq!(near("One", &["Press 1 or 2.", "One."]), Some(1));
        assert_eq!(near("one.", &["Press 1 or 2.", "One."]), Some(1));
        assert_eq!(near("Press 1", &["Hello.", "Press 1 or 2."]), Some(1));
        assert_eq!(
            near("Wellcome*", &["Bye.", "Welcome to Acme. How can we help?"]),
            Some(1)
        );
        assert_eq!(
            near("*helps?", &["Welcome to Acme. How can we help?"]),
            Some(0)
        );
        assert_eq!(near("Größe*", &["Grüße aus Köln"]), Some(0));
        assert_eq!(near("Sales", &["Press 1 or 2.", "One."]), None);
        // Every short word is somewhere.
        assert_eq!(near("No", &["Nothing at all."]), None);
        assert_eq!(near("*", &["One."]), None);
        assert_eq!(near("", &["One."]), None);
        assert_eq!(near("One", &[]), None);
        // A path holds that of the command around it.
        let paths = [(0, ["Gather[1].Error[0]"])];
        assert_eq!(near_miss("Gather[1]", false, paths), None);
        let mut many = vec!["Two hundred of these."; MOST_ITEMS - 1];
        many.push("One.");
        assert_eq!(near("One", &many), Some(MOST_ITEMS - 1));
        many.insert(0, "Two hundred of these.");
        assert_eq!(near("One", &many), None);
    }
}
