"""Statements that leave others: return, break, continue, raise, and what stands in their way.

The body of a `finally` is compiled once. Whoever comes there says in a register how it goes on
afterwards: 0 past the statement, 1 with the error that was caught, from 2 on by one of the ways
out, `return` or a jump, that lead through it. Behind the body stands a `match` of that register.

`with` is a `try` of Python itself: the tree that it stands for is built and compiled.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar

from ionvm import Instruction, Label, Pattern, Value

from py_names import hidden_names
from py_statements import Statements

I = Instruction
Tree = TypeVar("Tree", bound=ast.AST)
#: The name of the error inside of a `with`.
ERROR = "__error__"


class Finally:
    """A `finally` that ways out of its statement lead through."""

    def __init__(self, start: Label, way: int, result: int) -> None:
        self.start, self.way, self.result = start, way, result
        #: What is done behind it, from way 2 on.
        self.exits: list[Callable[[], None]] = []


class Loop:
    """A loop, with the places of `continue` and `break`."""

    def __init__(self, again: Label, end: Label) -> None:
        self.again, self.end = again, end


class Leaving(Statements):
    """Ways out of statements."""

    def start_leaving(self) -> None:
        #: What stands around the statement at hand, innermost last.
        self.around: list[Loop | Finally] = []
        #: The registers of the error that the `except` at hand has caught.
        self.caught: tuple[int, int] | None = None

    def entered(self, again: Label, end: Label, body: Callable[[], None]) -> None:
        self.around.append(Loop(again, end))
        body()
        self.around.pop()

    def through(self, last: Finally, leave: Callable[[], None]) -> None:
        """Goes into a `finally` and says that `leave` comes afterwards."""
        self.constant(Value.integer(len(last.exits) + 2), last.way)
        last.exits.append(leave)
        self.emit(I.jump(last.start))

    def on_Return(self, node: ast.Return) -> None:
        self.return_value(self.expression(node.value or ast.Constant(None)), list(self.around))

    def return_value(self, value: int, around: list[Loop | Finally]) -> None:
        """Returns from inside of all that is around."""
        while around:
            last = around.pop()
            if isinstance(last, Finally):
                self.emit(I.move(last.result, value))
                self.through(last, lambda: self.return_value(last.result, list(around)))
                return
        self.emit(I.return_(value))

    def on_Break(self, node: ast.Break | ast.Continue) -> None:
        self.jump_out(isinstance(node, ast.Break), list(self.around))

    on_Continue = on_Break

    def jump_out(self, is_break: bool, around: list[Loop | Finally]) -> None:
        """Goes to the end or the next round of the innermost loop."""
        last = around.pop()
        if isinstance(last, Finally):
            self.through(last, lambda: self.jump_out(is_break, list(around)))
        else:
            self.emit(I.jump(last.end if is_break else last.again))

    # ---- Errors ---------------------------------------------------------------

    def on_Raise(self, node: ast.Raise) -> None:
        if node.exc is None:
            if self.caught is None:
                raise self.fail(node, "raise without a value outside of except", "name the error")
            self.emit(I.rethrow(*self.caught))
            return
        value = self.expression(node.exc, self.register())
        cause = self.constant(Value.undefined()) if node.cause is None else None
        if node.cause is not None:
            cause = self.expression(node.cause)
        assert cause is not None
        self.runtime(value, "to_raise", [value, cause])
        self.emit(I.throw(value))

    def on_Try(self, node: ast.Try) -> None:
        if node.finalbody:
            self.try_finally(node)
        else:
            self.try_except(node)

    def guarded(self, body: Callable[[], None], caught: Label, value: int, info: int) -> None:
        """Code whose errors go to `caught`, slow paths included; jumps past them at its end."""
        start, end, past = self.label(), self.label(), self.label()
        kept = self.set_aside()
        self.emit(start)
        body()
        self.emit(I.jump(past))
        self.place_later(kept)
        self.emit(end)
        self.protect(start, end, caught, value, info)
        self.emit(past)

    def try_except(self, node: ast.Try) -> None:
        value, info, error = self.registers(3)
        caught, end, done = self.label(), self.label(), self.label()
        before = set(self.sure)
        self.guarded(lambda: self.block(node.body), caught, value, info)
        self.block(node.orelse)
        ways = [(node.orelse or node.body, self.sure)]
        self.emit(I.jump(done), caught)
        self.runtime(error, "caught", [value, info])
        outer, self.caught = self.caught, (error, info)
        for handler in node.handlers:
            self.sure = set(before)
            self.clause(handler, error, end)
            ways.append((handler.body, self.sure))
        self.caught = outer
        self.emit(I.rethrow(error, info), end, done)
        self.sure = self.joined(*ways)

    def clause(self, handler: ast.ExceptHandler, error: int, end: Label) -> None:
        """One `except`: tests whether the error fits, and runs its block."""
        other = self.label()
        self.line(handler)
        if handler.type is not None:
            with self.temporaries():
                test = self.register()
                self.runtime(test, "fits", [error, self.expression(handler.type)])
                self.emit(I.jump_if_false(test, other))
        if handler.name:
            self.store_name(handler.name, error)
        self.block(handler.body)
        if handler.name:
            self.forget(handler.name)
        self.emit(I.jump(end), other)

    def try_finally(self, node: ast.Try) -> None:
        value, info, way, result = self.registers(4)
        start, caught, end = self.label(), self.label(), self.label()
        last = Finally(start, way, result)
        before = set(self.sure)
        self.around.append(last)
        inner = [ast.copy_location(ast.Try(node.body, node.handlers, node.orelse, []), node)]
        body = inner if node.handlers else node.body
        self.guarded(lambda: self.block(list(body)), caught, value, info)
        self.around.pop()
        after, self.sure = self.sure, before
        self.constant(Value.integer(0), way)
        self.emit(I.jump(start), caught)
        self.constant(Value.integer(1), way)
        self.emit(start)
        outer, self.caught = self.caught, None
        self.block(node.finalbody)
        self.caught = outer
        exits = [self.label() for _ in range(len(last.exits) + 1)]
        patterns = [Pattern.value(Value.integer(i + 1)) for i in range(len(exits))]
        self.emit(I.match(way, patterns, exits), I.jump(end))
        self.emit(exits[0], I.rethrow(value, info))
        for label, leave in zip(exits[1:], last.exits, strict=True):
            self.emit(label)
            leave()
        self.emit(end)
        self.sure |= after

    def on_With(self, node: ast.With) -> None:
        """`with a as b, c: body` is `with a as b: with c: body`."""
        item = node.items[0]
        body = node.body
        if len(node.items) > 1:
            body = [ast.copy_location(ast.With(node.items[1:], body), node)]
        manager, fine = hidden_names(item)
        self.store_name(manager, self.expression(item.context_expr))
        enter = ast.Attribute(ast.Name(manager, ast.Load()), "__enter__", ast.Load())
        value = self.expression(placed_at(ast.Call(enter, [], []), node))
        if item.optional_vars is not None:
            self.store(item.optional_vars, value)
        text = "try:\n try:\n  pass\n except BaseException as e:\n"
        text += "  FINE = False\n  if not MANAGER.__exit__(type(e), e, None):\n   raise\n"
        text += "finally:\n if FINE:\n  MANAGER.__exit__(None, None, None)\n"
        tree = ast.parse(text.replace(" as e", f" as {ERROR}").replace("(e)", f"({ERROR})"))
        for part in ast.walk(tree):
            if isinstance(part, ast.Name):
                part.id = {"FINE": fine, "MANAGER": manager, "e": ERROR}.get(part.id, part.id)
        outer = placed_at(tree, node).body[0]
        assert isinstance(outer, ast.Try) and isinstance(outer.body[0], ast.Try)
        outer.body[0].body = body
        self.store_name(fine, self.constant(Value.boolean(True)))
        hidden = self.places.get(ERROR)
        self.places[ERROR] = self.register()
        self.statement(outer)
        del self.places[ERROR]
        if hidden is not None:
            self.places[ERROR] = hidden


def placed_at(tree: Tree, node: ast.AST) -> Tree:
    """A tree whose parts all come from the line of another."""
    for part in ast.walk(tree):
        ast.copy_location(part, node)
    return tree
