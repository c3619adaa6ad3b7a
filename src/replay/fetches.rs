//! What came of fetches and media files.

use std::time::Duration;

use super::trial::{Next, Trial};
use super::world::{Expected, LogWorld};
use crate::channel::{FetchError, Input, Need, Reply, Request, timing};
use crate::drive::{Answer, View};
use crate::scenario::{Content, Media, Reply as Rule, Spanned};

impl LogWorld<'_> {
    /// What came of a media file.
    pub(super) fn media(&mut self, url: &str, times: u32, view: &View<'_>) -> Answer {
        let entry = view.trace().open().next();
        let one = entry.and_then(|entry| self.seen.log.get(entry));
        let times = u64::from(times.max(1));
        let Some(one) = one.filter(|_| !self.is_lost) else {
            self.found
                .media(url, Media::Lasts(Duration::from_millis(timing::MEDIA)));
            return Answer::After(timing::MEDIA, Input::Elapsed);
        };
        let (failed, ended) = (one.failed(), one.to);
        match (failed, ended) {
            (true, _) => {
                self.found.media(url, Media::Status(404));
                Answer::After(timing::FETCH, Input::NoMedia)
            }
            (false, Some(ended)) => {
                let time = ended.saturating_sub(view.now);
                let length = time / times;
                if self.is_prompt(view) && self.cut_short(ended, view) {
                    // It would have gone on.
                    let length = Duration::from_millis(length + 1000);
                    self.found.media(url, Media::Lasts(length));
                    return Answer::Never;
                }
                self.found
                    .media(url, Media::Lasts(Duration::from_millis(length)));
                if length.saturating_mul(times) == time {
                    Answer::After(time, Input::Elapsed)
                } else {
                    self.lasted(view, length.saturating_mul(times), time)
                }
            }
            (false, None) => {
                let rest = self
                    .seen
                    .hangup
                    .map_or(0, |end| end.saturating_sub(view.now));
                let length = Duration::from_millis(rest / times + 1000);
                self.found.media(url, Media::Lasts(length));
                Answer::Never
            }
        }
    }

    /// What came of a fetch.
    pub(super) fn fetch(&mut self, request: &Request, flow: bool, view: &View<'_>) -> Answer {
        let Some(entry) = view.trace().open().next().filter(|_| !self.is_lost) else {
            self.found
                .callback(request, None, Rule::Failed(FetchError::Refused));
            return Answer::After(timing::FETCH, Input::NoReply(FetchError::Refused));
        };
        let expected = self.expected(entry, view);
        let trial = Trial::of(view.call, view.now);
        for (rule, input) in self.replies(request, flow.then_some(entry), &expected) {
            let Some(at) = self.replied(trial.fork().told(input.clone()).next(), &expected) else {
                continue;
            };
            if rule == Rule::Failed(FetchError::Timeout) && request.timeout.is_some() {
                self.found.callback(request, None, rule);
                return Answer::Usual;
            }
            // A reply comes in time; for what is later, the platform takes longer.
            let time = at
                .saturating_sub(view.now)
                .min(request.timeout.unwrap_or(u64::MAX));
            self.found.callback(request, Some(time), rule);
            return Answer::After(time, input);
        }
        if !matches!(expected, Expected::Nothing(_)) {
            self.lose(entry);
        }
        self.found
            .callback(request, None, Rule::Failed(FetchError::Timeout));
        Answer::Usual
    }

    /// What may have come of a fetch.
    fn replies(
        &self,
        request: &Request,
        entry: Option<usize>,
        expected: &Expected,
    ) -> Vec<(Rule, Input)> {
        let reply = |status: u16, body: &str| {
            let (name, body) = (request.url.clone(), body.as_bytes().into());
            Input::Replied(Reply { status, name, body })
        };
        let answered = |status: u16, content| Rule::Answered { status, content };
        let document = entry.and_then(|entry| self.documents.fetched.get(&entry));
        let mut rows = match (document, entry) {
            (Some(&document), _) => {
                let document = &self.documents.documents[document];
                let path = Spanned::bare(document.name.as_str().into());
                let rule = answered(200, Content::File(path));
                vec![(rule, reply(200, &document.xml))]
            }
            (None, None) => vec![(answered(200, Content::Empty), reply(200, ""))],
            (None, Some(_)) => Vec::new(),
        };
        if let Expected::Closes(false, reason, _) = expected {
            let errors = [
                FetchError::Refused,
                FetchError::Dns,
                FetchError::Tls,
                FetchError::Timeout,
                FetchError::Redirects,
            ];
            rows.extend(errors.map(|error| (Rule::Failed(error), Input::NoReply(error))));
            let words = reason.split(|letter: char| !letter.is_ascii_digit());
            for status in words.filter_map(|word| word.parse().ok()) {
                rows.push((answered(status, Content::Empty), reply(status, "")));
            }
            for (at, _) in reason.match_indices(": ") {
                let wrong = &reason[at + 2..];
                rows.push((Rule::Wrong(wrong.to_owned()), Input::NoFlow(wrong.into())));
            }
        }
        rows
    }

    /// When a reply must have come, if what the call does with it is what the log shows next.
    fn replied(&self, next: Next, expected: &Expected) -> Option<u64> {
        match (next, expected) {
            (Next::Closes(ok, reason), Expected::Closes(was_ok, was, ended)) => {
                (ok == *was_ok && reason == *was).then_some(*ended)
            }
            // A document without a command.
            (Next::Enters(..) | Next::Else, Expected::Closes(true, _, ended)) => Some(*ended),
            (Next::Enters(place, gap), Expected::Enters(index, began)) => {
                let is_it = self.is_entry(*index, &place);
                is_it.then(|| began.saturating_sub(gap))
            }
            _ => None,
        }
    }

    /// When a fetch must have begun, if something can have come of it that the log shows next.
    pub(super) fn fetched(
        &self,
        trial: &Trial,
        expected: &Expected,
        view: &View<'_>,
    ) -> Option<u64> {
        let Need::Fetch { request, flow } = trial.state().need() else {
            return None;
        };
        let entry = flow.then(|| trial.innermost()).flatten();
        let mut rows = self.replies(request, entry, expected).into_iter();
        rows.find_map(|(rule, input)| {
            let at = self.replied(trial.fork().told(input).next(), expected)?;
            let took = match rule {
                Rule::Failed(FetchError::Timeout) => {
                    request.timeout.unwrap_or(timing::FETCH_GIVES_UP)
                }
                _ => timing::FETCH,
            };
            Some(at.saturating_sub(took).max(view.now))
        })
    }
}
