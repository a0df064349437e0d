//! `ionvm pack FOLDER [-o PATH]`: a package from a folder of the same layout.

use std::path::{Path, PathBuf};

use vmm::ionpack::IonPackReader;
use vmm::vm::load::classes_of_pack;

use crate::asm::save;
use crate::console::note;
use crate::exit::Exit;
use crate::load::{Refusal, file_name, package_of_folder};

/// Builds the package and writes it.
pub(crate) fn pack(folder: &Path, output: Option<&Path>) -> Exit {
    match built(folder, output) {
        Ok((path, size)) => {
            note(&format!("{}: {size} bytes\n", file_name(&path)));
            Exit::Done
        }
        Err(refusal) => refusal.show(),
    }
}

fn built(folder: &Path, output: Option<&Path>) -> Result<(PathBuf, usize), Refusal> {
    let bytes = package_of_folder(folder, false, &mut Vec::new())?;
    let size = bytes.len();
    // What is written must be what runs: read it back before.
    let mut pack =
        IonPackReader::from_bytes(bytes.clone()).map_err(|error| Refusal::new(folder, error))?;
    classes_of_pack(&mut pack).map_err(|error| Refusal::new(folder, error))?;
    let manifest = pack.manifest();
    let path = output.map_or_else(
        || {
            PathBuf::from(format!(
                "{}-{}.ionpack",
                manifest.name(),
                manifest.version()
            ))
        },
        Path::to_path_buf,
    );
    save(&path, &bytes)?;
    Ok((path, size))
}
