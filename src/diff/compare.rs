//! Compares two records.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::outcome::{Findings, Place};
use super::{Diff, Kind, Pairing, Side, Tolerance};
use crate::alignment::{Step, same_items};
use crate::channel::CallState;
use crate::flow::EntryState;
use crate::record::{
    Account, App, Content, Direction, Entry, Field, Json, JsonPath, Leg, Number, Opened, Part,
    Record, Recording, Stamp, content,
};
use crate::wire::{self, opentact};

/// Compares two records.
///
/// `diff(a, a, …)` is empty, whatever `a` is, and `diff(b, a, …)` mirrors `diff(a, b, …)`.
pub fn diff(a: &Record, b: &Record, tolerance: Tolerance) -> Diff {
    let comparison = Comparison {
        a,
        b,
        start: [a.start(), b.start()],
        tolerance,
    };
    let mut found = Findings::default();
    comparison.all(&mut found);
    found.into_diff(a.event.as_ref().map(|event| event.envelope))
}

struct Comparison<'a> {
    a: &'a Record,
    b: &'a Record,
    /// From when the instants of each call count.
    start: [Stamp; 2],
    tolerance: Tolerance,
}

/// Two fields of the same name.
type Both<'a, T> = [&'a Option<T>; 2];

impl Comparison<'_> {
    fn all(&self, found: &mut Findings) {
        let (a, b) = (self.a, self.b);
        self.leg([&a.leg, &b.leg], Part::Leg, found);
        match [&a.parent, &b.parent] {
            [Some(a), Some(b)] => self.leg([a, b], Part::Parent, found),
            [None, None] => {}
            sides => {
                let side = |leg: &Option<Leg>| leg.as_ref().map_or(Side::Absent, leg_summary);
                let place = Place::new(Field::new(Part::Parent, ""), "parent");
                found.add(Kind::Presence, &place, sides.map(side));
            }
        }
        self.parties(found);
        self.log(found);
        self.dialled(found);
        self.recordings(found);
        self.conversation(found);
        let events = [&a.event, &b.event].map(Option::as_ref);
        let field = |name| Place::new(Field::new(Part::Event, name), &format!("event.{name}"));
        let uuids = events.map(|event| event.and_then(|event| event.uuid.clone()));
        plain([&uuids[0], &uuids[1]], &field("uuid"), Kind::Aside, found);
        // The machine's record is one that an event could be made of.
        let made = |record: &Record| match &record.event {
            None => opentact::last_made(record),
            Some(event) => event.at,
        };
        self.instant([&made(a), &made(b)], &field("at"), found);
        self.other(found);
    }

    fn leg(&self, legs: [&Leg; 2], part: Part, found: &mut Findings) {
        let place = |name: &'static str| {
            let name_of = match part {
                Part::Dialled(index) => format!("dialled[{index}].{name}"),
                Part::Parent => format!("parent.{name}"),
                _ => name.to_owned(),
            };
            Place::new(Field::new(part, name), &name_of)
        };
        let [a, b] = legs;
        plain([&a.uuid, &b.uuid], &place("uuid"), Kind::Aside, found);
        plain([&a.thread, &b.thread], &place("thread"), Kind::Aside, found);
        let word = |direction: Option<Direction>| direction.map(Direction::as_str);
        let directions = [word(a.direction), word(b.direction)];
        plain(
            [&directions[0], &directions[1]],
            &place("direction"),
            Kind::Detail,
            found,
        );
        plain([&a.from, &b.from], &place("from"), Kind::Party, found);
        plain([&a.to, &b.to], &place("to"), Kind::Party, found);
        let word = |state: Option<CallState>| state.map(CallState::as_str);
        let states = [word(a.state), word(b.state)];
        plain(
            [&states[0], &states[1]],
            &place("state"),
            Kind::Outcome,
            found,
        );
        self.duration(legs, &place("duration"), found);
        // Each call counts from its own creation.
        match part {
            Part::Leg => {
                plain(
                    [&a.created, &b.created],
                    &place("created"),
                    Kind::Aside,
                    found,
                );
            }
            _ => self.instant([&a.created, &b.created], &place("created"), found),
        }
        for (name, instants) in [
            ("changed", [&a.changed, &b.changed]),
            ("init", [&a.init, &b.init]),
            ("ringing", [&a.ringing, &b.ringing]),
            ("live", [&a.live, &b.live]),
            ("hangup", [&a.hangup, &b.hangup]),
            ("destroyed", [&a.destroyed, &b.destroyed]),
        ] {
            if part == Part::Leg && !self.is_shown(instants) {
                continue;
            }
            self.instant(instants, &place(name), found);
        }
        let code = |leg: &Leg| leg.cause.as_ref().and_then(|cause| cause.code);
        let name = |leg: &Leg| leg.cause.as_ref().and_then(|cause| cause.name.clone());
        plain(
            [&code(a), &code(b)],
            &place("cause.code"),
            Kind::Outcome,
            found,
        );
        plain(
            [&name(a), &name(b)],
            &place("cause.name"),
            Kind::Outcome,
            found,
        );
    }

    /// Of the leg of a call an event shows only the instant of its state: what the other call alone
    /// knows is no difference, unless both were seen to the same extent.
    fn is_shown(&self, instants: Both<'_, Stamp>) -> bool {
        let is_same_extent = self.a.extent == self.b.extent;
        is_same_extent || instants.iter().all(|instant| instant.is_some())
    }

    fn parties(&self, found: &mut Findings) {
        let (a, b) = (&self.a.parties, &self.b.parties);
        /// Compares the fields of a row that only one side may have.
        macro_rules! rows {
            ($part:expr, $name:literal, $rows:expr, $($field:ident: $kind:expr),+ $(,)?) => {{
                let rows = $rows.map(|row| row.clone().unwrap_or_default());
                $(
                    let name = concat!($name, ".", stringify!($field));
                    let place = Place::new(Field::new($part, stringify!($field)), name);
                    plain([&rows[0].$field, &rows[1].$field], &place, $kind, found);
                )+
            }};
        }
        let accounts: [&Option<Account>; 2] = [&a.account, &b.account];
        rows!(Part::Account, "account", accounts,
            created: Kind::Party, changed: Kind::Party, uuid: Kind::Party, email: Kind::Party,
            name: Kind::Party, phone: Kind::Party, level: Kind::Party, address1: Kind::Party,
            address2: Kind::Party, zip_code: Kind::Party, city: Kind::Party,
            deleted: Kind::Party, disabled: Kind::Party, balance: Kind::Aside,
        );
        let apps: [&Option<App>; 2] = [&a.app, &b.app];
        rows!(Part::App, "app", apps,
            created: Kind::Party, changed: Kind::Party, uuid: Kind::Party, name: Kind::Party,
            is_active: Kind::Party, shaken_verify_policy: Kind::Party,
            shaken_minimum_accepted_attest_lvl: Kind::Party, auto_answer: Kind::Party,
            max_call_length_min: Kind::Party,
        );
        let numbers: [&Option<Number>; 2] = [&a.number, &b.number];
        rows!(Part::Number, "number", numbers,
            created: Kind::Party, changed: Kind::Party, digits: Kind::Party,
            deleted: Kind::Party,
        );
    }

    /// The log: aligned by commands, those of published calls by their paths.
    fn log(&self, found: &mut Findings) {
        let paths = |record: &'_ Record| -> Vec<String> {
            record
                .log
                .iter()
                .map(|entry| entry.path().to_owned())
                .collect()
        };
        let (paths_a, paths_b) = (paths(self.a), paths(self.b));
        let (names_a, names_b) = (names(&paths_a), names(&paths_b));
        let mut behind = None;
        let Pairing { steps, .. } = Pairing::of([self.a, self.b]);
        for (index, step) in steps.iter().enumerate() {
            let mut only = |kind, record: &Record, at: usize, name: &str| {
                found.part(behind.as_deref(), &steps[index..], &names_a, &names_b);
                let place = Place::new(Field::new(Part::Entry(at), ""), name);
                let side = entry_summary(&record.log[at]);
                let sides = match kind {
                    Kind::Missing => [side, Side::Absent],
                    _ => [Side::Absent, side],
                };
                found.add(kind, &place, sides);
            };
            match *step {
                Step::Both(a, b) => {
                    // Of the two counts the smaller, whichever call is the first.
                    let name = (&names_a[a]).min(&names_b[b]);
                    behind = Some(name.clone());
                    let entries = [&self.a.log[a], &self.b.log[b]];
                    self.entry(entries, Part::Entry(a), name, found);
                }
                Step::First(a) | Step::Gap(a, _) => only(Kind::Missing, self.a, a, &names_a[a]),
                Step::Second(b) => only(Kind::Extra, self.b, b, &names_b[b]),
            }
        }
    }

    fn entry(&self, entries: [&Entry; 2], part: Part, path: &str, found: &mut Findings) {
        let place =
            |name: &'static str| Place::new(Field::new(part, name), &format!("{path}.{name}"));
        let [a, b] = entries;
        plain([&a.uuid, &b.uuid], &place("uuid"), Kind::Aside, found);
        plain([&a.path, &b.path], &place("path"), Kind::Detail, found);
        self.instant([&a.began, &b.began], &place("began"), found);
        self.instant([&a.changed, &b.changed], &place("changed"), found);
        let (own, other) = (&a.status, &b.status);
        plain(
            [&own.success, &other.success],
            &place("success"),
            Kind::Outcome,
            found,
        );
        let word = |state: Option<EntryState>| state.map(EntryState::as_str);
        let states = [word(own.state), word(other.state)];
        plain(
            [&states[0], &states[1]],
            &place("state"),
            Kind::Outcome,
            found,
        );
        plain(
            [&own.reason, &other.reason],
            &place("reason"),
            Kind::Outcome,
            found,
        );
        plain([&a.name, &b.name], &place("name"), Kind::Command, found);
        plain([&a.tag, &b.tag], &place("tag"), Kind::Command, found);
        // Every value of the trees counts. The compiled one has a name for each; what the source
        // shows of the same is then no news.
        let commands = [a.command_json(), b.command_json()];
        let whole = Place::new(Field::new(part, "command"), path);
        trees(
            [commands[0].as_deref(), commands[1].as_deref()],
            &whole,
            Kind::Command,
            found,
        );
        let elements = [a.element_json(), b.element_json()];
        trees(
            [elements[0].as_deref(), elements[1].as_deref()],
            &place("element"),
            Kind::Command,
            found,
        );
    }

    /// The dialled legs: aligned by where they went.
    fn dialled(&self, found: &mut Findings) {
        let (a, b) = (&self.a.dialled, &self.b.dialled);
        let to = |legs: &[Leg]| legs.iter().map(|leg| leg.to.clone()).collect::<Vec<_>>();
        for step in rows(&to(a), &to(b)) {
            match step {
                Step::Both(at, other) => {
                    self.leg([&a[at], &b[other]], Part::Dialled(at.min(other)), found);
                }
                Step::First(at) | Step::Gap(at, _) => {
                    let place = row("dialled", Part::Dialled(at), at);
                    found.add(Kind::Presence, &place, [leg_summary(&a[at]), Side::Absent]);
                }
                Step::Second(at) => {
                    let place = row("dialled", Part::Dialled(at), at);
                    found.add(Kind::Presence, &place, [Side::Absent, leg_summary(&b[at])]);
                }
            }
        }
    }

    /// The recordings: aligned by their tags.
    fn recordings(&self, found: &mut Findings) {
        let (a, b) = (&self.a.recordings, &self.b.recordings);
        let tags = |all: &[Recording]| all.iter().map(|one| one.tag.clone()).collect::<Vec<_>>();
        let summary = |one: &Recording| side(one.tag.as_ref());
        for step in rows(&tags(a), &tags(b)) {
            match step {
                Step::Both(at, other) => {
                    self.recording([&a[at], &b[other]], at.min(other), found);
                }
                Step::First(at) | Step::Gap(at, _) => {
                    let place = row("recordings", Part::Recording(at), at);
                    found.add(Kind::Presence, &place, [summary(&a[at]), Side::Absent]);
                }
                Step::Second(at) => {
                    let place = row("recordings", Part::Recording(at), at);
                    found.add(Kind::Presence, &place, [Side::Absent, summary(&b[at])]);
                }
            }
        }
    }

    fn recording(&self, both: [&Recording; 2], at: usize, found: &mut Findings) {
        let place = |name: &'static str| {
            let field = Field::new(Part::Recording(at), name);
            Place::new(field, &format!("recordings[{at}].{name}"))
        };
        let [a, b] = both;
        plain([&a.uuid, &b.uuid], &place("uuid"), Kind::Aside, found);
        plain([&a.tag, &b.tag], &place("tag"), Kind::Detail, found);
        plain([&a.asr, &b.asr], &place("asr"), Kind::Detail, found);
        self.instant([&a.began, &b.began], &place("began"), found);
        self.instant([&a.available, &b.available], &place("available"), found);
        self.seconds([a.seconds, b.seconds], &place("seconds"), found);
    }

    /// What was said, where either was published as a conversation; how it ended in the vendor's word,
    /// the files, and what only the vendor knows.
    fn conversation(&self, found: &mut Findings) {
        let sides = [self.a, self.b];
        if sides.iter().all(|record| record.turns.is_none()) {
            return;
        }
        let word = |record: &Record| record.end_word.as_ref().map(|end| end.word.clone());
        let place = Place::new(Field::new(Part::Leg, "end"), "end");
        plain([&word(self.a), &word(self.b)], &place, Kind::Outcome, found);
        let turns = sides.map(Record::conversation);
        for at in 0..turns[0].len().max(turns[1].len()) {
            let turn = |side: usize| Some(turns[side].get(at)?.to_string());
            let place = Place::new(Field::new(Part::Turn(at), ""), &format!("turn[{at}]"));
            plain([&turn(0), &turn(1)], &place, Kind::Detail, found);
        }
        let files = sides.map(|record| &record.attachments);
        for at in 0..files[0].len().max(files[1].len()) {
            let file = |side: usize| Some(files[side].get(at)?.name());
            let url = |side: usize| Some(files[side].get(at)?.url.clone());
            let field = Field::new(Part::Attachment(at), "");
            let place = Place::new(field, &format!("attachment[{at}]"));
            let kind = if file(0) == file(1) {
                Kind::Aside
            } else {
                Kind::Detail
            };
            plain([&url(0), &url(1)], &place, kind, found);
        }
        let vendors = sides.map(|record| &record.vendor);
        let keys: BTreeSet<_> = vendors
            .iter()
            .flat_map(|all| all.iter())
            .map(|one| one.key)
            .collect();
        for key in keys {
            let value = |side: usize| {
                let mut all = vendors[side].iter();
                all.find(|one| one.key == key).map(|one| one.value.clone())
            };
            let place = Place::new(Field::new(Part::Vendor, key), &format!("vendor.{key}"));
            plain([&value(0), &value(1)], &place, Kind::Aside, found);
        }
    }

    /// What the events of the two say otherwise than their calls, by the place in the event.
    fn other(&self, found: &mut Findings) {
        let mut paths: BTreeSet<&JsonPath> = BTreeSet::new();
        for other in self.a.other.iter().chain(&self.b.other) {
            // The order of keys means nothing.
            if !matches!(other.what, crate::record::Unlike::Keys(_)) {
                paths.insert(&other.path);
            }
        }
        if paths.is_empty() {
            return;
        }
        let event = |record: &Record| {
            let mut out = Vec::new();
            wire::write(record, &mut out);
            String::from_utf8(out).unwrap_or_default()
        };
        let events = [event(self.a), event(self.b)];
        let [mut a, mut b] = [Opened::new(&events[0]), Opened::new(&events[1])];
        for path in paths {
            let place = Place::new(
                Field::new(Part::Other, "").at(path.clone()),
                &path.to_string(),
            );
            let sides = [a.find(path), b.find(path)];
            let kind = if opentact::is_of_each_call(path) {
                Kind::Aside
            } else {
                Kind::Detail
            };
            trees(sides, &place, kind, found);
        }
    }

    fn instant(&self, stamps: Both<'_, Stamp>, place: &Place, found: &mut Findings) {
        let at = |index: usize| {
            let stamp = (*stamps[index])?;
            Some(stamp.0.saturating_sub(self.start[index].0))
        };
        let sides = [at(0), at(1)];
        if let [Some(first), Some(second)] = sides
            && first.abs_diff(second) <= self.tolerance.0
        {
            return;
        }
        if sides[0] != sides[1] {
            let sides = sides.map(|at| at.map_or(Side::Absent, Side::At));
            found.add(Kind::Timing, place, sides);
        }
    }

    /// Lengths of legs, which are counted in whole seconds at least.
    fn duration(&self, legs: [&Leg; 2], place: &Place, found: &mut Findings) {
        let length = |leg: &Leg| Some(leg.duration.unwrap_or_else(|| leg.elapsed()).div_ceil(1000));
        self.seconds(legs.map(length), place, found);
    }

    /// Whole seconds, rounded up: with a tolerance they may fall to either side of a border.
    fn seconds(&self, seconds: [Option<u64>; 2], place: &Place, found: &mut Findings) {
        let is_near = match seconds {
            [Some(a), Some(b)] => a.abs_diff(b) <= self.tolerance.0.div_ceil(1000),
            _ => false,
        };
        if !is_near {
            plain([&seconds[0], &seconds[1]], place, Kind::Timing, found);
        }
    }
}

/// Rows without paths, by one of their values.
fn rows<T: Ord>(a: &[T], b: &[T]) -> Vec<Step> {
    let others = a.iter().zip(b).filter(|(a, b)| a != b).count();
    // One that goes elsewhere among as many is still the same row.
    if a.len() == b.len() && others <= 1 {
        (0..a.len()).map(|at| Step::Both(at, at)).collect()
    } else {
        same_items(a, b)
    }
}

fn row(list: &str, part: Part, at: usize) -> Place {
    Place::new(Field::new(part, ""), &format!("{list}[{at}]"))
}

/// Two values of which either may be missing.
fn plain<T: PartialEq + Serialize>(
    values: Both<'_, T>,
    place: &Place,
    kind: Kind,
    found: &mut Findings,
) {
    if values[0] != values[1] {
        found.add(kind, place, values.map(|value| side(value.as_ref())));
    }
}

fn side<T: Serialize>(value: Option<&T>) -> Side {
    value.map_or(Side::Absent, |value| Side::Value(Json::of(value)))
}

/// Any two JSON values, to the last leaf; either may be missing.
fn trees(values: [Option<&str>; 2], place: &Place, kind: Kind, found: &mut Findings) {
    let [Some(a), Some(b)] = values else {
        if values[0] != values[1] {
            let side = |json: Option<&str>| {
                json.map_or(Side::Absent, |json| Side::Value(Json::trusted(json)))
            };
            found.add(kind, place, values.map(side));
        }
        return;
    };
    if a == b {
        return;
    }
    match (content(a), content(b)) {
        (Content::Object(first), Content::Object(second)) => {
            let (known_a, known_b) = (by_key(&first), by_key(&second));
            let more = second
                .iter()
                .filter(|(key, _)| !known_a.contains_key(&**key));
            for (key, _) in first.iter().chain(more) {
                let kind = match (kind, &**key) {
                    (Kind::Command, "state" | "success" | "reason") => Kind::Outcome,
                    _ => kind,
                };
                let values = [known_a.get(&**key).copied(), known_b.get(&**key).copied()];
                trees(values, &place.key(key), kind, found);
            }
        }
        (Content::Array(first), Content::Array(second)) => {
            for at in 0..first.len().max(second.len()) {
                let values = [first.get(at).copied(), second.get(at).copied()];
                // A command inside another has a path of its own.
                let paths = values.map(|value| value.and_then(own_path));
                let place = place.index(at);
                let place = match paths {
                    [Some(path), Some(other)] if path == other && kind == Kind::Command => {
                        place.named(&path)
                    }
                    _ => place,
                };
                trees(values, &place, kind, found);
            }
        }
        (Content::Text(first), Content::Text(second)) if first == second => {}
        _ => {
            let sides = [a, b].map(|json| Side::Value(Json::trusted(json)));
            found.add(kind, place, sides);
        }
    }
}

fn by_key<'a>(members: &'a [(Cow<'a, str>, &'a str)]) -> HashMap<&'a str, &'a str> {
    members
        .iter()
        .map(|(key, value)| (&**key, *value))
        .collect()
}

fn own_path(command: &str) -> Option<Cow<'_, str>> {
    let members = crate::record::members(command)?;
    let (_, path) = members.into_iter().find(|(key, _)| key == "path")?;
    crate::record::text(path)
}

/// Paths, each with its count where the same path ran before: `Say[0]#2`.
fn names(paths: &[String]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let names = paths.iter().map(|path| {
        let count = counts.entry(path).or_default();
        *count += 1;
        match *count {
            1 => path.clone(),
            count => format!("{path}#{count}"),
        }
    });
    names.collect()
}

/// What is shown of an entry that the other call has not got: its own few values, no trees.
fn entry_summary(entry: &Entry) -> Side {
    #[derive(Serialize)]
    struct Summary<'a> {
        name: &'a str,
        state: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tag: Option<&'a str>,
    }
    Side::Value(Json::of(&Summary {
        name: entry.name.as_deref().unwrap_or("?"),
        state: entry.status.state().as_str(),
        reason: entry.status.reason.as_deref(),
        tag: entry.tag.as_deref(),
    }))
}

/// The same of a leg.
fn leg_summary(leg: &Leg) -> Side {
    #[derive(Serialize)]
    struct Summary<'a> {
        to: Option<&'a str>,
        state: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<&'a str>,
    }
    Side::Value(Json::of(&Summary {
        to: leg.to.as_deref(),
        state: leg.state.map(CallState::as_str),
        cause: leg.cause.as_ref().and_then(|cause| cause.name.as_deref()),
    }))
}
