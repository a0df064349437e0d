"""IonVM from Python: build programs for an actor virtual machine, verify, pack and run them.

>>> from ionvm import Function, Instruction, Value, IonPackBuilder
>>> function = Function(name="main", arity=0, extra_regs=1, instructions=[
...     Instruction.load_const(0, Value.number(42)),
...     Instruction.return_reg(0)])
>>> builder = IonPackBuilder("hello-world", "1.0.0")
>>> _ = builder.add_class("Main", function).main_class("Main").entry_point("main")

Building needs no native code. Verifying, assembling, reading packages and running go through
the native module `ionvm._native`, which an installed package brings along.
"""

from __future__ import annotations

from ._operands import Label
from ._run import run
from .asm import assemble, disassemble
from .builder import FunctionBuilder, ModuleBuilder
from .errors import (
    IonAsmError,
    IonDeadlock,
    IonError,
    IonFfiError,
    IonInternalError,
    IonLimitError,
    IonLinkError,
    IonPackError,
    IonRuntimeError,
    IonTimeout,
    IonVerifyError,
)
from .function import DebugInfo, Function, Handler, LineEntry, Local
from .instruction import Instruction
from .ionpack import IonPackBuilder, IonPackReader, Library
from .module import Module
from .pattern import Guard, Pattern
from .value import Property, Value

__version__ = "0.1.0"

__all__ = [
    "DebugInfo",
    "Function",
    "FunctionBuilder",
    "Guard",
    "Handler",
    "Instruction",
    "IonAsmError",
    "IonDeadlock",
    "IonError",
    "IonFfiError",
    "IonInternalError",
    "IonLimitError",
    "IonLinkError",
    "IonPackBuilder",
    "IonPackError",
    "IonPackReader",
    "IonRuntimeError",
    "IonTimeout",
    "IonVerifyError",
    "Label",
    "Library",
    "LineEntry",
    "Local",
    "Module",
    "ModuleBuilder",
    "Pattern",
    "Property",
    "Value",
    "__version__",
    "assemble",
    "disassemble",
    "run",
]
