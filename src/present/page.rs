//! Pages of the manual on a terminal.

use crate::report::prose;

/// A page of Markdown with its paragraphs in lines of that many columns. Code, tables, headings and
/// lists stay as they are.
pub fn wrapped(page: &str, width: usize) -> String {
    let mut text = String::with_capacity(page.len());
    let mut paragraph: Vec<&str> = Vec::new();
    let mut is_code = false;
    for line in page.lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        let is_plain =
            line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '`' | '*' | '"' | '('));
        if is_plain && !is_code && !is_fence {
            paragraph.push(line);
            continue;
        }
        flush(&mut paragraph, width, &mut text);
        text.push_str(line);
        text.push('\n');
    }
    flush(&mut paragraph, width, &mut text);
    text
}

fn flush(paragraph: &mut Vec<&str>, columns: usize, text: &mut String) {
    if !paragraph.is_empty() {
        text.push_str(&prose::wrapped(&paragraph.join(" "), columns));
        text.push('\n');
    }
    paragraph.clear();
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn paragraphs_are_wrapped_and_code_is_not() {
        let page = "# A heading that is long\n\nOne two three\nfour five.\n\n```xml\n<Response/> <!-- long -->\n```\n";
        let expected = "# A heading that is long\n\nOne two\nthree four\nfive.\n\n```xml\n<Response/> <!-- long -->\n```\n";
        assert_eq!(wrapped(page, 10), expected);
    }
}
