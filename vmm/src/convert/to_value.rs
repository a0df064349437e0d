//! Values of heaps and parcels as owned trees.
//!
//! Parts are finished before what holds them: an object is opened, its parts
//! are put on the work list, and when they are done it is closed over their
//! values. What was closed once is used again, so shared parts stay shared.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{ConvertError, Names};
use crate::heap::layout::Kind;
use crate::heap::properties::{self, PROTOTYPE};
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::ids::FuncId;
use crate::limits::HOST_VALUE_DEPTH_MAX;
use crate::value::{Closure, FunctionRef, Object, Primitive, PropertyDescriptor, Value};
use crate::word::{Tag, Word};

/// The value as a tree of the host.
///
/// # Errors
/// It contains itself, is nested too deeply, or holds what means nothing
/// outside its process: cells, iterators, coroutines, bound functions.
pub fn to_value(view: View<'_>, word: Word, names: &dyn Names) -> Result<Value, ConvertError> {
    let mut reader = Reader {
        view,
        names,
        todo: vec![Todo::Open(word)],
        done: Vec::new(),
        closed: FxHashMap::default(),
        depth: 0,
    };
    while let Some(todo) = reader.todo.pop() {
        match todo {
            Todo::Open(word) => reader.open(word, false)?,
            Todo::Tail(word) => reader.open(word, true)?,
            Todo::Close(word, kind, parts, nested) => {
                reader.close(word, kind, parts)?;
                reader.depth -= usize::from(nested);
            }
        }
    }
    Ok(reader.done.pop().unwrap_or_else(Value::undefined))
}

enum Todo {
    Open(Word),
    /// The tail of a list, whose cells are all on one level.
    Tail(Word),
    /// So many parts of the object are done, which is on a level of its own or not.
    Close(Word, Kind, usize, bool),
}

struct Reader<'a> {
    view: View<'a>,
    names: &'a dyn Names,
    todo: Vec<Todo>,
    /// Finished values whose owner is not closed.
    done: Vec<Value>,
    /// Objects by word: `None` while open.
    closed: FxHashMap<u64, Option<Value>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn open(&mut self, word: Word, is_tail: bool) -> Result<(), ConvertError> {
        if let Some(value) = self.leaf(word)? {
            self.done.push(value);
            return Ok(());
        }
        match self.closed.get(&word.0) {
            Some(Some(value)) => {
                self.done.push(value.clone());
                return Ok(());
            }
            Some(None) => return Err(ConvertError::Cycle),
            None => {}
        }
        self.closed.insert(word.0, None);
        let view = self.view;
        let kind = view.kind(word).unwrap_or(Kind::Forward);
        let nested = !(is_tail && kind == Kind::Pair);
        self.depth += usize::from(nested);
        if self.depth > HOST_VALUE_DEPTH_MAX {
            return Err(ConvertError::TooDeep {
                limit: HOST_VALUE_DEPTH_MAX,
            });
        }
        // The first part is to be opened first, so it goes last on the list.
        self.todo.push(Todo::Close(word, kind, 0, nested));
        let close = self.todo.len() - 1;
        let items = |items: Option<&'a [u64]>| items.unwrap_or_default();
        match kind {
            Kind::Tuple => self.parts(items(Some(view.payload(word)))),
            Kind::Pair => {
                if let Some((head, tail)) = view.pair(word) {
                    self.todo.extend([Todo::Tail(tail), Todo::Open(head)]);
                }
            }
            Kind::Array => self.parts(items(view.array_items(word))),
            Kind::Closure => {
                let parts = view.function(word).map(|f| f.captures);
                self.parts(items(parts));
            }
            Kind::Map => {
                for entry in entries(view, view.field(word, 0)).iter().rev() {
                    self.todo.push(Todo::Open(entry.value));
                    self.todo.push(Todo::Open(entry.key));
                }
            }
            Kind::Object => {
                let [properties, magic] = self.tables(word);
                let prototype = view.field(word, PROTOTYPE);
                for entry in magic.iter().rev().chain(properties.iter().rev()) {
                    self.todo.push(Todo::Open(entry.value));
                }
                self.todo.push(Todo::Open(prototype));
            }
            _ => {
                let found = view.type_name(word);
                return Err(ConvertError::NotRepresentable { found });
            }
        }
        let parts = self.todo.len() - close - 1;
        self.todo[close] = Todo::Close(word, kind, parts, nested);
        Ok(())
    }

    fn parts(&mut self, words: &[u64]) {
        let open = words.iter().rev().map(|word| Todo::Open(Word(*word)));
        self.todo.extend(open);
    }

    fn close(&mut self, word: Word, kind: Kind, parts: usize) -> Result<(), ConvertError> {
        let parts = self.done.split_off(self.done.len() - parts);
        let view = self.view;
        let value = match kind {
            Kind::Tuple => Value::tuple(parts),
            Kind::Array => Value::array(parts),
            Kind::Pair => match <[Value; 2]>::try_from(parts) {
                Ok([head, tail]) => Value::pair(head, tail),
                Err(_) => Value::undefined(),
            },
            Kind::Map => {
                let mut parts = parts.into_iter();
                let mut entries = Vec::with_capacity(parts.len() / 2);
                while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                    entries.push((key, value));
                }
                Value::map(entries)
            }
            Kind::Closure => {
                let function = view.function(word).map_or(FuncId(0), |f| f.function);
                Value::Closure(Arc::new(Closure {
                    function: self.function(function),
                    captures: parts,
                }))
            }
            _ => self.object(word, parts),
        };
        let value = match view.is_frozen(word) {
            true => Value::frozen(value),
            false => value,
        };
        self.closed.insert(word.0, Some(value.clone()));
        self.done.push(value);
        Ok(())
    }

    fn object(&self, word: Word, parts: Vec<Value>) -> Value {
        let [own, magic] = self.tables(word);
        let mut parts = parts.into_iter();
        let mut next = || parts.next().unwrap_or_else(Value::undefined);
        let prototype = next();
        let has_prototype = self.view.field(word, PROTOTYPE) != Word::UNDEFINED;
        let properties = own
            .iter()
            .map(|entry| {
                let flag = |bit| entry.flags & bit != 0;
                let property = PropertyDescriptor {
                    value: next(),
                    writable: flag(1),
                    enumerable: flag(2),
                    configurable: flag(4),
                };
                (self.name(entry.key), property)
            })
            .collect();
        let magic_methods: BTreeMap<Arc<str>, Value> = magic
            .iter()
            .map(|entry| (self.name(entry.key), next()))
            .collect();
        let type_name = properties::type_name(self.view, word);
        Value::object(Object {
            properties,
            prototype: has_prototype.then_some(prototype),
            magic_methods,
            type_name: type_name.map(|id| self.view.common().atoms.text(id).into()),
        })
    }

    /// Entries of an object's properties and of its magic methods.
    fn tables(&self, object: Word) -> [Vec<Entry>; 2] {
        let own = |(_, entry)| entry;
        [
            properties::entries(self.view, object).map(own).collect(),
            properties::methods(self.view, object).map(own).collect(),
        ]
    }

    fn name(&self, key: Word) -> Arc<str> {
        match key.to_atom() {
            Some(id) => self.view.common().atoms.text(id).into(),
            None => self.view.text(key).unwrap_or_default().into(),
        }
    }

    /// A value without parts, if it is one.
    fn leaf(&self, word: Word) -> Result<Option<Value>, ConvertError> {
        let view = self.view;
        let value = match word.tag() {
            Tag::Number(n) => Value::number(n),
            Tag::Boolean(b) => Value::boolean(b),
            Tag::Unit => Value::unit(),
            Tag::Undefined => Value::undefined(),
            Tag::Nil => Value::nil(),
            Tag::Atom(id) => Value::atom(view.common().atoms.text(id)),
            Tag::Integer(n) => Value::integer(n),
            Tag::Process(pid) => Value::Process(pid),
            Tag::Function(function) => Value::Function(self.function(function)),
            Tag::Shared(_) | Tag::Heap(_) => return self.leaf_object(word),
        };
        Ok(Some(value))
    }

    fn leaf_object(&self, word: Word) -> Result<Option<Value>, ConvertError> {
        let view = self.view;
        let value = match view.kind(word) {
            Some(Kind::String | Kind::LongString) => view.text(word).map(Value::string),
            Some(Kind::Bytes | Kind::LongBytes) => view.bytes(word).map(Value::bytes),
            Some(Kind::BigInteger) => view.big_integer(word).map(Value::integer),
            Some(Kind::Complex) => view
                .complex(word)
                .map(|z| Value::Primitive(Primitive::Complex(z))),
            Some(Kind::Reference) => view.reference(word).map(Value::Reference),
            Some(Kind::Handle) => view.handle(word).map(Value::Handle),
            Some(Kind::ExternFunction) => view.extern_function(word).map(|(class, name, arity)| {
                let text = |id| view.common().atoms.text(id);
                Value::extern_function(text(class), text(name), arity)
            }),
            Some(Kind::Native) => {
                let name = view.native(word).and_then(|n| self.names.native(n));
                Some(Value::Native(name.unwrap_or_else(|| "native".into())))
            }
            Some(Kind::Closure) if view.function(word).is_some_and(|f| f.receiver.is_some()) => {
                return Err(ConvertError::NotRepresentable {
                    found: "a bound function",
                });
            }
            _ => return Ok(None),
        };
        Ok(Some(value.unwrap_or_else(Value::undefined)))
    }

    fn function(&self, function: FuncId) -> FunctionRef {
        match self.names.function(function) {
            Some((class, name, arity)) => FunctionRef::Extern {
                class,
                name,
                arity: Some(arity),
            },
            None => FunctionRef::Local(function.0.into()),
        }
    }
}

fn entries(view: View<'_>, table: Word) -> Vec<Entry> {
    table::entries(view, table)
        .map(|(_, entry)| entry)
        .collect()
}
