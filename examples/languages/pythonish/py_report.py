"""What is told of a program that failed: in Python's words, with places in the program's text.

The machine names a class, a function and an instruction; which line of which file that came from,
the function's debug information tells. Calls of the runtime are left out, as Python leaves out
what is inside its own functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ionvm import IonError, IonRuntimeError, IonVerifyError, LineEntry, Module

__all__ = ["told"]


def told(error: IonError, classes: Sequence[Module]) -> list[str]:
    """The lines that tell of an error, the calls from outside to inside."""
    program = classes[0]
    if isinstance(error, IonVerifyError):
        return [pointed(line, program) for line in error.diagnostics]
    if not isinstance(error, IonRuntimeError):
        return [str(error)]
    lines = ["Traceback (most recent call last):"]
    for frame in reversed(error.trace):
        name, entry = place(frame, program)
        if entry is not None and entry.line:
            name = "<module>" if name == "begin" else name
            lines.append(f'  File "{entry.file}", line {entry.line}, in {name}')
    return [*lines, message(error)]


def message(error: IonRuntimeError) -> str:
    """The name of the exception and its text, which the program has left with it."""
    value = error.value
    if value is not None and value.kind == "tuple" and len(value.items) == 2:
        # The machine tells a thrown value from an error of its own.
        value = value.items[1]
    if value is not None and value.kind == "object" and "__text__" in value.properties:
        return str(value.properties["__text__"].value.to_python())
    return str(error)


def pointed(line: str, program: Module) -> str:
    """A message of the verifier, with the place in the program's text before it."""
    _, entry = place(line, program)
    return line if entry is None else f"{entry.file}:{entry.line}: {line}"


def place(text: str, program: Module) -> tuple[str, LineEntry | None]:
    """The function that a line of a trace or a message names, and where its instruction is from."""
    for function in program:
        for kind in (f"{program.name}.", f"class {program.name}, function "):
            named = re.search(rf"(?<![\w.]){re.escape(kind + function.label)}, instruction (\d+)", text)
            if named is not None:
                before = [entry for entry in function.source.lines if entry.at <= int(named[1])]
                return str(function.name), before[-1] if before else None
    return "", None
