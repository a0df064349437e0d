//! The INTERNAL operation table: what engines run.
//!
//! An operation is 8 bytes: a code and three 16-bit operands. Long operand
//! lists stand in `args` words behind the operation, three to a word. Unlike
//! the public instruction set this one is no promise: it may change any day,
//! since every class is lowered anew when it is loaded.
//!
//! A line reads `Variant handler(a, b, c)`; the comment says what the operands are, where `reg`
//! is a register, `k` an entry of the function's constants, `n` a count, `t` a
//! jump distance in operations from the operation itself. The table
//! generates the codes, one handler trait a family, and the dispatch over
//! them: an engine that lacks a handler does not compile.
//!
//! # Invariants
//! N1. Every operand is in range for the function that holds it: lowering takes
//!     them from a verified class and adds nothing that it has not checked.
//! N2. The operation before the end of a function never falls through.
//! N3. `args` words are never dispatched.

/// One internal operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Op {
    /// What to do.
    pub code: Code,
    /// First operand, mostly the destination.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
}

const _: () = assert!(size_of::<Op>() == 8);

impl Op {
    /// An operation.
    #[must_use]
    pub fn new(code: Code, a: u16, b: u16, c: u16) -> Op {
        Op { code, a, b, c }
    }

    /// Operands b and c as one 32-bit number: long jumps, table numbers.
    #[must_use]
    #[inline]
    pub fn wide(self) -> i32 {
        (u32::from(self.c) << 16 | u32::from(self.b)).cast_signed()
    }

    /// Sets operands b and c to one 32-bit number.
    pub fn set_wide(&mut self, n: i32) {
        self.b = n as u16;
        self.c = (n >> 16) as u16;
    }

    /// Operand c as a short jump distance.
    #[must_use]
    #[inline]
    pub fn near(self) -> i16 {
        self.c.cast_signed()
    }
}

/// The table; see the module documentation.
macro_rules! for_each_internal {
    ($with:ident) => {
        $with! {
        DataOps {
            /// a = constant b
            LoadConst load_const;
            /// a = a fresh copy of template bc
            LoadFresh load_fresh;
            /// a = b
            Move move_;
            /// a = the running process
            LoadSelf load_self;
            /// a = global bc
            GetGlobal get_global;
            /// global bc = a
            SetGlobal set_global;
            /// a = name of the type of b
            TypeOf type_of;
            /// a = tuple of the b registers in args
            TupleInit tuple_init;
            /// a = array of the b registers in args
            ArrayInit array_init;
            /// a = cell of list: head b, tail c
            PairInit pair_init;
            /// a = head of list cell b
            PairHead pair_head;
            /// a = tail of list cell b
            PairTail pair_tail;
            /// a = map of b entries; args hold key and value of each
            MapInit map_init;
            /// a = bytes of the b registers in args, joined
            BytesInit bytes_init;
            /// append c to array b (a unused)
            ArrayPush array_push;
            /// a = element c of b
            GetIndex get_index;
            /// element b of a = c
            SetIndex set_index;
            /// a = whether element c of b is there
            HasIndex has_index;
            /// removes element b of a
            DeleteIndex delete_index;
            /// a = iterator over b; c says what it yields
            IterInit iter_init;
            /// a = length of b
            Length length;
            /// a = object of b properties; args hold for each key (k), register, flags
            ObjectInit object_init;
            /// as ObjectInit, with register c as prototype
            ObjectNew object_new;
            /// a = object of object layout b
            ObjectMake object_make;
            /// as ObjectMake, with register c as prototype
            ObjectMakeOf object_make_of;
            /// a = property c of b
            GetProp get_prop;
            /// property b of a = c
            SetProp set_prop;
            /// a = property c of b, methods as they are
            GetRaw get_raw;
            /// a = property of b with the name of site c
            GetPropK get_prop_k;
            /// as GetPropK, methods as they are
            GetRawK get_raw_k;
            /// property of a with the name of site b = c
            SetPropK set_prop_k;
            /// property b of a = c with the flags in args
            DefineProp define_prop;
            /// a = whether property c of b was there; it is gone
            DeleteProp delete_prop;
            /// a = whether b or an ancestor has property c
            HasProp has_prop;
            /// a = whether b itself has property c
            HasOwn has_own;
            /// a = prototype of b
            GetProto get_proto;
            /// prototype of a = b
            SetProto set_proto;
            /// magic method (k) b of a = c
            SetMagic set_magic;
            /// type name of a = (k) b
            SetTypeName set_type_name;
            /// freezes a
            Freeze freeze;
            /// a = b, with all that it refers to in the read-only area
            Share share;
            /// a = whether c stands above b
            InstanceOf instance_of;
            /// a = cell holding b
            MakeCell make_cell;
            /// a = content of cell b
            CellGet cell_get;
            /// content of cell a = b
            CellSet cell_set;
            /// a = closure of function constant b over the c registers in args
            MakeClosure make_closure;
            /// a = closure of the function in register b over the c registers in args
            MakeClosureDyn make_closure_dyn;
            /// a = function b with receiver c
            Bind bind;
            /// a = text of the b registers in args, joined
            Concat concat;
            /// a = text of b
            ToText to_text;
        }
        ArithOps {
            /// a = b + c
            Add add;
            /// a = b - c
            Sub sub;
            /// a = b * c
            Mul mul;
            /// a = b / c
            Div div;
            /// a = b mod c
            Mod mod_;
            /// a = b + number constant c
            AddK add_k;
            /// a = b - number constant c
            SubK sub_k;
            /// a = b * number constant c
            MulK mul_k;
            /// a = b / number constant c
            DivK div_k;
            /// a = b mod number constant c, whose inverse is the constant after it
            ModK mod_k;
            /// a = b rem c
            Rem rem;
            /// a = b to the power of c
            Pow pow;
            /// a = b int_div c
            IntDiv int_div;
            /// a = b quot c
            Quot quot;
            /// a = -b
            Neg neg;
            /// a = b and c, by bits
            BitAnd bit_and;
            /// a = b or c, by bits
            BitOr bit_or;
            /// a = b xor c, by bits
            BitXor bit_xor;
            /// a = b shifted left by c
            Shl shl;
            /// a = b shifted right by c
            Shr shr;
            /// a = complement of b
            BitNot bit_not;
            /// a = b equal c
            Equal equal;
            /// a = b not equal c
            NotEqual not_equal;
            /// a = b < c
            Less less;
            /// a = b <= c
            LessEqual less_equal;
            /// a = b > c
            Greater greater;
            /// a = b >= c
            GreaterEqual greater_equal;
            /// a = b same c
            Same same;
            /// a = b and c, by truth
            And and;
            /// a = b or c, by truth
            Or or;
            /// a = not b
            Not not;
        }
        ControlOps {
            /// goes bc operations on
            Jump jump;
            /// goes bc operations on if a is truthy
            JumpIfTrue jump_if_true;
            /// goes bc operations on if a is falsy
            JumpIfFalse jump_if_false;
            /// goes bc operations on if a is undefined
            JumpIfUndefined jump_if_undefined;
            /// goes c operations on if a equals b
            JumpEqual jump_equal;
            /// goes c operations on unless a equals b
            JumpNotEqual jump_not_equal;
            /// goes c operations on if a < b
            JumpLess jump_less;
            /// goes c operations on unless a < b
            JumpNotLess jump_not_less;
            /// goes c operations on if a <= b
            JumpLessEqual jump_less_equal;
            /// goes c operations on unless a <= b
            JumpNotLessEqual jump_not_less_equal;
            /// as JumpEqual, b a number or small integer constant
            JumpEqualK jump_equal_k;
            /// as JumpNotEqual, b a number or small integer constant
            JumpNotEqualK jump_not_equal_k;
            /// as JumpLess, b a number or small integer constant
            JumpLessK jump_less_k;
            /// as JumpNotLess, b a number or small integer constant
            JumpNotLessK jump_not_less_k;
            /// as JumpLessEqual, b a number or small integer constant
            JumpLessEqualK jump_less_equal_k;
            /// as JumpNotLessEqual, b a number or small integer constant
            JumpNotLessEqualK jump_not_less_equal_k;
            /// goes c operations on if a > number constant b
            JumpGreaterK jump_greater_k;
            /// goes c operations on unless a > number constant b
            JumpNotGreaterK jump_not_greater_k;
            /// goes c operations on if a >= number constant b
            JumpGreaterEqualK jump_greater_equal_k;
            /// goes c operations on unless a >= number constant b
            JumpNotGreaterEqualK jump_not_greater_equal_k;
            /// a = a + number constant in args; goes c operations on if that is < b.
            /// Otherwise the next operation, a jump, leaves the loop, and the one
            /// behind it does the same step by step for what are not numbers
            CountLess count_less;
            /// as CountLess, b a number or small integer constant
            CountLessK count_less_k;
            /// as CountLess with <=
            CountLessEqual count_less_equal;
            /// as CountLessEqual, b a number or small integer constant
            CountLessEqualK count_less_equal_k;
            /// tries match table bc on register a
            Match match_;
            /// a = next item of iterator b, or goes on as far as operands b and c of args say
            IterNext iter_next;
            /// a = next item of iterator b, going on as far as operands b and c of args say; else nothing
            IterLoop iter_loop;
            /// ends the turn
            Yield yield_;
            /// nothing
            Nop nop;
            /// a = call of register b with the c registers in args
            Call call;
            /// a = call of function b of this class, whose arity is c, with the registers in args
            CallKnown call_known;
            /// as CallKnown with one argument, register c
            CallKnown1 call_known_1;
            /// a = call by name at place b with the c registers in args
            CallByName call_by_name;
            /// a = call of register b with the c registers in args, the first of which is the receiver
            CallThis call_this;
            /// a = property of b with the name of site c, as it is; the operation behind it is a
            /// CallMethod or TailCallMethod of a
            GetMethod get_method;
            /// a = call of register b with the c registers in args, the first of which it was read from
            CallMethod call_method;
            /// as CallMethod, in place of this frame
            TailCallMethod tail_call_method;
            /// a = call of register b with receiver c - 1 (0: none) and the elements of the register in args
            CallSpread call_spread;
            /// a = native b with the c registers in args
            CallNative call_native;
            /// calls register b with the c registers in args in place of this frame
            TailCall tail_call;
            /// as TailCall, the first register in args being the receiver
            TailCallThis tail_call_this;
            /// as CallSpread, in place of this frame
            TailCallSpread tail_call_spread;
            /// returns register a
            Return return_;
            /// returns unit
            ReturnUnit return_unit;
            /// throws register a
            Throw throw;
            /// goes on throwing value a with info b
            Rethrow rethrow;
            /// ends with reason a unless caught
            Exit exit;
            /// throws register a with class `:error`
            Error error;
            /// a = coroutine of a call of register b with the c registers in args
            CoNew co_new;
            /// goes on with coroutine b, which gets c; a = what it yields, args = whether it returned
            CoResume co_resume;
            /// as CoResume, but raises c in it
            CoThrow co_throw;
            /// suspends the coroutine that runs, its resumer getting b; a = what it is resumed with
            CoYield co_yield;
            /// operands of the operation before; never runs
            Args args;
        }
        ActorOps {
            /// sends b to a
            Send send;
            /// a = whether c was sent to b
            TrySend try_send;
            /// a = oldest message
            Receive receive;
            /// a = oldest message, waiting b ms at most; c = whether there was one
            ReceiveWithTimeout receive_with_timeout;
            /// takes the oldest message that an arm of match table bc fits, and goes there; waits
            /// as many ms as register a - 1 says (0: for ever), then goes on as far as
            /// operands b and c of args say
            ReceiveMatch receive_match;
            /// begins the scan in the registers from a on: from the mark of register b - 1 (0:
            /// from the start), for as many ms as register c - 1 says (0: for ever)
            RecvBegin recv_begin;
            /// a = next message of the scan in the registers from b on, left in place; goes on as
            /// far as operands b and c of args say when its time is over
            RecvNext recv_next;
            /// removes the message that the scan in the registers from a on gave last
            RecvTake recv_take;
            /// a = what process b returns
            Await await_;
            /// a = what the process of number bc returns
            AwaitNumber await_number;
            /// a = what process b returns, waiting c ms at most; args = whether it has ended
            AwaitTimeout await_timeout;
            /// a = place and result of the first of the b processes in args that ends
            Select select;
            /// as Select, and kills the others
            SelectWithKill select_with_kill;
            /// waits a ms
            Sleep sleep;
            /// a = fresh reference
            MakeRef make_ref;
        }
        SpawnOps {
            /// a = process running register b with the c registers in args
            Spawn spawn;
            /// as Spawn, but the first of the c words is the flags
            SpawnWith spawn_with;
            /// a = process running register b; args: arguments, options, and 1 + the register of
            /// the monitor's reference or 0
            SpawnOpts spawn_opts;
        }
        SignalOps {
            /// links with a
            Link link;
            /// gives the link with a up
            Unlink unlink;
            /// a = monitor of b, with alias mode c
            Monitor monitor;
            /// a = what giving up monitor b with flags c tells
            Demonitor demonitor;
            /// a = alias of kind b
            Alias alias;
            /// a = whether alias b was active; it ends
            Unalias unalias;
            /// sends a an exit signal with reason b
            ExitSignal exit_signal;
            /// a = whether exits were trapped; they are as b says
            TrapExit trap_exit;
        }
        }
    };
}
pub(crate) use for_each_internal;

macro_rules! expand {
    ($($family:ident { $($(#[doc = $doc:literal])* $variant:ident $handler:ident;)* })*) => {
        /// The code of an internal operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Code { $($($(#[doc = $doc])* $variant,)*)* }

        impl Code {
            /// Every code, at the place of its number.
            pub const ALL: &'static [Code] = &[$($(Code::$variant,)*)*];
        }

        $(
            #[doc = concat!("Handlers of the family `", stringify!($family), "`.")]
            pub trait $family {
                /// Whether the engine goes on.
                type Flow;
                $($(#[doc = $doc])* fn $handler(&mut self, op: Op) -> Self::Flow;)*
            }
        )*
    };
}
for_each_internal!(expand);
