//! What a call was expected to be, for the subcommands that play one.

use std::path::Path;

use super::Failure;
use super::run::{Prepared, final_event};
use super::screen::Screen;
use super::snapshots as files;
use crate::expect::{self, Snapshot, Snapshots};
use crate::present::{Look, expectations as present, run as tree};
use crate::redact::Redaction;
use crate::report::Syntax;
use crate::scenario::{Expect, SnapshotKind};
use crate::simulate::Run;
use crate::wire::opentact::Envelope;

/// What of a call's expectations does not hold. Without any it has none.
pub(super) fn judge(prepared: &Prepared, run: &Run) -> Result<Vec<expect::Failure>, Failure> {
    let Some(expect) = &prepared.scenario.expect else {
        return Ok(Vec::new());
    };
    if let Some(limit) = &run.limit {
        let words = tree::limit_words(limit);
        let message = format!("the simulation was stopped: {words}");
        return Ok(vec![expect::unmet(message)]);
    }
    let snapshots = snapshots(expect, prepared, run)?;
    Ok(expect::judge(expect, &run.record, &snapshots))
}

/// Shows what does not hold, above one line that says so; tells whether all of it holds.
pub(super) fn show(
    prepared: &Prepared,
    run: &Run,
    is_tree: bool,
    redaction: Option<&mut Redaction>,
    screen: &mut Screen<'_>,
) -> Result<bool, Failure> {
    let has_any = prepared.scenario.expect.as_ref();
    if has_any.is_none_or(Expect::is_empty) || run.limit.is_some() {
        return Ok(true);
    }
    let failures = judge(prepared, run)?;
    let look = screen.look();
    let source = prepared.source.as_deref();
    if let Some(redaction) = redaction {
        // Not with the scenario's text, nor with what came in its place.
        for failure in &failures {
            let text = redaction.text(&failure.finding.message);
            if is_tree {
                writeln!(screen.out, "expected something else: {text}")?;
            } else {
                Screen::say(&format!("expected something else: {text}"))?;
            }
        }
    } else if is_tree {
        present::foot(source, &failures, look, screen.out)?;
    } else if !failures.is_empty() {
        // What was asked for stands alone.
        let mut text = Vec::new();
        let look = Look {
            styled: false,
            ..look
        };
        present::foot(source, &failures, look, &mut text)?;
        let mut out = Screen::error(Syntax::Text);
        out.write_all(&text)?;
        out.flush()?;
    }
    Ok(failures.is_empty())
}

/// The texts of the files that expectations name, beside those that came.
pub(super) fn snapshots(
    expect: &Expect,
    prepared: &Prepared,
    run: &Run,
) -> Result<Snapshots, Failure> {
    let read = |path: &Path, kind| {
        let refused = |why| Failure::Unreadable(format!("{}: {why}", path.display()));
        files::read(&prepared.folder.join(path), kind).map_err(refused)
    };
    let events = match &expect.events {
        None => None,
        Some(path) => Some(Snapshot {
            expected: read(&path.value, SnapshotKind::Events)?,
            came: final_event(run, Envelope::Y2024)
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .unwrap_or_default(),
        }),
    };
    let tree = match &expect.tree {
        None => None,
        Some(path) => Some(Snapshot {
            expected: read(&path.value, SnapshotKind::Tree)?,
            came: tree_text(prepared, run)?,
        }),
    };
    Ok(Snapshots { events, tree })
}

/// The call as `run` shows it where there is no terminal.
fn tree_text(prepared: &Prepared, run: &Run) -> Result<String, Failure> {
    const LOOK: Look = Look {
        styled: false,
        width: 100,
    };
    let path = Path::new(prepared.flow.source().name());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut text = Vec::new();
    tree::write(run, &name, tree::Detail::Nothing, LOOK, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
