"""Values: what constants, arguments, results and messages are made of.

A `Value` is immutable and compares by structure, exactly as it is written to a class file:
`Value.number(1)` and `Value.integer(1)` differ, `0.0` and `-0.0` differ, and NaN equals
itself. It can be hashed, pickled and copied, whatever its depth.

>>> Value.tuple([1.5, "a", Value.atom("ok")])
Value.tuple([Value.number(1.5), Value.string('a'), Value.atom('ok')])
>>> print(Value.of({"x": [1, 2.5]}))
%{"x": [1n, 2.5]}
>>> Value.of((1, None, True)).to_python()
(1, None, True)
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, SupportsFloat, SupportsIndex, cast

from ._checks import checked_text, described
from ._convert import to_python, value_of
from ._natives import canonical_native
from ._show import repr_pieces, show_pieces, written
from ._tree import NAN, ObjectLabel, Tree

__all__ = ["Property", "Value"]

_WRITABLE, _ENUMERABLE, _CONFIGURABLE, _OPEN = 1, 2, 4, 7

_MUTABLE = frozenset({"array", "map", "object", "closure"})


class Property(NamedTuple):
    """A property of an object: its value and what may be done with it."""

    value: Value
    writable: bool = True
    enumerable: bool = True
    configurable: bool = True


class Value(Tree):
    """One value of the machine; see the module documentation."""

    __slots__ = ()

    #: The values directly inside; a map's keys and values alternate.
    _parts: builtins.tuple[Value, ...]

    def __init__(self) -> None:
        raise TypeError("use a constructor such as Value.number, or Value.of")

    # Constructors.

    @classmethod
    def number(cls, n: SupportsFloat | SupportsIndex) -> Value:
        """A double; any real number of Python's is taken."""
        if isinstance(n, (bool, str, bytes)):
            raise TypeError(f"number takes a real number, not {described(n)}")
        value = float(n)
        return cls._raw("number", NAN if value != value else value)

    @classmethod
    def integer(cls, n: SupportsIndex) -> Value:
        """An exact whole number of any size, written `42n`."""
        if isinstance(n, bool):
            raise TypeError("integer takes a whole number, not a bool")
        return cls._raw("integer", operator.index(n))

    @classmethod
    def boolean(cls, b: bool) -> Value:
        """`true` or `false`."""
        if not isinstance(b, bool):
            raise TypeError(f"boolean takes a bool, not {described(b)}")
        return _TRUE if b else _FALSE

    @classmethod
    def complex(cls, c: builtins.complex) -> Value:
        """A pair of doubles; any number of Python's is taken.

        >>> print(Value.complex(2 + 3j))
        2+3i
        """
        if isinstance(c, (bool, str)):
            raise TypeError(f"complex takes a number, not {described(c)}")
        value = complex(c)
        re = NAN if value.real != value.real else value.real
        im = NAN if value.imag != value.imag else value.imag
        return cls._raw("complex", complex(re, im))

    @classmethod
    def string(cls, s: str) -> Value:
        """Unicode text."""
        return cls._raw("string", checked_text(s, "string"))

    @classmethod
    def bytes(cls, b: builtins.bytes | bytearray | memoryview) -> Value:
        """Octets."""
        if not isinstance(b, (bytes, bytearray, memoryview)):
            raise TypeError(f"bytes takes bytes, not {described(b)}")
        return cls._raw("bytes", bytes(b))

    @classmethod
    def atom(cls, s: str) -> Value:
        """An interned name; the text without the leading colon.

        Atoms such as `__function_ref:Actors:worker`, `__stdlib:println` and, as a whole
        constant of `load_const`, `__vm:self` are replaced by what they name when the class is
        written.
        """
        return cls._raw("atom", checked_text(s, "atom"))

    @classmethod
    def unit(cls) -> Value:
        """ "Nothing", what a procedure returns."""
        return _UNIT

    @classmethod
    def undefined(cls) -> Value:
        """ "Not there": a missing property, an unset register."""
        return _UNDEFINED

    @classmethod
    def nil(cls) -> Value:
        """The empty list."""
        return _NIL

    @classmethod
    def pair(cls, head: builtins.object, tail: builtins.object) -> Value:
        """A list cell.

        >>> print(Value.pair(1.0, Value.pair(2.0, Value.nil())))
        [1, 2 | nil]
        """
        return cls._raw("pair", None, (cls.of(head), cls.of(tail)))

    @classmethod
    def array(cls, items: Iterable[builtins.object]) -> Value:
        """A growable sequence; as a constant, a template that is copied at each load."""
        return cls._raw("array", None, _all_of(items, "array"))

    @classmethod
    def tuple(cls, items: Iterable[builtins.object]) -> Value:
        """A fixed sequence."""
        return cls._raw("tuple", None, _all_of(items, "tuple"))

    @classmethod
    def map(
        cls,
        entries: Mapping[Any, builtins.object]
        | Iterable[builtins.tuple[builtins.object, builtins.object]],
    ) -> Value:
        """Entries in the order given; a later entry of the same key wins.

        Keys are immutable values. Python tells `1` and `1.0` alike as keys of a dict; give
        pairs where both must be there.
        """
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        found: dict[Value, Value] = {}
        for key, value in pairs:
            of_key = cls.of(key)
            if not of_key._is_immutable():
                raise TypeError(f"a map's key must be immutable, and {of_key.shortened()} is not")
            found[of_key] = cls.of(value)
        return cls._raw("map", None, tuple(v for entry in found.items() for v in entry))

    @classmethod
    def object(
        cls,
        properties: Mapping[str, builtins.object],
        writable: Mapping[str, bool] | None = None,
        enumerable: Mapping[str, bool] | None = None,
        configurable: Mapping[str, bool] | None = None,
        prototype: Value | None = None,
        type_name: str | None = None,
        magic: Mapping[str, Value] | None = None,
    ) -> Value:
        """An object with own properties.

        The three maps say for single properties what may be done with them; what they do not
        name may be assigned, listed, deleted and redefined. A `Property` instead of a value
        says it in one place. `magic` holds the operators, by name (`__add__`).

        >>> point = Value.object({"x": 1.0, "y": 2.0}, writable={"y": False}, type_name="Point")
        >>> point.properties["y"].writable
        False
        """
        names: list[tuple[str, int]] = []
        parts: list[Value] = []
        rules = (
            (writable, _WRITABLE, "writable"),
            (enumerable, _ENUMERABLE, "enumerable"),
            (configurable, _CONFIGURABLE, "configurable"),
        )
        for rule, _, word in rules:
            for name in rule or ():
                if name not in properties:
                    raise ValueError(f"{word} names {name!r}, which is no property of the object")
        for name, value in properties.items():
            flags = _OPEN
            if isinstance(value, Property):
                flags = _flags(value)
                value = value.value
            for rule, bit, _ in rules:
                if rule is not None and name in rule:
                    flags = flags | bit if rule[name] else flags & ~bit
            names.append((checked_text(name, "a property's name"), flags))
            parts.append(cls.of(value))
        if prototype is not None:
            parts.append(_checked_value(prototype, "prototype"))
        methods = sorted((magic or {}).items())
        for name, method in methods:
            checked_text(name, "a magic method's name")
            parts.append(_checked_value(method, f"magic[{name!r}]"))
        label = ObjectLabel(
            tuple(names),
            prototype is not None,
            tuple(name for name, _ in methods),
            None if type_name is None else checked_text(type_name, "type_name"),
        )
        return cls._raw("object", label, tuple(parts))

    @classmethod
    def function_ref(
        cls, class_or_name: str | int, name: str | None = None, *, arity: int | None = None
    ) -> Value:
        """A function: `function_ref(name)` of the same class, `function_ref(class_, name)`.

        It is looked up when the class is written: in the class itself it becomes local (bound
        to this version of the code), in another one `Class.name/arity`. A number names a
        function of the same class by its place.

        >>> print(Value.function_ref("Actors", "worker"))
        &Actors.worker
        """
        if isinstance(class_or_name, int) and not isinstance(class_or_name, bool):
            if name is not None or arity is not None or class_or_name < 0:
                raise ValueError("function_ref takes a place alone, counted from 0")
            return cls._raw("function_ref", (None, class_or_name, None))
        first = checked_text(class_or_name, "function_ref")
        label = (
            (None, first, _checked_arity(arity))
            if name is None
            else (first, checked_text(name, "name"), _checked_arity(arity))
        )
        return cls._raw("function_ref", label)

    @classmethod
    def extern(cls, class_: str, name: str, arity: int | None = None) -> Value:
        """A function of any class, looked up anew at every call.

        Without an arity it is resolved when the class is linked, if exactly one exported
        function has the name.
        """
        label = (
            checked_text(class_, "class_"),
            checked_text(name, "name"),
            _checked_arity(arity),
        )
        return cls._raw("extern", label)

    @classmethod
    def native(cls, name: str) -> Value:
        """A native function by its name, `module.name`; flat spellings are resolved.

        >>> Value.native("PrintLn") == Value.native("io.println")
        True
        """
        return cls._raw("native", canonical_native(checked_text(name, "name")))

    @classmethod
    def frozen(cls, value: builtins.object) -> Value:
        """The value, deeply frozen: as a constant it is shared, not copied at each load."""
        return cls._raw("frozen", None, (cls.of(value),))

    # Conversion from and to Python.

    @classmethod
    def of(cls, python_value: builtins.object) -> Value:
        """The value that a Python value stands for.

        None is unit, a bool boolean, an int integer, a float number, a complex complex, a str
        string, bytes bytes, a list array, a tuple tuple, a dict map; a `Value` is itself.
        """
        return value_of(cls, python_value)

    def to_python(self, number_as_int: bool = False) -> Any:
        """The Python value that stands for this one.

        The inverse of `of`; besides, undefined gives None, a list of pairs that ends in nil a
        list, an object the dict of its own properties, a frozen value what it holds. What
        Python has no counterpart of (atoms, functions, processes, references, pairs that end
        in something else) stays a `Value`. With `number_as_int`, whole numbers give an int.

        >>> Value.object({"x": 1.0}).to_python(), Value.number(42).to_python(number_as_int=True)
        ({'x': 1.0}, 42)
        """

        return to_python(self, number_as_int)

    # What a value says about itself.

    @property
    def kind(self) -> str:
        """The name of its constructor: "number", "atom"; results may be "process" and others."""
        return self._kind

    @property
    def properties(self) -> dict[str, Property]:
        """An object's own properties, in order; empty for anything else."""
        if self._kind != "object":
            return {}
        return {
            name: Property(
                part,
                bool(flags & _WRITABLE),
                bool(flags & _ENUMERABLE),
                bool(flags & _CONFIGURABLE),
            )
            for (name, flags), part in zip(self._label.names, self._parts)
        }

    @property
    def prototype(self) -> Value | None:
        """An object's prototype."""
        if self._kind != "object" or not self._label.has_prototype:
            return None
        return self._parts[len(self._label.names)]

    @property
    def magic(self) -> dict[str, Value]:
        """An object's magic methods by name."""
        if self._kind != "object":
            return {}
        start = len(self._parts) - len(self._label.magic)
        return dict(zip(self._label.magic, self._parts[start:]))

    @property
    def type_name(self) -> str | None:
        """An object's type name."""
        if self._kind != "object":
            return None
        return cast("str | None", self._label.type_name)

    @property
    def items(self) -> builtins.tuple[Value, ...]:
        """The elements of a tuple or array, head and tail of a pair, what is frozen."""
        return self._parts if self._kind in ("tuple", "array", "pair", "frozen") else ()

    @property
    def entries(self) -> builtins.tuple[builtins.tuple[Value, Value], ...]:
        """The entries of a map, in order."""
        if self._kind != "map":
            return ()
        return tuple(zip(self._parts[::2], self._parts[1::2]))

    def __repr__(self) -> str:
        return written(self, repr_pieces)

    def __str__(self) -> str:
        return written(self, show_pieces)

    def _is_immutable(self) -> bool:
        todo = [self]
        seen: set[int] = set()
        while todo:
            value = todo.pop()
            if value._kind in _MUTABLE:
                return False
            if value._kind != "frozen" and id(value) not in seen:
                seen.add(id(value))
                todo.extend(value._parts)
        return True

    def shortened(self, most: int = 60) -> str:
        """The text that `str` gives, cut to a number of characters, for messages."""
        text = written(self, show_pieces, limit=most)
        return text if len(text) <= most else text[: most - 3] + "..."

    def _full_text(self) -> str:
        """The text that `str` gives, whatever its length."""
        return written(self, show_pieces, limit=None)


# Checks.


def _flags(p: Property) -> int:
    return (
        _WRITABLE * bool(p.writable)
        | _ENUMERABLE * bool(p.enumerable)
        | _CONFIGURABLE * bool(p.configurable)
    )


def _checked_arity(arity: object) -> int | None:
    if arity is None:
        return None
    if not isinstance(arity, int) or isinstance(arity, bool) or not 0 <= arity <= 65_535:
        raise ValueError(f"arity must be a whole number from 0 to 65535, not {arity!r}")
    return arity


def _checked_value(value: object, what: str) -> Value:
    if not isinstance(value, Value):
        raise TypeError(f"{what} must be a Value, not {described(value)}")
    return value


def _all_of(items: Iterable[object], what: str) -> tuple[Value, ...]:
    if isinstance(items, (str, bytes, Mapping)):
        raise TypeError(f"{what} takes the elements one by one, not {described(items)}")
    return tuple(value_of(Value, item) for item in items)


def _constant(kind: str, label: Any = None) -> Value:
    return Value._raw(kind, label)


_TRUE = _constant("boolean", True)
_FALSE = _constant("boolean", False)
_UNIT = _constant("unit")
_UNDEFINED = _constant("undefined")
_NIL = _constant("nil")
