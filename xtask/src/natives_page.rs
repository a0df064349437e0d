//! `docs/natives.md`: every native by module, as the machine has them.

use std::fmt::Write as _;

use vmm::builtin::modules::MODULES;
use vmm::builtin::{Native, Natives};

const HEAD: &str = "\
# Natives

<!-- Written by `cargo xtask gen` from the natives' own tables; do not edit. -->

The functions that come with the machine. `call_native r0, math.sqrt, r1` calls one, the constant
`@math.sqrt` is one as a value, and `ionvm doc NAME` prints the same as this page. Whatever can
be an error of the call is caught as any other: arguments of a wrong type raise `:bad_type`, a wrong number
of them `:bad_arity`, whether or not it says so here.

Classes of version 1 spell natives as `__stdlib:NAME`, without regard to case: by module
(`string.length`), or flat: the bare name for `math` and `io` (`Sqrt`, `PrintLn`), `str` and the
name for `string` (`StrLength`), the module and the name for all others (`ArrayPush`), underscores left out.

";

/// The text of the page.
pub(crate) fn page() -> String {
    let mut registry = vm_ffi::FfiRegistry::new();
    // A registry that is empty has none of the names.
    let registered = vm_ffi::stdlib::register_all(&mut registry);
    assert!(registered.is_ok(), "{registered:?}");
    let natives = Natives::new(&registry);
    let natives = natives.list();
    let mut out = String::from(HEAD);
    let modules: Vec<String> = MODULES
        .iter()
        .map(|(name, _)| format!("[`{name}`](#{name})"))
        .collect();
    let _ = writeln!(out, "{}", modules.join(" "));
    for (module, about) in MODULES {
        let _ = writeln!(out, "\n## {module}\n\n{about}\n");
        let prefix = format!("{module}.");
        for native in natives.iter().filter(|n| n.name.starts_with(&prefix)) {
            let _ = writeln!(out, "- {}", line(native));
        }
    }
    out
}

fn line(native: &Native) -> String {
    let count = match (native.least, native.most) {
        (least, most) if least == most => least.to_string(),
        (least, u16::MAX) => format!("{least} or more"),
        (least, most) => format!("{least} to {most}"),
    };
    let text = native.doc.as_deref().unwrap_or_default();
    format!("**`{}`** ({count}) {text}", native.name)
}
