//! The standard library: natives, and the plain functions under the machine's builtins.
//!
//! Two kinds of modules stand here. [`mod@env`], [`fs`], [`math`] and [`time`] hold natives,
//! registered by [`register_all`]. [`string`], [`mod@array`], [`io`] and [`complex`] hold plain functions over
//! Rust types; the machine's builtins, which work on its own values, call them, so that a
//! name has one implementation.
//!
//! # Names
//! A native has one canonical name, `module.name` in lower case. Compilers may spell it
//! without regard to case, by module (`Math.Sqrt`) or flat: the bare name for the modules
//! `math` and `io` (`Sqrt`, `PrintLn`), `str` and the name for `string` (`StrLength`), the
//! module and the name for all others (`ArrayPush`), underscores left out (`IsNaN`).
//! [`canonical_name`] resolves all of these.

pub mod array;
pub mod complex;
pub mod env;
pub mod fs;
pub mod io;
pub mod math;
mod names;
pub mod random;
pub mod string;
pub mod time;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use self::names::NAMES;
use crate::registry::{FfiRegistry, RegisterError};

/// Registers all natives of the standard library that this crate implements.
///
/// # Errors
/// [`RegisterError::Duplicate`] if one of the names is taken; those before it are then
/// registered.
///
/// ```
/// use vm_ffi::{FakeContext, FfiRegistry, FfiValue, stdlib};
/// let mut registry = FfiRegistry::new();
/// stdlib::register_all(&mut registry)?;
/// let name = stdlib::canonical_name("Sqrt").unwrap_or("?");
/// let root = registry.call(name, &mut FakeContext::new(), vec![FfiValue::Number(2.25)])?;
/// assert_eq!(root, FfiValue::Number(1.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn register_all(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    env::register(registry)?;
    fs::register(registry)?;
    io::register(registry)?;
    math::register(registry)?;
    time::register(registry)
}

/// The canonical name behind a case-free spelling, flat or by module.
///
/// Knows the standard library alone; natives of others have no flat spelling, and their
/// case-free spelling is resolved by lowering it.
///
/// ```
/// use vm_ffi::stdlib::canonical_name;
/// assert_eq!(canonical_name("PrintLn"), Some("io.println"));
/// assert_eq!(canonical_name("strlength"), Some("string.length"));
/// assert_eq!(canonical_name("Math.Is_NaN"), Some("math.is_nan"));
/// assert_eq!(canonical_name("frobnicate"), None);
/// ```
#[must_use]
pub fn canonical_name(spelling: &str) -> Option<&'static str> {
    SPELLINGS
        .get(spelling.to_ascii_lowercase().as_bytes())
        .copied()
}

/// Canonical names by both spellings, in lower case: only the one by module has a dot.
static SPELLINGS: LazyLock<BTreeMap<Vec<u8>, &'static str>> = LazyLock::new(|| {
    let both =
        |&name: &&'static str| [(name.bytes().collect(), name), (flat(name).collect(), name)];
    NAMES.iter().flat_map(both).collect()
});

/// All canonical names that [`canonical_name`] can yield, in order.
#[must_use]
pub fn names() -> &'static [&'static str] {
    NAMES
}

/// The flat spelling of a canonical name, in lower case, byte by byte.
fn flat(name: &'static str) -> impl Iterator<Item = u8> {
    let (module, rest) = name.split_once('.').unwrap_or(("", name));
    let prefix = match module {
        "math" | "io" => "",
        "string" => "str",
        other => other,
    };
    prefix
        .bytes()
        .chain(rest.bytes().filter(|&byte| byte != b'_'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::context::rights;
    use crate::{BigInt, Complex64, FakeContext, FfiError, FfiObject, FfiValue, is_canonical};

    fn registry() -> FfiRegistry {
        let mut registry = FfiRegistry::new();
        register_all(&mut registry).unwrap();
        registry
    }

    #[test]
    fn names_are_canonical_sorted_and_flat_spellings_unique() {
        assert!(NAMES.iter().all(|name| is_canonical(name)));
        assert!(NAMES.is_sorted());
        let spellings: BTreeSet<Vec<u8>> = NAMES.iter().map(|name| flat(name).collect()).collect();
        assert_eq!(spellings.len(), NAMES.len());
    }

    #[test]
    fn every_native_is_named_and_described() {
        let registry = registry();
        for name in registry.list() {
            assert_eq!(canonical_name(name), Some(name));
            let description = registry.info(name).unwrap().description.unwrap();
            assert!(description.ends_with('.'), "{name}: {description}");
        }
        // Of `math` some are the machine's own; those of these modules are all here.
        let here = |name: &&str| ["env.", "fs.", "time."].iter().any(|m| name.starts_with(m));
        let named: Vec<&str> = NAMES.iter().copied().filter(here).collect();
        assert_eq!(registry.list().filter(here).collect::<Vec<_>>(), named);
    }

    #[test]
    fn spellings_of_existing_programs_resolve() {
        let spellings = [
            ("Debug", "io.debug"),
            ("Print", "io.print"),
            ("PrintLn", "io.println"),
            ("PrintF", "io.printf"),
            ("Eprint", "io.eprint"),
            ("Sqrt", "math.sqrt"),
            ("Abs", "math.abs"),
            ("Sin", "math.sin"),
            ("Cos", "math.cos"),
            ("Floor", "math.floor"),
            ("Ceil", "math.ceil"),
            ("Round", "math.round"),
            ("Max", "math.max"),
            ("Min", "math.min"),
            ("Pow", "math.pow"),
            ("Log", "math.log"),
            ("StrLength", "string.length"),
            ("StrUpper", "string.upper"),
            ("StrLower", "string.lower"),
            ("StrTrim", "string.trim"),
            ("StrConcat", "string.concat"),
            ("StrSplit", "string.split"),
        ];
        for (spelling, name) in spellings {
            assert_eq!(canonical_name(spelling), Some(name));
            assert_eq!(canonical_name(&spelling.to_uppercase()), Some(name));
        }
        for unknown in [
            "",
            ".",
            "sq rt",
            "math.",
            "math.sqrt ",
            "io.sqrt",
            "is_nan",
            "ſqrt",
        ] {
            assert_eq!(canonical_name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_second_registration_is_refused() {
        let mut registry = registry();
        let before = registry.len();
        assert!(register_all(&mut registry).is_err());
        assert_eq!(registry.len(), before);
    }

    /// Every native with every combination of odd arguments: a result or a typed error.
    #[test]
    fn no_argument_makes_a_native_panic() {
        let two53 = 2f64.powi(53);
        let numbers = [0.0, -0.0, 1.0, -1.0, 0.5, two53 + 2.0, 1e300, 5e-324];
        let mut odd: Vec<FfiValue> = numbers.into_iter().map(FfiValue::Number).collect();
        odd.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(FfiValue::Number));
        odd.extend([0, -1, i64::MAX].map(|i| FfiValue::Integer(BigInt::from(i))));
        odd.push(FfiValue::Integer(BigInt::from(-1) << 3000_u32));
        odd.push(FfiValue::Complex(Complex64::new(f64::NAN, f64::INFINITY)));
        odd.push(FfiValue::Complex(Complex64::new(-1.0, -0.0)));
        odd.extend([
            FfiValue::Unit,
            FfiValue::Undefined,
            FfiValue::nil(),
            FfiValue::atom(""),
        ]);
        odd.push(FfiValue::Array(vec![FfiValue::Unit; 1000]));
        odd.push(FfiValue::object(FfiObject::new()));
        let registry = registry();
        let mut context = FakeContext::new().with_right(rights::WALL_CLOCK);
        let mut cells = 0;
        for name in registry.list() {
            let mut lists = vec![vec![]];
            for one in &odd {
                lists.push(vec![one.clone()]);
                for two in &odd {
                    lists.push(vec![one.clone(), two.clone()]);
                }
                lists.push(vec![one.clone(), odd[0].clone(), one.clone()]);
                lists.push(vec![odd[2].clone(), one.clone(), odd[8].clone()]);
            }
            for args in lists {
                let shown = format!("{name} {args:?}");
                let result = registry.call(name, &mut context, args);
                assert!(
                    !matches!(result, Err(FfiError::Panicked { .. })),
                    "{shown}: {result:?}"
                );
                cells += 1;
            }
        }
        assert!(cells > 30_000, "{cells}");
    }
}
