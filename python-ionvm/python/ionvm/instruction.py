# Written by `cargo xtask gen` from vmm/src/isa/table.rs; do not edit.
"""Instructions: one class method each, operands in the order of the instruction table.

Registers are whole numbers from 0; jump offsets count instructions from the jumping
instruction itself, and a label's name may stand for one. A constant is anything that
`Value.of` takes. What does not fit is refused at once, with the argument's name.

>>> from ionvm import Instruction, Value
>>> print(Instruction.load_const(0, Value.number(42)))
load_const r0, 42
>>> Instruction.move("r1", 0)
Traceback (most recent call last):
    ...
TypeError: dst must be a register (a whole number from 0), not the str 'r1'
"""

from __future__ import annotations

from . import _operands as _op
from . import _table as _t
from ._base import InstructionBase

__all__ = ["Instruction"]


class Instruction(InstructionBase):
    """One instruction with its operands; see the module documentation.

    Equal instructions have equal operands; `str` gives the assembly text.
    """

    __slots__ = ()

    @classmethod
    def load_const(cls, reg: _op.Reg, val: object) -> Instruction:
        """Puts a constant into a register.

        Atoms, numbers, strings, tuples and other immutable constants are
        shared. An array, map or object constant yields a fresh copy each
        time, unless it is declared frozen.

        Anything that `Value.of` takes may stand for the constant.
        """
        return cls._make(0x01, (_op.reg(reg, "reg"), _op.constant(val, "val")))

    @classmethod
    def move(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Copies one register to another. The value itself is not copied."""
        return cls._make(0x02, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def load_this(cls, dst: _op.Reg) -> Instruction:
        """Loads the receiver: the object that the running method was read from,
        or that `call_this` or `bind` gave; `undefined` for a plain call.
        """
        return cls._make(0x30, (_op.reg(dst, "dst"),))

    @classmethod
    def load_callee(cls, dst: _op.Reg) -> Instruction:
        """Loads the running function itself, with its captures: a closure can
        call itself without a cell.
        """
        return cls._make(0x31, (_op.reg(dst, "dst"),))

    @classmethod
    def arg_count(cls, dst: _op.Reg) -> Instruction:
        """Loads the number of arguments that the caller gave."""
        return cls._make(0x32, (_op.reg(dst, "dst"),))

    @classmethod
    def self_pid(cls, dst: _op.Reg) -> Instruction:
        """Loads the reference of the running process."""
        return cls._make(0x33, (_op.reg(dst, "dst"),))

    @classmethod
    def get_global(cls, dst: _op.Reg, name: _op.Text) -> Instruction:
        """Reads a global of this class in this process; `undefined` if it was
        never set. All versions of a class have the same globals.
        """
        return cls._make(0x34, (_op.reg(dst, "dst"), _op.name(name, "name")))

    @classmethod
    def set_global(cls, name: _op.Text, src: _op.Reg) -> Instruction:
        """Sets a global of this class in this process. A spawned process starts
        with none. Raises `:memory_limit`.
        """
        return cls._make(0x35, (_op.name(name, "name"), _op.reg(src, "src")))

    @classmethod
    def type_of(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Loads the name of the value's type as an atom: `:number`, `:string`, `:object`."""
        return cls._make(0x36, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def add(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Adds numbers, integers, complex numbers; concatenates two strings,
        bytes, arrays or tuples. Objects answer by `__add__` and `__radd__`.

        Raises `:bad_type`; `:limit` if the result would pass the value limit.
        """
        return cls._make(0x03, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def sub(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Subtracts. Objects answer by `__sub__` and `__rsub__`. Raises `:bad_type`."""
        return cls._make(0x04, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def mul(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Multiplies; repeats a string or array by a non-negative whole number.
        Objects answer by `__mul__` and `__rmul__`. Raises `:bad_type`, `:bad_number`, `:limit`.
        """
        return cls._make(0x05, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def div(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Divides, always giving a number or a complex number; division by zero
        follows IEEE 754. Objects answer by `__div__` and `__rdiv__`. Raises `:bad_type`.
        """
        return cls._make(0x06, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def mod(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Remainder of the division that rounds down, as in Lua and Python: it
        has the sign of the divisor. Objects answer by `__mod__` and `__rmod__`.
        Raises `:bad_type`; `:bad_number` for an integer by integer zero.
        """
        return cls._make(0x40, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def rem(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Remainder of the division that truncates, as in C and Erlang: it has
        the sign of the dividend. Raises `:bad_type`; `:bad_number` for an integer by integer zero.
        """
        return cls._make(0x41, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def pow(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Power. A negative integer exponent gives a number. Objects answer by
        `__pow__` and `__rpow__`. Raises `:bad_type`, `:limit`.
        """
        return cls._make(0x42, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def int_div(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Quotient rounded down. Objects answer by `__int_div__` and
        `__rint_div__`. Raises `:bad_type`; `:bad_number` for an integer by integer zero.
        """
        return cls._make(0x43, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def quot(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Quotient truncated toward zero. Raises `:bad_type`; `:bad_number` for
        an integer by integer zero.
        """
        return cls._make(0x44, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def neg(cls, dst: _op.Reg, a: _op.Reg) -> Instruction:
        """Negates. Objects answer by `__neg__`. Raises `:bad_type`."""
        return cls._make(0x45, (_op.reg(dst, "dst"), _op.reg(a, "a")))

    @classmethod
    def bit_and(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Bitwise and of integers, or of whole numbers as signed 64-bit integers.
        Raises `:bad_type`; `:bad_number` for what is not whole or leaves the exact range.
        """
        return cls._make(0x46, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def bit_or(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Bitwise or; operands and errors as `bit_and`."""
        return cls._make(0x47, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def bit_xor(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Bitwise exclusive or; operands and errors as `bit_and`."""
        return cls._make(0x48, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def shl(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Shifts left; operands and errors as `bit_and`, and `:limit` for a huge integer."""
        return cls._make(0x49, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def shr(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Shifts right, keeping the sign; operands and errors as `bit_and`."""
        return cls._make(0x4A, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def bit_not(cls, dst: _op.Reg, a: _op.Reg) -> Instruction:
        """Bitwise complement; operand and errors as `bit_and`."""
        return cls._make(0x4B, (_op.reg(dst, "dst"), _op.reg(a, "a")))

    @classmethod
    def equal(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether two values are equal in structure. A direct operand that is an
        object is asked by `__eq__`.
        """
        return cls._make(0x15, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def not_equal(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """The opposite of `equal`."""
        return cls._make(0x16, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def less_than(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether `a` comes before `b`: numbers and integers, strings, bytes,
        atoms, tuples and arrays of such. Objects answer by `__lt__`. Raises `:bad_type`.
        """
        return cls._make(0x17, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def less_equal(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether `a` comes before `b` or is equal. Objects answer by `__le__`. Raises
        `:bad_type`.
        """
        return cls._make(0x18, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def greater_than(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether `b` comes before `a`. Objects answer by `__lt__`. Raises `:bad_type`."""
        return cls._make(0x19, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def greater_equal(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether `b` comes before `a` or is equal. Objects answer by `__le__`. Raises
        `:bad_type`.
        """
        return cls._make(0x1A, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def and_(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether both are truthy, as a boolean. Both registers are read."""
        return cls._make(0x1B, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def or_(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Whether one is truthy, as a boolean. Both registers are read."""
        return cls._make(0x1C, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def not_(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Whether the value is falsy, as a boolean. Falsy are `false`, `unit`,
        `undefined`, numeric zero, the empty string and the empty atom.
        """
        return cls._make(0x1D, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def same(cls, dst: _op.Reg, a: _op.Reg, b: _op.Reg) -> Instruction:
        """Identity for what is mutable, exactness for what is not: `1n` and `1`
        differ, `-0` and `0` differ, NaN is the same as NaN.
        """
        return cls._make(0x50, (_op.reg(dst, "dst"), _op.reg(a, "a"), _op.reg(b, "b")))

    @classmethod
    def instance_of(cls, dst: _op.Reg, obj: _op.Reg, proto: _op.Reg) -> Instruction:
        """Whether `proto` stands on the prototype chain of `obj`."""
        return cls._make(0x51, (_op.reg(dst, "dst"), _op.reg(obj, "obj"), _op.reg(proto, "proto")))

    @classmethod
    def concat(cls, dst: _op.Reg, srcs: _op.Regs = ()) -> Instruction:
        """Joins the texts of all operands. Objects answer by `__str__`. Raises `:limit`."""
        return cls._make(0x54, (_op.reg(dst, "dst"), _op.regs(srcs, "srcs")))

    @classmethod
    def to_text(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """The text of a value, as `io.print` shows it. Objects answer by `__str__`. Raises
        `:limit`.
        """
        return cls._make(0x55, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def length(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Number of elements, code points, octets or entries; the items of a list
        are counted one by one. Objects answer by `__len__`. Raises `:bad_type`.
        """
        return cls._make(0x56, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def jump(cls, offset: _op.Target) -> Instruction:
        """Goes to the target."""
        return cls._make(0x0B, (_op.target(offset, "offset"),))

    @classmethod
    def jump_if_true(cls, reg: _op.Reg, offset: _op.Target) -> Instruction:
        """Goes to the target if the value is truthy."""
        return cls._make(0x0C, (_op.reg(reg, "reg"), _op.target(offset, "offset")))

    @classmethod
    def jump_if_false(cls, reg: _op.Reg, offset: _op.Target) -> Instruction:
        """Goes to the target if the value is falsy."""
        return cls._make(0x0D, (_op.reg(reg, "reg"), _op.target(offset, "offset")))

    @classmethod
    def match(cls, src: _op.Reg, patterns: _op.Patterns, jumps: _op.Targets = None) -> Instruction:
        """Tries the patterns in order and goes to the target of the first that
        fits, its bindings written; with none, the next instruction follows.

        `jumps` holds one target a pattern; without it, `patterns` holds
        `(pattern, target)` pairs.
        """
        return cls._make(0x12, (_op.reg(src, "src"), _op.arms(patterns, jumps)))

    @classmethod
    def yield_(cls) -> Instruction:
        """Ends this process's turn; it goes to the back of the queue."""
        return cls._make(0x13, ())

    @classmethod
    def nop(cls) -> Instruction:
        """Does nothing."""
        return cls._make(0x14, ())

    @classmethod
    def jump_if_undefined(cls, reg: _op.Reg, offset: _op.Target) -> Instruction:
        """Goes to the target if the value is `undefined`."""
        return cls._make(0x58, (_op.reg(reg, "reg"), _op.target(offset, "offset")))

    @classmethod
    def call(cls, dst: _op.Reg, func: _op.Reg, args: _op.Regs = ()) -> Instruction:
        """Calls a function with arguments and stores what it returns.

        Raises `:not_callable`; `:bad_arity` if the count does not suit;
        `:not_found` for an extern function that is not there;
        `:stack_overflow` if the frame does not fit into the process's memory.
        """
        return cls._make(0x09, (_op.reg(dst, "dst"), _op.reg(func, "func"), _op.regs(args, "args")))

    @classmethod
    def return_(cls, reg: _op.Reg) -> Instruction:
        """Returns a value to the caller."""
        return cls._make(0x0A, (_op.reg(reg, "reg"),))

    @classmethod
    def make_closure_dyn(
        cls, dst: _op.Reg, func: _op.Reg, scope_id: _op.Scope = None, captures: _op.Captures = ()
    ) -> Instruction:
        """Makes a closure of a function that a register holds; its capture count
        is compared when the closure is called. Raises `:not_callable`; `:bad_type`
        for a native, which captures nothing; `:not_found` for an extern function
        that is not there.
        """
        return cls._make(
            0x23,
            (
                _op.reg(dst, "dst"),
                _op.reg(func, "func"),
                _op.scope(scope_id, "scope_id"),
                _op.captures(captures, "captures"),
            ),
        )

    @classmethod
    def call_this(
        cls, dst: _op.Reg, func: _op.Reg, this: _op.Reg, args: _op.Regs = ()
    ) -> Instruction:
        """Calls with a receiver for `load_this`. Raises as `call`."""
        return cls._make(
            0x60,
            (
                _op.reg(dst, "dst"),
                _op.reg(func, "func"),
                _op.reg(this, "this"),
                _op.regs(args, "args"),
            ),
        )

    @classmethod
    def call_spread(
        cls, dst: _op.Reg, func: _op.Reg, this: _op.Reg | None, seq: _op.Reg
    ) -> Instruction:
        """Calls with the elements of an array or tuple as arguments. Raises as
        `call`, and `:bad_type` if `seq` is neither.
        """
        return cls._make(
            0x61,
            (
                _op.reg(dst, "dst"),
                _op.reg(func, "func"),
                _op.opt_reg(this, "this"),
                _op.reg(seq, "seq"),
            ),
        )

    @classmethod
    def call_native(cls, dst: _op.Reg, native: _op.Text, args: _op.Regs = ()) -> Instruction:
        """Calls a native function by name. Raises what the native raises."""
        return cls._make(
            0x62, (_op.reg(dst, "dst"), _op.native(native, "native"), _op.regs(args, "args"))
        )

    @classmethod
    def tail_call(cls, func: _op.Reg, args: _op.Regs = ()) -> Instruction:
        """Calls in place of the running function: its frame is gone before the
        callee runs, so that loops of tail calls need constant space. Raises as `call`.
        """
        return cls._make(0x63, (_op.reg(func, "func"), _op.regs(args, "args")))

    @classmethod
    def tail_call_this(cls, func: _op.Reg, this: _op.Reg, args: _op.Regs = ()) -> Instruction:
        """`tail_call` with a receiver. Raises as `call`."""
        return cls._make(
            0x64, (_op.reg(func, "func"), _op.reg(this, "this"), _op.regs(args, "args"))
        )

    @classmethod
    def tail_call_spread(cls, func: _op.Reg, this: _op.Reg | None, seq: _op.Reg) -> Instruction:
        """`tail_call` with the elements of an array or tuple as arguments. Raises as
        `call_spread`.
        """
        return cls._make(
            0x65, (_op.reg(func, "func"), _op.opt_reg(this, "this"), _op.reg(seq, "seq"))
        )

    @classmethod
    def make_closure(
        cls, dst: _op.Reg, func: _op.Func, scope_id: _op.Scope = None, captures: _op.Captures = ()
    ) -> Instruction:
        """Makes a closure of a function of this class. Captures are by value and
        become registers 0.. of the closure's frame.

        A register instead of the function's name gives `make_closure_dyn`.
        Captures are registers; `(name, register)` pairs are accepted.
        """
        if _op.is_register(func):
            return cls.make_closure_dyn(dst, func, scope_id, captures)
        return cls._make(
            0x66,
            (
                _op.reg(dst, "dst"),
                _op.function(func, "func"),
                _op.scope(scope_id, "scope_id"),
                _op.captures(captures, "captures"),
            ),
        )

    @classmethod
    def make_cell(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Makes a cell, one mutable place, that holds the value."""
        return cls._make(0x67, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def cell_get(cls, dst: _op.Reg, cell: _op.Reg) -> Instruction:
        """Reads a cell. Raises `:bad_type`."""
        return cls._make(0x68, (_op.reg(dst, "dst"), _op.reg(cell, "cell")))

    @classmethod
    def cell_set(cls, cell: _op.Reg, src: _op.Reg) -> Instruction:
        """Writes a cell. Raises `:bad_type`."""
        return cls._make(0x69, (_op.reg(cell, "cell"), _op.reg(src, "src")))

    @classmethod
    def bind(cls, dst: _op.Reg, func: _op.Reg, this: _op.Reg) -> Instruction:
        """The function with its receiver set, replacing one it had; a native stays as
        it is. Raises `:not_callable`; `:not_found` for an extern function that is not there.
        """
        return cls._make(0x6A, (_op.reg(dst, "dst"), _op.reg(func, "func"), _op.reg(this, "this")))

    @classmethod
    def array_init(cls, dst: _op.Reg, srcs: _op.Regs = ()) -> Instruction:
        """Makes an array of the operands."""
        return cls._make(0x22, (_op.reg(dst, "dst"), _op.regs(srcs, "srcs")))

    @classmethod
    def tuple_init(cls, dst: _op.Reg, srcs: _op.Regs = ()) -> Instruction:
        """Makes a tuple of the operands."""
        return cls._make(0x70, (_op.reg(dst, "dst"), _op.regs(srcs, "srcs")))

    @classmethod
    def map_init(cls, dst: _op.Reg, entries: _op.RegPairs = ()) -> Instruction:
        """Makes a map of key and value pairs; a later entry of the same key wins.
        Raises `:bad_type` for a mutable key.
        """
        return cls._make(0x71, (_op.reg(dst, "dst"), _op.reg_pairs(entries, "entries")))

    @classmethod
    def pair_init(cls, dst: _op.Reg, head: _op.Reg, tail: _op.Reg) -> Instruction:
        """Makes a list cell."""
        return cls._make(0x72, (_op.reg(dst, "dst"), _op.reg(head, "head"), _op.reg(tail, "tail")))

    @classmethod
    def bytes_init(cls, dst: _op.Reg, srcs: _op.Regs = ()) -> Instruction:
        """Makes bytes of whole numbers from 0 to 255, strings and bytes. Raises
        `:bad_type`, `:bad_number`; `:limit` if the result would pass the value limit.
        """
        return cls._make(0x73, (_op.reg(dst, "dst"), _op.regs(srcs, "srcs")))

    @classmethod
    def array_push(cls, array: _op.Reg, src: _op.Reg) -> Instruction:
        """Appends a value to an array. Raises `:bad_type`, `:read_only`; `:limit`
        for more elements than an array may have.
        """
        return cls._make(0x74, (_op.reg(array, "array"), _op.reg(src, "src")))

    @classmethod
    def get_index(cls, dst: _op.Reg, container: _op.Reg, index: _op.Reg) -> Instruction:
        """Reads an element. Objects answer by `__get_index__`. Raises
        `:bad_index` out of range, `:not_found` for a map's missing key, `:bad_type`.
        """
        return cls._make(
            0x75, (_op.reg(dst, "dst"), _op.reg(container, "container"), _op.reg(index, "index"))
        )

    @classmethod
    def set_index(cls, container: _op.Reg, index: _op.Reg, src: _op.Reg) -> Instruction:
        """Writes an element that an array has, or an entry of a map, which it need
        not have. A map holds at most 11184810 entries. Objects answer by
        `__set_index__`. Raises `:bad_index`, `:bad_type`, `:read_only`.
        """
        return cls._make(
            0x76, (_op.reg(container, "container"), _op.reg(index, "index"), _op.reg(src, "src"))
        )

    @classmethod
    def has_index(cls, dst: _op.Reg, container: _op.Reg, index: _op.Reg) -> Instruction:
        """Whether an index or key is there; `false` for what cannot be one.
        Objects answer by `__has_index__`. Raises `:bad_type` for what has no elements.
        """
        return cls._make(
            0x77, (_op.reg(dst, "dst"), _op.reg(container, "container"), _op.reg(index, "index"))
        )

    @classmethod
    def delete_index(cls, container: _op.Reg, index: _op.Reg) -> Instruction:
        """Removes an element of an array, those behind it moving up, or an entry
        of a map. Objects answer by `__delete_index__`. Raises `:bad_index`, `:not_found`,
        `:bad_type`, `:read_only`.
        """
        return cls._make(0x78, (_op.reg(container, "container"), _op.reg(index, "index")))

    @classmethod
    def iter_init(cls, dst: _op.Reg, src: _op.Reg, what: _op.Flags = "values") -> Instruction:
        """Makes an iterator over an array, tuple, list, map, string, bytes, or the
        own enumerable properties of an object; it yields their keys (indices
        from 0), values, or `(key, value)` tuples. The values of an iterator
        or coroutine are itself. Objects answer by `__iter__`.

        What changes during the walk is seen: elements appended to an array,
        entries added to a map; entries and properties that were removed are
        passed over, and properties added to an object are not walked.
        Raises `:bad_type`.
        """
        return cls._make(
            0x79,
            (
                _op.reg(dst, "dst"),
                _op.reg(src, "src"),
                _op.flags(what, "what", _t.KEYS_VALUES_ENTRIES),
            ),
        )

    @classmethod
    def iter_next(cls, dst: _op.Reg, iter: _op.Reg, done: _op.Target) -> Instruction:
        """Takes the next item, or goes to the target when there is none; `dst` is
        `undefined` then. Raises `:bad_type`, also for a list that does not end in `nil`.

        A coroutine is resumed with `undefined`; what it yields are the items,
        what it returns is dropped. One that is finished has no items. Raises then
        `:not_callable` for one that runs; `:stack_overflow` if its frames do not
        fit into the process's memory.
        """
        return cls._make(
            0x7A, (_op.reg(dst, "dst"), _op.reg(iter, "iter"), _op.target(done, "done"))
        )

    @classmethod
    def pair_head(cls, dst: _op.Reg, pair: _op.Reg) -> Instruction:
        """Reads the head of a list cell. Raises `:bad_type`."""
        return cls._make(0x7B, (_op.reg(dst, "dst"), _op.reg(pair, "pair")))

    @classmethod
    def pair_tail(cls, dst: _op.Reg, pair: _op.Reg) -> Instruction:
        """Reads the tail of a list cell. Raises `:bad_type`."""
        return cls._make(0x7C, (_op.reg(dst, "dst"), _op.reg(pair, "pair")))

    @classmethod
    def get_prop(cls, dst: _op.Reg, obj: _op.Reg, prop: _op.Reg) -> Instruction:
        """Reads a property, own or inherited; `undefined` if there is none.
        Methods are bound to the object. Objects answer for missing ones by
        `__get__`. Raises `:bad_type` for what has no properties; `:bad_prototype`
        for a chain that is too long.
        """
        return cls._make(0x07, (_op.reg(dst, "dst"), _op.reg(obj, "obj"), _op.reg(prop, "prop")))

    @classmethod
    def set_prop(cls, obj: _op.Reg, prop: _op.Reg, val: _op.Reg) -> Instruction:
        """Writes a property. Objects answer for ones they do not own by
        `__set__`. Raises `:read_only`, `:bad_type`, `:bad_index`; `:bad_prototype`
        for a chain that is too long; `:limit` for more elements than an array may have.
        """
        return cls._make(0x08, (_op.reg(obj, "obj"), _op.reg(prop, "prop"), _op.reg(val, "val")))

    @classmethod
    def object_init(cls, dst: _op.Reg, props: _op.Properties = ()) -> Instruction:
        """Makes an object without prototype. A key may be a magic method's name:
        it is an ordinary property all the same.
        """
        return cls._make(0x1F, (_op.reg(dst, "dst"), _op.properties(props, "props")))

    @classmethod
    def object_new(cls, dst: _op.Reg, proto: _op.Reg, props: _op.Properties = ()) -> Instruction:
        """Makes an object with a prototype, `undefined` for none. Raises `:bad_type`,
        `:bad_prototype` for a chain that is too deep.
        """
        return cls._make(
            0x80, (_op.reg(dst, "dst"), _op.reg(proto, "proto"), _op.properties(props, "props"))
        )

    @classmethod
    def get_raw(cls, dst: _op.Reg, obj: _op.Reg, prop: _op.Reg) -> Instruction:
        """Reads a property without binding methods. Raises `:bad_type`; `:bad_prototype`
        for a chain that is too long.
        """
        return cls._make(0x81, (_op.reg(dst, "dst"), _op.reg(obj, "obj"), _op.reg(prop, "prop")))

    @classmethod
    def define_prop(
        cls, obj: _op.Reg, prop: _op.Reg, val: _op.Reg, flags: _op.Flags = 7
    ) -> Instruction:
        """Defines or redefines an own property with its flags. Raises `:read_only`, `:bad_type`."""
        return cls._make(
            0x82,
            (
                _op.reg(obj, "obj"),
                _op.reg(prop, "prop"),
                _op.reg(val, "val"),
                _op.flags(flags, "flags", _t.WRITABLE_ENUMERABLE_CONFIGURABLE_ACCESSOR),
            ),
        )

    @classmethod
    def delete_prop(cls, dst: _op.Reg, obj: _op.Reg, prop: _op.Reg) -> Instruction:
        """Deletes an own property; yields whether it was there. Raises `:read_only`,
        `:bad_type`.
        """
        return cls._make(0x83, (_op.reg(dst, "dst"), _op.reg(obj, "obj"), _op.reg(prop, "prop")))

    @classmethod
    def has_prop(
        cls, dst: _op.Reg, obj: _op.Reg, prop: _op.Reg, where: _op.Flags = "chain"
    ) -> Instruction:
        """Whether a property is there. Raises `:bad_type`; `:bad_prototype` for a chain
        that is too long.
        """
        return cls._make(
            0x84,
            (
                _op.reg(dst, "dst"),
                _op.reg(obj, "obj"),
                _op.reg(prop, "prop"),
                _op.flags(where, "where", _t.OWN_CHAIN),
            ),
        )

    @classmethod
    def get_proto(cls, dst: _op.Reg, obj: _op.Reg) -> Instruction:
        """The prototype, or `undefined`. Raises `:bad_type`."""
        return cls._make(0x85, (_op.reg(dst, "dst"), _op.reg(obj, "obj")))

    @classmethod
    def set_proto(cls, obj: _op.Reg, proto: _op.Reg) -> Instruction:
        """Sets the prototype; `undefined` removes it. Raises `:bad_prototype`
        for a cycle or a chain that is too deep, `:read_only`, `:bad_type`.
        """
        return cls._make(0x86, (_op.reg(obj, "obj"), _op.reg(proto, "proto")))

    @classmethod
    def set_magic(cls, obj: _op.Reg, name: _op.Text, func: _op.Reg) -> Instruction:
        """Sets a magic method. Raises `:bad_type`, `:read_only`."""
        return cls._make(0x87, (_op.reg(obj, "obj"), _op.name(name, "name"), _op.reg(func, "func")))

    @classmethod
    def set_type_name(cls, obj: _op.Reg, name: _op.Text) -> Instruction:
        """Sets the object's type name. Raises `:read_only`, `:bad_type`."""
        return cls._make(0x88, (_op.reg(obj, "obj"), _op.name(name, "name")))

    @classmethod
    def freeze(cls, obj: _op.Reg) -> Instruction:
        """Makes an object, array or map immutable, not what it refers to. What
        cannot change stays as it is. Raises `:bad_type` for cells, iterators,
        coroutines.
        """
        return cls._make(0x89, (_op.reg(obj, "obj"),))

    @classmethod
    def share(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Freezes a whole graph and moves it to the read-only area of the
        machine: it is never copied again. Raises `:bad_type`, `:limit`.
        """
        return cls._make(0x8A, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def throw(cls, src: _op.Reg) -> Instruction:
        """Throws a value."""
        return cls._make(0x90, (_op.reg(src, "src"),))

    @classmethod
    def rethrow(cls, src: _op.Reg, info: _op.Reg) -> Instruction:
        """Goes on with a caught value and its info. Raises `:bad_type` for another info."""
        return cls._make(0x91, (_op.reg(src, "src"), _op.reg(info, "info")))

    @classmethod
    def exit(cls, reason: _op.Reg) -> Instruction:
        """Raises class `:exit`; uncaught, the process ends with the reason."""
        return cls._make(0x92, (_op.reg(reason, "reason"),))

    @classmethod
    def error(cls, src: _op.Reg) -> Instruction:
        """Throws a value of the program's own with class `:error`.

        Uncaught, the process ends with an object itself as the reason, and with
        any other value `v` as `(v, trace)`.
        """
        return cls._make(0x93, (_op.reg(src, "src"),))

    @classmethod
    def co_new(cls, dst: _op.Reg, func: _op.Reg, args: _op.Regs = ()) -> Instruction:
        """Makes a coroutine: a call that has not begun. Its first resume begins it.

        A coroutine belongs to its process and cannot be sent. Raises
        `:not_callable`, also for a native; `:bad_arity` if the count does not
        suit; `:not_found` for an extern function that is not there; `:memory_limit`.
        """
        return cls._make(0x98, (_op.reg(dst, "dst"), _op.reg(func, "func"), _op.regs(args, "args")))

    @classmethod
    def co_resume(cls, dst: _op.Reg, done: _op.Reg, co: _op.Reg, src: _op.Reg) -> Instruction:
        """Goes on with a coroutine until it yields, returns or throws. `dst` gets
        what it yields or returns, `done` whether it returned.

        The coroutine gets the value as the result of the `co_yield` at which it
        was suspended; the value of the first resume is dropped. What it throws
        and does not catch finishes it and is raised here. Raises `:bad_type`
        for what is no coroutine; `:not_callable` for one that is finished or
        runs, be it itself or one that waits for whom it has resumed;
        `:stack_overflow` if its frames do not fit into the process's memory.
        """
        return cls._make(
            0x99,
            (_op.reg(dst, "dst"), _op.reg(done, "done"), _op.reg(co, "co"), _op.reg(src, "src")),
        )

    @classmethod
    def co_throw(cls, dst: _op.Reg, done: _op.Reg, co: _op.Reg, src: _op.Reg) -> Instruction:
        """As `co_resume`, but throws the value inside, at the `co_yield` at which
        the coroutine was suspended. One that has not begun is finished by it,
        and the value is raised here. Raises as `co_resume`.
        """
        return cls._make(
            0x9A,
            (_op.reg(dst, "dst"), _op.reg(done, "done"), _op.reg(co, "co"), _op.reg(src, "src")),
        )

    @classmethod
    def co_yield(cls, dst: _op.Reg, src: _op.Reg) -> Instruction:
        """Suspends the innermost coroutine that runs, at any depth of calls inside
        it, and yields a value to its resumer. `dst` gets what it is resumed with.

        Raises `:not_found` if no coroutine runs; `:memory_limit` if its frames
        cannot be kept.
        """
        return cls._make(0x9B, (_op.reg(dst, "dst"), _op.reg(src, "src")))

    @classmethod
    def spawn(
        cls,
        dst: _op.Reg,
        func: _op.Reg,
        args: _op.Regs = (),
        link: bool = False,
        keep: bool | None = None,
    ) -> Instruction:
        """Makes a process that runs a function with copies of the arguments. Before it
        runs, `link` links it to this process; `keep` holds its result for `await` and
        `select`.

        Raises `:not_callable`; `:bad_arity` if the count does not suit; `:limit` when
        there are too many processes; `:bad_type` for what cannot be sent.

        `keep=None` keeps the result if the class awaits or selects anywhere:
        `await_`, `await_timeout`, `select` or `select_with_kill`.
        """
        return cls._make(
            0x0E,
            (
                _op.reg(dst, "dst"),
                _op.reg(func, "func"),
                _op.spawn_flags(link, keep),
                _op.regs(args, "args"),
            ),
        )

    @classmethod
    def send(cls, process: _op.Reg, msg: _op.Reg) -> Instruction:
        """Sends a copy of a value to a process, to whoever has a name, or to whom a
        reference stands for as an alias. Never waits; to a process that has ended, and
        through an alias that has, the message is dropped. Raises `:not_found` for a
        name that nobody has, `:limit` for a full bounded mailbox, `:bad_type`.
        """
        return cls._make(0x0F, (_op.reg(process, "process"), _op.reg(msg, "msg")))

    @classmethod
    def receive(cls, dst: _op.Reg) -> Instruction:
        """Takes the oldest message, waiting for one if there is none."""
        return cls._make(0x10, (_op.reg(dst, "dst"),))

    @classmethod
    def await_number(cls, dst: _op.Reg, number: _op.Reg) -> Instruction:
        """Version 1 only: `await` of the process of a literal number. Raises as
        `await`: `:noproc`, `:bad_type`.
        """
        return cls._make(0x11, (_op.reg(dst, "dst"), _op.literal(number, "number")))

    @classmethod
    def receive_with_timeout(cls, dst: _op.Reg, timeout: _op.Reg, result: _op.Reg) -> Instruction:
        """Takes the oldest message, waiting at most a number of milliseconds: a
        fraction rounds up, `:infinity` waits for ever, 0 polls. `result` tells
        whether there was one; if not, `dst` is `undefined`. Raises
        `:bad_number` for NaN and negatives, `:bad_type`.
        """
        return cls._make(
            0x1E, (_op.reg(dst, "dst"), _op.reg(timeout, "timeout"), _op.reg(result, "result"))
        )

    @classmethod
    def select(cls, dst: _op.Reg, pids: _op.Regs = ()) -> Instruction:
        """Waits for the first of several processes to end and yields `(index, result)`;
        of those that have ended already the first operand counts. Results of the
        others stay where they are. Raises as `await`: the exit reason of one that
        failed, `:noproc`, `:bad_type`.
        """
        return cls._make(0x20, (_op.reg(dst, "dst"), _op.regs(pids, "pids")))

    @classmethod
    def select_with_kill(cls, dst: _op.Reg, pids: _op.Regs = ()) -> Instruction:
        """As `select`, but before it is over, be it by raising, it kills the others, waits for
        their ends and drops their results. Raises `:noproc`, `:bad_type`.
        """
        return cls._make(0x21, (_op.reg(dst, "dst"), _op.regs(pids, "pids")))

    @classmethod
    def spawn_opts(
        cls, dst: _op.Reg, ref: _op.Reg | None, func: _op.Reg, seq: _op.Reg, opts: _op.Reg
    ) -> Instruction:
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
        return cls._make(
            0xA0,
            (
                _op.reg(dst, "dst"),
                _op.opt_reg(ref, "ref"),
                _op.reg(func, "func"),
                _op.reg(seq, "seq"),
                _op.reg(opts, "opts"),
            ),
        )

    @classmethod
    def try_send(cls, dst: _op.Reg, target: _op.Reg, msg: _op.Reg) -> Instruction:
        """As `send`, but yields `true`, or `false` if a bounded mailbox is full. Raises
        `:not_found`, `:bad_type`.
        """
        return cls._make(
            0xA1, (_op.reg(dst, "dst"), _op.reg(target, "target"), _op.reg(msg, "msg"))
        )

    @classmethod
    def receive_match(
        cls, patterns: _op.Patterns, jumps: _op.Targets = None, timeout: _op.Timeout = None
    ) -> Instruction:
        """Takes the oldest message that one of the patterns fits, and goes to the target of
        the first pattern that fits it, its bindings written; leaves the rest in place, in
        order. Messages are looked at where they lie; only what is bound is copied. With a timeout
        arm it goes there after so many milliseconds: a fraction rounds up,
        `:infinity` waits for ever, 0 looks through what has come. Raises
        `:bad_number` for NaN and negatives, `:bad_type`.

        `jumps` holds one target a pattern; without it, `patterns` holds
        `(pattern, target)` pairs.
        """
        return cls._make(0xA2, (_op.arms(patterns, jumps), _op.timeout_arm(timeout, "timeout")))

    @classmethod
    def recv_begin(cls, hint: _op.Reg | None = None, timeout: _op.Reg | None = None) -> Instruction:
        """Begins a scan of the mailbox for this frame, from the start or, if `hint` is
        a reference that was made lately, from where that was made, and arms its
        clock, once. Raises as `receive_with_timeout`: `:bad_number`, `:bad_type`.
        """
        return cls._make(0xA3, (_op.opt_reg(hint, "hint"), _op.opt_reg(timeout, "timeout")))

    @classmethod
    def recv_next(cls, dst: _op.Reg, timed_out: _op.Target) -> Instruction:
        """Gives a copy of the next message that the scan has not given, leaving it in
        place; waits for one; goes to the target when the time is over, and `dst`
        is `undefined` then.

        Another receive in the meantime, in whatever function, lets the scan begin
        again. Without `recv_begin` it begins at the start and waits for ever.
        """
        return cls._make(0xA4, (_op.reg(dst, "dst"), _op.target(timed_out, "timed_out")))

    @classmethod
    def recv_take(cls) -> Instruction:
        """Removes the message that `recv_next` gave last in this frame, and ends the
        scan. Raises `:not_found` if there is none, or if it was taken meanwhile.
        """
        return cls._make(0xA5, ())

    @classmethod
    def make_ref(cls, dst: _op.Reg) -> Instruction:
        """Makes a reference that differs from all others. A receive that wants it, by a
        pin in each of its patterns or by the hint of `recv_begin`, begins behind the messages that
        came before, if it was made lately.
        """
        return cls._make(0xA6, (_op.reg(dst, "dst"),))

    @classmethod
    def link(cls, process: _op.Reg) -> Instruction:
        """Links this process and another, if they are not linked; nothing for itself. If the
        other has ended: raises `:noproc`, or, where exits are trapped, a message
        `(:EXIT, process, :noproc)` comes. Raises `:bad_type`.
        """
        return cls._make(0xA7, (_op.reg(process, "process"),))

    @classmethod
    def unlink(cls, process: _op.Reg) -> Instruction:
        """Removes a link; no exit signal of it arrives afterwards. A message that it
        has become already stays in the mailbox. Raises `:bad_type`.
        """
        return cls._make(0xA8, (_op.reg(process, "process"),))

    @classmethod
    def monitor(cls, dst: _op.Reg, target: _op.Reg, alias: _op.Flags = None) -> Instruction:
        """Watches a process, or whoever has a name now: one message
        `(:DOWN, ref, :process, process or name, reason)` when it ends; at once if it is
        gone, or nobody has the name, with the reason `noproc`. Nothing comes of watching
        oneself. `dst` gets the reference, which may stand for this process as an alias, too:
        until `unalias` (`explicit`), until the monitor is gone (`demonitor`), or until the
        first message through it, which ends the monitor (`reply`). Raises `:bad_type`.
        """
        return cls._make(
            0xA9,
            (
                _op.reg(dst, "dst"),
                _op.reg(target, "target"),
                _op.flags(alias, "alias", _t.EXPLICIT_DEMONITOR_REPLY),
            ),
        )

    @classmethod
    def demonitor(cls, dst: _op.Reg, ref: _op.Reg, flags: _op.Flags = None) -> Instruction:
        """Gives up a monitor: no message of it comes afterwards. With `flush` one that is in
        the mailbox is removed; with `info` the result tells whether the monitor
        was live, and is `true` otherwise. A reference that is no monitor of this process does
        nothing. Raises `:bad_type`.
        """
        return cls._make(
            0xAA,
            (_op.reg(dst, "dst"), _op.reg(ref, "ref"), _op.flags(flags, "flags", _t.FLUSH_INFO)),
        )

    @classmethod
    def alias(cls, dst: _op.Reg, kind: _op.Flags = "explicit") -> Instruction:
        """Makes a reference that stands for this process as a target of `send`, until
        `unalias` (`explicit`) or the first message through it (`reply`). A message that
        arrives when it is no more is dropped.
        """
        return cls._make(0xAB, (_op.reg(dst, "dst"), _op.flags(kind, "kind", _t.EXPLICIT_REPLY)))

    @classmethod
    def unalias(cls, dst: _op.Reg, ref: _op.Reg) -> Instruction:
        """Ends an alias of this process; yields whether it was there. Raises `:bad_type`."""
        return cls._make(0xAC, (_op.reg(dst, "dst"), _op.reg(ref, "ref")))

    @classmethod
    def exit_signal(cls, process: _op.Reg, reason: _op.Reg) -> Instruction:
        """Sends an exit signal to a process. It dies with the reason, or, if it traps exits,
        gets a message `(:EXIT, sender, reason)`; `:normal` from another does nothing to one that
        does
        not, and of `:kill` every process dies, with `:killed`. One sent to oneself has
        done so before the next instruction. Raises `:bad_type`.
        """
        return cls._make(0xAD, (_op.reg(process, "process"), _op.reg(reason, "reason")))

    @classmethod
    def trap_exit(cls, dst: _op.Reg, flag: _op.Reg) -> Instruction:
        """Sets whether exit signals arrive as messages; yields the old setting. Raises
        `:bad_type`
        if `flag` is no boolean.
        """
        return cls._make(0xAE, (_op.reg(dst, "dst"), _op.reg(flag, "flag")))

    @classmethod
    def await_(cls, dst: _op.Reg, process: _op.Reg) -> Instruction:
        """Waits for the end of a process and yields what its function returned, `unit`
        after `exit :normal`. Raises the exit reason of one that failed, with class `:exit`.

        One that has ended already has a result only if it was spawned with `keep`,
        until that is taken or the spawner ends. Raises `:noproc` if there is none,
        `:bad_type` for oneself and what is no process.
        """
        return cls._make(0xAF, (_op.reg(dst, "dst"), _op.reg(process, "process")))

    @classmethod
    def await_timeout(
        cls, dst: _op.Reg, process: _op.Reg, timeout: _op.Reg, result: _op.Reg
    ) -> Instruction:
        """As `await`, at most a number of milliseconds, as `receive_with_timeout`; `result`
        tells whether it ended, and if not, `dst` is `undefined`. Raises `:noproc`,
        `:bad_type`; `:bad_number` for NaN and negatives.
        """
        return cls._make(
            0xB0,
            (
                _op.reg(dst, "dst"),
                _op.reg(process, "process"),
                _op.reg(timeout, "timeout"),
                _op.reg(result, "result"),
            ),
        )

    @classmethod
    def sleep(cls, timeout: _op.Reg) -> Instruction:
        """Waits for a number of milliseconds, and takes no messages; a fraction rounds up,
        `:infinity` waits for ever. Raises `:bad_number` for NaN and negatives, `:bad_type`.
        """
        return cls._make(0xB1, (_op.reg(timeout, "timeout"),))

    @classmethod
    def break_instr(cls) -> Instruction:
        """Stands for a jump out of the loop around it; the loop's builder sets the target."""
        return cls._make(_op.BREAK, ())

    @classmethod
    def continue_instr(cls) -> Instruction:
        """Stands for a jump to the next round of the loop; the loop's builder sets the target."""
        return cls._make(_op.CONTINUE, ())

    move_reg = move
    and_instr = and_
    or_instr = or_
    not_instr = not_
    match_ = match
    match_instr = match
    return_reg = return_
