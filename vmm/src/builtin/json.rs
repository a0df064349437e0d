//! Natives of module `json`: values as JSON text (RFC 8259) and back.
//!
//! Both directions walk without recursion and a turn's worth at a time. What a text
//! comes to is measured in a first walk, so that what is too much is refused before
//! anything is made.
//!
//! # Rules
//! 1. `null` is unit, and unit and `undefined` are `null`. Objects of JSON are maps with strings
//!    as keys, or objects if that is asked for; their order is kept; of a key given twice the first
//!    place and the last value count.
//! 2. A whole number without point and exponent is a number up to 2^53 in size and an integer
//!    beyond; every other number is the nearest double. Beyond all doubles is an error.
//!    A double that would be read as something else is written with `.0`: `-0.0`.
//! 3. NaN and the infinities have no JSON form. Neither have bytes, complex numbers, functions
//!    and whatever belongs to a process.

mod grammar;
mod parse;
mod print;
mod token;

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::layout::Kind;
use crate::map;
use crate::number::to_whole;
use crate::object;
use crate::word::Word;

/// Levels of arrays and objects, unless an option says otherwise.
const DEPTH: usize = 1000;
/// Levels that an option may allow.
const DEPTH_MAX: usize = 1_000_000;
/// Spaces that an option may indent by.
const INDENT_MAX: i64 = 16;

/// The natives of module `json`.
pub const ROWS: &[Row] = &[
    Row {
        name: "json.parse",
        least: 1,
        most: 2,
        doc: "`parse(text, options)` is the value of a JSON text: `null` is unit, an object is a map with strings as keys, whole numbers beyond 2^53 are integers. Options are a map or object: `depth` is how deep arrays and objects may nest, 1000 if it does not say; `integers: true` makes integers of all whole numbers; `objects: true` makes objects instead of maps. Raises `:bad_type` for text that is no JSON, with `line`, `column` and `index`, from 1, 1 and 0 on; `:bad_number` for a number beyond all doubles; `:limit`.",
        body: parse::parse,
    },
    Row {
        name: "json.print",
        least: 1,
        most: 2,
        doc: "`print(value, options)` is the JSON text of a value: unit and `undefined` are `null`, atoms are strings; arrays, tuples and lists are arrays, maps and the own enumerable properties of objects are objects, with keys that are strings, atoms or whole numbers. Options are a map or object: `indent` puts every item on a line of its own, so many spaces in; `ascii: true` writes other characters as `\\u` and four digits; `depth` is how deep the value may nest, 1000 if it does not say. Raises `:bad_number` for NaN and infinities, `:bad_type` for what has no JSON form, both telling where it is, `:limit`.",
        body: print::print,
    },
];

type Answer = Result<NativeStep, Fault>;

/// What the options say.
#[derive(Clone, Copy, Debug)]
struct Options {
    depth: usize,
    integers: bool,
    objects: bool,
    ascii: bool,
    indent: Option<usize>,
}

impl Options {
    /// Those that argument 1 is.
    fn of(cx: &NativeCx<'_>) -> Result<Options, Fault> {
        let mut options = Options {
            depth: DEPTH,
            integers: false,
            objects: false,
            ascii: false,
            indent: None,
        };
        let (view, given) = (cx.view(), cx.arg(1));
        if !cx.given(1) || given == Word::UNIT {
            return Ok(options);
        }
        let is_map = view.is(given, Kind::Map);
        if !is_map && !view.is(given, Kind::Object) {
            return Err(cx.wants(1, "options, a map or an object,"));
        }
        let said = |name: &str| {
            let atom = view.common().atoms.find(name)?;
            let found = match is_map {
                true => map::get(view, given, Word::atom(atom)),
                false => object::get_atom(view, given, atom),
            };
            found.filter(|word| *word != Word::UNDEFINED)
        };
        let flag = |name: &str| match said(name) {
            None => Ok(false),
            Some(Word::TRUE) => Ok(true),
            Some(Word::FALSE) => Ok(false),
            Some(_) => Err(cx.fault(
                FaultKind::BadType,
                &format!("takes true or false as option `{name}`"),
            )),
        };
        options.integers = flag("integers")?;
        options.objects = flag("objects")?;
        options.ascii = flag("ascii")?;
        let whole = |name: &str, most: i64| match said(name).map(|word| to_whole(view, word)) {
            None => Ok(None),
            Some(Some(n)) if (0..=most).contains(&n) => Ok(usize::try_from(n).ok()),
            Some(_) => Err(cx.fault(
                FaultKind::BadNumber,
                &format!("takes a whole number from 0 to {most} as option `{name}`"),
            )),
        };
        if let Some(depth) = whole("depth", DEPTH_MAX as i64)? {
            options.depth = depth;
        }
        options.indent = whole("indent", INDENT_MAX)?;
        Ok(options)
    }
}
