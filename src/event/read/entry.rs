//! Log entries and recordings as an event shows them.

use super::element::ElementTree;
use super::fields::Fields;
use super::json::Json;
use crate::event::Stamp;
use crate::flow::EntryState;
use crate::source::Span;

/// A command that was executed. What is absent was not in the event, or cut off.
#[derive(Clone, PartialEq, Debug)]
pub struct PublishedEntry {
    /// The place of the entry.
    pub span: Span,
    /// When it began.
    pub created_on: Option<Stamp>,
    /// When it was last written: its beginning while it is `queued`.
    pub modified_on: Option<Stamp>,
    /// Its identifier.
    pub uuid: Option<Box<str>>,
    /// Whether it ended well.
    pub success: Option<bool>,
    /// The word of its state, known or not.
    pub state: Option<Box<str>>,
    /// The name of the command.
    pub name: Option<Box<str>>,
    /// The command's XML.
    pub element: Option<ElementTree>,
    /// The command as it was compiled.
    pub command: Option<Json>,
    /// The command's path.
    pub path: Option<Box<str>>,
    /// Why it ended.
    pub reason: Option<Box<str>>,
    /// Its tag.
    pub tag: Option<Box<str>>,
}

impl PublishedEntry {
    /// The state, where it is one that is known.
    pub fn state(&self) -> Option<EntryState> {
        let states = [EntryState::Queued, EntryState::Success, EntryState::Failed];
        let word = self.state.as_deref()?;
        states.into_iter().find(|state| state.as_str() == word)
    }

    /// When it ended; absent while it is open.
    pub fn ended(&self) -> Option<Stamp> {
        match self.state() {
            Some(EntryState::Queued) | None => None,
            Some(_) => self.modified_on,
        }
    }

    /// The path, or as much of a name as there is.
    pub fn path(&self) -> &str {
        let path = self.path.as_deref().or(self.name.as_deref());
        path.unwrap_or_default()
    }

    pub(super) fn read(json: &Json, fields: &mut Fields<'_>) -> Self {
        let command = fields.object(json, "command");
        let path = command.and_then(|command| fields.text(command, "path"));
        let element = fields.object(json, "element");
        Self {
            span: json.span,
            created_on: fields.instant(json, "created_on"),
            modified_on: fields.instant(json, "modified_on"),
            uuid: fields.text(json, "uuid"),
            success: fields.bool(json, "success"),
            state: fields.text(json, "state"),
            name: fields.text(json, "name"),
            element: element.and_then(ElementTree::read),
            command: command.cloned(),
            path,
            reason: fields.text(json, "reason"),
            tag: fields.text(json, "tag"),
        }
    }

    /// Reads the bare command that an event of 2022 has in its payload.
    pub(super) fn of_command(json: &Json, fields: &mut Fields<'_>) -> Self {
        Self {
            path: fields.text(json, "path"),
            command: Some(json.clone()),
            ..Self::read(json, fields)
        }
    }
}

/// A recording that is available.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedRecording {
    /// When it began.
    pub created_on: Option<Stamp>,
    /// When it became available.
    pub modified_on: Option<Stamp>,
    /// Its identifier.
    pub uuid: Option<Box<str>>,
    /// Its tag.
    pub tag: Option<Box<str>>,
    /// Its length in seconds.
    pub duration: Option<u64>,
    /// Whether it is transcribed.
    pub asr: Option<bool>,
}

impl PublishedRecording {
    pub(super) fn read(json: &Json, fields: &mut Fields<'_>) -> Self {
        Self {
            created_on: fields.instant(json, "created_on"),
            modified_on: fields.instant(json, "modified_on"),
            uuid: fields.text(json, "uuid"),
            tag: fields.text(json, "tag"),
            duration: fields.whole(json, "duration"),
            asr: fields.bool(json, "asr"),
        }
    }
}
