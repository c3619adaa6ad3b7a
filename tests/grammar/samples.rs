//! Good and bad documents, made from declarations.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "the methods of a borrowed element are not general enough"
)]

use std::sync::Arc;

use callflow::command::{AttributeSpec, Role, SPECS, Spec};
use callflow::diagnostic::{Diagnostic, Severity};
use callflow::flow::compile;
use callflow::source::{Source, Span};
use callflow::xml::{self, Document, Element};

/// A document with its name: a rule, a command, and what tells it from others, with dots between.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) xml: String,
}

impl Sample {
    fn new(name: impl Into<String>, xml: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            xml: xml.into(),
        }
    }

    /// The rule that finds the mistake.
    pub(crate) fn rule(&self) -> &str {
        self.name.split('.').next().unwrap_or("")
    }
}

pub(crate) fn document(xml: &str) -> Document {
    xml::parse(Arc::new(Source::new("sample.xml", xml))).0
}

fn findings(xml: &str) -> Vec<Diagnostic> {
    let (document, mut findings) = xml::parse(Arc::new(Source::new("sample.xml", xml)));
    findings.extend(compile(document).1);
    findings
}

/// The rules of the errors that the reader finds.
pub(crate) fn errors(xml: &str) -> Vec<&'static str> {
    let errors = findings(xml).into_iter();
    errors
        .filter(|one| one.severity == Severity::Error)
        .map(|one| one.rule)
        .collect()
}

/// Whether the document has one mistake, which this rule finds.
fn is_found(xml: &str, rule: &str) -> bool {
    let found = findings(xml);
    match found
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .count()
    {
        0 => found.iter().filter(|one| one.rule == rule).count() == 1,
        1 => found
            .iter()
            .any(|one| one.rule == rule && one.severity == Severity::Error),
        _ => false,
    }
}

/// An example in which an element of this name stands, with changes to it.
struct Draft {
    xml: String,
    name: &'static str,
}

impl Draft {
    /// The command alone, and every example in which it stands, the shortest first.
    fn all(spec: &'static Spec) -> impl Iterator<Item = Self> {
        let mut examples: Vec<_> = SPECS.iter().flat_map(|spec| spec.examples).collect();
        examples.sort_by_key(|example| example.xml.len());
        let bare = format!("<Response><{}/></Response>", spec.name);
        let examples = examples.into_iter().map(|example| example.xml.to_owned());
        std::iter::once(bare)
            .chain(examples)
            .map(|xml| Self {
                xml,
                name: spec.name,
            })
            .filter(|draft| draft.with(|_| ()).is_some())
    }

    fn with<T>(&self, read: impl FnOnce(Element<'_>) -> T) -> Option<T> {
        let document = document(&self.xml);
        let found = document
            .elements()
            .find(|element| element.name() == self.name);
        found.map(read)
    }

    /// The element with all that stands inside it.
    fn source(&self) -> Option<String> {
        self.with(|one| one.document().source().slice(one.span()).to_owned())
    }

    fn replace(mut self, span: Option<Span>, text: &str) -> Self {
        if let Some(span) = span {
            self.xml.replace_range(span.range(), text);
        }
        self
    }

    fn without(self, attribute: &AttributeSpec) -> Self {
        let text = attribute
            .content
            .then(|| self.with(|element| element.text_span()).flatten())
            .flatten();
        let draft = self.replace(text, "");
        let given = |element: Element<'_>| {
            element
                .attributes()
                .find(|one| attribute.answers_to(one.name()))
                .map(|one| one.span())
        };
        let span = draft.with(given).flatten();
        draft.replace(span, "")
    }

    fn attribute(self, name: &str, value: &str) -> Self {
        let end = self.with(|element| element.name_span().end as usize);
        let end = end.map(Span::at);
        self.replace(end, &format!(" {name}=\"{value}\""))
    }

    fn set(self, attribute: &AttributeSpec, value: &str) -> Self {
        self.without(attribute).attribute(attribute.name, value)
    }

    /// Puts something behind all that stands in the element.
    fn put(self, xml: &str) -> Self {
        let places = self.with(|element| (element.end_tag_span(), element.span().end as usize));
        let Some((end_tag, end)) = places else {
            return self;
        };
        if let Some(tag) = end_tag {
            self.replace(Some(Span::at(tag.start as usize)), xml)
        } else {
            let name = self.name;
            self.replace(Some(Span::new(end - 2, end)), &format!(">{xml}</{name}>"))
        }
    }

    fn rename(self, name: &str) -> Self {
        let length = self.name.len();
        let end =
            |element: Element<'_>| element.end_tag_span().map(|end| end.within(2, 2 + length));
        let end = self.with(end).flatten();
        let start = self.with(|element| element.name_span());
        self.replace(end, name).replace(start, name)
    }
}

/// Values of which some type refuses one or takes one.
const VALUES: &[&str] = &[
    "",
    "no such value",
    "-",
    "99:99:99-25:61:61",
    "xyz,",
    "12 3",
    "anna@",
    "1",
    "1000",
    "both",
    "true",
    "GET",
    "mon,tue",
    "NJ",
    "ESSEX",
    "350, 440",
    "-10.5",
    " 7 ",
    "0001",
    "https://example.com/a?b=c#d",
    "a@[::1]:5070;transport=tcp",
    "+1 (222) 333-4455",
    "09:00:00 - 17:30:00",
    "*0#",
    "Standard",
    "MALE",
];

pub(crate) fn good() -> Vec<Sample> {
    let mut good = Vec::new();
    for &spec in SPECS {
        for (index, example) in spec.examples.iter().enumerate() {
            good.push(Sample::new(
                format!("example.{}.{index}", spec.name),
                example.xml,
            ));
        }
        let mut add = |kind: &str, what: &str, make: &dyn Fn(Draft) -> Draft| {
            let mut made = Draft::all(spec).map(|draft| make(draft).xml);
            if let Some(xml) = made.find(|xml| errors(xml).is_empty()) {
                good.push(Sample::new(format!("{kind}.{}.{what}", spec.name), xml));
            }
        };
        for one in spec.attributes {
            for (index, value) in VALUES.iter().chain(one.kind.words).enumerate() {
                let what = format!("{}-{index}", one.name);
                add("value", &what, &|draft| draft.set(one, value));
                if one.content {
                    add("text", &what, &|draft| draft.without(one).put(value));
                }
                for name in one.also {
                    add("other-attribute", &format!("{name}-{index}"), &|draft| {
                        draft.without(one).attribute(name, value)
                    });
                }
            }
            if let Some(default) = one.default {
                add("default", one.name, &|draft| draft.set(one, &default()));
            }
            if !one.required {
                add("left-out", one.name, &|draft| draft.without(one));
            }
        }
        if !spec.complete {
            add("open", "attribute", &|draft| {
                draft.attribute("not_known_yet", "1")
            });
        }
        for name in spec.also {
            add("other-name", name, &|draft| draft.rename(name));
        }
        add("foreign", "attribute", &|draft| {
            draft
                .attribute("xmlns:x", "urn:x")
                .attribute("x:note", "1")
                .attribute("xml:lang", "en")
        });
        add("comment", "inside", &|draft| {
            draft.put("<!-- a comment --><?target data?>")
        });
        for child in SPECS {
            let inner = element(child);
            add("inside", child.name, &|draft| draft.put(&inner));
        }
        if spec.role == Role::Step {
            add("bare", "root", &|draft| {
                let xml = draft.source();
                Draft {
                    xml: xml.unwrap_or_default(),
                    name: draft.name,
                }
            });
        }
    }
    good
}

/// The shortest element of a command that an example shows; where none does, the bare element.
fn element(spec: &'static Spec) -> String {
    let bare = format!("<{}/>", spec.name);
    let elements = Draft::all(spec).filter_map(|draft| draft.source());
    let shown = elements.filter(|xml| *xml != bare || spec.attributes.is_empty());
    shown.min_by_key(String::len).unwrap_or(bare)
}

pub(crate) fn bad() -> Vec<Sample> {
    let mut bad = Vec::new();
    for &spec in SPECS {
        let mut add = |rule: &str, what: &str, make: &dyn Fn(Draft) -> Draft| {
            let mut made = Draft::all(spec).map(|draft| make(draft).xml);
            if let Some(xml) = made.find(|xml| is_found(xml, rule)) {
                bad.push(Sample::new(format!("{rule}.{}.{what}", spec.name), xml));
            }
        };
        if spec.complete {
            add("unknown-attribute", "any", &|draft| {
                draft.attribute("frobnicate", "1")
            });
        }
        if spec.tag {
            add("invalid-value", "tag", &|draft| draft.attribute("tag", " "));
        }
        for one in spec.attributes {
            for (index, value) in VALUES.iter().enumerate() {
                let what = format!("{}-{index}", one.name);
                add("invalid-value", &what, &|draft| draft.set(one, value));
                if one.content && !value.is_empty() {
                    let what = format!("{}-{index}.text", one.name);
                    add("invalid-value", &what, &|draft| {
                        draft.without(one).put(value)
                    });
                }
            }
            let mut groups = spec.exclusive.iter().filter(|group| group.needed);
            let kind = if one.content { "text" } else { "alone" };
            if one.required || groups.any(|group| group.attributes.contains(&one.name)) {
                let what = format!("{}.{kind}", one.name);
                add("missing-attribute", &what, &|draft| draft.without(one));
            }
            if one.content {
                let what = format!("{}.text", one.name);
                add("exclusive-forms", &what, &|draft| {
                    let given = draft.with(|element| element.text().trim().to_owned());
                    let given = given.filter(|text| !text.is_empty()).unwrap_or_default();
                    draft.attribute(one.name, &given)
                });
            }
            for name in one.also {
                add("exclusive-forms", name, &|draft| {
                    let value = one.default.map(|default| default()).unwrap_or_default();
                    draft.set(one, &value).attribute(name, &value)
                });
            }
        }
        for group in spec.exclusive {
            for pair in group.attributes.windows(2) {
                for (index, value) in VALUES.iter().enumerate() {
                    add(
                        "exclusive-forms",
                        &format!("{}-{index}", pair.concat()),
                        &|draft| draft.attribute(pair[0], value).attribute(pair[1], value),
                    );
                }
            }
        }
        add("stray-text", "any", &|draft| draft.put("text"));
        add("unknown-element", "any", &|draft| {
            draft.put("<Frobnicate/>")
        });
        add("duplicate-meta", "any", &|draft| {
            draft.put("<Meta name=\"a\" value=\"1\"/><Meta name=\"a\" value=\"2\"/>")
        });
        for child in SPECS {
            let inner = element(child);
            add("misplaced-element", child.name, &|draft| draft.put(&inner));
        }
        add("missing-destination", "any", &|draft| {
            let inside = draft.with(|one| {
                let (start, end) = (one.start_tag_span().end, one.end_tag_span()?.start);
                Some(Span::new(start as usize, end as usize))
            });
            draft.replace(inside.flatten(), "<Error/>")
        });
        if !matches!(spec.role, Role::Root | Role::Step) {
            let root = element(spec);
            if is_found(&root, "unknown-element") {
                bad.push(Sample::new(
                    format!("unknown-element.{}.root", spec.name),
                    root,
                ));
            }
        }
    }
    bad
}
