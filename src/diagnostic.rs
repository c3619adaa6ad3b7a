//! What is wrong with a document, and where: data only.
//!
//! **Invariant:** nothing here knows how a finding is shown; every output format is a file of its
//! own in `report`.

use crate::secret::Masked;
use crate::source::Span;

/// How bad a finding is. The order is that of the words: an error is the greatest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; nothing need change.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The document cannot be used as it is.
    Error,
}

impl Severity {
    /// The word that every format prints.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule: what a class of findings has in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Stable kebab-case name, unique among all rules.
    pub id: &'static str,
    /// How bad its findings are, unless a finding says otherwise.
    pub severity: Severity,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Its manual page in Markdown, without the title.
    pub page: &'static str,
}

/// One finding in one document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The stable kebab-case id of the rule that found it.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line, without a full stop, in lower case unless it begins with a name.
    pub message: Masked,
    /// The place, with a few words for the caret line (may be empty).
    pub primary: Label,
    /// Other places that explain the first.
    pub secondary: Vec<Label>,
    /// Facts that help to understand it.
    pub notes: Vec<Masked>,
    /// What to write instead.
    pub help: Vec<Masked>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
}

/// A place in the document and what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words; empty where the place speaks for itself.
    pub text: Masked,
}

/// Edits that mend a finding, applied together or not at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What the edits do, in a few words.
    pub title: Masked,
    /// Whether the fix can be applied without looking.
    pub safety: Safety,
    /// The edits, in document order, none overlapping another.
    pub edits: Vec<Edit>,
}

/// Whether a fix keeps what the author meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Safety {
    /// Certain.
    Safe,
    /// A likely reading of what was meant: applied only when asked for.
    Unsafe,
}

/// A piece of text that takes another's place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub replacement: Box<str>,
}

impl Safety {
    /// Certain where the condition holds, a suggestion otherwise.
    pub fn certain_if(holds: bool) -> Self {
        if holds { Self::Safe } else { Self::Unsafe }
    }
}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<Masked>,
    ) -> Self {
        let text = Masked::own("");
        Self {
            rule,
            severity,
            message: message.into(),
            primary: Label { span, text },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// An error at a place.
    pub fn error(rule: &'static str, span: Span, message: impl Into<Masked>) -> Self {
        Self::new(rule, Severity::Error, span, message)
    }

    /// A warning at a place.
    pub fn warning(rule: &'static str, span: Span, message: impl Into<Masked>) -> Self {
        Self::new(rule, Severity::Warning, span, message)
    }

    /// The same finding with words on its caret line.
    #[must_use]
    pub fn label(mut self, text: impl Into<Masked>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// The same finding with one more place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<Masked>) -> Self {
        let text = text.into();
        self.secondary.push(Label { span, text });
        self
    }

    /// The same finding with a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<Masked>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The same finding with what to write instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<Masked>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The same finding with a fix that replaces one span.
    #[must_use]
    pub fn fix(
        mut self,
        safety: Safety,
        title: impl Into<Masked>,
        span: Span,
        replacement: impl Into<Box<str>>,
    ) -> Self {
        let replacement = replacement.into();
        self.fix = Some(Fix {
            title: title.into(),
            safety,
            edits: vec![Edit { span, replacement }],
        });
        self
    }
}

/// Whether any of the findings is an error.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}
