//! `--redact`: what is shown, without what identifies people and places.

use clap::ValueEnum;

use crate::redact::{Redact, Redaction};

/// The option, of each subcommand that shows calls.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct RedactOption {
    /// Replace what identifies people and places. Numbers become fictitious numbers of the same
    /// area; users, hosts, the account, what people said, and keys that choose no branch are
    /// replaced too
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "parties", require_equals = true)]
    redact: Option<What>,
}

/// How much is replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum What {
    /// Numbers, users, hosts, accounts, what people said, and keys that choose no branch
    Parties,
    /// Also identifiers, tags and the texts of the flow
    All,
}

impl RedactOption {
    /// The redaction that is asked for.
    pub(super) fn redaction(self) -> Option<Redaction> {
        let how = match self.redact? {
            What::Parties => Redact::Parties,
            What::All => Redact::All,
        };
        Some(Redaction::new(how))
    }
}

/// A text as it is shown.
pub(super) fn shown(redaction: &mut Option<Redaction>, text: &str) -> String {
    match redaction {
        Some(redaction) => redaction.text(text),
        None => text.to_owned(),
    }
}
