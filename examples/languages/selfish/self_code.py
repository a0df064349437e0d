"""Code of one method or block: registers of variables, what is rarely run, names of functions.

The frame of a block begins with what it captures: variables of the code around it, then what
`SPECIAL` lists. Variables that `Variable.is_cell` names lie in cells, all others in registers.

What rarely runs (`later`) is compiled behind the code that often does. It may use the registers
that were taken when it was asked for, and as many more as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from emitter import Emitter
from ionvm import Function, Instruction, Label, Value

from self_tree import (
    Block,
    Code,
    Literal,
    Node,
    ObjectLiteral,
    SelfishError,
    SelfRef,
    Send,
    Variable,
)

__all__ = ["SPECIAL", "Base", "Place", "Unit", "captures_of"]

I = Instruction

#: Beside variables, what a method has and a closure may capture: the receiver; where lookups for
#: it begin; the cell by which closures return from it; the object in which it was found.
SPECIAL = ("self", "look", "home", "holder")


class Unit:
    """The functions of a file."""

    def __init__(self, file: str, shown: str) -> None:
        #: The file as errors of the compiler name it, and as functions do.
        self.file, self.shown = file, shown
        self.functions: list[Function] = []
        #: Names of the assignment slots that it makes; true for parents.
        self.setters: dict[tuple[str, bool], str] = {}
        #: Functions of blocks, which are compiled once however often they are opened up.
        self.blocks: dict[Block, str] = {}
        self._names: set[str] = set()

    def name(self, selector: str, line: int) -> str:
        """A new name for a function, which tells where it stands."""
        name = f"{selector} ({self.shown}:{line})"
        while name in self._names:
            name += "'"
        self._names.add(name)
        return name

    def setter(self, slot: str, is_parent: bool) -> str:
        """The function of an assignment slot, one for all slots of a name."""
        name = f"set {slot}*" if is_parent else f"set {slot}"
        self.setters[slot, is_parent] = name
        return name

    def error(self, node: Node, message: str) -> SelfishError:
        return SelfishError(self.file, node.line, message)


class Place(NamedTuple):
    """A receiver: its register, its type if it is known, and where lookups begin if that is."""

    register: int
    kind: str | None = None
    look: int | None = None


def captures_of(code: Code) -> tuple[list[Variable], list[str]]:
    """What a closure of the code captures: variables, then special things."""
    if not isinstance(code, Block):
        return [], []
    return code.free, [what for what in SPECIAL if what in code.needs]


class Base:
    """What the compiler of a method or block knows."""

    def __init__(self, unit: Unit, code: Code, name: str) -> None:
        free, special = captures_of(code)
        captures = len(free) + len(special)
        self.unit, self.code, self.name = unit, code, name
        self.e = Emitter(name, unit.file, arity=len(code.parameters), captures=captures)
        self.places = {variable: at for at, variable in enumerate(free)}
        self.special = {what: at for at, what in enumerate(special, len(free))}
        self.cold: list[tuple[int, int, Callable[[], None]]] = []
        self.line = code.line
        for at, variable in enumerate(code.variables[: len(code.parameters)], captures):
            self.bind(variable, at)

    # ---- What the parts of the compiler ask of each other ------------------------

    def into(self, node: Node, result: int) -> None:
        """Compiles an expression; its value comes into a register that is no variable's."""
        raise NotImplementedError

    def closure(self, block: Block, result: int) -> None:
        """Makes the object that a block is."""
        raise NotImplementedError

    def send(
        self,
        result: int,
        receiver: Place,
        selector: str,
        arguments: Sequence[int],
        implicit: bool = False,
    ) -> None:
        """Sends a message."""
        raise NotImplementedError

    def open(self, block: Block, arguments: Sequence[int], result: int) -> bool:
        """Compiles a block in place; tells whether its end is reached."""
        raise NotImplementedError

    # ---- Places -------------------------------------------------------------------

    def at(self, node: Node) -> None:
        self.line = node.line
        self.e.at(node.line)

    def bind(self, variable: Variable, register: int) -> None:
        self.places[variable] = register
        self.e.call_it(variable.name, register)

    def value(self, node: Node, then: Sequence[Node] = ()) -> int:
        """The register of an expression's value, while the expressions `then` are compiled."""
        if isinstance(node, SelfRef):
            return self.special["self"]
        variable = node.variable if isinstance(node, Send) and not node.arguments else None
        if variable is not None and not variable.is_cell:
            if not variable.assigned or all(map(is_simple, then)):
                return self.places[variable]
        result = self.e.register()
        self.into(node, result)
        return result

    def values(self, nodes: Sequence[Node]) -> list[int]:
        return [self.value(node, nodes[i + 1 :]) for i, node in enumerate(nodes)]

    def place(self, node: Node, then: Sequence[Node] = ()) -> Place:
        """A receiver."""
        if isinstance(node, SelfRef):
            return Place(self.special["self"], None, self.special["look"])
        return Place(self.value(node, then), kind_of(node))

    def key(self, name: str) -> int:
        return self.e.constant(Value.atom(name))

    def nil(self, result: int) -> None:
        self.e.constant(Value.unit(), result)

    # ---- What rarely runs -----------------------------------------------------------

    def later(self, work: Callable[[], None]) -> Label:
        """A label where the work is compiled, behind everything that runs often."""
        label, line = self.e.label(), self.line

        def labelled() -> None:
            self.e.emit(label)
            work()

        self.cold.append((self.e.free, line, labelled))
        return label

    def flush(self) -> None:
        """Compiles what was put off."""
        while self.cold:
            free, line, work = self.cold.pop(0)
            with self.e.temporaries():
                self.e.free = free
                self.e.most = max(self.e.most, free)
                self.line = line
                self.e.at(line)
                work()

    @contextmanager
    def flushed(self) -> Iterator[None]:
        """What is put off inside is compiled inside, and jumped over."""
        outer, self.cold = self.cold, []
        yield
        over = self.e.label()
        self.e.emit(I.jump(over))
        self.flush()
        self.e.emit(over)
        self.cold = outer

    # ---- Tests ----------------------------------------------------------------------

    def by_type(self, register: int, goes: dict[str, Label], into: int | None = None) -> None:
        """Jumps by the type of a value, the most likely first; goes on if none fits.

        `type_of` and comparisons of atoms take less time than a `match` with patterns of types,
        which also look for type names along the chain of an object.
        """
        with self.e.temporaries():
            name = self.e.register() if into is None else into
            test, word = self.e.registers(2)
            self.e.emit(I.type_of(name, register))
            for kind, label in goes.items():
                self.e.constant(Value.atom(kind), word)
                self.e.emit(I.equal(test, name, word), I.jump_if_true(test, label))


def is_simple(node: Node) -> bool:
    """Whether an expression changes nothing."""
    return isinstance(node, (Literal, SelfRef, Block)) or (
        isinstance(node, Send) and node.variable is not None and not node.arguments
    )


def kind_of(node: Node | None) -> str | None:
    """The machine's type of an expression's value, if it can be told."""
    if isinstance(node, (Block, ObjectLiteral)):
        return "object"
    if not isinstance(node, Literal):
        return None
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "unit"}
    return names[type(node.value)]
