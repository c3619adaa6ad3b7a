//! The call's own timers.

/// What is due.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Due {
    /// The inbound leg's `init`.
    Init,
    /// It rings.
    Ringing,
    /// The app answers it.
    Answered,
    /// The flow begins.
    Begin,
    /// The call has lasted as long as the app allows.
    MaxLength,
    /// A dialled leg's `init`.
    LegInit(usize),
    /// A dialled leg is gone.
    LegDestroyed(usize),
    /// Its row becomes `offline`.
    LegOffline(usize),
    /// A recording becomes available.
    Recording(usize),
    /// The hold has lasted as long as it may.
    HoldEnds,
    /// The inbound leg is gone.
    Destroyed,
}

/// Timers in the order in which they are due; those due together in the order in which they were set.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Agenda(Vec<(u64, Due)>);

impl Agenda {
    pub(super) fn add(&mut self, at: u64, due: Due) {
        let place = self.0.partition_point(|&(other, _)| other <= at);
        self.0.insert(place, (at, due));
    }

    pub(super) fn next(&self) -> Option<u64> {
        self.0.first().map(|&(at, _)| at)
    }

    pub(super) fn take(&mut self) -> Option<Due> {
        match self.0.is_empty() {
            true => None,
            false => Some(self.0.remove(0).1),
        }
    }

    pub(super) fn remove(&mut self, due: Due) {
        self.0.retain(|&(_, other)| other != due);
    }

    pub(super) fn has_recording(&self) -> bool {
        self.0
            .iter()
            .any(|(_, due)| matches!(due, Due::Recording(_)))
    }

    /// Forgets what an ended call does no more.
    pub(super) fn keep_legs_and_recordings(&mut self) {
        self.0.retain(|(_, due)| {
            matches!(
                due,
                Due::LegDestroyed(_) | Due::LegOffline(_) | Due::Recording(_)
            )
        });
    }
}
