//! docs/supervision.md tells the truth: every `ionasm` block is run, in both modes, and shows
//! the `text` block behind it, standard output and error as a terminal mixes them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// A program of the page, the line it begins in, and what it shows.
struct Sample {
    line: usize,
    program: String,
    shows: String,
}

fn samples(page: &str) -> Vec<Sample> {
    let mut found: Vec<Sample> = Vec::new();
    let mut line = 1;
    let mut of_a_program = false;
    for (i, part) in page.split("\n```").enumerate() {
        if i % 2 == 1 {
            let (kind, body) = part.split_once('\n').unwrap();
            match kind {
                "ionasm" => found.push(Sample {
                    line: line + 1,
                    program: format!("{body}\n"),
                    shows: String::new(),
                }),
                // What a block of another language shows is not tested here.
                "text" if of_a_program => {
                    let sample = found.last_mut().unwrap();
                    assert!(sample.shows.is_empty(), "line {line}: of which program?");
                    sample.shows = format!("{body}\n");
                }
                _ => {}
            }
            of_a_program = kind == "ionasm";
        }
        line += part.matches('\n').count() + 1;
    }
    found
}

#[test]
fn every_program_of_the_page_shows_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/supervision.md")).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("supervision");
    fs::create_dir_all(&folder).unwrap();
    let samples = samples(&page);
    // A page that lost its programs would pass without running anything.
    assert!(samples.len() >= 6, "{} programs", samples.len());
    for (number, sample) in samples.iter().enumerate() {
        let file = folder.join(format!("{number}.ionasm"));
        fs::write(&file, &sample.program).unwrap();
        for mode in ["", "--stepped "] {
            let line = format!(
                "'{}' {mode}'{}' 2>&1",
                env!("CARGO_BIN_EXE_ionvm"),
                file.display()
            );
            let output = Command::new("sh")
                .args(["-c", &line])
                .env("NO_COLOR", "1")
                .output()
                .unwrap();
            let shown = String::from_utf8(output.stdout).unwrap();
            assert_eq!(shown, sample.shows, "supervision.md:{} {mode}", sample.line);
        }
    }
}
