"""The way to the native module, which everything but building programs needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import IonError

if TYPE_CHECKING:
    from types import ModuleType

    from ._native import RawClass
    from .module import Module

__all__ = ["module_of", "native"]


def native() -> ModuleType:
    """The native module. Raises `IonError` where it is not installed."""
    try:
        from . import _native
    except ImportError as error:
        raise IonError(
            f"the native module of ionvm is not there ({error}): install the package with "
            "`pip install`; from its sources alone, programs can be built but not run"
        ) from None
    return _native


def module_of(cls: type[Module], data: bytes) -> Module:
    """The class of a class file."""
    from ._decode import module_from

    raw: RawClass = native().decode(bytes(data))
    return module_from(cls, raw)
