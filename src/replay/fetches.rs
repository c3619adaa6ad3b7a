//! What came of fetches and media files.

use std::time::Duration;

use super::trial::{Next, Trial};
use super::world::{Expected, LogWorld};
use crate::channel::{FetchError, Need, Request};
use crate::drive::{Answer, View};
use crate::scenario::{Callback, Content, Media, Reply as Rule, Spanned};

impl LogWorld<'_> {
    /// What came of a media file.
    pub(super) fn media(&mut self, url: &str, times: u32, view: &View<'_>) -> Answer {
        let entry = view.trace().open().next().filter(|_| !self.is_lost);
        let one = entry.and_then(|entry| self.seen.log.get(entry));
        let length = |until: u64| until.saturating_sub(view.now) / u64::from(times.max(1));
        let lasts = |length: u64| Media::Lasts(Duration::from_millis(length));
        // What was cut short would have gone on.
        let longer = |until: u64| lasts(length(until) + 1000);
        let (rule, ended) = match one.map(|one| (one.failed(), one.to)) {
            None => (Media::usual(), None),
            Some((true, _)) => (Media::Status(404), None),
            Some((false, None)) => (longer(self.seen.hangup.unwrap_or(0)), None),
            Some((false, Some(ended))) if self.is_prompt(view) && self.cut_short(ended, view) => {
                (longer(ended), None)
            }
            Some((false, Some(ended))) => (lasts(length(ended)), Some(ended)),
        };
        self.author.plays(url, rule);
        let (after, input) = rule.input(times);
        match ended.map(|ended| ended.saturating_sub(view.now)) {
            Some(time) if time != after => self.lasted(view, after, time),
            _ => Answer::After(after, input),
        }
    }

    /// What came of a fetch.
    pub(super) fn fetch(&mut self, request: &Request, flow: bool, view: &View<'_>) -> Answer {
        let entry = view.trace().open().next().filter(|_| !self.is_lost);
        let rule = match entry {
            Some(entry) => self.reply(request, flow, entry, view),
            None => Callback::new(Rule::Failed(FetchError::Refused)),
        };
        let (after, input) = rule.input(request, &self.files);
        self.author.replies(&request.url, rule);
        Answer::After(after, input)
    }

    /// The reply to a request of an entry.
    fn reply(&mut self, request: &Request, flow: bool, entry: usize, view: &View<'_>) -> Callback {
        let expected = self.expected(entry, view);
        let trial = Trial::of(view.call, view.now);
        for mut rule in self.replies(flow.then_some(entry), &expected) {
            let (_, input) = rule.input(request, &self.files);
            let Some(at) = self.replied(trial.fork().told(input).next(), &expected) else {
                continue;
            };
            // A reply comes in time; for what is later, the platform takes longer.
            if rule.reply != Rule::Failed(FetchError::Timeout) || request.timeout.is_none() {
                let time = at.saturating_sub(view.now);
                let time = time.min(request.timeout.unwrap_or(u64::MAX));
                rule.after = Some(Duration::from_millis(time));
            }
            return rule;
        }
        if !matches!(expected, Expected::Nothing(_)) {
            self.lose(entry);
        }
        Callback::new(Rule::Failed(FetchError::Timeout))
    }

    /// The replies that a fetch may have had.
    fn replies(&self, entry: Option<usize>, expected: &Expected) -> Vec<Callback> {
        let answered = |status: u16, content| Rule::Answered { status, content };
        let document = entry.and_then(|entry| self.documents.fetched.get(&entry));
        let mut rows = match (document, entry) {
            (Some(&document), _) => {
                let document = &self.documents.documents[document];
                let path = Spanned::bare(document.name.as_str().into());
                vec![answered(200, Content::File(path))]
            }
            (None, None) => vec![answered(200, Content::Empty)],
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
            rows.extend(errors.map(Rule::Failed));
            let words = reason.split(|letter: char| !letter.is_ascii_digit());
            let statuses = words.filter_map(|word| word.parse().ok());
            rows.extend(statuses.map(|status| answered(status, Content::Empty)));
            let wrong = reason.match_indices(": ").map(|(at, _)| &reason[at + 2..]);
            rows.extend(wrong.map(|wrong| Rule::Wrong(wrong.to_owned())));
        }
        rows.into_iter().map(Callback::new).collect()
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
        let mut rows = self.replies(entry, expected).into_iter();
        rows.find_map(|rule| {
            let (took, input) = rule.input(request, &self.files);
            let at = self.replied(trial.fork().told(input).next(), expected)?;
            Some(at.saturating_sub(took).max(view.now))
        })
    }
}
