"""Sites: which Python line emitted an instruction, so that the verifier's messages can say it.

A site is a code object and the place in it, which cost nothing to note; lines are looked up when
somebody asks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from types import CodeType
from typing import Any

__all__ = ["Sites", "line_of", "with_sites"]

#: Where a diagnostic says which instruction it is about.
_PLACE = re.compile(r"function (\S+?)(?: \(.*?\))?, instruction (\d+)")


class Sites:
    """Which Python line emitted each instruction of a function, and into which block."""

    __slots__ = ("blocks", "codes", "offsets")

    def __init__(
        self,
        codes: Sequence[CodeType],
        offsets: Sequence[int],
        blocks: Sequence[tuple[int, str]],
    ) -> None:
        self.codes = codes
        self.offsets = offsets
        #: Where each block begins, and its name.
        self.blocks = blocks

    def at(self, instruction: int) -> str:
        """The block and the Python line of an instruction."""
        if not 0 <= instruction < len(self.codes):
            return ""
        code = self.codes[instruction]
        line = line_of(code, self.offsets[instruction])
        found = bisect_right(self.blocks, instruction, key=lambda block: block[0])
        name = self.blocks[found - 1][1]
        return f"in block {name}, emitted at {code.co_filename}:{line}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Code objects cannot be pickled; a function that was pickled knows no sites.
        return _no_sites, ()


def _no_sites() -> None:
    return None


def line_of(code: CodeType, offset: int) -> int:
    """The line of a place in a code object."""
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            return line
    return code.co_firstlineno


def with_sites(message: str, functions: Sequence[Any]) -> str:
    """A diagnostic with the Python line of the instruction that it is about, if that is known."""
    found = _PLACE.search(message)
    if found is None:
        return message
    labels = [f.label if f.name is not None else f"&#{i}" for i, f in enumerate(functions)]
    for label, function in zip(labels, functions):
        if label == found[1] and function._sites is not None:
            site = function._sites.at(int(found[2]))
            return f"{message}; {site}" if site else message
    return message
