//! Values between heaps: messages, arguments of new processes, exit reasons.
//!
//! A parcel is a deep copy laid out like a small heap: words whose references
//! are places in the parcel, and the counted text outside. It belongs to
//! nobody, so it can wait in a mailbox, be read where it lies (as a
//! [`View`]), and be copied into the heap of whoever takes it.
//!
//! Packing is Cheney's algorithm with the parcel as the fresh space, but the
//! sender's heap stays untouched: where each object went is noted in a side
//! table. Sharing and cycles are kept. Immediates and shared words need no
//! copy and no memory.
//!
//! # Invariants
//! K1. A reference in a parcel is the place of a header in the same parcel.
//! K2. Nothing that cannot leave its process is in a parcel: no iterators, no
//!     coroutines.
//! K3. The words of a parcel are objects back to back, so that one linear pass
//!     moves it.
//!
//! K4. What is shared is not changed: who changes such a parcel gets one of its own.
//!
//! # Cost
//! No allocation for an immediate and for a tuple of three, one for most other
//! messages. Nothing recurses: depth costs nothing, and shared parts are
//! copied once.

mod making;
mod sharing;

use std::sync::Arc;

use super::external::External;
use super::layout::{FROZEN, Header, Kind};
pub use super::pack::NotSendable;
use super::pack::Packer;
use super::shared::Common;
use super::view::View;
use crate::ids::RefId;
use crate::word::Word;

/// Words of a parcel that needs no memory of its own.
pub(super) const SMALL: usize = 4;

/// A value on its way; see the module documentation.
#[derive(Clone, Debug)]
pub struct Parcel(Form);

/// How a parcel is kept; what comes first is preferred.
#[derive(Clone, Debug)]
enum Form {
    /// An immediate or a shared word.
    Word(Word),
    /// One object that refers to nothing. Its header says how many of the words it has.
    Small([u64; SMALL]),
    /// Any number of words, and no externals. The root is the object at 0.
    Words(Vec<u64>),
    /// A long string, or long bytes, that are all of a buffer, which has the words.
    Whole(External),
    /// Anything; a parcel that is being made.
    Full(Box<Full>),
    /// Anything that many are to have: a clone is a count.
    Shared(Arc<Full>),
}

#[derive(Clone, Debug)]
struct Full {
    root: Word,
    words: Vec<u64>,
    externals: Vec<External>,
}

/// A part of a tuple that the machine itself makes.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// An immediate or a shared word.
    Word(Word),
    /// A string.
    Text(&'a str),
    /// A unique token.
    Reference(RefId),
    /// A whole parcel.
    Parcel(&'a Parcel),
}

impl Parcel {
    /// A parcel of an immediate or a shared word. A reference into a heap
    /// means nothing outside it and becomes `undefined`.
    #[must_use]
    pub fn word(word: Word) -> Parcel {
        Parcel(Form::Word(if word.is_heap() {
            Word::UNDEFINED
        } else {
            word
        }))
    }

    /// A parcel of a string.
    #[must_use]
    pub fn text(text: &str) -> Parcel {
        let mut parcel = Parcel::word(Word::UNDEFINED);
        let root = parcel.add_string(text);
        parcel.set_root(root);
        parcel.made()
    }

    /// A deep copy of a value.
    ///
    /// # Errors
    /// It holds what cannot leave its process.
    pub fn pack(view: View<'_>, word: Word) -> Result<Parcel, NotSendable> {
        if !word.is_heap() {
            return Ok(Parcel::word(word));
        }
        if let Some(parcel) = Parcel::brief(view, word) {
            return Ok(parcel);
        }
        let mut packer = Packer::one(view, word)?;
        packer.run(view, usize::MAX)?;
        Ok(packer.parcel())
    }

    /// A parcel of those words, in the form that suits them.
    pub(super) fn new(root: Word, words: Vec<u64>, externals: Vec<External>) -> Parcel {
        if words.is_empty() {
            return Parcel::word(root);
        }
        if root == Word::heap(0)
            && let [external] = &externals[..]
            && let Some(parcel) = Parcel::whole(&words, external)
        {
            return parcel;
        }
        if root != Word::heap(0) || !externals.is_empty() {
            return Parcel(Form::Full(Box::new(Full {
                root,
                words,
                externals,
            })));
        }
        match words.len() == 1 + Header(words[0]).len() {
            true => Parcel::small(&words).unwrap_or(Parcel(Form::Words(words))),
            false => Parcel(Form::Words(words)),
        }
    }

    /// A parcel of one object of those words; nothing if it refers to another, or is large.
    #[inline]
    pub(super) fn small(object: &[u64]) -> Option<Parcel> {
        // Word by word: a call that copies them costs more than they do.
        let all = match *object {
            [header] => [header, 0, 0, 0],
            [header, a] => [header, a, 0, 0],
            [header, a, b] => [header, a, b, 0],
            [header, a, b, c] => [header, a, b, c],
            _ => return None,
        };
        let [header, a, b, c] = all;
        // References are the largest of words.
        if Word(a.max(b).max(c)).is_heap() && !Header(header).is_raw() {
            return None;
        }
        Some(Parcel(Form::Small(all)))
    }

    /// The object of a parcel that is one small object which refers to nothing: how many
    /// words it has, and the words.
    #[inline]
    pub(super) fn as_small(&self) -> Option<(usize, &[u64; SMALL])> {
        match &self.0 {
            Form::Small(words) => Some((small_len(words), words)),
            _ => None,
        }
    }

    /// A parcel of one object that is all of a buffer; nothing if it is not.
    #[inline]
    pub(super) fn whole(words: &[u64], external: &External) -> Option<Parcel> {
        let is_whole = external.is_whole(words);
        is_whole.then(|| Parcel(Form::Whole(external.clone())))
    }

    /// Whether a look at one word of it tells that its value is no tuple with `word`, an
    /// immediate, at `at`, and no array; false says nothing.
    #[inline]
    #[must_use]
    pub fn is_small_without(&self, at: usize, word: Word) -> bool {
        let Form::Small(words) = &self.0 else {
            return false;
        };
        // Behind the object are zeros: one that is taken for an element is not ruled out.
        let other = words.get(1 + at).is_none_or(|found| *found != word.0);
        other && !Header(words[0]).is(Kind::Array)
    }

    /// The buffer that this is all of, if it is.
    #[inline]
    pub(super) fn as_whole(&self) -> Option<&External> {
        match &self.0 {
            Form::Whole(external) => Some(external),
            _ => None,
        }
    }

    /// The same parcel in the form that suits it.
    #[must_use]
    pub(crate) fn made(self) -> Parcel {
        match self.0 {
            Form::Full(full) => Parcel::new(full.root, full.words, full.externals),
            _ => self,
        }
    }

    /// As a parcel that is being made.
    fn full(&mut self) -> &mut Full {
        if !matches!(self.0, Form::Full(_)) {
            let full = Full {
                root: self.root(),
                words: self.data().to_vec(),
                externals: self.externals().to_vec(),
            };
            self.0 = Form::Full(Box::new(full));
        }
        match &mut self.0 {
            Form::Full(full) => full,
            _ => unreachable!("made so above"),
        }
    }

    /// Its words.
    #[inline]
    pub(super) fn data(&self) -> &[u64] {
        match &self.0 {
            Form::Word(_) => &[],
            Form::Small(words) => &words[..small_len(words)],
            Form::Words(words) => words,
            Form::Whole(external) => external.whole(),
            Form::Full(full) => &full.words,
            Form::Shared(full) => &full.words,
        }
    }

    /// Its external entries.
    #[inline]
    pub(super) fn externals(&self) -> &[External] {
        match &self.0 {
            Form::Full(full) => &full.externals,
            Form::Shared(full) => &full.externals,
            Form::Whole(external) => std::slice::from_ref(external),
            _ => &[],
        }
    }

    /// A deep copy of a tuple of those values, which may share parts.
    ///
    /// # Errors
    /// As [`Parcel::pack`].
    pub fn many(view: View<'_>, words: &[Word]) -> Result<Parcel, NotSendable> {
        let mut packer = Packer::many(words);
        packer.run(view, usize::MAX)?;
        Ok(packer.parcel())
    }

    /// A tuple of immediates and shared words.
    #[must_use]
    pub fn tuple_of(items: impl Iterator<Item = Word>) -> Parcel {
        let mut words = vec![0];
        words.extend(items.map(|item| Parcel::word(item).root().0));
        words[0] = Header::new(Kind::Tuple, 0, 0, words.len() - 1).0;
        Parcel::new(Word::heap(0), words, Vec::new())
    }

    /// A tuple of parts that come from different places.
    #[must_use]
    pub fn tuple(parts: &[Part<'_>]) -> Parcel {
        let mut full = Full {
            root: Word::heap(0),
            words: Vec::with_capacity(parts.iter().fold(1, |sum, part| sum + 1 + part.words())),
            externals: Vec::new(),
        };
        full.words.resize(1 + parts.len(), 0);
        full.words[0] = Header::new(Kind::Tuple, 0, 0, parts.len()).0;
        for (i, part) in parts.iter().enumerate() {
            let word = match part {
                Part::Word(word) => Parcel::word(*word).root(),
                Part::Text(text) => full.add_string(text),
                Part::Reference(reference) => {
                    let words = [reference.owner.number(), reference.count];
                    full.add(Kind::Reference, 0, 0, &words)
                }
                Part::Parcel(inner) => full.append(inner),
            };
            full.words[1 + i] = word.0;
        }
        Parcel::new(full.root, full.words, full.externals)
    }

    /// The value; a reference is a place in [`Parcel::view`].
    #[must_use]
    #[inline]
    pub fn root(&self) -> Word {
        match &self.0 {
            Form::Word(word) => *word,
            Form::Small(_) | Form::Words(_) | Form::Whole(_) => Word::heap(0),
            Form::Full(full) => full.root,
            Form::Shared(full) => full.root,
        }
    }

    /// The parcel to be read.
    #[must_use]
    #[inline]
    pub fn view<'a>(&'a self, common: &'a Common) -> View<'a> {
        View::new(self.data(), self.externals(), common)
    }

    /// Words that unpacking takes in a heap.
    #[must_use]
    #[inline]
    pub fn words(&self) -> usize {
        self.data().len()
    }

    /// Bytes it stands for: its words and the text outside, which may be shared.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.words() * 8 + self.external_bytes()
    }

    /// Freezes every array, map and object in it, so that it may be published.
    ///
    /// # Errors
    /// It holds a cell, which cannot be frozen.
    pub fn freeze(&mut self) -> Result<(), NotSendable> {
        let words = self.words_mut();
        let mut at = 0;
        while at < words.len() {
            let header = Header(words[at]);
            words[at] = super::pack::frozen(header)?.0;
            at += 1 + header.len();
        }
        Ok(())
    }

    /// Whether nothing in it can change, so that one copy serves everybody.
    #[must_use]
    pub fn is_immutable(&self) -> bool {
        let words = self.data();
        let mut at = 0;
        while at < words.len() {
            let header = Header(words[at]);
            let mutable = matches!(
                header.kind(),
                Kind::Array | Kind::Map | Kind::Object | Kind::Cell
            );
            if mutable && header.flags() & FROZEN == 0 {
                return false;
            }
            at += 1 + header.len();
        }
        true
    }

    /// A parcel of one object whose payload refers to nothing.
    pub(super) fn object(kind: Kind, flags: u8, aux: u16, payload: &[u64]) -> Parcel {
        let mut words = Vec::with_capacity(1 + payload.len());
        words.push(Header::new(kind, flags, aux, payload.len()).0);
        words.extend_from_slice(payload);
        Parcel::new(Word::heap(0), words, Vec::new())
    }

    pub(super) fn into_parts(self) -> (Word, Vec<u64>, Box<[External]>) {
        match self.0 {
            Form::Full(full) => (full.root, full.words, full.externals.into()),
            Form::Shared(full) => {
                let full = Arc::unwrap_or_clone(full);
                (full.root, full.words, full.externals.into())
            }
            Form::Words(words) => (Word::heap(0), words, Box::default()),
            Form::Whole(_) | Form::Word(_) | Form::Small(_) => {
                (self.root(), self.data().to_vec(), self.externals().into())
            }
        }
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        if matches!(self.0, Form::Shared(_) | Form::Whole(_)) {
            return &mut self.full().words;
        }
        match &mut self.0 {
            Form::Word(_) => &mut [],
            Form::Small(words) => {
                let len = small_len(words);
                &mut words[..len]
            }
            Form::Words(words) => words,
            Form::Full(full) => &mut full.words,
            Form::Shared(_) | Form::Whole(_) => &mut [],
        }
    }

    pub(crate) fn words_at(&self, place: usize) -> u64 {
        self.data().get(place).copied().unwrap_or_default()
    }

    pub(crate) fn set_root(&mut self, root: Word) {
        self.full().root = root;
    }

    /// Appends an object and yields a reference to it.
    pub(crate) fn add(&mut self, kind: Kind, flags: u8, aux: u16, payload: &[u64]) -> Word {
        self.full().add(kind, flags, aux, payload)
    }

    /// Appends a string.
    pub(crate) fn add_string(&mut self, text: &str) -> Word {
        self.full().add_string(text)
    }

    /// Appends bytes.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) -> Word {
        self.full().add_bytes(bytes)
    }

    /// What the text and octets outside take in bytes; they may be shared.
    #[must_use]
    #[inline(never)]
    pub fn external_bytes(&self) -> usize {
        self.externals().iter().map(External::bytes).sum()
    }
}

/// How many words the object has.
#[inline]
fn small_len(words: &[u64; SMALL]) -> usize {
    (1 + Header(words[0]).len()).min(SMALL)
}

/// The word after its space was put `base` words further up.
#[inline]
pub(super) fn moved(word: Word, base: usize) -> Word {
    if word.is_heap() {
        Word::heap(word.place() + base as u32)
    } else {
        word
    }
}

/// Makes words that were copied from a space's start right at `base`.
#[inline]
pub(super) fn relocate(words: &mut [u64], base: usize, mut entry: impl FnMut(u64) -> u64) {
    let mut at = 0;
    while at < words.len() {
        let header = Header(words[at]);
        let end = at + 1 + header.len();
        if !header.is_raw() {
            for word in &mut words[at + 1..end] {
                *word = moved(Word(*word), base).0;
            }
        } else if header.is_external() {
            words[at + 1] = entry(words[at + 1]);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests;
