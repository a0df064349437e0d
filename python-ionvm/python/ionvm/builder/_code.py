"""Blocks and regions: the code of a function while it is being built.

A block is a straight run of instructions, entered at its top. An instruction is one tuple: its
number, the code object and the place in it that emitted it, and its operands in table order with
virtual registers and blocks where the machine wants numbers and offsets.

A region is a range of a handler. A block lies in one region as a whole, so that its code may be
moved without asking which handlers cover it.
"""

from __future__ import annotations

from typing import Any

from .._sites import line_of
from .._table import OPS
from .._virtual import Reg

__all__ = ["ENDS", "Block", "Record", "Region", "emitted_at"]

#: Number, code object, place in it, operands.
Record = tuple[Any, ...]

#: Instructions behind which a block has ended: nothing follows them.
ENDS = frozenset(
    number
    for number, op in OPS.items()
    if op.flow in ("jump", "leave") or op.mnemonic == "receive_match"
)


class Region:
    """A range of code whose errors go to a handler."""

    __slots__ = ("depth", "info", "outer", "target", "value")

    def __init__(self, outer: Region | None, target: Block, value: Reg) -> None:
        self.outer = outer
        self.target = target
        self.value = value
        self.info: Reg | None = None
        self.depth: int = 1 if outer is None else outer.depth + 1


class Block:
    """A place to jump to, and the instructions from there on.

    `FunctionBuilder.block` makes one; `position_at_end` moves the cursor to it.
    """

    __slots__ = ("_code", "_ended", "_marks", "_owner", "_placed", "_region", "_start", "name")

    def __init__(self, owner: Any, name: str, region: Region | None) -> None:
        self._owner = owner
        self._code: list[Record] = []
        self._ended = False
        self._placed = False
        self._region = region
        #: From which instruction on the source is at which file, line and column.
        self._marks: list[tuple[int, str, int, int]] = []
        self._start = -1
        #: What messages call it.
        self.name = name

    @property
    def ended(self) -> bool:
        """Whether its last instruction leaves it for good."""
        return self._ended

    def __repr__(self) -> str:
        return f"<Block {self.name}, {len(self._code)} instructions>"


def emitted_at(record: Record) -> str:
    """The Python line that emitted an instruction."""
    return f"emitted at {record[1].co_filename}:{line_of(record[1], record[2])}"
