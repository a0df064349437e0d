//! Values as text.
//!
//! *show* reads back in the assembler and is cut with `...` after
//! [`SHOW_CHARS_MAX`] characters; results, errors and traces use it. *text* is
//! for people: strings and atoms bare, integers without suffix, tagged objects
//! as `:Tag[1, 2]`.
//!
//! What is still to be written stands on a work list, items one by one, so a
//! text that is cut costs no more than what is shown. A container inside
//! itself is written as `...`.
//!
//! # Invariants
//! W1. No text is longer than [`VALUE_BYTES_MAX`] by more than one leaf:
//!     a value with many paths to its parts stops there.
//!
//! [`SHOW_CHARS_MAX`]: crate::limits::SHOW_CHARS_MAX
//! [`VALUE_BYTES_MAX`]: crate::limits::VALUE_BYTES_MAX

use rustc_hash::FxHashSet;

use super::list::pairs_before_a_cycle;
use crate::atom::known;
use crate::convert::Names;
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::properties;
use crate::heap::table;
use crate::heap::view::View;
use crate::ids::{AtomId, FuncId};
use crate::isa::PropertyFlags;
use crate::limits::{SHOW_CHARS_MAX, VALUE_BYTES_MAX};
use crate::object;
use crate::string;
use crate::text;
use crate::word::{Tag, Word};

/// The form that reads back, cut after [`SHOW_CHARS_MAX`] characters.
#[must_use]
pub fn show(view: View<'_>, word: Word, names: &dyn Names) -> String {
    Writer::new(view, names, Form::Show).run(word)
}

/// The form for people, never cut.
///
/// # Errors
/// `:limit` if it would be longer than [`VALUE_BYTES_MAX`].
pub fn text(view: View<'_>, word: Word, names: &dyn Names) -> Result<String, Fault> {
    let text = Writer::new(view, names, Form::Text).run(word);
    if text.len() > VALUE_BYTES_MAX {
        return Err(string::too_long());
    }
    Ok(text)
}

/// Words of the flags of a property, from the lowest bit on.
const FLAG_NAMES: [&str; 3] = ["writable", "enumerable", "configurable"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Show,
    Text,
}

/// What is still to be written.
enum Piece<'a> {
    Text(&'static str),
    Name(AtomId),
    Word(Word),
    Items(&'a [u64]),
    /// The rest of a list, of which so many pairs may still be written.
    Tail(Word, usize),
    /// Entries of a map's table from a number on.
    Entries(Word, usize),
    /// Properties of an object from a number on.
    Properties(Word, usize),
    /// Magic methods of an object, each followed by a comma if more comes.
    Magic(Word, usize),
    /// The container is complete.
    Close(Word),
}

struct Writer<'a> {
    view: View<'a>,
    names: &'a dyn Names,
    form: Form,
    out: String,
    todo: Vec<Piece<'a>>,
    /// Containers that are begun and not complete.
    open: FxHashSet<u64>,
}

impl<'a> Writer<'a> {
    fn new(view: View<'a>, names: &'a dyn Names, form: Form) -> Writer<'a> {
        Writer {
            view,
            names,
            form,
            out: String::new(),
            todo: Vec::new(),
            open: FxHashSet::default(),
        }
    }

    fn run(mut self, word: Word) -> String {
        self.todo.push(Piece::Word(word));
        // Characters are at most as many as bytes, so they are counted once
        // there could be enough.
        while let Some(piece) = self.todo.pop() {
            self.piece(piece);
            if self.form == Form::Show && self.out.len() > SHOW_CHARS_MAX {
                if let Some((at, _)) = self.out.char_indices().nth(SHOW_CHARS_MAX) {
                    self.out.truncate(at);
                    self.out.push_str("...");
                    break;
                }
            } else if self.out.len() > VALUE_BYTES_MAX {
                break;
            }
        }
        self.out
    }

    /// Puts pieces on the work list so that the first is written first.
    fn queue<const N: usize>(&mut self, pieces: [Piece<'a>; N]) {
        self.todo.extend(pieces.into_iter().rev());
    }

    fn piece(&mut self, piece: Piece<'a>) {
        match piece {
            Piece::Text(text) => self.out.push_str(text),
            Piece::Name(name) => self.name(name),
            Piece::Word(word) => self.word(word),
            Piece::Items(items) => {
                let Some((first, rest)) = items.split_first() else {
                    return;
                };
                if !rest.is_empty() {
                    self.queue([Piece::Text(", "), Piece::Items(rest)]);
                }
                self.queue([Piece::Word(Word(*first))]);
            }
            Piece::Tail(word, left) => self.tail(word, left),
            Piece::Entries(table, from) => self.entry(table, from),
            Piece::Properties(object, from) => self.property(object, from),
            Piece::Magic(object, from) => self.magic(object, from),
            Piece::Close(word) => {
                self.open.remove(&word.0);
            }
        }
    }

    fn word(&mut self, word: Word) {
        match word.tag() {
            Tag::Number(n) => text::write_number(&mut self.out, n),
            Tag::Boolean(b) => self.out.push_str(if b { "true" } else { "false" }),
            Tag::Unit if self.form == Form::Text => self.out.push_str("()"),
            Tag::Unit => self.out.push_str("unit"),
            Tag::Undefined => self.out.push_str("undefined"),
            Tag::Nil => self.out.push_str("nil"),
            Tag::Atom(id) => {
                let text = self.view.common().atoms.text(id);
                match self.form {
                    Form::Text => self.out.push_str(text),
                    _ => text::write_atom(&mut self.out, text),
                }
            }
            Tag::Integer(n) => {
                self.out.push_str(&n.to_string());
                self.suffix();
            }
            Tag::Process(pid) => self.out.push_str(&pid.to_string()),
            Tag::Function(function) => self.function(function),
            Tag::Shared(_) | Tag::Heap(_) => self.object(word),
        }
    }

    /// Integers are told from numbers where the text is to be read back.
    fn suffix(&mut self) {
        if self.form != Form::Text {
            self.out.push('n');
        }
    }

    fn object(&mut self, word: Word) {
        let view = self.view;
        let kind = view.kind(word).unwrap_or(Kind::Forward);
        match kind {
            Kind::String | Kind::LongString => {
                let text = view.text(word).unwrap_or_default();
                match self.form {
                    Form::Text => self.out.push_str(text),
                    Form::Show => text::write_quoted(&mut self.out, cut(text)),
                }
            }
            Kind::Bytes | Kind::LongBytes => {
                let bytes = view.bytes(word).unwrap_or_default();
                let end = match self.form {
                    Form::Show => bytes.len().min(SHOW_CHARS_MAX),
                    _ => bytes.len(),
                };
                text::write_bytes(&mut self.out, &bytes[..end]);
            }
            Kind::BigInteger => {
                let n = view.big_integer(word).unwrap_or_default();
                text::write_integer(&mut self.out, &n);
                self.suffix();
            }
            Kind::Complex => {
                let z = view.complex(word).unwrap_or_default();
                text::write_complex(&mut self.out, z.re, z.im);
            }
            Kind::Reference => {
                let reference = view.reference(word).map(|r| r.to_string());
                self.out.push_str(&reference.unwrap_or_default());
            }
            Kind::Closure => match view.function(word) {
                Some(parts) => self.function(parts.function),
                None => self.out.push_str("#function"),
            },
            Kind::ExternFunction => self.extern_function(word),
            Kind::Native => {
                let name = view.native(word).and_then(|n| self.names.native(n));
                self.out.push_str("#function<");
                self.path(name.as_deref().unwrap_or("native"));
                self.out.push('>');
            }
            Kind::Tuple | Kind::Array | Kind::Pair | Kind::Map | Kind::Object => {
                if !self.open.insert(word.0) {
                    self.out.push_str("...");
                    return;
                }
                self.todo.push(Piece::Close(word));
                self.container(word, kind);
            }
            _ => {
                self.out.push('#');
                self.out.push_str(view.type_name(word));
            }
        }
    }

    fn container(&mut self, word: Word, kind: Kind) {
        let view = self.view;
        match kind {
            Kind::Tuple => {
                let items = view.payload(word);
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.queue([Piece::Text("("), Piece::Items(items), Piece::Text(close)]);
            }
            Kind::Array => {
                let items = view.array_items(word).unwrap_or_default();
                self.queue([Piece::Text("["), Piece::Items(items), Piece::Text("]")]);
            }
            Kind::Pair => {
                let (head, tail) = view.pair(word).unwrap_or((Word::NIL, Word::NIL));
                let pairs = pairs_before_a_cycle(view, word);
                self.queue([
                    Piece::Text("["),
                    Piece::Word(head),
                    Piece::Tail(tail, pairs - 1),
                ]);
            }
            Kind::Map => {
                let open = if self.form == Form::Text { "{" } else { "%{" };
                let entries = Piece::Entries(view.field(word, 0), 0);
                self.queue([Piece::Text(open), entries, Piece::Text("}")]);
            }
            _ if self.form == Form::Text => self.object_text(word),
            _ => self.object_show(word),
        }
    }

    fn tail(&mut self, word: Word, left: usize) {
        match self.view.pair(word) {
            Some((head, tail)) if left > 0 => self.queue([
                Piece::Text(", "),
                Piece::Word(head),
                Piece::Tail(tail, left - 1),
            ]),
            Some(_) => self.out.push_str(" | ...]"),
            None => self.queue([Piece::Text(" | "), Piece::Word(word), Piece::Text("]")]),
        }
    }

    fn entry(&mut self, table: Word, from: usize) {
        let Some((number, entry)) = next_entry(self.view, table, from) else {
            return;
        };
        if next_entry(self.view, table, number + 1).is_some() {
            let rest = Piece::Entries(table, number + 1);
            self.queue([Piece::Text(", "), rest]);
        }
        self.queue([
            Piece::Word(entry.key),
            Piece::Text(": "),
            Piece::Word(entry.value),
        ]);
    }

    fn property(&mut self, object: Word, from: usize) {
        let view = self.view;
        let Some((number, entry)) = properties::next(view, object, from) else {
            return;
        };
        if properties::next(view, object, number + 1).is_some() {
            let rest = Piece::Properties(object, number + 1);
            self.queue([Piece::Text(", "), rest]);
        }
        let atoms = &view.common().atoms;
        let name = match entry.key.to_atom() {
            Some(id) => atoms.text(id),
            None => view.text(entry.key).unwrap_or_default(),
        };
        match self.form {
            Form::Text => self.out.push_str(name),
            _ => {
                text::write_name(&mut self.out, name);
                self.flags(entry.flags);
            }
        }
        self.out.push_str(": ");
        self.queue([Piece::Word(entry.value)]);
    }

    /// Flags of a property that is not as an assignment makes it: `[writable]`.
    fn flags(&mut self, flags: u8) {
        if flags == PropertyFlags::OPEN.0 {
            return;
        }
        let words: Vec<&str> = (0..3)
            .filter(|bit| flags & 1 << bit != 0)
            .filter_map(|bit| FLAG_NAMES.get(bit).copied())
            .collect();
        self.out.push_str(" [");
        self.out.push_str(&words.join(" "));
        self.out.push(']');
    }

    fn magic(&mut self, object: Word, from: usize) {
        let Some((number, entry)) = properties::next_method(self.view, object, from) else {
            return;
        };
        if properties::next_method(self.view, object, number + 1).is_some() {
            let rest = Piece::Magic(object, number + 1);
            self.queue([Piece::Text(", "), rest]);
        }
        self.out.push_str(".magic ");
        if let Some(name) = entry.key.to_atom() {
            self.name(name);
        }
        self.out.push_str(": ");
        self.queue([Piece::Word(entry.value)]);
    }

    /// `{x: 1}`, or a tagged object as `:Tag[1, 2]`.
    fn object_text(&mut self, word: Word) {
        let view = self.view;
        let atoms = &view.common().atoms;
        let Some(tag) = object::get_atom(view, word, known::TAG).and_then(Word::to_atom) else {
            let properties = Piece::Properties(word, 0);
            return self.queue([Piece::Text("{"), properties, Piece::Text("}")]);
        };
        self.out.push(':');
        self.out.push_str(atoms.text(tag).trim_start_matches(':'));
        let slots = object::get_atom(view, word, known::SLOTS).unwrap_or(Word::UNIT);
        let items = view.array_items(slots).or_else(|| view.tuple_items(slots));
        match items {
            Some([]) => {}
            Some(items) => {
                self.queue([Piece::Text("["), Piece::Items(items), Piece::Text("]")]);
            }
            None if slots == Word::UNIT => {}
            None => self.queue([Piece::Text("["), Piece::Word(slots), Piece::Text("]")]),
        }
    }

    /// Type name, prototype and magic methods come first, each marked by a dot.
    fn object_show(&mut self, word: Word) {
        let view = self.view;
        let mut pieces = vec![Piece::Text("{")];
        let comma = |pieces: &mut Vec<Piece<'a>>| {
            if pieces.len() > 1 {
                pieces.push(Piece::Text(", "));
            }
        };
        if let Some(name) = object::type_name(view, word) {
            pieces.extend([Piece::Text(".type "), Piece::Name(name)]);
        }
        if let Some(prototype) = object::prototype(view, word) {
            comma(&mut pieces);
            pieces.extend([Piece::Text(".proto "), Piece::Word(prototype)]);
        }
        if properties::has_methods(view, word) {
            comma(&mut pieces);
            pieces.push(Piece::Magic(word, 0));
        }
        if object::len(view, word) > 0 {
            comma(&mut pieces);
            pieces.push(Piece::Properties(word, 0));
        }
        pieces.push(Piece::Text("}"));
        self.todo.extend(pieces.into_iter().rev());
    }

    fn name(&mut self, name: AtomId) {
        text::write_name(&mut self.out, self.view.common().atoms.text(name));
    }

    /// Words with dots between them, or the whole in quotes.
    fn path(&mut self, path: &str) {
        if path.split('.').all(text::is_word) {
            self.out.push_str(path);
        } else {
            text::write_quoted(&mut self.out, path);
        }
    }

    fn function(&mut self, function: FuncId) {
        self.out.push_str("#function<");
        match self.names.function(function) {
            Some((class, name, arity)) => {
                self.path(&class);
                self.out.push('.');
                text::write_name(&mut self.out, &name);
                self.out.push_str(&format!("/{arity}"));
            }
            None => self.out.push_str(&function.0.to_string()),
        }
        self.out.push('>');
    }

    fn extern_function(&mut self, word: Word) {
        let atoms = &self.view.common().atoms;
        self.out.push_str("#function<");
        if let Some((class, name, arity)) = self.view.extern_function(word) {
            self.path(atoms.text(class));
            self.out.push('.');
            self.name(name);
            if let Some(arity) = arity {
                self.out.push_str(&format!("/{arity}"));
            }
        }
        self.out.push('>');
    }
}

fn next_entry(view: View<'_>, table: Word, from: usize) -> Option<(usize, table::Entry)> {
    let used = table::used(view, table);
    (from..used).find_map(|number| Some((number, table::entry(view, table, number)?)))
}

/// As much of a long string as a cut text can show.
fn cut(text: &str) -> &str {
    match text.char_indices().nth(SHOW_CHARS_MAX) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}
