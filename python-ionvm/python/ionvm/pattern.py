"""Patterns: which values fit, and which parts of them go to which registers.

>>> print(Pattern.tuple([Pattern.value(Value.atom("ok")), Pattern.bind(3)]))
(:ok, r3)
>>> big = Pattern.guard(Pattern.bind(1), [Guard.less_than(Value.number(9), 1)])
>>> print(big)
r1 when 9 less_than r1
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Any

from . import _text
from ._checks import checked_text, described
from ._virtual import Reg, any_register
from .value import Value

__all__ = ["COMPARISONS", "Guard", "Pattern"]

#: Deepest nesting of a pattern, in levels.
NESTING_MAX = 64

#: The comparisons a guard may make, at the place of their number in class files.
COMPARISONS = (
    "equal",
    "not_equal",
    "less_than",
    "less_equal",
    "greater_than",
    "greater_equal",
    "same",
)

#: A register by its number, or of a function that is being built.
Register = int | float | Reg

#: A register, or a constant.
Operand = Register | Value


class Guard:
    """One condition of a guard: a comparison or a type test of registers and constants.

    A plain number is a register; a constant is a `Value`. A condition that would raise does
    not hold. All conditions of a guard must hold.
    """

    __slots__ = ("left", "right", "word")

    def __init__(self, word: str, left: Operand, right: Operand | str) -> None:
        if word == "is":
            self.right: int | Reg | Value | str = checked_text(right, "the type's name")
        elif word in COMPARISONS:
            self.right = _operand(right, "right")
        else:
            raise ValueError(f"{word!r} is no comparison; there are {', '.join(COMPARISONS)}, is")
        self.word = word
        self.left = _operand(left, "left")

    @classmethod
    def _raw(cls, word: str, left: int | Reg | Value, right: int | Reg | Value | str) -> Guard:
        self = object.__new__(cls)
        self.word, self.left, self.right = word, left, right
        return self

    @classmethod
    def equal(cls, a: Operand, b: Operand) -> Guard:
        """Both are equal in structure."""
        return cls("equal", a, b)

    @classmethod
    def not_equal(cls, a: Operand, b: Operand) -> Guard:
        """They differ in structure."""
        return cls("not_equal", a, b)

    @classmethod
    def less_than(cls, a: Operand, b: Operand) -> Guard:
        """`a` comes before `b`."""
        return cls("less_than", a, b)

    @classmethod
    def less_equal(cls, a: Operand, b: Operand) -> Guard:
        """`a` comes before `b` or is equal."""
        return cls("less_equal", a, b)

    @classmethod
    def greater_than(cls, a: Operand, b: Operand) -> Guard:
        """`b` comes before `a`."""
        return cls("greater_than", a, b)

    @classmethod
    def greater_equal(cls, a: Operand, b: Operand) -> Guard:
        """`b` comes before `a` or is equal."""
        return cls("greater_equal", a, b)

    @classmethod
    def same(cls, a: Operand, b: Operand) -> Guard:
        """Both are the same: identity for what is mutable, exactness for what is not."""
        return cls("same", a, b)

    @classmethod
    def type(cls, a: Operand, name: str) -> Guard:
        """`a` has that `type_of` name, or that own or inherited type name."""
        return cls("is", a, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Guard):
            return NotImplemented
        return (self.word, self.left, self.right) == (other.word, other.left, other.right)

    def __hash__(self) -> int:
        return hash((self.word, self.left, self.right))

    def __repr__(self) -> str:
        return f"Guard({self.word!r}, {self.left!r}, {self.right!r})"

    def __str__(self) -> str:
        right = self.right
        text = _text.string_text(right) if isinstance(right, str) else _operand_text(right)
        return f"{_operand_text(self.left)} {self.word} {text}"


class Pattern:
    """What a value must look like; see the module documentation.

    Equal patterns fit the same values; `str` gives the assembly text.
    """

    __slots__ = ("_args", "_depth", "_kind", "_virtual")

    _kind: str
    _args: builtins.tuple[Any, ...]
    _depth: int
    #: Whether it holds registers of a function builder.
    _virtual: bool

    def __init__(self) -> None:
        raise TypeError("use a constructor such as Pattern.bind")

    @classmethod
    def _make(cls, kind: str, *args: builtins.object) -> Pattern:
        self = cls._raw(kind, args)
        if self._depth > NESTING_MAX:
            raise ValueError(f"a pattern is nested deeper than {NESTING_MAX} levels")
        return self

    @classmethod
    def _raw(cls, kind: str, args: builtins.tuple[Any, ...]) -> Pattern:
        self = object.__new__(cls)
        self._kind = kind
        self._args = args
        depth, virtual = 0, _virtual(kind, args)
        for inner in _children(args):
            depth = max(depth, inner._depth)
            virtual |= inner._virtual
        self._depth, self._virtual = depth + 1, virtual
        return self

    @classmethod
    def value(cls, val: builtins.object) -> Pattern:
        """Structurally equal to the value; anything that `Value.of` takes may stand for it."""
        return cls._make("value", Value.of(val))

    @classmethod
    def wildcard(cls) -> Pattern:
        """Anything."""
        return cls._make("wildcard")

    @classmethod
    def bind(cls, reg: Register) -> Pattern:
        """Anything; the register gets it."""
        return cls._make("bind", any_register(reg, "reg"))

    @classmethod
    def as_(cls, reg: Register, pattern: Pattern) -> Pattern:
        """What the inner pattern fits; the register gets it."""
        return cls._make("as", any_register(reg, "reg"), _pattern(pattern, "pattern"))

    @classmethod
    def pin(cls, reg: Register) -> Pattern:
        """The same as what the register holds."""
        return cls._make("pin", any_register(reg, "reg"))

    @classmethod
    def pair(cls, head: Pattern, tail: Pattern) -> Pattern:
        """A list cell."""
        return cls._make("pair", _pattern(head, "head"), _pattern(tail, "tail"))

    @classmethod
    def tuple(cls, patterns: Iterable[Pattern]) -> Pattern:
        """A tuple, or an array, of exactly these elements."""
        return cls._make("tuple", _patterns(patterns))

    @classmethod
    def array(cls, patterns: Iterable[Pattern], rest: Pattern | None = None) -> Pattern:
        """An array that begins with these elements.

        The further ones, as a fresh array, fit `rest`; without it there must be none.
        """
        return cls._make("array", _patterns(patterns), _optional(rest, "rest"))

    @classmethod
    def map(
        cls, entries: Mapping[Any, Pattern] | Iterable[builtins.tuple[builtins.object, Pattern]]
    ) -> Pattern:
        """A map that has these keys, others ignored."""
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        found: dict[Value, Pattern] = {}
        for key, pattern in pairs:
            of_key = Value.of(key)
            if of_key in found:
                raise ValueError(f"the key {of_key} stands twice in a map pattern")
            found[of_key] = _pattern(pattern, f"the pattern of {of_key}")
        return cls._make("map", builtins.tuple(found.items()))

    @classmethod
    def object(cls, props: Mapping[str, Pattern]) -> Pattern:
        """An object that has these properties, others ignored."""
        entries = (
            (checked_text(name, "a property's name"), _pattern(inner, f"props[{name!r}]"))
            for name, inner in props.items()
        )
        return cls._make("object", builtins.tuple(entries))

    @classmethod
    def bytes(cls, prefix: builtins.bytes, rest: Pattern | None = None) -> Pattern:
        """Bytes that begin with these.

        The further ones fit `rest`; without it there must be none.
        """
        if not isinstance(prefix, (builtins.bytes, bytearray, memoryview)):
            raise TypeError(f"prefix must be bytes, not {described(prefix)}")
        return cls._make("bytes", builtins.bytes(prefix), _optional(rest, "rest"))

    @classmethod
    def type(cls, name: str) -> Pattern:
        """A value of that `type_of` name, or an object of that own or inherited type name."""
        return cls._make("type", checked_text(name, "name"))

    @classmethod
    def any_of(cls, patterns: Iterable[Pattern]) -> Pattern:
        """What one of these fits; all of them bind the same registers."""
        return cls._make("any_of", _patterns(patterns))

    @classmethod
    def tagged_enum(cls, tag: str, pattern: Pattern) -> Pattern:
        """An object whose `__tag` is the atom and whose `__slots` fits the pattern.

        Missing slots are unit. A colon at the beginning of the tag is left out.
        """
        text = checked_text(tag, "tag")
        return cls._make("tagged", text.removeprefix(":"), _pattern(pattern, "pattern"))

    @classmethod
    def guard(
        cls,
        pattern: Pattern,
        conditions: Iterable[Guard | builtins.tuple[str, Operand, Operand | str]],
    ) -> Pattern:
        """What the pattern fits while all conditions hold.

        A condition is a `Guard`, or a tuple of its three parts: `("less_than", 1, 2)`.
        """
        guards = builtins.tuple(c if isinstance(c, Guard) else Guard(*c) for c in conditions)
        return cls._make("guard", _pattern(pattern, "pattern"), guards)

    @property
    def kind(self) -> str:
        """The name of its constructor, without a mark for a word that Python keeps."""
        return self._kind

    @property
    def args(self) -> builtins.tuple[Any, ...]:
        """What its constructor was given."""
        return self._args

    def __eq__(self, other: builtins.object) -> bool:
        if not isinstance(other, Pattern):
            return NotImplemented
        return self._kind == other._kind and self._args == other._args

    def __hash__(self) -> int:
        return hash((self._kind, self._args))

    def __reduce__(self) -> builtins.tuple[Any, ...]:
        return Pattern._raw, (self._kind, self._args)

    def __repr__(self) -> str:
        if self._kind in ("as", "tagged"):
            word = {"as": "as_", "tagged": "tagged_enum"}[self._kind]
            return f"Pattern.{word}({self._args[0]!r}, {self._args[1]!r})"
        if self._kind == "object":
            return f"Pattern.object({dict(self._args[0])!r})"
        args = ", ".join(repr(list(a) if isinstance(a, tuple) else a) for a in self._args)
        return f"Pattern.{self._kind}({args.removesuffix(', None')})"

    def __str__(self) -> str:
        return _pattern_text(self)


def _children(args: tuple[Any, ...]) -> Iterable[Pattern]:
    for arg in args:
        if isinstance(arg, Pattern):
            yield arg
        elif isinstance(arg, tuple):
            yield from _children(arg)


def _virtual(kind: str, args: tuple[Any, ...]) -> bool:
    """Whether registers of a function builder stand in a pattern itself."""
    if kind in ("bind", "pin", "as"):
        return type(args[0]) is Reg
    if kind == "guard":
        return any(type(g.left) is Reg or type(g.right) is Reg for g in args[1])
    return False


def _operand(thing: object, what: str) -> int | Reg | Value:
    return thing if isinstance(thing, Value) else any_register(thing, what)


def _operand_text(operand: int | Reg | Value) -> str:
    return operand._full_text() if isinstance(operand, Value) else _register_text(operand)


def _register_text(reg: int | Reg) -> str:
    return f"<{reg.name or 'unnamed'}>" if isinstance(reg, Reg) else f"r{reg}"


def _pattern(thing: object, what: str) -> Pattern:
    if not isinstance(thing, Pattern):
        raise TypeError(f"{what} must be a Pattern, not {described(thing)}")
    return thing


def _optional(thing: Pattern | None, what: str) -> Pattern | None:
    return None if thing is None else _pattern(thing, what)


def _patterns(things: Iterable[Pattern]) -> tuple[Pattern, ...]:
    return tuple(_pattern(thing, f"patterns[{i}]") for i, thing in enumerate(things))


#: Kinds of constants that would read as a pattern of another kind.
_AMBIGUOUS = frozenset({"bytes", "tuple", "array", "pair", "map", "object"})


def _inner(p: Pattern) -> str:
    """A pattern where a guard would go to the whole."""
    return f"({p})" if p._kind == "guard" else str(p)


def _pattern_text(p: Pattern) -> str:
    # Depth is bounded by `NESTING_MAX`.
    kind, args = p._kind, p._args
    if kind == "value":
        text: str = args[0]._full_text()
        return f"literal {text}" if args[0].kind in _AMBIGUOUS else text
    if kind == "wildcard":
        return "_"
    if kind in ("bind", "pin"):
        return f"{'^' if kind == 'pin' else ''}{_register_text(args[0])}"
    if kind == "as":
        return f"{_register_text(args[0])} = {_inner(args[1])}"
    if kind == "pair":
        return _list_text(p)
    if kind == "tuple":
        inner = ", ".join(map(str, args[0]))
        return f"({inner},)" if len(args[0]) == 1 else f"({inner})"
    if kind == "array":
        parts = [str(inner) for inner in args[0]]
        if args[1] is not None:
            parts.append(f"..{_inner(args[1])}")
        return f"[{', '.join(parts)}]"
    if kind == "map":
        return "%{" + ", ".join(f"{k._full_text()}: {v}" for k, v in args[0]) + "}"
    if kind == "object":
        return "{" + ", ".join(f"{_text.key_text(k)}: {v}" for k, v in args[0]) + "}"
    if kind == "bytes":
        return _text.bytes_text(args[0]) + ("" if args[1] is None else f" ..{_inner(args[1])}")
    if kind == "type":
        return f"is {_text.string_text(args[0])}"
    if kind == "any_of":
        close = {0: "or)", 1: " or)"}.get(len(args[0]), ")")
        return f"({' or '.join(map(_inner, args[0]))}{close}"
    if kind == "tagged":
        return f"tagged {_text.atom_text(args[0])} {_inner(args[1])}"
    conditions = " and ".join(map(str, args[1])) or "true"
    return f"{_inner(args[0])} when {conditions}"


def _list_text(p: Pattern) -> str:
    parts = []
    while p._kind == "pair":
        parts.append(str(p._args[0]))
        p = p._args[1]
    return f"[{', '.join(parts)} | {p}]"
