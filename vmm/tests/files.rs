//! Files, the environment and lines of input in whole machines, in both modes.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use vmm::asm;
use vmm::host::MemoryConsole;
use vmm::rights::Grants;
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, VmBuilder, VmConfig, VmMode};

/// Runs `Main.main` in both modes with such rights, input and argument.
fn run(text: &str, rights: &[String], input: &[u8], argument: &str) -> Value {
    let mut all = Vec::new();
    for mode in [VmMode::Stepped, VmMode::Parallel] {
        let mut grants = Grants::none();
        for right in rights {
            grants.allow(right.parse().expect("the test sees to it"));
        }
        let console = Arc::new(MemoryConsole::default());
        console.type_in(input);
        let config = VmConfig {
            mode,
            grants,
            ..VmConfig::default()
        };
        let mut vm = VmBuilder::new()
            .config(config)
            .console(console)
            .build()
            .expect("the test sees to it");
        for class in asm::parse("test.ionasm", text).unwrap_or_else(|p| panic!("{}", p[0])) {
            vm.load(&verify(class).unwrap_or_else(|p| panic!("{}", p[0])))
                .expect("the test sees to it");
        }
        let function = vm
            .code()
            .find("Main", "main", Some(1))
            .expect("the test sees to it");
        match vm
            .run(function, &[Value::string(argument)])
            .expect("the test sees to it")
        {
            RunOutcome::Finished(value) => all.push(value),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(all[0], all[1]);
    all.remove(0)
}

/// A folder that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("ionvm-files-test-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _old = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("real")).expect("the test sees to it");
        Folder(path.canonicalize().expect("the test sees to it"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

const LINES: &str = "
.class Main
.function main arity=1
    array_init  r1
next:
    call_native r2, io.read_line
    array_push  r1, r2
    load_const  r3, undefined
    equal       r3, r2, r3
    jump_if_false r3, next
    call_native r2, term.show, r1
    return      r2
";

#[test]
fn lines_come_one_by_one_until_there_are_no_more() {
    let read = |input: &[u8]| run(LINES, &[], input, "");
    assert_eq!(read(b""), Value::string("[undefined]"));
    let three = "[\"one\", \"\", \"tw\u{f6}\", undefined]";
    assert_eq!(read("one\n\r\ntw\u{f6}".as_bytes()), Value::string(three));
}

#[test]
fn several_readers_get_each_line_once() {
    let text = "
.class Main
.function main arity=1
    load_const  r1, &reads/0
    spawn       r2, r1, [keep]
    spawn       r3, r1, [keep]
    await       r4, r2
    await       r5, r3
    add         r0, r4, r5
    return      r0
.function reads arity=0
    load_const  r0, 0
    load_const  r3, undefined
    load_const  r4, 1
next:
    call_native r2, io.read_line
    equal       r5, r2, r3
    jump_if_true r5, end
    add         r0, r0, r4
    jump        next
end:
    return      r0
";
    let input = "line\n".repeat(500);
    assert_eq!(run(text, &[], input.as_bytes(), ""), Value::number(500.0));
}

const FILES: &str = "
.class Main
.function main arity=1
    load_const  r1, \"/real/a\"
    add         r1, r0, r1
    load_const  r2, \"text\"
    call_native r3, fs.write, r1, r2
    load_const  r4, :append
    call_native r5, fs.open, r1, r4
    call_native r3, fs.put, r5, r2
    call_native r3, handle.close, r5
    call_native r6, fs.read_text, r1
    load_const  r7, &denied/1
    load_const  r8, \"/other\"
    add         r8, r0, r8
    call        r9, r7, r8
    tuple_init  r0, r6, r9
    return      r0
.function denied arity=1
    .handler a, b, failed, r1
a:
    call_native r1, fs.read_text, r0
b:
    return      r1
failed:
    load_const  r2, :message
    get_prop    r1, r1, r2
    return      r1
";

/// What is granted may be spelled in any way that leads there.
#[test]
#[cfg(unix)]
fn files_take_the_right_to_where_they_really_lie() {
    let folder = Folder::new("rights");
    let path = folder.0.display().to_string();
    std::os::unix::fs::symlink(folder.0.join("real"), folder.0.join("link"))
        .expect("the test sees to it");
    for granted in ["real", "link"] {
        let right = |kind: &str| format!("{kind}:{path}/{granted}");
        let rights = [right("fs.read"), right("fs.write")];
        let told = format!(
            "fs.read_text needs the right \"fs.read:{path}/other\"; grant it with \
             --allow-fs-read={path}/other"
        );
        let answer = Value::tuple(vec![Value::string("texttext"), Value::string(told)]);
        assert_eq!(run(FILES, &rights, b"", &path), answer);
    }
}

#[test]
fn the_environment_takes_rights_by_name() {
    let text = "
.class Main
.function main arity=1
    call_native r1, env.get, r0
    call_native r2, env.list
    tuple_init  r0, r1, r2
    return      r0
";
    let name = "PATH";
    let answer = Value::tuple(vec![
        Value::string(std::env::var(name).expect("the test sees to it")),
        Value::array(vec![Value::string(name)]),
    ]);
    assert_eq!(run(text, &[format!("env:{name}")], b"", name), answer);
}
