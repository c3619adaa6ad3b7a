//! Pages of the manual on a terminal.

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

fn flush(paragraph: &mut Vec<&str>, width: usize, text: &mut String) {
    use unicode_width::UnicodeWidthStr as _;
    let mut column = 0;
    for word in paragraph.iter().flat_map(|line| line.split_whitespace()) {
        let length = word.width();
        if column > 0 && column + 1 + length > width {
            text.push('\n');
            column = 0;
        }
        if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    if !paragraph.is_empty() {
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
