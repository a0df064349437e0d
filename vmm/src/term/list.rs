//! Lists that may end in themselves.

use crate::fault::Fault;
use crate::heap::view::View;
use crate::word::Word;

/// How many pairs follow each other through their tails before one comes
/// again; all of them, if none does.
///
/// R. Brent, "An Improved Monte Carlo Factorization Algorithm", 1980, section
/// 3: one walker is left behind at powers of two, and no memory is needed. The
/// count may be up to twice the pairs of a cycle more than necessary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pairs {
    left_behind: Word,
    at: Word,
    steps: usize,
    power: usize,
    since: usize,
}

impl Pairs {
    /// Those from a pair on.
    pub(super) fn new(first: Word) -> Pairs {
        Pairs {
            left_behind: first,
            at: first,
            steps: 0,
            power: 1,
            since: 0,
        }
    }

    /// Counts so many more at most; their number, once it is known.
    pub(super) fn go_on(&mut self, view: View<'_>, most: usize) -> Option<usize> {
        for _ in 0..most {
            let Some((_, tail)) = view.pair(self.at) else {
                return Some(self.steps);
            };
            self.at = tail;
            self.steps += 1;
            if tail == self.left_behind && tail.is_boxed() {
                return Some(self.steps);
            }
            self.since += 1;
            if self.since == self.power {
                self.left_behind = tail;
                self.power *= 2;
                self.since = 0;
            }
        }
        None
    }
}

/// How many items a list has.
///
/// # Errors
/// `:bad_type` for a list that ends in something else than `nil`, or not at all.
pub fn list_length(view: View<'_>, list: Word) -> Result<usize, Fault> {
    let pairs = Pairs::new(list).go_on(view, usize::MAX).unwrap_or_default();
    let mut end = list;
    for _ in 0..pairs {
        end = view.pair(end).map_or(Word::NIL, |(_, tail)| tail);
    }
    if end == Word::NIL {
        return Ok(pairs);
    }
    Err(Fault::bad_type("a list ends in `nil`", view.type_name(end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;
    use crate::heap::shared::Common;

    #[test]
    fn pairs_are_counted_whatever_the_list_ends_in() {
        let common = Common::default();
        for (length, back) in [
            (1, None),
            (7, None),
            (1, Some(0)),
            (5, Some(4)),
            (9, Some(2)),
        ] {
            let mut heap = Heap::new(0, 1 << 20, false);
            heap.reserve(3 * length).unwrap();
            let last = heap.pair(Word::TRUE, Word::NIL);
            let mut pairs = vec![last];
            for _ in 1..length {
                let first = pairs[pairs.len() - 1];
                pairs.push(heap.pair(Word::TRUE, first));
            }
            pairs.reverse();
            if let Some(back) = back {
                heap.store(last.place(), 1, pairs[back]);
            }
            let mut counting = Pairs::new(pairs[0]);
            assert_eq!(counting.go_on(heap.view(&common), 0), None);
            let count = (0..100).find_map(|_| counting.go_on(heap.view(&common), 3));
            let count = count.unwrap();
            assert_eq!(
                list_length(heap.view(&common), pairs[0]).ok(),
                back.is_none().then_some(length)
            );
            let most = if back.is_some() { 3 * length } else { length };
            assert!(
                (length..=most).contains(&count),
                "{length} {back:?}: {count}"
            );
        }
    }
}
