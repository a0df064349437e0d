//! Builds native libraries for tests, with the C compiler of the system.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A place below this crate.
pub(crate) fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs the C compiler.
#[track_caller]
pub(crate) fn cc(words: &[&str]) -> Result<(), String> {
    let include = format!("-I{}", place("include").display());
    let output = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", &include])
        .args(words)
        .output()
        .expect("a C compiler called cc");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Makes a library of a C file of this crate, under a name that says how it was made.
#[track_caller]
pub(crate) fn library(source: &str, name: &str, words: &[&str]) -> PathBuf {
    // The folder is shared with the tests of other crates.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("native");
    std::fs::create_dir_all(&folder).expect("a folder for libraries");
    let out = folder.join(name);
    let (source, out_word) = (place(source), out.display().to_string());
    let source = source.display().to_string();
    let mut all = vec!["-shared", "-fPIC", "-o", &out_word, &source];
    all.extend(words);
    cc(&all).expect("the library is made");
    out
}
