"""Modules: every function of one, funs included, and what records stand for.

A record is a tuple that begins with its name: expressions and patterns of records are written
as those of tuples before they are compiled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from ionvm import Function as Code
from ionvm import Module as Class

from erl_control import Control
from emitter import Emitter
from erl_core import TAIL, Core, I
from erl_nodes import (
    Atom, Clause, ErlError, Fun, Function, Integer, Module, Node, Record, RecordField, Tuple, Var,
    variables,
)  # fmt: skip

if TYPE_CHECKING:
    from erlangish import Program

__all__ = ["ModuleCompiler"]


class FunctionCompiler(Control):
    """A function, from its head to the machine's form of it."""

    def run(self, clauses: list[Clause], arguments: list[int]) -> Code:
        """Compiles clauses; `env` holds the captured variables."""
        inside = {name for clause in clauses for name in variables(clause)}
        # What a fun's arguments are called is new, whatever it means outside.
        heads = {n for clause in clauses for part in clause.patterns for n in variables(part)}
        captured = self.env
        self.env = {name: place for name, place in captured.items() if name not in heads}
        self.home = {name: self.emitter.register() for name in sorted(inside - self.env.keys())}
        self.at(clauses[0].line)
        self.clauses(arguments, clauses, TAIL, self.failure("function_clause"), own=True)
        self.flush()
        return self.emitter.function()


class ModuleCompiler:
    """A module that is being compiled to a class."""

    def __init__(self, module: Module, program: Program, is_library: bool) -> None:
        self.module, self.program, self.is_library = module, program, is_library
        self.codes: list[Code] = []
        self.funs: dict[str, int] = {}

    def compile(self) -> Class:
        for function in self.module.functions.values():
            self.function(function)
        return Class(self.module.name, self.codes)

    def function(self, function: Function) -> None:
        key = (function.name, function.arity)
        exported = self.module.export_all or key in self.module.exports
        emitter = Emitter(
            function.name, self.module.file, arity=function.arity, exported=exported
        )
        made = FunctionCompiler(self, emitter)
        self.codes.append(made.run(function.clauses, list(range(function.arity))))

    def fun(self, outer: Core, node: Fun, captured: list[str]) -> str:
        """Compiles a fun; returns the name of its function."""
        where = outer.emitter.name.partition("-fun-")[0].strip("-")
        arity = outer.emitter.arity
        base = where if "/" in where else f"{where}/{arity}"
        count = self.funs[base] = self.funs.get(base, -1) + 1
        name = f"-{base}-fun-{count}-"
        arity = len(node.clauses[0].patterns)
        emitter = Emitter(
            name, self.module.file, arity=arity, captures=len(captured), exported=False
        )
        made = FunctionCompiler(self, emitter)
        made.env = {name: place for place, name in enumerate(captured)}
        made.plain = outer.plain.intersection(captured)
        if node.name is not None:
            made.env[node.name] = emitter.register()
            emitter.at(node.line)
            emitter.emit(I.load_callee(made.env[node.name]))
        first = len(captured)
        self.codes.append(made.run(node.clauses, list(range(first, first + arity))))
        return name

    # ---- Names -----------------------------------------------------------------------------

    def has(self, name: str, arity: int) -> bool:
        """Whether the module has that function."""
        return (name, arity) in self.module.functions

    def knows(self, module: str, name: str, arity: int) -> bool:
        """Whether a module of the program exports that function."""
        return self.program.exports(module, name, arity)

    # ---- Records ---------------------------------------------------------------------------

    def refuse(self, node: Node, message: str) -> NoReturn:
        raise ErlError(self.module.file, node.line, message)

    def record_fields(self, node: Node, name: str) -> list[tuple[str, Node | None]]:
        """The fields of a record, with their defaults."""
        if name not in self.module.records:
            known = ", ".join(sorted(self.module.records)) or "none"
            self.refuse(
                node, f"record {name} is undefined (there are: {known}); add -record({name}, ...)"
            )
        return self.module.records[name]

    def record_places(self, node: Record) -> None:
        """Refuses fields that the record has not."""
        fields = [field for field, _ in self.record_fields(node, node.name)]
        for field in node.values:
            if field not in (*fields, "_"):
                known = ", ".join(fields)
                self.refuse(node, f"record {node.name} has no field {field}; it has {known}")

    def record_value(self, node: Record) -> Tuple:
        """A new record as a tuple."""
        self.record_places(node)
        others = node.values.get("_")
        parts = (
            node.values.get(field) or others or default or Atom(node.line, "undefined")
            for field, default in self.record_fields(node, node.name)
        )
        return self.tagged(node, parts)

    def record_pattern(self, node: Record) -> Tuple:
        """A record in a pattern as a tuple."""
        self.record_places(node)
        others = node.values.get("_") or Var(node.line, "_")
        fields = self.record_fields(node, node.name)
        return self.tagged(node, (node.values.get(field, others) for field, _ in fields))

    def any_record(self, node: Node, name: str) -> Tuple:
        """The pattern that `is_record` asks for."""
        return self.record_pattern(Record(node.line, None, name, {}))

    def tagged(self, node: Record, parts: Iterable[Node]) -> Tuple:
        return Tuple(node.line, [Atom(node.line, node.name), *parts])

    def record_place(self, node: RecordField) -> Integer:
        """The place of a field, counted from 1 as `element` does."""
        names = [field for field, _ in self.record_fields(node, node.name)]
        if node.field not in names:
            known = ", ".join(names)
            self.refuse(node, f"record {node.name} has no field {node.field}; it has {known}")
        return Integer(node.line, names.index(node.field) + 2)
