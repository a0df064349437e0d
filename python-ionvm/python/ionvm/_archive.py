"""The archive writer: equal contents give equal bytes, whoever writes them.

Entries are sorted by the bytes of their names and stored without compression; all times are
midnight of the first of January 1980; every other field is fixed or follows from name and
contents. The machine's own writer gives the same bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from .errors import IonPackError

__all__ = ["is_name", "write_archive"]

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4sH5H3I2H3H2I")
_END = struct.Struct("<4s4H2IH")

_NEEDED = 20
_MADE_BY = 3 << 8 | 20
_DATE = 0x0021
_PLAIN_FILE = 0o100_644 << 16
_UTF8 = 1 << 11

ENTRIES_MAX = 10_000
ENTRY_MAX = 64 << 20
TOTAL_MAX = 512 << 20
ARCHIVE_MAX = 256 << 20
NAME_MAX = 1024
DEPTH_MAX = 32


def write_archive(entries: Mapping[str, bytes]) -> bytes:
    """The archive of files by name. Raises `IonPackError` for what no reader would take."""
    if len(entries) > ENTRIES_MAX:
        raise IonPackError(f"{len(entries)} entries, but at most {ENTRIES_MAX} are allowed")
    if sum(map(len, entries.values())) > TOTAL_MAX:
        raise IonPackError(f"the entries hold more than {TOTAL_MAX} bytes together")
    _check_conflicts(entries)
    out = bytearray()
    directory = bytearray()
    for raw, name in sorted((name.encode(), name) for name in entries):
        data = entries[name]
        _check_path(name)
        if len(data) > ENTRY_MAX:
            raise IonPackError(f"entry {name!r} holds {len(data)} bytes, at most {ENTRY_MAX}")
        flags = 0 if name.isascii() else _UTF8
        shared = (_NEEDED, flags, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(raw), 0)
        at = len(out)
        out += _LOCAL.pack(b"PK\x03\x04", *shared) + raw + data
        central = _CENTRAL.pack(b"PK\x01\x02", _MADE_BY, *shared, 0, 0, 0, _PLAIN_FILE, at)
        directory += central + raw
    count, size = len(entries), len(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, len(out), 0)
    out += directory + end
    if len(out) > ARCHIVE_MAX:
        raise IonPackError(f"the package has {len(out)} bytes, at most {ARCHIVE_MAX} are allowed")
    return bytes(out)


def is_name(text: str) -> bool:
    """Whether a text may name a package, class, function or library.

    >>> is_name("Main"), is_name("a/b"), is_name("..")
    (True, False, False)
    """
    return (
        0 < len(text.encode()) <= 128
        and all(c.isalnum() or c in "_.+$-" for c in text)
        and (text[0].isalnum() or text[0] == "_")
        and ".." not in text
        and not text.endswith(".")
    )


def _check_path(name: str) -> None:
    fault = None
    segments = name.split("/")
    if len(name.encode()) > NAME_MAX or len(segments) > DEPTH_MAX:
        fault = "is too long or too deep"
    elif "\\" in name or ":" in name:
        fault = "holds a backslash or a colon"
    elif any(segment in ("", ".", "..") for segment in segments):
        fault = "has an empty segment, a . or a .."
    elif not all(c.isprintable() or c in "\u200c\u200d" for c in name):
        fault = "holds a character that cannot be seen"
    if fault:
        raise IonPackError(f"the entry name {name!r} {fault}; use a relative path with slashes")


def _check_conflicts(entries: Mapping[str, bytes]) -> None:
    folded: dict[str, str] = {}
    for name in entries:
        other = folded.setdefault(name.lower(), name)
        if other != name:
            raise IonPackError(f"entries {other!r} and {name!r} differ in case alone")
    for key, name in folded.items():
        folder = key
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            if folder in folded:
                raise IonPackError(f"{folded[folder]!r} is a file and also the folder of {name!r}")
