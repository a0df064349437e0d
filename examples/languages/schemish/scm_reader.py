"""Texts become data: symbols, lists and constants that know their place.

    datum     = "(" datum* [datum "." datum] ")" | "'" datum | "`" datum | "," datum | ",@" datum
              | "#(" datum* ")" | number | string | "#t" | "#f" | "#\\\\" character | symbol
    comment   = ";" to the end of the line | "#;" datum

A list is a `Form`, a symbol a `Symbol`; everything else is a `Constant` that holds a value of the
machine. What is wrong with a text is a `SchemeError` that names file, line and remedy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ionvm import Value

__all__ = ["Constant", "Datum", "Form", "SchemeError", "Symbol", "quoted", "read"]

TOKEN = re.compile(
    r"""(?P<space>\s+|;[^\n]*)
      | (?P<mark>\#;|\#\(|,@|[()'`,])
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<char>\#\\(?:[a-zA-Z]+|.))
      | (?P<word>[^\s()"';`,]+)""",
    re.VERBOSE | re.DOTALL,
)
INTEGER = re.compile(r"[+-]?\d+\Z")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\Z", re.IGNORECASE)
SPECIAL = {"+inf.0": float("inf"), "-inf.0": float("-inf"), "+nan.0": float("nan")}
TRUTH = {"#t": True, "#true": True, "#f": False, "#false": False}
CHARS = {"space": " ", "newline": "\n", "tab": "\t", "nul": "\0", "return": "\r"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
SHORT = {"'": "quote", "`": "quasiquote", ",": "unquote", ",@": "unquote-splicing"}


class SchemeError(Exception):
    """What is wrong with a program, where, and what to write instead."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place.file}:{place.line}: {message}")


@dataclass(frozen=True)
class Place:
    """Where in a source text something stands."""

    file: str
    line: int


@dataclass
class Symbol:
    """A name."""

    name: str
    place: Place


@dataclass
class Constant:
    """What stands for itself."""

    value: Value
    place: Place


@dataclass
class Form:
    """A list; `tail` is what stands behind a dot."""

    items: list[Datum]
    place: Place
    tail: Datum | None = field(default=None)

    @property
    def head(self) -> str:
        """The symbol it begins with, or nothing."""
        first = self.items[0] if self.items else None
        return first.name if isinstance(first, Symbol) else ""


Datum = Symbol | Constant | Form


def quoted(datum: Datum) -> Value:
    """What `(quote DATUM)` is: a value of the machine, whole."""
    if isinstance(datum, Symbol):
        return Value.atom(datum.name)
    if isinstance(datum, Constant):
        return datum.value
    result = Value.nil() if datum.tail is None else quoted(datum.tail)
    for item in reversed(datum.items):
        result = Value.pair(quoted(item), result)
    return result


def character(text: str) -> Value:
    """A character: a tuple of its text, which no other value of the language is."""
    return Value.tuple([text])


class Reader:
    """The tokens of a text, and what they spell."""

    def __init__(self, text: str, file: str) -> None:
        self.tokens: list[tuple[str, str, Place]] = []
        at, line = 0, 1
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise SchemeError(Place(file, line), "this string does not end; close it by '\"'")
            if found.lastgroup != "space":
                self.tokens.append((str(found.lastgroup), found[0], Place(file, line)))
            at, line = found.end(), line + found[0].count("\n")
        self.at = 0
        self.end = Place(file, line)

    def all(self) -> list[Datum]:
        """Everything in the text."""
        data = []
        while not self.done():
            data.append(self.datum(self.end))
        return data

    def done(self) -> bool:
        """Whether nothing is left but comments."""
        while self.at < len(self.tokens) and self.tokens[self.at][1] == "#;":
            self.at += 1
            self.datum(self.tokens[self.at - 1][2])
        return self.at == len(self.tokens)

    def datum(self, opened: Place) -> Datum:
        """The next datum of what began at `opened`."""
        if self.done():
            raise SchemeError(opened, "what begins here does not end; close it by ')'")
        kind, text, place = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return Constant(Value.string(unescaped(text[1:-1], place)), place)
        if kind == "char":
            return Constant(self.char(text[2:], place), place)
        if kind == "word":
            return word(text, place)
        if text in SHORT:
            return Form([Symbol(SHORT[text], place), self.datum(place)], place)
        if text == ")":
            raise SchemeError(place, "this ')' closes nothing; remove it")
        return self.items(place, text == "#(")

    def items(self, place: Place, is_vector: bool) -> Datum:
        """What follows a parenthesis, to the one that closes it."""
        items: list[Datum] = []
        tail: Datum | None = None
        while self.done() or self.tokens[self.at][1] != ")":
            if not self.done() and self.tokens[self.at][1] == "." and items and not is_vector:
                self.at += 1
                tail = self.datum(place)
                if self.done() or self.tokens[self.at][1] != ")":
                    raise SchemeError(place, "one datum follows a dot, then ')'")
                break
            items.append(self.datum(place))
        self.at += 1
        if is_vector:
            return Constant(Value.array([quoted(item) for item in items]), place)
        if isinstance(tail, Form):
            return Form(items + tail.items, place, tail.tail)
        return Form(items, place, tail)

    def char(self, name: str, place: Place) -> Value:
        """The character of that name."""
        if len(name) > 1 and name not in CHARS:
            known = ", ".join(CHARS)
            raise SchemeError(place, f"no character is called {name}; known are: {known}")
        return character(CHARS.get(name, name))


def word(text: str, place: Place) -> Datum:
    """A number, a truth value or a symbol."""
    if INTEGER.match(text):
        return Constant(Value.integer(int(text)), place)
    if NUMBER.match(text) or text in SPECIAL:
        number = SPECIAL[text] if text in SPECIAL else float(text)
        return Constant(Value.number(number), place)
    if text in TRUTH:
        return Constant(Value.boolean(TRUTH[text]), place)
    if text.startswith("#"):
        raise SchemeError(place, f"{text} is not known here; #t, #f, #\\x and #(...) are")
    return Symbol(text, place)


def unescaped(text: str, place: Place) -> str:
    """The characters of a string literal."""

    def one(found: re.Match[str]) -> str:
        if found[1] not in ESCAPES:
            raise SchemeError(place, f"\\{found[1]} is no escape; there are \\n \\t \\r \\\" \\\\")
        return ESCAPES[found[1]]

    return re.sub(r"\\(.)", one, text, flags=re.DOTALL)


def read(text: str, file: str) -> list[Datum]:
    """The data of a text, in order."""
    return Reader(text, file).all()
