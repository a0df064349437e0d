//! Joining and repeating strings, bytes, arrays and tuples.
//!
//! The size of the result is computed and held against
//! [`limits::VALUE_BYTES_MAX`] before anything is allocated. Results are new
//! objects, operands stay as they are.
//!
//! # Cost
//! One copy of the result's bytes or words.

use num_bigint::Sign;

use super::{Numeric, bad_operands, limit};
use crate::fault::{Fault, FaultKind};
use crate::heap::join::Piece;
use crate::heap::layout::Kind;
use crate::heap::shared::Common;
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::limits;
use crate::word::Word;

/// Joins two strings, bytes, arrays or tuples. May move every object.
pub(super) fn join(heap: &mut Heap, common: &Common, a: Word, b: Word) -> Result<Word, Fault> {
    let view = heap.view(common);
    if let (Some(x), Some(y)) = (view.measure(a), view.measure(b)) {
        if x.bytes == 0 || y.bytes == 0 {
            return Ok(if x.bytes == 0 { b } else { a });
        }
        let total = x.and(y);
        check_bytes("add", total.bytes)?;
        return with_roots(heap, a, b, |heap, first| {
            heap.join_text(common, 2, total, |heap, i| {
                Piece::Word(heap.root(first + i))
            })
        });
    }
    if let (Some(x), Some(y)) = (view.bytes(a), view.bytes(b)) {
        if x.is_empty() || y.is_empty() {
            return Ok(if x.is_empty() { b } else { a });
        }
        let total = x.len() + y.len();
        check_bytes("add", total)?;
        return with_roots(heap, a, b, |heap, first| {
            heap.join_bytes(common, 2, total, |heap, i| heap.root(first + i))
        });
    }
    let (x, y, kind) = match (items(view, a), items(view, b)) {
        (Some((x, kind)), Some((y, other))) if kind == other => (x.len(), y.len(), kind),
        _ => {
            let wanted = "add takes two numbers, strings, bytes, arrays or tuples";
            let (a, b) = (view.type_name(a), view.type_name(b));
            return Err(Fault::bad_types(wanted, a, b));
        }
    };
    build(heap, common, kind, &[(a, 1), (b, 1)], x + y)
}

/// Runs `f` with two values as roots, whose first number it gets.
fn with_roots(
    heap: &mut Heap,
    a: Word,
    b: Word,
    f: impl FnOnce(&mut Heap, usize) -> Result<Word, OutOfMemory>,
) -> Result<Word, Fault> {
    let first = heap.push_root(a);
    heap.push_root(b);
    let made = f(heap, first);
    heap.truncate_roots(first);
    Ok(made?)
}

/// Repeats a string or an array. May move every object.
pub(super) fn repeat(heap: &mut Heap, common: &Common, a: Word, b: Word) -> Result<Word, Fault> {
    let view = heap.view(common);
    // Either operand may be the count.
    let is_sequence = |word| view.text(word).is_some() || view.is(word, Kind::Array);
    let (sequence, count) = if is_sequence(a) { (a, b) } else { (b, a) };
    let count = match Numeric::of(view, count) {
        Some(number) if is_sequence(sequence) => times(&number),
        _ => None,
    };
    let count = count.ok_or_else(|| bad_operands(view, "mul", a, b))??;
    if let Some(text) = view.text(sequence) {
        check_bytes("mul", text.len().saturating_mul(count))?;
        let count = if text.is_empty() { 1 } else { count };
        if count == 1 {
            return Ok(sequence);
        }
        let len = text.len() * count;
        return with_roots(heap, sequence, sequence, |heap, root| {
            // Room for the result before it is made.
            heap.reserve_text(len)?;
            heap.charge(len / 8);
            let text = heap.view(common).text(heap.root(root));
            heap.new_string_from(text.unwrap_or_default().repeat(count))
        });
    }
    let len = view.array_items(sequence).map_or(0, <[u64]>::len);
    let len = len.saturating_mul(count);
    build(heap, common, Kind::Array, &[(sequence, count)], len)
}

/// How often a number repeats; more often than can be is `usize::MAX`. `None`
/// if it is complex, and so cannot be meant.
fn times(number: &Numeric) -> Option<Result<usize, Fault>> {
    let count = match number {
        Numeric::Complex(_) => return None,
        Numeric::Number(n) => (*n >= 0.0 && n.fract() == 0.0).then_some(*n as usize),
        Numeric::Small(n) => usize::try_from(*n).ok(),
        Numeric::Big(n) => (n.sign() != Sign::Minus).then_some(usize::MAX),
    };
    Some(count.ok_or_else(|| {
        Fault::new(
            FaultKind::BadNumber,
            "mul repeats by a whole number from 0 on: round it, or test its sign",
        )
    }))
}

/// Refuses a result of more bytes than a value may have.
///
/// # Errors
/// `:limit`, with the name of the operation.
pub fn check_bytes(name: &str, bytes: usize) -> Result<(), Fault> {
    if bytes <= limits::VALUE_BYTES_MAX {
        return Ok(());
    }
    Err(limit(format!(
        "{name} would give a value of {bytes} bytes, more than {}: work on parts",
        limits::VALUE_BYTES_MAX
    )))
}

/// The items of an array or tuple, and which of the two it is.
fn items(view: View<'_>, word: Word) -> Option<(&[u64], Kind)> {
    match view.kind(word)? {
        Kind::Array => Some((view.array_items(word)?, Kind::Array)),
        Kind::Tuple => Some((view.tuple_items(word)?, Kind::Tuple)),
        _ => None,
    }
}

/// An array or tuple of the items of those sequences, each as often as said.
fn build(
    heap: &mut Heap,
    common: &Common,
    kind: Kind,
    parts: &[(Word, usize)],
    len: usize,
) -> Result<Word, Fault> {
    check_bytes(
        if parts.len() == 1 { "mul" } else { "add" },
        len.saturating_mul(8),
    )?;
    let roots = heap.roots();
    for (word, _) in parts {
        heap.push_root(*word);
    }
    let reserved = heap.reserve(Heap::size_of_array(len));
    let parts: Vec<(Word, usize)> = (roots..)
        .zip(parts)
        .map(|(root, (_, times))| (heap.root(root), *times))
        .collect();
    heap.truncate_roots(roots);
    reserved?;
    let data = match (kind, len) {
        (Kind::Tuple, _) => heap.alloc(Kind::Tuple, 0, 0, len),
        (_, 0) => return Ok(heap.array(&[])),
        _ => heap.alloc(Kind::ArrayData, 0, 0, len),
    };
    let mut to = 0;
    for (word, times) in parts {
        let count = items(heap.view(common), word).map_or(0, |(items, _)| items.len());
        // The items of an array lie in its storage.
        let storage = match kind {
            Kind::Array => heap.view(common).field(word, 1),
            _ => word,
        };
        for _ in 0..times {
            heap.fill_from(common, data, to, storage, count);
            to += count;
        }
    }
    if kind == Kind::Tuple {
        return Ok(Word::heap(data));
    }
    let array = [Word(len as u64), Word::heap(data)];
    Ok(Word::heap(heap.alloc_words(Kind::Array, &array)))
}

#[cfg(test)]
mod tests {
    use super::super::{Arith, binary};
    use super::*;

    #[test]
    fn sequences_are_joined_and_repeated() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, true);
        for (x, y) in [("", ""), ("a", "ß"), (&*"x".repeat(40), &*"y".repeat(40))] {
            let a = heap.new_string(x).unwrap();
            heap.push_root(a);
            let b = heap.new_string(y).unwrap();
            let a = heap.root(0);
            let joined = binary(&mut heap, &common, Arith::Add, a, b).unwrap();
            assert_eq!(heap.view(&common).text(joined), Some(&*[x, y].concat()));
            let (count, a) = (Word::number(3.0), heap.root(0));
            let thrice = binary(&mut heap, &common, Arith::Mul, count, a).unwrap();
            assert_eq!(heap.view(&common).text(thrice), Some(&*x.repeat(3)));
            heap.truncate_roots(0);
        }
        for len in [0_usize, 1, 30] {
            let items: Vec<Word> = (0..len).map(|i| Word::number(i as f64)).collect();
            heap.reserve(Heap::size_of_array(len) + Heap::size_of_tuple(len))
                .unwrap();
            let array = heap.array(&items);
            let tuple = heap.tuple(&items);
            heap.push_root(array);
            heap.push_root(tuple);
            let bits: Vec<u64> = items.iter().map(|w| w.0).collect();
            let four = Word::small_integer(4).unwrap();
            let got = binary(&mut heap, &common, Arith::Mul, array, four).unwrap();
            assert_eq!(heap.view(&common).array_items(got), Some(&*bits.repeat(4)));
            let (a, t) = (heap.root(0), heap.root(1));
            let got = binary(&mut heap, &common, Arith::Add, a, a).unwrap();
            assert_eq!(heap.view(&common).array_items(got), Some(&*bits.repeat(2)));
            let t = if heap.root(1) == t { t } else { heap.root(1) };
            let got = binary(&mut heap, &common, Arith::Add, t, t).unwrap();
            assert_eq!(heap.view(&common).tuple_items(got), Some(&*bits.repeat(2)));
            heap.truncate_roots(0);
        }
    }

    #[test]
    fn results_past_the_bound_are_refused_before_they_are_made() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, false);
        let a = heap.new_string("x").unwrap();
        heap.reserve(20).unwrap();
        let array = heap.array(&[Word::TRUE]);
        for (sequence, count, kind) in [
            (a, 1e12, FaultKind::Limit),
            (array, 1e12, FaultKind::Limit),
            (a, 9e18, FaultKind::Limit),
            (a, -1.0, FaultKind::BadNumber),
            (a, 0.5, FaultKind::BadNumber),
            (a, f64::NAN, FaultKind::BadNumber),
            (a, f64::INFINITY, FaultKind::BadNumber),
            (array, 1e8, FaultKind::Limit),
            (array, 1e7, FaultKind::MemoryLimit),
        ] {
            let count = Word::number(count);
            let fault = binary(&mut heap, &common, Arith::Mul, sequence, count).unwrap_err();
            assert_eq!(fault.kind, kind, "{fault}");
            assert_eq!(heap.collections(), 0);
        }
        let fault = binary(&mut heap, &common, Arith::Add, a, array).unwrap_err();
        assert_eq!(fault.kind, FaultKind::BadType);
    }
}
