//! What a program can learn of a function: its name, and how many arguments it takes.
//!
//! A function that is named by its class is looked up, as a call of it would be,
//! for what its name does not tell.

use super::{NativeCx, NativeStep, Row};
use crate::code::FunctionCode;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::word::Word;

/// The natives of module `function`.
pub const ROWS: &[Row] = &[
    Row {
        name: "function.arity",
        least: 1,
        most: 1,
        doc: "How many arguments a function has at most, further ones that it collects not counted; of a native that takes any number, how many it needs. Raises `:bad_type`; `:not_found` for a function named by its class that is not there.",
        body: arity,
    },
    Row {
        name: "function.range",
        least: 1,
        most: 1,
        doc: "The fewest and the most arguments that a function can be called with, `(least, most)`; `most` is `undefined` if it takes any number. Raises `:bad_type`; `:not_found` for a function named by its class that is not there.",
        body: range,
    },
    Row {
        name: "function.name",
        least: 1,
        most: 1,
        doc: "The name of a function, `undefined` if it has none; of a native its whole name, `\"io.println\"`. Raises `:bad_type`.",
        body: name,
    },
    Row {
        name: "function.class",
        least: 1,
        most: 1,
        doc: "The name of the class that a function belongs to, `undefined` for a native. Raises `:bad_type`.",
        body: class,
    },
];

type Answer = Result<NativeStep, Fault>;

/// How many arguments can be given.
struct Takes {
    /// Without what is collected.
    declared: usize,
    least: usize,
    most: Option<usize>,
}

/// What a function is called.
#[derive(Default)]
struct Called {
    class: Option<String>,
    name: Option<String>,
}

impl Takes {
    fn of(code: &FunctionCode) -> Takes {
        let declared = usize::from(code.arity);
        let optional = match code.lenient {
            true => declared,
            false => usize::from(code.optional),
        };
        Takes {
            declared,
            least: declared.saturating_sub(optional),
            most: (!code.rest && !code.lenient).then_some(declared),
        }
    }
}

impl NativeCx<'_> {
    fn takes(&self) -> Result<Takes, Fault> {
        let (view, word) = (self.view(), self.arg(0));
        if let Some(number) = view.native(word) {
            let natives = self.code.natives();
            let native = natives
                .name(number as u16)
                .and_then(|name| natives.find(&name));
            let native = native.ok_or_else(|| self.wants(0, "a function"))?;
            let least = usize::from(native.least);
            let most = (native.most != u16::MAX).then_some(usize::from(native.most));
            return Ok(Takes {
                declared: most.unwrap_or(least),
                least,
                most,
            });
        }
        let id = match (view.function(word), view.extern_function(word)) {
            (Some(parts), _) => parts.function,
            (None, Some((class, name, arity))) => {
                let text = |id| self.common.atoms.text(id);
                self.code.find(text(class), text(name), arity)?
            }
            (None, None) => return Err(self.wants(0, "a function")),
        };
        let code = self.code.function(id);
        code.map(|code| Takes::of(&code))
            .ok_or_else(|| self.wants(0, "a function"))
    }

    fn called(&self) -> Result<Called, Fault> {
        let (view, word) = (self.view(), self.arg(0));
        if let Some(number) = view.native(word) {
            let name = self.names.native(number).map(|name| name.to_string());
            return Ok(Called { class: None, name });
        }
        if let Some((class, name, _)) = view.extern_function(word) {
            let text = |id| Some(self.common.atoms.text(id).to_owned());
            return Ok(Called {
                class: text(class),
                name: text(name),
            });
        }
        let id = view.function(word).map(|parts| parts.function);
        let id = id.ok_or_else(|| self.wants(0, "a function"))?;
        Ok(self
            .code
            .function(id)
            .map_or_else(Called::default, |code| Called {
                class: Some(code.module.name.to_string()),
                name: code.source().name.as_ref().map(ToString::to_string),
            }))
    }

    fn text_or_undefined(&mut self, text: Option<String>) -> Answer {
        Ok(NativeStep::Done(match text {
            Some(text) => self.process.heap.new_string(&text)?,
            None => Word::UNDEFINED,
        }))
    }
}

fn arity(cx: &mut NativeCx<'_>) -> Answer {
    let takes = cx.takes()?;
    Ok(NativeStep::Done(Word::number(takes.declared as f64)))
}

fn range(cx: &mut NativeCx<'_>) -> Answer {
    let takes = cx.takes()?;
    cx.process.heap.reserve(Heap::size_of_tuple(2))?;
    let most = takes
        .most
        .map_or(Word::UNDEFINED, |n| Word::number(n as f64));
    let both = [Word::number(takes.least as f64), most];
    Ok(NativeStep::Done(cx.process.heap.tuple(&both)))
}

fn name(cx: &mut NativeCx<'_>) -> Answer {
    let called = cx.called()?;
    cx.text_or_undefined(called.name)
}

fn class(cx: &mut NativeCx<'_>) -> Answer {
    let called = cx.called()?;
    cx.text_or_undefined(called.class)
}
