"""The forms of a file: attributes and functions, of which a module is made.

The grammar stands at the head of `erl_parser.py`.
"""

from __future__ import annotations

from erl_lexer import tokens_of
from erl_nodes import ErlError, Function, Module, Node
from erl_parser import Parser

__all__ = ["parse"]


def parse(text: str, file: str) -> Module:
    """The tree of a file. Raises `ErlError`."""
    return Forms(tokens_of(text, file), file).module()


class Forms(Parser):
    """A walk over all the tokens of a file."""

    def module(self) -> Module:
        module = Module(1, self.file)
        while self.at < len(self.tokens):
            if self.accept("-"):
                self.attribute(module)
            else:
                function = self.function()
                key = (function.name, function.arity)
                if key in module.functions:
                    raise ErlError(
                        self.file, function.line,
                        f"the function {key[0]}/{key[1]} is there twice; join its clauses by ';'",
                    )  # fmt: skip
                module.functions[key] = function
        if not module.name:
            raise ErlError(self.file, 1, "a file begins with -module(NAME).; put it there")
        for name, arity in sorted(module.exports):
            if (name, arity) not in module.functions:
                missing = f"{name}/{arity} is exported and nowhere; write it, or leave it out"
                raise ErlError(self.file, 1, missing)
        return module

    def attribute(self, module: Module) -> None:
        word = self.name("as the name of an attribute")
        if word == "module":
            self.expect("(", "behind -module")
            module.name = self.name("as the name of the module")
            self.expect(")", "behind the name")
        elif word == "export":
            self.expect("(", "behind -export")
            self.expect("[", "before the functions")
            while not self.accept("]"):
                name = self.name("as the name of a function")
                self.expect("/", "between name and arity")
                module.exports.add((name, int(self.expect("integer", "as arity").value)))
                if self.kind != "]":
                    self.expect(",", "between functions")
            self.expect(")", "behind the functions")
        elif word == "record":
            self.record_definition(module)
        else:
            start = self.at
            while self.kind not in ("dot", "the end of the file"):
                self.at += 1
            values = [token.value for token in self.tokens[start : self.at]]
            module.export_all |= word == "compile" and "export_all" in values
        self.expect("dot", f"behind -{word}")

    def record_definition(self, module: Module) -> None:
        self.expect("(", "behind -record")
        name = self.name("as the name of the record")
        self.expect(",", "behind the name of the record")
        self.expect("{", "before the fields")
        fields: list[tuple[str, Node | None]] = []
        while not self.accept("}"):
            field = self.name("as the name of a field")
            fields.append((field, self.expr() if self.accept("=") else None))
            if self.kind != "}":
                self.expect(",", "between fields")
        self.expect(")", "behind the fields")
        module.records[name] = fields

    def function(self) -> Function:
        line, name = self.line, self.name("to begin a function or an attribute")
        clauses = [self.clause_of(line)]
        while self.accept(";"):
            here, again = self.line, self.name("to begin the next clause")
            if again != name:
                raise ErlError(
                    self.file, here,
                    f"a clause of {name} begins with {again}; end {name} with '.' before it",
                )  # fmt: skip
            clauses.append(self.clause_of(here))
        self.expect("dot", f"at the end of the function {name}")
        arity = len(clauses[0].patterns)
        self.same_arity(clauses, name)
        return Function(line, name, arity, clauses)
