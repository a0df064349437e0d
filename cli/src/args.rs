//! The command line of `ionvm`.
//!
//! `ionvm FILE` is `ionvm run FILE`; options stand before or after the word of
//! the sub-command, and everything after FILE belongs to the program.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use vmm::trace::{Topic, Topics};

use crate::grants::Allowed;

/// Runs and builds programs for the IonVM virtual machine.
#[derive(Debug, Parser)]
#[command(
    name = "ionvm",
    version,
    args_conflicts_with_subcommands = false,
    subcommand_negates_reqs = true,
    subcommand_precedence_over_arg = true,
    arg_required_else_help = true,
    override_usage = "ionvm [OPTIONS] FILE [ARGS]\n       ionvm [OPTIONS] COMMAND ...",
    after_help = "`ionvm FILE` is `ionvm run FILE`. Exit codes: 0 done, 1 the program failed, \
                  2 usage, 3 not loaded, 4 a limit or time-out, 5 deadlock, 70 a fault of the \
                  machine itself, 130 interrupted, 143 terminated."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) program: Option<Program>,
    #[command(flatten)]
    pub(crate) options: RunOptions,
}

/// What to run.
#[derive(Clone, Debug, Args)]
pub(crate) struct Program {
    /// A `.ionpack`, `.ionc` or `.ionasm` file or a package folder, and the
    /// program's arguments
    #[arg(
        value_name = "FILE [ARGS]",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = false
    )]
    words: Vec<OsString>,
}

impl Program {
    /// The file.
    pub(crate) fn file(&self) -> PathBuf {
        self.words.first().map(PathBuf::from).unwrap_or_default()
    }

    /// What the program gets; text that is not Unicode is made so.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let words = self.words.iter().skip(1);
        words
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }
}

/// What to do instead of running a file.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program; the word may be left out
    Run {
        #[command(flatten)]
        program: Program,
    },
    /// Show a package's manifest and contents, or a class's functions
    Info {
        /// What to look at
        file: PathBuf,
    },
    /// Read and verify without running
    Verify {
        /// What to verify
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Report each problem as a line of JSON on standard output
        #[arg(long)]
        json: bool,
    },
    /// Assemble a text to class files, or to a package
    Asm {
        /// The assembly text
        file: PathBuf,
        /// A `.ionc` file, a `.ionpack` file, or a folder for one class file
        /// each; beside the text if left out
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
    },
    /// Build a package from a folder of the same layout
    Pack {
        /// The folder
        folder: PathBuf,
        /// The package; `NAME-VERSION.ionpack` if left out
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
    },
    /// Make the folder of a package that runs, to begin with
    New {
        /// The folder; its last part is the package's name
        #[arg(value_name = "NAME")]
        folder: PathBuf,
    },
    /// Show what a crash dump tells: a summary, or what the options ask for
    Dump {
        /// The dump
        file: PathBuf,
        #[command(flatten)]
        options: DumpOptions,
    },
    /// The manual of an instruction or a native function
    Doc {
        /// Its name, or a package for the natives of its libraries; without one, all are listed
        name: Option<String>,
    },
    /// What a diagnostic code means, and how to mend it
    Explain {
        /// The code, such as V07; without one, all are listed
        code: Option<String>,
    },
}

/// What to show of a crash dump.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DumpOptions {
    /// The processes that have most of this
    #[arg(long, value_name = "WHAT")]
    pub(crate) sort: Option<Measure>,
    /// How many lines a list has; 10 if left out
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// Everything about one process, by number or name
    #[arg(long, value_name = "PROCESS")]
    pub(crate) process: Option<String>,
    /// Who waits for whom
    #[arg(long)]
    pub(crate) waits: bool,
    /// Who has which name
    #[arg(long)]
    pub(crate) names: bool,
}

/// Of what processes have more or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Measure {
    /// Bytes of memory.
    Memory,
    /// Messages that were not taken.
    Messages,
    /// Work that was done.
    Reductions,
}

/// How to run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Running")]
pub(crate) struct RunOptions {
    /// Tell on standard error what happens: loading, spawns, exits, crashes, messages,
    /// sched, instructions; all if none is named
    #[arg(
        long,
        global = true,
        value_name = "TOPICS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_parser = topics
    )]
    pub(crate) debug: Option<Topics>,
    /// Run deterministically: round-robin, budgets in single instructions, a
    /// clock of its own
    #[arg(long, global = true)]
    pub(crate) stepped: bool,
    /// Budget of a turn: instructions with --stepped, else reductions
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) timeslice: Option<u32>,
    /// Threads that run processes; without it, one a core. With --stepped there
    /// is one
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) schedulers: Option<u32>,
    /// Seed of everything random
    #[arg(long, global = true, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// With --stepped: an order of turns that follows from N instead of round-robin
    #[arg(long, global = true, value_name = "N")]
    pub(crate) shuffle: Option<u64>,
    /// Memory of one process: bytes, or with K, M, G
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_heap: Option<usize>,
    /// Memory of all processes and messages together: bytes, or with K, M, G
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_memory: Option<usize>,
    /// Folder for crash dumps (SIGUSR1 asks for one), instead of the current one
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) dump_dir: Option<PathBuf>,
    /// Processes alive at once
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_processes: Option<u64>,
    /// Messages that are to be sent later, at once
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u64).range(0..))]
    pub(crate) max_timers: Option<u64>,
    /// End the run when all processes together have used so many reductions, or instructions
    /// with --stepped
    #[arg(long, global = true, value_name = "N")]
    pub(crate) max_reductions: Option<u64>,
    /// End the run after this time on its own clock: seconds, or with ms, s, m, h
    #[arg(long, global = true, value_name = "TIME", value_parser = span)]
    pub(crate) timeout: Option<u64>,
    /// Print the result to standard output, as IonVM shows it or as JSON
    #[arg(
        long,
        global = true,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "show"
    )]
    pub(crate) result: Option<ResultForm>,
    /// Do not show the result
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) allowed: Allowed,
}

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ResultForm {
    /// As IonVM shows values.
    Show,
    /// As JSON.
    Json,
}

/// `sched,messages`; all topics if there is none.
fn topics(text: &str) -> Result<Topics, String> {
    if text.is_empty() {
        return Ok(Topics::ALL);
    }
    text.split(',').try_fold(Topics::NONE, |set, word| {
        let found = Topic::ALL.iter().find(|(_, name)| *name == word);
        let Some((topic, _)) = found else {
            let there: Vec<_> = Topic::ALL.iter().map(|(_, name)| *name).collect();
            return Err(format!(
                "there is no topic `{word}`; there is: {}",
                there.join(", ")
            ));
        };
        Ok(set.with(*topic))
    })
}

/// `64M`: bytes.
fn size(text: &str) -> Result<usize, String> {
    let (digits, unit) = split(text);
    let shift = match unit
        .to_ascii_lowercase()
        .trim_end_matches("ib")
        .trim_end_matches('b')
    {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => {
            return Err(format!(
                "`{unit}` is no unit of size; use K, M or G, as in 64M"
            ));
        }
    };
    let count: usize = digits
        .parse()
        .map_err(|_| "a whole number of bytes, K, M or G, as in 64M".to_owned())?;
    count
        .checked_mul(1 << shift)
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| "more than nothing and less than this machine can address".to_owned())
}

/// `1.5s`: nanoseconds.
fn span(text: &str) -> Result<u64, String> {
    let (digits, unit) = split(text);
    let second = 1e9;
    let factor = match unit {
        "" | "s" => second,
        "ms" => second / 1e3,
        "us" => second / 1e6,
        "m" => second * 60.0,
        "h" => second * 3600.0,
        _ => {
            return Err(format!(
                "`{unit}` is no unit of time; use ms, s, m or h, as in 500ms"
            ));
        }
    };
    let count: f64 = digits
        .parse()
        .map_err(|_| "a number with ms, s, m or h, as in 500ms".to_owned())?;
    // The cast cuts what is past 584 years.
    Ok((count * factor).round() as u64)
}

/// Digits, and what follows them.
fn split(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Cli {
        match Cli::try_parse_from(line.split(' ')) {
            Ok(cli) => cli,
            Err(error) => panic!("{line}: {error}"),
        }
    }

    fn refused(line: &str) -> String {
        match Cli::try_parse_from(line.split(' ')) {
            Ok(cli) => panic!("{line}: {cli:?}"),
            Err(error) => error.to_string(),
        }
    }

    /// What is run, with which arguments, under which options.
    fn run(line: &str) -> (PathBuf, Vec<String>, RunOptions) {
        let cli = parse(line);
        let program = match cli.command {
            Some(Command::Run { program }) => program,
            None => cli.program.unwrap(),
            Some(other) => panic!("{line}: {other:?}"),
        };
        (program.file(), program.arguments(), cli.options)
    }

    #[test]
    fn the_word_run_may_be_left_out() {
        for line in [
            "ionvm --stepped x.ionasm a b",
            "ionvm run --stepped x.ionasm a b",
            "ionvm --stepped run x.ionasm a b",
        ] {
            let (file, arguments, options) = run(line);
            assert_eq!(file, PathBuf::from("x.ionasm"), "{line}");
            assert_eq!(arguments, ["a", "b"], "{line}");
            assert!(options.stepped, "{line}");
        }
    }

    #[test]
    fn what_follows_the_file_belongs_to_the_program() {
        for line in [
            "ionvm x.ionasm --stepped info -- -q",
            "ionvm run x.ionasm --stepped info -- -q",
        ] {
            let (_, arguments, options) = run(line);
            assert_eq!(arguments, ["--stepped", "info", "--", "-q"], "{line}");
            assert!(!options.stepped && !options.quiet, "{line}");
        }
    }

    #[test]
    fn values_of_options_may_be_left_out_where_they_may() {
        let (file, _, options) = run("ionvm --debug --result x.ionasm");
        assert_eq!(file, PathBuf::from("x.ionasm"));
        assert_eq!(options.debug, Some(Topics::ALL));
        assert_eq!(options.result, Some(ResultForm::Show));
        let (_, _, options) = run("ionvm --debug=sched,exits --result=json x.ionasm");
        let wanted = Topics::NONE.with(Topic::Sched).with(Topic::Exits);
        assert_eq!(options.debug, Some(wanted));
        assert_eq!(options.result, Some(ResultForm::Json));
        assert!(refused("ionvm --debug=loud x").contains("loading"));
    }

    #[test]
    fn sizes_and_times_have_units() {
        let heap = |text| run(&format!("ionvm --max-heap {text} x")).2.max_heap;
        assert_eq!(heap("1"), Some(1));
        assert_eq!(heap("64M"), Some(64 << 20));
        assert_eq!(heap("2GiB"), Some(2 << 30));
        let time = |text| run(&format!("ionvm --timeout {text} x")).2.timeout;
        assert_eq!(time("2"), Some(2_000_000_000));
        assert_eq!(time("1.5ms"), Some(1_500_000));
        for wrong in [
            "--max-heap 0",
            "--max-heap M",
            "--max-heap 3X",
            "--timeout -1",
            "--timeout 3y",
        ] {
            refused(&format!("ionvm {wrong} x"));
        }
    }

    #[test]
    fn the_command_line_itself_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
