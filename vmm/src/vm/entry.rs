//! Where a program starts.
//!
//! At the function that it names; else at `main` of its main class; else at
//! that class's only function. What is missing is named, with what there is
//! instead. An entry function takes no argument, or one: the array of the
//! program's arguments as strings.

use std::fmt;

use crate::code::CodeSpace;
use crate::code::table::LookupError;
use crate::ids::FuncId;
use crate::program::Function;
use crate::value::Value;

/// What a program calls its entry function if it does not say.
const MAIN: &str = "main";

/// Where a program starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The function.
    pub function: FuncId,
    /// Whether it gets the program's arguments.
    pub takes_arguments: bool,
}

/// Why a program cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// Class or function are not there.
    Missing(LookupError),
    /// The program names no entry point, and the class has neither a `main`
    /// nor a single function.
    Unnamed {
        /// The class.
        class: String,
        /// What it exports.
        there: Vec<String>,
    },
    /// The function needs other arguments than a program gets.
    Arguments {
        /// `Class.name/arity`.
        function: String,
        /// How many it needs at least.
        needs: u16,
    },
}

impl Entry {
    /// The entry point of a loaded class; `function` is what the program names, if it does.
    ///
    /// # Errors
    /// There is none that fits.
    pub fn find(
        code: &CodeSpace,
        class: &str,
        function: Option<&str>,
    ) -> Result<Entry, EntryError> {
        let found = match code.find(class, function.unwrap_or(MAIN), None) {
            Ok(found) => found,
            // The one that gets the arguments wins over the one that gets none.
            Err(LookupError::Ambiguous { function, .. }) => {
                let with = |arity| code.find(class, &function, Some(arity));
                with(1).or_else(|_| with(0)).map_err(EntryError::Missing)?
            }
            Err(LookupError::NoFunction { class, there, .. }) if function.is_none() => code
                .only_function(&class)
                .ok_or(EntryError::Unnamed { class, there })?,
            Err(error) => return Err(EntryError::Missing(error)),
        };
        let Some(linked) = code.function(found) else {
            let class = class.to_owned();
            return Err(EntryError::Unnamed {
                class,
                there: Vec::new(),
            });
        };
        match arguments(linked.source()) {
            Ok(takes_arguments) => Ok(Entry {
                function: found,
                takes_arguments,
            }),
            Err(needs) => Err(EntryError::Arguments {
                function: linked.label(),
                needs,
            }),
        }
    }

    /// What the function is called with.
    #[must_use]
    pub fn arguments(&self, words: &[String]) -> Vec<Value> {
        if !self.takes_arguments {
            return Vec::new();
        }
        let words: Vec<Value> = words
            .iter()
            .map(|word| Value::string(word.as_str()))
            .collect();
        vec![Value::array(words)]
    }
}

/// Whether an entry function gets the arguments; if it can be none, how many
/// it needs.
fn arguments(function: &Function) -> Result<bool, u16> {
    let needs = function.arity - function.optional.min(function.arity);
    match function.arity {
        0 => Ok(false),
        _ if needs <= 1 || function.lenient => Ok(true),
        _ => Err(needs),
    }
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryError::Missing(error) => error.fmt(f),
            EntryError::Unnamed { class, there } => {
                let there = match there.as_slice() {
                    [] => "nothing".to_owned(),
                    names => names.join(", "),
                };
                write!(
                    f,
                    "no entry point is named, and class `{class}` exports neither `{MAIN}` nor a \
                     single function, but {there}: name one as Entry-Point, or call it `{MAIN}`"
                )
            }
            EntryError::Arguments { function, needs } => write!(
                f,
                "the entry function {function} needs {needs} arguments, and a program gets none, or \
                 one array of strings: take one"
            ),
        }
    }
}

impl std::error::Error for EntryError {}
