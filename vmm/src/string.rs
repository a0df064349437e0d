//! STAND-IN
#![allow(missing_docs)]
pub fn length(s: &str) -> usize {
    s.chars().count()
}
pub fn char_at(s: &str, i: usize) -> Option<char> {
    s.chars().nth(i)
}
pub fn too_long() -> crate::fault::Fault {
    crate::fault::Fault::new(crate::fault::FaultKind::Limit, "too long")
}
