"""What every part of the compiler of a function needs: places for values, variables, failures.

- A variable is bound once, so it is a register for good. `home` holds the register of each name
  of the scope, `env` the names that are bound at this place of the program.
- `value` compiles an expression. It is told where the value is to go: `into` a register, into
  any (`None`), or out of the function (`TAIL`), where a call becomes a tail call.
- What goes wrong is compiled aside: `failure` gives a label, and the code that throws follows
  where `flush` is called, out of the way of what goes right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ionvm import Instruction, Label, Value

sys.path.insert(0, str(Path(__file__).parents[1]))

from emitter import Emitter  # noqa: E402
from erl_nodes import (  # noqa: E402
    Atom, Binary, Block, Call, Case, Cons, ErlError, Float, If, Integer, Module, Nil, Node,
    Operation, Receive, Text, Tuple,
)  # fmt: skip

if TYPE_CHECKING:
    from erl_module import ModuleCompiler

__all__ = ["TAIL", "Core", "literal"]

I = Instruction  # noqa: E741

#: Where a value goes that the function returns.
TAIL = -1

#: How deep a constant may be nested; the machine takes 64 levels.
DEEPEST = 50


def atom(name: str) -> Value:
    """The constant of an atom; `true` and `false` are the machine's booleans."""
    return Value.boolean(name == "true") if name in ("true", "false") else Value.atom(name)


def literal(node: Node, depth: int = 0) -> Value | None:
    """The constant that an expression is; `None` if it is none or is nested too deep."""
    if depth > DEEPEST:
        return None
    if isinstance(node, Atom):
        return atom(node.name)
    if isinstance(node, Integer):
        return Value.integer(node.value)
    if isinstance(node, Float):
        return Value.number(node.value)
    if isinstance(node, Nil):
        return Value.nil()
    if isinstance(node, Text):
        made = Value.nil()
        for char in reversed(node.text):
            made = Value.pair(Value.integer(ord(char)), made)
        return made
    if isinstance(node, Binary) and all(part.kind in ("text", "utf8") for part in node.segments):
        if all(isinstance(part.value, Text) for part in node.segments):
            return Value.bytes(b"".join(octets(part.value, part.kind) for part in node.segments))
    if isinstance(node, Tuple):
        parts = [literal(item, depth + 1) for item in node.items]
        known = [part for part in parts if part is not None]
        return Value.tuple(known) if len(known) == len(parts) else None
    if isinstance(node, Cons):
        heads: list[Value] = []
        end: Node = node
        # A list's length is no nesting.
        while isinstance(end, Cons):
            head = literal(end.head, depth + 1)
            if head is None:
                return None
            heads.append(head)
            end = end.tail
        last = literal(end, depth + 1)
        while heads and last is not None:
            last = Value.pair(heads.pop(), last)
        return last
    return None


def octets(node: Node, kind: str) -> bytes:
    """What a string in a binary stands for: one octet a code point, or UTF-8."""
    assert isinstance(node, Text)
    if kind == "utf8":
        return node.text.encode()
    return bytes(ord(char) & 255 for char in node.text)


class Core:
    """One function that is being compiled."""

    def __init__(self, unit: ModuleCompiler, emitter: Emitter) -> None:
        self.unit, self.emitter = unit, emitter
        self.home: dict[str, int] = {}
        self.env: dict[str, int] = {}
        #: Names that only some ways to this place bind, and the line of the branch.
        self.unsafe: dict[str, int] = {}
        #: Bound names whose values `same` compares as `=:=` does: what is no map and holds none.
        self.plain: set[str] = set()
        #: Where a failing guard goes; `None` outside of guards.
        self.guard_fail: Label | None = None
        self._aside: list[tuple[Label, int, Callable[[], None]]] = []
        self._line = 0

    @property
    def module(self) -> Module:
        return self.unit.module

    def refuse(self, node: Node, message: str) -> NoReturn:
        raise ErlError(self.module.file, node.line, message)

    # ---- Places ----------------------------------------------------------------

    def emit(self, *items: Instruction | Label) -> None:
        self.emitter.emit(*items)

    def at(self, line: int) -> None:
        """What follows comes from this line."""
        self._line = line
        self.emitter.at(line)

    def place(self, into: int | None) -> int:
        return self.emitter.register() if into is None else into

    def bind(self, name: str, place: int | None = None) -> int:
        """Binds a name here, to its own register or another one; returns the register."""
        self.env[name] = self.home[name] if place is None else place
        self.plain.discard(name)
        self.emitter.call_it(name, self.env[name])
        return self.env[name]

    def merge(self, before: dict[str, int], ends: list[dict[str, int]], line: int) -> None:
        """Goes on behind branches: a name is bound that all of them have bound."""
        names = {name for end in ends for name in end}
        self.env = dict(before)
        self.plain -= names - before.keys()
        for name in names - before.keys():
            if all(name in end for end in ends):
                self.env[name] = ends[0][name]
            else:
                self.unsafe[name] = line

    # ---- Failures ----------------------------------------------------------------

    def aside(self, code: Callable[[], None]) -> Label:
        """Compiles something out of the way; returns its label."""
        label = self.emitter.label()
        self._aside.append((label, self._line, code))
        return label

    def failure(self, reason: str, value: int | None = None) -> Label:
        """Where to go to raise an error: an atom, or a pair of it and a value.

        In a guard nothing is raised: it does not hold.
        """
        if self.guard_fail is not None:
            return self.guard_fail

        def code() -> None:
            made = self.emitter.constant(Value.atom(reason))
            if value is not None:
                self.emit(I.tuple_init(made, [made, value]))
            self.raise_error(made)

        return self.aside(code)

    def raise_error(self, reason: int) -> None:
        """Throws an error of class `error`."""
        self.emit(I.error(reason))

    def flush(self) -> None:
        """Puts here what was compiled aside; what comes before must not run into it."""
        while self._aside:
            label, line, code = self._aside.pop(0)
            self.emit(label)
            self.at(line)
            with self.emitter.temporaries():
                # Registers in use where the failure was are not to be taken for anything else.
                self.emitter.free = self.emitter.most
                code()

    @contextmanager
    def protected(self) -> Iterator[tuple[Label, Label]]:
        """Code whose errors a handler catches, with all that belongs to it."""
        outside, self._aside = self._aside, []
        start, end, over = self.emitter.label(), self.emitter.label(), self.emitter.label()
        self.emit(start)
        yield start, end
        self.emit(I.jump(over))
        self.flush()
        self.emit(end, over)
        self._aside = outside

    # ---- Values --------------------------------------------------------------------

    def value(self, node: Node, into: int | None = None) -> int:
        """Compiles an expression; returns the register of its value."""
        made = literal(node)
        if made is not None:
            dst = self.emitter.constant(made, None if into == TAIL else into)
        elif into == TAIL and may_end(node):
            return self.compile(node, TAIL)
        else:
            dst = self.compile(node, None if into == TAIL else into)
        if into == TAIL:
            self.emit(I.return_(dst))
            return TAIL
        return dst

    def compile(self, node: Node, into: int | None) -> int:
        """What the methods `on_...` do, by kind of node."""
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            self.refuse(node, f"{type(node).__name__.lower()} is no expression here; compute it")
        result: int = method(node, into)
        return result

    def values(self, nodes: list[Node]) -> list[int]:
        return [self.value(node) for node in nodes]

    def body(self, nodes: list[Node], into: int | None) -> int:
        """Several expressions; the last one is the value."""
        for node in nodes[:-1]:
            with self.emitter.temporaries():
                self.value(node)
        return self.value(nodes[-1], into)

    def library(self, dst: int, name: str, args: list[int], module: str = "erlang") -> int:
        """Calls a function of the runtime; returns `dst`."""
        with self.emitter.temporaries():
            function = self.emitter.constant(Value.extern(module, name, len(args)))
            self.emit(I.call(dst, function, args))
        return dst


def may_end(node: Node) -> bool:
    """Whether an expression can have something to call in tail position."""
    if isinstance(node, Operation):
        return node.op in ("andalso", "orelse")
    return isinstance(node, (Call, Case, If, Block, Receive))
