//! Matching that is left off and gone on with, against matching at once.
//!
//! Values are random trees, and patterns are made of values, so that most parts
//! fit, with a change here and there. Run in pieces of any size, a match must find
//! the same arm and bind the same as in one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use proptest::prelude::*;
use vmm::code::brief::{Briefs, Look};
use vmm::code::matching::{Bound, Matching};
use vmm::code::patterns::{Cond, Operand, Pat};
use vmm::heap::Heap;
use vmm::heap::layout::Kind;
use vmm::heap::parcel::Parcel;
use vmm::heap::shared::Common;
use vmm::heap::view::View;
use vmm::ids::{Pid, RefId, Reg};
use vmm::isa::Comparison as Relation;
use vmm::map;
use vmm::object;
use vmm::word::Word;

/// A sequence of choices.
struct Choices(u64);

impl Choices {
    /// A number below `end` (SplitMix64, G. Steele and others, 2014).
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

const REGISTERS: u16 = 6;

/// A value of some depth, made the same way by the same choices.
fn value(heap: &mut Heap, common: &Common, choices: &mut Choices, depth: usize) -> Word {
    let count = choices.below(4);
    let kind = choices.below(if depth == 0 { 3 } else { 9 });
    let octets = vec![b'x'; choices.below(200)];
    match kind {
        0 => return Word::number(choices.below(3) as f64),
        1 => return heap.new_bytes(&octets).unwrap(),
        2 => {
            return heap
                .new_string(std::str::from_utf8(&octets).unwrap())
                .unwrap();
        }
        _ => {}
    }
    let items: Vec<Word> = (0..count)
        .map(|_| value(heap, common, choices, depth - 1))
        .collect();
    let first = items.first().copied().unwrap_or(Word::NIL);
    let atom = |name| Word::atom(common.atoms.intern(name).unwrap());
    match kind {
        3 | 4 => heap.tuple(&items),
        5 => heap.pair(first, items.last().copied().unwrap_or(Word::NIL)),
        6 => {
            let entries = [(heap.tuple(&[first; 0]), first), (atom("k"), first)];
            map::new(heap, common, &entries).unwrap()
        }
        7 => object::new(
            heap,
            common,
            &[(atom("a"), 7, first), (atom("b"), 7, Word::TRUE)],
        ),
        _ => heap.array(&items),
    }
}

/// A pattern of a value, which mostly fits; constants come from `twin`, an equal value.
fn pattern(view: View<'_>, choices: &mut Choices, word: Word, twin: Word) -> Pat {
    let register = |choices: &mut Choices| Reg(choices.below(REGISTERS as usize) as u16);
    let parts = |choices: &mut Choices, items: &[u64], twins: &[u64]| -> Vec<Pat> {
        let both = items.iter().zip(twins);
        both.map(|(i, t)| pattern(view, choices, Word(*i), Word(*t)))
            .collect()
    };
    match choices.below(10) {
        0 => return Pat::Wildcard,
        1 => return Pat::Bind(register(choices)),
        2 => {
            let register = register(choices);
            return Pat::As(register, Box::new(pattern(view, choices, word, twin)));
        }
        3 => {
            return Pat::Value(if choices.below(8) == 0 {
                Word::TRUE
            } else {
                twin
            });
        }
        4 => return Pat::Pin(register(choices)),
        5 => {
            let other = Pat::As(
                register(choices),
                Box::new(Pat::Tuple(Box::new([Pat::Wildcard, Pat::Value(twin)]))),
            );
            let own = pattern(view, choices, word, twin);
            return Pat::AnyOf(Box::new([other, own]));
        }
        6 => {
            let inner = pattern(view, choices, word, twin);
            let relation = [
                Relation::Equal,
                Relation::NotEqual,
                Relation::Same,
                Relation::LessEqual,
                Relation::GreaterEqual,
            ][choices.below(5)];
            let a = Operand::Reg(register(choices));
            let b = match choices.below(2) {
                0 => Operand::Reg(register(choices)),
                _ => Operand::Value(twin),
            };
            return Pat::Guard(Box::new(inner), Box::new([Cond::Compare(relation, a, b)]));
        }
        _ => {}
    }
    let rest = |choices: &mut Choices, word, twin| -> Option<Box<Pat>> {
        match choices.below(4) {
            0 => None,
            1 => Some(Box::new(pattern(view, choices, word, twin))),
            _ => Some(Box::new(Pat::Bind(register(choices)))),
        }
    };
    if let Some(octets) = view.bytes(word) {
        let prefix: Arc<[u8]> = octets[..choices.below(octets.len() + 1)].into();
        return Pat::Bytes(prefix, rest(choices, word, twin));
    }
    if let (Some(items), Some(twins)) = (view.array_items(word), view.array_items(twin)) {
        let count = choices.below(items.len() + 1);
        let parts = parts(choices, &items[..count], &twins[..count]);
        return Pat::Array(parts.into(), rest(choices, word, twin));
    }
    if let (Some(items), Some(twins)) = (view.tuple_items(word), view.tuple_items(twin)) {
        return Pat::Tuple(parts(choices, items, twins).into());
    }
    if let (Some(x), Some(y)) = (view.pair(word), view.pair(twin)) {
        let both = [(x.0, y.0), (x.1, y.1)].map(|(i, t)| pattern(view, choices, i, t));
        return Pat::Pair(Box::new(both.into()));
    }
    match view.kind(word) {
        Some(Kind::Map) => {
            let both: Vec<_> = map::entries(view, word)
                .zip(map::entries(view, twin))
                .collect();
            let entries = both
                .into_iter()
                .map(|((_, word), (key, twin))| (key, pattern(view, choices, word, twin)));
            Pat::Map(entries.collect())
        }
        Some(Kind::Object) => {
            let key = |name| Word::atom(view.common().atoms.intern(name).unwrap());
            let both: Vec<_> = object::entries(view, word)
                .zip(object::entries(view, twin))
                .collect();
            let entries = both
                .into_iter()
                .map(|(x, y)| (key(x.0), pattern(view, choices, x.2, y.2)));
            Pat::Object(entries.collect())
        }
        _ => Pat::Value(twin),
    }
}

/// What comes of a match in pieces: the arm, what it binds, and how often it was left off.
fn matched(
    arms: &[(Pat, ())],
    subject: (View<'_>, Word),
    (home, registers): (View<'_>, &[Word]),
    piece: usize,
) -> (Option<usize>, Vec<(u16, Bound)>, usize) {
    let mut matching = Matching::default();
    let register = |r: u16| registers[r as usize];
    for pieces in 0..1_000_000 {
        if let Some(arm) = matching.run(arms, subject, (home, register), piece) {
            return (arm, matching.bound(), pieces);
        }
    }
    panic!("a match that does not end");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_find_what_the_whole_does(seed in any::<u64>(), piece in 2..40_usize) {
        let common = Common::default();
        let mut heap = Heap::new(1 << 16, 1 << 26, false);
        let mut twice = |seed| [(); 2].map(|()| value(&mut heap, &common, &mut Choices(seed), 4));
        let [subject, twin] = twice(seed);
        let mut registers = vec![subject, twin];
        while registers.len() < REGISTERS as usize {
            registers.extend(twice(seed + registers.len() as u64));
        }
        let view = heap.view(&common);
        let choices = &mut Choices(!seed);
        let arms: Vec<(Pat, ())> = (0..6)
            .map(|_| (pattern(view, choices, subject, twin), ()))
            .chain([(Pat::As(Reg(0), Box::new(Pat::Value(twin))), ())])
            .collect();
        let whole = matched(&arms, (view, subject), (view, &registers), usize::MAX);
        let parts = matched(&arms, (view, subject), (view, &registers), piece);
        prop_assert_eq!(whole.2, 0);
        prop_assert_eq!(whole.0, parts.0);
        prop_assert_eq!(format!("{:?}", whole.1), format!("{:?}", parts.1));
    }

    #[test]
    fn a_parcel_fits_what_its_copy_does(seed in any::<u64>(), piece in 2..40_usize) {
        let common = Common::default();
        let mut heap = Heap::new(1 << 16, 1 << 26, false);
        let mut twice = |seed| [(); 2].map(|()| value(&mut heap, &common, &mut Choices(seed), 4));
        let [subject, twin] = twice(seed);
        let mut registers = vec![twin];
        while registers.len() < REGISTERS as usize {
            registers.extend(twice(seed + registers.len() as u64));
        }
        let parcel = Parcel::pack(heap.view(&common), subject).unwrap();
        let copy = heap.unpack(&parcel).unwrap();
        let home = heap.view(&common);
        let choices = &mut Choices(!seed);
        let arms: Vec<(Pat, ())> = (0..6)
            .map(|_| (pattern(home, choices, subject, twin), ()))
            .chain([(Pat::As(Reg(0), Box::new(Pat::Value(twin))), ())])
            .collect();
        let lying = (parcel.view(&common), parcel.root());
        let there = matched(&arms, lying, (home, &registers), piece);
        let here = matched(&arms, (home, copy), (home, &registers), usize::MAX);
        prop_assert_eq!(there.0, here.0);
        // What is bound lies where it does in the copy.
        let shift = if copy.is_heap() { copy.place() - parcel.root().place() } else { 0 };
        let moved = |bound: &Bound| match *bound {
            Bound::Word(word) if word.is_heap() => Bound::Word(Word::heap(word.place() + shift)),
            Bound::Rest(word, from) => Bound::Rest(Word::heap(word.place() + shift), from),
            Bound::Octets(word, from) => Bound::Octets(Word::heap(word.place() + shift), from),
            Bound::Word(word) => Bound::Word(word),
        };
        let there: Vec<_> = there.1.iter().map(|(reg, bound)| (*reg, moved(bound))).collect();
        prop_assert_eq!(format!("{there:?}"), format!("{:?}", here.1));
    }
}

/// A value like those that programs send: an atom, a number, or a tuple of such and
/// of things in a heap.
fn message(heap: &mut Heap, common: &Common, choices: &mut Choices, depth: usize) -> Word {
    let atom = |name| Word::atom(common.atoms.intern(name).unwrap());
    match choices.below(9 + 6 * depth) {
        0 => atom("a"),
        1 => atom("b"),
        2 => Word::number(1.0),
        3 => Word::number(0.0),
        4 => Word::number(-0.0),
        5 => Word::small_integer(1).unwrap(),
        6 => heap.new_string("text").unwrap(),
        7 if depth == 0 => Word::NIL,
        8 => {
            let (owner, count) = (Pid::MAIN, choices.below(2) as u64);
            heap.new_reference(RefId { owner, count }).unwrap()
        }
        kind => {
            let count = choices.below(4);
            let items: Vec<Word> = (0..count)
                .map(|_| message(heap, common, choices, depth.saturating_sub(1)))
                .collect();
            match kind {
                7 => heap.array(&items),
                _ => heap.tuple(&items),
            }
        }
    }
}

/// A pattern of such values: what a look decides, and now and then something else.
fn flat(view: View<'_>, choices: &mut Choices, word: Word) -> Pat {
    match (choices.below(12), view.tuple_items(word)) {
        (0, _) => Pat::Wildcard,
        (1, _) => Pat::Bind(Reg(choices.below(4) as u16)),
        (2 | 3, _) => Pat::Pin(Reg(choices.below(4) as u16)),
        (4, _) => Pat::As(Reg(1), Box::new(Pat::Wildcard)),
        (_, Some(items)) => {
            let parts = items.iter().map(|item| flat(view, choices, Word(*item)));
            Pat::Tuple(parts.collect())
        }
        _ => Pat::Value(word),
    }
}

/// What a look says is what a walk says, and what is ruled out fits nothing.
#[test]
fn a_look_decides_as_a_walk_does() {
    let mut seen = [0; 5];
    for seed in 0..20_000 {
        let common = Common::default();
        let mut heap = Heap::new(1 << 12, 1 << 24, false);
        let choices = &mut Choices(seed);
        let mut next = || message(&mut heap, &common, choices, 2);
        let values: Vec<Word> = (0..8).map(|_| next()).collect();
        let home = heap.view(&common);
        let count = 1 + choices.below(3);
        let arms: Vec<(Pat, ())> = (0..count)
            .map(|arm| (flat(home, choices, values[arm]), ()))
            .collect();
        let parcel = Parcel::pack(home, values[choices.below(4)]).unwrap();
        let (view, root) = (parcel.view(&common), parcel.root());
        let registers = &values[4..];
        let register = |r: u16| registers[r as usize];
        let (walked, bound, _) = matched(&arms, (view, root), (home, registers), usize::MAX);
        let briefs = Briefs::new(arms.iter().map(|(pattern, ())| pattern));
        match briefs.look(view, root, || home, register) {
            Look::Fits(arm) => {
                assert_eq!(Some(arm), walked, "{seed}: {arms:?}");
                let looked = briefs.bound(arm, view, root);
                let looked: Vec<_> = looked.map(|(r, word)| (r, Bound::Word(word))).collect();
                assert_eq!(format!("{looked:?}"), format!("{bound:?}"), "{seed}");
                seen[0] += 1;
            }
            Look::Misses => {
                assert_eq!(None, walked, "{seed}: {arms:?}");
                seen[1] += 1;
            }
            Look::Unclear => seen[2] += 1,
        }
        if let Some(needles) = briefs.needles(register)
            && needles.rule_out(view, root)
        {
            assert_eq!(None, walked, "{seed}: {arms:?} ruled out");
            seen[3] += 1;
        }
        let sieve = briefs.needles(register).and_then(|needles| needles.sieve());
        if let Some(sieve) = sieve
            && sieve.stops(&parcel)
        {
            assert_eq!(None, walked, "{seed}: {arms:?} stopped");
            seen[4] += 1;
        }
    }
    let (stopped, others) = seen.split_last().unwrap();
    assert!(others.iter().all(|count| *count > 400), "{seen:?}");
    assert!(*stopped > 20, "{seen:?}");
}

/// A pattern of very many parts is left off, too.
#[test]
fn long_patterns_are_tried_in_pieces() {
    let common = Common::default();
    let mut heap = Heap::new(1 << 18, 1 << 26, false);
    let items = vec![Word::number(7.0); 50_000];
    let tuple = heap.tuple(&items);
    let parts = items.iter().map(|item| Pat::Value(*item)).collect();
    let inner = Pat::Tuple(parts);
    let conditions = (0..50_000)
        .map(|_| Cond::Compare(Relation::Equal, Operand::Reg(Reg(0)), Operand::Value(tuple)))
        .collect();
    let arms = [(Pat::Guard(Box::new(inner), conditions), ())];
    let view = heap.view(&common);
    let (arm, _, pieces) = matched(&arms, (view, tuple), (view, &[tuple]), 1000);
    assert_eq!(arm, Some(0));
    assert!(pieces >= 100, "{pieces}");
}
