//! The copying collector.
//!
//! Cheney's algorithm (C. J. Cheney, "A Nonrecursive List Compacting
//! Algorithm", CACM 13, 1970): the roots are copied to the fresh space, then
//! that space is scanned from its start and whatever a copied object refers to
//! is copied behind it, until the scan has caught up. A forwarding header in
//! the old space keeps sharing and ends cycles. Nothing recurses.
//!
//! Here a collection is made at once, which suits small heaps; [`super::pieces`]
//! makes those of large ones, with the same `Copier`.
//!
//! # Growth
//! After a collection at least half of the block is free. A block whose
//! process goes on allocating grows to [`BUSY_BLOCK_WORDS`], and one that is
//! seven eighths empty after a burst shrinks.
//!
//! # Invariants
//! G1. Roots are the stack part, word by word, the root list and the globals. Frame headers
//!     are plain numbers to it.
//! G2. A block takes at most half of what the limit leaves beside external
//!     bytes, so both spaces together stay within it.
//! G3. External entries are marked when the scan meets the copied object, and
//!     swept when it is done.
//! G4. Of an object longer than `PART_WORDS` only the header is copied with what
//!     refers to it; the scan copies the rest, so that no step copies much. Such
//!     objects are met by the scan in the order in which they were reached.
//! G5. A collection for the sake of external bytes leaves half of what is free to those that come
//!     next. Otherwise each further text would find a block that has all of it, and near the
//!     limit there would be a collection for each.

use std::collections::VecDeque;

use super::external::ExternalList;
use super::layout::Header;
use super::pieces::{EARLY, LARGE_WORDS};
use super::space::Space;
use super::{BUSY_BLOCK_WORDS, EXTERNAL_TRIGGER_BYTES, FIRST_BLOCK_WORDS, Heap, OutOfMemory};
use crate::limits::WORDS_PER_REDUCTION;
use crate::word::Word;

/// Payload words that are copied at once.
const PART_WORDS: usize = 256;

/// Words that are scanned between two looks at how much was done.
const CHUNK_WORDS: usize = 64;

/// In zeal mode every so many collections one in pieces follows.
const ZEAL_PIECES: u64 = 4;

impl Heap {
    /// Makes every reference to objects that are marked as standing in the
    /// read-only area one to there. Moves every object, at once or, if the heap is
    /// large, as a collection that is due: until then nothing may look at them.
    pub fn replace_marked(&mut self) {
        if !self.zeal && self.len() >= LARGE_WORDS {
            // Nothing looks at those objects before the operation's end.
            self.due = true;
            self.charge(WORDS_PER_REDUCTION);
            return;
        }
        // Nothing new is asked for, so whether that fits is no matter.
        let _ = self.collect_at_once(0, 0);
    }

    /// The slow path of `reserve`: collects, and grows if need be. Leaves room
    /// for so many more external bytes, too, by taking a smaller block.
    #[cold]
    #[inline(never)]
    pub(super) fn make_room(&mut self, words: usize, bytes: usize) -> Result<(), OutOfMemory> {
        if words > self.limit_now() / 2 {
            return Err(OutOfMemory { words });
        }
        if self.zeal {
            if self.collections().is_multiple_of(ZEAL_PIECES) {
                self.due = true;
                self.charge(WORDS_PER_REDUCTION);
            }
        } else if self.lend(words, bytes) {
            return Ok(());
        }
        self.collect_at_once(words, bytes)
    }

    fn collect_at_once(&mut self, words: usize, bytes: usize) -> Result<(), OutOfMemory> {
        let old_len = self.len();
        let stack_words = old_len - self.stack;
        let mut to = Space::new(old_len);
        self.externals.clear_marks();
        let mut copier = Copier {
            from: self.space.words_mut(),
            to: to.words_mut(),
            externals: &mut self.externals,
            progress: Progress::default(),
        };
        copier.copy_stack(old_len - stack_words..old_len);
        copier.copy_roots(&mut self.rare.make().roots);
        self.globals = copier.copy(self.globals);
        copier.scan(usize::MAX);
        let live = copier.progress.top;
        self.externals.sweep(0, usize::MAX);
        let trigger = EXTERNAL_TRIGGER_BYTES.max(2 * self.externals.bytes());
        self.externals.set_trigger(trigger);

        let half = self.half(bytes);
        let wanted = live + stack_words + words;
        let fits = wanted <= half;
        let needed = if fits { wanted } else { live + stack_words };
        let mut len = self.fitting(needed, half);
        if bytes > 0 {
            // See G5.
            let most = needed + half.saturating_sub(needed) / 2;
            len = len.min(most.max(FIRST_BLOCK_WORDS));
        }
        let stack = len - stack_words;
        to.words_mut()[old_len - stack_words..]
            .copy_from_slice(&self.space.words()[old_len - stack_words..]);
        if self.zeal {
            // Not the program's doing, so not on its account.
            self.space.poison();
        } else {
            self.charge(live + stack_words + self.roots());
        }
        // The old space goes before a third one may be made; see G2.
        self.space = Space::default();
        let to = to.refitted(len, Heap::room_for(len, half), live, stack_words);
        self.move_to(to, live, stack);
        if fits {
            Ok(())
        } else {
            Err(OutOfMemory { words })
        }
    }

    /// Goes on in another space; yields the one that was left.
    pub(super) fn move_to(&mut self, to: Space, top: usize, stack: usize) -> Space {
        let rare = self.rare.make();
        rare.allocated_words += (self.top - top.min(self.top)) as u64;
        rare.lent = 0;
        rare.early = (stack - top) / EARLY;
        rare.collections += 1;
        self.top = top;
        self.stack = stack;
        std::mem::replace(&mut self.space, to)
    }

    /// Words that a block may have beside so many more external bytes: half of
    /// the limit, so that the space it is copied to takes the other half.
    pub(super) fn half(&self, bytes: usize) -> usize {
        let external = self.externals.bytes() + bytes;
        self.limit_now().saturating_sub(external.div_ceil(8)) / 2
    }

    /// Words of the next block, of which so many are needed.
    pub(super) fn fitting(&self, needed: usize, half: usize) -> usize {
        let mut len = self.len() - self.lent();
        while needed > len / 2 {
            len *= 2;
        }
        // What was collected because of texts outside is as long as it has to be.
        let is_full = self.top + self.len() - self.stack > len / 2;
        if self.collections() > 2 && is_full && len < BUSY_BLOCK_WORDS {
            len = (len * 2).min(BUSY_BLOCK_WORDS);
        }
        while len > BUSY_BLOCK_WORDS.max(FIRST_BLOCK_WORDS) && needed <= len / 8 {
            len /= 2;
        }
        // What a large block lends goes off the same half; where that is nearly all in use,
        // there is nothing to lend: a block just as long as needed would be full at once, and
        // one collection would follow another.
        let most = match len < LARGE_WORDS || needed > half - half / 4 {
            true => half,
            false => half - half / 8,
        };
        len.min(most.max(FIRST_BLOCK_WORDS)).max(needed)
    }

    /// Room of a block of that length: a large one can lend as much again.
    pub(super) fn room_for(len: usize, half: usize) -> usize {
        match len < LARGE_WORDS {
            true => len,
            false => len.max(half.min(2 * len)),
        }
    }
}

/// How far a collection has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Behind the last object of the new space.
    pub top: usize,
    /// Words up to here refer to the new space.
    scan: usize,
    /// Where objects start that are copied while they are scanned; see G4.
    long: VecDeque<usize>,
    /// The one of them that is being scanned.
    part: Option<Part>,
    /// Words below `top` that are still to be copied.
    missing: usize,
}

impl Progress {
    /// Words copied and scanned so far.
    pub(super) fn words(&self) -> usize {
        self.scan + self.top - self.missing
    }
}

/// What is left of a long object.
#[derive(Debug)]
struct Part {
    /// Its next word in the old space.
    from: usize,
    /// Its end in the new one.
    end: usize,
    is_raw: bool,
}

/// Copies objects from the old space to the new one.
pub(super) struct Copier<'a> {
    pub from: &'a mut [u64],
    pub to: &'a mut [u64],
    pub externals: &'a mut ExternalList,
    pub progress: Progress,
}

impl Copier<'_> {
    /// Where a word is afterwards; copies its object if that has not happened yet.
    #[inline(always)]
    pub(super) fn copy(&mut self, word: Word) -> Word {
        if !word.is_heap() {
            return word;
        }
        let at = word.place() as usize;
        let header = Header(self.from[at]);
        if let Some(to) = header.forwarded() {
            return to;
        }
        let len = header.len();
        let to = self.progress.top;
        if len > PART_WORDS {
            self.copy_header(at, header);
        } else {
            self.to[to..=to + len].copy_from_slice(&self.from[at..=at + len]);
        }
        self.progress.top += 1 + len;
        self.from[at] = Header::forward(to as u32).0;
        Word::heap(to as u32)
    }

    /// Copies the header of a long object.
    #[cold]
    #[inline(never)]
    fn copy_header(&mut self, at: usize, header: Header) {
        self.to[self.progress.top] = header.0;
        self.progress.long.push_back(at);
        self.progress.missing += header.len();
    }

    /// Copies what words of the stack part refer to, and renews them where they are.
    pub(super) fn copy_stack(&mut self, words: std::ops::Range<usize>) {
        for at in words {
            let word = self.copy(Word(self.from[at]));
            self.from[at] = word.0;
        }
    }

    /// Copies what roots refer to, and renews them.
    pub(super) fn copy_roots(&mut self, roots: &mut [Word]) {
        for root in roots {
            *root = self.copy(*root);
        }
    }

    /// Copies what copied objects refer to; yields whether that was all. Leaves
    /// off once so many words, and those of a chunk at most, were copied and scanned.
    pub(super) fn scan(&mut self, words: usize) -> bool {
        let begin = self.progress.words();
        loop {
            if self.progress.part.is_some() {
                self.scan_part();
            } else if self.progress.scan == self.progress.top {
                return true;
            } else {
                self.scan_chunk();
            }
            if self.progress.words() - begin >= words {
                return false;
            }
        }
    }

    fn scan_chunk(&mut self) {
        let mut at = self.progress.scan;
        let stop = self.progress.top.min(at + CHUNK_WORDS);
        while at < stop {
            let header = Header(self.to[at]);
            let end = at + 1 + header.len();
            if header.len() > PART_WORDS {
                let from = self.progress.long.pop_front().unwrap_or_default() + 1;
                let is_raw = header.is_raw();
                self.progress.part = Some(Part { from, end, is_raw });
                at += 1;
                break;
            }
            if header.is_raw() {
                if header.is_external() {
                    self.externals.mark(self.to[at + 1]);
                }
            } else {
                for i in at + 1..end {
                    let word = Word(self.to[i]);
                    if word.is_heap() {
                        self.to[i] = self.copy(word).0;
                    }
                }
            }
            at = end;
        }
        self.progress.scan = at;
    }

    /// Copies some words of a long object, and what they refer to.
    fn scan_part(&mut self) {
        let Some(part) = self.progress.part.take() else {
            return;
        };
        let (at, from) = (self.progress.scan, part.from);
        let words = (part.end - at).min(CHUNK_WORDS);
        if part.is_raw {
            self.to[at..at + words].copy_from_slice(&self.from[from..from + words]);
        } else {
            for i in 0..words {
                self.to[at + i] = self.copy(Word(self.from[from + i])).0;
            }
        }
        self.progress.missing -= words;
        self.progress.scan = at + words;
        if self.progress.scan < part.end {
            let from = from + words;
            self.progress.part = Some(Part { from, ..part });
        }
    }
}

#[cfg(test)]
mod tests;
