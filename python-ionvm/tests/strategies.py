"""Hypothesis strategies: any value, pattern, instruction, function and class of the builders."""

from __future__ import annotations

import inspect
from typing import Any

from hypothesis import strategies as st

from ionvm import (
    DebugInfo,
    Function,
    Guard,
    Handler,
    Instruction,
    LineEntry,
    Local,
    Module,
    Pattern,
    Property,
    Value,
)
from ionvm._operands import Arm, Init
from ionvm._table import FLAGS, OPS
from ionvm.pattern import COMPARISONS

registers = st.one_of(st.integers(0, 9), st.integers(0, 65_534))
offsets = st.one_of(st.integers(-5, 5), st.integers(-(2**31), 2**31 - 1))
# Names that the writer would resolve are left out here and have tests of their own.
# Letters are old ones: which of the newest scripts have letters depends on Python's version.
characters = st.characters(max_codepoint=0x24F) | st.sampled_from(
    "\u3042\u4e2d\U0001d4b3\u200b\u202e\ufeff\U0001f600"
)
texts = st.text(characters, max_size=12).filter(lambda s: not s.startswith("__"))
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)

leaves = st.one_of(
    st.floats().map(Value.number),
    st.integers().map(Value.integer),
    st.integers(-(2**70), 2**70).map(Value.integer),
    st.booleans().map(Value.boolean),
    st.complex_numbers().map(Value.complex),
    texts.map(Value.string),
    st.binary(max_size=12).map(Value.bytes),
    texts.map(Value.atom),
    st.sampled_from([Value.unit(), Value.undefined(), Value.nil()]),
    st.builds(Value.extern, texts, texts, st.none() | st.integers(0, 255)),
    names.map(lambda name: Value.native("test." + name)),
    st.just(Value.function_ref("first")),
)


def _objects(children: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    properties = st.dictionaries(
        texts,
        st.builds(Property, children, st.booleans(), st.booleans(), st.booleans()),
        max_size=3,
    )
    return st.builds(
        Value.object,
        properties,
        prototype=st.none() | children,
        type_name=st.none() | texts,
        magic=st.dictionaries(texts, children, max_size=2),
    )


def _immutable(children: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return children.filter(lambda value: value._is_immutable())


def _composites(children: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    several = st.lists(children, max_size=4)
    return st.one_of(
        several.map(Value.tuple),
        several.map(Value.array),
        st.builds(Value.pair, children, children),
        st.lists(st.tuples(_immutable(children), children), max_size=3).map(Value.map),
        _objects(children),
        children.map(Value.frozen),
    )


values = st.recursive(leaves, _composites, max_leaves=8)

sides: st.SearchStrategy[Any] = registers | values
guards = st.one_of(
    st.builds(Guard, st.sampled_from(COMPARISONS), sides, sides),
    st.builds(Guard.type, sides, texts),
)


def _patterns(children: st.SearchStrategy[Pattern]) -> st.SearchStrategy[Pattern]:
    several = st.lists(children, max_size=3)
    rest = st.none() | children
    keyed = st.lists(st.tuples(values, children), max_size=2, unique_by=lambda pair: pair[0])
    return st.one_of(
        st.builds(Pattern.as_, registers, children),
        several.map(Pattern.tuple),
        st.builds(Pattern.array, several, rest),
        st.builds(Pattern.pair, children, children),
        keyed.map(Pattern.map),
        st.dictionaries(texts, children, max_size=2).map(Pattern.object),
        st.builds(Pattern.bytes, st.binary(max_size=4), rest),
        several.map(Pattern.any_of),
        st.builds(Pattern.tagged_enum, texts, children),
        st.builds(Pattern.guard, children, st.lists(guards, max_size=2)),
    )


patterns = st.recursive(
    st.one_of(
        values.map(Pattern.value),
        st.just(Pattern.wildcard()),
        registers.map(Pattern.bind),
        registers.map(Pattern.pin),
        texts.map(Pattern.type),
    ),
    _patterns,
    max_leaves=5,
)


def _operand(mnemonic: str, name: str, kind: str) -> st.SearchStrategy[Any]:
    several = st.lists(registers, max_size=4).map(tuple)
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "Dst": registers,
        "Src": registers,
        "OptDst": st.none() | registers,
        "OptSrc": st.none() | registers,
        "Srcs": several,
        "Pairs": st.lists(st.tuples(registers, registers), max_size=3).map(tuple),
        "Const": values,
        "Name": texts,
        "Native": names.map(lambda name: "test." + name),
        "Function": st.just(Value.function_ref("first")),
        "Target": offsets,
        "Literal": st.integers(0, 2**32 - 1),
        "Scope": st.none() | texts,
        "Arms": st.lists(st.builds(Arm, patterns, offsets), max_size=3).map(tuple),
        "TimeoutArm": st.none() | st.tuples(registers, offsets),
        "Properties": st.lists(st.builds(Init, texts, sides, st.integers(0, 7)), max_size=3).map(
            tuple
        ),
    }
    if kind == "Flags":
        return st.sampled_from(sorted(FLAGS[mnemonic, name].valid))
    return strategies[kind]


def instructions_of(number: int) -> st.SearchStrategy[Instruction]:
    """Any instruction of that number."""
    op = OPS[number]
    operands = [_operand(op.mnemonic, name, kind) for name, kind in op.operands]
    return st.tuples(*operands).map(lambda args: Instruction._make(number, args))


instructions = st.sampled_from(sorted(OPS)).flatmap(instructions_of)

_places = st.integers(0, 2**32 - 1)
sources = st.builds(
    DebugInfo,
    st.lists(st.builds(LineEntry, _places, texts, _places, _places), max_size=3).map(tuple),
    st.lists(st.builds(Local, texts, registers, _places, _places), max_size=3).map(tuple),
)


@st.composite
def functions(draw: Any, name: str | None = None) -> Function:
    """Any function, well formed, not well meant."""
    code = draw(st.lists(instructions, max_size=6))
    place = st.integers(0, len(code))
    handlers = st.builds(Handler, place, place, place, registers, st.none() | registers)
    arity = draw(st.integers(0, 300))
    lenient = draw(st.booleans())
    return Function(
        draw(st.none() | texts) if name is None else name,
        arity,
        draw(st.integers(0, 65_535)),
        code,
        captures=draw(st.integers(0, 300)),
        optional=0 if lenient else draw(st.integers(0, arity)),
        rest=False if lenient else draw(st.booleans()),
        lenient=lenient,
        exported=draw(st.booleans()),
        handlers=draw(st.lists(handlers, max_size=2)),
        source=draw(sources),
    )


@st.composite
def modules(draw: Any) -> Module:
    """Any class; its first function is what function references mean."""
    others = st.lists(functions(), max_size=3)
    unnamed = others.map(lambda fs: [f for f in fs if f.name != "first"])
    custom = st.lists(st.tuples(texts, st.binary(max_size=8)), max_size=2)
    return Module(draw(texts), [draw(functions("first")), *draw(unnamed)], custom=draw(custom))


def keyword_arguments(mnemonic: str) -> list[str]:
    """The names of a class method's arguments."""
    return list(inspect.signature(getattr(Instruction, mnemonic)).parameters)
