"""`FunctionBuilder`: what it emits, what it refuses, and what its messages say."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable

import pytest

import ionvm
from ionvm import (
    Function,
    FunctionBuilder,
    Instruction,
    IonRuntimeError,
    IonVerifyError,
    ModuleBuilder,
    Pattern,
    Value,
)
from ionvm._table import OPS

HERE = "test_builder.py"


def line() -> int:
    """The line of the caller."""
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None
    return frame.f_back.f_lineno


# ---- Instructions -------------------------------------------------------------


@pytest.mark.parametrize("number", sorted(OPS))
def test_every_instruction_is_a_method_that_gives_what_it_writes(number: int) -> None:
    op = OPS[number]
    b = FunctionBuilder("f", ["a", "b", "c", "d"])
    name = op.mnemonic if hasattr(Instruction, op.mnemonic) else op.mnemonic + "_"
    end, other = b.block("end"), b.block("other")
    # So that a jump to the end is not one to what follows.
    b.jump_if_true(True, other)
    b.nop()
    regs = iter(b.parameters)
    given: dict[str, Callable[[], object]] = {
        "Src": lambda: next(regs),
        "OptSrc": lambda: next(regs),
        "OptDst": lambda: next(regs),
        "Srcs": lambda: [next(regs)],
        "Pairs": lambda: [(next(regs), next(regs))],
        "Const": lambda: 1,
        "Name": lambda: "n",
        "Native": lambda: "math.sqrt",
        "Function": lambda: "f",
        "Target": lambda: end,
        "Literal": lambda: 1,
        "Scope": lambda: None,
        "Arms": lambda: [(Pattern.value(1), end)],
        "TimeoutArm": lambda: (next(regs), end),
        "Properties": lambda: {"x": next(regs)},
    }
    kinds = [kind for _, kind in op.operands]
    args = [given[kind]() for kind in kinds if kind in given]
    result = getattr(b, name)(*args)
    written = kinds.count("Dst")
    if b.reachable:
        b.jump(end)
    b.position_at_end(other)
    b.return_(0)
    b.position_at_end(end)
    results = () if written == 0 else (result,) if written == 1 else result
    assert len(results) == written
    # What is still needed is not overwritten, so that a copy remains one.
    b.return_(b.tuple_init([*results, *b.parameters]))
    function = b.function()
    assert any(instruction.opcode == number for instruction in function.instructions)
    # What the machine reads back is what was written.
    data = ionvm.Module("M", function).to_bytes()
    assert ionvm.Module.from_bytes(data).to_bytes() == data


def test_a_name_calls_a_function_that_comes_later() -> None:
    m = ModuleBuilder("Main")
    main = m.function("main")
    main.return_(main.call("even", [10]))
    for name, other, at_zero in (("even", "odd", True), ("odd", "even", False)):
        b = m.function(name, ["n"])
        with b.if_(b.equal(b.parameters[0], 0)):
            b.return_(at_zero)
        b.tail_call(other, [b.sub(b.parameters[0], 1)])
    assert ionvm.run(m.module()) is True


def test_a_closure_captures() -> None:
    m = ModuleBuilder("Main")
    main = m.function("main")
    adder = m.function("adder", ["x"], captures=["n"])
    adder.return_(adder.add(adder.captures[0], adder.parameters[0]))
    main.return_(main.call(main.make_closure(adder, None, [main.load_const(40)]), [2]))
    assert not adder.exported
    assert ionvm.run(m.module(), entry="main") == 42


def test_a_result_that_is_only_copied_is_written_where_it_goes() -> None:
    b = FunctionBuilder("f", ["n"])
    total = b.variable("total", 1)
    b.assign(total, b.add(total, b.parameters[0]))
    b.return_(total)
    assert str(b.function()) == "load_const r1, 1n\nadd r1, r1, r0\nreturn r1"


def test_a_loop_takes_one_jump_a_turn() -> None:
    b = FunctionBuilder("f", ["n"])
    i = b.variable("i", 0)
    with b.while_(lambda: b.less_than(i, b.parameters[0])):
        b.add(i, 1, dst=i)
    b.return_(i)
    words = [instruction.mnemonic for instruction in b.function().instructions]
    assert words.count("jump") == 1 and words.count("jump_if_true") == 1
    assert ionvm.run(b.function(), 7) == 7


def test_registers_are_used_again() -> None:
    b = FunctionBuilder("f", ["n"])
    (n,) = b.parameters
    for _ in range(100):
        n = b.mul(b.add(n, 1), 2)
    b.return_(n)
    assert b.function().frame_size == 2


def test_what_follows_a_return_is_dropped() -> None:
    b = FunctionBuilder("f")
    b.return_(1)
    assert not b.reachable
    with b.if_(b.load_const(True)):
        b.return_(2)
    assert len(b.function().instructions) == 2


def test_more_can_be_added_after_a_function_was_taken() -> None:
    b = FunctionBuilder("f")
    x = b.variable("x", 1)
    assert ionvm.run(b.function()) is None
    b.return_(x)
    assert ionvm.run(b.function()) == 1


def test_blocks_by_hand() -> None:
    b = FunctionBuilder("f", ["n"])
    (n,) = b.parameters
    small, big = b.block("small"), b.block("big")
    b.branch(b.less_than(n, 10), small, big)
    b.position_at_end(big)
    b.return_("big")
    b.position_at_end(small)
    b.return_("small")
    assert ionvm.run(b.function(), 3) == "small"
    assert ionvm.run(b.function(), 30) == "big"


def test_an_error_is_caught_and_thrown_on() -> None:
    b = FunctionBuilder("f", ["x"])
    with b.try_():
        with b.try_():
            b.throw(b.parameters[0])
        with b.catch_() as inner:
            with b.if_(b.equal(inner.value, 1)):
                b.return_("one")
            inner.rethrow()
    with b.catch_() as outer:
        b.return_(b.tuple_init(["caught", outer.value]))
    assert ionvm.run(b.function(), 1) == "one"
    assert ionvm.run(b.function(), 2) == ("caught", 2)


# ---- Places in the source -----------------------------------------------------


def test_a_trace_points_into_the_source() -> None:
    b = FunctionBuilder("main", file="prog.lang")
    b.at(3, 7)
    x = b.load_const("text")
    b.at(4, 2)
    b.return_(b.add(x, b.load_const(1)))
    with pytest.raises(IonRuntimeError) as caught:
        ionvm.run(b.function())
    assert caught.value.trace == ("Main.main/0, instruction 2, line 4 of prog.lang",)
    assert b.function().source.lines[-1][1:] == ("prog.lang", 4, 2)


def test_debuggers_see_names() -> None:
    b = FunctionBuilder("main", ["n"])
    b.return_(b.variable("x", b.add(b.parameters[0], 1)))
    assert {local.name for local in b.function().source.locals} == {"n", "x"}


# ---- Mistakes -----------------------------------------------------------------


def test_registers_and_blocks_of_others_are_refused() -> None:
    a, b = FunctionBuilder("a", ["x"]), FunctionBuilder("b")
    with pytest.raises(ValueError, match=r"^b is a register of function a, not of function b$"):
        b.add(1, a.parameters[0])
    with pytest.raises(ValueError, match=r"^args\[1\] is a register of function a"):
        b.call("f", [1, a.parameters[0]])
    with pytest.raises(ValueError, match=r"^dst is a register of function a"):
        b.add(1, 2, dst=a.parameters[0])
    with pytest.raises(ValueError, match=r"^offset is a block of function a"):
        b.jump(a.block())
    with pytest.raises(TypeError, match=r"^a must be a register of function b or a constant, not"):
        b.add(object(), 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pattern holds a register of function a"):
        with b.match_(1) as m:
            m.case(Pattern.bind(a.parameters[0]))
    with pytest.raises(TypeError, match="by its number"), b.match_(1) as m:
        m.case(Pattern.bind(0))
    with pytest.raises(TypeError, match=r"patterns\[0\] holds a register of a FunctionBuilder"):
        Instruction.match(0, [Pattern.bind(a.parameters[0])], [0])


def test_statements_out_of_place_are_refused() -> None:
    b = FunctionBuilder("f")
    with pytest.raises(ValueError, match="else_ must follow directly behind if_"):
        b.else_()
    with b.if_(True):
        pass
    b.load_const(1)
    with pytest.raises(ValueError, match="else_ must follow directly behind if_"):
        b.else_()
    with pytest.raises(ValueError, match="catch_ must follow directly behind try_"):
        b.catch_()
    with pytest.raises(ValueError, match="break_ stands in no loop"):
        b.break_()
    with pytest.raises(ValueError, match="at needs the name of a file"):
        b.at(1)
    with b.try_():
        b.load_const(1)
    with pytest.raises(ValueError, match="a try_ has no catch_"):
        b.function()


def test_an_open_statement_is_no_function() -> None:
    b = FunctionBuilder("f")
    with b.loop_(), pytest.raises(ValueError, match="loop is still open"):
        b.function()


def test_an_instruction_between_cases_is_refused() -> None:
    b = FunctionBuilder("f", ["x"])
    with pytest.raises(ValueError, match="match_ holds instructions outside of its cases"):
        with b.match_(b.parameters[0]) as m:
            with m.case(1):
                b.return_(1)
            b.return_(2)


def test_a_block_without_an_end_is_named_with_its_line() -> None:
    b = FunctionBuilder("f")
    other, here = b.block("other"), b.block("here")
    b.branch(True, other, here)
    b.position_at_end(other)
    at = line() + 1
    b.load_const(1)
    b.position_at_end(here)
    with pytest.raises(ValueError, match=rf"block other has no end.*{HERE}:{at};"):
        b.function()
    b.position_at_end(other)
    b.jump(b.block("lost"))
    b.position_at_end(here)
    with pytest.raises(ValueError, match="block lost is jumped to, but has no place"):
        b.function()


def test_a_block_that_has_ended_is_not_gone_on_with() -> None:
    b = FunctionBuilder("f")
    entry = b.current
    b.return_(1)
    with pytest.raises(ValueError, match=rf"block entry has ended by 'return', .*{HERE}:\d+"):
        b.position_at_end(entry)


def test_a_result_that_may_be_unwritten_is_named_with_its_line() -> None:
    b = FunctionBuilder("f", ["x"])
    with b.if_(b.parameters[0]):
        y = b.add(1, 2)
    at = line() + 1
    b.return_(y)
    with pytest.raises(ValueError, match=rf"read where it may not have been written, .*:{at};"):
        b.function()


def test_a_variable_is_undefined_until_it_is_written() -> None:
    b = FunctionBuilder("f", ["x"])
    y = b.variable("y")
    with b.if_(b.parameters[0]):
        b.assign(y, 5)
    b.return_(b.tuple_init([y]))
    assert ionvm.run(b.function(), True) == (5,)
    assert ionvm.run(b.function(), False, as_value=True) == Value.tuple([Value.undefined()])


def test_verify_names_function_block_instruction_and_python_line() -> None:
    m = ModuleBuilder("Main")
    b = m.function("main", ["n"])
    at = 0
    with b.if_(b.parameters[0]):
        at = line() + 1
        b.return_(b.call("nobody", []))
    with pytest.raises(IonVerifyError) as caught:
        m.module().verify()
    message = str(caught.value)
    assert "function main/1, instruction 1" in message
    assert "nobody" in message
    assert f"in block entry, emitted at {__file__}:{at}" in message


def test_a_function_can_be_copied_and_pickled() -> None:
    b = FunctionBuilder("f")
    b.return_(1)
    function = b.function()
    again: Function = pickle.loads(pickle.dumps(function))
    assert again == function == copy.copy(function)
    assert ionvm.Module("M", again).verify().functions == [function]
