//! Texts by number: looked at once, however often they occur.
//!
//! A class file names one long text from a million places. Comparing contents
//! each time would take hours; here each text in memory is compared with the
//! others once, and by its number ever after.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::text::quote::is_hidden;

/// Numbers of texts; equal texts have equal numbers.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// By where the text lies. The class keeps it there.
    by_address: FxHashMap<usize, (u32, bool)>,
    by_content: BTreeMap<Arc<str>, (u32, bool)>,
}

impl Texts {
    /// The number of a text, and whether every character of it shows.
    ///
    /// The text has to outlive these numbers at its address, as all texts of
    /// the class under verification do.
    pub(super) fn number(&mut self, text: &Arc<str>) -> (u32, bool) {
        let address = text.as_ptr().addr();
        if let Some(&known) = self.by_address.get(&address) {
            return known;
        }
        let next = u32::try_from(self.by_content.len()).unwrap_or(u32::MAX);
        let known = *self
            .by_content
            .entry(Arc::clone(text))
            .or_insert_with(|| (next, !text.chars().any(is_hidden)));
        self.by_address.insert(address, known);
        known
    }
}
