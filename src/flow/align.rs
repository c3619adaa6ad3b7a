//! Which command of one flow is which of another: what a structural diff tells.
//!
//! A path is an address in one flow: a prompt more in front, and every path behind it is another. So a
//! command is known by its tag; else by its kind, its content and its order, inside blocks that belong
//! together themselves.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Flow, NodeId};
use crate::alignment::{Prices, Step};
use crate::channel::Label;

/// Which command of an old flow is which of a new one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alignment {
    /// By the places of the old commands.
    to_new: Vec<Option<Counterpart>>,
    /// By the places of the new ones.
    to_old: Vec<Option<Counterpart>>,
}

/// The command of the other flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counterpart {
    /// The command.
    pub node: NodeId,
    /// Whether it may be another one: the two differ much, or stand elsewhere.
    pub is_doubtful: bool,
}

impl Alignment {
    /// The command of the new flow that a command of the old one became; none where it was removed.
    pub fn new_of(&self, old: NodeId) -> Option<Counterpart> {
        self.to_new.get(old.index()).copied().flatten()
    }

    /// The command of the old flow that a command of the new one was; none where it was added.
    pub fn old_of(&self, new: NodeId) -> Option<Counterpart> {
        self.to_old.get(new.index()).copied().flatten()
    }
}

/// Aligns two flows.
pub fn align(old: &Flow, new: &Flow) -> Alignment {
    let (old_contents, new_contents) = (Contents::new(old), Contents::new(new));
    let mut aligner = Aligner {
        twins: twins(&old_contents, &new_contents),
        old: old_contents,
        new: new_contents,
        found: Alignment {
            to_new: vec![None; old.nodes.len()],
            to_old: vec![None; new.nodes.len()],
        },
    };
    aligner.tags();
    aligner.blocks();
    aligner.found
}

/// What the commands of a flow say.
struct Contents<'f> {
    flow: &'f Flow,
    /// A hash of each command with all inside it, its tag aside.
    whole: Vec<u64>,
    /// Hashes of what a command says and holds, sorted: its attributes, its words, what is inside.
    parts: Vec<Vec<u64>>,
}

/// So many parts of a command are compared.
const MOST_PARTS: usize = 64;

impl<'f> Contents<'f> {
    fn new(flow: &'f Flow) -> Self {
        let count = flow.nodes.len();
        let mut contents = Self {
            flow,
            whole: vec![0; count],
            parts: vec![Vec::new(); count],
        };
        // What is inside a command stands behind it.
        for (id, node) in flow.nodes().collect::<Vec<_>>().into_iter().rev() {
            let mut parts = Vec::new();
            if let Some(element) = flow.element(id) {
                let attributes = element.attributes().filter(|one| one.name() != "tag");
                parts.extend(attributes.map(|one| hash(&(one.name(), one.value()))));
                let text = element.text();
                parts.extend(text.split_whitespace().map(|word| hash(&word)));
            }
            parts.extend(
                node.meta
                    .iter()
                    .map(|(key, value)| hash(&(key, format!("{value:?}")))),
            );
            let own = parts.clone();
            let inside = [flow.error_of(id), flow.children_of(id)];
            let inside = inside.map(|list| list.iter().map(|child| contents.whole[child.index()]));
            let [errors, children] = inside.map(Iterator::collect::<Vec<_>>);
            contents.whole[id.index()] = hash(&(node.command.spec().name, own, &errors, &children));
            parts.extend(errors);
            parts.extend(children);
            parts.truncate(MOST_PARTS);
            parts.sort_unstable();
            contents.parts[id.index()] = parts;
        }
        contents
    }

    fn kind(&self, id: NodeId) -> &'static str {
        self.flow.node(id).command.spec().name
    }

    fn whole(&self, id: NodeId) -> u64 {
        self.whole[id.index()]
    }

    /// The two lists of commands inside a command, or of the flow itself.
    fn lists(&self, id: Option<NodeId>) -> [&'f [NodeId]; 2] {
        match id {
            Some(id) => [self.flow.error_of(id), self.flow.children_of(id)],
            None => [self.flow.error(), self.flow.children()],
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What leaving a command alone costs; pairing two that are not the same costs less than twice that, the
/// less the more they have in common.
const ALONE: u32 = 100;

/// The highest price at which two commands are surely the same one.
const SURE: u32 = 120;

/// Two of one kind in aligned blocks that have nothing in common.
const DIFFERENT: u32 = 190;

/// Commands that say something and of which there is one, with all inside, in each flow.
fn twins(old: &Contents<'_>, new: &Contents<'_>) -> BTreeMap<u64, (NodeId, NodeId)> {
    let all = |contents: &Contents<'_>| {
        let none = vec![None; contents.whole.len()];
        unpaired(contents, &none)
    };
    let new = all(new);
    let single = |content: &u64| match &new.get(content)?[..] {
        [one] => Some(*one),
        _ => None,
    };
    let old_ones = all(old).into_iter();
    let twins = old_ones.filter_map(|(content, places)| match places[..] {
        [one] if !old.parts[one.index()].is_empty() => Some((content, (one, single(&content)?))),
        _ => None,
    });
    twins.collect()
}

struct Aligner<'f> {
    old: Contents<'f>,
    new: Contents<'f>,
    /// Commands with the same content of which there is one in each flow, by that.
    twins: BTreeMap<u64, (NodeId, NodeId)>,
    found: Alignment,
}

impl Aligner<'_> {
    /// Pairs commands of one kind whose tag no other command of either flow has.
    fn tags(&mut self) {
        let flow = self.old.flow;
        for (old, node) in flow.nodes() {
            if let Some(tag) = &node.tag
                && flow.tagged(tag) == Some(old)
                && let Some(new) = self.new.flow.tagged(tag)
                && self.old.kind(old) == self.new.kind(new)
            {
                self.pair(old, new, false);
            }
        }
    }

    fn pair(&mut self, old: NodeId, new: NodeId, is_doubtful: bool) {
        self.found.to_new[old.index()] = Some(Counterpart {
            node: new,
            is_doubtful,
        });
        self.found.to_old[new.index()] = Some(Counterpart {
            node: old,
            is_doubtful,
        });
    }

    fn is_free(&self, old: NodeId, new: NodeId) -> bool {
        self.found.new_of(old).is_none() && self.found.old_of(new).is_none()
    }

    /// Pairs what stands in blocks that belong together, from the outside in, and then what moved.
    fn blocks(&mut self) {
        let tagged: Vec<_> = self.old.flow.nodes().map(|(id, _)| id).collect();
        self.inside(None, None);
        for old in tagged {
            if let Some(new) = self.found.new_of(old) {
                self.inside(Some(old), Some(new.node));
            }
        }
        // Each round may find blocks whose insides belong together.
        while self.moved() || self.around() {}
    }

    /// Pairs what stands directly inside two commands that belong together, and what is inside that.
    fn inside(&mut self, old: Option<NodeId>, new: Option<NodeId>) {
        let mut pending = vec![(old, new)];
        while let Some((old, new)) = pending.pop() {
            let lists = self.old.lists(old).into_iter().zip(self.new.lists(new));
            for (old, new) in lists {
                for (old, new) in self.list(old, new) {
                    pending.push((Some(old), Some(new)));
                }
            }
        }
    }

    /// Pairs the commands of two lists; gives the new pairs.
    fn list(&mut self, old: &[NodeId], new: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        let old: Vec<_> = old
            .iter()
            .copied()
            .filter(|&id| self.found.new_of(id).is_none())
            .collect();
        let new: Vec<_> = new
            .iter()
            .copied()
            .filter(|&id| self.found.old_of(id).is_none())
            .collect();
        let mut pairs = Vec::new();
        for (old, new, price) in self.steps(&old, &new) {
            self.pair(old, new, price > SURE);
            pairs.push((old, new));
        }
        pairs.extend(self.out_of_order(&old, &new));
        pairs
    }

    /// Pairs what is left of two lists and much alike, in whatever order; gives the new pairs.
    fn out_of_order(&mut self, old: &[NodeId], new: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        /// The most pairs that are compared.
        const MOST: usize = 10_000;
        let old = old.iter().filter(|&&id| self.found.new_of(id).is_none());
        let new = new.iter().filter(|&&id| self.found.old_of(id).is_none());
        let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
        if old.len().saturating_mul(new.len()) > MOST {
            return Vec::new();
        }
        let all = old
            .iter()
            .flat_map(|&&old| new.iter().map(move |&&new| (old, new)));
        let alike = all.filter_map(|(old, new)| {
            let price = self.price(old, new).filter(|&price| price <= SURE)?;
            Some((price, old, new))
        });
        let mut alike: Vec<_> = alike.collect();
        alike.sort_unstable();
        let mut pairs = Vec::new();
        for (price, old, new) in alike {
            if self.is_free(old, new) {
                self.pair(old, new, price > 1);
                pairs.push((old, new));
            }
        }
        pairs
    }

    /// Which commands of two lists are paired in order, and at what price.
    fn steps(&self, old: &[NodeId], new: &[NodeId]) -> Vec<(NodeId, NodeId, u32)> {
        let is_same =
            |(old, new): &(&NodeId, &NodeId)| self.old.whole(**old) == self.new.whole(**new);
        let begin = old.iter().zip(new).take_while(is_same).count();
        let (rest_old, rest_new) = (&old[begin..], &new[begin..]);
        let ends = rest_old.iter().rev().zip(rest_new.iter().rev());
        let end = ends.take_while(is_same).count();
        let middle_old = &rest_old[..rest_old.len() - end];
        let middle_new = &rest_new[..rest_new.len() - end];
        let same = old[..begin].iter().zip(new);
        let same = same.chain(old[old.len() - end..].iter().zip(&new[new.len() - end..]));
        let mut steps: Vec<_> = same.map(|(&old, &new)| (old, new, 0)).collect();
        let prices = Prices {
            alone: ALONE,
            pair: |at: usize, item: usize| self.price(middle_old[at], middle_new[item]),
            is_gap: |_| false,
        };
        // Lists of thousands that differ everywhere have no order to go by.
        let middle = prices
            .align(middle_old.len(), middle_new.len())
            .unwrap_or_default();
        steps.extend(middle.into_iter().filter_map(|step| match step {
            Step::Both(at, item) => {
                let (old, new) = (middle_old[at], middle_new[item]);
                Some((old, new, self.price(old, new)?))
            }
            _ => None,
        }));
        steps
    }

    /// What pairing two commands costs; none where they are of different kinds.
    fn price(&self, old: NodeId, new: NodeId) -> Option<u32> {
        if self.old.kind(old) != self.new.kind(new) {
            return None;
        }
        if self.old.whole(old) == self.new.whole(new) {
            // Of several that say the same, that with the same tag.
            let is_same = self.old.flow.node(old).tag == self.new.flow.node(new).tag;
            return Some(u32::from(!is_same));
        }
        if self.has_free_twin(self.old.whole(old)) || self.has_free_twin(self.new.whole(new)) {
            return None;
        }
        let (one, other) = (&self.old.parts[old.index()], &self.new.parts[new.index()]);
        let common = common(one, other);
        let all = one.len() + other.len();
        if all == 0 {
            return Some(1);
        }
        let differ =
            u32::try_from((all - 2 * common) * DIFFERENT as usize / all).unwrap_or(DIFFERENT);
        let differ = differ.max(2);
        // A menu has one branch for a code, whatever it does, and a command its Error block.
        Some(
            if self.is_same_branch(old, new) || self.is_only_handler(old, new) {
                differ.min(SURE)
            } else {
                differ
            },
        )
    }

    /// Whether there is a command with this content in each flow, and neither has been paired.
    fn has_free_twin(&self, content: u64) -> bool {
        let twins = self.twins.get(&content);
        twins.is_some_and(|&(old, new)| self.is_free(old, new))
    }

    /// Whether two commands are each the only Error block of the command around it.
    fn is_only_handler(&self, old: NodeId, new: NodeId) -> bool {
        let is_only = |flow: &Flow, id: NodeId| {
            let around = flow.parent(id);
            around.is_some_and(|around| flow.error_of(around) == [id])
        };
        is_only(self.old.flow, old) && is_only(self.new.flow, new)
    }

    /// Whether two commands are chosen by the same keys.
    fn is_same_branch(&self, old: NodeId, new: NodeId) -> bool {
        let (old, new) = (self.old.flow.label(old), self.new.flow.label(new));
        match old {
            Label::Code(_) | Label::NoMatch => old == new,
            Label::Command | Label::Destination(_) => false,
        }
    }

    /// Pairs commands that moved: with all inside, there is one like it on each side, or as many, which are
    /// paired in their order. Tells whether there was any.
    fn moved(&mut self) -> bool {
        let old = unpaired(&self.old, &self.found.to_new);
        let new = unpaired(&self.new, &self.found.to_old);
        let mut pairs = Vec::new();
        for (content, places) in old {
            let Some(others) = new.get(&content).filter(|all| all.len() == places.len()) else {
                continue;
            };
            let is_one = places.len() == 1;
            let both = places.into_iter().zip(others);
            pairs.extend(both.map(|(old, new)| (old, *new, is_one)));
        }
        pairs.sort_unstable();
        let mut has_any = false;
        for (old, new, is_one) in pairs {
            if self.is_free(old, new) {
                // What says nothing of its own may be any.
                let is_bare = self.old.parts[old.index()].is_empty();
                self.pair(old, new, is_bare || !is_one);
                self.inside(Some(old), Some(new));
                has_any = true;
            }
        }
        has_any
    }

    /// Pairs commands around those that belong together. Tells whether there was any.
    fn around(&mut self) -> bool {
        let ids: Vec<_> = self.old.flow.nodes().map(|(id, _)| id).collect();
        let mut has_any = false;
        for inner in ids.into_iter().rev() {
            let Some(counterpart) = self.found.new_of(inner) else {
                continue;
            };
            let Some(old) = self.old.flow.parent(inner) else {
                continue;
            };
            let mut around = self.new.flow.parent(counterpart.node);
            while let Some(new) = around {
                if self.is_free(old, new) && self.old.kind(old) == self.new.kind(new) {
                    self.pair(old, new, true);
                    self.inside(Some(old), Some(new));
                    has_any = true;
                    break;
                }
                around = self.new.flow.parent(new);
            }
        }
        has_any
    }
}

/// The commands without a counterpart, by their contents.
fn unpaired(contents: &Contents<'_>, found: &[Option<Counterpart>]) -> BTreeMap<u64, Vec<NodeId>> {
    let mut unpaired: BTreeMap<u64, Vec<NodeId>> = BTreeMap::new();
    for (id, _) in contents.flow.nodes() {
        if found[id.index()].is_none() {
            unpaired.entry(contents.whole(id)).or_default().push(id);
        }
    }
    unpaired
}

/// How many items two sorted lists have in common.
fn common(one: &[u64], other: &[u64]) -> usize {
    let (mut at, mut item, mut count) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(at), other.get(item)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => item += 1,
            std::cmp::Ordering::Equal => (at, item, count) = (at + 1, item + 1, count + 1),
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::compile;
    use crate::xml;

    fn flow(inside: &str) -> Flow {
        let text = format!("<Response>{inside}</Response>");
        let (document, found) = xml::read("flow.xml", text.as_bytes());
        assert!(found.is_empty(), "{found:?}");
        compile(document).0
    }

    /// The old paths with the new ones: `?` where it is doubtful, `-` and `+` where there is none.
    fn aligned(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (flow(old), flow(new));
        let found = align(&old, &new);
        let lines = old.nodes().map(|(id, _)| {
            let path = old.path(id);
            match found.new_of(id) {
                Some(other) => {
                    assert_eq!(found.old_of(other.node).unwrap().node, id);
                    let mark = if other.is_doubtful { "?" } else { "" };
                    let new = new.path(other.node);
                    if new == path && !other.is_doubtful {
                        path
                    } else {
                        format!("{path} = {new}{mark}")
                    }
                }
                None => format!("-{path}"),
            }
        });
        let mut lines: Vec<_> = lines.collect();
        let added = new.nodes().filter(|(id, _)| found.old_of(*id).is_none());
        lines.extend(added.map(|(id, _)| format!("+{}", new.path(id))));
        lines
    }

    const MENU: &str =
        "<Gather><Say>Press 1.</Say><DTMF value=\"1\"><Say>One.</Say></DTMF></Gather>";

    #[test]
    fn a_flow_is_aligned_with_itself() {
        let found = aligned(MENU, MENU);
        assert!(
            found.iter().all(|line| !line.contains(['=', '-', '+'])),
            "{found:?}"
        );
    }

    #[test]
    fn a_prompt_more_moves_the_paths_behind_it() {
        let new = format!("<Say>Hello.</Say>{MENU}");
        let found = aligned(MENU, &new);
        assert_eq!(found[0], "Gather[0] = Gather[1]");
        assert!(found.contains(&"Gather[0].DTMF[1].Say[0] = Gather[1].DTMF[1].Say[0]".to_owned()));
        assert_eq!(found.last().unwrap(), "+Say[0]");
    }

    #[test]
    fn a_tag_is_stronger_than_the_place() {
        assert_eq!(
            aligned(
                "<Say tag=\"a\">One.</Say><Say>Two.</Say>",
                "<Say>One.</Say><Say tag=\"a\">Two.</Say>"
            ),
            ["Say[0] = Say[1]", "Say[1] = Say[0]?"]
        );
        // Two of one tag name nothing, and another kind is another command.
        assert_eq!(
            aligned(
                "<Say tag=\"a\">One.</Say><Say tag=\"a\">Two.</Say>",
                "<Say tag=\"a\">One.</Say><Say tag=\"a\">Two.</Say>"
            ),
            ["Say[0]", "Say[1]"]
        );
        assert_eq!(
            aligned(
                "<Say tag=\"a\">One.</Say>",
                "<Pause tag=\"a\" length=\"1000\"/>"
            ),
            ["-Say[0]", "+Pause[0]"]
        );
    }

    #[test]
    fn what_is_swapped_is_found() {
        let say = |text: &str| format!("<Say>{text}</Say>");
        let found = aligned(
            &["a one", "b two", "c three"].map(say).concat(),
            &["a one", "c three", "b two"].map(say).concat(),
        );
        assert_eq!(found, ["Say[0]", "Say[1] = Say[2]", "Say[2] = Say[1]"]);
    }

    #[test]
    fn what_is_wrapped_keeps_its_inside() {
        let new = format!("<Schedule days=\"mon\">{MENU}</Schedule>");
        let found = aligned(MENU, &new);
        assert_eq!(found[0], "Gather[0] = Schedule[0].Gather[0]");
        assert!(found.contains(&"+Schedule[0]".to_owned()));
        // Also where something inside is another.
        let new = new.replace("One.", "First.");
        let found = aligned(MENU, &new);
        assert_eq!(found[0], "Gather[0] = Schedule[0].Gather[0]?");
    }

    #[test]
    fn an_edited_command_is_still_the_same_one() {
        let long = "<Say>Please leave a message after the tone.</Say>";
        let edited = long.replace("Please", "Kindly");
        assert_eq!(aligned(long, &edited), ["Say[0]"]);
        assert_eq!(
            aligned(long, "<Say>Nobody is here today.</Say>"),
            ["Say[0] = Say[0]?"]
        );
        assert_eq!(
            aligned(
                &format!("<Say>Hello.</Say>{long}"),
                &format!("{edited}<Say>Hello.</Say>")
            ),
            ["Say[0] = Say[1]", "Say[1] = Say[0]?"]
        );
    }

    #[test]
    fn long_flows_end() {
        let say = |text: String, one: i32| text + &format!("<Say>{one} a</Say>");
        let old = (0..3000).fold(String::new(), say);
        let new = (0..3000).rev().fold(String::new(), say);
        let found = aligned(&old, &new);
        assert_eq!(found[0], "Say[0] = Say[2999]");
    }
}
