//! Deadlocks of processes that wait for each other.

use super::*;

/// Who waits and who waits for each other, as a run in both modes tells it.
fn deadlock(text: &str) -> (Vec<String>, Vec<String>) {
    let RunOutcome::Deadlock(report) = run(text, &[]) else {
        panic!("no deadlock");
    };
    let told = report.to_string();
    let circles: Vec<_> = report.circles.iter().map(ToString::to_string).collect();
    for circle in &circles {
        assert!(told.ends_with(circle), "{told}");
    }
    let waiting = report.waiting.iter().map(ToString::to_string);
    (waiting.collect(), circles)
}

#[test]
fn two_that_await_one_another_are_a_circle() {
    let (waiting, circles) = deadlock(
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
    assert_eq!(
        waiting,
        [
            "#process<1> waits in Main.main/0, instruction 3 `await r0, r2`, for #process<2>",
            "#process<2> waits in Main.other/1, instruction 0 `await r1, r0`, for #process<1>",
        ]
    );
    assert_eq!(
        circles,
        ["#process<1> awaits #process<2> awaits #process<1>"]
    );
}

#[test]
fn who_selects_stands_in_the_circle_of_any() {
    let (waiting, circles) = deadlock(
        "
.class Main
.function main arity=0
    load_const  r0, &idles/0
    spawn       r1, r0
    load_const  r0, &other/1
    self_pid    r2
    spawn       r3, r0, r2
    select      r0, r1, r3
.function idles arity=0
    receive     r0
.function other arity=1
    await       r1, r0
",
    );
    let selects = "`select r0, r1, r3`, for #process<2> or #process<3>";
    assert!(waiting[0].ends_with(selects), "{waiting:?}");
    assert_eq!(waiting.len(), 3);
    assert_eq!(
        circles,
        ["#process<1> awaits #process<3> awaits #process<1>"]
    );
}

#[test]
fn who_would_be_in_a_circle_but_has_a_time_out_is_not() {
    let text = "
.class Main
.function main arity=0
    load_const  r0, &other/1
    self_pid    r1
    spawn       r2, r0, r1
    load_const  r3, 10
    await_timeout r0, r2, r3, r4
    return      r4
.function other arity=1
    await       r1, r0
";
    assert_eq!(run(text, &[]), RunOutcome::Finished(false.into()));
}

/// A receive by patterns that wants the reference of a monitor, and a scan that looks for it.
#[test]
fn who_waits_for_the_answer_of_one_that_it_watches_waits_for_that() {
    for waits in [
        "receive_match (:DOWN, ^r1, _, _, _) -> done, (^r1, r2) -> done",
        "recv_begin r1\nnext:\nrecv_next r2, done\njump next",
    ] {
        let (waiting, circles) = deadlock(&format!(
            "
.class Main
.function main arity=0
    load_const  r0, &asks/1
    self_pid    r1
    spawn       r2, r0, r1
    load_const  r0, &asks/1
    tail_call   r0, r2
.function asks arity=1
    monitor     r1, r0
    {waits}
done:
    return      r1
"
        ));
        assert!(waiting[0].ends_with("for #process<2>"), "{waiting:?}");
        assert_eq!(
            circles,
            ["#process<1> awaits #process<2> awaits #process<1>"]
        );
    }
}

#[test]
fn servers_that_call_one_another_are_a_circle() {
    let (waiting, circles) = deadlock(
        "
.class Main
.const CALLBACKS = frozen {handle_call: &asks/3}
.function main arity=0
    .reg callbacks, a, b, forever
    load_const  callbacks, CALLBACKS
    call_native a, server.start, callbacks, callbacks
    match       a, (:ok, a) -> second
second:
    call_native b, server.start, callbacks, callbacks
    match       b, (:ok, b) -> both
both:
    tuple_init  b, b, a
    load_const  forever, :infinity
    call_native a, server.call, a, b, forever
; Asks the first of two, and has it ask the second.
.function asks arity=3
    .reg next, rest, forever
    match       r0, (next, rest) -> ask
ask:
    tuple_init  rest, rest, next
    load_const  forever, :infinity
    call_native r0, server.call, next, rest, forever
",
    );
    assert_eq!(waiting.len(), 3);
    assert!(waiting[0].contains("ion.server.call/3"), "{waiting:?}");
    assert_eq!(
        circles,
        ["#process<2> awaits #process<3> awaits #process<2>"]
    );
}

#[test]
fn members_of_circles_are_named_before_others() {
    // A hundred idlers come before the two that matter.
    let (waiting, circles) = deadlock(
        "
.class Main
.function main arity=0
    load_const  r0, &idles/0
    load_const  r1, 100
    load_const  r2, 1
more:
    spawn       r3, r0
    sub         r1, r1, r2
    jump_if_true r1, more
    load_const  r0, &other/0
    spawn       r1, r0
    spawn       r2, r0
    send        r1, r2
    send        r2, r1
    receive     r0
.function idles arity=0
    receive     r0
.function other arity=0
    receive     r0
    await       r1, r0
",
    );
    assert_eq!(waiting.len(), limits::DEADLOCK_NAMES_MAX);
    assert!(waiting[0].starts_with("#process<1> "), "{waiting:?}");
    assert!(waiting[1].starts_with("#process<102> "), "{waiting:?}");
    assert!(waiting[2].starts_with("#process<103> "), "{waiting:?}");
    assert_eq!(
        circles,
        ["#process<102> awaits #process<103> awaits #process<102>"]
    );
}

#[test]
fn whoever_still_waits_when_main_has_returned_is_no_deadlock() {
    let text = "
.class Main
.function main arity=0
    load_const  r0, &wait_for/1
    self_pid    r1
    spawn       r2, r0, r1
    spawn       r3, r0, r2
    send        r2, r3
    load_const  r0, :done
    return      r0
.function wait_for arity=1
    receive     r1
    await       r2, r1
";
    let outcome = run(text, &[]);
    assert_eq!(outcome, RunOutcome::Finished(Value::atom("done")));
}
