"""JSON: text to values and back.

Objects become dicts, arrays lists, numbers floats, null None. A text that is no JSON (RFC 8259)
raises a JsonError, which says what is wrong and at which character. Depth is limited, so that
a hostile text ends in an error and not in a long stack.
"""

DEEPEST = 200


class JsonError(Exception):
    def __init__(self, message, at):
        self.message = message
        self.at = at

    def __str__(self):
        return f"{self.message} at {self.at}"


class Reader:
    def __init__(self, text):
        self.text = text
        self.at = 0
        self.end = len(text)

    def peek(self):
        """The character at hand; empty at the end."""
        return self.text[self.at] if self.at < self.end else ""

    def fail(self, message):
        raise JsonError(message, self.at)

    def skip_space(self):
        while self.at < self.end:
            c = self.text[self.at]
            if c == " " or c == "\n" or c == "\t" or c == "\r":
                self.at += 1
            else:
                return None

    def expect(self, character):
        if self.peek() != character:
            self.fail(f"expected {character}")
        self.at += 1

    def document(self):
        self.skip_space()
        value = self.value(0)
        self.skip_space()
        if self.at < self.end:
            self.fail("something follows the document")
        return value

    def value(self, depth):
        if depth > DEEPEST:
            self.fail("too deep")
        c = self.peek()
        if c == "{":
            return self.object(depth)
        if c == "[":
            return self.array(depth)
        if c == '"':
            return self.string()
        if c == "t":
            return self.word("true", True)
        if c == "f":
            return self.word("false", False)
        if c == "n":
            return self.word("null", None)
        if c == "-" or is_digit(c):
            return self.number()
        self.fail("expected a value")

    def word(self, word, value):
        if self.text[self.at : self.at + len(word)] != word:
            self.fail("expected a value")
        self.at += len(word)
        return value

    def object(self, depth):
        entries = {}
        self.at += 1
        self.skip_space()
        if self.peek() == "}":
            self.at += 1
            return entries
        while True:
            self.skip_space()
            if self.peek() != '"':
                self.fail("expected a name")
            key = self.string()
            self.skip_space()
            self.expect(":")
            self.skip_space()
            entries[key] = self.value(depth + 1)
            self.skip_space()
            if self.peek() == ",":
                self.at += 1
            else:
                self.expect("}")
                return entries

    def array(self, depth):
        items = []
        self.at += 1
        self.skip_space()
        if self.peek() == "]":
            self.at += 1
            return items
        while True:
            self.skip_space()
            items.append(self.value(depth + 1))
            self.skip_space()
            if self.peek() == ",":
                self.at += 1
            else:
                self.expect("]")
                return items

    def digits(self):
        if not is_digit(self.peek()):
            self.fail("expected a digit")
        while is_digit(self.peek()):
            self.at += 1

    def number(self):
        start = self.at
        if self.peek() == "-":
            self.at += 1
        if self.peek() == "0":
            self.at += 1
        else:
            self.digits()
        if self.peek() == ".":
            self.at += 1
            self.digits()
        if self.peek() == "e" or self.peek() == "E":
            self.at += 1
            if self.peek() == "+" or self.peek() == "-":
                self.at += 1
            self.digits()
        return float(self.text[start : self.at])

    def string(self):
        """A string; runs of plain characters are taken as a whole."""
        self.at += 1
        parts = []
        start = self.at
        while True:
            if self.at >= self.end:
                self.fail("the string does not end")
            c = self.text[self.at]
            if c == '"':
                parts.append(self.text[start : self.at])
                self.at += 1
                return "".join(parts)
            if c == "\\":
                parts.append(self.text[start : self.at])
                self.at += 1
                parts.append(self.escape())
                start = self.at
            elif ord(c) < 32:
                self.fail("a control character in a string")
            else:
                self.at += 1

    def escape(self):
        c = self.peek()
        if c in ESCAPES:
            self.at += 1
            return ESCAPES[c]
        if c != "u":
            self.fail("an unknown escape")
        self.at += 1
        unit = self.hex_digits()
        if unit >= 0xD800 and unit <= 0xDBFF and self.text[self.at : self.at + 2] == "\\u":
            before = self.at
            self.at += 2
            low = self.hex_digits()
            if low >= 0xDC00 and low <= 0xDFFF:
                return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
            self.at = before
        if unit >= 0xD800 and unit <= 0xDFFF:
            # Half a pair is no text.
            return "\uFFFD"
        return chr(unit)

    def hex_digits(self):
        unit = 0
        for i in range(4):
            digit = hex_value(self.peek())
            if digit < 0:
                self.fail("expected four hexadecimal digits")
            unit = unit * 16 + digit
            self.at += 1
        return unit


def is_digit(c):
    return c != "" and "0" <= c <= "9"


def hex_value(c):
    if is_digit(c):
        return ord(c) - 48
    if c != "" and "a" <= c <= "f":
        return ord(c) - 87
    if c != "" and "A" <= c <= "F":
        return ord(c) - 55
    return -1


ESCAPES = {
    '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
}  # fmt: skip
WRITTEN = {
    '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
}  # fmt: skip
HEX = "0123456789abcdef"


def write_string(text, out):
    out.append('"')
    start = 0
    at = 0
    for c in text:
        if c in WRITTEN:
            out.append(text[start:at])
            out.append(WRITTEN[c])
            start = at + 1
        elif ord(c) < 32:
            out.append(text[start:at])
            out.append("\\u00" + HEX[ord(c) >> 4] + HEX[ord(c) & 15])
            start = at + 1
        at += 1
    out.append(text[start:at])
    out.append('"')


def write(value, out, depth):
    if depth > DEEPEST:
        raise JsonError("too deep", 0)
    if value is None:
        out.append("null")
    elif value is True:
        out.append("true")
    elif value is False:
        out.append("false")
    elif isinstance(value, str):
        write_string(value, out)
    elif isinstance(value, float):
        if value != value or value - value != 0:
            raise JsonError("no number of JSON", 0)
        out.append(str(value))
    elif isinstance(value, list):
        out.append("[")
        first = True
        for item in value:
            if not first:
                out.append(",")
            first = False
            write(item, out, depth + 1)
        out.append("]")
    elif isinstance(value, dict):
        out.append("{")
        first = True
        for key, item in value.items():
            if not first:
                out.append(",")
            first = False
            write_string(key, out)
            out.append(":")
            write(item, out, depth + 1)
        out.append("}")
    else:
        raise JsonError("no value of JSON", 0)


def loads(text):
    """The value that a text means."""
    return Reader(text).document()


def dumps(value):
    """The shortest text of a value."""
    out = []
    write(value, out, 0)
    return "".join(out)


def main(text):
    """What a text means and how it is written in the shortest way, or what is wrong and where."""
    try:
        value = loads(text)
        return ("json", value, dumps(value))
    except JsonError as error:
        return ("error", error.message, error.at)


if __name__ == "__main__":
    import sys

    print(main(sys.argv[1] if len(sys.argv) > 1 else '{"a": [1, 2.5, -1e3, null, true], "b\\u00e9": {}}'))
