"""A program: what is known about all of it, and how it starts.

What is defined once at the top of a program is *plain*: functions without captures are constants
of the code that calls them, and classes whose `__init__` is known are made without asking. All
other names of the module are globals.

The runtime is a program in the same language, compiled as a class of its own called `Python`.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ionvm import Function, Instruction, Module, Value

from py_calls import Signature
from py_expressions import literal
from py_frame import Frame, Unsupported
from py_functions import FunctionCompiler, odd_defaults
from py_names import Names, class_name

I = Instruction
RUNTIME = Path(__file__).parent / "runtime"
#: What the class of the runtime is called.
RUNTIME_CLASS = "Python"


class Compiled(Module):
    """A class that is done: its class file is made once, however often it runs."""

    _file: bytes | None = None

    def to_bytes(self, classes: Mapping[str, Sequence[Function]] | None = None) -> bytes:
        if self._file is None:
            self._file = super().to_bytes(classes)
        return self._file


class Program:
    """A program that is being compiled."""

    def __init__(self, name: str, texts: dict[str, str], runtime: Program | None) -> None:
        self.name, self.runtime = name, runtime
        self.functions: list[Function] = []
        self.signatures: dict[str, Signature] = {}
        self.plain_functions: set[str] = set()
        self.plain_classes: dict[str, ast.ClassDef] = {}
        self.constants: dict[str, Value] = {}
        #: What the runtime must know of functions that are called by keyword, by their text.
        self.described: dict[str, Value] = {}
        self.used_builtins: set[str] = set()
        self.taken: set[str] = {"begin", "run", "start"}
        trees = {file: ast.parse(text, file) for file, text in texts.items()}
        self.files = {node: file for file, tree in trees.items() for node in tree.body}
        self.file = next(iter(texts))
        self.tree = ast.Module([node for tree in trees.values() for node in tree.body], [])
        self.names = Names(self.tree)
        self.module = self.names.module
        for node in self.tree.body:
            self.declare(node)
        self.begin()
        self.enter("run", None)
        self.enter("start", self.signatures.get("main"))

    @property
    def is_runtime(self) -> bool:
        return self.runtime is None

    @property
    def modules(self) -> set[str]:
        """The modules that can be imported."""
        source = self.runtime or self
        return {n.removeprefix("module_") for n in source.plain_functions if n[:7] == "module_"}

    def declare(self, node: ast.stmt) -> None:
        """Notes what is defined once, before anything is compiled."""
        if isinstance(node, ast.FunctionDef) and self.module.bound[node.name] == 1:
            if node.decorator_list:
                return
            self.signatures[node.name] = Signature.of(node.args, 0)
            self.taken.add(node.name)
            if not odd_defaults(node):
                self.plain_functions.add(node.name)
        elif isinstance(node, ast.ClassDef) and self.module.bound[node.name] == 1:
            if not node.decorator_list:
                self.plain_classes[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, literal(node.value)
            if value is not None and self.module.bound[name] == 1 and len(node.targets) == 1:
                self.constants[name] = value

    def unique(self, name: str) -> str:
        """The name of a function of the machine: this one, or this one with a number."""
        found, count = name, 1
        while found in self.taken:
            count += 1
            found = f"{name}#{count}"
        self.taken.add(found)
        return found

    def add(self, function: Function, signature: Signature | None) -> None:
        """Adds a compiled function."""
        self.functions.append(function)
        if signature is not None:
            # The text of a function is all that the machine tells of it.
            name = str(function.name)
            name = name if name.isidentifier() else f'"{name}"'
            text = f"#function<{self.name}.{name}/{function.arity}>"
            self.described[text] = signature.described

    def described_signatures(self) -> Value:
        return Value.map([(text, value) for text, value in self.described.items()])

    # ---- Classes ----------------------------------------------------------------

    def method_of(self, class_: str, name: str) -> tuple[str | None, Signature] | None:
        """The function that a method of a plain class is; None where that is not certain."""
        node = self.plain_classes[class_]
        found = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == name]
        if not self.is_rooted_here(class_):
            return None
        if len(found) == 1:
            if found[0].decorator_list or odd_defaults(found[0]):
                return None
            return f"{class_}.{name}", Signature.of(found[0].args, 1)
        if found or any(not isinstance(n, ast.Name) for n in node.bases):
            return None
        if not node.bases:
            return None, Signature([])
        base = node.bases[0]
        assert isinstance(base, ast.Name)
        return self.method_of(base.id, name) if base.id in self.plain_classes else None

    def is_rooted_here(self, class_: str) -> bool:
        """Whether all bases of a class are plain ones of the program."""
        bases = self.plain_classes[class_].bases
        if not bases:
            return True
        base = bases[0].id if isinstance(bases[0], ast.Name) else ""
        return base in self.plain_classes and base != class_ and self.is_rooted_here(base)

    def has_method(self, class_: str, name: str) -> bool:
        """Whether a class, plain or of the runtime, has a plain method of that name."""
        if class_ in self.plain_classes:
            node = self.plain_classes[class_]
            found = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == name]
            if found:
                return not found[-1].decorator_list
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)] or ["object"]
            return bases[0] != class_ and self.has_method(bases[0], name)
        if self.runtime is not None and self.is_builtin(class_):
            return class_ in self.runtime.plain_classes and self.runtime.has_method(class_, name)
        return False

    def makes_itself(self, class_: str) -> bool:
        """Whether a class of the runtime makes its values by a function, and no instances."""
        source = self.runtime or self
        node = source.plain_classes.get(class_)
        parts = node.body if node else []
        return any(isinstance(n, ast.FunctionDef) and n.name == "__make__" for n in parts)

    # ---- The runtime --------------------------------------------------------------

    def runtime_function(self, name: str) -> Value:
        """A function of the runtime as a constant."""
        source = self.runtime or self
        if name not in source.taken:
            raise KeyError(f"the runtime has no function {name}")
        if self.runtime is None:
            return Value.function_ref(name)
        arity = next(f.arity for f in source.functions if f.name == name)
        return Value.extern(RUNTIME_CLASS, name, arity)

    def is_builtin(self, name: str) -> bool:
        """Whether a name is Python's own here, and the runtime has it."""
        if self.runtime is None or name in self.module.bound or not hasattr(builtins, name):
            return False
        return name in self.runtime.module.bound

    def is_missing(self, name: str) -> bool:
        """Whether a name is Python's own, but not here."""
        if self.runtime is None or name in self.module.bound or name.startswith("__"):
            return False
        return hasattr(builtins, name) and not self.is_builtin(name)

    def builtin_signature(self, name: str) -> tuple[str, Signature | None]:
        """What is called for a builtin, and with what."""
        assert self.runtime is not None
        if name in self.runtime.signatures:
            return name, self.runtime.signatures[name]
        node = self.runtime.plain_classes.get(name)
        for part in node.body if node else []:
            if isinstance(part, ast.FunctionDef) and part.name == "__make__":
                return f"{name}.__make__", Signature.of(part.args, 0)
        return name, None

    def load_builtin(self, frame: Frame, name: str, into: int) -> None:
        """Reads a builtin, as a value."""
        assert self.runtime is not None
        if name in self.runtime.plain_functions:
            frame.constant(self.runtime_function(name), into)
        else:
            self.used_builtins.add(name)
            frame.emit(I.get_global(into, name))

    # ---- Beginning ------------------------------------------------------------------

    def begin(self) -> None:
        """The code of the module, as a function."""
        begin = FunctionCompiler(self, "begin", self.module)
        begin.start_leaving()
        begin.reserve()
        for node in self.tree.body:
            begin.file = self.file = self.files[node]
            is_constant = isinstance(node, ast.Assign) and (
                isinstance(node.targets[0], ast.Name) and node.targets[0].id in self.constants
            )
            if not is_constant:
                begin.statement(node)
        if self.is_runtime:
            unused = begin.register()
            begin.runtime(unused, "know", [begin.constant(self.described_signatures())])
        begin.emit(I.return_(begin.constant(Value.unit())))
        begin.place_later([])
        self.functions.append(begin.function())
        for name in self.module.bound if self.is_runtime else []:
            if name in self.plain_functions or not hasattr(builtins, name):
                continue
            self.taken.add(f"get {name}")
            function = [I.get_global(0, name), I.return_(0)]
            self.functions.append(Function(f"get {name}", 0, 1, function))

    def enter(self, name: str, main: Signature | None) -> None:
        """A function that starts the program: `run` as a script, `start` for the sake of main.

        Of an error that nothing catches it notes the text, which only the program can tell.
        """
        if self.runtime is None or (name == "start" and main is None):
            return
        arity = 1 if main is None else len(main.names)
        frame = FunctionCompiler(
            self, name, self.module, arity=arity, optional=main.optional if main else 0
        )
        frame.start_leaving()
        frame.reserve()
        value, info = frame.registers(2)
        caught = frame.label()

        def body() -> None:
            made = frame.register()
            frame.runtime(made, "begin", [])
            frame.runtime(made, "know", [frame.constant(self.described_signatures())])
            for builtin in sorted(self.used_builtins):
                frame.runtime(made, f"get {builtin}", [])
                frame.emit(I.set_global(builtin, made))
            frame.constant(Value.string(self.name if main else "__main__"), made)
            frame.emit(I.set_global("__name__", made))
            if main is None:
                frame.runtime(made, "set_arguments", [0])
            frame.emit(I.load_const(made, Value.function_ref("begin")), I.call(made, made, []))
            if main is not None:
                frame.emit(I.load_const(made, Value.function_ref("main")))
                frame.emit(I.call(made, made, list(range(arity))), I.return_(made))

        frame.guarded(body, caught, value, info)
        frame.constant(Value.unit(), value)
        frame.emit(I.return_(value), caught)
        frame.runtime(value, "uncaught", [value, info])
        frame.emit(I.rethrow(value, info))
        frame.place_later([])
        self.functions.append(frame.function())

    def classes(self) -> list[Module]:
        """The program as classes of the machine, the runtime included."""
        assert self.runtime is not None
        return [Compiled(self.name, self.functions), runtime_module()]


@lru_cache
def runtime_program() -> Program:
    """The runtime, compiled once."""
    texts = {str(p): p.read_text(encoding="utf-8") for p in sorted(RUNTIME.glob("*.py"))}
    return Program(RUNTIME_CLASS, texts, None)


@lru_cache
def runtime_module() -> Module:
    """The runtime as a class of the machine."""
    return Compiled(RUNTIME_CLASS, runtime_program().functions)


__all__ = ["Program", "Unsupported", "class_name", "runtime_module", "runtime_program"]
