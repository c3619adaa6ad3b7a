//! `callflow language`

use super::screen::Screen;
use super::{Exit, Failure};
use crate::command::SPECS;
use crate::report::language;
use crate::value::nearest;

/// Print the manual of the language, or the page of one command
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # the whole manual
  callflow language
  # one command: its attributes, what it may contain, an example
  callflow language Gather")]
pub(super) struct Args {
    /// The command
    command: Option<String>,
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let page = if let Some(name) = &args.command {
        if let Some(section) = language::section_of(name) {
            section
        } else {
            let near = nearest(name, SPECS.iter().map(|spec| spec.name));
            let near = near.map(|near| format!(": did you mean `{near}`?"));
            let near = near.unwrap_or_default();
            let why = format!("there is no command `{name}` in the language{near}");
            return Err(Failure::Unreadable(why));
        }
    } else {
        let mut page = Vec::new();
        language::write(&mut page)?;
        String::from_utf8_lossy(&page).into_owned()
    };
    screen.page(&page)?;
    Ok(Exit::Good)
}
