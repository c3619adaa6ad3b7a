//! The words of declarations, as pages and schemas print them.

use crate::command::{Evidence, Role, Spec};

/// Where the platform's documentation stands.
const PAGES: &str = "https://doc.opentact.org/opentact-call-xml/";

/// What the common attribute `tag` means.
pub(super) const TAG: &str =
    "A label that the platform puts into the events and log entries of the command.";

/// The address of a command's page, where one could be read.
pub(super) fn page(spec: &Spec) -> Option<String> {
    (!spec.page.is_empty()).then(|| format!("{PAGES}{}", spec.page))
}

/// A paragraph in lines of that many columns. No line begins with a pair of colons, which a CI server
/// would take for a command to itself.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    use unicode_width::UnicodeWidthStr as _;
    let mut lines = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.width();
        if column > 0 && column + 1 + length > columns && !word.starts_with("::") {
            lines.push('\n');
            column = 0;
        }
        if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}

/// A text whose lines are at most so many columns wide. A line that is broken goes on further to the right
/// than it began. Colours take no room.
pub(crate) fn hanging(text: &str, columns: usize, further: usize) -> String {
    /// A line that goes on has room for a few words.
    const NARROWEST: usize = 20;
    let mut broken = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if width(line) <= columns {
            broken.push_str(line);
            continue;
        }
        let begin = line.len() - line.trim_start_matches(' ').len();
        let indent = (begin + further).min(columns.saturating_sub(NARROWEST));
        let mut column = 0;
        let mut colours = String::new();
        for word in line.split_inclusive(' ') {
            let bare = word.trim_end();
            if column > indent && column + width(bare) > columns {
                broken.truncate(broken.trim_end_matches(' ').len());
                if !colours.is_empty() {
                    broken.push_str(NO_COLOUR);
                }
                broken.push('\n');
                broken.push_str(&" ".repeat(indent));
                broken.push_str(&colours);
                column = indent;
            }
            broken.push_str(word);
            column += width(word);
            keep_colours(&mut colours, word);
        }
    }
    broken
}

/// The escape sequence that ends all colours.
const NO_COLOUR: &str = "\u{1b}[0m";

/// The escape sequences of the colours that are still open behind a word.
fn keep_colours(colours: &mut String, word: &str) {
    for part in word.split('\u{1b}').skip(1) {
        let Some(end) = part.find('m') else { continue };
        match &part[..=end] {
            "[0m" | "[m" => colours.clear(),
            colour => {
                colours.push('\u{1b}');
                colours.push_str(colour);
            }
        }
    }
}

/// How many columns a line takes in a terminal.
fn width(line: &str) -> usize {
    use unicode_width::UnicodeWidthStr as _;
    let line = line.trim_end_matches(['\n', '\r']);
    if !line.contains('\u{1b}') {
        return line.width();
    }
    anstream::adapter::strip_str(line)
        .map(unicode_width::UnicodeWidthStr::width)
        .sum()
}

/// The widest line of a text, in columns.
pub(crate) fn widest(text: &str) -> usize {
    text.lines().map(width).max().unwrap_or(0)
}

/// The paragraphs of a documentation, each in one line.
pub(super) fn paragraphs(docs: &[&str]) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in docs.iter().map(|line| line.trim()) {
        match (line, paragraphs.last_mut()) {
            ("", Some(last)) if last.is_empty() => {}
            ("", _) => paragraphs.push(String::new()),
            (line, Some(last)) if last.is_empty() => last.push_str(line),
            (line, Some(last)) => {
                last.push(' ');
                last.push_str(line);
            }
            (_, None) => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// What the commands of a role are.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Root => "The root of a document: it has no log entry and is not part of a path.",
        Role::Step => "A command: it runs in order and has a log entry.",
        Role::Handler => {
            "A handler: it runs if the command around it fails, and is compiled into the `error` list of that command."
        }
        Role::Branch => "A branch: only the chosen one runs.",
        Role::Case => "A branch of the older dialect: only the chosen one runs.",
        Role::Otherwise => "A branch: it runs if no other branch was chosen.",
        Role::Group => "A group: it contains branches, and has no log entry of its own.",
        Role::Destination => "A destination: the command around it dials it.",
        Role::Meta => {
            "Data of the command around it, compiled into the `meta` object of that command."
        }
        Role::Unsupported => {
            "Only the name is known. `check` reports it, and the simulator skips it."
        }
    }
}

/// The roles in the order in which a reader meets them.
pub(super) const READING_ORDER: [Role; 10] = [
    Role::Root,
    Role::Step,
    Role::Handler,
    Role::Branch,
    Role::Otherwise,
    Role::Destination,
    Role::Meta,
    Role::Group,
    Role::Case,
    Role::Unsupported,
];

/// The heading under which the commands of a role are listed.
pub(super) fn role_title(role: Role) -> &'static str {
    match role {
        Role::Root => "Root",
        Role::Step => "Commands",
        Role::Handler => "Failure",
        Role::Branch | Role::Otherwise => "Branches",
        Role::Case | Role::Group => "Branches of the older dialect",
        Role::Destination => "Destinations",
        Role::Meta => "Data",
        Role::Unsupported => "Only the name is known",
    }
}

/// What a kind of evidence means.
pub(super) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "a page of the platform's documentation states it",
        Evidence::Observed => "an event that the platform published shows it",
        Evidence::Example => "only an example in the documentation shows it",
        Evidence::Older => {
            "older documentation, schemas or customers' code of 2021 and 2022 shows it"
        }
        Evidence::Assumed => "it is not documented and was not observed; callflow chose it",
    }
}

/// A text inside a Markdown table: without the characters that end a cell or a line.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A text as code in Markdown, whatever backquotes it holds.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// The sentence of a fragment: with a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{stop}", first.collect::<String>(), letters.as_str())
}

/// Items as a sentence lists them.
pub(super) fn list(items: &[String]) -> String {
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::SPECS;

    #[test]
    fn every_role_has_its_place() {
        for spec in SPECS {
            assert!(READING_ORDER.contains(&spec.role), "{}", spec.name);
        }
    }

    #[test]
    fn lines_become_paragraphs() {
        let docs = [" One line", " and another.", "", "", " Next."];
        assert_eq!(paragraphs(&docs), ["One line and another.", "Next."]);
        assert!(paragraphs(&[]).is_empty());
    }

    #[test]
    fn a_broken_line_goes_on_further_to_the_right() {
        let text = "note: aaaa bbbb cccc dddd eeee";
        assert_eq!(hanging(text, 30, 2), text);
        assert_eq!(hanging(text, 29, 2), "note: aaaa bbbb cccc dddd\n  eeee");
        let styled = "note: \u{1b}[31maaaa\u{1b}[0m bbbb cccc dddd eeee";
        assert_eq!(hanging(styled, 30, 2), styled);
        assert_eq!(
            hanging(
                "\u{1b}[1maaaa bbbb cccc dddd eeee ffff\u{1b}[0m gggg",
                29,
                2
            ),
            "\u{1b}[1maaaa bbbb cccc dddd eeee ffff\u{1b}[0m\n  gggg"
        );
        assert_eq!(
            hanging(
                "\u{1b}[1maaaa bbbb cccc dddd eeee ffff\u{1b}[0m gggg",
                28,
                2
            ),
            "\u{1b}[1maaaa bbbb cccc dddd eeee\u{1b}[0m\n  \u{1b}[1mffff\u{1b}[0m gggg"
        );
        assert_eq!(widest("a\n\u{1b}[31m您您\u{1b}[0m"), 4);
    }

    #[test]
    fn lists_are_sentences() {
        let list = |items: &[&str]| list(&items.iter().map(|&one| one.into()).collect::<Vec<_>>());
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn fragments_become_sentences() {
        assert_eq!(
            sentence("a dial without a destination"),
            "A dial without a destination."
        );
        assert_eq!(sentence(""), ".");
    }
}
