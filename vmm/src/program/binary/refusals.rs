//! One file for each thing that a reader refuses, built by hand from sections,
//! and the offset that the refusal names.

use super::kind::{self, constant, section};
use super::{ClassError, Module, codes, leb};

/// Contents of the sections of a class with one function, `f/0`, whose one
/// instruction is `load_const r0, ()`.
struct Parts {
    class: Vec<u8>,
    texts: Vec<u8>,
    constants: Vec<u8>,
    patterns: Vec<u8>,
    functions: Vec<u8>,
    exports: Vec<u8>,
    debug: Vec<u8>,
    custom: Vec<Vec<u8>>,
}

impl Parts {
    fn new() -> Self {
        Parts {
            class: vec![1, b'M', 0],
            texts: vec![1, 1, b'f'],
            constants: vec![1, constant::UNIT],
            patterns: vec![0],
            functions: vec![1, 0, 1, 0, 0, 0, 1, 1, 0x01, 0, 0, 0],
            exports: vec![1, 0, 0, 0],
            debug: vec![0],
            custom: vec![],
        }
    }

    fn file(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut put = |id, content: &[u8]| {
            out.push(id);
            leb::raw(&mut out, content);
        };
        put(section::CLASS, &self.class);
        put(section::TEXTS, &self.texts);
        put(section::CONSTANTS, &self.constants);
        put(section::PATTERNS, &self.patterns);
        put(section::FUNCTIONS, &self.functions);
        put(section::EXPORTS, &self.exports);
        put(section::DEBUG, &self.debug);
        for custom in &self.custom {
            put(section::CUSTOM, custom);
        }
        framed(&out)
    }
}

/// Sections with the head of a file before them.
fn framed(sections: &[u8]) -> Vec<u8> {
    let mut out = kind::MAGIC.to_vec();
    out.extend([kind::VERSION, 0, 0]);
    out.extend(crc32fast::hash(sections).to_le_bytes());
    out.extend(sections);
    out
}

fn changed(change: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut parts = Parts::new();
    change(&mut parts);
    parts.file()
}

fn refusal(file: &[u8]) -> ClassError {
    match Module::from_bytes(file) {
        Err(error) => error,
        Ok(class) => panic!("accepted: {class:?}"),
    }
}

/// Refusals by code; `at` is the offset in the file.
fn refused(code: &str, at: usize, file: &[u8]) {
    let error = refusal(file);
    assert_eq!((error.code(), error.offset()), (code, Some(at)), "{error}");
}

/// Where the content of the constants section begins: behind 12 bytes of head,
/// the class section of 5, the texts section of 5, and its own head of 2.
const CONSTANTS_AT: usize = 24;
/// Likewise of the patterns and functions sections.
const PATTERNS_AT: usize = CONSTANTS_AT + 2 + 2;
const FUNCTIONS_AT: usize = PATTERNS_AT + 1 + 2;

#[test]
fn the_unchanged_file_is_accepted() {
    let class = Module::from_bytes(&Parts::new().file()).unwrap();
    assert_eq!(class.functions.len(), 1);
    assert_eq!(class.to_bytes().unwrap(), Parts::new().file());
}

/// Rule: C-FILE-1
#[test]
fn heads() {
    refused("C01", 0, b"");
    refused("C01", 0, b"PK\x03\x04");
    let change = |at: usize, byte| {
        let mut file = Parts::new().file();
        file[at] = byte;
        file
    };
    refused("C02", 5, &change(5, 1));
    refused("C02", 5, &change(5, 3));
    refused("C15", 6, &change(6, 1));
    refused("C15", 6, &change(7, 1));
    refused("C03", 8, &change(8, 0));
    refused("C03", 8, &change(FUNCTIONS_AT, 9));
    refused("C04", 5, b"IONBC");
    refused("C04", 8, b"IONBC\x02\0\0\0");
}

/// Rule: C-FILE-2, C-FILE-3
#[test]
fn sections() {
    let file = Parts::new().file();
    let body = &file[kind::SECTIONS_AT..];
    refused("C04", 12, &framed(b""));
    refused("C06", 12, &framed(&body[5..]));
    refused("C06", 17, &framed(&[&body[..5], &body[..5]].concat()));
    let behind = |more: &[u8]| framed(&[body, more].concat());
    refused("C06", file.len(), &behind(&[section::DEBUG, 1, 0]));
    refused("C06", file.len(), &behind(&[0x08, 0]));
    refused("C06", file.len(), &behind(&[0]));
    refused("C04", file.len() + 2, &behind(&[section::CUSTOM, 2, 0]));
    refused("C04", file.len() + 1, &behind(&[section::CUSTOM]));
    let mut spare = changed(|p| p.class.push(0));
    refused("C07", 17, &spare);
    spare = changed(|p| p.constants.push(0));
    refused("C07", CONSTANTS_AT + 2, &spare);
    spare = changed(|p| p.functions.push(0));
    refused("C07", FUNCTIONS_AT + 12, &spare);
}

/// Rule: C-FILE-4, C-FILE-5, C-NUM-4
#[test]
fn classes_and_custom_sections() {
    let feature = changed(|p| p.class = vec![1, b'M', 1, 4, b'j', 0x1B, b't', b's']);
    refused("C05", 17, &feature);
    assert!(refusal(&feature).to_string().contains("\"j\\u{1b}ts\""));
    refused("C10", 16, &changed(|p| p.class = vec![2, b'M', 0xFF, 0]));
    let custom = |bytes: &[u8]| changed(|p| p.custom.push(bytes.to_vec()));
    let end = Parts::new().file().len() + 2;
    refused("C04", end, &custom(&[]));
    refused("C04", end + 1, &custom(&[1]));
    let class = Module::from_bytes(&custom(&[1, b'x', 1, 2])).unwrap();
    assert_eq!(
        (&*class.custom[0].name, &*class.custom[0].data),
        ("x", &[1, 2][..])
    );
}

/// Rule: C-NUM-1, C-NUM-3, C-NUM-4, C-FN-1, C-FN-2
#[test]
fn numbers_and_counts() {
    let text = |bytes: &[u8]| changed(|p| p.texts = bytes.to_vec());
    refused("C08", 19, &text(&[0x81, 0, 1, b'f']));
    refused("C09", 19, &text(&[9, 1, b'f']));
    refused("C09", 19, &text(&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, b'f']));
    refused("C10", 21, &text(&[1, 1, 0xC3]));
    let header = |at: usize, bytes: &[u8]| {
        changed(|p| {
            p.functions.splice(at..=at, bytes.iter().copied());
        })
    };
    for field in [3, 4, 5, 6] {
        refused(
            "C08",
            FUNCTIONS_AT + field,
            &header(field, &[0x80, 0x80, 4]),
        );
    }
    refused("C08", FUNCTIONS_AT + 9, &header(9, &[0x80, 0x80, 4]));
    refused("C09", FUNCTIONS_AT + 7, &header(7, &[5]));
    refused("C11", FUNCTIONS_AT + 1, &header(1, &[8]));
    refused("C11", FUNCTIONS_AT + 8, &header(8, &[0xFF]));
}

/// Rule: C-CONST-2, C-CONST-3, C-CONST-4, C-NUM-2, C-POOL-3
#[test]
fn constants() {
    let constant = |bytes: &[u8]| {
        changed(|p| {
            p.constants = vec![1];
            p.constants.extend(bytes);
        })
    };
    let at = CONSTANTS_AT + 1;
    refused("C11", at, &constant(&[0]));
    refused("C11", at, &constant(&[0x15]));
    for reserved in 0x20..=0x2F {
        refused("C12", at, &constant(&[reserved]));
    }
    refused("C13", at + 1, &constant(&[constant::STRING, 1]));
    refused("C13", at + 1, &constant(&[constant::ATOM, 7]));
    refused("C04", at + 1, &constant(&[constant::NUMBER, 0, 0, 0]));
    let nan = f64::from_bits(0x7FF8_0000_0000_0001).to_le_bytes();
    refused(
        "C15",
        at + 1,
        &constant(&[&[constant::NUMBER], &nan[..]].concat()),
    );
    for integer in [&[0][..], &[2, 1, 0], &[2, 0xFF, 0xFF], &[3, 0, 0, 0]] {
        let bytes = [&[constant::INTEGER], integer].concat();
        refused("C15", at + 1, &constant(&bytes));
    }
    for integer in [&[1, 0][..], &[2, 0x80, 0], &[2, 0x7F, 0xFF], &[1, 0x80]] {
        let file = constant(&[&[constant::INTEGER], integer].concat());
        assert_eq!(Module::from_bytes(&file).unwrap().to_bytes().unwrap(), file);
    }
    // An object of one property; of a prototype; of two magic methods.
    let object = |header: &[u8], children: &[u8]| {
        changed(|p| {
            p.texts = vec![3, 1, b'f', 1, b'b', 1, b'a'];
            p.constants = [&[1, constant::OBJECT], header, children].concat();
        })
    };
    let (at, unit) = (at + 4, constant::UNIT);
    refused("C11", at + 3, &object(&[1, 1, 8, 0, 0, 0], &[unit]));
    refused("C11", at + 2, &object(&[0, 2, 0, 0], &[unit, unit]));
    let magic = |first, second| object(&[0, 0, 2, first, second, 0], &[unit, unit]);
    refused("C15", at + 5, &magic(1, 2));
    refused("C15", at + 5, &magic(1, 1));
    // In order of name now, but text 2 is used before text 1.
    assert_eq!(refusal(&magic(2, 1)).code(), "C14");
}

/// Rule: C-PAT-1, C-POOL-3
#[test]
fn patterns() {
    // `match r0, [(pattern 0, +0)]` instead of the `load_const`.
    let pattern = |bytes: &[u8]| {
        changed(|p| {
            p.constants = vec![0];
            p.patterns = [&[1], bytes].concat();
            p.functions = vec![1, 0, 1, 0, 0, 0, 1, 1, 0x12, 0, 1, 0, 0, 0];
        })
    };
    assert!(Module::from_bytes(&pattern(&[kind::pattern::WILDCARD])).is_ok());
    let at = PATTERNS_AT;
    refused("C11", at, &pattern(&[0]));
    refused("C11", at, &pattern(&[0x10]));
    refused("C13", at + 1, &pattern(&[kind::pattern::VALUE, 0]));
    refused("C11", at + 2, &pattern(&[kind::pattern::ARRAY, 0, 2]));
    let guard = |condition: &[u8]| {
        let whole = [
            &[kind::pattern::GUARD, 1],
            condition,
            &[kind::pattern::WILDCARD],
        ]
        .concat();
        pattern(&whole)
    };
    assert!(Module::from_bytes(&guard(&[1, 6, 0, 0, 0, 1])).is_ok());
    refused("C11", at + 2, &guard(&[3, 0, 0, 0, 0, 0]));
    refused("C11", at + 3, &guard(&[1, 7, 0, 0, 0, 1]));
    refused("C11", at + 4, &guard(&[1, 6, 2, 0, 0, 1]));
}

/// Rule: C-EXPORT-1, C-DEBUG-1
#[test]
fn exports_and_debug_entries() {
    let exports_at = FUNCTIONS_AT + 12 + 2;
    let exports = |bytes: &[u8]| changed(|p| p.exports = bytes.to_vec());
    refused("C17", exports_at + 1, &exports(&[0]));
    refused("C17", exports_at + 1, &exports(&[1, 0, 1, 0]));
    refused("C17", exports_at + 1, &exports(&[1, 0, 0, 1]));
    refused("C17", exports_at + 4, &exports(&[2, 0, 0, 0, 0, 0, 0]));
    let debug_at = exports_at + 4 + 2;
    let debug = |bytes: &[u8]| changed(|p| p.debug = bytes.to_vec());
    assert!(Module::from_bytes(&debug(&[1, 0, 1, 0, 0, 1, 0, 0])).is_ok());
    refused("C15", debug_at + 1, &debug(&[1, 0, 0, 0]));
    refused("C13", debug_at + 1, &debug(&[1, 1, 0, 0]));
    let twice = [2, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0];
    refused("C15", debug_at + 8, &debug(&twice));
}

/// Rule: C-LIMIT-1
#[test]
fn limits_are_named() {
    let big = changed(|p| p.custom.push(vec![0; crate::limits::CLASS_BYTES_MAX]));
    let error = refusal(&big);
    assert_eq!((error.code(), error.offset()), ("C16", Some(0)));
    assert!(error.to_string().contains("67108864"), "{error}");
    let long = changed(|p| {
        let name = vec![b'x'; crate::limits::NAME_BYTES_MAX + 1];
        p.class.clear();
        leb::raw(&mut p.class, &name);
        p.class.push(0);
    });
    assert_eq!(refusal(&long).code(), "C16");
    assert!(codes().iter().any(|info| info.code == "C16"));
}
