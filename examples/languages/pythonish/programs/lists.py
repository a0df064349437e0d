"""Lists and tuples: slices, taking apart, methods, copies, equality, sorting by hand."""


def quicksort(items):
    if len(items) < 2:
        return items
    pivot, *others = items
    less = [x for x in others if x < pivot]
    more = [x for x in others if not x < pivot]
    return [*quicksort(less), pivot, *quicksort(more)]


def bubble(items):
    items = items[:]
    for end in range(len(items) - 1, 0, -1):
        for i in range(end):
            if items[i] > items[i + 1]:
                items[i], items[i + 1] = items[i + 1], items[i]
    return items


def rotate(items, n):
    n %= len(items)
    return items[-n:] + items[:-n]


class Box:
    def __init__(self, value):
        self.value = value


a = [5, 2, 8, 1, 9]
print(quicksort(a), bubble(a), a, rotate(a, 2))
print(a[0], a[-1], a[1:3], a[:2], a[3:], a[:], a[::-1], a[::2], a[-2:], a[1:-1], a[10:], a[3:1], a[-100:2])
a[1] = 20
a[-1] = 90
a[1:3] = ["x", "y", "z"]
print(a)
a[:0] = [0]
a[len(a):] = [100]
a[::3] = ["t"] * len(a[::3])
print(a)
del a[0]
del a[-1], a[1:3]
print(a)
b = [3, 1, 2]
b.append(4)
b.extend([5, 6])
b += (7,)
b.insert(0, "first")
b.insert(-1, "before last")
print(b, b.pop(), b.pop(0), b.index(4), b.count(1), b.pop(-2))
b.remove(4)
b.reverse()
print(b, b.copy() == b, b.copy() is b, 5 in b, len(b))
b.clear()
print(b, [1, 2] + [3], [0] * 3, 2 * ["a", "b"], [[]] * 2, [1, 2] == [1, 2], [1] != [1.0], [1, 2] < [1, 3], [2] > [1, 9])
first, second = 1, 2
first, second = second, first
(x, y), z = [1, 2], 3
head, *tail = [1, 2, 3]
*init, last = "abc"
p, *middle, q = range(5)
print(first, second, x, y, z, head, tail, init, last, p, middle, q)
m = n = []
m.append(1)
print(n, m is n, [] is [], [] == [], () == [], (1,) + (2, 3), (1, 2) * 2, len(()), (1, 2, 3)[1:], (1, 2)[-1])
t = (3, 1, 2)
print(sorted(t), t.index(1), t.count(3), 1 in t, t == (3, 1, 2), t < (3, 2), max(t), tuple([1]), list("ab"), tuple())
i = 0
values = [10, 20, 30]
i, values[i] = 2, "set"
print(i, values)
grid = [[0] * 3 for _ in range(2)]
grid[1][2] = 5
grid[0][0] += 7
print(grid, [row[:] for row in grid] == grid, sum(grid, []))
box = Box([1])
other = box.value
box.value += [2]
other.extend(other)
print(box.value, box.value is other, [Box(1)] == [Box(1)], [box] == [box], [1, [2, (3, [4])]] == [1, [2, (3, [4])]])
nested = [1, [2, 3]]
shallow = list(nested)
shallow[1].append(4)
shallow[0] = "changed"
print(nested, shallow)
nested.append(nested)
print(nested)
print([1, "a", None, True, 2.0, (), [], {}], [1, True, 1.0].count(1), [0, False].index(False), True in [1])
stack, queue = [], [1, 2, 3]
while queue:
    stack.append(queue.pop(0))
print(stack, [*stack, *"xy", *(7, 8)], (*stack, 0), {*stack} == {3, 2, 1})
print(list(range(3)) + [9], [None] * 2, [x for x in [1, 2] if x] or "empty", [] or "empty", () and 1, [0] and "yes")
