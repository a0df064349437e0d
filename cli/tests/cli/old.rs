//! Class files of version 1, as the tools take them.

use vmm::ionpack::IonPackBuilder;

use crate::tool::Scratch;
use crate::write::{F, I, V, atom, class, function, nameless, number, ret, single};

/// Makes a closure, prints what it gives, and returns it.
fn program() -> Vec<F> {
    let main = function(
        "main",
        0,
        4,
        vec![
            atom(0, "__function_ref:Helper:add"),
            number(1, 40.0),
            I::MakeClosure(2, 0, vec![("x", 1)]),
            number(1, 2.0),
            I::Call(3, 2, vec![1]),
            atom(0, "__stdlib:PrintLn"),
            I::Call(1, 0, vec![3]),
            ret(3),
        ],
    );
    vec![main]
}

fn helper() -> Vec<F> {
    let add = vec![I::Regs(0x03, vec![2, 0, 1]), ret(2)];
    vec![function("add", 1, 1, add)]
}

fn package(at: &Scratch) {
    let mut builder = IonPackBuilder::new("old", "1.0");
    builder
        .main_class("Main")
        .add_class("Main", class(&program()))
        .add_class("Helper", class(&helper()));
    at.file("old.ionpack", builder.build_bytes().unwrap());
}

#[test]
fn a_package_of_version_1_runs_and_is_shown() {
    let at = Scratch::new("old-package");
    package(&at);
    at.ionvm("old.ionpack").code(0).out("42\n").err("=> 42\n");
    at.ionvm("--stepped -q old.ionpack").code(0).out("42\n");
    at.ionvm("verify old.ionpack")
        .code(0)
        .err("old.ionpack: 2 classes, 3 functions, nothing wrong\n");
    let info = at.ionvm("info old.ionpack").code(0).err("").out;
    assert!(
        info.contains("Helper.add~1/1") && info.contains("1 captures, lenient, private"),
        "{info}"
    );
    let helper = at.iondis("old.ionpack Helper").code(0).err("").out;
    assert!(helper.contains(".function add arity=1"), "{helper}");
}

#[test]
fn what_is_shown_of_version_1_is_assembled_to_version_2_and_runs() {
    let at = Scratch::new("old-round");
    package(&at);
    let text = at.iondis("old.ionpack").code(0).err("").out;
    at.file("new.ionasm", &text);
    at.ionvm("asm new.ionasm -o new.ionpack").code(0).err("");
    at.ionvm("new.ionpack").code(0).out("42\n").err("=> 42\n");
    assert_eq!(at.iondis("new.ionpack").code(0).out, text);
    at.ionvm("asm new.ionasm -o out").code(0).err("");
    assert!(at.bytes("out/Main.ionc").starts_with(b"IONBC\x02"));
}

#[test]
fn a_folder_holds_class_files_of_version_1_too() {
    let at = Scratch::new("old-folder");
    at.file(
        "p/META-INF/MANIFEST.ion",
        "IonPack-Version: 1.0\nName: p\nVersion: 1\nMain-Class: Main\n",
    );
    at.file("p/classes/Main.ionc", class(&program()));
    at.file("p/classes/Helper.ionc", class(&helper()));
    at.ionvm("p").code(0).out("42\n").err("=> 42\n");
}

#[test]
fn lone_files_are_called_by_their_names() {
    let at = Scratch::new("old-alone");
    let code = vec![atom(0, "__function_ref:start"), ret(0)];
    at.file("Own.ionc", class(&[function("start", 0, 1, code)]));
    at.ionvm("Own.ionc")
        .code(0)
        .err("=> #function<Own.start/0>\n");
    at.file(
        "One.ionc",
        single(&nameless(0, 1, vec![number(0, 1.0), ret(0)])),
    );
    at.ionvm("One.ionc").code(0).err("=> 1\n");
    let text = at.iondis("One.ionc").code(0).err("").out;
    assert!(text.starts_with(".class One\n"), "{text}");
    // Without the ending, nothing tells a single function from other bytes.
    at.file("one", at.bytes("One.ionc"));
    at.ionvm("one").code(3).says("not a program");
    at.file("own", at.bytes("Own.ionc"));
    at.ionvm("own").code(0).err("=> #function<own.start/0>\n");
}

#[test]
fn what_is_wrong_with_version_1_is_said_with_its_place() {
    let at = Scratch::new("old-wrong");
    at.file("garbage.ionc", "Hello, world!");
    at.ionvm("garbage.ionc")
        .code(3)
        .out("")
        .says("neither begins with `IONBC`, nor is it a single function of version 1");
    let mut cut = class(&helper());
    cut.pop();
    at.file("cut.ionc", cut);
    at.ionvm("verify cut.ionc")
        .code(3)
        .says("the file is cut off");
    let names = vec![I::LoadConst(0, V::Unit), atom(0, "__stdlib:Prnt")];
    at.file("names.ionc", class(&[function("main", 0, 1, names)]));
    at.ionvm("names.ionc").code(3).says(
        "class \"names\": function main/0, instruction 1: \"__stdlib:Prnt\" names nothing: there is \
         no native function \"Prnt\" in the standard library",
    );
    let regs = vec![ret(5)];
    at.file("regs.ionc", class(&[function("main", 0, 1, regs)]));
    at.ionvm("regs.ionc").code(3).says("V01");
    at.ionvm("verify --json regs.ionc").code(3);
    let waits = vec![number(0, 0.0), I::Link(2, 0)];
    at.file("waits.ionc", class(&[function("main", 0, 1, waits)]));
    at.ionvm("waits.ionc").code(1).says("noproc");
}
