//! End records that are wrong, of the plain kind and of the zip64 extension.

use super::zip::Zip;
use super::{Expect, Give, base, raw, set_count};
use Expect::Refused;

pub(super) fn generate(class: &[u8], give: Give<'_>) {
    end_record(class, give);
    zip64(class, give);
}

/// Rule: P-ZIP-1
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

/// Rule: P-ZIP-3
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
