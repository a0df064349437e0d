//! The `iondis` command.
#![deny(unsafe_code)]

fn main() -> std::process::ExitCode {
    ionvm_cli::iondis()
}
