//! A rule's page of the manual out of its doc comment, made while compiling.
//!
//! The lines of a doc comment begin with the space that stands behind `///`.

/// Declares a rule: its page of the manual as doc comment, id, severity, what it needs, summary.
/// What it does is the function `run` beside it.
macro_rules! rule {
    ($(#[doc = $line:literal])* $id:literal $severity:ident $needs:ident $summary:literal) => {
        rule! { $(#[doc = $line])* RULE = $id $severity $summary }

        pub(super) const CHECK: crate::check::Check = crate::check::Check {
            rule: RULE,
            needs: crate::check::Needs::$needs,
            run,
        };
    };
    ($(#[doc = $line:literal])* $name:ident = $id:literal $severity:ident $summary:literal) => {
        $(#[doc = $line])*
        pub(super) const $name: crate::diagnostic::Rule = crate::diagnostic::Rule {
            id: $id,
            severity: crate::diagnostic::Severity::$severity,
            summary: $summary,
            page: {
                const LINES: &str = concat!($($line, "\n"),*);
                const PAGE: [u8; crate::check::page::length(LINES)] = crate::check::page::unindented(LINES);
                crate::check::page::text(&PAGE)
            },
        };
    };
}

/// The length of the page that these lines make.
pub(crate) const fn length(lines: &str) -> usize {
    let lines = lines.as_bytes();
    let (mut at, mut length) = (0, 0);
    while at < lines.len() {
        if !is_indent(lines, at) {
            length += 1;
        }
        at += 1;
    }
    length
}

/// The bytes of the page that these lines make; `N` is its [`length`].
pub(crate) const fn unindented<const N: usize>(lines: &str) -> [u8; N] {
    let lines = lines.as_bytes();
    let mut page = [0; N];
    let (mut at, mut length) = (0, 0);
    while at < lines.len() {
        if !is_indent(lines, at) {
            page[length] = lines[at];
            length += 1;
        }
        at += 1;
    }
    page
}

/// The page as text: only spaces were left out, so it is UTF-8 still.
pub(crate) const fn text(page: &'static [u8]) -> &'static str {
    match std::str::from_utf8(page) {
        Ok(text) => text,
        Err(_) => "",
    }
}

const fn is_indent(lines: &[u8], at: usize) -> bool {
    lines[at] == b' ' && (at == 0 || lines[at - 1] == b'\n')
}
