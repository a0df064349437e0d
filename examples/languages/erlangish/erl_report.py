"""What is said of a program that failed: its reason as a term, and where in the source it was."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ionvm import IonError, IonRuntimeError, IonVerifyError, Module, Value

__all__ = ["report"]

PLAIN = re.compile(r"[a-z][a-zA-Z0-9_@]*\Z")


def report(error: IonError, classes: Sequence[Module]) -> str:
    """An error of a run, with a line for each frame of its trace, innermost first."""
    if isinstance(error, IonVerifyError):
        return "\n".join(placed(line, classes) for line in error.diagnostics)
    if not isinstance(error, IonRuntimeError) or error.value is None:
        return str(error)
    return "\n".join([said(error.value, error), *("  " + placed(f, classes) for f in error.trace)])


def said(reason: Value, error: IonError) -> str:
    """The class and the reason of what nobody caught."""
    if reason.kind == "object":
        kind = str(reason.properties["kind"].value).removeprefix(":")
        name = "badarith" if kind in ("bad_type", "bad_number") else kind
        return f"error: {name} ({error})"
    if reason.kind == "tuple" and len(reason.items) == 2:
        first, second = reason.items
        # No term is an array: the second part is the trace of an error.
        if second.kind == "array":
            return f"error: {shown(first)}"
        if shown(first) == "nocatch":
            return f"throw: {shown(second)}"
    return f"exit: {shown(reason)}"


def shown(value: Value) -> str:
    """A term as the language writes it; what it has no form for, as the machine does."""
    kind = value.kind
    if kind in ("integer", "number"):
        return str(value.to_python())
    if kind in ("atom", "boolean"):
        text = str(value).removeprefix(":").strip('"')
        return text if PLAIN.match(text) else f"'{text}'"
    if kind == "tuple":
        return "{" + ",".join(map(shown, value.items)) + "}"
    if kind == "map":
        entries = (f"{shown(key)} => {shown(item)}" for key, item in value.entries)
        return "#{" + ",".join(entries) + "}"
    if kind not in ("pair", "nil"):
        return str(value)
    items: list[Value] = []
    while value.kind == "pair":
        items.append(value.items[0])
        value = value.items[1]
    codes = [item.to_python() for item in items if item.kind == "integer"]
    if items and len(codes) == len(items) and all(32 <= code < 127 for code in codes):
        return '"' + "".join(map(chr, codes)) + '"'
    rest = "" if value.kind == "nil" else f"|{shown(value)}"
    return "[" + ",".join(map(shown, items)) + rest + "]"


def placed(text: str, classes: Sequence[Module]) -> str:
    """A line that names a function and an instruction, with the place in the source before it."""
    for module in classes:
        for function in module:
            in_trace = f"{module.name}.{function.name}"
            in_complaint = f"class {module.name}, function {function.name}"
            for name in (in_trace, in_complaint):
                named = f"{name}/{function.arity}, instruction "
                number = re.match(r"\d+", text.split(named, 1)[1]) if named in text else None
                if number is not None:
                    at = [line for line in function.source.lines if line.at <= int(number[0])]
                    if at and at[-1].line:
                        return f"{at[-1].file}:{at[-1].line}: {text}"
    return text
