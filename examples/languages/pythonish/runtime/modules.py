"""The modules that can be imported, as objects."""

ARGUMENTS = []


def set_arguments(texts):
    ARGUMENTS.extend(texts)


class module:
    pass


def module_sys():
    made = module()
    made.argv = ARGUMENTS
    made.maxsize = 9223372036854775807
    return made


def as_float(x):
    if not vm.is_a(x, "integer", "number", "boolean"):
        raise TypeError(f"must be real number, not {type_name(x)}")
    return float(x)


def square_root(x):
    if x < 0:
        raise ValueError("math domain error")
    return vm.math.sqrt(as_float(x))


def logarithm(x, base=None):
    if x <= 0:
        raise ValueError("math domain error")
    return vm.math.log(as_float(x)) if base is None else vm.math.log(as_float(x)) / logarithm(base)


def integer_root(x):
    """The largest integer whose square is not above x, by Newton's method."""
    if x < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    if x == 0:
        return 0
    found = 1 << (x.bit_length() + 1) // 2
    while True:
        better = (found + x // found) // 2
        if better >= found:
            return found
        found = better


def greatest_divisor(*numbers):
    found = 0
    for x in numbers:
        while x:
            found, x = x, found % x
    return abs(found)


def least_multiple(*numbers):
    found = 1
    for x in numbers:
        found = abs(found * x) // greatest_divisor(found, x) if x else 0
    return found


def factorial(n):
    found = 1
    for i in range(2, n + 1):
        found *= i
    return found


def combinations(n, k):
    return factorial(n) // (factorial(k) * factorial(n - k)) if 0 <= k <= n else 0


def product(items):
    found = 1
    for x in items:
        found *= x
    return found


def module_math():
    made = module()
    made.pi = vm.math.pi()
    made.e = vm.math.e()
    made.tau = vm.math.tau()
    made.inf = vm.math.inf()
    made.nan = vm.math.nan()
    made.sqrt = square_root
    made.isqrt = integer_root
    made.log = logarithm
    made.log2 = lambda x: vm.math.log2(as_float(x))
    made.log10 = lambda x: vm.math.log10(as_float(x))
    made.exp = lambda x: vm.math.exp(as_float(x))
    made.sin = lambda x: vm.math.sin(as_float(x))
    made.cos = lambda x: vm.math.cos(as_float(x))
    made.tan = lambda x: vm.math.tan(as_float(x))
    made.atan = lambda x: vm.math.atan(as_float(x))
    made.atan2 = lambda y, x: vm.math.atan2(as_float(y), as_float(x))
    made.hypot = lambda x, y: vm.math.hypot(as_float(x), as_float(y))
    made.floor = lambda x: vm.integer.floor(x) if isinstance(x, float) else int(x)
    made.ceil = lambda x: vm.integer.ceil(x) if isinstance(x, float) else int(x)
    made.trunc = int
    made.fabs = lambda x: abs(as_float(x))
    made.pow = lambda x, y: vm.math.pow(as_float(x), as_float(y))
    made.gcd = greatest_divisor
    made.lcm = least_multiple
    made.factorial = factorial
    made.comb = combinations
    made.prod = product
    made.isnan = lambda x: x != x
    made.isinf = lambda x: vm.math.is_infinite(as_float(x))
    made.copysign = lambda x, y: vm.math.copysign(as_float(x), as_float(y))
    return made
