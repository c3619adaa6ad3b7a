//! `[[case]]`: several calls of one flow in one file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::caller::{HANGUP_AFTER, HangUp, Press, TIMED_KEYS, TimedKeys};
use super::expect::Expect;
use super::overrides::Override;
use super::pages::CONFLICT;
use super::world::{Callback, Dial, Media};
use super::write::Lines;
use super::{CALLBACK, DIAL, EXPECT, Entry, MEDIA, PRESS, Scenario};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::table::Spanned;
use crate::table::Table;

/// `[[case]]`: one call, by what is its own. All else is the file's.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of the case; it must be unique in the file.
    pub name: Spanned<String>,
    /// What it says of the world, as the command line would: its rules are tried before the file's.
    pub changes: Vec<Override>,
    /// What must hold after it, over what the file expects.
    pub expect: Option<Expect>,
    /// Where the file says so.
    pub span: Option<Span>,
}

/// What stands between a file and a case in the name of a call.
pub const SEPARATOR: &str = "::";

/// How a call is named: by its file, and by its case where the file holds several:
/// `menu.call.toml::busy`.
pub fn call_name(file: &str, case: Option<&str>) -> String {
    match case {
        Some(case) => format!("{file}{SEPARATOR}{case}"),
        None => file.to_owned(),
    }
}

/// Equal when they say the same, wherever they stand.
impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.changes == other.changes && self.expect == other.expect
    }
}

/// What a key means that the file has as well.
const OWN: &str = "Overrides the same key of the file.";

/// All cases of a file. Two of one name are an error.
pub(super) fn read(table: &mut Table<'_>) -> Arc<[Case]> {
    let docs = "A test case: it starts from the settings of the file and overrides some of them. Its rules are tried before those of the file; its expectations replace those of the file, key by key.";
    let cases = table.tables("case", docs, Case::read);
    let mut firsts: HashMap<&str, &Case> = HashMap::new();
    for case in &cases {
        let first = *firsts.entry(&case.name.value).or_insert(case);
        if !std::ptr::eq(first, case)
            && let (Some(here), Some(there)) = (case.name.span, first.name.span)
        {
            let message = format!("there is another case with the name {:?}", case.name.value);
            let twice = Diagnostic::error(CONFLICT.id, here, message)
                .also(there, "the first one is here")
                .help("give each case a different name");
            table.report(twice);
        }
    }
    cases.into()
}

impl Case {
    /// The files that its callback rules answer with.
    pub(super) fn fetched_files(&self) -> impl Iterator<Item = &Spanned<PathBuf>> {
        self.changes.iter().filter_map(|change| match change {
            Override::Callback(rule) => rule.then.file(),
            _ => None,
        })
    }

    fn read(table: &mut Table<'_>) -> Option<Self> {
        let name = table.need(
            "name",
            "The name of the case; it must be unique in the file.",
        );
        let mut changes = Vec::new();
        let call = table.table("call", "What differs in the call.", |call| {
            [
                call.get("from", OWN).map(Override::From),
                call.get("to", OWN).map(Override::To),
                call.get("start", OWN).map(Override::Start),
                call.get("time_zone", OWN).map(Override::TimeZone),
                call.get("state", OWN).map(Override::State),
                call.get("county", OWN).map(Override::County),
            ]
        });
        changes.extend(call.into_iter().flatten().flatten());
        let answer = table.table("app", "What differs in the app.", |app| {
            app.get("auto_answer", OWN)
        });
        changes.extend(answer.flatten().map(Override::AutoAnswer));
        let presses = table.tables("press", PRESS, Press::read);
        changes.extend(presses.into_iter().map(Override::Press));
        changes.extend(
            table
                .get("hangup_after", HANGUP_AFTER)
                .map(Override::HangupAfter),
        );
        let hangup = HangUp::of(table);
        changes.extend(hangup.map(Override::HangupOn));
        let keys = table.tables("keys", TIMED_KEYS, TimedKeys::read);
        changes.extend(keys.into_iter().map(Override::Key));
        let callbacks = table.tables("callback", CALLBACK, Callback::read);
        changes.extend(callbacks.into_iter().map(Override::Callback));
        let dials = table.tables("dial", DIAL, Dial::read);
        changes.extend(dials.into_iter().map(Override::Dial));
        let media = table.tables("media", MEDIA, Media::read);
        changes.extend(media.into_iter().map(Override::Media));
        let expect = table.table("expect", EXPECT, Expect::read);
        Some(Self {
            name: name?,
            changes,
            expect,
            span: Some(table.span()),
        })
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        lines.heading("[[case]]");
        lines.key("name", &self.name);
        let mut keys = Vec::new();
        for change in &self.changes {
            match change {
                Override::HangupAfter(after) => lines.key("hangup_after", after),
                Override::HangupOn(hangup) => lines.raw("hangup", &hangup.inline()),
                Override::Key(key) => keys.push(key.clone()),
                _ => {}
            }
        }
        TimedKeys::write_all(&keys, lines);
        lines.table("[case.call]", |lines| {
            for change in &self.changes {
                match change {
                    Override::From(from) => lines.key("from", from),
                    Override::To(to) => lines.key("to", to),
                    Override::Start(start) => lines.key("start", start),
                    Override::TimeZone(zone) => lines.key("time_zone", zone),
                    Override::State(state) => lines.key("state", state),
                    Override::County(county) => lines.key("county", county),
                    _ => {}
                }
            }
        });
        lines.table("[case.app]", |lines| {
            for change in &self.changes {
                if let Override::AutoAnswer(answers) = change {
                    lines.key("auto_answer", answers);
                }
            }
        });
        for change in &self.changes {
            match change {
                Override::Press(press) => press.write("[[case.press]]", lines),
                Override::Callback(rule) => rule.write("[[case.callback]]", lines),
                Override::Dial(rule) => rule.write("[[case.dial]]", lines),
                Override::Media(rule) => rule.write("[[case.media]]", lines),
                _ => {}
            }
        }
        if let Some(expect) = &self.expect {
            expect.write("case.", lines);
        }
    }

    /// The places of what it says itself: rules, presses and hang-up.
    fn spans(&self) -> impl Iterator<Item = Span> {
        fn rule<T, P>(entry: &Entry<T, P>) -> Option<Span> {
            entry.span
        }
        self.changes.iter().filter_map(|change| match change {
            Override::Press(press) => press.span,
            Override::HangupOn(hangup) => hangup.span,
            Override::Callback(entry) => rule(entry),
            Override::Dial(entry) => rule(entry),
            Override::Media(entry) => rule(entry),
            _ => None,
        })
    }

    /// Whether a finding is about something that the case says itself.
    pub fn says(&self, finding: &Diagnostic) -> bool {
        self.spans().any(|span| span == finding.primary.span)
    }
}

impl Scenario {
    /// The scenario of one of its cases.
    #[must_use]
    pub fn of_case(&self, case: &Case) -> Self {
        let mut scenario = Self {
            cases: Arc::default(),
            case: Some(case.name.value.clone()),
            ..self.clone()
        };
        let (callbacks, dials, media) = scenario.change(case.changes.iter().cloned());
        scenario.callbacks.put_own(callbacks);
        scenario.dials.put_own(dials);
        scenario.media.put_own(media);
        let own = case.expect.clone();
        let expect = own.map(|own| own.over(self.expect.as_ref()));
        scenario.expect = expect.or_else(|| self.expect.clone());
        scenario
    }
}
