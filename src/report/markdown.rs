//! Texts from outside in Markdown: nothing in them is markup, a link, a formula or the name of somebody who
//! would be told of it, on GitHub and on GitLab.

use std::io;

/// A text in one line of Markdown, in a paragraph, a heading or the cell of a table, in which nothing means
/// anything. A word that these sites would make a link, a formula or a mention of is written as code: that
/// is the one place where they look for none of these, however it is escaped.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, word) in text.split([' ', '\n', '\r', '\t']).enumerate() {
        if index > 0 {
            escaped.push(' ');
        }
        if index == 0 && begins_block(word) {
            let (number, sign) = word.split_at(word.len() - 1);
            escaped.push_str(number);
            escaped.push('\\');
            escaped.push_str(sign);
        } else if means_something(word) {
            as_code(word, &mut escaped);
        } else {
            word.chars().for_each(|c| character(c, &mut escaped));
        }
    }
    escaped
}

/// A text as code, in the cell of a table as well; one that would end either is [escaped](escape).
pub(crate) fn code(text: &str) -> String {
    let is_plain = |c: char| !matches!(c, '`' | '|' | '\\' | '<' | '>' | '&' | '\n' | '\r');
    if text.chars().all(is_plain) && !text.trim().is_empty() {
        format!("`{text}`")
    } else {
        escape(text)
    }
}

/// Whether a line that begins with this word is more than a paragraph: a list, or a line under a heading.
fn begins_block(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    let is_all = |sign: char| !word.is_empty() && word.chars().all(|c| c == sign);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number || is_all('-') || is_all('+') || is_all('=')
}

/// Whether one of the sites makes more of a word than its letters.
fn means_something(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let refers = |signs: &[char], is_name: fn(char) -> bool| {
        let found = word.match_indices(signs);
        found
            .into_iter()
            .any(|(at, sign)| word[at + sign.len()..].starts_with(is_name))
    };
    word.contains(['@', '$'])
        || lower.contains("://")
        || lower.contains("www.")
        || lower.contains("gh-")
        || refers(&['#', '!', '&', '^'], |c| c.is_ascii_digit())
        || refers(&['~', '%'], |c| c.is_alphanumeric() || c == '"')
}

/// A word as code. What ends code, a cell or a tag stands between two pieces of it.
fn as_code(word: &str, escaped: &mut String) {
    let mut is_open = false;
    for c in word.chars() {
        let is_outside = matches!(c, '`' | '|' | '\\' | '<' | '>' | '&');
        if is_outside == is_open {
            escaped.push('`');
            is_open = !is_open;
        }
        if is_outside {
            character(c, escaped);
        } else {
            escaped.push(c);
        }
    }
    if is_open {
        escaped.push('`');
    }
}

fn character(c: char, escaped: &mut String) {
    match c {
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        '&' => escaped.push_str("&amp;"),
        '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => {
            escaped.push('\\');
            escaped.push(c);
        }
        _ => escaped.push(c),
    }
}

/// Lines as they are, in a block of code of some language. The fence is longer than any in the text.
pub(crate) fn fenced(language: &str, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((ticks + 1).max(3));
    writeln!(out, "{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{code, escape};

    #[test]
    fn nothing_is_markup() {
        for (text, expected) in [
            (
                "a *b* _c_ ~~ d ~~ `e` #f",
                r"a \*b\* \_c\_ \~\~ d \~\~ \`e\` \#f",
            ),
            ("<b>&amp;|\\", r"&lt;b&gt;&amp;amp;\|\\"),
            ("![x](y) [z]: w", r"!\[x\](y) \[z\]: w"),
            ("- a\n- b", r"\- a - b"),
            ("12. a", r"12\. a"),
            ("---", r"--\-"),
            ("+1 a-b", "+1 a-b"),
            ("100 %, 5% & more!", "100 %, 5% &amp; more!"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn what_a_site_makes_something_of_is_code() {
        for (text, expected) in [
            ("cc @octocat, now", "cc `@octocat,` now"),
            ("anna@a.example", "`anna@a.example`"),
            (
                "“https://a.example/?a=1&b=<c>|d`e”",
                "`“https://a.example/?a=1`&amp;`b=`&lt;`c`&gt;\\|`d`\\``e”`",
            ),
            (
                "$x^2$ www.a.example #12 !3 ~bug %1",
                "`$x^2$` `www.a.example` `#12` `!3` `~bug` `%1`",
            ),
            ("@a\\|b", "`@a`\\\\\\|`b`"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn code_does_not_end_in_itself() {
        assert_eq!(code("Dial[0].@a"), "`Dial[0].@a`");
        assert_eq!(code("a|`b"), r"a\|\`b");
        assert_eq!(code(""), "");
    }
}
