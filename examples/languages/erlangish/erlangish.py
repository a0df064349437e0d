"""A compiler for a part of Erlang.

    python erlangish.py PROGRAM.erl [TEXT...]     runs main/0, or main/1 with the texts
    python erlangish.py --show PROGRAM.erl        prints the assembly of the program's module

Modules that the program names are looked for beside it (`NAME.erl`), then in `lib`. Each becomes
a class of the machine. `README.md` tells how.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import ionvm
from ionvm import IonError, Value
from ionvm import Module as Class

from erl_forms import parse
from erl_module import ModuleCompiler
from erl_nodes import Atom, ErlError, Module, Node, children
from erl_report import report

__all__ = ["ErlError", "Program", "compile_file", "compile_text", "main", "report", "run"]

LIBRARY = Path(__file__).parent / "lib"
#: Modules that calls of the language need whether a program names them or not.
ALWAYS = ("erl_errors", "erlang", "lists")


@functools.cache
def library(name: str) -> Module | None:
    """A module of the runtime, read once."""
    path = LIBRARY / f"{name}.erl"
    return parse(path.read_text(encoding="utf-8"), f"lib/{name}.erl") if path.exists() else None


@functools.cache
def library_class(name: str) -> Class:
    """A module of the runtime, compiled once: it calls the runtime only."""
    module = library(name)
    assert module is not None
    return ModuleCompiler(module, Program([]), is_library=True).compile()


class Program:
    """The modules of a program, its own ones first."""

    def __init__(self, modules: list[Module], beside: Path | None = None) -> None:
        self.own = {module.name: module for module in modules}
        self.libraries = set(ALWAYS)
        todo: list[Node] = list(modules)
        while todo:
            for name in atoms(todo.pop()):
                if name in self.own or name in self.libraries:
                    continue
                path = None if beside is None else beside / f"{name}.erl"
                if path is not None and path.exists():
                    self.own[name] = read(path)
                    todo.append(self.own[name])
                elif (module := library(name)) is not None:
                    self.libraries.add(name)
                    todo.append(module)

    def exports(self, module: str, name: str, arity: int) -> bool:
        """Whether a module has that function for others."""
        found = self.own.get(module) or library(module)
        if found is None:
            return False
        open_ = found.export_all and (name, arity) in found.functions
        return open_ or (name, arity) in found.exports

    def classes(self) -> list[Class]:
        """All of it, compiled; the first class is the main one."""
        compiled = [ModuleCompiler(m, self, is_library=False).compile() for m in self.own.values()]
        return compiled + [library_class(name) for name in sorted(self.libraries)]


def atoms(node: Node) -> Iterator[str]:
    """All atoms inside: a module may be named anywhere."""
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, Atom):
            yield part.name
        todo.extend(children(part))


def read(path: Path) -> Module:
    """The tree of a file. Raises `ErlError`."""
    module = parse(path.read_text(encoding="utf-8"), str(path))
    if module.name != path.stem:
        wrong = f"module {module.name} stands in {path.name}; rename one of them"
        raise ErlError(str(path), 1, wrong)
    return module


def compile_file(path: str | Path) -> list[Class]:
    """The classes of the program that begins in a file."""
    return Program([read(Path(path))], Path(path).parent).classes()


def compile_text(*texts: str, file: str = "<text>") -> list[Class]:
    """The classes of a program of modules that are texts."""
    return Program([parse(text, file) for text in texts]).classes()


def run(classes: list[Class], *texts: str, **options: object) -> Value:
    """Runs `main` of the first module; returns its value."""
    takes = {function.arity for function in classes[0] if function.name == "main"}
    if not takes & {0, 1}:
        raise ErlError(f"{classes[0].name}.erl", 1, "there is no main/0; write and export it")
    arguments = Value.nil()
    for text in reversed(texts):
        codes = Value.nil()
        for char in reversed(text):
            codes = Value.pair(Value.integer(ord(char)), codes)
        arguments = Value.pair(codes, arguments)
    given = [arguments] if 1 in takes and (texts or 0 not in takes) else []
    result: Value = ionvm.run(classes, *given, entry="main", as_value=True, **options)  # type: ignore[arg-type]
    return result


def main(args: list[str]) -> None:
    """The command."""
    if not args or args == ["--show"]:
        sys.exit(__doc__)
    classes: list[Class] = []
    try:
        classes = compile_file(args[-1] if args[0] == "--show" else args[0])
        if args[0] == "--show":
            own = [made for made in classes if library(made.name) is None]
            print("\n".join(str(ionvm.disassemble(made)) for made in own))
        else:
            run(classes, *args[1:])
    except (ErlError, OSError) as error:
        sys.exit(f"erlangish: {error}")
    except IonError as error:
        sys.exit(f"erlangish: {report(error, classes)}")


if __name__ == "__main__":
    main(sys.argv[1:])
