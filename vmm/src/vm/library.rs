//! The part of the standard library that is written in bytecode.
//!
//! Its texts stand in `vmm/lib`; the class files beside them are assembled by
//! `cargo xtask gen` and held fresh by a test. They come the same way as any
//! other class: read, verified, linked; but only when a program names them
//! ([`crate::code::shelf`]).

/// The library's classes, in an order in which they can be linked.
pub use crate::builtin::library::CLASSES;
/// What the names of the library's classes begin with; no other class may.
pub use crate::code::table::RESERVED;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::Body;
    use crate::code::table::LookupError;
    use crate::vm::VmBuilder;

    #[test]
    fn every_class_of_the_library_can_be_linked_and_has_its_natives() {
        let vm = VmBuilder::new().build().unwrap();
        for (class, _) in CLASSES {
            assert!(class.starts_with(RESERVED), "{class}");
            // What it exports is told only if it is there.
            match vm.code().find(class, "nothing of that name", None) {
                Err(LookupError::NoFunction { there, .. }) => assert!(!there.is_empty(), "{class}"),
                other => panic!("{class}: {other:?}"),
            }
        }
        let natives = crate::builtin::Natives::new(&vm_ffi::FfiRegistry::new());
        let library = (0..).map_while(|n| natives.get(n));
        let mut count = 0;
        for native in library {
            if let Body::Library(class, name) = &native.body {
                assert!(vm.code().find(class, name, None).is_ok(), "{class}.{name}");
                count += 1;
            }
        }
        assert!(count > 50, "{count} natives are written in bytecode");
    }
}
