//! A class of version 1 as a [`Module`].
//!
//! # Invariants
//! T1. The functions of the file keep their places; variants for closures stand
//!     behind them, each once for a function and a count of captures.
//! T2. Every frame has the same registers as in version 1: those that captures
//!     do not take are extra ones.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Facts;
use super::closures::Known;
use super::expand::expand;
use super::names::{Place, Resolver, Scope, native};
use super::raw::{Body, RawFunction};
use crate::ids::{FunctionIndex, Reg};
use crate::isa::{Arm, Instruction as I, PropertyInit, SpawnFlags};
use crate::limits;
use crate::program::binary::ClassError;
use crate::program::bounded::Memory;
use crate::program::{Function, Module};

/// A function, and how many values a closure of it captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Variant {
    place: Place,
    captures: u16,
}

/// A class while it is translated.
pub(super) struct Translation<'t, 's> {
    scope: &'t Scope<'s>,
    facts: Facts,
    /// Place of the class in the set.
    into: usize,
    /// Functions of the file.
    own: usize,
    memory: &'t mut Memory,
    /// Variants in order of first use, and their places in that order.
    variants: Vec<Variant>,
    places: BTreeMap<Variant, usize>,
    names: BTreeSet<Arc<str>>,
}

/// A function while it is translated.
struct Frame<'f> {
    raw: &'f RawFunction,
    /// The class in which it stands.
    home: usize,
    captures: u16,
    /// What messages call it.
    label: &'f str,
}

impl Frame<'_> {
    fn wrong(&self, instruction: Option<usize>, problem: String) -> ClassError {
        ClassError::Untranslated {
            function: self.label.to_owned(),
            instruction,
            problem,
        }
    }
}

impl<'t, 's> Translation<'t, 's> {
    /// Of the class at `into`, whose functions these are.
    pub(super) fn new(
        scope: &'t Scope<'s>,
        facts: Facts,
        into: usize,
        functions: &[RawFunction],
        memory: &'t mut Memory,
    ) -> Self {
        Translation {
            scope,
            facts,
            into,
            own: functions.len(),
            memory,
            variants: Vec::new(),
            places: BTreeMap::new(),
            names: functions.iter().filter_map(|f| f.name.clone()).collect(),
        }
    }

    /// The class.
    pub(super) fn class(
        mut self,
        name: &Arc<str>,
        functions: &[RawFunction],
    ) -> Result<Module, ClassError> {
        let mut module = Module::new(Arc::clone(name));
        for raw in functions {
            self.charge(raw)?;
        }
        for (index, raw) in (0..).zip(functions) {
            let mut function = Function {
                name: raw.name.clone(),
                ..Function::default()
            };
            function.arity = raw.arity;
            let label = function.label(index);
            let frame = Frame {
                raw,
                home: self.into,
                captures: 0,
                label: &label,
            };
            self.function(&frame, &mut function)?;
            module.functions.push(function);
        }
        let mut next = 0_usize;
        // Code of a variant may ask for further ones.
        while let Some(variant) = self.variants.get(next).copied() {
            next = next.saturating_add(1);
            let Some(raw) = self.scope.raw(variant.place) else {
                continue;
            };
            let mut function = Function {
                name: Some(self.name_of(variant, raw)),
                private: true,
                ..Function::default()
            };
            function.arity = raw.arity;
            let label = function.label(0);
            let frame = Frame {
                raw,
                home: variant.place.class,
                captures: variant.captures,
                label: &label,
            };
            self.function(&frame, &mut function)?;
            module.functions.push(function);
        }
        Ok(module)
    }

    /// A name for a variant that no other function of the class has.
    fn name_of(&mut self, variant: Variant, raw: &RawFunction) -> Arc<str> {
        let name = raw.name.as_deref().unwrap_or_default();
        let mut text = match self.scope.class(variant.place.class) {
            Some(class) if variant.place.class != self.into => format!("{class}.{name}"),
            _ => name.to_owned(),
        };
        text.push_str(&format!("~{}", variant.captures));
        while self.names.contains(text.as_str()) {
            text.push('~');
        }
        let name: Arc<str> = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    /// Frame, body and all that follows from them.
    fn function(&mut self, frame: &Frame<'_>, function: &mut Function) -> Result<(), ClassError> {
        let raw = frame.raw;
        let extra = u32::from(raw.extra_regs)
            .saturating_add(self.facts.captures_max.into())
            .saturating_sub(frame.captures.into());
        let registers = u32::from(raw.arity)
            .saturating_add(frame.captures.into())
            .saturating_add(extra);
        function.extra_regs = u16::try_from(extra)
            .ok()
            .filter(|_| registers <= limits::REGISTERS_MAX)
            .ok_or_else(|| {
                let problem = format!(
                    "its frame has {registers} registers, those for captures included, and {} are \
                     allowed",
                    limits::REGISTERS_MAX
                );
                frame.wrong(None, problem)
            })?;
        function.captures = frame.captures;
        function.lenient = true;
        function.instructions = match &raw.body {
            Body::Code(code) => expand(self.code(frame, code)?),
            Body::Native(name) => {
                // The result needs a register.
                function.extra_regs = function.extra_regs.max(1);
                let native = native(name).map_err(|why| frame.wrong(None, why))?;
                let arguments = (frame.captures..).take(raw.arity.into()).map(Reg);
                vec![
                    I::CallNative(Reg(0), native, arguments.collect()),
                    I::Return(Reg(0)),
                ]
            }
        };
        Ok(())
    }

    fn code(&mut self, frame: &Frame<'_>, code: &[I]) -> Result<Vec<I>, ClassError> {
        let scope = self.scope;
        let mut known = Known::new(code, scope, frame.home);
        let resolver = Resolver {
            scope,
            home: frame.home,
            into: self.into,
        };
        let mut translated = Vec::with_capacity(code.len());
        for (at, instruction) in code.iter().enumerate() {
            known.arrive(at);
            let wrong = |why| frame.wrong(Some(at), why);
            translated.push(match instruction {
                I::MakeClosureDyn(dst, func, label, captures) => {
                    let variant = match u16::try_from(captures.len()) {
                        Ok(count) if count > 0 => self.variant(known.function(*func), count)?,
                        _ => None,
                    };
                    match variant {
                        Some(index) => I::MakeClosure(*dst, index, label.clone(), captures.clone()),
                        None => instruction.clone(),
                    }
                }
                I::LoadConst(dst, value) => match resolver.machine(*dst, value).map_err(wrong)? {
                    Some(loads) => loads,
                    None => match resolver.constant(value).map_err(wrong)? {
                        Some(value) => I::LoadConst(*dst, value),
                        None => instruction.clone(),
                    },
                },
                I::Match(src, arms) => {
                    let mut resolved = Vec::with_capacity(arms.len());
                    for arm in arms {
                        resolved.push(Arm {
                            pattern: resolver.pattern(&arm.pattern).map_err(wrong)?,
                            target: arm.target,
                        });
                    }
                    I::Match(*src, resolved)
                }
                I::ObjectInit(dst, properties) => {
                    let mut resolved = Vec::with_capacity(properties.len());
                    for property in properties {
                        resolved.push(PropertyInit {
                            value: resolver.side(&property.value).map_err(wrong)?,
                            ..property.clone()
                        });
                    }
                    I::ObjectInit(*dst, resolved)
                }
                I::Spawn(dst, func, flags, args) => {
                    let flags = match self.facts.keeps {
                        true => SpawnFlags::KEEP,
                        false => *flags,
                    };
                    I::Spawn(*dst, *func, flags, args.clone())
                }
                other => other.clone(),
            });
            known.pass(instruction);
        }
        Ok(translated)
    }

    /// The function of which a closure with so many captures is made, if the
    /// function is known and of version 1.
    fn variant(
        &mut self,
        place: Option<Place>,
        captures: u16,
    ) -> Result<Option<FunctionIndex>, ClassError> {
        let Some((place, raw)) = place.and_then(|place| Some((place, self.scope.raw(place)?)))
        else {
            return Ok(None);
        };
        let variant = Variant { place, captures };
        let order = match self.places.get(&variant) {
            Some(order) => *order,
            None => {
                self.charge(raw)?;
                let next = self.variants.len();
                self.places.insert(variant, next);
                self.variants.push(variant);
                next
            }
        };
        let index = u32::try_from(self.own.saturating_add(order));
        Ok(index.ok().map(FunctionIndex))
    }

    /// The function will be there once more, so its memory is charged before
    /// anything of it is copied.
    fn charge(&mut self, raw: &RawFunction) -> Result<(), ClassError> {
        let size = size_of::<Function>().saturating_add(raw.size);
        self.memory.charge(1, size, 0)
    }
}
