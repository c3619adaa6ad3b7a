//! What the caller hears.

use std::collections::HashSet;

use crate::drive::View;
use crate::record::{Audio, AudioSegment};

/// Keeps what is heard while the call is still going on.
#[derive(Clone, Debug, Default)]
pub(super) struct AudioTimeline {
    segments: Vec<AudioSegment>,
    /// The first segment of the present need.
    present: usize,
    /// The first segments of sounds, which are others even where they are the same again.
    starts: HashSet<usize>,
}

impl AudioTimeline {
    /// A new need arose: a sound of it is another one, even if it is the same again.
    pub(super) fn next(&mut self) {
        self.present = self.segments.len();
    }

    /// Hears what the call sounds like from now until an instant.
    pub(super) fn listen(&mut self, view: &View<'_>, to: u64) {
        let from = view.now;
        if to > from && !view.state().inbound().is_over() {
            let what = view.state().sound(true, view.setup().platform);
            if self.present == self.segments.len() && matches!(what, Audio::Sound(_)) {
                self.starts.insert(self.present);
            }
            self.segments.push(AudioSegment { from, to, what });
        }
    }

    /// The media of the present need turned out to be missing: it was not heard while it was sought.
    pub(super) fn is_missing(&mut self, view: &View<'_>) {
        self.starts.remove(&self.present);
        for segment in self.segments.iter_mut().skip(self.present) {
            segment.what = view.state().sound(false, view.setup().platform);
        }
    }

    /// All that was heard until the call ended.
    pub(super) fn until(self, ended: u64) -> Vec<AudioSegment> {
        let mut heard: Vec<AudioSegment> = Vec::with_capacity(self.segments.len());
        for (index, mut segment) in self.segments.into_iter().enumerate() {
            segment.to = segment.to.min(ended);
            if segment.from >= segment.to {
                continue;
            }
            let is_new = self.starts.contains(&index);
            match heard.last_mut() {
                Some(last) if last.what == segment.what && last.to == segment.from && !is_new => {
                    last.to = segment.to;
                }
                _ => heard.push(segment),
            }
        }
        heard
    }
}
