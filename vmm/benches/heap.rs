//! The heap on its own: offset access with and without checks, collection,
//! messages, walks over values.
//!
//! `cargo bench -p vmm --bench heap` prints nanoseconds, the best of nine: of
//! processor time where the system tells it, so that what else runs matters little.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark measures time and makes values that fit"
)]
#![expect(
    unsafe_code,
    reason = "the walks without checks that checks are measured against"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use vmm::convert::{Nameless, Unlinked};
use vmm::heap::Heap;
use vmm::heap::layout::Kind;
use vmm::heap::parcel::Parcel;
use vmm::heap::shared::Common;
use vmm::term;
use vmm::value::Value;
use vmm::word::Word;

const DEPTH: u32 = 16;
const NODES: usize = (1 << (DEPTH + 1)) - 1;
const LIST: usize = 1_000_000;
/// Depth of a tree of 2^22 pairs: 100 MB.
const LARGE_DEPTH: u32 = 21;
/// A stack of a million small frames.
const DEEP_WORDS: usize = 6_000_000;

/// Prints the least time of a part of `parts`.
fn row(name: &str, parts: usize, mut run: impl FnMut()) {
    row_timed(name, parts, || timed(&mut run));
}

fn timed(run: impl FnOnce()) -> Duration {
    let (start, used) = (Instant::now(), processor_time());
    run();
    match (used, processor_time()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => start.elapsed(),
    }
}

/// What this thread has used, if the system tells it in nanoseconds.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let ns = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(ns))
}

/// As [`row`], of what `run` says it took.
fn row_timed(name: &str, parts: usize, mut run: impl FnMut() -> Duration) {
    let best = (0..9).map(|_| run()).min().unwrap_or_default();
    let ns = best.as_nanos() as f64 / parts as f64;
    println!("{name:<44} {ns:>10.2}");
}

fn fresh(words: usize) -> Heap {
    Heap::new(words, 1 << 32, false)
}

/// A tree of pairs with numbers for leaves, from the leaves up.
fn tree(heap: &mut Heap, depth: u32) -> Word {
    let (left, right) = if depth == 0 {
        (Word::number(1.0), Word::NIL)
    } else {
        (tree(heap, depth - 1), tree(heap, depth - 1))
    };
    heap.reserve(3).unwrap();
    heap.pair(left, right)
}

/// The same into plain words, without a check.
///
/// # Safety
/// 1. `words` has room for the whole tree behind `top`.
unsafe fn tree_unchecked(words: &mut [u64], top: &mut usize, depth: u32) -> Word {
    let (left, right) = if depth == 0 {
        (Word::number(1.0), Word::NIL)
    } else {
        // SAFETY: (1) both are parts of the tree that there is room for.
        unsafe {
            (
                tree_unchecked(words, top, depth - 1),
                tree_unchecked(words, top, depth - 1),
            )
        }
    };
    let at = *top;
    // SAFETY: (1) `at + 3` is at most the words of the whole tree.
    unsafe {
        *words.get_unchecked_mut(at) = 2 << 32 | 11;
        *words.get_unchecked_mut(at + 1) = left.0;
        *words.get_unchecked_mut(at + 2) = right.0;
    }
    *top = at + 3;
    Word::heap(at as u32)
}

fn sum(word: Word, field: &impl Fn(Word, usize) -> Word) -> f64 {
    let head = field(word, 0);
    if head.is_heap() {
        sum(head, field) + sum(field(word, 1), field)
    } else {
        head.as_f64()
    }
}

fn length(mut list: Word, field: &impl Fn(Word, usize) -> Word) -> usize {
    let mut count = 0;
    while list.is_heap() {
        count += 1;
        list = field(list, 1);
    }
    count
}

fn access() {
    println!("offset access, ns a node");
    row("  tree build, checked", NODES, || {
        let mut heap = fresh(3 * NODES);
        black_box(tree(&mut heap, DEPTH));
    });
    row("  tree build, unchecked", NODES, || {
        let mut words = vec![0; 3 * NODES];
        // SAFETY: (1) the tree has `NODES` pairs of three words.
        black_box(unsafe { tree_unchecked(&mut words, &mut 0, DEPTH) });
        black_box(words);
    });
    let mut heap = fresh(3 * NODES);
    let root = tree(&mut heap, DEPTH);
    let words = heap.words();
    // SAFETY: the walk reads fields of pairs that the heap made.
    let unchecked =
        |word: Word, i: usize| Word(unsafe { *words.get_unchecked(word.place() as usize + 1 + i) });
    row("  tree walk, checked", NODES, || {
        black_box(sum(root, &|word, i| heap.load(word.place(), i)));
    });
    row("  tree walk, unchecked", NODES, || {
        black_box(sum(root, &unchecked));
    });
    let common = Common::default();
    let view = heap.view(&common);
    row("  tree walk, through a view", NODES, || {
        black_box(sum(root, &|word, i| view.field(word, i)));
    });
    let mut heap = fresh(3 * LIST);
    let list = list(&mut heap);
    let words = heap.words();
    // SAFETY: as above.
    let unchecked =
        |word: Word, i: usize| Word(unsafe { *words.get_unchecked(word.place() as usize + 1 + i) });
    row("  list walk, checked", LIST, || {
        black_box(length(list, &|word, i| heap.load(word.place(), i)));
    });
    row("  list walk, unchecked", LIST, || {
        black_box(length(list, &unchecked));
    });
}

fn list(heap: &mut Heap) -> Word {
    heap.reserve(3 * LIST).unwrap();
    (0..LIST).fold(Word::NIL, |tail, _| heap.pair(Word::TRUE, tail))
}

fn collection() {
    println!("collection, ns");
    let mut heap = fresh(8 * 3 * NODES);
    let root = tree(&mut heap, DEPTH);
    heap.push_root(root);
    row_timed("  a live word, by copying", 3 * NODES, || {
        // Garbage takes what is free, so that the next reserve collects; with
        // an eighth of the block alive it keeps its size.
        let free = heap.stack() - heap.top();
        heap.alloc(Kind::Index, 0, 0, free - 1);
        timed(|| heap.reserve(3).unwrap())
    });
    // A tree of 100 MB, as it was built and as a collection leaves it.
    let nodes = (1 << (LARGE_DEPTH + 1)) - 1;
    let mut least = [Duration::MAX; 2];
    for _ in 0..3 {
        let mut heap = fresh(8 * 3 * nodes);
        let root = tree(&mut heap, LARGE_DEPTH);
        heap.push_root(root);
        for least in &mut least {
            let free = heap.stack() - heap.top();
            heap.alloc(Kind::Index, 0, 0, free - 1);
            *least = timed(|| heap.reserve(3).unwrap()).min(*least);
        }
    }
    for (name, time) in [
        "  100 MB alive, the first collection, ms",
        "  100 MB alive, each further one, ms",
    ]
    .iter()
    .zip(least)
    {
        println!("{name:<44} {:>10.2}", time.as_secs_f64() * 1000.0);
    }
    // Calls that are deep on the stack when a collection comes.
    let mut heap = fresh(1 << 24);
    heap.set_stack(heap.stack() - DEEP_WORDS);
    for at in heap.stack()..heap.len() {
        heap.set_stack_word(at, Word::NIL);
    }
    row_timed("  a word of the stack", DEEP_WORDS, || {
        let free = heap.stack() - heap.top();
        heap.alloc(Kind::Index, 0, 0, free - 1);
        timed(|| heap.reserve(3).unwrap())
    });
    row("  a pair of short-lived garbage", 10_000_000, || {
        let mut heap = fresh(0);
        for _ in 0..10_000_000 {
            heap.reserve(3).unwrap();
            black_box(heap.pair(Word::TRUE, Word::NIL));
        }
    });
}

fn messages() {
    println!("messages, ns");
    let common = Common::default();
    let mut heap = fresh(0);
    heap.reserve(20).unwrap();
    let small = heap.tuple(&[Word::TRUE, Word::number(1.0), Word::NIL]);
    let inner = heap.tuple(&[small, small]);
    let nested = heap.array(&[inner, small]);
    for (name, word) in [
        ("  pack an immediate", Word::TRUE),
        ("  pack a tuple of three", small),
        ("  pack an array of four objects in all", nested),
    ] {
        row(name, 100_000, || {
            for _ in 0..100_000 {
                black_box(Parcel::pack(heap.view(&common), black_box(word)).unwrap());
            }
        });
    }
    let parcel = Parcel::pack(heap.view(&common), small).unwrap();
    row("  unpack a tuple of three", 100_000, || {
        for _ in 0..100_000 {
            black_box(heap.unpack(&parcel).unwrap());
        }
    });
    let mut heap = fresh(3 * LIST);
    let list = list(&mut heap);
    row("  pack a word of a long list", 3 * LIST, || {
        black_box(Parcel::pack(heap.view(&common), list).unwrap());
    });
    let parcel = Parcel::pack(heap.view(&common), list).unwrap();
    row("  unpack a word of a long list", 3 * LIST, || {
        black_box(fresh(3 * LIST).unpack(&parcel).unwrap());
    });
}

fn walks() {
    println!("walks, ns");
    let common = Common::default();
    let mut heap = fresh(8 * LIST + 8);
    heap.reserve(8 * LIST + 8).unwrap();
    let (a, b) = (list(&mut heap), list(&mut heap));
    let items = vec![Word::number(1.0); LIST];
    let (x, y) = (heap.array(&items), heap.array(&items));
    let view = heap.view(&common);
    row("  equal, a pair of two lists", LIST, || {
        black_box(term::equal(view, a, view, b));
    });
    row("  equal, a pair, left off every 32 000 words", LIST, || {
        let mut walk = term::Equality::equal(a, b);
        while black_box(walk.run(view, view, 32_000)).is_none() {}
    });
    row("  order, an element of two arrays", LIST, || {
        black_box(term::compare(view, x, view, y)).unwrap();
    });
    row("  text, a pair of a list", LIST, || {
        black_box(term::text(view, a, &Nameless)).unwrap();
    });
    let value = Value::tuple(vec![Value::number(1.5), Value::atom("ok"), "text".into()]);
    let parcel = Parcel::from_value(&common, &value, &Unlinked).unwrap();
    row("  hash of a tuple of three, as a map key", 100_000, || {
        for _ in 0..100_000 {
            black_box(term::key_hash(parcel.view(&common), parcel.root()));
        }
    });
}

fn main() {
    // `cargo test` builds and starts benchmarks too; it measures nothing.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    access();
    collection();
    messages();
    walks();
}
