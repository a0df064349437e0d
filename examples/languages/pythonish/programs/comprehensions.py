"""Comprehensions: nested, with conditions, of lists, dictionaries and sets; scopes."""


def matrix_product(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def sieve(limit):
    composite = {m for n in range(2, limit) for m in range(n * n, limit, n)}
    return [n for n in range(2, limit) if n not in composite]


def triples(limit):
    return [
        (a, b, c)
        for a in range(1, limit)
        for b in range(a, limit)
        if (a + b) % 2 or a % 2 == 0
        for c in range(b, limit)
        if a * a + b * b == c * c
    ]


x = "outer"
print([x for x in range(3)], x)
print([a + b for a, b in [(1, 2), (3, 4)]], [a for a, *rest in [[1, 2], [3]]])
print(matrix_product([[1, 2], [3, 4]], [[5, 6], [7, 8]]))
print(sieve(50))
print(triples(21))
words = "the quick brown fox jumps over the lazy dog the end".split()
lengths = {word: len(word) for word in words}
print(lengths)
by_length = {n: [w for w in lengths if len(w) == n] for n in sorted(set(lengths.values()))}
print(by_length)
print(sorted({w[0] for w in words if len(w) > 3}))
print({v: k for k, v in {"a": 1, "b": 2}.items()})
print([[i * j for j in range(1, 4)] for i in range(1, 4)])
print([cell for row in [[1, 2], [3], []] for cell in row])
print([i if i % 2 else -i for i in range(6)])
print([(i, c) for i, c in enumerate("abc")], [c for c in "hello" if c not in "aeiou"])
print(list(zip(*[[1, 2, 3], [4, 5, 6]])))
print([f"{i}{j}" for i in "ab" for j in range(2)])
print([[j for j in range(i)] for i in range(4)])
print(any(n > 4 for n in [1, 5]), all(n > 4 for n in [1, 5]), sum(n > 1 for n in [1, 2, 3]))
adders = [(lambda k: lambda v: v + k)(n) for n in (1, 10)]
print([f(5) for f in adders])


class Table:
    rows = 3
    labels = [chr(97 + i) for i in range(3)]

    def cells(self):
        return [f"{label}{i}" for label in self.labels for i in range(self.rows)]


print(Table().cells())
print([y := 5, y * 2], [last := n for n in range(4)], last)
data = [3, 8, 1, 9]
if (n := len(data)) > 3:
    print(f"{n} items, the largest is {max(data)}")
