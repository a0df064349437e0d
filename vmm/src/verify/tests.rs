//! One wrong class for each rule, beside the right one next to it.

mod any;
mod table;

use super::*;
use crate::diag::Place;
use crate::ids::{Offset, Pid, Reg};
use crate::isa::arbitrary::{self, Sense};
use crate::isa::{Arm, Condition, Instruction, Pattern, RegOrValue};
use crate::program::{CustomSection, DebugInfo, Function, Handler, LineEntry, Local};
use crate::value::{Closure, FunctionRef, Object, PropertyDescriptor, Value};

/// A class with one function of two registers.
fn class(code: Vec<Instruction>) -> Module {
    Module::new("M").with(Function::new_bytecode("f", 0, 2, code))
}

fn load(value: Value) -> Module {
    class(vec![Instruction::load_const(0, value)])
}

fn arm(pattern: Pattern) -> Module {
    let target = Offset(1);
    class(vec![Instruction::r#match(0, vec![Arm { pattern, target }])])
}

fn function(change: impl FnOnce(&mut Function)) -> Module {
    let mut function = Function::new_bytecode("f", 1, 2, vec![Instruction::nop(); 4]);
    change(&mut function);
    Module::new("M").with(function)
}

fn handlers(ranges: &[(u32, u32)]) -> Module {
    let handler = |&(from, to): &(u32, u32)| Handler {
        from,
        to,
        target: 4,
        value: Reg(0),
        info: Some(Reg(1)),
    };
    function(|f| f.handlers = ranges.iter().map(handler).collect())
}

fn line(at: u32) -> LineEntry {
    LineEntry {
        at,
        file: "a.lang".into(),
        line: 1,
        column: 0,
    }
}

fn codes_of(class: &Module) -> Vec<&'static str> {
    problems(class).iter().map(|p| p.code).collect()
}

fn accepted(class: &Module) {
    assert_eq!(problems(class), []);
    class.to_bytes().unwrap();
}

fn refused(code: &str, class: &Module) {
    assert_eq!(codes_of(class), [code], "{:#?}", problems(class));
}

/// Rule: C-CODE-2, C-CODE-3, C-CODE-4, C-CODE-6, C-CODE-22
#[test]
fn frames_and_functions() {
    accepted(&function(|f| f.optional = 1));
    refused("V03", &function(|f| f.optional = 2));
    accepted(&function(|f| f.lenient = true));
    refused("V04", &function(|f| (f.lenient, f.rest) = (true, true)));
    refused("V04", &function(|f| (f.lenient, f.optional) = (true, 1)));
    accepted(&function(|f| f.extra_regs = u16::MAX - 1));
    refused("V02", &function(|f| f.extra_regs = u16::MAX));
    refused("V06", &function(|f| f.captures = 1));
    accepted(&function(|f| (f.captures, f.private) = (1, true)));
    refused("V22", &function(|f| f.name = Some("".into())));
    refused("V22", &function(|f| f.name = Some("a\u{202e}b".into())));
    accepted(&function(|f| f.name = Some("operator +".into())));
    accepted(&function(|f| f.instructions.clear()));
}

/// Rule: C-CODE-21, C-CODE-22
#[test]
fn names_of_classes_are_names_everywhere() {
    for name in ["", "a/b", "..", "a b"] {
        refused("V21", &Module::new(name));
        refused("V21", &load(Value::extern_function(name, "f", None)));
    }
    refused("V22", &load(Value::extern_function("M", "", None)));
    accepted(&load(Value::extern_function("ion.list", "map", Some(2))));
}

/// Rule: C-CODE-20
#[test]
fn exports_are_unique() {
    let f = |arity| Function::new_bytecode("f", arity, 1, vec![]);
    accepted(&Module::new("M").with(f(0)).with(f(1)));
    let twice = Module::new("M").with(f(1)).with(f(0)).with(f(1));
    refused("V20", &twice);
    assert!(
        problems(&twice)[0]
            .place
            .to_string()
            .contains("function f/1")
    );
    let mut private = f(1);
    private.private = true;
    accepted(&Module::new("M").with(f(1)).with(private));
}

/// Rule: C-CODE-1, C-CODE-8, C-CODE-9, C-CODE-10, C-CODE-11
#[test]
fn handlers_nest() {
    accepted(&handlers(&[(1, 2), (0, 4)]));
    refused("V09", &handlers(&[(2, 2)]));
    refused("V09", &handlers(&[(2, 5)]));
    refused("V10", &handlers(&[(0, 2), (1, 3)]));
    let with = |change: fn(&mut Handler)| {
        let mut class = handlers(&[(0, 4)]);
        change(&mut class.functions[0].handlers[0]);
        class
    };
    refused("V08", &with(|h| h.target = 5));
    refused("V01", &with(|h| h.value = Reg(3)));
    refused("V01", &with(|h| h.info = Some(Reg(3))));
    refused("V11", &with(|h| h.info = Some(Reg(0))));
    accepted(&with(|h| h.info = None));
}

/// Rule: C-CODE-27, C-CODE-28
#[test]
fn debug_information_lies_inside_the_function() {
    let lines = |at: &[u32]| {
        let lines = at.iter().copied().map(line).collect();
        function(|f| f.debug.lines = lines)
    };
    accepted(&lines(&[0, 2, 4]));
    refused("V27", &lines(&[5]));
    refused("V27", &lines(&[2, 1]));
    refused("V27", &lines(&[2, 2]));
    let local = |reg: i32, from, to| {
        let local = Local {
            name: "x".into(),
            reg: reg.into(),
            from,
            to,
        };
        let (lines, locals) = (Vec::new(), vec![local]);
        function(|f| f.debug = DebugInfo { lines, locals })
    };
    accepted(&local(2, 0, 4));
    refused("V28", &local(2, 0, 5));
    refused("V28", &local(2, 3, 3));
    refused("V01", &local(3, 0, 4));
}

/// Rule: C-CODE-5, C-CODE-6, C-CODE-15, C-CODE-23
#[test]
fn constants_are_of_a_closed_set() {
    let closure = Closure {
        function: FunctionRef::Local(0.into()),
        captures: vec![],
    };
    for value in [
        Value::Process(Pid::HOST),
        Value::Reference(crate::ids::RefId {
            owner: Pid::HOST,
            count: 0,
        }),
        Value::Closure(Arc::new(closure)),
    ] {
        refused("V15", &load(value.clone()));
        refused("V15", &load(Value::frozen(Value::array([value.clone()]))));
        refused("V15", &arm(Pattern::Value(value)));
    }
    refused("V05", &load(Value::local_function(1)));
    accepted(&load(Value::local_function(0)));
    let mut captures = load(Value::local_function(0));
    (
        captures.functions[0].captures,
        captures.functions[0].private,
    ) = (1, true);
    refused("V06", &captures);
    for name in ["println", "io.", ".io", "io..x", "Io.x", "io.x y", "io.9"] {
        refused("V23", &load(Value::native(name)));
    }
    accepted(&load(Value::native("io.file_2.open")));
}

/// Rule: C-CODE-14
#[test]
fn nesting_is_bounded_wherever_it_stands() {
    let nested =
        |levels: usize| (1..levels).fold(Value::nil(), |v, _| Value::pair(v, Value::nil()));
    accepted(&load(nested(limits::NESTING_MAX)));
    refused("V14", &load(nested(limits::NESTING_MAX + 1)));
    refused("V14", &load(nested(limits::HOST_VALUE_DEPTH_MAX)));
    let pattern = |levels: usize| {
        (1..levels).fold(Pattern::Wildcard, |p, _| Pattern::As(Reg(0), Box::new(p)))
    };
    refused("V14", &arm(pattern(limits::NESTING_MAX + 1)));
    let key = Pattern::Map(vec![(nested(limits::NESTING_MAX + 1), Pattern::Wildcard)]);
    refused("V14", &arm(key));
}

/// Rule: C-CODE-16, C-CODE-17
#[test]
fn keys_are_unique_and_immutable() {
    let map = |keys: &[Value]| {
        let entries: Vec<_> = keys.iter().map(|k| (k.clone(), Value::unit())).collect();
        load(Value::map(entries))
    };
    let pattern = |keys: &[Value]| {
        let entries = keys.iter().map(|k| (k.clone(), Pattern::Wildcard));
        arm(Pattern::Map(entries.collect()))
    };
    let mutable = [
        Value::array([]),
        Value::map([]),
        Value::object(Object::new()),
        Value::frozen(Value::array([])),
        Value::tuple([Value::array([])]),
        Value::pair(Value::nil(), Value::map([])),
    ];
    // What `same` tells apart are different keys.
    let different = [
        Value::number(0.0),
        Value::number(-0.0),
        Value::integer(0),
        Value::string("0"),
        Value::atom("0"),
        Value::bytes(*b"0"),
        Value::boolean(false),
        Value::unit(),
        Value::undefined(),
        Value::nil(),
        Value::complex(0.0, 0.0),
        Value::tuple([]),
        Value::tuple([Value::number(0.0)]),
        Value::tuple([Value::number(0.0), Value::tuple([])]),
        Value::tuple([Value::tuple([Value::number(0.0)])]),
        Value::pair(Value::nil(), Value::nil()),
        Value::local_function(0),
        Value::extern_function("M", "f", None),
        Value::extern_function("M", "f", Some(0)),
        Value::native("io.println"),
    ];
    for of in [map, pattern] {
        for key in &mutable {
            refused("V17", &of(std::slice::from_ref(key)));
        }
        accepted(&of(&different));
        for key in &different {
            refused("V16", &of(&[key.clone(), Value::string("x"), key.clone()]));
        }
        let nan = [f64::NAN, -f64::NAN].map(Value::number);
        refused("V16", &of(&nan));
    }
    // One key in memory used twice, and the same key made twice.
    let shared = Value::tuple([Value::integer(1)]);
    refused("V16", &map(&[shared.clone(), shared]));
}

/// Rule: C-CODE-16
#[test]
fn properties_are_unique() {
    let twice = Object {
        properties: ["x", "y", "x"]
            .map(|name| (name.into(), PropertyDescriptor::open(Value::unit())))
            .into(),
        ..Object::default()
    };
    refused("V16", &load(Value::tuple([Value::object(twice)])));
    let wildcards = ["x", "x"].map(|name| (name.into(), Pattern::Wildcard));
    refused("V16", &arm(Pattern::Object(wildcards.into())));
}

/// Rule: C-CODE-18, C-CODE-19
#[test]
fn patterns_bind_each_register_once() {
    use Pattern::{AnyOf, As, Bind, Pin, Tuple, Wildcard};
    let (a, b) = (|| Bind(Reg(0)), || Bind(Reg(1)));
    accepted(&arm(Tuple(vec![a(), b()])));
    accepted(&arm(Tuple(vec![a(), Pin(Reg(0))])));
    refused("V18", &arm(Tuple(vec![a(), a()])));
    refused("V18", &arm(As(Reg(0), Box::new(a()))));
    accepted(&arm(AnyOf(vec![a(), a()])));
    accepted(&arm(AnyOf(vec![
        Tuple(vec![a(), b()]),
        Tuple(vec![b(), a()]),
    ])));
    refused("V19", &arm(AnyOf(vec![a(), b()])));
    refused("V19", &arm(AnyOf(vec![a(), a(), Wildcard])));
    refused("V18", &arm(Tuple(vec![AnyOf(vec![a(), a()]), a()])));
    refused("V18", &arm(AnyOf(vec![Tuple(vec![a(), a()]), a()])));
    let inner = || AnyOf(vec![a(), a()]);
    accepted(&arm(AnyOf(vec![
        Tuple(vec![inner(), b()]),
        Tuple(vec![b(), a()]),
    ])));
    refused("V19", &arm(AnyOf(vec![Tuple(vec![inner(), b()]), a()])));
    accepted(&arm(AnyOf(vec![])));
    // What an arm binds is no matter to the next one.
    let two = [a(), a()].map(|pattern| Arm {
        pattern,
        target: Offset(0),
    });
    accepted(&class(vec![Instruction::r#match(0, two.to_vec())]));
}

#[test]
fn guards_are_checked() {
    let guard = |condition| arm(Pattern::Guard(Box::new(Pattern::Wildcard), vec![condition]));
    let is = |side| guard(Condition::Type(side, "number".into()));
    accepted(&is(RegOrValue::Reg(Reg(1))));
    refused("V01", &is(RegOrValue::Reg(Reg(2))));
    refused("V15", &is(RegOrValue::Value(Value::Process(Pid::HOST))));
}

/// Rule: C-CODE-24
#[test]
fn sizes_are_bounded() {
    let text = |bytes: usize| "x".repeat(bytes);
    accepted(&load(Value::string(text(limits::NAME_BYTES_MAX + 1))));
    accepted(&load(Value::atom(text(limits::NAME_BYTES_MAX))));
    refused("V24", &load(Value::atom(text(limits::NAME_BYTES_MAX + 1))));
    refused(
        "V24",
        &load(Value::string(text(limits::STRING_BYTES_MAX + 1))),
    );
    refused(
        "V24",
        &load(Value::bytes(vec![0; limits::STRING_BYTES_MAX + 1])),
    );
    let magic = |bytes| {
        let mut object = Object::new();
        object
            .magic_methods
            .insert(text(bytes).into(), Value::unit());
        load(Value::object(object))
    };
    accepted(&magic(limits::MAGIC_BYTES_MAX));
    refused("V24", &magic(limits::MAGIC_BYTES_MAX + 1));
    let integer = |bits: usize| load(Value::integer(num_bigint::BigInt::from(1) << bits));
    accepted(&integer(8 * limits::INTEGER_BYTES_MAX - 2));
    refused("V24", &integer(8 * limits::INTEGER_BYTES_MAX - 1));
    let mut custom = Module::new("M");
    custom.custom.push(CustomSection {
        name: text(limits::NAME_BYTES_MAX + 1).into(),
        data: vec![],
    });
    refused("V24", &custom);
}

/// Rule: C-CODE-25
#[test]
fn there_is_only_so_much_in_a_class() {
    let mut many = Module::new("M");
    many.functions = vec![Function::default(); limits::FUNCTIONS_MAX];
    accepted(&many);
    many.functions.push(Function::default());
    refused("V25", &many);

    let loads = |n: u32| {
        let load = |n| Instruction::load_const(0, Value::number(f64::from(n)));
        class((0..n).map(load).collect())
    };
    let most = limits::CONSTANTS_MAX as u32;
    accepted(&loads(most));
    refused("V25", &loads(most + 1));
    // The same constant may be used any number of times.
    accepted(&class(vec![
        Instruction::load_const(0, Value::string("x"));
        70_000
    ]));
}

/// Rule: C-CODE-7
#[test]
fn a_closure_gets_as_many_captures_as_it_has() {
    let class = |given: usize| {
        let inner = Function {
            captures: 2,
            private: true,
            ..Function::default()
        };
        let index = crate::ids::FunctionIndex(1);
        let make = Instruction::make_closure(0, index, None, vec![Reg(1); given]);
        class(vec![make]).with(inner)
    };
    accepted(&class(2));
    refused("V07", &class(1));
    refused("V07", &class(3));
}

#[test]
fn all_problems_are_reported_up_to_a_bound() {
    let code = vec![
        Instruction::r#move(7, 8),
        Instruction::jump(Offset(9)),
        Instruction::r#return(0),
    ];
    let found = problems(&class(code));
    let codes: Vec<_> = found.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["V01", "V01", "V08"]);
    assert_eq!(
        found[2].place.to_string().split(" `").next(),
        Some("class M, function f/0, instruction 1")
    );
    assert!(found[2].help.is_some());
    let bad = class(vec![Instruction::r#return(9); 5000]);
    assert_eq!(problems(&bad).len(), limits::DIAGNOSTICS_MAX);
}

/// Names in messages come from the class; they stay one line that steers no
/// terminal, and short.
#[test]
fn messages_show_what_a_class_calls_itself_safely() {
    let evil: String = "\u{1b}[31m\n\u{202e}".repeat(1000);
    let mut function = Function::new_bytecode(&*evil, 0, 0, vec![]);
    function.instructions = vec![Instruction::load_const(0, Value::string(&*evil))];
    let found = problems(&Module::new(&*evil).with(function));
    assert!(found.len() >= 3);
    for problem in found {
        let text = problem.to_string();
        assert!(!text.chars().any(crate::text::quote::is_hidden), "{text}");
        assert!(text.len() < 1200, "{text}");
    }
}

#[test]
fn rules_are_in_order_and_explained() {
    for (n, info) in (1..).zip(codes()) {
        assert_eq!(info.code, format!("V{n:02}"));
        assert!(
            info.text.len() > 40 && !info.remedy.is_empty(),
            "{}",
            info.code
        );
    }
}

#[test]
fn what_is_verified_is_the_class_itself() {
    let class = load(Value::unit());
    let verified = verify(class.clone()).unwrap();
    assert_eq!(*verified.clone(), class);
    assert!(verify(Module::new("")).is_err());
}
