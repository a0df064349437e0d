//! Prototypes, and what is inherited along them beside properties.
//!
//! # Cost
//! Setting a prototype walks the chain above it once. Magic methods and type
//! names are found by a walk; most objects have neither, which is one load an object.

use super::key::Key;
use super::{EXTRA, PROTOTYPE, frozen};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::shared::Common;
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::ids::AtomId;
use crate::limits::PROTOTYPES_MAX;
use crate::word::Word;

/// Payload word of an extra: the type name.
const TYPE_NAME: usize = 0;
/// Payload word of an extra: the table of magic methods.
const MAGIC: usize = 1;

/// What `found` yields first along the prototype chain, the object itself included.
pub(super) fn search<T>(
    view: View<'_>,
    object: Word,
    mut found: impl FnMut(Word) -> Option<T>,
) -> Result<Option<T>, Fault> {
    let mut at = object;
    for _ in 0..=PROTOTYPES_MAX {
        if !view.is(at, Kind::Object) {
            return Ok(None);
        }
        if let Some(found) = found(at) {
            return Ok(Some(found));
        }
        at = view.field(at, PROTOTYPE);
    }
    Err(too_long())
}

/// The prototype, if there is one.
#[must_use]
pub fn prototype(view: View<'_>, object: Word) -> Option<Word> {
    let prototype = view.field(object, PROTOTYPE);
    (prototype != Word::UNDEFINED).then_some(prototype)
}

/// Sets the prototype; `undefined` for none.
///
/// # Errors
/// `:bad_type` for a prototype that is no object, `:bad_prototype` if the
/// object would be its own ancestor or the chain too long, `:read_only` for a
/// frozen object.
pub fn set_prototype(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    prototype: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    if !object.is_heap() || view.is_frozen(object) {
        return Err(frozen());
    }
    check_prototype(view, Some(object), prototype)?;
    heap.store(object.place(), PROTOTYPE, prototype);
    Ok(())
}

/// Whether `prototype` may stand above an object: above `object`, or above one
/// that is to be made. `undefined` always may.
///
/// # Errors
/// `:bad_type`, `:bad_prototype` as [`set_prototype`].
pub fn check_prototype(view: View<'_>, object: Option<Word>, prototype: Word) -> Result<(), Fault> {
    if prototype == Word::UNDEFINED {
        return Ok(());
    }
    if !view.is(prototype, Kind::Object) {
        return Err(Fault::bad_type(
            "a prototype is an object or undefined",
            view.type_name(prototype),
        ));
    }
    let mut above = 0;
    let cycle = search(view, prototype, |at| {
        above += 1;
        (Some(at) == object).then_some(())
    })?;
    if cycle.is_some() {
        return Err(Fault::new(
            FaultKind::BadPrototype,
            "the object would be its own prototype: choose an object that does not inherit from it",
        ));
    }
    match above > PROTOTYPES_MAX {
        true => Err(too_long()),
        false => Ok(()),
    }
}

/// Whether `prototype` is among the ancestors of `object`.
#[must_use]
pub fn instance_of(view: View<'_>, object: Word, prototype: Word) -> bool {
    let above = view.field(object, PROTOTYPE);
    view.is(object, Kind::Object)
        && search(view, above, |at| (at == prototype).then_some(()))
            .ok()
            .flatten()
            .is_some()
}

/// The magic method of that name, own or inherited.
#[must_use]
pub fn magic(view: View<'_>, object: Word, name: AtomId) -> Option<Word> {
    let key = Key::atom(&view.common().atoms, name);
    let found = search(view, object, |at| {
        let table = view.field(view.field(at, EXTRA), MAGIC);
        let number = table::find(view, table, key.hash, |k| key.is(view, k))?;
        Some(table::entry(view, table, number)?.value)
    });
    found.ok().flatten()
}

/// Sets an own magic method. May move every object.
///
/// # Errors
/// `:read_only` for a frozen object, `:memory_limit`.
pub fn set_magic(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    name: AtomId,
    function: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    if !object.is_heap() || view.is_frozen(object) {
        return Err(frozen());
    }
    let key = Key::atom(&common.atoms, name);
    let table = view.field(view.field(object, EXTRA), MAGIC);
    if let Some(number) = table::find(view, table, key.hash, |k| key.is(view, k)) {
        heap.table_set_value(table, number, function);
        return Ok(());
    }
    let words = EXTRA_WORDS + table::room(view, table, 1);
    let [object, function] = heap.reserve_keeping(words, [object, function])?;
    let extra = extra(heap, object);
    let new = Entry {
        key: Word::atom(name),
        value: function,
        flags: 0,
        hash: key.hash,
    };
    heap.table_insert(extra, MAGIC, new);
    Ok(())
}

/// The object's own type name.
#[must_use]
pub fn type_name(view: View<'_>, object: Word) -> Option<AtomId> {
    if !view.is(object, Kind::Object) {
        return None;
    }
    view.field(view.field(object, EXTRA), TYPE_NAME).to_atom()
}

/// The type names of the object and its ancestors, as atoms.
pub fn type_names(view: View<'_>, object: Word) -> impl Iterator<Item = Word> {
    let is_object = move |word: &Word| view.is(*word, Kind::Object);
    let above = move |at: &Word| Some(view.field(*at, PROTOTYPE)).filter(is_object);
    std::iter::successors(Some(object).filter(is_object), above)
        .take(PROTOTYPES_MAX + 1)
        .map(move |at| view.field(view.field(at, EXTRA), TYPE_NAME))
        .filter(|name| *name != Word::UNDEFINED)
}

/// Whether the object or an ancestor has that type name.
#[must_use]
pub fn has_type_name(view: View<'_>, object: Word, name: AtomId) -> bool {
    type_names(view, object).any(|own| own == Word::atom(name))
}

/// Sets the object's own type name. May move every object.
///
/// # Errors
/// `:read_only` for a frozen object, `:memory_limit`.
pub fn set_type_name(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    name: AtomId,
) -> Result<(), Fault> {
    let view = heap.view(common);
    if !object.is_heap() || view.is_frozen(object) {
        return Err(frozen());
    }
    let [object] = heap.reserve_keeping(EXTRA_WORDS, [object])?;
    let extra = extra(heap, object);
    heap.store(extra, TYPE_NAME, Word::atom(name));
    Ok(())
}

const EXTRA_WORDS: usize = 3;

/// The place of the object's extra, which is made if it has none.
fn extra(heap: &mut Heap, object: Word) -> u32 {
    let extra = heap.load(object.place(), EXTRA);
    if extra.is_heap() {
        return extra.place();
    }
    let extra = heap.alloc_words(Kind::Extra, &[Word::UNDEFINED, Word::NIL]);
    heap.store(object.place(), EXTRA, Word::heap(extra));
    extra
}

fn too_long() -> Fault {
    Fault::new(
        FaultKind::BadPrototype,
        format!("the prototype chain is longer than {PROTOTYPES_MAX} objects: flatten it"),
    )
}
