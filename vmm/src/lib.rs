//! IonVM: the actor virtual machine that you target.
#![deny(unsafe_code)]

pub mod diag;
pub mod host;
pub mod ids;
pub mod limits;
pub mod names;
mod sync;
pub mod text;
pub mod trace;

pub mod asm;
pub mod ionpack;
pub mod isa;
pub mod program;
pub mod rights;
pub mod value;
pub mod verify;

pub mod atom;
pub mod fault;
pub mod heap;
pub mod process;
pub mod sched;
pub mod word;

pub use isa::{Instruction, Pattern};
pub use program::{Function, Module};
pub use value::{Object, Primitive, PropertyDescriptor, Value};
