"""The language after Self: its programs, its mistakes, and what the compiler may not change."""

from __future__ import annotations

import sys
from pathlib import Path

import ionvm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ionvm import Function, Instruction, IonRuntimeError, IonVerifyError, Module

SELFISH = Path(__file__).parents[2] / "examples" / "languages" / "selfish"
PROGRAMS = sorted(path.stem for path in (SELFISH / "programs").glob("*.self"))

#: What programs are made of, for such as mean nothing.
WORDS = "( ) [ ] | || . ^ :a a b: C: self resend. p.q + - <- = * 3 2.5 'x' nil true _Clone".split()

#: Enough for all of them, and little for the one that dives without end.
HEAP = 1 << 23

sys.path[:0] = [str(SELFISH), str(SELFISH.parent)]

import selfish  # noqa: E402


def output(text: str, capsys: pytest.CaptureFixture[str], *texts: str) -> list[str]:
    """The lines that a program prints."""
    selfish.run(selfish.compile_text(text, "test.self"), *texts)
    return capsys.readouterr().out.splitlines()


def failure(text: str) -> str:
    """What is reported of a program that fails."""
    module = selfish.compile_text(text, "test.self")
    with pytest.raises(IonRuntimeError) as caught:
        selfish.run(module)
    return selfish.report(caught.value, module)


# ---- Programs ------------------------------------------------------------------


def test_there_are_programs() -> None:
    assert len(PROGRAMS) >= 20


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_say_what_is_expected(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = SELFISH / "programs"
    selfish.run(selfish.compile_file(folder / f"{name}.self"), max_heap=HEAP)
    expected = (folder / f"{name}.expected").read_text(encoding="utf-8")
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("name", ["control", "homes", "processes", "unwinding"])
def test_programs_say_the_same_turn_by_turn(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = SELFISH / "programs"
    module = selfish.compile_file(folder / f"{name}.self")
    selfish.run(module, stepped=True, timeslice=7, max_heap=HEAP)
    expected = (folder / f"{name}.expected").read_text(encoding="utf-8")
    assert capsys.readouterr().out == expected


def test_every_program_stands_beside_its_counterpart_or_says_why_not() -> None:
    folder = SELFISH / "programs"
    for name in PROGRAMS:
        if not any((folder / f"{name}.{kind}").exists() for kind in ("lua", "js")):
            assert "argued" in (folder / f"{name}.self").read_text(encoding="utf-8"), name


def test_a_program_gets_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert output("arguments printLine.", capsys, "a", "b") == ["('a' & 'b') asVector"]


# ---- Mistakes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("3 +\n\n", 3, "something is missing here"),
        ("1.\n(2 + 3 * 4)", 2, "put one of them into parentheses"),
        ("(| a = 1\n :b |)", 2, "'.' or '|' is expected before b"),
        ("(| a.\n a |)", 2, "rename one"),
        ("(| p* = 1.\n q* = 2 |)", 2, "one parent"),
        ("(| p* |)", 1, "write p* = object"),
        ("(| at: i = 3 |)", 1, "must be a method"),
        ("(| at: i = (| a |) |)", 1, "has no code"),
        ("(| at: i Put: = ( i ) |)", 1, "name each or none"),
        ("(| at: = (| :a. :b | a ) |)", 1, "takes 1 arguments, and 2 are named"),
        ("(| :a |)", 1, "they belong to methods and blocks"),
        ("| m = ( 3 ) | m", 1, "belong into objects"),
        ("[| :a |\n a: 3 ]", 2, "make it a local: a <- value"),
        ("| a = 1 |\na: 3", 2, "make it a local: a <- value"),
        ("3 foo: 4\n Bar 5", 2, "a name begins with a small letter"),
        ("3\n Foo: 4", 2, "its first letter must be small"),
        ("[ 3", 1, "close the block with ]"),
        ("(3 + 4", 1, "close them with )"),
        ("(| a | 3)", 1, "put it into a slot"),
        ("3 ]", 1, "] closes nothing"),
        ("\n'abc", 2, "close it with '"),
        ('\n"abc', 2, 'close it with "'),
        ("'a\\q'", 1, "there are \\n"),
        ("3 # 4", 1, "comments stand in double quotes"),
        ("9r19", 1, "its digits must be below its base"),
        ("3 + -x", 1, "write it as (0 - value)"),
        ("^ 3. 4", 1, "delete it"),
        ("resend.foo", 1, "belongs into a method"),
        ("\n" + "(" * 200, 2, "brackets in each other"),
        ("\n" + "[" * 200, 2, "brackets in each other"),
        ("\n" + "foo: " * 200 + "3", 2, "messages in each other"),
        ("1" + " + 1" * 600, 1, "operators in a row"),
        ("1" + " foo" * 600, 1, "messages in a row"),
        ("3\n _Foo: 4", 2, "there is no primitive _Foo:"),
        ("3 _Native: 4", 1, "wants a string"),
    ],
)
def test_mistakes_name_their_line_and_a_remedy(text: str, line: int, says: str) -> None:
    with pytest.raises(selfish.SelfishError) as caught:
        selfish.compile_text(text, "test.self")
    assert str(caught.value).startswith(f"test.self:{line}: ")
    assert says in str(caught.value)


def test_traces_point_into_the_source() -> None:
    said = failure("(| f: x = (\n x + nil ).\n g = (\n f: 3 ) |) g")
    first, second, third, *_ = [line for line in said.splitlines() if "test.self" in line]
    assert said.startswith("bad_type: ")
    assert first.strip().startswith("test.self:2: Self.f: (test.self:1)/1")
    assert second.strip().startswith("test.self:4: Self.g ")
    assert third.strip().startswith("test.self:4: Self.program ")


def test_traces_survive_what_is_done_on_the_way() -> None:
    said = failure("[ nil\n foo ] ensure: [ 3 ]")
    assert said.startswith("undefinedSelector: nil does not understand foo\n")
    assert "test.self:2: Self.block " in said
    assert "lib/block.self" in said


def test_messages_of_the_verifier_point_into_the_source() -> None:
    module = selfish.compile_text("3.\n4 printLine.\n5", "test.self")
    program = next(f for f in module if f.name == "program (test.self:1)")
    code = list(program.instructions)
    at = next(i for i, c in enumerate(code) if c.mnemonic == "call_this")
    code[at] = Instruction.move(999, 0)
    broken = Function(program.name, 0, program.extra_regs, code, source=program.source)
    bad = Module("Self", [broken if f is program else f for f in module])
    with pytest.raises(IonVerifyError) as caught:
        bad.verify()
    assert selfish.report(caught.value, bad).startswith("test.self:2: error[V01]: ")


# ---- What is opened up ------------------------------------------------------------

VALUES = ["0", "3", "-7", "2.5", "'a'", "nil", "true", "false", "vector", "odd"]
SETUP = """
_AddSlots: (|
  odd = (| parent* = traits clonable.
    + x = ( 'plus' ). < x = ( false ). = x = ( x isNil ).
    ifTrue: a False: b = ( a value & b value ). and: b = ( b value ). printString = ( 'odd' ) |).
  try: block = ( [ block value printString ] onError: [| :e | e kind ] ).
|).
"""


@pytest.mark.parametrize("operator", ["+", "-", "*", "<", "<=", ">", ">=", "=", "!="])
def test_arithmetic_in_place_is_arithmetic_by_message(
    operator: str, capsys: pytest.CaptureFixture[str]
) -> None:
    values = ["3", "2.5", "(2 power: 90)", "'a'", "odd"]
    pairs = [(a, b) for a in values for b in values]
    direct = [f"(try: [ {a} {operator} {b} ]) printLine." for a, b in pairs]
    sent = [
        f"(try: [ {a} perform: '{operator}' With: ((vector copy) add: {b}) ]) printLine."
        for a, b in pairs
    ]
    said = output(SETUP + "\n".join(direct + sent), capsys)
    assert said[: len(pairs)] == said[len(pairs) :]
    assert len(set(said)) > 1


@pytest.mark.parametrize(
    "message",
    [
        "ifTrue: {0}",
        "ifFalse: {0}",
        "ifTrue: {0} False: {1}",
        "ifFalse: {0} True: {1}",
        "and: {0}",
        "or: {0}",
        "to: 3 Do: {2}",
        "upTo: 3 Do: {2}",
        "downTo: -3 Do: {2}",
        "do: {2}",
    ],
)
def test_control_in_place_is_control_by_message(
    message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A block that stands there may be opened up; one that comes from a variable is not."""
    blocks = [
        "[ n: n + 1. n ]",
        "[ n: n + 10. n ]",
        "[| :i | n: (n * 3) + i. n > 50 ifTrue: [ ^ n ] ]",
    ]
    text = [SETUP]
    for value in VALUES:
        here = f"{value} {message.format(*blocks)}"
        there = f"{value} {message.format('a', 'b', 'c')}"
        bound = f"a: {blocks[0]}. b: {blocks[1]}. c: {blocks[2]}."
        for code in (here, f"{bound} {there}"):
            run = f"run = (| n <- 0. a. b. c. said | said: try: [ {code} ]. said, ' ', n )"
            text.append(f"(| parent* = traits clonable. {run} |) run printLine.")
    said = output("\n".join(text), capsys)
    assert said[::2] == said[1::2]
    assert len(set(said)) > 1


def test_sealed_slots_stay(capsys: pytest.CaptureFixture[str]) -> None:
    text = "([ traits {} _AddSlots: (| {} = ( 9 ) |) ] onError: [| :e | e kind ]) printLine."
    slots = [("integer", "+ x"), ("float", "< x"), ("boolean", "ifTrue: a"), ("integer", "do: b")]
    slots += [("block", "whileTrue: b"), ("number", "to: a Do: b"), ("integer", "to: a Do: b")]
    said = output("\n".join(text.format(*slot) for slot in slots), capsys)
    assert said == ["read_only"] * len(slots)


def test_nested_conditions_do_not_multiply() -> None:
    """Each block is compiled as a closure once, however many places it is opened up in."""

    def size(depth: int) -> int:
        text = "x ifTrue: [" * depth + "3" + "]" * depth
        module = selfish.compile_text(f"| x <- 1 | {text}", "test.self")
        return sum(len(f.instructions) for f in module if "test.self" in str(f.name))

    assert size(24) - size(12) < 5 * (size(12) - size(6))


# ---- Lookup ----------------------------------------------------------------------


def test_a_resend_goes_on_behind_where_the_method_was_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also if one method stands at several places of a chain, as with the clone of a parent."""
    text = """
    _AddSlots: (| base = (| parent* = traits clonable. path = ( 'base' ) |) |).
    _AddSlots: (| one = (| up* <- base. path = ( name, '<', resend.path ). name = 'one' |) |).
    _AddSlots: (| two = one clone. three = one clone |).
    two up: one. three up: two.
    one path printLine. two path printLine. three path printLine.
    """
    assert output(text, capsys) == ["one<base", "one<one<base", "one<one<one<base"]


def test_a_resend_sets_the_slot_of_the_parent(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| base = (| parent* = traits clonable. x <- 1 |) |).
    _AddSlots: (| child = (| up* = base. x <- 2. set = ( resend.x: 10. up.x: resend.x + 1 ) |) |).
    child set. base x printLine. child x printLine.
    """
    assert output(text, capsys) == ["11", "2"]


def test_blocks_resend_for_their_method(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| base = (| parent* = traits clonable. f: x = ( x + 1 ) |) |).
    _AddSlots: (| child = (| up* = base. f: x = (
      ((1 & x) asVector collect: [| :y | [ (resend.f: y) + (up.f: y) ] value ]) sum ) |) |).
    (child clone f: 10) printLine.
    """
    assert output(text, capsys) == ["26"]


def test_an_assignment_yields_the_receiver(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| a = (| parent* = traits clonable. s <- 1.
      local = (| x | x: 3 ). cell = (| x | [ x: 3 ] value ). slot = ( s: 3 ) |) |).
    ((a == a local) & (a == a cell) & (a == a slot)) asVector printLine.
    """
    assert output(text, capsys) == ["(true & true & true) asVector"]


def test_a_parent_goes_with_its_slot(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| a = (| parent* = traits clonable. x = 1 |) |).
    _AddSlots: (| b = (| up* <- a. parent = traits clonable |) |).
    b x printLine.
    b removeSlot: 'up'.
    ([ b x ] onError: [| :e | e kind ]) printLine.
    ([ a _SetParent: nil. a printLine ] onError: [| :e | e kind ]) printLine.
    """
    assert output(text, capsys) == ["1", "undefinedSelector", "undefinedSelector"]


def test_parents_in_a_circle_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| a = (| up* <- traits clonable |) |).
    _AddSlots: (| b = (| up* = a |) |).
    ([ a up: b ] onError: [| :e | e kind ]) printLine.
    ([ a up: 3 ] onError: [| :e | e kind ]) printLine.
    """
    assert output(text, capsys) == ["bad_prototype", "bad_type"]


def test_a_handler_may_leave_its_method(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| a = (| parent* = traits clonable.
      f = ( [ error: 'x' ] onError: [| :e | ^ e message ]. 'not here' ) |) |).
    a f printLine. [ ^ 3 ] value. 'not here' printLine.
    """
    assert output(text, capsys) == ["x"]


def test_names_are_looked_for_in_self_before_the_lobby(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| a = 1. b <- 2. thing = (| a = 10. sum = ( a + b ). set = ( b: b + 1. b ) |) |).
    thing sum printLine. thing set printLine. b printLine.
    ([ thing b ] onError: [| :e | e kind ]) printLine.
    """
    assert output(text, capsys) == ["12", "3", "3", "undefinedSelector"]


def test_variables_are_cells_only_where_they_must_be() -> None:
    text = "| n <- 0. m <- 0 | [ n < 9 ] whileTrue: [ n: n + 1 ]. [ m: m + 1 ] value. n"
    module = selfish.compile_text(text, "test.self")
    program = next(f for f in module if f.name == "program (test.self:1)")
    assert [c.mnemonic for c in program.instructions].count("make_cell") == 1


def test_loops_and_returns_leave_nothing_behind(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
    _AddSlots: (| f = (| parent* = traits clonable.
      find: n = ( 1 to: n Do: [| :i | [ i = n ifTrue: [ ^ i ] ] value ] ).
      many = (| sum <- 0 | 1 to: 5000 Do: [| :i | sum: sum + (find: 3) ]. sum ) |) |).
    f many printLine.
    """
    module = selfish.compile_text(text, "test.self")
    selfish.run(module, max_heap=1 << 20)
    assert capsys.readouterr().out == "15000\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(" * 99 + "1" + ")" * 99 + " printLine", "1"),
        ("[" * 49 + "1" + "] value" * 49 + " printLine", "1"),
        ("(1" + " + 1" * 499 + ") printLine", "500"),
        ("(true" + " ifTrue: [ true" * 40 + "]" * 40 + ") printLine", "true"),
    ],
)
def test_deep_programs_compile(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert output(text, capsys) == [said]


@given(st.lists(st.sampled_from(WORDS), max_size=25))
@settings(max_examples=150, deadline=None)
def test_whatever_is_no_program_is_refused_with_its_line(words: list[str]) -> None:
    try:
        selfish.compile_text(" ".join(words), "test.self")
    except selfish.SelfishError as error:
        assert str(error).startswith("test.self:")


def test_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    program = tmp_path / "p.self"
    program.write_text("arguments printLine.\nnil foo\n", encoding="utf-8")
    assert selfish.main([str(program), "x"]) == 1
    said = capsys.readouterr()
    assert said.out == "('x') asVector\n"
    assert f"{program}:2: " in said.err
    program.write_text("3 +", encoding="utf-8")
    assert selfish.main([str(program)]) == 1
    assert f"{program}:1: " in capsys.readouterr().err
    program.write_text("3 printLine", encoding="utf-8")
    assert selfish.main(["--show", str(program)]) == 0
    assert "get_raw" in capsys.readouterr().out
    assert selfish.main([]) == 2
    assert ionvm.__version__
