//! Interned names of the whole machine.
//!
//! An atom is a number; its text stands once, in a table that only grows.
//! Comparing atoms compares numbers, and reading a text takes no lock: texts
//! lie in a concurrent vector whose elements never move. The index from text
//! to number is cut into shards, each behind a lock of its own, because code
//! that computes keys looks names up from many threads at once.
//!
//! # Invariants
//! A1. A number, once given, means the same text for ever.
//! A2. The atoms of [`known`] have the numbers that stand there, in every table.
//! A3. Neither the count nor the bytes of all texts pass their bounds, whatever
//!     a program asks for: atoms are never freed.
//!
//! # Cost
//! `text`: two loads. `find`: a hash, a read lock, a compare. `intern` of a
//! new text: a write lock and two allocations.

use hashbrown::HashTable;
use std::fmt;

use crate::ids::AtomId;
use crate::limits;
use crate::sync::{AtomicUsize, Ordering, PoisonError, RwLock};

/// Shards of the index; a power of two.
const SHARDS: usize = 16;

macro_rules! known_atoms {
    ($($name:ident = $text:literal,)*) => {
        /// Atoms that every table has from the start, under fixed numbers.
        pub mod known {
            use crate::ids::AtomId;

            #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "counts the constants below")]
            enum Number { $($name,)* }

            $(
                #[doc = concat!("`:", $text, "`")]
                pub const $name: AtomId = AtomId(Number::$name as u32);
            )*

            /// Their texts, in the order of their numbers.
            pub const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

known_atoms! {
    EMPTY = "",
    OK = "ok",
    ERROR = "error",
    THROW = "throw",
    EXIT_CLASS = "exit",
    NORMAL = "normal",
    KILL = "kill",
    KILLED = "killed",
    SHUTDOWN = "shutdown",
    NOCATCH = "nocatch",
    INFINITY = "infinity",
    MAX_MESSAGES = "max_messages",
    MAX_MAILBOX_BYTES = "max_mailbox_bytes",
    MAX_REDUCTIONS = "max_reductions",
    EXIT = "EXIT",
    DOWN = "DOWN",
    EXECUTING = "executing",
    RUNNABLE = "runnable",
    WAITING = "waiting",
    // Options of `spawn_opts`.
    LINK = "link",
    MONITOR = "monitor",
    KEEP = "keep",
    NAME = "name",
    MAX_HEAP = "max_heap",
    NATIVE_TIMEOUT = "native_timeout",
    RIGHTS = "rights",
    FLAG = "flag",
    EXPLICIT = "explicit",
    DEMONITOR = "demonitor",
    REPLY = "reply",
    // Kinds of faults.
    BAD_TYPE = "bad_type",
    BAD_ARITY = "bad_arity",
    BAD_INDEX = "bad_index",
    BAD_NUMBER = "bad_number",
    BAD_NAME = "bad_name",
    BAD_PROTOTYPE = "bad_prototype",
    READ_ONLY = "read_only",
    NOT_CALLABLE = "not_callable",
    NOT_FOUND = "not_found",
    NO_MATCH = "no_match",
    LIMIT = "limit",
    MEMORY_LIMIT = "memory_limit",
    STACK_OVERFLOW = "stack_overflow",
    FFI = "ffi",
    DENIED = "denied",
    NOPROC = "noproc",
    NOCONNECTION = "noconnection",
    TIMEOUT = "timeout",
    // Names that `type_of` gives.
    NUMBER = "number",
    INTEGER = "integer",
    BOOLEAN = "boolean",
    COMPLEX = "complex",
    STRING = "string",
    BYTES = "bytes",
    ATOM = "atom",
    UNIT = "unit",
    UNDEFINED = "undefined",
    TUPLE = "tuple",
    ARRAY = "array",
    PAIR = "pair",
    NIL = "nil",
    MAP = "map",
    OBJECT = "object",
    ITERATOR = "iterator",
    COROUTINE = "coroutine",
    CELL = "cell",
    FUNCTION = "function",
    PROCESS = "process",
    REFERENCE = "reference",
    HANDLE = "handle",
    // Properties that the machine itself reads or writes.
    KIND = "kind",
    MESSAGE = "message",
    TRACE = "trace",
    LENGTH = "length",
    INDEX = "index",
    KEY = "key",
    TYPE = "type",
    OTHER_TYPE = "other_type",
    EXPECTED = "expected",
    GIVEN = "given",
    RIGHT = "right",
    TAG = "__tag",
    SLOTS = "__slots",
    // Magic methods.
    MAGIC_ADD = "__add__",
    MAGIC_SUB = "__sub__",
    MAGIC_MUL = "__mul__",
    MAGIC_DIV = "__div__",
    MAGIC_MOD = "__mod__",
    MAGIC_POW = "__pow__",
    MAGIC_INT_DIV = "__int_div__",
    MAGIC_NEG = "__neg__",
    MAGIC_RADD = "__radd__",
    MAGIC_RSUB = "__rsub__",
    MAGIC_RMUL = "__rmul__",
    MAGIC_RDIV = "__rdiv__",
    MAGIC_RMOD = "__rmod__",
    MAGIC_RPOW = "__rpow__",
    MAGIC_RINT_DIV = "__rint_div__",
    MAGIC_EQ = "__eq__",
    MAGIC_LT = "__lt__",
    MAGIC_LE = "__le__",
    MAGIC_CALL = "__call__",
    MAGIC_GET = "__get__",
    MAGIC_SET = "__set__",
    MAGIC_GET_INDEX = "__get_index__",
    MAGIC_SET_INDEX = "__set_index__",
    MAGIC_HAS_INDEX = "__has_index__",
    MAGIC_DELETE_INDEX = "__delete_index__",
    MAGIC_LEN = "__len__",
    MAGIC_STR = "__str__",
    MAGIC_ITER = "__iter__",
}

/// There is no room for another atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtomsFull {
    /// How many atoms there may be.
    pub atoms: usize,
    /// How many bytes their texts may have together.
    pub bytes: usize,
}

impl fmt::Display for AtomsFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the machine's atom table is full at {} atoms or {} bytes of text: use strings for names that are computed",
            self.atoms, self.bytes
        )
    }
}

impl std::error::Error for AtomsFull {}

/// One atom.
#[derive(Debug)]
struct Atom {
    hash: u64,
    text: Box<str>,
}

/// The table of all atoms of a machine.
#[derive(Debug)]
pub struct AtomTable {
    atoms: boxcar::Vec<Atom>,
    shards: [RwLock<HashTable<u32>>; SHARDS],
    cap: usize,
    seed: u64,
    count: AtomicUsize,
    bytes: AtomicUsize,
}

impl AtomTable {
    /// A table of the [`known`] atoms that takes `cap` atoms in all, at least
    /// the known ones.
    #[must_use]
    pub fn new(cap: usize) -> AtomTable {
        AtomTable::with_seed(cap, 0)
    }

    /// As [`AtomTable::new`], with the key of all text hashes. What comes from
    /// outside must not be able to guess it.
    #[must_use]
    pub fn with_seed(cap: usize, seed: u64) -> AtomTable {
        let table = AtomTable {
            atoms: boxcar::Vec::new(),
            shards: std::array::from_fn(|_| RwLock::default()),
            cap: cap.clamp(known::TEXTS.len(), u32::MAX as usize),
            seed,
            count: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        };
        for text in known::TEXTS {
            let interned = table.intern(text);
            debug_assert!(interned.is_ok());
        }
        table
    }

    /// The atom of a text, made if there is none.
    ///
    /// # Errors
    /// The table is full.
    pub fn intern(&self, text: &str) -> Result<AtomId, AtomsFull> {
        let hash = hash_text(self.seed, text);
        let shard = &self.shards[shard_of(hash)];
        let find = |index: &HashTable<u32>| index.find(hash, |&id| self.is(id, text)).copied();
        // A poisoned lock is taken over: no code under it can panic half-way.
        if let Some(id) = find(&shard.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(AtomId(id));
        }
        let mut index = shard.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = find(&index) {
            return Ok(AtomId(id));
        }
        self.take_room(text.len())?;
        let id = self.atoms.push(Atom {
            hash,
            text: text.into(),
        }) as u32;
        index.insert_unique(hash, id, |&id| self.hash(AtomId(id)));
        Ok(AtomId(id))
    }

    /// The atom of a text, if there is one.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<AtomId> {
        let hash = hash_text(self.seed, text);
        let index = self.shards[shard_of(hash)]
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        index
            .find(hash, |&id| self.is(id, text))
            .copied()
            .map(AtomId)
    }

    /// The text of an atom, without colon. A number that was never given has none.
    #[must_use]
    pub fn text(&self, id: AtomId) -> &str {
        self.atoms.get(id.0 as usize).map_or("", |a| &a.text)
    }

    /// The hash of the atom's text, the same as [`AtomTable::hash_of`] gives for it.
    #[must_use]
    pub fn hash(&self, id: AtomId) -> u64 {
        self.atoms.get(id.0 as usize).map_or(0, |a| a.hash)
    }

    /// The hash of a text under this table's key.
    #[must_use]
    pub fn hash_of(&self, text: &str) -> u64 {
        hash_text(self.seed, text)
    }

    /// How many atoms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.atoms.count()
    }

    /// Never: the known atoms are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn is(&self, id: u32, text: &str) -> bool {
        self.atoms
            .get(id as usize)
            .is_some_and(|a| *a.text == *text)
    }

    /// Counts one more atom, unless that passes a bound. Shards add at the same
    /// time, so room is taken before the atom is.
    fn take_room(&self, bytes: usize) -> Result<(), AtomsFull> {
        let full = AtomsFull {
            atoms: self.cap,
            bytes: limits::ATOM_BYTES_MAX,
        };
        // Relaxed: the counters order nothing, they only have to add up.
        if self.count.fetch_add(1, Ordering::Relaxed) >= self.cap {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(full);
        }
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > limits::ATOM_BYTES_MAX {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(full);
        }
        Ok(())
    }
}

/// The keyed hash of octets that every table of the machine uses.
#[must_use]
pub fn hash_bytes(seed: u64, bytes: &[u8]) -> u64 {
    use std::hash::{BuildHasher, Hasher};
    let mut hasher = foldhash::quality::FixedState::with_seed(seed).build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

fn hash_text(seed: u64, text: &str) -> u64 {
    hash_bytes(seed, text.as_bytes())
}

/// Bits that neither the group nor the tag of a hash table's slot comes from.
fn shard_of(hash: u64) -> usize {
    (hash >> 48) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    #[test]
    fn known_atoms_have_their_numbers_and_texts() {
        let table = AtomTable::new(0);
        for (i, text) in known::TEXTS.iter().enumerate() {
            assert_eq!(table.find(text), Some(AtomId(i as u32)), "{text}");
            assert_eq!(table.text(AtomId(i as u32)), *text);
        }
        assert_eq!(known::EMPTY, AtomId(0));
        assert_eq!(table.text(known::DOWN), "DOWN");
        for kind in FaultKind::ALL {
            assert!(table.find(kind.atom()).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn a_text_has_one_number() {
        let table = AtomTable::new(1000);
        let a = table.intern("mjölnir").unwrap();
        assert_eq!(table.intern("mjölnir"), Ok(a));
        assert_eq!((table.find("mjölnir"), table.text(a)), (Some(a), "mjölnir"));
        assert_eq!(table.find("sleipnir"), None);
        assert_eq!(table.hash(a), table.hash_of("mjölnir"));
        assert_ne!(
            table.hash_of("x"),
            AtomTable::with_seed(1000, 1).hash_of("x")
        );
    }

    #[test]
    fn a_full_table_refuses_new_atoms_and_keeps_old_ones() {
        let cap = known::TEXTS.len() + 2;
        let table = AtomTable::new(cap);
        let long = "x".repeat(limits::ATOM_BYTES_MAX);
        assert!(table.intern(&long).is_err());
        table.intern("a1").unwrap();
        let b = table.intern("a2").unwrap();
        for i in 3..100 {
            assert_eq!(table.intern(&format!("a{i}")).unwrap_err().atoms, cap);
        }
        assert_eq!((table.intern("a2"), table.len()), (Ok(b), cap));
    }

    #[test]
    fn threads_agree_on_numbers() {
        let table = AtomTable::new(10_000);
        let numbers: Vec<Vec<AtomId>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        (0..500)
                            .map(|i| table.intern(&format!("n{i}")).unwrap())
                            .collect()
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(numbers.iter().all(|n| *n == numbers[0]));
        assert_eq!(table.len(), known::TEXTS.len() + 500);
    }
}
