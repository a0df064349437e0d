//! `vmm/lib/*.ionc`: the library that is written in bytecode, assembled, and
//! the table of its functions.
//!
//! A library function is declared once, in the `.ionasm` text: a comment that begins
//! with `;:` above `.function` is its manual text and makes it a native.

use std::fmt::Write as _;

use vmm::asm;
use vmm::program::Module;
use vmm::verify::verify;

/// The library's texts: class `ion.NAME` and the natives `NAME.function` come of each.
const SOURCES: &[(&str, &str)] = &[
    ("array", include_str!("../../vmm/lib/array.ionasm")),
    ("list", include_str!("../../vmm/lib/list.ionasm")),
    ("map", include_str!("../../vmm/lib/map.ionasm")),
    ("call", include_str!("../../vmm/lib/call.ionasm")),
    ("text", include_str!("../../vmm/lib/text.ionasm")),
    ("error", include_str!("../../vmm/lib/error.ionasm")),
    ("options", include_str!("../../vmm/lib/options.ionasm")),
    ("server", include_str!("../../vmm/lib/server.ionasm")),
    (
        "supervisor",
        include_str!("../../vmm/lib/supervisor.ionasm"),
    ),
    (
        "supervisor_children",
        include_str!("../../vmm/lib/supervisor_children.ionasm"),
    ),
    (
        "supervisor_report",
        include_str!("../../vmm/lib/supervisor_report.ionasm"),
    ),
    (
        "supervisor_restart",
        include_str!("../../vmm/lib/supervisor_restart.ionasm"),
    ),
    (
        "supervisor_spec",
        include_str!("../../vmm/lib/supervisor_spec.ionasm"),
    ),
    (
        "supervisor_start",
        include_str!("../../vmm/lib/supervisor_start.ionasm"),
    ),
    (
        "supervisor_stop",
        include_str!("../../vmm/lib/supervisor_stop.ionasm"),
    ),
    ("task", include_str!("../../vmm/lib/task.ionasm")),
    ("registry", include_str!("../../vmm/lib/registry.ionasm")),
];

/// The class of a library text.
///
/// # Panics
/// If the text holds anything but one class of that name: a mistake of whoever
/// wrote it, told by test and by `gen` alike.
fn module(name: &str, text: &str) -> Module {
    let mut modules =
        asm::parse(&format!("vmm/lib/{name}.ionasm"), text).unwrap_or_else(|problems| {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
    match modules.pop() {
        Some(module) if modules.is_empty() && *module.name == *format!("ion.{name}") => module,
        _ => panic!("vmm/lib/{name}.ionasm does not hold the class ion.{name} and nothing else"),
    }
}

/// The class file of a library text.
///
/// # Panics
/// As [`module`], and if there is no such text.
pub(crate) fn class(name: &str) -> Vec<u8> {
    let text = SOURCES
        .iter()
        .find(|(own, _)| *own == name)
        .map(|(_, text)| *text);
    let text = text.unwrap_or_else(|| panic!("there is no text of {name}"));
    let verified =
        verify(module(name, text)).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    verified
        .to_bytes()
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// `vmm/src/builtin/library.rs`: classes, and functions with their manual texts.
pub(crate) fn table() -> Vec<u8> {
    let mut out = String::from(
        "//! The library that is written in bytecode: its classes and its functions.\n//!\n\
         //! Made by `cargo xtask gen` from `vmm/lib/*.ionasm`; do not edit.\n\n\
         /// Name and class file of every class.\n#[rustfmt::skip]\n\
         pub const CLASSES: &[(&str, &[u8])] = &[\n",
    );
    for (name, _) in SOURCES {
        let _ = writeln!(
            out,
            "    (\"ion.{name}\", include_bytes!(\"../../lib/{name}.ionc\")),"
        );
    }
    out.push_str(
        "];\n\n/// Name, fewest and most arguments (`u16::MAX`: any number), and manual text\n\
         /// of every function.\n#[rustfmt::skip]\n\
         pub(super) const FUNCTIONS: &[(&str, u16, u16, &str)] = &[\n",
    );
    for (name, text) in SOURCES {
        let module = module(name, text);
        for (function, doc) in documented(text) {
            let Some(code) = module
                .functions
                .iter()
                .find(|f| f.name.as_deref() == Some(&*function))
            else {
                panic!("{name}: the text of {function} belongs to no function");
            };
            let most = code.arity;
            let least = most - code.optional;
            let most = if code.rest {
                "u16::MAX".to_owned()
            } else {
                most.to_string()
            };
            let _ = writeln!(
                out,
                "    (\"{name}.{function}\", {least}, {most}, {doc:?}),"
            );
        }
    }
    out.push_str("];\n");
    out.into()
}

/// Functions that have a manual text, and the texts.
fn documented(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut doc = String::new();
    for line in text.lines() {
        if let Some(part) = line.strip_prefix(";:") {
            if !doc.is_empty() {
                doc.push(' ');
            }
            doc.push_str(part.trim());
        } else if let Some(rest) = line.strip_prefix(".function ") {
            if !doc.is_empty() {
                let name = rest.split_whitespace().next().unwrap_or_default();
                found.push((name.to_owned(), std::mem::take(&mut doc)));
            }
        } else if !line.is_empty() {
            assert!(
                doc.is_empty(),
                "a manual text stands right above its function: {line}"
            );
        }
    }
    found
}
