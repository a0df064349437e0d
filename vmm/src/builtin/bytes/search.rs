//! Natives of module `bytes` that look for octets in octets, and what they are cut and
//! joined by.
//!
//! D. Knuth, J. Morris, V. Pratt, "Fast Pattern Matching in Strings", 1977: linear in both,
//! whatever they hold, and a search can be left off after any octet.

use super::{Answer, done};
use crate::builtin::in_pieces::Budget;
use crate::builtin::string::rows;
use crate::builtin::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::INLINE_BYTES;
use crate::number::check_bytes;
use crate::process::walk::Unfinished;
use crate::word::Word;

/// Natives that look for octets.
pub const SEARCH: &[Row] = rows! {
    "bytes.find" 2 3 find
        "The index at which some bytes occur first in others, from an index on or from 0; `undefined` if they do not. Raises `:bad_number`.";
    "bytes.contains" 2 2 contains
        "Whether bytes hold others. Raises `:bad_type`.";
    "bytes.count" 2 2 count
        "How often bytes hold others, without overlaps. Raises `:bad_type`, `:bad_number` for none to look for.";
    "bytes.starts_with" 2 2 starts_with
        "Whether bytes begin with others. Raises `:bad_type`.";
    "bytes.ends_with" 2 2 ends_with
        "Whether bytes end with others. Raises `:bad_type`.";
    "bytes.split" 2 3 split
        "The array of the pieces of bytes between occurrences of others, at the first so many of them or at all. Raises `:bad_type`, `:bad_number` for none to look for, `:limit`.";
    "bytes.join" 1 2 join
        "The bytes of an array or tuple, with others between each two. Raises `:bad_type`, `:limit`.";
    "bytes.repeat" 2 2 repeat
        "Bytes, so many times over. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "bytes.reverse" 1 1 reverse
        "The octets, the last first. Raises `:bad_type`.";
    "bytes.is_utf8" 1 1 is_utf8
        "Whether bytes are the UTF-8 form of a string. Raises `:bad_type`.";
};

/// A search that can be left off.
#[derive(Debug)]
struct Searching {
    /// For each prefix of what is looked for, the length of the longest of its ends that
    /// it begins with.
    borders: Vec<u32>,
    /// The next octet to look at, and how many before it are matched.
    at: usize,
    matched: usize,
    /// Where occurrences began.
    found: Vec<usize>,
}

impl Unfinished for Searching {
    fn bytes(&self) -> usize {
        self.borders.capacity() * 4 + self.found.capacity() * 8
    }
}

impl Searching {
    fn new(needle: &[u8], from: usize) -> Searching {
        let mut borders = vec![0_u32; needle.len()];
        let mut matched = 0;
        for i in 1..needle.len() {
            while matched > 0 && needle[i] != needle[matched] {
                matched = borders[matched - 1] as usize;
            }
            matched += usize::from(needle[i] == needle[matched]);
            borders[i] = matched as u32;
        }
        Searching {
            borders,
            at: from,
            matched: 0,
            found: Vec::new(),
        }
    }

    /// Looks for up to `most` occurrences; whether it is over.
    fn run(&mut self, octets: &[u8], needle: &[u8], most: usize, budget: &mut Budget) -> bool {
        if needle.is_empty() {
            if self.at <= octets.len() && most > 0 {
                self.found.push(self.at);
            }
            return true;
        }
        let end = octets.len().min(self.at.saturating_add(budget.step() / 4));
        let begin = self.at.min(octets.len());
        while self.at < end && self.found.len() < most {
            let octet = octets[self.at];
            while self.matched > 0 && octet != needle[self.matched] {
                self.matched = self.borders[self.matched - 1] as usize;
            }
            self.matched += usize::from(octet == needle[self.matched]);
            self.at += 1;
            if self.matched == needle.len() {
                self.found.push(self.at - self.matched);
                self.matched = 0;
            }
        }
        budget.bytes(4 * (self.at.min(octets.len()) - begin));
        self.at >= octets.len() || self.found.len() >= most
    }
}

/// Where argument 1 occurs in argument 0, from an index on, at most so many times; nothing if it
/// was left off.
fn occurrences(
    cx: &mut NativeCx<'_>,
    from: usize,
    most: usize,
) -> Result<Option<Vec<usize>>, Fault> {
    cx.octets(0)?;
    let walked = cx.octets(1)?.len();
    let mut searching = match cx.process.unfinished() {
        Some(searching) => searching,
        None => {
            cx.charge(walked);
            Box::new(Searching::new(cx.octets(1)?, from))
        }
    };
    let mut budget = cx.budget();
    let over = searching.run(cx.octets(0)?, cx.octets(1)?, most, &mut budget);
    cx.spent(&budget);
    if over {
        return Ok(Some(searching.found));
    }
    cx.leave_off(searching)?;
    Ok(None)
}

fn find(cx: &mut NativeCx<'_>) -> Answer {
    let from = if cx.given(2) { cx.size(2)? } else { 0 };
    Ok(match occurrences(cx, from, 1)? {
        None => NativeStep::Again,
        Some(found) => NativeStep::Done(
            found
                .first()
                .map_or(Word::UNDEFINED, |at| Word::number(*at as f64)),
        ),
    })
}

fn contains(cx: &mut NativeCx<'_>) -> Answer {
    Ok(match occurrences(cx, 0, 1)? {
        None => NativeStep::Again,
        Some(found) => NativeStep::Done(Word::boolean(!found.is_empty())),
    })
}

fn check_needle(cx: &NativeCx<'_>) -> Result<(), Fault> {
    cx.octets(0)?;
    if cx.octets(1)?.is_empty() {
        return Err(cx.fault(
            FaultKind::BadNumber,
            "takes bytes of at least one octet as argument 2",
        ));
    }
    Ok(())
}

fn count(cx: &mut NativeCx<'_>) -> Answer {
    check_needle(cx)?;
    Ok(match occurrences(cx, 0, usize::MAX)? {
        None => NativeStep::Again,
        Some(found) => NativeStep::Done(Word::number(found.len() as f64)),
    })
}

fn starts_with(cx: &mut NativeCx<'_>) -> Answer {
    let (octets, other) = (cx.octets(0)?, cx.octets(1)?);
    let (holds, walked) = (octets.starts_with(other), other.len());
    cx.charge(walked / 8);
    Ok(NativeStep::Done(Word::boolean(holds)))
}

fn ends_with(cx: &mut NativeCx<'_>) -> Answer {
    let (octets, other) = (cx.octets(0)?, cx.octets(1)?);
    let (holds, walked) = (octets.ends_with(other), other.len());
    cx.charge(walked / 8);
    Ok(NativeStep::Done(Word::boolean(holds)))
}

fn split(cx: &mut NativeCx<'_>) -> Answer {
    check_needle(cx)?;
    let cuts = if cx.given(2) { cx.size(2)? } else { usize::MAX };
    let Some(found) = occurrences(cx, 0, cuts)? else {
        return Ok(NativeStep::Again);
    };
    let (len, by) = (cx.octets(0)?.len(), cx.octets(1)?.len());
    let starts = [0].into_iter().chain(found.iter().map(|at| at + by));
    let ends = found.iter().copied().chain([len]);
    let pieces: Vec<std::ops::Range<usize>> = starts.zip(ends).map(|(a, b)| a..b).collect();
    cx.check_elements(pieces.len())?;
    let (mut words, mut outside) = (Heap::size_of_array(pieces.len()), 0);
    for piece in &pieces {
        words += Heap::size_of_text(piece.len());
        if piece.len() > INLINE_BYTES {
            outside += piece.len();
        }
    }
    cx.charge(words + len / 8);
    cx.process.heap.reserve_external(words, outside)?;
    // Nothing moves from here on.
    let mut items = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let octets = cx.octets(0)?.get(piece).unwrap_or_default().to_vec();
        items.push(cx.process.heap.bytes_of(&octets));
    }
    Ok(NativeStep::Done(cx.process.heap.array(&items)))
}

fn join(cx: &mut NativeCx<'_>) -> Answer {
    let between = if cx.given(1) { cx.octets(1)?.len() } else { 0 };
    let (view, items) = (cx.view(), cx.items(0)?);
    let mut size = between.saturating_mul(items.len().saturating_sub(1));
    for item in items {
        let word = Word(*item);
        let Some(octets) = view.bytes(word) else {
            let found = view.type_name(word);
            return Err(Fault::bad_type("`bytes.join` joins bytes", found));
        };
        size = size.saturating_add(octets.len());
    }
    check_bytes(cx.name, size)?;
    if size > cx.text_bound() {
        return Err(cx.past_bound());
    }
    let mut all = Vec::with_capacity(size);
    for (i, item) in items.iter().enumerate() {
        if i > 0 && between > 0 {
            all.extend_from_slice(cx.octets(1)?);
        }
        all.extend_from_slice(view.bytes(Word(*item)).unwrap_or_default());
    }
    let count = items.len();
    cx.charge(count);
    done(cx, &all)
}

fn repeat(cx: &mut NativeCx<'_>) -> Answer {
    let times = cx.size(1)?;
    let size = cx.octets(0)?.len().saturating_mul(times);
    check_bytes(cx.name, size)?;
    if size > cx.text_bound() {
        return Err(cx.past_bound());
    }
    let octets = match size {
        0 => Vec::new(),
        _ => cx.octets(0)?.repeat(times),
    };
    cx.charge(size / 8);
    Ok(NativeStep::Done(cx.process.heap.new_bytes_from(octets)?))
}

fn reverse(cx: &mut NativeCx<'_>) -> Answer {
    let mut octets = cx.octets(0)?.to_vec();
    octets.reverse();
    cx.charge(octets.len() / 8);
    Ok(NativeStep::Done(cx.process.heap.new_bytes_from(octets)?))
}

fn is_utf8(cx: &mut NativeCx<'_>) -> Answer {
    let octets = cx.octets(0)?;
    let (answer, walked) = (std::str::from_utf8(octets).is_ok(), octets.len());
    cx.charge(walked / 8);
    Ok(NativeStep::Done(Word::boolean(answer)))
}

#[cfg(test)]
mod tests {
    use super::Searching;
    use crate::builtin::in_pieces::Budget;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_found_is_the_first_then_the_next(
            octets in prop::collection::vec(0_u8..3, 0..60),
            needle in prop::collection::vec(0_u8..3, 1..5),
        ) {
            let mut simple = Vec::new();
            let mut at = 0;
            while at + needle.len() <= octets.len() {
                let here = octets[at..].starts_with(&needle);
                if here {
                    simple.push(at);
                }
                at += if here { needle.len() } else { 1 };
            }
            let mut searching = Searching::new(&needle, 0);
            while !searching.run(&octets, &needle, usize::MAX, &mut Budget::new(1)) {}
            prop_assert_eq!(searching.found, simple);
        }
    }
}
