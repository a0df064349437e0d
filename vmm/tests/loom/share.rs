//! Workers that rest: gifts, bells, and the end of all work.

use loom::sync::Arc;
use loom::thread;

use crate::check;
use crate::outside::{Bell, Gate, Outside};
use crate::sched::Stop;
use crate::share::{Last, Rested, Share, Stage};
use crate::sync::{AtomicUsize, Ordering};

/// Rests until a gift comes or all is over; nothing comes from outside.
fn rest(share: &Share<u32>, me: usize) -> Option<u32> {
    match share.rest(me, || false, || Last::Over, || None) {
        Rested::Gift(gift) => Some(gift),
        Rested::Over => None,
        Rested::Look => panic!("nobody rings without a reason"),
    }
}

/// A worker that was started and has done what it was given.
fn started(share: &Share<u32>) {
    assert_eq!(share.give(0).map(|given| given.worker), Ok(1));
    assert_eq!(share.first_gift(1), Some(0));
}

#[test]
fn a_gift_reaches_whoever_is_just_going_to_rest_or_comes_back() {
    check(3, || {
        let share = Arc::new(Share::new(2));
        started(&share);
        let other = {
            let share = share.clone();
            thread::spawn(move || {
                let mut got = Vec::new();
                while let Some(gift) = rest(&share, 1) {
                    got.push(gift);
                }
                got
            })
        };
        let given = [1, 2].map(|gift| share.is_anyone_idle() && share.give(gift).is_ok());
        assert_eq!(rest(&share, 0), None, "the run ends when both rest");
        let got = other.join().expect("it does not panic");
        let given = (1..=2).filter(|n| given[*n as usize - 1]);
        assert_eq!(got, given.collect::<Vec<u32>>());
        assert_eq!(share.stage(), Stage::Over);
    });
}

/// Work is handed to a worker that works, is just going to rest, or rests.
#[test]
fn what_is_handed_to_a_worker_is_done_whatever_it_does_just_then() {
    check(3, || {
        let share = Arc::new(Share::new(2));
        started(&share);
        let other = {
            let share = share.clone();
            thread::spawn(move || {
                let mut got = Vec::new();
                loop {
                    while let Some(work) = share.handed(1) {
                        got.push(work);
                    }
                    match rest(&share, 1) {
                        Some(work) => got.push(work),
                        None => return got,
                    }
                }
            })
        };
        let handed = [1, 2].map(|work| share.hand(1, work).is_ok());
        assert_eq!(handed, [true; 2], "nobody has ended the run");
        assert_eq!(rest(&share, 0), None, "the run ends when both rest");
        assert_eq!(other.join().expect("it does not panic"), [1, 2]);
    });
}

#[test]
fn all_work_ends_when_everybody_rests_and_not_before() {
    check(3, || {
        let share = Arc::new(Share::<u32>::new(2));
        started(&share);
        // Work that is given on once: the run may not end while it is on its way.
        let done = Arc::new(AtomicUsize::new(0));
        let work = |share: &Share<u32>, done: &AtomicUsize, me: usize, first: Option<u32>| {
            let mut gift = first;
            loop {
                if let Some(n) = gift {
                    let given = n > 0 && share.give(n - 1).is_ok();
                    done.fetch_add(if given { 1 } else { n as usize + 1 }, Ordering::Relaxed);
                }
                gift = rest(share, me);
                if gift.is_none() {
                    break;
                }
            }
        };
        let other = {
            let (share, done) = (share.clone(), done.clone());
            thread::spawn(move || work(&share, &done, 1, None))
        };
        work(&share, &done, 0, Some(2));
        other.join().expect("it does not panic");
        assert_eq!(done.load(Ordering::Relaxed), 3);
    });
}

impl Bell for Share<u32> {
    fn ring(&self) {
        self.wake_one();
    }
}

/// Somebody outside lines something up, and gives the gate up; the workers sleep for
/// ever if they miss it, which the checker sees.
#[test]
fn what_comes_from_outside_is_taken_in_before_the_end() {
    fn work(share: &Share<u32>, gate: &Gate, me: usize) -> usize {
        let mut taken = 0;
        loop {
            if gate.is_pending() {
                gate.take_in(|_| taken += 1);
            }
            let last = || {
                if gate.is_held() {
                    Last::Rest
                } else {
                    Last::Over
                }
            };
            match share.rest(me, || gate.is_pending(), last, || None) {
                Rested::Over => return taken,
                Rested::Look => {}
                Rested::Gift(_) => panic!("nobody gives"),
            }
        }
    }
    check(2, || {
        // The bell is kept in a write-once cell, which asks for the usual `Arc`.
        let share = std::sync::Arc::new(Share::<u32>::new(2));
        started(&share);
        let gate = Arc::new(Gate::default());
        gate.attach(share.clone());
        gate.hold();
        let outside = {
            let gate = gate.clone();
            thread::spawn(move || {
                gate.post(Outside::Stop(Stop::Interrupt));
                gate.release();
            })
        };
        let other = {
            let (share, gate) = (share.clone(), gate.clone());
            thread::spawn(move || work(&share, &gate, 1))
        };
        let own = work(&share, &gate, 0);
        let taken = own + other.join().expect("it does not panic");
        outside.join().expect("it does not panic");
        assert_eq!(taken, 1, "what was lined up was taken in");
    });
}
