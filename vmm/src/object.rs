//! Prototype objects: properties, descriptors, prototypes, magic methods.
//!
//! ECMAScript's ordinary rules for get, set, define and delete, without
//! accessors. Every object is a dictionary here (shape 0): its own properties
//! stand in a [`table`] in the order in which they were made. Shapes will put
//! a faster layout in front of the same functions.
//!
//! - here: own properties and the rules of writing;
//! - [`key`]: what names a property;
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

pub mod chain;
pub mod key;

pub use chain::{
    check_prototype, has_type_name, instance_of, magic, prototype, set_magic, set_prototype,
    set_type_name, type_name, type_names,
};
pub use key::{Key, key_index, key_is};

use crate::fault::{Fault, FaultKind};
use crate::heap::layout::{FROZEN, Kind};
use crate::heap::shared::Common;
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::ids::AtomId;
use crate::isa::PropertyFlags;
use crate::word::Word;

/// Payload word of an object: its prototype.
const PROTOTYPE: usize = 1;
/// Payload word: the table of its properties.
const PROPERTIES: usize = 2;
/// Payload word: type name and magic methods.
const EXTRA: usize = 3;

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
pub fn size_of(properties: usize) -> usize {
    5 + table::size_of(properties)
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
    let table = heap.table(properties.len());
    for (word, flags, value) in properties {
        let view = heap.view(common);
        let Ok(key) = Key::of(view, *word) else {
            continue;
        };
        match table::find(view, table, key.hash, |k| key.is(view, k)) {
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
    let payload = [Word(0), prototype, table, Word::NIL];
    Word::heap(heap.alloc_words(Kind::Object, &payload))
}

/// The own properties in insertion order: text of the key, flags, value.
pub fn entries(view: View<'_>, object: Word) -> impl Iterator<Item = (&str, PropertyFlags, Word)> {
    table::entries(view, view.field(object, PROPERTIES)).map(move |(_, entry)| {
        let key = key::text_of(view, entry.key).unwrap_or_default();
        (key, PropertyFlags(entry.flags), entry.value)
    })
}

/// How many own properties there are.
#[must_use]
pub fn len(view: View<'_>, object: Word) -> usize {
    table::len(view, view.field(object, PROPERTIES))
}

/// The keys of the own enumerable properties, atoms or strings, in insertion order.
pub fn keys(view: View<'_>, object: Word) -> impl Iterator<Item = Word> {
    table::entries(view, view.field(object, PROPERTIES))
        .filter(|(_, entry)| entry.flags & ENUMERABLE != 0)
        .map(|(_, entry)| entry.key)
}

/// An own property.
#[must_use]
pub fn get_own(view: View<'_>, object: Word, key: &Key<'_>) -> Option<Entry> {
    let table = view.field(object, PROPERTIES);
    table::entry(view, table, find_own(view, object, key)?)
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
    let table = view.field(object, PROPERTIES);
    check_writable(view, object, &name)?;
    if let Some(number) = find_own(view, object, &name) {
        let writable = table::entry(view, table, number).is_some_and(|e| e.flags & WRITABLE != 0);
        if !writable {
            return Err(key::read_only(
                view,
                &name,
                "is not writable: define it anew",
            ));
        }
        heap.table_set_value(table, number, value);
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
    let table = view.field(object, PROPERTIES);
    let Some(number) = find_own(view, object, &name) else {
        return Ok(add(heap, common, object, key, flags & OPEN, value)?);
    };
    check_configurable(view, table, number, &name)?;
    heap.table_set_value(table, number, value);
    heap.table_set_flags(table, number, flags & OPEN);
    Ok(())
}

/// Deletes an own property; whether it was there.
///
/// # Errors
/// `:read_only` for a frozen object or a property that may not be deleted; as [`get`].
pub fn delete(heap: &mut Heap, common: &Common, object: Word, key: Word) -> Result<bool, Fault> {
    let view = heap.view(common);
    let name = Key::of(view, key)?;
    check_writable(view, object, &name)?;
    let table = view.field(object, PROPERTIES);
    let Some(number) = find_own(view, object, &name) else {
        return Ok(false);
    };
    check_configurable(view, table, number, &name)?;
    heap.table_remove(table, number);
    Ok(true)
}

/// Makes an object, array or map unchangeable; what it refers to stays as it is.
pub fn freeze(heap: &mut Heap, word: Word) {
    if word.is_heap() {
        heap.set_flag(word, FROZEN);
    }
}

fn find_own(view: View<'_>, object: Word, key: &Key<'_>) -> Option<usize> {
    let table = view.field(object, PROPERTIES);
    table::find(view, table, key.hash, |k| key.is(view, k))
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
    let hash = name.hash;
    let stored = name.stored(view, key);
    // The text of a number, which has to become a string.
    let text = match stored {
        Some(_) => String::new(),
        None => name.text(&common.atoms).to_owned(),
    };
    let words =
        table::room(view, view.field(object, PROPERTIES), 1) + Heap::size_of_text(text.len());
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
    heap.table_insert(object.place(), PROPERTIES, new);
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
    table: Word,
    number: usize,
    key: &Key<'_>,
) -> Result<(), Fault> {
    let free = table::entry(view, table, number).is_some_and(|e| e.flags & CONFIGURABLE != 0);
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
mod tests;
