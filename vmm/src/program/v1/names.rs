//! What symbolic atoms mean: functions, natives, and the machine itself.
//!
//! | atom | where | what it names |
//! |---|---|---|
//! | `__function_ref:Class:function`, `__function_ref:function` | anywhere in a constant | a function of the set, or of the library |
//! | `__stdlib:name` | anywhere in a constant | a native, without regard to case |
//! | `__vm:self`, `__vm:this`, ... and plain `self` | what `LoadConst` loads | an instruction that loads it |
//!
//! # Invariants
//! A1. An atom that looks symbolic and names nothing is refused, never kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Class, Content};
use crate::ids::Reg;
use crate::isa::{Instruction, Pattern, RegOrValue};
use crate::names::Quoted;
use crate::text::closest;
use crate::value::{Object, Primitive, PropertyDescriptor, Value};

const FUNCTION: &str = "__function_ref:";
const NATIVE: &str = "__stdlib:";
const MACHINE: &str = "__vm:";

/// Class names of the library that comes with the machine.
const LIBRARY: &str = "ion.";

/// What can be named in a set of classes.
pub(super) struct Scope<'s> {
    classes: Vec<Functions<'s>>,
    by_name: BTreeMap<&'s str, usize>,
}

/// The functions of a class that others can name.
struct Functions<'s> {
    class: &'s Arc<str>,
    /// Place and arity of those of a name.
    by_name: BTreeMap<&'s str, Vec<(u32, u16)>>,
    /// Of version 1.
    raw: Option<&'s [super::RawFunction]>,
}

/// A function that an atom names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) class: usize,
    pub(super) function: u32,
}

/// What a function reference leads to.
enum Found<'t> {
    /// A function of the set.
    Set {
        place: Place,
        name: &'t str,
        arity: u16,
    },
    /// A function of the library, which is not there to be looked at.
    Library { class: &'t str, name: &'t str },
}

impl<'s> Scope<'s> {
    pub(super) fn new(classes: &'s [Class]) -> Scope<'s> {
        let mut scope = Scope {
            classes: Vec::with_capacity(classes.len()),
            by_name: BTreeMap::new(),
        };
        for (place, class) in classes.iter().enumerate() {
            let mut functions = Functions {
                class: &class.name,
                by_name: BTreeMap::new(),
                raw: None,
            };
            let mut named = |name: &'s Option<Arc<str>>, index: u32, arity: u16| {
                if let Some(name) = name {
                    functions
                        .by_name
                        .entry(name)
                        .or_default()
                        .push((index, arity));
                }
            };
            match &class.content {
                Content::Version1(list) => {
                    for (index, function) in (0..).zip(list) {
                        named(&function.name, index, function.arity);
                    }
                    functions.raw = Some(list);
                }
                Content::Version2(module) => {
                    for (index, function) in (0..).zip(&module.functions) {
                        if !function.private {
                            named(&function.name, index, function.arity);
                        }
                    }
                }
            }
            scope.by_name.insert(&class.name, place);
            scope.classes.push(functions);
        }
        scope
    }

    /// What the class at a place is called.
    pub(super) fn class(&self, place: usize) -> Option<&'s Arc<str>> {
        self.classes.get(place).map(|class| class.class)
    }

    /// A function, if it is of version 1.
    pub(super) fn raw(&self, place: Place) -> Option<&'s super::RawFunction> {
        let functions = self.classes.get(place.class)?.raw?;
        functions.get(usize::try_from(place.function).ok()?)
    }

    /// The function that a constant names, if it is the name of one of the set.
    pub(super) fn named(&self, home: usize, value: &Value) -> Option<Place> {
        let reference = value.as_atom()?.strip_prefix(FUNCTION)?;
        match self.function(home, reference) {
            Ok(Found::Set { place, .. }) => Some(place),
            _ => None,
        }
    }

    /// The function that a reference in a class names; why there is none.
    fn function<'t>(&self, home: usize, reference: &'t str) -> Result<Found<'t>, String> {
        let (class, name) = match reference.rsplit_once(':') {
            Some((class, name)) => (Some(class), name),
            None => (None, reference),
        };
        let place = match class {
            None => home,
            Some(class) => match self.by_name.get(class) {
                Some(place) => *place,
                None if class.starts_with(LIBRARY) => return Ok(Found::Library { class, name }),
                None => {
                    let there = there(class, self.by_name.keys().copied());
                    return Err(format!("there is no class {}{there}", Quoted::new(class)));
                }
            },
        };
        let Some(functions) = self.classes.get(place) else {
            return Err("there is no such class".to_owned());
        };
        let class = Quoted::new(functions.class);
        match functions.by_name.get(name).map(Vec::as_slice) {
            Some([(function, arity)]) => Ok(Found::Set {
                place: Place {
                    class: place,
                    function: *function,
                },
                name,
                arity: *arity,
            }),
            Some([_, _, ..]) => Err(format!("class {class} has several functions of that name")),
            _ => {
                let there = there(name, functions.by_name.keys().copied());
                let name = Quoted::new(name);
                Err(format!("class {class} has no function {name}{there}"))
            }
        }
    }
}

/// What is meant perhaps, or what there is instead.
fn there<'t>(wanted: &str, names: impl Iterator<Item = &'t str> + Clone) -> String {
    const SHOWN: usize = 8;
    if let Some(near) = closest(wanted, names.clone()) {
        return format!("; did you mean {}?", Quoted::new(near));
    }
    let list: Vec<String> = names
        .clone()
        .take(SHOWN)
        .map(|name| Quoted::new(name).to_string())
        .collect();
    let more = if names.count() > SHOWN { ", ..." } else { "" };
    match list.as_slice() {
        [] => "; there is none at all".to_owned(),
        list => format!("; there is {}{more}", list.join(", ")),
    }
}

/// The canonical name of a native; why there is none.
///
/// Names of the standard library may be spelt in any way. Any other has to be
/// `module.name`, without regard to case, and whether it is there is the
/// linker's question.
pub(super) fn native(spelling: &str) -> Result<Arc<str>, String> {
    if let Some(name) = vm_ffi::stdlib::canonical_name(spelling) {
        return Ok(name.into());
    }
    let lower = spelling.to_ascii_lowercase();
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if lower.contains('.') && lower.split('.').all(word) {
        return Ok(lower.into());
    }
    Err(format!(
        "there is no native function {} in the standard library",
        Quoted::new(spelling)
    ))
}

/// Resolves the names in the code of one class, for the class that gets it.
pub(super) struct Resolver<'r, 's> {
    pub(super) scope: &'r Scope<'s>,
    /// The class in which the names stand.
    pub(super) home: usize,
    /// The class to which the code goes.
    pub(super) into: usize,
}

impl Resolver<'_, '_> {
    /// The instruction that loads what the machine is asked for, if a loaded
    /// constant does that.
    pub(super) fn machine(&self, dst: Reg, value: &Value) -> Result<Option<Instruction>, String> {
        let Some(atom) = value.as_atom() else {
            return Ok(None);
        };
        let Some(word) = atom.strip_prefix(MACHINE) else {
            let own = atom == "self";
            return Ok(own.then_some(Instruction::SelfPid(dst)));
        };
        Ok(Some(match word {
            "self" => Instruction::SelfPid(dst),
            "this" => Instruction::LoadThis(dst),
            "pid" | "processes" | "scheduler_passes" => {
                Instruction::CallNative(dst, format!("vm.{word}").into(), Vec::new())
            }
            _ => {
                return Err(format!(
                    "the machine has no {}; there is self, this, pid, processes, scheduler_passes",
                    Quoted::new(atom)
                ));
            }
        }))
    }

    /// A constant with its names resolved; none if it has no names. No constant
    /// that was read is nested deeper than `limits::NESTING_MAX`.
    pub(super) fn constant(&self, value: &Value) -> Result<Option<Value>, String> {
        Ok(match value {
            Value::Primitive(Primitive::Atom(atom)) => self.atom(atom)?,
            Value::Tuple(items) => self.items(items)?.map(Value::tuple),
            Value::Array(items) => self.items(items)?.map(Value::array),
            Value::Object(object) => self.object(object)?.map(Value::object),
            _ => None,
        })
    }

    fn items(&self, items: &[Value]) -> Result<Option<Vec<Value>>, String> {
        let mut changed: Option<Vec<Value>> = None;
        for (index, item) in items.iter().enumerate() {
            let resolved = self.constant(item)?;
            match (&mut changed, resolved) {
                (None, None) => {}
                (None, Some(resolved)) => {
                    let mut list: Vec<Value> = items.iter().take(index).cloned().collect();
                    list.push(resolved);
                    changed = Some(list);
                }
                (Some(list), resolved) => list.push(resolved.unwrap_or_else(|| item.clone())),
            }
        }
        Ok(changed)
    }

    fn object(&self, object: &Object) -> Result<Option<Object>, String> {
        let values: Vec<Value> = object
            .properties
            .iter()
            .map(|(_, property)| property.value.clone())
            .collect();
        let Some(values) = self.items(&values)? else {
            return Ok(None);
        };
        let properties = object.properties.iter().zip(values);
        Ok(Some(Object {
            properties: properties
                .map(|((name, property), value)| {
                    let property = PropertyDescriptor {
                        value,
                        ..property.clone()
                    };
                    (Arc::clone(name), property)
                })
                .collect(),
            ..Object::new()
        }))
    }

    fn atom(&self, atom: &str) -> Result<Option<Value>, String> {
        if let Some(reference) = atom.strip_prefix(FUNCTION) {
            let found = self.scope.function(self.home, reference);
            return match found {
                Ok(found) => Ok(Some(self.function(&found))),
                Err(why) => Err(format!("{} names nothing: {why}", Quoted::new(atom))),
            };
        }
        match atom.strip_prefix(NATIVE).map(native) {
            None => Ok(None),
            Some(Ok(name)) => Ok(Some(Value::Native(name))),
            Some(Err(why)) => Err(format!("{} names nothing: {why}", Quoted::new(atom))),
        }
    }

    fn function(&self, found: &Found<'_>) -> Value {
        match found {
            Found::Set { place, .. } if place.class == self.into => {
                Value::local_function(place.function)
            }
            Found::Set { place, name, arity } => {
                let class = self.scope.class(place.class).map_or("", |class| class);
                Value::extern_function(class, name, Some(*arity))
            }
            Found::Library { class, name } => Value::extern_function(class, name, None),
        }
    }

    /// A pattern with its names resolved; bounded as constants are.
    pub(super) fn pattern(&self, pattern: &Pattern) -> Result<Pattern, String> {
        let all = |patterns: &[Pattern]| {
            let resolved = patterns.iter().map(|p| self.pattern(p));
            resolved.collect::<Result<Vec<_>, _>>()
        };
        Ok(match pattern {
            Pattern::Value(value) => {
                Pattern::Value(self.constant(value)?.unwrap_or_else(|| value.clone()))
            }
            Pattern::Tuple(patterns) => Pattern::Tuple(all(patterns)?),
            Pattern::Array(patterns, None) => Pattern::Array(all(patterns)?, None),
            Pattern::Tagged(tag, inner) => {
                Pattern::Tagged(Arc::clone(tag), Box::new(self.pattern(inner)?))
            }
            // No other holds a constant in version 1.
            other => other.clone(),
        })
    }

    /// A register or constant with its names resolved.
    pub(super) fn side(&self, side: &RegOrValue) -> Result<RegOrValue, String> {
        Ok(match side {
            RegOrValue::Value(value) => {
                RegOrValue::Value(self.constant(value)?.unwrap_or_else(|| value.clone()))
            }
            RegOrValue::Reg(reg) => RegOrValue::Reg(*reg),
        })
    }
}
