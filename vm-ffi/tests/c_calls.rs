//! Calls of C functions by declaration: what C gets, what comes back, and what is refused.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/build.rs"]
mod support;

use std::ffi::OsStr;
use std::path::Path;

use support::library;
use vm_ffi::c_call::CFunction;
use vm_ffi::declare::Declarations;
use vm_ffi::library::{Library, LibraryRight};
use vm_ffi::{BigInt, FakeContext, FfiRegistry, FfiResult, FfiValue};

const PLAIN: &str = "
library plain
## Adds.
## Two of them.
function add(a: i32, b: i32) -> i32
function mixed(a: i8, b: u16, c: f32, d: f64, e: bool, f: u64) -> f64
function least() -> i8
function greatest() -> u64
function third() -> f32
function negate(b: bool) -> bool
function same(p: ptr) -> ptr
function nothing()
function fill(out: out bytes[length] used return, length: u64, with: u8) -> i64
function say(out: out bytes[8] used return, used: i64) -> i64
function past(out: out bytes[length], length: u64)
function past_in = past(out: inout bytes[length], length: u64)
function twice(n: inout i32)
function divide(a: f64, b: f64 = 4, quotient: out f64)
function greeting(which: i32) -> str[100]
function name(out: out str[length], length: u64)
function size_or_none(text: str?) -> u64
function length = size_or_none(text: str) -> u64
blocking function reverse(data: inout bytes[count * width], count: u64, width: u64)
";

fn functions(path: &Path, text: &str) -> Result<FfiRegistry, String> {
    let library = Library::open(path.as_os_str()).map_err(|e| e.to_string())?;
    let right = LibraryRight {
        exact: "ffi:x".to_owned(),
        shown: "ffi:x".to_owned(),
    };
    let mut registry = FfiRegistry::new();
    for function in Declarations::parse(text)
        .map_err(|e| e.to_string())?
        .functions
    {
        let name = format!("c.{}", function.name);
        let bound = CFunction::bind(&name, &function, library, &right);
        registry
            .register(bound.map_err(|e| e.to_string())?)
            .unwrap();
    }
    Ok(registry)
}

fn plain(name: &str) -> FfiRegistry {
    functions(&library("tests/native/plain.c", name, &[]), PLAIN).unwrap()
}

fn call(registry: &FfiRegistry, name: &str, arguments: Vec<FfiValue>) -> FfiResult {
    let mut context = FakeContext::new().with_right("ffi:x");
    registry.call(&format!("c.{name}"), &mut context, arguments)
}

/// Kind and message of the error.
fn failed(registry: &FfiRegistry, name: &str, arguments: Vec<FfiValue>) -> String {
    let error = call(registry, name, arguments).unwrap_err();
    format!(":{} {error}", error.kind())
}

fn number(n: impl Into<f64>) -> FfiValue {
    FfiValue::Number(n.into())
}

fn bytes(bytes: &[u8]) -> FfiValue {
    FfiValue::Bytes(bytes.to_vec())
}

fn text(text: &str) -> FfiValue {
    FfiValue::String(text.to_owned())
}

#[test]
fn numbers_go_there_and_back() {
    let c = plain("plain_numbers");
    assert_eq!(call(&c, "add", vec![number(2), number(-3)]), Ok(number(-1)));
    let all = vec![
        number(-1),
        number(65535),
        number(0.5),
        number(0.25),
        FfiValue::Boolean(true),
        FfiValue::Integer(BigInt::from(1) << 40),
    ];
    let sum = -1.0 + 65535.0 + 0.75 + 1000.0 + 2f64.powi(40);
    assert_eq!(call(&c, "mixed", all), Ok(number(sum)));
    assert_eq!(call(&c, "least", vec![]), Ok(number(-128)));
    let greatest = FfiValue::Integer(BigInt::from(u64::MAX));
    assert_eq!(call(&c, "greatest", vec![]), Ok(greatest.clone()));
    assert_eq!(call(&c, "third", vec![]), Ok(number(1.0f32 / 3.0)));
    assert_eq!(
        call(&c, "negate", vec![FfiValue::Boolean(true)]),
        Ok(FfiValue::Boolean(false))
    );
    assert_eq!(call(&c, "same", vec![greatest.clone()]), Ok(greatest));
    assert_eq!(call(&c, "same", vec![FfiValue::Undefined]), Ok(number(0)));
    assert_eq!(call(&c, "nothing", vec![]), Ok(FfiValue::Unit));
    assert_eq!(call(&c, "twice", vec![number(21)]), Ok(number(42)));
    assert_eq!(call(&c, "divide", vec![number(1)]), Ok(number(0.25)));
    for wrong in [number(2f64.powi(31)), number(0.5), number(f64::NAN)] {
        assert_eq!(
            failed(&c, "add", vec![wrong, number(1)]),
            ":bad_number argument 1 of c.add must be a whole number from -2147483648 to 2147483647"
        );
    }
    assert!(failed(&c, "add", vec![number(1), text("1")]).starts_with(":bad_type argument 2"));
    assert!(failed(&c, "negate", vec![number(1)]).starts_with(":bad_type argument 1"));
    assert!(failed(&c, "add", vec![number(1)]).starts_with(":bad_arity"));
    assert_eq!(
        c.info("c.add").unwrap().description.as_deref(),
        Some("Adds. Two of them.")
    );
    assert!(c.info("c.reverse").unwrap().blocking);
}

#[test]
fn buffers_are_as_long_as_they_are_said_to_be() {
    let c = plain("plain_buffers");
    let filled = FfiValue::Tuple(vec![number(3), bytes(b"aaa")]);
    assert_eq!(call(&c, "fill", vec![number(3), number(97)]), Ok(filled));
    let none = FfiValue::Tuple(vec![number(0), bytes(b"")]);
    assert_eq!(call(&c, "fill", vec![number(0), number(97)]), Ok(none));
    let two = vec![bytes(b"abcdef"), number(2), number(3)];
    assert_eq!(call(&c, "reverse", two), Ok(bytes(b"fedcba")));
    for (length, said) in [
        (
            -1.0,
            ":ffi `length` is a length from 0 to 18446744073709551615, which argument 1 is not",
        ),
        (0.5, ":ffi `length` is a length from 0"),
        (f64::INFINITY, ":ffi `length` is a length from 0"),
        (1e9, ":ffi the length of `out` is none from 0 to 268435456"),
        (9e15, ":ffi the length of `out` is none from 0 to 268435456"),
    ] {
        let found = failed(&c, "fill", vec![number(length), number(1)]);
        assert!(found.starts_with(said), "{length}: {found}");
    }
    let over = |count: f64, width: f64| {
        failed(
            &c,
            "reverse",
            vec![bytes(b"abc"), number(count), number(width)],
        )
    };
    assert_eq!(
        over(2.0, 2.0),
        ":ffi `data` has 3 bytes, and the call would take 4 of it"
    );
    assert!(over(4294967296.0, 4294967296.0).starts_with(":ffi the length of `data`"));
    assert!(over(-1.0, 1.0).starts_with(":ffi `count` is a length"));
}

#[test]
fn what_c_says_it_used_is_not_believed() {
    let c = plain("plain_lies");
    let used = |n: f64| call(&c, "say", vec![number(n)]);
    assert_eq!(used(1.0), Ok(FfiValue::Tuple(vec![number(1), bytes(&[1])])));
    for lie in [-1.0, 9.0, 1e15, -9e15] {
        let error = failed(&c, "say", vec![number(lie)]);
        assert_eq!(
            error,
            format!(":ffi the library says that it used {lie} bytes of `out`, which has 8")
        );
    }
    let past = ":ffi the library wrote past the end of `out`";
    assert_eq!(failed(&c, "past", vec![number(4)]), past);
    assert_eq!(failed(&c, "past_in", vec![bytes(b"abcd"), number(4)]), past);
}

#[test]
fn texts_end_where_they_end() {
    let c = plain("plain_texts");
    assert_eq!(call(&c, "greeting", vec![number(0)]), Ok(text("hello")));
    assert_eq!(
        call(&c, "greeting", vec![number(1)]),
        Ok(FfiValue::Undefined)
    );
    assert!(failed(&c, "greeting", vec![number(2)]).contains("no UTF-8"));
    assert_eq!(
        failed(&c, "greeting", vec![number(3)]),
        ":ffi the text of the result has no end within 100 bytes"
    );
    assert_eq!(
        failed(&c, "name", vec![number(5)]),
        ":ffi the text in `out` has no end within it"
    );
    assert_eq!(call(&c, "length", vec![text("größe")]), Ok(number(7)));
    assert_eq!(
        failed(&c, "length", vec![text("a\0b")]),
        ":ffi `text` is a text with a 0 in it, where C would take it to end"
    );
    assert!(failed(&c, "length", vec![FfiValue::Undefined]).starts_with(":bad_type"));
    assert_eq!(
        call(&c, "size_or_none", vec![FfiValue::Undefined]),
        Ok(number(99))
    );
}

#[test]
fn a_hundred_thousand_lies_leave_all_as_it_was() {
    let c = plain("plain_often");
    let mut failures = 0;
    for i in 0..25_000 {
        failures += [
            call(&c, "say", vec![number(9 + i % 1000)]),
            call(&c, "past", vec![number(i % 64)]),
            call(&c, "greeting", vec![number(2 + i % 2)]),
            call(&c, "fill", vec![number(-1 - i), number(1)]),
        ]
        .iter()
        .filter(|result| result.is_err())
        .count();
    }
    assert_eq!(failures, 100_000);
    assert_eq!(call(&c, "add", vec![number(1), number(1)]), Ok(number(2)));
}

#[test]
fn a_caller_needs_the_right() {
    let c = plain("plain_right");
    let error = c
        .call("c.nothing", &mut FakeContext::new(), vec![])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "c.nothing needs the right \"ffi:x\"; grant it with --allow-ffi=x"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_c_library_is_called_by_declaration_alone() {
    const LIBC: &str = r#"
library system:libc.so.6
function strlen(text: str) -> size
function sort = qsort(items: inout bytes[count * width], count: size, width: size, by: fn = strcmp)
function price = snprintf(out: out str[size], size: size, format: str = "%s: %.2f (%d)", ..., what: str, price: f64, count: i32) -> i32
function abs(n: i32) -> i32
"#;
    let c = functions(Path::new(OsStr::new("libc.so.6")), LIBC).unwrap();
    assert_eq!(call(&c, "strlen", vec![text("four")]), Ok(number(4)));
    let words = bytes(b"pear\0fig\0\0kiwi\0");
    let sorted = bytes(b"fig\0\0kiwi\0pear\0");
    assert_eq!(
        call(&c, "sort", vec![words, number(3), number(5)]),
        Ok(sorted)
    );
    let price = |size: f64| {
        call(
            &c,
            "price",
            vec![number(size), text("tea"), number(2.5), number(3)],
        )
    };
    assert_eq!(
        price(64.0),
        Ok(FfiValue::Tuple(vec![number(13), text("tea: 2.50 (3)")]))
    );
    assert_eq!(
        price(4.0),
        Ok(FfiValue::Tuple(vec![number(13), text("tea")]))
    );
    assert_eq!(call(&c, "abs", vec![number(-7)]), Ok(number(7)));
}

#[test]
fn declarations_that_mean_nothing_are_named() {
    let say = |text: &str| Declarations::parse(text).unwrap_err().to_string();
    assert!(say("").starts_with("line 1: no library is named"));
    assert!(say("function f()").starts_with("line 1: `library NAME` has to come first"));
    assert!(say("library ../x").contains("without a path"));
    assert!(say("library /lib/x.so").contains("without a path"));
    assert!(say("library a\nlibrary b").starts_with("line 2: the library is named already"));
    for (line, said) in [
        ("f()", "expected `function"),
        ("function f", "expected `function"),
        ("function f() i32", "expected `function"),
        ("function F()", "`F` is no name"),
        ("function f = a-b()", "no symbol of C"),
        ("function f(a)", "no parameter: NAME: TYPE"),
        ("function f(a: int)", "`int` is no type"),
        ("function f(a: i32, a: i32)", "there is one of it"),
        ("function f(a: out bytes)", "needs a length"),
        ("function f(a: out bytes[b])", "no parameter `b`"),
        ("function f(a: out bytes[b], b: f64)", "no whole number"),
        ("function f(a: out bytes[4] used b, b: i32)", "comes out"),
        (
            "function f(a: out bytes[4] used return)",
            "the result is no whole",
        ),
        ("function f(a: out bytes[b], b: out i32)", "known before"),
        ("function f(a: fn)", "does not go with its type"),
        ("function f(a: u8 = 256)", "does not go with its type"),
        ("function f(a: u8 = \"x\")", "does not go with its type"),
        (
            "function f(a: size = len(b), b: i32)",
            "does not go with its type",
        ),
        ("function f(a: str = \"x)", "expected `function"),
        ("function f(a: str, ..., b: f32)", "write i32, u32 or f64"),
        ("function f() -> str[999999999999]", "is the most"),
    ] {
        let found = say(&format!("library x\n{line}"));
        assert!(
            found.starts_with("line 2: ") && found.contains(said),
            "{line}: {found}"
        );
    }
    assert!(say("library x\nfunction f()\nfunction f()").contains("declared already"));
    let missing = functions(
        &library("tests/native/plain.c", "plain_missing", &[]),
        "library x\nfunction gone()",
    );
    assert_eq!(
        missing.unwrap_err(),
        "there is no symbol `gone` in the library, which `c.gone` is declared to be"
    );
}
