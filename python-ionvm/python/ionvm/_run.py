"""Running programs.

>>> import ionvm
>>> from ionvm import Function, Instruction
>>> double = Function("double", 1, 1, [Instruction.add(1, 0, 0), Instruction.return_(1)])
>>> ionvm.run(double, 21.0)
42.0
>>> ionvm.run(double, 21)
42
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from . import _natively
from ._checks import described
from .asm import assemble
from .function import Function
from .ionpack import IonPackBuilder, IonPackReader
from .module import Module
from .value import Value

__all__ = ["Program", "run"]

#: What can be run.
Program = (
    Function
    | Module
    | Sequence[Module]
    | IonPackBuilder
    | IonPackReader
    | bytes
    | str
    | os.PathLike[str]
)


def run(
    program: Program,
    *args: object,
    entry: str | None = None,
    number_as_int: bool = False,
    as_value: bool = False,
    timeout: float | None = None,
    stepped: bool = False,
    timeslice: int | None = None,
    schedulers: int | None = None,
    max_heap: int | None = None,
    max_processes: int | None = None,
    max_memory: int | None = None,
    max_reductions: int | None = None,
    max_timers: int | None = None,
    seed: int | None = None,
    shuffle: int | None = None,
    allow: Sequence[str] = (),
) -> Any:
    """Runs a program in a machine of its own; returns its result as a Python value.

    A program is a function, a class or several (the one named Main, or the first, is the main
    one; `entry` names its function, otherwise `main` or the only one), a package as a builder,
    reader, bytes or path, or the path of a class file or assembly text. A function gets the
    arguments themselves; the entry of a package, if it takes an argument, an array of them.

    Numbers give a float, or with `number_as_int` an int where they are whole; integers give an
    int (see `Value.to_python`); with `as_value` the result is the `Value` itself. What the program
    prints goes to `sys.stdout`.

    Args:
        timeout: Seconds after which the run is ended, on the run's own clock.
        stepped: One turn after the other, the same every time.
        timeslice: Budget of a turn: reductions, or instructions in stepped mode.
        schedulers: Threads that run processes, from 1 to 64; None for one a core.
            Stepped mode has one.
        max_heap: Bytes that one process may take.
        max_processes: Processes that may be alive at once.
        max_memory: Bytes that all processes and messages together may take, three quarters of
            what the system has if not given.
        max_reductions: What all processes together may use, in reductions, or instructions in
            stepped mode; the run ends with `IonLimitError` then. Any amount if not given.
        max_timers: Messages that may be set to be sent later at once.
        seed: Where everything random begins.
        shuffle: In stepped mode, an order of turns that follows from this number.
        allow: What the program may do outside of the machine, as rights such as `code` or
            `fs.read:/data`; nothing without them, whatever a package asks for.

    Raises:
        IonRuntimeError: The main process failed; `IonLimitError` if it met a limit.
        IonDeadlock: The main process waits for what can never come.
        IonTimeout: The time was up.
        IonVerifyError: A class was refused before anything ran; `IonLinkError` for a name
            that is not there.
        IonError: The result has no form outside of the machine: it contains itself.
        IonPackError: The package cannot be read or started.
        KeyboardInterrupt: Ctrl-C; the run has ended.
    """
    options = {
        "stepped": stepped,
        "timeslice": timeslice,
        "schedulers": schedulers,
        "max_heap": max_heap,
        "max_processes": max_processes,
        "max_memory": max_memory,
        "max_reductions": max_reductions,
        "max_timers": max_timers,
        "timeout": timeout,
        "seed": seed,
        "shuffle": shuffle,
        "allow": list(allow),
    }
    native = _natively.native()
    values = [Value.of(arg) for arg in args]
    what = _opened(program)
    if isinstance(what, IonPackReader):
        if entry is not None:
            raise ValueError("a package names its entry point itself")
        result = native.run_pack(what._pack, values, options)
    else:
        main, name = _start(what, entry)
        known = {module.name: module.functions for module in what}
        classes = [module.to_bytes(known) for module in what]
        result = native.run_classes(classes, main, name, values, options)
    value: Value = result
    return value if as_value else value.to_python(number_as_int)


def _opened(program: Program) -> IonPackReader | Sequence[Module]:
    """The program as a package or as classes."""
    if isinstance(program, Function):
        return [Module("Main", [_startable(program)])]
    if isinstance(program, Module):
        return [program]
    if isinstance(program, IonPackReader):
        return program
    if isinstance(program, IonPackBuilder):
        return IonPackReader(program.to_bytes())
    if isinstance(program, bytes):
        return _from_bytes(program)
    if isinstance(program, (str, os.PathLike)):
        path = os.fspath(program)
        if path.endswith(".ionasm"):
            with open(path, encoding="utf-8") as text:
                return assemble(text.read(), path)
        if path.endswith(".ionc"):
            name = os.path.splitext(os.path.basename(path))[0]
            with open(path, "rb") as file:
                return _from_bytes(file.read(), name)
        return IonPackReader(path)
    if isinstance(program, Sequence):
        modules = [module for module in program if isinstance(module, Module)]
        if len(modules) == len(program):
            return modules
    raise TypeError(f"{described(program)} cannot be run; see ionvm.run for what can")


def _from_bytes(data: bytes, name: str = "Main") -> IonPackReader | list[Module]:
    """A package, or a class; one of version 1 is called by the name."""
    return IonPackReader(data) if data.startswith(b"PK") else [Module.from_bytes(data, name)]


def _startable(function: Function) -> Function:
    """The function, with a name by which it can be found."""
    if function.name is not None and function.exported:
        return function
    return function._renamed(function.name or "main")


def _start(modules: Sequence[Module], entry: str | None) -> tuple[str, str | None]:
    if not modules:
        raise ValueError("there is no class to run")
    main = next((module for module in modules if module.name == "Main"), modules[0])
    return main.name, entry
