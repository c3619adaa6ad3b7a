//! Which findings are wanted, and how bad they are to be taken.

use crate::diagnostic::{Diagnostic, Rule, Severity};

/// Which findings are wanted. The default wants all of them as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// Only these rules; all where it is empty. A word that ends in `*` stands for every rule that
    /// begins so.
    pub select: Vec<Box<str>>,
    /// None of these, written alike.
    pub ignore: Vec<Box<str>>,
    /// How bad the findings of these rules are, written alike; the last that fits decides.
    pub severity: Vec<(Box<str>, Severity)>,
    /// Whether warnings are errors.
    pub deny_warnings: bool,
}

impl Selection {
    /// The findings that are wanted, as bad as they are to be taken.
    pub fn apply(&self, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.retain(|finding| self.wants(finding.rule));
        for finding in &mut findings {
            finding.severity = self.severity(finding.rule, finding.severity);
        }
        findings
    }

    /// Whether findings of a rule are wanted.
    pub fn wants(&self, rule: &str) -> bool {
        self.selects(rule) && !is_in(&self.ignore, rule)
    }

    /// Whether a rule is among those that are asked for, ignored or not.
    pub fn selects(&self, rule: &str) -> bool {
        self.select.is_empty() || is_in(&self.select, rule)
    }

    /// Puts what the command line says before what a file says: a selection of its own replaces
    /// the file's, what it ignores is ignored as well.
    #[must_use]
    pub fn under(mut self, file: Self) -> Self {
        if self.select.is_empty() {
            self.select = file.select;
        }
        self.ignore.extend(file.ignore);
        self.severity.splice(0..0, file.severity);
        self.deny_warnings |= file.deny_warnings;
        self
    }

    /// The words that stand for no rule.
    pub fn unknown<'a>(&'a self, rules: &[Rule]) -> Vec<&'a str> {
        let severities = self.severity.iter().map(|(word, _)| word);
        self.select
            .iter()
            .chain(&self.ignore)
            .chain(severities)
            .map(|word| &**word)
            .filter(|word| !is_known(word, rules))
            .collect()
    }

    fn severity(&self, rule: &str, severity: Severity) -> Severity {
        let given = self
            .severity
            .iter()
            .rev()
            .find(|(word, _)| means(word, rule));
        match given.map_or(severity, |&(_, severity)| severity) {
            Severity::Warning if self.deny_warnings => Severity::Error,
            severity => severity,
        }
    }
}

fn is_in(words: &[Box<str>], rule: &str) -> bool {
    words.iter().any(|word| means(word, rule))
}

/// Whether a word stands for any of the rules.
pub(super) fn is_known(word: &str, rules: &[Rule]) -> bool {
    rules.iter().any(|rule| means(word, rule.id))
}

/// Whether a word of a selection stands for a rule.
fn means(word: &str, rule: &str) -> bool {
    match word.strip_suffix('*') {
        Some(beginning) => rule.starts_with(beginning),
        None => word == rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn applied(selection: &Selection) -> Vec<(&'static str, Severity)> {
        let findings = vec![
            Diagnostic::error("xml-name", Span::default(), "a"),
            Diagnostic::warning("loop-zero", Span::default(), "b"),
        ];
        let findings = selection.apply(findings).into_iter();
        findings
            .map(|finding| (finding.rule, finding.severity))
            .collect()
    }

    #[test]
    fn rules_are_selected_and_ignored_by_id_or_beginning() {
        let error = ("xml-name", Severity::Error);
        let warning = ("loop-zero", Severity::Warning);
        let all = Selection::default();
        assert_eq!(applied(&all), [error, warning]);
        let select = Selection {
            select: vec!["xml-*".into()],
            ..all.clone()
        };
        assert_eq!(applied(&select), [error]);
        let ignore = Selection {
            ignore: vec!["xml-name".into()],
            ..all.clone()
        };
        assert_eq!(applied(&ignore), [warning]);
        let deny = Selection {
            deny_warnings: true,
            ..all.clone()
        };
        assert_eq!(applied(&deny), [error, ("loop-zero", Severity::Error)]);
        let less = Selection {
            severity: vec![("loop-zero".into(), Severity::Info)],
            ..deny
        };
        assert_eq!(applied(&less), [error, ("loop-zero", Severity::Info)]);
    }

    #[test]
    fn words_that_stand_for_no_rule_are_named() {
        let rules = super::super::all_rules();
        let selection = Selection {
            select: vec!["xml-*".into(), "loop-zero".into()],
            ignore: vec!["lop-zero".into()],
            ..Selection::default()
        };
        assert_eq!(selection.unknown(&rules), ["lop-zero"]);
    }
}
