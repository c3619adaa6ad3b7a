//! What the world does during a call: the caller, web servers, destinations and media, and what
//! must hold at the end. Read from a TOML file, from the command line, or both.
//!
//! **Invariant:** nothing here opens a file or knows what a call does with the answers. A path
//! stays a path, and a value that cannot be read is an error at its place: it is never replaced.

mod answer;
mod caller;
mod case;
mod changes;
mod commands;
mod destination;
mod expect;
pub mod options;
mod origin;
mod pace;
mod pages;
mod parties;
mod pattern;
mod rules;
mod table;
mod text;
mod used;
mod vendor;
mod word;
mod world;
mod write;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use crate::channel::{Destination, Method};
use crate::check::config::ASSUME;
use crate::diagnostic::Diagnostic;
use crate::record::VendorField;
use crate::source::{Source, Span};
use crate::table::{Declaration, Dialect, Readings, Table};

pub use crate::table::{LONGEST_DURATION, Refusal, Spanned, Start, StateCode};
pub use answer::Documents;
pub(crate) use answer::millis;
pub use caller::{Caller, DocumentPattern, HangUp, Keys, Press, PressKeys, TimedKeys};
pub use case::{Case, SEPARATOR, call_name};
pub use changes::Changes;
pub use commands::{
    CommandFinder, KnownDocuments, Mistakes, NamedCommand, UnknownCommand, unknown_commands,
};
pub use destination::DestinationPattern;
pub use expect::{
    Expect, ExpectCall, ExpectFetch, ExpectLog, ExpectedEnd, Listed, SnapshotKind, Times,
};
pub use origin::Origin;
pub use pace::{Pace, PaceCall, PaceLeg, PaceStep};
pub use pages::RULES;
pub use parties::{Account, App, Call, SimulationLimits, Tn};
pub use pattern::{PathPattern, Pattern};
pub use rules::{Entry, Lookup, Rules};
pub(crate) use rules::{Index, nth};
pub use used::Used;
pub use word::Attestation;
pub use world::{Callback, Content, Dial, DialRule, Media, Outcome, Reply};

/// What the world does during one call. The default is a world without any rule.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scenario {
    /// The flow that takes the call.
    pub flow: Option<Spanned<PathBuf>>,
    /// The inbound call.
    pub call: Call,
    /// The SIP Control App.
    pub app: App,
    /// The account.
    pub account: Account,
    /// The number that was called.
    pub tn: Tn,
    /// How the caller answers commands that listen, in the order of use.
    pub presses: Vec<Press>,
    /// What the caller does at given times, or during a command.
    pub caller: Caller,
    /// What web servers answer.
    pub callbacks: Rules<Callback>,
    /// What destinations do.
    pub dials: Rules<Dial, DestinationPattern>,
    /// What media files there are.
    pub media: Rules<Media>,
    /// The platform's own delays, where they are not the usual ones.
    pub pace: Pace,
    /// How far the call is simulated, where that is not the usual.
    pub limits: SimulationLimits,
    /// What the platform really does, where an assumption has a second reading.
    pub assume: Readings,
    /// Data for the events of another vendor.
    pub vendor: Vec<VendorField>,
    /// What must hold after the call; none where the file has no `[expect]`.
    pub expect: Option<Expect>,
    /// Several calls of the flow, each with what is its own.
    pub cases: Arc<[Case]>,
    /// The case that it was made from, if it was.
    pub case: Option<String>,
}

// What the tables mean that a file and a case can both have.
const PRESS: &str = "The keys that the caller presses when a command waits for them. Each entry is used once, in the order of the file.";
const CALLBACK: &str = "What a web server replies to Callback, Gather and Curl. The n-th request for a URL uses the n-th rule that matches it; the last rule repeats.";
const DIAL: &str = "What a destination does. The n-th call to an address uses the n-th rule that matches it; the last rule repeats.";
const MEDIA: &str = "What the URL of a sound returns. The n-th time that a file is played uses the n-th rule that matches it; the last rule repeats.";
const EXPECT: &str =
    "What is expected of the call. `callflow test` and `callflow run` compare it with the call.";

/// How findings name a scenario file and its rules.
const DIALECT: Dialect = Dialect {
    file: "a scenario",
    syntax: pages::SYNTAX.id,
    unknown_key: pages::UNKNOWN_KEY.id,
    value: pages::VALUE.id,
    missing: pages::MISSING.id,
    conflict: pages::CONFLICT.id,
};

/// Reads a scenario file. All that is wrong with it is found in one run, in the order of the file;
/// with any error there is no scenario.
pub fn parse(source: &Source) -> (Option<Scenario>, Vec<Diagnostic>) {
    /// Bytes. Bodies of fetched documents can stand in the file, so it is large.
    const LONGEST: usize = 1 << 20;
    if source.text().len() > LONGEST {
        let span = Span::new(LONGEST, LONGEST);
        let message = "a scenario file of more than 1 MiB";
        let large = Diagnostic::error(pages::SYNTAX.id, span, message)
            .help("keep large documents in separate files, and name them with `flow`");
        return (None, vec![large]);
    }
    let (scenario, found) = crate::table::read_file(source, &DIALECT, Scenario::read);
    (found.is_empty().then_some(scenario), found)
}

/// Whether a text is probably a scenario: a file that nobody named may be any TOML.
pub fn is_likely(text: &str) -> bool {
    static DECLARED: LazyLock<Declaration> = LazyLock::new(declaration);
    crate::table::is_likely(text, &DECLARED)
}

/// What a scenario file can hold.
pub fn declaration() -> Declaration {
    crate::table::declaration(&DIALECT, Scenario::read)
}

impl Scenario {
    /// The called number as an integer: `[tn] tn`, else the digits of `[call] to`. None where that
    /// is no number, such as a SIP user's name.
    pub fn tn_number(&self) -> Option<u64> {
        let to = self.call.called();
        self.tn
            .tn
            .or_else(|| to.strip_prefix('+').unwrap_or(to).parse().ok())
    }

    /// The places of the rules for a request, in the order in which they are used. The URL may be given with
    /// its query and without.
    pub(crate) fn callback_places(&self, method: Method, urls: &[&str]) -> Vec<usize> {
        let names: Vec<_> = urls.iter().map(|url| url.to_ascii_lowercase()).collect();
        let fits = |entry: &Entry<Callback>| entry.then.is_for(method, &entry.pattern, urls);
        self.callbacks.fitting(&names, fits)
    }

    /// The places of the rules for a destination, in the order in which they are used.
    pub(crate) fn dial_places(&self, to: &Destination) -> Vec<usize> {
        let names = DestinationPattern::names_of(to);
        self.dials.fitting(&names, |entry| entry.pattern.means(to))
    }

    /// The places of the rules for a media file, in the order in which they are used.
    pub(crate) fn media_places(&self, url: &str) -> Vec<usize> {
        let names = [url.to_ascii_lowercase()];
        self.media
            .fitting(&names, |entry| entry.pattern.matches_url(url))
    }

    /// What a web server answers to a request of which there were `n` before, and the place of the
    /// rule. The URL may be given with its query and without.
    pub fn callback(&self, n: usize, method: Method, urls: &[&str]) -> Option<(usize, &Callback)> {
        let at = nth(&self.callback_places(method, urls), n)?;
        Some((at, &self.callbacks.entries()[at].then))
    }

    /// All that a web server replies to a request, one reply after the other. The last repeats.
    pub fn callbacks_for(&self, method: Method, urls: &[&str]) -> impl Iterator<Item = &Callback> {
        let places = self.callback_places(method, urls).into_iter();
        places.map(|at| &self.callbacks.entries()[at].then)
    }

    /// What a destination does that was rung `n` times before, and the place of the rule.
    pub fn dial(&self, n: usize, to: &Destination) -> Option<(usize, &Dial)> {
        let at = nth(&self.dial_places(to), n)?;
        Some((at, &self.dials.entries()[at].then))
    }

    /// What a media file is that was played `n` times before, and the place of the rule.
    pub fn media(&self, n: usize, url: &str) -> Option<(usize, &Media)> {
        let at = nth(&self.media_places(url), n)?;
        Some((at, &self.media.entries()[at].then))
    }

    /// What the identifiers of the call are made from: `[call] seed`, else a number from the flow's
    /// bytes and all that the scenario says but for its expectations. The same call gives the same
    /// one, and two different calls, or two cases, give different ones.
    pub fn seed(&self, flow: &[u8]) -> u64 {
        self.call.seed.unwrap_or_else(|| {
            let flow_length = (flow.len() as u64).to_le_bytes();
            let case = self.case.as_deref().unwrap_or_default();
            let world = if self.assume == self.assume.unusual() {
                self.world()
            } else {
                // Somebody has found the usual reading to be right: it is the same call.
                let assume = self.assume.unusual();
                Self {
                    assume,
                    ..self.clone()
                }
                .world()
            };
            hash(&[&flow_length, flow, world.as_bytes(), case.as_bytes()])
        })
    }

    /// The files that callback rules answer with, in the order of the rules.
    pub fn fetched_files(&self) -> impl Iterator<Item = &Spanned<PathBuf>> {
        let rules = self.callbacks.entries().iter();
        rules.filter_map(|rule| rule.then.file())
    }

    /// Every file that it names, its cases included, relative to its folder: flows, the documents that
    /// servers give, and what a call is compared with.
    pub fn named_files(&self) -> impl Iterator<Item = &Path> {
        let own = self.cases.iter().flat_map(Case::fetched_files);
        let read = self.flow.iter().chain(self.fetched_files()).chain(own);
        let cases = self.cases.iter().filter_map(|case| case.expect.as_ref());
        let expect = self.expect.iter().chain(cases);
        let compared = expect.flat_map(|expect| expect.events.iter().chain(&expect.tree));
        read.chain(compared).map(|path| path.value.as_path())
    }

    /// An error for each file that the scenario names and that does not exist. Paths from the
    /// command line have no place in it and are passed over.
    pub fn missing_files(&self, exists: impl Fn(&Path) -> bool) -> Vec<Diagnostic> {
        let missing = self
            .inputs()
            .filter(|path| path.span.is_some() && !exists(&path.value));
        missing
            .filter_map(|path| {
                let message = format!("there is no file `{}`", path.value.display());
                let error = Diagnostic::error(pages::MISSING_FILE.id, path.span?, message);
                Some(error.help("the path is relative to the scenario's folder"))
            })
            .collect()
    }

    /// An error for each file of `[expect]` that is refused, with the reason.
    pub fn misplaced_snapshots(
        &self,
        refused: impl Fn(&Path, SnapshotKind) -> Option<String>,
    ) -> Vec<Diagnostic> {
        let own = self.cases.iter().filter_map(|case| case.expect.as_ref());
        let named = self.expect.iter().chain(own).flat_map(Expect::snapshots);
        named
            .filter_map(|(kind, path)| {
                let why = refused(&path.value, kind)?;
                let name = path.value.display();
                let message = format!("`{name}` is not a snapshot of this scenario: {why}");
                let span = path.span.unwrap_or(Span::at(0));
                Some(Diagnostic::error(pages::SNAPSHOT.id, span, message))
            })
            .collect()
    }

    /// The files of the scenario that are read, beside its snapshots: the flow, and what servers answer
    /// with.
    pub fn inputs(&self) -> impl Iterator<Item = &Spanned<PathBuf>> {
        let own = self.cases.iter().flat_map(Case::fetched_files);
        self.flow.iter().chain(self.fetched_files()).chain(own)
    }

    fn read(table: &mut Table<'_>) -> Self {
        Self {
            flow: table.get("flow", "The flow of the call: a path relative to this file."),
            call: table.table("call", "The inbound call.", Call::read).unwrap_or_default(),
            app: table.table("app", "The SIP Control App of the call.", App::read).unwrap_or_default(),
            account: table.table("account", "The account of the call, for the events.", Account::read).unwrap_or_default(),
            tn: table.table("tn", "The called telephone number, for the events.", Tn::read).unwrap_or_default(),
            presses: table.tables("press", PRESS, Press::read_entry),
            caller: table.table("caller", "What the caller does at given times, or during a command.", Caller::read).unwrap_or_default(),
            callbacks: Rules::new(table.tables("callback", CALLBACK, Callback::read)),
            dials: Rules::new(table.tables("dial", DIAL, Dial::read)),
            media: Rules::new(table.tables("media", MEDIA, Media::read)),
            pace: table.table("pace", "The platform's own delays, if they differ from the default. `recover` writes them; you seldom need them.", Pace::read).unwrap_or_default(),
            limits: table
                .table("limits", "The limits of the simulation.", SimulationLimits::read)
                .unwrap_or_default(),
            assume: table
                .table("assume", ASSUME, Readings::read)
                .unwrap_or_default(),
            vendor: table.table("vendor", "Data for the events of another vendor.", vendor::read).unwrap_or_default(),
            expect: table.table("expect", EXPECT, Expect::read),
            cases: case::read(table),
            case: None,
        }
    }
}

/// A 64-bit hash of all the parts in a row: FNV-1a, with the finish of `MurmurHash3`, so that every
/// byte changes about half of all bits.
fn hash(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().copied().flatten();
    let mut hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests;
