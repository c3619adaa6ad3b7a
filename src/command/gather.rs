//! `<Gather>`

use std::borrow::Cow;

use super::traits::{Describe, Fetches, Impact, Keys, Named, Traits};
use super::{Contains, Example, Exclusive, Written, dtmf, fetch};
use crate::channel::{
    Action, Behavior, CommandContext, Last, Method, Need, Outcome, Parameter, Reason, Request,
};
use crate::fidelity::{Assumption, Reading};
use crate::value::{Digits, Millis, Positive, Text, Url};

command! {
    /// Collects the keys that the caller presses, and runs the branch that they choose.
    ///
    /// In the current documentation, DTMF, Default and Error are inside Gather. With `url`, the
    /// keys are sent to that URL and the reply is run as the next flow. The older dialect has
    /// prompts and a Switch inside.
    Gather {
        /// How many keys are collected.
        dtmf_length: Option<Positive>, Example;
        /// The same as `dtmf_length`: one example of the page writes both names.
        length: Option<Positive>, Example;
        /// The same as `dtmf_length`, in the older dialect.
        numDigits: Option<Positive>, Older, instead("dtmf_length");
        /// A key that ends the entry. It is not part of the entry.
        dtmf_stop: Option<Digits>, Example;
        /// The same as `dtmf_stop`, in the older dialect.
        finishOnKey: Option<Text>, Older, instead("dtmf_stop");
        /// The URL that the keys are sent to; the reply is run as the next flow.
        url: Option<Url>, Example, private;
        /// How long to wait for each key.
        timeout: Millis = Millis(TIMEOUT), Older, assumed(Assumption::GatherDefaults), seconds_below(100);
        /// How many attempts the caller has.
        attempts: Positive = Positive(1), Older, assumed(Assumption::GatherDefaults);
    }
    spec {
        page: "less-than-callback-greater-than",
        complete: false,
        contains: Contains::Branches,
        exclusive: &[
            Exclusive { attributes: &["dtmf_length", "length", "numDigits"], needed: false },
            Exclusive { attributes: &["dtmf_stop", "finishOnKey"], needed: false },
        ],
        examples: &[
            Example {
                title: "A menu of two choices",
                xml: r#"<Response><Say>For sales, press one. For support, press two.</Say><Gather dtmf_length="1"><DTMF value="1"><Say>Sales.</Say></DTMF><DTMF value="2"><Say>Support.</Say></DTMF><Default><Say>No such choice.</Say></Default><Error><Say>Goodbye.</Say></Error></Gather></Response>"#,
            },
            Example {
                title: "A number that is sent to a server",
                xml: r##"<Response><Say>Your account number, then pound.</Say><Gather length="8" dtmf_stop="#" url="https://api.example.com/account"><Error><Say>Goodbye.</Say></Error></Gather></Response>"##,
            },
        ],
    }
}

/// How long a key is waited for where nothing is said, in milliseconds (`gather-defaults`).
const TIMEOUT: u64 = 10_000;

const NO_INPUT: &str = "no input";
/// The words of an older draft's history of attempts.
const NO_BRANCH: &str = "User input error";

impl Gather {
    /// How many keys make a choice: as written, as many as the longest code, or, where a key ends the
    /// entry, any number.
    fn wanted(&self, context: &mut CommandContext<'_>) -> usize {
        if let Some(Positive(length)) = self.dtmf_length.or(self.length).or(self.numDigits) {
            return length as usize;
        }
        context.assume(Assumption::GatherDefaults);
        if self.dtmf_stop.is_some() {
            return usize::MAX;
        }
        context.children.longest_code.unwrap_or(1)
    }

    fn is_stop(&self, key: char) -> bool {
        let stop = self.dtmf_stop.as_ref().map(|keys| &*keys.0);
        let finish = self.finishOnKey.as_ref().map(|keys| &*keys.0);
        stop.or(finish).is_some_and(|keys| keys.contains(key))
    }

    fn attempt(&self, context: &mut CommandContext<'_>) -> Action {
        context.progress.attempt += 1;
        context.progress.digits.clear();
        if context.children.has_command {
            context.assume(Assumption::GatherPrompt);
            return Action::RunChildren { listen: true };
        }
        self.collect(context)
    }

    fn collect(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::GatherTimeout);
        Action::Await(Need::Collect {
            at_most: context.time_out(self.timeout.0, TIMEOUT),
        })
    }

    /// The keys of this attempt are complete.
    fn decide(&self, context: &mut CommandContext<'_>) -> Action {
        let digits = context.progress.digits.clone();
        let last = context.progress.attempt >= self.attempts.0;
        if digits.is_empty() {
            if !last {
                return self.attempt(context);
            }
            context.assume(Assumption::GatherBranches);
            if context.is(Reading::GatherDefaultForSilence)
                && let Some(branch) = context.children.no_match
            {
                return chosen(Last::Branch(branch), context);
            }
            context.assume(Assumption::FailureReasons);
            return Action::Failed(Cow::Borrowed(NO_INPUT));
        }
        if let Some(url) = &self.url {
            return Action::Await(Need::Fetch {
                request: request(url, &digits, context),
                flow: true,
            });
        }
        if let Some(branch) = context.children.branch(&digits) {
            return chosen(Last::Branch(branch), context);
        }
        if !context.children.has_branch() {
            context.assume(Assumption::SuccessReasons);
            return Action::Done(received(&context.progress.digits));
        }
        if !last {
            return self.attempt(context);
        }
        context.assume(Assumption::GatherBranches);
        let is_for_silence = context.is(Reading::GatherDefaultForSilence);
        if let Some(branch) = context.children.no_match.filter(|_| !is_for_silence) {
            return chosen(Last::Branch(branch), context);
        }
        if !is_for_silence {
            context.assume(Assumption::GatherNoBranch);
            if context.is(Reading::GatherNoBranchSucceeds) {
                return Action::Done(received(&context.progress.digits));
            }
        }
        Action::Failed(Cow::Borrowed(NO_BRANCH))
    }
}

impl Behavior for Gather {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        self.attempt(context)
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        match outcome {
            Outcome::Key(key) if self.is_stop(key) => self.decide(context),
            Outcome::Key(key) => {
                context.progress.digits.push(key);
                if context.progress.digits.len() >= self.wanted(context) {
                    self.decide(context)
                } else {
                    self.collect(context)
                }
            }
            Outcome::BlockEnded => self.collect(context),
            Outcome::TimedOut => self.decide(context),
            outcome => {
                fetch::failed(context, &outcome).unwrap_or_else(|| chosen(Last::Document, context))
            }
        }
    }
}

impl Describe for Gather {
    fn traits(&self) -> Traits<'_> {
        Traits {
            fails: Some("the caller may press nothing"),
            impact: if self.url.is_some() {
                Impact::RunsDocument
            } else {
                Impact::Nothing
            },
            fetches: self.url.as_ref().map(|url| Fetches {
                url: &url.0,
                method: Method::Get,
                only_if: None,
            }),
            keys: Some(self),
            attempts: Some(("attempts", self.attempts.0)),
            ..Traits::default()
        }
    }
}

impl Keys for Gather {
    fn length(&self) -> Option<Named<u32>> {
        let length = [
            ("dtmf_length", self.dtmf_length),
            ("length", self.length),
            ("numDigits", self.numDigits),
        ];
        length
            .into_iter()
            .find_map(|(name, length)| Some((name, length?.0)))
    }

    fn stop(&self) -> Option<Named<&str>> {
        let stop = self.dtmf_stop.as_ref().map(|keys| ("dtmf_stop", &*keys.0));
        stop.or_else(|| Some(("finishOnKey", &*self.finishOnKey.as_ref()?.0)))
    }

    fn is_read_to_stop(&self) -> bool {
        self.dtmf_stop.is_some()
    }

    fn has_taker(&self) -> bool {
        self.url.is_some()
    }
}

/// Runs what the keys chose.
fn chosen(last: Last, context: &CommandContext<'_>) -> Action {
    Action::EndWith {
        last,
        reason: received(&context.progress.digits),
    }
}

fn received(digits: &str) -> Reason {
    Cow::Owned(format!("dtmf '{digits}' received"))
}

/// The request of a Gather with `url`: the parameters of the documentation's example.
fn request(url: &Url, digits: &str, context: &CommandContext<'_>) -> Request {
    let mut query = vec![
        (Cow::Borrowed("dtmf"), Parameter::Text(digits.into())),
        (Cow::Borrowed("from"), Parameter::From),
    ];
    query.extend(fetch::query(context));
    Request {
        url: url.0.clone(),
        method: Method::Get,
        query,
        body: false,
        timeout: Some(fetch::TIMEOUT),
        redirected: None,
    }
}

/// A menu that takes these keys behind its prompts, and goes on.
pub(crate) fn asked(mut prompts: Vec<Written>, keys: &str) -> Written {
    prompts.push(dtmf::branch(keys));
    Written::new(Gather::SPEC.name)
        .with("dtmf_length", keys.len().to_string())
        .holding(prompts)
}
