"""Classes: a class is the prototype of its instances, and an object like others.

An attribute is a property, so that what an instance does not have itself comes from its class,
and from the class's base. A method takes its receiver as the machine gives it (`load_this`); the
machine binds it to the object that it is read from. A class is called by a function of the
runtime that all classes inherit.

What decorators make of a method takes its receiver as the first argument: `method_of` of the
runtime turns it into a method of the machine. A property `x` is a method called `get x`, which
the magic method `__get__` looks for when an object has no `x`.
"""

from __future__ import annotations

import ast

from ionvm import Instruction, Value

from py_leaving import Leaving
from py_names import class_name

I = Instruction
#: Methods of Python that are the machine's magic methods.
MAGIC = {
    "__add__": "__add__", "__sub__": "__sub__", "__mul__": "__mul__", "__mod__": "__mod__",
    "__truediv__": "__div__", "__floordiv__": "__int_div__", "__neg__": "__neg__",
    "__radd__": "__radd__", "__rsub__": "__rsub__", "__rmul__": "__rmul__",
    "__rmod__": "__rmod__", "__rtruediv__": "__rdiv__", "__rfloordiv__": "__rint_div__",
    "__eq__": "__eq__", "__lt__": "__lt__", "__le__": "__le__",
    "__getitem__": "__get_index__", "__setitem__": "__set_index__",
    "__delitem__": "__delete_index__",
}  # fmt: skip
#: Methods by which Python asks for more than there is here.
REFUSED = {
    "__new__": "use __init__ or a function",
    "__getattribute__": "use __getattr__",
    "__setattr__": "use a property",
    "__delattr__": "use a method",
    "__format__": "use __str__",
    "__del__": "use `with`",
    "__set_name__": "use a property",
    "__ne__": "use __eq__",
    "__index__": "call a method",
    "__divmod__": "use __floordiv__ and __mod__",
    "__init_subclass__": "call a function",
    "__class_getitem__": "use a class method",
    "__instancecheck__": "use a method",
    "__missing__": "use `get`",
    "__get__": "use a property",
    "__set__": "use a property",
}


class Classes(Leaving):
    """Definitions of functions and classes."""

    def on_FunctionDef(self, node: ast.FunctionDef) -> None:
        if self.attributes is not None:
            self.method(node)
            return
        made = self.register()
        decorators = [self.expression(part, self.register()) for part in node.decorator_list]
        name = node.name if node.name in self.program.signatures else None
        self.function_value(node, made, False, name if self.scope.parent is None else None)
        for decorator in reversed(decorators):
            self.emit(I.call(made, decorator, [made]))
        if self.scope.parent is None and node.name in self.program.plain_functions:
            return
        self.store_name(node.name, made)

    # ---- Methods ----------------------------------------------------------------

    def method(self, node: ast.FunctionDef) -> None:
        """A function in the body of a class."""
        assert self.attributes is not None and self.class_ is not None
        class_ = self.attributes[0]
        if node.name in REFUSED:
            raise self.fail(node, f"the method {node.name}", REFUSED[node.name])
        made, unused = self.register(), self.register()
        name = self.program.unique(f"{self.class_path}.{node.name}")
        words = [ast.unparse(part) for part in node.decorator_list]
        if words == ["property"] or words == [f"{node.name}.setter"]:
            self.function_value(node, made, True, name)
            kind = "get" if words == ["property"] else "set"
            key = self.constant(Value.string(f"{kind} {node.name}"))
            self.emit(I.set_prop(class_, key, made))
            self.runtime(unused, "looks_up", [class_])
            return
        if "property" in words or any(word.endswith((".setter", ".deleter")) for word in words):
            raise self.fail(node, "a property with other decorators", "decorate another method")
        if not words:
            self.function_value(node, made, True, name)
        elif words == ["staticmethod"]:
            self.function_value(node, made, False, name)
        elif words == ["classmethod"]:
            self.function_value(node, made, False, name)
            self.runtime(made, "class_method", [made])
        else:
            others = [self.expression(part, self.register()) for part in node.decorator_list]
            self.function_value(node, made, False, name)
            for decorator in reversed(others):
                self.emit(I.call(made, decorator, [made]))
            self.runtime(made, "method_of", [made])
        self.store_name(node.name, made)
        if any(isinstance(n, ast.Name) and n.id == "NotImplemented" for n in ast.walk(node)):
            key = self.constant(Value.string(node.name))
            self.runtime(made, "or_reflected", [key, made])
        self.add_magic(node.name, made)

    @property
    def class_path(self) -> str:
        """The name of the class at hand, for the names of its methods."""
        assert self.class_ is not None
        name = self.class_.name
        return name if self.scope.parent is None else f"{self.name}.{name}"

    def add_magic(self, name: str, value: int) -> None:
        """Makes what was stored under a name a magic method, if the machine knows it."""
        assert self.attributes is not None
        class_ = self.attributes[0]
        if name in MAGIC:
            self.emit(I.set_magic(class_, MAGIC[name], value))
        elif name == "__getattr__":
            self.runtime(self.other, "looks_up", [class_])

    # ---- Classes ------------------------------------------------------------------

    def on_ClassDef(self, node: ast.ClassDef) -> None:
        made, base, key = self.registers(3)
        decorators = [self.expression(part, self.register()) for part in node.decorator_list]
        if len(node.bases) > 1 or node.keywords:
            remedy = "let it have one base, and hold the others as attributes"
            raise self.fail(node, "a class with several bases or a metaclass", remedy)
        if node.bases:
            self.check_base(node.bases[0])
            self.expression(node.bases[0], base)
        elif not self.program.is_runtime or node.name != "object":
            self.load("object", base)
        # A pattern takes the name of a type and that of an object for the same thing; no type of
        # the machine is called like this.
        self.emit(I.object_new(made, base, []), I.set_type_name(made, f"class {node.name}"))
        for name, value in (("__name__", node.name), ("__doc__", ast.get_docstring(node))):
            with self.temporaries():
                self.constant(Value.atom(name), key)
                self.emit(I.set_prop(made, key, self.constant(Value.of(value))))
        self.constant(Value.atom("__base__"), key)
        self.emit(I.set_prop(made, key, base))
        outer = self.attributes, self.class_
        self.attributes = None
        self.store_name(class_name(node), made)
        self.attributes, self.class_ = (made, set()), node
        for statement in node.body:
            self.statement(statement)
            self.alias_magic(statement, made)
        self.attributes, self.class_ = outer
        for decorator in reversed(decorators):
            self.emit(I.call(made, decorator, [made]))
        self.store_name(node.name, made)

    def alias_magic(self, node: ast.stmt, class_: int) -> None:
        """`__radd__ = __add__` in the body of a class; a lambda there is a method."""
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            with self.temporaries():
                value = self.register()
                if isinstance(node.value, ast.Lambda):
                    self.load(name, value)
                    self.runtime(value, "method_of", [value])
                    self.store_name(name, value)
                if name in MAGIC:
                    self.load(name, value)
                    self.add_magic(name, value)

    def check_base(self, node: ast.expr) -> None:
        """Refuses bases whose instances are no objects of the machine."""
        name = node.id if isinstance(node, ast.Name) else ""
        if self.program.is_builtin(name) and self.program.makes_itself(name):
            remedy = f"hold a {name} as an attribute"
            raise self.fail(node, f"a class whose base is {name}", remedy)
