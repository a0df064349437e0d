"""Building functions without counting registers: blocks, statements, variables, calls by name.

A `FunctionBuilder` has one method for every instruction. What an instruction reads is given,
registers or constants; what it writes comes back as a register, whose number is found when the
function is done. `with` statements make conditions, loops, choices by patterns and handlers.

>>> from ionvm import FunctionBuilder, run
>>> b = FunctionBuilder("fib", ["n"], file="fib.lang")
>>> (n,) = b.parameters
>>> b.at(line=1)
>>> with b.if_(b.less_than(n, 2)):
...     b.return_(n)
>>> smaller, small = b.call("fib", [b.sub(n, 2)]), b.call("fib", [b.sub(n, 1)])
>>> b.return_(b.add(smaller, small))
>>> run(b.function(), 20)
6765

A variable may be written again and again, by `assign` or as the `dst` of an instruction:

>>> b = FunctionBuilder("sum_to", ["n"])
>>> total = b.variable("total", 0)
>>> with b.for_range(1, b.add(b.parameters[0], 1)) as i:
...     _ = b.add(total, i, dst=total)
>>> b.return_(total)
>>> run(b.function(), 100)
5050

Mistakes are refused where they are made, with the name of the argument:

>>> other = FunctionBuilder("other")
>>> other.return_(total)
Traceback (most recent call last):
    ...
ValueError: reg is a register of function sum_to, not of function other
"""

from __future__ import annotations

from .._virtual import Reg
from ._choices import Caught, Match, Receive
from ._code import Block
from ._conditions import Loop
from ._function import FunctionBuilder
from ._module import ModuleBuilder

__all__ = [
    "Block",
    "Caught",
    "FunctionBuilder",
    "Loop",
    "Match",
    "ModuleBuilder",
    "Receive",
    "Reg",
]
