"""Assembly text, the machine's and the package's own, which agree."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ionvm import (
    Function,
    Instruction,
    IonAsmError,
    Module,
    Pattern,
    Value,
    _native,
    assemble,
    disassemble,
)
from strategies import instructions, patterns, values

relaxed = settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)

FIRST = Function("first", 0, 0, [])


def machine_texts(code: list[Instruction]) -> list[str]:
    """What the machine writes for instructions, local functions without their arity."""
    data = Module("M", [Function("f", 0, 0, code), FIRST]).to_bytes()
    return [re.sub(r"&first/0", "&first", text) for text in _native.texts(data)[0]]


@relaxed
@given(st.lists(instructions, max_size=4))
def test_instructions_read_as_the_machine_writes_them(code: list[Instruction]) -> None:
    assert [str(instruction) for instruction in code] == machine_texts(code)


@relaxed
@given(st.lists(values, max_size=4))
def test_constants_read_as_the_machine_writes_them(constants: list[Value]) -> None:
    code = [Instruction.load_const(0, value) for value in constants]
    assert [f"load_const r0, {value._full_text()}" for value in constants] == machine_texts(code)


@relaxed
@given(st.lists(patterns, max_size=3))
def test_patterns_read_as_the_machine_writes_them(arms: list[Pattern]) -> None:
    code = [Instruction.match(0, [arm], [1]) for arm in arms]
    assert [f"match r0, {arm} -> +1" for arm in arms] == machine_texts(code)


MAIN = Function("main", 0, 1, [Instruction.load_const(0, 42.0), Instruction.return_reg(0)])


def test_classes_go_to_text_and_back() -> None:
    module = Module("Main", [MAIN, Function("other", 2, 1, [Instruction.jump(1)])])
    text = disassemble(module)
    assert text == disassemble(module.to_bytes()) == str(module)
    assert text.startswith(".class Main")
    assert assemble(text) == [module]
    assert disassemble(MAIN) == disassemble(Module("Main", MAIN))


def test_a_text_may_hold_several_classes() -> None:
    text = ".class A\n.function f arity=0\n.class B\n.function g arity=1\n    return r0\n"
    a, b = assemble(text)
    assert (a.name, b.name) == ("A", "B")
    assert b["g"].instructions == (Instruction.return_(0),)


def test_all_mistakes_are_told_with_their_places() -> None:
    text = ".class Main\n.function main arity=0\n    jump nowhere\n    frobnicate r0\n"
    with pytest.raises(IonAsmError) as caught:
        assemble(text, "loop.ionasm")
    first, second = caught.value.diagnostics
    assert "loop.ionasm:3:" in first
    assert "nowhere" in first
    assert "loop.ionasm:4:" in second
    assert "frobnicate" in second
