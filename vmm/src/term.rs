//! Walks over whole values: equality, order, hash, text.
//!
//! All of them read views, so a value is compared or shown where it lies; all
//! walk with a work list of their own, run no user code, and come to an end on
//! values with cycles or with more paths than could be walked.
//!
//! - [`equal`] and [`same`] are in `heap/equal.rs`, [`hash`] and [`key_hash`]
//!   in `heap/hash.rs`, because maps need them;
//! - [`compare`] is in `term/order.rs`, [`show()`] and [`text`] are in `term/show.rs`.
//!
//! # Cost
//! Linear in the words of the value, shared parts counted once; text: in the
//! text that comes out. `equal` and `same` tell how many words they read, so
//! that the engine can charge for them.

mod list;
pub mod order;
pub mod show;

pub use crate::heap::equal::{equal, same};
pub use crate::heap::hash::{hash, key_hash};
pub use list::list_length;
pub use order::compare;
pub use show::{show, text};

#[cfg(test)]
mod tests;
