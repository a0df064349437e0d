"""What operators do where the machine's instructions raise an error or mean something else."""

#: Methods of Python by sign: of the left operand, of the right one.
METHODS = {
    "+": ("__add__", "__radd__"), "-": ("__sub__", "__rsub__"), "*": ("__mul__", "__rmul__"),
    "/": ("__truediv__", "__rtruediv__"), "//": ("__floordiv__", "__rfloordiv__"),
    "%": ("__mod__", "__rmod__"), "**": ("__pow__", "__rpow__"), "&": ("__and__", "__rand__"),
    "|": ("__or__", "__ror__"), "^": ("__xor__", "__rxor__"), "<<": ("__lshift__", "__rlshift__"),
    ">>": ("__rshift__", "__rrshift__"), "@": ("__matmul__", "__rmatmul__"),
    "<": ("__lt__", "__gt__"), "<=": ("__le__", "__ge__"), ">": ("__gt__", "__lt__"),
    ">=": ("__ge__", "__le__"),
}  # fmt: skip
#: Signs for which the machine has no magic method, or none of the left operand.
UNKNOWN = ("&", "|", "^", "<<", ">>", "**", "@")
REFLECTED = {
    "__add__": "__radd__", "__sub__": "__rsub__", "__mul__": "__rmul__", "__mod__": "__rmod__",
    "__truediv__": "__rtruediv__", "__floordiv__": "__rfloordiv__", "__eq__": "__eq__",
    "__lt__": "__gt__", "__le__": "__ge__",
}  # fmt: skip


class NotImplementedType:
    def __repr__(self):
        return "NotImplemented"


NotImplemented = NotImplementedType()


def has_method(x, name):
    return is_instance(x) and vm.has_prop(x, name)


def operate_slowly(sign, a, b, error, info):
    """An operation that the machine refused, or in which a method of an object failed."""
    forward, backward = METHODS[sign]
    if sign not in UNKNOWN:
        if has_method(a, forward):
            vm.rethrow(error, info)
        if has_method(b, backward):
            vm.rethrow(error, info)
    return operate(sign, a, b)


def operate(sign, a, b):
    """An operation as Python has it."""
    if sign == "%" and vm.is_a(a, "string"):
        return percent(a, b)
    if is_instance(a) or is_instance(b):
        return operate_objects(sign, a, b)
    if vm.is_a(a, "boolean", "integer", "number") and vm.is_a(b, "boolean", "integer", "number"):
        if vm.is_a(a, "boolean") and vm.is_a(b, "boolean") and sign in ("&", "|", "^"):
            if sign == "&":
                return a and b
            return a or b if sign == "|" else a is not b
        return arithmetic(sign, plain_number(a), plain_number(b))
    if sign == "*" and vm.is_a(b, "integer", "boolean"):
        return repeated(a, b)
    if sign == "*" and vm.is_a(a, "integer", "boolean"):
        return repeated(b, a)
    if sign == "|" and vm.is_a(a, "map") and vm.is_a(b, "map"):
        return vm.map.merge(a, b)
    if sign == "+" and vm.is_a(a, "string", "array", "tuple"):
        if vm.type_of(a) is vm.type_of(b):
            return vm.add(a, b)
        kind = type_name(a)
        raise TypeError(f'can only concatenate {kind} (not "{type_name(b)}") to {kind}')
    raise unsupported(sign, a, b)


def unsupported(sign, a, b):
    if sign in ("<", "<=", ">", ">="):
        return TypeError(
            f"'{sign}' not supported between instances of '{type_name(a)}' and '{type_name(b)}'"
        )
    if sign == "**":
        sign = "** or pow()"
    return TypeError(
        f"unsupported operand type(s) for {sign}: '{type_name(a)}' and '{type_name(b)}'"
    )


def operate_objects(sign, a, b):
    forward, backward = METHODS[sign]
    if has_method(a, forward):
        result = vm.get_prop(a, forward)(b)
        if result is not NotImplemented:
            return result
    if has_method(b, backward):
        result = vm.get_prop(b, backward)(a)
        if result is not NotImplemented:
            return result
    raise unsupported(sign, a, b)


def or_reflected(name, function):
    """A method that may say NotImplemented, as a magic method: it asks the other side then."""

    def method(*given):
        this = vm.this()
        result = vm.call_spread(function, this, given)
        if result is not NotImplemented:
            return result
        backward = REFLECTED.get(name, "")
        if given and has_method(given[0], backward):
            result = vm.get_prop(given[0], backward)(this)
            if result is not NotImplemented:
                return result
        if name == "__eq__":
            return given[0] is this
        raise unsupported(SIGN_OF[name] if name in SIGN_OF else name, this, given[0])

    return method


def plain_number(x):
    if vm.is_a(x, "boolean"):
        return 1 if x else 0
    return x


def repeated(items, count):
    count = plain_number(count)
    if count < 0:
        count = 0
    if vm.is_a(items, "string", "array"):
        return vm.mul(items, count)
    if vm.is_a(items, "tuple"):
        return vm.tuple.from_array(vm.mul(vm.tuple.to_array(items), count))
    raise unsupported("*", items, count)


def is_float(a, b):
    return vm.is_a(a, "number") or vm.is_a(b, "number")


def is_infinite(a, b):
    return vm.math.is_infinite(float(a)) or vm.math.is_infinite(float(b))


def arithmetic(sign, a, b):
    """An operation of two numbers."""
    if sign == "+":
        return vm.add(a, b)
    if sign == "-":
        return vm.sub(a, b)
    if sign == "*":
        return vm.mul(a, b)
    if sign == "/":
        if b == 0:
            raise ZeroDivisionError(("float " if is_float(a, b) else "") + "division by zero")
        return vm.div(a, b)
    if sign == "//":
        if b == 0:
            if is_float(a, b):
                raise ZeroDivisionError("float floor division by zero")
            raise ZeroDivisionError("integer division or modulo by zero")
        return vm.int_div(a, b)
    if sign == "%":
        if b == 0:
            raise ZeroDivisionError("float modulo" if is_float(a, b) else "integer modulo by zero")
        return vm.mod(a, b)
    if sign == "**":
        if a == 0 and b < 0:
            raise ZeroDivisionError("0.0 cannot be raised to a negative power")
        result = vm.pow(a, b)
        if is_float(a, b) and vm.math.is_infinite(result) and not is_infinite(a, b):
            raise OverflowError(34, "Numerical result out of range")
        return result
    if is_float(a, b) or sign == "@":
        raise unsupported(sign, a, b)
    if sign == "&":
        return vm.bit_and(a, b)
    if sign == "|":
        return vm.bit_or(a, b)
    if sign == "^":
        return vm.bit_xor(a, b)
    if b < 0:
        raise ValueError("negative shift count")
    return vm.shl(a, b) if sign == "<<" else vm.shr(a, b)


IN_PLACE = {
    "+": "__iadd__", "-": "__isub__", "*": "__imul__", "/": "__itruediv__", "|": "__ior__",
    "&": "__iand__", "^": "__ixor__", "//": "__ifloordiv__", "%": "__imod__",
    "**": "__ipow__", "<<": "__ilshift__", ">>": "__irshift__",
}  # fmt: skip


def operate_in_place(sign, a, b):
    """`a += b` and its like, of a list, a dictionary or an object."""
    if sign == "+" and vm.is_a(a, "array"):
        extend(a, b)
        return a
    if sign == "*" and vm.is_a(a, "array"):
        made = repeated(a, b)
        a.clear()
        extend(a, made)
        return a
    if sign == "|" and vm.is_a(a, "map"):
        dict_update(a, b)
        return a
    if has_method(a, IN_PLACE.get(sign, "")):
        result = vm.get_prop(a, IN_PLACE[sign])(b)
        if result is not NotImplemented:
            return result
    return operate(sign, a, b)


def negate(x, error, info):
    if is_instance(x):
        vm.rethrow(error, info)
    if vm.is_a(x, "boolean"):
        return -plain_number(x)
    raise TypeError(f"bad operand type for unary -: '{type_name(x)}'")


def invert(x, error, info):
    if has_method(x, "__invert__"):
        return x.__invert__()
    if vm.is_a(x, "boolean"):
        return ~plain_number(x)
    raise TypeError(f"bad operand type for unary ~: '{type_name(x)}'")


def positive(x):
    if has_method(x, "__pos__"):
        return x.__pos__()
    if vm.is_a(x, "boolean", "integer", "number"):
        return plain_number(x)
    raise TypeError(f"bad operand type for unary +: '{type_name(x)}'")


# ---- Comparison and truth -------------------------------------------------------


def order(sign, a, b, error, info):
    """A comparison that the machine refused, or in which a method of an object failed."""
    if is_instance(a) or is_instance(b):
        forward, backward = METHODS[sign]
        # The machine has asked `__lt__` and `__le__` of the side that comes first.
        if sign in ("<", "<=") and has_method(a, forward):
            vm.rethrow(error, info)
        if sign in (">", ">=") and has_method(b, backward):
            vm.rethrow(error, info)
        return operate_objects(sign, a, b)
    if vm.is_a(a, "boolean", "integer", "number") and vm.is_a(b, "boolean", "integer", "number"):
        a = plain_number(a)
        b = plain_number(b)
        if sign == "<":
            return vm.less_than(a, b)
        if sign == "<=":
            return vm.less_equal(a, b)
        return vm.greater_than(a, b) if sign == ">" else vm.greater_equal(a, b)
    if vm.is_a(a, "array", "tuple") and vm.type_of(a) is vm.type_of(b):
        for i in range(min(len(a), len(b))):
            if not a[i] == b[i]:
                return apply_order(sign, a[i], b[i])
        return apply_order(sign, len(a), len(b))
    raise unsupported(sign, a, b)


def apply_order(sign, a, b):
    if sign == "<":
        return a < b
    if sign == "<=":
        return a <= b
    return a > b if sign == ">" else a >= b


def equals(a, b):
    """Whether two values are equal, one of which is a container or a boolean."""
    if vm.is_a(a, "boolean"):
        if vm.is_a(b, "boolean"):
            return vm.same(a, b)
        return vm.equal(plain_number(a), b)
    if vm.is_a(b, "boolean"):
        return vm.equal(a, plain_number(b))
    if vm.is_a(a, "array", "tuple"):
        if vm.type_of(a) is not vm.type_of(b):
            return is_instance(b) and vm.equal(a, b)
        if vm.not_equal(vm.length(a), vm.length(b)):
            return False
        for i in range(len(a)):
            if not is_or_equals(a[i], b[i]):
                return False
        return True
    if vm.is_a(a, "map") and vm.is_a(b, "map"):
        if vm.not_equal(vm.length(a), vm.length(b)):
            return False
        for entry in vm.iter_init(a, "entries"):
            if not vm.has_index(b, entry[0]):
                return False
            if not is_or_equals(entry[1], vm.get_index(b, entry[0])):
                return False
        return True
    return vm.equal(a, b)


def is_or_equals(a, b):
    return a is b or a == b


def truth(x):
    """Whether a container or object is true."""
    if vm.is_a(x, "array", "map", "tuple"):
        return vm.greater_than(vm.length(x), 0)
    if is_instance(x):
        if vm.has_prop(x, "__bool__"):
            return x.__bool__()
        if vm.has_prop(x, "__len__"):
            return x.__len__() != 0
    return True


def contains(things, x):
    """`x in things`"""
    if vm.is_a(things, "map"):
        return vm.has_index(things, key(x))
    if vm.is_a(things, "string"):
        if not vm.is_a(x, "string"):
            raise TypeError(
                f"'in <string>' requires string as left operand, not {type_name(x)}"
            )
        return vm.string.contains(things, x)
    if has_method(things, "__contains__"):
        return bool(things.__contains__(x))
    for item in things:
        if is_or_equals(item, x):
            return True
    return False
