//! Files that are printed from declarations, and committed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here fails the test"
)]

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use callflow::report::{assumptions, files, language, rules, schema};

/// Compares a committed file with what the code prints, or rewrites it with `UPDATE_GENERATED=1`.
fn check(path: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let mut printed = Vec::new();
    write(&mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    // A checkout may have changed the ends of lines.
    if committed.replace("\r\n", "\n") == printed {
        return;
    }
    if std::env::var_os("UPDATE_GENERATED").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, printed).unwrap();
        return;
    }
    let mut lines = committed.lines().zip(printed.lines());
    let same = lines.by_ref().take_while(|(old, new)| old == new).count();
    panic!(
        "{path} is stale from line {}: the declarations print\n    {}\nbring it up to date with\n    UPDATE_GENERATED=1 cargo test --test generated\nand commit it",
        same + 1,
        printed.lines().nth(same).unwrap_or("(nothing)"),
    );
}

#[test]
fn the_reference_of_the_language_is_fresh() {
    check("docs/language.md", |out| language::write(out));
}

#[test]
fn the_page_of_commands_is_fresh() {
    check("docs/commands.md", |out| {
        out.write_all(callflow::cli::reference().as_bytes())
    });
}

#[test]
fn the_page_of_assumptions_is_fresh() {
    check("docs/fidelity.md", |out| assumptions::write(out));
}

#[test]
fn the_manuals_of_the_files_are_fresh() {
    check("docs/scenarios.md", |out| files::write_scenario(out));
    check("docs/config.md", |out| files::write_config(out));
    check("docs/schemas/scenario.schema.json", |out| {
        schema::write_scenario(out)
    });
    check("docs/schemas/config.schema.json", |out| {
        schema::write_config(out)
    });
}

#[test]
fn the_schemas_are_fresh() {
    use schema::Format;

    for (path, format) in [
        ("docs/schemas/callflow.xsd", Format::Xsd),
        ("docs/schemas/callflow.rng", Format::Rng),
        ("docs/schemas/command.schema.json", Format::Json),
    ] {
        check(path, |out| schema::write(format, out));
    }
}

#[test]
fn the_pages_of_the_rules_are_fresh() {
    let all = callflow::cli::rules();
    check("docs/rules.md", |out| rules::write_index(&all, out));
    for rule in &all {
        check(&format!("docs/rules/{}.md", rule.id), |out| {
            rules::write_page(rule, out)
        });
    }
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules")).unwrap();
    assert_eq!(
        pages.count(),
        all.len(),
        "docs/rules holds a page of a rule that is gone"
    );
}

/// Every flow of the documentation, as files that other tests hold to what a good flow has to be.
///
/// A flow is a block of XML that begins with its root and has no `…` in it.
#[test]
fn the_flows_of_the_documentation_are_among_the_good_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = std::fs::read_dir(root.join("docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|kind| kind == "md"));
    let mut wanted = vec![PathBuf::from("callflow.toml")];
    for page in pages.chain([root.join("README.md")]) {
        let stem = page.file_stem().unwrap().to_str().unwrap().to_lowercase();
        let text = std::fs::read_to_string(&page)
            .unwrap()
            .replace("\r\n", "\n");
        let blocks = text.split("```xml\n").skip(1);
        let blocks = blocks.filter_map(|rest| rest.split_once("```").map(|(block, _)| block));
        let is_whole = |block: &&str| {
            let is_flow = block.starts_with("<Response") || block.starts_with("<?xml ");
            is_flow && !block.contains('…')
        };
        for (index, block) in blocks.filter(is_whole).enumerate() {
            let name = format!("{stem}-{}.xml", index + 1);
            check(&format!("tests/good/docs/{name}"), |out| {
                out.write_all(block.as_bytes())
            });
            wanted.push(name.into());
        }
    }
    let there = std::fs::read_dir(root.join("tests/good/docs")).unwrap();
    for file in there.map(|file| file.unwrap().path()) {
        let is_wanted = wanted.iter().any(|name| file.ends_with(name));
        assert!(
            is_wanted,
            "{}: the documentation no longer has this flow",
            file.display()
        );
    }
}
