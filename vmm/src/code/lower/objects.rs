//! Lowering of the object family.
//!
//! An object whose properties are all known, and whose values are registers and
//! shared constants, is made from a layout. Others go the long way: operands
//! behind `ObjectInit` and `ObjectNew` are three words a property, key, value,
//! flags; what the value's word means stands above the flags.

use std::sync::Arc;

use super::Lowerer;
use crate::code::layout::Source;
use crate::code::link::{LinkError, Load};
use crate::code::ops::Code as C;
use crate::ids::Reg;
use crate::isa::{Instruction as I, PropertyInit, RegOrValue};
use crate::value::Value;

/// Above the flags of a property: the value is a constant.
pub const CONSTANT: u16 = 0x100;
/// Above the flags of a property: the value is a copy of a template.
pub const TEMPLATE: u16 = 0x200;

impl Lowerer<'_, '_> {
    pub(super) fn get_prop(&mut self, dst: Reg, obj: Reg, key: Reg) -> Result<(), LinkError> {
        match self.site()? {
            Some(site) if self.plan.method[self.at as usize] => {
                self.emit(C::GetMethod, dst.0, obj.0, site);
            }
            Some(site) => self.three(C::GetPropK, dst, obj, Reg(site)),
            None => self.three(C::GetProp, dst, obj, key),
        }
        Ok(())
    }

    pub(super) fn set_prop(&mut self, obj: Reg, key: Reg, value: Reg) -> Result<(), LinkError> {
        match self.site()? {
            Some(site) => self.emit(C::SetPropK, obj.0, site, value.0),
            None => self.emit(C::SetProp, obj.0, key.0, value.0),
        };
        Ok(())
    }

    pub(super) fn get_raw(&mut self, dst: Reg, obj: Reg, key: Reg) -> Result<(), LinkError> {
        match self.site()? {
            Some(site) => self.three(C::GetRawK, dst, obj, Reg(site)),
            None => self.three(C::GetRaw, dst, obj, key),
        }
        Ok(())
    }

    /// An operation on an object whose second operand is a name.
    pub(super) fn with_name(
        &mut self,
        code: C,
        obj: Reg,
        name: &Arc<str>,
        last: u16,
    ) -> Result<(), LinkError> {
        let name = self.pool.constant(&Value::atom(name.clone()))?;
        self.emit(code, obj.0, name, last);
        Ok(())
    }

    /// The site of a property whose name is constant.
    fn site(&mut self) -> Result<Option<u16>, LinkError> {
        let name = self.plan.key[self.at as usize].clone();
        name.map(|name| self.pool.site(&name)).transpose()
    }

    /// What the function called here was read from, if that was a method's read.
    pub(super) fn called_on(&self) -> Option<Reg> {
        let before = (self.at as usize).checked_sub(1)?;
        match &self.function.instructions[before] {
            I::GetProp(_, obj, _) if self.plan.method[before] => Some(*obj),
            _ => None,
        }
    }

    pub(super) fn new_object(
        &mut self,
        dst: Reg,
        proto: Option<Reg>,
        properties: &[PropertyInit],
    ) -> Result<(), LinkError> {
        let count = self.count(properties.len())?;
        let mut words = Vec::with_capacity(3 * properties.len());
        let mut sources = Vec::with_capacity(properties.len());
        for p in properties {
            let key = self.pool.constant(&Value::atom(p.key.clone()))?;
            let (value, source) = match &p.value {
                RegOrValue::Reg(r) => (r.0, 0),
                RegOrValue::Value(v) => match self.pool.load(v)? {
                    Load::Constant(k) => (k, CONSTANT),
                    Load::Template(number) => (
                        u16::try_from(number).map_err(|_| LinkError::TooManyConstants)?,
                        TEMPLATE,
                    ),
                },
            };
            words.extend([key, value, u16::from(p.flags.0) | source]);
            let source = match source {
                0 => Source::Register(value),
                CONSTANT => Source::Constant(value),
                _ => continue,
            };
            sources.push((p.key.clone(), p.flags.0, source));
        }
        let dst = self.dst(dst);
        if sources.len() == properties.len()
            && let Some(layout) = self.pool.layout(&sources)?
        {
            match proto {
                Some(proto) => self.emit(C::ObjectMakeOf, dst, layout, proto.0),
                None => self.emit(C::ObjectMake, dst, layout, 0),
            };
            return Ok(());
        }
        match proto {
            Some(proto) => self.emit(C::ObjectNew, dst, count, proto.0),
            None => self.emit(C::ObjectInit, dst, count, 0),
        };
        self.args(&words);
        Ok(())
    }
}
