//! Values and patterns as text.
//!
//! A [`Writer`] keeps what is still to be written on a work list of its own,
//! so that no depth of nesting reaches the native stack, and items of a long
//! sequence are put there one at a time, so that a text which is cut short
//! costs no more than what is shown.

use std::sync::Arc;

use super::names::{Names, write_path, write_property};
use crate::isa::{Condition, Pattern, PropertyFlags, RegOrValue};
use crate::text;
use crate::value::{FunctionRef, Object, Primitive, PropertyDescriptor, Value};

/// Which text form a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// What the assembler reads: functions are `&name/arity`.
    Literal,
    /// What people are shown: functions are `#function<name/arity>`.
    Show,
}

/// What is still to be written.
enum Piece<'a> {
    Text(&'static str),
    Name(&'a str),
    Quoted(&'a str),
    Value(&'a Value),
    /// Values with commas between them.
    Values(&'a [Value]),
    /// The rest of a list whose first head is written.
    Tail(&'a Value),
    Entries(&'a [(Value, Value)]),
    Properties(&'a [(Arc<str>, PropertyDescriptor)]),
    /// A pattern where a guard may follow.
    Pattern(&'a Pattern),
    /// A pattern where a guard would go to the whole, so that it needs parentheses.
    Inner(&'a Pattern),
    Patterns(&'a [Pattern]),
    Alternatives(&'a [Pattern]),
    PatternTail(&'a Pattern),
    PatternEntries(&'a [(Value, Pattern)]),
    PatternFields(&'a [(Arc<str>, Pattern)]),
    Conditions(&'a [Condition]),
    Operand(&'a RegOrValue),
}

/// Writes values and patterns; see the module documentation.
pub(super) struct Writer<'a, 'o> {
    out: &'o mut String,
    names: &'a Names<'a>,
    style: Style,
    /// Characters that may still be written.
    left: usize,
    todo: Vec<Piece<'a>>,
}

impl<'a, 'o> Writer<'a, 'o> {
    /// A writer of at most `left` characters; what would be more is cut and
    /// ends with `...`.
    pub(super) fn new(
        out: &'o mut String,
        names: &'a Names<'a>,
        style: Style,
        left: usize,
    ) -> Self {
        Writer {
            out,
            names,
            style,
            left,
            todo: Vec::new(),
        }
    }

    pub(super) fn value(mut self, value: &'a Value) {
        self.run(Piece::Value(value));
    }

    pub(super) fn pattern(mut self, pattern: &'a Pattern) {
        self.run(Piece::Pattern(pattern));
    }

    fn run(&mut self, first: Piece<'a>) {
        self.todo.push(first);
        while let Some(piece) = self.todo.pop() {
            let before = self.out.len();
            self.piece(piece);
            if self.left == usize::MAX {
                continue;
            }
            let written = &self.out[before..];
            if let Some((at, _)) = written.char_indices().nth(self.left) {
                self.out.truncate(before + at);
                self.out.push_str("...");
                return;
            }
            self.left -= written.chars().count();
        }
    }

    /// Puts pieces on the work list so that the first is written first.
    fn queue<const N: usize>(&mut self, pieces: [Piece<'a>; N]) {
        self.todo.extend(pieces.into_iter().rev());
    }

    /// Queues the rest of a sequence behind a comma, if there is any.
    fn more<T>(&mut self, rest: &'a [T], piece: fn(&'a [T]) -> Piece<'a>) {
        if !rest.is_empty() {
            self.queue([Piece::Text(", "), piece(rest)]);
        }
    }

    fn piece(&mut self, piece: Piece<'a>) {
        match piece {
            Piece::Text(text) => self.out.push_str(text),
            Piece::Name(name) => text::write_name(self.out, name),
            Piece::Quoted(text) => text::write_quoted(self.out, text),
            Piece::Value(value) => self.value_piece(value),
            Piece::Values(values) => {
                if let Some((first, rest)) = values.split_first() {
                    self.more(rest, Piece::Values);
                    self.queue([Piece::Value(first)]);
                }
            }
            Piece::Tail(Value::Pair(pair)) => {
                self.queue([
                    Piece::Text(", "),
                    Piece::Value(&pair.0),
                    Piece::Tail(&pair.1),
                ]);
            }
            Piece::Tail(end) => {
                self.queue([Piece::Text(" | "), Piece::Value(end), Piece::Text("]")]);
            }
            Piece::Entries(entries) => {
                if let Some(((key, value), rest)) = entries.split_first() {
                    self.more(rest, Piece::Entries);
                    self.queue([Piece::Value(key), Piece::Text(": "), Piece::Value(value)]);
                }
            }
            Piece::Properties(properties) => {
                if let Some(((key, property), rest)) = properties.split_first() {
                    self.more(rest, Piece::Properties);
                    write_property(self.out, key, flags_of(property));
                    self.queue([Piece::Value(&property.value)]);
                }
            }
            Piece::Pattern(pattern) => self.pattern_piece(pattern),
            Piece::Inner(guard @ Pattern::Guard(..)) => {
                self.queue([Piece::Text("("), Piece::Pattern(guard), Piece::Text(")")]);
            }
            Piece::Inner(pattern) => self.pattern_piece(pattern),
            Piece::Patterns(patterns) => {
                if let Some((first, rest)) = patterns.split_first() {
                    self.more(rest, Piece::Patterns);
                    self.queue([Piece::Pattern(first)]);
                }
            }
            Piece::Alternatives(patterns) => {
                if let Some((first, rest)) = patterns.split_first() {
                    if !rest.is_empty() {
                        self.queue([Piece::Text(" or "), Piece::Alternatives(rest)]);
                    }
                    self.queue([Piece::Inner(first)]);
                }
            }
            Piece::PatternTail(Pattern::Pair(head, tail)) => {
                self.queue([
                    Piece::Text(", "),
                    Piece::Pattern(head),
                    Piece::PatternTail(tail),
                ]);
            }
            Piece::PatternTail(end) => {
                self.queue([Piece::Text(" | "), Piece::Pattern(end), Piece::Text("]")]);
            }
            Piece::PatternEntries(entries) => {
                if let Some(((key, pattern), rest)) = entries.split_first() {
                    self.more(rest, Piece::PatternEntries);
                    self.queue([
                        Piece::Value(key),
                        Piece::Text(": "),
                        Piece::Pattern(pattern),
                    ]);
                }
            }
            Piece::PatternFields(fields) => {
                if let Some(((key, pattern), rest)) = fields.split_first() {
                    self.more(rest, Piece::PatternFields);
                    self.queue([Piece::Name(key), Piece::Text(": "), Piece::Pattern(pattern)]);
                }
            }
            Piece::Conditions(conditions) => self.conditions(conditions),
            Piece::Operand(RegOrValue::Reg(reg)) => self.out.push_str(&reg.to_string()),
            Piece::Operand(RegOrValue::Value(value)) => self.value_piece(value),
        }
    }

    fn value_piece(&mut self, value: &'a Value) {
        match value {
            Value::Primitive(primitive) => self.primitive(primitive),
            Value::Tuple(items) => {
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.queue([Piece::Text("("), Piece::Values(items), Piece::Text(close)]);
            }
            Value::Array(items) => {
                self.queue([Piece::Text("["), Piece::Values(items), Piece::Text("]")]);
            }
            Value::Pair(pair) => {
                self.queue([
                    Piece::Text("["),
                    Piece::Value(&pair.0),
                    Piece::Tail(&pair.1),
                ]);
            }
            Value::Map(entries) => {
                self.queue([Piece::Text("%{"), Piece::Entries(entries), Piece::Text("}")]);
            }
            Value::Object(object) => self.object(object),
            Value::Function(function) => {
                self.marked("#function<", |w| w.function(function));
            }
            Value::Closure(closure) => {
                self.out.push_str("#function<");
                self.function(&closure.function);
                self.out.push('>');
            }
            Value::Native(name) => match self.style {
                Style::Literal => {
                    self.out.push('@');
                    write_path(self.out, name);
                }
                Style::Show => self.marked("#function<", |w| write_path(w.out, name)),
            },
            Value::Process(pid) => self.out.push_str(&pid.to_string()),
            Value::Handle(number) => self.out.push_str(&format!("#handle<{number}>")),
            Value::Reference(reference) => self.out.push_str(&reference.to_string()),
            Value::Frozen(inner) => self.queue([Piece::Text("frozen "), Piece::Value(inner)]),
        }
    }

    /// Puts what people are shown between `#kind<` and `>`; a literal stays bare.
    fn marked(&mut self, open: &str, write: impl FnOnce(&mut Self)) {
        if self.style == Style::Literal {
            return write(self);
        }
        self.out.push_str(open);
        write(self);
        self.out.push('>');
    }

    fn function(&mut self, function: &FunctionRef) {
        match function {
            FunctionRef::Local(index) => self.names.write(self.out, *index),
            FunctionRef::Extern { class, name, arity } => {
                if self.style == Style::Literal {
                    self.out.push('&');
                }
                write_path(self.out, class);
                self.out.push('.');
                text::write_name(self.out, name);
                if let Some(arity) = arity {
                    self.out.push_str(&format!("/{arity}"));
                }
            }
        }
    }

    fn primitive(&mut self, primitive: &Primitive) {
        let out = &mut *self.out;
        match primitive {
            Primitive::Number(n) => text::write_number(out, *n),
            Primitive::Integer(n) => {
                text::write_integer(out, n);
                out.push('n');
            }
            Primitive::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
            Primitive::Complex(c) => text::write_complex(out, c.re, c.im),
            Primitive::String(s) => text::write_quoted(out, s),
            Primitive::Bytes(b) => text::write_bytes(out, b),
            Primitive::Atom(name) => text::write_atom(out, name),
            Primitive::Unit => out.push_str("unit"),
            Primitive::Undefined => out.push_str("undefined"),
            Primitive::Nil => out.push_str("nil"),
        }
    }

    /// Type name, prototype and magic methods come first, each marked by a dot.
    fn object(&mut self, object: &'a Object) {
        let mut pieces = vec![Piece::Text("{")];
        let comma = |pieces: &mut Vec<Piece<'a>>| {
            if pieces.len() > 1 {
                pieces.push(Piece::Text(", "));
            }
        };
        if let Some(name) = &object.type_name {
            pieces.extend([Piece::Text(".type "), Piece::Name(name)]);
        }
        if let Some(prototype) = &object.prototype {
            comma(&mut pieces);
            pieces.extend([Piece::Text(".proto "), Piece::Value(prototype)]);
        }
        for (name, method) in &object.magic_methods {
            comma(&mut pieces);
            pieces.extend([
                Piece::Text(".magic "),
                Piece::Name(name),
                Piece::Text(": "),
                Piece::Value(method),
            ]);
        }
        if !object.properties.is_empty() {
            comma(&mut pieces);
            pieces.push(Piece::Properties(&object.properties));
        }
        pieces.push(Piece::Text("}"));
        self.todo.extend(pieces.into_iter().rev());
    }

    fn pattern_piece(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::Value(value) => {
                let bare = match value {
                    Value::Primitive(p) => !matches!(p, Primitive::Bytes(_)),
                    Value::Tuple(_)
                    | Value::Array(_)
                    | Value::Pair(_)
                    | Value::Map(_)
                    | Value::Object(_) => false,
                    _ => true,
                };
                let mark = if bare { "" } else { "literal " };
                self.queue([Piece::Text(mark), Piece::Value(value)]);
            }
            Pattern::Wildcard => self.out.push('_'),
            Pattern::Bind(reg) => self.out.push_str(&reg.to_string()),
            Pattern::As(reg, inner) => {
                self.out.push_str(&format!("{reg} = "));
                self.queue([Piece::Inner(inner)]);
            }
            Pattern::Pin(reg) => self.out.push_str(&format!("^{reg}")),
            Pattern::Tuple(items) => {
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.queue([Piece::Text("("), Piece::Patterns(items), Piece::Text(close)]);
            }
            Pattern::Array(items, None) => {
                self.queue([Piece::Text("["), Piece::Patterns(items), Piece::Text("]")]);
            }
            Pattern::Array(items, Some(rest)) => self.queue([
                Piece::Text("["),
                Piece::Patterns(items),
                Piece::Text(if items.is_empty() { ".." } else { ", .." }),
                Piece::Inner(rest),
                Piece::Text("]"),
            ]),
            Pattern::Pair(head, tail) => {
                self.queue([
                    Piece::Text("["),
                    Piece::Pattern(head),
                    Piece::PatternTail(tail),
                ]);
            }
            Pattern::Map(entries) => {
                self.queue([
                    Piece::Text("%{"),
                    Piece::PatternEntries(entries),
                    Piece::Text("}"),
                ]);
            }
            Pattern::Object(fields) => {
                self.queue([
                    Piece::Text("{"),
                    Piece::PatternFields(fields),
                    Piece::Text("}"),
                ]);
            }
            Pattern::Bytes(prefix, rest) => {
                text::write_bytes(self.out, prefix);
                if let Some(rest) = rest {
                    self.queue([Piece::Text(" .."), Piece::Inner(rest)]);
                }
            }
            Pattern::Type(name) => {
                self.out.push_str("is ");
                text::write_quoted(self.out, name);
            }
            Pattern::AnyOf(alternatives) => {
                let close = match alternatives.len() {
                    0 => "or)",
                    1 => " or)",
                    _ => ")",
                };
                self.queue([
                    Piece::Text("("),
                    Piece::Alternatives(alternatives),
                    Piece::Text(close),
                ]);
            }
            Pattern::Tagged(tag, slots) => {
                self.out.push_str("tagged ");
                text::write_atom(self.out, tag);
                self.queue([Piece::Text(" "), Piece::Inner(slots)]);
            }
            Pattern::Guard(inner, conditions) if conditions.is_empty() => {
                self.queue([Piece::Inner(inner), Piece::Text(" when true")]);
            }
            Pattern::Guard(inner, conditions) => {
                self.queue([
                    Piece::Inner(inner),
                    Piece::Text(" when "),
                    Piece::Conditions(conditions),
                ]);
            }
        }
    }

    fn conditions(&mut self, conditions: &'a [Condition]) {
        let Some((first, rest)) = conditions.split_first() else {
            return;
        };
        if !rest.is_empty() {
            self.queue([Piece::Text(" and "), Piece::Conditions(rest)]);
        }
        match first {
            Condition::Compare(comparison, a, b) => self.queue([
                Piece::Operand(a),
                Piece::Text(" "),
                Piece::Text(comparison.name()),
                Piece::Text(" "),
                Piece::Operand(b),
            ]),
            Condition::Type(a, name) => {
                self.queue([Piece::Operand(a), Piece::Text(" is "), Piece::Quoted(name)]);
            }
        }
    }
}

/// The flags of a property as bits.
fn flags_of(property: &PropertyDescriptor) -> PropertyFlags {
    let bit = |set: bool, flag: PropertyFlags| if set { flag.0 } else { 0 };
    PropertyFlags(
        bit(property.writable, PropertyFlags::WRITABLE)
            | bit(property.enumerable, PropertyFlags::ENUMERABLE)
            | bit(property.configurable, PropertyFlags::CONFIGURABLE),
    )
}
