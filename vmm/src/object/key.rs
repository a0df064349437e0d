//! Property keys: text, however it is given.
//!
//! The atom `:x` and the string `"x"` name the same property, and a whole
//! number stands for its shortest text. In a table a key is an atom if an
//! atom of its text existed when the property was made, else a string, so a
//! computed key never adds an atom; hash and comparison go by the text.

use std::borrow::Cow;

use num_traits::ToPrimitive;

use crate::atom::AtomTable;
use crate::fault::{Fault, FaultKind};
use crate::heap::properties::Name;
use crate::heap::view::View;
use crate::ids::AtomId;
use crate::number::Numeric;
use crate::text;
use crate::word::{Tag, Word};

/// A property key, ready to be looked up.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    /// The hash of its text.
    pub hash: u32,
    text: Text<'a>,
}

#[derive(Clone, Debug)]
enum Text<'a> {
    Atom(AtomId),
    /// What is no atom.
    Other(Cow<'a, str>),
}

impl<'a> Key<'a> {
    /// The key that a value stands for.
    ///
    /// # Errors
    /// `:bad_type` for what is neither text nor a whole number.
    pub fn of(view: View<'a>, word: Word) -> Result<Key<'a>, Fault> {
        let atoms = &view.common().atoms;
        if let Some(atom) = word.to_atom() {
            return Ok(Key::atom(atoms, atom));
        }
        let name: Cow<'a, str> = match view.text(word) {
            Some(text) => text.into(),
            None => number_text(view, word)
                .ok_or_else(|| {
                    Fault::bad_type(
                        "a property is named by an atom, a string or a whole number",
                        view.type_name(word),
                    )
                })?
                .into(),
        };
        if let Some(atom) = atoms.find(&name) {
            return Ok(Key::atom(atoms, atom));
        }
        Ok(Key {
            hash: atoms.hash_of(&name) as u32,
            text: Text::Other(name),
        })
    }

    /// The key of an atom.
    #[must_use]
    pub fn atom(atoms: &AtomTable, atom: AtomId) -> Key<'static> {
        Key {
            hash: atoms.hash(atom) as u32,
            text: Text::Atom(atom),
        }
    }

    /// Its text.
    #[must_use]
    pub fn text<'b>(&'b self, atoms: &'b AtomTable) -> &'b str {
        match &self.text {
            Text::Atom(id) => atoms.text(*id),
            Text::Other(text) => text,
        }
    }

    /// Its atom, if it is one.
    #[must_use]
    pub fn to_atom(&self) -> Option<AtomId> {
        match &self.text {
            Text::Atom(id) => Some(*id),
            Text::Other(_) => None,
        }
    }

    /// As what it is looked up.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        match &self.text {
            Text::Atom(id) => Name::Atom(*id),
            Text::Other(text) => Name::Text(text),
        }
    }

    /// The word that a new property keeps, if no string has to be made for
    /// it; `given` is what the key was made of.
    pub(super) fn stored(&self, view: View<'_>, given: Word) -> Option<Word> {
        match &self.text {
            Text::Atom(id) => Some(Word::atom(*id)),
            Text::Other(_) => view.text(given).is_some().then_some(given),
        }
    }
}

/// The text of a key as a table keeps it.
pub(super) fn text_of(view: View<'_>, stored: Word) -> Option<&str> {
    match stored.to_atom() {
        Some(id) => Some(view.common().atoms.text(id)),
        None => view.text(stored),
    }
}

/// The index that a key means in a sequence: a whole number from 0 on, or text
/// that is the shortest of one.
#[must_use]
pub fn key_index(view: View<'_>, key: Word) -> Option<usize> {
    let text = match key.tag() {
        Tag::Number(n) if n >= 0.0 && n.fract() == 0.0 => return n.to_usize(),
        Tag::Integer(n) => return usize::try_from(n).ok(),
        _ => text_of(view, key)?,
    };
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// Whether a key names the property of that text.
#[must_use]
pub fn key_is(view: View<'_>, key: Word, name: &str) -> bool {
    text_of(view, key) == Some(name)
}

/// The error of a key that is neither text nor a whole number is `:bad_type`;
/// that of a write to what may not be written is this.
pub(super) fn read_only(view: View<'_>, key: &Key<'_>, why: &str) -> Fault {
    let name = text::quoted(key.text(&view.common().atoms));
    Fault::new(FaultKind::ReadOnly, format!("property {name} {why}"))
}

fn number_text(view: View<'_>, word: Word) -> Option<String> {
    match Numeric::of(view, word)? {
        Numeric::Number(n) if n.fract() == 0.0 => Some(text::number(n + 0.0)),
        Numeric::Small(n) => Some(n.to_string()),
        Numeric::Big(n) => {
            let mut out = String::new();
            text::write_integer(&mut out, &n);
            Some(out)
        }
        _ => None,
    }
}
