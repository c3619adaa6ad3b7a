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
<!-- Generated from src/fidelity.rs; edit that instead. -->

# Fidelity

callflow simulates the platform. Each behaviour of the simulation has one of three grades of evidence:

- **documented**: a page of the platform's documentation states it;
- **observed**: an event that the platform published shows it. The reference is one call of February
  2024: callflow reproduces its log exactly, except for identifiers and times;
- **assumed**: neither. callflow picks one behaviour, the one that the evidence suggests, if there is any
  evidence.

The table below lists all assumptions. Their ids do not change. `callflow run` ends with the ids of the
assumptions that affected the call: first those that affected its route, then those that only affected
its times. If a flow is important, test it on the platform at these places.

Many assumptions have another plausible value. `callflow test --either-way` also runs the tests with the
other values, and [names the tests that depend on one](testing.md#what-depends-on-an-assumption). If you
have tested the platform and it behaves differently, say so in the `[assume]` table of a
[scenario](scenarios.md) or of [`callflow.toml`](config.md). `run --assume` does the same for one call.

The delays of the platform, such as the time between two commands, are constants in
[`src/channel/timing.rs`](../src/channel/timing.rs), each with the observed times that it comes from.
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
            let _ = write!(text, "<br>With `{id} = \"{word}\"`: {other}");
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
        "\n## How long speech takes\n\nSpeaking a text takes 190 ms, plus this time for each unit in it (`speech-time`):\n\n| unit | ms | source |\n| --- | --- | --- |"
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
