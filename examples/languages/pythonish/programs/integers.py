"""Integers of any size, floats, and booleans as numbers."""

import math
from math import gcd, isqrt


def pi_digits(count):
    """Digits of pi by a spigot: everything is exact."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while count:
        if 4 * q + r - t < n * t:
            yield n
            count -= 1
            q, r, n = 10 * q, 10 * (r - n * t), (10 * (3 * q + r)) // t - 10 * n
        else:
            q, r, t, k, n, l = (
                q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2
            )  # fmt: skip


def is_prime(n):
    """Miller and Rabin's test."""
    if n < 2 or n % 2 == 0:
        return n == 2
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if a % n == 0:
            continue
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n & 1 else n >> 1
        steps += 1
    return steps


print("".join(map(str, pi_digits(40))))
print(2**100, -(3**50), 2**-2, 7**0, 10**20 // 7, -(10**20) // 7, 10**20 % 7, -(10**20) % 7)
print([n for n in range(60) if is_prime(n)], is_prime(2**61 - 1), is_prime(2**61 + 1))
print(math.factorial(30), gcd(2**40, 6**20), isqrt(10**40 + 1), math.comb(50, 25))
print(collatz(27), max(range(1, 100), key=collatz))
print(7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 % -3, divmod(-7, 2), divmod(7.5, 2), -7.5 // 2, 7 / 2, 6 / 3)
print(0xFF, 0b101, 0o17, 1_000_000, hex(255), bin(-5), oct(8), int("ff", 16), int("-12"), int(" 7 "))
print(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 70, (1 << 70) >> 68, -1 >> 3, (2**70).bit_length())
print(1.0, 0.1 + 0.2, 1e16, 1e15, 1.5e-7, 0.0001, 123456789.125, 1e300 * 1e10, -1e-5, -0.0, 100.0)
print(3.0 == 3, 2**53 == 2.0**53, 1 / 3, 2.5 * 2, 10 / 4, 1e22, 5e-324, 3.14159, 1e100)
print(int(3.99), int(-3.99), float("2.5"), float(7), float("-inf"), round(2.5), round(3.5), round(-2.5))
print(round(2.675, 2), round(1234.567, -2), round(1234, -2), round(0.5), round(1e20), round(7.15, 1))
print(math.sqrt(16), math.floor(-2.5), math.ceil(2.1), math.pi, math.hypot(3, 4), abs(-5), abs(-2.5))
print(math.log(math.e), math.log2(1024), math.sin(0), math.inf > 10**400 // 10**399, float("nan") != float("nan"))
print(True + True, True * 5, sum([True, False, True]), True == 1, False == 0, 1 == True, True & False)
print(True | False, True ^ True, -True, ~False, 5 + True, True < 2, [10, 20][True], isinstance(True, int))
print(bool(0), bool(0.0), bool(""), bool([]), bool({}), bool(()), bool(None), bool("0"), bool([0]))
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 3 > 2 >= 2 != 1, not 1 > 2, 5 in range(0, 10, 5))
print(min(3, 1.5), max([2, 8, 5]), sum(range(101)), sum([0.5, 1]), pow(3, 4), pow(3, 100, 7))
print(range(5), list(range(10, 0, -3)), len(range(0, 10, 3)), range(10)[3], 9 in range(0, 10, 3), list(range(10))[::2])
print(str(10**30), repr(-5), int(1e18), 10**18 + 0.0, float(10**25), hash(5) == hash(5))
x = 10
x += 5
x -= 3
x *= 4
x //= 5
x **= 3
x %= 100
x <<= 3
x |= 1
x ^= 2
x &= 0xFF
x >>= 1
x /= 4
print(x)
