//! Two engines at once over the same code, each with a process and a kernel
//! of its own: what sites of properties remember is shared between them.

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

/// Objects of so many layouts, each read, written and asked for a method at
/// the same three places, again and again.
///
/// The object of layout i has i properties before `x`, which is i; every
/// round adds one to `x` and adds it up, so what a wrong slot gives shows.
fn program(layouts: usize) -> String {
    let keys: Vec<String> = (0..layouts).map(|i| format!(":k{i}")).collect();
    let keys = keys.join(", ");
    format!(
        ".class Main
         .function main arity=0
             .reg keys, i, n, j, o, k, one, c, x, sum, round, rounds, f, v, proto, all
             load_const one, 1
             load_const n, {layouts}
             load_const rounds, 300
             load_const keys, [{keys}]
             load_const sum, 0
             load_const round, 0
             object_init o
             load_const k, :plus
             load_const f, &plus/1
             set_prop o, k, f
             object_new proto, o
             array_init all
             load_const i, 0
         make:
             object_new o, proto
             load_const j, 0
         fill:
             less_than c, j, i
             jump_if_false c, filled
             get_index k, keys, j
             set_prop o, k, one
             add j, j, one
             jump fill
         filled:
             load_const k, :x
             set_prop o, k, i
             array_push all, o
             add i, i, one
             less_than c, i, n
             jump_if_true c, make
         again:
             load_const i, 0
         each:
             get_index o, all, i
             load_const k, :x
             get_prop v, o, k
             add v, v, one
             set_prop o, k, v
             load_const k, :plus
             get_prop f, o, k
             call v, f, one
             add sum, sum, v
             add i, i, one
             less_than c, i, n
             jump_if_true c, each
             add round, round, one
             less_than c, round, rounds
             jump_if_true c, again
             return sum
         .function plus arity=1
             load_this r1
             load_const r2, :x
             get_prop r1, r1, r2
             add r0, r0, r1
             return r0"
    )
}

/// What `program` sums up to: over all rounds r from 1 and layouts i, i + r + 1.
fn sum(layouts: usize) -> f64 {
    let rounds = 1..=300;
    let all = rounds.flat_map(|round| (0..layouts).map(move |i| i + round + 1));
    all.sum::<usize>() as f64
}

#[test]
fn sites_of_few_and_many_layouts_stay_right_on_two_threads() {
    for layouts in [1, 4, 100] {
        for lowering in [Lowering::Fused, Lowering::Stepped] {
            let common = Arc::new(Common::default());
            let natives = Arc::new(Natives::new(&vm_ffi::FfiRegistry::new()));
            let code = Arc::new(CodeSpace::new(common.clone(), lowering, natives.clone()));
            for module in vmm::asm::parse("test.ionasm", &program(layouts)).unwrap() {
                code.load(&verify(module).unwrap()).unwrap();
            }
            let run = |budget: u32| {
                let interp = Interp::new(code.clone(), natives.clone());
                let heap = Heap::new(0, 1 << 26, false);
                let main = [Word::function(FuncId(0))];
                let call = Parcel::many(heap.view(&common), &main).unwrap();
                let mut process = Process::new(Pid::new(1, 0), FuncId(0), heap, call);
                let mut kernel = Fake::default();
                loop {
                    match interp.run(&mut process, &mut kernel, Budget(budget)).0 {
                        Outcome::Preempted => {}
                        Outcome::Ended(End::Returned(parcel)) => return parcel.root(),
                        outcome => panic!("{outcome:?}"),
                    }
                }
            };
            let both = std::thread::scope(|scope| {
                let threads = [4000, 61].map(|budget| scope.spawn(move || run(budget)));
                threads.map(|thread| thread.join().unwrap())
            });
            assert_eq!(both, [Word::number(sum(layouts)); 2], "{layouts} layouts");
        }
    }
}
