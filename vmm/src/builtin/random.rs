//! Natives of module `random`.
//!
//! A generator is an array of eight numbers, the 256 bits of its state: it can be copied,
//! sent and kept like any value, and goes on where it is. Who gives none draws from that of the
//! process, which stands in its dictionary under `:random`; it is made of the machine's chance at
//! the first draw (so it is the same in every run with the same `--seed`), or by `random.seed`.
//! How numbers follow from a state is [`vm_ffi::stdlib::random`].

use num_bigint::BigInt;
use vm_ffi::stdlib::random::Generator;

use super::string::rows;
use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::limits::INTEGER_BITS_MAX;
use crate::number::{Numeric, check_bytes};
use crate::rights::{Right, RightKind};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// Half words of a state.
const PARTS: usize = 8;

/// The name of the process's generator in its dictionary.
const OWN: &str = "random";

/// Largest size of a number that is a bound: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Octets that one call gives at most without being left off.
const BYTES_MAX: usize = 1 << 24;

/// The natives of module `random`.
pub const ROWS: &[Row] = rows! {
    "random.new" 0 1 new
        "A generator of random numbers, an array of eight numbers that the other natives of this module take and change. The same seed, a number, integer, string or bytes, gives the same numbers on every machine; without one it is made of entropy, which takes the right `entropy`. Not for keys: what comes can be foretold. Raises `:bad_type`, `:denied`.";
    "random.seed" 1 1 seed
        "Makes the generator of the running process, from which is drawn where none is given, that of a seed; yields unit. Raises `:bad_type`.";
    "random.number" 0 1 number
        "A number from 0 to below 1, drawn from a generator. Raises `:bad_type`.";
    "random.integer" 1 3 integer
        "`integer(low, high, generator)` is a whole number from `low` up to and without `high`, all alike; `integer(high)` one from 0 on. It is an integer if a bound is one. Raises `:bad_number` if there is none, or a bound that is a number is beyond 2^53; `:bad_type`.";
    "random.normal" 0 3 normal
        "`normal(mean, deviation, generator)` is a number of the normal distribution; the mean is 0 and the deviation 1 if they are left out. Raises `:bad_type`.";
    "random.boolean" 0 2 boolean
        "`boolean(chance, generator)` is `true` with that chance, a half if it is left out. Raises `:bad_type`.";
    "random.choice" 1 2 choice
        "An element of an array or tuple, all alike. Raises `:bad_index` if it is empty, `:bad_type`.";
    "random.shuffle" 1 2 shuffle
        "Puts the elements of an array in an order drawn from all orders alike; yields unit. Raises `:bad_type`, `:read_only`.";
    "random.sample" 2 3 sample
        "`sample(items, count, generator)` is the array of so many elements of an array or tuple from different places, in the order drawn. Raises `:bad_number` if there are not so many, `:bad_type`.";
    "random.bytes" 1 2 bytes
        "So many random octets. Raises `:bad_number`, `:limit`, `:bad_type`.";
    "random.entropy" 1 1 entropy
        "So many octets that cannot be foretold, at most 65536, for keys and tokens; in a stepped run they follow from its seed. Takes the right `entropy`. Raises `:bad_number`, `:limit`, `:denied`.";
};

/// Octets of entropy that one call gives at most.
const ENTROPY_MAX: usize = 1 << 16;

/// Where a generator is kept while a native draws from it: its array, as a root.
struct Drawn {
    root: usize,
    generator: Generator,
}

/// The generator that argument `i` is, or that of the process.
fn generator(cx: &mut NativeCx<'_>, i: usize) -> Result<Drawn, Fault> {
    let word = match cx.given(i) {
        true => {
            cx.own_array(i)?;
            cx.arg(i)
        }
        false => own(cx)?,
    };
    let root = cx.process.heap.push_root(word);
    let view = cx.view();
    let items = view.array_items(word).unwrap_or_default();
    let mut state = [0_u64; PARTS / 2];
    let mut is_state = items.len() == PARTS;
    for (part, item) in items.iter().take(PARTS).enumerate() {
        let number = Word(*item)
            .to_number()
            .filter(|n| (0.0..=f64::from(u32::MAX)).contains(n) && n.fract() == 0.0);
        is_state &= number.is_some();
        state[part / 2] |= (number.unwrap_or(0.0) as u64) << (32 * (part % 2));
    }
    match Generator::of_state(state).filter(|_| is_state) {
        Some(generator) => Ok(Drawn { root, generator }),
        None if cx.given(i) => Err(cx.wants(i, "a generator that `random.new` made")),
        None => Err(cx.fault(
            FaultKind::BadType,
            "finds no generator under `:random` in the dictionary: call `random.seed`",
        )),
    }
}

/// Writes the state back.
fn keep(cx: &mut NativeCx<'_>, drawn: &Drawn) {
    let at = cx.process.heap.root(drawn.root).place();
    for (part, number) in parts(&drawn.generator).into_iter().enumerate() {
        cx.process.heap.array_set(at, part, number);
    }
}

fn parts(generator: &Generator) -> [Word; PARTS] {
    let state = generator.state();
    std::array::from_fn(|part| {
        let half = (state[part / 2] >> (32 * (part % 2))) as u32;
        Word::number(f64::from(half))
    })
}

fn array(cx: &mut NativeCx<'_>, generator: &Generator) -> Result<Word, Fault> {
    cx.process.heap.reserve(Heap::size_of_array(PARTS))?;
    Ok(cx.process.heap.array(&parts(generator)))
}

/// The generator of the process, made if there is none.
fn own(cx: &mut NativeCx<'_>) -> Result<Word, Fault> {
    let name = Word::atom(cx.common.atoms.intern(OWN)?);
    let found = super::dictionary::at(cx, name);
    if found != Word::UNDEFINED {
        let is_own = cx.view().array_items(found).is_some() && !cx.view().is_frozen(found);
        if found.is_heap() && is_own {
            return Ok(found);
        }
        return Err(cx.fault(
            FaultKind::BadType,
            "finds no generator under `:random` in the dictionary: call `random.seed`",
        ));
    }
    let seed = cx.kernel.random();
    let made = array(cx, &Generator::of_seed(seed))?;
    let root = cx.process.heap.push_root(made);
    super::dictionary::set(cx, name, root)?;
    Ok(cx.process.heap.root(root))
}

fn of_seed(cx: &NativeCx<'_>, i: usize) -> Result<Generator, Fault> {
    let (view, word) = (cx.view(), cx.arg(i));
    if let Some(octets) = view.text_bytes(word).or_else(|| view.bytes(word)) {
        return Ok(Generator::of_octets(octets));
    }
    let whole = |n: f64| n.fract() == 0.0 && n.abs() <= EXACT;
    match Numeric::of(view, word) {
        // A whole number and the integer of its value are one seed.
        Some(Numeric::Number(n)) if whole(n) => Ok(Generator::of_seed(n as i64 as u64)),
        Some(Numeric::Number(n)) => Ok(Generator::of_octets(&n.to_bits().to_le_bytes())),
        Some(Numeric::Small(n)) => Ok(Generator::of_seed(n as u64)),
        Some(Numeric::Big(n)) => match i64::try_from(&n) {
            Ok(n) => Ok(Generator::of_seed(n as u64)),
            Err(_) => Ok(Generator::of_octets(&n.to_signed_bytes_le())),
        },
        _ => Err(cx.wants(i, "a seed, a number, integer, string or bytes,")),
    }
}

fn may_take_entropy(cx: &NativeCx<'_>) -> Result<(), Fault> {
    let right = Right::new(RightKind::Entropy, None)
        .map_err(|error| Fault::new(FaultKind::Denied, error.to_string()))?;
    if cx.permits(&right) {
        return Ok(());
    }
    let message = format!("needs the right `{right}`, which `{}` grants", right.flag());
    let fault = cx.fault(FaultKind::Denied, &message);
    Err(fault.with_text(known::RIGHT, right.to_string()))
}

fn new(cx: &mut NativeCx<'_>) -> Answer {
    let generator = match cx.given(0) {
        true => of_seed(cx, 0)?,
        false => {
            may_take_entropy(cx)?;
            let mut octets = [0; 32];
            for chunk in octets.chunks_mut(8) {
                chunk.copy_from_slice(&cx.kernel.random().to_le_bytes());
            }
            Generator::of_octets(&octets)
        }
    };
    Ok(NativeStep::Done(array(cx, &generator)?))
}

fn seed(cx: &mut NativeCx<'_>) -> Answer {
    let generator = of_seed(cx, 0)?;
    let name = Word::atom(cx.common.atoms.intern(OWN)?);
    let made = array(cx, &generator)?;
    let root = cx.process.heap.push_root(made);
    super::dictionary::set(cx, name, root)?;
    Ok(NativeStep::Done(Word::UNIT))
}

fn number(cx: &mut NativeCx<'_>) -> Answer {
    let mut drawn = generator(cx, 0)?;
    let number = drawn.generator.next_f64();
    keep(cx, &drawn);
    Ok(NativeStep::Done(Word::number(number)))
}

fn normal(cx: &mut NativeCx<'_>) -> Answer {
    let mean = if cx.given(0) { cx.real(0)? } else { 0.0 };
    let deviation = if cx.given(1) { cx.real(1)? } else { 1.0 };
    let mut drawn = generator(cx, 2)?;
    let number = drawn.generator.normal();
    keep(cx, &drawn);
    Ok(NativeStep::Done(Word::number(mean + deviation * number)))
}

fn boolean(cx: &mut NativeCx<'_>) -> Answer {
    let chance = if cx.given(0) { cx.real(0)? } else { 0.5 };
    let mut drawn = generator(cx, 1)?;
    let number = drawn.generator.next_f64();
    keep(cx, &drawn);
    Ok(NativeStep::Done(Word::boolean(number < chance)))
}

/// A bound, and whether it is an integer.
fn bound(cx: &NativeCx<'_>, i: usize) -> Result<(BigInt, bool), Fault> {
    match Numeric::of(cx.view(), cx.arg(i)) {
        Some(Numeric::Number(n)) if n.fract() == 0.0 && n.abs() <= EXACT => {
            Ok((BigInt::from(n as i64), false))
        }
        Some(Numeric::Number(_)) => {
            let message = format!(
                "takes a whole number within 2^53, or an integer, as argument {}",
                i + 1
            );
            Err(cx.fault(FaultKind::BadNumber, &message))
        }
        Some(Numeric::Small(n)) => Ok((BigInt::from(n), true)),
        Some(Numeric::Big(n)) => Ok((n, true)),
        _ => Err(cx.wants(i, "a whole number")),
    }
}

fn integer(cx: &mut NativeCx<'_>) -> Answer {
    let is_single = cx.count == 1 || !cx.given(1);
    let ((low, is_low), (high, is_high)) = match is_single {
        true => ((BigInt::ZERO, false), bound(cx, 0)?),
        false => (bound(cx, 0)?, bound(cx, 1)?),
    };
    let width = &high - &low;
    if width.sign() != num_bigint::Sign::Plus {
        let message = "finds no number from the lower bound up to and without the upper one";
        return Err(cx.fault(FaultKind::BadNumber, message));
    }
    if width.bits() > INTEGER_BITS_MAX {
        return Err(cx.fault(
            FaultKind::Limit,
            "takes bounds that are nearer to each other",
        ));
    }
    cx.charge(4 * (width.bits() / 64) as usize);
    let mut drawn = generator(cx, 2)?;
    let offset = match u64::try_from(&width) {
        Ok(width) => BigInt::from(drawn.generator.below(width)),
        Err(_) => drawn.generator.below_big(&width),
    };
    keep(cx, &drawn);
    let result = low + offset;
    let word = match is_low || is_high {
        true => cx.process.heap.new_big_integer(&result)?,
        false => Word::number(i64::try_from(&result).unwrap_or(0) as f64),
    };
    Ok(NativeStep::Done(word))
}

fn choice(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.items(0)?.len();
    if len == 0 {
        return Err(cx.fault(FaultKind::BadIndex, "finds no element in an empty array"));
    }
    let mut drawn = generator(cx, 1)?;
    let index = drawn.generator.below(len as u64) as usize;
    keep(cx, &drawn);
    Ok(NativeStep::Done(Word(cx.items(0)?[index])))
}

fn shuffle(cx: &mut NativeCx<'_>) -> Answer {
    cx.own_array(0)?;
    let mut drawn = generator(cx, 1)?;
    let mut items = cx.words(0)?;
    cx.charge(3 * items.len());
    for last in (1..items.len()).rev() {
        items.swap(last, drawn.generator.below(last as u64 + 1) as usize);
    }
    let at = cx.own_array(0)?;
    for (i, word) in items.into_iter().enumerate() {
        cx.process.heap.array_set(at, i, word);
    }
    // Last, since the array may be the generator.
    keep(cx, &drawn);
    Ok(NativeStep::Done(Word::UNIT))
}

fn sample(cx: &mut NativeCx<'_>) -> Answer {
    let (len, count) = (cx.items(0)?.len(), cx.size(1)?);
    if count > len {
        let message = format!("takes at most as many elements as there are, {len}");
        return Err(cx.fault(FaultKind::BadNumber, &message));
    }
    let mut drawn = generator(cx, 2)?;
    cx.process.heap.reserve(Heap::size_of_array(count))?;
    cx.charge(len + 3 * count);
    let mut items = cx.words(0)?;
    for first in 0..count {
        let other = first + drawn.generator.below((len - first) as u64) as usize;
        items.swap(first, other);
    }
    keep(cx, &drawn);
    Ok(NativeStep::Done(cx.process.heap.array(&items[..count])))
}

fn bytes(cx: &mut NativeCx<'_>) -> Answer {
    let count = cx.size(0)?;
    check_bytes(cx.name, count)?;
    if count > BYTES_MAX {
        let message = format!("gives at most {BYTES_MAX} octets at once: join several");
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    let mut drawn = generator(cx, 1)?;
    cx.process.heap.reserve_text(count)?;
    let mut octets = vec![0; count];
    drawn.generator.fill(&mut octets);
    keep(cx, &drawn);
    cx.charge(count / 4);
    Ok(NativeStep::Done(cx.process.heap.new_bytes_from(octets)?))
}

fn entropy(cx: &mut NativeCx<'_>) -> Answer {
    let count = cx.size(0)?;
    may_take_entropy(cx)?;
    if count > ENTROPY_MAX {
        let message = format!("gives at most {ENTROPY_MAX} octets at once");
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    let mut octets = vec![0; count];
    for chunk in octets.chunks_mut(8) {
        chunk.copy_from_slice(&cx.kernel.random().to_le_bytes()[..chunk.len()]);
    }
    cx.charge(count);
    Ok(NativeStep::Done(cx.process.heap.new_bytes(&octets)?))
}
