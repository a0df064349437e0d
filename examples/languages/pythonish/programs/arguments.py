"""Arguments: defaults, keywords, what is left over, keyword-only ones; known and unknown functions."""


def plain(a, b, c):
    return a, b, c


def defaults(a, b=2, c="three", d=None):
    return a, b, c, d


def remembering(item, seen=[]):
    seen.append(item)
    return seen


def rest(first, *others):
    return first, others


def named(a, *, key, other="o"):
    return a, key, other


def everything(a, b=2, *args, key=None, **names):
    return a, b, args, key, names


def only_names(**names):
    return [(name, names[name]) for name in sorted(names)]


class Point:
    def __init__(self, x=0, y=0, *, label="point"):
        self.x, self.y, self.label = x, y, label

    def moved(self, dx=0, dy=0, **changes):
        return Point(self.x + dx, self.y + dy, label=changes.get("label", self.label))

    def __str__(self):
        return f"{self.label}({self.x}, {self.y})"


class Special(Point):
    def __init__(self, *args, **names):
        super().__init__(*args, **names)
        self.label = self.label.upper()


def apply(function, *args, **names):
    return function(*args, **names)


BASE = 10


def late(x=BASE * 2, *, y=BASE + 1):
    return x + y


def wrong(action):
    try:
        action()
        print("no error")
    except TypeError as error:
        print("TypeError")


def main():
    print(plain(1, 2, 3), plain(1, c=3, b=2), plain(c=1, b=2, a=3), plain(*[1, 2], 3), plain(*"xyz"))
    print(defaults(1), defaults(1, 5), defaults(1, d=4), defaults(d=1, a=2), defaults(1, c="c"))
    print(remembering(1), remembering(2), remembering(3, []), remembering(4))
    print(rest(1), rest(1, 2, 3), rest(*range(4)), rest(0, *[1], 2, *(3,)))
    print(named(1, key=2), named(1, other=3, key=4))
    print(everything(1), everything(1, 3, 4, 5, key=6, z=7), everything(b=1, a=2, q=3))
    print(only_names(), only_names(b=1, a=2), only_names(**{"x": 1}, y=2))
    print(Point(), Point(1), Point(y=5), Point(1, 2, label="p"), Point(1).moved(dy=3, label="q"))
    print(Special(1, y=2), Special(label="s"), Special(3, 4).moved(1))
    for function in (plain, defaults, everything):
        print(function(1, c=5, b=6), apply(function, 1, 2, c=3))
    unknown = named
    print(unknown(1, key="k"), apply(unknown, 1, key=2), apply(Point, 3, label="made"))
    options = {"key": 1, "other": 2}
    print(named(0, **options), apply(named, 0, **options), (lambda a, b=5: (a, b))(b=1, a=2))
    print(late(), late(1), late(y=1))
    method = Point(1, 1).moved
    print(method(dx=4), apply(method, dy=9))
    print(sorted([3, 1, 2], reverse=True), sorted(["bb", "a"], key=len), max([1, -5], key=abs))
    print("a", "b", sep="-", end="!\n")
    print(*[1, 2, 3], sep=", ")
    wrong(lambda: plain(1, 2))
    wrong(lambda: plain(1, 2, 3, 4))
    wrong(lambda: plain(1, 2, d=3))
    wrong(lambda: plain(1, 2, b=3))
    wrong(lambda: named(1))
    wrong(lambda: named(1, 2, key=3))
    wrong(lambda: apply(plain, 1, b=2))
    wrong(lambda: Point(1, 2, 3))
    wrong(lambda: apply(Point, z=1))


main()
