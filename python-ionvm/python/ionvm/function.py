"""Functions: instructions, the shape of their frame, handlers, and where they came from.

A frame holds the captured values (registers `0..captures`), then `arity` arguments, one
register more for the rest array if there is one, then `extra_regs` more. All registers that
no argument fills start as undefined.

>>> from ionvm import Function, Instruction
>>> double = Function("double", 1, 1, [Instruction.add(1, 0, 0), Instruction.return_(1)])
>>> double
<Function double/1, 2 instructions>
>>> print(double)
add r1, r0, r0
return r1
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ._checks import checked_text, count, described, register
from ._operands import Label, Target
from ._operands import target as checked_target
from ._sites import Sites
from .instruction import Instruction

__all__ = ["DebugInfo", "Function", "Handler", "LineEntry", "Local"]


class Handler(NamedTuple):
    """A range of instructions whose errors go to a target.

    Places are instruction numbers or labels. The range reaches from `start` to before `end`.
    The register `value` gets what was thrown; `info`, if there is one, what `rethrow` wants.
    """

    start: Target
    end: Target
    target: Target
    value: int
    info: int | None = None


class LineEntry(NamedTuple):
    """From instruction `at` on, the place in the source; line and column from 1, 0 if unknown."""

    at: int
    file: str
    line: int = 0
    column: int = 0


class Local(NamedTuple):
    """The name of a register, from instruction `start` to before `end`."""

    name: str
    reg: int
    start: int
    end: int


class DebugInfo(NamedTuple):
    """What a trace and a debugger want to know."""

    lines: tuple[LineEntry, ...] = ()
    locals: tuple[Local, ...] = ()


Item = Instruction | Label


class Function:
    """One function of a class; read-only once made.

    `instructions` may hold labels, which jumps and handlers name. `source` is a file's name, or
    a `DebugInfo` that knows lines and locals.
    """

    __slots__ = (
        "_arity",
        "_captures",
        "_exported",
        "_extra_regs",
        "_handlers",
        "_instructions",
        "_lenient",
        "_name",
        "_optional",
        "_rest",
        "_sites",
        "_source",
    )

    def __init__(
        self,
        name: str | None = None,
        arity: int = 0,
        extra_regs: int = 0,
        instructions: Iterable[Item] = (),
        *,
        captures: int = 0,
        optional: int = 0,
        rest: bool = False,
        lenient: bool = False,
        exported: bool = True,
        handlers: Iterable[Handler] = (),
        source: str | DebugInfo | None = None,
    ) -> None:
        self._name = None if name is None else checked_text(name, "name")
        self._arity = count(arity, "arity")
        self._extra_regs = count(extra_regs, "extra_regs")
        self._captures = count(captures, "captures")
        self._optional = count(optional, "optional")
        self._rest = bool(rest)
        self._lenient = bool(lenient)
        self._exported = bool(exported)
        where = f"function {name}" if name is not None else "a function"
        if self._optional > self._arity:
            raise ValueError(f"{where}: {optional} optional arguments of {arity}")
        if lenient and (optional or rest):
            raise ValueError(f"{where}: lenient excludes optional arguments and rest")
        self._sites: Sites | None = None
        self._instructions, places = _place(instructions, where)
        self._handlers = tuple(
            _handler(handler, i, places, len(self._instructions), where)
            for i, handler in enumerate(handlers)
        )
        if source is None:
            self._source = DebugInfo()
        elif isinstance(source, DebugInfo):
            self._source = DebugInfo(tuple(source.lines), tuple(source.locals))
        else:
            self._source = DebugInfo((LineEntry(0, checked_text(source, "source")),))

    @classmethod
    def _unchecked(
        cls,
        name: str | None,
        arity: int,
        extra_regs: int,
        captures: int,
        optional: int,
        rest: bool,
        lenient: bool,
        exported: bool,
        instructions: tuple[Instruction, ...],
        handlers: tuple[Handler, ...],
        source: DebugInfo,
    ) -> Function:
        """A function as a class file has it, which the verifier may still refuse."""
        self = object.__new__(cls)
        self._name = name
        self._arity = arity
        self._extra_regs = extra_regs
        self._captures = captures
        self._optional = optional
        self._rest = rest
        self._lenient = lenient
        self._exported = exported
        self._instructions = instructions
        self._handlers = handlers
        self._source = source
        self._sites = None
        return self

    def _renamed(self, name: str) -> Function:
        """The same function under that name, exported."""
        made = copy.copy(self)
        made._name = name
        made._exported = True
        return made

    @property
    def name(self) -> str | None:
        """Its name; a function without one is reached by its place only."""
        return self._name

    @property
    def arity(self) -> int:
        """Its argument registers, optional ones included, the rest array not."""
        return self._arity

    @property
    def extra_regs(self) -> int:
        """Registers beyond captures, arguments and the rest array."""
        return self._extra_regs

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """What it does; labels have become offsets."""
        return self._instructions

    @property
    def captures(self) -> int:
        """How many captured values it begins with."""
        return self._captures

    @property
    def optional(self) -> int:
        """How many of the last arguments may be missing."""
        return self._optional

    @property
    def rest(self) -> bool:
        """Whether further arguments are collected into an array."""
        return self._rest

    @property
    def lenient(self) -> bool:
        """Whether missing arguments are undefined and surplus ones dropped."""
        return self._lenient

    @property
    def exported(self) -> bool:
        """Whether it can be found from outside the class."""
        return self._exported

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """Its handlers, innermost first; labels have become instruction numbers."""
        return self._handlers

    @property
    def source(self) -> DebugInfo:
        """Where it came from."""
        return self._source

    @property
    def frame_size(self) -> int:
        """Registers of its frame."""
        return self._captures + self._arity + self._rest + self._extra_regs

    @property
    def label(self) -> str:
        """`name/arity`, for people."""
        return f"{'a nameless function' if self._name is None else self._name}/{self._arity}"

    def _key(self) -> tuple[object, ...]:
        return (
            self._name,
            self._arity,
            self._extra_regs,
            self._captures,
            self._optional,
            self._rest,
            self._lenient,
            self._exported,
            self._instructions,
            self._handlers,
            self._source,
        )

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Function) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<Function {self.label}, {len(self._instructions)} instructions>"

    def __str__(self) -> str:
        return "\n".join(map(str, self._instructions))


def _place(items: Iterable[Item], where: str) -> tuple[tuple[Instruction, ...], dict[str, int]]:
    """The instructions with labels replaced by offsets, and the places of the labels."""
    places: dict[str, int] = {}
    kept: list[Instruction] = []
    for i, item in enumerate(items):
        if isinstance(item, Instruction):
            if item.is_placeholder:
                raise ValueError(
                    f"{where}, instruction {len(kept)}: {item.mnemonic} stands in no loop; "
                    "build the loop with WhileThenElseBuilder"
                )
            kept.append(item)
        elif isinstance(item, Label):
            if item.name in places:
                raise ValueError(
                    f"{where}: the label {item.name} is there twice; give each place its own"
                )
            places[item.name] = len(kept)
        else:
            raise TypeError(
                f"{where}: instructions[{i}] must be an Instruction or a Label, "
                f"not {described(item)}"
            )

    def resolved(at: int, target: int | Label) -> int:
        if isinstance(target, int):
            return target
        if target.name not in places:
            raise ValueError(f"{where}, instruction {at}: {_no_label(target.name)}")
        return places[target.name] - at

    done = tuple(
        item._with_targets(lambda target, at=at: resolved(at, target))  # type: ignore[misc]
        for at, item in enumerate(kept)
    )
    return done, places


def _no_label(name: str) -> str:
    return f"there is no label {name}; put Label({name!r}) among the instructions"


def _handler(
    handler: Sequence[object], i: int, places: dict[str, int], length: int, where: str
) -> Handler:
    if not isinstance(handler, tuple) or len(handler) not in (4, 5):
        raise TypeError(f"{where}: handlers[{i}] must be a Handler, not {described(handler)}")
    given = Handler(*handler)

    def resolved(place: Target, what: str) -> int:
        found = checked_target(place, f"handlers[{i}].{what}")
        if isinstance(found, Label):
            if found.name not in places:
                raise ValueError(f"{where}, handler {i}: {_no_label(found.name)}")
            return places[found.name]
        if not 0 <= found <= length:
            raise ValueError(f"{where}: handlers[{i}].{what} is {found}, outside 0 to {length}")
        return found

    return Handler(
        resolved(given.start, "start"),
        resolved(given.end, "end"),
        resolved(given.target, "target"),
        register(given.value, f"handlers[{i}].value"),
        None if given.info is None else register(given.info, f"handlers[{i}].info"),
    )
