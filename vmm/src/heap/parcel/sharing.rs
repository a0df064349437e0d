//! One parcel for many: a clone is a count, and nobody changes what others have.

use std::sync::Arc;

use super::{Form, Full, Parcel};
use crate::word::Word;

impl Parcel {
    /// The same parcel, so that a clone of it is no copy, if it is worth that.
    #[must_use]
    pub fn share(self) -> Parcel {
        match self.0 {
            Form::Words(words) => {
                let full = Full {
                    root: Word::heap(0),
                    words,
                    externals: Vec::new(),
                };
                Parcel(Form::Shared(Arc::new(full)))
            }
            Form::Full(full) => Parcel(Form::Shared(Arc::new(*full))),
            Form::Word(_) | Form::Small(..) | Form::Whole(_) | Form::Shared(_) => self,
        }
    }

    /// Whether two are one, of which there are clones.
    #[must_use]
    pub fn is_shared_with(&self, other: &Parcel) -> bool {
        match (&self.0, &other.0) {
            (Form::Shared(one), Form::Shared(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}
