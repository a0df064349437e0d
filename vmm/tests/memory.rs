//! Programs that try to use up the machine's memory: who asks for more gets an error,
//! and the others go on.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Mutex, PoisonError};

use vmm::asm::parse;
use vmm::value::Value;
use vmm::verify::verify;
use vmm::vm::{RunOutcome, Vm, VmBuilder, VmConfig, VmMode};

/// What the machine may hold.
const LIMIT: u64 = 64 << 20;

/// Texts outside of heaps are counted for all machines of a program, so one test waits
/// for the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs `Main.main`, in every mode, and yields the text of the result.
fn run(text: &str) -> Vec<String> {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let modes = [
        (VmMode::Stepped, Some(1)),
        (VmMode::Parallel, Some(1)),
        (VmMode::Parallel, Some(2)),
    ];
    let run = |(mode, schedulers)| {
        let config = VmConfig {
            mode,
            schedulers,
            timeslice: Some(4000),
            max_memory: Some(LIMIT),
            ..VmConfig::default()
        };
        let mut vm: Vm = VmBuilder::new().config(config).build().unwrap();
        for class in parse("test", text).unwrap() {
            vm.load(&verify(class).unwrap()).unwrap();
        }
        let entry = vm.entry("Main", Some("main")).unwrap();
        match vm.run(entry.function, &[]).unwrap() {
            RunOutcome::Finished(value) => show(&value),
            other => other.to_string(),
        }
    };
    modes.into_iter().map(run).collect()
}

fn show(value: &Value) -> String {
    vmm::asm::show_value(value)
}

/// All runs come to the same.
fn all(text: &str, expected: &str) {
    for shown in run(text) {
        assert_eq!(shown, expected);
    }
}

#[test]
fn who_sends_to_itself_for_ever_gets_an_error_and_may_go_on() {
    let text = "
.class Main
.function main arity=0
    .handler more, full, full, r2
    self_pid    r0
    load_const  r1, \"a message of more than a few words, so that it takes some room\"
    load_const  r4, 0
    load_const  r6, :kind
more:
    send        r0, r1
    jump        more
full:
    get_prop    r5, r2, r6
take:
    receive_with_timeout r1, r4, r3
    jump_if_true r3, take
    sleep       r4
    send        r0, r5
    receive     r1
    return      r1
";
    all(text, ":memory_limit");
}

#[test]
fn long_texts_that_nobody_takes_count() {
    let text = "
.class Main
.function sleeper arity=0 private
    load_const  r0, :infinity
    sleep       r0
.function main arity=0
    .handler more, full, full, r2
    load_const  r0, &sleeper
    spawn       r0, r0
    load_const  r1, \"0123456789\"
    load_const  r3, 10000
    load_const  r6, :kind
more:
    mul         r4, r1, r3
    send        r0, r4
    jump        more
full:
    get_prop    r5, r2, r6
    return      r5
";
    all(text, ":memory_limit");
}

#[test]
fn processes_that_spawn_for_ever_leave_the_others_alone() {
    // Each bomb spawns two more and waits; the machine fills, they get errors, and the
    // main process, which needs nothing more, comes to its end.
    let text = "
.class Main
.function bomb arity=0 private
    .handler from, to, to, r1
    load_const  r0, &bomb
from:
    spawn       r2, r0
    spawn       r2, r0
to:
    receive     r2
.function main arity=0
    load_const  r0, &bomb
    spawn       r1, r0
    load_const  r2, 0
    load_const  r3, 1
    load_const  r4, 100000
count:
    add         r2, r2, r3
    less_than   r5, r2, r4
    jump_if_true r5, count
    return      r2
";
    all(text, "100000");
}

#[test]
fn what_ends_gives_its_memory_back() {
    // Each round fills half of the machine and ends.
    let text = "
.class Main
.function hoarder arity=0 private
    load_const  r0, 4000000
    load_const  r1, \"01234567\"
    mul         r1, r1, r0
    self_pid    r0
    send        r0, r1
    return      r0
.function main arity=0
    load_const  r0, &hoarder
    load_const  r2, 0
    load_const  r3, 1
    load_const  r4, 12
round:
    spawn       r1, r0
    load_const  r6, 10
    sleep       r6
    add         r2, r2, r3
    less_than   r5, r2, r4
    jump_if_true r5, round
    return      r2
";
    all(text, "12");
}

#[test]
fn messages_that_timers_will_send_count() {
    // All are for much later, so nothing but the memory stops it. When the timers are
    // cancelled there is room again.
    let text = "
.class Main
.function main arity=0
    .reg me, ms, message, timers, timer, error, kind, count, one, left
    .handler more, full, full, error
    self_pid    me
    load_const  ms, 1000000000
    load_const  one, 1
    array_init  timers
    load_const  message, (1, 2, 3)
    load_const  count, 1000
    array_init  message, message
    mul         message, message, count
more:
    call_native timer, timer.send_after, ms, me, message
    array_push  timers, timer
    jump        more
full:
    load_const  kind, :kind
    get_prop    kind, error, kind
    length      count, timers
next:
    sub         count, count, one
    get_index   timer, timers, count
    call_native left, timer.cancel, timer
    jump_if_true count, next
    load_const  ms, 200
    sleep       ms
    load_const  ms, 1000000000
    call_native timer, timer.send_after, ms, me, message
    call_native timer, timer.cancel, timer
    tuple_init  kind, kind, timer
    return      kind
";
    for shown in run(text) {
        assert_eq!(shown, "(:memory_limit, 1000000000)");
    }
}

#[test]
fn results_that_are_kept_count() {
    // Children end with large results that nobody takes, until one cannot be made.
    let text = "
.class Main
.function large arity=0 private
    load_const  r0, [0]
    load_const  r1, 20000
    mul         r0, r0, r1
    return      r0
.function main arity=0
    .handler more, full, full, r5
    load_const  r0, &large
    load_const  r1, 1
more:
    spawn       r2, r0, [keep]
    sleep       r1
    jump        more
full:
    load_const  r0, :kind
    get_prop    r0, r5, r0
    return      r0
";
    all(text, ":memory_limit");
}
