//! The `--allow-*` flags: what a program may do outside of the machine.
//!
//! A flag alone grants all of its kind, one with a value what the value names;
//! it may be given several times. Nothing is granted by what a package asks for.

use clap::Args;
use vmm::rights::{Grants, Right, RightError, RightKind};

/// What is granted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rights")]
pub(crate) struct Allowed {
    /// Let the program load classes while it runs
    #[arg(long, global = true)]
    allow_code: bool,
    /// ... take random numbers that cannot be foretold
    #[arg(long, global = true)]
    allow_entropy: bool,
    /// ... read this environment variable, or all
    #[arg(long, global = true, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_env: Vec<String>,
    /// ... call this native library of its package, or all
    #[arg(long, global = true, value_name = "LIBRARY", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_ffi: Vec<String>,
    /// ... read files at and below this path, or all
    #[arg(long, global = true, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_fs_read: Vec<String>,
    /// ... change files at and below this path, or all
    #[arg(long, global = true, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_fs_write: Vec<String>,
    /// ... connect to this host, or all
    #[arg(long, global = true, value_name = "HOST[:PORT]", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_net: Vec<String>,
    /// ... read the date and time of day
    #[arg(long, global = true)]
    allow_time_wall: bool,
}

impl Allowed {
    /// The grants that the flags stand for.
    pub(crate) fn grants(&self) -> Result<Grants, RightError> {
        let mut grants = Grants::none();
        for (kind, given) in [
            (RightKind::Code, self.allow_code),
            (RightKind::Entropy, self.allow_entropy),
            (RightKind::TimeWall, self.allow_time_wall),
        ] {
            if given {
                grants.allow(Right::new(kind, None)?);
            }
        }
        for (kind, arguments) in [
            (RightKind::Env, &self.allow_env),
            (RightKind::Ffi, &self.allow_ffi),
            (RightKind::FsRead, &self.allow_fs_read),
            (RightKind::FsWrite, &self.allow_fs_write),
            (RightKind::Net, &self.allow_net),
        ] {
            for argument in arguments {
                let argument = Some(argument.as_str()).filter(|a| !a.is_empty());
                grants.allow(Right::new(kind, argument)?);
            }
        }
        Ok(grants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        allowed: Allowed,
    }

    fn grants(line: &str) -> Result<Grants, RightError> {
        Line::parse_from(line.split(' ')).allowed.grants()
    }

    #[test]
    fn flags_grant_what_they_name_and_nothing_else() {
        for kind in RightKind::ALL {
            let all = Right::new(kind, None).unwrap();
            let granted = grants(&format!("x {}", all.flag())).unwrap();
            for other in RightKind::ALL {
                let wanted = Right::new(other, None).unwrap();
                assert_eq!(
                    granted.permits(&wanted),
                    other == kind,
                    "{kind:?} {other:?}"
                );
            }
        }
        let granted = grants("x --allow-fs-read=/data --allow-fs-read=/etc").unwrap();
        for (wanted, permitted) in [
            ("fs.read:/data/a", true),
            ("fs.read:/etc", true),
            ("fs.read:/home", false),
            ("fs.read", false),
            ("fs.write:/data", false),
        ] {
            assert_eq!(
                granted.permits(&wanted.parse().unwrap()),
                permitted,
                "{wanted}"
            );
        }
        assert!(grants("x --allow-fs-read=../up").is_err());
        assert_eq!(grants("x").unwrap(), Grants::none());
    }
}
