"""What compiled programs call: functions of the machine that no program says itself.

`main` makes the lobby and the table of types, runs the library, then the program. The class has
these globals in each process: `lobby`; `types`, an object of the traits by type; `blocks`, the
parent of blocks; `resend holder` and `resend method`, see `self_sends.Sends.resend`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from emitter import Emitter
from ionvm import Function, Instruction, Pattern, Value

__all__ = ["functions", "main", "setters"]

I = Instruction


def _function(name: str, arity: int, fill: Callable[[Emitter], None]) -> Function:
    emitter = Emitter(name, "runtime", arity=arity)
    fill(emitter)
    return emitter.function()


def functions() -> list[Function]:
    """All that do not depend on the program."""
    return [
        _function("not understood", 4, _not_understood),
        _function("perform", 4, _perform),
        _function("holder", 2, _holder),
        _function("raise", 2, _raise),
        _function("as error", 2, _as_error),
        _function("dead home", 0, _dead_home),
        _function("no boolean", 1, _no_boolean),
        _function("forked", 1, _forked),
    ]


def main(begins: Sequence[str]) -> Function:
    """Runs programs one after the other in a new lobby; `arguments` is a vector of texts."""

    def fill(e: Emitter) -> None:
        lobby, scratch = e.registers(2)
        e.emit(I.object_init(scratch, []), I.set_global("types", scratch))
        e.emit(I.object_init(lobby, [("arguments", 0)]), I.set_global("lobby", lobby))
        e.emit(I.set_prop(lobby, e.constant(Value.atom("lobby")), lobby))
        for begin in begins:
            e.constant(Value.function_ref(begin), scratch)
            e.emit(I.call_this(scratch, scratch, lobby, []))
        e.constant(Value.unit(), scratch)
        e.emit(I.return_(scratch))

    return _function("main", 1, fill)


def _setter(name: str, slot: str, is_parent: bool) -> Function:
    """The method of an assignment slot: sets the slot where it was found, yields the receiver."""

    def fill(e: Emitter) -> None:
        this, holder, test = e.registers(3)
        key = e.constant(Value.atom(f"{slot}:"))
        told, own, found = e.label(), e.label(), e.label()
        e.emit(I.load_this(this), I.get_global(test, "resend method"))
        e.emit(I.same(test, test, e.constant(Value.function_ref(name))))
        e.emit(I.jump_if_true(test, told), I.move(holder, this))
        _look_from(e, this, holder)
        e.emit(I.has_prop(test, holder, key, "own"), I.jump_if_true(test, found))
        call = e.constant(Value.function_ref("holder"))
        e.emit(I.call(holder, call, [holder, key]), I.jump(found))
        e.emit(told, I.get_global(holder, "resend holder"))
        e.constant(Value.unit(), test)
        e.emit(I.set_global("resend method", test), own, found)
        e.emit(I.set_prop(holder, e.constant(Value.atom(slot)), 0))
        if is_parent:
            e.emit(I.set_proto(holder, 0))
        e.emit(I.return_(this))

    return _function(name, 1, fill)


def _look_from(e: Emitter, value: int, into: int) -> None:
    """Where lookups for a value begin."""
    done = e.label()
    name, test = e.registers(2)
    e.emit(I.type_of(name, value), I.equal(test, name, e.constant(Value.atom("object"))))
    e.emit(I.jump_if_true(test, done), I.get_global(test, "types"), I.get_raw(into, test, name))
    e.emit(done)


def _not_understood(e: Emitter) -> None:
    """(receiver, look, selector, arguments): asks the object itself, else raises."""
    handler, text = e.registers(2)
    none = e.label()
    key = e.constant(Value.atom("undefinedSelector:Arguments:"))
    e.emit(I.get_raw(handler, 1, key), I.jump_if_undefined(handler, none))
    e.emit(I.tail_call_this(handler, 0, [2, 3]), none)
    objects, say = e.label(), e.label()
    middle = e.constant(" does not understand ")
    e.emit(I.match(0, [(Pattern.type("object"), objects)]))
    key = e.constant(Value.atom("printString"))
    e.emit(I.get_raw(text, 1, key), I.call_this(text, text, 0, []))
    e.emit(I.jump(say), objects)
    e.constant("an object", text)
    e.emit(say, I.concat(text, [text, middle, 2]))
    _raised(e, "undefinedSelector", text)


def _perform(e: Emitter) -> None:
    """(receiver, look, selector, arguments)."""
    found, wanted, count, missing = e.register(), e.register(), e.register(), e.label()
    run = e.label()
    e.emit(I.get_raw(found, 1, 2), I.jump_if_undefined(found, missing))
    e.emit(I.match(found, [(Pattern.type("function"), run)]), I.return_(found))
    e.emit(run, I.tail_call_spread(found, 0, 3), missing)
    e.constant(Value.function_ref("not understood"), wanted)
    e.emit(I.tail_call(wanted, [0, 1, 2, 3]))


def _holder(e: Emitter) -> None:
    """(start, selector): the first object that has the slot, from a start on, then in the lobby."""
    test = e.register()
    for last in (False, True):
        again, found, past = e.label(), e.label(), e.label()
        e.emit(again, I.jump_if_undefined(0, past), I.has_prop(test, 0, 1, "own"))
        e.emit(I.jump_if_true(test, found), I.get_proto(0, 0), I.jump(again))
        e.emit(found, I.return_(0), past)
        if not last:
            e.emit(I.get_global(0, "lobby"))
    e.emit(I.return_(0))


def _raised(e: Emitter, kind: str, text: int) -> None:
    raise_ = e.constant(Value.function_ref("raise"))
    e.emit(I.tail_call(raise_, [e.constant(kind), text]))


def _raise(e: Emitter) -> None:
    """(kind, message): throws a new error."""
    types, parent = e.registers(2)
    e.emit(I.get_global(types, "types"), I.get_raw(parent, types, e.constant(Value.atom("error"))))
    e.emit(I.object_new(parent, parent, [("kind", 0), ("message", 1)]), I.throw(parent))


def _as_error(e: Emitter) -> None:
    """(thrown, info): what a handler gets. Errors of the machine become objects of the language."""
    kind, text, types, parent = e.registers(4)
    machine, theirs, other = e.label(), e.label(), e.label()
    is_error = Pattern.object({"kind": Pattern.bind(kind), "message": Pattern.bind(text)})
    e.emit(I.get_global(types, "types"), I.get_raw(parent, types, e.constant(Value.atom("error"))))
    e.emit(I.match(0, [(is_error, machine)]), I.jump(other), machine)
    e.emit(I.get_proto(types, 0), I.jump_if_undefined(types, theirs), I.return_(0), theirs)
    e.emit(I.to_text(kind, kind))
    e.emit(I.object_new(parent, parent, [("kind", kind), ("message", text)]), I.return_(parent))
    e.emit(other, I.to_text(text, 0))
    e.constant("exit", kind)
    e.emit(I.object_new(parent, parent, [("kind", kind), ("message", text), ("value", 0)]))
    e.emit(I.return_(parent))


def _dead_home(e: Emitter) -> None:
    text = e.constant("the method that this block would return from has ended")
    _raised(e, "deadHome", text)


def _no_boolean(e: Emitter) -> None:
    """(selector)."""
    text = e.register()
    e.emit(I.concat(text, [0, e.constant(" wants a receiver that yields true or false")]))
    _raised(e, "badType", text)


def _forked(e: Emitter) -> None:
    """(world): sets the globals of a new process, and runs the block that came along."""
    lobby, types, block, scratch = e.registers(4)
    start, end, caught, leaves = e.label(), e.label(), e.label(), e.label()
    for at, part in enumerate((lobby, types, block)):
        e.emit(I.get_index(part, 0, e.constant(at)))
    e.emit(I.set_global("lobby", lobby), I.set_global("types", types))
    e.emit(I.get_raw(scratch, types, e.constant(Value.atom("block"))))
    e.emit(I.set_global("blocks", scratch))
    e.emit(I.get_raw(scratch, block, e.constant(Value.atom("value"))))
    thrown, info = e.registers(2)
    e.emit(start, I.call_this(scratch, scratch, block, []), I.return_(scratch), end, caught)
    home = Pattern.tuple([Pattern.type("cell"), Pattern.wildcard()])
    e.emit(I.match(thrown, [(home, leaves)]), I.rethrow(thrown, info), leaves)
    _raised(e, "deadHome", e.constant("the method to return from runs in another process"))
    e.protect(start, end, caught, thrown, info)


def setters(wanted: Iterable[tuple[tuple[str, bool], str]]) -> list[Function]:
    """The functions of assignment slots."""
    return [_setter(name, slot, is_parent) for (slot, is_parent), name in wanted]
