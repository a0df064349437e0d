//! THE table: every public instruction, declared once.
//!
//! A line reads `NUMBER word = Variant(operand: Kind, ...) => Flow, cost;` and its
//! doc comment is the manual. Numbers up to 0x23 are those of version 1 class
//! files; later ones go by family, with gaps for what may come. Numbers are
//! never reused; 0xFF is reserved as a prefix. A word that is a Rust keyword
//! is written raw.
//!
//! The cost is in reductions and is charged when the instruction runs; walks
//! over whole values charge by the word on top, and a taken backward jump one.

macro_rules! for_each_op { ($with:ident) => { $with! {
data {
    /// Puts a constant into a register.
    ///
    /// Atoms, numbers, strings, tuples and other immutable constants are
    /// shared. An array, map or object constant yields a fresh copy each
    /// time, unless it is declared frozen.
    0x01 load_const = LoadConst(dst: Dst, value: Const) => Next, 0;
    /// Copies one register to another. The value itself is not copied.
    0x02 r#move = Move(dst: Dst, src: Src) => Next, 0;
    /// Loads the receiver: the object that the running method was read from,
    /// or that `call_this` or `bind` gave; `undefined` for a plain call.
    0x30 load_this = LoadThis(dst: Dst) => Next, 0;
    /// Loads the running function itself, with its captures: a closure can
    /// call itself without a cell.
    0x31 load_callee = LoadCallee(dst: Dst) => Next, 0;
    /// Loads the number of arguments that the caller gave.
    0x32 arg_count = ArgCount(dst: Dst) => Next, 0;
    /// Loads the reference of the running process.
    0x33 self_pid = SelfPid(dst: Dst) => Next, 0;
    /// Reads a global of this class in this process; `undefined` if it was
    /// never set. All versions of a class have the same globals.
    0x34 get_global = GetGlobal(dst: Dst, name: Name) => Next, 0;
    /// Sets a global of this class in this process. A spawned process starts
    /// with none. Raises `:memory_limit`.
    0x35 set_global = SetGlobal(name: Name, src: Src) => Next, 0;
    /// Loads the name of the value's type as an atom: `:number`, `:string`, `:object`.
    0x36 type_of = TypeOf(dst: Dst, src: Src) => Next, 0;
}
arithmetic {
    /// Adds numbers, integers, complex numbers; concatenates two strings,
    /// bytes, arrays or tuples. Objects answer by `__add__` and `__radd__`.
    ///
    /// Raises `:bad_type`; `:limit` if the result would pass the value limit.
    0x03 add = Add(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Subtracts. Objects answer by `__sub__` and `__rsub__`. Raises `:bad_type`.
    0x04 sub = Sub(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Multiplies; repeats a string or array by a non-negative whole number.
    /// Objects answer by `__mul__` and `__rmul__`. Raises `:bad_type`, `:bad_number`, `:limit`.
    0x05 mul = Mul(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Divides, always giving a number or a complex number; division by zero
    /// follows IEEE 754. Objects answer by `__div__` and `__rdiv__`. Raises `:bad_type`.
    0x06 div = Div(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Remainder of the division that rounds down, as in Lua and Python: it
    /// has the sign of the divisor. Objects answer by `__mod__` and `__rmod__`.
    /// Raises `:bad_type`; `:bad_number` for an integer by integer zero.
    0x40 r#mod = Mod(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Remainder of the division that truncates, as in C and Erlang: it has
    /// the sign of the dividend. Raises `:bad_type`; `:bad_number` for an integer by integer zero.
    0x41 rem = Rem(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Power. A negative integer exponent gives a number. Objects answer by
    /// `__pow__` and `__rpow__`. Raises `:bad_type`, `:limit`.
    0x42 pow = Pow(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Quotient rounded down. Objects answer by `__int_div__` and
    /// `__rint_div__`. Raises `:bad_type`; `:bad_number` for an integer by integer zero.
    0x43 int_div = IntDiv(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Quotient truncated toward zero. Raises `:bad_type`; `:bad_number` for
    /// an integer by integer zero.
    0x44 quot = Quot(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Negates. Objects answer by `__neg__`. Raises `:bad_type`.
    0x45 neg = Neg(dst: Dst, a: Src) => Call, 0;
    /// Bitwise and of integers, or of whole numbers as signed 64-bit integers.
    /// Raises `:bad_type`; `:bad_number` for what is not whole or leaves the exact range.
    0x46 bit_and = BitAnd(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Bitwise or; operands and errors as `bit_and`.
    0x47 bit_or = BitOr(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Bitwise exclusive or; operands and errors as `bit_and`.
    0x48 bit_xor = BitXor(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Shifts left; operands and errors as `bit_and`, and `:limit` for a huge integer.
    0x49 shl = Shl(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Shifts right, keeping the sign; operands and errors as `bit_and`.
    0x4A shr = Shr(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Bitwise complement; operand and errors as `bit_and`.
    0x4B bit_not = BitNot(dst: Dst, a: Src) => Next, 0;
}
compare {
    /// Whether two values are equal in structure. A direct operand that is an
    /// object is asked by `__eq__`.
    0x15 equal = Equal(dst: Dst, a: Src, b: Src) => Call, 0;
    /// The opposite of `equal`.
    0x16 not_equal = NotEqual(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Whether `a` comes before `b`: numbers and integers, strings, bytes,
    /// atoms, tuples and arrays of such. Objects answer by `__lt__`. Raises `:bad_type`.
    0x17 less_than = LessThan(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Whether `a` comes before `b` or is equal. Objects answer by `__le__`. Raises `:bad_type`.
    0x18 less_equal = LessEqual(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Whether `b` comes before `a`. Objects answer by `__lt__`. Raises `:bad_type`.
    0x19 greater_than = GreaterThan(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Whether `b` comes before `a` or is equal. Objects answer by `__le__`. Raises `:bad_type`.
    0x1A greater_equal = GreaterEqual(dst: Dst, a: Src, b: Src) => Call, 0;
    /// Whether both are truthy, as a boolean. Both registers are read.
    0x1B and = And(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Whether one is truthy, as a boolean. Both registers are read.
    0x1C or = Or(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Whether the value is falsy, as a boolean. Falsy are `false`, `unit`,
    /// `undefined`, numeric zero, the empty string and the empty atom.
    0x1D not = Not(dst: Dst, src: Src) => Next, 0;
    /// Identity for what is mutable, exactness for what is not: `1n` and `1`
    /// differ, `-0` and `0` differ, NaN is the same as NaN.
    0x50 same = Same(dst: Dst, a: Src, b: Src) => Next, 0;
    /// Whether `proto` stands on the prototype chain of `obj`.
    0x51 instance_of = InstanceOf(dst: Dst, obj: Src, proto: Src) => Next, 0;
}
text {
    /// Joins the texts of all operands. Objects answer by `__str__`. Raises `:limit`.
    0x54 concat = Concat(dst: Dst, parts: Srcs) => Call, 0;
    /// The text of a value, as `io.print` shows it. Objects answer by `__str__`. Raises `:limit`.
    0x55 to_text = ToText(dst: Dst, src: Src) => Call, 0;
    /// Number of elements, code points, octets or entries; the items of a list
    /// are counted one by one. Objects answer by `__len__`. Raises `:bad_type`.
    0x56 length = Length(dst: Dst, src: Src) => Call, 0;
}
control {
    /// Goes to the target.
    0x0B jump = Jump(target: Target) => Jump, 0;
    /// Goes to the target if the value is truthy.
    0x0C jump_if_true = JumpIfTrue(cond: Src, target: Target) => Branch, 0;
    /// Goes to the target if the value is falsy.
    0x0D jump_if_false = JumpIfFalse(cond: Src, target: Target) => Branch, 0;
    /// Tries the patterns in order and goes to the target of the first that
    /// fits, its bindings written; with none, the next instruction follows.
    0x12 r#match = Match(src: Src, arms: Arms) => Branch, 0;
    /// Ends this process's turn; it goes to the back of the queue.
    0x13 r#yield = Yield() => Wait, 0;
    /// Does nothing.
    0x14 nop = Nop() => Next, 0;
    /// Goes to the target if the value is `undefined`.
    0x58 jump_if_undefined = JumpIfUndefined(cond: Src, target: Target) => Branch, 0;
}
call {
    /// Calls a function with arguments and stores what it returns.
    ///
    /// Raises `:not_callable`; `:bad_arity` if the count does not suit;
    /// `:not_found` for an extern function that is not there;
    /// `:stack_overflow` if the frame does not fit into the process's memory.
    0x09 call = Call(dst: Dst, func: Src, args: Srcs) => Call, 1;
    /// Returns a value to the caller.
    0x0A r#return = Return(src: Src) => Leave, 0;
    /// Makes a closure of a function that a register holds; its capture count
    /// is compared when the closure is called. Raises `:not_callable`; `:bad_type`
    /// for a native, which captures nothing; `:not_found` for an extern function
    /// that is not there.
    0x23 make_closure_dyn = MakeClosureDyn(dst: Dst, func: Src, scope: Scope, captures: Srcs) => Next, 0;
    /// Calls with a receiver for `load_this`. Raises as `call`.
    0x60 call_this = CallThis(dst: Dst, func: Src, this: Src, args: Srcs) => Call, 1;
    /// Calls with the elements of an array or tuple as arguments. Raises as
    /// `call`, and `:bad_type` if `seq` is neither.
    0x61 call_spread = CallSpread(dst: Dst, func: Src, this: OptSrc, seq: Src) => Call, 1;
    /// Calls a native function by name. Raises what the native raises.
    0x62 call_native = CallNative(dst: Dst, native: Native, args: Srcs) => Call, 1;
    /// Calls in place of the running function: its frame is gone before the
    /// callee runs, so that loops of tail calls need constant space. Raises as `call`.
    0x63 tail_call = TailCall(func: Src, args: Srcs) => Leave, 1;
    /// `tail_call` with a receiver. Raises as `call`.
    0x64 tail_call_this = TailCallThis(func: Src, this: Src, args: Srcs) => Leave, 1;
    /// `tail_call` with the elements of an array or tuple as arguments. Raises as `call_spread`.
    0x65 tail_call_spread = TailCallSpread(func: Src, this: OptSrc, seq: Src) => Leave, 1;
    /// Makes a closure of a function of this class. Captures are by value and
    /// become registers 0.. of the closure's frame.
    0x66 make_closure = MakeClosure(dst: Dst, func: Function, scope: Scope, captures: Srcs) => Next, 0;
    /// Makes a cell, one mutable place, that holds the value.
    0x67 make_cell = MakeCell(dst: Dst, src: Src) => Next, 0;
    /// Reads a cell. Raises `:bad_type`.
    0x68 cell_get = CellGet(dst: Dst, cell: Src) => Next, 0;
    /// Writes a cell. Raises `:bad_type`.
    0x69 cell_set = CellSet(cell: Src, src: Src) => Next, 0;
    /// The function with its receiver set, replacing one it had; a native stays as
    /// it is. Raises `:not_callable`; `:not_found` for an extern function that is not there.
    0x6A bind = Bind(dst: Dst, func: Src, this: Src) => Next, 0;
}
container {
    /// Makes an array of the operands.
    0x22 array_init = ArrayInit(dst: Dst, items: Srcs) => Next, 0;
    /// Makes a tuple of the operands.
    0x70 tuple_init = TupleInit(dst: Dst, items: Srcs) => Next, 0;
    /// Makes a map of key and value pairs; a later entry of the same key wins.
    /// Raises `:bad_type` for a mutable key.
    0x71 map_init = MapInit(dst: Dst, entries: Pairs) => Next, 0;
    /// Makes a list cell.
    0x72 pair_init = PairInit(dst: Dst, head: Src, tail: Src) => Next, 0;
    /// Makes bytes of whole numbers from 0 to 255, strings and bytes. Raises
    /// `:bad_type`, `:bad_number`; `:limit` if the result would pass the value limit.
    0x73 bytes_init = BytesInit(dst: Dst, parts: Srcs) => Next, 0;
    /// Appends a value to an array. Raises `:bad_type`, `:read_only`; `:limit`
    /// for more elements than an array may have.
    0x74 array_push = ArrayPush(array: Src, src: Src) => Next, 0;
    /// Reads an element. Objects answer by `__get_index__`. Raises
    /// `:bad_index` out of range, `:not_found` for a map's missing key, `:bad_type`.
    0x75 get_index = GetIndex(dst: Dst, container: Src, index: Src) => Call, 0;
    /// Writes an element that an array has, or an entry of a map, which it need
    /// not have. A map holds at most 11184810 entries. Objects answer by
    /// `__set_index__`. Raises `:bad_index`, `:bad_type`, `:read_only`.
    0x76 set_index = SetIndex(container: Src, index: Src, src: Src) => Call, 0;
    /// Whether an index or key is there; `false` for what cannot be one.
    /// Objects answer by `__has_index__`. Raises `:bad_type` for what has no elements.
    0x77 has_index = HasIndex(dst: Dst, container: Src, index: Src) => Call, 0;
    /// Removes an element of an array, those behind it moving up, or an entry
    /// of a map. Objects answer by `__delete_index__`. Raises `:bad_index`, `:not_found`, `:bad_type`, `:read_only`.
    0x78 delete_index = DeleteIndex(container: Src, index: Src) => Call, 0;
    /// Makes an iterator over an array, tuple, list, map, string, bytes, or the
    /// own enumerable properties of an object; it yields their keys (indices
    /// from 0), values, or `(key, value)` tuples. The values of an iterator
    /// or coroutine are itself. Objects answer by `__iter__`.
    ///
    /// What changes during the walk is seen: elements appended to an array,
    /// entries added to a map; entries and properties that were removed are
    /// passed over, and properties added to an object are not walked.
    /// Raises `:bad_type`.
    0x79 iter_init = IterInit(dst: Dst, src: Src, what: IterFlags) => Call, 0;
    /// Takes the next item, or goes to the target when there is none; `dst` is
    /// `undefined` then. Raises `:bad_type`, also for a list that does not end in `nil`.
    ///
    /// A coroutine is resumed with `undefined`; what it yields are the items,
    /// what it returns is dropped. One that is finished has no items. Raises then
    /// `:not_callable` for one that runs; `:stack_overflow` if its frames do not
    /// fit into the process's memory.
    0x7A iter_next = IterNext(dst: Dst, iter: Src, done: Target) => Branch, 0;
    /// Reads the head of a list cell. Raises `:bad_type`.
    0x7B pair_head = PairHead(dst: Dst, pair: Src) => Next, 0;
    /// Reads the tail of a list cell. Raises `:bad_type`.
    0x7C pair_tail = PairTail(dst: Dst, pair: Src) => Next, 0;
}
object {
    /// Reads a property, own or inherited; `undefined` if there is none.
    /// Methods are bound to the object. Objects answer for missing ones by
    /// `__get__`. Raises `:bad_type` for what has no properties; `:bad_prototype`
    /// for a chain that is too long.
    0x07 get_prop = GetProp(dst: Dst, obj: Src, key: Src) => Call, 0;
    /// Writes a property. Objects answer for ones they do not own by
    /// `__set__`. Raises `:read_only`, `:bad_type`, `:bad_index`; `:bad_prototype`
    /// for a chain that is too long; `:limit` for more elements than an array may have.
    0x08 set_prop = SetProp(obj: Src, key: Src, src: Src) => Call, 0;
    /// Makes an object without prototype. A key may be a magic method's name:
    /// it is an ordinary property all the same.
    0x1F object_init = ObjectInit(dst: Dst, properties: Properties) => Next, 0;
    /// Makes an object with a prototype, `undefined` for none. Raises `:bad_type`,
    /// `:bad_prototype` for a chain that is too deep.
    0x80 object_new = ObjectNew(dst: Dst, proto: Src, properties: Properties) => Next, 0;
    /// Reads a property without binding methods. Raises `:bad_type`; `:bad_prototype`
    /// for a chain that is too long.
    0x81 get_raw = GetRaw(dst: Dst, obj: Src, key: Src) => Call, 0;
    /// Defines or redefines an own property with its flags. Raises `:read_only`, `:bad_type`.
    0x82 define_prop = DefineProp(obj: Src, key: Src, src: Src, flags: PropertyFlags) => Next, 0;
    /// Deletes an own property; yields whether it was there. Raises `:read_only`, `:bad_type`.
    0x83 delete_prop = DeleteProp(dst: Dst, obj: Src, key: Src) => Next, 0;
    /// Whether a property is there. Raises `:bad_type`; `:bad_prototype` for a chain
    /// that is too long.
    0x84 has_prop = HasProp(dst: Dst, obj: Src, key: Src, r#where: HasFlags) => Next, 0;
    /// The prototype, or `undefined`. Raises `:bad_type`.
    0x85 get_proto = GetProto(dst: Dst, obj: Src) => Next, 0;
    /// Sets the prototype; `undefined` removes it. Raises `:bad_prototype`
    /// for a cycle or a chain that is too deep, `:read_only`, `:bad_type`.
    0x86 set_proto = SetProto(obj: Src, proto: Src) => Next, 0;
    /// Sets a magic method. Raises `:bad_type`, `:read_only`.
    0x87 set_magic = SetMagic(obj: Src, name: Name, func: Src) => Next, 0;
    /// Sets the object's type name. Raises `:read_only`, `:bad_type`.
    0x88 set_type_name = SetTypeName(obj: Src, name: Name) => Next, 0;
    /// Makes an object, array or map immutable, not what it refers to. What
    /// cannot change stays as it is. Raises `:bad_type` for cells, iterators,
    /// coroutines.
    0x89 freeze = Freeze(obj: Src) => Next, 0;
    /// Freezes a whole graph and moves it to the read-only area of the
    /// machine: it is never copied again. Raises `:bad_type`, `:limit`.
    0x8A share = Share(dst: Dst, src: Src) => Next, 0;
}
error {
    /// Throws a value.
    0x90 throw = Throw(src: Src) => Leave, 0;
    /// Goes on with a caught value and its info. Raises `:bad_type` for another info.
    0x91 rethrow = Rethrow(src: Src, info: Src) => Leave, 0;
    /// Raises class `:exit`; uncaught, the process ends with the reason.
    0x92 exit = Exit(reason: Src) => Leave, 0;
    /// Throws a value of the program's own with class `:error`.
    ///
    /// Uncaught, the process ends with an object itself as the reason, and with
    /// any other value `v` as `(v, trace)`.
    0x93 error = Error(src: Src) => Leave, 0;
}
coroutine {
    /// Makes a coroutine: a call that has not begun. Its first resume begins it.
    ///
    /// A coroutine belongs to its process and cannot be sent. Raises
    /// `:not_callable`, also for a native; `:bad_arity` if the count does not
    /// suit; `:not_found` for an extern function that is not there; `:memory_limit`.
    0x98 co_new = CoNew(dst: Dst, func: Src, args: Srcs) => Next, 0;
    /// Goes on with a coroutine until it yields, returns or throws. `dst` gets
    /// what it yields or returns, `done` whether it returned.
    ///
    /// The coroutine gets the value as the result of the `co_yield` at which it
    /// was suspended; the value of the first resume is dropped. What it throws
    /// and does not catch finishes it and is raised here. Raises `:bad_type`
    /// for what is no coroutine; `:not_callable` for one that is finished or
    /// runs, be it itself or one that waits for whom it has resumed;
    /// `:stack_overflow` if its frames do not fit into the process's memory.
    0x99 co_resume = CoResume(dst: Dst, done: Dst, co: Src, src: Src) => Call, 1;
    /// As `co_resume`, but throws the value inside, at the `co_yield` at which
    /// the coroutine was suspended. One that has not begun is finished by it,
    /// and the value is raised here. Raises as `co_resume`.
    0x9A co_throw = CoThrow(dst: Dst, done: Dst, co: Src, src: Src) => Call, 1;
    /// Suspends the innermost coroutine that runs, at any depth of calls inside
    /// it, and yields a value to its resumer. `dst` gets what it is resumed with.
    ///
    /// Raises `:not_found` if no coroutine runs; `:memory_limit` if its frames
    /// cannot be kept.
    0x9B co_yield = CoYield(dst: Dst, src: Src) => Call, 1;
}
process {
    /// Makes a process that runs a function with copies of the arguments. Before it
    /// runs, `link` links it to this process; `keep` holds its result for `await` and
    /// `select`.
    ///
    /// Raises `:not_callable`; `:bad_arity` if the count does not suit; `:limit` when
    /// there are too many processes; `:bad_type` for what cannot be sent.
    0x0E spawn = Spawn(dst: Dst, func: Src, flags: SpawnFlags, args: Srcs) => Call, 20;
    /// Sends a copy of a value to a process, to whoever has a name, or to whom a
    /// reference stands for as an alias. Never waits; to a process that has ended, and
    /// through an alias that has, the message is dropped. Raises `:not_found` for a
    /// name that nobody has, `:limit` for a full bounded mailbox, `:bad_type`.
    0x0F send = Send(target: Src, msg: Src) => Next, 1;
    /// Takes the oldest message, waiting for one if there is none.
    0x10 receive = Receive(dst: Dst) => Wait, 1;
    /// Version 1 only: `await` of the process of a literal number. Raises as
    /// `await`: `:noproc`, `:bad_type`.
    0x11 await_number = AwaitNumber(dst: Dst, number: Literal) => Wait, 1;
    /// Takes the oldest message, waiting at most a number of milliseconds: a
    /// fraction rounds up, `:infinity` waits for ever, 0 polls. `result` tells
    /// whether there was one; if not, `dst` is `undefined`. Raises
    /// `:bad_number` for NaN and negatives, `:bad_type`.
    0x1E receive_with_timeout = ReceiveWithTimeout(dst: Dst, timeout: Src, result: Dst) => Wait, 1;
    /// Waits for the first of several processes to end and yields `(index, result)`;
    /// of those that have ended already the first operand counts. Results of the
    /// others stay where they are. Raises as `await`: the exit reason of one that
    /// failed, `:noproc`, `:bad_type`.
    0x20 select = Select(dst: Dst, processes: Srcs) => Wait, 1;
    /// As `select`, but before it is over, be it by raising, it kills the others, waits for
    /// their ends and drops their results. Raises `:noproc`, `:bad_type`.
    0x21 select_with_kill = SelectWithKill(dst: Dst, processes: Srcs) => Wait, 1;
    /// `spawn` with arguments as an array or tuple and a map of options, all in force
    /// before it runs: `:link` and `:keep`, booleans; `:monitor`, a boolean, or the
    /// alias that comes with the monitor, `:explicit`, `:demonitor` or `:reply`; `:name`, an
    /// atom that it is registered as; `:max_heap`, its memory in bytes, never more than
    /// the machine's limit; `:max_messages` and `:max_mailbox_bytes`, the bounds of its mailbox;
    /// `:max_reductions`, how many it may use, or instructions in stepped mode: then it
    /// ends with an error `:limit` that it cannot catch. Limits may be `:infinity`. `:rights`, an
    /// array or tuple of strings such as `"fs.read:/data"`: what it and its children may do outside at
    /// most, and never more than its spawner. `ref` gets the monitor's reference, `undefined` if there is none.
    ///
    /// Raises `:not_callable`, `:bad_arity`, `:limit`; `:bad_type` for a wrong argument or
    /// option, or what cannot be sent; `:bad_number` for a limit that is negative or no
    /// whole number; `:bad_name` for an unknown option or right, or a name that is taken.
    0xA0 spawn_opts = SpawnOpts(dst: Dst, r#ref: OptDst, func: Src, seq: Src, opts: Src) => Call, 20;
    /// As `send`, but yields `true`, or `false` if a bounded mailbox is full. Raises
    /// `:not_found`, `:bad_type`.
    0xA1 try_send = TrySend(dst: Dst, target: Src, msg: Src) => Next, 1;
    /// Takes the oldest message that one of the patterns fits, and goes to the target of
    /// the first pattern that fits it, its bindings written; leaves the rest in place, in
    /// order. Messages are looked at where they lie; only what is bound is copied. With a timeout
    /// arm it goes there after so many milliseconds: a fraction rounds up,
    /// `:infinity` waits for ever, 0 looks through what has come. Raises
    /// `:bad_number` for NaN and negatives, `:bad_type`.
    0xA2 receive_match = ReceiveMatch(arms: Arms, timeout: TimeoutArm) => WaitBranch, 1;
    /// Begins a scan of the mailbox for this frame, from the start or, if `hint` is
    /// a reference that was made lately, from where that was made, and arms its
    /// clock, once. Raises as `receive_with_timeout`: `:bad_number`, `:bad_type`.
    0xA3 recv_begin = RecvBegin(hint: OptSrc, timeout: OptSrc) => Next, 1;
    /// Gives a copy of the next message that the scan has not given, leaving it in
    /// place; waits for one; goes to the target when the time is over, and `dst`
    /// is `undefined` then.
    ///
    /// Another receive in the meantime, in whatever function, lets the scan begin
    /// again. Without `recv_begin` it begins at the start and waits for ever.
    0xA4 recv_next = RecvNext(dst: Dst, timed_out: Target) => WaitBranch, 1;
    /// Removes the message that `recv_next` gave last in this frame, and ends the
    /// scan. Raises `:not_found` if there is none, or if it was taken meanwhile.
    0xA5 recv_take = RecvTake() => Next, 1;
    /// Makes a reference that differs from all others. A receive that wants it, by a
    /// pin in each of its patterns or by the hint of `recv_begin`, begins behind the messages that
    /// came before, if it was made lately.
    0xA6 make_ref = MakeRef(dst: Dst) => Next, 0;
    /// Links this process and another, if they are not linked; nothing for itself. If the
    /// other has ended: raises `:noproc`, or, where exits are trapped, a message
    /// `(:EXIT, process, :noproc)` comes. Raises `:bad_type`.
    0xA7 link = Link(process: Src) => Next, 1;
    /// Removes a link; no exit signal of it arrives afterwards. A message that it
    /// has become already stays in the mailbox. Raises `:bad_type`.
    0xA8 unlink = Unlink(process: Src) => Next, 1;
    /// Watches a process, or whoever has a name now: one message
    /// `(:DOWN, ref, :process, process or name, reason)` when it ends; at once if it is
    /// gone, or nobody has the name, with the reason `noproc`. Nothing comes of watching
    /// oneself. `dst` gets the reference, which may stand for this process as an alias, too:
    /// until `unalias` (`explicit`), until the monitor is gone (`demonitor`), or until the
    /// first message through it, which ends the monitor (`reply`). Raises `:bad_type`.
    0xA9 monitor = Monitor(dst: Dst, target: Src, alias: AliasMode) => Next, 1;
    /// Gives up a monitor: no message of it comes afterwards. With `flush` one that is in
    /// the mailbox is removed; with `info` the result tells whether the monitor
    /// was live, and is `true` otherwise. A reference that is no monitor of this process does
    /// nothing. Raises `:bad_type`.
    0xAA demonitor = Demonitor(dst: Dst, r#ref: Src, flags: DemonitorFlags) => Next, 1;
    /// Makes a reference that stands for this process as a target of `send`, until
    /// `unalias` (`explicit`) or the first message through it (`reply`). A message that
    /// arrives when it is no more is dropped.
    0xAB alias = Alias(dst: Dst, kind: AliasFlags) => Next, 1;
    /// Ends an alias of this process; yields whether it was there. Raises `:bad_type`.
    0xAC unalias = Unalias(dst: Dst, r#ref: Src) => Next, 1;
    /// Sends an exit signal to a process. It dies with the reason, or, if it traps exits,
    /// gets a message `(:EXIT, sender, reason)`; `:normal` from another does nothing to one that does
    /// not, and of `:kill` every process dies, with `:killed`. One sent to oneself has
    /// done so before the next instruction. Raises `:bad_type`.
    0xAD exit_signal = ExitSignal(process: Src, reason: Src) => Next, 1;
    /// Sets whether exit signals arrive as messages; yields the old setting. Raises `:bad_type`
    /// if `flag` is no boolean.
    0xAE trap_exit = TrapExit(dst: Dst, flag: Src) => Next, 0;
    /// Waits for the end of a process and yields what its function returned, `unit`
    /// after `exit :normal`. Raises the exit reason of one that failed, with class `:exit`.
    ///
    /// One that has ended already has a result only if it was spawned with `keep`,
    /// until that is taken or the spawner ends. Raises `:noproc` if there is none,
    /// `:bad_type` for oneself and what is no process.
    0xAF r#await = Await(dst: Dst, process: Src) => Wait, 1;
    /// As `await`, at most a number of milliseconds, as `receive_with_timeout`; `result`
    /// tells whether it ended, and if not, `dst` is `undefined`. Raises `:noproc`,
    /// `:bad_type`; `:bad_number` for NaN and negatives.
    0xB0 await_timeout = AwaitTimeout(dst: Dst, process: Src, timeout: Src, result: Dst) => Wait, 1;
    /// Waits for a number of milliseconds, and takes no messages; a fraction rounds up,
    /// `:infinity` waits for ever. Raises `:bad_number` for NaN and negatives, `:bad_type`.
    0xB1 sleep = Sleep(timeout: Src) => Wait, 1;
}
}}}
pub(crate) use for_each_op;
