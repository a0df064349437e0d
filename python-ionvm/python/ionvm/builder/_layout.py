"""Layout: from blocks to one run of instructions.

Blocks that nothing reaches are left out, a jump to a block that only jumps on goes where that
goes, a jump to the next block is none, and a test whose jump leads to the next block is turned
around; so is one whose other way leads back, as at the end of a loop.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from .._operands import Arm
from .._table import OPS
from ._code import Block, Record

__all__ = ["straighten", "targets_of"]

_NUMBERS = {op.mnemonic: number for number, op in OPS.items()}
_JUMP = _NUMBERS["jump"]
_INVERSE = {
    _NUMBERS["jump_if_true"]: _NUMBERS["jump_if_false"],
    _NUMBERS["jump_if_false"]: _NUMBERS["jump_if_true"],
}

#: Where in a record its jump targets are: the kind, and the place.
_TARGETS = {
    number: [
        (kind, at)
        for at, (_, kind) in enumerate(op.operands, 3)
        if kind in ("Target", "Arms", "TimeoutArm")
    ]
    for number, op in OPS.items()
}


def targets_of(record: Record) -> list[Block]:
    """The blocks that an instruction may go to, besides the next instruction."""
    found: list[Block] = []
    for kind, at in _TARGETS[record[0]]:
        operand = record[at]
        if kind == "Target":
            found.append(operand)
        elif kind == "Arms":
            found.extend(target for _, target in operand)
        elif operand is not None:
            found.append(operand[1])
    return found


def straighten(
    layout: list[Block], check: Callable[[Block], None]
) -> tuple[list[Block], list[list[Record]]]:
    """The blocks that are reached, in order, and the code that each comes to.

    `check` looks at each of them first.
    """
    codes: dict[Block, list[Record]] = {}
    todo = [layout[0]]
    while todo:
        block = todo.pop()
        if block in codes:
            continue
        codes[block] = [_forward(record) for record in block._code]
        for record in codes[block]:
            if _TARGETS[record[0]]:
                todo.extend(targets_of(record))
        # What an inner handler catches, an outer one never sees.
        if block._code and block._region is not None:
            todo.append(block._region.target)
    for block in codes:
        check(block)
    kept = [block for block in layout if block in codes]
    order = {block: at for at, block in enumerate(kept)}
    for block, following in pairwise(kept):
        _shorten(codes[block], order[following], order)
    return kept, [codes[block] for block in kept]


def _forward(record: Record) -> Record:
    """The instruction with its jumps past blocks that only jump."""
    places = _TARGETS[record[0]]
    if not places:
        return record
    changed = list(record)
    for kind, at in places:
        operand = record[at]
        if kind == "Target":
            changed[at] = _final(operand)
        elif kind == "Arms":
            changed[at] = tuple(Arm(pattern, _final(target)) for pattern, target in operand)  # type: ignore[arg-type]
        elif operand is not None:
            changed[at] = (operand[0], _final(operand[1]))
    return tuple(changed)


def _final(block: Block) -> Block:
    # A loop that does nothing else leads to itself: hence the bound.
    for _ in range(16):
        if len(block._code) != 1 or block._code[0][0] != _JUMP:
            break
        block = block._code[0][3]
    return block


def _shorten(code: list[Record], following: int, order: dict[Block, int]) -> None:
    """Leaves out a jump to the next block, and lets a test at the end of a loop jump back."""
    if not code or code[-1][0] != _JUMP:
        return
    jump = code[-1]
    if order[jump[3]] == following:
        code.pop()
    elif len(code) > 1 and code[-2][0] in _INVERSE:
        test = code[-2]
        if order[test[4]] == following or order[jump[3]] < following <= order[test[4]]:
            code[-2] = (_INVERSE[test[0]], *test[1:4], jump[3])
            code[-1] = (*jump[:3], test[4])
            if order[test[4]] == following:
                code.pop()
