//! A version 1 class as it stands in its file, names in it not resolved yet.
//!
//! Version 1 shares its instruction numbers with the table of instructions, so
//! that an [`OperandSource`] reads them; what it leaves out or adds is here:
//! `spawn` has no flags, captures have names, which mean nothing, and `Link`
//! names its operands in the other order.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;

use super::bytes::Bytes;
use super::values::{access, pattern, value};
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::{
    Arm, Instruction, Opcode, OperandSource, PropertyFlags, PropertyInit, RegOrValue, SpawnFlags,
};
use crate::limits;
use crate::program::binary::ClassError;
use crate::program::bounded::Memory;
use crate::value::Value;

/// First bytes of a class of several functions: the five that all class files
/// have, the version, and two that are zero.
const MAGIC: [u8; 8] = *b"IONBC\x01\0\0";

/// The last instruction of version 1.
const LAST: u8 = 0x23;

/// `Link`, whose operands stand in the other order.
const LINK: u8 = 0x11;

/// One function.
#[derive(Clone, Debug)]
pub(super) struct RawFunction {
    pub(super) name: Option<Arc<str>>,
    pub(super) arity: u16,
    pub(super) extra_regs: u16,
    pub(super) body: Body,
    /// Bytes of memory that it takes.
    pub(super) size: usize,
}

/// What a function does.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Instructions. A `MakeClosure` is a [`Instruction::MakeClosureDyn`] here.
    Code(Vec<Instruction>),
    /// A call of the native of that name.
    Native(Arc<str>),
}

/// The functions of a class file of version 1.
pub(super) fn functions(bytes: &[u8], memory: &mut Memory) -> Result<Vec<RawFunction>, ClassError> {
    if bytes.len() > limits::CLASS_BYTES_MAX {
        return Err(ClassError::Limit {
            at: Some(0),
            what: "bytes",
            found: bytes.len(),
            limit: limits::CLASS_BYTES_MAX,
        });
    }
    let several = bytes.starts_with(super::IONBC);
    let mut bytes = Bytes::new(bytes, memory);
    let count = if several { header(&mut bytes)? } else { 1 };
    let mut functions = Vec::with_capacity(count);
    for _ in 0..count {
        functions.push(function(&mut bytes)?);
    }
    bytes.finish()?;
    Ok(functions)
}

/// Magic, version, and how many functions there are.
fn header(bytes: &mut Bytes<'_, '_>) -> Result<usize, ClassError> {
    let at = bytes.at();
    if bytes.take(MAGIC.len())? != MAGIC {
        return Err(ClassError::Form {
            at,
            what: "a class of version 1 begins with `IONBC` 01 00 00",
        });
    }
    let at = bytes.at();
    if bytes.u32()? != 1 {
        return Err(ClassError::Form {
            at,
            what: "in a class of version 1 the number 1 follows the first eight bytes",
        });
    }
    // Mark of a name, arity, extra registers, kind, and a count or a length.
    bytes.list(
        "functions",
        14,
        limits::FUNCTIONS_MAX,
        size_of::<RawFunction>(),
    )
}

fn function(bytes: &mut Bytes<'_, '_>) -> Result<RawFunction, ClassError> {
    let before = bytes.memory.left();
    let name = match bytes.flag("mark of a name (0 or 1)")? {
        true => Some(bytes.text()?),
        false => None,
    };
    let arity = bytes.short("arity")?;
    let extra_regs = bytes.short("number of extra registers")?;
    let at = bytes.at();
    let body = match bytes.u8()? {
        0 => Body::Code(code(bytes)?),
        1 => Body::Native(bytes.text()?),
        found => {
            return Err(ClassError::Kind {
                at,
                what: "kind of function (0 or 1)",
                found,
            });
        }
    };
    Ok(RawFunction {
        name,
        arity,
        extra_regs,
        body,
        size: before.saturating_sub(bytes.memory.left()),
    })
}

fn code(bytes: &mut Bytes<'_, '_>) -> Result<Vec<Instruction>, ClassError> {
    let each = size_of::<Instruction>();
    let count = bytes.list("instructions", 1, limits::INSTRUCTIONS_MAX, each)?;
    let mut code = Vec::new();
    for done in 0..count {
        if code.len() == code.capacity() {
            // Grows as it is filled, so that a wrong count costs nothing.
            code.reserve_exact(count.saturating_sub(done).min(done.max(1024)));
        }
        code.push(instruction(bytes)?);
    }
    Ok(code)
}

fn instruction(bytes: &mut Bytes<'_, '_>) -> Result<Instruction, ClassError> {
    let at = bytes.at();
    let found = bytes.u8()?;
    if found == LINK {
        let number = bytes.u32()?;
        return Ok(Instruction::AwaitNumber(bytes.reg()?, number));
    }
    match Opcode::from_number(found) {
        Some(opcode) if found <= LAST => Instruction::read(opcode, &mut Operands { bytes }),
        _ => Err(ClassError::Kind {
            at,
            what: "instruction of version 1",
            found,
        }),
    }
}

/// Supplies operands as version 1 writes them.
struct Operands<'r, 'a, 'm> {
    bytes: &'r mut Bytes<'a, 'm>,
}

impl Operands<'_, '_, '_> {
    /// An operand of a kind that no instruction of version 1 has.
    fn none<T>(&self) -> Result<T, ClassError> {
        Err(ClassError::Form {
            at: self.bytes.at(),
            what: "no instruction of version 1 has such an operand",
        })
    }
}

impl OperandSource for Operands<'_, '_, '_> {
    type Error = ClassError;

    fn dst(&mut self, _: &'static str) -> Result<Reg, ClassError> {
        self.bytes.reg()
    }
    fn src(&mut self, _: &'static str) -> Result<Reg, ClassError> {
        self.bytes.reg()
    }
    fn srcs(&mut self, name: &'static str) -> Result<Vec<Reg>, ClassError> {
        let named = name == "captures";
        let (what, least) = match named {
            true => ("captures", 8),
            false => ("operands of a list", 4),
        };
        let count = self
            .bytes
            .list(what, least, limits::OPERANDS_MAX, size_of::<Reg>())?;
        let mut regs = Vec::with_capacity(count);
        for _ in 0..count {
            if named {
                self.bytes.text()?;
            }
            regs.push(self.bytes.reg()?);
        }
        Ok(regs)
    }
    fn value(&mut self, _: &'static str) -> Result<Value, ClassError> {
        value(self.bytes)
    }
    fn target(&mut self, _: &'static str) -> Result<Offset, ClassError> {
        self.bytes.i32().map(Offset)
    }
    fn scope(&mut self, _: &'static str) -> Result<Option<Arc<str>>, ClassError> {
        self.bytes.text().map(Some)
    }
    fn arms(&mut self, _: &'static str) -> Result<Vec<Arm>, ClassError> {
        let each = size_of::<Arm>();
        let count = self
            .bytes
            .list("arms of a match", 5, limits::MATCH_ARMS_MAX, each)?;
        let mut arms = Vec::with_capacity(count);
        for _ in 0..count {
            arms.push(Arm {
                pattern: pattern(self.bytes)?,
                target: self.bytes.i32().map(Offset)?,
            });
        }
        Ok(arms)
    }
    fn properties(&mut self, _: &'static str) -> Result<Vec<PropertyInit>, ClassError> {
        let each = size_of::<PropertyInit>();
        // A name, a kind, and a constant that is nothing but its tag.
        let count = self
            .bytes
            .list("properties", 6, limits::OPERANDS_MAX, each)?;
        let mut properties = Vec::with_capacity(count);
        for _ in 0..count {
            let key = self.bytes.text()?;
            let at = self.bytes.at();
            let kind = self.bytes.u8()?;
            let value = match kind {
                0 | 2 => RegOrValue::Reg(self.bytes.reg()?),
                1 | 3 => RegOrValue::Value(value(self.bytes)?),
                found => {
                    return Err(ClassError::Kind {
                        at,
                        what: "kind of property (0 to 3)",
                        found,
                    });
                }
            };
            let flags = match kind {
                2 | 3 => access(self.bytes)?,
                _ => PropertyFlags::OPEN,
            };
            properties.push(PropertyInit { key, value, flags });
        }
        Ok(properties)
    }
    /// Only `spawn` has flags; the translation decides about them.
    fn flags(&mut self, _: &'static str, _: &'static [&'static str]) -> Result<u8, ClassError> {
        Ok(SpawnFlags::default().0)
    }

    fn opt_dst(&mut self, _: &'static str) -> Result<Option<Reg>, ClassError> {
        self.none()
    }
    fn opt_src(&mut self, _: &'static str) -> Result<Option<Reg>, ClassError> {
        self.none()
    }
    fn pairs(&mut self, _: &'static str) -> Result<Vec<(Reg, Reg)>, ClassError> {
        self.none()
    }
    fn name(&mut self, _: &'static str) -> Result<Arc<str>, ClassError> {
        self.none()
    }
    fn native(&mut self, _: &'static str) -> Result<Arc<str>, ClassError> {
        self.none()
    }
    fn function(&mut self, _: &'static str) -> Result<FunctionIndex, ClassError> {
        self.none()
    }
    fn literal(&mut self, _: &'static str) -> Result<u32, ClassError> {
        self.none()
    }
    fn timeout_arm(&mut self, _: &'static str) -> Result<Option<(Reg, Offset)>, ClassError> {
        self.none()
    }
}
