//! What is assumed of the platform, as a page: `docs/fidelity.md`.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::command::{RATES, SPECS, STUDY};
use crate::fidelity::Assumption;
use crate::report::prose::{cell, list};

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page().as_bytes())
}

const OPENING: &str = "\
<!-- Generated from src/fidelity.rs: change that. -->

# Fidelity

callflow runs a flow as the platform would. Each thing that it does there is one of three:

- **documented**: a page of the platform's documentation states it;
- **observed**: an event that the platform published shows it. The reference is one call of February
  2024, which callflow reproduces to the letter, identifiers and instants aside;
- **assumed**: it is not documented and was not observed; callflow chose it. callflow decides it in one
  way, the way that the evidence speaks
  for where there is any.

Everything assumed is in the table below, under an id that does not change. A run ends with the ids of
the assumptions that decided something in it, those that decided its route apart from those that only
decided its times: a flow that matters should be tried on the platform in just these places.

Many assumptions have another reading that is plausible as well. `callflow test --either-way` plays the
tests under each and [names those that depend on one](testing.md#what-depends-on-an-assumption). If you
have tried it on the platform, write what you found into the `[assume]` table of a
[scenario](scenarios.md) or of [`callflow.toml`](config.md); `run --assume` says it for one call.

Delays that are the platform's own, such as the time between two commands, are constants of
[`src/channel/timing.rs`](../src/channel/timing.rs), each with the instants from which it was read.
";

fn page() -> String {
    let mut page = String::from(OPENING);
    let count = Assumption::ALL.len();
    let _ = writeln!(
        page,
        "\n## The {count} assumptions\n\n| id | assumed | evidence |\n| --- | --- | --- |"
    );
    for &assumption in Assumption::ALL {
        let id = assumption.id();
        let mut text = cell(assumption.text());
        for other in assumption.others() {
            let (word, other) = (other.word(), cell(other.text()));
            let _ = write!(text, "<br>Otherwise, `{id} = \"{word}\"`: {other}");
        }
        let attributes = attributes(assumption);
        if !attributes.is_empty() {
            let _ = write!(text, " Attributes: {}.", list(&attributes));
        }
        let _ = writeln!(
            page,
            "| <a id=\"{id}\"></a>`{id}` | {text} | {} |",
            cell(assumption.evidence())
        );
    }
    let _ = writeln!(
        page,
        "\n## How long speech takes\n\nA text takes 190 ms, and for each thing in it that is spoken by itself (`speech-time`):\n\n| of | ms | source |\n| --- | --- | --- |"
    );
    for rate in RATES {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            cell(rate.of),
            rate.takes,
            cell(rate.source)
        );
    }
    let _ = writeln!(
        page,
        "\nThe study is {STUDY}. Its speakers read aloud; a voice on the telephone, which pauses, is assumed\nto take 1.35 times as long."
    );
    page
}

/// The attributes of which it decides something when they are left out or written in another way.
fn attributes(assumption: Assumption) -> Vec<String> {
    let mut attributes = Vec::new();
    for spec in SPECS {
        let assumed = spec
            .attributes
            .iter()
            .filter(|one| one.assumption == Some(assumption));
        let anchor = spec.name.to_lowercase();
        attributes.extend(
            assumed.map(|one| format!("[{} `{}`](language.md#{anchor})", spec.name, one.name)),
        );
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assumption_has_a_row() {
        let page = page();
        for assumption in Assumption::ALL {
            assert!(page.contains(&format!("`{assumption}` | {}", cell(assumption.text()))));
        }
    }
}
