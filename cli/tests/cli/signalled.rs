//! What runs do when the system speaks to them: signals, readers that leave, full disks.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::tool::{Scratch, signal};

#[test]
fn signals_are_130_and_143() {
    let at = Scratch::new("signals");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, \"ready\"
    call_native r1, @io.println, r0
    load_const  r0, 1
    sleep       r0
again:
    jump        again
",
    );
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = at.until_ready();
        signal(name, &child);
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn a_dump_is_asked_for_by_a_signal_and_is_for_its_owner_alone() {
    let at = Scratch::new("dump");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, \"ready\"
    call_native r1, @io.println, r0
    load_const  r0, 600000
    sleep       r0
",
    );
    let mut child = at.until_ready();
    signal("-USR1", &child);
    let mut said = String::new();
    let stderr = child.stderr.take().unwrap();
    BufReader::new(stderr).read_line(&mut said).unwrap();
    signal("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(143));
    let path = said.trim().strip_prefix("crash dump written to ").unwrap();
    let path = at.path(path);
    let dump = std::fs::read_to_string(&path).unwrap();
    for part in [
        "reason: asked for by SIGUSR1\n",
        "processes: 1\n",
        "#process<1> waiting in Main.main/0, instruction 3",
    ] {
        assert!(dump.contains(part), "{dump}");
    }
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let shown = at.ionvm(&format!("dump {name}")).code(0).out;
    for part in [
        "reason: asked for by SIGUSR1\n",
        "1 processes: 0 executing, 0 runnable, 1 waiting\n",
        "#process<1> waiting in Main.main/0, instruction 3",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_reader_who_goes_away_ends_the_run_quietly() {
    let at = Scratch::new("pipe");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, \"line\"
again:
    call_native r1, @io.println, r0
    jump        again
",
    );
    let mut child = at
        .command("a.ionasm")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 5];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let at = Scratch::new("full");
    at.file(
        "a.ionasm",
        "
.class Main
.function main arity=0
    load_const  r0, \"line\"
    call_native r1, @io.println, r0
    return      r0
",
    );
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = at.command("a.ionasm").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("standard output takes no more"), "{said}");
}
