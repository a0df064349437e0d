//! Inline caches: what a place in the code has seen of the objects there.
//!
//! A site stands for one name in one place. It knows nothing at first
//! (*empty*), then the shape and slot of one layout with the property in the
//! object itself (*one*), then up to [`FEW`] further cases, each with all
//! shapes on the way from the object to where the property is, or to the end
//! of the chain if it is nowhere (*few*). A site that has no room for another
//! case stays as it is (*many*): what it does not know is looked up each time.
//!
//! Shapes decide alone: they have every name with its flags and every magic
//! method, so a case holds wherever its shapes stand. Dictionaries have no
//! shape, and no case leads through one. Whether the object is frozen stands
//! in its header, beside the shape.
//!
//! # Invariants
//! I1. Nothing in a site changes once it is set: the first word goes from 0 to
//!     one layout in one atomic step, and a case is written before it can be
//!     seen. So threads share sites without locks, and no reader can pair a
//!     shape of one case with a slot of another.
//! I2. A site is bounded: a word and at most [`FEW`] cases.
//!
//! # Cost
//! A hit in the object: a load of the site, one of the header, one of the
//! slot. A hit on the chain: two loads and a comparison more an object.

use std::sync::OnceLock;

use super::OPEN;
use crate::atom::known;
use crate::heap::Heap;
use crate::heap::layout::{FROZEN, Header};
use crate::heap::properties::{self, PROTOTYPE, REST, SLOTS};
use crate::heap::shape::{MAGIC, Shape, ShapeId};
use crate::heap::shared::Common;
use crate::heap::view::View;
use crate::ids::AtomId;
use crate::sync::{AtomicU64, Ordering};
use crate::word::Word;

/// Cases beside the first layout.
pub const FEW: usize = 4;
/// Longest way of a case, in prototypes.
pub const HOPS_MAX: usize = 6;

/// The part of a header that tells layout: shape and kind.
const LAYOUT: u64 = 0xFFFF_FFFF_0000_00FF;
/// The same, and that the object may be changed.
const OPEN_LAYOUT: u64 = LAYOUT | (FROZEN as u64) << 8;

/// One place in the code that reads or writes the property of one name.
#[derive(Debug)]
pub struct Site {
    key: AtomId,
    first: AtomicU64,
    few: OnceLock<Box<[OnceLock<Case>; FEW]>>,
}

/// How much a site has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Empty,
    /// One layout.
    One,
    /// Several.
    Few,
    /// As many as it can hold.
    Many,
}

/// The first layout of a site: that of a header, and a place behind it where the length
/// would be. 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First(u64);

impl First {
    fn new(shape: ShapeId, slot: usize) -> First {
        First(Header::object(shape, 0, 1 + SLOTS + slot).0)
    }

    /// Whether an object with that header has the layout.
    #[must_use]
    #[inline(always)]
    pub fn is(self, header: Header) -> bool {
        (self.0 ^ header.0) & LAYOUT == 0
    }

    /// The same of an object that may be changed.
    #[must_use]
    #[inline(always)]
    pub fn is_open(self, header: Header) -> bool {
        (self.0 ^ header.0) & OPEN_LAYOUT == 0
    }

    /// How many words behind the header the value stands.
    #[must_use]
    #[inline(always)]
    pub fn offset(self) -> usize {
        usize::from((self.0 >> 16) as u16)
    }
}

/// Where a property is, for objects of certain shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The layout of the object, then those of its prototypes.
    path: [u64; 1 + HOPS_MAX],
    /// How many prototypes the way has.
    hops: u8,
    slot: u16,
    /// How many words behind the header of the last object the value stands, if every object
    /// of its shape has the slot in itself; else 0.
    offset: u16,
    found: Found,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// In a slot of the last object of the way.
    Slot,
    /// Nowhere: the way is the whole chain.
    Nowhere,
    /// Nowhere that keeps it from being added to the object, which has this
    /// layout afterwards. The way is the whole chain.
    Added(ShapeId),
}

impl Case {
    fn new(shape: ShapeId) -> Case {
        let mut path = [0; 1 + HOPS_MAX];
        path[0] = Header::object(shape, 0, 0).0;
        Case {
            path,
            hops: 0,
            slot: 0,
            offset: 0,
            found: Found::Nowhere,
        }
    }

    /// The property is in a slot of the last object of the way.
    fn finds(&mut self, shape: &Shape, slot: usize) {
        self.slot = slot as u16;
        if slot < shape.capacity() {
            self.offset = (1 + SLOTS + slot) as u16;
        }
        self.found = Found::Slot;
    }

    fn go_on(&mut self, shape: ShapeId) -> Option<()> {
        self.hops += 1;
        *self.path.get_mut(usize::from(self.hops))? = Header::object(shape, 0, 0).0;
        Some(())
    }

    /// What reading `key` from an object comes to, if its shapes alone say so
    /// and no magic method is to be asked.
    #[must_use]
    pub fn of_get(view: View<'_>, object: Word, key: AtomId) -> Option<Case> {
        let mut at = object;
        let mut case = Case::new(view.header(object)?.shape());
        loop {
            let shape = properties::shape(view, at)?;
            if let Some(slot) = shape.find(key, 0) {
                case.finds(shape, slot);
                return Some(case);
            }
            if shape.has_magic() && shape.find(known::MAGIC_GET, MAGIC).is_some() {
                return None;
            }
            at = view.field(at, PROTOTYPE);
            if at == Word::UNDEFINED {
                return Some(case);
            }
            case.go_on(view.header(at)?.shape())?;
        }
    }

    /// What writing `key` to an object comes to, if it goes well, its shapes
    /// alone say so and no magic method is to be asked.
    #[must_use]
    pub fn of_set(view: View<'_>, object: Word, key: AtomId) -> Option<Case> {
        let writable = |flags: u8| flags & super::WRITABLE != 0;
        let id = view.header(object)?.shape();
        let own = properties::shape(view, object)?;
        let mut case = Case::new(id);
        if let Some(slot) = own.find(key, 0) {
            case.finds(own, slot);
            return writable(own.name(slot)?.flags).then_some(case);
        }
        let mut at = object;
        let mut inherited = None;
        loop {
            let shape = properties::shape(view, at)?;
            if shape.has_magic() && shape.find(known::MAGIC_SET, MAGIC).is_some() {
                return None;
            }
            let slot = shape.find(key, 0);
            inherited = inherited.or(slot.and_then(|slot| shape.name(slot)));
            at = view.field(at, PROTOTYPE);
            if at == Word::UNDEFINED {
                break;
            }
            case.go_on(view.header(at)?.shape())?;
        }
        if inherited.is_some_and(|name| !writable(name.flags)) {
            return None;
        }
        case.slot = own.slots() as u16;
        case.found = Found::Added(view.common().shapes.add(id, key, OPEN)?);
        Some(case)
    }

    /// The payload of the last object of the way, if an object of that header
    /// and payload is at its start.
    #[inline]
    fn follow<'v>(&self, view: View<'v>, header: Header, object: &'v [u64]) -> Option<&'v [u64]> {
        let [first, others @ ..] = &self.path;
        if (first ^ header.0) & LAYOUT != 0 {
            return None;
        }
        let mut payload = object;
        for layout in others.iter().take(usize::from(self.hops)) {
            let (header, next) = view.header_and_payload(Word(*payload.first()?))?;
            if (layout ^ header.0) & LAYOUT != 0 {
                return None;
            }
            payload = next;
        }
        let whole = self.found == Found::Slot || payload.first() == Some(&Word::UNDEFINED.0);
        whole.then_some(payload)
    }
}

impl Case {
    /// Where the last object of the way is and what its prototype is, if the first, whose
    /// layout fits, is at a place and all others lie among the same words.
    #[inline]
    fn follow_near(&self, words: &[u64], object: usize, prototype: u64) -> Option<(usize, Word)> {
        let (mut at, mut prototype) = (object, Word(prototype));
        for layout in self.path.iter().skip(1).take(usize::from(self.hops)) {
            if !prototype.is_heap() {
                return None;
            }
            at = prototype.place() as usize;
            let &[header, next] = words.get(at..at + 2)? else {
                return None;
            };
            if (layout ^ header) & LAYOUT != 0 {
                return None;
            }
            prototype = Word(next);
        }
        Some((at, prototype))
    }
}

impl Site {
    /// A site that has seen nothing.
    #[must_use]
    pub fn new(key: AtomId) -> Site {
        Site {
            key,
            first: AtomicU64::new(0),
            few: OnceLock::new(),
        }
    }

    /// The name.
    #[must_use]
    pub fn key(&self) -> AtomId {
        self.key
    }

    /// The first layout, for whoever looks for it without a call.
    #[must_use]
    #[inline(always)]
    pub fn first(&self) -> First {
        First(self.first.load(Ordering::Relaxed))
    }

    /// How much it has seen.
    #[must_use]
    pub fn state(&self) -> State {
        let cases = self.cases().count();
        match (self.first().0 != 0, cases) {
            (_, FEW) => State::Many,
            (false, 0) => State::Empty,
            (true, 0) | (false, 1) => State::One,
            _ => State::Few,
        }
    }

    #[inline]
    fn cases(&self) -> impl Iterator<Item = &Case> {
        let few = self.few.get().into_iter();
        few.flat_map(|cells| cells.iter()).map_while(OnceLock::get)
    }

    /// As [`Site::get`], where the object at a place is of no first layout, the whole way
    /// lies among the same words, and the property in an object of it: needs no slices.
    #[must_use]
    #[inline(never)]
    pub fn get_near(&self, words: &[u64], object: u32) -> Option<Word> {
        const { assert!(PROTOTYPE == 0, "the prototype is read with the header") };
        let object = object as usize;
        let &[header, prototype] = words.get(object..object + 2)? else {
            return None;
        };
        for cell in self.few.get()?.iter() {
            let case = cell.get()?;
            if (case.path[0] ^ header) & LAYOUT != 0 {
                continue;
            }
            let Some((holder, prototype)) = case.follow_near(words, object, prototype) else {
                continue;
            };
            if case.offset != 0 {
                return words
                    .get(holder + usize::from(case.offset))
                    .map(|word| Word(*word));
            }
            let nowhere = case.found == Found::Nowhere && prototype == Word::UNDEFINED;
            return nowhere.then_some(Word::UNDEFINED);
        }
        None
    }

    /// What reading the property of an object comes to (`undefined` if it is
    /// nowhere), if the site knows.
    #[must_use]
    pub fn get(&self, view: View<'_>, object: Word) -> Option<Word> {
        let (header, payload) = view.header_and_payload(object)?;
        let first = self.first();
        if first.is(header) {
            return payload.get(first.offset() - 1).map(|word| Word(*word));
        }
        let cells = self.few.get()?;
        for cell in cells.iter() {
            let case = cell.get()?;
            let Some(holder) = case.follow(view, header, payload) else {
                continue;
            };
            if case.found == Found::Nowhere {
                return Some(Word::UNDEFINED);
            }
            let slot = SLOTS + usize::from(case.slot);
            return Some(match holder.get(slot) {
                Some(word) => Word(*word),
                None => view.field(Word(*holder.get(REST)?), slot - holder.len()),
            });
        }
        None
    }

    /// Writes the property of an object if the site knows how and nothing has
    /// to be allocated for it; whether it did.
    pub fn set(&self, heap: &mut Heap, common: &Common, object: Word, value: Word) -> bool {
        if !object.is_heap() {
            return false;
        }
        let at = object.place();
        let view = heap.view(common);
        let Some((header, payload)) = view.header_and_payload(object) else {
            return false;
        };
        if header.flags() & FROZEN != 0 {
            return false;
        }
        let first = self.first();
        if first.is(header) {
            heap.store(at, first.offset() - 1, value);
            return true;
        }
        let case = self
            .cases()
            .find(|case| case.follow(view, header, payload).is_some());
        let Some(case) = case else { return false };
        let slot = usize::from(case.slot);
        if let Found::Added(next) = case.found {
            let inside = payload.len() - SLOTS;
            let outside = view.payload(view.field(object, REST)).len();
            if slot >= inside + outside {
                return false;
            }
            heap.set_shape(at, next);
        }
        heap.set_slot(at, slot, value);
        true
    }

    /// Remembers a case, if there is room.
    pub fn learn(&self, case: Case) {
        if case.hops == 0 && case.found == Found::Slot && case.offset != 0 {
            let first = First::new(Header(case.path[0]).shape(), usize::from(case.slot)).0;
            let set = self
                .first
                .compare_exchange(0, first, Ordering::Release, Ordering::Relaxed);
            if set.is_ok() || set == Err(first) {
                return;
            }
        }
        let cells = self
            .few
            .get_or_init(|| Box::new(std::array::from_fn(|_| OnceLock::new())));
        for cell in cells.iter() {
            // Another thread may have come first, with the same or another case.
            if cell.set(case).is_ok() || cell.get() == Some(&case) {
                return;
            }
        }
    }

    /// Whether another case has room.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.state() != State::Many
    }
}

#[cfg(test)]
mod tests;
