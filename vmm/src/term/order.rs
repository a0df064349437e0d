//! The order of values.
//!
//! Numbers and integers are ordered among each other, exactly; strings by code
//! point, bytes by octet, atoms by text, tuples and arrays element by element.
//! Any other pair has no order and is `:bad_type`. NaN is neither less nor
//! greater than anything.
//!
//! Pairs of containers that were compared before are taken to be equal, as in
//! `heap/equal.rs`: had they differed, the walk would have ended there.

use std::cmp::Ordering;

use crate::fault::Fault;
use crate::heap::equal::Classes;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::number::{self, Numeric};
use crate::word::Word;

/// Steps that a walk may take before it notes what it has seen.
const FREE_STEPS: usize = 1024;

/// How `a` stands to `b`; nothing if a NaN decides.
///
/// # Errors
/// `:bad_type` for a pair that has no order, met before the first difference.
pub fn compare(
    a_view: View<'_>,
    a: Word,
    b_view: View<'_>,
    b: Word,
) -> Result<Option<Ordering>, Fault> {
    if let (Some(x), Some(y)) = (a.to_number(), b.to_number()) {
        return Ok(x.partial_cmp(&y));
    }
    let free_steps = FREE_STEPS.max(a_view.len().min(b_view.len()) / 2);
    let same_space = a_view.is_same_space(b_view);
    let mut classes: Option<Classes> = None;
    let mut steps = 0;
    let mut todo: Vec<(&[u64], &[u64])> = Vec::new();
    let (mut a, mut b) = (a, b);
    loop {
        match one(a_view, a, b_view, b)? {
            Verdict::Is(Some(Ordering::Equal)) => {}
            Verdict::Is(order) => return Ok(order),
            Verdict::Parts(x, y) => {
                steps += 1;
                let b_bits = match same_space || !b.is_heap() {
                    true => b.0,
                    false => b.0 & (u64::MAX >> 1),
                };
                if steps <= free_steps || classes.get_or_insert_default().join(a.0, b_bits) {
                    todo.push((x, y));
                }
            }
        }
        // On to the next pair of elements.
        loop {
            let Some((x, y)) = todo.pop() else {
                return Ok(Some(Ordering::Equal));
            };
            match (x, y) {
                ([], []) => {}
                ([], _) => return Ok(Some(Ordering::Less)),
                (_, []) => return Ok(Some(Ordering::Greater)),
                ([first, x @ ..], [other, y @ ..]) => {
                    if !(x.is_empty() && y.is_empty()) {
                        todo.push((x, y));
                    }
                    (a, b) = (Word(*first), Word(*other));
                    break;
                }
            }
        }
    }
}

enum Verdict<'a> {
    Is(Option<Ordering>),
    Parts(&'a [u64], &'a [u64]),
}

fn one<'a>(a_view: View<'a>, a: Word, b_view: View<'a>, b: Word) -> Result<Verdict<'a>, Fault> {
    let (x, y) = (Numeric::of(a_view, a), Numeric::of(b_view, b));
    if let (Some(x), Some(y)) = (&x, &y)
        && x.to_f64().is_some()
        && y.to_f64().is_some()
    {
        return Ok(Verdict::Is(number::compare(x, y)));
    }
    if let (Some(x), Some(y)) = (a.to_atom(), b.to_atom()) {
        let atoms = &a_view.common().atoms;
        return Ok(Verdict::Is(Some(atoms.text(x).cmp(atoms.text(y)))));
    }
    // UTF-8 orders as code points do.
    if let (Some(x), Some(y)) = (a_view.text(a), b_view.text(b)) {
        return Ok(Verdict::Is(Some(x.cmp(y))));
    }
    if let (Some(x), Some(y)) = (a_view.bytes(a), b_view.bytes(b)) {
        return Ok(Verdict::Is(Some(x.cmp(y))));
    }
    match (a_view.kind(a), b_view.kind(b)) {
        (Some(Kind::Tuple), Some(Kind::Tuple)) => {
            Ok(Verdict::Parts(a_view.payload(a), b_view.payload(b)))
        }
        (Some(Kind::Array), Some(Kind::Array)) => Ok(Verdict::Parts(
            a_view.array_items(a).unwrap_or_default(),
            b_view.array_items(b).unwrap_or_default(),
        )),
        _ => Err(Fault::bad_type(
            "values of these types have no order: compare two numbers, strings, bytes, atoms, tuples or arrays",
            &format!("{} and {}", a_view.type_name(a), b_view.type_name(b)),
        )),
    }
}
