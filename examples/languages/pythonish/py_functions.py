"""Functions: their frames, defaults, closures, generators, comprehensions.

The frame of a function holds what it captures, its arguments, the receiver of a method, own names,
the registers of slow paths, and then what is needed for a moment. A default that is no constant is
evaluated where the function is defined, as in Python, and captured like a name.

A generator is two functions: one that takes the arguments, and a body that runs as a coroutine.
"""

from __future__ import annotations

import ast

from ionvm import Instruction, Value

from py_calls import Signature
from py_classes import Classes
from py_expressions import literal
from py_names import WALKED, Comprehension, FunctionNode, Scope, parameters

I = Instruction


class FunctionCompiler(Classes):
    """One function that is being compiled; the last layer of the compiler."""

    def function_value(
        self, node: FunctionNode, into: int, is_method: bool = False, name: str | None = None
    ) -> None:
        scope = self.program.names.scopes[node]
        if name is None:
            name = getattr(node, "name", "lambda")
            name = self.program.unique(name if self.scope.parent is None else f"{self.name}.{name}")
        made = self.inner_function(node, scope, name, is_method)
        captured = [self.places[name] for name in scope.captures]
        for default in odd_defaults(node).values():
            captured.append(self.expression(default, self.register()))
        if captured:
            self.emit(I.make_closure(into, made, None, captured))
        else:
            self.emit(I.load_const(into, Value.function_ref(made)))

    def inner_function(self, node: FunctionNode, scope: Scope, name: str, is_method: bool) -> str:
        """Compiles a function and adds it to the program; returns its name."""
        spec = node.args
        if is_method and not [*spec.posonlyargs, *spec.args]:
            remedy = "add `self` as the first parameter, or @staticmethod"
            raise self.fail(node, "a method without a receiver", remedy)
        signature = Signature.of(spec, int(is_method))
        names = [*scope.captures, *[f"default {name}" for name in odd_defaults(node)]]
        made = FunctionCompiler(
            self.program, name, scope, self.class_,
            arity=len(signature.names), captures=len(names),
            optional=len(signature.names) if signature.has_packet else signature.optional,
            rest=bool(signature.rest) or signature.has_packet,
        )  # fmt: skip
        made.start_leaving()
        made.line(node)
        made.begin(node, signature, names, is_method)
        if scope.is_generator:
            made.make_generator(node)
        else:
            made.make_cells()
            made.body(node)
        made.place_later([])
        self.program.add(made.function(), signature)
        return name

    def body(self, node: FunctionNode) -> None:
        if isinstance(node, ast.Lambda):
            self.emit(I.return_(self.expression(node.body)))
        else:
            self.block(node.body)
            self.emit(I.return_(self.constant(Value.unit())))

    # ---- The frame ------------------------------------------------------------

    def begin(
        self, node: FunctionNode, signature: Signature, captures: list[str], is_method: bool
    ) -> None:
        """Lays out the frame, and gives missing arguments their defaults."""
        for place, name in enumerate([*captures, *signature.names]):
            self.places[name] = place
        self.take_captures()
        others = self.captures + self.arity
        if signature.rest:
            self.places[signature.rest] = others
        if is_method:
            receiver = [*node.args.posonlyargs, *node.args.args][0].arg
            self.places[receiver] = self.register()
            self.emit(I.load_this(self.places[receiver]))
            if self.scope.bound[receiver] == 1 and receiver not in self.scope.cells:
                self.receiver = receiver
        for name in self.scope.own:
            if name not in self.places:
                self.places[name] = self.register()
                self.call_it(name, self.places[name])
        self.reserve()
        if signature.has_packet:
            self.take_packet(signature, others)
        self.give_defaults(node, signature)
        if signature.rest:
            self.emit(I.call_native(others, "tuple.from_array", [others]))
        self.sure |= {arg.arg for arg in parameters(node)}

    def take_captures(self) -> None:
        """Notes which of the captured names are cells; the others are arguments further out."""
        for name in self.scope.captures:
            home = self.scope.home(name)
            assert home is not None
            if name in home.cells:
                self.cells.add(name)
            else:
                self.sure.add(name)

    def take_packet(self, signature: Signature, others: int) -> None:
        """Takes arguments by keyword out of the packet, which is the last argument if there."""
        with self.temporaries():
            packet, key = self.registers(2)
            self.runtime(packet, "take_packet", [others])
            for name in signature.keywords:
                self.constant(Value.string(name), key)
                self.runtime(self.places[name], "take_keyword", [packet, key])
            self.constant(Value.string(self.name), key)
            if signature.others is None:
                self.runtime(key, "no_more_keywords", [packet, key])
            else:
                self.emit(I.move(self.places[signature.others], packet))
            if signature.rest is None:
                self.constant(Value.string(self.name), key)
                self.runtime(key, "no_more_arguments", [others, key])

    def give_defaults(self, node: FunctionNode, signature: Signature) -> None:
        """Fills what was not given; without a default, that is an error."""
        defaults, odd = all_defaults(node), odd_defaults(node)
        for name in [*signature.names, *signature.keywords]:
            if name in defaults or signature.has_packet:
                self.give_default(name, defaults.get(name), name in odd)

    def give_default(self, name: str, default: ast.expr | None, is_odd: bool) -> None:
        """Fills one parameter if it was not given."""
        place, back = self.places[name], self.label()
        constant = literal(default) if default is not None else None

        def give() -> None:
            if is_odd:
                self.emit(I.move(place, self.places[f"default {name}"]))
            elif constant is not None:
                self.constant(constant, place)
            else:
                self.constant(Value.string(self.name), self.error)
                self.constant(Value.string(name), self.other)
                self.runtime(place, "missing", [self.error, self.other], self.spare)
            self.emit(I.jump(back))

        self.emit(I.jump_if_undefined(place, self.later(give)), back)

    def make_cells(self) -> None:
        """Moves what inner functions share into cells."""
        for name in self.scope.own:
            if name in self.scope.cells:
                self.cells.add(name)
                self.emit(I.make_cell(self.places[name], self.places[name]))

    # ---- Generators and comprehensions --------------------------------------------

    def make_generator(self, node: FunctionNode) -> None:
        """What was begun takes the arguments; the body is a function of its own."""
        names = [arg.arg for arg in parameters(node)]
        body = FunctionCompiler(
            self.program, f"{self.name}.body", self.scope, self.class_,
            arity=len(names), captures=len(self.scope.captures),
        )  # fmt: skip
        body.start_leaving()
        body.line(node)
        for place, name in enumerate([*self.scope.captures, *names]):
            body.places[name] = place
        body.take_captures()
        for name in self.scope.own:
            if name not in body.places:
                body.places[name] = body.register()
        body.reserve()
        body.sure |= set(names)
        body.make_cells()
        body.body(node)
        body.place_later([])
        self.program.add(body.function(), None)
        self.run_as_generator(
            body.name, [self.places[n] for n in self.scope.captures],
            [self.places[name] for name in names], self.spare,
        )  # fmt: skip
        self.emit(I.return_(self.spare))

    def run_as_generator(
        self, name: str, captures: list[int], arguments: list[int], into: int
    ) -> None:
        """Makes the generator of a body."""
        with self.temporaries():
            made = self.register()
            self.emit(I.make_closure(made, name, None, captures), I.co_new(made, made, arguments))
            self.runtime(into, "generator_of", [made])

    def comprehension(self, node: ast.expr, into: int) -> None:
        """A comprehension is a function of what it walks first."""
        assert isinstance(node, Comprehension)
        scope = self.program.names.scopes[node]
        name = self.program.unique(f"{self.name}.comprehension")
        inner = FunctionCompiler(
            self.program, name, scope, self.class_, arity=1, captures=len(scope.captures)
        )
        inner.start_leaving()
        for place, captured in enumerate([*scope.captures, WALKED]):
            inner.places[captured] = place
        inner.take_captures()
        inner.line(node)
        for own in scope.own:
            if own not in inner.places:
                inner.places[own] = inner.register()
        inner.reserve()
        inner.make_cells()
        result = inner.register()
        inner.collect(node, result)
        inner.emit(I.return_(result))
        inner.place_later([])
        self.program.add(inner.function(), None)
        walked = self.expression(node.generators[0].iter)
        captures = [self.places[name] for name in scope.captures]
        if isinstance(node, ast.GeneratorExp):
            self.run_as_generator(name, captures, [walked], into)
            return
        function = self.register()
        self.emit(I.make_closure(function, name, None, captures))
        self.emit(I.call(into, function, [walked]))

    def collect(self, node: Comprehension, result: int) -> None:
        """The loops of a comprehension, around what it makes."""
        if isinstance(node, ast.ListComp):
            self.emit(I.array_init(result, []))
        elif isinstance(node, ast.DictComp):
            self.emit(I.map_init(result, []))
        elif isinstance(node, ast.SetComp):
            self.runtime(result, "empty_set", [])
        else:
            self.constant(Value.unit(), result)

        def add() -> None:
            if isinstance(node, ast.DictComp):
                key, value = self.expression(node.key), self.expression(node.value)
                self.put_index(result, key, value, node.key)
            elif isinstance(node, ast.ListComp):
                self.emit(I.array_push(result, self.expression(node.elt)))
            elif isinstance(node, ast.SetComp):
                self.runtime(self.other, "set_add", [result, self.expression(node.elt)])
            else:
                self.emit(I.co_yield(self.other, self.expression(node.elt)))

        def loop(index: int) -> None:
            if index == len(node.generators):
                with self.temporaries():
                    add()
                return
            part, end = node.generators[index], self.label()

            def body() -> None:
                past = self.label()
                for test in part.ifs:
                    self.branch(test, past, False)
                loop(index + 1)
                self.emit(past)

            if index == 0:
                self.walk_value(part.target, self.places[WALKED], end, end, body)
            else:
                self.walk(part.target, part.iter, end, end, body)
            self.emit(end)

        loop(0)


def all_defaults(node: FunctionNode) -> dict[str, ast.expr]:
    """The parameters that have a default, with it."""
    spec = node.args
    names = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
    found = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults, strict=True))
    for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if default is not None:
            found[arg.arg] = default
    return found


def odd_defaults(node: FunctionNode) -> dict[str, ast.expr]:
    """Those of them that are no constants."""
    return {name: part for name, part in all_defaults(node).items() if literal(part) is None}
