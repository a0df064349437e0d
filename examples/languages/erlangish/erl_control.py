"""Control: branches, errors that are caught, comprehensions."""

from __future__ import annotations

from ionvm import Label, Pattern, Value

from erl_core import I
from erl_nodes import (
    Case, Catch, Comprehension, Generator, If, Node, Try, variables,
)  # fmt: skip
from erl_receive import Receives

__all__ = ["Control"]


class Control(Receives):
    """What decides where the program goes on."""

    def on_Case(self, node: Case, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            subject = self.value(node.value)
            self.at(node.line)
            self.clauses([subject], node.clauses, dst, self.failure("case_clause", subject))
        return dst

    def on_If(self, node: If, into: int | None) -> int:
        dst = self.place(into)
        self.at(node.line)
        self.clauses([], node.clauses, dst, self.failure("if_clause"))
        return dst

    # ---- Errors --------------------------------------------------------------------------

    def on_Catch(self, node: Catch, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            value, info = self.emitter.registers(2)
            done = self.emitter.label()
            before = dict(self.env)
            with self.protected() as (start, end):
                self.value(node.body, dst)
            self.emit(I.jump(done))
            caught = self.emitter.label()
            self.emit(caught)
            self.emitter.protect(start, end, caught, value, info)
            self.library(dst, "caught_value", [value, info], "erl_errors")
            self.emit(done)
        self.merge(before, [before, self.env], node.line)
        return dst

    def on_Try(self, node: Try, into: int | None) -> int:
        """The body, then `of`; what is thrown in the body, `catch`; whatever comes, `after`."""
        dst = self.place(into)
        before = dict(self.env)
        with self.emitter.temporaries():
            value, info = self.emitter.registers(2)
            if not node.after:
                self.caught(node, dst, value, info)
            else:
                with self.protected() as (start, end):
                    self.caught(node, dst, value, info)
                done, failed = self.emitter.label(), self.emitter.label()
                self.emit(I.jump(done), failed)
                self.emitter.protect(start, end, failed, value, info)
                self.env = dict(before)
                self.aftermath(node.after)
                self.emit(I.rethrow(value, info), done)
                self.env = dict(before)
                self.aftermath(node.after)
        # Whether the body came to its end is not known: what it bound is not safe.
        inside = {name: self.home[name] for name in variables(node) if name in self.home}
        self.merge(before, [before, inside], node.line)
        return dst

    def aftermath(self, body: list[Node]) -> None:
        with self.emitter.temporaries():
            self.body(body, self.emitter.register())

    def caught(self, node: Try, dst: int, value: int, info: int) -> None:
        """The body with `of` and `catch`."""
        if not node.handlers:
            self.tried(node, dst)
            return
        before = dict(self.env)
        done, caught = self.emitter.label(), self.emitter.label()
        result = self.emitter.register()
        with self.protected() as (start, end):
            self.body(node.body, result)
        self.emitter.protect(start, end, caught, value, info)
        self.of(node, result, dst)
        self.emit(I.jump(done), caught)
        self.env = before
        class_, reason, stack = self.emitter.registers(3)
        self.library(reason, "caught", [value, info], "erl_errors")
        both = Pattern.tuple([Pattern.bind(class_), Pattern.bind(reason)])
        fine, again = self.emitter.label(), self.emitter.label()
        self.emit(I.match(reason, [both], [fine]), fine)
        if any(list(variables(clause.patterns[2])) for clause in node.handlers):
            self.library(stack, "stack", [info], "erl_errors")
        self.clauses([class_, reason, stack], node.handlers, dst, again)
        self.emit(I.jump(done), again, I.rethrow(value, info), done)

    def tried(self, node: Try, dst: int) -> None:
        result = self.emitter.register()
        self.body(node.body, result)
        self.of(node, result, dst)

    def of(self, node: Try, result: int, dst: int) -> None:
        if node.clauses:
            self.at(node.line)
            self.clauses([result], node.clauses, dst, self.failure("try_clause", result))
        else:
            self.emit(I.move(dst, result))

    # ---- Comprehensions ------------------------------------------------------------------

    def on_Comprehension(self, node: Comprehension, into: int | None) -> int:
        """Loops in loops that push to an array, which becomes the list."""
        dst = self.place(into)
        patterns = [part.pattern for part in node.qualifiers if isinstance(part, Generator)]
        new = {name for pattern in patterns for name in variables(pattern)}
        parts = [node.item, *node.qualifiers]
        inside = {name for part in parts for name in variables(part)} - self.env.keys()
        outside, unsafe = dict(self.env), dict(self.unsafe)
        home = dict(self.home)
        with self.emitter.temporaries():
            made = self.emitter.register()
            self.emit(I.array_init(made, []))
            for name in sorted(new | inside):
                self.home[name] = self.emitter.register()
            self.qualified(node, 0, made)
            self.emit(I.call_native(dst, "list.from_array", [made]))
        self.home, self.env, self.unsafe = home, outside, unsafe
        return dst

    def qualified(self, node: Comprehension, at: int, made: int) -> None:
        if at == len(node.qualifiers):
            with self.emitter.temporaries():
                self.emit(I.array_push(made, self.value(node.item)))
            return
        part, after = node.qualifiers[at], self.emitter.label()
        if isinstance(part, Generator):
            self.generator(node, part, at, made)
            return
        if self.is_guard(part):
            self.at(part.line)
            self.guard([[part]], after)
        else:
            self.filter(part, after)
        self.qualified(node, at + 1, made)
        self.emit(after)

    def filter(self, part: Node, skip: Label) -> None:
        """A condition that is no guard must be a boolean."""
        with self.emitter.temporaries():
            test, fine = self.value(part), self.emitter.label()
            self.at(part.line)
            truths = [Pattern.value(Value.boolean(truth)) for truth in (True, False)]
            self.emit(I.match(test, truths, [fine, skip]))
            self.emit(I.jump(self.failure("bad_filter", test)), fine)

    def generator(self, node: Comprehension, part: Generator, at: int, made: int) -> None:
        with self.emitter.temporaries():
            rest, item = self.emitter.registers(2)
            self.value(part.source, rest)
            again, got, done = (self.emitter.label() for _ in range(3))
            cell = Pattern.pair(Pattern.bind(item), Pattern.bind(rest))
            self.at(part.line)
            self.emit(again, I.match(rest, [cell, Pattern.value(Value.nil())], [got, done]))
            self.emit(I.jump(self.failure("bad_generator", rest)), got)
            env = dict(self.env)
            for name in variables(part.pattern):
                self.env.pop(name, None)
            self.take_apart(item, part.pattern, again)
            self.qualified(node, at + 1, made)
            self.emit(I.jump(again), done)
            self.env = env
