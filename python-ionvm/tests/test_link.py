"""What symbolic names become when a class is written, judged by its bytes."""

from __future__ import annotations

import io
import zlib

import pytest

from ionvm import (
    Function,
    Instruction,
    IonLinkError,
    IonPackBuilder,
    IonPackError,
    IonVerifyError,
    Module,
    Pattern,
    Value,
)


def load(value: Value) -> Function:
    return Function("load", 0, 1, [Instruction.load_const(0, value), Instruction.return_(0)])


def encoded(value: Value, *others: Function) -> bytes:
    return Module("Main", [load(value), *others]).to_bytes()


WORKER = Function("worker", 1, 0, [Instruction.return_(0)])


def test_a_function_of_the_same_class_becomes_local() -> None:
    by_place = encoded(Value.function_ref(1), WORKER)
    for value in (
        Value.atom("__function_ref:worker"),
        Value.atom("__function_ref:Main:worker"),
        Value.function_ref("worker"),
        Value.function_ref("Main", "worker"),
        Value.function_ref("worker", arity=1),
    ):
        assert encoded(value, WORKER) == by_place


def test_a_function_of_another_class_becomes_extern() -> None:
    extern = encoded(Value.extern("Actors", "worker"))
    assert encoded(Value.atom("__function_ref:Actors:worker")) == extern
    assert encoded(Value.function_ref("Actors", "worker")) == extern
    with_arity = encoded(Value.extern("Actors", "worker", 1))
    assert encoded(Value.function_ref("Actors", "worker", arity=1)) == with_arity
    # With the other classes at hand, the arity is known.
    main = Module("Main", [load(Value.atom("__function_ref:Actors:worker"))])
    assert main.to_bytes({"Actors": [WORKER]}) == with_arity
    assert main.to_bytes({"Actors": [WORKER]}) != extern


def test_an_extern_of_the_same_class_stays_extern() -> None:
    assert encoded(Value.extern("Main", "worker"), WORKER) != encoded(
        Value.function_ref("worker"), WORKER
    )


@pytest.mark.parametrize(
    ("atom", "native"),
    [
        ("__stdlib:println", "io.println"),
        ("__stdlib:PrintLn", "io.println"),
        ("__stdlib:StrLength", "string.length"),
        ("__stdlib:math.sqrt", "math.sqrt"),
        ("__stdlib:Math.IS_NAN", "math.is_nan"),
    ],
)
def test_natives_resolve_without_regard_to_case(atom: str, native: str) -> None:
    assert encoded(Value.atom(atom)) == encoded(Value.native(native))


def test_names_resolve_anywhere_inside_a_constant() -> None:
    def nested(reference: Value, native: Value) -> Function:
        deep = Value.map([("k", Value.tuple([Value.object({"f": reference}), native]))])
        keyed = Value.map([(reference, Value.frozen([native]))])
        return Function(
            "f",
            0,
            1,
            [
                Instruction.load_const(0, deep),
                Instruction.load_const(0, keyed),
                Instruction.object_init(0, {"f": reference, "n": native}),
                Instruction.match(0, [Pattern.value(reference)], [1]),
            ],
        )

    symbolic = nested(Value.atom("__function_ref:worker"), Value.atom("__stdlib:Sqrt"))
    resolved = nested(Value.function_ref(1), Value.native("math.sqrt"))
    assert Module("M", [symbolic, WORKER]).to_bytes() == Module("M", [resolved, WORKER]).to_bytes()


@pytest.mark.parametrize(
    ("atom", "instruction"),
    [
        ("__vm:self", Instruction.self_pid(3)),
        ("__vm:this", Instruction.load_this(3)),
        ("__vm:pid", Instruction.call_native(3, "vm.pid", [])),
        ("__vm:processes", Instruction.call_native(3, "vm.processes", [])),
        ("__vm:scheduler_passes", Instruction.call_native(3, "vm.scheduler_passes", [])),
    ],
)
def test_the_machine_itself(atom: str, instruction: Instruction) -> None:
    def function(loading: Instruction) -> Module:
        return Module("M", [Function("f", 0, 4, [Instruction.jump(2), loading])])

    symbolic = function(Instruction.load_const(3, Value.atom(atom)))
    assert symbolic.to_bytes() == function(instruction).to_bytes()


def test_inside_a_constant_the_machine_is_an_atom() -> None:
    data = encoded(Value.tuple([Value.atom("__vm:self")]))
    assert b"__vm:self" in data
    # And so is what only looks like a name.
    assert b"self" in encoded(Value.atom("self"))
    assert b"__tag" in encoded(Value.atom("__tag"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Value.atom("__function_ref:nowhere"), "class Main has no function nowhere"),
        (Value.function_ref("worker", arity=2), r"no function worker/2; there is worker/1"),
        (Value.function_ref(7), "only 2 functions"),
        (Value.atom("__stdlib:frobnicate"), "no native function 'frobnicate'"),
        (Value.atom("__stdlib:my.own"), "no native function 'my.own'"),
        (Value.atom("__vm:nothing"), "__vm:nothing names nothing"),
    ],
)
def test_what_does_not_resolve_is_named(value: Value, message: str) -> None:
    with pytest.raises(IonLinkError, match=message) as caught:
        encoded(value, WORKER)
    assert "class Main, function load/0, instruction 0" in str(caught.value)


def test_one_of_several_needs_its_arity() -> None:
    other = Function("worker", 2, 0, [])
    with pytest.raises(IonLinkError, match="worker/1, worker/2"):
        encoded(Value.function_ref("worker"), WORKER, other)
    encoded(Value.function_ref("worker", arity=2), WORKER, other)


def test_packages_know_all_their_classes() -> None:
    def pack(value: Value, worker: Function = WORKER) -> None:
        builder = IonPackBuilder("p", "1").add_class("Main", load(value))
        builder.add_multi_function_class("Actors", [worker, Function("two", 1), Function("two", 2)])
        builder.main_class("Main").build(io.BytesIO())

    pack(Value.function_ref("Actors", "worker"))
    pack(Value.extern("Elsewhere", "worker"))
    pack(Value.function_ref("ion.supervisor", "start"))
    with pytest.raises(IonLinkError, match="there is no class Elsewhere; there are Main, Actors"):
        pack(Value.function_ref("Elsewhere", "worker"))
    with pytest.raises(IonLinkError, match="class Actors has no function x"):
        pack(Value.atom("__function_ref:Actors:x"))
    with pytest.raises(IonLinkError, match="two/1, two/2"):
        pack(Value.atom("__function_ref:Actors:two"))
    with pytest.raises(IonLinkError, match="has no function worker"):
        pack(Value.function_ref("Actors", "worker"), Function("worker", 1, exported=False))


@pytest.mark.parametrize(
    "awaiting",
    [
        Instruction.await_(0, 0),
        Instruction.await_timeout(0, 0, 0, 0),
        Instruction.select(0, [0]),
        Instruction.select_with_kill(0, [0]),
    ],
)
def test_a_class_that_awaits_keeps_what_it_spawns(awaiting: Instruction) -> None:
    def module(keep: bool | None, *more: Instruction) -> bytes:
        spawn = Instruction.spawn(0, 0, [], link=True, keep=keep)
        return Module("M", [Function("f", 0, 1, [spawn]), Function("g", 0, 1, more)]).to_bytes()

    assert module(None) == module(False) != module(True)
    assert module(None, awaiting) == module(True, awaiting) != module(False, awaiting)


def test_what_cannot_be_a_constant() -> None:
    deep = Value.nil()
    for _ in range(63):
        deep = Value.array([deep])
    encoded(deep)
    with pytest.raises(IonVerifyError, match="nested 65 levels deep"):
        encoded(Value.array([deep]))
    listed = Value.nil()
    for _ in range(63):
        listed = Value.pair(1.0, Value.pair(listed, Value.nil()))
    encoded(listed)
    with pytest.raises(IonVerifyError, match="nested 65 levels deep"):
        encoded(Value.pair(listed, Value.nil()))
    wide = Value.nil()
    for _ in range(40):
        wide = Value.tuple([wide, wide])
    with pytest.raises(IonVerifyError, match="parts"):
        encoded(wide)
    with pytest.raises(IonVerifyError, match="a process cannot be a constant"):
        encoded(Value._raw("process", 7))


def test_the_example_of_the_layout_document() -> None:
    main = Function("main", 0, 1, [Instruction.load_const(0, 42.0), Instruction.return_(0)])
    expected = bytes.fromhex(
        """
        49 4F 4E 42 43 02 00 00 B2 F8 F7 3B
        01 06 04 4D 61 69 6E 00
        02 06 01 04 6D 61 69 6E
        03 0A 01 01 00 00 00 00 00 00 45 40
        04 01 00
        05 0E 01 00 01 00 00 00 01 02 01 00 00 0A 00 00
        06 04 01 00 00 00
        07 01 00
        """
    )
    data = Module("Main", main).to_bytes()
    assert data == expected
    assert int.from_bytes(data[8:12], "little") == zlib.crc32(data[12:])


def test_globals_are_listed() -> None:
    code = [Instruction.get_global(0, "a"), Instruction.set_global("b", 0)]
    assert Module("M", [Function("f", 0, 1, [*code, *code])]).globals == ("a", "b")


def test_modules_are_collections_of_functions() -> None:
    module = Module("M", WORKER)
    assert module["worker"] is WORKER
    assert list(module) == [WORKER]
    assert len(module) == 1
    assert module == Module("M").add(WORKER)
    with pytest.raises(KeyError):
        module["other"]
    with pytest.raises(TypeError, match="expected a Function"):
        module.add(1)  # type: ignore[arg-type]


def test_start_must_be_there() -> None:
    builder = IonPackBuilder("p", "1").main_class("Main")
    with pytest.raises(IonPackError, match="the main class Main is not in the package"):
        builder.to_bytes()
    builder.add_multi_function_class("Main", [WORKER, load(Value.unit())]).entry_point("main")
    with pytest.raises(IonPackError, match="entry point main is no function of class Main"):
        builder.to_bytes()
    builder.entry_point("worker").to_bytes()
