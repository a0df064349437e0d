"""The natives of `string`, `bytes` and `time` against what Python says."""

from __future__ import annotations

import base64
import random
import struct
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

import pytest
from calls import Failed, call_all

from ionvm import Value

# Letters of several lengths in UTF-8, with and without case, space, marks.
LETTERS = "aAbB ,;éÉßñÑΣσαΑжЖ中日😀\u0301\t\n"


def text(rng: random.Random, most: int = 14) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, most)))


def texts(name: str, count: int = 1_500) -> list[str]:
    rng = random.Random(name)
    return ["", " ", "a", "ΑΣ", "ΑΣ Σ", "ß"] + [text(rng) for _ in range(count)]


def check(native: str, inputs: Sequence[tuple[object, ...]], f: Callable[..., object]) -> None:
    for arguments, found in zip(inputs, call_all(native, inputs), strict=True):
        wanted = f(*arguments)
        assert found == wanted, f"{native}{arguments}: {found!r}, not {wanted!r}"


ONE: dict[str, Callable[[str], object]] = {
    "length": lambda s: float(len(s)),
    "upper": str.upper,
    "lower": str.lower,
    "trim": str.strip,
    "trim_start": str.lstrip,
    "trim_end": str.rstrip,
    "reverse": lambda s: s[::-1],
    "words": str.split,
    "chars": list,
    "code_integers": lambda s: [ord(c) for c in s],
    "is_alphabetic": lambda s: s.isalpha() and "\u0301" not in s,
    "is_alphanumeric": lambda s: s.isalnum() and "\u0301" not in s,
    "is_whitespace": str.isspace,
    "is_upper": str.isupper,
    "is_lower": str.islower,
    "is_ascii": str.isascii,
    "byte_length": lambda s: float(len(s.encode())),
    "lines": lambda s: s.removesuffix("\n").split("\n") if s else [],
}


@pytest.mark.parametrize("name", ONE)
def test_natives_of_a_string(name: str) -> None:
    check(f"string.{name}", [(s,) for s in texts(name)], ONE[name])


def test_capitals() -> None:
    # Python has a title case of its own for some letters.
    inputs = [(s,) for s in texts("capital") if not s.startswith("ß")]
    check("string.capitalize", inputs, str.capitalize)


TWO: dict[str, Callable[[str, str], object]] = {
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": lambda s, t: t in s,
    "remove_prefix": str.removeprefix,
    "remove_suffix": str.removesuffix,
    "count": lambda s, t: float(s.count(t)),
    "trim": lambda s, t: s.strip(t) if t else s,
    "trim_start": lambda s, t: s.lstrip(t) if t else s,
    "trim_end": lambda s, t: s.rstrip(t) if t else s,
}
PARTED: dict[str, Callable[[str, str], object]] = {
    "split": lambda s, t: s.split(t),
    "partition": str.partition,
    "rpartition": str.rpartition,
}


def couples(name: str, empty: bool) -> list[tuple[str, str]]:
    rng = random.Random(name)
    found = []
    for s in texts(name):
        start = rng.randint(0, max(len(s) - 1, 0))
        part = s[start : start + rng.randint(0, 2)] if rng.random() < 0.7 else text(rng, 2)
        found.append((s, part))
    return [(s, t) for s, t in found if empty or t]


@pytest.mark.parametrize("name", [*TWO, *PARTED])
def test_natives_of_two_strings(name: str) -> None:
    f = TWO.get(name) or PARTED[name]
    check(f"string.{name}", couples(name, name in TWO), f)


def test_searching() -> None:
    inputs = couples("find", True)
    found = call_all("string.find", inputs)
    for (s, t), at in zip(inputs, found, strict=True):
        index = s.find(t)
        assert at == float(index) if index >= 0 else not isinstance(at, float), f"{s!r}, {t!r}"
    found = call_all("string.rfind", inputs)
    for (s, t), at in zip(inputs, found, strict=True):
        index = s.rfind(t)
        assert at == float(index) if index >= 0 else not isinstance(at, float), f"{s!r}, {t!r}"


def test_exchanging_and_cutting() -> None:
    rng = random.Random("replace")
    inputs = [(s, t, text(rng, 3)) for s, t in couples("replace", True)]
    check("string.replace", inputs, str.replace)
    counted = [(s, t, u, float(rng.randint(0, 3))) for s, t, u in inputs]
    check("string.replace", counted, lambda s, t, u, n: s.replace(t, u, int(n)))
    cut = [(s, t, float(rng.randint(0, 3))) for s, t in couples("split", False)]
    check("string.split", cut, lambda s, t, n: s.split(t, int(n)))
    spaced = [(s, float(rng.randint(0, 3))) for s in texts("words")]
    check("string.words", spaced, lambda s, n: s.split(None, int(n)))
    spans = [(s, float(rng.randint(-9, 9)), float(rng.randint(-9, 9))) for s in texts("slice")]
    check("string.slice", spans, lambda s, a, b: s[int(a) : int(b)])
    joined = [([text(rng, 4) for _ in range(rng.randint(0, 5))], text(rng, 2)) for _ in range(500)]
    check("string.join", joined, lambda parts, between: between.join(parts))
    times = [(text(rng, 4), float(rng.randint(0, 5))) for _ in range(500)]
    check("string.repeat", times, lambda s, n: s * int(n))
    widths = [(s, float(rng.randint(0, 20)), rng.choice("*é中")) for s in texts("pad")]
    check("string.pad_start", widths, lambda s, n, c: s.rjust(int(n), c))
    check("string.pad_end", widths, lambda s, n, c: s.ljust(int(n), c))


def test_templates() -> None:
    rng = random.Random("format")
    inputs = []
    for _ in range(1_500):
        arguments = [rng.choice([text(rng, 5), rng.randint(-99, 99)]) for _ in range(3)]
        marks = ["{}"] if rng.random() < 0.5 else ["{0}", "{2}", "{1}"]
        pieces = [rng.choice([*marks, "{{", "}}", text(rng, 3)]) for _ in range(6)]
        template = "".join(pieces)
        if template.count("{}") <= 3:
            inputs.append((template, *arguments))
    check("string.format", inputs, lambda template, *rest: template.format(*rest))


# ---- Numbers as text -------------------------------------------------------------------


def numbers(name: str, count: int = 3_000) -> list[float]:
    rng = random.Random(name)
    found = [0.0, -0.0, 0.5, 1.5, 2.5, 2.675, 1e21, 1e-7, 5e-324, 1.7976931348623157e308]
    while len(found) < count:
        found.append(rng.gauss(0, 1) * 10.0 ** rng.randint(-30, 30))
    return found


def test_digits_behind_the_point() -> None:
    rng = random.Random("digits")
    inputs = [(x, float(rng.randint(0, 20))) for x in numbers("fixed")]
    check("string.fixed", inputs, lambda x, n: f"{x:.{int(n)}f}")
    check("string.exponential", inputs, lambda x, n: f"{x:.{int(n)}e}")
    check("string.to_number", [(repr(x),) for x, _ in inputs], float)


def test_integers_as_text() -> None:
    rng = random.Random("bases")
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"

    def written(n: int, base: float) -> str:
        if n < 0:
            return "-" + written(-n, base)
        out = ""
        while n >= base:
            n, digit = divmod(n, int(base))
            out = digits[digit] + out
        return digits[n] + out

    inputs = [
        (rng.choice([1, -1]) * rng.getrandbits(rng.choice([4, 60, 200])), float(rng.randint(2, 36)))
        for _ in range(1_500)
    ]
    check("integer.to_text", inputs, written)
    spelt = [(written(n, base), base) for n, base in inputs]
    check("integer.parse", spelt, lambda s, base: int(s, int(base)))


# ---- Bytes -------------------------------------------------------------------------------


def octets(rng: random.Random, most: int = 20) -> bytes:
    return bytes(rng.choice(b"abc\x00\xff") for _ in range(rng.randint(0, most)))


def test_bytes_as_digits() -> None:
    rng = random.Random("octets")
    inputs = [(rng.randbytes(rng.randint(0, 40)),) for _ in range(1_500)]
    check("bytes.to_hex", inputs, bytes.hex)
    check("bytes.from_hex", [(b.hex(),) for (b,) in inputs], bytes.fromhex)
    check("bytes.to_base64", inputs, lambda b: base64.b64encode(b).decode())
    url = [(b, True) for (b,) in inputs]
    check(
        "bytes.to_base64", url, lambda b, _: base64.urlsafe_b64encode(b).decode().rstrip("=")
    )
    spelt = [(base64.b64encode(b).decode(),) for (b,) in inputs]
    check("bytes.from_base64", spelt, base64.b64decode)
    lossy = [(b, True) for (b,) in inputs]
    check("bytes.to_string", lossy, lambda b, _: b.decode(errors="replace"))


def test_bytes_in_bytes() -> None:
    rng = random.Random("search")
    inputs = [(octets(rng), octets(rng, 2) or b"a") for _ in range(2_000)]
    check("bytes.contains", inputs, lambda a, b: b in a)
    check("bytes.count", inputs, lambda a, b: float(a.count(b)))
    check("bytes.split", inputs, lambda a, b: a.split(b))
    check("bytes.starts_with", inputs, bytes.startswith)
    check("bytes.ends_with", inputs, bytes.endswith)
    for (a, b), at in zip(inputs, call_all("bytes.find", inputs), strict=True):
        index = a.find(b)
        assert at == float(index) if index >= 0 else not isinstance(at, float), f"{a!r}, {b!r}"


FORMS = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q"}
FORMS |= {"i64": "q", "f32": "f", "f64": "d"}


@pytest.mark.parametrize("form", FORMS)
def test_numbers_in_bytes(form: str) -> None:
    rng = random.Random(form)
    for order, mark in (("le", "<"), ("be", ">")):
        name = Value.atom(form if form.endswith("8") and len(form) == 2 else form + order)
        layout = mark + FORMS[form]
        size = struct.calcsize(layout)
        values = [rng.randbytes(size) for _ in range(300)]
        inputs = [(b"x" + one + b"y", 1.0, name) for one in values]
        for one, found in zip(values, call_all("bytes.read", inputs), strict=True):
            (wanted,) = struct.unpack(layout, one)
            assert found == wanted or found != found and wanted != wanted, one
        kept = [(one, found) for one, found in zip(values, call_all("bytes.read", inputs), strict=True)]
        kept = [(one, number) for one, number in kept if number == number]
        back = call_all("bytes.of_number", [(number, name) for _, number in kept])
        assert back == [one for one, _ in kept]


def test_integers_in_bytes() -> None:
    rng = random.Random("from_bytes")
    little = Value.atom("little")
    inputs = [(rng.randbytes(rng.randint(0, 20)), little, rng.random() < 0.5) for _ in range(1_000)]
    for (raw, _, signed), found in zip(inputs, call_all("bytes.to_integer", inputs), strict=True):
        assert found == int.from_bytes(raw, "little", signed=signed)
    big = Value.atom("big")
    back = [(rng.getrandbits(60) - 2**59, float(rng.randint(0, 9)), big, True) for _ in range(1_000)]
    for (n, length, _, _), found in zip(back, call_all("bytes.from_integer", back), strict=True):
        try:
            wanted: object = n.to_bytes(int(length), "big", signed=True)
        except OverflowError:
            wanted = Failed("bad_number")
        assert found == wanted, f"{n}, {length}"


# ---- Time ----------------------------------------------------------------------------------

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moments(count: int = 2_000) -> list[tuple[float, datetime]]:
    rng = random.Random("time")
    first = datetime(1, 1, 1, tzinfo=timezone.utc)
    span = int((datetime(9999, 12, 31, tzinfo=timezone.utc) - first).total_seconds())
    found = []
    for _ in range(count):
        moment = first + timedelta(seconds=rng.randint(0, span), milliseconds=rng.randint(0, 999))
        found.append(((moment - EPOCH) / timedelta(milliseconds=1), moment))
    return found


def test_moments_as_text() -> None:
    inputs = moments()
    template = "%a %b %d %j %H:%M:%S.%f %I %p %y %u %z %% %A %B"
    calls = [(ms, template) for ms, _ in inputs]
    for (_, moment), found in zip(inputs, call_all("time.format", calls), strict=True):
        assert found == moment.strftime(template)
    plain = call_all("time.format", [(ms,) for ms, _ in inputs])
    for (_, moment), found in zip(inputs, plain, strict=True):
        assert datetime.fromisoformat(found.replace("Z", "+00:00")) == moment
    spelt = []
    rng = random.Random("zones")
    for _, moment in inputs[1:]:
        zone = timezone(timedelta(minutes=rng.randint(-600, 600)))
        try:
            spelt.append((moment.astimezone(zone).isoformat(timespec="milliseconds"),))
        except OverflowError:
            continue
    for (one,), found in zip(spelt, call_all("time.parse", spelt), strict=True):
        assert found == (datetime.fromisoformat(one) - EPOCH) / timedelta(milliseconds=1)


def test_parts_of_moments() -> None:
    inputs = moments()
    for (_, moment), parts in zip(
        inputs, call_all("time.parts", [(ms,) for ms, _ in inputs]), strict=True
    ):
        wanted = moment.timetuple()
        numbers = [*wanted[:6], moment.microsecond, moment.isoweekday(), wanted.tm_yday]
        assert list(parts.values()) == [float(n) for n in numbers]
    back = [(float(m.year), float(m.month), float(m.day)) for _, m in inputs]
    for (_, moment), found in zip(inputs, call_all("time.from_parts", back), strict=True):
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        assert found == (midnight - EPOCH) / timedelta(milliseconds=1)
