"""Numbers of the machine against Python's: exact integers, complex numbers, text.

Every test runs one program over a long list of operands; it yields the results
in order, errors by the name of their kind.
"""

from __future__ import annotations

import cmath
import math
import operator
import random
import re
import struct
from collections.abc import Callable

import pytest

import ionvm
from ionvm import assemble

LOOP = """
.function {name} arity=1
    .local pairs = r0
    .reg out, i, n, one, pair, a, b, c, more, err
    .handler begin, end, failed, err
    array_init  out
    load_const  i, 0
    load_const  one, 1
    length      n, pairs
    jump        check
again:
    get_index   pair, pairs, i
    load_const  c, 0
    get_index   a, pair, c
    get_index   b, pair, one
begin:
    {operation}
end:
push:
    array_push  out, c
    add         i, i, one
check:
    less_than   more, i, n
    jump_if_true more, again
    return      out
failed:
    load_const  c, "kind"
    get_prop    c, err, c
    to_text     c, c
    jump        push
"""


def calculate(operation: str, pairs: list[tuple[object, object]]) -> list[object]:
    """What an operation on `a` and `b` to `c` yields for every pair."""
    program = assemble(".class Main\n" + LOOP.format(name="main", operation=operation))
    results = ionvm.run(program, [list(pair) for pair in pairs])
    assert len(results) == len(pairs)
    return list(results)


# ---- Exact integers -------------------------------------------------------------

COUNT = 6_700


def integer(rng: random.Random) -> int:
    """From 1 to 2000 bits, with many at the edges of what a word holds."""
    kind = rng.random()
    if kind < 0.1:
        return rng.choice([0, 1, -1, 2, -2, 10, -10])
    if kind < 0.4:
        bits = rng.choice([31, 32, 46, 47, 48, 52, 53, 54, 62, 63, 64, 65, 126, 127, 128])
        return rng.choice([1, -1]) * ((1 << bits) + rng.randint(-2, 2))
    return rng.choice([1, -1]) * rng.getrandbits(rng.choice([8, 40, 60, 100, 500, 2000]))


def quot(a: int, b: int) -> int:
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def power(a: int, b: int) -> object:
    if b < 0:
        return float(a) ** float(b)
    return a**b


def shift(a: int, left: int) -> object:
    if left > 0 and a and a.bit_length() + left > 1 << 20:
        return "limit"
    return a << left if left >= 0 else a >> -left


def divided(a: int, b: int) -> float:
    if b == 0:
        return math.nan if a == 0 else math.inf if a > 0 else -math.inf
    try:
        return a / b
    except OverflowError:
        return math.inf if (a < 0) == (b < 0) else -math.inf


INTEGER: dict[str, Callable[[int, int], object]] = {
    "add c, a, b": operator.add,
    "sub c, a, b": operator.sub,
    "mul c, a, b": operator.mul,
    "int_div c, a, b": operator.floordiv,
    "mod c, a, b": operator.mod,
    "quot c, a, b": quot,
    "rem c, a, b": lambda a, b: a - b * quot(a, b),
    "div c, a, b": divided,
    "neg c, a": lambda a, _: -a,
    "bit_and c, a, b": operator.and_,
    "bit_or c, a, b": operator.or_,
    "bit_xor c, a, b": operator.xor,
    "bit_not c, a": lambda a, _: ~a,
    "less_than c, a, b": operator.lt,
    "less_equal c, a, b": operator.le,
    "equal c, a, b": operator.eq,
}


def expected(f: Callable[[int, int], object], a: int, b: int) -> object:
    try:
        return f(a, b)
    except ZeroDivisionError:
        return "bad_number"


def agree(found: object, wanted: object) -> bool:
    if isinstance(wanted, float) and math.isnan(wanted):
        return isinstance(found, float) and math.isnan(found)
    return type(found) is type(wanted) and found == wanted


def check(operation: str, pairs: list[tuple[int, int]], f: Callable[[int, int], object]) -> None:
    for (a, b), found in zip(pairs, calculate(operation, list(pairs)), strict=True):
        wanted = expected(f, a, b)
        assert agree(found, wanted), f"{operation}: {a}, {b}: {found!r}, not {wanted!r}"


@pytest.mark.parametrize("operation", INTEGER)
def test_integers(operation: str) -> None:
    rng = random.Random(operation)
    pairs = [(integer(rng), integer(rng)) for _ in range(COUNT)]
    if operation.startswith(("equal", "less")):
        pairs += [(a, a + rng.randint(-1, 1)) for a, _ in pairs[:500]]
    check(operation, pairs, INTEGER[operation])


def test_integer_shifts() -> None:
    rng = random.Random("shift")
    counts = [0, 1, 15, 16, 17, 47, 62, 63, 64, 65, 200, 5_000, 10**7, 10**30]
    pairs = [(integer(rng), rng.choice([1, -1]) * rng.choice(counts)) for _ in range(COUNT)]
    # Python cannot shift by 10**30; to the right nothing is left.
    check("shl c, a, b", pairs, lambda a, b: shift(a, max(b, -(10**7))))
    check("shr c, a, b", pairs, lambda a, b: shift(a, max(-b, -(10**7))))


def test_integer_powers() -> None:
    rng = random.Random("pow")
    pairs: list[tuple[int, int]] = []
    while len(pairs) < COUNT:
        a, b = integer(rng), rng.choice([0, 1, 2, 3, 7, 30, 63, 64, 100, -1, -2, -5])
        if abs(a).bit_length() * abs(b) < 20_000 and (b >= 0 or a and abs(a) < 1 << 200):
            pairs.append((a, b))
    check("pow c, a, b", pairs, power)
    large = [(3, 10**9), (2, 1 << 20), (-7, 10**40), (1, 10**40), (-1, 10**40 + 1), (0, 10**40)]
    wanted = ["limit", "limit", "limit", 1, -1, 0]
    assert calculate("pow c, a, b", list(large)) == wanted


def test_integers_with_numbers() -> None:
    """An integer and a number are compared exactly and computed in doubles."""
    rng = random.Random("mixed")
    pairs: list[tuple[int, float]] = []
    for _ in range(COUNT):
        a = integer(rng)
        near = float(a) if abs(a) < 1 << 1000 else math.inf
        pairs.append((a, rng.choice([near, near + 1, near * 1.5, rng.random(), -0.0, math.inf])))
    for operation, f in (
        ("less_than c, a, b", operator.lt),
        ("less_than c, b, a", lambda a, b: b < a),
        ("equal c, a, b", operator.eq),
    ):
        for (a, b), found in zip(pairs, calculate(operation, list(pairs)), strict=True):
            assert found is f(a, b), f"{operation}: {a}, {b}"
    small = [(a, b) for a, b in pairs if abs(a) < 1 << 1000]
    for (a, b), found in zip(small, calculate("add c, a, b", list(small)), strict=True):
        assert agree(found, float(a) + b), f"{a} + {b}"


# ---- Complex numbers --------------------------------------------------------------

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e-320, 1e-160, 1e160, -1e300, math.pi]


def points(rng: random.Random, count: int) -> list[complex]:
    """Small and large ones, on both sides of every cut, and on the cuts."""
    found = [complex(re, im) for re in EDGES for im in EDGES]
    while len(found) < count:
        scale = 10.0 ** rng.randint(-8, 8)
        found.append(complex(rng.gauss(0, scale), rng.gauss(0, scale)))
    return found


def same_bits(a: complex, b: complex) -> bool:
    def one(x: float, y: float) -> bool:
        return math.isnan(x) and math.isnan(y) or struct.pack("d", x) == struct.pack("d", y)

    return one(a.real, b.real) and one(a.imag, b.imag)


def near(a: float, b: float, scale: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    if a == 0 and b == 0:
        return math.copysign(1, a) == math.copysign(1, b)
    return abs(a - b) <= 4e-15 * max(abs(a), abs(b)) + 1e-15 * scale + 5e-323


@pytest.mark.parametrize("operation", ["add", "sub", "mul", "div"])
def test_complex_arithmetic(operation: str) -> None:
    rng = random.Random(operation)
    all_points = points(rng, 2_000)
    pairs = [(a, rng.choice(all_points)) for a in all_points for _ in range(3)]
    if operation == "div":
        pairs = [(a, b) for a, b in pairs if b]
    f = getattr(operator, {"div": "truediv"}.get(operation, operation))
    for (a, b), found in zip(pairs, calculate(f"{operation} c, a, b", list(pairs)), strict=True):
        wanted = f(a, b)
        assert isinstance(found, complex)
        finite = cmath.isfinite(a) and cmath.isfinite(b) and cmath.isfinite(wanted)
        assert not finite or same_bits(found, wanted), f"{a} {operation} {b}: {found}, not {wanted}"


def test_complex_powers() -> None:
    rng = random.Random("pow")
    pairs = [
        (complex(rng.gauss(0, 2), rng.gauss(0, 2)), complex(rng.gauss(0, 2), rng.gauss(0, 2)))
        for _ in range(2_000)
    ]
    pairs += [(a, complex(rng.randint(-12, 12), 0)) for a, _ in pairs]
    for (a, b), found in zip(pairs, calculate("pow c, a, b", list(pairs)), strict=True):
        wanted = a**b
        assert isinstance(found, complex)
        assert abs(found - wanted) <= 1e-12 * abs(wanted), f"{a} ** {b}: {found}, not {wanted}"


FUNCTIONS = [
    *("sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "asinh", "acosh", "atanh"),
]
SPECIAL = [math.inf, -math.inf, math.nan, 0.0, -0.0, 1.0, -1.0, 2.5]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_complex_functions(name: str) -> None:
    f = getattr(cmath, name)
    special = [complex(re, im) for re in SPECIAL for im in SPECIAL]
    inputs = points(random.Random(name), 2_000) + special
    results = calculate(f"call_native c, math.{name}, a", [(z, None) for z in inputs])
    compared = 0
    for z, found in zip(inputs, results, strict=True):
        try:
            wanted = f(z)
        except (ValueError, OverflowError):
            # cmath reports poles and what is too large; the machine goes on with them.
            continue
        compared += 1
        assert isinstance(found, complex), f"{name}({z}) = {found!r}"
        if cmath.isfinite(z):
            scale = abs(wanted) if cmath.isfinite(wanted) else 0.0
            good = near(found.real, wanted.real, scale) and near(found.imag, wanted.imag, scale)
        else:
            # C leaves signs open beside a NaN and where both parts are infinite, and
            # where it asks for a number Python has NaN.
            signs = math.isfinite(z.real) or math.isfinite(z.imag)
            signs = signs and not cmath.isnan(z) and not cmath.isnan(wanted)
            parts = zip((found.real, found.imag), (wanted.real, wanted.imag), strict=True)
            good = all(
                near(x, y, 0.0) or not signs and (math.isnan(y) or abs(x) == abs(y))
                for x, y in parts
            )
        assert good, f"{name}({z}) = {found}, not {wanted}"
    assert compared > 1_200


# ---- Numbers as text ----------------------------------------------------------------


def doubles(count: int) -> list[float]:
    rng = random.Random("text")
    found = [0.0, -0.0, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308]
    found += [1.7976931348623157e308, math.inf, -math.inf, 1e21, 1e22, 1e23, 1e-7, 1e-6]
    found += [float(2**k + d) for k in range(40, 64) for d in (-1, 0, 1)]
    found += [10.0**k for k in range(-323, 309)]
    while len(found) < count:
        kind = rng.random()
        if kind < 0.6:
            (x,) = struct.unpack("d", rng.randbytes(8))
        elif kind < 0.7:
            x = rng.getrandbits(52) * 5e-324
        elif kind < 0.85:
            x = rng.gauss(0, 1000)
        else:
            x = round(rng.uniform(-1e6, 1e6), rng.randint(0, 6))
        if not math.isnan(x):
            found.append(x)
    return found


def digits(text: str) -> tuple[str, str, int]:
    """Sign, significant digits and exponent."""
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", text)
    assert match, text
    sign, whole, fraction, exponent = match.groups()
    fraction = fraction or ""
    all_digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) - len(fraction)
    kept = all_digits.rstrip("0")
    return sign, kept, point + len(all_digits) - len(kept) if kept else 0


def test_number_text() -> None:
    numbers = doubles(100_000)
    texts = calculate("to_text c, a", [(x, None) for x in numbers])
    for x, text in zip(numbers, texts, strict=True):
        assert isinstance(text, str)
        if math.isinf(x):
            assert text == repr(x)
        else:
            # The same shortest digits.
            assert digits(text) == digits(repr(x)), f"{x!r}: {text}"
    read = calculate("call_native c, string.to_number, a", [(text, None) for text in texts])
    reread = calculate("call_native c, string.to_number, a", [(repr(x), None) for x in numbers])
    for x, a, b in zip(numbers, read, reread, strict=True):
        assert struct.pack("d", x) == struct.pack("d", a) == struct.pack("d", b), repr(x)


def test_integer_text() -> None:
    rng = random.Random("integer text")
    numbers = [integer(rng) for _ in range(5_000)]
    assert calculate("to_text c, a", [(n, None) for n in numbers]) == [str(n) for n in numbers]
    native = "call_native c, integer.{}, a, b"
    for base, form in ((10, "d"), (16, "x"), (8, "o"), (2, "b")):
        texts = [format(n, form) for n in numbers]
        found = calculate(native.format("to_text"), [(n, float(base)) for n in numbers])
        assert found == texts
        back = calculate(native.format("parse"), [(text, float(base)) for text in texts])
        assert back == numbers
