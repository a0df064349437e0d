"""Random programs through `FunctionBuilder`: what they give, and how registers are shared."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import Builder, Evaluation, Outcome, Tree, programs

import ionvm
from ionvm import Instruction, IonRuntimeError, Module, Value
from ionvm._table import OPS
from ionvm.builder import Block, FunctionBuilder, Reg
from ionvm.builder._liveness import bound_and_read

SETTINGS = settings(suppress_health_check=list(HealthCheck), deadline=None)


def ran(program: tuple[Tree, ...], p: int, q: int) -> Outcome:
    module = Module("Main", Builder(program).b.function()).verify()
    try:
        return Outcome("return", ionvm.run(module, p, q, stepped=True))
    except IonRuntimeError as error:
        assert error.value is not None
        reason, thrown = error.value.to_python()
        assert reason == Value.atom("nocatch")
        return Outcome("throw", thrown)


@settings(SETTINGS, max_examples=150)
@given(programs, st.integers(-3, 3), st.integers(-3, 3))
def test_a_program_gives_what_python_says(program: tuple[Tree, ...], p: int, q: int) -> None:
    expected = Evaluation(program, p, q).outcome()
    found = ran(program, p, q)
    assert found == expected


# ---- Registers, by a liveness analysis of another kind ------------------------


class Step:
    """An instruction as emitted: what it reads and writes, and where it may go."""

    def __init__(self) -> None:
        self.reads: set[Reg] = set()
        self.writes: set[Reg] = set()
        #: Other steps, with what is written on the way there once it has done its work.
        self.ways: list[tuple[int, set[Reg]]] = []
        #: The same for handlers, where it goes before it has written anything.
        self.throws: list[tuple[int, set[Reg]]] = []
        self.copy: tuple[Reg, Reg] | None = None


def steps_of(b: FunctionBuilder) -> list[Step]:
    """Every instruction that was emitted, also those that nothing reaches, block by block."""
    first: dict[Block, int] = {}
    records: list[tuple[Any, Block]] = []
    for block in b._layout:
        first[block] = len(records)
        # An empty block stands for itself, so that it can be jumped to.
        records += [(record, block) for record in block._code] or [(None, block)]
    steps = []
    for at, (record, block) in enumerate(records):
        step = Step()
        steps.append(step)
        if record is None:
            continue
        op = OPS[record[0]]
        for (_, kind), operand in zip(op.operands, record[3:]):
            if kind == "Dst":
                step.writes.add(operand)
            elif kind == "Src":
                step.reads.add(operand)
            elif kind == "Srcs":
                step.reads.update(operand)
            elif kind == "Target":
                step.ways.append((first[operand], set()))
            elif kind == "TimeoutArm":
                step.reads.add(operand[0])
                step.ways.append((first[operand[1]], set()))
            elif kind == "Arms":
                for pattern, target in operand:
                    bound, read = bound_and_read(pattern)
                    step.reads |= set(read) - set(bound)
                    step.ways.append((first[target], set(bound)))
            else:
                assert kind in ("Const", "Flags", "Name"), kind
        if op.mnemonic == "move":
            step.copy = record[3], record[4]
        goes_on = op.flow not in ("jump", "leave") and op.mnemonic != "receive_match"
        if goes_on and at + 1 < len(records):
            step.ways.append((at + 1, set()))
        region = block._region
        # A copy and a jump cannot fail.
        if region is not None and step.copy is None and op.flow != "jump":
            step.throws.append((first[region.target], {region.value}))
    return steps


def live_after(steps: list[Step]) -> list[set[Reg]]:
    """What is read later, behind each step: step by step until nothing changes."""
    before: list[set[Reg]] = [set() for _ in steps]
    after: list[set[Reg]] = [set() for _ in steps]
    changed = True
    while changed:
        changed = False
        for at in reversed(range(len(steps))):
            step = steps[at]
            out: set[Reg] = set().union(*(before[to] - written for to, written in step.ways))
            thrown: set[Reg] = set().union(*(before[to] - w for to, w in step.throws))
            live = step.reads | (out - step.writes) | thrown
            if (live, out) != (before[at], after[at]):
                before[at], after[at] = live, out
                changed = True
    return after


@settings(SETTINGS, max_examples=150)
@given(programs)
def test_two_live_values_never_share_a_register(program: tuple[Tree, ...]) -> None:
    b = Builder(program).b
    function = b.function()
    steps = steps_of(b)
    after = live_after(steps)
    for at in reached_from(steps):
        step = steps[at]
        written = [(step.writes, after[at])]
        written += [(regs, after[at]) for _, regs in step.ways]
        for regs, live in written:
            for reg in regs:
                for other in (live | regs) - {reg}:
                    # A copy and what it is a copy of are one value.
                    if step.copy != (reg, other):
                        assert reg._at != other._at, f"{reg}, {other}, step {at}\n{function}"
    for instruction in function.instructions:
        assert all(reg < function.frame_size for reg in registers_of(instruction))


def reached_from(steps: list[Step]) -> set[int]:
    """The steps that can be come to from the first."""
    found: set[int] = set()
    todo = [0]
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo += (to for to, _ in steps[at].ways + steps[at].throws)
    return found


def registers_of(instruction: Instruction) -> list[int]:
    found: list[int] = []
    for (_, kind), arg in zip(instruction.info.operands, instruction.args):
        if kind in ("Dst", "Src"):
            found.append(arg)
        elif kind == "Srcs":
            found.extend(arg)
    return found
