//! Gathers differences, says each once, and weighs them.

use serde_json::Value;

use super::align::Step;
use super::compare::named;
use super::place::{Place, leaf};
use super::{Diff, Difference, Kind, Parting, Side, Verdict};

/// The differences found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    differences: Vec<Difference>,
    parting: Option<Parting>,
}

impl Findings {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter()
    }

    /// Adds a difference, or a further place to one that says the same.
    pub(super) fn add(&mut self, kind: Kind, place: &Place, first: Side, second: Side) {
        /// A copy stands not far behind what it is a copy of.
        const NEAR: usize = 1000;
        let near = self.differences.iter_mut().rev().take(NEAR);
        let same = near.into_iter().find(|other| {
            matches!(kind, Kind::Command | Kind::Outcome)
                && (other.name == place.name || is_source(place, other))
                && alike(&other.first, &first)
                && alike(&other.second, &second)
        });
        if let Some(same) = same {
            same.also.push(place.place.clone());
            return;
        }
        self.differences.push(Difference {
            kind,
            name: place.name.clone(),
            place: place.place.clone(),
            also: Vec::new(),
            first,
            second,
        });
    }

    /// Notes where the routes part, the first time that they do.
    pub(super) fn part(
        &mut self,
        behind: Option<&str>,
        rest: &[Step],
        paths_a: &[&str],
        paths_b: &[&str],
    ) {
        if self.parting.is_some() {
            return;
        }
        let apart = || {
            rest.iter()
                .take_while(|step| !matches!(step, Step::Both(..)))
        };
        let first = apart().find_map(|step| match step {
            Step::First(at) => Some(named(paths_a, *at)),
            _ => None,
        });
        let second = apart().find_map(|step| match step {
            Step::Second(at) => Some(named(paths_b, *at)),
            _ => None,
        });
        let behind = behind.map(str::to_owned);
        self.parting = Some(Parting {
            behind,
            first,
            second,
        });
    }

    pub(super) fn into_diff(self) -> Diff {
        let Self {
            differences,
            parting,
        } = self;
        let kinds = differences.iter().map(|difference| difference.kind);
        let verdict = kinds.map(Kind::verdict).max().unwrap_or(Verdict::Same);
        Diff {
            differences,
            parting,
            verdict,
        }
    }
}

/// Whether a place is in the source of an entry whose compiled tree shows that difference.
fn is_source(place: &Place, other: &Difference) -> bool {
    let Some((entry, _)) = place.place.split_once(".element.") else {
        return false;
    };
    let own = leaf(&place.place);
    let mut places = std::iter::once(&other.place).chain(&other.also);
    places.any(|other| {
        let inside = other.strip_prefix(entry);
        inside.is_some_and(|rest| rest.starts_with('.')) && leaf(other) == own
    })
}

/// Whether two sides say the same; the source has as text what the compiled tree has typed.
fn alike(a: &Side, b: &Side) -> bool {
    match (a, b) {
        (Side::Value(a), Side::Value(b)) => text(a) == text(b),
        _ => a == b,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}
