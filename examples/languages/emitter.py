"""A function while it is being compiled: what every compiler here needs, whatever its language.

An `Emitter` counts registers, makes labels, and notes which line of the source an instruction
came from, so that traces and the verifier's messages can name it.

- Registers are laid out as the machine does: captures, arguments, then everything else.
- What an expression needs for a moment is given back: `with emitter.temporaries(): ...`.
- Handlers are added from the inside out, which is the order in which the machine tries them.

>>> from ionvm import Instruction, run
>>> double = Emitter("double", "double.x", arity=1)
>>> double.at(line=3)
>>> result = double.register()
>>> double.emit(Instruction.add(result, 0, 0), Instruction.return_(result))
>>> run(double.function(), 21)
42
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ionvm import DebugInfo, Function, Handler, Instruction, Label, LineEntry, Local

__all__ = ["Emitter"]


class Emitter:
    """One function of a class, from its first instruction to its `Function`."""

    def __init__(
        self,
        name: str,
        file: str,
        *,
        arity: int = 0,
        captures: int = 0,
        optional: int = 0,
        rest: bool = False,
        lenient: bool = False,
        exported: bool = True,
    ) -> None:
        self.name, self.file = name, file
        self.arity, self.captures, self.optional = arity, captures, optional
        self.rest, self.lenient, self.exported = rest, lenient, exported
        #: The first free register, and how many the frame has at its largest.
        self.free = self.most = captures + arity + rest
        self._fixed = self.free
        self._items: list[Instruction | Label] = []
        self._count = self._labels = 0
        self._handlers: list[Handler] = []
        self._lines: list[LineEntry] = []
        self._locals: list[Local] = []

    # ---- Registers ----------------------------------------------------------

    def register(self) -> int:
        """A register that nothing else uses, until `temporaries` takes it back."""
        self.free += 1
        self.most = max(self.most, self.free)
        return self.free - 1

    def registers(self, count: int) -> list[int]:
        """Several of them, in a row."""
        return [self.register() for _ in range(count)]

    @contextmanager
    def temporaries(self) -> Iterator[None]:
        """Gives back every register that is taken inside."""
        mark = self.free
        yield
        self.free = mark

    def call_it(self, name: str, register: int) -> None:
        """Tells debuggers that the register holds the variable `name` from here on."""
        self._locals.append(Local(name, register, self._count, -1))

    # ---- Instructions -------------------------------------------------------

    def label(self) -> Label:
        """A new place; emit it where it is to be, before or after what jumps there."""
        self._labels += 1
        return Label(f"l{self._labels}")

    def emit(self, *items: Instruction | Label) -> None:
        """Adds instructions and places."""
        for item in items:
            self._items.append(item)
            self._count += isinstance(item, Instruction)

    def at(self, line: int, column: int = 0) -> None:
        """Says where in the source the next instructions come from; both count from 1."""
        if self._lines and self._lines[-1].at == self._count:
            self._lines.pop()
        entry = LineEntry(self._count, self.file, line, column)
        if not self._lines or self._lines[-1][1:] != entry[1:]:
            self._lines.append(entry)

    def constant(self, value: object, into: int | None = None) -> int:
        """Loads a constant, which may be all that `Value.of` takes; returns its register."""
        register = self.register() if into is None else into
        self.emit(Instruction.load_const(register, value))
        return register

    def protect(
        self, start: Label, end: Label, target: Label, value: int, info: int | None = None
    ) -> None:
        """Errors between two places go to a third. Inner ranges are added before outer ones."""
        self._handlers.append(Handler(start, end, target, value, info))

    # ---- The end -------------------------------------------------------------

    def function(self) -> Function:
        """The function as the machine takes it."""
        names = tuple(local._replace(end=self._count) for local in self._locals)
        return Function(
            self.name,
            self.arity,
            self.most - self._fixed,
            self._items,
            captures=self.captures,
            optional=self.optional,
            rest=self.rest,
            lenient=self.lenient,
            exported=self.exported and not self.captures,
            handlers=self._handlers,
            source=DebugInfo(tuple(self._lines), names),
        )
