//! The real `ionvm` and `iondis`, run as a user runs them.
#![deny(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "cli/alike.rs"]
mod alike;
#[path = "cli/build.rs"]
mod build;
#[path = "cli/dumps.rs"]
mod dumps;
#[path = "cli/ends.rs"]
mod ends;
#[path = "cli/libraries.rs"]
mod libraries;
#[path = "cli/old.rs"]
mod old;
#[path = "cli/packages.rs"]
mod packages;
#[path = "cli/running.rs"]
mod running;
#[cfg(unix)]
#[path = "cli/signalled.rs"]
mod signalled;
#[path = "cli/tool.rs"]
mod tool;
#[path = "../../vmm/tests/support/v1.rs"]
mod write;
