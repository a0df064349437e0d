"""Instructions: one method each, what they take, what they refuse, how they read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from ionvm import Instruction, Label, Pattern, Property, Value
from ionvm._operands import Arm, Init
from ionvm._table import FLAGS, OPS
from strategies import instructions, keyword_arguments

KEPT = {"and": "and_", "or": "or_", "not": "not_", "return": "return_"}
KEPT |= {"yield": "yield_", "await": "await_"}

#: A right and a wrong argument for each operand kind, the arguments of `match` apart.
RIGHT: dict[str, Any] = {
    "Dst": 1,
    "Src": 2.0,
    "OptDst": None,
    "OptSrc": 3,
    "Srcs": [4, 5.0],
    "Pairs": {6: 7},
    "Const": "text",
    "Name": "name",
    "Native": "println",
    "Function": "f",
    "Target": -2,
    "Literal": 9,
    "Scope": "s",
    "TimeoutArm": (1, "label"),
    "Properties": {"k": 1},
}
WRONG: dict[str, list[Any]] = {
    "Dst": ["r1", None, True, 1.5, -1, 65_535, float("nan"), [1]],
    "Src": ["r1", None, True, 1.5, -1, 65_535, float("inf"), Value.number(1)],
    "OptDst": ["_", 1.5],
    "OptSrc": ["_", -1],
    "Srcs": [1, None, "01", [True], [1, None]],
    "Pairs": [[1], [(1, 2, 3)], {1: "a"}],
    "Const": [object(), {1}],
    "Name": [1, None, Value.string("s")],
    "Native": ["frobnicate", 1],
    "Function": [None, Value.atom("f")],
    "Target": [None, 1.5, 2**31, True],
    "Literal": [-1, 2**32, "1"],
    "Scope": [None.__class__],
    "TimeoutArm": [1, (1,), ("a", 1)],
    "Properties": [1, {"k": "text"}, {"k": (1, "nonsense")}, ["k"], {1: 1}],
    "Flags": [255, "nonsense", 1.5],
}


def method(mnemonic: str) -> Any:
    return getattr(Instruction, KEPT.get(mnemonic, mnemonic))


def arguments(mnemonic: str, operands: Any) -> list[Any]:
    """Arguments that the method takes, in order."""
    if mnemonic == "spawn":
        return [1, 2, [3]]
    out: list[Any] = []
    for name, kind in operands:
        if kind == "Arms":
            out += [[Pattern.bind(1)], [3]]
        elif kind == "Flags":
            out.append(max(FLAGS[mnemonic, name].valid))
        else:
            out.append(RIGHT[kind])
    return out


@pytest.mark.parametrize("number", sorted(OPS))
def test_every_instruction(number: int) -> None:
    op = OPS[number]
    made = method(op.mnemonic)(*arguments(op.mnemonic, op.operands))
    assert made.opcode == number
    assert made.mnemonic == op.mnemonic
    assert len(made.args) == len(op.operands)
    assert made == method(op.mnemonic)(*arguments(op.mnemonic, op.operands))
    assert str(made).split()[0] == op.mnemonic
    assert method(op.mnemonic).__doc__


@pytest.mark.parametrize("number", sorted(OPS))
def test_what_does_not_fit_is_refused_by_name(number: int) -> None:
    op = OPS[number]
    if op.mnemonic in ("spawn", "match", "receive_match"):
        return  # Their arguments stand differently and have tests of their own.
    right = arguments(op.mnemonic, op.operands)
    names = keyword_arguments(KEPT.get(op.mnemonic, op.mnemonic))
    assert len(names) == len(right)
    for i, (_, kind) in enumerate(op.operands):
        for wrong in WRONG[kind]:
            if op.mnemonic == "make_closure" and kind == "Function" and wrong is None:
                continue
            given = [*right[:i], wrong, *right[i + 1 :]]
            with pytest.raises((TypeError, ValueError)) as caught:
                method(op.mnemonic)(*given)
            if kind not in ("Native",):
                assert names[i] in str(caught.value), (op.mnemonic, kind, wrong)


def test_registers_are_whole_numbers() -> None:
    made = Instruction.add(0.0, 1.0, 2)
    assert made.args == (0, 1, 2)
    assert all(type(reg) is int for reg in made.args)
    with pytest.raises(ValueError, match="a must be a register"):
        Instruction.add(0, 1.5, 2)
    with pytest.raises(TypeError, match=r"args\[1\] must be a register"):
        Instruction.call(0, 1, [2, "x"])  # type: ignore[list-item]


def test_names_of_arguments_that_compilers_use() -> None:
    assert keyword_arguments("load_const") == ["reg", "val"]
    assert keyword_arguments("move") == ["dst", "src"]
    assert keyword_arguments("get_prop") == ["dst", "obj", "prop"]
    assert keyword_arguments("set_prop") == ["obj", "prop", "val"]
    assert keyword_arguments("object_init") == ["dst", "props"]
    assert keyword_arguments("array_init") == ["dst", "srcs"]
    assert keyword_arguments("tuple_init") == ["dst", "srcs"]
    assert keyword_arguments("call") == ["dst", "func", "args"]
    assert keyword_arguments("tail_call") == ["func", "args"]
    assert keyword_arguments("make_closure") == ["dst", "func", "scope_id", "captures"]
    assert keyword_arguments("return_") == ["reg"]
    assert keyword_arguments("jump") == ["offset"]
    assert keyword_arguments("jump_if_true") == ["reg", "offset"]
    assert keyword_arguments("match") == ["src", "patterns", "jumps"]
    assert keyword_arguments("spawn") == ["dst", "func", "args", "link", "keep"]
    assert keyword_arguments("send") == ["process", "msg"]
    assert keyword_arguments("receive_with_timeout") == ["dst", "timeout", "result"]
    assert keyword_arguments("monitor") == ["dst", "target", "alias"]
    assert keyword_arguments("select") == ["dst", "pids"]
    assert keyword_arguments("select_with_kill") == ["dst", "pids"]


def test_aliases() -> None:
    assert Instruction.move_reg(1, 2) == Instruction.move(1, 2)
    assert Instruction.and_instr(1, 2, 3) == Instruction.and_(1, 2, 3)
    assert Instruction.or_instr(1, 2, 3) == Instruction.or_(1, 2, 3)
    assert Instruction.not_instr(1, 2) == Instruction.not_(1, 2)
    assert Instruction.return_reg(1) == Instruction.return_(1)
    arms = ([Pattern.wildcard()], [1])
    assert Instruction.match_instr(0, *arms) == Instruction.match(0, *arms)
    assert Instruction.break_instr().mnemonic == "break"
    assert Instruction.continue_instr().mnemonic == "continue"
    assert Instruction.break_instr() != Instruction.continue_instr()


def test_arms_stand_side_by_side_or_in_pairs() -> None:
    one, two = Pattern.bind(1), Pattern.wildcard()
    side = Instruction.match(0, [one, two], [3, "end"])
    pairs: list[tuple[Pattern, int | Label]] = [(one, 3), (two, Label("end"))]
    assert side == Instruction.match(0, pairs)
    assert side.args[1] == (Arm(one, 3), Arm(two, Label("end")))
    with pytest.raises(ValueError, match="2 patterns, 1 jumps"):
        Instruction.match(0, [one, two], [3])
    with pytest.raises(TypeError, match=r"patterns\[0\] must be a Pattern"):
        Instruction.match(0, [1], [3])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"patterns\[0\] must be a pair"):
        Instruction.match(0, [one])
    with pytest.raises(TypeError, match=r"jumps\[0\] must be an offset"):
        Instruction.receive_match([one], [None])  # type: ignore[list-item]


def test_spawn_words() -> None:
    plain = Instruction.spawn(0, 1, [2])
    assert plain.args == (0, 1, 4, (2,))
    assert Instruction.spawn(0, 1, [2], True, True).args[2] == 3
    assert Instruction.spawn(0, 1, link=True, keep=False).args[2] == 1
    # Whether the result is kept is open as long as it is not said.
    assert plain != Instruction.spawn(0, 1, [2], keep=False)
    with pytest.raises(TypeError, match="link must be True or False"):
        Instruction.spawn(0, 1, [2], 1)  # type: ignore[arg-type]


def test_closures_by_name_or_register() -> None:
    by_name = Instruction.make_closure(0, "f", None, [1])
    assert by_name.mnemonic == "make_closure"
    assert by_name.args == (0, Value.function_ref("f"), None, (1,))
    by_register = Instruction.make_closure(0, 5, 7, [("x", 1), ("y", 2)])
    assert by_register.mnemonic == "make_closure_dyn"
    assert by_register.args == (0, 5, "7", (1, 2))
    assert by_register == Instruction.make_closure_dyn(0, 5.0, "7", [1, 2])


def test_properties_in_all_their_forms() -> None:
    made = Instruction.object_init(
        0,
        {
            "a": 1,
            "b": Value.number(2),
            "c": (3, "writable"),
            "d": (Value.atom("x"), 0),
            "e": Property(Value.of(1), writable=False),
        },
    )
    assert made.args[1] == (
        Init("a", 1, 7),
        Init("b", Value.number(2), 7),
        Init("c", 3, 1),
        Init("d", Value.atom("x"), 0),
        Init("e", Value.integer(1), 6),
    )
    assert made == Instruction.object_init(
        0, [("a", 1), ("b", Value.number(2)), *made.args[1][2:4], ("e", Value.of(1), 6)]
    )
    with pytest.raises(TypeError, match=r"props\['k'\] must be a register"):
        Instruction.object_init(0, {"k": "text"})


def test_flags_by_word_or_number() -> None:
    assert Instruction.iter_init(0, 1, "entries") == Instruction.iter_init(0, 1, 4)
    assert Instruction.define_prop(0, 1, 2, ["writable", "configurable"]).args[3] == 5
    assert Instruction.define_prop(0, 1, 2).args[3] == 7
    assert Instruction.monitor(0, 1).args[2] == 0
    with pytest.raises(ValueError, match="where cannot be 'own chain'"):
        Instruction.has_prop(0, 1, 2, 3)
    with pytest.raises(ValueError, match="keys, values, entries"):
        Instruction.iter_init(0, 1, "items")


@given(instructions)
def test_equal_instructions_hash_alike(instruction: Instruction) -> None:
    again = Instruction._make(instruction.opcode, instruction.args)
    assert again == instruction
    assert hash(again) == hash(instruction)
    assert instruction != Instruction.break_instr()
    assert "\n" not in str(instruction)


def test_instructions_come_from_their_methods() -> None:
    with pytest.raises(TypeError, match=r"Instruction\.move"):
        Instruction()
