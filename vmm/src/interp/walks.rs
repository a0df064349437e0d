//! Operations on values of any size: each walks for one turn at most.
//!
//! What is not done then is left off ([`Process::leave_off`]), the turn ends,
//! and the operation is run again in the next one. So everything that such an
//! operation does before its walk must be the same when it is done again, and must
//! allocate nothing.
//!
//! [`Process::leave_off`]: crate::process::Process::leave_off

use std::cmp::Ordering;

use super::raise::Raise;
use super::{At, Cx};
use crate::fault::Fault;
use crate::heap::pack::Packer;
use crate::heap::parcel::Parcel;
use crate::heap::search::Found;
use crate::heap::view::View;
use crate::process::contract::Outcome;
use crate::process::pieces::Piece;
use crate::process::walk::Walk;
use crate::term::{Comparison, Equality, Writing};
use crate::word::Word;

impl Cx<'_> {
    /// Ends the turn in the middle of the operation at a place, which is run
    /// again in the next one.
    #[cold]
    pub(super) fn again(&mut self, at: At) -> Raise {
        self.process.exec = at.exec();
        self.stop = Some(Outcome::Preempted);
        Raise::Stop
    }

    #[cold]
    pub(super) fn leave_off(&mut self, at: At, walk: Walk) -> Raise {
        match self.process.leave_off(walk) {
            Ok(()) => self.again(at),
            Err(error) => error.into(),
        }
    }

    /// What came of a piece of work; if it was left off, it goes on in the next turn.
    pub(super) fn done<T>(&mut self, at: At, piece: Piece<T>) -> Result<T, Raise> {
        match piece? {
            Some(done) => Ok(done),
            None => Err(self.again(at)),
        }
    }

    /// Whether two values are equal by content.
    pub(super) fn equal(&mut self, at: At, a: Word, b: Word) -> Result<bool, Raise> {
        let equal = self.process.equality(self.common, || Equality::equal(a, b));
        self.done(at, equal)
    }

    /// Whether two values are the same.
    pub(super) fn same(&mut self, at: At, a: Word, b: Word) -> Result<bool, Raise> {
        let same = self.process.equality(self.common, || Equality::same(a, b));
        self.done(at, same)
    }

    /// How two values are ordered; nothing if a NaN decides.
    pub(super) fn order(&mut self, at: At, a: Word, b: Word) -> Result<Option<Ordering>, Raise> {
        let order = self.process.order(self.common, || Comparison::new(a, b));
        self.done(at, order)
    }

    /// Looks for a key in a map.
    pub(super) fn search(&mut self, at: At, map: Word, key: Word) -> Result<Found, Raise> {
        let found = self.process.search(self.common, map, key);
        self.done(at, found)
    }

    /// The texts of values, one behind the other, and where each of them ends.
    pub(super) fn texts(&mut self, at: At, words: &[Word]) -> Result<(String, Vec<usize>), Raise> {
        let names = self.code;
        let begin = |view: View<'_>| Writing::text(view, words, "", names);
        let writing = self.process.writing(self.common, names, begin);
        Ok(self.done(at, writing)?.finish_parts()?)
    }

    /// Copies a value out.
    pub(super) fn pack(&mut self, at: At, word: Word) -> Result<Parcel, Raise> {
        if !word.is_heap() {
            return Ok(Parcel::word(word));
        }
        if !self.process.has_left_off() {
            let view = self.process.heap.view(self.common);
            if let Some(parcel) = Parcel::brief(view, word) {
                self.charge(parcel.words());
                return Ok(parcel);
            }
        }
        self.packing(at, |cx| {
            Packer::one(cx.process.heap.view(cx.common), word).map_err(Fault::from)
        })
    }

    /// Copies out a tuple of values.
    pub(super) fn pack_tuple(&mut self, at: At, words: &[Word]) -> Result<Parcel, Raise> {
        self.packing(at, |_| Ok(Packer::many(words)))
    }

    fn packing(
        &mut self,
        at: At,
        begin: impl FnOnce(&Self) -> Result<Packer, Fault>,
    ) -> Result<Parcel, Raise> {
        let mut walk = match self.process.left_off() {
            Some(Walk::Packing(walk)) => walk,
            _ => begin(self)?,
        };
        let before = walk.walked();
        let words = self.process.walk_words();
        let done = walk.run(self.process.heap.view(self.common), words);
        self.charge(walk.walked() - before);
        if done.map_err(Fault::from)? {
            Ok(walk.parcel())
        } else {
            Err(self.leave_off(at, Walk::Packing(walk)))
        }
    }

    /// Copies a parcel in. May move every object.
    pub(super) fn unpack(&mut self, at: At, parcel: &Parcel) -> Result<Word, Raise> {
        match self.unpack_some(Incoming::Parcel(parcel))? {
            Some(word) => Ok(word),
            None => Err(self.again(at)),
        }
    }

    /// As [`Cx::unpack`]; nothing if it was left off.
    pub(super) fn unpack_some(&mut self, incoming: Incoming<'_>) -> Result<Option<Word>, Raise> {
        let left_off = self.process.left_off();
        let words = self.process.walk_words();
        let process = &mut *self.process;
        let parcel = match incoming {
            Incoming::Parcel(parcel) => Some(parcel),
            Incoming::Message(number) => process.mailbox.get(number),
        };
        let Some(parcel) = parcel else {
            return Ok(None);
        };
        if left_off.is_none()
            && let Some(word) = process.heap.unpack_brief(parcel)?
        {
            return Ok(Some(word));
        }
        let mut walk = match left_off {
            Some(Walk::Unpacking(walk)) => walk,
            _ => process.heap.begin_unpacking(parcel)?,
        };
        let before = walk.walked();
        let word = process.heap.go_on_unpacking(parcel, &mut walk, words);
        process.heap.charge(walk.walked() - before);
        if word.is_none() {
            process.leave_off(Walk::Unpacking(walk))?;
        }
        Ok(word)
    }
}

/// What is copied into the heap.
#[derive(Clone, Copy)]
pub(super) enum Incoming<'p> {
    /// A parcel.
    Parcel(&'p Parcel),
    /// The message of a number, which lies in the mailbox.
    Message(u64),
}
