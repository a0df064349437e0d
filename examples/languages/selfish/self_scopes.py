"""What names mean, and what closures need: one walk over the tree before anything is compiled.

A name without receiver is a variable if a method or block around it has one of that name, and
else a message to self. `name: value` sets the variable if it may be assigned. Slots of objects are
never variables: a method in an object sees its own variables only, as in Self.

A variable that is set after its beginning and is used in a closure becomes a cell; all others are
copied into the closures that use them.

Blocks that the compiler always opens up in place (`opens`) belong to the code around them. Every
other block may become a closure, even one that is usually opened up too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from self_tree import (
    Block,
    Code,
    Literal,
    Method,
    Node,
    ObjectLiteral,
    Resend,
    Return,
    SelfishError,
    SelfRef,
    Send,
    Slot,
    Variable,
)

__all__ = ["always_open", "resolve"]


def always_open(send: Send) -> list[Block]:
    """The blocks of a loop that are never closures: `[...] whileTrue: [...]`."""
    parts = [send.receiver, *send.arguments]
    if send.selector in ("whileTrue:", "whileFalse:") and all(
        isinstance(part, Block) and not part.parameters for part in parts
    ):
        return [part for part in parts if isinstance(part, Block)]
    return []


@dataclass
class _Scope:
    """Names of a method or block, and the closure or method that it is part of."""

    code: Code
    outer: _Scope | None
    #: Whether it is compiled as a function of its own (it may be).
    is_function: bool
    names: dict[str, Variable] = field(default_factory=dict)


def resolve(program: Method, file: str) -> None:
    """Annotates a program. Raises `SelfishError` for what cannot be meant."""
    _Resolver(file).code(program, None, True)


class _Resolver:
    def __init__(self, file: str) -> None:
        self.file = file

    def code(self, code: Code, outer: _Scope | None, is_function: bool) -> None:
        scope = _Scope(code, outer, is_function)
        for name in code.parameters:
            self.declare(scope, name, False)
        for slot in code.locals:
            # A local is known from its own slot on: those before it cannot mean it.
            if slot.value is not None:
                self.node(slot.value, scope)
            self.declare(scope, slot.name, slot.assignable)
        for node in code.body:
            self.node(node, scope)

    def declare(self, scope: _Scope, name: str, assignable: bool) -> None:
        variable = Variable(name, assignable)
        scope.names[name] = variable
        scope.code.variables.append(variable)

    def node(self, node: Node, scope: _Scope) -> None:
        if isinstance(node, Literal):
            return
        if isinstance(node, SelfRef):
            self.need(scope, "self")
        elif isinstance(node, Send):
            self.send(node, scope)
        elif isinstance(node, Resend):
            self.resend(node, scope)
        elif isinstance(node, Return):
            self.node(node.value, scope)
            self.need(scope, "home")
        elif isinstance(node, Block):
            self.code(node, scope, True)
        else:
            assert isinstance(node, ObjectLiteral)
            for slot in node.slots:
                self.slot(slot, scope)

    def slot(self, slot: Slot, scope: _Scope) -> None:
        if isinstance(slot.value, Method):
            self.code(slot.value, None, True)
        elif slot.value is not None:
            self.node(slot.value, scope)

    def send(self, send: Send, scope: _Scope) -> None:
        opened = always_open(send)
        if opened:
            for block in opened:
                self.code(block, scope, False)
            return
        for argument in send.arguments:
            self.node(argument, scope)
        if send.receiver is not None:
            self.node(send.receiver, scope)
            if isinstance(send.receiver, SelfRef):
                self.need(scope, "look")
            return
        name = send.selector[:-1] if len(send.arguments) == 1 else send.selector
        variable = self.find(name, scope, bool(send.arguments))
        if variable is None:
            self.need(scope, "self")
            self.need(scope, "look")
        elif send.arguments and not variable.assignable:
            raise SelfishError(
                self.file, send.line, f"{name} cannot be set; make it a local: {name} <- value"
            )
        else:
            send.variable = variable
            if send.arguments:
                # It yields self, as an assignment slot does.
                self.need(scope, "self")

    def find(self, name: str, scope: _Scope, assigned: bool) -> Variable | None:
        """The variable of a name; closures between its scope and this one capture it."""
        crossed: list[Block] = []
        at: _Scope | None = scope
        while at is not None:
            variable = at.names.get(name)
            if variable is not None:
                variable.assigned |= assigned and variable.assignable
                variable.captured |= bool(crossed)
                for block in crossed:
                    if variable not in block.free:
                        block.free.append(variable)
                return variable
            if at.is_function and isinstance(at.code, Block):
                crossed.append(at.code)
            at = at.outer
        return None

    def resend(self, resend: Resend, scope: _Scope) -> None:
        at = scope
        while at.outer is not None:
            at = at.outer
        if isinstance(at.code, Method) and at.code.selector == "program":
            raise SelfishError(
                self.file, resend.line, "a resend belongs into a method; there is none around it"
            )
        for argument in resend.arguments:
            self.node(argument, scope)
        self.need(scope, "self")
        self.need(scope, "look")
        self.need(scope, "holder")

    def need(self, scope: _Scope, what: str) -> None:
        """Notes it for this code and all around it, from which closures get it.

        A method needs a home only for the sake of closures that return from it.
        """
        crossed = False
        at: _Scope | None = scope
        while at is not None:
            if what != "home" or crossed or isinstance(at.code, Block):
                at.code.needs.add(what)
            crossed |= at.is_function
            at = at.outer
