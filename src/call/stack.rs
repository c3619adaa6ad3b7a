//! A stack whose copies share what they have in common.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A stack. A copy costs the same whatever its depth, and so does its hash: a state is copied for
/// each answer that is tried, hundreds of documents deep.
#[derive(Clone, Debug)]
pub(super) struct Stack<T>(Option<Arc<Link<T>>>);

#[derive(Clone, Debug)]
struct Link<T> {
    item: T,
    /// How many items there are, this one included.
    depth: usize,
    /// The hash of what is below. It stays true: only the item on top changes.
    hash_below: u64,
    below: Stack<T>,
}

impl<T> Default for Stack<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Stack<T> {
    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |link| link.depth)
    }

    pub(super) fn last(&self) -> Option<&T> {
        self.iter().next()
    }

    /// The items, the one on top first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let links = std::iter::successors(self.0.as_deref(), |link| link.below.0.as_deref());
        links.map(|link| &link.item)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<T: Clone + Hash> Stack<T> {
    pub(super) fn push(&mut self, item: T) {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let link = Link {
            item,
            depth: self.len() + 1,
            hash_below: hasher.finish(),
            below: std::mem::take(self),
        };
        self.0 = Some(Arc::new(link));
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let mut link = Arc::unwrap_or_clone(self.0.take()?);
        *self = std::mem::take(&mut link.below);
        Some(link.item)
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        let link = self.0.as_mut()?;
        Some(&mut Arc::make_mut(link).item)
    }
}

impl<T: Hash> Hash for Stack<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let top = self.0.as_ref();
        top.map(|link| (&link.item, link.hash_below)).hash(state);
    }
}

/// Link by link, as far as they are not the same one.
impl<T: PartialEq> PartialEq for Stack<T> {
    fn eq(&self, other: &Self) -> bool {
        let (mut one, mut other) = (self, other);
        if one.len() != other.len() {
            return false;
        }
        while let (Some(left), Some(right)) = (&one.0, &other.0) {
            if Arc::ptr_eq(left, right) {
                return true;
            }
            if left.hash_below != right.hash_below || left.item != right.item {
                return false;
            }
            (one, other) = (&left.below, &right.below);
        }
        true
    }
}

impl<T: Eq> Eq for Stack<T> {}

/// Link by link: a deep stack must not be dropped by recursion.
impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        let mut link = self.0.take().and_then(Arc::into_inner);
        while let Some(mut one) = link {
            link = one.below.0.take().and_then(Arc::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(items: &[u32]) -> Stack<u32> {
        let mut stack = Stack::default();
        for &item in items {
            stack.push(item);
        }
        stack
    }

    fn hash(stack: &Stack<u32>) -> u64 {
        let mut hasher = DefaultHasher::new();
        stack.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn a_copy_changes_alone() {
        let mut one = stack(&[1, 2, 3]);
        let mut other = one.clone();
        *other.last_mut().unwrap() = 4;
        other.push(5);
        assert_eq!(one.pop(), Some(3));
        assert!(one.iter().eq(&[2, 1]));
        assert!(other.iter().eq(&[5, 4, 2, 1]));
        assert_eq!((one.len(), other.len()), (2, 4));
    }

    #[test]
    fn equal_ones_are_equal_however_they_came_to_be() {
        let (mut one, other) = (stack(&[1, 2, 9]), stack(&[1, 2, 3]));
        assert!(one != other);
        *one.last_mut().unwrap() = 3;
        assert!(one == other && hash(&one) == hash(&other));
        one.push(4);
        assert!(one != other);
        one.pop();
        assert!(one == other && hash(&one) == hash(&other));
        // The one below the top counts, too, though its hash alone is kept.
        assert!(stack(&[1, 7, 3]) != other && hash(&stack(&[1, 7, 3])) != hash(&other));
        assert!(stack(&[]) == stack(&[]) && stack(&[]) != stack(&[0]));
    }

    #[test]
    fn a_deep_stack_is_dropped_and_compared_without_recursion() {
        let mut deep = [Stack::default(), Stack::default()];
        for item in 0..1_000_000_u32 {
            for stack in &mut deep {
                stack.push(item);
            }
        }
        assert!(deep[0] == deep[1]);
    }
}
