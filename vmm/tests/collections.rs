//! Collections of heaps that programs have been at, against a model.
//!
//! Steps that a program could take (objects of every length, stores into old and
//! new ones, roots of each kind that come and go) are taken in a heap and in a
//! model of it at once; in between, the heap is collected at once or in
//! pieces of any size, whenever something is due or for no reason. What
//! can be reached must then be what the model has, each object once.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use num_bigint::BigInt;
use proptest::prelude::*;
use vmm::convert::Nameless;
use vmm::heap::Heap;
use vmm::heap::pieces::LARGE_WORDS;
use vmm::heap::shared::Common;
use vmm::term::text;
use vmm::word::Word;

/// One step. Numbers are taken modulo whatever there is to choose from.
#[derive(Clone, Debug)]
enum Step {
    /// A tuple of so many parts, every third of which is one of what is held.
    Tuple(usize, usize),
    Cell(usize),
    Array(usize, usize),
    /// Appends to an array.
    Push(usize, usize),
    /// Text that stands outside of the heap.
    Text(u32),
    /// Bits that must not be taken for references.
    Integer(usize),
    /// Changes a part of something.
    Store(usize, usize, usize),
    /// Gives up something that is held.
    Drop(usize),
    SetGlobals(usize),
    Garbage(usize),
    /// Asks for so many words and does not use them.
    Reserve(usize),
    /// Collects, though nothing asks for it.
    Collect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = || 0..1000_usize;
    let len = || prop_oneof![6 => 0..8_usize, 1 => 250..265_usize, 1 => 300..2000_usize];
    let step = prop_oneof![
        4 => (len(), n()).prop_map(|(len, n)| Step::Tuple(len, n)),
        2 => n().prop_map(Step::Cell),
        2 => (len(), n()).prop_map(|(len, n)| Step::Array(len, n)),
        2 => (n(), n()).prop_map(|(a, b)| Step::Push(a, b)),
        1 => any::<u32>().prop_map(Step::Text),
        1 => (1..900_usize).prop_map(Step::Integer),
        8 => (n(), n(), n()).prop_map(|(a, b, c)| Step::Store(a, b, c)),
        3 => n().prop_map(Step::Drop),
        1 => n().prop_map(Step::SetGlobals),
        2 => (0..3000_usize).prop_map(Step::Garbage),
        2 => (0..3000_usize).prop_map(Step::Reserve),
        1 => Just(Step::Collect),
    ];
    prop::collection::vec(step, 1..60)
}

/// What a part of an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Nothing,
    Node(usize),
}

#[derive(Clone, Debug)]
enum Node {
    /// A tuple or a cell.
    Fixed(Vec<Part>),
    Array(Vec<Part>),
    Text(u32),
    Integer(usize),
}

/// Both worlds.
struct Worlds {
    common: Common,
    heap: Heap,
    nodes: Vec<Node>,
    /// What is held: even ones are roots, odd ones words of the stack part.
    held: Vec<Part>,
    globals: Part,
    /// Sizes of pieces, taken in turn.
    pieces: Vec<usize>,
    turn: usize,
}

fn integer(limbs: usize) -> BigInt {
    (BigInt::from(1) << (64 * limbs)) - 1
}

fn long_text(n: u32) -> String {
    format!("{n:0100}")
}

impl Worlds {
    fn new(heap: Heap, pieces: Vec<usize>) -> Worlds {
        Worlds {
            common: Common::default(),
            heap,
            nodes: Vec::new(),
            held: Vec::new(),
            globals: Part::Nothing,
            pieces,
            turn: 0,
        }
    }

    /// The word of what is held, as it is now.
    fn word(&self, held: usize) -> Word {
        match held % 2 {
            0 => self.heap.root(held / 2),
            _ => self.heap.stack_word(self.heap.len() - 1 - held / 2),
        }
    }

    fn hold(&mut self, part: Part, word: Word) {
        if self.held.len().is_multiple_of(2) {
            self.heap.push_root(word);
        } else {
            self.heap.set_stack(self.heap.stack() - 1);
            self.heap.set_stack_word(self.heap.stack(), word);
        }
        self.held.push(part);
    }

    fn make(&mut self, node: Node, word: Word) {
        self.nodes.push(node);
        self.hold(Part::Node(self.nodes.len() - 1), word);
    }

    /// Something that is held, or nothing.
    fn choose(&self, n: usize) -> (Part, Word) {
        match self.held.len() {
            0 => (Part::Nothing, Word::NIL),
            count => (self.held[n % count], self.word(n % count)),
        }
    }

    fn parts(&self, len: usize, n: usize) -> Vec<(Part, Word)> {
        let part = |i| match i % 3 {
            0 => self.choose(n + i),
            _ => (Part::Nothing, Word::NIL),
        };
        (0..len).map(part).collect()
    }

    fn take(&mut self, step: &Step) {
        // Room for what is held, too.
        let heap = &mut self.heap;
        match *step {
            Step::Tuple(len, n) => {
                heap.reserve(Heap::size_of_tuple(len) + 1).unwrap();
                let (parts, words): (Vec<_>, Vec<_>) = self.parts(len, n).into_iter().unzip();
                let word = self.heap.tuple(&words);
                self.make(Node::Fixed(parts), word);
            }
            Step::Cell(n) => {
                heap.reserve(Heap::size_of_cell() + 1).unwrap();
                let (part, word) = self.choose(n);
                let word = self.heap.cell(word);
                self.make(Node::Fixed(vec![part]), word);
            }
            Step::Array(len, n) => {
                heap.reserve(Heap::size_of_array(len) + 1).unwrap();
                let (parts, words): (Vec<_>, Vec<_>) = self.parts(len, n).into_iter().unzip();
                let word = self.heap.array(&words);
                self.make(Node::Array(parts), word);
            }
            Step::Push(a, b) => {
                let (Part::Node(array), word) = self.choose(a) else {
                    return;
                };
                let Node::Array(parts) = &self.nodes[array] else {
                    return;
                };
                let room = Heap::size_of_growth(parts.len());
                let [word] = self.heap.reserve_keeping(room, [word]).unwrap();
                let (part, new) = self.choose(b);
                self.heap.array_push(word.place(), new);
                if let Node::Array(parts) = &mut self.nodes[array] {
                    parts.push(part);
                }
            }
            Step::Text(n) => {
                let word = heap.new_string(&long_text(n)).unwrap();
                let [word] = heap.reserve_keeping(1, [word]).unwrap();
                self.make(Node::Text(n), word);
            }
            Step::Integer(limbs) => {
                let word = heap.new_big_integer(&integer(limbs)).unwrap();
                let [word] = heap.reserve_keeping(1, [word]).unwrap();
                self.make(Node::Integer(limbs), word);
            }
            Step::Store(a, field, b) => {
                let ((Part::Node(node), to), (part, word)) = (self.choose(a), self.choose(b))
                else {
                    return;
                };
                match &mut self.nodes[node] {
                    Node::Fixed(parts) if !parts.is_empty() => {
                        let field = field % parts.len();
                        parts[field] = part;
                        self.heap.store(to.place(), field, word);
                    }
                    Node::Array(parts) if !parts.is_empty() => {
                        let field = field % parts.len();
                        parts[field] = part;
                        assert!(self.heap.array_set(to.place(), field, word));
                    }
                    _ => {}
                }
            }
            Step::Drop(n) => {
                let count = self.held.len();
                if count > 0 {
                    let n = n % count;
                    self.held[n] = Part::Nothing;
                    match n % 2 {
                        0 => heap.set_root(n / 2, Word::UNDEFINED),
                        _ => heap.set_stack_word(heap.len() - 1 - n / 2, Word::UNDEFINED),
                    }
                }
            }
            Step::SetGlobals(n) => {
                let (part, word) = self.choose(n);
                self.globals = part;
                self.heap.set_globals(word);
            }
            Step::Garbage(words) => {
                heap.reserve(words + 1).unwrap();
                let _ = heap.tuple(&vec![Word::TRUE; words]);
            }
            Step::Reserve(words) => heap.reserve(words).unwrap(),
            Step::Collect => self.collect(),
        }
    }

    fn collect(&mut self) {
        let before = self.heap.collections();
        loop {
            let words = self.pieces[self.turn % self.pieces.len()];
            self.turn += 1;
            if self.heap.collect_some(words) {
                break;
            }
            assert!(self.heap.is_due());
        }
        assert!(!self.heap.is_due());
        assert_eq!(self.heap.collections(), before + 1);
        // At least half is free.
        let used = self.heap.len() - (self.heap.stack() - self.heap.top());
        assert!(2 * used <= self.heap.len());
    }

    /// Whether what can be reached is what the model has.
    fn check(&self) {
        let view = self.heap.view(&self.common);
        let mut places: HashMap<usize, Word> = HashMap::new();
        let mut nodes: HashMap<Word, usize> = HashMap::new();
        let held = (0..self.held.len()).map(|i| (self.held[i], self.word(i)));
        let mut todo: Vec<(Part, Word)> = held.collect();
        todo.push((self.globals, self.heap.globals()));
        while let Some((part, word)) = todo.pop() {
            let Part::Node(node) = part else {
                assert!(!word.is_heap(), "{word:?}");
                continue;
            };
            match (places.insert(node, word), nodes.insert(word, node)) {
                (None, None) => {}
                (before, after) => {
                    assert_eq!((before, after), (Some(word), Some(node)));
                    continue;
                }
            }
            let (parts, words) = match &self.nodes[node] {
                Node::Fixed(parts) => (parts, view.payload(word)),
                Node::Array(parts) => (parts, view.array_items(word).unwrap()),
                Node::Text(n) => {
                    assert_eq!(text(view, word, &Nameless).unwrap(), long_text(*n));
                    continue;
                }
                Node::Integer(limbs) => {
                    assert_eq!(view.integer(word), Some(integer(*limbs)));
                    continue;
                }
            };
            assert_eq!(parts.len(), words.len());
            let words = words.iter().map(|word| Word(*word));
            todo.extend(parts.iter().copied().zip(words));
        }
    }

    fn run(&mut self, steps: &[Step]) {
        for step in steps {
            self.take(step);
            // As an engine does between two operations.
            if self.heap.is_due() {
                self.collect();
                self.check();
            }
        }
        self.check();
        self.collect();
        self.check();
    }
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    let piece = prop_oneof![4 => 1..50_usize, 2 => 50..2000_usize, 1 => Just(1 << 20)];
    prop::collection::vec(piece, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn small_heaps(steps in steps(), pieces in pieces()) {
        Worlds::new(Heap::new(0, 1 << 26, false), pieces).run(&steps);
    }

    #[test]
    fn heaps_that_collect_at_every_chance(steps in steps(), pieces in pieces()) {
        Worlds::new(Heap::new(0, 1 << 26, true), pieces).run(&steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    /// A block that is large, and nearly full: what asks for room is lent some.
    #[test]
    fn large_heaps(steps in steps(), ballast in 0..3000_usize) {
        let mut worlds = Worlds::new(Heap::new(0, 1 << 26, false), vec![10_000, 300]);
        worlds.take(&Step::Tuple(LARGE_WORDS, 0));
        let free = worlds.heap.stack() - worlds.heap.top();
        worlds.take(&Step::Garbage(free - 2 - ballast));
        worlds.run(&steps);
    }
}

/// The block does not change its place, and operations go on in the middle.
#[test]
fn a_large_block_lends_before_it_is_collected() {
    let mut worlds = Worlds::new(Heap::new(0, 1 << 26, false), vec![1000]);
    worlds.take(&Step::Tuple(LARGE_WORDS, 0));
    worlds.take(&Step::Cell(0));
    let (len, collections) = (worlds.heap.len(), worlds.heap.collections());
    let word = worlds.word(0);
    let garbage = worlds.heap.stack() - worlds.heap.top();
    worlds.take(&Step::Garbage(garbage));
    assert!(worlds.heap.is_due() && worlds.heap.len() > len);
    assert_eq!(
        (worlds.word(0), worlds.heap.collections()),
        (word, collections)
    );
    worlds.check();
    worlds.take(&Step::Cell(1));
    worlds.collect();
    worlds.check();
    assert_eq!(worlds.heap.len(), len);
    // More than the block is long is not lent.
    worlds.heap.reserve(2 * len).unwrap();
    assert!(!worlds.heap.is_due());
    worlds.check();
}

/// A stack that is too deep to be moved at once is not moved by lending.
#[test]
fn a_deep_stack_is_collected_early_and_not_for_ever() {
    let mut heap = Heap::new(0, 1 << 26, false);
    heap.reserve(3 * LARGE_WORDS).unwrap();
    heap.set_stack(heap.stack() - LARGE_WORDS - 1);
    for at in heap.stack()..heap.len() {
        heap.set_stack_word(at, Word::NIL);
    }
    while !heap.collect_some(1000) {}
    for _ in 0..3 {
        heap.end_turn();
        assert!(!heap.is_due());
        let free = heap.stack() - heap.top();
        let _ = heap.tuple(&vec![Word::TRUE; free - free / 8]);
        heap.end_turn();
        assert!(heap.is_due());
        while !heap.collect_some(1000) {}
    }
}

/// Where the limit leaves nothing to lend, a collection is made at once.
#[test]
fn a_block_near_the_limit_lends_nothing() {
    let limit = 8 * 4 * LARGE_WORDS;
    let mut worlds = Worlds::new(Heap::new(0, limit, false), vec![1000]);
    worlds.take(&Step::Tuple(LARGE_WORDS, 0));
    for _ in 0..20 {
        worlds.take(&Step::Garbage(LARGE_WORDS / 2));
        assert!(2 * 8 * worlds.heap.len() <= limit);
        worlds.check();
    }
    worlds.heap.reserve(2 * LARGE_WORDS).unwrap_err();
    worlds.check();
}
