//! Files on their way into the machine: what a file is, and its classes.
//!
//! # Invariants
//! L1. Whatever a file holds, the answer is its classes or a refusal that
//!     names the file; nothing is run here.
//! L2. Devices and pipes are not opened.

use std::path::{Path, PathBuf};

use vmm::asm::{self, SourceMap};
use vmm::diag::{Diagnostic, Source};
use vmm::ionpack::{ArchiveLimits, IonPackReader, Manifest, read_folder};
use vmm::limits::CLASS_BYTES_MAX;
use vmm::program::Module;
use vmm::verify::{Verified, verify};
use vmm::vm::LoadError;
use vmm::vm::load::{class_from_bytes, classes_of_pack};

use crate::console::complain;
use crate::diagnostics;
use crate::exit::Exit;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A package.
    Pack,
    /// A class file.
    Class,
    /// Assembly text.
    Text,
    /// A folder with the layout of a package.
    Folder,
}

/// A program, verified.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its classes.
    pub(crate) classes: Vec<Verified<Module>>,
    /// The manifest, if it came as a package.
    pub(crate) manifest: Option<Manifest>,
    /// The package itself, for what else it holds.
    pub(crate) pack: Option<IonPackReader>,
    /// Ways back to the texts that classes were assembled from.
    pub(crate) maps: Vec<SourceMap>,
}

/// Why a file was refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// In a sentence.
    Message {
        /// The file.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// With diagnostics.
    Problems {
        /// The file.
        file: String,
        /// What is wrong with it.
        problems: Vec<Diagnostic>,
        /// Its text, if it is one.
        source: Option<Source>,
    },
}

impl Refusal {
    pub(crate) fn new(file: &Path, message: impl ToString) -> Refusal {
        Refusal::Message {
            file: file_name(file),
            message: message.to_string(),
        }
    }

    /// Says so on standard error.
    pub(crate) fn show(&self) -> Exit {
        match self {
            Refusal::Message { file, message } => complain(&format!("{file}: {message}")),
            Refusal::Problems {
                file,
                problems,
                source,
            } => {
                diagnostics::show(problems, source.as_ref());
                let count = problems.len();
                let s = if count == 1 { "" } else { "s" };
                complain(&format!("{file}: refused for {count} problem{s}"));
            }
        }
        Exit::NotLoaded
    }

    /// The diagnostics, one line of JSON each.
    pub(crate) fn json(&self) -> String {
        match self {
            Refusal::Message { file, message } => {
                let mut line = String::from("{\"file\":");
                vmm::text::write_json_string(&mut line, file);
                line.push_str(",\"message\":");
                vmm::text::write_json_string(&mut line, message);
                line.push_str("}\n");
                line
            }
            Refusal::Problems { problems, .. } => problems
                .iter()
                .map(|problem| problem.to_json() + "\n")
                .collect(),
        }
    }
}

/// A path as messages show it.
pub(crate) fn file_name(path: &Path) -> String {
    vmm::names::Quoted::new(&path.to_string_lossy())
        .as_str()
        .to_owned()
}

/// What a file is, by its name, or else by its first bytes.
///
/// # Errors
/// There is no such file, or it is nothing that can be run.
pub(crate) fn kind_of(path: &Path) -> Result<Kind, Refusal> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Err(missing(path, &error)),
    };
    if metadata.is_dir() {
        return Ok(Kind::Folder);
    }
    if !metadata.is_file() {
        return Err(Refusal::new(
            path,
            "neither a file nor a folder, and nothing else is opened",
        ));
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("ionpack") => Ok(Kind::Pack),
        Some("ionc") => Ok(Kind::Class),
        Some("ionasm") => Ok(Kind::Text),
        _ => sniff(path),
    }
}

/// What the first bytes tell.
fn sniff(path: &Path) -> Result<Kind, Refusal> {
    use std::io::Read as _;
    let mut start = [0; 5];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut start));
    match (read, &start) {
        (Err(error), _) => Err(missing(path, &error)),
        (Ok(_), b"IONBC") => Ok(Kind::Class),
        (Ok(_), [b'P', b'K', ..]) => Ok(Kind::Pack),
        (Ok(_), _) => Err(Refusal::new(
            path,
            "not a program: expected a .ionpack, .ionc or .ionasm file or a package folder",
        )),
    }
}

fn missing(path: &Path, error: &std::io::Error) -> Refusal {
    const COMMANDS: [&str; 9] = [
        "run", "info", "verify", "asm", "pack", "new", "doc", "explain", "help",
    ];
    let word = path.to_string_lossy();
    let near = vmm::text::closest(&word, COMMANDS);
    let hint = match (error.kind(), near) {
        (std::io::ErrorKind::NotFound, Some(near)) if !word.contains(['.', '/']) => {
            format!("no such file; did you mean `ionvm {near}`?")
        }
        (std::io::ErrorKind::NotFound, _) => "no such file".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    Refusal::new(path, hint)
}

/// Reads and verifies a program. With `lines`, classes that are assembled get
/// the lines of the text for traces.
///
/// # Errors
/// It is not as it should be.
pub(crate) fn program(path: &Path, lines: bool) -> Result<Program, Refusal> {
    let mut maps = Vec::new();
    let alone = |classes, maps| Program {
        classes,
        manifest: None,
        pack: None,
        maps,
    };
    match kind_of(path)? {
        Kind::Class => Ok(alone(vec![class(path)?], maps)),
        Kind::Text => {
            let text = text(path)?;
            let assembled = assemble(&file_name(path), &text, lines, &mut maps)?;
            Ok(alone(verified(path, assembled, &maps)?, maps))
        }
        Kind::Pack => {
            let mut pack = pack(path)?;
            let classes = classes_of_pack(&mut pack).map_err(|error| of_load(path, error))?;
            Ok(of_pack(pack, classes, maps))
        }
        Kind::Folder => {
            let bytes = package_of_folder(path, lines, &mut maps)?;
            let mut pack =
                IonPackReader::from_bytes(bytes).map_err(|error| Refusal::new(path, error))?;
            let classes = classes_of_pack(&mut pack).map_err(|error| of_load(path, error))?;
            Ok(of_pack(pack, classes, maps))
        }
    }
}

/// The program that a package is.
fn of_pack(pack: IonPackReader, classes: Vec<Verified<Module>>, maps: Vec<SourceMap>) -> Program {
    Program {
        classes,
        manifest: Some(pack.manifest().clone()),
        pack: Some(pack),
        maps,
    }
}

/// Opens a package.
pub(crate) fn pack(path: &Path) -> Result<IonPackReader, Refusal> {
    IonPackReader::open(path).map_err(|error| Refusal::new(path, error))
}

/// Reads an assembly text.
pub(crate) fn text(path: &Path) -> Result<String, Refusal> {
    let bytes = bounded(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refusal::new(path, format!("byte {at} is no UTF-8"))
    })
}

/// Assembles a text.
///
/// # Errors
/// All that is wrong with it.
pub(crate) fn assemble(
    file: &str,
    text: &str,
    lines: bool,
    maps: &mut Vec<SourceMap>,
) -> Result<Vec<Module>, Refusal> {
    let options = asm::Options {
        record_lines: lines,
    };
    match asm::parse_with_map(file, text, options) {
        Ok(assembly) => {
            diagnostics::show(&assembly.warnings, Some(assembly.map.source()));
            maps.push(assembly.map);
            Ok(assembly.modules)
        }
        Err(problems) => Err(Refusal::Problems {
            file: file.to_owned(),
            problems,
            source: Some(Source::new(file, text)),
        }),
    }
}

/// The bytes of the package that a folder makes: its texts assembled, every
/// class verified.
///
/// # Errors
/// The first file that is not as it should be.
pub(crate) fn package_of_folder(
    path: &Path,
    lines: bool,
    maps: &mut Vec<SourceMap>,
) -> Result<Vec<u8>, Refusal> {
    let folder =
        read_folder(path, &ArchiveLimits::default()).map_err(|error| Refusal::new(path, error))?;
    let mut builder = folder.builder;
    for text in &folder.assembly {
        let known = maps.len();
        let modules = assemble(&file_name(&text.path), &text.text, lines, maps)?;
        for class in verified(&text.path, modules, &maps[known..])? {
            let bytes = class
                .to_bytes()
                .map_err(|error| Refusal::new(&text.path, error))?;
            builder.add_class(&class.name, bytes);
        }
    }
    builder
        .build_bytes()
        .map_err(|error| Refusal::new(path, error))
}

/// Verifies assembled classes; what is wrong is shown in the text.
pub(crate) fn verified(
    path: &Path,
    modules: Vec<Module>,
    maps: &[SourceMap],
) -> Result<Vec<Verified<Module>>, Refusal> {
    let mut classes = Vec::with_capacity(modules.len());
    let mut problems = Vec::new();
    for module in modules {
        match verify(module) {
            Ok(class) => classes.push(class),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        return Ok(classes);
    }
    let locate = |problem| {
        maps.iter()
            .fold(problem, |problem, map| map.locate(problem))
    };
    Err(Refusal::Problems {
        file: file_name(path),
        problems: problems.into_iter().map(locate).collect(),
        source: maps.first().map(|map| map.source().clone()),
    })
}

fn class(path: &Path) -> Result<Verified<Module>, Refusal> {
    let bytes = bounded(path)?;
    let name = path.file_stem().map(PathBuf::from).unwrap_or_default();
    class_from_bytes(&name.to_string_lossy(), &bytes).map_err(|error| of_load(path, error))
}

fn of_load(path: &Path, error: LoadError) -> Refusal {
    match error {
        LoadError::Refused { problems, .. } => Refusal::Problems {
            file: file_name(path),
            problems,
            source: None,
        },
        error => Refusal::new(path, error),
    }
}

/// The bytes of a file that is no longer than a class may be.
fn bounded(path: &Path) -> Result<Vec<u8>, Refusal> {
    use std::io::Read as _;
    let read = || {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path)?;
        file.take(CLASS_BYTES_MAX as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| missing(path, &error))?;
    if bytes.len() > CLASS_BYTES_MAX {
        let limit = CLASS_BYTES_MAX;
        return Err(Refusal::new(
            path,
            format!("longer than a class may be, {limit} bytes"),
        ));
    }
    Ok(bytes)
}
