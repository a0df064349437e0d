//! How much memory the machine holds, and how much is left of what it may hold.
//!
//! Four things grow with what programs do: the blocks of processes, what is on its
//! way to them or lies in their mailboxes, what stands in common tables for later (messages
//! of timers, results that are kept), and the texts and octets that stand outside of
//! all these. Blocks and messages are counted by the workers, each in an account of its own
//! that it adds to the common one now and then; the tables count what they store
//! ([`Stored`]), and texts count themselves ([`crate::heap::meter`]), for all machines of a
//! program together.
//!
//! A process that is about to run may grow by what is left, and gets `:memory_limit`
//! beyond; so does whoever sends or spawns when nothing is left. Signals are exempt:
//! they are few, and somebody waits for them.
//!
//! # Invariants
//! L1. What a process holds is counted once: by its sender while it is on its way, then
//!     with the process, of which [`Process::counted`] says for how much.
//! L2. The common count is behind by at most `PUBLISH_BYTES` for each worker.
//!
//! [`Process::counted`]: crate::process::Process

use std::sync::Arc;

use crate::heap::meter::external_bytes;
use crate::process::Process;
use crate::sync::{AtomicI64, Ordering};

/// What a worker keeps to itself before it adds it to the common count, in bytes.
const PUBLISH_BYTES: i64 = 64 << 10;

/// Turns after which a worker looks at the common count, whatever it counted. Why: others,
/// and texts, change it, too.
const LOOK_TURNS: u32 = 64;

/// What a process takes beside its block, in bytes: its record, and its slot.
const PROCESS_BYTES: usize = 376;

/// The memory of a machine.
#[derive(Debug)]
pub struct Memory {
    limit: u64,
    /// Blocks and messages.
    counted: AtomicI64,
    stored: Stored,
}

/// What stands in common tables, in bytes; the tables and the memory share the count.
#[derive(Clone, Debug, Default)]
pub struct Stored(Arc<AtomicI64>);

impl Stored {
    /// So much more is stored.
    pub fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as i64, Ordering::Relaxed);
    }

    /// So much less is.
    pub fn sub(&self, bytes: usize) {
        self.0.fetch_sub(bytes as i64, Ordering::Relaxed);
    }

    /// How much that is.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::Relaxed)).unwrap_or(0)
    }
}

/// One worker's share of the count.
#[derive(Debug, Default)]
pub struct Account {
    /// What is not in the common count yet.
    change: i64,
    /// What is left, as far as this worker knows; negative for too much.
    left: i64,
    turns: u32,
}

impl Memory {
    /// So many bytes may be held.
    #[must_use]
    pub fn new(limit: u64) -> Memory {
        Memory {
            limit,
            counted: AtomicI64::new(0),
            stored: Stored::default(),
        }
    }

    /// For tables that store something.
    #[must_use]
    pub fn stored(&self) -> Stored {
        self.stored.clone()
    }

    /// The bytes that may be held.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// The bytes that are held, but for what workers have not told yet.
    #[must_use]
    pub fn held(&self) -> u64 {
        let counted = u64::try_from(self.counted.load(Ordering::Relaxed)).unwrap_or(0);
        let counted = counted.saturating_add(self.stored.bytes());
        counted.saturating_add(external_bytes())
    }

    /// Nothing of a run is left.
    pub fn clear(&self) {
        self.counted.store(0, Ordering::Relaxed);
        self.stored.0.store(0, Ordering::Relaxed);
    }
}

impl Account {
    /// Counts more bytes, or fewer.
    #[inline]
    pub fn count(&mut self, memory: &Memory, bytes: i64) {
        self.change += bytes;
        // Without a limit there is as much left as can be counted.
        self.left = self.left.saturating_sub(bytes);
        if self.change.abs() >= PUBLISH_BYTES {
            self.publish(memory);
        }
    }

    /// A turn begins.
    #[inline]
    pub fn turn(&mut self, memory: &Memory) {
        // Where nothing is left, what others give back is to be seen at once.
        if self.turns == 0 || self.left <= 0 {
            self.turns = LOOK_TURNS;
            self.publish(memory);
        }
        self.turns -= 1;
    }

    /// What is left; nothing of it if too much is held.
    #[inline]
    #[must_use]
    pub fn left(&self) -> usize {
        usize::try_from(self.left).unwrap_or(0)
    }

    /// So much was stored by this worker; the common count has it.
    pub fn stored(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes as i64);
    }

    /// Counts what a process holds now.
    #[inline]
    pub fn settle(&mut self, memory: &Memory, process: &mut Process) {
        let holds = PROCESS_BYTES + 8 * process.heap.len() + process.mailbox.bytes();
        let change = holds as i64 - process.counted as i64;
        process.counted = holds;
        if change != 0 {
            self.count(memory, change);
        }
    }

    /// Tells the others, and learns of them.
    #[cold]
    pub fn publish(&mut self, memory: &Memory) {
        let change = std::mem::take(&mut self.change);
        memory.counted.fetch_add(change, Ordering::Relaxed);
        let limit = i64::try_from(memory.limit).unwrap_or(i64::MAX);
        let held = i64::try_from(memory.held()).unwrap_or(i64::MAX);
        self.left = limit.saturating_sub(held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{FIRST_BLOCK_WORDS, Heap};
    use crate::ids::Pid;
    use crate::sched::fake::parcel;

    #[test]
    fn a_process_counts_for_what_it_holds() {
        let memory = Memory::new(u64::MAX);
        let mut account = Account::default();
        let heap = Heap::new(FIRST_BLOCK_WORDS, 1 << 20, false);
        let mut process = Process::new(Pid::MAIN, crate::ids::FuncId(0), heap, parcel(0));
        account.settle(&memory, &mut process);
        let block = process.counted;
        assert!(block >= 8 * FIRST_BLOCK_WORDS);
        process.mailbox.push(parcel(1));
        account.settle(&memory, &mut process);
        assert!(process.counted > block);
        process.mailbox.take_oldest();
        account.settle(&memory, &mut process);
        assert_eq!((process.counted, account.change), (block, block as i64));
    }

    #[test]
    fn what_one_worker_counts_the_other_sees() {
        let texts = external_bytes();
        let memory = Memory::new(texts + (1 << 30));
        let (mut one, mut two) = (Account::default(), Account::default());
        one.turn(&memory);
        assert!(one.left() > 0);
        one.count(&memory, 2 << 30);
        assert_eq!(one.left(), 0);
        two.turn(&memory);
        assert_eq!(two.left(), 0);
        two.count(&memory, -(2 << 30));
        one.publish(&memory);
        assert!(one.left() > 0);
    }
}
