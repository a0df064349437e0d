"""Patterns: constructors, equality, text, what is refused."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given

from ionvm import Guard, Pattern, Value
from strategies import patterns


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (Pattern.value(1.0), "1"),
        (Pattern.wildcard(), "_"),
        (Pattern.bind(3.0), "r3"),
        (Pattern.pin(3), "^r3"),
        (Pattern.as_(1, Pattern.wildcard()), "r1 = _"),
        (Pattern.tuple([]), "()"),
        (Pattern.tuple([Pattern.bind(1)]), "(r1,)"),
        (Pattern.array([Pattern.bind(1)], Pattern.bind(2)), "[r1, ..r2]"),
        (Pattern.pair(Pattern.bind(1), Pattern.bind(2)), "[r1 | r2]"),
        (Pattern.map({"k": Pattern.bind(1)}), '%{"k": r1}'),
        (Pattern.object({"x": Pattern.bind(1)}), "{x: r1}"),
        (Pattern.bytes(b"ab"), 'b"ab"'),
        (Pattern.bytes(b"ab", Pattern.bind(1)), 'b"ab" ..r1'),
        (Pattern.type("number"), 'is "number"'),
        (Pattern.any_of([Pattern.value(True), Pattern.value(None)]), "(true or unit)"),
        (Pattern.tagged_enum(":Some", Pattern.bind(1)), "tagged :Some r1"),
        (
            Pattern.guard(
                Pattern.bind(1), [("less_than", 1, Value.number(5)), Guard.type(1, "number")]
            ),
            'r1 when r1 less_than 5 and r1 is "number"',
        ),
    ],
)
def test_text(pattern: Pattern, text: str) -> None:
    assert str(pattern) == text


@given(patterns)
def test_patterns_are_compared_and_pickled(pattern: Pattern) -> None:
    again = pickle.loads(pickle.dumps(pattern))
    assert again == pattern
    assert hash(again) == hash(pattern)
    assert pattern != Pattern.tuple([pattern])
    assert repr(pattern).startswith("Pattern.")


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="reg must be a register"):
        Pattern.bind("r1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"patterns\[1\] must be a Pattern"):
        Pattern.tuple([Pattern.wildcard(), 1])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="rest must be a Pattern"):
        Pattern.array([], 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="prefix must be bytes"):
        Pattern.bytes("ab")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'near' is no comparison"):
        Guard("near", 1, 2)
    with pytest.raises(TypeError, match="right must be a register"):
        Guard.equal(1, "text")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stands twice"):
        Pattern.map([("k", Pattern.wildcard()), ("k", Pattern.wildcard())])
    deep = Pattern.wildcard()
    for _ in range(63):
        deep = Pattern.tuple([deep])
    with pytest.raises(ValueError, match="deeper than 64"):
        Pattern.tuple([deep])
    with pytest.raises(TypeError, match=r"Pattern\.bind"):
        Pattern()
