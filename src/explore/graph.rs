//! The search: from each place where a call can be answered every answer is given, and equal places are
//! gone on from once.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash as _, Hasher as _};

use rayon::prelude::*;

use super::Extent;
use super::answers::{Answer, Answers};
use super::walk::{Cost, Oddity, Spot, Step};
use crate::call::CommandPlace;
use crate::expect::Goal;

/// A place where a call can be answered.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) spot: Spot,
    /// The edge by which it is reached with the fewest answers out of the ordinary; absent where nothing
    /// was answered before.
    pub(super) parent: Option<u32>,
    /// How many of these there are.
    away: u32,
    /// The edges that lead away from it; none as long as nothing was tried.
    pub(super) edges: std::ops::Range<u32>,
    pub(super) is_tried: bool,
}

/// An answer, and what comes of it.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) from: u32,
    /// Where the call can be answered next; absent where it has ended.
    pub(super) to: Option<u32>,
    pub(super) answer: Answer,
    /// Whether it is what ordinarily happens.
    pub(super) is_usual: bool,
    /// The commands that began, by their numbers in [`Graph::commands`].
    pub(super) began: Box<[u32]>,
    pub(super) cost: Cost,
}

/// The first time that something was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    /// Behind this edge; absent behind no answer at all.
    pub(super) edge: Option<u32>,
    /// After so many answers out of the ordinary.
    away: u32,
}

impl Sight {
    /// Something that is behind this edge.
    pub(super) fn behind(edge: u32) -> Self {
        Self {
            edge: Some(edge),
            away: 0,
        }
    }
}

/// All that was tried.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// What happens before anything can be answered.
    pub(super) beginning: Box<[u32]>,
    pub(super) beginning_cost: Cost,
    /// The commands that began, in the order of their first time.
    pub(super) commands: Vec<CommandPlace>,
    numbers: HashMap<CommandPlace, u32>,
    /// Where each goal was first come to.
    pub(super) goals: BTreeMap<(CommandPlaceId, Goal), Sight>,
    /// Where each oddity was first seen.
    pub(super) odd: BTreeMap<(Oddity, CommandPlaceId), Sight>,
    /// The documents of which nothing is known.
    pub(super) unknown: BTreeMap<Box<str>, Sight>,
    /// How many inputs calls took.
    pub(super) transitions: u64,
    /// How far it came.
    pub(super) extent: Extent,
    /// How many bytes nodes and edges hold, about.
    held: usize,
}

impl Graph {
    /// Whether everything was tried.
    pub(super) fn is_complete(&self) -> bool {
        self.extent == Extent::Everything
    }
}

/// A command by its number in [`Graph::commands`].
pub(super) type CommandPlaceId = u32;

/// How far is searched.
pub(super) struct Bounds<'a> {
    /// The most states.
    pub(super) states: usize,
    /// The most bytes that nodes and edges may hold.
    pub(super) memory: usize,
    /// The longest that nothing may be heard, in milliseconds.
    pub(super) max_silence: u64,
    /// Is told how many states there are, and says whether to go on.
    pub(super) goes_on: &'a (dyn Fn(usize) -> bool + Sync),
}

/// So many states are tried at once: what comes of them is in memory at one time.
const BATCH: usize = 2048;

impl Graph {
    /// Tries everything. First what takes the fewest answers out of the ordinary, so that the first
    /// sight of a thing is its shortest.
    pub(super) fn search(from: Spot, world: &Answers<'_>, bounds: &Bounds<'_>) -> Self {
        let mut search = Search {
            graph: Self::default(),
            known: HashMap::new(),
        };
        let first = from.begin(world, bounds.max_silence);
        let mut near: Vec<u32> = search.first(first).into_iter().collect();
        let mut far: Vec<u32> = Vec::new();
        while !near.is_empty() {
            let states = search.graph.nodes.len();
            if let Some(extent) = search.bounded(bounds) {
                search.graph.extent = extent;
                break;
            }
            let batch = BATCH.min(bounds.states - states);
            let rest = near.split_off(near.len().min(batch));
            near.retain(|&node| !search.graph.nodes[node as usize].is_tried);
            let nodes = &search.graph.nodes;
            let tried: Vec<Vec<(Answer, Step)>> = near
                .par_iter()
                .map(|&node| {
                    let spot = &nodes[node as usize].spot;
                    let answers = spot.answers(world).into_iter();
                    let tried = answers.map(|answer| {
                        let step = spot.answer(&answer, world, bounds.max_silence);
                        (answer, step)
                    });
                    tried.collect()
                })
                .collect();
            let tried_nodes = std::mem::replace(&mut near, rest);
            for (node, steps) in tried_nodes.into_iter().zip(tried) {
                search.add(node, steps, &mut near, &mut far);
            }
            if near.is_empty() {
                near = std::mem::take(&mut far);
            }
        }
        search.graph
    }

    /// The edges that lead away from a node.
    pub(super) fn edges_of(&self, node: u32) -> impl Iterator<Item = (u32, &Edge)> {
        let edges = self.nodes[node as usize].edges.clone();
        edges.map(|edge| (edge, &self.edges[edge as usize]))
    }

    /// The edges that lead to an edge, from the first, itself the last.
    pub(super) fn way_to(&self, edge: Option<u32>) -> Vec<u32> {
        let before = |&edge: &u32| self.nodes[self.edges[edge as usize].from as usize].parent;
        let mut way: Vec<u32> = std::iter::successors(edge, before).collect();
        way.reverse();
        way
    }

    /// All that was come to, what takes the fewest answers out of the ordinary first.
    pub(super) fn goals_by_distance(&self) -> Vec<(CommandPlaceId, Goal)> {
        let mut goals: Vec<_> = self.goals.iter().collect();
        goals.sort_by_key(|&(&(command, goal), sight)| (sight.away, sight.edge, command, goal));
        goals.into_iter().map(|(&goal, _)| goal).collect()
    }

    fn number(&mut self, place: CommandPlace) -> CommandPlaceId {
        match self.numbers.entry(place) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let number = u32::try_from(self.commands.len()).unwrap_or(u32::MAX);
                self.commands.push(free.key().clone());
                *free.insert(number)
            }
        }
    }
}

struct Search {
    graph: Graph,
    /// The nodes by a hash of all that tells them apart.
    known: HashMap<u64, Vec<u32>>,
}

impl Search {
    /// What keeps it from going on.
    fn bounded(&self, bounds: &Bounds<'_>) -> Option<Extent> {
        let states = self.graph.nodes.len();
        if states >= bounds.states {
            Some(Extent::States)
        } else if self.graph.held >= bounds.memory {
            Some(Extent::Memory)
        } else if !(bounds.goes_on)(states) {
            Some(Extent::Interrupted)
        } else {
            None
        }
    }

    /// What happens before anything can be answered.
    fn first(&mut self, step: Step) -> Option<u32> {
        self.note(&step, None, 0);
        let began = step.began.into_iter().map(|place| self.graph.number(place));
        self.graph.beginning = began.collect();
        self.graph.beginning_cost = step.cost;
        step.to.map(|spot| self.node(spot).0)
    }

    /// Adds what comes of the answers at a node. Nodes that are still to be tried come into one of the
    /// two lists.
    fn add(
        &mut self,
        from: u32,
        steps: Vec<(Answer, Step)>,
        near: &mut Vec<u32>,
        far: &mut Vec<u32>,
    ) {
        let first = u32::try_from(self.graph.edges.len()).unwrap_or(u32::MAX);
        let away = self.graph.nodes[from as usize].away;
        for (index, (answer, step)) in steps.into_iter().enumerate() {
            let is_usual = index == 0;
            let edge = u32::try_from(self.graph.edges.len()).unwrap_or(u32::MAX);
            // The keys behind the first of an attempt are no answer of their own.
            let counts = !is_usual && !self.is_further_key(from, &answer);
            let away = away + u32::from(counts);
            self.note(&step, Some(edge), away);
            let again = self.entered_again(from, &answer);
            let to = match (again, step.to) {
                (Some(node), Some(_)) => Some(node),
                (_, None) => None,
                (None, Some(spot)) => {
                    let (node, is_new) = self.node(spot);
                    let known = &mut self.graph.nodes[node as usize];
                    if is_new || !known.is_tried && away < known.away {
                        known.parent = Some(edge);
                        known.away = away;
                        if counts {
                            far.push(node);
                        } else {
                            near.push(node);
                        }
                    }
                    Some(node)
                }
            };
            let began = step.began.into_iter().map(|place| self.graph.number(place));
            let began: Box<[u32]> = began.collect();
            self.graph.held += size_of::<Edge>() + size_of_val(&began[..]);
            self.graph.edges.push(Edge {
                from,
                to,
                answer,
                is_usual,
                began,
                cost: step.cost,
            });
        }
        let behind = u32::try_from(self.graph.edges.len()).unwrap_or(u32::MAX);
        let node = &mut self.graph.nodes[from as usize];
        node.edges = first..behind;
        node.is_tried = true;
    }

    fn is_further_key(&self, from: u32, answer: &Answer) -> bool {
        let state = self.graph.nodes[from as usize].spot.call.state();
        let Answer::Key(key) = answer else {
            return false;
        };
        state
            .listener(*key)
            .is_some_and(|listener| !listener.digits.is_empty())
    }

    /// A document that is entered again by the same command while it is open is a loop: where the call
    /// came to when it was entered first.
    fn entered_again(&self, from: u32, answer: &Answer) -> Option<u32> {
        let nodes = &self.graph.nodes;
        let before = &nodes[from as usize].spot;
        if !matches!(answer, Answer::Came(_)) || !before.is_inside_itself() {
            return None;
        }
        let place = before.call.state().current();
        let way = self.graph.way_to(nodes[from as usize].parent);
        let mut edges = way.iter().map(|&edge| &self.graph.edges[edge as usize]);
        let first = edges.find(|edge| {
            let state = nodes[edge.from as usize].spot.call.state();
            edge.answer == *answer && state.current() == place
        });
        first?.to
    }

    /// The node of a place, and whether it is a new one.
    fn node(&mut self, spot: Spot) -> (u32, bool) {
        let mut hasher = DefaultHasher::new();
        spot.key().hash(&mut hasher);
        let alike = self.known.entry(hasher.finish()).or_default();
        let nodes = &self.graph.nodes;
        if let Some(&known) = alike
            .iter()
            .find(|&&node| nodes[node as usize].spot.key() == spot.key())
        {
            return (known, false);
        }
        let node = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
        alike.push(node);
        self.graph.held += size_of::<Node>() + spot.size();
        self.graph.nodes.push(Node {
            spot,
            parent: None,
            away: 0,
            edges: 0..0,
            is_tried: false,
        });
        (node, true)
    }

    /// Notes what is seen for the first time.
    fn note(&mut self, step: &Step, edge: Option<u32>, away: u32) {
        let sight = Sight { edge, away };
        let nearest = |was: &mut Sight| {
            if sight.away < was.away {
                *was = sight;
            }
        };
        self.graph.transitions += step.inputs;
        for (place, goal) in &step.goals {
            let command = self.graph.number(place.clone());
            self.graph
                .goals
                .entry((command, *goal))
                .and_modify(nearest)
                .or_insert(sight);
        }
        for (place, oddity) in &step.odd {
            let command = self.graph.number(place.clone());
            if *oddity == Oddity::Began {
                for goal in [Goal::Ran, Goal::Taken] {
                    self.graph
                        .goals
                        .entry((command, goal))
                        .and_modify(nearest)
                        .or_insert(sight);
                }
            }
            self.graph
                .odd
                .entry((*oddity, command))
                .and_modify(nearest)
                .or_insert(sight);
        }
        if let Some(url) = &step.unknown {
            self.graph
                .unknown
                .entry(url.clone())
                .and_modify(nearest)
                .or_insert(sight);
        }
    }
}
