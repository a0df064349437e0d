//! Mailbox of one process, the owner's side.
//!
//! Messages lie here as parcels, outside the heap: the collector never looks
//! at them, and what is never taken never costs a copy.
//!
//! # Invariants
//! M1. Messages are in arrival order; taking one leaves the others in order.
//! M2. The first [`Mailbox::looked_at`] messages are known not to end the wait.
//! M3. The bound is for what programs send: who delivers asks [`Mailbox::refuses`]
//!     first. What comes from outside, and signals, are exempt.

use std::collections::VecDeque;

use crate::heap::parcel::Parcel;

/// Messages that have arrived and were not taken.
#[derive(Debug, Default)]
pub struct Mailbox {
    messages: VecDeque<Parcel>,
    bound: Option<usize>,
    looked_at: usize,
}

impl Mailbox {
    /// Puts a message at the end.
    #[inline]
    pub fn push(&mut self, message: Parcel) {
        self.messages.push_back(message);
    }

    /// The oldest message, left in place.
    #[must_use]
    #[inline]
    pub fn oldest(&self) -> Option<&Parcel> {
        self.messages.front()
    }

    /// Removes the oldest message.
    #[inline]
    pub fn take_oldest(&mut self) -> Option<Parcel> {
        self.messages.pop_front()
    }

    /// Puts messages at the end, in their order.
    #[inline]
    pub fn extend(&mut self, messages: impl IntoIterator<Item = Parcel>) {
        self.messages.extend(messages);
    }

    /// How many of the oldest messages the waiting receive has looked at.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// Notes how many of the oldest messages the waiting receive has looked at.
    pub fn set_looked_at(&mut self, count: usize) {
        self.looked_at = count;
    }

    /// Whether there are messages that the waiting receive has not looked at.
    #[must_use]
    #[inline]
    pub fn has_news(&self) -> bool {
        self.messages.len() > self.looked_at
    }

    /// The message at a position, left in place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&Parcel> {
        self.messages.get(at)
    }

    /// Removes the message at a position; one that was looked at is no more counted.
    pub fn take(&mut self, at: usize) -> Option<Parcel> {
        let message = self.messages.remove(at);
        if message.is_some() && at < self.looked_at {
            self.looked_at -= 1;
        }
        message
    }

    /// The bound, if the mailbox holds as many messages or more, those that are
    /// `coming` counted.
    #[must_use]
    #[inline]
    pub fn refuses(&self, coming: usize) -> Option<usize> {
        self.bound
            .filter(|most| self.messages.len() + coming >= *most)
    }

    /// Whether there is a bound.
    #[must_use]
    #[inline]
    pub fn is_bounded(&self) -> bool {
        self.bound.is_some()
    }

    /// Sets how many messages programs may leave here, `None` for any number;
    /// yields what it was. What is there stays.
    pub fn set_bound(&mut self, bound: Option<usize>) -> Option<usize> {
        std::mem::replace(&mut self.bound, bound)
    }

    /// How many there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there are none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}
