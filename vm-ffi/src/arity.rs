//! How many arguments a native takes.

use std::fmt;

/// How many arguments a native takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arity {
    /// The fewest.
    pub min: usize,
    /// The most; `None` for no upper bound.
    pub max: Option<usize>,
}

impl Arity {
    /// Exactly `count` arguments.
    #[must_use]
    pub const fn exactly(count: usize) -> Arity {
        Arity {
            min: count,
            max: Some(count),
        }
    }

    /// `count` arguments or more.
    #[must_use]
    pub const fn at_least(count: usize) -> Arity {
        Arity {
            min: count,
            max: None,
        }
    }

    /// From `min` to `max` arguments, both included.
    #[must_use]
    pub const fn between(min: usize, max: usize) -> Arity {
        Arity {
            min,
            max: Some(max),
        }
    }

    /// Whether a call with `count` arguments is right.
    #[must_use]
    pub const fn accepts(self, count: usize) -> bool {
        count >= self.min
            && match self.max {
                Some(max) => count <= max,
                None => true,
            }
    }
}

impl fmt::Display for Arity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count| if count == 1 { "argument" } else { "arguments" };
        match self.max {
            Some(0) => f.write_str("no arguments"),
            Some(max) if max == self.min => write!(f, "{max} {}", plural(max)),
            Some(max) => write!(f, "{} to {max} arguments", self.min),
            None => write!(f, "{} {} or more", self.min, plural(self.min)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arity_reads_as_prose() {
        let texts = [
            (Arity::exactly(0), "no arguments"),
            (Arity::exactly(1), "1 argument"),
            (Arity::exactly(3), "3 arguments"),
            (Arity::between(1, 2), "1 to 2 arguments"),
            (Arity::at_least(1), "1 argument or more"),
        ];
        for (arity, text) in texts {
            assert_eq!(arity.to_string(), text);
        }
        assert!(Arity::between(1, 2).accepts(2) && !Arity::between(1, 2).accepts(3));
        assert!(!Arity::at_least(1).accepts(0) && Arity::at_least(1).accepts(1000));
    }
}
