//! What rules are: each takes the table and a tree and gives its complaints:
//! file, line, rule, what is wrong and what to do.

use std::fmt;

/// Something that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) path: String,
    /// From 1; 0 stands for the whole file.
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    pub(crate) message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: ", self.path)?,
            line => write!(f, "{}:{line}: ", self.path)?,
        }
        write!(f, "[{}] {}", self.rule, self.message)
    }
}

pub(crate) fn complain(path: &str, line: usize, rule: &'static str, message: String) -> Complaint {
    Complaint {
        path: path.to_owned(),
        line,
        rule,
        message,
    }
}

pub(crate) use super::files::*;
pub(crate) use super::imports::*;
pub(crate) use super::map::*;
pub(crate) use super::spec::*;
