"""Expressions, objects, blocks and methods: from trees to functions.

A block becomes an object whose parent is the traits of blocks and whose one slot, `value`,
`value:`, `value:With:`, ... by its arguments, holds a closure. A method becomes a function without
captures, which the machine calls with the receiver.

`^` in a method is a return. In a block it is a throw of `(home, value)`. `home` is a cell, made
when the first block that wants it is made; it holds whether its method has ended. The method
catches what is thrown to its own home, and passes on everything else.
"""

from __future__ import annotations

from collections.abc import Sequence

from ionvm import Instruction, Pattern, Value

from self_code import SPECIAL, Base, Unit, captures_of
from self_open import Open
from self_primitives import Primitives
from self_tree import (
    Block,
    Code,
    Literal,
    Method,
    Node,
    ObjectLiteral,
    Resend,
    Return,
    SelfRef,
    Send,
    Slot,
)

__all__ = ["compile_program", "value_selector"]

I = Instruction


def value_selector(count: int) -> str:
    """The message that runs a block with so many arguments."""
    return "value" if not count else "value:" + "With:" * (count - 1)


def compile_program(program: Method, unit: Unit) -> str:
    """Adds the functions of a program to the unit; returns the name of the first to call."""
    return _method(program, unit)


def _method(method: Method, unit: Unit) -> str:
    name = unit.name(method.selector, method.line)
    _Function(unit, method, name).finish()
    return name


class _Function(Open, Primitives, Base):
    """The compiler of one function."""

    # ---- Functions ----------------------------------------------------------------

    def finish(self) -> None:
        """Compiles all of it."""
        self.at(self.code)
        if isinstance(self.code, Method):
            self.prologue(self.code)
        start, end = self.e.label(), self.e.label()
        self.e.emit(start)
        result = self.e.register()
        self.locals(self.code)
        if self.body(self.code, result):
            self.leave(result)
        self.flush()
        self.e.emit(end)
        if isinstance(self.code, Method) and "home" in self.special:
            home = self.special["home"]
            thrown, info = self.e.registers(2)
            caught, ours, closed = self.e.label(), self.e.label(), self.e.label()
            mine = Pattern.tuple([Pattern.pin(home), Pattern.bind(result)])
            self.e.emit(caught, I.jump_if_undefined(home, closed))
            self.e.emit(I.cell_set(home, self.e.constant(True)))
            self.e.emit(I.match(thrown, [(mine, ours)]), closed, I.rethrow(thrown, info))
            self.e.emit(ours, I.return_(result))
            self.e.protect(start, end, caught, thrown, info)
        self.unit.functions.append(self.e.function())

    def prologue(self, method: Method) -> None:
        """Loads what is special, as far as it is needed."""
        for what in SPECIAL:
            if what in method.needs:
                self.special[what] = self.e.register()
        if "self" in self.special:
            self.e.emit(I.load_this(self.special["self"]))
        if "look" in self.special:
            this, look = self.special["self"], self.special["look"]
            found = self.e.label()
            theirs = self.e.label()
            self.by_type(this, {"object": theirs}, look)
            self.traits(look)
            self.e.emit(I.jump(found), theirs, I.move(look, this), found)
        if "holder" in self.special:
            self.holder(method)

    def holder(self, method: Method) -> None:
        """Where a resend found this method, or else the first that has it."""
        holder = self.special["holder"]
        told, known = self.e.label(), self.e.label()
        with self.e.temporaries():
            meant = self.e.register()
            me = self.e.constant(Value.function_ref(self.name))
            self.e.emit(I.get_global(meant, "resend method"), I.same(meant, meant, me))
            self.e.emit(I.jump_if_true(meant, told))
            key = self.key(method.selector)
            self.e.emit(self.runtime(holder, "holder", [self.special["look"], key]))
            self.e.emit(I.jump(known), told, I.get_global(holder, "resend holder"))
            self.nil(meant)
            self.e.emit(I.set_global("resend method", meant), known)

    def leave(self, result: int) -> None:
        """Returns from this function."""
        if isinstance(self.code, Method) and "home" in self.special:
            unused = self.e.label()
            home = self.special["home"]
            self.e.emit(I.jump_if_undefined(home, unused))
            with self.e.temporaries():
                self.e.emit(I.cell_set(home, self.e.constant(True)))
            self.e.emit(unused)
        self.e.emit(I.return_(result))

    def return_(self, node: Return) -> None:
        """`^`: from here, or from the method around this block."""
        with self.e.temporaries():
            result = self.value(node.value)
            self.at(node)
            if isinstance(self.code, Method):
                self.leave(result)
                return
            home, ended = self.special["home"], self.e.register()
            self.e.emit(I.cell_get(ended, home))

            def dead() -> None:
                self.e.emit(self.runtime(ended, "dead home", []))

            self.e.emit(I.jump_if_true(ended, self.later(dead)))
            self.e.emit(I.tuple_init(ended, [home, result]), I.throw(ended))

    def locals(self, code: Code) -> None:
        """Sets the locals of a method or block to what they begin with."""
        for slot, variable in zip(
            code.locals, code.variables[len(code.parameters) :], strict=True
        ):
            place = self.e.register()
            if slot.value is None:
                self.nil(place)
            else:
                self.into(slot.value, place)
            if variable.is_cell:
                self.e.emit(I.make_cell(place, place))
            self.bind(variable, place)

    def body(self, code: Code, result: int) -> bool:
        """The statements; tells whether their end is reached."""
        for node in code.body:
            if isinstance(node, Return):
                self.return_(node)
                return False
            if node is code.body[-1]:
                self.into(node, result)
            else:
                with self.e.temporaries():
                    self.into(node, self.e.register())
        if not code.body:
            self.nil(result)
        return True

    def begin(self, block: Block, arguments: Sequence[int]) -> None:
        for variable, register in zip(block.variables, arguments):
            self.bind(variable, register)
        self.locals(block)

    def open(self, block: Block, arguments: Sequence[int], result: int) -> bool:
        with self.e.temporaries():
            self.begin(block, arguments)
            return self.body(block, result)

    # ---- Expressions --------------------------------------------------------------

    def into(self, node: Node, result: int) -> None:
        if isinstance(node, Literal):
            self.e.constant(Value.of(node.value), result)
        elif isinstance(node, SelfRef):
            self.e.emit(I.move(result, self.special["self"]))
        elif isinstance(node, Block):
            self.closure(node, result)
        elif isinstance(node, ObjectLiteral):
            self.object(node, result)
        elif isinstance(node, Resend):
            self.at(node)
            self.resend(node, result)
        elif isinstance(node, Return):
            self.return_(node)
        else:
            assert isinstance(node, Send)
            self.message(node, result)

    def message(self, node: Send, result: int) -> None:
        self.at(node)
        if node.variable is not None:
            self.variable(node, result)
        elif node.selector.startswith("_"):
            self.primitive(node, result)
        elif not self.opened(node, result):
            with self.e.temporaries():
                if node.receiver is None:
                    arguments = self.values(node.arguments)
                    self.at(node)
                    self.send_implicit(result, node.selector, arguments)
                    return
                receiver = self.place(node.receiver, node.arguments)
                arguments = self.values(node.arguments)
                self.at(node)
                self.send(result, receiver, node.selector, arguments)

    def variable(self, node: Send, result: int) -> None:
        """Reads a variable, or sets it and yields self, as an assignment slot does."""
        variable = node.variable
        assert variable is not None
        place = self.places[variable]
        if not node.arguments:
            self.e.emit((I.cell_get if variable.is_cell else I.move)(result, place))
            return
        with self.e.temporaries():
            value = self.value(node.arguments[0])
            self.e.emit((I.cell_set if variable.is_cell else I.move)(place, value))
            self.e.emit(I.move(result, self.special["self"]))

    # ---- Objects and blocks ---------------------------------------------------------

    def object(self, node: ObjectLiteral, result: int) -> None:
        with self.e.temporaries():
            properties: list[tuple[str, int | Value]] = []
            parent = None
            for slot in node.slots:
                if isinstance(slot.value, Method):
                    method = Value.function_ref(_method(slot.value, self.unit))
                    properties.append((slot.name, method))
                    continue
                value = self.value(slot.value or Literal(slot.line, None), [node])
                parent = value if slot.is_parent else parent
                properties.append((slot.name, value))
                if slot.assignable:
                    properties.append(self.assignment(slot))
            self.at(node)
            if parent is None:
                self.e.emit(I.object_init(result, properties))
            else:
                self.e.emit(I.object_new(result, parent, properties))

    def assignment(self, slot: Slot) -> tuple[str, Value]:
        setter = self.unit.setter(slot.name, slot.is_parent)
        return f"{slot.name}:", Value.function_ref(setter)

    def closure(self, block: Block, result: int) -> None:
        name = self.unit.blocks.get(block)
        if name is None:
            name = self.unit.blocks[block] = self.unit.name("block", block.line)
            _Function(self.unit, block, name).finish()
        free, special = captures_of(block)
        if isinstance(self.code, Method) and "home" in special:
            home, there = self.special["home"], self.e.label()

            def make() -> None:
                running = self.e.constant(False)
                self.e.emit(I.make_cell(home, running), I.jump(there))

            self.e.emit(I.jump_if_undefined(home, self.later(make)), there)
        with self.e.temporaries():
            captured = [self.places[variable] for variable in free]
            captured += [self.special[what] for what in special]
            function, parent = self.e.registers(2)
            if captured:
                self.e.emit(I.make_closure(function, name, None, captured))
            else:
                self.e.constant(Value.function_ref(name), function)
            self.e.emit(I.get_global(parent, "blocks"))
            slot = value_selector(len(block.parameters))
            self.e.emit(I.object_new(result, parent, [(slot, function)]))
