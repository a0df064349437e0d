"""Operators, tests and guards.

The machine's instructions are more generous than Erlang: `add` joins tuples, `quot` takes
fractions, `div` by zero is infinite, `less_than` knows no order between a number and an atom.
So an operation is an instruction and, where something could go wrong, a `match` that looks at
the operands or at the result; everything unusual is a call of `lib/erlang.erl`.

`decide` compiles a test to jumps. It is what guards, filters and `if` are made of.
"""

from __future__ import annotations

from collections.abc import Callable

from ionvm import Guard, Instruction, Label, Pattern, Value

from erl_core import I, literal
from erl_nodes import (
    Atom, Call, Cons, Entry, Float, Integer, Map, Match, Nil, Node, Operation, RecordField, Remote,
    Text, Tuple, Unary, Var, children,
)  # fmt: skip
from erl_patterns import Patterns

__all__ = ["COMPARE", "GUARD_CALLS", "NUMBERS", "TYPES", "Operators"]

#: Tests of a type, and the machine's names of the types that pass.
TYPES = {
    "is_atom": ("atom", "boolean"), "is_binary": ("bytes",), "is_bitstring": ("bytes",),
    "is_boolean": ("boolean",), "is_float": ("number",), "is_function": ("function",),
    "is_integer": ("integer",), "is_list": ("pair", "nil"), "is_map": ("map",),
    "is_number": ("integer", "number"), "is_pid": ("process",), "is_reference": ("reference",),
    "is_tuple": ("tuple",),
}  # fmt: skip

#: What else a guard may call.
GUARD_CALLS = frozenset(
    "abs bit_size byte_size ceil element float floor hd is_function is_map_key is_record length "
    "map_get map_size max min node round self size tl trunc tuple_size".split()
)

#: Tests that only values pass that `same` compares as `=:=` does, and calls that give such values.
PLAIN = frozenset(
    "is_atom is_binary is_boolean is_float is_integer is_number is_pid is_reference".split()
)
MADE_PLAIN = frozenset(
    "alias make_ref monitor self send_after spawn spawn_link spawn_monitor start_timer".split()
)

#: Tests that only numbers pass.
NUMBERS = frozenset({"is_float", "is_integer", "is_number"})

COMPARE = frozenset({"==", "/=", "=:=", "=/=", "<", "=<", ">", ">="})
LOGIC = frozenset({"and", "or", "xor", "andalso", "orelse"})
WHOLE: dict[str, Callable[[int, int, int], Instruction]] = {
    "div": I.quot, "rem": I.rem, "band": I.bit_and, "bor": I.bit_or, "bxor": I.bit_xor,
    "bsl": I.shl, "bsr": I.shr,
}  # fmt: skip
NUMERIC: dict[str, Callable[[int, int, int], Instruction]] = {
    "+": I.add, "-": I.sub, "*": I.mul, "/": I.div,
}  # fmt: skip

#: What a guard may be made of, besides literals and some calls.
IN_GUARDS = (Operation, Unary, Var, Tuple, Cons, Text, Map, Entry, RecordField)

#: Integers that added to a finite number give a finite number.
SMALL = 1 << 53


class Operators(Patterns):
    """Computing and comparing."""

    # ---- Arithmetic ------------------------------------------------------------------

    def on_Operation(self, node: Operation, into: int | None) -> int:
        op = node.op
        if op in COMPARE or op in LOGIC:
            return self.logic(node, into)
        if op == "!":
            return self.send(node, into)
        dst = self.place(into)
        with self.emitter.temporaries():
            a, b = self.values([node.left, node.right])
            self.at(node.line)
            if op in NUMERIC:
                self.numeric(node, dst, a, b)
            elif op in WHOLE:
                unknown = [
                    register
                    for side, register in ((node.left, a), (node.right, b))
                    if not isinstance(side, Integer)
                ]
                whole = [Guard.type(register, "integer") for register in unknown]
                self.require(a, Pattern.guard(Pattern.wildcard(), whole), "badarith")
                self.emit(WHOLE[op](dst, a, b))
            else:
                self.library(dst, op, [a, b])
        return dst

    def numeric(self, node: Operation, dst: int, a: int, b: int) -> None:
        """Of what the machine also takes, the result is no finite number."""
        self.emit(NUMERIC[node.op](dst, a, b))
        sides = [s for s in (node.left, node.right) if isinstance(s, Integer)]
        if node.op in "*/" or not any(abs(side.value) < SMALL for side in sides):
            infinite = Value.number(float("inf"))
            finite = [
                Guard.type(dst, "number"),
                Guard.less_than(dst, infinite),
                Guard.less_than(Value.number(float("-inf")), dst),
            ]
            fractional = Pattern.guard(Pattern.wildcard(), finite)
            whole = Pattern.type("integer")
            self.require(dst, Pattern.any_of([whole, fractional]), "badarith")

    def require(self, subject: int, pattern: Pattern, reason: str) -> None:
        """Raises an error unless a value fits."""
        fine = self.emitter.label()
        self.emit(I.match(subject, [pattern], [fine]), I.jump(self.failure(reason)), fine)

    def on_Unary(self, node: Unary, into: int | None) -> int:
        if node.op == "not":
            return self.logic(node, into)
        dst = self.place(into)
        with self.emitter.temporaries():
            a = self.value(node.operand)
            self.at(node.line)
            names = ("integer",) if node.op == "bnot" else ("integer", "number")
            self.require(a, any_type(names), "badarith")
            made = {"-": I.neg, "bnot": I.bit_not, "+": I.move}[node.op](dst, a)
            self.emit(made)
        return dst

    def send(self, node: Operation, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            target = self.value(node.left)
            self.value(node.right, dst)
            self.at(node.line)
            direct, sent = self.emitter.label(), self.emitter.label()
            self.emit(I.match(target, [Pattern.type("process")], [direct]))
            self.library(self.emitter.register(), "send", [target, dst])
            self.emit(I.jump(sent), direct, I.send(target, dst), sent)
        return dst

    # ---- Booleans ----------------------------------------------------------------------

    def logic(self, node: Node, into: int | None) -> int:
        """A test as a value."""
        dst = self.place(into)
        if isinstance(node, Operation) and node.op in ("andalso", "orelse"):
            return self.shortcut(node, dst)
        if isinstance(node, Unary) or (isinstance(node, Operation) and node.op in LOGIC):
            with self.emitter.temporaries():
                operands = list(children(node))
                read = self.values(operands)
                self.at(node.line)
                both = [Guard.type(register, "boolean") for register in read]
                self.require(read[0], Pattern.guard(Pattern.wildcard(), both), "badarg")
                if isinstance(node, Unary):
                    self.emit(I.not_(dst, read[0]))
                else:
                    make = {"and": I.and_, "or": I.or_, "xor": I.not_equal}[node.op]
                    self.emit(make(dst, read[0], read[1]))
            return dst
        yes, no, end = (self.emitter.label() for _ in range(3))
        self.decide(node, yes, no)
        self.emit(yes)
        self.emitter.constant(Value.boolean(True), dst)
        self.emit(I.jump(end), no)
        self.emitter.constant(Value.boolean(False), dst)
        self.emit(end)
        return dst

    def shortcut(self, node: Operation, into: int) -> int:
        """`andalso` and `orelse`: the right side is the value if it is asked."""
        left = self.emitter.register()
        self.value(node.left, left)
        self.at(node.line)
        decided, other, end = (self.emitter.label() for _ in range(3))
        known = Value.boolean(node.op == "orelse")
        unknown = Value.boolean(node.op == "andalso")
        self.emit(I.match(left, [Pattern.value(known), Pattern.value(unknown)], [decided, other]))
        self.emit(I.jump(self.failure("badarg", left)), decided)
        self.value(Atom(node.line, "true" if node.op == "orelse" else "false"), into)
        if into >= 0:
            self.emit(I.jump(end))
        self.emit(other)
        before = dict(self.env)
        self.value(node.right, into)
        self.merge(before, [before, self.env], node.line)
        self.emit(end)
        return into

    # ---- Tests ---------------------------------------------------------------------------

    def decide(self, node: Node, yes: Label, no: Label) -> None:
        """Goes to `yes` if a test is true, else to `no`; `yes` follows right behind."""
        with self.emitter.temporaries():
            if isinstance(node, Operation) and node.op in COMPARE:
                self.compare(node, yes, no)
            elif isinstance(node, Operation) and node.op == "andalso" and self.guard_fail:
                between = self.emitter.label()
                self.decide(node.left, between, no)
                self.emit(between)
                self.decide(node.right, yes, no)
            elif isinstance(node, Operation) and node.op == "orelse" and self.guard_fail:
                here, otherwise = self.emitter.label(), self.emitter.label()
                self.decide(node.left, here, otherwise)
                self.emit(here, I.jump(yes), otherwise)
                self.decide(node.right, yes, no)
            elif (kind := self.type_test(node)) is not None:
                subject = self.value(kind[0])
                self.emit(I.match(subject, [kind[1]], [yes]), I.jump(no))
            elif not (isinstance(node, Atom) and node.name == "true"):
                subject = self.value(node)
                self.emit(I.match(subject, [Pattern.value(Value.boolean(True))], [yes]), I.jump(no))

    def type_test(self, node: Node) -> tuple[Node, Pattern] | None:
        """What is asked of which expression, if it is a type."""
        if not isinstance(node, Call) or not node.args:
            return None
        name = self.built_in(node)
        if name in TYPES and len(node.args) == 1:
            return node.args[0], any_type(TYPES[name])
        if name == "is_record" and len(node.args) == 2 and isinstance(node.args[1], Atom):
            return node.args[0], self.pattern(self.unit.any_record(node, node.args[1].name), [])
        return None

    def built_in(self, node: Call) -> str | None:
        """The name of the function of the language that is called."""
        function = node.function
        if isinstance(function, Remote) and isinstance(function.module, Atom):
            if function.module.name != "erlang":
                return None
            function = function.function
        elif isinstance(function, Atom) and self.unit.has(function.name, len(node.args)):
            return None
        return function.name if isinstance(function, Atom) else None

    def compare(self, node: Operation, yes: Label, no: Label) -> None:
        a, b = self.values([node.left, node.right])
        self.at(node.line)
        test = self.emitter.register()
        if node.op in ("==", "/="):
            self.emit(I.equal(test, a, b))
            self.jump_by(test, node.op == "==", yes, no)
        elif node.op in ("=:=", "=/="):
            if is_simple(node.left) or is_simple(node.right):
                self.emit(I.same(test, a, b))
                self.jump_by(test, node.op == "=:=", yes, no)
            elif node.op == "=:=":
                self.must_be_exact(a, b, no)
            else:
                self.must_be_exact(a, b, yes)
                self.emit(I.jump(no))
        else:
            swapped = node.op in (">", ">=")
            left, right = (node.right, node.left) if swapped else (node.left, node.right)
            first, second = (b, a) if swapped else (a, b)
            self.order((left, first), (right, second), node.op in ("=<", ">="), yes, no)

    def jump_by(self, test: int, truth: bool, yes: Label, no: Label) -> None:
        self.emit(I.jump_if_false(test, no) if truth else I.jump_if_true(test, no))

    def must_be_exact(self, a: int, b: int, failed: Label) -> None:
        """`=:=`: the same; or equal, and in what differs by identity only the same."""
        test, fine = self.emitter.register(), self.emitter.label()
        self.emit(I.same(test, a, b), I.jump_if_true(test, fine))
        self.emit(I.equal(test, a, b), I.jump_if_false(test, failed))
        self.library(test, "=:=", [a, b])
        self.emit(I.jump_if_false(test, failed), fine)

    def order(
        self, left: tuple[Node, int], right: tuple[Node, int], equal: bool, yes: Label, no: Label
    ) -> None:
        """`<` or `=<` in the order of all terms, of which numbers are the least."""
        (first, a), (second, b) = left, right
        holds = Guard.less_equal if equal else Guard.less_than
        fails = Guard.greater_than if equal else Guard.greater_equal
        if isinstance(second, (Integer, Float)):
            self.emit(I.match(a, [when(holds(a, b))], [yes]), I.jump(no))
        elif isinstance(first, (Integer, Float)):
            # What is no number is greater, and a guard that cannot be told does not hold.
            self.emit(I.match(b, [when(fails(a, b))], [no]))
        else:
            whole = Guard.type(a, "integer")
            arms = [when(whole, holds(a, b)), when(whole, fails(a, b))]
            test = self.emitter.register()
            self.emit(I.match(a, arms, [yes, no]))
            self.library(test, "=<" if equal else "<", [a, b])
            self.emit(I.jump_if_false(test, no))

    # ---- Guards ------------------------------------------------------------------------------

    def guard(self, guard: list[list[Node]], failed: Label) -> None:
        """Alternatives of tests; goes on here if one of them holds."""
        chosen = self.emitter.label()
        for n, tests in enumerate(guard):
            other = failed if n == len(guard) - 1 else self.emitter.label()
            self.all_of(tests, other)
            if other is not failed:
                self.emit(I.jump(chosen), other)
        self.emit(chosen)
        if len(guard) == 1:
            self.learn(guard[0])

    def learn(self, tests: list[Node]) -> None:
        """Notes names whose values are plain, since these tests have held."""
        for test in tests:
            if isinstance(test, Call) and self.built_in(test) in PLAIN and len(test.args) == 1:
                subject = test.args[0]
                if isinstance(subject, Var):
                    self.plain.add(subject.name)

    def is_plain(self, node: Node) -> bool:
        """Whether the value of an expression is plain whatever happens."""
        if isinstance(node, Call):
            return self.built_in(node) in MADE_PLAIN
        return literal(node) is not None

    def all_of(self, tests: list[Node], other: Label) -> None:
        """Tests that must all hold; an error in one is as if it did not."""
        outside, self.guard_fail = self.guard_fail, other
        start, end = self.emitter.label(), self.emitter.label()
        self.emit(start)
        for test in tests:
            self.must_be_guard(test)
            yes = self.emitter.label()
            self.decide(test, yes, other)
            self.emit(yes)
        self.emit(end)
        if any(map(self.may_raise, tests)):
            with self.emitter.temporaries():
                self.emitter.protect(start, end, other, self.emitter.register())
        self.guard_fail = outside

    def is_guard(self, node: Node) -> bool:
        """Whether this may stand in a guard."""
        if isinstance(node, Call):
            name = self.built_in(node)
            if name not in TYPES and name not in GUARD_CALLS:
                return False
            return all(map(self.is_guard, node.args))
        if isinstance(node, Operation) and node.op in ("!", "++", "--"):
            return False
        if not isinstance(node, IN_GUARDS) and literal(node) is None:
            return False
        return all(map(self.is_guard, children(node)))

    def must_be_guard(self, node: Node) -> None:
        if not self.is_guard(node):
            what = "a match" if isinstance(node, Match) else "this"
            self.refuse(node, f"{what} may not stand in a guard; compute it before, test it here")

    def may_raise(self, node: Node) -> bool:
        """Whether a guard needs a handler."""
        if isinstance(node, Call) and self.type_test(node) is None:
            return True
        if isinstance(node, Operation) and node.op not in COMPARE | {"andalso", "orelse"}:
            return True
        return not isinstance(node, (Operation, Call, Var)) and literal(node) is None or any(
            map(self.may_raise, children(node))
        )


def any_type(names: tuple[str, ...]) -> Pattern:
    """A value of one of some types."""
    kinds = [Pattern.type(name) for name in names]
    return kinds[0] if len(kinds) == 1 else Pattern.any_of(kinds)


def when(*conditions: Guard) -> Pattern:
    """Anything, while conditions hold."""
    return Pattern.guard(Pattern.wildcard(), conditions)


def is_simple(node: Node) -> bool:
    """A literal that `same` compares as `=:=` does."""
    return isinstance(node, (Atom, Integer, Nil))
