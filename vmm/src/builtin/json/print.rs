//! `json.print`: a walk with a stack of its own over what is open.

use std::fmt::Write as _;

use super::{Answer, Options};
use crate::builtin::in_pieces::Budget;
use crate::builtin::{NativeCx, NativeStep};
use crate::fault::{Fault, FaultKind};
use crate::heap::layout::Kind;
use crate::heap::table;
use crate::heap::view::View;
use crate::limits::INTEGER_DECIMAL_BITS;
use crate::number::Numeric;
use crate::object;
use crate::process::walk::Unfinished;
use crate::term;
use crate::text::{number, quoted, write_integer};
use crate::word::{Tag, Word};

/// Levels of the path to what is refused that a message tells.
const PATH_MAX: usize = 8;

/// 2^53: a whole number beyond it that is written without a point is an integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What is open.
#[derive(Debug)]
enum Frame {
    /// Items of an array or tuple.
    Items { word: Word, next: usize },
    /// Items of a list; how many were written.
    List { rest: Word, written: usize },
    /// Entries of a map: the number of the next one, and how many were written.
    Map {
        map: Word,
        next: usize,
        written: usize,
    },
    /// Properties of an object that are enumerable.
    Object {
        properties: Vec<(Box<str>, Word)>,
        next: usize,
    },
    /// A string, from a byte on.
    Text { word: Word, at: usize },
}

#[derive(Debug)]
struct Printing {
    out: String,
    frames: Vec<Frame>,
    /// A value that is to be written.
    value: Option<Word>,
}

impl Unfinished for Printing {
    fn bytes(&self) -> usize {
        let properties = |frame: &Frame| match frame {
            Frame::Object { properties, .. } => {
                let names: usize = properties.iter().map(|(name, _)| name.len()).sum();
                properties.capacity() * size_of::<(Box<str>, Word)>() + names
            }
            _ => 0,
        };
        self.out.capacity()
            + self.frames.capacity() * size_of::<Frame>()
            + self.frames.iter().map(properties).sum::<usize>()
    }
}

pub(super) fn print(cx: &mut NativeCx<'_>) -> Answer {
    let options = Options::of(cx)?;
    let value = cx.arg(0);
    let mut printing = cx.unfinished(|| Printing {
        out: String::new(),
        frames: Vec::new(),
        value: Some(value),
    });
    let mut budget = cx.budget();
    let done = printing.run(cx, options, &mut budget);
    cx.spent(&budget);
    match done? {
        true => {
            let text = std::mem::take(&mut printing.out);
            Ok(NativeStep::Done(cx.process.heap.new_string_from(text)?))
        }
        false => cx.leave_off(printing),
    }
}

impl Printing {
    /// Whether all of it is written.
    fn run(
        &mut self,
        cx: &NativeCx<'_>,
        options: Options,
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        let bound = cx.text_bound();
        while !budget.is_used() {
            if self.out.len() > bound {
                return Err(cx.past_bound());
            }
            let before = self.out.len();
            match self.value.take() {
                Some(value) => self.value(cx, value, options, budget)?,
                None if self.frames.is_empty() => return Ok(true),
                None => self.step(cx, options, budget)?,
            }
            budget.bytes(self.out.len() - before);
        }
        Ok(false)
    }

    /// Writes a value, or begins to.
    fn value(
        &mut self,
        cx: &NativeCx<'_>,
        word: Word,
        options: Options,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let view = cx.view();
        match word.tag() {
            Tag::Boolean(true) => self.out.push_str("true"),
            Tag::Boolean(false) => self.out.push_str("false"),
            Tag::Unit | Tag::Undefined => self.out.push_str("null"),
            Tag::Nil => self.out.push_str("[]"),
            Tag::Atom(atom) => {
                self.out.push('"');
                escape(&mut self.out, view.common().atoms.text(atom), options.ascii);
                self.out.push('"');
            }
            Tag::Number(n) if !n.is_finite() => {
                let message = format!(
                    "finds {}{}, which JSON does not have",
                    number(n),
                    self.place()
                );
                return Err(cx.fault(FaultKind::BadNumber, &message));
            }
            Tag::Number(n) => {
                let text = number(n);
                self.out.push_str(&text);
                // Without its point it would be read as an integer, which has no such zero.
                let is_integer = n.abs() > EXACT || n == 0.0 && n.is_sign_negative();
                if is_integer && !text.contains(['.', 'e']) {
                    self.out.push_str(".0");
                }
            }
            Tag::Integer(n) => {
                let _ = write!(self.out, "{n}");
            }
            Tag::Process(_) | Tag::Function(_) => return Err(self.refused(cx, word)),
            Tag::Heap(_) | Tag::Shared(_) => self.boxed(cx, view, word, options, budget)?,
        }
        Ok(())
    }

    fn boxed(
        &mut self,
        cx: &NativeCx<'_>,
        view: View<'_>,
        word: Word,
        options: Options,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        if view.text(word).is_some() {
            self.out.push('"');
            self.frames.push(Frame::Text { word, at: 0 });
            return Ok(());
        }
        let frame = match view.kind(word) {
            Some(Kind::Array | Kind::Tuple) => Frame::Items { word, next: 0 },
            Some(Kind::Pair) => Frame::List {
                rest: word,
                written: 0,
            },
            Some(Kind::Map) => Frame::Map {
                map: word,
                next: 0,
                written: 0,
            },
            Some(Kind::Object) => {
                let all = object::entries(view, word);
                let all = all.filter(|(_, flags, _)| flags.0 & object::ENUMERABLE != 0);
                let properties: Vec<(Box<str>, Word)> =
                    all.map(|(name, _, value)| (name.into(), value)).collect();
                budget.words(4 * properties.len());
                Frame::Object {
                    properties,
                    next: 0,
                }
            }
            Some(Kind::BigInteger) => {
                let integer = view.integer(word).unwrap_or_default();
                if integer.bits() > INTEGER_DECIMAL_BITS {
                    let message = format!(
                        "finds an integer of more than {INTEGER_DECIMAL_BITS} bits{}",
                        self.place()
                    );
                    return Err(cx.fault(FaultKind::Limit, &message));
                }
                let limbs = usize::try_from(integer.bits() / 64).unwrap_or(0);
                budget.words(limbs * limbs / 4);
                write_integer(&mut self.out, &integer);
                return Ok(());
            }
            _ => return Err(self.refused(cx, word)),
        };
        if self.frames.len() >= options.depth {
            let message = format!(
                "takes a value that nests at most {} deep, and this one does more, or holds itself: allow more with the option `depth`",
                options.depth
            );
            return Err(cx.fault(FaultKind::Limit, &message));
        }
        self.out.push(match frame {
            Frame::Items { .. } | Frame::List { .. } => '[',
            _ => '{',
        });
        self.frames.push(frame);
        Ok(())
    }

    /// Goes on with what is open innermost.
    fn step(
        &mut self,
        cx: &NativeCx<'_>,
        options: Options,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let view = cx.view();
        let levels = self.frames.len();
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let mut key = None;
        let (value, is_first, end) = match frame {
            Frame::Text { word, at } => {
                let text = view.text(*word).unwrap_or_default();
                let to = text.floor_char_boundary((*at + budget.step()).min(text.len()));
                escape(&mut self.out, &text[*at..to], options.ascii);
                *at = to;
                if to == text.len() {
                    self.out.push('"');
                    self.frames.pop();
                }
                return Ok(());
            }
            Frame::Items { word, next } => {
                let items = view.array_items(*word).or_else(|| view.tuple_items(*word));
                let value = items.and_then(|items| items.get(*next));
                *next += 1;
                (value.map(|word| Word(*word)), *next == 1, ']')
            }
            Frame::List { rest, written } => {
                *written += 1;
                match view.pair(*rest) {
                    Some((head, tail)) => {
                        *rest = tail;
                        (Some(head), *written == 1, ']')
                    }
                    None if *rest == Word::NIL => (None, *written == 1, ']'),
                    None => {
                        let message =
                            format!("finds a list{} that does not end in nil", self.place());
                        return Err(cx.fault(FaultKind::BadType, &message));
                    }
                }
            }
            Frame::Map { map, next, written } => {
                let table = view.field(*map, 0);
                let entry = loop {
                    if *next >= table::used(view, table) {
                        break None;
                    }
                    *next += 1;
                    budget.words(1);
                    if let Some(entry) = table::entry(view, table, *next - 1) {
                        break Some(entry);
                    }
                };
                *written += usize::from(entry.is_some());
                let is_first = *written <= 1;
                if let Some(entry) = &entry {
                    let Some(text) = key_text(view, entry.key) else {
                        let found = view.type_name(entry.key);
                        let message = format!(
                            "takes keys that are strings, atoms or whole numbers, not {found}{}",
                            self.place()
                        );
                        return Err(cx.fault(FaultKind::BadType, &message));
                    };
                    key = Some(text);
                }
                (entry.map(|entry| entry.value), is_first, '}')
            }
            Frame::Object { properties, next } => {
                let property = properties.get(*next);
                *next += 1;
                key = property.map(|(name, _)| name.to_string());
                (property.map(|(_, value)| *value), *next == 1, '}')
            }
        };
        let Some(value) = value else {
            let is_empty = self.out.ends_with(['[', '{']) && is_first;
            self.frames.pop();
            if !is_empty {
                line(&mut self.out, options, levels - 1);
            }
            self.out.push(end);
            return Ok(());
        };
        if !is_first {
            self.out.push(',');
        }
        line(&mut self.out, options, levels);
        if let Some(key) = key {
            self.out.push('"');
            escape(&mut self.out, &key, options.ascii);
            self.out.push_str(match options.indent {
                Some(_) => "\": ",
                None => "\":",
            });
        }
        self.value = Some(value);
        Ok(())
    }

    fn refused(&self, cx: &NativeCx<'_>, word: Word) -> Fault {
        let found = cx.view().type_name(word);
        let message = format!(
            "takes what has a JSON form, not {found} such as {}{}",
            term::show(cx.view(), word, cx.names),
            self.place()
        );
        cx.fault(FaultKind::BadType, &message).with_type(found)
    }

    /// Where the value that is written lies, as a message tells it: ` at [2]["a"]`.
    fn place(&self) -> String {
        let steps: Vec<String> = self
            .frames
            .iter()
            .map(|frame| match frame {
                Frame::Items { next, .. } => format!("[{}]", next.saturating_sub(1)),
                Frame::List { written, .. } => format!("[{}]", written.saturating_sub(1)),
                Frame::Map { written, .. } => format!("[entry {}]", written.saturating_sub(1)),
                Frame::Object { properties, next } => {
                    let name = properties.get(next.saturating_sub(1));
                    name.map_or_else(String::new, |(name, _)| format!("[{}]", quoted(name)))
                }
                Frame::Text { .. } => String::new(),
            })
            .collect();
        match steps.as_slice() {
            [] => String::new(),
            [.., _] if steps.len() > PATH_MAX => {
                format!(" at ...{}", steps[steps.len() - PATH_MAX..].concat())
            }
            all => format!(" at {}", all.concat()),
        }
    }
}

/// A new line with its indent, if there are lines.
fn line(out: &mut String, options: Options, levels: usize) {
    if let Some(spaces) = options.indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', spaces.saturating_mul(levels)));
    }
}

/// The text of a key of a map.
fn key_text(view: View<'_>, key: Word) -> Option<String> {
    if let Some(text) = view.text(key) {
        return Some(text.to_owned());
    }
    if let Some(atom) = key.to_atom() {
        return Some(view.common().atoms.text(atom).to_owned());
    }
    match Numeric::of(view, key)? {
        Numeric::Number(n) if n.is_finite() && n.fract() == 0.0 => Some(number(n)),
        Numeric::Small(n) => Some(n.to_string()),
        Numeric::Big(n) if n.bits() <= INTEGER_DECIMAL_BITS => Some(n.to_string()),
        _ => None,
    }
}

/// Writes text as it stands between quotes.
fn escape(out: &mut String, text: &str, ascii: bool) {
    let plain = |c: char| c >= ' ' && c != '"' && c != '\\' && (!ascii || c < '\u{7f}');
    let mut rest = text;
    while let Some(at) = rest.find(|c| !plain(c)) {
        out.push_str(&rest[..at]);
        let mut chars = rest[at..].chars();
        let Some(c) = chars.next() else {
            break;
        };
        rest = chars.as_str();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push_str(rest);
}
