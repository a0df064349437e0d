//! Names, references and flags as text.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::ids::FunctionIndex;
use crate::isa::PropertyFlags;
use crate::isa::operand::Flags;
use crate::program::Module;
use crate::text;

/// How the functions of a class are called in its text.
#[derive(Debug, Default)]
pub(super) struct Names<'m> {
    /// The class; without it functions are called by their place.
    module: Option<&'m Module>,
    /// The names of all its functions, once one is needed.
    known: OnceCell<Vec<String>>,
}

impl<'m> Names<'m> {
    pub(super) fn new(module: Option<&'m Module>) -> Self {
        Names {
            module,
            known: OnceCell::new(),
        }
    }

    /// Writes `&name/arity` if exactly one function is called that, else `&#3`.
    pub(super) fn write(&self, out: &mut String, index: FunctionIndex) {
        let known = self
            .known
            .get_or_init(|| self.module.map_or_else(Vec::new, all));
        match known.get(index.0 as usize) {
            Some(name) => out.push_str(name),
            None => out.push_str(&index.to_string()),
        }
    }
}

/// How each function of a class is called in its text.
fn all(module: &Module) -> Vec<String> {
    let mut alike: HashMap<(&str, u16), u32> = HashMap::new();
    for function in &module.functions {
        if let Some(name) = &function.name {
            *alike.entry((name, function.arity)).or_default() += 1;
        }
    }
    let names = (0..).zip(&module.functions).map(|(index, function)| {
        let mut out = String::new();
        match &function.name {
            Some(name) if alike[&(&**name, function.arity)] == 1 => {
                out.push('&');
                text::write_name(&mut out, name);
                out.push_str(&format!("/{}", function.arity));
            }
            _ => out.push_str(&FunctionIndex(index).to_string()),
        }
        out
    });
    names.collect()
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
