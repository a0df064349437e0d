"""The natives of `json` against Python's module of that name, on what is JSON and what is none."""

from __future__ import annotations

import json
import math
import random
from typing import Any

from calls import Failed, call_all

from ionvm import Value

STRINGS = ["", "a", "é", "中😀", 'quote"', "back\\slash", "line\nfeed", "\x00\x1f\x7f", "\u2028"]


def value(rng: random.Random, depth: int = 4) -> Any:
    kind = rng.random()
    if depth and kind < 0.25:
        return [value(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    if depth and kind < 0.5:
        keys = [rng.choice(STRINGS) + rng.choice("xyz") for _ in range(rng.randint(0, 4))]
        return {key: value(rng, depth - 1) for key in keys}
    leaves = [
        None,
        True,
        False,
        rng.choice(STRINGS),
        rng.randint(-(2**53), 2**53),
        rng.choice([1, -1]) * rng.getrandbits(90),
        rng.gauss(0, 1) * 10.0 ** rng.randint(-300, 300),
        -0.0,
    ]
    return rng.choice(leaves)


def options(**said: bool | int) -> Value:
    """Options of a native."""
    return Value.map([(Value.atom(name), Value.of(value)) for name, value in said.items()])


VALUES = [value(random.Random(seed)) for seed in range(3_000)]


def as_parsed(thing: Any) -> Any:
    """A value as the machine reads it: whole numbers up to 2^53 are numbers."""
    if isinstance(thing, list):
        return [as_parsed(item) for item in thing]
    if isinstance(thing, dict):
        return {key: as_parsed(item) for key, item in thing.items()}
    if isinstance(thing, int) and not isinstance(thing, bool) and abs(thing) <= 2**53:
        return float(thing)
    return thing


def same(a: Any, b: Any) -> bool:
    return repr(a) == repr(b)


def test_texts_are_read() -> None:
    for indent, ascii_only in ((None, True), (2, False), (0, True)):
        texts = [(json.dumps(v, indent=indent, ensure_ascii=ascii_only),) for v in VALUES]
        for (one,), wanted, found in zip(texts, VALUES, call_all("json.parse", texts), strict=True):
            assert same(found, as_parsed(wanted)), f"{one}: {found!r}"


def test_integers_are_kept_if_asked() -> None:
    texts = [(json.dumps(v), options(integers=True)) for v in VALUES]
    for wanted, found in zip(VALUES, call_all("json.parse", texts), strict=True):
        assert same(found, wanted), f"{wanted!r}: {found!r}"


def test_values_are_written() -> None:
    plain = call_all("json.print", [(v,) for v in VALUES])
    for wanted, found in zip(VALUES, plain, strict=True):
        assert same(as_parsed(json.loads(found)), as_parsed(wanted)), f"{wanted!r}: {found}"
    # Without doubles, which have a text of their own, every byte is the same.
    whole = [v for v in VALUES if "." not in json.dumps(v) and "e-" not in json.dumps(v)]
    assert len(whole) > 1_000
    styles: list[tuple[Value, dict[str, Any]]] = [
        (options(), {"separators": (",", ":"), "ensure_ascii": False}),
        (options(indent=2), {"indent": 2, "ensure_ascii": False}),
        (options(ascii=True), {"separators": (",", ":")}),
    ]
    for said, arguments in styles:
        found_all = call_all("json.print", [(v, said) for v in whole])
        for wanted, found in zip(whole, found_all, strict=True):
            text = json.dumps(wanted, **arguments)
            assert found == text, f"{wanted!r}: {found}"


def refused(constant: str) -> None:
    raise ValueError(constant)


def read(text: str) -> Any:
    """What Python makes of a text, where it keeps to the standard."""
    return json.loads(text, parse_constant=refused)


def test_damaged_texts_are_refused_by_both() -> None:
    rng = random.Random("damage")
    texts = []
    for thing in VALUES:
        text = json.dumps(thing)
        for _ in range(2):
            at = rng.randint(0, len(text))
            put = rng.choice(["", *'[]{}:,"0-.eE+x \\tn\x01', "null"])
            texts.append(text[:at] + put + text[at + rng.randint(0, 2) :])
    # Halves of characters are text to Python and none to the machine.
    texts = [text for text in texts if "\\ud" not in text]
    texts += ["", " ", "[", "]", "{}{}", "[1,]", '{"a":}', "01", "-", "+1", ".5", "1.", "1e", "'a'"]
    texts += ['"\\x"', "NaN", "Infinity", "-Infinity", "tru", "nulll", '{"a" 1}', "[1 2]", "\ufeff1"]
    refusals = 0
    for text, found in zip(texts, call_all("json.parse", [(t,) for t in texts]), strict=True):
        try:
            wanted = read(text)
        except ValueError:
            refusals += 1
            assert found == Failed("bad_type"), f"{text!r}: {found!r}"
            continue
        if isinstance(found, Failed):
            # Beyond all doubles, where Python has an infinity.
            assert found.kind == "bad_number" and "inf" in repr(wanted), f"{text!r}: {found}"
        else:
            # To Python `-0` is the integer 0.
            zeros = [repr(one).replace("-0.0", "0.0") for one in (found, as_parsed(wanted))]
            assert zeros[0] == zeros[1], f"{text!r}: {found!r}"
    assert refusals > 1_000


def test_what_has_no_form_is_refused() -> None:
    things = [math.nan, math.inf, [-math.inf], {"a": math.nan}, b"x", 1j, [b""], {1.5: 2}]
    for thing, found in zip(things, call_all("json.print", [(v,) for v in things]), strict=True):
        assert isinstance(found, Failed) and found.kind in ("bad_number", "bad_type"), thing
