//! Where everything arrives, seen by one thread; `vmm/tests/loom.rs` sees it by several.

use super::arrivals::{Arrivals, Node, Push, Taken};

type Word = Arrivals<u32, String>;

fn node(n: u32) -> Box<Node<u32>> {
    Box::new(Node::new(Some(n)))
}

fn loads(taken: Taken<u32>) -> Vec<u32> {
    taken.filter_map(|node| node.load).collect()
}

#[test]
fn what_is_sent_is_taken_in_order() {
    let word = Word::closed();
    assert!(word.open() && !word.open());
    assert!(loads(word.take()).is_empty());
    (1..=3).for_each(|n| assert!(matches!(word.push(node(n)), Push::Kept)));
    assert_eq!(loads(word.take()), [1, 2, 3]);
    assert!(loads(word.take()).is_empty());
}

#[test]
fn the_first_that_comes_wakes_who_waits() {
    let word = Word::closed();
    word.open();
    assert!(word.park(Box::new("a".to_owned())).is_ok());
    match word.push(node(1)) {
        Push::Woke(owner) => assert_eq!(*owner, "a"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(word.push(node(2)), Push::Kept));
    let back = word.park(Box::new("b".to_owned()));
    assert_eq!(*back.expect_err("something is coming"), "b");
    assert_eq!(loads(word.take()), [1, 2]);
    assert!(word.park(Box::new("c".to_owned())).is_ok());
    assert_eq!(word.wake().as_deref().map(String::as_str), Some("c"));
    assert!(word.wake().is_none() && loads(word.take()).is_empty());
}

#[test]
fn nothing_gets_in_where_nobody_lives() {
    let mut word = Word::closed();
    assert!(word.is_closed());
    assert!(matches!(word.push(node(1)), Push::Closed(back) if back.load == Some(1)));
    assert!(word.park(Box::default()).is_err());
    word.open();
    word.push(node(2));
    let (left, owner) = word.close();
    assert!(owner.is_none());
    assert_eq!(loads(left), [2]);
    word.open();
    assert!(word.park(Box::new("d".to_owned())).is_ok());
    assert_eq!(word.waiting().map(String::as_str), Some("d"));
    assert_eq!(word.close().1.as_deref().map(String::as_str), Some("d"));
}

#[test]
fn what_is_left_is_dropped_with_the_word() {
    let word: Arrivals<std::sync::Arc<()>, String> = Arrivals::closed();
    let load = std::sync::Arc::new(());
    word.open();
    for _ in 0..3 {
        word.push(Box::new(Node::new(Some(load.clone()))));
    }
    let mut taken = word.take();
    assert!(taken.next().is_some());
    drop(taken);
    word.push(Box::new(Node::new(Some(load.clone()))));
    drop(word);
    assert_eq!(std::sync::Arc::strong_count(&load), 1);
}
