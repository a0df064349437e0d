//! Rights that a spawner gives its children: never more than its own, whatever is asked for.

use vm_ffi::{FfiContext, FfiRegistry, Native};
use vmm::asm;
use vmm::rights::Grants;
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, VmBuilder, VmConfig, VmMode};

const TEXT: &str = "
.class Main
; What a process may do of what the machine may, asked in its turn and on another thread.
.function may arity=0
    load_const  r0, [\"fs.read:/data/x\", \"fs.read:/etc\", \"env:A\", \"env:B\", \"code\"]
    array_init  r1
    load_const  r2, 0
    load_const  r3, 1
    length      r4, r0
next:
    get_index   r5, r0, r2
    call_native r6, may.here, r5
    call_native r7, may.away, r5
    equal       r8, r6, r7
    jump_if_false r8, differ
    array_push  r1, r6
    add         r2, r2, r3
    less_than   r8, r2, r4
    jump_if_true r8, next
    call_native r1, term.show, r1
    return      r1
differ:
    return      r5
; A child with these rights asks, or its child with those.
.function child arity=2
    load_const  r2, :rights
    load_const  r3, :keep
    load_const  r4, true
    map_init    r5, r2: r0, r3: r4
    load_const  r6, &may/0
    array_init  r7
    load_const  r8, undefined
    equal       r9, r1, r8
    jump_if_true r9, spawns
    load_const  r6, &child/2
    array_init  r7, r1, r8
spawns:
    spawn_opts  r10, _, r6, r7, r5
    await       r11, r10
    return      r11
.function plain arity=1
    load_const  r1, :rights
    load_const  r3, :keep
    load_const  r4, true
    map_init    r5, r1: r0, r3: r4
    load_const  r6, &spawns/0
    array_init  r7
    spawn_opts  r10, _, r6, r7, r5
    await       r11, r10
    return      r11
.function spawns arity=0
    load_const  r0, &may/0
    spawn       r1, r0, [keep]
    await       r2, r1
    return      r2
.function denied arity=0
    .handler a, b, failed, r0
    load_const  r1, \"env:A\"
a:
    call_native r0, may.need, r1
b:
    return      r0
failed:
    load_const  r2, :message
    get_prop    r0, r0, r2
    return      r0
.function refused arity=0
    load_const  r0, &denied/0
    load_const  r1, :rights
    load_const  r3, :keep
    load_const  r4, true
    array_init  r2
    map_init    r5, r1: r2, r3: r4
    array_init  r7
    spawn_opts  r10, _, r0, r7, r5
    await       r11, r10
    return      r11
.function bad arity=1
    .handler a, b, failed, r1
a:
    call_native r2, list.from_array, r0
    load_const  r2, undefined
    load_const  r3, &child/2
    call        r1, r3, r0, r2
b:
    return      r1
failed:
    load_const  r2, :message
    get_prop    r1, r1, r2
    return      r1
";

fn ask(function: &str, arguments: &[Value]) -> String {
    let mut answers = Vec::new();
    for mode in [VmMode::Stepped, VmMode::Parallel] {
        let mut registry = FfiRegistry::new();
        let may = |context: &mut dyn FfiContext, right: String| context.has_right(&right);
        let need = |context: &mut dyn FfiContext, right: String| context.require(&right);
        for native in [
            Native::with_context("may.here", may),
            Native::with_context("may.away", may).blocks(),
            Native::with_context("may.need", need).blocks(),
        ] {
            registry.register(native).expect("the test sees to it");
        }
        let mut grants = Grants::none();
        for right in ["fs.read:/data", "fs.read:/etc", "env:A"] {
            grants.allow(right.parse().expect("the test sees to it"));
        }
        let config = VmConfig {
            mode,
            grants,
            ..VmConfig::default()
        };
        let mut vm = VmBuilder::new()
            .config(config)
            .natives(registry)
            .build()
            .expect("the test sees to it");
        for class in asm::parse("test.ionasm", TEXT).unwrap_or_else(|p| panic!("{}", p[0])) {
            vm.load(&verify(class).unwrap_or_else(|p| panic!("{}", p[0])))
                .expect("the test sees to it");
        }
        let function = vm
            .code()
            .find("Main", function, None)
            .expect("the test sees to it");
        let outcome = vm.run(function, arguments).expect("the test sees to it");
        let RunOutcome::Finished(answer) = outcome else {
            panic!("{outcome:?}");
        };
        answers.push(answer.as_str().unwrap_or("no text").to_owned());
    }
    assert_eq!(answers[0], answers[1]);
    answers.remove(0)
}

fn list(rights: &[&str]) -> Value {
    Value::array(
        rights
            .iter()
            .map(|right| Value::string(*right))
            .collect::<Vec<_>>(),
    )
}

#[test]
fn a_process_without_a_list_may_what_the_machine_may() {
    assert_eq!(ask("may", &[]), "[true, true, true, false, false]");
}

#[test]
fn a_child_may_what_its_list_and_the_machine_allow() {
    let child = |rights: &[&str]| ask("child", &[list(rights), Value::undefined()]);
    assert_eq!(
        child(&["fs.read", "env"]),
        "[true, true, true, false, false]"
    );
    assert_eq!(
        child(&["fs.read:/data/x"]),
        "[true, false, false, false, false]"
    );
    assert_eq!(
        child(&["code", "env:B"]),
        "[false, false, false, false, false]"
    );
    assert_eq!(child(&[]), "[false, false, false, false, false]");
}

#[test]
fn nobody_widens_what_the_spawner_has() {
    let both = |own: &[&str], asked: &[&str]| ask("child", &[list(own), list(asked)]);
    assert_eq!(
        both(&["env:A"], &["fs.read", "env"]),
        "[false, false, true, false, false]"
    );
    assert_eq!(
        both(&["fs.read"], &["fs.read:/data"]),
        "[true, false, false, false, false]"
    );
    assert_eq!(
        both(&[], &["fs.read", "env"]),
        "[false, false, false, false, false]"
    );
    // A spawn without a list inherits.
    assert_eq!(
        ask("plain", &[list(&["env"])]),
        "[false, false, true, false, false]"
    );
}

#[test]
fn what_is_denied_names_the_right_and_the_flag() {
    assert_eq!(
        ask("refused", &[]),
        "may.need needs the right \"env:A\"; grant it with --allow-env=A"
    );
}

#[test]
fn a_list_of_something_else_is_refused() {
    let bad = |value: Value| ask("bad", &[value]);
    let error = bad(list(&["fs.raed"]));
    assert!(
        error.starts_with("option :rights: there is no permission \"fs.raed\""),
        "{error}"
    );
    let error = bad(Value::array(vec![Value::number(1.0)]));
    assert!(
        error.starts_with("option :rights is an array or tuple of strings"),
        "{error}"
    );
    let many = bad(list(&["env"; 101]));
    assert!(many.contains("at most 100 rights, not 101"), "{many}");
}
