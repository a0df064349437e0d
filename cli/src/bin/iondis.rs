//! The `iondis` command.
fn main() {}
