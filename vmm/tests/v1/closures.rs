//! Closures: captured values first, arguments behind them.

use vmm::program::v1::{ClassSet, read_class};

use super::write::{F, I, V, atom, class, function, native, number, ret};
use super::{outcome, refusal, result};

fn main(extra: u32, code: Vec<I>) -> F {
    function("main", 0, extra, code)
}

/// Shows its two captured values and its argument.
fn shows() -> F {
    let code = vec![I::List(0x22, 3, vec![0, 1, 2]), ret(3)];
    // Captures are not declared: of four registers one is an argument, one is
    // extra, and two come from the largest closure of the package.
    function("shows", 1, 1, code)
}

/// Makes a closure of two values, the way to the function being `before`.
fn closure(before: Vec<I>, func: u32) -> F {
    let mut code = before;
    code.extend([
        number(1, 1.0),
        number(2, 2.0),
        I::MakeClosure(3, func, vec![("a", 1), ("b", 2)]),
        number(1, 3.0),
        I::Call(4, 3, vec![1]),
        ret(4),
    ]);
    main(6, code)
}

#[test]
fn captured_values_are_the_first_registers() {
    let made = closure(vec![atom(0, "__function_ref:shows")], 0);
    assert_eq!(result(&[made, shows()]), "[1, 2, 3]");
    let moved = closure(
        vec![atom(0, "__function_ref:shows"), I::Regs(0x02, vec![5, 0])],
        5,
    );
    assert_eq!(result(&[moved, shows()]), "[1, 2, 3]");
}

#[test]
fn the_plain_function_stays_for_everybody_else() {
    // Called without captures, its arguments are the first registers.
    let code = vec![
        atom(0, "__function_ref:shows"),
        number(1, 1.0),
        number(2, 2.0),
        I::MakeClosure(3, 0, vec![("a", 1), ("b", 2)]),
        I::Call(4, 3, vec![2]),
        I::Call(5, 0, vec![2]),
        I::List(0x22, 5, vec![4, 5]),
        ret(5),
    ];
    assert_eq!(
        result(&[main(6, code), shows()]),
        "[[1, 2, 2], [2, undefined, undefined]]"
    );
}

#[test]
fn closures_are_lenient_and_can_be_sent_and_spawned() {
    let code = vec![
        atom(0, "__function_ref:tell"),
        atom(1, "self"),
        number(2, 7.0),
        I::MakeClosure(3, 0, vec![("main", 1), ("n", 2)]),
        I::Spawn(4, 3, vec![2, 2]),
        I::Regs(0x10, vec![5]),
        ret(5),
    ];
    let tell = function(
        "tell",
        1,
        1,
        vec![
            I::Regs(0x03, vec![3, 1, 2]),
            I::Regs(0x0F, vec![0, 3]),
            ret(0),
        ],
    );
    assert_eq!(result(&[main(6, code), tell]), "14");
}

#[test]
fn closures_inside_closures() {
    let outer = function(
        "outer",
        0,
        2,
        vec![
            atom(1, "__function_ref:inner"),
            I::MakeClosure(2, 1, vec![("x", 0)]),
            ret(2),
        ],
    );
    let inner = function("inner", 1, 1, vec![I::Regs(0x03, vec![2, 0, 1]), ret(2)]);
    let code = vec![
        atom(0, "__function_ref:outer"),
        number(1, 10.0),
        I::MakeClosure(2, 0, vec![("x", 1)]),
        I::Call(3, 2, vec![]),
        number(1, 5.0),
        I::Call(4, 3, vec![1]),
        ret(4),
    ];
    assert_eq!(result(&[main(5, code), outer, inner]), "15");
}

#[test]
fn one_function_with_several_counts_of_captures() {
    let count = function("count", 0, 0, vec![I::List(0x22, 0, vec![0, 1]), ret(0)]);
    let code = vec![
        atom(0, "__function_ref:count"),
        number(1, 1.0),
        I::MakeClosure(2, 0, vec![("a", 1)]),
        I::MakeClosure(3, 0, vec![("a", 1), ("b", 1)]),
        I::MakeClosure(4, 0, vec![]),
        I::Call(2, 2, vec![]),
        I::Call(3, 3, vec![]),
        I::Call(4, 4, vec![]),
        I::List(0x22, 5, vec![2, 3, 4]),
        ret(5),
    ];
    assert_eq!(
        result(&[main(6, code), count]),
        "[[1, undefined], [1, 1], [undefined, undefined]]"
    );
}

#[test]
fn natives_of_functions_take_arguments_and_no_captures() {
    let code = vec![
        atom(0, "__function_ref:root"),
        number(1, 25.0),
        I::MakeClosure(2, 0, vec![("unused", 0)]),
        I::Call(3, 2, vec![1]),
        ret(3),
    ];
    assert_eq!(result(&[main(4, code), native("root", 1, "sqrt")]), "5");
}

#[test]
fn functions_of_other_classes_are_closed_over_too() {
    let code = vec![
        atom(0, "__function_ref:Other:add"),
        number(1, 1.0),
        I::MakeClosure(2, 0, vec![("x", 1)]),
        number(1, 2.0),
        I::Call(3, 2, vec![1]),
        ret(3),
    ];
    // What its code names stays what it is in its own class.
    let add = function(
        "add",
        1,
        3,
        vec![
            I::Regs(0x03, vec![2, 0, 1]),
            atom(3, "__function_ref:double"),
            I::Call(4, 3, vec![2]),
            ret(4),
        ],
    );
    let double = function("double", 1, 0, vec![I::Regs(0x03, vec![0, 0, 0]), ret(0)]);
    let own = function("double", 1, 1, vec![number(1, 0.0), ret(1)]);
    let classes = [
        ("Main", class(&[main(4, code), own])),
        ("Other", class(&[add, double])),
    ];
    assert_eq!(outcome(&classes).unwrap(), "6");
}

#[test]
fn a_function_known_only_at_run_time_is_judged_at_the_call() {
    // A jump leads to the closure, so what `r0` holds is not known.
    let before = vec![
        atom(0, "__function_ref:shows"),
        I::JumpIfTrue(0, 1),
        I::Regs(0x14, vec![]),
    ];
    let shown = result(&[closure(before.clone(), 0), shows()]);
    // The jump goes to the `Nop` that follows it anyhow.
    assert!(
        shown.contains("shows/1 needs 0 captured values, and the closure has 2"),
        "{shown}"
    );
    // Without captures it is the function itself.
    let mut code = before;
    code.extend([
        I::MakeClosure(1, 0, vec![]),
        I::Call(2, 1, vec![0]),
        I::Regs(0x15, vec![3, 0, 1]),
        ret(3),
    ]);
    let one = function("shows", 1, 0, vec![ret(0)]);
    assert_eq!(result(&[main(4, code), one]), "true");
}

#[test]
fn what_a_register_held_is_forgotten_when_it_is_written() {
    let before = vec![atom(0, "__function_ref:shows"), number(0, 1.0)];
    let shown = result(&[closure(before, 0), shows()]);
    assert!(shown.contains("not_callable"), "{shown}");
    // Both results of a receive are written.
    let before = vec![
        atom(0, "__function_ref:shows"),
        number(1, 0.0),
        I::Regs(0x1E, vec![2, 1, 0]),
    ];
    let shown = result(&[closure(before, 0), shows()]);
    assert!(shown.contains("not_callable"), "{shown}");
}

#[test]
fn names_of_variants_are_free() {
    let taken = function("shows~2", 0, 0, vec![]);
    let made = closure(vec![atom(0, "__function_ref:shows")], 0);
    let module = read_class("Main", &class(&[made, shows(), taken])).unwrap();
    let names: Vec<&str> = module
        .functions
        .iter()
        .filter_map(|f| f.name.as_deref())
        .collect();
    assert_eq!(names, ["main", "shows", "shows~2", "shows~2~"]);
    let variant = &module.functions[3];
    assert!(variant.private && variant.lenient);
    assert_eq!(
        (variant.captures, variant.arity, variant.extra_regs),
        (2, 1, 1)
    );
    assert_eq!(variant.frame_size(), module.functions[1].frame_size());
}

#[test]
fn the_largest_closure_of_the_package_widens_every_frame() {
    let far = function("far", 0, 0, vec![ret(2)]);
    // Alone, the class has no register 2.
    let alone = refusal(&[main(0, vec![]), far.clone()]);
    assert!(alone.contains("V01") && alone.contains("far/0"), "{alone}");
    let made = closure(vec![atom(0, "__function_ref:shows")], 0);
    let mut set = ClassSet::new();
    set.add("A", &class(&[far])).unwrap();
    set.add("B", &class(&[function("g", 3, 4, vec![])]))
        .unwrap();
    set.add(
        "C",
        &class(&[
            made,
            shows(),
            main(
                9,
                vec![I::MakeClosure(0, 1, vec![("", 0), ("", 0), ("", 0)])],
            ),
        ]),
    )
    .unwrap();
    let sizes: Vec<u32> = set
        .finish()
        .unwrap()
        .iter()
        .map(|m| m.functions[0].frame_size())
        .collect();
    assert_eq!(sizes, [3, 10, 9]);
}

#[test]
fn frames_that_captures_make_too_large_are_refused() {
    let wide = function("wide", 5, 65_530, vec![]);
    assert_eq!(result(&[main(0, vec![]), wide.clone()]), "unit");
    let made = closure(vec![I::LoadConst(0, V::Unit)], 0);
    let refused = refusal(&[made, wide]);
    assert!(
        refused.contains("wide/5") && refused.contains("65537 registers"),
        "{refused}"
    );
}
