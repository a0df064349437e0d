"""A small language after Self: objects with slots, messages, blocks that can leave their method.

    python selfish.py PROGRAM.self [TEXT...]     runs a program; `arguments` are the texts
    python selfish.py --show PROGRAM.self        prints the assembly, without the library's

What the language is stands in `README.md`, its grammar in `self_parser.py`. The rest of the
compiler, in the order in which a program passes through it: `self_lexer`, `self_parser`,
`self_tree`, `self_scopes`, `self_functions` with `self_sends`, `self_open` and `self_primitives` on
top of `self_code`, and `self_runtime`. What numbers, strings, blocks and so on understand is
written in the language itself, in `lib/`.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import ionvm  # noqa: E402
from ionvm import IonError, IonRuntimeError, IonVerifyError, Module  # noqa: E402

import self_runtime  # noqa: E402
from self_code import Unit  # noqa: E402
from self_functions import compile_program  # noqa: E402
from self_parser import parse  # noqa: E402
from self_scopes import resolve  # noqa: E402
from self_tree import SelfishError  # noqa: E402

__all__ = ["SelfishError", "compile_file", "compile_text", "main", "report", "run"]

#: Files of the library, in the order in which they run.
LIBRARY = ("kernel", "boolean", "number", "block", "string", "collection", "process")


#: Enough for what the parser lets pass: about ten calls for each bracket and two for each operator.
RECURSION = 10_000


def _compiled(text: str, file: str, shown: str) -> tuple[Unit, str]:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    program = parse(text, file)
    resolve(program, file)
    unit = Unit(file, shown)
    return unit, compile_program(program, unit)


@cache
def _library() -> list[tuple[Unit, str]]:
    files = [HERE / "lib" / f"{name}.self" for name in LIBRARY]
    return [
        _compiled(file.read_text(encoding="utf-8"), str(file), f"lib/{file.name}") for file in files
    ]


def compile_text(text: str, file: str = "program.self") -> Module:
    """The class of a program, with the library. Raises `SelfishError` for a mistake."""
    unit, begin = _compiled(text, file, Path(file).name)
    parts = [*_library(), (unit, begin)]
    setters = dict(setter for part, _ in parts for setter in part.setters.items())
    functions = [function for part, _ in parts for function in part.functions]
    functions += self_runtime.functions() + self_runtime.setters(setters.items())
    return Module("Self", [*functions, self_runtime.main([name for _, name in parts])])


def compile_file(path: str | Path) -> Module:
    """The class of a program in a file."""
    return compile_text(Path(path).read_text(encoding="utf-8"), str(path))


def run(module: Module, *texts: str, **options: object) -> None:
    """Runs a program; see `ionvm.run` for the options."""
    options.setdefault("max_heap", 1 << 28)
    ionvm.run(module, list(texts), entry="main", **options)  # type: ignore[arg-type]


def report(error: IonError, module: Module) -> str:
    """What an error of a run says, and where it came from in the source."""
    if isinstance(error, IonVerifyError):
        return "\n".join(_placed(line, module) for line in error.diagnostics)
    if not isinstance(error, IonRuntimeError):
        return str(error)
    value = error.value
    if value is not None and value.kind == "tuple" and len(value.items) == 2:
        value = value.items[1]
    said = value.properties if value is not None else {}
    message = str(error)
    if {"kind", "message"} <= said.keys():
        texts = (said[name].value.to_python() for name in ("kind", "message"))
        message = ": ".join(str(text).lstrip(":") for text in texts)
    return "\n".join([message, *("  " + _placed(frame, module) for frame in error.trace)])


def _placed(text: str, module: Module) -> str:
    """A line that names a function and an instruction, with the place in the source before it."""
    for function in module:
        named = f"{function.name}/{function.arity}, instruction "
        if named in text and (number := re.match(r"\d+", text.split(named, 1)[1])):
            entries = [entry for entry in function.source.lines if entry.at <= int(number[0])]
            if entries and entries[-1].line:
                return f"{entries[-1].file}:{entries[-1].line}: {text}"
    return text


def main(arguments: list[str]) -> int:
    if not arguments or arguments == ["--show"]:
        print(__doc__)
        return 2
    try:
        if arguments[0] == "--show":
            unit, _ = _compiled(Path(arguments[1]).read_text(encoding="utf-8"), *arguments[1:2] * 2)
            for function in unit.functions:
                print(f"{function.label}\n{function}\n")
        else:
            module = compile_file(arguments[0])
            try:
                run(module, *arguments[1:])
            except IonError as error:
                print(report(error, module), file=sys.stderr)
                return 1
    except SelfishError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"selfish: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
