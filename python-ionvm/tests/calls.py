"""Many calls of one native in one run, for comparisons with what Python says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import ionvm
from ionvm import assemble

LOOP = """
.class Main
.function main arity=1
    .local lists = r0
    .reg out, i, n, one, list, native, answer, more, ok
    .handler begin, end, failed, answer
    array_init  out
    load_const  i, 0
    load_const  one, 1
    length      n, lists
    load_const  native, @{native}
    load_const  ok, true
    jump        check
again:
    get_index   list, lists, i
begin:
    call_spread answer, native, _, list
end:
    tuple_init  answer, ok, answer
push:
    array_push  out, answer
    add         i, i, one
check:
    less_than   more, i, n
    jump_if_true more, again
    return      out
failed:
    load_const  more, "kind"
    get_prop    answer, answer, more
    to_text     answer, answer
    load_const  more, false
    tuple_init  answer, more, answer
    jump        push
"""


class Failed(NamedTuple):
    """An error of the machine."""

    kind: str


def call_all(native: str, arguments: Iterable[Sequence[object]]) -> list[Any]:
    """What a native yields for each list of arguments, or how it failed."""
    lists = [list(one) for one in arguments]
    answers = ionvm.run(assemble(LOOP.format(native=native)), lists)
    assert len(answers) == len(lists)
    return [answer if good else Failed(answer) for good, answer in answers]
