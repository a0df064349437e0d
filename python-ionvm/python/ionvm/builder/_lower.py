"""Lowering: what was emitted becomes the instructions, lines, names and handlers of a function.

The one thing that is still left out here is a copy of a register to itself, which is what remains
of most copies once registers have their numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._operands import Arm, Init
from .._sites import Sites
from .._table import OPS
from .._virtual import Reg
from ..function import DebugInfo, Handler, LineEntry, Local
from ..instruction import Instruction
from ..pattern import Guard, Pattern
from ._code import Block, Record, Region
from ._liveness import Liveness

__all__ = ["Lowered", "lower"]

_MOVE = next(n for n, op in OPS.items() if op.mnemonic == "move")
_REGISTERS = frozenset({"Dst", "Src"})


class Lowered:
    """The parts of a function that come from its code."""

    __slots__ = ("handlers", "instructions", "sites", "source")

    def __init__(
        self,
        instructions: tuple[Instruction, ...],
        handlers: tuple[Handler, ...],
        source: DebugInfo,
        sites: Sites,
    ) -> None:
        self.instructions, self.handlers = instructions, handlers
        self.source, self.sites = source, sites


def lower(live: Liveness, blocks: list[Block]) -> Lowered:
    """Makes the parts; registers have their numbers."""
    code = live.code
    kept = [r for r in code if r[0] != _MOVE or r[3]._at != r[4]._at]
    if len(kept) == len(code):
        places = range(len(code) + 1)
    else:
        found, n = [], 0
        for record in code:
            found.append(n)
            n += record[0] != _MOVE or record[3]._at != record[4]._at
        found.append(n)
        places = found  # type: ignore[assignment]
    ends = [block._start for block in blocks[1:]] + [len(code)]
    spans = [(block, block._start, end) for block, end in zip(blocks, ends)]
    before = [(block._marks, block._start, end) for block, end in zip(blocks, ends)]
    for block in blocks:
        block._start = places[block._start]
    make, new = Instruction, object.__new__
    done = []
    for at, record in enumerate(kept):
        instruction = new(make)
        instruction._number = number = record[0]
        instruction._args = _LOWER[number](record, at)
        done.append(instruction)
    sites = Sites(
        [record[1] for record in kept],
        [record[2] for record in kept],
        [(block._start, block.name) for block in blocks],
    )
    source = DebugInfo(_lines(before, places), _locals(live, places))
    handlers = _handlers([(b, places[start], places[end]) for b, start, end in spans])
    return Lowered(tuple(done), handlers, source, sites)


def _lines(
    spans: list[tuple[list[tuple[int, str, int, int]], int, int]], places: Any
) -> tuple[LineEntry, ...]:
    lines: list[LineEntry] = []
    for marks, start, end in spans:
        for at, file, line, column in marks:
            if start + at >= end:
                continue
            place = places[start + at]
            if lines and lines[-1].at == place:
                lines.pop()
            if not lines or lines[-1][1:] != (file, line, column):
                lines.append(LineEntry(place, file, line, column))
    return tuple(lines)


def _locals(live: Liveness, places: Any) -> tuple[Local, ...]:
    named = []
    for reg in (*live.arguments, *live.regs):
        if reg.name is not None:
            start = places[max(reg._first + 1, 0) // 2]
            end = places[min(reg._last // 2 + 1, len(live.code))]
            if start < end:
                named.append(Local(reg.name, reg._at, start, end))
    return tuple(named)


def _handlers(spans: list[tuple[Block, int, int]]) -> tuple[Handler, ...]:
    """What lies in an inner range never reaches an outer handler: so no ranges overlap."""
    handlers = []
    open_: Region | None = None
    begin = 0
    end = 0
    for block, start, stop in [*spans, (None, spans[-1][2], spans[-1][2])]:
        region = None if block is None else block._region
        if start == stop and block is not None:
            continue
        if region is not open_:
            if open_ is not None and begin < start:
                info = None if open_.info is None else open_.info._at
                target = open_.target._start
                handlers.append(Handler(begin, start, target, open_.value._at, info))
            open_, begin = region, start
        end = stop
    assert end == spans[-1][2] or not spans
    return tuple(handlers)


def _pattern(pattern: Pattern) -> Pattern:
    if not pattern._virtual:
        return pattern
    return Pattern._raw(pattern._kind, tuple(_part(arg) for arg in pattern._args))


def _part(part: Any) -> Any:
    # Depth is bounded by the constructors of `Pattern`.
    if type(part) is Reg:
        return part._at
    if isinstance(part, Pattern):
        return _pattern(part)
    if isinstance(part, Guard):
        return Guard._raw(part.word, _part(part.left), _part(part.right))
    if isinstance(part, tuple):
        return tuple(_part(inner) for inner in part)
    return part


# ---- One function for each shape of operands ---------------------------------

Lower = Callable[[Record, int], tuple[Any, ...]]


def _none(r: Record, at: int) -> tuple[Any, ...]:
    return ()


def _one(r: Record, at: int) -> tuple[Any, ...]:
    return (r[3]._at,)


def _two(r: Record, at: int) -> tuple[Any, ...]:
    return r[3]._at, r[4]._at


def _three(r: Record, at: int) -> tuple[Any, ...]:
    return r[3]._at, r[4]._at, r[5]._at


def _four(r: Record, at: int) -> tuple[Any, ...]:
    return r[3]._at, r[4]._at, r[5]._at, r[6]._at


def _constant(r: Record, at: int) -> tuple[Any, ...]:
    return r[3]._at, r[4]


def _jump(r: Record, at: int) -> tuple[Any, ...]:
    return (r[3]._start - at,)


def _test(r: Record, at: int) -> tuple[Any, ...]:
    return r[3]._at, r[4]._start - at


def _call(r: Record, at: int) -> tuple[Any, ...]:
    return r[3]._at, r[4]._at, tuple([arg._at for arg in r[5]])


def _any(r: Record, at: int) -> tuple[Any, ...]:
    args = []
    for (_, kind), arg in zip(OPS[r[0]].operands, r[3:]):
        if kind in ("Dst", "Src"):
            arg = arg._at
        elif kind in ("OptDst", "OptSrc"):
            arg = None if arg is None else arg._at
        elif kind == "Srcs":
            arg = tuple([reg._at for reg in arg])
        elif kind == "Pairs":
            arg = tuple([(a._at, b._at) for a, b in arg])
        elif kind == "Target":
            arg = arg._start - at
        elif kind == "Arms":
            arg = tuple([Arm(_pattern(p), target._start - at) for p, target in arg])
        elif kind == "TimeoutArm":
            arg = None if arg is None else (arg[0]._at, arg[1]._start - at)
        elif kind == "Properties":
            arg = tuple([Init(key, _part(value), flags) for key, value, flags in arg])
        args.append(arg)
    return tuple(args)


def _shape(kinds: tuple[str, ...]) -> Lower:
    if all(kind in _REGISTERS for kind in kinds):
        return (_none, _one, _two, _three, _four)[len(kinds)]
    known: dict[tuple[str, ...], Lower] = {
        ("Dst", "Const"): _constant,
        ("Target",): _jump,
        ("Src", "Target"): _test,
        ("Dst", "Src", "Srcs"): _call,
    }
    return known.get(kinds, _any)


_LOWER = {number: _shape(tuple(kind for _, kind in op.operands)) for number, op in OPS.items()}
