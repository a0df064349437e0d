//! Exit codes, and the last line of defence: what happens when the machine
//! itself is at fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// What the exit code of `ionvm` and `iondis` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done,
    /// The program failed: an uncaught error in its main process.
    ProgramFailed,
    /// The command line makes no sense.
    Usage,
    /// A file is missing, or could not be read, loaded or verified.
    NotLoaded,
    /// A limit of the machine, or the time limit of the run.
    Limit,
    /// The main process waits for what can never come.
    Deadlock,
    /// The machine itself is at fault.
    MachineFault,
    /// Ended by SIGINT.
    Interrupted,
    /// Ended by SIGTERM.
    Terminated,
    /// The program chose this code.
    Chosen(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::ProgramFailed => 1,
            Exit::Usage => 2,
            Exit::NotLoaded => 3,
            Exit::Limit => 4,
            Exit::Deadlock => 5,
            Exit::MachineFault => 70,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
            Exit::Chosen(code) => code,
        })
    }
}

/// Runs a command. A panic inside is a mistake of the machine, not of the
/// program that it runs: it is reported as such, in one line.
pub(crate) fn guarded(command: impl FnOnce() -> Exit) -> ExitCode {
    // The place is all that a report needs beside the message; a backtrace is
    // still to be had by RUST_BACKTRACE, through the default hook.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|info| {
            let place = info
                .location()
                .map_or_else(String::new, |l| format!(" at {l}"));
            let message = info.payload_as_str().unwrap_or("panic").replace('\n', " ");
            let reason = format!("fault of the virtual machine itself{place}: {message}");
            crate::console::complain(&format!(
                "fault of the virtual machine itself{place}: {message}; please report it \
                 together with the program and this command line"
            ));
            crate::dump::write(&reason);
        }));
    }
    caught(command).into()
}

fn caught(command: impl FnOnce() -> Exit) -> Exit {
    catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::MachineFault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_fault_of_the_machine() {
        assert_eq!(caught(|| Exit::Chosen(9)), Exit::Chosen(9));
        let empty: Vec<u8> = Vec::new();
        assert_eq!(caught(|| Exit::Chosen(empty[1])), Exit::MachineFault);
    }
}
