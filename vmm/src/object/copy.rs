//! Copies of single objects.

use super::{chain, new_with, size_of};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::layout::{Header, Kind};
use crate::heap::properties::{self, PROTOTYPE, REST};
use crate::heap::shape::ShapeId;
use crate::heap::shared::Common;
use crate::word::Word;

/// A fresh object with the properties, flags, prototype, magic methods and type name of
/// another; what the properties hold is shared. It is not frozen, whatever the other is. May
/// move every object.
///
/// # Errors
/// `:memory_limit`, `:limit` for one that has too many magic methods to be a dictionary.
pub fn copy(heap: &mut Heap, common: &Common, object: Word) -> Result<Word, Fault> {
    match properties::shape(heap.view(common), object) {
        Some(_) => copy_shaped(heap, common, object),
        None => copy_dictionary(heap, common, object),
    }
}

fn copy_shaped(heap: &mut Heap, common: &Common, object: Word) -> Result<Word, Fault> {
    let view = heap.view(common);
    let inside = view.payload(object).len();
    let outside = view.payload(view.field(object, REST)).len();
    heap.charge(inside + outside);
    let [object] = heap.reserve_keeping(2 + inside + outside, [object])?;
    let view = heap.view(common);
    let shape = view
        .header(object)
        .map_or(ShapeId::DICTIONARY, Header::shape);
    let words = |word: Word| {
        view.payload(word)
            .iter()
            .map(|w| Word(*w))
            .collect::<Vec<Word>>()
    };
    let (slots, rest) = (words(object), words(view.field(object, REST)));
    let at = heap.object(shape, inside - properties::SLOTS, slots[PROTOTYPE]);
    for (slot, word) in slots.iter().enumerate().skip(properties::SLOTS) {
        heap.store(at, slot, *word);
    }
    if !rest.is_empty() {
        let rest = heap.alloc_words(Kind::ArrayData, &rest);
        heap.store(at, REST, Word::heap(rest));
    }
    Ok(Word::heap(at))
}

fn copy_dictionary(heap: &mut Heap, common: &Common, object: Word) -> Result<Word, Fault> {
    let count = properties::len(heap.view(common), object);
    heap.charge(4 * count);
    let [object] = heap.reserve_keeping(size_of(count), [object])?;
    let view = heap.view(common);
    let entries = properties::entries(view, object);
    let all: Vec<(Word, u8, Word)> = entries.map(|(_, e)| (e.key, e.flags, e.value)).collect();
    let methods: Vec<_> = properties::methods(view, object)
        .filter_map(|(_, e)| Some((e.key.to_atom()?, e.value)))
        .collect();
    let type_name = properties::type_name(view, object);
    let copy = new_with(heap, common, view.field(object, PROTOTYPE), &all);
    let copy = heap.push_root(copy);
    for (_, method) in &methods {
        heap.push_root(*method);
    }
    let mut finish = || -> Result<Word, Fault> {
        for (i, (name, _)) in methods.iter().enumerate() {
            let method = heap.root(copy + 1 + i);
            chain::set_magic(heap, common, heap.root(copy), *name, method)?;
        }
        if let Some(name) = type_name {
            chain::set_type_name(heap, common, heap.root(copy), name)?;
        }
        Ok(heap.root(copy))
    };
    let finished = finish();
    heap.truncate_roots(copy);
    finished
}
