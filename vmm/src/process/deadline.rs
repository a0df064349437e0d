//! When a wait is over, or that it never is, in one word.

use std::num::NonZeroU64;

/// A moment on the run's monotonic clock, or never. The clock's last moment, in 584
/// years, counts as never.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Deadline(NonZeroU64);

impl Deadline {
    /// No moment.
    pub const NEVER: Deadline = Deadline(NonZeroU64::MAX);

    /// A moment that has passed, whenever it was.
    pub const PASSED: Deadline = Deadline(NonZeroU64::MIN);

    /// The moment in nanoseconds, if there is one.
    #[must_use]
    #[inline]
    pub fn ns(self) -> Option<u64> {
        (self != Deadline::NEVER).then(|| self.0.get() - 1)
    }
}

impl From<Option<u64>> for Deadline {
    #[inline]
    fn from(ns: Option<u64>) -> Deadline {
        match ns {
            Some(ns) => Deadline(NonZeroU64::MIN.saturating_add(ns)),
            None => Deadline::NEVER,
        }
    }
}

impl std::fmt::Debug for Deadline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.ns() {
            Some(ns) => write!(f, "{ns} ns"),
            None => f.write_str("never"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_but_the_last_is_one() {
        assert_eq!(size_of::<Option<Deadline>>(), 8);
        for ns in [0, 1, 5_000_000, u64::MAX - 2] {
            assert_eq!(Deadline::from(Some(ns)).ns(), Some(ns));
        }
        for never in [None, Some(u64::MAX - 1), Some(u64::MAX)] {
            assert_eq!(Deadline::from(never), Deadline::NEVER);
        }
        assert_eq!(Deadline::NEVER.ns(), None);
        assert_eq!(format!("{:?}", Deadline::from(Some(7))), "7 ns");
    }
}
