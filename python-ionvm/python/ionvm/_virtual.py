"""Virtual registers: what a function builder hands out before it knows the numbers.

A `Reg` belongs to one builder and means nothing to another. It stands in patterns and properties
where `Instruction` takes a number; only the builder that owns it can make an instruction of that.
"""

from __future__ import annotations

from typing import Any

from ._checks import register

__all__ = ["Reg", "any_register"]


class Reg:
    """A register of a function that is being built; its number comes when the function is done.

    Builders make them: they are the results of instructions, parameters and variables.
    """

    __slots__ = ("_at", "_block", "_first", "_last", "_owner", "_variable", "name")

    #: Its number, and from where to where it is live: once its function is being finished.
    _at: int
    _first: int
    _last: int

    def __init__(self, owner: Any, name: str | None = None, variable: bool = False) -> None:
        self._owner = owner
        # The piece of code in which it was seen first: none yet.
        self._block = -2
        self._variable = variable
        #: What people call it; debuggers see it under that name.
        self.name = name

    def __repr__(self) -> str:
        return f"<Reg {'of ' if self.name is None else self.name + ' of '}{self._owner}>"


def any_register(thing: object, what: str) -> int | Reg:
    """A register: a whole number, or a virtual one."""
    return thing if type(thing) is Reg else register(thing, what)
