"""The class file writer, version 2, byte for byte as `docs/spec/class-format.md` lays it out."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

from ._link import Linker, Where
from ._table import OPS
from ._tree import fold
from ._virtual import Reg
from .errors import IonVerifyError
from .function import Function
from .pattern import COMPARISONS, Guard, Pattern
from .value import Value

__all__ = ["encode_class"]

_MAGIC = b"IONBC\x02\x00\x00"
_F64 = struct.Struct("<d")
_NAN = bytes.fromhex("000000000000f87f")

_NESTING_MAX = 64
_PARTS_MAX = 1 << 24
_COUNT_MAX = 65_535
_INSTRUCTIONS_MAX = 1 << 24
_FILE_MAX = 64 << 20

_KINDS = {
    "number": 0x01,
    "integer": 0x02,
    "complex": 0x05,
    "string": 0x06,
    "bytes": 0x07,
    "atom": 0x08,
    "unit": 0x09,
    "undefined": 0x0A,
    "nil": 0x0B,
    "tuple": 0x0C,
    "array": 0x0D,
    "pair": 0x0E,
    "map": 0x0F,
    "object": 0x10,
    "native": 0x13,
    "frozen": 0x14,
}

_PATTERN_KINDS = {
    "value": 0x01,
    "wildcard": 0x02,
    "bind": 0x03,
    "as": 0x04,
    "pin": 0x05,
    "tuple": 0x06,
    "array": 0x07,
    "pair": 0x08,
    "map": 0x09,
    "object": 0x0A,
    "bytes": 0x0B,
    "type": 0x0C,
    "any_of": 0x0D,
    "tagged": 0x0E,
    "guard": 0x0F,
}


def encode_class(
    name: str,
    functions: Sequence[Function],
    custom: Sequence[tuple[str, bytes]],
    linker: Linker,
) -> bytes:
    """The class file of a class."""
    _limit(len(functions), _COUNT_MAX, f"class {name}", "functions")
    total = sum(len(function.instructions) for function in functions)
    _limit(total, _INSTRUCTIONS_MAX, f"class {name}", "instructions")
    pools = _Pools(name, linker)
    code = bytearray(_uint(len(functions)))
    for i, function in enumerate(functions):
        label = function.label if function.name else f"&#{i}"
        pools.where = Where(f"class {name}, function {label}")
        _function(code, function, pools)
    debug = _debug(functions, pools)
    for pool, word in ((pools.constants, "constants"), (pools.patterns, "patterns")):
        _limit(len(pool), _COUNT_MAX, f"class {name}", word)

    out = bytearray()
    _section(out, 1, _raw(name.encode()) + _uint(0))
    texts = b"".join(_raw(text) for text in pools.texts)
    _section(out, 2, _uint(len(pools.texts)) + texts)
    _section(out, 3, _uint(len(pools.constants)) + b"".join(pools.constants))
    _section(out, 4, _uint(len(pools.patterns)) + b"".join(pools.patterns))
    _section(out, 5, bytes(code))
    _section(out, 6, _exports(functions, pools))
    _section(out, 7, debug)
    for owner, data in custom:
        _section(out, 0x80, _raw(owner.encode()) + data)
    file = _MAGIC + struct.pack("<I", zlib.crc32(out)) + bytes(out)
    _limit(len(file), _FILE_MAX, f"class {name}", "bytes")
    return file


class _Pools:
    """Each distinct text, constant and pattern once, in order of first use."""

    def __init__(self, class_: str, linker: Linker) -> None:
        self.class_ = class_
        self.linker = linker
        #: What is being written, for messages.
        self.where = Where(f"class {class_}")
        self.texts: dict[bytes, int] = {}
        self.constants: dict[bytes, int] = {}
        self.patterns: dict[bytes, int] = {}
        self._known_texts: dict[str, int] = {}
        self._known_constants: dict[Value, int] = {}
        self._known_patterns: dict[Pattern, int] = {}

    def text(self, s: str) -> int:
        found = self._known_texts.get(s)
        if found is None:
            found = self.texts.setdefault(s.encode(), len(self.texts))
            self._known_texts[s] = found
        return found

    def constant(self, value: Value) -> int:
        found = self._known_constants.get(value)
        if found is None:
            body = self._value(value)
            found = self.constants.setdefault(body, len(self.constants))
            self._known_constants[value] = found
        return found

    def pattern(self, p: Pattern) -> int:
        found = self._known_patterns.get(p)
        if found is None:
            out = bytearray()
            self._pattern(out, p)
            found = self.patterns.setdefault(bytes(out), len(self.patterns))
            self._known_patterns[p] = found
        return found

    def function(self, reference: Value) -> int:
        """The place of a function of this class."""
        found = self.linker.value(reference, self.where)
        if not isinstance(found, int):
            raise IonVerifyError(f"{self.where}: {reference} is a function of another class")
        return found

    def side(self, thing: int | Reg | Value) -> bytes:
        """A register or a constant."""
        if isinstance(thing, Reg):
            raise IonVerifyError(f"{self.where}: a guard names a register of a FunctionBuilder")
        if isinstance(thing, int):
            return b"\x00" + _uint(thing)
        return b"\x01" + _uint(self.constant(thing))

    def _value(self, root: Value) -> bytes:
        if root._parts:
            self._check_size(root)
        out = bytearray()
        todo = [root]
        while todo:
            value = todo.pop()
            found = self.linker.value(value, self.where)
            if isinstance(found, Value):
                todo.extend(reversed(self._head(out, found)))
            elif isinstance(found, int):
                out += b"\x11" + _uint(found)
            else:
                class_, name, arity = found
                out += b"\x12" + _uint(self.text(class_)) + _uint(self.text(name))
                out += _opt(arity)
        return bytes(out)

    def _head(self, out: bytearray, value: Value) -> Sequence[Value]:
        """Writes a constant up to its children, and gives these."""
        kind, label, parts = value._kind, value._label, value._parts
        if kind == "boolean":
            out.append(0x04 if label else 0x03)
            return ()
        number = _KINDS.get(kind)
        if number is None:
            raise IonVerifyError(f"{self.where}: a {kind} cannot be a constant")
        out.append(number)
        if kind == "number":
            out += _f64(label)
        elif kind == "integer":
            size = (label if label >= 0 else ~label).bit_length() // 8 + 1
            out += _raw(label.to_bytes(size, "little", signed=True))
        elif kind == "complex":
            out += _f64(label.real) + _f64(label.imag)
        elif kind in ("string", "atom", "native"):
            out += _uint(self.text(label))
        elif kind == "bytes":
            out += _raw(label)
        elif kind in ("tuple", "array"):
            out += _uint(len(parts))
        elif kind == "map":
            out += _uint(len(parts) // 2)
        elif kind == "object":
            out += _uint(len(label.names))
            for name, flags in label.names:
                out += _uint(self.text(name))
                out.append(flags)
            out.append(label.has_prototype)
            out += _uint(len(label.magic))
            for name in label.magic:
                out += _uint(self.text(name))
            out += _opt(None if label.type_name is None else self.text(label.type_name))
        return parts

    def _check_size(self, root: Value) -> None:
        def measure(value: Value, inner: list[tuple[int, int]]) -> tuple[int, int]:
            depth = 1 + max((d for d, _ in inner), default=0)
            if value._kind == "pair" and value._parts[1]._kind == "pair":
                # The cells of a list are all on one level.
                depth = max(1 + inner[0][0], inner[1][0])
            return depth, 1 + sum(size for _, size in inner)

        depth, size = fold(root, measure)
        if depth > _NESTING_MAX:
            raise IonVerifyError(
                f"{self.where}: a constant is nested {depth} levels deep, at most {_NESTING_MAX} "
                "are allowed; build deeper values with instructions"
            )
        _limit(size, _PARTS_MAX, f"{self.where}: a constant", "parts")

    def _pattern(self, out: bytearray, p: Pattern) -> None:
        # Depth is bounded by the constructors of `Pattern`.
        kind, args = p._kind, p._args
        out.append(_PATTERN_KINDS[kind])
        inner: Sequence[Pattern] = ()
        if kind == "value":
            out += _uint(self.constant(args[0]))
        elif kind in ("bind", "pin"):
            out += _uint(args[0])
        elif kind == "as":
            out += _uint(args[0])
            inner = args[1:]
        elif kind in ("tuple", "any_of"):
            out += _uint(len(args[0]))
            inner = args[0]
        elif kind == "array":
            out += _uint(len(args[0]))
            out.append(args[1] is not None)
            inner = args[0] if args[1] is None else (*args[0], args[1])
        elif kind == "pair":
            inner = args
        elif kind in ("map", "object"):
            out += _uint(len(args[0]))
            for key, _ in args[0]:
                out += _uint(self.constant(key) if kind == "map" else self.text(key))
            inner = [value for _, value in args[0]]
        elif kind == "bytes":
            out += _raw(args[0])
            out.append(args[1] is not None)
            inner = () if args[1] is None else args[1:]
        elif kind == "type":
            out += _uint(self.text(args[0]))
        elif kind == "tagged":
            out += _uint(self.text(args[0]))
            inner = args[1:]
        elif kind == "guard":
            out += _uint(len(args[1]))
            for condition in args[1]:
                out += self._condition(condition)
            inner = args[:1]
        for child in inner:
            self._pattern(out, child)

    def _condition(self, guard: Guard) -> bytes:
        if isinstance(guard.right, str):
            left = self.side(guard.left)
            return b"\x02" + left + _uint(self.text(guard.right))
        number = COMPARISONS.index(guard.word)
        left = self.side(guard.left)
        return bytes((0x01, number)) + left + self.side(guard.right)


def _function(out: bytearray, function: Function, pools: _Pools) -> None:
    out.append(function.rest | function.lenient << 1 | (not function.exported) << 2)
    out += _opt(None if function.name is None else pools.text(function.name))
    for count in (function.arity, function.captures, function.optional, function.extra_regs):
        out += _uint(count)
    out += _uint(len(function.instructions))
    where = pools.where
    for at, given in enumerate(function.instructions):
        where.at = at
        instruction = pools.linker.instruction(given, where)
        number = instruction._number
        out.append(number)
        for kind, arg in zip(_OPERANDS[number], instruction._args):
            if kind in _PLAIN and arg < 0x80:
                out.append(arg)
            else:
                _operand(out, kind, arg, pools)
    out += _uint(len(function.handlers))
    for handler in function.handlers:
        for place in (handler.start, handler.end, handler.target, handler.value):
            out += _uint(place)  # type: ignore[arg-type]  # labels have become numbers
        out += _opt(handler.info)


def _operand(out: bytearray, kind: str, arg: Any, pools: _Pools) -> None:
    if kind in _PLAIN:
        out += _uint(arg)
    elif kind in ("OptDst", "OptSrc"):
        out += _opt(arg)
    elif kind == "Srcs":
        out += _uint(len(arg))
        for reg in arg:
            out += _uint(reg)
    elif kind == "Pairs":
        out += _uint(len(arg))
        for a, b in arg:
            out += _uint(a) + _uint(b)
    elif kind == "Const":
        out += _uint(pools.constant(arg))
    elif kind in ("Name", "Native"):
        out += _uint(pools.text(arg))
    elif kind == "Function":
        out += _uint(pools.function(arg))
    elif kind == "Target":
        out += _sint(arg)
    elif kind == "Scope":
        out += _opt(None if arg is None else pools.text(arg))
    elif kind == "Arms":
        out += _uint(len(arg))
        for pattern, target in arg:
            out += _uint(pools.pattern(pattern)) + _sint(target)
    elif kind == "TimeoutArm":
        out += _opt(None if arg is None else arg[0])
        if arg is not None:
            out += _sint(arg[1])
    elif kind == "Properties":
        out += _uint(len(arg))
        for key, value, flags in arg:
            out += _uint(pools.text(key)) + pools.side(value)
            out.append(flags)
    else:
        out.append(arg)


def _exports(functions: Sequence[Function], pools: _Pools) -> bytes:
    out = bytearray()
    count = 0
    for i, function in enumerate(functions):
        if function.name is not None and function.exported:
            out += _uint(pools.text(function.name)) + _uint(function.arity) + _uint(i)
            count += 1
    return _uint(count) + bytes(out)


def _debug(functions: Sequence[Function], pools: _Pools) -> bytes:
    out = bytearray()
    count = 0
    for i, function in enumerate(functions):
        source = function.source
        if not source.lines and not source.locals:
            continue
        count += 1
        out += _uint(i) + _uint(len(source.lines))
        for line in source.lines:
            out += _uint(line.at) + _uint(pools.text(line.file))
            out += _uint(line.line) + _uint(line.column)
        out += _uint(len(source.locals))
        for local in source.locals:
            out += _uint(pools.text(local.name)) + _uint(local.reg)
            out += _uint(local.start) + _uint(local.end)
    return _uint(count) + bytes(out)


def _section(out: bytearray, number: int, payload: bytes) -> None:
    out.append(number)
    out += _uint(len(payload))
    out += payload


def _uint(n: int) -> bytes:
    if n < 0x80:
        return _SMALL[n]
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def _sint(n: int) -> bytes:
    out = bytearray()
    while not -0x40 <= n < 0x40:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n & 0x7F)
    return bytes(out)


def _opt(n: int | None) -> bytes:
    return b"\x00" if n is None else _uint(n + 1)


def _raw(data: bytes) -> bytes:
    return _uint(len(data)) + data


def _f64(n: float) -> bytes:
    return _NAN if n != n else _F64.pack(n)


def _limit(found: int, most: int, where: object, word: str) -> None:
    if found > most:
        raise IonVerifyError(f"{where} has {found} {word}; at most {most} are allowed")


_OPERANDS = {number: tuple(kind for _, kind in op.operands) for number, op in OPS.items()}

#: Operands that are one number.
_PLAIN = frozenset({"Dst", "Src", "Literal"})

_SMALL = [bytes((n,)) for n in range(0x80)]
