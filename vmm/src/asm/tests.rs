//! Texts read, printed and read again.

use super::*;
use crate::diag::{Place, Severity};
use crate::isa::OPS;
use crate::isa::arbitrary::{self, Sense};
use crate::limits;
use crate::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;

/// Parses what must have no errors.
fn assemble(text: &str) -> Vec<Module> {
    parse("test.ionasm", text).unwrap_or_else(|problems| {
        let shown: String = problems.iter().map(|p| format!("{p}\n")).collect();
        panic!("{shown}in\n{text}")
    })
}

fn reads_back(module: &Module) {
    let text = print(module);
    let back = assemble(&text);
    assert_eq!(back.len(), 1, "{text}");
    assert_eq!(back[0], *module, "{text}");
    assert_eq!(print(&back[0]), text);
}

/// Rule: A-TEXT-6
///
/// Printing and assembling gives the same class file, byte for byte, for as many programs
/// as an optimised build makes in a minute; together they have every instruction a thousand
/// times and more.
#[test]
fn generated_programs_come_back_byte_for_byte() {
    let programs: u64 = if cfg!(debug_assertions) { 600 } else { 100_000 };
    let mut counts = [0_u64; 256];
    let mut custom = 0;
    for seed in 0..programs {
        let bytes = noise(seed, (seed % 97) as usize * 16);
        let class = if seed.is_multiple_of(50) {
            arbitrary::module_of_every_instruction(&bytes, Sense::Sound)
        } else {
            arbitrary::module(&bytes, Sense::Sound)
        };
        for function in &class.functions {
            for instruction in &function.instructions {
                counts[usize::from(instruction.opcode() as u8)] += 1;
            }
        }
        custom += class.custom.len();
        let file = class.to_bytes().unwrap();
        let text = print(&Module::from_bytes(&file).unwrap());
        let back = assemble(&text);
        assert_eq!(back.len(), 1, "{text}");
        assert_eq!(back[0].to_bytes().unwrap(), file, "{text}");
    }
    assert!(custom > 0);
    for row in OPS {
        let seen = counts[usize::from(row.number)];
        assert!(seen >= programs / 100, "{}: {seen} times", row.mnemonic);
    }
}

/// Bytes without a pattern.
fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..len).map(|_| next()).collect()
}

proptest! {
    #[test]
    fn classes_read_back(bytes in vec(any::<u8>(), 0..600)) {
        reads_back(&arbitrary::module(&bytes, Sense::Sound));
    }

    #[test]
    fn every_instruction_reads_back(bytes in vec(any::<u8>(), 0..2000)) {
        let module = arbitrary::module_of_every_instruction(&bytes, Sense::Sound);
        prop_assert_eq!(module.functions[0].instructions.len(), OPS.len());
        reads_back(&module);
    }

    #[test]
    fn nonsense_is_printed_and_its_text_judged(bytes in vec(any::<u8>(), 0..2000)) {
        let module = arbitrary::module_of_every_instruction(&bytes, Sense::Wild);
        let text = print(&module);
        // What the text cannot say (lines out of order, say) is lost, but only once.
        if let Ok(back) = parse("wild", &text) {
            reads_back(&back[0]);
        }
        for at in 0..OPS.len() as u32 {
            prop_assert!(!print_instruction(&module, 0, at).is_empty());
        }
        prop_assert_eq!(print_instruction(&module, 0, u32::MAX), "");
        prop_assert_eq!(print_function(&module, u32::MAX), "");
    }

    #[test]
    fn texts_cut_and_mutated_are_judged(
        bytes in vec(any::<u8>(), 0..300),
        edits in vec((any::<u16>(), "[ -~\n]{0,3}"), 1..4),
    ) {
        let mut text = print(&arbitrary::module(&bytes, Sense::Sound));
        for (at, put) in edits {
            let mut at = usize::from(at) % (text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
            text.replace_range(at..end, &put);
        }
        if let Err(problems) = parse("mutant", &text) {
            for problem in problems {
                prop_assert!(codes().iter().any(|c| c.code == problem.code));
                prop_assert_eq!(problem.severity, Severity::Error);
            }
        }
    }

    #[test]
    fn soups_of_tokens_are_judged(
        picks in vec((any::<usize>(), any::<bool>()), 0..60),
    ) {
        let tokens = [
            ".class", ".function", ".line", ".local", ".reg", ".handler", ".const", ".custom",
            ".type", "C", "f", "arity", "=", "1", "r0", "r1", "x", ":", ",", "(", ")", "[",
            "]", "{", "%{", "}", "|", "->", "..", "^", "_", "when", "is", "or", "and", "true",
            "literal", "tagged", "frozen", "after", ":a", "\"s\"", "b\"s\"", "&f/1", "&#0",
            "@n.m", "add", "match", "receive_match", "load_const", "object_init", "spawn",
            "equal", "+1", "2n", "1i", "\"", "&", "@", ".", "\n", "\n",
        ];
        let mut text = String::from(".class C\n.function f arity=1\n");
        for (pick, space) in picks {
            text.push_str(tokens[pick % tokens.len()]);
            text.push_str(if space { " " } else { "" });
        }
        match parse("soup", &text) {
            Ok(modules) => modules.iter().for_each(reads_back),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }

    #[test]
    fn shown_values_read_back(bytes in vec(any::<u8>(), 0..200)) {
        let value = arbitrary::value(&bytes, Sense::Sound);
        let text = literal(None, &value);
        let text = format!(".class C\n.function _ arity=0\nload_const r0, {text}");
        let module = &assemble(&text)[0];
        let is = crate::Instruction::load_const(0, value);
        prop_assert_eq!(&module.functions[0].instructions[0], &is);
    }
}

/// The text of the only instruction of a function around `line`.
fn printed(line: &str) -> String {
    let text = format!(".class C\n.function f arity=4\n{line}\nend: nop\n");
    let module = &assemble(&text)[0];
    print_instruction(module, 0, 0)
}

#[test]
fn the_printed_notation_is_read() {
    for line in [
        "load_const r0, 42",
        "load_const r0, -0",
        "load_const r0, 1e21",
        "load_const r0, -inf",
        "load_const r0, NaN",
        "load_const r0, 42n",
        "load_const r0, -170141183460469231731687303715884105728n",
        "load_const r0, 2+3i",
        "load_const r0, NaN-infi",
        r#"load_const r0, "a\n\"b\"""#,
        r#"load_const r0, b"\x00a""#,
        r#"load_const r0, (:ok, :"a b", true, unit, undefined, nil)"#,
        "load_const r0, ()",
        "load_const r0, (1,)",
        "load_const r0, [1, [2]]",
        "load_const r0, [1, 2 | nil]",
        "load_const r0, %{:k: 1, \"k\": 2, (1, 2): 3}",
        "load_const r0, {}",
        "load_const r0, {x: 1, \"a b\": 2, y []: 3, z [writable configurable]: 4}",
        "load_const r0, {.type Point, .proto {x: 1}, .magic __add__: &C.add/2, x: 1}",
        "load_const r0, frozen [frozen [1]]",
        "load_const r0, [&f/4, &C.f/4, &C.f, &ion.list.map/2, @io.println]",
        r#"load_const r0, &"a b"."c.d"/1"#,
        r#"call_native r0, io.println, r1, r2"#,
        "call r0, r1, r2, r3",
        "call_spread r0, r1, _, r2",
        "get_global r0, :count",
        "jump +1",
        "make_closure r0, &f/4, r1",
        "make_closure r0, &f/4, \"scope\", r1",
        "map_init r0, r1: r2, r3: r0",
        "iter_init r0, r1, [keys]",
        "define_prop r0, r1, r2, []",
        "spawn r0, r1, [link keep], r2",
        "spawn r0, r1, r2",
        "monitor r0, r1",
        "object_init r0, x: r1, y: 42, z [writable]: r2",
        "receive_match (:ok, r1) -> +1, _ -> +1, after r2 -> +1",
        "receive_match after r2 -> +1",
        "receive_match",
        "match r0",
        "match r0, 1 -> +1, literal (1, 2) -> +1, (1, 2) -> +1, [1, ..r1] -> +1",
        "match r0, [..r1] -> +1, [r1, r2 | r3] -> +1, r1 = (r2, ^r3) -> +1",
        "match r0, %{:k: r1, 2: _} -> +1, {x: r1, \"a b\": {}} -> +1",
        r#"match r0, b"ab" ..r1 -> +1, literal b"ab" -> +1, is "number" -> +1"#,
        "match r0, (1 or 2 or (r1 when r1 less_than 3)) -> +1, (or) -> +1, (1 or) -> +1",
        "match r0, tagged :some (r1,) -> +1, tagged :none _ -> +1",
        r#"match r0, r1 when r1 is "number" and 3 greater_than r1 -> +1"#,
        "match r0, (r1 when true, _) -> +1, r1 = (_ when true equal r2) -> +1",
        "yield",
    ] {
        assert_eq!(printed(line), line);
    }
}

#[test]
fn other_notations_mean_the_same() {
    for (line, same) in [
        ("load_const r0, 0x2a", "load_const r0, 42"),
        ("load_const r0, -0x2An", "load_const r0, -42n"),
        ("load_const r0, 3i", "load_const r0, 0+3i"),
        ("load_const r0, [1, (2, 3,),]", "load_const r0, [1, (2, 3)]"),
        (
            "load_const r0,\n  [1, ; one\n   2\n  ]",
            "load_const r0, [1, 2]",
        ),
        ("load_const r0, {x:1,y :2}", "load_const r0, {x: 1, y: 2}"),
        ("load_const r0, {\"x\": :a}", "load_const r0, {x: :a}"),
        ("load_const r0, &f", "load_const r0, &f/4"),
        ("load_const r0, &#0", "load_const r0, &f/4"),
        ("load_const r0, &\"C\".\"f\"", "load_const r0, &C.f"),
        ("call_native r0, @io.println", "call_native r0, io.println"),
        ("jump end", "jump +1"),
        ("spawn r0, r1, []", "spawn r0, r1"),
        ("spawn r0, r1, [link, keep]", "spawn r0, r1, [link keep]"),
        ("make_closure r0, &f, _, r1", "make_closure r0, &f/4, r1"),
        ("recv_begin", "recv_begin _, _"),
        ("match r0, ((r1)) -> end", "match r0, r1 -> +1"),
        (
            "match r0, [1 | [2 | r1]] -> end",
            "match r0, [1, 2 | r1] -> +1",
        ),
        (".reg n\nmove r1, n", "move r1, r4"),
        (".reg n, m = r2, k\nadd n, m, k", "add r4, r2, r5"),
        (".reg n\nadd n, r4, r6", "add r5, r4, r6"),
        (".local n = r3\nmove n, n", "move r3, r3"),
        (
            ".reg n\nmatch r0, n = (^n, _) when n equal n -> end",
            "match r0, r4 = (^r4, _) when r4 equal r4 -> +1",
        ),
        (
            ".const K = [1]\nload_const r0, (K, K)",
            "load_const r0, ([1], [1])",
        ),
        (
            ".const K = 1\nmatch r0, (K, literal [K]) -> end",
            "match r0, (1, literal [1]) -> +1",
        ),
        (
            ".const K = :a\nobject_init r0, K: K",
            "object_init r0, K: :a",
        ),
    ] {
        assert_eq!(printed(line), same);
    }
}

#[test]
fn a_function_prints_as_people_write_it() {
    let text = "\
.class ion.sample
.custom \"tool\" 00ff

.function worker arity=2 captures=1 optional=1 extra=9 rest private
    .handler L1, L2, L3, r4, r5
    .local \"r9\" = r1
    .local total = r2 L2..L4
    .line 3:5 \"sample.lang\"
L1:
    load_const  r4, 1
    .line 4
L2:
    jump        L4
L3:
    receive_with_timeout r4, r5, r6
    jump        +70
L4:

.function _ arity=0
    .line 9
    load_const  r0, [&worker/2, &#1]
";
    let module = &assemble(text)[0];
    assert_eq!(print(module), text);
    let lines = &module.functions[1].debug.lines;
    assert_eq!(
        (&*lines[0].file, lines[0].line, lines[0].column),
        ("sample.lang", 9, 0)
    );
    assert_eq!(module.functions[0].frame_size(), 13);
    assert_eq!(module.functions[1].extra_regs, 1);
    assert_eq!(module.functions[0].handlers[0].target, 2);
}

#[test]
fn several_classes_share_constants_named_before_them() {
    let classes = assemble(
        ".const LIMIT = 3\n.class A\n.function f arity=0\nload_const r0, LIMIT\n\
         .class B\n.const LIMIT = 4\n.function f arity=0\nload_const r0, LIMIT\n\
         .class C\n.function f arity=0\nload_const r0, LIMIT\n",
    );
    let loaded: Vec<String> = classes.iter().map(|m| print_instruction(m, 0, 0)).collect();
    assert_eq!(
        loaded,
        ["load_const r0, 3", "load_const r0, 4", "load_const r0, 3"]
    );
}

#[test]
fn what_a_value_shows_is_short() {
    for (value, shown) in [
        (
            Value::extern_function("Main", "worker", Some(1)),
            "#function<Main.worker/1>",
        ),
        (Value::native("io.println"), "#function<io.println>"),
        (
            Value::array(vec![Value::Process(crate::ids::Pid::new(7, 0))]),
            "[#process<7>]",
        ),
        (
            Value::tuple([Value::integer(1), Value::string("a")]),
            "(1n, \"a\")",
        ),
    ] {
        assert_eq!(show_value(&value), shown);
        assert_eq!(value.to_string(), shown);
    }
    let long = Value::array(vec![Value::string("äb"); 1_000_000]);
    let shown = show_value(&long);
    assert_eq!(shown.chars().count(), limits::SHOW_CHARS_MAX + 3);
    assert!(shown.ends_with("..."));
    let list = (0..900).fold(Value::nil(), |tail, n| {
        Value::pair(f64::from(n).into(), tail)
    });
    assert!(show_value(&list).starts_with("[899, 898, "));
}

#[test]
fn a_class_leads_back_to_its_text() {
    let text = ".class A\n.class B\n.function f arity=1\n\nx: nop\n  jump x\n jump +9\n";
    let options = Options { record_lines: true };
    let assembly = parse_with_map("b.ionasm", text, options).unwrap();
    let found = |function, instruction| match assembly.map.find("B", function, instruction) {
        Some(Place::Source { line, column, .. }) => Some((line, column)),
        _ => None,
    };
    assert_eq!(found(None, None), Some((2, 1)));
    assert_eq!(found(Some("f/1"), None), Some((3, 1)));
    assert_eq!(found(Some("f/1"), Some(0)), Some((5, 4)));
    assert_eq!(found(Some("f/1"), Some(2)), Some((7, 2)));
    assert_eq!(found(Some("f/1"), Some(3)), None);
    assert_eq!(found(Some("g/0"), None), None);

    let problem = crate::verify::problems(&assembly.modules[1]).remove(0);
    let located = assembly.map.locate(problem);
    let shown = located.render(Some(assembly.map.source()));
    assert!(
        shown.contains(" --> b.ionasm:7:2\n  |\n7 |  jump +9\n  |  ^^^^^^^\n"),
        "{shown}"
    );

    let function = &assembly.modules[1].functions[0];
    let line = function.line_of(1).unwrap();
    assert_eq!((&*line.file, line.line, line.column), ("b.ionasm", 6, 3));
    assert_eq!(assemble(text)[1].functions[0].debug.lines, []);
}

#[test]
fn whole_numbers_that_no_double_keeps_are_warned_about() {
    let text = "load_const r0, 9007199254740993\nload_const r0, 1152921504606847000\n";
    let text = format!(".class C\n.function f arity=0\n{text}");
    let assembly = parse_with_map("f", &text, Options::default()).unwrap();
    let codes: Vec<_> = assembly
        .warnings
        .iter()
        .map(|w| (w.code, w.severity))
        .collect();
    assert_eq!(codes, [("A25", Severity::Warning)]);
}
