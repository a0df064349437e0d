//! Names that are paths, lies or traps, and names that clash.

use super::zip::{Entry, UTF8};
use super::{Expect, Give, MAIN_ENTRY, MANIFEST, MANIFEST_ENTRY, base, plus};
use Expect::{Accepted, Refused};

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    slips(class, give);
    characters(class, give);
    lengths(class, give);
    clashes(class, give);
    places(class, give);
}

/// Rule: P-ZIP-6
fn slips(class: &[u8], give: Give<'_>) {
    for (name, entry, label) in [
        ("up", "../evil", "entry/name/climbing"),
        (
            "up-far",
            "../../../../../../etc/cron.d/evil",
            "entry/name/climbing",
        ),
        ("inside", "resources/../../evil", "entry/name/climbing"),
        (
            "to-itself",
            "classes/../classes/Evil.ionc",
            "entry/name/climbing",
        ),
        ("at-end", "resources/..", "entry/name/climbing"),
        ("alone", "..", "entry/name/climbing"),
        ("folder", "../", "entry/name/climbing"),
        (
            "library",
            "lib/linux/x86_64/../../../evil.so",
            "entry/name/climbing",
        ),
        ("main", "classes/../../Main.ionc", "entry/name/climbing"),
        ("absolute", "/etc/passwd", "entry/name/absolute"),
        ("absolute-twice", "//server/share", "entry/name/absolute"),
        ("absolute-folder", "/", "entry/name/absolute"),
        ("drive", "C:/windows/evil", "entry/name/colon"),
        ("drive-relative", "c:evil", "entry/name/colon"),
        ("stream", "resources/a.txt:evil", "entry/name/colon"),
        (
            "drive-backslash",
            "C:\\windows\\evil",
            "entry/name/backslash",
        ),
        ("backslash", "..\\evil", "entry/name/backslash"),
        (
            "backslash-mixed",
            "resources/..\\../evil",
            "entry/name/backslash",
        ),
        ("unc", "\\\\server\\share", "entry/name/backslash"),
        ("device", "\\\\.\\C:\\evil", "entry/name/backslash"),
        ("dot", "./evil", "entry/name/empty-segment"),
        ("dot-alone", ".", "entry/name/empty-segment"),
        ("dot-inside", "resources/./evil", "entry/name/empty-segment"),
        (
            "empty-segment",
            "resources//evil",
            "entry/name/empty-segment",
        ),
        (
            "two-slashes-at-end",
            "resources//",
            "entry/name/empty-segment",
        ),
    ] {
        let zip = plus(class, Entry::new(entry, "").with(|e| e.external = 0));
        give(&format!("slip-{name}"), zip, Refused(label));
    }
    for (name, entry) in [
        ("dots", "resources/..."),
        ("dots-inside", "resources/a..b/..c"),
    ] {
        give(
            &format!("slip-not-{name}"),
            plus(class, Entry::new(entry, "")),
            Accepted,
        );
    }
    // The name is in use by the manifest or main class itself.
    for (index, entry) in [(0, MANIFEST_ENTRY), (1, MAIN_ENTRY)] {
        let zip = base(class).with(|zip| {
            zip.entries[index] = zip.entries[index]
                .clone()
                .both(|h| h.name = [b"../", entry.as_bytes()].concat());
        });
        give(
            &format!("slip-itself-{index}"),
            zip,
            Refused("entry/name/climbing"),
        );
    }
}

/// Rule: P-ZIP-6
fn characters(class: &[u8], give: Give<'_>) {
    for (name, character) in [
        ("nul", '\0'),
        ("soh", '\u{1}'),
        ("bell", '\u{7}'),
        ("tab", '\t'),
        ("newline", '\n'),
        ("return", '\r'),
        ("escape", '\u{1b}'),
        ("unit-separator", '\u{1f}'),
        ("delete", '\u{7f}'),
        ("c1-csi", '\u{9b}'),
        ("next-line", '\u{85}'),
        ("soft-hyphen", '\u{ad}'),
        ("arabic-mark", '\u{61c}'),
        ("zero-width-space", '\u{200b}'),
        ("left-to-right", '\u{200e}'),
        ("right-to-left", '\u{200f}'),
        ("line-separator", '\u{2028}'),
        ("paragraph-separator", '\u{2029}'),
        ("embedding", '\u{202a}'),
        ("override", '\u{202e}'),
        ("word-joiner", '\u{2060}'),
        ("isolate", '\u{2066}'),
        ("pop-isolate", '\u{2069}'),
        ("filler", '\u{3164}'),
        ("byte-order-mark", '\u{feff}'),
        ("annotation", '\u{fff9}'),
        ("tag", '\u{e0041}'),
    ] {
        let entry = format!("resources/a{character}b");
        let zip = plus(class, Entry::new(&entry, ""));
        give(&format!("name-{name}"), zip, Refused("entry/name/hidden"));
    }
    let screen = plus(
        class,
        Entry::new("resources/\u{1b}]0;owned\u{7}\u{1b}[2J", ""),
    );
    give("name-terminal", screen, Refused("entry/name/hidden"));
    let hidden = Entry::new("classes/Main.ionc\0.txt", class);
    give(
        "name-nul-cut",
        plus(class, hidden),
        Refused("entry/name/hidden"),
    );

    let bytes: [(&str, &[u8]); 8] = [
        ("ff", b"resources/\xff"),
        ("continuation", b"resources/\x80"),
        ("cut", b"resources/\xe2\x82"),
        ("overlong-slash", b"resources/\xc0\xaf"),
        ("overlong-nul", b"resources/\xc0\x80"),
        ("surrogate", b"resources/\xed\xa0\x80"),
        ("too-large", b"resources/\xf4\x90\x80\x80"),
        ("latin-1", b"resources/caf\xe9"),
    ];
    for (name, bytes) in bytes {
        for (marked, flag) in [("marked", UTF8), ("unmarked", 0)] {
            let entry = Entry::new(bytes, "").both(|h| h.flags = flag);
            let zip = plus(class, entry);
            give(
                &format!("name-bytes-{name}-{marked}"),
                zip,
                Refused("entry/name/not-utf8"),
            );
        }
    }
    let unmarked = Entry::new("resources/café", "").both(|h| h.flags = 0);
    give(
        "name-unmarked",
        plus(class, unmarked),
        Refused("entry/name-encoding"),
    );
    for (name, entry) in [
        ("letters", "resources/Grüße/名前.txt"),
        ("joiner", "resources/نامه\u{200c}ها"),
        ("emoji", "resources/👩\u{200d}💻"),
        ("spaces", "resources/a b c"),
        ("punctuation", "resources/a'\"<>|?*&;$(x)`"),
    ] {
        give(
            &format!("name-fine-{name}"),
            plus(class, Entry::new(entry, "")),
            Accepted,
        );
    }
}

fn lengths(class: &[u8], give: Give<'_>) {
    let empty = plus(class, Entry::new("", ""));
    give("name-empty", empty, Refused("entry/name/empty"));
    for (length, expect) in [
        (1024, Accepted),
        (1025, Refused("limit/name_bytes")),
        (65_535, Refused("limit/name_bytes")),
    ] {
        let entry = format!("resources/{}", "x".repeat(length - 10));
        give(
            &format!("name-long-{length}"),
            plus(class, Entry::new(entry, "")),
            expect,
        );
    }
    for (depth, expect) in [(32, Accepted), (33, Refused("limit/name_depth"))] {
        let entry = format!("resources/{}x", "d/".repeat(depth - 2));
        give(
            &format!("name-deep-{depth}"),
            plus(class, Entry::new(entry, "")),
            expect,
        );
    }
    let deepest = format!("resources/{}", "/".repeat(1000));
    give(
        "name-slashes",
        plus(class, Entry::new(deepest, "")),
        Refused("entry/name/empty-segment"),
    );
    // Long names and deep paths in numbers.
    let many = base(class).with(|zip| {
        for i in 0..2_000 {
            let deep = "d/".repeat(28);
            zip.entries.push(Entry::new(
                format!("resources/{deep}{i}/{}", "x".repeat(900)),
                "",
            ));
        }
    });
    give("name-long-and-many", many, Accepted);
}

/// Rule: P-ZIP-7
fn clashes(class: &[u8], give: Give<'_>) {
    let pairs = [
        ("main", MAIN_ENTRY, MAIN_ENTRY, "entry/duplicate"),
        (
            "manifest",
            MANIFEST_ENTRY,
            MANIFEST_ENTRY,
            "entry/duplicate",
        ),
        ("resource", "resources/a", "resources/a", "entry/duplicate"),
        ("folder", "resources/a/", "resources/a/", "entry/duplicate"),
        (
            "case-main",
            "classes/main.ionc",
            MAIN_ENTRY,
            "entry/case-conflict",
        ),
        (
            "case-manifest",
            "meta-inf/manifest.ion",
            MANIFEST_ENTRY,
            "entry/case-conflict",
        ),
        (
            "case-manifest-file",
            "META-INF/manifest.ion",
            MANIFEST_ENTRY,
            "entry/case-conflict",
        ),
        (
            "case-resource",
            "resources/README",
            "resources/readme",
            "entry/case-conflict",
        ),
        (
            "case-folder",
            "resources/A/x",
            "resources/a/y",
            "entry/case-conflict",
        ),
        (
            "case-top",
            "Resources/x",
            "resources/y",
            "entry/case-conflict",
        ),
        (
            "case-sharp-s",
            "resources/straße",
            "resources/STRASSE",
            "entry/case-conflict",
        ),
        (
            "case-long-s",
            "resources/ſ",
            "resources/s",
            "entry/case-conflict",
        ),
        (
            "case-sigma",
            "resources/ας",
            "resources/ΑΣ",
            "entry/case-conflict",
        ),
        (
            "case-kelvin",
            "resources/\u{212a}",
            "resources/k",
            "entry/case-conflict",
        ),
        (
            "case-folder-entry",
            "resources/A/",
            "resources/a/y",
            "entry/case-conflict",
        ),
        (
            "file-folder",
            "resources/a",
            "resources/a/b",
            "entry/file-and-folder",
        ),
        (
            "file-folder-entry",
            "resources/a",
            "resources/a/",
            "entry/file-and-folder",
        ),
        (
            "file-folder-deep",
            "resources/a",
            "resources/a/b/c/d",
            "entry/file-and-folder",
        ),
        (
            "file-folder-case",
            "resources/A",
            "resources/a/b",
            "entry/file-and-folder",
        ),
        (
            "file-top",
            "resources",
            "resources/b",
            "entry/file-and-folder",
        ),
    ];
    for (name, first, second, label) in pairs {
        for (order, [a, b]) in [("", [first, second]), ("-reversed", [second, first])] {
            let zip = base(class).with(|zip| {
                // What the valid package has is there once already.
                let mut present = vec![MAIN_ENTRY, MANIFEST_ENTRY];
                for entry in [a, b] {
                    if let Some(at) = present.iter().position(|name| *name == entry) {
                        present.remove(at);
                        continue;
                    }
                    let contents = match entry {
                        MANIFEST_ENTRY => MANIFEST.replace("hostile", "other").into_bytes(),
                        name if name.ends_with('/') => Vec::new(),
                        _ => b"other".to_vec(),
                    };
                    zip.entries
                        .push(Entry::new(entry, contents).with(|e| e.external = 0));
                }
            });
            give(&format!("dup-{name}{order}"), zip, Refused(label));
        }
    }
    let three = base(class).with(|zip| {
        for name in [
            "resources/a",
            "resources/a!",
            "resources/a-",
            "resources/a/b",
        ] {
            zip.entries.push(Entry::new(name, ""));
        }
    });
    give(
        "dup-file-folder-apart",
        three,
        Refused("entry/file-and-folder"),
    );
    let fine = base(class).with(|zip| {
        for name in [
            "resources/a",
            "resources/a.b",
            "resources/b/a",
            "resources/b/",
            "src/a",
        ] {
            zip.entries
                .push(Entry::new(name, "").with(|e| e.external = 0));
        }
    });
    give("dup-not", fine, Accepted);
}

/// Rule: P-PLACE-1
fn places(class: &[u8], give: Give<'_>) {
    for (name, entry) in [
        ("nested", "classes/a/B.ionc"),
        ("no-name", "classes/.ionc"),
        ("dots", "classes/...ionc"),
        ("space", "classes/My Class.ionc"),
        ("dash-first", "classes/-rf.ionc"),
        ("other", "classes/Main.class"),
        ("text", "classes/Main.ionasm"),
        ("too-long", &format!("classes/{}.ionc", "x".repeat(129))),
        ("accent-apart", "classes/Cafe\u{301}.ionc"),
    ] {
        let zip = plus(class, Entry::new(entry, class));
        give(
            &format!("place-class-{name}"),
            zip,
            Refused("entry/class-place"),
        );
    }
    for (name, entry) in [
        ("system", "lib/beos/x86_64/libx.so"),
        ("processor", "lib/linux/z80/libx.so"),
        ("case", "lib/Linux/x86_64/libx.so"),
        ("two-parts", "lib/linux/libx.so"),
        ("four-parts", "lib/linux/x86_64/sub/libx.so"),
        ("hidden", "lib/.libx.so"),
        ("space", "lib/my lib.so"),
    ] {
        let zip = plus(class, Entry::new(entry, "x"));
        give(
            &format!("place-library-{name}"),
            zip,
            Refused("entry/library-place"),
        );
    }
    for (name, entry) in [
        ("library", "lib/libx.so"),
        ("library-platform", "lib/macos/aarch64/libx.dylib"),
        // A library for all platforms that is called like one.
        ("platform-name", "lib/linux"),
        ("class", "classes/ion.deep-name_1$.ionc"),
        ("class-letters", "classes/Größe.ionc"),
    ] {
        give(
            &format!("place-fine-{name}"),
            plus(class, Entry::new(entry, class)),
            Accepted,
        );
    }
}
