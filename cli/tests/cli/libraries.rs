//! Packages with native libraries: what they may do, and what is said when they may not.

use std::path::Path;
use std::process::Command;

use crate::tool::Scratch;

const MANIFEST: &str = "IonPack-Version: 1.0\nName: p\nVersion: 1.0\nMain-Class: Main\n";

/// A package in the folder `p` whose library `words` is the example in C, and whose main
/// function counts the words of its first argument.
fn package(test: &str) -> Scratch {
    let at = Scratch::new(test);
    at.file(
        "p/META-INF/MANIFEST.ion",
        format!("{MANIFEST}FFI-Libraries: words\nPermissions: ffi:words\n"),
    );
    at.file(
        "p/classes/Main.ionasm",
        ".class Main

.function main arity=1
    .reg args = r0, i, text
    load_const  i, 0
    get_index   text, args, i
    call_native text, words.count, text
    return      text
",
    );
    compile(&at, "../vm-ffi/examples/words.c", "words", &[]);
    at
}

/// Makes a library of a C file, where the package has those of this platform.
fn compile(at: &Scratch, source: &str, name: &str, words: &[&str]) {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let entry = format!("p/lib/{os}/{arch}/{name}");
    at.file(&entry, "");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(at.path(&entry))
        .arg(here.join(source))
        .arg("-I")
        .arg(here.join("../vm-ffi/include"))
        .args(words)
        .status()
        .expect("a C compiler called cc");
    assert!(built.success());
}

#[test]
fn a_package_calls_its_library_if_the_command_line_lets_it() {
    let at = package("library");
    at.ionvm("pack p -o p.ionpack").code(0);
    for program in ["p", "p.ionpack"] {
        at.ionvm(&format!("--allow-ffi=words {program} one"))
            .code(0)
            .err("=> 1\n");
        at.ionvm(&format!("--allow-ffi {program} one"))
            .code(0)
            .err("=> 1\n");
        at.ionvm(&format!("--allow-ffi=other {program} one"))
            .code(1)
            .says(
                ":denied: words.count needs the right \"ffi:words\"; grant it with --allow-ffi=words",
            );
    }
}

#[test]
fn what_is_denied_can_be_caught_and_tells_the_right() {
    let at = package("library_caught");
    at.file(
        "p/classes/Main.ionasm",
        ".class Main

.function main arity=0
    .reg text = r0, error, kind
    .handler begin, end, caught, error
begin:
    load_const  text, \"a b\"
    call_native text, words.count, text
end:
    return      text
caught:
    load_const  kind, :kind
    get_prop    kind, error, kind
    return      kind
",
    );
    at.ionvm("p").code(0).err("=> :denied\n");
    at.ionvm("--allow-ffi=words p").code(0).err("=> 2\n");
}

/// A library that leaves a file when it is loaded.
const MARKING: &str = r#"
#include <stdio.h>
#include "ionvm.h"
__attribute__((constructor)) static void loaded(void) { fclose(fopen(MARK, "w")); }
const ion_module *ionvm_module_v1(void) {
    static const ion_module module = {IONVM_ABI, 0, "marking", 0, 0};
    return &module;
}
"#;

#[test]
fn nothing_is_written_or_opened_without_the_right() {
    let at = Scratch::new("library_unopened");
    at.file(
        "p/META-INF/MANIFEST.ion",
        format!("{MANIFEST}FFI-Libraries: marking\nPermissions: ffi:marking\n"),
    );
    at.file(
        "p/classes/Main.ionasm",
        ".class Main\n\n.function main arity=0\n    load_const r0, 1\n    return r0\n",
    );
    at.file("marking.c", MARKING);
    let mark = at.path("mark");
    let define = format!("-DMARK=\"{}\"", mark.display());
    let source = at.path("marking.c").display().to_string();
    compile(&at, &source, "marking", &[&define]);
    let temporary = at.path("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let run = |words: &str| {
        let mut command = at.command(words);
        let output = command.env("TMPDIR", &temporary).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let hash = "0".repeat(64);
    for words in [
        "p".to_owned(),
        "--allow-ffi=other p".to_owned(),
        format!("--allow-ffi=marking@{hash} p"),
        "--allow-ffi=system:marking p".to_owned(),
    ] {
        // A folder that cannot be written to would be noticed, too.
        run(&words);
        assert!(!mark.exists(), "{words}");
    }
    run("--allow-ffi=marking p");
    assert!(mark.exists());
    // What was written to load it is gone.
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn a_grant_by_hash_is_for_that_file_only() {
    let at = package("library_hash");
    let wrong = format!("--allow-ffi=words@{}", "0".repeat(64));
    let seen = at.ionvm(&format!("{wrong} p one")).code(1);
    let (_, rest) = seen
        .err
        .split_once("grant it with --allow-ffi=words@")
        .unwrap();
    let hash = &rest[..64];
    let flag = format!("--allow-ffi=words@{}", hash.to_uppercase());
    at.ionvm(&format!("{flag} p one")).code(0).err("=> 1\n");
    // Another file under the same name.
    compile(&at, "../vm-ffi/examples/words.c", "words", &["-O2"]);
    at.ionvm(&format!("{flag} p one"))
        .code(1)
        .says("needs the right \"ffi:words@");
}

#[test]
fn what_is_no_library_is_said_before_the_program_runs() {
    let at = package("library_bad");
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let entry = format!("p/lib/{os}/{arch}/words");
    at.file(&entry, "no library");
    at.ionvm("--allow-ffi p one")
        .code(3)
        .says("p: library \"words\": cannot be loaded: ");
    std::fs::remove_file(at.path(&entry)).unwrap();
    at.ionvm("--allow-ffi p one").code(3).says("words");
    for (name, said) in [
        ("math", "the machine has a module `math` of its own"),
        ("9", "its name says no module"),
    ] {
        at.file(
            "p/META-INF/MANIFEST.ion",
            format!("{MANIFEST}FFI-Libraries: {name}\n"),
        );
        at.ionvm("p").code(3).says(said);
    }
}

#[test]
fn a_native_that_a_library_has_not_is_named() {
    let at = package("library_unknown");
    at.file(
        "p/classes/Main.ionasm",
        ".class Main\n\n.function main arity=0\n    call_native r0, words.cuont, r0\n    return r0\n",
    );
    at.ionvm("--allow-ffi p")
        .code(3)
        .says("words.cuont")
        .says("words.count");
}

/// What a package says of the C library of the system.
const LIBC: &str = r#"library system:libc.so.6
## How many bytes a text has.
function strlen(text: str) -> size
function sort = qsort(items: inout bytes[count * width], count: size, width: size, by: fn = strcmp)
function line = snprintf(out: out str[size], size: size, form: str = "%s: %.2f", ..., what: str, price: f64) -> i32
"#;

/// What it says of zlib.
const LIBZ: &str = "library system:libz.so.1
## Deflates bytes into at most so much room.
blocking function compress(to: out bytes[room] used room, room: inout u64, from: in bytes, size: u64 = len(from)) -> i32
function uncompress(to: out bytes[room] used room, room: inout u64, from: in bytes, size: u64 = len(from)) -> i32
";

const CALLS: &str = r#".class Main

.function main arity=0
    .reg a, b, c, d, sorted, line, packed, plain
    load_const  a, "four"
    call_native a, c.strlen, a
    load_const  b, b"pear\x00fig\x00\x00kiwi\x00"
    load_const  c, 3
    load_const  d, 5
    call_native sorted, c.sort, b, c, d
    load_const  b, 64
    load_const  c, "tea"
    load_const  d, 2.5
    call_native line, c.line, b, c, d
    load_const  c, b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    call_native packed, z.compress, b, c
    load_const  d, 1
    get_index   b, packed, d
    load_const  d, 100
    call_native plain, z.uncompress, d, b
    load_const  d, 2
    get_index   packed, packed, d
    tuple_init  a, a, sorted, line, packed, plain
    return      a
"#;

/// A package without a file of native code.
fn declared(test: &str) -> Scratch {
    let at = Scratch::new(test);
    let asks = "Permissions: ffi:system:libc.so.6, ffi:system:libz.so.1\n";
    at.file("p/META-INF/MANIFEST.ion", format!("{MANIFEST}{asks}"));
    at.file("p/META-INF/ffi/c.ffi", LIBC);
    at.file("p/META-INF/ffi/z.ffi", LIBZ);
    at.file("p/classes/Main.ionasm", CALLS);
    at
}

#[cfg(target_os = "linux")]
#[test]
fn a_package_calls_c_by_declarations_alone() {
    let at = declared("declared");
    at.ionvm("pack p -o p.ionpack").code(0);
    let flags = "--allow-ffi=system:libc.so.6 --allow-ffi=system:libz.so.1";
    for program in ["p", "p.ionpack"] {
        let seen = at.ionvm(&format!("{flags} {program}")).code(0);
        // Eleven bytes stand for thirty.
        seen.err(
            "=> (4, b\"fig\\x00\\x00kiwi\\x00pear\\x00\", (9, \"tea: 2.50\"), 11, \
             (0, b\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", 30))\n",
        );
        // Nothing but the right to that library will do, whatever else is called so.
        at.ionvm(&format!("--allow-ffi=libc.so.6 {program}"))
            .code(1)
            .says("c.strlen needs the right \"ffi:system:libc.so.6\"; grant it with --allow-ffi=system:libc.so.6");
        at.ionvm(&format!("--allow-ffi=system:libc.so.6 {program}"))
            .code(1)
            .says("z.compress needs the right \"ffi:system:libz.so.1\"; grant it with --allow-ffi=system:libz.so.1");
    }
}

#[test]
fn declarations_are_held_to_what_there_is() {
    let at = declared("declared_bad");
    at.file(
        "p/META-INF/ffi/c.ffi",
        "library system:libc.so.6\nfunction f(a: int)\n",
    );
    at.ionvm("p")
        .code(3)
        .says("META-INF/ffi/c.ffi\": line 2: `int` is no type");
    at.file("p/META-INF/ffi/c.ffi", "library words\nfunction f()\n");
    at.ionvm("p").code(3).says("list `words` in FFI-Libraries");
    at.file(
        "p/META-INF/ffi/c.ffi",
        "library system:no_such_library.so\nfunction f()\n",
    );
    at.ionvm("--allow-ffi p").code(3).says("cannot be loaded");
    at.file(
        "p/META-INF/ffi/c.ffi",
        "library system:libz.so.1\nfunction no_such_symbol()\n",
    );
    at.ionvm("--allow-ffi p")
        .code(3)
        .says("symbol `no_such_symbol`");
    at.file("p/META-INF/ffi/math.ffi", "library system:libm.so.6\n");
    at.ionvm("p").code(3);
}

#[test]
fn doc_and_info_tell_what_a_package_calls() {
    let at = package("library_told");
    at.file("p/META-INF/ffi/z.ffi", LIBZ);
    at.ionvm("pack p -o p.ionpack").code(0);
    for program in ["p", "p.ionpack"] {
        let seen = at.ionvm(&format!("doc {program}")).code(0);
        let out = &seen.out;
        assert!(
            out.contains("  z.compress           Deflates bytes into at most so much room\n"),
            "{out}"
        );
        assert!(
            out.contains("words: its library is looked into with --allow-ffi=words\n"),
            "{out}"
        );
        let seen = at
            .ionvm(&format!("--allow-ffi=words doc {program}"))
            .code(0);
        let out = &seen.out;
        assert!(
            out.contains("  words.count          `count(text)` is how many words a text has\n"),
            "{out}"
        );
        let seen = at.ionvm(&format!("info {program}")).code(0);
        let out = &seen.out;
        assert!(out.contains("\nnatives:\n  z, 2 functions, needs ffi:system:libz.so.1\n  words, needs ffi:words\n"), "{out}");
    }
}
