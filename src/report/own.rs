//! How a file is known that callflow wrote: nothing else is overwritten.

use serde::Deserialize;

/// The first words of a scenario that callflow writes as a whole.
pub const SCENARIO: &str = "# Written by callflow";

/// The first words of a call flow that callflow writes.
pub const FLOW: &str = "<!-- Written by callflow";

/// The line by which a report in Markdown is known.
pub const MARKDOWN: &str = "<!-- Written by callflow -->";

/// The name that LCOV calls the tests by.
pub const LCOV: &str = "TN:callflow";

/// Who made a page, as HTML says it.
pub const HTML: &str = "<meta name=\"generator\" content=\"callflow\">";

/// Whether callflow wrote a file as a whole: a report in one of its formats, a page of the manual, or a
/// scenario or flow that says so in its first line.
pub fn is_own(bytes: &[u8]) -> bool {
    /// The mark is near the beginning, or where a text counts, near the end.
    const HEAD: usize = 1 << 10;
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let head = &text[..text.floor_char_boundary(HEAD)];
    match head.chars().next() {
        // An empty report, as of GitLab.
        None => true,
        Some('{' | '[') => is_own_json(text),
        Some('<') => {
            [FLOW, MARKDOWN].iter().any(|mark| head.starts_with(mark))
                || (head.starts_with("<?xml") && head.contains("<testsuites name=\"callflow\""))
                || (head.starts_with("<!DOCTYPE html>") && head.contains(HTML))
        }
        Some(_) => {
            [SCENARIO, LCOV].iter().any(|mark| head.starts_with(mark))
                || head.lines().any(|line| line.starts_with(".TH callflow"))
                || ends_in_a_count(text)
        }
    }
}

/// Whether a text for people ends as ours do: with a line that counts files, tests or what was explored,
/// and few below it.
fn ends_in_a_count(text: &str) -> bool {
    const BELOW: usize = 16;
    text.lines().rev().take(BELOW).any(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        match words[..] {
            ["tried", count, "states", "and", ..] | [count, "states", "tried," | "tried:", ..] => {
                is_count(count)
            }
            [count, "test" | "tests", "passed" | "failed" | "failed,", ..] => is_count(count),
            [count, ..] => {
                is_count(count)
                    && words.windows(2).any(|pair| {
                        matches!(
                            pair,
                            ["file" | "files", "checked" | "checked," | "checked;"]
                        )
                    })
            }
            [] => false,
        }
    })
}

fn is_count(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether JSON names us as its tool: in our own formats, in SARIF, or in GitLab's list by its findings.
fn is_own_json(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Tool {
        name: String,
    }
    #[derive(Deserialize)]
    struct Driver {
        driver: Tool,
    }
    #[derive(Deserialize)]
    struct SarifRun {
        tool: Driver,
    }
    /// A finding as GitLab has it.
    #[derive(Deserialize)]
    struct Issue {
        check_name: String,
        #[serde(rename = "fingerprint")]
        _fingerprint: String,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Document {
        Own { tool: Tool },
        Sarif { runs: Vec<SarifRun> },
        Issues(Vec<Issue>),
    }
    let is_ours = |tool: &Tool| tool.name == "callflow";
    match serde_json::from_str(text) {
        Ok(Document::Own { tool }) => is_ours(&tool),
        Ok(Document::Sarif { runs }) => {
            !runs.is_empty() && runs.iter().all(|run| is_ours(&run.tool.driver))
        }
        // Rules are named alike in no other tool.
        Ok(Document::Issues(issues)) => issues.iter().all(|issue| {
            let is_word =
                |byte: u8| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit();
            issue.check_name.bytes().all(is_word)
        }),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_not_ours() {
        for text in [
            "<Response><Say>x</Say></Response>",
            "<?xml version=\"1.0\"?><testsuites name=\"jest tests\"/>",
            "<!DOCTYPE html><html>callflow</html>",
            "flow = \"a.xml\"\n",
            "# Written by hand\nflow = \"a.xml\"\n",
            "root:x:0:0:root:/root:/bin/bash\n",
            "{\"tool\": {\"name\": \"other\"}}",
            "{\"runs\": [{\"tool\": {\"driver\": {\"name\": \"other\"}}}]}",
            "{\"uuid\": \"1\", \"type\": \"call_state\"}",
            "{\"name\": \"callflow\"}",
            "{\"runs\": []}",
            "[1]",
            "[{\"check_name\": \"Some Cop/Rule\", \"fingerprint\": \"1\"}]",
            "TN:\nSF:a.xml\nend_of_record\n",
            "3 tests and no more\n",
            "files checked\n",
            "two files checked\n",
            ".TH ls 1\n",
            "{",
        ] {
            assert!(!is_own(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn our_reports_are_known() {
        for text in [
            "",
            "[]",
            "1 file checked, no findings\n",
            "a.xml:1:1: error[x]: y\n1 error in 1 file checked\n",
            "3 tests passed\n1 case not played: it has no [expect]\n  a.toml\n",
            "tried     0 states and 8 transitions in 0.001 s: everything\ncalls     3\n",
            "{\"version\": 1, \"tool\": {\"name\": \"callflow\", \"version\": \"0.1.0\"}}",
            "TN:callflow\nSF:a.xml\n",
        ] {
            assert!(is_own(text.as_bytes()), "{text}");
        }
    }
}
