"""Primitives: messages that begin with `_`, which are instructions and natives.

The library in `lib/` is written with them; programs may use them too.
`_Native: 'string.starts_with' With: x` calls a native with the receiver and the arguments; what is
`undefined` there is `nil` here.
"""

from __future__ import annotations

from collections.abc import Callable

from ionvm import Instruction, Label, Pattern, Value

from self_code import Place
from self_sends import Sends
from self_tree import Literal, Node, Send

__all__ = ["Primitives"]

I = Instruction

UNARY = {
    "_Negated": I.neg,
    "_Not": I.not_,
    "_Complement": I.bit_not,
    "_Text": I.to_text,
    "_Size": I.length,
    "_Type": I.type_of,
}
BINARY = {
    "_Add:": I.add,
    "_Sub:": I.sub,
    "_Mul:": I.mul,
    "_Div:": I.div,
    "_Quot:": I.quot,
    "_Rem:": I.rem,
    "_FloorDiv:": I.int_div,
    "_FloorMod:": I.mod,
    "_Pow:": I.pow,
    "_And:": I.bit_and,
    "_Or:": I.bit_or,
    "_Xor:": I.bit_xor,
    "_ShiftLeft:": I.shl,
    "_ShiftRight:": I.shr,
    "_Equal:": I.equal,
    "_NotEqual:": I.not_equal,
    "_Less:": I.less_than,
    "_LessEqual:": I.less_equal,
    "_Greater:": I.greater_than,
    "_GreaterEqual:": I.greater_equal,
    "_Same:": I.same,
    "_At:": I.get_index,
    "_Has:": I.has_index,
}

#: What a block throws to leave its method: a home and a value.
LEAVES = Pattern.tuple([Pattern.type("cell"), Pattern.wildcard()])


class Primitives(Sends):
    """The primitives of a method or block."""

    def primitive(self, node: Send, result: int) -> None:
        """Compiles one. Raises `SelfishError` for one that is not there."""
        selector = node.selector
        special = SPECIAL_FORMS.get(selector)
        if special is None and not (
            selector in UNARY or selector in BINARY or selector.startswith("_Native:")
        ):
            known = ", ".join(sorted([*UNARY, *BINARY, *SPECIAL_FORMS, "_Native:"]))
            raise self.unit.error(node, f"there is no primitive {selector}; there are {known}")
        with self.e.temporaries():
            if node.receiver is None:
                receiver = Place(self.special["self"], None, self.special["look"])
            else:
                receiver = self.place(node.receiver, node.arguments)
            if special is not None:
                special(self, node, receiver, result)
                return
            if selector.startswith("_Native:"):
                native = self.text(node, node.arguments[0])
                arguments = [receiver.register, *self.values(node.arguments[1:])]
                self.at(node)
                self.native(result, native, arguments)
                return
            arguments = [receiver.register, *self.values(node.arguments)]
            self.at(node)
            operation: Callable[..., Instruction] = UNARY.get(selector) or BINARY[selector]
            self.e.emit(operation(result, *arguments))

    def text(self, node: Send, argument: Node) -> str:
        if not isinstance(argument, Literal) or not isinstance(argument.value, str):
            raise self.unit.error(node, f"{node.selector} wants a string that stands there: 'name'")
        return argument.value

    def native(self, result: int, name: str, arguments: list[int]) -> None:
        """A call of a native; `undefined` becomes nil."""
        there = self.e.label()

        def absent() -> None:
            self.nil(result)
            self.e.emit(I.jump(there))

        self.e.emit(I.call_native(result, name, arguments))
        self.e.emit(I.jump_if_undefined(result, self.later(absent)), there)

    # ---- Objects --------------------------------------------------------------------

    def clone(self, node: Send, receiver: Place, result: int) -> None:
        """A copy of all slots, with the same parent."""
        made = self.e.register()
        self.e.emit(I.get_proto(made, receiver.register), I.object_new(made, made, []))
        self.e.emit(I.call_native(result, "object.assign", [made, receiver.register]))

    def add_slots(self, node: Send, receiver: Place, result: int) -> None:
        """Takes over the slots of another object, and its parent if it has one."""
        other = self.value(node.arguments[0])
        done, proto = self.e.label(), self.e.register()
        self.at(node)
        self.native(proto, "object.assign", [receiver.register, other])
        self.e.emit(I.get_proto(proto, other), I.jump_if_undefined(proto, done))
        self.e.emit(I.set_proto(receiver.register, proto), done)
        self.e.emit(I.move(result, receiver.register))

    def remove_slot(self, node: Send, receiver: Place, result: int) -> None:
        """Deletes the slot of a name, and the parent if that is what it holds."""
        name = self.value(node.arguments[0])
        value, parent = self.e.registers(2)
        other = self.e.label()
        self.e.emit(I.call_native(value, "object.own", [receiver.register, name]))
        self.e.emit(I.get_proto(parent, receiver.register), I.same(value, value, parent))
        self.e.emit(I.jump_if_false(value, other))
        self.e.constant(Value.undefined(), parent)
        self.e.emit(I.set_proto(receiver.register, parent), other)
        self.e.emit(I.delete_prop(result, receiver.register, name))

    def has_slot(self, node: Send, receiver: Place, result: int) -> None:
        name = self.value(node.arguments[0])
        self.e.emit(I.has_prop(result, receiver.register, name, "own"))

    def parent(self, node: Send, receiver: Place, result: int) -> None:
        there = self.e.label()

        def none() -> None:
            self.nil(result)
            self.e.emit(I.jump(there))

        self.e.emit(I.get_proto(result, receiver.register))
        self.e.emit(I.jump_if_undefined(result, self.later(none)), there)

    def set_parent(self, node: Send, receiver: Place, result: int) -> None:
        """Exchanges the parent, or takes it away if it is nil."""
        parent, given = self.e.register(), self.e.label()
        self.into(node.arguments[0], parent)
        self.by_type(parent, {"object": given})
        self.e.constant(Value.undefined(), parent)
        self.e.emit(given, I.set_proto(receiver.register, parent))
        self.e.emit(I.move(result, receiver.register))

    def seal(self, node: Send, receiver: Place, result: int) -> None:
        """Makes a slot one that nothing replaces, for the sake of what is opened up."""
        key = self.key(self.text(node, node.arguments[0]))
        method = self.e.register()
        self.e.emit(I.get_raw(method, receiver.register, key))
        self.e.emit(I.define_prop(receiver.register, key, method, "enumerable"))
        self.e.emit(I.move(result, receiver.register))

    def traits_of(self, node: Send, receiver: Place, result: int) -> None:
        """Says where lookups begin for values of a type of the machine."""
        name = self.text(node, node.arguments[0])
        types = self.e.register()
        self.e.emit(I.get_global(types, "types"))
        self.e.emit(I.set_prop(types, self.key(name), receiver.register))
        if name == "block":
            self.e.emit(I.set_global("blocks", receiver.register))
        self.e.emit(I.move(result, receiver.register))

    def perform(self, node: Send, receiver: Place, result: int) -> None:
        """A message whose name and arguments are computed."""
        selector, arguments = self.values(node.arguments)
        look = self.look(receiver)
        self.at(node)
        self.e.emit(
            self.runtime(result, "perform", [receiver.register, look, selector, arguments])
        )

    # ---- Errors ---------------------------------------------------------------------

    def throw(self, node: Send, receiver: Place, result: int) -> None:
        self.e.emit(I.throw(receiver.register))

    def guarded(self, receiver: Place, result: int, after: Label) -> tuple[int, int]:
        """Sends `value` and goes to `after`; goes on with what it threw in two registers."""
        start, end, caught = self.e.label(), self.e.label(), self.e.label()
        thrown, info = self.e.registers(2)
        self.e.emit(start)
        with self.flushed():
            self.send(result, receiver, "value", [])
        self.e.emit(I.jump(after), end, caught)
        self.e.protect(start, end, caught, thrown, info)
        return thrown, info

    def ensure(self, node: Send, receiver: Place, result: int) -> None:
        """`ensure:` and `ifCurtailed:`: runs another block at the end, or at an untimely one."""
        last = Place(self.value(node.arguments[0]))
        after = self.e.label()
        thrown, info = self.guarded(receiver, result, after)
        scratch = self.e.register()
        self.send(scratch, last, "value", [])
        self.e.emit(I.rethrow(thrown, info), after)
        if node.selector == "_Ensure:":
            self.send(scratch, last, "value", [])

    def on_error(self, node: Send, receiver: Place, result: int) -> None:
        """Gives an error to a block with an argument; lets returns from methods pass."""
        handler = Place(self.value(node.arguments[0]))
        after, leaving = self.e.label(), self.e.label()
        thrown, info = self.guarded(receiver, result, after)
        self.e.emit(I.match(thrown, [(LEAVES, leaving)]))
        self.e.emit(self.runtime(thrown, "as error", [thrown, info]))
        self.send(result, handler, "value:", [thrown])
        self.e.emit(I.jump(after), leaving, I.rethrow(thrown, info), after)

    # ---- Places in vectors and dictionaries ---------------------------------------------

    def at_put(self, node: Send, receiver: Place, result: int) -> None:
        index, value = self.values(node.arguments)
        self.at(node)
        self.e.emit(I.set_index(receiver.register, index, value))
        self.e.emit(I.move(result, receiver.register))

    # ---- Processes --------------------------------------------------------------------

    def fork(self, node: Send, receiver: Place, result: int) -> None:
        """Runs the receiver, a block, in a process that has a copy of the whole world."""
        lobby, types, runner = self.e.registers(3)
        self.e.emit(I.get_global(lobby, "lobby"), I.get_global(types, "types"))
        self.e.emit(I.array_init(lobby, [lobby, types, receiver.register]))
        self.e.constant(Value.function_ref("forked"), runner)
        self.e.emit(I.spawn(result, runner, [lobby], keep=False))

    def current(self, node: Send, receiver: Place, result: int) -> None:
        self.e.emit(I.self_pid(result))

    def send_message(self, node: Send, receiver: Place, result: int) -> None:
        message = self.value(node.arguments[0])
        self.e.emit(I.send(receiver.register, message), I.move(result, receiver.register))

    def receive(self, node: Send, receiver: Place, result: int) -> None:
        self.e.emit(I.receive(result))

    def receive_within(self, node: Send, receiver: Place, result: int) -> None:
        """`_ReceiveWithin: ms Else: block`."""
        wait, otherwise = self.values(node.arguments)
        came, done = self.e.register(), self.e.label()
        self.e.emit(I.receive_with_timeout(result, wait, came), I.jump_if_true(came, done))
        self.send(result, Place(otherwise), "value", [])
        self.e.emit(done)


Special = Callable[[Primitives, Send, Place, int], None]

SPECIAL_FORMS: dict[str, Special] = {
    "_Clone": Primitives.clone,
    "_AddSlots:": Primitives.add_slots,
    "_RemoveSlot:": Primitives.remove_slot,
    "_HasSlot:": Primitives.has_slot,
    "_Parent": Primitives.parent,
    "_SetParent:": Primitives.set_parent,
    "_Seal:": Primitives.seal,
    "_TraitsOf:": Primitives.traits_of,
    "_Perform:With:": Primitives.perform,
    "_Throw": Primitives.throw,
    "_Ensure:": Primitives.ensure,
    "_IfCurtailed:": Primitives.ensure,
    "_OnError:": Primitives.on_error,
    "_At:Put:": Primitives.at_put,
    "_Fork": Primitives.fork,
    "_Current": Primitives.current,
    "_Send:": Primitives.send_message,
    "_Receive": Primitives.receive,
    "_ReceiveWithin:Else:": Primitives.receive_within,
}
