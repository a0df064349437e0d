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
mod tests {
    use super::*;
    use crate::diag::Severity;
    use crate::isa::OPS;
    use crate::isa::arbitrary::{self, Sense};
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Parses what must have no errors.
    fn assemble(text: &str) -> Vec<Module> {
        parse("test.ionasm", text).unwrap_or_else(|problems| {
            let shown: String = problems.iter().map(|p| format!("{p}\n")).collect();
            panic!("{shown}in\n{text}")
        })
    }

    fn reads_back(module: &Module) {
        let text = print(module);
        let back = assemble(&text);
        assert_eq!(back.len(), 1, "{text}");
        assert_eq!(back[0], *module, "{text}");
        assert_eq!(print(&back[0]), text);
    }

    proptest! {
        #[test]
        fn classes_read_back(bytes in vec(any::<u8>(), 0..600)) {
            reads_back(&arbitrary::module(&bytes, Sense::Sound));
        }

        #[test]
        fn every_instruction_reads_back(bytes in vec(any::<u8>(), 0..2000)) {
            let module = arbitrary::module_of_every_instruction(&bytes, Sense::Sound);
            prop_assert_eq!(module.functions[0].instructions.len(), OPS.len());
            reads_back(&module);
        }

        #[test]
        fn nonsense_is_printed_and_its_text_judged(bytes in vec(any::<u8>(), 0..2000)) {
            let module = arbitrary::module_of_every_instruction(&bytes, Sense::Wild);
            let text = print(&module);
            // What the text cannot say (lines out of order, say) is lost, but only once.
            if let Ok(back) = parse("wild", &text) {
                reads_back(&back[0]);
            }
            for at in 0..OPS.len() as u32 {
                prop_assert!(!print_instruction(&module, 0, at).is_empty());
            }
            prop_assert_eq!(print_instruction(&module, 0, u32::MAX), "");
            prop_assert_eq!(print_function(&module, u32::MAX), "");
        }

        #[test]
        fn texts_cut_and_mutated_are_judged(
            bytes in vec(any::<u8>(), 0..300),
            edits in vec((any::<u16>(), "[ -~\n]{0,3}"), 1..4),
        ) {
            let mut text = print(&arbitrary::module(&bytes, Sense::Sound));
            for (at, put) in edits {
                let mut at = usize::from(at) % (text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
                text.replace_range(at..end, &put);
            }
            if let Err(problems) = parse("mutant", &text) {
                for problem in problems {
                    prop_assert!(codes().iter().any(|c| c.code == problem.code));
                    prop_assert_eq!(problem.severity, Severity::Error);
                }
            }
        }

        #[test]
        fn shown_values_read_back(bytes in vec(any::<u8>(), 0..200)) {
            let value = arbitrary::value(&bytes, Sense::Sound);
            let text = literal(None, &value);
            let text = format!(".class C\n.function _ arity=0\nload_const r0, {text}");
            let module = &assemble(&text)[0];
            let is = crate::Instruction::load_const(0, value);
            prop_assert_eq!(&module.functions[0].instructions[0], &is);
        }
    }
}
