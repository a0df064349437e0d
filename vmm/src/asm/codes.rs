//! What the assembler complains about: every code with its manual text.

use crate::diag::CodeInfo;

/// Every code of the assembler, ascending.
#[must_use]
pub fn codes() -> &'static [CodeInfo] {
    CODES
}

macro_rules! codes {
    ($($code:literal $title:literal: $text:literal => $remedy:literal;)*) => {
        &[$(CodeInfo { code: $code, title: $title, text: $text, remedy: $remedy }),*]
    };
}

const CODES: &[CodeInfo] = codes! {
    "A00" "too many errors":
    "The text has more errors than are worth showing. Those shown are the first ones." =>
    "Mend the first few and assemble again; later ones are often their consequences.";

    "A01" "meaningless character":
    "A character stands where no token begins with it. `#` in particular begins the text of \
     processes, references and closures, which exist only inside a running machine and have no \
     literal." =>
    "Remove it, or put it into quotes if it belongs to a name or a text.";

    "A02" "quote not closed":
    "A quoted text ends in the line in which it begins." =>
    "Close the quote; write a line end inside it as `\\n`, a quote as `\\\"`.";

    "A03" "bad escape":
    "A backslash inside quotes is followed by something that is no escape, or a byte string holds \
     a character that is no octet." =>
    "The escapes are `\\n \\r \\t \\0 \\\\ \\\" \\xNN \\u{N}`; in `b\"...\"` write everything \
     beyond ASCII as `\\xNN`.";

    "A04" "unknown label":
    "A jump, a handler or a range names a label that the function does not have. Labels belong to \
     one function and are not seen from another." =>
    "Write `name:` before the instruction meant, or behind the last one for the end of the function.";

    "A05" "label twice":
    "Two labels of a function have the same name, so a jump to it could mean either." =>
    "Rename one of them.";

    "A06" "unknown instruction":
    "The first word of a line is no instruction. A word before a colon would be a label." =>
    "See `docs/spec/instructions.md`, or `ionvm doc`, for the instructions there are.";

    "A07" "something else expected":
    "The text does not have the form that an instruction's operands, a literal or a directive need \
     at this place. The message says what could stand there." =>
    "Compare the line with the form that the manual of the instruction or directive shows.";

    "A08" "unknown register":
    "A word stands where a register is needed, and no register has been given that name above it \
     in this function." =>
    "Use `r0`, `r1`, ..., or declare the name with `.reg name` or `.local name`.";

    "A09" "name not free":
    "A register or constant is declared with a name that has a meaning already: a word of the \
     language, `r` with digits, or the name of another register or constant in reach." =>
    "Choose another name.";

    "A10" "unknown constant":
    "A word stands where a literal is needed, and it is neither one of the words `true`, `false`, \
     `unit`, `undefined`, `nil` nor a constant declared above." =>
    "Write `:word` for an atom or `\"word\"` for a string, or declare it with `.const word = ...`.";

    "A11" "unknown function":
    "A function reference without a class means a function of the same class, and the class has \
     none of that name, or none of it with that arity." =>
    "Check name and arity; write `&Class.name/arity` for a function of another class.";

    "A12" "several functions fit":
    "A function reference without an arity names a function of which the class has several, or \
     several functions have both name and arity in common." =>
    "Add the arity, or name the function by its place in the class: `&#3`.";

    "A13" "out of place":
    "Code stands outside a function, a function outside a class, or a directive outside what it \
     speaks about." =>
    "Begin a text with `.class Name` and code with `.function name arity=0`.";

    "A14" "unknown directive":
    "A word that begins with a dot is none of the directives, or none of the parts of an object." =>
    "The directives are `.class .function .line .local .reg .handler .const .custom`; the parts of \
     an object `.type .proto .magic`.";

    "A15" "number out of range":
    "A number is malformed, or cannot be what the place needs: a count that is too large, a \
     register that no frame has, a double beyond the largest one." =>
    "Numbers are written `42`, `0.1`, `1e21`, `0x2a`, `inf`, `NaN`, exact integers `42n`, complex \
     numbers `2+3i`.";

    "A16" "wrong function header":
    "The line of a `.function` has a word that means nothing there, says something twice, or does \
     not give the arity." =>
    "Write `.function NAME arity=N`, then as needed `captures=N optional=N extra=N rest lenient \
     private`.";

    "A17" "unknown flag":
    "A word in brackets is none of the flags that the instruction or property has." =>
    "The message lists the flags; their meaning stands in the manual of the instruction.";

    "A18" "nested too deep":
    "Constants and patterns may be nested 64 levels deep. The elements of a list `[a, b | t]` \
     and its tail are one level below it; the elements of a list pattern count as patterns inside \
     patterns." =>
    "Build deep values when the program runs, write the tail of a list in the list itself; split \
     deep patterns into several matches.";

    "A19" "key twice":
    "A map, an object or a pattern has the same key twice." =>
    "Remove one of the entries.";

    "A20" "too large":
    "The text, a quoted text in it, or all its constants together are larger than the assembler \
     takes." =>
    "Load large data as a resource of the package, split the text into several.";

    "A21" "no register left":
    "All registers that a frame can have are named or used." =>
    "Split the function, or keep values in an array or tuple.";

    "A22" "wrong section data":
    "The data of a `.custom` section is written as pairs of hexadecimal digits." =>
    "Write two digits for each byte, in one line.";

    "A23" "class twice":
    "Two classes of the text have the same name." =>
    "Rename one of them, or join them.";

    "A25" "inexact number":
    "A warning: a whole number has more digits than a double keeps, so that another number is \
     stored than is written." =>
    "Write an exact integer with an `n` behind it, or the number that is meant.";
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asm::{Options, parse_with_map};
    use crate::diag::{Diagnostic, Place};
    use crate::limits;

    /// Texts with something wrong: its code, where it is, and the text, whose
    /// first line is `.class C`, the second `.function f arity=1` unless the
    /// text has a class of its own.
    const CASES: &[(&str, (u32, u32), &str)] = &[
        ("A01", (3, 9), "    add $, r0, r0"),
        ("A01", (3, 20), "    load_const r0, #process<7>"),
        ("A01", (3, 5), "    € r0"),
        ("A02", (3, 20), "    load_const r0, \"abc\n    nop"),
        ("A02", (3, 17), "load_const r0, (\"abc\\"),
        ("A03", (3, 19), r#"load_const r0, "ab\q""#),
        ("A03", (3, 18), r#"load_const r0, b"é""#),
        ("A03", (3, 18), r#"load_const r0, &"\u{110000}""#),
        ("A04", (3, 6), "jump nowhere"),
        ("A04", (3, 6), "jump a\n.function g arity=0\na: nop"),
        ("A05", (4, 1), "a: nop\na: nop"),
        ("A06", (3, 1), "laod_const r0, 1"),
        ("A06", (4, 2), "a:\n\tfrobnicate"),
        ("A07", (3, 12), "add r0, r0,"),
        ("A07", (3, 8), "add r0 r0, r0"),
        ("A07", (3, 5), "nop 1"),
        ("A07", (3, 4), "add"),
        ("A07", (3, 16), "load_const r0, r1"),
        ("A07", (3, 16), "load_const r0, (1)"),
        ("A07", (3, 19), "load_const r0, [1 2]"),
        ("A07", (3, 17), "load_const r0, {1: 2}"),
        ("A07", (3, 17), "load_const r0, {a.b: 2}"),
        ("A07", (3, 16), "load_const r0, &"),
        ("A07", (3, 16), "load_const r0, &f/x"),
        ("A07", (3, 16), "load_const r0, &#x"),
        ("A07", (3, 16), "load_const r0, @"),
        ("A07", (3, 18), "make_closure r0, &D.g/1"),
        ("A07", (3, 6), "jump 3"),
        ("A07", (3, 13), "match r0, _ => a"),
        ("A07", (3, 12), "match r0, (_ when r0 equal 1 or _) -> +1"),
        ("A07", (3, 21), "match r0, _ when r0 eqaul 1 -> +1"),
        ("A07", (3, 19), "iter_init r0, r0, nop"),
        ("A07", (3, 20), "has_prop r0, r0, r0"),
        ("A07", (3, 6), ".line\n"),
        ("A07", (3, 14), ".handler 0, 1\n"),
        ("A08", (3, 6), "move count, r0"),
        ("A08", (4, 10), ".reg counter\nmove r0, countre"),
        ("A09", (3, 6), ".reg r5"),
        ("A09", (4, 6), ".reg a\n.reg a"),
        ("A09", (3, 8), ".const frozen = 1"),
        ("A09", (4, 8), ".const a = 1\n.const a = 2"),
        ("A09", (4, 6), ".const a = 1\n.reg a"),
        ("A09", (4, 8), ".const a = 1\n.local a = r0"),
        ("A10", (3, 16), "load_const r0, ok"),
        ("A10", (3, 17), "load_const r0, [ltd, 1]\n.const ltd = 3"),
        ("A11", (3, 16), "load_const r0, &nobody/0"),
        ("A11", (3, 16), "load_const r0, &f/7"),
        ("A12", (3, 16), "load_const r0, &f\n.function f arity=2"),
        ("A12", (3, 16), "load_const r0, &f/1\n.function f arity=1"),
        ("A13", (1, 1), "add r0, r0, r0\n.class D"),
        ("A13", (1, 1), ".function f arity=0\nnop\n.class D"),
        ("A13", (2, 1), ".class D\n.line 3"),
        ("A13", (1, 1), ".custom \"x\" 00\n.class D"),
        ("A14", (3, 1), ".lines 3"),
        ("A14", (3, 17), "load_const r0, {.prot 1}"),
        ("A15", (3, 16), "load_const r0, 12ab"),
        ("A15", (3, 16), "load_const r0, 1e999"),
        ("A15", (3, 16), "load_const r0, 0x20000000000001"),
        ("A15", (3, 16), "load_const r0, 2+3i4"),
        ("A15", (3, 6), "move r70000, r0"),
        ("A15", (3, 6), "jump +9999999999"),
        ("A15", (3, 18), "await_number r0, -1"),
        ("A07", (3, 13), ".function g 3"),
        ("A16", (3, 1), ".function g"),
        ("A16", (3, 21), ".function g arity=1 arity=2"),
        ("A16", (3, 21), ".function g arity=1 resst"),
        ("A17", (3, 16), "spawn r0, r0, [lnik]"),
        ("A18", (3, 81), "load_const r0, DEEP 1 CLOSE"),
        ("A18", (3, 141), "match r0, DEEP DEEP 1 CLOSE CLOSE -> +1"),
        ("A18", (3, 81), "load_const r0, DEEP [LONG | nil] CLOSE"),
        ("A18", (4, 18), "WIDE\nload_const r0, ((a))"),
        ("A19", (3, 23), "load_const r0, {x: 1, x: 2}"),
        ("A19", (3, 24), "load_const r0, %{1: 1, 1: 2}"),
        ("A19", (3, 26), "load_const r0, {.type A, .type B}"),
        ("A19", (3, 20), "match r0, %{:a: _, :a: _} -> +1"),
        ("A20", (3, 17), "load_const r0, \"HUGE\""),
        ("A20", (25, 15), "GROW"),
        ("A21", (4, 6), ".function g arity=65535\n.reg b\n"),
        ("A22", (3, 13), ".custom \"x\" 0g"),
        ("A22", (3, 13), ".custom \"x\" 000"),
        ("A23", (4, 8), "nop\n.class C"),
        ("A25", (3, 16), "load_const r0, 9007199254740993"),
    ];

    /// What is found wrong with a text of the table, large parts of it put in.
    fn judge(text: &str) -> Vec<Diagnostic> {
        let grow: String = (1..=30)
            .map(|n| format!(".const a{n} = (a{}, a{})\n", n - 1, n - 1))
            .collect();
        let text = text
            .replace("DEEP", &"(".repeat(64))
            .replace("CLOSE", &",)".repeat(64))
            .replace("LONG", &["0"; 64].join(", "))
            .replace(
                "WIDE",
                &format!(".const a = {}1{}", "(".repeat(62), ",)".repeat(62)),
            )
            .replace("HUGE", &"x".repeat(limits::STRING_BYTES_MAX + 1))
            .replace("GROW", &format!(".const a0 = (1, 1)\n{grow}"));
        let text = if text.contains(".class D") {
            text
        } else {
            format!(".class C\n.function f arity=1\n{text}")
        };
        match parse_with_map("f", &text, Options::default()) {
            Ok(assembly) => assembly.warnings,
            Err(errors) => errors,
        }
    }

    #[test]
    fn every_mistake_is_named_where_it_is() {
        for (code, at, text) in CASES {
            let found = judge(text);
            let places: Vec<_> = found
                .iter()
                .map(|p| match p.place {
                    Place::Source { line, column, .. } => (p.code, (line, column)),
                    _ => (p.code, (0, 0)),
                })
                .collect();
            assert_eq!(places, [(*code, *at)], "{text}\n{found:#?}");
        }
    }

    #[test]
    fn every_code_has_a_case_and_a_manual() {
        for pair in codes().windows(2) {
            assert!(pair[0].code < pair[1].code);
        }
        for info in codes() {
            let shown = CASES.iter().any(|(code, ..)| *code == info.code);
            assert!(shown || info.code == "A00", "{} has no case", info.code);
            for text in [info.text, info.remedy] {
                assert!(text.len() > 15 && text.ends_with('.'), "{}", info.code);
            }
        }
    }

    #[test]
    fn too_many_mistakes_are_counted() {
        let found = judge(&"frobnicate\n".repeat(limits::DIAGNOSTICS_MAX + 7));
        assert_eq!(found.len(), limits::DIAGNOSTICS_MAX + 1);
        let last = found.last().unwrap();
        assert_eq!((last.code, &last.place), ("A00", &Place::Whole));
        assert!(last.message.starts_with("7 "), "{}", last.message);
    }

    #[test]
    fn near_words_are_suggested() {
        for (text, help) in [
            ("laod_const r0, 1", "did you mean `load_const`?"),
            (".reg counter\nmove r0, countre", "did you mean `counter`?"),
            ("again: jump agian", "did you mean `again`?"),
            ("load_const r0, &ff/1", "did you mean `f`?"),
            ("load_const r0, &f/7", "there is `&f/1`"),
            ("load_const r0, ture", "did you mean `true`?"),
            (".lin 3", "did you mean `.line`?"),
            ("spawn r0, r0, [lnik]", "did you mean `link`?"),
            ("match r0, _ when r0 equla 1 -> +1", "did you mean `equal`?"),
            (
                "load_const r0, &f\n.function f arity=2",
                "say which: `&f/1`, `&f/2`",
            ),
        ] {
            let found = judge(text);
            assert_eq!(found[0].help.as_deref(), Some(help), "{text}");
        }
    }

    #[test]
    fn one_open_bracket_costs_one_statement() {
        let text = "load_const r0, [1, (2\nadd r0, r0, r0\nload_const r0, {x: 1\n.line 3\nfrob";
        let codes: Vec<_> = judge(text).iter().map(|p| p.code).collect();
        assert_eq!(codes, ["A07", "A07", "A06"]);
    }
}
