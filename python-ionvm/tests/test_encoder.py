"""The Python class file writer, held byte for byte against the machine's."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ionvm import Function, Instruction, IonVerifyError, Module, Pattern, Value, _native
from ionvm._table import OPS
from strategies import functions, instructions_of, modules, patterns, values


def check(module: Module) -> None:
    """The machine writes the same bytes, and reads the same class."""
    data = module.to_bytes()
    assert _native.recode(data) == data
    back = Module.from_bytes(data)
    assert back == module
    assert back.to_bytes() == data


FIRST = Function("first", 0, 0, [])


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(modules())
def test_any_class(module: Module) -> None:
    check(module)


@pytest.mark.parametrize("number", sorted(OPS))
def test_any_instruction(number: int) -> None:
    @settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(instructions_of(number), min_size=1, max_size=2))
    def run(code: list[Instruction]) -> None:
        check(Module("M", [FIRST, Function("f", 0, 0, code)]))

    run()


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(values, max_size=4))
def test_any_constants(constants: list[Value]) -> None:
    code = [Instruction.load_const(0, value) for value in constants]
    check(Module("M", [FIRST, Function("f", 0, 0, code)]))


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(patterns, max_size=3))
def test_any_patterns(arms: list[Pattern]) -> None:
    code = [Instruction.match(0, arms, [0] * len(arms))]
    check(Module("M", [FIRST, Function("f", 0, 0, code)]))


@settings(max_examples=50, suppress_health_check=list(HealthCheck), deadline=None)
@given(functions("f"), st.data())
def test_a_changed_byte_is_refused(function: Function, data: st.DataObject) -> None:
    written = bytearray(Module("M", [FIRST, function]).to_bytes())
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(IonVerifyError) as caught:
        Module.from_bytes(bytes(written))
    assert caught.value.diagnostics


def test_numbers_of_every_length() -> None:
    edges = [0, 1, 63, 64, 127, 128, 255, 256, 16_383, 16_384, 65_534]
    code = [Instruction.move(a, b) for a in edges for b in edges]
    code += [Instruction.jump(sign * n) for n in edges for sign in (1, -1)]
    code += [Instruction.jump(2**31 - 1), Instruction.jump(-(2**31))]
    for bits in range(80):
        for n in (1 << bits, (1 << bits) - 1):
            code += [Instruction.load_const(0, n), Instruction.load_const(0, -n)]
    check(Module("M", [Function("f", 0, 0, code)]))


def test_references_by_name_arity_and_place() -> None:
    code = [
        Instruction.load_const(0, Value.function_ref("alone")),
        Instruction.load_const(0, Value.function_ref("twice", arity=1)),
        Instruction.load_const(0, Value.function_ref(4)),
        Instruction.make_closure(0, "alone", None, []),
        Instruction.make_closure(0, Value.function_ref("twice", arity=2), None, []),
    ]
    check(
        Module(
            "M",
            [
                Function("f", 0, 0, code),
                Function("alone", 3),
                Function("twice", 1),
                Function("twice", 2),
                Function(),
            ],
        )
    )


def test_what_is_no_class_file_is_refused() -> None:
    for data in (b"", b"IONBC", b"PK\x03\x04", bytes(100)):
        with pytest.raises(IonVerifyError):
            Module.from_bytes(data)
