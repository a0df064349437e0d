//! Bytes that mean harm, or nothing at all.

use proptest::collection::vec;
use proptest::prelude::*;
use vmm::limits;
use vmm::program::binary::{ClassError, codes};
use vmm::program::v1::{ClassSet, read_class};
use vmm::verify;

use super::write::{Entry, F, I, P, V, atom, class, function, native, number, ret, single};

/// A class with everything in it that version 1 has.
fn everything() -> Vec<F> {
    let value = V::Tuple(vec![
        V::Number(1.5),
        V::Boolean(true),
        V::Atom("a"),
        V::Unit,
        V::Undefined,
        V::Array(vec![V::Text("t")]),
        V::Object(vec![("k", V::Complex(1.0, 2.0), 1), ("l", V::Unit, 2)]),
        V::FunctionName("f"),
    ]);
    let mut code = vec![
        atom(0, "__function_ref:other"),
        I::LoadConst(1, value.clone()),
        I::MakeClosure(2, 0, vec![("x", 1)]),
        atom(3, "__vm:self"),
        I::Match(
            1,
            vec![
                (P::Tuple(vec![P::Wildcard, P::Value(value.clone())]), 1),
                (P::Tagged("t", Box::new(P::Array(vec![P::Wildcard]))), 2),
            ],
        ),
        I::ObjectInit(
            2,
            vec![
                ("a", Entry::Reg(0)),
                ("b", Entry::Value(value.clone())),
                ("c", Entry::RegAccess(1, 3)),
                ("d", Entry::ValueAccess(V::Unit, 2)),
            ],
        ),
        I::Call(0, 0, vec![1, 2]),
        I::Spawn(0, 0, vec![1]),
        I::Jump(1),
        I::JumpIfTrue(0, -1),
        I::JumpIfFalse(0, 1),
        I::Link(1, 0),
        I::List(0x20, 0, vec![1]),
        I::List(0x21, 0, vec![1]),
        I::List(0x22, 0, vec![1, 2]),
        I::Regs(0x13, vec![]),
        I::Regs(0x14, vec![]),
        I::Regs(0x10, vec![0]),
        ret(0),
    ];
    for opcode in (0x03..=0x08).chain(0x15..=0x1C).chain([0x1E]) {
        code.push(I::Regs(opcode, vec![0, 1, 2]));
    }
    for opcode in [0x02, 0x0F, 0x1D] {
        code.push(I::Regs(opcode, vec![0, 1]));
    }
    vec![
        function("main", 0, 4, code),
        function("other", 1, 1, vec![ret(1)]),
        native("root", 1, "sqrt"),
    ]
}

/// Reads a class, and if it can be read, verifies it.
fn judge(bytes: &[u8]) -> Result<(), ClassError> {
    let module = match read_class("Main", bytes) {
        Ok(module) => module,
        Err(error) => {
            let text = error.to_string();
            assert!(
                codes().iter().any(|info| info.code == error.code()),
                "{text}"
            );
            assert!(
                !text.contains(['\n', '\u{1b}']) && !text.ends_with('.'),
                "{text}"
            );
            return Err(error);
        }
    };
    if verify::problems(&module).is_empty() {
        // What is verified can be written, and shown.
        assert!(module.to_bytes().is_ok());
        let again = vmm::asm::parse("x", &vmm::asm::print(&module)).unwrap();
        assert_eq!(again, [module]);
    }
    Ok(())
}

#[test]
fn a_file_cut_anywhere_is_refused_with_its_place() {
    for bytes in [class(&everything()), single(&everything()[0])] {
        // A lone function lacks one that it names.
        let whole = judge(&bytes);
        assert!(
            matches!(whole, Ok(()) | Err(ClassError::Untranslated { .. })),
            "{whole:?}"
        );
        for length in 0..bytes.len() {
            let error = judge(&bytes[..length]).unwrap_err();
            assert!(
                matches!(error.code(), "C01" | "C04" | "C09"),
                "cut at {length}: {error}"
            );
            assert!(error.offset().is_some_and(|at| at <= length), "{error}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        let error = judge(&longer).unwrap_err();
        assert_eq!(error.offset(), Some(bytes.len()), "{error}");
    }
}

#[test]
fn every_change_of_a_byte_is_survived() {
    let bytes = class(&everything());
    let mut refused = 0;
    for at in 0..bytes.len() {
        for value in [0, 0x80, 0xFF, bytes[at] ^ 1] {
            let mut other = bytes.clone();
            other[at] = value;
            refused += usize::from(judge(&other).is_err());
        }
    }
    assert!(refused > bytes.len(), "only {refused} were refused");
}

#[test]
fn hostile_counts_are_refused_before_memory_is_taken() {
    let bytes = class(&everything());
    for at in 0..bytes.len().saturating_sub(4) {
        for huge in [u32::MAX, 0x7FFF_FFFF, 0x0100_0000] {
            let mut other = bytes.clone();
            other[at..at + 4].copy_from_slice(&huge.to_le_bytes());
            let _ = judge(&other);
        }
    }
    let refused = |bytes: &[u8], code: &str, at: usize| {
        let error = read_class("Main", bytes).unwrap_err();
        assert_eq!((error.code(), error.offset()), (code, Some(at)), "{error}");
    };
    let mut head = b"IONBC\x01\0\0\x01\0\0\0".to_vec();
    head.extend([0xFF; 4]);
    refused(&head, "C09", 12);
    let many = class(&vec![function("", 0, 0, vec![]); limits::FUNCTIONS_MAX + 1]);
    refused(&many, "C16", 12);
    let code = |i| class(&[function("f", 0, 0, vec![i])]);
    // Head of the file, of the function, of the instruction.
    let at = 16 + 6 + 9 + 4;
    refused(&code(I::List(0x22, 0, vec![0; 65_536])), "C16", at + 5);
    refused(&code(ret(65_536)), "C08", at + 1);
    refused(&code(I::Regs(0x24, vec![])), "C11", at);
    refused(&code(I::Regs(0x30, vec![0])), "C11", at);
    refused(&code(I::Regs(0x00, vec![0])), "C11", at);
    refused(
        &code(I::LoadConst(0, V::Object(vec![("", V::Unit, 4)]))),
        "C11",
        at + 5 + 5 + 5,
    );
    refused(&class(&[function("f", 65_536, 0, vec![])]), "C08", 22);
    refused(&class(&[function("f", 0, 70_000, vec![])]), "C08", 26);
    let mut text = class(&[function("ab", 0, 0, vec![])]);
    text[22] = 0xFF;
    refused(&text, "C10", 22);
    text[20] = 7;
    text[16] = 2;
    refused(&text, "C11", 16);
    let mut version = class(&[]);
    version[8] = 2;
    refused(&version, "C15", 8);
    version[7] = 1;
    refused(&version, "C15", 0);
}

#[test]
fn nesting_is_limited_as_in_version_2() {
    let code = |i| class(&[function("f", 0, 1, vec![i])]);
    let value = |levels| (1..levels).fold(V::Unit, |v, _| V::Tuple(vec![v]));
    let object = |levels| (1..levels).fold(V::Unit, |v, _| V::Object(vec![("k", v, 0)]));
    let pattern = |levels| (1..levels).fold(P::Wildcard, |p, _| P::Tagged("t", Box::new(p)));
    let deepest = limits::NESTING_MAX;
    let values: [&dyn Fn(usize) -> V; 2] = [&value, &object];
    for make in values {
        judge(&code(I::LoadConst(0, make(deepest)))).unwrap();
        let error = judge(&code(I::LoadConst(0, make(deepest + 1)))).unwrap_err();
        assert_eq!(error.code(), "C16", "{error}");
    }
    judge(&code(I::Match(0, vec![(pattern(deepest), 1)]))).unwrap();
    let error = judge(&code(I::Match(0, vec![(pattern(deepest + 1), 1)]))).unwrap_err();
    assert_eq!(error.code(), "C16", "{error}");
    // A million levels: nothing recurses.
    let mut bomb = code(I::LoadConst(0, V::Unit));
    bomb.pop();
    bomb.extend([11, 1, 0, 0, 0].repeat(1_000_000));
    assert_eq!(read_class("Main", &bomb).unwrap_err().code(), "C16");
}

/// One large function, closed over with very many counts of captures, would be
/// copied for each of them.
#[test]
fn copies_for_closures_are_counted_against_the_memory() {
    let mut code = vec![atom(0, "__function_ref:main")];
    for count in 1..=2000 {
        code.push(I::MakeClosure(1, 0, vec![("", 0); count]));
    }
    code.extend(vec![I::Regs(0x14, vec![]); 100_000]);
    let bytes = class(&[function("main", 0, 2, code)]);
    let error = read_class("Main", &bytes).unwrap_err();
    let memory = matches!(
        error,
        ClassError::Limit {
            what: "bytes of memory",
            ..
        }
    );
    assert!(memory, "{error}");
}

#[test]
fn memory_is_counted_for_the_whole_set() {
    // Room for instructions is counted before they are seen to be none.
    let mut nothing = class(&[function("f", 0, 0, vec![])]);
    let at = nothing.len() - 4;
    nothing[at..].copy_from_slice(&4_000_000_u32.to_le_bytes());
    nothing.extend(vec![0xFF; 4_000_000]);
    let mut set = ClassSet::new();
    let codes: Vec<&str> = (0..8)
        .map(|_| set.add("Main", &nothing).unwrap_err().code())
        .collect();
    assert_eq!((codes[0], codes[7]), ("C11", "C16"));
}

/// What the verifier refuses of other classes it refuses of these.
#[test]
fn registers_outside_the_frame_are_refused() {
    let bytes = class(&[function("main", 0, 1, vec![number(0, 1.0), ret(1)])]);
    let module = read_class("Main", &bytes).unwrap();
    let problems = verify::verify(module).unwrap_err();
    assert_eq!(problems[0].code, "V01");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = judge(&bytes);
        let _ = judge(&[&b"IONBC\x01\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0"[..], &bytes].concat());
    }

    /// Small bytes mean something far more often.
    #[test]
    fn no_likely_bytes_make_the_reader_panic(
        code in vec(prop_oneof![4 => Just(0_u8), 2 => 0_u8..6, 1 => 0_u8..0x24], 0..600),
        count in 1_u8..20,
    ) {
        let mut bytes = vec![0, 0, 0, 0, 0, 4, 0, 0, 0, 0, count, 0, 0, 0];
        bytes.extend(code);
        let _ = judge(&bytes);
    }

    #[test]
    fn no_flips_make_the_reader_panic(flips in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = class(&everything());
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = judge(&bytes);
    }
}
