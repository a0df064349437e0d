"""Expressions: from Python's syntax trees to instructions.

An expression is compiled into a register, its own or one that is wanted. What is needed for a
moment lies in registers behind all others, and is given back when the expression is done.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ionvm import Instruction, Label, Value

if TYPE_CHECKING:
    from minipy import Program

I = Instruction
BINARY = {
    ast.Add: I.add, ast.Sub: I.sub, ast.Mult: I.mul, ast.Div: I.div, ast.FloorDiv: I.int_div,
    ast.Mod: I.mod, ast.Pow: I.pow, ast.BitAnd: I.bit_and, ast.BitOr: I.bit_or,
    ast.BitXor: I.bit_xor, ast.LShift: I.shl, ast.RShift: I.shr,
}  # fmt: skip
COMPARE = {
    ast.Eq: I.equal, ast.NotEq: I.not_equal, ast.Lt: I.less_than, ast.LtE: I.less_equal,
    ast.Gt: I.greater_than, ast.GtE: I.greater_equal, ast.Is: I.same, ast.IsNot: I.same,
}  # fmt: skip


class Unsupported(Exception):
    """A program is outside the part of Python that there is."""

    def __init__(self, node: ast.AST, what: str) -> None:
        super().__init__(f"line {getattr(node, 'lineno', '?')}: {what} is not part of it")


def literal(node: ast.expr) -> Value | None:
    """The constant that an expression is, if it is one."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        if isinstance(inner, ast.Constant) and isinstance(inner.value, int | float):
            return Value.of(-inner.value)
    if isinstance(node, ast.Constant) and node.value is not ...:
        return Value.of(node.value)
    if isinstance(node, ast.Tuple):
        items = [literal(item) for item in node.elts]
        if None not in items:
            return Value.tuple(items)
    return None


class Expressions:
    """What the compiler of a function knows about registers, places and expressions."""

    def __init__(self, program: Program, name: str, class_: str | None) -> None:
        self.program, self.name, self.class_ = program, name, class_
        self.items: list[Instruction | Label] = []
        #: Registers of names, and those of them that hold cells.
        self.places: dict[str, int] = {}
        self.cells: set[str] = set()
        #: The first free register, how many the frame has, and counts of labels and instructions.
        self.next = self.most = self.labels = self.count = 0

    def closure(self, node: ast.FunctionDef | ast.Lambda) -> int:
        """The register of a closure of a function."""
        raise NotImplementedError

    def register(self) -> int:
        self.next += 1
        self.most = max(self.most, self.next)
        return self.next - 1

    def label(self) -> Label:
        self.labels += 1
        return Label(f"l{self.labels}")

    def emit(self, *items: Instruction | Label) -> None:
        for item in items:
            self.items.append(item)
            self.count += isinstance(item, Instruction)

    # ---- Places ------------------------------------------------------------

    def local(self, target: ast.expr) -> int | None:
        """The register of a name that is a plain local one."""
        if not isinstance(target, ast.Name) or target.id in self.cells:
            return None
        return self.places.get(target.id)

    def key(self, name: str) -> int:
        key = self.register()
        self.emit(I.load_const(key, Value.atom(name)))
        return key

    def part(self, node: ast.expr) -> tuple[int, int]:
        """The registers of a thing and of the name or index of its part."""
        if isinstance(node, ast.Attribute):
            return self.expression(node.value), self.key(node.attr)
        if isinstance(node, ast.Subscript):
            return self.expression(node.value), self.expression(node.slice)
        raise Unsupported(node, "this place")

    def store(self, target: ast.expr, value: int) -> None:
        """Puts a register's value where the target says."""
        if isinstance(target, ast.Name):
            name = target.id
            if name in self.cells:
                self.emit(I.cell_set(self.places[name], value))
            elif name in self.places:
                self.emit(I.move(self.places[name], value))
            else:
                self.emit(I.set_global(name, value))
        elif isinstance(target, ast.Tuple):
            for i, part in enumerate(target.elts):
                item = self.register()
                self.emit(I.load_const(item, float(i)), I.get_index(item, value, item))
                self.store(part, item)
        else:
            thing, key = self.part(target)
            put = I.set_prop if isinstance(target, ast.Attribute) else I.set_index
            self.emit(put(thing, key, value))

    # ---- Expressions -----------------------------------------------------------

    def expression(self, node: ast.expr, into: int | None = None) -> int:
        """Compiles an expression; returns the register of its value.

        `into` says where it is wanted. It is written last, when the parts are known.
        """
        constant = literal(node)
        place = self.local(node) if into is None else None
        if place is not None:
            return place
        mark = self.next
        if constant is not None:
            result = self.register() if into is None else into
            self.emit(I.load_const(result, constant))
            return result
        method = getattr(self, f"of_{type(node).__name__}", None)
        if method is None:
            raise Unsupported(node, f"the expression {type(node).__name__}")
        result = self.register() if into is None else into
        method(node, result)
        self.next = mark if into is not None else max(mark, result + 1)
        return result

    def of_Name(self, node: ast.Name, into: int) -> None:
        name, program = node.id, self.program
        if name in self.cells:
            self.emit(I.cell_get(into, self.places[name]))
        elif name in self.places:
            self.emit(I.move(into, self.places[name]))
        elif name in program.constants:
            self.emit(I.load_const(into, program.constants[name]))
        elif name in program.known:
            self.emit(I.load_const(into, Value.function_ref(name)))
        else:
            self.emit(I.get_global(into, name))

    def of_BinOp(self, node: ast.BinOp, into: int) -> None:
        left = self.expression(node.left)
        right = self.expression(node.right)
        self.emit(BINARY[type(node.op)](into, left, right))

    def of_UnaryOp(self, node: ast.UnaryOp, into: int) -> None:
        if isinstance(node.op, ast.UAdd):
            raise Unsupported(node, "the sign +")
        operation = {ast.USub: I.neg, ast.Not: I.not_, ast.Invert: I.bit_not}[type(node.op)]
        self.emit(operation(into, self.expression(node.operand)))

    def of_BoolOp(self, node: ast.BoolOp, into: int) -> None:
        if into in self.places.values():
            # The name may be read again after the first part is known.
            self.emit(I.move(into, self.expression(node)))
            return
        end = self.label()
        jump = I.jump_if_true if isinstance(node.op, ast.Or) else I.jump_if_false
        for value in node.values:
            self.expression(value, into)
            if value is not node.values[-1]:
                self.emit(jump(into, end))
        self.emit(end)

    def of_Compare(self, node: ast.Compare, into: int) -> None:
        if len(node.ops) > 1 and into in self.places.values():
            self.emit(I.move(into, self.expression(node)))
            return
        end = self.label()
        left = self.expression(node.left)
        for operator, part in zip(node.ops, node.comparators, strict=True):
            right = self.expression(part)
            if isinstance(operator, (ast.In, ast.NotIn)):
                self.emit(I.has_index(into, right, left))
            else:
                self.emit(COMPARE[type(operator)](into, left, right))
            if isinstance(operator, (ast.NotIn, ast.IsNot)):
                self.emit(I.not_(into, into))
            if part is not node.comparators[-1]:
                self.emit(I.jump_if_false(into, end))
            left = right
        self.emit(end)

    def of_IfExp(self, node: ast.IfExp, into: int) -> None:
        other, end = self.label(), self.label()
        self.branch(node.test, other, False)
        self.expression(node.body, into)
        self.emit(I.jump(end), other)
        self.expression(node.orelse, into)
        self.emit(end)

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
        elif isinstance(node, ast.Constant):
            if bool(node.value) == when:
                self.emit(I.jump(target))
        else:
            mark = self.next
            jump = I.jump_if_true if when else I.jump_if_false
            self.emit(jump(self.expression(node), target))
            self.next = mark

    def of_List(self, node: ast.List, into: int) -> None:
        self.emit(I.array_init(into, [self.expression(item) for item in node.elts]))

    def of_Tuple(self, node: ast.Tuple, into: int) -> None:
        self.emit(I.tuple_init(into, [self.expression(item) for item in node.elts]))

    def of_Dict(self, node: ast.Dict, into: int) -> None:
        pairs = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                raise Unsupported(node, "a dictionary inside of another with `**`")
            pairs.append((self.expression(key), self.expression(value)))
        self.emit(I.map_init(into, pairs))

    def walk(self, node: ast.expr) -> int:
        """An iterator over a list, a generator, or what `items`, `keys`, `values` are of."""
        what = "values"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            words = {"items": "entries", "keys": "keys", "values": "values"}
            if node.func.attr in words and not self.program.is_method(node.func.attr):
                what, node = words[node.func.attr], node.func.value
        walk = self.register()
        self.emit(I.iter_init(walk, self.expression(node), what))
        return walk

    def of_ListComp(self, node: ast.ListComp, into: int) -> None:
        """`[each for name in walked if test]`: the name is one of the function around it."""
        part = node.generators[0]
        if len(node.generators) > 1 or not isinstance(part.target, ast.Name):
            raise Unsupported(node, "a comprehension over several things")
        again, end = self.label(), self.label()
        made, item = self.register(), self.register()
        hidden = self.places.get(part.target.id)
        walk = self.walk(part.iter)
        self.places[part.target.id] = item
        self.emit(I.array_init(made), again, I.iter_next(item, walk, end))
        for test in part.ifs:
            self.branch(test, again, False)
        self.emit(I.array_push(made, self.expression(node.elt)), I.jump(again), end)
        self.emit(I.move(into, made))
        del self.places[part.target.id]
        if hidden is not None:
            self.places[part.target.id] = hidden

    def of_Attribute(self, node: ast.Attribute, into: int) -> None:
        thing, key = self.part(node)
        self.emit(I.get_prop(into, thing, key))

    def of_Subscript(self, node: ast.Subscript, into: int) -> None:
        if isinstance(node.slice, ast.Slice):
            text = self.expression(node.value)
            lower = self.expression(node.slice.lower or ast.Constant(0))
            upper = self.expression(node.slice.upper) if node.slice.upper else self.register()
            if node.slice.upper is None:
                self.emit(I.length(upper, text))
            self.emit(I.call_native(into, "string.slice", [text, lower, upper]))
            return
        thing, key = self.part(node)
        self.emit(I.get_index(into, thing, key))

    def of_JoinedStr(self, node: ast.JoinedStr, into: int) -> None:
        parts = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                if value.format_spec is not None or value.conversion != -1:
                    raise Unsupported(node, "a format in an f-string")
                value = value.value
            parts.append(self.expression(value))
        self.emit(I.concat(into, parts))

    def of_Lambda(self, node: ast.Lambda, into: int) -> None:
        self.emit(I.move(into, self.closure(node)))

    def of_Yield(self, node: ast.Yield, into: int) -> None:
        self.emit(I.co_yield(into, self.expression(node.value or ast.Constant(None))))

    def of_Call(self, node: ast.Call, into: int) -> None:
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise Unsupported(node, "a call with names or *")
        func = node.func
        if isinstance(func, ast.Name) and func.id not in self.places:
            if func.id in self.program.classes:
                self.instance(func.id, node.args, into)
                return
            builtin = getattr(self, f"builtin_{func.id}", None)
            if builtin is not None and func.id not in self.program.known:
                builtin(node, into)
                return
        if isinstance(func, ast.Attribute):
            if isinstance(func.value, ast.Call) and getattr(func.value.func, "id", "") == "super":
                self.base_method(node, func.attr, into)
                return
            if self.own_method(node, func, into):
                return
        function = self.expression(func)
        self.emit(I.call(into, function, [self.expression(arg) for arg in node.args]))

    def instance(self, class_: str, args: list[ast.expr], into: int) -> None:
        """An object with the class's prototype, given to its `__init__`."""
        made, function = self.register(), self.register()
        self.emit(I.get_global(made, class_), I.object_new(made, made))
        init = self.program.method(class_, "__init__")
        if init is not None:
            self.emit(I.load_const(function, Value.function_ref(init)))
            given = [self.expression(arg) for arg in args]
            self.emit(I.call_this(function, function, made, given))
        self.emit(I.move(into, made))

    def base_method(self, node: ast.Call, name: str, into: int) -> None:
        """`super().name(...)`: the base's function, called with the receiver."""
        base = self.program.bases[self.class_ or ""]
        function = self.program.method(base, name)
        if function is None:
            raise Unsupported(node, f"super().{name}, which no base has,")
        register, this = self.register(), self.register()
        self.emit(I.load_const(register, Value.function_ref(function)), I.load_this(this))
        self.emit(I.call_this(into, register, this, [self.expression(arg) for arg in node.args]))

    def own_method(self, node: ast.Call, func: ast.Attribute, into: int) -> bool:
        """Calls of methods that lists, dicts and strings have, unless a class has them too."""
        name = func.attr
        if self.program.is_method(name) or name not in ("append", "pop", "join", "get"):
            return False
        thing = self.expression(func.value)
        given = [self.expression(arg) for arg in node.args]
        if name == "append":
            self.emit(I.array_push(thing, given[0]))
        elif name == "pop":
            self.emit(I.call_native(into, "array.pop", [thing]))
        elif name == "join":
            self.emit(I.call_native(into, "string.join", [given[0], thing]))
        else:
            there, end = self.label(), self.label()
            test = self.register()
            self.emit(I.has_index(test, thing, given[0]), I.jump_if_true(test, there))
            self.emit(I.move(into, given[1]) if len(given) > 1 else I.load_const(into, None))
            self.emit(I.jump(end), there, I.get_index(into, thing, given[0]), end)
        return True

    def builtin_print(self, node: ast.Call, into: int) -> None:
        parts = []
        for i, arg in enumerate(node.args):
            if i:
                parts.append(self.expression(ast.Constant(" ")))
            parts.append(self.expression(arg))
        self.emit(I.concat(into, parts), I.call_native(into, "io.println", [into]))

    def builtin_len(self, node: ast.Call, into: int) -> None:
        self.emit(I.length(into, self.expression(node.args[0])))
        self.emit(I.call_native(into, "integer.from_number", [into]))

    def builtin_str(self, node: ast.Call, into: int) -> None:
        self.emit(I.to_text(into, self.expression(node.args[0])))

    def builtin_float(self, node: ast.Call, into: int) -> None:
        self.emit(I.call_native(into, "string.to_number", [self.expression(node.args[0])]))

    def builtin_ord(self, node: ast.Call, into: int) -> None:
        text, zero = self.expression(node.args[0]), self.expression(ast.Constant(0))
        self.emit(I.call_native(into, "string.code_at", [text, zero]))
        self.emit(I.call_native(into, "integer.from_number", [into]))

    def builtin_chr(self, node: ast.Call, into: int) -> None:
        points = self.register()
        self.emit(I.array_init(points, [self.expression(node.args[0])]))
        self.emit(I.call_native(into, "string.from_code_points", [points]))

    def builtin_isinstance(self, node: ast.Call, into: int) -> None:
        thing, what = self.expression(node.args[0]), node.args[1]
        types = {"str": "string", "float": "number", "int": "integer", "bool": "boolean",
                 "list": "array", "dict": "map", "tuple": "tuple"}  # fmt: skip
        name = getattr(what, "id", "")
        if name in types:
            expected = self.register()
            self.emit(I.type_of(into, thing), I.load_const(expected, Value.atom(types[name])))
            self.emit(I.same(into, into, expected))
        else:
            self.emit(I.instance_of(into, thing, self.expression(what)))
