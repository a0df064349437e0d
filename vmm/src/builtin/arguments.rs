//! Arguments of natives by type, with errors that name the native.
//!
//! Sizes and indices are exact: a number without fraction, or an integer. NaN,
//! infinities and fractions are errors, and what is larger than anything
//! could be stays larger, so that bounds are met with `:limit` or `:bad_index`.

use std::ops::Range;

use super::NativeCx;
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::layout::Kind;
use crate::ids::Pid;
use crate::limits::VALUE_BYTES_MAX;
use crate::number::{Numeric, check_bytes};
use crate::term;
use crate::word::Word;

/// Elements that an array or tuple may have.
pub(super) const ELEMENTS_MAX: usize = VALUE_BYTES_MAX / 8;

impl<'a> NativeCx<'a> {
    /// `:bad_type`: what argument `i` should have been.
    #[cold]
    pub(super) fn wants(&self, i: usize, what: &str) -> Fault {
        let found = self.view().type_name(self.arg(i));
        let (name, number) = (self.name, i + 1);
        Fault::bad_type(
            &format!("`{name}` takes {what} as argument {number}"),
            found,
        )
    }

    /// An error about the call.
    #[cold]
    pub(super) fn fault(&self, kind: FaultKind, message: &str) -> Fault {
        Fault::new(kind, format!("`{}` {message}", self.name))
    }

    /// Whether an optional argument was given; `undefined` counts as left out.
    pub(super) fn given(&self, i: usize) -> bool {
        self.arg(i) != Word::UNDEFINED
    }

    /// Elements of an array or tuple.
    pub(super) fn items(&self, i: usize) -> Result<&[u64], Fault> {
        let (view, word) = (self.view(), self.arg(i));
        let items = view.array_items(word).or_else(|| view.tuple_items(word));
        items.ok_or_else(|| self.wants(i, "an array or tuple"))
    }

    /// As [`Self::items`], copied: the words hold until something is reserved.
    pub(super) fn words(&self, i: usize) -> Result<Vec<Word>, Fault> {
        Ok(self.items(i)?.iter().map(|word| Word(*word)).collect())
    }

    /// Place of an array that may be changed.
    pub(super) fn own_array(&self, i: usize) -> Result<u32, Fault> {
        self.own(i, Kind::Array, "an array")
    }

    /// A map.
    pub(super) fn map(&self, i: usize) -> Result<Word, Fault> {
        self.of_kind(i, Kind::Map, "a map")
    }

    /// An object.
    pub(super) fn object(&self, i: usize) -> Result<Word, Fault> {
        self.of_kind(i, Kind::Object, "an object")
    }

    /// A tuple.
    pub(super) fn tuple(&self, i: usize) -> Result<Word, Fault> {
        self.of_kind(i, Kind::Tuple, "a tuple")
    }

    /// A list, empty or not, and how many items it has.
    pub(super) fn list(&mut self, i: usize) -> Result<(Word, usize), Fault> {
        let word = self.arg(i);
        if word != Word::NIL && !self.view().is(word, Kind::Pair) {
            return Err(self.wants(i, "a list"));
        }
        let length = term::list_length(self.view(), word)?;
        self.charge(length);
        Ok((word, length))
    }

    fn of_kind(&self, i: usize, kind: Kind, what: &str) -> Result<Word, Fault> {
        let word = self.arg(i);
        if self.view().is(word, kind) {
            return Ok(word);
        }
        Err(self.wants(i, what))
    }

    fn own(&self, i: usize, kind: Kind, what: &str) -> Result<u32, Fault> {
        let word = self.of_kind(i, kind, what)?;
        if word.is_heap() && !self.view().is_frozen(word) {
            return Ok(word.place());
        }
        let message = format!("takes {what} that can change, and this one is frozen: copy it");
        Err(self.fault(FaultKind::ReadOnly, &message))
    }

    /// A process.
    pub(super) fn process_at(&self, i: usize) -> Result<Pid, Fault> {
        let pid = self.arg(i).to_process();
        pid.ok_or_else(|| self.wants(i, "a process"))
    }

    /// A string.
    pub(super) fn text(&self, i: usize) -> Result<&str, Fault> {
        let text = self.view().text(self.arg(i));
        text.ok_or_else(|| self.wants(i, "a string"))
    }

    /// Bytes.
    pub(super) fn octets(&self, i: usize) -> Result<&[u8], Fault> {
        let octets = self.view().bytes(self.arg(i));
        octets.ok_or_else(|| self.wants(i, "bytes"))
    }

    /// A real number as a double.
    pub(super) fn real(&self, i: usize) -> Result<f64, Fault> {
        let word = self.arg(i);
        if word.is_number() {
            return Ok(word.as_f64());
        }
        let number = Numeric::of(self.view(), word).and_then(|n| n.to_f64());
        number.ok_or_else(|| self.wants(i, "a number"))
    }

    /// A whole number, as a double: beyond 2^53 it is only known to be so large.
    fn whole(&self, i: usize) -> Result<f64, Fault> {
        let number = self.real(i)?;
        // A large integer may be beyond every double.
        let integer = !self.arg(i).is_number();
        if integer || number.is_finite() && number.fract() == 0.0 {
            return Ok(number);
        }
        let message = format!("takes a whole number as argument {}", i + 1);
        Err(self.fault(FaultKind::BadNumber, &message))
    }

    /// A whole number from 0 on; what no `usize` holds is the largest.
    pub(super) fn size(&self, i: usize) -> Result<usize, Fault> {
        let number = self.whole(i)?;
        if number < 0.0 {
            let message = format!("takes a number from 0 on as argument {}", i + 1);
            return Err(self.fault(FaultKind::BadNumber, &message));
        }
        Ok(vm_ffi::stdlib::array::index(number).unwrap_or(usize::MAX))
    }

    /// An index from 0 to below `len`.
    pub(super) fn index(&self, i: usize, len: usize) -> Result<usize, Fault> {
        let number = self.real(i)?;
        match vm_ffi::stdlib::array::index(number) {
            Some(index) if index < len => Ok(index),
            _ => {
                let shown = term::show(self.view(), self.arg(i), self.names);
                let message = format!("takes an index from 0 to below {len}, not {shown}");
                let fault = self.fault(FaultKind::BadIndex, &message);
                Err(fault
                    .with(known::INDEX, self.arg(i))
                    .with_count(known::LENGTH, len))
            }
        }
    }

    /// The part that arguments `i` and `i + 1` ask for, both optional: from
    /// the first up to and without the second, negative ones counted from the end, cut to `len`.
    pub(super) fn span(&self, i: usize, len: usize) -> Result<Range<usize>, Fault> {
        let bound = |i| self.given(i).then(|| self.whole(i)).transpose();
        let (start, end) = (bound(i)?, bound(i + 1)?);
        // Both are whole numbers or infinities, so there is a span.
        Ok(vm_ffi::stdlib::array::span(len, start, end).unwrap_or(0..0))
    }

    /// Refuses an array or tuple of more elements than there may be.
    pub(super) fn check_elements(&self, len: usize) -> Result<(), Fault> {
        check_bytes(self.name, len.saturating_mul(8))
    }
}
