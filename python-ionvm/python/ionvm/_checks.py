"""Checks of arguments that the whole package shares; each names the argument it refuses."""

from __future__ import annotations

from typing import TypeGuard

__all__ = ["REGISTER_MAX", "checked_text", "count", "described", "is_register", "register"]

#: The last register that a frame can have.
REGISTER_MAX = 65_534


def described(thing: object) -> str:
    """The type of a thing, with its article."""
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def checked_text(s: object, what: str) -> str:
    """A str that is Unicode text."""
    if not isinstance(s, str):
        raise TypeError(f"{what} must be a str, not {described(s)}")
    try:
        s.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{what} holds half of a surrogate pair, which is no text") from None
    return str(s)


def is_register(thing: object) -> TypeGuard[int | float]:
    """Whether it is meant as a register: a number."""
    return isinstance(thing, (int, float)) and not isinstance(thing, bool)


def register(thing: object, what: str) -> int:
    """A register: an int, or a whole float."""
    if type(thing) is int and 0 <= thing <= REGISTER_MAX:
        return thing
    return _whole(thing, what, "a register", REGISTER_MAX)


def count(thing: object, what: str, largest: int = 65_535) -> int:
    """A count: an int, or a whole float."""
    return _whole(thing, what, "a count", largest)


def _whole(thing: object, what: str, kind: str, largest: int) -> int:
    # bool is an int, but `True` is hardly meant as register 1.
    if type(thing) is int:
        n = thing
    elif isinstance(thing, float) and not thing.is_integer():
        raise ValueError(f"{what} must be {kind} (a whole number from 0), not {thing!r}")
    elif is_register(thing):
        n = int(thing)
    else:
        raise TypeError(
            f"{what} must be {kind} (a whole number from 0), not the "
            f"{type(thing).__name__} {_short(thing)}"
        )
    if not 0 <= n <= largest:
        raise ValueError(f"{what} must be {kind} (from 0 to {largest}), not {n}")
    return n


def _short(thing: object) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else text[:57] + "..."
