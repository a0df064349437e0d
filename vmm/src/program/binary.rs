//! Class files of version 2: the bytes of a class and back.
//!
//! The whole layout stands in `docs/class-file.md`, exact enough to write
//! another encoder from it. In short:
//!
//! ```text
//! file      "IONBC" 02 00 00  crc32 of the rest  section*
//! section   id  length  payload          classes, texts, constants, patterns,
//!                                        functions, exports, debug, custom*
//! class     name  feature*               the rest refers to pools by number:
//! texts     utf8*                        texts,
//! constants value*                       whole values, children in place,
//! patterns  pattern*                     whole patterns, likewise
//! functions (flags name arity captures optional extra
//!            (opcode operand*)*  (from to target value info)*)*
//! exports   (name arity function)*       what the functions say, repeated
//! debug     (function (at file line column)* (name reg from to)*)*
//! custom    name  bytes
//! ```
//!
//! Numbers are LEB128. [`Module::to_bytes`] writes, [`Module::from_bytes`]
//! reads; what they refuse is a [`ClassError`] with a code that [`codes`]
//! explains.
//!
//! # Invariants
//! F1. A class has exactly one encoding: `to_bytes` is a function of the class,
//!     and `from_bytes` accepts nothing that `to_bytes` would not write.
//! F2. Reading neither panics nor recurses, and takes memory in proportion to
//!     the bytes, `limits::CLASS_MEMORY_MAX` at most.
//! F3. What was read is well formed, not well meant: registers, targets and
//!     everything else that depends on context are the verifier's.

mod constants;
mod cursor;
mod error;
mod kind;
mod leb;
mod order;
mod patterns;
mod pool;
mod pooled;
mod reader;
mod writer;

pub use error::{ClassError, OrderFault, codes};

use super::Module;

impl Module {
    /// The class file of this class. Equal classes give equal bytes.
    ///
    /// # Errors
    /// [`ClassError::NotAConstant`] for a constant that only a running machine
    /// can hold, [`ClassError::Limit`] for more of anything than a class may have.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ClassError> {
        writer::write(self)
    }

    /// The class of a class file.
    ///
    /// # Errors
    /// What is wrong with the file, and at which byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<Module, ClassError> {
        reader::read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isa::Instruction;
    use crate::program::Function;
    use crate::value::Value;

    /// The class of the example in `docs/class-file.md`.
    fn hello() -> Module {
        Module::new("Main").with(Function::new_bytecode(
            "main",
            0,
            1,
            vec![
                Instruction::load_const(0, Value::number(42.0)),
                Instruction::r#return(0),
            ],
        ))
    }

    #[test]
    fn the_example_of_the_documentation_is_exact() {
        let page = include_str!("../../../docs/class-file.md");
        let example = page.split("```text\n").nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let bytes: Vec<u8> = example
            .lines()
            .flat_map(|line| line.get(..40).unwrap_or(line).split_whitespace())
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        assert_eq!(hello().to_bytes().unwrap(), bytes);
    }

    #[test]
    fn what_only_a_running_machine_holds_is_refused_with_its_place() {
        let process = Value::tuple([Value::Process(crate::ids::Pid::HOST)]);
        let class = Module::new("Main").with(Function::new_bytecode(
            "main",
            0,
            1,
            vec![Instruction::nop(), Instruction::load_const(0, process)],
        ));
        let error = class.to_bytes().unwrap_err();
        assert_eq!(error.code(), "C18");
        assert_eq!(
            error.to_string(),
            "a process is no constant: operand `value` of instruction 1 in function main/0; make \
             it when the program runs"
        );
    }
}
