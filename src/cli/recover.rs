//! `callflow recover`

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::screen::Screen;
use super::{Exit, Failure, calls, save};
use crate::replay::{Recovered, incomplete, recover};
use crate::report::own;
use crate::scenario::Account;
use crate::wire::Beyond;

/// Turn the event of a real call into a flow and a scenario
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # writes incident/flow.xml, incident/scenario.toml, …
  callflow recover destroyed.json -o incident
  # the same call again
  callflow run incident/scenario.toml
  callflow recover session.jsonl --call c7aa8c03 -o incident

The scenario says what the caller pressed, how servers and destinations reacted, and how long the platform took; its [expect] says what happened. So an incident becomes a test, and the test still works when a prompt gets longer. For Whippy calls there is no command log, so callflow writes a plausible flow from the agent's turns. If the event does not show something, a comment in the files says so, and so does this command.

Exit code: 0 the files were written, 1 the call cannot be rebuilt, 2 wrong usage or I/O error.")]
pub(super) struct Args {
    /// Events: files (one event, a JSON array, or one event per line), folders, or `-` for standard
    /// input
    #[arg(value_name = "EVENT.json", required = true)]
    files: Vec<PathBuf>,

    /// The folder that the files are written to
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,

    /// The call: its identifier, or the beginning of it; not needed if the file contains one call
    #[arg(long, value_name = "UUID")]
    call: Option<String>,

    /// Keep the data of the account in the scenario (default: leave it out)
    #[arg(long)]
    raw: bool,

    /// Overwrite files that callflow wrote; other files are never overwritten
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let cases = calls::read(&args.files, None, screen)?;
    let cases = calls::chosen(cases, args.call.as_deref(), &args.files)?;
    if cases.len() > 1 {
        let name = calls::names(&args.files);
        let first = cases.uuids().map(str::to_owned);
        return Err(Failure::SeveralCalls(name, first.take(3).collect()));
    }
    let Some(case) = cases.first(Beyond::LeftOut) else {
        return Err(Failure::NoCall(calls::names(&args.files)));
    };
    let mut recovered = match recover(&case) {
        Ok(recovered) => recovered,
        Err(error) => {
            Screen::say(&format!("{}: {error}", calls::names(&args.files)))?;
            return Ok(Exit::Bad);
        }
    };
    for question in &recovered.open {
        Screen::say(&format!("not known: {question}"))?;
    }
    if !args.raw {
        recovered.scenario.account = Account::default();
    }
    let texts = texts(&recovered, &incomplete(&case));
    if !args.force {
        let taken = texts.iter().map(|(name, _)| args.out.join(name));
        if let Some(taken) = taken
            .into_iter()
            .find(|path| path.symlink_metadata().is_ok())
        {
            return Err(Failure::Exists(taken.display().to_string()));
        }
    }
    let failed = |path: &Path, error| Failure::Create(path.display().to_string(), error);
    fs::create_dir_all(&args.out).map_err(|error| failed(&args.out, error))?;
    for (name, text) in texts {
        let path = args.out.join(name);
        // Not through a link, whatever it leads to.
        let is_link = path
            .symlink_metadata()
            .is_ok_and(|there| there.is_symlink());
        if args.force && !is_link {
            save::over(&path, text.as_bytes(), own::is_own)?;
        } else {
            save::create(&path, text.as_bytes())?;
        }
        writeln!(screen.out, "{}", path.display())?;
    }
    Ok(Exit::Good)
}

/// The names of the files with their texts.
fn texts(recovered: &Recovered, incomplete: &BTreeSet<String>) -> Vec<(String, String)> {
    let documents = recovered.documents.iter();
    let mut files: Vec<_> = documents
        .map(|document| {
            let rest = if incomplete.contains(&document.name) {
                "<!-- callflow: incomplete: the call does not show what comes after the last command -->\n"
            } else {
                ""
            };
            let text = format!("{} recover. -->\n{rest}{}", own::FLOW, document.xml);
            (document.name.clone(), text)
        })
        .collect();
    let open = recovered.open.iter().map(|question| {
        let question = question.to_string().replace(char::is_control, " ");
        format!("# Not known: {question}\n")
    });
    let mark = [format!("{} recover.\n", own::SCENARIO)];
    let scenario: Vec<_> = mark
        .into_iter()
        .chain(open)
        .chain([recovered.scenario.to_toml()])
        .collect();
    files.push(("scenario.toml".to_owned(), scenario.concat()));
    files
}
