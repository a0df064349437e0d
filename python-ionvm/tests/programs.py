"""Random structured programs, built through `FunctionBuilder` and evaluated in Python.

A program is a list of statements over a few variables. Expressions make integers; every loop
counts, so that all programs end; what is thrown is an integer too. The evaluation here knows
nothing of the builder: it walks over the same statements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ionvm import FunctionBuilder, Pattern
from ionvm.builder import Reg

VARIABLES = 4
LIMIT = 400

#: Statements and expressions are tuples that begin with a word.
Tree = tuple[Any, ...]


def _expressions() -> st.SearchStrategy[Tree]:
    leaves = st.one_of(
        st.tuples(st.just("const"), st.integers(-5, 5)),
        st.tuples(st.just("var"), st.integers(0, VARIABLES - 1)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(["add", "sub"]), inner, inner),
            st.tuples(st.just("less"), inner, inner),
            st.tuples(st.just("choose"), inner, inner, inner),
        ),
        max_leaves=6,
    )


expressions = _expressions()
number = st.integers(0, VARIABLES - 1)


def _blocks(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    body = st.lists(inner, max_size=4).map(tuple)
    return st.one_of(
        st.tuples(st.just("if"), expressions, body, body),
        st.tuples(st.just("elif"), expressions, body, expressions, body, body),
        st.tuples(st.just("while"), st.integers(0, 4), expressions, body),
        st.tuples(st.just("range"), expressions, st.integers(-3, 3).filter(bool), body),
        st.tuples(
            st.just("each"), st.lists(st.integers(-3, 3), max_size=3).map(tuple), number, body
        ),
        st.tuples(st.just("match"), expressions, number, body, body, body),
        st.tuples(st.just("try"), body, number, body),
        st.tuples(st.just("receive"), expressions, number, body),
    )


statements = st.recursive(
    st.one_of(
        st.tuples(st.just("set"), number, expressions),
        st.tuples(st.just("set"), number, expressions),
        st.tuples(st.just("copy"), number, number),
        st.tuples(st.just("break"), expressions),
        st.tuples(st.just("continue"), expressions),
        st.tuples(st.just("return"), expressions, expressions),
        st.tuples(st.just("throw"), expressions, expressions),
    ),
    _blocks,
    max_leaves=25,
)
programs = st.lists(statements, min_size=1, max_size=8).map(tuple)


# ---- Through the builder ------------------------------------------------------


class Builder:
    """Compiles a program into a function of two arguments."""

    def __init__(self, program: tuple[Tree, ...]) -> None:
        self.b = b = FunctionBuilder("main", ["p", "q"])
        self.variables = [*b.parameters, b.variable("x", 0), b.variable(None, 0)]
        self.fuel = b.variable("fuel", LIMIT)
        self.loops = 0
        self.body(program)
        b.return_(b.tuple_init(self.variables))

    def body(self, statements: tuple[Tree, ...]) -> None:
        for statement in statements:
            getattr(self, "do_" + statement[0])(*statement[1:])

    def expression(self, tree: Tree) -> Reg:
        b = self.b
        word = tree[0]
        if word == "const":
            return b.load_const(tree[1])
        if word == "var":
            # A copy: what follows in the expression does not change it, but a later statement may.
            return self.variables[tree[1]]
        if word == "choose":
            result = b.variable()
            with b.if_(self.expression(tree[1])):
                b.assign(result, self.expression(tree[2]))
            with b.else_():
                b.assign(result, self.expression(tree[3]))
            return result
        left, right = self.expression(tree[1]), self.expression(tree[2])
        if word == "less":
            result = b.variable(None, 0)
            with b.if_(b.less_than(left, right)):
                b.assign(result, 1)
            return result
        return (b.add if word == "add" else b.sub)(left, right)

    def do_set(self, to: int, value: Tree) -> None:
        self.b.assign(self.variables[to], self.expression(value))

    def do_copy(self, to: int, of: int) -> None:
        self.b.assign(self.variables[to], self.variables[of])

    def do_if(self, test: Tree, yes: tuple[Tree, ...], no: tuple[Tree, ...]) -> None:
        with self.b.if_(self.expression(test)):
            self.body(yes)
        with self.b.else_():
            self.body(no)

    def do_elif(
        self,
        test: Tree,
        yes: tuple[Tree, ...],
        again: Tree,
        other: tuple[Tree, ...],
        no: tuple[Tree, ...],
    ) -> None:
        b = self.b
        with b.if_(self.expression(test)):
            self.body(yes)
        with b.elif_(lambda: self.expression(again)):
            self.body(other)
        with b.else_():
            self.body(no)

    def turn(self) -> None:
        """Ends the run when there have been too many turns of loops."""
        b = self.b
        b.sub(self.fuel, 1, dst=self.fuel)
        with b.if_(b.less_than(self.fuel, 0)):
            b.return_("fuel")

    def loop(self, body: tuple[Tree, ...]) -> None:
        self.loops += 1
        self.turn()
        self.body(body)
        self.loops -= 1

    def do_while(self, turns: int, test: Tree, body: tuple[Tree, ...]) -> None:
        b = self.b
        left = b.variable(None, turns)

        def condition() -> Reg:
            b.sub(left, 1, dst=left)
            more = b.less_equal(0, left)
            return b.and_(more, self.expression(test))

        with b.while_(condition):
            self.loop(body)

    def do_range(self, start: Tree, step: int, body: tuple[Tree, ...]) -> None:
        b = self.b
        begin = self.expression(start)
        with b.for_range(begin, b.add(begin, 3 * step), step) as i:
            b.assign(self.variables[0], i)
            self.loop(body)

    def do_each(self, items: tuple[int, ...], to: int, body: tuple[Tree, ...]) -> None:
        b = self.b
        with b.for_(b.array_init(items)) as item:
            b.assign(self.variables[to], item)
            self.loop(body)

    def do_match(
        self,
        value: Tree,
        to: int,
        zero: tuple[Tree, ...],
        pair: tuple[Tree, ...],
        other: tuple[Tree, ...],
    ) -> None:
        b = self.b
        register = self.expression(value)
        bound = b.variable()
        with b.match_(b.tuple_init([register, self.variables[to]])) as m:
            with m.case(Pattern.tuple([Pattern.value(0), Pattern.bind(self.variables[to])])):
                self.body(zero)
            with m.case(
                Pattern.guard(
                    Pattern.tuple([Pattern.bind(bound), Pattern.wildcard()]),
                    [("less_than", bound, self.variables[to])],
                )
            ):
                b.assign(self.variables[to], bound)
                self.body(pair)
            with m.default():
                self.body(other)

    def do_try(self, body: tuple[Tree, ...], to: int, handler: tuple[Tree, ...]) -> None:
        b = self.b
        with b.try_():
            self.body(body)
        with b.catch_() as caught:
            b.assign(self.variables[to], caught.value)
            self.body(handler)

    def do_receive(self, value: Tree, to: int, body: tuple[Tree, ...]) -> None:
        b = self.b
        sent = self.expression(value)
        b.send(b.self_pid(), b.tuple_init(["here", sent]))
        with b.receive_() as r:
            with r.case(Pattern.tuple([Pattern.value("here"), Pattern.bind(self.variables[to])])):
                self.body(body)
            with r.after(60_000):
                b.return_("nothing came")

    def do_break(self, test: Tree) -> None:
        if self.loops:
            with self.b.if_(self.expression(test)):
                self.b.break_()

    def do_continue(self, test: Tree) -> None:
        if self.loops:
            with self.b.if_(self.expression(test)):
                self.b.continue_()

    def do_return(self, test: Tree, value: Tree) -> None:
        with self.b.if_(self.expression(test)):
            self.b.return_(self.expression(value))

    def do_throw(self, test: Tree, value: Tree) -> None:
        with self.b.if_(self.expression(test)):
            self.b.throw(self.expression(value))


# ---- In Python ----------------------------------------------------------------


class Leave(Exception):  # noqa: N818 - one of four ways out of a statement
    """Leaves a statement: by break, continue, return or throw."""

    def __init__(self, way: str, value: Any = None) -> None:
        self.way, self.value = way, value


class Outcome(NamedTuple):
    """How a program ended."""

    way: str
    value: Any


class Evaluation:
    """Runs a program."""

    def __init__(self, program: tuple[Tree, ...], p: int, q: int) -> None:
        self.program = program
        self.variables: list[int] = [p, q, 0, 0]
        self.fuel = LIMIT
        self.loops = 0

    def outcome(self) -> Outcome:
        try:
            self.body(self.program)
        except Leave as leave:
            return Outcome(leave.way, leave.value)
        return Outcome("return", tuple(self.variables))

    def body(self, statements: tuple[Tree, ...]) -> None:
        for statement in statements:
            getattr(self, "do_" + statement[0])(*statement[1:])

    def expression(self, tree: Tree) -> int:
        word = tree[0]
        if word == "const":
            return int(tree[1])
        if word == "var":
            return self.variables[tree[1]]
        if word == "choose":
            return self.expression(tree[2] if self.expression(tree[1]) else tree[3])
        left, right = self.expression(tree[1]), self.expression(tree[2])
        return left + right if word == "add" else left - right if word == "sub" else left < right

    def do_set(self, to: int, value: Tree) -> None:
        self.variables[to] = int(self.expression(value))

    def do_copy(self, to: int, of: int) -> None:
        self.variables[to] = self.variables[of]

    def do_if(self, test: Tree, yes: tuple[Tree, ...], no: tuple[Tree, ...]) -> None:
        self.body(yes if self.expression(test) else no)

    def do_elif(
        self,
        test: Tree,
        yes: tuple[Tree, ...],
        again: Tree,
        other: tuple[Tree, ...],
        no: tuple[Tree, ...],
    ) -> None:
        if self.expression(test):
            self.body(yes)
        else:
            self.body(other if self.expression(again) else no)

    def turns(self, more: Callable[[], bool], body: tuple[Tree, ...]) -> None:
        while more():
            self.fuel -= 1
            if self.fuel < 0:
                raise Leave("return", "fuel")
            self.loops += 1
            try:
                self.body(body)
            except Leave as leave:
                if leave.way == "break":
                    return
                if leave.way != "continue":
                    raise
            finally:
                self.loops -= 1

    def do_while(self, turns: int, test: Tree, body: tuple[Tree, ...]) -> None:
        left = iter(range(turns))
        self.turns(lambda: next(left, None) is not None and bool(self.expression(test)), body)

    def over(self, items: list[int], to: int, body: tuple[Tree, ...]) -> None:
        left = iter(items)

        def more() -> bool:
            item = next(left, None)
            if item is not None:
                self.variables[to] = item
            return item is not None

        self.turns(more, body)

    def do_range(self, start: Tree, step: int, body: tuple[Tree, ...]) -> None:
        begin = self.expression(start)
        self.over(list(range(begin, begin + 3 * step, step)), 0, body)

    def do_each(self, items: tuple[int, ...], to: int, body: tuple[Tree, ...]) -> None:
        self.over(list(items), to, body)

    def do_match(
        self,
        value: Tree,
        to: int,
        zero: tuple[Tree, ...],
        pair: tuple[Tree, ...],
        other: tuple[Tree, ...],
    ) -> None:
        found = self.expression(value)
        if found == 0:
            self.body(zero)
        elif found < self.variables[to]:
            self.variables[to] = found
            self.body(pair)
        else:
            self.body(other)

    def do_try(self, body: tuple[Tree, ...], to: int, handler: tuple[Tree, ...]) -> None:
        loops = self.loops
        try:
            self.body(body)
        except Leave as leave:
            if leave.way != "throw":
                raise
            self.loops = loops
            self.variables[to] = leave.value
            self.body(handler)

    def do_receive(self, value: Tree, to: int, body: tuple[Tree, ...]) -> None:
        self.variables[to] = int(self.expression(value))
        self.body(body)

    def do_break(self, test: Tree) -> None:
        if self.loops and self.expression(test):
            raise Leave("break")

    def do_continue(self, test: Tree) -> None:
        if self.loops and self.expression(test):
            raise Leave("continue")

    def do_return(self, test: Tree, value: Tree) -> None:
        if self.expression(test):
            raise Leave("return", int(self.expression(value)))

    def do_throw(self, test: Tree, value: Tree) -> None:
        if self.expression(test):
            raise Leave("throw", int(self.expression(value)))
