//! Two calls by meaning.
//!
//! Log entries are aligned by their paths, legs by their destinations, recordings by their tags.
//! Instants count from the creation of their own call.
//!
//! **Invariant:** every value of the two records is compared, known or not: nothing that differs is
//! left unsaid. What differs between any two calls (identifiers, the creation, the balance) is said by
//! itself.

mod compare;
mod effect;
mod outcome;
mod pairing;

use crate::record::{Field, Json};

pub use compare::diff;
pub use effect::{CallEnder, Change, Effect, EffectKind, effect};
pub use pairing::Pairing;

/// How far apart two instants may lie and still be the same, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Tolerance(pub u64);

/// How two calls differ.
#[derive(Clone, PartialEq, Debug)]
pub struct Diff {
    /// Every difference, in the order of the call.
    pub differences: Vec<Difference>,
    /// What differs between any two calls: identifiers, the creation, the account's balance.
    pub aside: Vec<Difference>,
    /// Where the two routes part.
    pub parting: Option<Parting>,
    /// What it comes to.
    pub verdict: Verdict,
    /// The envelope of the event that the first call was read from.
    pub envelope: Option<&'static str>,
}

impl Diff {
    /// Whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }
}

/// What a comparison comes to, the gravest difference deciding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// The same call.
    Same,
    /// The same but for who called, whom, and on whose account.
    OnlyParties,
    /// The same but for times.
    OnlyTiming,
    /// The same commands ran to the same ends, with other values.
    SameRoute,
    /// The same commands ran, and something ended in another way.
    OtherOutcome,
    /// One call ran commands that the other did not.
    OtherRoute,
}

impl Verdict {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::OnlyParties => "only-parties",
            Self::OnlyTiming => "only-timing",
            Self::SameRoute => "same-route",
            Self::OtherOutcome => "other-outcome",
            Self::OtherRoute => "other-route",
        }
    }
}

/// The first commands that the two calls do not share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parting {
    /// The last command of both; absent where they part at the first.
    pub behind: Option<String>,
    /// What the first call did next; absent where it did nothing more.
    pub first: Option<String>,
    /// What the second call did next; absent where it did nothing more.
    pub second: Option<String>,
}

/// One difference.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// What kind of difference.
    pub kind: Kind,
    /// What differs, by the path of its command where it has one: `Dial[0].reason`.
    pub name: String,
    /// The field of the first record, or of the second where the first has none.
    pub field: Field,
    /// Further fields that show the same difference: a log entry shows its state twice, and a command
    /// stands in the trees of all that it stands in.
    pub also: Vec<Field>,
    /// What the first has.
    pub first: Side,
    /// What the second has.
    pub second: Side,
}

/// What kind of difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// What differs between any two calls.
    Aside,
    /// Who called, whom, on whose account.
    Party,
    /// An instant or a duration.
    Timing,
    /// Another value, known or not.
    Detail,
    /// A command that was written, or compiled, in another way.
    Command,
    /// A state, a reason, a cause.
    Outcome,
    /// A leg or recording that only one call has.
    Presence,
    /// A command that only the first call ran.
    Missing,
    /// A command that only the second call ran.
    Extra,
}

impl Kind {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aside => "aside",
            Self::Party => "party",
            Self::Timing => "timing",
            Self::Detail => "detail",
            Self::Command => "command",
            Self::Outcome => "outcome",
            Self::Presence => "presence",
            Self::Missing => "missing",
            Self::Extra => "extra",
        }
    }

    fn verdict(self) -> Verdict {
        match self {
            Self::Aside => Verdict::Same,
            Self::Party => Verdict::OnlyParties,
            Self::Timing => Verdict::OnlyTiming,
            Self::Detail | Self::Command => Verdict::SameRoute,
            Self::Outcome | Self::Presence => Verdict::OtherOutcome,
            Self::Missing | Self::Extra => Verdict::OtherRoute,
        }
    }
}

/// What one of two calls has.
#[derive(Clone, PartialEq, Debug)]
pub enum Side {
    /// Nothing.
    Absent,
    /// A value.
    Value(Json),
    /// An instant, in milliseconds since the call was created.
    At(i64),
}
