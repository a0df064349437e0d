//! Programs that run to their end: results, arguments, options, traces.

use crate::tool::Scratch;

const ANSWER: &str = "
.class Main
.function main arity=0
    load_const  r0, 42
    return      r0
";

/// Prints its arguments, and returns how many there are.
const ARGUMENTS: &str = "
.class Main
.function main arity=1
    call_native r1, @io.println, r0
    length      r1, r0
    return      r1
";

/// Two processes that count down from 6, side by side.
const BUSY: &str = "
.class Main
.function main arity=0
    load_const  r0, &count/1
    load_const  r1, 6
    spawn       r2, r0, r1
    call        r3, r0, r1
    return      r3
.function count arity=1
    load_const  r1, 1
again:
    sub         r0, r0, r1
    jump_if_true r0, again
    return      r0
";

#[test]
fn the_result_is_shown_on_standard_error() {
    let at = Scratch::new("result");
    at.file("a.ionasm", ANSWER);
    at.ionvm("a.ionasm").code(0).out("").err("=> 42\n");
    at.ionvm("run a.ionasm").code(0).out("").err("=> 42\n");
    at.ionvm("-q a.ionasm").code(0).out("").err("");
    at.ionvm("--result a.ionasm").code(0).out("42\n").err("");
    at.ionvm("run --result=json a.ionasm")
        .code(0)
        .out("42\n")
        .err("");
}

#[test]
fn a_result_that_is_nothing_is_not_shown() {
    let at = Scratch::new("nothing");
    at.file("a.ionasm", ".class Main\n.function main arity=0\n    nop\n");
    at.ionvm("a.ionasm").code(0).out("").err("");
    at.ionvm("--result=json a.ionasm")
        .code(0)
        .out("null\n")
        .err("");
}

#[test]
fn every_form_of_a_program_runs_alike() {
    let at = Scratch::new("forms");
    at.file("text.ionasm", ANSWER)
        .file(
            "folder/META-INF/MANIFEST.ion",
            "IonPack-Version: 1.0\nName: x\nVersion: 1.0.0\nMain-Class: Main\n",
        )
        .file("folder/classes/Main.ionasm", ANSWER);
    at.ionvm("asm text.ionasm").code(0).out("").err("");
    at.ionvm("asm text.ionasm -o text.ionpack")
        .code(0)
        .out("")
        .err("");
    at.ionvm("pack folder").code(0).out("");
    for form in [
        "text.ionasm",
        "Main.ionc",
        "text.ionpack",
        "folder",
        "x-1.0.0.ionpack",
    ] {
        at.ionvm(form).code(0).out("").err("=> 42\n");
        at.ionvm(&format!("--stepped {form}"))
            .code(0)
            .out("")
            .err("=> 42\n");
    }
}

/// Rule: P-START-1, P-START-3
#[test]
fn a_manifest_says_where_the_program_starts() {
    let starts = |keys: &str| {
        let at = Scratch::new("start");
        let manifest = format!("IonPack-Version: 1.0\nName: x\nVersion: 1\n{keys}");
        let text = ".class Other\n.function main arity=0\n    load_const r0, 1\n    return r0\n\
                    .function run arity=0\n    load_const r0, 2\n    return r0\n\
                    .class Alone\n.function only arity=0\n    load_const r0, 3\n    return r0\n";
        let (other, alone) = text.split_at(text.find(".class Alone").expect("two classes"));
        at.file("p/META-INF/MANIFEST.ion", manifest)
            .file("p/classes/Other.ionasm", other)
            .file("p/classes/Alone.ionasm", alone);
        at.ionvm("p")
    };
    starts("Main-Class: Other\n").code(0).err("=> 1\n");
    starts("Main-Class: Other\nEntry-Point: run\n")
        .code(0)
        .err("=> 2\n");
    starts("Main-Class: Alone\n").code(0).err("=> 3\n");
    starts("Main-Class: Other\nEntry-Point: walk\n")
        .code(3)
        .says("main/0, run/0");
    starts("Main-Class: None\n").code(3).says("Alone, Other");
}

/// Rule: P-RIGHT-2, P-RIGHT-3
#[test]
fn a_manifest_grants_nothing() {
    let at = Scratch::new("asks");
    let manifest = "IonPack-Version: 1.0\nName: x\nVersion: 1\nMain-Class: Main\n\
                    Permissions: code, entropy\n";
    let loads = ".class Main\n.function main arity=0\n    load_const r0, b\"\"\n    \
                 call_native r0, code.load, r0\n    return r0\n";
    at.file("p/META-INF/MANIFEST.ion", manifest)
        .file("p/classes/Main.ionasm", loads);
    at.ionvm("p").code(1).says(":denied").says("--allow-code");
    at.ionvm("--allow-entropy p").code(1).says(":denied");
    at.ionvm("--allow-code p").code(1).says("no class");
}

#[test]
fn arguments_go_to_the_program() {
    let at = Scratch::new("arguments");
    at.file("a.ionasm", ARGUMENTS);
    at.ionvm("a.ionasm").code(0).out("[]\n").err("=> 0\n");
    at.ionvm("a.ionasm x --stepped -q")
        .code(0)
        .out("[x, --stepped, -q]\n")
        .err("=> 3\n");
}

#[test]
fn stepped_processes_alternate_every_three_instructions() {
    let at = Scratch::new("alternate");
    at.file("busy.ionasm", BUSY);
    let first = at
        .ionvm("--stepped --debug=sched busy.ionasm")
        .code(0)
        .out("");
    let turns: Vec<&str> = first
        .err
        .lines()
        .filter(|line| line.contains(" used "))
        .collect();
    let both = &turns[1..9];
    for (i, turn) in both.iter().enumerate() {
        let pid = if i % 2 == 0 { 2 } else { 1 };
        let wanted = format!("sched: #process<{pid}> used 3, goes to the back of the queue");
        assert_eq!(*turn, wanted, "{:#?}", first.err);
    }
    let second = at.ionvm("--stepped --debug=sched busy.ionasm").code(0);
    assert_eq!(first.err, second.err);
    let five = at
        .ionvm("--stepped --timeslice 5 --debug=sched busy.ionasm")
        .code(0);
    assert!(
        five.err.contains("used 5,") && !five.err.contains("used 3, goes"),
        "{}",
        five.err
    );
}

#[test]
fn a_shuffle_follows_from_its_seed() {
    let at = Scratch::new("shuffle");
    at.file("busy.ionasm", BUSY);
    let trace = |seed: u32| {
        let words = format!("--stepped --shuffle {seed} --debug=sched busy.ionasm");
        at.ionvm(&words).code(0).err
    };
    let traces: Vec<String> = (0..8).map(trace).collect();
    assert_eq!(traces[3], trace(3));
    assert!(
        traces.iter().any(|t| *t != traces[0]),
        "every order is the same"
    );
}

#[test]
fn debug_tells_loading_spawn_and_exit_in_a_line_each() {
    let at = Scratch::new("debug");
    at.file("a.ionasm", ANSWER);
    at.ionvm("--debug=loading,spawns,exits a.ionasm")
        .code(0)
        .out("")
        .err(
            "loading: class Main, 1 function\n\
         spawn: #process<1> runs Main.main/0, by the host\n\
         exit: #process<1> ended\n\
         => 42\n",
        );
    at.ionvm("--debug a.ionasm")
        .code(0)
        .says("sched: #process<1> runs\n")
        .says("instruction: #process<1> Main.main/0 0: load_const")
        .says("instruction: #process<1> Main.main/0 1: return");
}

#[test]
fn messages_are_told_with_their_text() {
    let at = Scratch::new("messages");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    self_pid    r0
    load_const  r1, (:hello, 1)
    send        r0, r1
    receive     r2
    return      r2
",
    );
    at.ionvm("--debug=messages a.ionasm").code(0).err(
        "message: #process<1> sends #process<1> (:hello, 1)\n\
         message: #process<1> takes (:hello, 1)\n\
         => (:hello, 1)\n",
    );
}

#[test]
fn a_stepped_clock_jumps_and_a_timeout_counts_on_it() {
    let at = Scratch::new("clock");
    at.file(
        "sleep.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, 3600000
    sleep       r0
    load_const  r0, :rested
    return      r0
",
    );
    at.ionvm("--stepped sleep.ionasm")
        .code(0)
        .err("=> :rested\n");
    at.ionvm("--stepped --timeout 30m sleep.ionasm")
        .code(4)
        .says("1800s");
    at.ionvm("--stepped --timeout 2h sleep.ionasm")
        .code(0)
        .err("=> :rested\n");
}

#[test]
fn a_result_without_a_form_outside_is_shown_but_no_json() {
    let at = Scratch::new("opaque");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    array_init  r0
    array_push  r0, r0
    return      r0
",
    );
    at.ionvm("a.ionasm").code(0).err("=> [...]\n");
    at.ionvm("--result=json a.ionasm")
        .code(1)
        .out("")
        .says("no JSON");
}
