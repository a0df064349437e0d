"""From words to trees.

    program    = [ "|" slots "|" ] statements
    statements = [ statement { "." statement } [ "." ] ]
    statement  = [ "^" ] expression
    expression = [ binary ] small expression { big expression } | binary
    binary     = [ unary ] operator unary { operator unary } | unary     (all the same operator)
    unary      = primary { name }
    primary    = number | string | name | delegate message
               | "(" expression ")" | object | block
    object     = "(" [ "|" slots "|" ] ")"
    block      = "[" [ "|" slots "|" ] statements "]"
    method     = "(" [ "|" slots "|" ] statements ")"                    (at least one statement;
                                                                          "." or "|" follows)
    slots      = [ slot { "." slot } [ "." ] ]
    slot       = argument                                                (in methods and blocks)
               | name [ "*" ] [ "<-" expression | "=" ( method | expression ) ]
               | operator [ name ] "=" method
               | small [ name ] { big [ name ] } "=" method

Unary messages bind closest, then binary, then keyword ones, which associate to the right: in
`a min: b max: c` the message `max:` goes to `b`, while `Max:` would belong to `min:`.
"""

from __future__ import annotations

from self_lexer import Token, tokens
from self_tree import (
    Block,
    Literal,
    Method,
    Node,
    ObjectLiteral,
    Resend,
    Return,
    SelfishError,
    SelfRef,
    Send,
    Slot,
)

__all__ = ["parse"]

#: How deep brackets may stand in each other, and how many operators behind each other.
DEEPEST, LONGEST = 100, 500

_WORDS = {"true": True, "false": False, "nil": None}


def parse(text: str, file: str) -> Method:
    """The program of a text. Raises `SelfishError` for the first mistake."""
    return _Parser(text, file).program()


class _Parser:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.words = tokens(text, file)
        self.at = self.depth = 0

    # ---- Words ----------------------------------------------------------------

    @property
    def word(self) -> Token:
        return self.words[self.at]

    def take(self) -> Token:
        word = self.word
        self.at += word.kind != "end"
        self.depth += (word.kind in ("(", "[")) - (word.kind in (")", "]"))
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} brackets in each other; name parts of it")
        return word

    def meets(self, kind: str, value: str | None = None) -> bool:
        return self.word.kind == kind and value in (None, self.word.value)

    def accept(self, kind: str, value: str | None = None) -> Token | None:
        return self.take() if self.meets(kind, value) else None

    def expect(self, kind: str, remedy: str) -> Token:
        if not self.meets(kind):
            raise self.error(f"{kind!r} is expected before {self.word}; {remedy}")
        return self.take()

    def error(self, message: str, line: int | None = None) -> SelfishError:
        return SelfishError(self.file, self.word.line if line is None else line, message)

    # ---- Code -----------------------------------------------------------------

    def program(self) -> Method:
        line = self.word.line
        parameters, local = self.code_slots("a program")
        body = self.statements()
        if not self.meets("end"):
            raise self.error(f"{self.word} closes nothing, or a '.' is missing before it")
        return Method(line, parameters, local, body, selector="program")

    def statements(self) -> list[Node]:
        found: list[Node] = []
        while self.word.kind not in (")", "]", "end"):
            line = self.word.line
            if self.accept("^"):
                found.append(Return(line, self.expression()))
            else:
                found.append(self.expression())
            if self.meets("big"):
                raise self.error(f"{self.word} begins no message; its first letter must be small")
            if not self.accept("."):
                break
            if isinstance(found[-1], Return) and self.word.kind not in (")", "]", "end"):
                raise self.error("nothing behind a return is reached; delete it")
        return found

    def code_slots(self, what: str) -> tuple[list[str], list[Slot]]:
        """The arguments and locals that code begins with."""
        parameters, slots = self.slots(True)
        self.check_locals(slots, what)
        if parameters and what == "a program":
            raise self.error("a program has no arguments; see the slot `arguments` of the lobby")
        return parameters, slots

    def check_locals(self, slots: list[Slot], what: str) -> None:
        for slot in slots:
            if isinstance(slot.value, Method) or slot.is_parent:
                raise self.error(
                    f"the local {slot.name} of {what} must hold a value; "
                    "methods and parents belong into objects",
                    slot.line,
                )

    def slots(self, in_code: bool) -> tuple[list[str], list[Slot]]:
        parameters: list[str] = []
        found: list[Slot] = []
        if self.accept("||") or not self.accept("|"):
            return parameters, found
        while not self.accept("|"):
            argument = self.accept("argument")
            if argument is not None:
                if not in_code:
                    raise self.error(
                        "an object has no arguments; they belong to methods and blocks"
                    )
                parameters.append(str(argument.value))
            else:
                found.append(self.slot())
            if not self.accept(".") and not self.meets("|"):
                raise self.error(
                    f"'.' or '|' is expected before {self.word}; close the slots with |"
                )
        names = parameters + [slot.name for slot in found]
        for name in names:
            if names.count(name) > 1:
                raise self.error(f"there are two slots {name}; rename one")
        return parameters, found

    def slot(self) -> Slot:
        word = self.take()
        line, name = word.line, str(word.value)
        if word.kind == "name":
            is_parent = self.accept("operator", "*") is not None
            if self.accept("operator", "<-"):
                return Slot(line, name, self.expression(), True, is_parent)
            if self.accept("operator", "="):
                return Slot(line, name, self.constant(name, []), False, is_parent)
            if self.meets("operator"):
                raise self.error(f"{self.word} makes no slot; write = or <-")
            if is_parent:
                raise self.error(f"the parent {name} needs an object; write {name}* = object")
            return Slot(line, name, None, True)
        if word.kind not in ("operator", "small"):
            raise self.error(f"a slot cannot begin with {word}; it begins with its name", line)
        parameters = [self.accept("name")]
        while word.kind == "small" and self.meets("big"):
            name += str(self.take().value)
            parameters.append(self.accept("name"))
        named = [str(parameter.value) for parameter in parameters if parameter is not None]
        if named and len(named) < len(parameters):
            raise self.error(f"{name} has {len(parameters)} arguments; name each or none", line)
        if not self.accept("operator", "="):
            raise self.error(f"'=' is expected before {self.word}; write {name} ... = ( code )")
        if not self.meets("("):
            raise self.error(f"the slot {name} must be a method; write {name} ... = ( code )")
        method = self.constant(name, named)
        if not isinstance(method, Method):
            raise self.error(f"the method {name} has no code; write what it does, or nil", line)
        if len(method.parameters) != len(parameters):
            raise self.error(
                f"the method {name} takes {len(parameters)} arguments, "
                f"and {len(method.parameters)} are named",
                line,
            )
        return Slot(line, name, method)

    def constant(self, name: str, parameters: list[str]) -> Node:
        """What a slot is: code in parentheses is a method, everything else a value."""
        first, depth = self.at, self.depth
        found = self.parenthesized(name, parameters) if self.meets("(") else None
        if found is None or self.word.kind not in (".", "|"):
            # The parentheses were only the beginning.
            self.at, self.depth = first, depth
            return self.expression()
        return found

    def parenthesized(self, name: str, parameters: list[str]) -> Node:
        line = self.take().line
        more, slots = self.slots(True)
        if self.accept(")"):
            if more:
                raise self.error(f"{name} has arguments and no code; write what it does, or nil")
            return self.object(line, slots)
        self.check_locals(slots, f"the method {name}")
        body = self.statements()
        self.expect(")", f"close the method {name} with )")
        return Method(line, parameters + more, slots, body, selector=name)

    # ---- Expressions ------------------------------------------------------------

    def expression(self) -> Node:
        receiver = None if self.meets("small") else self.binary()
        if not self.meets("small"):
            assert receiver is not None
            return receiver
        line = self.word.line
        selector, arguments = self.keywords()
        return Send(line, receiver, selector, arguments)

    def keywords(self) -> tuple[str, list[Node]]:
        selector = str(self.take().value)
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} messages in each other; name parts of it")
        arguments = [self.expression()]
        while self.meets("big"):
            selector += str(self.take().value)
            arguments.append(self.expression())
        self.depth -= 1
        return selector, arguments

    def binary(self) -> Node:
        left = None if self.meets("operator") else self.unary()
        first, count = self.word.value, 0
        while self.meets("operator"):
            operator = self.take()
            count += 1
            if count > LONGEST:
                raise self.error(f"more than {LONGEST} operators in a row; name parts of it")
            if operator.value != first:
                raise self.error(
                    f"{first} and {operator.value} have no order among each other; "
                    "put one of them into parentheses"
                )
            left = Send(operator.line, left, str(operator.value), [self.unary()])
        assert left is not None
        return left

    def unary(self) -> Node:
        found = self.primary()
        first = self.at
        while self.meets("name"):
            word = self.take()
            found = Send(word.line, found, str(word.value), [])
            if self.at - first > LONGEST:
                raise self.error(f"more than {LONGEST} messages in a row; name parts of it")
        return found

    def primary(self) -> Node:
        word = self.take()
        line = word.line
        if word.kind in ("number", "string"):
            return Literal(line, word.value)
        if word.kind == "name":
            name = str(word.value)
            if name == "self":
                return SelfRef(line)
            return Literal(line, _WORDS[name]) if name in _WORDS else Send(line, None, name, [])
        if word.kind == "delegate":
            return self.resend(str(word.value), line)
        if word.kind == "[":
            parameters, local = self.code_slots("a block")
            body = self.statements()
            self.expect("]", "close the block with ]")
            return Block(line, parameters, local, body)
        if word.kind == "(":
            if self.word.kind in ("|", "||", ")"):
                slots = self.slots(False)[1]
                if not self.accept(")"):
                    raise self.error(
                        "code with slots must be a method or a block here; "
                        "put it into a slot, or write [ ... ] value"
                    )
                return self.object(line, slots)
            inner = self.expression()
            self.expect(")", "parentheses hold one expression here; close them with )")
            return inner
        if word.kind == "operator" and word.value == "-":
            raise self.error("- before a value means nothing; write it as (0 - value)", line)
        raise self.error(f"an expression cannot begin with {word}; something is missing here", line)

    def resend(self, parent: str, line: int) -> Node:
        through = None if parent == "resend" else parent
        if self.meets("name"):
            return Resend(line, through, str(self.take().value), [])
        if self.meets("operator"):
            return Resend(line, through, str(self.take().value), [self.unary()])
        if self.meets("small"):
            return Resend(line, through, *self.keywords())
        raise self.error(f"a message is expected behind {parent}. ; it is looked up in the parent")

    def object(self, line: int, slots: list[Slot]) -> ObjectLiteral:
        """An object of these slots."""
        parents = [slot for slot in slots if slot.is_parent]
        if len(parents) > 1:
            raise self.error(
                f"an object has one parent, and {parents[1].name}* is another; "
                "let the one inherit from the other",
                parents[1].line,
            )
        for slot in slots:
            if slot.is_parent and isinstance(slot.value, Method):
                raise self.error(f"the parent {slot.name} must be an object, not code", slot.line)
        return ObjectLiteral(line, slots)
