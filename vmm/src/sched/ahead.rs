//! Whoever runs soon is fetched from memory while another still runs.
//!
//! Of very many processes hardly anything is in the caches when the turn of one comes: it
//! begins with a miss for its slot, for the process itself, line by line, and for the
//! frame on its stack, each found through the one before. All of that is known one or two
//! turns earlier, and asked for then.
//!
//! # Invariants
//! F1. To ask for memory reads nothing and changes nothing: a wrong address costs a little
//!     time and does no harm.
#![expect(
    unsafe_code,
    reason = "the processor is told an address; nothing is read from it"
)]

use crate::process::Exec;
use crate::process::frame::HEADER_WORDS;
use crate::sched::table::{Table, Tenant};

/// Bytes of a cache line.
const LINE: usize = 64;

/// Words of a frame that are asked for. Why: most frames have no more registers.
const FRAME_WORDS: usize = 12;

/// The one after the next runs soon.
#[inline]
pub(super) fn comes(tenant: &Tenant) {
    fetch(std::slice::from_ref(tenant));
}

/// The next one runs soon; it has been asked for by [`comes`].
#[inline]
pub(super) fn is_next(tenant: &Tenant, table: &Table) {
    let process = &tenant.process;
    if let Some(slot) = table.place(process.pid) {
        fetch(std::slice::from_ref(slot));
    }
    if let Exec::Frame { depth, .. } = process.exec {
        let heap = &process.heap;
        let frame = heap.len().saturating_sub(depth as usize + HEADER_WORDS);
        fetch(heap.words_from(frame, FRAME_WORDS));
    }
}

/// Asks for the cache lines of some objects.
#[inline]
fn fetch<T>(objects: &[T]) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let first = objects.as_ptr().cast::<i8>();
        // From the start of its line.
        let before = first.addr() % LINE;
        let line = first.wrapping_sub(before);
        for at in (0..before + size_of_val(objects)).step_by(LINE) {
            // SAFETY: a prefetch accesses nothing as far as a program can tell, and every
            // processor of this kind has it.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(line.wrapping_add(at)) };
        }
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = objects;
}
