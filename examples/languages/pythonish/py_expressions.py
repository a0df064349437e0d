"""Expressions: from Python's syntax trees to instructions.

An expression is compiled into a register, its own or one that is wanted, which is written last,
when its parts are known. What is needed for a moment lies in registers behind all others, and is
given back when the expression is done.
"""

from __future__ import annotations

import ast

from ionvm import Instruction, Label, Pattern, Value
from ionvm.pattern import Guard

from py_frame import Frame
from py_names import FunctionNode

I = Instruction
BINARY = {
    ast.Add: I.add, ast.Sub: I.sub, ast.Mult: I.mul, ast.Div: I.div, ast.FloorDiv: I.int_div,
    ast.Mod: I.mod, ast.BitAnd: I.bit_and, ast.BitOr: I.bit_or, ast.BitXor: I.bit_xor,
    ast.LShift: I.shl, ast.RShift: I.shr,
}  # fmt: skip
SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.Pow: "**", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.MatMult: "@",
}  # fmt: skip
ORDER = {
    ast.Lt: I.less_than, ast.LtE: I.less_equal, ast.Gt: I.greater_than, ast.GtE: I.greater_equal,
}  # fmt: skip
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.IsNot: ast.Is, ast.NotIn: ast.In, ast.NotEq: ast.Eq,
}  # fmt: skip
#: Types of the machine whose values Python may call false though the machine calls them true.
CONTAINERS = ["array", "map", "tuple", "object"]
#: Functions of the runtime that yield booleans: for programs, and for the runtime itself.
TESTS = {"isinstance", "issubclass", "callable", "hasattr", "any", "all", "bool"}
OWN_TESTS = TESTS | {"is_class", "is_instance", "has_method", "is_or_equals", "own_equality"}
MACHINE_TESTS = {
    "is_a", "is_marked", "has_prop", "has_own", "has_index", "same", "equal", "not_equal",
    "less_than", "greater_than", "instance_of", "contains", "is_infinite",
}  # fmt: skip


def literal(node: ast.expr) -> Value | None:
    """The constant that an expression is, if it is one."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        if isinstance(inner, ast.Constant) and type(inner.value) in (int, float):
            return Value.of(-inner.value)  # type: ignore[operator]
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | None):
        return Value.of(node.value)
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        items = [literal(item) for item in node.elts]
        if None not in items:
            return Value.tuple(items)
    return None


class Expressions(Frame):
    """Values and conditions, but for calls, which `py_calls` compiles."""

    def function_value(
        self, node: FunctionNode, into: int, is_method: bool = False, name: str | None = None
    ) -> None:
        """Makes the value of a function, under that name or one that is made up."""
        raise NotImplementedError

    def call(self, node: ast.Call, into: int) -> None:
        """Compiles a call."""
        raise NotImplementedError

    def comprehension(self, node: ast.expr, into: int) -> None:
        """Compiles a comprehension."""
        raise NotImplementedError

    def expression(self, node: ast.expr, into: int | None = None) -> int:
        """Compiles an expression; returns the register of its value."""
        place = self.local(node) if into is None else None
        if place is not None:
            return place
        result = self.register() if into is None else into
        constant = literal(node)
        if constant is not None:
            self.emit(I.load_const(result, constant))
            return result
        method = getattr(self, f"of_{type(node).__name__}", None)
        if method is None:
            raise self.fail(node, f"the expression {type(node).__name__}", "write it in others")
        with self.temporaries():
            method(node, result)
        return result

    def values(self, nodes: list[ast.expr]) -> list[int]:
        return [self.expression(node) for node in nodes]

    def of_Name(self, node: ast.Name, into: int) -> None:
        self.load(node.id, into)

    def of_Constant(self, node: ast.Constant, into: int) -> None:
        kind = type(node.value).__name__
        raise self.fail(node, f"a constant of the type {kind}", "use a string, number or list")

    # ---- Operators ----------------------------------------------------------

    def of_BinOp(self, node: ast.BinOp, into: int) -> None:
        left = self.expression(node.left)
        right = self.expression(node.right)
        self.binary(node.op, into, left, right, literal(node.right))

    def binary(
        self, op: ast.operator, into: int, left: int, right: int, known: Value | None = None
    ) -> None:
        """An operation of two registers; `known` is what the right one holds, if that is known."""
        sign = self.register()
        if type(op) not in BINARY:
            self.constant(Value.string(SIGNS[type(op)]), sign)
            self.runtime(into, "operate", [sign, left, right])
            return
        # What the machine divides by zero is infinite; Python wants an error.
        divides = isinstance(op, ast.Div | ast.FloorDiv | ast.Mod)
        done = self.label()

        def slow() -> None:
            self.constant(Value.string(SIGNS[type(op)]), self.other)
            self.runtime(into, "operate", [self.other, left, right], self.spare)
            self.emit(I.jump(done))

        if divides and (known is None or not known.to_python()):
            self.emit(I.jump_if_false(right, self.later(slow)))
        if isinstance(op, ast.LShift | ast.RShift) and not (known and known.to_python() >= 0):
            # The machine shifts the other way by a negative number.
            below = Guard.less_than(right, Value.integer(0))
            pattern = Pattern.guard(Pattern.wildcard(), [below])
            self.emit(I.match(right, [pattern], [self.later(slow)]))
        start, end = self.label(), self.label()
        self.emit(start, BINARY[type(op)](into, left, right), end, done)

        def rescue() -> None:
            self.constant(Value.string(SIGNS[type(op)]), self.other)
            args = [self.other, left, right, self.error, self.info]
            self.runtime(into, "operate_slowly", args, self.spare)
            self.emit(I.jump(done))

        self.protect(start, end, self.later(rescue), self.error, self.info)

    def of_UnaryOp(self, node: ast.UnaryOp, into: int) -> None:
        if isinstance(node.op, ast.Not):
            self.condition(node, into)
            return
        value = self.expression(node.operand)
        if isinstance(node.op, ast.USub):
            self.careful(I.neg(into, value), into, "negate", [value])
        elif isinstance(node.op, ast.Invert):
            self.careful(I.bit_not(into, value), into, "invert", [value])
        else:
            self.runtime(into, "positive", [value])

    def of_BoolOp(self, node: ast.BoolOp, into: int) -> None:
        result, end = self.register(), self.label()
        for value in node.values[:-1]:
            self.expression(value, result)
            self.jump_by_truth(result, end, isinstance(node.op, ast.Or))
        self.expression(node.values[-1], result)
        self.emit(end, I.move(into, result))

    def of_Compare(self, node: ast.Compare, into: int) -> None:
        result, end = self.register(), self.label()
        left_node, left = node.left, self.expression(node.left)
        for operator, part in zip(node.ops, node.comparators, strict=True):
            right = self.expression(part)
            target = into if len(node.ops) == 1 else result
            self.compare(operator, target, (left_node, left), (part, right))
            if part is not node.comparators[-1]:
                self.emit(I.jump_if_false(result, end))
            left_node, left = part, right
        self.emit(end)
        if len(node.ops) > 1:
            self.emit(I.move(into, result))

    def compare(
        self, op: ast.cmpop, into: int, left: tuple[ast.expr, int], right: tuple[ast.expr, int]
    ) -> None:
        """One comparison; the parts come with their registers."""
        a, b = left[1], right[1]
        if isinstance(op, ast.Is | ast.IsNot):
            self.emit(I.same(into, a, b))
        elif isinstance(op, ast.In | ast.NotIn):
            self.runtime(into, "contains", [b, a])
        elif isinstance(op, ast.Eq | ast.NotEq):
            self.equal(into, left, right)
        else:
            done, start, end = self.label(), self.label(), self.label()
            self.emit(start, ORDER[type(op)](into, a, b), end, done)

            def slow() -> None:
                self.constant(Value.string(SIGNS[type(op)]), self.other)
                args = [self.other, a, b, self.error, self.info]
                self.runtime(into, "order", args, self.spare)
                self.emit(I.jump(done))

            self.protect(start, end, self.later(slow), self.error, self.info)
        if isinstance(op, ast.NotIn | ast.IsNot | ast.NotEq):
            self.emit(I.not_(into, into))

    def equal(self, into: int, left: tuple[ast.expr, int], right: tuple[ast.expr, int]) -> None:
        """Equality, which the machine knows of everything but containers and booleans.

        A boolean equals a number in Python. What is in a container may be an object with an
        `__eq__` of its own, or without one, and the machine compares objects by their properties.
        """
        known = [type(v.to_python()) for v in map(literal, (left[0], right[0])) if v is not None]
        a, b = left[1], right[1]
        if str in known or type(None) in known:
            self.emit(I.equal(into, a, b))
            return
        done = self.label()

        def slow() -> None:
            self.runtime(into, "equals", [a, b], self.spare)
            self.emit(I.jump(done))

        label = self.later(slow)
        # The result may lie in the register of a part, which must not be lost before the end.
        result = self.register()
        self.is_a(a, ["array", "tuple", "map", "boolean"], label)
        self.emit(I.equal(result, a, b))
        self.is_a(b, ["boolean"], label)
        self.emit(I.move(into, result), done)

    def of_IfExp(self, node: ast.IfExp, into: int) -> None:
        other, end = self.label(), self.label()
        self.branch(node.test, other, False)
        self.expression(node.body, into)
        self.emit(I.jump(end), other)
        self.expression(node.orelse, into)
        self.emit(end)

    # ---- Truth --------------------------------------------------------------

    def condition(self, node: ast.expr, into: int) -> None:
        """Whether an expression is true, as a boolean."""
        false, end = self.label(), self.label()
        self.branch(node, false, False)
        self.emit(I.load_const(into, True), I.jump(end), false, I.load_const(into, False), end)

    def is_boolean(self, node: ast.expr) -> bool:
        """Whether an expression can only yield a boolean."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if self.program.is_runtime:
                return name in OWN_TESTS
            return name in TESTS and self.program.is_builtin(name) and name not in self.places
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self.program.is_runtime and node.func.attr in MACHINE_TESTS
        return isinstance(node, ast.Compare)

    def branch(self, node: ast.expr, target: Label, when: bool) -> None:
        """Goes to the target if the expression's truth is `when`."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.branch(node.operand, target, not when)
        elif isinstance(node, ast.BoolOp):
            # `a and b` is false as soon as one is; `a or b` is true as soon as one is.
            decided = isinstance(node.op, ast.Or)
            past = target if decided == when else self.label()
            for part in node.values[:-1]:
                self.branch(part, past, decided)
            self.branch(node.values[-1], target, when)
            if past is not target:
                self.emit(past)
        elif isinstance(node, ast.Compare) and type(node.ops[-1]) in OPPOSITE and not node.ops[1:]:
            opposite = ast.Compare(node.left, [OPPOSITE[type(node.ops[0])]()], node.comparators)
            self.branch(ast.copy_location(opposite, node), target, not when)
        elif isinstance(node, ast.Constant):
            if bool(node.value) == when:
                self.emit(I.jump(target))
        else:
            with self.temporaries():
                value = self.expression(node)
                if self.is_boolean(node):
                    jump = I.jump_if_true if when else I.jump_if_false
                    self.emit(jump(value, target))
                else:
                    self.jump_by_truth(value, target, when)

    def jump_by_truth(self, value: int, target: Label, when: bool) -> None:
        """Goes to the target if a register's truth, as Python sees it, is `when`."""
        past = self.label()

        def ask() -> None:
            self.runtime(self.other, "truth", [value], self.spare)
            jump = I.jump_if_true if when else I.jump_if_false
            self.emit(jump(self.other, target), I.jump(past))

        self.emit(I.jump_if_false(value, past if when else target))
        self.is_a(value, CONTAINERS, self.later(ask))
        if when:
            self.emit(I.jump(target))
        self.emit(past)

    # ---- Containers ---------------------------------------------------------

    def of_List(self, node: ast.List, into: int) -> None:
        if any(isinstance(item, ast.Starred) for item in node.elts):
            self.emit(I.move(into, self.gathered(node.elts)))
        else:
            self.emit(I.array_init(into, self.values(node.elts)))

    def of_Tuple(self, node: ast.Tuple, into: int) -> None:
        if any(isinstance(item, ast.Starred) for item in node.elts):
            self.emit(I.call_native(into, "tuple.from_array", [self.gathered(node.elts)]))
        else:
            self.emit(I.tuple_init(into, self.values(node.elts)))

    def of_Set(self, node: ast.Set, into: int) -> None:
        self.runtime(into, "set_of", [self.gathered(node.elts)])

    def gathered(self, nodes: list[ast.expr]) -> int:
        """An array of values, and of what those with a star are made of."""
        made, unused = self.register(), self.register()
        self.emit(I.array_init(made, []))
        for node in nodes:
            with self.temporaries():
                if isinstance(node, ast.Starred):
                    self.runtime(unused, "extend", [made, self.expression(node.value)])
                else:
                    self.emit(I.array_push(made, self.expression(node)))
        return made

    def of_Dict(self, node: ast.Dict, into: int) -> None:
        made, unused = self.register(), self.register()
        pairs = list(zip(node.keys, node.values, strict=True))
        plain = all(isinstance(key, ast.Constant) for key in node.keys)
        if plain and len(pairs) < 32:
            entries = [(self.expression(k), self.expression(v)) for k, v in pairs if k is not None]
            self.emit(I.map_init(into, entries))
            return
        self.emit(I.map_init(made, []))
        for key, value in pairs:
            with self.temporaries():
                if key is None:
                    self.runtime(unused, "dict_update", [made, self.expression(value)])
                else:
                    at, item = self.expression(key), self.expression(value)
                    self.put_index(made, at, item, key)
        self.emit(I.move(into, made))

    def of_ListComp(self, node: ast.ListComp, into: int) -> None:
        self.comprehension(node, into)

    of_SetComp = of_DictComp = of_GeneratorExp = of_ListComp

    # ---- Parts of things ----------------------------------------------------

    def key(self, name: str) -> int:
        return self.constant(Value.atom(name))

    def is_method_of_class(self, node: ast.Attribute) -> bool:
        """Whether `Name.attribute` is a method of a class that is known, without a receiver."""
        if not isinstance(node.value, ast.Name) or node.value.id in self.places:
            return False
        return self.program.has_method(node.value.id, node.attr)

    def of_Attribute(self, node: ast.Attribute, into: int) -> None:
        thing, key = self.expression(node.value), self.key(node.attr)
        if self.is_method_of_class(node):
            function = self.register()
            self.emit(I.get_raw(function, thing, key))
            self.runtime(into, "method_without_receiver", [function])
            return
        done = self.label()

        def ask() -> None:
            self.runtime(into, "attribute", [thing, key], self.spare)
            self.emit(I.jump(done))

        label = self.later(ask)
        if not (isinstance(node.value, ast.Name) and node.value.id == self.receiver):
            found = self.label()
            self.is_a(thing, ["object"], found)
            self.emit(I.jump(label), found)
        # A variable keeps its value if there is no such attribute.
        result = self.register() if into == thing or into in self.places.values() else into
        self.emit(I.get_prop(result, thing, key), I.jump_if_undefined(result, label))
        if result != into:
            self.emit(I.move(into, result))
        self.emit(done)

    def of_Subscript(self, node: ast.Subscript, into: int) -> None:
        thing = self.expression(node.value)
        if isinstance(node.slice, ast.Slice):
            self.runtime(into, "get_slice", [thing, *self.bounds(node.slice)])
            return
        index = self.expression(node.slice)
        if isinstance(node.slice, ast.UnaryOp):
            self.runtime(into, "get_item", [thing, index])
        else:
            get = I.get_index(into, thing, index)
            self.indexed(get, into, "get_item", [thing, index], node.slice)

    def indexed(
        self, instruction: Instruction, into: int, name: str, args: list[int], index: ast.expr
    ) -> None:
        """An instruction with an index, the second of the arguments.

        To the machine a tuple with an object in it is a key by the object's identity; Python asks
        the object. So the runtime looks at every tuple.
        """
        known, done = literal(index), self.label()

        def look() -> None:
            self.runtime(into, name, args, self.spare)
            self.emit(I.jump(done))

        if known is None or known.kind == "tuple":
            self.is_a(args[1], ["tuple"], self.later(look))
        self.careful(instruction, into, f"{name}_slowly", args)
        self.emit(done)

    def bounds(self, node: ast.Slice) -> list[int]:
        """The registers of the parts of a slice."""
        parts = [node.lower, node.upper, node.step]
        return self.values([part or ast.Constant(None) for part in parts])

    def put_index(self, thing: int, index: int, value: int, node: ast.expr) -> None:
        """`thing[index] = value`; the node is that of the index."""
        put = I.set_index(thing, index, value)
        self.indexed(put, self.other, "set_item", [thing, index, value], node)

    # ---- The rest -----------------------------------------------------------

    def of_JoinedStr(self, node: ast.JoinedStr, into: int) -> None:
        parts = []
        for value in node.values:
            if not isinstance(value, ast.FormattedValue):
                parts.append(self.expression(value))
                continue
            part = self.expression(value.value, self.register())
            if value.conversion in (ord("r"), ord("a")):
                self.runtime(part, "repr", [part])
            elif value.conversion == ord("s") or value.format_spec is None:
                self.text(part)
            if value.format_spec is not None:
                self.runtime(part, "format", [part, self.expression(value.format_spec)])
            parts.append(part)
        self.emit(I.concat(into, parts) if parts else I.load_const(into, ""))

    def text(self, value: int) -> None:
        """Replaces a register's value by its text."""
        done = self.label()
        self.emit(I.match(value, [Pattern.type("string")], [done]))
        self.runtime(value, "text_of", [value])
        self.emit(done)

    def of_Lambda(self, node: ast.Lambda, into: int) -> None:
        self.function_value(node, into)

    def of_NamedExpr(self, node: ast.NamedExpr, into: int) -> None:
        before = set(self.sure)
        self.store_name(node.target.id, self.expression(node.value, into))
        self.sure = before

    def of_Yield(self, node: ast.Yield, into: int) -> None:
        self.emit(I.co_yield(into, self.expression(node.value or ast.Constant(None))))

    def of_YieldFrom(self, node: ast.YieldFrom, into: int) -> None:
        self.runtime(into, "yield_from", [self.expression(node.value)])

    def of_Call(self, node: ast.Call, into: int) -> None:
        self.call(node, into)
