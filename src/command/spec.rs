//! What a command says of itself.

use std::fmt;

use super::key::{self, Slot};
use super::{Command, Reading};
use crate::channel::timing;
use crate::fidelity::Assumption;
use crate::value::Kind;

/// A command's declaration.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name in XML and in the events.
    pub name: &'static str,
    /// Names under which some page of the documentation shows it.
    pub also: &'static [&'static str],
    /// Its documentation, a line each, in Markdown.
    pub docs: &'static [&'static str],
    /// Its page under <https://doc.opentact.org/opentact-call-xml/>; empty where none could be read.
    pub page: &'static str,
    /// Its own attributes; `tag` is common.
    pub attributes: &'static [AttributeSpec],
    /// Attributes that say the same thing.
    pub exclusive: &'static [Exclusive],
    /// Keys of its compiled JSON that are worked out from the attributes and the caller.
    pub compiled: &'static [CompiledSpec],
    /// Whether no attribute is missing here: the platform's list of attributes could be read.
    pub complete: bool,
    /// Whether it takes a `tag`.
    pub tag: bool,
    /// What it is in a flow.
    pub role: Role,
    /// What may stand inside it, beside Error and Meta.
    pub contains: Contains,
    /// The role of what current pages write instead, where only older ones show it.
    pub instead: Option<Role>,
    /// The platform's own delays around it.
    pub gaps: Gaps,
    /// Flows that show it; they are run as tests.
    pub examples: &'static [Example],
    /// The index of the attribute that may be written as the element's text.
    pub(super) content: Option<usize>,
    /// The keys of its compiled JSON in the order in which they are written.
    pub slots: &'static [Slot],
    /// Reads the command from an element. Declarations have no address of their own to tell them
    /// apart by: constants may be copied.
    pub(super) read: fn(&mut Reading<'_>) -> Option<Command>,
}

impl Spec {
    /// What a declaration leaves out.
    pub const EMPTY: Self = Self {
        name: "",
        also: &[],
        docs: &[],
        page: "",
        attributes: &[],
        exclusive: &[],
        compiled: &[],
        complete: true,
        tag: true,
        role: Role::Step,
        contains: Contains::Nothing,
        instead: None,
        gaps: Gaps::ASSUMED,
        examples: &[],
        content: None,
        slots: &[],
        read: |_| None,
    };

    /// The attribute of this name, or of one that stands for it.
    pub fn attribute(&self, name: &str) -> Option<&'static AttributeSpec> {
        self.attributes.iter().find(|one| one.answers_to(name))
    }

    /// The attribute that has this name in any case.
    pub fn attribute_like(&self, name: &str) -> Option<&'static AttributeSpec> {
        let mut attributes = self.attributes.iter();
        attributes.find(|one| one.name.eq_ignore_ascii_case(name))
    }

    /// The keys of its compiled JSON in the order in which they are written; an attribute that is
    /// not written under its own name has none.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.slots.iter().filter_map(|&slot| match slot {
            Slot::Common(common) => Some(common.name()),
            Slot::Attribute(index) => {
                let attribute = self.attributes.get(index)?;
                attribute.written.then_some(attribute.name)
            }
            Slot::Compiled(index) => self.compiled.get(index).map(|one| one.name),
        })
    }

    /// The attribute that may be written as the element's text.
    pub fn content(&self) -> Option<&'static AttributeSpec> {
        self.attributes.get(self.content?)
    }

    /// Whether a command of that role may stand inside this one.
    pub fn takes(&self, role: Role) -> bool {
        match role {
            Role::Root => false,
            Role::Handler => !matches!(self.role, Role::Meta),
            Role::Meta => !matches!(self.role, Role::Root | Role::Meta),
            Role::Step | Role::Unsupported => {
                matches!(self.contains, Contains::Commands | Contains::Branches)
            }
            Role::Destination => self.contains == Contains::Destinations,
            Role::Branch | Role::Group => self.contains == Contains::Branches,
            Role::Case => self.contains == Contains::Cases,
            Role::Otherwise => matches!(self.contains, Contains::Branches | Contains::Cases),
        }
    }
}

/// The index of the attribute that may be written as the element's text.
pub(super) const fn content(attributes: &[AttributeSpec]) -> Option<usize> {
    let mut index = 0;
    while index < attributes.len() {
        if attributes[index].content {
            return Some(index);
        }
        index += 1;
    }
    None
}

/// Which attributes the groups of exclusive ones are of, a bit for each.
pub(super) const fn masks<const N: usize>(spec: &Spec) -> [u32; N] {
    let mut masks = [0; N];
    let mut group = 0;
    while group < N {
        let names = spec.exclusive[group].attributes;
        let mut index = 0;
        while index < spec.attributes.len() {
            let mut at = 0;
            while at < names.len() {
                if key::is_same(names[at], spec.attributes[index].name) {
                    masks[group] |= 1 << index;
                }
                at += 1;
            }
            index += 1;
        }
        group += 1;
    }
    masks
}

/// What a command is in a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The document's root: neither logged nor part of a path (observed).
    Root,
    /// A command that runs in its turn and has a log entry.
    Step,
    /// Runs when the command around it fails; compiled into that command's `error` (observed).
    Handler,
    /// Runs when its code was pressed.
    Branch,
    /// The same in the older dialect, inside a group.
    Case,
    /// Runs when no code matches.
    Otherwise,
    /// Holds the branches of the older dialect; has no entry of its own.
    Group,
    /// Where a Dial goes; has no entry of its own (observed).
    Destination,
    /// A key and a value for the command around it.
    Meta,
    /// A known name that nothing documents: reported, not run.
    Unsupported,
}

/// What may stand inside a command, beside Error and Meta.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contains {
    /// Nothing.
    Nothing,
    /// Commands, run in their order.
    Commands,
    /// Destinations.
    Destinations,
    /// Branches by code, and prompts.
    Branches,
    /// Branches of the older dialect.
    Cases,
}

/// The platform's own delays around a command, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gaps {
    /// From its entry to that of its first child.
    pub into: u64,
    /// From its end to the next entry.
    pub after: u64,
}

impl Gaps {
    /// Where nothing was observed (`step-time`).
    pub const ASSUMED: Self = Self {
        into: timing::INTO_BLOCK,
        after: timing::AFTER_COMMAND,
    };
}

/// Where the knowledge of an attribute comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// Stated by the documentation.
    Documented,
    /// Seen in a published event.
    Observed,
    /// Seen in an example of the documentation only.
    Example,
    /// From older pages, schemas or customers' code of 2021 and 2022.
    Older,
    /// Settled by no source.
    Assumed,
}

impl fmt::Display for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Example => "example",
            Self::Older => "older",
            Self::Assumed => "assumed",
        })
    }
}

/// One attribute of a command.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a declaration")]
pub struct AttributeSpec {
    /// Its name.
    pub name: &'static str,
    /// Names that some page writes for it.
    pub also: &'static [&'static str],
    /// One or two lines of documentation.
    pub docs: &'static [&'static str],
    /// Its type.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// Its default as it would stand in XML.
    pub default: Option<fn() -> String>,
    /// Where the knowledge of it comes from.
    pub evidence: Evidence,
    /// Whether it may be written as the element's text instead.
    pub content: bool,
    /// Whether the compiled JSON has it under its own name.
    pub written: bool,
    /// What is assumed when it is left out, or written under another name.
    pub assumption: Option<Assumption>,
    /// The attribute that current pages write instead, where only older ones show it.
    pub instead: Option<&'static str>,
    /// A smaller value than this, in milliseconds, was most likely meant in seconds.
    pub seconds_below: u64,
    /// What is sent there is worth keeping secret, or what comes back steers the call.
    pub private: bool,
}

impl AttributeSpec {
    /// An attribute in its plainest form.
    pub const fn new(
        name: &'static str,
        docs: &'static [&'static str],
        kind: Kind,
        evidence: Evidence,
    ) -> Self {
        Self {
            name,
            also: &[],
            docs,
            kind,
            required: false,
            default: None,
            evidence,
            content: false,
            written: true,
            assumption: None,
            instead: None,
            seconds_below: 0,
            private: false,
        }
    }

    /// The attribute, required unless its type may be left out or a default is given.
    #[must_use]
    pub const fn absence(mut self, optional: bool, default: Option<fn() -> String>) -> Self {
        self.required = !optional && default.is_none();
        self.default = default;
        self
    }

    /// The attribute, which may be written as the element's text.
    #[must_use]
    pub const fn content(mut self) -> Self {
        self.content = true;
        self
    }

    /// The attribute, which the compiled JSON has in another form.
    #[must_use]
    pub const fn unwritten(mut self) -> Self {
        self.written = false;
        self
    }

    /// The attribute, with names that some page writes for it.
    #[must_use]
    pub const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }

    /// The attribute, with what is assumed when it is left out, or written under another name.
    #[must_use]
    pub const fn assumed(mut self, assumption: Assumption) -> Self {
        self.assumption = Some(assumption);
        self
    }

    /// The attribute of the older dialect, with the one that current pages write instead.
    #[must_use]
    pub const fn instead(mut self, name: &'static str) -> Self {
        self.instead = Some(name);
        self
    }

    /// The attribute, with the least milliseconds that do not look like seconds.
    #[must_use]
    pub const fn seconds_below(mut self, least: u64) -> Self {
        self.seconds_below = least;
        self
    }

    /// The attribute, whose address should be reached in secret.
    #[must_use]
    pub const fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Whether it is meant by a name.
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.also.contains(&name)
    }
}

/// Attributes that say the same thing: an element has at most one of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exclusive {
    /// Their names.
    pub attributes: &'static [&'static str],
    /// Whether one of them must be given.
    pub needed: bool,
}

/// A key of a command's compiled JSON that is no attribute as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CompiledSpec {
    /// The key.
    pub name: &'static str,
    /// One or two lines of documentation.
    pub docs: &'static [&'static str],
}

/// A flow that shows a command.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// A whole document.
    pub xml: &'static str,
}
