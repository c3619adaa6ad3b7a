//! The manual of the rules: an index, and a page for each.
//!
//! The rules come from whoever knows them all; nothing here does.

use std::io::{self, Write};

use crate::diagnostic::{Rule, Severity};
use crate::report::prose::{cell, sentence};

/// Writes the index of the rules, `docs/rules.md`: in the order given, each with a link to its page.
///
/// # Errors
/// Those of `out`.
pub fn write_index(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(OPENING.as_bytes())?;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let count = rules
            .iter()
            .filter(|rule| rule.severity == severity)
            .count();
        writeln!(
            out,
            "| {} | {} | {count} |",
            severity.as_str(),
            consequence(severity)
        )?;
    }
    writeln!(out, "\n| rule | severity | finds |\n| --- | --- | --- |")?;
    for rule in rules {
        writeln!(
            out,
            "| [`{0}`](rules/{0}.md) | {1} | {2} |",
            rule.id,
            rule.severity.as_str(),
            cell(rule.summary)
        )?;
    }
    Ok(())
}

/// Writes the page of one rule, `docs/rules/<id>.md`.
///
/// # Errors
/// Those of `out`.
pub fn write_page(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{NOTICE}\n\n# `{}`\n", rule.id)?;
    writeln!(
        out,
        "**{}** · {}\n",
        rule.severity.as_str(),
        sentence(rule.summary)
    )?;
    writeln!(out, "{}\n", rule.page.trim())?;
    // Only a flow has XML comments, and only a page about flows shows one.
    let is_of_flows = rule.page.contains("```xml");
    let pass_over = if is_of_flows {
        format!(
            "To ignore it in one place, put `<!-- callflow: ignore {0} -->` on the line before; to turn it off, use `--ignore {0}`.",
            rule.id
        )
    } else {
        format!("To turn it off, use `--ignore {}`.", rule.id)
    };
    writeln!(out, "---\n\n{pass_over} [All rules](../rules.md)")
}

const NOTICE: &str = "<!-- Generated from the declaration of the rule; edit that instead. -->";

const OPENING: &str = "\
<!-- Generated from the declarations of the rules; edit those instead. -->

# Rules

The findings of `callflow check`, `explore`, `test` and `explain`. `callflow rule ID` shows the page of a
rule in the terminal.

| severity | meaning | rules |
| --- | --- | --- |
";

fn consequence(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "the document cannot be used like this",
        Severity::Warning => "probably a mistake",
        Severity::Info => "worth knowing; no change is needed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Rule = Rule {
        id: "dead-command",
        severity: Severity::Warning,
        summary: "a command behind `Hangup | Reject`",
        page: "It never runs.\n\n## Why\n\nThe call is over.\n",
    };

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_index_links_to_every_page() {
        let index = written(|out| write_index(&[SAMPLE], out));
        let row = "| [`dead-command`](rules/dead-command.md) | warning | a command behind `Hangup \\| Reject` |\n";
        assert!(index.ends_with(row), "{index}");
        assert!(index.contains("| warning | probably a mistake | 1 |"));
    }

    #[test]
    fn a_page_has_a_title_and_one_line_at_its_end() {
        let page = written(|out| write_page(&SAMPLE, out));
        let lines: Vec<_> = page.lines().collect();
        assert_eq!(lines[2], "# `dead-command`");
        assert_eq!(
            lines[4],
            "**warning** · A command behind `Hangup | Reject`."
        );
        assert_eq!(lines[6], "It never runs.");
        assert!(page.ends_with("[All rules](../rules.md)\n"));
    }

    #[test]
    fn a_comment_is_advised_only_where_a_page_shows_a_flow() {
        let flow = Rule {
            page: "## Example\n\n```xml\n<Response/>\n```\n",
            ..SAMPLE
        };
        let page = written(|out| write_page(&flow, out));
        assert!(page.contains("`<!-- callflow: ignore dead-command -->` on the line before"));
        let page = written(|out| write_page(&SAMPLE, out));
        assert!(page.contains("\n---\n\nTo turn it off, use `--ignore dead-command`."));
    }
}
