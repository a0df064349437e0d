"""Messages: `receive`, by patterns where the machine can say all that is asked, else one by one.

`receive_match` tries patterns on the messages where they lie, takes the oldest that fits and
leaves the rest in place: all that `receive` is. Its patterns may compare and test types, so most
guards are part of them; alternatives of a guard are arms of their own with one target.

What patterns cannot ask (a guard that calls something, an order of anything but numbers, a value
that may hold maps) is asked behind `recv_next`, which gives a copy of the next message: the
clauses are tried as those of a `case`, and `recv_take` takes the message whose clause is chosen.
If all clauses ask for the same value and it is a fresh reference, either kind begins to look
where the mailbox ended when that was made.
"""

from __future__ import annotations

from itertools import product

from ionvm import Guard, Label, Pattern, Value

from erl_core import I, literal
from erl_expressions import Expressions
from erl_nodes import (
    Atom, Call, Clause, Float, Integer, Nil, Node, Operation, Receive, Var, variables,
)  # fmt: skip
from erl_operators import COMPARE, NUMBERS, TYPES
from erl_patterns import Fit

__all__ = ["Receives"]

#: Alternatives of a guard that are worth an arm each.
MOST_ARMS = 8

#: Conditions that must all hold, and alternatives of such.
Conditions = list[Guard]
Alternatives = list[Conditions]

WAITS_FOREVER = Value.atom("infinity")


class Receives(Expressions):
    """Taking messages out of the mailbox."""

    def on_Receive(self, node: Receive, into: int | None) -> int:
        dst = self.place(into)
        before, end = dict(self.env), self.emitter.label()
        ends: list[dict[str, int]] = []
        with self.emitter.temporaries():
            self.at(node.line)
            timeout = None if node.timeout is None else self.time(node.timeout)
            late = self.emitter.label()
            message = self.emitter.register()
            fits = self.fits([message], node.clauses)
            arms = self.arms(node.clauses, fits)
            self.env = dict(before)
            self.at(node.line)
            if not node.clauses:
                self.wait(timeout, message)
            elif arms is not None:
                ends += self.by_patterns(node, fits, arms, (timeout, late), dst, end)
            else:
                ends += self.one_by_one(node, fits, message, (timeout, late), dst, end)
            if node.timeout is not None:
                self.emit(late)
                self.env = dict(before)
                self.body(node.after, dst)
                ends.append(self.env)
            self.emit(end)
        self.merge(before, ends, node.line)
        return dst

    def time(self, node: Node) -> int:
        """The register of a time-out: milliseconds or `infinity`."""
        timeout = self.value(node)
        if not (isinstance(node, Integer) and node.value >= 0):
            whole = [Guard.type(timeout, "integer"), Guard.greater_equal(timeout, Value.integer(0))]
            milliseconds = Pattern.guard(Pattern.wildcard(), whole)
            times = Pattern.any_of([milliseconds, Pattern.value(WAITS_FOREVER)])
            self.require(timeout, times, "timeout_value")
        return timeout

    def wait(self, timeout: int | None, scratch: int) -> None:
        """`receive` without a clause takes no message."""
        if timeout is None:
            timeout = self.emitter.constant(WAITS_FOREVER, scratch)
        self.emit(I.sleep(timeout))

    # ---- By patterns -------------------------------------------------------------------------

    def by_patterns(
        self,
        node: Receive,
        fits: list[Fit],
        arms: list[list[Pattern]],
        late: tuple[int | None, Label],
        dst: int,
        end: Label,
    ) -> list[dict[str, int]]:
        targets = [self.emitter.label() for _ in node.clauses]
        patterns = [(p, target) for target, some in zip(targets, arms) for p in some]
        timeout = None if late[0] is None else (late[0], late[1])
        self.emit(I.receive_match([p for p, _ in patterns], [t for _, t in patterns], timeout))
        ends, plain = [], self.plain
        for clause, fit, target in zip(node.clauses, fits, targets):
            self.emit(target)
            self.env, self.plain = fit.env, set(plain)
            if len(clause.guard) == 1:
                self.learn(clause.guard[0])
            ends.append(self.arm_body(clause, dst, end))
        self.plain = plain
        return ends

    def arms(self, clauses: list[Clause], fits: list[Fit]) -> list[list[Pattern]] | None:
        """Patterns for each clause that ask all it asks; `None` if one asks for more."""
        found: list[list[Pattern]] = []
        for clause, fit in zip(clauses, fits):
            self.env = fit.env
            for tests in clause.guard:
                for test in tests:
                    self.must_be_guard(test)
            guards = self.alternatives(clause.guard)
            if fit.steps or guards is None:
                return None
            pattern = fit.arms[0][1] if fit.arms else Pattern.wildcard()
            found.append([Pattern.guard(pattern, g) if g else pattern for g in guards])
        return found

    # ---- Guards in patterns ------------------------------------------------------------------

    def alternatives(self, guard: list[list[Node]]) -> Alternatives | None:
        """A guard as conditions of the machine; `None` if it asks for what they cannot tell."""
        found: Alternatives = [] if guard else [[]]
        for tests in guard:
            some = self.all_hold(tests, set())
            if some is None or len(found) + len(some) > MOST_ARMS:
                return None
            found += some
        return found

    def all_hold(self, tests: list[Node], numbers: set[int]) -> Alternatives | None:
        """Tests that must all hold; `numbers` are registers that have passed as numbers."""
        found: Alternatives = [[]]
        for test in tests:
            some = self.condition(test, numbers)
            if some is None:
                return None
            found = [first + second for first, second in product(found, some)]
        return found

    def condition(self, test: Node, numbers: set[int]) -> Alternatives | None:
        if isinstance(test, Atom) and test.name == "true":
            return [[]]
        if isinstance(test, Operation) and test.op == "andalso":
            return self.all_hold([test.left, test.right], numbers)
        if isinstance(test, Operation) and test.op == "orelse":
            sides = [self.condition(side, set(numbers)) for side in (test.left, test.right)]
            known = [side for side in sides if side is not None]
            return known[0] + known[1] if len(known) == 2 else None
        if isinstance(test, Operation) and test.op in COMPARE:
            return self.comparison(test, numbers)
        if isinstance(test, Call) and len(test.args) == 1 and isinstance(test.args[0], Var):
            name, subject = self.built_in(test), self.env.get(test.args[0].name)
            if name in TYPES and subject is not None:
                if name in NUMBERS:
                    numbers.add(subject)
                return [[Guard.type(subject, kind)] for kind in TYPES[name]]
        return None

    def comparison(self, node: Operation, numbers: set[int]) -> Alternatives | None:
        """A comparison in which nothing is asked that the machine sees otherwise than Erlang."""
        a, b = self.operand(node.left), self.operand(node.right)
        if a is None or b is None:
            return None
        if node.op in ("==", "/="):
            return [[Guard.equal(a, b) if node.op == "==" else Guard.not_equal(a, b)]]
        if node.op == "=:=":
            plain = self.same_suffices(node.left) or self.same_suffices(node.right)
            return [[Guard.same(a, b)]] if plain else None
        if node.op == "=/=":
            # What is equal to an atom or to [] is the same.
            words = isinstance(node.left, (Atom, Nil)) or isinstance(node.right, (Atom, Nil))
            return [[Guard.not_equal(a, b)]] if words else None
        swapped = node.op in (">", ">=")
        first, second = (b, a) if swapped else (a, b)
        last = node.left if swapped else node.right
        if not (isinstance(last, (Integer, Float)) or second in numbers):
            # Only what is less than a number must be a number, too.
            return None
        less = Guard.less_equal if node.op in ("=<", ">=") else Guard.less_than
        return [[less(first, second)]]

    def operand(self, node: Node) -> int | Value | None:
        """A register or a constant."""
        if isinstance(node, Var):
            return self.env.get(node.name)
        return literal(node)

    def same_suffices(self, node: Node) -> bool:
        return isinstance(node, Var) and node.name in self.plain or literal(node) is not None

    # ---- One by one --------------------------------------------------------------------------

    def one_by_one(
        self,
        node: Receive,
        fits: list[Fit],
        message: int,
        late: tuple[int | None, Label],
        dst: int,
        end: Label,
    ) -> list[dict[str, int]]:
        timeout, over = late
        again, asked = self.emitter.label(), set(self.env)
        for clause in node.clauses:
            asked &= set(variables(clause.patterns[0]))
        # Of what all clauses ask for, a value that is known to be plain may be a reference.
        known = sorted(asked, key=lambda name: (name not in self.plain, name))
        hint = self.env[known[0]] if known else None
        self.emit(I.recv_begin(hint, timeout), again, I.recv_next(message, over))
        ends = self.choose(node.clauses, fits, dst, again, end, lambda: self.emit(I.recv_take()))
        if timeout is None:
            # Without a time-out this is not reached.
            self.emit(over, I.jump(again))
        return ends
