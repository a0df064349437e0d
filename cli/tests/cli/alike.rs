//! When runs end and what is said about those that cannot go on, in every mode.

use crate::tool::{Scratch, Seen, run_main};

#[test]
fn who_wait_for_each_other_are_told() {
    let at = Scratch::new("alike_circle");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, &other/1
    self_pid    r1
    spawn       r2, r0, r1
    await       r0, r2
.function other arity=1
    await       r1, r0
",
    );
    for options in ["", "--stepped", "--schedulers 2"] {
        at.ionvm(&format!("{options} a.ionasm"))
            .code(5)
            .out("")
            .err(
                "error: deadlock: the main process waits for what can never come\n  \
             #process<1> waits in Main.main/0, instruction 3 `await r0, r2`, line 7, for \
             #process<2>\n  \
             #process<2> waits in Main.other/1, instruction 0 `await r1, r0`, line 9, for \
             #process<1>\n\
             in a circle: #process<1> awaits #process<2> awaits #process<1>\n",
            );
    }
}

fn run(test: &str, options: &str, body: &str) -> Seen {
    run_main(&format!("alike_{test}"), options, body)
}

/// A run is over when nothing can happen any more, and not before.
#[test]
fn runs_end_alike_in_all_modes() {
    let child = |body: &str| {
        format!(
            "load_const r0, &child/0\nspawn r1, r0\nload_const r2, :done\nreturn r2\n.function child arity=0\n{body}"
        )
    };
    let late =
        child("load_const r0, 20\nsleep r0\nload_const r0, :late\ncall_native r0, @io.print, r0");
    let timer = "load_const r0, 20\nself_pid r1\nload_const r2, :rung\n\
                 call_native r3, @timer.send_after, r0, r1, r2\nreceive r4\nreturn r4";
    let forever = child("receive r0");
    let fails = child("load_const r0, :no\nexit r0");
    let halts = child("load_const r0, 9\ncall_native r0, @system.halt, r0");
    let ends = [
        ("late", &*late, 0, "late", "=> :done"),
        ("timer", timer, 0, "", "=> :rung"),
        ("forever", &forever, 0, "", "=> :done"),
        ("fails", &fails, 0, "", "=> :done"),
        ("halts", &halts, 9, "", ""),
        (
            "error",
            "load_const r0, :no\nneg r0, r0",
            1,
            "",
            ":bad_type",
        ),
        ("shutdown", "load_const r0, :shutdown\nexit r0", 0, "", ""),
        ("waits", "receive r0", 5, "", "deadlock"),
    ];
    for (name, body, code, out, says) in ends {
        for options in ["", "--stepped", "--schedulers 2", "--stepped --shuffle 3"] {
            run(name, options, body).code(code).out(out).says(says);
        }
    }
    for options in ["", "--stepped", "--schedulers 2"] {
        let options = format!("{options} --timeout 5ms");
        run("over", &options, "again:\njump again")
            .code(4)
            .says("longer");
    }
}

#[test]
fn limits_of_the_whole_run_are_4() {
    let spin = "again:\njump again";
    for options in ["", "--stepped", "--schedulers 2"] {
        let options = format!("{options} --max-reductions 10000");
        run("reductions", &options, spin)
            .code(4)
            .says("the run has used 10000 reductions, as many as it may");
    }
    let timers = "load_const r0, 1000\nself_pid r1\nagain:\n\
                  call_native r2, @timer.send_after, r0, r1, r1\njump again";
    run("timers", "--max-timers 10", timers)
        .code(4)
        .says(":limit: `timer.send_after` finds 10 timers");
}
