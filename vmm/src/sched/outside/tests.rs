//! The gate, seen by one thread; `vmm/tests/loom.rs` sees it by several.

use std::sync::Arc;

use crate::sched::Stop;
use crate::sched::outside::{Bell, Gate, Outside};
use crate::sync::{AtomicUsize, Ordering};

fn stops(gate: &Gate) -> Vec<Option<Stop>> {
    let mut stops = Vec::new();
    gate.take_in(|event| {
        stops.push(match event {
            Outside::Stop(stop) => Some(stop),
            _ => None,
        });
    });
    stops
}

#[test]
fn what_is_lined_up_is_taken_once_and_in_order() {
    let gate = Gate::default();
    assert!(!gate.is_pending());
    gate.post(Outside::Stop(Stop::Interrupt));
    gate.post(Outside::Stop(Stop::Terminate));
    assert!(gate.is_pending() && gate.is_held());
    let taken = stops(&gate);
    assert_eq!(taken, [Some(Stop::Interrupt), Some(Stop::Terminate)]);
    assert!(!gate.is_pending() && !gate.is_held() && stops(&gate).is_empty());
}

#[test]
fn whatever_changes_rings() {
    #[derive(Default)]
    struct Count(AtomicUsize);
    impl Bell for Count {
        fn ring(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let (gate, count) = (Gate::default(), Arc::new(Count::default()));
    gate.attach(count.clone());
    gate.hold();
    assert!(gate.is_held());
    gate.post(Outside::Stop(Stop::Interrupt));
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    gate.release();
    assert_eq!(count.0.load(Ordering::Relaxed), 2);
}

#[test]
fn a_call_holds_the_gate_until_its_answer_was_taken() {
    let gate = Gate::default();
    let answer = || Outside::OutputLost(std::io::ErrorKind::BrokenPipe);
    gate.begin_call();
    gate.begin_call();
    assert!(gate.is_held() && gate.has_calls() && !gate.is_pending());
    gate.end_call(None);
    gate.end_call(Some(answer()));
    assert!(gate.is_held() && !gate.has_calls() && gate.is_pending());
    gate.forget_answers();
    assert!(gate.is_pending(), "other things stay");
    assert_eq!(stops(&gate), [None]);
    assert!(!gate.is_held());
}
