//! Crash dumps: a file that says what every process was doing, for people.
//!
//! One is written when SIGUSR1 asks for it, and when the machine itself fails. The file
//! is new, and only its owner may read it; where it is stands on standard error.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use vmm::host::{Clock as _, SystemClock};
use vmm::vm::Dumper;
use vmm::vm::dump::read::FIRST;

use crate::console::{complain, note};

/// How long a dump waits for processes to answer.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Of the machine that runs; a command runs one at most.
static RUNNING: OnceLock<(Dumper, PathBuf)> = OnceLock::new();

/// Dumps are made of this machine, in this folder.
pub(crate) fn attach(dumper: Dumper, folder: Option<&Path>) {
    let folder = folder.unwrap_or(Path::new("."));
    let _only_the_first = RUNNING.set((dumper, folder.to_owned()));
}

/// Writes a dump, if a machine runs, and says where.
pub(crate) fn write(reason: &str) {
    let Some((dumper, folder)) = RUNNING.get() else {
        return;
    };
    match try_write(dumper, folder, reason) {
        Ok(path) => note(&format!("crash dump written to {}\n", path.display())),
        Err(error) => complain(&format!(
            "no crash dump could be written in {}: {error}; name a folder with --dump-dir",
            folder.display()
        )),
    }
}

fn try_write(dumper: &Dumper, folder: &Path, reason: &str) -> io::Result<PathBuf> {
    let now = Duration::from_nanos(SystemClock::default().wall_ns());
    let name = format!("ionvm-{}-{}.dump", std::process::id(), now.as_millis());
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // First of all the file: without one nobody need be asked.
    let mut file = io::BufWriter::new(options.open(&path)?);
    let dump = dumper.dump(PATIENCE);
    writeln!(file, "{FIRST}")?;
    let reason: Vec<&str> = reason.lines().collect();
    writeln!(file, "reason: {}", reason.join(" "))?;
    writeln!(file, "version: {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(file, "seconds since 1970: {}", now.as_secs())?;
    writeln!(file, "command: {:?}", std::env::args().collect::<Vec<_>>())?;
    write!(file, "{dump}")?;
    file.flush()?;
    Ok(path)
}
