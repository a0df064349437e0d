//! Values as text: *show*, which reads back, and *text*, which people read.
//!
//! A writer keeps what is still to be written on a list of its own, and of a
//! long sequence only the next item, so that a text which is cut costs no more
//! than what is shown. A container that is open already is written as `...`.

use rustc_hash::FxHashSet;

use crate::atom::known;
use crate::convert::Names;
use crate::heap::layout::Kind;
use crate::heap::table;
use crate::heap::view::View;
use crate::isa::PropertyFlags;
use crate::object;
use crate::text::quote::{write_atom, write_bytes, write_name, write_quoted};
use crate::text::{self as number_text};
use crate::word::{Tag, Word};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Show,
    Text,
}

/// What is still to be written.
enum Piece<'a> {
    Text(&'static str),
    Word(Word),
    /// Items from a number on, with commas between them.
    Items(&'a [u64], usize),
    /// The rest of a list whose first head is written.
    Tail(Word),
    /// Entries of a map from a number on.
    Entries(Word, usize),
    /// Own properties of an object from a number on.
    Properties(Word, usize),
    /// The container is written.
    Close(u64),
}

pub(super) struct Writer<'a> {
    view: View<'a>,
    names: &'a dyn Names,
    style: Style,
    /// Bytes that may be written.
    limit: usize,
    pub(super) out: String,
    pub(super) full: bool,
    open: FxHashSet<u64>,
    todo: Vec<Piece<'a>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(view: View<'a>, names: &'a dyn Names, style: Style, limit: usize) -> Self {
        Writer {
            view,
            names,
            style,
            limit,
            out: String::new(),
            full: false,
            open: FxHashSet::default(),
            todo: Vec::new(),
        }
    }

    pub(super) fn run(&mut self, word: Word) {
        self.todo.push(Piece::Word(word));
        while let Some(piece) = self.todo.pop() {
            if self.out.len() > self.limit {
                self.full = true;
                return;
            }
            self.piece(piece);
        }
        self.full = self.out.len() > self.limit;
    }

    /// Puts pieces on the list so that the first is written first.
    fn queue<const N: usize>(&mut self, pieces: [Piece<'a>; N]) {
        self.todo.extend(pieces.into_iter().rev());
    }

    fn piece(&mut self, piece: Piece<'a>) {
        match piece {
            Piece::Text(text) => self.out.push_str(text),
            Piece::Word(word) => self.word(word),
            Piece::Items(items, at) => {
                if let Some(item) = items.get(at) {
                    self.todo.push(Piece::Items(items, at + 1));
                    if at + 1 < items.len() {
                        self.todo.push(Piece::Text(", "));
                    }
                    self.todo.push(Piece::Word(Word(*item)));
                }
            }
            Piece::Tail(word) => self.tail(word),
            Piece::Entries(table, from) => {
                let next = (from..table::used(self.view, table))
                    .find_map(|n| table::entry(self.view, table, n).map(|e| (n, e)));
                if let Some((n, entry)) = next {
                    let comma = if from == 0 { "" } else { ", " };
                    self.queue([
                        Piece::Text(comma),
                        Piece::Word(entry.key),
                        Piece::Text(": "),
                        Piece::Word(entry.value),
                        Piece::Entries(table, n + 1),
                    ]);
                }
            }
            Piece::Properties(object, at) => self.property(object, at),
            Piece::Close(id) => {
                self.open.remove(&id);
            }
        }
    }

    fn property(&mut self, object: Word, at: usize) {
        let view = self.view;
        let table = view.field(object, 2);
        let next = (at..table::used(view, table))
            .find_map(|n| table::entry(view, table, n).map(|e| (n, e)));
        let Some((n, entry)) = next else { return };
        if at > 0 {
            self.out.push_str(", ");
        }
        let key = match entry.key.to_atom() {
            Some(atom) => view.common().atoms.text(atom),
            None => view.text(entry.key).unwrap_or(""),
        };
        match self.style {
            Style::Text => self.out.push_str(key),
            Style::Show => {
                write_name(&mut self.out, key);
                let flags = PropertyFlags(entry.flags & 7);
                if flags != PropertyFlags::OPEN {
                    let words = ["writable", "enumerable", "configurable"];
                    let set: Vec<&str> = (0..3)
                        .filter(|i| flags.0 & 1 << i != 0)
                        .map(|i| words[i])
                        .collect();
                    self.out.push_str(&format!(" [{}]", set.join(" ")));
                }
            }
        }
        self.queue([
            Piece::Text(": "),
            Piece::Word(entry.value),
            Piece::Properties(object, n + 1),
        ]);
    }

    /// Writes a list's rest behind its first head.
    fn tail(&mut self, word: Word) {
        match self.view.pair(word) {
            Some((head, tail)) if self.open.insert(word.0) => {
                self.queue([
                    Piece::Text(", "),
                    Piece::Word(head),
                    Piece::Tail(tail),
                    Piece::Close(word.0),
                ]);
            }
            _ => self.queue([Piece::Text(" | "), Piece::Word(word)]),
        }
    }

    fn word(&mut self, word: Word) {
        match word.tag() {
            Tag::Number(n) => number_text::write_number(&mut self.out, n),
            Tag::Boolean(b) => self.out.push_str(if b { "true" } else { "false" }),
            Tag::Unit => self.out.push_str(if self.style == Style::Show {
                "unit"
            } else {
                "()"
            }),
            Tag::Undefined => self.out.push_str("undefined"),
            Tag::Nil => self.out.push_str("nil"),
            Tag::Atom(atom) => {
                let text = self.view.common().atoms.text(atom);
                match self.style {
                    Style::Show => write_atom(&mut self.out, text),
                    Style::Text => self.out.push_str(text),
                }
            }
            Tag::Integer(n) => {
                self.out.push_str(&n.to_string());
                self.suffix();
            }
            Tag::Process(pid) => self.out.push_str(&pid.to_string()),
            Tag::Function(_) => self.function(word),
            Tag::Shared(_) | Tag::Heap(_) => self.boxed(word),
        }
    }

    /// An integer's `n`, which only *show* writes.
    fn suffix(&mut self) {
        if self.style == Style::Show {
            self.out.push('n');
        }
    }

    fn function(&mut self, word: Word) {
        let Some(parts) = self.view.function(word) else {
            return;
        };
        match self.names.function(parts.function) {
            Some((class, name, arity)) => {
                self.out
                    .push_str(&format!("#function<{class}.{name}/{arity}>"));
            }
            None => self
                .out
                .push_str(&format!("#function<{}>", parts.function.0)),
        }
    }

    fn boxed(&mut self, word: Word) {
        let view = self.view;
        let Some(kind) = view.kind(word) else { return };
        match kind {
            Kind::String | Kind::LongString | Kind::Rope => {
                let text = view.text(word).unwrap_or("");
                match self.style {
                    Style::Show => {
                        // Of a long string no more is quoted than can be shown.
                        let end = text
                            .floor_char_boundary(self.limit + 1 - self.out.len().min(self.limit));
                        write_quoted(&mut self.out, &text[..end]);
                        self.full |= end < text.len();
                    }
                    Style::Text => self.out.push_str(text),
                }
            }
            Kind::Bytes | Kind::LongBytes => {
                write_bytes(&mut self.out, view.bytes(word).unwrap_or(&[]));
            }
            Kind::BigInteger => {
                if let Some(n) = view.big_integer(word) {
                    number_text::write_integer(&mut self.out, &n);
                }
                self.suffix();
            }
            Kind::Complex => {
                if let Some(z) = view.complex(word) {
                    number_text::write_complex(&mut self.out, z.re, z.im);
                }
            }
            Kind::Closure => self.function(word),
            Kind::ExternFunction => {
                if let Some((class, name, arity)) = view.extern_function(word) {
                    let text = |atom| view.common().atoms.text(atom);
                    let arity = arity.map_or_else(String::new, |n| format!("/{n}"));
                    self.out
                        .push_str(&format!("#function<{}.{}{arity}>", text(class), text(name)));
                }
            }
            Kind::Native => {
                let name = view.native(word).and_then(|n| self.names.native(n));
                self.out.push_str(&format!(
                    "#function<{}>",
                    name.as_deref().unwrap_or("native")
                ));
            }
            Kind::Reference => {
                if let Some(id) = view.reference(word) {
                    self.out.push_str(&id.to_string());
                }
            }
            Kind::Tuple | Kind::Array | Kind::Pair | Kind::Map | Kind::Object => {
                self.container(word, kind);
            }
            _ => self.out.push_str(&format!("#{}", view.type_name(word))),
        }
    }

    fn container(&mut self, word: Word, kind: Kind) {
        let view = self.view;
        if !self.open.insert(word.0) {
            self.out.push_str("...");
            return;
        }
        let close = Piece::Close(word.0);
        match kind {
            Kind::Tuple => {
                let items = view.tuple_items(word).unwrap_or(&[]);
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.queue([
                    Piece::Text("("),
                    Piece::Items(items, 0),
                    Piece::Text(end),
                    close,
                ]);
            }
            Kind::Array => {
                let items = view.array_items(word).unwrap_or(&[]);
                self.queue([
                    Piece::Text("["),
                    Piece::Items(items, 0),
                    Piece::Text("]"),
                    close,
                ]);
            }
            Kind::Pair => {
                let (head, tail) = view.pair(word).unwrap_or((Word::NIL, Word::NIL));
                let pieces = [
                    Piece::Text("["),
                    Piece::Word(head),
                    Piece::Tail(tail),
                    Piece::Text("]"),
                    close,
                ];
                self.queue(pieces);
            }
            Kind::Map => {
                let begin = if self.style == Style::Show { "%{" } else { "{" };
                let table = view.field(word, 0);
                self.queue([
                    Piece::Text(begin),
                    Piece::Entries(table, 0),
                    Piece::Text("}"),
                    close,
                ]);
            }
            _ => self.object(word, close),
        }
    }

    fn object(&mut self, word: Word, close: Piece<'a>) {
        let view = self.view;
        let tag = object::get_atom(view, word, known::TAG).and_then(Word::to_atom);
        if let (Style::Text, Some(tag)) = (self.style, tag) {
            self.out.push(':');
            self.out
                .push_str(view.common().atoms.text(tag).trim_start_matches(':'));
            let slots = object::get_atom(view, word, known::SLOTS).unwrap_or(Word::UNIT);
            match view.tuple_items(slots).or_else(|| view.array_items(slots)) {
                Some(items) => {
                    self.queue([
                        Piece::Text("["),
                        Piece::Items(items, 0),
                        Piece::Text("]"),
                        close,
                    ]);
                }
                None if slots == Word::UNIT => self.todo.push(close),
                None => self.queue([
                    Piece::Text("["),
                    Piece::Word(slots),
                    Piece::Text("]"),
                    close,
                ]),
            }
            return;
        }
        self.queue([
            Piece::Text("{"),
            Piece::Properties(word, 0),
            Piece::Text("}"),
            close,
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Nameless, Unlinked};
    use crate::heap::Heap;
    use crate::heap::shared::Common;
    use crate::limits::SHOW_CHARS_MAX;
    use crate::term::{show, text};
    use crate::value::{Object, PropertyDescriptor, Value};

    fn forms(value: &Value) -> (String, String) {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, false);
        let word = heap.from_value(&common, value, &Unlinked).unwrap();
        let view = heap.view(&common);
        (
            show(view, word, &Nameless),
            text(view, word, &Nameless).unwrap(),
        )
    }

    #[test]
    fn both_forms_of_every_kind() {
        let list = Value::pair(1.0.into(), Value::pair(2.0.into(), Value::nil()));
        let object = Object::new().with("x", PropertyDescriptor::open("a b".into()));
        let tagged = Object::new()
            .with("__tag", PropertyDescriptor::open(Value::atom("Some")))
            .with(
                "__slots",
                PropertyDescriptor::open(Value::array([1.0.into(), "x".into()])),
            );
        let cases = [
            (Value::number(0.1), "0.1", "0.1"),
            (Value::integer(42), "42n", "42"),
            (
                Value::integer(num_bigint::BigInt::from(10).pow(20)),
                "100000000000000000000n",
                "100000000000000000000",
            ),
            (Value::complex(2.0, 3.0), "2+3i", "2+3i"),
            ("a\n".into(), "\"a\\n\"", "a\n"),
            (Value::atom("a b"), ":\"a b\"", "a b"),
            (Value::unit(), "unit", "()"),
            (Value::tuple([]), "()", "()"),
            (Value::tuple([1.0.into()]), "(1,)", "(1,)"),
            (
                Value::array([1.0.into(), "x".into()]),
                "[1, \"x\"]",
                "[1, x]",
            ),
            (list, "[1, 2 | nil]", "[1, 2 | nil]"),
            (
                Value::map([("k".into(), 1.0.into())]),
                "%{\"k\": 1}",
                "{k: 1}",
            ),
            (Value::object(object), "{x: \"a b\"}", "{x: a b}"),
            (
                Value::object(tagged),
                "{__tag: :Some, __slots: [1, \"x\"]}",
                ":Some[1, x]",
            ),
            (Value::bytes(*b"a\0"), "b\"a\\x00\"", "b\"a\\x00\""),
        ];
        for (value, shown, text) in cases {
            assert_eq!(
                forms(&value),
                (shown.to_owned(), text.to_owned()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn cycles_depth_and_length_are_survived() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 28, false);
        heap.reserve(3_000_000).unwrap();
        let array = heap.array(&[Word::NIL, Word::TRUE]);
        heap.array_set(array.place(), 0, array);
        let deep = (0..500_000).fold(Word::NIL, |inner, _| heap.tuple(&[inner]));
        // A graph of 2^60 paths.
        let wide = (0..60).fold(Word::NIL, |inner, _| heap.tuple(&[inner, inner]));
        let view = heap.view(&common);
        assert_eq!(show(view, array, &Nameless), "[..., true]");
        assert_eq!(text(view, deep, &Nameless).unwrap().len(), 500_000 * 3 + 3);
        for word in [deep, wide] {
            let shown = show(view, word, &Nameless);
            assert_eq!(shown.chars().count(), SHOW_CHARS_MAX + 3);
            assert!(shown.ends_with("..."));
        }
        assert!(text(view, wide, &Nameless).is_err());
    }
}
