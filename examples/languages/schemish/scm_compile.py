"""Nodes become instructions.

`to(node, dst)` compiles an expression into a register, or, with `TAIL`, out of the function: then
a call becomes `tail_call`. `value(node)` tells in which register the value is, without a move
where it has one already. `branch(node, target, when)` compiles a test to jumps, without making a
boolean. Only `#f` is false here, while the machine knows more false values: hence the `match`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from emitter import Emitter
from ionvm import Function, Instruction, Label, Module, Pattern, Value
from scm_primitives import FALSE, KINDS, PRIMITIVES, instruction
from scm_tree import (
    Call, Const, Define, Global, Guard, If, Jump, Lambda, Let, Library, Local, Loop, Node,
    Primitive, Reraise, Seq, SetLocal, Variable,
)  # fmt: skip

__all__ = ["ESCAPES", "LIBRARY", "Unit"]

#: The classes of the library: what is written in the language, and what is not.
LIBRARY = "Scheme"
ESCAPES = {"call/cc": "call", "call-with-current-continuation": "call"}
#: Instead of a register: the value is what the function returns.
TAIL = -1


class Unit:
    """One class: the functions of a program or of the library."""

    def __init__(self, name: str, main: Lambda) -> None:
        self.name = name
        self.functions: list[Function] = []
        self.names = {"(program)"}
        body = FunctionBody(self, main, "(program)", exported=True)
        self.functions.insert(0, body.finish())

    def module(self) -> Module:
        """The class."""
        return Module(self.name, self.functions)

    def unique(self, name: str) -> str:
        """A name that no other function of the class has."""
        made, count = name, 1
        while made in self.names:
            count += 1
            made = f"{name}#{count}"
        self.names.add(made)
        return made

    def add(self, function: Lambda, name: str, *, exported: bool = False) -> str:
        """Compiles a function; returns what it is called."""
        name = self.unique(name)
        self.functions.append(FunctionBody(self, function, name, exported=exported).finish())
        return name


class FunctionBody:
    """One function while it is compiled."""

    def __init__(self, unit: Unit, function: Lambda, name: str, *, exported: bool) -> None:
        self.unit, self.function, self.name = unit, function, name
        captures, parameters = function.captures, function.parameters
        self.emitter = Emitter(
            name,
            function.place.file,
            arity=len(parameters) - function.rest,
            captures=len(captures),
            rest=function.rest,
            exported=exported,
        )
        #: Where each variable is, where loops begin, and what guards have caught.
        self.home = {variable: at for at, variable in enumerate([*captures, *parameters])}
        self.tops: dict[Loop, Label] = {}
        self.caught: dict[Guard, tuple[int, int]] = {}
        #: What is rarely run stands behind the rest.
        self.later: list[Callable[[], None]] = []
        self.emitter.at(function.place.line)
        if function.rest:
            rest = self.home[parameters[-1]]
            self.emit(Instruction.call_native(rest, "list.from_array", [rest]))
        for variable in parameters:
            self.box(variable)
        itself = function.itself
        if itself is not None and itself in function.free and not itself.boxed:
            self.home[itself] = self.emitter.register()
            self.emit(Instruction.load_callee(self.home[itself]))

    def finish(self) -> Function:
        """All of it. The program itself ends in no tail call: a trace is to have its place."""
        if self.function.outer is None:
            self.to(self.function.body, self.emitter.register())
            self.nothing(TAIL)
        else:
            self.to(self.function.body, TAIL)
        self.flush()
        return self.emitter.function()

    def emit(self, *items: Instruction | Label) -> None:
        self.emitter.emit(*items)

    def flush(self) -> None:
        """Emits what was put off."""
        while self.later:
            self.later.pop(0)()

    def box(self, variable: Variable) -> None:
        """Puts the value of a variable that needs one into a cell."""
        if variable.boxed:
            register = self.home[variable]
            self.emit(Instruction.make_cell(register, register))

    # ---- Expressions --------------------------------------------------------

    def to(self, node: Node, dst: int) -> None:
        """Compiles an expression into a register, or as what the function returns."""
        method = getattr(self, "to_" + type(node).__name__.lower(), None)
        if method is not None:
            method(node, dst)
            return
        if dst != TAIL:
            self.simple(node, dst)
            return
        with self.emitter.temporaries():
            register = self.value(node)
            self.emit(Instruction.return_(register))

    def value(self, node: Node) -> int:
        """Compiles an expression; returns the register that holds its value."""
        if isinstance(node, Local):
            variable = node.variable
            # What follows could assign it before the value is used.
            if not variable.boxed and not variable.assigned:
                return self.home[variable]
        register = self.emitter.register()
        self.to(node, register)
        return register

    def simple(self, node: Node, dst: int) -> None:
        """What has no inner expressions in tail position."""
        if isinstance(node, Const):
            self.emitter.constant(node.value, dst)
        elif isinstance(node, Local):
            self.local(node, dst)
        elif isinstance(node, Library):
            owner = "Escape" if node.name in ESCAPES else LIBRARY
            name = ESCAPES.get(node.name, node.name)
            self.emitter.constant(Value.extern(owner, name), dst)
        elif isinstance(node, Global):
            self.global_(node, dst)
        elif isinstance(node, Lambda):
            self.closure(node, dst)
        elif isinstance(node, Primitive):
            self.primitive(node, dst)
        else:
            raise AssertionError(node)

    def local(self, node: Local, dst: int) -> None:
        variable, register = node.variable, self.home[node.variable]
        if not variable.boxed:
            self.emit(Instruction.move(dst, register))
            return
        self.emit(Instruction.cell_get(dst, register))
        if variable.early:
            self.defined(dst, variable.name, node)

    def global_(self, node: Global, dst: int) -> None:
        definition = node.definition
        if definition.constant:
            function = cast("Lambda", definition.function)
            arity = len(function.parameters) - function.rest
            self.emitter.constant(Value.function_ref(definition.name, arity=arity), dst)
            return
        self.emit(Instruction.get_global(dst, definition.name))
        self.defined(dst, definition.name, node)

    def defined(self, register: int, name: str, node: Node) -> None:
        """Raises an error if a variable has no value yet."""
        self.emitter.at(node.place.line)
        missing = self.emitter.label()
        self.emit(Instruction.jump_if_undefined(register, missing))
        self.complain(missing, "$undefined", Value.string(name), None, node)

    def closure(self, node: Lambda, dst: int) -> None:
        name = self.unit.add(node, f"{self.name}/{node.name}")
        captures = [self.home[variable] for variable in node.captures]
        if captures:
            self.emit(Instruction.make_closure(dst, name, None, captures))
        else:
            self.emitter.constant(Value.function_ref(name), dst)

    def to_seq(self, node: Seq, dst: int) -> None:
        for item in node.items[:-1]:
            with self.emitter.temporaries():
                self.to(item, self.emitter.register())
        self.to(node.items[-1], dst)

    def to_define(self, node: Define, dst: int) -> None:
        definition, value = node.definition, node.value
        if definition.constant:
            exported = self.unit.name == LIBRARY
            self.unit.add(cast("Lambda", value), definition.name, exported=exported)
        else:
            with self.emitter.temporaries():
                self.emit(Instruction.set_global(definition.name, self.value(value)))
        self.nothing(dst)

    def to_setlocal(self, node: SetLocal, dst: int) -> None:
        register = self.home[node.variable]
        with self.emitter.temporaries():
            value = self.emitter.register()
            self.to(node.value, value)
            write = Instruction.cell_set if node.variable.boxed else Instruction.move
            self.emit(write(register, value))
        self.nothing(dst)

    def nothing(self, dst: int) -> None:
        """The value of what has none."""
        with self.emitter.temporaries():
            register = self.emitter.register() if dst == TAIL else dst
            self.emitter.constant(Value.unit(), register)
            if dst == TAIL:
                self.emit(Instruction.return_(register))

    # ---- Bindings and loops -------------------------------------------------

    def to_let(self, node: Let, dst: int) -> None:
        with self.emitter.temporaries():
            for variable in node.variables if node.recursive else []:
                self.home[variable] = self.emitter.register()
                if variable.boxed:
                    self.emitter.constant(Value.undefined(), self.home[variable])
                    self.box(variable)
            for variable, value in zip(node.variables, node.values):
                if not node.recursive:
                    register = self.emitter.register()
                    self.to(value, register)
                    self.home[variable] = register
                    self.box(variable)
                elif variable.boxed:
                    with self.emitter.temporaries():
                        self.emit(Instruction.cell_set(self.home[variable], self.value(value)))
                else:
                    self.to(value, self.home[variable])
            self.to(node.body, dst)

    def to_loop(self, node: Loop, dst: int) -> None:
        with self.emitter.temporaries():
            registers = self.emitter.registers(len(node.variables))
            for register, value in zip(registers, node.values):
                self.to(value, register)
            self.home.update(zip(node.variables, registers))
            self.tops[node] = self.emitter.label()
            self.emit(self.tops[node])
            for variable in node.variables:
                # Each turn has variables of its own.
                self.box(variable)
            self.to(node.body, dst)

    def to_jump(self, node: Jump, dst: int) -> None:
        with self.emitter.temporaries():
            homes = [self.home[variable] for variable in node.loop.variables]
            # All values first: each may use variables that others are about to change.
            values = [self.value(value) for value in node.values]
            moves = [(home, value) for home, value in zip(homes, values) if home != value]
            for at, (home, value) in enumerate(moves):
                if value in homes:
                    kept = self.emitter.register()
                    self.emit(Instruction.move(kept, value))
                    moves[at] = home, kept
            self.emit(*(Instruction.move(home, value) for home, value in moves))
        self.emit(Instruction.jump(self.tops[node.loop]))

    # ---- Calls --------------------------------------------------------------

    def to_call(self, node: Call, dst: int) -> None:
        with self.emitter.temporaries():
            known = isinstance(node.function, (Library, Global))
            function = -1 if known else self.value(node.function)
            arguments = [self.value(argument) for argument in node.arguments]
            if known:
                function = self.value(node.function)
            self.emitter.at(node.place.line)
            raises = isinstance(node.function, Library) and node.function.name == "error"
            if dst == TAIL and not raises:
                self.emit(Instruction.tail_call(function, arguments))
            else:
                # What raises an error never returns, and is to be seen in the trace.
                self.emit(Instruction.call(function if raises else dst, function, arguments))

    def primitive(self, node: Primitive, dst: int) -> None:
        entry = PRIMITIVES.get(node.name)
        if entry is not None and entry.pattern is not None:
            self.truth(node, dst)
            return
        with self.emitter.temporaries():
            arguments = [self.value(argument) for argument in node.arguments]
            self.emitter.at(node.place.line)
            if entry is None:
                self.emit(instruction(node.name, dst, arguments))
                return
            for register, argument, kind in zip(arguments, node.arguments, entry.wants):
                self.check(register, argument, kind, node)
            assert entry.make is not None
            self.emit(entry.make(dst, arguments))

    def check(self, register: int, argument: Node, kind: str, node: Primitive) -> None:
        """Raises an error if an operand is not what it must be, unless that is known before."""
        if isinstance(argument, Primitive) and argument.name in PRIMITIVES:
            if PRIMITIVES[argument.name].gives == kind:
                return
        if isinstance(argument, Const) and kind == "number":
            if argument.value.kind in ("integer", "number"):
                return
        fine, wrong = self.emitter.label(), self.emitter.label()
        self.emit(
            Instruction.match(register, [(KINDS[kind], fine)]), Instruction.jump(wrong), fine
        )
        said = Value.string(f"{node.name} takes a {kind}, not")
        self.complain(wrong, "$wrong", said, register, node)

    def complain(
        self, label: Label, function: str, said: Value, about: int | None, node: Node
    ) -> None:
        """Puts off the code that raises an error by a function of the library."""
        with self.emitter.temporaries():
            callee, text = self.emitter.registers(2)

        def code() -> None:
            self.emit(label)
            self.emitter.at(node.place.line)
            self.emitter.constant(Value.extern(LIBRARY, function), callee)
            self.emitter.constant(said, text)
            arguments = [text] if about is None else [text, about]
            self.emit(Instruction.call(callee, callee, arguments))

        self.later.append(code)

    # ---- Conditions ---------------------------------------------------------

    def to_if(self, node: If, dst: int) -> None:
        otherwise, end = self.emitter.label(), self.emitter.label()
        self.branch(node.test, otherwise, when=False)
        self.to(node.then, dst)
        if dst != TAIL:
            self.emit(Instruction.jump(end))
        self.emit(otherwise)
        self.to(node.otherwise, dst)
        self.emit(end)

    def truth(self, node: Node, dst: int) -> None:
        """A test whose value is wanted."""
        otherwise, end = self.emitter.label(), self.emitter.label()
        self.branch(node, otherwise, when=False)
        self.emitter.constant(True, dst)
        self.emit(Instruction.jump(end), otherwise)
        self.emitter.constant(False, dst)
        self.emit(end)

    def branch(self, node: Node, target: Label, *, when: bool) -> None:
        """Jumps to the target if the value is true, or if it is false; else goes on."""
        entry = PRIMITIVES.get(node.name) if isinstance(node, Primitive) else None
        if isinstance(node, Const):
            if (node.value != Value.boolean(False)) == when:
                self.emit(Instruction.jump(target))
        elif isinstance(node, If):
            otherwise, end = self.emitter.label(), self.emitter.label()
            self.branch(node.test, otherwise, when=False)
            self.branch(node.then, target, when=when)
            self.emit(Instruction.jump(end), otherwise)
            self.branch(node.otherwise, target, when=when)
            self.emit(end)
        elif isinstance(node, Primitive) and node.name == "not":
            self.branch(node.arguments[0], target, when=not when)
        elif isinstance(node, Primitive) and entry is not None and entry.pattern is not None:
            self.fits(node.arguments[0], entry.pattern, target, when)
        elif entry is not None and entry.gives == "boolean":
            with self.emitter.temporaries():
                register = self.value(node)
                jump = Instruction.jump_if_true if when else Instruction.jump_if_false
                self.emit(jump(register, target))
        else:
            self.fits(node, FALSE, target, not when)

    def fits(self, node: Node, pattern: Pattern, target: Label, when: bool) -> None:
        """Jumps to the target if a value fits a pattern, or if it does not."""
        with self.emitter.temporaries():
            register = self.value(node)
        if when:
            self.emit(Instruction.match(register, [(pattern, target)]))
            return
        fits = self.emitter.label()
        self.emit(
            Instruction.match(register, [(pattern, fits)]), Instruction.jump(target), fits
        )

    # ---- Errors -------------------------------------------------------------

    def to_guard(self, node: Guard, dst: int) -> None:
        """The body in the range of a handler. What escapes is no error: it goes on."""
        emitter = self.emitter
        start, end, caught, escape, done = (emitter.label() for _ in range(5))
        with emitter.temporaries():
            result, value, info, variable = emitter.registers(4)
            outer, self.later = self.later, []
            self.emit(start)
            self.to(node.body, result)
            self.emit(Instruction.jump(done))
            # What complains of something in the body must be inside of the range.
            self.flush()
            self.later = outer
            self.emit(end, caught)
            emitter.protect(start, end, caught, value, info)
            self.emit(Instruction.match(value, [(Pattern.type("escape"), escape)]))
            self.home[node.variable] = variable
            self.emit(Instruction.move(variable, value))
            self.box(node.variable)
            self.caught[node] = (value, info)
            past = emitter.label()
            self.to(node.handler, dst)
            if dst != TAIL:
                self.emit(Instruction.jump(past))
            self.emit(escape, Instruction.rethrow(value, info), done)
            if dst == TAIL:
                self.emit(Instruction.return_(result))
            else:
                self.emit(Instruction.move(dst, result), past)

    def to_reraise(self, node: Reraise, dst: int) -> None:
        self.emit(Instruction.rethrow(*self.caught[node.guard]))
