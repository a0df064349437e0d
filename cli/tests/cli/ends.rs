//! How runs end that do not end well: exit codes, and what is said about it.

use crate::tool::{Scratch, run_main as run};

#[test]
fn an_uncaught_error_is_1_with_its_trace() {
    let at = Scratch::new("uncaught");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, &half/1
    load_const  r1, :x
    call        r2, r0, r1
    return      r2
.function half arity=1
    load_const  r1, 2
    div         r2, r0, r1
    return      r2
",
    );
    at.ionvm("a.ionasm")
        .code(1)
        .out("")
        .says("error: the main process failed: :bad_type: ")
        .says(
            "\
  --> a.ionasm:10:5
   |
10 |     div         r2, r0, r1
   |     ^^^^^^^^^^^^^^^^^^^^^^
  at Main.half/1, instruction 1, line 10 of a.ionasm
  at Main.main/0, instruction 2, line 6 of a.ionasm
",
        );
}

#[test]
fn an_uncaught_throw_tells_where_it_was_thrown() {
    let seen = run("thrown", "", "    nop\n    load_const r0, 5\n    throw r0");
    seen.code(1)
        .says("nobody caught 5\n")
        .says("5 |     throw r0\n")
        .says("  at Main.main/0, instruction 2, line 5 of a.ionasm\n");
}

#[test]
fn an_uncaught_error_of_the_program_tells_where_it_was_raised() {
    let seen = run("own", "", "    nop\n    load_const r0, 5\n    error r0");
    seen.code(1)
        .says("error: the main process failed: nobody caught the error 5\n")
        .says("5 |     error r0\n")
        .says("  at Main.main/0, instruction 2, line 5 of a.ionasm\n");
}

#[test]
fn going_on_with_another_value_tells_where_the_first_was_raised() {
    let body = "    .handler L1, L2, L2, r1, r2\nL1:\n    neg r0, r0\nL2:\n    rethrow r0, r2";
    let seen = run("other", "", body);
    seen.code(1)
        .says("nobody caught the error undefined\n")
        .says("5 |     neg r0, r0\n")
        .says("  at Main.main/0, instruction 0, line 5 of a.ionasm\n");
}

#[test]
fn the_source_that_debug_information_names_is_shown() {
    let at = Scratch::new("named");
    at.file("half.lang", "\n    half of x\n").file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    .line 2 \"half.lang\"
    load_const  r0, :x
    neg         r0, r0
    .line 7 \"half.lang\"
    nop
",
    );
    at.ionvm("a.ionasm").code(1).says(
        "\
 --> half.lang:2:5
  |
2 |     half of x
  |     ^^^^^^^^^
  at Main.main/0, instruction 1, line 2 of half.lang
",
    );
    // One that is not there, or outside of the program's folder, is not.
    for name in ["gone.lang", "../half.lang", "/dev/null"] {
        at.file(
            "b.ionasm",
            format!(".class Main\n.function main arity=0\n.line 2 {name:?}\n neg r0, r0\n"),
        );
        let seen = at.ionvm("b.ionasm").code(1);
        assert!(!seen.err.contains("-->"), "{seen:#?}");
    }
}

#[test]
fn a_deep_trace_tells_how_much_it_leaves_out() {
    let at = Scratch::new("deep");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, &deep/1
    load_const  r1, 999
    call        r2, r0, r1
.function deep arity=1
    load_const  r1, 1
    sub         r0, r0, r1
    jump_if_true r0, on
    throw       r1
on:
    load_callee r1
    call        r2, r1, r0
",
    );
    at.ionvm("a.ionasm").code(1).says("  ... 980 frames ...\n");
}

#[test]
fn throws_and_exits_are_1_unless_they_are_clean() {
    run("throw", "", "load_const r0, (1, 2)\nthrow r0")
        .code(1)
        .says("nobody caught (1, 2)");
    run("exit", "", "load_const r0, :bad\nexit r0")
        .code(1)
        .says("it exited with :bad");
    run("normal", "", "load_const r0, :normal\nexit r0")
        .code(0)
        .err("");
    run("shutdown", "", "load_const r0, (:shutdown, 1)\nexit r0")
        .code(0)
        .err("");
}

#[test]
fn nonsense_on_the_command_line_is_2() {
    let at = Scratch::new("usage");
    at.file("a.ionasm", ".class Main\n.function main arity=0\n    nop\n");
    for words in [
        "",
        "--no-such-option a.ionasm",
        "--timeslice 0 a.ionasm",
        "--debug=loud a.ionasm",
        "--shuffle 3 a.ionasm",
        "--schedulers 65 a.ionasm",
        "doc no_such_instruction",
        "explain X99",
    ] {
        let seen = at.ionvm(words).code(2).out("");
        assert!(!seen.err.is_empty(), "{words}");
    }
    at.ionvm("--schedulers 65 a.ionasm").says("at most 64");
    at.ionvm("--schedulers 4 a.ionasm").code(0);
    at.ionvm("--help").code(0).err("");
    at.ionvm("--version").code(0).err("");
}

#[test]
fn what_cannot_be_loaded_is_3() {
    let at = Scratch::new("load");
    at.file("empty.ionc", "")
        .file("wrong.ionpack", "PK nonsense")
        .file("wrong.txt", "hello")
        .file("latin.ionasm", b"\xff")
        .file(
            "class.ionasm",
            ".class Main\n.function other arity=0\n nop\n.function more arity=0\n nop\n",
        )
        .file("args.ionasm", ".class Main\n.function main arity=2\n nop\n");
    for words in [
        "missing.ionasm",
        "empty.ionc",
        "wrong.ionpack",
        "wrong.txt",
        "latin.ionasm",
        "/dev/null",
    ] {
        let seen = at.ionvm(words).code(3).out("");
        assert_eq!(seen.err.lines().count(), 1, "{seen:#?}");
        at.ionvm(&format!("verify {words}")).code(3);
        at.ionvm(&format!("info {words}")).code(3);
        at.iondis(words).code(3).out("");
    }
    at.ionvm("verfy")
        .code(3)
        .says("did you mean `ionvm verify`?");
    at.ionvm("class.ionasm").code(3).says("other/0, more/0");
    at.ionvm("args.ionasm")
        .code(3)
        .says("Main.main/2 needs 2 arguments");
}

#[test]
fn limits_and_time_outs_are_4() {
    let endless = "again:\njump again";
    run("timeout", "--stepped --timeout 5ms", endless)
        .code(4)
        .says("limit of 5ms");
    run("timeout_real", "--timeout 5ms", endless)
        .code(4)
        .says("limit of 5ms");
    let deep = "load_callee r0\ncall r1, r0\nreturn r1";
    run("stack", "--max-heap 1M", deep)
        .code(4)
        .says(":stack_overflow");
    let many = "load_callee r0\nagain:\nspawn r1, r0\njump again";
    run("processes", "--max-processes 10", many)
        .code(4)
        .says(":limit");
}

#[test]
fn a_deadlock_is_5_and_names_who_waits_where() {
    let at = Scratch::new("deadlock");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, &waits/0
    spawn       r1, r0
    receive     r2
    return      r2
.function waits arity=0
    receive     r0
    return      r0
",
    );
    for options in ["", "--stepped"] {
        at.ionvm(&format!("{options} a.ionasm"))
            .code(5)
            .out("")
            .err(
                "error: deadlock: the main process waits for what can never come\n  \
             #process<1> waits in Main.main/0, instruction 2 `receive r2`, line 6\n  \
             #process<2> waits in Main.waits/0, instruction 0 `receive r0`, line 9\n",
            );
    }
}

#[test]
fn a_program_may_choose_its_code() {
    let halt = "load_const r0, 17\ncall_native r1, @system.halt, r0\nreturn r1";
    run("halt", "", halt).code(17).out("").err("");
}

#[test]
fn a_crash_tells_the_name_and_the_label() {
    let at = Scratch::new("crash_labels");
    at.file(
        "a.ionasm",
        ".class Main

.function main arity=0
    load_const  r0, &bad/0
    load_const  r1, ()
    load_const  r2, %{:name: :db}
    spawn_opts  r3, _, r0, r1, r2
    load_const  r0, 7
    return      r0

.function bad arity=0
    load_const  r0, \"worker 1\"
    call_native r0, process.label, r0
    throw       r0
",
    );
    let told = "error: process #process<2> :db \"worker 1\" failed: nobody caught undefined\n";
    at.ionvm("--stepped a.ionasm").code(0).says(told);
}

#[test]
fn a_process_that_crashes_beside_the_main_one_is_told() {
    let at = Scratch::new("crash");
    at.file(
        "a.ionasm",
        ".class Main

.function main arity=0
    load_const  r0, &bad/1
    load_const  r1, 1
    spawn       r2, r0, r1
    load_const  r1, :quiet
    spawn       r2, r0, r1
    load_const  r1, \"thrown\"
    spawn       r2, r0, r1
    load_const  r0, 7
    return      r0

.function bad arity=1
    match       r0, :quiet -> quiet, \"thrown\" -> thrown
    load_const  r1, :a
    add         r1, r1, r1
    return      r1
quiet:
    exit        r0
thrown:
    throw       r0
",
    );
    let seen = at.ionvm("--stepped a.ionasm").code(0).out("");
    let told = "\
error: process #process<2> failed: :bad_type: add takes two numbers, strings, bytes, arrays or tuples, not atom and atom
  at Main.bad/1, instruction 2, line 17 of a.ionasm
";
    let seen = seen
        .says(told)
        .says(" failed: nobody caught \"thrown\"\n  at Main.bad/1, instruction 5, line 22 of");
    assert!(
        !seen.err.contains("quiet") && seen.err.contains("=> 7"),
        "{seen:#?}"
    );
}
