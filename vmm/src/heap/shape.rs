//! Shapes: what objects of one layout have in common, once for the machine.
//!
//! A shape says which properties an object has, in which order, with which
//! flags, and in which slot each value stands. Adding a property leads to
//! another shape, the same one for every object that takes the same step, so
//! shapes form trees; the roots differ in how many slots stand in the object
//! itself. Magic methods and the type name are hidden properties: they have a
//! slot as well, and are in the shape, so whoever has seen a shape knows of
//! every name whether it is there and what it is.
//!
//! The names of a branch stand in one list that its shapes share: each sees as
//! many of them as it has. A step away from anything but the end of a list
//! copies the part before it.
//!
//! An object without shape ([`ShapeId::DICTIONARY`]) keeps a table of its own.
//!
//! # Invariants
//! F1. A shape, once numbered, never changes, and numbers are never given again.
//! F2. Neither the shapes nor the names in all lists pass their bounds; what
//!     would pass them gets no shape, and its object becomes a dictionary.
//! F3. A name stands in a list once for each class (property, magic method,
//!     type name). Entries are written before the shape that counts them is published.
//!
//! # Cost
//! A look-up among up to 8 names is a scan, beyond it a probe. A step that was
//! taken before: a hash and a read lock.

mod names;

pub use names::Name;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::atom::known;
use crate::ids::AtomId;
use crate::limits::{SHAPE_KEYS_MAX, SHAPES_MAX};
use crate::sync::{self, Mutex, PoisonError, RwLock};
use names::{Names, spread};

/// The number of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShapeId(pub u32);

impl ShapeId {
    /// What objects with a table of their own have; below 2^28, so that a
    /// header is never a tagged word.
    pub const DICTIONARY: ShapeId = ShapeId(0x0FFF_FFFF);
}

/// Class of hidden properties: magic methods.
pub const MAGIC: u8 = 0x10;
/// Class of hidden properties: the type name.
pub const TYPE_NAME: u8 = 0x20;
/// The bits that tell a class.
pub const CLASS: u8 = MAGIC | TYPE_NAME;
/// Flag of a property: it may be written.
const WRITABLE: u8 = 1;

/// Slots that objects have inside, one root shape for each.
const CAPACITIES: [u8; 9] = [0, 2, 4, 6, 8, 12, 16, 24, 32];
/// The root for an object that is made without properties: some will come.
const ROOT_OF_EMPTY: usize = 2;
const SHARDS: usize = 16;

/// One shape; see the module documentation.
#[derive(Clone, Debug)]
pub struct Shape {
    names: Arc<Names>,
    count: u16,
    visible: u16,
    capacity: u8,
    read_only: bool,
    magic: bool,
}

impl Shape {
    /// How many slots are in use, hidden properties included.
    #[must_use]
    pub fn slots(&self) -> usize {
        usize::from(self.count)
    }

    /// How many properties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.visible)
    }

    /// Whether there are no properties.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.visible == 0
    }

    /// How many slots stand in the object.
    #[must_use]
    pub fn capacity(&self) -> usize {
        usize::from(self.capacity)
    }

    /// Whether nothing in it keeps a write from going its plain way: nothing
    /// read-only, no magic methods.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.read_only && !self.magic
    }

    /// Whether it has magic methods of its own.
    #[must_use]
    pub fn has_magic(&self) -> bool {
        self.magic
    }

    /// The name of a slot.
    #[must_use]
    pub fn name(&self, slot: usize) -> Option<Name> {
        (slot < self.slots()).then(|| self.names.get(slot))
    }

    /// The slot of a name of a class: 0 for properties, [`MAGIC`], [`TYPE_NAME`].
    #[must_use]
    pub fn find(&self, key: AtomId, class: u8) -> Option<usize> {
        let name = Name { key, flags: class };
        self.names.find(name.identity(), self.slots())
    }

    /// The slot of the type name.
    #[must_use]
    pub fn type_name(&self) -> Option<usize> {
        match self.visible < self.count {
            true => self.find(known::EMPTY, TYPE_NAME),
            false => None,
        }
    }
}

/// A step from a shape: a name that is added, or flags that change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Step {
    from: ShapeId,
    name: u64,
    changes: bool,
}

/// All shapes of a machine.
#[derive(Debug)]
pub struct Shapes {
    shapes: boxcar::Vec<Shape>,
    steps: [RwLock<FxHashMap<Step, ShapeId>>; SHARDS],
    /// Names in all lists; held while a shape is made.
    names: Mutex<usize>,
    cap: usize,
    names_cap: usize,
}

impl Shapes {
    /// The roots alone, of a table that takes `cap` shapes and [`SHAPE_KEYS_MAX`] names.
    #[must_use]
    pub fn new(cap: usize) -> Shapes {
        let shapes = Shapes {
            shapes: boxcar::Vec::new(),
            steps: std::array::from_fn(|_| RwLock::default()),
            names: Mutex::new(0),
            cap: cap.clamp(CAPACITIES.len(), SHAPES_MAX),
            names_cap: cap.saturating_mul(SHAPE_KEYS_MAX / SHAPES_MAX),
        };
        for capacity in CAPACITIES {
            shapes.shapes.push(Shape {
                names: Arc::new(Names::new(0, std::iter::empty())),
                count: 0,
                visible: 0,
                capacity,
                read_only: false,
                magic: false,
            });
        }
        shapes
    }

    /// The shape of a number; dictionaries have none.
    #[must_use]
    #[inline]
    pub fn get(&self, id: ShapeId) -> Option<&Shape> {
        self.shapes.get(id.0 as usize)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shapes.count()
    }

    /// Whether there are none, which never happens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The empty shape for an object that begins with so many properties.
    #[must_use]
    pub fn root(&self, properties: usize) -> ShapeId {
        let fits = |capacity: &u8| usize::from(*capacity) >= properties;
        ShapeId(match properties {
            0 => ROOT_OF_EMPTY,
            _ => CAPACITIES
                .iter()
                .position(fits)
                .unwrap_or(CAPACITIES.len() - 1),
        } as u32)
    }

    /// Slots inside an object whose shape comes from [`Shapes::root`].
    #[must_use]
    pub fn capacity_for(properties: usize) -> usize {
        let fits = |capacity: &&u8| usize::from(**capacity) >= properties.max(1);
        let found = match properties {
            0 => Some(&CAPACITIES[ROOT_OF_EMPTY]),
            _ => CAPACITIES.iter().find(fits),
        };
        usize::from(*found.unwrap_or(&CAPACITIES[CAPACITIES.len() - 1]))
    }

    /// The shape with one more name, which must not be there yet; its slot is
    /// the number of slots before. `None`: the object becomes a dictionary.
    #[must_use]
    pub fn add(&self, from: ShapeId, key: AtomId, flags: u8) -> Option<ShapeId> {
        let name = Name { key, flags };
        self.step(from, name, false)
    }

    /// The shape in which the property in a slot has other flags.
    #[must_use]
    pub fn with_flags(&self, from: ShapeId, slot: usize, flags: u8) -> Option<ShapeId> {
        let name = self.get(from)?.name(slot)?;
        match name.flags == flags {
            true => Some(from),
            false => self.step(from, Name { flags, ..name }, true),
        }
    }

    fn step(&self, from: ShapeId, name: Name, changes: bool) -> Option<ShapeId> {
        let step = Step {
            from,
            name: name.bits(),
            changes,
        };
        let shard = &self.steps[spread(u64::from(from.0) << 32 ^ step.name) % SHARDS];
        // A poisoned lock is taken over: no code under it can panic half-way.
        let known = shard
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&step)
            .copied();
        if known.is_some() {
            return known;
        }
        let mut names = sync::lock(&self.names);
        let mut steps = shard.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = steps.get(&step) {
            return Some(*known);
        }
        let shape = self.make(&mut names, from, name, changes)?;
        let id = ShapeId(self.shapes.push(shape) as u32);
        steps.insert(step, id);
        Some(id)
    }

    /// The shape behind a step. Called under the lock.
    fn make(&self, all: &mut usize, from: ShapeId, name: Name, changes: bool) -> Option<Shape> {
        let old = self.get(from)?;
        if self.len() >= self.cap || !changes && old.slots() >= crate::limits::SHAPE_SLOTS_MAX {
            return None;
        }
        let mut shape = old.clone();
        let list = &old.names;
        let at_end = list.len() == old.slots();
        let hidden = name.flags & CLASS != 0;
        if !changes {
            shape.count += 1;
            shape.visible += u16::from(!hidden);
            shape.magic |= name.flags & MAGIC != 0;
        }
        if changes || !at_end || old.slots() == list.capacity() {
            let capacity = match at_end && !changes {
                true => (2 * old.slots()).max(4),
                // A branch may stay as it is.
                false => shape.slots().max(4),
            };
            if *all + capacity > self.names_cap {
                return None;
            }
            *all += capacity;
            let same = |n: &Name| changes && n.identity() == name.identity();
            let kept = (0..old.slots()).map(|slot| list.get(slot));
            let kept = kept.map(|n| if same(&n) { name } else { n });
            shape.names = Arc::new(Names::new(capacity, kept));
        }
        if !changes {
            shape.names.push(name);
        }
        let read_only = |n: Name| n.flags & (CLASS | WRITABLE) == 0;
        shape.read_only = match changes {
            true => (0..shape.slots()).any(|slot| read_only(shape.names.get(slot))),
            false => old.read_only || read_only(name),
        };
        Some(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: u8 = 7;

    fn atom(n: u32) -> AtomId {
        AtomId(n + 1000)
    }

    #[test]
    fn the_same_steps_lead_to_the_same_shape() {
        let shapes = Shapes::new(1000);
        let root = shapes.root(2);
        let path = |names: &[u32]| {
            names
                .iter()
                .fold(root, |at, n| shapes.add(at, atom(*n), OPEN).unwrap())
        };
        let (ab, ba) = (path(&[1, 2]), path(&[2, 1]));
        assert_ne!(ab, ba);
        assert_eq!(path(&[1, 2]), ab);
        let longer = path(&[1, 2, 3]);
        let other = path(&[1, 2, 4]);
        for (id, names) in [
            (ab, &[1, 2][..]),
            (ba, &[2, 1]),
            (longer, &[1, 2, 3]),
            (other, &[1, 2, 4]),
        ] {
            let shape = shapes.get(id).unwrap();
            assert_eq!(
                (shape.len(), shape.slots(), shape.capacity()),
                (names.len(), names.len(), 2)
            );
            for n in 0..6 {
                let slot = names.iter().position(|name| *name == n);
                assert_eq!(shape.find(atom(n), 0), slot);
                assert_eq!(shape.find(atom(n), MAGIC), None);
            }
        }
    }

    #[test]
    fn long_lists_are_found_by_hash_and_branches_keep_apart() {
        let shapes = Shapes::new(10_000);
        let mut at = shapes.root(0);
        let mut path = vec![at];
        for n in 0..crate::limits::SHAPE_SLOTS_MAX as u32 {
            at = shapes.add(at, atom(n), OPEN).unwrap();
            path.push(at);
        }
        assert_eq!(shapes.add(at, atom(100_000), OPEN), None);
        for (len, id) in path.iter().enumerate().step_by(37) {
            let shape = shapes.get(*id).unwrap();
            for n in (0..1024).step_by(11) {
                assert_eq!(
                    shape.find(atom(n), 0),
                    Some(n as usize).filter(|n| *n < len)
                );
            }
            let Some(branch) = shapes.add(*id, atom(5000), OPEN) else {
                continue;
            };
            let branch = shapes.get(branch).unwrap();
            assert_eq!(branch.find(atom(5000), 0), Some(len));
            assert_eq!(branch.find(atom(len as u32), 0), None);
        }
    }

    #[test]
    fn shapes_know_what_is_special_in_them() {
        let shapes = Shapes::new(100);
        let root = shapes.root(4);
        let open = shapes.add(root, atom(1), OPEN).unwrap();
        assert!(shapes.get(open).unwrap().is_plain());
        let fixed = shapes.with_flags(open, 0, 6).unwrap();
        assert!(!shapes.get(fixed).unwrap().is_plain());
        assert_eq!(shapes.with_flags(open, 0, OPEN), Some(open));
        let again = shapes.with_flags(fixed, 0, OPEN).unwrap();
        assert!(shapes.get(again).unwrap().is_plain());
        assert_eq!(shapes.get(fixed).unwrap().name(0).unwrap().flags, 6);
        let magic = shapes.add(open, atom(1), MAGIC).unwrap();
        let named = shapes.add(magic, known::EMPTY, TYPE_NAME).unwrap();
        let shape = shapes.get(named).unwrap();
        assert_eq!(
            (shape.len(), shape.slots(), shape.type_name()),
            (1, 3, Some(2))
        );
        assert_eq!(
            (shape.find(atom(1), 0), shape.find(atom(1), MAGIC)),
            (Some(0), Some(1))
        );
        assert!(shape.has_magic() && !shape.is_plain());
    }

    #[test]
    fn the_table_has_bounds() {
        let shapes = Shapes::new(20);
        let root = shapes.root(1);
        let made = (0..100)
            .filter_map(|n| shapes.add(root, atom(n), OPEN))
            .count();
        assert_eq!((made, shapes.len()), (20 - CAPACITIES.len(), 20));
        let first = shapes.add(root, atom(0), OPEN);
        assert!(first.is_some() && shapes.add(root, atom(99), OPEN).is_none());
        for n in 0..=40 {
            let root = shapes.get(shapes.root(n)).unwrap();
            assert_eq!(root.capacity(), Shapes::capacity_for(n));
            assert!(root.capacity() >= n.min(32));
        }
    }
}
