//! Rights of one process: those of the machine, or fewer.
//!
//! Whoever spawns a process may say what it may do at most. That is a list of rights; what
//! it holds beyond the spawner's own is left out, so nothing is ever gained. Children that are
//! given no list have their parent's.

use std::sync::Arc;

use super::Right;

/// See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowed(Option<Arc<[Right]>>);

impl Narrowed {
    /// Whatever the machine may.
    pub const ALL: Narrowed = Narrowed(None);

    /// Whether it is all that the machine may.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether all that `wanted` stands for is among them, if the machine has it.
    #[must_use]
    pub fn permits(&self, wanted: &Right) -> bool {
        let Some(rights) = &self.0 else {
            return true;
        };
        rights.iter().any(|right| right.covers(wanted))
    }

    /// The rights that are in both: of two of which one covers the other, the smaller.
    #[must_use]
    pub fn narrow(&self, asked: &[Right]) -> Narrowed {
        let Some(own) = &self.0 else {
            return Narrowed(Some(asked.into()));
        };
        let mut both = Vec::new();
        for asked in asked {
            if self.permits(asked) {
                both.push(asked.clone());
            } else {
                both.extend(own.iter().filter(|own| asked.covers(own)).cloned());
            }
        }
        both.sort();
        both.dedup();
        Narrowed(Some(both.into()))
    }

    /// The list, if there is one.
    #[must_use]
    pub fn list(&self) -> Option<&[Right]> {
        self.0.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(texts: &[&str]) -> Vec<Right> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn of(texts: &[&str]) -> Narrowed {
        Narrowed::ALL.narrow(&rights(texts))
    }

    #[test]
    fn nothing_is_gained_by_asking_for_more() {
        let own = of(&["fs.read:/data", "net:a.org:80", "env"]);
        let asked = [
            "fs.read",
            "fs.read:/data/x",
            "fs.read:/etc",
            "net:a.org",
            "net:b.org",
            "env:HOME",
            "code",
        ];
        let both = own.narrow(&rights(&asked));
        let texts: Vec<String> = both.list().unwrap().iter().map(Right::to_string).collect();
        assert_eq!(
            texts,
            [
                "env:HOME",
                "fs.read:/data",
                "fs.read:/data/x",
                "net:a.org:80"
            ]
        );
        assert_eq!(of(&[]).narrow(&rights(&["code"])), of(&[]));
        assert_eq!(Narrowed::ALL.narrow(&rights(&["code"])), of(&["code"]));
        assert!(Narrowed::ALL.is_all() && !of(&[]).is_all());
    }

    /// What is permitted after narrowing is what both permit, for every right of a small world.
    #[test]
    fn what_is_left_is_what_both_permit() {
        let world = [
            "fs.read",
            "fs.read:/",
            "fs.read:/a",
            "fs.read:/a/b",
            "fs.read:/ab",
            "fs.read:c",
            "net",
            "net:h",
            "net:h:1",
            "net:h:2",
            "env",
            "env:A",
            "code",
        ];
        for one in 0..world.len() {
            for two in 0..world.len() {
                for three in 0..world.len() {
                    let own = of(&[world[one], world[two]]);
                    let asked = rights(&[world[three], world[two]]);
                    let (both, alone) = (own.narrow(&asked), Narrowed::ALL.narrow(&asked));
                    for wanted in rights(&world) {
                        assert_eq!(
                            both.permits(&wanted),
                            own.permits(&wanted) && alone.permits(&wanted),
                            "{own:?} {alone:?} {wanted}"
                        );
                    }
                }
            }
        }
    }
}
