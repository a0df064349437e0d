//! From a class back to the text it was assembled from.
//!
//! The verifier and the linker know class, function and instruction; with the
//! map their complaints show the line of the text.

use crate::diag::{Diagnostic, Place, Source, Span};
use crate::names::Quoted;

/// Where the classes of a text stand in it.
#[derive(Clone, Debug)]
pub struct SourceMap {
    source: Source,
    pub(super) classes: Vec<ClassMap>,
}

/// Where a class stands.
#[derive(Clone, Debug)]
pub(super) struct ClassMap {
    pub(super) name: String,
    pub(super) header: Span,
    pub(super) functions: Vec<FunctionMap>,
}

/// Where a function stands.
#[derive(Clone, Debug)]
pub(super) struct FunctionMap {
    /// `name/arity` or `&#3`, as [`crate::program::Function::label`] gives it.
    pub(super) label: String,
    pub(super) header: Span,
    pub(super) instructions: Vec<Span>,
}

impl SourceMap {
    pub(super) fn new(source: Source, classes: Vec<ClassMap>) -> Self {
        SourceMap { source, classes }
    }

    /// The text.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The place in the text of an instruction, or of a function's or class's
    /// first line; none if the text has no such thing. Of several functions
    /// of one label the first is meant.
    #[must_use]
    pub fn find(
        &self,
        class: &str,
        function: Option<&str>,
        instruction: Option<u32>,
    ) -> Option<Place> {
        let class = self.classes.iter().find(|c| is_called(&c.name, class))?;
        let span = match function {
            None => class.header,
            Some(label) => {
                let function = class
                    .functions
                    .iter()
                    .find(|f| is_called(&f.label, label))?;
                match instruction {
                    None => function.header,
                    Some(index) => *function.instructions.get(index as usize)?,
                }
            }
        };
        Some(self.source.place(span))
    }

    /// The diagnostic with every place that this text has shown in it.
    #[must_use]
    pub fn locate(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let places = diagnostic.notes.iter_mut().map(|(_, place)| place);
        for place in places.chain([&mut diagnostic.place]) {
            if let Place::Code {
                class,
                function,
                instruction,
                ..
            } = &*place
            {
                let index = instruction.as_ref().map(|(index, _)| *index);
                if let Some(found) = self.find(class, function.as_deref(), index) {
                    *place = found;
                }
            }
        }
        diagnostic
    }
}

/// Whether a diagnostic calls it that: by its name, or as names of foreign
/// texts are shown.
fn is_called(name: &str, shown: &str) -> bool {
    name == shown || Quoted::new(name).as_str() == shown
}
