//! Limits of a whole run.

use super::*;

/// How a program ends that all together may use so much, twice in one machine.
fn with_reductions(config: VmConfig, limit: u64, text: &str) -> RunOutcome {
    let max_reductions = Some(limit);
    let config = VmConfig {
        max_reductions,
        ..config
    };
    let mut vm = machine(config, text);
    let entry = vm.entry("Main", None).unwrap();
    let first = vm.run(entry.function, &[]).unwrap();
    let second = vm.run(entry.function, &[]).unwrap();
    assert_eq!(first, second, "the next run begins anew");
    first
}

fn modes() -> [VmConfig; 3] {
    let two = VmConfig {
        schedulers: Some(2),
        ..VmConfig::default()
    };
    [stepped(), VmConfig::default(), two]
}

#[test]
fn a_run_that_has_used_its_reductions_ends() {
    let spins = ".class Main\n.function main arity=0\nagain:\n jump again\n";
    // The children work, and the main process waits for what never comes.
    let many = "
.class Main
.function main arity=0
    load_const  r0, &spins/0
    spawn       r1, r0
    spawn       r1, r0
    spawn       r1, r0
    receive     r0
.function spins arity=0
    .handler again, to, again, r0
again:
    jump        again
to:
    return      r0
";
    for config in modes() {
        for text in [spins, many] {
            let outcome = with_reductions(config.clone(), 20_000, text);
            assert_eq!(outcome, RunOutcome::Exhausted(20_000));
            let told = outcome.to_string();
            assert!(told.contains("20000 reductions"), "{told}");
        }
    }
}

#[test]
fn there_are_as_many_timers_as_the_machine_may_have() {
    let text = "
.class Main
.function main arity=0
    .handler more, full, full, r4
    self_pid    r0
    load_const  r1, 1000000
    load_const  r2, 0
    load_const  r5, 1
more:
    call_native r3, timer.start, r1, r0, r2
    add         r2, r2, r5
    jump        more
full:
    load_const  r5, :limit
    get_prop    r5, r4, r5
    call_native r3, timer.cancel, r3
    load_const  r1, 1
    call_native r3, timer.start, r1, r0, r2
    receive     r3
    tuple_init  r2, r2, r5
    return      r2
";
    for config in modes() {
        let config = VmConfig {
            max_timers: 7,
            ..config
        };
        let mut vm = machine(config, text);
        let entry = vm.entry("Main", None).unwrap();
        let outcome = vm.run(entry.function, &[]).unwrap();
        let seven = Value::number(7.0);
        assert_eq!(
            outcome,
            RunOutcome::Finished(Value::tuple([seven.clone(), seven]))
        );
    }
}

#[test]
fn a_run_that_uses_less_does_not_notice() {
    let text = "
.class Main
.function main arity=0
    load_const  r0, 100
    load_const  r1, 1
again:
    sub         r0, r0, r1
    jump_if_true r0, again
    return      r0
";
    for config in modes() {
        let outcome = with_reductions(config.clone(), 1000, text);
        assert_eq!(outcome, RunOutcome::Finished(0.0.into()));
        let outcome = with_reductions(config, 50, text);
        assert_eq!(outcome, RunOutcome::Exhausted(50));
    }
    // Exactly as many as it needs: two, two for each trip, and the last.
    let outcome = with_reductions(stepped(), 203, text);
    assert_eq!(outcome, RunOutcome::Finished(0.0.into()));
    let outcome = with_reductions(stepped(), 202, text);
    assert_eq!(outcome, RunOutcome::Exhausted(202));
}
