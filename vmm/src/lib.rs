//! IonVM: the actor virtual machine that you target.
//!
//! Programs are classes of register bytecode. Thousands of processes, each
//! with a heap and a mailbox of its own, run them side by side and meet by
//! messages only. A class is plain data until the verifier has accepted it,
//! and what it has accepted can never make the machine touch memory that is
//! not the program's.
//!
//! # A program, from instructions to its result
//! ```
//! use vmm::vm::{RunOutcome, VmBuilder};
//! use vmm::{Function, Instruction, Module, Value, verify::verify};
//!
//! let main = Function::new_bytecode("main", 0, 2, vec![
//!     Instruction::load_const(0, Value::number(20.0)),
//!     Instruction::load_const(1, Value::number(22.0)),
//!     Instruction::add(0, 0, 1),
//!     Instruction::r#return(0),
//! ]);
//! let class = verify(Module::new("Main").with(main)).expect("nothing wrong with it");
//!
//! let mut vm = VmBuilder::new().build()?;
//! vm.load(&class)?;
//! let entry = vm.entry("Main", None)?;
//! let outcome = vm.run(entry.function, &[])?;
//! assert_eq!(outcome, RunOutcome::Finished(Value::number(42.0)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The layers, from the ground up
//! | layer | modules |
//! |---|---|
//! | ground | [`ids`], [`limits`], [`text`], [`diag`], [`trace`], [`host`] |
//! | code | [`value`], [`isa`], [`program`], [`asm`], [`mod@verify`], [`rights`], [`ionpack`] |
//! | memory | [`atom`], [`word`], [`heap`], [`mod@convert`], [`number`], [`string`], [`object`], [`iter`], [`term`] |
//! | runnable | [`mod@code`], [`foreign`] |
//! | process | [`process`] |
//! | natives | [`builtin`] |
//! | engines | [`interp`] |
//! | scheduling | [`sched`] |
//! | machine | [`vm`] |
//!
//! A module knows those below it only; where an arrow would point upwards, a
//! trait owned below turns it round. A host program needs [`vm`], [`Value`],
//! and what makes classes: [`asm`], [`ionpack`], or [`Instruction`] by hand.
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
pub mod iter;
pub mod map;
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

pub mod vm;

pub use isa::{Instruction, Pattern};
pub use program::{Function, Module};
pub use value::{Object, Primitive, PropertyDescriptor, Value};
