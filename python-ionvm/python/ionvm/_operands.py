"""Operands as arguments: one checking function a kind, which names the argument it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ._checks import checked_text, count, described, is_register, register
from ._natives import canonical_native
from .pattern import Pattern
from .value import Property, Value

if TYPE_CHECKING:
    from ._table import FlagSet

__all__ = ["BREAK", "CONTINUE", "Arm", "Init", "Label"]

#: Bit of a spawn whose class decides whether the result is kept; never in a class file.
KEEP_IF_AWAITED = 4

#: Numbers of the placeholders that loops replace by jumps; never in a class file.
BREAK, CONTINUE = -1, -2

OFFSET_MIN, OFFSET_MAX = -(2**31), 2**31 - 1

#: A property that may be assigned, listed, deleted and redefined.
OPEN = 7


class Label:
    """A place among the instructions of a function: put it before the instruction it names.

    >>> from ionvm import Function, Instruction
    >>> loop = Function("loop", 1, 0, [Label("top"), Instruction.yield_(), Instruction.jump("top")])
    >>> print(loop.instructions[1])
    jump -1
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = checked_text(name, "the label's name")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Label) and self.name == other.name

    def __hash__(self) -> int:
        return hash((Label, self.name))

    def __repr__(self) -> str:
        return f"Label({self.name!r})"


class Arm(NamedTuple):
    """One arm of a match: a pattern and where to go if it fits."""

    pattern: Pattern
    target: int | Label


class Init(NamedTuple):
    """One property of a new object: its name, a register or constant, and its flags."""

    key: str
    value: int | Value
    flags: int = OPEN


Reg = int | float
Regs = Iterable[Reg]
RegPairs = Mapping[Reg, Reg] | Iterable[tuple[Reg, Reg]]
Captures = Iterable[int | float | tuple[str, Reg]]
Text = str | Value
Func = str | int | float | Value
Scope = str | int | float | None
Target = int | float | str | Label
Targets = Iterable[Target] | None
Patterns = Iterable[Pattern] | Iterable[tuple[Pattern, Target]]
Timeout = tuple[Reg, Target] | None
Flags = int | str | Iterable[str] | None
Properties = Mapping[str, Any] | Iterable[Any]

reg = register


def opt_reg(thing: object, what: str) -> int | None:
    """A register, or None."""
    return None if thing is None else register(thing, what)


def regs(things: Regs, what: str) -> tuple[int, ...]:
    """Registers."""
    return tuple(register(thing, f"{what}[{i}]") for i, thing in enumerate(_each(things, what)))


def reg_pairs(things: RegPairs, what: str) -> tuple[tuple[int, int], ...]:
    """Pairs of registers, as a mapping or one by one."""
    pairs = things.items() if isinstance(things, Mapping) else _each(things, what)
    out = []
    for i, pair in enumerate(pairs):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{what}[{i}] must be a pair of registers, not {described(pair)}")
        out.append((register(pair[0], f"{what}[{i}][0]"), register(pair[1], f"{what}[{i}][1]")))
    return tuple(out)


def captures(things: Captures, what: str) -> tuple[int, ...]:
    """Captured registers; a name before a register is left out."""
    pairs = things.items() if isinstance(things, Mapping) else _each(things, what)
    out = []
    for i, thing in enumerate(pairs):
        if isinstance(thing, (tuple, list)) and len(thing) == 2 and isinstance(thing[0], str):
            thing = thing[1]
        out.append(register(thing, f"{what}[{i}]"))
    return tuple(out)


def constant(thing: object, what: str) -> Value:
    """A constant: a value, or what `Value.of` takes."""
    try:
        return Value.of(thing)
    except TypeError as error:
        raise TypeError(f"{what}: {error}") from None


def name(thing: Text, what: str) -> str:
    """A name: a str or an atom."""
    if isinstance(thing, Value) and thing.kind == "atom":
        return thing._label  # type: ignore[no-any-return]
    return checked_text(thing, what)


def native(thing: Text, what: str) -> str:
    """The canonical name of a native function."""
    if isinstance(thing, Value) and thing.kind == "native":
        return thing._label  # type: ignore[no-any-return]
    return canonical_native(checked_text(thing, what))


def function(thing: Func, what: str) -> Value:
    """A function of the class at hand."""
    if isinstance(thing, Value) and thing.kind == "function_ref":
        return thing
    if isinstance(thing, str):
        return Value.function_ref(thing)
    raise TypeError(f"{what} must be the name of a function, not {described(thing)}")


def target(thing: Target, what: str) -> int | Label:
    """A jump offset, or a label."""
    if isinstance(thing, Label):
        return thing
    if isinstance(thing, str):
        return Label(thing)
    if isinstance(thing, float) and thing.is_integer():
        thing = int(thing)
    if isinstance(thing, bool) or not isinstance(thing, int):
        raise TypeError(
            f"{what} must be an offset (a whole number) or a label, not {described(thing)}"
        )
    if not OFFSET_MIN <= thing <= OFFSET_MAX:
        raise ValueError(f"{what} must be an offset of 32 bits, not {thing}")
    return int(thing)


def literal(thing: object, what: str) -> int:
    """A literal number."""
    return count(thing, what, 2**32 - 1)


def scope(thing: object, what: str) -> str | None:
    """A text, a number written as one, or None."""
    if isinstance(thing, (int, float)) and not isinstance(thing, bool):
        thing = str(thing)
    return None if thing is None else checked_text(thing, what)


def arms(patterns: Patterns, jumps: Targets) -> tuple[Arm, ...]:
    """The arms of a match: patterns and jumps side by side, or pairs."""
    fits: list[Any] = list(_each(patterns, "patterns"))
    if jumps is None:
        pairs = []
        for i, pair in enumerate(fits):
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(
                    f"patterns[{i}] must be a pair (pattern, target) where jumps are left out, "
                    f"not {described(pair)}"
                )
            pairs.append(pair)
    else:
        targets = list(_each(jumps, "jumps"))
        if len(fits) != len(targets):
            raise ValueError(
                f"jumps must hold one target a pattern: {len(fits)} patterns, {len(targets)} jumps"
            )
        pairs = list(zip(fits, targets))
    out = []
    for i, (pattern, goes) in enumerate(pairs):
        if not isinstance(pattern, Pattern):
            raise TypeError(f"patterns[{i}] must be a Pattern, not {described(pattern)}")
        if pattern._virtual:
            raise TypeError(
                f"patterns[{i}] holds a register of a FunctionBuilder; only that can match it"
            )
        out.append(Arm(pattern, target(goes, f"jumps[{i}]")))
    return tuple(out)


def timeout_arm(thing: Timeout, what: str) -> tuple[int, int | Label] | None:
    """A register with milliseconds and where to go then, or None."""
    if thing is None:
        return None
    if not isinstance(thing, tuple) or len(thing) != 2:
        raise TypeError(f"{what} must be a pair (register, target), not {described(thing)}")
    return register(thing[0], f"{what}[0]"), target(thing[1], f"{what}[1]")


def properties(
    things: Properties, what: str, reg: Callable[[Any, str], Any] = register
) -> tuple[Init, ...]:
    """Properties of a new object; `reg` checks what is no constant.

    A mapping, or tuples that begin with the name. What a name is given: a register, a `Value`,
    a `Property`, or one of the first two and flags: `(3, "writable enumerable")`.
    """
    from ._table import WRITABLE_ENUMERABLE_CONFIGURABLE_ACCESSOR as SET

    out = []
    for entry in things.items() if isinstance(things, Mapping) else _each(things, what):
        if isinstance(entry, Init):
            out.append(entry)
            continue
        if not isinstance(entry, (tuple, list)) or len(entry) not in (2, 3):
            raise TypeError(
                f"{what} must hold (name, value) or (name, value, flags), not {described(entry)}"
            )
        key = name(entry[0], f"a name in {what}")
        place = f"{what}[{key!r}]"
        given, bits = entry[1], OPEN
        if len(entry) == 3:
            bits = flags(entry[2], place, SET)
        elif isinstance(given, tuple) and not isinstance(given, Property):
            if len(given) != 2:
                raise TypeError(f"{place} must be a register, a Value, or one and flags")
            given, bits = given[0], flags(given[1], place, SET)
        if isinstance(given, Property):
            words = ("writable", "enumerable", "configurable")
            bits = flags([word for word in words if getattr(given, word)], place, SET)
            given = given.value
        if not isinstance(given, Value):
            given = reg(given, place)
        out.append(Init(key, given, bits))
    return tuple(out)


def flags(thing: Flags, what: str, words: FlagSet) -> int:
    """Flag bits: a number, words in one text or one by one, or None for no bit."""
    if thing is None:
        bits = 0
    elif isinstance(thing, int) and not isinstance(thing, bool):
        bits = thing
    else:
        bits = 0
        for word in thing.split() if isinstance(thing, str) else _each(thing, what):
            if word not in words.words:
                raise ValueError(f"{what} knows {', '.join(words.words)}, not {word!r}")
            bits |= 1 << words.words.index(word)
    if bits not in words.valid:
        given = flag_words(bits, words) or str(bits)
        raise ValueError(f"{what} cannot be {given!r}; its words are {', '.join(words.words)}")
    return bits


def flag_words(bits: int, words: FlagSet) -> str:
    """The words of flag bits."""
    return " ".join(word for i, word in enumerate(words.words) if bits >> i & 1)


def spawn_flags(link: object, keep: object) -> int:
    """The bits of a spawn; with `keep` None the class decides when it is written."""
    for thing, what in ((link, "link"), (keep, "keep")):
        if not isinstance(thing, bool) and not (thing is None and what == "keep"):
            raise TypeError(f"{what} must be True or False, not {described(thing)}")
    return bool(link) | (KEEP_IF_AWAITED if keep is None else bool(keep) << 1)


def _each(things: Any, what: str) -> Iterable[Any]:
    if isinstance(things, (str, bytes)) or not isinstance(things, Iterable):
        raise TypeError(f"{what} must be a list, not {described(things)}")
    return things


__all__ += ["is_register"]
