"""Generators: pipelines, yield from, send, throw, close, and objects that iterate."""


def naturals(start=0):
    n = start
    while True:
        yield n
        n += 1


def take(count, items):
    for item in items:
        if count == 0:
            return
        count -= 1
        yield item


def primes():
    found = []
    for n in naturals(2):
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n


class Tree:
    def __init__(self, item, left=None, right=None):
        self.item, self.left, self.right = item, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.item
        if self.right:
            yield from self.right


def flat(items):
    for item in items:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def averager():
    total, count, average = 0, 0, None
    while True:
        try:
            value = yield average
        except ValueError as error:
            print("reset:", error)
            total, count, average = 0, 0, None
            continue
        total += value
        count += 1
        average = total / count


def guarded(log):
    try:
        yield 1
        yield 2
    finally:
        log.append("closed")


def returning():
    received = yield "first"
    print("received", received)
    return "result"


def delegating():
    result = yield from returning()
    print("delegated:", result)
    yield "last"


class Countdown:
    """An object with __next__."""

    def __init__(self, start):
        self.at = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.at == 0:
            raise StopIteration
        self.at -= 1
        return self.at + 1


def permutations(items):
    if not items:
        yield []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield [item] + rest


def main():
    print(list(take(10, primes())))
    print(list(Tree(4, Tree(2, Tree(1), Tree(3)), Tree(5))))
    print(list(flat([1, [2, [3, []], 4], [[5]]])))
    average = averager()
    next(average)
    print([average.send(x) for x in (10, 20, 60)])
    print(average.throw(ValueError("enough")), average.send(7))
    log = []
    walk = guarded(log)
    print(next(walk), log)
    walk.close()
    print(log, next(walk, "nothing"))
    for x in guarded(log):
        print(x)
    print(log)
    both = delegating()
    print(next(both), both.send("hello"), list(both))
    one = returning()
    next(one)
    try:
        one.send(None)
    except StopIteration as stop:
        print("stopped with", stop.value)
    squares = (x * x for x in naturals() if x % 3)
    print([next(squares) for _ in range(5)], next(squares))
    print(sum(x for x in range(101)), max((len(w), w) for w in ["a", "ccc", "bb"]))
    print(list(Countdown(3)), [x for x in Countdown(2)], sum(Countdown(4)))
    down = Countdown(3)
    print(next(down), list(down), next(down, None))
    print(["".join(p) for p in permutations(["a", "b", "c"])])
    resumed = take(5, naturals())
    for x in resumed:
        if x == 2:
            break
    print(list(resumed), list(resumed))
    it = iter([1, 2, 3])
    print(next(it), list(it), next(it, "end"))
    pairs = zip(naturals(1), "abc")
    print(list(pairs), list(map(lambda x, y: x + y, [1, 2], [10, 20])), list(filter(None, [0, 1, "", "x"])))
    lazy = (print("computing", x) or x for x in range(3))
    print("before")
    print(next(lazy))

    def broken():
        yield 1
        raise KeyError("inside")

    try:
        for x in broken():
            print("got", x)
    except KeyError as error:
        print("caught", error)


main()
