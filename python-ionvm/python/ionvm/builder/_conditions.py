"""Conditions and loops: `with` statements that place blocks and jumps around what is in them."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from .._checks import described
from .._operands import flags
from .._table import KEYS_VALUES_ENTRIES, OPS
from .._virtual import Reg
from ..value import Value
from ._code import Block
from ._cursor import Operand
from ._instructions import Emits

__all__ = ["Body", "Condition", "Conditions", "If", "Loop"]

#: A register or constant, or a function that emits the code of a condition and returns that.
Condition = Operand | Callable[[], Operand]

_NUMBERS = {op.mnemonic: number for number, op in OPS.items()}
_JUMP, _IF_FALSE = _NUMBERS["jump"], _NUMBERS["jump_if_false"]
_ITER_INIT, _ITER_NEXT = _NUMBERS["iter_init"], _NUMBERS["iter_next"]
_LESS, _GREATER = _NUMBERS["less_than"], _NUMBERS["greater_than"]
_ADD, _SUB = _NUMBERS["add"], _NUMBERS["sub"]

T = TypeVar("T")


class Body(Generic[T]):
    """What stands in a `with` statement; `enter` and `leave` place the code around it."""

    __slots__ = ("_b",)

    #: What the statement is called, for messages.
    WORD = "with"

    def __init__(self, builder: Conditions) -> None:
        self._b = builder

    def enter(self) -> T:
        """Before the body."""
        raise NotImplementedError

    def leave(self) -> None:
        """Behind it."""
        raise NotImplementedError

    def __enter__(self) -> T:
        self._b._open.append(self)
        return self.enter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # An exception of the compiler goes out; the function is not going to be finished.
        if kind is None:
            if self._b._open[-1] is not self:
                raise ValueError(f"{self._b}: {self.WORD} ends inside of another statement")
            self._b._open.pop()
            self.leave()


class If(Body[None]):
    """The body of `if_`, `elif_` and `else_`.

    Every body jumps behind the last one. While it is not known that another follows, that is the
    block where the test leads to if it fails.
    """

    __slots__ = ("_condition", "_exits", "_no")

    WORD = "if_"

    def __init__(
        self, builder: Conditions, condition: Condition | None, exits: list[Block]
    ) -> None:
        super().__init__(builder)
        self._condition = condition
        #: The blocks that end by a jump behind the whole statement.
        self._exits = exits

    def enter(self) -> None:
        b = self._b
        self._no = b.block("end" if self._condition is None else "else")
        if self._condition is not None:
            b._test(self._condition, self._no)

    def leave(self) -> None:
        b, exits = self._b, self._exits
        b._exit_to(self._no, exits)
        if self._condition is not None:
            b._go(self._no)
            b._after = ("if_", exits, self._no)
        elif exits:
            b._go(self._no)


class Loop(Body["Loop"]):
    """A loop; `break_` and `continue_` without one mean the innermost."""

    __slots__ = ("_again", "_begin", "_end", "_late", "_next")

    WORD = "loop"

    def __init__(self, builder: Conditions, condition: Condition | None) -> None:
        super().__init__(builder)
        self._late: list[Block] = []
        self._begin = condition

    def enter(self) -> Loop:
        b = self._b
        self._again = self._next = b.block("again")
        self._end = b.block("end")
        body = b.block("body")
        b._loops.append(self)
        if self._begin is None:
            b.place(self._again)
            return self
        # The test stands behind the body: one jump a turn. It is compiled now, in order.
        b._leave_for(self._again)
        mark = len(b._layout)
        b._go(self._again)
        b._test(self._begin, self._end)
        b._leave_for(body)
        self._late = b._layout[mark:]
        del b._layout[mark:]
        b._go(body)
        return self

    def leave(self) -> None:
        b = self._b
        b._loops.pop()
        b._leave_for(self._again)
        b._layout.extend(self._late)
        b._go(self._end)

    def break_(self) -> None:
        """Leaves the loop."""
        self._b._jump_from(self, self._end)

    def continue_(self) -> None:
        """Goes on with the next turn."""
        self._b._jump_from(self, self._next)


class For(Body[Reg]):
    """A loop over what an iterator gives."""

    __slots__ = ("_bits", "_item", "_items", "_loop")

    WORD = "for_"

    def __init__(self, builder: Conditions, items: Reg, what: str, item: Reg | None) -> None:
        super().__init__(builder)
        self._items, self._bits = items, flags(what, "what", KEYS_VALUES_ENTRIES)
        self._item = builder.variable() if item is None else item
        self._loop = Loop(builder, None)

    def enter(self) -> Reg:
        b = self._b
        iterator = Reg(b)
        b._emit(_ITER_INIT, iterator, self._items, self._bits)
        self._loop.enter()
        b._emit(_ITER_NEXT, self._item, iterator, self._loop._end)
        return self._item

    def leave(self) -> None:
        self._loop.leave()


class ForRange(Body[Reg]):
    """A loop over numbers."""

    __slots__ = ("_by", "_loop", "_start", "_step", "_stop", "_variable")

    WORD = "for_range"

    def __init__(
        self, builder: Conditions, start: Operand, stop: Operand, step: int, item: Reg | None
    ) -> None:
        super().__init__(builder)
        self._start, self._stop, self._step = start, stop, step
        self._variable = builder.variable() if item is None else item

    def enter(self) -> Reg:
        b, i, step = self._b, self._variable, self._step
        b.assign(i, self._start)
        # Copied, as the program may change a variable: the range is as it was at the beginning.
        stop = b.variable(value=self._stop)
        self._by = b._operand(abs(step), "step")
        self._loop = Loop(b, lambda: b._binary(_LESS if step > 0 else _GREATER, i, stop, Reg(b)))
        self._loop.enter()
        self._loop._next = b.block("step")
        return i

    def leave(self) -> None:
        b, i = self._b, self._variable
        b.place(self._loop._next)
        b._binary(_ADD if self._step > 0 else _SUB, i, self._by, i)
        self._loop.leave()


class Conditions(Emits):
    """Conditions and loops of a function builder."""

    __slots__ = ("_after", "_loops", "_open")

    #: What an `else_`, `elif_` or `catch_` may follow: its exits, and the empty block behind it.
    _after: tuple[str, list[Block], Block] | None

    def _begin(self, file: str | None) -> None:
        super()._begin(file)
        self._open: list[Body[Any]] = []
        self._loops: list[Loop] = []
        self._after = None

    def branch(self, condition: Operand, yes: Block, no: Block) -> None:
        """Goes to one block if a value counts as true, else to another."""
        register = self._operand(condition, "condition")
        self._owned(yes, "yes")
        self._emit(_IF_FALSE, register, self._owned(no, "no"))
        self._emit(_JUMP, yes)
        self._end()

    def if_(self, condition: Condition) -> If:
        """`with b.if_(c): ...`: runs the body if a value counts as true.

        `with b.elif_(...):` and `with b.else_():` may follow directly.
        """
        return If(self, condition, [])

    def elif_(self, condition: Callable[[], Operand]) -> If:
        """Behind an `if_`: another condition, asked only if those before do not hold.

        It is given as a function that emits the code, since that code stands in the else part.
        """
        return If(self, condition, self._follow("elif_", "if_"))

    def else_(self) -> If:
        """Behind an `if_`: runs the body if none of the conditions holds."""
        return If(self, None, self._follow("else_", "if_"))

    def while_(self, condition: Condition) -> Loop:
        """`with b.while_(lambda: b.less_than(i, n)):` runs the body again and again.

        The condition is a function that emits the code of the test, or a register that is
        looked at before each turn.
        """
        return Loop(self, condition)

    def loop_(self) -> Loop:
        """A loop that only `break_`, a return or an error ends."""
        return Loop(self, None)

    def for_(self, items: Operand, what: str = "values", item: Reg | None = None) -> For:
        """`with b.for_(items) as item:` runs the body for what an array, list, map, string,
        object or coroutine gives: its values, or `keys`, or `entries`.
        """
        return For(self, self._operand(items, "items"), what, self._kept(item))

    def for_range(
        self, start: Operand, stop: Operand, step: int = 1, item: Reg | None = None
    ) -> ForRange:
        """`with b.for_range(0, n) as i:` counts from `start` to before `stop`.

        `i` is the counter itself: what the body writes there changes the loop.
        """
        if type(step) is not int or step == 0:
            raise TypeError(f"step must be an int other than 0, not {described(step)} {step!r}")
        return ForRange(self, start, stop, step, self._kept(item))

    def _kept(self, item: Reg | None) -> Reg | None:
        return None if item is None else self._destination(item, "item")

    def break_(self) -> None:
        """Leaves the innermost loop."""
        self._innermost("break_").break_()

    def continue_(self) -> None:
        """Goes on with the next turn of the innermost loop."""
        self._innermost("continue_").continue_()

    def _innermost(self, word: str) -> Loop:
        if not self._loops:
            raise ValueError(f"{self}: {word} stands in no loop")
        return self._loops[-1]

    def _jump_from(self, loop: Loop, target: Block) -> None:
        if loop not in self._loops:
            raise ValueError(f"{self}: the loop to leave has ended")
        self._leave_for(target)

    def _test(self, condition: Condition, no: Block) -> None:
        """Goes on if a condition holds, else to a block."""
        if callable(condition) and not isinstance(condition, (Reg, Value)):
            condition = condition()
        self._emit(_IF_FALSE, self._operand(condition, "condition"), no)

    def _follow(self, word: str, first: str) -> list[Block]:
        """The exits of the statement that directly stands before the cursor."""
        after = self._after
        if after is None or after[0] != first or after[2] is not self._block or self._block._code:
            raise ValueError(f"{self}: {word} must follow directly behind {first}")
        self._after = None
        return after[1]

    def _exit_to(self, block: Block, exits: list[Block]) -> None:
        """Lets this and all exits before jump to a block."""
        if self.reachable:
            exits.append(self._block)
            self._leave_for(block)
        for exit_ in exits:
            number, code, offset, _ = exit_._code[-1]
            exit_._code[-1] = (number, code, offset, block)

    def _binary(self, number: int, a: Reg, b: Reg, dst: Reg) -> Reg:
        self._emit(number, dst, a, b)
        return dst
