"""Liveness: from where to where each register of a function holds what something still reads.

Places are counted twice an instruction: instruction `i` reads at `2 * i` and writes at
`2 * i + 1`. A register is live from its first place to its last, with everything in between; two
registers may share a number if these ranges do not meet.

Invariants:
- A range holds every place at which the value may still be read, by loops and by handlers too: an
  instruction in the range of a handler may leave for it before it has written anything.
- What a pattern binds is written only on the way to its arm, what a handler receives only on the
  way to the handler.
- A variable that is read before it is written is live from the beginning, so that its register
  is undefined then. Another register must have been written before; `Unwritten` says which was not.
"""

from __future__ import annotations

from .._table import OPS
from .._virtual import Reg
from ..pattern import Guard, Pattern
from ._code import ENDS, Block, Record, Region

__all__ = ["ARGUMENT", "UNSEEN", "Liveness", "Piece", "Unwritten", "bound_and_read"]

#: Instead of the piece in which a register was first seen.
UNSEEN, ARGUMENT, _EDGE = -2, -1, -3

#: Where in a record the registers are that it writes and reads, and operands that hold several.
_WRITES, _READS, _HOLDS = (
    {
        number: tuple(at for at, (_, kind) in enumerate(op.operands, 3) if kind in kinds)
        for number, op in OPS.items()
    }
    for kinds in (
        ("Dst",),
        ("Src",),
        ("OptDst", "OptSrc", "Srcs", "Pairs", "Arms", "TimeoutArm", "Properties"),
    )
)
_KINDS = {
    number: (None, None, None, *(kind for _, kind in op.operands)) for number, op in OPS.items()
}
_LEAVES = ENDS | {n for n, op in OPS.items() if op.flow in ("branch", "wait_branch")}
#: Instructions with operands that hold several registers, and copies.
_MOVE = next(n for n, op in OPS.items() if op.mnemonic == "move")
_SPECIAL = frozenset({_MOVE, *(number for number, places in _HOLDS.items() if places)})


class Unwritten(Exception):  # noqa: N818 - says what is wrong, and becomes a ValueError
    """A register is read where it may not have been written."""

    def __init__(self, reg: Reg, record: Record, block: Block) -> None:
        self.reg, self.record, self.block = reg, record, block


class Piece:
    """A run of instructions that is entered at its top and left at its end."""

    __slots__ = (
        "block", "edges", "end", "exposed", "killed", "live_in", "live_out", "region", "start",
    )  # fmt: skip

    def __init__(self, start: int, block: Block) -> None:
        self.start, self.end = start, start
        self.block = block
        self.region: Region | None = block._region
        #: Where it may go: an instruction that begins a piece, and what is written on the way.
        self.edges: list[tuple[Block | None, tuple[Reg, ...]]] = []
        #: Registers that it reads before it has written them, and those of others that it writes.
        self.exposed: set[Reg] = set()
        self.killed: set[Reg] = set()
        self.live_in = self.live_out = 0


class Liveness:
    """What `Liveness.of` finds out about the code of a function."""

    __slots__ = ("arguments", "code", "copies", "moves", "pieces", "regs")

    def __init__(self, arguments: list[Reg]) -> None:
        self.arguments = arguments
        self.code: list[Record] = []
        self.pieces: list[Piece] = []
        #: Every register that the code names, in order of its first place.
        self.regs: list[Reg] = []
        #: Instructions that copy what the one before has just written, and nothing else reads.
        self.copies: list[int] = []
        #: Of what a register is a copy, at the first of its copies.
        self.moves: dict[Reg, Reg] = {}
        for reg in arguments:
            reg._block, reg._first, reg._last = ARGUMENT, -1, -1

    @classmethod
    def of(cls, blocks: list[Block], codes: list[list[Record]], arguments: list[Reg]) -> Liveness:
        """Walks through the code once, then around its loops."""
        self = cls(arguments)
        first: dict[Block, int] = {}
        for block, code in zip(blocks, codes):
            first[block] = len(self.pieces)
            block._start = len(self.code)
            self._block(block, code)
        # Whoever is live from the write to the copy alone is read by nothing else.
        self.copies = [
            at
            for at in self.copies
            if (self.code[at][4]._first, self.code[at][4]._last) == (2 * at - 1, 2 * at)
        ]
        self._handled(blocks)
        self._flow(first)
        return self

    # ---- One walk through the code -------------------------------------------

    def _block(self, block: Block, code: list[Record]) -> None:
        piece = self._piece(block)
        number, at = len(self.pieces) - 1, 2 * len(self.code)
        add, seen = self.code.append, self.regs.append
        for record in code:
            word = record[0]
            if word in _SPECIAL:
                self._special(record, piece)
            for place in _READS[word]:
                reg = record[place]
                if reg._block != number:
                    if reg._block == UNSEEN:
                        reg._block, reg._first = number, at
                        seen(reg)
                        piece.exposed.add(reg)
                    elif reg not in piece.killed:
                        piece.exposed.add(reg)
                reg._last = at
            for place in _WRITES[word]:
                reg = record[place]
                if reg._block != number:
                    if reg._block == UNSEEN:
                        reg._block, reg._first = number, at + 1
                        seen(reg)
                    else:
                        piece.killed.add(reg)
                reg._last = at + 1
            add(record)
            at += 2
            if word in _LEAVES:
                self._leave(record, piece)
                if word in ENDS:
                    return
                piece = self._piece(block)
                number += 1
        # A block without an end goes on with the next one.
        piece.end = len(self.code)
        piece.edges.append((None, ()))

    def _piece(self, block: Block) -> Piece:
        piece = Piece(len(self.code), block)
        self.pieces.append(piece)
        return piece

    def _seen(self, reg: Reg, piece: int, at: int) -> None:
        reg._block = piece
        reg._first = at
        self.regs.append(reg)

    def _leave(self, record: Record, piece: Piece) -> None:
        """The ways out of a branch; behind it a new piece begins."""
        for place, kind in enumerate(_KINDS[record[0]]):
            if kind == "Target":
                piece.edges.append((record[place], ()))
            elif kind == "Arms":
                for pattern, target in record[place]:
                    piece.edges.append((target, tuple(bound_and_read(pattern)[0])))
            elif kind == "TimeoutArm" and record[place] is not None:
                piece.edges.append((record[place][1], ()))
        piece.end = len(self.code)
        if record[0] not in ENDS:
            piece.edges.append((None, ()))

    def _special(self, record: Record, piece: Piece) -> None:
        """Operands that hold several registers, or perhaps none."""
        number = len(self.pieces) - 1
        here = 2 * len(self.code)
        if record[0] == _MOVE:
            self._copy(record, number)
            return
        reads: list[Reg] = []
        compared: list[Reg] = []
        binds: list[Reg] = []
        writes: list[Reg] = []
        for place in _HOLDS[record[0]]:
            operand, kind = record[place], _KINDS[record[0]][place]
            if kind == "Srcs":
                reads.extend(operand)
            elif operand is None:
                continue
            elif kind == "OptDst":
                writes.append(operand)
            elif kind == "OptSrc":
                reads.append(operand)
            elif kind == "Pairs":
                for pair in operand:
                    reads.extend(pair)
            elif kind == "TimeoutArm":
                reads.append(operand[0])
            elif kind == "Properties":
                reads.extend(init.value for init in operand if type(init.value) is Reg)
            else:
                for pattern, _ in operand:
                    bound, read = bound_and_read(pattern)
                    binds += bound
                    compared += (reg for reg in read if reg not in bound)
        for reg in (*reads, *compared):
            if reg._block == UNSEEN:
                self._seen(reg, number, here)
                piece.exposed.add(reg)
            elif reg._block != number and reg not in piece.killed:
                piece.exposed.add(reg)
            reg._last = here
        for reg in compared:
            # A guard is asked when the pattern has bound its registers: not into this one.
            reg._last = here + 1
        for reg in binds:
            if reg._block == UNSEEN:
                self._seen(reg, _EDGE, here + 1)
            reg._last = here + 1
        for reg in writes:
            if reg._block == UNSEEN:
                self._seen(reg, number, here + 1)
            elif reg._block != number:
                piece.killed.add(reg)
            reg._last = here + 1

    def _copy(self, record: Record, number: int) -> None:
        """Notes a copy, and whether it is of what the instruction before has written."""
        source = record[4]
        self.moves.setdefault(record[3], source)
        if source._variable or source._block != number or len(self.code) == self.pieces[-1].start:
            return
        places = _WRITES[self.code[-1][0]]
        if len(places) == 1 and self.code[-1][places[0]] is source:
            self.copies.append(len(self.code))

    # ---- Around loops and to handlers ----------------------------------------

    def _handled(self, blocks: list[Block]) -> None:
        """What handlers receive is written where they begin."""
        for region in {block._region for block in blocks if block._region is not None}:
            here = 2 * region.target._start
            for reg in (region.value, region.info):
                if reg is None or region.target._start < 0:
                    continue
                if reg._block == UNSEEN:
                    self._seen(reg, _EDGE, here)
                    reg._last = here
                reg._first = min(reg._first, here)
                reg._last = max(reg._last, here)

    def _flow(self, first: dict[Block, int]) -> None:
        """Widens the ranges of what is live from one piece to another."""
        wide: dict[Reg, int] = {}
        for piece in self.pieces:
            for reg in piece.exposed:
                wide.setdefault(reg, len(wide))
        if not wide:
            return
        regs = list(wide)

        def bits(of: set[Reg] | tuple[Reg | None, ...]) -> int:
            found = 0
            for reg in of:
                at = None if reg is None else wide.get(reg)
                if at is not None:
                    found |= 1 << at
            return found

        gens = [bits(piece.exposed) for piece in self.pieces]
        kills = [bits(piece.killed) for piece in self.pieces]
        for reg, at in wide.items():
            # Where it was seen first without being read, it was written.
            if reg._block >= 0 and reg not in self.pieces[reg._block].exposed:
                kills[reg._block] |= 1 << at
        edges: list[list[tuple[int, int]]] = []
        throws: list[tuple[int, int] | None] = []
        for k, piece in enumerate(self.pieces):
            edges.append(
                [
                    (k + 1 if target is None else first[target], ~bits(bound))
                    for target, bound in piece.edges
                    if target is not None or k + 1 < len(self.pieces)
                ]
            )
            region = piece.region
            throws.append(
                None
                if region is None or region.target not in first
                else (first[region.target], ~bits((region.value, region.info)))
            )
        lives = [0] * len(self.pieces)
        outs = [0] * len(self.pieces)
        changed = True
        while changed:
            changed = False
            for k in range(len(self.pieces) - 1, -1, -1):
                out = 0
                for to, keeps in edges[k]:
                    out |= lives[to] & keeps
                caught = throws[k]
                handled = 0 if caught is None else lives[caught[0]] & caught[1]
                live = gens[k] | (out & ~kills[k]) | handled
                outs[k] = out | handled
                if live != lives[k]:
                    lives[k] = live
                    changed = True
        self._begin(lives[0], regs)
        for piece, live, out in zip(self.pieces, lives, outs):
            self._widen(regs, live, 2 * piece.start)
            self._widen(regs, out, max(2 * piece.end - 1, 2 * piece.start))

    def _begin(self, live: int, regs: list[Reg]) -> None:
        """What is read before it is written is undefined, if it may be so."""
        for reg in _members(live, regs):
            if reg._block == ARGUMENT:
                continue
            reg._first = -1
            if not reg._variable:
                for piece in self.pieces:
                    if reg in piece.exposed:
                        record = self._reader(reg, piece)
                        raise Unwritten(reg, record, piece.block)

    def _reader(self, reg: Reg, piece: Piece) -> Record:
        for record in self.code[piece.start : piece.end]:
            if any(record[place] is reg for place in _READS[record[0]]):
                return record
        # It stands in an operand that holds several.
        return self.code[max(piece.end - 1, piece.start)]

    def _widen(self, regs: list[Reg], live: int, place: int) -> None:
        for reg in _members(live, regs):
            if reg._first > place:
                reg._first = place
            if reg._last < place:
                reg._last = place


def _members(bits: int, regs: list[Reg]) -> list[Reg]:
    found = []
    while bits:
        low = bits & -bits
        found.append(regs[low.bit_length() - 1])
        bits ^= low
    return found


def bound_and_read(pattern: Pattern) -> tuple[list[Reg], list[Reg]]:
    """The registers that a pattern writes, and those that it reads."""
    bound: list[Reg] = []
    read: list[Reg] = []
    if pattern._virtual:
        _collect(pattern, bound, read)
    return bound, read


def _collect(part: object, bound: list[Reg], read: list[Reg]) -> None:
    # Depth is bounded by the constructors of `Pattern`.
    if isinstance(part, Pattern):
        if part._kind in ("bind", "as"):
            bound.append(part._args[0])
        elif part._kind == "pin":
            read.append(part._args[0])
        for inner in part._args:
            _collect(inner, bound, read)
    elif isinstance(part, tuple):
        for inner in part:
            _collect(inner, bound, read)
    elif isinstance(part, Guard):
        read.extend(side for side in (part.left, part.right) if type(side) is Reg)
