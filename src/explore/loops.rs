//! Which places of a graph lie on a loop, and in which order the others come.

use super::seen::{CallEdge, CallGraph};

/// The strongly connected parts of a graph (Tarjan), those that nothing leads out of first.
#[derive(Debug)]
pub(super) struct Parts {
    /// The nodes of each part.
    pub(super) nodes: Vec<Vec<u32>>,
    /// The part of each node.
    pub(super) of: Vec<u32>,
    /// Whether a part is a loop.
    pub(super) is_loop: Vec<bool>,
}

const NONE: u32 = u32::MAX;

impl Parts {
    /// The parts of a graph as far as these edges lead.
    pub(super) fn of(graph: &CallGraph, leads: impl Fn(&CallEdge) -> bool) -> Self {
        let count = graph.nodes.len();
        let next: Vec<Vec<u32>> = (0..count)
            .map(|node| {
                let edges = graph.edges_of(u32::try_from(node).unwrap_or(NONE));
                edges
                    .filter(|(_, edge)| leads(edge))
                    .filter_map(|(_, edge)| edge.to)
                    .collect()
            })
            .collect();
        let mut parts = Self {
            nodes: Vec::new(),
            of: vec![NONE; count],
            is_loop: Vec::new(),
        };
        let (mut index, mut low) = (vec![NONE; count], vec![0; count]);
        let (mut counter, mut pile) = (0_u32, Vec::new());
        for root in 0..count {
            if index[root] != NONE {
                continue;
            }
            // A node, and which of its edges is next.
            let mut work = vec![(root, 0)];
            while let Some((node, at)) = work.last_mut() {
                let node = *node;
                if *at == 0 && index[node] == NONE {
                    index[node] = counter;
                    low[node] = counter;
                    counter += 1;
                    pile.push(node);
                }
                if let Some(&to) = next[node].get(*at) {
                    *at += 1;
                    let to = to as usize;
                    if index[to] == NONE {
                        work.push((to, 0));
                    } else if parts.of[to] == NONE {
                        low[node] = low[node].min(index[to]);
                    }
                    continue;
                }
                work.pop();
                if let Some(&(above, _)) = work.last() {
                    low[above] = low[above].min(low[node]);
                }
                if low[node] == index[node] {
                    let start = pile.iter().rposition(|&one| one == node).unwrap_or(0);
                    let members: Vec<usize> = pile.drain(start..).collect();
                    let part = u32::try_from(parts.nodes.len()).unwrap_or(NONE);
                    for &member in &members {
                        parts.of[member] = part;
                    }
                    let itself = u32::try_from(node).unwrap_or(NONE);
                    parts
                        .is_loop
                        .push(members.len() > 1 || next[node].contains(&itself));
                    let members = members
                        .into_iter()
                        .map(|one| u32::try_from(one).unwrap_or(NONE));
                    parts.nodes.push(members.collect());
                }
            }
        }
        parts
    }
}

/// The nodes from which these edges lead to the end of the call.
pub(super) fn can_end(graph: &CallGraph, leads: impl Fn(&CallEdge) -> bool) -> Vec<bool> {
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); graph.nodes.len()];
    let mut can_end = vec![false; graph.nodes.len()];
    let mut work = Vec::new();
    for edge in graph.edges.iter().filter(|edge| leads(edge)) {
        match edge.to {
            Some(to) => before[to as usize].push(edge.from),
            None => work.push(edge.from),
        }
    }
    while let Some(node) = work.pop() {
        if !std::mem::replace(&mut can_end[node as usize], true) {
            work.append(&mut before[node as usize]);
        }
    }
    can_end
}
