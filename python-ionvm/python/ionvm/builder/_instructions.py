# Written by `cargo xtask gen` from vmm/src/isa/table.rs; do not edit.
"""Instructions as methods of a function builder: what they read is given, what they write
comes back.

Operands are registers of the function, or constants, which are loaded. `dst` names the register
to write; without it there is a new one.
"""

from __future__ import annotations

from sys import _getframe

from .. import _operands as _op
from .. import _table as _t
from .._virtual import Reg
from ._code import Block
from ._cursor import Arms, Cursor, Operand, Operands, Pairs, Properties

__all__ = ["Emits"]


class Emits(Cursor):
    """One method an instruction; see the module documentation."""

    __slots__ = ()

    def load_const(self, val: object, *, dst: Reg | None = None) -> Reg:
        """Puts a constant into a register.

        Atoms, numbers, strings, tuples and other immutable constants are
        shared. An array, map or object constant yields a fresh copy each
        time, unless it is declared frozen.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x01, site.f_code, site.f_lasti, dst, _op.constant(val, "val")))
        return dst

    def move(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Copies one register to another. The value itself is not copied."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x02, site.f_code, site.f_lasti, dst, src))
        return dst

    def load_this(self, *, dst: Reg | None = None) -> Reg:
        """Loads the receiver: the object that the running method was read from,
        or that `call_this` or `bind` gave; `undefined` for a plain call.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x30, site.f_code, site.f_lasti, dst))
        return dst

    def load_callee(self, *, dst: Reg | None = None) -> Reg:
        """Loads the running function itself, with its captures: a closure can
        call itself without a cell.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x31, site.f_code, site.f_lasti, dst))
        return dst

    def arg_count(self, *, dst: Reg | None = None) -> Reg:
        """Loads the number of arguments that the caller gave."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x32, site.f_code, site.f_lasti, dst))
        return dst

    def self_pid(self, *, dst: Reg | None = None) -> Reg:
        """Loads the reference of the running process."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x33, site.f_code, site.f_lasti, dst))
        return dst

    def get_global(self, name: _op.Text, *, dst: Reg | None = None) -> Reg:
        """Reads a global of this class in this process; `undefined` if it was
        never set. All versions of a class have the same globals.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x34, site.f_code, site.f_lasti, dst, _op.name(name, "name")))
        return dst

    def set_global(self, name: _op.Text, src: Operand) -> None:
        """Sets a global of this class in this process. A spawned process starts
        with none. Raises `:memory_limit`.
        """
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x35, site.f_code, site.f_lasti, _op.name(name, "name"), src))

    def type_of(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Loads the name of the value's type as an atom: `:number`, `:string`, `:object`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x36, site.f_code, site.f_lasti, dst, src))
        return dst

    def add(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Adds numbers, integers, complex numbers; concatenates two strings,
        bytes, arrays or tuples. Objects answer by `__add__` and `__radd__`.

        Raises `:bad_type`; `:limit` if the result would pass the value limit.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x03, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def sub(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Subtracts. Objects answer by `__sub__` and `__rsub__`. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x04, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def mul(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Multiplies; repeats a string or array by a non-negative whole number.
        Objects answer by `__mul__` and `__rmul__`. Raises `:bad_type`, `:bad_number`, `:limit`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x05, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def div(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Divides, always giving a number or a complex number; division by zero
        follows IEEE 754. Objects answer by `__div__` and `__rdiv__`. Raises `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x06, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def mod(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Remainder of the division that rounds down, as in Lua and Python: it
        has the sign of the divisor. Objects answer by `__mod__` and `__rmod__`.
        Raises `:bad_type`; `:bad_number` for an integer by integer zero.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x40, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def rem(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Remainder of the division that truncates, as in C and Erlang: it has
        the sign of the dividend. Raises `:bad_type`; `:bad_number` for an integer by integer zero.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x41, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def pow(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Power. A negative integer exponent gives a number. Objects answer by
        `__pow__` and `__rpow__`. Raises `:bad_type`, `:limit`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x42, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def int_div(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Quotient rounded down. Objects answer by `__int_div__` and
        `__rint_div__`. Raises `:bad_type`; `:bad_number` for an integer by integer zero.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x43, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def quot(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Quotient truncated toward zero. Raises `:bad_type`; `:bad_number` for
        an integer by integer zero.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x44, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def neg(self, a: Operand, *, dst: Reg | None = None) -> Reg:
        """Negates. Objects answer by `__neg__`. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        site = _getframe(1)
        self._append((0x45, site.f_code, site.f_lasti, dst, a))
        return dst

    def bit_and(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Bitwise and of integers, or of whole numbers as signed 64-bit integers.
        Raises `:bad_type`; `:bad_number` for what is not whole or leaves the exact range.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x46, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def bit_or(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Bitwise or; operands and errors as `bit_and`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x47, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def bit_xor(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Bitwise exclusive or; operands and errors as `bit_and`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x48, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def shl(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Shifts left; operands and errors as `bit_and`, and `:limit` for a huge integer."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x49, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def shr(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Shifts right, keeping the sign; operands and errors as `bit_and`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x4A, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def bit_not(self, a: Operand, *, dst: Reg | None = None) -> Reg:
        """Bitwise complement; operand and errors as `bit_and`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        site = _getframe(1)
        self._append((0x4B, site.f_code, site.f_lasti, dst, a))
        return dst

    def equal(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether two values are equal in structure. A direct operand that is an
        object is asked by `__eq__`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x15, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def not_equal(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """The opposite of `equal`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x16, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def less_than(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether `a` comes before `b`: numbers and integers, strings, bytes,
        atoms, tuples and arrays of such. Objects answer by `__lt__`. Raises `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x17, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def less_equal(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether `a` comes before `b` or is equal. Objects answer by `__le__`. Raises
        `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x18, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def greater_than(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether `b` comes before `a`. Objects answer by `__lt__`. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x19, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def greater_equal(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether `b` comes before `a` or is equal. Objects answer by `__le__`. Raises
        `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x1A, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def and_(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether both are truthy, as a boolean. Both registers are read."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x1B, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def or_(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether one is truthy, as a boolean. Both registers are read."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x1C, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def not_(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether the value is falsy, as a boolean. Falsy are `false`, `unit`,
        `undefined`, numeric zero, the empty string and the empty atom.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x1D, site.f_code, site.f_lasti, dst, src))
        return dst

    def same(self, a: Operand, b: Operand, *, dst: Reg | None = None) -> Reg:
        """Identity for what is mutable, exactness for what is not: `1n` and `1`
        differ, `-0` and `0` differ, NaN is the same as NaN.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(a) is not Reg or a._owner is not self:
            a = self._operand(a, "a")
        if type(b) is not Reg or b._owner is not self:
            b = self._operand(b, "b")
        site = _getframe(1)
        self._append((0x50, site.f_code, site.f_lasti, dst, a, b))
        return dst

    def instance_of(self, obj: Operand, proto: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether `proto` stands on the prototype chain of `obj`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(proto) is not Reg or proto._owner is not self:
            proto = self._operand(proto, "proto")
        site = _getframe(1)
        self._append((0x51, site.f_code, site.f_lasti, dst, obj, proto))
        return dst

    def concat(self, srcs: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Joins the texts of all operands. Objects answer by `__str__`. Raises `:limit`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        srcs_ = self._operands(srcs, "srcs")
        site = _getframe(1)
        self._append((0x54, site.f_code, site.f_lasti, dst, srcs_))
        return dst

    def to_text(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """The text of a value, as `io.print` shows it. Objects answer by `__str__`. Raises
        `:limit`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x55, site.f_code, site.f_lasti, dst, src))
        return dst

    def length(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Number of elements, code points, octets or entries; the items of a list
        are counted one by one. Objects answer by `__len__`. Raises `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x56, site.f_code, site.f_lasti, dst, src))
        return dst

    def jump(self, offset: Block) -> None:
        """Goes to the target."""
        site = _getframe(1)
        self._append((0x0B, site.f_code, site.f_lasti, self._target(offset, "offset")))
        self._end()

    def jump_if_true(self, reg: Operand, offset: Block) -> None:
        """Goes to the target if the value is truthy."""
        if type(reg) is not Reg or reg._owner is not self:
            reg = self._operand(reg, "reg")
        site = _getframe(1)
        self._append((0x0C, site.f_code, site.f_lasti, reg, self._target(offset, "offset")))

    def jump_if_false(self, reg: Operand, offset: Block) -> None:
        """Goes to the target if the value is falsy."""
        if type(reg) is not Reg or reg._owner is not self:
            reg = self._operand(reg, "reg")
        site = _getframe(1)
        self._append((0x0D, site.f_code, site.f_lasti, reg, self._target(offset, "offset")))

    def match(self, src: Operand, arms: Arms) -> None:
        """Tries the patterns in order and goes to the target of the first that
        fits, its bindings written; with none, the next instruction follows.
        """
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x12, site.f_code, site.f_lasti, src, self._arms(arms, "arms")))

    def yield_(self) -> None:
        """Ends this process's turn; it goes to the back of the queue."""
        site = _getframe(1)
        self._append((0x13, site.f_code, site.f_lasti))

    def nop(self) -> None:
        """Does nothing."""
        site = _getframe(1)
        self._append((0x14, site.f_code, site.f_lasti))

    def jump_if_undefined(self, reg: Operand, offset: Block) -> None:
        """Goes to the target if the value is `undefined`."""
        if type(reg) is not Reg or reg._owner is not self:
            reg = self._operand(reg, "reg")
        site = _getframe(1)
        self._append((0x58, site.f_code, site.f_lasti, reg, self._target(offset, "offset")))

    def call(self, func: Operand | Cursor, args: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Calls a function with arguments and stores what it returns.

        Raises `:not_callable`; `:bad_arity` if the count does not suit;
        `:not_found` for an extern function that is not there;
        `:stack_overflow` if the frame does not fit into the process's memory.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append((0x09, site.f_code, site.f_lasti, dst, func_, args_))
        return dst

    def return_(self, reg: Operand) -> None:
        """Returns a value to the caller."""
        if type(reg) is not Reg or reg._owner is not self:
            reg = self._operand(reg, "reg")
        site = _getframe(1)
        self._append((0x0A, site.f_code, site.f_lasti, reg))
        self._end()

    def make_closure_dyn(
        self,
        func: Operand | Cursor,
        scope_id: _op.Scope = None,
        captures: Operands = (),
        *,
        dst: Reg | None = None,
    ) -> Reg:
        """Makes a closure of a function that a register holds; its capture count
        is compared when the closure is called. Raises `:not_callable`; `:bad_type`
        for a native, which captures nothing; `:not_found` for an extern function
        that is not there.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        captures_ = self._operands(captures, "captures")
        site = _getframe(1)
        self._append(
            (
                0x23,
                site.f_code,
                site.f_lasti,
                dst,
                func_,
                _op.scope(scope_id, "scope_id"),
                captures_,
            )
        )
        return dst

    def call_this(
        self, func: Operand | Cursor, this: Operand, args: Operands = (), *, dst: Reg | None = None
    ) -> Reg:
        """Calls with a receiver for `load_this`. Raises as `call`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        if type(this) is not Reg or this._owner is not self:
            this = self._operand(this, "this")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append((0x60, site.f_code, site.f_lasti, dst, func_, this, args_))
        return dst

    def call_spread(
        self, func: Operand | Cursor, this: Operand | None, seq: Operand, *, dst: Reg | None = None
    ) -> Reg:
        """Calls with the elements of an array or tuple as arguments. Raises as
        `call`, and `:bad_type` if `seq` is neither.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        this_ = self._optional(this, "this")
        if type(seq) is not Reg or seq._owner is not self:
            seq = self._operand(seq, "seq")
        site = _getframe(1)
        self._append((0x61, site.f_code, site.f_lasti, dst, func_, this_, seq))
        return dst

    def call_native(self, native: _op.Text, args: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Calls a native function by name. Raises what the native raises."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append((0x62, site.f_code, site.f_lasti, dst, _op.native(native, "native"), args_))
        return dst

    def tail_call(self, func: Operand | Cursor, args: Operands = ()) -> None:
        """Calls in place of the running function: its frame is gone before the
        callee runs, so that loops of tail calls need constant space. Raises as `call`.
        """
        func_ = self._callee(func, "func")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append((0x63, site.f_code, site.f_lasti, func_, args_))
        self._end()

    def tail_call_this(self, func: Operand | Cursor, this: Operand, args: Operands = ()) -> None:
        """`tail_call` with a receiver. Raises as `call`."""
        func_ = self._callee(func, "func")
        if type(this) is not Reg or this._owner is not self:
            this = self._operand(this, "this")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append((0x64, site.f_code, site.f_lasti, func_, this, args_))
        self._end()

    def tail_call_spread(self, func: Operand | Cursor, this: Operand | None, seq: Operand) -> None:
        """`tail_call` with the elements of an array or tuple as arguments. Raises as
        `call_spread`.
        """
        func_ = self._callee(func, "func")
        this_ = self._optional(this, "this")
        if type(seq) is not Reg or seq._owner is not self:
            seq = self._operand(seq, "seq")
        site = _getframe(1)
        self._append((0x65, site.f_code, site.f_lasti, func_, this_, seq))
        self._end()

    def make_closure(
        self,
        func: _op.Func | Cursor,
        scope_id: _op.Scope = None,
        captures: Operands = (),
        *,
        dst: Reg | None = None,
    ) -> Reg:
        """Makes a closure of a function of this class. Captures are by value and
        become registers 0.. of the closure's frame.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        captures_ = self._operands(captures, "captures")
        site = _getframe(1)
        self._append(
            (
                0x66,
                site.f_code,
                site.f_lasti,
                dst,
                self._function(func, "func"),
                _op.scope(scope_id, "scope_id"),
                captures_,
            )
        )
        return dst

    def make_cell(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Makes a cell, one mutable place, that holds the value."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x67, site.f_code, site.f_lasti, dst, src))
        return dst

    def cell_get(self, cell: Operand, *, dst: Reg | None = None) -> Reg:
        """Reads a cell. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(cell) is not Reg or cell._owner is not self:
            cell = self._operand(cell, "cell")
        site = _getframe(1)
        self._append((0x68, site.f_code, site.f_lasti, dst, cell))
        return dst

    def cell_set(self, cell: Operand, src: Operand) -> None:
        """Writes a cell. Raises `:bad_type`."""
        if type(cell) is not Reg or cell._owner is not self:
            cell = self._operand(cell, "cell")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x69, site.f_code, site.f_lasti, cell, src))

    def bind(self, func: Operand | Cursor, this: Operand, *, dst: Reg | None = None) -> Reg:
        """The function with its receiver set, replacing one it had; a native stays as
        it is. Raises `:not_callable`; `:not_found` for an extern function that is not there.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        if type(this) is not Reg or this._owner is not self:
            this = self._operand(this, "this")
        site = _getframe(1)
        self._append((0x6A, site.f_code, site.f_lasti, dst, func_, this))
        return dst

    def array_init(self, srcs: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Makes an array of the operands."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        srcs_ = self._operands(srcs, "srcs")
        site = _getframe(1)
        self._append((0x22, site.f_code, site.f_lasti, dst, srcs_))
        return dst

    def tuple_init(self, srcs: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Makes a tuple of the operands."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        srcs_ = self._operands(srcs, "srcs")
        site = _getframe(1)
        self._append((0x70, site.f_code, site.f_lasti, dst, srcs_))
        return dst

    def map_init(self, entries: Pairs = (), *, dst: Reg | None = None) -> Reg:
        """Makes a map of key and value pairs; a later entry of the same key wins.
        Raises `:bad_type` for a mutable key.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        entries_ = self._pairs(entries, "entries")
        site = _getframe(1)
        self._append((0x71, site.f_code, site.f_lasti, dst, entries_))
        return dst

    def pair_init(self, head: Operand, tail: Operand, *, dst: Reg | None = None) -> Reg:
        """Makes a list cell."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(head) is not Reg or head._owner is not self:
            head = self._operand(head, "head")
        if type(tail) is not Reg or tail._owner is not self:
            tail = self._operand(tail, "tail")
        site = _getframe(1)
        self._append((0x72, site.f_code, site.f_lasti, dst, head, tail))
        return dst

    def bytes_init(self, srcs: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Makes bytes of whole numbers from 0 to 255, strings and bytes. Raises
        `:bad_type`, `:bad_number`; `:limit` if the result would pass the value limit.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        srcs_ = self._operands(srcs, "srcs")
        site = _getframe(1)
        self._append((0x73, site.f_code, site.f_lasti, dst, srcs_))
        return dst

    def array_push(self, array: Operand, src: Operand) -> None:
        """Appends a value to an array. Raises `:bad_type`, `:read_only`; `:limit`
        for more elements than an array may have.
        """
        if type(array) is not Reg or array._owner is not self:
            array = self._operand(array, "array")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x74, site.f_code, site.f_lasti, array, src))

    def get_index(self, container: Operand, index: Operand, *, dst: Reg | None = None) -> Reg:
        """Reads an element. Objects answer by `__get_index__`. Raises
        `:bad_index` out of range, `:not_found` for a map's missing key, `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(container) is not Reg or container._owner is not self:
            container = self._operand(container, "container")
        if type(index) is not Reg or index._owner is not self:
            index = self._operand(index, "index")
        site = _getframe(1)
        self._append((0x75, site.f_code, site.f_lasti, dst, container, index))
        return dst

    def set_index(self, container: Operand, index: Operand, src: Operand) -> None:
        """Writes an element that an array has, or an entry of a map, which it need
        not have. A map holds at most 11184810 entries. Objects answer by
        `__set_index__`. Raises `:bad_index`, `:bad_type`, `:read_only`.
        """
        if type(container) is not Reg or container._owner is not self:
            container = self._operand(container, "container")
        if type(index) is not Reg or index._owner is not self:
            index = self._operand(index, "index")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x76, site.f_code, site.f_lasti, container, index, src))

    def has_index(self, container: Operand, index: Operand, *, dst: Reg | None = None) -> Reg:
        """Whether an index or key is there; `false` for what cannot be one.
        Objects answer by `__has_index__`. Raises `:bad_type` for what has no elements.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(container) is not Reg or container._owner is not self:
            container = self._operand(container, "container")
        if type(index) is not Reg or index._owner is not self:
            index = self._operand(index, "index")
        site = _getframe(1)
        self._append((0x77, site.f_code, site.f_lasti, dst, container, index))
        return dst

    def delete_index(self, container: Operand, index: Operand) -> None:
        """Removes an element of an array, those behind it moving up, or an entry
        of a map. Objects answer by `__delete_index__`. Raises `:bad_index`, `:not_found`,
        `:bad_type`, `:read_only`.
        """
        if type(container) is not Reg or container._owner is not self:
            container = self._operand(container, "container")
        if type(index) is not Reg or index._owner is not self:
            index = self._operand(index, "index")
        site = _getframe(1)
        self._append((0x78, site.f_code, site.f_lasti, container, index))

    def iter_init(self, src: Operand, what: _op.Flags = "values", *, dst: Reg | None = None) -> Reg:
        """Makes an iterator over an array, tuple, list, map, string, bytes, or the
        own enumerable properties of an object; it yields their keys (indices
        from 0), values, or `(key, value)` tuples. The values of an iterator
        or coroutine are itself. Objects answer by `__iter__`.

        What changes during the walk is seen: elements appended to an array,
        entries added to a map; entries and properties that were removed are
        passed over, and properties added to an object are not walked.
        Raises `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append(
            (
                0x79,
                site.f_code,
                site.f_lasti,
                dst,
                src,
                _op.flags(what, "what", _t.KEYS_VALUES_ENTRIES),
            )
        )
        return dst

    def iter_next(self, iter: Operand, done: Block, *, dst: Reg | None = None) -> Reg:
        """Takes the next item, or goes to the target when there is none; `dst` is
        `undefined` then. Raises `:bad_type`, also for a list that does not end in `nil`.

        A coroutine is resumed with `undefined`; what it yields are the items,
        what it returns is dropped. One that is finished has no items. Raises then
        `:not_callable` for one that runs; `:stack_overflow` if its frames do not
        fit into the process's memory.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(iter) is not Reg or iter._owner is not self:
            iter = self._operand(iter, "iter")
        site = _getframe(1)
        self._append((0x7A, site.f_code, site.f_lasti, dst, iter, self._target(done, "done")))
        return dst

    def pair_head(self, pair: Operand, *, dst: Reg | None = None) -> Reg:
        """Reads the head of a list cell. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(pair) is not Reg or pair._owner is not self:
            pair = self._operand(pair, "pair")
        site = _getframe(1)
        self._append((0x7B, site.f_code, site.f_lasti, dst, pair))
        return dst

    def pair_tail(self, pair: Operand, *, dst: Reg | None = None) -> Reg:
        """Reads the tail of a list cell. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(pair) is not Reg or pair._owner is not self:
            pair = self._operand(pair, "pair")
        site = _getframe(1)
        self._append((0x7C, site.f_code, site.f_lasti, dst, pair))
        return dst

    def get_prop(self, obj: Operand, prop: Operand, *, dst: Reg | None = None) -> Reg:
        """Reads a property, own or inherited; `undefined` if there is none.
        Methods are bound to the object. Objects answer for missing ones by
        `__get__`. Raises `:bad_type` for what has no properties; `:bad_prototype`
        for a chain that is too long.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(prop) is not Reg or prop._owner is not self:
            prop = self._operand(prop, "prop")
        site = _getframe(1)
        self._append((0x07, site.f_code, site.f_lasti, dst, obj, prop))
        return dst

    def set_prop(self, obj: Operand, prop: Operand, val: Operand) -> None:
        """Writes a property. Objects answer for ones they do not own by
        `__set__`. Raises `:read_only`, `:bad_type`, `:bad_index`; `:bad_prototype`
        for a chain that is too long; `:limit` for more elements than an array may have.
        """
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(prop) is not Reg or prop._owner is not self:
            prop = self._operand(prop, "prop")
        if type(val) is not Reg or val._owner is not self:
            val = self._operand(val, "val")
        site = _getframe(1)
        self._append((0x08, site.f_code, site.f_lasti, obj, prop, val))

    def object_init(self, props: Properties = (), *, dst: Reg | None = None) -> Reg:
        """Makes an object without prototype. A key may be a magic method's name:
        it is an ordinary property all the same.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        props_ = self._properties(props, "props")
        site = _getframe(1)
        self._append((0x1F, site.f_code, site.f_lasti, dst, props_))
        return dst

    def object_new(self, proto: Operand, props: Properties = (), *, dst: Reg | None = None) -> Reg:
        """Makes an object with a prototype, `undefined` for none. Raises `:bad_type`,
        `:bad_prototype` for a chain that is too deep.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(proto) is not Reg or proto._owner is not self:
            proto = self._operand(proto, "proto")
        props_ = self._properties(props, "props")
        site = _getframe(1)
        self._append((0x80, site.f_code, site.f_lasti, dst, proto, props_))
        return dst

    def get_raw(self, obj: Operand, prop: Operand, *, dst: Reg | None = None) -> Reg:
        """Reads a property without binding methods. Raises `:bad_type`; `:bad_prototype`
        for a chain that is too long.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(prop) is not Reg or prop._owner is not self:
            prop = self._operand(prop, "prop")
        site = _getframe(1)
        self._append((0x81, site.f_code, site.f_lasti, dst, obj, prop))
        return dst

    def define_prop(self, obj: Operand, prop: Operand, val: Operand, flags: _op.Flags = 7) -> None:
        """Defines or redefines an own property with its flags. Raises `:read_only`, `:bad_type`."""
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(prop) is not Reg or prop._owner is not self:
            prop = self._operand(prop, "prop")
        if type(val) is not Reg or val._owner is not self:
            val = self._operand(val, "val")
        site = _getframe(1)
        self._append(
            (
                0x82,
                site.f_code,
                site.f_lasti,
                obj,
                prop,
                val,
                _op.flags(flags, "flags", _t.WRITABLE_ENUMERABLE_CONFIGURABLE_ACCESSOR),
            )
        )

    def delete_prop(self, obj: Operand, prop: Operand, *, dst: Reg | None = None) -> Reg:
        """Deletes an own property; yields whether it was there. Raises `:read_only`,
        `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(prop) is not Reg or prop._owner is not self:
            prop = self._operand(prop, "prop")
        site = _getframe(1)
        self._append((0x83, site.f_code, site.f_lasti, dst, obj, prop))
        return dst

    def has_prop(
        self, obj: Operand, prop: Operand, where: _op.Flags = "chain", *, dst: Reg | None = None
    ) -> Reg:
        """Whether a property is there. Raises `:bad_type`; `:bad_prototype` for a chain
        that is too long.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(prop) is not Reg or prop._owner is not self:
            prop = self._operand(prop, "prop")
        site = _getframe(1)
        self._append(
            (
                0x84,
                site.f_code,
                site.f_lasti,
                dst,
                obj,
                prop,
                _op.flags(where, "where", _t.OWN_CHAIN),
            )
        )
        return dst

    def get_proto(self, obj: Operand, *, dst: Reg | None = None) -> Reg:
        """The prototype, or `undefined`. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        site = _getframe(1)
        self._append((0x85, site.f_code, site.f_lasti, dst, obj))
        return dst

    def set_proto(self, obj: Operand, proto: Operand) -> None:
        """Sets the prototype; `undefined` removes it. Raises `:bad_prototype`
        for a cycle or a chain that is too deep, `:read_only`, `:bad_type`.
        """
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        if type(proto) is not Reg or proto._owner is not self:
            proto = self._operand(proto, "proto")
        site = _getframe(1)
        self._append((0x86, site.f_code, site.f_lasti, obj, proto))

    def set_magic(self, obj: Operand, name: _op.Text, func: Operand | Cursor) -> None:
        """Sets a magic method. Raises `:bad_type`, `:read_only`."""
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        func_ = self._callee(func, "func")
        site = _getframe(1)
        self._append((0x87, site.f_code, site.f_lasti, obj, _op.name(name, "name"), func_))

    def set_type_name(self, obj: Operand, name: _op.Text) -> None:
        """Sets the object's type name. Raises `:read_only`, `:bad_type`."""
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        site = _getframe(1)
        self._append((0x88, site.f_code, site.f_lasti, obj, _op.name(name, "name")))

    def freeze(self, obj: Operand) -> None:
        """Makes an object, array or map immutable, not what it refers to. What
        cannot change stays as it is. Raises `:bad_type` for cells, iterators,
        coroutines.
        """
        if type(obj) is not Reg or obj._owner is not self:
            obj = self._operand(obj, "obj")
        site = _getframe(1)
        self._append((0x89, site.f_code, site.f_lasti, obj))

    def share(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Freezes a whole graph and moves it to the read-only area of the
        machine: it is never copied again. Raises `:bad_type`, `:limit`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x8A, site.f_code, site.f_lasti, dst, src))
        return dst

    def throw(self, src: Operand) -> None:
        """Throws a value."""
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x90, site.f_code, site.f_lasti, src))
        self._end()

    def rethrow(self, src: Operand, info: Operand) -> None:
        """Goes on with a caught value and its info. Raises `:bad_type` for another info."""
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        if type(info) is not Reg or info._owner is not self:
            info = self._operand(info, "info")
        site = _getframe(1)
        self._append((0x91, site.f_code, site.f_lasti, src, info))
        self._end()

    def exit(self, reason: Operand) -> None:
        """Raises class `:exit`; uncaught, the process ends with the reason."""
        if type(reason) is not Reg or reason._owner is not self:
            reason = self._operand(reason, "reason")
        site = _getframe(1)
        self._append((0x92, site.f_code, site.f_lasti, reason))
        self._end()

    def error(self, src: Operand) -> None:
        """Throws a value of the program's own with class `:error`.

        Uncaught, the process ends with an object itself as the reason, and with
        any other value `v` as `(v, trace)`.
        """
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x93, site.f_code, site.f_lasti, src))
        self._end()

    def co_new(self, func: Operand | Cursor, args: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Makes a coroutine: a call that has not begun. Its first resume begins it.

        A coroutine belongs to its process and cannot be sent. Raises
        `:not_callable`, also for a native; `:bad_arity` if the count does not
        suit; `:not_found` for an extern function that is not there; `:memory_limit`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append((0x98, site.f_code, site.f_lasti, dst, func_, args_))
        return dst

    def co_resume(
        self, co: Operand, src: Operand, *, dst: Reg | None = None, done: Reg | None = None
    ) -> tuple[Reg, Reg]:
        """Goes on with a coroutine until it yields, returns or throws. `dst` gets
        what it yields or returns, `done` whether it returned.

        The coroutine gets the value as the result of the `co_yield` at which it
        was suspended; the value of the first resume is dropped. What it throws
        and does not catch finishes it and is raised here. Raises `:bad_type`
        for what is no coroutine; `:not_callable` for one that is finished or
        runs, be it itself or one that waits for whom it has resumed;
        `:stack_overflow` if its frames do not fit into the process's memory.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if done is None:
            done = Reg(self)
        else:
            self._destination(done, "done")
        if type(co) is not Reg or co._owner is not self:
            co = self._operand(co, "co")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x99, site.f_code, site.f_lasti, dst, done, co, src))
        return dst, done

    def co_throw(
        self, co: Operand, src: Operand, *, dst: Reg | None = None, done: Reg | None = None
    ) -> tuple[Reg, Reg]:
        """As `co_resume`, but throws the value inside, at the `co_yield` at which
        the coroutine was suspended. One that has not begun is finished by it,
        and the value is raised here. Raises as `co_resume`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if done is None:
            done = Reg(self)
        else:
            self._destination(done, "done")
        if type(co) is not Reg or co._owner is not self:
            co = self._operand(co, "co")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x9A, site.f_code, site.f_lasti, dst, done, co, src))
        return dst, done

    def co_yield(self, src: Operand, *, dst: Reg | None = None) -> Reg:
        """Suspends the innermost coroutine that runs, at any depth of calls inside
        it, and yields a value to its resumer. `dst` gets what it is resumed with.

        Raises `:not_found` if no coroutine runs; `:memory_limit` if its frames
        cannot be kept.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(src) is not Reg or src._owner is not self:
            src = self._operand(src, "src")
        site = _getframe(1)
        self._append((0x9B, site.f_code, site.f_lasti, dst, src))
        return dst

    def spawn(
        self,
        func: Operand | Cursor,
        args: Operands = (),
        link: bool = False,
        keep: bool | None = None,
        *,
        dst: Reg | None = None,
    ) -> Reg:
        """Makes a process that runs a function with copies of the arguments. Before it
        runs, `link` links it to this process; `keep` holds its result for `await` and
        `select`.

        Raises `:not_callable`; `:bad_arity` if the count does not suit; `:limit` when
        there are too many processes; `:bad_type` for what cannot be sent.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        func_ = self._callee(func, "func")
        args_ = self._operands(args, "args")
        site = _getframe(1)
        self._append(
            (0x0E, site.f_code, site.f_lasti, dst, func_, _op.spawn_flags(link, keep), args_)
        )
        return dst

    def send(self, process: Operand, msg: Operand) -> None:
        """Sends a copy of a value to a process, to whoever has a name, or to whom a
        reference stands for as an alias. Never waits; to a process that has ended, and
        through an alias that has, the message is dropped. Raises `:not_found` for a
        name that nobody has, `:limit` for a full bounded mailbox, `:bad_type`.
        """
        if type(process) is not Reg or process._owner is not self:
            process = self._operand(process, "process")
        if type(msg) is not Reg or msg._owner is not self:
            msg = self._operand(msg, "msg")
        site = _getframe(1)
        self._append((0x0F, site.f_code, site.f_lasti, process, msg))

    def receive(self, *, dst: Reg | None = None) -> Reg:
        """Takes the oldest message, waiting for one if there is none."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x10, site.f_code, site.f_lasti, dst))
        return dst

    def await_number(self, number: int, *, dst: Reg | None = None) -> Reg:
        """Version 1 only: `await` of the process of a literal number. Raises as
        `await`: `:noproc`, `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0x11, site.f_code, site.f_lasti, dst, _op.literal(number, "number")))
        return dst

    def receive_with_timeout(
        self, timeout: Operand, *, dst: Reg | None = None, result: Reg | None = None
    ) -> tuple[Reg, Reg]:
        """Takes the oldest message, waiting at most a number of milliseconds: a
        fraction rounds up, `:infinity` waits for ever, 0 polls. `result` tells
        whether there was one; if not, `dst` is `undefined`. Raises
        `:bad_number` for NaN and negatives, `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(timeout) is not Reg or timeout._owner is not self:
            timeout = self._operand(timeout, "timeout")
        if result is None:
            result = Reg(self)
        else:
            self._destination(result, "result")
        site = _getframe(1)
        self._append((0x1E, site.f_code, site.f_lasti, dst, timeout, result))
        return dst, result

    def select(self, pids: Operands = (), *, dst: Reg | None = None) -> Reg:
        """Waits for the first of several processes to end and yields `(index, result)`;
        of those that have ended already the first operand counts. Results of the
        others stay where they are. Raises as `await`: the exit reason of one that
        failed, `:noproc`, `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        pids_ = self._operands(pids, "pids")
        site = _getframe(1)
        self._append((0x20, site.f_code, site.f_lasti, dst, pids_))
        return dst

    def select_with_kill(self, pids: Operands = (), *, dst: Reg | None = None) -> Reg:
        """As `select`, but before it is over, be it by raising, it kills the others, waits for
        their ends and drops their results. Raises `:noproc`, `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        pids_ = self._operands(pids, "pids")
        site = _getframe(1)
        self._append((0x21, site.f_code, site.f_lasti, dst, pids_))
        return dst

    def spawn_opts(
        self,
        ref: Reg | None,
        func: Operand | Cursor,
        seq: Operand,
        opts: Operand,
        *,
        dst: Reg | None = None,
    ) -> Reg:
        """`spawn` with arguments as an array or tuple and a map of options, all in force
        before it runs: `:link` and `:keep`, booleans; `:monitor`, a boolean, or the
        alias that comes with the monitor, `:explicit`, `:demonitor` or `:reply`; `:name`, an
        atom that it is registered as; `:max_heap`, its memory in bytes, never more than
        the machine's limit; `:max_messages` and `:max_mailbox_bytes`, the bounds of its mailbox;
        `:max_reductions`, how many it may use, or instructions in stepped mode: then it
        ends with an error `:limit` that it cannot catch. Limits may be `:infinity`. `:rights`, an
        array or tuple of strings such as `"fs.read:/data"`: what it and its children may do
        outside at
        most, and never more than its spawner. `ref` gets the monitor's reference, `undefined` if
        there is none.

        Raises `:not_callable`, `:bad_arity`, `:limit`; `:bad_type` for a wrong argument or
        option, or what cannot be sent; `:bad_number` for a limit that is negative or no
        whole number; `:bad_name` for an unknown option or right, or a name that is taken.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if ref is not None:
            self._destination(ref, "ref")
        func_ = self._callee(func, "func")
        if type(seq) is not Reg or seq._owner is not self:
            seq = self._operand(seq, "seq")
        if type(opts) is not Reg or opts._owner is not self:
            opts = self._operand(opts, "opts")
        site = _getframe(1)
        self._append((0xA0, site.f_code, site.f_lasti, dst, ref, func_, seq, opts))
        return dst

    def try_send(self, target: Operand, msg: Operand, *, dst: Reg | None = None) -> Reg:
        """As `send`, but yields `true`, or `false` if a bounded mailbox is full. Raises
        `:not_found`, `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(target) is not Reg or target._owner is not self:
            target = self._operand(target, "target")
        if type(msg) is not Reg or msg._owner is not self:
            msg = self._operand(msg, "msg")
        site = _getframe(1)
        self._append((0xA1, site.f_code, site.f_lasti, dst, target, msg))
        return dst

    def receive_match(self, arms: Arms, timeout: tuple[Operand, Block] | None = None) -> None:
        """Takes the oldest message that one of the patterns fits, and goes to the target of
        the first pattern that fits it, its bindings written; leaves the rest in place, in
        order. Messages are looked at where they lie; only what is bound is copied. With a timeout
        arm it goes there after so many milliseconds: a fraction rounds up,
        `:infinity` waits for ever, 0 looks through what has come. Raises
        `:bad_number` for NaN and negatives, `:bad_type`.
        """
        timeout_ = self._timeout(timeout, "timeout")
        site = _getframe(1)
        self._append((0xA2, site.f_code, site.f_lasti, self._arms(arms, "arms"), timeout_))
        self._end()

    def recv_begin(self, hint: Operand | None = None, timeout: Operand | None = None) -> None:
        """Begins a scan of the mailbox for this frame, from the start or, if `hint` is
        a reference that was made lately, from where that was made, and arms its
        clock, once. Raises as `receive_with_timeout`: `:bad_number`, `:bad_type`.
        """
        hint_ = self._optional(hint, "hint")
        timeout_ = self._optional(timeout, "timeout")
        site = _getframe(1)
        self._append((0xA3, site.f_code, site.f_lasti, hint_, timeout_))

    def recv_next(self, timed_out: Block, *, dst: Reg | None = None) -> Reg:
        """Gives a copy of the next message that the scan has not given, leaving it in
        place; waits for one; goes to the target when the time is over, and `dst`
        is `undefined` then.

        Another receive in the meantime, in whatever function, lets the scan begin
        again. Without `recv_begin` it begins at the start and waits for ever.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0xA4, site.f_code, site.f_lasti, dst, self._target(timed_out, "timed_out")))
        return dst

    def recv_take(self) -> None:
        """Removes the message that `recv_next` gave last in this frame, and ends the
        scan. Raises `:not_found` if there is none, or if it was taken meanwhile.
        """
        site = _getframe(1)
        self._append((0xA5, site.f_code, site.f_lasti))

    def make_ref(self, *, dst: Reg | None = None) -> Reg:
        """Makes a reference that differs from all others. A receive that wants it, by a
        pin in each of its patterns or by the hint of `recv_begin`, begins behind the messages that
        came before, if it was made lately.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append((0xA6, site.f_code, site.f_lasti, dst))
        return dst

    def link(self, process: Operand) -> None:
        """Links this process and another, if they are not linked; nothing for itself. If the
        other has ended: raises `:noproc`, or, where exits are trapped, a message
        `(:EXIT, process, :noproc)` comes. Raises `:bad_type`.
        """
        if type(process) is not Reg or process._owner is not self:
            process = self._operand(process, "process")
        site = _getframe(1)
        self._append((0xA7, site.f_code, site.f_lasti, process))

    def unlink(self, process: Operand) -> None:
        """Removes a link; no exit signal of it arrives afterwards. A message that it
        has become already stays in the mailbox. Raises `:bad_type`.
        """
        if type(process) is not Reg or process._owner is not self:
            process = self._operand(process, "process")
        site = _getframe(1)
        self._append((0xA8, site.f_code, site.f_lasti, process))

    def monitor(self, target: Operand, alias: _op.Flags = None, *, dst: Reg | None = None) -> Reg:
        """Watches a process, or whoever has a name now: one message
        `(:DOWN, ref, :process, process or name, reason)` when it ends; at once if it is
        gone, or nobody has the name, with the reason `noproc`. Nothing comes of watching
        oneself. `dst` gets the reference, which may stand for this process as an alias, too:
        until `unalias` (`explicit`), until the monitor is gone (`demonitor`), or until the
        first message through it, which ends the monitor (`reply`). Raises `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(target) is not Reg or target._owner is not self:
            target = self._operand(target, "target")
        site = _getframe(1)
        self._append(
            (
                0xA9,
                site.f_code,
                site.f_lasti,
                dst,
                target,
                _op.flags(alias, "alias", _t.EXPLICIT_DEMONITOR_REPLY),
            )
        )
        return dst

    def demonitor(self, ref: Operand, flags: _op.Flags = None, *, dst: Reg | None = None) -> Reg:
        """Gives up a monitor: no message of it comes afterwards. With `flush` one that is in
        the mailbox is removed; with `info` the result tells whether the monitor
        was live, and is `true` otherwise. A reference that is no monitor of this process does
        nothing. Raises `:bad_type`.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(ref) is not Reg or ref._owner is not self:
            ref = self._operand(ref, "ref")
        site = _getframe(1)
        self._append(
            (0xAA, site.f_code, site.f_lasti, dst, ref, _op.flags(flags, "flags", _t.FLUSH_INFO))
        )
        return dst

    def alias(self, kind: _op.Flags = "explicit", *, dst: Reg | None = None) -> Reg:
        """Makes a reference that stands for this process as a target of `send`, until
        `unalias` (`explicit`) or the first message through it (`reply`). A message that
        arrives when it is no more is dropped.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        site = _getframe(1)
        self._append(
            (0xAB, site.f_code, site.f_lasti, dst, _op.flags(kind, "kind", _t.EXPLICIT_REPLY))
        )
        return dst

    def unalias(self, ref: Operand, *, dst: Reg | None = None) -> Reg:
        """Ends an alias of this process; yields whether it was there. Raises `:bad_type`."""
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(ref) is not Reg or ref._owner is not self:
            ref = self._operand(ref, "ref")
        site = _getframe(1)
        self._append((0xAC, site.f_code, site.f_lasti, dst, ref))
        return dst

    def exit_signal(self, process: Operand, reason: Operand) -> None:
        """Sends an exit signal to a process. It dies with the reason, or, if it traps exits,
        gets a message `(:EXIT, sender, reason)`; `:normal` from another does nothing to one that
        does
        not, and of `:kill` every process dies, with `:killed`. One sent to oneself has
        done so before the next instruction. Raises `:bad_type`.
        """
        if type(process) is not Reg or process._owner is not self:
            process = self._operand(process, "process")
        if type(reason) is not Reg or reason._owner is not self:
            reason = self._operand(reason, "reason")
        site = _getframe(1)
        self._append((0xAD, site.f_code, site.f_lasti, process, reason))

    def trap_exit(self, flag: Operand, *, dst: Reg | None = None) -> Reg:
        """Sets whether exit signals arrive as messages; yields the old setting. Raises
        `:bad_type`
        if `flag` is no boolean.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(flag) is not Reg or flag._owner is not self:
            flag = self._operand(flag, "flag")
        site = _getframe(1)
        self._append((0xAE, site.f_code, site.f_lasti, dst, flag))
        return dst

    def await_(self, process: Operand, *, dst: Reg | None = None) -> Reg:
        """Waits for the end of a process and yields what its function returned, `unit`
        after `exit :normal`. Raises the exit reason of one that failed, with class `:exit`.

        One that has ended already has a result only if it was spawned with `keep`,
        until that is taken or the spawner ends. Raises `:noproc` if there is none,
        `:bad_type` for oneself and what is no process.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(process) is not Reg or process._owner is not self:
            process = self._operand(process, "process")
        site = _getframe(1)
        self._append((0xAF, site.f_code, site.f_lasti, dst, process))
        return dst

    def await_timeout(
        self,
        process: Operand,
        timeout: Operand,
        *,
        dst: Reg | None = None,
        result: Reg | None = None,
    ) -> tuple[Reg, Reg]:
        """As `await`, at most a number of milliseconds, as `receive_with_timeout`; `result`
        tells whether it ended, and if not, `dst` is `undefined`. Raises `:noproc`,
        `:bad_type`; `:bad_number` for NaN and negatives.
        """
        if dst is None:
            dst = Reg(self)
        else:
            self._destination(dst, "dst")
        if type(process) is not Reg or process._owner is not self:
            process = self._operand(process, "process")
        if type(timeout) is not Reg or timeout._owner is not self:
            timeout = self._operand(timeout, "timeout")
        if result is None:
            result = Reg(self)
        else:
            self._destination(result, "result")
        site = _getframe(1)
        self._append((0xB0, site.f_code, site.f_lasti, dst, process, timeout, result))
        return dst, result

    def sleep(self, timeout: Operand) -> None:
        """Waits for a number of milliseconds, and takes no messages; a fraction rounds up,
        `:infinity` waits for ever. Raises `:bad_number` for NaN and negatives, `:bad_type`.
        """
        if type(timeout) is not Reg or timeout._owner is not self:
            timeout = self._operand(timeout, "timeout")
        site = _getframe(1)
        self._append((0xB1, site.f_code, site.f_lasti, timeout))
