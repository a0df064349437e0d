//! Walks that stop after every item.
//!
//! An iterator is an object of its process that knows what it walks and how
//! far it has come. What is walked may change meanwhile:
//!
//! - *array*: by index up to the length at that moment, so elements appended
//!   are walked, and after a removal in front one is passed over;
//! - *map*: every entry once, in insertion order, entries added meanwhile
//!   included and entries removed not;
//! - *object*: the own enumerable properties of the moment at which the walk
//!   began, but for those removed since, with their values of now;
//! - tuples, strings (by code point), bytes and lists do not change.
//!
//! A walk that has come to its end stays there. An iterator walked over is
//! itself: who takes from the one takes from the other.
//!
//! # Layout
//! A [`Kind::Iterator`] with what is yielded in the header's aux field (bits
//! of [`IterFlags`], `QUICK` for values of an array of the own heap, `LIST`), and
//! four words: what is walked (`nil` at the end; a list: the rest of it), the
//! position in it (plain number), items so far (plain number), and of a map
//! its table, of an object its keys.
//!
//! # Invariants
//! W1. Iterators never leave their process, so every part of one is a value of it.
//! W2. A position in a map counts entries of the table kept beside it, which
//!     [`table::resume`] carries over to the one that replaced it.
//!
//! # Cost
//! An element of an array: about ten machine instructions in the engine's loop.
//! Others: a call, and what the item takes to be made: strings for characters
//! and property names, a tuple for an entry. An object's keys are noted first.

use crate::fault::Fault;
use crate::heap::layout::{Header, Kind};
use crate::heap::shared::Common;
use crate::heap::table;
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::ids::AtomId;
use crate::isa::IterFlags;
use crate::object::{self, Key};
use crate::word::{Tag, Word};

const SOURCE: usize = 0;
const POSITION: usize = 1;
const COUNT: usize = 2;
const STATE: usize = 3;
const WORDS: usize = 4;

/// Bit of the aux field: values of an array of the own heap.
const QUICK: u16 = 8;
/// Bit of the aux field: the items of a list.
const LIST: u16 = 16;
/// The lower half of the header of such an iterator.
const QUICK_HEADER: u32 =
    Kind::Iterator as u32 | ((QUICK | IterFlags::VALUES.0 as u16) as u32) << 16;

/// An iterator over a value; of an iterator, itself. May move every object.
///
/// # Errors
/// `:bad_type` for what cannot be walked, `:memory_limit`.
pub fn new(
    heap: &mut Heap,
    common: &Common,
    subject: Word,
    what: IterFlags,
) -> Result<Word, Fault> {
    let view = heap.view(common);
    if matches!(view.kind(subject), Some(Kind::Iterator | Kind::Coroutine)) {
        if what == IterFlags::VALUES {
            return Ok(subject);
        }
        return Err(Fault::bad_type(
            "only the values of an iterator or coroutine can be walked: count the items yourself",
            "its keys or entries",
        ));
    }
    let keys = match view.kind(subject) {
        Some(Kind::Object) => object::keys(view, subject).count(),
        Some(
            Kind::Array
            | Kind::Tuple
            | Kind::Pair
            | Kind::Map
            | Kind::String
            | Kind::LongString
            | Kind::Bytes
            | Kind::LongBytes,
        ) => 0,
        None if subject == Word::NIL => 0,
        _ => {
            return Err(Fault::bad_type(
                "only an array, tuple, list, map, object, string, bytes, iterator or coroutine can be walked",
                view.type_name(subject),
            ));
        }
    };
    let is_object = view.is(subject, Kind::Object);
    let words = 1 + WORDS + if is_object { 1 + keys } else { 0 };
    let [subject] = heap.reserve_keeping(words, [subject])?;
    let view = heap.view(common);
    let state = match view.kind(subject) {
        Some(Kind::Map) => view.field(subject, 0),
        Some(Kind::Object) => {
            let keys: Vec<Word> = object::keys(view, subject).collect();
            heap.tuple(&keys)
        }
        _ => Word::NIL,
    };
    let how = match heap.view(common).kind(subject) {
        Some(Kind::Array) if subject.is_heap() && what == IterFlags::VALUES => QUICK,
        Some(Kind::Pair) => LIST,
        _ => 0,
    };
    let at = heap.alloc(Kind::Iterator, 0, u16::from(what.0) | how, WORDS);
    heap.store(at, SOURCE, subject);
    heap.store(at, POSITION, Word(0));
    heap.store(at, COUNT, Word(0));
    heap.store(at, STATE, state);
    Ok(Word::heap(at))
}

/// The next element of an iterator over the values of an array, without a
/// look at anything else; `None` sends to [`next`].
#[inline(always)]
pub fn quick_next(heap: &mut Heap, at: u32) -> Option<Word> {
    // Straight from the words, since this is a loop's every round. What is
    // stored is a plain number, which no barrier has to see.
    let words = heap.space.words_mut();
    let at = at as usize;
    let [header, source, position] = *words.get(at..)?.first_chunk()?;
    if header as u32 != QUICK_HEADER {
        return None;
    }
    let [_, length, data] = *words.get(source as u32 as usize..)?.first_chunk()?;
    if position >= length {
        return None;
    }
    let word = *words.get(data as u32 as usize + 1 + position as usize)?;
    words[at + 1 + POSITION] = position + 1;
    Some(Word(word))
}

/// Takes the next item of an iterator; `None` at the end. May move every object.
///
/// # Errors
/// `:bad_type` for what is no iterator or a list that ends in something else
/// than `nil`; `:memory_limit`. The item is not lost then.
pub fn next(heap: &mut Heap, common: &Common, iterator: Word) -> Result<Option<Word>, Fault> {
    let view = heap.view(common);
    let Some(header) = view.header(iterator).filter(|h| h.is(Kind::Iterator)) else {
        return Err(Fault::bad_type(
            "the next item is taken from an iterator",
            view.type_name(iterator),
        ));
    };
    let mut passed = 0;
    let step = Step::of(view, iterator, header.aux() & LIST != 0, &mut passed)?;
    heap.charge(passed);
    let Some(step) = step else {
        end(heap, iterator.place(), header);
        return Ok(None);
    };
    let view = heap.view(common);
    let what = IterFlags((header.aux() & 7) as u8);
    let wanted = match what {
        IterFlags::KEYS => [step.key, Part::Word(Word::NIL)],
        IterFlags::VALUES => [Part::Word(Word::NIL), step.value],
        _ => [step.key, step.value],
    };
    let text = |part| part_bytes(view, part);
    let (first, second) = (text(wanted[0]), text(wanted[1]));
    let mut words = if what == IterFlags::ENTRIES { 3 } else { 0 };
    words += first.map_or(0, Heap::size_of_text) + second.map_or(0, Heap::size_of_text);
    let kept = [
        iterator,
        step.source,
        step.state,
        wanted[0].word(),
        wanted[1].word(),
    ];
    let bytes = first.unwrap_or(0) + second.unwrap_or(0);
    let [iterator, source, state, key, value] = reserve(heap, words, bytes, kept)?;
    let key = make(heap, common, wanted[0], key);
    let value = make(heap, common, wanted[1], value);
    let word = match what {
        IterFlags::KEYS => key,
        IterFlags::VALUES => value,
        _ => heap.tuple(&[key, value]),
    };
    let at = iterator.place();
    let count = heap.load(at, COUNT).0;
    heap.store(at, SOURCE, source);
    heap.store(at, POSITION, Word(step.position as u64));
    heap.store(at, COUNT, Word(count + 1));
    heap.store(at, STATE, state);
    Ok(Some(word))
}

/// A part of an item before it is made.
#[derive(Clone, Copy)]
enum Part {
    /// As it is.
    Word(Word),
    /// A character, as a string.
    Char(char),
    /// The text of an atom, as a string.
    Name(AtomId),
}

impl Part {
    /// What a collection may move.
    fn word(self) -> Word {
        match self {
            Part::Word(word) => word,
            Part::Char(_) | Part::Name(_) => Word::NIL,
        }
    }
}

/// An item, and where the walk stands behind it.
struct Step {
    key: Part,
    value: Part,
    source: Word,
    position: usize,
    state: Word,
}

impl Step {
    /// The next item, if there is one; counts the words that are passed over.
    fn of(
        view: View<'_>,
        iterator: Word,
        list: bool,
        passed: &mut usize,
    ) -> Result<Option<Step>, Fault> {
        let source = view.field(iterator, SOURCE);
        let position = view.field(iterator, POSITION).0 as usize;
        let count = Word::number(view.field(iterator, COUNT).0 as f64);
        let state = view.field(iterator, STATE);
        let step = |value: Part, position: usize| {
            Some(Step {
                key: Part::Word(count),
                value,
                source,
                position,
                state,
            })
        };
        let numbered = |word: Word| Step {
            key: Part::Word(Word::number(position as f64)),
            value: Part::Word(word),
            source,
            position: position + 1,
            state,
        };
        let kind = view.kind(source);
        if list && kind != Some(Kind::Pair) && source != Word::NIL {
            return Err(Fault::bad_type(
                "a list ends in `nil`",
                view.type_name(source),
            ));
        }
        Ok(match kind {
            Some(Kind::Array | Kind::Tuple) => {
                let items = view
                    .array_items(source)
                    .or_else(|| view.tuple_items(source));
                let item = items.and_then(|items| items.get(position));
                item.map(|word| numbered(Word(*word)))
            }
            Some(Kind::Bytes | Kind::LongBytes) => {
                let octet = view.bytes(source).and_then(|bytes| bytes.get(position));
                octet.map(|octet| numbered(Word::number(f64::from(*octet))))
            }
            Some(Kind::String | Kind::LongString) => {
                let rest = view.text(source).and_then(|text| text.get(position..));
                let char = rest.and_then(|rest| rest.chars().next());
                char.and_then(|c| step(Part::Char(c), position + c.len_utf8()))
            }
            Some(Kind::Pair) => {
                let (head, tail) = view.pair(source).unwrap_or((Word::NIL, Word::NIL));
                Some(Step {
                    source: tail,
                    ..numbered(head)
                })
            }
            Some(Kind::Map) => entry(view, source, state, position, passed),
            Some(Kind::Object) => property(view, source, state, position, passed),
            _ => None,
        })
    }
}

/// The next entry of a map.
fn entry(
    view: View<'_>,
    map: Word,
    table: Word,
    position: usize,
    passed: &mut usize,
) -> Option<Step> {
    let (table, from) = match table {
        // It was empty when the walk began.
        Word::NIL => (view.field(map, 0), 0),
        _ => {
            let (table, from, looked_at) = table::resume(view, table, position);
            *passed += looked_at;
            (table, from)
        }
    };
    let used = table::used(view, table);
    let number = (from..used).find(|i| table::entry(view, table, *i).is_some());
    *passed += 2 * (number.unwrap_or(used) - from);
    let number = number?;
    let entry = table::entry(view, table, number)?;
    Some(Step {
        key: Part::Word(entry.key),
        value: Part::Word(entry.value),
        source: map,
        position: number + 1,
        state: table,
    })
}

/// The next of the properties noted that is still there.
fn property(
    view: View<'_>,
    object: Word,
    keys: Word,
    position: usize,
    passed: &mut usize,
) -> Option<Step> {
    let keys_left = view.payload(keys).iter().enumerate().skip(position);
    for (number, key) in keys_left {
        let word = Word(*key);
        *passed += 4;
        let Ok(key) = Key::of(view, word) else {
            continue;
        };
        let Some(property) = object::get_own(view, object, &key) else {
            continue;
        };
        if property.flags & object::ENUMERABLE == 0 {
            continue;
        }
        let key = match word.tag() {
            Tag::Atom(name) => Part::Name(name),
            _ => Part::Word(word),
        };
        return Some(Step {
            key,
            value: Part::Word(property.value),
            source: object,
            position: number + 1,
            state: keys,
        });
    }
    None
}

/// Bytes of text that a part takes, if it must be made.
fn part_bytes(view: View<'_>, part: Part) -> Option<usize> {
    match part {
        Part::Word(_) => None,
        // These stand in the read-only area.
        Part::Char(c) if c.is_ascii() => None,
        Part::Char(c) => Some(c.len_utf8()),
        Part::Name(name) => Some(view.common().atoms.text(name).len()),
    }
}

fn reserve<const N: usize>(
    heap: &mut Heap,
    words: usize,
    bytes: usize,
    keep: [Word; N],
) -> Result<[Word; N], OutOfMemory> {
    if bytes <= crate::heap::layout::INLINE_BYTES {
        return heap.reserve_keeping(words, keep);
    }
    let first = heap.roots();
    for word in keep {
        heap.push_root(word);
    }
    let made = heap.reserve_external(words, bytes);
    let kept = std::array::from_fn(|i| heap.root(first + i));
    heap.truncate_roots(first);
    made.map(|()| kept)
}

/// A part; what it takes is reserved.
fn make(heap: &mut Heap, common: &Common, part: Part, word: Word) -> Word {
    match part {
        Part::Word(_) => word,
        Part::Char(c) if c.is_ascii() => common.ascii_string(c as u8),
        Part::Char(c) => heap.string(c.encode_utf8(&mut [0; 4])),
        Part::Name(name) => heap.string(common.atoms.text(name)),
    }
}

/// Lets go of what was walked: the end is the end.
fn end(heap: &mut Heap, at: u32, header: Header) {
    heap.store(at, SOURCE, Word::NIL);
    heap.store(at, STATE, Word::NIL);
    heap.set_header(
        at,
        Header::new(Kind::Iterator, header.flags(), header.aux() & 7, WORDS),
    );
}
