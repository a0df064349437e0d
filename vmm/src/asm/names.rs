//! Names, references and flags as text.

use crate::ids::FunctionIndex;
use crate::isa::PropertyFlags;
use crate::isa::operand::Flags;
use crate::program::Module;
use crate::text;

/// How the functions of a class are called in its text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names<'m> {
    /// The class; without it functions are called by their place.
    module: Option<&'m Module>,
    /// The names, if someone has worked them out for all.
    known: Option<&'m [String]>,
}

impl<'m> Names<'m> {
    pub(super) fn of(module: &'m Module) -> Self {
        Names {
            module: Some(module),
            known: None,
        }
    }

    pub(super) fn known(known: &'m [String]) -> Self {
        Names {
            module: None,
            known: Some(known),
        }
    }

    /// `&name/arity` if exactly one function is called that, else `&#3`.
    pub(super) fn write(&self, out: &mut String, index: FunctionIndex) {
        let at = index.0 as usize;
        if let Some(name) = self.known.and_then(|k| k.get(at)) {
            return out.push_str(name);
        }
        let functions = self.module.map_or(&[][..], |m| &m.functions);
        let meant = functions.get(at).filter(|f| {
            let alike = functions
                .iter()
                .filter(|g| g.name == f.name && g.arity == f.arity);
            alike.take(2).count() == 1
        });
        match meant.and_then(|f| Some((f.name.as_deref()?, f.arity))) {
            Some((name, arity)) => write_local(out, name, arity),
            None => out.push_str(&index.to_string()),
        }
    }
}

/// Writes `&name/arity`.
pub(super) fn write_local(out: &mut String, name: &str, arity: u16) {
    out.push('&');
    text::write_name(out, name);
    out.push('/');
    out.push_str(&arity.to_string());
}

/// Writes words joined by dots as they are, and any other name in quotes.
pub(super) fn write_path(out: &mut String, path: &str) {
    if path.split('.').all(text::is_word) {
        out.push_str(path);
    } else {
        text::write_quoted(out, path);
    }
}

/// Writes the words of set bits in brackets, bits without a word by number.
pub(super) fn write_flags(out: &mut String, bits: u8, words: &[&str]) {
    out.push('[');
    let mut first = true;
    let mut put = |word: &str| {
        if !std::mem::take(&mut first) {
            out.push(' ');
        }
        out.push_str(word);
    };
    for bit in 0..8 {
        if bits & 1 << bit != 0 {
            match words.get(bit) {
                Some(word) => put(word),
                None => put(&format!("{:#x}", 1 << bit)),
            }
        }
    }
    out.push(']');
}

/// Writes `key: ` or, for a property that is not open, `key [writable]: `.
pub(super) fn write_property(out: &mut String, key: &str, flags: PropertyFlags) {
    text::write_name(out, key);
    if flags != PropertyFlags::OPEN {
        out.push(' ');
        write_flags(out, flags.0, PropertyFlags::NAMES);
    }
    out.push_str(": ");
}
