//! Coroutines: computations of one process that are put aside and taken up.
//!
//! A suspended coroutine is its frames, as they were on the stack, in an object
//! of the process's heap. Resuming copies the innermost of them below the
//! resumer's frame, yielding copies what is there back; frames that did not run
//! meanwhile stay where they are, so that a switch costs the same at any depth
//! of calls inside.
//!
//! ```text
//!  the object         │ status (4) · words suspended (28) · next operation (32) │ storage or nil │
//!                     (aux of its header: the register for what it is resumed with)
//!  its storage        │ free … │ innermost frame │ … │ outermost frame │
//!
//!  the stack, while it runs (innermost frame first):
//!  │ frames that were copied in or called since │ boundary │ resumer's frame │ …
//!
//!  the boundary       a header as every frame has, whose destination and extra are the
//!                     resumer's registers for the value and for `done` (plus 1; 0 if it
//!                     is a walk, which jumps instead), and two words:
//!                     the coroutine, and the depth of the boundary outside (0: none)
//! ```
//!
//! The action of the outermost frame is [`Action::Finish`]. A frame whose
//! caller was not copied in is marked ([`Then::is_cut`]).
//!
//! # Invariants
//! C1. `Process::coroutine` is the depth of the innermost boundary, 0 if no
//!     coroutine runs.
//! C2. The frames between the stack's lower end and the innermost boundary are
//!     those of one coroutine; the last of them is marked if and only if
//!     the object still has words.
//! C3. The storage holds no word of a frame that was copied in.
//!
//! # Cost
//! A suspended coroutine takes four words beside its frames, which have two
//! words of header and their registers each.

use super::frame::{Action, HEADER_WORDS, Then, Where};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::ids::FuncId;
use crate::word::Word;

/// Registers of a boundary: the coroutine, and the boundary outside.
pub const BOUNDARY_REGISTERS: usize = 2;

/// Words of a boundary.
pub const BOUNDARY_WORDS: usize = HEADER_WORDS + BOUNDARY_REGISTERS;

/// Words of a coroutine without its storage.
pub const OBJECT_WORDS: usize = 3;

/// Words that one resume copies in, if there are as many: less would mean more
/// returns that have to fetch a frame.
const COPY_WORDS: usize = 48;

/// Storages up to this many words are as long as what they hold; longer ones
/// grow by half.
const EXACT_WORDS: usize = 64;

/// Whether a coroutine can be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// It can.
    Suspended = 0,
    /// It runs, or has resumed one that runs.
    Running = 1,
    /// Its function has returned, or what it threw has left it.
    Finished = 2,
}

/// First word of a coroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(pub u64);

impl State {
    /// A state.
    #[must_use]
    #[inline]
    pub fn new(status: Status, words: usize, pc: u32) -> State {
        debug_assert!(words < 1 << 28);
        State((status as u64) << 60 | (words as u64) << 32 | u64::from(pc))
    }
    /// Whether it can be resumed.
    #[must_use]
    #[inline]
    pub fn status(self) -> Status {
        match self.0 >> 60 {
            0 => Status::Suspended,
            1 => Status::Running,
            _ => Status::Finished,
        }
    }
    /// Words of frames in the storage.
    #[must_use]
    #[inline]
    pub fn words(self) -> usize {
        (self.0 >> 32) as usize & 0xFFF_FFFF
    }
    /// The operation at which the innermost frame goes on; 0 if it has not begun.
    #[must_use]
    #[inline]
    pub fn pc(self) -> u32 {
        self.0 as u32
    }
}

/// The state of the coroutine at a place.
#[must_use]
#[inline]
pub fn state(heap: &Heap, at: u32) -> State {
    State(heap.load(at, 0).0)
}

/// The register of the innermost frame that gets what the coroutine at a place
/// is resumed with.
#[must_use]
#[inline]
pub fn destination(heap: &Heap, at: u32) -> u16 {
    heap.header(at).aux()
}

/// Sets the state of the coroutine at a place.
#[inline]
pub fn set_state(heap: &mut Heap, at: u32, state: State) {
    heap.store(at, 0, Word(state.0));
}

/// The place of a word's coroutine, if it is one.
#[must_use]
#[inline]
pub fn place(heap: &Heap, word: Word) -> Option<u32> {
    (word.is_heap() && heap.header(word.place()).is(Kind::Coroutine)).then(|| word.place())
}

/// Makes a coroutine of the frame at the stack's lower end, of so many words,
/// which leaves the stack; `OBJECT_WORDS + 1 + words` words.
#[must_use]
pub fn make(heap: &mut Heap, words: usize) -> Word {
    let storage = heap.longer_storage(Word::NIL, 0, words);
    heap.save_frames(heap.stack(), words, storage.place(), 0);
    heap.set_stack(heap.stack() + words);
    let state = State::new(Status::Suspended, words, 0);
    Word::heap(heap.alloc_words(Kind::Coroutine, &[Word(state.0), storage]))
}

/// How many words the next copy into the stack takes: whole frames, the
/// innermost ones, `COPY_WORDS` or all.
#[must_use]
#[inline]
pub fn words_to_copy(heap: &Heap, at: u32) -> usize {
    let words = state(heap, at).words();
    let storage = heap.load(at, 1).place();
    let first = heap.header(storage).len() - words;
    let mut copied = 0;
    while copied < COPY_WORDS && copied < words {
        copied += HEADER_WORDS + Then(heap.load(storage, first + copied).0).registers();
    }
    copied
}

/// Copies the innermost frames, `words` words, to the stack below place `below`,
/// where the stack part has room for them; the rest stays.
#[inline]
pub fn copy_in(heap: &mut Heap, at: u32, words: usize, below: usize) {
    let state = state(heap, at);
    let storage = heap.load(at, 1).place();
    let first = heap.header(storage).len() - state.words();
    let to = below - words;
    heap.set_stack(to);
    let left = state.words() - words;
    let frames = heap.restore_frames(storage, first, words, to);
    let mut frame = 0;
    while let Some(word) = frames.get_mut(frame) {
        let then = Then(*word);
        frame += HEADER_WORDS + then.registers();
        *word = then.with_cut(frame == words && left > 0).0;
    }
    set_state(heap, at, State::new(Status::Running, left, state.pc()));
}

/// Words that must be reserved before [`copy_out`] of the innermost coroutine.
#[must_use]
#[inline]
pub fn words_to_save(heap: &Heap, at: u32, on_stack: usize) -> usize {
    let needed = state(heap, at).words() + on_stack;
    if needed <= storage_words(heap, at) {
        return 0;
    }
    1 + grown(needed)
}

/// Copies the `on_stack` words at the stack's lower end to the coroutine, which
/// then is suspended, to go on at operation `pc` with a value in register `dst`.
#[inline]
pub fn copy_out(heap: &mut Heap, at: u32, on_stack: usize, pc: u32, dst: u16) {
    let rest = state(heap, at).words();
    let needed = rest + on_stack;
    let mut length = storage_words(heap, at);
    if needed > length {
        length = grown(needed);
        let storage = heap.longer_storage(heap.load(at, 1), rest, length);
        heap.store(at, 1, storage);
    }
    let storage = heap.load(at, 1).place();
    heap.save_frames(heap.stack(), on_stack, storage, length - needed);
    set_state(heap, at, State::new(Status::Suspended, needed, pc));
    heap.set_header(at, heap.header(at).with_aux(dst));
}

/// Marks a coroutine as over; its frames are given up.
pub fn finish(heap: &mut Heap, at: u32) {
    set_state(heap, at, State::new(Status::Finished, 0, 0));
    heap.store(at, 1, Word::NIL);
}

#[inline]
fn storage_words(heap: &Heap, at: u32) -> usize {
    let storage = heap.load(at, 1);
    if storage.is_heap() {
        heap.header(storage.place()).len()
    } else {
        0
    }
}

#[inline]
fn grown(needed: usize) -> usize {
    if needed <= EXACT_WORDS {
        needed
    } else {
        needed + needed / 2
    }
}

/// The coroutine and the place of the boundary at a depth.
#[derive(Clone, Copy, Debug)]
pub struct Boundary {
    base: usize,
}

impl Boundary {
    /// The innermost boundary, if a coroutine runs.
    #[must_use]
    #[inline]
    pub fn at(heap: &Heap, depth: u32) -> Option<Boundary> {
        (depth != 0).then(|| Boundary {
            base: heap.len() - depth as usize,
        })
    }

    /// Writes a boundary below the stack's lower end, which moves below it;
    /// yields its depth. The stack part has room for it.
    #[inline]
    pub fn push(heap: &mut Heap, coroutine: Word, outside: u32, then: Then, pc: u32) -> u32 {
        let base = heap.stack() - BOUNDARY_REGISTERS;
        heap.set_stack(base - HEADER_WORDS);
        heap.set_stack_word(base, coroutine);
        heap.set_stack_word(base + 1, Word(u64::from(outside)));
        heap.set_stack_word(base - 1, Word(Where::new(FuncId(0), pc).0));
        heap.set_stack_word(base - 2, Word(then.0));
        // A block has less than 2^32 words.
        (heap.len() - base) as u32
    }

    /// Its coroutine.
    #[must_use]
    #[inline]
    pub fn coroutine(self, heap: &Heap) -> u32 {
        heap.stack_word(self.base).place()
    }

    /// The depth of the boundary outside, 0 if there is none.
    #[must_use]
    #[inline]
    pub fn outside(self, heap: &Heap) -> u32 {
        heap.stack_word(self.base + 1).0 as u32
    }

    /// What the resumer wants done with the value.
    #[must_use]
    #[inline]
    pub fn then(self, heap: &Heap) -> Then {
        Then(heap.stack_word(self.base - 2).0)
    }

    /// The operation at which the resumer goes on.
    #[must_use]
    #[inline]
    pub fn return_pc(self, heap: &Heap) -> u32 {
        Where(heap.stack_word(self.base - 1).0).return_pc()
    }

    /// The first register of the resumer's frame.
    #[must_use]
    #[inline]
    pub fn resumer(self) -> usize {
        self.base + BOUNDARY_WORDS
    }

    /// Where the coroutine's frames end.
    #[must_use]
    #[inline]
    pub fn frames_end(self) -> usize {
        self.base - HEADER_WORDS
    }
}

/// A walk over the frames of a process from the innermost on, through every
/// coroutine that runs, also over frames that were not copied in.
#[derive(Clone, Copy, Debug)]
pub struct Frames {
    boundary: u32,
    place: Place,
    func: FuncId,
    pc: u32,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// The frame whose first register is there.
    Stack(usize),
    /// The frame whose header begins at that field of a storage.
    Storage(u32, usize),
}

impl Frames {
    /// Begins at a frame on the stack, by its function, its operation and the
    /// place of its first register, and the depth of the innermost boundary.
    #[must_use]
    pub fn new(func: FuncId, pc: u32, base: usize, boundary: u32) -> Frames {
        Frames {
            boundary,
            place: Place::Stack(base),
            func,
            pc,
        }
    }

    /// Function and operation of the frame.
    #[must_use]
    pub fn here(&self) -> (FuncId, u32) {
        (self.func, self.pc)
    }

    /// The frame outside of it; `None` if it is the last.
    #[must_use]
    pub fn outer(self, heap: &Heap) -> Option<Frames> {
        let word = |place, i: usize| match place {
            Place::Stack(base) => heap.stack_word(base - HEADER_WORDS + i).0,
            Place::Storage(at, field) => heap.load(at, field + i).0,
        };
        let then = Then(word(self.place, 0));
        let boundary = Boundary::at(heap, self.boundary);
        let (place, pc, outside) = match (then.action(), boundary, self.place) {
            (Action::End, _, _) | (Action::Finish, None, _) => return None,
            (Action::Finish, Some(boundary), _) => (
                Place::Stack(boundary.resumer()),
                boundary.return_pc(heap),
                boundary.outside(heap),
            ),
            (_, Some(boundary), Place::Stack(_)) if then.is_cut() => {
                let at = boundary.coroutine(heap);
                let storage = heap.load(at, 1).place();
                let field = heap.header(storage).len() - state(heap, at).words();
                let pc = Where(word(self.place, 1)).return_pc();
                (Place::Storage(storage, field), pc, self.boundary)
            }
            _ => {
                let words = HEADER_WORDS + then.registers();
                let place = match self.place {
                    Place::Stack(base) => Place::Stack(base + words),
                    Place::Storage(at, field) => Place::Storage(at, field + words),
                };
                let pc = Where(word(self.place, 1)).return_pc();
                (place, pc, self.boundary)
            }
        };
        Some(Frames {
            boundary: outside,
            place,
            func: Where(word(place, 1)).func(),
            pc: pc.saturating_sub(1),
        })
    }
}
