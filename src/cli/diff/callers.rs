//! Two flows with the same callers: those of scenarios, or those of recorded calls.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::{Args, Format};
use crate::cli::check::{Passed, scenarios};
use crate::cli::place::Seen;
use crate::cli::replay::{Changed, short};
use crate::cli::run::{Prepared, furnish, is_scenario, load};
use crate::cli::screen::Screen;
use crate::cli::target::Target;
use crate::cli::{Exit, Failure, calls, input, redact};
use crate::flow::Flow;
use crate::present::edits::{self, EditLine};
use crate::present::effect::{Consequence, Groups};
use crate::record::Record;
use crate::redact::Redaction;
use crate::replay::{Exchange, onto, recover};
use crate::report::Tool;
use crate::scenario::{Scenario, Spanned, call_name};
use crate::simulate::{Run, simulate};
use crate::wire::Beyond;

/// A call over both flows.
#[derive(Serialize)]
struct Caller {
    /// The scenario; absent of a recorded call.
    file: Option<String>,
    case: Option<String>,
    /// The identifier of a recorded call.
    call: Option<String>,
    effect: Consequence,
    /// Where the two calls part; absent where the caller would not notice.
    notices: Option<String>,
    /// What is to be said of it.
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    first: String,
    second: String,
    /// What was changed in the flow.
    edits: &'a [EditLine],
    callers: &'a [Caller],
}

/// Plays calls over both flows, and says which callers would notice.
pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let paths = [&args.first, &args.second];
    if let Some(other) = paths.iter().find(|path| is_scenario(path)) {
        return Err(Failure::NotAFlow(other.display().to_string()));
    }
    let mut both = Both {
        paths,
        flows: [flow(paths[0], screen)?, flow(paths[1], screen)?],
        redaction: args.redact.redaction(),
        groups: Groups::default(),
        callers: Vec::new(),
        keeps_callers: args.format == Format::Json,
    };
    let passed = Passed::default();
    let mut seen = Seen::of(&args.with);
    for path in &args.with {
        let target = Target::new(path);
        if target.case.is_none() && !is_scenario(&target.file) && !target.file.is_dir() {
            both.of_log(path, screen)?;
            continue;
        }
        let mut is_any = false;
        for path in scenarios(&target.file, &passed) {
            let path = path?;
            is_any = true;
            if seen.is_new(&path, target.case.as_deref()) {
                both.of_file(&path, &target, screen)?;
            }
        }
        // A folder of scenarios may hold the events that they expect.
        if !is_any && target.file.is_dir() {
            both.of_log(path, screen)?;
        }
    }
    if both.groups.calls() == 0 {
        let names = args.with.iter().map(|path| path.display().to_string());
        let names: Vec<_> = names.collect();
        let why = format!(
            "there is no scenario for {} or {}",
            args.first.display(),
            args.second.display()
        );
        return Err(Failure::NothingTested(names.join(", "), why));
    }
    both.write(args, screen)?;
    Ok(if both.groups.is_good(args.strict) {
        Exit::Good
    } else {
        Exit::Bad
    })
}

/// A flow, without errors.
fn flow(path: &Path, screen: &Screen<'_>) -> Result<Arc<Flow>, Failure> {
    let (flow, findings) = input::flow(path)?;
    if crate::diagnostic::any_error(&findings) {
        screen.complain(flow.source(), &findings)?;
        return Err(Failure::Broken(path.display().to_string()));
    }
    Ok(flow.into())
}

/// Two flows, and what comes of calls over both.
struct Both<'a> {
    paths: [&'a PathBuf; 2],
    flows: [Arc<Flow>; 2],
    redaction: Option<Redaction>,
    groups: Groups,
    callers: Vec<Caller>,
    keeps_callers: bool,
}

/// What a caller is called.
#[derive(Default)]
struct Name {
    file: Option<String>,
    case: Option<String>,
    call: Option<String>,
}

impl Both<'_> {
    /// The calls of a scenario file, or the one of a case.
    fn of_file(
        &mut self,
        path: &Path,
        target: &Target,
        screen: &Screen<'_>,
    ) -> Result<(), Failure> {
        let scenario = match load(path)? {
            Err(broken) => {
                screen.complain(&broken.source, &broken.findings)?;
                return Err(Failure::Broken(path.display().to_string()));
            }
            Ok((scenario, _)) => scenario,
        };
        let only = target.index(&scenario)?;
        let Some(own) = self.own(&scenario, path) else {
            return Ok(());
        };
        let calls: Vec<Scenario> = match &scenario.cases[..] {
            [] => vec![scenario.clone()],
            cases => {
                let cases = cases.iter().enumerate();
                let meant = cases.filter(|&(index, _)| only.is_none_or(|only| only == index));
                meant.map(|(_, case)| scenario.of_case(case)).collect()
            }
        };
        for call in calls {
            let mut first = over(&call, path, self.paths[0], screen)?;
            let mut second = over(&call, path, self.paths[1], screen)?;
            // The commands that the scenario names are those of its own flow.
            let other = if own == 0 { &mut second } else { &mut first };
            let [old, new] = [own, 1 - own].map(|flow| self.flows[flow].clone());
            let moved = onto(&other.scenario, vec![Exchange::new(None, old, new)]);
            other.scenario = moved.scenario.clone();
            let (was, would_be) = (first.play(), second.play());
            let changed = if own == 0 {
                Changed::new(&moved, &was, would_be)
            } else {
                Changed::of_own(&was, would_be)
            };
            let name = Name {
                file: Some(path.display().to_string()),
                case: call.case.clone(),
                call: None,
            };
            self.add(name, &was, changed);
        }
        Ok(())
    }

    /// Which of the flows a scenario is for: the first if it names none.
    fn own(&self, scenario: &Scenario, path: &Path) -> Option<usize> {
        let Some(own) = &scenario.flow else {
            return Some(0);
        };
        let folder = path.parent().unwrap_or(Path::new(""));
        let own = fs::canonicalize(folder.join(&own.value)).ok()?;
        let mut paths = self.paths.iter();
        paths.position(|flow| fs::canonicalize(flow).is_ok_and(|flow| flow == own))
    }

    /// The calls that events tell of.
    fn of_log(&mut self, path: &Path, screen: &Screen<'_>) -> Result<(), Failure> {
        let cases = calls::read(&[path.to_owned()], self.redaction.as_ref(), screen)?;
        if let Some(redaction) = &mut self.redaction {
            for case in cases.each(Beyond::Kept, |case| case) {
                redaction.learn(&case);
            }
        }
        let flows = &self.flows;
        let paths = self.paths;
        let played = cases.each(Beyond::Kept, |case| {
            let played = replayed(&case, flows, paths);
            (calls::uuid(&case).to_owned(), played)
        });
        // What comes of a call is small.
        for (uuid, played) in played.collect::<Vec<_>>() {
            let name = Name {
                call: Some(uuid),
                ..Name::default()
            };
            match played {
                Ok((was, changed)) => self.add(name, &was, changed),
                Err(why) => self.add_not_rebuilt(name, &why),
            }
        }
        Ok(())
    }

    fn add(&mut self, name: Name, was: &Run, changed: Changed) {
        let parting = changed.parting(was);
        let changed = match &mut self.redaction {
            Some(redaction) => changed.redacted(redaction),
            None => changed,
        };
        let notes = changed.notes();
        self.keep(name, changed.consequence, parting, notes);
    }

    fn add_not_rebuilt(&mut self, name: Name, why: &str) {
        let why = redact::shown(&mut self.redaction, why);
        self.keep(name, Consequence::not_rebuilt(&why), None, Vec::new());
    }

    fn keep(
        &mut self,
        name: Name,
        effect: Consequence,
        parting: Option<String>,
        notes: Vec<String>,
    ) {
        let redaction = &mut self.redaction;
        let mut shown = |text: Option<String>| text.map(|text| redact::shown(redaction, &text));
        let (file, case) = (shown(name.file), shown(name.case));
        let (call, notices) = (shown(name.call), shown(parting));
        let title = match (&file, &call) {
            (Some(file), _) => call_name(file, case.as_deref()),
            (None, Some(call)) => short(call),
            (None, None) => String::new(),
        };
        self.groups.add(effect.clone(), notes.clone(), &title);
        if self.keeps_callers {
            self.callers.push(Caller {
                file,
                case,
                call,
                effect,
                notices,
                notes,
            });
        }
    }

    fn write(&mut self, args: &Args, screen: &mut Screen<'_>) -> Result<(), Failure> {
        let mut lines = edits::lines(&self.flows[0], &self.flows[1]);
        for line in &mut lines {
            line.what = redact::shown(&mut self.redaction, &line.what);
        }
        let names = self.paths.map(|path| path.display().to_string());
        let [first, second] = names.map(|name| redact::shown(&mut self.redaction, &name));
        match args.format {
            Format::Json => {
                let document = Document {
                    version: 1,
                    tool: Tool::THIS,
                    first,
                    second,
                    edits: &lines,
                    callers: &self.callers,
                };
                serde_json::to_writer_pretty(&mut *screen.out, &document)
                    .map_err(std::io::Error::from)?;
                writeln!(screen.out)?;
            }
            Format::Markdown => {
                writeln!(
                    screen.out,
                    "### {}\n",
                    edits::heading(&lines, [&first, &second])
                )?;
                edits::markdown(&lines, screen.out)?;
                self.groups.markdown(screen.out)?;
            }
            Format::Human => {
                let look = screen.look();
                edits::human(&lines, [&first, &second], look, screen.out)?;
                writeln!(screen.out)?;
                self.groups.human(look, screen.out)?;
            }
        }
        Ok(())
    }
}

/// A recorded call over both flows.
fn replayed(
    case: &Record,
    flows: &[Arc<Flow>; 2],
    paths: [&PathBuf; 2],
) -> Result<(Run, Changed), String> {
    let recovered = recover(case).map_err(|error| error.to_string())?;
    let Some(own) = recovered.documents.first() else {
        return Err("it has no flow".to_owned());
    };
    let files = recovered.files();
    let [first, second] = flows.each_ref().map(|flow| {
        let exchange = Exchange::new(None, own.flow.clone(), flow.clone());
        onto(&recovered.scenario, vec![exchange])
    });
    let play = |scenario: &Scenario, flow: &Arc<Flow>| simulate(scenario, flow.clone(), &files);
    let was = play(&first.scenario, &flows[0]);
    if let Some(unused) = first.unused_in(&was).first() {
        let name = paths[0].display();
        return Err(format!("it is not a call of {name}: {unused}"));
    }
    let would_be = play(&second.scenario, &flows[1]);
    let changed = Changed::new(&second, &was, would_be);
    Ok((was, changed))
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
