//! Handles in whole machines: who may use one, and that it is closed once, whatever ends
//! its owner.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use vm_ffi::{Completer, FfiContext, FfiRegistry, HandleId, Native, Resource, borrow};
use vmm::asm;
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, Vm, VmBuilder, VmConfig, VmMode};

/// A thing with a name, that counts how often it is closed.
struct Thing {
    name: String,
    closed: Arc<AtomicUsize>,
}

impl Resource for Thing {
    fn describe(&self) -> &str {
        "a thing"
    }
    fn close(&self) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}

/// Another kind of thing.
struct Other;

impl Resource for Other {
    fn describe(&self) -> &str {
        "an other"
    }
}

fn machine(config: VmConfig, text: &str) -> (Vm, Arc<AtomicUsize>) {
    let closed = Arc::new(AtomicUsize::new(0));
    let mut registry = FfiRegistry::new();
    let mut add = |native: Native| registry.register(native).expect("the test sees to it");
    let make = {
        let closed = Arc::clone(&closed);
        move |name: String| {
            let closed = Arc::clone(&closed);
            Arc::new(Thing { name, closed })
        }
    };
    let own = make.clone();
    add(Native::with_context(
        "thing.here",
        move |context: &mut dyn FfiContext, name: String| context.open_handle(own(name)),
    ));
    let own = make.clone();
    add(Native::with_context(
        "thing.away",
        move |context: &mut dyn FfiContext, name: String| context.open_handle(own(name)),
    )
    .blocks());
    add(Native::later(
        "thing.later",
        move |_: &mut dyn FfiContext, done: Completer, name: String| {
            let handle = done.open_handle(make(name));
            std::thread::spawn(move || done.complete(handle.map(vm_ffi::FfiValue::Handle)));
        },
    ));
    add(Native::with_context(
        "thing.other",
        |context: &mut dyn FfiContext| context.open_handle(Arc::new(Other)),
    ));
    add(Native::with_context(
        "thing.name",
        |context: &mut dyn FfiContext, handle: HandleId| {
            borrow::<Thing>(context, handle, 1, "a thing").map(|thing| thing.name.clone())
        },
    ));
    let count = Arc::clone(&closed);
    add(Native::new("thing.closed", move || {
        count.load(Ordering::SeqCst) as f64
    }));
    // Calls that nobody answers.
    let open = Mutex::new(Vec::new());
    add(Native::later(
        "thing.never",
        move |_: &mut dyn FfiContext, done: Completer| {
            open.lock().expect("the test sees to it").push(done);
        },
    ));
    let mut vm = VmBuilder::new()
        .config(config)
        .natives(registry)
        .build()
        .expect("the test sees to it");
    for class in asm::parse("test.ionasm", text).unwrap_or_else(|p| panic!("{}", p[0])) {
        vm.load(&verify(class).unwrap_or_else(|p| panic!("{}", p[0])))
            .expect("the test sees to it");
    }
    (vm, closed)
}

/// Runs `Main.main` in both modes, each twice: what it yields, as it shows, and how often things
/// were closed in the end.
fn run(text: &str) -> (String, usize) {
    let stepped = VmConfig {
        mode: VmMode::Stepped,
        ..VmConfig::default()
    };
    let mut all = Vec::new();
    for config in [stepped, VmConfig::default()] {
        let (mut vm, closed) = machine(config, text);
        for _ in 0..2 {
            let before = closed.load(Ordering::SeqCst);
            let entry = vm.entry("Main", None).expect("the test sees to it");
            let outcome = vm.run(entry.function, &[]).expect("the test sees to it");
            let RunOutcome::Finished(Value::Primitive(_) | Value::Tuple(_)) = &outcome else {
                panic!("{outcome:?}");
            };
            let RunOutcome::Finished(value) = outcome else {
                continue;
            };
            all.push((shown(&value), closed.load(Ordering::SeqCst) - before));
        }
    }
    all.dedup();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Tuple(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        value => value
            .as_str()
            .or_else(|| value.as_atom())
            .map_or_else(|| format!("{:?}", value.as_number()), str::to_owned),
    }
}

#[test]
fn its_owner_uses_it_and_the_end_of_the_run_closes_it() {
    for make in ["here", "away", "later"] {
        let text = format!(
            "
.class Main
.function main arity=0
    load_const  r0, \"x\"
    call_native r1, thing.{make}, r0
    call_native r2, thing.name, r1
    type_of     r3, r1
    equal       r4, r1, r1
    call_native r5, thing.{make}, r0
    equal       r6, r1, r5
    call_native r7, handle.is_open, r1
    array_init  r8, r4, r6, r7
    call_native r8, term.show, r8
    tuple_init  r0, r2, r3, r8
    return      r0
"
        );
        assert_eq!(run(&text), ("x, handle, [true, false, true]".to_owned(), 2));
    }
}

#[test]
fn what_is_closed_or_not_ones_own_or_something_else_is_refused() {
    let (said, closed) = run("
.class Main
.function main arity=0
    load_const  r0, \"x\"
    load_const  r9, &name/1
    call_native r1, thing.here, r0
    spawn       r2, r9, [keep], r1
    await       r3, r2
    call_native r4, thing.other
    call        r5, r9, r4
    call_native r6, handle.close, r1
    call        r7, r9, r1
    call_native r8, handle.is_open, r1
    call_native r8, term.show, r8
    tuple_init  r0, r3, r5, r7, r8
    return      r0
.function name arity=1
    .handler a, b, failed, r1
a:
    call_native r1, thing.name, r0
b:
    return      r1
failed:
    load_const  r2, :kind
    get_prop    r0, r1, r2
    return      r0
");
    assert_eq!(said, "denied, bad_type, not_found, false");
    assert_eq!(closed, 1);
}

#[test]
fn a_handle_that_is_given_belongs_to_another() {
    let (said, closed) = run("
.class Main
.function main arity=0
    load_const  r0, \"x\"
    call_native r1, thing.here, r0
    load_const  r2, &takes/0
    spawn       r3, r2, [keep]
    call_native r4, handle.give, r1, r3
    send        r3, r1
    await       r5, r3
    call_native r6, thing.closed
    call_native r7, handle.is_open, r1
    tuple_init  r0, r5, r7
    call_native r0, term.show, r0
    return      r0
.function takes arity=0
    receive     r0
    call_native r1, thing.name, r0
    return      r1
");
    assert_eq!((said.as_str(), closed), ("(\"x\", false)", 1));
}

#[test]
fn a_handle_that_is_given_to_who_is_gone_is_closed() {
    let (said, closed) = run("
.class Main
.function main arity=0
    load_const  r0, \"x\"
    call_native r1, thing.here, r0
    load_const  r2, &ends/0
    spawn       r3, r2, [keep]
    await       r4, r3
    call_native r4, handle.give, r1, r3
    call_native r7, handle.is_open, r1
    call_native r0, term.show, r7
    return      r0
.function ends arity=0
    return      r0
");
    assert_eq!((said.as_str(), closed), ("false", 1));
}

#[test]
fn whatever_ends_its_owner_closes_it_before_anybody_is_told() {
    let ends = [
        ("return", "return r1"),
        ("exit", "load_const r2, :gone\n    exit r2"),
        (
            "error",
            "load_const r2, unit\n    add r2, r2, r2\n    return r2",
        ),
        ("killed in a receive", "receive r2\n    return r2"),
        (
            "killed in a native",
            "call_native r2, thing.never\n    return r2",
        ),
    ];
    for make in ["here", "away", "later"] {
        for (how, end) in ends {
            let text = format!(
                "
.class Main
.function main arity=0
    self_pid    r6
    load_const  r0, &owns/1
    spawn       r1, r0, r6
    monitor     r2, r1
    receive     r3
    load_const  r4, :kill
    exit_signal r1, r4
    receive     r5
    call_native r7, handle.is_open, r3
    call_native r0, term.show, r7
    return      r0
.function owns arity=1
    load_const  r1, \"x\"
    call_native r2, thing.{make}, r1
    send        r0, r2
    {end}
"
            );
            assert_eq!(run(&text), ("false".to_owned(), 1), "{how}");
        }
    }
}
