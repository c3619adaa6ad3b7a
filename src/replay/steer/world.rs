//! What came of fetches and media files.

use std::sync::Arc;
use std::time::Duration;

use super::{Driver, Plan, Rank};
use crate::channel::{Effect, FetchError, Happening, Reply, Request, Unfetched, timing};
use crate::scenario::{Content, Media, Reply as Rule, Spanned};

impl Driver<'_> {
    /// What came of a fetch; nothing where the call ended before, or its time was over.
    pub(super) fn fetch(&mut self, entry: usize, request: &Request, since: u64) -> Option<Plan> {
        let one = self.seen.log.get(entry)?;
        let command = {
            let logged = &self.call.log()[entry];
            &logged.flow.node(logged.node).command
        };
        let unfetched = one
            .reason()
            .filter(|_| one.failed())
            .and_then(|reason| command.run().unfetched(reason));
        let into = command.spec().gaps.into;
        let log = self.call.log().len();
        let inside = self
            .seen
            .log
            .get(log)
            .filter(|_| log < self.documents.extent[entry]);
        let wants_flow = command.run().traits().effect == Effect::RunsDocument;
        // One that a key came too late for had been answered.
        let time = since.saturating_add(request.timeout);
        let ended = one
            .ended
            .filter(|&ended| ended >= time || !self.is_broken_off());
        let ended = ended.map(|ended| ended.max(since));
        let (at, rule, happening) = match (unfetched, inside, ended) {
            (Some(Unfetched::Error(FetchError::Timeout)), ..) | (None, None, None) => {
                self.found
                    .callback(request, None, Rule::Failed(FetchError::Timeout));
                return None;
            }
            (Some(unfetched), _, ended) => {
                let (rule, happening) = match unfetched {
                    Unfetched::Error(error) => (Rule::Failed(error), Happening::NoReply(error)),
                    Unfetched::Status(status) => (
                        Rule::Answered {
                            status,
                            content: Content::Empty,
                        },
                        Happening::Replied(reply(request, status, Arc::from([]))),
                    ),
                    Unfetched::Wrong(wrong) => {
                        (Rule::Wrong(wrong.to_string()), Happening::NoFlow(wrong))
                    }
                };
                (ended?, rule, happening)
            }
            (None, inside, ended) => {
                let at = match inside {
                    Some(inside) => inside.began.saturating_sub(into).max(since),
                    None => ended?,
                };
                let document = self.documents.fetched.get(&entry).filter(|_| wants_flow);
                let (content, body): (_, Arc<[u8]>) = match document {
                    Some(&document) => {
                        let document = &self.documents.all[document];
                        let path = Spanned::bare(document.name.as_str().into());
                        (Content::File(path), document.xml.as_bytes().into())
                    }
                    None => (Content::Empty, Arc::from([])),
                };
                let rule = Rule::Answered {
                    status: 200,
                    content,
                };
                (at, rule, Happening::Replied(reply(request, 200, body)))
            }
        };
        // A reply comes in time; for what is later, the platform takes longer.
        let at = at.min(time);
        self.found.callback(request, Some(at - since), rule);
        Some(Plan {
            at,
            rank: Rank::World,
            happening,
        })
    }

    /// What came of a media file.
    pub(super) fn media(
        &mut self,
        entry: usize,
        url: &str,
        times: u32,
        since: u64,
    ) -> Option<Plan> {
        let one = self.seen.log.get(entry)?;
        let times = u64::from(times.max(1));
        let (lasts, plan) = match (one.failed(), one.ended) {
            (true, _) => {
                self.found.media(url, Media::Status(404));
                return Some(Plan {
                    at: since + timing::FETCH,
                    rank: Rank::World,
                    happening: Happening::NoMedia,
                });
            }
            (false, Some(ended)) => {
                let one_run = ended.saturating_sub(since) / times;
                let plan = Plan {
                    at: since + one_run * times,
                    rank: Rank::World,
                    happening: Happening::Elapsed,
                };
                (one_run, Some(plan))
            }
            (false, None) => {
                let hangup = self.seen.hangup.unwrap_or(since);
                (hangup.saturating_sub(since) / times + 1000, None)
            }
        };
        self.found
            .media(url, Media::Lasts(Duration::from_millis(lasts)));
        plan
    }
}

fn reply(request: &Request, status: u16, body: Arc<[u8]>) -> Reply {
    Reply {
        status,
        name: request.url.clone(),
        body,
    }
}
