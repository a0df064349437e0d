//! `ionvm verify FILES`: read and verify, run nothing.

use std::path::PathBuf;

use crate::console::{data, note};
use crate::exit::Exit;
use crate::load::{file_name, program};

/// Verifies files. With `json`, problems are data on standard output.
pub(crate) fn verify(files: &[PathBuf], json: bool) -> Exit {
    let mut exit = Exit::Done;
    for file in files {
        match program(file, false) {
            Ok(program) => {
                let classes = program.classes.len();
                let functions: usize = program.classes.iter().map(|c| c.functions.len()).sum();
                if !json {
                    let name = file_name(file);
                    note(&format!(
                        "{name}: {classes} class{}, {functions} function{}, nothing wrong\n",
                        if classes == 1 { "" } else { "es" },
                        if functions == 1 { "" } else { "s" },
                    ));
                }
            }
            Err(refusal) => {
                exit = Exit::NotLoaded;
                if json {
                    data(&refusal.json());
                } else {
                    refusal.show();
                }
            }
        }
    }
    exit
}
