//! Tests of `manifest`.

use super::*;
use proptest::prelude::*;

const HEAD: &str = "IonPack-Version: 1.0\nName: demo\nVersion: 1.2.3\n";

fn with(rest: &str) -> Result<Manifest, ManifestError> {
    Manifest::parse(format!("{HEAD}{rest}").as_bytes())
}

/// Rule: P-MAN-1, P-MAN-4, P-MAN-5, P-WRITE-2
#[test]
fn a_full_manifest() {
    let manifest = with(
        "# a comment: with a colon\n\n  \t\nMain-Class:Main\n\tEntry-Point : run \n\
         Description: a: b, c\nAuthor: Ü\nDependencies: base 1.2, util,  x   >= 2.0 \n\
         FFI-Libraries: libm.so, other\nExports: Main, Main:run\n\
         Permissions: fs.read:/data/, code\nX-Other: kept\n",
    )
    .expect("valid");
    assert_eq!((manifest.name(), manifest.version()), ("demo", "1.2.3"));
    assert_eq!(manifest.main_class(), Some("Main"));
    assert_eq!(manifest.entry_point(), Some("run"));
    assert_eq!(manifest.description(), Some("a: b, c"));
    assert_eq!(manifest.author(), Some("Ü"));
    let dependencies: Vec<String> = manifest
        .dependencies()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(dependencies, ["base 1.2", "util", "x >= 2.0"]);
    assert_eq!(manifest.ffi_libraries().len(), 2);
    assert_eq!(
        manifest.exports().iter().map(|e| &**e).collect::<Vec<_>>(),
        ["Main", "Main:run"]
    );
    assert_eq!(manifest.permissions()[0].to_string(), "fs.read:/data");
    assert_eq!(manifest.get("X-Other"), Some("kept"));
    assert_eq!(manifest.fields()[3].line, 7);
    let text = manifest.to_string();
    assert_eq!(
        text,
        "IonPack-Version: 1.0\nName: demo\nVersion: 1.2.3\nMain-Class: Main\n\
         Entry-Point: run\nDescription: a: b, c\nAuthor: Ü\n\
         Dependencies: base 1.2, util, x >= 2.0\nFFI-Libraries: libm.so, other\n\
         Exports: Main, Main:run\nPermissions: fs.read:/data, code\nX-Other: kept\n"
    );
    assert_eq!(
        Manifest::parse(text.as_bytes())
            .expect("reads back")
            .to_string(),
        text
    );
}

/// Rule: P-MAN-2
#[test]
fn a_mark_and_other_line_ends_are_accepted() {
    let text = format!("\u{feff}{}", HEAD.replace('\n', "\r\n"));
    assert_eq!(
        Manifest::parse(text.as_bytes()).expect("valid").name(),
        "demo"
    );
    let text = HEAD.trim_end();
    assert_eq!(
        Manifest::parse(text.as_bytes()).expect("valid").version(),
        "1.2.3"
    );
}

/// Rule: P-MAN-1, P-MAN-3, P-MAN-4, P-MAN-6
#[test]
fn errors_name_their_line() {
    let hidden = |character| ManifestError::Hidden { line: 4, character };
    let no_colon = |text| ManifestError::NoColon {
        line: 4,
        text: Quoted::new(text),
    };
    for (rest, expected) in [
        ("no colon here", no_colon("no colon here")),
        ("Des\0cription: x", ManifestError::Nul { line: 4 }),
        ("# \u{1b}[2J", hidden('\u{1b}')),
        ("Author: a\rName: b", hidden('\r')),
        ("Author: \u{202e}x", hidden('\u{202e}')),
        ("\u{feff}Author: x", hidden('\u{feff}')),
        (
            ": x",
            ManifestError::BadKey {
                line: 4,
                key: Quoted::new(""),
            },
        ),
        (
            "My Key: x",
            ManifestError::BadKey {
                line: 4,
                key: Quoted::new("My Key"),
            },
        ),
        (
            "name: again",
            ManifestError::RepeatedKey {
                line: 4,
                key: Quoted::new("name"),
                first: 2,
            },
        ),
        (
            "Exports: A, B, A",
            ManifestError::RepeatedItem {
                line: 4,
                key: key::EXPORTS,
                item: Quoted::new("A"),
            },
        ),
        (
            "Dependencies: a 1, a 2",
            ManifestError::RepeatedItem {
                line: 4,
                key: key::DEPENDENCIES,
                item: Quoted::new("a 2"),
            },
        ),
    ] {
        assert_eq!(with(rest), Err(expected), "{rest:?}");
    }
    assert_eq!(
        Manifest::parse(b"a: b\n\n\xff: c"),
        Err(ManifestError::NotUtf8 { line: 3 }),
    );
    let error = with("Permissions: code, fs.exec").expect_err("unknown word");
    assert!(
        matches!(error, ManifestError::Permission { line: 4, .. }),
        "{error}"
    );
}

/// Rule: P-NAME-1, P-MAN-5
#[test]
fn names_are_never_paths() {
    for name in [
        "",
        "..",
        "../a",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "http://a/b",
        "a b",
        "C:x",
    ] {
        for key in [key::MAIN_CLASS, key::ENTRY_POINT] {
            let error = with(&format!("{key}: {name}")).expect_err(name);
            assert!(
                matches!(error, ManifestError::BadValue { line: 4, .. }),
                "{error}"
            );
        }
    }
    for item in [
        "../a",
        "/a",
        "a/b",
        "https://a",
        "a,,b",
        "a,",
        ",",
        "a @",
        "a 1/2",
        "a ..",
    ] {
        let error = with(&format!("Dependencies: {item}")).expect_err(item);
        assert!(
            matches!(error, ManifestError::BadValue { line: 4, .. }),
            "{error}"
        );
    }
    for item in ["/lib/libc.so.6", "../x", "a b"] {
        let error = with(&format!("FFI-Libraries: {item}")).expect_err(item);
        assert!(
            matches!(error, ManifestError::BadValue { line: 4, .. }),
            "{error}"
        );
    }
    for item in ["a:b:c", ":a", "a:", "a/b"] {
        let error = with(&format!("Exports: {item}")).expect_err(item);
        assert!(
            matches!(error, ManifestError::BadValue { line: 4, .. }),
            "{error}"
        );
    }
}

/// Rule: P-MAN-5
#[test]
fn what_is_required() {
    for key in [key::IONPACK_VERSION, key::NAME, key::VERSION] {
        let without: String = HEAD
            .lines()
            .filter(|l| !l.starts_with(&format!("{key}:")))
            .flat_map(|l| [l, "\n"])
            .collect();
        let missing = ManifestError::Missing { key, similar: None };
        assert_eq!(Manifest::parse(without.as_bytes()), Err(missing), "{key}");
        let lower = format!("{without}{}: 1.0", key.to_lowercase());
        let error = Manifest::parse(lower.as_bytes()).expect_err("wrong case");
        assert!(
            matches!(
                error,
                ManifestError::Missing {
                    similar: Some(_),
                    ..
                }
            ),
            "{error}"
        );
    }
    for version in ["", "1", "1.1", "2.0", "1.0 "] {
        let text = HEAD.replace(
            "IonPack-Version: 1.0",
            &format!("IonPack-Version: {version}"),
        );
        let parsed = Manifest::parse(text.as_bytes());
        match version {
            "1.0 " => assert!(parsed.is_ok()),
            _ => assert!(matches!(parsed, Err(ManifestError::Format { line: 1, .. }))),
        }
    }
}

/// Rule: P-LIMIT-1
#[test]
fn size_and_number_of_fields_are_limited() {
    let limits = ArchiveLimits {
        manifest_bytes: 60,
        manifest_fields: 4,
        ..Default::default()
    };
    let text = format!("{HEAD}A: b\n");
    assert!(Manifest::parse_within(text.as_bytes(), &limits).is_ok());
    let more = format!("{text}C: d\n");
    assert_eq!(
        Manifest::parse_within(more.as_bytes(), &limits),
        Err(ManifestError::Limit {
            limit: Limit::ManifestFields,
            found: 5,
            max: 4
        })
    );
    let longer = format!("{text}#{}", "x".repeat(60));
    assert!(matches!(
        Manifest::parse_within(longer.as_bytes(), &limits),
        Err(ManifestError::Limit {
            limit: Limit::ManifestBytes,
            max: 60,
            ..
        })
    ));
}

proptest! {
    #[test]
    fn any_bytes_give_a_manifest_or_one_line(bytes: Vec<u8>, text in "(\\PC|\n|\r){0,80}") {
        for input in [&bytes[..], text.as_bytes(), format!("{HEAD}{text}").as_bytes()] {
            if let Err(error) = Manifest::parse(input) {
                let line = error.to_string();
                prop_assert!(!line.chars().any(is_deceptive), "{line:?}");
            }
        }
    }

    #[test]
    fn the_canonical_text_is_stable(rest in "((X|Author|Exports|Description|Dependencies): *[a-zA-Z0-9 ,:é]{0,12}\n){0,4}") {
        if let Ok(manifest) = with(&rest) {
            let text = manifest.to_string();
            let again = Manifest::parse(text.as_bytes()).expect("canonical text is valid");
            prop_assert_eq!(again.to_string(), text);
            prop_assert_eq!(again.exports(), manifest.exports());
            prop_assert_eq!(again.dependencies(), manifest.dependencies());
        }
    }
}
