//! The public instruction set: what class files, assembly and Python speak.
//!
//! [`table`] declares every instruction once. What follows from it is
//! generated or derived, never written twice:
//!
//! - [`Opcode`] and [`Instruction`], with one constructor a mnemonic;
//! - binary form, text form and operand uses, through the two traits of
//!   [`operand`]: an [`OperandSink`] is shown the operands of an instruction
//!   (encoder, printer, verifier), an [`OperandSource`] supplies them (decoder,
//!   parser);
//! - [`OPS`], the metadata behind `docs/spec/instructions.md`, `ionvm doc` and the Python
//!   instruction classes.
//!
//! # Invariants
//! S1. A number, once given, is never given again; 0xFF is a prefix, never an instruction.
//! S2. An instruction is plain data: it holds its constants and patterns itself.
//!     Pools exist only inside a class file.
//! S3. Jump operands count instructions from the jumping instruction itself.
//!
//! The *internal* operations that engines run are another table
//! (`code::ops`), which may change any day; this one is a promise.

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod codec;
pub mod operand;
pub mod pattern;
pub mod table;

pub use codec::{Instruction, OPS, Opcode};
pub use operand::{
    AliasFlags, AliasMode, Arm, DemonitorFlags, Flags, HasFlags, IterFlags, OpInfo, OperandInfo,
    OperandKind, OperandSink, OperandSource, PropertyFlags, PropertyInit, RegOrValue, SpawnFlags,
};
pub use pattern::{Comparison, Condition, Pattern};

/// What an instruction does to the flow of control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Goes on with the next instruction.
    Next,
    /// Always goes to its target.
    Jump,
    /// Goes to a target or on with the next instruction.
    Branch,
    /// May run guest code and then goes on.
    Call,
    /// Leaves the function.
    Leave,
    /// May wait for something to happen and then goes on.
    Wait,
    /// May wait, then goes to a target or on.
    WaitBranch,
}
