"""Messages: a lookup by the machine's prototype chain, and a call of what was found.

An object answers for itself. Everything else (numbers, strings, vectors, ...) has no properties of
its own; for these the lookup begins at the traits object that `types` has for the type.

    type_of    look, receiver
    equal      test, look, :object
    jump_if_true test, ours
    get_global types, "types"
    get_raw    look, types, look
    jump       found
    ours:      move look, receiver
    found:     get_raw method, look, :selector

A function in a slot is a method and is called; anything else is what the slot holds. A name that is
nowhere in self is looked for in the lobby, then `undefinedSelector:Arguments:` is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from ionvm import Instruction, Value

from self_code import Base, Place
from self_tree import Resend

__all__ = ["Sends"]

I = Instruction


class Sends(Base):
    """Messages of a method or block."""

    def look(self, receiver: Place) -> int:
        """The register of the object where the lookup for a receiver begins."""
        if receiver.look is not None:
            return receiver.look
        if receiver.kind == "object":
            return receiver.register
        found = self.e.register()
        ours, done = self.e.label(), self.e.label()
        if receiver.kind is None:
            self.by_type(receiver.register, {"object": ours}, found)
        else:
            self.e.constant(Value.atom(receiver.kind), found)
        self.traits(found)
        if receiver.kind is None:
            self.e.emit(I.jump(done), ours, I.move(found, receiver.register), done)
        return found

    def traits(self, register: int) -> None:
        """From the name of a type to the object where its lookups begin."""
        with self.e.temporaries():
            types = self.e.register()
            self.e.emit(I.get_global(types, "types"), I.get_raw(register, types, register))

    def send(
        self,
        result: int,
        receiver: Place,
        selector: str,
        arguments: Sequence[int],
        implicit: bool = False,
    ) -> None:
        with self.e.temporaries():
            look = self.look(receiver)
            method, key = self.e.register(), self.key(selector)
            self.e.emit(I.get_raw(method, look, key))
            self.answer(result, method, receiver, look, selector, arguments, implicit)

    def answer(
        self,
        result: int,
        method: int,
        receiver: Place,
        look: int,
        selector: str,
        arguments: Sequence[int],
        implicit: bool = False,
    ) -> None:
        """Calls what a lookup has found, or takes it as it is."""
        found, done = self.e.label(), self.e.label()

        def missing() -> None:
            if implicit:
                lobby, nowhere = self.e.register(), self.e.label()
                self.e.emit(I.get_global(lobby, "lobby"))
                self.e.emit(I.get_raw(method, lobby, self.key(selector)))
                self.e.emit(I.jump_if_undefined(method, nowhere), I.jump(found), nowhere)
            self.not_understood(result, receiver.register, look, selector, arguments)
            self.e.emit(I.jump(done))

        nowhere = self.later(missing)
        call = I.call_this(result, method, receiver.register, arguments)
        if arguments:
            self.e.emit(I.jump_if_undefined(method, nowhere), found, call, done)
            return
        run = self.e.label()
        self.e.emit(found)
        self.by_type(method, {"function": run})
        self.e.emit(I.jump_if_undefined(method, nowhere))
        self.e.emit(I.move(result, method), I.jump(done), run, call, done)

    def not_understood(
        self, result: int, receiver: int, look: int, selector: str, arguments: Sequence[int]
    ) -> None:
        with self.e.temporaries():
            items, text = self.e.register(), self.e.constant(Value.string(selector))
            self.e.emit(I.array_init(items, arguments))
            self.e.emit(self.runtime(result, "not understood", [receiver, look, text, items]))

    def runtime(self, result: int, name: str, arguments: Sequence[int]) -> Instruction:
        """A call of a function of `self_runtime`."""
        function = self.e.constant(Value.function_ref(name))
        return I.call(result, function, arguments)

    def send_implicit(self, result: int, selector: str, arguments: Sequence[int]) -> None:
        """A message without receiver."""
        receiver = Place(self.special["self"], None, self.special["look"])
        self.send(result, receiver, selector, arguments, implicit=True)

    def resend(self, node: Resend, result: int) -> None:
        """A lookup that begins at the parent of where the running method was found.

        What is found learns where that was, in two globals: a method that resends in its turn,
        or sets a slot, begins from there. Nothing runs between their being set and its beginning.
        """
        with self.e.temporaries():
            arguments = self.values(node.arguments)
            parent, method = self.e.registers(2)
            nowhere = self.e.label()
            holder = self.special["holder"]
            if node.parent is None:
                self.e.emit(I.get_proto(parent, holder), I.jump_if_undefined(parent, nowhere))
                start = parent
            else:
                self.e.emit(I.get_raw(parent, holder, self.key(node.parent)))
                self.e.emit(I.jump_if_undefined(parent, nowhere))
                start = self.look(Place(parent))
            key = self.key(node.selector)
            self.e.emit(I.get_raw(method, start, key), I.jump_if_undefined(method, nowhere))
            self.e.emit(self.runtime(parent, "holder", [start, key]))
            self.e.emit(I.set_global("resend holder", parent))
            self.e.emit(I.set_global("resend method", method), nowhere)
            receiver = Place(self.special["self"])
            look = self.special["look"]
            self.answer(result, method, receiver, look, node.selector, arguments)
