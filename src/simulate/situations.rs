//! Who calls, from where and when, as far as the filters of flows can tell calls apart.
//!
//! Callers, called numbers, places and times for which every filter answers alike are one *cell*, and
//! one of them is its example. An answer of a filter narrows the cells that a call can be in, so two
//! filters never contradict each other in one call. Sets of cells share their parts (see [`CellSet`]):
//! what one filter in a long row does to them takes time that grows with the logarithm of their number.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "indices of what is in memory, and seconds of one week"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan as _;
use jiff::civil::{DateTime, Time, date};
use jiff::tz::TimeZone;

use super::cell_set::{CellSet, bits};
use super::setup_for;
use crate::call::{CommandPlace, Setup};
use crate::channel::{Action, Clock, Facts};
use crate::command::Asks;
use crate::flow::{Flow, Library, NodeId, Surroundings};
use crate::record::Identifiers;
use crate::scenario::{Call, Changes, Scenario};
use crate::table::{Start, StateCode};
use crate::value::{Value as _, Window};

/// What a filter can ask about.
#[derive(Clone, Copy)]
enum Side {
    Caller,
    Called,
    Place,
    Clock,
}

/// The situations that a call can still be in: for each side, the cells that have answered as it did.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Situation([CellSet; 4]);

/// What of a situation can still decide something: of each side the cells that a filter ahead may let
/// through, and whether there are others. No filter ahead tells two situations apart of which it is the
/// same.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Outlook([(CellSet, bool); 4]);

/// What of each situation can still decide something in a flow.
#[derive(Debug)]
struct Ahead {
    /// Of each command: what it, a later one in the text, or one in an Error block of the Response lets
    /// through.
    from: Vec<Situation>,
    /// From this one on, none fetches a document.
    last: usize,
}

/// All situations that the filters of some flows tell apart.
#[derive(Debug)]
pub(crate) struct Situations {
    /// What the scenario says of the call. The rules of its world play no part.
    scenario: Scenario,
    library: Arc<Library>,
    /// Callers and called numbers: of each cell, what differs from the scenario.
    numbers: [Vec<Option<String>>; 2],
    places: Places,
    week: Week,
    /// The cells that a filter lets through, and the others.
    filters: HashMap<(u64, NodeId), [CellSet; 2]>,
    ahead: HashMap<u64, Ahead>,
    /// What filters in documents that are fetched may let through.
    fetched: Situation,
    all: Situation,
    setups: Mutex<HashMap<[u32; 4], Arc<Setup>>>,
}

impl Situation {
    /// How many bytes one holds that it does not share with the one it was made from, about.
    pub(crate) const SIZE: usize = 1024;

    fn add(&mut self, other: &Self) {
        for (cells, more) in self.0.iter_mut().zip(&other.0) {
            *cells = cells.or(more);
        }
    }

    /// Whether the times of both differ.
    pub(crate) fn is_other_time(&self, other: &Self) -> bool {
        self.0[Side::Clock as usize] != other.0[Side::Clock as usize]
    }
}

impl Situations {
    /// The situations that these filters tell apart; commands that are not filters do not matter.
    pub(crate) fn new<'a>(
        scenario: &Scenario,
        commands: impl IntoIterator<Item = (&'a Flow, NodeId)>,
    ) -> Self {
        let (mut numbers, mut places) = ([Vec::new(), Vec::new()], Vec::new());
        let (mut clocks, mut answers) = (Vec::new(), Vec::new());
        let mut flows: HashMap<u64, &Flow> = HashMap::new();
        for (flow, node) in commands {
            flows.insert(identity(flow), flow);
            match flow.node(node).command.describe().asks() {
                Asks::Caller(number) => numbers[0].push((flow, node, number.text().into_owned())),
                Asks::Called(number) => numbers[1].push((flow, node, number.text().into_owned())),
                Asks::Place { states, counties } => places.push((flow, node, states, counties)),
                Asks::Clock(window) => {
                    clocks.push((identity(flow), node));
                    answers.push(answers_in_week(flow, node, window, scenario));
                }
                Asks::Nothing => {}
            }
        }
        let scenario = Scenario {
            call: scenario.call.clone(),
            app: scenario.app.clone(),
            assume: scenario.assume.clone(),
            ..Scenario::default()
        };
        let mut all = Self {
            library: Arc::default(),
            numbers: [Vec::new(), Vec::new()],
            places: Places::new(&scenario, &places),
            week: Week::new(&scenario, &answers),
            filters: HashMap::new(),
            ahead: HashMap::new(),
            fetched: Situation(std::array::from_fn(|_| CellSet::Everything)),
            all: Situation(std::array::from_fn(|_| CellSet::Everything)),
            setups: Mutex::default(),
            scenario,
        };
        for (flow, node, states, counties) in places {
            let yes = all.places.cells(states, counties);
            all.filters.insert((identity(flow), node), with_rest(yes));
        }
        for (filter, answers) in clocks.into_iter().zip(answers) {
            let yes = all.week.cells(&answers);
            all.filters.insert(filter, with_rest(yes));
        }
        for (side, asked) in [Side::Caller, Side::Called].into_iter().zip(&numbers) {
            all.add_numbers(side, asked);
        }
        let [callers, called] = all.numbers.each_ref().map(|cells| below(cells.len()));
        all.all = Situation([callers, called, all.places.all(), all.week.all()]);
        let ahead = flows.into_iter().map(|(id, flow)| (id, all.ahead_in(flow)));
        all.ahead = ahead.collect();
        all
    }

    /// Adds a cell for each set of filters of numbers that one number matches.
    fn add_numbers(&mut self, side: Side, asked: &[(&Flow, NodeId, String)]) {
        let plain = |number: &str| number.trim_start_matches('+').to_owned();
        // Filters compare numbers, with their `+` or without: no number matches one of another group.
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, (_, _, number)) in asked.iter().enumerate() {
            groups.entry(plain(number)).or_default().push(index);
        }
        // In the order of the filters, so that those that are ahead have cells side by side.
        let mut seen = HashSet::new();
        let numbers = asked.iter().map(|(_, _, number)| &**number);
        let numbers: Vec<&str> = numbers.filter(|&number| seen.insert(number)).collect();
        let another = (100..u32::MAX)
            .map(|last| format!("+12025550{last}"))
            .find(|one| !seen.contains(&**one) && !seen.contains(&one[1..]));
        let change = |number: String| match side {
            Side::Called => plain(&number),
            _ => number,
        };
        let numbers = numbers.into_iter().map(str::to_owned).chain(another);
        let candidates = std::iter::once(None).chain(numbers.map(|number| Some(change(number))));
        let mut cells: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut matched: Vec<Vec<u32>> = vec![Vec::new(); asked.len()];
        for candidate in candidates {
            let (from, to) = match side {
                Side::Called => (None, candidate.clone()),
                _ => (candidate.clone(), None),
            };
            let setup = self.setup_with(Changes::from(Call {
                from,
                to,
                ..Call::default()
            }));
            let number = match side {
                Side::Called => &setup.facts.to,
                _ => &setup.facts.from,
            };
            let group = groups.get(&plain(number)).into_iter().flatten().copied();
            let lets_in: Vec<usize> = group
                .filter(|&filter| {
                    let (flow, node, _) = asked[filter];
                    lets_through(flow, node, &setup, true)
                })
                .collect();
            let free = cells.len();
            if cells.contains_key(&lets_in) {
                continue;
            }
            for &filter in &lets_in {
                matched[filter].push(index(free));
            }
            cells.insert(lets_in, free);
            self.numbers[side as usize].push(candidate);
        }
        for ((flow, node, _), matched) in asked.iter().zip(matched) {
            let cells = with_rest(some(matched, 0..bits(cells.len())));
            self.filters.insert((identity(flow), *node), cells);
        }
    }

    /// All that a call can be before anything was asked; only what the scenario says where its start is
    /// held.
    pub(crate) fn all(&self, is_held: bool) -> Situation {
        if is_held {
            let own = self.example(&self.all);
            return Situation(own.map(|cell| some([cell], 0..u32::BITS)));
        }
        self.all.clone()
    }

    /// The setup of the call that is the example of a situation.
    pub(crate) fn setup(&self, situation: &Situation) -> Arc<Setup> {
        let example = self.example(situation);
        let mut setups = self.setups.lock().unwrap_or_else(PoisonError::into_inner);
        let setup = setups.entry(example);
        setup
            .or_insert_with(|| Arc::new(self.setup_with(self.changes(situation, 0))))
            .clone()
    }

    /// What differs from the scenario in the call that is the example of a situation. The clock is read
    /// so many milliseconds after the call is created.
    pub(crate) fn changes(&self, situation: &Situation, clock_read: u64) -> Changes {
        let [from, to, place, clock] = self.example(situation);
        let number = |side: Side, cell: u32| {
            let cell = self.numbers[side as usize].get(cell as usize);
            cell.cloned().flatten()
        };
        let [state, county] = self.places.names(place);
        Changes::from(Call {
            from: number(Side::Caller, from),
            to: number(Side::Called, to),
            start: self.week.change(clock, clock_read),
            state: state.and_then(StateCode::new),
            county: county.map(str::to_owned),
            ..Call::default()
        })
    }

    /// Whether the same call is the example of both.
    pub(crate) fn has_same_example(&self, one: &Situation, other: &Situation) -> bool {
        self.example(one) == self.example(other)
    }

    /// The situations for which a filter answers yes, and no.
    pub(crate) fn split(
        &self,
        situation: &Situation,
        flow: &Flow,
        node: NodeId,
        answered: bool,
    ) -> [Option<Situation>; 2] {
        let Some((side, filter)) = self.filter(flow, node) else {
            // What every call is answered alike.
            let answer = lets_through(flow, node, &self.setup(situation), answered);
            let same = Some(situation.clone());
            return if answer { [same, None] } else { [None, same] };
        };
        filter.each_ref().map(|answer| {
            let cells = situation.0[side].and(answer);
            (cells != CellSet::Nothing).then(|| {
                let mut narrowed = situation.clone();
                narrowed.0[side] = cells;
                narrowed
            })
        })
    }

    /// What a filter asks about, and the cells that it lets through, and the others; none where it answers
    /// every call alike.
    fn filter(&self, flow: &Flow, node: NodeId) -> Option<(usize, &[CellSet; 2])> {
        let side = match flow.node(node).command.describe().asks() {
            Asks::Caller(_) => Side::Caller,
            Asks::Called(_) => Side::Called,
            Asks::Place { .. } => Side::Place,
            Asks::Clock(_) => Side::Clock,
            Asks::Nothing => return None,
        };
        let filter = self.filters.get(&(identity(flow), node))?;
        Some((side as usize, filter))
    }

    /// Whether no filter ahead lets a call through that asks about the same as this one.
    pub(crate) fn is_over(&self, outlook: &Outlook, flow: &Flow, node: NodeId) -> bool {
        let filter = self.filter(flow, node);
        filter.is_some_and(|(side, _)| outlook.0[side].0 == CellSet::Nothing)
    }

    /// No documents but these are fetched that have filters, whoever calls: of a caller whose number can
    /// decide about that, all decides something until then.
    pub(crate) fn set_fetched<'a>(&mut self, flows: impl Iterator<Item = &'a Flow>) {
        self.fetched = Situation::default();
        for flow in flows {
            let asked = self
                .ahead
                .get(&identity(flow))
                .and_then(|one| one.from.first());
            if let Some(asked) = asked {
                self.fetched.add(asked);
            }
        }
    }

    /// What of a situation can still decide something in a call that goes on from these commands.
    pub(crate) fn outlook(
        &self,
        situation: &Situation,
        ahead: impl Iterator<Item = CommandPlace>,
    ) -> Outlook {
        let mut asked = Situation::default();
        for place in ahead {
            let at = place.node.index();
            // Of a document that nobody knew of, nothing is known.
            let Some(ahead) = self.ahead.get(&identity(&place.document.flow)) else {
                asked = Situation(std::array::from_fn(|_| CellSet::Everything));
                break;
            };
            asked.add(&ahead.from[at]);
            if at < ahead.last {
                asked.add(&self.fetched);
            }
        }
        Outlook(std::array::from_fn(|side| {
            let cells = &situation.0[side];
            let asked = cells.and(&asked.0[side]);
            let has_others = asked != *cells;
            (asked, has_others)
        }))
    }

    fn ahead_in(&self, flow: &Flow) -> Ahead {
        let top = |node| std::iter::successors(Some(node), |&node| flow.parent(node)).last();
        let in_error = |node| top(node).is_some_and(|top| flow.error().contains(&top));
        let fetches = |node| {
            flow.node(node)
                .command
                .describe()
                .traits()
                .fetches
                .is_some()
        };
        let mut nodes: Vec<NodeId> = flow.nodes().map(|(node, _)| node).collect();
        let mut asked = Situation::default();
        let add = |asked: &mut Situation, node| {
            if let Some((side, [yes, _])) = self.filter(flow, node) {
                asked.0[side] = asked.0[side].or(yes);
            }
        };
        let mut last = nodes
            .iter()
            .rposition(|&node| fetches(node))
            .map_or(0, |last| last + 1);
        for &node in nodes.iter().filter(|&&node| in_error(node)) {
            add(&mut asked, node);
            if fetches(node) {
                last = usize::MAX;
            }
        }
        nodes.reverse();
        let mut from: Vec<Situation> = nodes
            .into_iter()
            .map(|node| {
                add(&mut asked, node);
                asked.clone()
            })
            .collect();
        from.reverse();
        Ahead { from, last }
    }

    /// The cells of the example of a situation: the scenario's own where they are among them.
    fn example(&self, situation: &Situation) -> [u32; 4] {
        let mut first = situation.0.each_ref().map(CellSet::first);
        // Of all other sides the scenario's own cell is the first.
        if situation.0[Side::Clock as usize].contains(self.week.own) {
            first[Side::Clock as usize] = self.week.own;
        }
        first
    }

    fn setup_with(&self, changes: Changes) -> Setup {
        let mut scenario = self.scenario.clone();
        scenario.apply(changes);
        setup_for(&scenario, Identifiers(0), self.library.clone())
    }
}

/// The place of a cell: few flows have so many filters.
fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The cells before this one.
fn below(count: usize) -> CellSet {
    CellSet::below(index(count), bits(count))
}

/// The cells with one of these numbers, which are in order, in some of their bits.
fn some(numbers: impl IntoIterator<Item = u32>, bits: Range<u32>) -> CellSet {
    let numbers = numbers.into_iter().map(|number| number..number + 1);
    CellSet::new(&numbers.collect::<Vec<_>>(), bits)
}

/// A set, and all that is not in it.
fn with_rest(cells: CellSet) -> [CellSet; 2] {
    let rest = cells.not();
    [cells, rest]
}

/// What tells flows apart, whatever their names.
fn identity(flow: &Flow) -> u64 {
    let mut hasher = DefaultHasher::new();
    flow.hash(&mut hasher);
    hasher.finish()
}

/// Whether a filter lets a call through.
fn lets_through(flow: &Flow, node: NodeId, setup: &Setup, answered: bool) -> bool {
    let around = Surroundings {
        answered,
        platform: setup.platform,
        ..Surroundings::alone(&setup.facts, setup.clock(0))
    };
    !matches!(flow.ask_alone(node, around), Action::Done(_))
}

/// States and counties of the caller. A cell is a state, and a county in its lower bits.
#[derive(Debug)]
struct Places {
    states: Names,
    counties: Names,
}

/// The states and counties that a filter asks for; it asks for both where it has both.
type PlaceFilter<'a> = (&'a Flow, NodeId, &'a [Box<str>], &'a [Box<str>]);

/// Places of which few flows speak: for a caller from elsewhere.
const ELSEWHERE: [(&str, &str); 4] = [
    ("WY", "TETON"),
    ("VT", "WINDHAM"),
    ("AK", "NOME"),
    ("ND", "CASS"),
];

impl Places {
    fn new(scenario: &Scenario, filters: &[PlaceFilter<'_>]) -> Self {
        let call = &scenario.call;
        let states = Names::new(
            filters.iter().flat_map(|filter| filter.2),
            call.state.as_ref().map(StateCode::as_str),
            ELSEWHERE.map(|(state, _)| state),
        );
        let counties = Names::new(
            filters.iter().flat_map(|filter| filter.3),
            call.county.as_deref(),
            ELSEWHERE.map(|(_, county)| county),
        );
        Self { states, counties }
    }

    /// The bits of the counties, and of the states.
    fn bits(&self) -> [Range<u32>; 2] {
        let counties = bits(self.counties.others.len() + 1);
        let states = bits(self.states.others.len() + 1);
        [0..counties, counties..counties + states]
    }

    fn all(&self) -> CellSet {
        let [_, states] = self.bits();
        // No caller is in a state without a code.
        let others = (1..).zip(&self.states.others);
        let others = others.filter(|(_, state)| StateCode::new(state).is_some());
        let others = others.map(|(state, _)| state);
        let states = some(std::iter::once(0).chain(others), states);
        states.and(&below(self.counties.others.len() + 1))
    }

    /// Those for which a filter with these states and counties answers yes.
    fn cells(&self, states: &[Box<str>], counties: &[Box<str>]) -> CellSet {
        let [county_bits, state_bits] = self.bits();
        let states = self.states.cells(states, state_bits);
        states.and(&self.counties.cells(counties, county_bits))
    }

    /// The state and the county of a cell, where they are not the scenario's own.
    fn names(&self, cell: u32) -> [Option<&str>; 2] {
        let [counties, _] = self.bits();
        let county = cell & !(u32::MAX << counties.end);
        [
            self.states.name(cell >> counties.end),
            self.counties.name(county),
        ]
    }
}

/// The names of states, or of counties, that filters tell apart. Cell 0 is the scenario's own.
#[derive(Debug)]
struct Names {
    others: Vec<String>,
    /// The cells by the names in lower case.
    cells: HashMap<String, u32>,
}

impl Names {
    fn new<'a>(
        asked: impl Iterator<Item = &'a Box<str>>,
        own: Option<&str>,
        elsewhere: [&str; 4],
    ) -> Self {
        let own = own.map(str::to_ascii_lowercase);
        // As the first filter writes them: they are compared without regard to case.
        let mut seen = HashSet::new();
        let mut others: Vec<String> = asked
            .filter(|name| seen.insert(name.to_ascii_lowercase()))
            .map(ToString::to_string)
            .collect();
        let is_own = |name: &str| Some(name.to_ascii_lowercase()) == own;
        others.retain(|name| !is_own(name));
        // As long as no filter asks for the own, that is elsewhere.
        if own.as_ref().is_some_and(|own| seen.contains(own)) {
            let is_free = |name: &&str| !is_own(name) && !seen.contains(&name.to_ascii_lowercase());
            let elsewhere = elsewhere.into_iter().find(is_free);
            others.splice(..0, elsewhere.map(str::to_owned));
        }
        let names = others.iter().map(|name| name.to_ascii_lowercase());
        let mut cells: HashMap<String, u32> = names.zip(1..).collect();
        cells.extend(own.map(|own| (own, 0)));
        Self { others, cells }
    }

    /// The cells of some names; all where there are none.
    fn cells(&self, names: &[Box<str>], bits: Range<u32>) -> CellSet {
        if names.is_empty() {
            return CellSet::Everything;
        }
        let cells = names
            .iter()
            .filter_map(|name| self.cells.get(&name.to_ascii_lowercase()).copied());
        some(cells.collect::<BTreeSet<_>>(), bits)
    }

    /// The name of a cell; none of the scenario's own.
    fn name(&self, cell: u32) -> Option<&str> {
        let other = self.others.get(cell.checked_sub(1)? as usize);
        other.map(String::as_str)
    }
}

/// The week, from the midnight before the scenario's start, cut where a filter changes its answer, and
/// at every midnight.
#[derive(Debug)]
struct Week {
    /// Where cells begin, in seconds.
    cuts: Vec<u32>,
    /// The scenario's start, and the cell of it.
    start: DateTime,
    own: u32,
    zone: TimeZone,
}

/// From which seconds of the week on a filter answers yes, or no.
type AnswersInWeek = BTreeMap<u32, bool>;

const DAY: u32 = 24 * 60 * 60;
const WEEK: u32 = 7 * DAY;

/// The longest, in milliseconds, that a call is taken to run before it reads the clock.
const LONGEST: u64 = 1000 * WEEK as u64;

impl Week {
    fn new(scenario: &Scenario, filters: &[AnswersInWeek]) -> Self {
        let zone = scenario.call.zone();
        let start = scenario.call.created().to_zoned(zone.clone()).datetime();
        let mut cuts: BTreeSet<u32> = filters.iter().flat_map(BTreeMap::keys).copied().collect();
        let days = if filters.is_empty() { 1 } else { 7 };
        cuts.extend((0..days).map(|day| day * DAY));
        let cuts: Vec<u32> = cuts.into_iter().collect();
        let mut week = Self {
            cuts,
            start,
            own: 0,
            zone,
        };
        week.own = week.cell(second(start.time()));
        week
    }

    /// The cell of a second, which has to be in the week.
    fn cell(&self, second: u32) -> u32 {
        index(self.cuts.partition_point(|&cut| cut <= second)).saturating_sub(1)
    }

    /// Those for which a filter answers yes.
    fn cells(&self, answers: &AnswersInWeek) -> CellSet {
        let ends = answers.keys().skip(1).map(|&at| self.cell(at));
        let ends = ends.chain([index(self.cuts.len())]);
        let parts = answers.iter().zip(ends).filter(|&((_, &answer), _)| answer);
        let parts: Vec<_> = parts.map(|((&at, _), end)| self.cell(at)..end).collect();
        CellSet::new(&parts, 0..bits(self.cuts.len()))
    }

    /// All that have an example.
    fn all(&self) -> CellSet {
        let cells = 0..index(self.cuts.len());
        let cells = cells.filter(|&cell| cell == self.own || self.example(cell, 0).is_some());
        some(cells, 0..bits(self.cuts.len()))
    }

    /// The start of a call that reads the clock in a cell so many milliseconds later; none where the
    /// scenario's own will do.
    fn change(&self, cell: u32, read: u64) -> Option<Start> {
        let since = read.min(LONGEST).cast_signed().milliseconds();
        let is_own = cell == self.own
            && self.start.checked_add(since).is_ok_and(|read| {
                let is_today = read.date() == self.start.date();
                is_today && self.cell(second(read.time())) == self.own
            });
        let example = self.example(cell, read).filter(|_| !is_own)?;
        Some(Start::Local(example))
    }

    /// The local start of a call that reads the clock in a cell so many milliseconds later: if possible
    /// the whole minute in the middle, else the first second, else the first millisecond. It is in the
    /// first week whose clock shows the time exactly once.
    fn example(&self, cell: u32, read: u64) -> Option<DateTime> {
        let cell = cell as usize;
        let from = *self.cuts.get(cell)?;
        let to = self.cuts.get(cell + 1).copied().unwrap_or(WEEK);
        let starts = [from, to].map(|at| i64::from(at) * 1000 - read.min(LONGEST).cast_signed());
        let [first, behind] = starts;
        let minute = i64::from(u32::midpoint(from, to) / 60 * 60 * 1000);
        let round = |to: i64| (first + to - 1).div_euclid(to) * to;
        let is_inside = |&at: &i64| first <= at && at < behind;
        let mut at = [minute, round(60_000)].into_iter().find(is_inside);
        if at.is_none() && to - from > 1 {
            at = Some(round(1000));
        }
        let at = at.unwrap_or(first).milliseconds();
        let midnight = self.start.date().to_datetime(Time::midnight());
        [0, 1, 2, 3, -1, -2, -3].into_iter().find_map(|week: i64| {
            let there = midnight.checked_add((week * 7).days()).ok()?;
            let there = there.checked_add(at).ok()?;
            let is_once = !self.zone.to_ambiguous_timestamp(there).is_ambiguous();
            is_once.then_some(there)
        })
    }
}

/// What a filter answers in the week that begins with the day of a scenario's start.
fn answers_in_week(
    flow: &Flow,
    node: NodeId,
    window: Option<Window>,
    scenario: &Scenario,
) -> AnswersInWeek {
    let today = scenario.call.created().to_zoned(scenario.call.zone());
    let today = i64::from(today.weekday().to_monday_zero_offset());
    // A Monday. In UTC no time is left out.
    let monday = date(2024, 1, 1).at(0, 0, 0, 0);
    let facts = Facts::default();
    let asks = |second: u32| {
        let second = today * i64::from(DAY) + i64::from(second);
        let local = monday.saturating_add(second.seconds());
        let Ok(now) = TimeZone::UTC.to_timestamp(local) else {
            return false;
        };
        let clock = Clock {
            now,
            zone: &TimeZone::UTC,
        };
        let around = Surroundings {
            platform: scenario.assume.platform(),
            ..Surroundings::alone(&facts, clock)
        };
        !matches!(flow.ask_alone(node, around), Action::Done(_))
    };
    // Whether the last second of a window is in it is for the filter to say.
    let bounds = window.into_iter().flat_map(|window| {
        let (from, to) = (second(window.from), second(window.to));
        [from, to, to + 1]
    });
    let bounds: BTreeSet<u32> = bounds.chain([0]).filter(|&bound| bound < DAY).collect();
    let days = (0..7).flat_map(|day| bounds.iter().map(move |bound| day * DAY + bound));
    let mut answers = AnswersInWeek::new();
    for at in days {
        let answer = asks(at);
        if answers.values().next_back() != Some(&answer) {
            answers.insert(at, answer);
        }
    }
    answers
}

/// The second of the day.
fn second(time: Time) -> u32 {
    let part = |part: i8| u32::from(part.unsigned_abs());
    part(time.hour()) * 3600 + part(time.minute()) * 60 + part(time.second())
}
