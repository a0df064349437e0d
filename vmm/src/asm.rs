//! The assembly language: text to classes and back.
//!
//! It is the one text form of programs, of assembler, disassembler,
//! documentation and tests. `docs/assembly.md` is its manual; in short:
//!
//! ```text
//! text       := { statement }                   one a line; `;` begins a comment
//! statement  := label ":" | directive | mnemonic [ operand { "," operand } ]
//! directive  := ".class" name
//!             | ".function" (name | "_") "arity=" n [ "captures=" n ] [ "optional=" n ]
//!               [ "extra=" n ] [ "rest" ] [ "lenient" ] [ "private" ]
//!             | ".line" n [ ":" n ] [ string ]
//!             | ".local" name [ "=" register ] [ position ".." position ]
//!             | ".reg" name [ "=" register ] { "," name [ "=" register ] }
//!             | ".handler" position "," position "," position "," register [ "," register ]
//!             | ".const" name "=" literal
//!             | ".custom" string hexdigits
//! operand    := register | "_" | literal | label | ("+" | "-") n
//!             | "[" { flag } "]" | pattern "->" label | "after" register "->" label
//!             | key [ "[" { flag } "]" ] ":" (register | literal) | register ":" register
//! literal    := number | string | b-string | ":" name | "true" | ... | "(" ... ")"
//!             | "[" ... [ "|" literal ] "]" | "%{" ... "}" | "{" ... "}"
//!             | "&" [ class "." ] name [ "/" arity ] | "&#" n | "@" native | "frozen" literal
//! ```
//!
//! The notation of patterns stands at [`crate::isa::Pattern`].
//!
//! # Invariants
//! N1. For every class within the bounds of class files, parsing its printed
//!     text gives the class back, debug information included. Nothing is added:
//!     lines of the text itself are recorded only if [`Options::record_lines`] asks.
//! N2. Parsing and printing never panic and never recurse deeper than
//!     `limits::NESTING_MAX` allows; both are linear in their input.
//! N3. A text with errors gives all of them, up to `limits::DIAGNOSTICS_MAX`.

mod codes;
mod cursor;
mod directive;
mod lex;
mod literal;
mod map;
mod names;
mod operand;
mod parse;
mod pattern;
mod print;
mod reference;
mod show;
mod statement;
mod uses;

pub use codes::codes;
pub use map::SourceMap;
pub use print::{
    instruction_excerpt, instruction_text, literal, print, print_function, print_instruction,
    show_value,
};

use crate::diag::Diagnostic;
use crate::program::Module;

/// What the assembler may be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Functions in which no `.line` stands get the lines of the assembly text
    /// itself as debug information, so that traces and debuggers show it.
    ///
    /// Off by default: a text that a disassembler printed must give the same
    /// class file again.
    pub record_lines: bool,
}

/// A text that was assembled.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// Its classes, in the order of the text.
    pub modules: Vec<Module>,
    /// Where they stand in the text.
    pub map: SourceMap,
    /// What is accepted, but hardly meant like that.
    pub warnings: Vec<Diagnostic>,
}

/// Assembles a text into its classes; `file` is its name in messages.
///
/// Nothing is verified here: a class that comes out may still jump out of its
/// function.
///
/// ```
/// let text = "
/// .class Main
/// .function main arity=0
///     load_const  r0, 20
///     add         r1, r0, r0
///     return      r1
/// ";
/// let classes = vmm::asm::parse("main.ionasm", text).unwrap();
/// assert_eq!(classes[0].functions[0].extra_regs, 2);
/// assert!(text.contains(vmm::asm::print_function(&classes[0], 0).as_str()));
/// ```
///
/// # Errors
/// All that is wrong with the text, in its order as far as it goes.
pub fn parse(file: &str, text: &str) -> Result<Vec<Module>, Vec<Diagnostic>> {
    parse_with_map(file, text, Options::default()).map(|assembly| assembly.modules)
}

/// As [`parse`], with the way back from classes to the text, and warnings.
///
/// # Errors
/// As [`parse`].
pub fn parse_with_map(
    file: &str,
    text: &str,
    options: Options,
) -> Result<Assembly, Vec<Diagnostic>> {
    parse::parse(file, text, options)
}

#[cfg(test)]
mod tests;
