//! The rules of `docs/spec/assembly.md`: texts that mean the same, texts that
//! are refused, and what a text gives.

use vmm::asm::{self, Options};
use vmm::program::Module;

/// What a text assembles to, or the codes of what it is refused for.
fn assemble(text: &str) -> Result<Vec<Module>, Vec<&'static str>> {
    asm::parse("rules.ionasm", text).map_err(|found| found.iter().map(|d| d.code).collect())
}

#[track_caller]
fn classes(text: &str) -> Vec<Module> {
    assemble(text).unwrap_or_else(|codes| panic!("refused with {codes:?}: {text}"))
}

/// A function of two arguments around lines, with a function beside it.
fn around(lines: &str) -> String {
    format!(".class C\n.function f arity=2\n{lines}\n.function g arity=0\n")
}

/// The lines mean what the others mean.
#[track_caller]
fn same(lines: &str, others: &str) {
    assert_eq!(classes(&around(lines)), classes(&around(others)), "{lines}");
}

/// The lines are refused for these reasons and no others.
#[track_caller]
fn refused(lines: &str, codes: &[&str]) {
    let found = assemble(&around(lines)).expect_err("it is refused");
    assert_eq!(found, codes, "{lines}");
}

/// How the instructions of the lines print.
#[track_caller]
fn printed(lines: &str, expected: &[&str]) {
    let module = &classes(&around(lines))[0];
    let count = module.functions[0].instructions.len() as u32;
    let shown: Vec<String> = (0..count)
        .map(|at| asm::print_instruction(module, 0, at))
        .collect();
    assert_eq!(shown, expected, "{lines}");
}

/// Rule: A-TEXT-1, A-TEXT-2
#[test]
fn marks_line_ends_comments_and_blanks_mean_nothing() {
    let plain = around("load_const r0, \";\"\nreturn r0");
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.replace('\n', " ; a comment, \"with\" [brackets\n"),
        plain.replace(' ', "\t  ").replace(",\t  ", "  ,"),
        plain.replace('\n', "\n\n ;\n"),
        format!("{plain};"),
    ] {
        assert_eq!(assemble(&text), assemble(&plain), "{text}");
    }
    assert!(assemble(&plain).is_ok());
}

/// Rule: A-TEXT-3, A-TEXT-4
#[test]
fn statements_end_with_their_line() {
    same("load_const r0, [1,\n2\n,3\n]", "load_const r0, [1, 2, 3]");
    same("add r0,\n  r1, ; more\n\n r0", "add r0, r1, r0");
    refused("add r0\n, r1, r0", &["A07", "A07"]);
    refused("move r0, r1 move r1, r0", &["A07"]);
    same(
        "a: b:\nc: jump a\njump b\njump c",
        "jump +0\njump -1\njump -2",
    );
}

/// Rule: A-TEXT-5
#[test]
fn a_text_holds_several_classes() {
    let text = ".class A\n.function f arity=0\n.class b.C\n.function f arity=0\n";
    let names: Vec<String> = classes(text).iter().map(|c| c.name.to_string()).collect();
    assert_eq!(names, ["A", "b.C"]);
    assert!(classes("; nothing\n").is_empty());
    assert_eq!(assemble(".class A\n.class B\n.class A\n"), Err(vec!["A23"]));
}

/// Rule: A-TEXT-7
#[test]
fn every_mistake_is_told() {
    refused(
        "jump nowhere\nmove r0\nnop\nload_const r0, \"open\nfrob\nload_const r0, [1\nmove r0, x",
        &["A04", "A07", "A02", "A06", "A07", "A08"],
    );
    let many = "frob\n".repeat(150);
    let found = assemble(&around(&many)).expect_err("it is refused");
    assert_eq!(found.len(), 101);
    assert_eq!(found.iter().filter(|code| **code == "A06").count(), 100);
}

/// Rule: A-TEXT-8
#[test]
fn nothing_stands_outside_its_place() {
    for text in [
        "nop\n",
        ".function f arity=0\n",
        ".custom \"x\" 00\n",
        ".class A\nnop\n",
        ".class A\nlabel:\n",
        ".class A\n.line 1\n",
        ".class A\n.reg x\n",
        ".class A\n.local x\n",
        ".class A\n.handler 0, 1, 1, r0\n",
    ] {
        assert_eq!(assemble(text), Err(vec!["A13"]), "{text}");
    }
}

/// Rule: A-NAME-1
#[test]
fn names_are_words_or_stand_in_quotes() {
    let name = |text: &str| {
        let class = classes(&format!(".class C\n.function {text} arity=0\n"));
        class[0].functions[0].name.clone().map(|n| n.to_string())
    };
    assert_eq!(name("größe_2"), name("\"größe_2\""));
    assert_eq!(name("_x").as_deref(), Some("_x"));
    assert_eq!(name("\"do it\"").as_deref(), Some("do it"));
    assert_eq!(name("\"2\"").as_deref(), Some("2"));
    same("load_const r0, :\"ok\"", "load_const r0, :ok");
    same("load_const r0, {\"x\": 1}", "load_const r0, {x: 1}");
    same("load_const r0, &\"g\"/0", "load_const r0, &g/0");
    refused("load_const r0, {a-b: 1}", &["A01"]);
    refused("load_const r0, :2", &["A07"]);
    let class = classes(".class \"a-b\"\n.function f arity=0\nload_const r0, &\"a-b\".f/0\n");
    assert_eq!(&*class[0].name, "a-b");
}

/// Rule: A-NAME-3, A-NAME-4
#[test]
fn names_hold_below_where_they_stand() {
    same(
        ".const K = [1]\nload_const r0, K\nload_const r1, (K, K)",
        "load_const r0, [1]\nload_const r1, ([1], [1])",
    );
    refused("load_const r0, K\n.const K = 1", &["A10"]);
    let text = ".const K = 1\n.class A\n.function f arity=0\nload_const r0, K\n\
                .class B\n.const K = 2\n.function f arity=0\nload_const r0, K\n\
                .class D\n.const L = 3\n.function f arity=0\nload_const r0, K\n";
    let shown: Vec<String> = classes(text)
        .iter()
        .map(|c| asm::print_instruction(c, 0, 0))
        .collect();
    assert_eq!(
        shown,
        ["load_const r0, 1", "load_const r0, 2", "load_const r0, 1"]
    );
    let other = ".class A\n.const K = 1\n.class B\n.function f arity=0\nload_const r0, K\n";
    assert_eq!(assemble(other), Err(vec!["A10"]));

    refused("move r0, x\n.reg x", &["A08"]);
    same(".reg x = r1\nmove r0, x", "move r0, r1");
    refused(".reg x\n.reg x", &["A09"]);
    refused(".const K = 1\n.reg K", &["A09"]);
    refused(".reg K\n.const K = 1", &["A09"]);
    let apart = ".class C\n.function f arity=0\n.reg x\n.function g arity=0\nmove r0, x\n";
    assert_eq!(assemble(apart), Err(vec!["A08"]));
}

/// Rule: A-NAME-5
#[test]
fn labels_have_names_of_their_own() {
    same(
        ".reg x = r1\n.const K = 1\nx:\nK: jump_if_true x, x\njump K",
        "jump_if_true r1, +0\njump -1",
    );
}

/// Rule: A-FN-1, A-FN-2, A-FN-3
#[test]
fn headers_say_what_a_function_takes() {
    let header = |text: &str| assemble(&format!(".class C\n.function f {text}\nmove r9, r8\n"));
    let all = header("arity=3 captures=2 optional=1 extra=9 rest private");
    assert_eq!(
        header("private rest extra=9 optional=1 captures=2 arity=3"),
        all
    );
    let function = &all.expect("it is right")[0].functions[0];
    assert_eq!(
        (function.arity, function.captures, function.optional),
        (3, 2, 1)
    );
    assert_eq!(
        (function.extra_regs, function.rest, function.private),
        (9, true, true)
    );
    for wrong in ["", "captures=1", "arity=1 arity=1", "arity=1 rest rest"] {
        assert_eq!(header(wrong), Err(vec!["A16"]), "{wrong}");
    }
    assert_eq!(header("arity=1 odd"), Err(vec!["A16"]));

    let extra = |text: &str| header(text).expect("it is right")[0].functions[0].extra_regs;
    assert_eq!(extra("arity=3"), 7);
    assert_eq!(extra("arity=3 captures=2 rest"), 4);
    assert_eq!(extra("arity=3 extra=2"), 2);
    assert_eq!(extra("arity=3 extra=70"), 70);
    let unnamed = classes(".class C\n.function _ arity=0\n.function \"_\" arity=0\n");
    assert_eq!(unnamed[0].functions[0].name, None);
    assert!(unnamed[0].functions[1].name.is_some());
}

/// Rule: A-REG-1, A-REG-2, A-REG-3
#[test]
fn registers_get_names() {
    same(".reg a, b\nmove a, b", "move r2, r3");
    same(".reg a\nmove a, r2\nmove r3, a", "move r4, r2\nmove r3, r4");
    same(".reg a = r5, b, c\nadd a, b, c", "add r5, r2, r3");
    same(".reg a = r1, b = r1\nmove a, b", "move r1, r1");
    same(".reg a\n.reg b = a\nmove b, r0", "move r2, r0");
    refused(".reg r5", &["A09"]);
    let rest = ".class C\n.function f arity=1 captures=1 rest\n.reg a\nmove a, r0\n";
    assert_eq!(
        asm::print_instruction(&classes(rest)[0], 0, 0),
        "move r3, r0"
    );
}

/// Rule: A-LABEL-1, A-LABEL-2, A-LABEL-3, A-LABEL-4
#[test]
fn labels_stand_for_instructions() {
    same("jump end\nnop\nend:", "jump +2\nnop");
    same("again: nop\njump again", "nop\njump -1");
    same("jump +0\njump -1", "a: jump a\njump a");
    let two = ".class C\n.function f arity=0\na: jump a\n.function g arity=0\nnop\na: jump a\n";
    assert_eq!(asm::print_instruction(&classes(two)[0], 1, 1), "jump +0");
    let other = ".class C\n.function f arity=0\na: nop\n.function g arity=0\njump a\n";
    assert_eq!(assemble(other), Err(vec!["A04"]));
    refused("a: nop\na: nop", &["A05"]);
    refused("jump nowhere\njump_if_true r0, elsewhere", &["A04", "A04"]);
    refused("jump 1", &["A07"]);
}

/// Rule: A-OPER-1, A-OPER-2
#[test]
fn operands_come_in_their_order() {
    printed(
        "call r0, r1, r0,\n r1, r0\ncall_spread r0, r1, _, r1\nrecv_begin\nrecv_begin _, r1",
        &[
            "call r0, r1, r0, r1, r0",
            "call_spread r0, r1, _, r1",
            "recv_begin _, _",
            "recv_begin _, r1",
        ],
    );
    same("make_closure r0, &g", "make_closure r0, &g/0, _");
    refused("move _, r1", &["A08"]);
    refused("call r0", &["A07"]);
    refused("add r0, r1", &["A07"]);
    refused("move r0, r1, r1", &["A07"]);
}

/// Rule: A-OPER-3, A-OPER-4
#[test]
fn flags_stand_in_brackets() {
    same("spawn r0, r1, []", "spawn r0, r1");
    same("spawn r0, r1, [link, keep], r1", "spawn r0, r1, [3], r1");
    same("spawn r0, r1, [keep]", "spawn r0, r1, [0x2]");
    same(
        "object_init r0, x: r1, y [writable enumerable configurable]: 2",
        "object_init r0, x [7]: r1, y: 2",
    );
    same(
        "load_const r0, {x []: 1, y [writable]: 2}",
        "load_const r0, {x [0]: 1, y [1]: 2}",
    );
    let open = classes(&around("load_const r0, {x: 1}"));
    assert_ne!(open, classes(&around("load_const r0, {x []: 1}")));
    refused("spawn r0, r1, [nowhere]", &["A17"]);
}

/// Rule: A-OPER-5
#[test]
fn what_does_not_fit_is_refused() {
    refused("frob r0", &["A06"]);
    refused("move r0, 5", &["A07"]);
    refused("load_const r0, r1", &["A07"]);
    refused("jump r0, r1", &["A04"]);
    refused("get_global r0, 5", &["A07"]);
    refused("map_init r0, r1", &["A07"]);
    refused("match r0, 1", &["A07"]);
}

/// Rule: A-LIT-9, A-LIT-12, A-LIT-7, A-LIT-4
#[test]
fn wrong_literals_are_refused() {
    refused("load_const r0, &h/0", &["A11"]);
    refused("load_const r0, &g/1", &["A11"]);
    let several = ".class C\n.function g arity=0\n.function g arity=1\n\
                   .function f arity=0\nload_const r0, &g\n";
    assert_eq!(assemble(several), Err(vec!["A12"]));
    refused("load_const r0, 1e999", &["A15"]);
    refused("load_const r0, -2e308", &["A15"]);
    let inexact = around("load_const r0, 9007199254740993\nload_const r0, 9007199254740994");
    let assembly = asm::parse_with_map("f", &inexact, Options::default()).expect("only a warning");
    let codes: Vec<&str> = assembly.warnings.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["A25"]);
    refused("load_const r0, {x: 1, \"x\": 2}", &["A19"]);
    refused("load_const r0, %{1: 2, 1: 3}", &["A19"]);
    refused("load_const r0, {.type A, .type B}", &["A19"]);
    refused("load_const r0, {.proto {}, .proto {}}", &["A19"]);
    refused("load_const r0, {.magic a: 1, .magic a: 2}", &["A19"]);
    refused("load_const r0, \"a\nload_const r0, \"b\"", &["A02"]);
}

/// Rule: A-LIT-13
#[test]
fn literals_are_nested_so_deep() {
    let array = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        assemble(&around(&format!("load_const r0, {open}{close}")))
    };
    assert!(array(64).is_ok());
    assert_eq!(array(65), Err(vec!["A18"]));
    let list = |count: usize| {
        let items = vec!["1"; count].join(", ");
        assemble(&around(&format!("load_const r0, [{items} | nil]")))
    };
    assert!(list(100_000).is_ok());
    let nested = |open: &str, close: &str, depth: usize| {
        let (open, close) = (open.repeat(depth), close.repeat(depth));
        assemble(&around(&format!("load_const r0, {open}nil{close}")))
    };
    for (open, close) in [("[1, 2, 3 | ", "]"), ("[", ", 2 | nil]")] {
        assert!(nested(open, close, 63).is_ok());
        assert_eq!(nested(open, close, 64), Err(vec!["A18"]));
    }
    let pattern = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        assemble(&around(&format!("match r0, {open}{close} -> +1\nnop")))
    };
    let refused = |depth: usize| -> Vec<&str> {
        let class = pattern(depth).expect("the text is right");
        let found = vmm::verify::problems(&class[0]);
        found.iter().map(|problem| problem.code).collect()
    };
    assert_eq!(refused(64), [""; 0]);
    assert_eq!(refused(65), ["V14"]);
    assert_eq!(pattern(200), Err(vec!["A18"]));
}

/// Rule: A-PAT-1, A-PAT-2, A-PAT-3
#[test]
fn patterns_look_like_what_they_fit() {
    let is = |pattern: &str, other: &str| {
        same(
            &format!(".reg x\nmatch r0, {pattern} -> +1\nnop"),
            &format!(".reg x\nmatch r0, {other} -> +1\nnop"),
        );
    };
    let differ = |pattern: &str, other: &str| {
        let text = |p: &str| around(&format!("match r0, {p} -> +1\nnop"));
        assert_ne!(classes(&text(pattern)), classes(&text(other)), "{pattern}");
    };
    is("(x, 1)", "(r2, 1)");
    is("((x))", "x");
    is("((1))", "1");
    differ("(1,)", "1");
    differ("[1]", "literal [1]");
    differ("(1, 2)", "literal (1, 2)");
    differ("%{1: 2}", "literal %{1: 2}");
    differ("{x: 1}", "literal {x: 1}");
    is("[1 | [2 | r1]]", "[1, 2 | r1]");
    is("(r1, r0) when r1 equal r0", "((r1, r0) when r1 equal r0)");
    differ("(r1, r0 when r1 equal 5)", "(r1, r0) when r1 equal 5");
    is(
        "(r1 when r1 equal 1 and r1 less_than 2, _)",
        "((r1 when r1 equal 1 and r1 less_than 2), _)",
    );
    refused("match r0, (1 or r1 when r1 equal 2) -> +1\nnop", &["A07"]);
}

/// Rule: A-HAND-1
#[test]
fn handlers_cover_from_label_to_label() {
    same(
        ".handler a, b, c, r0\n.handler a, c, c, r0, r1\na: nop\nb: nop\nc:",
        ".handler 0, 1, 2, r0, _\n.handler 0, 2, 2, r0, r1\nnop\nnop",
    );
    refused(".handler a, b, c, r0\nnop", &["A04"]);
}

/// Rule: A-DEBUG-1, A-DEBUG-2, A-DEBUG-3
#[test]
fn lines_and_locals_are_kept() {
    let text = around(
        ".line 3:5 \"a.lang\"\nnop\nnop\n.line 4\nnop\n.local x = r1\n.local y = r0 0..2\nmove x, y",
    );
    let text = format!("{text}.line 9\nnop\n");
    let class = &classes(&text)[0];
    let debug = &class.functions[0].debug;
    let lines: Vec<_> = debug
        .lines
        .iter()
        .map(|l| (l.at, &*l.file, l.line, l.column))
        .collect();
    assert_eq!(lines, [(0, "a.lang", 3, 5), (2, "a.lang", 4, 0)]);
    let locals: Vec<_> = debug
        .locals
        .iter()
        .map(|l| (&*l.name, l.reg.0, l.from, l.to))
        .collect();
    assert_eq!(locals, [("x", 1, 3, 4), ("y", 0, 0, 2)]);
    let other = &class.functions[1].debug.lines[0];
    assert_eq!((&*other.file, other.line), ("a.lang", 9));

    let plain = around("nop");
    assert!(classes(&plain)[0].functions[0].debug.lines.is_empty());
    let options = Options { record_lines: true };
    let recorded = asm::parse_with_map("own.ionasm", &plain, options).expect("it is right");
    let line = &recorded.modules[0].functions[0].debug.lines[0];
    assert_eq!((&*line.file, line.line), ("own.ionasm", 3));
}

/// Rule: A-CUSTOM-1
#[test]
fn sections_for_tools_are_bytes() {
    let class = &classes(".class C\n.custom \"tool\" 00 fF10\n.custom \"tool\"\n")[0];
    let sections: Vec<(&str, &[u8])> = class.custom.iter().map(|s| (&*s.name, &*s.data)).collect();
    assert_eq!(
        sections,
        [("tool", &[0, 0xFF, 0x10][..]), ("tool", &[][..])]
    );
    for wrong in ["0", "0g", "\"00\""] {
        let text = format!(".class C\n.custom \"tool\" {wrong}\n");
        assert_eq!(assemble(&text), Err(vec!["A22"]), "{wrong}");
    }
}
