"""Assembly text: to classes and back.

>>> from ionvm.asm import assemble, disassemble
>>> text = '''
... .class Main
... .function main arity=0
...     load_const r0, 42
...     return r0
... '''
>>> [module] = assemble(text)
>>> print(module["main"])
load_const r0, 42
return r0
>>> assemble(disassemble(module)) == [module]
True
"""

from __future__ import annotations

from collections.abc import Iterable

from . import _natively
from .function import Function
from .module import Module

__all__ = ["assemble", "disassemble"]


def assemble(text: str, file: str = "<text>") -> list[Module]:
    """The classes of an assembly text, in order.

    `file` names the text in messages. Raises `IonAsmError` with all mistakes and their places.
    """
    classes: Iterable[bytes] = _natively.native().assemble(text, file)
    return [Module.from_bytes(data) for data in classes]


def disassemble(thing: Module | Function | bytes) -> str:
    """The assembly text of a class; `assemble` turns it back into the same class.

    A function stands in a class of its own, named Main.
    """
    if isinstance(thing, Function):
        thing = Module("Main", [thing])
    data = thing.to_bytes() if isinstance(thing, Module) else bytes(thing)
    return str(_natively.native().disassemble(data))
