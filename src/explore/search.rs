//! The search: in each place every choice is made, and equal places are gone on from once.
//!
//! It knows nothing of calls: what a place is, what can be chosen there and what comes of it is for a
//! [`Space`] to say.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher as _};

use rayon::prelude::*;

use super::Extent;

/// What is searched.
pub(super) trait Space: Sync {
    /// Where something can be chosen.
    type Spot: Send + Sync;
    /// What can be chosen.
    type Choice: Send;
    /// What comes of a choice, beside the next place.
    type Step: Send;

    /// What can be chosen, the ordinary first.
    fn choices(&self, spot: &Self::Spot) -> Vec<Self::Choice>;

    /// What comes of a choice, and where something can be chosen next; absent at an end.
    fn step(&self, spot: &Self::Spot, choice: &Self::Choice) -> (Option<Self::Spot>, Self::Step);

    /// All by which two places differ.
    fn key<'s>(&self, spot: &'s Self::Spot) -> impl Eq + Hash + 's;

    /// How far out of the ordinary a choice is, of which this is the index.
    fn distance(&self, spot: &Self::Spot, choice: &Self::Choice, index: usize) -> u32;

    /// Whether this choice may lead back to what an earlier choice on the way led to, although the
    /// places differ.
    fn may_return(&self, spot: &Self::Spot, choice: &Self::Choice) -> bool;

    /// Whether it does: to what that choice at an earlier place led to.
    fn returns(
        &self,
        now: (&Self::Spot, &Self::Choice),
        then: (&Self::Spot, &Self::Choice),
    ) -> bool;

    /// How many bytes a place holds, about, beside itself.
    fn size(&self, spot: &Self::Spot) -> usize;
}

/// A place where something can be chosen.
#[derive(Debug)]
pub(super) struct Node<S> {
    pub(super) spot: S,
    /// The edge by which it is reached with the choices that are least out of the ordinary; absent at the
    /// beginning.
    pub(super) parent: Option<u32>,
    /// How far out of the ordinary these are.
    pub(super) distance: u32,
    /// The edges that lead away from it; none as long as nothing was tried.
    edges: std::ops::Range<u32>,
    is_tried: bool,
}

/// A choice, and what comes of it.
#[derive(Debug)]
pub(super) struct Edge<C, L> {
    pub(super) from: u32,
    /// Where something can be chosen next; absent at an end.
    pub(super) to: Option<u32>,
    pub(super) choice: C,
    /// Whether it is what ordinarily happens.
    pub(super) is_usual: bool,
    /// How far out of the ordinary it is.
    pub(super) distance: u32,
    /// What is noted of what came of it.
    pub(super) label: L,
}

/// Where something was seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Sight {
    /// How far out of the ordinary the choices on the way are.
    pub(super) distance: u32,
    /// The edge on which it was seen; absent before anything was chosen.
    pub(super) edge: Option<u32>,
}

impl Sight {
    /// This one, if it is nearer than another.
    pub(super) fn nearer(self, than: Self) -> Self {
        if self.distance < than.distance {
            self
        } else {
            than
        }
    }
}

/// All that was tried.
#[derive(Debug)]
pub(super) struct Graph<S, C, L> {
    pub(super) nodes: Vec<Node<S>>,
    pub(super) edges: Vec<Edge<C, L>>,
    /// How far it came.
    pub(super) extent: Extent,
}

/// How far is searched.
pub(super) struct Bounds<'a> {
    /// The most places.
    pub(super) states: usize,
    /// The most bytes that places and edges may hold.
    pub(super) memory: usize,
    /// Is told how many places there are, and says whether to go on.
    pub(super) goes_on: &'a (dyn Fn(usize) -> bool + Sync),
}

/// So many places are tried at once: what comes of them is in memory at one time.
const BATCH: usize = 2048;

impl<S, C, L> Graph<S, C, L> {
    /// Whether everything was tried.
    pub(super) fn is_complete(&self) -> bool {
        self.extent == Extent::Everything
    }

    /// The edges that lead away from a node.
    pub(super) fn edges_of(&self, node: u32) -> impl Iterator<Item = (u32, &Edge<C, L>)> {
        let edges = self.nodes[node as usize].edges.clone();
        edges.map(|edge| (edge, &self.edges[edge as usize]))
    }

    /// The edges that lead to an edge, from the first, itself the last.
    pub(super) fn way_to(&self, edge: Option<u32>) -> Vec<u32> {
        let mut way: Vec<u32> = self.back_from(edge).collect();
        way.reverse();
        way
    }

    /// The edges that lead to an edge, itself the first.
    pub(super) fn back_from(&self, edge: Option<u32>) -> impl Iterator<Item = u32> {
        let before = |&edge: &u32| self.nodes[self.edges[edge as usize].from as usize].parent;
        std::iter::successors(edge, before)
    }
}

/// Tries everything from a place on. First what is least out of the ordinary, so that of two ways to a
/// place that one is kept. `note` is told what comes of each choice, and makes a label of it, together
/// with the bytes that this holds.
pub(super) fn search<P: Space, L>(
    space: &P,
    from: Option<P::Spot>,
    bounds: &Bounds<'_>,
    mut note: impl FnMut(P::Step, Sight) -> (L, usize),
) -> Graph<P::Spot, P::Choice, L> {
    let mut search = Search {
        space,
        graph: Graph {
            nodes: Vec::new(),
            edges: Vec::new(),
            extent: Extent::Everything,
        },
        held: 0,
        known: HashMap::new(),
        waiting: BTreeMap::new(),
    };
    if let Some(from) = from {
        let (first, _) = search.node(from);
        search.waiting.entry(0).or_default().push(first);
    }
    while !search.waiting.is_empty() {
        if let Some(extent) = search.bounded(bounds) {
            search.graph.extent = extent;
            break;
        }
        // What is found at once may be the same: no more is tried than the limit leaves.
        let most = BATCH.min(bounds.states - search.graph.nodes.len());
        let batch = search.take(most);
        let nodes = &search.graph.nodes;
        let tried: Vec<Vec<_>> = batch
            .par_iter()
            .map(|&node| {
                let spot = &nodes[node as usize].spot;
                let choices = space.choices(spot).into_iter();
                let tried = choices.map(|choice| {
                    let (to, step) = space.step(spot, &choice);
                    (choice, to, step)
                });
                tried.collect()
            })
            .collect();
        for (node, steps) in batch.into_iter().zip(tried) {
            search.add(node, steps, &mut note);
        }
    }
    search.graph
}

/// A choice, where it leads, and what comes of it.
type Taken<P> = (
    <P as Space>::Choice,
    Option<<P as Space>::Spot>,
    <P as Space>::Step,
);

struct Search<'a, P: Space, L> {
    space: &'a P,
    graph: Graph<P::Spot, P::Choice, L>,
    /// How many bytes nodes and edges hold, about.
    held: usize,
    /// The nodes by a hash of all that tells them apart.
    known: HashMap<u64, Vec<u32>>,
    /// The nodes that are still to be tried, by how far out of the ordinary they are.
    waiting: BTreeMap<u32, Vec<u32>>,
}

impl<P: Space, L> Search<'_, P, L> {
    /// The next nodes to be tried, those that are least out of the ordinary.
    fn take(&mut self, most: usize) -> Vec<u32> {
        let Some(mut nearest) = self.waiting.first_entry() else {
            return Vec::new();
        };
        let waiting = nearest.get_mut();
        let rest = waiting.split_off(waiting.len().min(most));
        let mut batch = std::mem::replace(waiting, rest);
        if waiting.is_empty() {
            nearest.remove();
        }
        batch.retain(|&node| !self.graph.nodes[node as usize].is_tried);
        batch
    }

    /// What keeps it from going on.
    fn bounded(&self, bounds: &Bounds<'_>) -> Option<Extent> {
        let states = self.graph.nodes.len();
        if states >= bounds.states {
            Some(Extent::States)
        } else if self.held >= bounds.memory {
            Some(Extent::Memory)
        } else if !(bounds.goes_on)(states) {
            Some(Extent::Interrupted)
        } else {
            None
        }
    }

    /// Adds what comes of the choices at a node.
    fn add(
        &mut self,
        from: u32,
        steps: Vec<Taken<P>>,
        note: &mut impl FnMut(P::Step, Sight) -> (L, usize),
    ) {
        let first = number(self.graph.edges.len());
        for (index, (choice, to, step)) in steps.into_iter().enumerate() {
            let edge = number(self.graph.edges.len());
            let at = &self.graph.nodes[from as usize];
            let distance = self.space.distance(&at.spot, &choice, index);
            let sight = Sight {
                distance: at.distance + distance,
                edge: Some(edge),
            };
            let (label, size) = note(step, sight);
            let to = to.map(|spot| match self.returns(from, &choice) {
                Some(known) => known,
                None => self.reach(spot, sight),
            });
            self.held += size_of::<Edge<P::Choice, L>>() + size;
            self.graph.edges.push(Edge {
                from,
                to,
                choice,
                is_usual: index == 0,
                distance,
                label,
            });
        }
        let end = number(self.graph.edges.len());
        let tried = &mut self.graph.nodes[from as usize];
        tried.edges = first..end;
        tried.is_tried = true;
    }

    /// The node of a place that is reached by an edge.
    fn reach(&mut self, spot: P::Spot, sight: Sight) -> u32 {
        let (node, is_new) = self.node(spot);
        let known = &mut self.graph.nodes[node as usize];
        if is_new || !known.is_tried && sight.distance < known.distance {
            known.parent = sight.edge;
            known.distance = sight.distance;
            self.waiting.entry(sight.distance).or_default().push(node);
        }
        node
    }

    /// Where the call came to when the same was chosen before, if this choice leads back there.
    fn returns(&self, from: u32, choice: &P::Choice) -> Option<u32> {
        let nodes = &self.graph.nodes;
        let now = &nodes[from as usize];
        if !self.space.may_return(&now.spot, choice) {
            return None;
        }
        let way = self.graph.way_to(now.parent).into_iter();
        let mut edges = way.map(|edge| &self.graph.edges[edge as usize]);
        let first = edges.find(|edge| {
            let then = (&nodes[edge.from as usize].spot, &edge.choice);
            self.space.returns((&now.spot, choice), then)
        });
        first?.to
    }

    /// The node of a place, and whether it is a new one.
    fn node(&mut self, spot: P::Spot) -> (u32, bool) {
        let mut hasher = DefaultHasher::new();
        self.space.key(&spot).hash(&mut hasher);
        let alike = self.known.entry(hasher.finish()).or_default();
        let nodes = &self.graph.nodes;
        let is_it =
            |node: &u32| self.space.key(&nodes[*node as usize].spot) == self.space.key(&spot);
        if let Some(&known) = alike.iter().find(|node| is_it(node)) {
            return (known, false);
        }
        let node = number(nodes.len());
        alike.push(node);
        self.held += size_of::<Node<P::Spot>>() + self.space.size(&spot);
        self.graph.nodes.push(Node {
            spot,
            parent: None,
            distance: 0,
            edges: 0..0,
            is_tried: false,
        });
        (node, true)
    }
}

/// The number of a node or an edge.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers, to which one or three is added; those of more than ten are an end.
    struct Sums;

    impl Space for Sums {
        type Spot = u32;
        type Choice = u32;
        type Step = u32;

        fn choices(&self, _: &u32) -> Vec<u32> {
            vec![1, 3]
        }

        fn step(&self, spot: &u32, choice: &u32) -> (Option<u32>, u32) {
            let sum = spot + choice;
            ((sum <= 10).then_some(sum), sum)
        }

        fn key<'s>(&self, spot: &'s u32) -> impl Eq + Hash + 's {
            *spot
        }

        fn distance(&self, _: &u32, _: &u32, index: usize) -> u32 {
            u32::from(index > 0)
        }

        fn may_return(&self, spot: &u32, choice: &u32) -> bool {
            (*spot, *choice) == (4, 3)
        }

        fn returns(&self, _: (&u32, &u32), then: (&u32, &u32)) -> bool {
            *then.1 == 1
        }

        fn size(&self, _: &u32) -> usize {
            100
        }
    }

    fn found(states: usize, memory: usize) -> (Graph<u32, u32, u32>, Vec<Sight>) {
        let bounds = Bounds {
            states,
            memory,
            goes_on: &|_| true,
        };
        let mut sights = Vec::new();
        let graph = search(&Sums, Some(0), &bounds, |sum, sight| {
            sights.push(sight);
            (sum, 0)
        });
        (graph, sights)
    }

    #[test]
    fn each_place_is_tried_once_and_reached_by_what_is_least_out_of_the_ordinary() {
        let (graph, sights) = found(1000, 1 << 20);
        assert_eq!(graph.extent, Extent::Everything);
        assert_eq!((graph.nodes.len(), graph.edges.len()), (11, 22));
        assert_eq!(sights.len(), 22);
        // By ones alone: nothing out of the ordinary.
        assert!(graph.nodes.iter().all(|node| node.distance == 0));
        let ten = graph.nodes.iter().find(|node| node.spot == 10).unwrap();
        let way = graph.way_to(ten.parent);
        assert_eq!(way.len(), 10);
        assert!(way.iter().all(|&edge| graph.edges[edge as usize].is_usual));
    }

    #[test]
    fn a_choice_can_lead_back_to_what_an_earlier_one_led_to() {
        let (graph, _) = found(1000, 1 << 20);
        let back = graph
            .edges
            .iter()
            .find(|edge| graph.nodes[edge.from as usize].spot == 4 && edge.choice == 3);
        let to = back.and_then(|edge| edge.to).unwrap();
        assert_eq!(graph.nodes[to as usize].spot, 1);
    }

    #[test]
    fn it_stops_at_its_bounds() {
        let (graph, _) = found(11, 1 << 20);
        assert_eq!((graph.extent, graph.nodes.len()), (Extent::States, 11));
        assert_eq!(found(12, 1 << 20).0.extent, Extent::Everything);
        assert_eq!(found(1000, 100).0.extent, Extent::Memory);
    }
}
