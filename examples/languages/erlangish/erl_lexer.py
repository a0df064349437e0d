"""Reading: from text to tokens, with macros replaced.

A token has a kind: `atom`, `var`, `integer`, `float`, `string`, or its own text for words that
the language keeps and for signs. `dot` ends a form. `?NAME` stands for the tokens that
`-define(NAME, ...)` gave it; `?MODULE` and `?LINE` are known.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from erl_nodes import ErlError

__all__ = ["Token", "tokens_of"]

WORDS = frozenset(
    "after and andalso band begin bnot bor bsl bsr bxor case catch div end fun if not of or "
    "orelse receive rem try when xor".split()
)

TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+|%[^\n]*)
    | (?P<float>\d[\d_]*\.\d+(?:[eE][+-]?\d+)?)
    | (?P<based>\d+\#[0-9a-zA-Z_]+)
    | (?P<integer>\d[\d_]*)
    | (?P<char>\$(?:\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|\^.|[0-7]{1,3}|.)|[^\\]))
    | (?P<atom>[a-zß-öø-ÿ][\w@]*)
    | (?P<quoted>'(?:\\.|[^'\\])*')
    | (?P<var>[A-Z_À-ÖØ-Þ][\w@]*)
    | (?P<string>"(?:\\.|[^"\\])*")
    | (?P<macro>\?[A-Za-z_]\w*)
    | (?P<dot>\.(?=\s|%|$))
    | (?P<sign><<|>>|=:=|=/=|=<|>=|==|/=|=>|:=|->|<-|<=|\+\+|--|\|\||[-+*/=<>!|#.,;:(){}\[\]?])
    """,
    re.VERBOSE | re.DOTALL,
)

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
ESCAPES |= {"e": "\x1b", "d": "\x7f", "s": " "}
ESCAPE = re.compile(r"\\(x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|\^.|[0-7]{1,3}|.)", re.DOTALL)


class Token(NamedTuple):
    """One token; `value` is what it stands for."""

    kind: str
    value: str | int | float
    line: int


def tokens_of(text: str, file: str) -> list[Token]:
    """The tokens of a file, macros replaced. Raises `ErlError`."""
    raw = _raw(text, file)
    macros: dict[str, list[Token]] = {}
    module = Token("atom", "undefined", 1)
    found: list[Token] = []
    at = 0
    while at < len(raw):
        here = raw[at]
        begins_form = not found or found[-1].kind == "dot"
        word = raw[at + 1].value if begins_form and here.kind == "-" and at + 1 < len(raw) else ""
        if word == "define":
            at = _define(raw, at, file, macros)
            continue
        if word == "module" and at + 3 < len(raw):
            module = raw[at + 3]
        if here.kind == "macro":
            name = str(here.value)
            found += _expanded(here, name, macros, module, file)
        else:
            found.append(here)
        at += 1
    return found


def _expanded(
    here: Token, name: str, macros: dict[str, list[Token]], module: Token, file: str
) -> list[Token]:
    if name == "MODULE":
        return [module._replace(line=here.line)]
    if name == "LINE":
        return [Token("integer", here.line, here.line)]
    if name not in macros:
        known = ", ".join(sorted([*macros, "MODULE", "LINE"]))
        raise ErlError(file, here.line, f"the macro ?{name} is not defined; there are: {known}")
    return [token._replace(line=here.line) for token in macros[name]]


def _define(raw: list[Token], at: int, file: str, macros: dict[str, list[Token]]) -> int:
    """Notes `-define(NAME, tokens).`; returns the place behind it."""
    end = at
    while end < len(raw) and raw[end].kind != "dot":
        end += 1
    inside = raw[at + 3 : end - 1]
    if len(inside) < 3 or inside[1].kind != ",":
        raise ErlError(
            file, raw[at].line, "write a macro as -define(NAME, VALUE). without arguments"
        )
    body: list[Token] = []
    for token in inside[2:]:
        body += macros.get(str(token.value), [token]) if token.kind == "macro" else [token]
    macros[str(inside[0].value)] = body
    return end + 1


def _raw(text: str, file: str) -> list[Token]:
    found: list[Token] = []
    at, line = 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ErlError(file, line, _complaint(text[at]))
        kind, piece = str(match.lastgroup), match.group()
        token = _token(kind, piece, line, file)
        if token is not None:
            found.append(token)
        line += piece.count("\n")
        at = match.end()
    return found


def _complaint(sign: str) -> str:
    if sign == '"':
        return 'this string does not end; close it with "'
    if sign == "'":
        return "this atom does not end; close it with '"
    return f"no token begins with {sign!r}; remove it, or quote it as an atom"


def _token(kind: str, piece: str, line: int, file: str) -> Token | None:
    if kind == "space":
        return None
    if kind == "integer":
        return Token("integer", int(piece.replace("_", "")), line)
    if kind == "float":
        return Token("float", float(piece.replace("_", "")), line)
    if kind == "based":
        base, digits = piece.split("#")
        try:
            return Token("integer", int(digits.replace("_", ""), int(base)), line)
        except ValueError:
            raise ErlError(
                file, line, f"{piece} is no integer; its digits must be below {base}"
            ) from None
    if kind == "char":
        return Token("integer", ord(_unescaped(piece[1:])), line)
    if kind == "string":
        return Token("string", _unescaped(piece[1:-1]), line)
    if kind == "quoted":
        return Token("atom", _unescaped(piece[1:-1]), line)
    if kind == "macro":
        return Token("macro", piece[1:], line)
    if kind == "sign" or (kind == "atom" and piece in WORDS):
        return Token(piece, piece, line)
    return Token(kind, piece, line)


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if code.startswith("x"):
            return chr(int(code.strip("x{}"), 16))
        if code[0].isdigit():
            return chr(int(code, 8))
        if code.startswith("^"):
            return chr(ord(code[1]) & 31)
        return ESCAPES.get(code, code)

    return ESCAPE.sub(one, text)
