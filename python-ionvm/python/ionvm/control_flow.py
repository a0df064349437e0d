"""Control flow out of blocks: what to jump over, and where to, is worked out here.

A builder gives a list of instructions in which all jumps are offsets, so that it can stand
anywhere in a function and inside blocks of other builders.

>>> from ionvm import Instruction
>>> from ionvm.control_flow import IfElseBuilder
>>> code = (
...     IfElseBuilder()
...     .if_condition(0).add_instruction(Instruction.load_const(1, 1.0))
...     .else_block().add_instruction(Instruction.load_const(1, 2.0))
...     .build()
... )
>>> for instruction in code:
...     print(instruction)
jump_if_false r0, +3
load_const r1, 1
jump +2
load_const r1, 2
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ._checks import described, register
from ._operands import BREAK
from .instruction import Instruction
from .pattern import Pattern

__all__ = [
    "Condition",
    "IfElseBuilder",
    "MatchBuilder",
    "WhileThenElseBuilder",
    "build_if_else",
    "build_while_then_else",
    "create_break_instruction",
    "create_continue_instruction",
]

#: One instruction, several, or what a builder gave.
Code = Instruction | Iterable[Instruction]


class Condition:
    """A register that will hold a condition, and the instructions that compute it there."""

    __slots__ = ("instructions", "reg")

    def __init__(self, reg: int | float, instructions: Code = ()) -> None:
        self.reg = register(reg, "reg")
        self.instructions = _code(instructions, "instructions")

    def __repr__(self) -> str:
        return f"<Condition in r{self.reg}, {len(self.instructions)} instructions>"


#: A register that holds the condition already, or a condition with its instructions.
Given = int | float | Condition

#: A condition, a call that gives one, or the instructions, the register standing behind.
Lazy = Condition | Callable[[], Condition] | Code


class IfElseBuilder:
    """`if`, any number of `elif`, perhaps `else`; each block jumps to the end of the whole.

    `if_condition` and `elif_condition` take a condition that is computed before the first test,
    whichever block runs then. The lazy ones take one that is computed when it is reached. What
    `add_instruction` adds goes to the block begun last.
    """

    def __init__(self) -> None:
        self._before: list[Instruction] = []
        self._arms: list[tuple[Condition, list[Instruction]]] = []
        self._else: list[Instruction] | None = None

    def if_condition(self, condition: Given, body: Code = ()) -> IfElseBuilder:
        """Begins the first block."""
        return self._first(self._eager(condition), body)

    def if_condition_lazy(
        self, condition: Lazy, reg: int | float | None = None, body: Code = ()
    ) -> IfElseBuilder:
        """Begins the first block; its condition is computed when it is reached."""
        return self._first(_lazy(condition, reg), body)

    def elif_condition(self, condition: Given, body: Code = ()) -> IfElseBuilder:
        """Begins a further block; its condition is computed before the first test."""
        return self._further(self._eager(condition), body)

    def elif_condition_lazy(
        self, condition: Lazy, reg: int | float | None = None, body: Code = ()
    ) -> IfElseBuilder:
        """Begins a further block; its condition is computed only if none before held."""
        return self._further(_lazy(condition, reg), body)

    def else_block(self, body: Code = ()) -> IfElseBuilder:
        """Begins the block that runs if no condition held."""
        if not self._arms:
            raise ValueError("else_block stands before if_condition")
        if self._else is not None:
            raise ValueError("there is an else block already")
        self._else = _code(body, "body")
        return self

    def add_instruction(self, *instructions: Code) -> IfElseBuilder:
        """Adds to the block begun last."""
        if not self._arms:
            raise ValueError("add_instruction stands before if_condition")
        block = self._arms[-1][1] if self._else is None else self._else
        for code in instructions:
            block.extend(_code(code, "instructions"))
        return self

    def build(self) -> list[Instruction]:
        """The instructions of the whole."""
        if not self._arms:
            raise ValueError("there is no if_condition")
        # From the end to the front, so that the distance to the end is always known.
        out = list(self._else or ())
        for i, (condition, block) in reversed(list(enumerate(self._arms))):
            last = i == len(self._arms) - 1 and not self._else
            body = [*block] if last else [*block, Instruction.jump(len(out) + 1)]
            test = Instruction.jump_if_false(condition.reg, len(body) + 1)
            out = [*condition.instructions, test, *body, *out]
        return [*self._before, *out]

    def _eager(self, condition: Given) -> Condition:
        given = _given(condition)
        self._before.extend(given.instructions)
        return Condition(given.reg)

    def _first(self, condition: Condition, body: Code) -> IfElseBuilder:
        if self._arms:
            raise ValueError("there is an if_condition already; use elif_condition")
        self._arms.append((condition, _code(body, "body")))
        return self

    def _further(self, condition: Condition, body: Code) -> IfElseBuilder:
        if not self._arms:
            raise ValueError("elif_condition stands before if_condition")
        if self._else is not None:
            raise ValueError("elif_condition stands after else_block")
        self._arms.append((condition, _code(body, "body")))
        return self


class WhileThenElseBuilder:
    """A loop, and what follows on how it ended.

    The condition is computed before each round. If it does not hold, the loop is over and the
    `then` block runs; if the loop is left by a break, the `else` block runs instead. Either may
    be left out; both go on behind the whole. `add_break`, `add_continue` and the placeholders
    `Instruction.break_instr()` and `continue_instr()`, at any depth of blocks inside this
    loop, mean this loop.
    """

    def __init__(self) -> None:
        self._condition: Condition | None = None
        self._body: list[Instruction] = []
        self._then: list[Instruction] = []
        self._else: list[Instruction] = []
        self._block = self._body

    def while_condition(
        self, condition: Lazy, reg: int | float | None = None
    ) -> WhileThenElseBuilder:
        """Sets the condition: instructions and the register in which they leave it."""
        return self._set_condition(_lazy(condition, reg))

    def while_condition_reg(self, reg: int | float) -> WhileThenElseBuilder:
        """Sets the condition: a register that the body keeps up to date."""
        return self._set_condition(Condition(reg))

    def add_instruction(self, *instructions: Code) -> WhileThenElseBuilder:
        """Adds to the block begun last, at first the body."""
        for code in instructions:
            self._block.extend(_code(code, "instructions"))
        return self

    def add_break(self) -> WhileThenElseBuilder:
        """Adds a jump out of the loop."""
        return self.add_instruction(Instruction.break_instr())

    def add_continue(self) -> WhileThenElseBuilder:
        """Adds a jump to the next round, beginning with its condition."""
        return self.add_instruction(Instruction.continue_instr())

    def then_block(self, body: Code = ()) -> WhileThenElseBuilder:
        """Begins the block that runs when the condition holds no longer."""
        self._block = self._then
        return self.add_instruction(body)

    def else_block(self, body: Code = ()) -> WhileThenElseBuilder:
        """Begins the block that runs when the loop was left by a break."""
        self._block = self._else
        return self.add_instruction(body)

    def build(self) -> list[Instruction]:
        """The instructions of the whole.

        Placeholders in the `then` and `else` blocks stay: they mean a loop further out.
        """
        if self._condition is None:
            raise ValueError("there is no while_condition")
        head = self._condition.instructions
        body = list(self._body)
        start = len(head) + 1  # Of the body, counted from the start of the whole.
        after = start + len(body) + 1  # One past the jump back.
        ending = [*self._then]
        if self._else:
            ending.append(Instruction.jump(len(self._else) + 1))
        broken = after + len(ending)
        for i, instruction in enumerate(body):
            if instruction.is_placeholder:
                goal = broken if instruction.opcode == BREAK else 0
                body[i] = Instruction.jump(goal - (start + i))
        test = Instruction.jump_if_false(self._condition.reg, after - len(head))
        back = Instruction.jump(-(after - 1))
        return [*head, test, *body, back, *ending, *self._else]

    def _set_condition(self, condition: Condition) -> WhileThenElseBuilder:
        if self._condition is not None:
            raise ValueError("there is a while_condition already")
        self._condition = condition
        return self


class MatchBuilder:
    """Blocks by pattern; the first that fits runs, and each goes on behind the whole.

    >>> from ionvm import Instruction, Pattern
    >>> code = (
    ...     MatchBuilder(0)
    ...     .case(Pattern.value(1.0), Instruction.return_(0))
    ...     .default(Instruction.nop())
    ...     .build()
    ... )
    >>> print(code[0])
    match r0, 1 -> +3
    """

    def __init__(self, value_reg: int | float) -> None:
        self._reg = register(value_reg, "value_reg")
        self._cases: list[tuple[Pattern, list[Instruction]]] = []
        self._default: list[Instruction] = []

    def case(self, pattern: Pattern, body: Code = ()) -> MatchBuilder:
        """Adds a block for what the pattern fits."""
        if not isinstance(pattern, Pattern):
            raise TypeError(f"pattern must be a Pattern, not {described(pattern)}")
        self._cases.append((pattern, _code(body, "body")))
        return self

    def default(self, body: Code) -> MatchBuilder:
        """Sets the block for what no pattern fits."""
        self._default = _code(body, "body")
        return self

    def build(self) -> list[Instruction]:
        """The instructions of the whole."""
        # The match, the default with its jump, the cases with theirs, but for the last jump.
        total = 1 + len(self._default) + sum(len(body) + 1 for _, body in self._cases)
        out: list[Instruction] = []
        jumps = []

        def block(body: list[Instruction]) -> None:
            out.extend(body)
            # The jump stands one further than `out` says, because of the match.
            out.append(Instruction.jump(total - (1 + len(out))))

        block(self._default)
        for _, body in self._cases:
            jumps.append(len(out) + 1)
            block(body)
        # The last block ends where the whole does: its jump is not needed.
        out.pop()
        match = Instruction.match(self._reg, [pattern for pattern, _ in self._cases], jumps)
        return [match, *out]


def build_if_else(f: Callable[[IfElseBuilder], object]) -> list[Instruction]:
    """The instructions of the `if` that `f` puts together."""
    builder = IfElseBuilder()
    f(builder)
    return builder.build()


def build_while_then_else(f: Callable[[WhileThenElseBuilder], object]) -> list[Instruction]:
    """The instructions of the loop that `f` puts together."""
    builder = WhileThenElseBuilder()
    f(builder)
    return builder.build()


def create_break_instruction() -> Instruction:
    """Stands for a jump out of the loop around it."""
    return Instruction.break_instr()


def create_continue_instruction() -> Instruction:
    """Stands for a jump to the next round of the loop around it."""
    return Instruction.continue_instr()


def _code(code: Code, what: str) -> list[Instruction]:
    if isinstance(code, Instruction):
        return [code]
    out = []
    for i, instruction in enumerate(code):
        if not isinstance(instruction, Instruction):
            raise TypeError(f"{what}[{i}] must be an Instruction, not {described(instruction)}")
        out.append(instruction)
    return out


def _given(condition: Given) -> Condition:
    return condition if isinstance(condition, Condition) else Condition(condition)


def _lazy(condition: Lazy, reg: int | float | None) -> Condition:
    if reg is None:
        if callable(condition):
            condition = condition()
        if not isinstance(condition, Condition):
            raise TypeError(
                "give a Condition, or instructions and the register in which they leave it"
            )
        return condition
    if isinstance(condition, Condition) or callable(condition):
        raise TypeError("a Condition names its register itself")
    return Condition(reg, condition)
