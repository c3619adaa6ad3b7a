//! What is wrong with a flow beyond its single commands, and the one way in which a file is
//! checked from its bytes to its findings.
//!
//! A rule is one file: its id, its page of the manual and its function stand together. `rules!`
//! is the one list; adding a rule is adding one file and one line.
//!
//! **Invariants:** rules know commands by their declarations and traits only, never by name. Where
//! something could not be read, a rule that would need it is silent: one mistake is one finding.

use crate::command;
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::flow::{self, Flow, NodeId};
use crate::source::Span;
use crate::value;
use crate::xml::{self, Document};

#[macro_use]
pub(crate) mod page;

mod cascade;
pub mod config;
pub mod fix;
mod ignore;
mod scope;
mod selection;

use scope::Scope;

pub use config::Config;
pub use ignore::{add as add_ignores, is_ignored, lines_without};
pub use selection::Selection;

/// Declares the rules: their modules, and the one list of them.
macro_rules! rules {
    ($($module:ident,)+) => {
        $(mod $module;)+

        const CHECKS: &[&Check] = &[$(&$module::CHECK,)+];

        /// The rules of this room.
        pub const RULES: &[Rule] = &[ignore::RULE, $($module::CHECK.rule,)+];
    };
}

rules! {
    bad_destination,
    call_as_text,
    callback_to_itself,
    code_too_long,
    code_too_short,
    code_unreachable,
    command_in_gather,
    credentials_in_url,
    cut_by_timeout,
    duplicate_code,
    empty_filter,
    empty_window,
    garbled_text,
    garbled_url,
    inaudible,
    insecure_url,
    loop_zero,
    many_attempts,
    no_beep,
    nothing_to_record,
    old_dialect,
    runs_after_talk,
    silent_ending,
    spoken_before_answer,
    stop_key_alone,
    stop_without_start,
    tags_in_text,
    timeout_in_seconds,
    unfilled_placeholder,
    unhandled_failure,
    unhold_without_hold,
    unknown_language,
    unknown_recording,
    unknown_state,
    unreachable_command,
    unused_keys,
    voice_shape,
    window_over_midnight,
}

/// A rule with what it does.
struct Check {
    rule: Rule,
    needs: Needs,
    run: fn(&Scope<'_>, &mut Vec<Diagnostic>),
}

/// What a rule must be able to rely on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Single values: any that could be read.
    Values,
    /// How commands stand to each other: nothing is known of it where an end tag is missing.
    Tree,
}

impl Check {
    /// A finding of this rule.
    fn at(&self, span: Span, message: impl Into<crate::secret::Masked>) -> Diagnostic {
        Diagnostic::new(self.rule.id, self.rule.severity, span, message)
    }

    /// A finding of this rule that is only worth knowing.
    fn info(&self, span: Span, message: impl Into<crate::secret::Masked>) -> Diagnostic {
        Diagnostic::new(self.rule.id, Severity::Info, span, message)
    }
}

/// What is known of the place where a flow is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Whether the SIP Control App answers a call before the flow begins; absent where unknown.
    pub auto_answer: Option<bool>,
    /// The URL under which the flow itself is served; absent where unknown.
    pub own_url: Option<Box<str>>,
}

/// Every rule that can be broken in a call flow or in `callflow.toml`, room by room.
pub fn all_rules() -> Vec<Rule> {
    [
        xml::RULES,
        command::RULES,
        flow::RULES,
        RULES,
        config::RULES,
    ]
    .concat()
}

/// How many findings of this room one flow may have.
const MOST_FINDINGS: usize = 1000;

/// Runs every rule of this room over a compiled flow, whole or not. The findings come in document
/// order.
pub fn check(flow: &Flow, settings: &Settings) -> Vec<Diagnostic> {
    let mut findings = all(flow, settings);
    limit(&mut findings);
    findings
}

/// The same, however many there are.
fn all(flow: &Flow, settings: &Settings) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let traits = flow.nodes().map(|(_, node)| node.command.traits());
    let traits: Vec<_> = traits.collect();
    let Some(scope) = Scope::new(flow, settings, &traits) else {
        return findings;
    };
    for check in CHECKS {
        if scope.is_sound || check.needs == Needs::Values {
            (check.run)(&scope, &mut findings);
        }
    }
    findings.sort_by_key(|finding| finding.primary.span);
    findings
}

/// Leaves as many findings of this room as one flow may have, of findings in document order.
fn limit(findings: &mut Vec<Diagnostic>) {
    let is_of_room = |finding: &Diagnostic| RULES.iter().any(|rule| rule.id == finding.rule);
    if findings.len() <= MOST_FINDINGS {
        return;
    }
    let mut count = 0;
    let mut is_cut = false;
    findings.retain(|finding| {
        count += usize::from(is_of_room(finding));
        let is_left = !is_of_room(finding) || count <= MOST_FINDINGS;
        is_cut |= !is_left;
        is_left
    });
    let last = findings
        .iter_mut()
        .rev()
        .find(|finding| is_of_room(finding));
    if let Some(last) = last.filter(|_| is_cut) {
        let note = "whatever the rules find after it is not reported";
        *last = last.clone().note(note);
    }
}

/// What is said of a command that fails in the ordinary run of things, where nobody handles that and
/// the call ends in silence.
pub fn unhandled(flow: &Flow, node: NodeId, span: Span) -> Diagnostic {
    let command = &flow.node(node).command;
    let why = command.describe().traits().fails.unwrap_or_default();
    unhandled_failure::finding(command.spec().name, why, span)
}

/// What is said of a choice behind which the call ends in silence.
pub fn silent_choice(span: Span) -> Diagnostic {
    silent_ending::finding(span)
}

/// What is said of a Dial or a recording that runs after a conversation, and also when nobody has
/// answered; `dial` is where the conversation began, if that is in the same document.
pub fn after_talk(is_dial: bool, span: Span, dial: Option<Span>) -> Diagnostic {
    runs_after_talk::finding(is_dial, span, dial)
}

/// What is said of a sound that only a caller hears who is never answered.
pub fn never_answered(span: Span) -> Diagnostic {
    spoken_before_answer::finding(span)
}

/// What is said of a recording of a caller who is not answered.
pub fn records_nobody(span: Span) -> Diagnostic {
    spoken_before_answer::recording(span)
}

/// The ids of rules whose findings say more where it is known how a call comes to them.
pub mod rule_ids {
    /// A recording whose caller is not told when to speak.
    pub const NO_BEEP: &str = super::no_beep::CHECK.rule.id;
    /// A fallback that also runs after a conversation.
    pub const RUNS_AFTER_TALK: &str = super::runs_after_talk::CHECK.rule.id;
}

/// What is wrong with a file.
#[derive(Debug)]
pub struct Checked {
    /// The flow, as far as it could be read.
    pub flow: Flow,
    /// What is wrong, sorted by position.
    pub findings: Vec<Diagnostic>,
    /// What comments in the document ignore, likewise.
    pub ignored: Vec<Diagnostic>,
}

/// Checks the bytes of a file: reads them, compiles them, and runs every rule.
pub fn read(name: &str, bytes: &[u8], settings: &Settings) -> (Flow, Vec<Diagnostic>) {
    let Checked { flow, findings, .. } = checked(name, bytes, settings);
    (flow, findings)
}

/// The same, with what comments ignore.
pub fn checked(name: &str, bytes: &[u8], settings: &Settings) -> Checked {
    let (document, found) = xml::read(name, bytes);
    self::document(document, found, settings)
}

/// Compiles a document and runs every rule; `found` is what reading it found.
///
/// The findings are sorted by position, without those that follow from others and those that a
/// comment in the document ignores.
pub fn document(document: Document, found: Vec<Diagnostic>, settings: &Settings) -> Checked {
    let (flow, compiled) = flow::compile(document);
    let checked = all(&flow, settings);
    let mut findings = cascade::without(flow.document(), &found, compiled, checked);
    findings.extend(found);
    let mut ignored = ignore::apply(flow.document(), &mut findings);
    for all in [&mut findings, &mut ignored] {
        all.sort_by_key(|finding| finding.primary.span);
        all.dedup_by(|one, other| {
            (one.rule, one.primary.span, &one.message)
                == (other.rule, other.primary.span, &other.message)
        });
    }
    // What is ignored leaves room for the rest.
    limit(&mut findings);
    Checked {
        flow,
        findings,
        ignored,
    }
}

/// The known rule id that is nearest to a word.
fn nearest_rule(word: &str, rules: &[Rule]) -> Option<&'static str> {
    value::nearest(word, rules.iter().map(|rule| rule.id))
}

#[cfg(test)]
mod tests;
