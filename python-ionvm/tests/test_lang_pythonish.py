"""The language after Python: its programs against Python itself, its refusals, its traces."""

from __future__ import annotations

import contextlib
import io
import runpy
import subprocess
import sys
from pathlib import Path

import ionvm
import pytest
from ionvm import Function, Instruction, Module

PYTHONISH = Path(__file__).parents[2] / "examples" / "languages" / "pythonish"
PROGRAMS = sorted((PYTHONISH / "programs").glob("*.py"))
#: Enough for all programs, and little for the one that calls itself without end.
HEAP = 1 << 24

sys.path[:0] = [str(PYTHONISH), str(PYTHONISH.parent)]

import py_frame  # noqa: E402
import pythonish  # noqa: E402


def in_python(path: Path) -> str:
    """What Python prints, run as a script."""
    out, before = io.StringIO(), sys.argv
    sys.argv = [str(path)]
    try:
        with contextlib.redirect_stdout(out):
            runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = before
    return out.getvalue()


def on_the_machine(path: Path, **options: object) -> str:
    """What the compiled program prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        modules = pythonish.compile_file(path)
        ionvm.run(modules, [str(path)], entry="run", max_heap=HEAP, **options)  # type: ignore[arg-type]
    return out.getvalue()


def told(text: str, tmp_path: Path) -> list[str]:
    """What is told of an error that nothing catches."""
    path = tmp_path / "wrong.py"
    path.write_text(text, encoding="utf-8")
    classes = pythonish.compile_file(path)
    with pytest.raises(ionvm.IonRuntimeError) as caught:
        ionvm.run(classes, [], entry="run")
    lines: list[str] = pythonish.told(caught.value, classes)
    return lines


# ---- Programs ------------------------------------------------------------------


def test_there_are_programs() -> None:
    assert len(PROGRAMS) >= 20


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_programs_print_what_python_prints(path: Path) -> None:
    expected = in_python(path)
    assert expected.strip()
    assert on_the_machine(path) == expected


@pytest.mark.parametrize("name", ["generators", "exceptions", "context"])
def test_programs_print_the_same_turn_by_turn(name: str) -> None:
    path = PYTHONISH / "programs" / f"{name}.py"
    assert on_the_machine(path, stepped=True, timeslice=7) == in_python(path)


def test_pieces_that_programs_have_no_room_for(tmp_path: Path) -> None:
    """What once went wrong, or easily could."""
    path = tmp_path / "pieces.py"
    path.write_text(PIECES, encoding="utf-8")
    assert on_the_machine(path) == in_python(path)


PIECES = '''
class Key:
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n
    def __hash__(self):
        return self.n
print({(Key(1), "a"): "found"}[(Key(1), "a")], (Key(1), 2) in {(Key(1), 2)})
print([Key(1)] == [Key(1)], {"k": Key(1)} == {"k": Key(1)}, [object()] == [object()])
x = 1
print(x + (x := 5), x)
def keeps(thing):
    value = "kept"
    try:
        value = thing.nothing
    except AttributeError:
        pass
    return value
print(keeps(Key(1)), keeps(5))
def through():
    for i in range(3):
        try:
            try:
                raise ValueError(i)
            finally:
                if i == 1:
                    continue
        except ValueError as error:
            print("got", error)
        finally:
            if i == 2:
                return "end"
print(through())
def both(n):
    try:
        return 10 // n
    except ZeroDivisionError as error:
        return str(error)
    finally:
        print("finally", n)
print(both(5), both(0))
class iterator:
    pass
class array(iterator):
    def __len__(self):
        return 0
print(len(array()), bool(array()), bool(iterator()), type(array()).__name__)
class Meta:
    kinds = {}
    def __len__(self):
        return 2
    @property
    def size(self):
        return len(self) * 10
    scale = 3
    @property
    def broken(self):
        raise KeyError("inside")
print(Meta().size, hasattr(Meta(), "size"), getattr(Meta(), "other", "none"))
class Sub(Meta):
    @property
    def size(self):
        return super().size + super().scale
    def length(self):
        bound = super().__len__
        return bound() + 1
print(Sub().size, Sub().length())
try:
    Meta().broken
except KeyError as error:
    print("KeyError", error)
try:
    Meta().size = 5
except AttributeError:
    print("no setter")
def gen():
    try:
        x = yield 1
        print("x", x)
    except ValueError as error:
        print("thrown", error)
        yield "recovered"
g = gen()
print(next(g), g.throw(ValueError("v")), list(g))
print([*range(3), *"ab"], {**{"a": 1}}, *[1], sep="|")
def outer():
    n = 0
    class Inner:
        total = n
        def up(self):
            nonlocal n
            n += 1
            return n
    i = Inner()
    return i.up() + i.up() + Inner.total
print(outer())
print(1 if [] else 2, not {}, () or "empty", [0] and "full", 3 and 0.0)
print(-7 // 2, -7 % 3, 7 // -2, 7.0 // 2, 2 ** -1, 0.1 + 0.2, 1e16, 3 / 2)
print((lambda *a, k=1, **n: (a, k, n))(1, 2, k=3, z=4))
print(max("apple", "fig", key=len), min([3, 1, 2]), sum([0.1] * 3), sorted("hello", reverse=True))
'''


def test_a_program_is_a_script_with_arguments(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text("import sys\nprint(__name__, sys.argv[1:])\nassert len(sys.argv) == 3, 'two'\n")
    command = [sys.executable, str(PYTHONISH / "pythonish.py"), str(path)]
    fine = subprocess.run([*command, "a", "b"], capture_output=True, text=True)
    assert (fine.returncode, fine.stdout) == (0, "__main__ ['a', 'b']\n")
    wrong = subprocess.run(command, capture_output=True, text=True)
    assert wrong.returncode == 1
    assert wrong.stderr.splitlines() == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 3, in <module>',
        "AssertionError: two",
    ]


def test_refusals_end_the_command_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "refused.py"
    path.write_text("x = 1\nimport os\n")
    command = [sys.executable, str(PYTHONISH / "pythonish.py"), str(path)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{path}, line 2: the module os is not part of it")


# ---- Errors ---------------------------------------------------------------------


def test_errors_name_the_lines_of_the_program(tmp_path: Path) -> None:
    text = "def inner(x):\n    y = 1\n    return x + y\n\ndef outer():\n    inner('a')\n\nouter()\n"
    lines = told(text, tmp_path)
    file = tmp_path / "wrong.py"
    assert lines == [
        "Traceback (most recent call last):",
        f'  File "{file}", line 8, in <module>',
        f'  File "{file}", line 6, in outer',
        f'  File "{file}", line 3, in inner',
        'TypeError: can only concatenate str (not "int") to str',
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = {}\n\nx['key']\n", 3, "KeyError: 'key'"),
        ("class E(Exception):\n  def __str__(self):\n    return 'mine'\nraise E()\n", 4, "E: mine"),
        ("try:\n  1 / 0\nfinally:\n  x = 1\n", 2, "ZeroDivisionError: division by zero"),
        ("def f():\n  yield 1\n  nothing\nlist(f())\n", 3, "NameError: name 'nothing' is not defined"),
        ("(1).x\n", 1, "AttributeError: 'int' object has no attribute 'x'"),
        ("x = 5\nx()\n", 2, "TypeError"),
        ("def f(a): pass\n\nf()\n", 3, "TypeError"),
        ("raise ValueError\n", 1, "ValueError"),
        ("try:\n  [][0]\nexcept KeyError:\n  pass\n", 2, "IndexError: list index out of range"),
    ],
)
def test_uncaught_errors_are_told_as_python_does(
    text: str, line: int, message: str, tmp_path: Path
) -> None:
    lines = told(text, tmp_path)
    assert f'  File "{tmp_path / "wrong.py"}", line {line}, in ' in lines[-2]
    assert lines[-1].startswith(message)


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("x = 1\nmatch x:\n    case 1:\n        pass\n", 2, "use if and elif"),
        ("async def f():\n    pass\n", 1, "use a generator"),
        ("\nclass A(B, C):\n    pass\n", 2, "let it have one base"),
        ("class A(metaclass=B):\n    pass\n", 1, "let it have one base"),
        ("class A(list):\n    pass\n", 1, "hold a list as an attribute"),
        ("class A:\n    def __new__(cls):\n        pass\n", 2, "use __init__"),
        ("class A:\n    def __ne__(self, other):\n        pass\n", 2, "use __eq__"),
        ("class A:\n    def f():\n        pass\n", 2, "add `self`"),
        ("import os\n", 1, "only math, sys can be imported"),
        ("from math import *\n", 1, "name what is imported"),
        ("x = b'bytes'\n", 1, "use a string"),
        ("x = 1\ny = 2j\n", 2, "use a string, number"),
        ("f = open('file')\n", 1, "README.md lists what is there"),
        ("def f():\n    raise\n", 2, "name the error"),
        ("x = super().y\n", 1, "name the class instead"),
        ("def f():\n    return super()\n", 2, "write super().name"),
        ("x = [1]\nx[0:1] += [2]\n", 2, "assign to the slice"),
        ("async def f():\n    await g()\n", 1, "use a generator"),
        ("class A:\n    @property\n    @other\n    def f(self): pass\n", 4, "decorate another"),
    ],
)
def test_what_is_not_part_of_it_is_refused_with_a_remedy(
    text: str, line: int, remedy: str
) -> None:
    with pytest.raises(pythonish.Unsupported, match=f"line {line}: ") as caught:
        pythonish.compile_text(text, file="refused.py")
    assert remedy in str(caught.value)


def test_a_function_of_too_many_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(py_frame, "MOST_NAMES", 30)
    text = "def f():\n    " + "; ".join(f"n{i} = 0" for i in range(31)) + "\n"
    with pytest.raises(pythonish.Unsupported, match="^line 1: .* use a dictionary$"):
        pythonish.compile_text(text)


def test_messages_of_the_verifier_point_into_the_program() -> None:
    classes = pythonish.compile_text("def f(a):\n    b = 1\n    return a(b)\n", file="test.py")
    code = list(classes[0]["f"].instructions)
    at = next(i for i, c in enumerate(code) if c.mnemonic == "call")
    code[at] = Instruction.move(999, 0)
    wrong = Function("f", 1, classes[0]["f"].extra_regs, code, source=classes[0]["f"].source)
    bad = Module("Main", [wrong])
    with pytest.raises(ionvm.IonVerifyError) as caught:
        bad.verify()
    assert pythonish.told(caught.value, [bad])[0].startswith("test.py:3: error[V01]: ")
