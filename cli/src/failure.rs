//! What is said about a main process that failed: why, the line of the source, the trace.
//!
//! The line comes from the text that a class was assembled from, or from the
//! source file that its debug information names: inside the package, or beside
//! the program.
//!
//! # Invariants
//! F1. Of source files only regular ones below the program's own folder are opened.

use std::path::{Component, Path};

use vmm::diag::{Place, Source, Span, show_place};
use vmm::ionpack::IonPackReader;
use vmm::vm::{Failure, TraceLine};

use crate::console::note;
use crate::load::{Kind, Program, kind_of, text};

/// Says why the main process failed.
pub(crate) fn tell(failure: &Failure, program: &Program, file: &Path) {
    let trace = failure.trace();
    let mut out = format!("error: the main process failed: {failure}\n");
    if let Some(excerpt) = trace.iter().find_map(|line| excerpt(line, program, file)) {
        out.push_str(&excerpt);
    }
    out.push_str(&failure.trace_text());
    note(&out);
}

/// The line of the source that a frame is at, if it can be found.
fn excerpt(at: &TraceLine, program: &Program, file: &Path) -> Option<String> {
    let (class, label) = program.classes.iter().find_map(|class| {
        let label = at.function.strip_prefix(&*class.name)?.strip_prefix('.')?;
        Some((class, label))
    })?;
    let mut functions = (0..).zip(&class.functions);
    let (_, function) = functions.find(|(i, function)| function.label(*i) == label)?;
    let mut maps = program.maps.iter();
    let assembled = maps.find_map(|map| {
        let place = map.find(&class.name, Some(label), Some(at.instruction))?;
        Some((map.source(), place))
    });
    let told = function
        .line_of(at.instruction)
        .filter(|entry| entry.line > 0);
    match (told, assembled) {
        // The source that the text was made from says more than the text.
        (Some(entry), assembled)
            if assembled
                .as_ref()
                .is_none_or(|(s, _)| s.name() != &*entry.file) =>
        {
            let text = source_text(&entry.file, file)?;
            let source = Source::new(&*entry.file, text);
            let place = place(&source, entry.line, entry.column)?;
            Some(show_place(&source, &place))
        }
        (_, Some((source, place))) => Some(show_place(source, &place)),
        _ => None,
    }
}

/// The rest of a line from a column on; from its first letter, if none is told.
fn place(source: &Source, line: u32, column: u32) -> Option<Place> {
    let text = source.line(line)?;
    let indent = text.chars().take_while(|c| c.is_whitespace()).count();
    let before = match column {
        0 => indent,
        column => column as usize - 1,
    };
    let start = source.offset(line)? as usize;
    let skipped: usize = text.chars().take(before).map(char::len_utf8).sum();
    Some(source.place(Span::new(start + skipped, start + text.len())))
}

/// The text of a source file that debug information names.
fn source_text(name: &str, program: &Path) -> Option<String> {
    let name = Path::new(name);
    if !name
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let folder = match kind_of(program).ok()? {
        Kind::Pack => {
            let bytes = IonPackReader::open(program).ok()?;
            return packed(bytes, name);
        }
        Kind::Folder => program.join("src"),
        Kind::Class | Kind::Text => match program.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new(".").to_owned(),
            parent => parent?.to_owned(),
        },
    };
    let path = folder.join(name).canonicalize().ok()?;
    let inside = path.starts_with(folder.canonicalize().ok()?);
    if !inside || !path.is_file() {
        return None;
    }
    text(&path).ok()
}

fn packed(mut pack: IonPackReader, name: &Path) -> Option<String> {
    let bytes = pack.read_source(name.to_str()?).ok()?;
    String::from_utf8(bytes).ok()
}
