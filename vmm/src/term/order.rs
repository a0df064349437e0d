//! The order of values.
//!
//! Numbers and integers are ordered among each other, exactly; strings by code
//! point, bytes by octet, atoms by text, tuples and arrays element by element.
//! Any other pair has no order and is `:bad_type`. NaN is neither less nor
//! greater than anything.
//!
//! That order is partial; the *total* one, which `total.rs` decides, also has
//! values of different types, and everything that cannot change.
//!
//! Pairs of containers that were compared before are taken to be equal, as in
//! `heap/equal.rs`: had they differed, the walk would have ended there. As
//! there, a walk can be left off after any step.

use std::cmp::Ordering;

use super::total;
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::notes::{Classes, place_key};
use crate::heap::view::View;
use crate::number::{self, Numeric};
use crate::word::Word;

/// Steps that a walk may take before it notes what it has seen.
const FREE_STEPS: usize = 1024;

/// Octets that are compared in one step.
const BULK: usize = 1 << 16;

/// What a step costs beside its own once pairs are noted, in words.
const NOTE_WORDS: usize = 4;

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
    let order = Comparison::new(a, b).run(a_view, b_view, usize::MAX);
    order.unwrap_or(Ok(None))
}

/// A comparison of two values that can be left off.
#[derive(Debug)]
pub struct Comparison {
    /// The two values, until the walk begins.
    begin: Option<(Word, Word)>,
    todo: Vec<Parts>,
    /// Two long texts, or octets, from an index on.
    octets: Option<(Word, Word, usize)>,
    words: usize,
    steps: usize,
    classes: Option<Classes>,
    /// How two words stand to each other.
    one: fn(Side<'_>, Side<'_>) -> Result<Verdict, Fault>,
}

/// A word, and where it lies.
pub(super) type Side<'a> = (View<'a>, Word);

/// Payloads of two objects from an index on, with their ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    a: Word,
    b: Word,
    at: u32,
    a_end: u32,
    b_end: u32,
}

impl Parts {
    /// Those from an index on.
    pub(super) fn new((a, a_end): (Word, usize), (b, b_end): (Word, usize), at: u32) -> Parts {
        Parts {
            a,
            b,
            at,
            a_end: a_end as u32,
            b_end: b_end as u32,
        }
    }
}

impl Comparison {
    /// Of two values, as `less_than` orders them.
    #[must_use]
    pub fn new(a: Word, b: Word) -> Comparison {
        Comparison::by(one, a, b)
    }

    /// Of two values by the order that has everything that cannot change. A NaN
    /// has a place in it, so it never ends with nothing.
    #[must_use]
    pub fn total(a: Word, b: Word) -> Comparison {
        Comparison::by(total::one, a, b)
    }

    fn by(one: fn(Side<'_>, Side<'_>) -> Result<Verdict, Fault>, a: Word, b: Word) -> Comparison {
        Comparison {
            begin: Some((a, b)),
            todo: Vec::new(),
            octets: None,
            words: 0,
            steps: 0,
            classes: None,
            one,
        }
    }

    /// How many words it has looked at.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let classes = self.classes.as_ref().map_or(0, Classes::bytes);
        self.todo.capacity() * size_of::<Parts>() + classes
    }

    /// Goes on for about so many words; nothing if that was not enough. The
    /// views are those of every call.
    ///
    /// # Errors
    /// As [`compare`].
    pub fn run(
        &mut self,
        a_view: View<'_>,
        b_view: View<'_>,
        words: usize,
    ) -> Option<Result<Option<Ordering>, Fault>> {
        let free_steps = FREE_STEPS.max(a_view.len().min(b_view.len()) / 2);
        let other_space = !a_view.is_same_space(b_view);
        let end = self.words.saturating_add(words);
        let mut next = self.begin.take();
        loop {
            if let Some((a, b, from)) = self.octets.take() {
                if self.words >= end {
                    self.octets = Some((a, b, from));
                    return None;
                }
                let (x, y) = (octets(a_view, a), octets(b_view, b));
                let to = x.len().min(y.len()).min(from + BULK);
                self.words += (to - from) / 8;
                let order = match to - from {
                    BULK => x[from..to].cmp(&y[from..to]),
                    _ => x[from..].cmp(&y[from..]),
                };
                match order {
                    Ordering::Equal if to - from == BULK => self.octets = Some((a, b, to)),
                    Ordering::Equal => {}
                    _ => return Some(Ok(Some(order))),
                }
                continue;
            }
            let (a, b) = match next.take() {
                Some(pair) => pair,
                None => {
                    let Some(parts) = self.todo.pop() else {
                        return Some(Ok(Some(Ordering::Equal)));
                    };
                    if self.words >= end {
                        self.todo.push(parts);
                        return None;
                    }
                    let Parts { a, b, at, .. } = parts;
                    match (at < parts.a_end, at < parts.b_end) {
                        (false, false) => continue,
                        (false, true) => return Some(Ok(Some(Ordering::Less))),
                        (true, false) => return Some(Ok(Some(Ordering::Greater))),
                        (true, true) => {}
                    }
                    if at + 1 < parts.a_end || at + 1 < parts.b_end {
                        let at = at + 1;
                        self.todo.push(Parts { at, ..parts });
                    }
                    (a_view.item(a, at as usize), b_view.item(b, at as usize))
                }
            };
            self.words += 1;
            match (self.one)((a_view, a), (b_view, b)) {
                Err(fault) => return Some(Err(fault)),
                Ok(Verdict::Is(Some(Ordering::Equal))) => {}
                Ok(Verdict::Is(order)) => return Some(Ok(order)),
                Ok(Verdict::Octets) => self.octets = Some((a, b, 0)),
                Ok(Verdict::Parts(parts)) => {
                    self.steps += 1;
                    if self.steps > free_steps {
                        self.words += NOTE_WORDS;
                        let (a, b) = (place_key(a, false), place_key(b, other_space));
                        if !self.classes.get_or_insert_default().join(a, b) {
                            continue;
                        }
                    }
                    self.todo.push(parts);
                }
            }
        }
    }
}

#[derive(Debug)]
pub(super) enum Verdict {
    Is(Option<Ordering>),
    /// As those of two strings, or of bytes.
    Octets,
    Parts(Parts),
}

/// The octets of a string or of bytes. UTF-8 orders as code points do.
fn octets(view: View<'_>, word: Word) -> &[u8] {
    let text = view.text_bytes(word).or_else(|| view.bytes(word));
    text.unwrap_or_default()
}

fn one((a_view, a): Side<'_>, (b_view, b): Side<'_>) -> Result<Verdict, Fault> {
    if a.0 == b.0 && a.is_boxed() && a_view.is_same_space(b_view) {
        // The same object is equal to itself if it has an order at all.
        if let Some(Kind::String | Kind::LongString | Kind::Bytes | Kind::LongBytes) =
            a_view.kind(a)
        {
            return Ok(Verdict::Is(Some(Ordering::Equal)));
        }
    }
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
    let both = |is: fn(View<'_>, Word) -> bool| is(a_view, a) && is(b_view, b);
    if both(|view, word| view.text_bytes(word).is_some())
        || both(|view, word| view.bytes(word).is_some())
    {
        return Ok(Verdict::Octets);
    }
    let ends = match (a_view.kind(a), b_view.kind(b)) {
        (Some(Kind::Tuple), Some(Kind::Tuple)) => {
            let (x, y) = (a_view.payload(a).len(), b_view.payload(b).len());
            Some((a, b, x, y))
        }
        (Some(Kind::Array), Some(Kind::Array)) => {
            let length = |view: View<'_>, word| view.array_items(word).map_or(0, <[u64]>::len);
            let (x, y) = (length(a_view, a), length(b_view, b));
            Some((a_view.field(a, 1), b_view.field(b, 1), x, y))
        }
        _ => None,
    };
    match ends {
        Some((a, b, a_end, b_end)) => Ok(Verdict::Parts(Parts::new((a, a_end), (b, b_end), 0))),
        None => Err(Fault::bad_types(
            "values of these types have no order: compare two numbers, strings, bytes, atoms, tuples or arrays",
            a_view.type_name(a),
            b_view.type_name(b),
        )),
    }
}
