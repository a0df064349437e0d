//! `ionvm asm FILE [-o PATH]`: assembly text to class files, or to a package.

use std::path::{Path, PathBuf};

use vmm::ionpack::IonPackBuilder;
use vmm::program::Module;
use vmm::verify::Verified;

use crate::exit::Exit;
use crate::load::{Refusal, assemble, file_name, text, verified};

/// What a package is called that was made of a text.
const VERSION: &str = "0.0.0";

/// Assembles a text and writes what comes out.
pub(crate) fn asm(file: &Path, output: Option<&Path>) -> Exit {
    match assembled(file).and_then(|classes| write(file, &classes, output)) {
        Ok(()) => Exit::Done,
        Err(refusal) => refusal.show(),
    }
}

fn assembled(file: &Path) -> Result<Vec<Verified<Module>>, Refusal> {
    let mut maps = Vec::new();
    let modules = assemble(&file_name(file), &text(file)?, false, &mut maps)?;
    if modules.is_empty() {
        return Err(Refusal::new(
            file,
            "it holds no class: begin one with `.class NAME`",
        ));
    }
    verified(file, modules, &maps)
}

fn write(file: &Path, classes: &[Verified<Module>], output: Option<&Path>) -> Result<(), Refusal> {
    let bytes =
        |class: &Verified<Module>| class.to_bytes().map_err(|error| Refusal::new(file, error));
    let extension = output.and_then(Path::extension).and_then(|e| e.to_str());
    match (output, extension, classes) {
        (Some(path), Some("ionpack"), _) => save(path, &package(file, classes)?),
        (Some(path), Some("ionc"), [class]) => save(path, &bytes(class)?),
        (Some(path), Some("ionc"), _) => Err(Refusal::new(
            path,
            format!(
                "{} classes do not fit into one class file: name a folder or a .ionpack file",
                classes.len()
            ),
        )),
        (folder, ..) => {
            let folder = folder.map_or_else(|| beside(file), Path::to_path_buf);
            std::fs::create_dir_all(&folder)
                .map_err(|e| Refusal::new(&folder, cannot_write(&e)))?;
            for class in classes {
                save(&folder.join(format!("{}.ionc", class.name)), &bytes(class)?)?;
            }
            Ok(())
        }
    }
}

/// The package of a text: it starts at the class `Main`, or else at the first.
fn package(file: &Path, classes: &[Verified<Module>]) -> Result<Vec<u8>, Refusal> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut builder = IonPackBuilder::new(&stem, VERSION);
    if let Some(main) = main_class(classes) {
        builder.main_class(main);
    }
    for class in classes {
        let bytes = class
            .to_bytes()
            .map_err(|error| Refusal::new(file, error))?;
        builder.add_class(&class.name, bytes);
    }
    builder
        .build_bytes()
        .map_err(|error| Refusal::new(file, error))
}

/// Where a program without a manifest starts.
pub(crate) fn main_class(classes: &[Verified<Module>]) -> Option<&str> {
    let main = classes.iter().find(|class| &*class.name == "Main");
    main.or(classes.first()).map(|class| &*class.name)
}

fn beside(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Writes a file whole, or says why not.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    std::fs::write(path, bytes).map_err(|error| Refusal::new(path, cannot_write(&error)))
}

fn cannot_write(error: &std::io::Error) -> String {
    format!("cannot be written: {error}")
}
