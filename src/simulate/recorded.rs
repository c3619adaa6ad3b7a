//! How long the recordings of a call are.

use crate::call::{Fact, Noted};
use crate::channel::timing;

/// The recordings of a call, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded(Vec<Recording>);

#[derive(Clone, Debug)]
struct Recording {
    tag: Option<Box<str>>,
    began: u64,
    lasts: u64,
    is_ready: bool,
}

impl Recorded {
    /// The call has written something.
    pub(crate) fn see(&mut self, noted: &Noted) {
        match &noted.fact {
            Fact::RecordingBegan { tag, .. } => self.0.push(Recording {
                tag: tag.clone(),
                began: noted.at,
                lasts: 0,
                is_ready: false,
            }),
            Fact::RecordingEnded(index) => {
                let recording = &mut self.0[*index];
                recording.lasts = noted.at.saturating_sub(recording.began);
            }
            Fact::RecordingReady(index) => self.0[*index].is_ready = true,
            _ => {}
        }
    }

    /// How long it takes to play the last available recording with a tag so often, in milliseconds.
    pub(crate) fn length(&self, tag: &str, times: u32) -> u64 {
        let is_it = |one: &&Recording| one.is_ready && one.tag.as_deref() == Some(tag);
        let lasts = self.0.iter().rev().find(is_it).map_or(0, |one| one.lasts);
        let lasts = lasts.saturating_mul(u64::from(times));
        lasts.min(timing::LONGEST_MEDIA)
    }
}
