"""Three programs in a part of Python, compiled for the machine and held against Python itself."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import ionvm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ionvm import IonPackBuilder, Module

MINIPY = Path(__file__).parents[2] / "examples" / "minipy"


def imported(path: Path) -> ModuleType:
    """A file as a Python module; the compiler's own parts stand beside it."""
    sys.path.insert(0, str(path.parent))
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


minipy = imported(MINIPY / "minipy.py")


def program(name: str) -> tuple[ModuleType, Module]:
    """A program twice: for Python, and compiled."""
    path = MINIPY / "programs" / f"{name}.py"
    return imported(path), minipy.compile_file(path)


def compiled(text: str) -> Module:
    module: Module = minipy.compile_text(text)
    return module


def both(text: str, *args: object) -> Any:
    """What `main` of a program comes to, in Python and on the machine alike."""
    names: dict[str, Any] = {}
    exec(compile(text, "<test>", "exec"), names)
    expected = names["main"](*args)
    assert ionvm.run(compiled(text), *args, entry="start") == expected
    return expected


# ---- The compiler ------------------------------------------------------------


def test_closures_share_what_they_change() -> None:
    text = """
def counters(start):
    count = start

    def up():
        nonlocal count
        count = count + 1
        return count

    def twice(f):
        return (f(), f())

    return (up, lambda: count, twice)

def main():
    up, now, twice = counters(10)
    pair = twice(up)
    return (pair, now(), [make() for make in [up, now]])
"""
    assert both(text) == ((11, 12), 12, [13, 13])


def test_classes_inherit_and_answer_operators() -> None:
    text = """
class Point:
    def __init__(self, x, y=5):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __str__(self):
        return f"({self.x}, {self.y})"

    def name(self):
        return "point"

class Named(Point):
    def __init__(self, x, word):
        super().__init__(x)
        self.word = word

    def name(self):
        return self.word + " " + super().name()

def main():
    a, b = Point(1, 2), Named(3, "my")
    sum = a + b
    return (str(sum), sum == Point(4, 7), b.name(), isinstance(b, Point), isinstance(a, Named))
"""
    assert both(text) == ("(4, 7)", True, "my point", True, False)


def test_exceptions_find_their_handlers() -> None:
    text = """
class Wrong(Exception):
    def __init__(self, what):
        self.what = what

def risky(n):
    if n == 0:
        raise Wrong("zero")
    if n == 1:
        return [1][5]
    if n == 2:
        return {"a": 1}["b"]
    if n == 3:
        return 1 // 0
    return n

def attempt(n, log):
    try:
        try:
            return risky(n)
        except Wrong as error:
            return error.what
        except IndexError:
            return "index"
    except Exception:
        log.append(n)
        return "other"

def main():
    log = []
    results = [attempt(n, log) for n in [0, 1, 2, 3, 4]]
    try:
        log.append("try")
    finally:
        log.append("finally")
    return (results, log)
"""
    assert both(text) == (["zero", "index", "other", "other", 4], [2, 3, "try", "finally"])


def test_generators_yield_from_where_they_are() -> None:
    text = """
class Tree:
    def __init__(self, left, item, right):
        self.left = left
        self.item = item
        self.right = right

    def walk(self):
        if self.left is not None:
            for item in self.left.walk():
                yield item
        yield self.item
        if self.right is not None:
            for item in self.right.walk():
                yield item

def count(limit):
    n = 0
    while n < limit:
        yield n
        n = n + 1

def main():
    tree = Tree(Tree(None, 1, None), 2, Tree(Tree(None, 3, None), 4, None))
    return ([x for x in tree.walk()], [x * x for x in count(5) if x % 2 == 0])
"""
    assert both(text) == ([1, 2, 3, 4], [0, 4, 16])


def test_numbers_are_exact() -> None:
    text = """
def main(n):
    product = 1
    for i in range(1, n + 1):
        product = product * i
    digits = 0
    for i in range(100, 0, -7):
        digits = (digits << 3) ^ i
    return (product, product // 7 ** 20, -product % 1000003, digits, product / 3)
"""
    assert both(text, 40)[0] == math.factorial(40)


def test_errors_name_the_line_of_the_program() -> None:
    text = "def main(x):\n    y = 1\n    return x + y\n"
    with pytest.raises(ionvm.IonRuntimeError) as caught:
        ionvm.run(compiled(text), "text", entry="start")
    assert "line 3" in caught.value.trace[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def main():\n    with x:\n        pass\n", 2),
        ("def main():\n    x = 1\n    return f(*x)\n", 3),
        ("def main():\n    return {1, 2}\n", 2),
        ("class A(B, C):\n    pass\n", 1),
    ],
)
def test_what_is_not_part_of_it_is_refused(text: str, line: int) -> None:
    with pytest.raises(minipy.Unsupported, match=f"^line {line}: "):
        compiled(text)


# ---- Richards ------------------------------------------------------------------


def test_richards_counts_as_it_should() -> None:
    here, there = program("richards")
    assert ionvm.run(there, entry="start") == here.main() == (23246, 9297)


def test_richards_runs_from_a_package(tmp_path: Path) -> None:
    _, there = program("richards")
    builder = IonPackBuilder("richards", "1.0.0").main_class("Main").entry_point("start")
    builder.add_multi_function_class("Main", there.functions)
    assert ionvm.run(builder) == (23246, 9297)


# ---- JSON ------------------------------------------------------------------------

GOOD = [
    "null",
    " true ",
    "[false]",
    '""',
    '"\\u00e9\\uD83E\\uDD80\\n\\"\\\\\\/\\b\\f\\r\\t"',
    '"\\u0000 \u2028 \U0001f980"',
    "0",
    "-0",
    "-0.0",
    "1e5",
    "1E-5",
    "123.456e+78",
    "0.1",
    "123456789012345678901234567890",
    "[]",
    "{}",
    "[[], [[]], {}]",
    '{"a": {"b": [1, 2, {"c": null}]}, "": 0}',
    '{"a": 1, "a": 2}',
    " [ 1 ,\t2 ,\r\n3 ] ",
    "[" * 150 + "]" * 150,
]
BAD = [
    "",
    " ",
    "nul",
    "truex",
    "[1,]",
    "[1 2]",
    "[",
    '{"a"}',
    '{"a":}',
    "{a: 1}",
    '{"a": 1,}',
    "01",
    "1.",
    ".5",
    "-",
    "1e",
    "+1",
    '"abc',
    '"\\x"',
    '"\\u12g4"',
    '"\n"',
    "[] []",
    "]",
    "NaN",
]


def python_value(text: str) -> Any:
    """What Python's own reader makes of a text, with floats for all numbers."""

    def refused(word: str) -> None:
        raise ValueError(word)

    return json.loads(text, parse_int=float, parse_constant=refused)


def exactly(value: Any) -> str:
    """A text that tells signs of zero, and true from 1."""
    return repr(value)


class Json:
    """The program in its two forms."""

    def __init__(self) -> None:
        self.here, self.there = program("json_text")

    def __call__(self, text: str) -> Any:
        """What the program makes of a text, which is the same in Python."""
        found = ionvm.run(self.there, text, entry="start")
        expected = self.here.main(text)
        assert exactly(found[:2]) == exactly(expected[:2])
        if found[0] == "json":
            # The shortest text of a float is not the same in both.
            assert exactly(python_value(found[2])) == exactly(python_value(expected[2]))
        else:
            assert found == expected
        return found


@pytest.fixture(scope="module")
def read_json() -> Json:
    return Json()


@pytest.mark.parametrize("text", GOOD)
def test_json_means_what_it_means_to_python(read_json: Json, text: str) -> None:
    kind, value, written = read_json(text)
    assert kind == "json"
    assert exactly(value) == exactly(python_value(text))
    assert exactly(python_value(written)) == exactly(value)
    assert read_json(written)[2] == written


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_json_is_refused(read_json: Json, text: str) -> None:
    with pytest.raises(ValueError):
        python_value(text)
    assert read_json(text)[0] == "error"


@pytest.mark.parametrize(
    ("text", "what", "at"),
    [
        ("[1, 2,, 3]", "expected a value", 6),
        ('{"a" 1}', "expected :", 5),
        ('"é🦀\\q"', "an unknown escape", 4),
        ('["abc', "the string does not end", 5),
        ("[1] x", "something follows the document", 4),
        ("[" * 300, "too deep", 201),
        ("1e400", "no number of JSON", 0),
    ],
)
def test_refusals_say_what_is_wrong_and_where(
    read_json: Json, text: str, what: str, at: int
) -> None:
    assert read_json(text) == ("error", what, at)


def test_half_a_surrogate_pair_is_replaced(read_json: Json) -> None:
    assert read_json('"\\ud83e\\ud83e\\udd80\\udd80"')[1] == "\ufffd🦀\ufffd"


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=200, deadline=None)
@given(documents, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_generated_documents_come_back(value: Any, ascii: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii, indent=indent)
    read = JSON(text)
    assert read[0] == "json" and exactly(read[1]) == exactly(value)
    assert exactly(python_value(read[2])) == exactly(value)


@settings(max_examples=200, deadline=None)
@given(documents, st.randoms(use_true_random=False))
def test_damaged_documents_are_judged_as_python_does(value: Any, chance: random.Random) -> None:
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    at = chance.randrange(len(text) + 1)
    text = text[:at] + chance.choice(["", "\"", ",", "]", "{", "\\", "e", "0"]) + text[at + 1 :]
    try:
        expected = python_value(text)
    except ValueError:
        assert JSON(text)[0] == "error"
        return
    if "\\u" not in text:
        found = JSON(text)
        assert found[1] == "no number of JSON" or exactly(found[1]) == exactly(expected)


JSON = Json()

# ---- The calculator ---------------------------------------------------------------

CALCULATIONS = [
    ("1 + 2 * 3 - -4 % 3", "5"),
    ("2 / 4 + 6 / 3", "2.5"),
    ("0.1 + 0.2", "0.30000000000000004"),
    ("9999999999 * 9999999999", "99999999980000000001"),
    ('"a" + "b" * 3 == "abbb"', "true"),
    ("[1, [2, nil], true, fn() { 1 }]", "[1, [2, nil], true, a function]"),
    ("let a = [1, 2]; a[0] = a[1] + 5; push(a, a[0]); a", "[7, 2, 7]"),
    ("nil or false or 3 and 4", "4"),
    ("let x = 1; if x > 1 { 2 } else if x == 1 { 3 } else { 4 }", "3"),
    ("let x = 1; if true { let x = 2; x = 3 }; x", "1"),
    ("fn(a, b) { a - b }(5, 3)", "2"),
    ("let k = fn(f) { fn(x) { f(f(x)) } }; k(k(fn(x) { x * 2 }))(1)", "16"),
    ("while false { }", "nil"),
    ("", "nil"),
    ("print(len([1, 2])); print(\"x\"); # a remark\n text(1) + text(nil)", "2\nx\n1nil"),
    ("1 +\n\n* 2", "error: line 3: expected an expression, not *"),
    ("\n[1][3]", "error: line 2: the index is out of range"),
    ("x", "error: line 1: nothing is called x"),
    ("1(2)", "error: line 1: only functions can be called"),
    ("fn(a) { a }()", "error: line 1: 1 arguments are expected, not 0"),
    ("1 < \"a\"", "error: line 1: < does not go with these"),
    ("1 % 0", "error: division by zero"),
    ("1 = 2", "error: line 1: nothing can be assigned to this"),
    ("\"abc", "error: line 1: the string does not end"),
    ("let x = 1 $", "error: line 1: no program has a $"),
    ("f(", "error: line 1: expected an expression, not the end"),
]
PROGRAMS = [
    (
        """
        let fib = fn(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } };
        let fact = fn(n) { if n == 0 { 1 } else { n * fact(n - 1) } };
        print(fib(16)); fact(30)
        """,
        "987\n265252859812191058636308480000000",
    ),
    (
        """
        let sieve = fn(n) {
          let flags = []; let i = 0;
          while i <= n { push(flags, true); i = i + 1 };
          let found = []; i = 2;
          while i <= n {
            if flags[i] {
              push(found, i);
              let j = i + i; while j <= n { flags[j] = false; j = j + i }
            };
            i = i + 1 };
          found };
        sieve(60)
        """,
        "[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59]",
    ),
    (
        """
        let counter = fn() { let c = 0; fn() { c = c + 1; c } };
        let a = counter(); let b = counter();
        a(); a(); b();
        let map = fn(f, xs) {
          let out = []; let i = 0;
          while i < len(xs) { push(out, f(xs[i])); i = i + 1 };
          out };
        [a(), b(), map(fn(x) { x * x }, [1, 2, 3])]
        """,
        "[3, 2, [1, 4, 9]]",
    ),
]


@pytest.mark.parametrize(("source", "expected"), CALCULATIONS + PROGRAMS)
def test_the_calculator_calculates(source: str, expected: str) -> None:
    here, there = CALCULATOR
    assert here.main(source) == expected
    assert ionvm.run(there, source, entry="start") == expected


CALCULATOR = program("calculator")


def test_programs_run_stepped_too() -> None:
    source, expected = PROGRAMS[2]
    assert ionvm.run(CALCULATOR[1], source, entry="start", stepped=True) == expected
