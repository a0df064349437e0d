//! The word of a process: pushes, waits, wake-ups, ends.
#![expect(
    unsafe_code,
    reason = "cells are read and written to see that they are handed over"
)]

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use crate::arrivals::{Arrivals, Node, Push, Taken};
use crate::check;

/// What is handed over: every access must be ordered after the one before.
struct Load(UnsafeCell<u32>);

impl Load {
    fn new(n: u32) -> Load {
        Load(UnsafeCell::new(n))
    }

    /// Reads and writes; yields what was there.
    fn touch(&mut self) -> u32 {
        self.0.with_mut(|n| {
            // SAFETY: borrowed alone; the checker fails if that is not so.
            unsafe {
                *n += 100;
                *n - 100
            }
        })
    }
}

type Word = Arrivals<Load, Load>;

fn node(n: u32) -> Box<Node<Load>> {
    Box::new(Node::new(Some(Load::new(n))))
}

fn open() -> Arc<Word> {
    let word = Word::closed();
    assert!(word.open());
    Arc::new(word)
}

fn loads(taken: Taken<Load>) -> Vec<u32> {
    let nodes = taken.map(|mut node| node.load.as_mut().map_or(0, Load::touch));
    nodes.collect()
}

#[test]
fn what_two_send_is_taken_once_and_in_order() {
    check(3, || {
        let word = open();
        let senders: Vec<_> = [10, 20]
            .into_iter()
            .map(|n| {
                let word = word.clone();
                thread::spawn(move || {
                    word.push(node(n));
                    word.push(node(n + 1));
                })
            })
            .collect();
        let mut all = loads(word.take());
        for sender in senders {
            sender.join().expect("it does not panic");
        }
        all.extend(loads(word.take()));
        for n in [10, 20] {
            let own: Vec<_> = all.iter().filter(|m| **m / 10 == n / 10).collect();
            assert_eq!(own, [&n, &(n + 1)], "{all:?}");
        }
    });
}

/// The owner waits while one sends and a timer fires: somebody gets the owner, or it
/// never waited; nobody gets it twice; and it does not wait behind a message.
#[test]
fn who_waits_is_woken_by_one_and_never_left_with_a_message() {
    check(3, || {
        let word = open();
        let sender = {
            let word = word.clone();
            thread::spawn(move || match word.push(node(1)) {
                Push::Woke(mut owner) => Some(owner.touch()),
                Push::Kept => None,
                Push::Closed(_) => panic!("the owner is there"),
            })
        };
        let timer = {
            let word = word.clone();
            thread::spawn(move || word.wake().map(|mut owner| owner.touch()))
        };
        let mut owner = Box::new(Load::new(7));
        owner.touch();
        let kept = word.park(owner).err();
        let sent = sender.join().expect("it does not panic");
        let fired = timer.join().expect("it does not panic");
        let got = [sent, fired, kept.map(|mut owner| owner.touch())];
        let got: Vec<_> = got.into_iter().flatten().collect();
        assert_eq!(got, [107], "somebody has it, and saw it whole");
        assert_eq!(loads(word.take()), [1]);
    });
}

/// An owner that was woken runs, takes what came, and waits again elsewhere.
#[test]
fn an_owner_that_moves_from_thread_to_thread_loses_nothing() {
    check(3, || {
        let word = open();
        assert!(word.park(Box::new(Load::new(0))).is_ok());
        let run = |word: &Word, n: u32| -> Vec<u32> {
            let mut taken = Vec::new();
            if let Push::Woke(mut owner) = word.push(node(n)) {
                loop {
                    owner.touch();
                    taken.extend(loads(word.take()));
                    match word.park(owner) {
                        Ok(()) => break,
                        Err(back) => owner = back,
                    }
                }
            }
            taken
        };
        let other = {
            let word = word.clone();
            thread::spawn(move || run(&word, 1))
        };
        let mut all = run(&word, 2);
        all.extend(other.join().expect("it does not panic"));
        all.sort_unstable();
        assert_eq!(all, [1, 2]);
        assert!(word.wake().is_some(), "it waits again");
    });
}

/// A sender that is slow meets the end of its receiver, and the next tenant.
#[test]
fn what_is_sent_to_one_that_ends_comes_back_or_is_left_or_reaches_the_next() {
    check(3, || {
        let word = open();
        let sender = {
            let word = word.clone();
            thread::spawn(move || match word.push(node(1)) {
                Push::Closed(_) => (1, None),
                Push::Kept => (0, None),
                Push::Woke(next) => (0, Some(next)),
            })
        };
        let (left, owner) = word.close();
        assert!(owner.is_none());
        let mut seen = loads(left).len();
        assert!(word.open());
        let next = word.park(Box::new(Load::new(9))).err();
        let (back, woken) = sender.join().expect("it does not panic");
        seen += back + loads(word.take()).len();
        assert_eq!(seen, 1, "it is answered once");
        let found = [next, woken, word.wake()].into_iter().flatten();
        let touched: Vec<_> = found.map(|mut owner| owner.touch()).collect();
        assert_eq!(touched, [9], "the next tenant is in one place");
    });
}
