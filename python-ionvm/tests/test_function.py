"""Functions: labels, handlers, attributes, what is refused."""

from __future__ import annotations

import pickle

import pytest

from ionvm import (
    DebugInfo,
    Function,
    Handler,
    Instruction,
    Label,
    LineEntry,
    Local,
    Pattern,
    Value,
)


def test_labels_become_offsets() -> None:
    function = Function(
        "f",
        1,
        1,
        [
            Label("top"),
            Instruction.match(0, [Pattern.wildcard(), Pattern.bind(1)], ["end", "top"]),
            Instruction.jump_if_true(0, "end"),
            Instruction.receive_match([Pattern.wildcard()], ["top"], (0, "end")),
            Instruction.iter_next(0, 1, "top"),
            Instruction.jump("end"),
            Label("end"),
        ],
    )
    code = function.instructions
    assert len(code) == 5
    assert [arm.target for arm in code[0].args[1]] == [5, 0]
    assert code[1].args[1] == 4
    assert code[2].args[0][0].target == -2
    assert code[2].args[1] == (0, 3)
    assert code[3].args[2] == -3
    assert code[4] == Instruction.jump(1)


def test_attributes() -> None:
    function = Function(
        "f", 2, 3, [], captures=1, optional=1, rest=True, exported=False, source="a.ion"
    )
    assert (function.name, function.arity, function.extra_regs) == ("f", 2, 3)
    assert (function.captures, function.optional, function.rest) == (1, 1, True)
    assert (function.lenient, function.exported, function.handlers) == (False, False, ())
    assert function.frame_size == 7
    assert function.source == DebugInfo((LineEntry(0, "a.ion", 0, 0),), ())
    assert Function(lenient=True).lenient
    with pytest.raises(AttributeError):
        function.name = "g"  # type: ignore[misc]
    assert function == Function(
        "f", 2, 3, [], captures=1, optional=1, rest=True, exported=False, source="a.ion"
    )
    assert function != Function("f", 2, 3)


def test_handlers_take_labels() -> None:
    code: list[Instruction | Label]
    code = [Label("a"), Instruction.nop(), Label("b"), Instruction.nop(), Label("c")]
    function = Function("f", 0, 2, code, handlers=[Handler("a", "b", Label("c"), 0, 1)])
    assert function.handlers == (Handler(0, 1, 2, 0, 1),)
    with pytest.raises(ValueError, match="handler 0: there is no label q; put Label"):
        Function("f", 0, 2, code, handlers=[Handler("a", "b", "q", 0)])
    with pytest.raises(ValueError, match="outside 0 to 2"):
        Function("f", 0, 2, code, handlers=[Handler(0, 3, 0, 0)])
    with pytest.raises(TypeError, match="must be a Handler"):
        Function("f", 0, 2, code, handlers=[1])  # type: ignore[list-item]


def test_debug_information() -> None:
    source = DebugInfo((LineEntry(0, "a.ion", 3, 4),), (Local("x", 0, 0, 1),))
    assert Function("f", 1, 0, [Instruction.return_(0)], source=source).source == source


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ValueError, match="function f, instruction 0: there is no label end; put"):
        Function("f", 0, 0, [Instruction.jump("end")])
    with pytest.raises(ValueError, match="the label a is there twice; give each"):
        Function("f", 0, 0, [Label("a"), Label("a")])
    with pytest.raises(ValueError, match="instruction 1: break stands in no loop"):
        Function("f", 0, 0, [Instruction.nop(), Instruction.break_instr()])
    with pytest.raises(TypeError, match=r"instructions\[0\] must be an Instruction"):
        Function("f", 0, 0, ["nop"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="2 optional arguments of 1"):
        Function("f", 1, optional=2)
    with pytest.raises(ValueError, match="lenient excludes"):
        Function("f", 1, lenient=True, rest=True)
    with pytest.raises(TypeError, match="arity must be a count"):
        Function("f", "1")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="extra_regs must be a count"):
        Function("f", 0, 70_000)


def test_functions_are_pickled() -> None:
    function = Function("f", 0, 1, [Instruction.load_const(0, Value.of([1]))])
    assert pickle.loads(pickle.dumps(function)) == function
