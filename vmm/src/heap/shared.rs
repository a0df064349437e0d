//! What all processes of a machine share: atoms, shapes, and the read-only area.
//!
//! The area holds constants and what `share` moves there. It grows by whole
//! chunks: one is built in private, then published at once, and from then on
//! neither moves nor changes. So reading takes no lock, and a collector or a
//! message passes a shared word by.
//!
//! A shared word's payload is `chunk << 28 | place in the chunk`. The first
//! chunk holds the strings of one ASCII character.
//!
//! # Invariants
//! S1. A published chunk is immutable; every object in it that a program could
//!     change is frozen.
//! S2. Words inside a chunk refer to chunks that are published already or to
//!     the chunk itself, never to a process's heap.
//! S3. The bytes of all chunks stay within the bound given at the start.

use std::fmt;
use std::sync::OnceLock;

use super::external::External;
use super::layout::{ASCII, Header, Kind};
use super::parcel::Parcel;
use super::shape::Shapes;
use crate::atom::{AtomTable, known};
use crate::fault::{Fault, FaultKind};
use crate::limits;
use crate::sync::{self, Mutex};
use crate::word::Word;

const PLACE_BITS: u32 = 28;
const CHUNKS_MAX: usize = 1 << 20;

/// Bounds of what is shared.
#[derive(Clone, Copy, Debug)]
pub struct CommonLimits {
    /// Atoms of the machine.
    pub atoms: usize,
    /// Shapes of the machine.
    pub shapes: usize,
    /// Bytes of the read-only area.
    pub shared_bytes: usize,
    /// Key of all hashes; see [`AtomTable::with_seed`].
    pub seed: u64,
}

impl Default for CommonLimits {
    fn default() -> CommonLimits {
        CommonLimits {
            atoms: limits::ATOMS_MAX,
            shapes: limits::SHAPES_MAX,
            shared_bytes: limits::SHARED_BYTES_MAX,
            seed: 0,
        }
    }
}

/// The read-only area is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedFull {
    /// How many bytes it may hold.
    pub bytes: usize,
}

impl fmt::Display for SharedFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the machine's shared data would pass {} bytes: share less, or raise the limit",
            self.bytes
        )
    }
}

impl std::error::Error for SharedFull {}

impl From<SharedFull> for Fault {
    fn from(error: SharedFull) -> Fault {
        let fault = Fault::new(FaultKind::Limit, error.to_string());
        fault.with_count(known::LIMIT, error.bytes)
    }
}

/// One published part of the area.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) words: Box<[u64]>,
    pub(super) externals: Box<[External]>,
}

/// The strings of one ASCII character each, which stand in the area from the
/// start: taking a string apart makes none of them anew.
fn ascii_chunk() -> Chunk {
    let words = (0..128_u64).flat_map(|c| [Header::new(Kind::String, ASCII, 1, 1).0, c]);
    Chunk {
        words: words.collect(),
        externals: Box::default(),
    }
}

/// Words that are looked through in one step.
const BULK: usize = 4096;

/// A parcel that becomes a chunk: in private, step by step.
#[derive(Debug)]
pub(super) struct Relocation {
    number: usize,
    root: Word,
    words: Vec<u64>,
    externals: Box<[External]>,
    bytes: usize,
    /// Place of the object whose payload is looked through.
    at: usize,
    /// How many words of its payload that has been done for.
    field: usize,
}

impl Relocation {
    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * 8 + self.externals.len() * size_of::<External>()
    }

    /// Whether all references are right.
    pub(super) fn is_done(&self) -> bool {
        self.at == self.words.len()
    }

    /// The word that means in every process what one means in the parcel.
    fn share(&self, word: Word) -> Word {
        let base = (self.number as u64) << PLACE_BITS;
        match word.is_heap() {
            true => Word::shared(base | u64::from(word.place())),
            false => word,
        }
    }

    /// Makes some references right; yields how many words it has looked at.
    pub(super) fn step(&mut self) -> usize {
        let mut left = BULK;
        while self.at < self.words.len() && left > 0 {
            let header = Header(self.words[self.at]);
            let first = self.at + 1 + self.field;
            let end = self.at + 1 + header.len();
            let next = if header.is_raw() {
                end
            } else {
                end.min(first + left)
            };
            if !header.is_raw() {
                for at in first..next {
                    self.words[at] = self.share(Word(self.words[at])).0;
                }
                left -= next - first;
            }
            left = left.saturating_sub(1);
            (self.at, self.field) = match next == end {
                true => (end, 0),
                false => (self.at, next - self.at - 1),
            };
        }
        BULK - left
    }
}

/// What all processes of a machine share.
#[derive(Debug)]
pub struct Common {
    /// The atoms.
    pub atoms: AtomTable,
    /// The shapes of objects.
    pub shapes: Shapes,
    /// By number. A number is known before the chunk's words are written.
    chunks: boxcar::Vec<OnceLock<Chunk>>,
    /// Bytes published so far.
    used: Mutex<usize>,
    limit_bytes: usize,
    seed: u64,
}

impl Default for Common {
    fn default() -> Common {
        Common::new(CommonLimits::default())
    }
}

impl Common {
    /// Nothing but the known atoms.
    #[must_use]
    pub fn new(limits: CommonLimits) -> Common {
        let chunks = boxcar::Vec::new();
        chunks.push(OnceLock::from(ascii_chunk()));
        Common {
            atoms: AtomTable::with_seed(limits.atoms, limits.seed),
            shapes: Shapes::new(limits.shapes),
            chunks,
            used: Mutex::new(0),
            limit_bytes: limits.shared_bytes,
            seed: limits.seed,
        }
    }

    /// Key of all hashes of the machine.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Bytes of the read-only area in use.
    #[must_use]
    pub fn shared_bytes(&self) -> usize {
        *sync::lock(&self.used)
    }

    /// Moves a parcel to the read-only area and yields its root, now a word
    /// that means the same in every process. A parcel that is one word stays that word.
    ///
    /// Everything in it becomes immutable: freeze it first
    /// ([`Parcel::freeze`]) unless it holds nothing that could change.
    ///
    /// # Errors
    /// The area is full.
    pub fn publish(&self, parcel: Parcel) -> Result<Word, SharedFull> {
        if parcel.words() == 0 {
            return Ok(parcel.root());
        }
        let mut relocation = self.relocate(parcel)?;
        while !relocation.is_done() {
            relocation.step();
        }
        self.finish(relocation)
    }

    /// Begins to publish a parcel of words, under a number of its own; that of one
    /// which is not finished is lost.
    ///
    /// # Errors
    /// The area has no room for it.
    pub(super) fn relocate(&self, parcel: Parcel) -> Result<Relocation, SharedFull> {
        let (root, words, externals) = parcel.into_parts();
        let bytes = words.len() * 8 + externals.iter().map(External::bytes).sum::<usize>();
        let after = sync::lock(&self.used).saturating_add(bytes);
        let full = self.chunks.count() >= CHUNKS_MAX;
        if full || after > self.limit_bytes || words.len() > 1 << PLACE_BITS {
            return Err(self.full());
        }
        let number = self.chunks.push(OnceLock::new());
        if number >= CHUNKS_MAX {
            return Err(self.full());
        }
        Ok(Relocation {
            number,
            root,
            words,
            externals,
            bytes,
            at: 0,
            field: 0,
        })
    }

    /// Publishes what was relocated, and yields its root.
    ///
    /// # Errors
    /// The area is full by now.
    pub(super) fn finish(&self, relocation: Relocation) -> Result<Word, SharedFull> {
        let root = relocation.share(relocation.root);
        {
            let mut used = sync::lock(&self.used);
            let after = used.saturating_add(relocation.bytes);
            if after > self.limit_bytes {
                return Err(self.full());
            }
            *used = after;
        }
        if let Some(place) = self.chunks.get(relocation.number) {
            place.get_or_init(|| Chunk {
                words: relocation.words.into(),
                externals: relocation.externals,
            });
        }
        Ok(root)
    }

    fn full(&self) -> SharedFull {
        SharedFull {
            bytes: self.limit_bytes,
        }
    }

    /// The chunk that a shared word's payload lies in, and its place there.
    #[inline]
    pub(super) fn chunk(&self, payload: u64) -> Option<(&Chunk, usize)> {
        let chunk = self.chunks.get((payload >> PLACE_BITS) as usize)?.get()?;
        Some((chunk, (payload & ((1 << PLACE_BITS) - 1)) as usize))
    }

    /// The string of one ASCII character.
    #[must_use]
    #[inline]
    pub fn ascii_string(&self, character: u8) -> Word {
        debug_assert!(character.is_ascii());
        Word::shared(2 * u64::from(character & 0x7F))
    }

    /// Makes a native function as a value, to be linked.
    ///
    /// # Errors
    /// The area is full.
    pub fn share_native(&self, number: u32) -> Result<Word, SharedFull> {
        self.publish(Parcel::object(Kind::Native, 0, 0, &[u64::from(number)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;

    #[test]
    fn what_is_published_is_the_same_in_every_heap() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, true);
        let long = "long text ".repeat(20);
        let text = heap.new_string(&long).unwrap();
        let root = heap.push_root(text);
        heap.reserve(Heap::size_of_tuple(2)).unwrap();
        let text = heap.root(root);
        let tuple = heap.tuple(&[text, Word::TRUE]);
        let parcel = Parcel::pack(heap.view(&common), tuple).unwrap();
        let shared = common.publish(parcel).unwrap();
        assert!(shared.is_boxed() && !shared.is_heap());
        let other = Heap::new(0, 1 << 20, true);
        let view = other.view(&common);
        let inner = view.field(shared, 0);
        assert!(!inner.is_heap());
        assert_eq!(view.text(inner), Some(&*long));
        assert_eq!(view.field(shared, 1), Word::TRUE);
        assert!(common.shared_bytes() >= long.len());
        // A shared word in a message stays that word.
        let parcel = Parcel::pack(view, shared).unwrap();
        assert_eq!((parcel.root(), parcel.words()), (shared, 0));
    }

    #[test]
    fn strings_of_one_character_are_there() {
        let common = Common::default();
        let heap = Heap::new(0, 1 << 20, true);
        let view = heap.view(&common);
        for c in 0..128 {
            let word = common.ascii_string(c);
            let text = char::from(c).to_string();
            assert_eq!(view.text(word), Some(&*text));
            assert_eq!(
                (view.text_length(word), view.is_ascii(word)),
                (Some(1), true)
            );
        }
        assert_eq!(common.shared_bytes(), 0);
    }

    #[test]
    fn the_area_has_a_bound() {
        let common = Common::new(CommonLimits {
            shared_bytes: 40,
            ..CommonLimits::default()
        });
        let pair = || Parcel::object(Kind::Tuple, 0, 0, &[Word::TRUE.0, Word::NIL.0]);
        let first = common.publish(pair()).unwrap();
        assert_eq!(common.publish(pair()), Err(SharedFull { bytes: 40 }));
        assert_eq!(common.publish(Parcel::word(Word::UNIT)), Ok(Word::UNIT));
        let heap = Heap::new(0, 1 << 20, true);
        assert_eq!(heap.view(&common).field(first, 1), Word::NIL);
    }
}
