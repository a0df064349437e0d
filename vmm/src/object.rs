//! Prototype objects: own properties, the prototype chain, type names.
//!
//! Every object is a dictionary for now: its properties stand in a
//! [`table`], keyed by text. The layout has room for hidden classes, which
//! take the place of the dictionary without moving anything else.
//!
//! Keys are text: the atom `:x` and the string `"x"` name the same property,
//! and a whole number stands for its text. A key computed at run time is kept
//! as an atom if there is one of its text, else as a string: it never grows
//! the atom table.
//!
//! # Invariants
//! O1. Two keys of one table never have the same text.
//! O2. A walk along the prototypes ends after [`PROTOTYPES_MAX`] steps.

use std::borrow::Cow;

use crate::fault::{Fault, FaultKind};
use crate::heap::layout::{FROZEN, Kind};
use crate::heap::shared::Common;
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::isa::PropertyFlags;
use crate::limits::PROTOTYPES_MAX;
use crate::word::{Tag, Word};

/// Fields of an object.
const SHAPE: usize = 0;
const PROTOTYPE: usize = 1;
const PROPERTIES: usize = 2;
const EXTRA: usize = 3;

/// A property key.
struct Key<'a> {
    text: Cow<'a, str>,
    hash: u32,
}

impl<'a> Key<'a> {
    /// The key that a value stands for.
    fn of(view: View<'a>, word: Word) -> Result<Key<'a>, Fault> {
        let atoms = &view.common().atoms;
        let text = match word.tag() {
            Tag::Atom(atom) => {
                return Ok(Key {
                    text: atoms.text(atom).into(),
                    hash: atoms.hash(atom) as u32,
                });
            }
            Tag::Number(n) if n.fract() == 0.0 => Cow::Owned(crate::text::number(n)),
            Tag::Integer(n) => Cow::Owned(n.to_string()),
            _ => match view.text(word) {
                Some(text) => Cow::Borrowed(text),
                None => {
                    let found = view.type_name(word);
                    return Err(Fault::bad_type("a key is text or a whole number", found));
                }
            },
        };
        let hash = atoms.hash_of(&text) as u32;
        Ok(Key { text, hash })
    }

    /// The own property of that key, with its number.
    fn own(&self, view: View<'_>, object: Word) -> Option<(usize, Entry)> {
        let properties = view.field(object, PROPERTIES);
        let is = |word: Word| text_of(view, word) == Some(&*self.text);
        let number = table::find(view, properties, self.hash, is)?;
        table::entry(view, properties, number).map(|entry| (number, entry))
    }

    /// The property, own or inherited.
    fn inherited(&self, view: View<'_>, object: Word) -> Option<Entry> {
        prototypes(view, object)
            .find_map(|object| self.own(view, object))
            .map(|(_, entry)| entry)
    }
}

/// The text of a key as it is kept.
fn text_of<'a>(view: View<'a>, key: Word) -> Option<&'a str> {
    match key.to_atom() {
        Some(atom) => Some(view.common().atoms.text(atom)),
        None => view.text(key),
    }
}

/// The object and those it inherits from.
fn prototypes(view: View<'_>, object: Word) -> impl Iterator<Item = Word> {
    let is_object = move |word: &Word| view.kind(*word) == Some(Kind::Object);
    let next = move |word: &Word| Some(view.field(*word, PROTOTYPE)).filter(is_object);
    std::iter::successors(Some(object).filter(is_object), next).take(PROTOTYPES_MAX)
}

/// Words of an object of that many properties.
#[must_use]
pub fn size_of(properties: usize) -> usize {
    5 + if properties == 0 {
        0
    } else {
        table::size_of(properties)
    }
}

/// An object without prototype, of properties whose keys (atoms) differ;
/// [`size_of`] words must be reserved.
#[must_use]
pub fn new(heap: &mut Heap, common: &Common, properties: &[(Word, u8, Word)]) -> Word {
    let object = heap.alloc_words(
        Kind::Object,
        &[Word(0), Word::UNDEFINED, Word::NIL, Word::NIL],
    );
    debug_assert_eq!(heap.load(object, SHAPE), Word(0));
    if !properties.is_empty() {
        heap.table_reserve(object, PROPERTIES, properties.len());
    }
    for (key, flags, value) in properties {
        let hash = key
            .to_atom()
            .map_or(0, |atom| common.atoms.hash(atom) as u32);
        heap.table_insert(
            object,
            PROPERTIES,
            Entry {
                key: *key,
                value: *value,
                flags: *flags,
                hash,
            },
        );
    }
    Word::heap(object)
}

/// The property of a key, own or inherited, if there is one.
///
/// # Errors
/// `:bad_type` for what is no key.
pub fn get(view: View<'_>, object: Word, key: Word) -> Result<Option<Word>, Fault> {
    Ok(Key::of(view, key)?
        .inherited(view, object)
        .map(|entry| entry.value))
}

/// The property of an atom, own or inherited, if there is one.
#[must_use]
pub fn get_atom(view: View<'_>, object: Word, atom: crate::ids::AtomId) -> Option<Word> {
    get(view, object, Word::atom(atom)).ok().flatten()
}

/// Own properties in insertion order: key text, flags, value.
pub fn entries(view: View<'_>, object: Word) -> impl Iterator<Item = (&str, PropertyFlags, Word)> {
    let all = table::entries(view, view.field(object, PROPERTIES));
    all.map(move |(_, e)| {
        (
            text_of(view, e.key).unwrap_or(""),
            PropertyFlags(e.flags & 7),
            e.value,
        )
    })
}

/// The type name, own or inherited.
pub fn type_names(view: View<'_>, object: Word) -> impl Iterator<Item = Word> {
    let extras = prototypes(view, object).map(move |object| view.field(object, EXTRA));
    extras
        .filter(|extra| *extra != Word::NIL)
        .map(move |extra| view.field(extra, 0))
}

/// Whether a key is that text.
#[must_use]
pub fn key_is(view: View<'_>, key: Word, text: &str) -> bool {
    text_of(view, key) == Some(text)
}

/// The index that a key stands for: a whole number, or its text.
#[must_use]
pub fn key_index(view: View<'_>, key: Word) -> Option<usize> {
    let number = match key.tag() {
        Tag::Number(n) => n,
        Tag::Integer(n) => n as f64,
        _ => {
            let text = text_of(view, key)?;
            let number = crate::text::parse_number(text)?;
            // Only the text that a number has is an index: "1", not "01".
            return (crate::text::number(number) == text)
                .then_some(number)
                .and_then(whole);
        }
    };
    whole(number)
}

fn whole(number: f64) -> Option<usize> {
    (number >= 0.0 && number.fract() == 0.0 && number < 1e15).then_some(number as usize)
}

/// Writes a property. May move every object.
///
/// # Errors
/// `:read_only` if the object is frozen or the property, own or inherited, may not be
/// written; `:bad_type` for what is no key; `:memory_limit`.
pub fn set(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    key: Word,
    value: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    let wanted = Key::of(view, key)?;
    let read_only =
        |what: &str| Fault::new(FaultKind::ReadOnly, format!("{what} `{}`", wanted.text));
    if !object.is_heap() || view.is_frozen(object) {
        return Err(read_only("the object is frozen and takes no value for"));
    }
    if let Some((number, entry)) = wanted.own(view, object) {
        if !PropertyFlags(entry.flags).has(PropertyFlags::WRITABLE) {
            return Err(read_only("the object lets nobody write its property"));
        }
        let properties = view.field(object, PROPERTIES);
        heap.table_set_value(properties, number, value);
        return Ok(());
    }
    if let Some(entry) = wanted.inherited(view, object)
        && !PropertyFlags(entry.flags).has(PropertyFlags::WRITABLE)
    {
        return Err(read_only("a prototype lets nobody write its property"));
    }
    let text = wanted.text.into_owned();
    Ok(add(heap, common, object, value, &text)?)
}

/// Adds an own property that is not there yet.
fn add(
    heap: &mut Heap,
    common: &Common,
    object: Word,
    value: Word,
    text: &str,
) -> Result<(), OutOfMemory> {
    let roots = heap.roots();
    let (object, value) = (heap.push_root(object), heap.push_root(value));
    let result = (|| {
        let key = match common.atoms.find(text) {
            Some(atom) => Word::atom(atom),
            None => heap.new_string(text)?,
        };
        let key = heap.push_root(key);
        let view = heap.view(common);
        let room = table::room(view, view.field(heap.root(object), PROPERTIES), 1);
        heap.reserve(room)?;
        let entry = Entry {
            key: heap.root(key),
            value: heap.root(value),
            flags: PropertyFlags::OPEN.0,
            hash: common.atoms.hash_of(text) as u32,
        };
        let owner = heap.root(object).place();
        heap.table_insert(owner, PROPERTIES, entry);
        Ok(())
    })();
    heap.truncate_roots(roots);
    result
}

/// Freezes an object, array or map, not what it refers to. What is shared is frozen already.
pub fn freeze(heap: &mut Heap, word: Word) {
    if word.is_heap() {
        let header = heap.header(word.place());
        heap.set_header(word.place(), header.with_flag(FROZEN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A common part and a heap that collects at every chance, with an object as root 0.
    fn setup(names: &[&str]) -> (Common, Heap) {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, true);
        let keys: Vec<Word> = names
            .iter()
            .map(|n| Word::atom(common.atoms.intern(n).unwrap()))
            .collect();
        heap.reserve(size_of(names.len())).unwrap();
        let properties: Vec<_> = keys.iter().map(|k| (*k, 7, Word::TRUE)).collect();
        let object = new(&mut heap, &common, &properties);
        heap.push_root(object);
        (common, heap)
    }

    #[test]
    fn atoms_strings_and_whole_numbers_name_the_same_property() {
        let (common, mut heap) = setup(&["a"]);
        let one = heap.new_string("1").unwrap();
        let one = heap.push_root(one);
        let object = heap.root(0);
        set(&mut heap, &common, object, Word::number(1.0), Word::NIL).unwrap();
        let view = heap.view(&common);
        assert_eq!(
            get(view, heap.root(0), heap.root(one)).unwrap(),
            Some(Word::NIL)
        );
        let a = Word::atom(common.atoms.intern("a").unwrap());
        assert_eq!(get(view, heap.root(0), a).unwrap(), Some(Word::TRUE));
        assert!(get(view, heap.root(0), Word::NIL).is_err());
    }

    #[test]
    fn a_thousand_computed_keys_grow_no_atom_table() {
        let (common, mut heap) = setup(&[]);
        let atoms = common.atoms.len();
        for i in 0..1000 {
            let key = heap.new_string(&format!("key {i}")).unwrap();
            let object = heap.root(0);
            set(&mut heap, &common, object, key, Word::number(f64::from(i))).unwrap();
        }
        assert_eq!(common.atoms.len(), atoms);
        let key = heap.new_string("key 777").unwrap();
        let view = heap.view(&common);
        assert_eq!(
            get(view, heap.root(0), key).unwrap(),
            Some(Word::number(777.0))
        );
        let keys: Vec<String> = entries(view, heap.root(0))
            .map(|(k, ..)| k.to_owned())
            .collect();
        assert!(
            keys.iter()
                .enumerate()
                .all(|(i, k)| *k == format!("key {i}"))
        );
    }

    #[test]
    fn frozen_objects_and_read_only_properties_stay() {
        let (common, mut heap) = setup(&["a", "b"]);
        let key = |n: &str| Word::atom(common.atoms.intern(n).unwrap());
        let object = heap.root(0);
        let table = heap.view(&common).field(object, PROPERTIES);
        heap.table_set_flags(table, 1, PropertyFlags::ENUMERABLE.0);
        let refused = set(&mut heap, &common, object, key("b"), Word::NIL).unwrap_err();
        assert_eq!(refused.kind, FaultKind::ReadOnly);
        set(&mut heap, &common, object, key("a"), Word::NIL).unwrap();
        freeze(&mut heap, object);
        assert!(set(&mut heap, &common, object, key("a"), Word::TRUE).is_err());
        assert!(set(&mut heap, &common, object, key("c"), Word::TRUE).is_err());
    }

    #[test]
    fn only_the_text_of_a_number_is_an_index() {
        let (common, mut heap) = setup(&[]);
        for (text, index) in [
            ("0", Some(0)),
            ("12", Some(12)),
            ("01", None),
            ("1.5", None),
            ("-1", None),
            ("x", None),
        ] {
            let key = heap.new_string(text).unwrap();
            assert_eq!(key_index(heap.view(&common), key), index, "{text}");
        }
    }
}
