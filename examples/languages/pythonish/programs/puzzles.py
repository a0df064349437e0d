"""Puzzles: queens, a sudoku, the game of life, Hanoi, change, knapsack, edit distance."""


def queens(n):
    def place(row, columns, down, up):
        if row == n:
            yield []
            return
        for c in range(n):
            if c not in columns and row - c not in down and row + c not in up:
                for rest in place(row + 1, columns | {c}, down | {row - c}, up | {row + c}):
                    yield [c] + rest

    return place(0, set(), set(), set())


GRID = """
534.7891.
672195348
.98342567
859761423
4268.3791
713924..6
961537284
287419..5
3452861.9
"""


def solve(cells):
    best, choices = None, None
    for i in range(81):
        if cells[i] == ".":
            r, c = divmod(i, 9)
            used = {cells[r * 9 + k] for k in range(9)} | {cells[k * 9 + c] for k in range(9)}
            br, bc = r // 3 * 3, c // 3 * 3
            used |= {cells[(br + k // 3) * 9 + bc + k % 3] for k in range(9)}
            free = [d for d in "123456789" if d not in used]
            if best is None or len(free) < len(choices):
                best, choices = i, free
    if best is None:
        return True
    for digit in choices:
        cells[best] = digit
        if solve(cells):
            return True
    cells[best] = "."
    return False


def life(alive, rounds):
    for _ in range(rounds):
        counts = {}
        for x, y in alive:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        near = (x + dx, y + dy)
                        counts[near] = counts.get(near, 0) + 1
        alive = {c for c, n in counts.items() if n == 3 or (n == 2 and c in alive)}
    return alive


def hanoi(n, source="A", target="C", spare="B"):
    if n:
        yield from hanoi(n - 1, source, spare, target)
        yield f"{source}{target}"
        yield from hanoi(n - 1, spare, target, source)


def ways(amount, coins):
    counts = [1] + [0] * amount
    for coin in coins:
        for i in range(coin, amount + 1):
            counts[i] += counts[i - coin]
    return counts[-1]


def knapsack(items, room):
    best = [(0, [])] * (room + 1)
    for name, weight, value in items:
        for left in range(room, weight - 1, -1):
            worth, names = best[left - weight]
            if worth + value > best[left][0]:
                best[left] = (worth + value, names + [name])
    return best[room]


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


print(next(queens(6)), len(list(queens(5))))
cells = list(GRID.replace("\n", ""))
print(solve(cells))
for r in range(9):
    print("".join(cells[r * 9 : r * 9 + 9]))
glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
print(sorted(life(glider, 4)) == sorted((x + 1, y + 1) for x, y in glider), len(life(glider, 5)))
print(" ".join(hanoi(3)), sum(1 for _ in hanoi(5)))
print(ways(100, [1, 5, 10, 25, 50]), knapsack([("a", 3, 4), ("b", 4, 5), ("c", 2, 3)], 6))
print(distance("kitten", "sitting"), distance("", "abc"), distance("same", "same"))
