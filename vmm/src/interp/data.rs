//! Handlers of the data family: loads, moves, containers, closures, cells.

use super::{Flow, Machine, cold, container, magic, objects, property};
use crate::code::ops::{DataOps, Op};
use crate::heap::Heap;
use crate::heap::layout::{CLOSURE_HEAD, Kind};
use crate::process::frame::HEADER_WORDS;
use crate::process::globals;
use crate::word::Word;

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// Makes sure that `words` can be allocated without a look elsewhere;
    /// false if the slow path must.
    #[inline(always)]
    pub(super) fn has_room(&mut self, words: usize) -> bool {
        let stack = self.stack_place();
        self.cx.process.heap.has_room(words, stack)
    }

    /// Where the stack part begins while this frame runs.
    #[inline(always)]
    pub(super) fn stack_place(&mut self) -> usize {
        let base = self.cx.process.heap.space.base() as usize;
        (self.regs as usize - base) / 8 - HEADER_WORDS
    }

    /// The place in the own heap of an object of that kind.
    #[inline(always)]
    fn object(&self, word: Word, kind: Kind) -> Option<u32> {
        (word.is_heap() && self.cx.process.heap.header(word.place()).is(kind)).then(|| word.place())
    }

    /// As `object`, for one that may be changed.
    #[inline(always)]
    fn plain_object(&self, word: Word, kind: Kind) -> Option<u32> {
        let plain = word.is_heap() && self.cx.process.heap.header(word.place()).is_plain(kind);
        plain.then(|| word.place())
    }
}

/// The whole number from 0 to below 2^32 that a word holds as a double.
///
/// Added to 2^52 such a double stands in the low bits of the sum as it is.
#[inline(always)]
fn number_index(word: Word) -> Option<usize> {
    const SHIFT: f64 = 4_503_599_627_370_496.0;
    let i = (word.as_f64() + SHIFT).to_bits() as u32;
    (f64::from(i) == word.as_f64()).then_some(i as usize)
}

/// The same, as a double or an inline integer.
#[inline(always)]
fn small_index(word: Word) -> Option<usize> {
    number_index(word).or_else(|| {
        let i = word.to_small_integer()?;
        u32::try_from(i).ok().map(|i| i as usize)
    })
}

impl<const STEPPED: bool> DataOps for Machine<'_, '_, STEPPED> {
    type Flow = Flow;

    #[inline(always)]
    fn load_const(&mut self, op: Op) -> Flow {
        self.set(op.a, self.k(op.b));
        Flow::Go
    }
    #[inline(always)]
    fn load_fresh(&mut self, op: Op) -> Flow {
        self.cold(op, cold::load_fresh)
    }
    #[inline(always)]
    fn move_(&mut self, op: Op) -> Flow {
        self.set(op.a, self.r(op.b));
        Flow::Go
    }
    #[inline(always)]
    fn load_self(&mut self, op: Op) -> Flow {
        let pid = self.cx.process.pid;
        self.set(op.a, Word::process(pid));
        Flow::Go
    }
    #[inline(always)]
    fn get_global(&mut self, op: Op) -> Flow {
        let word = globals::get(&self.cx.process.heap, op.wide().cast_unsigned());
        self.set(op.a, word);
        Flow::Go
    }
    #[inline(always)]
    fn set_global(&mut self, op: Op) -> Flow {
        let word = self.r(op.a);
        let heap = &mut self.cx.process.heap;
        if globals::replace(heap, op.wide().cast_unsigned(), word) {
            return Flow::Go;
        }
        self.cold(op, cold::set_global)
    }
    #[inline(always)]
    fn type_of(&mut self, op: Op) -> Flow {
        self.cold(op, cold::type_of)
    }
    #[inline(always)]
    fn tuple_init(&mut self, op: Op) -> Flow {
        let count = op.b as usize;
        if !self.has_room(1 + count) {
            return self.cold_over(op, count, container::tuple_init);
        }
        let at = self.cx.process.heap.alloc_header(Kind::Tuple, count);
        for i in 0..count {
            let word = self.r(self.arg(i));
            self.cx.process.heap.store_new(at, i, word);
        }
        self.skip_args(count);
        self.set(op.a, Word::heap(at));
        Flow::Go
    }
    #[inline(always)]
    fn array_init(&mut self, op: Op) -> Flow {
        let count = op.b as usize;
        if !self.has_room(Heap::size_of_array(count)) {
            return self.cold_over(op, count, container::array_init);
        }
        let mut data = Word::NIL;
        if count > 0 {
            let at = self.cx.process.heap.alloc_header(Kind::ArrayData, count);
            for i in 0..count {
                let word = self.r(self.arg(i));
                self.cx.process.heap.store_new(at, i, word);
            }
            data = Word::heap(at);
        }
        let at = self.cx.process.heap.alloc_header(Kind::Array, 2);
        self.cx.process.heap.store_new(at, 0, Word(count as u64));
        self.cx.process.heap.store_new(at, 1, data);
        self.skip_args(count);
        self.set(op.a, Word::heap(at));
        Flow::Go
    }
    #[inline(always)]
    fn map_init(&mut self, op: Op) -> Flow {
        self.cold_over(op, 2 * op.b as usize, container::map_init)
    }
    #[inline(always)]
    fn bytes_init(&mut self, op: Op) -> Flow {
        self.cold_over(op, op.b as usize, container::bytes_init)
    }
    #[inline(always)]
    fn pair_init(&mut self, op: Op) -> Flow {
        if !self.has_room(3) {
            return self.cold(op, container::pair_init);
        }
        let (head, tail) = (self.r(op.b), self.r(op.c));
        let at = self.cx.process.heap.alloc_header(Kind::Pair, 2);
        self.cx.process.heap.store_new(at, 0, head);
        self.cx.process.heap.store_new(at, 1, tail);
        self.set(op.a, Word::heap(at));
        Flow::Go
    }
    #[inline(always)]
    fn pair_head(&mut self, op: Op) -> Flow {
        match self.object(self.r(op.b), Kind::Pair) {
            Some(at) => {
                let word = self.cx.process.heap.load(at, 0);
                self.set(op.a, word);
                Flow::Go
            }
            None => self.cold(op, container::pair_head),
        }
    }
    #[inline(always)]
    fn pair_tail(&mut self, op: Op) -> Flow {
        match self.object(self.r(op.b), Kind::Pair) {
            Some(at) => {
                let word = self.cx.process.heap.load(at, 1);
                self.set(op.a, word);
                Flow::Go
            }
            None => self.cold(op, container::pair_tail),
        }
    }
    #[inline(always)]
    fn array_push(&mut self, op: Op) -> Flow {
        if let Some(at) = self.plain_object(self.r(op.b), Kind::Array)
            && self.cx.process.heap.array_has_room(at)
        {
            let word = self.r(op.c);
            self.cx.process.heap.array_push(at, word);
            return Flow::Go;
        }
        self.cold(op, container::array_push)
    }
    #[inline(always)]
    fn get_index(&mut self, op: Op) -> Flow {
        let container = self.r(op.b);
        // What nearly all are comes first: an array, and a number.
        if let Some(at) = self.object(container, Kind::Array)
            && let Some(i) = number_index(self.r(op.c))
            && let Some(word) = self.cx.process.heap.array_get(at, i)
        {
            self.set(op.a, word);
            return Flow::Go;
        }
        if container.is_heap()
            && let Some(i) = small_index(self.r(op.c))
        {
            let (heap, at) = (&self.cx.process.heap, container.place());
            let header = heap.header(at);
            let word = if header.is(Kind::Array) {
                heap.array_get(at, i)
            } else if header.is(Kind::Tuple) && i < header.len() {
                Some(heap.load(at, i))
            } else {
                None
            };
            if let Some(word) = word {
                self.set(op.a, word);
                return Flow::Go;
            }
        }
        self.cold(op, magic::get_index)
    }
    #[inline(always)]
    fn set_index(&mut self, op: Op) -> Flow {
        if let Some(at) = self.plain_object(self.r(op.a), Kind::Array)
            && let Some(i) = small_index(self.r(op.b))
        {
            let word = self.r(op.c);
            if self.cx.process.heap.array_set(at, i, word) {
                return Flow::Go;
            }
        }
        self.cold(op, magic::set_index)
    }
    #[inline(always)]
    fn has_index(&mut self, op: Op) -> Flow {
        self.cold(op, magic::has_index)
    }
    #[inline(always)]
    fn delete_index(&mut self, op: Op) -> Flow {
        self.cold(op, magic::delete_index)
    }
    #[inline(always)]
    fn iter_init(&mut self, op: Op) -> Flow {
        self.cold(op, magic::iter_init)
    }
    #[inline(always)]
    fn length(&mut self, op: Op) -> Flow {
        // A long string knows how long it is, and so does an array.
        let word = self.r(op.b);
        let known = match self.object(word, Kind::LongString) {
            Some(at) => Some(at + 3),
            None => self.object(word, Kind::Array).map(|at| at + 1),
        };
        if let Some(at) = known {
            let length = self.cx.process.heap.space.get(at as usize);
            self.set(op.a, Word::number(length as f64));
            return Flow::Go;
        }
        self.cold(op, magic::length)
    }
    #[inline(always)]
    fn object_init(&mut self, op: Op) -> Flow {
        self.cold_over(op, 3 * op.b as usize, objects::new)
    }
    #[inline(always)]
    fn object_new(&mut self, op: Op) -> Flow {
        self.cold_over(op, 3 * op.b as usize, objects::new)
    }
    #[inline(always)]
    fn object_make(&mut self, op: Op) -> Flow {
        self.make_object(op, Word::UNDEFINED)
    }
    #[inline(always)]
    fn object_make_of(&mut self, op: Op) -> Flow {
        self.make_object_of(op)
    }
    #[inline(always)]
    fn get_prop_k(&mut self, op: Op) -> Flow {
        self.read_known(op)
    }
    #[inline(always)]
    fn get_raw_k(&mut self, op: Op) -> Flow {
        self.read_raw_known(op)
    }
    #[inline(always)]
    fn set_prop_k(&mut self, op: Op) -> Flow {
        self.write_known(op)
    }
    #[inline(always)]
    fn get_prop(&mut self, op: Op) -> Flow {
        self.cold(op, magic::get_prop)
    }
    #[inline(always)]
    fn set_prop(&mut self, op: Op) -> Flow {
        self.cold(op, magic::set_prop)
    }
    #[inline(always)]
    fn get_raw(&mut self, op: Op) -> Flow {
        self.cold(op, magic::get_raw)
    }
    #[inline(always)]
    fn define_prop(&mut self, op: Op) -> Flow {
        self.cold_over(op, 1, objects::define_prop)
    }
    #[inline(always)]
    fn delete_prop(&mut self, op: Op) -> Flow {
        self.cold(op, objects::delete_prop)
    }
    #[inline(always)]
    fn has_prop(&mut self, op: Op) -> Flow {
        self.cold(op, objects::has_prop)
    }
    #[inline(always)]
    fn has_own(&mut self, op: Op) -> Flow {
        self.cold(op, objects::has_own)
    }
    #[inline(always)]
    fn get_proto(&mut self, op: Op) -> Flow {
        self.cold(op, objects::get_proto)
    }
    #[inline(always)]
    fn set_proto(&mut self, op: Op) -> Flow {
        self.cold(op, objects::set_proto)
    }
    #[inline(always)]
    fn set_magic(&mut self, op: Op) -> Flow {
        self.cold(op, objects::set_magic)
    }
    #[inline(always)]
    fn set_type_name(&mut self, op: Op) -> Flow {
        self.cold(op, objects::set_type_name)
    }
    #[inline(always)]
    fn freeze(&mut self, op: Op) -> Flow {
        self.cold(op, objects::freeze)
    }
    #[inline(always)]
    fn share(&mut self, op: Op) -> Flow {
        self.cold(op, objects::share)
    }
    #[inline(always)]
    fn instance_of(&mut self, op: Op) -> Flow {
        self.cold(op, objects::instance_of)
    }
    #[inline(always)]
    fn make_cell(&mut self, op: Op) -> Flow {
        if !self.has_room(Heap::size_of_cell()) {
            return self.cold(op, cold::make_cell);
        }
        let word = self.r(op.b);
        let at = self.cx.process.heap.alloc_header(Kind::Cell, 1);
        self.cx.process.heap.store_new(at, 0, word);
        self.set(op.a, Word::heap(at));
        Flow::Go
    }
    #[inline(always)]
    fn cell_get(&mut self, op: Op) -> Flow {
        match self.object(self.r(op.b), Kind::Cell) {
            Some(at) => {
                let word = self.cx.process.heap.load(at, 0);
                self.set(op.a, word);
                Flow::Go
            }
            None => self.cold(op, cold::not_a_cell),
        }
    }
    #[inline(always)]
    fn cell_set(&mut self, op: Op) -> Flow {
        match self.object(self.r(op.a), Kind::Cell) {
            Some(at) => {
                let word = self.r(op.b);
                self.cx.process.heap.store(at, 0, word);
                Flow::Go
            }
            None => self.cold(Op { b: op.a, ..op }, cold::not_a_cell),
        }
    }
    #[inline(always)]
    fn make_closure(&mut self, op: Op) -> Flow {
        let count = op.c as usize;
        let (Some(function), true) = (
            self.k(op.b).to_function(),
            self.has_room(Heap::size_of_closure(count)),
        ) else {
            return self.cold_over(op, count, cold::make_closure);
        };
        let heap = &mut self.cx.process.heap;
        let at = heap.alloc_header(Kind::Closure, CLOSURE_HEAD + count);
        heap.store_new(at, 0, Word(u64::from(function.0)));
        heap.store_new(at, 1, Word::UNDEFINED);
        for i in 0..count {
            let word = self.r(self.arg(i));
            self.cx.process.heap.store_new(at, CLOSURE_HEAD + i, word);
        }
        self.skip_args(count);
        self.set(op.a, Word::heap(at));
        Flow::Go
    }
    #[inline(always)]
    fn make_closure_dyn(&mut self, op: Op) -> Flow {
        self.cold_over(op, op.c as usize, cold::make_closure_dyn)
    }
    #[inline(always)]
    fn bind(&mut self, op: Op) -> Flow {
        self.cold(op, property::bind)
    }
    #[inline(always)]
    fn concat(&mut self, op: Op) -> Flow {
        self.cold_over(op, op.b as usize, magic::concat)
    }
    #[inline(always)]
    fn to_text(&mut self, op: Op) -> Flow {
        self.cold(op, magic::to_text)
    }
}
