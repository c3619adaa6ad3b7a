//! Flows that were fetched, each compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Flow, compile};
use crate::diagnostic::Severity;
use crate::xml;

/// Flows by their bytes: the same document is read and compiled once, however often it is fetched.
#[derive(Debug, Default)]
pub struct Library {
    known: Mutex<HashMap<Box<[u8]>, Compiled>>,
}

/// A flow, or the first thing that is wrong with it.
type Compiled = Result<Arc<Flow>, Box<str>>;

impl Library {
    /// The flow of a document.
    ///
    /// # Errors
    /// The first thing that is wrong with the document, in words. `name` stands for it there.
    pub fn flow(&self, name: &str, bytes: &[u8]) -> Result<Arc<Flow>, Box<str>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = known.get(bytes) {
            return compiled.clone();
        }
        let compiled = compiled(name, bytes);
        known.insert(bytes.into(), compiled.clone());
        compiled
    }
}

fn compiled(name: &str, bytes: &[u8]) -> Compiled {
    let (document, mut findings) = xml::read(name, bytes);
    if findings.is_empty() {
        let (flow, wrong) = compile(document);
        if wrong
            .iter()
            .all(|finding| finding.severity != Severity::Error)
        {
            return Ok(Arc::new(flow));
        }
        findings = wrong;
    }
    let first = findings
        .into_iter()
        .find(|finding| finding.severity == Severity::Error);
    Err(first.map_or_else(Box::default, |finding| (*finding.message).into()))
}
