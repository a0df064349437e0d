//! Classes that are loaded while a program runs.

use super::*;
use crate::rights::{Grants, Right, RightKind};

fn bytes(text: &str) -> Value {
    let module = asm::parse("loaded.ionasm", text).unwrap().remove(0);
    Value::bytes(module.to_bytes().unwrap())
}

fn granted() -> Grants {
    let mut grants = Grants::none();
    grants.allow(Right::new(RightKind::Code, None).unwrap());
    grants
}

/// Runs `Main.main` with the right to load code.
fn run_granted(text: &str, arguments: &[Value]) -> RunOutcome {
    run_with(&granted(), text, arguments)
}

/// Runs `Main.main` in both modes, which must agree.
fn run_with(grants: &Grants, text: &str, arguments: &[Value]) -> RunOutcome {
    let outcome = |config: VmConfig, gc_zeal| {
        let config = VmConfig {
            grants: grants.clone(),
            gc_zeal,
            ..config
        };
        let mut vm = machine(config, text);
        let main = vm.code().find("Main", "main", None).unwrap();
        vm.run(main, arguments).unwrap()
    };
    let first = outcome(stepped(), false);
    assert_eq!(first, outcome(VmConfig::default(), true));
    first
}

fn finished(outcome: RunOutcome) -> String {
    match outcome {
        RunOutcome::Finished(value) => asm::show_value(&value),
        other => panic!("{other:?}"),
    }
}

/// What an uncaught error says.
fn failed(outcome: RunOutcome) -> String {
    match outcome {
        RunOutcome::Failed(failure) => failure.to_string(),
        other => panic!("{other:?}"),
    }
}

fn version(answer: u32) -> Value {
    bytes(&format!(
        "
.class Answer
.function get arity=0
    load_const  r0, {answer}
    return      r0
.function through arity=0
    load_const  r0, &get/0
    call        r0, r0
    return      r0
.function count arity=0
    get_global  r0, :count
    load_const  r1, 1
    jump_if_undefined r0, first
    add         r1, r1, r0
first:
    set_global  :count, r1
    return      r1
.function hidden arity=0 private
    return      r0
.function walk arity=0
    load_const  r0, {answer}
again:
    co_yield    r1, r0
    jump        again
"
    ))
}

const LOAD: &str = "
.class Main
.function main arity=1
    call_native r0, code.load, r0
    return      r0
";

#[test]
fn a_loaded_class_runs_and_a_new_version_of_it_is_picked_up_by_name() {
    let text = "
.class Main
.function main arity=2
    .reg name, arity, by_name, old, co, a, b, c, d, e, f, g, done
    call_native name, code.load, r0
    load_const  by_name, &Answer.through/0
    call        a, by_name
    load_const  old, :through
    load_const  arity, 0
    call_native old, code.find, name, old, arity
    load_const  co, &Answer.walk/0
    co_new      co, co
    co_resume   b, done, co, co
    load_const  f, &Answer.count/0
    call        f, f
    call_native c, code.load, r1
    call        c, by_name
    call        d, old
    co_resume   e, done, co, co
    load_const  f, &Answer.count/0
    call        f, f
    load_const  g, :through
    call_native g, code.find, name, g
    call        g, g
    tuple_init  a, name, a, b, c, d, e, f, g
    return      a
";
    let shown = finished(run_granted(text, &[version(1), version(2)]));
    assert_eq!(shown, r#"("Answer", 1, 1, 2, 1, 1, 2, 2)"#);
}

#[test]
fn every_call_of_a_name_picks_up_a_new_version() {
    let text = "
.class Main
.function plain arity=0
    load_const  r0, &Answer.through/0
    call        r0, r0
    return      r0
.function tail arity=0
    load_const  r0, &Answer.through/0
    tail_call   r0
.function this arity=0
    load_const  r0, &Answer.through/0
    call_this   r0, r0, r0
    return      r0
.function spread arity=0
    load_const  r0, &Answer.through/0
    tuple_init  r1
    call_spread r0, r0, _, r1
    return      r0
.function given arity=1
    call        r0, r0
    return      r0
.function all arity=0
    .reg f, a, b, c, d, e
    load_const  f, &plain/0
    call        a, f
    load_const  f, &tail/0
    call        b, f
    load_const  f, &this/0
    call        c, f
    load_const  f, &spread/0
    call        d, f
    load_const  f, &given/1
    load_const  e, &Answer.through/0
    call        e, f, e
    tuple_init  a, a, b, c, d, e
    return      a
.function main arity=2
    .reg f, a, b, c
    load_const  f, &all/0
    call_native a, code.load, r0
    call        a, f
    call        b, f
    call_native c, code.load, r1
    call        c, f
    tuple_init  a, a, b, c
    return      a
";
    let shown = finished(run_granted(text, &[version(1), version(2)]));
    assert_eq!(shown, "((1, 1, 1, 1, 1), (1, 1, 1, 1, 1), (2, 2, 2, 2, 2))");
}

#[test]
fn a_waiting_process_goes_on_in_its_version_and_calls_the_new_one() {
    let class = |answer: u32| {
        bytes(&format!(
            "
.class Server
.function loop arity=1
    receive     r1
    load_const  r2, {answer}
    send        r0, r2
    load_const  r1, &Server.loop/1
    tail_call   r1, r0
"
        ))
    };
    let text = "
.class Main
.function main arity=2
    call_native r2, code.load, r0
    self_pid    r3
    load_const  r4, &Server.loop/1
    spawn       r5, r4, [], r3
    send        r5, r3
    receive     r6
    load_const  r10, 10
    sleep       r10
    call_native r2, code.load, r1
    send        r5, r3
    receive     r7
    send        r5, r3
    receive     r8
    tuple_init  r6, r6, r7, r8
    return      r6
";
    let shown = finished(run_granted(text, &[class(1), class(2)]));
    assert_eq!(shown, "(1, 1, 2)");
}

/// Rule: P-RIGHT-3
#[test]
fn loading_needs_the_right() {
    let message = failed(run_with(&Grants::none(), LOAD, &[version(1)]));
    assert!(
        message.contains(":denied") && message.contains("--allow-code"),
        "{message}"
    );
    assert_eq!(finished(run_granted(LOAD, &[version(1)])), r#""Answer""#);
}

#[test]
fn what_is_no_class_is_refused_and_changes_nothing() {
    let load = |value: Value| failed(run_granted(LOAD, &[value]));
    for (value, part) in [
        (Value::number(1.0), "not number"),
        (Value::string("class"), "not string"),
        (Value::bytes(vec![1, 2, 3]), "no class"),
        (bytes(".class ion.evil"), "standard library"),
        (
            bytes(".class X\n.function f arity=0\n    call_native r0, no.such\n"),
            "there is no native `no.such`",
        ),
        (
            bytes(".class X\n.function f arity=1\n    call_native r0, string.uper, r0\n"),
            "did you mean `string.upper`?",
        ),
        (
            bytes(".class X\n.function f arity=0\n    call_native r0, string.upper\n"),
            "takes 1 argument, not 0",
        ),
        (
            bytes(".class X\n.function f arity=0\n    jump +7\n"),
            "refused",
        ),
    ] {
        let message = load(value);
        assert!(message.contains(part), "{message}");
    }
    // A version that does not link leaves the one that is there.
    let text = "
.class Main
.function main arity=2
    .handler from, to, caught, r3
    call_native r2, code.load, r0
from:
    call_native r2, code.load, r1
to:
caught:
    load_const  r2, &Answer.get/0
    call        r2, r2
    return      r2
";
    let broken = bytes(".class Answer\n.function get arity=0\n    call_native r0, no.such\n");
    assert_eq!(finished(run_granted(text, &[version(7), broken])), "7");
}

#[test]
fn functions_are_found_by_name() {
    let text = "
.class Main
.function main arity=3
    call_native r0, code.find, r0, r1, r2
    return      r0
.function over arity=0
.function over arity=1
.function hidden arity=0 private
.class Other
.function one arity=2 optional=1
";
    let find = |class: &str, name: Value, arity: Value| {
        let arguments = [Value::string(class), name, arity];
        run_with(&Grants::none(), text, &arguments)
    };
    let nothing = Value::undefined;
    for (class, name, arity) in [
        ("Main", Value::atom("over"), Value::number(1.0)),
        ("Main", Value::string("over"), Value::integer(0)),
        ("Other", Value::atom("one"), nothing()),
        ("Other", Value::atom("one"), Value::number(1.0)),
    ] {
        let shown = finished(find(class, name, arity));
        assert!(shown.starts_with("#function<"), "{shown}");
    }
    for (class, name, arity, part) in [
        (
            "No",
            Value::atom("over"),
            nothing(),
            "there is no class `No`",
        ),
        ("Main", Value::atom("over"), nothing(), "several functions"),
        (
            "Main",
            Value::atom("over"),
            Value::number(2.0),
            ":not_found",
        ),
        ("Main", Value::atom("hidden"), nothing(), ":not_found"),
        (
            "Main",
            Value::atom("over"),
            Value::number(0.5),
            ":bad_number",
        ),
        ("Main", Value::atom("over"), Value::atom("x"), ":bad_type"),
        ("Main", Value::number(1.0), nothing(), ":bad_type"),
    ] {
        let message = failed(find(class, name, arity));
        assert!(message.contains(part), "{message}");
    }
}
