//! Values as text.
//!
//! *show* reads back in the assembler and is cut with `...` after
//! [`SHOW_CHARS_MAX`] characters; results, errors and traces use it. *text* is
//! for people: strings and atoms bare, integers without suffix, tagged objects
//! as `:Tag[1, 2]`.
//!
//! What is still to be written stands on a work list, one entry for each
//! container that is begun, so a text that is cut costs no more than what is
//! shown, and depth reaches no stack. A container inside itself is written as
//! `...`. The work can be left off after any step.
//!
//! # Invariants
//! W1. No text is longer than [`VALUE_BYTES_MAX`] by more than one leaf:
//!     a value with many paths to its parts stops there.
//! W2. A container is marked while it is begun and not complete.
//! W3. The words of a text that is left off are good while no object of the
//!     view moves or changes.
//!
//! [`SHOW_CHARS_MAX`]: crate::limits::SHOW_CHARS_MAX
//! [`VALUE_BYTES_MAX`]: crate::limits::VALUE_BYTES_MAX

mod leaf;

use super::list::Pairs;
use crate::atom::known;
use crate::convert::Names;
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::notes::Marks;
use crate::heap::properties;
use crate::heap::table;
use crate::heap::view::View;
use crate::limits::{SHOW_CHARS_MAX, VALUE_BYTES_MAX};
use crate::object;
use crate::string;
use crate::word::Word;
use leaf::{BULK, Pen};

/// The form that reads back, cut after [`SHOW_CHARS_MAX`] characters.
#[must_use]
pub fn show(view: View<'_>, word: Word, names: &dyn Names) -> String {
    let mut writing = Writing::new(Form::Show);
    writing.todo.push(Step::Word(word));
    writing.run(view, names, usize::MAX);
    writing.out
}

/// The form for people, never cut.
///
/// # Errors
/// `:limit` if it would be longer than [`VALUE_BYTES_MAX`].
pub fn text(view: View<'_>, word: Word, names: &dyn Names) -> Result<String, Fault> {
    let mut writing = Writing::text(view, &[word], "", names);
    writing.run(view, names, usize::MAX);
    writing.finish()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Show,
    Text,
}

/// What is still to be written.
#[derive(Clone, Copy, Debug)]
enum Step {
    Word(Word),
    Text(&'static str),
    /// The rest of a long string from a byte on.
    Chars(Word, usize),
    /// Payload of the second object from an index up to an end: the items of the first.
    Items(Word, Word, u32, u32, &'static str),
    /// The pairs of a list are counted.
    Count(Word, Pairs),
    /// The rest of a list, of which so many pairs may still be written.
    Tail(Word, Word, usize),
    /// Parts of a map or an object from an entry of a table on; whether
    /// something stands before them.
    Fields(Word, Part, u32, bool),
    /// The container is complete.
    Close(Word, &'static str),
    /// One of several values is complete.
    End,
}

/// What a map or an object consists of, in the order in which it is written.
#[derive(Clone, Copy, Debug)]
enum Part {
    Prototype,
    Magic,
    Properties,
    Entries,
}

/// A text in the making.
#[derive(Debug)]
pub struct Writing {
    form: Form,
    out: String,
    /// Where the texts of several values end.
    ends: Vec<usize>,
    todo: Vec<Step>,
    open: Marks,
    walked: usize,
}

impl Writing {
    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let lists = self.ends.capacity() * 8 + self.todo.capacity() * size_of::<Step>();
        self.out.capacity() + lists + self.open.bytes()
    }

    fn new(form: Form) -> Writing {
        Writing {
            form,
            out: String::new(),
            ends: Vec::new(),
            todo: Vec::new(),
            open: Marks::default(),
            walked: 0,
        }
    }

    /// The text of several values, with something between each two. Those
    /// that begin it and need no work list are written at once.
    #[must_use]
    pub fn text(
        view: View<'_>,
        words: &[Word],
        between: &'static str,
        names: &dyn Names,
    ) -> Writing {
        let mut writing = Writing::new(Form::Text);
        let pen = Pen {
            view,
            names,
            form: Form::Text,
        };
        let mut first = 0;
        while let Some(word) = words.get(first) {
            let before = writing.out.len();
            if first > 0 {
                writing.out.push_str(between);
            }
            if writing.out.len() > BULK || !pen.leaf(&mut writing.out, *word) {
                writing.out.truncate(before);
                break;
            }
            writing.ends.push(writing.out.len());
            first += 1;
        }
        for (i, word) in words.iter().enumerate().skip(first).rev() {
            writing.todo.extend([Step::End, Step::Word(*word)]);
            if i > 0 && !between.is_empty() {
                writing.todo.push(Step::Text(between));
            }
        }
        writing
    }

    /// How many words have been looked at and eight bytes of text written.
    #[must_use]
    pub fn walked(&self) -> usize {
        self.walked + self.out.len() / 8
    }

    /// What was written.
    ///
    /// # Errors
    /// `:limit` if it is longer than [`VALUE_BYTES_MAX`].
    pub fn finish(self) -> Result<String, Fault> {
        Ok(self.finish_parts()?.0)
    }

    /// What was written, and where the text of each value ends.
    ///
    /// # Errors
    /// As [`Writing::finish`].
    pub fn finish_parts(self) -> Result<(String, Vec<usize>), Fault> {
        if self.out.len() > VALUE_BYTES_MAX {
            return Err(string::too_long());
        }
        Ok((self.out, self.ends))
    }

    /// Goes on for about so many words; whether that was enough. The view is
    /// that of every call.
    pub fn run(&mut self, view: View<'_>, names: &dyn Names, words: usize) -> bool {
        let pen = Pen {
            view,
            names,
            form: self.form,
        };
        let end = self.walked().saturating_add(words);
        while let Some(step) = self.todo.pop() {
            if self.walked() >= end {
                self.todo.push(step);
                return false;
            }
            self.walked += 1;
            self.step(pen, step);
            // Characters are at most as many as bytes, so they are counted once
            // there could be enough.
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
        true
    }

    fn step(&mut self, pen: Pen<'_>, step: Step) {
        match step {
            Step::Word(word) => self.word(pen, word),
            Step::Text(text) => self.out.push_str(text),
            Step::Chars(word, from) => self.chars(pen, word, from),
            Step::Items(of, data, at, end, close) => {
                if at == end {
                    return self.close(of, close);
                }
                if at > 0 {
                    self.out.push_str(", ");
                }
                self.todo.push(Step::Items(of, data, at + 1, end, close));
                self.word(pen, pen.view.item(data, at as usize));
            }
            Step::Count(list, pairs) => self.count(pen, list, pairs),
            Step::Tail(list, rest, left) => match pen.view.pair(rest) {
                Some((head, tail)) if left > 0 => {
                    self.out.push_str(", ");
                    self.todo.push(Step::Tail(list, tail, left - 1));
                    self.word(pen, head);
                }
                Some(_) => self.close(list, " | ...]"),
                None => {
                    self.out.push_str(" | ");
                    self.todo.push(Step::Close(list, "]"));
                    self.word(pen, rest);
                }
            },
            Step::Fields(of, part, from, begun) => self.fields(pen, of, part, from, begun),
            Step::Close(of, text) => self.close(of, text),
            Step::End => self.ends.push(self.out.len()),
        }
    }

    fn close(&mut self, of: Word, text: &str) {
        self.out.push_str(text);
        self.open.remove(of);
    }

    fn word(&mut self, pen: Pen<'_>, word: Word) {
        if pen.leaf(&mut self.out, word) {
            return;
        }
        let kind = pen.view.kind(word).unwrap_or(Kind::Forward);
        match kind {
            Kind::String | Kind::LongString => self.todo.push(Step::Chars(word, 0)),
            _ if self.open.insert(word) => self.container(pen, word, kind),
            _ => self.out.push_str("..."),
        }
    }

    fn chars(&mut self, pen: Pen<'_>, word: Word, from: usize) {
        let text = pen.view.text(word).unwrap_or_default();
        let mut end = text.len().min(from + BULK);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        self.out.push_str(&text[from..end]);
        if end < text.len() {
            self.todo.push(Step::Chars(word, end));
        }
    }

    fn container(&mut self, pen: Pen<'_>, word: Word, kind: Kind) {
        let view = pen.view;
        match kind {
            Kind::Tuple => {
                let count = view.payload(word).len() as u32;
                let close = if count == 1 { ",)" } else { ")" };
                self.items("(", word, word, count, close);
            }
            Kind::Array => {
                let count = view.array_items(word).map_or(0, <[u64]>::len) as u32;
                self.items("[", word, view.field(word, 1), count, "]");
            }
            Kind::Pair => self.todo.push(Step::Count(word, Pairs::new(word))),
            Kind::Map => {
                let open = if self.form == Form::Text { "{" } else { "%{" };
                self.out.push_str(open);
                self.todo.push(Step::Fields(word, Part::Entries, 0, false));
            }
            _ if self.form == Form::Text => self.object_text(pen, word),
            // Type name, prototype and magic methods come first, each marked by a dot.
            _ => {
                self.out.push('{');
                let name = object::type_name(view, word);
                if let Some(name) = name {
                    self.out.push_str(".type ");
                    pen.name(&mut self.out, name);
                }
                let part = Part::Prototype;
                self.todo.push(Step::Fields(word, part, 0, name.is_some()));
            }
        }
    }

    fn items(&mut self, open: &str, of: Word, data: Word, count: u32, close: &'static str) {
        self.out.push_str(open);
        self.todo.push(Step::Items(of, data, 0, count, close));
    }

    fn count(&mut self, pen: Pen<'_>, list: Word, mut pairs: Pairs) {
        // No more pairs are shown than characters.
        let most = match self.form {
            Form::Show => SHOW_CHARS_MAX,
            Form::Text => 512,
        };
        self.walked += most / 2;
        let counted = match pairs.go_on(pen.view, most) {
            Some(count) => count,
            None if self.form == Form::Show => most,
            None => return self.todo.push(Step::Count(list, pairs)),
        };
        let (head, tail) = pen.view.pair(list).unwrap_or((Word::NIL, Word::NIL));
        self.out.push('[');
        self.todo.push(Step::Tail(list, tail, counted - 1));
        self.word(pen, head);
    }

    /// `{x: 1}`, or a tagged object as `:Tag[1, 2]`.
    fn object_text(&mut self, pen: Pen<'_>, word: Word) {
        let view = pen.view;
        let atoms = &view.common().atoms;
        let Some(tag) = object::get_atom(view, word, known::TAG).and_then(Word::to_atom) else {
            self.out.push('{');
            let part = Part::Properties;
            return self.todo.push(Step::Fields(word, part, 0, false));
        };
        self.out.push(':');
        self.out.push_str(atoms.text(tag).trim_start_matches(':'));
        let slots = object::get_atom(view, word, known::SLOTS).unwrap_or(Word::UNIT);
        let (data, items) = match view.array_items(slots) {
            Some(items) => (view.field(slots, 1), Some(items.len())),
            None => (slots, view.tuple_items(slots).map(<[u64]>::len)),
        };
        match items {
            Some(0) => self.close(word, ""),
            Some(count) => self.items("[", word, data, count as u32, "]"),
            None if slots == Word::UNIT => self.close(word, ""),
            None => {
                self.out.push('[');
                self.todo.push(Step::Close(word, "]"));
                self.word(pen, slots);
            }
        }
    }

    /// The next part of a map or an object.
    fn fields(&mut self, pen: Pen<'_>, of: Word, part: Part, from: u32, begun: bool) {
        let view = pen.view;
        let at = from as usize;
        let next = match part {
            Part::Prototype => {
                let prototype = object::prototype(view, of);
                let begun_then = begun || prototype.is_some();
                self.todo.push(Step::Fields(of, Part::Magic, 0, begun_then));
                if let Some(prototype) = prototype {
                    self.comma(begun);
                    self.out.push_str(".proto ");
                    self.word(pen, prototype);
                }
                return;
            }
            Part::Magic => properties::next_method(view, of, at),
            Part::Properties => properties::next(view, of, at),
            Part::Entries => {
                let table = view.field(of, 0);
                let used = table::used(view, table);
                // Dead entries are passed by in steps, too.
                let last = used.min(at + 256);
                let next = (at..last).find_map(|i| Some((i, table::entry(view, table, i)?)));
                if next.is_none() && last < used {
                    self.walked += last - at;
                    return self.todo.push(Step::Fields(of, part, last as u32, begun));
                }
                next
            }
        };
        let Some((number, entry)) = next else {
            return match part {
                Part::Magic => self.todo.push(Step::Fields(of, Part::Properties, 0, begun)),
                _ => self.close(of, "}"),
            };
        };
        self.walked += number - at;
        self.comma(begun);
        self.todo
            .push(Step::Fields(of, part, number as u32 + 1, true));
        match part {
            Part::Entries => {
                self.todo
                    .extend([Step::Word(entry.value), Step::Text(": ")]);
                return self.word(pen, entry.key);
            }
            Part::Properties => {
                pen.key(&mut self.out, entry.key);
                if self.form == Form::Show {
                    leaf::flags(&mut self.out, entry.flags);
                }
            }
            Part::Magic | Part::Prototype => {
                self.out.push_str(".magic ");
                if let Some(name) = entry.key.to_atom() {
                    pen.name(&mut self.out, name);
                }
            }
        }
        self.out.push_str(": ");
        self.word(pen, entry.value);
    }

    fn comma(&mut self, begun: bool) {
        if begun {
            self.out.push_str(", ");
        }
    }
}
