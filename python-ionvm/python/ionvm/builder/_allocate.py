"""Register allocation: a linear scan over the ranges in which registers are live.

Registers get numbers in the order in which they begin to live, each the lowest that nobody has
who is still alive. Captures and arguments have the numbers that the machine gives them, and leave
them to others when nothing reads them any more. A copy takes the number of what it copies where
that ends there, so that it need not be made.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from .._checks import REGISTER_MAX
from .._virtual import Reg
from ._liveness import Liveness

__all__ = ["allocate"]


def allocate(live: Liveness) -> int:
    """Gives every register its number; returns how many numbers there are."""
    size = len(live.arguments)
    active: list[tuple[int, int]] = []
    for at, reg in enumerate(live.arguments):
        reg._at = at
        active.append((reg._last, at))
    heapify(active)
    free: list[int] = []
    taken: set[int] = set()
    merged = {}
    for place in live.copies:
        _, _, _, copy, source = live.code[place]
        # The instruction before writes the copy at once.
        copy._first = min(copy._first, source._first)
        merged[source] = copy
    regs = sorted((reg for reg in live.regs if reg not in merged), key=_first)
    for reg in regs:
        first = reg._first
        while active and active[0][0] < first:
            heappush(free, heappop(active)[1])
        at = -1
        source = live.moves.get(reg)
        if source is not None and source not in merged and source._last < first:
            # Nobody has taken it since: the copy begins where its source ends.
            at = source._at
            if at in free and at not in taken:
                taken.add(at)
            else:
                at = -1
        while at < 0 and free:
            at = heappop(free)
            if at in taken:
                taken.remove(at)
                at = -1
        if at < 0:
            at = size
            size += 1
        reg._at = at
        heappush(active, (reg._last, at))
    for source, copy in reversed(merged.items()):
        source._at = copy._at
    if size > REGISTER_MAX + 1:
        raise ValueError(f"more than {REGISTER_MAX + 1} registers are alive at once")
    return size


def _first(reg: Reg) -> int:
    return reg._first
