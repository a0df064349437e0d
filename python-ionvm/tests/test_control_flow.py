"""Control flow, judged by what runs: a few instructions are interpreted here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionvm import Function, Instruction, Pattern, Value
from ionvm.control_flow import (
    Condition,
    IfElseBuilder,
    MatchBuilder,
    WhileThenElseBuilder,
    build_if_else,
    build_while_then_else,
    create_break_instruction,
    create_continue_instruction,
)


def run(code: list[Instruction], registers: dict[int, Any], steps: int = 10_000) -> list[str]:
    """Interprets; a `load_const` of a string is noted, one of a number computes."""
    instructions = Function("f", 0, 10, code).instructions
    notes: list[str] = []
    at = 0
    while at < len(instructions):
        steps -= 1
        assert steps > 0, "it runs for ever"
        instruction = instructions[at]
        args = instruction.args
        at += 1
        if instruction.mnemonic == "load_const":
            value = args[1].to_python()
            if isinstance(value, str):
                notes.append(value)
            else:
                registers[args[0]] = value
        elif instruction.mnemonic == "jump":
            at += args[0] - 1
        elif instruction.mnemonic == "jump_if_false":
            at += 0 if registers[args[0]] else args[1] - 1
        elif instruction.mnemonic == "less_than":
            registers[args[0]] = registers[args[1]] < registers[args[2]]
        elif instruction.mnemonic == "equal":
            registers[args[0]] = registers[args[1]] == registers[args[2]]
        elif instruction.mnemonic == "add":
            registers[args[0]] = registers[args[1]] + registers[args[2]]
        elif instruction.mnemonic == "match":
            for pattern, target in args[1]:
                if pattern.args[0].to_python() == registers[args[0]]:
                    at += target - 1
                    break
        else:
            raise AssertionError(instruction)
        assert 0 <= at <= len(instructions), "a jump leaves the function"
    return notes


def note(text: str) -> Instruction:
    return Instruction.load_const(9, text)


def lazily(text: str, reg: int, value: bool) -> Condition:
    return Condition(reg, [note(text), Instruction.load_const(reg, value)])


@given(st.lists(st.booleans(), min_size=1, max_size=4), st.booleans(), st.booleans())
def test_lazy_conditions_are_computed_when_reached(
    held: list[bool], with_else: bool, end: bool
) -> None:
    builder = (
        IfElseBuilder().if_condition_lazy(lazily("c0", 0, held[0])).add_instruction(note("b0"))
    )
    for i, holds in enumerate(held[1:], 1):
        builder.elif_condition_lazy(lazily(f"c{i}", i, holds)).add_instruction(note(f"b{i}"))
    if with_else:
        builder.else_block().add_instruction(note("else"))
    code = builder.build() + ([note("end")] if end else [])
    first = held.index(True) if True in held else None
    reached = len(held) if first is None else first + 1
    expected = [f"c{i}" for i in range(reached)]
    if first is not None:
        expected.append(f"b{first}")
    elif with_else:
        expected.append("else")
    assert run(code, {}) == expected + (["end"] if end else [])


@given(st.lists(st.booleans(), min_size=1, max_size=4))
def test_eager_conditions_are_computed_first(held: list[bool]) -> None:
    builder = IfElseBuilder().if_condition(lazily("c0", 0, held[0]), note("b0"))
    for i, holds in enumerate(held[1:], 1):
        builder.elif_condition(lazily(f"c{i}", i, holds), [note(f"b{i}")])
    expected = [f"c{i}" for i in range(len(held))]
    if True in held:
        expected.append(f"b{held.index(True)}")
    assert run(builder.build(), {}) == expected


def test_a_register_is_a_condition() -> None:
    def build(builder: IfElseBuilder) -> None:
        builder.if_condition(1.0).add_instruction(note("yes"))
        builder.elif_condition_lazy([Instruction.load_const(2, True)], 2, note("second"))

    code = build_if_else(build)
    assert run(code, {1: True}) == ["yes"]
    assert run(code, {1: False}) == ["second"]


@pytest.mark.parametrize("with_then", [True, False])
@pytest.mark.parametrize("with_else", [True, False])
@pytest.mark.parametrize("limit", [0, 3, 5])
def test_a_loop_ends_by_its_condition_or_by_a_break(
    with_then: bool, with_else: bool, limit: int
) -> None:
    """Counts r0 up to `limit`, leaves by a break at 4, skips noting at 2."""

    def build(builder: WhileThenElseBuilder) -> None:
        builder.while_condition([Instruction.less_than(2, 0, 1)], 2)
        builder.add_instruction(Instruction.add(0, 0, 3))
        builder.add_instruction(
            IfElseBuilder()
            .if_condition_lazy([Instruction.equal(2, 0, 4)], 2)
            .add_instruction(create_break_instruction())
            .elif_condition_lazy([Instruction.equal(2, 0, 5)], 2)
            .add_instruction(create_continue_instruction())
            .build()
        )
        builder.add_instruction(note("round"))
        if with_then:
            builder.then_block().add_instruction(note("then"))
        if with_else:
            builder.else_block([note("else")])

    code = [*build_while_then_else(build), note("end")]
    expected = []
    for count in range(1, limit + 1):
        if count == 4:
            expected += ["else"] if with_else else []
            break
        if count != 2:
            expected.append("round")
    else:
        expected += ["then"] if with_then else []
    assert run(code, {0: 0, 1: limit, 3: 1, 4: 4, 5: 2}) == [*expected, "end"]


def test_breaks_mean_the_loop_around_them() -> None:
    inner = WhileThenElseBuilder().while_condition_reg(0).add_instruction(note("inner"))
    inner.add_break().add_instruction(note("never"))
    # In the blocks behind the inner loop, a break means the outer one.
    inner.else_block().add_instruction(note("left")).add_break()
    outer = WhileThenElseBuilder().while_condition_reg(0).add_instruction(inner.build())
    outer.add_instruction(note("never")).then_block(note("never")).else_block(note("out"))
    assert run(outer.build(), {0: True}) == ["inner", "left", "out"]


def test_continue_computes_the_condition_anew() -> None:
    loop = WhileThenElseBuilder().while_condition(
        Condition(2, [note("test"), Instruction.add(0, 0, 3), Instruction.less_than(2, 0, 1)])
    )
    loop.add_continue().add_instruction(note("never"))
    assert run(loop.build(), {0: 0, 1: 3, 3: 1}) == ["test"] * 3


@given(st.integers(0, 4), st.booleans())
def test_match_runs_the_first_that_fits(value: int, with_default: bool) -> None:
    builder = MatchBuilder(0)
    for i in range(3):
        builder.case(Pattern.value(i), [note(f"case {i}"), note("more")])
    builder.case(Pattern.value(1), note("never"))
    if with_default:
        builder.default(note("default"))
    expected = [f"case {value}", "more"] if value < 3 else ["default"] * with_default
    assert run([*builder.build(), note("end")], {0: value}) == [*expected, "end"]


def test_blocks_nest() -> None:
    inner = MatchBuilder(0).case(Pattern.value(True), note("a")).build()
    middle = IfElseBuilder().if_condition(0, inner).else_block(inner).build()
    assert run([*middle, note("end")], {0: True}) == ["a", "end"]
    assert run([*MatchBuilder(0).build(), note("end")], {0: True}) == ["end"]


def test_order_is_checked() -> None:
    with pytest.raises(ValueError, match="stands before if_condition"):
        IfElseBuilder().else_block()
    with pytest.raises(ValueError, match="stands before if_condition"):
        IfElseBuilder().add_instruction(note("x"))
    with pytest.raises(ValueError, match="stands after else_block"):
        IfElseBuilder().if_condition(0).else_block().elif_condition(1)
    with pytest.raises(ValueError, match="an else block already"):
        IfElseBuilder().if_condition(0).else_block().else_block()
    with pytest.raises(ValueError, match="use elif_condition"):
        IfElseBuilder().if_condition(0).if_condition(0)
    with pytest.raises(ValueError, match="no if_condition"):
        IfElseBuilder().build()
    with pytest.raises(ValueError, match="no while_condition"):
        WhileThenElseBuilder().build()
    with pytest.raises(ValueError, match="a while_condition already"):
        WhileThenElseBuilder().while_condition_reg(0).while_condition_reg(1)
    with pytest.raises(TypeError, match="give a Condition"):
        IfElseBuilder().if_condition_lazy([note("x")])
    with pytest.raises(TypeError, match="must be an Instruction"):
        IfElseBuilder().if_condition(0, [1])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="must be a Pattern"):
        MatchBuilder(0).case(Value.unit(), [])  # type: ignore[arg-type]


def test_an_open_break_is_refused() -> None:
    code = IfElseBuilder().if_condition(0, create_break_instruction()).build()
    with pytest.raises(ValueError, match="break stands in no loop"):
        Function("f", 1, 0, code)
