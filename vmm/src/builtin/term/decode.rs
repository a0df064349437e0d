//! Values from bytes that anybody may have made.
//!
//! Containers are made with their parts unset when they begin and filled as
//! the parts come, so nothing recurses. What is made of bytes is bounded
//! by them: every part takes at least one.

use num_bigint::BigInt;
use num_complex::Complex64;

use super::{FROZEN, MARK, Tag};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::{self, Kind};
use crate::heap::shared::Common;
use crate::map;
use crate::object;
use crate::word::Word;

/// The value that bytes are.
///
/// # Errors
/// `:bad_type` for what no value is written as, `:bad_name` for an atom that
/// does not exist yet and may not be made, `:limit`, `:memory_limit`.
pub(super) fn decode(
    heap: &mut Heap,
    common: &Common,
    octets: &[u8],
    new_atoms: bool,
) -> Result<Word, Fault> {
    let roots = heap.roots();
    let mut decoder = Decoder {
        heap,
        common,
        octets,
        at: 0,
        new_atoms,
        open: Vec::new(),
        containers: Vec::new(),
    };
    let result = decoder.run();
    heap.truncate_roots(roots);
    result
}

/// A container whose parts are still to come.
struct Open<'a> {
    root: usize,
    tag: Tag,
    frozen: bool,
    /// Parts so far and in all.
    next: usize,
    count: usize,
    /// Root of a map's key whose value comes next.
    key: usize,
    /// Name and flags of an object's property whose value comes next.
    property: Option<(&'a str, u8)>,
}

struct Decoder<'a, 'h> {
    heap: &'h mut Heap,
    common: &'a Common,
    octets: &'a [u8],
    at: usize,
    new_atoms: bool,
    open: Vec<Open<'a>>,
    /// Roots of the containers, by number.
    containers: Vec<usize>,
}

impl<'a> Decoder<'a, '_> {
    fn run(&mut self) -> Result<Word, Fault> {
        if self.take(MARK.len())? != MARK {
            return Err(self.wrong("no such value begins so"));
        }
        loop {
            // A container without parts is complete at once.
            let mut word = self.value()?;
            loop {
                match (self.open.last(), word) {
                    (Some(open), None) if open.next < open.count => break,
                    (Some(_), None) => word = self.close(),
                    (None, _) => break,
                    (Some(_), Some(part)) => {
                        self.part(part)?;
                        word = None;
                    }
                }
            }
            if self.open.is_empty() {
                if self.at != self.octets.len() {
                    return Err(self.wrong("more follows the value"));
                }
                return Ok(word.unwrap_or(Word::UNDEFINED));
            }
        }
    }

    fn wrong(&self, what: &str) -> Fault {
        Fault::new(
            FaultKind::BadType,
            format!(
                "`term.from_bytes` takes what `term.to_bytes` made: {what}, at octet {}",
                self.at
            ),
        )
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let rest = self.octets.get(self.at..).unwrap_or_default();
        let Some(taken) = rest.get(..count) else {
            return Err(self.wrong("the bytes end too early"));
        };
        self.at += count;
        Ok(taken)
    }

    fn octet(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    /// LEB128, at most as large as what is left.
    fn count(&mut self, each: usize) -> Result<usize, Fault> {
        let mut count = 0_u64;
        for shift in (0..35).step_by(7) {
            let octet = self.octet()?;
            count |= u64::from(octet & 0x7F) << shift;
            if octet < 0x80 {
                let left = (self.octets.len() - self.at) as u64;
                if count.saturating_mul(each as u64) > left {
                    return Err(self.wrong("more is announced than follows"));
                }
                return Ok(count as usize);
            }
        }
        Err(self.wrong("a count is too large"))
    }

    fn run_of_octets(&mut self) -> Result<&'a [u8], Fault> {
        let count = self.count(1)?;
        self.take(count)
    }

    fn text(&mut self) -> Result<&'a str, Fault> {
        let octets = self.run_of_octets()?;
        std::str::from_utf8(octets).map_err(|_| self.wrong("text is not UTF-8"))
    }

    fn number(&mut self) -> Result<f64, Fault> {
        let mut bits = [0; 8];
        bits.copy_from_slice(self.take(8)?);
        Ok(f64::from_bits(u64::from_le_bytes(bits)))
    }

    fn atom(&mut self) -> Result<Word, Fault> {
        let text = self.text()?;
        if let Some(atom) = self.common.atoms.find(text) {
            return Ok(Word::atom(atom));
        }
        if !self.new_atoms || text.len() > crate::limits::NAME_BYTES_MAX {
            return Err(Fault::new(
                FaultKind::BadName,
                "`term.from_bytes` meets an atom that does not exist: allow new ones by `true`",
            ));
        }
        Ok(Word::atom(self.common.atoms.intern(text)?))
    }

    /// The next value, or `None` after opening a container.
    fn value(&mut self) -> Result<Option<Word>, Fault> {
        let octet = self.octet()?;
        let frozen = octet & FROZEN != 0;
        let Some(tag) = Tag::ALL.get((octet & !FROZEN) as usize).copied() else {
            return Err(self.wrong("no value begins so"));
        };
        if frozen && !matches!(tag, Tag::Array | Tag::Map | Tag::Object) {
            return Err(self.wrong("nothing of that kind is frozen"));
        }
        Ok(Some(match tag {
            Tag::Undefined => Word::UNDEFINED,
            Tag::Unit => Word::UNIT,
            Tag::False => Word::FALSE,
            Tag::True => Word::TRUE,
            Tag::Nil => Word::NIL,
            Tag::Number => Word::number(self.number()?),
            Tag::Integer => {
                let octets = self.run_of_octets()?;
                if octets.len() as u64 > crate::limits::INTEGER_BITS_MAX / 8 + 1 {
                    return Err(self.wrong("an integer is too large"));
                }
                self.heap
                    .new_big_integer(&BigInt::from_signed_bytes_le(octets))?
            }
            Tag::Complex => {
                let (re, im) = (self.number()?, self.number()?);
                self.heap.new_complex(Complex64::new(re, im))?
            }
            Tag::Atom => self.atom()?,
            Tag::String => {
                let text = self.text()?;
                self.heap.new_string(text)?
            }
            Tag::Bytes => {
                let octets = self.run_of_octets()?;
                self.heap.new_bytes(octets)?
            }
            Tag::Again => {
                let number = self.reference()?;
                self.heap.root(number)
            }
            Tag::Tuple | Tag::Array | Tag::Pair | Tag::Map | Tag::Object | Tag::Cell => {
                self.begin(tag, frozen)?;
                return Ok(None);
            }
        }))
    }

    /// Root of a container that was met before.
    fn reference(&mut self) -> Result<usize, Fault> {
        let mut number = 0_usize;
        for shift in (0..35).step_by(7) {
            let octet = self.octet()?;
            number |= ((octet & 0x7F) as usize) << shift;
            if octet < 0x80 {
                let root = self.containers.get(number).copied();
                return root.ok_or_else(|| self.wrong("there is no container of that number"));
            }
        }
        Err(self.wrong("a number is too large"))
    }

    fn begin(&mut self, tag: Tag, frozen: bool) -> Result<(), Fault> {
        let mut type_name = Word::UNDEFINED;
        let (count, word) = match tag {
            Tag::Tuple | Tag::Array => {
                let count = self.count(1)?;
                self.heap.reserve(Heap::size_of_array(count))?;
                let kind = if tag == Tag::Tuple {
                    Kind::Tuple
                } else {
                    Kind::ArrayData
                };
                let word = match (tag, count) {
                    (Tag::Array, 0) => self.heap.array(&[]),
                    _ => Word::heap(self.heap.alloc(kind, 0, 0, count)),
                };
                let word = match (tag, count) {
                    (Tag::Array, 1..) => {
                        let payload = [Word(count as u64), word];
                        Word::heap(self.heap.alloc_words(Kind::Array, &payload))
                    }
                    _ => word,
                };
                (count, word)
            }
            Tag::Map => {
                let count = self.count(2)?;
                self.heap.reserve(map::size_of(0))?;
                (2 * count, map::new(self.heap, self.common, &[])?)
            }
            Tag::Object => {
                let count = self.count(3)?;
                type_name = match self.octet()? {
                    octet if octet == Tag::Undefined as u8 => Word::UNDEFINED,
                    octet if octet == Tag::Atom as u8 => self.atom()?,
                    _ => return Err(self.wrong("a type name is an atom")),
                };
                self.heap.reserve(object::size_of(0))?;
                (1 + count, object::new(self.heap, self.common, &[]))
            }
            Tag::Pair => {
                self.heap.reserve(Heap::size_of_pair())?;
                (2, self.heap.pair(Word::UNDEFINED, Word::UNDEFINED))
            }
            _ => {
                self.heap.reserve(Heap::size_of_cell())?;
                (1, self.heap.cell(Word::UNDEFINED))
            }
        };
        let root = self.heap.push_root(word);
        if let Some(name) = type_name.to_atom() {
            object::set_type_name(self.heap, self.common, word, name)?;
        }
        let key = match tag {
            Tag::Map => self.heap.push_root(Word::UNDEFINED),
            _ => root,
        };
        self.containers.push(root);
        self.open.push(Open {
            root,
            tag,
            frozen,
            next: 0,
            count,
            key,
            property: None,
        });
        Ok(())
    }

    /// Puts a part into the innermost open container.
    fn part(&mut self, part: Word) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        let (number, at) = (open.next, self.heap.root(open.root));
        open.next += 1;
        match open.tag {
            Tag::Array => {
                self.heap.array_set(at.place(), number, part);
            }
            Tag::Map if number % 2 == 0 => {
                map::check_key(self.heap.view(self.common), part)?;
                self.heap.set_root(open.key, part);
            }
            Tag::Map => {
                let key = self.heap.root(open.key);
                map::set(self.heap, self.common, at, key, part)?;
            }
            Tag::Object => {
                if let Some((name, flags)) = open.property.take() {
                    self.heap.push_root(part);
                    let value = self.heap.roots() - 1;
                    let name = self.heap.new_string(name);
                    let (at, part) = (self.heap.root(open.root), self.heap.root(value));
                    self.heap.truncate_roots(value);
                    object::define(self.heap, self.common, at, name?, flags, part)?;
                } else {
                    object::set_prototype(self.heap, self.common, at, part)?;
                }
                self.property()?;
            }
            _ => self.heap.store(at.place(), number, part),
        }
        Ok(())
    }

    /// Reads name and flags of the next property of the innermost container.
    fn property(&mut self) -> Result<(), Fault> {
        if self.open.last().is_some_and(|open| open.next < open.count) {
            let property = (self.text()?, self.octet()?);
            if property.1 & !object::OPEN != 0 {
                return Err(self.wrong("a property has no such flags"));
            }
            if let Some(open) = self.open.last_mut() {
                open.property = Some(property);
            }
        }
        Ok(())
    }

    /// The innermost container, complete.
    fn close(&mut self) -> Option<Word> {
        let open = self.open.pop()?;
        let word = self.heap.root(open.root);
        if open.frozen {
            self.heap.set_flag(word, layout::FROZEN);
        }
        Some(word)
    }
}
