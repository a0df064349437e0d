//! How many bytes all texts and octets outside of heaps take together.
//!
//! A buffer may be shared by many processes and messages, so it belongs to
//! nobody's account. It is counted when it is made, when it grows, and when the
//! last who has it lets it go, on whatever thread that happens.
//!
//! # Invariants
//! T1. The sum over all shards is what the buffers that exist take. A shard by itself says
//!     nothing, and may be negative.
//!
//! # Cost
//! One addition on a cache line that mostly one thread writes. The sum reads all shards.

use crate::sync::counts::{AtomicI64, AtomicUsize, Ordering};

/// Shards. Why: as many as there are threads on most machines.
const SHARDS: usize = 16;

/// A shard on cache lines of its own.
#[repr(align(128))]
struct Shard(AtomicI64);

static BYTES: [Shard; SHARDS] = [const { Shard(AtomicI64::new(0)) }; SHARDS];
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static SHARD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % SHARDS;
}

/// Bytes of all texts and octets outside of heaps, of every machine of this program.
#[must_use]
pub fn external_bytes() -> u64 {
    let sum = BYTES.iter().map(|shard| shard.0.load(Ordering::Relaxed));
    u64::try_from(sum.sum::<i64>()).unwrap_or(0)
}

fn add(bytes: i64) {
    if bytes != 0 {
        // A thread that is being torn down has no number any more.
        let shard = SHARD.try_with(|shard| *shard).unwrap_or(0);
        BYTES[shard].0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What one buffer counts for.
#[derive(Debug, Default)]
pub struct Metered(usize);

impl Metered {
    /// A buffer of so many bytes is made.
    #[must_use]
    pub fn new(bytes: usize) -> Metered {
        let mut metered = Metered::default();
        metered.set(bytes);
        metered
    }

    /// The buffer takes so many bytes now.
    pub fn set(&mut self, bytes: usize) {
        add(bytes as i64 - self.0 as i64);
        self.0 = bytes;
    }
}

impl Drop for Metered {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_thread_makes_another_may_drop() {
        // Other tests make buffers, too, but none of this size.
        const SIZE: usize = 1 << 40;
        let mut metered = Metered::new(SIZE);
        assert!(external_bytes() >= SIZE as u64);
        metered.set(2 * SIZE);
        assert!(external_bytes() >= 2 * SIZE as u64);
        let other = std::thread::spawn(move || drop(metered));
        assert!(other.join().is_ok());
        assert!(external_bytes() < SIZE as u64);
    }
}
