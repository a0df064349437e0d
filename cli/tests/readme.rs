//! README.md tells the truth: every session it shows is run, and shows what it
//! says; so do the packages in `examples/`.
//!
//! An `asm` block begins with a comment that names its file. In a `console`
//! block a line after `$ ` is a command and the lines after it are what it
//! shows, standard output and error as a terminal mixes them. Commands of other
//! tools (`pip`, `python`, `./test`) are not run here; what needs them is left
//! to the tests of the Python package.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One command of the README and what it is said to show.
struct Session {
    command: String,
    shows: String,
}

/// What README.md says.
struct Readme {
    /// Names and texts of files.
    files: Vec<(String, String)>,
    sessions: Vec<Session>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn readme() -> Readme {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let mut read = Readme {
        files: Vec::new(),
        sessions: Vec::new(),
    };
    for block in text.split("\n```").skip(1).step_by(2) {
        let (kind, body) = block.split_once('\n').unwrap();
        match kind {
            "asm" => {
                let name = body.lines().next().unwrap().trim_start_matches("; ");
                read.files.push((name.to_owned(), format!("{body}\n")));
            }
            "console" => {
                for line in body.lines() {
                    if let Some(command) = line.strip_prefix("$ ") {
                        read.sessions.push(Session {
                            command: command.to_owned(),
                            shows: String::new(),
                        });
                    } else {
                        let session = read.sessions.last_mut().unwrap();
                        session.shows.push_str(line);
                        session.shows.push('\n');
                    }
                }
            }
            _ => {}
        }
    }
    read
}

/// What a shell in `folder` shows for a command line.
fn shown(folder: &Path, line: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("{line} 2>&1")])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_session_of_the_readme_shows_what_it_says() {
    let ionvm = env!("CARGO_BIN_EXE_ionvm");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let readme = readme();
    for (name, text) in &readme.files {
        fs::write(folder.join(name), text).unwrap();
    }
    let mut ran = Vec::new();
    for session in &readme.sessions {
        let line = &session.command;
        let found = if let Some(words) = line.strip_prefix("cargo run --release -- ") {
            shown(&root(), &format!("'{ionvm}' {words}"))
        } else if let Some(words) = line.strip_prefix("./target/release/ionvm ")
            && !words.contains(".ionpack")
        {
            shown(&folder, &format!("'{ionvm}' {words}"))
        } else {
            continue;
        };
        assert_eq!(found, session.shows, "$ {line}");
        ran.push(line.as_str());
    }
    // A README that lost its sessions would pass without running anything.
    assert!(
        ran.len() >= 3 && ran.contains(&"cargo run --release -- run examples/hello"),
        "only these were run: {ran:?}"
    );
}

#[test]
fn the_worker_squares_what_it_is_sent() {
    let line = format!("'{}' run examples/worker", env!("CARGO_BIN_EXE_ionvm"));
    assert_eq!(shown(&root(), &line), "4\n49\n225\n=> 225\n");
    let stepped = format!("{line} --stepped");
    assert_eq!(shown(&root(), &stepped), "4\n49\n225\n=> 225\n");
}

#[test]
fn shapes_and_formulas_come_to_what_they_say() {
    for (name, lines) in [
        (
            "shapes",
            &[
                "rectangle 3 x 4: area 12, 4 corners",
                "circle of radius 2: area 12.57, 0 corners",
                "rectangle 1 x 1, a square: area 1, 4 corners",
                "rectangle 1 x 1, a square, 3 times as long, 2 times as long: area 36, 4 corners",
                "=> 61.57",
            ][..],
        ),
        (
            "formulas",
            &[
                "2 * x + 1  has the slope  2",
                "3 * x * x + 2 * x + 1  has the slope  3 * x + 3 * x + 2",
                "(x + 1) * (x + 1)  has the slope  x + 1 + x + 1",
                "(x + 0 * x) * 1  has the slope  1",
                "7 +  has an unexpected  end  at place  3",
                "x * (2 + y)  has an unexpected  y  at place  9",
                "(x + 2) * x * 5  has the slope  (x + x + 2) * 5",
                "=> 40",
            ][..],
        ),
    ] {
        for mode in ["", " --stepped"] {
            let line = format!(
                "'{}' run examples/{name}{mode}",
                env!("CARGO_BIN_EXE_ionvm")
            );
            assert_eq!(
                shown(&root(), &line),
                format!("{}\n", lines.join("\n")),
                "{line}"
            );
        }
    }
}

#[test]
fn the_pool_goes_on_when_a_job_ends_a_worker() {
    for mode in ["", " --stepped"] {
        // What the supervisor says of it on standard error names processes.
        let line = format!(
            "sh -c \"'{}' run examples/pool{mode} 2>/dev/null\"",
            env!("CARGO_BIN_EXE_ionvm")
        );
        let lines = [
            "100 / 5 = 20",
            "100 / 7 = 14",
            "100 / 0 cannot be done: int_div of an integer by zero: test the divisor, or use numbers",
            "100 / 20 = 5",
            "100 / 50 = 2",
            "100 / 3 = 33",
        ];
        assert_eq!(
            shown(&root(), &line),
            format!("{}\n", lines.join("\n")),
            "{line}"
        );
    }
}
