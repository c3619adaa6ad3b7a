//! A list that only grows, and whose clones share what they have in common.

use std::sync::Arc;

/// How many items one chunk holds. A clone copies at most so many, however long the list is.
const CHUNK: usize = 8;

/// A list that only grows. A clone costs the same whatever its length.
#[derive(Clone, Debug)]
pub(super) struct Chunks<T> {
    full: Option<Arc<Chunk<T>>>,
    last: Vec<T>,
    length: usize,
}

#[derive(Debug)]
struct Chunk<T> {
    items: Vec<T>,
    before: Option<Arc<Self>>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self {
            full: None,
            last: Vec::new(),
            length: 0,
        }
    }
}

impl<T> Chunks<T> {
    pub(super) fn push(&mut self, item: T) {
        if self.last.len() == CHUNK {
            self.full = Some(Arc::new(Chunk {
                items: std::mem::take(&mut self.last),
                before: self.full.take(),
            }));
        }
        self.last.push(item);
        self.length += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The items from an index on, in their order. Costs as much as there are.
    pub(super) fn since(&self, index: usize) -> impl Iterator<Item = &T> {
        let mut chunks = vec![&*self.last];
        let mut begins = self.length - self.last.len();
        let mut chunk = self.full.as_deref();
        while let Some(one) = chunk.filter(|_| begins > index) {
            begins -= one.items.len();
            chunks.push(&one.items);
            chunk = one.before.as_deref();
        }
        let skip = index.saturating_sub(begins);
        chunks.into_iter().rev().flatten().skip(skip)
    }
}

/// Chunk by chunk: a long list must not be dropped by recursion.
impl<T> Drop for Chunk<T> {
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut chunk) = before.and_then(Arc::into_inner) {
            before = chunk.before.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_what_they_have_in_common() {
        let mut list = Chunks::default();
        for item in 0..100 {
            list.push(item);
        }
        let mut other = list.clone();
        list.push(1);
        other.push(2);
        assert!(list.since(98).eq(&[98, 99, 1]));
        assert!(other.since(98).eq(&[98, 99, 2]));
        assert_eq!(list.since(0).count(), 101);
        assert_eq!(list.since(64).next(), Some(&64));
        assert_eq!(list.since(101).next(), None);
    }

    #[test]
    fn a_long_list_is_dropped_without_recursion() {
        let mut list = Chunks::default();
        for item in 0..10_000_000_u32 {
            list.push(item);
        }
        assert_eq!(list.len(), 10_000_000);
    }
}
