//! `callflow schema`

use super::screen::Screen;
use super::{Exit, Failure};
use crate::report::schema::{self, Format};

/// Print a schema of the language, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # for VS Code's XML extension and most editors
  callflow schema --format xsd > callflow.xsd
  # says more: for jing, nXML and oXygen
  callflow schema --format rng > callflow.rng
  # of the compiled command tree
  callflow schema --format json

The same schemas stand in docs/schemas of the repository.")]
pub(super) struct Args {
    /// Which schema
    #[arg(long, value_name = "FORMAT", default_value = "xsd")]
    format: Format,
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    schema::write(args.format, screen.out)?;
    Ok(Exit::Good)
}
