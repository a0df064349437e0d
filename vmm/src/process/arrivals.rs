//! Where everything that is sent to a process arrives, and where it waits: one word.
//!
//! The word says at once what is coming and what the process does, so that a
//! send, a wake-up and a wait are one compare-and-swap each:
//!
//! | word | meaning |
//! |---|---|
//! | closed | nobody lives here; what is sent comes back |
//! | empty | the owner runs, or could; nothing is coming |
//! | idle | the owner waits; the word holds it |
//! | list | the owner runs, or could; the newest of what is coming |
//!
//! Whoever replaces *idle* takes the owner out and has to see that it runs.
//! The list is linked from the newest node to the oldest; taking it turns it round.
//!
//! # Invariants
//! A1. A node and an owner belong to exactly one place: to whoever holds the
//!     box, or to the word. Every change of the word hands over what it names.
//! A2. What two pushes of one thread bring is taken in the order of the pushes.
//! A3. The word of all zeros is *closed*.
//!
//! # Orderings
//! A push and a park release what they put in; whoever takes something out
//! acquires it. Pushes after a push are read-modify-writes, so they pass on what it
//! released, and taking the newest node acquires the whole list.
#![expect(
    unsafe_code,
    reason = "a lock-free list of owned nodes; checked under a model of the memory"
)]

use std::marker::PhantomData;
use std::ptr;

use crate::sync::{AtomicPtr, Ordering};

/// Something on its way, with the link that the list needs.
#[derive(Debug)]
pub struct Node<S> {
    next: *mut Node<S>,
    /// What it brings.
    pub load: Option<S>,
}

// SAFETY: `next` is followed only where the whole list is owned (A1), and then by
// one thread; apart from it a node is its load.
unsafe impl<S: Send> Send for Node<S> {}

impl<S> Node<S> {
    /// A node of its own.
    #[must_use]
    pub fn new(load: Option<S>) -> Node<S> {
        Node {
            next: ptr::null_mut(),
            load,
        }
    }
}

/// The word; see the module documentation. `S` is what is sent, `T` the owner.
#[derive(Debug)]
pub struct Arrivals<S, T> {
    word: AtomicPtr<Node<S>>,
    owns: PhantomData<(Box<Node<S>>, Box<T>)>,
}

// SAFETY: nodes and owners move through the word from thread to thread, each in
// one piece (A1); nothing inside them is reached through a shared reference but
// by `waiting`, which borrows the word alone.
unsafe impl<S: Send, T: Send> Send for Arrivals<S, T> {}
// SAFETY: as above.
unsafe impl<S: Send, T: Send> Sync for Arrivals<S, T> {}

// SAFETY: A3: all zeros is the null pointer, which is *closed*.
unsafe impl<S, T> bytemuck::Zeroable for Arrivals<S, T> {}

/// What became of a push.
#[derive(Debug)]
pub enum Push<S, T> {
    /// Nobody lives here; the node comes back.
    Closed(Box<Node<S>>),
    /// It is in the list; the owner will find it.
    Kept,
    /// It is in the list, and the owner, which waited, is to run.
    Woke(Box<T>),
}

/// The address that stands for *empty*: no node lies there.
const EMPTY: usize = 2;
/// The bit that marks an owner.
const IDLE: usize = 1;

/// A word taken apart.
enum Word<S, T> {
    Closed,
    Empty,
    Idle(*mut T),
    List(*mut Node<S>),
}

fn empty<S>() -> *mut Node<S> {
    ptr::without_provenance_mut(EMPTY)
}

fn read<S, T>(word: *mut Node<S>) -> Word<S, T> {
    match word.addr() {
        0 => Word::Closed,
        EMPTY => Word::Empty,
        at if at & IDLE != 0 => Word::Idle(word.map_addr(|at| at & !IDLE).cast()),
        _ => Word::List(word),
    }
}

impl<S, T> Arrivals<S, T> {
    /// Marks must not be mistaken for addresses, nor the other way round.
    const MARKS_FIT: () = assert!(align_of::<T>() >= 4 && align_of::<Node<S>>() >= 4);

    /// A word where nobody lives.
    #[must_use]
    pub fn closed() -> Arrivals<S, T> {
        let () = Self::MARKS_FIT;
        Arrivals {
            word: AtomicPtr::new(ptr::null_mut()),
            owns: PhantomData,
        }
    }

    /// An owner moves in; false if there is one already. Only who has the place to give
    /// may call this.
    pub fn open(&self) -> bool {
        // Nobody else changes a closed word, so it can be looked at first.
        let closed = self.word.load(Ordering::Relaxed).is_null();
        if closed {
            self.word.store(empty(), Ordering::Release);
        }
        closed
    }

    /// Whether nobody lives here.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.word.load(Ordering::Acquire).is_null()
    }

    /// Sends.
    #[inline]
    pub fn push(&self, node: Box<Node<S>>) -> Push<S, T> {
        let new = Box::into_raw(node);
        let mut seen = self.word.load(Ordering::Relaxed);
        loop {
            let (next, owner) = match read::<S, T>(seen) {
                Word::Closed => {
                    // SAFETY: `new` came from a box above and went nowhere.
                    return Push::Closed(unsafe { Box::from_raw(new) });
                }
                Word::Empty => (ptr::null_mut(), None),
                Word::Idle(owner) => (ptr::null_mut(), Some(owner)),
                Word::List(newest) => (newest, None),
            };
            // SAFETY: `new` is this thread's alone until the exchange below succeeds.
            unsafe { (*new).next = next };
            match self
                .word
                .compare_exchange_weak(seen, new, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => {
                    return match owner {
                        // SAFETY: A1: the word held the owner since `park` gave the
                        // box up, and this exchange took it out.
                        Some(owner) => Push::Woke(unsafe { Box::from_raw(owner) }),
                        None => Push::Kept,
                    };
                }
                Err(now) => seen = now,
            }
        }
    }

    /// Takes the owner out, if it waits.
    pub fn wake(&self) -> Option<Box<T>> {
        let mut seen = self.word.load(Ordering::Relaxed);
        loop {
            let Word::Idle(owner) = read::<S, T>(seen) else {
                return None;
            };
            match self.word.compare_exchange_weak(
                seen,
                empty(),
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                // SAFETY: A1, as in `push`.
                Ok(_) => return Some(unsafe { Box::from_raw(owner) }),
                Err(now) => seen = now,
            }
        }
    }

    /// The owner waits, unless something is coming: then it is given back.
    ///
    /// # Errors
    /// Something is coming, or nobody lives here.
    pub fn park(&self, owner: Box<T>) -> Result<(), Box<T>> {
        let owner = Box::into_raw(owner);
        let idle = owner.cast::<Node<S>>().map_addr(|at| at | IDLE);
        match self
            .word
            .compare_exchange(empty(), idle, Ordering::AcqRel, Ordering::Relaxed)
        {
            Ok(_) => Ok(()),
            // SAFETY: the box was given up above, and the word did not take it.
            Err(_) => Err(unsafe { Box::from_raw(owner) }),
        }
    }

    /// Whether something has come, as far as this thread sees.
    #[must_use]
    #[inline]
    pub fn has_come(&self) -> bool {
        let word = self.word.load(Ordering::Relaxed);
        matches!(read::<S, T>(word), Word::List(_))
    }

    /// Takes everything that has come.
    #[inline]
    pub fn take(&self) -> Taken<S> {
        let mut seen = self.word.load(Ordering::Relaxed);
        loop {
            let Word::List(newest) = read::<S, T>(seen) else {
                return Taken::NOTHING;
            };
            match self.word.compare_exchange_weak(
                seen,
                empty(),
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                // SAFETY: A1: the exchange took the list out of the word.
                Ok(_) => return unsafe { Taken::turned(newest) },
                Err(now) => seen = now,
            }
        }
    }

    /// The owner moves out: nothing gets in any more. Yields what has come and
    /// was not taken, and the owner if it waited.
    pub fn close(&self) -> (Taken<S>, Option<Box<T>>) {
        // In one order with what the caller looks at next: whoever does something for
        // the owner elsewhere, and then finds it here, has been before.
        let word = self.word.swap(ptr::null_mut(), Ordering::SeqCst);
        match read::<S, T>(word) {
            Word::Closed | Word::Empty => (Taken::NOTHING, None),
            // SAFETY: A1: the swap took the owner out of the word.
            Word::Idle(owner) => (Taken::NOTHING, Some(unsafe { Box::from_raw(owner) })),
            // SAFETY: A1: the swap took the list out of the word.
            Word::List(newest) => (unsafe { Taken::turned(newest) }, None),
        }
    }

    /// The owner, if it waits.
    pub fn waiting(&mut self) -> Option<&T> {
        match read::<S, T>(self.word.load(Ordering::Acquire)) {
            // SAFETY: A1: the word holds the owner, and is borrowed alone.
            Word::Idle(owner) => Some(unsafe { &*owner }),
            Word::Closed | Word::Empty | Word::List(_) => None,
        }
    }
}

impl<S, T> Drop for Arrivals<S, T> {
    fn drop(&mut self) {
        let _left = self.close();
    }
}

/// What was taken, oldest first.
#[derive(Debug)]
pub struct Taken<S> {
    next: *mut Node<S>,
    owns: PhantomData<Box<Node<S>>>,
}

impl<S> Taken<S> {
    /// Whether nothing is left of it.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.next.is_null()
    }

    const NOTHING: Taken<S> = Taken {
        next: ptr::null_mut(),
        owns: PhantomData,
    };

    /// A list, turned round.
    ///
    /// # Safety
    /// `newest` is the first of a list of boxes that are the caller's to give away.
    unsafe fn turned(newest: *mut Node<S>) -> Taken<S> {
        let (mut turned, mut rest) = (ptr::null_mut(), newest);
        while !rest.is_null() {
            // SAFETY: the caller's promise: the node is owned and whole.
            let next = unsafe { std::mem::replace(&mut (*rest).next, turned) };
            turned = rest;
            rest = next;
        }
        Taken {
            next: turned,
            owns: PhantomData,
        }
    }
}

impl<S> Iterator for Taken<S> {
    type Item = Box<Node<S>>;

    #[inline]
    fn next(&mut self) -> Option<Box<Node<S>>> {
        if self.next.is_null() {
            return None;
        }
        // SAFETY: the list is owned, and this node leaves it here.
        let mut node = unsafe { Box::from_raw(self.next) };
        self.next = std::mem::replace(&mut node.next, ptr::null_mut());
        Some(node)
    }
}

impl<S> Drop for Taken<S> {
    #[inline]
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
