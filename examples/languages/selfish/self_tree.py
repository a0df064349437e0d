"""The tree of a program: what the parser makes, the scopes annotate, and the compiler reads.

A unary or one-argument send without receiver may turn out to read or set a variable;
`Send.variable` says so once `self_scopes` has been there. Blocks and methods then know what they
need from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Block",
    "Literal",
    "Method",
    "Node",
    "ObjectLiteral",
    "Resend",
    "Return",
    "SelfRef",
    "SelfishError",
    "Send",
    "Slot",
    "Variable",
]


class SelfishError(Exception):
    """A mistake in a program: where it is, what it is, and what to do instead."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line = file, line


@dataclass(eq=False)
class Variable:
    """An argument or a local of a method or block."""

    name: str
    assignable: bool
    #: Whether anything sets it after its beginning, and whether a closure refers to it.
    assigned: bool = False
    captured: bool = False

    @property
    def is_cell(self) -> bool:
        """A closure copies what it captures; what changes besides must lie in a cell."""
        return self.assigned and self.captured


@dataclass(eq=False)
class Node:
    """Anything that has a place in the source."""

    line: int


@dataclass(eq=False)
class Literal(Node):
    """A number, string, `true`, `false` or `nil`."""

    value: int | float | str | bool | None


@dataclass(eq=False)
class SelfRef(Node):
    """`self`."""


@dataclass(eq=False)
class Send(Node):
    """A message; without a receiver to self, or a variable's name."""

    receiver: Node | None
    selector: str
    arguments: list[Node]
    variable: Variable | None = None


@dataclass(eq=False)
class Resend(Node):
    """A message to self, looked up in the parents: of any name, or by the slot `parent`."""

    parent: str | None
    selector: str
    arguments: list[Node]


@dataclass(eq=False)
class Return(Node):
    """`^ value`: leaves the method, from however many blocks."""

    value: Node


@dataclass(eq=False)
class Slot(Node):
    """A slot of an object, or a local: constant, or with an assignment slot beside it."""

    name: str
    value: Node | None
    assignable: bool = False
    is_parent: bool = False


@dataclass(eq=False)
class ObjectLiteral(Node):
    """`(| slots |)`."""

    slots: list[Slot]


@dataclass(eq=False)
class Code(Node):
    """What methods and blocks share."""

    parameters: list[str]
    locals: list[Slot]
    body: list[Node]
    #: The variables of the parameters and locals, in order.
    variables: list[Variable] = field(default_factory=list)
    #: What it needs beside variables: "self", "look", "home", "holder".
    needs: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Block(Code):
    """`[| :a. local | ...]`."""

    #: Variables of what stands around it, in the order in which a closure captures them.
    free: list[Variable] = field(default_factory=list)


@dataclass(eq=False)
class Method(Code):
    """The code of a slot, or a whole program."""

    selector: str = ""


__all__ += ["Code"]
