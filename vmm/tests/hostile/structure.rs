//! Archives that are wrong as a whole: counts, offsets, bytes that belong to nothing.

use super::zip::{Entry, Zip};
use super::{Expect, Give, base, plus, raw, set_count};
use Expect::{Accepted, Refused};

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    shapes(class, give);
    stray_bytes(class, give);
    comments(class, give);
    counts(class, give);
    overlaps(class, give);
    cuts(class, give);
}

/// Packages that are as they should be.
fn shapes(class: &[u8], give: Give<'_>) {
    give("fine-plain", base(class), Accepted);
    let folders = base(class).with(|zip| {
        for name in ["META-INF/", "classes/", "resources/", "resources/deep/"] {
            let folder = Entry::new(name, "").with(|e| e.external = 0o040_755 << 16 | 0x10);
            zip.entries.insert(0, folder);
        }
    });
    give("fine-folders", folders, Accepted);
    let reversed = base(class).with(|zip| zip.entries.reverse());
    give("fine-order", reversed, Accepted);
    let unknown = plus(
        class,
        Entry::new("NOTES/later.txt", "kept for a later version"),
    );
    give("fine-unknown-entry", unknown, Accepted);
    let nested = plus(
        class,
        Entry::new("resources/inner.zip", base(class).bytes()),
    );
    give("fine-archive-as-resource", nested, Accepted);
}

/// Rule: P-ZIP-1
fn stray_bytes(class: &[u8], give: Give<'_>) {
    let stray = Refused("archive/stray-bytes");
    let bounds = Refused("archive/directory-bounds");
    let other = base(b"other").bytes();
    for (name, prefix) in [
        ("one", vec![0]),
        ("program", [&b"MZ\x90\0"[..], &[0; 508]].concat()),
        ("script", b"#!/usr/bin/env ionvm\n".to_vec()),
        ("zeros-64k", vec![0; 1 << 16]),
        ("header", b"PK\x03\x04".to_vec()),
    ] {
        let counted = base(class).with(|zip| {
            zip.prefix = prefix.clone();
            zip.prefix_counts = true;
        });
        give(&format!("prefix-{name}"), counted, stray);
        let not_counted = base(class).with(|zip| zip.prefix = prefix);
        give(&format!("prefix-{name}-not-counted"), not_counted, bounds);
    }
    for counted in [false, true] {
        let two = base(class).with(|zip| {
            zip.prefix = other.clone();
            zip.prefix_counts = counted;
        });
        let name = if counted {
            "two-archives-counted"
        } else {
            "two-archives"
        };
        give(name, two, if counted { stray } else { bounds });
    }

    for (name, bytes) in [("one", 1), ("header-size", 30), ("64k", 1 << 16)] {
        let between = base(class).with(|zip| zip.entries[0].after = vec![0; bytes]);
        give(&format!("gap-between-{name}"), between, stray);
        let behind = base(class).with(|zip| zip.before_directory = vec![0; bytes]);
        give(&format!("gap-directory-{name}"), behind, stray);
        let before_end = base(class).with(|zip| zip.before_end = vec![0; bytes]);
        give(&format!("gap-end-{name}"), before_end, bounds);
        let inside = base(class).with(|zip| zip.in_directory = vec![0; bytes]);
        give(
            &format!("gap-in-directory-{name}"),
            inside,
            Refused("archive/entry-count"),
        );
        let suffix = base(class).with(|zip| zip.suffix = vec![0; bytes]);
        let far = bytes > 60_000;
        let label = if far {
            "archive/no-end-record"
        } else {
            "archive/bytes-after-end"
        };
        give(&format!("suffix-{name}"), suffix, Refused(label));
    }
    let newline = base(class).with(|zip| zip.suffix = b"\n".to_vec());
    give(
        "suffix-newline",
        newline,
        Refused("archive/bytes-after-end"),
    );

    // Written, but not in the directory: only readers that walk from the start see it.
    let unlisted = Entry::new("classes/Evil.ionc", class).with(|e| e.listed = false);
    give("local-unlisted", plus(class, unlisted), stray);
    let first = base(class).with(|zip| {
        zip.entries
            .insert(0, Entry::new("resources/a", "").with(|e| e.listed = false));
    });
    give("local-unlisted-first", first, stray);
}

/// Rule: P-ZIP-1
fn comments(class: &[u8], give: Give<'_>) {
    let refused = Refused("archive/comment");
    for (name, comment) in [
        ("word", b"hello".to_vec()),
        ("escape", b"\x1b[2J\x07".to_vec()),
        ("archive", base(b"hidden").bytes()),
        ("longest", vec![b'x'; 0xffff]),
    ] {
        let zip = base(class).with(|zip| zip.end.comment = comment);
        let family = if name == "archive" { "hidden-in" } else { name };
        // The hidden archive ends where the file ends, and its end record is met first.
        let expect = if name == "archive" {
            Refused("archive/directory-bounds")
        } else {
            refused
        };
        give(&format!("{family}-comment"), zip, expect);
    }
    let hidden = base(class).with(|zip| {
        zip.end.comment = [base(b"hidden").bytes(), b"tail".to_vec()].concat();
    });
    give("hidden-in-comment-with-tail", hidden, refused);
    let in_entry = base(class).with(|zip| zip.entries[1].comment = b"hello".to_vec());
    give("comment-of-entry", in_entry, Refused("entry/comment"));
    let short = base(class).with(|zip| zip.end.comment_len = Some(1));
    give("comment-missing", short, Refused("archive/no-end-record"));
}

/// Rule: P-ZIP-1
fn counts(class: &[u8], give: Give<'_>) {
    let many = |count: usize| {
        base(class).with(|zip| {
            let added = (2..count).map(|i| Entry::new(format!("resources/{i}"), ""));
            zip.entries.extend(added);
        })
    };
    give("entries-10000", many(10_000), Accepted);
    give("entries-10001", many(10_001), Refused("limit/entries"));
    give("entries-65534", many(65_534), Refused("limit/entries"));
    give("entries-65535", many(65_535), Refused("archive/zip64"));
    // The count in the end record is that of 200,000 entries modulo 65,536.
    give(
        "entries-200k",
        many(200_000),
        Refused("archive/entry-count"),
    );
    give(
        "entries-200k-claimed-9999",
        many(200_000).with(|z| set_count(z, 9_999)),
        COUNT,
    );
    give(
        "entries-one-less",
        base(class).with(|z| set_count(z, 1)),
        COUNT,
    );
    give(
        "entries-one-more",
        base(class).with(|z| set_count(z, 3)),
        COUNT,
    );
    // As many as the directory's size allows at most, with nothing left for names.
    let tight = base(class).with(|zip| {
        zip.in_directory = vec![0; 46 * 3];
        set_count(zip, 5);
    });
    give("entries-tight", tight, Refused("archive/signature"));
    give("entries-none", Zip::default(), NO_MANIFEST);
}

const COUNT: Expect = Refused("archive/entry-count");
const NO_MANIFEST: Expect = Refused("no-manifest");

/// Rule: P-ZIP-1
fn overlaps(class: &[u8], give: Give<'_>) {
    let overlap = Refused("entry/overlap");
    let twice = plus(
        class,
        Entry::new("resources/a", "").with(|e| e.written = false),
    )
    .with(|zip| {
        zip.entries[2].offset = Some(0);
    });
    give("bomb-overlap-same", twice, overlap);
    // One kernel that 9,000 entries share.
    let kernel = base(class).with(|zip| {
        for i in 0..9_000 {
            let entry = Entry::raw(
                format!("resources/{i}").as_bytes(),
                vec![1; 64],
                8,
                0,
                1 << 20,
            );
            zip.entries.push(entry.with(|e| {
                e.written = i == 0;
                e.offset = (i > 0).then_some(0);
            }));
        }
    });
    give(
        "bomb-overlap-kernel",
        kernel.with(total_within_limits),
        overlap,
    );
    // Each entry's data takes in the header and data of the next, quoted in its own.
    let nested = base(class).with(|zip| {
        zip.entries[0].central.packed += 30;
        zip.entries[0].central.unpacked += 30;
        zip.entries[0].local = zip.entries[0].central.clone();
        zip.entries[0].local.signature = *b"PK\x03\x04";
    });
    give("bomb-overlap-next", nested, overlap);
    let into_directory = base(class).with(|zip| {
        zip.entries[1] = zip.entries[1].clone().both(|h| {
            h.packed += 10;
            h.unpacked += 10;
        });
    });
    give("bomb-overlap-directory", into_directory, overlap);
    let inside_header = base(class).with(|zip| zip.entries[1].offset = Some(4));
    give("bomb-overlap-header", inside_header, overlap);
    for (name, offset) in [("fffffffe", u32::MAX - 1), ("7fffffff", i32::MAX as u32)] {
        let far = base(class).with(|zip| zip.entries[1].offset = Some(offset));
        give(
            &format!("local-offset-{name}"),
            far,
            Refused("archive/stray-bytes"),
        );
    }
    let at_directory = base(class).with(|zip| {
        let start = zip.bytes().len() as u32 - 22 - 46 * 2 - 21 - 17;
        let moved = Entry::new("resources/a", "").with(|e| {
            e.written = false;
            e.offset = Some(start);
        });
        zip.entries.push(moved);
    });
    give("local-in-directory", at_directory, overlap);
    let all_extra = base(class).with(|zip| zip.entries[1].local.extra_len = Some(0xffff));
    give("local-extra-ffff", all_extra, overlap);
    let all_extra = base(class).with(|zip| zip.entries[1].central.extra_len = Some(0xffff));
    give(
        "central-extra-ffff",
        all_extra,
        Refused("archive/cut-short"),
    );
    let name = base(class).with(|zip| zip.entries[1].local.name_len = Some(0xffff));
    give("local-name-ffff", name, Refused("entry/headers-disagree"));
    let name = base(class).with(|zip| zip.entries[1].central.name_len = Some(0xffff));
    give("central-name-ffff", name, Refused("archive/cut-short"));
    let comment = base(class).with(|zip| zip.entries[1].comment_len = Some(0xffff));
    give(
        "central-comment-ffff",
        comment,
        Refused("archive/cut-short"),
    );
}

fn cuts(class: &[u8], give: Give<'_>) {
    let whole = base(class).bytes();
    let length = whole.len();
    for (name, at) in [
        ("half", length / 2),
        ("end-record", length - 22),
        ("one", length - 1),
        ("directory", length - 60),
        ("first", 1),
    ] {
        let cut = raw(whole[..at].to_vec());
        give(
            &format!("cut-{name}"),
            cut,
            Refused("archive/no-end-record"),
        );
    }
    let tail = raw(whole[length / 2..].to_vec());
    give("cut-front", tail, Refused("archive/directory-bounds"));
}

/// Keeps the declared sizes of a bomb's many entries small enough to be judged for their places.
fn total_within_limits(zip: &mut Zip) {
    for entry in zip.entries.iter_mut().skip(2) {
        entry.central.unpacked = 1000;
        entry.local.unpacked = 1000;
    }
}
