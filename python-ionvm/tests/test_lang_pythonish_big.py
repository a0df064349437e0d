"""Three larger programs of the language after Python, held against Python itself."""

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

PYTHONISH = Path(__file__).parents[2] / "examples" / "languages" / "pythonish"


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


pythonish = imported(PYTHONISH / "pythonish.py")


def program(name: str) -> tuple[ModuleType, list[Module]]:
    """A program twice: for Python, and compiled."""
    path = PYTHONISH / "programs" / f"{name}.py"
    return imported(path), pythonish.compile_file(path)


def for_many(name: str) -> list[Module]:
    """A program whose `main` takes a list and does what it did for each part, in one run."""
    text = (PYTHONISH / "programs" / f"{name}.py").read_text(encoding="utf-8")
    text = text.replace("def main(", "def main_for_one(").split("if __name__")[0]
    many = "def main(many):\n    return [main_for_one(each) for each in many]\n"
    modules: list[Module] = pythonish.compile_text(text + many)
    return modules


def compiled(text: str) -> list[Module]:
    modules: list[Module] = pythonish.compile_text(text)
    return modules


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
        self.here, self.there = program("json_text")[0], for_many("json_text")

    def __call__(self, *texts: str) -> list[Any]:
        """What the program makes of texts, which is the same in Python."""
        results: list[Any] = ionvm.run(self.there, list(texts), entry="start")
        for text, found in zip(texts, results, strict=True):
            assert exactly(found) == exactly(self.here.main(text))
        return results


JSON = Json()


def test_json_means_what_it_means_to_python() -> None:
    results = JSON(*GOOD)
    for text, (kind, value, written) in zip(GOOD, results, strict=True):
        assert kind == "json"
        assert exactly(value) == exactly(python_value(text))
        assert exactly(python_value(written)) == exactly(value)
    written = [result[2] for result in results]
    assert [result[2] for result in JSON(*written)] == written


def test_what_is_no_json_is_refused() -> None:
    for text, result in zip(BAD, JSON(*BAD), strict=True):
        with pytest.raises(ValueError):
            python_value(text)
        assert result[0] == "error"


def test_refusals_say_what_is_wrong_and_where() -> None:
    refusals = [
        ("[1, 2,, 3]", "expected a value", 6),
        ('{"a" 1}', "expected :", 5),
        ('"é🦀\\q"', "an unknown escape", 4),
        ('["abc', "the string does not end", 5),
        ("[1] x", "something follows the document", 4),
        ("[" * 300, "too deep", 201),
        ("1e400", "no number of JSON", 0),
    ]
    results = JSON(*[text for text, _, _ in refusals])
    assert results == [("error", what, at) for _, what, at in refusals]


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert JSON('"\\ud83e\\ud83e\\udd80\\udd80"')[0][1] == "\ufffd🦀\ufffd"


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5),
    max_leaves=30,
)
written = st.builds(
    lambda value, ascii, indent: json.dumps(value, ensure_ascii=ascii, indent=indent),
    documents,
    st.booleans(),
    st.sampled_from([None, 1, "\t"]),
)


@settings(max_examples=6, deadline=None)
@given(st.lists(written, min_size=10, max_size=20))
def test_generated_documents_come_back(texts: list[str]) -> None:
    for text, read in zip(texts, JSON(*texts), strict=True):
        value = json.loads(text)
        assert read[0] == "json" and exactly(read[1]) == exactly(value)
        assert exactly(python_value(read[2])) == exactly(value)


def damaged(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(["", '"', ",", "]", "{", "\\", "e", "0"]) + text[at + 1 :]


@settings(max_examples=6, deadline=None)
@given(st.lists(written, min_size=10, max_size=20), st.randoms(use_true_random=False))
def test_damaged_documents_are_judged_as_python_does(
    whole: list[str], chance: random.Random
) -> None:
    texts = [damaged(text, chance) for text in whole]
    for text, found in zip(texts, JSON(*texts), strict=True):
        try:
            expected = python_value(text)
        except ValueError:
            assert found[0] == "error"
            continue
        if "\\u" not in text:
            assert found[1] == "no number of JSON" or exactly(found[1]) == exactly(expected)


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


def test_the_calculator_calculates() -> None:
    sources = [source for source, _ in CALCULATIONS + PROGRAMS]
    expected = [value for _, value in CALCULATIONS + PROGRAMS]
    here, _ = program("calculator")
    assert [here.main(source) for source in sources] == expected
    assert ionvm.run(for_many("calculator"), sources, entry="start") == expected


def test_programs_run_stepped_too() -> None:
    source, expected = PROGRAMS[2]
    _, there = program("calculator")
    assert ionvm.run(there, source, entry="start", stepped=True) == expected


def test_programs_run_from_a_package() -> None:
    _, there = program("calculator")
    builder = IonPackBuilder("calculator", "1.0.0").main_class("Main").entry_point("run")
    for module in there:
        builder.add_multi_function_class(module.name, module.functions)
    assert ionvm.run(builder) is None
