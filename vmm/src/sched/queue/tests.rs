//! In which order a queue gives out who stands in it.

use super::*;
use crate::host::{RoundRobin, Shuffle};
use crate::ids::Pid;
use crate::limits::TIMESLICE_PARALLEL;

fn pid(n: u32) -> Pid {
    Pid::new(n, 0)
}

fn strict(choice: impl Choice + 'static) -> RunQueue<Pid> {
    RunQueue::new(Order::Strict(Box::new(choice)))
}

fn depth_first() -> RunQueue<Pid> {
    RunQueue::new(Order::DepthFirst(Row::default()))
}

fn all(queue: &mut RunQueue<Pid>) -> Vec<u32> {
    std::iter::from_fn(|| queue.pick()).map(Pid::slot).collect()
}

#[test]
fn strict_order_is_one_line_for_children_and_woken_ones() {
    let mut queue = strict(RoundRobin);
    queue.push(pid(1));
    queue.push_child(pid(2));
    queue.push(pid(3));
    assert_eq!(all(&mut queue), [1, 2, 3]);
}

#[test]
fn a_shuffle_follows_from_its_seed_and_loses_nobody() {
    let order = |seed| {
        let mut queue = strict(Shuffle::new(seed));
        (1..20).for_each(|n| queue.push(pid(n)));
        all(&mut queue)
    };
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
    let mut sorted = order(1);
    sorted.sort_unstable();
    assert_eq!(sorted, (1..20).collect::<Vec<_>>());
}

#[test]
fn a_choice_past_the_end_picks_the_oldest() {
    struct Wrong;
    impl Choice for Wrong {
        fn pick(&mut self, runnable: usize) -> usize {
            runnable
        }
    }
    let mut queue = strict(Wrong);
    queue.push(pid(1));
    queue.push(pid(2));
    assert_eq!(all(&mut queue), [1, 2]);
}

#[test]
fn children_run_newest_first_before_the_line() {
    let mut queue = depth_first();
    queue.push(pid(1));
    queue.push_child(pid(2));
    queue.push_child(pid(3));
    assert_eq!(all(&mut queue), [3, 2, 1]);
}

#[test]
fn half_is_given_the_busy_first_and_the_last_one_kept() {
    let mut queue = depth_first();
    queue.push(pid(1));
    assert!(queue.give(9).is_empty());
    (2..=4).for_each(|n| queue.push(pid(n)));
    (5..=7).for_each(|n| queue.push_child(pid(n)));
    (8..=10).for_each(|n| queue.push_busy(pid(n)));
    let given = queue.give(9);
    assert_eq!(given, [8, 5, 6, 7, 1].map(pid));
    assert_eq!(queue.iter().count(), 5);
    queue.take_back(given);
    assert_eq!(queue.give(1), [pid(8)]);
    assert_eq!(all(&mut queue), [2, 3, 4, 5, 6, 7, 1, 9, 10]);
    queue.push(pid(1));
    queue.push(pid(2));
    assert_eq!(queue.give(9), [pid(1)]);
    assert_eq!(all(&mut queue), [2]);
}

/// Runs turns; those of whom the function says nothing are not of the line any more.
fn turns(queue: &mut RunQueue<Pid>, count: usize, busy: &[Pid], cost: u32) -> Vec<u32> {
    let mut picks = Vec::new();
    for _ in 0..count {
        let next = queue.pick().unwrap();
        picks.push(next.slot());
        if busy.contains(&next) {
            queue.paid(2 * LINE_REDUCTIONS);
            queue.push_busy(next);
        } else {
            queue.paid(cost);
            queue.push(next);
        }
    }
    picks
}

#[test]
fn the_line_comes_before_the_busy_for_as_long_as_a_turn() {
    let mut queue = depth_first();
    let busy = [pid(1), pid(2)];
    busy.iter().for_each(|one| queue.push_busy(*one));
    queue.push(pid(3));
    let picks = turns(&mut queue, 15, &busy, LINE_REDUCTIONS / 4);
    assert_eq!(picks, [3, 3, 3, 3, 1, 3, 3, 3, 3, 2, 3, 3, 3, 3, 1]);
}

#[test]
fn a_long_line_runs_once_and_then_as_many_of_the_busy_as_that_paid_for() {
    let mut queue = depth_first();
    let busy = [pid(1), pid(2), pid(3), pid(4)];
    queue.push_busy(busy[0]);
    (5..=10).for_each(|n| queue.push(pid(n)));
    // The round began when the first busy one came; now one with six of the line begins.
    busy[1..].iter().for_each(|one| queue.push_busy(*one));
    let picks = turns(&mut queue, 20, &busy, LINE_REDUCTIONS / 2);
    let all = [5, 6, 1, 7, 8, 9, 10, 5, 6, 2, 3, 4, 7, 8, 9, 10, 5, 6, 1, 2];
    assert_eq!(picks, all);
}

#[test]
fn children_and_others_take_turns_by_work_if_their_turns_are_long() {
    let mut queue = depth_first();
    let (computes, oldest, newest) = (pid(1), pid(2), pid(3));
    queue.push_busy(computes);
    (0..10).for_each(|_| queue.push_child(oldest));
    queue.push_child(newest);
    let turn = TIMESLICE_PARALLEL;
    let row = (ROW_REDUCTIONS / turn) as usize;
    let mut picks = Vec::new();
    for _ in 0..3 * row {
        let next = queue.pick().unwrap();
        picks.push(next);
        queue.paid(turn);
        if next == computes {
            queue.push_busy(computes);
        } else {
            queue.push_child(newest);
        }
    }
    assert_eq!(picks[..row], vec![newest; row]);
    // One that was older moves to the line.
    assert_eq!(picks[row], oldest);
    assert_eq!(picks[row + 1..2 * row], vec![computes; row - 1]);
    assert_eq!(picks[2 * row..], vec![newest; row]);
}

#[test]
fn a_crowd_is_of_children_that_have_not_run() {
    let mut queue = depth_first();
    (0..2 * CHILDREN_CROWD).for_each(|_| queue.push(pid(1)));
    (0..CHILDREN_CROWD).for_each(|_| queue.push_child(pid(2)));
    assert!(!queue.is_crowded());
    queue.push_child(pid(2));
    assert!(queue.is_crowded());
    queue.pick();
    assert!(!queue.is_crowded());
}

#[test]
fn a_chain_of_children_does_not_starve_the_oldest() {
    let mut queue = depth_first();
    let (oldest, newest) = (pid(1), pid(2));
    queue.push_child(oldest);
    queue.push_child(newest);
    let mut newer = 0;
    while queue.pick() == Some(newest) {
        newer += 1;
        assert!(newer <= CHILDREN_IN_A_ROW, "the oldest never runs");
        queue.push_child(newest);
    }
    assert_eq!(newer, CHILDREN_IN_A_ROW);
}

#[test]
fn children_that_make_children_starve_nobody() {
    let mut queue = depth_first();
    let (waiting, first, newest) = (pid(1), pid(2), pid(3));
    queue.push(waiting);
    queue.push_child(first);
    queue.push_child(newest);
    let mut picks = Vec::new();
    for _ in 0..2 * (CHILDREN_IN_A_ROW + QUEUED_IN_A_ROW) {
        let next = queue.pick().unwrap();
        picks.push(next);
        if next == newest {
            queue.push_child(newest);
        } else {
            queue.push(next);
        }
    }
    let row = CHILDREN_IN_A_ROW as usize;
    assert!(picks[..row].iter().all(|&p| p == newest));
    assert_eq!(picks[row..row + 2], [waiting, first]);
    let line = picks[row..].iter().take_while(|&&p| p != newest).count();
    assert_eq!(line, QUEUED_IN_A_ROW as usize);
}
