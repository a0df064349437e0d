"""Functions: from Python's syntax trees to instructions.

A name of a function is one of these places:

- a register: a local one, or a value captured from outside that never changes;
- a cell in a register, where an inner function and its surroundings share a name;
- a global of the class, or a constant, a function, a class of the program.

Registers are counted: captures, arguments, locals, then what is needed for a moment.
"""

from __future__ import annotations

import ast
import symtable
from typing import TYPE_CHECKING

from ionvm import DebugInfo, Function, Handler, Instruction, Label, LineEntry, Pattern, Value

from expressions import BINARY, Expressions, Unsupported

if TYPE_CHECKING:
    from minipy import Program

I = Instruction
#: Python's names of what the machine raises, by kind.
EXCEPTIONS = {
    "IndexError": "bad_index", "KeyError": "not_found", "TypeError": "bad_type",
    "RecursionError": "stack_overflow", "ZeroDivisionError": "bad_number",
}  # fmt: skip
#: Methods that are an object's magic methods.
MAGIC = {
    "__add__", "__sub__", "__mul__", "__mod__", "__pow__", "__neg__", "__eq__", "__lt__",
    "__le__", "__call__", "__len__", "__str__", "__iter__", "__radd__", "__rsub__", "__rmul__",
}  # fmt: skip
MAGIC_NAMES = {name: name for name in MAGIC} | {
    "__truediv__": "__div__", "__getitem__": "__get_index__", "__setitem__": "__set_index__",
    "__contains__": "__has_index__", "__delitem__": "__delete_index__",
}  # fmt: skip


class FunctionCompiler(Expressions):
    """One function that is being compiled."""

    def __init__(
        self,
        program: Program,
        name: str,
        table: symtable.SymbolTable | None,
        outer: FunctionCompiler | None,
        class_: str | None,
    ) -> None:
        super().__init__(program, name, class_)
        self.table, self.outer = table, outer
        self.handlers: list[Handler] = []
        self.lines: list[LineEntry] = []
        self.captures: list[str] = []
        self.arity = self.optional = 0
        self.loops: list[tuple[Label, Label]] = []

    @classmethod
    def function(
        cls,
        program: Program,
        node: ast.FunctionDef | ast.Lambda,
        table: symtable.SymbolTable,
        class_: str | None = None,
        outer: FunctionCompiler | None = None,
    ) -> FunctionCompiler:
        """Compiles a function and adds it to the program."""
        name = getattr(node, "name", "lambda")
        if class_ is not None:
            name = f"{class_}.{name}"
        if outer is not None:
            outer.labels += 1
            name = f"{outer.name}.{name}.{outer.labels}"
        made = cls(program, name, table, outer, class_ or (outer.class_ if outer else None))
        is_generator = any(isinstance(n, (ast.Yield,)) for n in own_nodes(node))
        made.begin(node, is_method=class_ is not None and not is_generator)
        lambda_body = [ast.copy_location(ast.Return(node.body), node)]  # type: ignore[arg-type]
        for statement in node.body if isinstance(node.body, list) else lambda_body:
            made.statement(statement)
        if is_generator:
            made.wrap_generator(class_ is not None)
        program.functions.append(made.finish(exported=outer is None))
        return made

    # ---- Frames and registers ---------------------------------------------

    def begin(self, node: ast.FunctionDef | ast.Lambda, is_method: bool) -> None:
        """Lays out the frame, and moves what must lie in a cell there."""
        assert self.table is not None
        spec = node.args
        if spec.vararg or spec.kwarg or spec.kwonlyargs:
            raise Unsupported(node, "a function with * arguments")
        names = [arg.arg for arg in spec.args]
        receiver = names.pop(0) if is_method else None
        if self.outer is not None:
            free = {symbol.get_name() for symbol in self.table.get_symbols() if symbol.is_free()}
            self.captures = sorted(free - {"__class__"})
        for name in [*self.captures, *names]:
            self.places[name] = self.register()
        self.arity, self.optional = len(names), len(spec.defaults)
        if receiver is not None:
            self.places[receiver] = self.register()
            self.emit(I.load_this(self.places[receiver]))
        for symbol in self.table.get_symbols():
            if symbol.is_local() and symbol.get_name() not in self.places:
                self.places[symbol.get_name()] = self.register()
        for name, default in zip(names[len(names) - self.optional :], spec.defaults, strict=True):
            use, done = self.label(), self.label()
            self.emit(I.jump_if_undefined(self.places[name], use), I.jump(done), use)
            self.expression(default, self.places[name])
            self.emit(done)
        shared = self.shared_names(node)
        for name in [*names, *([receiver] if receiver else [])]:
            if name in shared:
                self.cells.add(name)
                self.emit(I.make_cell(self.places[name], self.places[name]))
        for name in sorted(shared - set(names) - {receiver} - set(self.captures)):
            self.cells.add(name)
            self.emit(I.make_cell(self.places[name], self.places[name]))
        self.cells |= {name for name in self.captures if self.outer and name in self.outer.cells}

    def shared_names(self, node: ast.AST) -> set[str]:
        """Own names that an inner function uses, and that are set more than as an argument."""
        assert self.table is not None
        inner: set[str] = set()
        todo = list(self.table.get_children())
        while todo:
            table = todo.pop()
            inner |= {s.get_name() for s in table.get_symbols() if s.is_free()}
            todo += table.get_children()
        parts = list(ast.walk(node))
        names = [n for n in parts if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        stored = {n.id for n in names} | {n.name for n in parts if isinstance(n, ast.FunctionDef)}
        return inner & stored & {s.get_name() for s in self.table.get_symbols() if s.is_local()}

    def wrap_generator(self, is_method: bool) -> None:
        """The function proper makes a coroutine of what was compiled."""
        body = f"{self.name}.body"
        # What runs in the coroutine takes the receiver as an argument like others.
        wrapped = FunctionCompiler(self.program, self.name, None, self.outer, self.class_)
        wrapped.captures, wrapped.optional = list(self.captures), self.optional
        wrapped.arity = self.arity - is_method
        total = len(self.captures) + wrapped.arity
        wrapped.next = wrapped.most = total
        function = wrapped.register()
        arguments = list(range(len(self.captures), total))
        if is_method:
            this = wrapped.register()
            wrapped.emit(I.load_this(this))
            arguments.insert(0, this)
        wrapped.emit(I.make_closure(function, body, None, list(range(len(self.captures)))))
        wrapped.emit(I.co_new(function, function, arguments), I.return_(function))
        self.program.functions.append(wrapped.finish(exported=self.outer is None))
        self.name = body

    def finish(self, exported: bool = True) -> Function:
        """The function as the machine takes it."""
        extra = self.most - len(self.captures) - self.arity
        return Function(
            self.name, self.arity, extra, self.items,
            captures=len(self.captures), optional=self.optional,
            exported=exported and not self.captures, handlers=self.handlers,
            source=DebugInfo(tuple(self.lines)),
        )  # fmt: skip

    # ---- Statements ---------------------------------------------------------

    def statement(self, node: ast.stmt) -> None:
        """Compiles a statement; what it needed for a moment is free again afterwards."""
        if self.lines and self.lines[-1].at == self.count:
            self.lines.pop()
        self.lines.append(LineEntry(self.count, self.program.file, node.lineno))
        mark = self.next
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            raise Unsupported(node, f"the statement {type(node).__name__}")
        method(node)
        self.next = mark

    def block(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            self.statement(node)

    def on_Pass(self, node: ast.Pass) -> None:
        pass

    on_Global = on_Nonlocal = on_Pass

    def on_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.expression(node.value)

    def on_Return(self, node: ast.Return) -> None:
        self.emit(I.return_(self.expression(node.value or ast.Constant(None))))

    def on_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if len(node.targets) > 1:
            raise Unsupported(node, "an assignment to several targets")
        place = self.local(target)
        if place is not None:
            self.expression(node.value, place)
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            # All of the right side comes before any of the left one.
            values = [self.expression(value, self.register()) for value in node.value.elts]
            for part, value in zip(target.elts, values, strict=True):
                self.store(part, value)
        else:
            self.store(target, self.expression(node.value))

    def on_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.store(node.target, self.expression(node.value))

    def on_AugAssign(self, node: ast.AugAssign) -> None:
        operation = BINARY[type(node.op)]
        target = node.target
        if isinstance(target, ast.Name):
            old = self.expression(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            value = self.expression(node.value)
            place = self.local(target)
            result = self.register() if place is None else place
            self.emit(operation(result, old, value))
            if place is None:
                self.store(target, result)
            return
        thing, key = self.part(target)
        is_property = isinstance(target, ast.Attribute)
        get = I.get_prop if is_property else I.get_index
        put = I.set_prop if is_property else I.set_index
        result = self.register()
        self.emit(get(result, thing, key))
        self.emit(operation(result, result, self.expression(node.value)), put(thing, key, result))

    def on_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            thing, key = self.part(target)
            if isinstance(target, ast.Subscript):
                self.emit(I.delete_index(thing, key))
            else:
                self.emit(I.delete_prop(self.register(), thing, key))

    def on_If(self, node: ast.If) -> None:
        other, end = self.label(), self.label()
        self.branch(node.test, other, False)
        self.block(node.body)
        if node.orelse:
            self.emit(I.jump(end), other)
            self.block(node.orelse)
            self.emit(end)
        else:
            self.emit(other)

    def on_While(self, node: ast.While) -> None:
        body, test, end = self.label(), self.label(), self.label()
        self.emit(I.jump(test), body)
        self.loop(node, test, end)
        self.emit(test)
        self.branch(node.test, body, True)
        self.emit(end)

    def loop(self, node: ast.While | ast.For, again: Label, end: Label) -> None:
        if node.orelse:
            raise Unsupported(node, "else after a loop")
        self.loops.append((again, end))
        self.block(node.body)
        self.loops.pop()

    def on_Break(self, node: ast.Break) -> None:
        self.emit(I.jump(self.loops[-1][1]))

    def on_Continue(self, node: ast.Continue) -> None:
        self.emit(I.jump(self.loops[-1][0]))

    def on_For(self, node: ast.For) -> None:
        again, end = self.label(), self.label()
        if isinstance(node.iter, ast.Call) and getattr(node.iter.func, "id", "") == "range":
            self.count_loop(node, node.iter.args, again, end)
            return
        walk, item = self.walk(node.iter), self.register()
        self.emit(again, I.iter_next(item, walk, end))
        self.store(node.target, item)
        self.loop(node, again, end)
        self.emit(I.jump(again), end)

    def count_loop(self, node: ast.For, args: list[ast.expr], again: Label, end: Label) -> None:
        first, last = (args[0], args[1]) if len(args) > 1 else (ast.Constant(0), args[0])
        by = args[2] if len(args) > 2 else ast.Constant(1)
        down = isinstance(by, ast.UnaryOp)
        at = self.expression(first, self.register())
        limit = self.expression(last, self.register())
        step = self.expression(by, self.register())
        test, body = self.label(), self.label()
        self.emit(I.jump(test), body)
        self.store(node.target, at)
        self.loop(node, again, end)
        done = self.register()
        self.emit(again, I.add(at, at, step), test)
        compare = I.greater_than if down else I.less_than
        self.emit(compare(done, at, limit), I.jump_if_true(done, body), end)

    def on_Raise(self, node: ast.Raise) -> None:
        if node.exc is None:
            raise Unsupported(node, "raise without a value")
        self.emit(I.throw(self.expression(node.exc)))

    def on_Assert(self, node: ast.Assert) -> None:
        fine = self.label()
        self.branch(node.test, fine, True)
        self.emit(I.throw(self.expression(node.msg or ast.Constant("assertion"))), fine)

    def on_Try(self, node: ast.Try) -> None:
        leaves = any(isinstance(n, (ast.Return, ast.Break, ast.Continue)) for n in ast.walk(node))
        if node.orelse or node.finalbody and leaves:
            raise Unsupported(node, "else, or a way out of try with finally,")
        begin, caught, end = self.label(), self.label(), self.label()
        value, info = self.register(), self.register()
        last = self.label()
        self.emit(begin)
        self.block(node.body)
        if node.handlers:
            self.emit(I.jump(end), caught)
            self.handlers.append(Handler(begin, caught, caught, value, info))
            for handler in node.handlers:
                self.clause(handler, value, end)
            self.emit(I.rethrow(value, info))
        self.emit(end)
        if node.finalbody:
            done = self.label()
            self.emit(I.jump(done), last)
            self.handlers.append(Handler(begin, last, last, value, info))
            self.block(node.finalbody)
            self.emit(I.rethrow(value, info), done)
            self.block(node.finalbody)

    def clause(self, handler: ast.ExceptHandler, value: int, end: Label) -> None:
        """One `except`: tests whether the value fits, and runs its block."""
        other = self.label()
        name = handler.type.id if isinstance(handler.type, ast.Name) else None
        if name in EXCEPTIONS:
            fits = self.label()
            kind = Pattern.object({"kind": Pattern.value(Value.atom(EXCEPTIONS[name]))})
            self.emit(I.match(value, [kind], [fits]), I.jump(other), fits)
        elif name in self.program.classes:
            test = self.register()
            self.emit(I.get_global(test, name), I.instance_of(test, value, test))
            self.emit(I.jump_if_false(test, other))
        elif name != "Exception":
            raise Unsupported(handler, "this except")
        if handler.name:
            self.store(ast.Name(handler.name, ast.Store()), value)
        self.block(handler.body)
        self.emit(I.jump(end), other)

    def on_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.store(ast.Name(node.name, ast.Store()), self.closure(node))

    def closure(self, node: ast.FunctionDef | ast.Lambda) -> int:
        assert self.table is not None
        name = getattr(node, "name", "lambda")
        found = [
            child
            for child in self.table.get_children()
            if child.get_lineno() == node.lineno and child.get_name() == name
        ]
        if len(found) != 1:
            raise Unsupported(node, "two functions of one name in a line")
        made = FunctionCompiler.function(self.program, node, found[0], None, self)
        result = self.register()
        places = [self.places[name] for name in made.captures]
        wanted = made.name.removesuffix(".body")
        self.emit(I.make_closure(result, wanted, None, places))
        return result

    def prototype(self, node: ast.ClassDef, methods: dict[str, str]) -> None:
        """Makes the prototype of a class and sets it as a global."""
        made = self.register()
        base = self.program.bases[node.name]
        plain = [
            (name, Value.function_ref(function), "writable configurable")
            for name, function in methods.items()
            if name not in MAGIC_NAMES
        ]
        if base is None:
            self.emit(I.object_init(made, plain))
        else:
            self.emit(I.get_global(made, base), I.object_new(made, made, plain))
        self.emit(I.set_type_name(made, node.name))
        for name, function in methods.items():
            if name in MAGIC_NAMES:
                method = self.register()
                self.emit(I.load_const(method, Value.function_ref(function)))
                self.emit(I.set_magic(made, MAGIC_NAMES[name], method))
        for item in node.body:
            if isinstance(item, ast.Assign):
                target = item.targets[0]
                if not isinstance(target, ast.Name):
                    raise Unsupported(item, "an assignment in a class to anything but a name")
                key, value = self.key(target.id), self.expression(item.value)
                self.emit(I.set_prop(made, key, value))
        self.emit(I.set_global(node.name, made))


def own_nodes(node: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    found: list[ast.AST] = []
    todo = list(ast.iter_child_nodes(node))
    while todo:
        part = todo.pop()
        found.append(part)
        if not isinstance(part, (ast.FunctionDef, ast.Lambda)):
            todo += ast.iter_child_nodes(part)
    return found
