//! Heap and stack of one process, in one block of words.
//!
//! ```text
//!  0              top                 stack              len
//!  ├── objects ────┤──── free ─────────┤── VM stack ──────┤
//!        grows →                            ← grows
//! ```
//!
//! Allocation bumps `top`. When the free part is too small, the live objects
//! are copied to a fresh block ([`collect`]), whose size follows from what
//! survived; a large block is made longer first, and collected in pieces before
//! its process goes on ([`pieces`]). Frames live in the stack part, so a
//! suspended process is this block and nothing else.
//!
//! # Invariants
//! H1. [`Heap::reserve`] and [`Heap::reserve_stack`] are the only calls that
//!     move objects. No `Word` that refers to the heap may be kept across
//!     them outside the stack part and the root list.
//! H2. Between `reserve(n)` and the next call of it, allocations of `n` words
//!     in all (headers included) cannot fail.
//! H3. Every store of a word into an object that already exists goes through
//!     [`Heap::store`]; a barrier can be put there.
//! H4. `top <= stack <= len`; positions in the stack part that must survive a
//!     collection are kept as distance from the end.
//! H5. While a collection in pieces is under way, nothing else touches the heap.
//!
//! # Cost
//! Allocation: a compare and the stores. Collection: about 2 ns a live word
//! and a look at every stack word; garbage costs nothing.

pub mod array;
mod brief;
pub mod build;
pub mod collect;
pub mod equal;
pub mod external;
pub mod hash;
pub mod join;
pub mod joining;
pub mod layout;
pub mod meter;
pub(crate) mod notes;
pub mod pack;
pub mod parcel;
pub mod pieces;
pub mod probe;
pub mod properties;
pub mod quick;
mod rare;
mod renew;
pub mod search;
mod segment;
pub mod shape;
pub mod shared;
pub mod sharing;
pub mod space;
pub mod strings;
pub mod table;
pub mod text;
pub mod unpack;
pub mod view;

use crate::fault::{Fault, FaultKind};
use crate::limits::WORDS_PER_REDUCTION;
use crate::word::Word;
use external::ExternalList;
use layout::{Header, Kind};
use rare::Rare;
use space::Space;

/// Words of a fresh block: 384 bytes, header and first frame included. Why: a million processes
/// may wait, and most of them need less.
pub const FIRST_BLOCK_WORDS: usize = 48;

/// A block that collections found busy grows at least to this many words
/// (64 KiB), so that a process that only makes garbage collects rarely.
pub const BUSY_BLOCK_WORDS: usize = 8 * 1024;

/// Objects of so many words are charged when they are made.
const CHARGED_WORDS: usize = 64;

/// External bytes that a heap takes on before it collects because of them.
pub const EXTERNAL_TRIGGER_BYTES: usize = 256 * 1024;

/// More than any heap may have.
const NO_CEILING: usize = usize::MAX / 2;

/// The process's memory limit stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// Words that were asked for.
    pub words: usize,
}

impl From<OutOfMemory> for Fault {
    #[cold]
    fn from(error: OutOfMemory) -> Fault {
        Fault::new(
            FaultKind::MemoryLimit,
            format!(
                "the process's memory limit has no room for {} more bytes",
                error.words * 8
            ),
        )
    }
}

/// A limit in words.
fn limit_words(bytes: usize) -> usize {
    // References have 32 bits, and a block takes half of the limit.
    (bytes / 8).min(u32::MAX as usize)
}

/// Heap and stack of one process.
#[derive(Debug)]
pub struct Heap {
    pub(crate) space: Space,
    top: usize,
    stack: usize,
    /// The process's table of globals, or `undefined`.
    globals: Word,
    externals: ExternalList,
    limit_words: usize,
    /// What the machine's memory allows in this turn, likewise.
    ceiling_words: usize,
    zeal: bool,
    /// Whether a collection in pieces is to begin.
    due: bool,
    /// Words that were walked and have not been paid for.
    walked: usize,
    rare: Rare,
}

impl Heap {
    /// An empty heap that may grow to `limit_bytes`, both spaces of a collection included.
    ///
    /// In zeal mode every `reserve` collects and the space left is poisoned.
    #[must_use]
    pub fn new(first_words: usize, limit_bytes: usize, zeal: bool) -> Heap {
        let space = Space::new(first_words.max(FIRST_BLOCK_WORDS));
        let words = space.len();
        Heap {
            space,
            top: 0,
            stack: words,
            globals: Word::UNDEFINED,
            externals: ExternalList::default(),
            limit_words: limit_words(limit_bytes),
            ceiling_words: NO_CEILING,
            zeal,
            due: false,
            walked: 0,
            rare: Rare::default(),
        }
    }

    /// Words of the block.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.space.len()
    }

    /// Whether nothing was allocated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.top == 0
    }

    /// First free word.
    #[must_use]
    #[inline]
    pub fn top(&self) -> usize {
        self.top
    }

    /// Lowest word of the stack part.
    #[must_use]
    #[inline]
    pub fn stack(&self) -> usize {
        self.stack
    }

    /// Moves the lower end of the stack part.
    ///
    /// # Panics
    /// If it would run into the objects: callers reserve first.
    #[inline]
    pub fn set_stack(&mut self, stack: usize) {
        assert!(
            self.top <= stack && stack <= self.space.len(),
            "stack runs into the heap"
        );
        self.stack = stack;
    }

    /// Whether every chance to collect is taken; see [`Heap::new`].
    #[must_use]
    pub fn is_zealous(&self) -> bool {
        self.zeal
    }

    /// Every word of the block, objects or not: for whoever measures or dumps it.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        self.space.words()
    }

    /// Notes that work took as long as looking at so many words does. The
    /// engine takes [`WORDS_PER_REDUCTION`] of them for a reduction; collections note
    /// what they copy by themselves.
    ///
    /// [`WORDS_PER_REDUCTION`]: crate::limits::WORDS_PER_REDUCTION
    #[inline]
    pub fn charge(&mut self, words: usize) {
        self.walked = self.walked.saturating_add(words);
    }

    /// Words that were walked and have not been paid for.
    #[must_use]
    #[inline]
    pub fn walked(&self) -> usize {
        self.walked
    }

    /// Takes the reductions that what was walked costs; a rest of less than one stays.
    pub fn take_reductions(&mut self) -> u32 {
        let whole = self.walked / WORDS_PER_REDUCTION;
        self.walked %= WORDS_PER_REDUCTION;
        u32::try_from(whole).unwrap_or(u32::MAX)
    }

    /// Makes sure that `words` words (headers included) can be allocated.
    /// May move every object; see H1.
    ///
    /// # Errors
    /// The limit stands in the way; nothing has changed then that a program can see.
    #[inline]
    pub fn reserve(&mut self, words: usize) -> Result<(), OutOfMemory> {
        if self.top + words <= self.stack && !self.zeal {
            return Ok(());
        }
        self.make_room(words, 0)
    }

    /// As [`Heap::reserve`], but moves nothing if there is room, not even where every
    /// chance is taken.
    ///
    /// # Errors
    /// As [`Heap::reserve`].
    pub fn reserve_in_place(&mut self, words: usize) -> Result<(), OutOfMemory> {
        if self.top + words <= self.stack {
            return Ok(());
        }
        self.make_room(words, 0)
    }

    /// Makes sure that the stack part can grow by `words`. May move every object.
    ///
    /// # Errors
    /// As [`Heap::reserve`].
    #[inline]
    pub fn reserve_stack(&mut self, words: usize) -> Result<(), OutOfMemory> {
        self.reserve(words)
    }

    /// As [`Heap::reserve`], also for `bytes` of text or octets that will stand outside.
    ///
    /// # Errors
    /// As [`Heap::reserve`].
    pub fn reserve_external(&mut self, words: usize, bytes: usize) -> Result<(), OutOfMemory> {
        if bytes == 0 || self.has_room_outside(bytes) {
            return self.reserve(words);
        }
        let room = self.make_room(words, bytes);
        if room.is_err() || !self.may_hold(bytes) {
            return Err(OutOfMemory {
                words: words + bytes / 8,
            });
        }
        let trigger = 2 * (self.externals.bytes() + bytes);
        self.externals
            .set_trigger(trigger.max(self.externals.trigger()));
        Ok(())
    }

    /// Whether the limit allows so many bytes more outside.
    fn may_hold(&self, bytes: usize) -> bool {
        2 * self.len() + (self.externals.bytes() + bytes) / 8 <= self.limit_now()
    }

    /// Whether so many bytes more may stand outside without a collection.
    #[inline]
    fn has_room_outside(&self, bytes: usize) -> bool {
        self.externals.bytes() + bytes <= self.externals.trigger() && self.may_hold(bytes)
    }

    /// As [`Heap::reserve`], and yields the words as they are afterwards.
    ///
    /// # Errors
    /// As [`Heap::reserve`].
    pub fn reserve_keeping<const N: usize>(
        &mut self,
        words: usize,
        keep: [Word; N],
    ) -> Result<[Word; N], OutOfMemory> {
        if words == 0 || self.top + words <= self.stack && !self.zeal {
            return Ok(keep);
        }
        let first = self.roots();
        self.rare.make().roots.extend_from_slice(&keep);
        let made = self.make_room(words, 0);
        let kept = std::array::from_fn(|i| self.root(first + i));
        self.truncate_roots(first);
        made.map(|()| kept)
    }

    /// Sets a flag of an object.
    pub fn set_flag(&mut self, word: Word, flag: u8) {
        let header = self.header(word.place()).with_flag(flag);
        self.space.set(word.place() as usize, header.0);
    }

    /// Bytes of text and octets that the heap holds outside.
    #[must_use]
    pub fn external_bytes(&self) -> usize {
        self.externals.bytes()
    }

    /// Bytes that the process may hold.
    #[must_use]
    pub fn limit_bytes(&self) -> usize {
        self.limit_words.saturating_mul(8)
    }

    /// Bytes that count towards the limit now, in which a block counts once.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.len() * 8 + self.externals.bytes()
    }

    /// Makes an object; its payload is `undefined` (raw kinds: zero).
    ///
    /// # Panics
    /// If it was not reserved: a fault of the machine.
    #[inline]
    pub fn alloc(&mut self, kind: Kind, flags: u8, aux: u16, len: usize) -> u32 {
        let at = self.top;
        let end = at + 1 + len;
        assert!(end <= self.stack, "allocation was not reserved");
        if len >= CHARGED_WORDS {
            self.charge(len);
        }
        let fill = if kind.is_raw() { 0 } else { Word::UNDEFINED.0 };
        let words = &mut self.space.words_mut()[at..end];
        words.fill(fill);
        words[0] = Header::new(kind, flags, aux, len).0;
        self.top = end;
        at as u32
    }

    /// Makes an object of those payload words.
    ///
    /// # Panics
    /// As [`Heap::alloc`].
    #[inline]
    pub fn alloc_words(&mut self, kind: Kind, payload: &[Word]) -> u32 {
        let at = self.alloc(kind, 0, 0, payload.len());
        let start = at as usize + 1;
        for (slot, word) in self.space.words_mut()[start..].iter_mut().zip(payload) {
            *slot = word.0;
        }
        at
    }

    /// Header of the object at a place.
    #[must_use]
    #[inline]
    pub fn header(&self, at: u32) -> Header {
        Header(self.space.get(at as usize))
    }

    /// Changes flags or aux of an object.
    pub fn set_header(&mut self, at: u32, header: Header) {
        debug_assert_eq!(self.header(at).len(), header.len());
        self.space.set(at as usize, header.0);
    }

    /// Payload word `field` of the object at a place.
    #[must_use]
    #[inline]
    pub fn load(&self, at: u32, field: usize) -> Word {
        Word(self.space.get(at as usize + 1 + field))
    }

    /// THE store: writes payload word `field` of an existing object.
    #[inline]
    pub fn store(&mut self, at: u32, field: usize, word: Word) {
        debug_assert!(field < self.header(at).len());
        self.space.set(at as usize + 1 + field, word.0);
    }

    /// A word of the stack part, by place in the block.
    #[must_use]
    #[inline]
    pub fn stack_word(&self, at: usize) -> Word {
        Word(self.space.get(at))
    }

    /// So many words of the block from a place on, or fewer.
    #[must_use]
    #[inline]
    pub fn words_from(&self, at: usize, count: usize) -> &[u64] {
        let words = self.space.words().get(at..).unwrap_or_default();
        words.get(..count).unwrap_or(words)
    }

    /// Writes a word of the stack part.
    #[inline]
    pub fn set_stack_word(&mut self, at: usize, word: Word) {
        self.space.set(at, word.0);
    }

    /// The process's table of globals, or `undefined`.
    #[must_use]
    #[inline]
    pub fn globals(&self) -> Word {
        self.globals
    }

    /// Sets the process's table of globals.
    pub fn set_globals(&mut self, table: Word) {
        self.globals = table;
    }
}
