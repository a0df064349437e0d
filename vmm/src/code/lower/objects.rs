//! Lowering of the object family.
//!
//! An object whose properties are all known, and whose values are registers and
//! shared constants, is made from a layout. Others go the long way: operands
//! behind `ObjectInit` and `ObjectNew` are three words a property, key, value,
//! flags; what the value's word means stands above the flags.

use super::Lowerer;
use crate::code::layout::Source;
use crate::code::link::{LinkError, Load};
use crate::code::ops::Code as C;
use crate::ids::Reg;
use crate::isa::{HasFlags, Instruction as I, PropertyInit, RegOrValue};
use crate::value::Value;

/// Above the flags of a property: the value is a constant.
pub const CONSTANT: u16 = 0x100;
/// Above the flags of a property: the value is a copy of a template.
pub const TEMPLATE: u16 = 0x200;

impl Lowerer<'_, '_> {
    /// Lowers an instruction of the object family.
    pub(super) fn object(&mut self, i: &I) -> Result<(), LinkError> {
        match i {
            I::GetProp(d, obj, key) => match self.site()? {
                Some(site) if self.plan.method[self.at as usize] => {
                    self.emit(C::GetMethod, d.0, obj.0, site);
                }
                Some(site) => self.three(C::GetPropK, *d, *obj, Reg(site)),
                None => self.three(C::GetProp, *d, *obj, *key),
            },
            I::SetProp(obj, key, v) => {
                match self.site()? {
                    Some(site) => self.emit(C::SetPropK, obj.0, site, v.0),
                    None => self.emit(C::SetProp, obj.0, key.0, v.0),
                };
            }
            I::GetRaw(d, obj, key) => match self.site()? {
                Some(site) => self.three(C::GetRawK, *d, *obj, Reg(site)),
                None => self.three(C::GetRaw, *d, *obj, *key),
            },
            I::ObjectInit(d, properties) => self.new_object(*d, None, properties)?,
            I::ObjectNew(d, proto, properties) => self.new_object(*d, Some(*proto), properties)?,
            I::DefineProp(obj, key, v, flags) => {
                self.emit(C::DefineProp, obj.0, key.0, v.0);
                self.args(&[u16::from(flags.0)]);
            }
            I::DeleteProp(d, obj, key) => self.three(C::DeleteProp, *d, *obj, *key),
            I::HasProp(d, obj, key, place) => {
                let code = match place.has(HasFlags::OWN) {
                    true => C::HasOwn,
                    false => C::HasProp,
                };
                self.three(code, *d, *obj, *key);
            }
            I::GetProto(d, obj) => self.two(C::GetProto, *d, *obj),
            I::SetProto(obj, proto) => {
                self.emit(C::SetProto, obj.0, proto.0, 0);
            }
            I::SetMagic(obj, name, func) => {
                let name = self.pool.constant(&Value::atom(name.clone()))?;
                self.emit(C::SetMagic, obj.0, name, func.0);
            }
            I::SetTypeName(obj, name) => {
                let name = self.pool.constant(&Value::atom(name.clone()))?;
                self.emit(C::SetTypeName, obj.0, name, 0);
            }
            I::Freeze(obj) => {
                self.emit(C::Freeze, obj.0, 0, 0);
            }
            I::Share(d, src) => self.two(C::Share, *d, *src),
            I::InstanceOf(d, obj, proto) => self.three(C::InstanceOf, *d, *obj, *proto),
            _ => return Err(self.not_built(i, i.info().mnemonic)),
        }
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

    fn new_object(
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
