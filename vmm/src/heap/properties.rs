//! How objects keep their properties, read and written the same way whether
//! they have a shape or are dictionaries.
//!
//! ```text
//!  header: shape (32) slots inside + 2 (16) flags (8) kind (8)
//!  0  prototype, or `undefined`
//!  1  rest: of a shaped object the slots that do not fit inside (ArrayData)
//!     or `nil`; of a dictionary its Extra
//!  2… slots
//! ```
//!
//! The number of an entry is its slot, or its number in the dictionary's
//! table; either goes up in insertion order.
//!
//! # Invariants
//! J1. A shaped object has as many slots inside as its shape says.
//! J2. A dictionary refers to an Extra with type name, magic methods and
//!     properties; its own slots are `undefined`.
//!
//! # Cost
//! An entry of a shaped object: two loads beside the shape's.

use super::Heap;
use super::layout::{Header, Kind};
use super::shape::{CLASS, MAGIC, Shape, ShapeId};
use super::table::{self, Entry};
use super::view::View;
use crate::ids::AtomId;
use crate::word::Word;

/// Payload word of an object: its prototype.
pub const PROTOTYPE: usize = 0;
/// Payload word: what does not stand inside.
pub const REST: usize = 1;
/// Payload word: the first slot.
pub const SLOTS: usize = 2;

/// Payload word of an extra: the type name.
pub const TYPE: usize = 0;
/// Payload word of an extra: the table of magic methods.
pub const METHODS: usize = 1;
/// Payload word of an extra: the table of properties.
pub const TABLE: usize = 2;
/// Words of an extra.
pub const EXTRA_WORDS: usize = 4;

/// A name to be looked up.
#[derive(Clone, Copy, Debug)]
pub enum Name<'a> {
    /// By its number.
    Atom(AtomId),
    /// By its text.
    Text(&'a str),
}

impl<'a> Name<'a> {
    /// What an entry's key names.
    #[must_use]
    pub fn of(view: View<'a>, key: Word) -> Name<'a> {
        match key.to_atom() {
            Some(id) => Name::Atom(id),
            None => Name::Text(view.text(key).unwrap_or_default()),
        }
    }

    /// Whether a key of a table has this name.
    #[must_use]
    pub fn is(self, view: View<'_>, key: Word) -> bool {
        let atoms = &view.common().atoms;
        match (self, key.to_atom()) {
            (Name::Atom(a), Some(b)) => a == b,
            (Name::Atom(a), None) => view.text(key) == Some(atoms.text(a)),
            (Name::Text(a), Some(b)) => a == atoms.text(b),
            (Name::Text(a), None) => view.text(key) == Some(a),
        }
    }
}

/// The shape of an object, unless it is a dictionary.
#[must_use]
#[inline]
pub fn shape(view: View<'_>, object: Word) -> Option<&Shape> {
    let header = view.header(object)?;
    view.common().shapes.get(header.shape())
}

/// How many own properties there are.
#[must_use]
pub fn len(view: View<'_>, object: Word) -> usize {
    match shape(view, object) {
        Some(shape) => shape.len(),
        None => table::len(view, dictionary(view, object)),
    }
}

/// The table of a dictionary's properties.
fn dictionary(view: View<'_>, object: Word) -> Word {
    view.field(view.field(object, REST), TABLE)
}

/// The table of a dictionary's magic methods.
fn dictionary_methods(view: View<'_>, object: Word) -> Word {
    view.field(view.field(object, REST), METHODS)
}

/// The value in a slot of a shaped object.
#[must_use]
#[inline]
pub fn slot(view: View<'_>, object: Word, slot: usize) -> Word {
    let payload = view.payload(object);
    match payload.get(SLOTS + slot) {
        Some(word) => Word(*word),
        None => {
            let rest = payload.get(REST).map_or(Word::NIL, |w| Word(*w));
            view.field(rest, (SLOTS + slot).saturating_sub(payload.len()))
        }
    }
}

/// An own property by number.
#[must_use]
pub fn entry(view: View<'_>, object: Word, number: usize) -> Option<Entry> {
    match shape(view, object) {
        Some(shape) => shaped_entry(view, object, shape, 0, number),
        None => table::entry(view, dictionary(view, object), number),
    }
}

fn shaped_entry(
    view: View<'_>,
    object: Word,
    shape: &Shape,
    class: u8,
    number: usize,
) -> Option<Entry> {
    let name = shape.name(number)?;
    (name.flags & CLASS == class).then(|| Entry {
        key: Word::atom(name.key),
        value: slot(view, object, number),
        flags: name.flags,
        hash: view.common().atoms.hash(name.key) as u32,
    })
}

/// The first own property from a number on, and its number.
#[must_use]
pub fn next(view: View<'_>, object: Word, from: usize) -> Option<(usize, Entry)> {
    match shape(view, object) {
        Some(shape) => {
            (from..shape.slots()).find_map(|i| Some((i, shaped_entry(view, object, shape, 0, i)?)))
        }
        None => next_of(view, dictionary(view, object), from),
    }
}

/// The own properties in insertion order, with their numbers.
pub fn entries(view: View<'_>, object: Word) -> impl Iterator<Item = (usize, Entry)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (number, entry) = next(view, object, from)?;
        from = number + 1;
        Some((number, entry))
    })
}

/// The number of the own property of a name whose hash is `hash`.
#[must_use]
pub fn find(view: View<'_>, object: Word, name: Name<'_>, hash: u32) -> Option<usize> {
    match shape(view, object) {
        Some(shape) => {
            let key = match name {
                Name::Atom(key) => key,
                Name::Text(text) => view.common().atoms.find(text)?,
            };
            shape.find(key, 0)
        }
        None => table::find(view, dictionary(view, object), hash, |k| name.is(view, k)),
    }
}

/// The first own magic method from a number on, and its number.
#[must_use]
pub fn next_method(view: View<'_>, object: Word, from: usize) -> Option<(usize, Entry)> {
    match shape(view, object) {
        Some(shape) if !shape.has_magic() => None,
        Some(shape) => (from..shape.slots())
            .find_map(|i| Some((i, shaped_entry(view, object, shape, MAGIC, i)?))),
        None => next_of(view, dictionary_methods(view, object), from),
    }
}

/// The own magic methods, with their numbers.
pub fn methods(view: View<'_>, object: Word) -> impl Iterator<Item = (usize, Entry)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (number, entry) = next_method(view, object, from)?;
        from = number + 1;
        Some((number, entry))
    })
}

/// The number of the own magic method of a name.
#[must_use]
pub fn find_method(view: View<'_>, object: Word, name: AtomId) -> Option<usize> {
    match shape(view, object) {
        Some(shape) if !shape.has_magic() => None,
        Some(shape) => shape.find(name, MAGIC),
        None => {
            let hash = view.common().atoms.hash(name) as u32;
            let table = dictionary_methods(view, object);
            table::find(view, table, hash, |k| k == Word::atom(name))
        }
    }
}

/// An own magic method by number.
#[must_use]
pub fn method(view: View<'_>, object: Word, number: usize) -> Word {
    match shape(view, object) {
        Some(_) => slot(view, object, number),
        None => table::entry(view, dictionary_methods(view, object), number)
            .map_or(Word::UNDEFINED, |entry| entry.value),
    }
}

/// Whether there are magic methods of its own.
#[must_use]
pub fn has_methods(view: View<'_>, object: Word) -> bool {
    match shape(view, object) {
        Some(shape) => shape.has_magic(),
        None => table::len(view, dictionary_methods(view, object)) > 0,
    }
}

/// The own type name.
#[must_use]
pub fn type_name(view: View<'_>, object: Word) -> Option<AtomId> {
    let word = match shape(view, object) {
        Some(shape) => slot(view, object, shape.type_name()?),
        None => view.field(view.field(object, REST), TYPE),
    };
    word.to_atom()
}

fn next_of(view: View<'_>, table: Word, from: usize) -> Option<(usize, Entry)> {
    let used = table::used(view, table);
    (from..used).find_map(|number| Some((number, table::entry(view, table, number)?)))
}

impl Heap {
    /// An object of that shape and so many slots inside, all `undefined`:
    /// `3 + slots` words.
    #[must_use]
    pub fn object(&mut self, shape: ShapeId, slots: usize, prototype: Word) -> u32 {
        let at = self.alloc(Kind::Object, 0, 0, SLOTS + slots);
        self.set_header(at, Header::object(shape, 0, SLOTS + slots));
        self.store(at, PROTOTYPE, prototype);
        self.store(at, REST, Word::NIL);
        at
    }

    /// Writes a slot of a shaped object, which must be there.
    pub fn set_slot(&mut self, at: u32, slot: usize, word: Word) {
        let len = self.header(at).len();
        if SLOTS + slot < len {
            self.store(at, SLOTS + slot, word);
        } else {
            let rest = self.load(at, REST);
            self.store(rest.place(), SLOTS + slot - len, word);
        }
    }

    /// Gives a shaped object another shape with as many slots inside.
    pub fn set_shape(&mut self, at: u32, shape: ShapeId) {
        let header = self.header(at).with_shape(shape);
        self.set_header(at, header);
    }

    /// Words to reserve before [`Heap::make_dictionary`].
    #[must_use]
    pub fn dictionary_words(view: View<'_>, object: Word) -> usize {
        let entries = len(view, object);
        let methods = methods(view, object).count();
        EXTRA_WORDS + table::size_of(room_for(entries)) + table::size_of(room_for(methods))
    }

    /// Turns a shaped object into a dictionary with room for one more
    /// property and one more magic method.
    /// [`Heap::dictionary_words`] must have been reserved.
    pub fn make_dictionary(&mut self, common: &super::shared::Common, object: Word) {
        let view = self.view(common);
        let properties: Vec<Entry> = entries(view, object).map(|(_, e)| e).collect();
        let magic: Vec<Entry> = methods(view, object).map(|(_, e)| e).collect();
        let name = type_name(view, object).map_or(Word::UNDEFINED, Word::atom);
        let mut tables = [properties, magic].map(|entries| {
            let table = self.table(room_for(entries.len()));
            for entry in entries {
                let flags = entry.flags & !CLASS;
                self.table_push(table, Entry { flags, ..entry });
            }
            table
        });
        let [properties, magic] = &mut tables;
        let extra = self.alloc_words(Kind::Extra, &[name, *magic, *properties]);
        let at = object.place();
        self.set_shape(at, ShapeId::DICTIONARY);
        self.store(at, REST, Word::heap(extra));
        for slot in SLOTS..self.header(at).len() {
            self.store(at, slot, Word::UNDEFINED);
        }
    }
}

/// Capacity of a table for so many entries and some to come.
fn room_for(entries: usize) -> usize {
    entries + entries / 2 + 1
}
