"""The module builder: the functions of a class, which may call each other in any order."""

from __future__ import annotations

from collections.abc import Iterable

from .._checks import checked_text
from ..function import Function
from ..module import Module
from ._function import FunctionBuilder

__all__ = ["ModuleBuilder"]


class ModuleBuilder:
    """Builds one class out of function builders.

    >>> from ionvm import ModuleBuilder, run
    >>> m = ModuleBuilder("Main")
    >>> main = m.function("main")
    >>> main.return_(main.call("later", [20]))
    >>> later = m.function("later", ["n"])
    >>> later.return_(later.add(later.parameters[0], 1))
    >>> run(m.module())
    21
    """

    __slots__ = ("_functions", "_labels", "file", "name")

    def __init__(self, name: str, *, file: str | None = None) -> None:
        self.name = checked_text(name, "name")
        self.file = file
        self._functions: list[FunctionBuilder | Function] = []
        self._labels: set[tuple[str, int]] = set()

    def function(
        self,
        name: str | None = None,
        parameters: Iterable[str] | int = (),
        *,
        captures: Iterable[str] | int = (),
        optional: int = 0,
        rest: str | None = None,
        lenient: bool = False,
        exported: bool | None = None,
        file: str | None = None,
    ) -> FunctionBuilder:
        """A builder for a new function of the class; the arguments are those of that.

        Raises `ValueError` if there is one of that name and as many parameters.
        """
        made = FunctionBuilder(
            name,
            parameters,
            captures=captures,
            optional=optional,
            rest=rest,
            lenient=lenient,
            exported=exported,
            file=self.file if file is None else file,
        )
        if made.name is not None:
            label = made.name, len(made.parameters)
            if label in self._labels:
                raise ValueError(f"class {self.name} has a function {label[0]}/{label[1]} already")
            self._labels.add(label)
        self._functions.append(made)
        return made

    def add(self, function: Function) -> ModuleBuilder:
        """Adds a function that is there already; returns the builder."""
        Module(self.name, function)  # checks it
        self._functions.append(function)
        return self

    def module(self) -> Module:
        """The class, with its functions in the order in which they were begun."""
        return Module(
            self.name,
            [f.function() if isinstance(f, FunctionBuilder) else f for f in self._functions],
        )

    def __repr__(self) -> str:
        return f"<ModuleBuilder {self.name}, {len(self._functions)} functions>"
