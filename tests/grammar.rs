//! Documents on which the schemas and the reader must agree: `tests/schemas/grammar` holds them
//! against the schemas.
//!
//! Every document is made from the commands' declarations and examples. The reader is asked first:
//! a good one has no error, a bad one has exactly the finding after which it is named.

#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

mod grammar {
    pub(crate) mod samples;
}

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use callflow::command::{Role, SPECS};
use callflow::flow::{Top, compile};
use grammar::samples::{self, Sample};

/// An empty folder for documents.
fn folder(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("grammar-samples").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &Path, samples: &[Sample]) {
    for Sample { name, xml } in samples {
        let path = folder.join(format!("{name}.xml"));
        assert!(!path.exists(), "two samples are named {name}");
        fs::write(path, xml).unwrap();
    }
}

#[test]
fn good_documents_are_written() {
    let good = samples::good();
    for Sample { name, xml } in &good {
        let errors = samples::errors(xml);
        assert!(errors.is_empty(), "{name}: {errors:?}\n{xml}");
    }
    write(&folder("good"), &good);
}

#[test]
fn bad_documents_are_written() {
    let bad = samples::bad();
    let rules: BTreeSet<_> = bad.iter().map(Sample::rule).collect();
    let expressible = [
        "duplicate-meta",
        "exclusive-forms",
        "invalid-value",
        "misplaced-element",
        "missing-attribute",
        "missing-destination",
        "stray-text",
        "unknown-attribute",
        "unknown-element",
    ];
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), expressible);
    write(&folder("bad"), &bad);
}

#[test]
fn every_command_has_bad_documents() {
    let bad = samples::bad();
    for spec in SPECS.iter().filter(|spec| spec.role != Role::Unsupported) {
        let of = |sample: &&Sample| sample.name.split('.').nth(1) == Some(spec.name);
        assert!(bad.iter().any(|sample| of(&sample)), "{}", spec.name);
    }
}

#[test]
fn another_name_is_read_like_the_commands_own() {
    for spec in SPECS {
        let read = |name: &str| {
            let xml = format!("<Response><{name} a=\"1\"/></Response>");
            (
                samples::errors(&xml),
                compile(samples::document(&xml)).0.nodes().count(),
            )
        };
        for name in spec.also {
            assert_eq!(read(name), read(spec.name), "{name}");
        }
    }
}

#[test]
fn nothing_stands_inside_data() {
    let xml =
        "<Response><Tone><Meta name=\"a\" value=\"1\"><Say>Hello.</Say></Meta></Tone></Response>";
    assert_eq!(samples::errors(xml), ["misplaced-element"]);
}

#[test]
fn compiled_commands_are_written() {
    let folder = folder("command");
    for Sample { name, xml } in samples::good() {
        let (flow, _) = compile(samples::document(&xml));
        let top = Top {
            flow: &flow,
            caller: "+12025550123",
        };
        let path = folder.join(format!("{name}.command.json"));
        fs::write(path, serde_json::to_vec(&top).unwrap()).unwrap();
    }
}
