"""Dictionaries and sets: keys of all kinds, views, methods, order, counting."""


class Node:
    """Keys by identity."""

    def __init__(self, name):
        self.name = name


class Cell:
    """Keys by value."""

    def __init__(self, row, column):
        self.row, self.column = row, column

    def __eq__(self, other):
        return isinstance(other, Cell) and (self.row, self.column) == (other.row, other.column)

    def __hash__(self):
        return hash((self.row, self.column))

    def __repr__(self):
        return f"Cell({self.row}, {self.column})"


class Unhashable:
    def __eq__(self, other):
        return True


TEXT = "it was the best of times it was the worst of times it was the age of wisdom"


def counted(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def main():
    counts = counted(TEXT.split())
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:4]:
        print(f"{word:<6}{count:>3}")
    print(len(counts), "was" in counts, "were" not in counts, sum(counts.values()))
    mixed = {1: "int", "1": "str", (1, 2): "tuple", None: "none", 2.5: "float", True and "t": "x"}
    print(mixed)
    print(mixed[1], mixed["1"], mixed[(1, 2)], mixed[None], mixed[2.5])
    a, b = Node("a"), Node("b")
    by_node = {a: 1, b: 2}
    by_node[a] += 10
    print([(node.name, by_node[node]) for node in by_node], a in by_node, Node("a") in by_node)
    pairs = {(a, b): "ab", (b, a): "ba"}
    print(pairs[(a, b)], pairs[b, a], [(x.name, y.name) for x, y in pairs])
    grid = {Cell(r, c): r * c for r in range(3) for c in range(3)}
    print(grid[Cell(2, 2)], Cell(1, 1) in grid, Cell(5, 5) in grid, len(grid))
    grid[Cell(2, 2)] = "new"
    print(len(grid), grid[Cell(2, 2)], list(grid)[:2])
    for key in ([], {}, Unhashable(), (1, [])):
        try:
            {}[key] = 1
        except TypeError as error:
            print(error)
    for action in (lambda: counts["nothing"], lambda: grid[Cell(9, 9)].x, lambda: {}.popitem()):
        try:
            action()
        except KeyError as error:
            print("KeyError", error)
    d = {"x": 1, "y": 2}
    d.update({"y": 3}, z=4)
    print(d, d.pop("x"), d.pop("x", "gone"), d.setdefault("y", 9), d.setdefault("w", []), d)
    d["w"].append(5)
    print(d.popitem(), d.keys(), d.values(), d.items(), list(d))
    del d["y"]
    print(d, dict(d) == d, dict([("a", 1), ("b", 2)]), dict(a=1, b=2), {**d, "q": 1, **{"z": 0}})
    print(dict.fromkeys("abc", 0), {"a": 1} | {"b": 2}, {"a": 1, "b": 2} == {"b": 2, "a": 1})
    copy = d.copy()
    copy["new"] = 1
    d.clear()
    print(d, copy, bool(d), bool(copy))
    nested = {"list": [1, {"deep": (1,)}], "dict": {}}
    print(nested, nested["list"][1]["deep"][0])
    nested["list"][1]["deep"] += (2,)
    nested["self"] = nested
    print(nested)
    numbers = {3, 1, 2, 3}
    print(len(numbers), sorted(numbers), 2 in numbers, sorted(numbers | {9}), numbers & {1, 7})
    print(sorted(numbers - {1}), sorted(numbers ^ {1, 8}), {1, 2} <= numbers, {1} == {1}, set())
    numbers.add(5)
    numbers.discard(1)
    numbers.discard(99)
    numbers.update([6], (7,))
    print(sorted(numbers), numbers.issuperset({5, 6}), numbers.isdisjoint([1]), {(1, 2), (1, 2)})
    nodes = {a, b, a}
    print(len(nodes), a in nodes, sorted(n.name for n in nodes), len({Cell(1, 1), Cell(1, 1)}))
    graph = {}
    for start, end in [("a", "b"), ("a", "c"), ("b", "c")]:
        graph.setdefault(start, set()).add(end)
    print({k: sorted(v) for k, v in graph.items()})
    functions = {len: "len", main: "main"}
    print(functions[len], functions[main], [k is len for k in functions])


main()
