//! Natives that answer while their process waits: on the pool, and later.
//!
//! The natives here block on gates that other natives open, so that nothing depends on how
//! long anything takes: a scheduler that waited for one of them would never come to the process
//! that ends the wait, and the test would not end.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex};

use vm_ffi::{Completer, FfiContext, FfiRegistry, FfiValue, Native};
use vmm::asm;
use vmm::host::MemoryConsole;
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, Vm, VmBuilder, VmConfig, VmMode};

/// Doors by name: who goes through waits until it is open.
#[derive(Clone, Default)]
struct Doors(Arc<(Mutex<HashMap<String, u32>>, Condvar)>);

impl Doors {
    fn open(&self, name: &str) {
        *self
            .0
            .0
            .lock()
            .expect("the test sees to it")
            .entry(name.to_owned())
            .or_default() += 1;
        self.0.1.notify_all();
    }

    /// Waits until the door was opened so many times.
    fn pass(&self, name: &str, times: u32) {
        let open = self.0.0.lock().expect("the test sees to it");
        let closed =
            |open: &mut HashMap<String, u32>| open.get(name).copied().unwrap_or_default() < times;
        drop(
            self.0
                .1
                .wait_while(open, closed)
                .expect("the test sees to it"),
        );
    }

    fn times(&self, name: &str) -> u32 {
        self.0
            .0
            .lock()
            .expect("the test sees to it")
            .get(name)
            .copied()
            .unwrap_or_default()
    }
}

/// Calls that are answered by a native of another process.
type Open = Arc<Mutex<Vec<Completer>>>;

struct World {
    doors: Doors,
    calls: Open,
}

fn world(config: VmConfig, text: &str) -> (World, Vm) {
    let (doors, calls) = (Doors::default(), Open::default());
    let mut registry = FfiRegistry::new();
    vm_ffi::stdlib::register_all(&mut registry).expect("the test sees to it");
    let mut add = |native: Native| registry.register(native).expect("the test sees to it");
    let own = doors.clone();
    add(Native::new("door.times", move |name: String| {
        f64::from(own.times(&name))
    }));
    let own = doors.clone();
    add(Native::new("door.open", move |name: String| {
        own.open(&name);
    }));
    let own = doors.clone();
    add(Native::new("door.pass", move |name: String| {
        own.open(&format!("at {name}"));
        own.pass(&name, 1);
        own.open(&format!("through {name}"));
        name
    })
    .blocks());
    add(Native::new("door.fall", |n: f64| -> f64 { panic!("over {n}") }).blocks());
    add(
        Native::with_context("door.say", |context: &mut dyn FfiContext, text: String| {
            context.write_stdout(text.as_bytes())
        })
        .blocks(),
    );
    add(Native::new("door.secret", || 1.0)
        .needs("env:SECRET")
        .blocks());
    let (own, told) = (Arc::clone(&calls), doors.clone());
    add(Native::later(
        "call.begin",
        move |_: &mut dyn FfiContext, done: Completer| {
            let told = told.clone();
            done.on_cancel(move || told.open("given up"));
            own.lock().expect("the test sees to it").push(done);
        },
    ));
    let own = Arc::clone(&calls);
    add(Native::new("call.answer", move |value: FfiValue| {
        let call = own.lock().expect("the test sees to it").pop();
        call.map(|call| call.complete(Ok(value))).is_some()
    }));
    let own = Arc::clone(&calls);
    add(Native::new("call.drop", move || {
        own.lock().expect("the test sees to it").pop().is_some()
    }));
    add(Native::later(
        "call.at_once",
        |_: &mut dyn FfiContext, done: Completer, n: f64| {
            done.complete(Ok(FfiValue::Number(n + 1.0)));
        },
    ));
    add(Native::later(
        "call.thread",
        |_: &mut dyn FfiContext, done: Completer, n: f64| {
            std::thread::spawn(move || done.complete(Ok(FfiValue::Number(n + 1.0))));
        },
    ));
    let mut vm = VmBuilder::new()
        .config(config)
        .console(Arc::new(MemoryConsole::default()))
        .natives(registry)
        .build()
        .expect("the test sees to it");
    for class in asm::parse("test.ionasm", text).unwrap_or_else(|p| panic!("{}", p[0])) {
        vm.load(&verify(class).unwrap_or_else(|p| panic!("{}", p[0])))
            .expect("the test sees to it");
    }
    (World { doors, calls }, vm)
}

/// Parallel, on one worker: a scheduler that waits is seen.
fn one() -> VmConfig {
    VmConfig {
        schedulers: Some(1),
        ..VmConfig::default()
    }
}

fn stepped() -> VmConfig {
    VmConfig {
        mode: VmMode::Stepped,
        ..VmConfig::default()
    }
}

fn main(vm: &mut Vm) -> RunOutcome {
    let entry = vm.entry("Main", None).expect("the test sees to it");
    vm.run(entry.function, &[]).expect("the test sees to it")
}

fn finished(text: &str) -> RunOutcome {
    RunOutcome::Finished(Value::string(text))
}

#[test]
fn a_blocking_native_does_not_stop_the_scheduler() {
    let (_, mut vm) = world(
        one(),
        "
.class Main
.function main arity=0
    load_const  r0, &opens/0
    spawn       r1, r0
    load_const  r2, \"a\"
    call_native r3, door.pass, r2
    return      r3
.function opens arity=0
    load_const  r0, \"a\"
    call_native r1, door.open, r0
    return      r1
",
    );
    assert_eq!(main(&mut vm), finished("a"));
    // Another run on the same machine, through a door that is open.
    assert_eq!(main(&mut vm), finished("a"));
}

/// More calls than a pool has threads wait at once, and come through when the door opens.
#[test]
fn as_many_calls_wait_as_processes_make() {
    for config in [one(), VmConfig::default()] {
        let (_, mut vm) = world(
            config,
            "
.class Main
.function main arity=0
    load_const  r0, 0
    load_const  r10, 1
    load_const  r1, 300
    array_init  r2
    load_const  r3, &passes/0
more:
    spawn       r4, r3, [keep]
    array_push  r2, r4
    add         r0, r0, r10
    less_than   r5, r0, r1
    jump_if_true r5, more
    load_const  r6, \"a\"
    call_native r7, door.open, r6
    load_const  r0, 0
    load_const  r8, 0
next:
    get_index   r4, r2, r0
    await       r5, r4
    add         r8, r8, r5
    add         r0, r0, r10
    less_than   r5, r0, r1
    jump_if_true r5, next
    return      r8
.function passes arity=0
    load_const  r0, \"a\"
    call_native r1, door.pass, r0
    load_const  r2, 1
    return      r2
",
        );
        assert_eq!(main(&mut vm), RunOutcome::Finished(Value::number(300.0)));
    }
}

#[test]
fn who_waits_for_a_native_says_so_and_can_be_killed() {
    let (world, mut vm) = world(
        one(),
        "
.class Main
.function main arity=0
    load_const  r0, &waits/0
    spawn       r1, r0
    monitor     r2, r1
    load_const  r3, [:status, :native]
again:
    call_native r4, process.info, r1, r3
    load_const  r5, :native
    get_index   r6, r4, r5
    jump_if_false r6, again
    load_const  r11, \"at never\"
    call_native r12, door.times, r11
    jump_if_false r12, again
    load_const  r7, :kill
    exit_signal r1, r7
    receive     r8
    load_const  r9, 4
    get_index   r8, r8, r9
    load_const  r5, :status
    get_index   r10, r4, r5
    tuple_init  r0, r6, r10, r8
    return      r0
.function waits arity=0
    load_const  r0, \"never\"
    call_native r1, door.pass, r0
    return      r1
",
    );
    let told = Value::tuple(vec![
        Value::string("door.pass"),
        Value::atom("waiting"),
        Value::atom("killed"),
    ]);
    assert_eq!(main(&mut vm), RunOutcome::Finished(told));
    // The thread is still there, and what it answers finds nobody.
    world.doors.pass("at never", 1);
    world.doors.open("never");
    world.doors.pass("through never", 1);
}

#[test]
fn a_panic_and_a_missing_right_are_errors_of_the_caller() {
    for config in [one(), stepped()] {
        let (_, mut vm) = world(
            config,
            "
.class Main
.function main arity=0
    .handler a, b, failed, r0
    load_const  r1, 7
a:
    call_native r0, door.fall, r1
b:
failed:
    load_const  r2, :kind
    get_prop    r3, r0, r2
    load_const  r2, :message
    get_prop    r4, r0, r2
    load_const  r5, &secret/0
    call        r6, r5
    tuple_init  r0, r3, r4, r6
    return      r0
.function secret arity=0
    .handler a, b, failed, r0
a:
    call_native r0, door.secret
b:
    return      r0
failed:
    load_const  r2, :message
    get_prop    r0, r0, r2
    return      r0
",
        );
        let told = Value::tuple(vec![
            Value::atom("ffi"),
            Value::string("door.fall panicked: over 7"),
            Value::string(
                "door.secret needs the right \"env:SECRET\"; grant it with --allow-env=SECRET",
            ),
        ]);
        assert_eq!(main(&mut vm), RunOutcome::Finished(told));
    }
}

#[test]
fn a_call_that_answers_later_is_answered_by_others() {
    for config in [one(), VmConfig::default(), stepped()] {
        let (_, mut vm) = world(
            config,
            "
.class Main
.function main arity=0
    load_const  r0, &answers/0
    spawn       r1, r0
    call_native r2, call.begin
    load_const  r3, 1
    call_native r3, call.at_once, r3
    call_native r3, call.thread, r3
    tuple_init  r0, r2, r3
    return      r0
.function answers arity=0
again:
    yield
    load_const  r0, \"it\"
    call_native r1, call.answer, r0
    jump_if_false r1, again
    return      r1
",
        );
        let told = Value::tuple(vec![Value::string("it"), Value::number(3.0)]);
        assert_eq!(main(&mut vm), RunOutcome::Finished(told));
    }
}

#[test]
fn a_call_that_is_given_up_tells_who_works_on_it() {
    for config in [one(), stepped()] {
        let (world, mut vm) = world(
            config,
            "
.class Main
.function main arity=0
    .handler a, b, failed, r0
    load_const  r1, :native_timeout
    load_const  r2, 5
    call_native r3, process.flag, r1, r2
a:
    call_native r0, call.begin
b:
    return      r0
failed:
    load_const  r2, :kind
    get_prop    r4, r0, r2
    load_const  r2, :message
    get_prop    r5, r0, r2
    load_const  r2, :infinity
    call_native r6, process.flag, r1, r2
    load_const  r7, \"late\"
    call_native r8, call.answer, r7
    tuple_init  r0, r3, r4, r5, r6, r8
    return      r0
",
        );
        let told = Value::tuple(vec![
            Value::atom("infinity"),
            Value::atom("timeout"),
            Value::string("`call.begin` has not answered in time (:native_timeout)"),
            Value::number(5.0),
            Value::boolean(true),
        ]);
        assert_eq!(main(&mut vm), RunOutcome::Finished(told));
        assert_eq!(world.doors.times("given up"), 1);
        assert!(world.calls.lock().expect("the test sees to it").is_empty());
    }
}

#[test]
fn a_completer_that_is_dropped_is_an_error() {
    let (_, mut vm) = world(
        one(),
        "
.class Main
.function main arity=0
    .handler a, b, failed, r0
    load_const  r0, &drops/0
    spawn       r1, r0
a:
    call_native r0, call.begin
b:
    return      r0
failed:
    load_const  r2, :message
    get_prop    r5, r0, r2
    return      r5
.function drops arity=0
again:
    yield
    call_native r1, call.drop
    jump_if_false r1, again
    return      r1
",
    );
    assert_eq!(
        main(&mut vm),
        finished("call.begin was given up without an answer")
    );
}

/// A run whose main process has ended does not wait for a native that only a process waits for
/// that is gone; and a run that is over gives up what is in flight.
#[test]
fn the_end_of_a_run_gives_up_what_is_in_flight() {
    let (world, mut vm) = world(
        one(),
        "
.class Main
.function main arity=0
    load_const  r0, &waits/0
    spawn       r1, r0
    load_const  r3, [:native]
again:
    call_native r4, process.info, r1, r3
    load_const  r5, :native
    get_index   r6, r4, r5
    jump_if_false r6, again
    load_const  r7, 3
    call_native r8, system.halt, r7
    return      r8
.function waits arity=0
    call_native r1, call.begin
    return      r1
",
    );
    assert_eq!(main(&mut vm), RunOutcome::Halted(3));
    assert_eq!(world.doors.times("given up"), 1);
    // What comes now comes for nobody: the next run has a call of the same name.
    for call in world.calls.lock().expect("the test sees to it").drain(..) {
        call.complete(Ok(FfiValue::Unit));
    }
    assert_eq!(main(&mut vm), RunOutcome::Halted(3));
    assert_eq!(world.doors.times("given up"), 2);
}

#[test]
fn what_a_native_writes_from_its_thread_is_written() {
    let console = Arc::new(MemoryConsole::default());
    let mut registry = FfiRegistry::new();
    let say = Native::with_context("door.say", |context: &mut dyn FfiContext, text: String| {
        context.write_stdout(text.as_bytes())?;
        context.write_stderr(b"!")
    });
    registry
        .register(say.blocks())
        .expect("the test sees to it");
    let mut vm = VmBuilder::new()
        .config(one())
        .console(Arc::<MemoryConsole>::clone(&console))
        .natives(registry)
        .build()
        .expect("the test sees to it");
    let text = ".class Main\n.function main arity=0\n    load_const r0, \"hello\"\n    \
                call_native r1, door.say, r0\n    return r1\n";
    for class in asm::parse("test.ionasm", text).expect("the test sees to it") {
        vm.load(&verify(class).expect("the test sees to it"))
            .expect("the test sees to it");
    }
    assert_eq!(main(&mut vm), RunOutcome::Finished(Value::unit()));
    assert_eq!(console.texts(), ("hello".to_owned(), "!".to_owned()));
}
