//! What the tools themselves say: data on standard output, everything else on
//! standard error, and no complaint about a reader that has gone.
//!
//! # Invariants
//! O1. A closed or full stream never makes a tool panic.

use std::io::Write as _;

/// Writes data to standard output. False if nobody takes it any more.
pub(crate) fn data(text: &str) -> bool {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}

/// Writes text to standard error; colours are left out where they do not belong.
pub(crate) fn note(text: &str) {
    // What cannot be said there can be said nowhere.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// `ionvm: MESSAGE` on standard error.
pub(crate) fn complain(message: &str) {
    note(&format!("{}: {message}\n", tool()));
}

/// The name of the running tool, as it was called.
fn tool() -> String {
    std::env::args_os()
        .next()
        .and_then(|path| {
            let name = std::path::Path::new(&path).file_stem()?;
            Some(name.to_string_lossy().into_owned())
        })
        .unwrap_or_else(|| "ionvm".to_owned())
}
