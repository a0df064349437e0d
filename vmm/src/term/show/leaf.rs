//! Values that hold no others, as text.

use super::Form;
use crate::convert::Names;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::ids::{AtomId, FuncId};
use crate::isa::PropertyFlags;
use crate::limits::SHOW_CHARS_MAX;
use crate::text;
use crate::word::{Tag, Word};

/// Text that is copied in one step, in bytes.
pub(super) const BULK: usize = 1 << 16;

/// Words of the flags of a property, from the lowest bit on.
const FLAG_NAMES: [&str; 3] = ["writable", "enumerable", "configurable"];

/// What values are written with.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a> {
    pub(super) view: View<'a>,
    pub(super) names: &'a dyn Names,
    pub(super) form: Form,
}

impl Pen<'_> {
    /// Writes a value that is neither a container nor a text too long for one step;
    /// false if it is one.
    #[inline]
    pub(super) fn leaf(self, out: &mut String, word: Word) -> bool {
        match word.tag() {
            Tag::Number(n) => text::write_number(out, n),
            Tag::Boolean(b) => out.push_str(if b { "true" } else { "false" }),
            Tag::Unit if self.form == Form::Text => out.push_str("()"),
            Tag::Unit => out.push_str("unit"),
            Tag::Undefined => out.push_str("undefined"),
            Tag::Nil => out.push_str("nil"),
            Tag::Atom(id) => {
                let text = self.view.common().atoms.text(id);
                match self.form {
                    Form::Text => out.push_str(text),
                    Form::Show => text::write_atom(out, text),
                }
            }
            Tag::Integer(n) => {
                out.push_str(&n.to_string());
                self.suffix(out);
            }
            Tag::Process(pid) => out.push_str(&pid.to_string()),
            Tag::Function(function) => self.function(out, function),
            Tag::Shared(_) | Tag::Heap(_) => return self.object(out, word),
        }
        true
    }

    /// Integers are told from numbers where the text is to be read back.
    fn suffix(self, out: &mut String) {
        if self.form != Form::Text {
            out.push('n');
        }
    }

    fn object(self, out: &mut String, word: Word) -> bool {
        let view = self.view;
        match view.kind(word).unwrap_or(Kind::Forward) {
            Kind::Tuple | Kind::Array | Kind::Pair | Kind::Map | Kind::Object => return false,
            Kind::String | Kind::LongString => {
                let text = view.text(word).unwrap_or_default();
                match self.form {
                    Form::Text if text.len() > BULK => return false,
                    Form::Text => out.push_str(text),
                    Form::Show => text::write_quoted(out, cut(text)),
                }
            }
            Kind::Bytes | Kind::LongBytes => {
                let bytes = view.bytes(word).unwrap_or_default();
                let end = match self.form {
                    Form::Show => bytes.len().min(SHOW_CHARS_MAX),
                    Form::Text => bytes.len(),
                };
                text::write_bytes(out, &bytes[..end]);
            }
            Kind::BigInteger => {
                let n = view.big_integer(word).unwrap_or_default();
                text::write_integer(out, &n);
                self.suffix(out);
            }
            Kind::Complex => {
                let z = view.complex(word).unwrap_or_default();
                text::write_complex(out, z.re, z.im);
            }
            Kind::Reference => {
                let reference = view.reference(word).map(|r| r.to_string());
                out.push_str(&reference.unwrap_or_default());
            }
            Kind::Handle => {
                let number = view.handle(word).unwrap_or_default();
                out.push_str(&format!("#handle<{number}>"));
            }
            Kind::Closure => match view.function(word) {
                Some(parts) => self.function(out, parts.function),
                None => out.push_str("#function"),
            },
            Kind::ExternFunction => self.extern_function(out, word),
            Kind::Native => self.native(out, word),
            _ => {
                out.push('#');
                out.push_str(view.type_name(word));
            }
        }
        true
    }

    fn native(self, out: &mut String, word: Word) {
        let name = self.view.native(word).and_then(|n| self.names.native(n));
        out.push_str("#function<");
        path(out, name.as_deref().unwrap_or("native"));
        out.push('>');
    }

    fn function(self, out: &mut String, function: FuncId) {
        out.push_str("#function<");
        match self.names.function(function) {
            Some((class, name, arity)) => {
                path(out, &class);
                out.push('.');
                text::write_name(out, &name);
                out.push_str(&format!("/{arity}"));
            }
            None => out.push_str(&function.0.to_string()),
        }
        out.push('>');
    }

    fn extern_function(self, out: &mut String, word: Word) {
        let atoms = &self.view.common().atoms;
        out.push_str("#function<");
        if let Some((class, name, arity)) = self.view.extern_function(word) {
            path(out, atoms.text(class));
            out.push('.');
            self.name(out, name);
            if let Some(arity) = arity {
                out.push_str(&format!("/{arity}"));
            }
        }
        out.push('>');
    }

    pub(super) fn name(self, out: &mut String, name: AtomId) {
        text::write_name(out, self.view.common().atoms.text(name));
    }

    /// The name of a property: an atom or a string.
    pub(super) fn key(self, out: &mut String, key: Word) {
        let name = match key.to_atom() {
            Some(id) => self.view.common().atoms.text(id),
            None => self.view.text(key).unwrap_or_default(),
        };
        match self.form {
            Form::Text => out.push_str(name),
            Form::Show => text::write_name(out, name),
        }
    }
}

/// Flags of a property that is not as an assignment makes it: `[writable]`.
pub(super) fn flags(out: &mut String, flags: u8) {
    if flags == PropertyFlags::OPEN.0 {
        return;
    }
    let words: Vec<&str> = (0..3)
        .filter(|bit| flags & 1 << bit != 0)
        .filter_map(|bit| FLAG_NAMES.get(bit).copied())
        .collect();
    out.push_str(" [");
    out.push_str(&words.join(" "));
    out.push(']');
}

/// Words with dots between them, or the whole in quotes.
fn path(out: &mut String, path: &str) {
    if path.split('.').all(text::is_word) {
        out.push_str(path);
    } else {
        text::write_quoted(out, path);
    }
}

/// As much of a long string as a cut text can show.
fn cut(text: &str) -> &str {
    match text.char_indices().nth(SHOW_CHARS_MAX) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}
