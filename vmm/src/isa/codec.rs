//! What the table expands to.
//!
//! One macro turns every table line into a variant of [`Instruction`], a
//! variant of [`Opcode`], a constructor, a row of [`OPS`], and a line in the two
//! walks [`Instruction::operands`] and [`Instruction::read`].

use super::Flow;
use super::operand::{OpInfo, Operand, OperandInfo, OperandSink, OperandSource, kind};
use kind::*;

use super::operand::{
    AliasFlags, AliasMode, DemonitorFlags, Flags, HasFlags, IterFlags, PropertyFlags, SpawnFlags,
};
use super::table::for_each_op;

/// The words of a flag operand's bits; empty for every other kind.
trait FlagWords {
    const WORDS: &'static [&'static str] = &[];
}
macro_rules! no_words { ($($k:ident),*) => { $(impl FlagWords for $k {})* } }
macro_rules! flag_words { ($($k:ident),*) => { $(impl FlagWords for $k {
    const WORDS: &'static [&'static str] = <$k as Flags>::NAMES;
})* } }
no_words!(
    Dst, Src, OptDst, OptSrc, Srcs, Pairs, Const, Name, Native, Function, Target, Literal, Scope,
    Arms, TimeoutArm, Properties
);
flag_words!(
    IterFlags,
    PropertyFlags,
    HasFlags,
    SpawnFlags,
    AliasMode,
    DemonitorFlags,
    AliasFlags
);

macro_rules! expand {
    ($($family:ident { $(
        $(#[doc = $doc:literal])*
        $number:literal $mnemonic:ident = $variant:ident($($operand:ident: $kind:ident),*) => $flow:ident, $cost:literal;
    )* })*) => {
        /// The number of an instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Opcode {
            $($($(#[doc = $doc])* $variant = $number,)*)*
        }

        /// One public instruction with its operands.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Instruction {
            $($($(#[doc = $doc])* $variant($(<$kind as Operand>::Value),*),)*)*
        }

        /// Every instruction, in table order.
        pub static OPS: &[OpInfo] = &[
            $($(OpInfo {
                number: $number,
                mnemonic: word(stringify!($mnemonic)),
                family: stringify!($family),
                operands: &[$(OperandInfo {
                    name: word(stringify!($operand)),
                    kind: <$kind as Operand>::KIND,
                    flags: <$kind as FlagWords>::WORDS,
                }),*],
                flow: Flow::$flow,
                cost: $cost,
                doc: concat!($($doc, "\n"),*),
            },)*)*
        ];

        impl Opcode {
            /// The instruction of that number.
            #[must_use]
            pub fn from_number(number: u8) -> Option<Opcode> {
                match number {
                    $($($number => Some(Opcode::$variant),)*)*
                    _ => None,
                }
            }

            /// The instruction of that assembly word.
            #[must_use]
            pub fn from_mnemonic(word: &str) -> Option<Opcode> {
                OPS.iter().find(|row| row.mnemonic == word).and_then(|row| Opcode::from_number(row.number))
            }

            /// Its row of [`OPS`].
            #[must_use]
            pub fn info(self) -> &'static OpInfo {
                #[derive(Clone, Copy)]
                #[repr(usize)]
                enum Row { $($($variant,)*)* }
                let row = match self {
                    $($(Opcode::$variant => Row::$variant,)*)*
                };
                &OPS[row as usize]
            }
        }

        impl Instruction {
            /// Its opcode.
            #[must_use]
            pub fn opcode(&self) -> Opcode {
                match self {
                    $($(Instruction::$variant(..) => Opcode::$variant,)*)*
                }
            }

            /// Shows its operands to `sink`, in table order.
            pub fn operands(&self, sink: &mut dyn OperandSink) {
                match self {
                    $($(Instruction::$variant($($operand),*) => {
                        $(<$kind as Operand>::show($operand, const { word(stringify!($operand)) }, sink);)*
                    })*)*
                }
            }

            /// Builds the instruction of `opcode` from the operands that `source` supplies.
            ///
            /// # Errors
            /// Those of the source.
            pub fn read<S: OperandSource>(opcode: Opcode, source: &mut S) -> Result<Instruction, S::Error> {
                match opcode {
                    $($(Opcode::$variant => Ok(Instruction::$variant(
                        $(<$kind as Operand>::take(const { word(stringify!($operand)) }, source)?),*
                    )),)*)*
                }
            }

            $($(
                $(#[doc = $doc])*
                #[must_use]
                pub fn $mnemonic($($operand: impl Into<<$kind as Operand>::Value>),*) -> Instruction {
                    Instruction::$variant($($operand.into()),*)
                }
            )*)*
        }
    };
}

/// A table word without the mark that lets a Rust keyword be one.
const fn word(ident: &'static str) -> &'static str {
    match ident.as_bytes() {
        [b'r', b'#', ..] => ident.split_at(2).1,
        _ => ident,
    }
}

for_each_op!(expand);

impl Instruction {
    /// Its row of [`OPS`].
    #[must_use]
    pub fn info(&self) -> &'static OpInfo {
        self.opcode().info()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Reg;
    use crate::value::Value;

    #[test]
    fn rows_numbers_and_words_agree() {
        for row in OPS {
            let op = Opcode::from_number(row.number).unwrap();
            assert_eq!(op.info().mnemonic, row.mnemonic);
            assert_eq!(Opcode::from_mnemonic(row.mnemonic), Some(op));
            assert!(
                row.doc.trim().len() > 10,
                "{} has no manual text",
                row.mnemonic
            );
        }
        assert!(Opcode::from_number(0xFF).is_none(), "0xFF is a prefix");
    }

    #[test]
    fn numbers_ascend_inside_a_family() {
        for pair in OPS.windows(2) {
            if pair[0].family == pair[1].family {
                assert!(pair[0].number < pair[1].number, "{}", pair[1].mnemonic);
            }
        }
    }

    #[test]
    fn constructors_take_plain_numbers() {
        let i = Instruction::load_const(0, Value::number(42.0));
        assert_eq!(i, Instruction::LoadConst(Reg(0), Value::number(42.0)));
        assert_eq!(i.info().mnemonic, "load_const");
    }
}
