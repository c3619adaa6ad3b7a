//! Which commands a scenario names, and whether any flow of its call has them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::caller::DocumentPattern;
use super::expect::{ExpectedEnd, Listed};
use super::pages::UNKNOWN_COMMAND;
use super::pattern::PathPattern;
use super::world::{Content, Reply};
use super::{Changes, Scenario};
use crate::diagnostic::{Diagnostic, Safety};
use crate::flow::{self, Flow};
use crate::source::Span;
use crate::table::Spanned;
use crate::value::nearest;
use crate::xml;

/// A command that a scenario names.
#[derive(Clone, Copy, Debug)]
pub struct NamedCommand<'a> {
    /// How it is named.
    pub pattern: &'a PathPattern,
    /// The documents in which it is looked for.
    document: Option<&'a DocumentPattern>,
    /// Where the file says so; none for an option.
    pub span: Option<Span>,
    /// Whether a test passes all the same where no command is named so.
    is_silent: bool,
    /// The option that names it, with the words behind it.
    option: Option<(&'static str, &'a str)>,
}

impl NamedCommand<'_> {
    /// Whether an option of the command line names it.
    pub fn is_option(&self) -> bool {
        self.option.is_some()
    }
}

/// A command that no flow of the call has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownCommand {
    /// How it is named.
    pattern: Box<str>,
    /// The name that was probably meant.
    near: Option<Box<str>>,
    /// The documents in which it was looked for.
    looked_in: Vec<Box<str>>,
}

impl UnknownCommand {
    /// What is wrong, in a line: that no command has the tag, or the path.
    fn message(&self) -> String {
        let pattern = &self.pattern;
        if pattern.contains(['*', '?']) {
            return format!("no command matches `{pattern}`");
        }
        match pattern.strip_prefix('#').filter(|tag| !tag.contains('.')) {
            Some(tag) => format!("no command has the tag `{tag}`"),
            None => format!("no command has the path `{pattern}`"),
        }
    }

    /// The finding, where a file names it at this place.
    pub fn finding(&self, span: Span) -> Diagnostic {
        const SHOWN: usize = 4;
        let shown = self.looked_in.iter().take(SHOWN);
        let mut names: Vec<_> = shown.map(|name| format!("`{name}`")).collect();
        if self.looked_in.len() > SHOWN {
            names.push(format!("{} more", self.looked_in.len() - SHOWN));
        }
        let names = names.join(", ");
        let finding = Diagnostic::error(UNKNOWN_COMMAND.id, span, self.message())
            .note(format!("callflow looked in {names}"));
        match &self.near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                Safety::Unsafe,
                format!("write `{near}`"),
                span,
                toml::Value::String(near.to_string()).to_string(),
            ),
            None => finding,
        }
    }

    /// A line for the option that names it, which begins as in `--press "#mneu=1": …`.
    pub fn of_option(&self, named: &NamedCommand<'_>) -> String {
        let option = match named.option {
            Some((option, words)) => format!("{option} {words:?}: "),
            None => String::new(),
        };
        let message = self.message();
        match &self.near {
            Some(near) => format!("{option}{message}: did you mean `{near}`?"),
            None => format!("{option}{message}"),
        }
    }
}

impl Scenario {
    /// The commands that it names, with those of the options that were applied to it; those of its cases
    /// are in [`Self::of_case`].
    pub fn named_commands(&self) -> Vec<NamedCommand<'_>> {
        let mut all = Vec::new();
        for press in &self.presses {
            let names = press.when.iter().chain(&press.during);
            all.extend(names.map(|name| NamedCommand {
                pattern: &name.value,
                document: press.document.as_ref(),
                span: name.span,
                is_silent: false,
                option: press.origin.option().map(|words| ("--press", words)),
            }));
        }
        if let Some(hangup) = &self.caller.hangup {
            all.push(NamedCommand {
                pattern: &hangup.when.value,
                document: hangup.document.as_ref(),
                span: hangup.when.span,
                is_silent: false,
                option: hangup.origin.option().map(|words| ("--hangup-on", words)),
            });
        }
        let Some(expect) = &self.expect else {
            return all;
        };
        let mut add = |pattern, span, is_silent| {
            all.push(NamedCommand {
                pattern,
                document: None,
                span,
                is_silent,
                option: None,
            });
        };
        if let Some(Spanned {
            value: ExpectedEnd::Command(path),
            span,
        }) = &expect.ended_by
        {
            add(path, *span, false);
        }
        for item in expect.ran.iter().flat_map(|ran| &ran.value) {
            if let Listed::One(path) = &item.value {
                add(path, item.span, false);
            }
        }
        for item in expect.never_ran.iter().flat_map(|never| &never.value) {
            // That nothing of a kind ever runs holds of a flow that has nothing of it.
            if !item.value.has_wildcard() {
                add(&item.value, item.span, true);
            }
        }
        for log in &expect.log {
            add(&log.path.value, log.path.span, false);
        }
        all
    }

    /// Whether a URL is one for which a rule says what the server answers.
    fn answers(&self, method: crate::channel::Method, url: &str) -> bool {
        self.callback(0, method, &[url]).is_some()
    }
}

/// Looks for the commands that scenarios of one flow name.
pub struct CommandFinder<R> {
    entry: Arc<Flow>,
    /// The bytes of a file that a rule answers with; none where it cannot be read.
    read: R,
    files: HashMap<(PathBuf, bool), Option<Arc<Flow>>>,
    texts: HashMap<String, Arc<Flow>>,
    /// Whether a pattern means a command of a document, by the document's address.
    found: HashMap<(usize, String), bool>,
    /// How many commands may still be compared.
    compared: usize,
    /// How many near names may still be looked for.
    suggested: usize,
}

/// The documents of a call, as far as they are known.
pub struct KnownDocuments {
    flows: Vec<Arc<Flow>>,
    /// Whether the call can fetch no other.
    are_all: bool,
}

/// The most commands that are compared with patterns: beyond it, every name is taken to be right.
const MOST_COMPARED: usize = 2_000_000;

/// So many mistakes get a suggestion, each from so many names.
const MOST_SUGGESTED: usize = 20;
const MOST_NAMES: usize = 2_000;

impl<R: Fn(&Spanned<PathBuf>) -> Option<Vec<u8>>> CommandFinder<R> {
    /// For the flow that takes the call.
    pub fn new(entry: Arc<Flow>, read: R) -> Self {
        Self {
            entry,
            read,
            files: HashMap::new(),
            texts: HashMap::new(),
            found: HashMap::new(),
            compared: MOST_COMPARED,
            suggested: MOST_SUGGESTED,
        }
    }

    /// The documents of a scenario's call: its flow, and what callback rules answer with.
    pub fn documents(&mut self, scenario: &Scenario) -> KnownDocuments {
        let mut flows = vec![self.entry.clone()];
        let mut are_all = true;
        for rule in scenario.callbacks.entries() {
            match &rule.then.reply {
                Reply::Answered {
                    content: Content::File(path),
                    ..
                } => match self.file(path) {
                    Some(flow) => flows.push(flow),
                    None => are_all = false,
                },
                Reply::Answered {
                    content: Content::Text(text),
                    ..
                } => flows.push(self.text(text)),
                Reply::Redirected { location, .. } => {
                    let methods = [crate::channel::Method::Get, crate::channel::Method::Post];
                    are_all &= methods
                        .iter()
                        .all(|&method| scenario.answers(method, location));
                }
                Reply::Answered { .. } | Reply::Wrong(_) | Reply::Failed(_) => {}
            }
        }
        let platform = scenario.assume.platform();
        let fetches = flows.iter().flat_map(|flow| flow.nodes());
        let mut fetches = fetches.filter_map(|(_, node)| node.command.describe().traits().fetches);
        let is_answered = fetches.all(|fetch| {
            let is_run = fetch.only_if.is_none_or(|reading| platform.is(reading));
            !is_run || scenario.answers(fetch.method, fetch.url)
        });
        drop(fetches);
        are_all &= is_answered;
        KnownDocuments { flows, are_all }
    }

    /// What is wrong with a name: none where a command has it, or where one may have it that is not known.
    pub fn unknown(
        &mut self,
        named: &NamedCommand<'_>,
        documents: &KnownDocuments,
    ) -> Option<UnknownCommand> {
        let is_entry = named.document == Some(&DocumentPattern::entry());
        let flows = if is_entry {
            &documents.flows[..1]
        } else {
            &documents.flows[..]
        };
        if !is_entry && !documents.are_all || flows.iter().any(|flow| self.has(flow, named.pattern))
        {
            return None;
        }
        let near = (self.suggested > 0).then(|| near(named.pattern, flows));
        self.suggested = self.suggested.saturating_sub(1);
        let looked_in: BTreeSet<_> = flows.iter().map(|flow| flow.source().name()).collect();
        Some(UnknownCommand {
            pattern: named.pattern.as_str().into(),
            near: near.flatten().map(Into::into),
            looked_in: looked_in.into_iter().map(Into::into).collect(),
        })
    }

    fn has(&mut self, flow: &Arc<Flow>, pattern: &PathPattern) -> bool {
        let key = (Arc::as_ptr(flow) as usize, pattern.as_str().to_owned());
        if let Some(&has) = self.found.get(&key) {
            return has;
        }
        let Some(rest) = self.compared.checked_sub(flow.nodes().len()) else {
            return true;
        };
        self.compared = rest;
        let mut nodes = flow.nodes();
        let has = nodes.any(|(id, _)| pattern.matches(&flow.path(id), &flow.tags(id)));
        self.found.insert(key, has);
        has
    }

    fn file(&mut self, path: &Spanned<PathBuf>) -> Option<Arc<Flow>> {
        let key = (path.value.clone(), path.span.is_some());
        if let Some(flow) = self.files.get(&key) {
            return flow.clone();
        }
        let bytes = (self.read)(path);
        let name = path.value.display().to_string();
        let flow = bytes.map(|bytes| compiled(&name, &bytes));
        self.files.insert(key, flow.clone());
        flow
    }

    fn text(&mut self, text: &str) -> Arc<Flow> {
        if let Some(flow) = self.texts.get(text) {
            return flow.clone();
        }
        let flow = compiled("body", text.as_bytes());
        self.texts.insert(text.to_owned(), flow.clone());
        flow
    }
}

/// The flow of a document, whatever is wrong with it.
fn compiled(name: &str, bytes: &[u8]) -> Arc<Flow> {
    let (document, _) = xml::read(name, bytes);
    Arc::new(flow::compile(document).0)
}

/// The name of a command that was probably meant.
fn near(pattern: &PathPattern, flows: &[Arc<Flow>]) -> Option<String> {
    let text = pattern.as_str();
    let nodes = flows.iter().flat_map(|flow| {
        let nodes = flow.nodes();
        nodes.map(move |(id, node)| (flow, id, node))
    });
    let nodes: Vec<_> = nodes.take(MOST_NAMES).collect();
    // A path in place of a tag, or the other way round.
    let other = match text.strip_prefix('#') {
        Some(rest) => rest.to_owned(),
        None => format!("#{text}"),
    };
    let is_it = |pattern: &PathPattern| {
        let mut nodes = nodes.iter();
        nodes.any(|&(flow, id, _)| pattern.matches(&flow.path(id), &flow.tags(id)))
    };
    if PathPattern::new(&other).is_some_and(|pattern| is_it(&pattern)) {
        return Some(other);
    }
    let tag = |tag: &Option<Box<str>>| Some(format!("#{}", tag.as_deref()?));
    let names: BTreeSet<String> = match text.strip_prefix('#') {
        Some(rest) if rest.contains('.') => nodes
            .iter()
            .map(|&(flow, id, _)| PathPattern::naming(flow, id).to_string())
            .collect(),
        Some(_) => nodes
            .iter()
            .filter_map(|(_, _, node)| tag(&node.tag))
            .collect(),
        None => {
            let steps = text.split('.').count();
            let last_steps = |path: &str| {
                let mut starts: Vec<_> = path.match_indices('.').map(|(at, _)| at + 1).collect();
                starts.insert(0, 0);
                let from = starts.len().checked_sub(steps)?;
                Some(path[starts[from]..].to_owned())
            };
            // A tag without its sign is a tag all the same.
            let is_word = !text.contains('[');
            nodes
                .iter()
                .flat_map(|&(flow, id, node)| {
                    let tag = tag(&node.tag).filter(|_| is_word);
                    [last_steps(&flow.path(id)), tag].into_iter().flatten()
                })
                .collect()
        }
    };
    nearest(text, names.iter().map(String::as_str)).map(str::to_owned)
}

/// Which mistakes are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mistakes {
    /// All of them.
    All,
    /// Those that a test does not show by itself: it would pass.
    Silent,
}

/// The commands that no flow of its calls has, of a scenario file with all its cases: an error for each
/// place. What a file says for several cases is wrong where it is wrong in each of them.
pub fn unknown_commands<R: Fn(&Spanned<PathBuf>) -> Option<Vec<u8>>>(
    scenario: &Scenario,
    overrides: &Changes,
    asked: Mistakes,
    finder: &mut CommandFinder<R>,
) -> Vec<Diagnostic> {
    let mut found: BTreeMap<Span, Option<Diagnostic>> = BTreeMap::default();
    let mut look = |mut call: Scenario| {
        call.apply(overrides.clone());
        let documents = finder.documents(&call);
        for named in call.named_commands() {
            let is_asked = asked == Mistakes::All || named.is_silent;
            let Some(span) = named.span.filter(|_| is_asked && !named.is_option()) else {
                continue;
            };
            if matches!(found.get(&span), Some(None)) {
                continue;
            }
            let unknown = finder.unknown(&named, &documents);
            found.insert(span, unknown.map(|unknown| unknown.finding(span)));
        }
    };
    if scenario.cases.is_empty() {
        look(scenario.clone());
    }
    for case in scenario.cases.iter() {
        look(scenario.of_case(case));
    }
    found.into_values().flatten().collect()
}
