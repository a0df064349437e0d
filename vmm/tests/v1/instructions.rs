//! Every row of the instruction table.

use super::write::{Entry, F, I, P, V, atom, function, nameless, number, ret, single};
use super::{outcome, refusal, result};

/// `main`, a function without arguments.
fn main(extra: u32, code: Vec<I>) -> F {
    function("main", 0, extra, code)
}

/// What an instruction over `r0` and `r1` puts into `r2`.
#[track_caller]
fn binary(opcode: u8, a: V, b: V) -> String {
    result(&[main(
        3,
        vec![
            I::LoadConst(0, a),
            I::LoadConst(1, b),
            I::Regs(opcode, vec![2, 0, 1]),
            ret(2),
        ],
    )])
}

#[test]
fn constants_and_moves() {
    let code = vec![number(0, 42.0), I::Regs(0x02, vec![1, 0]), ret(1)];
    assert_eq!(result(&[main(2, code)]), "42");
}

#[test]
fn arithmetic() {
    let numbers = |opcode| binary(opcode, V::Number(7.0), V::Number(2.0));
    assert_eq!(numbers(0x03), "9");
    assert_eq!(numbers(0x04), "5");
    assert_eq!(numbers(0x05), "14");
    assert_eq!(numbers(0x06), "3.5");
    assert_eq!(binary(0x03, V::Text("a"), V::Text("b")), "\"ab\"");
}

#[test]
fn comparisons() {
    let numbers = |opcode, a, b| binary(opcode, V::Number(a), V::Number(b));
    let table = [
        (0x15, [false, true, false]),
        (0x16, [true, false, true]),
        (0x17, [true, false, false]),
        (0x18, [true, true, false]),
        (0x19, [false, false, true]),
        (0x1A, [false, true, true]),
    ];
    for (opcode, [less, equal, greater]) in table {
        assert_eq!(numbers(opcode, 1.0, 2.0), less.to_string(), "{opcode:02x}");
        assert_eq!(numbers(opcode, 2.0, 2.0), equal.to_string(), "{opcode:02x}");
        assert_eq!(
            numbers(opcode, 3.0, 2.0),
            greater.to_string(),
            "{opcode:02x}"
        );
    }
}

#[test]
fn logic() {
    let both = |opcode, a, b| binary(opcode, V::Boolean(a), V::Boolean(b));
    assert_eq!(both(0x1B, true, false), "false");
    assert_eq!(both(0x1B, true, true), "true");
    assert_eq!(both(0x1C, true, false), "true");
    assert_eq!(both(0x1C, false, false), "false");
    let not = vec![number(0, 0.0), I::Regs(0x1D, vec![1, 0]), ret(1)];
    assert_eq!(result(&[main(2, not)]), "true");
}

#[test]
fn properties() {
    let code = vec![
        I::ObjectInit(0, vec![]),
        I::LoadConst(1, V::Text("x")),
        number(2, 5.0),
        I::Regs(0x08, vec![0, 1, 2]),
        I::Regs(0x07, vec![3, 0, 1]),
        ret(3),
    ];
    assert_eq!(result(&[main(4, code)]), "5");
}

#[test]
fn objects_of_registers_and_constants() {
    let code = vec![
        number(0, 1.0),
        I::ObjectInit(
            1,
            vec![
                ("a", Entry::Reg(0)),
                ("b", Entry::Value(V::Number(2.0))),
                ("c", Entry::RegAccess(0, 0)),
                ("d", Entry::ValueAccess(V::Number(4.0), 2)),
            ],
        ),
        ret(1),
    ];
    assert_eq!(result(&[main(2, code)]), "{a: 1, b: 2, c: 1, d: 4}");
}

#[test]
fn arrays() {
    let code = vec![
        number(0, 1.0),
        number(1, 2.0),
        I::List(0x22, 2, vec![1, 0, 1]),
        ret(2),
    ];
    assert_eq!(result(&[main(3, code)]), "[2, 1, 2]");
}

#[test]
fn calls_are_lenient() {
    let three = function("three", 3, 1, vec![I::List(0x22, 3, vec![0, 1, 2]), ret(3)]);
    let call = |args: &[u32]| {
        let code = vec![
            number(0, 1.0),
            number(1, 2.0),
            atom(2, "__function_ref:three"),
            I::Call(3, 2, args.to_vec()),
            ret(3),
        ];
        result(&[main(4, code), three.clone()])
    };
    assert_eq!(call(&[0, 1, 0]), "[1, 2, 1]");
    assert_eq!(call(&[1]), "[2, undefined, undefined]");
    assert_eq!(call(&[]), "[undefined, undefined, undefined]");
    assert_eq!(call(&[0, 1, 1, 0, 0]), "[1, 2, 2]");
}

#[test]
fn jumps_count_from_their_own_instruction() {
    // The sum of 1 to 4; the last jump goes back.
    let code = vec![
        number(0, 0.0),
        number(1, 4.0),
        number(2, 1.0),
        I::JumpIfFalse(1, 4),
        I::Regs(0x03, vec![0, 0, 1]),
        I::Regs(0x04, vec![1, 1, 2]),
        I::Jump(-3),
        ret(0),
    ];
    assert_eq!(result(&[main(3, code)]), "10");
    let code = vec![
        I::LoadConst(0, V::Boolean(true)),
        I::JumpIfTrue(0, 2),
        ret(0),
        I::JumpIfTrue(0, 1),
        I::JumpIfFalse(0, 1),
        I::Jump(1),
    ];
    // The end of the function is a target, and running off it gives unit.
    assert_eq!(result(&[main(1, code)]), "unit");
    let outside = refusal(&[main(1, vec![I::Jump(2)])]);
    assert!(
        outside.contains("function main/0") && outside.contains("V08"),
        "{outside}"
    );
}

#[test]
fn messages_and_spawned_processes() {
    let child = function(
        "child",
        2,
        0,
        vec![I::Regs(0x0F, vec![0, 1]), I::Regs(0x13, vec![]), ret(1)],
    );
    let code = vec![
        atom(0, "self"),
        number(1, 7.0),
        atom(2, "__function_ref:child"),
        I::Spawn(3, 2, vec![0, 1]),
        I::Regs(0x14, vec![]),
        I::Regs(0x10, vec![4]),
        ret(4),
    ];
    assert_eq!(result(&[main(5, code), child]), "7");
}

#[test]
fn receives_that_time_out() {
    let code = vec![
        number(0, 0.0),
        number(1, 3.0),
        I::Regs(0x1E, vec![1, 0, 2]),
        I::List(0x22, 3, vec![1, 2]),
        ret(3),
    ];
    assert_eq!(result(&[main(4, code)]), "[undefined, false]");
    let code = vec![
        atom(0, "__vm:self"),
        I::Regs(0x0F, vec![0, 0]),
        number(1, 1000.0),
        I::Regs(0x1E, vec![2, 1, 3]),
        ret(3),
    ];
    assert_eq!(result(&[main(4, code)]), "true");
}

/// The number of the arm that fits; 0 for none.
#[track_caller]
fn matched(value: V, patterns: &[P]) -> String {
    let mut code = vec![I::LoadConst(0, value)];
    let arms = (1..).zip(patterns);
    let arms = arms.map(|(n, pattern)| (pattern.clone(), n * 2 + 1));
    code.push(I::Match(0, arms.collect()));
    for n in 0..=patterns.len() {
        code.extend([number(1, n as f64), ret(1)]);
    }
    result(&[main(2, code)])
}

#[test]
fn patterns() {
    let n = |n| P::Value(V::Number(n));
    assert_eq!(matched(V::Number(2.0), &[n(1.0), n(2.0)]), "2");
    assert_eq!(matched(V::Number(3.0), &[n(1.0), n(2.0)]), "0");
    assert_eq!(matched(V::Unit, &[n(1.0), P::Wildcard]), "2");
    let pair = V::Tuple(vec![V::Number(1.0), V::Number(2.0)]);
    let list = V::Array(vec![V::Number(1.0), V::Number(2.0)]);
    let tuple = P::Tuple(vec![n(1.0), P::Wildcard]);
    let array = P::Array(vec![P::Wildcard, n(2.0)]);
    assert_eq!(matched(pair.clone(), &[array.clone(), tuple.clone()]), "2");
    assert_eq!(matched(list.clone(), std::slice::from_ref(&tuple)), "1");
    assert_eq!(matched(list.clone(), std::slice::from_ref(&array)), "1");
    assert_eq!(
        matched(list, &[P::Array(vec![]), P::Array(vec![n(1.0)])]),
        "0"
    );
    assert_eq!(matched(pair, &[P::Value(V::Unit), P::Tuple(vec![])]), "0");
    let tagged = |tag| P::Tagged(tag, Box::new(P::Tuple(vec![n(5.0)])));
    let object = V::Object(vec![
        ("__tag", V::Atom("some"), 0),
        ("__slots", V::Array(vec![V::Number(5.0)]), 0),
    ]);
    assert_eq!(
        matched(object.clone(), &[tagged("none"), tagged("some")]),
        "2"
    );
    assert_eq!(matched(object, &[tagged(":some")]), "1");
}

#[test]
fn a_single_function_is_a_class() {
    let bytes = single(&nameless(0, 1, vec![number(0, 3.0), ret(0)]));
    assert_eq!(outcome(&[("Main", bytes)]).unwrap(), "3");
    let bytes = single(&function("start", 1, 0, vec![ret(0)]));
    assert_eq!(outcome(&[("Main", bytes)]).unwrap(), "[]");
}

#[test]
fn results_of_processes() {
    // What a child is given is what it returns.
    let child = || function("child", 1, 0, vec![ret(0)]);
    let spawn = |dst, n| {
        let args = vec![atom(5, "__function_ref:child"), number(6, n)];
        args.into_iter().chain([I::Spawn(dst, 5, vec![6])])
    };
    // The first process that is made is number 2.
    let code: Vec<I> = spawn(0, 7.0).chain([I::Link(2, 1), ret(1)]).collect();
    assert_eq!(result(&[main(7, code), child()]), "7");
    for opcode in [0x20, 0x21] {
        let select = [I::List(opcode, 2, vec![0]), ret(2)];
        let code: Vec<I> = spawn(0, 8.0).chain(select).collect();
        assert_eq!(result(&[main(7, code), child()]), "8", "{opcode:x}");
        // A child that runs for ever is not the first.
        let forever = function("forever", 0, 0, vec![I::Jump(0)]);
        let code: Vec<I> = [atom(5, "__function_ref:forever"), I::Spawn(1, 5, vec![])]
            .into_iter()
            .chain(spawn(0, 9.0))
            .chain([I::List(opcode, 2, vec![1, 0]), ret(2)])
            .collect();
        if opcode == 0x21 {
            assert_eq!(result(&[main(7, code), child(), forever]), "9");
        }
    }
    // Whoever spawns in a package that waits keeps results, however late they are taken.
    let wait = [
        I::Regs(0x13, vec![]),
        I::Regs(0x13, vec![]),
        I::Regs(0x13, vec![]),
    ];
    let code: Vec<I> = spawn(0, 6.0)
        .chain(wait)
        .chain([I::Link(2, 1), ret(1)])
        .collect();
    assert_eq!(result(&[main(7, code), child()]), "6");
}
