//! Errors, throws and exits: from where they happen to who catches them.
//!
//! A handler costs nothing until something is raised; then the frames are
//! walked from the innermost on, each asked for the range that covers where it
//! is. What nobody catches becomes the process's exit reason.

use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::{Detail, Fault};
use crate::heap::OutOfMemory;
use crate::heap::layout::{INFO_CLASS, INFO_TRACE, Kind};
use crate::heap::parcel::Parcel;
use crate::object;
use crate::process::backtrace::Backtrace;
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
    /// The program goes on throwing what the register holds, with the class and
    /// the trace of the info value in the second register.
    Again(u16, u16),
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

pub(super) fn error(_: &mut Cx<'_>, _: At, op: Op) -> Result<(), Raise> {
    Err(Raise::Register(op.a, ExitClass::Error))
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
    Err(Raise::Again(op.a, op.b))
}

/// What was raised, under roots.
#[derive(Clone, Copy)]
struct Thrown {
    value: usize,
    /// Where it was raised: an array, as it was noted, or `nil`.
    trace: usize,
    class: ExitClass,
    /// The operation that throws can be run again, should copying what nobody
    /// catches take several turns.
    again: bool,
}

impl Cx<'_> {
    /// Finds where to go on instead: who catches, if something is raised.
    /// `None` ends the turn, and mostly the process.
    pub(super) fn raise(&mut self, at: At, raise: Raise) -> Option<At> {
        let roots = self.process.heap.roots();
        // A throw that leaves no coroutine can be run again.
        let again = self.process.coroutine == 0;
        let thrown = match raise {
            Raise::Enter(to) => return Some(to),
            Raise::Stop => return None,
            Raise::Fault(fault) => {
                let (value, trace) = self.error_object(Some(at), &fault);
                Thrown {
                    value,
                    trace,
                    class: ExitClass::Error,
                    again: false,
                }
            }
            Raise::Register(reg, class) => self.thrown(at, self.reg(at, reg), class, again),
            Raise::Again(reg, info) => {
                let (word, info) = (self.reg(at, reg), self.reg(at, info));
                let heap = &mut self.process.heap;
                let view = heap.view(self.common);
                let class = match view.field(info, INFO_CLASS).to_atom() {
                    Some(known::ERROR) => ExitClass::Error,
                    Some(known::EXIT_CLASS) => ExitClass::Exit,
                    _ => ExitClass::Throw,
                };
                let trace = view.field(info, INFO_TRACE);
                Thrown {
                    value: heap.push_root(word),
                    trace: heap.push_root(trace),
                    class,
                    again,
                }
            }
        };
        self.catch(at, roots, thrown)
    }

    /// Raises a value at a place; `None` ends the process.
    pub(super) fn raise_value(&mut self, at: At, word: Word, class: ExitClass) -> Option<At> {
        let roots = self.process.heap.roots();
        let thrown = self.thrown(at, word, class, false);
        self.catch(at, roots, thrown)
    }

    /// A value that the program throws at a place. Where it is thrown is noted
    /// only if somebody is told.
    fn thrown(&mut self, at: At, word: Word, class: ExitClass, again: bool) -> Thrown {
        let value = self.process.heap.push_root(word);
        let trace = self.process.heap.push_root(Word::NIL);
        if self.is_told(at) {
            let noted = self.backtrace(at);
            let note =
                self.with_reserve(noted.size_of_note(), |cx| noted.note(&mut cx.process.heap));
            self.process.heap.set_root(trace, note.unwrap_or(Word::NIL));
        }
        Thrown {
            value,
            trace,
            class,
            again,
        }
    }

    /// Finds who catches, and gives up the roots from a number on.
    fn catch(&mut self, at: At, roots: usize, thrown: Thrown) -> Option<At> {
        let caught = self.unwind(at, thrown);
        if caught.is_none() {
            self.end_with(thrown.again.then_some(at), thrown);
        }
        self.process.heap.truncate_roots(roots);
        caught
    }

    /// Whether somebody is told where a throw came from: the handler that will
    /// catch it, if it asks for an info value, or people, if there is none.
    fn is_told(&self, at: At) -> bool {
        let heap = &self.process.heap;
        let frames = std::iter::successors(Some(self.frames(at)), |frame| frame.outer(heap));
        let mut handlers = frames.filter_map(|frame| {
            let (func, pc) = frame.here();
            self.functions.get(func)?.handler_at(pc)
        });
        handlers.next().is_none_or(|handler| handler.info.is_some())
    }

    /// The frames of the stack, from the one at a place on.
    fn frames(&self, at: At) -> Frames {
        let base = self.process.heap.len() - at.depth;
        Frames::new(at.func, at.pc, base, self.process.coroutine)
    }

    fn backtrace(&mut self, at: At) -> Backtrace {
        let trace = Backtrace::take(&self.process.heap, self.frames(at));
        self.charge(trace.depth());
        trace
    }

    /// Walks the frames until one catches.
    fn unwind(&mut self, mut at: At, thrown: Thrown) -> Option<At> {
        loop {
            let code = self.functions.get(at.func)?;
            let heap = &mut self.process.heap;
            let base = heap.len() - at.depth;
            if let Some(handler) = code.handler_at(at.pc) {
                heap.set_stack(base - HEADER_WORDS);
                let word = heap.root(thrown.value);
                heap.set_stack_word(base + handler.value.0 as usize, word);
                if let Some(info) = handler.info {
                    self.set_info(at, info.0, thrown);
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
    fn set_info(&mut self, at: At, register: u16, thrown: Thrown) {
        let class = Word::atom(match thrown.class {
            ExitClass::Error => known::ERROR,
            ExitClass::Throw => known::THROW,
            ExitClass::Exit => known::EXIT_CLASS,
        });
        let word = self.with_reserve(4, |cx| {
            let heap = &mut cx.process.heap;
            let (value, trace) = (heap.root(thrown.value), heap.root(thrown.trace));
            Word::heap(heap.alloc_words(Kind::Info, &[class, value, trace]))
        });
        self.set_reg(at, register, word.unwrap_or(Word::UNDEFINED));
    }

    /// Runs what builds something small, if need be beyond the limit.
    fn with_reserve<T>(&mut self, words: usize, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        // A copy that was left off is good until something moves.
        let goes_on = self.process.has_left_off();
        let heap = &mut self.process.heap;
        let reserved = heap.beyond_limit(RESERVE_WORDS, |heap| {
            if goes_on {
                heap.reserve_in_place(words)
            } else {
                heap.reserve(words)
            }
        });
        reserved.is_ok().then(|| f(self))
    }

    /// Ends a process that has no frame yet with an error.
    pub(super) fn fail(&mut self, fault: &Fault) {
        self.fail_at(None, fault);
    }

    /// Ends a process with an error that nothing catches.
    pub(super) fn fail_at(&mut self, at: Option<At>, fault: &Fault) {
        let roots = self.process.heap.roots();
        let (value, trace) = self.error_object(at, fault);
        let thrown = Thrown {
            value,
            trace,
            class: ExitClass::Error,
            again: false,
        };
        self.end_with(None, thrown);
        self.process.heap.truncate_roots(roots);
    }

    /// Builds the error object of a fault under a fresh root, and its trace
    /// under the next.
    ///
    /// The object has the properties `kind` (an atom), `message` (a string), the
    /// fault's details, and `trace`, as [`Backtrace::tell`] makes it. If not even
    /// the reserve has room, the kind's atom stands for the object.
    fn error_object(&mut self, at: Option<At>, fault: &Fault) -> (usize, usize) {
        let kind = Word::atom(
            self.common
                .atoms
                .find(fault.kind.atom())
                .unwrap_or(known::ERROR),
        );
        let roots = (
            self.process.heap.push_root(kind),
            self.process.heap.push_root(Word::NIL),
        );
        let details = self.process.heap.roots();
        for (_, detail) in &fault.details {
            self.process.heap.push_root(match detail {
                Detail::Word(word) => *word,
                Detail::Text(_) => Word::UNDEFINED,
            });
        }
        let trace = at.map_or_else(Backtrace::default, |at| self.backtrace(at));
        let (common, functions) = (self.common, self.functions);
        let built = self.process.heap.beyond_limit(RESERVE_WORDS, |heap| {
            for (root, (_, detail)) in (details..).zip(&fault.details) {
                if let Detail::Text(text) = detail {
                    let text = heap.new_string(text)?;
                    heap.set_root(root, text);
                }
            }
            let message = heap.new_string(&fault.message)?;
            heap.set_root(roots.1, message);
            let count = 3 + fault.details.len();
            heap.reserve(trace.size_of_told() + object::size_of(count))?;
            let told = trace.tell(heap, common, functions);
            let mut properties = Vec::with_capacity(count);
            let mut property = |name, word| properties.push((Word::atom(name), OPEN, word));
            property(known::KIND, kind);
            property(known::MESSAGE, heap.root(roots.1));
            for (root, (name, _)) in (details..).zip(&fault.details) {
                property(*name, heap.root(root));
            }
            property(known::TRACE, told);
            let object = object::new(heap, common, &properties);
            heap.set_root(roots.0, object);
            heap.set_root(roots.1, told);
            Ok::<(), OutOfMemory>(())
        });
        if built.is_err() {
            self.process.heap.set_root(roots.1, Word::NIL);
        }
        roots
    }

    /// Ends the process with what nobody caught. A large value may take several
    /// turns, if the operation at a place can be run again.
    ///
    /// An object that is an error, and what was given to `exit`, is the reason
    /// itself; a value that was thrown is `(:nocatch, value)`, any other that is
    /// an error `(value, trace)`.
    fn end_with(&mut self, again: Option<At>, thrown: Thrown) {
        let class = thrown.class;
        let trace = self.told(thrown.trace);
        let word = self.process.heap.root(thrown.value);
        let view = self.process.heap.view(self.common);
        let parts = match class {
            ExitClass::Throw => Some([Word::atom(known::NOCATCH), word]),
            ExitClass::Error if !view.is(word, Kind::Object) => Some([word, trace]),
            ExitClass::Error | ExitClass::Exit => None,
        };
        let reason = match (again, parts) {
            (Some(at), Some(parts)) => self.pack_tuple(at, &parts),
            (Some(at), None) => self.pack(at, word),
            (None, Some(parts)) => Parcel::many(view, &parts).map_err(|e| Fault::from(e).into()),
            (None, None) => Parcel::pack(view, word).map_err(|e| Fault::from(e).into()),
        };
        let reason = match reason {
            Ok(reason) => reason,
            Err(Raise::Stop) => return,
            Err(_) => Parcel::word(Word::atom(known::BAD_TYPE)),
        };
        let view = self.process.heap.view(self.common);
        let is_told = view.is(trace, Kind::Array);
        let trace = is_told.then(|| Parcel::pack(view, trace).ok()).flatten();
        self.end(End::Exited {
            reason,
            class,
            trace,
        });
    }

    /// The trace under a root as programs and people see it; `nil` if there is none.
    fn told(&mut self, root: usize) -> Word {
        let view = self.process.heap.view(self.common);
        let word = self.process.heap.root(root);
        let Some(trace) = Backtrace::read(view, word) else {
            return word;
        };
        let functions = self.functions;
        let told = self.with_reserve(trace.size_of_told(), |cx| {
            trace.tell(&mut cx.process.heap, cx.common, functions)
        });
        told.unwrap_or(Word::NIL)
    }
}

/// Flags of the properties of an error object.
const OPEN: u8 = crate::isa::PropertyFlags::OPEN.0;
