"""Graphs: shortest ways with a heap, depth first, topological order, union of sets."""


class Heap:
    """The smallest item first."""

    def __init__(self, items=()):
        self.items = []
        for item in items:
            self.push(item)

    def __len__(self):
        return len(self.items)

    def push(self, item):
        items = self.items
        items.append(item)
        at = len(items) - 1
        while at > 0 and items[at] < items[(at - 1) // 2]:
            up = (at - 1) // 2
            items[at], items[up] = items[up], items[at]
            at = up

    def pop(self):
        items = self.items
        items[0], items[-1] = items[-1], items[0]
        top = items.pop()
        at = 0
        while True:
            least = at
            for child in (2 * at + 1, 2 * at + 2):
                if child < len(items) and items[child] < items[least]:
                    least = child
            if least == at:
                return top
            items[at], items[least] = items[least], items[at]
            at = least


def shortest(graph, start, end):
    heap = Heap([(0, start, [start])])
    done = set()
    while heap:
        cost, place, way = heap.pop()
        if place == end:
            return cost, way
        if place in done:
            continue
        done.add(place)
        for other, length in graph.get(place, {}).items():
            if other not in done:
                heap.push((cost + length, other, way + [other]))
    return None


def topological(needs):
    order, state = [], {}

    def visit(name):
        if state.get(name) == "done":
            return
        if state.get(name) == "open":
            raise ValueError(f"a cycle through {name}")
        state[name] = "open"
        for other in needs.get(name, []):
            visit(other)
        state[name] = "done"
        order.append(name)

    for name in needs:
        visit(name)
    return order


class Union:
    def __init__(self):
        self.parents = {}

    def find(self, x):
        parent = self.parents.setdefault(x, x)
        if parent != x:
            parent = self.parents[x] = self.find(parent)
        return parent

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        self.parents[max(a, b)] = min(a, b)
        return True


def spanning(edges):
    union = Union()
    return [(a, b, w) for w, a, b in sorted((w, a, b) for a, b, w in edges) if union.join(a, b)]


def islands(rows):
    cells = {(r, c) for r, row in enumerate(rows) for c, mark in enumerate(row) if mark == "#"}
    count = 0
    while cells:
        todo = [cells.pop()]
        count += 1
        while todo:
            r, c = todo.pop()
            for step in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                near = (r + step[0], c + step[1])
                if near in cells:
                    cells.remove(near)
                    todo.append(near)
    return count


EDGES = [("a", "b", 7), ("a", "c", 9), ("a", "f", 14), ("b", "c", 10), ("b", "d", 15),
         ("c", "d", 11), ("c", "f", 2), ("d", "e", 6), ("e", "f", 9)]  # fmt: skip


def main():
    graph = {}
    for a, b, w in EDGES:
        graph.setdefault(a, {})[b] = w
        graph.setdefault(b, {})[a] = w
    print(shortest(graph, "a", "e"), shortest(graph, "a", "nowhere"))
    print(topological({"shirt": ["body"], "tie": ["shirt"], "shoes": ["socks"], "jacket": ["tie"]}))
    try:
        topological({"a": ["b"], "b": ["a"]})
    except ValueError as error:
        print(error)
    print(spanning(EDGES), sum(w for _, _, w in spanning(EDGES)))
    print(islands(["##..#", "#..##", "..#..", "#...#"]))
    heap = Heap([5, 3, 8, 1])
    print([heap.pop() for _ in range(len(heap))])


if __name__ == "__main__":
    main()
