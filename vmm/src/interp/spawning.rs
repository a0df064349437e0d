//! Handlers of the spawn family: a new process, and what holds before it runs.
//!
//! What the spawner's own side has to note (a link, a monitor) is noted when the
//! process is made: nothing that it sends is taken in before the
//! instruction is over.

use super::frames::Callee;
use super::raise::Raise;
use super::{At, Cx, Flow, Machine};
use crate::atom::known;
use crate::code::ops::{Op, SpawnOps};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::host;
use crate::ids::{AtomId, FuncId, Pid, RefId};
use crate::isa::{AliasMode, SpawnFlags};
use crate::limits::RIGHTS_LIST_MAX;
use crate::map;
use crate::process::bonds::Monitor;
use crate::process::call::{Call, FIRST_FRAME_WORDS, FirstFrame};
use crate::process::contract::{SpawnOptions, SpawnRefused, SpawnRequest};
use crate::process::signal::Watched;
use crate::rights::Right;
use crate::word::Word;

type Done = Result<(), Raise>;

/// Operands of one word behind an operation.
const BRIEF: usize = 3;

/// What a right that is given along with a child is charged as: the system is asked where a
/// path leads, which takes about as long as looking at so many words.
const WORDS_PER_RIGHT: usize = 1000;

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    #[inline(always)]
    fn spawning(
        &mut self,
        op: Op,
        args: usize,
        f: fn(&mut Cx<'_>, At, Op) -> Result<(), Raise>,
    ) -> Flow {
        if !STEPPED {
            // A spawn costs 20 reductions, so that a parent does not run far
            // ahead of its children.
            self.left -= 20;
        }
        self.cold_over(op, args, f)
    }
}

impl<const STEPPED: bool> SpawnOps for Machine<'_, '_, STEPPED> {
    type Flow = Flow;

    #[inline(always)]
    fn spawn(&mut self, op: Op) -> Flow {
        self.spawning(op, op.c as usize, spawn)
    }

    #[inline(always)]
    fn spawn_with(&mut self, op: Op) -> Flow {
        self.spawning(op, op.c as usize, spawn_with)
    }

    #[inline(always)]
    fn spawn_opts(&mut self, op: Op) -> Flow {
        self.spawning(op, 3, spawn_opts)
    }
}

fn spawn(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    if let Some(frame) = cx.brief_frame(at, op) {
        let request = SpawnRequest {
            function: frame.function(),
            call: Call::Frame(frame),
            options: cx.inherited(),
        };
        let pid = cx.make(request)?;
        cx.set_reg(at, op.a, Word::process(pid));
        return Ok(());
    }
    let args = cx.args(at, op.c as usize);
    let pid = cx.start_with(at, op.b, &args, cx.inherited())?;
    cx.set_reg(at, op.a, Word::process(pid));
    Ok(())
}

fn spawn_with(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let operands = cx.args(at, op.c as usize);
    let flags = SpawnFlags(operands.first().map_or(0, |bits| *bits as u8));
    let options = SpawnOptions {
        link: flags.has(SpawnFlags::LINK),
        keep: flags.has(SpawnFlags::KEEP),
        ..cx.inherited()
    };
    let args = operands.get(1..).unwrap_or_default();
    let pid = cx.start_with(at, op.b, args, options)?;
    cx.set_reg(at, op.a, Word::process(pid));
    Ok(())
}

fn spawn_opts(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let operands = cx.args(at, 3);
    let [seq, opts, reference] = [0, 1, 2].map(|i| operands.get(i).copied().unwrap_or_default());
    let word = cx.reg(at, seq);
    let Some(args) = cx.elements(word) else {
        let found = cx.process.heap.view(cx.common).type_name(word);
        let what = "`spawn_opts` takes the arguments as an array or tuple";
        return Err(Fault::bad_type(what, found).into());
    };
    let args: Vec<Word> = args.iter().map(|word| Word(*word)).collect();
    let opts = cx.reg(at, opts);
    let (mut options, alias) = cx.options(opts)?;
    if let Some(rights) = options.rights.list() {
        // Each path was looked up, and each right compared with all that the spawner has.
        cx.charge(rights.len().saturating_mul(WORDS_PER_RIGHT));
    }
    let watched = alias.map(|_| RefId {
        owner: cx.process.pid,
        count: cx.process.references,
    });
    options.monitor = watched;
    let pid = cx.start(at, op.b, &args, options)?;
    let mut told = Word::UNDEFINED;
    if let (Some(id), Some(alias)) = (watched, alias) {
        cx.process.references += 1;
        cx.process.mailbox.mark(id.count);
        cx.alias_of_monitor(id, alias);
        if reference != 0 {
            told = cx.process.heap.reference(id);
        }
    }
    if reference != 0 {
        cx.set_reg(at, reference - 1, told);
    }
    cx.set_reg(at, op.a, Word::process(pid));
    Ok(())
}

impl Cx<'_> {
    /// What holds for every child of the running process.
    fn inherited(&self) -> SpawnOptions {
        SpawnOptions {
            rights: self.process.rights(),
            ..SpawnOptions::default()
        }
    }

    /// Asks for a process; the turn ends if there are too many already that were never run.
    #[inline]
    fn make(&mut self, request: SpawnRequest) -> Result<Pid, Fault> {
        let pid = self.kernel.spawn(request).map_err(refused)?;
        if self.kernel.is_crowded() {
            self.heed_crowd();
        }
        Ok(pid)
    }

    /// The frame of a function that is called with a few words that mean the same in
    /// every process: nearly all spawns are like that.
    fn brief_frame(&mut self, at: At, op: Op) -> Option<FirstFrame> {
        let id = self.reg(at, op.b).to_function()?;
        let (count, code) = (op.c as usize, self.code_of(id));
        if count > BRIEF || code.plain_arity != count as i32 {
            return None;
        }
        let mut words = [Word::UNDEFINED; BRIEF];
        if count > 0 {
            let ops = &self.functions.get(at.func)?.ops;
            let args = ops.get(at.pc as usize + 1)?;
            for (word, register) in words.iter_mut().zip([args.a, args.b, args.c]).take(count) {
                *word = self.reg(at, register);
            }
        }
        FirstFrame::new(id, code.registers, words[..count].iter().copied())
    }

    /// Makes a process that calls what a register holds with what others hold.
    fn start_with(
        &mut self,
        at: At,
        function: u16,
        args: &[u16],
        options: SpawnOptions,
    ) -> Result<Pid, Raise> {
        let mut few = [Word::UNDEFINED; FIRST_FRAME_WORDS];
        if let Some(few) = few.get_mut(..args.len()) {
            for (word, register) in few.iter_mut().zip(args) {
                *word = self.reg(at, *register);
            }
            return self.start(at, function, few, options);
        }
        let args: Vec<Word> = args.iter().map(|r| self.reg(at, *r)).collect();
        self.start(at, function, &args, options)
    }

    /// Makes a process that calls what a register holds.
    fn start(
        &mut self,
        at: At,
        function: u16,
        args: &[Word],
        options: SpawnOptions,
    ) -> Result<Pid, Raise> {
        let word = self.reg(at, function);
        let (function, apply) = self.what_runs(at, word, args.len())?;
        let frame = match apply {
            None => self.first_frame_of(function, word, args),
            Some(_) => None,
        };
        let call = match frame {
            Some(frame) => Call::Frame(frame),
            None => {
                let args = args.iter().copied();
                let call: Vec<Word> = apply.into_iter().chain([word]).chain(args).collect();
                Call::Tuple(self.pack_tuple(at, &call)?)
            }
        };
        let (link, monitor) = (options.link, options.monitor);
        if options.keep {
            self.process.bonds_mut().keeps = true;
        }
        if monitor.is_some() {
            // The reference is made when the process is.
            self.process.heap.reserve(Heap::size_of_reference())?;
        }
        let request = SpawnRequest {
            function,
            call,
            options,
        };
        let pid = self.make(request)?;
        if link {
            self.process.bonds_mut().link(pid);
        }
        if let Some(reference) = monitor {
            let monitor = Monitor {
                target: Some(pid),
                watched: Watched::Process(pid),
            };
            self.process.bonds_mut().monitor(reference, monitor);
        }
        Ok(pid)
    }

    /// The bytecode that runs when a value is called, and what is to be put before
    /// the value: what runs is bytecode, and it may call what is none.
    fn what_runs(
        &mut self,
        at: At,
        function: Word,
        count: usize,
    ) -> Result<(FuncId, Option<Word>), Raise> {
        if let Some(id) = function.to_function() {
            Cx::check_arity(self.code_of(id), count)?;
            return Ok((id, None));
        }
        if self.magic(function, known::MAGIC_CALL).is_none()
            && let Callee::Code(id) = self.callee(at.func, function)?
        {
            Cx::check_arity(self.code_of(id), count)?;
            return Ok((id, None));
        }
        let apply = self.library("ion.call", "apply")?;
        match self.callee(at.func, apply)? {
            Callee::Code(id) => Ok((id, Some(apply))),
            Callee::Native(_) => Err(Raise::Stop),
        }
    }

    /// The frame of a call that needs captures and arguments only, all of which
    /// mean the same in every process: then nothing has to travel as a parcel.
    fn first_frame_of(&mut self, id: FuncId, function: Word, args: &[Word]) -> Option<FirstFrame> {
        let code = self.code_of(id);
        let count = args.len() as i32;
        if code.plain_arity == count {
            return FirstFrame::new(id, code.registers, args.iter().copied());
        }
        let view = self.process.heap.view(self.common);
        if code.closure_arity != count || !view.header(function)?.is_plain(Kind::Closure) {
            return None;
        }
        let captures = view.function(function)?.captures;
        if captures.len() != usize::from(code.captures) {
            return None;
        }
        let captures = captures.iter().map(|word| Word(*word));
        FirstFrame::new(id, code.registers, captures.chain(args.iter().copied()))
    }

    /// Reads a map of options; of a monitor its alias.
    fn options(&self, opts: Word) -> Result<(SpawnOptions, Option<AliasMode>), Fault> {
        let view = self.process.heap.view(self.common);
        if !view.is(opts, Kind::Map) {
            let what = "`spawn_opts` takes a map of options";
            return Err(Fault::bad_type(what, view.type_name(opts)));
        }
        let mut options = self.inherited();
        let mut alias = None;
        for (key, value) in map::entries(view, opts) {
            match key.to_atom() {
                Some(known::LINK) => options.link = self.flag(key, value)?,
                Some(known::KEEP) => options.keep = self.flag(key, value)?,
                Some(known::MONITOR) => alias = self.monitor_option(value)?,
                Some(known::NAME) => match value.to_atom() {
                    Some(name) => options.name = Some(name),
                    None => return Err(self.bad_option(key, "an atom", value)),
                },
                Some(known::MAX_HEAP) => options.max_heap = self.bound(key, value)?,
                Some(known::MAX_MESSAGES) => options.mailbox.messages = self.bound(key, value)?,
                Some(known::MAX_REDUCTIONS) => {
                    options.max_reductions = self.bound(key, value)?.map(|most| most as u64);
                }
                Some(known::RIGHTS) => {
                    let own = &self.process.rights();
                    options.rights = own.narrow(&self.rights_option(key, value)?);
                    if let Some(rights) = options.rights.list() {
                        Self::few_rights(key, rights.len())?;
                    }
                }
                Some(known::MAX_MAILBOX_BYTES) => options.mailbox.bytes = self.bound(key, value)?,
                _ => {
                    let shown = crate::term::show(view, key, self.code);
                    let message = format!(
                        "`spawn_opts` knows the options :link, :monitor, :keep, :name, :max_heap, :max_messages, :max_mailbox_bytes, :max_reductions and :rights, not {shown}"
                    );
                    let fault = Fault::new(FaultKind::BadName, message);
                    return Err(fault.with(known::KEY, key));
                }
            }
        }
        Ok((options, alias))
    }

    fn flag(&self, key: Word, value: Word) -> Result<bool, Fault> {
        match value {
            Word::TRUE => Ok(true),
            Word::FALSE => Ok(false),
            _ => Err(self.bad_option(key, "a boolean", value)),
        }
    }

    fn monitor_option(&self, value: Word) -> Result<Option<AliasMode>, Fault> {
        match (value, value.to_atom()) {
            (Word::TRUE, _) => Ok(Some(AliasMode::default())),
            (Word::FALSE, _) => Ok(None),
            (_, Some(known::EXPLICIT)) => Ok(Some(AliasMode::EXPLICIT)),
            (_, Some(known::DEMONITOR)) => Ok(Some(AliasMode::DEMONITOR)),
            (_, Some(known::REPLY)) => Ok(Some(AliasMode::REPLY)),
            _ => {
                let what = "a boolean, :explicit, :demonitor or :reply";
                Err(self.bad_option(Word::atom(known::MONITOR), what, value))
            }
        }
    }

    /// A number from 0 on; nothing for `:infinity`.
    fn bound(&self, key: Word, value: Word) -> Result<Option<usize>, Fault> {
        if value.to_atom() == Some(known::INFINITY) {
            return Ok(None);
        }
        let number = value
            .to_number()
            .or_else(|| value.to_small_integer().map(|n| n as f64));
        let Some(number) = number else {
            return Err(self.bad_option(key, "a number or :infinity", value));
        };
        if number >= 0.0 && number.fract() == 0.0 {
            return Ok(Some(number as usize));
        }
        let name = self.option_name(key);
        let number = crate::text::number(number);
        let message = format!("option :{name} is a whole number from 0 on, not {number}");
        Err(Fault::new(FaultKind::BadNumber, message).with(known::KEY, key))
    }

    /// Whether a list of rights is short enough: what is asked for, and what comes of it, since
    /// of one right that the spawner has in parts only all the parts are left.
    fn few_rights(key: Word, count: usize) -> Result<(), Fault> {
        if count <= RIGHTS_LIST_MAX {
            return Ok(());
        }
        let message = format!("option :rights has at most {RIGHTS_LIST_MAX} rights, not {count}");
        let fault = Fault::new(FaultKind::Limit, message);
        Err(fault
            .with_count(known::LIMIT, RIGHTS_LIST_MAX)
            .with(known::KEY, key))
    }

    /// A list of rights.
    #[cold]
    fn rights_option(&self, key: Word, value: Word) -> Result<Vec<Right>, Fault> {
        let what = "an array or tuple of strings, such as \"fs.read:/data\"";
        let Some(items) = self.elements(value) else {
            return Err(self.bad_option(key, what, value));
        };
        Self::few_rights(key, items.len())?;
        let view = self.process.heap.view(self.common);
        let rights = items.iter().map(|word| {
            let word = Word(*word);
            let Some(text) = view.text(word) else {
                return Err(self.bad_option(key, what, word));
            };
            let right = text.parse::<Right>();
            // What counts for a path is where it leads.
            let right = right.map(|right| right.settled(host::real_path));
            right.map_err(|error| {
                let message = format!("option :rights: {error}");
                Fault::new(FaultKind::BadName, message).with(known::KEY, key)
            })
        });
        rights.collect()
    }

    #[cold]
    fn bad_option(&self, key: Word, what: &str, value: Word) -> Fault {
        let found = self.process.heap.view(self.common).type_name(value);
        let name = self.option_name(key);
        Fault::bad_type(&format!("option :{name} is {what}"), found).with(known::KEY, key)
    }

    fn option_name(&self, key: Word) -> &str {
        let name = key.to_atom().unwrap_or(AtomId(0));
        self.common.atoms.text(name)
    }
}

#[cold]
fn refused(refused: SpawnRefused) -> Fault {
    match refused {
        SpawnRefused::TooMany { limit } => Fault::new(
            FaultKind::Limit,
            format!("there are {limit} processes, as many as this machine may have"),
        )
        .with_count(known::LIMIT, limit),
        SpawnRefused::NoMemory { limit } => Fault::no_memory(limit),
        SpawnRefused::NameTaken { by } => {
            let message = format!("{by} has the name already");
            Fault::new(FaultKind::BadName, message).with(known::PROCESS, Word::process(by))
        }
    }
}
