//! What most processes never have, behind one pointer.
//!
//! A million processes may be alive at once and wait, so what each takes counts;
//! and what it does not have needs no look when it ends. So what binds a process to
//! others, and what it is in the middle of, is made when it is first needed.
//!
//! # Invariants
//! E1. A process without extras answers like one whose extras are all empty.

use super::Process;
use super::awaiting::Awaiting;
use super::bonds::Bonds;
use super::contract::End;
use super::in_flight::InFlight;
use super::intake::Pending;
use super::pieces::KeyHashes;
use super::walk::LeftOff;
use crate::rights::Narrowed;

/// See the module documentation.
#[derive(Debug, Default)]
pub(super) struct Extras {
    /// A walk over large values that the next operation goes on with.
    pub(super) left_off: Option<Box<LeftOff>>,
    /// Hashes of large keys that it used lately.
    pub(super) key_hashes: Option<Box<KeyHashes>>,
    /// What binds it to others, if anything does.
    pub(super) bonds: Option<Box<Bonds>>,
    /// Whether exit signals arrive as messages.
    pub(super) traps_exits: bool,
    /// How a signal has ended it, once one has: it runs no further.
    pub(super) doom: Option<Box<End>>,
    /// Answers that it waits for.
    pub(super) pending: Vec<Pending>,
    /// The native whose answer the running instruction waits for.
    pub(super) in_flight: Option<Box<InFlight>>,
    /// How long it waits for the answer of a native at most, in nanoseconds.
    pub(super) native_timeout: Option<u64>,
    /// What of the machine's rights it has.
    pub(super) rights: Narrowed,
    /// Ends of others that the running instruction waits for.
    pub(super) awaiting: Option<Box<Awaiting>>,
    /// How many reductions it may use, if that is bounded.
    pub(super) max_reductions: Option<u64>,
    /// What it has called itself, for people.
    pub(super) label: Option<Box<str>>,
}

impl Extras {
    /// Whether a wait is over because of them.
    #[cold]
    pub(super) fn end_a_wait(&self) -> bool {
        self.doom.is_some()
            || self.pending.iter().any(|pending| pending.answer.is_some())
            || self.awaiting.as_ref().is_some_and(|ends| ends.is_ready())
            || self
                .in_flight
                .as_ref()
                .is_some_and(|call| call.is_answered())
    }
}

impl Process {
    /// The extras, made if there are none.
    pub(super) fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// What binds it to others, if anything does.
    #[must_use]
    #[inline]
    pub fn bonds(&self) -> Option<&Bonds> {
        self.extras.as_ref()?.bonds.as_deref()
    }

    /// As [`Process::bonds`], to be changed.
    #[inline]
    pub fn bonds_if_any(&mut self) -> Option<&mut Bonds> {
        self.extras.as_mut()?.bonds.as_deref_mut()
    }

    /// What binds it to others, made if nothing did.
    pub fn bonds_mut(&mut self) -> &mut Bonds {
        self.extras_mut().bonds.get_or_insert_default()
    }

    /// Takes what binds it to others away.
    pub(super) fn take_bonds(&mut self) -> Option<Box<Bonds>> {
        self.extras.as_mut()?.bonds.take()
    }

    /// Whether exit signals arrive as messages.
    #[must_use]
    pub fn traps_exits(&self) -> bool {
        self.extras.as_ref().is_some_and(|own| own.traps_exits)
    }

    /// Sets whether exit signals arrive as messages; yields what it was.
    pub fn set_traps_exits(&mut self, traps: bool) -> bool {
        let before = self.traps_exits();
        if traps != before {
            self.extras_mut().traps_exits = traps;
        }
        before
    }

    /// Whether a signal has ended it.
    #[must_use]
    #[inline]
    pub fn is_doomed(&self) -> bool {
        self.extras.as_ref().is_some_and(|own| own.doom.is_some())
    }

    /// It runs no further: that is how it ends.
    pub fn doom(&mut self, end: End) {
        self.extras_mut().doom = Some(Box::new(end));
    }

    /// How a signal has ended it, if one has; whoever takes that ends it.
    #[inline]
    pub fn take_doom(&mut self) -> Option<End> {
        let doom = self.extras.as_mut()?.doom.take()?;
        Some(*doom)
    }

    /// Ends of others that the running instruction waits for.
    #[must_use]
    pub fn awaiting(&self) -> Option<&Awaiting> {
        self.extras.as_ref()?.awaiting.as_deref()
    }

    /// As [`Process::awaiting`], to be changed.
    pub fn awaiting_mut(&mut self) -> Option<&mut Awaiting> {
        self.extras.as_mut()?.awaiting.as_deref_mut()
    }

    /// It waits for ends of others.
    pub fn set_awaiting(&mut self, awaiting: Awaiting) {
        self.extras_mut().awaiting = Some(Box::new(awaiting));
    }

    /// It waits for ends of others no more; those that it waited for.
    pub fn take_awaiting(&mut self) -> Option<Box<Awaiting>> {
        self.extras.as_mut()?.awaiting.take()
    }

    /// How many reductions it may use; then it ends.
    #[must_use]
    #[inline]
    pub fn max_reductions(&self) -> u64 {
        let own = self.extras.as_ref().and_then(|own| own.max_reductions);
        own.unwrap_or(u64::MAX)
    }

    /// Bounds how many reductions it may use.
    pub fn set_max_reductions(&mut self, most: u64) {
        self.extras_mut().max_reductions = Some(most);
    }

    /// What of the machine's rights it has.
    #[must_use]
    pub fn rights(&self) -> Narrowed {
        self.extras
            .as_ref()
            .map_or(Narrowed::ALL, |own| own.rights.clone())
    }

    /// Bounds what it may do outside.
    pub fn set_rights(&mut self, rights: Narrowed) {
        if rights != Narrowed::ALL || self.extras.is_some() {
            self.extras_mut().rights = rights;
        }
    }

    /// What it has called itself, for people.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.extras.as_ref()?.label.as_deref()
    }

    /// Sets what it calls itself, or that it calls itself nothing any more.
    pub fn set_label(&mut self, label: Option<Box<str>>) {
        if label.is_some() || self.extras.is_some() {
            self.extras_mut().label = label;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;
    use crate::heap::parcel::Parcel;
    use crate::ids::{FuncId, Pid};
    use crate::word::Word;

    #[test]
    fn what_is_not_there_is_not_made_by_a_look() {
        let heap = Heap::new(0, 1 << 20, false);
        let call = Parcel::word(Word::UNIT);
        let mut process = Process::new(Pid::MAIN, FuncId(0), heap, call);
        assert!(process.bonds().is_none() && process.bonds_if_any().is_none());
        assert!(process.awaiting().is_none() && process.take_awaiting().is_none());
        assert!(!process.is_doomed() && process.take_doom().is_none());
        assert!(!process.set_traps_exits(false) && process.label().is_none());
        assert_eq!(process.max_reductions(), u64::MAX);
        assert!(process.rights().is_all() && process.take_in_flight().is_none());
        process.set_rights(Narrowed::ALL);
        assert_eq!(process.native_timeout(), None);
        process.set_label(None);
        assert!(process.left_off().is_none() && process.take_answer().is_none());
        assert!(process.extras.is_none());
        assert!(!process.set_traps_exits(true) && process.set_traps_exits(false));
        process.set_label(Some("one".into()));
        assert_eq!(process.label(), Some("one"));
        process.set_label(None);
        assert_eq!(process.label(), None);
        process.doom(End::Halted(3));
        assert!(process.is_doomed());
        assert!(matches!(process.take_doom(), Some(End::Halted(3))));
        assert!(!process.is_doomed());
    }
}
