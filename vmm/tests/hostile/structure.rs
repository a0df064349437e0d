//! Archives that are wrong as a whole: records, counts, offsets, bytes that belong to nothing.

use super::zip::{Entry, Zip};
use super::{Expect, Give, base, plus};
use Expect::{Accepted, Refused};

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    shapes(class, give);
    stray_bytes(class, give);
    comments(class, give);
    end_record(class, give);
    zip64(class, give);
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

fn end_record(class: &[u8], give: Give<'_>) {
    give("end-empty-file", raw(Vec::new()), Refused("archive/empty"));
    type Change = fn(&mut Zip);
    let changes: [(&str, Change, &'static str); 20] = [
        ("disk-1", |z| z.end.disk = 1, "archive/multi-disk"),
        ("disk-fffe", |z| z.end.disk = 0xfffe, "archive/multi-disk"),
        (
            "directory-disk-1",
            |z| z.end.directory_disk = 1,
            "archive/multi-disk",
        ),
        (
            "entries-here-1",
            |z| z.end.entries_here = Some(1),
            "archive/multi-disk",
        ),
        (
            "entries-here-3",
            |z| z.end.entries_here = Some(3),
            "archive/multi-disk",
        ),
        ("disk-ffff", |z| z.end.disk = 0xffff, "archive/zip64"),
        (
            "directory-disk-ffff",
            |z| z.end.directory_disk = 0xffff,
            "archive/zip64",
        ),
        (
            "entries-here-ffff",
            |z| z.end.entries_here = Some(0xffff),
            "archive/zip64",
        ),
        (
            "entries-ffff",
            |z| z.end.entries = Some(0xffff),
            "archive/zip64",
        ),
        (
            "size-ffffffff",
            |z| z.end.size = Some(u32::MAX),
            "archive/zip64",
        ),
        (
            "offset-ffffffff",
            |z| z.end.offset = Some(u32::MAX),
            "archive/zip64",
        ),
        (
            "size-fffffffe",
            |z| z.end.size = Some(u32::MAX - 1),
            "archive/directory-bounds",
        ),
        (
            "offset-fffffffe",
            |z| z.end.offset = Some(u32::MAX - 1),
            "archive/directory-bounds",
        ),
        (
            "size-7fffffff",
            |z| z.end.size = Some(0x7fff_ffff),
            "archive/directory-bounds",
        ),
        (
            "offset-80000000",
            |z| z.end.offset = Some(1 << 31),
            "archive/directory-bounds",
        ),
        (
            "size-0",
            |z| z.end.size = Some(0),
            "archive/directory-bounds",
        ),
        (
            "offset-0",
            |z| z.end.offset = Some(0),
            "archive/directory-bounds",
        ),
        (
            "comment-ffff",
            |z| z.end.comment_len = Some(0xffff),
            "archive/no-end-record",
        ),
        ("entries-0", |z| set_count(z, 0), "archive/entry-count"),
        ("entries-fffe", |z| set_count(z, 0xfffe), "limit/entries"),
    ];
    for (name, change, label) in changes {
        let family = if label == "archive/multi-disk" {
            "multi-disk"
        } else {
            "end"
        };
        give(
            &format!("{family}-{name}"),
            base(class).with(change),
            Refused(label),
        );
    }
    // Offset and size that fit each other and the file, but not the contents.
    let whole = base(class).with(|zip| {
        let length = zip.bytes().len() as u32 - 22;
        zip.end.offset = Some(0);
        zip.end.size = Some(length);
    });
    give("end-directory-is-file", whole, Refused("archive/signature"));
    let shifted = base(class).with(|zip| {
        let length = zip.bytes().len() as u32 - 22;
        zip.end.offset = Some(length - 93);
        zip.end.size = Some(93);
    });
    give(
        "end-directory-shifted",
        shifted,
        Refused("archive/signature"),
    );
    let disk = base(class).with(|zip| zip.entries[1].disk = 1);
    give("multi-disk-entry", disk, Refused("entry/disk"));
    let disk = base(class).with(|zip| zip.entries[1].disk = 0xffff);
    give("multi-disk-entry-ffff", disk, Refused("entry/zip64"));

    // A search for the end record that starts over at every candidate takes for ever on these.
    let signatures = b"PK\x05\x06".repeat(1 << 20);
    give(
        "end-records-4m",
        raw(signatures),
        Refused("archive/bytes-after-end"),
    );
    let record = [&b"PK\x05\x06"[..], &[0; 16], &[0xff, 0xff]].concat();
    give(
        "end-records-4m-comments",
        raw(record.repeat(190_650)),
        Refused("archive/no-end-record"),
    );
    let record = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    give(
        "end-records-4m-empty",
        raw(record.repeat(190_650)),
        Refused("archive/directory-bounds"),
    );
    let behind = base(class).with(|zip| zip.end.comment = b"PK\x05\x06".repeat(0x3ffe));
    give("end-records-in-comment", behind, Refused("archive/comment"));
    give(
        "end-none-4m",
        raw(vec![0; 4 << 20]),
        Refused("archive/no-end-record"),
    );
    for (name, bytes) in [
        (
            "text",
            &b"This is not a package, but a text of some length.\n"[..],
        ),
        (
            "gzip",
            &[
                0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            ],
        ),
        ("short", b"PK"),
        (
            "class-file",
            b"IONBC\x02\0\0 and so on, as a class file might begin",
        ),
    ] {
        give(
            &format!("end-none-{name}"),
            raw(bytes.to_vec()),
            Refused("archive/no-end-record"),
        );
    }
}

fn zip64(class: &[u8], give: Give<'_>) {
    let zip64 = Refused("archive/zip64");
    let bounds = Refused("archive/directory-bounds");
    let record = |entries: u64, size: u64, offset: u64| {
        let mut out = b"PK\x06\x06".to_vec();
        out.extend(44u64.to_le_bytes());
        out.extend([45, 3, 45, 0]);
        out.extend([0; 8]);
        for word in [entries, entries, size, offset] {
            out.extend(word.to_le_bytes());
        }
        out
    };
    let locator = |at: u64| {
        let mut out = b"PK\x06\x07\0\0\0\0".to_vec();
        out.extend(at.to_le_bytes());
        out.extend(1u32.to_le_bytes());
        out
    };
    let max = u64::MAX;
    for (name, entries, size, offset, at) in [
        ("sane", 2, 107, 0, 0),
        ("entries-ffff", max, 107, 0, 0),
        ("entries-8000", 1 << 63, 107, 0, 0),
        ("size-ffff", 2, max, 0, 0),
        ("size-7fff", 2, max / 2, 0, 0),
        ("offset-ffff", 2, 107, max, 0),
        ("offset-8000", 2, 107, 1 << 63, 0),
        ("at-ffff", 2, 107, 0, max),
        ("at-8000", 2, 107, 0, 1 << 63),
    ] {
        let records = [record(entries, size, offset), locator(at)].concat();
        let announced = base(class).with(|zip| {
            zip.before_end = records.clone();
            zip.end.entries = Some(0xffff);
            zip.end.entries_here = Some(0xffff);
            zip.end.size = Some(u32::MAX);
            zip.end.offset = Some(u32::MAX);
        });
        give(&format!("z64-{name}"), announced, zip64);
        let quiet = base(class).with(|zip| zip.before_end = records);
        give(&format!("z64-{name}-quiet"), quiet, bounds);
    }
    let alone = base(class).with(|zip| zip.before_end = locator(0));
    give("z64-locator-alone", alone, bounds);
    let between = base(class).with(|zip| zip.before_directory = record(2, 107, 0));
    give("z64-record-between", between, zip64);

    let block = |values: &[u64]| {
        let mut out = vec![1, 0];
        out.extend((values.len() as u16 * 8).to_le_bytes());
        values
            .iter()
            .for_each(|value| out.extend(value.to_le_bytes()));
        out
    };
    let size = class.len() as u64;
    for (name, values) in [
        ("sane", vec![size, size]),
        ("empty", vec![]),
        ("ffff", vec![max, max]),
        ("8000", vec![1 << 63, 1 << 63]),
        ("offset", vec![size, size, 0]),
        ("offset-ffff", vec![size, size, max]),
    ] {
        let extra = block(&values);
        let entry = |announced: bool| {
            base(class).with(|zip| {
                zip.entries[1].central.extra = extra.clone();
                if announced {
                    zip.entries[1].central.packed = u32::MAX;
                    zip.entries[1].central.unpacked = u32::MAX;
                }
            })
        };
        give(
            &format!("z64-extra-{name}"),
            entry(true),
            Refused("entry/zip64"),
        );
        give(
            &format!("z64-extra-{name}-quiet"),
            entry(false),
            Refused("entry/zip64"),
        );
        let local = base(class).with(|zip| zip.entries[1].local.extra = extra.clone());
        give(
            &format!("z64-extra-{name}-local"),
            local,
            Refused("entry/zip64"),
        );
    }
}

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

fn set_count(zip: &mut Zip, count: u16) {
    zip.end.entries = Some(count);
    zip.end.entries_here = Some(count);
}

/// Bytes that are no archive at all.
fn raw(bytes: Vec<u8>) -> Zip {
    Zip {
        literal: Some(bytes),
        ..Zip::default()
    }
}
