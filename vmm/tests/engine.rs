//! The interpreter with a fake kernel: no scheduler, no threads, no machine.
//!
//! What programs may rely on is tested by the text tests; here stands what
//! only the contract between engine and kernel shows: budgets, waiting, ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

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
use vmm::process::contract::{Budget, End, Engine, ExitClass, Outcome};
use vmm::term;
use vmm::verify::verify;
use vmm::word::Word;

struct Bench {
    code: Arc<CodeSpace>,
    common: Arc<Common>,
    interp: Interp,
}

impl Bench {
    fn new(lowering: Lowering, text: &str) -> Bench {
        let common = Arc::new(Common::default());
        let mut registry = vm_ffi::FfiRegistry::new();
        vm_ffi::stdlib::register_all(&mut registry).unwrap();
        let natives = Arc::new(Natives::new(&registry));
        let code = Arc::new(CodeSpace::new(common.clone(), lowering, natives.clone()));
        for module in vmm::asm::parse("test.ionasm", text).unwrap_or_else(|e| panic!("{}", e[0])) {
            code.load(&verify(module).unwrap()).unwrap();
        }
        let interp = Interp::new(code.clone(), natives);
        Bench {
            code,
            common,
            interp,
        }
    }

    fn process(&self, zeal: bool, limit: usize) -> Process {
        let heap = Heap::new(0, limit, zeal);
        let call = Parcel::many(heap.view(&self.common), &[Word::function(FuncId(0))]).unwrap();
        Process::new(Pid::new(1, 0), FuncId(0), heap, call)
    }

    fn run(&self, process: &mut Process, kernel: &mut Fake, budget: u32) -> Outcome {
        loop {
            match self.interp.run(process, kernel, Budget(budget)).0 {
                Outcome::Preempted => {}
                outcome => return outcome,
            }
        }
    }

    fn show(&self, parcel: &Parcel) -> String {
        term::show(parcel.view(&self.common), parcel.root(), &*self.code)
    }
}

/// Result of `main`, the same in every mode.
fn result(text: &str) -> String {
    let mut shown = Vec::new();
    for lowering in [Lowering::Fused, Lowering::Stepped] {
        let bench = Bench::new(lowering, text);
        for (zeal, budget) in [(false, 4000), (true, 4000), (false, 1), (true, 3)] {
            let mut kernel = Fake::default();
            let mut process = bench.process(zeal, 1 << 26);
            shown.push(match bench.run(&mut process, &mut kernel, budget) {
                Outcome::Ended(End::Returned(parcel)) => bench.show(&parcel),
                Outcome::Ended(End::Exited { reason, class, .. }) => {
                    format!("{class:?} {}", bench.show(&reason))
                }
                Outcome::Ended(End::Halted(code)) => format!("halted {code}"),
                outcome => format!("{outcome:?}"),
            });
        }
    }
    assert!(
        shown.windows(2).all(|w| w[0] == w[1]),
        "modes differ: {shown:#?}"
    );
    shown.swap_remove(0)
}

#[test]
fn the_same_result_whatever_the_mode() {
    assert_eq!(
        result(
            ".class Main
             .function main arity=0
                 load_const r0, &fib/1
                 load_const r1, 15
                 call r2, r0, r1
                 return r2
             .function fib arity=1
                 load_const r1, 2
                 less_than r2, r0, r1
                 jump_if_false r2, more
                 return r0
             more:
                 load_const r3, &fib/1
                 load_const r1, 1
                 sub r2, r0, r1
                 call r4, r3, r2
                 load_const r1, 2
                 sub r2, r0, r1
                 call r5, r3, r2
                 add r4, r4, r5
                 return r4"
        ),
        "610"
    );
}

#[test]
fn handlers_catch_what_calls_raise() {
    assert_eq!(
        result(
            ".class Main
             .function main arity=0
                 .handler from, to, caught, r5
             from:
                 load_const r0, &deep/1
                 load_const r1, 10
                 call r2, r0, r1
             to:
                 return r2
             caught:
                 load_const r6, \"kind\"
                 get_prop r7, r5, r6
                 return r7
             .function deep arity=1
                 load_const r1, 0
                 equal r2, r0, r1
                 jump_if_true r2, end
                 load_const r1, 1
                 sub r0, r0, r1
                 load_const r3, &deep/1
                 call r4, r3, r0
                 return r4
             end:
                 load_const r5, :x
                 add r4, r5, r0
                 return r4"
        ),
        ":bad_type"
    );
}

#[test]
fn closures_keep_their_captures_and_cells_are_shared() {
    assert_eq!(
        result(
            ".class Main
             .function main arity=0
                 load_const r0, 0
                 make_cell r1, r0
                 make_closure r2, &bump/1, _, r1
                 load_const r3, 5
                 call r4, r2, r3
                 call r4, r2, r3
                 cell_get r5, r1
                 tuple_init r6, r4, r5
                 return r6
             .function bump arity=1 captures=1 private
                 cell_get r2, r0
                 add r2, r2, r1
                 cell_set r0, r2
                 return r2"
        ),
        "(10, 10)"
    );
}

#[test]
fn tail_calls_need_constant_space_and_deep_calls_a_handler() {
    let text = ".class Main
         .function main arity=0
             load_const r0, &count/2
             load_const r1, 100000
             load_const r2, 0
             call r3, r0, r1, r2
             return r3
         .function count arity=2
             load_const r2, 0
             equal r3, r0, r2
             jump_if_true r3, done
             load_const r2, 1
             sub r0, r0, r2
             add r1, r1, r2
             load_const r3, &count/2
             tail_call r3, r0, r1
         done:
             return r1";
    let bench = Bench::new(Lowering::Fused, text);
    let mut process = bench.process(false, 1 << 16);
    match bench.run(&mut process, &mut Fake::default(), 4000) {
        Outcome::Ended(End::Returned(parcel)) => assert_eq!(bench.show(&parcel), "100000"),
        outcome => panic!("{outcome:?}"),
    }
    let endless = ".class Main
         .function main arity=0
             load_const r0, &main/0
             call r1, r0
             return r1";
    let bench = Bench::new(Lowering::Fused, endless);
    let mut process = bench.process(false, 1 << 20);
    match bench.run(&mut process, &mut Fake::default(), 4000) {
        Outcome::Ended(End::Exited {
            reason,
            class: ExitClass::Error,
            ..
        }) => {
            assert!(
                bench.show(&reason).contains(":stack_overflow"),
                "{}",
                bench.show(&reason)
            );
        }
        outcome => panic!("{outcome:?}"),
    }
}

#[test]
fn a_budget_is_what_a_turn_uses() {
    let text = ".class Main
         .function main arity=0
         again:
             nop
             jump again";
    for (lowering, budget) in [(Lowering::Stepped, 3), (Lowering::Fused, 50)] {
        let bench = Bench::new(lowering, text);
        let mut process = bench.process(false, 1 << 20);
        for _ in 0..10 {
            let (outcome, used) =
                bench
                    .interp
                    .run(&mut process, &mut Fake::default(), Budget(budget));
            assert!(
                matches!(outcome, Outcome::Preempted) && used == budget,
                "{outcome:?} {used}"
            );
        }
    }
}

#[test]
fn a_receive_waits_once_and_keeps_its_deadline() {
    let text = ".class Main
         .function main arity=0
             load_const r0, 1.5
             receive_with_timeout r1, r0, r2
             tuple_init r3, r1, r2
             return r3";
    let bench = Bench::new(Lowering::Stepped, text);
    for arrives in [true, false] {
        let mut kernel = Fake {
            now: 1000,
            ..Fake::default()
        };
        let mut process = bench.process(true, 1 << 20);
        let deadline = match bench.run(&mut process, &mut kernel, 100) {
            Outcome::Waiting => process.waiting.and_then(|waiting| waiting.deadline.ns()),
            outcome => panic!("{outcome:?}"),
        };
        assert_eq!(
            deadline,
            Some(2_001_000),
            "a fraction of a millisecond rounds up"
        );
        kernel.now = 1_000_000;
        match bench.run(&mut process, &mut kernel, 100) {
            Outcome::Waiting => {
                let again = process.waiting.and_then(|waiting| waiting.deadline.ns());
                assert_eq!(again, deadline, "the clock starts once");
            }
            outcome => panic!("{outcome:?}"),
        }
        if arrives {
            kernel.arrived.push(Parcel::word(Word::TRUE));
        }
        kernel.now = 2_001_000;
        match bench.run(&mut process, &mut kernel, 100) {
            Outcome::Ended(End::Returned(parcel)) => {
                let expected = if arrives {
                    "(true, true)"
                } else {
                    "(undefined, false)"
                };
                assert_eq!(bench.show(&parcel), expected);
            }
            outcome => panic!("{outcome:?}"),
        }
        assert_eq!(process.waiting, None);
    }
}

#[test]
fn natives_of_all_kinds_are_called_alike() {
    let text = ".class Main
         .function main arity=0
             load_const r0, 16
             call_native r1, math.sqrt, r0
             load_const r2, \" 2.5 \"
             call_native r3, string.to_number, r2
             load_const r4, \"done\"
             call_native r5, io.println, r1, r3, r4
             load_const r6, @math.sqrt
             call r6, r6, r1
             tuple_init r7, r1, r3, r5, r6
             return r7";
    let bench = Bench::new(Lowering::Fused, text);
    let mut kernel = Fake::default();
    let mut process = bench.process(true, 1 << 20);
    match bench.run(&mut process, &mut kernel, 4000) {
        Outcome::Ended(End::Returned(parcel)) => {
            assert_eq!(bench.show(&parcel), "(4, 2.5, unit, 2)");
        }
        outcome => panic!("{outcome:?}"),
    }
    assert_eq!(kernel.printed, "4, 2.5, done\n");
}

#[test]
fn messages_are_copies_and_spawns_are_asked_of_the_kernel() {
    let text = ".class Main
         .function main arity=0
             load_const r0, &work/1
             load_const r1, \"seven\"
             spawn r2, r0, [], r1
             tuple_init r3, r1, r2
             send r2, r3
             return r2
         .function work arity=1
             return r0";
    let bench = Bench::new(Lowering::Fused, text);
    let mut kernel = Fake::default();
    let mut process = bench.process(true, 1 << 20);
    assert!(matches!(
        bench.run(&mut process, &mut kernel, 4000),
        Outcome::Ended(End::Returned(_))
    ));
    assert_eq!((kernel.spawned, kernel.sent.len()), (1, 1));
    assert_eq!(bench.show(&kernel.sent[0].1), "(\"seven\", #process<101>)");
}

#[test]
fn work_on_whole_values_is_taken_off_the_budget() {
    // Reductions that a program spends which compares two lists `times` times.
    let spent = |pairs: u32, times: usize| {
        let text = format!(
            ".class Main
             .function main arity=0
                 load_const r0, &list/1
                 load_const r1, {pairs}
                 call       r2, r0, r1
                 call       r3, r0, r1
                 {}
                 return     r4
             .function list arity=1
                 load_const r1, nil
                 load_const r2, 1
             again:
                 jump_if_false r0, done
                 pair_init  r1, r0, r1
                 sub        r0, r0, r2
                 jump       again
             done:
                 return     r1",
            "equal r4, r2, r3\n".repeat(times)
        );
        let bench = Bench::new(Lowering::Fused, &text);
        let mut process = bench.process(false, 1 << 26);
        let mut kernel = Fake::default();
        let mut turns = 0;
        loop {
            let (outcome, _) = bench.interp.run(&mut process, &mut kernel, Budget(4000));
            turns += 1;
            if let Outcome::Ended(End::Returned(result)) = outcome {
                assert_eq!(result.root(), Word::TRUE);
                return (process.spent, turns);
            }
        }
    };
    let ((once, _), (twice, _)) = (spent(10, 1), spent(10, 2));
    assert!(twice - once < 10, "{once} {twice}");
    let ((once, turns), (twice, more)) = (spent(20_000, 1), spent(20_000, 2));
    assert!(twice - once >= 20_000 / 8, "{once} {twice}");
    assert!(turns >= 40_000 / 4000 && more > turns, "{turns} {more}");
}

#[test]
fn deep_recursion_that_allocates_takes_linear_time() {
    // Every collection looks at the whole stack, so there must be few of them.
    let spent = |depth: u32| {
        let text = format!(
            ".class Main
             .function main arity=0
                 load_const r0, &deep/1
                 load_const r1, {depth}
                 call       r2, r0, r1
                 return     r2
             .function deep arity=1
                 jump_if_false r0, bottom
                 load_const r1, 1
                 sub        r2, r0, r1
                 tuple_init r5, r0, r0, r0, r0, r0, r0, r0, r0
                 load_callee r3
                 call       r4, r3, r2
                 add        r4, r4, r1
                 return     r4
             bottom:
                 return     r0"
        );
        let bench = Bench::new(Lowering::Fused, &text);
        let mut process = bench.process(false, 1 << 30);
        let mut kernel = Fake::default();
        match bench.run(&mut process, &mut kernel, 4000) {
            Outcome::Ended(End::Returned(result)) => {
                assert_eq!(bench.show(&result), depth.to_string());
            }
            outcome => panic!("{outcome:?}"),
        }
        (process.spent, process.heap.collections())
    };
    let ((some, _), (more, collections)) = (spent(20_000), spent(200_000));
    assert!(more < 20 * some, "{some} {more}");
    assert!(collections < 60, "{collections}");
}

#[test]
fn a_turn_ends_when_its_messages_are_more_than_can_be_taken() {
    // Small messages and large ones go different ways.
    for message in [
        "1",
        "(1, 2)",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]",
    ] {
        let text = format!(
            "
.class Main
.function main arity=0
    load_const  r0, &receiver/0
    spawn       r0, r0
    load_const  r1, {message}
    send        r0, r1
    send        r0, r1
    send        r0, r1
.function receiver arity=0 private
"
        );
        // The receiver is one more that has not run, too.
        for (crowded, turns) in [(false, 1), (true, 5)] {
            let (taken, kernel) = turns_beside(crowded, &text);
            assert_eq!((taken, kernel.sent.len()), (turns, 3), "{message}");
        }
    }
}

#[test]
fn a_turn_ends_when_there_are_many_that_never_ran() {
    let text = ".class Main
.function main arity=0
    load_const  r0, &child/0
    array_init  r2
    map_init    r3
    spawn       r1, r0
    spawn       r1, r0, [link]
    spawn_opts  r1, _, r0, r2, r3
.function child arity=0 private
";
    for (crowded, turns) in [(false, 1), (true, 4)] {
        let (taken, kernel) = turns_beside(crowded, text);
        assert_eq!((taken, kernel.spawned), (turns, 3));
    }
}

/// Turns that a program takes until it ends or waits, and who granted what it asked for.
fn turns_beside(crowded: bool, text: &str) -> (usize, Fake) {
    let bench = Bench::new(Lowering::Fused, text);
    let mut kernel = Fake {
        crowded,
        ..Fake::default()
    };
    let mut process = bench.process(false, 1 << 26);
    let mut turn = || bench.interp.run(&mut process, &mut kernel, Budget(4000)).0;
    let preempted = std::iter::from_fn(|| matches!(turn(), Outcome::Preempted).then_some(()));
    (preempted.count() + 1, kernel)
}
