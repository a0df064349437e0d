//! Which known word was probably meant.
//!
//! Distance is counted in edits: insert, delete, replace a character, swap
//! two neighbours (optimal string alignment). A word is offered only if at
//! most a third of it had to change.
//!
//! # Cost
//! O(candidates × length²), with words longer than [`LONGEST`] never compared.

/// Words longer than this, in characters, are not compared.
pub const LONGEST: usize = 64;

/// The candidate nearest to `word`, if one is near enough; of several equally
/// near ones the first in the alphabet, so that the order in which candidates
/// come (out of a hash map, say) never shows. A candidate that differs in case alone is always near.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if typed.is_empty() || typed.len() > LONGEST {
        return None;
    }
    let bound = (typed.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            if candidate.eq_ignore_ascii_case(word) {
                return Some((0, candidate));
            }
            let known: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
            let apart = typed.len().abs_diff(known.len());
            if known.len() > LONGEST || apart > bound {
                return None;
            }
            let edits = distance(&typed, &known);
            (edits <= bound && edits < typed.len().max(known.len())).then_some((edits, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits from one word to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let words = ["load_const", "less_than", "receive", "return", "add"];
        let near = |w| closest(w, words);
        assert_eq!(near("load_cosnt"), Some("load_const"));
        assert_eq!(near("recieve"), Some("receive"));
        assert_eq!(near("RETURN"), Some("return"));
        assert_eq!(near("retun"), Some("return"));
        assert_eq!(near("ad"), Some("add"));
        assert_eq!(near("frobnicate"), None);
        assert_eq!(near("x"), None);
        assert_eq!(closest("cat", ["rat", "bat"]), Some("bat"));
        assert_eq!(near(""), None);
        assert_eq!(near(&"y".repeat(1000)), None);
    }
}
