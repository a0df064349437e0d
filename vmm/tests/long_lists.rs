//! Constants that are long lists: their length is no nesting, so they go through
//! text, class file, verifier and linker, and come out of a run.
//!
//! Everything runs on a thread with a small stack, so whatever recursed over the
//! cells of a list would end the test.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use vmm::asm;
use vmm::ids::Offset;
use vmm::isa::{Arm, Instruction, Pattern};
use vmm::limits::NESTING_MAX;
use vmm::program::{Function, Module};
use vmm::value::Value;
use vmm::verify::{problems, verify};
use vmm::vm::{RunOutcome, VmBuilder};

const LENGTH: u32 = 100_000;

/// A class whose function `f` yields a constant.
fn load(value: Value) -> Module {
    let code = vec![Instruction::load_const(0, value), Instruction::r#return(0)];
    Module::new("M").with(Function::new_bytecode("f", 0, 1, code))
}

/// Cells that a function makes of their number, and an end.
fn list(length: u32, item: impl Fn(u32) -> Value, end: Value) -> Value {
    (0..length).fold(end, |tail, n| Value::pair(item(n), tail))
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}

/// Writes and prints a class, and takes both back.
fn come_back(class: &Module) {
    assert!(problems(class).is_empty());
    let bytes = class.to_bytes().unwrap();
    assert!(Module::from_bytes(&bytes).unwrap() == *class);
    let text = asm::print(class);
    assert!(asm::parse("list.ionasm", &text).unwrap() == [class.clone()]);
}

/// Rule: C-CONST-7
#[test]
fn a_long_list_goes_everywhere() {
    on_a_small_stack(|| {
        let pairs = |n| Value::tuple([Value::integer(n), Value::string("x")]);
        for value in [
            list(LENGTH, Value::integer, Value::nil()),
            list(5000, pairs, Value::atom("end")),
            list(5000, pairs, Value::tuple([Value::unit()])),
        ] {
            let class = load(value.clone());
            come_back(&class);
            let mut vm = VmBuilder::new().build().unwrap();
            vm.load(&verify(class).unwrap()).unwrap();
            let f = vm.code().find("M", "f", Some(0)).unwrap();
            let outcome = vm.run(f, &[]).unwrap();
            assert!(outcome == RunOutcome::Finished(value));
        }
    });
}

#[test]
fn a_long_list_is_a_pattern_and_a_key() {
    on_a_small_stack(|| {
        let value = list(LENGTH, Value::integer, Value::nil());
        let arms = [
            Pattern::Value(value.clone()),
            Pattern::Map(vec![(value.clone(), Pattern::Wildcard)]),
        ];
        let arms = arms.map(|pattern| Arm {
            pattern,
            target: Offset(1),
        });
        let code = vec![
            Instruction::load_const(0, Value::map([(value, Value::unit())])),
            Instruction::r#match(0, arms.to_vec()),
        ];
        come_back(&Module::new("M").with(Function::new_bytecode("f", 0, 1, code)));
    });
}

/// Rule: C-CONST-5, C-CONST-7
#[test]
fn lists_inside_lists_are_nested() {
    let unit = Value::unit;
    let three = |head: Value, last: Value| {
        Value::pair(unit(), Value::pair(head, Value::pair(unit(), last)))
    };
    // As a head each list is one level, in a tuple as what ends another two.
    let by_head = |lists| (0..lists).fold(unit(), |v, _| three(v, unit()));
    let by_end = |lists| (0..lists).fold(unit(), |v, _| three(unit(), Value::tuple([v])));
    let deepest = NESTING_MAX - 1;
    for (deepest, deeper) in [
        (by_head(deepest), by_head(deepest + 1)),
        (by_end(deepest / 2), by_end(deepest / 2 + 1)),
    ] {
        come_back(&load(deepest));
        let deeper = load(deeper);
        assert_eq!(deeper.to_bytes().unwrap_err().code(), "C16");
        assert_eq!(problems(&deeper)[0].code, "V14");
    }
}
