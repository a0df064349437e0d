"""Texts: `str` and `repr` of everything, and the methods of strings."""

ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}


def text_of(x):
    """`str(x)`"""
    if vm.is_a(x, "string"):
        return x
    if is_instance(x):
        return x.__str__()
    return repr(x)


def repr(x):
    if vm.is_a(x, "string"):
        return quoted(x)
    if vm.is_a(x, "integer"):
        return vm.to_text(x)
    if vm.is_a(x, "number"):
        return float_text(x)
    if vm.is_a(x, "boolean"):
        return "True" if x else "False"
    if x is None:
        return "None"
    if vm.is_a(x, "object"):
        if is_class(x):
            module = "" if vm.has_own(x, "__builtin__") else "__main__."
            return f"<class '{module}{x.__name__}'>"
        return x.__repr__()
    if vm.is_a(x, "array", "tuple", "map"):
        return container_text(x, [])
    if vm.is_a(x, "function"):
        return f"<function {function_name(x)}>"
    return vm.to_text(x)


def container_text(x, around):
    """The text of a container; one that contains itself ends in dots."""
    for outer in around:
        if outer is x:
            return "{...}" if vm.is_a(x, "map") else "[...]"
    around = [*around, x]
    if vm.is_a(x, "map"):
        parts = [
            inner_text(pair[0], around) + ": " + inner_text(pair[1], around)
            for pair in entries_of(x)
        ]
        return "{" + vm.string.join(parts, ", ") + "}"
    inner = vm.string.join([inner_text(item, around) for item in x], ", ")
    if vm.is_a(x, "array"):
        return "[" + inner + "]"
    return "(" + inner + ",)" if len(x) == 1 else "(" + inner + ")"


def inner_text(x, around):
    return container_text(x, around) if vm.is_a(x, "array", "tuple", "map") else repr(x)


def quoted(text):
    quote = '"' if "'" in text and '"' not in text else "'"
    parts = [quote]
    for c in text:
        if c == quote:
            parts.append("\\" + c)
        elif c in ESCAPES:
            parts.append(ESCAPES[c])
        elif c < " " or c == "\x7f":
            parts.append("\\x" + vm.string.pad_start(hex(ord(c))[2:], 2, "0"))
        else:
            parts.append(c)
    parts.append(quote)
    return vm.string.join(parts, "")


def ord(c):
    if not vm.is_a(c, "string") or len(c) != 1:
        size = len(c) if vm.is_a(c, "string") else 0
        raise TypeError(f"ord() expected a character, but string of length {size} found")
    return vm.integer.from_number(vm.string.code_at(c, 0))


def chr(point):
    if not 0 <= point < 0x110000:
        raise ValueError("chr() arg not in range(0x110000)")
    return vm.string.from_code_points([point])


def is_space(c):
    return c in " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"


def is_letter(c):
    return vm.string.lower(c) != vm.string.upper(c)


def is_digit(c):
    return "0" <= c <= "9"


def every(text, test):
    for c in text:
        if not test(c):
            return False
    return text != ""


def stripped(text, characters, left, right):
    start = 0
    stop = len(text)
    while left and start < stop and in_set(text[start], characters):
        start += 1
    while right and start < stop and in_set(text[stop - 1], characters):
        stop -= 1
    return vm.string.slice(text, start, stop)


def in_set(c, characters):
    return is_space(c) if characters is None else c in characters


class str:
    @staticmethod
    def __make__(x=""):
        return text_of(x)

    def upper(self):
        return vm.string.upper(self)

    def lower(self):
        return vm.string.lower(self)

    casefold = lower

    def swapcase(self):
        return "".join([c.lower() if c.isupper() else c.upper() for c in self])

    def capitalize(self):
        return vm.string.upper(self[:1]) + vm.string.lower(self[1:])

    def title(self):
        parts = []
        before = False
        for c in self:
            parts.append(vm.string.lower(c) if before else vm.string.upper(c))
            before = is_letter(c)
        return vm.string.join(parts, "")

    def strip(self, characters=None):
        return stripped(self, characters, True, True)

    def lstrip(self, characters=None):
        return stripped(self, characters, True, False)

    def rstrip(self, characters=None):
        return stripped(self, characters, False, True)

    def removeprefix(self, prefix):
        return self[len(prefix) :] if prefix and self.startswith(prefix) else self

    def removesuffix(self, suffix):
        return self[: -len(suffix)] if suffix and self.endswith(suffix) else self

    def join(self, parts):
        parts = list(parts)
        for i, part in enumerate(parts):
            if not vm.is_a(part, "string"):
                raise TypeError(
                    f"sequence item {i}: expected str instance, {type_name(part)} found"
                )
        return vm.string.join(parts, self)

    def split(self, separator=None, maxsplit=-1):
        if separator is None:
            return words_of(self, maxsplit)
        if separator == "":
            raise ValueError("empty separator")
        if maxsplit < 0:
            return vm.string.split(self, separator)
        return vm.string.split(self, separator, maxsplit)

    def rsplit(self, separator=None, maxsplit=-1):
        turned = self[::-1].split(None if separator is None else separator[::-1], maxsplit)
        return [part[::-1] for part in turned][::-1]

    def splitlines(self):
        return vm.string.lines(self)

    def partition(self, separator):
        at = self.find(separator)
        if at < 0:
            return (self, "", "")
        return (self[:at], separator, self[at + len(separator) :])

    def rpartition(self, separator):
        at = self.rfind(separator)
        if at < 0:
            return ("", "", self)
        return (self[:at], separator, self[at + len(separator) :])

    def replace(self, old, new, count=-1):
        if count < 0:
            return vm.string.replace(self, old, new)
        return vm.string.replace(self, old, new, count)

    def find(self, part, start=0, stop=None):
        first, last, step = slice_bounds(len(self), start, stop, 1)
        found = vm.string.find(self, part, first)
        if vm.is_a(found, "undefined") or vm.integer.from_number(found) + len(part) > last:
            return -1
        return vm.integer.from_number(found)

    def rfind(self, part):
        found = vm.string.rfind(self, part)
        return -1 if vm.is_a(found, "undefined") else vm.integer.from_number(found)

    def index(self, part, start=0, stop=None):
        found = self.find(part, start, stop)
        if found < 0:
            raise ValueError("substring not found")
        return found

    def count(self, part):
        return vm.integer.from_number(vm.string.count(self, part))

    def startswith(self, start, at=0):
        if vm.is_a(start, "tuple"):
            return any([self.startswith(each, at) for each in start])
        return vm.string.starts_with(self[at:], start)

    def endswith(self, end):
        if vm.is_a(end, "tuple"):
            return any([self.endswith(each) for each in end])
        return vm.string.ends_with(self, end)

    def isdigit(self):
        return every(self, is_digit)

    isdecimal = isnumeric = isdigit

    def isalpha(self):
        return every(self, is_letter)

    def isalnum(self):
        return every(self, lambda c: is_letter(c) or is_digit(c))

    def isspace(self):
        return every(self, is_space)

    def isupper(self):
        return self == vm.string.upper(self) and self != vm.string.lower(self)

    def islower(self):
        return self == vm.string.lower(self) and self != vm.string.upper(self)

    def isidentifier(self):
        return every(self, lambda c: is_letter(c) or is_digit(c) or c == "_") and not is_digit(
            self[0]
        )

    def ljust(self, width, fill=" "):
        return vm.string.pad_end(self, width, fill) if width > 0 else self

    def rjust(self, width, fill=" "):
        return vm.string.pad_start(self, width, fill) if width > 0 else self

    def center(self, width, fill=" "):
        missing = width - len(self)
        if missing <= 0:
            return self
        left = missing // 2 + (missing & width & 1)
        return fill * left + self + fill * (missing - left)

    def zfill(self, width):
        sign = self[:1] if self[:1] in ("+", "-") else ""
        return sign + self[len(sign) :].rjust(width - len(sign), "0")

    def format(self, *given, **names):
        return formatted(self, given, names)


def words_of(text, most):
    """What lies between white space, at the first so many places of it."""
    found = []
    start = -1
    for i, c in enumerate(text):
        if is_space(c):
            if start >= 0:
                found.append(vm.string.slice(text, start, i))
                start = -1
        elif start < 0:
            if most >= 0 and len(found) == most:
                found.append(text[i:])
                return found
            start = i
    if start >= 0:
        found.append(vm.string.slice(text, start, len(text)))
    return found


# ---- Templates ----------------------------------------------------------------------


def formatted(text, given, names):
    """`text.format(*given, **names)`"""
    parts = []
    at = 0
    count = 0
    while at < len(text):
        c = text[at]
        if c in "{}" and text[at : at + 2] == c + c:
            parts.append(c)
            at += 2
        elif c == "{":
            end = text.find("}", at)
            if end < 0:
                raise ValueError("expected '}' before end of string")
            field, _, spec = text[at + 1 : end].partition(":")
            field, _, conversion = field.partition("!")
            if field == "":
                field = str(count)
                count += 1
            value = value_of_field(field, given, names)
            parts.append(format(repr(value) if conversion == "r" else value, spec))
            at = end + 1
        elif c == "}":
            raise ValueError("Single '}' encountered in format string")
        else:
            parts.append(c)
            at += 1
    return vm.string.join(parts, "")


def value_of_field(field, given, names):
    """`0`, `name`, `name.attribute`"""
    name, *attributes = field.split(".")
    if not name.isdigit():
        value = names[name]
    elif int(name) < len(given):
        value = given[int(name)]
    else:
        raise IndexError(f"Replacement index {name} out of range for positional args tuple")
    for each in attributes:
        value = getattr(value, each)
    return value


def percent(text, given):
    """`text % given`"""
    values = given if vm.is_a(given, "tuple") else (given,)
    parts = []
    at = 0
    used = 0
    while at < len(text):
        if text[at] != "%":
            parts.append(text[at])
            at += 1
            continue
        end = at + 1
        while end < len(text) and text[end] in "-+ 0123456789.#":
            end += 1
        if end == len(text):
            raise ValueError("incomplete format")
        letter = text[end]
        if letter == "%":
            parts.append("%")
        else:
            if used == len(values):
                raise TypeError("not enough arguments for format string")
            parts.append(percent_part(text[at + 1 : end], letter, values[used]))
            used += 1
        at = end + 1
    if used < len(values) and vm.is_a(given, "tuple"):
        raise TypeError("not all arguments converted during string formatting")
    return vm.string.join(parts, "")


def percent_part(spec, letter, value):
    align = "<" if "-" in spec else ">"
    spec = spec.replace("-", "")
    if letter in "sr":
        return format(text_of(value) if letter == "s" else repr(value), align + spec)
    if letter in "di":
        if not vm.is_a(value, "integer", "number", "boolean"):
            raise TypeError(f"%d format: a real number is required, not {type_name(value)}")
        value = int(value)
        letter = "d"
    return format(value, (align if align == "<" else "") + spec + letter)
