"""Exceptions of the package, all under `IonError`.

Mistakes in how the package is used (a register that is no number, a label that is nowhere)
are `TypeError` and `ValueError`, as everywhere in Python; `IonError` is for what the machine,
the verifier, or a file has to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .value import Value

__all__ = [
    "IonAsmError",
    "IonDeadlock",
    "IonError",
    "IonFfiError",
    "IonInternalError",
    "IonLimitError",
    "IonLinkError",
    "IonPackError",
    "IonRuntimeError",
    "IonTimeout",
    "IonVerifyError",
]


class IonError(Exception):
    """Base of everything that IonVM raises."""


class IonPackError(IonError):
    """A package cannot be written, read or started; the message names the entry."""


class IonVerifyError(IonError):
    """A class was refused before any of it ran.

    `diagnostics` holds one line a fault, each with its code, class, function and instruction.
    """

    def __init__(self, message: str, diagnostics: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.diagnostics: tuple[str, ...] = tuple(diagnostics) or (message,)


class IonLinkError(IonVerifyError):
    """A name in a class (a function, a native) is nowhere to be found."""


class IonAsmError(IonError):
    """Assembly text with mistakes; `diagnostics` holds one line a mistake, with its place."""

    def __init__(self, message: str, diagnostics: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.diagnostics: tuple[str, ...] = tuple(diagnostics) or (message,)


class IonRuntimeError(IonError):
    """The program failed: its main process ended with an error that nothing caught.

    `value` is the exit reason, `trace` one line a frame, innermost first, and `pid` the number
    of the process.
    """

    def __init__(
        self,
        message: str,
        value: Value | None = None,
        trace: Sequence[str] = (),
        pid: int | None = None,
    ) -> None:
        super().__init__(message)
        self.value = value
        self.trace: tuple[str, ...] = tuple(trace)
        self.pid = pid


class IonLimitError(IonRuntimeError):
    """The program failed because it met a limit: memory, stack depth, processes."""


class IonTimeout(IonError):  # noqa: N818 - the name says it already
    """The time given to a run has passed; the run was ended."""


class IonDeadlock(IonError):  # noqa: N818 - the name says it already
    """The main process waits for something that can never come.

    `waiting` holds one line a process: who waits where, and for whom. `circles` holds one line
    for each circle of processes that wait for each other.
    """

    def __init__(
        self, message: str, waiting: Sequence[str] = (), circles: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.waiting: tuple[str, ...] = tuple(waiting)
        self.circles: tuple[str, ...] = tuple(circles)


class IonFfiError(IonError):
    """A native function, or the library it comes from, could not be used."""


class IonInternalError(IonError):
    """A fault of the machine itself. Please report it, with the program."""
