//! Constants: closed set of kinds, bounded, keys unique and immutable.
//!
//! # Invariants
//! C1. Each different constant is walked once: one that is shared by many
//!     instructions is known by its address.
//! C2. Texts are compared by number. A text gets its number from its content
//!     once, however often it occurs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Checker;
use super::report::shown;
use super::rules::Rule;
use crate::ids::FunctionIndex;
use crate::limits;
use crate::names::is_name;
use crate::value::{FunctionRef, Object, Primitive, Value, canonical_bits};

impl Checker<'_> {
    /// A constant of an instruction or pattern; false if it is nested too deep
    /// or too large to be walked.
    pub(super) fn constant(&mut self, root: &Value) -> bool {
        self.constants.seen(root);
        if let Value::Primitive(primitive) = root {
            self.primitive(primitive);
            return true;
        }
        let Some(address) = root.address() else {
            return self.walk(root);
        };
        if let Some(&bounded) = self.seen.get(&address) {
            return bounded;
        }
        let bounded = self.walk(root);
        self.seen.insert(address, bounded);
        bounded
    }

    fn walk(&mut self, root: &Value) -> bool {
        let mut maps = Vec::new();
        let mut todo = vec![(root, 1_usize)];
        while let Some((value, level)) = todo.pop() {
            if level > limits::NESTING_MAX {
                self.too_deep("a constant");
                return false;
            }
            let Some(left) = self.parts_left.checked_sub(1) else {
                self.report.problem(
                    Rule::Parts,
                    format_args!(
                        "the constants up to here have more than {} parts",
                        limits::PARTS_MAX
                    ),
                );
                return false;
            };
            self.parts_left = left;
            let next = level + 1;
            match value {
                Value::Primitive(primitive) => self.primitive(primitive),
                Value::Tuple(items) | Value::Array(items) => {
                    todo.extend(items.iter().map(|v| (v, next)));
                }
                Value::Pair(pair) => {
                    todo.extend([(&pair.0, next), (&pair.1, pair.1.level_as_tail(level))]);
                }
                Value::Map(entries) => {
                    maps.push(&**entries);
                    todo.extend(entries.iter().flat_map(|(k, v)| [(k, next), (v, next)]));
                }
                Value::Object(object) => {
                    self.object(object);
                    todo.extend(object.properties.iter().map(|(_, p)| (&p.value, next)));
                    todo.extend(object.prototype.iter().map(|v| (v, next)));
                    todo.extend(object.magic_methods.values().map(|v| (v, next)));
                }
                Value::Function(function) => self.function_constant(function),
                Value::Native(name) => self.native(name),
                Value::Frozen(value) => todo.push((value, next)),
                Value::Closure(_) => self.not_a_constant("a closure"),
                Value::Process(_) => self.not_a_constant("a process"),
                Value::Handle(_) => self.not_a_constant("a handle"),
                Value::Reference(_) => self.not_a_constant("a reference"),
            }
        }
        // Only now is it known that keys are not too deep to be walked.
        for entries in maps {
            self.keys("map", entries.iter().map(|(key, _)| key));
        }
        true
    }

    /// Keys of a map constant or of a map pattern: immutable and unique.
    pub(super) fn keys<'v>(&mut self, of: &str, keys: impl Iterator<Item = &'v Value>) {
        let mut known = BTreeSet::new();
        for key in keys {
            let Some(key) = self.key(key) else {
                self.report.problem(
                    Rule::Key,
                    format_args!("a {of} has a key that is or holds something mutable"),
                );
                continue;
            };
            if !known.insert(key) {
                let message = format_args!("a {of} has a key twice");
                return self.report.problem(Rule::Twice, message);
            }
        }
    }

    /// Bytes that tell a key from every other one; none if it is mutable. A
    /// key with parts is walked once, and told by its number after that.
    fn key(&mut self, key: &Value) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let Some(address) = key.address() else {
            return self.key_bytes(key, &mut bytes).then_some(bytes);
        };
        let number = match self.keys.get(&address) {
            Some(&number) => number,
            None => {
                let number = self.key_bytes(key, &mut bytes).then(|| {
                    let next = self.key_contents.len();
                    *self.key_contents.entry(bytes).or_insert(next)
                });
                self.keys.insert(address, number);
                number
            }
        };
        // No kind of key has this tag.
        number.map(|number| [&[0][..], &number.to_le_bytes()].concat())
    }

    fn primitive(&mut self, primitive: &Primitive) {
        match primitive {
            Primitive::String(text) => {
                self.texts.seen(text);
                self.at_most("a string", text.len(), limits::STRING_BYTES_MAX);
            }
            Primitive::Bytes(bytes) => {
                self.at_most("a bytes constant", bytes.len(), limits::STRING_BYTES_MAX);
            }
            Primitive::Atom(text) => self.name(text),
            Primitive::Integer(n) => {
                let bytes = usize::try_from(n.bits() / 8 + 1).unwrap_or(usize::MAX);
                self.at_most("an integer", bytes, limits::INTEGER_BYTES_MAX);
            }
            Primitive::Number(_)
            | Primitive::Boolean(_)
            | Primitive::Complex(_)
            | Primitive::Unit
            | Primitive::Undefined
            | Primitive::Nil => {}
        }
    }

    fn object(&mut self, object: &Object) {
        let names = object.properties.iter().map(|(name, _)| name);
        self.unique_names("an object", names);
        for name in object.magic_methods.keys() {
            self.magic_name(name);
        }
        if let Some(name) = &object.type_name {
            self.name(name);
        }
    }

    /// Names of properties: texts of any kind, each once.
    pub(super) fn unique_names<'v>(&mut self, of: &str, names: impl Iterator<Item = &'v Arc<str>>) {
        let mut numbers: Vec<u32> = Vec::new();
        for name in names {
            self.at_most(
                "the name of a property",
                name.len(),
                limits::STRING_BYTES_MAX,
            );
            numbers.push(self.texts.known(name).number);
        }
        numbers.sort_unstable();
        if numbers.array_windows().any(|[a, b]| a == b) {
            self.report.problem(
                Rule::Twice,
                format_args!("{of} has two properties of one name"),
            );
        }
    }

    fn function_constant(&mut self, function: &FunctionRef) {
        match function {
            FunctionRef::Local(index) => {
                if let Some(captures) = self.captures_of(*index)
                    && captures > 0
                {
                    self.report.problem(
                        Rule::Captures,
                        format_args!(
                            "the constant {index} names a function with {captures} captures"
                        ),
                    );
                }
            }
            FunctionRef::Extern { class, name, .. } => {
                self.class_name(class);
                self.function_name(name);
            }
        }
    }

    /// Captures of a function of this class, if there is such a function.
    pub(super) fn captures_of(&mut self, index: FunctionIndex) -> Option<u16> {
        let functions = &self.module.functions;
        let found = functions.get(index.0 as usize).map(|f| f.captures);
        if found.is_none() {
            self.report.problem(
                Rule::Function,
                format_args!("{index} is none of the {} functions", functions.len()),
            );
        }
        found
    }

    /// The name of a property: any text.
    pub(super) fn property_name(&mut self, name: &Arc<str>) {
        self.texts.seen(name);
        self.at_most(
            "the name of a property",
            name.len(),
            limits::STRING_BYTES_MAX,
        );
    }

    pub(super) fn class_name(&mut self, name: &Arc<str>) {
        self.texts.seen(name);
        if !is_name(name) {
            self.report.problem(
                Rule::ClassName,
                format_args!("\"{}\" is no name for a class", shown(name)),
            );
        }
    }

    pub(super) fn function_name(&mut self, name: &Arc<str>) {
        let too_long = name.len() > limits::NAME_BYTES_MAX;
        if name.is_empty() || too_long || !self.texts.known(name).shows {
            self.report.problem(
                Rule::FunctionName,
                format_args!("\"{}\" is no name for a function", shown(name)),
            );
        }
    }

    pub(super) fn native(&mut self, name: &Arc<str>) {
        self.texts.seen(name);
        let word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let short = name.len() <= limits::NAME_BYTES;
        if !(short && name.contains('.') && name.split('.').all(word)) {
            self.report.problem(
                Rule::NativeName,
                format_args!("\"{}\" is no canonical name of a native", shown(name)),
            );
        }
    }

    /// An atom, or any other name that is one.
    pub(super) fn name(&mut self, text: &Arc<str>) {
        self.texts.seen(text);
        self.at_most("a name", text.len(), limits::NAME_BYTES_MAX);
    }

    /// The name of a magic method.
    fn magic_name(&mut self, text: &Arc<str>) {
        self.texts.seen(text);
        self.at_most(
            "the name of a magic method",
            text.len(),
            limits::MAGIC_BYTES_MAX,
        );
    }

    pub(super) fn at_most(&mut self, what: &str, found: usize, limit: usize) {
        if found > limit {
            self.report.problem(
                Rule::Size,
                format_args!("{what} has {found} bytes, and {limit} are allowed"),
            );
        }
    }

    pub(super) fn too_deep(&mut self, what: &str) {
        self.report.problem(
            Rule::Depth,
            format_args!(
                "{what} is nested deeper than {} levels",
                limits::NESTING_MAX
            ),
        );
    }

    fn not_a_constant(&mut self, what: &str) {
        self.report
            .problem(Rule::Constant, format_args!("{what} is no constant"));
    }

    /// Appends the content of a key, told apart as `same` does; false if it is
    /// or holds something mutable. Its depth has been checked.
    fn key_bytes(&mut self, root: &Value, out: &mut Vec<u8>) -> bool {
        let mut todo = vec![root];
        while let Some(value) = todo.pop() {
            match value {
                Value::Primitive(Primitive::Number(n)) => {
                    out.push(1);
                    out.extend(canonical_bits(*n).to_le_bytes());
                }
                Value::Primitive(Primitive::Integer(n)) => {
                    out.push(2);
                    counted(out, &n.to_signed_bytes_le());
                }
                Value::Primitive(Primitive::Boolean(b)) => out.extend([3, u8::from(*b)]),
                Value::Primitive(Primitive::Complex(c)) => {
                    out.push(4);
                    out.extend(canonical_bits(c.re).to_le_bytes());
                    out.extend(canonical_bits(c.im).to_le_bytes());
                }
                Value::Primitive(Primitive::String(text)) => self.text_bytes(5, text, out),
                Value::Primitive(Primitive::Bytes(bytes)) => {
                    out.push(6);
                    counted(out, bytes);
                }
                Value::Primitive(Primitive::Atom(text)) => self.text_bytes(7, text, out),
                Value::Primitive(Primitive::Unit) => out.push(8),
                Value::Primitive(Primitive::Undefined) => out.push(9),
                Value::Primitive(Primitive::Nil) => out.push(10),
                Value::Tuple(items) => {
                    out.push(11);
                    out.extend(items.len().to_le_bytes());
                    todo.extend(items.iter().rev());
                }
                Value::Pair(pair) => {
                    out.push(12);
                    todo.extend([&pair.1, &pair.0]);
                }
                Value::Function(FunctionRef::Local(index)) => {
                    out.push(13);
                    out.extend(index.0.to_le_bytes());
                }
                Value::Function(FunctionRef::Extern { class, name, arity }) => {
                    self.text_bytes(14, class, out);
                    self.text_bytes(14, name, out);
                    out.extend(arity.map_or(-1, i32::from).to_le_bytes());
                }
                Value::Native(name) => self.text_bytes(15, name, out),
                Value::Array(_) | Value::Map(_) | Value::Object(_) | Value::Frozen(_) => {
                    return false;
                }
                // Refused as constants already, whatever they hold.
                Value::Closure(_) | Value::Process(_) | Value::Reference(_) | Value::Handle(_) => {
                    out.push(16);
                }
            }
        }
        true
    }

    fn text_bytes(&mut self, tag: u8, text: &Arc<str>, out: &mut Vec<u8>) {
        out.push(tag);
        out.extend(self.texts.known(text).number.to_le_bytes());
    }
}

fn counted(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes.len().to_le_bytes());
    out.extend(bytes);
}
