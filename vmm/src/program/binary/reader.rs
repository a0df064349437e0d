//! From bytes to a class.
//!
//! The frame of sections is read first, then the checksum is compared, then
//! the contents: pools, functions, exports, debug information, custom
//! sections. Instructions are decoded by an [`OperandSource`], so a new
//! instruction needs nothing here.
//!
//! # Invariants
//! R1. What is accepted is what the writer would have written: every number
//!     has one form, every section is filled exactly, pools are in order.
//! R2. No list is allocated before the bytes that fill it have been seen to be
//!     there, nor before its memory is charged.
//!
//! # Cost
//! Linear in the bytes, apart from a sort of the pool entries.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;

use super::cursor::Cursor;
use super::error::ClassError;
use super::kind::{self, section};
use super::pooled::Pools;
use super::writer::exported;
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::{Arm, Instruction, Opcode, OperandSource, PropertyFlags, PropertyInit};
use crate::limits;
use crate::program::bounded::ALLOCATION;
use crate::program::{CustomSection, DebugInfo, Function, Handler, LineEntry, Local, Module};
use crate::value::Value;

/// The class of a class file.
pub(super) fn read(bytes: &[u8]) -> Result<Module, ClassError> {
    if !bytes.starts_with(&kind::MAGIC) {
        return Err(ClassError::NotAClass);
    }
    if bytes.len() > limits::CLASS_BYTES_MAX {
        return Err(ClassError::Limit {
            at: Some(0),
            what: "bytes",
            found: bytes.len(),
            limit: limits::CLASS_BYTES_MAX,
        });
    }
    let mut file = Cursor::new(bytes, 0);
    file.take(kind::MAGIC.len())?;
    let found = file.u8()?;
    if found != kind::VERSION {
        return Err(ClassError::Version { found });
    }
    let at = file.at();
    if file.take(2)? != [0, 0] {
        return Err(ClassError::Form {
            at,
            what: "the two bytes after the version are zero",
        });
    }
    let stored = file.take(4)?;
    let stored = stored.try_into().map_or(0, u32::from_le_bytes);
    let computed = crc32fast::hash(bytes.get(kind::SECTIONS_AT..).unwrap_or(&[]));
    let sections = Sections::split(file);
    if stored != computed && !matches!(sections, Err(ClassError::Truncated { .. })) {
        // Whatever else seems wrong follows from the damage. A file that was
        // cut off is told so rather.
        return Err(ClassError::Checksum { stored, computed });
    }
    let sections = sections?;

    let mut pools = Pools::read(sections.texts, sections.constants, sections.patterns)?;
    let name = class(sections.class)?;
    let mut functions = functions(sections.functions, &mut pools)?;
    exports(sections.exports, &functions, &mut pools)?;
    debug(sections.debug, &mut functions, &mut pools)?;
    pools.order.finish()?;
    let mut custom_sections = Vec::new();
    for section in sections.custom {
        custom_sections.push(custom(section)?);
    }
    Ok(Module {
        name,
        functions,
        custom: custom_sections,
    })
}

/// The contents of the sections, not looked at yet.
struct Sections<'a> {
    class: Cursor<'a>,
    texts: Cursor<'a>,
    constants: Cursor<'a>,
    patterns: Cursor<'a>,
    functions: Cursor<'a>,
    exports: Cursor<'a>,
    debug: Cursor<'a>,
    custom: Vec<Cursor<'a>>,
}

impl<'a> Sections<'a> {
    fn split(mut file: Cursor<'a>) -> Result<Self, ClassError> {
        let mut next = |id, expected| next_section(&mut file, id, expected);
        let mut sections = Sections {
            class: next(section::CLASS, "the class section")?,
            texts: next(section::TEXTS, "the texts section")?,
            constants: next(section::CONSTANTS, "the constants section")?,
            patterns: next(section::PATTERNS, "the patterns section")?,
            functions: next(section::FUNCTIONS, "the functions section")?,
            exports: next(section::EXPORTS, "the exports section")?,
            debug: next(section::DEBUG, "the debug section")?,
            custom: Vec::new(),
        };
        while file.left() > 0 {
            let section = next_section(&mut file, section::CUSTOM, "a custom section or the end")?;
            sections.custom.push(section);
        }
        Ok(sections)
    }
}

fn next_section<'a>(
    file: &mut Cursor<'a>,
    id: u8,
    expected: &'static str,
) -> Result<Cursor<'a>, ClassError> {
    let at = file.at();
    let found = file.u8()?;
    if found != id {
        return Err(ClassError::Section {
            at,
            found,
            expected,
        });
    }
    let content = file.raw("length of a section", limits::CLASS_BYTES_MAX)?;
    Ok(Cursor::new(
        content,
        file.at().saturating_sub(content.len()),
    ))
}

fn class(mut cursor: Cursor<'_>) -> Result<Arc<str>, ClassError> {
    let name = cursor.utf8("bytes of a name", limits::NAME_BYTES_MAX)?;
    for _ in 0..cursor.count("features", 1)? {
        let at = cursor.at();
        let feature = cursor.utf8("bytes of a name", limits::NAME_BYTES_MAX)?;
        if !kind::FEATURES.contains(&feature) {
            let name = feature.chars().take(64).collect();
            return Err(ClassError::Feature { at, name });
        }
    }
    cursor.finish()?;
    Ok(Arc::from(name))
}

fn functions(mut cursor: Cursor<'_>, pools: &mut Pools<'_>) -> Result<Vec<Function>, ClassError> {
    // Flags, name, four counts, two lists: eight bytes at least.
    let count = cursor.limited("functions", 8, limits::FUNCTIONS_MAX)?;
    pools
        .memory
        .charge(count, size_of::<Function>(), cursor.at())?;
    let mut functions = Vec::with_capacity(count);
    let mut instructions = 0_usize;
    for _ in 0..count {
        let function = function(&mut cursor, pools, &mut instructions)?;
        functions.push(function);
    }
    cursor.finish()?;
    Ok(functions)
}

fn function(
    cursor: &mut Cursor<'_>,
    pools: &mut Pools<'_>,
    total: &mut usize,
) -> Result<Function, ClassError> {
    let at = cursor.at();
    let flags = cursor.u8()?;
    if flags & !kind::function::ALL != 0 {
        return Err(ClassError::Kind {
            at,
            what: "set of function flags",
            found: flags,
        });
    }
    let name = pools.opt_text(cursor)?;
    let arity = cursor.short("arity")?;
    let captures = cursor.short("number of captures")?;
    let optional = cursor.short("number of optional arguments")?;
    let extra_regs = cursor.short("number of extra registers")?;

    let at = cursor.at();
    let count = cursor.count("instructions", 1)?;
    *total = total.saturating_add(count);
    if *total > limits::INSTRUCTIONS_MAX {
        return Err(ClassError::Limit {
            at: Some(at),
            what: "instructions",
            found: *total,
            limit: limits::INSTRUCTIONS_MAX,
        });
    }
    pools.memory.charge(count, size_of::<Instruction>(), at)?;
    let mut instructions = Vec::new();
    for done in 0..count {
        if instructions.len() == instructions.capacity() {
            // Grows as it is filled, so that a wrong count costs nothing.
            instructions.reserve_exact(count.saturating_sub(done).min(done.max(1024)));
        }
        instructions.push(instruction(cursor, pools)?);
    }

    let count = cursor.limited("handlers", 5, limits::HANDLERS_MAX)?;
    pools
        .memory
        .charge(count, size_of::<Handler>(), cursor.at())?;
    let mut handlers = Vec::with_capacity(count);
    for _ in 0..count {
        handlers.push(Handler {
            from: cursor.uint("start of a range")?,
            to: cursor.uint("end of a range")?,
            target: cursor.uint("target of a handler")?,
            value: cursor.reg()?,
            info: cursor.opt_reg()?,
        });
    }
    Ok(Function {
        name,
        arity,
        captures,
        optional,
        extra_regs,
        rest: flags & kind::function::REST != 0,
        lenient: flags & kind::function::LENIENT != 0,
        private: flags & kind::function::PRIVATE != 0,
        instructions,
        handlers,
        debug: DebugInfo::default(),
    })
}

fn instruction(cursor: &mut Cursor<'_>, pools: &mut Pools<'_>) -> Result<Instruction, ClassError> {
    let at = cursor.at();
    let found = cursor.u8()?;
    let opcode = Opcode::from_number(found).ok_or(ClassError::Kind {
        at,
        what: "instruction",
        found,
    })?;
    Instruction::read(opcode, &mut Operands { cursor, pools })
}

fn exports(
    mut cursor: Cursor<'_>,
    functions: &[Function],
    pools: &mut Pools<'_>,
) -> Result<(), ClassError> {
    let mut wanted = exported(functions);
    for _ in 0..cursor.count("exports", 3)? {
        let at = cursor.at();
        let name = pools.text(&mut cursor)?;
        let arity = cursor.short("arity")?;
        let index = cursor.uint("function")?;
        match wanted.next() {
            // Equal texts have one place in the pool.
            Some((i, n, f)) if i == index && Arc::ptr_eq(n, &name) && f.arity == arity => {}
            _ => return Err(ClassError::Exports { at }),
        }
    }
    if wanted.next().is_some() {
        return Err(ClassError::Exports { at: cursor.at() });
    }
    cursor.finish()
}

fn debug(
    mut cursor: Cursor<'_>,
    functions: &mut [Function],
    pools: &mut Pools<'_>,
) -> Result<(), ClassError> {
    let mut next = 0_usize;
    for _ in 0..cursor.count("functions with debug information", 3)? {
        let at = cursor.at();
        let index = cursor.uint("function")?;
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        let len = functions.len();
        let function = functions.get_mut(place).ok_or(ClassError::Index {
            at,
            what: "function",
            index,
            len,
        })?;
        if place < next {
            return Err(ClassError::Form {
                at,
                what: "entries of the debug section ascend by function",
            });
        }
        next = place.saturating_add(1);
        function.debug = debug_entry(&mut cursor, pools)?;
        if function.debug == DebugInfo::default() {
            return Err(ClassError::Form {
                at,
                what: "a function without lines and locals has no debug entry",
            });
        }
    }
    cursor.finish()
}

fn debug_entry(cursor: &mut Cursor<'_>, pools: &mut Pools<'_>) -> Result<DebugInfo, ClassError> {
    let count = cursor.count("lines", 4)?;
    pools
        .memory
        .charge(count, size_of::<LineEntry>(), cursor.at())?;
    let mut lines = Vec::with_capacity(count);
    for _ in 0..count {
        lines.push(LineEntry {
            at: cursor.uint("instruction of a line")?,
            file: pools.text(cursor)?,
            line: cursor.uint("line")?,
            column: cursor.uint("column")?,
        });
    }
    let count = cursor.count("locals", 4)?;
    pools
        .memory
        .charge(count, size_of::<Local>(), cursor.at())?;
    let mut locals = Vec::with_capacity(count);
    for _ in 0..count {
        locals.push(Local {
            name: pools.text(cursor)?,
            reg: cursor.reg()?,
            from: cursor.uint("start of a range")?,
            to: cursor.uint("end of a range")?,
        });
    }
    Ok(DebugInfo { lines, locals })
}

fn custom(mut cursor: Cursor<'_>) -> Result<CustomSection, ClassError> {
    let name = cursor.utf8("bytes of a name", limits::NAME_BYTES_MAX)?;
    let data = cursor.take(cursor.left())?;
    Ok(CustomSection {
        name: Arc::from(name),
        data: data.to_vec(),
    })
}

/// Supplies operands from the bytes of the functions section.
struct Operands<'r, 'c, 'a> {
    cursor: &'r mut Cursor<'c>,
    pools: &'r mut Pools<'a>,
}

impl Operands<'_, '_, '_> {
    /// Count of a list whose items take `least` bytes there and `each` here.
    fn list(
        &mut self,
        what: &'static str,
        least: usize,
        limit: usize,
        each: usize,
    ) -> Result<usize, ClassError> {
        let at = self.cursor.at();
        let count = self.cursor.limited(what, least, limit)?;
        if count > 0 {
            self.pools.memory.charge(1, ALLOCATION, at)?;
            self.pools.memory.charge(count, each, at)?;
        }
        Ok(count)
    }
}

impl OperandSource for Operands<'_, '_, '_> {
    type Error = ClassError;

    fn dst(&mut self, _: &'static str) -> Result<Reg, ClassError> {
        self.cursor.reg()
    }
    fn src(&mut self, _: &'static str) -> Result<Reg, ClassError> {
        self.cursor.reg()
    }
    fn opt_dst(&mut self, _: &'static str) -> Result<Option<Reg>, ClassError> {
        self.cursor.opt_reg()
    }
    fn opt_src(&mut self, _: &'static str) -> Result<Option<Reg>, ClassError> {
        self.cursor.opt_reg()
    }
    fn srcs(&mut self, _: &'static str) -> Result<Vec<Reg>, ClassError> {
        let count = self.list(
            "operands of a list",
            1,
            limits::OPERANDS_MAX,
            size_of::<Reg>(),
        )?;
        let mut regs = Vec::with_capacity(count);
        for _ in 0..count {
            regs.push(self.cursor.reg()?);
        }
        Ok(regs)
    }
    fn pairs(&mut self, _: &'static str) -> Result<Vec<(Reg, Reg)>, ClassError> {
        let each = size_of::<(Reg, Reg)>();
        let count = self.list("operands of a list", 2, limits::OPERANDS_MAX, each)?;
        let mut pairs = Vec::with_capacity(count);
        for _ in 0..count {
            pairs.push((self.cursor.reg()?, self.cursor.reg()?));
        }
        Ok(pairs)
    }
    fn value(&mut self, _: &'static str) -> Result<Value, ClassError> {
        self.pools.constant(self.cursor)
    }
    fn name(&mut self, _: &'static str) -> Result<Arc<str>, ClassError> {
        self.pools.text(self.cursor)
    }
    fn native(&mut self, _: &'static str) -> Result<Arc<str>, ClassError> {
        self.pools.text(self.cursor)
    }
    fn function(&mut self, _: &'static str) -> Result<FunctionIndex, ClassError> {
        self.cursor.uint("function").map(FunctionIndex)
    }
    fn target(&mut self, _: &'static str) -> Result<Offset, ClassError> {
        self.cursor.sint("target").map(Offset)
    }
    fn literal(&mut self, _: &'static str) -> Result<u32, ClassError> {
        self.cursor.uint("number")
    }
    fn scope(&mut self, _: &'static str) -> Result<Option<Arc<str>>, ClassError> {
        self.pools.opt_text(self.cursor)
    }
    fn arms(&mut self, _: &'static str) -> Result<Vec<Arm>, ClassError> {
        let each = size_of::<Arm>();
        let count = self.list("arms of a match", 2, limits::MATCH_ARMS_MAX, each)?;
        let mut arms = Vec::with_capacity(count);
        for _ in 0..count {
            arms.push(Arm {
                pattern: self.pools.pattern(self.cursor)?,
                target: self.cursor.sint("target").map(Offset)?,
            });
        }
        Ok(arms)
    }
    fn timeout_arm(&mut self, _: &'static str) -> Result<Option<(Reg, Offset)>, ClassError> {
        match self.cursor.opt_reg()? {
            None => Ok(None),
            Some(reg) => Ok(Some((reg, self.cursor.sint("target").map(Offset)?))),
        }
    }
    fn properties(&mut self, _: &'static str) -> Result<Vec<PropertyInit>, ClassError> {
        let each = size_of::<PropertyInit>();
        let count = self.list("operands of a list", 4, limits::OPERANDS_MAX, each)?;
        let mut properties = Vec::with_capacity(count);
        for _ in 0..count {
            properties.push(PropertyInit {
                key: self.pools.text(self.cursor)?,
                value: self.pools.side(self.cursor)?,
                flags: PropertyFlags(self.cursor.u8()?),
            });
        }
        Ok(properties)
    }
    fn flags(&mut self, _: &'static str, _: &'static [&'static str]) -> Result<u8, ClassError> {
        self.cursor.u8()
    }
}
