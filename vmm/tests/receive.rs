//! What a receive costs: reductions of one process, counted while it runs turn by turn.
//!
//! Time does not matter here, only how many messages were looked at. A scan costs a
//! reduction a message, is left off at the end of a turn, and is not begun again by what
//! comes in the meantime.

#[path = "support/kernel.rs"]
mod kernel;

use std::sync::Arc;

use kernel::Fake;
use vmm::builtin::Natives;
use vmm::code::{CodeSpace, Lowering};
use vmm::heap::Heap;
use vmm::heap::parcel::{Parcel, Part};
use vmm::heap::shared::Common;
use vmm::ids::{FuncId, Pid, RefId};
use vmm::interp::Interp;
use vmm::limits::TIMESLICE_PARALLEL;
use vmm::process::Process;
use vmm::process::contract::{Budget, End, Engine, Outcome};
use vmm::verify::verify;
use vmm::word::Word;

/// One process, run by hand.
struct Bench {
    interp: Interp,
    process: Process,
    kernel: Fake,
    common: Arc<Common>,
}

/// What a turn came to, and how many reductions it took.
#[derive(Debug, PartialEq)]
enum Turn {
    Waits(u32),
    Preempted(u32),
    /// The number that the process returned.
    Returned(u64, u32),
}

impl Bench {
    /// A process that runs `main` of a program.
    fn new(program: &str) -> Bench {
        let common = Arc::new(Common::default());
        let mut registry = vm_ffi::FfiRegistry::new();
        vm_ffi::stdlib::register_all(&mut registry).expect("the standard library registers");
        let natives = Arc::new(Natives::new(&registry));
        let code = Arc::new(CodeSpace::new(
            common.clone(),
            Lowering::Fused,
            natives.clone(),
        ));
        let text = format!(".class Main\n{program}");
        for module in
            vmm::asm::parse("receive.ionasm", &text).unwrap_or_else(|e| panic!("{}", e[0]))
        {
            let class = verify(module).unwrap_or_else(|e| panic!("{}", e[0]));
            code.load(&class).expect("the program links");
        }
        let heap = Heap::new(0, 1 << 24, false);
        let call = Parcel::many(heap.view(&common), &[Word::function(FuncId(0))])
            .expect("a function can be sent");
        Bench {
            interp: Interp::new(code, natives),
            process: Process::new(Pid::new(1, 0), FuncId(0), heap, call),
            kernel: Fake::default(),
            common,
        }
    }

    fn arrive(&mut self, message: Parcel) {
        self.kernel.arrived.push(message);
    }

    /// So many numbers arrive.
    fn flood(&mut self, count: u64) {
        (0..count).for_each(|n| self.arrive(Parcel::word(Word::number(n as f64))));
    }

    /// The process's reference of a number and 7 arrive, as a tuple.
    fn reply(&mut self, count: u64) {
        let owner = self.process.pid;
        let parts = [
            Part::Reference(RefId { owner, count }),
            Part::Word(Word::number(7.0)),
        ];
        self.arrive(Parcel::tuple(&parts));
    }

    fn turn(&mut self) -> Turn {
        let budget = Budget(TIMESLICE_PARALLEL);
        match self.interp.run(&mut self.process, &mut self.kernel, budget) {
            (Outcome::Preempted, used) => Turn::Preempted(used),
            (Outcome::Waiting, used) => Turn::Waits(used),
            (Outcome::Ended(End::Returned(result)), used) => {
                let number = result
                    .root()
                    .to_number()
                    .expect("programs here return numbers");
                Turn::Returned(number as u64, used)
            }
            (other, _) => panic!("{other:?}"),
        }
    }

    /// Turns until the process waits or ends, and the reductions of all of them.
    fn turns(&mut self) -> (u32, u32) {
        let (mut turns, mut all) = (0, 0);
        loop {
            turns += 1;
            match self.turn() {
                Turn::Preempted(used) => all += used,
                Turn::Waits(used) | Turn::Returned(_, used) => return (turns, all + used),
            }
        }
    }
}

const CALL: &str = ".function main arity=0
    receive     r0
    make_ref    r1
    receive_match (^r1, r2) -> got, (:DOWN, ^r1, r2) -> got
got:
    return      r2";

#[test]
fn an_answer_is_found_at_once_behind_a_long_queue() {
    let mut bench = Bench::new(CALL);
    bench.flood(50_000);
    assert!(matches!(bench.turn(), Turn::Waits(used) if used < 20));
    bench.reply(0);
    assert!(matches!(bench.turn(), Turn::Returned(7, used) if used < 20));
}

#[test]
fn so_it_is_by_cursor() {
    let mut bench = Bench::new(
        ".function main arity=0
            receive     r0
            make_ref    r1
            recv_begin  r1, _
        next:
            recv_next   r2, next
            recv_take
            match       r2, (^r1, r0) -> got
        got:
            return      r0",
    );
    bench.flood(50_000);
    assert!(matches!(bench.turn(), Turn::Waits(used) if used < 20));
    bench.reply(0);
    assert!(matches!(bench.turn(), Turn::Returned(7, used) if used < 20));
}

#[test]
fn the_fifth_newest_reference_has_no_mark() {
    for (more, least, most) in [(3, 0, 30), (4, 10_000, 12_000)] {
        let refs = "make_ref r0\n".repeat(more);
        let program = format!(
            ".function main arity=0
                receive     r0
                make_ref    r1
                {refs}
                receive_match (^r1, r2) -> got
            got:
                return      r2"
        );
        let mut bench = Bench::new(&program);
        bench.flood(10_001);
        let (_, used) = bench.turns();
        assert!((least..=most).contains(&used), "{more}: {used}");
        bench.reply(0);
        assert!(matches!(bench.turn(), Turn::Returned(7, used) if used < 20));
    }
}

#[test]
fn a_message_costs_a_reduction_and_a_long_scan_several_turns() {
    let mut bench = Bench::new(
        ".function main arity=0
            receive_match (:wanted, r0) -> got
        got:
            return      r0",
    );
    bench.flood(20_000);
    let (turns, used) = bench.turns();
    // Of which some go for the patterns themselves.
    assert!((20_000..24_000).contains(&used), "{used}");
    assert!((5..=7).contains(&turns), "{turns}");
    // What was looked at is not looked at again.
    bench.flood(10);
    assert!(matches!(bench.turn(), Turn::Waits(used) if used < 30));
}

#[test]
fn what_comes_during_a_long_scan_is_looked_at_last() {
    let mut bench = Bench::new(CALL.replace("^r1", "_").as_str());
    bench.flood(20_000);
    assert!(matches!(bench.turn(), Turn::Preempted(_)));
    bench.reply(0);
    let (turns, _) = bench.turns();
    assert!((5..=7).contains(&turns), "{turns}");
}

#[test]
fn a_time_out_is_armed_once_and_never_early() {
    let mut bench = Bench::new(
        ".function main arity=0
            load_const  r0, 1.5
            receive_match :wanted -> got, after r0 -> late
        got:
        late:
            load_const  r0, 3
            return      r0",
    );
    bench.kernel.now = 500;
    let deadline = Some(2_000_500);
    bench.flood(20_000);
    while matches!(bench.turn(), Turn::Preempted(_)) {
        bench.kernel.now += 100;
    }
    let waits = |bench: &Bench| bench.process.waiting.map(|waiting| waiting.deadline.ns());
    assert_eq!(waits(&bench), Some(deadline));
    bench.kernel.now = 2_000_499;
    bench.flood(1);
    assert!(matches!(bench.turn(), Turn::Waits(_)));
    assert_eq!(waits(&bench), Some(deadline));
    bench.kernel.now = 2_000_500;
    assert!(matches!(bench.turn(), Turn::Returned(3, _)));
    assert_eq!(waits(&bench), None);
    assert_eq!(bench.process.mailbox.len(), 20_001);
}

#[test]
fn the_clock_of_a_cursor_survives_what_does_not_end_it() {
    let mut bench = Bench::new(
        ".function main arity=0
            load_const  r0, 2
            recv_begin  _, r0
        next:
            recv_next   r1, late
            jump        next
        late:
            return      r0",
    );
    bench.kernel.now = 1 << 60;
    for step in 1..5 {
        bench.flood(3);
        bench.kernel.now += step;
        assert!(matches!(bench.turn(), Turn::Waits(_)));
    }
    let deadline = bench
        .process
        .waiting
        .and_then(|waiting| waiting.deadline.ns());
    let deadline = deadline.expect("it has one");
    // A frame keeps it as a number, which may be later than what was asked for.
    assert!(
        (0..1024).contains(&(deadline - (1 << 60) - 2_000_001)),
        "{deadline}"
    );
    bench.kernel.now = deadline - 1;
    assert!(matches!(bench.turn(), Turn::Waits(_)));
    bench.kernel.now = deadline;
    assert!(matches!(bench.turn(), Turn::Returned(2, _)));
}

#[test]
fn only_what_is_taken_is_copied() {
    let mut bench = Bench::new(
        ".function main arity=0
            receive_match (:small, r0) -> got
        got:
            receive_match (:large, r1, _) -> large
        large:
            return      r1",
    );
    let atoms = &bench.common.atoms;
    let atom = |text| Word::atom(atoms.intern(text).expect("there is room"));
    let (small, large) = (atom("small"), atom("large"));
    let long = Parcel::tuple(&[Part::Word(Word::TRUE); 50_000]);
    let parts = [
        Part::Word(large),
        Part::Word(Word::number(4.0)),
        Part::Parcel(&long),
    ];
    bench.arrive(Parcel::tuple(&parts));
    bench.arrive(Parcel::tuple(&[
        Part::Word(small),
        Part::Word(Word::number(5.0)),
    ]));
    assert!(matches!(bench.turn(), Turn::Returned(4, _)));
    assert!(bench.process.heap.allocated_words() < 1000);
}
