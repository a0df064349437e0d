//! The command line tools of IonVM: `ionvm` and `iondis`.
//!
//! Argument parsing and printing, nothing else: what the tools do is done by
//! `vmm`, so that a program that embeds the machine can do it too. One file a
//! sub-command; `args` is the command line itself.
//!
//! # Invariants
//! C1. Nothing but the program's own output, or data that was asked for, goes
//!     to standard output; everything else goes to standard error.
//! C2. The exit code is one of those of `exit`.
//! C3. What a file holds is never echoed unquoted.
#![deny(unsafe_code)]

mod args;
mod asm;
mod console;
mod debug;
mod diagnostics;
mod dis;
mod doc;
mod dump;
mod dumped;
mod exit;
mod explain;
mod failure;
mod grants;
mod info;
mod json;
mod load;
mod new;
mod pack;
mod run;
mod signals;
mod verify;

use std::process::ExitCode;

use args::{Cli, Command};
use clap::Parser as _;
use exit::{Exit, guarded};

/// Runs `ionvm` with the arguments of this process.
#[must_use]
pub fn ionvm() -> ExitCode {
    // Help and usage errors end the process here, the latter with code 2.
    let cli = Cli::parse();
    guarded(|| match &cli.command {
        None => match &cli.program {
            Some(program) => run::run(&program.file(), &program.arguments(), &cli.options),
            None => Exit::Usage,
        },
        Some(Command::Run { program }) => {
            run::run(&program.file(), &program.arguments(), &cli.options)
        }
        Some(Command::Info { file }) => info::info(file),
        Some(Command::Verify { files, json }) => verify::verify(files, *json),
        Some(Command::Asm { file, output }) => asm::asm(file, output.as_deref()),
        Some(Command::Pack { folder, output }) => pack::pack(folder, output.as_deref()),
        Some(Command::New { folder }) => new::new(folder),
        Some(Command::Dump { file, options }) => dumped::dump(file, options),
        Some(Command::Doc { name }) => doc::doc(name.as_deref(), &cli.options.allowed),
        Some(Command::Explain { code }) => explain::explain(code.as_deref()),
    })
}

/// Runs `iondis` with the arguments of this process.
#[must_use]
pub fn iondis() -> ExitCode {
    let cli = dis::Cli::parse();
    guarded(|| dis::dis(&cli))
}
