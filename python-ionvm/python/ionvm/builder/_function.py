"""The function builder itself: parameters at the beginning, a `Function` at the end."""

from __future__ import annotations

from collections.abc import Iterable

from .._checks import checked_text, count
from .._table import OPS
from .._virtual import Reg
from ..function import Function
from ..value import Value
from ._allocate import allocate
from ._choices import Choices
from ._code import Block, emitted_at
from ._layout import straighten
from ._liveness import UNSEEN, Liveness, Unwritten
from ._lower import lower

__all__ = ["FunctionBuilder"]


class FunctionBuilder(Choices):
    """Builds one function; see the module documentation.

    `parameters` and `captures` are names, or how many there are. `rest` is the name of the
    parameter that takes further arguments. `file` is the source that `at` speaks of.

    >>> from ionvm import FunctionBuilder, run
    >>> b = FunctionBuilder("double", ["n"])
    >>> (n,) = b.parameters
    >>> b.return_(b.add(n, n))
    >>> print(b.function())
    add r0, r0, r0
    return r0
    >>> run(b.function(), 21)
    42
    """

    __slots__ = ()

    #: The registers of the captured values, and of the arguments without the rest.
    captures: tuple[Reg, ...]
    parameters: tuple[Reg, ...]
    #: The register of the array of further arguments.
    rest: Reg | None

    def __init__(
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
    ) -> None:
        self.name = None if name is None else checked_text(name, "name")
        self._begin(None if file is None else checked_text(file, "file"))
        self.captures = self._named(captures, "captures")
        self.parameters = self._named(parameters, "parameters")
        self.rest = None if rest is None else Reg(self, checked_text(rest, "rest"), True)
        self.optional = count(optional, "optional", len(self.parameters))
        self.lenient = bool(lenient)
        #: Whether it can be found from outside the class: by default, if it captures nothing.
        self.exported = not self.captures if exported is None else bool(exported)
        if self.lenient and (self.optional or self.rest is not None):
            raise ValueError(f"{self}: lenient excludes optional arguments and rest")

    def _named(self, names: Iterable[str] | int, what: str) -> tuple[Reg, ...]:
        if isinstance(names, str):
            raise TypeError(f"{what} must be names in a list, not one str")
        if isinstance(names, Iterable):
            named = [checked_text(name, f"{what}[{i}]") for i, name in enumerate(names)]
            return tuple(Reg(self, name, True) for name in named)
        return tuple(Reg(self, None, True) for _ in range(count(names, what)))

    def function(self) -> Function:
        """What has been built so far, as a function.

        The end of the code, if it can be reached, returns unit. Raises `ValueError` for a
        statement that is still open, a `try_` without a `catch_`, another block without an end,
        and for a register that is read where it may not have been written.
        """
        if self._open:
            raise ValueError(f"{self}: {self._open[-1].WORD} is still open")
        if self._tries:
            raise ValueError(f"{self}: a try_ has no catch_ behind it")
        added = self._close()
        try:
            return self._finish()
        finally:
            if added:
                self._block._ended = False
                del self._block._code[-2:]

    def _close(self) -> bool:
        """Lets the code end where the cursor is; returns whether something was added."""
        block = self._block
        if not block._placed:
            return False
        unit = Reg(self)
        self._emit(_LOAD_CONST, unit, Value.unit())
        self._emit(_RETURN, unit)
        block._ended = True
        return True

    def _finish(self) -> Function:
        blocks, codes = straighten(self._layout, self._has_end)
        arguments = [*self.captures, *self.parameters]
        if self.rest is not None:
            arguments.append(self.rest)
        try:
            live = Liveness.of(blocks, codes, arguments)
        except Unwritten as error:
            what = "a register" if error.reg.name is None else f"the register {error.reg.name}"
            raise ValueError(
                f"{self}, block {error.block.name}: {what} is read where it may not have been "
                f"written, {emitted_at(error.record)}; begin with a variable, which is "
                "undefined until then"
            ) from None
        try:
            size = allocate(live)
            made = lower(live, blocks)
            function = Function._unchecked(
                self.name,
                len(self.parameters),
                size - len(arguments),
                len(self.captures),
                self.optional,
                self.rest is not None,
                self.lenient,
                self.exported,
                made.instructions,
                made.handlers,
                made.source,
            )
            function._sites = made.sites
            return function
        finally:
            for reg in live.regs:
                reg._block = UNSEEN

    def _has_end(self, block: Block) -> None:
        if not block._placed:
            raise ValueError(f"{self}: block {block.name} is jumped to, but has no place")
        if not block._ended:
            last = f", whose last was {emitted_at(block._code[-1])}" if block._code else ""
            raise ValueError(f"{self}: block {block.name} has no end{last}; let it jump or return")


_NUMBERS = {op.mnemonic: number for number, op in OPS.items()}
_LOAD_CONST, _RETURN = _NUMBERS["load_const"], _NUMBERS["return"]
