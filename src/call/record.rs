//! What a call has written, as a record.

#![warn(clippy::arithmetic_side_effects)]

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Call, CommandPlace, Fact, KeyFate, RunningDocument};
use crate::channel::{CallState, FetchError};
use crate::fidelity::Platform;
use crate::flow::{EntryState, Status as Queued};
use crate::record::{
    Change, Direction, Entry, Extent, Fetched, Identifiers, Key, Leg, LegCause, Moment, Of,
    Parties, Placed, Record, Recording, Redirect, Stamp, Status, Trees,
};

impl Call {
    /// The call so far, as a record. Identifiers come from a seed: the same one gives the same.
    pub fn record(&self, seed: u64, parties: Arc<Parties>) -> Record {
        let setup = self.setup();
        let mut assumed = self.trace().assumed();
        assumed.remove(setup.platform.settled());
        let identifiers = Identifiers(seed);
        let start = Stamp::from(setup.start);
        let leg = Leg {
            uuid: Some(setup.facts.call.clone()),
            ..leg(
                Direction::In,
                &setup.facts.from,
                &setup.facts.to,
                start,
                Of::Call,
                identifiers,
            )
        };
        let mut recorder = Recorder {
            start,
            identifiers,
            caller: Arc::from(&*setup.facts.from),
            documents: Vec::new(),
            recordings: Vec::new(),
            redirected: None,
            platform: setup.platform,
            kept_keys: VecDeque::new(),
            record: Record {
                leg,
                parties,
                assumed,
                keys: Some(Vec::new()),
                fetched: Some(Vec::new()),
                extent: Extent::All,
                ..Record::default()
            },
        };
        for noted in self.trace().since(0) {
            recorder.add(noted.at, &noted.fact);
        }
        recorder.record
    }
}

/// A leg that is being created.
fn leg(
    direction: Direction,
    from: &str,
    to: &str,
    at: Stamp,
    of: Of,
    identifiers: Identifiers,
) -> Leg {
    Leg {
        uuid: Some(identifiers.uuid(of)),
        thread: Some(identifiers.thread(of)),
        direction: Some(direction),
        from: Some(from.into()),
        to: Some(to.into()),
        state: Some(CallState::Init),
        created: Some(at),
        changed: Some(at),
        ..Leg::default()
    }
}

/// Writes a record, fact by fact.
struct Recorder {
    start: Stamp,
    identifiers: Identifiers,
    caller: Arc<str>,
    /// The documents that have run.
    documents: Vec<Arc<RunningDocument>>,
    /// Every recording that began, whether it becomes available or not.
    recordings: Vec<Taken>,
    /// When the last request was redirected, until the next one is answered.
    redirected: Option<Stamp>,
    platform: Platform,
    /// The keys that the platform keeps until a command listens, by their indices.
    kept_keys: VecDeque<usize>,
    record: Record,
}

/// A recording as it comes about.
struct Taken {
    began: Stamp,
    ended: Stamp,
    tag: Option<Box<str>>,
    asr: bool,
}

impl Recorder {
    fn add(&mut self, at: u64, fact: &Fact) {
        let now = self.start.after(at);
        let shown = |cause| LegCause::on(self.platform, cause);
        let record = &mut self.record;
        let change = match fact {
            Fact::Inbound(state, cause) => {
                record.leg.cause = cause.map(shown).or(record.leg.cause.take());
                record.leg.enter(*state, now);
                Change::State(*state)
            }
            Fact::Began {
                entry,
                place,
                depth,
            } => {
                let begun = self.begun(*entry, place, *depth, now);
                self.record.log.push(begun);
                Change::Began(*entry)
            }
            Fact::Ended {
                is_written: false, ..
            } => return,
            Fact::Ended {
                entry,
                status: state,
                reason,
                ..
            } => {
                let ended = &mut record.log[*entry];
                ended.changed = Some(now);
                ended.status = status(*state, reason.clone());
                Change::Ended(*entry)
            }
            Fact::Dialled {
                leg: index,
                from,
                to,
            } => {
                let mut dialled = leg(
                    Direction::Out,
                    from,
                    to.name(),
                    now,
                    Of::Leg(*index),
                    self.identifiers,
                );
                dialled.destination = Some(to.clone());
                record.dialled.push(dialled);
                Change::Dialled(*index)
            }
            Fact::Leg(index, state, cause) => {
                let leg = &mut record.dialled[*index];
                leg.cause = cause.map(shown).or(leg.cause.take());
                leg.enter(*state, now);
                Change::Leg(*index, *state)
            }
            Fact::RecordingBegan { tag, asr, .. } => {
                self.recordings.push(Taken {
                    began: now,
                    ended: now,
                    tag: tag.clone(),
                    asr: *asr,
                });
                return;
            }
            Fact::RecordingEnded(index) => {
                self.recordings[*index].ended = now;
                return;
            }
            Fact::RecordingReady(index) => {
                let recording = self.recording(*index, now);
                let index = self.record.recordings.len();
                self.record.recordings.push(recording);
                Change::Recorded(index)
            }
            &Fact::Key(key, fate) => return self.key(at, key, fate),
            Fact::KeptKeyHeard => return self.kept_key_heard(),
            Fact::KeptKeysLost => return self.kept_keys.clear(),
            Fact::Fetched {
                entry,
                url,
                reply,
                redirect,
            } => {
                self.fetched(*entry, url, *reply, redirect.as_ref(), now);
                return;
            }
            Fact::EarlyMedia => {
                record.leg.early_media = true;
                return;
            }
            Fact::CallEnded(by) => {
                record.ended_by = Some(*by);
                return;
            }
        };
        self.record.course.push(Moment {
            at: now,
            what: change,
        });
    }

    /// A key was pressed.
    fn key(&mut self, at: u64, key: char, fate: KeyFate) {
        let keys = self.record.keys.get_or_insert_default();
        if fate == KeyFate::Kept {
            self.kept_keys.push_back(keys.len());
        }
        let is_heard = fate == KeyFate::Heard;
        keys.push(Key { at, key, is_heard });
    }

    /// The first key that is kept was heard.
    fn kept_key_heard(&mut self) {
        let key = self.kept_keys.pop_front();
        let key = key.and_then(|key| self.record.keys.as_mut()?.get_mut(key));
        if let Some(key) = key {
            key.is_heard = true;
        }
    }

    /// A request that was answered, or not.
    fn fetched(
        &mut self,
        entry: usize,
        url: &str,
        reply: Result<u16, FetchError>,
        redirect: Option<&Redirect>,
        now: Stamp,
    ) {
        let record = &mut self.record;
        let began = record.log.get(entry).and_then(|entry| entry.began);
        let since = self.redirected.take().or(began);
        self.redirected = redirect.map(|_| now);
        record.fetched.get_or_insert_default().push(Fetched {
            entry,
            url: url.into(),
            took: since.map_or(0, |since| now.since(since)),
            reply,
            redirect: redirect.cloned(),
        });
    }

    /// A command that has just begun.
    fn begun(&mut self, entry: usize, place: &CommandPlace, depth: usize, now: Stamp) -> Entry {
        let CommandPlace { document, node } = place;
        let command = document.flow.node(*node);
        Entry {
            uuid: Some(self.identifiers.uuid(Of::Entry(entry))),
            began: Some(now),
            changed: Some(now),
            name: Some(command.command.spec().name.into()),
            path: Some(place.path().into()),
            tag: command.tag.clone(),
            status: status(EntryState::Queued, Queued::QUEUED.reason.clone()),
            trees: Trees::Of(Placed {
                flow: document.flow.clone(),
                node: *node,
                document: running(&mut self.documents, document),
                depth,
                caller: self.caller.clone(),
            }),
        }
    }

    /// A recording that has just become available.
    fn recording(&self, index: usize, now: Stamp) -> Recording {
        let taken = &self.recordings[index];
        Recording {
            began: Some(taken.began),
            available: Some(now),
            uuid: Some(self.identifiers.uuid(Of::Recording(index))),
            tag: taken.tag.clone(),
            // To the nearest, as the duration of a call (`record-row`).
            seconds: Some(nearest_second(taken.ended.since(taken.began)).max(1)),
            asr: Some(taken.asr),
        }
    }
}

/// The number of a running document.
fn running(documents: &mut Vec<Arc<RunningDocument>>, document: &Arc<RunningDocument>) -> usize {
    let known = documents.iter().rposition(|one| Arc::ptr_eq(one, document));
    known.unwrap_or_else(|| {
        let number = documents.len();
        documents.push(document.clone());
        number
    })
}

/// Milliseconds in whole seconds.
fn nearest_second(time: u64) -> u64 {
    time.saturating_add(500) / 1000
}

fn status(state: EntryState, reason: crate::channel::Reason) -> Status {
    Status {
        state: Some(state),
        success: Some(state == EntryState::Success),
        reason: Some(reason),
    }
}
