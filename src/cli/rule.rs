//! `callflow rule`

use super::screen::Screen;
use super::{Exit, Failure};
use crate::check::all_rules;
use crate::diagnostic::Rule;
use crate::expect;
use crate::explore;
use crate::report::hanging;
use crate::scenario;
use crate::value::nearest;
use crate::wire;

/// Explain a rule, or list all rules
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # all rules, one per line
  callflow rule
  # the page of one rule
  callflow rule timeout-in-seconds")]
pub(super) struct Args {
    /// The rule
    id: Option<String>,
}

/// Every rule of every room, in the order of their ids.
pub fn all() -> Vec<Rule> {
    let mut rules = [
        all_rules(),
        scenario::RULES.to_vec(),
        expect::RULES.to_vec(),
        explore::RULES.to_vec(),
        wire::RULES.to_vec(),
    ]
    .concat();
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// A word that stands for no rule, with the one that was probably meant.
pub(super) fn unknown(word: &str) -> Failure {
    Failure::UnknownRule {
        word: word.to_owned(),
        near: nearest(word, all().iter().map(|rule| rule.id)),
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let rules = all();
    let Some(id) = &args.id else {
        let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
        let further = width + "  warning  ".len();
        for rule in rules {
            let line = format!(
                "{:width$}  {:7}  {}",
                rule.id,
                rule.severity.as_str(),
                rule.summary
            );
            let line = match screen.columns {
                Some(columns) => hanging(&line, columns, further),
                None => line,
            };
            writeln!(screen.out, "{line}")?;
        }
        return Ok(Exit::Good);
    };
    let Some(rule) = rules.iter().find(|rule| rule.id == id) else {
        return Err(unknown(id));
    };
    let page = format!(
        "# {} ({})\n\n{}",
        rule.id,
        rule.severity.as_str(),
        rule.page
    );
    screen.page(&page)?;
    Ok(Exit::Good)
}
