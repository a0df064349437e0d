//! Who waits for whom, and where that leads back to where it began.
//!
//! Processes that wait for each other in a circle are what most deadlocks come from,
//! so a report names the circles. Whoever waits for one of several, as `select` does,
//! stands in the circle of any of them.
//!
//! # Cost
//! Linear in the number of waits. Nothing recurses.

use rustc_hash::FxHashMap;

use crate::ids::Pid;
use crate::limits::{DEADLOCK_CIRCLES_MAX, DEADLOCK_NAMES_MAX};

/// Processes of which each waits for the next, and the last for the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// They, at most [`DEADLOCK_NAMES_MAX`].
    pub members: Vec<Pid>,
    /// How many more there are, between the last of these and the first.
    pub more: usize,
}

/// How far the search has come with a process.
#[derive(Clone, Copy)]
enum Seen {
    /// It stands on the path that is looked at, at this place.
    On(usize),
    /// All that it leads to is known.
    Done,
}

/// The first circles among processes and those that each waits for; who comes first is
/// looked at first. Every process that is in a circle may stand in one of several.
#[must_use]
pub fn circles(waits: &[(Pid, Vec<Pid>)]) -> Vec<Circle> {
    let of: FxHashMap<Pid, &[Pid]> = waits.iter().map(|(pid, on)| (*pid, &**on)).collect();
    let mut seen: FxHashMap<Pid, Seen> = FxHashMap::default();
    let mut found = Vec::new();
    for (begin, _) in waits {
        if seen.contains_key(begin) {
            continue;
        }
        // The path, with what is still to be followed from each.
        let mut path: Vec<(Pid, &[Pid])> = Vec::new();
        let mut next = Some(*begin);
        loop {
            if let Some(pid) = next.take() {
                seen.insert(pid, Seen::On(path.len()));
                path.push((pid, of.get(&pid).copied().unwrap_or_default()));
            }
            let Some((pid, on)) = path.last_mut() else {
                break;
            };
            let Some((first, rest)) = on.split_first() else {
                seen.insert(*pid, Seen::Done);
                path.pop();
                continue;
            };
            *on = rest;
            match seen.get(first) {
                None => next = Some(*first),
                Some(Seen::Done) => {}
                Some(Seen::On(at)) => {
                    let round = path[*at..].iter().map(|(pid, _)| *pid);
                    found.push(Circle::new(round));
                    if found.len() == DEADLOCK_CIRCLES_MAX {
                        return found;
                    }
                }
            }
        }
    }
    found
}

impl Circle {
    fn new(mut round: impl Iterator<Item = Pid>) -> Circle {
        let members = round.by_ref().take(DEADLOCK_NAMES_MAX).collect();
        Circle {
            members,
            more: round.count(),
        }
    }
}

/// `#process<5> awaits #process<7> awaits #process<5>`.
impl std::fmt::Display for Circle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for member in &self.members {
            write!(f, "{member} awaits ")?;
        }
        if self.more > 0 {
            write!(f, "... {} more ... awaits ", self.more)?;
        }
        match self.members.first() {
            Some(first) => write!(f, "{first}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pid(slot: u32) -> Pid {
        Pid::new(slot, 0)
    }

    fn shown(waits: &[(u32, &[u32])]) -> Vec<String> {
        let waits: Vec<_> = waits
            .iter()
            .map(|(who, on)| (pid(*who), on.iter().map(|on| pid(*on)).collect()))
            .collect();
        let found = circles(&waits);
        let short = |circle: &Circle| circle.to_string().replace("#process", "");
        found.iter().map(short).collect()
    }

    #[test]
    fn what_leads_nowhere_is_no_circle() {
        assert!(shown(&[]).is_empty());
        assert!(shown(&[(1, &[2]), (2, &[3, 4]), (3, &[4]), (4, &[])]).is_empty());
        assert!(shown(&[(1, &[9])]).is_empty(), "nobody knows about 9");
    }

    #[test]
    fn a_circle_is_found_from_wherever_one_gets_into_it() {
        let found = shown(&[(1, &[2]), (2, &[3]), (3, &[4]), (4, &[2])]);
        assert_eq!(found, ["<2> awaits <3> awaits <4> awaits <2>"]);
        let found = shown(&[(1, &[2]), (2, &[1])]);
        assert_eq!(found, ["<1> awaits <2> awaits <1>"]);
    }

    #[test]
    fn who_waits_for_several_is_in_the_circles_of_all() {
        let found = shown(&[(1, &[5, 2, 3]), (2, &[1]), (3, &[2, 1]), (5, &[])]);
        let [a, b] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(a, "<1> awaits <2> awaits <1>");
        assert_eq!(b, "<1> awaits <3> awaits <1>");
    }

    #[test]
    fn long_circles_and_many_of_them_are_cut() {
        let n: u32 = 100_000;
        let ring: Vec<_> = (1..=n).map(|i| (pid(i), vec![pid(i % n + 1)])).collect();
        let found = circles(&ring);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].members.len() + found[0].more, n as usize);
        let shown = found[0].to_string();
        assert!(
            shown.ends_with(" awaits ... 99968 more ... awaits #process<1>"),
            "{shown}"
        );
        let pairs: Vec<_> = (1..=n).map(|i| (pid(i), vec![pid(i ^ 1)])).collect();
        assert_eq!(circles(&pairs).len(), DEADLOCK_CIRCLES_MAX);
    }
}
