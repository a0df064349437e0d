"""What all instructions have in common: number, operands, equality, text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import _operands as _op
from ._table import FLAGS, OPS, OpInfo
from ._text import atom_text, flags_text, path_text, property_text, string_text

__all__ = ["InstructionBase"]

Self = TypeVar("Self", bound="InstructionBase")

_PLACEHOLDERS = {_op.BREAK: "break", _op.CONTINUE: "continue"}


class InstructionBase:
    """Number and operands of an instruction; `Instruction` adds a class method for each."""

    __slots__ = ("_args", "_number")

    _number: int
    _args: tuple[Any, ...]

    def __init__(self) -> None:
        raise TypeError("use a constructor such as Instruction.move")

    @classmethod
    def _make(cls: type[Self], number: int, args: tuple[Any, ...]) -> Self:
        self = object.__new__(cls)
        self._number = number
        self._args = args
        return self

    @property
    def opcode(self) -> int:
        """Its number in class files; negative for a placeholder."""
        return self._number

    @property
    def mnemonic(self) -> str:
        """Its word in assembly."""
        return _PLACEHOLDERS.get(self._number) or OPS[self._number].mnemonic

    @property
    def args(self) -> tuple[Any, ...]:
        """Its operands in table order; flags as bits.

        A spawn has the bit 4 where its class decides whether the result is kept.
        """
        return self._args

    @property
    def info(self) -> OpInfo:
        """Its row of the instruction table."""
        if self.is_placeholder:
            raise ValueError(f"{self.mnemonic} is a placeholder, not an instruction")
        return OPS[self._number]

    @property
    def is_placeholder(self) -> bool:
        """Whether it stands for a jump that a loop has still to fill in."""
        return self._number < 0

    def _with_targets(self: Self, change: Callable[[int | _op.Label], int | _op.Label]) -> Self:
        """The instruction with each jump target replaced."""
        if self.is_placeholder or OPS[self._number].flow not in ("jump", "branch", "wait_branch"):
            return self
        args = list(self._args)
        for i, (_, kind) in enumerate(OPS[self._number].operands):
            if kind == "Target":
                args[i] = change(args[i])
            elif kind == "Arms":
                args[i] = tuple(_op.Arm(p, change(t)) for p, t in args[i])
            elif kind == "TimeoutArm" and args[i] is not None:
                args[i] = (args[i][0], change(args[i][1]))
        return type(self)._make(self._number, tuple(args))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, InstructionBase):
            return NotImplemented
        return self._number == other._number and self._args == other._args

    def __hash__(self) -> int:
        return hash((self._number, self._args))

    def __repr__(self) -> str:
        return f"<Instruction {_cut(str(self))}>"

    def __str__(self) -> str:
        if self.is_placeholder:
            return self.mnemonic
        op = OPS[self._number]
        words: list[str] = []
        for (name, kind), arg in zip(op.operands, self._args):
            words += _operand_texts(op.mnemonic, name, kind, arg)
        return f"{op.mnemonic} {', '.join(words)}".rstrip()


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "..."


def _operand_texts(mnemonic: str, name: str, kind: str, arg: Any) -> list[str]:
    if kind in ("Dst", "Src", "OptDst", "OptSrc"):
        return [_reg_text(arg)]
    if kind == "Srcs":
        return [_reg_text(reg) for reg in arg]
    if kind == "Pairs":
        return [f"{_reg_text(a)}: {_reg_text(b)}" for a, b in arg]
    if kind in ("Const", "Function"):
        return [arg._full_text()]
    if kind == "Name":
        return [atom_text(arg)]
    if kind == "Native":
        path = path_text(arg)
        return [f"@{path}" if path.startswith('"') else path]
    if kind == "Target":
        return [_target_text(arg)]
    if kind == "Literal":
        return [str(arg)]
    if kind == "Scope":
        return [] if arg is None else [string_text(arg)]
    if kind == "Arms":
        return [f"{p} -> {_target_text(t)}" for p, t in arg]
    if kind == "TimeoutArm":
        return [] if arg is None else [f"after {_reg_text(arg[0])} -> {_target_text(arg[1])}"]
    if kind == "Properties":
        return [_init_text(init) for init in arg]
    known = FLAGS[mnemonic, name]
    if mnemonic == "spawn":
        arg &= ~_op.KEEP_IF_AWAITED
    # Flags that may all be off are left out then, but for those of a property.
    if arg == 0 and 0 in known.valid and "writable" not in known.words:
        return []
    return [flags_text(arg, known.words)]


def _reg_text(reg: int | None) -> str:
    return "_" if reg is None else f"r{reg}"


def _target_text(target: int | _op.Label) -> str:
    return target.name if isinstance(target, _op.Label) else f"{target:+d}"


def _init_text(init: _op.Init) -> str:
    value = _reg_text(init.value) if isinstance(init.value, int) else init.value._full_text()
    return property_text(init.key, init.flags) + value
