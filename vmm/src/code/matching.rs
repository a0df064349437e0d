//! Whether a value fits one of several patterns, guards included.
//!
//! A pattern is tried as a whole; what it binds is collected and is the caller's to
//! write when everything fits. Matching runs no guest code and allocates nothing in the heap.
//! The value may lie elsewhere than what registers refer to: a message is matched
//! in the mailbox.
//!
//! Values can be of any size, and so can patterns: a walk can be left off at
//! every part of a pattern and in the middle of every comparison. On its way
//! out each level of the pattern notes where it is, and on its way back in it
//! takes that note, so that nothing is tried twice.
//!
//! # Invariants
//! M1. The depth of recursion is that of the pattern, which the verifier bounds.
//! M2. No alternative leaves bindings behind unless it fits.
//! M3. While `resuming`, `path` holds a step for each level from here to where the
//!     walk was left off, the next level's last; a level without an effect or an index of
//!     its own has none.
//! M4. A walk that is left off is good while no object of either view moves or
//!     changes, and no register does.
//! M5. What is bound lies where the value does.

mod compare;

use super::patterns::Pat;
use crate::atom::known;
use crate::heap::layout::Kind;
use crate::heap::search::Search;
use crate::heap::view::View;
use crate::object;
use crate::term::{Comparison, Equality};
use crate::word::Word;
use compare::is_type;

/// What a pattern binds a register to.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// A value as it is.
    Word(Word),
    /// The elements of an array from an index on.
    Rest(Word, usize),
    /// The octets of bytes from an index on.
    Octets(Word, usize),
}

/// Where a level of a pattern is.
#[derive(Clone, Copy, Debug)]
struct Step {
    at: usize,
    word: Word,
}

impl Step {
    const FIRST: Step = Step {
        at: 0,
        word: Word::UNDEFINED,
    };

    fn at(at: usize) -> Step {
        Step { at, ..Step::FIRST }
    }
}

/// A comparison in the middle of which a walk was left off.
#[derive(Debug)]
enum Inner {
    Equality(Equality),
    Comparison(Comparison),
    Search(Search),
}

/// A walk over the arms of a `match`.
#[derive(Debug, Default)]
pub struct Matching {
    arm: usize,
    path: Vec<Step>,
    inner: Option<Inner>,
    resuming: bool,
    bound: Vec<(u16, Bound)>,
    words: usize,
}

impl Matching {
    /// How many words, and parts of patterns, it has looked at.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Whether nothing has been looked at.
    #[must_use]
    #[inline]
    pub fn is_fresh(&self) -> bool {
        self.words == 0
    }

    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let inner = match &self.inner {
            None => 0,
            Some(Inner::Equality(walk)) => walk.bytes(),
            Some(Inner::Comparison(walk)) => walk.bytes(),
            Some(Inner::Search(walk)) => walk.bytes(),
        };
        self.bound.capacity() * size_of::<(u16, Bound)>() + inner
    }

    /// What the arm that fits binds, in order.
    #[must_use]
    pub fn bound(self) -> Vec<(u16, Bound)> {
        self.bound
    }

    /// Goes on for about so many words; nothing if that was not enough, and
    /// else the number of the first arm that fits, if one does. Arms, subject and registers,
    /// each with the view in which its words mean something, are those of every call.
    pub fn run<T>(
        &mut self,
        arms: &[(Pat, T)],
        (view, subject): (View<'_>, Word),
        (home, register): (View<'_>, impl Fn(u16) -> Word),
        words: usize,
    ) -> Option<Option<usize>> {
        let end = self.words.saturating_add(words);
        let mut attempt = Attempt {
            view,
            home,
            register,
            end,
            state: self,
        };
        while let Some((pattern, _)) = arms.get(attempt.state.arm) {
            match attempt.fits(pattern, Bound::Word(subject)) {
                Some(true) => return Some(Some(attempt.state.arm)),
                Some(false) => {
                    attempt.state.bound.clear();
                    attempt.state.arm += 1;
                }
                None => {
                    self.resuming = true;
                    return None;
                }
            }
        }
        Some(None)
    }
}

/// A run of a walk. What yields an option yields nothing when it is left off.
struct Attempt<'a, 's, R: Fn(u16) -> Word> {
    view: View<'a>,
    /// Where words of registers, and of constants, mean something.
    home: View<'a>,
    register: R,
    /// Words at which the run ends.
    end: usize,
    state: &'s mut Matching,
}

impl<'a, R: Fn(u16) -> Word> Attempt<'a, '_, R> {
    fn fits(&mut self, pattern: &Pat, value: Bound) -> Option<bool> {
        self.due()?;
        self.state.words += 1;
        let view = self.view;
        let word = match value {
            Bound::Word(word) => Some(word),
            Bound::Rest(..) | Bound::Octets(..) => None,
        };
        match (pattern, word) {
            (Pat::Wildcard, _) => Some(true),
            (Pat::Bind(r), _) => {
                self.state.bound.push((r.0, value));
                Some(true)
            }
            (Pat::As(r, inner), _) => {
                if self.step().is_none() {
                    self.state.bound.push((r.0, value));
                }
                let fits = self.fits(inner, value);
                self.note(fits, Step::FIRST)
            }
            (Pat::Value(expected), _) => {
                self.equal((view, value), (self.home, Bound::Word(*expected)))
            }
            (Pat::Pin(r), _) => {
                let pinned = Bound::Word((self.register)(r.0));
                self.same((view, value), (self.home, pinned))
            }
            (Pat::Tuple(patterns), _) => {
                let tuple = word.and_then(|word| view.tuple_items(word));
                match tuple.or_else(|| items(view, value)) {
                    Some(items) if items.len() == patterns.len() => {
                        let from = self.step().unwrap_or(Step::FIRST).at;
                        self.all(patterns, items, from)
                    }
                    _ => Some(false),
                }
            }
            (Pat::Array(patterns, more), _) => self.array(patterns, more.as_deref(), value),
            (Pat::Bytes(prefix, more), _) => self.prefix(prefix, more.as_deref(), value),
            (Pat::Pair(both), Some(word)) if view.kind(word) == Some(Kind::Pair) => {
                let from = self.step().unwrap_or(Step::FIRST).at;
                if from == 0 {
                    let fits = self.fits(&both.0, Bound::Word(view.field(word, 0)));
                    if !self.note(fits, Step::FIRST)? {
                        return Some(false);
                    }
                }
                let fits = self.fits(&both.1, Bound::Word(view.field(word, 1)));
                self.note(fits, Step::at(1))
            }
            (Pat::Object(entries), Some(word)) if view.kind(word) == Some(Kind::Object) => {
                let from = self.step().unwrap_or(Step::FIRST).at;
                for (i, (key, inner)) in entries.iter().enumerate().skip(from) {
                    let Some(value) = object::get(view, word, *key).ok().flatten() else {
                        return Some(false);
                    };
                    let fits = self.fits(inner, Bound::Word(value));
                    if !self.note(fits, Step::at(i))? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            (Pat::Map(entries), Some(word)) if view.kind(word) == Some(Kind::Map) => {
                self.map(entries, word)
            }
            (Pat::Type(name), _) => Some(is_type((view, value), *name)),
            (Pat::AnyOf(patterns), _) => self.any(patterns, value),
            (Pat::Tagged(tag, inner), Some(word)) => match self.slots(word, tag) {
                Some(slots) => self.fits(inner, Bound::Word(slots)),
                None => Some(false),
            },
            (Pat::Guard(inner, conditions), _) => {
                let from = self.step().unwrap_or(Step::FIRST).at;
                if from == 0 {
                    let fits = self.fits(inner, value);
                    if !self.note(fits, Step::FIRST)? {
                        return Some(false);
                    }
                }
                for (i, condition) in conditions.iter().enumerate().skip(from.max(1) - 1) {
                    let holds = self.due().and_then(|()| self.holds(condition));
                    if !self.note(holds, Step::at(i + 1))? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            (Pat::Pair(_) | Pat::Object(_) | Pat::Map(_) | Pat::Tagged(..), _) => Some(false),
        }
    }

    /// Begins a part, or goes on with it: nothing if the run is to end before it.
    fn due(&mut self) -> Option<()> {
        let state = &mut *self.state;
        if state.resuming {
            // With nothing noted it was left off right before this part.
            state.resuming = !state.path.is_empty() || state.inner.is_some();
            return Some(());
        }
        (state.words < self.end).then_some(())
    }

    /// Where this level was left off, on the way back in.
    fn step(&mut self) -> Option<Step> {
        let state = &mut *self.state;
        if state.resuming {
            return state.path.pop();
        }
        None
    }

    /// Notes where this level is, if a part of it was left off.
    fn note<T>(&mut self, part: Option<T>, step: Step) -> Option<T> {
        if part.is_none() {
            self.state.path.push(step);
        }
        part
    }

    /// The comparison that was left off, if it is the one that is due.
    fn inner(&mut self) -> Option<Inner> {
        let state = &mut *self.state;
        if state.resuming && state.path.is_empty() {
            state.resuming = false;
            return state.inner.take();
        }
        None
    }

    /// Words that a comparison may take.
    fn left(&self) -> usize {
        self.end.saturating_sub(self.state.words).max(1)
    }

    fn all(&mut self, patterns: &[Pat], items: &[u64], from: usize) -> Option<bool> {
        for (i, (pattern, item)) in patterns.iter().zip(items).enumerate().skip(from) {
            let fits = self.fits(pattern, Bound::Word(Word(*item)));
            if !self.note(fits, Step::at(i))? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// An array that begins with what fits, and whose rest does, as the fresh array that
    /// it will be if it is bound.
    fn array(&mut self, patterns: &[Pat], more: Option<&Pat>, value: Bound) -> Option<bool> {
        let (word, from) = match value {
            Bound::Word(word) => (word, 0),
            Bound::Rest(word, from) => (word, from),
            Bound::Octets(..) => return Some(false),
        };
        let Some(items) = items(self.view, value) else {
            return Some(false);
        };
        let count = patterns.len();
        if items.len() < count || more.is_none() && items.len() > count {
            return Some(false);
        }
        let at = self.step().unwrap_or(Step::FIRST).at;
        if !self.all(patterns, &items[..count], at)? {
            return Some(false);
        }
        match more {
            Some(more) => {
                let fits = self.fits(more, Bound::Rest(word, from + count));
                self.note(fits, Step::at(count))
            }
            None => Some(true),
        }
    }

    /// Bytes that begin with these, and whose rest fits.
    fn prefix(&mut self, prefix: &[u8], more: Option<&Pat>, value: Bound) -> Option<bool> {
        let (word, from) = match value {
            Bound::Word(word) => (word, 0),
            Bound::Octets(word, from) => (word, from),
            Bound::Rest(..) => return Some(false),
        };
        let Some(octets) = octets(self.view, value) else {
            return Some(false);
        };
        let count = prefix.len();
        if octets.len() < count || more.is_none() && octets.len() > count {
            return Some(false);
        }
        let at = self.step().unwrap_or(Step::FIRST).at;
        if !self.same_octets(&octets[..count], prefix, at)? {
            return Some(false);
        }
        match more {
            Some(more) => {
                let fits = self.fits(more, Bound::Octets(word, from + count));
                self.note(fits, Step::at(count))
            }
            None => Some(true),
        }
    }

    fn map(&mut self, entries: &[(Word, Pat)], map: Word) -> Option<bool> {
        let view = self.view;
        let table = view.field(map, 0);
        // An even step looks for a key, the odd one behind it has the value.
        let mut step = self.step().unwrap_or(Step::FIRST);
        while let Some((key, inner)) = entries.get(step.at / 2) {
            if step.at.is_multiple_of(2) {
                let mut search = match self.inner() {
                    Some(Inner::Search(search)) => search,
                    _ => Search::new(self.home, *key),
                };
                let before = search.words();
                let found = search.run(view, table, self.home, self.left());
                self.state.words += search.words() - before;
                let Some(found) = found else {
                    self.state.inner = Some(Inner::Search(search));
                    return self.note(None, step);
                };
                let Some(word) = crate::map::value(view, map, found) else {
                    return Some(false);
                };
                let at = step.at + 1;
                step = Step { at, word };
            }
            let fits = self.fits(inner, Bound::Word(step.word));
            if !self.note(fits, step)? {
                return Some(false);
            }
            step = Step::at(step.at + 1);
        }
        Some(true)
    }

    fn any(&mut self, patterns: &[Pat], value: Bound) -> Option<bool> {
        let kept = self.state.bound.len() as u64;
        let step = self.step();
        let word = step.map_or(Word(kept), |step| step.word);
        let from = step.map_or(0, |step| step.at);
        for (at, pattern) in patterns.iter().enumerate().skip(from) {
            let fits = self.fits(pattern, value);
            if self.note(fits, Step { at, word })? {
                return Some(true);
            }
            self.state.bound.truncate(word.0 as usize);
        }
        Some(false)
    }

    /// The slots of an object with that `__tag`.
    fn slots(&self, word: Word, tag: &str) -> Option<Word> {
        let view = self.view;
        if view.kind(word) != Some(Kind::Object) {
            return None;
        }
        let own = object::get_atom(view, word, known::TAG)?.to_atom()?;
        let own = view.common().atoms.text(own);
        let is = own.trim_start_matches(':') == tag;
        is.then(|| object::get_atom(view, word, known::SLOTS).unwrap_or(Word::UNIT))
    }
}

/// The elements of an array, or of the rest of one.
fn items(view: View<'_>, value: Bound) -> Option<&[u64]> {
    match value {
        Bound::Word(word) => view.array_items(word),
        Bound::Rest(word, from) => view.array_items(word)?.get(from..),
        Bound::Octets(..) => None,
    }
}

/// The octets of bytes, or of the rest of some.
fn octets(view: View<'_>, value: Bound) -> Option<&[u8]> {
    match value {
        Bound::Word(word) => view.bytes(word),
        Bound::Octets(word, from) => view.bytes(word)?.get(from..),
        Bound::Rest(..) => None,
    }
}
