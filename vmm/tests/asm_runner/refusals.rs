//! What assembler, verifier and linker say, held against the marks of a file.

use vmm::asm::Assembly;
use vmm::diag::{Diagnostic, Place, Severity};
use vmm::program::Module;
use vmm::verify::{problems, verify};
use vmm::vm::{LoadError, VmMode};

use crate::bless::Edits;
use crate::machine::{Configuration, Machine};
use crate::script::{Complaint, Mark, Script};

/// Diagnostics that nobody expects, as complaints.
pub(crate) fn complaints(found: &[Diagnostic]) -> Vec<Complaint> {
    found.iter().map(|d| (line_of(d), d.to_string())).collect()
}

/// Something refused: line, code, and the text it points at.
struct Found {
    line: usize,
    code: String,
    at: Option<String>,
    warning: bool,
    shown: String,
}

/// Compares what is refused with what is marked, both ways.
pub(crate) fn check(
    script: &Script,
    assembled: &Result<Assembly, Vec<Diagnostic>>,
    load: bool,
    edits: &mut Edits,
) -> Vec<Complaint> {
    let found: Vec<Found> = match assembled {
        Err(diagnostics) => diagnostics
            .iter()
            .map(|d| of_diagnostic(script, d))
            .collect(),
        Ok(assembly) => {
            let mut found: Vec<Found> = assembly
                .warnings
                .iter()
                .map(|d| of_diagnostic(script, d))
                .collect();
            for module in &assembly.modules {
                let refused = problems(module);
                if load && refused.is_empty() {
                    found.extend(link(script, assembly, module));
                }
                let located = refused.into_iter().map(|d| assembly.map.locate(d));
                found.extend(located.map(|d| of_diagnostic(script, &d)));
            }
            found
        }
    };
    compare(script, &found, edits)
}

fn compare(script: &Script, found: &[Found], edits: &mut Edits) -> Vec<Complaint> {
    let mut left: Vec<&Mark> = script.marks.iter().collect();
    let mut wrong = Vec::new();
    for problem in found {
        let same = |mark: &&Mark| {
            mark.line == problem.line
                && mark.code == problem.code
                && mark.warning == problem.warning
                && (mark.at.is_none() || mark.at == problem.at)
        };
        match left.iter().position(same) {
            Some(at) => drop(left.remove(at)),
            None => {
                wrong.push((problem.line, format!("not expected: {}", problem.shown)));
                let text = script
                    .text
                    .lines()
                    .nth(problem.line - 1)
                    .unwrap_or_default();
                let bare = text.split(";~").next().unwrap_or_default().trim_end();
                let kind = if problem.warning { "warning" } else { "error" };
                let blessed = format!("{bare:<43} ;~ {kind} {}", problem.code);
                edits.replace(problem.line, vec![blessed]);
            }
        }
    }
    for mark in left {
        let at = mark
            .at
            .as_ref()
            .map_or_else(String::new, |at| format!(" at `{at}`"));
        wrong.push((
            mark.line,
            format!("expected {}{at}, which nobody says", mark.code),
        ));
    }
    wrong
}

fn of_diagnostic(script: &Script, diagnostic: &Diagnostic) -> Found {
    let at = match &diagnostic.place {
        Place::Source { span, .. } => script
            .text
            .get(span.start as usize..span.end as usize)
            .map(str::to_owned),
        _ => None,
    };
    Found {
        line: line_of(diagnostic),
        code: diagnostic.code.to_owned(),
        at,
        warning: diagnostic.severity == Severity::Warning,
        shown: diagnostic.to_string(),
    }
}

fn line_of(diagnostic: &Diagnostic) -> usize {
    match &diagnostic.place {
        Place::Source { line, .. } => *line as usize,
        _ => 1,
    }
}

/// What the linker says about a class that verifies.
fn link(script: &Script, assembly: &Assembly, module: &Module) -> Option<Found> {
    let class = verify(module.clone()).ok()?;
    let configuration = Configuration {
        mode: VmMode::Parallel,
        timeslice: None,
        zeal: false,
        workers: 1,
    };
    let mut machine = Machine::new(configuration, &script.options, None);
    let problem = match machine.vm().load(&class).err()? {
        LoadError::Unlinked(problem) => *problem,
        other => Diagnostic::error("L00", other.to_string(), Place::Whole),
    };
    Some(of_diagnostic(script, &assembly.map.locate(problem)))
}
