//! What of a scenario a call used, and what is to be said of the rest.

use std::fmt::Display;

use super::Scenario;
use super::caller::{DocumentPattern, HangUp, Press};
use super::origin::Origin;
use super::pages::UNUSED;
use super::rules::Rules;
use crate::diagnostic::Diagnostic;

/// What of a scenario was used: a flag for each of its rules, by their places.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Used {
    /// Of [`Scenario::callbacks`].
    pub callbacks: Vec<bool>,
    /// Of [`Scenario::dials`].
    pub dials: Vec<bool>,
    /// Of [`Scenario::media`].
    pub media: Vec<bool>,
    /// Of [`Scenario::presses`].
    pub presses: Vec<bool>,
    /// Whether the caller hung up as [`super::Caller::hangup`] says.
    pub hangup: bool,
}

impl Used {
    /// For a scenario of which nothing has been used.
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            callbacks: vec![false; scenario.callbacks.entries().len()],
            dials: vec![false; scenario.dials.entries().len()],
            media: vec![false; scenario.media.entries().len()],
            presses: vec![false; scenario.presses.len()],
            hangup: false,
        }
    }
}

impl Scenario {
    /// A warning for each rule, press and hang-up of the file that was not used. Those of the command
    /// line have no place in it: see [`Self::unused_options`].
    pub fn unused(&self, used: &Used) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        unused_rules("callback", &self.callbacks, &used.callbacks, &mut found);
        unused_rules("dial", &self.dials, &used.dials, &mut found);
        unused_rules("media", &self.media, &used.media, &mut found);
        for press in left(&self.presses, &used.presses) {
            let what = "this [[press]] was never used";
            found.extend(unused_part(&press.origin, what, &press.why_unused()));
        }
        if let Some(hangup) = self.unused_hangup(used) {
            let what = "the caller never hung up";
            found.extend(unused_part(&hangup.origin, what, &hangup.why_unused()));
        }
        found.sort_by_key(|finding| finding.primary.span);
        found
    }

    /// A line for each option of the command line that was not used, such as
    /// `--press "2": no command listened for it`.
    pub fn unused_options(&self, used: &Used) -> Vec<String> {
        let mut lines = Vec::new();
        let mut add = |option: &str, origin: &Origin, why: &str| {
            let words = origin.option().into_iter();
            lines.extend(words.map(|words| format!("--{option} \"{words}\": {why}")));
        };
        for press in left(&self.presses, &used.presses) {
            add("press", &press.origin, &press.why_unused());
        }
        if let Some(hangup) = self.unused_hangup(used) {
            add("hangup-on", &hangup.origin, &hangup.why_unused());
        }
        let why = "no matching destination was called";
        unused_overrides(&self.dials, &used.dials, |rule, more| {
            add("dial", rule, &format!("{why}{more}"));
        });
        let why = "no matching URL was requested";
        unused_overrides(&self.callbacks, &used.callbacks, |rule, more| {
            add("callback", rule, &format!("{why}{more}"));
        });
        let why = "no matching file was played";
        unused_overrides(&self.media, &used.media, |rule, more| {
            add("media", rule, &format!("{why}{more}"));
        });
        lines
    }

    fn unused_hangup(&self, used: &Used) -> Option<&HangUp> {
        self.caller.hangup.as_ref().filter(|_| !used.hangup)
    }
}

/// Those that were not used.
fn left<'a, T>(all: &'a [T], used: &'a [bool]) -> impl Iterator<Item = &'a T> {
    let used = used.iter().copied().chain(std::iter::repeat(false));
    all.iter()
        .zip(used)
        .filter(|(_, used)| !used)
        .map(|(one, _)| one)
}

/// The warning for a part of the file.
fn unused_part(origin: &Origin, what: &str, why: &str) -> Option<Diagnostic> {
    let message = format!("{what}: {why}");
    Some(Diagnostic::warning(UNUSED.id, origin.span()?, message))
}

fn unused_rules<T, P: Display>(
    table: &str,
    rules: &Rules<T, P>,
    used: &[bool],
    found: &mut Vec<Diagnostic>,
) {
    for rule in left(rules.entries(), used) {
        if let Some(span) = rule.origin.span() {
            let message = format!("this [[{table}]] rule was never used");
            let warning = Diagnostic::warning(UNUSED.id, span, message);
            found.push(warning.note(format!("it is for \"{}\"", rule.pattern)));
        }
    }
}

/// Gives the rules of the command line that were not used, each with what is to be said beside why.
fn unused_overrides<T, P>(rules: &Rules<T, P>, used: &[bool], mut add: impl FnMut(&Origin, &str)) {
    let used = |at: usize| used.get(at).copied().unwrap_or(false);
    for (at, rule) in rules.overrides().iter().enumerate() {
        // An earlier option that was used may have answered for the subjects of this one.
        let is_second = (0..at).any(used);
        if !used(at) {
            add(
                &rule.origin,
                if is_second {
                    ", or not often enough"
                } else {
                    ""
                },
            );
        }
    }
}

impl Press {
    /// What it waited for in vain. A command that answered an earlier press was not for this one.
    fn why_unused(&self) -> String {
        let command = match (&self.when, self.nth) {
            (Some(when), Some(nth)) => format!("`{}` (number {nth})", when.value),
            (Some(when), None) => format!("`{}`", when.value),
            (None, _) => "command".to_owned(),
        };
        let place = in_document(self.document.as_ref());
        match &self.during {
            _ if !self.heard => format!("{place}no {command} ran"),
            None => format!("{place}no {command} waited for keys"),
            Some(prompt) => format!(
                "{place}there was no prompt `{}` in a {command} that waits for keys",
                prompt.value
            ),
        }
    }
}

impl HangUp {
    /// What it waited for in vain.
    fn why_unused(&self) -> String {
        let when = &self.when.value;
        let place = in_document(self.document.as_ref());
        let why = match self.nth {
            None | Some(1) => format!("{place}no `{when}` ran"),
            Some(nth) => format!("{place}`{when}` ran fewer than {nth} times"),
        };
        match self.after_end {
            // The command may have ended, but too shortly before the end of the call.
            Some(_) => format!("{why}, or the call ended too soon after it"),
            None => why,
        }
    }
}

/// Where nothing of the kind happened.
fn in_document(document: Option<&DocumentPattern>) -> String {
    match document.map(DocumentPattern::as_str) {
        None => String::new(),
        Some("") => "in the flow of the call, ".to_owned(),
        Some(url) => format!("in a document from \"{url}\", "),
    }
}
