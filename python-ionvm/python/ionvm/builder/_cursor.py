"""The cursor of a function builder: where the next instruction goes, and what it is made of.

Invariants:
- The cursor is always in a block. Behind an instruction that ends a block it is in one that no
  jump knows, so that what is emitted there is accepted, and dropped when the function is done.
- Every operand is checked when it is given: a register must be of this function, a block too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sys import _getframe
from types import CodeType
from typing import Any

from .. import _operands as _op
from .._checks import checked_text, described
from .._table import OPS
from .._virtual import Reg
from ..pattern import Guard, Pattern
from ..value import Property, Value
from ._code import Block, emitted_at

__all__ = ["Arms", "Cursor", "Operand", "Operands", "Pairs", "Properties"]

#: What an instruction reads: a register, or a constant, which is loaded for it.
Operand = Reg | Value | bool | int | float | complex | str | bytes
Operands = Iterable[Operand]
Pairs = Mapping[Any, Operand] | Iterable[tuple[Operand, Operand]]
Arms = Iterable[tuple[Pattern, Block]]
Properties = (
    Mapping[str, Operand | Property | tuple[Operand, _op.Flags]] | Iterable[tuple[Any, ...]]
)

_NUMBERS = {op.mnemonic: number for number, op in OPS.items()}
_LOAD_CONST, _MOVE, _JUMP = (_NUMBERS[word] for word in ("load_const", "move", "jump"))
_CONSTANTS = (Value, bool, int, float, complex, str, bytes)
_PACKAGE = __name__.rpartition(".")[0]


class Cursor:
    """Blocks, positions, and the checks that all emitting methods share."""

    __slots__ = (
        "_append",
        "_block",
        "_file",
        "_labels",
        "_layout",
        "_mark",
        "captures",
        "exported",
        "lenient",
        "name",
        "optional",
        "parameters",
        "rest",
    )

    #: The name of the function; None for one that is reached by its place only.
    name: str | None
    parameters: tuple[Reg, ...]

    def _begin(self, file: str | None) -> None:
        self._file = file
        self._mark: tuple[str, int, int] | None = None
        self._layout: list[Block] = []
        self._labels = 0
        self._block = Block(self, "entry", None)
        self._append = self._block._code.append
        self._place(self._block)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def __str__(self) -> str:
        return "a nameless function" if self.name is None else f"function {self.name}"

    # ---- Blocks --------------------------------------------------------------

    def block(self, name: str | None = None) -> Block:
        """A new block; it takes its place in the function when the cursor first goes there."""
        if name is None:
            self._labels += 1
            name = f"block{self._labels}"
        return Block(self, checked_text(name, "name"), self._block._region)

    @property
    def current(self) -> Block:
        """The block that the cursor is in."""
        return self._block

    @property
    def reachable(self) -> bool:
        """Whether the cursor is where something can come to: False behind a return, say."""
        return self._block._placed

    def position_at_end(self, block: Block) -> None:
        """Moves the cursor to the end of a block.

        Raises `ValueError` for one that has ended, with what ended it.
        """
        self._owned(block, "block")
        if block._ended:
            record = block._code[-1]
            raise ValueError(
                f"{self}: block {block.name} has ended by {OPS[record[0]].mnemonic!r}, "
                f"{emitted_at(record)}; go to a new block"
            )
        self._go(block)

    def place(self, block: Block) -> None:
        """Goes on in a block: the current one, if it has not ended, jumps there.

        So a block serves as a label: what is emitted next is where its jumps lead to.
        """
        self._owned(block, "block")
        if block._placed:
            raise ValueError(f"{self}: block {block.name} has its place already")
        self._leave_for(block)
        self._go(block)

    def _go(self, block: Block) -> None:
        if not block._placed:
            self._place(block)
        self._block = block
        self._append = block._code.append
        if self._mark is not None:
            self._note()

    def _place(self, block: Block) -> None:
        block._placed = True
        self._layout.append(block)

    def _leave_for(self, block: Block) -> None:
        """Jumps to a block from one that has not ended."""
        if self._block._placed:
            self._emit(_JUMP, block)
            self._end()

    def _end(self) -> None:
        """The current block has ended; what follows is reached by nothing."""
        self._block._ended = True
        block = Block(self, "nowhere", self._block._region)
        self._block = block
        self._append = block._code.append

    # ---- Places in the source ------------------------------------------------

    def at(self, line: int, column: int = 0, file: str | None = None) -> None:
        """Says where in the source the next instructions come from; both count from 1."""
        if file is not None:
            self._file = file
        if self._file is None:
            raise ValueError(f"{self}: at needs the name of a file, here or for the builder")
        self._mark = (self._file, line, column)
        self._note()

    def _note(self) -> None:
        assert self._mark is not None
        self._block._marks.append((len(self._block._code), *self._mark))

    # ---- Registers -----------------------------------------------------------

    def variable(self, name: str | None = None, value: Operand | None = None) -> Reg:
        """A register that may be written many times, by `assign` or as `dst`.

        It is undefined until then. With a `value` it begins with that.
        """
        reg = Reg(self, None if name is None else checked_text(name, "name"), True)
        if value is not None:
            self._assign(reg, value)
        return reg

    def assign(self, dst: Reg, value: Operand) -> None:
        """Writes a variable: copies a register, or loads a constant."""
        if type(dst) is not Reg or dst._owner is not self:
            self._destination(dst, "dst")
        dst._variable = True
        self._assign(dst, value)

    def _assign(self, dst: Reg, value: Operand) -> None:
        if type(value) is Reg:
            self._emit(_MOVE, dst, self._operand(value, "value"))
        else:
            self._emit(_LOAD_CONST, dst, self._constant(value, "value"))

    # ---- Operands ------------------------------------------------------------

    def _emit(self, number: int, *operands: object) -> None:
        """Adds an instruction on behalf of whoever called the package."""
        self._append((number, *_site(), *operands))

    def _constant(self, thing: object, what: str) -> Value:
        if not isinstance(thing, _CONSTANTS):
            raise TypeError(
                f"{what} must be a register of {self} or a constant, not {described(thing)}"
            )
        return _op.constant(thing, what)

    def _operand(self, thing: object, what: str) -> Reg:
        """A register that an instruction reads, with a constant loaded into one."""
        if type(thing) is Reg:
            if thing._owner is not self:
                raise ValueError(f"{what} is a register of {thing._owner}, not of {self}")
            return thing
        value = self._constant(thing, what)
        reg = Reg(self)
        self._emit(_LOAD_CONST, reg, value)
        return reg

    def _optional(self, thing: object, what: str) -> Reg | None:
        return None if thing is None else self._operand(thing, what)

    def _callee(self, thing: object, what: str) -> Reg:
        """As an operand, with a name for a function of the class."""
        if isinstance(thing, str):
            thing = Value.function_ref(thing)
        elif isinstance(thing, Cursor):
            thing = self._function(thing, what)
        return self._operand(thing, what)

    def _function(self, thing: _op.Func | Cursor, what: str) -> Value:
        if isinstance(thing, Cursor):
            if thing.name is None:
                raise ValueError(f"{what} has no name to call it by")
            return Value.function_ref(thing.name, arity=len(thing.parameters))
        return _op.function(thing, what)

    def _operands(self, things: Operands, what: str) -> tuple[Reg, ...]:
        if type(things) is not tuple and type(things) is not list:
            things = list(_op._each(things, what))
        for thing in things:
            if type(thing) is not Reg or thing._owner is not self:
                return tuple(self._operand(t, f"{what}[{i}]") for i, t in enumerate(things))
        return tuple(things)

    def _pairs(self, things: Pairs, what: str) -> tuple[tuple[Reg, Reg], ...]:
        pairs = things.items() if isinstance(things, Mapping) else _op._each(things, what)
        out = []
        for i, pair in enumerate(pairs):
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise TypeError(f"{what}[{i}] must be a pair of operands, not {described(pair)}")
            key = self._operand(pair[0], f"{what}[{i}][0]")
            out.append((key, self._operand(pair[1], f"{what}[{i}][1]")))
        return tuple(out)

    def _destination(self, thing: object, what: str) -> Reg:
        """A register that an instruction writes because its caller says so."""
        if type(thing) is not Reg:
            raise TypeError(f"{what} must be a register of {self}, not {described(thing)}")
        if thing._owner is not self:
            raise ValueError(f"{what} is a register of {thing._owner}, not of {self}")
        thing._variable = True
        return thing

    def _target(self, thing: object, what: str) -> Block:
        if type(thing) is Block and thing._owner is self:
            return thing
        return self._owned(thing, what)

    def _owned(self, thing: object, what: str) -> Block:
        if not isinstance(thing, Block):
            raise TypeError(f"{what} must be a block of {self}, not {described(thing)}")
        if thing._owner is not self:
            raise ValueError(f"{what} is a block of {thing._owner}, not of {self}")
        return thing

    def _properties(self, things: Properties, what: str) -> tuple[_op.Init, ...]:
        entries = things.items() if isinstance(things, Mapping) else _op._each(things, what)
        plain = (bool, int, float, complex, str, bytes)
        given = []
        for entry in entries:
            if isinstance(entry, tuple) and len(entry) > 1:
                name, value, *flags = entry
                if type(value) is tuple and len(value) == 2 and not flags:
                    value, *flags = value
                entry = (name, Value.of(value) if isinstance(value, plain) else value, *flags)
            given.append(entry)
        return _op.properties(given, what, self._operand)

    def _arms(self, things: Arms, what: str) -> tuple[tuple[Pattern, Block], ...]:
        out = []
        for i, pair in enumerate(_op._each(things, what)):
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(f"{what}[{i}] must be a pair of pattern and block")
            pattern = self._pattern(pair[0], f"{what}[{i}][0]")
            out.append((pattern, self._target(pair[1], f"{what}[{i}][1]")))
        return tuple(out)

    def _timeout(self, thing: Any, what: str) -> tuple[Reg, Block] | None:
        if thing is None:
            return None
        if not isinstance(thing, tuple) or len(thing) != 2:
            raise TypeError(f"{what} must be a pair (milliseconds, block), not {described(thing)}")
        return self._operand(thing[0], f"{what}[0]"), self._target(thing[1], f"{what}[1]")

    def _pattern(self, thing: object, what: str) -> Pattern:
        """A pattern all of whose registers are of this function."""
        if not isinstance(thing, Pattern):
            raise TypeError(f"{what} must be a Pattern, not {described(thing)}")
        todo: list[Any] = [thing]
        while todo:
            part = todo.pop()
            if isinstance(part, Pattern):
                if part._kind in ("bind", "as", "pin") and type(part._args[0]) is not Reg:
                    raise TypeError(
                        f"{what}: {part} names a register by its number; "
                        f"give it one of {self}, such as a variable"
                    )
                todo.extend(part._args)
            elif isinstance(part, tuple):
                todo.extend(part)
            elif isinstance(part, Guard):
                todo.extend((part.left, part.right))
                if type(part.left) is int or type(part.right) is int:
                    raise TypeError(f"{what}: {part} names a register by its number")
            elif type(part) is Reg and part._owner is not self:
                raise ValueError(f"{what} holds a register of {part._owner}, not of {self}")
        return thing


def _site() -> tuple[CodeType, int]:
    """Who called the package."""
    frame = _getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__package__") == _PACKAGE:
        frame = frame.f_back
    return frame.f_code, frame.f_lasti
