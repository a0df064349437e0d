//! Tools that build and show programs.

use crate::tool::Scratch;

const TWO: &str = ".class Main

.function main arity=0
    load_const  r0, 42
    return      r0

.class Other

.function one arity=1
    return      r0

.function two arity=0
    return      r0
";

#[test]
fn what_is_disassembled_is_assembled_to_the_same_bytes() {
    let at = Scratch::new("round");
    at.file("a.ionasm", TWO);
    at.ionvm("asm a.ionasm -o a.ionpack")
        .code(0)
        .out("")
        .err("");
    let text = at.iondis("a.ionpack").code(0).err("").out;
    at.file("b.ionasm", &text);
    at.ionvm("asm b.ionasm -o out").code(0).out("").err("");
    at.ionvm("asm a.ionasm -o first").code(0).out("").err("");
    for class in ["Main.ionc", "Other.ionc"] {
        assert_eq!(
            at.bytes(&format!("out/{class}")),
            at.bytes(&format!("first/{class}"))
        );
    }
    at.ionvm("asm a.ionasm -o a.ionc")
        .code(3)
        .says("2 classes do not fit into one");
}

#[test]
fn a_class_or_a_function_alone_can_be_shown() {
    let at = Scratch::new("dis");
    at.file("a.ionasm", TWO);
    let main = at.iondis("a.ionasm Main").code(0).err("").out;
    assert!(
        main.contains(".class Main") && !main.contains("Other"),
        "{main}"
    );
    let one = at.iondis("a.ionasm Other:one").code(0).err("").out;
    assert!(
        one.contains(".function one") && !one.contains("two"),
        "{one}"
    );
    assert_eq!(at.iondis("a.ionasm Other:one/1").code(0).out, one);
    at.iondis("a.ionasm Mian")
        .code(3)
        .out("")
        .says("did you mean `Main`?");
    at.iondis("a.ionasm Other:three")
        .code(3)
        .out("")
        .says("one/1, two/0");
}

#[test]
fn mistakes_in_a_text_are_shown_with_their_lines() {
    let at = Scratch::new("mistakes");
    at.file(
        "a.ionasm",
        ".class Main\n.function main arity=0\n    jump nowhere\n",
    );
    for tool in [
        "asm a.ionasm",
        "verify a.ionasm",
        "a.ionasm",
        "info a.ionasm",
    ] {
        at.ionvm(tool)
            .code(3)
            .out("")
            .says("--> a.ionasm:3:10")
            .says("3 |     jump nowhere\n")
            .says("^^^^^^^");
    }
}

#[test]
fn what_the_verifier_refuses_is_shown_in_the_text() {
    let at = Scratch::new("refused");
    at.file(
        "a.ionasm",
        ".class Main\n.function main arity=0 extra=1\n    move r0, r7\n",
    );
    at.ionvm("a.ionasm")
        .code(3)
        .out("")
        .says("--> a.ionasm:3:")
        .says("3 |     move r0, r7\n");
    let json = at.ionvm("verify --json a.ionasm").code(3).err("").out;
    assert!(
        json.starts_with("{\"code\":\"V") && json.lines().count() >= 1,
        "{json}"
    );
}

#[test]
fn info_tells_manifest_and_functions() {
    let at = Scratch::new("info");
    let manifest = "IonPack-Version: 1.0\nName: greeter\nVersion: 2.0.0\nMain-Class: Main\n";
    at.file("p/META-INF/MANIFEST.ion", manifest)
        .file(
            "p/classes/Main.ionasm",
            TWO.split(".class Other").next().unwrap(),
        )
        .file("p/resources/data/a.txt", "text");
    at.ionvm("pack p -o p.ionpack").code(0).out("");
    for file in ["p", "p.ionpack"] {
        let text = at.ionvm(&format!("info {file}")).code(0).err("").out;
        assert!(text.contains("Name: greeter\nVersion: 2.0.0\n"), "{text}");
        assert!(text.contains("resources:\n  data/a.txt\n"), "{text}");
        assert!(text.contains("class Main:\n  main/0 "), "{text}");
    }
}

#[test]
fn the_same_folder_gives_the_same_package() {
    let at = Scratch::new("same");
    at.file(
        "p/META-INF/MANIFEST.ion",
        "IonPack-Version: 1.0\nName: p\nVersion: 1.0.0\nMain-Class: Main\n",
    )
    .file(
        "p/classes/Main.ionasm",
        TWO.split(".class Other").next().unwrap(),
    );
    at.ionvm("pack p -o a.ionpack").code(0);
    at.ionvm("pack p -o b.ionpack").code(0);
    assert_eq!(at.bytes("a.ionpack"), at.bytes("b.ionpack"));
}

#[test]
fn the_manual_knows_instructions_natives_and_codes() {
    let at = Scratch::new("manual");
    let page = at.ionvm("doc receive_with_timeout").code(0).err("").out;
    assert!(
        page.starts_with("receive_with_timeout dst, timeout, result\n"),
        "{page}"
    );
    let page = at.ionvm("doc io.println").code(0).err("").out;
    assert!(page.starts_with("io.println"), "{page}");
    let page = at.ionvm("doc json").code(0).err("").out;
    assert!(page.starts_with("module json\n"), "{page}");
    assert!(page.contains("\n  json.parse "), "{page}");
    assert!(!page.contains("math."), "{page}");
    at.ionvm("doc recieve")
        .code(2)
        .out("")
        .says("did you mean `receive`?");
    let index = at.ionvm("doc").code(0).err("").out;
    assert!(index.contains("\n  math.sqrt "), "{index}");
    let codes = at.ionvm("explain").code(0).err("").out;
    for code in codes.lines().filter_map(|line| line.split(' ').next()) {
        let page = at.ionvm(&format!("explain {code}")).code(0).err("").out;
        assert!(
            page.starts_with(&format!("{code}: ")) && page.contains("To mend it: "),
            "{page}"
        );
    }
}
