//! What the linker complains about: every code with its manual text.

use super::link::{LinkError, LoadError};
use crate::diag::{CodeInfo, Diagnostic, Place};
use crate::program::Module;

/// Every code of the linker, ascending.
#[must_use]
pub fn codes() -> &'static [CodeInfo] {
    CODES
}

macro_rules! codes {
    ($($code:literal $title:literal: $text:literal => $remedy:literal;)*) => {
        &[$(CodeInfo { code: $code, title: $title, text: $text, remedy: $remedy }),*]
    };
}

const CODES: &[CodeInfo] = codes! {
    "L02" "unknown native":
    "No native function has the name. Natives are found when a class is loaded, by their canonical \
     name, `module.name` in lower case." =>
    "`ionvm doc` lists the natives there are.";

    "L03" "wrong number of arguments for a native":
    "A native function is called with more or fewer arguments than it takes." =>
    "`ionvm doc NAME` tells what it takes.";

    "L04" "function too large":
    "A function needs more registers, distinct constants or operands in one instruction than an \
     operation of the machine can number, which is 65,535." =>
    "Split the function, or build large containers piece by piece.";

    "L05" "constant without room":
    "A constant does not fit into what the machine shares between processes: the table of atoms or \
     the read-only area is full, or the constant holds what cannot be shared." =>
    "Use fewer or smaller constants, or raise the machine's limits.";

    "L06" "class loaded twice":
    "A class of that name is loaded already, and one name means one class." =>
    "Rename one of the two classes, or leave one out.";

    "L07" "too much code":
    "The machine holds as many functions as it can number, 16,777,216, as many \
     globals, 1,048,576, or as much code, a GiB of it. None of these is ever given back." =>
    "Load fewer classes.";
};

impl LinkError {
    /// Its stable code; see [`codes`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            LinkError::UnknownNative { .. } => "L02",
            LinkError::NativeArity { .. } => "L03",
            LinkError::TooManyRegisters { .. }
            | LinkError::TooManyOperands { .. }
            | LinkError::TooManyConstants => "L04",
            LinkError::Constant { .. } => "L05",
            LinkError::Loaded => "L06",
            LinkError::TooManyFunctions | LinkError::TooManyGlobals | LinkError::TooMuchCode => {
                "L07"
            }
        }
    }

    /// The instruction that it is about.
    #[must_use]
    pub fn instruction(&self) -> Option<u32> {
        match self {
            LinkError::NativeArity { instruction, .. }
            | LinkError::TooManyOperands { instruction, .. } => Some(*instruction),
            LinkError::UnknownNative { instruction, .. } => *instruction,
            _ => None,
        }
    }
}

impl LoadError {
    /// The error as a diagnostic about the class that was to be loaded.
    #[must_use]
    pub fn diagnostic(&self, module: &Module) -> Diagnostic {
        let label = self.function.as_deref();
        let index = (0..)
            .zip(&module.functions)
            .find(|(index, function)| Some(&*function.label(*index)) == label)
            .map(|(index, _)| index);
        let instruction = index.zip(self.problem.instruction());
        let text = |(function, at)| (at, crate::asm::print_instruction(module, function, at));
        let place = Place::Code {
            class: self.class.to_string(),
            function: self.function.clone(),
            instruction: instruction.map(text),
            source: instruction
                .and_then(|(function, at)| module.functions.get(function as usize)?.source_of(at)),
        };
        Diagnostic::error(self.problem.code(), self.problem.to_string(), place)
    }
}
