//! Reads members of objects, and says which of them are of another kind than in every event known.

use std::borrow::Cow;
use std::fmt;

use super::repair::Repaired;
use super::rules::SHAPE;
use super::value::{Value, lacks_zone};
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::{Json, elements, members, objects};
use crate::source::Span;

/// How many findings are kept of one file.
pub(super) const MOST_FINDINGS: usize = 1000;

/// Said once for each file: its times say no zone.
pub(super) const NO_ZONE: &str = "this time has no time zone";

/// What is wrong in a file.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Diagnostic>);

impl Findings {
    pub(super) fn add(&mut self, finding: Diagnostic) {
        if self.0.len() < MOST_FINDINGS {
            self.0.push(finding);
        }
    }
}

/// The members of an object. One that is absent or null gives nothing; one of another kind gives
/// nothing and a finding.
pub(super) struct Fields<'a, 'f> {
    members: Vec<(Cow<'a, str>, &'a str)>,
    /// Where the next key is looked for first: they mostly stand in the order in which they are read.
    next: usize,
    path: Path<'f>,
    document: &'a Repaired,
    findings: &'f mut Findings,
}

/// The way to a value, from the innermost step outwards.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Self::Root, key) => out.write_str(key),
            Self::Key(outer, key) => write!(out, "{outer}.{key}"),
            Self::Index(outer, index) => write!(out, "{outer}[{index}]"),
        }
    }
}

impl<'a, 'f> Fields<'a, 'f> {
    /// Those of an event; none where it is no object.
    pub(super) fn of_event(
        json: &'a str,
        document: &'a Repaired,
        findings: &'f mut Findings,
    ) -> Option<Self> {
        Some(Self {
            members: members(json)?,
            next: 0,
            path: Path::Root,
            document,
            findings,
        })
    }

    /// Whether there is a member with this key that is not null.
    pub(super) fn has(&mut self, key: &str) -> bool {
        self.json(key).is_some()
    }

    /// A value.
    pub(super) fn get<T: Value>(&mut self, key: &str) -> Option<T> {
        let json = self.json(key)?;
        if let Ok(value) = T::read(json) {
            value
        } else {
            self.wrong(key, json, T::EXPECTED);
            None
        }
    }

    /// Says so where a value is of another kind; it is written from what the record says.
    pub(super) fn check<T: Value>(&mut self, key: &str) {
        let _: Option<T> = self.get(key);
    }

    /// Whether a time says no zone, which is reported.
    pub(super) fn lacks_zone(&mut self, key: &str) -> bool {
        let Some(json) = self.json(key).filter(|json| lacks_zone(json)) else {
            return false;
        };
        let mut finding = Diagnostic::error(SHAPE.id, span(json, self.document), NO_ZONE);
        finding.severity = Severity::Warning;
        let help = "times are shown as in the event; durations are correct";
        self.findings.add(finding.help(help));
        true
    }

    /// A value as it was written, whatever it is; absent where it is null.
    pub(super) fn raw(&mut self, key: &str) -> Option<&'a str> {
        self.json(key)
    }

    /// An object as it was written.
    pub(super) fn object_json(&mut self, key: &str) -> Option<Json> {
        let json = self.json(key)?;
        if json.starts_with('{') {
            return Some(Json::trusted(json));
        }
        self.wrong(key, json, "an object");
        None
    }

    /// An object.
    pub(super) fn object<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Fields<'a, '_>) -> T,
    ) -> Option<T> {
        let json = self.json(key)?;
        let path = Path::Key(&self.path, key);
        inside(json, path, self.document, self.findings, read)
    }

    /// The objects of a list.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Fields<'a, '_>) -> T,
    ) -> Vec<T> {
        let Some(json) = self.json(key) else {
            return Vec::new();
        };
        let list = Path::Key(&self.path, key);
        if let Some(objects) = objects(json) {
            let objects = objects.into_iter().enumerate();
            return objects
                .map(|(index, members)| {
                    read(&mut Fields {
                        members,
                        next: 0,
                        path: Path::Index(&list, index),
                        document: self.document,
                        findings: self.findings,
                    })
                })
                .collect();
        }
        let Some(elements) = elements(json) else {
            self.wrong(key, json, "a list");
            return Vec::new();
        };
        let mut all = Vec::with_capacity(elements.len());
        for (index, json) in elements.into_iter().enumerate() {
            let path = Path::Index(&list, index);
            all.extend(inside(json, path, self.document, self.findings, &mut read));
        }
        all
    }

    /// A member that is not null.
    fn json(&mut self, key: &str) -> Option<&'a str> {
        let (before, behind) = self.members.split_at(self.next);
        let mut all = behind.iter().chain(before);
        let found = all.position(|(other, _)| other == key)?;
        let place = (self.next + found) % self.members.len();
        self.next = place + 1;
        let json = self.members[place].1;
        (json != "null").then_some(json)
    }

    fn wrong(&mut self, key: &str, json: &str, expected: &'static str) {
        let path = Path::Key(&self.path, key);
        wrong(path, json, expected, self.document, self.findings);
    }
}

fn inside<'a, T>(
    json: &'a str,
    path: Path<'_>,
    document: &'a Repaired,
    findings: &mut Findings,
    read: impl FnOnce(&mut Fields<'a, '_>) -> T,
) -> Option<T> {
    let Some(members) = members(json) else {
        wrong(path, json, "an object", document, findings);
        return None;
    };
    Some(read(&mut Fields {
        members,
        next: 0,
        path,
        document,
        findings,
    }))
}

fn wrong(
    path: Path<'_>,
    json: &str,
    expected: &'static str,
    document: &Repaired,
    findings: &mut Findings,
) {
    let message = format!("`{path}` is not {expected}");
    let finding = Diagnostic::error(SHAPE.id, span(json, document), message);
    findings.add(finding.label(format!("expected {expected}")));
}

/// The place in the file of a part of a document.
pub(super) fn span(part: &str, document: &Repaired) -> Span {
    let start = (part.as_ptr() as usize).saturating_sub(document.json.as_ptr() as usize);
    let last = start + part.len().saturating_sub(1);
    // What was added at the end of a cut document stands behind the text.
    let end = (document.offset(last) + 1).min(document.end);
    Span::new(document.offset(start), end)
}
