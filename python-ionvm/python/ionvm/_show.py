"""The two texts of a value: the Python expression that makes it, and the assembler's form."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import _text
from ._tree import Tree, exact

__all__ = ["repr_pieces", "show_pieces", "written"]

#: Characters after which a text is cut short.
SHOW_MAX = 4096

_WRITABLE, _ENUMERABLE, _CONFIGURABLE = 1, 2, 4


def written(
    root: Tree, pieces: Callable[[Tree], list[str | Tree]], limit: int | None = SHOW_MAX
) -> str:
    """The text of a tree, of which `pieces` gives one level."""
    out: list[str] = []
    length = 0
    todo: list[str | Tree] = [root]
    while todo:
        piece = todo.pop()
        if isinstance(piece, Tree):
            todo.extend(reversed(pieces(piece)))
            continue
        out.append(piece)
        length += len(piece)
        if limit is not None and length > limit:
            return "".join(out)[:limit] + "..."
    return "".join(out)


def _joined(parts: Iterable[str | Tree]) -> list[str | Tree]:
    out: list[str | Tree] = []
    for part in parts:
        if out:
            out.append(", ")
        out.append(part)
    return out


def repr_pieces(value: Tree) -> list[str | Tree]:
    """The Python expression, one level of it."""
    kind, label, parts = value._kind, value._label, value._parts
    if kind in ("unit", "undefined", "nil"):
        return [f"Value.{kind}()"]
    if kind == "number" and label.is_integer() and abs(label) < 2**53:
        text = "-0.0" if exact(kind, label) == exact(kind, -0.0) else str(int(label))
        return [f"Value.number({text})"]
    if kind == "number" and not abs(label) < float("inf"):
        return [f"Value.number(float('{label}'))"]
    if kind == "integer" and label.bit_length() > 10_000:
        return [f"Value.integer({label:#x})"]
    if kind in ("tuple", "array"):
        return [f"Value.{kind}([", *_joined(parts), "])"]
    if kind in ("pair", "frozen"):
        return [f"Value.{kind}(", *_joined(parts), ")"]
    if kind == "map":
        out: list[str | Tree] = ["Value.map(["]
        for i, (key, item) in enumerate(zip(parts[::2], parts[1::2])):
            out += [", (" if i else "(", key, ", ", item, ")"]
        return [*out, "])"]
    if kind == "object":
        return _repr_object(value)
    if kind in ("function_ref", "extern"):
        class_, name, arity = label
        args = [repr(part) for part in (class_, name) if part is not None]
        if arity is not None:
            args.append(f"arity={arity}")
        return [f"Value.{kind}({', '.join(args)})"]
    if kind in ("process", "reference", "closure"):
        return [f"<{show_pieces(value)[0]}>"]
    return [f"Value.{kind}({label!r})"]


def _repr_object(value: Tree) -> list[str | Tree]:
    names, has_prototype, magic, type_name = value._label
    parts = value._parts
    out: list[str | Tree] = ["Value.object({"]
    for i, ((name, _), part) in enumerate(zip(names, parts)):
        out += [", " if i else "", f"{name!r}: ", part]
    out.append("}")
    rules = ((_WRITABLE, "writable"), (_ENUMERABLE, "enumerable"), (_CONFIGURABLE, "configurable"))
    for bit, word in rules:
        shut = {name: False for name, flags in names if not flags & bit}
        if shut:
            out.append(f", {word}={shut!r}")
    if has_prototype:
        out += [", prototype=", parts[len(names)]]
    if type_name is not None:
        out.append(f", type_name={type_name!r}")
    if magic:
        out.append(", magic={")
        for i, (name, method) in enumerate(zip(magic, parts[-len(magic) :])):
            out += [", " if i else "", f"{name!r}: ", method]
        out.append("}")
    return [*out, ")"]


def show_pieces(value: Tree) -> list[str | Tree]:
    """The assembler's form, one level of it."""
    kind, label, parts = value._kind, value._label, value._parts
    if kind in ("unit", "undefined", "nil"):
        return [kind]
    if kind == "number":
        return [_text.number_text(label)]
    if kind == "integer":
        return [_text.integer_text(label)]
    if kind == "boolean":
        return ["true" if label else "false"]
    if kind == "complex":
        im = _text.number_text(label.imag)
        return [f"{_text.number_text(label.real)}{'' if im.startswith('-') else '+'}{im}i"]
    if kind == "string":
        return [_text.string_text(label)]
    if kind == "bytes":
        return [_text.bytes_text(label)]
    if kind == "atom":
        return [_text.atom_text(label)]
    if kind == "tuple":
        return ["(", *_joined(parts), ",)" if len(parts) == 1 else ")"]
    if kind == "array":
        return ["[", *_joined(parts), "]"]
    if kind == "pair":
        return _show_list(value)
    if kind == "frozen":
        return ["frozen ", parts[0]]
    if kind == "map":
        out: list[str | Tree] = ["%{"]
        for i, (key, item) in enumerate(zip(parts[::2], parts[1::2])):
            out += [", " if i else "", key, ": ", item]
        return [*out, "}"]
    if kind == "object":
        return _show_object(value)
    if kind == "native":
        return [f"@{_text.path_text(label)}"]
    if kind == "function_ref" and isinstance(label[1], int):
        return [f"&#{label[1]}"]
    if kind in ("function_ref", "extern"):
        class_, name, arity = label
        head = "" if class_ is None else f"{_text.path_text(class_)}."
        return [f"&{head}{_text.key_text(name)}{'' if arity is None else f'/{arity}'}"]
    if kind == "closure":
        class_, name, arity = label
        head = "" if class_ is None else f"{class_}."
        return [f"#function<{head}{name}{'' if arity is None else f'/{arity}'}>"]
    if kind == "reference":
        return [f"#reference<{label[0]}.{label[1]}>"]
    return [f"#{kind}<{label}>"]


def _show_list(value: Tree) -> list[str | Tree]:
    out: list[str | Tree] = ["["]
    while value._kind == "pair":
        out += [value._parts[0], ", "]
        value = value._parts[1]
    return [*out[:-1], " | ", value, "]"]


def _show_object(value: Tree) -> list[str | Tree]:
    names, has_prototype, magic, type_name = value._label
    parts = value._parts
    out: list[str | Tree] = []
    if type_name is not None:
        out += [", ", f".type {_text.key_text(type_name)}"]
    if has_prototype:
        out += [", ", ".proto ", parts[len(names)]]
    for name, method in zip(magic, parts[len(parts) - len(magic) :]):
        out += [", ", f".magic {_text.key_text(name)}: ", method]
    for (name, flags), part in zip(names, parts):
        out += [", ", _text.property_text(name, flags), part]
    return ["{", *out[1:], "}"]
