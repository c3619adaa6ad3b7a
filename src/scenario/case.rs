//! `[[case]]`: several calls of one flow in one file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::caller::{Caller, Press};
use super::expect::Expect;
use super::origin::Origin;
use super::pages::CONFLICT;
use super::parties::Call;
use super::world::{Callback, Dial, Media};
use super::write::Lines;
use super::{CALLBACK, Changes, DIAL, EXPECT, MEDIA, PRESS, Scenario};
use crate::diagnostic::Diagnostic;
use crate::table::{Spanned, Table};

/// `[[case]]`: one call, by what is its own. All else is the file's.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// The name of the case; it must be unique in the file.
    pub name: Spanned<String>,
    /// What it says of the world, as the command line would: its rules are tried before the file's.
    pub changes: Changes,
    /// What must hold after it, over what the file expects.
    pub expect: Option<Expect>,
    /// Where it is said.
    pub origin: Origin,
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
        self.changes
            .callbacks
            .iter()
            .filter_map(|rule| rule.then.file())
    }

    fn read(table: &mut Table<'_>) -> Option<Self> {
        let name = table.need(
            "name",
            "The name of the case; it must be unique in the file.",
        );
        let call = table.table("call", "What differs in the call.", |call| Call {
            from: call.get("from", OWN),
            to: call.get("to", OWN),
            start: call.get("start", OWN),
            time_zone: call.get("time_zone", OWN),
            state: call.get("state", OWN),
            county: call.get("county", OWN),
            seed: None,
        });
        let auto_answer = table.table("app", "What differs in the app.", |app| {
            app.get("auto_answer", OWN)
        });
        let changes = Changes {
            call: call.unwrap_or_default(),
            auto_answer: auto_answer.flatten(),
            presses: table.tables("press", PRESS, Press::read_entry),
            caller: Caller::read(table),
            callbacks: table.tables("callback", CALLBACK, Callback::read),
            dials: table.tables("dial", DIAL, Dial::read),
            media: table.tables("media", MEDIA, Media::read),
            ..Changes::default()
        };
        let expect = table.table("expect", EXPECT, Expect::read);
        Some(Self {
            name: name?,
            changes,
            expect,
            origin: Origin::File(table.span()),
        })
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        let changes = &self.changes;
        lines.heading("[[case]]");
        lines.key("name", &self.name);
        changes.caller.write(lines);
        lines.table("[case.call]", |lines| changes.call.write_keys(lines));
        lines.table("[case.app]", |lines| {
            lines.key("auto_answer", &changes.auto_answer);
        });
        for press in &changes.presses {
            press.write("[[case.press]]", lines);
        }
        lines.rules(
            "[[case.callback]]",
            "url",
            &changes.callbacks,
            Callback::write,
        );
        lines.rules("[[case.dial]]", "to", &changes.dials, Dial::write);
        lines.rules("[[case.media]]", "url", &changes.media, Media::write);
        if let Some(expect) = &self.expect {
            expect.write("case.", lines);
        }
    }

    /// Where it says something itself: rules, presses and hang-up.
    fn origins(&self) -> impl Iterator<Item = &Origin> {
        let changes = &self.changes;
        let presses = changes.presses.iter().map(|press| &press.origin);
        let hangup = changes.caller.hangup.iter().map(|hangup| &hangup.origin);
        let callbacks = changes.callbacks.iter().map(|rule| &rule.origin);
        let dials = changes.dials.iter().map(|rule| &rule.origin);
        let media = changes.media.iter().map(|rule| &rule.origin);
        presses
            .chain(hangup)
            .chain(callbacks)
            .chain(dials)
            .chain(media)
    }

    /// Whether a finding is about something that the case says itself.
    pub fn says(&self, finding: &Diagnostic) -> bool {
        let span = finding.primary.span;
        self.origins().any(|origin| origin.span() == Some(span))
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
        let changes = case.changes.clone();
        scenario.callbacks.put_own(changes.callbacks.clone());
        scenario.dials.put_own(changes.dials.clone());
        scenario.media.put_own(changes.media.clone());
        scenario.change(changes);
        let own = case.expect.clone();
        let file = self.expect.clone().unwrap_or_default();
        scenario.expect = own.map(|own| own.over(&file)).or(self.expect.clone());
        scenario
    }
}
