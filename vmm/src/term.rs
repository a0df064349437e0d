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
//! text that comes out. What an engine runs for a process ([`Equality`],
//! [`Comparison`], [`Writing`]) tells how many words it has walked, and can be
//! left off and gone on with.

mod list;
pub mod order;
pub mod show;
mod total;

pub use crate::heap::equal::{Equality, equal, same};
pub use crate::heap::hash::{hash, key_hash};
pub use list::list_length;
pub use order::{Comparison, compare};
pub use show::{Writing, show, text};

#[cfg(test)]
mod tests;
