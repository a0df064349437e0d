//! Class files byte by byte, as `docs/spec/class-format.md` lays them out: what
//! the writer writes for every kind of constant, pattern, operand and header,
//! spelled out as a second encoder would have to write it.

use std::sync::Arc;

use vmm::asm;
use vmm::host::{Console, Stream};
use vmm::isa::Instruction;
use vmm::program::{Function, Module};
use vmm::verify::verify;
use vmm::vm::{LoadError, Vm, VmBuilder, VmConfig, VmMode};

const TEXTS: u8 = 2;
const CONSTANTS: u8 = 3;
const PATTERNS: u8 = 4;
const FUNCTIONS: u8 = 5;
const EXPORTS: u8 = 6;
const DEBUG: u8 = 7;

/// The class file of an assembly text, which reads back as the same class.
#[track_caller]
fn file(text: &str) -> Vec<u8> {
    let classes = asm::parse("format.ionasm", text).unwrap_or_else(|p| panic!("{}", p[0]));
    let bytes = classes[0].to_bytes().expect("it can be written");
    assert_eq!(Module::from_bytes(&bytes).as_ref(), Ok(&classes[0]));
    bytes
}

/// A LEB128 number, read apart from the reader: value and length.
fn uint(bytes: &[u8]) -> (usize, usize) {
    let last = bytes.iter().position(|b| b & 0x80 == 0).expect("it ends");
    let value = bytes[..=last]
        .iter()
        .rev()
        .fold(0, |value, b| value << 7 | usize::from(b & 0x7F));
    (value, last + 1)
}

/// Sections of a file: id and payload.
fn sections(file: &[u8]) -> Vec<(u8, &[u8])> {
    let mut rest = &file[12..];
    let mut found = Vec::new();
    while let Some((id, behind)) = rest.split_first() {
        let (length, at) = uint(behind);
        found.push((*id, &behind[at..at + length]));
        rest = &behind[at + length..];
    }
    found
}

/// A section of the class of a text.
#[track_caller]
fn section(text: &str, id: u8) -> Vec<u8> {
    let file = file(text);
    let found = sections(&file).into_iter().find(|(of, _)| *of == id);
    found.expect("the section is there").1.to_vec()
}

/// Bytes that are written in hexadecimal, with blanks between them.
fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("a byte"))
        .collect()
}

fn around(lines: &str) -> String {
    format!(".class C\n.function f arity=0 extra=300\n{lines}\n.function g arity=0\n")
}

/// The first constant that is loaded; texts: 0 is "f".
#[track_caller]
fn constant(literal: &str, bytes: &str) {
    let found = section(&around(&format!("load_const r0, {literal}")), CONSTANTS);
    let (count, at) = uint(&found);
    assert_eq!((count, &found[at..]), (1, &*hex(bytes)), "{literal}");
}

/// The last pattern of a match, of so many.
#[track_caller]
fn pattern(pattern: &str, count: usize, bytes: &str) {
    let found = section(
        &around(&format!("match r0, {pattern} -> +1\nnop")),
        PATTERNS,
    );
    let (length, at) = uint(&found);
    assert_eq!((length, &found[at..]), (count, &*hex(bytes)), "{pattern}");
}

/// The instructions of a function, behind its header.
#[track_caller]
fn code(line: &str, bytes: &str) {
    let found = section(&around(line), FUNCTIONS);
    // Two functions; no flags, name 0, arity, captures, optional 0, extra 300.
    let head = hex("02 00 01 00 00 00 AC 02");
    assert_eq!(found[..head.len()], head);
    let expected = hex(bytes);
    assert_eq!(
        found[head.len()..head.len() + expected.len()],
        expected,
        "{line}"
    );
}

/// Rule: C-CONST-1, C-CONST-2, C-CONST-3
#[test]
fn every_kind_of_constant() {
    constant("1", "01 00 00 00 00 00 00 F0 3F");
    constant("NaN", "01 00 00 00 00 00 00 F8 7F");
    constant("-0", "01 00 00 00 00 00 00 00 80");
    constant("0n", "02 01 00");
    constant("127n", "02 01 7F");
    constant("128n", "02 02 80 00");
    constant("-128n", "02 01 80");
    constant("-129n", "02 02 7F FF");
    constant("false", "03");
    constant("true", "04");
    constant("1+2i", "05 00 00 00 00 00 00 F0 3F 00 00 00 00 00 00 00 40");
    constant("\"f\"", "06 00");
    constant("\"é\"", "06 01");
    constant("b\"\\x00\\xff\"", "07 02 00 FF");
    constant(":f", "08 00");
    constant("unit", "09");
    constant("undefined", "0A");
    constant("nil", "0B");
    constant("(true, (),)", "0C 02 04 0C 00");
    constant("[nil]", "0D 01 0B");
    constant("[true, false | nil]", "0E 04 0E 03 0B");
    constant("%{true: nil, :a: unit}", "0F 02 04 0B 08 01 09");
    constant("{}", "10 00 00 00 00");
    constant(
        "{x: true, y [writable]: nil}",
        "10 02 01 07 02 01 00 00 00 04 0B",
    );
    constant(
        "{.type T, .proto {}, .magic b: nil, .magic a: unit}",
        "10 00 01 02 01 02 04 10 00 00 00 00 09 0B",
    );
    constant("&g/0", "11 01");
    constant("&A.b/2", "12 01 02 03");
    constant("&A.b", "12 01 02 00");
    constant("@io.print", "13 01");
    constant("frozen [unit]", "14 0D 01 09");
    let texts = section(&around("load_const r0, \"é\""), TEXTS);
    assert_eq!(texts, hex("03 01 66 02 C3 A9 01 67"));
}

/// Rule: C-PAT-1
#[test]
fn every_kind_of_pattern() {
    pattern("1", 1, "01 00");
    pattern("_", 1, "02");
    pattern("r5", 1, "03 05");
    pattern("r300", 1, "03 AC 02");
    pattern("r5 = _", 1, "04 05 02");
    pattern("^r5", 1, "05 05");
    pattern("(r1, _)", 1, "06 02 03 01 02");
    pattern("[_]", 1, "07 01 00 02");
    pattern("[_, ..r1]", 1, "07 01 01 02 03 01");
    pattern("[_ | r1]", 1, "08 02 03 01");
    pattern("%{1: _, 2: r1}", 1, "09 02 00 01 02 03 01");
    pattern("{x: _}", 1, "0A 01 01 02");
    pattern("b\"ab\"", 1, "0B 02 61 62 00");
    pattern("b\"\" ..r1", 1, "0B 00 01 03 01");
    pattern("is \"number\"", 1, "0C 01");
    pattern("(1 or _)", 1, "0D 02 01 00 02");
    pattern("tagged :t _", 1, "0E 01 02");
    pattern("_ when true", 1, "0F 00 02");
    pattern(
        "r1 when r1 equal 5 and r1 is \"t\"",
        1,
        "0F 02 01 00 00 01 01 00 02 00 01 01 03 01",
    );
    for (number, word) in [
        (0, "equal"),
        (1, "not_equal"),
        (2, "less_than"),
        (3, "less_equal"),
        (4, "greater_than"),
        (5, "greater_equal"),
        (6, "same"),
    ] {
        let bytes = format!("0F 01 01 {number:02X} 00 01 00 02 02");
        pattern(&format!("_ when r1 {word} r2"), 1, &bytes);
    }
    // Each pattern is written once.
    pattern("_ -> +1, r1 -> +1, _", 2, "02 03 01");
}

/// Rule: C-FN-1
#[test]
fn headers_of_functions() {
    let header = |text: &str| {
        let found = section(&format!(".class C\n.function {text}\n"), FUNCTIONS);
        found[1..].to_vec()
    };
    assert_eq!(header("f arity=0"), hex("00 01 00 00 00 00 00 00"));
    assert_eq!(header("_ arity=0 private"), hex("04 00 00 00 00 00 00 00"));
    assert_eq!(
        header("f arity=3 captures=200 optional=1 extra=300 rest private"),
        hex("05 01 03 C8 01 01 AC 02 00 00")
    );
    assert_eq!(header("f arity=2 lenient"), hex("02 01 02 00 00 00 00 00"));
    let handlers = section(
        ".class C\n.function f arity=2\n.handler 0, 1, 1, r0\n.handler 0, 1, 0, r0, r1\nnop\n",
        FUNCTIONS,
    );
    assert_eq!(
        handlers,
        hex("01 00 01 02 00 00 00 01 14 02 00 01 01 00 00 00 01 00 00 02")
    );
}

/// Rule: C-FN-2
#[test]
fn every_kind_of_operand() {
    code("add r0, r1, r300", "01 03 00 01 AC 02");
    code("yield", "01 13");
    code("call_spread r0, r1, _, r2", "01 61 00 01 00 02");
    code("call_spread r0, r1, r3, r2", "01 61 00 01 04 02");
    code("call r0, r1, r2, r3", "01 09 00 01 02 02 03");
    code("call r0, r1", "01 09 00 01 00");
    code("map_init r0, r1: r2", "01 71 00 01 01 02");
    code("load_const r0, nil", "01 01 00 00");
    code("get_global r0, :x", "01 34 00 01");
    code("call_native r0, io.print, r1", "01 62 00 01 01 01");
    code("make_closure r0, &g/0, r1", "01 66 00 01 00 01 01");
    code("make_closure r0, &g/0, \"s\"", "01 66 00 01 02 00");
    code("jump +1", "01 0B 01");
    code("jump +0", "01 0B 00");
    code("jump -1", "01 0B 7F");
    code("jump -64", "01 0B 40");
    code("jump -65", "01 0B BF 7F");
    code("jump +64", "01 0B C0 00");
    code("await_number r0, 300", "01 11 00 AC 02");
    code("match r0, _ -> +1, r1 -> -1", "01 12 00 02 00 01 01 7F");
    code("receive_match", "01 A2 00 00");
    code(
        "receive_match _ -> +1, after r2 -> -1",
        "01 A2 01 00 01 03 7F",
    );
    code(
        "object_init r0, x: r1, y [writable]: nil",
        "01 1F 00 02 01 00 01 07 02 01 00 01",
    );
    code("has_prop r0, r1, r2, [chain]", "01 84 00 01 02 02");
    code("spawn r0, r1, [link keep], r2", "01 0E 00 01 03 01 02");
}

/// Rule: C-EXPORT-1, C-DEBUG-1
#[test]
fn exports_and_debug_entries() {
    let text = ".class C\n.function f arity=0 private\n.function _ arity=1\n.function g arity=2\n\
                .line 7:3 \"a\"\n.local x = r1 0..1\nnop\n.function h arity=0\n";
    assert_eq!(section(text, EXPORTS), hex("02 01 02 02 02 00 03"));
    assert_eq!(
        section(text, DEBUG),
        hex("01 02 01 00 03 07 03 01 04 01 00 01")
    );
    let texts = hex("05 01 66 01 67 01 68 01 61 01 78");
    assert_eq!(section(text, TEXTS), texts);
}

/// Rule: C-FILE-2, C-FILE-4
#[test]
fn sections_stand_in_order() {
    let text = ".class C\n.custom \"b\" 01\n.custom \"a\"\n.custom \"b\" 02\n.function f arity=0\n";
    let file = file(text);
    assert_eq!(file[..8], hex("49 4F 4E 42 43 02 00 00"));
    let found = sections(&file);
    let ids: Vec<u8> = found.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 0x80, 0x80, 0x80]);
    assert_eq!(found[0].1, hex("01 43 00"));
    assert_eq!(found[2].1, [0]);
    assert_eq!(found[7].1, hex("01 62 01"));
    assert_eq!(found[8].1, hex("01 61"));
    assert_eq!(found[9].1, hex("01 62 02"));
}

/// Rule: C-POOL-1
#[test]
fn pools_are_numbered_by_first_use() {
    let text = ".class C\n.function f arity=0\nload_const r0, (\"b\", :a)\nload_const r0, \"c\"\n\
                load_const r0, (\"b\", :a)\nmatch r0, %{\"d\": \"e\"} -> +1\n\
                .function g arity=0\n.line 1 \"x\"\nget_global r0, :a\n";
    // f b a c d e g x
    assert_eq!(
        section(text, TEXTS),
        hex("08 01 66 01 62 01 61 01 63 01 64 01 65 01 67 01 78")
    );
    // ("b", :a), "c", "d", "e"
    assert_eq!(
        section(text, CONSTANTS),
        hex("04 0C 02 06 01 08 02 06 03 06 04 06 05")
    );
    assert_eq!(section(text, PATTERNS), hex("01 09 01 02 01 03"));
}

/// The writer keeps to the limits: a class at each of them, and one past it.
///
/// Rule: C-LIMIT-1
#[test]
fn a_class_past_a_limit_is_not_written() {
    use vmm::isa::{Arm, Pattern};
    use vmm::limits;
    use vmm::program::{CustomSection, Handler};
    use vmm::value::{Object, Value};

    let code =
        |code: Vec<Instruction>| Module::new("M").with(Function::new_bytecode("f", 0, 2, code));
    let load = |value: Value| code(vec![Instruction::load_const(0, value)]);
    let text = |bytes: usize| "x".repeat(bytes);
    let arms = |count: usize| {
        let arm = Arm {
            pattern: Pattern::Wildcard,
            target: 0.into(),
        };
        code(vec![Instruction::r#match(0, vec![arm; count])])
    };
    let handlers = |count: usize| {
        let handler = Handler {
            from: 0,
            to: 1,
            target: 0,
            value: 0.into(),
            info: None,
        };
        let mut class = code(vec![Instruction::nop()]);
        class.functions[0].handlers = vec![handler; count];
        class
    };
    let functions = |count: usize| {
        let mut class = Module::new("M");
        class.functions = vec![Function::default(); count];
        class
    };
    let constants = |count: usize| {
        let load = |n| Instruction::load_const(0, Value::number(n as f64));
        code((0..count).map(load).collect())
    };
    let patterns = |count: usize| {
        let value = |n: usize| Pattern::Value(Value::number(n as f64));
        let arm = |n: usize| Arm {
            pattern: Pattern::Pair(Box::new(value(n % 256)), Box::new(value(n / 256))),
            target: 0.into(),
        };
        // The parts of a pattern are no entries of the pool.
        let half = |from: usize, to: usize| {
            let arms: Vec<Arm> = (from..to).map(arm).collect();
            Instruction::r#match(0, arms)
        };
        code(vec![half(0, count / 2), half(count / 2, count)])
    };
    let custom = |bytes: usize| {
        let mut class = Module::new("M");
        class.custom.push(CustomSection {
            name: text(bytes).into(),
            data: Vec::new(),
        });
        class
    };
    let magic = |bytes: usize| {
        let mut object = Object::new();
        object
            .magic_methods
            .insert(text(bytes).into(), Value::unit());
        load(Value::object(object))
    };
    let operands = |count: usize| code(vec![Instruction::tuple_init(0, vec![1.into(); count])]);
    let integer = |bytes: usize| load(Value::integer(num_bigint(bytes)));
    type Of<'a> = &'a dyn Fn(usize) -> Module;
    let limits: [(usize, Of<'_>); 12] = [
        (limits::FUNCTIONS_MAX, &functions),
        (limits::CONSTANTS_MAX, &constants),
        (limits::PATTERNS_MAX, &patterns),
        (limits::MATCH_ARMS_MAX, &arms),
        (limits::HANDLERS_MAX, &handlers),
        (limits::OPERANDS_MAX, &operands),
        (limits::NAME_BYTES_MAX, &|n| Module::new(text(n))),
        (limits::NAME_BYTES_MAX, &custom),
        (limits::STRING_BYTES_MAX, &|n| load(Value::string(text(n)))),
        (limits::STRING_BYTES_MAX, &|n| {
            load(Value::bytes(vec![0; n]))
        }),
        (limits::INTEGER_BYTES_MAX, &integer),
        (limits::MAGIC_BYTES_MAX, &magic),
    ];
    for (number, (limit, class)) in limits.into_iter().enumerate() {
        assert!(class(limit).to_bytes().is_ok(), "limit {number}");
        let error = class(limit + 1).to_bytes().expect_err("it is past a limit");
        assert_eq!(error.code(), "C16", "limit {number}: {error}");
    }
}

/// An integer of so many bytes.
fn num_bigint(bytes: usize) -> num_bigint::BigInt {
    num_bigint::BigInt::from(1) << (8 * bytes - 2)
}

/// Rule: C-LIMIT-1
#[test]
fn the_page_has_the_limits_that_hold() {
    use vmm::limits;
    let page = include_str!("../../docs/spec/class-format.md");
    for (what, limit) in [
        ("bytes of a file", limits::CLASS_BYTES_MAX),
        ("texts", limits::TEXTS_MAX),
        ("instructions in all functions", limits::INSTRUCTIONS_MAX),
        (
            "bytes of a text or of a bytes constant",
            limits::STRING_BYTES_MAX,
        ),
        ("bytes of an integer", limits::INTEGER_BYTES_MAX),
        (
            "bytes of the name of a magic method",
            limits::MAGIC_BYTES_MAX,
        ),
        (
            "bytes of the name of the class or of a custom section",
            limits::NAME_BYTES_MAX,
        ),
    ] {
        let digits = limit.to_string();
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).expect("digits"))
            .collect();
        let row = format!("| {what} | {} |", groups.join(","));
        assert!(page.contains(&row), "{row}");
    }
}

/// Where nothing is written.
#[derive(Debug)]
struct Silent;

impl Console for Silent {
    fn write(&self, _: Stream, _: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn machine(max_shared: usize) -> Vm {
    let config = VmConfig {
        mode: VmMode::Stepped,
        max_shared,
        ..VmConfig::default()
    };
    let builder = VmBuilder::new().config(config).console(Arc::new(Silent));
    builder.build().expect("a machine")
}

fn refusal(vm: &mut Vm, class: Module) -> String {
    let class = verify(class).unwrap_or_else(|problems| panic!("{}", problems[0]));
    match vm.load(&class) {
        Err(LoadError::Unlinked(problem)) => problem.code.to_owned(),
        Err(other) => panic!("{other}"),
        Ok(_) => "loaded".to_owned(),
    }
}

/// Rule: C-LOAD-3, C-LOAD-4
#[test]
fn what_cannot_be_linked_is_refused_and_the_machine_goes_on() {
    let mut vm = machine(1 << 20);
    let class = |name: &str, code| Module::new(name).with(Function::new_bytecode("f", 0, 2, code));
    let wide = |extra: u16| {
        let code = vec![Instruction::load_this(0)];
        Module::new("Wide").with(Function::new_bytecode("f", 0, extra, code))
    };
    assert_eq!(refusal(&mut vm, wide(65_535)), "L04");
    assert_eq!(refusal(&mut vm, wide(65_534)), "loaded");
    let reads = |count: usize| {
        let read = [
            Instruction::load_const(0, vmm::value::Value::atom("x")),
            Instruction::get_prop(1, 1, 0),
        ];
        class("Reads", (0..count).flat_map(|_| read.clone()).collect())
    };
    assert_eq!(refusal(&mut vm, reads(70_000)), "loaded");
    let text = |bytes: usize| {
        let text = vmm::value::Value::string("x".repeat(bytes));
        vec![Instruction::load_const(0, text)]
    };
    assert_eq!(refusal(&mut vm, class("Large", text(2 << 20))), "L05");
    assert_eq!(refusal(&mut vm, class("Small", text(1000))), "loaded");
    assert_eq!(refusal(&mut vm, class("Small", text(1000))), "L06");
}
