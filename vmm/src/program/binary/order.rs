//! Whether pools stand in order of first use, each entry once.
//!
//! While the reader walks the functions it reports each use of a pool entry.
//! The first use of an entry is the moment at which the writer would have given
//! it the next number, after the first uses of what it refers to; so it is
//! enough to count along. Recorded references of constants and patterns are
//! replayed at their first use and never again.
//!
//! # Cost
//! Constant time a use, plus one replay of all references. Finding double
//! entries sorts them by hash and content: at most `log2(entries)` comparisons
//! an entry, whatever the content.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::hash::Hasher;

use super::error::{ClassError, OrderFault};

/// One entry of a pool, as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// Its bytes.
    pub(super) bytes: &'a [u8],
    /// Their offset.
    pub(super) at: usize,
}

/// What a constant or pattern refers to, in the order of its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use {
    Text(u32),
    Constant(u32),
}

/// A pool's entries, and how many have been used.
#[derive(Debug)]
struct Counted<'a> {
    what: &'static str,
    entries: Vec<Entry<'a>>,
    next: u32,
}

/// References of the entries of a pool, one entry after the other.
#[derive(Debug, Default)]
struct Recorded {
    uses: Vec<Use>,
    ends: Vec<usize>,
}

/// Use of the three pools; see the module documentation.
#[derive(Debug)]
pub(super) struct Order<'a> {
    texts: Counted<'a>,
    constants: Counted<'a>,
    patterns: Counted<'a>,
    of_constants: Recorded,
    of_patterns: Recorded,
}

impl<'a> Order<'a> {
    /// Of a file with these texts.
    pub(super) fn new(texts: Vec<Entry<'a>>) -> Result<Self, ClassError> {
        Ok(Order {
            texts: Counted::new("text", texts)?,
            constants: Counted::new("constant", Vec::new())?,
            patterns: Counted::new("pattern", Vec::new())?,
            of_constants: Recorded::default(),
            of_patterns: Recorded::default(),
        })
    }

    /// A reference inside the constant that is being read.
    pub(super) fn constant_uses(&mut self, of: Use) {
        self.of_constants.uses.push(of);
    }

    /// The constant that was being read is complete.
    pub(super) fn constant_ends(&mut self) {
        self.of_constants.end();
    }

    /// A reference inside the pattern that is being read.
    pub(super) fn pattern_uses(&mut self, of: Use) {
        self.of_patterns.uses.push(of);
    }

    /// The pattern that was being read is complete.
    pub(super) fn pattern_ends(&mut self) {
        self.of_patterns.end();
    }

    /// All constants of the file.
    pub(super) fn set_constants(&mut self, entries: Vec<Entry<'a>>) -> Result<(), ClassError> {
        self.constants = Counted::new("constant", entries)?;
        Ok(())
    }

    /// All patterns of the file.
    pub(super) fn set_patterns(&mut self, entries: Vec<Entry<'a>>) -> Result<(), ClassError> {
        self.patterns = Counted::new("pattern", entries)?;
        Ok(())
    }

    /// A text is used at offset `at`.
    pub(super) fn text(&mut self, index: u32, at: usize) -> Result<(), ClassError> {
        if self.texts.is_first(index, at)? {
            self.texts.advance();
        }
        Ok(())
    }

    /// A constant is used at offset `at`.
    pub(super) fn constant(&mut self, index: u32, at: usize) -> Result<(), ClassError> {
        if self.constants.is_first(index, at)? {
            for of in self.of_constants.of(index) {
                // Constants hold their children in place: only texts are shared.
                if let Use::Text(text) = *of
                    && self.texts.is_first(text, at)?
                {
                    self.texts.advance();
                }
            }
            self.constants.advance();
        }
        Ok(())
    }

    /// A pattern is used at offset `at`.
    pub(super) fn pattern(&mut self, index: u32, at: usize) -> Result<(), ClassError> {
        if self.patterns.is_first(index, at)? {
            let count = self.of_patterns.of(index).len();
            for place in 0..count {
                match self.of_patterns.of(index).get(place).copied() {
                    Some(Use::Text(text)) => self.text(text, at)?,
                    Some(Use::Constant(constant)) => self.constant(constant, at)?,
                    None => {}
                }
            }
            self.patterns.advance();
        }
        Ok(())
    }

    /// Everything has been used.
    pub(super) fn finish(&self) -> Result<(), ClassError> {
        self.patterns.finish()?;
        self.constants.finish()?;
        self.texts.finish()
    }
}

impl Recorded {
    fn end(&mut self) {
        self.ends.push(self.uses.len());
    }

    fn of(&self, index: u32) -> &[Use] {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let start = match index.checked_sub(1) {
            None => Some(0),
            Some(before) => self.ends.get(before).copied(),
        };
        match (start, self.ends.get(index)) {
            (Some(start), Some(&end)) => self.uses.get(start..end).unwrap_or(&[]),
            _ => &[],
        }
    }
}

impl<'a> Counted<'a> {
    fn new(what: &'static str, entries: Vec<Entry<'a>>) -> Result<Self, ClassError> {
        match double(&entries) {
            Some(entry) => Err(ClassError::Order {
                at: entry.at,
                what,
                fault: OrderFault::Twice,
            }),
            None => Ok(Counted {
                what,
                entries,
                next: 0,
            }),
        }
    }

    /// Whether this use of `index` is its first, and due.
    fn is_first(&self, index: u32, at: usize) -> Result<bool, ClassError> {
        match index.cmp(&self.next) {
            std::cmp::Ordering::Less => Ok(false),
            std::cmp::Ordering::Equal => Ok(true),
            std::cmp::Ordering::Greater => Err(ClassError::Order {
                at,
                what: self.what,
                fault: OrderFault::Early,
            }),
        }
    }

    fn advance(&mut self) {
        self.next = self.next.saturating_add(1);
    }

    fn finish(&self) -> Result<(), ClassError> {
        let next = usize::try_from(self.next).unwrap_or(usize::MAX);
        match self.entries.get(next) {
            None => Ok(()),
            Some(entry) => Err(ClassError::Order {
                at: entry.at,
                what: self.what,
                fault: OrderFault::Unused,
            }),
        }
    }
}

/// An entry that stands in the list before.
fn double<'a>(entries: &[Entry<'a>]) -> Option<Entry<'a>> {
    let mut sorted: Vec<(u64, Entry<'a>)> = entries
        .iter()
        .map(|entry| {
            let mut hasher = rustc_hash::FxHasher::default();
            hasher.write(entry.bytes);
            (hasher.finish(), *entry)
        })
        .collect();
    sorted.sort_unstable_by(|(a, x), (b, y)| (a, x.bytes, x.at).cmp(&(b, y.bytes, y.at)));
    sorted
        .array_windows()
        .find(|[(_, a), (_, b)]| a.bytes == b.bytes)
        .map(|[_, (_, second)]| *second)
}
