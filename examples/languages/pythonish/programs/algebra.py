"""Algebra: fractions, matrices, polynomials and symbols, by operators of one's own."""

from math import gcd


class Fraction:
    def __init__(self, top, bottom=1):
        if bottom == 0:
            raise ZeroDivisionError(f"Fraction({top}, 0)")
        if bottom < 0:
            top, bottom = -top, -bottom
        d = gcd(top, bottom)
        self.top, self.bottom = top // d, bottom // d

    @staticmethod
    def of(x):
        return x if isinstance(x, Fraction) else Fraction(x)

    def __add__(self, other):
        other = Fraction.of(other)
        return Fraction(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    __radd__ = __add__

    def __neg__(self):
        return Fraction(-self.top, self.bottom)

    def __sub__(self, other):
        return self + -Fraction.of(other)

    def __rsub__(self, other):
        return Fraction.of(other) - self

    def __mul__(self, other):
        other = Fraction.of(other)
        return Fraction(self.top * other.top, self.bottom * other.bottom)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = Fraction.of(other)
        return Fraction(self.top * other.bottom, self.bottom * other.top)

    def __rtruediv__(self, other):
        return Fraction.of(other) / self

    def __floordiv__(self, other):
        q = self / other
        return q.top // q.bottom

    def __mod__(self, other):
        return self - other * (self // other)

    def __pow__(self, n):
        return Fraction(self.top**n, self.bottom**n) if n >= 0 else 1 / self**-n

    def __eq__(self, other):
        other = Fraction.of(other)
        return self.top == other.top and self.bottom == other.bottom

    def __lt__(self, other):
        other = Fraction.of(other)
        return self.top * other.bottom < other.top * self.bottom

    def __le__(self, other):
        return self < other or self == other

    def __bool__(self):
        return self.top != 0

    def __hash__(self):
        return hash((self.top, self.bottom))

    def __float__(self):
        return self.top / self.bottom

    def __repr__(self):
        return f"{self.top}/{self.bottom}" if self.bottom != 1 else str(self.top)


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    def __matmul__(self, other):
        return Matrix(
            [[sum(a * b for a, b in zip(row, column)) for column in zip(*other.rows)] for row in self.rows]
        )

    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1:
                result = result @ base
            base = base @ base
            n >>= 1
        return result

    def __getitem__(self, place):
        row, column = place
        return self.rows[row][column]

    def __setitem__(self, place, value):
        row, column = place
        self.rows[row][column] = value

    def solved(self, right):
        """Gauss's elimination, exact."""
        rows = [[Fraction(x) for x in row] + [Fraction(r)] for row, r in zip(self.rows, right)]
        n = len(rows)
        for i in range(n):
            pivot = next(k for k in range(i, n) if rows[k][i])
            rows[i], rows[pivot] = rows[pivot], rows[i]
            rows[i] = [x / rows[i][i] for x in rows[i]]
            for k in range(n):
                if k != i:
                    rows[k] = [x - rows[k][i] * y for x, y in zip(rows[k], rows[i])]
        return [row[-1] for row in rows]

    def __str__(self):
        return "\n".join(" ".join(f"{x!s:>4}" for x in row) for row in self.rows)


class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = coefficients

    def __call__(self, x):
        result = 0
        for c in self.coefficients:
            result = result * x + c
        return result

    def __mul__(self, other):
        made = [0] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                made[i + j] += a * b
        return Polynomial(*made)

    def derived(self):
        n = len(self.coefficients) - 1
        return Polynomial(*[c * (n - i) for i, c in enumerate(self.coefficients[:-1])])

    def __str__(self):
        n = len(self.coefficients) - 1
        parts = []
        for i, c in enumerate(self.coefficients):
            power = n - i
            if c:
                name = "" if power == 0 else "x" if power == 1 else f"x^{power}"
                parts.append(f"{c}{name}" if c != 1 or power == 0 else name)
        return " + ".join(parts) or "0"


half, third = Fraction(1, 2), Fraction(1, 3)
print(half + third, half - third, half * third, half / third, 1 - half, 2 * half, 1 / third, -half)
print(half**3, half**-2, half > third, half >= third, half == Fraction(2, 4), half == 1, Fraction(4, 2))
print(sum([half, third, Fraction(1, 6)]), max(half, third), sorted([half, third, Fraction(0)]), float(half))
print(Fraction(7, 2) // 1, Fraction(7, 2) % 1, {half: "h"}[Fraction(2, 4)], bool(Fraction(0)), not half)
harmonic = Fraction(0)
for i in range(1, 21):
    harmonic += Fraction(1, i)
print(harmonic)
try:
    half / Fraction(0)
except ZeroDivisionError as error:
    print(error)
m = Matrix([[1, 1], [1, 0]])
print((m**90)[0, 1], m @ m)
m[0, 0] = 5
print(m[0, 0], Matrix.identity(2))
print(Matrix([[2, 1, -1], [-3, -1, 2], [-2, 1, 2]]).solved([8, -11, -3]))
p = Polynomial(1, -3, 2)
print(p, "|", p(5), p(half), "|", p * p, "|", p.derived(), "|", Polynomial(0))
