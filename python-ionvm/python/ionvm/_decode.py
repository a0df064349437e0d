"""Classes out of what the native module read from a class file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .function import DebugInfo, Function, Handler, LineEntry, Local

if TYPE_CHECKING:
    from ._native import RawClass
    from .module import Module

__all__ = ["module_from"]


def module_from(cls: type[Module], raw: RawClass) -> Module:
    """The class; the reader has checked its form, and the rest is the verifier's."""
    name, functions, custom = raw
    module = cls(name, custom=custom)
    for (
        label,
        arity,
        extra_regs,
        captures,
        optional,
        rest,
        lenient,
        exported,
        instructions,
        handlers,
        lines,
        named,
    ) in functions:
        source = DebugInfo(
            tuple(LineEntry(*line) for line in lines), tuple(Local(*local) for local in named)
        )
        module.functions.append(
            Function._unchecked(
                label,
                arity,
                extra_regs,
                captures,
                optional,
                rest,
                lenient,
                exported,
                instructions,
                tuple(Handler(*handler) for handler in handlers),
                source,
            )
        )
    return module
