//! Deep, wide, cyclic and shared structures through every walk.
//!
//! Everything runs on a thread with a small stack, so whatever recursed over
//! data would end the test; and in pieces, none of which may walk much further
//! than it was told, so that a process in the middle of one keeps nobody waiting.
//!
//! An optimised build takes the full size of ten million levels:
//! `cargo test --release -p vmm --test deep`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use vmm::code::matching::Matching;
use vmm::code::patterns::{Cond, Operand, Pat};
use vmm::convert::Nameless;
use vmm::heap::Heap;
use vmm::heap::hash::Hashing;
use vmm::heap::pack::Packer;
use vmm::heap::parcel::Parcel;
use vmm::heap::search::Search;
use vmm::heap::shared::Common;
use vmm::heap::sharing::Sharing;
use vmm::ids::Reg;
use vmm::isa::Comparison as Relation;
use vmm::limits::{SHOW_CHARS_MAX, WALK_WORDS};
use vmm::map;
use vmm::object;
use vmm::term::{Comparison, Equality, Writing, show};
use vmm::word::Word;

/// Levels of a deep structure.
const DEPTH: usize = if cfg!(debug_assertions) {
    100_000
} else {
    10_000_000
};

/// A thread that recursion over data would end.
const STACK_BYTES: usize = 1 << 20;

/// Words by which a piece may pass what it was told.
const SLACK: usize = 20_000;

fn on_a_small_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    thread.spawn(test).unwrap().join().unwrap();
}

/// Runs a walk in pieces; `walked` tells how far it is.
fn in_pieces<W, T>(
    walk: &mut W,
    walked: fn(&W) -> usize,
    mut run: impl FnMut(&mut W) -> Option<T>,
) -> T {
    loop {
        let before = walked(walk);
        let result = run(walk);
        let piece = walked(walk) - before;
        assert!(piece <= WALK_WORDS + SLACK, "a piece of {piece} words");
        if let Some(result) = result {
            return result;
        }
    }
}

/// Collects, and holds every piece to what it was told.
fn collect_in_pieces(heap: &mut Heap) {
    let before = heap.collections();
    heap.take_reductions();
    let mut rest = heap.walked();
    while !heap.collect_some(WALK_WORDS) {
        let piece = heap.walked() - rest;
        assert!(piece <= WALK_WORDS + SLACK, "a piece of {piece} words");
        heap.take_reductions();
        rest = heap.walked();
    }
    assert!(heap.walked() - rest <= WALK_WORDS + SLACK);
    assert_eq!(heap.collections(), before + 1);
}

/// Wraps a value in one more level.
type Level = fn(&mut Heap, &Common, Word) -> Word;

fn pair_by_tail(heap: &mut Heap, _: &Common, inner: Word) -> Word {
    heap.pair(Word::TRUE, inner)
}
fn pair_by_head(heap: &mut Heap, _: &Common, inner: Word) -> Word {
    heap.pair(inner, Word::TRUE)
}
fn array(heap: &mut Heap, _: &Common, inner: Word) -> Word {
    heap.array(&[inner])
}
fn tuple(heap: &mut Heap, _: &Common, inner: Word) -> Word {
    heap.tuple(&[inner, Word::number(1.0)])
}
fn cell(heap: &mut Heap, _: &Common, inner: Word) -> Word {
    heap.cell(inner)
}
fn a_map(heap: &mut Heap, common: &Common, inner: Word) -> Word {
    map::new(heap, common, &[(Word::TRUE, inner)]).unwrap()
}
fn an_object(heap: &mut Heap, common: &Common, inner: Word) -> Word {
    let key = Word::atom(common.atoms.intern("next").unwrap());
    object::new(heap, common, &[(key, 7, inner)])
}

/// Two structures of that many levels, and the heap they are in.
fn two(depth: usize, level: Level, words: usize) -> (Common, Heap, [Word; 2]) {
    let common = Common::default();
    let mut heap = Heap::new(2 * depth * words + 128, 1 << 34, false);
    let mut one = || {
        let bottom = Word::number(0.0);
        (0..depth).fold(bottom, |inner, _| level(&mut heap, &common, inner))
    };
    let both = [one(), one()];
    (common, heap, both)
}

/// Hashes, keys and patterns, over two equal structures.
fn keys_and_patterns(common: &Common, heap: &mut Heap, [a, b]: [Word; 2], structural: bool) {
    heap.push_root(a);
    heap.push_root(b);
    heap.reserve(map::size_of(1)).unwrap();
    let (a, b) = (heap.root(0), heap.root(1));
    let map = map::new(heap, common, &[(b, Word::TRUE)]);
    heap.truncate_roots(0);
    let view = heap.view(common);
    let hashes = [a, b].map(|word| {
        in_pieces(&mut Hashing::new(word, 1), Hashing::words, |walk| {
            walk.run(view, WALK_WORDS)
        })
    });
    assert!(hashes[0] == hashes[1] || !structural);
    // What can change is no key.
    if let Ok(map) = map {
        let mut search = Search::new(view, a);
        let found = in_pieces(&mut search, Search::words, |walk| {
            walk.run(view, view.field(map, 0), view, WALK_WORDS)
        });
        assert_eq!(map::value(view, map, found), Some(Word::TRUE));
    }
    let (r1, r2) = (Operand::Reg(Reg(1)), Operand::Reg(Reg(2)));
    let differs = [Cond::Compare(Relation::NotEqual, r1, r2)];
    let less = [Cond::Compare(Relation::LessThan, r1, r2)];
    let bound = || Box::new(Pat::Bind(Reg(1)));
    let arms = [
        (Pat::Guard(bound(), Box::new(differs)), ()),
        (Pat::Guard(bound(), Box::new(less)), ()),
        (Pat::As(Reg(3), Box::new(Pat::Value(b))), ()),
    ];
    let fits = in_pieces(&mut Matching::default(), Matching::words, |walk| {
        walk.run(&arms, (view, a), (view, |_| b), WALK_WORDS)
    });
    assert_eq!(fits, Some(if structural { 2 } else { 0 }));
}

/// Every walk over two equal structures; `structural` if they are equal by content.
fn every_walk(common: &Common, heap: &mut Heap, both: [Word; 2], structural: bool) {
    keys_and_patterns(common, heap, both, structural);
    let [a, b] = both;
    let view = heap.view(common);
    let mut equality = Equality::equal(a, b);
    let equal = in_pieces(&mut equality, Equality::words, |walk| {
        walk.run(view, view, WALK_WORDS)
    });
    assert_eq!(equal, structural);
    let mut comparison = Comparison::new(a, b);
    // Whatever the answer is, there is one.
    let _ = in_pieces(&mut comparison, Comparison::words, |walk| {
        walk.run(view, view, WALK_WORDS)
    });
    assert!(show(view, a, &Nameless).chars().count() <= SHOW_CHARS_MAX + 3);
    let mut writing = Writing::text(view, &[a], "", &Nameless);
    in_pieces(&mut writing, Writing::walked, |walk| {
        walk.run(view, &Nameless, WALK_WORDS).then_some(())
    });
    drop(writing.finish());
    let mut packer = Packer::one(view, a).unwrap();
    in_pieces(&mut packer, Packer::walked, |walk| {
        walk.run(view, WALK_WORDS).unwrap().then_some(())
    });
    let parcel = packer.parcel();
    let mut other = Heap::new(0, 1 << 34, false);
    let mut unpacking = other.begin_unpacking(&parcel).unwrap();
    let copy = in_pieces(
        &mut unpacking,
        vmm::heap::unpack::Unpacking::walked,
        |walk| other.go_on_unpacking(&parcel, walk, WALK_WORDS),
    );
    if structural {
        let (there, here) = (other.view(common), heap.view(common));
        let mut equality = Equality::equal(copy, b);
        let equal = in_pieces(&mut equality, Equality::words, |walk| {
            walk.run(there, here, WALK_WORDS)
        });
        assert!(equal);
        let mut sharing = Sharing::new(there, copy).unwrap();
        let shared = in_pieces(&mut sharing, Sharing::walked, |walk| {
            walk.run(&mut other, common, WALK_WORDS).unwrap()
        });
        other.replace_marked();
        collect_in_pieces(&mut other);
        let mut equality = Equality::equal(shared, b);
        let equal = in_pieces(&mut equality, Equality::words, |walk| {
            walk.run(here, here, WALK_WORDS)
        });
        assert!(equal);
    }
    let live = parcel.words();
    drop(parcel);
    // A collection, and the end of it all.
    let root = heap.push_root(a);
    collect_in_pieces(heap);
    assert!(heap.root(root).is_heap() && heap.top() >= live);
    drop(other);
}

macro_rules! deep {
    ($($name:ident: $level:ident, $words:expr, $structural:literal;)*) => {
        $(#[test]
        fn $name() {
            on_a_small_stack(|| {
                let (common, mut heap, both) = two(DEPTH, $level, $words);
                every_walk(&common, &mut heap, both, $structural);
            });
        })*
    };
}

deep! {
    lists: pair_by_tail, 3, true;
    lists_of_heads: pair_by_head, 3, true;
    arrays_in_arrays: array, Heap::size_of_array(1), true;
    tuples: tuple, 3, true;
    cells: cell, 2, false;
    maps_in_maps: a_map, map::size_of(1), true;
    objects_in_objects: an_object, object::size_of(1), true;
}

#[test]
fn wide_values() {
    on_a_small_stack(|| {
        let common = Common::default();
        let mut heap = Heap::new(2 * (DEPTH + 64), 1 << 34, false);
        let items = vec![Word::number(7.0); DEPTH];
        let both = [heap.array(&items), heap.array(&items)];
        every_walk(&common, &mut heap, both, true);
        let mut heap = Heap::new(2 * (DEPTH + 64), 1 << 34, false);
        let both = [heap.tuple(&items), heap.tuple(&items)];
        every_walk(&common, &mut heap, both, true);
    });
}

/// Sixty levels, each of which has the one below twice: 2^60 paths.
#[test]
fn more_paths_than_anyone_can_walk() {
    on_a_small_stack(|| {
        let common = Common::default();
        for level in [
            (|heap, _, inner| heap.tuple(&[inner, inner])) as Level,
            |heap, _, inner| heap.array(&[inner, inner]),
            |heap, _, inner| heap.pair(inner, inner),
            |heap, common, inner| {
                map::new(heap, common, &[(Word::TRUE, inner), (Word::FALSE, inner)]).unwrap()
            },
        ] {
            // The text would be longer than a value may be: it stops at the bound,
            // which takes long enough without a long leaf.
            let mut heap = Heap::new(8000, 1 << 34, false);
            let mut one = || {
                let bottom = Word::number(1.0);
                (0..60).fold(bottom, |inner, _| level(&mut heap, &common, inner))
            };
            let [a, b] = [one(), one()];
            let view = heap.view(&common);
            let mut equality = Equality::equal(a, b);
            assert!(in_pieces(&mut equality, Equality::words, |walk| {
                walk.run(view, view, WALK_WORDS)
            }));
            assert!(equality.words() < 100_000, "{}", equality.words());
            keys_and_patterns(&common, &mut heap, [a, b], true);
            let view = heap.view(&common);
            let mut comparison = Comparison::new(a, b);
            let _ = in_pieces(&mut comparison, Comparison::words, |walk| {
                walk.run(view, view, WALK_WORDS)
            });
            assert!(comparison.words() < 100_000);
            assert_eq!(show(view, a, &Nameless).chars().count(), SHOW_CHARS_MAX + 3);
            let parcel = Parcel::pack(view, a).unwrap();
            assert!(parcel.words() <= heap.top() / 2);
            heap.push_root(a);
            let before = heap.top();
            collect_in_pieces(&mut heap);
            assert!(heap.top() <= before / 2 + 1);
        }
    });
}

/// A stack part and a root list of so many words, a value for each.
#[test]
fn deep_stacks_and_many_roots() {
    on_a_small_stack(|| {
        let common = Common::default();
        let words = DEPTH / 10;
        let mut heap = Heap::new(4 * words, 1 << 34, false);
        for _ in 0..words {
            let cell = heap.cell(Word::TRUE);
            heap.set_stack(heap.stack() - 1);
            heap.set_stack_word(heap.stack(), cell);
            heap.push_root(cell);
        }
        heap.reserve(heap.len()).unwrap();
        collect_in_pieces(&mut heap);
        assert_eq!(heap.top(), 2 * words);
        for i in 0..words {
            let cell = heap.stack_word(heap.len() - 1 - i);
            assert_eq!(heap.root(i), cell);
            assert_eq!(heap.view(&common).field(cell, 0), Word::TRUE);
        }
    });
}

/// A ring of that many arrays, and a list that ends in its own beginning.
#[test]
fn long_cycles() {
    on_a_small_stack(|| {
        let common = Common::default();
        let mut heap = Heap::new(20 * DEPTH, 1 << 34, false);
        let mut ring = || {
            let last = heap.array(&[Word::NIL]);
            let first = (0..DEPTH).fold(last, |inner, _| heap.array(&[inner]));
            heap.array_set(last.place(), 0, first);
            first
        };
        let both = [ring(), ring()];
        every_walk(&common, &mut heap, both, true);
        let mut heap = Heap::new(20 * DEPTH, 1 << 34, false);
        let mut list = || {
            let last = heap.pair(Word::TRUE, Word::NIL);
            let first = (0..DEPTH).fold(last, |tail, _| heap.pair(Word::TRUE, tail));
            heap.store(last.place(), 1, first);
            first
        };
        let both = [list(), list()];
        every_walk(&common, &mut heap, both, true);
    });
}
