"""Immutable trees of any depth: equality, hash, pickling and walks that never recurse.

A node has a kind, a label (what it says itself) and parts (the nodes directly inside). Parts may
be shared, never cyclic: they are finished before what holds them. A walk visits each distinct
node once, so sharing costs nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

__all__ = ["NAN", "ObjectLabel", "Tree", "exact", "fold"]

T = TypeVar("T")
Node = TypeVar("Node", bound="Tree")

_BITS = struct.Struct("<d")

#: The one NaN.
NAN: float = _BITS.unpack(struct.pack("<Q", 0x7FF8_0000_0000_0000))[0]


class ObjectLabel(NamedTuple):
    """What an object says itself; its parts are the property values, the prototype if there is
    one, the magic methods.
    """

    names: tuple[tuple[str, int], ...]
    has_prototype: bool
    magic: tuple[str, ...]
    type_name: str | None


class Tree:
    """A node; its class is the same for all nodes of a tree."""

    __slots__ = ("_hash", "_kind", "_label", "_parts")

    _hash: int
    _kind: str
    _label: Any
    _parts: tuple[Any, ...]

    @classmethod
    def _raw(cls: type[Node], kind: str, label: Any = None, parts: tuple[Any, ...] = ()) -> Node:
        self = object.__new__(cls)
        self._kind = kind
        self._label = label
        self._parts = parts
        self._hash = hash((kind, exact(kind, label), tuple(part._hash for part in parts)))
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tree):
            return NotImplemented
        if self._hash != other._hash:
            return False
        if not self._parts and not other._parts:
            kind = self._kind
            return kind == other._kind and exact(kind, self._label) == exact(kind, other._label)
        todo: list[tuple[Tree, Tree]] = [(self, other)]
        seen: set[tuple[int, int]] = set()
        while todo:
            a, b = todo.pop()
            if a is b:
                continue
            if a._hash != b._hash or a._kind != b._kind or len(a._parts) != len(b._parts):
                return False
            if exact(a._kind, a._label) != exact(b._kind, b._label):
                return False
            if a._parts and (id(a), id(b)) not in seen:
                seen.add((id(a), id(b)))
                todo.extend(zip(a._parts, b._parts))
        return True

    def __hash__(self) -> int:
        return self._hash

    def __copy__(self: Node) -> Node:
        return self

    def __deepcopy__(self: Node, memo: object) -> Node:
        return self

    def __reduce__(self) -> tuple[Callable[..., Tree], tuple[Any, ...]]:
        return _from_steps, (type(self), _to_steps(self))


def exact(kind: str, label: Any) -> Any:
    """The label, so that `==` on it is exactness: doubles by their bits."""
    if kind == "number":
        return _BITS.pack(label)
    if kind == "complex":
        return _BITS.pack(label.real), _BITS.pack(label.imag)
    return label


def all_parts(node: Node) -> Sequence[Node]:
    """The parts of a node."""
    return node._parts


def fold(
    root: Node,
    combine: Callable[[Node, list[T]], T],
    parts_of: Callable[[Node], Sequence[Node]] = all_parts,
) -> T:
    """Combines bottom up: each distinct node once, with the results of its parts."""
    results: dict[int, T] = {}
    # Parts are asked for once, and kept: `id` speaks of what is alive.
    parts: dict[int, Sequence[Node]] = {}
    todo: list[tuple[Node, bool]] = [(root, False)]
    while todo:
        node, ready = todo.pop()
        if id(node) in results:
            continue
        if ready:
            results[id(node)] = combine(node, [results[id(p)] for p in parts[id(node)]])
        else:
            parts[id(node)] = parts_of(node)
            todo.append((node, True))
            todo.extend((part, False) for part in reversed(parts[id(node)]))
    return results[id(root)]


Step = tuple[str, Any, tuple[int, ...]]


def _to_steps(root: Tree) -> list[Step]:
    """The tree as a flat list: parts, by their places, before what holds them."""
    steps: list[Step] = []

    def step(node: Tree, parts: list[int]) -> int:
        label = node._label
        plain = tuple(label) if isinstance(label, ObjectLabel) else label
        steps.append((node._kind, plain, tuple(parts)))
        return len(steps) - 1

    fold(root, step)
    return steps


def _from_steps(cls: type[Node], steps: list[Step]) -> Node:
    nodes: list[Node] = []
    for kind, label, parts in steps:
        plain = ObjectLabel(*label) if kind == "object" else label
        nodes.append(cls._raw(kind, plain, tuple(nodes[i] for i in parts)))
    return nodes[-1]
