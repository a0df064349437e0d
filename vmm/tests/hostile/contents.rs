//! Entries whose contents are wrong: too much comes out, too little, or something else.

use super::deflate;
use super::zip::{Entry, crc32};
use super::{Expect, Give, MAIN_ENTRY, MANIFEST, MANIFEST_ENTRY, base, plus};
use Expect::{Accepted, MainRefused, Refused, ResourceRefused};

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    bombs(class, give);
    streams(class, give);
    damage(class, give);
}

/// Much out of little.
/// Rule: P-LIMIT-2
fn bombs(class: &[u8], give: Give<'_>) {
    const MIB: usize = 1 << 20;
    let bomb = |name: &[u8], size: usize, declared: u32| {
        Entry::raw(name, deflate::zeros(size), 8, 0, declared)
    };
    let fits = Entry::deflated("resources/a", deflate::zeros(MIB), &vec![0; MIB]);
    give("bomb-small-enough", plus(class, fits), Accepted);
    for (name, size, label) in [
        ("1m-and-one", MIB + 1, "limit/ratio"),
        ("60m", 60 * MIB, "limit/ratio"),
        ("64m-and-one", 64 * MIB + 1, "limit/entry_bytes"),
        ("1g", 1 << 30, "limit/entry_bytes"),
    ] {
        let zip = plus(class, bomb(b"resources/bad", size, size as u32));
        give(&format!("bomb-{name}"), zip, Refused(label));
    }
    for (name, declared) in [
        ("fffffffe", u32::MAX - 1),
        ("80000000", 1 << 31),
        ("7fffffff", i32::MAX as u32),
    ] {
        let zip = plus(class, bomb(b"resources/bad", MIB, declared));
        give(
            &format!("bomb-declared-{name}"),
            zip,
            Refused("limit/entry_bytes"),
        );
        let stored = plus(
            class,
            Entry::raw(b"resources/bad", vec![0; 9], 0, 0, declared),
        );
        give(
            &format!("bomb-stored-{name}"),
            stored,
            Refused("limit/entry_bytes"),
        );
        let both = Entry::new("resources/bad", "x").both(|h| {
            h.packed = declared;
            h.unpacked = declared;
        });
        give(
            &format!("bomb-both-{name}"),
            plus(class, both),
            Refused("limit/entry_bytes"),
        );
        let packed = Entry::new("resources/bad", "x").both(|h| h.packed = declared);
        give(
            &format!("bomb-packed-{name}"),
            plus(class, packed),
            Refused("entry/stored-size"),
        );
    }
    // What the header declares is modest; what comes out is not.
    for (name, size, declared) in [
        ("1g", 1 << 30, 100),
        ("by-one", 1001, 1000),
        ("to-none", 1000, 0),
    ] {
        let zip = plus(class, bomb(b"resources/bad", size, declared));
        give(
            &format!("bomb-lying-{name}"),
            zip,
            ResourceRefused("entry/unpacked-size"),
        );
        let main = base(class).with(|zip| {
            zip.entries[1] = bomb(MAIN_ENTRY.as_bytes(), size, declared);
        });
        give(
            &format!("bomb-lying-{name}-main"),
            main,
            MainRefused("entry/unpacked-size"),
        );
        let manifest = base(class).with(|zip| {
            zip.entries[0] = bomb(MANIFEST_ENTRY.as_bytes(), size, declared);
        });
        give(
            &format!("bomb-lying-{name}-manifest"),
            manifest,
            Refused("entry/unpacked-size"),
        );
    }
    let less = plus(class, bomb(b"resources/bad", 999, 1000));
    give(
        "bomb-lying-less",
        less,
        ResourceRefused("entry/unpacked-size"),
    );
    let manifest = base(class).with(|zip| {
        zip.entries[0] = bomb(MANIFEST_ENTRY.as_bytes(), MIB + 1, MIB as u32 + 1);
        zip.entries[0].data.resize(MIB / 100, 0);
        let packed = zip.entries[0].data.len() as u32;
        zip.entries[0] = zip.entries[0].clone().both(|h| h.packed = packed);
    });
    give("bomb-manifest", manifest, Refused("manifest/limit"));
    // No entry is too large, all of them together are.
    let share = 400_000;
    let together = |count: usize| {
        base(class).with(|zip| {
            for i in 0..count {
                let name = format!("resources/{i}");
                zip.entries.push(Entry::raw(
                    name.as_bytes(),
                    vec![0; share],
                    8,
                    0,
                    60 * MIB as u32,
                ));
            }
        })
    };
    give("bomb-total", together(9), Refused("limit/total_bytes"));
    // Thousands of empty blocks: much input for no output at all.
    let blocks = [
        [0, 0, 0, 0xff, 0xff].repeat(200_000),
        vec![1, 0, 0, 0xff, 0xff],
    ]
    .concat();
    let empty = Entry::deflated("resources/a", blocks, b"");
    give("bomb-empty-blocks", plus(class, empty), Accepted);
    let folder = Entry::new("resources/a/", "bytes in a folder").with(|e| e.external = 0);
    give(
        "bomb-folder",
        plus(class, folder),
        Refused("entry/folder-with-bytes"),
    );
    let folder =
        Entry::deflated("resources/a/", deflate::plain(b"", 1), b"").with(|e| e.external = 0);
    give(
        "bomb-folder-stream",
        plus(class, folder),
        Refused("entry/folder-with-bytes"),
    );
    let folder = Entry::deflated("resources/a/", vec![3, 0], b"").with(|e| e.external = 0);
    give("fine-folder-deflated", plus(class, folder), Accepted);
}

/// Deflate streams that break the rules.
/// Rule: P-ZIP-8
fn streams(class: &[u8], give: Give<'_>) {
    let contents = b"contents of some length, contents of some length";
    let good = deflate::plain(contents, 10);
    give(
        "stream-plain",
        plus(
            class,
            Entry::deflated("resources/a", good.clone(), contents),
        ),
        Accepted,
    );
    let cut = |at: usize| good[..at].to_vec();
    let mut reserved = good.clone();
    reserved[0] = 0b110;
    let mut lengths = good.clone();
    lengths[3] ^= 1;
    for (name, stream, label) in [
        ("empty", vec![], "entry/deflate"),
        ("cut-first", cut(1), "entry/deflate"),
        ("cut-middle", cut(25), "entry/deflate"),
        ("cut-last", cut(good.len() - 1), "entry/deflate"),
        ("reserved-block", reserved, "entry/deflate"),
        ("lengths-differ", lengths, "entry/deflate"),
        (
            "zlib-header",
            [&[0x78, 0x9c][..], &good].concat(),
            "entry/deflate",
        ),
        ("garbage", vec![0xff; 50], "entry/deflate"),
        (
            "distance-too-far",
            // A copy as the very first thing.
            vec![0x03, 0x02, 0x00],
            "entry/deflate",
        ),
        (
            "byte-behind",
            [&good[..], &[0]].concat(),
            "entry/bytes-after-stream",
        ),
        (
            "archive-behind",
            [&good[..], &base(class).bytes()].concat(),
            "entry/bytes-after-stream",
        ),
    ] {
        let zip = plus(
            class,
            Entry::deflated("resources/bad", stream.clone(), contents),
        );
        give(&format!("stream-{name}"), zip, ResourceRefused(label));
        let main = base(class).with(|zip| {
            zip.entries[1] = Entry::deflated(MAIN_ENTRY, stream, contents);
        });
        give(&format!("stream-{name}-main"), main, MainRefused(label));
    }
    let manifest = deflate::plain(MANIFEST.as_bytes(), 7);
    let packed = base(class).with(|zip| {
        zip.entries[0] = Entry::deflated(MANIFEST_ENTRY, manifest, MANIFEST.as_bytes());
    });
    give("stream-manifest", packed, Accepted);
    let torn = base(class).with(|zip| {
        zip.entries[0] = Entry::deflated(MANIFEST_ENTRY, vec![7], MANIFEST.as_bytes());
    });
    give("stream-manifest-bad", torn, Refused("entry/deflate"));
}

/// Contents that do not match their checksum.
/// Rule: P-ZIP-8
fn damage(class: &[u8], give: Give<'_>) {
    let resource = Entry::new("resources/bad", "contents").with(|e| e.data[0] ^= 1);
    give(
        "checksum-resource",
        plus(class, resource),
        ResourceRefused("entry/checksum"),
    );
    let main = base(class).with(|zip| zip.entries[1] = zip.entries[1].clone().both(|h| h.crc ^= 1));
    give("checksum-main", main, MainRefused("entry/checksum"));
    let manifest = base(class).with(|zip| zip.entries[0].data[20] ^= 1);
    give("checksum-manifest", manifest, Refused("entry/checksum"));
    let zero = Entry::new("resources/bad", "x").both(|h| h.crc = 0);
    give(
        "checksum-zero",
        plus(class, zero),
        ResourceRefused("entry/checksum"),
    );
    let empty = Entry::new("resources/bad", "").both(|h| h.crc = crc32(b"x"));
    give(
        "checksum-empty",
        plus(class, empty),
        ResourceRefused("entry/checksum"),
    );
    let sizes = Entry::new("resources/bad", "x").both(|h| h.unpacked = 2);
    give(
        "stored-sizes",
        plus(class, sizes),
        Refused("entry/stored-size"),
    );
}
