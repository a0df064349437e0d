"""Messages that are opened up in place, where nobody can tell the difference.

Arithmetic, comparisons, conditions and loops are messages with methods in `lib/`. Their slots are
sealed there, so that what they do to numbers and booleans is known. If the receiver is one, the
code here does the same without a call. Every other receiver gets the message, with real
blocks; a variable that these change is a cell for that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ionvm import Instruction, Label, Value

from self_code import Place, kind_of
from self_scopes import always_open
from self_sends import Sends
from self_tree import Block, Literal, Node, Send

__all__ = ["Open"]

I = Instruction

ARITHMETIC = {"+": I.add, "-": I.sub, "*": I.mul}
COMPARISONS = {
    "<": I.less_than,
    "<=": I.less_equal,
    ">": I.greater_than,
    ">=": I.greater_equal,
    "=": I.equal,
    "!=": I.not_equal,
}

#: Which argument runs if the receiver is true, and which if it is false; None yields nil.
CONDITIONS: dict[str, tuple[int | None, int | None]] = {
    "ifTrue:": (0, None),
    "ifFalse:": (None, 0),
    "ifTrue:False:": (0, 1),
    "ifFalse:True:": (1, 0),
}

#: The step of a loop over integers, and the comparison that ends it.
LOOPS = {
    "to:Do:": (1, I.greater_than),
    "upTo:Do:": (1, I.greater_equal),
    "downTo:Do:": (-1, I.less_than),
}

Other = Callable[[int], None]


def takes(node: Node, most: int) -> bool:
    """Whether it is a block that takes at most so many arguments."""
    return isinstance(node, Block) and len(node.parameters) <= most


class Open(Sends):
    """What is opened up in a method or block."""

    def opened(self, node: Send, result: int) -> bool:
        """Compiles a message in place, if it can be."""
        selector, arguments = node.selector, node.arguments
        if node.receiver is None:
            return False
        if selector in ARITHMETIC or selector in COMPARISONS:
            return self.operation(node, result)
        if always_open(node):
            self.while_(node, result)
        elif selector in CONDITIONS and all(takes(argument, 0) for argument in arguments):
            self.condition(node, result)
        elif selector in ("and:", "or:") and takes(arguments[0], 0):
            self.shortcut(node, result)
        elif selector in LOOPS and takes(arguments[1], 1):
            self.count(node, node.receiver, arguments[0], result)
        elif selector == "do:" and takes(arguments[0], 1):
            self.count(node, Literal(node.line, 0), node.receiver, result)
        else:
            return False
        return True

    # ---- Numbers --------------------------------------------------------------------

    def numbers(self, register: int, node: Node, other: Label) -> None:
        """Goes on if a value is a number, else to the label."""
        if kind_of(node) not in ("integer", "number"):
            number = self.e.label()
            self.by_type(register, {"integer": number, "number": number})
            self.e.emit(I.jump(other), number)

    def operation(self, node: Send, result: int) -> bool:
        assert node.receiver is not None
        if kind_of(node.receiver) not in (None, "integer", "number"):
            return False
        operation = ARITHMETIC.get(node.selector) or COMPARISONS[node.selector]
        with self.e.temporaries():
            left, right = self.values([node.receiver, *node.arguments])
            done = self.e.label()
            self.at(node)
            self.numbers(left, node.receiver, self.sent_later(node, result, left, [right], done))
            self.e.emit(operation(result, left, right), done)
        return True

    def sent_later(
        self, node: Send, result: int, receiver: int, arguments: Sequence[int], done: Label
    ) -> Label:
        """A label where the message is sent after all."""

        def sent() -> None:
            self.send(result, Place(receiver), node.selector, arguments)
            self.e.emit(I.jump(done))

        return self.later(sent)

    # ---- Truth ----------------------------------------------------------------------

    def branch(self, node: Node, no: Label, other: Other) -> None:
        """Goes on if an expression is true, to `no` if it is false.

        `other` compiles what is done with any other value.
        """
        yes = self.e.label()
        with self.e.temporaries():
            self.decide(node, yes, no, other)

    def decide(self, node: Node, yes: Label, no: Label, other: Other) -> None:
        def by_value(register: int) -> None:
            falsy, neither = self.e.label(), self.e.label()
            with self.e.temporaries():
                test, word = self.e.registers(2)
                self.e.emit(I.jump_if_false(register, falsy))
                self.e.constant(True, word)
                self.e.emit(I.equal(test, register, word), I.jump_if_true(test, yes))
                self.e.emit(I.jump(neither), falsy)
                self.e.constant(False, word)
                self.e.emit(I.equal(test, register, word), I.jump_if_true(test, no), neither)

        if not (
            isinstance(node, Send)
            and node.selector in COMPARISONS
            and node.receiver is not None
            and kind_of(node.receiver) in (None, "integer", "number")
        ):
            value = self.value(node)
            by_value(value)
            self.e.emit(I.jump(self.later(lambda: other(value))), yes)
            return
        left, right = self.values([node.receiver, *node.arguments])
        truth = self.e.register()
        self.at(node)

        def sent() -> None:
            self.send(truth, Place(left), node.selector, [right])
            by_value(truth)
            other(truth)

        self.numbers(left, node.receiver, self.later(sent))
        self.e.emit(COMPARISONS[node.selector](truth, left, right))
        self.e.emit(I.jump_if_false(truth, no), yes)

    def with_blocks(self, node: Send, result: int, done: Label) -> Other:
        """What sends the message to something else, with its blocks as objects."""

        def other(receiver: int) -> None:
            with self.e.temporaries():
                self.send(result, Place(receiver), node.selector, self.values(node.arguments))
            self.e.emit(I.jump(done))

        return other

    def arm(self, blocks: Sequence[Node], at: int | None, result: int) -> bool:
        if at is None:
            self.nil(result)
            return True
        block = blocks[at]
        assert isinstance(block, Block)
        return self.open(block, [], result)

    def condition(self, node: Send, result: int) -> None:
        assert node.receiver is not None
        no, done = self.e.label(), self.e.label()
        when_true, when_false = CONDITIONS[node.selector]
        self.branch(node.receiver, no, self.with_blocks(node, result, done))
        if self.arm(node.arguments, when_true, result):
            self.e.emit(I.jump(done))
        self.e.emit(no)
        self.arm(node.arguments, when_false, result)
        self.e.emit(done)

    def shortcut(self, node: Send, result: int) -> None:
        """`and:`, `or:`."""
        assert node.receiver is not None
        no, done = self.e.label(), self.e.label()
        self.branch(node.receiver, no, self.with_blocks(node, result, done))
        if node.selector == "or:":
            self.e.constant(Value.boolean(True), result)
            self.e.emit(I.jump(done), no)
            self.arm(node.arguments, 0, result)
        else:
            if self.arm(node.arguments, 0, result):
                self.e.emit(I.jump(done))
            self.e.emit(no)
            self.e.constant(Value.boolean(False), result)
        self.e.emit(done)

    # ---- Loops ----------------------------------------------------------------------

    def while_(self, node: Send, result: int) -> None:
        """A loop whose blocks stand there; what else than a boolean decides raises."""
        condition, body = node.receiver, node.arguments[0]
        assert isinstance(condition, Block) and isinstance(body, Block)
        again, leave, end = self.e.label(), self.e.label(), self.e.label()
        is_until = node.selector == "whileFalse:"
        inside = self.e.label()

        def other(value: int) -> None:
            with self.e.temporaries():
                text = self.e.constant(Value.string(node.selector))
                self.e.emit(self.runtime(value, "no boolean", [text]))

        self.e.emit(again)
        with self.e.temporaries():
            self.begin(condition, [])
            for part in condition.body[:-1]:
                self.value(part)
            last = condition.body[-1] if condition.body else Literal(node.line, None)
            self.branch(last, inside if is_until else leave, other)
            if is_until:
                self.e.emit(I.jump(leave), inside)
            if self.open(body, [], self.e.register()):
                self.e.emit(I.jump(again))
        self.e.emit(leave)
        self.nil(result)
        self.e.emit(end)

    def begin(self, block: Block, arguments: Sequence[int]) -> None:
        """Binds the variables of a block that is opened up."""
        raise NotImplementedError

    def count(self, node: Send, first: Node, last: Node, result: int) -> None:
        """A loop over integers: `to:Do:` and its kin, and `do:` of an integer."""
        step, past = LOOPS.get(node.selector, (1, I.greater_equal))
        block = node.arguments[-1]
        assert isinstance(block, Block) and node.receiver is not None
        again, leave, done = self.e.label(), self.e.label(), self.e.label()
        with self.e.temporaries():
            start = self.value(first, [last])
            limit = self.value(last)
            receiver = start if node.receiver is first else limit

            def sent() -> None:
                blocks = self.value(block)
                arguments = [limit, blocks] if node.receiver is first else [blocks]
                self.send(result, Place(receiver), node.selector, arguments)
                self.e.emit(I.jump(done))

            other = self.later(sent)
            for register, part in ((start, first), (limit, last)):
                if kind_of(part) != "integer":
                    whole = self.e.label()
                    self.by_type(register, {"integer": whole})
                    self.e.emit(I.jump(other), whole)
            at, end, by, test = self.e.registers(4)
            self.e.emit(I.move(at, start), I.move(end, limit))
            self.e.constant(step, by)
            self.e.emit(again, past(test, at, end), I.jump_if_true(test, leave))
            if self.open(block, [at][: len(block.parameters)], self.e.register()):
                self.e.emit(I.add(at, at, by), I.jump(again))
            self.e.emit(leave)
            self.nil(result)
            self.e.emit(done)
