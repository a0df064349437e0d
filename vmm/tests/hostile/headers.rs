//! Entries whose headers are wrong: they disagree, or ask for what no package needs.

use super::deflate;
use super::zip::{DESCRIPTOR, Entry, Header, UTF8};
use super::{Expect, Give, base, plus};
use Expect::{Accepted, Refused};

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    headers(class, give);
    descriptors(class, give);
    methods(class, give);
    modes(class, give);
    extra_fields(class, give);
}

type Change = fn(&mut Header);

/// Two headers that say different things.
/// Rule: P-ZIP-2
fn headers(class: &[u8], give: Give<'_>) {
    let changes: [(&str, Change); 14] = [
        ("flags", |h| h.flags |= 2),
        ("utf8", |h| h.flags |= UTF8),
        ("descriptor", |h| h.flags |= DESCRIPTOR),
        ("encrypted", |h| h.flags |= 1),
        ("method", |h| h.method = 8),
        ("time", |h| h.time = 1),
        ("date", |h| h.date = 0x22),
        ("crc", |h| h.crc ^= 1),
        ("packed-more", |h| h.packed += 1),
        ("packed-zero", |h| h.packed = 0),
        ("packed-ffff", |h| h.packed = u32::MAX),
        ("unpacked", |h| h.unpacked += 1),
        ("unpacked-ffff", |h| h.unpacked = u32::MAX),
        ("name-case", |h| h.name[8] = b'm'),
    ];
    for (name, change) in changes {
        let zip = base(class).with(|zip| change(&mut zip.entries[1].local));
        give(
            &format!("local-{name}"),
            zip,
            Refused("entry/headers-disagree"),
        );
    }
    let names: [(&str, &[u8]); 5] = [
        ("evil", b"classes/Evil.ionc"),
        ("slip", b"../../../evil.ion"),
        ("shorter", b"classes/Mai.ionc"),
        ("longer", b"classes/Main.ioncc"),
        ("empty", b""),
    ];
    for (name, local) in names {
        let zip = base(class).with(|zip| zip.entries[1].local.name = local.to_vec());
        give(
            &format!("local-name-{name}"),
            zip,
            Refused("entry/headers-disagree"),
        );
    }
    for (name, signature) in [
        ("central", *b"PK\x01\x02"),
        ("none", [0; 4]),
        ("end", *b"PK\x05\x06"),
    ] {
        let zip = base(class).with(|zip| zip.entries[1].local.signature = signature);
        give(
            &format!("local-signature-{name}"),
            zip,
            Refused("archive/signature"),
        );
        if name != "central" {
            let zip = base(class).with(|zip| zip.entries[1].central.signature = signature);
            give(
                &format!("central-signature-{name}"),
                zip,
                Refused("archive/signature"),
            );
        }
    }
    let newer = base(class).with(|zip| zip.entries[1].local.needed = 45);
    give("local-version-45", newer, Refused("entry/headers-disagree"));
    for needed in [21, 45, 51, 63, 0xffff] {
        let zip = plus(
            class,
            Entry::new("resources/a", "").both(|h| h.needed = needed),
        );
        give(&format!("version-{needed}"), zip, Refused("entry/version"));
    }
    for needed in [0, 10, 20] {
        let zip = plus(
            class,
            Entry::new("resources/a", "").both(|h| h.needed = needed),
        );
        give(&format!("version-{needed}"), zip, Accepted);
    }
}

/// Descriptors behind the data.
/// Rule: P-ZIP-2
fn descriptors(class: &[u8], give: Give<'_>) {
    let resource = || Entry::new("resources/a", "some contents");
    let packed = || Entry::deflated("resources/a", deflate::zeros(1000), &[0; 1000]);
    for (name, entry) in [("stored", resource()), ("deflated", packed())] {
        let signed = plus(class, entry.clone().streamed(true));
        give(&format!("descriptor-{name}-signed"), signed, Accepted);
        let bare = plus(class, entry.clone().streamed(false));
        give(&format!("descriptor-{name}-bare"), bare, Accepted);
        let known = entry.clone().streamed(true).with(|e| {
            let Header {
                crc,
                packed,
                unpacked,
                ..
            } = e.central.clone();
            (e.local.crc, e.local.packed, e.local.unpacked) = (crc, packed, unpacked);
        });
        give(
            &format!("descriptor-{name}-known-before"),
            plus(class, known),
            Accepted,
        );
        let wrong = Refused("entry/descriptor-disagrees");
        for (field, at) in [("crc", 4), ("packed", 8), ("unpacked", 12)] {
            let entry = entry.clone().streamed(true).with(|e| e.after[at] ^= 1);
            give(
                &format!("descriptor-{name}-{field}"),
                plus(class, entry),
                wrong,
            );
        }
        for (what, bytes) in [("missing", 0), ("short", 8), ("zip64", 24), ("long", 20)] {
            let entry = entry
                .clone()
                .streamed(true)
                .with(|e| e.after.resize(bytes, 0));
            let expect = Refused("archive/stray-bytes");
            give(
                &format!("descriptor-{name}-{what}"),
                plus(class, entry),
                expect,
            );
        }
        let unsigned = entry.clone().streamed(true).with(|e| e.after[2] = 0);
        let expect = Refused("archive/signature");
        give(
            &format!("descriptor-{name}-signature"),
            plus(class, unsigned),
            expect,
        );
        let lying = entry.streamed(true).with(|e| e.local.unpacked = 7);
        let expect = Refused("entry/headers-disagree");
        give(
            &format!("descriptor-{name}-local-lies"),
            plus(class, lying),
            expect,
        );
    }
}

/// Compression methods, encryption, flags.
/// Rule: P-ZIP-3
fn methods(class: &[u8], give: Give<'_>) {
    let known = [0, 8];
    let numbers = (0..=20).chain([93, 94, 95, 96, 97, 98, 99, 128, 0x7fff, 0xfffe, 0xffff]);
    for method in numbers.filter(|number| !known.contains(number)) {
        let zip = plus(
            class,
            Entry::new("resources/a", "x").both(|h| h.method = method),
        );
        give(&format!("method-{method}"), zip, Refused("entry/method"));
    }
    let main = base(class).with(|zip| {
        zip.entries[1] = zip.entries[1].clone().both(|h| h.method = 14);
    });
    give("method-main-14", main, Refused("entry/method"));
    for (name, flags) in [
        ("plain", 1),
        ("strong", 0x41),
        ("strong-alone", 0x40),
        ("masked", 0x2000),
    ] {
        let zip = plus(
            class,
            Entry::new("resources/a", "x").both(|h| h.flags |= flags),
        );
        give(
            &format!("encrypted-{name}"),
            zip,
            Refused("entry/encrypted"),
        );
    }
    for bit in [4, 5, 7, 8, 9, 10, 12, 14, 15] {
        let zip = plus(
            class,
            Entry::new("resources/a", "x").both(|h| h.flags |= 1 << bit),
        );
        give(&format!("flags-{bit}"), zip, Refused("entry/flags"));
    }
    let zip = plus(
        class,
        Entry::new("resources/a", "x").both(|h| h.flags |= 6 | UTF8),
    );
    give("flags-harmless", zip, Accepted);
}

/// Types and permission bits.
/// Rule: P-ZIP-5
fn modes(class: &[u8], give: Give<'_>) {
    let with = |name: &str, external: u32, made_by: u16| {
        let entry = Entry::new(name, "").with(|e| {
            e.external = external;
            e.made_by = made_by;
        });
        plus(class, entry)
    };
    let link = 0o120_777 << 16;
    for (name, made_by) in [
        ("unix", 3),
        ("dos", 0),
        ("ntfs", 10),
        ("macos", 19),
        ("unknown", 255),
    ] {
        let zip = with("resources/link", link, made_by << 8 | 20);
        give(&format!("symlink-{name}"), zip, Refused("entry/file-type"));
    }
    let slip = plus(
        class,
        Entry::new("resources/link", "../../etc/passwd").with(|e| e.external = link),
    );
    give("symlink-slip", slip, Refused("entry/file-type"));
    give(
        "symlink-library",
        with("lib/libx.so", link, 0x314),
        Refused("entry/file-type"),
    );
    give(
        "symlink-folder",
        with("resources/link/", link, 0x314),
        Refused("entry/file-type"),
    );
    give(
        "symlink-reparse",
        with("resources/link", 0x420, 0x0a14),
        Refused("entry/file-type"),
    );
    let main = base(class).with(|zip| zip.entries[1].external = link);
    give("symlink-main", main, Refused("entry/file-type"));
    let manifest = base(class).with(|zip| zip.entries[0].external = link);
    give("symlink-manifest", manifest, Refused("entry/file-type"));
    let through = plus(class, Entry::new("resources/link/file", "x")).with(|zip| {
        zip.entries
            .push(Entry::new("resources/link", "/tmp").with(|e| e.external = link));
    });
    give("symlink-through", through, Refused("entry/file-type"));

    for (name, mode) in [
        ("character-device", 0o020_666),
        ("block-device", 0o060_660),
        ("pipe", 0o010_644),
        ("socket", 0o140_777),
        ("folder", 0o040_755),
        ("unknown", 0o150_000),
        ("all", 0o177_777),
    ] {
        let zip = with("resources/a", mode << 16, 0x314);
        give(&format!("mode-{name}"), zip, Refused("entry/file-type"));
    }
    give(
        "mode-file-as-folder",
        with("resources/a/", 0o100_644 << 16, 0x314),
        Refused("entry/file-type"),
    );
    for (name, mode) in [
        ("setuid", 0o104_755),
        ("setgid", 0o102_755),
        ("sticky", 0o101_644),
        ("set-all", 0o107_777),
    ] {
        let zip = with("lib/libx.so", mode << 16, 0x314);
        give(&format!("mode-{name}"), zip, Refused("entry/set-id"));
    }
    give(
        "mode-setuid-folder",
        with("resources/a/", 0o042_755 << 16, 0x314),
        Refused("entry/set-id"),
    );
    for (name, attributes) in [("label", 0x08), ("device", 0x40), ("dos-folder", 0x10)] {
        let zip = with("resources/a", attributes, 0x14);
        give(&format!("mode-{name}"), zip, Refused("entry/file-type"));
    }
    for (name, external) in [
        ("none", 0),
        ("executable", 0o100_755 << 16),
        ("no-type", 0o644 << 16),
        ("dos-archive", 0x21),
    ] {
        give(
            &format!("mode-{name}"),
            with("resources/a", external, 0x314),
            Accepted,
        );
    }
}

/// Blocks in the extra fields.
/// Rule: P-ZIP-4
fn extra_fields(class: &[u8], give: Give<'_>) {
    let block = |tag: u16, data: &[u8]| {
        let mut out = tag.to_le_bytes().to_vec();
        out.extend((data.len() as u16).to_le_bytes());
        out.extend(data);
        out
    };
    let resource = || Entry::new("resources/a", "x");
    let target = b"\0\0\0\0\0\0\0\0\0\0\0\0/etc/passwd";
    for (name, extra, label) in [
        ("unix-link", block(0x000d, target), "entry/extra-block"),
        ("asi-unix", block(0x756e, target), "entry/extra-block"),
        (
            "unicode-path",
            block(0x7075, b"\x01\0\0\0\0../../evil"),
            "entry/extra-block",
        ),
        ("aes", block(0x9901, b"\x02\0AE\x03\0\0"), "entry/encrypted"),
        (
            "strong-encryption",
            block(0x0017, &[0; 8]),
            "entry/encrypted",
        ),
        ("one-byte", vec![0], "entry/extra-field"),
        ("three-bytes", vec![0; 3], "entry/extra-field"),
        (
            "too-long",
            block(0x5455, &[0; 5])[..8].to_vec(),
            "entry/extra-field",
        ),
        (
            "length-ffff",
            vec![0x55, 0x54, 0xff, 0xff],
            "entry/extra-field",
        ),
        (
            "behind-time",
            [block(0x5455, &[0; 5]), vec![1, 0]].concat(),
            "entry/extra-field",
        ),
    ] {
        let central = resource().with(|e| e.central.extra = extra.clone());
        give(
            &format!("extra-{name}"),
            plus(class, central),
            Refused(label),
        );
        let local = resource().with(|e| e.local.extra = extra);
        give(
            &format!("extra-{name}-local"),
            plus(class, local),
            Refused(label),
        );
    }
    let times = resource().with(|e| {
        e.local.extra = [block(0x5455, &[3; 9]), block(0x7875, &[1; 11])].concat();
        e.central.extra = [block(0x5455, &[3; 5]), block(0x7875, &[1; 11])].concat();
    });
    give("extra-times", plus(class, times), Accepted);
    let empty = resource().both(|h| h.extra = block(0xcafe, b""));
    give("extra-empty-block", plus(class, empty), Accepted);
}
