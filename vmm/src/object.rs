//! Prototype objects: properties, descriptors, prototypes, magic methods.
//!
//! ECMAScript's ordinary rules for get, set, define and delete, without
//! accessors. An object whose layout is shared has a [`shape`]; it becomes a
//! dictionary after a deletion, past
//! [`SHAPE_SLOTS_MAX`](crate::limits::SHAPE_SLOTS_MAX) names, with a name that
//! is no atom, and when the machine takes no more shapes. How either lies in
//! the heap, [`properties`] says.
//!
//! [`shape`]: crate::heap::shape
//!
//! - here: own properties and the rules of writing;
//! - [`key`]: what names a property;
//! - [`cache`]: what places in the code remember of layouts;
//! - [`chain`]: prototypes, and what is inherited beside properties.
//!
//! Magic methods are found here ([`chain::magic`]) and called by the engine.
//!
//! # Invariants
//! O1. A prototype chain has no cycle and at most
//!     [`PROTOTYPES_MAX`](crate::limits::PROTOTYPES_MAX) objects above any object
//!     when a prototype is set; a walk that meets more is `:bad_prototype`.
//! O2. Objects in the read-only area and frozen ones never change.
//! O3. Calls that say that they may move objects keep their operands alive
//!     themselves; their callers read registers again.
//!
//! # Cost
//! A look-up: about 10 ns an object of the chain. A new property: amortised constant.

pub mod cache;
pub mod chain;
pub mod copy;
pub mod key;

pub use chain::{
    check_prototype, has_magic, has_type_name, instance_of, magic, prototype, set_magic,
    set_prototype, set_type_name, type_name, type_names,
};
pub use copy::copy;
pub use key::{Key, key_index, key_is};

use crate::fault::{Fault, FaultKind};
use crate::heap::layout::{FROZEN, Header, Kind};
use crate::heap::properties::{self, EXTRA_WORDS, REST, SLOTS, TABLE};
use crate::heap::shape::{ShapeId, Shapes};
use crate::heap::shared::Common;
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::ids::AtomId;
use crate::isa::PropertyFlags;
use crate::word::Word;

/// Flag: the property may be assigned.
pub const WRITABLE: u8 = 1;
/// Flag: the property is walked over and listed.
pub const ENUMERABLE: u8 = 2;
/// Flag: the property may be deleted and redefined.
pub const CONFIGURABLE: u8 = 4;
/// Flags of a property that an assignment makes.
pub const OPEN: u8 = WRITABLE | ENUMERABLE | CONFIGURABLE;
const _: () = assert!(OPEN == PropertyFlags::OPEN.0);

/// Words of an object of that many properties.
#[must_use]
pub fn size_of(count: usize) -> usize {
    let inside = 1 + SLOTS + Shapes::capacity_for(count);
    // Whichever of the two it becomes.
    let outside = 1 + count;
    let dictionary = EXTRA_WORDS + table::size_of(count);
    inside + outside.max(dictionary)
}

/// An object of those properties: key (atom or string), flags, value. A name
/// given twice keeps its first place and has the last value.
/// [`size_of`] words must have been reserved.
#[must_use]
pub fn new(heap: &mut Heap, common: &Common, properties: &[(Word, u8, Word)]) -> Word {
    new_with(heap, common, Word::UNDEFINED, properties)
}

/// As [`new`], with a prototype (`undefined` for none).
#[must_use]
pub fn new_with(
    heap: &mut Heap,
    common: &Common,
    prototype: Word,
    properties: &[(Word, u8, Word)],
) -> Word {
    if let Some((shape, values)) = layout(heap.view(common), properties) {
        let inside = Shapes::capacity_for(properties.len());
        let at = heap.object(shape, inside, prototype);
        if values.len() > inside {
            let rest = heap.alloc_words(Kind::ArrayData, &values[inside..]);
            heap.store(at, REST, Word::heap(rest));
        }
        for (slot, value) in values.into_iter().take(inside).enumerate() {
            heap.store(at, SLOTS + slot, value);
        }
        return Word::heap(at);
    }
    let table = heap.table(properties.len());
    for (word, flags, value) in properties {
        let view = heap.view(common);
        let Ok(key) = Key::of(view, *word) else {
            continue;
        };
        let name = key.name();
        match table::find(view, table, key.hash, |k| name.is(view, k)) {
            Some(number) => {
                heap.table_set_value(table, number, *value);
                heap.table_set_flags(table, number, *flags);
            }
            None => {
                let new = Entry {
                    key: key.stored(view, *word).unwrap_or(*word),
                    value: *value,
                    flags: *flags,
                    hash: key.hash,
                };
                heap.table_push(table, new);
            }
        }
    }
    let extra = heap.alloc_words(Kind::Extra, &[Word::UNDEFINED, Word::NIL, table]);
    let at = heap.object(ShapeId::DICTIONARY, 0, prototype);
    heap.store(at, REST, Word::heap(extra));
    Word::heap(at)
}

/// Shape and slots of an object of those properties, if there is a shape.
fn layout(view: View<'_>, properties: &[(Word, u8, Word)]) -> Option<(ShapeId, Vec<Word>)> {
    let shapes = &view.common().shapes;
    let mut at = shapes.root(properties.len());
    let mut values = Vec::with_capacity(properties.len());
    for (word, flags, value) in properties {
        let Ok(key) = Key::of(view, *word) else {
            continue;
        };
        let atom = key.to_atom()?;
        at = match shapes.get(at)?.find(atom, 0) {
            Some(slot) => {
                values[slot] = *value;
                shapes.with_flags(at, slot, *flags)?
            }
            None => {
                values.push(*value);
                shapes.add(at, atom, *flags)?
            }
        };
    }
    Some((at, values))
}

/// The own properties in insertion order: text of the key, flags, value.
pub fn entries(view: View<'_>, object: Word) -> impl Iterator<Item = (&str, PropertyFlags, Word)> {
    properties::entries(view, object).map(move |(_, entry)| {
        let key = key::text_of(view, entry.key).unwrap_or_default();
        (key, PropertyFlags(entry.flags), entry.value)
    })
}

/// How many own properties there are.
#[must_use]
pub fn len(view: View<'_>, object: Word) -> usize {
    properties::len(view, object)
}

/// The keys of the own enumerable properties, atoms or strings, in insertion order.
pub fn keys(view: View<'_>, object: Word) -> impl Iterator<Item = Word> {
    properties::entries(view, object)
        .filter(|(_, entry)| entry.flags & ENUMERABLE != 0)
        .map(|(_, entry)| entry.key)
}

/// An own property.
#[must_use]
pub fn get_own(view: View<'_>, object: Word, key: &Key<'_>) -> Option<Entry> {
    properties::entry(view, object, find_own(view, object, key)?)
}

/// The value of an own or inherited property.
///
/// # Errors
/// `:bad_type` for a key that is neither text nor a whole number,
/// `:bad_prototype` for too long a chain.
pub fn get(view: View<'_>, object: Word, key: Word) -> Result<Option<Word>, Fault> {
    let key = Key::of(view, key)?;
    Ok(find(view, object, &key)?.map(|(_, entry)| entry.value))
}

/// The value of the own or inherited property of that name.
#[must_use]
pub fn get_atom(view: View<'_>, object: Word, name: AtomId) -> Option<Word> {
    let key = Key::atom(&view.common().atoms, name);
    let found = find(view, object, &key).ok().flatten();
    found.map(|(_, entry)| entry.value)
}

/// The nearest object of the chain with that property, and the property.
///
/// # Errors
/// `:bad_prototype` for too long a chain.
pub fn find(view: View<'_>, object: Word, key: &Key<'_>) -> Result<Option<(Word, Entry)>, Fault> {
    chain::search(view, object, |at| Some((at, get_own(view, at, key)?)))
}

/// Whether there is such a property, own or also inherited.
///
/// # Errors
/// As [`get`].
pub fn has(view: View<'_>, object: Word, key: Word, own: bool) -> Result<bool, Fault> {
    let key = Key::of(view, key)?;
    if own {
        return Ok(find_own(view, object, &key).is_some());
    }
    Ok(find(view, object, &key)?.is_some())
}

/// Assigns a property: the own one, or a new one. May move every object.
///
/// # Errors
/// `:read_only` for a frozen object or a property, own or inherited, that may
/// not be written; `:memory_limit`; as [`get`].
pub fn set(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    key: Word,
    value: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    let name = Key::of(view, key)?;
    check_writable(view, object, &name)?;
    if let Some(number) = find_own(view, object, &name) {
        let entry = properties::entry(view, object, number);
        if entry.is_none_or(|e| e.flags & WRITABLE == 0) {
            return Err(key::read_only(
                view,
                &name,
                "is not writable: define it anew",
            ));
        }
        set_value(heap, common, object, number, value);
        return Ok(());
    }
    if let Some((_, entry)) = find(view, object, &name)?
        && entry.flags & WRITABLE == 0
    {
        return Err(key::read_only(
            view,
            &name,
            "is inherited and not writable: define it on the object",
        ));
    }
    Ok(add(heap, common, object, key, OPEN, value)?)
}

/// Makes an own property, or gives it a new value and new flags. May move every object.
///
/// # Errors
/// `:read_only` for a frozen object or a property that may not be
/// redefined; `:memory_limit`; as [`get`].
pub fn define(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    key: Word,
    flags: u8,
    value: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    let name = Key::of(view, key)?;
    check_writable(view, object, &name)?;
    let flags = flags & OPEN;
    let Some(number) = find_own(view, object, &name) else {
        return Ok(add(heap, common, object, key, flags, value)?);
    };
    check_configurable(view, object, number, &name)?;
    let Some(shape) = properties::shape(view, object) else {
        let table = dictionary(view, object);
        heap.table_set_value(table, number, value);
        heap.table_set_flags(table, number, flags);
        return Ok(());
    };
    let id = shape_of(view, object);
    debug_assert!(number < shape.slots());
    if let Some(next) = common.shapes.with_flags(id, number, flags) {
        heap.set_shape(object.place(), next);
        heap.set_slot(object.place(), number, value);
        return Ok(());
    }
    let [object, key, value] = to_dictionary(heap, common, [object, key, value])?;
    define(heap, common, object, key, flags, value)
}

/// Deletes an own property; whether it was there.
///
/// # Errors
/// `:read_only` for a frozen object or a property that may not be deleted; as [`get`].
pub fn delete(heap: &mut Heap, common: &Common, object: Word, key: Word) -> Result<bool, Fault> {
    let view = heap.view(common);
    let name = Key::of(view, key)?;
    check_writable(view, object, &name)?;
    let Some(number) = find_own(view, object, &name) else {
        return Ok(false);
    };
    check_configurable(view, object, number, &name)?;
    if properties::shape(view, object).is_none() {
        let table = dictionary(view, object);
        heap.table_remove(table, number);
        return Ok(true);
    }
    let [object, key, _] = to_dictionary(heap, common, [object, key, Word::UNDEFINED])?;
    delete(heap, common, object, key)
}

/// Makes an object, array or map unchangeable; what it refers to stays as it is.
pub fn freeze(heap: &mut Heap, word: Word) {
    if word.is_heap() {
        heap.set_flag(word, FROZEN);
    }
}

fn find_own(view: View<'_>, object: Word, key: &Key<'_>) -> Option<usize> {
    properties::find(view, object, key.name(), key.hash)
}

/// The number of an object's shape.
fn shape_of(view: View<'_>, object: Word) -> ShapeId {
    view.header(object)
        .map_or(ShapeId::DICTIONARY, Header::shape)
}

/// The table of a dictionary's properties.
fn dictionary(view: View<'_>, object: Word) -> Word {
    view.field(view.field(object, REST), TABLE)
}

fn set_value(heap: &mut Heap, common: &Common, object: Word, number: usize, value: Word) {
    let view = heap.view(common);
    if properties::shape(view, object).is_some() {
        heap.set_slot(object.place(), number, value);
    } else {
        let table = dictionary(view, object);
        heap.table_set_value(table, number, value);
    }
}

/// Turns a shaped object, the first of those words, into a dictionary. May
/// move every object.
fn to_dictionary(
    heap: &mut Heap,
    common: &Common,
    keep: [Word; 3],
) -> Result<[Word; 3], OutOfMemory> {
    let words = Heap::dictionary_words(heap.view(common), keep[0]);
    let keep = heap.reserve_keeping(words, keep)?;
    heap.make_dictionary(common, keep[0]);
    Ok(keep)
}

/// Gives a shaped object one more name, if it stays shaped; `flags` may be
/// those of a hidden property. May move every object.
fn add_shaped(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    name: AtomId,
    flags: u8,
    value: Word,
) -> Result<bool, OutOfMemory> {
    let view = heap.view(common);
    let Some(shape) = properties::shape(view, object) else {
        return Ok(false);
    };
    let Some(next) = common.shapes.add(shape_of(view, object), name, flags) else {
        return Ok(false);
    };
    let slot = shape.slots();
    let inside = heap.header(object.place()).len() - SLOTS;
    let outside = view.payload(view.field(object, REST)).len();
    let [mut object, mut value] = [object, value];
    if slot >= inside + outside {
        let grown = (2 * outside).max(4);
        [object, value] = heap.reserve_keeping(1 + grown, [object, value])?;
        let new = heap.alloc(Kind::ArrayData, 0, 0, grown);
        let old = heap.load(object.place(), REST);
        for i in 0..outside {
            let word = heap.load(old.place(), i);
            heap.store(new, i, word);
        }
        heap.store(object.place(), REST, Word::heap(new));
    }
    heap.set_shape(object.place(), next);
    heap.set_slot(object.place(), slot, value);
    Ok(true)
}

/// Adds a property that is not there. May move every object.
fn add(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    key: Word,
    flags: u8,
    value: Word,
) -> Result<(), OutOfMemory> {
    let view = heap.view(common);
    let Ok(name) = Key::of(view, key) else {
        return Ok(());
    };
    if properties::shape(view, object).is_some() {
        if let Some(atom) = name.to_atom()
            && add_shaped(heap, common, object, atom, flags, value)?
        {
            return Ok(());
        }
        let [object, key, value] = to_dictionary(heap, common, [object, key, value])?;
        return add(heap, common, object, key, flags, value);
    }
    let hash = name.hash;
    let stored = name.stored(view, key);
    // The text of a number, which has to become a string.
    let text = match stored {
        Some(_) => String::new(),
        None => name.text(&common.atoms).to_owned(),
    };
    let room = table::room(view, dictionary(view, object), 1);
    let words = room + Heap::size_of_text(text.len());
    let kept = [object, stored.unwrap_or(Word::NIL), value];
    let [object, key, value] = heap.reserve_keeping(words, kept)?;
    let key = match stored {
        Some(_) => key,
        None => heap.string(&text),
    };
    let new = Entry {
        key,
        value,
        flags,
        hash,
    };
    let extra = heap.load(object.place(), REST);
    heap.table_insert(extra.place(), TABLE, new);
    Ok(())
}

fn check_writable(view: View<'_>, object: Word, key: &Key<'_>) -> Result<(), Fault> {
    if !object.is_heap() || view.is_frozen(object) {
        return Err(key::read_only(
            view,
            key,
            "belongs to a frozen object: copy the object",
        ));
    }
    Ok(())
}

fn check_configurable(
    view: View<'_>,
    object: Word,
    number: usize,
    key: &Key<'_>,
) -> Result<(), Fault> {
    let entry = properties::entry(view, object, number);
    let free = entry.is_some_and(|e| e.flags & CONFIGURABLE != 0);
    if free {
        return Ok(());
    }
    Err(key::read_only(
        view,
        key,
        "is not configurable: it can be neither deleted nor redefined",
    ))
}

/// A frozen object, told without a property.
fn frozen() -> Fault {
    Fault::new(
        FaultKind::ReadOnly,
        "the object is frozen: copy it to change it",
    )
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
