//! New processes in the memory of those that have ended.
//!
//! Asking the allocator for a process, its block and its buffers costs several
//! times as much as what a short-lived process does. Whoever makes processes
//! keeps some that have ended, and makes new ones of them.
//!
//! # Invariants
//! W1. A renewed process differs in nothing that anybody can see from one that
//!     [`Process::new`] has made: nothing of the one before is left in it.

use super::call::Call;
use super::{Exec, Process};
use crate::ids::{FuncId, Pid};

impl Process {
    /// Makes of a process that was retired a new one, in the memory that it had: as
    /// [`Process::new`] makes one on a fresh heap of that limit.
    pub fn renew(&mut self, of: Pid, function: FuncId, limit_bytes: usize, call: impl Into<Call>) {
        // Every field is named, so that none is forgotten.
        let Process {
            pid,
            heap,
            mailbox,
            exec,
            waiting,
            coroutine,
            entry,
            extras,
            references,
            spent,
            parent,
            counted,
        } = self;
        *pid = of;
        heap.renew(limit_bytes);
        debug_assert!(mailbox.is_empty() && extras.is_none(), "it was retired");
        *exec = call.into().begin(heap);
        *waiting = None;
        *coroutine = 0;
        *references = 0;
        *spent = 0;
        *entry = function;
        *parent = Pid::HOST;
        *counted = 0;
    }

    /// Lets go of what a process that has ended holds, but for the memory that the next one
    /// takes.
    pub fn retire(&mut self) {
        self.exec = Exec::Gone;
        self.mailbox.renew();
        self.extras = None;
        self.heap.retire();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::parcel::{Parcel, Part};
    use crate::heap::{FIRST_BLOCK_WORDS, Heap};
    use crate::process::call::FirstFrame;
    use crate::process::contract::End;
    use crate::process::mailbox::Bounds;
    use crate::word::Word;

    fn fresh(zeal: bool) -> Process {
        let heap = Heap::new(0, 1 << 20, zeal);
        let frame = FirstFrame::new(FuncId(5), 3, [Word::TRUE]).unwrap();
        Process::new(Pid::new(9, 2), FuncId(5), heap, Call::Frame(frame))
    }

    /// Uses a process in every way that leaves something behind.
    fn used(zeal: bool, words: usize) -> Process {
        let mut process = fresh(zeal);
        let heap = &mut process.heap;
        heap.reserve(words).unwrap();
        let pair = heap.pair(Word::TRUE, Word::NIL);
        heap.push_root(pair);
        heap.set_globals(pair);
        heap.new_string(&"text ".repeat(100)).unwrap();
        heap.charge(77);
        process.mailbox.push(Parcel::tuple(&[Part::Text("left")]));
        let messages = Some(3);
        process.mailbox.set_bounds(Bounds {
            messages,
            bytes: Some(1000),
        });
        process.mailbox.begin();
        process.fresh_reference();
        process.bonds_mut().linked(Pid::new(4, 0));
        process.set_traps_exits(true);
        process.doom(End::Halted(1));
        process.coroutine = 3;
        process.spent = 8;
        process.set_max_reductions(100);
        process.counted = 4;
        process.parent = Pid::new(1, 0);
        process.set_label(Some("worker".into()));
        process
    }

    /// What a process takes beside its block; raise it knowingly: a million are alive at once.
    #[test]
    fn a_process_and_a_message_are_small() {
        let sizes = (size_of::<Heap>(), size_of::<Process>(), size_of::<Parcel>());
        assert!(
            sizes.0 <= 104 && sizes.1 <= 280 && sizes.2 <= 40,
            "{sizes:?}"
        );
    }

    #[test]
    fn a_renewed_process_is_as_good_as_new() {
        for zeal in [false, true] {
            for words in [8, 500, 5000] {
                let mut process = used(zeal, words);
                process.retire();
                let frame = FirstFrame::new(FuncId(5), 3, [Word::TRUE]).unwrap();
                process.renew(Pid::new(9, 2), FuncId(5), 1 << 20, Call::Frame(frame));
                assert_eq!(format!("{process:?}"), format!("{:?}", fresh(zeal)));
                assert_eq!(process.heap.words(), fresh(zeal).heap.words());
                assert_eq!(process.heap.len(), FIRST_BLOCK_WORDS);
            }
        }
    }
}
