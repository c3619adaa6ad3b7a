//! `callflow parse`

use std::path::PathBuf;

use clap::ValueEnum;

use super::screen::Screen;
use super::{Exit, Failure, input};
use crate::diagnostic::any_error;
use crate::flow::{self, Top};
use crate::present::pretty;
use crate::report::Syntax;
use crate::scenario::Call;
use crate::xml;

/// Print a flow as JSON: the compiled commands, or the XML elements
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # the compiled commands
  callflow parse flows/voicemail/voicemail.xml
  # the elements
  callflow parse flows/voicemail/voicemail.xml --tree element
  curl -s https://example.com/flow | callflow parse - --compact

`element` reads any well-formed XML and prints the same JSON as the npm package xml-js (non-compact, without comments). `command` reads a call flow and prints what the platform compiles it to. Keys are in the order of the platform: shorter keys first, then by their bytes.")]
pub(super) struct Args {
    /// The document; `-` for standard input
    file: PathBuf,

    /// Which tree
    #[arg(long, value_name = "TREE", default_value = "command")]
    tree: Tree,

    /// Print the JSON on one line
    #[arg(long)]
    compact: bool,

    /// The caller's number, for commands that send a number and do not give one
    #[arg(long, value_name = "NUMBER")]
    from: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Tree {
    /// The elements of any well-formed document
    Element,
    /// The commands of a flow
    Command,
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let (name, bytes) = input::read(&args.file)?;
    let (document, findings) = xml::read(&name, &bytes);
    if any_error(&findings) {
        screen.complain(document.source(), &findings)?;
        return Ok(Exit::Bad);
    }
    let mut json = Vec::new();
    if args.tree == Tree::Element {
        document.write_json(&mut json);
    } else {
        let (flow, findings) = flow::compile(document);
        screen.complain(flow.source(), &findings)?;
        if any_error(&findings) {
            return Ok(Exit::Bad);
        }
        let caller = args
            .from
            .clone()
            .unwrap_or_else(|| Call::DEFAULT_FROM.to_owned());
        let top = Top {
            flow: &flow,
            caller: &caller,
        };
        serde_json::to_writer(&mut json, &top).map_err(std::io::Error::from)?;
    }
    screen.write_as(Syntax::Json)?;
    if args.compact {
        screen.out.write_all(&json)?;
    } else {
        pretty::write(&json, screen.out)?;
    }
    writeln!(screen.out)?;
    Ok(Exit::Good)
}
