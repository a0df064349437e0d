"""Programs run in process: results, failures, output, interruption."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import ionvm
from ionvm import (
    Function,
    Instruction,
    IonDeadlock,
    IonError,
    IonInternalError,
    IonLimitError,
    IonLinkError,
    IonPackBuilder,
    IonPackError,
    IonPackReader,
    IonRuntimeError,
    IonTimeout,
    IonVerifyError,
    Label,
    Module,
    Value,
    _native,
    assemble,
)
from ionvm._tree import fold
from strategies import values

IDENTITY = Function("identity", 1, 0, [Instruction.return_(0)])
FOREVER = Function("forever", 0, 0, [Instruction.jump(0)])
WAIT = Function("wait", 0, 1, [Instruction.receive(0), Instruction.return_(0)])


def constant(value: object) -> Function:
    return Function("main", 0, 1, [Instruction.load_const(0, value), Instruction.return_(0)])


def printing(*texts: str) -> Function:
    code = []
    for text in texts:
        code += [
            Instruction.load_const(0, text),
            Instruction.call_native(1, "io.println", [0]),
        ]
    return Function("main", 0, 2, code)


def worker_pack() -> IonPackBuilder:
    """As existing compilers write it: names as atoms, two classes."""
    worker = Function(
        name="worker",
        arity=1,
        extra_regs=2,
        instructions=[
            Instruction.receive(1),
            Instruction.mul(2, 1, 1),
            Instruction.send(0, 2),
            Instruction.return_reg(2),
        ],
    )
    main = Function(
        name="main",
        arity=0,
        extra_regs=5,
        instructions=[
            Instruction.load_const(0, Value.atom("__function_ref:Actors:worker")),
            Instruction.load_const(1, Value.atom("__vm:self")),
            Instruction.spawn(2, 0, [1]),
            Instruction.load_const(3, Value.number(15)),
            Instruction.send(2, 3),
            Instruction.receive(4),
            Instruction.return_reg(4),
        ],
    )
    builder = IonPackBuilder("squares", "1.0.0")
    builder.add_class("Main", main)
    builder.add_class("Actors", worker)
    builder.main_class("Main")
    builder.entry_point("main")
    return builder


def test_a_coordinator_and_a_worker() -> None:
    assert ionvm.run(worker_pack()) == 225.0
    assert ionvm.run(worker_pack(), stepped=True) == 225.0
    result = ionvm.run(worker_pack(), number_as_int=True)
    assert (result, type(result)) == (225, int)


def test_everything_that_can_be_run(tmp_path: Path) -> None:
    module = Module("Main", constant(42.0))
    pack = IonPackBuilder("hello", "1").add_module(module).main_class("Main")
    text = ".class Main\n.function main arity=0\n    load_const r0, 42\n    return r0\n"
    (tmp_path / "hello.ionpack").write_bytes(pack.to_bytes())
    (tmp_path / "Main.ionc").write_bytes(module.to_bytes())
    (tmp_path / "main.ionasm").write_text(text)
    for program in (
        constant(42.0),
        Function(None, 0, 1, constant(42.0).instructions),
        Function("hidden", 0, 1, constant(42.0).instructions, exported=False),
        module,
        [module, Module("Other", IDENTITY)],
        assemble(text),
        pack,
        IonPackReader(pack.to_bytes()),
        pack.to_bytes(),
        module.to_bytes(),
        tmp_path / "hello.ionpack",
        str(tmp_path / "Main.ionc"),
        tmp_path / "main.ionasm",
    ):
        assert ionvm.run(program) == 42.0
    assert ionvm.run([module, Module("Other", IDENTITY)], entry="main") == 42.0
    with pytest.raises(TypeError, match="a float cannot be run"):
        ionvm.run(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no class to run"):
        ionvm.run([])


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(values.filter(lambda v: not {"function_ref", "extern", "native"} & kinds(v)))
def test_arguments_come_back_as_results(value: Value) -> None:
    assert thawed(ionvm.run(IDENTITY, value, as_value=True)) == thawed(value)


def test_the_prototype_undefined_is_none() -> None:
    value = Value.object({"x": 1.0}, prototype=Value.undefined(), magic={"__len__": Value.unit()})
    returned = ionvm.run(IDENTITY, value, as_value=True)
    assert returned.prototype is None
    assert returned == thawed(value)


def kinds(value: Value) -> set[str]:
    todo, found = [value], set()
    while todo:
        part = todo.pop()
        found.add(part.kind)
        todo.extend(part._parts)
    return found


def thawed(value: Value) -> Value:
    """What is left of a value once it has lain in a heap: frozen or not is no part of it, and
    the prototype `undefined` is none.
    """

    def combine(part: Value, parts: list[Value]) -> Value:
        label = part._label
        if part.kind == "frozen":
            return parts[0]
        if part.kind == "object" and label.has_prototype:
            place = len(label.names)
            if parts[place] == Value.undefined():
                label = label._replace(has_prototype=False)
                del parts[place]
        return Value._raw(part.kind, label, tuple(parts))

    return fold(value, combine)


def test_arguments_of_functions_and_packages() -> None:
    add = Function("add", 2, 1, [Instruction.add(2, 0, 1), Instruction.return_(2)])
    assert ionvm.run(add, 20.0, 22.0) == 42.0
    assert ionvm.run(Module("M", [IDENTITY, add]), "a", entry="identity") == "a"
    pack = IonPackBuilder("p", "1").add_class("Main", IDENTITY).main_class("Main")
    assert ionvm.run(pack, "a", 1.5) == ["a", 1.5]
    assert ionvm.run(pack) == []
    fixed = IonPackBuilder("p", "1").add_class("Main", constant(1.0)).main_class("Main")
    with pytest.raises(ValueError, match="takes no arguments, and 1 were given"):
        ionvm.run(fixed, "a")
    with pytest.raises(IonRuntimeError, match=":bad_arity"):
        ionvm.run(add, 1.0)


def test_a_failure_tells_value_trace_and_process() -> None:
    inner = Function("inner", 1, 1, [Instruction.add(1, 0, 0), Instruction.return_(1)])
    outer = Function(
        "main",
        1,
        2,
        [
            Instruction.load_const(1, Value.function_ref("inner")),
            Instruction.call(2, 1, [0]),
            Instruction.return_(2),
        ],
    )
    with pytest.raises(IonRuntimeError, match=r"^:bad_type: ") as caught:
        ionvm.run(Module("Main", [outer, inner]), Value.atom("x"))
    error = caught.value
    assert not isinstance(error, IonLimitError)
    assert error.value is not None
    assert error.value.properties["kind"].value == Value.atom("bad_type")
    assert error.trace[0].startswith("Main.inner/1, instruction 0")
    assert error.trace[1].startswith("Main.main/1, instruction 1")
    assert error.pid == 1


def test_limits() -> None:
    deep = Function(
        "main",
        0,
        2,
        [
            Instruction.load_const(0, Value.function_ref("main")),
            Instruction.call(1, 0, []),
            Instruction.return_(1),
        ],
    )
    with pytest.raises(IonLimitError, match=":stack_overflow"):
        ionvm.run(Module("Main", deep), max_heap=1 << 20)
    with pytest.raises(ValueError, match="budget"):
        ionvm.run(IDENTITY, 1, timeslice=0)
    with pytest.raises(ValueError, match="timeout must be"):
        ionvm.run(IDENTITY, 1, timeout=-1.0)


def test_a_deadlock_tells_who_waits_where() -> None:
    with pytest.raises(IonDeadlock) as caught:
        ionvm.run(WAIT)
    assert len(caught.value.waiting) == 1
    assert "Main.wait/0, instruction 0" in caught.value.waiting[0]


@pytest.mark.parametrize("stepped", [False, True])
def test_reductions_run_out(stepped: bool) -> None:
    with pytest.raises(IonLimitError, match="20000 reductions") as caught:
        ionvm.run(FOREVER, max_reductions=20_000, stepped=stepped)
    assert caught.value.value == Value.integer(20_000)
    assert ionvm.run(IDENTITY, 1, max_reductions=20_000, stepped=stepped) == 1


def test_timers_run_out() -> None:
    code = [
        Instruction.self_pid(0),
        Instruction.load_const(1, Value.number(1000.0)),
        Instruction.call_native(2, "timer.send_after", [1, 0, 1]),
        Instruction.jump(-1),
    ]
    with pytest.raises(IonLimitError, match="finds 5 timers"):
        ionvm.run(Function("main", 0, 3, code), max_timers=5)


@pytest.mark.parametrize("stepped", [False, True])
def test_a_deadlock_tells_who_wait_for_each_other(stepped: bool) -> None:
    main = [
        Instruction.load_const(0, Value.function_ref("other")),
        Instruction.self_pid(1),
        Instruction.spawn(2, 0, [1]),
        Instruction.await_(0, 2),
    ]
    other = [Instruction.await_(1, 0)]
    program = Module("Main", [Function("main", 0, 3, main), Function("other", 1, 1, other)])
    with pytest.raises(IonDeadlock, match="awaits") as caught:
        ionvm.run(program, stepped=stepped)
    circle = "#process<1> awaits #process<2> awaits #process<1>"
    assert caught.value.circles == (circle,)
    assert caught.value.waiting[0].endswith("for #process<2>")


def test_a_result_that_contains_itself_is_shown() -> None:
    code = [
        Instruction.array_init(0, []),
        Instruction.array_push(0, 0),
        Instruction.return_(0),
    ]
    with pytest.raises(IonError, match=r"the result \[\.\.\.\] has no form outside"):
        ionvm.run(Function("main", 0, 1, code))


def test_time_runs_out() -> None:
    with pytest.raises(IonTimeout):
        ionvm.run(FOREVER, timeout=0.05)


def test_what_is_wrong_is_refused_before_anything_runs(capsys: pytest.CaptureFixture[str]) -> None:
    broken = Function("main", 0, 0, [*printing("no").instructions, Instruction.return_(9)])
    with pytest.raises(IonVerifyError, match=r"r9|r0"):
        ionvm.run(broken)
    missing = Function("main", 0, 1, [Instruction.call_native(0, "no.such", [])])
    with pytest.raises(IonLinkError, match=r"no\.such"):
        ionvm.run(missing)
    with pytest.raises(IonLinkError, match="other"):
        ionvm.run(Module("Main", IDENTITY), entry="other")
    nowhere = IonPackBuilder("p", "1").add_class("Main", IDENTITY)
    with pytest.raises(IonPackError, match="Main-Class"):
        ionvm.run(nowhere)
    assert capsys.readouterr().out == ""


def test_text_goes_to_python(capsys: pytest.CaptureFixture[str]) -> None:
    assert ionvm.run(printing("one", "two")) is None
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_flood_of_text_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "x" * 1000
    code: list[Instruction | Label] = [
        Instruction.load_const(1, line),
        Label("top"),
        Instruction.call_native(2, "io.println", [1]),
        Instruction.load_const(2, 1.0),
        Instruction.sub(0, 0, 2),
        Instruction.jump_if_true(0, "top"),
    ]
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    ionvm.run(Function("main", 1, 2, code), 5000.0)
    assert out.getvalue() == (line + "\n") * 5000


def test_a_stream_that_fails_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, s: str) -> int:
            raise OSError("no room")

    monkeypatch.setattr(sys, "stdout", Full())
    code = [*printing("text").instructions, Instruction.jump(0)]
    with pytest.raises(OSError, match="no room"):
        ionvm.run(Function("main", 0, 2, code))
    monkeypatch.setattr(sys, "stdout", None)
    assert ionvm.run(printing("text")) is None


def test_an_interrupt_ends_the_run() -> None:
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            ionvm.run(FOREVER, timeout=60)
    finally:
        timer.cancel()
    # And leaves nothing behind.
    assert ionvm.run(constant(1.0)) == 1.0
    assert not [thread for thread in threading.enumerate() if thread.name == "ionvm"]


def test_other_threads_go_on() -> None:
    counted = 0
    done = threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1

    thread = threading.Thread(target=count)
    thread.start()
    with pytest.raises(IonTimeout):
        ionvm.run(FOREVER, timeout=0.1)
    done.set()
    thread.join()
    assert counted > 0


def test_many_machines_at_once() -> None:
    results: list[float] = []

    def work(n: float) -> None:
        for _ in range(5):
            results.append(ionvm.run(IDENTITY, n))

    threads = [threading.Thread(target=work, args=(float(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted(float(n) for n in range(8) for _ in range(5))


def test_the_same_run_again() -> None:
    def random_order(seed: int) -> str:
        out = io.StringIO()
        old, sys.stdout = sys.stdout, out
        try:
            ionvm.run(spawning(), stepped=True, shuffle=seed)
        finally:
            sys.stdout = old
        return out.getvalue()

    orders = [random_order(seed) for seed in range(8)]
    assert orders == [random_order(seed) for seed in range(8)]
    assert len(set(orders)) > 1


def spawning() -> Module:
    """Four processes that each print their name."""
    say = Function("say", 1, 1, [Instruction.call_native(1, "io.println", [0])])
    code = [Instruction.load_const(0, Value.function_ref("say"))]
    for name in "abcd":
        code += [Instruction.load_const(1, name), Instruction.spawn(2, 0, [1])]
    return Module("Main", [Function("main", 0, 3, code), say])


def test_a_fault_of_the_machine_is_an_exception() -> None:
    with pytest.raises(IonInternalError, match="a fault of the machine itself: on purpose"):
        _native.panic("on purpose")


def test_rights_are_granted_by_the_caller() -> None:
    loader = assemble(
        ".class Main\n.function main arity=1\n"
        "    call_native r0, code.load, r0\n    return      r0\n"
    )
    loaded = assemble(".class Loaded\n.function f arity=0\n")[0].to_bytes()
    with pytest.raises(IonRuntimeError, match="--allow-code"):
        ionvm.run(loader, loaded)
    assert ionvm.run(loader, loaded, allow=["code"]) == "Loaded"
    with pytest.raises(ValueError, match="no permission"):
        ionvm.run(loader, loaded, allow=["coffee"])


def test_long_lists_go_in_as_constants_and_come_out_as_results() -> None:
    value = Value.nil()
    for n in range(100_000):
        value = Value.pair(Value.integer(n), value)
    main = Function("main", 0, 1, [Instruction.load_const(0, value), Instruction.return_(0)])
    module = Module("Lists", [main])
    again = Module.from_bytes(module.to_bytes())
    assert again["main"].instructions[0] == Instruction.load_const(0, value)
    assert ionvm.run(module) == list(range(99_999, -1, -1))
    with pytest.raises(ValueError, match="nested deeper than 1000 levels"):
        ionvm.run(Function("id", 1, 0, [Instruction.return_(0)]), nested(1000))
    assert ionvm.run(Function("id", 1, 0, [Instruction.return_(0)]), value) == value.to_python()


def nested(levels: int) -> Value:
    value = Value.nil()
    for _ in range(levels):
        value = Value.pair(value, Value.nil())
    return value
