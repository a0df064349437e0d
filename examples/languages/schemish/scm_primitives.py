"""What is compiled in place: calls that are one instruction, with the checks that it does not make.

The machine's instructions are more generous than the language: `add` joins strings, `get_index`
looks into maps. `wants` says what the operands must be, where the instruction alone would not
refuse another; `gives` what the result is, so that it need not be looked at again.

A name with a percent sign is for the library only: `(%string.upper x)` calls that native,
`(%to_text x)` is that instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ionvm import Instruction, Pattern, Value

__all__ = ["FOLDS", "NUMBER", "PRIMITIVES", "WITH_CONSTANT", "InPlace", "KINDS", "instruction"]

NUMBER = Pattern.any_of([Pattern.type("integer"), Pattern.type("number")])
FALSE = Pattern.value(Value.boolean(False))
#: What an operand may have to be: how to tell, by the name that messages use.
KINDS = {
    "number": NUMBER,
    "string": Pattern.type("string"),
    "vector": Pattern.type("array"),
    "symbol": Pattern.type("atom"),
}


@dataclass(frozen=True)
class InPlace:
    """How a call of it is compiled."""

    count: int | None
    make: Callable[[int, Sequence[int]], Instruction] | None = None
    wants: tuple[str, ...] = ()
    gives: str = ""
    #: A test: whether the one operand fits.
    pattern: Pattern | None = None

    def takes(self, count: int) -> bool:
        """Whether it may have so many operands."""
        return self.count is None or self.count == count


def one(count: int, make: Callable[..., Instruction], *wants: str, gives: str = "") -> InPlace:
    """An instruction that writes a register, then reads others."""
    return InPlace(count, lambda dst, args: make(dst, *args), wants, gives)


def test(pattern: Pattern) -> InPlace:
    return InPlace(1, gives="boolean", pattern=pattern)


def compare(make: Callable[..., Instruction], *wants: str) -> InPlace:
    return one(2, make, *wants, gives="boolean")


I = Instruction  # noqa: E741
PRIMITIVES = {
    # Whatever the first operand is, the second must be like it: the instruction sees to that.
    "+": one(2, I.add, "number", gives="number"),
    "-": one(2, I.sub, gives="number"),
    "*": one(2, I.mul, "number", "number", gives="number"),
    "quotient": one(2, I.quot, gives="number"),
    "remainder": one(2, I.rem, gives="number"),
    "modulo": one(2, I.mod, gives="number"),
    "=": compare(I.equal, "number", "number"),
    "<": compare(I.less_than, "number"),
    ">": compare(I.greater_than, "number"),
    "<=": compare(I.less_equal, "number"),
    ">=": compare(I.greater_equal, "number"),
    "eq?": compare(I.same),
    "eqv?": compare(I.same),
    "string=?": compare(I.equal, "string", "string"),
    "string<?": compare(I.less_than, "string"),
    "string>?": compare(I.greater_than, "string"),
    "not": test(FALSE),
    "null?": test(Pattern.value(Value.nil())),
    "pair?": test(Pattern.type("pair")),
    "number?": test(NUMBER),
    "string?": test(KINDS["string"]),
    "symbol?": test(KINDS["symbol"]),
    "vector?": test(KINDS["vector"]),
    "boolean?": test(Pattern.type("boolean")),
    "char?": test(Pattern.type("tuple")),
    "procedure?": test(Pattern.type("function")),
    "error-object?": test(Pattern.type("object")),
    "exact?": test(Pattern.type("integer")),
    "cons": one(2, I.pair_init),
    "car": one(1, I.pair_head),
    "cdr": one(1, I.pair_tail),
    "vector-ref": one(2, I.get_index, "vector"),
    "vector-set!": InPlace(3, lambda dst, a: I.set_index(*a), ("vector",)),
    "vector": InPlace(None, lambda dst, a: I.array_init(dst, a)),
    "string-append": InPlace(
        None, lambda dst, a: I.call_native(dst, "string.concat", a), gives="string"
    ),
    "raise": InPlace(1, lambda dst, a: I.throw(*a)),
}
#: What may have any number of operands, and what stands before a single one.
FOLDS = {"+": 0, "*": 1, "-": 0}
#: What is another primitive with a constant behind its operand.
WITH_CONSTANT = {"zero?": ("=", 0), "positive?": (">", 0), "negative?": ("<", 0)}
#: Instructions that take a list of registers.
LISTS = {"array_init", "tuple_init", "concat"}
#: Instructions after which nothing follows, so that they write no register.
LEAVING = {"error", "tail_call_spread"}


def instruction(name: str, dst: int, args: Sequence[int]) -> Instruction:
    """What a name with a percent sign stands for."""
    name = name.removeprefix("%")
    if "." in name:
        return Instruction.call_native(dst, name, args)
    make: Callable[..., Instruction] = getattr(Instruction, name)
    if name in LISTS:
        return make(dst, args)
    return make(*args) if name in LEAVING else make(dst, *args)
