//! Pages of the manual on a terminal: Markdown, laid out.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr as _;

use super::Look;
use super::styled_text::{BOLD, DIM, HEARD, PLAIN, Text};

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 110;

/// A page of Markdown as lines for a terminal: headings, paragraphs and lists in lines of its width, tables
/// in columns, code as it is.
pub fn laid_out(page: &str, look: Look) -> String {
    let mut layout = Layout {
        look: Look {
            width: look.width.clamp(super::NARROWEST, WIDEST),
            ..look
        },
        out: Vec::new(),
        text: Text::default(),
        is_bold: false,
        code: None,
        links: Vec::new(),
        lists: Vec::new(),
        indent: 0,
        is_item: false,
        table: Vec::new(),
        is_table: false,
    };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        layout.event(event);
    }
    let mut lines = layout.out;
    while lines.last().is_some_and(Text::is_empty) {
        lines.pop();
    }
    let mut bytes = Vec::new();
    for line in lines {
        // Writing to a vector cannot fail.
        let _ = line.write(look.styled, &mut bytes);
        bytes.push(b'\n');
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Layout<'p> {
    look: Look,
    out: Vec<Text>,
    /// The paragraph, heading or cell that is being read.
    text: Text,
    is_bold: bool,
    /// The lines of a block of code.
    code: Option<String>,
    /// Where the links lead that are being read.
    links: Vec<pulldown_cmark::CowStr<'p>>,
    /// For each list that is open the number of its next item; none where it has no numbers.
    lists: Vec<Option<u64>>,
    indent: usize,
    /// Whether the next paragraph is the first of an item.
    is_item: bool,
    table: Vec<Vec<Text>>,
    is_table: bool,
}

impl<'p> Layout<'p> {
    fn event(&mut self, event: Event<'p>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.push(if self.is_bold { BOLD } else { PLAIN }, &text),
            },
            Event::Code(text) => {
                // In a table a name stands alone, and with colours it is told apart.
                if self.look.styled || self.is_table || self.is_bold {
                    self.push(if self.is_bold { BOLD } else { HEARD }, &text);
                } else {
                    self.push(PLAIN, &format!("`{text}`"));
                }
            }
            Event::SoftBreak => self.push(PLAIN, " "),
            Event::HardBreak => self.paragraph(),
            Event::Rule => self.blank(),
            _ => {}
        }
    }

    fn push(&mut self, style: anstyle::Style, text: &str) {
        self.text.push(style, text);
    }

    fn start(&mut self, tag: Tag<'p>) {
        match tag {
            Tag::Heading { .. } => {
                self.blank();
                self.is_bold = true;
            }
            Tag::Paragraph if !self.is_item => self.blank(),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.paragraph();
                self.blank();
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.paragraph();
                if self.lists.is_empty() {
                    self.blank();
                }
                self.lists.push(first);
                self.indent += 2;
            }
            Tag::Item => self.is_item = true,
            Tag::Link { dest_url, .. } => self.links.push(dest_url),
            Tag::Strong => self.is_bold = true,
            Tag::Table(_) => {
                self.blank();
                self.is_table = true;
            }
            Tag::TableHead | Tag::TableRow => self.table.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.is_bold = false;
                self.paragraph();
            }
            TagEnd::Paragraph => self.paragraph(),
            TagEnd::CodeBlock => {
                for line in self.code.take().unwrap_or_default().lines() {
                    let indent = match line {
                        "" => String::new(),
                        _ => " ".repeat(self.indent + 4),
                    };
                    self.out.push(Text::of(PLAIN, indent).and(PLAIN, line));
                }
                self.blank();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.indent = self.indent.saturating_sub(2);
            }
            TagEnd::Item => {
                self.paragraph();
                self.is_item = false;
            }
            TagEnd::Link => {
                // Places in the manual say nothing here; an address does.
                let to = self.links.pop().unwrap_or_else(|| "".into());
                if to.contains("://") {
                    self.push(DIM, &format!(" ({to})"));
                }
            }
            TagEnd::Strong => self.is_bold = false,
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text);
                if let Some(row) = self.table.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                self.is_table = false;
                let rows = std::mem::take(&mut self.table);
                self.rows(rows);
            }
            _ => {}
        }
    }

    /// A blank line, if there is none yet.
    fn blank(&mut self) {
        if self.out.last().is_some_and(|last| !last.is_empty()) {
            self.out.push(Text::default());
        }
    }

    /// Writes the text that was read.
    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        let mut mark = String::new();
        if std::mem::take(&mut self.is_item) {
            mark = match self.lists.last_mut() {
                Some(Some(number)) => {
                    *number += 1;
                    format!("{}. ", *number - 1)
                }
                _ => "- ".to_owned(),
            };
        }
        let first = self.indent;
        let further = first + if self.lists.is_empty() { 0 } else { 2 };
        let room = self
            .look
            .width
            .saturating_sub(further.max(first + mark.len()));
        for (index, line) in text.lines(room, usize::MAX - 1).into_iter().enumerate() {
            let lead = match index {
                0 => format!("{}{mark}", " ".repeat(first)),
                _ => " ".repeat(further),
            };
            let mut whole = Text::of(PLAIN, lead);
            whole.extend(line);
            self.out.push(whole);
        }
    }

    /// Writes a table, its first row the heads of its columns: in columns where they fit, else with the
    /// last cell of a row below the others.
    fn rows(&mut self, rows: Vec<Vec<Text>>) {
        /// The last column takes what is left, but not less than this.
        const ROOM: usize = 30;
        const GAP: usize = 2;
        /// No other column is wider.
        const MOST: usize = 26;
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let mut widths = vec![0; columns - 1];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.plain().width()).min(MOST);
            }
        }
        let taken: usize = widths.iter().map(|width| width + GAP).sum();
        let is_narrow = taken + ROOM > self.look.width;
        let mut heads: Vec<String> = Vec::new();
        for (index, row) in rows.into_iter().enumerate() {
            let is_head = index == 0;
            if is_head && row.iter().all(Text::is_empty) {
                continue;
            }
            if is_narrow {
                if is_head {
                    heads = row.iter().map(Text::plain).collect();
                } else {
                    self.stacked(row, &heads);
                }
                continue;
            }
            let rest = self.look.width - taken;
            let cells = row.into_iter().enumerate().map(|(column, cell)| {
                let cell = if is_head {
                    Text::of(DIM, cell.plain())
                } else {
                    cell
                };
                let width = widths.get(column).copied().unwrap_or(rest);
                cell.lines(width, usize::MAX - 1)
            });
            let cells: Vec<_> = cells.collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for at in 0..height {
                let mut line = Text::default();
                let mut begin = 0;
                for (column, cell) in cells.iter().enumerate() {
                    if let Some(part) = cell.get(at).filter(|part| !part.is_empty()) {
                        line.push(PLAIN, " ".repeat(begin - line.width()));
                        line.extend(part.clone());
                    }
                    begin += widths.get(column).map_or(0, |width| width + GAP);
                }
                self.out.push(line);
            }
        }
        self.blank();
    }

    /// Writes a row over the whole width: its last cell below the others. From the third on, a cell has
    /// the head of its column, such as `default: 1s`.
    fn stacked(&mut self, mut row: Vec<Text>, heads: &[String]) {
        let last = row.pop().unwrap_or_default();
        let mut head = Text::default();
        let cells = row.into_iter().enumerate();
        for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            if !head.is_empty() {
                head.push(DIM, "  ");
            }
            if let Some(name) = heads.get(column).filter(|_| column > 1) {
                head.push(DIM, format!("{name}: "));
            }
            head.extend(cell);
        }
        let width = self.look.width;
        self.out.extend(head.lines(width, usize::MAX - 1));
        for line in last.lines(width - 4, usize::MAX - 1) {
            let mut whole = Text::of(PLAIN, "    ");
            whole.extend(line);
            self.out.push(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_laid_out_without_markdown() {
        let page = "<!-- made -->\n# A head\n\nOne `two` [three](#three) and\n[four](https://x.example/4), **five** six seven eight.\n\n\
                    - an item\n- another one, long enough for a second line of its own\n\n```xml\n<Response/> <!-- as it is -->\n```\n\n\
                    | key | value | |\n| --- | --- | --- |\n| `a` | [text](#t) | What it means, in more words than one line holds. |\n";
        let look = Look {
            styled: false,
            width: 48,
        };
        let expected = "\
A head

One `two` three and four (https://x.example/4),
five six seven eight.

  - an item
  - another one, long enough for a second line
    of its own

    <Response/> <!-- as it is -->

key  value
a    text   What it means, in more words than
            one line holds.
";
        assert_eq!(laid_out(page, look), expected);
    }

    #[test]
    fn a_table_without_room_is_stacked() {
        let page =
            "| a | b | c |\n| --- | --- | --- |\n| `a_long_name` | a long value | meaning |\n";
        let look = Look {
            styled: false,
            width: 40,
        };
        assert_eq!(
            laid_out(page, look),
            "a_long_name  a long value\n    meaning\n"
        );
    }
}
