"""A compiler for a part of Python: a language for IonVM in three files.

    python minipy.py PROGRAM.py [TEXT...]     runs its function main with the texts
    python minipy.py --show PROGRAM.py        prints the assembly

Python's own `ast` and `symtable` do the reading, so that these files show only what a compiler
for IonVM does: registers, jumps, closures and cells, prototypes for classes, handlers for
exceptions, coroutines for generators, source lines for traces. A program of this part of Python
is also a Python program, which comes to the same results.

The part: functions with defaults, closures, generators; classes with one base, methods,
`super()`, operators; integers, floats, strings, lists, dicts, tuples; `if while for break
continue return raise try assert del global nonlocal`, conditional and boolean expressions,
comprehensions over one list, f-strings, `print len str float chr ord isinstance range`.
What means something else than in Python: an empty list or dict is true, `str(1.0)` is `1`,
negative indices raise, slices are of strings. Everything else is refused with its line.

`functions.py` and `expressions.py` beside this file compile what is inside functions.
"""

from __future__ import annotations

import ast
import symtable
import sys
from pathlib import Path

import ionvm
from ionvm import Function, Instruction, Module, Value

from expressions import Unsupported, literal
from functions import FunctionCompiler

__all__ = ["Program", "Unsupported", "compile_text"]


class Program:
    """A program that is being compiled: what is known about all of it."""

    def __init__(self, name: str, text: str, file: str) -> None:
        self.name, self.file = name, file
        self.functions: list[Function] = []
        #: Functions of the module by name, and how many arguments they take.
        self.known: dict[str, int] = {}
        #: Classes by name, with the names of their methods.
        self.classes: dict[str, dict[str, str]] = {}
        self.bases: dict[str, str | None] = {}
        #: Names that are set once, to a literal.
        self.constants: dict[str, Value] = {}
        tree = ast.parse(text, file)
        self.table = symtable.symtable(text, file, "exec")
        self.compile(tree)

    def compile(self, tree: ast.Module) -> None:
        counts: dict[str, int] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                counts[node.id] = counts.get(node.id, 0) + 1
        tables = {child.get_lineno(): child for child in self.table.get_children()}
        begin = FunctionCompiler(self, "begin", self.table, None, None)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.known[node.name] = len(node.args.args)
            elif isinstance(node, ast.ClassDef):
                self.declare(node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name, value = node.targets[0].id, literal(node.value)
                if value is not None and counts[name] == 1:
                    self.constants[name] = value
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                FunctionCompiler.function(self, node, tables[node.lineno])
            elif isinstance(node, ast.ClassDef):
                self.make_class(begin, node, tables[node.lineno])
            elif not self.is_for_python(node):
                begin.statement(node)
        self.functions.append(begin.finish())
        self.functions.append(self.start())

    def is_for_python(self, node: ast.stmt) -> bool:
        """What a program has only so that Python runs it, or what is done already."""
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            return node.targets[0].id in self.constants
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        return docstring or isinstance(node, (ast.If, ast.ImportFrom, ast.Import))

    def declare(self, node: ast.ClassDef) -> None:
        """Notes what a class has, before anything is compiled."""
        base = node.bases[0] if node.bases else None
        if len(node.bases) > 1 or not isinstance(base, (ast.Name, type(None))):
            raise Unsupported(node, "a class with this list of bases")
        self.bases[node.name] = base.id if base and base.id in self.classes else None
        self.classes[node.name] = {
            item.name: f"{node.name}.{item.name}"
            for item in node.body
            if isinstance(item, ast.FunctionDef)
        }

    def make_class(
        self, begin: FunctionCompiler, node: ast.ClassDef, table: symtable.SymbolTable
    ) -> None:
        """A prototype object with the methods of a class, in a global of its name."""
        tables = {child.get_lineno(): child for child in table.get_children()}
        methods = self.classes[node.name]
        for item in node.body:
            if isinstance(item, ast.FunctionDef):
                FunctionCompiler.function(self, item, tables[item.lineno], node.name)
        begin.prototype(node, methods)

    def method(self, class_: str | None, name: str) -> str | None:
        """The function that a method of a class is, its bases included."""
        while class_ is not None:
            if name in self.classes[class_]:
                return self.classes[class_][name]
            class_ = self.bases[class_]
        return None

    def is_method(self, name: str) -> bool:
        """Whether some class has a method of that name."""
        return any(name in methods for methods in self.classes.values())

    def start(self) -> Function:
        """Sets the globals, then goes on with main."""
        arity = self.known.get("main", 0)
        code = [
            Instruction.load_const(arity, Value.function_ref("begin")),
            Instruction.call(arity, arity, []),
            Instruction.load_const(arity, Value.function_ref("main")),
            Instruction.tail_call(arity, list(range(arity))),
        ]
        return Function("start", arity, 1, code)


def compile_text(text: str, name: str = "Main", file: str = "<text>") -> Module:
    """The class of a program; its function `start` sets the globals and calls `main`."""
    return Module(name, Program(name, text, file).functions)


def compile_file(path: str | Path) -> Module:
    """The class of a program in a file."""
    return compile_text(Path(path).read_text(encoding="utf-8"), "Main", str(path))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--show"]:
        print(ionvm.disassemble(compile_file(sys.argv[2])))
    elif len(sys.argv) < 2:
        sys.exit(__doc__)
    else:
        result = ionvm.run(compile_file(sys.argv[1]), *sys.argv[2:], entry="start")
        if result is not None:
            print(result)
