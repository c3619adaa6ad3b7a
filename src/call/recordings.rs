//! The recordings of a call.

use std::sync::Arc;

use super::Call;
use super::agenda::Due;
use crate::channel::{Need, Outcome, timing};
use crate::event::{Recording, Stamp};
use crate::fidelity::Assumption;

#[derive(Clone, Debug)]
struct Life {
    uuid: Box<str>,
    tag: Option<Box<str>>,
    asr: bool,
    began: u64,
    ended: Option<u64>,
    row: Option<Arc<Recording>>,
}

impl Life {
    fn is_pending(&self) -> bool {
        self.ended.is_some() && self.row.is_none()
    }
}

/// Which recordings are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Which {
    /// This one.
    One(usize),
    /// Those with this tag.
    Tag(Box<str>),
    /// All.
    All,
}

impl Which {
    fn means(&self, index: usize, life: &Life) -> bool {
        match self {
            Self::One(one) => *one == index,
            Self::Tag(tag) => life.tag.as_deref() == Some(&**tag),
            Self::All => true,
        }
    }
}

/// The recordings of a call, in the order in which they were begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Recordings {
    lives: Vec<Life>,
    awaited: Option<Which>,
}

impl Recordings {
    /// The rows of those that are available.
    pub(super) fn rows(&self) -> Vec<Arc<Recording>> {
        self.lives
            .iter()
            .filter_map(|life| life.row.clone())
            .collect()
    }

    /// Tags and lengths of those that are available.
    pub(super) fn available(&self) -> Vec<(Option<Box<str>>, u64)> {
        let rows = self.lives.iter().filter(|life| life.row.is_some());
        rows.map(|life| {
            (
                life.tag.clone(),
                life.ended.unwrap_or(life.began) - life.began,
            )
        })
        .collect()
    }

    /// Forgets those that are open; whether there were any.
    pub(super) fn drop_open(&mut self) -> bool {
        let before = self.lives.len();
        self.lives.retain(|life| life.ended.is_some());
        self.lives.len() < before
    }

    fn has_pending(&self, which: &Which) -> bool {
        let mut lives = self.lives.iter().enumerate();
        lives.any(|(index, life)| life.is_pending() && which.means(index, life))
    }
}

impl Call {
    /// Begins a recording; its index. An open one with the same tag ends.
    pub(super) fn start_recording(&mut self, tag: Option<Box<str>>, asr: bool) -> usize {
        if let Some(tag) = &tag {
            self.stop_recordings(&Which::Tag(tag.clone()));
        }
        let uuid = self.identifiers.uuid();
        let (began, ended, row) = (self.now, None, None);
        self.recordings.lives.push(Life {
            uuid,
            tag,
            asr,
            began,
            ended,
            row,
        });
        self.recordings.lives.len() - 1
    }

    /// Ends the open recordings that are meant.
    pub(super) fn stop_recordings(&mut self, which: &Which) {
        for (index, life) in self.recordings.lives.iter_mut().enumerate() {
            if life.ended.is_none() && which.means(index, life) {
                life.ended = Some(self.now);
                self.agenda
                    .add(self.now + timing::RECORDING_READY, Due::Recording(index));
            }
        }
    }

    /// Waits for the recordings that are meant; `false` where none is to be waited for.
    pub(super) fn await_recordings(&mut self, which: Which, at_most: u64) -> bool {
        if !self.recordings.has_pending(&which) {
            return false;
        }
        self.recordings.awaited = Some(which);
        self.wait_for(Need::Recording { at_most });
        true
    }

    /// A recording has become available.
    pub(super) fn recording_ready(&mut self, index: usize) {
        self.assume(Assumption::RecordReady);
        let now: Stamp = self.stamp();
        let Some(life) = self.recordings.lives.get_mut(index) else {
            return;
        };
        let length = life.ended.unwrap_or(life.began) - life.began;
        let row = Arc::new(Recording {
            created_on: self.setup.start.after(life.began),
            modified_on: now,
            uuid: life.uuid.clone(),
            tag: life.tag.clone(),
            duration: length.div_ceil(1000),
            asr: life.asr,
        });
        life.row = Some(row.clone());
        self.emit_recording(row);
        let done = match &self.recordings.awaited {
            Some(which) => !self.recordings.has_pending(which),
            None => false,
        };
        if done && matches!(self.need, Need::Recording { .. }) {
            self.recordings.awaited = None;
            self.resume(Outcome::Done);
        }
    }
}
