//! `ionvm info FILE`: what a package or class holds.

use std::fmt::Write as _;
use std::path::Path;

use vmm::ionpack::{IonPackReader, Platform};
use vmm::program::Module;
use vmm::text::quoted;
use vmm::vm::libraries::native_modules;

use crate::console::data;
use crate::exit::Exit;
use crate::load::{Kind, Refusal, kind_of, pack, package_of_folder, program};

/// Shows what a file holds.
pub(crate) fn info(file: &Path) -> Exit {
    match describe(file) {
        Ok(text) => {
            data(&text);
            Exit::Done
        }
        Err(refusal) => refusal.show(),
    }
}

fn describe(file: &Path) -> Result<String, Refusal> {
    let mut out = String::new();
    match kind_of(file)? {
        Kind::Pack => {
            let mut pack = pack(file)?;
            package(&mut out, &pack);
            natives(&mut out, file, &mut pack)?;
        }
        Kind::Folder => {
            let bytes = package_of_folder(file, false, &mut Vec::new())?;
            let mut pack = IonPackReader::from_bytes(bytes).map_err(|e| Refusal::new(file, e))?;
            package(&mut out, &pack);
            natives(&mut out, file, &mut pack)?;
        }
        Kind::Class | Kind::Text => {}
    }
    for class in &program(file, false)?.classes {
        module(&mut out, class);
    }
    Ok(out)
}

fn package(out: &mut String, pack: &IonPackReader) {
    for field in pack.manifest().fields() {
        let _ = writeln!(out, "{}: {}", field.key, field.value);
    }
    list(out, "resources", pack.resources().map(str::to_owned));
    list(out, "sources", pack.sources().map(str::to_owned));
    let libraries = pack.libraries().map(|library| {
        let platform = library
            .platform
            .map(|p: Platform| format!(" ({}/{})", p.os.word(), p.arch.word()));
        format!("{}{}", library.name, platform.unwrap_or_default())
    });
    list(out, "libraries", libraries);
}

/// The modules of natives that a package brings, and the rights to their libraries.
fn natives(out: &mut String, file: &Path, pack: &mut IonPackReader) -> Result<(), Refusal> {
    let modules = native_modules(pack).map_err(|error| Refusal::new(file, error))?;
    let lines = modules.into_iter().map(|module| {
        let functions = module.functions.map(|count| {
            let s = if count == 1 { "" } else { "s" };
            format!(", {count} function{s}")
        });
        let functions = functions.unwrap_or_default();
        format!("{}{functions}, needs {}", module.name, module.right)
    });
    list(out, "natives", lines);
    Ok(())
}

fn list(out: &mut String, what: &str, names: impl Iterator<Item = String>) {
    let mut names = names.peekable();
    if names.peek().is_some() {
        let _ = writeln!(out, "\n{what}:");
        for name in names {
            let _ = writeln!(out, "  {name}");
        }
    }
}

fn module(out: &mut String, class: &Module) {
    let gap = if out.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{gap}class {}:", class.name);
    for (index, function) in (0..).zip(&class.functions) {
        let mut notes = vec![format!("{} instructions", function.instructions.len())];
        let mut note = |on: bool, text: String| {
            if on {
                notes.push(text);
            }
        };
        note(
            function.captures > 0,
            format!("{} captures", function.captures),
        );
        note(
            function.optional > 0,
            format!("{} optional", function.optional),
        );
        note(function.rest, "rest".to_owned());
        note(function.lenient, "lenient".to_owned());
        note(function.private, "private".to_owned());
        let _ = writeln!(out, "  {:<24} {}", function.label(index), notes.join(", "));
    }
    for section in &class.custom {
        let _ = writeln!(
            out,
            "  custom {}, {} bytes",
            quoted(&section.name),
            section.data.len()
        );
    }
}
