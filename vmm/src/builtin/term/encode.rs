//! Values as bytes.
//!
//! A walk with a work list of its own; containers met before are written as
//! their numbers, so shared parts are written once and cycles come to an end.

use rustc_hash::FxHashMap;

use super::{FROZEN, MARK, Tag};
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::parcel::NotSendable;
use crate::heap::view::View;
use crate::limits::VALUE_BYTES_MAX;
use crate::map;
use crate::number::check_bytes;
use crate::object;
use crate::word::{self, Word};

enum Todo<'a> {
    Value(Word),
    /// Name and flags of a property; its value follows.
    Property(&'a str, u8),
}

/// The bytes of a value.
///
/// # Errors
/// `:bad_type` for what means nothing outside of its process, `:limit`.
pub(super) fn encode(view: View<'_>, value: Word) -> Result<Vec<u8>, Fault> {
    let mut encoder = Encoder {
        view,
        out: MARK.to_vec(),
        todo: vec![Todo::Value(value)],
        numbers: FxHashMap::default(),
    };
    while let Some(todo) = encoder.todo.pop() {
        match todo {
            Todo::Value(word) => encoder.value(word)?,
            Todo::Property(name, flags) => {
                encoder.text(name);
                encoder.out.push(flags);
            }
        }
        if encoder.out.len() > VALUE_BYTES_MAX {
            check_bytes("`term.to_bytes`", encoder.out.len())?;
        }
    }
    Ok(encoder.out)
}

struct Encoder<'a> {
    view: View<'a>,
    out: Vec<u8>,
    todo: Vec<Todo<'a>>,
    /// Containers by their words.
    numbers: FxHashMap<u64, usize>,
}

impl<'a> Encoder<'a> {
    fn tag(&mut self, tag: Tag) {
        self.out.push(tag as u8);
    }

    /// LEB128.
    fn count(&mut self, mut n: usize) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn octets(&mut self, octets: &[u8]) {
        self.count(octets.len());
        self.out.extend_from_slice(octets);
    }

    fn text(&mut self, text: &str) {
        self.octets(text.as_bytes());
    }

    fn number(&mut self, number: f64) {
        self.out.extend(number.to_bits().to_le_bytes());
    }

    fn all(&mut self, words: &[u64]) {
        let todo = words.iter().rev().map(|word| Todo::Value(Word(*word)));
        self.todo.extend(todo);
    }

    fn value(&mut self, word: Word) -> Result<(), Fault> {
        match word.tag() {
            word::Tag::Number(n) => {
                self.tag(Tag::Number);
                self.number(n);
            }
            word::Tag::Boolean(b) => self.tag(if b { Tag::True } else { Tag::False }),
            word::Tag::Unit => self.tag(Tag::Unit),
            word::Tag::Undefined => self.tag(Tag::Undefined),
            word::Tag::Nil => self.tag(Tag::Nil),
            word::Tag::Atom(id) => {
                self.tag(Tag::Atom);
                self.text(self.view.common().atoms.text(id));
            }
            word::Tag::Integer(_) => self.integer(word),
            word::Tag::Process(_) | word::Tag::Function(_) => return Err(self.refused(word)),
            word::Tag::Shared(_) | word::Tag::Heap(_) => self.boxed(word)?,
        }
        Ok(())
    }

    fn integer(&mut self, word: Word) {
        let integer = self.view.integer(word).unwrap_or_default();
        self.tag(Tag::Integer);
        self.octets(&integer.to_signed_bytes_le());
    }

    fn refused(&self, word: Word) -> Fault {
        let found = self.view.type_name(word);
        match found {
            "function" | "process" | "reference" => Fault::bad_type(
                "`term.to_bytes` takes what means the same everywhere",
                &format!("a {found}"),
            ),
            _ => NotSendable { found }.into(),
        }
    }

    fn boxed(&mut self, word: Word) -> Result<(), Fault> {
        let view = self.view;
        let Some(header) = view.header(word) else {
            return Err(self.refused(word));
        };
        if let Some(text) = view.text(word) {
            self.tag(Tag::String);
            self.text(text);
            return Ok(());
        }
        if let Some(octets) = view.bytes(word) {
            self.tag(Tag::Bytes);
            self.octets(octets);
            return Ok(());
        }
        let tag = match header.kind() {
            Kind::BigInteger => {
                self.integer(word);
                return Ok(());
            }
            Kind::Complex => {
                let z = view.complex(word).unwrap_or_default();
                self.tag(Tag::Complex);
                self.number(z.re);
                self.number(z.im);
                return Ok(());
            }
            Kind::Tuple => Tag::Tuple,
            Kind::Array => Tag::Array,
            Kind::Pair => Tag::Pair,
            Kind::Map => Tag::Map,
            Kind::Object => Tag::Object,
            Kind::Cell => Tag::Cell,
            _ => return Err(self.refused(word)),
        };
        let next = self.numbers.len();
        if let Some(number) = self.numbers.get(&word.0).copied() {
            self.tag(Tag::Again);
            self.count(number);
            return Ok(());
        }
        self.numbers.insert(word.0, next);
        let frozen = if view.is_frozen(word) { FROZEN } else { 0 };
        self.out.push(tag as u8 | frozen);
        self.container(tag, word)
    }

    fn container(&mut self, tag: Tag, word: Word) -> Result<(), Fault> {
        let view = self.view;
        match tag {
            Tag::Tuple | Tag::Array => {
                let items = view.array_items(word).or_else(|| view.tuple_items(word));
                let items = items.unwrap_or_default();
                self.count(items.len());
                self.all(items);
            }
            Tag::Map => {
                self.count(map::len(view, word));
                let entries: Vec<(Word, Word)> = map::entries(view, word).collect();
                for (key, value) in entries.into_iter().rev() {
                    self.todo.push(Todo::Value(value));
                    self.todo.push(Todo::Value(key));
                }
            }
            Tag::Object => {
                if object::has_magic(view, word) {
                    return Err(Fault::bad_type(
                        "`term.to_bytes` takes what means the same everywhere",
                        "an object with magic methods",
                    ));
                }
                let properties: Vec<_> = object::entries(view, word).collect();
                for (name, flags, value) in properties.iter().rev() {
                    self.todo.push(Todo::Value(*value));
                    self.todo.push(Todo::Property(name, flags.0));
                }
                // The count stands behind the prototype, which may be long.
                self.count(properties.len());
                let type_name = object::type_name(view, word).map(Word::atom);
                self.value(type_name.unwrap_or(Word::UNDEFINED))?;
                let prototype = object::prototype(view, word);
                self.todo
                    .push(Todo::Value(prototype.unwrap_or(Word::UNDEFINED)));
            }
            _ => self.all(view.payload(word)),
        }
        Ok(())
    }
}
