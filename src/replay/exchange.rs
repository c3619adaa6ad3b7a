//! Flows that stand in the place of those that a call ran.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::flow::{Alignment, Flow, NodeId, align};
use crate::record::{Does, Identifiers, Outline};
use crate::scenario::{Content, DocumentPattern, PathPattern, Reply, Scenario};
use crate::simulate::{Run, setup_for, whole_url};

/// A flow in the place of another.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Where the other was fetched; absent for the flow that took the call.
    pub url: Option<Box<str>>,
    /// The flow as it was.
    pub old: Arc<Flow>,
    /// The flow in its place.
    pub new: Arc<Flow>,
    alignment: Arc<Alignment>,
}

impl Exchange {
    /// Puts a flow in the place of another.
    pub fn new(url: Option<Box<str>>, old: Arc<Flow>, new: Arc<Flow>) -> Self {
        let alignment = Arc::new(align(&old, &new));
        Self {
            url,
            old,
            new,
            alignment,
        }
    }

    /// Which command of the old flow is which of the new one.
    pub fn alignment(&self) -> &Alignment {
        &self.alignment
    }

    /// Whether a rule is about the commands of this flow.
    pub(super) fn concerns(&self, document: Option<&DocumentPattern>) -> bool {
        document.is_none_or(|document| document.matches(self.url.as_deref()))
    }

    /// The command of the old flow that a pattern names: that of the whole path, if there is one.
    pub(super) fn named(&self, pattern: &PathPattern) -> Option<NodeId> {
        let mut meant = self
            .old
            .nodes()
            .map(|(id, _)| id)
            .filter(|&id| pattern.matches(&self.old.path(id), &self.old.tags(id)));
        let first = meant.next()?;
        let is_exact = |&id: &NodeId| PathPattern::naming(&self.old, id) == *pattern;
        Some(
            std::iter::once(first)
                .chain(meant)
                .find(is_exact)
                .unwrap_or(first),
        )
    }

    /// How a sentence names the new flow.
    pub(super) fn name(&self) -> String {
        match &self.url {
            None => "the new flow".to_owned(),
            Some(url) => format!("the new flow of {url}"),
        }
    }
}

/// The documents that a call fetched and that a scenario, whose options say what servers answer now, has
/// another one for. `flow` gives the flow of a file; none where it is no flow.
pub fn exchanged(
    was: &Run,
    scenario: &Scenario,
    flow: impl Fn(&Path) -> Option<Arc<Flow>>,
) -> Vec<Exchange> {
    let options = scenario.callbacks.overrides().len();
    let mut exchanged: Vec<Exchange> = Vec::new();
    if options == 0 {
        return exchanged;
    }
    let facts = setup_for(scenario, Identifiers(0), Arc::default()).facts;
    let outline = Outline::of(&was.record);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for step in &outline.steps {
        let Does::Fetches { request, .. } = &step.does else {
            continue;
        };
        let (url, whole) = (&*request.url, whole_url(request, &facts));
        let count = counts.entry(url).or_default();
        let rule = scenario.callback(*count, request.method, &[url, &whole]);
        *count += 1;
        let Some((_, rule)) = rule.filter(|(at, _)| *at < options) else {
            continue;
        };
        let Reply::Answered {
            content: Content::File(path),
            ..
        } = &rule.reply
        else {
            continue;
        };
        let old = outline.flows.fetched.get(&step.entry);
        let old = old.map(|&document| outline.flows.documents[document].flow.clone());
        let (Some(old), Some(new)) = (old, flow(&path.value)) else {
            continue;
        };
        let is_known = exchanged
            .iter()
            .any(|one| one.url.as_deref() == Some(url) && one.old == old && one.new == new);
        if !is_known {
            exchanged.push(Exchange::new(Some(url.into()), old, new));
        }
    }
    exchanged
}
