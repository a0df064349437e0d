//! What the manual texts of the instruction table say.

use std::collections::BTreeSet;

use vmm::fault::FaultKind;
use vmm::isa::{OPS, OpInfo};

/// Kinds of errors that the manual text of an instruction names, those of
/// another instruction included where it says so: "errors as `other`".
pub(crate) fn kinds(row: &OpInfo) -> BTreeSet<&'static str> {
    let doc = row.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted: Vec<&str> = doc.split('`').skip(1).step_by(2).collect();
    let mut found: BTreeSet<_> = FaultKind::ALL
        .iter()
        .map(|kind| kind.atom())
        .filter(|kind| quoted.iter().any(|q| q.strip_prefix(':') == Some(kind)))
        .collect();
    for phrase in ["errors as `", "Raises as `"] {
        if let Some((_, rest)) = doc.split_once(phrase) {
            let other = rest.split('`').next().unwrap_or_default();
            let other = OPS.iter().find(|o| o.mnemonic == other);
            let other = other.unwrap_or_else(|| panic!("`{}` refers to none", row.mnemonic));
            found.extend(kinds(other));
        }
    }
    found
}
