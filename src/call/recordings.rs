//! The recordings of a call.

#![warn(clippy::arithmetic_side_effects)]

use super::Machine;
use super::state::{Frame, Phase, Recording, Which, fill, trim};
use crate::channel::{Need, Outcome, RecordingId, Timer, timing};
use crate::fidelity::{Assumption, Reading};

impl Machine<'_> {
    /// Begins a recording for the command on top. An open one with the same tag ends.
    pub(super) fn start_recording(&mut self, tag: Option<Box<str>>, asr: bool) {
        if let Some(tag) = &tag {
            self.stop_recordings(&Which::Tag(tag.clone()));
        }
        let recording = Recording {
            tag: tag.clone(),
            phase: Phase::Open,
            is_held: true,
        };
        let id = RecordingId(fill(&mut self.state.recordings, 0, recording));
        if let Some(Frame::Open(open)) = self.state.stack.last_mut() {
            open.recording = Some(id);
        }
        self.trace.begin_recording(self.now, id, tag, asr);
    }

    /// Ends the open recordings that are meant.
    pub(super) fn stop_recordings(&mut self, which: &Which) {
        for slot in 0..self.state.recordings.len() {
            let Some(recording) = &mut self.state.recordings[slot] else {
                continue;
            };
            if recording.phase == Phase::Open && which.means(slot, recording) {
                recording.phase = Phase::Pending;
                let id = RecordingId(slot);
                self.trace.end_recording(self.now, id);
                self.arm(Timer::Recording(id), timing::RECORDING_READY);
            }
        }
    }

    /// Whether one of the recordings that are meant is not available yet.
    fn is_to_come(&self, which: &Which) -> bool {
        let mut slots = self.state.recordings.iter().enumerate();
        slots.any(|(slot, one)| {
            let one = one.as_ref().filter(|one| one.phase != Phase::Available);
            one.is_some_and(|one| which.means(slot, one))
        })
    }

    /// Waits for the recordings that are meant. What came of it, where there is nothing to wait for.
    pub(super) fn await_recordings(&mut self, which: Which, at_most: u64) -> Option<Outcome> {
        if self.is_to_come(&which) {
            self.state.awaited = Some(which);
            self.wait_for(Need::Recording { at_most });
            return None;
        }
        match &which {
            Which::Tag(tag) if self.state.available.binary_search(tag).is_err() => {
                Some(Outcome::NoRecording)
            }
            _ => Some(Outcome::Done),
        }
    }

    /// A recording has become available.
    pub(super) fn recording_ready(&mut self, id: RecordingId) {
        self.assume(Assumption::RecordReady);
        if let Some(Some(recording)) = self.state.recordings.get_mut(id.0) {
            recording.phase = Phase::Available;
            if let Some(tag) = &recording.tag
                && let Err(place) = self.state.available.binary_search(tag)
            {
                self.state.available.insert(place, tag.clone());
            }
        }
        self.forget_recording(id);
        self.trace.recording_ready(self.now, id);
        let awaited = self.state.awaited.as_ref();
        let is_done = awaited.is_some_and(|which| !self.is_to_come(which));
        if is_done && matches!(self.state.need, Need::Recording { .. }) {
            self.resume(Outcome::Done);
        }
    }

    /// The call ends, and with it what is open: only what is to become available is left.
    pub(super) fn end_recordings(&mut self) {
        let mut recordings = self.state.recordings.iter().flatten();
        if recordings.any(|one| one.phase == Phase::Open) {
            self.assume(Assumption::RecordOpen);
        }
        if self.is(Reading::RecordOpenDiscarded) {
            for slot in &mut self.state.recordings {
                slot.take_if(|one| one.phase == Phase::Open);
            }
        }
        self.stop_recordings(&Which::All);
        for slot in (0..self.state.recordings.len()).rev() {
            self.release_recording(RecordingId(slot));
        }
    }

    /// The command that began a recording has ended.
    pub(super) fn release_recording(&mut self, id: RecordingId) {
        if let Some(Some(recording)) = self.state.recordings.get_mut(id.0) {
            recording.is_held = false;
        }
        self.forget_recording(id);
    }

    /// Forgets a recording once it can decide nothing any more, but for its tag.
    fn forget_recording(&mut self, id: RecordingId) {
        let is_done = |one: &mut Recording| one.phase == Phase::Available && !one.is_held;
        if let Some(slot) = self.state.recordings.get_mut(id.0) {
            slot.take_if(is_done);
        }
        trim(&mut self.state.recordings);
    }
}
