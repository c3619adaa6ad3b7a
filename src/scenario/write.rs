//! A scenario as TOML text: stable, and only what differs from the defaults.

use super::{Callback, Dial, Entry, Media, Scenario};
use crate::table::Value;

/// Lines of a TOML file as they are written.
pub(super) struct Lines {
    text: String,
    /// The heading that is written before the next key, if there is one.
    heading: Option<&'static str>,
    /// What stands behind each key and its value.
    end: &'static str,
}

impl Lines {
    /// Lines behind this text.
    fn behind(text: String) -> Self {
        Self {
            text,
            heading: None,
            end: "\n",
        }
    }

    /// Begins a table, with an empty line before it.
    pub(super) fn heading(&mut self, heading: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(heading);
        self.text.push('\n');
    }

    /// A key with its value; nothing where the value is left out.
    pub(super) fn key(&mut self, key: &str, value: &impl Value) {
        if let Some(value) = value.write() {
            self.raw(key, &value);
        }
    }

    /// A key with its value, unless that is the default.
    pub(super) fn key_unless<T: Value>(&mut self, key: &str, value: &T, default: &T) {
        if value.write() != default.write() {
            self.key(key, value);
        }
    }

    /// A key with a list of tables, in one line.
    pub(super) fn rows<T>(&mut self, key: &str, rows: &[T], write: impl Fn(&T, &mut Self)) {
        let rows = rows.iter().map(|row| inline(|lines| write(row, lines)));
        let rows: Vec<String> = rows.collect();
        self.raw(key, &format!("[{}]", rows.join(", ")));
    }

    /// Rules, each as a table with the key of its pattern.
    pub(super) fn rules<T, P: Value>(
        &mut self,
        heading: &str,
        key: &str,
        rules: &[Entry<T, P>],
        write: impl Fn(&T, &mut Self),
    ) {
        for rule in rules {
            self.heading(heading);
            self.key(key, &rule.pattern);
            write(&rule.then, self);
        }
    }

    /// A key with a value that is TOML already.
    pub(super) fn raw(&mut self, key: &str, value: &str) {
        if let Some(heading) = self.heading.take() {
            self.heading(heading);
        }
        for part in [key, " = ", value, self.end] {
            self.text.push_str(part);
        }
    }

    /// A table that is left out where no key is written.
    pub(super) fn table(&mut self, heading: &'static str, write: impl FnOnce(&mut Self)) {
        self.heading = Some(heading);
        write(self);
        self.heading = None;
    }
}

/// A table in one line.
pub(super) fn inline(write: impl FnOnce(&mut Lines)) -> String {
    let mut lines = Lines {
        end: ", ",
        ..Lines::behind(String::new())
    };
    write(&mut lines);
    format!("{{ {} }}", lines.text.trim_end_matches(", "))
}

impl Scenario {
    /// The scenario as a file: what differs from the defaults, in the order of the documentation.
    /// Reading it gives an equal scenario.
    pub fn to_toml(&self) -> String {
        let mut lines = Lines::behind(self.world());
        if let Some(expect) = &self.expect {
            expect.write("", &mut lines);
        }
        for case in self.cases.iter() {
            case.write(&mut lines);
        }
        lines.text
    }

    /// The same without its expectations and cases: all that decides how the call goes.
    pub(super) fn world(&self) -> String {
        let mut lines = Lines::behind(String::new());
        lines.key("flow", &self.flow);
        lines.table("[call]", |lines| self.call.write_keys(lines));
        lines.table("[app]", |lines| self.app.write_keys(lines));
        lines.table("[account]", |lines| self.account.write_keys(lines));
        lines.table("[tn]", |lines| self.tn.write_keys(lines));
        for press in &self.presses {
            press.write("[[press]]", &mut lines);
        }
        lines.table("[caller]", |lines| self.caller.write(lines));
        lines.rules(
            "[[callback]]",
            "url",
            self.callbacks.entries(),
            Callback::write,
        );
        lines.rules("[[dial]]", "to", self.dials.entries(), Dial::write);
        lines.rules("[[media]]", "url", self.media.entries(), Media::write);
        lines.table("[pace]", |lines| self.pace.write(lines));
        self.pace.write_tables(&mut lines);
        lines.table("[limits]", |lines| self.limits.write_keys(lines));
        lines.table("[assume]", |lines| {
            for (id, reading) in self.assume.iter() {
                lines.raw(id, &format!("{reading:?}"));
            }
        });
        super::vendor::write(&self.vendor, &mut lines);
        lines.text
    }
}
