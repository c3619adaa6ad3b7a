//! Reads an element's attributes in one pass, and says what is wrong with them.

use crate::diagnostic::{Diagnostic, Edit, Fix, Rule, Safety, Severity};
use crate::fidelity::{Assumption, Assumptions};
use crate::secret::masked;
use crate::source::{Span, trimmed};
use crate::value::{Refusal, Text, Url, Value, is_same_name, nearest};
use crate::xml::{Attribute, AttributeId, Element, NodeId};

use super::dialect::{self, ForeignAttribute};
use super::spec::{AttributeSpec, Role, Spec};

/// An attribute that no page documents.
pub(super) const UNKNOWN_ATTRIBUTE: &str = "unknown-attribute";
/// A value that cannot be read.
pub(super) const INVALID_VALUE: &str = "invalid-value";
/// A required attribute that is missing.
pub(super) const MISSING_ATTRIBUTE: &str = "missing-attribute";
/// A value given twice, as attribute and as text.
pub(super) const EXCLUSIVE_FORMS: &str = "exclusive-forms";
/// A form that one page shows and another contradicts.
pub const CONTRADICTORY_FORM: &str = "contradictory-form";

/// The rules of this room.
pub const RULES: &[Rule] = &[
    Rule {
        id: UNKNOWN_ATTRIBUTE,
        severity: Severity::Error,
        summary: "an attribute that the command does not have",
        page: include_str!("rules/unknown-attribute.md"),
    },
    Rule {
        id: INVALID_VALUE,
        severity: Severity::Error,
        summary: "an attribute's value that cannot be read",
        page: include_str!("rules/invalid-value.md"),
    },
    Rule {
        id: MISSING_ATTRIBUTE,
        severity: Severity::Error,
        summary: "a required attribute that is missing",
        page: include_str!("rules/missing-attribute.md"),
    },
    Rule {
        id: EXCLUSIVE_FORMS,
        severity: Severity::Error,
        summary: "a value that is given twice, in two ways",
        page: include_str!("rules/exclusive-forms.md"),
    },
    Rule {
        id: CONTRADICTORY_FORM,
        severity: Severity::Warning,
        summary: "a spelling that the documentation contradicts elsewhere",
        page: include_str!("rules/contradictory-form.md"),
    },
];

/// An attribute that was given, as such or as the element's text, readable or not.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// The declaration of the command.
    pub command: &'static Spec,
    /// The declaration of the attribute.
    pub attribute: &'static AttributeSpec,
    /// The element.
    pub element: NodeId,
    /// Where it is written; the element's text where absent.
    pub written: Option<AttributeId>,
}

/// The reading of one element.
#[derive(Debug)]
pub struct Reading<'a> {
    element: Element<'a>,
    spec: &'static Spec,
    findings: &'a mut Vec<Diagnostic>,
    all_given: &'a mut Vec<Given>,
    /// The common attribute `tag`.
    pub tag: Option<Text>,
    /// What was assumed of attributes that were left out or written in an undocumented way.
    pub assumed: Assumptions,
    given: u32,
}

impl<'a> Reading<'a> {
    /// Begins to read an element. What is wrong with it, and which attributes are given, is added
    /// to the lists.
    pub fn new(
        element: Element<'a>,
        spec: &'static Spec,
        findings: &'a mut Vec<Diagnostic>,
        all_given: &'a mut Vec<Given>,
    ) -> Self {
        let assumed = Assumptions::default();
        Self {
            element,
            spec,
            findings,
            all_given,
            tag: None,
            assumed,
            given: 0,
        }
    }

    /// The element's attributes.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        self.element.attributes()
    }

    /// Whether the attribute with this index was written, readable or not.
    pub fn was_given(&self, index: usize) -> bool {
        self.given & (1 << index) != 0
    }

    /// The place of the element's name.
    pub fn place(&self) -> Span {
        self.element.name_span()
    }

    /// Reports something wrong with the element as a whole.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Reads the value of the attribute with this index in the spec.
    pub fn value<T: Value>(&mut self, index: usize, attribute: Attribute<'a>) -> Option<T> {
        let spec = self.note(index, Some(attribute.id()));
        if self.was_given(index) {
            let message = format!("`{}` is given twice, under two names", spec.name);
            self.findings.push(
                Diagnostic::error(EXCLUSIVE_FORMS, attribute.span(), message)
                    .help(format!("keep one of them: `{}`", spec.name)),
            );
            return None;
        }
        self.given |= 1 << index;
        self.read(spec, attribute.value(), attribute.value_span())
    }

    /// Reads the element's text as the value of the attribute that may be written so.
    pub fn content<T: Value>(&mut self, index: usize) -> Option<T> {
        let (text, span) = self.element.content()?;
        let spec = self.note(index, None);
        if self.was_given(index) {
            let given = self
                .element
                .attribute(spec.name)
                .map_or(span, Attribute::span);
            self.findings.push(
                Diagnostic::error(
                    EXCLUSIVE_FORMS,
                    given,
                    format!("`{}` is given as attribute and as text", spec.name),
                )
                .label("once here")
                .also(span, "and once here")
                .help("keep one of them: it is not documented which one the platform uses"),
            );
            return None;
        }
        self.given |= 1 << index;
        self.read(spec, &text, span)
    }

    /// Notes that the attribute with this index is given, and gives its declaration.
    fn note(&mut self, index: usize, written: Option<AttributeId>) -> &'static AttributeSpec {
        let attribute = &self.spec.attributes[index];
        self.all_given.push(Given {
            command: self.spec,
            attribute,
            element: self.element.id(),
            written,
        });
        attribute
    }

    fn read<T: Value>(
        &mut self,
        spec: &'static AttributeSpec,
        text: &str,
        span: Span,
    ) -> Option<T> {
        let value = trimmed(text);
        let refusal = match T::read(value) {
            Ok(value) => return Some(value),
            Err(refusal) => refusal,
        };
        self.refuse(
            spec,
            value,
            text.len() - text.trim_start().len(),
            span,
            refusal,
        );
        None
    }

    fn refuse(
        &mut self,
        spec: &'static AttributeSpec,
        text: &str,
        blanks: usize,
        span: Span,
        refusal: Refusal,
    ) {
        let raw = self.element.document().source().slice(span);
        // Offsets into the value are places in the source only where nothing was unescaped.
        let is_placed = raw.get(blanks..).is_some_and(|raw| raw.starts_with(text));
        let place = match refusal.part {
            Some((start, end)) if is_placed => span.within(blanks + start, blanks + end),
            None if is_placed => span.within(blanks, blanks + text.len()),
            _ => span,
        };
        let message = match text {
            "" => format!("`{}` of {} is empty", spec.name, self.spec.name),
            _ => format!(
                "`{}` of {} cannot be {}",
                spec.name,
                self.spec.name,
                quoted(text)
            ),
        };
        let mut finding =
            Diagnostic::error(INVALID_VALUE, place, message).label(match refusal.why {
                Some(why) => why,
                None => format!("expected {}", spec.kind.expected).into(),
            });
        if let Some(help) = refusal.help {
            finding = finding.help(help);
        } else if text.is_empty() && !spec.required {
            finding = finding.help(match &spec.default {
                Some(default) => format!("or leave it out: the default is `{}`", default()),
                None => "leave it out".to_owned(),
            });
        }
        if let Some(instead) = refusal.instead.filter(|_| is_placed) {
            let title = format!("write `{instead}`");
            finding = finding.fix(Safety::Unsafe, title, place, instead);
        }
        self.findings.push(finding);
    }

    /// Takes an attribute that the command does not have: the common `tag`, or a finding.
    pub fn other(&mut self, attribute: Attribute<'a>) {
        let name = attribute.name();
        if name == "tag" && self.spec.tag {
            self.tag = if let Ok(tag) = Text::read(attribute.value()) {
                Some(tag)
            } else {
                let message = format!("`tag` of {} is empty", self.spec.name);
                self.findings.push(
                    Diagnostic::error(INVALID_VALUE, attribute.value_span(), message)
                        .label("expected a text that is not empty"),
                );
                None
            };
            return;
        }
        if name == "xmlns" || name.contains(':') || self.spec.role == Role::Unsupported {
            return;
        }
        let severity = if self.spec.complete {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = format!("{} has no attribute `{name}`", self.spec.name);
        let mut finding =
            Diagnostic::new(UNKNOWN_ATTRIBUTE, severity, attribute.name_span(), message);
        let names = self.spec.attributes.iter().map(|one| one.name);
        let names: Vec<_> = names.chain(self.spec.tag.then_some("tag")).collect();
        if let Some(foreign) = dialect::attribute(self.spec.name, name) {
            finding = finding.help(foreign.help());
            finding.fix = self.translate(foreign, attribute);
        } else if let Some(near) = nearest(name, names.iter().copied()) {
            finding = finding.help(format!("did you mean `{near}`?"));
            // An element has each attribute once.
            if self.element.attribute(near).is_none() {
                finding = finding.fix(
                    Safety::certain_if(is_same_name(name, near)),
                    format!("write `{near}`"),
                    attribute.name_span(),
                    near,
                );
            }
        } else if names.is_empty() {
            finding = finding.help(format!("{} has no attributes", self.spec.name));
        } else {
            finding = finding.help(format!("its attributes are {}", list(&names)));
        }
        if !self.spec.complete {
            finding = finding.note(
                "the list of attributes for this command is incomplete, so this is only a warning",
            );
        }
        self.findings.push(finding);
    }

    /// A fix that writes an attribute of another dialect in ours, where both mean the same.
    fn translate(&self, foreign: &ForeignAttribute, attribute: Attribute<'a>) -> Option<Fix> {
        let same = foreign.same?;
        if self.element.attribute(same).is_some() {
            return None;
        }
        let is_url = |spec: &AttributeSpec| spec.kind.name == Url::KIND.name;
        if self.spec.attribute(same).is_some_and(is_url) {
            // Other dialects take relative ones as well.
            Url::read(attribute.value().trim()).ok()?;
        }
        let mut edits = vec![Edit {
            span: attribute.name_span(),
            replacement: same.into(),
        }];
        if foreign.factor != 1 {
            let number: u64 = attribute.value().trim().parse().ok()?;
            edits.push(Edit {
                span: attribute.value_span(),
                replacement: number.checked_mul(foreign.factor)?.to_string().into(),
            });
        }
        Some(Fix {
            title: format!("write `{same}`").into(),
            // Another unit may have been meant as ours.
            safety: Safety::certain_if(foreign.factor == 1),
            edits,
        })
    }

    /// Reports that a required attribute is missing, unless it was given and could not be read.
    pub fn missing<T>(&mut self, index: usize) -> Option<T> {
        if self.was_given(index) {
            return None;
        }
        let spec = &self.spec.attributes[index];
        if self.has_element_for(spec.name) {
            return None;
        }
        let text = if spec.content {
            format!(
                ", or write it as the text of the element: <{0}>…</{0}>",
                self.spec.name
            )
        } else {
            String::new()
        };
        self.findings.push(
            Diagnostic::error(
                MISSING_ATTRIBUTE,
                self.element.name_span(),
                format!("{} needs `{}`", self.spec.name, spec.name),
            )
            .label(format!("expected {}", spec.kind.expected))
            .help(format!("add `{}=\"…\"`{text}", spec.name)),
        );
        None
    }

    /// Reports that the attribute with this index is written under another name.
    pub(super) fn contradictory(&mut self, index: usize, attribute: Attribute<'a>) {
        let spec = &self.spec.attributes[index];
        self.assume(spec.assumption);
        let message = format!(
            "`{}` of {} is written `{}`",
            attribute.name(),
            self.spec.name,
            spec.name
        );
        self.findings.push(
            Diagnostic::warning(CONTRADICTORY_FORM, attribute.name_span(), message)
                .note("the documentation shows both; the compiled commands of published events have the second")
                .fix(
                    Safety::certain_if(is_same_name(attribute.name(), spec.name)),
                    format!("write `{}`", spec.name),
                    attribute.name_span(),
                    spec.name,
                ),
        );
    }

    /// Reports attributes that say the same thing: more than one of them, or none where one is
    /// needed.
    ///
    /// The masks say which attributes the groups are of.
    pub(super) fn exclusive(&mut self, masks: &[u32]) {
        for (group, mask) in self.spec.exclusive.iter().zip(masks) {
            let given = (self.given & mask).count_ones();
            if given == 1 || given == 0 && !group.needed {
                continue;
            }
            let spec = self.spec.attributes.iter().enumerate();
            let mut given = spec
                .filter(|(index, one)| {
                    self.was_given(*index) && group.attributes.contains(&one.name)
                })
                .map(|(_, one)| one.name);
            match (given.next(), given.next()) {
                (None, _) if group.needed => self.missing_one(group.attributes),
                (Some(first), Some(second)) => self.both(first, second),
                _ => {}
            }
        }
    }

    fn both(&mut self, first: &str, second: &str) {
        let span = |name| {
            self.element
                .attribute(name)
                .map_or(self.place(), Attribute::span)
        };
        let finding = Diagnostic::error(
            EXCLUSIVE_FORMS,
            span(first),
            format!("{} has both `{first}` and `{second}`", self.spec.name),
        )
        .label("once here")
        .also(span(second), "and once here")
        .help("keep one of them: it is not documented which one the platform uses");
        self.findings.push(finding);
    }

    /// Whether an attribute stands as an element inside, which is reported as one that does not exist.
    fn has_element_for(&self, attribute: &str) -> bool {
        let mut inside = self.element.elements();
        inside.any(|child| {
            child.name().eq_ignore_ascii_case(attribute) && super::spec(child.name()).is_none()
        })
    }

    fn missing_one(&mut self, names: &[&str]) {
        if names.iter().any(|name| self.has_element_for(name)) {
            return;
        }
        let message = format!("{} needs one of {}", self.spec.name, list(names));
        self.findings
            .push(Diagnostic::error(MISSING_ATTRIBUTE, self.place(), message));
    }

    /// Notes what was assumed, if anything was.
    pub fn assume(&mut self, assumption: Option<Assumption>) {
        if let Some(assumption) = assumption {
            self.assumed.insert(assumption);
        }
    }
}

/// A value in backquotes, shortened where it is long.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    // Half an address does not show where its password ends.
    let text = masked(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// Names as a sentence lists them.
pub fn list(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
