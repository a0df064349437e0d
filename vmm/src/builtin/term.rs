//! Natives of module `term`: values as a whole.

mod decode;
mod encode;

use std::cmp::Ordering;

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::parcel::Parcel;
use crate::term::{self, Comparison, Equality};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `term`.
pub const ROWS: &[Row] = &[
    Row {
        name: "term.compare",
        least: 2,
        most: 2,
        doc: "-1, 0 or 1 as the first value comes before the second, is equal, or comes after it, in the order of `less_than`. Raises `:bad_type` for what has no order, `:bad_number` for NaN.",
        body: compare,
    },
    Row {
        name: "term.order",
        least: 2,
        most: 2,
        doc: "-1, 0 or 1 as the first value comes before the second, has the same place, or comes behind it, in an order of everything that cannot change, and arrays: `undefined`, `unit`, booleans, numbers of every type by value and NaN behind them, atoms, strings, bytes, references, processes, functions, tuples, `nil`, other lists, arrays; sequences element by element. Raises `:bad_type` for maps, objects and what belongs to a process.",
        body: order,
    },
    Row {
        name: "term.identical",
        least: 2,
        most: 2,
        doc: "Whether two values have the same structure exactly: as `equal`, but `1` and `1n` differ, `0` and `-0` do, and NaN is NaN, also inside of arrays, maps and objects.",
        body: identical,
    },
    Row {
        name: "term.hash",
        least: 1,
        most: 1,
        doc: "A whole number from 0 to below 2^53 that equal values share; it differs from machine to machine, unless they run with the same seed.",
        body: hash,
    },
    Row {
        name: "term.show",
        least: 1,
        most: 1,
        doc: "The show form of a value: what reads back in assembly, cut where it is long.",
        body: show,
    },
    Row {
        name: "term.copy",
        least: 1,
        most: 1,
        doc: "A deep copy of a value, as a message would arrive; shared parts and cycles stay so. Raises `:bad_type` for what cannot leave its process.",
        body: copy,
    },
    Row {
        name: "term.to_bytes",
        least: 1,
        most: 1,
        doc: "A value as bytes, from which `term.from_bytes` makes an equal one; shared parts and cycles stay so. Raises `:bad_type` for functions, processes, references, handles, iterators and coroutines, `:limit`.",
        body: to_bytes,
    },
    Row {
        name: "term.from_bytes",
        least: 1,
        most: 2,
        doc: "The value that `term.to_bytes` made bytes of. An atom that does not exist yet raises `:bad_name`, unless the second argument is `true`; `:limit` if the machine has as many atoms as it may. Raises `:bad_type` for bytes that are no such value.",
        body: from_bytes,
    },
];

fn compare(cx: &mut NativeCx<'_>) -> Answer {
    let (a, b) = (cx.arg(0), cx.arg(1));
    let order = cx.process.order(cx.common, || Comparison::new(a, b))?;
    sign(cx, order)
}

fn order(cx: &mut NativeCx<'_>) -> Answer {
    let (a, b) = (cx.arg(0), cx.arg(1));
    let order = cx.process.order(cx.common, || Comparison::total(a, b))?;
    sign(cx, order)
}

/// -1, 0 or 1, unless the comparison was left off.
fn sign(cx: &NativeCx<'_>, order: Option<Option<Ordering>>) -> Answer {
    let number = match order {
        Some(Some(Ordering::Less)) => -1.0,
        Some(Some(Ordering::Equal)) => 0.0,
        Some(Some(Ordering::Greater)) => 1.0,
        Some(None) => return Err(super::array::unordered(cx.name)),
        None => return Ok(NativeStep::Again),
    };
    Ok(NativeStep::Done(Word::number(number)))
}

fn identical(cx: &mut NativeCx<'_>) -> Answer {
    let (a, b) = (cx.arg(0), cx.arg(1));
    let identical = cx.process.equality(cx.common, || Equality::exact(a, b))?;
    Ok(match identical {
        Some(identical) => NativeStep::Done(Word::boolean(identical)),
        None => NativeStep::Again,
    })
}

fn hash(cx: &mut NativeCx<'_>) -> Answer {
    let (hash, words) = term::hash(cx.view(), cx.arg(0), 0);
    cx.charge(2 * words);
    // The upper 53 bits, which a double holds exactly.
    Ok(NativeStep::Done(Word::number((hash >> 11) as f64)))
}

fn show(cx: &mut NativeCx<'_>) -> Answer {
    let text = term::show(cx.view(), cx.arg(0), cx.names);
    Ok(NativeStep::Done(cx.process.heap.new_string(&text)?))
}

fn copy(cx: &mut NativeCx<'_>) -> Answer {
    let parcel = Parcel::pack(cx.view(), cx.arg(0))?;
    cx.charge(2 * parcel.words());
    Ok(NativeStep::Done(cx.process.heap.unpack(&parcel)?))
}

fn to_bytes(cx: &mut NativeCx<'_>) -> Answer {
    let value = cx.arg(0);
    let mut encoding = cx.unfinished(|| encode::Encoding::new(value));
    let mut budget = cx.budget();
    let made = encoding.run(cx.view(), &mut budget);
    cx.spent(&budget);
    match made? {
        Some(octets) => Ok(NativeStep::Done(cx.process.heap.new_bytes_from(octets)?)),
        None => cx.leave_off(encoding),
    }
}

fn from_bytes(cx: &mut NativeCx<'_>) -> Answer {
    let new_atoms = cx.arg(1) == Word::TRUE;
    let octets = cx.octets(0)?.to_vec();
    cx.charge(octets.len());
    let word = decode::decode(&mut cx.process.heap, cx.common, &octets, new_atoms)?;
    Ok(NativeStep::Done(word))
}

/// What a value begins with. A container is numbered when it is met first;
/// met again, it is its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Tag {
    /// Nothing follows, nor behind the next four.
    Undefined = 0,
    Unit = 1,
    False = 2,
    True = 3,
    Nil = 4,
    /// A double.
    Number = 5,
    /// Length, and a whole number in two's complement.
    Integer = 6,
    /// Two doubles.
    Complex = 7,
    /// Length and UTF-8, so also the next.
    Atom = 8,
    String = 9,
    /// Length and octets.
    Bytes = 10,
    /// Count and items, so also the next.
    Tuple = 11,
    Array = 12,
    /// Head and tail.
    Pair = 13,
    /// Count; key and value of each.
    Map = 14,
    /// Prototype, type name (atom or undefined), count; length and UTF-8 of
    /// the name, flags and value of each property.
    Object = 15,
    /// The value.
    Cell = 16,
    /// The number of a container.
    Again = 17,
}

impl Tag {
    const ALL: [Tag; 18] = [
        Tag::Undefined,
        Tag::Unit,
        Tag::False,
        Tag::True,
        Tag::Nil,
        Tag::Number,
        Tag::Integer,
        Tag::Complex,
        Tag::Atom,
        Tag::String,
        Tag::Bytes,
        Tag::Tuple,
        Tag::Array,
        Tag::Pair,
        Tag::Map,
        Tag::Object,
        Tag::Cell,
        Tag::Again,
    ];
}

/// What all begins with: a mark and the version of the form.
const MARK: &[u8] = b"IONT\x01";

/// Bit of the first octet of an array, map or object that is frozen.
const FROZEN: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::decode::decode;
    use super::encode::encode;
    use super::{MARK, Tag};
    use crate::heap::Heap;
    use crate::heap::shared::Common;
    use crate::word::Word;

    #[test]
    fn tags_have_their_places() {
        for (number, tag) in Tag::ALL.into_iter().enumerate() {
            assert_eq!(tag as usize, number);
        }
    }

    /// Every prefix and every changed octet of a value's bytes is refused or
    /// is the bytes of another value; nothing panics.
    #[test]
    fn damaged_bytes_are_values_or_errors() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, false);
        let text = heap.new_string("text").unwrap();
        let root = heap.push_root(text);
        heap.reserve(200).unwrap();
        let text = heap.root(root);
        let array = heap.array(&[text, Word::TRUE, Word::number(1.5)]);
        let pair = heap.pair(Word::NIL, array);
        let cell = heap.cell(pair);
        let tuple = heap.tuple(&[pair, cell, array, Word::number(f64::NAN)]);
        let map =
            crate::map::new(&mut heap, &common, &[(Word::UNIT, tuple), (text, cell)]).unwrap();
        let ok = Word::atom(crate::atom::known::OK);
        let object = crate::object::new(&mut heap, &common, &[(ok, 7, map), (text, 1, array)]);
        let root = heap.push_root(object);
        let octets = encode(heap.view(&common), object).unwrap();
        let back = decode(&mut heap, &common, &octets, false).unwrap();
        let again = encode(heap.view(&common), back).unwrap();
        assert_eq!(octets, again);
        for length in 0..octets.len() {
            assert!(decode(&mut heap, &common, &octets[..length], true).is_err());
        }
        for at in MARK.len()..octets.len() {
            for change in [1, 2, 4, 0x10, 0x40, 0x80, 0xFF] {
                let mut damaged = octets.clone();
                damaged[at] ^= change;
                if let Ok(word) = decode(&mut heap, &common, &damaged, true) {
                    let view = heap.view(&common);
                    assert!(encode(view, word).is_ok());
                }
            }
        }
        heap.truncate_roots(root);
    }
}
