//! Classes as Python objects.
//!
//! A decoded class becomes plain tuples and the package's own `Instruction` and
//! `Pattern`, made without their checks: a class that was read need not make
//! sense before the verifier has seen it.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::BoundObject;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use vmm::ids::{FunctionIndex, Offset, Reg};
use vmm::isa::{Arm, Condition, Instruction, OperandSink, Pattern, PropertyInit, RegOrValue};
use vmm::program::{Function, Module};
use vmm::value::Value;

use crate::value::{Label, LabelName, ValueMaker};

/// The class as `_decode.py` takes it: name, functions, custom sections.
pub(crate) fn raw_class<'py>(py: Python<'py>, module: &Module) -> PyResult<Bound<'py, PyTuple>> {
    let maker = Maker::new(py, module)?;
    let functions = PyList::empty(py);
    for function in &module.functions {
        functions.append(maker.function(function)?)?;
    }
    let custom = PyList::empty(py);
    for section in &module.custom {
        custom.append((&*section.name, PyBytes::new(py, &section.data)))?;
    }
    (&*module.name, functions, custom).into_pyobject(py)
}

/// Makes instructions and patterns.
struct Maker<'py> {
    py: Python<'py>,
    values: ValueMaker<'py>,
    labels: Vec<Label>,
    instruction: Bound<'py, PyAny>,
    arm: Bound<'py, PyAny>,
    init: Bound<'py, PyAny>,
    pattern: Bound<'py, PyAny>,
    guard: Bound<'py, PyAny>,
}

impl<'py> Maker<'py> {
    fn new(py: Python<'py>, module: &Module) -> PyResult<Self> {
        let instruction = py.import("ionvm.instruction")?.getattr("Instruction")?;
        let operands = py.import("ionvm._operands")?;
        let pattern = py.import("ionvm.pattern")?;
        Ok(Maker {
            py,
            values: ValueMaker::new(py)?,
            labels: labels(module),
            instruction: instruction.getattr("_make")?,
            arm: operands.getattr("Arm")?,
            init: operands.getattr("Init")?,
            pattern: pattern.getattr("Pattern")?.getattr("_raw")?,
            guard: pattern.getattr("Guard")?,
        })
    }

    fn function(&self, function: &Function) -> PyResult<Bound<'py, PyTuple>> {
        let py = self.py;
        let mut instructions = Vec::with_capacity(function.instructions.len());
        for instruction in &function.instructions {
            instructions.push(self.instruction(instruction)?);
        }
        let handlers: Vec<_> = function
            .handlers
            .iter()
            .map(|h| (h.from, h.to, h.target, h.value.0, h.info.map(|reg| reg.0)))
            .collect();
        let lines = function.debug.lines.iter();
        let lines: Vec<_> = lines.map(|l| (l.at, &*l.file, l.line, l.column)).collect();
        let locals = function.debug.locals.iter();
        let locals: Vec<_> = locals.map(|l| (&*l.name, l.reg.0, l.from, l.to)).collect();
        let name = function.name.as_deref();
        let items = [
            name.into_pyobject(py)?.into_any(),
            function.arity.into_pyobject(py)?.into_any(),
            function.extra_regs.into_pyobject(py)?.into_any(),
            function.captures.into_pyobject(py)?.into_any(),
            function.optional.into_pyobject(py)?.into_any(),
            function.rest.into_pyobject(py)?.to_owned().into_any(),
            function.lenient.into_pyobject(py)?.to_owned().into_any(),
            (!function.private).into_pyobject(py)?.to_owned().into_any(),
            PyTuple::new(py, instructions)?.into_any(),
            handlers.into_pyobject(py)?.into_any(),
            lines.into_pyobject(py)?.into_any(),
            locals.into_pyobject(py)?.into_any(),
        ];
        PyTuple::new(py, items)
    }

    fn instruction(&self, instruction: &Instruction) -> PyResult<Bound<'py, PyAny>> {
        let mut operands = Operands {
            maker: self,
            args: Vec::new(),
            failed: None,
        };
        instruction.operands(&mut operands);
        if let Some(error) = operands.failed {
            return Err(error);
        }
        let args = PyTuple::new(self.py, operands.args)?;
        self.instruction.call1((instruction.info().number, args))
    }

    fn value(&self, value: &Value) -> PyResult<Bound<'py, PyAny>> {
        self.values.make(value, &|place| self.label(place))
    }

    fn label(&self, place: u32) -> Label {
        let known = self.labels.get(place as usize).cloned();
        known.unwrap_or((None, LabelName::Place(place), None))
    }

    fn side(&self, side: &RegOrValue) -> PyResult<Bound<'py, PyAny>> {
        match side {
            RegOrValue::Reg(reg) => Ok(reg.0.into_pyobject(self.py)?.into_any()),
            RegOrValue::Value(value) => self.value(value),
        }
    }

    /// Recursion is bounded: no pattern that was read nests deeper than 64.
    fn pattern(&self, pattern: &Pattern) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let one = |p: &Pattern| self.pattern(p);
        let rest = |p: &Option<Box<Pattern>>| p.as_ref().map(|p| self.pattern(p)).transpose();
        let many = |ps: &[Pattern]| {
            let made = ps.iter().map(one).collect::<PyResult<Vec<_>>>()?;
            PyTuple::new(py, made)
        };
        let (kind, args) = match pattern {
            Pattern::Value(value) => ("value", (self.value(value)?,).into_pyobject(py)?),
            Pattern::Wildcard => ("wildcard", PyTuple::empty(py)),
            Pattern::Bind(reg) => ("bind", (reg.0,).into_pyobject(py)?),
            Pattern::As(reg, inner) => ("as", (reg.0, one(inner)?).into_pyobject(py)?),
            Pattern::Pin(reg) => ("pin", (reg.0,).into_pyobject(py)?),
            Pattern::Tuple(items) => ("tuple", (many(items)?,).into_pyobject(py)?),
            Pattern::Array(items, tail) => {
                ("array", (many(items)?, rest(tail)?).into_pyobject(py)?)
            }
            Pattern::Pair(head, tail) => ("pair", (one(head)?, one(tail)?).into_pyobject(py)?),
            Pattern::Map(entries) => {
                let entry = |(k, p): &(Value, Pattern)| Ok((self.value(k)?, one(p)?));
                let made = entries.iter().map(entry).collect::<PyResult<Vec<_>>>()?;
                ("map", (PyTuple::new(py, made)?,).into_pyobject(py)?)
            }
            Pattern::Object(entries) => {
                let entry = |(k, p): &(Arc<str>, Pattern)| Ok((k.to_string(), one(p)?));
                let made = entries.iter().map(entry).collect::<PyResult<Vec<_>>>()?;
                ("object", (PyTuple::new(py, made)?,).into_pyobject(py)?)
            }
            Pattern::Bytes(prefix, tail) => (
                "bytes",
                (PyBytes::new(py, prefix), rest(tail)?).into_pyobject(py)?,
            ),
            Pattern::Type(name) => ("type", (&**name,).into_pyobject(py)?),
            Pattern::AnyOf(items) => ("any_of", (many(items)?,).into_pyobject(py)?),
            Pattern::Tagged(tag, inner) => ("tagged", (&**tag, one(inner)?).into_pyobject(py)?),
            Pattern::Guard(inner, conditions) => {
                let made = conditions.iter().map(|c| self.condition(c));
                let made = PyTuple::new(py, made.collect::<PyResult<Vec<_>>>()?)?;
                ("guard", (one(inner)?, made).into_pyobject(py)?)
            }
        };
        self.pattern.call1((kind, args))
    }

    fn condition(&self, condition: &Condition) -> PyResult<Bound<'py, PyAny>> {
        match condition {
            Condition::Compare(comparison, a, b) => {
                self.guard
                    .getattr("_raw")?
                    .call1((comparison.name(), self.side(a)?, self.side(b)?))
            }
            Condition::Type(a, name) => {
                self.guard
                    .getattr("_raw")?
                    .call1(("is", self.side(a)?, &**name))
            }
        }
    }
}

/// What each function is called: by name where one function has it, with its
/// arity where that tells several apart, else by its place.
fn labels(module: &Module) -> Vec<Label> {
    let mut named: HashMap<&str, usize> = HashMap::new();
    let mut exact: HashMap<(&str, u16), usize> = HashMap::new();
    for function in &module.functions {
        if let Some(name) = &function.name {
            *named.entry(name).or_default() += 1;
            *exact.entry((name, function.arity)).or_default() += 1;
        }
    }
    let label = |(place, function): (u32, &Function)| match &function.name {
        Some(name) if named.get(&**name) == Some(&1) => {
            (None, LabelName::Name(name.to_string()), None)
        }
        Some(name) if exact.get(&(&**name, function.arity)) == Some(&1) => (
            None,
            LabelName::Name(name.to_string()),
            Some(function.arity),
        ),
        _ => (None, LabelName::Place(place), None),
    };
    (0..).zip(&module.functions).map(label).collect()
}

/// Collects the operands of an instruction; the first failure is kept.
struct Operands<'m, 'py> {
    maker: &'m Maker<'py>,
    args: Vec<Bound<'py, PyAny>>,
    failed: Option<PyErr>,
}

impl<'py> Operands<'_, 'py> {
    fn put(&mut self, made: PyResult<Bound<'py, PyAny>>) {
        match made {
            Ok(arg) => self.args.push(arg),
            Err(error) => self.failed = self.failed.take().or(Some(error)),
        }
    }

    fn plain<T: IntoPyObject<'py>>(&mut self, thing: T) {
        let made = thing.into_pyobject(self.maker.py).map_err(Into::into);
        self.put(made.map(|made| made.into_any().into_bound()));
    }

    fn tuple<T: IntoPyObject<'py>>(&mut self, items: Vec<T>) {
        let made = PyTuple::new(self.maker.py, items);
        self.put(made.map(Bound::into_any));
    }

    fn each<T>(&mut self, items: &[T], make: impl Fn(&T) -> PyResult<Bound<'py, PyAny>>) {
        let made: PyResult<Vec<_>> = items.iter().map(make).collect();
        self.put(made.and_then(|made| Ok(PyTuple::new(self.maker.py, made)?.into_any())));
    }
}

impl OperandSink for Operands<'_, '_> {
    fn dst(&mut self, _: &'static str, reg: Reg) {
        self.plain(reg.0);
    }
    fn src(&mut self, _: &'static str, reg: Reg) {
        self.plain(reg.0);
    }
    fn opt_dst(&mut self, _: &'static str, reg: Option<Reg>) {
        self.plain(reg.map(|reg| reg.0));
    }
    fn opt_src(&mut self, _: &'static str, reg: Option<Reg>) {
        self.plain(reg.map(|reg| reg.0));
    }
    fn srcs(&mut self, _: &'static str, regs: &[Reg]) {
        self.tuple(regs.iter().map(|reg| reg.0).collect());
    }
    fn pairs(&mut self, _: &'static str, pairs: &[(Reg, Reg)]) {
        self.tuple(pairs.iter().map(|(a, b)| (a.0, b.0)).collect());
    }
    fn value(&mut self, _: &'static str, value: &Value) {
        self.put(self.maker.value(value));
    }
    fn name(&mut self, _: &'static str, text: &Arc<str>) {
        self.plain(&**text);
    }
    fn native(&mut self, _: &'static str, text: &Arc<str>) {
        self.plain(&**text);
    }
    fn function(&mut self, _: &'static str, function: FunctionIndex) {
        self.put(self.maker.value(&Value::local_function(function.0)));
    }
    fn target(&mut self, _: &'static str, target: Offset) {
        self.plain(target.0);
    }
    fn literal(&mut self, _: &'static str, number: u32) {
        self.plain(number);
    }
    fn scope(&mut self, _: &'static str, scope: Option<&Arc<str>>) {
        self.plain(scope.map(|text| &**text));
    }
    fn arms(&mut self, _: &'static str, arms: &[Arm]) {
        let maker = self.maker;
        self.each(arms, |arm| {
            maker
                .arm
                .call1((maker.pattern(&arm.pattern)?, arm.target.0))
        });
    }
    fn timeout_arm(&mut self, _: &'static str, arm: Option<(Reg, Offset)>) {
        self.plain(arm.map(|(reg, target)| (reg.0, target.0)));
    }
    fn properties(&mut self, _: &'static str, properties: &[PropertyInit]) {
        let maker = self.maker;
        self.each(properties, |init| {
            maker
                .init
                .call1((&*init.key, maker.side(&init.value)?, init.flags.0))
        });
    }
    fn flags(&mut self, _: &'static str, bits: u8, _: &'static [&'static str]) {
        self.plain(bits);
    }
}
