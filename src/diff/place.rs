//! Where a value stands: in its document, and in the words of the flow.

/// A place in a document with the name that people give it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// As in `call.logs[1].reason`.
    pub(super) place: String,
    /// As in `Dial[0].reason`.
    pub(super) name: String,
}

impl Place {
    /// The document itself.
    pub(super) fn root() -> Self {
        Self {
            place: String::new(),
            name: String::new(),
        }
    }

    /// A member of the object that stands here.
    pub(super) fn key(&self, key: &str) -> Self {
        let member = |path: &str| match path.is_empty() {
            true => key.to_owned(),
            false => format!("{path}.{key}"),
        };
        Self {
            place: member(&self.place),
            name: member(&self.name),
        }
    }

    /// An element of the array that stands here.
    pub(super) fn index(&self, index: usize) -> Self {
        Self {
            place: format!("{}[{index}]", self.place),
            name: format!("{}[{index}]", self.name),
        }
    }

    /// The same place by another name.
    pub(super) fn named(mut self, name: String) -> Self {
        self.name = name;
        self
    }
}

/// The innermost key of a path.
pub(super) fn leaf(path: &str) -> &str {
    let leaf = path.rsplit('.').next().unwrap_or_default();
    leaf.split('[').next().unwrap_or_default()
}
