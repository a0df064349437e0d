"""The parser: from tokens to the tree, by recursive descent.

    module     = { attribute | function }
    attribute  = "-" name "(" ... ")" "."    module, export, record, compile; others are skipped
    function   = clause { ";" clause } "."
    clause     = name "(" [ exprs ] ")" [ "when" guard ] "->" body
    guard      = exprs { ";" exprs }
    body       = exprs
    exprs      = expr { "," expr }

    expr       = "catch" expr | send
    send       = orelse [ ("=" | "!") send ]
    orelse     = andalso [ "orelse" orelse ]
    andalso    = compare [ "andalso" andalso ]
    compare    = listing [ ("==" | "/=" | "=<" | "<" | ">=" | ">" | "=:=" | "=/=") listing ]
    listing    = sum [ ("++" | "--") listing ]
    sum        = product { ("+" | "-" | "bor" | "bxor" | "bsl" | "bsr" | "or" | "xor") product }
    product    = prefix { ("*" | "/" | "div" | "rem" | "band" | "and") prefix }
    prefix     = [ "+" | "-" | "bnot" | "not" ] postfix
    postfix    = primary { "(" [ exprs ] ")" | ":" primary | "#" record | "#" map }
    primary    = var | atom | integer | float | string { string } | "(" expr ")"
               | "{" [ exprs ] "}" | list | binary | "#" record | "#" map
               | "begin" body "end"
               | "case" expr "of" arms "end" | "if" arms "end"
               | "receive" [ arms ] [ "after" expr "->" body ] "end"
               | "try" body [ "of" arms ] [ "catch" arms ] [ "after" body ] "end"
               | "fun" [ var ] "(" ... ")" ... "end" | "fun" [ name ":" ] name "/" arity
    list       = "[" "]" | "[" expr "||" qualifiers "]" | "[" exprs [ "|" expr ] "]"
    qualifiers = expr [ "<-" expr ] { "," expr [ "<-" expr ] }
    binary     = "<<" [ segment { "," segment } ] ">>"
    segment    = primary [ ":" primary ] [ "/" name ]
    record     = name "{" [ field "=" expr { "," field "=" expr } ] "}" | name "." field
    map        = "{" [ expr ("=>" | ":=") expr { "," ... } ] "}"

An arm is a clause without a name. Patterns are expressions; what cannot be one is refused by
the compiler. The names of the methods below are those of the rules; `erl_forms.py` has the first
three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from erl_lexer import Token
from erl_nodes import (
    Atom, Binary, Block, Call, Case, Catch, Clause, Comprehension, Cons, Entry, ErlError, Float,
    Fun, FunName, Generator, If, Integer, Map, Match, Nil, Node, Operation,
    Receive, Record, RecordField, Remote, Segment, Text, Try, Tuple, Unary, Var,
)  # fmt: skip

__all__ = ["Parser"]

COMPARE = frozenset({"==", "/=", "=<", "<", ">=", ">", "=:=", "=/="})
SUM = frozenset({"+", "-", "bor", "bxor", "bsl", "bsr", "or", "xor"})
PRODUCT = frozenset({"*", "/", "div", "rem", "band", "and"})
PREFIX = frozenset({"+", "-", "bnot", "not"})


class Parser:
    """A walk over the tokens of a file."""

    def __init__(self, tokens: list[Token], file: str) -> None:
        self.tokens, self.file, self.at = tokens, file, 0

    # ---- Tokens -------------------------------------------------------------

    @property
    def kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "the end of the file"

    @property
    def line(self) -> int:
        if not self.tokens:
            return 1
        return self.tokens[min(self.at, len(self.tokens) - 1)].line

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, kind: str) -> bool:
        if self.kind == kind:
            self.at += 1
            return True
        return False

    def expect(self, kind: str, where: str) -> Token:
        if self.kind != kind:
            self.refuse(f"expected {kind!r} {where}, not {self.shown()}; put it there")
        return self.take()

    def name(self, where: str) -> str:
        return str(self.expect("atom", where).value)

    def shown(self) -> str:
        if self.at >= len(self.tokens):
            return self.kind
        if self.kind == "dot":
            return "the end of the form"
        return f"{str(self.tokens[self.at].value)!r}"

    def refuse(self, message: str) -> NoReturn:
        raise ErlError(self.file, self.line, message)

    # ---- Clauses ---------------------------------------------------------------

    def same_arity(self, clauses: list[Clause], name: str) -> None:
        arity = len(clauses[0].patterns)
        for clause in clauses:
            if len(clause.patterns) != arity:
                raise ErlError(
                    self.file, clause.line,
                    f"this clause of {name} has {len(clause.patterns)} arguments, the first one "
                    f"{arity}; give all clauses as many",
                )  # fmt: skip

    def clause_of(self, line: int) -> Clause:
        """A clause from its arguments on."""
        self.expect("(", "before the arguments")
        patterns = self.exprs_until(")")
        return self.rest_of_clause(line, patterns)

    def rest_of_clause(self, line: int, patterns: list[Node]) -> Clause:
        guard = self.guard() if self.accept("when") else []
        self.expect("->", "before the body")
        return Clause(line, patterns, guard, self.exprs())

    def guard(self) -> list[list[Node]]:
        alternatives = [self.exprs()]
        while self.accept(";"):
            alternatives.append(self.exprs())
        return alternatives

    def exprs(self) -> list[Node]:
        found = [self.expr()]
        while self.accept(","):
            found.append(self.expr())
        return found

    def exprs_until(self, end: str) -> list[Node]:
        if self.accept(end):
            return []
        found = self.exprs()
        self.expect(end, "behind these, or ',' between two of them")
        return found

    # ---- Operators -------------------------------------------------------------

    def expr(self) -> Node:
        line = self.line
        return Catch(line, self.expr()) if self.accept("catch") else self.send()

    def send(self) -> Node:
        left = self.orelse()
        line = self.line
        if self.accept("="):
            return Match(line, left, self.expr())
        if self.accept("!"):
            return Operation(line, "!", left, self.expr())
        return left

    def right_hand(self, ops: frozenset[str], inner: Callable[[], Node]) -> Node:
        """Operators that group to the right."""
        left = inner()
        line = self.line
        if self.kind in ops:
            return Operation(line, self.take().kind, left, self.right_hand(ops, inner))
        return left

    def left_hand(self, ops: frozenset[str], inner: Callable[[], Node]) -> Node:
        """Operators that group to the left."""
        left = inner()
        while self.kind in ops:
            left = Operation(self.line, self.take().kind, left, inner())
        return left

    def orelse(self) -> Node:
        return self.right_hand(frozenset({"orelse"}), self.andalso)

    def andalso(self) -> Node:
        return self.right_hand(frozenset({"andalso"}), self.compare)

    def compare(self) -> Node:
        left = self.listing()
        line = self.line
        if self.kind in COMPARE:
            return Operation(line, self.take().kind, left, self.listing())
        return left

    def listing(self) -> Node:
        return self.right_hand(frozenset({"++", "--"}), self.sum)

    def sum(self) -> Node:
        return self.left_hand(SUM, self.product)

    def product(self) -> Node:
        return self.left_hand(PRODUCT, self.prefix)

    def prefix(self) -> Node:
        if self.kind not in PREFIX:
            return self.postfix()
        token = self.take()
        operand = self.prefix()
        if token.kind == "-" and isinstance(operand, Integer):
            return Integer(token.line, -operand.value)
        if token.kind == "-" and isinstance(operand, Float):
            return Float(token.line, -operand.value)
        return Unary(token.line, token.kind, operand)

    def postfix(self) -> Node:
        node = self.primary()
        while True:
            line = self.line
            if self.accept("("):
                node = Call(line, node, self.exprs_until(")"))
            elif self.accept(":"):
                node = Remote(line, node, self.primary())
            elif self.accept("#"):
                node = self.hash(line, node)
            else:
                return node

    # ---- What stands alone -------------------------------------------------------

    def primary(self) -> Node:
        kind, line = self.kind, self.line
        simple = {"var": Var, "atom": Atom, "integer": Integer, "float": Float}
        if kind in simple:
            made: Node = simple[kind](line, self.take().value)
            return made
        if kind == "string":
            text = str(self.take().value)
            while self.kind == "string":
                text += str(self.take().value)
            return Text(line, text) if text else Nil(line)
        method = {
            "(": self.grouped, "{": self.braces, "[": self.brackets, "<<": self.binary,
            "#": self.hash_alone, "begin": self.block, "case": self.case, "if": self.if_,
            "receive": self.receive, "try": self.try_, "fun": self.fun,
        }.get(kind)  # fmt: skip
        if method is None:
            self.refuse(f"expected an expression, not {self.shown()}; write one before it")
        self.take()
        return method(line)

    def grouped(self, line: int) -> Node:
        inside = self.expr()
        self.expect(")", "to close the parenthesis")
        return inside

    def braces(self, line: int) -> Node:
        return Tuple(line, self.exprs_until("}"))

    def brackets(self, line: int) -> Node:
        if self.accept("]"):
            return Nil(line)
        first = self.expr()
        if self.accept("||"):
            return Comprehension(line, first, self.qualifiers())
        items = [first]
        while self.accept(","):
            items.append(self.expr())
        result: Node = self.expr() if self.accept("|") else Nil(line)
        self.expect("]", "to close the list")
        for item in reversed(items):
            result = Cons(item.line, item, result)
        return result

    def qualifiers(self) -> list[Node]:
        found: list[Node] = []
        while True:
            line, node = self.line, self.expr()
            found.append(Generator(line, node, self.expr()) if self.accept("<-") else node)
            if not self.accept(","):
                self.expect("]", "to close the list, or '<-' in a generator")
                return found

    def binary(self, line: int) -> Node:
        segments: list[Segment] = []
        while not self.accept(">>"):
            here = self.line
            sign = self.accept("-")
            value = self.primary()
            if sign:
                value = Unary(here, "-", value)
            size = self.primary() if self.accept(":") else None
            kind = self.name("as the kind of a segment") if self.accept("/") else "integer"
            if isinstance(value, Text) and kind == "integer" and size is None:
                kind = "text"
            if kind not in ("integer", "binary", "bytes", "utf8", "text"):
                raise ErlError(
                    self.file, here,
                    f"segments of kind {kind} are not known; there are integer, binary, utf8",
                )  # fmt: skip
            segments.append(Segment(here, value, size, "binary" if kind == "bytes" else kind))
            if self.kind != ">>":
                self.expect(",", "between segments")
        return Binary(line, segments)

    def hash_alone(self, line: int) -> Node:
        return self.hash(line, None)

    def hash(self, line: int, base: Node | None) -> Node:
        """What follows `#`: a map or a record."""
        if self.accept("{"):
            entries: list[Entry] = []
            while not self.accept("}"):
                here, key = self.line, self.expr()
                exact = self.accept(":=")
                if not exact:
                    self.expect("=>", "between key and value, or ':='")
                entries.append(Entry(here, key, self.expr(), exact))
                if self.kind != "}":
                    self.expect(",", "between entries")
            return Map(line, base, entries)
        name = self.name("as the name of a record")
        if self.accept("."):
            return RecordField(line, base, name, self.name("as the name of a field"))
        self.expect("{", "behind the name of a record")
        values: dict[str, Node] = {}
        while not self.accept("}"):
            field = str(self.take().value) if self.kind == "var" else self.name("as a field")
            self.expect("=", "between field and value")
            values[field] = self.expr()
            if self.kind != "}":
                self.expect(",", "between fields")
        return Record(line, base, name, values)

    def block(self, line: int) -> Node:
        body = self.exprs()
        self.end("begin", line)
        return Block(line, body)

    def end(self, what: str, line: int) -> None:
        self.expect("end", f"to close the {what} of line {line}")

    # ---- Arms ----------------------------------------------------------------------

    def arms(self) -> list[Clause]:
        found = [self.arm()]
        while self.accept(";"):
            found.append(self.arm())
        return found

    def arm(self) -> Clause:
        return self.rest_of_clause(self.line, [self.expr()])

    def case(self, line: int) -> Node:
        value = self.expr()
        self.expect("of", "behind the value of a case")
        clauses = self.arms()
        self.end("case", line)
        return Case(line, value, clauses)

    def if_(self, line: int) -> Node:
        clauses = []
        while True:
            here, guard = self.line, self.guard()
            self.expect("->", "before the body")
            clauses.append(Clause(here, [], guard, self.exprs()))
            if not self.accept(";"):
                self.end("if", line)
                return If(line, clauses)

    def receive(self, line: int) -> Node:
        clauses = [] if self.kind == "after" else self.arms()
        timeout, after = None, []
        if self.accept("after"):
            timeout = self.expr()
            self.expect("->", "behind the time")
            after = self.exprs()
        self.end("receive", line)
        return Receive(line, clauses, timeout, after)

    def try_(self, line: int) -> Node:
        body = self.exprs()
        clauses = self.arms() if self.accept("of") else []
        handlers: list[Clause] = []
        if self.accept("catch"):
            handlers.append(self.handler())
            while self.accept(";"):
                handlers.append(self.handler())
        after = self.exprs() if self.accept("after") else []
        if not handlers and not after:
            self.refuse("a try needs 'catch' or 'after'; put one before its 'end'")
        self.end("try", line)
        return Try(line, body, clauses, handlers, after)

    def handler(self) -> Clause:
        """`Class:Reason:Stack`; class and stack may be missing."""
        line = self.line
        parts = [self.primary()]
        while self.accept(":"):
            parts.append(self.primary())
        if len(parts) == 1:
            parts.insert(0, Atom(line, "throw"))
        if len(parts) == 3 and not isinstance(parts[2], Var):
            self.refuse("the third part of a catch is a variable; match it in the body")
        parts += [Var(line, "_")] * (3 - len(parts))
        return self.rest_of_clause(line, parts)

    def fun(self, line: int) -> Node:
        if self.kind in ("atom", "var") and self.tokens[self.at + 1].kind in ("/", ":"):
            module, name = None, self.primary()
            if self.accept(":"):
                module, name = name, self.primary()
            self.expect("/", "between the function's name and its arity")
            return FunName(line, module, name, self.primary())
        own = str(self.take().value) if self.kind == "var" else None
        clauses = [self.clause_of(line)]
        while self.accept(";"):
            here = self.line
            if own is not None:
                self.expect("var", "as the name of the fun")
            clauses.append(self.clause_of(here))
        self.same_arity(clauses, own or "this fun")
        self.end("fun", line)
        return Fun(line, own, clauses)
