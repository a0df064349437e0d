def tree(d):
    if d == 0:
        return False
    return (tree(d - 1), tree(d - 1))


def walk(t):
    if t:
        yield from walk(t[0])
        yield from walk(t[1])
    else:
        yield 1


def main(n):
    total = 0
    for v in walk(tree(n)):
        total += v
    return total
