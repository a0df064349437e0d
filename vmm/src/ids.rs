//! Index types: one newtype per thing that is numbered.
//!
//! A bare integer says nothing about what it counts, so every number that
//! crosses a module boundary has a type of its own. `Display` gives the same
//! text as the assembly language and the *show* form of values, so that
//! errors, traces and disassembly agree without any extra formatting.
//!
//! # Invariants
//! I1. No arithmetic happens here; owners of a numbering do their own.
//! I2. Every type is `Copy`, ordered by its number and free of padding.

use std::fmt;

macro_rules! index_type {
    ($(#[$doc:meta])* $name:ident($repr:ty), $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $repr);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl From<$repr> for $name {
            fn from(n: $repr) -> Self {
                $name(n)
            }
        }
    };
}

index_type! {
    /// A register of the running function's frame. Shown as `r3`.
    Reg(u16), "r"
}
index_type! {
    /// A jump offset in instructions, counted from the jumping instruction itself.
    Offset(i32), ""
}
index_type! {
    /// Position of a function inside its class, in the order of the class file.
    FunctionIndex(u32), "&#"
}
index_type! {
    /// A linked function, numbered across the whole machine.
    FuncId(u32), "function "
}
index_type! {
    /// An interned name, numbered across the whole machine.
    AtomId(u32), "atom "
}
index_type! {
    /// A hidden class of objects, numbered across the whole machine.
    ShapeId(u32), "shape "
}

impl From<i32> for Reg {
    /// Lets literals stand for registers when instructions are written by hand.
    /// A number that is no register becomes `r65535`, which the verifier
    /// refuses in every frame that is not of the full size.
    fn from(n: i32) -> Self {
        Reg(u16::try_from(n).unwrap_or(u16::MAX))
    }
}

/// A process: a 24-bit slot of the process table and the 24-bit generation of
/// the tenant meant. Survives its process's death without ever naming another.
///
/// The number `generation << 24 | slot` is what programs see: `#process<7>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(u64);

impl Pid {
    /// Bits of the slot number.
    pub const SLOT_BITS: u32 = 24;
    /// The host program itself, which owns no slot. No process ever has it.
    pub const HOST: Pid = Pid(0);
    /// The main process of a run.
    pub const MAIN: Pid = Pid(1);

    /// The process that lives in `slot` for the `generation`th time; both are
    /// cut to 24 bits.
    #[must_use]
    pub fn new(slot: u32, generation: u32) -> Self {
        let mask = (1 << Self::SLOT_BITS) - 1;
        Pid(u64::from(generation & mask) << Self::SLOT_BITS | u64::from(slot & mask))
    }

    /// The number programs see; at most 48 bits.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// The process of a number that [`Pid::number`] gave.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        Pid(number & ((1 << (2 * Self::SLOT_BITS)) - 1))
    }

    /// Slot of the process table.
    #[must_use]
    pub fn slot(self) -> u32 {
        (self.0 & ((1 << Self::SLOT_BITS) - 1)) as u32
    }

    /// Which tenant of the slot is meant.
    #[must_use]
    pub fn generation(self) -> u32 {
        (self.0 >> Self::SLOT_BITS) as u32
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#process<{}>", self.0)
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A unique token: monitors, timers, aliases, call tags.
///
/// Made of the process that made it and a counter, so that making one needs
/// no shared state. Shown as `#reference<7.12>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefId {
    /// The process that made the reference.
    pub owner: Pid,
    /// How many the owner had made before.
    pub count: u64,
}

impl fmt::Display for RefId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#reference<{}.{}>", self.owner.number(), self.count)
    }
}

impl fmt::Debug for RefId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_keeps_slot_and_generation_apart() {
        let pid = Pid::new(7, 3);
        assert_eq!((pid.slot(), pid.generation()), (7, 3));
        assert_eq!(Pid::from_number(pid.number()), pid);
        assert_eq!(pid.to_string(), format!("#process<{}>", (3_u64 << 24) | 7));
    }

    #[test]
    fn numbers_that_are_no_registers_become_the_last_one() {
        assert_eq!(Reg::from(-1), Reg(u16::MAX));
        assert_eq!(Reg::from(70_000), Reg(u16::MAX));
        assert_eq!(Reg::from(3).to_string(), "r3");
    }
}
