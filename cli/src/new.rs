//! `ionvm new NAME`: the folder of a package that runs, to begin with.
//!
//! # Invariants
//! N1. Nothing that is there is changed: the folder must not exist, or be empty.
//! N2. What is made runs (`ionvm NAME`) and packs (`ionvm pack NAME`) as it is.

use std::fs;
use std::path::Path;

use vmm::ionpack::{MANIFEST_ENTRY, Manifest};

use crate::asm::save;
use crate::console::note;
use crate::exit::Exit;
use crate::load::{Refusal, file_name};

/// The main class of a new package.
const MAIN: &str = "\
; The class that the manifest names. `ionvm doc` tells of all instructions and natives.

.class Main

; main(arguments): greets everyone who is named, or else the world.
.function main arity=1
    .reg names = r0, count, greeting, walk, name, line
    load_const  greeting, \"greeting.txt\"
    call_native greeting, resource.text, greeting
    call_native greeting, string.trim, greeting
    length      count, names
    jump_if_true count, each
    load_const  name, \"world\"
    array_push  names, name
each:
    iter_init   walk, names, [values]
next:
    iter_next   name, walk, done
    load_const  line, \", \"
    concat      line, greeting, line, name
    call_native line, io.println, line
    jump        next
done:
    load_const  line, unit
    return      line
";

/// The resource that it reads.
const GREETING: &str = "Hello\n";

/// Makes the folder.
pub(crate) fn new(folder: &Path) -> Exit {
    match made(folder) {
        Ok(()) => {
            let name = file_name(folder);
            note(&format!(
                "{name}: made; `ionvm {name}` runs it, `ionvm pack {name}` makes a package of it\n"
            ));
            Exit::Done
        }
        Err(refusal) => refusal.show(),
    }
}

fn made(folder: &Path) -> Result<(), Refusal> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let manifest = format!(
        "IonPack-Version: 1.0\nName: {name}\nVersion: 0.1.0\nMain-Class: Main\nEntry-Point: main\n"
    );
    Manifest::parse(manifest.as_bytes())
        .map_err(|error| Refusal::new(folder, format!("no name for a package: {error}")))?;
    let entries = fs::read_dir(folder);
    if entries.is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        return Err(Refusal::new(
            folder,
            "is there already, and nothing is written over; choose another name",
        ));
    }
    for (path, text) in [
        (MANIFEST_ENTRY, &*manifest),
        ("classes/Main.ionasm", MAIN),
        ("resources/greeting.txt", GREETING),
    ] {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .map_err(|error| Refusal::new(parent, format!("cannot be made: {error}")))?;
        save(&path, text.as_bytes())?;
    }
    Ok(())
}
