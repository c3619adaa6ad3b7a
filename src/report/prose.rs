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
