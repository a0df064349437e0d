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
pub mod convert;
pub mod fault;
pub mod heap;
pub mod number;
pub mod object;
pub mod string;
pub mod term;
pub mod word;

pub mod code;
pub mod foreign;

pub mod process;

pub mod builtin;

pub mod interp;

pub mod sched;

pub use isa::{Instruction, Pattern};
pub use program::{Function, Module};
pub use value::{Object, Primitive, PropertyDescriptor, Value};
