//! Manifests that are missing, doubled, too large, or not what they seem.

use super::zip::{Entry, Zip};
use super::{Expect, Give, MANIFEST, MANIFEST_ENTRY, base};
use Expect::{Accepted, Refused};

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    places(class, give);
    let mut case = |name: &str, text: Vec<u8>, expect: Expect| {
        give(&format!("man-{name}"), with_manifest(class, &text), expect);
    };
    texts(&mut case);
    sizes(&mut case);
    values(&mut case);
    asking(&mut case);
}

/// Where a family hands its manifests.
type GiveText<'a> = &'a mut dyn FnMut(&str, Vec<u8>, Expect);

fn with_manifest(class: &[u8], text: &[u8]) -> Zip {
    base(class).with(|zip| zip.entries[0] = Entry::new(MANIFEST_ENTRY, text))
}

/// The valid manifest and more lines.
fn more(lines: &str) -> Vec<u8> {
    format!("{MANIFEST}{lines}").into_bytes()
}

/// The valid manifest with the value of one key replaced.
fn value(key: &str, value: &str) -> Vec<u8> {
    let lines = MANIFEST.lines().map(|line| match line.split_once(':') {
        Some((found, _)) if found == key => format!("{key}: {value}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect::<String>().into_bytes()
}

/// Rule: P-PLACE-2
fn places(class: &[u8], give: Give<'_>) {
    for (name, entry) in [
        ("missing", "META-INF/OTHER"),
        ("lower-case", "meta-inf/manifest.ion"),
        ("at-top", "MANIFEST.ion"),
        ("of-java", "META-INF/MANIFEST.MF"),
        ("deeper", "META-INF/a/MANIFEST.ion"),
        ("folder", "META-INF/MANIFEST.ion/"),
    ] {
        let zip = base(class).with(|zip| {
            let text = if entry.ends_with('/') { "" } else { MANIFEST };
            zip.entries[0] = Entry::new(entry, text).with(|e| e.external = 0);
        });
        give(&format!("man-{name}"), zip, Refused("no-manifest"));
    }
}

/// The text as such.
/// Rule: P-MAN-1, P-MAN-2, P-MAN-3
fn texts(give: GiveText<'_>) {
    let missing = Refused("manifest/missing");
    give("empty", Vec::new(), missing);
    give("blank", b"\n\n  \n\t\n".to_vec(), missing);
    give("comments", b"# Name: x\n# Version: 1\n".to_vec(), missing);
    for key in ["IonPack-Version", "Name", "Version"] {
        let lines = MANIFEST
            .lines()
            .filter(|line| !line.starts_with(&format!("{key}:")));
        let without: String = lines.flat_map(|line| [line, "\n"]).collect();
        give(
            &format!("without-{key}"),
            without.clone().into_bytes(),
            missing,
        );
        let lower = format!("{without}{}: 1.0\n", key.to_lowercase());
        give(&format!("lower-{key}"), lower.into_bytes(), missing);
    }
    give(
        "no-main",
        MANIFEST.replace("Main-Class: Main\n", "").into_bytes(),
        Accepted,
    );

    give(
        "crlf",
        MANIFEST.replace('\n', "\r\n").into_bytes(),
        Accepted,
    );
    give("bom", format!("\u{feff}{MANIFEST}").into_bytes(), Accepted);
    give("no-last-newline", MANIFEST.trim_end().into(), Accepted);
    give(
        "spaces",
        MANIFEST.replace(':', " :\t ").into_bytes(),
        Accepted,
    );
    give(
        "no-spaces",
        MANIFEST.replace(": ", ":").into_bytes(),
        Accepted,
    );
    give(
        "unknown-keys",
        more("X-Built-By: someone\nFuture: yes\n"),
        Accepted,
    );
    give("colons", more("Description: a: b: c\n"), Accepted);

    let hidden = Refused("manifest/hidden");
    give("cr", MANIFEST.replace('\n', "\r").into_bytes(), hidden);
    give("cr-inside", more("Author: me\rName: other\n"), hidden);
    give(
        "crcrlf",
        MANIFEST.replace('\n', "\r\r\n").into_bytes(),
        hidden,
    );
    give(
        "bom-twice",
        format!("\u{feff}\u{feff}{MANIFEST}").into_bytes(),
        hidden,
    );
    give("bom-inside", more("\u{feff}Author: me\n"), hidden);
    for (name, text) in [
        ("escape", "Author: \u{1b}[2J\u{1b}]0;owned\u{7}\n"),
        ("escape-key", "\u{1b}[31mAuthor: me\n"),
        ("escape-comment", "# \u{1b}[2J\n"),
        ("c1", "Author: \u{9b}2J\n"),
        ("delete", "Author: a\u{7f}\n"),
        ("vertical-tab", "Author: a\u{b}b\n"),
        ("form-feed", "Author: a\u{c}b\n"),
        ("next-line", "Author: a\u{85}Name: b\n"),
        ("line-separator", "Author: a\u{2028}Name: b\n"),
        ("override", "Author: \u{202e}evil\n"),
        ("isolate", "Author: \u{2066}evil\n"),
        ("zero-width", "Auth\u{200b}or: me\n"),
    ] {
        give(name, more(text), hidden);
    }
    let nul = Refused("manifest/nul");
    give("nul-value", more("Author: a\0b\n"), nul);
    give("nul-key", more("Auth\0or: b\n"), nul);
    give("nul-comment", more("# \0\n"), nul);
    give("nul-line", more("\0\n"), nul);
    give("nul-end", more("\0"), nul);
    let utf16: Vec<u8> = MANIFEST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    give("utf16", utf16.clone(), nul);
    let not_utf8 = Refused("manifest/not-utf8");
    give("utf16-bom", [&[0xff, 0xfe][..], &utf16].concat(), not_utf8);
    give(
        "latin-1",
        [MANIFEST.as_bytes(), b"Author: Ren\xe9\n"].concat(),
        not_utf8,
    );
    give(
        "overlong",
        [MANIFEST.as_bytes(), b"Author: \xc0\x8a\n"].concat(),
        not_utf8,
    );
    give(
        "surrogate",
        [MANIFEST.as_bytes(), b"Author: \xed\xa0\x80\n"].concat(),
        not_utf8,
    );
    give("zip", b"PK\x03\x04\xff\xff".to_vec(), not_utf8);

    let no_colon = Refused("manifest/no-colon");
    give("no-colon", more("this is no field\n"), no_colon);
    give(
        "folded",
        more("Description: a long\n text that goes on\n"),
        no_colon,
    );
    give("equals", more("Author=me\n"), no_colon);
    give("json", b"{}\n".to_vec(), no_colon);
    give("fullwidth-colon", more("Author：me\n"), no_colon);

    let key = Refused("manifest/bad-key");
    give("key-empty", more(": x\n"), key);
    give("key-space", more("Main Class: x\n"), key);
    give("key-slash", more("../Name: x\n"), key);
    give("key-letters", more("Größe: x\n"), key);
    give("key-long", more(&format!("{}: x\n", "K".repeat(65))), key);
    give(
        "key-longest",
        more(&format!("{}: x\n", "K".repeat(64))),
        Accepted,
    );
    give("key-json", more("\"Name\": \"x\"\n"), key);

    let repeated = Refused("manifest/repeated-key");
    for name in [
        "Name",
        "Version",
        "Main-Class",
        "Entry-Point",
        "IonPack-Version",
    ] {
        give(
            &format!("twice-{name}"),
            more(&format!("{name}: other\n")),
            repeated,
        );
        let lower = format!("{}: other\n", name.to_lowercase());
        give(&format!("twice-lower-{name}"), more(&lower), repeated);
    }
    give("twice-unknown", more("X: 1\nY: 2\nX: 1\n"), repeated);
    give(
        "twice-permissions",
        more("Permissions: code\nPermissions: entropy\n"),
        repeated,
    );
}

fn sizes(give: GiveText<'_>) {
    const MIB: usize = 1 << 20;
    let filled = |size: usize| {
        let comment = "#".repeat(size - MANIFEST.len());
        more(&comment)
    };
    let limit = Refused("manifest/limit");
    give("size-1m", filled(MIB), Accepted);
    give("size-1m-and-one", filled(MIB + 1), limit);
    give("size-16m", filled(16 * MIB), limit);
    let fields = |count: usize| more(&(5..count).map(|i| format!("X{i}: y\n")).collect::<String>());
    give("fields-256", fields(256), Accepted);
    give("fields-257", fields(257), limit);
    give("fields-50000", fields(50_000), limit);
    give(
        "newlines-1m",
        more(&"\n".repeat(MIB - MANIFEST.len())),
        Accepted,
    );
    give(
        "value-900k",
        more(&format!("X: {}\n", "y".repeat(900_000))),
        Accepted,
    );
    give(
        "colons-900k",
        more(&format!("X{}\n", ":".repeat(900_000))),
        Accepted,
    );
    give(
        "line-900k",
        more(&"x".repeat(900_000)),
        Refused("manifest/no-colon"),
    );
    let items = |count: usize| {
        (0..count)
            .map(|i| format!("d{i}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    give(
        "list-100k",
        more(&format!("Dependencies: {}\n", items(100_000))),
        Accepted,
    );
    let commas = format!("Dependencies: {}\n", ",".repeat(900_000));
    give("list-commas", more(&commas), Refused("manifest/bad-value"));
}

/// Values that should be names or versions.
/// Rule: P-MAN-5
fn values(give: GiveText<'_>) {
    let format = Refused("manifest/format");
    for (name, version) in [
        ("empty", ""),
        ("2", "2.0"),
        ("minor", "1.1"),
        ("short", "1"),
        ("text", "one"),
        ("long", "1.0.0"),
    ] {
        give(
            &format!("format-{name}"),
            value("IonPack-Version", version),
            format,
        );
    }
    let bad = Refused("manifest/bad-value");
    let long = "x".repeat(129);
    for (name, text) in [
        ("empty", ""),
        ("slip", "../../evil"),
        ("slip-class", "classes/../Main"),
        ("absolute", "/etc/passwd"),
        ("path", "a/b"),
        ("backslash", "..\\evil"),
        ("drive", "C:evil"),
        ("url", "https://example.org/evil"),
        ("dots", ".."),
        ("dot-end", "Main."),
        ("hidden-file", ".Main"),
        ("space", "Main Other"),
        ("list", "Main,Other"),
        ("option", "-rf"),
        ("shell", "$(reboot)"),
        ("quote", "\"Main\""),
        ("long", &long),
        ("accent-apart", "Cafe\u{301}"),
    ] {
        for (short, key) in [
            ("main", "Main-Class"),
            ("entry", "Entry-Point"),
            ("name", "Name"),
        ] {
            give(&format!("{short}-{name}"), value(key, text), bad);
        }
        for (short, key) in [("ffi", "FFI-Libraries"), ("exports", "Exports")] {
            // A list may be empty or have two items, and an export may name a function.
            let fine =
                text.is_empty() || text.contains(',') || (key == "Exports" && text == "C:evil");
            let expect = if fine { Accepted } else { bad };
            give(
                &format!("{short}-{name}"),
                more(&format!("{key}: {text}\n")),
                expect,
            );
        }
        let expect = match text {
            // Two items; a name with a requirement.
            "" | "Main,Other" | "Main Other" => Accepted,
            _ => bad,
        };
        give(
            &format!("deps-{name}"),
            more(&format!("Dependencies: {text}\n")),
            expect,
        );
    }
    give("main-letters", value("Main-Class", "Größe"), Accepted);
    give(
        "main-esc",
        value("Main-Class", "Main\u{1b}[31m"),
        Refused("manifest/hidden"),
    );
    give(
        "main-bidi",
        value("Main-Class", "Main\u{202e}"),
        Refused("manifest/hidden"),
    );
    for (name, text) in [
        ("empty", ""),
        ("slip", "../1"),
        ("path", "1/2"),
        ("space", "1 0"),
        ("option", "-1"),
        ("dots", "1..2"),
        ("long", &"1".repeat(65)),
    ] {
        give(&format!("version-{name}"), value("Version", text), bad);
    }
    for (name, text) in [
        ("requirement-slip", "base ../1"),
        ("requirement-url", "base https://x"),
        ("requirement-long", &format!("base {}", "1".repeat(65))),
        ("pin", "base@1.0"),
        ("semicolon", "a;b"),
        ("empty-item", "a,,b"),
        ("comma-first", ",a"),
        ("comma-last", "a,"),
    ] {
        give(
            &format!("deps-{name}"),
            more(&format!("Dependencies: {text}\n")),
            bad,
        );
    }
    give(
        "deps-fine",
        more("Dependencies: base >=1.2 <2, util 0.1.0-rc+1, x\n"),
        Accepted,
    );
    let twice = Refused("manifest/repeated-item");
    give("deps-twice", more("Dependencies: base 1, base 2\n"), twice);
    give("exports-twice", more("Exports: Main, Main\n"), twice);
    give("ffi-twice", more("FFI-Libraries: a, b, a\n"), twice);
    // The name of a library of the system is only a name: it is looked for in the package.
    give("ffi-system", more("FFI-Libraries: libc.so.6\n"), Accepted);
}

/// Manifests that ask for rights, or try to take them.
fn asking(give: GiveText<'_>) {
    let permission = Refused("manifest/permission");
    for (name, text) in [
        ("unknown", "root"),
        ("all", "all"),
        ("star", "*"),
        ("exec", "exec:/bin/sh"),
        ("case", "FS.READ:/"),
        ("climbing", "fs.read:/data/../../etc"),
        ("backslash", "fs.read:C:\\"),
        ("empty-path", "fs.write:"),
        ("code-argument", "code:Main"),
        ("library-path", "ffi:/lib/libc.so.6"),
        ("library-slip", "ffi:../libx"),
        ("url", "net:https://example.org"),
        ("port-0", "net:example.org:0"),
        ("port-70000", "net:example.org:70000"),
        ("variable", "env:A=B"),
        ("flag", "--allow-all"),
    ] {
        give(
            &format!("permissions-{name}"),
            more(&format!("Permissions: {text}\n")),
            permission,
        );
    }
    give(
        "permissions-twice",
        more("Permissions: code, code\n"),
        Refused("manifest/repeated-item"),
    );
    give(
        "permissions-empty-item",
        more("Permissions: code,,\n"),
        Refused("manifest/bad-value"),
    );
    let all = "code, entropy, env, ffi, fs.read, fs.write, net, time.wall";
    give(
        "permissions-fine",
        more(&format!("Permissions: {all}\n")),
        Accepted,
    );
    // Asking is not getting, and other keys mean nothing.
    give(
        "self-grant",
        more("Grant: all\nAllow: fs.write:/\nAllow-FFI: true\n"),
        Accepted,
    );
    give(
        "ffi-constructor-self-grant",
        more("Permissions: ffi\nFFI-Libraries: libx.so\n"),
        Accepted,
    );
}
