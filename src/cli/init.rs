//! `callflow init`

use std::fs;
use std::path::PathBuf;

use super::screen::Screen;
use super::{Exit, Failure, save};
use crate::report::hanging;

/// Create a small project: a flow, test calls for it, and a CI job
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  callflow init phone
  cd phone && callflow check && callflow test

Existing files are never overwritten.

Exit code: 0 the files were written, 2 wrong usage or I/O error, or one of the files already exists.")]
pub(super) struct Args {
    /// The folder; it is created if it does not exist
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

/// The files, by their paths.
const FILES: [(&str, &str); 4] = [
    ("menu.xml", include_str!("init/menu.xml")),
    ("menu.call.toml", include_str!("init/menu.call.toml")),
    ("callflow.toml", include_str!("init/callflow.toml")),
    (
        ".github/workflows/callflow.yml",
        include_str!("init/callflow.yml"),
    ),
];

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let there = FILES
        .iter()
        .map(|(name, _)| args.folder.join(name))
        .find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = there {
        return Err(Failure::There(path.display().to_string()));
    }
    for (name, text) in FILES {
        let path = args.folder.join(name);
        let fail = |error| Failure::Create(path.display().to_string(), error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(fail)?;
        }
        save::create(&path, text.as_bytes())?;
        writeln!(screen.out, "{}", path.display())?;
    }
    let folder = args.folder.display();
    let next = format!(
        "\nReplace what is an example: in menu.xml the address `office@sip.example.com` and the texts, and in \
         menu.call.toml what the tests say of them.\n\n\
         Try `callflow check {folder}`, `callflow test {folder}` and `callflow run {}::busy`.",
        args.folder.join("menu.call.toml").display()
    );
    writeln!(screen.out, "{}", hanging(&next, screen.width, 0))?;
    Ok(Exit::Good)
}
