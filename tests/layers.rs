//! Data flows one way through the rooms: each imports only rooms above it in `lib.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of `lib.rs`.
fn rooms() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let room = |line: &str| {
        line.strip_prefix("pub mod ")?
            .strip_suffix(';')
            .map(str::to_owned)
    };
    lib.lines().filter_map(room).collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The room that a file belongs to.
fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// The rooms that a text names behind `crate::`, comments left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.starts_with("//"));
    let mut found = BTreeSet::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let end = rest
                .find(|c: char| !c.is_ascii_lowercase() && c != '_')
                .unwrap_or(rest.len());
            found.insert(rest[..end].to_owned());
        }
    }
    found
}

#[test]
fn a_room_imports_only_rooms_above_it() {
    let rooms = rooms();
    let place = |room: &str| rooms.iter().position(|one| one == room);
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    let mut wrong = Vec::new();
    for path in files {
        let room = room_of(&path);
        let Some(here) = place(&room) else { continue };
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            match place(&import) {
                Some(there) if there <= here => {}
                Some(_) => wrong.push(format!(
                    "{} imports {import}, which stands below {room}",
                    path.display()
                )),
                None => wrong.push(format!(
                    "{} imports {import}, which is no room",
                    path.display()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rooms_are_all_of_the_library() {
    let mut known: BTreeSet<_> = rooms().into_iter().collect();
    known.extend(["lib".to_owned(), "main".to_owned()]);
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    let rooms: BTreeSet<_> = files.iter().map(|path| room_of(path)).collect();
    assert_eq!(rooms, known);
    assert!(
        files.iter().all(|path| !path.ends_with("mod.rs")),
        "a room is name.rs beside name/"
    );
}

#[test]
fn the_picture_shows_every_room_in_its_place() {
    let picture = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let room = |line: &str| {
        line.strip_prefix("| `")?
            .split('`')
            .next()
            .map(str::to_owned)
    };
    let shown: Vec<_> = picture.lines().filter_map(room).collect();
    assert_eq!(shown, rooms());
}

/// The words in quotes of a text that look like keys of an event: lower case, with an underscore.
fn keys(text: &str) -> BTreeSet<String> {
    let quoted = text.split('"').skip(1).step_by(2);
    let is_key = |word: &&str| {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        word.contains('_') && word.chars().all(is_word)
    };
    quoted.filter(is_key).map(str::to_owned).collect()
}

#[test]
fn only_the_wire_knows_the_keys_of_an_event() {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    let code = code_of;
    let (wire, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|path| path.starts_with("src/wire"));
    let known: BTreeSet<_> = wire.iter().flat_map(|path| keys(&code(path))).collect();
    assert!(known.len() > 30, "{known:?}");
    let mut wrong = Vec::new();
    for path in others {
        let mut found = keys(&code(&path));
        // A setting of `callflow.toml` as well.
        // An option as well, which others exclude.
        found.remove("hangup_on");
        found.remove("auto_answer");
        // What a Call filter asks about are the properties of the call, by their names in events.
        if path.ends_with("command/call.rs") {
            continue;
        }
        let found: Vec<_> = found.intersection(&known).collect();
        if !found.is_empty() {
            wrong.push(format!("{}: {found:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file's code without its comments and tests.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn only_its_own_wire_knows_the_keys_of_a_vendor() {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    for vendor in ["whippy", "opentact"] {
        let folder = Path::new("src/wire").join(vendor);
        let (own, others): (Vec<_>, Vec<_>) = files
            .iter()
            .partition(|path| path.starts_with(&folder) || **path == folder.with_extension("rs"));
        let known: BTreeSet<_> = own.iter().flat_map(|path| keys(&code_of(path))).collect();
        assert!(known.len() > 20, "{known:?}");
        let mut wrong = Vec::new();
        for path in others {
            // A property of the call has the name that it has in events, and the app's setting too.
            // The pages of the rules show an event.
            if path.ends_with("command/call.rs") || path.ends_with("wire/rules.rs") {
                continue;
            }
            let mut found = keys(&code_of(path));
            found.remove("auto_answer");
            // An option as well, which others exclude.
            found.remove("hangup_on");
            let found: Vec<_> = found.intersection(&known).collect();
            if !found.is_empty() {
                wrong.push(format!("{vendor}, {}: {found:?}", path.display()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Attributes whose names are words that other rooms have uses of their own for.
const WORDS: &[&str] = &[
    "text", "type", "code", "value", "name", "from", "to", "url", "method", "timeout", "body",
    "length", "time", "county", "states", "loop", "leg", "say", "record", "attempts", "field",
    "delay", "gender", "lang", "asr", "volume", "dtmf",
];

#[test]
fn a_command_is_known_by_name_in_its_own_file_only() {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    let specs = callflow::command::SPECS;
    let mut wrong = Vec::new();
    for path in files {
        // The one list of commands, and the vocabulary of other dialects.
        let is_list = path.ends_with("src/command.rs") || path.starts_with("src/command/dialect");
        if is_list
            || path.ends_with("src/command/dialect.rs")
            || path.ends_with("tests.rs")
            || path.to_str().unwrap().contains("/tests/")
        {
            continue;
        }
        let own = path.file_stem().unwrap().to_str().unwrap().replace('_', "");
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (line, code) in code.lines().enumerate() {
            if code.trim_start().starts_with("//") {
                continue;
            }
            // Examples are whole flows.
            if code.contains("xml: r#") {
                continue;
            }
            for spec in specs.iter().filter(|spec| spec.name.to_lowercase() != own) {
                if names_command(code, spec.name) {
                    wrong.push(format!("{}:{}: {}", path.display(), line + 1, code.trim()));
                }
            }
            for attribute in specs.iter().flat_map(|spec| spec.attributes) {
                let is_own = |spec: &&&callflow::command::Spec| spec.name.to_lowercase() == own;
                let shared = specs
                    .iter()
                    .filter(is_own)
                    .any(|spec| spec.attribute(attribute.name).is_some());
                let is_word = WORDS.contains(&attribute.name) || path.starts_with("src/scenario");
                let marks = [
                    format!("\"{}\"", attribute.name),
                    format!("`{}`", attribute.name),
                ];
                if !shared && !is_word && marks.iter().any(|mark| code.contains(mark)) {
                    wrong.push(format!("{}:{}: {}", path.display(), line + 1, code.trim()));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a line of code speaks of a command: as a string, a variant, or a tag in a message.
fn names_command(code: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    let behind = |mark: &str| {
        let places = code.match_indices(mark).map(|(at, _)| at + mark.len());
        places
            .filter(|&end| !code[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            .count()
            > 0
    };
    let is_tag = code.match_indices(&format!("<{name}")).any(|(at, mark)| {
        let end = at + mark.len();
        !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == ':')
            && code[end..].starts_with(['>', ' ', '/'])
            && code.contains('"')
    });
    code.contains(&quoted)
        || behind(&format!("command::{name}"))
        || behind(&format!("Command::{name}"))
        || is_tag
}

#[test]
fn an_explanation_in_words_compares_no_times() {
    /// What holds a time, or gives one.
    const TIMES: [&str; 16] = [
        ".from",
        ".to",
        ".at",
        ".began",
        ".ended",
        ".rang",
        ".answered",
        ".hung_up",
        ".created",
        ".live",
        ".hangup",
        ".until",
        ".last",
        ".lasts",
        ".took",
        ".changed",
    ];
    const COMPARES: [&str; 10] = [
        " < ",
        " > ",
        " <= ",
        " >= ",
        " - ",
        "saturating_sub",
        "checked_sub",
        "abs_diff",
        ".cmp(",
        ".since(",
    ];
    let mut files = vec![PathBuf::from("src/present/explain.rs")];
    rust_files(Path::new("src/present/explain"), &mut files);
    assert!(files.len() > 8, "{files:?}");
    let mut found = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for (index, line) in text.lines().enumerate() {
            let names = |word: &str| {
                line.match_indices(word).any(|(at, word)| {
                    let next = line[at + word.len()..].chars().next();
                    next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
                })
            };
            let is_code = !line.trim_start().starts_with("//");
            let compares = COMPARES.iter().any(|one| line.contains(one));
            if is_code && compares && TIMES.iter().any(|word| names(word)) {
                found.push(format!("{}:{}: {}", path.display(), index + 1, line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "what follows from times is derived in record::Outline:\n{}",
        found.join("\n")
    );
}
