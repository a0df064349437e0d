"""Classes: named sets of functions, the unit that is verified, written and loaded.

>>> from ionvm import Function, Instruction, Module, Value
>>> main = Function("main", 0, 1, [Instruction.load_const(0, 42.0), Instruction.return_(0)])
>>> module = Module("Main", [main])
>>> module.to_bytes()[:6]
b'IONBC\\x02'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from . import _natively
from ._checks import checked_text, described
from ._encode import encode_class
from ._link import Linker
from ._sites import with_sites
from .errors import IonVerifyError
from .function import Function

__all__ = ["Module"]


class Module:
    """A class.

    `custom` holds bytes that tools attach, as pairs of owner and bytes; they are kept and
    never interpreted.
    """

    __slots__ = ("custom", "functions", "name")

    name: str
    functions: list[Function]
    custom: list[tuple[str, bytes]]

    def __init__(
        self,
        name: str,
        functions: Function | Iterable[Function] = (),
        *,
        custom: Iterable[tuple[str, bytes]] = (),
    ) -> None:
        self.name = checked_text(name, "name")
        self.functions = []
        self.custom = [(checked_text(owner, "custom"), bytes(data)) for owner, data in custom]
        for function in [functions] if isinstance(functions, Function) else functions:
            self.add(function)

    def add(self, function: Function) -> Module:
        """Adds a function; returns the module."""
        if not isinstance(function, Function):
            raise TypeError(f"class {self.name}: expected a Function, not {described(function)}")
        self.functions.append(function)
        return self

    @property
    def globals(self) -> tuple[str, ...]:
        """The names of the globals that its code reads or sets, in order of first use."""
        names: dict[str, None] = {}
        for function in self.functions:
            for instruction in function.instructions:
                if instruction.mnemonic == "get_global":
                    names.setdefault(instruction.args[1])
                elif instruction.mnemonic == "set_global":
                    names.setdefault(instruction.args[0])
        return tuple(names)

    def to_bytes(self, classes: Mapping[str, Sequence[Function]] | None = None) -> bytes:
        """The class file.

        Names in constants are resolved now; `classes`, functions by class name, lets
        references to other classes be looked up too. Raises `IonLinkError` for one that does
        not resolve.
        """
        linker = Linker(self.name, self.functions, classes)
        return encode_class(self.name, self.functions, self.custom, linker)

    @classmethod
    def from_bytes(cls, data: bytes, name: str | None = None) -> Module:
        """The class of a class file. Raises `IonVerifyError` for what is none.

        A class of version 1 does not say what it is called: it needs a `name`, and raises
        `IonLinkError` for what its constants name and is not there.
        """
        return _natively.module_of(cls, data, name)

    def verify(self) -> Module:
        """Checks the class as the machine does before it loads one; returns it.

        Raises `IonVerifyError` with all that is wrong: class, function and instruction, and for
        what a `FunctionBuilder` made, the block and the Python line that emitted it.
        """
        try:
            _natively.native().verify(self.to_bytes())
        except IonVerifyError as error:
            if not any(function._sites for function in self.functions):
                raise
            lines = [with_sites(line, self.functions) for line in error.diagnostics]
            raise type(error)("\n".join(lines), lines) from None
        return self

    def __getitem__(self, name: str) -> Function:
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(name)

    def __iter__(self) -> Iterator[Function]:
        return iter(self.functions)

    def __len__(self) -> int:
        return len(self.functions)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Module):
            return NotImplemented
        return (self.name, self.functions, self.custom) == (
            other.name,
            other.functions,
            other.custom,
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Module {self.name}, {len(self.functions)} functions>"

    def __str__(self) -> str:
        return str(_natively.native().disassemble(self.to_bytes()))
