"""Closures: counters that share a variable, decorators, memory, currying, late binding."""


def counter(start):
    count = start

    def up(by=1):
        nonlocal count
        count += by
        return count

    def down():
        nonlocal count
        count -= 1
        return count

    return up, down, lambda: count


def traced(log):
    """A decorator with an argument."""

    def decorate(function):
        def wrapper(*args, **names):
            result = function(*args, **names)
            log.append((function.__name__, args, names, result))
            return result

        return wrapper

    return decorate


def memoized(function):
    known = {}

    def wrapper(*args):
        if args not in known:
            known[args] = function(*args)
        return known[args]

    wrapper_known = known
    assert wrapper_known is known
    return wrapper


LOG = []


@memoized
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@traced(LOG)
@memoized
def paths(rows, columns):
    if rows == 0 or columns == 0:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)


@traced(LOG)
def greet(name, *, greeting="Hello"):
    return f"{greeting}, {name}!"


def compose(*functions):
    def composed(x):
        for function in reversed(functions):
            x = function(x)
        return x

    return composed


def curry(function, arity, *given):
    if len(given) == arity:
        return function(*given)
    return lambda *more: curry(function, arity, *given, *more)


def countdown(n):
    """A closure that calls itself."""

    def step(left, seen):
        return seen if left == 0 else step(left - 1, seen + [left])

    return step(n, [])


def main():
    up, down, now = counter(10)
    print(up(), up(5), down(), now())
    other, _, _ = counter(0)
    print(other(), now())
    print(fib(80))
    print(paths(3, 3), len(LOG))
    print(greet("Ada"), greet("Bob", greeting="Hi"))
    for name, args, names, result in LOG[-2:]:
        print(name, args, names, result)
    inc = lambda x: x + 1
    double = lambda x: x * 2
    print(compose(inc, double)(5), compose(double, inc)(5), compose()(5))
    add3 = curry(lambda a, b, c: (a, b, c), 3)
    print(add3(1)(2)(3), add3(1, 2)(3), add3(1)(2, 3))
    print(countdown(4))
    late = [lambda: i for i in range(3)]
    early = [lambda i=i: i for i in range(3)]
    print([f() for f in late], [f() for f in early])
    actions = {}
    for word in ["a", "b"]:
        actions[word] = lambda text, word=word: word + text
    print(actions["a"]("x"), actions["b"]("y"))
    total = 0

    def add(x):
        nonlocal total
        total += x

        def inner():
            nonlocal total
            total *= 2

        inner()

    for x in range(4):
        add(x)
    print(total)


main()
