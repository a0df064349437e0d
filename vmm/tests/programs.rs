//! The programs that come with the project assemble, verify, and come back from
//! their own printed form: examples and benchmarks. No internal operation is
//! there for one of them alone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use vmm::code::ops::Code;
use vmm::ids::FuncId;
use vmm::isa::OPS;
use vmm::program::Module;
use vmm::verify::Verified;
use vmm::vm::VmBuilder;
use vmm::{asm, verify};

/// Folders with programs in assembly.
const FOLDERS: &[&str] = &["examples", "bench/ionvm"];

/// The same, and the library that comes with the machine.
const ALL: &[&str] = &["examples", "bench", "vmm/lib", "vmm/benches"];

/// All `.ionasm` files below some folders.
fn programs(folders: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut open: Vec<PathBuf> = folders.iter().map(|f| root.join(f)).collect();
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "ionasm") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_program_assembles_verifies_and_prints_back() {
    let programs = programs(ALL);
    for folder in ALL {
        let some = programs
            .iter()
            .any(|p| p.to_string_lossy().contains(folder));
        assert!(some, "no program below {folder}");
    }
    for path in programs {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        let classes = asm::parse(&name, &text).unwrap_or_else(|found| {
            let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
        for class in classes {
            let again = asm::parse(&name, &asm::print(&class))
                .unwrap_or_else(|found| panic!("{name}: its printed form is refused: {found:?}"));
            assert_eq!(again, std::slice::from_ref(&class), "{name}");
            assert_eq!(again[0].to_bytes(), class.to_bytes(), "{name}");
            if let Err(found) = verify::verify(class) {
                panic!("{name}: {found:?}");
            }
        }
    }
}

/// The rewrite or instruction that an operation belongs to, if that is not its
/// own name: what is made for all comparisons, or for all constants, is one.
fn family(code: &str) -> &str {
    match code {
        "Less" => "LessThan",
        "Greater" => "GreaterThan",
        "LoadFresh" => "LoadConst",
        "LoadSelf" => "SelfPid",
        "HasOwn" => "HasProp",
        _ if code.starts_with("Jump") && code.ends_with('K') => "comparing jump with constant",
        _ if code.starts_with("Jump") && code.contains(['L', 'G', 'E']) => "comparing jump",
        _ => code,
    }
}

/// The programs by name, each with its classes: a benchmark is a file, an
/// example a package folder.
fn corpus() -> BTreeMap<String, Vec<Verified<Module>>> {
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for path in programs(FOLDERS) {
        let mut name = path.clone();
        if path
            .parent()
            .is_some_and(|folder| folder.ends_with("classes"))
        {
            name.pop();
        }
        let text = fs::read_to_string(&path).unwrap();
        let classes = asm::parse(&path.to_string_lossy(), &text).unwrap();
        let classes = classes.into_iter().map(|c| verify::verify(c).unwrap());
        let name = name.to_string_lossy().into_owned();
        found.entry(name).or_default().extend(classes);
    }
    found
}

/// Every operation that is no instruction's own serves two programs at least:
/// none is there to make one benchmark fast.
#[test]
fn no_operation_serves_one_program_alone() {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, classes) in corpus() {
        let mut vm = VmBuilder::new().build().unwrap();
        for class in &classes {
            vm.load(class).unwrap();
        }
        for number in 0.. {
            let Some(function) = vm.code().function(FuncId(number)) else {
                break;
            };
            // The library that the machine brings along is a program a class.
            let class = &*function.module.name;
            let name = if class.starts_with("ion.") {
                class
            } else {
                &*name
            };
            for op in &function.ops {
                let code = format!("{:?}", op.code);
                let users = users.entry(family(&code).to_owned()).or_default();
                users.insert(name.to_owned());
            }
        }
    }
    let own: BTreeSet<String> = OPS
        .iter()
        .map(|row| row.mnemonic.replace('_', ""))
        .collect();
    let codes = Code::ALL.iter().map(|code| format!("{code:?}"));
    let families: BTreeSet<String> = codes.map(|code| family(&code).to_owned()).collect();
    let wrong: Vec<String> = families
        .into_iter()
        .filter(|family| !own.contains(&family.to_lowercase()))
        .filter_map(|family| {
            let users = users.get(&family).map_or(0, BTreeSet::len);
            (users < 2).then(|| format!("{family}: {users}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "fewer than two programs of the corpus use these operations:\n{}",
        wrong.join("\n")
    );
}
