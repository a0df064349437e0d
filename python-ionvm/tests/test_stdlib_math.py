"""The natives of `math`, and whatever else computes, against what Python says."""

from __future__ import annotations

import cmath
import math
import random
import struct
from collections.abc import Callable, Sequence

import pytest
from calls import Failed, call_all

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, 1e-310, 5e-324, 1e-8, 1e8, 1e300, -1e300]
EDGES += [math.pi, math.e, 0.1, 170.5, -170.5, 709.7, -745.0, 2.0**53, 2.0**53 + 2, 1.7e308]


def reals(rng: random.Random, count: int) -> list[float]:
    """Edges, then numbers of every size, most of them small."""
    found = list(EDGES)
    while len(found) < count:
        scale = 10.0 ** rng.choice([-300, -20, -5, -1, 0, 0, 0, 1, 1, 2, 5, 20, 300])
        found.append(rng.uniform(-1, 1) * scale)
    return found


def expected(f: Callable[..., object], *arguments: object) -> object:
    """What Python says; its errors of domain and range as the machine has them."""
    try:
        return f(*arguments)
    except OverflowError:
        return math.inf
    except ValueError:
        return "domain"


def near(found: object, wanted: object, relative: float, absolute: float = 0.0) -> bool:
    if wanted == "domain":
        return isinstance(found, float) and not math.isfinite(found)
    assert isinstance(wanted, float) and isinstance(found, float), f"{found!r}, {wanted!r}"
    if math.isnan(wanted) or math.isnan(found):
        return math.isnan(wanted) and math.isnan(found)
    if math.isinf(wanted) or math.isinf(found):
        return abs(found) == abs(wanted) == math.inf
    return abs(found - wanted) <= relative * abs(wanted) + absolute + 5e-323


EXACT = ("ceil", "floor", "trunc", "sqrt", "ulp", "degrees", "radians")
CLOSE: tuple[str, ...] = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh")
CLOSE += ("atanh", "exp", "expm1", "log", "log2", "log10", "log1p", "cbrt", "erf", "erfc")
LOOSE = ("gamma", "lgamma")


def of_one(name: str) -> Callable[[float], object]:
    if name == "exp2":
        return lambda x: 2.0**x
    f: Callable[[float], float] = getattr(math, name)
    return lambda x: float(f(x))


@pytest.mark.parametrize("name", [*EXACT, *CLOSE, *LOOSE, "exp2"])
def test_functions_of_a_number(name: str) -> None:
    inputs = reals(random.Random(name), 3_000)
    relative = 0.0 if name in EXACT else 4e-14 if name in LOOSE else 2e-15
    # Near a zero of the logarithm of gamma what is left is rounding.
    absolute = 1e-14 if name == "lgamma" else 0.0
    if name == "erfc":
        relative = 1e-12
    f = of_one(name)
    for x, found in zip(inputs, call_all(f"math.{name}", [(x,) for x in inputs]), strict=True):
        wanted = expected(f, x)
        if name == "exp2" and wanted == math.inf:
            assert found == math.inf
            continue
        assert near(found, wanted, relative, absolute), f"{name}({x!r}): {found!r}, not {wanted!r}"


def pairs(rng: random.Random, count: int) -> list[tuple[float, float]]:
    numbers = reals(rng, count)
    found = [(a, b) for a in EDGES for b in EDGES]
    while len(found) < count:
        found.append((rng.choice(numbers), rng.choice(numbers)))
    return found


TWO: dict[str, tuple[Callable[[float, float], float], float]] = {
    "atan2": (math.atan2, 2e-15),
    "copysign": (math.copysign, 0.0),
    "fmod": (math.fmod, 0.0),
    "remainder": (math.remainder, 0.0),
    "hypot": (math.hypot, 1e-15),
    "next_after": (math.nextafter, 0.0),
    "pow": (math.pow, 2e-15),
}


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_numbers(name: str) -> None:
    f, relative = TWO[name]
    inputs = pairs(random.Random(name), 3_000)
    for (a, b), found in zip(inputs, call_all(f"math.{name}", inputs), strict=True):
        wanted = expected(f, a, b)
        assert near(found, wanted, relative), f"{name}({a!r}, {b!r}): {found!r}, not {wanted!r}"


def test_closeness() -> None:
    rng = random.Random("isclose")
    inputs = [(a, a * (1 + rng.choice([0, 1e-12, 1e-9, 1e-6]))) for a, _ in pairs(rng, 2_000)]
    for (a, b), found in zip(inputs, call_all("math.is_close", inputs), strict=True):
        assert found is math.isclose(a, b), f"{a!r}, {b!r}"
    bounds = [(a, b, rng.random(), 10.0 ** rng.randint(-9, 0)) for a, b in inputs]
    for (a, b, rel, tol), found in zip(bounds, call_all("math.is_close", bounds), strict=True):
        assert found is math.isclose(a, b, rel_tol=rel, abs_tol=tol), f"{a!r}, {b!r}"


def test_numbers_taken_apart() -> None:
    inputs = reals(random.Random("apart"), 3_000)
    ones = [(x,) for x in inputs]
    for x, found in zip(inputs, call_all("math.frexp", ones), strict=True):
        assert found == math.frexp(x), x
    for x, found in zip(inputs, call_all("math.modf", ones), strict=True):
        assert repr(found) == repr(math.modf(x)), x
    for x, found in zip(inputs, call_all("math.to_bits", ones), strict=True):
        assert found == struct.unpack("<Q", struct.pack("<d", x))[0], x
    scaled = [(x, float(e)) for x in inputs[:500] for e in (-1100, -60, -1, 0, 1, 60, 1100)]
    for (x, e), found in zip(scaled, call_all("math.ldexp", scaled), strict=True):
        wanted = expected(math.ldexp, x, int(e))
        assert near(found, wanted, 0.0), f"{x!r}, {e}: {found!r}"


def integers(rng: random.Random, count: int, bits: Sequence[int]) -> list[int]:
    return [rng.choice([1, -1]) * rng.getrandbits(rng.choice(bits)) for _ in range(count)]


def test_whole_numbers() -> None:
    rng = random.Random("whole")
    numbers = integers(rng, 3_000, [1, 4, 30, 48, 64, 200, 1000])
    couples = list(zip(numbers, rng.sample(numbers, len(numbers)), strict=True))
    for (a, b), found in zip(couples, call_all("math.gcd", couples), strict=True):
        assert found == math.gcd(a, b)
    for (a, b), found in zip(couples, call_all("math.lcm", couples), strict=True):
        assert found == math.lcm(a, b)
    roots = [abs(a) for a in numbers] + [(2**k + 1) ** 2 + d for k in range(80) for d in (-1, 0)]
    for a, found in zip(roots, call_all("math.isqrt", [(a,) for a in roots]), strict=True):
        assert found == math.isqrt(a)
    moduli = [(a, abs(b) % 1000, m or 7) for (a, b), m in zip(couples, numbers[::-1], strict=True)]
    for (a, b, m), found in zip(moduli, call_all("math.mod_pow", moduli), strict=True):
        assert found == pow(a, b, m), f"{a} ** {b} % {m}"
    inverses = [(a, -1, m) for a, _, m in moduli[:500]]
    for (a, _, m), found in zip(inverses, call_all("math.mod_pow", inverses), strict=True):
        try:
            wanted: object = pow(a, -1, m)
        except ValueError:
            wanted = Failed("bad_number")
        assert found == wanted, f"1 / {a} % {m}"


def test_counting() -> None:
    small = [(n,) for n in range(400)] + [(n,) for n in (1000, 2000, 4000)]
    for (n,), found in zip(small, call_all("math.factorial", small), strict=True):
        assert found == math.factorial(n)
    chosen = [(n, k) for n in range(45) for k in range(46)] + [(5000, 40), (10**30, 3), (60, 30)]
    for (n, k), found in zip(chosen, call_all("math.comb", chosen), strict=True):
        assert found == math.comb(n, k)
    taken = [pair for pair in chosen if pair[0] < 10**18]
    for (n, k), found in zip(taken, call_all("math.perm", taken), strict=True):
        assert found == math.perm(n, k)


def test_sums() -> None:
    rng = random.Random("sums")
    lists = []
    for _ in range(1_500):
        scale = 10.0 ** rng.choice([-300, 0, 15, 300])
        numbers = [rng.gauss(0, 1) * scale * 2.0 ** rng.randint(-60, 4) for _ in range(30)]
        lists.append(numbers + [-x for x in numbers[: rng.randint(0, 30)]])
    for numbers, found in zip(lists, call_all("math.fsum", [(n,) for n in lists]), strict=True):
        assert found == math.fsum(numbers)
    for numbers, found in zip(lists, call_all("math.sum", [(n,) for n in lists]), strict=True):
        total = numbers[0]
        for number in numbers[1:]:
            total += number
        assert found == total
    for numbers, found in zip(lists, call_all("math.prod", [(n,) for n in lists]), strict=True):
        assert near(found, math.prod(numbers), 0.0)
    wholes = [integers(rng, 20, [3, 40, 100]) for _ in range(500)]
    for whole, found in zip(wholes, call_all("math.sum", [(n,) for n in wholes]), strict=True):
        assert found == sum(whole)
    for whole, found in zip(wholes, call_all("math.prod", [(n,) for n in wholes]), strict=True):
        assert found == math.prod(whole)
    points = [(numbers[:7], numbers[7:14]) for numbers in lists]
    for (a, b), found in zip(points, call_all("math.dist", points), strict=True):
        assert near(found, expected(math.dist, a, b), 4e-16), f"{a}, {b}"


def test_angles_and_sizes() -> None:
    rng = random.Random("polar")
    numbers = [complex(a, b) for a, b in pairs(rng, 2_000)]
    for z, found in zip(numbers, call_all("math.to_polar", [(z,) for z in numbers]), strict=True):
        wanted = expected(cmath.polar, z)
        if isinstance(wanted, tuple):
            assert near(found[0], wanted[0], 1e-15), z
            assert near(found[1], wanted[1], 2e-15), z
    for z, found in zip(numbers, call_all("math.arg", [(z,) for z in numbers]), strict=True):
        angle = expected(cmath.phase, z)
        # Python reports angles too small for a double.
        assert angle == math.inf or near(found, angle, 2e-15), z
    sizes = [(abs(a) % 1e6, b % 10) for a, b in pairs(rng, 1_000)]
    for (r, phi), found in zip(sizes, call_all("math.polar", sizes), strict=True):
        wanted_z = cmath.rect(r, phi)
        assert abs(found - wanted_z) <= 1e-15 * abs(wanted_z), f"{r}, {phi}"


# ---- Random numbers -----------------------------------------------------------------

MASK = (1 << 64) - 1


class Xoshiro:
    """The generator, written down a second time."""

    def __init__(self, seed: int) -> None:
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            mixed = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(mixed ^ (mixed >> 31))

    def draw(self) -> int:
        def turned(x: int, k: int) -> int:
            return ((x << k) | (x >> (64 - k))) & MASK

        a, b, c, d = self.state
        result = (turned(b * 5 & MASK, 7) * 9) & MASK
        c, d = c ^ a, d ^ b
        self.state = [a ^ d, b ^ c, c ^ ((b << 17) & MASK), turned(d, 45)]
        return result

    def below(self, bound: int) -> int:
        product = self.draw() * bound
        while product & MASK < (-bound & MASK) % bound:
            product = self.draw() * bound
        return product >> 64


def test_random_numbers() -> None:
    seeds = [0, 1, 42, -1, 2**63 - 1, -(2**63)]
    starts = call_all("random.new", [(seed,) for seed in seeds])
    for seed, start in zip(seeds, starts, strict=True):
        twin = Xoshiro(seed & MASK)
        halves = [half for word in twin.state for half in (word & 0xFFFFFFFF, word >> 32)]
        assert start == [float(half) for half in halves]
    # Each call gets a copy of the generator, so what is compared is its first draw.
    for seed in seeds:
        twin = Xoshiro(seed & MASK)
        (start,) = call_all("random.new", [(seed,)])
        (number,) = call_all("random.number", [(start,)])
        assert number == (twin.draw() >> 11) * 2.0**-53
    bounds = [1, 2, 6, 1000, 2**32, 2**53]
    couples = [(seed, bound) for seed in range(300) for bound in bounds]
    states = dict(enumerate(call_all("random.new", [(seed,) for seed in range(300)])))
    calls = [(0.0, float(bound), states[seed]) for seed, bound in couples]
    for (seed, bound), found in zip(couples, call_all("random.integer", calls), strict=True):
        assert found == Xoshiro(seed).below(bound)
