//! The only door to the outside: time, chance, output, what came with the program, who runs next.
//!
//! Whatever a program does not determine itself comes in through one of these
//! traits, so that stepped mode, simulation and replay are implementations and
//! not modes scattered through the machine. Nothing else reads a clock, draws
//! a random number or writes to a stream.
//!
//! # Invariants
//! O1. A monotonic clock never goes back.
//! O2. One call of [`Console::write`] is one piece: pieces of different
//!     processes never mix.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the door to the system's clocks"
)]

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::sync::Mutex;

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: what the program says.
    Out,
    /// Standard error: what it says about itself.
    Err,
}

/// Time.
pub trait Clock: Send + Sync {
    /// Nanoseconds since some fixed moment, never going back.
    fn monotonic_ns(&self) -> u64;
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    fn wall_ns(&self) -> u64;
    /// Moves a virtual clock forward by `ns`; a real clock ignores it.
    fn advance(&self, ns: u64);
    /// Whether time passes only by [`Clock::advance`].
    fn is_virtual(&self) -> bool;
}

/// Chance.
pub trait Entropy: Send + Sync {
    /// 64 random bits.
    fn next_u64(&self) -> u64;
}

/// Who runs next, where more than one could.
pub trait Choice: Send {
    /// An index below `runnable`, which is at least 1. Index 0 is the one that
    /// has waited longest.
    fn pick(&mut self, runnable: usize) -> usize;
}

/// Memory that this program may have in bytes: what the system has in all, or
/// what its control group allows, if that is less. As much as can be named if
/// the system does not tell.
#[must_use]
pub fn memory_bytes() -> u64 {
    let read = |path| std::fs::read_to_string(path).ok();
    let system = read("/proc/meminfo").and_then(|text| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("MemTotal:"))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    });
    let group = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    let known = system.into_iter().chain(group);
    known.min().unwrap_or(u64::MAX)
}

/// How many threads this program may run at once, at least 1.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A folder that is new, is this user's alone, and is gone with this value: for what has
/// to be a file to be used.
#[derive(Debug)]
pub struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// A new one, where the system keeps what is temporary.
    ///
    /// # Errors
    /// None can be made.
    pub fn new() -> std::io::Result<PrivateFolder> {
        let chance = SeededEntropy::from_system();
        let mut tries = 0;
        loop {
            let name = format!("ionvm-{}-{:016x}", std::process::id(), chance.next_u64());
            let path = std::env::temp_dir().join(name);
            let mut folder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
            tries += 1;
            // What is there already, a link too, is somebody else's.
            match folder.create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && tries < 16 => {}
                made => return made.map(|()| PrivateFolder(path)),
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it, which must not be there yet.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
        let path = self.0.join(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?.write_all(bytes)?;
        Ok(path)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Whatever stays behind is this user's alone.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Output.
pub trait Console: Send + Sync {
    /// Writes a piece of text.
    ///
    /// # Errors
    /// The stream is closed or full.
    fn write(&self, stream: Stream, text: &str) -> std::io::Result<()>;
    /// Makes sure that everything written is out.
    ///
    /// # Errors
    /// As [`Console::write`].
    fn flush(&self) -> std::io::Result<()>;

    /// The octets of the next line of input, its end included, or of the beginning of one that is longer than `most`:
    /// then some more than that. Nothing at the end of the input, where a console without any always is.
    ///
    /// # Errors
    /// The input cannot be read.
    fn read_line(&self, _most: usize) -> std::io::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

/// The real path of something, with links followed, as far as it exists; none if that is no text.
#[must_use]
pub fn real_path(path: &str) -> Option<String> {
    let whole = std::path::absolute(path).ok()?;
    let there = whole
        .ancestors()
        .find_map(|part| Some((part, part.canonicalize().ok()?)));
    let (part, real) = there?;
    let rest = whole.strip_prefix(part).ok()?;
    let real = match rest.as_os_str().is_empty() {
        true => real,
        false => real.join(rest),
    };
    real.into_os_string().into_string().ok()
}

/// What came with the program: files that are data to it. A machine whose program came
/// without any has [`NoResources`].
pub trait Resources: Send + Sync {
    /// Their paths, sorted.
    fn list(&self) -> Vec<String>;
    /// The contents of one; none if there is no such path.
    ///
    /// # Errors
    /// It is there and cannot be read; the text says why.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;
}

/// Nothing came with the program.
#[derive(Debug, Default)]
pub struct NoResources;

impl Resources for NoResources {
    fn list(&self) -> Vec<String> {
        Vec::new()
    }
    fn read(&self, _path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// Other nodes. A machine without any has [`NoPeers`].
pub trait Peers: Send + Sync {
    /// Hands bytes for a process of another node over.
    ///
    /// # Errors
    /// There is no such node.
    fn send(&self, node: u64, bytes: &[u8]) -> Result<(), NoSuchNode>;
}

/// The node is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchNode(pub u64);

/// The system's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn monotonic_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
    fn wall_ns(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }
    fn advance(&self, _ns: u64) {}
    fn is_virtual(&self) -> bool {
        false
    }
}

/// A clock that moves only when told to; starts at a fixed moment.
#[derive(Debug, Default)]
pub struct VirtualClock {
    now: Mutex<u64>,
}

/// Wall time at the start of a virtual clock: 2000-01-01 00:00 UTC, in nanoseconds since 1970.
pub const VIRTUAL_EPOCH_NS: u64 = 946_684_800 * 1_000_000_000;

impl VirtualClock {
    fn now(&self) -> u64 {
        self.now.lock().map_or(0, |now| *now)
    }
}

impl Clock for VirtualClock {
    fn monotonic_ns(&self) -> u64 {
        self.now()
    }
    fn wall_ns(&self) -> u64 {
        VIRTUAL_EPOCH_NS + self.now()
    }
    fn advance(&self, ns: u64) {
        if let Ok(mut now) = self.now.lock() {
            *now = now.saturating_add(ns);
        }
    }
    fn is_virtual(&self) -> bool {
        true
    }
}

/// Random bits that follow from a seed: SplitMix64 (G. Steele, D. Lea, C. Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Debug)]
pub struct SeededEntropy {
    state: Mutex<u64>,
}

impl SeededEntropy {
    /// The sequence of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        SeededEntropy {
            state: Mutex::new(seed),
        }
    }

    /// A sequence that no program can guess from the outside: the seed comes
    /// from the standard library's per-process random keys.
    #[must_use]
    pub fn from_system() -> Self {
        use std::hash::{BuildHasher as _, RandomState};
        SeededEntropy::new(RandomState::new().hash_one(0_u8))
    }
}

impl Entropy for SeededEntropy {
    fn next_u64(&self) -> u64 {
        let Ok(mut state) = self.state.lock() else {
            return 0;
        };
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The one that has waited longest: strict round-robin.
#[derive(Debug, Default)]
pub struct RoundRobin;

impl Choice for RoundRobin {
    fn pick(&mut self, _runnable: usize) -> usize {
        0
    }
}

/// A random order that follows from a seed.
#[derive(Debug)]
pub struct Shuffle {
    entropy: SeededEntropy,
}

impl Shuffle {
    /// The order of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Shuffle {
            entropy: SeededEntropy::new(seed),
        }
    }
}

impl Choice for Shuffle {
    fn pick(&mut self, runnable: usize) -> usize {
        (self.entropy.next_u64() % (runnable.max(1) as u64)) as usize
    }
}

/// The process's own standard streams; output is buffered until a flush, a
/// full buffer, or a write to the other stream. On a terminal somebody waits
/// for every piece, so there nothing is kept back.
#[derive(Debug)]
pub struct SystemConsole {
    out: Mutex<Vec<u8>>,
    on_terminal: bool,
}

impl Default for SystemConsole {
    fn default() -> Self {
        SystemConsole {
            out: Mutex::default(),
            on_terminal: std::io::stdout().is_terminal(),
        }
    }
}

/// Bytes of standard output that are kept before they are written.
const CONSOLE_BUFFER_BYTES: usize = 8 * 1024;

impl Console for SystemConsole {
    fn write(&self, stream: Stream, text: &str) -> std::io::Result<()> {
        let mut out = self
            .out
            .lock()
            .map_err(|_| std::io::Error::other("console lock"))?;
        match stream {
            Stream::Out => {
                out.extend_from_slice(text.as_bytes());
                if self.on_terminal || out.len() >= CONSOLE_BUFFER_BYTES {
                    drain(&mut out)?;
                }
                Ok(())
            }
            Stream::Err => {
                drain(&mut out)?;
                std::io::stderr().write_all(text.as_bytes())
            }
        }
    }

    fn flush(&self) -> std::io::Result<()> {
        let mut out = self
            .out
            .lock()
            .map_err(|_| std::io::Error::other("console lock"))?;
        drain(&mut out)
    }

    fn read_line(&self, most: usize) -> std::io::Result<Option<Vec<u8>>> {
        // The lock is held while the line comes, so lines of several readers never mix.
        let input = std::io::stdin().lock();
        let mut line = Vec::new();
        input.take(most as u64 + 2).read_until(b'\n', &mut line)?;
        Ok((!line.is_empty()).then_some(line))
    }
}

/// Writes what is kept; it is gone afterwards even if the stream refuses it.
fn drain(out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let result = stdout.write_all(out).and_then(|()| stdout.flush());
    out.clear();
    result
}

/// Keeps everything in memory: for tests and embedding.
#[derive(Debug, Default)]
pub struct MemoryConsole {
    texts: Mutex<(String, String)>,
    /// Input that was not read yet.
    input: Mutex<std::collections::VecDeque<u8>>,
}

impl MemoryConsole {
    /// Adds to the input that programs read.
    pub fn type_in(&self, text: &[u8]) {
        if let Ok(mut input) = self.input.lock() {
            input.extend(text);
        }
    }

    /// What was written so far: standard output, standard error.
    #[must_use]
    pub fn texts(&self) -> (String, String) {
        self.texts.lock().map(|t| t.clone()).unwrap_or_default()
    }
}

impl Console for MemoryConsole {
    fn write(&self, stream: Stream, text: &str) -> std::io::Result<()> {
        let mut texts = self
            .texts
            .lock()
            .map_err(|_| std::io::Error::other("console lock"))?;
        match stream {
            Stream::Out => texts.0.push_str(text),
            Stream::Err => texts.1.push_str(text),
        }
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
    fn read_line(&self, most: usize) -> std::io::Result<Option<Vec<u8>>> {
        let input = self.input.lock();
        let mut input = input.map_err(|_| std::io::Error::other("console lock"))?;
        let end = input.iter().position(|octet| *octet == b'\n');
        let end = end.map_or(input.len(), |at| at + 1).min(most + 2);
        let line: Vec<u8> = input.drain(..end).collect();
        Ok((!line.is_empty()).then_some(line))
    }
}

/// A machine that stands alone.
#[derive(Debug, Default)]
pub struct NoPeers;

impl Peers for NoPeers {
    fn send(&self, node: u64, _bytes: &[u8]) -> Result<(), NoSuchNode> {
        Err(NoSuchNode(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let clock = VirtualClock::default();
        assert_eq!(
            (clock.monotonic_ns(), clock.wall_ns()),
            (0, VIRTUAL_EPOCH_NS)
        );
        clock.advance(5);
        assert_eq!(clock.monotonic_ns(), 5);
    }

    #[test]
    fn a_seed_gives_one_sequence() {
        let (a, b) = (SeededEntropy::new(7), SeededEntropy::new(7));
        assert_eq!([a.next_u64(), a.next_u64()], [b.next_u64(), b.next_u64()]);
        // First output of SplitMix64 with seed 0, from the reference implementation.
        assert_eq!(SeededEntropy::new(0).next_u64(), 0xE220_A839_7B1D_CDAF);
    }
}
