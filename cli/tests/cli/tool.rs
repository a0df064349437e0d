//! Runs the tools in a folder of their own, and says what came of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder for one test, empty at its start.
pub(crate) struct Scratch(PathBuf);

/// What a tool did.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Its exit code; -1 if a signal ended it.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) out: String,
    /// Its standard error.
    pub(crate) err: String,
}

impl Scratch {
    /// The folder of the test of that name.
    pub(crate) fn new(test: &str) -> Scratch {
        // The folder is shared with the tests of other crates.
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("cli")
            .join(test);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    /// Writes a file, and the folders it lies in.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Scratch {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Where a file of that name lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Starts `a.ionasm` with its outputs piped, and waits until it has printed `ready`.
    #[cfg(unix)]
    pub(crate) fn until_ready(&self) -> std::process::Child {
        let mut child = self
            .command("a.ionasm")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = [0; 6];
        let stdout = child.stdout.as_mut().unwrap();
        std::io::Read::read_exact(stdout, &mut said).unwrap();
        assert_eq!(&said, b"ready\n");
        child
    }

    /// `ionvm` in this folder, to be started.
    pub(crate) fn command(&self, words: &str) -> Command {
        self.tool(env!("CARGO_BIN_EXE_ionvm"), words)
    }

    /// Runs `ionvm` in this folder, words split at spaces.
    pub(crate) fn ionvm(&self, words: &str) -> Seen {
        seen(&mut self.command(words))
    }

    /// Runs `iondis` likewise.
    pub(crate) fn iondis(&self, words: &str) -> Seen {
        seen(&mut self.tool(env!("CARGO_BIN_EXE_iondis"), words))
    }

    fn tool(&self, path: &str, words: &str) -> Command {
        let mut command = Command::new(path);
        command
            .args(words.split_whitespace())
            .current_dir(&self.0)
            .env_remove("RUST_BACKTRACE")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }
}

impl Seen {
    /// The exit code is this one, or else everything is shown.
    #[track_caller]
    pub(crate) fn code(self, wanted: i32) -> Seen {
        assert_eq!(self.code, wanted, "{self:#?}");
        self
    }

    /// Standard output is this, or else everything is shown.
    #[track_caller]
    pub(crate) fn out(self, wanted: &str) -> Seen {
        assert_eq!(self.out, wanted, "{self:#?}");
        self
    }

    /// Standard error is this, or else everything is shown.
    #[track_caller]
    pub(crate) fn err(self, wanted: &str) -> Seen {
        assert_eq!(self.err, wanted, "{self:#?}");
        self
    }

    /// Standard error says this somewhere, or else everything is shown.
    #[track_caller]
    pub(crate) fn says(self, wanted: &str) -> Seen {
        assert!(self.err.contains(wanted), "no {wanted:?} in {self:#?}");
        self
    }
}

/// Runs the body of a main function in a folder of the test's own.
pub(crate) fn run_main(test: &str, options: &str, body: &str) -> Seen {
    let at = Scratch::new(test);
    at.file(
        "a.ionasm",
        format!(".class Main\n.function main arity=0\n{body}\n"),
    );
    at.ionvm(&format!("{options} a.ionasm"))
}

/// Sends a signal, such as `-TERM`, to a tool that runs.
#[cfg(unix)]
pub(crate) fn signal(signal: &str, to: &std::process::Child) {
    let sent = Command::new("kill")
        .args([signal, &to.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn seen(command: &mut Command) -> Seen {
    let output = command.output().unwrap();
    Seen {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
