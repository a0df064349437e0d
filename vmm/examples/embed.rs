//! IonVM inside another program: `cargo run -p vmm --example embed`.
//!
//! Everything that `docs/embedding.md` tells of, in one program: it builds a machine with limits and
//! rights, gives it functions of its own, loads a class from text, spawns a process beside the
//! main one, exchanges messages with both while they run, takes the result, and stops a run that
//! would not end.

use std::error::Error;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use vm_ffi::{Completer, FfiContext, FfiRegistry, FfiValue, Native};
use vmm::asm;
use vmm::host::MemoryConsole;
use vmm::ids::Pid;
use vmm::rights::Grants;
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, Stop, Vm, VmBuilder, VmConfig};

/// The guest: `main` adds up what it is sent until it is told to stop; `listener` hands every
/// message on to the host; `endless` never ends by itself.
const PROGRAM: &str = "
.class Guest
.function main arity=1
next:
    receive     r1
    load_const  r2, :stop
    equal       r3, r1, r2
    jump_if_true r3, done
    call_native r1, host.price, r1
    add         r0, r0, r1
    jump        next
done:
    call_native r4, io.println, r0
    return      r0
.function listener arity=0
next:
    receive     r0
    call_native r1, host.tell, r0
    jump        next
.function endless arity=0
next:
    jump        next
";

/// What the host gives its guests beside the standard library.
fn functions(said: mpsc::Sender<String>) -> Result<FfiRegistry, Box<dyn Error>> {
    let mut registry = FfiRegistry::new();
    vm_ffi::stdlib::register_all(&mut registry)?;
    // A plain function: arguments and result are converted.
    let tell = move |text: String| said.send(text).map_err(|_| "nobody listens");
    registry.register(Native::new("host.tell", tell).describe("Tells the host something."))?;
    // One that has its answer later, from another thread. The calling process waits; others run.
    // It takes a right, so only guests to whom the host has granted that may call it.
    let price = |_: &mut dyn FfiContext, done: Completer, amount: f64| {
        std::thread::spawn(move || done.complete(Ok(FfiValue::Number(amount * 1.5))));
    };
    let price = Native::later("host.price", price).needs("net:prices.example");
    registry.register(price.describe("What an amount costs, as another system knows."))?;
    Ok(registry)
}

/// A machine with the guest in it.
fn machine(console: Arc<MemoryConsole>, said: mpsc::Sender<String>) -> Result<Vm, Box<dyn Error>> {
    let mut grants = Grants::none();
    grants.allow("net:prices.example".parse()?);
    let config = VmConfig {
        max_heap: 16 << 20,
        max_memory: Some(256 << 20),
        max_processes: 1000,
        timeout: Some(Duration::from_secs(60)),
        grants,
        ..VmConfig::default()
    };
    let mut vm = VmBuilder::new()
        .config(config)
        .console(console)
        .natives(functions(said)?)
        .build()?;
    let parsed = asm::parse("guest.ionasm", PROGRAM).map_err(|problems| join(&problems))?;
    for class in parsed {
        let class = verify(class).map_err(|problems| join(&problems))?;
        vm.load(&class)?;
    }
    Ok(vm)
}

fn join(problems: &[impl ToString]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Runs the guest; what it printed, what the listener said, and what came of both runs.
pub(crate) fn embed() -> Result<Vec<String>, Box<dyn Error>> {
    let mut report = Vec::new();
    let console = Arc::new(MemoryConsole::default());
    let (said, hear) = mpsc::channel();
    let mut vm = machine(Arc::clone(&console), said)?;

    // Processes that are spawned before a run run beside its main process.
    let listener = vm.code().find("Guest", "listener", Some(0))?;
    let listener = vm.spawn(listener, &[])?;

    // While a handle exists the run does not end for want of work: a message may still come.
    let handle = vm.handle();
    let host = std::thread::spawn(move || -> Result<String, String> {
        let send = |to, message| {
            let sent = handle.send(to, &message);
            sent.map_err(|error| error.to_string())
        };
        send(listener, Value::string("are you there?"))?;
        let heard = hear.recv().map_err(|error| error.to_string())?;
        for amount in [10.0, 20.0] {
            send(Pid::MAIN, Value::number(amount))?;
        }
        send(Pid::MAIN, Value::atom("stop"))?;
        Ok(heard)
    });

    // The run is on this thread, until the main process has ended and no other can go on.
    let main = vm.code().find("Guest", "main", Some(1))?;
    let outcome = vm.run(main, &[Value::number(100.0)])?;
    let heard = host.join().map_err(|_| "the host's thread panicked")??;
    report.push(format!("the listener says: {heard}"));
    report.push(format!(
        "the guest printed: {}",
        console.texts().0.trim_end()
    ));
    if let RunOutcome::Finished(sum) = &outcome {
        report.push(format!(
            "the result is {}",
            sum.as_number().unwrap_or(f64::NAN)
        ));
    }

    // A run that does not end by itself is stopped from another thread. The main process is told
    // to shut down; one that does not heed that is killed.
    let stopper = vm.stopper();
    let host = std::thread::spawn(move || stopper.stop(Stop::Terminate));
    let endless = vm.code().find("Guest", "endless", Some(0))?;
    let outcome = vm.run(endless, &[])?;
    host.join().map_err(|_| "the host's thread panicked")?;
    report.push(format!("the second run: {outcome:?}"));
    Ok(report)
}

#[allow(dead_code, reason = "the test of this example calls `embed` itself")]
fn main() -> Result<(), Box<dyn Error>> {
    for line in embed()? {
        println!("{line}");
    }
    Ok(())
}
