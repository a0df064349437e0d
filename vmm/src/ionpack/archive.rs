//! Zip archives, read so that there is one way to read them.
//!
//! A zip file can say everything twice, and programs that believe different halves see
//! different contents. This reader accepts only archives in which nothing is left to
//! believe: entries, directory and end record lie one after the other and make up the whole
//! file, and every header agrees with its twin.
//!
//! [`Archive::open`] checks the whole structure, names included, before anything is unpacked;
//! [`Archive::read`] unpacks one entry when it is asked for. Nothing is ever written to a file
//! system.
//!
//! # Invariants
//! A1. The end record is the last 22 bytes; the directory ends where it begins; entries, in the
//!     order of their offsets, begin at 0 and each where the one before ends; the last ends where
//!     the directory begins.
//! A2. Both headers of an entry, and its descriptor if it has one, agree.
//! A3. Names are distinct and safe (see `layout`), sizes within the limits.
//! A4. No more than the declared size, checked against the limits, comes out of an entry; so what
//!     all entries unpack to is within the limit for all.
//!
//! # Cost
//! Opening: linear in the directory, two short reads an entry, and a sort; memory in proportion
//! to the names. Reading: linear in the entry.
//!
//! *Source*: APPNOTE.TXT, the zip file format specification, version 6.3.

mod entry;
mod inflate;
mod record;
mod write;

use std::fmt;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::error::{ArchiveFault, EntryFault, PackError};
use super::layout::{check_conflicts, check_name};
use super::limits::{ArchiveLimits, Limit};
use crate::names::Quoted;
use record::{Central, Descriptor, End, FLAG_DESCRIPTOR, Shared};

pub(super) use write::write;

/// Where an archive comes from.
pub(super) trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// An archive whose structure was checked.
pub(super) struct Archive {
    source: Box<dyn Source>,
    /// The files, folders left out, sorted by the bytes of their names.
    entries: Vec<Entry>,
}

/// One file of an archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    name: Box<str>,
    /// As the directory has it.
    header: Shared,
    /// Where its header begins.
    offset: u64,
    /// Where its packed bytes begin.
    data: u64,
}

impl Entry {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Unpacked size in bytes.
    pub(super) fn size(&self) -> u64 {
        u64::from(self.header.unpacked)
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive")
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Checks the structure of an archive.
    ///
    /// # Errors
    /// [`PackError::Io`], [`PackError::Limit`], [`PackError::Archive`], [`PackError::Entry`].
    pub(super) fn open(
        mut source: Box<dyn Source>,
        limits: &ArchiveLimits,
    ) -> Result<Archive, PackError> {
        let length = source
            .seek(SeekFrom::End(0))
            .map_err(|e| PackError::io("read", &e))?;
        if length > limits.archive_bytes {
            let (found, max) = (length, limits.archive_bytes);
            return Err(PackError::Limit {
                limit: Limit::ArchiveBytes,
                found,
                max,
                entry: None,
            });
        }
        let end = find_end(&mut source, length)?;
        check_end(&end, length, limits)?;
        let mut entries = read_directory(&mut source, &end, limits)?;
        check_tiling(&mut source, &mut entries, u64::from(end.directory_offset))?;
        check_conflicts(entries.iter().map(Entry::name))?;
        entries.retain(|entry| !entry.name.ends_with('/'));
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(Archive { source, entries })
    }

    /// The files, sorted by name.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The file of that name.
    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        let at = self
            .entries
            .binary_search_by(|entry| (*entry.name).cmp(name))
            .ok()?;
        self.entries.get(at)
    }

    /// The files whose names begin with `prefix`, sorted by name.
    pub(super) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Entry> + 'a {
        let first = self.entries.partition_point(|entry| &*entry.name < prefix);
        let rest = self.entries.get(first..).unwrap_or_default();
        rest.iter()
            .take_while(move |entry| entry.name.starts_with(prefix))
    }

    /// Unpacks a file; `None` if there is none of that name.
    ///
    /// # Errors
    /// [`PackError::Io`], and [`PackError::Entry`] if contents and headers disagree.
    pub(super) fn read(&mut self, name: &str) -> Option<Result<Vec<u8>, PackError>> {
        let Entry { header, data, .. } = *self.find(name)?;
        if let Err(error) = self.source.seek(SeekFrom::Start(data)) {
            return Some(Err(PackError::io("read", &error)));
        }
        Some(inflate::unpack(name, &header, &mut self.source))
    }
}

/// Reads the end record, which must be the last thing in the file. Where it is not, a look at
/// the last 64 KiB tells why; the search never goes further back.
fn find_end(source: &mut Box<dyn Source>, length: u64) -> Result<End, PackError> {
    let archive = |at, fault| Err(PackError::Archive { at, fault });
    if length == 0 {
        return archive(0, ArchiveFault::Empty);
    }
    let Some(at) = length.checked_sub(End::SIZE as u64) else {
        return archive(0, ArchiveFault::NoEndRecord);
    };
    let mut bytes = [0; End::SIZE];
    read_at(source, at, &mut bytes)?;
    if let Some(end) = End::decode(&bytes)
        && end.comment_len == 0
    {
        return Ok(end);
    }
    let window = length.min(End::SIZE as u64 + u64::from(u16::MAX));
    let start = length - window;
    let mut tail = vec![0; window as usize];
    read_at(source, start, &mut tail)?;
    // Latest first. One whose comment reaches exactly to the end is the end record that any
    // reader would take.
    let mut after = None;
    for back in End::SIZE..=tail.len() {
        let from = tail.len() - back;
        let record = tail
            .get(from..)
            .and_then(|rest| rest.first_chunk::<{ End::SIZE }>());
        let Some(end) = record.and_then(End::decode) else {
            continue;
        };
        let place = start + from as u64;
        let bytes = (back - End::SIZE) as u64;
        if u64::from(end.comment_len) == bytes {
            return archive(
                place,
                ArchiveFault::Comment {
                    bytes: end.comment_len,
                },
            );
        }
        if after.is_none() && u64::from(end.comment_len) < bytes {
            let surplus = bytes - u64::from(end.comment_len);
            after = Some((
                length - surplus,
                ArchiveFault::BytesAfterEnd { bytes: surplus },
            ));
        }
    }
    match after {
        Some((place, fault)) => archive(place, fault),
        None => archive(length, ArchiveFault::NoEndRecord),
    }
}

/// Checks the end record's figures against the file, before the directory is read.
fn check_end(end: &End, length: u64, limits: &ArchiveLimits) -> Result<(), PackError> {
    let at = length - End::SIZE as u64;
    let archive = |fault| Err(PackError::Archive { at, fault });
    if [end.directory_size, end.directory_offset].contains(&u32::MAX)
        || [end.disk, end.directory_disk, end.entries_here, end.entries].contains(&u16::MAX)
    {
        return archive(ArchiveFault::Zip64);
    }
    if end.disk != 0 || end.directory_disk != 0 || end.entries_here != end.entries {
        return archive(ArchiveFault::MultiDisk);
    }
    let (found, max) = (u64::from(end.entries), u64::from(limits.entries));
    if found > max {
        return Err(PackError::Limit {
            limit: Limit::Entries,
            found,
            max,
            entry: None,
        });
    }
    let directory_end = u64::from(end.directory_offset) + u64::from(end.directory_size);
    if directory_end != at {
        return archive(ArchiveFault::DirectoryBounds {
            end: directory_end,
            expected: at,
        });
    }
    if u64::from(end.directory_size) < found * Central::SIZE as u64 {
        return archive(ArchiveFault::EntryCount {
            recorded: u32::from(end.entries),
        });
    }
    Ok(())
}

/// Reads the headers of the directory, which must fill it exactly.
fn read_directory(
    source: &mut Box<dyn Source>,
    end: &End,
    limits: &ArchiveLimits,
) -> Result<Vec<Entry>, PackError> {
    let mut at = u64::from(end.directory_offset);
    let directory_end = at + u64::from(end.directory_size);
    source
        .seek(SeekFrom::Start(at))
        .map_err(|e| PackError::io("read", &e))?;
    let mut directory = BufReader::with_capacity(32 << 10, source);
    let mut read = |bytes: &mut [u8]| {
        directory
            .read_exact(bytes)
            .map_err(|e| PackError::io("read", &e))
    };
    // The count was checked against the directory's size.
    let mut entries = Vec::with_capacity(usize::from(end.entries));
    let mut total = 0u64;
    let mut name = Vec::new();
    let mut extra = Vec::new();
    let record = "a directory header";
    for _ in 0..end.entries {
        let left = directory_end - at;
        if left < Central::SIZE as u64 {
            let fault = ArchiveFault::EntryCount {
                recorded: u32::from(end.entries),
            };
            return Err(PackError::Archive { at, fault });
        }
        let mut bytes = [0; Central::SIZE];
        read(&mut bytes)?;
        let Some(header) = Central::decode(&bytes) else {
            return Err(PackError::Archive {
                at,
                fault: ArchiveFault::Signature { record },
            });
        };
        let shared = header.shared;
        let lengths = [shared.name_len, shared.extra_len, header.comment_len];
        let size = Central::SIZE as u64 + lengths.map(u64::from).iter().sum::<u64>();
        if size > left {
            return Err(PackError::Archive {
                at,
                fault: ArchiveFault::CutShort { record },
            });
        }
        name.resize(usize::from(shared.name_len), 0);
        read(&mut name)?;
        let name = check_name(&name, limits)?;
        entry::check_central(name, &header, limits)?;
        extra.resize(usize::from(shared.extra_len), 0);
        read(&mut extra)?;
        entry::check_extra(name, &extra)?;
        total += u64::from(shared.unpacked);
        if total > limits.total_bytes {
            let (found, max) = (total, limits.total_bytes);
            return Err(PackError::Limit {
                limit: Limit::TotalBytes,
                found,
                max,
                entry: None,
            });
        }
        entries.push(Entry {
            name: name.into(),
            header: shared,
            offset: u64::from(header.offset),
            data: 0,
        });
        at += size;
    }
    if at != directory_end {
        let fault = ArchiveFault::EntryCount {
            recorded: u32::from(end.entries),
        };
        return Err(PackError::Archive { at, fault });
    }
    Ok(entries)
}

/// Checks that the entries lie one after the other from the file's start to `directory`, each
/// with a header and descriptor that agree with the directory, and notes where their bytes begin.
fn check_tiling(
    source: &mut Box<dyn Source>,
    entries: &mut [Entry],
    directory: u64,
) -> Result<(), PackError> {
    entries.sort_unstable_by_key(|entry| entry.offset);
    let mut at = 0;
    let mut head = Vec::new();
    for index in 0..entries.len() {
        let next = entries
            .get(index + 1)
            .map_or(directory, |next| next.offset.min(directory));
        let Some(entry) = entries.get_mut(index) else {
            break;
        };
        if entry.offset < at {
            return Err(PackError::entry(&entry.name, EntryFault::Overlap));
        }
        if entry.offset > at {
            return Err(stray(source, at, entry.offset.min(directory)));
        }
        if at + Shared::LOCAL_SIZE as u64 + entry.name.len() as u64 > next {
            return Err(PackError::entry(&entry.name, EntryFault::Overlap));
        }
        entry.data = check_head(source, entry, next, &mut head)?;
        let data_end = entry.data + u64::from(entry.header.packed);
        if data_end > next {
            return Err(PackError::entry(&entry.name, EntryFault::Overlap));
        }
        if entry.header.flags & FLAG_DESCRIPTOR != 0 {
            let size = next - data_end;
            if size != Descriptor::BARE_SIZE as u64 && size != Descriptor::SIZE as u64 {
                let fault = ArchiveFault::StrayBytes { bytes: size };
                return Err(PackError::Archive {
                    at: data_end,
                    fault,
                });
            }
            head.resize(size as usize, 0);
            read_at(source, data_end, &mut head)?;
            entry::check_descriptor(&entry.name, data_end, &head, &entry.header)?;
        } else if data_end != next {
            return Err(stray(source, data_end, next));
        }
        at = next;
    }
    if at != directory {
        return Err(stray(source, at, directory));
    }
    Ok(())
}

/// Checks the header in front of an entry. Its fixed part and name are known to end before
/// `next`, its extra field must. Returns where the entry's bytes begin.
fn check_head(
    source: &mut Box<dyn Source>,
    entry: &Entry,
    next: u64,
    head: &mut Vec<u8>,
) -> Result<u64, PackError> {
    let (at, record) = (entry.offset, "the header of an entry");
    let archive = |fault| Err(PackError::Archive { at, fault });
    // The name must be as long as in the directory, so that one read takes both.
    let size = Shared::LOCAL_SIZE as u64 + entry.name.len() as u64;
    head.resize(size as usize, 0);
    read_at(source, at, head)?;
    let Some((fixed, name)) = head.split_first_chunk::<{ Shared::LOCAL_SIZE }>() else {
        return archive(ArchiveFault::CutShort { record });
    };
    let Some(local) = Shared::decode_local(fixed) else {
        return archive(ArchiveFault::Signature { record });
    };
    entry::check_local(&entry.name, &local, &entry.header)?;
    if name != entry.name.as_bytes() {
        let fault = EntryFault::HeadersDisagree { field: "name" };
        return Err(PackError::entry(&entry.name, fault));
    }
    let extra_len = u64::from(local.extra_len);
    if at + size + extra_len > next {
        return Err(PackError::entry(&entry.name, EntryFault::Overlap));
    }
    head.resize(usize::from(local.extra_len), 0);
    read_at(source, at + size, head)?;
    entry::check_extra(&entry.name, head)?;
    Ok(at + size + extra_len)
}

/// The fault of bytes between `at` and `next` that belong to nothing.
fn stray(source: &mut Box<dyn Source>, at: u64, next: u64) -> PackError {
    let mut signature = [0; 4];
    let is_zip64 = next - at >= 4
        && read_at(source, at, &mut signature).is_ok()
        && record::ZIP64.contains(&signature);
    let fault = match is_zip64 {
        true => ArchiveFault::Zip64,
        false => ArchiveFault::StrayBytes { bytes: next - at },
    };
    PackError::Archive { at, fault }
}

fn read_at(source: &mut Box<dyn Source>, at: u64, bytes: &mut [u8]) -> Result<(), PackError> {
    source
        .seek(SeekFrom::Start(at))
        .and_then(|_| source.read_exact(bytes))
        .map_err(|e| PackError::io("read", &e))
}

/// Checks the names of files that are to be written as a reader will.
pub(super) fn check_names<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    limits: &ArchiveLimits,
) -> Result<(), PackError> {
    for name in names.clone() {
        if name.ends_with('/') {
            let fault = super::error::NameFault::EmptySegment;
            return Err(PackError::Entry {
                entry: Quoted::new(name),
                fault: EntryFault::Name(fault),
            });
        }
        check_name(name.as_bytes(), limits)?;
    }
    check_conflicts(names)
}
