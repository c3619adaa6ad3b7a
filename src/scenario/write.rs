//! A scenario as TOML text: stable, and only what differs from the defaults.

use super::Scenario;
use crate::table::Value;

/// Lines of a TOML file as they are written.
pub(super) struct Lines {
    text: String,
    /// The heading that is written before the next key, if there is one.
    heading: Option<&'static str>,
}

impl Lines {
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

    /// A key with a value that is TOML already.
    pub(super) fn raw(&mut self, key: &str, value: &str) {
        if let Some(heading) = self.heading.take() {
            self.heading(heading);
        }
        self.text.push_str(key);
        self.text.push_str(" = ");
        self.text.push_str(value);
        self.text.push('\n');
    }

    /// A table that is left out where no key is written.
    pub(super) fn table(&mut self, heading: &'static str, write: impl FnOnce(&mut Self)) {
        self.heading = Some(heading);
        write(self);
        self.heading = None;
    }
}

impl Scenario {
    /// The scenario as a file: what differs from the defaults, in the order of the documentation.
    /// Reading it gives an equal scenario.
    pub fn to_toml(&self) -> String {
        let mut lines = Lines {
            text: self.world(),
            heading: None,
        };
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
        let mut lines = Lines {
            text: String::new(),
            heading: None,
        };
        lines.key("flow", &self.flow);
        lines.table("[call]", |lines| self.call.write(lines));
        lines.table("[app]", |lines| self.app.write(lines));
        lines.table("[account]", |lines| self.account.write(lines));
        lines.table("[tn]", |lines| self.tn.write(lines));
        for press in &self.presses {
            press.write("[[press]]", &mut lines);
        }
        lines.table("[caller]", |lines| self.caller.write(lines));
        for rule in self.callbacks.entries() {
            rule.write("[[callback]]", &mut lines);
        }
        for rule in self.dials.entries() {
            rule.write("[[dial]]", &mut lines);
        }
        for rule in self.media.entries() {
            rule.write("[[media]]", &mut lines);
        }
        lines.table("[pace]", |lines| self.pace.write(lines));
        self.pace.write_tables(&mut lines);
        lines.table("[limits]", |lines| self.limits.write(lines));
        lines.table("[assume]", |lines| {
            for (id, reading) in self.assume.iter() {
                lines.raw(id, &format!("{reading:?}"));
            }
        });
        super::vendor::write(&self.vendor, &mut lines);
        lines.text
    }
}
