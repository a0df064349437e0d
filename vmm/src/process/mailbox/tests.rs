//! Mailboxes beside a plain list that does the same.

use super::*;
use crate::word::Word;
use proptest::prelude::*;

fn message(n: u64) -> Parcel {
    Parcel::word(Word::number(n as f64))
}

fn number(message: &Parcel) -> u64 {
    message.root().to_number().map_or(u64::MAX, |n| n as u64)
}

fn filled(count: u64) -> Mailbox {
    let mut mailbox = Mailbox::default();
    (0..count).for_each(|n| mailbox.push(message(n)));
    mailbox
}

#[test]
fn a_mark_outlives_what_is_taken_before_and_behind_it() {
    let mut mailbox = filled(3);
    mailbox.mark(7);
    mailbox.push(message(3));
    mailbox.push(message(4));
    let from = mailbox.marked(7).unwrap();
    mailbox.take(1);
    mailbox.take_oldest();
    assert_eq!(mailbox.first_from(from).map(|(_, m)| number(m)), Some(3));
    mailbox.take(3);
    assert_eq!(mailbox.first_from(from).map(|(_, m)| number(m)), Some(4));
}

#[test]
fn the_last_four_marks_are_known() {
    let mut mailbox = Mailbox::default();
    for count in 0..6 {
        mailbox.mark(count);
        mailbox.push(message(count));
    }
    let known: Vec<_> = (0..6).map(|count| mailbox.marked(count)).collect();
    assert_eq!(known, [None, None, Some(2), Some(3), Some(4), Some(5)]);
}

#[test]
fn only_what_was_not_looked_at_is_news() {
    let mut mailbox = filled(2);
    assert!(mailbox.has_news());
    mailbox.set_looked_at(mailbox.end());
    assert!(!mailbox.has_news());
    mailbox.push(message(2));
    assert!(mailbox.has_news());
    mailbox.take(2);
    assert!(!mailbox.has_news());
}

#[test]
fn messages_are_passed_as_far_as_they_may_be() {
    // The ring of messages goes round its end, and one is missing.
    let mut mailbox = filled(6);
    (0..5).for_each(|_| drop(mailbox.take_oldest()));
    (6..12).for_each(|n| mailbox.push(message(n)));
    mailbox.take(8);
    let below = |end: u64| move |m: &Parcel| number(m) < end;
    mailbox.set_looked_at(6);
    assert_eq!((mailbox.pass(9, below(6)), mailbox.looked_at()), (0, 6));
    assert_eq!((mailbox.pass(1, below(11)), mailbox.looked_at()), (1, 7));
    assert_eq!((mailbox.pass(9, below(11)), mailbox.looked_at()), (3, 11));
    assert_eq!((mailbox.pass(9, below(99)), mailbox.looked_at()), (1, 12));
    assert_eq!((mailbox.pass(9, below(99)), mailbox.looked_at()), (0, 12));
}

#[test]
fn a_scan_ends_with_its_place_and_its_deadline() {
    let mut mailbox = filled(3);
    let before = mailbox.begun();
    let scan = Scan {
        deadline: Some(5).into(),
    };
    mailbox.begin_scan(2, scan);
    assert_eq!((mailbox.scan(), mailbox.looked_at()), (Some(scan), 2));
    mailbox.end_scan();
    assert_eq!((mailbox.scan(), mailbox.looked_at()), (None, 0));
    assert_eq!(mailbox.begun(), before + 1);
}

/// What a test does to a mailbox.
#[derive(Clone, Debug)]
enum Act {
    Push,
    TakeOldest,
    /// Takes the message of a number, be it there or not.
    Take(u64),
    FirstFrom(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Push),
        1 => Just(Act::TakeOldest),
        2 => (0..60_u64).prop_map(Act::Take),
        2 => (0..60_u64).prop_map(Act::FirstFrom),
    ];
    proptest::collection::vec(act, 1..120)
}

proptest! {
    #[test]
    fn a_mailbox_is_a_list_of_numbered_messages(acts in acts()) {
        let mut mailbox = Mailbox::default();
        let mut list: Vec<u64> = Vec::new();
        let mut next = 0;
        for act in acts {
            match act {
                Act::Push => {
                    prop_assert_eq!(mailbox.end(), next);
                    mailbox.push(message(next));
                    list.push(next);
                    next += 1;
                }
                Act::TakeOldest => {
                    let oldest = (!list.is_empty()).then(|| list.remove(0));
                    prop_assert_eq!(mailbox.take_oldest().as_ref().map(number), oldest);
                }
                Act::Take(wanted) => {
                    let at = list.iter().position(|n| *n == wanted);
                    prop_assert_eq!(mailbox.get(wanted).map(number), at.map(|at| list[at]));
                    let taken = mailbox.take(wanted).as_ref().map(number);
                    prop_assert_eq!(taken, at.map(|at| list.remove(at)));
                }
                Act::FirstFrom(from) => {
                    let first = list.iter().copied().find(|n| *n >= from);
                    let found = mailbox.first_from(from).map(|(n, m)| (n, number(m)));
                    prop_assert_eq!(found, first.map(|n| (n, n)));
                }
            }
            prop_assert_eq!(mailbox.oldest().map(number), list.first().copied());
            prop_assert_eq!((mailbox.len(), mailbox.is_empty()), (list.len(), list.is_empty()));
        }
    }
}
