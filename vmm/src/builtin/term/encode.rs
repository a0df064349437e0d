//! Values as bytes.
//!
//! A walk with a work list of its own, which can be left off after any step; containers
//! met before are written as their numbers, so shared parts are written once and
//! cycles come to an end.

use rustc_hash::FxHashMap;

use super::{FROZEN, MARK, Tag};
use crate::builtin::in_pieces::Budget;
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::parcel::NotSendable;
use crate::heap::table;
use crate::heap::view::View;
use crate::limits::VALUE_BYTES_MAX;
use crate::map;
use crate::number::check_bytes;
use crate::object;
use crate::process::walk::Unfinished;
use crate::word::{self, Word};

/// What is still to be written, the next last.
#[derive(Debug)]
enum Todo {
    Value(Word),
    /// Name and flags of a property; its value follows.
    Property(Box<str>, u8),
    /// The items of an array or tuple, or the words of what is laid out as it is written, from one on.
    Items(Word, usize),
    /// The entries of a map, from a number on.
    Entries(Word, usize),
}

/// A value on its way to bytes, which can be left off.
#[derive(Debug)]
pub(super) struct Encoding {
    out: Vec<u8>,
    todo: Vec<Todo>,
    /// Containers by their words.
    numbers: FxHashMap<u64, usize>,
}

impl Unfinished for Encoding {
    fn bytes(&self) -> usize {
        let todo = self.todo.capacity() * size_of::<Todo>();
        self.out.capacity() + todo + self.numbers.capacity() * size_of::<(u64, usize)>()
    }
}

impl Encoding {
    pub(super) fn new(value: Word) -> Encoding {
        Encoding {
            out: MARK.to_vec(),
            todo: vec![Todo::Value(value)],
            numbers: FxHashMap::default(),
        }
    }

    /// Goes on; the bytes, once all of them are there.
    ///
    /// # Errors
    /// `:bad_type` for what means nothing outside of its process, `:limit`.
    pub(super) fn run(
        &mut self,
        view: View<'_>,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let mut encoder = Encoder { view, state: self };
        while let Some(todo) = encoder.state.todo.pop() {
            if budget.is_used() {
                encoder.state.todo.push(todo);
                return Ok(None);
            }
            let before = encoder.state.out.len();
            encoder.step(todo)?;
            // About as long as comparing so many words.
            budget.words(1 + encoder.state.out.len() - before);
            if encoder.state.out.len() > VALUE_BYTES_MAX {
                check_bytes("`term.to_bytes`", encoder.state.out.len())?;
            }
        }
        Ok(Some(std::mem::take(&mut self.out)))
    }
}

/// The bytes of a value, at once.
///
/// # Errors
/// As [`Encoding::run`].
#[cfg(test)]
pub(super) fn encode(view: View<'_>, value: Word) -> Result<Vec<u8>, Fault> {
    let made = Encoding::new(value).run(view, &mut Budget::new(usize::MAX))?;
    Ok(made.unwrap_or_default())
}

struct Encoder<'a, 's> {
    view: View<'a>,
    state: &'s mut Encoding,
}

impl Encoder<'_, '_> {
    fn step(&mut self, todo: Todo) -> Result<(), Fault> {
        let view = self.view;
        match todo {
            Todo::Value(word) => return self.value(word),
            Todo::Property(name, flags) => {
                self.text(&name);
                self.state.out.push(flags);
            }
            Todo::Items(word, next) => {
                let items = view.array_items(word).unwrap_or(view.payload(word));
                // Nothing is left behind the last, so that a list takes no more room the longer it is.
                if next + 1 < items.len() {
                    self.state.todo.push(Todo::Items(word, next + 1));
                }
                if let Some(item) = items.get(next) {
                    return self.value(Word(*item));
                }
            }
            Todo::Entries(map, next) => {
                let table = view.field(map, 0);
                if next < table::used(view, table) {
                    self.state.todo.push(Todo::Entries(map, next + 1));
                    if let Some(entry) = table::entry(view, table, next) {
                        self.state.todo.push(Todo::Value(entry.value));
                        return self.value(entry.key);
                    }
                }
            }
        }
        Ok(())
    }

    fn tag(&mut self, tag: Tag) {
        self.state.out.push(tag as u8);
    }

    /// LEB128.
    fn count(&mut self, mut n: usize) {
        while n >= 0x80 {
            self.state.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.state.out.push(n as u8);
    }

    fn octets(&mut self, octets: &[u8]) {
        self.count(octets.len());
        self.state.out.extend_from_slice(octets);
    }

    fn text(&mut self, text: &str) {
        self.octets(text.as_bytes());
    }

    fn number(&mut self, number: f64) {
        self.state.out.extend(number.to_bits().to_le_bytes());
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
        let next = self.state.numbers.len();
        if let Some(number) = self.state.numbers.get(&word.0).copied() {
            self.tag(Tag::Again);
            self.count(number);
            return Ok(());
        }
        self.state.numbers.insert(word.0, next);
        let frozen = if view.is_frozen(word) { FROZEN } else { 0 };
        self.state.out.push(tag as u8 | frozen);
        self.container(tag, word)
    }

    fn container(&mut self, tag: Tag, word: Word) -> Result<(), Fault> {
        let view = self.view;
        match tag {
            Tag::Tuple | Tag::Array => {
                let items = view.array_items(word).or_else(|| view.tuple_items(word));
                let items = items.unwrap_or_default();
                self.count(items.len());
                self.state.todo.push(Todo::Items(word, 0));
            }
            Tag::Map => {
                self.count(map::len(view, word));
                self.state.todo.push(Todo::Entries(word, 0));
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
                    self.state.todo.push(Todo::Value(*value));
                    self.state
                        .todo
                        .push(Todo::Property((*name).into(), flags.0));
                }
                // The count stands behind the prototype, which may be long.
                self.count(properties.len());
                let type_name = object::type_name(view, word).map(Word::atom);
                self.value(type_name.unwrap_or(Word::UNDEFINED))?;
                let prototype = object::prototype(view, word);
                self.state
                    .todo
                    .push(Todo::Value(prototype.unwrap_or(Word::UNDEFINED)));
            }
            _ => self.state.todo.push(Todo::Items(word, 0)),
        }
        Ok(())
    }
}
