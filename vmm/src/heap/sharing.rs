//! Moving a value of a heap to the read-only area.
//!
//! The value is copied to a parcel in which everything is frozen; a chunk's
//! number is taken, and the references are made those of that chunk; the chunk is
//! published. Then each object of the heap that was copied is marked with where it
//! stands now, and a collection makes every reference one to there, so that nothing
//! has two identities.
//!
//! A move is plain data and can be left off after any step.
//!
//! # Invariants
//! M1. A move that is left off is good while no object of the heap moves or changes.
//! M2. From the first mark to the collection nothing reads the heap; a move that has
//!     come so far ([`Sharing::is_marking`]) must be gone on with.

use super::Heap;
use super::layout::Header;
use super::pack::{Packer, Places};
use super::parcel::NotSendable;
use super::shared::{Common, Relocation, SharedFull};
use super::view::View;
use crate::fault::Fault;
use crate::word::Word;

/// Marks that are set in one step.
const BULK: usize = 4096;

/// Why a value cannot be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShared {
    /// It belongs to its process.
    Found(NotSendable),
    /// The area has no room for it.
    Full(SharedFull),
}

impl From<NotSendable> for NotShared {
    fn from(error: NotSendable) -> NotShared {
        NotShared::Found(error)
    }
}

impl From<SharedFull> for NotShared {
    fn from(error: SharedFull) -> NotShared {
        NotShared::Full(error)
    }
}

impl From<NotShared> for Fault {
    fn from(error: NotShared) -> Fault {
        match error {
            NotShared::Found(error) => {
                Fault::bad_type("only data and functions can be shared", error.found)
            }
            NotShared::Full(error) => error.into(),
        }
    }
}

#[derive(Debug)]
enum Stage {
    Packing(Packer),
    Relocating(Relocation, Places),
    /// The root as it is now, and which places are marked.
    Marking(Word, Places, usize),
    Done(Word),
}

/// A value on its way to the read-only area.
#[derive(Debug)]
pub struct Sharing {
    stage: Stage,
    /// Place of the root in the parcel.
    root: u32,
    walked: usize,
}

impl Sharing {
    /// Of one value, which is an object of the heap.
    ///
    /// # Errors
    /// It belongs to its process.
    pub fn new(view: View<'_>, word: Word) -> Result<Sharing, NotShared> {
        Ok(Sharing {
            stage: Stage::Packing(Packer::frozen(view, word)?),
            root: 0,
            walked: 0,
        })
    }

    /// How many words it has copied and looked through.
    #[must_use]
    pub fn walked(&self) -> usize {
        self.walked
    }

    /// Bytes that its state takes beside the heap.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.stage {
            Stage::Packing(packer) => packer.bytes(),
            Stage::Relocating(relocation, places) => relocation.bytes() + places.bytes(),
            Stage::Marking(_, places, _) => places.bytes(),
            Stage::Done(_) => 0,
        }
    }

    /// Whether it can no longer be given up; see M2.
    #[must_use]
    pub fn is_marking(&self) -> bool {
        matches!(self.stage, Stage::Marking(..) | Stage::Done(_))
    }

    /// Goes on for about so many words. When all is done the heap is to be
    /// collected ([`Heap::replace_marked`]), and the value is the shared word.
    ///
    /// # Errors
    /// It belongs to its process, or the area is full.
    pub fn run(
        &mut self,
        heap: &mut Heap,
        common: &Common,
        words: usize,
    ) -> Result<Option<Word>, NotShared> {
        let end = self.walked.saturating_add(words);
        while self.walked < end {
            if let Stage::Done(word) = self.stage {
                return Ok(Some(word));
            }
            self.step(heap, common, end - self.walked)?;
        }
        match self.stage {
            Stage::Done(word) => Ok(Some(word)),
            _ => Ok(None),
        }
    }

    fn step(&mut self, heap: &mut Heap, common: &Common, words: usize) -> Result<(), NotShared> {
        let stage = std::mem::replace(&mut self.stage, Stage::Done(Word::UNDEFINED));
        self.stage = match stage {
            Stage::Packing(mut packer) => {
                let before = packer.walked();
                let done = packer.run(heap.view(common), words)?;
                self.walked += packer.walked() - before;
                if done {
                    let (parcel, places) = packer.into_parts();
                    self.root = parcel.root().place();
                    Stage::Relocating(common.relocate(parcel)?, places)
                } else {
                    Stage::Packing(packer)
                }
            }
            Stage::Relocating(mut relocation, places) => {
                self.walked += 1 + relocation.step() / 4;
                if relocation.is_done() {
                    Stage::Marking(common.finish(relocation)?, places, 0)
                } else {
                    Stage::Relocating(relocation, places)
                }
            }
            Stage::Marking(word, places, from) => {
                let base = word.payload() - u64::from(self.root);
                let mut marked = 0;
                let next = places.some(from, BULK, |from, to| {
                    heap.mark_as_shared(from, base + u64::from(to));
                    marked += 1;
                });
                self.walked += 1 + marked + BULK / 16;
                match next {
                    Some(next) => Stage::Marking(word, places, next),
                    None => Stage::Done(word),
                }
            }
            Stage::Done(word) => Stage::Done(word),
        };
        Ok(())
    }
}

impl Heap {
    /// Marks an object as standing in the read-only area, by the payload of the shared word.
    fn mark_as_shared(&mut self, at: u32, payload: u64) {
        self.space.set(at as usize, Header::shared(payload).0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the size of the steps: nothing in the heap refers to the old
    /// value, and what refers to a part of it refers to the shared part.
    #[test]
    fn parts_are_the_shared_ones_afterwards() {
        for words in [1, 7, 5000, usize::MAX] {
            for depth in [3, 100, 20_000] {
                let common = Common::default();
                let mut heap = Heap::new(0, 1 << 26, false);
                heap.reserve(4 * depth + 8).unwrap();
                let mut middle = Word::NIL;
                let list = (0..depth).fold(Word::NIL, |tail, i| {
                    let pair = heap.pair(Word::number(i as f64), tail);
                    if i == depth / 2 {
                        middle = pair;
                    }
                    pair
                });
                let both = heap.tuple(&[middle, Word::TRUE]);
                let roots = [heap.push_root(list), heap.push_root(both)];
                let mut sharing = Sharing::new(heap.view(&common), list).unwrap();
                let shared = loop {
                    if let Some(word) = sharing.run(&mut heap, &common, words).unwrap() {
                        break word;
                    }
                };
                heap.replace_marked();
                while heap.is_due() && !heap.collect_some(words) {}
                assert_eq!(heap.root(roots[0]), shared);
                assert!(!shared.is_heap() && heap.top() == 3, "{}", heap.top());
                let view = heap.view(&common);
                let middle = view.field(heap.root(roots[1]), 0);
                let (mut at, mut count) = (shared, 0);
                while at != middle {
                    at = view.field(at, 1);
                    count += 1;
                }
                assert_eq!(count, depth - 1 - depth / 2);
            }
        }
    }
}
