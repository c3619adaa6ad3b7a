//! The recordings of a call.

use super::Machine;
use super::state::{Frame, Phase, Recording, Which, fill, trim};
use crate::channel::{Need, Outcome, RecordingId, Timer, timing};
use crate::fidelity::Assumption;

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
        let id = RecordingId(fill(&mut self.state.recordings, recording));
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

    fn has_pending(&self, which: &Which) -> bool {
        let mut slots = self.state.recordings.iter().enumerate();
        slots.any(|(slot, one)| {
            let one = one.as_ref().filter(|one| one.phase == Phase::Pending);
            one.is_some_and(|one| which.means(slot, one))
        })
    }

    /// Waits for the recordings that are meant; `false` where none is to be waited for.
    pub(super) fn await_recordings(&mut self, which: Which, at_most: u64) -> bool {
        let is_pending = self.has_pending(&which);
        if is_pending {
            self.state.awaited = Some(which);
            self.wait_for(Need::Recording { at_most });
        }
        is_pending
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
        let is_done = awaited.is_some_and(|which| !self.has_pending(which));
        if is_done && matches!(self.state.need, Need::Recording { .. }) {
            self.resume(Outcome::Done);
        }
    }

    /// The call ends: what is open is not kept, and only what is to become available is left.
    pub(super) fn drop_recordings(&mut self) {
        for slot in 0..self.state.recordings.len() {
            let open = self.state.recordings[slot].take_if(|one| one.phase == Phase::Open);
            if open.is_some() {
                self.assume(Assumption::RecordOpen);
            }
        }
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
