//! Where something was raised: the frames of a stack, noted and told.
//!
//! Taking a backtrace notes function and operation of the innermost and the
//! outermost frames, nothing more; names and lines are looked up when somebody
//! asks. In the heap it stands as a tuple of plain words that no program sees,
//! inside of an info value ([`Kind::Info`](crate::heap::layout::Kind::Info)).
//!
//! # Invariants
//! B1. At most [`TRACE_FRAMES`] frames of either end; how many lie between is known.
//!
//! # Cost
//! Taking: a few loads a frame of the whole stack. Telling: five words a frame;
//! a function's name is made once for all.

use std::collections::VecDeque;

use crate::code::functions::Functions;
use crate::heap::Heap;
use crate::heap::parcel::{Parcel, Part};
use crate::heap::shared::Common;
use crate::heap::view::View;
use crate::ids::FuncId;
use crate::limits::TRACE_FRAMES;
use crate::process::coroutine::Frames;
use crate::process::frame::Where;
use crate::word::Word;

/// An operation of which nothing is known but its function.
pub const NOWHERE: u32 = u32::MAX;

/// The ends of a stack.
#[derive(Clone, Debug, Default)]
pub struct Backtrace {
    inner: Vec<(FuncId, u32)>,
    outer: VecDeque<(FuncId, u32)>,
    omitted: usize,
}

impl Backtrace {
    /// Of a stack from a frame on.
    #[must_use]
    pub fn take(heap: &Heap, first: Frames) -> Backtrace {
        let mut trace = Backtrace::default();
        for frame in std::iter::successors(Some(first), |frame| frame.outer(heap)) {
            if trace.inner.len() < TRACE_FRAMES {
                trace.inner.push(frame.here());
                continue;
            }
            if trace.outer.len() == TRACE_FRAMES {
                trace.outer.pop_front();
                trace.omitted += 1;
            }
            trace.outer.push_back(frame.here());
        }
        trace
    }

    /// Of so many frames of a stack, from a frame on; those outside are not looked at.
    #[must_use]
    pub fn inner(heap: &Heap, first: Frames, frames: usize) -> Backtrace {
        let all = std::iter::successors(Some(first), |frame| frame.outer(heap));
        Backtrace {
            inner: all.take(frames).map(|frame| frame.here()).collect(),
            ..Backtrace::default()
        }
    }

    /// Frames that were looked at.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.inner.len() + self.outer.len() + self.omitted
    }

    /// The innermost frames, with their operations.
    #[must_use]
    pub fn innermost(&self) -> &[(FuncId, u32)] {
        &self.inner
    }

    /// Words that [`Backtrace::note`] takes.
    #[must_use]
    pub fn size_of_note(&self) -> usize {
        Heap::size_of_tuple(1 + self.inner.len() + self.outer.len())
    }

    /// As it stands in an info value; the words must have been reserved.
    #[must_use]
    pub fn note(&self, heap: &mut Heap) -> Word {
        let frames = self.inner.iter().chain(&self.outer);
        let frames = frames.map(|(func, pc)| Word(Where::new(*func, *pc).0));
        let first = Word::number(self.omitted as f64);
        let words: Vec<Word> = std::iter::once(first).chain(frames).collect();
        heap.tuple(&words)
    }

    /// As [`Backtrace::note`], on its way to another process.
    #[must_use]
    pub fn note_parcel(&self) -> Parcel {
        let frames = self.inner.iter().chain(&self.outer);
        let frames = frames.map(|(func, pc)| Part::Word(Word(Where::new(*func, *pc).0)));
        let first = Part::Word(Word::number(self.omitted as f64));
        let parts: Vec<Part<'_>> = std::iter::once(first).chain(frames).collect();
        Parcel::tuple(&parts)
    }

    /// Reads what [`Backtrace::note`] made.
    #[must_use]
    pub fn read(view: View<'_>, note: Word) -> Option<Backtrace> {
        let (omitted, frames) = view.tuple_items(note)?.split_first()?;
        let mut frames = frames.iter().map(|bits| {
            let place = Where(*bits);
            (place.func(), place.return_pc())
        });
        Some(Backtrace {
            inner: frames.by_ref().take(TRACE_FRAMES).collect(),
            outer: frames.collect(),
            omitted: Word(*omitted).as_f64() as usize,
        })
    }

    /// Words that [`Backtrace::tell`] takes.
    #[must_use]
    pub fn size_of_told(&self) -> usize {
        let frames = self.inner.len() + self.outer.len();
        frames * Heap::size_of_tuple(4) + Heap::size_of_array(frames + 1)
    }

    /// An array for programs and people: a tuple of function, instruction,
    /// source line and file for each frame, innermost first, and where frames are left
    /// out their number. What is not known is `undefined`. The words must have been reserved.
    #[must_use]
    pub fn tell(&self, heap: &mut Heap, common: &Common, functions: Functions<'_>) -> Word {
        let mut entries = Vec::with_capacity(self.inner.len() + self.outer.len() + 1);
        let mut add = |heap: &mut Heap, (func, pc): (FuncId, u32)| {
            let Some(code) = functions.get(func) else {
                return;
            };
            let instruction = code.instruction_at(pc);
            let told = code.source().line_of(instruction).filter(|_| pc != NOWHERE);
            let line = told.map(|entry| entry.line).filter(|line| *line > 0);
            let file = told.map(|entry| code.file_word(common, &entry.file));
            let entry = [
                code.label_word(common),
                match pc {
                    NOWHERE => Word::UNDEFINED,
                    _ => Word::number(f64::from(instruction)),
                },
                line.map_or(Word::UNDEFINED, |line| Word::number(f64::from(line))),
                file.unwrap_or(Word::UNDEFINED),
            ];
            let entry = heap.tuple(&entry);
            entries.push(entry);
        };
        for frame in &self.inner {
            add(heap, *frame);
        }
        let inner = self.inner.len();
        for frame in &self.outer {
            add(heap, *frame);
        }
        if self.omitted > 0 && entries.len() >= inner {
            entries.insert(inner, Word::number(self.omitted as f64));
        }
        heap.array(&entries)
    }
}
