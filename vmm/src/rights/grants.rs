//! What a host grants: rights that it allows, without those that it denies.

use super::{Grants, Right, RightKind, split_hash};

impl Grants {
    /// Nothing granted, nothing denied.
    pub fn none() -> Grants {
        Grants::default()
    }

    /// All rights of every kind granted.
    pub fn all() -> Grants {
        let allowed = RightKind::ALL
            .into_iter()
            .map(|kind| Right {
                kind,
                argument: None,
            })
            .collect();
        Grants {
            allowed,
            denied: Vec::new(),
        }
    }

    /// Grants a right.
    pub fn allow(&mut self, right: Right) -> &mut Grants {
        self.allowed.push(right);
        self
    }

    /// Denies a right, whatever is or will be granted.
    pub fn deny(&mut self, right: Right) -> &mut Grants {
        self.denied.push(right);
        self
    }

    /// The same, to the real places of all paths; see [`Right::settled`].
    #[must_use]
    pub fn settled(self, real: impl Fn(&str) -> Option<String>) -> Grants {
        let settle = |rights: Vec<Right>| rights.into_iter().map(|r| r.settled(&real)).collect();
        Grants {
            allowed: settle(self.allowed),
            denied: settle(self.denied),
        }
    }

    /// Whether all that `wanted` stands for is granted and none of it denied.
    ///
    /// A request that a denial touches only in part is refused whole: who wants `fs.read:/data`
    /// while `/data/secret` is denied must ask for less.
    pub fn permits(&self, wanted: &Right) -> bool {
        self.allowed.iter().any(|right| right.covers(wanted))
            && !self
                .denied
                .iter()
                .any(|right| right.covers(wanted) || wanted.covers(right))
    }

    /// Whether exactly one file of a library is granted, by its hash: who gets another
    /// is to be told which one he has.
    pub fn pins(&self, library: &str) -> bool {
        self.allowed.iter().any(|right| {
            let (name, hash) = split_hash(right.argument().unwrap_or_default());
            right.kind == RightKind::Ffi && name == library && hash.is_some()
        })
    }

    /// Those of `wanted` that are not permitted, in order: what a user has to be asked for.
    pub fn missing<'a>(&self, wanted: &'a [Right]) -> Vec<&'a Right> {
        wanted.iter().filter(|right| !self.permits(right)).collect()
    }
}
