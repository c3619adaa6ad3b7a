//! Who calls, from where and when, cut into cells by what the flows ask.
//!
//! All callers, places and instants for which every filter of the flows answers alike are one cell, and
//! one of them stands for it. What a call has already answered narrows what it can be: so two filters
//! never contradict each other on one route.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan as _;
use jiff::civil::{DateTime, Time};

use crate::call::{CommandPlace, Setup};
use crate::channel::{Action, Progress};
use crate::command::Asks;
use crate::fidelity::Assumptions;
use crate::flow::{Flow, Library, NodeId, Surroundings};
use crate::record::Identifiers;
use crate::scenario::{Override, Scenario};
use crate::simulate::setup_for;
use crate::table::{Start, StateCode};
use crate::value::Value as _;

use super::identity;

/// What a filter can ask about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Caller,
    Called,
    Place,
    Clock,
}

impl Side {
    const ALL: [Self; 4] = [Self::Caller, Self::Called, Self::Place, Self::Clock];

    fn of(flow: &Flow, node: NodeId) -> Option<Self> {
        match flow.node(node).command.describe().asks() {
            Asks::Caller(_) => Some(Self::Caller),
            Asks::Called(_) => Some(Self::Called),
            Asks::Place { .. } => Some(Self::Place),
            Asks::Clock(_) => Some(Self::Clock),
            Asks::Nothing => None,
        }
    }
}

/// A cell of one side, by one that stands for it: what differs from the scenario.
type Cell = Vec<Override>;

/// What a call can still be, for each side: the cells that have answered as it did, in order. The first
/// stands for it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Known([Arc<[u16]>; 4]);

impl Known {
    /// How many bytes it holds at most.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|cells| size_of_val(&cells[..])).sum()
    }
}

/// The cells of all sides.
#[derive(Debug)]
pub(super) struct Cells {
    scenario: Scenario,
    sides: [Vec<Cell>; 4],
    library: Arc<Library>,
    /// The filters, each with its place among those of its side.
    filters: HashMap<(u64, NodeId), usize>,
    /// For each side and each of its cells: which filters let it through.
    passes: [Vec<Vec<bool>>; 4],
    /// Whether there are more than are tried.
    is_cut: bool,
    setups: Mutex<HashMap<[u16; 4], Arc<Setup>>>,
}

/// As often as this it is asked whether a filter lets one of a cell through: a few seconds.
const MOST_ASKED: usize = 20_000_000;

impl Cells {
    /// The cells that these flows cut. The scenario's own caller, place and start come first.
    pub(super) fn new(scenario: &Scenario, flows: &[Arc<Flow>]) -> Self {
        let filters = || {
            let nodes = flows
                .iter()
                .flat_map(|flow| flow.nodes().map(move |(node, _)| (&**flow, node)));
            nodes.filter_map(|(flow, node)| Some((Side::of(flow, node)?, flow, node)))
        };
        let mut cells = Self {
            scenario: scenario.clone(),
            sides: candidates(
                scenario,
                &filters()
                    .map(|(_, flow, node)| (flow, node))
                    .collect::<Vec<_>>(),
            ),
            library: Arc::new(Library::default()),
            filters: HashMap::new(),
            passes: std::array::from_fn(|_| Vec::new()),
            is_cut: false,
            setups: Mutex::default(),
        };
        for side in Side::ALL {
            let mut seen = HashSet::new();
            let asked: Vec<_> = filters().filter(|&(one, ..)| one == side).collect();
            for (index, &(_, flow, node)) in asked.iter().enumerate() {
                cells.filters.insert((identity(flow), node), index);
            }
            let most = (MOST_ASKED / asked.len().max(1)).clamp(1, usize::from(u16::MAX));
            let all = std::mem::take(&mut cells.sides[side as usize]);
            cells.is_cut |= all.len() > most;
            for cell in all.into_iter().take(most) {
                let setup = cells.setup_of(&cell);
                let passes: Vec<bool> = asked
                    .iter()
                    .map(|&(_, flow, node)| lets_through(flow, node, &setup, true))
                    .collect();
                if seen.insert(passes.clone()) {
                    cells.sides[side as usize].push(cell);
                    cells.passes[side as usize].push(passes);
                }
            }
        }
        cells
    }

    /// Whether callers, places or instants are left out, for there are too many.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// All that a call can be before anything was asked; only what the scenario says where its start is
    /// held.
    pub(super) fn all(&self, is_held: bool) -> Known {
        Known(std::array::from_fn(|side| {
            let count = if is_held { 1 } else { self.sides[side].len() };
            (0..u16::try_from(count).unwrap_or(u16::MAX)).collect()
        }))
    }

    /// The setup of the call that stands for all that it can be.
    pub(super) fn setup(&self, known: &Known) -> Arc<Setup> {
        let first = known.first();
        let mut setups = self.setups.lock().unwrap_or_else(PoisonError::into_inner);
        let setup = setups.entry(first);
        setup
            .or_insert_with(|| Arc::new(self.setup_of(&self.changes(known))))
            .clone()
    }

    /// What differs from the scenario in the call that stands for all that it can be.
    pub(super) fn changes(&self, known: &Known) -> Vec<Override> {
        let first = known.first();
        let cells = first.iter().zip(&self.sides);
        cells
            .flat_map(|(&first, cells)| cells[usize::from(first)].clone())
            .collect()
    }

    fn setup_of(&self, changes: &[Override]) -> Setup {
        let mut scenario = self.scenario.clone();
        scenario.apply(changes.iter().cloned());
        setup_for(&scenario, Identifiers(0), self.library.clone())
    }

    /// What a call can be for which a filter answers yes, and no.
    pub(super) fn split(
        &self,
        known: &Known,
        place: &CommandPlace,
        answered: bool,
    ) -> [Option<Known>; 2] {
        let flow = &place.document.flow;
        let answer = |known: &Known| lets_through(flow, place.node, &self.setup(known), answered);
        let Some(side) =
            Side::of(flow, place.node).filter(|&side| known.0[side as usize].len() > 1)
        else {
            return if answer(known) {
                [Some(known.clone()), None]
            } else {
                [None, Some(known.clone())]
            };
        };
        let with = |cells: Vec<u16>| {
            let mut known = known.clone();
            known.0[side as usize] = cells.into();
            known
        };
        let cells = known.0[side as usize].iter();
        let filter = self.filters.get(&(identity(flow), place.node));
        let passes = &self.passes[side as usize];
        let (yes, no): (Vec<u16>, Vec<u16>) = cells.partition(|&&cell| match filter {
            Some(&filter) => passes[usize::from(cell)][filter],
            // Of a document that nobody knew before.
            None => answer(&with(vec![cell])),
        });
        [yes, no].map(|cells| (!cells.is_empty()).then(|| with(cells)))
    }
}

impl Known {
    /// Whether the same call stands for both.
    pub(super) fn stands_as(&self, other: &Self) -> bool {
        self.first() == other.first()
    }

    fn first(&self) -> [u16; 4] {
        std::array::from_fn(|side| self.0[side].first().copied().unwrap_or(0))
    }
}

/// Whether a filter lets a call through.
fn lets_through(flow: &Flow, node: NodeId, setup: &Setup, answered: bool) -> bool {
    let around = Surroundings {
        facts: &setup.facts,
        clock: setup.clock(0),
        answered,
        held: false,
        recordings: &[],
        failure: "",
        platform: setup.platform,
    };
    let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
    let action = flow.ask(node, around, &mut progress, &mut assumed, None);
    !matches!(action, Action::Done(_))
}

/// States of which few flows speak: for a caller from elsewhere.
const STATES: [&str; 4] = ["WY", "VT", "AK", "ND"];

/// Those that may stand for a cell: the scenario's own first, then one for each answer that a filter of
/// the flows can give.
fn candidates(scenario: &Scenario, filters: &[(&Flow, NodeId)]) -> [Vec<Cell>; 4] {
    let (mut callers, mut called) = (BTreeSet::new(), BTreeSet::new());
    let (mut states, mut counties) = (BTreeSet::new(), BTreeSet::new());
    let mut bounds = BTreeSet::from([Time::midnight()]);
    let mut asks_clock = false;
    for &(flow, node) in filters {
        match flow.node(node).command.describe().asks() {
            Asks::Caller(number) => drop(callers.insert(number.text().into_owned())),
            Asks::Called(number) => drop(called.insert(number.text().into_owned())),
            Asks::Place {
                states: some,
                counties: others,
            } => {
                states.extend(
                    some.iter()
                        .filter_map(|state| StateCode::new(state))
                        .map(|code| code.as_str().to_owned()),
                );
                counties.extend(others.iter().map(ToString::to_string));
            }
            Asks::Clock(window) => {
                asks_clock = true;
                bounds.extend(
                    window
                        .into_iter()
                        .flat_map(|window| [window.from, window.to]),
                );
            }
            Asks::Nothing => {}
        }
    }
    let numbers = |some: BTreeSet<String>, change: fn(String) -> Override| -> Vec<Cell> {
        let another = (100..).map(|last| format!("+12025550{last}"));
        let another = another
            .into_iter()
            .find(|one| !some.contains(one) && !some.contains(&one[1..]));
        let all = some.into_iter().chain(another);
        std::iter::once(Vec::new())
            .chain(all.map(|one| vec![change(one)]))
            .collect()
    };
    let mut places = vec![Vec::new()];
    let elsewhere = STATES.iter().find(|state| !states.contains(**state));
    places.extend(elsewhere.and_then(|state| Some(vec![Override::State(StateCode::new(state)?)])));
    let county = |county: &String| Override::County(county.clone());
    places.extend(counties.iter().map(|one| vec![county(one)]));
    for state in states.iter().filter_map(|state| StateCode::new(state)) {
        let state = Override::State(state);
        places.push(vec![state.clone()]);
        places.extend(counties.iter().map(|one| vec![state.clone(), county(one)]));
    }
    let instants = if asks_clock {
        instants(scenario, &bounds)
    } else {
        Vec::new()
    };
    let starts = instants
        .into_iter()
        .map(|at| vec![Override::Start(Start::Local(at))]);
    [
        numbers(callers, Override::From),
        numbers(called, |number| {
            Override::To(number.trim_start_matches('+').to_owned())
        }),
        places,
        std::iter::once(Vec::new()).chain(starts).collect(),
    ]
}

/// One instant between any two bounds of the day, on each day of a week.
fn instants(scenario: &Scenario, bounds: &BTreeSet<Time>) -> Vec<DateTime> {
    const DAY: i64 = 24 * 60 * 60;
    let seconds = |time: &Time| {
        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
    };
    let bounds: Vec<i64> = bounds.iter().map(seconds).chain([DAY]).collect();
    let between = bounds
        .windows(2)
        .map(|pair| i64::midpoint(pair[0], pair[1]));
    let zone = scenario.call.zone();
    let today = scenario.call.created().to_zoned(zone).date();
    let between: Vec<i64> = between.collect();
    let days = (0..7).filter_map(|day| today.checked_add(day.days()).ok());
    days.flat_map(|day| {
        let midnight = day.to_datetime(Time::midnight());
        let at = |&second: &i64| midnight.checked_add(second.seconds()).ok();
        between.iter().filter_map(at).collect::<Vec<_>>()
    })
    .collect()
}
