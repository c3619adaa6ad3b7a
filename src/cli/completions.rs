//! `callflow completions`

use clap_complete::Shell;

use super::screen::Screen;
use super::{Exit, Failure};
use crate::report::Syntax;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  source <(callflow completions bash)
  callflow completions zsh > \"${fpath[1]}/_callflow\"
  callflow completions fish > ~/.config/fish/completions/callflow.fish")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(
    args: &Args,
    screen: &mut Screen<'_>,
    mut cli: clap::Command,
) -> Result<Exit, Failure> {
    // The generator panics where its writer fails: it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli, "callflow", &mut script);
    screen.write_as(Syntax::Exact)?;
    screen.out.write_all(&script)?;
    Ok(Exit::Good)
}
