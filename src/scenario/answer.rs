//! What a rule makes happen, and after how long.
//!
//! Each rule of the world, about a request, a destination or a sound, is turned into inputs of a call
//! here. Who plays a scenario, explores a flow or rebuilds a call asks the rule.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::world::{Callback, Content, Dial, Media, Outcome, Reply};
use crate::channel::cause::Cause;
use crate::channel::{FetchError, Input, LegId, Reply as HttpReply, Request, timing};

/// The files that a scenario's rules name, by the path as the rule has it.
pub type Documents = BTreeMap<PathBuf, Arc<[u8]>>;

impl Callback {
    /// What the call is told of a request that this rule answers, and after how many milliseconds.
    ///
    /// A file that is not among the documents has no content.
    pub fn input(&self, request: &Request, documents: &Documents) -> (u64, Input) {
        let after = |usual| self.after.map_or(usual, millis);
        let url = request.target();
        let input = match &self.reply {
            Reply::Failed(FetchError::Timeout) => {
                let gives_up = || after(timing::FETCH_GIVES_UP);
                let time = request.timeout.unwrap_or_else(gives_up);
                return (time, Input::NoReply(FetchError::Timeout));
            }
            Reply::Failed(error) => Input::NoReply(*error),
            Reply::Redirected { status, location } => Input::Redirected {
                status: *status,
                location: location.as_str().into(),
            },
            Reply::Wrong(wrong) => Input::NoFlow(wrong.as_str().into()),
            Reply::Answered { status, content } => Input::Replied(HttpReply {
                status: *status,
                name: match content {
                    Content::File(path) => path.value.display().to_string().into(),
                    Content::Empty | Content::Text(_) => url.into(),
                },
                body: content.body(documents),
            }),
        };
        (after(timing::FETCH), input)
    }
}

impl Content {
    /// The bytes of the body.
    pub fn body(&self, documents: &Documents) -> Arc<[u8]> {
        match self {
            Self::Empty => Arc::default(),
            Self::Text(text) => text.as_bytes().into(),
            Self::File(path) => documents.get(&path.value).cloned().unwrap_or_default(),
        }
    }
}

impl Dial {
    /// What the call is told of a leg to such a destination, each after so many milliseconds since the
    /// leg's `init`, in this order.
    ///
    /// A destination that does not answer, and of which nothing says when it gives up, rings until the
    /// Dial does. One that answers, and of which nothing says how long it talks, does not hang up.
    pub fn inputs(&self, leg: LegId) -> Vec<(u64, Input)> {
        let rings = self.rings_after.map_or(timing::LEG_RINGS, millis);
        let usual = if self.rings {
            rings.saturating_add(timing::LEG_ANSWERS)
        } else {
            timing::LEG_REFUSES
        };
        let then = self.after.map_or(usual, millis);
        let mut inputs = Vec::new();
        if self.rings {
            let rings = match (self.rings_after, self.after) {
                (None, Some(_)) => rings.min(then),
                _ => rings,
            };
            inputs.push((rings, Input::Rings(leg)));
        }
        match self.outcome {
            Outcome::Refused(Cause::NO_ANSWER) if self.after.is_none() => {}
            Outcome::Refused(cause) => inputs.push((then, Input::Ends(leg, cause))),
            Outcome::Answered { talk } => {
                inputs.push((then, Input::Answers(leg)));
                inputs.extend(talk.map(|talk| {
                    let ends = then.saturating_add(millis(talk));
                    (ends, Input::Ends(leg, Cause::NORMAL_CLEARING))
                }));
            }
        }
        inputs
    }

    /// Whether nothing says when the destination hangs up that has answered.
    pub fn is_endless(&self) -> bool {
        self.outcome == Outcome::Answered { talk: None }
    }
}

impl Media {
    /// What the call is told of a file that is to be played so often, and after how many milliseconds.
    pub fn input(&self, times: u32) -> (u64, Input) {
        match self {
            Self::Lasts(lasts) => {
                let lasts = millis(*lasts).saturating_mul(u64::from(times));
                (lasts.min(timing::LONGEST_MEDIA), Input::Elapsed)
            }
            Self::Status(_) | Self::Failed(_) => (timing::FETCH, Input::NoMedia),
        }
    }

    /// What is presumed of a file that no rule is about: it plays for five seconds (`media-time`).
    pub fn usual() -> Self {
        Self::Lasts(Duration::from_millis(timing::MEDIA))
    }
}

/// A duration of a scenario in milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Method;
    use crate::table::Spanned;

    const LEG: LegId = LegId(0);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn request(timeout: Option<u64>) -> Request {
        Request {
            url: "https://api.example.com/menu".into(),
            method: Method::Get,
            query: Vec::new(),
            body: false,
            timeout,
            redirected: None,
        }
    }

    #[test]
    fn a_destination_rings_before_it_answers_and_talks_as_long_as_the_rule_says() {
        let answered = Dial::answered();
        let usual = timing::LEG_RINGS + timing::LEG_ANSWERS;
        let rings = (timing::LEG_RINGS, Input::Rings(LEG));
        assert_eq!(answered.inputs(LEG), [rings, (usual, Input::Answers(LEG))]);
        assert!(answered.is_endless());
        let talks = Dial {
            after: Some(ms(300)),
            outcome: Outcome::Answered { talk: Some(ms(5)) },
            ..answered
        };
        assert_eq!(
            talks.inputs(LEG),
            [
                (300, Input::Rings(LEG)),
                (300, Input::Answers(LEG)),
                (305, Input::Ends(LEG, Cause::NORMAL_CLEARING)),
            ]
        );
        assert!(!talks.is_endless());
    }

    #[test]
    fn a_destination_that_does_not_answer_rings_until_the_dial_gives_up() {
        let rings = [(timing::LEG_RINGS, Input::Rings(LEG))];
        assert_eq!(Dial::refused(Cause::NO_ANSWER).inputs(LEG), rings);
        let busy = [(timing::LEG_REFUSES, Input::Ends(LEG, Cause::USER_BUSY))];
        assert_eq!(Dial::refused(Cause::USER_BUSY).inputs(LEG), busy);
    }

    #[test]
    fn no_reply_in_time_is_the_end_of_the_time_of_the_request() {
        let rule = Callback {
            after: Some(ms(7)),
            ..Callback::new(Reply::Failed(FetchError::Timeout))
        };
        let none = Input::NoReply(FetchError::Timeout);
        let input = |timeout| rule.input(&request(timeout), &Documents::new());
        assert_eq!(input(Some(500)), (500, none.clone()));
        assert_eq!(input(None), (7, none.clone()));
        let rule = Callback::new(Reply::Failed(FetchError::Timeout));
        let input = rule.input(&request(None), &Documents::new());
        assert_eq!(input, (timing::FETCH_GIVES_UP, none));
    }

    #[test]
    fn a_reply_is_named_by_its_file_or_by_its_url() {
        let answered = |content| {
            let status = 200;
            let rule = Callback::new(Reply::Answered { status, content });
            let documents =
                Documents::from([("menu.xml".into(), b"<Response/>".as_slice().into())]);
            let (after, input) = rule.input(&request(None), &documents);
            assert_eq!(after, timing::FETCH);
            match input {
                Input::Replied(reply) => (reply.name.to_string(), reply.body.len()),
                other => panic!("{other:?}"),
            }
        };
        let url = "https://api.example.com/menu".to_owned();
        assert_eq!(answered(Content::Empty), (url.clone(), 0));
        assert_eq!(answered(Content::Text("ab".to_owned())), (url, 2));
        let file = |name: &str| Content::File(Spanned::bare(name.into()));
        assert_eq!(answered(file("menu.xml")), ("menu.xml".to_owned(), 11));
        assert_eq!(answered(file("gone.xml")), ("gone.xml".to_owned(), 0));
    }

    #[test]
    fn a_sound_is_heard_as_often_as_it_is_played_but_not_for_ever() {
        assert_eq!(Media::Lasts(ms(300)).input(3), (900, Input::Elapsed));
        let longest = (timing::LONGEST_MEDIA, Input::Elapsed);
        assert_eq!(Media::Lasts(ms(timing::LONGEST_MEDIA)).input(2), longest);
        assert_eq!(Media::Status(404).input(3), (timing::FETCH, Input::NoMedia));
    }
}
