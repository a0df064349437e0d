"""Choices by patterns, receives, and handlers: `with` statements with several bodies."""

from __future__ import annotations

from typing import Any, TypeVar

from .._table import OPS
from .._virtual import Reg
from ..pattern import Pattern
from ._code import Block, Region
from ._conditions import Body, Conditions
from ._cursor import Operand, _site

__all__ = ["Caught", "Choices", "Match", "Receive"]

T = TypeVar("T")

_NUMBERS = {op.mnemonic: number for number, op in OPS.items()}
_JUMP, _MATCH = _NUMBERS["jump"], _NUMBERS["match"]
_RECEIVE, _RETHROW = _NUMBERS["receive_match"], _NUMBERS["rethrow"]


class Arm(Body[None]):
    """The body of a case; it begins in a block of its own and jumps behind the statement."""

    __slots__ = ("_block", "_of")

    WORD = "case"

    def __init__(self, of: Choice[Any], block: Block) -> None:
        super().__init__(of._b)
        self._of, self._block = of, block

    def enter(self) -> None:
        if self._b._open[-2] is not self._of:
            raise ValueError(f"{self._b}: a case stands in its {self._of.WORD} itself")
        self._b._go(self._block)

    def leave(self) -> None:
        self._b._exit_to(self._of._end, self._of._exits)
        self._of._outside()


class Choice(Body[T]):
    """What has cases. The instruction that chooses is emitted when all of them are known."""

    __slots__ = ("_arms", "_end", "_exits", "_from", "_nowhere", "_site")

    def __init__(self, builder: Choices) -> None:
        super().__init__(builder)
        self._arms: list[tuple[Pattern, Block]] = []
        self._exits: list[Block] = []

    def _enter(self) -> None:
        b = self._b
        self._site = _site()
        self._end = b.block("end")
        self._from = b._block
        self._outside()

    def _outside(self) -> None:
        """Between the cases nothing may be emitted: there is no way to come there."""
        b = self._b
        self._nowhere = Block(b, "between cases", self._from._region)
        b._block = self._nowhere
        b._append = self._nowhere._code.append

    def case(self, pattern: Pattern | Operand) -> Arm:
        """`with m.case(pattern): ...`; a constant stands for a pattern that it alone fits."""
        b = self._b
        if isinstance(pattern, Reg):
            raise TypeError("pattern is a register; Pattern.pin asks for what that holds")
        if not isinstance(pattern, Pattern):
            pattern = Pattern.value(pattern)
        block = b.block(f"case{len(self._arms) + 1}")
        self._arms.append((b._pattern(pattern, "pattern"), block))
        return Arm(self, block)

    def leave(self) -> None:
        b = self._b
        if self._nowhere._code:
            raise ValueError(f"{b}: {self.WORD} holds instructions outside of its cases")
        # Back to where the choice is made: now all cases are known.
        b._block, b._append = self._from, self._from._code.append
        if self._from._placed:
            self._choose()
            b._end()
        b._block = self._nowhere
        b._append = self._nowhere._code.append
        if self._exits or self._falls():
            b._go(self._end)

    def _choose(self) -> None:
        """Emits the instruction that chooses."""
        raise NotImplementedError

    def _falls(self) -> bool:
        """Whether what fits no case goes on behind the statement."""
        return False


class Match(Choice["Match"]):
    """A choice by patterns: the first case that fits is run.

    Without a `default`, what fits none goes on behind the statement.
    """

    __slots__ = ("_default", "_value")

    WORD = "match_"

    def __init__(self, builder: Choices, value: Reg) -> None:
        super().__init__(builder)
        self._value = value
        self._default: Block | None = None

    def enter(self) -> Match:
        self._enter()
        return self

    def default(self) -> Arm:
        """`with m.default(): ...`: what is done if no case fits."""
        if self._default is not None:
            raise ValueError(f"{self._b}: match_ has a default already")
        self._default = self._b.block("default")
        return Arm(self, self._default)

    def _choose(self) -> None:
        # Not that of the end of the statement: the line of its head.
        self._b._append((_MATCH, *self._site, self._value, tuple(self._arms)))
        target = self._end if self._default is None else self._default
        self._b._append((_JUMP, *self._site, target))

    def _falls(self) -> bool:
        return self._default is None


class Receive(Choice["Receive"]):
    """A selective receive: waits for a message that one of the cases fits."""

    __slots__ = ("_after",)

    WORD = "receive_"

    def __init__(self, builder: Choices) -> None:
        super().__init__(builder)
        self._after: tuple[Operand, Block] | None = None

    def enter(self) -> Receive:
        self._enter()
        return self

    def after(self, timeout: Operand) -> Arm:
        """`with r.after(1000): ...`: what is done if none has come after so many milliseconds."""
        if self._after is not None:
            raise ValueError(f"{self._b}: receive_ has an after already")
        if type(timeout) is Reg:
            self._b._operand(timeout, "timeout")
        else:
            self._b._constant(timeout, "timeout")
        block = self._b.block("after")
        self._after = timeout, block
        return Arm(self, block)

    def _choose(self) -> None:
        b = self._b
        after = self._after
        timeout = None if after is None else (b._operand(after[0], "timeout"), after[1])
        b._append((_RECEIVE, *self._site, tuple(self._arms), timeout))


class Try(Body[None]):
    """A body whose errors go to the `catch_` that follows."""

    __slots__ = ("_end", "_region")

    WORD = "try_"

    def enter(self) -> None:
        b = self._b
        target = b.block("catch")
        self._end = b.block("end")
        self._region = Region(b._block._region, target, Reg(b, None, True))
        body = b.block("try")
        body._region = self._region
        b._leave_for(body)
        b._go(body)

    def leave(self) -> None:
        b = self._b
        exits: list[Block] = []
        b._exit_to(self._end, exits)
        # A catch_ begins in a block that stands in no region of this statement.
        b._go(self._end)
        assert isinstance(b, Choices)
        b._tries.append(self._region)
        b._after = ("try_", exits, self._end)


class Caught(Body["Caught"]):
    """What a handler has caught: `value`, and what it needs to throw it on."""

    __slots__ = ("_end", "_exits", "_region")

    WORD = "catch_"

    def __init__(self, builder: Choices, exits: list[Block], region: Region, end: Block) -> None:
        super().__init__(builder)
        self._exits, self._region, self._end = exits, region, end

    @property
    def value(self) -> Reg:
        """The value that was thrown."""
        return self._region.value

    @property
    def info(self) -> Reg:
        """What `rethrow` wants beside the value: where it was thrown."""
        if self._region.info is None:
            self._region.info = Reg(self._b, None, True)
        return self._region.info

    def rethrow(self) -> None:
        """Throws on what was caught, as if it had not been."""
        self._b._emit(_RETHROW, self.value, self.info)
        self._b._end()

    def enter(self) -> Caught:
        b = self._b
        # What follows the whole statement stands behind the handler.
        if b._layout[-1] is self._end:
            b._layout.pop()
        else:
            b._layout.remove(self._end)
        self._end._placed = False
        b._go(self._region.target)
        return self

    def leave(self) -> None:
        b = self._b
        b._exit_to(self._end, self._exits)
        if self._exits:
            b._go(self._end)


class Choices(Conditions):
    """Patterns, receives and handlers of a function builder."""

    __slots__ = ("_tries",)

    def _begin(self, file: str | None) -> None:
        super()._begin(file)
        #: Regions that have no handler yet.
        self._tries: list[Region] = []

    def match_(self, value: Operand) -> Match:
        """`with b.match_(value) as m:` holds `with m.case(pattern):`, `with m.default():`."""
        return Match(self, self._operand(value, "value"))

    def receive_(self) -> Receive:
        """`with b.receive_() as r:` holds `with r.case(pattern):`, `with r.after(ms):`."""
        return Receive(self)

    def try_(self) -> Try:
        """`with b.try_(): ...`: its errors go to `with b.catch_() as caught: ...` behind it."""
        return Try(self)

    def catch_(self) -> Caught:
        """Behind a `try_`: what is done with an error."""
        end = self._block
        exits = self._follow("catch_", "try_")
        return Caught(self, exits, self._tries.pop(), end)
