"""Numbers: their classes, their texts, and formats."""


def float_text(x):
    """The shortest decimal that means the number, written as Python does."""
    if x != x:
        return "nan"
    if vm.math.is_infinite(x):
        return "inf" if x > 0 else "-inf"
    sign = "-" if vm.math.copysign(1.0, x) < 0 else ""
    digits, point = digits_of(vm.to_text(vm.math.abs(x)))
    return sign + plain_or_scientific(digits, point, 16, True)


def digits_of(text):
    """The significant digits of a decimal, and the place of its point among them."""
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + (int(exponent) if exponent else 0)
    digits = whole + fraction
    kept = digits.lstrip("0")
    point -= len(digits) - len(kept)
    kept = kept.rstrip("0")
    return (kept, point) if kept else ("0", 1)


def plain_or_scientific(digits, point, most, with_point):
    """`0.001`, `1.5`, `1e+16`: an exponent below -4 and from `most` on."""
    if point > most or point < -3:
        exponent = point - 1
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        sign = "-" if exponent < 0 else "+"
        return digits[0] + fraction + "e" + sign + str(abs(exponent)).zfill(2)
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits)) + (".0" if with_point else "")
    return digits[:point] + "." + digits[point:]


def exact_ratio(x):
    """Two integers, the second a power of two, whose quotient is the float."""
    scale = 1
    while vm.math.fract(x) != 0:
        x = x * 1048576.0
        scale = scale << 20
    return vm.integer.from_number(x), scale


def rounded_quotient(a, b):
    """The integer nearest to a / b, the even one of two."""
    quotient = a // b
    twice = 2 * (a - quotient * b)
    if twice > b or (twice == b and quotient % 2 == 1):
        quotient += 1
    return quotient


def fixed(x, places):
    """A number that is not negative with so many digits behind the point."""
    a, b = (x, 1) if vm.is_a(x, "integer") else exact_ratio(x)
    text = str(rounded_quotient(a * 10**places, b)).zfill(places + 1)
    return text[: len(text) - places] + "." + text[len(text) - places :] if places else text


def significant(x, count):
    """So many digits of a number that is not negative, and the place of the point."""
    if x == 0:
        return "0" * count, 1
    a, b = (x, 1) if vm.is_a(x, "integer") else exact_ratio(x)
    exponent = len(str(a // b)) - 1 if a >= b else -len(str(b // a))
    if a < b and a * 10**-exponent >= b * 10:
        exponent += 1
    shift = count - 1 - exponent
    if shift >= 0:
        digits = str(rounded_quotient(a * 10**shift, b))
    else:
        digits = str(rounded_quotient(a, b * 10**-shift))
    if len(digits) > count:
        digits = digits[:count]
        exponent += 1
    elif len(digits) < count:
        return significant_below(a, b, count, exponent - 1)
    return digits, exponent + 1


def significant_below(a, b, count, exponent):
    digits = str(rounded_quotient(a * 10 ** (count - 1 - exponent), b))
    return digits, exponent + 1


def round(x, places=None):
    if is_instance(x):
        return x.__round__() if places is None else x.__round__(places)
    if vm.is_a(x, "integer", "boolean"):
        if places is None or places >= 0:
            return plain_number(x)
        unit = 10**-places
        return rounded_quotient(x, unit) * unit
    if places is None:
        if x != x:
            raise ValueError("cannot convert float NaN to integer")
        if vm.math.is_infinite(x):
            raise OverflowError("cannot convert float infinity to integer")
        return vm.integer.from_number(vm.math.round_even(x))
    if x != x or vm.math.is_infinite(x):
        return x
    if places < 0:
        unit = 10**-places
        a, b = exact_ratio(vm.math.abs(x))
        return vm.math.copysign(float(rounded_quotient(a, b * unit) * unit), x)
    return vm.math.copysign(vm.string.to_number(fixed(vm.math.abs(x), places)), x)


def abs(x):
    if is_instance(x):
        return x.__abs__()
    if not vm.is_a(x, "integer", "number", "boolean"):
        raise TypeError(f"bad operand type for abs(): '{type_name(x)}'")
    x = plain_number(x)
    return x if vm.is_a(x, "integer") and x >= 0 else vm.neg(x) if x < 0 else vm.math.abs(x)


def divmod(a, b):
    return (a // b, a % b)


def pow(a, b, modulus=None):
    if modulus is None:
        return a**b
    if b < 0:
        raise ValueError("a negative exponent with a modulus is not part of it")
    result = 1 % modulus
    a = a % modulus
    while b:
        if b & 1:
            result = result * a % modulus
        a = a * a % modulus
        b = b >> 1
    return result


def in_base(x, base, prefix):
    sign = "-" if x < 0 else ""
    return sign + prefix + vm.integer.to_text(abs(x), base)


def bin(x):
    return in_base(x, 2, "0b")


def oct(x):
    return in_base(x, 8, "0o")


def hex(x):
    return in_base(x, 16, "0x")


class int:
    @staticmethod
    def __make__(x=0, base=10):
        if vm.is_a(x, "integer", "boolean"):
            return plain_number(x)
        if vm.is_a(x, "number"):
            if x != x:
                raise ValueError("cannot convert float NaN to integer")
            if vm.math.is_infinite(x):
                raise OverflowError("cannot convert float infinity to integer")
            return vm.integer.trunc(x)
        if has_method(x, "__int__"):
            return x.__int__()
        if not vm.is_a(x, "string"):
            raise TypeError(
                "int() argument must be a string, a bytes-like object or a real number, "
                f"not '{type_name(x)}'"
            )
        text = x.strip().replace("_", "").lower()
        sign = text[:1] if text[:1] in ("-", "+") else ""
        digits = text[len(sign) :]
        for prefix, each in (("0x", 16), ("0o", 8), ("0b", 2)):
            if digits.startswith(prefix) and base in (0, each):
                digits = digits[2:]
                base = each
        found = vm.integer.parse(sign + digits, base if base else 10)
        if vm.is_a(found, "undefined"):
            raise ValueError(f"invalid literal for int() with base {base}: {repr(x)}")
        return found

    def bit_length(self):
        return vm.integer.from_number(vm.integer.bit_length(self))

    def bit_count(self):
        return bin(self).count("1")


class bool(int):
    @staticmethod
    def __make__(x=False):
        return True if x else False


class float:
    @staticmethod
    def __make__(x=0.0):
        if vm.is_a(x, "integer", "boolean", "number"):
            return vm.integer.to_number(plain_number(x))
        if has_method(x, "__float__"):
            return x.__float__()
        if not vm.is_a(x, "string"):
            raise TypeError(
                f"float() argument must be a string or a real number, not '{type_name(x)}'"
            )
        text = x.strip().lower()
        plain = text[1:] if text[:1] in ("-", "+") else text
        if plain in ("inf", "infinity", "nan"):
            size = vm.math.inf() if plain != "nan" else vm.math.nan()
            return vm.neg(size) if text[0] == "-" else size
        found = vm.undefined()
        if plain[:1] != "" and plain[0] in "0123456789." and "x" not in plain:
            found = vm.string.to_number(text)
        if vm.is_a(found, "undefined"):
            raise ValueError(f"could not convert string to float: {repr(x)}")
        return found

    def is_integer(self):
        return self == vm.math.floor(self) and not vm.math.is_infinite(self)


# ---- Formats --------------------------------------------------------------------------


class Spec:
    """`[[fill]align][sign][#][0][width][,][.precision][type]`"""

    def __init__(self, text, kind):
        self.text = text
        self.fill = " "
        self.align = ""
        has_fill = len(text) > 1 and text[1] in "<>^="
        if has_fill:
            self.fill = text[0]
            self.align = text[1]
            text = text[2:]
        elif text[:1] != "" and text[0] in "<>^=":
            self.align = text[0]
            text = text[1:]
        self.sign = ""
        if text[:1] != "" and text[0] in "+- ":
            self.sign = text[0]
            text = text[1:]
        self.alternate = text[:1] == "#"
        text = text[1:] if self.alternate else text
        if text[:1] == "0" and not has_fill:
            self.fill = "0"
            self.align = self.align if self.align else "="
        size = len(text) - len(text.lstrip("0123456789"))
        self.width = int(text[:size]) if size else 0
        text = text[size:]
        self.group = text[:1] if text[:1] in (",", "_") else ""
        text = text[len(self.group) :]
        self.precision = -1
        if text[:1] == ".":
            size = len(text[1:]) - len(text[1:].lstrip("0123456789"))
            if not size:
                raise ValueError("Format specifier missing precision")
            self.precision = int(text[1 : size + 1])
            text = text[size + 1 :]
        if len(text) > 1:
            raise ValueError(f"Invalid format specifier '{self.text}' for object of type '{kind}'")
        self.kind = text

    def placed(self, sign, text, align):
        """A text of the width."""
        align = self.align if self.align else align
        missing = self.width - len(sign) - len(text)
        if missing <= 0:
            return sign + text
        if align == "<":
            return sign + text + self.fill * missing
        if align == ">":
            return self.fill * missing + sign + text
        if align == "=":
            return sign + self.fill * missing + text
        return self.fill * (missing // 2) + sign + text + self.fill * (missing - missing // 2)


def format(x, spec=""):
    if spec == "":
        return text_of(x)
    parsed = Spec(spec, type_name(x))
    kind = parsed.kind
    if vm.is_a(x, "string"):
        if kind not in ("", "s"):
            raise ValueError(f"Unknown format code '{kind}' for object of type 'str'")
        text = x if parsed.precision < 0 else x[: parsed.precision]
        return parsed.placed("", text, "<")
    if not vm.is_a(x, "integer", "number", "boolean"):
        raise TypeError(f"unsupported format string passed to {type_name(x)}.__format__")
    x = plain_number(x)
    if vm.is_a(x, "integer") and kind in ("", "d", "x", "X", "o", "b", "c", "n"):
        text = integer_text(abs(x), parsed)
        is_negative = x < 0
    else:
        if kind not in ("", "f", "F", "e", "E", "g", "G", "%"):
            raise ValueError(f"Unknown format code '{kind}' for object of type '{type_name(x)}'")
        x = float(x)
        is_negative = vm.math.copysign(1.0, x) < 0
        text = float_form(vm.math.abs(x), parsed)
    sign = "-" if is_negative else parsed.sign.replace("-", "")
    if parsed.group:
        text = grouped(text, parsed, len(sign))
    return parsed.placed(sign, text, ">")


def integer_text(x, spec):
    if spec.kind == "c":
        return chr(x)
    bases = {"x": 16, "X": 16, "o": 8, "b": 2}
    text = vm.integer.to_text(x, bases.get(spec.kind, 10))
    if spec.alternate and spec.kind in bases:
        text = "0" + spec.kind + text
    return text.upper() if spec.kind == "X" else text


def float_form(x, spec):
    if x != x or vm.math.is_infinite(x):
        return "nan" if x != x else "inf"
    kind = spec.kind.lower()
    precision = 6 if spec.precision < 0 else spec.precision
    if kind == "f":
        return fixed(x, precision)
    if kind == "%":
        return fixed(x * 100.0, precision) + "%"
    if kind == "e":
        digits, point = significant(x, precision + 1)
        exponent = 0 if x == 0 else point - 1
        fraction = "." + digits[1:] if precision else ""
        sign = "-" if exponent < 0 else "+"
        text = digits[0] + fraction + "e" + sign + str(abs(exponent)).zfill(2)
    elif kind == "" and spec.precision < 0:
        text = float_text(x)
    else:
        precision = 1 if precision == 0 else precision
        digits, point = significant(x, precision)
        kept = digits.rstrip("0")
        most = precision - 1 if kind == "" else precision
        text = plain_or_scientific(kept if kept else "0", point, most, kind == "")
    return text.upper() if spec.kind in ("E", "G") else text


def grouped(text, spec, sign_size):
    """Separators between groups of digits, zeros that fill the width included."""
    size = 4 if spec.kind in ("x", "X", "o", "b") else 3
    digits = "0123456789" if size == 3 else "0123456789abcdefABCDEF"
    end = len(text) - len(text.lstrip(digits))
    whole = text[:end]
    rest = text[end:]
    if spec.fill == "0" and spec.align == "=":
        while len(whole) + (len(whole) - 1) // size + len(rest) + sign_size < spec.width:
            whole = "0" + whole
    parts = []
    while len(whole) > size:
        parts.insert(0, whole[-size:])
        whole = whole[:-size]
    return spec.group.join([whole, *parts]) + rest
