//! Words that a reader whose second language is English has to read twice, or that mean something else in
//! telephony: none of them is in the docs, the help texts, the pages of the rules or the messages.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// What to avoid, what to write instead, and where it is right all the same.
const AVOID: &[(&str, &str, &[&str])] = &[
    ("behind", "after, or the name of the place", &[]),
    ("stands", "is, is listed", &[]),
    ("stand", "is allowed, belong", &[]),
    ("stood", "was", &[]),
    ("mend", "fix", &[]),
    ("mended", "fixed", &[]),
    ("mends", "fixes", &[]),
    ("passed over", "skipped", &[]),
    ("pass over", "skip", &[]),
    ("passes over", "skips", &[]),
    ("let pass", "ignore", &[]),
    ("lets pass", "ignores", &[]),
    ("left aside", "not compared", &[]),
    ("of its own accord", "by itself", &[]),
    ("come to", "reach", &[]),
    ("comes to", "reaches", &[]),
    ("came to", "reached", &[]),
    ("come of", "the result", &[]),
    ("comes of", "the result", &[]),
    ("came of", "the result", &[]),
    ("what came", "the actual result", &[]),
    ("is no", "is not a", &["there is no", "is no longer"]),
    ("are no", "are not", &["there are no", "are no longer"]),
    ("was no", "was not a", &["there was no", "was no longer"]),
    ("were no", "were not", &["there were no", "were no longer"]),
    ("nothing says", "it is not documented, is not given", &[]),
    ("nothing can", "cannot", &[]),
    ("none of", "not one of", &[]),
    ("nobody says", "it is not known", &[]),
    ("absent", "default:", &["subscriber absent"]),
    ("usually", "default:, often", &[]),
    ("ordinary", "default, normal", &[]),
    ("ordinarily", "by default", &[]),
    ("instant", "time", &[]),
    ("instants", "times", &[]),
    ("where it is left out", "if you leave it out", &[]),
    ("where it has none", "without it", &[]),
    ("where there is none", "if there is none", &[]),
    ("given up", "cancelled", &[]),
    ("gives up", "cancels", &[]),
    ("say otherwise", "change this", &[]),
    ("said otherwise", "changed", &[]),
    ("written otherwise", "different", &[]),
    ("sounds otherwise", "sounds different", &[]),
    ("went otherwise", "differs", &[]),
    ("whoever", "who, somebody who", &[]),
    ("at the foot", "at the end", &[]),
    ("they part", "they differ from", &[]),
    ("part behind", "differ after", &[]),
    ("tells of", "shows, describes", &[]),
    ("tell of", "show, describe", &[]),
    ("told apart", "distinguished", &[]),
    ("tell apart", "distinguish", &[]),
    ("does not hold", "failed", &[]),
    ("do not hold", "failed", &[]),
    ("would not hold", "would fail", &[]),
    ("steers", "controls", &[]),
    ("meant so", "intended", &[]),
    ("taken for", "treated as", &[]),
    ("lays out", "creates", &[]),
    ("lay out", "create", &[]),
    ("held against", "compared with", &[]),
    ("time-out", "timeout", &["server time-out"]),
    ("the like", "and similar", &[]),
    ("belongs into", "belongs inside", &[]),
    ("belong into", "belong inside", &[]),
];

/// A text as words and marks, in lower case: code and placeholders are one word each.
fn words(text: &str) -> String {
    let mut words = String::from(" ");
    let (mut is_code, mut depth) = (false, 0_u32);
    for char in text.chars() {
        match char {
            '`' => {
                is_code = !is_code;
                words.push_str(" X ");
            }
            _ if is_code => {}
            '{' => {
                depth += 1;
                words.push_str(" X ");
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if char.is_alphanumeric() || "-'".contains(char) => words.extend(char.to_lowercase()),
            _ if char.is_whitespace() => words.push(' '),
            _ => words.push_str(" | "),
        }
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// What a text should not say, with what to write instead.
fn found(text: &str) -> Vec<String> {
    let words = words(text);
    let mut found = Vec::new();
    for (avoid, instead, right) in AVOID {
        let count = words.matches(&format!(" {avoid} ")).count();
        let allowed = right
            .iter()
            .map(|right| words.matches(&format!(" {right} ")).count());
        if count > allowed.sum() {
            found.push(format!("\"{avoid}\": write {instead}"));
        }
    }
    found
}

/// The prose of a page of Markdown: its lines, those of blocks of code aside.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    page.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The paragraphs of a page, joined, with the line at which each begins.
fn paragraphs(page: &str) -> Vec<(usize, String)> {
    let mut paragraphs: Vec<(usize, String)> = Vec::new();
    let mut last = usize::MAX;
    for (number, line) in prose(page) {
        if line.trim().is_empty() {
            last = usize::MAX;
            continue;
        }
        let begins = line.starts_with(['|', '#']);
        match paragraphs.last_mut() {
            Some((_, text)) if last.wrapping_add(1) == number && !begins => {
                text.push(' ');
                text.push_str(line);
            }
            _ => paragraphs.push((number + 1, line.to_owned())),
        }
        last = number;
    }
    paragraphs
}

/// The string literals of a Rust source up to its tests, with their lines; comments aside.
fn literals(source: &str) -> Vec<(usize, String)> {
    let source = source
        .split("\n#[cfg(test)]\nmod ")
        .next()
        .unwrap_or(source);
    let bytes = source.as_bytes();
    let mut literals = Vec::new();
    let mut at = 0;
    let line_at = |at: usize| 1 + source[..at].matches('\n').count();
    while at < bytes.len() {
        let rest = &source[at..];
        let is_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        let hashes = rest
            .strip_prefix('r')
            .map(|raw| raw.len() - raw.trim_start_matches('#').len());
        let opens_raw = |hashes: usize| rest[1 + hashes..].starts_with('"');
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(hashes) = hashes.filter(|&hashes| !is_word && opens_raw(hashes)) {
            let begin = at + hashes + 2;
            let end = format!("\"{}", "#".repeat(hashes));
            let length = source[begin..].find(&end).unwrap_or(0);
            literals.push((line_at(at), source[begin..begin + length].to_owned()));
            at = begin + length + end.len();
        } else if rest.starts_with('"') {
            let mut end = 1;
            while end < rest.len() && !rest[end..].starts_with('"') {
                end += if rest[end..].starts_with('\\') { 2 } else { 1 };
                while !rest.is_char_boundary(end) {
                    end += 1;
                }
            }
            let text = rest[1..end.min(rest.len())]
                .replace("\\n", "\n")
                .replace("\\\n", " ");
            if !source[..at].ends_with("reason = ") {
                literals.push((line_at(at), text));
            }
            at += end + 1;
        } else if let Some(quoted) = rest.strip_prefix('\'') {
            // A character, or else the name of a lifetime.
            let mut chars = quoted.char_indices();
            let end = match chars.next() {
                Some((_, '\\')) => quoted[2..].find('\'').map(|end| end + 2),
                Some(_) => chars
                    .next()
                    .filter(|(_, char)| *char == '\'')
                    .map(|(end, _)| end),
                None => None,
            };
            at += end.map_or(1, |end| end + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    literals
}

/// Every text that the help of a command has.
fn help(command: &clap::Command) -> Vec<String> {
    let mut texts = Vec::new();
    let mut add = |text: Option<&clap::builder::StyledStr>| {
        texts.extend(text.map(ToString::to_string));
    };
    add(command.get_about());
    add(command.get_long_about());
    add(command.get_after_help());
    for arg in command.get_arguments() {
        add(arg.get_help());
        add(arg.get_long_help());
        for value in arg.get_possible_values() {
            add(value.get_help());
        }
    }
    texts.extend(command.get_subcommands().flat_map(help));
    texts
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
}

fn all(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        extension,
        &mut found,
    );
    found
}

fn assert_plain(found: &[String]) {
    assert!(
        found.is_empty(),
        "{} to reword:\n{}",
        found.len(),
        found.join("\n")
    );
}

fn complaints(place: &str, text: &str) -> Vec<String> {
    let found = found(text);
    found
        .into_iter()
        .map(|found| format!("{place}: {found}\n    {}", text.trim()))
        .collect()
}

#[test]
fn the_docs_are_plain() {
    let mut pages = all("docs", "md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    pages.extend(["README.md", "CHANGELOG.md", "SECURITY.md"].map(|name| root.join(name)));
    let mut found = Vec::new();
    for path in pages {
        let page = fs::read_to_string(&path).unwrap();
        for (line, text) in paragraphs(&page) {
            found.extend(complaints(&format!("{}:{line}", path.display()), &text));
        }
    }
    assert_plain(&found);
}

#[test]
fn the_descriptions_in_schemas_are_plain() {
    fn visit(value: &serde_json::Value, place: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (key, value) in members {
                    match value {
                        serde_json::Value::String(text) if key == "description" => {
                            found.extend(complaints(place, text));
                        }
                        value => visit(value, place, found),
                    }
                }
            }
            serde_json::Value::Array(items) => {
                for item in items {
                    visit(item, place, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for path in all("docs/schemas", "json") {
        let schema = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        visit(&schema, &path.display().to_string(), &mut found);
    }
    assert_plain(&found);
}

#[test]
fn the_help_texts_are_plain() {
    let texts = help(&callflow::cli::command());
    assert!(texts.len() > 100);
    let found: Vec<_> = texts
        .iter()
        .flat_map(|text| complaints("--help", text))
        .collect();
    assert_plain(&found);
}

#[test]
fn the_rules_are_plain() {
    let mut found = Vec::new();
    for rule in callflow::cli::rules() {
        found.extend(complaints(rule.id, rule.summary));
        for (_, text) in paragraphs(rule.page) {
            found.extend(complaints(rule.id, &text));
        }
    }
    assert_plain(&found);
}

#[test]
fn the_messages_are_plain() {
    let mut found = Vec::new();
    for path in all("src", "rs") {
        let name = path.display().to_string();
        if name.contains("/tests/") || name.ends_with("tests.rs") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for (line, text) in literals(&source) {
            for (_, text) in paragraphs(&text) {
                found.extend(complaints(&format!("{name}:{line}"), &text));
            }
        }
    }
    assert_plain(&found);
}

#[test]
fn what_is_planted_is_found() {
    let avoid = |text: &str| found(text).len();
    assert_eq!(avoid("what no call comes to is said behind it"), 2);
    assert_eq!(avoid("There is no flow. It is no longer there."), 0);
    assert_eq!(avoid("This is no flow, and there is no other."), 1);
    assert_eq!(avoid("`behind` is a key, {behind} a value"), 0);
    assert_eq!(avoid("The Behind."), 1);

    let page = "Plain.\n\n```sh\nit stands\n```\n\nIt comes\nto this.\n";
    let found: Vec<_> = paragraphs(page)
        .into_iter()
        .filter(|(_, text)| avoid(text) > 0)
        .collect();
    assert_eq!(found, [(7, "It comes to this.".to_owned())]);

    let source = r##"
// it stands in a comment
fn show<'a>(quote: char) -> &'a str {
    let _ = ('"', '\'', '\\', "plain \" and behind \
        it");
    r#"a "raw" one that stands"#
}

#[cfg(test)]
mod tests { const SAMPLE: &str = "behind"; }
"##;
    let found: Vec<_> = literals(source)
        .into_iter()
        .filter(|(_, text)| avoid(text) > 0)
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(line, text)| (*line, text.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (4, "plain \\\" and behind          it"),
            (6, "a \"raw\" one that stands")
        ]
    );

    let option = clap::Arg::new("fix")
        .long("fix")
        .help("Mend what can be mended");
    let command =
        clap::Command::new("callflow").subcommand(clap::Command::new("check").arg(option));
    let found: Vec<_> = help(&command)
        .into_iter()
        .filter(|text| avoid(text) > 0)
        .collect();
    assert_eq!(found, ["Mend what can be mended"]);
}
