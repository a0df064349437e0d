"""What names in constants mean: functions, natives, and the machine itself.

Compilers write symbolic references as atoms, or with the constructors of `Value`. When a class
is written they become what they name, one instruction for one, so that offsets stay right:

- `__function_ref:Class:function`, `__function_ref:function`, `Value.function_ref`: a function
  constant, local in the same class, extern in another;
- `__stdlib:name`, without regard to case: a native constant;
- `__vm:self`, `__vm:this`, `__vm:pid`, `__vm:processes`, `__vm:scheduler_passes` as the constant
  of a `load_const`: the instruction that loads it.

What does not resolve raises `IonLinkError` with its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ._natives import stdlib_native
from ._operands import KEEP_IF_AWAITED
from ._table import OPS
from .errors import IonLinkError
from .function import Function
from .instruction import Instruction
from .value import Value

__all__ = ["Linker", "Reference", "Where"]

_FUNCTION, _NATIVE, _VM = "__function_ref:", "__stdlib:", "__vm:"

#: Class names of the library that comes with the machine.
_RESERVED = "ion."

#: A function of this class by its place, or (class, name, arity).
Reference = int | tuple[str, str, int | None]

#: Instructions that take kept results; a class with one keeps what it spawns.
_AWAITS = frozenset(
    number
    for number, op in OPS.items()
    if op.mnemonic in ("await", "await_timeout", "select", "select_with_kill")
)

_LOAD_CONST = Instruction.load_const(0, 0).opcode
_SPAWN = Instruction.spawn(0, 0).opcode


class Where:
    """What is being written, for messages; made a text only where there is one."""

    __slots__ = ("at", "place")

    def __init__(self, place: str) -> None:
        self.place = place
        self.at: int | None = None

    def __str__(self) -> str:
        return self.place if self.at is None else f"{self.place}, instruction {self.at}"


class Linker:
    """Resolves the names in one class.

    With `classes`, all classes of the package, references to other classes are looked up too.
    """

    def __init__(
        self,
        class_: str,
        functions: Sequence[Function],
        classes: Mapping[str, Sequence[Function]] | None = None,
    ) -> None:
        self.class_ = class_
        self.functions = functions
        self.classes = classes
        self.keeps = any(
            instruction._number in _AWAITS
            for function in functions
            for instruction in function.instructions
        )

    def instruction(self, instruction: Instruction, where: object) -> Instruction:
        """The instruction that is written for this one."""
        number = instruction._number
        if number == _SPAWN:
            dst, func, flags, args = instruction._args
            if flags & KEEP_IF_AWAITED:
                flags = flags & ~KEEP_IF_AWAITED | self.keeps << 1
                return Instruction._make(number, (dst, func, flags, args))
        if number != _LOAD_CONST:
            return instruction
        dst, value = instruction._args
        if value._kind != "atom" or not value._label.startswith(_VM):
            return instruction
        word = value._label.removeprefix(_VM)
        if word == "self":
            return Instruction.self_pid(dst)
        if word == "this":
            return Instruction.load_this(dst)
        if word in ("pid", "processes", "scheduler_passes"):
            return Instruction.call_native(dst, f"vm.{word}", ())
        raise IonLinkError(
            f"{where}: {value._label} names nothing; there are self, this, pid, processes, "
            "scheduler_passes"
        )

    def value(self, value: Value, where: object) -> Value | Reference:
        """What is written for a part of a constant."""
        kind, label = value.kind, value._label
        if kind == "atom" and label.startswith("__"):
            if label.startswith(_FUNCTION):
                class_, _, name = label.removeprefix(_FUNCTION).rpartition(":")
                return self.reference(class_ or None, name, None, f"{where}: {label}")
            if label.startswith(_NATIVE):
                try:
                    return Value.native(stdlib_native(label.removeprefix(_NATIVE)))
                except ValueError as error:
                    raise IonLinkError(f"{where}: {label}: {error}") from None
        elif kind == "function_ref":
            class_, name, arity = label
            return self.reference(class_, name, arity, f"{where}: {value}")
        elif kind == "extern":
            return label  # type: ignore[no-any-return]
        return value

    def reference(
        self, class_: str | None, name: str | int, arity: int | None, where: str
    ) -> Reference:
        """The function of that class (None: this one), name and arity (None: the only one)."""
        if isinstance(name, int):
            if name >= len(self.functions):
                count = len(self.functions)
                raise IonLinkError(f"{where}: class {self.class_} has only {count} functions")
            return name
        if class_ is None or class_ == self.class_:
            return self._only(self.class_, self.functions, name, arity, where)
        if self.classes is None or class_.startswith(_RESERVED):
            return class_, name, arity
        functions = self.classes.get(class_)
        if functions is None:
            raise IonLinkError(
                f"{where}: there is no class {class_}; there {_listed(list(self.classes))}. "
                "Value.extern names a class that comes at run time"
            )
        exported = [f if f.exported else Function() for f in functions]
        found = functions[self._only(class_, exported, name, arity, where)]
        return class_, name, found.arity

    @staticmethod
    def _only(
        class_: str, functions: Sequence[Function], name: str, arity: int | None, where: str
    ) -> int:
        named = [i for i, f in enumerate(functions) if f.name == name]
        found = [i for i in named if arity is None or functions[i].arity == arity]
        if len(found) == 1:
            return found[0]
        if found:
            labels = [functions[i].label for i in found]
            raise IonLinkError(
                f"{where}: class {class_} has several of that name: {', '.join(labels)}; "
                "Value.function_ref takes the arity"
            )
        labels = [functions[i].label for i in named] or [f.label for f in functions if f.name]
        raise IonLinkError(
            f"{where}: class {class_} has no function {name}"
            f"{'' if arity is None else f'/{arity}'}; there {_listed(labels)}"
        )


def _listed(names: list[str]) -> str:
    if not names:
        return "is none at all"
    shown = ", ".join(names[:10])
    return f"{'is' if len(names) == 1 else 'are'} {shown}{', ...' if len(names) > 10 else ''}"
