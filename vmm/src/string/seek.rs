//! Looking for text in text, a part at a time.
//!
//! A search is plain data and can be left off after any part. Parts overlap by what
//! could be the beginning of what is looked for, so that nothing is missed
//! between them.
//!
//! # Invariants
//! V1. A search that is left off is good while neither text changes.
//! V2. A part is at least four times as long as what is looked for.
//!
//! # Cost
//! Each part reads what is looked for once more and overlaps the next by as much, so
//! by V2 a search is linear in both texts: less than twice as long as one at once.
//! A long text to look for makes the steps longer instead.

/// Bytes of text that are looked through in one step, at least.
const BULK: usize = 1 << 14;

/// Bytes of a part in which a needle is looked for, which keeps V2.
fn bulk(needle: &str) -> usize {
    BULK.max(needle.len().saturating_mul(4))
}

/// Words that looking through so many bytes for a needle takes.
fn cost(bytes: usize, needle: &str) -> usize {
    1 + bytes.saturating_add(needle.len()) / 8
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    First,
    Last,
    Count,
}

/// A search that can be left off.
#[derive(Debug)]
pub struct Seeking {
    goal: Goal,
    /// The byte from which on, or up to which, is looked.
    at: Option<usize>,
    found: Option<usize>,
    count: usize,
    words: usize,
}

impl Seeking {
    fn new(goal: Goal, at: Option<usize>) -> Seeking {
        Seeking {
            goal,
            at,
            found: None,
            count: 0,
            words: 0,
        }
    }

    /// For where it first stands, at or behind a byte.
    #[must_use]
    pub fn first(from: usize) -> Seeking {
        Seeking::new(Goal::First, Some(from))
    }

    /// For where it last stands.
    #[must_use]
    pub fn last() -> Seeking {
        Seeking::new(Goal::Last, None)
    }

    /// For how often it stands there, without overlaps; the empty text stands
    /// before each code point and at the end.
    #[must_use]
    pub fn count() -> Seeking {
        Seeking::new(Goal::Count, Some(0))
    }

    /// The byte where it was found.
    #[must_use]
    pub fn found(&self) -> Option<usize> {
        self.found
    }

    /// How often it was found.
    #[must_use]
    pub fn times(&self) -> usize {
        self.count
    }

    /// How many words it has looked at, eight bytes each.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Seeking>()
    }

    /// Goes on for about so many words; whether it is done. The texts are
    /// those of every call.
    pub fn run(&mut self, text: &str, needle: &str, words: usize) -> bool {
        let end = self.words.saturating_add(words);
        loop {
            if self.words >= end {
                return false;
            }
            let done = match self.goal {
                Goal::Last => self.back(text, needle),
                Goal::First | Goal::Count => self.step(text, needle),
            };
            if done {
                return true;
            }
        }
    }

    /// Looks through a part; whether that was the last.
    fn step(&mut self, text: &str, needle: &str) -> bool {
        let Some(from) = self.at.filter(|at| *at <= text.len()) else {
            return true;
        };
        let to = text.ceil_char_boundary(from.saturating_add(bulk(needle)).min(text.len()));
        let part = text.get(from..to).unwrap_or_default();
        if self.goal == Goal::First
            && let Some(at) = part.find(needle)
        {
            self.words += cost(at + needle.len(), needle);
            self.found = Some(from + at);
            return true;
        }
        self.words += cost(part.len(), needle);
        // Where the part behind goes on: behind what was found, or where something
        // may begin that ends beyond this part.
        let mut next = from;
        if self.goal == Goal::Count {
            for (at, _) in part.match_indices(needle) {
                // The empty text at the end of a part is that at the beginning of the next.
                if needle.is_empty() && at == part.len() && to < text.len() {
                    break;
                }
                self.count += 1;
                self.words += 1;
                next = from + at + needle.len();
            }
        }
        if to == text.len() {
            return true;
        }
        let overlap = needle.len().saturating_sub(1);
        self.at = Some(text.ceil_char_boundary(next.max(to.saturating_sub(overlap))));
        false
    }

    /// As `step`, from the end on.
    fn back(&mut self, text: &str, needle: &str) -> bool {
        let to = self.at.unwrap_or(text.len());
        let from = text.floor_char_boundary(to.saturating_sub(bulk(needle)));
        let part = text.get(from..to).unwrap_or_default();
        if let Some(at) = part.rfind(needle) {
            self.words += cost(part.len() - at, needle);
            self.found = Some(from + at);
            return true;
        }
        self.words += cost(part.len(), needle);
        if from == 0 {
            return true;
        }
        let overlap = needle.len().saturating_sub(1);
        self.at = Some(text.floor_char_boundary((from + overlap).min(text.len())));
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_needles_take_linear_time() {
        for length in [BULK / 4, BULK / 2, BULK - 1, BULK, BULK + 1, 3 * BULK] {
            for times in [2, 40] {
                let text = "a".repeat(times * length);
                let run = "a".repeat(length - 1);
                for needle in [format!("{run}b"), format!("b{run}")] {
                    for mut seeking in [Seeking::first(0), Seeking::last(), Seeking::count()] {
                        while !seeking.run(&text, &needle, 1000) {}
                        assert_eq!((seeking.found(), seeking.times()), (None, 0));
                        let (words, least) = (seeking.words(), (text.len() + length) / 8);
                        assert!(
                            (least..2 * least).contains(&words),
                            "{length} bytes in {}: {words} words",
                            text.len()
                        );
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn searches_find_what_one_at_once_does(
            unit in "[ab]{1,3}|ß|🦀a",
            times in 0..15_000_usize,
            more in "[abß🦀]{0,6}",
            needle in "[abß🦀]{0,4}",
            far in any::<bool>(),
            from in 0..20_000_usize,
            words in 1..5000_usize,
        ) {
            let unit = unit.as_str();
            let mut text = unit.repeat(times) + &more + &unit.repeat(times / 7);
            let mut needle = needle.as_str().to_owned();
            if far {
                needle = text[text.floor_char_boundary(from / 3)..].chars().take(from).collect();
                text.push_str(&more);
            }
            let from = text.ceil_char_boundary(from.min(text.len()));
            let run = |mut seeking: Seeking| {
                for _ in 0..1_000_000 {
                    let before = seeking.words();
                    let done = seeking.run(&text, &needle, words);
                    let piece = seeking.words() - before;
                    assert!(piece <= words + 2 * BULK.max(needle.len()), "{piece}");
                    if done {
                        return (seeking.found(), seeking.times());
                    }
                }
                panic!("a search that does not end");
            };
            let first = text[from..].find(&needle).map(|at| from + at);
            prop_assert_eq!(run(Seeking::first(from)).0, first);
            prop_assert_eq!(run(Seeking::last()).0, text.rfind(&needle));
            prop_assert_eq!(run(Seeking::count()).1, text.matches(&needle).count());
        }
    }
}
