"""The way to the native module, which everything but building programs needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import IonError

if TYPE_CHECKING:
    from types import ModuleType

    from ._native import Pack, RawClass
    from .module import Module

__all__ = ["module_in", "module_of", "native"]


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


def module_of(cls: type[Module], data: bytes, name: str | None = None) -> Module:
    """The class of a class file; `name` is what a class of version 1 is called."""
    from ._decode import module_from

    raw: RawClass = native().decode(bytes(data), name)
    return module_from(cls, raw)


def module_in(cls: type[Module], pack: Pack, name: str) -> Module:
    """The class of that name in a package."""
    from ._decode import module_from

    return module_from(cls, pack.decode(name))
