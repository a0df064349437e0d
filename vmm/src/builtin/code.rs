//! Code at run time: loading a class, finding a function.
//!
//! Loading a class of a name that is there makes a new version of it. Functions
//! of the old one stay what they are for whoever holds them or runs in them;
//! whatever names the class (`&Class.name/arity`, `code.find`) gets the new one.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::code::link::{LinkError, LoadError};
use crate::code::table::RESERVED;
use crate::fault::{Fault, FaultKind};
use crate::names::Quoted;
use crate::program::Module;
use crate::rights::{Right, RightKind};
use crate::trace::{Event, Topic};
use crate::verify::verify;
use crate::word::Word;

/// The natives of module `code`.
pub const ROWS: &[Row] = &[
    Row {
        name: "code.load",
        least: 1,
        most: 1,
        doc: "Verifies and links a class from the bytes of a class file, as a new version if there is one of its name; yields the name of the class. Needs the right `code`. Raises `:denied`, `:bad_type` for what is no class or does not link, `:bad_name` for a name that is reserved, `:limit`.",
        body: load,
    },
    Row {
        name: "code.find",
        least: 2,
        most: 3,
        doc: "The exported function of a class by name and arity, in the version that is there now; without an arity, the only one of that name. Names are strings or atoms. Raises `:not_found`, `:bad_type`, `:bad_number`.",
        body: find,
    },
];

fn load(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let right = Right::new(RightKind::Code, None)
        .map_err(|error| Fault::new(FaultKind::Denied, error.to_string()))?;
    if !cx.permits(&right) {
        let flag = right.flag();
        return Err(Fault::new(
            FaultKind::Denied,
            format!("loading a class needs the right `{right}`, which `{flag}` grants"),
        )
        .with_text(known::RIGHT, right.to_string()));
    }
    let view = cx.view();
    let Some(bytes) = view.bytes(cx.arg(0)) else {
        let found = view.type_name(cx.arg(0));
        return Err(Fault::bad_type("a class is bytes of a class file", found));
    };
    let length = bytes.len();
    let bad = |what: String| Fault::new(FaultKind::BadType, what);
    let module = Module::from_bytes(bytes).map_err(|e| bad(format!("no class: {e}")))?;
    // Reading and verifying take far longer than looking at the bytes.
    cx.charge(8 * length);
    if module.name.starts_with(RESERVED) {
        let name = Quoted::new(&module.name);
        return Err(Fault::new(
            FaultKind::BadName,
            format!(
                "class {name}: names that begin with `{RESERVED}` belong to the standard library"
            ),
        ));
    }
    let class = verify(module).map_err(|problems| {
        let first = problems.first().map(ToString::to_string);
        bad(format!(
            "the class was refused: {}",
            first.unwrap_or_default()
        ))
    })?;
    cx.code.load_version(&class).map_err(|e| unlinked(&e))?;
    if cx.kernel.topics().has(Topic::Loading) {
        let event = Event::Loaded {
            class: class.name.to_string(),
            functions: class.functions.len(),
        };
        cx.kernel.event(event, None);
    }
    let name = cx.process.heap.new_string(&class.name)?;
    Ok(NativeStep::Done(name))
}

fn unlinked(error: &LoadError) -> Fault {
    let kind = match error.problem {
        LinkError::Constant { .. }
        | LinkError::TooManyFunctions
        | LinkError::TooManyGlobals
        | LinkError::TooMuchCode => FaultKind::Limit,
        _ => FaultKind::BadType,
    };
    Fault::new(kind, error.to_string())
}

fn find(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let (class, name) = (text(cx, 0)?, text(cx, 1)?);
    let arity = if cx.count == 3 && cx.arg(2) != Word::UNDEFINED {
        Some(arity(cx)?)
    } else {
        None
    };
    let id = cx.code.find(&class, &name, arity)?;
    Ok(NativeStep::Done(Word::function(id)))
}

/// The name in an argument.
fn text(cx: &NativeCx<'_>, argument: usize) -> Result<String, Fault> {
    let (view, word) = (cx.view(), cx.arg(argument));
    if let Some(atom) = word.to_atom() {
        return Ok(cx.common.atoms.text(atom).to_owned());
    }
    match view.text(word) {
        Some(text) => Ok(text.to_owned()),
        None => Err(Fault::bad_type(
            "a name is a string or an atom",
            view.type_name(word),
        )),
    }
}

fn arity(cx: &NativeCx<'_>) -> Result<u16, Fault> {
    let word = cx.arg(2);
    let number = word
        .to_number()
        .or_else(|| word.to_small_integer().map(|n| n as f64));
    let Some(number) = number else {
        let found = cx.view().type_name(word);
        return Err(Fault::bad_type("an arity is a number", found));
    };
    if (0.0..=f64::from(u16::MAX)).contains(&number) && number.fract() == 0.0 {
        return Ok(number as u16);
    }
    Err(Fault::new(
        FaultKind::BadNumber,
        format!("an arity is a whole number from 0 to {}", u16::MAX),
    ))
}
