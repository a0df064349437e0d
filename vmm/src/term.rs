//! Walks over whole values: order and text here, equality and hash with the heap.
//!
//! All of them keep what is still to be done on a list of their own, so depth
//! reaches no stack, and none runs user code.

mod show;

use std::cmp::Ordering;

use rustc_hash::FxHashSet;

use crate::convert::Names;
use crate::fault::Fault;
use crate::heap::view::View;
use crate::limits::{SHOW_CHARS_MAX, VALUE_BYTES_MAX};
use crate::number::{self, Numeric};
use crate::word::Word;

pub use crate::heap::equal::{equal, same};
pub use crate::heap::hash::hash;

use show::{Style, Writer};

/// The *show* form, cut after [`SHOW_CHARS_MAX`] characters.
#[must_use]
pub fn show(view: View<'_>, word: Word, names: &dyn Names) -> String {
    let mut writer = Writer::new(view, names, Style::Show, 4 * SHOW_CHARS_MAX);
    writer.run(word);
    let mut out = writer.out;
    if let Some((at, _)) = out.char_indices().nth(SHOW_CHARS_MAX) {
        out.truncate(at);
        writer.full = true;
    }
    if writer.full {
        out.push_str("...");
    }
    out
}

/// The text for people: strings and atoms bare, never cut.
///
/// # Errors
/// `:limit` if it would pass the bound of values.
pub fn text(view: View<'_>, word: Word, names: &dyn Names) -> Result<String, Fault> {
    let mut writer = Writer::new(view, names, Style::Text, VALUE_BYTES_MAX);
    writer.run(word);
    if writer.full {
        Err(crate::string::too_long())
    } else {
        Ok(writer.out)
    }
}

/// Steps that a comparison takes before it notes which pairs it has seen.
const FREE_STEPS: usize = 1024;

/// Orders two values: numbers and integers among each other, strings, bytes,
/// atoms by their text, tuples and arrays element by element. `None` if a NaN
/// stands where it decides.
///
/// A pair of arrays that is met again inside itself counts as equal there.
///
/// # Errors
/// `:bad_type` for any other pair.
pub fn compare(
    a_view: View<'_>,
    a: Word,
    b_view: View<'_>,
    b: Word,
) -> Result<Option<Ordering>, Fault> {
    let mut todo = vec![(a, b)];
    let mut seen: FxHashSet<(u64, u64)> = FxHashSet::default();
    let mut steps = 0;
    while let Some((a, b)) = todo.pop() {
        steps += 1;
        if let (Some(x), Some(y)) = (Numeric::of(a_view, a), Numeric::of(b_view, b)) {
            if matches!(x, Numeric::Complex(_)) || matches!(y, Numeric::Complex(_)) {
                return Err(no_order(a_view, a, b_view, b));
            }
            match number::compare(&x, &y) {
                Some(Ordering::Equal) => continue,
                order => return Ok(order),
            }
        }
        let order = if let (Some(x), Some(y)) = (a_view.text(a), b_view.text(b)) {
            x.cmp(y)
        } else if let (Some(x), Some(y)) = (a_view.bytes(a), b_view.bytes(b)) {
            x.cmp(y)
        } else if let (Some(x), Some(y)) = (a.to_atom(), b.to_atom()) {
            let text = |view: View<'_>, atom| view.common().atoms.text(atom).to_owned();
            text(a_view, x).cmp(&text(b_view, y))
        } else if let Some((x, y)) = sequences(a_view, a, b_view, b) {
            if steps > FREE_STEPS && !seen.insert((a.0, b.0)) {
                continue;
            }
            // Behind all elements the shorter one comes first: a pair of
            // lengths stands for that, below the elements on the list.
            let lengths = [x.len(), y.len()].map(|n| Word::number(n as f64));
            todo.push((lengths[0], lengths[1]));
            todo.extend(x.iter().zip(y).rev().map(|(x, y)| (Word(*x), Word(*y))));
            continue;
        } else {
            return Err(no_order(a_view, a, b_view, b));
        };
        if order != Ordering::Equal {
            return Ok(Some(order));
        }
    }
    Ok(Some(Ordering::Equal))
}

/// The elements of two tuples or two arrays.
fn sequences<'a>(
    a_view: View<'a>,
    a: Word,
    b_view: View<'a>,
    b: Word,
) -> Option<(&'a [u64], &'a [u64])> {
    let tuples = a_view.tuple_items(a).zip(b_view.tuple_items(b));
    tuples.or_else(|| a_view.array_items(a).zip(b_view.array_items(b)))
}

fn no_order(a_view: View<'_>, a: Word, b_view: View<'_>, b: Word) -> Fault {
    let (a, b) = (a_view.type_name(a), b_view.type_name(b));
    Fault::bad_type(
        "two values of one ordered type can be compared",
        &format!("{a} with {b}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;
    use crate::heap::shared::Common;

    fn order(build: impl Fn(&mut Heap) -> (Word, Word)) -> Result<Option<Ordering>, Fault> {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 26, false);
        heap.reserve(1 << 12).unwrap();
        let (a, b) = build(&mut heap);
        let view = heap.view(&common);
        compare(view, a, view, b)
    }

    #[test]
    fn sequences_compare_element_by_element_then_by_length() {
        let n = Word::number;
        let tuples = |a: &'static [f64], b: &'static [f64]| {
            order(move |heap| {
                let words = |ns: &[f64]| ns.iter().map(|x| n(*x)).collect::<Vec<_>>();
                (heap.tuple(&words(a)), heap.tuple(&words(b)))
            })
        };
        assert_eq!(tuples(&[1.0, 2.0], &[1.0, 3.0]), Ok(Some(Ordering::Less)));
        assert_eq!(tuples(&[2.0], &[1.0, 3.0]), Ok(Some(Ordering::Greater)));
        assert_eq!(tuples(&[1.0], &[1.0, 3.0]), Ok(Some(Ordering::Less)));
        assert_eq!(tuples(&[], &[]), Ok(Some(Ordering::Equal)));
        assert_eq!(tuples(&[f64::NAN], &[1.0]), Ok(None));
        assert!(order(|_| (Word::TRUE, Word::FALSE)).is_err());
    }

    #[test]
    fn cyclic_and_deep_arrays_end() {
        let cyclic = |heap: &mut Heap| {
            let array = heap.array(&[Word::NIL]);
            heap.array_set(array.place(), 0, array);
            array
        };
        assert_eq!(
            order(|heap| (cyclic(heap), cyclic(heap))),
            Ok(Some(Ordering::Equal))
        );
        let deep = |heap: &mut Heap| {
            heap.reserve(2_000_000).unwrap();
            let start = heap.tuple(&[]);
            (0..400_000).fold(start, |inner, _| heap.tuple(&[inner]))
        };
        assert_eq!(
            order(|heap| {
                let a = deep(heap);
                let root = heap.push_root(a);
                let b = deep(heap);
                (heap.root(root), b)
            }),
            Ok(Some(Ordering::Equal))
        );
    }
}
