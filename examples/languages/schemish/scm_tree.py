"""What a program is once all derived forms are gone: a dozen kinds of nodes.

A `Variable` belongs to the function that binds it. While the tree is made, it learns what decides
how it is compiled: whether it is assigned, whether an inner function uses it, and whether it may
be used before its `letrec` has set it. A variable that changes after a closure has copied it lives
in a cell; all others live in registers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ionvm import Value
from scm_reader import Place

__all__ = [
    "Call", "Const", "Define", "Definition", "Global", "Guard", "If", "Jump", "Lambda", "Let",
    "Library", "Local", "Loop", "Node", "Primitive", "Reraise", "SetLocal", "Seq", "Variable",
]  # fmt: skip


@dataclass(eq=False)
class Variable:
    """A name that a function binds, an argument or a local one."""

    name: str
    owner: Lambda
    assigned: bool = False
    captured: bool = False
    #: Whether it may be used before it has its value.
    early: bool = False
    #: In a `letrec`: whether it has its value, and the function that is going to be its value.
    ready: bool = True
    value: Lambda | None = None

    @property
    def boxed(self) -> bool:
        """Whether it lives in a cell."""
        return self.early or (self.assigned and self.captured)


@dataclass(eq=False)
class Definition:
    """A name that is defined at the top of a program."""

    name: str
    times: int = 0
    assigned: bool = False
    function: Lambda | None = None

    @property
    def constant(self) -> bool:
        """Whether it is one function, once and for all."""
        return self.function is not None and self.times == 1 and not self.assigned


@dataclass(eq=False)
class Node:
    """An expression."""

    place: Place


@dataclass(eq=False)
class Const(Node):
    value: Value


@dataclass(eq=False)
class Local(Node):
    variable: Variable


@dataclass(eq=False)
class Global(Node):
    definition: Definition


@dataclass(eq=False)
class Library(Node):
    """A function of the library."""

    name: str


@dataclass(eq=False)
class SetLocal(Node):
    variable: Variable
    value: Node


@dataclass(eq=False)
class Define(Node):
    """Sets a global, be it by `define` or by `set!`."""

    definition: Definition
    value: Node


@dataclass(eq=False)
class If(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(eq=False)
class Seq(Node):
    items: list[Node]


@dataclass(eq=False)
class Let(Node):
    """Binds variables; `recursive` if the values may use them."""

    variables: list[Variable]
    values: list[Node]
    body: Node
    recursive: bool = False


@dataclass(eq=False)
class Loop(Node):
    """A named `let` whose name is only called where nothing is left to do: code that jumps back."""

    variables: list[Variable]
    values: list[Node]
    body: Node = field(init=False)


@dataclass(eq=False)
class Jump(Node):
    """The call of a loop's name."""

    loop: Loop
    values: list[Node]


@dataclass(eq=False)
class Call(Node):
    function: Node
    arguments: list[Node]


@dataclass(eq=False)
class Primitive(Node):
    """The call of something that is compiled in place; see `scm_primitives`."""

    name: str
    arguments: list[Node]


@dataclass(eq=False)
class Guard(Node):
    """Runs the body; what it raises becomes the variable's value, and the handler the result."""

    variable: Variable
    body: Node
    handler: Node = field(init=False)


@dataclass(eq=False)
class Reraise(Node):
    """Goes on raising what the guard around it has caught."""

    guard: Guard


@dataclass(eq=False)
class Lambda(Node):
    name: str
    outer: Lambda | None
    parameters: list[Variable] = field(default_factory=list)
    rest: bool = False
    body: Node = field(init=False)
    #: The variables of outer functions that it uses, in order.
    free: list[Variable] = field(default_factory=list)
    #: The `letrec` variable that is this very function.
    itself: Variable | None = None

    @property
    def captures(self) -> list[Variable]:
        """What a closure must bring along: itself it has anyway."""
        return [v for v in self.free if v is not self.itself or v.boxed]
