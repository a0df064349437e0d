"""Numbers, strings and names as the assembly language writes them."""

from __future__ import annotations

__all__ = [
    "atom_text",
    "bytes_text",
    "flags_text",
    "integer_text",
    "is_word",
    "key_text",
    "number_text",
    "path_text",
    "property_text",
    "string_text",
]

#: Integers of more bits are written in hexadecimal, where decimal would take quadratic time.
INTEGER_DECIMAL_BITS = 1 << 16

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def number_text(n: float) -> str:
    """The shortest text that reads back as the same double.

    >>> number_text(42.0), number_text(0.1), number_text(1e21), number_text(float("nan"))
    ('42', '0.1', '1e21', 'NaN')
    """
    if n != n:
        return "NaN"
    if n in (float("inf"), float("-inf")):
        return "inf" if n > 0 else "-inf"
    text = repr(n)
    sign = "-" if text.startswith("-") else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return f"{sign}0"
    # The value is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + int(exponent or 0)
    point -= len(whole + fraction) - len((whole + fraction).lstrip("0"))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{power}"


def string_text(s: str) -> str:
    r"""A string in quotes, control characters escaped.

    >>> print(string_text('say "hi"\n'))
    "say \"hi\"\n"
    """
    out = ['"']
    for c in s:
        if c in _ESCAPES:
            out.append(_ESCAPES[c])
        elif _is_hidden(c):
            out.append(f"\\u{{{ord(c):x}}}")
        else:
            out.append(c)
    out.append('"')
    return "".join(out)


def bytes_text(b: bytes) -> str:
    r"""Octets in quotes.

    >>> print(bytes_text(b"a\x00"))
    b"a\x00"
    """
    out = ['b"']
    for octet in b:
        c = chr(octet)
        if c in '"\\\n\r\t':
            out.append(_ESCAPES[c])
        elif 0x20 <= octet < 0x7F:
            out.append(c)
        else:
            out.append(f"\\x{octet:02x}")
    out.append('"')
    return "".join(out)


def integer_text(n: int) -> str:
    """An exact whole number, with its suffix.

    >>> integer_text(-42)
    '-42n'
    """
    if n.bit_length() <= INTEGER_DECIMAL_BITS:
        return f"{'-' if n < 0 else ''}{_decimal(abs(n))}n"
    return f"{'-' if n < 0 else ''}0x{abs(n):x}n"


def _decimal(n: int) -> str:
    # Python refuses to write numbers of more than some 4300 digits in one go.
    parts = []
    while n >= 10**4000:
        n, low = divmod(n, 10**4000)
        parts.append(f"{low:04000}")
    return "".join([str(n), *reversed(parts)])


def is_word(s: str) -> bool:
    """Whether a name needs no quotes: a letter or underscore, then letters, digits, underscores.

    >>> is_word("_x1"), is_word("1a"), is_word("")
    (True, False, False)
    """
    return s != "" and (s[0] == "_" or s[0].isalpha()) and all(c == "_" or c.isalnum() for c in s)


def atom_text(s: str) -> str:
    """An atom with its colon, quoted where it is no plain word.

    >>> atom_text("ok"), atom_text("a b")
    (':ok', ':"a b"')
    """
    return f":{s}" if is_word(s) else f":{string_text(s)}"


def path_text(s: str) -> str:
    """The name of a class or native: words joined by dots as they are, else in quotes."""
    return s if all(map(is_word, s.split("."))) else string_text(s)


def flags_text(bits: int, words: tuple[str, ...]) -> str:
    """Flag words in brackets.

    >>> flags_text(5, ("writable", "enumerable", "configurable"))
    '[writable configurable]'
    """
    return f"[{' '.join(word for i, word in enumerate(words) if bits >> i & 1)}]"


def property_text(key: str, flags: int) -> str:
    """What stands before the value of a property: flags only where it is not open."""
    if flags == 7:
        return f"{key_text(key)}: "
    words = ("writable", "enumerable", "configurable", "accessor")
    return f"{key_text(key)} {flags_text(flags, words)}: "


def key_text(s: str) -> str:
    """A property's name: bare where it is a plain word, else quoted."""
    return s if is_word(s) else string_text(s)


#: Ranges of characters that are invisible or turn their neighbours round.
_HIDDEN = (
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE00FF),
)


def _is_hidden(c: str) -> bool:
    n = ord(c)
    return n < 0x20 or 0x7F <= n < 0xA0 or any(low <= n <= high for low, high in _HIDDEN)
