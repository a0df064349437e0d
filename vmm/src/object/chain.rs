//! Prototypes, and what is inherited along them beside properties.
//!
//! # Cost
//! Setting a prototype walks the chain above it once. Magic methods and type
//! names are found by a walk; most objects have neither, which is one load an object.

use super::{add_shaped, frozen, to_dictionary};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::properties::{self, METHODS, PROTOTYPE, REST, TYPE};
use crate::heap::shape::{MAGIC, TYPE_NAME};
use crate::heap::shared::Common;
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::ids::AtomId;
use crate::limits::PROTOTYPES_MAX;
use crate::word::Word;

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
    let found = search(view, object, |at| {
        let number = properties::find_method(view, at, name)?;
        Some(properties::method(view, at, number))
    });
    found.ok().flatten()
}

/// Whether the object or an ancestor has a magic method of any name.
#[must_use]
pub fn has_magic(view: View<'_>, object: Word) -> bool {
    let found = search(view, object, |at| {
        properties::has_methods(view, at).then_some(())
    });
    found.ok().flatten().is_some()
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
    if let Some(number) = properties::find_method(view, object, name) {
        match properties::shape(view, object) {
            Some(_) => heap.set_slot(object.place(), number, function),
            None => {
                let table = view.field(view.field(object, REST), METHODS);
                heap.table_set_value(table, number, function);
            }
        }
        return Ok(());
    }
    if properties::shape(view, object).is_some() {
        if add_shaped(heap, common, object, name, MAGIC, function)? {
            return Ok(());
        }
        let keep = [object, function, Word::UNDEFINED];
        let [object, function, _] = to_dictionary(heap, common, keep)?;
        return set_magic(heap, common, object, name, function);
    }
    let words = table::room(view, view.field(view.field(object, REST), METHODS), 1);
    let [object, function] = heap.reserve_keeping(words, [object, function])?;
    let extra = heap.load(object.place(), REST);
    let new = Entry {
        key: Word::atom(name),
        value: function,
        flags: 0,
        hash: common.atoms.hash(name) as u32,
    };
    heap.table_insert(extra.place(), METHODS, new);
    Ok(())
}

/// The object's own type name.
#[must_use]
pub fn type_name(view: View<'_>, object: Word) -> Option<AtomId> {
    if !view.is(object, Kind::Object) {
        return None;
    }
    properties::type_name(view, object)
}

/// The type names of the object and its ancestors, as atoms.
pub fn type_names(view: View<'_>, object: Word) -> impl Iterator<Item = Word> {
    let is_object = move |word: &Word| view.is(*word, Kind::Object);
    let above = move |at: &Word| Some(view.field(*at, PROTOTYPE)).filter(is_object);
    std::iter::successors(Some(object).filter(is_object), above)
        .take(PROTOTYPES_MAX + 1)
        .filter_map(move |at| properties::type_name(view, at).map(Word::atom))
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
    let word = Word::atom(name);
    match properties::shape(view, object) {
        Some(shape) => {
            if let Some(slot) = shape.type_name() {
                heap.set_slot(object.place(), slot, word);
                return Ok(());
            }
            if add_shaped(heap, common, object, known::EMPTY, TYPE_NAME, word)? {
                return Ok(());
            }
            let keep = [object, Word::UNDEFINED, Word::UNDEFINED];
            let [object, ..] = to_dictionary(heap, common, keep)?;
            set_type_name(heap, common, object, name)
        }
        None => {
            let extra = heap.load(object.place(), REST);
            heap.store(extra.place(), TYPE, word);
            Ok(())
        }
    }
}

fn too_long() -> Fault {
    Fault::new(
        FaultKind::BadPrototype,
        format!("the prototype chain is longer than {PROTOTYPES_MAX} objects: flatten it"),
    )
}
