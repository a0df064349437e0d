//! Operations of the interpreter on their own: one process, a kernel that
//! grants nothing, no scheduler around it.
//!
//! `cargo bench -p vmm --bench dispatch [-- NAME]` prints milliseconds, the best of five.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark measures time and runs known programs"
)]

use std::sync::Arc;
use std::time::Instant;

use vmm::builtin::Natives;
use vmm::code::{CodeSpace, Lowering};
use vmm::heap::Heap;
use vmm::heap::parcel::Parcel;
use vmm::heap::shared::Common;
use vmm::host::Stream;
use vmm::ids::{FuncId, Pid};
use vmm::interp::Interp;
use vmm::isa::Instruction as I;
use vmm::process::Process;
use vmm::process::contract::{Budget, End, Engine, Kernel, Outcome, SpawnRefused, SpawnRequest};
use vmm::process::mailbox::Mailbox;
use vmm::trace::{Event, Topics};
use vmm::verify::verify;
use vmm::word::Word;
use vmm::{Function, Module, Value};

/// Grants nothing.
struct Alone;

impl Kernel for Alone {
    fn spawn(&mut self, _: SpawnRequest) -> Result<Pid, SpawnRefused> {
        Err(SpawnRefused::TooMany { limit: 1 })
    }
    fn send(&mut self, _: Pid, _: Parcel) {}
    fn arrivals(&mut self, _: &mut Mailbox) {}
    fn now_ns(&mut self, _: u32) -> u64 {
        0
    }
    fn wall_ns(&mut self, _: u32) -> u64 {
        0
    }
    fn random(&mut self) -> u64 {
        0
    }
    fn print(&mut self, _: Stream, _: &str) {}
    fn processes(&self) -> usize {
        1
    }
    fn passes(&self) -> u64 {
        0
    }
    fn topics(&self) -> Topics {
        Topics::NONE
    }
    fn event(&mut self, _: Event, _: Option<&Parcel>) {}
}

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
    loop {
        match interp.run(&mut process, &mut Alone, Budget(4000)).0 {
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
