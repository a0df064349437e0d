"""Calls: of functions that are known, of what may be anything, of methods, of the machine itself.

Where the function is known, keyword arguments take their places while compiling. Where it is not,
`call_keywords` of the runtime looks up what its parameters are called. Parameters that can be
given by keyword only travel in a *packet*, one more argument behind all others: a tuple of the
atom `:keywords` and a dictionary. Python has no atoms, so that no other argument looks like it.

The runtime is written in the same language and needs what the language cannot say. There, and
only there, `vm` stands for the machine: `vm.get_raw(thing, key)` is that instruction,
`vm.string.slice(text, 1, 2)` a native, `vm.atom("x")` an atom.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ionvm import Instruction, Label, Pattern, Value

from py_expressions import Expressions
from py_names import class_name

I = Instruction
#: Instructions that write no register.
SILENT = {"set_prop", "set_index", "delete_index", "array_push", "rethrow", "throw", "cell_set"}


@dataclass
class Signature:
    """What a function takes. The receiver of a method is no part of it."""

    names: list[str]
    optional: int = 0
    rest: str | None = None
    keywords: list[str] = field(default_factory=list)
    optional_keywords: list[str] = field(default_factory=list)
    others: str | None = None

    @classmethod
    def of(cls, spec: ast.arguments, skip: int) -> Signature:
        names = [arg.arg for arg in [*spec.posonlyargs, *spec.args]][skip:]
        named = zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        return cls(
            names,
            min(len(spec.defaults), len(names)),
            spec.vararg.arg if spec.vararg else None,
            [arg.arg for arg in spec.kwonlyargs],
            [arg.arg for arg, default in named if default is not None],
            spec.kwarg.arg if spec.kwarg else None,
        )

    @property
    def has_packet(self) -> bool:
        """Whether it takes arguments that have no place."""
        return bool(self.keywords) or self.others is not None

    @property
    def described(self) -> Value:
        """What the runtime must know to place keywords: names, optional ones, the packet."""
        return Value.tuple([tuple(self.names), self.optional, self.has_packet])

    def placed(self, node: ast.Call) -> tuple[list[ast.expr | None], dict[str, ast.expr]] | None:
        """The arguments of a call by place and those for the packet; None if they do not fit."""
        given: list[ast.expr | None] = list(node.args)
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            return None
        if len(given) > len(self.names) and self.rest is None:
            return None
        packet: dict[str, ast.expr] = {}
        for keyword in node.keywords:
            name = keyword.arg
            if name in self.names:
                place = self.names.index(name)
                given += [None] * (place + 1 - len(given))
                if given[place] is not None:
                    return None
                given[place] = keyword.value
            elif name is not None and (name in self.keywords or self.others is not None):
                packet[name] = keyword.value
            else:
                return None
        needed = len(self.names) - self.optional
        wanted = set(self.keywords) - set(self.optional_keywords)
        if len(given) < needed or None in given[:needed] or not wanted <= set(packet):
            return None
        if packet:
            given += [None] * (len(self.names) - len(given))
        return given, packet


class Calls(Expressions):
    """Everything with parentheses behind it."""

    def call(self, node: ast.Call, into: int) -> None:
        func = node.func
        root = func
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id == "vm" and self.program.is_runtime:
            self.machine(node, into)
        elif isinstance(func, ast.Name):
            self.call_name(node, func.id, into)
        elif isinstance(func, ast.Attribute):
            self.call_method(node, func, into)
        else:
            self.call_value(node, self.expression(func), into)

    def call_name(self, node: ast.Call, name: str, into: int) -> None:
        """A call of what a name stands for: a builtin, a class, a function, anything."""
        program = self.program
        if name == "super":
            raise self.fail(node, "super() alone", "write super().name")
        hidden = name in self.places or (self.attributes and name in self.attributes[1])
        if not hidden and program.is_builtin(name):
            builtin = getattr(self, f"builtin_{name}", None)
            if builtin is not None and not node.keywords and builtin(node, into):
                return
            name_there, signature = program.builtin_signature(name)
            placed = signature.placed(node) if signature else None
            if placed is not None:
                function = self.constant(program.runtime_function(name_there))
                self.emit(I.call(into, function, self.placed_values(node, *placed)))
                return
        elif not hidden and name in program.signatures:
            placed = program.signatures[name].placed(node)
            if placed is not None and name in program.plain_functions:
                function = self.constant(Value.function_ref(name))
                self.emit(I.call(into, function, self.placed_values(node, *placed)))
                return
            if placed is not None:
                function = self.expression(node.func)
                self.emit(I.call(into, function, self.placed_values(node, *placed)))
                return
        elif not hidden and name in program.plain_classes and self.instance(node, name, into):
            return
        self.call_value(node, self.expression(node.func), into)

    def placed_values(
        self, node: ast.Call, given: list[ast.expr | None], packet: dict[str, ast.expr]
    ) -> list[int]:
        """The registers of arguments, computed in the order in which they stand in the text."""
        found: dict[ast.expr, int] = {}
        for part in [*node.args, *[keyword.value for keyword in node.keywords]]:
            found[part] = self.expression(part, self.register() if node.keywords else None)
        registers = [
            self.constant(Value.undefined()) if part is None else found[part] for part in given
        ]
        if packet:
            pairs = {name: found[part] for name, part in packet.items()}
            registers.append(self.packet(pairs))
        return registers

    def packet(self, pairs: dict[str, int]) -> int:
        """The argument that holds what is given by keyword only."""
        entries = [(self.constant(Value.string(name)), value) for name, value in pairs.items()]
        packet = self.register()
        self.emit(I.map_init(packet, entries))
        self.emit(I.tuple_init(packet, [self.constant(Value.atom("keywords")), packet]))
        return packet

    def call_value(self, node: ast.Call, function: int, into: int) -> None:
        """A call of anything."""
        starred = any(isinstance(arg, ast.Starred) for arg in node.args)
        if node.keywords:
            given = self.gathered(node.args)
            self.runtime(into, "call_keywords", [function, given, self.keywords_of(node)])
        elif starred:
            self.emit(I.call_spread(into, function, None, self.gathered(node.args)))
        else:
            self.emit(I.call(into, function, self.values(node.args)))

    def keywords_of(self, node: ast.Call) -> int:
        """A dictionary of the keyword arguments."""
        made, unused = self.register(), self.register()
        self.emit(I.map_init(made, []))
        for keyword in node.keywords:
            with self.temporaries():
                value = self.expression(keyword.value)
                if keyword.arg is None:
                    self.runtime(unused, "dict_update", [made, value])
                else:
                    self.emit(I.set_index(made, self.constant(Value.string(keyword.arg)), value))
        return made

    def instance(self, node: ast.Call, name: str, into: int) -> bool:
        """An object of a known class, given to its `__init__`; False if that is not known."""
        if self.program.makes_itself(name):
            return False
        init = self.program.method_of(name, "__init__")
        if init is None:
            return False
        function, signature = init
        placed = signature.placed(node)
        if placed is None:
            return False
        made, called = self.register(), self.register()
        self.load(name, made)
        self.emit(I.object_new(made, made, []))
        if function is not None:
            values = self.placed_values(node, *placed)
            self.emit(I.load_const(called, Value.function_ref(function)))
            self.emit(I.call_this(called, called, made, values))
        self.emit(I.move(into, made))
        return True

    # ---- Methods ------------------------------------------------------------

    def call_method(self, node: ast.Call, func: ast.Attribute, into: int) -> None:
        """`thing.name(...)`. What is no object finds its methods in the runtime."""
        if isinstance(func.value, ast.Call) and getattr(func.value.func, "id", "") == "super":
            self.call_super(node, func, into)
            return
        if self.is_method_of_class(func):
            thing, key = self.expression(func.value), self.key(func.attr)
            function = self.register()
            self.emit(I.get_raw(function, thing, key))
            self.call_bound(node, function, None, into)
            return
        thing = self.expression(func.value, None if self.local(func.value) else self.register())
        if func.attr == "append" and len(node.args) == 1 and not node.keywords:
            self.append(node, thing, into)
            return
        self.call_found(node, func, thing, into)

    def call_found(self, node: ast.Call, func: ast.Attribute, thing: int, into: int) -> None:
        key, function = self.key(func.attr), self.register()
        if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            self.of_Attribute(func, function)
            self.call_value(node, function, into)
            return
        given = self.values(node.args)
        done, found = self.label(), self.label()
        start, end = self.label(), self.label()

        def other() -> None:
            self.runtime(self.other, "method", [thing, key], self.spare)
            self.emit(I.call_this(into, self.other, thing, given), I.jump(done))

        def rescue() -> None:
            # What is undefined cannot be called: then there is no such method.
            ask = self.label()
            self.emit(I.jump_if_undefined(function, ask), I.rethrow(self.error, self.info), ask)
            self.runtime(self.other, "attribute", [thing, key], self.spare)
            self.emit(I.call(into, self.other, given), I.jump(done))

        if not (isinstance(func.value, ast.Name) and func.value.id == self.receiver):
            self.is_a(thing, ["object"], found)
            self.emit(I.jump(self.later(other)), found)
        # The machine makes no bound method if it is called at once: nothing stands between.
        self.emit(start, I.get_prop(function, thing, key), I.call(into, function, given), end, done)
        self.protect(start, end, self.later(rescue), self.error, self.info)

    def append(self, node: ast.Call, thing: int, into: int) -> None:
        """`thing.append(value)`, which nearly always is about a list."""
        value, done = self.expression(node.args[0]), self.label()
        key = self.key("append")

        def other() -> None:
            self.runtime(self.other, "attribute", [thing, key], self.spare)
            self.emit(I.call(into, self.other, [value]), I.jump(done))

        call = self.label()
        self.is_a(thing, ["array"], call)
        self.emit(I.jump(self.later(other)), call, I.array_push(thing, value))
        self.emit(I.load_const(into, None), done)

    def call_bound(self, node: ast.Call, function: int, this: int | None, into: int) -> None:
        """Calls a method's function; without `this`, the first argument is the receiver."""
        if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            given = self.gathered(node.args)
            names = self.keywords_of(node)
            if this is None:
                this = self.register()
                zero = self.constant(Value.integer(0))
                self.emit(I.call_native(this, "array.remove", [given, zero]))
            self.emit(I.bind(function, function, this))
            self.runtime(into, "call_keywords", [function, given, names])
            return
        values = self.values(node.args)
        if this is None:
            this = values.pop(0)
        self.emit(I.call_this(into, function, this, values))

    def call_super(self, node: ast.Call, func: ast.Attribute, into: int) -> None:
        """`super().name(...)`: what the base of the class has, called with the receiver."""
        base, key, this = self.super_parts(func)
        function, missing = self.register(), self.label()

        def complain() -> None:
            self.runtime(into, "super_attribute", [base, key, this], self.spare)
            self.emit(I.jump(missing))

        self.emit(I.get_raw(function, base, key), missing)
        self.emit(I.jump_if_undefined(function, self.later(complain)))
        self.call_bound(node, function, this, into)

    def super_parts(self, func: ast.Attribute) -> tuple[int, int, int]:
        """The registers of the base of the class at hand, of a name, and of the receiver."""
        if self.class_ is None or not isinstance(self.scope.node, ast.FunctionDef):
            raise self.fail(func, "super() outside of a method", "name the class instead")
        spec = self.scope.node.args
        first = [*spec.posonlyargs, *spec.args][:1]
        if not first:
            raise self.fail(func, "super() in a function without a receiver", "add `self`")
        this, base = self.register(), self.register()
        self.load(first[0].arg, this)
        self.load(class_name(self.class_), base)
        self.emit(I.get_proto(base, base))
        return base, self.key(func.attr), this

    def of_Attribute(self, node: ast.Attribute, into: int) -> None:
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "super":
            self.runtime(into, "super_attribute", list(self.super_parts(node)))
        else:
            super().of_Attribute(node, into)

    # ---- Builtins that are instructions -----------------------------------------

    def builtin_len(self, node: ast.Call, into: int) -> bool:
        if len(node.args) != 1:
            return False
        value = self.expression(node.args[0])
        done, ask = self.label(), self.label()
        self.is_a(value, ["array", "string", "map", "tuple"], ask)
        self.runtime(into, "len", [value])
        self.emit(I.jump(done), ask, I.length(into, value))
        self.emit(I.call_native(into, "integer.from_number", [into]), done)
        return True

    def builtin_str(self, node: ast.Call, into: int) -> bool:
        if len(node.args) != 1:
            return False
        value = self.expression(node.args[0], self.register())
        self.text(value)
        self.emit(I.move(into, value))
        return True

    # ---- The machine itself ---------------------------------------------------

    def machine(self, node: ast.Call, into: int) -> None:
        """A call of `vm`, in the runtime."""
        func = node.func
        assert isinstance(func, ast.Attribute)
        if isinstance(func.value, ast.Attribute):
            native = f"{func.value.attr}.{func.attr}"
            self.emit(I.call_native(into, native, self.values(node.args)))
            return
        method = getattr(self, f"vm_{func.attr}", None)
        if method is not None:
            method(node, into)
            return
        instruction = getattr(I, func.attr)
        if func.attr in SILENT:
            self.emit(instruction(*self.values(node.args)))
            self.emit(I.load_const(into, None))
        else:
            self.emit(instruction(into, *self.values(node.args)))

    def vm_atom(self, node: ast.Call, into: int) -> None:
        self.constant(Value.atom(ast.literal_eval(node.args[0])), into)

    def vm_undefined(self, node: ast.Call, into: int) -> None:
        self.constant(Value.undefined(), into)

    def vm_this(self, node: ast.Call, into: int) -> None:
        self.emit(I.load_this(into))

    def vm_is_a(self, node: ast.Call, into: int) -> None:
        """`vm.is_a(value, "array", "map")`"""
        value = self.expression(node.args[0])
        fits, end = self.label(), self.label()
        self.is_a(value, [ast.literal_eval(arg) for arg in node.args[1:]], fits)
        self.emit(I.load_const(into, False), I.jump(end), fits, I.load_const(into, True), end)

    def vm_is_marked(self, node: ast.Call, into: int) -> None:
        """Whether a value is a pair that begins with an atom."""
        value = self.expression(node.args[0])
        mark = Pattern.value(Value.atom(ast.literal_eval(node.args[1])))
        fits, end = self.label(), self.label()
        self.emit(I.match(value, [Pattern.tuple([mark, Pattern.wildcard()])], [fits]))
        self.emit(I.load_const(into, False), I.jump(end), fits, I.load_const(into, True), end)

    def vm_set_magic(self, node: ast.Call, into: int) -> None:
        thing, function = self.expression(node.args[0]), self.expression(node.args[2])
        self.emit(I.set_magic(thing, ast.literal_eval(node.args[1]), function))

    def vm_call_spread(self, node: ast.Call, into: int) -> None:
        function, this, given = self.values(node.args)
        self.emit(I.call_spread(into, function, this, given))

    def vm_spread(self, node: ast.Call, into: int) -> None:
        function, given = self.values(node.args)
        self.emit(I.call_spread(into, function, None, given))

    def vm_has_own(self, node: ast.Call, into: int) -> None:
        thing, key = self.values(node.args)
        self.emit(I.has_prop(into, thing, key, "own"))

    def vm_define_own(self, node: ast.Call, into: int) -> None:
        flags = "writable enumerable configurable"
        thing, key, value = self.values(node.args)
        self.emit(I.define_prop(thing, key, value, flags))

    def vm_has_prop(self, node: ast.Call, into: int) -> None:
        thing, key = self.values(node.args)
        self.emit(I.has_prop(into, thing, key, "chain"))

    def vm_object_new(self, node: ast.Call, into: int) -> None:
        self.emit(I.object_new(into, self.expression(node.args[0]), []))

    def vm_iter_init(self, node: ast.Call, into: int) -> None:
        what = ast.literal_eval(node.args[1])
        self.emit(I.iter_init(into, self.expression(node.args[0]), what))

    def vm_iter_next(self, node: ast.Call, into: int) -> None:
        end: Label = self.label()
        self.emit(I.iter_next(into, self.expression(node.args[0]), end), end)

    def vm_co_resume(self, node: ast.Call, into: int) -> None:
        """A pair: what the coroutine yields or returns, and whether it returned."""
        item, done = self.registers(2)
        resume = getattr(I, node.func.attr)  # type: ignore[attr-defined]
        self.emit(resume(item, done, *self.values(node.args)))
        self.emit(I.tuple_init(into, [item, done]))

    vm_co_throw = vm_co_resume
