//! Operations of the interpreter on their own: one process, a kernel that
//! grants nothing, no scheduler around it.
//!
//! `cargo bench -p vmm --bench dispatch [-- NAME]` prints milliseconds, the best of five.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark measures time and runs known programs"
)]

#[path = "../tests/support/kernel.rs"]
mod kernel;

use std::sync::Arc;
use std::time::Instant;

use kernel::Fake;
use vmm::builtin::Natives;
use vmm::code::{CodeSpace, Lowering};
use vmm::heap::Heap;
use vmm::heap::parcel::Parcel;
use vmm::heap::shared::Common;
use vmm::ids::{FuncId, Pid};
use vmm::interp::Interp;
use vmm::isa::Instruction as I;
use vmm::process::Process;
use vmm::process::contract::{Budget, End, Engine, Outcome};
use vmm::verify::verify;
use vmm::word::Word;
use vmm::{Function, Module, Value};

fn fib() -> Function {
    Function::new_bytecode(
        "fib",
        1,
        5,
        vec![
            I::load_const(1, 2.0),
            I::less_than(2, 0, 1),
            I::jump_if_false(2, 2),
            I::r#return(0),
            I::load_const(5, Value::local_function(0)),
            I::load_const(1, 1.0),
            I::sub(2, 0, 1),
            I::call(3, 5, vec![2.into()]),
            I::load_const(1, 2.0),
            I::sub(2, 0, 1),
            I::call(4, 5, vec![2.into()]),
            I::add(3, 3, 4),
            I::r#return(3),
        ],
    )
}

fn float_loop() -> Function {
    Function::new_bytecode(
        "loop",
        1,
        6,
        vec![
            I::load_const(1, 0.0),
            I::load_const(2, 0.0),
            I::load_const(5, 1.0),
            I::load_const(6, 7.0),
            I::less_than(3, 2, 0),
            I::jump_if_false(3, 6),
            I::mul(4, 2, 2),
            I::r#mod(4, 4, 6),
            I::add(1, 1, 4),
            I::add(2, 2, 5),
            I::jump(-6),
            I::r#return(1),
        ],
    )
}

/// What is measured: name, function, argument.
type Row = (&'static str, fn() -> Function, f64);

/// Runs one function to its end.
fn run(function: Function, argument: f64) -> Word {
    let common = Arc::new(Common::default());
    let natives = Arc::new(Natives::new(&vm_ffi::FfiRegistry::new()));
    let code = Arc::new(CodeSpace::new(
        common.clone(),
        Lowering::Fused,
        natives.clone(),
    ));
    code.load(&verify(Module::new("Main").with(function)).unwrap())
        .unwrap();
    let interp = Interp::new(code, natives);
    let heap = Heap::new(0, 1 << 30, false);
    let call = Parcel::many(
        heap.view(&common),
        &[Word::function(FuncId(0)), Word::number(argument)],
    )
    .unwrap();
    let mut process = Process::new(Pid::new(1, 0), FuncId(0), heap, call);
    let mut kernel = Fake::default();
    loop {
        match interp.run(&mut process, &mut kernel, Budget(4000)).0 {
            Outcome::Preempted => {}
            Outcome::Ended(End::Returned(parcel)) => return parcel.root(),
            outcome => panic!("{outcome:?}"),
        }
    }
}

fn main() {
    // `cargo test` builds and starts benchmarks too; it measures nothing.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let wanted = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let rows: [Row; 2] = [("fib 32", fib, 32.0), ("loop 1e7", float_loop, 1e7)];
    for (name, function, argument) in rows {
        if wanted
            .as_ref()
            .is_some_and(|w| !name.starts_with(w.as_str()))
        {
            continue;
        }
        let times = (0..5).map(|_| {
            let start = Instant::now();
            let word = run(function(), argument);
            (start.elapsed().as_secs_f64() * 1e3, word)
        });
        let best = times.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        println!("{name}: {:.1} ms ({:?})", best.0, best.1);
    }
}
