//! The `ionvm` command.
fn main() {}
