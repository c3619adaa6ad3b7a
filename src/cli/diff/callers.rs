//! Two flows with the same callers.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Args, Format};
use crate::cli::check::{Passed, scenarios};
use crate::cli::place::Seen;
use crate::cli::run::{Prepared, furnish, is_scenario, load};
use crate::cli::screen::Screen;
use crate::cli::target::Target;
use crate::cli::{Exit, Failure, redact};
use crate::present::side_by_side::parting;
use crate::redact::Redaction;
use crate::report::Tool;
use crate::scenario::{Scenario, Spanned, call_name};
use crate::source::visible;

/// A call over both flows.
#[derive(Serialize)]
struct Caller {
    file: String,
    case: Option<String>,
    /// Where the two calls part; absent where the caller would not notice.
    notices: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    first: String,
    second: String,
    callers: &'a [Caller],
}

/// Runs the scenarios over both flows, and says which callers would notice.
pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let flows = [&args.first, &args.second];
    if let Some(other) = flows.iter().find(|path| is_scenario(path)) {
        return Err(Failure::NotAFlow(other.display().to_string()));
    }
    let passed = Passed::default();
    let mut redaction = args.redact.redaction();
    let mut callers = Vec::new();
    let mut seen = Seen::of(&args.with);
    for path in &args.with {
        let target = Target::new(path);
        for path in scenarios(&target.file, &passed) {
            let path = path?;
            if !seen.is_new(&path, target.case.as_deref()) {
                continue;
            }
            let scenario = match load(&path)? {
                Err(broken) => {
                    screen.complain(&broken.source, &broken.findings)?;
                    return Err(Failure::Broken(path.display().to_string()));
                }
                Ok((scenario, _)) => scenario,
            };
            let only = target.index(&scenario)?;
            if is_for(&scenario, &path, flows) {
                let file = File {
                    scenario: &scenario,
                    only,
                    path: &path,
                };
                of_file(file, flows, &mut redaction, screen, &mut callers)?;
            }
        }
    }
    if callers.is_empty() {
        let names = args.with.iter().map(|path| path.display().to_string());
        let names: Vec<_> = names.collect();
        let why = format!(
            "no scenario there is for {} or {}",
            args.first.display(),
            args.second.display()
        );
        return Err(Failure::NothingTested(names.join(", "), why));
    }
    write(args, &callers, &mut redaction, screen)?;
    if callers.iter().all(|caller| caller.notices.is_none()) {
        Ok(Exit::Good)
    } else {
        Ok(Exit::Bad)
    }
}

/// Whether a scenario is for one of the flows, or names none.
fn is_for(scenario: &Scenario, path: &Path, flows: [&PathBuf; 2]) -> bool {
    let Some(own) = &scenario.flow else {
        return true;
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let own = fs::canonicalize(folder.join(&own.value)).ok();
    own.is_some() && flows.iter().any(|flow| fs::canonicalize(flow).ok() == own)
}

/// A file of calls.
struct File<'f> {
    scenario: &'f Scenario,
    /// The case that is meant; none where all are.
    only: Option<usize>,
    path: &'f Path,
}

/// The calls of one file, or the one of a case.
fn of_file(
    File {
        scenario,
        only,
        path,
    }: File<'_>,
    flows: [&PathBuf; 2],
    redaction: &mut Option<Redaction>,
    screen: &Screen<'_>,
    callers: &mut Vec<Caller>,
) -> Result<(), Failure> {
    let calls: Vec<Scenario> = match &scenario.cases[..] {
        [] => vec![scenario.clone()],
        cases => {
            let cases = cases.iter().enumerate();
            let meant = cases.filter(|&(index, _)| only.is_none_or(|only| only == index));
            meant.map(|(_, case)| scenario.of_case(case)).collect()
        }
    };
    for call in calls {
        let mut first = over(&call, path, flows[0], screen)?.play();
        let mut second = over(&call, path, flows[1], screen)?.play();
        let notices = !first.sounds_like(&second);
        if let Some(redaction) = redaction {
            (first, second) = (first.redacted(redaction), second.redacted(redaction));
        }
        callers.push(Caller {
            file: redact::shown(redaction, &path.display().to_string()),
            case: (call.case.as_ref()).map(|case| redact::shown(redaction, case)),
            notices: notices.then(|| parting(&first, &second)),
        });
    }
    Ok(())
}

/// A call over another flow.
fn over(
    call: &Scenario,
    path: &Path,
    flow: &Path,
    screen: &Screen<'_>,
) -> Result<Prepared, Failure> {
    let name = || flow.display().to_string();
    let place = std::path::absolute(flow).map_err(|error| Failure::Read(name(), error))?;
    let call = Scenario {
        flow: Some(Spanned::bare(place)),
        ..call.clone()
    };
    match furnish(call, None, path)? {
        Ok(prepared) => Ok(prepared),
        Err(broken) => {
            screen.complain(&broken.source, &broken.findings)?;
            Err(Failure::Broken(name()))
        }
    }
}

fn write(
    args: &Args,
    callers: &[Caller],
    redaction: &mut Option<Redaction>,
    screen: &mut Screen<'_>,
) -> Result<(), Failure> {
    if args.format == Format::Json {
        let document = Document {
            version: 1,
            tool: Tool::THIS,
            first: redact::shown(redaction, &args.first.display().to_string()),
            second: redact::shown(redaction, &args.second.display().to_string()),
            callers,
        };
        serde_json::to_writer_pretty(&mut *screen.out, &document).map_err(std::io::Error::from)?;
        return Ok(writeln!(screen.out)?);
    }
    let clean = |text: &str| visible(text).into_owned();
    let mut count = 0;
    for caller in callers {
        let Some(parting) = &caller.notices else {
            continue;
        };
        count += 1;
        let name = call_name(&caller.file, caller.case.as_deref());
        writeln!(screen.out, "{}", clean(&name))?;
        writeln!(screen.out, "  {}", clean(parting))?;
    }
    if count > 0 {
        writeln!(screen.out)?;
    }
    let calls = match callers.len() {
        1 => "1 call".to_owned(),
        more => format!("{more} calls"),
    };
    match count {
        0 => writeln!(screen.out, "{calls}: no caller would notice")?,
        1 => writeln!(screen.out, "{calls}: 1 caller would notice")?,
        more => writeln!(screen.out, "{calls}: {more} callers would notice")?,
    }
    Ok(())
}
