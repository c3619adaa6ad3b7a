//! Namespaces in XML 1.0, third edition: prefixes must be declared, and two attributes may not
//! have one expanded name. Duplicates by name are found here too, for both need sorted names.

use std::collections::{HashMap, HashSet};

use super::reader::{Reader, clip};
use super::rules;
use crate::diagnostic::{Diagnostic, Safety};
use crate::source::Span;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Up to this many attributes of an element are compared each with each.
pub(super) const FEW: usize = 12;

/// The prefixes that are declared where the reader is.
#[derive(Default)]
pub(super) struct Namespaces<'a> {
    /// The attributes that declare a prefix, the innermost last.
    declared: HashMap<&'a str, Vec<u32>>,
    /// Prefixes with the depth of the element that declares them, in order.
    order: Vec<(&'a str, usize)>,
    /// Undeclared prefixes that were reported.
    reported: HashSet<&'a str>,
}

impl<'a> Namespaces<'a> {
    fn declare(&mut self, prefix: &'a str, attribute: u32, depth: usize) {
        self.declared.entry(prefix).or_default().push(attribute);
        self.order.push((prefix, depth));
    }

    /// Forgets what elements deeper than this many open ones declared.
    #[inline]
    pub(super) fn leave(&mut self, depth: usize) {
        if !self.order.is_empty() {
            self.forget(depth);
        }
    }

    fn forget(&mut self, depth: usize) {
        while self
            .order
            .last()
            .is_some_and(|&(_, declared)| declared >= depth)
        {
            let Some((prefix, _)) = self.order.pop() else {
                return;
            };
            if let Some(attributes) = self.declared.get_mut(prefix) {
                attributes.pop();
            }
        }
    }

    fn get(&self, prefix: &str) -> Option<u32> {
        self.declared.get(prefix)?.last().copied()
    }
}

/// Whether a name is of two parts. Names are short: to set a search up takes longer than to look.
fn has_colon(name: &str) -> bool {
    name.bytes().any(|byte| byte == b':')
}

impl<'a> Reader<'a> {
    /// Checks the names of an element and of its attributes, and takes up what it declares.
    pub(super) fn check_attributes(&mut self, element: Span, first: usize) {
        let mut qualified = false;
        for index in first..self.attributes.len() {
            let name = self.slice(self.attributes[index].name);
            if name == "xmlns" || has_colon(name) {
                qualified = true;
                self.check_declares(name, index);
            }
        }
        let mut duplicate = false;
        if self.attributes.len() - first > 1 {
            duplicate = self.check_duplicates(first);
        }
        if qualified || has_colon(self.slice(element)) {
            self.check_name(element, "element");
            for index in first..self.attributes.len() {
                self.check_name(self.attributes[index].name, "attribute");
            }
            if !duplicate && qualified {
                self.check_expanded_names(first);
            }
        }
    }

    /// Takes up a namespace declaration.
    fn check_declares(&mut self, name: &'a str, index: usize) {
        let row = self.attributes[index];
        let prefix = match name.strip_prefix("xmlns") {
            Some("") => "",
            Some(rest) if rest.starts_with(':') => &rest[1..],
            _ => return,
        };
        let value = self.value(row.value);
        let message = match (prefix, value) {
            ("xmlns", _) => Some("the prefix `xmlns` cannot be declared"),
            ("xml", XML) => None,
            ("xml", _) => Some("the prefix `xml` cannot be given another namespace"),
            (_, XML) => Some("the namespace of `xml` cannot be given to another prefix"),
            (_, XMLNS) => Some("the namespace of `xmlns` cannot be declared"),
            ("", _) => None,
            (_, "") => Some("a prefix cannot be declared as no namespace"),
            _ => None,
        };
        if let Some(message) = message {
            let finding = rules::NAMESPACE
                .at(
                    Span {
                        start: row.name.start,
                        end: row.end,
                    },
                    message,
                )
                .label("this declaration")
                .help("remove the declaration");
            self.report(finding);
        }
        if !prefix.is_empty() {
            let depth = self.open.len();
            self.namespaces.declare(prefix, index as u32, depth);
        }
    }

    /// Checks the colon in a name, and that its prefix is declared.
    fn check_name(&mut self, span: Span, whose: &str) {
        let name = self.slice(span);
        let Some((prefix, local)) = name.split_once(':') else {
            return;
        };
        if prefix.is_empty() || local.contains(':') || super::names::name_length(local) == 0 {
            let finding = rules::NAMESPACE
                .at(
                    span,
                    format!("a colon out of place in the name `{}`", clip(name)),
                )
                .label("a name may have one colon, between a prefix and the name")
                .help("remove the colon");
            self.report(finding);
            return;
        }
        if prefix == "xmlns" && whose == "element" {
            let finding = rules::NAMESPACE
                .at(span, "an element cannot have the prefix `xmlns`")
                .label("reserved for declarations")
                .help("remove the prefix");
            self.report(finding);
            return;
        }
        if matches!(prefix, "xml" | "xmlns")
            || self.namespaces.get(prefix).is_some()
            || self.namespaces.reported.contains(prefix)
        {
            return;
        }
        self.namespaces.reported.insert(prefix);
        let shown = clip(prefix);
        let finding = rules::NAMESPACE
            .at(
                Span::new(span.start as usize, span.start as usize + prefix.len()),
                format!("the prefix `{shown}` is not declared"),
            )
            .label("undeclared prefix")
            .help(format!(
                "remove `{shown}:`, or declare it: `xmlns:{shown}=\"…\"`"
            ));
        self.report(finding);
    }

    /// Whether two attributes have one name, which it reports.
    pub(super) fn check_duplicates(&mut self, first: usize) -> bool {
        let text = self.text;
        let name = |span: Span| text.get(span.range()).unwrap_or("");
        let length = |span: Span| span.end - span.start;
        let rows = &self.attributes[first..];
        let is_new = |index: usize| {
            let row = &rows[index];
            rows[..index].iter().all(|earlier| {
                length(earlier.name) != length(row.name) || name(earlier.name) != name(row.name)
            })
        };
        if rows.len() <= FEW && (1..rows.len()).all(is_new) {
            return false;
        }
        let mut sorted: Vec<_> = rows.iter().collect();
        sorted.sort_by_key(|row| name(row.name));
        let mut pairs: Vec<(Span, Span, Span)> = Vec::new();
        let mut earlier = sorted[0];
        for row in &sorted[1..] {
            if name(row.name) == name(earlier.name) {
                let Span { start, .. } = row.name;
                let whole = Span {
                    start,
                    end: row.end,
                };
                pairs.push((earlier.name, row.name, whole));
            } else {
                earlier = row;
            }
        }
        pairs.sort_by_key(|&(_, name, _)| name);
        // Broken names are another rule's.
        pairs.retain(|&(_, span, _)| {
            let written = name(span);
            super::names::name_length(written) == written.len()
        });
        let any = !pairs.is_empty();
        for (earlier, again, whole) in pairs {
            let finding = self.duplicate(earlier, again).label("again").fix(
                Safety::Unsafe,
                "remove the second",
                whole,
                "",
            );
            self.report(finding);
        }
        any
    }

    fn duplicate(&self, earlier: Span, again: Span) -> Diagnostic {
        let shown = self.shown(again);
        rules::DUPLICATE_ATTRIBUTE
            .at(again, format!("the attribute `{shown}` is written twice"))
            .also(earlier, "first here")
            .help("remove one of the two")
    }

    /// Reports attributes whose prefixes differ but stand for one namespace.
    fn check_expanded_names(&mut self, first: usize) {
        let mut expanded: Vec<(&str, &str, Span)> = Vec::new();
        for row in &self.attributes[first..] {
            let Some((prefix, local)) = self.slice(row.name).split_once(':') else {
                continue;
            };
            if let Some(declaration) = self.namespaces.get(prefix) {
                let namespace = self.value(self.attributes[declaration as usize].value);
                expanded.push((local, namespace, row.name));
            }
        }
        expanded.sort_unstable();
        let pairs: Vec<(Span, Span)> = expanded
            .windows(2)
            .filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1))
            .map(|pair| (pair[0].2, pair[1].2))
            .collect();
        for (earlier, again) in pairs {
            let finding = self
                .duplicate(earlier, again)
                .label("again, under another prefix")
                .note("both prefixes mean the same namespace");
            self.report(finding);
        }
    }
}
