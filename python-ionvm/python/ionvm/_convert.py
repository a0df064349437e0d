"""Values and Python values, both ways; without recursion, so that depth is no concern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._checks import described
from ._tree import fold

if TYPE_CHECKING:
    from .value import Value

__all__ = ["to_python", "value_of"]

#: Deepest nesting that is followed; beyond, the input is taken for cyclic.
DEPTH_MAX = 1000


def _leaf(cls: type[Value], thing: object) -> Value | None:
    if isinstance(thing, cls):
        return thing
    if thing is None:
        return cls.unit()
    if isinstance(thing, bool):
        return cls.boolean(thing)
    if isinstance(thing, int):
        return cls.integer(thing)
    if isinstance(thing, float):
        return cls.number(thing)
    if isinstance(thing, complex):
        return cls.complex(thing)
    if isinstance(thing, str):
        return cls.string(thing)
    if isinstance(thing, (bytes, bytearray, memoryview)):
        return cls.bytes(thing)
    return None


def _open(thing: object) -> tuple[str, Iterator[object]]:
    if isinstance(thing, list):
        return "array", iter(thing)
    if isinstance(thing, tuple):
        return "tuple", iter(thing)
    if isinstance(thing, Mapping):
        return "map", (part for entry in thing.items() for part in entry)
    raise TypeError(
        f"{described(thing)} has no counterpart among values; use a constructor of Value"
    )


def value_of(cls: type[Value], thing: object) -> Value:
    """The value that a Python value stands for."""
    found = _leaf(cls, thing)
    if found is not None:
        return found
    frames: list[tuple[str, Iterator[object], list[Value]]] = [(*_open(thing), [])]
    while True:
        kind, rest, done = frames[-1]
        for part in rest:
            leaf = _leaf(cls, part)
            if leaf is None:
                if len(frames) == DEPTH_MAX:
                    raise ValueError(f"nested deeper than {DEPTH_MAX} levels, or inside itself")
                frames.append((*_open(part), []))
                break
            done.append(leaf)
        else:
            frames.pop()
            if kind == "map":
                value = cls.map(list(zip(done[::2], done[1::2])))
            else:
                value = cls._raw(kind, None, tuple(done))
            if not frames:
                return value
            frames[-1][2].append(value)


def _list_parts(value: Value) -> tuple[Value, ...]:
    """The elements of a list of pairs that ends in nil; none for any other value."""
    items: list[Value] = []
    while value._kind == "pair":
        items.append(value._parts[0])
        value = value._parts[1]
    return tuple(items) if value._kind == "nil" else ()


def _python_parts(value: Value) -> tuple[Value, ...]:
    return _list_parts(value) if value._kind == "pair" else value._parts


def _to_dict(value: Value, parts: list[Any]) -> dict[Any, Any]:
    found = dict(zip(parts[::2], parts[1::2]))
    if len(found) * 2 != len(parts):
        raise ValueError(
            f"{value.shortened()} has keys that a dict takes for one, such as 1 and 1n; "
            "walk its entries"
        )
    return found


def to_python(root: Value, number_as_int: bool) -> Any:
    """The Python value that stands for a value."""

    def convert(value: Value, parts: list[Any]) -> Any:
        kind = value._kind
        if kind == "number":
            n = value._label
            return int(n) if number_as_int and n.is_integer() else n
        if kind in ("integer", "boolean", "complex", "string", "bytes"):
            return value._label
        if kind in ("unit", "undefined"):
            return None
        if kind == "tuple":
            return tuple(parts)
        if kind in ("array", "nil") or (kind == "pair" and parts):
            return list(parts)
        if kind == "map":
            return _to_dict(value, parts)
        if kind == "object":
            return {name: part for (name, _), part in zip(value._label.names, parts)}
        return parts[0] if kind == "frozen" else value

    return fold(root, convert, _python_parts)
