//! What of a scenario a call used, and what is to be said of the rest.

use std::fmt::Display;

use super::Scenario;
use super::caller::{DocumentPattern, HangUp, Press};
use super::pages::UNUSED;
use super::rules::{Entry, Rules};
use super::world::{Callback, Content, Dial, Media, Outcome, Reply};
use crate::diagnostic::Diagnostic;
use crate::table::Text;

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
            if let Some(span) = press.span {
                let message = format!("this [[press]] was never used: {}", press.why_unused());
                found.push(Diagnostic::warning(UNUSED.id, span, message));
            }
        }
        if let Some(hangup) = self.caller.hangup.as_ref().filter(|_| !used.hangup)
            && let Some(span) = hangup.span
        {
            let message = format!("the caller never hung up: {}", hangup.why_unused());
            found.push(Diagnostic::warning(UNUSED.id, span, message));
        }
        found.sort_by_key(|finding| finding.primary.span);
        found
    }

    /// A line for each option of the command line that was not used, such as
    /// `--press "2": no command listened for it`.
    pub fn unused_options(&self, used: &Used) -> Vec<String> {
        let mut lines = Vec::new();
        let presses = left(&self.presses, &used.presses).filter(|press| press.span.is_none());
        lines.extend(presses.map(|press| {
            let option = press.as_option();
            format!("--press \"{option}\": {}", press.why_unused())
        }));
        let hangup = self.caller.hangup.as_ref();
        let hangup = hangup.filter(|hangup| hangup.span.is_none() && !used.hangup);
        lines.extend(hangup.map(|hangup| {
            let option = hangup.as_option();
            format!("--hangup-on \"{option}\": {}", hangup.why_unused())
        }));
        let why = "no matching destination was called";
        unused_overrides("--dial", &self.dials, &used.dials, why, &mut lines);
        let why = "no matching URL was requested";
        unused_overrides(
            "--callback",
            &self.callbacks,
            &used.callbacks,
            why,
            &mut lines,
        );
        let why = "no matching file was played";
        unused_overrides("--media", &self.media, &used.media, why, &mut lines);
        lines
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

fn unused_rules<T, P: Display>(
    table: &str,
    rules: &Rules<T, P>,
    used: &[bool],
    found: &mut Vec<Diagnostic>,
) {
    for Entry { pattern, span, .. } in left(rules.entries(), used) {
        if let &Some(span) = span {
            let message = format!("this [[{table}]] rule was never used");
            let warning = Diagnostic::warning(UNUSED.id, span, message);
            found.push(warning.note(format!("it is for \"{pattern}\"")));
        }
    }
}

fn unused_overrides<T: OptionValue, P: Display>(
    option: &str,
    rules: &Rules<T, P>,
    used: &[bool],
    why: &str,
    lines: &mut Vec<String>,
) {
    let used = |at: usize| used.get(at).copied().unwrap_or(false);
    for (at, Entry { pattern, then, .. }) in rules.overrides().iter().enumerate() {
        if used(at) {
            continue;
        }
        // An earlier option that was used may have answered for the subjects of this one.
        let or_seldom = if (0..at).any(used) {
            ", or not often enough"
        } else {
            ""
        };
        let value = then.as_option();
        lines.push(format!("{option} \"{pattern}={value}\": {why}{or_seldom}"));
    }
}

/// What an option of the command line says of its subjects.
trait OptionValue {
    /// As it is typed behind the pattern.
    fn as_option(&self) -> String;
}

impl OptionValue for Dial {
    fn as_option(&self) -> String {
        match self.outcome {
            Outcome::Refused(cause) => cause.to_text(),
            Outcome::Answered { .. } => "answer".to_owned(),
        }
    }
}

impl OptionValue for Callback {
    fn as_option(&self) -> String {
        match &self.reply {
            Reply::Answered {
                content: Content::File(path),
                ..
            } => path.value.display().to_string(),
            Reply::Answered { status, .. } => status.to_string(),
            Reply::Redirected { location, .. } => location.clone(),
            Reply::Wrong(wrong) => wrong.clone(),
            Reply::Failed(error) => error.to_text(),
        }
    }
}

impl OptionValue for Media {
    fn as_option(&self) -> String {
        match self {
            Self::Lasts(duration) => duration.to_text(),
            Self::Status(status) => status.to_string(),
            Self::Failed(error) => error.to_text(),
        }
    }
}

impl Press {
    /// As it is typed behind `--press`.
    pub(super) fn as_option(&self) -> String {
        let mut place = String::new();
        if let Some(when) = &self.when {
            place.push_str(when.value.as_str());
        }
        if let Some(during) = &self.during {
            place.push('/');
            place.push_str(during.value.as_str());
        }
        if let Some(after) = self.after {
            place.push('+');
            place.push_str(&after.to_text());
        }
        if !place.is_empty() {
            place.push('=');
        }
        place + self.keys.as_str()
    }

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
    /// As it is typed behind `--hangup-on`.
    pub(super) fn as_option(&self) -> String {
        let when = self.when.value.to_string();
        match self.after {
            Some(after) => format!("{when}+{}", after.to_text()),
            None => when,
        }
    }

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
