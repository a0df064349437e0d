//! Objects to be used again: magazines of each worker, and a depot for all.
//!
//! What one worker makes another often ends, and asking the allocator for memory that
//! another thread has given back costs several times as much as the work of a short
//! process. So every worker has two magazines; of what it ends beyond these it leaves
//! whole ones in the depot, where a worker finds them that has run out.
//!
//! # Invariants
//! G1. A worker has at most two magazines, and the depot so many as it was made for:
//!     what is more is freed.
//!
//! # Cost
//! A push or a pop; a lock once in a magazine.
//!
//! *Source*: J. Bonwick, J. Adams, "Magazines and Vmem", USENIX 2001.

use std::sync::Arc;

use crate::sync::{Mutex, lock};

/// What all workers share.
#[derive(Debug)]
pub struct Depot<T> {
    full: Mutex<Vec<Vec<T>>>,
    /// Objects of a magazine.
    size: usize,
    /// Magazines that the depot has at most.
    most: usize,
}

impl<T> Depot<T> {
    /// An empty one for so many magazines of that size.
    #[must_use]
    pub fn new(size: usize, most: usize) -> Arc<Depot<T>> {
        Arc::new(Depot {
            full: Mutex::new(Vec::new()),
            size: size.max(1),
            most,
        })
    }

    fn get(&self) -> Option<Vec<T>> {
        lock(&self.full).pop()
    }

    /// Leaves a magazine; it comes back if there are too many.
    fn leave(&self, magazine: Vec<T>) -> Option<Vec<T>> {
        let mut full = lock(&self.full);
        if full.len() < self.most {
            full.push(magazine);
            return None;
        }
        Some(magazine)
    }
}

/// The magazines of one worker.
#[derive(Debug)]
pub struct Magazines<T> {
    depot: Arc<Depot<T>>,
    /// What is pushed to and popped from.
    loaded: Vec<T>,
    /// Full or empty.
    other: Vec<T>,
}

impl<T> Magazines<T> {
    /// Empty ones.
    #[must_use]
    pub fn new(depot: Arc<Depot<T>>) -> Magazines<T> {
        Magazines {
            depot,
            loaded: Vec::new(),
            other: Vec::new(),
        }
    }

    /// The object that was put in last, if there is any.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        match self.loaded.pop() {
            Some(object) => Some(object),
            None => self.reload(),
        }
    }

    /// Puts an object in.
    #[inline]
    pub fn push(&mut self, object: T) {
        if self.loaded.len() >= self.depot.size {
            self.unload();
        }
        self.loaded.push(object);
    }

    #[cold]
    #[inline(never)]
    fn reload(&mut self) -> Option<T> {
        if self.other.is_empty() {
            self.other = self.depot.get()?;
        }
        std::mem::swap(&mut self.loaded, &mut self.other);
        self.loaded.pop()
    }

    #[cold]
    #[inline(never)]
    fn unload(&mut self) {
        if !self.other.is_empty() {
            let full = std::mem::take(&mut self.other);
            // Freed without the lock.
            drop(self.depot.leave(full));
        }
        std::mem::swap(&mut self.loaded, &mut self.other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_worker_has_too_much_of_another_gets() {
        let depot = Depot::new(4, 2);
        let (mut one, mut other) = (Magazines::new(depot.clone()), Magazines::new(depot));
        assert_eq!(one.pop(), None);
        (0..13).for_each(|i| one.push(i));
        // One is loaded with the last, one is full, the first went to the depot.
        let all = |magazines: &mut Magazines<i32>| -> Vec<i32> {
            std::iter::from_fn(|| magazines.pop()).collect()
        };
        assert_eq!(other.pop(), Some(7));
        assert_eq!(all(&mut one), [12, 11, 10, 9, 8, 3, 2, 1, 0]);
        assert_eq!(all(&mut other), [6, 5, 4]);
        assert_eq!(one.pop(), None);
    }

    #[test]
    fn a_depot_that_is_full_keeps_no_more() {
        struct Counted(Arc<()>);
        let count = Arc::new(());
        let mut magazines = Magazines::new(Depot::new(10, 3));
        (0..1000).for_each(|_| magazines.push(Counted(count.clone())));
        assert_eq!(Arc::strong_count(&count), 1 + 10 * (3 + 2));
        assert!(magazines.pop().is_some_and(|c| Arc::ptr_eq(&c.0, &count)));
        drop(magazines);
        assert_eq!(Arc::strong_count(&count), 1);
    }
}
