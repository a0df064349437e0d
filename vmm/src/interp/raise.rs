//! Errors, throws and exits: from where they happen to who catches them.
//!
//! A handler costs nothing until something is raised; then the frames are
//! walked from the innermost on, each asked for the range that covers where it
//! is. What nobody catches becomes the process's exit reason.

use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::parcel::Parcel;
use crate::heap::shared::Common;
use crate::heap::{Heap, OutOfMemory};
use crate::ids::FuncId;
use crate::limits::TRACE_FRAMES;
use crate::object;
use crate::process::contract::{End, ExitClass};
use crate::process::coroutine::Frames;
use crate::process::frame::{Action, HEADER_WORDS, Then, Where};
use crate::word::Word;

/// Why an operation does not simply go on behind itself.
#[derive(Debug)]
pub(super) enum Raise {
    /// The machine raises an error.
    Fault(Fault),
    /// The program throws what the register holds, with this class.
    Register(u16, ExitClass),
    /// Nothing is raised: the operation has ended in a call ([`super::guest`]),
    /// and here it goes on. Charged, as a call is.
    Enter(At),
    /// Nothing is raised: the turn is over, and `Cx::stop` says how.
    Stop,
}

impl From<Fault> for Raise {
    fn from(fault: Fault) -> Raise {
        Raise::Fault(fault)
    }
}

impl From<crate::heap::OutOfMemory> for Raise {
    fn from(error: crate::heap::OutOfMemory) -> Raise {
        Raise::Fault(error.into())
    }
}

/// Words beyond the memory limit that building an error object may use: an
/// error about memory must be able to say so.
pub(super) const RESERVE_WORDS: usize = 16 * 1024;

pub(super) fn throw(_: &mut Cx<'_>, _: At, op: Op) -> Result<(), Raise> {
    Err(Raise::Register(op.a, ExitClass::Throw))
}

pub(super) fn exit(_: &mut Cx<'_>, _: At, op: Op) -> Result<(), Raise> {
    Err(Raise::Register(op.a, ExitClass::Exit))
}

pub(super) fn rethrow(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let info = cx.reg(at, op.b);
    let view = cx.process.heap.view(cx.common);
    if view.kind(info) != Some(Kind::Info) {
        let found = view.type_name(info);
        return Err(
            Fault::bad_type("`rethrow` needs the info value of a caught error", found).into(),
        );
    }
    let class = match view.field(info, 0).to_atom() {
        Some(known::ERROR) => ExitClass::Error,
        Some(known::EXIT_CLASS) => ExitClass::Exit,
        _ => ExitClass::Throw,
    };
    Err(Raise::Register(op.a, class))
}

impl Cx<'_> {
    /// Finds where to go on instead: who catches, if something is raised.
    /// `None` ends the turn, and mostly the process.
    pub(super) fn raise(&mut self, at: At, raise: Raise) -> Option<At> {
        let roots = self.process.heap.roots();
        let (value, class) = match &raise {
            Raise::Fault(fault) => (self.error_object(Some(at), fault), ExitClass::Error),
            Raise::Register(reg, class) => {
                let word = self.reg(at, *reg);
                (self.process.heap.push_root(word), *class)
            }
            Raise::Enter(to) => return Some(*to),
            Raise::Stop => return None,
        };
        // A throw that leaves no coroutine can be run again.
        let again = matches!(raise, Raise::Register(..)) && self.process.coroutine == 0;
        let caught = self.unwind(at, value, class);
        if caught.is_none() {
            self.end_with(again.then_some(at), value, class);
        }
        self.process.heap.truncate_roots(roots);
        caught
    }

    /// Raises a value at a place; `None` ends the process.
    pub(super) fn raise_value(&mut self, at: At, word: Word, class: ExitClass) -> Option<At> {
        let value = self.process.heap.push_root(word);
        let caught = self.unwind(at, value, class);
        if caught.is_none() {
            self.end_with(None, value, class);
        }
        self.process.heap.truncate_roots(value);
        caught
    }

    /// Walks the frames until one catches.
    fn unwind(&mut self, mut at: At, value: usize, class: ExitClass) -> Option<At> {
        loop {
            let code = self.functions.get(at.func.0 as usize)?.clone();
            let heap = &mut self.process.heap;
            let base = heap.len() - at.depth;
            if let Some(handler) = code.handler_at(at.pc) {
                heap.set_stack(base - HEADER_WORDS);
                let word = heap.root(value);
                heap.set_stack_word(base + handler.value.0 as usize, word);
                if let Some(info) = handler.info {
                    self.set_info(at, info.0, value, class);
                }
                return Some(At {
                    pc: handler.target,
                    ..at
                });
            }
            let then = Then(heap.stack_word(base - 2).0);
            at = match then.action() {
                Action::End => return None,
                Action::Finish => self.abandon_coroutine()?,
                _ if then.is_cut() => {
                    let to = self.refill(at, true).ok()??;
                    At {
                        pc: to.pc - 1,
                        ..to
                    }
                }
                _ => {
                    let place = Where(heap.stack_word(base - 1).0);
                    let caller = base + then.registers() + HEADER_WORDS;
                    At {
                        func: Where(heap.stack_word(caller - 1).0).func(),
                        pc: place.return_pc() - 1,
                        depth: heap.len() - caller,
                    }
                }
            };
        }
    }

    /// Makes the info value of a caught error.
    fn set_info(&mut self, at: At, register: u16, value: usize, class: ExitClass) {
        let class = Word::atom(match class {
            ExitClass::Error => known::ERROR,
            ExitClass::Throw => known::THROW,
            ExitClass::Exit => known::EXIT_CLASS,
        });
        let word = self.with_reserve(4, |cx| {
            let value = cx.process.heap.root(value);
            Word::heap(
                cx.process
                    .heap
                    .alloc_words(Kind::Info, &[class, value, Word::NIL]),
            )
        });
        self.set_reg(at, register, word.unwrap_or(Word::UNDEFINED));
    }

    /// Runs what builds something small, if need be beyond the limit.
    fn with_reserve<T>(&mut self, words: usize, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let reserved = self
            .process
            .heap
            .beyond_limit(RESERVE_WORDS, |heap| heap.reserve(words));
        reserved.is_ok().then(|| f(self))
    }

    /// Ends a process that has no frame yet with an error.
    pub(super) fn fail(&mut self, fault: &Fault) {
        let roots = self.process.heap.roots();
        let value = self.error_object(None, fault);
        self.end_with(None, value, ExitClass::Error);
        self.process.heap.truncate_roots(roots);
    }

    /// Builds the error object of a fault under a fresh root.
    ///
    /// The object has the properties `kind` (an atom), `message` (a string)
    /// and `trace`: an array of tuples of function, instruction and source
    /// line, innermost first. If not even the reserve has room, the kind's
    /// atom stands for the object.
    fn error_object(&mut self, at: Option<At>, fault: &Fault) -> usize {
        let kind = Word::atom(
            self.common
                .atoms
                .find(fault.kind.atom())
                .unwrap_or(known::ERROR),
        );
        let root = self.process.heap.push_root(kind);
        let frames = at.map_or_else(Vec::new, |at| self.trace(at));
        let built = self.process.heap.beyond_limit(RESERVE_WORDS, |heap| {
            build_error(heap, self.common, kind, &fault.message, &frames)
        });
        if let Ok(object) = built {
            self.process.heap.set_root(root, object);
        }
        root
    }

    /// The innermost and outermost frames of the stack.
    fn trace(&self, at: At) -> Vec<TraceFrame> {
        let mut inner = Vec::new();
        let mut outer = std::collections::VecDeque::new();
        let heap = &self.process.heap;
        let base = heap.len() - at.depth;
        let first = Frames::new(at.func, at.pc, base, self.process.coroutine);
        let frames = std::iter::successors(Some(first), |frame| frame.outer(heap));
        for frame in frames {
            if inner.len() < TRACE_FRAMES {
                inner.push(frame.here());
            } else {
                if outer.len() == TRACE_FRAMES {
                    outer.pop_front();
                }
                outer.push_back(frame.here());
            }
        }
        inner
            .into_iter()
            .chain(outer)
            .filter_map(|(func, pc)| self.describe(func, pc))
            .collect()
    }

    fn describe(&self, func: FuncId, pc: u32) -> Option<TraceFrame> {
        let code = self.functions.get(func.0 as usize)?;
        let instruction = code.instruction_at(pc);
        let line = code.source().line_of(instruction).map(|l| l.line);
        Some(TraceFrame {
            function: code.label(),
            instruction,
            line,
        })
    }

    /// Ends the process with what nobody caught. A large value may take several
    /// turns, if the operation at a place can be run again.
    fn end_with(&mut self, again: Option<At>, value: usize, class: ExitClass) {
        let word = self.process.heap.root(value);
        let nocatch = [Word::atom(known::NOCATCH), word];
        let view = self.process.heap.view(self.common);
        let reason = match (again, class) {
            (Some(at), ExitClass::Throw) => self.pack_tuple(at, &nocatch),
            (Some(at), _) => self.pack(at, word),
            (None, ExitClass::Throw) => {
                Parcel::many(view, &nocatch).map_err(|e| Fault::from(e).into())
            }
            (None, _) => Parcel::pack(view, word).map_err(|e| Fault::from(e).into()),
        };
        let reason = match reason {
            Ok(reason) => reason,
            Err(Raise::Stop) => return,
            Err(_) => Parcel::word(Word::atom(known::BAD_TYPE)),
        };
        self.end(End::Exited { reason, class });
    }
}

/// One frame of a trace.
struct TraceFrame {
    function: String,
    instruction: u32,
    line: Option<u32>,
}

/// Builds an error object; see [`Cx::error_object`].
fn build_error(
    heap: &mut Heap,
    common: &Common,
    kind: Word,
    message: &str,
    frames: &[TraceFrame],
) -> Result<Word, OutOfMemory> {
    let first = heap.roots();
    let message = heap.new_string(message)?;
    let message = heap.push_root(message);
    let mut names = Vec::with_capacity(frames.len());
    for frame in frames {
        let name = heap.new_string(&frame.function)?;
        names.push(heap.push_root(name));
    }
    let words = frames.len() * Heap::size_of_tuple(3)
        + Heap::size_of_array(frames.len())
        + object::size_of(3);
    heap.reserve(words)?;
    let mut entries = Vec::with_capacity(frames.len());
    for (frame, name) in frames.iter().zip(names) {
        let line = frame
            .line
            .map_or(Word::UNDEFINED, |l| Word::number(f64::from(l)));
        let entry = [
            heap.root(name),
            Word::number(f64::from(frame.instruction)),
            line,
        ];
        entries.push(heap.tuple(&entry));
    }
    let trace = heap.array(&entries);
    let message = heap.root(message);
    let properties = [known::KIND, known::MESSAGE, known::TRACE].map(Word::atom);
    let object = object::new(
        heap,
        common,
        &[
            (properties[0], OPEN, kind),
            (properties[1], OPEN, message),
            (properties[2], OPEN, trace),
        ],
    );
    heap.truncate_roots(first);
    Ok(object)
}

/// Flags of the properties of an error object.
const OPEN: u8 = crate::isa::PropertyFlags::OPEN.0;
