"""A compiler for a part of Scheme.

    python schemish.py PROGRAM.scm          runs a program
    python schemish.py --show PROGRAM.scm   prints its assembly

`README.md` tells how it works, `GRAMMAR.md` what there is.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

import ionvm  # noqa: E402
from ionvm import IonError, IonRuntimeError, Module, Value  # noqa: E402
from scm_compile import ESCAPES, LIBRARY, Unit  # noqa: E402
from scm_primitives import PRIMITIVES  # noqa: E402
from scm_reader import Form, Place, SchemeError, read  # noqa: E402
from scm_syntax import Expander  # noqa: E402

__all__ = ["SchemeError", "compile_file", "compile_text", "main", "report", "run"]


@functools.cache
def library() -> tuple[tuple[Module, ...], frozenset[str]]:
    """The classes of the library, and the names that programs may use."""
    path = FOLDER / "lib" / "scheme.scm"
    text = path.read_text(encoding="utf-8")
    expander = Expander(ESCAPES, is_library=True)
    data = read(text, "lib/scheme.scm")
    written = {expander.defined(form)[0] for form in data if isinstance(form, Form)}
    data += read(wrappers(written), "lib/scheme.scm")
    unit = Unit(LIBRARY, expander.program(data, Place("lib/scheme.scm", 1)))
    escapes = FOLDER / "lib" / "escape.ionasm"
    classes = (unit.module(), *ionvm.assemble(escapes.read_text(encoding="utf-8"), str(escapes)))
    names = {name for name in expander.definitions if not name.startswith("$")}
    return classes, frozenset(names | set(ESCAPES))


def wrappers(written: set[str]) -> str:
    """Functions that do what is compiled in place, for who wants them as values."""
    made = []
    for name, entry in PRIMITIVES.items():
        if name not in written:
            parameters = " ".join("xyz"[: entry.count])
            made.append(f"(define ({name} {parameters}) ({name} {parameters}))")
    return "\n".join(made)


def compile_text(text: str, file: str = "<text>") -> list[Module]:
    """The classes of a program. Raises `SchemeError`."""
    classes, names = library()
    program = Expander(names).program(read(text, file), Place(file, 1))
    return [Unit("Main", program).module(), *classes]


def compile_file(path: str | Path) -> list[Module]:
    """The classes of the program in a file."""
    return compile_text(Path(path).read_text(encoding="utf-8"), str(path))


def run(classes: list[Module], **options: object) -> None:
    """Runs a program. Raises what `ionvm.run` does."""
    ionvm.run(classes, entry="(program)", **options)  # type: ignore[arg-type]


def report(error: IonError) -> str:
    """What is said of a program that failed: the error, then its trace, innermost first."""
    if not isinstance(error, IonRuntimeError) or error.value is None:
        return str(error)
    value, trace = error.value, "".join(f"\n  {line}" for line in error.trace)
    if value.kind == "tuple" and len(value.items) == 2:
        return f"nobody caught {shown(value.items[1])}{trace}"
    message = value.properties.get("message")
    if message is None:
        return f"{error}{trace}"
    irritants = value.properties.get("irritants")
    said = str(message.value.to_python())
    for item in [] if irritants is None else items(irritants.value):
        said += f" {shown(item)}"
    return f"error: {said}{trace}"


def items(value: Value) -> list[Value]:
    """The items of a list."""
    found = []
    while value.kind == "pair":
        head, value = value.items
        found.append(head)
    return found


def shown(value: Value) -> str:
    """A value as the language writes it."""
    if value.kind in ("pair", "nil"):
        return "(" + " ".join(map(shown, items(value))) + ")"
    if value.kind == "boolean":
        return "#t" if value.to_python() else "#f"
    if value.kind == "integer":
        return str(value.to_python())
    return str(value).removeprefix(":")


def main(args: list[str]) -> None:
    """The command."""
    if not args or args == ["--show"]:
        sys.exit(__doc__)
    try:
        classes = compile_file(args[-1])
        if args[0] == "--show":
            print(ionvm.disassemble(classes[0]))
        else:
            run(classes)
    except (SchemeError, OSError) as error:
        sys.exit(f"schemish: {error}")
    except IonError as error:
        sys.exit(f"schemish: {report(error)}")


if __name__ == "__main__":
    main(sys.argv[1:])
