//! `<Gather>`

use std::borrow::Cow;

use super::{Contains, Example, Exclusive, fetch};
use crate::channel::{Course, Effect, Given, Keys, Label, Method, Outcome, Request, Run, Scene, Step, Traits, Unfetched};
use crate::fidelity::Assumption;
use crate::value::{Digits, Millis, Positive, Text, Url};

mod keys;

command! {
    /// Collects keys that the caller presses, and runs the branch that they choose.
    ///
    /// The current pages put DTMF, Default and Error inside it; with `url` the keys are sent there
    /// and the reply is run as call flow. An older dialect has prompts and a Switch inside.
    Gather {
        /// How many keys make a choice.
        dtmf_length: Option<Positive>, Example;
        /// The same as `dtmf_length`: one example of the page writes both names.
        length: Option<Positive>, Example;
        /// The same as `dtmf_length`, in the older dialect.
        numDigits: Option<Positive>, Older, instead("dtmf_length");
        /// A key that ends the entry, and is not part of it.
        dtmf_stop: Option<Digits>, Example;
        /// The same as `dtmf_stop`, in the older dialect.
        finishOnKey: Option<Text>, Older, instead("dtmf_stop");
        /// Where the keys are sent; the reply is run as call flow.
        url: Option<Url>, Example, private;
        /// How long to wait for each key.
        timeout: Millis = Millis(10_000), Older, assumed(Assumption::GatherDefaults), seconds_below(100);
        /// How often the caller may try.
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

const NO_INPUT: &str = "no input";
/// The words of an older draft's history of attempts.
const NO_BRANCH: &str = "User input error";

/// The stage at which the keys have been taken and what they chose runs.
const CHOSEN: u8 = 1;

impl Gather {
    /// How many keys make a choice: as written, or as many as the longest code.
    fn wanted(&self, scene: &mut Scene<'_>) -> usize {
        if let Some(Positive(length)) = self.dtmf_length.or(self.length).or(self.numDigits) {
            return length as usize;
        }
        scene.assume(Assumption::GatherDefaults);
        let codes = scene.children.iter().filter_map(code);
        codes.map(str::len).max().unwrap_or(1)
    }

    fn is_stop(&self, key: char) -> bool {
        let stop = self.dtmf_stop.as_ref().map(|keys| &*keys.0);
        let finish = self.finishOnKey.as_ref().map(|keys| &*keys.0);
        stop.or(finish).is_some_and(|keys| keys.contains(key))
    }

    fn attempt(&self, scene: &mut Scene<'_>) -> Step {
        scene.progress.attempt += 1;
        scene.progress.digits.clear();
        if scene.children.contains(&Label::Command) {
            scene.assume(Assumption::GatherPrompt);
            return Step::RunChildren { listen: true };
        }
        self.collect(scene)
    }

    fn collect(&self, scene: &mut Scene<'_>) -> Step {
        scene.assume(Assumption::GatherTimeout);
        Step::Collect { at_most: self.timeout.0 }
    }

    /// The keys of this attempt are complete.
    fn decide(&self, scene: &mut Scene<'_>) -> Step {
        let digits = scene.progress.digits.clone();
        let last = scene.progress.attempt >= self.attempts.0;
        if digits.is_empty() {
            if !last {
                return self.attempt(scene);
            }
            scene.assume(Assumption::GatherBranches);
            scene.assume(Assumption::FailureReasons);
            return Step::Failed(Cow::Borrowed(NO_INPUT));
        }
        if let Some(url) = &self.url {
            return Step::Fetch { request: request(url, &digits, scene), flow: true };
        }
        if let Some(branch) = scene.children.iter().position(|child| code(child) == Some(&*digits)) {
            scene.progress.stage = CHOSEN;
            return Step::RunBranch(branch);
        }
        if !scene.children.iter().any(is_branch) {
            return done(scene);
        }
        if !last {
            return self.attempt(scene);
        }
        scene.assume(Assumption::GatherBranches);
        if let Some(branch) = scene.children.iter().position(|child| *child == Label::NoMatch) {
            scene.progress.stage = CHOSEN;
            return Step::RunBranch(branch);
        }
        scene.assume(Assumption::GatherNoBranch);
        Step::Failed(Cow::Borrowed(NO_BRANCH))
    }
}

impl Run for Gather {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        self.attempt(scene)
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        match outcome {
            Outcome::Key(key) if self.is_stop(key) => self.decide(scene),
            Outcome::Key(key) => {
                scene.progress.digits.push(key);
                match scene.progress.digits.len() >= self.wanted(scene) {
                    true => self.decide(scene),
                    false => self.collect(scene),
                }
            }
            Outcome::Fetched => {
                scene.progress.stage = CHOSEN;
                Step::RunDocument
            }
            Outcome::BlockEnded if scene.progress.stage == CHOSEN => done(scene),
            Outcome::BlockEnded => self.collect(scene),
            Outcome::Done | Outcome::TimedOut => self.decide(scene),
            outcome => fetch::failed(scene, &outcome).unwrap_or_else(|| done(scene)),
        }
    }

    fn unfetched(&self, reason: &str) -> Option<Unfetched> {
        fetch::undo(reason)
    }

    fn key(&self, scene: &mut Scene<'_>, course: &Course<'_>) -> Option<(u64, char)> {
        self.next_key(scene, course)
    }

    fn skips(&self, scene: &mut Scene<'_>, course: &Course<'_>) -> bool {
        self.spare(scene, course).is_some()
    }

    fn traits(&self) -> Traits<'_> {
        Traits {
            fails: Some("the caller may press nothing"),
            effect: if self.url.is_some() { Effect::RunsDocument } else { Effect::Nothing },
            keys: Some(self),
            ..Traits::default()
        }
    }
}

impl Keys for Gather {
    fn length(&self) -> Option<Given<u32>> {
        let length = [("dtmf_length", self.dtmf_length), ("length", self.length), ("numDigits", self.numDigits)];
        length.into_iter().find_map(|(name, length)| Some((name, length?.0)))
    }

    fn stop(&self) -> Option<Given<&str>> {
        let stop = self.dtmf_stop.as_ref().map(|keys| ("dtmf_stop", &*keys.0));
        stop.or_else(|| Some(("finishOnKey", &*self.finishOnKey.as_ref()?.0)))
    }
}

fn done(scene: &mut Scene<'_>) -> Step {
    scene.assume(Assumption::SuccessReasons);
    Step::Done(Cow::Owned(format!("dtmf '{}' received", scene.progress.digits)))
}

/// The digits that were taken, by the reason of [`done`].
fn digits_of(reason: &str) -> Option<&str> {
    reason.strip_prefix("dtmf '")?.strip_suffix("' received")
}

/// The request of a Gather with `url`: the parameters of the documentation's example.
fn request(url: &Url, digits: &str, scene: &Scene<'_>) -> Request {
    let facts = scene.facts;
    Request {
        url: url.0.clone(),
        method: Method::Get,
        query: vec![
            ("dtmf", digits.into()),
            ("from", facts.from.clone()),
            ("tn", facts.to.clone()),
            ("state", if facts.answered { "live" } else { "ringing" }.into()),
            ("sca", facts.app.clone()),
            ("call", facts.call.clone()),
        ],
        body: false,
        timeout: fetch::TIMEOUT,
    }
}

fn is_branch(label: &Label<'_>) -> bool {
    matches!(label, Label::Code(_) | Label::NoMatch)
}

fn code<'a>(label: &Label<'a>) -> Option<&'a str> {
    match label {
        Label::Code(code) => Some(code),
        _ => None,
    }
}
