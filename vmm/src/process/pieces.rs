//! What a process does with large values, a turn's worth at a time.
//!
//! Each of these calls goes on with what was left off, if it is the same
//! operation that is run again, and otherwise begins. The answer `None` means that
//! the operation was left off: it is to be run again in the process's next turn,
//! and has allocated nothing. What was looked at is charged.

use std::cmp::Ordering;

use super::Process;
use super::walk::Walk;
use crate::convert::Names;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::join::Piece as Text;
use crate::heap::joining::Joining;
use crate::heap::pack::Packer;
use crate::heap::parcel::Parcel;
use crate::heap::search::{Found, Search};
use crate::heap::shared::Common;
use crate::heap::sharing::Sharing;
use crate::heap::view::View;
use crate::map::{self, Building, Place, Source};
use crate::string::seek::Seeking;
use crate::term::{Comparison, Equality, Writing};
use crate::word::Word;

/// What comes of a piece of work: nothing if it was left off.
pub type Piece<T> = Result<Option<T>, Fault>;

/// Words from which the hash of a key is kept.
const KEPT_FROM: usize = 64;

/// Hashes that are kept.
const KEPT: usize = 16;

/// Hashes of large keys that were looked for lately. A key cannot change, so its
/// hash is good until it moves, and no place is used twice before that.
#[derive(Debug)]
pub struct KeyHashes {
    collections: u64,
    entries: [(Word, u32); KEPT],
}

impl KeyHashes {
    fn slot(key: Word) -> usize {
        (key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 60) as usize
    }
}

impl Process {
    /// Whether two values are equal, in the sense of `begin`.
    ///
    /// # Errors
    /// `:memory_limit`, here as below.
    pub fn equality(&mut self, common: &Common, begin: impl FnOnce() -> Equality) -> Piece<bool> {
        let mut walk = match self.left_off() {
            Some(Walk::Equality(walk)) => walk,
            _ => begin(),
        };
        let before = walk.words();
        let words = self.walk_words();
        let view = self.heap.view(common);
        let equal = walk.run(view, view, words);
        self.heap.charge(walk.words() - before);
        if equal.is_none() {
            self.leave_off(Walk::Equality(walk))?;
        }
        Ok(equal)
    }

    /// How two values are ordered in the sense of `begin`; nothing inside if a NaN decides.
    ///
    /// # Errors
    /// `:bad_type` for what has no order.
    pub fn order(
        &mut self,
        common: &Common,
        begin: impl FnOnce() -> Comparison,
    ) -> Piece<Option<Ordering>> {
        let mut walk = match self.left_off() {
            Some(Walk::Comparison(walk)) => walk,
            _ => begin(),
        };
        let before = walk.words();
        let words = self.walk_words();
        let view = self.heap.view(common);
        let order = walk.run(view, view, words);
        self.heap.charge(walk.words() - before);
        if order.is_none() {
            self.leave_off(Walk::Comparison(walk))?;
        }
        order.transpose()
    }

    /// The writing of texts that `begin` begins, when it is done.
    ///
    /// # Errors
    /// None of its own.
    pub fn writing(
        &mut self,
        common: &Common,
        names: &dyn Names,
        begin: impl FnOnce(View<'_>) -> Writing,
    ) -> Piece<Writing> {
        let (mut walk, before) = match self.left_off() {
            Some(Walk::Writing(walk)) => {
                let before = walk.walked();
                (walk, before)
            }
            _ => (begin(self.heap.view(common)), 0),
        };
        let words = self.walk_words();
        let done = walk.run(self.heap.view(common), names, words);
        self.heap.charge(walk.walked() - before);
        if done {
            return Ok(Some(walk));
        }
        self.leave_off(Walk::Writing(walk))?;
        Ok(None)
    }

    /// Copies a value out.
    ///
    /// # Errors
    /// `:bad_type` for what cannot leave the process.
    pub fn pack(&mut self, common: &Common, word: Word) -> Piece<Parcel> {
        if !word.is_heap() {
            return Ok(Some(Parcel::word(word)));
        }
        let mut walk = match self.left_off() {
            Some(Walk::Packing(walk)) => walk,
            _ => Packer::one(self.heap.view(common), word)?,
        };
        let before = walk.walked();
        let words = self.walk_words();
        let done = walk.run(self.heap.view(common), words);
        self.heap.charge(walk.walked() - before);
        if done? {
            return Ok(Some(walk.parcel()));
        }
        self.leave_off(Walk::Packing(walk))?;
        Ok(None)
    }

    /// Looks for a key in a map.
    ///
    /// # Errors
    /// None of its own.
    #[inline]
    pub fn search(&mut self, common: &Common, map: Word, key: Word) -> Piece<Found> {
        let mut walk = match self.left_off() {
            Some(Walk::Search(walk)) => walk,
            _ => match self.kept_hash(key) {
                Some(hash) => Search::hashed(key, hash),
                None => Search::new(self.heap.view(common), key),
            },
        };
        let before = walk.words();
        let words = self.walk_words();
        let view = self.heap.view(common);
        let found = walk.run(view, view.field(map, 0), view, words);
        self.heap.charge(walk.words() - before);
        match found {
            Some(found) if walk.words() >= KEPT_FROM => self.keep_hash(key, found.hash),
            Some(_) => {}
            None => self.leave_off(Walk::Search(walk))?,
        }
        Ok(found)
    }

    fn kept_hash(&self, key: Word) -> Option<u32> {
        let kept = self.extras.as_ref()?.key_hashes.as_ref()?;
        let (word, hash) = kept.entries[KeyHashes::slot(key)];
        let is_kept = key.is_boxed() && word == key;
        (is_kept && kept.collections == self.heap.collections()).then_some(hash)
    }

    #[cold]
    fn keep_hash(&mut self, key: Word, hash: u32) {
        if !key.is_boxed() {
            return;
        }
        let collections = self.heap.collections();
        let none = [(Word::UNDEFINED, 0); KEPT];
        let kept = self.extras_mut().key_hashes.get_or_insert_with(|| {
            Box::new(KeyHashes {
                collections,
                entries: none,
            })
        });
        if kept.collections != collections {
            **kept = KeyHashes {
                collections,
                entries: none,
            };
        }
        kept.entries[KeyHashes::slot(key)] = (key, hash);
    }

    /// The join that is gone on with, if one is.
    pub fn joining(&mut self) -> Option<Joining> {
        match self.goes_on(|walk| matches!(walk, Walk::Joining(_))) {
            true => match self.left_off() {
                Some(Walk::Joining(joining)) => Some(joining),
                _ => None,
            },
            false => None,
        }
    }

    /// Whether a join to `first`, of so many bytes in all, takes long enough to be left off.
    pub fn joins_slowly(&mut self, first: Option<Text<'_>>, bytes: usize) -> bool {
        let most = 8 * self.walk_words();
        bytes > most && bytes - first.map_or(0, |first| self.heap.in_place(first)) > most
    }

    /// Goes on with a join; the string, once it is done.
    pub fn join<'p>(
        &mut self,
        common: &Common,
        joining: &mut Joining,
        piece: impl Fn(&Heap, usize) -> Text<'p>,
    ) -> Option<Word> {
        let before = joining.words();
        let words = self.walk_words();
        let word = joining.run(&mut self.heap, common, words, piece);
        self.heap.charge(joining.words() - before);
        word
    }

    /// Looks for a text in another, or counts; `begin` begins.
    ///
    /// # Errors
    /// None of its own.
    pub fn seek(
        &mut self,
        common: &Common,
        [text, needle]: [Word; 2],
        begin: impl FnOnce() -> Seeking,
    ) -> Piece<Seeking> {
        let mut walk = match self.left_off() {
            Some(Walk::Seeking(walk)) => walk,
            _ => begin(),
        };
        let before = walk.words();
        let words = self.walk_words();
        let view = self.heap.view(common);
        let text = view.text(text).unwrap_or_default();
        let needle = view.text(needle).unwrap_or_default();
        let done = walk.run(text, needle, words);
        self.heap.charge(walk.words() - before);
        if done {
            return Ok(Some(walk));
        }
        self.leave_off(Walk::Seeking(walk))?;
        Ok(None)
    }

    /// Moves a value, which is an object of the heap, to the read-only area. What refers
    /// to a part of it in this process refers to the shared one afterwards. Moves
    /// every object, when it is done.
    ///
    /// # Errors
    /// `:bad_type` for what belongs to the process, `:limit` for a full area.
    pub fn share(&mut self, common: &Common, word: Word) -> Piece<Word> {
        let mut walk = match self.left_off() {
            Some(Walk::Sharing(walk)) => walk,
            _ => Sharing::new(self.heap.view(common), word)?,
        };
        let before = walk.walked();
        let words = self.walk_words();
        let mut shared = walk.run(&mut self.heap, common, words)?;
        let bytes = self.heap.bytes().saturating_add(walk.bytes());
        if shared.is_none() && walk.is_marking() && bytes > self.heap.limit_bytes() {
            // It cannot be given up any more.
            shared = walk.run(&mut self.heap, common, usize::MAX)?;
        }
        self.heap.charge(walk.walked() - before);
        match shared {
            Some(_) => self.heap.replace_marked(),
            None => self.leave_off(Walk::Sharing(walk))?,
        }
        Ok(shared)
    }

    /// The map of at most `entries` entries that a source has.
    ///
    /// # Errors
    /// `:limit` for too many; `:bad_type` for a key that can change; what the source raises.
    pub fn build_map(
        &mut self,
        common: &Common,
        entries: usize,
        source: impl Fn(View<'_>, &mut Place) -> Result<Source, Fault>,
    ) -> Piece<Word> {
        let mut walk = match self.left_off() {
            Some(Walk::Building(walk)) => walk,
            _ => Building::new(&mut self.heap, entries),
        };
        let before = walk.words();
        let words = self.walk_words();
        let map = walk.run(&mut self.heap, common, words, source);
        self.heap.charge(walk.words() - before);
        let map = map?;
        if map.is_none() {
            self.leave_off(Walk::Building(walk))?;
        }
        Ok(map)
    }

    /// Makes room for [`Process::build_map`], unless that was left off. May move every object.
    ///
    /// # Errors
    /// `:limit`, `:memory_limit`.
    pub fn reserve_map(&mut self, entries: usize) -> Result<(), Fault> {
        if self.goes_on(|walk| matches!(walk, Walk::Building(_))) {
            return Ok(());
        }
        map::check_length(entries)?;
        Ok(self.heap.reserve(map::size_of(entries))?)
    }
}
