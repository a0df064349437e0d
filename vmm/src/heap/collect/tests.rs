//! Collections of graphs that tests build, and when blocks grow and shrink.

use super::*;
use crate::heap::external::External;
use crate::heap::layout::INLINE_BYTES;
use crate::heap::layout::Kind;

fn pair(heap: &mut Heap, head: Word, tail: Word) -> Word {
    Word::heap(heap.alloc_words(Kind::Pair, &[head, tail]))
}

/// Puts a word on top of the stack part.
fn push(heap: &mut Heap, word: Word) {
    heap.reserve_stack(1).unwrap();
    heap.set_stack(heap.stack() - 1);
    heap.set_stack_word(heap.stack(), word);
}

#[test]
fn lists_survive_growth_and_garbage_does_not() {
    for zeal in [false, true] {
        let mut heap = Heap::new(0, 1 << 20, zeal);
        push(&mut heap, Word::NIL);
        for i in 0..500 {
            heap.reserve(6).unwrap();
            pair(&mut heap, Word::TRUE, Word::NIL);
            let list = heap.stack_word(heap.stack());
            let list = pair(&mut heap, Word::number(f64::from(i)), list);
            heap.set_stack_word(heap.stack(), list);
        }
        heap.make_room(0, 0).unwrap();
        assert_eq!(heap.top(), 500 * 3);
        let mut list = heap.stack_word(heap.stack());
        for i in (0..500).rev() {
            assert_eq!(heap.load(list.place(), 0), Word::number(f64::from(i)));
            list = heap.load(list.place(), 1);
        }
        assert_eq!(list, Word::NIL);
    }
}

#[test]
fn sharing_and_cycles_are_kept() {
    let mut heap = Heap::new(0, 1 << 20, true);
    heap.reserve(5).unwrap();
    let cell = heap.alloc(Kind::Cell, 0, 0, 1);
    let both = pair(&mut heap, Word::heap(cell), Word::heap(cell));
    heap.store(cell, 0, both);
    let root = heap.push_root(both);
    heap.reserve(100).unwrap();
    let both = heap.root(root).place();
    let (a, b) = (heap.load(both, 0), heap.load(both, 1));
    assert_eq!(a, b);
    assert_eq!(heap.load(a.place(), 0).place(), both);
    assert_eq!(heap.top(), 5);
}

#[test]
fn raw_payloads_that_look_like_references_are_left_alone() {
    let mut heap = Heap::new(0, 1 << 20, true);
    heap.reserve(3).unwrap();
    let big = heap.alloc(Kind::BigInteger, 0, 0, 2);
    heap.space.set(big as usize + 1, u64::MAX);
    let root = heap.push_root(Word::heap(big));
    heap.reserve(10).unwrap();
    assert_eq!(heap.load(heap.root(root).place(), 0).0, u64::MAX);
}

#[test]
fn the_limit_is_an_error_and_changes_nothing() {
    let words = FIRST_BLOCK_WORDS;
    let mut heap = Heap::new(0, 2 * words * 8, false);
    let root = heap.push_root(Word::TRUE);
    assert_eq!(heap.reserve(1000), Err(OutOfMemory { words: 1000 }));
    assert_eq!(
        heap.reserve(words + 1),
        Err(OutOfMemory { words: words + 1 })
    );
    assert_eq!((heap.root(root), heap.len()), (Word::TRUE, words));
    assert!(heap.reserve(words).is_ok());
}

#[test]
fn a_large_block_makes_way_for_text() {
    let limit = 64 << 10;
    let mut heap = Heap::new(0, limit, false);
    heap.reserve(3000).unwrap();
    let bytes = 48 << 10;
    heap.reserve_external(4, bytes).unwrap();
    assert!(2 * 8 * heap.len() + bytes <= limit, "{}", heap.len());
}

#[test]
fn texts_that_pass_through_leave_the_block_small() {
    let mut heap = Heap::new(0, 1 << 30, false);
    let text = External::text("x".repeat(EXTERNAL_TRIGGER_BYTES / 4));
    for _ in 0..100 {
        heap.reserve_external(4, text.bytes()).unwrap();
        heap.externals.add(text.clone());
    }
    let seen = (heap.collections() > 20, heap.len());
    assert_eq!(seen, (true, FIRST_BLOCK_WORDS));
}

#[test]
fn what_fills_the_memory_is_not_collected_again_and_again() {
    for limit in [1 << 20, 4 << 20, 16 << 20] {
        let mut heap = Heap::new(0, limit, false);
        let root = heap.push_root(Word::NIL);
        while heap.reserve(3).is_ok() {
            let list = heap.root(root);
            let list = pair(&mut heap, Word::TRUE, list);
            heap.set_root(root, list);
            while heap.is_due() && !heap.collect_some(1 << 15) {}
        }
        assert!(
            heap.collections() < 64,
            "{} collections",
            heap.collections()
        );
    }
}

#[test]
fn texts_that_fill_the_memory_do_not_collect_it_again_and_again() {
    for limit in [1 << 20, 4 << 20, 16 << 20] {
        let mut heap = Heap::new(0, limit, false);
        let root = heap.push_root(Word::NIL);
        let text = "x".repeat(INLINE_BYTES + 1);
        while let Ok(text) = heap.new_string(&text) {
            let Ok([text]) = heap.reserve_keeping(3, [text]) else {
                break;
            };
            let list = heap.root(root);
            let list = pair(&mut heap, text, list);
            heap.set_root(root, list);
            while heap.is_due() && !heap.collect_some(1 << 15) {}
        }
        assert!(
            heap.collections() < 64,
            "{} collections",
            heap.collections()
        );
    }
}

#[test]
fn a_burst_shrinks_again() {
    let mut heap = Heap::new(0, 1 << 30, false);
    heap.reserve(100_000).unwrap();
    let large = heap.len();
    for _ in 0..8 {
        heap.collect_at_once(1, 0).unwrap();
    }
    assert!(
        large >= 100_000 && heap.len() <= BUSY_BLOCK_WORDS,
        "{}",
        heap.len()
    );
}
