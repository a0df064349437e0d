"""Words of a program.

| kind | examples |
|---|---|
| `name` | `foo`, `_Clone`: a unary message, a variable, a slot |
| `small` | `at:`, `_Add:`: begins a keyword message |
| `big` | `Put:`: goes on with one |
| `operator` | `+`, `<=`, `<-`, `=`: binary messages and what slots are made with |
| `delegate` | `resend.`, `parent.` with something right behind it |
| `argument` | `:a` |
| `number`, `string` | `-12`, `16r1F`, `2.5e3`, `'don\\'t'` |
| `(` `)` `[` `]` `|` `||` `.` `^` | themselves |
| `end` | after everything |

Comments stand in double quotes. A minus sign belongs to a number unless a value stands before it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from self_tree import SelfishError

__all__ = ["Token", "tokens"]


class Token(NamedTuple):
    """A word, its text or value, and its line."""

    kind: str
    value: str | int | float
    line: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"{self.value!s}"


_WORDS = re.compile(
    r"""
    (?P<space>[ \t\r\n]+ | "[^"]*")
  | (?P<radix>-?\d+r[0-9a-zA-Z]+)
  | (?P<float>-?\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+))
  | (?P<integer>-?\d+)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<argument>:[a-z_]\w*)
  | (?P<small>[a-z_]\w*:)
  | (?P<big>[A-Z]\w*:)
  | (?P<delegate>[a-z_]\w*\.(?=[A-Za-z_+\-*/<>=~!@%&,]))
  | (?P<name>[a-z_]\w*)
  | (?P<operator>[+\-*/<>=~!@%&,\\?]+)
  | (?P<mark>\|\||[()\[\]|.^])
    """,
    re.VERBOSE,
)

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"'}

#: Behind one of these a minus sign is an operator.
_VALUES = {"name", "number", "string", ")", "]"}


def tokens(text: str, file: str) -> list[Token]:
    """All words of a text. Raises `SelfishError` for what is none."""
    found: list[Token] = []
    at, line = 0, 1
    while at < len(text):
        match = _WORDS.match(text, at)
        if match is not None and match[0][0] == "-" and _is_value(found):
            match = re.compile(r"(?P<operator>[+\-*/<>=~!@%&,\\?]+)").match(text, at)
        if match is None:
            raise SelfishError(file, line, _complaint(text, at))
        kind, word = match.lastgroup or "", match[0]
        if kind != "space":
            found.append(_token(kind, word, line, file))
        line += word.count("\n")
        at = match.end()
    found.append(Token("end", "", line))
    return found


def _is_value(found: list[Token]) -> bool:
    return bool(found) and found[-1].kind in _VALUES


def _complaint(text: str, at: int) -> str:
    if text[at] == "'":
        return "the string that begins here does not end; close it with '"
    if text[at] == '"':
        return 'the comment that begins here does not end; close it with "'
    if text[at].isupper():
        return "a name begins with a small letter; only further keywords begin with a large one"
    return f"nothing begins with {text[at]!r}; comments stand in double quotes"


def _token(kind: str, word: str, line: int, file: str) -> Token:
    if kind == "integer":
        return Token("number", int(word), line)
    if kind == "float":
        return Token("number", float(word), line)
    if kind == "radix":
        base, digits = word.split("r", 1)
        try:
            sign = -1 if base.startswith("-") else 1
            return Token("number", sign * int(digits, abs(int(base))), line)
        except ValueError:
            raise SelfishError(
                file, line, f"{word} is no number; its digits must be below its base, 2 to 36"
            ) from None
    if kind == "string":
        return Token("string", _unescaped(word[1:-1], line, file), line)
    if kind == "argument":
        return Token(kind, word[1:], line)
    if kind == "delegate":
        return Token(kind, word[:-1], line)
    return Token(word if kind == "mark" else kind, word, line)


def _unescaped(text: str, line: int, file: str) -> str:
    def of(match: re.Match[str]) -> str:
        known = _ESCAPES.get(match[1])
        if known is None:
            raise SelfishError(
                file, line, f"\\{match[1]} means nothing; there are \\n \\t \\r \\0 \\\\ \\' \\\""
            )
        return known

    return re.sub(r"\\(.)", of, text, flags=re.DOTALL)
