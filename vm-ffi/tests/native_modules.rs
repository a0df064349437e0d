//! Native modules in C and Rust: what they can do, and what comes of those that lie.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/build.rs"]
mod support;

use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{cc, library, place};
use vm_ffi::abi::{ABI, IonApi, IonModule, IonNative, kind};
use vm_ffi::library::{Library, LibraryRight, ModuleFunction};
use vm_ffi::{
    Arity, BigInt, FakeContext, FfiFunction, FfiObject, FfiRegistry, FfiResult, FfiValue, invoke,
};

fn right() -> LibraryRight {
    LibraryRight {
        exact: "ffi:x@00".to_owned(),
        shown: "ffi:x".to_owned(),
    }
}

fn open(path: &Path, module: &str) -> Result<Vec<ModuleFunction>, String> {
    let library = Library::open(path.as_os_str()).map_err(|e| e.to_string())?;
    library.module(module, &right()).map_err(|e| e.to_string())
}

fn registry(path: &Path, module: &str) -> FfiRegistry {
    let mut registry = FfiRegistry::new();
    for function in open(path, module).unwrap() {
        registry.register(function).unwrap();
    }
    registry
}

/// A call by who may.
fn call(registry: &FfiRegistry, name: &str, arguments: &[FfiValue]) -> FfiResult {
    let mut context = FakeContext::new().with_right("ffi:x@00");
    registry.call(name, &mut context, arguments.to_vec())
}

fn text(text: &str) -> FfiValue {
    FfiValue::String(text.to_owned())
}

fn number(n: impl Into<f64>) -> FfiValue {
    FfiValue::Number(n.into())
}

fn integer(n: i64) -> FfiValue {
    FfiValue::Integer(n.into())
}

#[test]
fn the_header_says_what_the_machine_has() {
    let sizes = [
        ("API_SIZE", size_of::<IonApi>()),
        ("API_TEXT", offset_of!(IonApi, text)),
        ("API_MAKE_TEXT", offset_of!(IonApi, make_text)),
        ("API_FAIL", offset_of!(IonApi, fail)),
        ("NATIVE_SIZE", size_of::<IonNative>()),
        ("NATIVE_LEAST", offset_of!(IonNative, least)),
        ("MODULE_SIZE", size_of::<IonModule>()),
        ("MODULE_NATIVES", offset_of!(IonModule, natives)),
        ("ABI", ABI as usize),
        ("KIND_OPAQUE", kind::OPAQUE as usize),
        ("KIND_OBJECT", kind::OBJECT as usize),
        ("KIND_STRING", kind::STRING as usize),
        ("KIND_TUPLE", kind::TUPLE as usize),
    ];
    let given = |wrong: usize| {
        let define = |(name, n): &(&str, usize)| format!("-D{name}={}", n + wrong);
        let mut words: Vec<String> = sizes.iter().map(define).collect();
        words.extend(["-fsyntax-only".to_owned()]);
        words.push(place("tests/native/layout.c").display().to_string());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        cc(&words)
    };
    assert_eq!(given(0), Ok(()));
    assert!(given(8).unwrap_err().contains("ion_module.natives"));
    // The functions of the interface stand in the header in the same order.
    let header = std::fs::read_to_string(place("include/ionvm.h")).unwrap();
    let rust = std::fs::read_to_string(place("src/abi.rs")).unwrap();
    let (_, api) = rust.split_once("pub struct IonApi").unwrap();
    let mut at = 0;
    for line in api.lines().filter(|line| line.contains("unsafe extern")) {
        let name = line.trim().strip_prefix("pub ").unwrap();
        let (name, _) = name.split_once(':').unwrap();
        let found = [format!("(*{name})("), format!("(*{name}_)(")];
        let next = found
            .iter()
            .filter_map(|n| header[at..].find(n.as_str()))
            .min();
        at += next.unwrap_or_else(|| panic!("{name} is not in the header in its place"));
    }
}

#[test]
fn a_module_in_c_takes_and_gives_values() {
    let path = library("examples/words.c", "words", &[]);
    let words = registry(&path, "words");
    assert_eq!(
        words.list().collect::<Vec<_>>(),
        ["words.about", "words.count", "words.sum"]
    );
    assert_eq!(
        call(&words, "words.count", &[text(" two  words ")]),
        Ok(number(2))
    );
    assert_eq!(call(&words, "words.count", &[text("")]), Ok(number(0)));
    let error = call(&words, "words.count", &[number(1)]).unwrap_err();
    assert_eq!(error.kind(), "bad_type");
    assert_eq!(
        error.to_string(),
        "words.count counts the words of a string"
    );
    let numbers = FfiValue::Array(vec![number(1), integer(2), number(0.5)]);
    assert_eq!(call(&words, "words.sum", &[numbers]), Ok(number(3.5)));
    let error = call(&words, "words.sum", &[]).unwrap_err();
    assert_eq!(error.to_string(), "words.sum takes 1 argument, got 0");
    let all = [
        text(""),
        FfiValue::Unit,
        FfiValue::nil(),
        FfiValue::Bytes(vec![]),
    ];
    let kinds = [7, 2, 12, 8].map(integer).to_vec();
    let object: FfiObject = [("kinds", FfiValue::Array(kinds))].into_iter().collect();
    assert_eq!(
        call(&words, "words.about", &all),
        Ok(FfiValue::object(object))
    );
    assert_eq!(words.info("words.about").unwrap().arity, Arity::at_least(0));
}

#[test]
fn a_caller_needs_the_right_to_the_library() {
    let path = library("examples/words.c", "words_right", &[]);
    let words = registry(&path, "words");
    let mut context = FakeContext::new().with_right("ffi:x");
    let error = words.call("words.count", &mut context, vec![text("a")]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "words.count needs the right \"ffi:x\"; grant it with --allow-ffi=x"
    );
}

/// The library of the example in Rust, built now.
fn greet() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--package",
            "vm-ffi",
            "--example",
            "greet",
        ])
        .status()
        .unwrap();
    assert!(built.success());
    // Beside the folder of the tests' own scratch files.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let name = format!(
        "debug/examples/{}greet{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    target.join(name)
}

#[test]
fn a_module_in_rust_takes_and_gives_values_and_panics() {
    let greet = registry(&greet(), "greet");
    assert_eq!(
        call(&greet, "greet.hello", &[text("Ada")]),
        Ok(text("Hello, Ada"))
    );
    let numbers = FfiValue::Array(vec![number(1), number(2)]);
    assert_eq!(call(&greet, "greet.mean", &[numbers]), Ok(number(1.5)));
    let error = call(&greet, "greet.mean", &[FfiValue::Array(vec![])]).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        ("empty", "nothing has no mean")
    );
    let error = call(&greet, "greet.hello", &[number(1)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "argument 1 of greet.hello must be a string, found a number"
    );
    assert_eq!(error.kind(), "bad_type");
    let error = call(&greet, "greet.crash", &[text("on purpose")]).unwrap_err();
    assert_eq!(error.kind(), "ffi");
    assert_eq!(error.to_string(), "the module panicked: on purpose");
    let info = greet.info("greet.mean").unwrap();
    assert!(info.blocking && !greet.info("greet.hello").unwrap().blocking);
    assert!(info.description.unwrap().starts_with("`mean(numbers)`"));
    assert_eq!(
        greet.info("greet.crash").unwrap().arity,
        Arity::between(0, 1)
    );
}

#[test]
fn every_kind_of_value_goes_through_a_module_and_back() {
    let greet = registry(&greet(), "greet");
    let object: FfiObject = [("größe", number(1)), ("b", text("\0"))]
        .into_iter()
        .collect();
    let huge = BigInt::from(7).pow(500);
    for value in [
        FfiValue::Undefined,
        FfiValue::Unit,
        FfiValue::Boolean(true),
        number(-0.0),
        number(f64::INFINITY),
        integer(i64::MIN),
        FfiValue::Integer(-huge),
        FfiValue::Complex(vm_ffi::Complex64::new(1.0, -2.0)),
        text("größe \0 end"),
        FfiValue::Bytes(vec![0, 255]),
        FfiValue::Atom("ok".to_owned()),
        FfiValue::Tuple(vec![]),
        FfiValue::Array(vec![text("a"), FfiValue::Tuple(vec![number(1)])]),
        FfiValue::list(vec![number(1), number(2)], FfiValue::nil()),
        FfiValue::nil(),
        FfiValue::Map(vec![(number(1), text("x")), (text("k"), FfiValue::Unit)]),
        FfiValue::object(object),
    ] {
        assert_eq!(
            call(&greet, "greet.echo", std::slice::from_ref(&value)),
            Ok(value)
        );
    }
    let process = FfiValue::Process(vm_ffi::ProcessId(1));
    let error = call(&greet, "greet.echo", &[process]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("argument 1 is nothing that a module")
    );
}

#[test]
fn lies_are_errors_of_the_call() {
    let path = library("tests/native/lying.c", "lying", &[]);
    let lying = registry(&path, "lying");
    for (lie, message) in [
        (0, "a text of -1 bytes"),
        (1, "a null pointer"),
        (2, "no UTF-8"),
        (3, "a text of kind 77"),
        (4, "with parts of kind 7"),
        (5, "a value that there is not"),
        (6, "said not why"),
        (7, "256 levels"),
        (8, "values"),
        (9, "has not made to have any"),
        (10, "the value 999, which there is not"),
        (11, "has not made to have any"),
        (12, "what are no digits"),
        (13, "by what is no string"),
        (14, "said not why"),
        (15, "a null pointer"),
        (16, "why"),
        (17, "said not why"),
        (18, "said not why"),
        (19, "is the most"),
    ] {
        let error = call(&lying, "lying.lie", &[number(lie)]).unwrap_err();
        assert!(error.to_string().contains(message), "{lie}: {error}");
        assert!(
            ["ffi", "limit"].contains(&error.kind()),
            "{lie}: {}",
            error.kind()
        );
    }
    assert_eq!(
        call(&lying, "lying.lie", &[number(99)]),
        Ok(FfiValue::Boolean(true))
    );
}

#[test]
fn a_hundred_thousand_lies_leave_all_as_it_was() {
    let path = library("tests/native/lying.c", "lying_often", &[]);
    let lying = registry(&path, "lying");
    let mut context = FakeContext::new().with_right("ffi:x@00");
    let function = lying.get("lying.lie").unwrap();
    let mut failed = 0;
    for i in 0..100_000 {
        // The one that grows until it meets the limit takes a second.
        let lie = if i % 20 == 8 { 7 } else { i % 20 };
        failed += u32::from(invoke(&**function, &mut context, vec![number(lie)]).is_err());
    }
    assert_eq!(failed, 100_000);
    assert_eq!(
        call(&lying, "lying.lie", &[number(99)]),
        Ok(FfiValue::Boolean(true))
    );
}

#[test]
fn what_is_no_module_is_refused() {
    let say = |name: &str, words: &[&str]| {
        let path = library("tests/native/lying.c", name, words);
        open(&path, "lying").map(|found| found.len()).unwrap_err()
    };
    let no_entry = say("no_entry", &["-DNO_ENTRY", "-Wno-unused"]);
    assert!(
        no_entry.starts_with("it does not export ionvm_module_v1"),
        "{no_entry}"
    );
    assert_eq!(
        say("abi_2", &["-DABI=2"]),
        "it was built for version 2 of the interface, and this machine speaks 1: build it anew"
    );
    assert!(say("null", &["-DNULL_TABLE", "-Wno-unused"]).contains("null pointer"));
    assert!(say("named", &["-DNAME=\"other\""]).contains("it calls itself \"other\""));
    assert!(say("no_name", &["-DNAME=NULL"]).contains("null pointer"));
    let row = |name: &str, row: &str| say(name, &[&format!("-DBAD_ROW={row}")]);
    for (name, fields, message) in [
        (
            "upper",
            "{\"Lie\",NULL,lie,NULL,0,0,0,0}",
            "\"Lie\" has no name of",
        ),
        (
            "twice",
            "{\"lie\",NULL,lie,NULL,0,0,0,0}",
            "two functions lying.lie",
        ),
        ("nameless", "{NULL,NULL,lie,NULL,0,0,0,0}", "null pointer"),
        (
            "codeless",
            "{\"x\",NULL,NULL,NULL,0,0,0,0}",
            "lying.x has no code",
        ),
        (
            "arity",
            "{\"x\",NULL,lie,NULL,2,1,0,0}",
            "fewer arguments at most",
        ),
        (
            "flags",
            "{\"x\",NULL,lie,NULL,0,0,2,0}",
            "flags that this machine",
        ),
        ("latin", "{\"x\",\"\\xff\",lie,NULL,0,0,0,0}", "no UTF-8"),
    ] {
        let said = row(name, fields);
        assert!(said.contains(message), "{name}: {said}");
    }
    let none = Library::open(place("include/ionvm.h").as_os_str()).unwrap_err();
    assert!(none.to_string().contains("ionvm.h"), "{none}");
}

#[test]
fn without_a_context_a_module_is_not_called() {
    let path = library("examples/words.c", "words_plain", &[]);
    let functions = open(&path, "words").unwrap();
    assert_eq!(functions[0].call(vec![]).unwrap_err().kind(), "ffi");
}
