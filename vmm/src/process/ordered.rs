//! Values by key, in the order in which they came.
//!
//! The entries stand in slots that are chained in order; a slot that is given up is
//! used again. A few are searched one by one, more by an index. So a process with
//! a link or two pays for little, and one that a million others watch finds,
//! removes and takes the oldest in constant time.
//!
//! # Invariants
//! O1. Exactly the slots that hold an entry are in the chain, the oldest first.
//! O2. Once there is an index, it holds every key.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// No slot.
const NONE: u32 = u32::MAX;

/// Entries that are searched one by one.
const FEW: usize = 8;

#[derive(Debug)]
struct Slot<K, V> {
    entry: Option<(K, V)>,
    before: u32,
    /// Of a free slot: the next free one.
    after: u32,
}

/// See the module documentation.
#[derive(Debug)]
pub struct Ordered<K, V> {
    slots: Vec<Slot<K, V>>,
    index: Option<Box<FxHashMap<K, u32>>>,
    first: u32,
    last: u32,
    free: u32,
    len: u32,
}

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Ordered<K, V> {
        Ordered {
            slots: Vec::new(),
            index: None,
            first: NONE,
            last: NONE,
            free: NONE,
            len: 0,
        }
    }
}

impl<K: Copy + Eq + Hash, V> Ordered<K, V> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: K) -> Option<&V> {
        let slot = self.slots.get(self.find(key)? as usize)?;
        slot.entry.as_ref().map(|(_, value)| value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let at = self.find(key)? as usize;
        let slot = self.slots.get_mut(at)?;
        slot.entry.as_mut().map(|(_, value)| value)
    }

    /// Puts an entry at the end; one of the same key is gone.
    pub fn insert(&mut self, key: K, value: V) {
        self.remove(key);
        let slot = Slot {
            entry: Some((key, value)),
            before: self.last,
            after: NONE,
        };
        let at = match self.slots.get_mut(self.free as usize) {
            Some(free) => {
                let at = self.free;
                self.free = free.after;
                *free = slot;
                at
            }
            None => {
                if self.slots.is_empty() {
                    // Most have one entry and never another.
                    self.slots.reserve_exact(1);
                }
                self.slots.push(slot);
                (self.slots.len() - 1) as u32
            }
        };
        match self.slots.get_mut(self.last as usize) {
            Some(last) => last.after = at,
            None => self.first = at,
        }
        self.last = at;
        self.len += 1;
        match &mut self.index {
            Some(index) => {
                index.insert(key, at);
            }
            None if self.len as usize > FEW => {
                let keys = self.places().map(|(at, key)| (key, at)).collect();
                self.index = Some(Box::new(keys));
            }
            None => {}
        }
    }

    /// Removes an entry.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let at = match &mut self.index {
            Some(index) => index.remove(&key)?,
            None => self.find(key)?,
        };
        self.cut(at).map(|(_, value)| value)
    }

    /// All of them, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        let entries = self.chain().filter_map(|at| self.entry(at));
        entries.map(|(key, value)| (*key, value))
    }

    /// All of them as a queue that costs nothing but what is taken from it.
    #[must_use]
    pub fn into_queue(mut self) -> Queue<K, V> {
        self.index = None;
        Queue(self)
    }

    fn entry(&self, at: u32) -> Option<&(K, V)> {
        self.slots.get(at as usize)?.entry.as_ref()
    }

    /// Slots in use, in order.
    fn chain(&self) -> impl Iterator<Item = u32> {
        let first = (self.first != NONE).then_some(self.first);
        std::iter::successors(first, |at| {
            let after = self.slots.get(*at as usize)?.after;
            (after != NONE).then_some(after)
        })
    }

    fn places(&self) -> impl Iterator<Item = (u32, K)> {
        self.chain()
            .filter_map(|at| self.entry(at).map(|(key, _)| (at, *key)))
    }

    fn find(&self, key: K) -> Option<u32> {
        match &self.index {
            Some(index) => index.get(&key).copied(),
            None => self.places().find(|(_, k)| *k == key).map(|(at, _)| at),
        }
    }

    /// Takes a slot out of the chain.
    fn cut(&mut self, at: u32) -> Option<(K, V)> {
        let slot = self.slots.get_mut(at as usize)?;
        let (before, after) = (slot.before, slot.after);
        let entry = slot.entry.take();
        slot.after = self.free;
        self.free = at;
        match self.slots.get_mut(before as usize) {
            Some(before) => before.after = after,
            None => self.first = after,
        }
        match self.slots.get_mut(after as usize) {
            Some(after) => after.before = before,
            None => self.last = before,
        }
        self.len -= 1;
        entry
    }
}

/// Entries that are only taken any more, the oldest first.
#[derive(Debug)]
pub struct Queue<K, V>(Ordered<K, V>);

impl<K: Copy + Eq + Hash, V> Iterator for Queue<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        let first = self.0.first;
        if first == NONE {
            None
        } else {
            self.0.cut(first)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_list_without_repetitions(
            steps in prop::collection::vec((0_u8..3, 0_u16..24), 0..200),
        ) {
            let mut ordered = Ordered::default();
            let mut list: Vec<(u16, usize)> = Vec::new();
            for (i, (what, key)) in steps.into_iter().enumerate() {
                let at = list.iter().position(|(k, _)| *k == key);
                prop_assert_eq!(ordered.get(key), at.map(|at| &list[at].1));
                match what {
                    0 => {
                        prop_assert_eq!(ordered.remove(key), at.map(|at| list.remove(at).1));
                    }
                    1 => {
                        at.map(|at| list.remove(at));
                        list.push((key, i));
                        ordered.insert(key, i);
                    }
                    _ => {
                        if let (Some(at), Some(value)) = (at, ordered.get_mut(key)) {
                            list[at].1 = i;
                            *value = i;
                        }
                    }
                }
                let all: Vec<_> = ordered.iter().map(|(k, v)| (k, *v)).collect();
                prop_assert_eq!(&all, &list);
                prop_assert_eq!((ordered.len(), ordered.is_empty()), (list.len(), list.is_empty()));
            }
            prop_assert_eq!(ordered.into_queue().collect::<Vec<_>>(), list);
        }
    }

    #[test]
    fn slots_are_used_again() {
        let mut ordered = Ordered::default();
        for i in 0..1000 {
            ordered.insert(i, ());
            if i >= 10 {
                ordered.remove(i - 10);
            }
        }
        assert_eq!((ordered.slots.len(), ordered.len()), (11, 10));
    }
}
