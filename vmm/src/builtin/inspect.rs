//! Natives that ask about processes: who is there, and what a process is doing.
//!
//! A question is a signal, so it is answered when everything that the asker has sent
//! to that process before has been taken in. The asker waits for the answer.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::parcel::Parcel;
use crate::ids::{AtomId, FuncId, Pid};
use crate::map;
use crate::process::about::{Asked, Key, Keys};
use crate::process::backtrace::Backtrace;
use crate::process::signal::Signal;
use crate::term;
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `process` that ask.
pub const ROWS: &[Row] = &[
    Row {
        name: "process.alive",
        least: 1,
        most: 1,
        doc: "Whether a process has not ended, once it has taken in everything that the running process has sent it before: after `exit_signal p, :kill` it is `false`. Raises `:bad_type`.",
        body: alive,
    },
    Row {
        name: "process.info",
        least: 1,
        most: 2,
        doc: "`info(process, keys)` is a map of what the keys, an array or tuple of atoms, say of a process, ordered after everything that the running process has sent it before; `undefined` if it has ended. Without keys it has all of them. `:status` is `:executing`, `:runnable` or `:waiting`; `:name` and `:label` are `undefined` where there is none; `:entry` and `:function` are where it began and where it is, as `\"Class.name/arity\"`; `:trace` its innermost frames, as `error.trace` tells them; `:parent` who made it; `:messages` how many it has not taken, and `:mailbox_bytes` what they take, texts included; `:memory` bytes, and `:max_heap` how many that may be; `:max_messages` and `:max_mailbox_bytes` the bounds of its mailbox or `:infinity`; `:reductions` what its ended turns have used, instructions in stepped mode, and `:max_reductions` how much that may be or `:infinity`; `:collections` how often its memory was collected; `:links`, `:monitors` and `:monitored_by` arrays, of monitors by name the names; `:awaits` an array of whose ends it waits for; `:native` the name of the native whose answer it waits for, as a string, or `undefined`; `:trap_exit` a boolean. Raises `:bad_name` for another key; `:bad_type`.",
        body: info,
    },
    Row {
        name: "process.list",
        least: 0,
        most: 0,
        doc: "The array of all processes that have not ended.",
        body: list,
    },
];

/// Asks a process and waits; nothing as long as there is no answer. The answer is
/// nothing if the process has ended.
fn ask(cx: &mut NativeCx<'_>, to: Pid, asked: Asked) -> Option<Option<Parcel>> {
    if cx.process.waiting.is_none() {
        let reference = cx.process.expect_answer();
        let from = cx.process.pid;
        let signal = Signal::Ask {
            from,
            asked,
            reference,
        };
        if cx.kernel.signal(to, signal).is_err() {
            cx.process.forget_answer(reference);
            return Some(None);
        }
    }
    let answer = cx.process.take_answer()?;
    cx.process.waiting = None;
    Some(answer)
}

fn alive(cx: &mut NativeCx<'_>) -> Answer {
    let pid = cx.process_at(0)?;
    if pid == cx.process.pid {
        return Ok(NativeStep::Done(Word::TRUE));
    }
    Ok(match ask(cx, pid, Asked::Alive) {
        None => NativeStep::Wait,
        Some(answer) => NativeStep::Done(Word::boolean(answer.is_some())),
    })
}

fn list(cx: &mut NativeCx<'_>) -> Answer {
    let all: Vec<Word> = cx.kernel.list().into_iter().map(Word::process).collect();
    cx.process.heap.reserve(Heap::size_of_array(all.len()))?;
    cx.charge(2 * all.len());
    Ok(NativeStep::Done(cx.process.heap.array(&all)))
}

/// The keys that were asked for, in their order, with their atoms.
fn keys(cx: &NativeCx<'_>) -> Result<Vec<(Key, AtomId)>, Fault> {
    if cx.count == 1 {
        let all = Key::ALL.iter().map(|key| {
            let atom = cx.common.atoms.intern(key.name())?;
            Ok((*key, atom))
        });
        return all.collect();
    }
    let words = cx.items(1)?.iter().map(|word| Word(*word));
    let keys = words.map(|word| {
        let Some(atom) = word.to_atom() else {
            let found = cx.view().type_name(word);
            return Err(Fault::bad_type(
                "`process.info` takes keys that are atoms",
                found,
            ));
        };
        let text = cx.common.atoms.text(atom);
        let key = Key::ALL.iter().find(|key| key.name() == text);
        let key = key.ok_or_else(|| {
            let known: Vec<String> = Key::ALL.iter().map(|k| format!(":{}", k.name())).collect();
            let shown = term::show(cx.view(), word, cx.names);
            let message = format!("knows the keys {}, not {shown}", known.join(", "));
            cx.fault(FaultKind::BadName, &message)
                .with(known::KEY, word)
        });
        Ok((*key?, atom))
    });
    keys.collect()
}

fn info(cx: &mut NativeCx<'_>) -> Answer {
    let pid = cx.process_at(0)?;
    let wanted = keys(cx)?;
    let set = wanted
        .iter()
        .fold(Keys::default(), |set, (key, _)| set.with(*key));
    match ask(cx, pid, Asked::About(set)) {
        None => Ok(NativeStep::Wait),
        Some(None) => Ok(NativeStep::Done(Word::UNDEFINED)),
        Some(Some(answer)) => tell(cx, &wanted, set, &answer).map(NativeStep::Done),
    }
}

/// Makes the map of an answer.
fn tell(
    cx: &mut NativeCx<'_>,
    wanted: &[(Key, AtomId)],
    set: Keys,
    answer: &Parcel,
) -> Result<Word, Fault> {
    cx.charge(2 * answer.words());
    let unpacked = cx.process.heap.unpack(answer)?;
    let root = cx.process.heap.push_root(unpacked);
    // Room for all of it at once, so that nothing moves until the map is made.
    let view = cx.view();
    let raw = |cx: &NativeCx<'_>, i: usize| cx.view().field(cx.process.heap.root(root), i);
    let sizes = set.iter().enumerate().map(|(i, key)| match key {
        Key::Links | Key::Monitors | Key::MonitoredBy | Key::Awaits => {
            let items = view.tuple_items(raw(cx, i)).unwrap_or_default();
            Heap::size_of_array(items.len())
        }
        Key::Trace => Backtrace::read(view, raw(cx, i))
            .unwrap_or_default()
            .size_of_told(),
        _ => 0,
    });
    let words = sizes.sum::<usize>() + map::size_of(wanted.len());
    cx.process.heap.reserve(words)?;
    let values: Vec<(Key, Word)> = set
        .iter()
        .enumerate()
        .map(|(i, key)| {
            let word = raw(cx, i);
            (key, value(cx, key, word))
        })
        .collect();
    let entries: Vec<(Word, Word)> = wanted
        .iter()
        .map(|(key, atom)| {
            let value = values.iter().find(|(k, _)| k == key);
            (Word::atom(*atom), value.map_or(Word::UNDEFINED, |v| v.1))
        })
        .collect();
    map::new(&mut cx.process.heap, cx.common, &entries)
}

/// What programs see of a value in an answer. Room for it has been reserved.
fn value(cx: &mut NativeCx<'_>, key: Key, raw: Word) -> Word {
    match key {
        Key::Status => Word::atom(match raw.to_number() {
            Some(0.0) => known::EXECUTING,
            Some(1.0) => known::RUNNABLE,
            _ => known::WAITING,
        }),
        Key::Entry | Key::Function => {
            let function = raw.to_number().map(|n| FuncId(n as u32));
            let code = function.and_then(|function| cx.code.function(function));
            code.map_or(Word::UNDEFINED, |code| code.label_word(cx.common))
        }
        Key::Links | Key::Monitors | Key::MonitoredBy | Key::Awaits => {
            let items = cx.view().tuple_items(raw).unwrap_or_default();
            let items: Vec<Word> = items.iter().map(|word| Word(*word)).collect();
            cx.process.heap.array(&items)
        }
        Key::Trace => {
            let trace = Backtrace::read(cx.view(), raw).unwrap_or_default();
            let code = cx.code;
            trace.tell(&mut cx.process.heap, cx.common, code.functions())
        }
        Key::MaxMessages | Key::MaxMailboxBytes | Key::MaxReductions if raw == Word::UNDEFINED => {
            Word::atom(known::INFINITY)
        }
        _ => raw,
    }
}
