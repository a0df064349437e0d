"""The syntax tree: what the parser makes and the compiler reads.

Patterns and guards are expressions too, as in Erlang's own grammar: whether `{ok, X}` builds a
tuple or takes one apart is up to where it stands. Every node knows its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields


class ErlError(Exception):
    """A program that is refused: the file, the line, what is wrong there and what to do."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line, self.message = file, line, message


@dataclass
class Node:
    """Anything with a place in the source."""

    line: int


@dataclass
class Var(Node):
    name: str


@dataclass
class Atom(Node):
    name: str


@dataclass
class Integer(Node):
    value: int


@dataclass
class Float(Node):
    value: float


@dataclass
class Text(Node):
    """A string: a list of code points."""

    text: str


@dataclass
class Nil(Node):
    pass


@dataclass
class Cons(Node):
    head: Node
    tail: Node


@dataclass
class Tuple(Node):
    items: list[Node]


@dataclass
class Entry(Node):
    """`key => value`, or with `exact` `key := value`."""

    key: Node
    value: Node
    exact: bool


@dataclass
class Map(Node):
    """A new map, or with `base` an update of one."""

    base: Node | None
    entries: list[Entry]


@dataclass
class Segment(Node):
    """`value:size/kind` of a binary; kind is integer, binary or utf8."""

    value: Node
    size: Node | None
    kind: str


@dataclass
class Binary(Node):
    segments: list[Segment]


@dataclass
class Record(Node):
    """`#name{field = value}`, or with `base` an update; a field `_` means all others."""

    base: Node | None
    name: str
    values: dict[str, Node]


@dataclass
class RecordField(Node):
    """`base#name.field`, or without `base` the field's place in the tuple."""

    base: Node | None
    name: str
    field: str


@dataclass
class Remote(Node):
    module: Node
    function: Node


@dataclass
class Call(Node):
    function: Node
    args: list[Node]


@dataclass
class Operation(Node):
    """An operator between two operands, `!` and `andalso` among them."""

    op: str
    left: Node
    right: Node


@dataclass
class Unary(Node):
    op: str
    operand: Node


@dataclass
class Match(Node):
    pattern: Node
    value: Node


@dataclass
class Clause(Node):
    """Patterns, a guard (alternatives of tests that must all hold), and a body."""

    patterns: list[Node]
    guard: list[list[Node]]
    body: list[Node]


@dataclass
class Fun(Node):
    """`fun (...) -> ... end`; a name lets it call itself."""

    name: str | None
    clauses: list[Clause]


@dataclass
class FunName(Node):
    """`fun name/arity`, or `fun module:name/arity`, whose parts may be variables."""

    module: Node | None
    name: Node
    arity: Node


@dataclass
class Case(Node):
    value: Node
    clauses: list[Clause]


@dataclass
class If(Node):
    clauses: list[Clause]


@dataclass
class Receive(Node):
    clauses: list[Clause]
    timeout: Node | None
    after: list[Node]


@dataclass
class Try(Node):
    """`catch` clauses have the patterns class, reason, stack."""

    body: list[Node]
    clauses: list[Clause]
    handlers: list[Clause]
    after: list[Node]


@dataclass
class Catch(Node):
    body: Node


@dataclass
class Generator(Node):
    pattern: Node
    source: Node


@dataclass
class Comprehension(Node):
    item: Node
    qualifiers: list[Node]


@dataclass
class Block(Node):
    body: list[Node]


@dataclass
class Function(Node):
    name: str
    arity: int
    clauses: list[Clause]


@dataclass
class Module(Node):
    file: str
    name: str = ""
    exports: set[tuple[str, int]] = field(default_factory=set)
    export_all: bool = False
    #: Fields of records with their defaults.
    records: dict[str, list[tuple[str, Node | None]]] = field(default_factory=dict)
    functions: dict[tuple[str, int], Function] = field(default_factory=dict)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside one."""
    for part in fields(node):
        yield from _nodes(getattr(node, part.name))


def _nodes(thing: object) -> Iterator[Node]:
    if isinstance(thing, Node):
        yield thing
    elif isinstance(thing, (list, dict)):
        for item in thing.values() if isinstance(thing, dict) else thing:
            yield from _nodes(item)


def variables(node: Node) -> Iterator[str]:
    """The variables that belong to the scope a node stands in: none of inner funs' own ones."""
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, Var) and part.name != "_":
            yield part.name
        if not isinstance(part, (Fun, Comprehension)):
            todo.extend(children(part))


def all_variables(node: Node) -> Iterator[str]:
    """The variables anywhere inside."""
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, Var) and part.name != "_":
            yield part.name
        todo.extend(children(part))
