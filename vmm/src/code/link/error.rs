//! Why a class did not become linked functions.

use std::fmt;
use std::sync::Arc;

/// Why a class could not be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// No native has the name.
    UnknownNative {
        /// Index of the instruction, if one names it.
        instruction: Option<u32>,
        /// The name.
        name: Arc<str>,
        /// A native that may be meant.
        near: Option<Arc<str>>,
    },
    /// A native is called with a count of arguments that it does not take.
    NativeArity {
        /// Index of the instruction.
        instruction: u32,
        /// The native.
        name: Arc<str>,
        /// What it takes.
        least: u16,
        /// What it takes at most.
        most: u16,
        /// What it is given.
        given: usize,
    },
    /// The frame and its hidden registers do not fit.
    TooManyRegisters {
        /// How many there would be.
        registers: u32,
    },
    /// One instruction has more operands than an operation can count.
    TooManyOperands {
        /// Its index.
        instruction: u32,
        /// How many.
        count: usize,
    },
    /// One function has more distinct constants than an operation can number.
    TooManyConstants,
    /// A constant does not fit into the machine's atom table or read-only area.
    Constant {
        /// What stood in the way.
        reason: String,
    },
    /// A class of that name is loaded already.
    Loaded,
    /// The machine has as much code as it may have.
    TooMuchCode,
    /// The machine has as many globals as it may have.
    TooManyGlobals,
    /// The machine has as many functions as it can number.
    TooManyFunctions,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::UnknownNative {
                instruction,
                name,
                near,
            } => {
                if let Some(at) = instruction {
                    write!(f, "instruction {at}: ")?;
                }
                write!(f, "there is no native `{name}`; ")?;
                match near {
                    Some(near) => write!(f, "did you mean `{near}`?"),
                    None => f.write_str("`ionvm doc` lists those there are"),
                }
            }
            LinkError::NativeArity {
                instruction,
                name,
                least,
                most,
                given,
            } => {
                write!(f, "instruction {instruction}: native `{name}` takes ")?;
                match (least, most) {
                    (l, m) if l == m => write!(f, "{l}")?,
                    (l, &u16::MAX) => write!(f, "at least {l}")?,
                    (l, m) => write!(f, "{l} to {m}")?,
                }
                let s = if (*least, *most) == (1, 1) { "" } else { "s" };
                write!(f, " argument{s}, not {given}")
            }
            LinkError::TooManyRegisters { registers } => {
                write!(
                    f,
                    "the frame needs {registers} registers, more than {}",
                    u16::MAX
                )
            }
            LinkError::TooManyOperands { instruction, count } => {
                write!(
                    f,
                    "instruction {instruction} has {count} operands, more than {}",
                    u16::MAX
                )
            }
            LinkError::TooManyConstants => {
                write!(
                    f,
                    "the function has more than {} distinct constants",
                    u16::MAX
                )
            }
            LinkError::Constant { reason } => write!(f, "a constant cannot be kept: {reason}"),
            LinkError::Loaded => f.write_str("a class of that name is loaded already"),
            LinkError::TooMuchCode => write!(
                f,
                "the machine holds {} bytes of code, as much as it may",
                crate::limits::CODE_BYTES_MAX
            ),
            LinkError::TooManyGlobals => write!(
                f,
                "the machine holds {} globals, and gives no further ones a number",
                crate::limits::GLOBALS_MAX
            ),
            LinkError::TooManyFunctions => {
                f.write_str("the machine holds as many functions as it can number")
            }
        }
    }
}

/// Where linking failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The class.
    pub class: Arc<str>,
    /// The function, if it is about one.
    pub function: Option<String>,
    /// What is wrong.
    pub problem: LinkError,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "class {}", self.class)?;
        if let Some(function) = &self.function {
            write!(f, ", function {function}")?;
        }
        write!(f, ", {}", self.problem)
    }
}

impl std::error::Error for LoadError {}
