//! What the rules look at: every command of a flow with its traits, every attribute with its type,
//! and what comes behind each command. Worked out once, in a few passes over the flow.

use std::borrow::Cow;

use super::Settings;
use crate::command::{self, AttributeSpec, Role, Spec};
use crate::command::{Heard, Impact, Keys, Recording, Traits, Voice};
use crate::flow::{Flow, Node, NodeId};
use crate::source::{Span, trimmed};
use crate::value::Value;
use crate::xml::{Attribute, Document, Element};

/// A flow as the rules see it.
pub(super) struct Scope<'a> {
    pub(super) flow: &'a Flow,
    pub(super) settings: &'a Settings,
    /// Every command, in document order.
    pub(super) places: Vec<Place<'a>>,
    /// The places of those that speak, take keys, and have to do with a recording.
    speaking: Vec<usize>,
    choosing: Vec<usize>,
    recording: Vec<usize>,
    /// The marks of the types of all attributes that are given.
    kinds: u64,
    /// Whether every end tag is there, so that the tree is what the author wrote.
    pub(super) is_sound: bool,
    /// Whether every element was understood.
    pub(super) is_whole: bool,
    /// The root element.
    pub(super) root: Element<'a>,
}

/// An attribute that was given, as such or as the element's text.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    document: &'a Document,
    given: command::Given,
}

/// A command in its flow.
pub(super) struct Place<'a> {
    pub(super) id: NodeId,
    pub(super) node: &'a Node,
    spec: &'static Spec,
    pub(super) element: Element<'a>,
    pub(super) traits: &'a Traits<'a>,
    /// Whether something directly inside it was not understood.
    pub(super) is_partial: bool,
    /// Whether the caller can hear something of it, or of what stands inside it.
    pub(super) is_heard: bool,
    /// What comes behind it.
    pub(super) ahead: Ahead,
}

/// What comes behind a command on its way to the end of the flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ahead {
    /// The flow runs out, and the caller hears nothing more.
    Silence,
    /// A command ends the call before the caller hears anything more.
    End,
    /// The caller hears something.
    Sound,
    /// Something that was not understood.
    Unknown,
}

/// What runs when a command is over.
#[derive(Clone, Copy)]
pub(super) enum Next<'s, 'a> {
    /// The flow is over.
    Nothing,
    /// This command.
    Command(&'s Place<'a>),
    /// It depends on what is not known here.
    Unknown,
}

impl<'a> Given<'a> {
    pub(super) fn command(self) -> &'static Spec {
        self.given.command
    }

    pub(super) fn attribute(self) -> &'static AttributeSpec {
        self.given.attribute
    }

    pub(super) fn element(self) -> Option<Element<'a>> {
        self.document.element(self.given.element)
    }

    /// The attribute as it is written; absent where it was given as text.
    fn written(self) -> Option<Attribute<'a>> {
        self.document.attribute(self.given.written?)
    }

    /// Where its name stands; the element's name where it was given as text.
    pub(super) fn name_span(self) -> Span {
        let written = self.written().map(Attribute::name_span);
        written
            .or_else(|| self.element().map(Element::name_span))
            .unwrap_or_default()
    }

    /// Where the value stands.
    pub(super) fn span(self) -> Span {
        let written = self.written().map(Attribute::value_span);
        written
            .or_else(|| self.element()?.text_span())
            .unwrap_or_default()
    }

    /// The value, trimmed.
    pub(super) fn value(self) -> Cow<'a, str> {
        let text = match self.written() {
            Some(attribute) => Cow::Borrowed(attribute.value()),
            None => self.element().map(Element::text).unwrap_or_default(),
        };
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
            Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
        }
    }
}

impl Place<'_> {
    pub(super) fn spec(&self) -> &'static Spec {
        self.spec
    }

    pub(super) fn name(&self) -> &'static str {
        self.spec().name
    }

    pub(super) fn name_span(&self) -> Span {
        self.element.name_span()
    }

    /// Whether it has an attribute that its declaration does not know, which may be what is meant for one
    /// that is missing.
    pub(super) fn has_unknown_attribute(&self) -> bool {
        self.element.attributes().any(|given| {
            let name = given.name();
            name != "tag" && self.spec.attribute(name).is_none()
        })
    }

    /// Where the keys stand that choose a branch.
    pub(super) fn code_span(&self) -> Span {
        let first = self.spec().attributes.first();
        first.map_or(self.name_span(), |code| self.value_span(code.name))
    }

    /// Where an attribute's value stands; the element's text, or else its name, where there is no
    /// such attribute.
    pub(super) fn value_span(&self, attribute: &str) -> Span {
        let given = self.element.attribute(attribute);
        given
            .map(Attribute::value_span)
            .or_else(|| self.element.text_span())
            .unwrap_or_else(|| self.name_span())
    }
}

impl<'a> Scope<'a> {
    /// The flow, if it is one: a document of another kind has nothing to be checked.
    ///
    /// The traits are those of its commands, in document order.
    pub(super) fn new(
        flow: &'a Flow,
        settings: &'a Settings,
        traits: &'a [Traits<'a>],
    ) -> Option<Self> {
        let root = flow.document().root()?;
        let role = command::spec(root.name())?.role;
        if !matches!(role, Role::Root | Role::Step) {
            return None;
        }
        let places = flow.nodes().zip(traits).map(|((id, node), traits)| Place {
            id,
            node,
            spec: node.command.spec(),
            // Every command was read from an element.
            element: flow.element(id).unwrap_or(root),
            traits,
            is_partial: false,
            is_heard: false,
            ahead: Ahead::Silence,
        });
        let places: Vec<_> = places.collect();
        let (mut speaking, mut choosing, mut recording) = (Vec::new(), Vec::new(), Vec::new());
        for (index, traits) in traits.iter().enumerate() {
            if traits.voice.is_some() {
                speaking.push(index);
            }
            if traits.keys.is_some() {
                choosing.push(index);
            }
            if traits.recording.is_some() {
                recording.push(index);
            }
        }
        let mut scope = Self {
            flow,
            settings,
            places,
            speaking,
            choosing,
            recording,
            kinds: flow
                .given()
                .iter()
                .fold(0, |kinds, given| kinds | given.attribute.kind.mark),
            is_sound: is_sound(flow.document()),
            is_whole: true,
            root,
        };
        let is_top_partial = scope.note_lost() || flow.is_incomplete();
        scope.listen();
        scope.look_ahead(is_top_partial);
        Some(scope)
    }

    /// Every command that speaks, with its voice.
    pub(super) fn speaking(&self) -> impl Iterator<Item = (&Place<'a>, &'a dyn Voice)> {
        let places = self.speaking.iter().map(|&index| &self.places[index]);
        places.filter_map(|place| Some((place, place.traits.voice?)))
    }

    /// Every command that takes keys, with how it does.
    pub(super) fn choosing(&self) -> impl Iterator<Item = (&Place<'a>, &'a dyn Keys)> {
        let places = self.choosing.iter().map(|&index| &self.places[index]);
        places.filter_map(|place| Some((place, place.traits.keys?)))
    }

    /// Every command that has to do with a recording, with what it has.
    pub(super) fn recording(&self) -> impl Iterator<Item = (&Place<'a>, Recording<'a>)> {
        let places = self.recording.iter().map(|&index| &self.places[index]);
        places.filter_map(|place| Some((place, place.traits.recording?)))
    }

    /// The place of a command.
    pub(super) fn place(&self, id: NodeId) -> &Place<'a> {
        &self.places[id.index()]
    }

    /// The command before a command in the same list.
    pub(super) fn before(&self, place: &Place<'a>) -> Option<&Place<'a>> {
        let (siblings, index) = self.siblings(place)?;
        Some(self.place(*siblings.get(index.checked_sub(1)?)?))
    }

    /// The command behind a command in the same list.
    pub(super) fn behind(&self, place: &Place<'a>) -> Option<&Place<'a>> {
        let (siblings, index) = self.siblings(place)?;
        Some(self.place(*siblings.get(index + 1)?))
    }

    /// What runs when a command is over: what stands after it, or after the innermost block that goes on
    /// then.
    pub(super) fn next(&self, place: &Place<'a>) -> Next<'_, 'a> {
        let mut place = place;
        loop {
            if !is_choice(place.spec().role)
                && let Some(behind) = self.behind(place)
            {
                return Next::Command(behind);
            }
            let Some(parent) = self.flow.parent(place.id) else {
                // After the Error block of the whole flow, the flow goes on after what has failed.
                let is_known = place.spec().role != Role::Handler
                    && self.is_whole
                    && !self.flow.is_incomplete();
                return if is_known {
                    Next::Nothing
                } else {
                    Next::Unknown
                };
            };
            let around = self.place(parent);
            // A menu waits for keys after its prompts.
            if around.is_partial || around.traits.keys.is_some() && place.spec().role == Role::Step
            {
                return Next::Unknown;
            }
            place = around;
        }
    }

    /// Whether the call ends as soon as a command is over.
    pub(super) fn ends_call(&self, place: &Place<'a>) -> bool {
        match self.next(place) {
            Next::Nothing => true,
            Next::Command(next) => next.traits.impact == Impact::EndsCall,
            Next::Unknown => false,
        }
    }

    /// The list that a command stands in, and its index there; `None` for an Error block.
    fn siblings(&self, place: &Place<'a>) -> Option<(&'a [NodeId], usize)> {
        let siblings = match self.flow.parent(place.id) {
            Some(parent) => self.flow.children_of(parent),
            None => self.flow.children(),
        };
        let index = self.flow.index(place.id);
        (siblings.get(index) == Some(&place.id)).then_some((siblings, index))
    }

    /// The command that was read from an element.
    pub(super) fn place_of(&self, element: Element<'a>) -> Option<&Place<'a>> {
        self.index_of(element).map(|index| &self.places[index])
    }

    fn index_of(&self, element: Element<'a>) -> Option<usize> {
        let id = element.id();
        let found = self
            .places
            .binary_search_by_key(&id, |place| place.element.id());
        found.ok()
    }

    /// Every attribute of a type that could be read, with its value.
    pub(super) fn values<T: Value>(&self) -> impl Iterator<Item = (Given<'a>, T)> {
        self.values_where(|_| true)
    }

    /// The same, of those attributes alone whose declaration is looked for.
    pub(super) fn values_where<T: Value>(
        &self,
        is_sought: impl Fn(&AttributeSpec) -> bool,
    ) -> impl Iterator<Item = (Given<'a>, T)> {
        let kind = const { T::KIND };
        let document = self.flow.document();
        let given = match self.kinds & kind.mark {
            0 => &[],
            _ => self.flow.given(),
        };
        given
            .iter()
            .filter(move |given| {
                let attribute = given.attribute;
                attribute.kind.mark == kind.mark
                    && attribute.kind.name == kind.name
                    && is_sought(attribute)
            })
            .filter_map(move |&given| {
                let given = Given { document, given };
                Some((given, T::read(&given.value()).ok()?))
            })
    }

    /// Every attribute that a declaration knows, in document order.
    pub(super) fn given(&self) -> impl Iterator<Item = Given<'a>> + use<'a> {
        let document = self.flow.document();
        let given = self.flow.given().iter();
        given.map(move |&given| Given { document, given })
    }

    /// Notes what was not understood. Gives whether something directly in the root was not.
    fn note_lost(&mut self) -> bool {
        let mut is_top_partial = false;
        for element in self.flow.lost() {
            self.is_whole = false;
            let Some(parent) = element.parent() else {
                continue;
            };
            is_top_partial |= parent.id() == self.root.id();
            // Its parent is a command, or was not understood either.
            if let Some(found) = self.index_of(parent) {
                self.places[found].is_partial = true;
            }
        }
        is_top_partial
    }

    /// Notes what the caller hears, from the innermost command outwards.
    fn listen(&mut self) {
        for index in (0..self.places.len()).rev() {
            let place = &mut self.places[index];
            place.is_heard |= place.traits.heard != Heard::Nothing
                || place.traits.impact == Impact::RunsDocument
                || place.is_partial;
            let is_inside = place.is_heard && place.spec().role != Role::Handler;
            if let (true, Some(parent)) = (is_inside, self.flow.parent(place.id)) {
                self.places[parent.index()].is_heard = true;
            }
        }
    }

    /// Notes what comes behind each command, from the outermost list inwards.
    fn look_ahead(&mut self, is_top_partial: bool) {
        let behind = if is_top_partial {
            Ahead::Unknown
        } else {
            Ahead::Silence
        };
        self.look_through(self.flow.children(), behind);
        self.look_through(self.flow.error(), Ahead::End);
        for index in 0..self.places.len() {
            let place = &self.places[index];
            let behind = if place.is_partial {
                Ahead::Unknown
            } else {
                place.ahead
            };
            let id = place.id;
            self.look_through(self.flow.children_of(id), behind);
            self.look_through(self.flow.error_of(id), behind);
        }
    }

    fn look_through(&mut self, list: &[NodeId], behind: Ahead) {
        let mut ahead = behind;
        for id in list.iter().rev() {
            let place = &mut self.places[id.index()];
            if is_choice(place.spec().role) {
                // What stands beside it runs instead of it, not behind it.
                place.ahead = behind;
                continue;
            }
            place.ahead = ahead;
            if place.traits.impact == Impact::EndsCall {
                ahead = Ahead::End;
            } else if place.is_heard {
                ahead = Ahead::Sound;
            }
        }
    }
}

/// Whether a command of this role is one of several of which one runs.
pub(super) fn is_choice(role: Role) -> bool {
    matches!(
        role,
        Role::Branch | Role::Case | Role::Otherwise | Role::Group | Role::Handler
    )
}

/// Whether every element has its end tag, or needs none.
fn is_sound(document: &Document) -> bool {
    let mut elements = document.elements();
    document.is_well_formed() || elements.all(|element| is_closed(document, element))
}

/// Whether an element has its end tag, or needs none.
pub(super) fn is_closed(document: &Document, element: Element<'_>) -> bool {
    element.end_tag_span().is_some()
        || document
            .source()
            .slice(element.start_tag_span())
            .ends_with("/>")
}
