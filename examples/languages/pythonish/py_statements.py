"""Statements: assignments, conditions, loops. `py_leaving` has those that leave others."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ionvm import Instruction, Label, Pattern, Value

from py_calls import Calls
from py_expressions import SIGNS, literal

I = Instruction
#: What to write instead of statements that there are not.
OTHERWISE = {
    "Match": "use if and elif",
    "AsyncFunctionDef": "use a generator",
    "AsyncFor": "use for over a generator",
    "AsyncWith": "use with",
    "TryStar": "use try and except",
    "TypeAlias": "leave types away",
}


class Statements(Calls):
    """Statements of a function, one method a kind."""

    def entered(self, again: Label, end: Label, body: Callable[[], None]) -> None:
        """Compiles the body of a loop."""
        raise NotImplementedError

    def statement(self, node: ast.stmt) -> None:
        """Compiles a statement; what it needed for a moment is free again afterwards."""
        self.line(node)
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            name = type(node).__name__
            raise self.fail(node, f"the statement {name}", OTHERWISE.get(name, "use others"))
        with self.temporaries():
            method(node)

    def block(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            self.statement(node)

    def on_Pass(self, node: ast.stmt) -> None:
        pass

    on_Global = on_Nonlocal = on_Pass

    def on_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.expression(node.value)

    # ---- Assignment -----------------------------------------------------------

    def on_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Name) and self.lies_bare(target.id):
            self.expression(node.value, self.places[target.id])
            self.sure.add(target.id)
            return
        if (
            len(node.targets) == 1
            and isinstance(target, ast.Tuple | ast.List)
            and isinstance(node.value, ast.Tuple | ast.List)
            and len(target.elts) == len(node.value.elts)
            and not any(isinstance(e, ast.Starred) for e in target.elts + node.value.elts)
        ):
            # All of the right side comes before any of the left one.
            values = [self.expression(value, self.register()) for value in node.value.elts]
            for part, item in zip(target.elts, values, strict=True):
                self.store(part, item)
            return
        value = self.expression(node.value)
        for target in node.targets:
            self.store(target, value)

    def lies_bare(self, name: str) -> bool:
        """Whether a name is a register, into which a value can be computed at once."""
        return name in self.places and name not in self.cells and self.attributes is None

    def on_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.store(node.target, self.expression(node.value))

    def store(self, target: ast.expr, value: int) -> None:
        """Puts a register's value where the target says."""
        if isinstance(target, ast.Name):
            self.store_name(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self.unpack(target, value)
        elif isinstance(target, ast.Attribute):
            thing = self.expression(target.value)
            self.put_attribute(thing, self.key(target.attr), value)
        elif isinstance(target, ast.Subscript):
            thing = self.expression(target.value)
            if isinstance(target.slice, ast.Slice):
                unused = self.register()
                self.runtime(unused, "set_slice", [thing, *self.bounds(target.slice), value])
            else:
                self.put_index(thing, self.expression(target.slice), value, target.slice)
        else:
            raise self.fail(target, "this target of an assignment", "assign to a name")

    def put_attribute(self, thing: int, key: int, value: int) -> None:
        """`thing.key = value`."""
        put = I.set_prop(thing, key, value)
        self.careful(put, self.other, "set_attribute_slowly", [thing, key, value])

    def unpack(self, target: ast.Tuple | ast.List, value: int) -> None:
        """Takes a value apart: `a, *b, c = value`."""
        stars = [i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
        before = stars[0] if stars else len(target.elts)
        after = len(target.elts) - before - 1 if stars else -1
        items = self.registers(len(target.elts))
        fits = self.label()
        if not stars:
            # A tuple or list of that length is taken apart by a pattern.
            self.emit(I.match(value, [Pattern.tuple([Pattern.bind(i) for i in items])], [fits]))
        found = self.register()
        counts = [self.constant(Value.integer(n)) for n in (before, after)]
        self.runtime(found, "unpack", [value, *counts])
        for i, item in enumerate(items):
            self.emit(I.load_const(item, float(i)), I.get_index(item, found, item))
        self.emit(fits)
        for part, item in zip(target.elts, items, strict=True):
            self.store(part.value if isinstance(part, ast.Starred) else part, item)

    def on_AugAssign(self, node: ast.AugAssign) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            name = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            old = self.expression(name)
            bare = self.lies_bare(target.id)
            result = self.places[target.id] if bare else self.register()
            self.augment(node, result, old, self.expression(node.value))
            if not bare:
                self.store(target, result)
            return
        thing = self.expression(target.value)
        result = self.register()
        if isinstance(target, ast.Attribute):
            key = self.key(target.attr)
            self.get_attribute(target, thing, key, result)
            self.augment(node, result, result, self.expression(node.value))
            self.put_attribute(thing, key, result)
        elif isinstance(target.slice, ast.Slice):
            raise self.fail(node, "an operation on a slice in place", "assign to the slice")
        else:
            index = self.expression(target.slice)
            get = I.get_index(result, thing, index)
            self.indexed(get, result, "get_item", [thing, index], target.slice)
            self.augment(node, result, result, self.expression(node.value))
            self.put_index(thing, index, result, target.slice)

    def get_attribute(self, node: ast.Attribute, thing: int, key: int, into: int) -> None:
        """Reads an attribute whose thing and name lie in registers already."""
        done = self.label()

        def ask() -> None:
            self.runtime(into, "attribute", [thing, key], self.spare)
            self.emit(I.jump(done))

        get = I.get_prop(into, thing, key)
        self.careful(get, into, "attribute_slowly", [thing, key])
        self.emit(I.jump_if_undefined(into, self.later(ask)), done)

    def augment(self, node: ast.AugAssign, into: int, old: int, value: int) -> None:
        """`old + value`, in place for a list or an object that can."""
        known = literal(node.value)
        done = self.label()
        if known is None or isinstance(node.value, ast.Tuple):

            def in_place() -> None:
                self.constant(Value.string(SIGNS[type(node.op)]), self.other)
                self.runtime(into, "operate_in_place", [self.other, old, value], self.spare)
                self.emit(I.jump(done))

            self.is_a(old, ["array", "object", "map"], self.later(in_place))
        self.binary(node.op, into, old, value, known)
        self.emit(done)

    def on_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            unused = self.register()
            if isinstance(target, ast.Name):
                self.expression(ast.copy_location(ast.Name(target.id, ast.Load()), target))
                self.forget(target.id)
            elif isinstance(target, ast.Attribute):
                thing, key = self.expression(target.value), self.key(target.attr)
                self.runtime(unused, "delete_attribute", [thing, key])
            elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
                thing = self.expression(target.value)
                self.runtime(unused, "delete_slice", [thing, *self.bounds(target.slice)])
            elif isinstance(target, ast.Subscript):
                thing, key = self.expression(target.value), self.expression(target.slice)
                delete = I.delete_index(thing, key)
                self.indexed(delete, self.other, "delete_item", [thing, key], target.slice)
            else:
                raise self.fail(target, "this target of del", "delete one after the other")

    def on_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name not in self.program.modules:
                raise self.no_module(node, alias.name)
            with self.temporaries():
                made = self.register()
                self.runtime(made, f"module_{alias.name}", [])
                self.store_name(alias.asname or alias.name, made)

    def on_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "__future__":
            return
        if node.module not in self.program.modules:
            raise self.no_module(node, node.module or ".")
        for alias in node.names:
            if alias.name == "*":
                raise self.fail(node, "the import of everything", "name what is imported")
            with self.temporaries():
                made, key = self.register(), self.key(alias.name)
                self.runtime(made, f"module_{node.module}", [])
                self.runtime(made, "attribute", [made, key])
                self.store_name(alias.asname or alias.name, made)

    def no_module(self, node: ast.stmt, name: str) -> Exception:
        known = ", ".join(sorted(self.program.modules))
        return self.fail(node, f"the module {name}", f"only {known} can be imported")

    # ---- Conditions and loops -----------------------------------------------------

    def on_If(self, node: ast.If) -> None:
        other, end = self.label(), self.label()
        self.branch(node.test, other, False)
        before = set(self.sure)
        self.block(node.body)
        after, self.sure = self.sure, before
        if node.orelse:
            self.emit(I.jump(end), other)
            self.block(node.orelse)
            self.emit(end)
            self.sure = self.joined((node.body, after), (node.orelse, self.sure))
        else:
            self.emit(other)
            self.sure = self.joined((node.body, after), ([], self.sure))

    def joined(self, *ways: tuple[list[ast.stmt], set[str]]) -> set[str]:
        """The names that are assigned whichever way was gone. A way that leaves does not count."""
        leaving = ast.Return | ast.Raise | ast.Break | ast.Continue
        open_ = [names for body, names in ways if not (body and isinstance(body[-1], leaving))]
        return set.intersection(*open_) if open_ else set(ways[0][1])

    def on_While(self, node: ast.While) -> None:
        again, end, out = self.label(), self.label(), self.label()
        self.emit(again)
        self.branch(node.test, end, False)
        before = set(self.sure)
        self.entered(again, out, lambda: self.block(node.body))
        self.emit(I.jump(again), end)
        self.sure = before
        self.loop_else(node, out)

    def loop_else(self, node: ast.While | ast.For, out: Label) -> None:
        """What runs when a loop ends by itself, and the place behind that."""
        before = set(self.sure)
        self.block(node.orelse)
        self.sure = before
        self.emit(out)

    def on_For(self, node: ast.For) -> None:
        before = set(self.sure)
        end, out = self.label(), self.label()
        self.walk(node.target, node.iter, end, out, lambda: self.block(node.body))
        self.emit(end)
        self.sure = before
        self.loop_else(node, out)

    def walk(
        self, target: ast.expr, walked: ast.expr, end: Label, out: Label, body: Callable[[], None]
    ) -> None:
        """`for target in walked: body`; goes to `end` when there is no more."""
        if isinstance(walked, ast.Call) and self.is_plain_range(walked):
            self.count_loop(target, walked.args, end, out, body)
            return
        with self.temporaries():
            thing = self.expression(walked)
            self.walk_value(target, thing, end, out, body)

    def walk_value(
        self, target: ast.expr, thing: int, end: Label, out: Label, body: Callable[[], None]
    ) -> None:
        """Walks over what a register holds."""
        again, begin = self.label(), self.label()
        walk, item = self.register(), self.register()

        def ask() -> None:
            self.runtime(walk, "walk", [thing], self.spare)
            self.emit(I.jump(again))

        self.is_a(thing, ["array", "tuple", "string"], begin)
        self.emit(I.jump(self.later(ask)), begin)
        self.emit(I.iter_init(walk, thing, "values"), again, I.iter_next(item, walk, end))
        self.store(target, item)
        self.entered(again, out, body)
        self.emit(I.jump(again))

    def is_plain_range(self, node: ast.Call) -> bool:
        """Whether a call is that of `range`, counting up or down by a number in the text."""
        if not isinstance(node.func, ast.Name) or node.func.id != "range" or node.keywords:
            return False
        if node.func.id in self.places or not self.program.is_builtin("range"):
            return False
        step = literal(node.args[2]) if len(node.args) == 3 else None
        known = len(node.args) in (1, 2) or (step is not None and bool(step.to_python()))
        return known and not any(isinstance(arg, ast.Starred) for arg in node.args)

    def count_loop(
        self,
        target: ast.expr,
        args: list[ast.expr],
        end: Label,
        out: Label,
        body: Callable[[], None],
    ) -> None:
        """Counts in a register of its own, so that assigning to the target does no harm."""
        first, last = (args[0], args[1]) if len(args) > 1 else (ast.Constant(0), args[0])
        by = args[2] if len(args) > 2 else ast.Constant(1)
        step_value = literal(by)
        down = step_value is not None and step_value.to_python() < 0
        with self.temporaries():
            at = self.expression(first, self.register())
            limit = self.expression(last, self.register())
            step = self.expression(by, self.register())
            # Anything but integers is an error, which the runtime tells.
            self.runtime(self.other, "check_range", [at, limit, step])
            self.emit(I.sub(at, at, step))
            again, done = self.label(), self.register()
            self.emit(again, I.add(at, at, step))
            compare = I.greater_than if down else I.less_than
            self.emit(compare(done, at, limit), I.jump_if_false(done, end))
            self.store(target, at)
            self.entered(again, out, body)
            self.emit(I.jump(again))

    def on_Assert(self, node: ast.Assert) -> None:
        fine = self.label()
        self.branch(node.test, fine, True)
        error = self.register()
        message = self.expression(node.msg) if node.msg else self.constant(Value.undefined())
        self.runtime(error, "assertion_error", [message])
        self.emit(I.throw(error), fine)
