//! Memory of single processes, measured while they run: no clock, no system.
//!
//! The interpreter runs one process turn by turn, and between two turns its
//! heap is looked at. What a program holds bounds what its process takes,
//! however much garbage it makes.

#[path = "support/kernel.rs"]
mod kernel;

use std::sync::Arc;

use kernel::Fake;
use vmm::builtin::Natives;
use vmm::code::{CodeSpace, Lowering};
use vmm::heap::Heap;
use vmm::heap::parcel::Parcel;
use vmm::heap::shared::Common;
use vmm::ids::{FuncId, Pid};
use vmm::interp::Interp;
use vmm::process::Process;
use vmm::process::contract::{Budget, End, Engine, Outcome};
use vmm::verify::verify;
use vmm::word::Word;

const KIB: usize = 1024;

/// Instructions between two looks.
const TURN: u32 = 50;

/// What a process took.
#[derive(Debug)]
struct Gauge {
    /// Bytes before the first instruction.
    first: usize,
    /// Most bytes between two turns.
    peak: usize,
    /// Bytes at the last look.
    last: usize,
    /// Bytes that it allocated in all.
    allocated: usize,
    collections: u64,
}

/// Runs `main` of a program, which has to return, with a memory limit.
fn measure(lowering: Lowering, limit: usize, program: &str) -> Gauge {
    let common = Arc::new(Common::default());
    let mut registry = vm_ffi::FfiRegistry::new();
    vm_ffi::stdlib::register_all(&mut registry).expect("the standard library registers");
    let natives = Arc::new(Natives::new(&registry));
    let code = Arc::new(CodeSpace::new(common.clone(), lowering, natives.clone()));
    let text = format!(".class Main\n{program}");
    for module in vmm::asm::parse("gauge.ionasm", &text).unwrap_or_else(|e| panic!("{}", e[0])) {
        let class = verify(module).unwrap_or_else(|e| panic!("{}", e[0]));
        code.load(&class).expect("the program links");
    }
    let interp = Interp::new(code, natives);
    let heap = Heap::new(0, limit, false);
    let first = heap.bytes();
    let call = Parcel::many(heap.view(&common), &[Word::function(FuncId(0))])
        .expect("a function can be sent");
    let mut process = Process::new(Pid::new(1, 0), FuncId(0), heap, call);
    let mut gauge = Gauge {
        first,
        peak: first,
        last: first,
        allocated: 0,
        collections: 0,
    };
    let mut kernel = Fake::default();
    loop {
        let outcome = interp.run(&mut process, &mut kernel, Budget(TURN)).0;
        gauge.last = process.heap.bytes();
        gauge.peak = gauge.peak.max(gauge.last);
        gauge.allocated = 8 * process.heap.allocated_words() as usize;
        gauge.collections = process.heap.collections();
        match outcome {
            Outcome::Preempted => {}
            Outcome::Ended(End::Returned(_)) => return gauge,
            other => panic!("the program ends otherwise: {other:?}"),
        }
    }
}

/// What holds of a program in both ways to lower it.
fn both(limit: usize, program: &str, holds: impl Fn(&Gauge) -> bool) {
    for lowering in [Lowering::Fused, Lowering::Stepped] {
        let gauge = measure(lowering, limit, program);
        assert!(holds(&gauge), "{lowering:?}: {gauge:?}");
    }
}

#[test]
fn a_process_is_small_at_first() {
    both(1 << 30, ".function main arity=0\n", |g| {
        g.first <= 2 * KIB && g.peak == g.first && g.collections == 0
    });
}

#[test]
fn garbage_stays_within_the_limit() {
    let program = ".function main arity=0
         load_const r0, 50000
         load_const r1, 1
     again:
         array_init r2, r0, r0, r0, r0, r0, r0, r0, r0
         tuple_init r3, r2, r0
         sub        r0, r0, r1
         jump_if_true r0, again";
    both(64 * KIB, program, |g| {
        g.peak <= 64 * KIB && g.allocated > 4_000 * KIB && g.collections > 50
    });
    // With room to spare it does not take more than it needs.
    both(1 << 30, program, |g| g.peak <= 256 * KIB);
}

#[test]
fn garbage_outside_the_heap_counts() {
    let program = ".function main arity=0
         load_const r0, \"0123456789abcdef\"
         load_const r1, 256
         load_const r2, 3000
         load_const r3, 1
     again:
         mul        r4, r0, r1
         sub        r2, r2, r3
         jump_if_true r2, again";
    // 3000 strings of 4 KiB each, 12 MB in all.
    both(256 * KIB, program, |g| {
        g.peak <= 256 * KIB && g.collections > 20
    });
    both(1 << 30, program, |g| g.peak <= 4_000 * KIB);
}

#[test]
fn what_is_let_go_is_given_back() {
    let program = ".function main arity=0
         load_const r0, &build/0
         call       r1, r0
         load_const r0, &churn/1
         load_const r1, 400000
         call       r1, r0, r1
     .function build arity=0
         load_const r0, nil
         load_const r1, 50000
         load_const r2, 1
     again:
         pair_init  r0, r1, r0
         sub        r1, r1, r2
         jump_if_true r1, again
         return     r1
     .function churn arity=1
         load_const r1, 1
     again:
         array_init r2, r0, r0, r0, r0
         sub        r0, r0, r1
         jump_if_true r0, again";
    both(1 << 30, program, |g| {
        g.peak > 1_000 * KIB && g.last * 4 < g.peak
    });
}

#[test]
fn tail_calls_take_no_room() {
    let program = ".function main arity=0
         load_const r0, &countdown/1
         load_const r1, 100000
         tail_call  r0, r1
     .function countdown arity=1
         jump_if_false r0, done
         load_const r1, 1
         sub        r0, r0, r1
         load_const r2, &countdown/1
         tail_call  r2, r0
     done:
         return     r0";
    both(1 << 30, program, |g| {
        g.peak == g.first && g.collections == 0
    });
}

#[test]
fn loops_of_arithmetic_allocate_nothing() {
    let program = ".function main arity=0
         load_const r0, 100000
         load_const r1, 1
         load_const r2, 0.5
     again:
         mul        r2, r2, r0
         sub        r0, r0, r1
         jump_if_true r0, again";
    // The call that starts the process is unpacked, nothing else.
    both(1 << 30, program, |g| {
        g.allocated <= 64 && g.collections == 0
    });
}

#[test]
fn caught_errors_leave_nothing_behind() {
    let program = ".function main arity=0
         .handler begin, end, caught, r3
         load_const r0, 3000
         load_const r1, 1
     again:
         load_const r2, unit
     begin:
         neg        r2, r2
     end:
     caught:
         sub        r0, r0, r1
         jump_if_true r0, again";
    both(128 * KIB, program, |g| {
        g.peak <= 128 * KIB && g.collections > 5
    });
}

#[test]
fn a_deep_stack_is_given_back() {
    let program = ".function main arity=0
         load_const r0, &deep/1
         load_const r1, 20000
         call       r2, r0, r1
         load_const r0, &churn/1
         load_const r1, 400000
         call       r2, r0, r1
     .function deep arity=1
         jump_if_false r0, bottom
         load_const r1, 1
         sub        r2, r0, r1
         load_callee r3
         call       r4, r3, r2
     bottom:
         return     r0
     .function churn arity=1
         load_const r1, 1
     again:
         array_init r2, r0, r0, r0, r0
         sub        r0, r0, r1
         jump_if_true r0, again";
    both(1 << 30, program, |g| {
        g.peak > 500 * KIB && g.last * 4 < g.peak
    });
}
