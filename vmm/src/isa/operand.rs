//! Operand kinds and the two ways to handle them.
//!
//! Each kind of operand is a marker type that names the Rust type of its value
//! and how to show it to an [`OperandSink`] or take it from an
//! [`OperandSource`]. The five duties of an operand are then five small
//! implementations elsewhere: encoder, printer and verifier are sinks, decoder
//! and parser are sources. A new instruction made of known kinds needs a table
//! line and nothing here.
//!
//! # Invariants
//! O1. A sink sees the operands of an instruction in table order, and a source
//!     is asked for them in the same order: that order is the binary form, the
//!     text form and the Python argument order at once.
//! O2. `src` and `dst` differ only in what they tell the verifier.

use std::sync::Arc;

use super::pattern::Pattern;
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::value::Value;

/// One arm of a `match`: where to go if the pattern fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// What must fit.
    pub pattern: Pattern,
    /// Where to go then.
    pub target: Offset,
}

/// A register or a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum RegOrValue {
    /// What the register holds.
    Reg(Reg),
    /// The constant.
    Value(Value),
}

/// One entry of `object_init`.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyInit {
    /// Name of the property.
    pub key: Arc<str>,
    /// Its value.
    pub value: RegOrValue,
    /// What may be done with it.
    pub flags: PropertyFlags,
}

/// A set of named bits that an instruction carries in one byte.
pub trait Flags: Copy + PartialEq + std::fmt::Debug {
    /// Words of the bits, lowest bit first.
    const NAMES: &'static [&'static str];
    /// Whether the combination means something.
    fn is_valid(self) -> bool;
    /// The byte.
    fn bits(self) -> u8;
    /// From any byte; [`Flags::is_valid`] tells whether it means something.
    fn from_bits(bits: u8) -> Self;
}

macro_rules! flag_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$bdoc:meta])* $bit:ident = $text:literal),* } valid $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub u8);

        flag_set!(@bits $name, 0, $($(#[$bdoc])* $bit),*);

        impl Flags for $name {
            const NAMES: &'static [&'static str] = &[$($text),*];
            fn is_valid(self) -> bool {
                let valid: fn(u8) -> bool = $valid;
                self.0 < (1 << Self::NAMES.len()) && valid(self.0)
            }
            fn bits(self) -> u8 {
                self.0
            }
            fn from_bits(bits: u8) -> Self {
                $name(bits)
            }
        }

        impl $name {
            /// Whether every bit of `other` is set.
            #[must_use]
            pub fn has(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = $name;
            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }
    };
    (@bits $name:ident, $n:expr, $(#[$bdoc:meta])* $bit:ident $(, $(#[$rdoc:meta])* $rest:ident)*) => {
        impl $name {
            $(#[$bdoc])*
            pub const $bit: $name = $name(1 << ($n));
        }
        flag_set!(@bits $name, ($n) + 1, $($(#[$rdoc])* $rest),*);
    };
    (@bits $name:ident, $n:expr,) => {};
}

flag_set! {
    /// What an iterator yields: exactly one of the three.
    IterFlags {
        /// The keys or indices.
        KEYS = "keys",
        /// The values.
        VALUES = "values",
        /// `(key, value)` tuples.
        ENTRIES = "entries"
    } valid |b| b.count_ones() == 1
}
flag_set! {
    /// What may be done with a property. The accessor bit is reserved and refused.
    PropertyFlags {
        /// May be assigned.
        WRITABLE = "writable",
        /// Is walked over.
        ENUMERABLE = "enumerable",
        /// May be deleted and redefined.
        CONFIGURABLE = "configurable",
        /// Reserved.
        ACCESSOR = "accessor"
    } valid |b| b < 8
}
flag_set! {
    /// Where `has_prop` looks: exactly one of the two.
    HasFlags {
        /// Own properties only.
        OWN = "own",
        /// The prototype chain too.
        CHAIN = "chain"
    } valid |b| b.count_ones() == 1
}
flag_set! {
    /// What holds for a spawned process before it can run.
    SpawnFlags {
        /// Linked to the spawner.
        LINK = "link",
        /// Its result waits for `await` or `select`.
        KEEP = "keep"
    } valid |_| true
}
flag_set! {
    /// The alias that comes with a monitor: none, or one of the three kinds.
    AliasMode {
        /// Stays until `unalias`.
        EXPLICIT = "explicit",
        /// Ends with the monitor.
        DEMONITOR = "demonitor",
        /// Ends with the monitor, and both with the first message through it.
        REPLY = "reply"
    } valid |b| b.count_ones() <= 1
}
flag_set! {
    /// How a monitor is given up.
    DemonitorFlags {
        /// Its message, if already in the mailbox, is removed.
        FLUSH = "flush",
        /// The result tells whether it was still there.
        INFO = "info"
    } valid |_| true
}
flag_set! {
    /// The kind of an alias: exactly one of the two.
    AliasFlags {
        /// Stays until `unalias`.
        EXPLICIT = "explicit",
        /// Ends with the first message through it.
        REPLY = "reply"
    } valid |b| b.count_ones() == 1
}

impl PropertyFlags {
    /// Writable, enumerable and configurable.
    pub const OPEN: PropertyFlags = PropertyFlags(7);
}

/// Is shown the operands of an instruction, in table order. `name` is the
/// operand's name in the table.
pub trait OperandSink {
    /// A register that is written.
    fn dst(&mut self, name: &'static str, reg: Reg);
    /// A register that is read.
    fn src(&mut self, name: &'static str, reg: Reg);
    /// A register that is written, or absent.
    fn opt_dst(&mut self, name: &'static str, reg: Option<Reg>);
    /// A register that is read, or absent.
    fn opt_src(&mut self, name: &'static str, reg: Option<Reg>);
    /// Registers that are read.
    fn srcs(&mut self, name: &'static str, regs: &[Reg]);
    /// Pairs of registers that are read.
    fn pairs(&mut self, name: &'static str, pairs: &[(Reg, Reg)]);
    /// A constant.
    fn value(&mut self, name: &'static str, value: &Value);
    /// An atom constant: a global, a type name, a magic method.
    fn name(&mut self, name: &'static str, text: &Arc<str>);
    /// A native function by canonical name.
    fn native(&mut self, name: &'static str, text: &Arc<str>);
    /// A function of the class at hand.
    fn function(&mut self, name: &'static str, function: FunctionIndex);
    /// A jump target.
    fn target(&mut self, name: &'static str, target: Offset);
    /// A literal number.
    fn literal(&mut self, name: &'static str, number: u32);
    /// A text that older compilers give and that means nothing more; absent is allowed.
    fn scope(&mut self, name: &'static str, scope: Option<&Arc<str>>);
    /// Arms of a match.
    fn arms(&mut self, name: &'static str, arms: &[Arm]);
    /// The timeout arm of a receive: a register with milliseconds, and a target.
    fn timeout_arm(&mut self, name: &'static str, arm: Option<(Reg, Offset)>);
    /// Properties of a new object.
    fn properties(&mut self, name: &'static str, properties: &[PropertyInit]);
    /// Flag bits with their words.
    fn flags(&mut self, name: &'static str, bits: u8, words: &'static [&'static str]);
}

/// Supplies the operands of an instruction, in table order.
#[expect(
    missing_docs,
    reason = "each method is the inverse of the sink's method of that name"
)]
pub trait OperandSource {
    /// Why an operand could not be had.
    type Error;
    fn dst(&mut self, name: &'static str) -> Result<Reg, Self::Error>;
    fn src(&mut self, name: &'static str) -> Result<Reg, Self::Error>;
    fn opt_dst(&mut self, name: &'static str) -> Result<Option<Reg>, Self::Error>;
    fn opt_src(&mut self, name: &'static str) -> Result<Option<Reg>, Self::Error>;
    fn srcs(&mut self, name: &'static str) -> Result<Vec<Reg>, Self::Error>;
    fn pairs(&mut self, name: &'static str) -> Result<Vec<(Reg, Reg)>, Self::Error>;
    fn value(&mut self, name: &'static str) -> Result<Value, Self::Error>;
    fn name(&mut self, name: &'static str) -> Result<Arc<str>, Self::Error>;
    fn native(&mut self, name: &'static str) -> Result<Arc<str>, Self::Error>;
    fn function(&mut self, name: &'static str) -> Result<FunctionIndex, Self::Error>;
    fn target(&mut self, name: &'static str) -> Result<Offset, Self::Error>;
    fn literal(&mut self, name: &'static str) -> Result<u32, Self::Error>;
    fn scope(&mut self, name: &'static str) -> Result<Option<Arc<str>>, Self::Error>;
    fn arms(&mut self, name: &'static str) -> Result<Vec<Arm>, Self::Error>;
    fn timeout_arm(&mut self, name: &'static str) -> Result<Option<(Reg, Offset)>, Self::Error>;
    fn properties(&mut self, name: &'static str) -> Result<Vec<PropertyInit>, Self::Error>;
    fn flags(
        &mut self,
        name: &'static str,
        words: &'static [&'static str],
    ) -> Result<u8, Self::Error>;
}

/// A kind of operand: the type of its value, and its way through sinks and sources.
pub trait Operand {
    /// What an instruction holds for it.
    type Value: Clone + PartialEq + std::fmt::Debug;
    /// Its name in metadata.
    const KIND: OperandKind;
    /// Shows the value to a sink.
    fn show(value: &Self::Value, name: &'static str, sink: &mut dyn OperandSink);
    /// Takes the value from a source.
    ///
    /// # Errors
    /// Those of the source.
    fn take<S: OperandSource>(name: &'static str, source: &mut S) -> Result<Self::Value, S::Error>;
}

macro_rules! operand_kinds {
    ($($(#[$doc:meta])* $kind:ident: $ty:ty => $method:ident($v:ident) $show:expr;)*) => {
        /// The kinds of operands, as metadata names them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum OperandKind {
            $($(#[$doc])* $kind,)*
            /// Flag bits; the words are in [`OperandInfo::flags`].
            Flags,
        }

        /// Marker types of the operand kinds, as the table writes them.
        pub mod kind {
            use super::{Arc, Arm, FunctionIndex, Offset, Operand, OperandKind, OperandSink,
                OperandSource, PropertyInit, Reg, Value};
            $(
                $(#[$doc])*
                #[derive(Debug)]
                pub struct $kind;
                impl Operand for $kind {
                    type Value = $ty;
                    const KIND: OperandKind = OperandKind::$kind;
                    fn show($v: &$ty, name: &'static str, sink: &mut dyn OperandSink) {
                        sink.$method(name, $show);
                    }
                    fn take<S: OperandSource>(name: &'static str, source: &mut S) -> Result<$ty, S::Error> {
                        source.$method(name)
                    }
                }
            )*
        }
    };
}

operand_kinds! {
    /// A register that is written.
    Dst: Reg => dst(v) *v;
    /// A register that is read.
    Src: Reg => src(v) *v;
    /// A register that is written, or absent (`_`).
    OptDst: Option<Reg> => opt_dst(v) *v;
    /// A register that is read, or absent (`_`).
    OptSrc: Option<Reg> => opt_src(v) *v;
    /// Registers that are read.
    Srcs: Vec<Reg> => srcs(v) v;
    /// Pairs of registers that are read.
    Pairs: Vec<(Reg, Reg)> => pairs(v) v;
    /// A constant.
    Const: Value => value(v) v;
    /// An atom constant.
    Name: Arc<str> => name(v) v;
    /// A native function.
    Native: Arc<str> => native(v) v;
    /// A function of the class at hand.
    Function: FunctionIndex => function(v) *v;
    /// A jump target.
    Target: Offset => target(v) *v;
    /// A literal number.
    Literal: u32 => literal(v) *v;
    /// A scope text, or absent.
    Scope: Option<Arc<str>> => scope(v) v.as_ref();
    /// Arms of a match.
    Arms: Vec<Arm> => arms(v) v;
    /// A timeout arm, or absent.
    TimeoutArm: Option<(Reg, Offset)> => timeout_arm(v) *v;
    /// Properties of a new object.
    Properties: Vec<PropertyInit> => properties(v) v;
}

macro_rules! flag_operands {
    ($($name:ident),*) => {
        $(impl Operand for $name {
            type Value = $name;
            const KIND: OperandKind = OperandKind::Flags;
            fn show(value: &$name, name: &'static str, sink: &mut dyn OperandSink) {
                sink.flags(name, value.0, $name::NAMES);
            }
            fn take<S: OperandSource>(name: &'static str, source: &mut S) -> Result<$name, S::Error> {
                source.flags(name, $name::NAMES).map($name)
            }
        })*

        /// Whether the bits mean something for the flag set with these words.
        #[must_use]
        pub fn flags_valid(bits: u8, words: &'static [&'static str]) -> bool {
            $(if std::ptr::eq(words, $name::NAMES) || words == $name::NAMES {
                return $name(bits).is_valid();
            })*
            false
        }
    };
}

flag_operands!(
    IterFlags,
    PropertyFlags,
    HasFlags,
    SpawnFlags,
    AliasMode,
    DemonitorFlags,
    AliasFlags
);

/// One operand of an instruction, as metadata.
#[derive(Clone, Copy, Debug)]
pub struct OperandInfo {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: OperandKind,
    /// The words of its bits, lowest first, if it is a flag set.
    pub flags: &'static [&'static str],
}

/// One instruction, as metadata.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// Its number in class files.
    pub number: u8,
    /// Its word in assembly, and the name of its constructor.
    pub mnemonic: &'static str,
    /// Its family's word.
    pub family: &'static str,
    /// Its operands in order.
    pub operands: &'static [OperandInfo],
    /// What it does to the flow of control.
    pub flow: super::Flow,
    /// Reductions it costs beyond those that walks charge by the word.
    pub cost: u32,
    /// Its manual text, Markdown.
    pub doc: &'static str,
}
