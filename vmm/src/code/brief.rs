//! Patterns that a look decides: atoms, and tuples each part of which is told by
//! one comparison of words, or of two unique tokens.
//!
//! Most of what programs receive is matched against nothing else. A look needs no
//! state and cannot be left off, since it takes a bounded number of steps; what it
//! does not decide is left to the walk of [`super::matching`].
//!
//! # Invariants
//! B1. What a look says is what a walk says: the same arm, or none.
//! B2. A value that `Needle`s rule out fits no arm.

use super::patterns::Pat;
use crate::heap::layout::Kind;
use crate::heap::parcel::Parcel;
use crate::heap::view::View;
use crate::ids::Reg;
use crate::word::Word;

/// Parts that a tuple may have here at most.
pub const PARTS: usize = 8;

/// Arms that a look goes over at most.
const ARMS: usize = 64;

/// What a look at a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It fits this arm, and none before.
    Fits(usize),
    /// It fits no arm.
    Misses,
    /// A walk has to tell.
    Unclear,
}

/// The arms of a match as far as a look decides them.
#[derive(Debug)]
pub struct Briefs(Box<[Option<Brief>]>);

#[derive(Debug)]
enum Brief {
    Part(Part),
    Tuple(Box<[Part]>),
}

#[derive(Clone, Copy, Debug)]
enum Part {
    Any,
    Bind(Reg),
    Pin(Reg),
    Atom(Word),
    Number(f64),
}

/// What is pinned: where it lies, which is asked for objects only, and what a register holds.
type Pinned<'a, H, R> = (&'a H, &'a R);

/// What a value must have for an arm to fit.
#[derive(Clone, Copy, Debug)]
enum Needle {
    /// It is this word.
    Root(Word),
    /// It is a tuple or array of so many elements, and this one stands there.
    Element { len: usize, at: usize, word: Word },
}

/// What values must have, for each arm.
#[derive(Debug)]
pub struct Needles(Vec<Needle>);

/// The word that every message must have that fits the only arm.
///
/// A scan looks at very many messages, nearly all of them small tuples that the next
/// word tells apart: for these it takes no more than that.
#[derive(Clone, Copy, Debug)]
pub struct Sieve {
    at: usize,
    word: Word,
}

impl Sieve {
    /// Whether the arm does not fit, as far as one word tells; false says nothing.
    #[inline(always)]
    #[must_use]
    pub fn stops(self, message: &Parcel) -> bool {
        message.is_small_without(self.at, self.word)
    }
}

impl Briefs {
    /// Of the arms of a match.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p Pat>) -> Briefs {
        let all = patterns.enumerate();
        Briefs(
            all.map(|(arm, pattern)| (arm < ARMS).then(|| Brief::of(pattern))?)
                .collect(),
        )
    }

    /// Looks at a value; `register` reads what is pinned, which lies in `home`.
    #[inline]
    pub fn look<'h>(
        &self,
        view: View<'_>,
        word: Word,
        home: impl Fn() -> View<'h>,
        register: impl Fn(u16) -> Word,
    ) -> Look {
        let pinned = (&home, &register);
        for (arm, brief) in self.0.iter().enumerate() {
            let fits = match brief {
                Some(Brief::Part(part)) => part.fits(view, word, pinned),
                Some(Brief::Tuple(parts)) => tuple_fits(parts, view, word, pinned),
                None => None,
            };
            match fits {
                Some(true) => return Look::Fits(arm),
                Some(false) => {}
                None => return Look::Unclear,
            }
        }
        Look::Misses
    }

    /// What an arm that fits a value binds, in order: at most [`PARTS`] words of its view.
    pub fn bound(
        &self,
        arm: usize,
        view: View<'_>,
        word: Word,
    ) -> impl Iterator<Item = (u16, Word)> {
        let (parts, items): (&[Part], _) = match self.0.get(arm) {
            Some(Some(Brief::Part(part))) => (std::slice::from_ref(part), None),
            Some(Some(Brief::Tuple(parts))) => (parts, view.tuple_items(word)),
            _ => (&[], None),
        };
        parts
            .iter()
            .enumerate()
            .filter_map(move |(i, part)| match part {
                Part::Bind(r) => {
                    let item = items.map_or(Some(word), |items| items.get(i).copied().map(Word));
                    Some((r.0, item.unwrap_or(Word::UNDEFINED)))
                }
                _ => None,
            })
    }

    /// Gives `bind` what an arm that fits a value binds, if none of it lies in a heap; whether
    /// that is so.
    #[inline]
    pub fn bind_immediates(
        &self,
        arm: usize,
        view: View<'_>,
        word: Word,
        mut bind: impl FnMut(u16, Word),
    ) -> bool {
        let (parts, items): (&[Part], &[u64]) = match self.0.get(arm) {
            Some(Some(Brief::Part(part))) => {
                (std::slice::from_ref(part), std::slice::from_ref(&word.0))
            }
            Some(Some(Brief::Tuple(parts))) => (parts, view.tuple_items(word).unwrap_or_default()),
            _ => return false,
        };
        let bound = || {
            let both = parts.iter().zip(items);
            both.filter_map(|(part, item)| match part {
                Part::Bind(r) => Some((r.0, Word(*item))),
                _ => None,
            })
        };
        if bound().any(|(_, word)| word.is_heap()) {
            return false;
        }
        bound().for_each(|(register, word)| bind(register, word));
        true
    }

    /// What values must have with the registers as they are; nothing if there is an
    /// arm of which that is not known.
    pub fn needles(&self, register: impl Fn(u16) -> Word) -> Option<Needles> {
        let known = |part: &Part| match part {
            Part::Pin(r) => Some(register(r.0)).filter(|word| !word.is_boxed()),
            _ => None,
        };
        let constant = |part: &Part| match part {
            Part::Atom(word) => Some(*word),
            _ => None,
        };
        let needle = |brief: &Option<Brief>| match brief.as_ref()? {
            Brief::Part(part) => constant(part).map(Needle::Root),
            Brief::Tuple(parts) => {
                // What is pinned tells more than the name of a message.
                let find = |word: &dyn Fn(&Part) -> Option<Word>| {
                    let mut all = parts.iter().enumerate();
                    all.find_map(|(at, part)| Some((at, word(part)?)))
                };
                let (at, word) = find(&known).or_else(|| find(&constant))?;
                let len = parts.len();
                Some(Needle::Element { len, at, word })
            }
        };
        self.0
            .iter()
            .map(needle)
            .collect::<Option<_>>()
            .map(Needles)
    }
}

impl Brief {
    fn of(pattern: &Pat) -> Option<Brief> {
        match pattern {
            Pat::Tuple(parts) if parts.len() <= PARTS => parts
                .iter()
                .map(Part::of)
                .collect::<Option<_>>()
                .map(Brief::Tuple),
            _ => Part::of(pattern).map(Brief::Part),
        }
    }
}

impl Part {
    fn of(pattern: &Pat) -> Option<Part> {
        match pattern {
            Pat::Wildcard => Some(Part::Any),
            Pat::Bind(r) => Some(Part::Bind(*r)),
            Pat::Pin(r) => Some(Part::Pin(*r)),
            Pat::Value(word) if word.to_atom().is_some() => Some(Part::Atom(*word)),
            Pat::Value(word) => word.to_number().map(Part::Number),
            _ => None,
        }
    }

    /// Whether a word fits; nothing if one comparison does not tell.
    #[inline]
    fn fits<'h>(
        self,
        view: View<'_>,
        word: Word,
        (home, register): Pinned<'_, impl Fn() -> View<'h>, impl Fn(u16) -> Word>,
    ) -> Option<bool> {
        match self {
            Part::Any | Part::Bind(_) => Some(true),
            Part::Pin(r) => {
                let pinned = register(r.0);
                if !pinned.is_boxed() || !word.is_boxed() {
                    return Some(pinned == word);
                }
                // Of two objects their contents decide, which of unique tokens are few.
                let pinned = home().payload_of(pinned, Kind::Reference)?;
                let word = view.payload_of(word, Kind::Reference)?;
                Some(pinned == word)
            }
            Part::Atom(atom) => Some(atom == word),
            Part::Number(number) => match word.to_number() {
                Some(word) => Some(number == word),
                // An integer may be equal to a number, and what an object is
                // equal to is not for a look to say.
                None if word.is_boxed() || word.to_small_integer().is_some() => None,
                None => Some(false),
            },
        }
    }
}

/// Whether a tuple of these parts fits.
#[inline]
fn tuple_fits<'h>(
    parts: &[Part],
    view: View<'_>,
    word: Word,
    pinned: Pinned<'_, impl Fn() -> View<'h>, impl Fn(u16) -> Word>,
) -> Option<bool> {
    let Some(items) = view.tuple_items(word) else {
        // An array fits as a tuple does.
        return (!view.is(word, Kind::Array)).then_some(false);
    };
    if items.len() != parts.len() {
        return Some(false);
    }
    let mut fits = Some(true);
    for (part, item) in parts.iter().zip(items) {
        match part.fits(view, Word(*item), pinned) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => fits = None,
        }
    }
    fits
}

impl Needles {
    /// What decides of most messages by one word of each; see [`Sieve`].
    #[must_use]
    pub fn sieve(&self) -> Option<Sieve> {
        match self.0[..] {
            [Needle::Element { at, word, .. }] => Some(Sieve { at, word }),
            _ => None,
        }
    }

    /// Whether a value lacks for every arm what that needs.
    #[inline]
    #[must_use]
    pub fn rule_out(&self, view: View<'_>, word: Word) -> bool {
        if !word.is_boxed() {
            let is_root = |needle: &Needle| matches!(needle, Needle::Root(root) if *root == word);
            return !self.0.iter().any(is_root);
        }
        let Some(items) = view.tuple_items(word) else {
            return !view.is(word, Kind::Array);
        };
        self.0.iter().all(|needle| match needle {
            Needle::Root(_) => true,
            Needle::Element { len, at, word } => {
                items.len() != *len || items.get(*at) != Some(&word.0)
            }
        })
    }
}
