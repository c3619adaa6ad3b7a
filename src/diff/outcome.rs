//! Gathers differences, says each once, and weighs them.

use super::{Diff, Difference, Kind, Parting, Side, Verdict};
use crate::alignment::Step;
use crate::record::{Content, Field, Json, JsonPath, JsonStep, Part};

/// A field with the name that people give it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) field: Field,
    /// As in `Dial[0].reason`.
    pub(super) name: String,
}

impl Place {
    pub(super) fn new(field: Field, name: &str) -> Self {
        let name = name.to_owned();
        Self { field, name }
    }

    /// A member of the object that stands here.
    pub(super) fn key(&self, key: &str) -> Self {
        Self {
            field: self.field.at(self.field.inside.key(key)),
            name: format!("{}.{key}", self.name),
        }
    }

    /// An element of the list that stands here.
    pub(super) fn index(&self, index: usize) -> Self {
        Self {
            field: self.field.at(self.field.inside.index(index)),
            name: format!("{}[{index}]", self.name),
        }
    }

    /// The same place by another name.
    pub(super) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

/// The differences found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    differences: Vec<Difference>,
    aside: Vec<Difference>,
    parting: Option<Parting>,
}

impl Findings {
    /// Adds a difference, or a further place to one that says the same.
    pub(super) fn add(&mut self, kind: Kind, place: &Place, [first, second]: [Side; 2]) {
        /// A copy stands not far behind what it is a copy of.
        const NEAR: usize = 1000;
        let near = self.differences.iter_mut().rev().take(NEAR);
        let same = near.into_iter().find(|other| {
            matches!(kind, Kind::Command | Kind::Outcome)
                && (other.name == place.name || is_source(&place.field, other))
                && alike(&other.first, &first)
                && alike(&other.second, &second)
        });
        if let Some(same) = same {
            same.also.push(place.field.clone());
            return;
        }
        let difference = Difference {
            kind,
            name: place.name.clone(),
            field: place.field.clone(),
            also: Vec::new(),
            first,
            second,
        };
        match kind {
            Kind::Aside => self.aside.push(difference),
            _ => self.differences.push(difference),
        }
    }

    /// Notes where the routes part, the first time that they do.
    pub(super) fn part(
        &mut self,
        behind: Option<&str>,
        rest: &[Step],
        names_a: &[String],
        names_b: &[String],
    ) {
        if self.parting.is_some() {
            return;
        }
        // What each call does next, in itself alone or as the other does.
        let next = |is_first: bool| {
            let mut names = rest.iter().filter_map(|step| match *step {
                Step::First(at) | Step::Gap(at, _) => is_first.then(|| &names_a[at]),
                Step::Second(at) => (!is_first).then(|| &names_b[at]),
                Step::Both(a, _) if is_first => Some(&names_a[a]),
                Step::Both(_, b) => Some(&names_b[b]),
            });
            names.next().cloned()
        };
        let (first, second) = (next(true), next(false));
        let behind = behind.map(str::to_owned);
        self.parting = Some(Parting {
            behind,
            first,
            second,
        });
    }

    pub(super) fn into_diff(self, envelope: Option<&'static str>) -> Diff {
        let kinds = self.differences.iter().map(|difference| difference.kind);
        let verdict = kinds.map(Kind::verdict).max().unwrap_or(Verdict::Same);
        Diff {
            envelope,
            differences: self.differences,
            aside: self.aside,
            parting: self.parting,
            verdict,
        }
    }
}

/// Whether a place is in the source of an entry whose compiled tree shows that difference.
fn is_source(field: &Field, other: &Difference) -> bool {
    if !matches!(field.of, Part::Entry(_)) || field.name != "element" {
        return false;
    }
    let mut fields = std::iter::once(&other.field).chain(&other.also);
    fields.any(|other| other.of == field.of && leaf(&other.inside) == leaf(&field.inside))
}

/// The innermost key of a place.
fn leaf(path: &JsonPath) -> Option<&str> {
    path.0.iter().rev().find_map(|step| match step {
        JsonStep::Key(key) => Some(&**key),
        JsonStep::Index(_) => None,
    })
}

/// Whether two sides say the same; the source has as text what the compiled tree has typed.
fn alike(a: &Side, b: &Side) -> bool {
    match (a, b) {
        (Side::Value(a), Side::Value(b)) => text(a) == text(b),
        _ => a == b,
    }
}

fn text(json: &Json) -> String {
    match json.content() {
        Content::Text(text) => text.trim().to_owned(),
        _ => json.to_string(),
    }
}
