//! Packages as a user makes and runs them: a new one, and what it reads of itself.

use crate::tool::Scratch;

#[test]
fn a_new_package_runs_and_packs_as_it_is() {
    let at = Scratch::new("new");
    at.ionvm("new greeter")
        .code(0)
        .out("")
        .says("`ionvm greeter` runs it, `ionvm pack greeter` makes a package of it");
    at.ionvm("greeter").code(0).out("Hello, world\n").err("");
    at.ionvm("pack greeter -o g.ionpack").code(0).out("");
    at.ionvm("g.ionpack Ada Grace")
        .code(0)
        .out("Hello, Ada\nHello, Grace\n")
        .err("");
}

#[test]
fn a_new_package_writes_nothing_over() {
    let at = Scratch::new("new_over");
    at.file("there/a.txt", "mine");
    at.ionvm("new there").code(3).says("is there already");
    assert_eq!(at.bytes("there/a.txt"), b"mine");
    at.file("plain", "mine");
    at.ionvm("new plain").code(3).says("is there already");
    at.ionvm("new ..").code(3).says("no name for a package");
}

const READER: &str = ".class Main

.function main arity=1
    .reg args = r0, all, i, text, bytes
    call_native all, resource.list
    load_const  i, 0
    get_index   i, args, i
    call_native bytes, resource.read, i
    length      bytes, bytes
    call_native text, resource.text, i
    tuple_init  all, all, bytes, text
    return      all
";

#[test]
fn programs_read_the_resources_of_their_package() {
    let at = Scratch::new("resources");
    at.file(
        "p/META-INF/MANIFEST.ion",
        "IonPack-Version: 1.0\nName: p\nVersion: 1.0\nMain-Class: Main\n",
    );
    at.file("p/classes/Main.ionasm", READER);
    at.file("p/resources/a/größe.txt", "zwölf");
    at.file("p/resources/b.bin", b"\xFF\x00");
    at.file("p/resources/long.txt", "x".repeat(100_000));
    at.ionvm("pack p -o p.ionpack").code(0);
    for program in ["p", "p.ionpack"] {
        at.ionvm(&format!("{program} a/größe.txt"))
            .code(0)
            .says("=> ([\"a/größe.txt\", \"b.bin\", \"long.txt\"], 6, \"zwölf\")");
        at.ionvm(&format!("{program} long.txt"))
            .code(0)
            .says("100000");
        at.ionvm(&format!("{program} b.bin"))
            .code(1)
            .says("byte 0 of the resource is no UTF-8; `resource.read` yields its bytes");
        at.ionvm(&format!("{program} long.tx"))
            .code(1)
            .says("the program has no resource \"long.tx\"; did you mean \"long.txt\"?");
        // A path is a name and nothing else.
        at.ionvm(&format!("{program} ../classes/Main.ionc"))
            .code(1)
            .says("the program has no resource");
    }
    at.file("lone.ionasm", READER);
    at.ionvm("lone.ionasm b.bin")
        .code(1)
        .says("the program has no resource \"b.bin\"; `resource.list` tells what came with it");
}
