//! What of an `[expect]` does not hold.

use std::time::Duration;

use super::align::{Aligned, Item, Side, Wanted, align};
use super::near::near_miss;
use super::pages::{FAILED, UNUSED};
use super::{Failure, Instead, Snapshot, Snapshots};
use crate::channel::{Destination, Sound};
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::{Audio, Ender, Leg, Outline, Record, Step};
use crate::scenario::{
    DestinationPattern, Expect, ExpectCall, ExpectFetch, ExpectLog, ExpectedEnd, Listed,
    PathPattern, Pattern, Spanned, Times,
};
use crate::source::{Span, short};

/// What of the expectations does not hold, in the order of the file.
pub fn judge(expect: &Expect, record: &Record, snapshots: &Snapshots) -> Vec<Failure> {
    let mut judge = Judge {
        outline: Outline::of(record),
        failures: Vec::new(),
    };
    judge.ending(expect);
    judge.ran(expect);
    judge.heard(expect);
    judge.times(expect);
    judge.dialled(expect);
    judge.fetched(expect);
    judge.recorded(expect);
    for log in &expect.log {
        judge.log(log);
    }
    judge.snapshot(expect.events.as_ref(), snapshots.events.as_ref());
    judge.snapshot(expect.tree.as_ref(), snapshots.tree.as_ref());
    let place = |failure: &Failure| failure.finding.primary.span;
    judge.failures.sort_by_key(place);
    judge.failures
}

/// A failure that no key of `[expect]` names, such as a call that reached a limit.
pub fn unmet(message: String) -> Failure {
    failure(Diagnostic::error(FAILED, Span::at(0), message))
}

/// A failure of what the caller does: the places of the presses that went otherwise.
pub fn pressed_otherwise(message: String, said: &[Span]) -> Failure {
    let mut places = said.iter();
    let first = places.next().copied().unwrap_or(Span::at(0));
    let finding = Diagnostic::error(FAILED, first, message);
    failure(places.fold(finding, |finding, &place| {
        finding.also(place, "so are keys of this one")
    }))
}

/// What of a scenario was not used, as failures.
pub fn unused(findings: impl IntoIterator<Item = Diagnostic>) -> Vec<Failure> {
    let as_error = |mut finding: Diagnostic| {
        finding.severity = Severity::Error;
        finding.rule = UNUSED;
        failure(finding)
    };
    findings.into_iter().map(as_error).collect()
}

/// What would be expected of a call, as TOML: each key of `[expect]` with its value. Times are left
/// out, since they are what changes first.
pub fn of(record: &Record) -> Vec<(&'static str, String)> {
    let mut judge = Judge {
        outline: Outline::of(record),
        failures: Vec::new(),
    };
    // What came is then what was not expected.
    let expect = Expect {
        ran: Some(Spanned::bare(Vec::new())),
        hears: Some(Spanned::bare(Vec::new())),
        dialled: Some(Spanned::bare(Vec::new())),
        recorded: Some(Spanned::bare(Vec::new())),
        ..Expect::default()
    };
    judge.ran(&expect);
    judge.heard(&expect);
    judge.dialled(&expect);
    judge.recorded(&expect);
    let mut keys = Vec::new();
    if let Some(cause) = judge.outline.ending.cause {
        keys.push(("cause", quoted(cause.name())));
    }
    let by = match judge.outline.ending.by {
        Some(Ender::Caller) => Some("caller".to_owned()),
        Some(Ender::FlowEnd) => Some("flow".to_owned()),
        Some(Ender::MaxLength) => Some("limit".to_owned()),
        Some(Ender::Command(entry)) => {
            let step = &judge.outline.steps[entry];
            Some(judge.naming(step).as_str().to_owned())
        }
        Some(Ender::Agent | Ender::Callee | Ender::Transfer | Ender::Parked(_) | Ender::Untold)
        | None => None,
    };
    keys.extend(by.map(|by| ("ended_by", quoted(&by))));
    for failure in judge.failures {
        let Some(instead) = failure.instead else {
            continue;
        };
        let items = instead.items.into_iter().filter_map(|item| match item {
            Item::New(toml) => Some(toml),
            Item::Kept(_) => None,
        });
        let items: Vec<_> = items.collect();
        let one_line = format!("[{}]", items.join(", "));
        keys.push((
            instead.key,
            match one_line.len() {
                0..=90 => one_line,
                _ => format!("[\n    {},\n]", items.join(",\n    ")),
            },
        ));
    }
    keys
}

fn failure(finding: Diagnostic) -> Failure {
    Failure {
        finding,
        at: None,
        sides: Vec::new(),
        instead: None,
    }
}

/// What came, of a list that is compared.
struct Came {
    text: String,
    at: Option<u64>,
    /// As an expectation would name it, in TOML.
    toml: String,
    /// Other names of it, by which it can be meant.
    names: Vec<String>,
}

struct Judge<'r> {
    outline: Outline<'r>,
    failures: Vec<Failure>,
}

impl Judge<'_> {
    fn fail(&mut self, span: Option<Span>, at: Option<u64>, message: String, label: String) {
        let span = span.unwrap_or(Span::at(0));
        let finding = Diagnostic::error(FAILED, span, message).label(label);
        self.failures.push(Failure {
            at,
            ..failure(finding)
        });
    }

    /// Whether a pattern means the command of a step.
    fn is_meant(&self, path: &PathPattern, step: &Step) -> bool {
        match self.outline.flows.command(step.entry) {
            Some((flow, node)) => path.matches(&step.path, &flow.tags(node)),
            None => path.matches(&step.path, &[step.tag.as_deref()]),
        }
    }

    /// The pattern that names the command of a step.
    fn naming(&self, step: &Step) -> PathPattern {
        match self.outline.flows.command(step.entry) {
            Some((flow, node)) => PathPattern::naming(flow, node),
            None => PathPattern::literal(&step.path),
        }
    }

    fn record(&self) -> &Record {
        self.outline.record
    }

    fn ending(&mut self, expect: &Expect) {
        let ended = self.record().ended();
        if let Some(cause) = &expect.cause {
            let came = self.outline.ending.cause;
            if came != Some(cause.value) {
                let message = match came {
                    Some(came) => format!("the call ended with {came}"),
                    None => "the call did not end".to_owned(),
                };
                let label = format!("expected {}", cause.value);
                self.fail(cause.span, ended, message, label);
            }
        }
        if let Some(by) = &expect.ended_by {
            let came = self.outline.ending.by;
            let holds = match (&by.value, came) {
                (ExpectedEnd::Caller, Some(Ender::Caller))
                | (ExpectedEnd::Flow, Some(Ender::FlowEnd))
                | (ExpectedEnd::Limit, Some(Ender::MaxLength)) => true,
                (ExpectedEnd::Command(path), Some(Ender::Command(entry))) => {
                    self.is_meant(path, &self.outline.steps[entry])
                }
                _ => false,
            };
            if !holds {
                let message = self.ended_by(came);
                let label = match &by.value {
                    ExpectedEnd::Caller => "expected the caller to end it".to_owned(),
                    ExpectedEnd::Flow => "expected the flow to reach its end".to_owned(),
                    ExpectedEnd::Limit => {
                        "expected the app's maximum call length to end it".to_owned()
                    }
                    ExpectedEnd::Command(path) => format!("expected {path} to end it"),
                };
                self.fail(by.span, ended, message, label);
            }
        }
    }

    fn ended_by(&self, by: Option<Ender>) -> String {
        match by {
            None => "the call did not end".to_owned(),
            Some(Ender::Caller) => "the caller ended the call".to_owned(),
            Some(Ender::FlowEnd) => "the flow reached its end".to_owned(),
            Some(Ender::MaxLength) => "the app's maximum call length was reached".to_owned(),
            Some(Ender::Command(entry)) => {
                format!("{} ended the call", name(&self.outline.steps[entry]))
            }
            Some(Ender::Agent) => "the agent ended the call".to_owned(),
            Some(Ender::Callee) => "the called party ended the call".to_owned(),
            Some(Ender::Transfer) => "the call was transferred".to_owned(),
            Some(Ender::Parked(_)) => "the parked call ended".to_owned(),
            Some(Ender::Untold) => "it is not known who ended the call".to_owned(),
        }
    }

    fn ran(&mut self, expect: &Expect) {
        if let Some(ran) = &expect.ran {
            let came = self.outline.steps.iter().map(|step| Came {
                text: name(step),
                at: Some(step.from),
                toml: quoted(self.naming(step).as_str()),
                names: [
                    Some(step.path.clone()),
                    step.tag.as_ref().map(|tag| format!("#{tag}")),
                ]
                .into_iter()
                .flatten()
                .collect(),
            });
            let came: Vec<_> = came.collect();
            let steps: Vec<_> = self.outline.steps.iter().collect();
            let fits = |path: &PathPattern, at: usize| self.is_meant(path, steps[at]);
            let alike = |path: &str, at: usize| is_alike(path, &steps[at].path);
            let found = compare(ran, &came, fits, alike);
            self.failures.extend(found.map(|found| found.of("ran")));
        }
        for path in expect.never_ran.iter().flat_map(|paths| &paths.value) {
            let step = self.outline.steps.iter();
            let step = step.clone().find(|step| self.is_meant(&path.value, step));
            if let Some(step) = step {
                let (at, message) = (step.from, format!("{} ran", name(step)));
                let label = "must not run".to_owned();
                self.fail(path.span, Some(at), message, label);
            }
        }
    }

    fn heard(&mut self, expect: &Expect) {
        let Some(hears) = &expect.hears else { return };
        let names = |word: &str| {
            let mut items = hears.value.iter();
            items.any(|item| match &item.value {
                Listed::Any => false,
                Listed::One(pattern) => pattern.as_str().starts_with(word),
            })
        };
        let mut came: Vec<Came> = Vec::new();
        for one in &self.outline.heard {
            let text = match &one.what {
                Audio::Sound(sound) => Some(sound_words(sound)),
                Audio::RingBack => names(RING_BACK).then(|| RING_BACK.to_owned()),
                Audio::Hold => names(HOLD).then(|| HOLD.to_owned()),
                Audio::Bridge(to) => names(TALK).then(|| format!("{TALK} {to}")),
                Audio::Ringing | Audio::Silence | Audio::Unknown => None,
            };
            let at = Some(one.from);
            came.extend(text.map(|text| Came {
                toml: quoted(Pattern::literal(&text).as_str()),
                text,
                at,
                names: Vec::new(),
            }));
        }
        let texts: Vec<_> = came.iter().map(|one| one.text.clone()).collect();
        let fits = |pattern: &Pattern, at: usize| is_heard(pattern, &texts[at]);
        let found = compare(hears, &came, fits, |_, _| false);
        self.failures.extend(found.map(|found| found.of("hears")));
    }

    fn times(&mut self, expect: &Expect) {
        if let Some(most) = &expect.max_silence {
            let longest = self.outline.silences().into_iter();
            let longest = longest.max_by_key(|(from, to)| (to - from, std::cmp::Reverse(*from)));
            let (from, to) = longest.unwrap_or_default();
            let lasts = Duration::from_millis(to - from);
            if lasts > most.value {
                let from_on = seconds(Duration::from_millis(from));
                let message = format!(
                    "the caller heard nothing for {}, starting at {from_on}",
                    seconds(lasts)
                );
                let label = format!("expected at most {}", seconds(most.value));
                self.fail(most.span, Some(from), message, label);
            }
        }
        if let Some(times) = &expect.duration {
            let ended = self.record().ended();
            let lasted = ended.map(Duration::from_millis);
            if !lasted.is_some_and(|lasted| times.value.holds(lasted)) {
                let message = match lasted {
                    Some(lasted) => format!("the call lasted {}", seconds(lasted)),
                    None => "the call did not end".to_owned(),
                };
                self.fail(times.span, ended, message, expected_times(times.value));
            }
        }
    }

    fn dialled(&mut self, expect: &Expect) {
        let Some(dialled) = &expect.dialled else {
            return;
        };
        let record = self.record();
        let legs: Vec<_> = record.dialled.iter().collect();
        let came: Vec<_> = legs
            .iter()
            .map(|leg| Came {
                text: leg_words(leg),
                at: record.at(leg.created),
                toml: leg_toml(leg),
                names: leg_names(leg),
            })
            .collect();
        let subject = Subject {
            text: |call: &ExpectCall| call.to.value.as_str().to_owned(),
            is_same: |call: &ExpectCall, at: usize| call.to.value.means_leg(legs[at]),
        };
        let found = compare_tables(dialled, &came, call_words, &subject, |call, at| {
            is_leg(call, legs[at])
        });
        self.failures.extend(found.map(|found| found.of("dialled")));
    }

    fn fetched(&mut self, expect: &Expect) {
        let Some(fetched) = &expect.fetched else {
            return;
        };
        let record = self.record();
        let all: Vec<_> = record.fetched.iter().flatten().collect();
        let steps = &self.outline.steps;
        let came: Vec<_> = all
            .iter()
            .map(|one| Came {
                text: match one.reply {
                    Ok(status) => format!("{} {status}", one.url),
                    Err(error) => format!("{} ({error})", one.url),
                },
                at: steps.get(one.entry).map(|step| step.from),
                toml: match one.reply {
                    Ok(status) => format!("{{ url = {}, status = {status} }}", literal(&one.url)),
                    Err(_) => format!("{{ url = {} }}", literal(&one.url)),
                },
                names: vec![one.url.to_string()],
            })
            .collect();
        let subject = Subject {
            text: |fetch: &ExpectFetch| fetch.url.value.as_str().to_owned(),
            is_same: |fetch: &ExpectFetch, at: usize| fetch.url.value.matches_url(&all[at].url),
        };
        let found = compare_tables(fetched, &came, fetch_words, &subject, |fetch, at| {
            fetch.url.value.matches_url(&all[at].url)
                && (fetch.status).is_none_or(|status| all[at].reply == Ok(status))
        });
        self.failures.extend(found.map(|found| found.of("fetched")));
    }

    fn recorded(&mut self, expect: &Expect) {
        let Some(recorded) = &expect.recorded else {
            return;
        };
        let record = self.record();
        let tags: Vec<_> = record
            .recordings
            .iter()
            .map(|one| one.tag.as_deref().unwrap_or_default().to_owned())
            .collect();
        let came: Vec<_> = record
            .recordings
            .iter()
            .zip(&tags)
            .map(|(one, tag)| Came {
                text: if tag.is_empty() {
                    "(without a tag)".to_owned()
                } else {
                    tag.clone()
                },
                at: record.at(one.began),
                toml: literal(tag),
                names: Vec::new(),
            })
            .collect();
        let wanted: Vec<_> = recorded
            .value
            .iter()
            .map(|item| Spanned {
                value: Listed::One(item.value.clone()),
                span: item.span,
            })
            .collect();
        let recorded = Spanned {
            value: wanted,
            span: recorded.span,
        };
        let fits = |pattern: &Pattern, at: usize| pattern.matches(&tags[at]);
        let found = compare(&recorded, &came, fits, |_, _| false);
        self.failures
            .extend(found.map(|found| found.of("recorded")));
    }

    /// One of the entries that are meant has to hold all of it.
    fn log(&mut self, log: &ExpectLog) {
        let record = self.outline.record;
        let meant = self.outline.steps.iter();
        let meant: Vec<_> = meant
            .filter(|step| self.is_meant(&log.path.value, step))
            .collect();
        let Some(first) = meant.first() else {
            let message = format!("no {} ran", log.path.value);
            self.fail(log.path.span, None, message, "expected to run".to_owned());
            return;
        };
        let differing = |step: &Step| {
            let status = &record.log[step.entry].status;
            let mut found: Vec<(Option<Span>, String, String)> = Vec::new();
            let mut check = |holds: bool, span: Option<Span>, came: String, wanted: String| {
                if !holds {
                    found.push((span, came, wanted));
                }
            };
            if let Some(state) = &log.state {
                let came = format!("its state is {}", step.state.as_str());
                let wanted = format!("expected {}", state.value.as_str());
                check(step.state == state.value, state.span, came, wanted);
            }
            if let Some(reason) = &log.reason {
                let own = step.reason.as_deref().unwrap_or_default();
                let came = format!("its reason is {own:?}");
                let wanted = format!("expected {:?}", reason.value.as_str());
                check(reason.value.matches(own), reason.span, came, wanted);
            }
            if let Some(success) = &log.success {
                let came = match status.success {
                    Some(true) => "it succeeded",
                    Some(false) => "it did not succeed",
                    None => "it did not end",
                };
                let wanted = format!("expected {}", success.value);
                let holds = status.success == Some(success.value);
                check(holds, success.span, came.to_owned(), wanted);
            }
            if let Some(tag) = &log.tag {
                let own = step.tag.as_deref().unwrap_or_default();
                let came = format!("its tag is {own:?}");
                let wanted = format!("expected {:?}", tag.value.as_str());
                check(tag.value.matches(own), tag.span, came, wanted);
            }
            if let Some(lasts) = &log.lasts {
                let took = step.took().map(Duration::from_millis);
                let came = match took {
                    Some(took) => format!("it ran for {}", seconds(took)),
                    None => "it did not end".to_owned(),
                };
                let holds = took.is_some_and(|took| lasts.value.holds(took));
                check(holds, lasts.span, came, expected_times(lasts.value));
            }
            found
        };
        let (at, whose) = (first.from, name(first));
        let found: Vec<_> = meant.iter().map(|step| differing(step)).collect();
        if found.iter().any(Vec::is_empty) {
            return;
        }
        let others = match found.len() {
            1 => String::new(),
            more => format!(", and {} more with this path do not match either", more - 1),
        };
        for (span, came, wanted) in found.into_iter().next().unwrap_or_default() {
            let message = format!("{whose} ran, and {came}{others}");
            self.fail(span, Some(at), message, wanted);
        }
    }

    fn snapshot(
        &mut self,
        file: Option<&Spanned<std::path::PathBuf>>,
        snapshot: Option<&Snapshot>,
    ) {
        let (Some(file), Some(snapshot)) = (file, snapshot) else {
            return;
        };
        let name = file.value.display();
        let Some(expected) = &snapshot.expected else {
            let message = format!("there is no file `{name}`");
            let label = "does not exist yet: --update writes it".to_owned();
            self.fail(file.span, None, message, label);
            return;
        };
        let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
        let (wanted, came) = (lines(expected), lines(&snapshot.came));
        let patterns: Vec<_> = wanted.iter().cloned().map(Listed::One).collect();
        let patterns: Vec<_> = patterns
            .iter()
            .zip(&wanted)
            .map(|(pattern, text)| Wanted {
                pattern,
                text: text.clone(),
            })
            .collect();
        if let Some(aligned) = align(&patterns, &came, |line, at| *line == came[at], |_, _| false) {
            let line = aligned.parting.wanted + 1;
            let message = format!("the call differs from `{name}` in line {line}");
            let span = file.span.unwrap_or(Span::at(0));
            let finding = Diagnostic::error(FAILED, span, message)
                .label("this file has the expected text")
                .help("if the new text is correct, --update writes it");
            self.failures.push(Failure {
                sides: aligned.sides,
                ..failure(finding)
            });
        }
    }
}

const RING_BACK: &str = "ring-back";
const HOLD: &str = "hold music";
const TALK: &str = "talk with";

/// Where two lists part.
struct Differs {
    span: Option<Span>,
    at: Option<u64>,
    message: String,
    label: String,
    sides: Vec<Side>,
    items: Vec<Item>,
}

impl Differs {
    fn of(self, key: &'static str) -> Failure {
        let span = self.span.unwrap_or(Span::at(0));
        let finding = Diagnostic::error(FAILED, span, format!("`{key}`: {}", self.message));
        Failure {
            finding: finding.label(self.label),
            at: self.at,
            // Of lists beyond reason nothing is known of the rest.
            instead: (!self.sides.is_empty()).then_some(Instead {
                key,
                items: self.items,
            }),
            sides: self.sides,
        }
    }
}

fn compare<T: Clone + ToString>(
    wanted: &Spanned<Vec<Spanned<Listed<T>>>>,
    came: &[Came],
    fits: impl Fn(&T, usize) -> bool,
    alike: impl Fn(&str, usize) -> bool,
) -> Option<Differs> {
    let texts: Vec<_> = came.iter().map(|one| one.text.clone()).collect();
    let list: Vec<_> = wanted
        .value
        .iter()
        .map(|item| Wanted {
            pattern: &item.value,
            text: match &item.value {
                Listed::Any => "...".to_owned(),
                Listed::One(one) => one.to_string(),
            },
        })
        .collect();
    let aligned = align(&list, &texts, fits, alike)?;
    let item = wanted.value.get(aligned.parting.wanted);
    let text = list.get(aligned.parting.wanted);
    let text = text.map(|item| item.text.as_str());
    let span = item.map_or(wanted.span, |item| item.span);
    let near = aligned.missing.and_then(|missing| {
        let wanted = list[missing].text.as_str();
        // The path of a command is a part of those of all commands inside it.
        let is_path = came.iter().any(|one| !one.names.is_empty());
        let near = near(wanted, !is_path, came, &aligned)?;
        Some(Near { wanted, near })
    });
    Some(differs(span, text, came, aligned, near.as_ref()))
}

/// What a table of `[expect]` is about: a destination, or a URL.
struct Subject<N, S> {
    /// As it is written.
    text: N,
    /// Whether what came is about the same.
    is_same: S,
}

fn compare_tables<T>(
    wanted: &Spanned<Vec<T>>,
    came: &[Came],
    words: impl Fn(&T) -> (String, Option<Span>),
    subject: &Subject<impl Fn(&T) -> String, impl Fn(&T, usize) -> bool>,
    fits: impl Fn(&T, usize) -> bool,
) -> Option<Differs> {
    let texts: Vec<_> = came.iter().map(|one| one.text.clone()).collect();
    let items: Vec<_> = (0..wanted.value.len()).map(Listed::One).collect();
    let list: Vec<_> = items
        .iter()
        .zip(&wanted.value)
        .map(|(pattern, item)| Wanted {
            pattern,
            text: words(item).0,
        })
        .collect();
    let fits = |item: &usize, at: usize| fits(&wanted.value[*item], at);
    let aligned = align(&list, &texts, fits, |_, _| false)?;
    let item = wanted.value.get(aligned.parting.wanted);
    let near = aligned.missing.and_then(|missing| {
        let item = &wanted.value[missing];
        let is_same = |place: &&usize| (subject.is_same)(item, **place);
        let same = aligned.unmatched.iter().find(is_same).copied();
        let near = same.or_else(|| near(&(subject.text)(item), true, came, &aligned))?;
        let wanted = list[missing].text.as_str();
        Some(Near { wanted, near })
    });
    let item = item.map(words);
    let (text, span) = item.map_or((None, wanted.span), |(text, span)| (Some(text), span));
    Some(differs(span, text.as_deref(), came, aligned, near.as_ref()))
}

/// What nearly is the first item that is missing.
struct Near<'a> {
    /// That item.
    wanted: &'a str,
    /// The place of what came.
    near: usize,
}

/// What came and was probably meant, by its place.
fn near(wanted: &str, may_be_part: bool, came: &[Came], aligned: &Aligned) -> Option<usize> {
    let unmatched = aligned.unmatched.iter();
    let names = unmatched.map(|&place| {
        let one = &came[place];
        let names = one.names.iter().map(String::as_str);
        (place, names.chain([one.text.as_str()]))
    });
    near_miss(wanted, may_be_part, names)
}

fn differs(
    span: Option<Span>,
    wanted: Option<&str>,
    all: &[Came],
    aligned: Aligned,
    near: Option<&Near<'_>>,
) -> Differs {
    let is_here = aligned.is_missing();
    // What came at this place is shown anyhow.
    let near = near.filter(|near| !is_here || near.near != aligned.parting.came);
    let near = near.map(|near| {
        let Near { wanted, near } = *near;
        let one = &all[near];
        let is_it = wanted == one.text || one.names.iter().any(|name| wanted == name);
        let text = short(&one.text);
        match (is_it, is_here) {
            (true, true) if near < aligned.parting.came => format!("; {text:?} came earlier"),
            (true, true) => format!("; {text:?} came later"),
            (false, true) => format!("; nearest: {text:?}"),
            (_, false) => format!("; nearest to {:?}: {text:?}", short(wanted)),
        }
    });
    let came = all.get(aligned.parting.came);
    let items = aligned.fits.into_iter().map(|fits| match fits {
        Ok(kept) => Item::Kept(kept),
        Err(came) => Item::New(all[came].toml.clone()),
    });
    let message = match (wanted, came.map(|came| short(&came.text))) {
        (Some(wanted), Some(came)) => format!("expected {:?}, got {came:?}", short(wanted)),
        (Some(wanted), None) => format!("expected {:?}, but nothing more followed", short(wanted)),
        (None, Some(came)) => format!("expected nothing more, got {came:?}"),
        (None, None) => "the lists differ".to_owned(),
    };
    let message = message + &near.unwrap_or_default();
    let label = match wanted {
        Some(wanted) => format!("expected {:?}", short(wanted)),
        None => "nothing more was expected".to_owned(),
    };
    Differs {
        span,
        at: came.or(all.last()).and_then(|came| came.at),
        message,
        label,
        sides: aligned.sides,
        items: items.collect(),
    }
}

/// Whether two paths name the same kinds of commands inside each other, at whatever places.
fn is_alike(one: &str, other: &str) -> bool {
    let kinds = |path: &str| -> Vec<String> {
        let steps = path.split('.');
        steps
            .map(|step| step.split('[').next().unwrap_or_default().to_owned())
            .collect()
    };
    one.contains('[') && kinds(one) == kinds(other)
}

/// The path of an entry, with its tag.
fn name(step: &Step) -> String {
    match &step.tag {
        Some(tag) if !tag.is_empty() => format!("{} #{tag}", step.path),
        _ => step.path.clone(),
    }
}

/// Whether a pattern means what was heard. A person is named as any destination.
fn is_heard(pattern: &Pattern, heard: &str) -> bool {
    let party = |text: &str| Some(text.strip_prefix(TALK)?.trim_start().to_owned());
    let is_party = || {
        let wanted = DestinationPattern::new(&party(pattern.as_str())?)?;
        Some(wanted.means_party(&party(heard)?))
    };
    pattern.matches(heard) || is_party().unwrap_or(false)
}

fn is_leg(call: &ExpectCall, leg: &Leg) -> bool {
    call.to.value.means_leg(leg)
        && (call.cause.as_ref()).is_none_or(|cause| leg.cause() == Some(cause.value))
        && (call.answered.as_ref()).is_none_or(|answered| leg.live.is_some() == answered.value)
}

/// Text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The pattern of a text alone, as TOML.
fn literal(text: &str) -> String {
    quoted(Pattern::literal(text).as_str())
}

/// The names by which a leg's destination is meant.
fn leg_names(leg: &Leg) -> Vec<String> {
    let destination = leg.destination.as_ref();
    let names = [
        destination.map(Destination::address),
        destination.map(|destination| destination.name().to_owned()),
        leg.to.as_deref().map(str::to_owned),
    ];
    names.into_iter().flatten().collect()
}

fn leg_toml(leg: &Leg) -> String {
    let address = leg.destination.as_ref().map(Destination::address);
    let to = literal(address.as_deref().or(leg.to.as_deref()).unwrap_or_default());
    match (leg.cause(), leg.live) {
        (_, Some(_)) => format!("{{ to = {to}, answered = true }}"),
        (Some(cause), None) => format!("{{ to = {to}, cause = \"{cause}\" }}"),
        (None, None) => format!("{{ to = {to} }}"),
    }
}

fn leg_words(leg: &Leg) -> String {
    let address = leg.destination.as_ref().map(Destination::address);
    let to = address.as_deref().or(leg.to.as_deref()).unwrap_or("?");
    let answered = if leg.live.is_some() { " answered" } else { "" };
    match leg.cause() {
        Some(cause) => format!("{to} {cause}{answered}"),
        None => format!("{to}{answered}"),
    }
}

fn call_words(call: &ExpectCall) -> (String, Option<Span>) {
    let mut words = call.to.value.as_str().to_owned();
    if let Some(cause) = &call.cause {
        words.push(' ');
        words.push_str(cause.value.name());
    }
    match call.answered.as_ref().map(|answered| answered.value) {
        Some(true) => words.push_str(" answered"),
        Some(false) => words.push_str(" not answered"),
        None => {}
    }
    (words, call.origin.span())
}

fn fetch_words(fetch: &ExpectFetch) -> (String, Option<Span>) {
    let url = fetch.url.value.as_str();
    let words = match &fetch.status {
        Some(status) => format!("{url} {status}"),
        None => url.to_owned(),
    };
    (words, fetch.origin.span())
}

/// What is heard, as `hears` names it.
fn sound_words(sound: &Sound) -> String {
    match sound {
        Sound::Speech(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Sound::Tone(hertz) => {
            let hertz: Vec<_> = hertz.iter().map(ToString::to_string).collect();
            format!("tone {} Hz", hertz.join(" + "))
        }
        Sound::File { url, .. } => url.to_string(),
        Sound::Recording { tag, .. } => format!("recording {tag}"),
    }
}

fn expected_times(times: Times) -> String {
    match (times.least, times.most) {
        (least, None) => format!("expected at least {}", seconds(least)),
        (Duration::ZERO, Some(most)) => format!("expected at most {}", seconds(most)),
        (least, Some(most)) => format!("expected {} to {}", seconds(least), seconds(most)),
    }
}

/// A time in seconds, exact to the millisecond.
fn seconds(time: Duration) -> String {
    let text = format!("{:.3}", time.as_secs_f64());
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}
