//! `callflow man`

use std::fs;
use std::path::PathBuf;

use clap_mangen::Man;

use super::screen::Screen;
use super::{Exit, Failure, save};
use crate::report::own;

/// Write the manual pages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes one page for the program and one for each command: callflow.1, callflow-run.1, …

Examples:
  callflow man ~/.local/share/man/man1
  man callflow-run")]
pub(super) struct Args {
    /// The folder that the pages are written to; it is created if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(
    args: &Args,
    screen: &mut Screen<'_>,
    mut cli: clap::Command,
) -> Result<Exit, Failure> {
    let failed = |error| Failure::Create(args.folder.display().to_string(), error);
    fs::create_dir_all(&args.folder).map_err(failed)?;
    // Commands get the whole command line's options and their full names.
    cli.build();
    let own = cli
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let own = own.filter(|command| command.get_name() != "help");
    let commands: Vec<_> = own.cloned().collect();
    for command in [cli].into_iter().chain(commands) {
        let man = Man::new(command).source(concat!("callflow ", env!("CARGO_PKG_VERSION")));
        let path = args.folder.join(man.get_filename());
        let mut page = Vec::new();
        man.render(&mut page)?;
        save::over(&path, &page, own::is_own)?;
        writeln!(screen.out, "{}", path.display())?;
    }
    Ok(Exit::Good)
}
