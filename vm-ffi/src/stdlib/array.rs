//! Sequences: plain functions over slices that the machine's builtins call.
//!
//! Nothing here knows values; what compares or copies is passed in.

use std::cmp::Ordering;
use std::ops::Range;

use crate::bridge::exact;

/// A number as an index: whole, not negative, within 2^53.
///
/// The only way from a program's number to a `usize`: NaN, infinities and fractions are
/// `None`, never a truncated something.
///
/// ```
/// use vm_ffi::stdlib::array::index;
/// assert_eq!(index(3.0), Some(3));
/// assert_eq!(index(-1.0), None);
/// assert_eq!(index(0.5), None);
/// ```
#[must_use]
pub fn index(number: f64) -> Option<usize> {
    usize::try_from(exact(number)?).ok()
}

/// The range of a slice from `start` up to and without `end`, as Python and JavaScript
/// count: from 0, negative ones from the end, everything clipped to `length`.
///
/// A missing start is the first element, a missing end the last; the range is empty where
/// the start comes after the end. Infinities clip like any number. `None` for NaN and
/// fractions.
///
/// ```
/// use vm_ffi::stdlib::array::span;
/// assert_eq!(span(5, Some(1.0), Some(-1.0)), Some(1..4));
/// assert_eq!(span(5, Some(-2.0), None), Some(3..5));
/// assert_eq!(span(5, Some(4.0), Some(2.0)), Some(4..4));
/// ```
#[must_use]
pub fn span(length: usize, start: Option<f64>, end: Option<f64>) -> Option<Range<usize>> {
    let start = start.map_or(Some(0), |start| clip(length, start))?;
    let end = end.map_or(Some(length), |end| clip(length, end))?;
    Some(start..end.max(start))
}

/// How many numbers `start`, `start + step`, ... lie before `end`.
///
/// `None` for a step of 0, NaN or an infinity, and for more than 2^53 of them; the caller
/// holds the count against its limits before it makes any.
#[must_use]
pub fn range_length(start: f64, end: f64, step: f64) -> Option<usize> {
    if step == 0.0 || ![start, end, step].iter().all(|number| number.is_finite()) {
        return None;
    }
    index(((end - start) / step).ceil().max(0.0))
}

/// Sorts by a comparison that may fail, stably.
///
/// Any comparison will do, even one that is no order: the result is then some permutation.
/// At most n log2 n comparisons, and one copy of the items.
///
/// # Errors
/// The comparison's first error; the items then stand as they stood.
///
/// ```
/// use vm_ffi::stdlib::array::sort_by;
/// let mut items = [3, 1, 2];
/// let sorted: Result<(), ()> = sort_by(&mut items, |a, b| Ok(a.cmp(b)));
/// assert_eq!((sorted, items), (Ok(()), [1, 2, 3]));
/// ```
pub fn sort_by<T: Copy, E>(
    items: &mut [T],
    mut compare: impl FnMut(&T, &T) -> Result<Ordering, E>,
) -> Result<(), E> {
    let mut sorted = items.to_vec();
    let mut merged = Vec::with_capacity(items.len());
    let mut width = 1;
    while width < items.len() {
        merged.clear();
        for pair in sorted.chunks(width.saturating_mul(2)) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, &mut compare)?;
        }
        std::mem::swap(&mut sorted, &mut merged);
        width = width.saturating_mul(2);
    }
    items.copy_from_slice(&sorted);
    Ok(())
}

/// Appends two sorted runs as one; of equals, those of the left run come first.
fn merge<T: Copy, E>(
    mut left: &[T],
    mut right: &[T],
    merged: &mut Vec<T>,
    compare: &mut impl FnMut(&T, &T) -> Result<Ordering, E>,
) -> Result<(), E> {
    // Runs that already stand in order, as in sorted input, cost one comparison.
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && compare(last, first)? != Ordering::Greater
    {
        merged.extend_from_slice(left);
        merged.extend_from_slice(right);
        return Ok(());
    }
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        if compare(first, second)? == Ordering::Greater {
            merged.push(*second);
            right = right_rest;
        } else {
            merged.push(*first);
            left = left_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}

fn clip(length: usize, position: f64) -> Option<usize> {
    if position.is_infinite() {
        return Some(if position > 0.0 { length } else { 0 });
    }
    if position.fract() != 0.0 {
        return None;
    }
    // Whole numbers beyond 2^53 lie beyond any length, too.
    let from_end = || {
        index(-position)
            .and_then(|back| length.checked_sub(back))
            .unwrap_or(0)
    };
    Some(match index(position) {
        Some(position) => position.min(length),
        None if position > 0.0 => length,
        None => from_end(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn indices_are_exact_or_none() {
        let two53 = 2f64.powi(53);
        assert_eq!(index(-0.0), Some(0));
        assert_eq!(index(two53), Some(1 << 53));
        for bad in [f64::NAN, f64::INFINITY, -1.0, 1.5, two53 * 2.0, 1e300] {
            assert_eq!(index(bad), None, "{bad}");
        }
    }

    #[test]
    fn spans_clip() {
        assert_eq!(span(3, None, None), Some(0..3));
        assert_eq!(span(3, Some(-9.0), Some(9.0)), Some(0..3));
        assert_eq!(
            span(3, Some(f64::NEG_INFINITY), Some(f64::INFINITY)),
            Some(0..3)
        );
        assert_eq!(span(3, Some(1e300), Some(-1e300)), Some(3..3));
        assert_eq!(span(0, Some(-1.0), Some(1.0)), Some(0..0));
        assert_eq!(span(3, Some(0.5), None), None);
        assert_eq!(span(3, None, Some(f64::NAN)), None);
    }

    #[test]
    fn ranges_are_counted_before_they_are_made() {
        assert_eq!(range_length(0.0, 10.0, 3.0), Some(4));
        assert_eq!(range_length(0.0, 9.0, 3.0), Some(3));
        assert_eq!(range_length(5.0, 0.0, -2.0), Some(3));
        assert_eq!(range_length(5.0, 0.0, 1.0), Some(0));
        assert_eq!(range_length(0.0, 1e300, 1.0), None);
        assert_eq!(range_length(-1e308, 1e308, 1.0), None);
        assert_eq!(range_length(0.0, 1.0, 0.0), None);
        assert_eq!(range_length(0.0, f64::NAN, 1.0), None);
    }

    #[test]
    fn a_failed_comparison_leaves_the_items_alone() {
        let mut items = [5, 4, 3, 2, 1];
        let mut calls = 0;
        let result = sort_by(&mut items, |a, b| {
            calls += 1;
            if calls == 5 { Err("no") } else { Ok(a.cmp(b)) }
        });
        assert_eq!((result, items), (Err("no"), [5, 4, 3, 2, 1]));
    }

    #[test]
    fn sorted_input_costs_one_comparison_an_item() {
        let mut items: Vec<u32> = (0..1024).collect();
        let mut calls = 0;
        let result: Result<(), ()> = sort_by(&mut items, |a, b| {
            calls += 1;
            Ok(a.cmp(b))
        });
        assert_eq!((result, calls), (Ok(()), 1023));
    }

    proptest! {
        #[test]
        fn sorts_stably(keys in proptest::collection::vec(0u8..8, 0..200)) {
            let mut items: Vec<(u8, usize)> = keys.iter().copied().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            let result: Result<(), ()> = sort_by(&mut items, |a, b| Ok(a.0.cmp(&b.0)));
            prop_assert_eq!(result, Ok(()));
            prop_assert_eq!(items, expected);
        }

        #[test]
        fn any_comparison_yields_a_permutation(len in 0usize..100, mut seed in any::<u64>()) {
            let mut items: Vec<usize> = (0..len).collect();
            let result: Result<(), ()> = sort_by(&mut items, |_, _| {
                seed = seed.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                Ok([Ordering::Less, Ordering::Equal, Ordering::Greater][(seed % 3) as usize])
            });
            items.sort_unstable();
            prop_assert_eq!(result, Ok(()));
            prop_assert_eq!(items, (0..len).collect::<Vec<_>>());
        }
    }
}
