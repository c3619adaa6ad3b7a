//! What the words of other dialects are in Opentact XML: data for messages only.
//!
//! People come with flows written for Twilio (TwiML), Plivo, Telnyx (TeXML) or Bandwidth (BXML),
//! which look much alike. No word of theirs is ever accepted because it stands here.

mod attributes;
mod elements;

/// An element of other dialects.
#[derive(Clone, Copy, Debug)]
pub struct Foreign {
    /// Its name there.
    pub name: &'static str,
    /// The dialects that have it, as a sentence lists them.
    pub dialects: &'static str,
    /// The element that means the same under another name.
    pub same: Option<&'static str>,
    /// What to do in Opentact XML, to stand behind "in Opentact XML".
    pub advice: &'static str,
}

impl Foreign {
    /// The advice as a help line says it.
    pub fn help(&self) -> String {
        let Self {
            name,
            dialects,
            advice,
            ..
        } = self;
        format!("`{name}` comes from {dialects}; in Opentact XML, {advice}")
    }
}

impl ForeignAttribute {
    /// The advice as a help line says it.
    pub fn help(&self) -> String {
        let Self {
            name,
            dialects,
            advice,
            ..
        } = self;
        format!("`{name}` comes from {dialects}; in Opentact XML, {advice}")
    }
}

/// An attribute that other dialects give an element which Opentact XML has as well.
#[derive(Clone, Copy, Debug)]
pub struct ForeignAttribute {
    /// The element.
    pub element: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// The dialects that have it, as a sentence lists them.
    pub dialects: &'static str,
    /// The attribute that means the same under another name.
    pub same: Option<&'static str>,
    /// How many of its units are one of ours: 1000 for seconds.
    pub factor: u64,
    /// What to do in Opentact XML, to stand behind "in Opentact XML".
    pub advice: &'static str,
}

/// The element of another dialect that has this name.
pub fn element(name: &str) -> Option<&'static Foreign> {
    let all = elements::ELEMENTS;
    let folded = |one: &&Foreign| one.name.eq_ignore_ascii_case(name);
    all.iter()
        .find(|one| one.name == name)
        .or_else(|| all.iter().find(folded))
}

/// Whether an element of this name is the root of a flow of another dialect.
pub fn is_root(name: &str) -> bool {
    let same = element(name).and_then(|foreign| super::spec(foreign.same?));
    same.is_some_and(|spec| spec.role == super::Role::Root)
}

/// The attribute of another dialect that has this name on an element.
pub fn attribute(element: &str, name: &str) -> Option<&'static ForeignAttribute> {
    let is_meant =
        |one: &&ForeignAttribute| one.element == element && one.name.eq_ignore_ascii_case(name);
    attributes::ATTRIBUTES.iter().find(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Role, spec};

    #[test]
    fn no_word_stands_here_twice_and_what_is_the_same_exists() {
        for (index, one) in elements::ELEMENTS.iter().enumerate() {
            let rest = &elements::ELEMENTS[index + 1..];
            assert!(
                rest.iter().all(|other| other.name != one.name),
                "{}",
                one.name
            );
            assert!(
                one.same.is_none_or(|name| spec(name).is_some()),
                "{}",
                one.name
            );
        }
        for (index, one) in attributes::ATTRIBUTES.iter().enumerate() {
            let rest = &attributes::ATTRIBUTES[index + 1..];
            let is_one =
                |other: &ForeignAttribute| (other.element, other.name) == (one.element, one.name);
            assert!(!rest.iter().any(is_one), "{} {}", one.element, one.name);
            let spec = spec(one.element).expect("an element of ours");
            assert!(
                spec.attribute(one.name).is_none(),
                "{} {}",
                one.element,
                one.name
            );
            assert!(
                one.same.is_none_or(|name| spec.attribute(name).is_some()),
                "{} {}",
                one.element,
                one.name
            );
        }
    }

    #[test]
    fn a_word_of_ours_stands_here_only_where_it_means_something_else() {
        let ours = elements::ELEMENTS.iter().filter_map(|one| spec(one.name));
        for spec in ours {
            assert!(
                matches!(spec.role, Role::Unsupported | Role::Branch),
                "{}",
                spec.name
            );
        }
    }
}
