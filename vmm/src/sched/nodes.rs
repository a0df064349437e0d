//! What carries a signal to its receiver: a node of one cache line, used again and again.
//!
//! Nearly everything that is sent is a message, and most messages are small: they lie in
//! the node itself. The other signals are larger and rare, and lie beside it.
//!
//! # Invariants
//! D1. A spare node is empty.

use std::sync::Arc;

use crate::heap::parcel::Parcel;
use crate::ids::Pid;
use crate::process::arrivals::Node;
use crate::process::mailbox::{held_bytes, message_bytes};
use crate::process::signal::Signal;
use crate::sched::magazine::{Depot, Magazines};

/// Spare nodes of a magazine.
const SPARE_NODES: usize = 512;

/// Magazines of them that all workers share.
const NODE_MAGAZINES: usize = 32;

/// A signal on its way.
#[derive(Debug)]
pub struct Arrival {
    /// For whom it is.
    pub to: Pid,
    /// What it is.
    pub load: Load,
    /// Whether it was counted as held.
    pub counted: bool,
}

/// A signal, in the room of a message.
#[derive(Debug)]
pub enum Load {
    /// A message.
    Message(Parcel),
    /// Any other signal.
    Other(Box<Signal>),
}

impl Load {
    /// What it takes in memory while it is on its way, in bytes; only messages count.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> usize {
        match self {
            Load::Message(message) => message_bytes(message),
            Load::Other(signal) => signal.bytes(),
        }
    }

    /// What it counts for where the bytes of a mailbox are bounded; only messages count.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        match self {
            Load::Message(message) => held_bytes(message),
            Load::Other(signal) => signal.held_bytes(),
        }
    }
}

impl From<Signal> for Load {
    #[inline]
    fn from(signal: Signal) -> Load {
        match signal {
            Signal::Message(message) => Load::Message(message),
            other => Load::Other(Box::new(other)),
        }
    }
}

impl From<Load> for Signal {
    fn from(load: Load) -> Signal {
        match load {
            Load::Message(message) => Signal::Message(message),
            Load::Other(signal) => *signal,
        }
    }
}

/// Nodes of one worker that can be used again.
#[derive(Debug)]
pub struct Nodes {
    spare: Magazines<Box<Node<Arrival>>>,
}

impl Default for Nodes {
    fn default() -> Nodes {
        Nodes::new(Nodes::depot())
    }
}

impl Nodes {
    /// Where workers leave those that they have too many of.
    #[must_use]
    pub fn depot() -> Arc<Depot<Box<Node<Arrival>>>> {
        Depot::new(SPARE_NODES, NODE_MAGAZINES)
    }

    /// None yet, of a worker.
    #[must_use]
    pub fn new(depot: Arc<Depot<Box<Node<Arrival>>>>) -> Nodes {
        Nodes {
            spare: Magazines::new(depot),
        }
    }

    /// A node with a load.
    #[inline]
    pub fn filled(&mut self, load: Arrival) -> Box<Node<Arrival>> {
        match self.spare.pop() {
            Some(mut node) => {
                node.load = Some(load);
                node
            }
            None => Box::new(Node::new(Some(load))),
        }
    }

    /// Empties a node, and keeps it for later.
    #[inline]
    pub fn emptied(&mut self, mut node: Box<Node<Arrival>>) -> Option<Arrival> {
        let load = node.load.take();
        self.spare.push(node);
        load
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::Word;

    #[test]
    fn a_node_is_one_cache_line() {
        assert_eq!(size_of::<Node<Arrival>>(), 64);
    }

    #[test]
    fn a_node_that_was_emptied_is_used_again() {
        let mut nodes = Nodes::default();
        let arrival = |number| Arrival {
            to: Pid::MAIN,
            load: Signal::Message(Parcel::word(Word::number(number))).into(),
            counted: false,
        };
        let first = nodes.filled(arrival(1.0));
        let place = std::ptr::from_ref(&*first);
        let taken = nodes.emptied(first).unwrap();
        assert!(
            matches!(Signal::from(taken.load), Signal::Message(m) if m.root() == Word::number(1.0))
        );
        let second = nodes.filled(arrival(2.0));
        assert_eq!(std::ptr::from_ref(&*second), place);
        let wake = Load::from(Signal::Wake);
        assert_eq!(wake.bytes(), 0);
        assert!(matches!(Signal::from(wake), Signal::Wake));
    }
}
