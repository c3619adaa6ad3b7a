//! How many calls there are, and by which commands they go.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::answers::Answer;
use super::graph::Graph;
use super::loops::Parts;
use crate::call::CommandPlace;

/// How many different calls there are: rows of answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Walks {
    /// So many.
    Exactly(u128),
    /// More than can be counted, and yet not without end.
    Uncounted,
    /// Without end: the command at which a loop begins anew.
    Endless(String),
}

/// The commands by which calls go, as lists of paths.
#[derive(Debug)]
pub(super) struct Routes {
    /// The path of each command, by its number.
    names: Vec<u32>,
    paths: Vec<String>,
}

/// Where a list of paths has come to: the next command of an edge.
type Place = (u32, u32);

/// The places of all calls that went by the same commands.
type Places = BTreeSet<Place>;

/// What stands for the beginning, which no edge leads to.
const BEGINNING: u32 = u32::MAX;

impl Routes {
    pub(super) fn new(graph: &Graph) -> Self {
        let (mut names, mut paths) = (Vec::new(), Vec::new());
        let mut known: HashMap<String, u32> = HashMap::new();
        for path in graph.commands.iter().map(CommandPlace::path) {
            let name = *known.entry(path).or_insert_with_key(|path| {
                paths.push(path.clone());
                u32::try_from(paths.len() - 1).unwrap_or(u32::MAX)
            });
            names.push(name);
        }
        Self { names, paths }
    }

    /// The first of all different lists of paths, those of few commands first; and whether they are all.
    ///
    /// A call that the caller ends has the list of the commands that had begun.
    pub(super) fn lists(&self, graph: &Graph, most: usize) -> (Vec<Vec<String>>, bool) {
        let mut lists: Vec<Vec<u32>> = Vec::new();
        let mut next = VecDeque::from([(Vec::new(), start(graph))]);
        while let Some((list, places)) = next.pop_front() {
            if lists.len() == most {
                return (self.spelt(&lists), false);
            }
            for (name, places) in self.onward(graph, &places) {
                // More would not be listed.
                if next.len() + lists.len() <= most {
                    let mut longer: Vec<u32> = list.clone();
                    longer.push(name);
                    next.push_back((longer, places));
                }
            }
            lists.push(list);
        }
        (self.spelt(&lists), graph.is_complete())
    }

    /// Whether a call goes by these commands, to its end or to where the caller ends it.
    pub(super) fn has(&self, graph: &Graph, route: &[String]) -> bool {
        let mut places = start(graph);
        for path in route {
            let Some(name) = self.paths.iter().position(|one| one == path) else {
                return false;
            };
            let name = u32::try_from(name).unwrap_or(u32::MAX);
            match self.onward(graph, &places).remove(&name) {
                Some(next) => places = next,
                None => return false,
            }
        }
        true
    }

    fn spelt(&self, lists: &[Vec<u32>]) -> Vec<Vec<String>> {
        let spelt = |list: &Vec<u32>| {
            list.iter()
                .map(|&name| self.paths[name as usize].clone())
                .collect()
        };
        lists.iter().map(spelt).collect()
    }

    /// Where calls come to by their next command, for each that there is.
    fn onward(&self, graph: &Graph, places: &Places) -> BTreeMap<u32, Places> {
        let mut onward: BTreeMap<u32, Places> = BTreeMap::new();
        for &(edge, at) in places {
            let began = began(graph, edge);
            let Some(&command) = began.get(at as usize) else {
                continue;
            };
            let next = onward.entry(self.names[command as usize]).or_default();
            settle(graph, (edge, at + 1), next);
        }
        onward
    }
}

fn began(graph: &Graph, edge: u32) -> &[u32] {
    match edge {
        BEGINNING => &graph.beginning,
        edge => &graph.edges[edge as usize].began,
    }
}

fn start(graph: &Graph) -> Places {
    let mut places = Places::new();
    settle(graph, (BEGINNING, 0), &mut places);
    places
}

/// Adds a place, or, behind the last command of its edge, the places that follow.
fn settle(graph: &Graph, place: Place, places: &mut Places) {
    let mut work = vec![place];
    let mut seen = BTreeSet::new();
    while let Some((edge, at)) = work.pop() {
        if (at as usize) < began(graph, edge).len() {
            places.insert((edge, at));
            continue;
        }
        let to = match edge {
            BEGINNING => (!graph.nodes.is_empty()).then_some(0),
            edge => graph.edges[edge as usize].to,
        };
        if let Some(to) = to.filter(|&to| seen.insert(to)) {
            work.extend(graph.nodes[to as usize].edges.clone().map(|edge| (edge, 0)));
        }
    }
}

/// How many different rows of answers there are.
///
/// Where the caller can hang up, each command that begins stands for two more: before it, and in it.
pub(super) fn walks(graph: &Graph, parts: &Parts, can_hang_up: bool) -> Walks {
    if let Some(part) = parts.is_loop.iter().position(|&is_loop| is_loop) {
        let inside = |to: u32| parts.of[to as usize] as usize == part;
        let edges = parts.nodes[part]
            .iter()
            .flat_map(|&node| graph.edges_of(node));
        let mut edges = edges.filter(|(_, edge)| edge.to.is_some_and(inside));
        let place = edges.find_map(|(_, edge)| match edge.answer {
            Answer::Came(_) => graph.nodes[edge.from as usize].spot.call.state().current(),
            _ => None,
        });
        return Walks::Endless(place.map_or_else(String::new, |place| place.path()));
    }
    let hangups = |began: &[u32]| {
        if can_hang_up {
            2 * began.len() as u128
        } else {
            0
        }
    };
    let mut walks: Vec<Option<u128>> = vec![Some(0); graph.nodes.len()];
    for node in parts.nodes.iter().flatten() {
        let ways = graph.edges_of(*node).map(|(_, edge)| {
            let on = match edge.to {
                // It is the hang-up in the command that dials.
                None if edge.answer == Answer::GivenUp => Some(0),
                None => Some(1),
                Some(to) => walks[to as usize],
            };
            hangups(&edge.began).checked_add(on?)
        });
        let mut ways = ways;
        let sum = ways.try_fold(0_u128, |sum, ways| sum.checked_add(ways?));
        walks[*node as usize] = sum;
    }
    let rest = walks.first().copied().unwrap_or(Some(1));
    let all = rest.and_then(|rest| rest.checked_add(hangups(&graph.beginning)));
    all.map_or(Walks::Uncounted, Walks::Exactly)
}
