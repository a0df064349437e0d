//! Tests that a time-out nobody waits for any more is not armed.
//!
//! Programs run in the real interpreter; at every turn of any process the timers of all
//! workers are counted. A process that runs has none, so in the last turn of a main
//! process that is alone there must be none, however what had armed one was left.

use std::sync::Arc;

use super::fake::{Bench, stepped, two_workers};
use super::{Config, Mode, RunEnd};
use crate::builtin::Natives;
use crate::code::{CodeSpace, Lowering};
use crate::heap::Heap;
use crate::heap::parcel::Parcel;
use crate::heap::shared::Common;
use crate::ids::{FuncId, Pid};
use crate::interp::Interp;
use crate::process::Process;
use crate::process::contract::{Budget, Engine, Kernel, Outcome, SpawnOptions, SpawnRequest};
use crate::sync::{Mutex, lock};
use crate::verify::verify;
use crate::word::Word;

/// Counts timers at the beginning of every turn.
struct Counting {
    interp: Interp,
    counts: Mutex<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// The most that were seen in turns of the main process.
    by_main: usize,
    /// The most that were seen in turns of others.
    by_others: usize,
    /// In the last turn of the main process.
    last: usize,
}

impl Engine for Counting {
    fn run(
        &self,
        process: &mut Process,
        kernel: &mut dyn Kernel,
        budget: Budget,
    ) -> (Outcome, u32) {
        let armed = kernel.armed_timers();
        let mut counts = lock(&self.counts);
        if process.pid == Pid::MAIN {
            counts.by_main = counts.by_main.max(armed);
            counts.last = armed;
        } else {
            counts.by_others = counts.by_others.max(armed);
        }
        drop(counts);
        self.interp.run(process, kernel, budget)
    }
}

/// Runs `main`, the first function of a program, which has to return.
fn count(config: Config, text: &str) -> Counts {
    let lowering = match config.mode {
        Mode::Stepped(_) => Lowering::Stepped,
        Mode::Parallel => Lowering::Fused,
    };
    let common = Arc::new(Common::default());
    let natives = Arc::new(Natives::new(&vm_ffi::FfiRegistry::new()));
    let code = Arc::new(CodeSpace::new(common.clone(), lowering, natives.clone()));
    let text = format!(".class Main\n{text}");
    for module in crate::asm::parse("armed.ionasm", &text).unwrap_or_else(|e| panic!("{}", e[0])) {
        let class = verify(module).unwrap_or_else(|e| panic!("{}", e[0]));
        code.load(&class).unwrap();
    }
    let heap = Heap::new(0, 1 << 20, false);
    let call = Parcel::many(heap.view(&common), &[Word::function(FuncId(0))]).unwrap();
    let engine = Counting {
        interp: Interp::new(code, natives),
        counts: Mutex::default(),
    };
    let mut bench = Bench::new(config);
    let request = SpawnRequest {
        function: FuncId(0),
        call: call.into(),
        options: SpawnOptions::default(),
    };
    bench.scheduler.spawn_main(request).unwrap();
    let end = bench.scheduler.run(&engine);
    assert!(matches!(end, RunEnd::Finished { .. }), "{end:?}");
    *lock(&engine.counts)
}

/// In every mode something was armed once, for the main process or for its child, and
/// nothing is in the end.
fn is_disarmed(who: Who, text: &str) {
    for config in [stepped(), Config::new(Mode::Parallel), two_workers()] {
        let shown = format!("{:?}", config.mode);
        let counts = count(config, text);
        let seen = match who {
            Who::Main => counts.by_others,
            Who::Child => counts.by_main,
        };
        assert!(seen > 0 && counts.last == 0, "{shown}: {counts:?}");
    }
}

/// Who waits.
#[derive(Clone, Copy)]
enum Who {
    Main,
    Child,
}

/// A main process that waits in some way for what its child sends it at once.
fn by_message(waits: &str) -> String {
    format!(
        ".function main arity=0
            .reg me, f, p, hour, m, got
            self_pid    me
            load_const  hour, 3600000
            load_const  f, &child/1
            spawn       p, f, me
        {waits}
        done:
            yield
            return      m
        .function child arity=1
            yield
            yield
            yield
            load_const  r1, 5
            sleep       r1
            send        r0, r1
        "
    )
}

#[test]
fn a_message_disarms() {
    is_disarmed(Who::Main, &by_message("receive_with_timeout m, hour, got"));
    is_disarmed(
        Who::Main,
        &by_message("receive_match 5 -> done, after hour -> done"),
    );
    is_disarmed(
        Who::Main,
        &by_message(
            "recv_begin _, hour
         recv_next m, done
         recv_take",
        ),
    );
}

#[test]
fn a_throw_disarms_and_so_does_leaving_in_the_middle() {
    let program = |ends: &str| {
        let main = by_message(
            ".handler from, to, done, m
        from:
            load_const f, &waits/1
            call m, f, hour
        to:",
        );
        format!(
            "{main}
        .function waits arity=1
            recv_begin _, r0
            recv_next r1, late
            {ends}
        late:
            return r0"
        )
    };
    for ends in ["throw r1", "exit r1", "return r1"] {
        is_disarmed(Who::Main, &program(ends));
    }
}

#[test]
fn the_end_of_an_awaited_process_disarms() {
    is_disarmed(Who::Main, &by_message("await_timeout m, p, hour, got"));
}

/// A main process that ends a child while that waits in some way.
fn by_end(waits: &str, ends: &str) -> String {
    format!(
        ".function main arity=0
            .reg me, f, p, ref, m, ms, opts, args
            self_pid    me
            load_const  f, &child/0
            load_const  opts, %{{:monitor: true}}
            tuple_init  args
            spawn_opts  p, ref, f, args, opts
            load_const  ms, 20
            sleep       ms
            {ends}
            receive     m
            yield
            return      ms
        .function child arity=0
            .reg hour, m, got
            load_const  hour, 3600000
            {waits}
        late:
            exit        hour
        "
    )
}

#[test]
fn being_killed_disarms_whatever_waits() {
    let kill = "load_const m, :kill
            exit_signal p, m";
    for waits in [
        "sleep hour",
        "receive_with_timeout m, hour, got",
        "receive_match :never -> late, after hour -> late",
        "recv_begin _, hour
         recv_next m, late",
    ] {
        is_disarmed(Who::Child, &by_end(waits, kill));
        // So does ending by oneself after a message.
        if waits != "sleep hour" {
            let send = "load_const m, :never
                send p, m";
            is_disarmed(Who::Child, &by_end(waits, send));
        }
    }
}

#[test]
fn timers_are_gone_with_whom_they_are_for() {
    let kill = "call_native ref, timer.send_after, opts, p, m
            yield
            load_const m, :kill
            exit_signal p, m";
    let program = by_end("receive m", kill).replace(
        "load_const  ms, 20",
        "load_const ms, 20\nload_const opts, 3600000",
    );
    is_disarmed(Who::Child, &program);
    let cancel = "load_const m, 3600000
            call_native ref, timer.start, m, me, m
            yield
            call_native ref, timer.cancel, ref
            load_const m, :kill
            exit_signal p, m";
    is_disarmed(Who::Child, &by_end("receive m", cancel));
}
