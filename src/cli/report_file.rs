//! `--output FORMAT=FILE`: a report that is written to a file.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::value::nearest;

/// A report that is written to a file.
#[derive(Clone, Debug)]
pub(super) struct ReportFile<F> {
    pub(super) format: F,
    pub(super) path: PathBuf,
}

/// Reads `FORMAT=FILE`.
pub(super) fn report_file<F: ValueEnum>(typed: &str) -> Result<ReportFile<F>, String> {
    let words = || {
        let formats = F::value_variants().iter();
        let names = formats.filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = names.map(|name| format!("`{}`", name.get_name())).collect();
        format!(
            "expected FORMAT=FILE, with one of these formats: {}",
            names.join(", ")
        )
    };
    let (format, path) = typed.split_once('=').ok_or_else(words)?;
    let format = F::from_str(format, false).map_err(|_| {
        let formats = F::value_variants().iter();
        let names: Vec<_> = formats.filter_map(ValueEnum::to_possible_value).collect();
        match nearest(format, names.iter().map(PossibleValue::get_name)) {
            Some(near) => format!("{}; did you mean `{near}`?", words()),
            None => words(),
        }
    })?;
    if path.is_empty() {
        return Err(words());
    }
    let path = path.into();
    Ok(ReportFile { format, path })
}
