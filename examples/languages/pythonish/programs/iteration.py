"""Loops: over everything, with else, break and continue; functions over what can be walked."""


class Range:
    """An object whose __iter__ is a generator."""

    def __init__(self, *bounds):
        self.bounds = bounds

    def __iter__(self):
        for i in range(*self.bounds):
            yield i


class Linked:
    """A list of cells, with an iterator of its own."""

    class Cell:
        def __init__(self, value, rest):
            self.value = value
            self.rest = rest

    class Walk:
        def __init__(self, cell):
            self.cell = cell

        def __iter__(self):
            return self

        def __next__(self):
            if self.cell is None:
                raise StopIteration
            value = self.cell.value
            self.cell = self.cell.rest
            return value

    def __init__(self, *values):
        self.first = None
        for value in reversed(values):
            self.first = Linked.Cell(value, self.first)

    def __iter__(self):
        return Linked.Walk(self.first)

    def __reversed__(self):
        return iter(list(self)[::-1])


def find(items, wanted):
    for i, item in enumerate(items):
        if item == wanted:
            print("found at", i)
            break
    else:
        print("not found")


def search(limit):
    n = 0
    while n < limit:
        n += 1
        if n % 2:
            continue
        if n * n > 50:
            break
    else:
        return "ran out"
    return n


find([1, 2, 3], 2)
find("abc", "z")
print(search(100), search(4))
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if i == 1:
            continue
        print(i, j, end="; ")
print()
for i in range(5):
    i *= 2
print(i)
for i in range(10, 0, -4):
    print(i, end=" ")
for c in "ab":
    print(c, end=" ")
for x in (1, "two", None):
    print(x, end=" ")
for key in {"k": 1, "l": 2}:
    print(key, end=" ")
for key, value in {"k": 1}.items():
    print(key, value, end=" ")
for a, (b, c) in [(1, (2, 3)), (4, [5, 6])]:
    print(a, b, c, end=" ")
for first, *rest in ["abc", [1, 2]]:
    print(first, rest, end=" ")
print()
print(list(Range(3)), sum(Range(1, 5)), list(zip(Range(2), Range(5, 7))), 2 in Range(3), sorted(Range(3, 0, -1)))
linked = Linked("x", "y", "z")
print(list(linked), [a + b for a in linked for b in linked][:4], list(reversed(linked)), "y" in linked)
print(list(enumerate("ab")), list(enumerate("ab", start=5)), list(zip([1, 2, 3], "ab")), list(map(len, ["a", "bb"])))
print(list(filter(lambda n: n % 2, range(6))), list(reversed([1, 2, 3])), list(reversed("abc")), list(reversed(range(3))))
print(sorted([3, 1, 2]), sorted("cab"), sorted([(2, "b"), (1, "z"), (2, "a")]), sorted({"b": 1, "a": 2}))
print(sorted(["Banana", "apple", "cherry"], key=str.lower), sorted([1, 2, 3, 4], key=lambda n: (n % 2, -n)))
pairs = [("a", 2), ("b", 1), ("c", 2), ("d", 1)]
print(sorted(pairs, key=lambda p: p[1]), sorted(pairs, key=lambda p: p[1], reverse=True))
pairs.sort(key=lambda p: p[1])
print(pairs, min(pairs, key=lambda p: p[1]), max([], default="none"), min("b", "a"))
numbers = [5, 3, 8]
numbers.sort(reverse=True)
print(numbers, any([]), all([]), any([0, 3]), all([1, 0]), sum([[1], [2]], []), sum((1, 2), 10))
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(row) for row in zip(*matrix)], [max(row) for row in matrix], list(zip()))
it = iter("abc")
for c in it:
    if c == "b":
        break
print(next(it), next(it, "done"), list(it))
queue = [1]
for item in queue:
    if item < 20:
        queue.append(item * 2)
print(queue)
while queue:
    queue.pop()
print(queue, not queue, len(queue) == 0)
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
total = 0
while True:
    total += 1
    if total > 10:
        break
print(total)
