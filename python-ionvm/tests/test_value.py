"""Values: constructors, equality, conversion, text, pickling."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionvm import Property, Value
from strategies import values

plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(),
        st.binary(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text(), inner, max_size=4),
    ),
    max_leaves=20,
)


@given(plain)
def test_python_values_come_back(thing: Any) -> None:
    back = Value.of(thing).to_python()
    assert back == thing
    assert type(back) is type(thing)


@given(values)
def test_values_are_pickled_copied_and_written_out(value: Value) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) is value
    assert hash(pickle.loads(pickle.dumps(value))) == hash(value)
    nan, inf = math.nan, math.inf
    names = {"Value": Value, "Property": Property, "nan": nan, "inf": inf, "nanj": complex(0, nan)}
    if len(repr(value)) < 4096 and "complex" not in repr(value):
        assert eval(repr(value), names) == value


def test_equality_is_exact() -> None:
    assert Value.number(math.nan) == Value.number(-math.nan)
    assert Value.number(0.0) != Value.number(-0.0)
    assert Value.number(1) != Value.integer(1)
    assert Value.atom("x") != Value.string("x")
    assert Value.boolean(True) != Value.integer(1)
    assert Value.tuple([1]) != Value.array([1])
    assert Value.object({"a": 1, "b": 2}) != Value.object({"b": 2, "a": 1})
    assert Value.number(1) != 1
    assert len({Value.number(1), Value.number(1.0), Value.integer(1)}) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value.number(42), "42"),
        (Value.number(-0.0), "-0"),
        (Value.number(1e21), "1e21"),
        (Value.number(1e-7), "1e-7"),
        (Value.number(0.000001), "0.000001"),
        (Value.number(1.5e300), "1.5e300"),
        (Value.number(123456789012345680000), "123456789012345680000"),
        (Value.number(5e-324), "5e-324"),
        (Value.number(math.inf), "inf"),
        (Value.number(-math.inf), "-inf"),
        (Value.integer(-7), "-7n"),
        (Value.complex(2 + 3j), "2+3i"),
        (Value.complex(complex(0, -1)), "0-1i"),
        (Value.complex(complex(math.nan, math.nan)), "NaN+NaNi"),
        (Value.string('a\n"b"\u200b'), '"a\\n\\"b\\"\\u{200b}"'),
        (Value.bytes(b"a\x00\n"), 'b"a\\x00\\n"'),
        (Value.atom("ok"), ":ok"),
        (Value.atom("a b"), ':"a b"'),
        (Value.unit(), "unit"),
        (Value.tuple([]), "()"),
        (Value.tuple([1]), "(1n,)"),
        (Value.array([True, None]), "[true, unit]"),
        (Value.pair(1.0, Value.nil()), "[1 | nil]"),
        (Value.map({"k": 1}), '%{"k": 1n}'),
        (Value.object({"x": 1.0, "a b": 2.0}), '{x: 1, "a b": 2}'),
    ],
)
def test_show_text(value: Value, text: str) -> None:
    assert str(value) == text


def test_objects_keep_their_descriptors() -> None:
    prototype = Value.object({})
    value = Value.object(
        {"x": 1.0, "y": 2.0, "z": Property(Value.of(3.0), writable=False)},
        writable={"y": False},
        enumerable={"x": False},
        configurable={"x": False, "y": True},
        prototype=prototype,
        type_name="Point",
        magic={"__add__": Value.function_ref("add")},
    )
    assert value.properties["x"] == Property(Value.number(1), True, False, False)
    assert value.properties["y"] == Property(Value.number(2), False, True, True)
    assert value.properties["z"] == Property(Value.number(3), False, True, True)
    assert value.prototype == prototype
    assert value.type_name == "Point"
    assert value.magic == {"__add__": Value.function_ref("add")}
    assert value.to_python() == {"x": 1.0, "y": 2.0, "z": 3.0}
    with pytest.raises(ValueError, match="writable names 'q'"):
        Value.object({}, writable={"q": False})


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError):
        Value.number("1")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Value.integer(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Value.string(b"")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a bool"):
        Value.boolean(1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a set has no counterpart"):
        Value.of({1})
    with pytest.raises(TypeError, match="must be immutable"):
        Value.map([([1], 2)])
    with pytest.raises(TypeError, match="one by one"):
        Value.array("abc")
    with pytest.raises(ValueError, match="surrogate"):
        Value.string("\ud800")
    with pytest.raises(ValueError, match="no native function 'frobnicate'"):
        Value.native("frobnicate")
    with pytest.raises(TypeError, match=r"Value\.of"):
        Value()
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(ValueError, match="inside itself"):
        Value.of(cycle)


def test_depth_is_no_concern() -> None:
    deep = long = Value.nil()
    for _ in range(100_000):
        deep = Value.array([deep])
        long = Value.pair(1.0, long)
    other = Value.nil()
    for _ in range(100_000):
        other = Value.array([other])
    assert deep == other
    assert hash(deep) == hash(other)
    assert pickle.loads(pickle.dumps(deep)) == deep
    assert len(repr(deep)) == len(str(deep)) == 4099
    assert long.to_python() == [1.0] * 100_000


def test_sharing_costs_nothing() -> None:
    value, other = Value.of(1.0), Value.of(1.0)
    for _ in range(200):
        value, other = Value.tuple([value, value]), Value.tuple([other, other])
    assert value == other
    assert pickle.loads(pickle.dumps(value)) == value
    first = value.to_python()
    assert first[0] is first[1]


def test_special_conversions() -> None:
    assert Value.undefined().to_python() is None
    assert Value.frozen([1]).to_python() == [1]
    assert Value.number(3).to_python(number_as_int=True) == 3
    assert isinstance(Value.number(3).to_python(number_as_int=True), int)
    assert Value.number(3.5).to_python(number_as_int=True) == 3.5
    assert Value.atom("ok").to_python() == Value.atom("ok")
    improper = Value.pair(1, 2)
    assert Value.array([improper]).to_python() == [improper]
    with pytest.raises(ValueError, match="takes for one"):
        Value.map([(1, "a"), (1.0, "b")]).to_python()


def test_a_later_entry_wins_in_the_place_of_the_first() -> None:
    value = Value.map([("a", 1), ("b", 2), ("a", 3)])
    assert value.to_python() == {"a": 3, "b": 2}
    assert [key.to_python() for key, _ in value.entries] == ["a", "b"]


def test_huge_integers_are_written() -> None:
    for bits in (14_000, 20_000, 65_535, 100_000):
        n = -(3 << bits) - 1
        text = str(Value.array([n]))
        assert text.startswith("[-0x" if bits > 65_534 else "[-")
        full = Value.integer(n)._full_text()
        assert full.endswith("n")
        if not full.startswith("-0x"):
            rest = 0
            for i in range(1, len(full) - 1, 1000):
                part = full[i : i + 1000].removesuffix("n")
                rest = rest * 10 ** len(part) + int(part)
            assert -rest == n
        if bits < 15_000:
            assert eval(repr(Value.integer(n))) == Value.integer(n)
