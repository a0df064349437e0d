"""The derived forms: bindings, loops, conditions, `guard`, made of what `Expander` provides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ionvm import Value
from scm_reader import Datum, Form, Place, SchemeError, Symbol, quoted
from scm_tree import (
    Call, Const, Guard, If, Jump, Lambda, Let, Library, Local, Loop, Node, Reraise, Seq, Variable,
)  # fmt: skip

__all__ = ["NOWHERE", "DerivedForms", "NotALoopError", "Scope", "Tails", "need", "wrong"]

#: The loops that may be jumped back to from a place.
Tails = frozenset[Loop]
NOWHERE: Tails = frozenset()


class NotALoopError(Exception):
    """A loop's name is used as a value, or called where something is left to do."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop


@dataclass
class Scope:
    """The names that are bound at a place, and the function it belongs to."""

    function: Lambda
    outer: Scope | None = None
    names: dict[str, Variable | Loop] = field(default_factory=dict)

    def find(self, name: str) -> Variable | Loop | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def bind(self, name: str) -> Variable:
        """A new variable of that name."""
        variable = Variable(name, self.function)
        self.names[name] = variable
        return variable


class DerivedForms(ABC):
    """What forms mean that could be written with others."""

    # ---- What the expander provides -----------------------------------------

    @abstractmethod
    def node(self, datum: Datum, scope: Scope, tails: Tails) -> Node:
        """An expression."""

    @abstractmethod
    def nodes(self, data: Sequence[Datum], scope: Scope) -> list[Node]:
        """Expressions behind which something is left to do."""

    @abstractmethod
    def seq(self, data: Sequence[Datum], scope: Scope, tails: Tails, place: Place) -> Node:
        """Expressions one after the other."""

    @abstractmethod
    def body(self, data: Sequence[Datum], scope: Scope, tails: Tails, form: Form) -> Node:
        """Definitions, then expressions."""

    @abstractmethod
    def named(
        self, datum: Datum, name: str, scope: Scope, itself: Variable | None = None
    ) -> Node:
        """A value that is going to have a name."""

    @abstractmethod
    def function(
        self,
        name: str,
        parameters: Datum,
        body: Sequence[Datum],
        scope: Scope,
        place: Place,
        itself: Variable | None = None,
    ) -> Lambda:
        """A function."""

    @abstractmethod
    def recursive(
        self,
        names: list[str],
        value: Callable[[int, Scope, Variable], Node],
        rest: Sequence[Datum],
        scope: Scope,
        tails: Tails,
        form: Form,
    ) -> Node:
        """`letrec*`."""

    # ---- Bindings -----------------------------------------------------------

    def form_let(self, form: Form, scope: Scope, tails: Tails) -> Node:
        if len(form.items) > 1 and isinstance(form.items[1], Symbol):
            return self.named_let(form, form.items[1].name, scope, tails)
        names, data = self.bindings(form, 1)
        values = [self.named(datum, name, scope) for name, datum in zip(names, data)]
        inner = Scope(scope.function, scope)
        variables = [inner.bind(name) for name in names]
        return Let(form.place, variables, values, self.body(form.items[2:], inner, tails, form))

    def let_star(self, form: Form, scope: Scope, tails: Tails) -> Node:
        names, data = self.bindings(form, 1)
        lets = []
        for name, datum in zip(names, data):
            value = self.named(datum, name, scope)
            scope = Scope(scope.function, scope)
            lets.append((scope.bind(name), value))
        node = self.body(form.items[2:], scope, tails, form)
        for variable, value in reversed(lets):
            node = Let(form.place, [variable], [value], node)
        return node

    def form_letrec(self, form: Form, scope: Scope, tails: Tails) -> Node:
        names, data = self.bindings(form, 1)

        def value(at: int, inner: Scope, itself: Variable) -> Node:
            return self.named(data[at], names[at], inner, itself)

        return self.recursive(names, value, form.items[2:], scope, tails, form)

    def named_let(self, form: Form, name: str, scope: Scope, tails: Tails) -> Node:
        """A loop if it can be one, else a function that is called at once."""
        names, data = self.bindings(form, 2)
        values = self.nodes(data, scope)
        inner = Scope(scope.function, scope)
        loop = Loop(form.place, [], values)
        inner.names[name] = loop
        turn = Scope(scope.function, inner)
        loop.variables = [turn.bind(each) for each in names]
        try:
            loop.body = self.body(form.items[3:], turn, tails | {loop}, form)
            return loop
        except NotALoopError as error:
            if error.loop is not loop:
                raise
        place = form.place
        outside = Scope(scope.function, scope)
        variable = outside.bind(name)
        variable.ready = False
        parameters = Form([Symbol(each, place) for each in names], place)
        function = self.function(name, parameters, form.items[3:], outside, place, variable)
        variable.ready = True
        call = Call(place, Local(place, variable), values)
        return Let(place, [variable], [function], call, recursive=True)

    def bindings(self, form: Form, at: int) -> tuple[list[str], list[Datum]]:
        """The names and values of `((NAME VALUE) ...)`."""
        usage = f"({form.head} ((NAME VALUE) ...) BODY ...)"
        need(form, at + 2, usage)
        names, values = [], []
        group = form.items[at]
        for item in group.items if isinstance(group, Form) else [group]:
            if not (isinstance(item, Form) and item.head and len(item.items) == 2):
                raise wrong(form, usage)
            names.append(item.head)
            values.append(item.items[1])
        return names, values

    def form_do(self, form: Form, scope: Scope, tails: Tails) -> Node:
        """`do` is a loop whose test stands before its body."""
        usage = "(do ((NAME START STEP) ...) (TEST RESULT ...) BODY ...)"
        need(form, 3, usage)
        specs, end = form.items[1], form.items[2]
        if not (isinstance(specs, Form) and isinstance(end, Form) and end.items):
            raise wrong(form, usage)
        rows = [s.items for s in specs.items if isinstance(s, Form) and s.head]
        if len(rows) != len(specs.items) or any(len(row) not in (2, 3) for row in rows):
            raise wrong(form, usage)
        loop = Loop(form.place, [], self.nodes([row[1] for row in rows], scope))
        turn = Scope(scope.function, scope)
        loop.variables = [turn.bind(str(getattr(row[0], "name", ""))) for row in rows]
        test = self.node(end.items[0], turn, NOWHERE)
        result = self.seq(end.items[1:], turn, tails, form.place)
        steps = self.nodes([row[-1] if len(row) == 3 else row[0] for row in rows], turn)
        body = [*self.nodes(form.items[3:], turn), Jump(form.place, loop, steps)]
        loop.body = If(form.place, test, result, Seq(form.place, body))
        return loop

    # ---- Conditions ---------------------------------------------------------

    def form_and(self, form: Form, scope: Scope, tails: Tails) -> Node:
        if len(form.items) == 1:
            return Const(form.place, Value.boolean(True))
        *first, last = form.items[1:]
        node = self.node(last, scope, tails)
        for test in reversed(self.nodes(first, scope)):
            node = If(form.place, test, node, Const(form.place, Value.boolean(False)))
        return node

    def form_or(self, form: Form, scope: Scope, tails: Tails) -> Node:
        if len(form.items) == 1:
            return Const(form.place, Value.boolean(False))
        *first, last = form.items[1:]
        node = self.node(last, scope, tails)
        for test in reversed(self.nodes(first, scope)):
            node = self.or_else(test, node, scope)
        return node

    def or_else(self, test: Node, otherwise: Node, scope: Scope) -> Node:
        """The value of `test` if it is true, else the other."""
        kept = Variable("or", scope.function)
        value = Local(test.place, kept)
        return Let(test.place, [kept], [test], If(test.place, value, value, otherwise))

    def form_when(self, form: Form, scope: Scope, tails: Tails) -> Node:
        need(form, 3, f"({form.head} TEST BODY ...)")
        test = self.node(form.items[1], scope, NOWHERE)
        body = self.seq(form.items[2:], scope, tails, form.place)
        nothing = Const(form.place, Value.unit())
        then, otherwise = (body, nothing) if form.head == "when" else (nothing, body)
        return If(form.place, test, then, otherwise)

    form_unless = form_when

    def form_cond(self, form: Form, scope: Scope, tails: Tails) -> Node:
        nothing = Const(form.place, Value.unit())
        return self.clauses(form.items[1:], nothing, scope, tails, form)

    def clauses(
        self, data: Sequence[Datum], end: Node, scope: Scope, tails: Tails, form: Form
    ) -> Node:
        """The clauses of a `cond` or a `guard`; `end` if none holds."""
        if not data:
            return end
        clause = data[0]
        if not (isinstance(clause, Form) and clause.items):
            raise wrong(form, "clauses: (TEST BODY ...), (TEST => FUNCTION), (else BODY ...)")
        if clause.head == "else":
            if len(data) > 1:
                raise SchemeError(clause.place, "else is the last clause; move it")
            return self.seq(clause.items[1:], scope, tails, clause.place)
        test = self.node(clause.items[0], scope, NOWHERE)
        rest = self.clauses(data[1:], end, scope, tails, form)
        if len(clause.items) == 1:
            return self.or_else(test, rest, scope)
        arrow = clause.items[1]
        if isinstance(arrow, Symbol) and arrow.name == "=>" and len(clause.items) == 3:
            kept = Variable("=>", scope.function)
            value = Local(clause.place, kept)
            function = self.node(clause.items[2], scope, NOWHERE)
            then: Node = Call(clause.place, function, [value])
            return Let(clause.place, [kept], [test], If(clause.place, value, then, rest))
        then = self.seq(clause.items[1:], scope, tails, clause.place)
        return If(clause.place, test, then, rest)

    def form_case(self, form: Form, scope: Scope, tails: Tails) -> Node:
        need(form, 3, "(case KEY ((DATUM ...) BODY ...) ... (else BODY ...))")
        kept = Variable("case", scope.function)
        key = self.node(form.items[1], scope, NOWHERE)
        node: Node = Const(form.place, Value.unit())
        for clause in reversed(form.items[2:]):
            first = clause.items[0] if isinstance(clause, Form) and clause.items else None
            fits = isinstance(first, Form) or (isinstance(clause, Form) and clause.head == "else")
            if not (isinstance(clause, Form) and fits):
                raise wrong(form, "clauses: ((DATUM ...) BODY ...), (else BODY ...)")
            body = self.seq(clause.items[1:], scope, tails, clause.place)
            if not isinstance(first, Form):
                node = body
                continue
            value, data = Local(clause.place, kept), Const(clause.place, quoted(first))
            test = Call(clause.place, Library(clause.place, "memv"), [value, data])
            node = If(clause.place, test, body, node)
        return Let(form.place, [kept], [key], node)

    # ---- Errors -------------------------------------------------------------

    def form_guard(self, form: Form, scope: Scope, tails: Tails) -> Node:
        usage = "(guard (NAME CLAUSE ...) BODY ...)"
        need(form, 3, usage)
        spec = form.items[1]
        if not (isinstance(spec, Form) and spec.head):
            raise wrong(form, usage)
        inner = Scope(scope.function, scope)
        body = self.body(form.items[2:], scope, NOWHERE, form)
        guard = Guard(form.place, inner.bind(spec.head), body)
        again = Reraise(form.place, guard)
        guard.handler = self.clauses(spec.items[1:], again, inner, tails, form)
        return guard


def need(form: Form, least: int, usage: str, most: int | None = None) -> None:
    """Complains of a form with too few or too many parts."""
    if len(form.items) < least or (most is not None and len(form.items) > most) or form.tail:
        raise wrong(form, usage)


def wrong(form: Form, usage: str) -> SchemeError:
    return SchemeError(form.place, f"{form.head} is written {usage}")
