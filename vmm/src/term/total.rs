//! The order of everything that cannot change, for sorting whatever comes.
//!
//! Values of different types are ordered by their rank; numbers, integers and
//! complex numbers are of one. Inside of one type it is the order of `less_than`
//! where there is one, so sequences go element by element. Arrays have a rank
//! though they can change; maps, objects and what belongs to a process have none,
//! and a place only beside themselves.
//!
//! # Invariants
//! T1. Values that are equal have one place, so `1` and `1n`, `0` and `-0`; every
//!     NaN has one, behind all other numbers.
//! T2. What has an order does so with everything that has one, and the order is
//!     transitive. It is the same in every run of one program but for functions,
//!     which go by when they were linked.

use std::cmp::Ordering;

use super::order::{Parts, Side, Verdict};
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::ids::Pid;
use crate::number::{self, Numeric};
use crate::word::{Tag, Word};

/// Types in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Undefined,
    Unit,
    Boolean,
    Number,
    Atom,
    String,
    Bytes,
    Reference,
    Process,
    /// Of bytecode, then natives, then those that a name stands for.
    Function,
    Native,
    Extern,
    Tuple,
    Nil,
    Pair,
    Array,
}

fn rank(view: View<'_>, word: Word) -> Option<Rank> {
    Some(match word.tag() {
        Tag::Undefined => Rank::Undefined,
        Tag::Unit => Rank::Unit,
        Tag::Boolean(_) => Rank::Boolean,
        Tag::Number(_) | Tag::Integer(_) => Rank::Number,
        Tag::Atom(_) => Rank::Atom,
        Tag::Process(_) => Rank::Process,
        Tag::Function(_) => Rank::Function,
        Tag::Nil => Rank::Nil,
        Tag::Shared(_) | Tag::Heap(_) => match view.kind(word)? {
            Kind::BigInteger | Kind::Complex => Rank::Number,
            Kind::String | Kind::LongString => Rank::String,
            Kind::Bytes | Kind::LongBytes => Rank::Bytes,
            Kind::Reference => Rank::Reference,
            Kind::Closure => Rank::Function,
            Kind::Native => Rank::Native,
            Kind::ExternFunction => Rank::Extern,
            Kind::Tuple => Rank::Tuple,
            Kind::Pair => Rank::Pair,
            Kind::Array => Rank::Array,
            _ => return None,
        },
    })
}

/// How two words stand to each other, as far as they say it themselves.
///
/// # Errors
/// `:bad_type` for what has no rank.
pub(super) fn one(a: Side<'_>, b: Side<'_>) -> Result<Verdict, Fault> {
    let ((a_view, x), (b_view, y)) = (a, b);
    if x.0 == y.0 && (!x.is_heap() || a_view.is_same_space(b_view)) {
        return Ok(Verdict::Is(Some(Ordering::Equal)));
    }
    let (Some(rank_a), Some(rank_b)) = (rank(a_view, x), rank(b_view, y)) else {
        return Err(Fault::bad_types(
            "maps, objects and what belongs to a process have no order: compare values that cannot change",
            a_view.type_name(x),
            b_view.type_name(y),
        ));
    };
    let is = |order| Ok(Verdict::Is(Some(order)));
    if rank_a != rank_b {
        return is(rank_a.cmp(&rank_b));
    }
    let atoms = &a_view.common().atoms;
    match rank_a {
        Rank::Undefined | Rank::Unit | Rank::Nil => is(Ordering::Equal),
        Rank::Boolean => is((x == Word::TRUE).cmp(&(y == Word::TRUE))),
        Rank::Number => is(numbers(a, b)),
        Rank::Atom => {
            let text = |word: Word| word.to_atom().map(|id| atoms.text(id));
            is(text(x).cmp(&text(y)))
        }
        Rank::String | Rank::Bytes => Ok(Verdict::Octets),
        Rank::Reference => {
            let token =
                |view: View<'_>, word| view.reference(word).map(|r| (r.owner.number(), r.count));
            is(token(a_view, x).cmp(&token(b_view, y)))
        }
        Rank::Process => {
            let number = |word: Word| word.to_process().map(Pid::number);
            is(number(x).cmp(&number(y)))
        }
        Rank::Native => is(a_view.native(x).cmp(&b_view.native(y))),
        Rank::Extern => {
            let name = |view: View<'_>, word| {
                let (class, name, arity) = view.extern_function(word)?;
                Some((atoms.text(class), atoms.text(name), arity))
            };
            is(name(a_view, x).cmp(&name(b_view, y)))
        }
        Rank::Function => Ok(functions(a, b)),
        Rank::Tuple | Rank::Pair => {
            let end = |view: View<'_>, word| view.payload(word).len();
            let (x, y) = ((x, end(a_view, x)), (y, end(b_view, y)));
            Ok(Verdict::Parts(Parts::new(x, y, 0)))
        }
        Rank::Array => {
            let end = |view: View<'_>, word| view.array_items(word).map_or(0, <[u64]>::len);
            let x = (a_view.field(x, 1), end(a_view, x));
            let y = (b_view.field(y, 1), end(b_view, y));
            Ok(Verdict::Parts(Parts::new(x, y, 0)))
        }
    }
}

/// By real part, then by imaginary part.
fn numbers((a_view, a): Side<'_>, (b_view, b): Side<'_>) -> Ordering {
    let (Some(x), Some(y)) = (Numeric::of(a_view, a), Numeric::of(b_view, b)) else {
        return Ordering::Equal;
    };
    let imaginary = |n: &Numeric| match n {
        Numeric::Complex(z) => z.im,
        _ => 0.0,
    };
    let (x_part, y_part) = (imaginary(&x), imaginary(&y));
    let real = |n| match n {
        Numeric::Complex(z) => Numeric::Number(z.re),
        n => n,
    };
    reals(&real(x), &real(y))
        .then_with(|| reals(&Numeric::Number(x_part), &Numeric::Number(y_part)))
}

fn reals(x: &Numeric, y: &Numeric) -> Ordering {
    number::compare(x, y).unwrap_or_else(|| {
        let is_nan = |n: &Numeric| matches!(n, Numeric::Number(n) if n.is_nan());
        is_nan(x).cmp(&is_nan(y))
    })
}

/// By code, then receiver and captures. A bare function is a closure of nothing.
fn functions((a_view, a): Side<'_>, (b_view, b): Side<'_>) -> Verdict {
    let code = |view: View<'_>, word| view.function(word).map(|f| f.function.0);
    match code(a_view, a).cmp(&code(b_view, b)) {
        Ordering::Equal => {}
        order => return Verdict::Is(Some(order)),
    }
    match (a_view.kind(a), b_view.kind(b)) {
        (Some(Kind::Closure), Some(Kind::Closure)) => {
            let end = |view: View<'_>, word| view.payload(word).len();
            Verdict::Parts(Parts::new((a, end(a_view, a)), (b, end(b_view, b)), 1))
        }
        (x, y) => Verdict::Is(Some(x.is_some().cmp(&y.is_some()))),
    }
}
