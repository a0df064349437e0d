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

/// What all processes of a machine share.
#[derive(Debug)]
pub struct Common {
    /// The atoms.
    pub atoms: AtomTable,
    /// The shapes of objects.
    pub shapes: Shapes,
    chunks: boxcar::Vec<Chunk>,
    /// Bytes published so far. Held while a chunk is published, so that its
    /// number is known before its words are written.
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
        chunks.push(ascii_chunk());
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
        let (root, mut words, externals) = parcel.into_parts();
        if words.is_empty() {
            return Ok(root);
        }
        let full = SharedFull {
            bytes: self.limit_bytes,
        };
        let bytes = words.len() * 8 + externals.iter().map(External::bytes).sum::<usize>();
        let mut used = sync::lock(&self.used);
        let after = used.saturating_add(bytes);
        let number = self.chunks.count();
        if after > self.limit_bytes || number >= CHUNKS_MAX || words.len() > 1 << PLACE_BITS {
            return Err(full);
        }
        let base = (number as u64) << PLACE_BITS;
        let share = |word: Word| match word.is_heap() {
            true => Word::shared(base | u64::from(word.place())),
            false => word,
        };
        let mut at = 0;
        while at < words.len() {
            let header = Header(words[at]);
            let end = at + 1 + header.len();
            if !header.is_raw() {
                for word in &mut words[at + 1..end] {
                    *word = share(Word(*word)).0;
                }
            }
            at = end;
        }
        self.chunks.push(Chunk {
            words: words.into(),
            externals,
        });
        *used = after;
        Ok(share(root))
    }

    /// The chunk that a shared word's payload lies in, and its place there.
    #[inline]
    pub(super) fn chunk(&self, payload: u64) -> Option<(&Chunk, usize)> {
        let chunk = self.chunks.get((payload >> PLACE_BITS) as usize)?;
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
