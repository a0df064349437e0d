//! Declarations of C functions: what a package says of a library, so that its functions
//! can be called with no glue.
//!
//! A text of lines. `library NAME` comes first: a library of the package, or
//! `system:SONAME`. Then a line for each function:
//!
//! ```text
//! ## What the program reads about the next function.
//! function NAME = SYMBOL(PARAMETER, ...) -> RESULT
//! ```
//!
//! `= SYMBOL` is left out if it is the name; `blocking` may stand before `function`.
//! A parameter is `NAME: TYPE` or `NAME: TYPE = VALUE`; those with a value, and those that only
//! come out, are not given by the program. `docs/native-libraries.md` has the types.
//!
//! # Invariants
//! D1. A declaration that was read names each parameter once, and what it says of a
//!     length or of what was used names a parameter that is a whole number.

mod parse;

use crate::arity::Arity;
use crate::is_canonical;

pub use self::parse::DeclareError;

/// The longest buffer that a declaration can make, and the longest text that a result is
/// looked through for, in bytes.
pub const MAX_BUFFER: u64 = 1 << 28;

/// How far the text that a result points at is looked through if the declaration says not.
pub const TEXT_RESULT: u64 = 1 << 16;

/// What a package says of one library.
#[derive(Clone, Debug, PartialEq)]
pub struct Declarations {
    /// The library, by its name in the package or in the system.
    pub library: String,
    /// Whether it is one of the system.
    pub system: bool,
    /// Its functions.
    pub functions: Vec<Declared>,
}

/// One function.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name within the module.
    pub name: String,
    /// Its symbol.
    pub symbol: String,
    /// What it does.
    pub about: Option<String>,
    /// Whether it may take over a millisecond, or wait.
    pub blocking: bool,
    /// Its parameters.
    pub parameters: Vec<Declare>,
    /// How many of them stand before `...`, if that is there.
    pub fixed: Option<usize>,
    /// What it answers with.
    pub result: Outcome,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Declare {
    /// Its name.
    pub name: String,
    /// What C sees.
    pub shape: Shape,
    /// What it is, if the program does not say.
    pub value: Option<Value>,
    /// Whether something else takes it for a length.
    pub is_length: bool,
}

/// What C sees of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A number.
    Scalar(Scalar),
    /// A text that ends with 0; the flag says whether it may be null.
    Text(bool),
    /// A pointer to a number.
    Pointed(Way, Scalar),
    /// A pointer to octets.
    Buffer {
        /// Which way they go.
        way: Way,
        /// How many there are, or must be at least.
        length: Vec<Factor>,
        /// Whether what comes out is a text that ends with 0.
        text: bool,
        /// How many of them count afterwards.
        used: Option<Used>,
    },
    /// A pointer to a function.
    Function,
}

/// Which way a value behind a pointer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the function.
    In,
    /// From it.
    Out,
    /// Both.
    InOut,
}

/// A number of C.
#[expect(missing_docs, reason = "their names are what they are")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
    Bool,
    Size,
    Ptr,
}

/// What a parameter is that the program does not give.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// How many octets another parameter has.
    Length(usize),
    /// A function of the same library.
    Symbol(String),
}

/// A factor of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A number.
    Number(u64),
    /// The value of a parameter.
    Parameter(usize),
}

/// What says how much of a buffer was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// The result.
    Result,
    /// A parameter, afterwards.
    Parameter(usize),
}

/// What a function answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// A number.
    Scalar(Scalar),
    /// A text that ends with 0 within so many bytes, or null.
    Text(u64),
}

impl Declarations {
    /// Reads declarations.
    ///
    /// # Errors
    /// The first line that is not as it should be.
    pub fn parse(text: &str) -> Result<Declarations, DeclareError> {
        parse::declarations(text)
    }
}

impl Declared {
    /// How many arguments the program gives.
    #[must_use]
    pub fn arity(&self) -> Arity {
        Arity::exactly(self.parameters.iter().filter(|p| p.is_given()).count())
    }
}

impl Declare {
    /// Whether the program gives it.
    #[must_use]
    pub fn is_given(&self) -> bool {
        let comes_in = !matches!(
            self.shape,
            Shape::Pointed(Way::Out, _) | Shape::Buffer { way: Way::Out, .. }
        );
        comes_in && self.value.is_none()
    }
}

impl Scalar {
    /// All of them, by the words that stand for them.
    pub const ALL: [(&'static str, Scalar); 13] = [
        ("i8", Scalar::I8),
        ("u8", Scalar::U8),
        ("i16", Scalar::I16),
        ("u16", Scalar::U16),
        ("i32", Scalar::I32),
        ("u32", Scalar::U32),
        ("i64", Scalar::I64),
        ("u64", Scalar::U64),
        ("f32", Scalar::F32),
        ("f64", Scalar::F64),
        ("bool", Scalar::Bool),
        ("size", Scalar::Size),
        ("ptr", Scalar::Ptr),
    ];

    /// Least and greatest, of those that are whole numbers.
    #[must_use]
    pub fn range(self) -> Option<(i128, i128)> {
        Some(match self {
            Scalar::I8 => (i8::MIN.into(), i8::MAX.into()),
            Scalar::U8 => (0, u8::MAX.into()),
            Scalar::I16 => (i16::MIN.into(), i16::MAX.into()),
            Scalar::U16 => (0, u16::MAX.into()),
            Scalar::I32 => (i32::MIN.into(), i32::MAX.into()),
            Scalar::U32 => (0, u32::MAX.into()),
            Scalar::I64 => (i64::MIN.into(), i64::MAX.into()),
            Scalar::U64 => (0, u64::MAX.into()),
            Scalar::Size | Scalar::Ptr => (0, usize::MAX as i128),
            Scalar::F32 | Scalar::F64 | Scalar::Bool => return None,
        })
    }
}

/// Whether a word can be a name within a module.
fn is_word(text: &str) -> bool {
    is_canonical(&format!("m.{text}"))
}
