//! A line of processes from which one can be taken out of the middle.
//!
//! Everybody has a place, which is a number that stays. Who is taken out leaves a gap, over which
//! the line steps when its turn comes, so nobody moves.
//!
//! # Invariants
//! N1. A gap is stepped over once, so each operation at an end costs O(1) on average.
//! N2. There are as many gaps as places without a process.

use std::collections::VecDeque;

/// See the module documentation.
#[derive(Debug)]
pub struct Line<P> {
    places: VecDeque<Option<P>>,
    /// The number of the first place; it wraps.
    first: u64,
    gaps: usize,
}

impl<P> Line<P> {
    /// Nobody.
    #[must_use]
    pub fn new() -> Line<P> {
        Line {
            places: VecDeque::new(),
            first: 0,
            gaps: 0,
        }
    }

    /// How many stand in it.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len() - self.gaps
    }

    /// Whether nobody does.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one at the end; yields its place.
    #[inline]
    pub fn push_back(&mut self, process: P) -> u64 {
        let place = self.first.wrapping_add(self.places.len() as u64);
        self.places.push_back(Some(process));
        place
    }

    /// Adds one before all others.
    pub fn push_front(&mut self, process: P) {
        self.first = self.first.wrapping_sub(1);
        self.places.push_front(Some(process));
    }

    /// Takes the first one.
    #[inline]
    pub fn pop_front(&mut self) -> Option<P> {
        loop {
            let place = self.places.pop_front()?;
            self.first = self.first.wrapping_add(1);
            if place.is_some() {
                return place;
            }
            self.gaps -= 1;
        }
    }

    /// Takes the last one.
    #[inline]
    pub fn pop_back(&mut self) -> Option<P> {
        loop {
            let place = self.places.pop_back()?;
            if place.is_some() {
                return place;
            }
            self.gaps -= 1;
        }
    }

    /// Takes the one before whom so many stand. Those behind it get other places.
    pub fn remove(&mut self, at: usize) -> Option<P> {
        if at == 0 {
            return self.pop_front();
        }
        if self.gaps > 0 {
            self.places.retain(Option::is_some);
            self.gaps = 0;
        }
        self.places.remove(at).flatten()
    }

    /// Takes so many of the first ones.
    pub fn drain(&mut self, count: usize) -> impl Iterator<Item = P> {
        (0..count).map_while(|_| self.pop_front())
    }

    /// Takes who stands at a place, if it is that one.
    pub fn take(&mut self, place: u64, is: impl FnOnce(&P) -> bool) -> Option<P> {
        let at = usize::try_from(place.wrapping_sub(self.first)).ok()?;
        let taken = self.places.get_mut(at)?.take_if(|process| is(process));
        self.gaps += usize::from(taken.is_some());
        taken
    }

    /// Who stands so many places behind the first; nobody if that one is a gap.
    #[inline]
    #[must_use]
    pub fn peek(&self, at: usize) -> Option<&P> {
        self.places.get(at)?.as_ref()
    }

    /// Everybody with their place, the first one first.
    pub fn places(&self) -> impl Iterator<Item = (u64, &P)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(at, process)| {
            let place = self.first.wrapping_add(at as u64);
            process.as_ref().map(|process| (place, process))
        })
    }
}

impl<P> Default for Line<P> {
    fn default() -> Line<P> {
        Line::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_list_whoever_is_taken_out(steps in prop::collection::vec((0_u8..7, 0_usize..9), 0..200)) {
            let mut line = Line::new();
            let mut list: VecDeque<usize> = VecDeque::new();
            for (number, (what, at)) in steps.into_iter().enumerate() {
                match what {
                    0 | 1 => {
                        line.push_back(number);
                        list.push_back(number);
                    }
                    2 => {
                        line.push_front(number);
                        list.push_front(number);
                    }
                    3 => prop_assert_eq!(line.pop_front(), list.pop_front()),
                    4 => prop_assert_eq!(line.pop_back(), list.pop_back()),
                    5 => prop_assert_eq!(line.remove(at), list.remove(at)),
                    _ => {
                        let found = line.places().nth(at).map(|(place, process)| (place, *process));
                        if let Some((place, process)) = found {
                            prop_assert_eq!(line.take(place, |found| *found != process), None);
                            prop_assert_eq!(line.take(place, |found| *found == process), list.remove(at));
                            prop_assert_eq!(line.take(place, |_| true), None);
                        }
                    }
                }
                prop_assert_eq!((line.len(), line.is_empty()), (list.len(), list.is_empty()));
                prop_assert!(line.places().map(|(_, process)| process).eq(&list));
            }
            let half = list.len() / 2;
            prop_assert!(line.drain(half).eq(list.drain(..half)));
            prop_assert!(line.places().map(|(_, process)| process).eq(&list));
        }
    }
}
