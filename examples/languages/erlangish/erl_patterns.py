"""Patterns and clauses: which instruction `match` becomes of them.

The machine's own patterns do nearly all of it: one `match` tries the clauses of a `case` one
after the other and binds registers. What they cannot say becomes a *step* behind the `match`:

- a variable that is bound already, for `=:=` looks into maps and `pin` does not;
- keys of maps that are no literals, and segments of binaries.

A literal number is a register that is the `same` as it: a constant pattern would take `1.0`
for `1`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ionvm import Guard, Label, Pattern, Value

from erl_core import DEEPEST, TAIL, Core, I, atom, literal, octets
from erl_nodes import (
    Atom, Binary, Clause, Cons, Float, Integer, Map, Match, Nil, Node, Operation, Record,
    RecordField, Segment, Text, Tuple, Var,
)  # fmt: skip

__all__ = ["Patterns"]

#: A test behind a match, given where to go if it fails.
Step = Callable[[Label], None]


@dataclass
class Fit:
    """What a clause asks: patterns of registers, then steps; and what it binds."""

    arms: list[tuple[int, Pattern]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    env: dict[str, int] = field(default_factory=dict)


class Patterns(Core):
    """Taking values apart."""

    # ---- Clauses -----------------------------------------------------------------

    def clauses(
        self,
        subjects: list[int],
        clauses: list[Clause],
        into: int | None,
        otherwise: Label,
        *,
        own: bool = False,
        chosen: Callable[[], None] | None = None,
    ) -> None:
        """Tries clauses in order, and runs the body of the first that fits.

        The body's value goes `into` a register or out of the function. If none fits, it goes on
        at `otherwise`. With `own` the subjects are arguments, which may keep a name for good.
        `chosen` compiles what is to happen before the body.
        """
        before, end = dict(self.env), self.emitter.label()
        with self.emitter.temporaries():
            fits = self.fits(subjects, clauses, own)
            ends = self.choose(clauses, fits, into, otherwise, end, chosen)
            self.emit(end)
        self.merge(before, ends, clauses[0].line)

    def fits(self, subjects: list[int], clauses: list[Clause], own: bool = False) -> list[Fit]:
        """What each clause asks of registers."""
        before, made = dict(self.env), []
        for clause in clauses:
            self.env = dict(before)
            made.append(self.fit(subjects, clause.patterns, own))
        return made

    def choose(
        self,
        clauses: list[Clause],
        fits: list[Fit],
        into: int | None,
        otherwise: Label,
        end: Label,
        chosen: Callable[[], None] | None,
    ) -> list[dict[str, int]]:
        """Tries clauses, and goes to `end` behind a body; what is bound there."""
        ends, at, plain = [], 0, self.plain
        while at < len(clauses):
            stop = self.run_from(at, clauses, fits)
            following = otherwise if stop == len(clauses) else self.emitter.label()
            labels = self.try_arms(clauses[at], fits[at:stop], following)
            for clause, fit, label in zip(clauses[at:stop], fits[at:stop], labels):
                self.emit(label)
                self.env, self.plain = fit.env, set(plain)
                for step in fit.steps:
                    step(following)
                self.guard(clause.guard, following)
                if chosen is not None:
                    chosen()
                ends.append(self.arm_body(clause, into, end))
            if following is not otherwise:
                self.emit(following)
            at = stop
        self.plain = plain
        return ends

    def arm_body(self, clause: Clause, into: int | None, end: Label) -> dict[str, int]:
        """The body of a clause whose variables are bound; what is bound behind it."""
        if self.body(clause.body, into) != TAIL:
            self.emit(I.jump(end))
        return self.env

    def run_from(self, at: int, clauses: list[Clause], fits: list[Fit]) -> int:
        """Where the clauses end that one `match` can try: only the last may ask for more."""
        stop = at + 1
        while (
            stop < len(clauses)
            and len(fits[stop - 1].arms) == len(fits[stop].arms) == 1
            and fits[stop - 1].arms[0][0] == fits[stop].arms[0][0]
            and not fits[stop - 1].steps
            and not clauses[stop - 1].guard
        ):
            stop += 1
        return stop

    def try_arms(self, clause: Clause, fits: list[Fit], following: Label) -> list[Label]:
        """Matches; returns where each clause goes on."""
        labels = [self.emitter.label() for _ in fits]
        self.at(clause.line)
        if len(fits) > 1:
            arms = [fit.arms[0][1] for fit in fits]
            self.emit(I.match(fits[0].arms[0][0], arms, labels), I.jump(following))
            return labels
        for subject, pattern in fits[0].arms:
            fine = self.emitter.label()
            self.emit(I.match(subject, [pattern], [fine]), I.jump(following), fine)
        return labels

    def fit(self, subjects: list[int], patterns: list[Node], own: bool = False) -> Fit:
        """What patterns ask of registers; binds their variables in `env`."""
        made = Fit()
        for subject, node in zip(subjects, patterns):
            if own and isinstance(node, Var) and node.name not in self.env and node.name != "_":
                self.bind(node.name, subject)
                continue
            pattern = self.pattern(node, made.steps)
            if pattern != Pattern.wildcard():
                made.arms.append((subject, pattern))
        made.env = self.env
        return made

    def take_apart(self, subject: int, node: Node, failed: Label) -> None:
        """One pattern; what does not fit goes to `failed`."""
        fit = self.fit([subject], [node])
        for register, pattern in fit.arms:
            fine = self.emitter.label()
            self.emit(I.match(register, [pattern], [fine]), I.jump(failed), fine)
        for step in fit.steps:
            step(failed)

    # ---- Patterns ------------------------------------------------------------------

    def pattern(self, node: Node, steps: list[Step]) -> Pattern:
        """The machine's pattern; what it cannot say is added to the steps."""
        if isinstance(node, Var):
            return self.variable(node, steps)
        if isinstance(node, Atom):
            return Pattern.value(atom(node.name))
        if isinstance(node, (Integer, Float)):
            return self.number(node)
        if isinstance(node, Nil):
            return Pattern.value(Value.nil())
        if isinstance(node, Text):
            return self.text(node, Nil(node.line), steps)
        if isinstance(node, Cons):
            head = self.pattern(node.head, steps)
            return Pattern.pair(head, self.pattern(node.tail, steps))
        if isinstance(node, Tuple):
            return Pattern.tuple([self.pattern(item, steps) for item in node.items])
        if isinstance(node, Map) and node.base is None:
            return self.map(node, steps)
        if isinstance(node, Binary):
            return self.binary(node, steps)
        if isinstance(node, Match):
            return self.both(node, steps)
        if isinstance(node, Record) and node.base is None:
            return self.pattern(self.unit.record_pattern(node), steps)
        if isinstance(node, RecordField) and node.base is None:
            return self.pattern(self.unit.record_place(node), steps)
        if isinstance(node, Operation) and node.op == "++" and isinstance(node.left, Text):
            return self.text(node.left, node.right, steps)
        self.refuse(node, "this is no pattern; bind a variable here and test it in a guard")

    def variable(self, node: Var, steps: list[Step]) -> Pattern:
        if node.name == "_":
            return Pattern.wildcard()
        if node.name not in self.env:
            return Pattern.bind(self.bind(node.name))
        if node.name in self.plain:
            return Pattern.pin(self.env[node.name])
        found, known = self.emitter.register(), self.env[node.name]
        steps.append(lambda failed: self.must_be_exact(found, known, failed))
        return Pattern.bind(found)

    def number(self, node: Integer | Float) -> Pattern:
        if isinstance(node, Integer):
            return self.exactly(node)
        found, constant = self.emitter.register(), literal(node)
        assert constant is not None
        tests = [Guard.type(found, "number"), Guard.equal(found, constant)]
        return Pattern.guard(Pattern.bind(found), tests)

    def exactly(self, node: Node) -> Pattern:
        """What is written down, told apart from equal values as map keys are."""
        found, constant = self.emitter.register(), literal(node)
        assert constant is not None
        return Pattern.guard(Pattern.bind(found), [Guard.same(found, constant)])

    def text(self, node: Text, rest: Node, steps: list[Step]) -> Pattern:
        """A string as a list: compared as a whole, or code by code if more follows."""
        if isinstance(rest, Nil):
            return self.exactly(node)
        if len(node.text) > DEEPEST:
            self.refuse(node, f"a prefix is at most {DEEPEST} long; match it in two steps")
        made = self.pattern(rest, steps)
        for char in reversed(node.text):
            made = Pattern.pair(self.exactly(Integer(node.line, ord(char))), made)
        return made

    def map(self, node: Map, steps: list[Step]) -> Pattern:
        known: list[tuple[Value, Pattern]] = []
        found: int | None = None
        for entry in node.entries:
            if not entry.exact:
                self.refuse(entry, "a pattern asks for keys by ':='; write it instead of '=>'")
            key = literal(entry.key)
            if key is not None:
                known.append((key, self.pattern(entry.value, steps)))
                continue
            self.must_be_guard(entry.key)
            found = self.emitter.register() if found is None else found
            steps.append(self.keyed(found, entry.key, entry.value))
        made = Pattern.map(known) if known else Pattern.type("map")
        return made if found is None else Pattern.as_(found, made)

    def keyed(self, found: int, key: Node, wanted: Node) -> Step:
        """A key that is computed: looked up behind the match."""
        names = self.bind_later(wanted)

        def step(failed: Label) -> None:
            with self.emitter.temporaries():
                at, there = self.value(key), self.emitter.register()
                self.emit(I.has_index(there, found, at), I.jump_if_false(there, failed))
                self.emit(I.get_index(there, found, at))
                self.later(there, wanted, names, failed)

        return step

    def bind_later(self, node: Node) -> dict[str, int]:
        """Notes what a pattern in a step will bind, for the patterns after it."""
        before = dict(self.env)
        self.pattern(node, [])
        return before

    def later(self, subject: int, node: Node, before: dict[str, int], failed: Label) -> None:
        """A pattern in a step, where its variables are still new."""
        now = self.env
        self.env = before
        self.take_apart(subject, node, failed)
        self.env = now

    def both(self, node: Match, steps: list[Step]) -> Pattern:
        """`P = Q`: one of them is usually a variable."""
        first, second = node.pattern, node.value
        if isinstance(second, Var):
            first, second = second, first
        if isinstance(first, Var) and first.name not in self.env and first.name != "_":
            name = self.bind(first.name)
            return Pattern.as_(name, self.pattern(second, steps))
        found = self.emitter.register()
        inner = self.pattern(first, steps)
        names = self.bind_later(second)
        steps.append(lambda failed: self.later(found, second, names, failed))
        return Pattern.as_(found, inner)

    # ---- Binaries --------------------------------------------------------------------

    def binary(self, node: Binary, steps: list[Step]) -> Pattern:
        """A prefix of text and the rest are the machine's pattern, other segments steps."""
        segments = list(node.segments)
        prefix = b""
        while segments and isinstance(segments[0].value, Text):
            prefix += octets(segments[0].value, segments[0].kind)
            segments.pop(0)
        if not segments:
            return Pattern.bytes(prefix)
        if len(segments) == 1 and segments[0].kind == "binary" and segments[0].size is None:
            return Pattern.bytes(prefix, self.pattern(segments[0].value, steps))
        found = self.emitter.register()
        names = dict(self.env)
        for segment in segments:
            if not isinstance(segment.value, Text):
                self.pattern(segment.value, [])
        steps.append(lambda failed: self.segments(found, segments, names, failed))
        return Pattern.bytes(prefix, Pattern.bind(found))

    def segments(
        self, found: int, segments: list[Segment], names: dict[str, int], failed: Label
    ) -> None:
        """Walks along a binary; `rest` holds what is still to come."""
        env, self.env = self.env, names
        with self.emitter.temporaries():
            rest, part, size = self.emitter.registers(3)
            self.emit(I.move(rest, found))
            for n, segment in enumerate(segments):
                last = n == len(segments) - 1
                if isinstance(segment.value, Text):
                    text, fine = octets(segment.value, segment.kind), self.emitter.label()
                    arm = Pattern.bytes(text, Pattern.bind(rest))
                    self.emit(I.match(rest, [arm], [fine]), I.jump(failed), fine)
                    continue
                if segment.kind == "binary" and segment.size is None:
                    if not last:
                        self.refuse(segment, "only the last segment may be without a size")
                    self.take_apart(rest, segment.value, failed)
                    break
                self.segment_size(segment.size, segment.kind, size)
                name = "$binary" if segment.kind == "binary" else "$integer"
                self.library(part, name, [rest, size])
                fine = self.emitter.label()
                got, left = self.emitter.registers(2)
                arm = Pattern.tuple([Pattern.bind(got), Pattern.bind(left)])
                self.emit(I.match(part, [arm], [fine]), I.jump(failed), fine, I.move(rest, left))
                self.take_apart(got, segment.value, failed)
            else:
                fine = self.emitter.label()
                self.emit(I.match(rest, [Pattern.bytes(b"")], [fine]), I.jump(failed), fine)
        self.env = env

    def segment_size(self, size: Node | None, kind: str, into: int) -> None:
        """The size in octets."""
        if kind == "binary":
            assert size is not None
            self.value(size, into)
            return
        bits = 8 if size is None else size.value if isinstance(size, Integer) else 0
        if kind != "integer" or bits <= 0 or bits % 8:
            assert size is not None
            self.refuse(size, "an integer's size is a literal multiple of 8; shift what is not")
        self.emitter.constant(Value.integer(bits // 8), into)

    # ---- Of the operators ----------------------------------------------------------------

    def must_be_exact(self, a: int, b: int, failed: Label) -> None:
        raise NotImplementedError

    def guard(self, guard: list[list[Node]], failed: Label) -> None:
        raise NotImplementedError

    def must_be_guard(self, node: Node) -> None:
        raise NotImplementedError
