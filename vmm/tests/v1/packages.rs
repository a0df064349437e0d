//! Packages of both versions, lone files, and what is neither.

use vmm::asm;
use vmm::isa::{Instruction, SpawnFlags};
use vmm::program::Module;
use vmm::program::v1::{ClassSet, read_class};
use vmm::vm::load::class_from_bytes;

use super::outcome;
use super::write::{F, I, P, V, atom, class, function, number, ret, single};

/// The class file, version 2, of an assembly text.
fn version_2(text: &str) -> Vec<u8> {
    asm::parse("new", text).unwrap()[0].to_bytes().unwrap()
}

fn main(extra: u32, code: Vec<I>) -> F {
    function("main", 0, extra, code)
}

#[test]
fn classes_of_both_versions_call_each_other() {
    let new = version_2(
        ".class New
.function twice arity=1
    load_const r1, &Main.half
    call r1, r1, r0
    add r1, r1, r0
    return r1
.function hidden arity=0 private
    return r0
",
    );
    let call = |name: &'static str| {
        let code = vec![
            atom(0, name),
            number(1, 8.0),
            I::Call(2, 0, vec![1]),
            ret(2),
        ];
        let half = function(
            "half",
            1,
            1,
            vec![number(1, 2.0), I::Regs(0x06, vec![1, 0, 1]), ret(1)],
        );
        outcome(&[
            ("Main", class(&[main(3, code), half])),
            ("New", new.clone()),
        ])
    };
    assert_eq!(call("__function_ref:New:twice").unwrap(), "12");
    let hidden = call("__function_ref:New:hidden").unwrap_err().to_string();
    assert!(hidden.contains("has no function \"hidden\""), "{hidden}");
}

#[test]
fn a_closure_of_a_function_of_version_2_is_judged_at_the_call() {
    let new = version_2(".class New\n.function id arity=1\n    return r0\n");
    let code = vec![
        atom(0, "__function_ref:New:id"),
        I::MakeClosure(1, 0, vec![("x", 0)]),
        I::Call(2, 1, vec![0]),
        ret(2),
    ];
    let shown = outcome(&[("Main", class(&[main(3, code)])), ("New", new)]).unwrap();
    assert!(shown.contains("needs 0 captured values"), "{shown}");
}

#[test]
fn a_lone_file_is_called_by_its_name() {
    let bytes = single(&main(1, vec![atom(0, "__function_ref:Own:main"), ret(0)]));
    let class = class_from_bytes("Own", &bytes).unwrap();
    assert_eq!(&*class.name, "Own");
    assert!(class.functions[0].lenient && !class.functions[0].private);
    let error = class_from_bytes("Other", &bytes).unwrap_err().to_string();
    assert!(error.contains("there is no class \"Own\""), "{error}");
}

#[test]
fn bytes_without_a_name_are_told_apart() {
    let bytes = class(&[main(0, vec![])]);
    let error = Module::from_bytes(&bytes).unwrap_err();
    assert_eq!(error.code(), "C02");
    assert!(
        error
            .to_string()
            .contains("read it as a file or as part of a package")
    );
    let text = b"Hello, world!";
    let error = read_class("Main", text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "this is no class file: it neither begins with `IONBC`, nor is it a single function of \
         version 1 (48 at byte 0 is no mark of a name (0 or 1))"
    );
    assert_eq!((error.code(), error.offset()), ("C01", Some(0)));
    let mut other = bytes;
    other[5] = 7;
    let error = read_class("Main", &other).unwrap_err().to_string();
    assert!(error.contains("version 7 is not known"), "{error}");
}

/// The functions of a package of these classes, by class.
fn modules(classes: &[(&str, Vec<u8>)]) -> Vec<Module> {
    let mut set = ClassSet::new();
    for (name, bytes) in classes {
        set.add(name, bytes).unwrap();
    }
    set.finish().unwrap()
}

fn spawn_flags(module: &Module) -> SpawnFlags {
    let spawns = module.functions.iter().flat_map(|f| &f.instructions);
    spawns
        .filter_map(|i| match i {
            Instruction::Spawn(_, _, flags, _) => Some(*flags),
            _ => None,
        })
        .next()
        .unwrap()
}

#[test]
fn results_are_kept_if_anything_in_the_package_waits_for_them() {
    let spawns = class(&[main(1, vec![I::Spawn(0, 0, vec![])])]);
    let with = |other: Vec<u8>| {
        let modules = modules(&[("Main", spawns.clone()), ("Other", other)]);
        spawn_flags(&modules[0])
    };
    let none = class(&[main(1, vec![])]);
    assert_eq!(with(none), SpawnFlags::default());
    for waits in [
        I::Link(2, 0),
        I::List(0x20, 0, vec![0]),
        I::List(0x21, 0, vec![0]),
    ] {
        assert_eq!(with(class(&[main(1, vec![waits])])), SpawnFlags::KEEP);
    }
    let text = ".class Other\n.function f arity=1\n    await r0, r0\n    return r0\n";
    assert_eq!(with(version_2(text)), SpawnFlags::KEEP);
}

#[test]
fn what_waits_keeps_its_operands() {
    let code = vec![
        I::Link(7, 1),
        I::List(0x20, 2, vec![0, 1]),
        I::List(0x21, 0, vec![2]),
    ];
    let module = &modules(&[("Main", class(&[main(3, code)]))])[0];
    let text = asm::print(module);
    let wanted = "    await_number r1, 7\n";
    assert!(text.contains(wanted), "{text}");
    for wanted in ["select r2, r0, r1", "select_with_kill r0, r2"] {
        let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.contains(wanted), "{text}");
    }
}

/// A `Select` takes two places, and whatever leads across it still arrives.
#[test]
fn offsets_across_a_select_are_mended() {
    let code = vec![
        I::Jump(4),                // 0, to the second select
        I::List(0x20, 1, vec![0]), // 1 and 2
        I::JumpIfTrue(0, -1),      // 3, to the first select
        I::JumpIfFalse(0, 3),      // 4, to the end
        I::List(0x20, 1, vec![0]), // 5 and 6
        I::Match(
            0,
            vec![(P::Wildcard, -5), (P::Value(V::Unit), 1), (P::Wildcard, 2)],
        ), // 7
        I::Jump(-100),             // outside, still
        I::Jump(100),
    ];
    let module = &modules(&[("Main", class(&[main(2, code)]))])[0];
    let code = &module.functions[0].instructions;
    assert_eq!(code.len(), 10);
    let arrives = |at: usize| {
        let target = |offset: vmm::ids::Offset| at as i64 + i64::from(offset.0);
        match &code[at] {
            Instruction::Jump(o)
            | Instruction::JumpIfTrue(_, o)
            | Instruction::JumpIfFalse(_, o) => vec![target(*o)],
            Instruction::Match(_, arms) => arms.iter().map(|arm| target(arm.target)).collect(),
            other => panic!("{other:?} at {at}"),
        }
    };
    assert_eq!(arrives(0), [5]);
    assert_eq!(arrives(2), [3]);
    assert_eq!(arrives(3), [1]);
    assert_eq!(arrives(4), [8]);
    assert_eq!(arrives(6), [7]);
    assert_eq!(arrives(7), [0, 8, 9]);
    assert!(arrives(8)[0] < 0 && arrives(9)[0] > 10);
    // The result is taken out of the pair that ours yields.
    let text = asm::print(module);
    assert_eq!(text.matches("(_, r1)").count(), 2, "{text}");
}
