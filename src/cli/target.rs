//! `FILE::CASE`: a file, or one case of a scenario with several.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::scenario::{Case, SEPARATOR, Scenario, call_name};
use crate::value::nearest;

/// A file, and the case that is meant: `menu.call.toml::busy`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Target {
    pub(super) file: PathBuf,
    /// The case; absent where the whole file is meant.
    pub(super) case: Option<String>,
}

impl Target {
    /// Reads what was typed. A file may have `::` in its name, and so may a case: the shortest name
    /// of a file that exists ends the file, else the first one of a scenario or flow.
    pub(super) fn new(typed: &Path) -> Self {
        let whole = || Self {
            file: typed.to_owned(),
            case: None,
        };
        let Some(text) = typed.to_str().filter(|_| !typed.exists()) else {
            return whole();
        };
        let splits = text.match_indices(SEPARATOR).map(|(at, _)| Self {
            file: text[..at].into(),
            case: Some(text[at + SEPARATOR.len()..].to_owned()),
        });
        let splits: Vec<_> = splits.collect();
        let exists = splits.iter().find(|split| split.file.is_file());
        let is_ours = |split: &&Self| {
            let extension = split.file.extension();
            ["toml", "xml"]
                .iter()
                .any(|one| extension.is_some_and(|other| other.eq_ignore_ascii_case(one)))
        };
        let found = exists.or_else(|| splits.iter().find(is_ours));
        found.cloned().unwrap_or_else(whole)
    }

    /// The place of the case among those of its scenario; none where the whole file is meant.
    pub(super) fn index(&self, scenario: &Scenario) -> Result<Option<usize>, Failure> {
        let Some(wanted) = &self.case else {
            return Ok(None);
        };
        let mut cases = scenario.cases.iter();
        let found = cases.position(|case| case.name.value == *wanted);
        found
            .map(Some)
            .ok_or_else(|| self.no_such_case(&scenario.cases))
    }

    /// The call that is meant: that of the case, or of a file that is one call or has one case.
    pub(super) fn call(&self, scenario: Scenario) -> Result<Scenario, Failure> {
        match (self.index(&scenario)?, &scenario.cases[..]) {
            (Some(index), cases) => Ok(scenario.of_case(&cases[index])),
            (None, []) => Ok(scenario),
            (None, [only]) => Ok(scenario.of_case(only)),
            (None, cases) => Err(Failure::SeveralCases(
                self.file.display().to_string(),
                cases.iter().map(|case| self.named(case)).collect(),
            )),
        }
    }

    fn named(&self, case: &Case) -> String {
        call_name(&self.file.display().to_string(), Some(&case.name.value))
    }

    fn no_such_case(&self, cases: &[Case]) -> Failure {
        let wanted = self.case.clone().unwrap_or_default();
        let names = cases.iter().map(|case| case.name.value.as_str());
        let near = nearest(&wanted, names);
        let mut near = cases.iter().filter(|case| Some(&*case.name.value) == near);
        let file = self.file.display().to_string();
        if let Some(case) = near.next() {
            return Failure::MistypedCase(file, wanted, self.named(case));
        }
        let all = cases.iter().map(|case| self.named(case)).collect();
        Failure::NoCase(file, wanted, all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_stands_after_the_file() {
        let parts = |typed: &str| {
            let target = Target::new(Path::new(typed));
            (target.file.display().to_string(), target.case)
        };
        let some = |file: &str, case: &str| (file.to_owned(), Some(case.to_owned()));
        assert_eq!(parts("no.call.toml::busy"), some("no.call.toml", "busy"));
        assert_eq!(parts("no.toml::a::b"), some("no.toml", "a::b"));
        assert_eq!(parts("a::b/no.toml::c"), some("a::b/no.toml", "c"));
        assert_eq!(parts("no.xml::c"), some("no.xml", "c"));
        assert_eq!(parts("Cargo.toml::c"), some("Cargo.toml", "c"));
        assert_eq!(parts("README.md::c"), some("README.md", "c"));
        assert_eq!(parts("Cargo.toml"), ("Cargo.toml".to_owned(), None));
        assert_eq!(parts("a::b"), ("a::b".to_owned(), None));
        assert_eq!(parts("src"), ("src".to_owned(), None));
    }
}
