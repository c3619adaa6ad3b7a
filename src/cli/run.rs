//! `callflow run`

use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::configs::Configs;
use super::screen::Screen;
use super::target::Target;
use super::{Exit, Failure, commands, expectations, input, redact, save, snapshots};
use crate::check::{Selection, all_rules};
use crate::diagnostic::{Diagnostic, any_error};
use crate::flow::Flow;
use crate::present::{pretty, run as present};
use crate::record::transcript;
use crate::report::Syntax;
use crate::scenario::{
    self, Call, Callback, Caller, Changes, DialRule, Entry, HangUp, Media, Mistakes, Press,
    Scenario, SimulationLimits, Start, StateCode, TimedKeys, options,
};
use crate::simulate::{Documents, Run, simulate};
use crate::source::Source;
use crate::table::Readings;
use crate::value::nearest;
use crate::wire::opentact::{self, Envelope, Events};
use crate::wire::whippy;
use crate::xml;

/// Simulate one call through a flow
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # the scenario names its flow
  callflow run flows/voicemail/voicemail.toml
  # press 1 at the next menu, and 2# at the one after it
  callflow run menu.xml --press 1 --press 2#
  # silence first, then 1 after 3 s
  callflow run menu.xml --press '' --press '#menu+3s=1'
  # 1.5 s into the prompt
  callflow run menu.xml --press 'Gather[0]/Say[0]+1.5s=1'
  # 1.5 s into the recording
  callflow run menu.xml --hangup-on 'Record[*]+1.5s'
  # one of the cases of a scenario
  callflow run 'menu.call.toml::busy, then voicemail'
  # every destination is busy
  callflow run menu.xml --dial '*=busy'
  # anna@sip.example.com does not answer, and then her mobile phone does
  callflow run menu.xml --dial anna=no-answer --dial 12025550143=answer
  # each is answered the second time
  callflow run menu.xml --dial '*=no-answer' --dial '*=answer'
  callflow run menu.xml --callback 'https://*/next=next.xml'
  callflow run menu.xml --media '*.mp3=12s'
  # at a given time of the call, even if no command waits for keys
  callflow run menu.xml --key 5s=1# --hangup-after 20s
  # as if the platform kept keys that come too early
  callflow run menu.xml --key 2s=1 --assume keys-unheard=kept
  # the final event
  callflow run call.toml --format json | jq .call.logs
  # every event, one per line
  callflow run call.toml --format events
  # without numbers, names and addresses
  callflow run call.toml --redact

These options replace a scenario file, or override what it says. You can give --press, --dial, --callback, --media, --key and --assume several times. Each --press is used once. The first --dial that matches a destination is used the first time that it is called, the second one the second time, and so on; the last one repeats. The same is true of --callback and --media.

COMMAND and PROMPT are paths such as Gather[0].Say[*], the last steps of a path, or tags such as #menu. KEYS are 0-9, *, # and A-D; w waits half a second; no keys at all means that the caller stays silent. TO is an address (anna@sip.example.com), a user (anna) or a number, with or without its + (12025550143). In COMMAND, PROMPT, TO and GLOB, * matches any characters, ? matches one character, and \\ escapes the next character: #a\\+b is the tag a+b. Durations look like 250ms, 4s, 1m30s.

If the scenario has an `[expect]`, it is compared with the call. `callflow test` does this for many scenarios.

Exit code: 0 the call was simulated, 1 the flow or scenario has errors or an expectation failed, 2 wrong usage or I/O error.")]
pub(super) struct Args {
    /// A flow (.xml), a scenario (.toml), or one case of a scenario (`FILE::CASE`); `-` reads a flow
    /// from standard input
    #[arg(value_name = "FLOW.xml|SCENARIO.toml[::CASE]")]
    file: PathBuf,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "tree")]
    format: Format,

    /// The envelope of the events, by its year
    #[arg(long, value_name = "YEAR", default_value = "2024")]
    envelope: Year,

    /// The generation of Whippy's webhooks
    #[arg(long, value_name = "N", default_value = "2")]
    generation: Generation,

    /// Write the files that Whippy's webhooks name (analysis.json and transcript.json) to this
    /// folder; their format is assumed
    #[arg(long, value_name = "DIR")]
    attachments: Option<PathBuf>,

    /// Explain each assumption that affected this call, and name the callflow.toml that was used
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,

    /// Hide the notes and the list of assumptions
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    redact: redact::RedactOption,

    #[command(flatten)]
    overrides: Overrides,
}

impl Args {
    fn detail(&self) -> present::Detail {
        if self.quiet {
            present::Detail::Nothing
        } else if self.verbose {
            present::Detail::Texts
        } else {
            present::Detail::Ids
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Year {
    /// The format of 2022: everything inside `payload`, durations in milliseconds
    #[value(name = "2022")]
    Y2022,
    /// The format that is published today
    #[value(name = "2024")]
    Y2024,
}

impl From<Year> for Envelope {
    fn from(year: Year) -> Self {
        match year {
            Year::Y2022 => Self::Y2022,
            Year::Y2024 => Self::Y2024,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// The log on a time line, what the caller hears, and how the call ended
    Tree,
    /// The final `destroyed` event, as JSON
    Json,
    /// Every event in order, one JSON document per line
    Events,
    /// The webhooks of another vendor, Whippy, one JSON document per line
    Whippy,
    /// The conversation: what is spoken, and the keys and words of the caller
    Transcript,
}

impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Tree | Self::Transcript => Syntax::Text,
            Self::Json | Self::Events | Self::Whippy => Syntax::Json,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Generation {
    /// The format of the examples published in 2023
    #[value(name = "1")]
    G1,
    /// The format of 2024
    #[value(name = "2")]
    G2,
}

impl From<Generation> for whippy::Generation {
    fn from(generation: Generation) -> Self {
        match generation {
            Generation::G1 => Self::G1,
            Generation::G2 => Self::G2,
        }
    }
}

/// What the command line says of the world.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "What happens in the call")]
pub(super) struct Overrides {
    /// The caller presses KEYS when COMMAND waits for keys; without COMMAND, at the next command
    /// that does. TIME is the delay from the moment when it begins to wait (default: 1s, or half
    /// the timeout if that is 1s or less). With PROMPT, TIME counts from the beginning of this
    /// prompt
    #[arg(long, value_name = "[COMMAND[/PROMPT][+TIME]=]KEYS", value_parser = options::press)]
    press: Vec<Press>,
    /// The caller hangs up TIME after COMMAND begins (default: 1s), or when it ends, if that is
    /// earlier
    #[arg(
        long,
        value_name = "COMMAND[+TIME]",
        value_parser = options::hangup_on,
        conflicts_with = "hangup_after"
    )]
    hangup_on: Option<HangUp>,
    /// What a destination does: `answer`, `busy`, `no-answer`, `rejected`, `unreachable`, a hangup cause,
    /// or a SIP status. TO is its address, its user or its number
    #[arg(long, value_name = "TO=CAUSE", value_parser = options::dial)]
    dial: Vec<DialRule>,
    /// What a server replies for a URL: a file, an HTTP status, a URL to redirect to, or an error
    /// (`timeout`, `refused`, `dns`, `tls`)
    #[arg(long, value_name = "GLOB=FILE", value_parser = options::callback)]
    callback: Vec<Entry<Callback>>,
    /// What a media URL returns: a duration (it plays that long), an HTTP status, or an error
    /// (`timeout`, `refused`, `dns`, `tls`)
    #[arg(long, value_name = "GLOB=DURATION", value_parser = options::media)]
    media: Vec<Entry<Media>>,
    /// When the caller hangs up, counted from the creation of the call
    #[arg(long, value_name = "DURATION", value_parser = options::value::<Duration>)]
    hangup_after: Option<Duration>,
    /// Keys that the caller presses at a given time, counted from the creation of the call
    #[arg(long, value_name = "TIME=KEYS", value_parser = options::key)]
    key: Vec<TimedKeys>,
    /// The caller's number, with its plus sign
    #[arg(long, value_name = "NUMBER", value_parser = options::from)]
    from: Option<String>,
    /// The called number
    #[arg(long, value_name = "NUMBER", value_parser = options::to)]
    to: Option<String>,
    /// When the call is created: 2024-02-20T16:41:34Z, or 2024-02-20T17:30 in the time zone
    #[arg(long, value_name = "TIME", value_parser = options::value::<Start>)]
    start: Option<Start>,
    /// The time zone of Schedule, such as `America/New_York`
    #[arg(long, value_name = "ZONE", value_parser = options::value::<TimeZone>)]
    time_zone: Option<TimeZone>,
    /// The caller's state, for Geo
    #[arg(long, value_name = "STATE", value_parser = options::value::<StateCode>)]
    state: Option<StateCode>,
    /// The caller's county, for Geo
    #[arg(long, value_name = "COUNTY")]
    county: Option<String>,
    /// Override an assumption about the platform: its id and one of its values, as in `[assume]`
    #[arg(long, value_name = "ID=VALUE", value_parser = options::assume)]
    assume: Vec<Readings>,
    /// Whether the app answers the call before the flow begins (default: as `callflow.toml` says,
    /// else true)
    #[arg(long, value_name = "true|false")]
    auto_answer: Option<bool>,
    /// Ignore the scenario's hang-up: the caller stays until the flow ends
    #[arg(long, conflicts_with = "hangup_on", conflicts_with = "hangup_after")]
    no_hangup: bool,
    /// The maximum number of commands (default: 10000)
    #[arg(long, value_name = "NUMBER")]
    max_commands: Option<NonZeroU32>,
    /// The maximum number of outbound legs (default: 1000)
    #[arg(long, value_name = "NUMBER")]
    max_legs: Option<NonZeroU32>,
}

impl Overrides {
    pub(super) fn changes(&self) -> Changes {
        let assumed = self.assume.iter();
        Changes {
            call: Call {
                from: self.from.clone(),
                to: self.to.clone(),
                start: self.start,
                time_zone: self.time_zone.clone(),
                state: self.state.clone(),
                county: self.county.clone(),
                seed: None,
            },
            auto_answer: self.auto_answer,
            presses: self.press.clone(),
            caller: Caller {
                hangup_after: self.hangup_after,
                hangup: self.hangup_on.clone(),
                keys: self.key.clone(),
            },
            no_hangup: self.no_hangup,
            callbacks: self.callback.clone(),
            dials: self.dial.clone(),
            media: self.media.clone(),
            limits: SimulationLimits {
                commands: self.max_commands,
                legs: self.max_legs,
            },
            assume: assumed.fold(Readings::default(), |before, one| one.over(&before)),
        }
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let target = Target::new(&args.file);
    let Some(prepared) = prepare(&target, &args.overrides, screen)? else {
        return Ok(Exit::Bad);
    };
    let played = prepared.play();
    let mut redaction = args.redact.redaction();
    let run = match &mut redaction {
        Some(redaction) => &played.redacted(redaction),
        None => &played,
    };
    if let Some(source) = &prepared.source {
        let unused = run.scenario.unused(&run.used);
        match &mut redaction {
            Some(redaction) => Screen::complain_briefly(source, &unused, redaction)?,
            None => screen.complain(source, &unused)?,
        }
    }
    for option in run.scenario.unused_options(&run.used) {
        Screen::say(&redact::shown(&mut redaction, &option))?;
    }
    if let Some(name) = prepared.configuration.as_ref().filter(|_| args.verbose) {
        let name = redact::shown(&mut redaction, name);
        Screen::say(&format!("configured by {name}"))?;
    }
    let look = screen.look();
    screen.write_as(args.format.syntax())?;
    let exit = match args.format {
        Format::Tree => {
            let name = redact::shown(&mut redaction, prepared.flow.source().name());
            present::write(run, &name, args.detail(), look, screen.out)?;
            Exit::Good
        }
        Format::Json => json(run, args.envelope.into(), screen.out)?,
        Format::Events => events(run, args.envelope.into(), screen.out)?,
        Format::Whippy => webhooks(run, args.generation.into(), screen.out)?,
        Format::Transcript => {
            let turns = run.record.conversation();
            screen.out.write_all(transcript(&turns).as_bytes())?;
            Exit::Good
        }
    };
    if let Some(folder) = &args.attachments {
        attach(run, folder)?;
    }
    // The tree says it by itself.
    if let Some(limit) = &run.limit
        && args.format != Format::Tree
    {
        let words = present::limit_words(limit);
        Screen::say(&format!("the simulation was stopped: {words}"))?;
    }
    let is_tree = args.format == Format::Tree;
    let is_met = expectations::show(&prepared, &played, is_tree, redaction.as_mut(), screen)?;
    if is_met && run.limit.is_none() {
        Ok(exit)
    } else {
        Ok(Exit::Bad)
    }
}

/// Everything that a simulation needs.
pub(super) struct Prepared {
    /// The scenario, with the overrides in it.
    pub(super) scenario: Scenario,
    /// Its text; absent where there is only a flow.
    pub(super) source: Option<Arc<Source>>,
    /// The flow.
    pub(super) flow: Arc<Flow>,
    /// The files that its rules name.
    pub(super) documents: Documents,
    /// The folder that the scenario's paths are relative to.
    pub(super) folder: PathBuf,
    /// The `callflow.toml` above the flow, if there is one.
    pub(super) configuration: Option<String>,
}

impl Prepared {
    /// The files of the flow and of the documents that servers give, by the names that flows have in the
    /// call.
    pub(super) fn places(&self) -> impl Iterator<Item = (String, PathBuf)> {
        let documents = self.documents.keys();
        let documents = documents.map(|path| (path.display().to_string(), self.folder.join(path)));
        let own = self.flow.source().name();
        // Of two with one name it is the flow.
        documents.chain([(own.to_owned(), own.into())])
    }

    /// Plays the call.
    pub(super) fn play(&self) -> Run {
        simulate(&self.scenario, self.flow.clone(), &self.documents)
    }
}

/// A scenario, and its text; a flow has none.
pub(super) type Loaded = (Scenario, Option<Arc<Source>>);

/// A file with errors, because of which there is no call.
pub(super) struct Broken {
    pub(super) source: Arc<Source>,
    pub(super) findings: Vec<Diagnostic>,
}

/// Reads the scenario, its flow and the documents that its rules name. `None` where one of them has
/// errors, which have been shown. Of a file with several cases one has to be named.
pub(super) fn prepare(
    target: &Target,
    overrides: &Overrides,
    screen: &Screen<'_>,
) -> Result<Option<Prepared>, Failure> {
    let file = &target.file;
    let prepared = load(file).and_then(|loaded| match loaded {
        Err(broken) => Ok(Err(broken)),
        Ok((mut scenario, source)) => {
            let changes = overrides.changes();
            let findings = commands::findings(&scenario, file, &changes, Mistakes::All);
            if let Some(source) = source.clone().filter(|_| !findings.is_empty()) {
                return Ok(Err(Broken { source, findings }));
            }
            scenario = target.call(scenario)?;
            scenario.apply(changes);
            furnish(scenario, source, file)
        }
    })?;
    match prepared {
        Ok(prepared) => {
            commands::refuse_mistyped([&prepared])?;
            Ok(Some(prepared))
        }
        Err(broken) => {
            screen.complain(&broken.source, &broken.findings)?;
            Ok(None)
        }
    }
}

/// Whether a file is a scenario, and no flow.
pub(super) fn is_scenario(file: &Path) -> bool {
    let extension = file.extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// Reads a scenario, whose snapshots are its own; for a flow one that says nothing.
pub(super) fn load(file: &Path) -> Result<Result<Loaded, Broken>, Failure> {
    Ok(match parsed(file)? {
        Ok((scenario, Some(source))) => {
            let findings = snapshots::findings(&scenario, file);
            if findings.is_empty() {
                Ok((scenario, Some(source)))
            } else {
                Err(Broken { source, findings })
            }
        }
        other => other,
    })
}

/// Reads a scenario, whatever its snapshots are; for a flow one that says nothing.
pub(super) fn parsed(file: &Path) -> Result<Result<Loaded, Broken>, Failure> {
    if !is_scenario(file) {
        return Ok(Ok((Scenario::default(), None)));
    }
    let (name, bytes) = input::read(file)?;
    let source = match String::from_utf8(bytes) {
        Ok(text) => Arc::new(Source::new(name, text)),
        Err(error) => {
            let error = io::Error::new(io::ErrorKind::InvalidData, error.utf8_error());
            return Err(Failure::Read(name, error));
        }
    };
    let (scenario, findings) = scenario::parse(&source);
    Ok(match scenario {
        Some(scenario) => Ok((scenario, Some(source))),
        None => Err(Broken { source, findings }),
    })
}

/// Reads the flow of a scenario, and the documents that its rules name.
pub(super) fn furnish(
    mut scenario: Scenario,
    source: Option<Arc<Source>>,
    file: &Path,
) -> Result<Result<Prepared, Broken>, Failure> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let path = match (&scenario.flow, is_scenario(file)) {
        (_, false) => file.to_owned(),
        (Some(flow), true) => {
            let path = folder.join(&flow.value);
            input::must_be_file(&path)?;
            path
        }
        (None, true) => return Err(Failure::NoFlow(file.display().to_string())),
    };
    let (flow, findings) = input::flow(&path)?;
    if flow.source().text().trim_start().starts_with(['{', '[']) {
        return Err(Failure::Event(path.display().to_string()));
    }
    // What a scenario names and is no flow at all may be anything: it is not shown.
    if is_scenario(file) && findings.iter().any(|finding| finding.rule == xml::NO_XML) {
        let name = path.display();
        return Err(Failure::Unreadable(format!(
            "{name}: this is not a call flow"
        )));
    }
    if any_error(&findings) {
        let source = Source::new(flow.source().name(), flow.source().text());
        let source = Arc::new(source);
        return Ok(Err(Broken { source, findings }));
    }
    let configs = Configs::new(None, Selection::default(), all_rules(), &[])?;
    let settled = configs.of(path.parent().unwrap_or(Path::new("")))?;
    let config = &settled.config;
    let configuration = settled.name.clone();
    if scenario.app.auto_answer.is_none() {
        scenario.app.auto_answer = config.settings.auto_answer;
    }
    scenario.assume = scenario.assume.over(&config.assume);
    let documents = documents(&scenario, folder)?;
    Ok(Ok(Prepared {
        scenario,
        source,
        flow: Arc::new(flow),
        documents,
        folder: folder.to_owned(),
        configuration,
    }))
}

/// How a request can fail, as `--callback` says it.
const FAILURES: [&str; 4] = ["timeout", "refused", "dns", "tls"];

/// The documents that callback rules name. A path of the scenario's is relative to its folder, one
/// of the command line to the working directory.
fn documents(scenario: &Scenario, folder: &Path) -> Result<Documents, Failure> {
    let mut documents = Documents::new();
    for path in scenario.fetched_files() {
        if !documents.contains_key(&path.value) {
            let place = match path.span {
                Some(_) => folder.join(&path.value),
                None => path.value.clone(),
            };
            if path.span.is_none()
                && !place.exists()
                && let Some(typed) = place.to_str()
                && let Some(near) = nearest(typed, FAILURES)
            {
                let why = format!("{typed}: no such file: did you mean `{near}`?");
                return Err(Failure::Unreadable(why));
            }
            input::must_be_file(&place)?;
            documents.insert(path.value.clone(), input::read(&place)?.1.into());
        }
    }
    Ok(documents)
}

fn json(run: &Run, envelope: Envelope, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut json = Vec::new();
    match opentact::last(&run.record, envelope, &mut json) {
        Ok(true) => {
            pretty::write(&json, out)?;
            writeln!(out)?;
            Ok(Exit::Good)
        }
        Ok(false) => Ok(Exit::Bad),
        Err(error) => {
            Screen::say(&format!("{error}: it was not written"))?;
            Ok(Exit::Bad)
        }
    }
}

/// The event that ends a call, as it is read by people; none where it is too large.
pub(super) fn final_event(run: &Run, envelope: Envelope) -> Option<Vec<u8>> {
    let (mut json, mut text) = (Vec::new(), Vec::new());
    if !opentact::last(&run.record, envelope, &mut json).ok()? {
        return None;
    }
    pretty::write(&json, &mut text).ok()?;
    text.push(b'\n');
    Some(text)
}

/// The most that is written of one call's events, in bytes: every event holds the whole log, so they
/// grow with its square.
const MOST_EVENTS: u64 = 512 << 20;

fn events(run: &Run, envelope: Envelope, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut line = Vec::new();
    let mut written = 0;
    let mut events = Events::new(&run.record, envelope);
    while events.advance().is_some() {
        if written > MOST_EVENTS {
            Screen::say("the events of this call are larger than 512 MiB: the rest is missing")?;
            return Ok(Exit::Bad);
        }
        line.clear();
        if let Err(error) = events.write(&mut line) {
            Screen::say(&format!("{error}: the rest is missing"))?;
            return Ok(Exit::Bad);
        }
        line.push(b'\n');
        out.write_all(&line)?;
        written += line.len() as u64;
    }
    Ok(Exit::Good)
}

/// The events of another vendor.
fn webhooks(
    run: &Run,
    generation: whippy::Generation,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let events = whippy::Events::new(&run.record, generation);
    let mut line = Vec::new();
    for stage in events.stages() {
        line.clear();
        events.write(stage, &mut line);
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(Exit::Good)
}

/// The files that the events of another vendor name.
fn attach(run: &Run, folder: &Path) -> Result<(), Failure> {
    let fail = |path: &Path, error| Failure::Create(path.display().to_string(), error);
    std::fs::create_dir_all(folder).map_err(|error| fail(folder, error))?;
    for (name, text) in whippy::files(&run.record) {
        let path = folder.join(name);
        save::over(&path, &text, |was| whippy::is_file(name, was))?;
    }
    Screen::say(&format!(
        "{}: the shapes of analysis.json and transcript.json are assumed (whippy-attachments)",
        folder.display()
    ))
}
