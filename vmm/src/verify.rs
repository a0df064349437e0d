//! The verifier: the only way from a class as data to a class that may run.
//!
//! Engines read registers, targets and constants without asking whether they
//! are there, because every class they are given went through [`verify`]. The
//! rules are numbered; [`codes`] is their manual. All problems are reported,
//! each with class, function, instruction and the way to mend it.
//!
//! | part | what it checks |
//! |---|---|
//! | here | the class: names, exports, sizes |
//! | `functions` | frames, handlers, debug information |
//! | `operands` | one instruction, through an `OperandSink` |
//! | `constants` | constants and names |
//! | `patterns` | patterns and guards |
//!
//! # Invariants
//! G1. [`Verified`] has no other constructor and gives out no `&mut`.
//! G2. The verdict depends on the class alone: not on the machine, the order of
//!     loading, or other classes. What other classes and natives there are is
//!     the linker's question.
//! G3. Nothing recurses, and everything that is walked is bounded first.
//! G4. A verified class can be written as a class file, unless the file alone
//!     would be too long.
//!
//! # Cost
//! Linear in instructions, operands and different constants, apart from sorting
//! of keys, exports and handlers. Shared constants and texts are looked at once.

mod constants;
mod functions;
mod operands;
mod patterns;
mod report;
mod rules;
mod texts;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diag::Diagnostic;
use crate::limits;
use crate::program::Module;
use crate::program::binary::ClassError;

pub use rules::codes;

use report::Report;
use rules::Rule;
use texts::{Different, Texts};

/// What the verifier has accepted. Cheap to clone, never changed.
#[derive(Debug)]
pub struct Verified<T>(Arc<T>);

impl<T> Clone for Verified<T> {
    fn clone(&self) -> Self {
        Verified(Arc::clone(&self.0))
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Accepts a class, or tells everything that is wrong with it.
///
/// # Errors
/// All problems found, up to [`limits::DIAGNOSTICS_MAX`], each with a code that
/// [`codes`] explains.
///
/// ```
/// use vmm::{Function, Instruction, Module, verify::verify};
///
/// let code = vec![Instruction::r#return(1)];
/// let class = Module::new("Main").with(Function::new_bytecode("main", 0, 1, code));
/// let problems = verify(class).unwrap_err();
/// assert_eq!(problems[0].code, "V01");
/// ```
pub fn verify(module: Module) -> Result<Verified<Module>, Vec<Diagnostic>> {
    let problems = problems(&module);
    if problems.is_empty() {
        Ok(Verified(Arc::new(module)))
    } else {
        Err(problems)
    }
}

/// What is wrong with a class, without taking it.
#[must_use]
pub fn problems(module: &Module) -> Vec<Diagnostic> {
    let mut checker = Checker {
        module,
        report: Report::new(module),
        texts: Texts::default(),
        seen: FxHashMap::default(),
        parts_left: limits::PARTS_MAX,
        keys: FxHashMap::default(),
        key_contents: BTreeMap::new(),
        constants: Different::new(),
        arms: 0,
    };
    checker.class();
    checker.report.into_problems()
}

/// A class under verification.
struct Checker<'m> {
    module: &'m Module,
    report: Report<'m>,
    texts: Texts,
    /// Constants with parts that have been walked, by address, and whether
    /// they are bounded.
    seen: FxHashMap<usize, bool>,
    /// Parts that the constants to come may have.
    parts_left: usize,
    /// Keys with parts: their number by address, none for mutable ones, and
    /// the numbers by content.
    keys: FxHashMap<usize, Option<usize>>,
    key_contents: BTreeMap<Vec<u8>, usize>,
    constants: Different,
    /// Uses of patterns.
    arms: usize,
}

impl Checker<'_> {
    fn class(&mut self) {
        self.class_name(&self.module.name);
        let instructions = self
            .module
            .functions
            .iter()
            .map(|f| f.instructions.len())
            .fold(0, usize::saturating_add);
        self.total(
            "functions",
            self.module.functions.len(),
            limits::FUNCTIONS_MAX,
        );
        self.total("instructions", instructions, limits::INSTRUCTIONS_MAX);
        for section in &self.module.custom {
            self.name(&section.name);
        }
        for (index, function) in (0..).zip(&self.module.functions) {
            self.function(index, function);
            if self.report.is_full() {
                return;
            }
        }
        self.exports();
        self.report.stand_at(None, None);
        self.pools();
    }

    /// Names and arities that other classes can find are unique.
    fn exports(&mut self) {
        let mut exports = Vec::new();
        for (index, function) in (0_u32..).zip(&self.module.functions) {
            if let (Some(name), false) = (&function.name, function.private) {
                exports.push((self.texts.known(name).number, function.arity, index));
            }
        }
        exports.sort_unstable();
        for [(name, arity, first), (other, others, second)] in exports.array_windows() {
            if (name, arity) == (other, others) {
                self.report.stand_at(Some(*second), None);
                self.report.problem(
                    Rule::Export,
                    format_args!("function &#{first} is exported under the same name and arity"),
                );
            }
        }
    }

    /// Different constants, patterns and texts are counted, but only in a class
    /// where there could be too many.
    fn pools(&mut self) {
        let few = self.constants.count() <= limits::CONSTANTS_MAX
            && self.arms <= limits::PATTERNS_MAX
            && self.texts.count() <= limits::TEXTS_MAX;
        if few || !self.report.is_empty() {
            return;
        }
        if let Err(ClassError::Limit {
            what, found, limit, ..
        }) = self.module.to_bytes()
        {
            if what == "bytes" {
                // A file that is too long is no harm to a class that is
                // never written.
                return;
            }
            self.total(what, found, limit);
        }
    }

    fn total(&mut self, what: &str, found: usize, limit: usize) {
        if found > limit {
            self.report.problem(
                Rule::Total,
                format_args!("the class has {found} {what}, and {limit} are allowed"),
            );
        }
    }
}

#[cfg(test)]
mod tests;
