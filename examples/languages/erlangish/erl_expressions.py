"""Expressions: terms, variables, matches, calls and funs.

A call of a function of this module is a call of a constant; of another module, of a constant
that is looked up at the call, so that newer code is picked up. A module that is known when this
one is compiled, but has no such function, raises `undef` as in Erlang.

The modules in `lib` are written in the language, and in two more ways to call:
`native:'module.name'(...)` is a native function of the machine, `machine:name(...)` one of its
instructions.
"""

from __future__ import annotations

from functools import partial

from ionvm import Instruction, Pattern, Value

from erl_core import TAIL, I, octets
from erl_nodes import (
    Atom, Binary, Block, Call, Clause, Cons, Fun, FunName, Integer, Map, Match, Nil, Node,
    Record, RecordField, Remote, Segment, Text, Tuple, Var, all_variables,
)  # fmt: skip
from erl_operators import TYPES, Operators

__all__ = ["Expressions"]

#: Instructions without a result, for `machine:NAME(...)`.
NO_RESULT = frozenset({"exit_signal", "link", "send", "sleep", "unlink"})


class Expressions(Operators):
    """Values that are built, named and called for."""

    # ---- Terms ---------------------------------------------------------------------------

    def on_Var(self, node: Var, into: int | None) -> int:
        if node.name == "_":
            self.refuse(node, "_ has no value; give the variable a name")
        if node.name not in self.env:
            if node.name in self.unsafe:
                self.refuse(
                    node,
                    f"variable {node.name} is unsafe: not all branches of line "
                    f"{self.unsafe[node.name]} bind it; bind it in all of them",
                )
            self.refuse(node, f"variable {node.name} is unbound; bind it before")
        if into is not None:
            self.emit(I.move(into, self.env[node.name]))
            return into
        return self.env[node.name]

    def on_Cons(self, node: Cons, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            items: list[int] = []
            rest: Node = node
            while isinstance(rest, Cons):
                items.append(self.value(rest.head))
                rest = rest.tail
            made = self.value(rest, self.emitter.register())
            for item in reversed(items):
                self.emit(I.pair_init(made, item, made))
            self.emit(I.move(dst, made))
        return dst

    def on_Tuple(self, node: Tuple, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            self.emit(I.tuple_init(dst, self.values(node.items)))
        return dst

    def on_Map(self, node: Map, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            base = None if node.base is None else self.value(node.base)
            entries = [(self.value(entry.key), self.value(entry.value)) for entry in node.entries]
            self.at(node.line)
            if base is None:
                self.emit(I.map_init(dst, entries))
                return dst
            self.require_map(base)
            made = self.emitter.register()
            self.emit(I.call_native(made, "map.copy", [base]))
            for entry, (key, value) in zip(node.entries, entries):
                if entry.exact:
                    there = self.emitter.register()
                    self.emit(I.has_index(there, made, key))
                    self.emit(I.jump_if_false(there, self.failure("badkey", key)))
                self.emit(I.set_index(made, key, value))
            self.emit(I.move(dst, made))
        return dst

    def require_map(self, subject: int) -> None:
        fine, failed = self.emitter.label(), self.failure("badmap", subject)
        self.emit(I.match(subject, [Pattern.type("map")], [fine]), I.jump(failed), fine)

    def on_Binary(self, node: Binary, into: int | None) -> int:
        dst = self.place(into)
        with self.emitter.temporaries():
            parts = [self.segment(segment) for segment in node.segments]
            self.at(node.line)
            self.emit(I.bytes_init(dst, parts))
        return dst

    def segment(self, node: Segment) -> int:
        """The octets that a segment adds."""
        if isinstance(node.value, Text) and node.kind in ("text", "utf8"):
            return self.emitter.constant(Value.bytes(octets(node.value, node.kind)))
        part, size = self.emitter.registers(2)
        value = self.value(node.value)
        self.at(node.line)
        if node.kind == "utf8":
            return self.library(part, "$utf8", [value])
        if node.kind == "binary" and node.size is None:
            fine, failed = self.emitter.label(), self.failure("badarg")
            self.emit(I.match(value, [Pattern.type("bytes")], [fine]), I.jump(failed), fine)
            return value
        self.segment_size(node.size, node.kind, size)
        name = "$part" if node.kind == "binary" else "$octets"
        return self.library(part, name, [value, size])

    def on_Record(self, node: Record, into: int | None) -> int:
        if node.base is None:
            return self.value(self.unit.record_value(node), into)
        dst = self.place(into)
        fields = self.unit.record_fields(node, node.name)
        self.unit.record_places(node)
        with self.emitter.temporaries():
            base = self.value(node.base)
            parts = self.emitter.registers(len(fields))
            self.take_record(node, base, dict(enumerate(parts)))
            for name, value in node.values.items():
                self.value(value, parts[[field for field, _ in fields].index(name)])
            tag = self.emitter.constant(Value.atom(node.name))
            self.emit(I.tuple_init(dst, [tag, *parts]))
        return dst

    def on_RecordField(self, node: RecordField, into: int | None) -> int:
        place = self.unit.record_place(node)
        if node.base is None:
            return self.value(place, into)
        dst = self.place(into)
        with self.emitter.temporaries():
            self.take_record(node, self.value(node.base), {place.value - 2: dst})
        return dst

    def take_record(self, node: Record | RecordField, base: int, parts: dict[int, int]) -> None:
        """Reads fields, by place, of a tuple that must be the record."""
        count = len(self.unit.record_fields(node, node.name))
        inner = [
            Pattern.bind(parts[n]) if n in parts else Pattern.wildcard() for n in range(count)
        ]
        pattern = Pattern.tuple([Pattern.value(Value.atom(node.name)), *inner])
        self.at(node.line)
        fine, failed = self.emitter.label(), self.failure("badrecord", base)
        self.emit(I.match(base, [pattern], [fine]), I.jump(failed), fine)

    def on_Match(self, node: Match, into: int | None) -> int:
        pattern = node.pattern
        if isinstance(pattern, Var) and pattern.name not in self.env and pattern.name != "_":
            # Not bound before its own value is there.
            self.value(node.value, self.home[pattern.name])
            self.bind(pattern.name)
            if self.is_plain(node.value):
                self.plain.add(pattern.name)
            return self.on_Var(pattern, into)
        found = self.value(node.value, self.place(into))
        self.at(node.line)
        self.take_apart(found, pattern, self.failure("badmatch", found))
        if isinstance(pattern, Tuple) and self.is_plain(node.value):
            self.plain |= {item.name for item in pattern.items if isinstance(item, Var)}
        return found

    def on_Block(self, node: Block, into: int | None) -> int:
        dst = self.place(into)
        return self.body(node.body, dst)

    # ---- Calls -----------------------------------------------------------------------------

    def on_Call(self, node: Call, into: int | None) -> int:
        if self.type_test(node) is not None:
            return self.returned(self.logic(node, None if into == TAIL else into), into)
        function = node.function
        if isinstance(function, Remote):
            module, name = function.module, function.function
            if isinstance(module, Atom) and isinstance(name, Atom):
                return self.remote(node, module.name, name.name, into)
            args: Node = Nil(node.line)
            for arg in reversed(node.args):
                args = Cons(node.line, arg, args)
            return self.remote(
                Call(node.line, function, [module, name, args]), "erlang", "apply", into
            )
        if isinstance(function, Atom):
            count = len(node.args)
            if self.unit.has(function.name, count):
                constant = Value.function_ref(function.name, arity=count)
                return self.call(node.line, constant, node.args, into)
            if self.unit.knows("erlang", function.name, count) or function.name in INLINE:
                return self.remote(node, "erlang", function.name, into)
            self.refuse(
                node,
                f"function {function.name}/{count} is undefined; write it, or name its module",
            )
        return self.call_value(node, into)

    def returned(self, dst: int, into: int | None) -> int:
        """What no tail call makes is returned."""
        if into == TAIL:
            self.emit(I.return_(dst))
            return TAIL
        return dst

    def remote(self, node: Call, module: str, name: str, into: int | None) -> int:
        """A call of a function of a module by names that are written down."""
        if module == "erlang" and (name, len(node.args)) in INLINE[name if name in INLINE else ""]:
            return self.returned(self.inline(node, name, None if into == TAIL else into), into)
        if self.unit.is_library and module in ("native", "machine"):
            dst = self.place(None if into == TAIL else into)
            with self.emitter.temporaries():
                self.machine(node, module, name, dst)
            return self.returned(dst, into)
        if self.unit.knows(module, name, len(node.args)):
            constant = Value.extern(module, name, len(node.args))
            return self.call(node.line, constant, node.args, into)
        args: Node = Nil(node.line)
        for arg in reversed(node.args):
            args = Cons(node.line, arg, args)
        undefined = Value.extern("erlang", "apply", 3)
        return self.call(
            node.line, undefined, [Atom(node.line, module), Atom(node.line, name), args], into
        )

    def call(self, line: int, constant: Value, args: list[Node], into: int | None) -> int:
        dst = TAIL if into == TAIL else self.place(into)
        with self.emitter.temporaries():
            read = self.values(args)
            function = self.emitter.constant(constant)
            self.at(line)
            if dst == TAIL:
                self.emit(I.tail_call(function, read))
            else:
                self.emit(I.call(dst, function, read))
        return dst

    def call_value(self, node: Call, into: int | None) -> int:
        """A call of a fun. The machine's own complaint is looked at only if there is one."""
        dst = TAIL if into == TAIL else self.place(into)
        with self.emitter.temporaries():
            function = self.value(node.function)
            read = self.values(node.args)
            value, info = self.emitter.registers(2)
            self.at(node.line)
            start, end = self.emitter.label(), self.emitter.label()
            made = I.tail_call(function, read) if dst == TAIL else I.call(dst, function, read)
            self.emit(start, made, end)
            bad = self.aside(partial(self.bad_call, value, info, function, read))
            self.emitter.protect(start, end, bad, value, info)
        return dst

    def bad_call(self, value: int, info: int, function: int, args: list[int]) -> None:
        """`badfun` or `badarity` if this call was wrong; else what happened inside goes on."""
        given, fine = self.emitter.register(), self.emitter.label()
        self.emit(I.tuple_init(given, args))
        self.library(given, "bad_call", [value, function, given], "erl_errors")
        self.emit(I.match(given, [Pattern.value(Value.boolean(False))], [fine]))
        self.raise_error(given)
        self.emit(fine, I.rethrow(value, info))

    def inline(self, node: Call, name: str, into: int | None) -> int:
        """Functions of the language that are an instruction."""
        dst = self.place(into)
        with self.emitter.temporaries():
            args = self.values(node.args)
            self.at(node.line)
            if name == "self":
                self.emit(I.self_pid(dst))
            elif name == "make_ref":
                self.emit(I.make_ref(dst))
            elif name == "throw":
                self.emit(I.throw(args[0]))
            elif name == "exit":
                self.emit(I.exit(args[0]))
            elif name == "error":
                self.raise_error(args[0])
            else:
                part = Pattern.bind(dst)
                pair = (part, Pattern.wildcard()) if name == "hd" else (Pattern.wildcard(), part)
                self.require(args[0], Pattern.pair(*pair), "badarg")
        return dst

    def machine(self, node: Call, module: str, name: str, dst: int) -> None:
        """An instruction or a native function, for the runtime."""
        if module == "machine" and name in ("get_global", "set_global"):
            key = node.args[0]
            assert isinstance(key, Atom)
            if name == "get_global":
                self.emit(I.get_global(dst, key.name))
            else:
                self.emit(I.set_global(key.name, self.value(node.args[1], dst)))
            return
        # No instruction takes a list of code points: these are the words of its flags.
        flags = [part.text for part in node.args if isinstance(part, Text) and name != "text"]
        given = node.args[: -len(flags) or None]
        args = self.values(given)
        self.at(node.line)
        if module == "native":
            self.emit(I.call_native(dst, name, args))
        elif name == "text":
            # The machine's own strings are no terms of the language.
            assert isinstance(node.args[0], Text)
            self.emitter.constant(Value.string(node.args[0].text), dst)
        elif name == "call_spread":
            self.emit(I.call_spread(dst, args[0], None, args[1]))
        elif name == "spawn":
            self.emit(I.spawn(dst, args[0], args[1:], link=flags == ["link"]))
        elif name == "spawn_opts":
            reference = self.emitter.register()
            self.emit(I.spawn_opts(dst, reference, *args), I.tuple_init(dst, [dst, reference]))
        else:
            make = getattr(Instruction, name)
            if name in NO_RESULT:
                self.emit(make(*args))
                self.emitter.constant(Value.boolean(True), dst)
            else:
                self.emit(make(dst, *args, *flags))

    # ---- Funs ---------------------------------------------------------------------------------

    def on_Fun(self, node: Fun, into: int | None) -> int:
        captured = sorted(set(all_variables(node)) & self.env.keys())
        name = self.unit.fun(self, node, captured)
        dst = self.place(into)
        self.emit(I.make_closure(dst, name, None, [self.env[name] for name in captured]))
        return dst

    def on_FunName(self, node: FunName, into: int | None) -> int:
        name, arity = node.name, node.arity
        if (written_out := self.in_place(node)) is not None:
            return self.on_Fun(written_out, into)
        if node.module is None and isinstance(name, Atom) and isinstance(arity, Integer):
            if self.unit.has(name.name, arity.value):
                constant = Value.function_ref(name.name, arity=arity.value)
                return self.emitter.constant(constant, into)
            if not self.unit.knows("erlang", name.name, arity.value):
                self.refuse(
                    node, f"function {name.name}/{arity.value} is undefined; write it before use"
                )
        module = node.module or Atom(node.line, "erlang")
        if isinstance(module, Atom) and isinstance(name, Atom) and isinstance(arity, Integer):
            if self.unit.knows(module.name, name.name, arity.value):
                constant = Value.extern(module.name, name.name, arity.value)
                return self.emitter.constant(constant, into)
        dst = self.place(into)
        with self.emitter.temporaries():
            args = self.values([module, name, arity])
            self.at(node.line)
            self.library(dst, "make_fun", args)
        return dst


    def in_place(self, node: FunName) -> Fun | None:
        """The fun that calls what is compiled in place and so is no function."""
        name, arity = node.name, node.arity
        if isinstance(name, Atom) and isinstance(arity, Integer):
            args: list[Node] = [Var(node.line, f"A{n}") for n in range(arity.value)]
            function = name if node.module is None else Remote(node.line, node.module, name)
            call = Call(node.line, function, args)
            inlined = (name.name, arity.value) in INLINE.get(name.name, ())
            if self.built_in(call) and (inlined or name.name in TYPES and arity.value == 1):
                return Fun(node.line, None, [Clause(node.line, args, [], [call])])
        return None


#: Functions of the language that are compiled in place, with their arities.
INLINE: dict[str, set[tuple[str, int]]] = {
    name: {(name, arity)}
    for name, arity in [
        ("self", 0), ("make_ref", 0), ("throw", 1), ("exit", 1), ("error", 1), ("hd", 1), ("tl", 1),
    ]
} | {"": set()}  # fmt: skip
