"""Classes: inheritance, super, class attributes, properties, static and class methods, operators."""

import math


class Shape:
    count = 0
    names = []

    def __init__(self, name):
        self.name = name
        Shape.count += 1
        self.names.append(name)

    def area(self):
        raise NotImplementedError("area of " + self.name)

    def describe(self):
        return f"{self.name} of area {self.area():.2f}"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    def __lt__(self, other):
        return self.area() < other.area()


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    @property
    def diameter(self):
        return self.radius * 2

    @diameter.setter
    def diameter(self, value):
        if value < 0:
            raise ValueError("a negative diameter")
        self.radius = value / 2

    def area(self):
        return math.pi * self.radius**2


class Rectangle(Shape):
    sides = 4

    def __init__(self, width, height=None, *, name="rectangle"):
        super().__init__(name)
        self.width = width
        self.height = width if height is None else height

    def area(self):
        return self.width * self.height

    @classmethod
    def square(cls, side):
        return cls(side, name="square")

    @staticmethod
    def is_square(width, height):
        return width == height

    def describe(self):
        text = super().describe()
        return text + (" (a square)" if self.is_square(self.width, self.height) else "")


class Box(Rectangle):
    sides = 6

    def area(self):
        return 6 * super().area()


class Vector:
    def __init__(self, *parts):
        self.parts = list(parts)

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(*[a + b for a, b in zip(self.parts, other.parts)])

    def __mul__(self, factor):
        return Vector(*[a * factor for a in self.parts])

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __abs__(self):
        return math.sqrt(sum(a * a for a in self.parts))

    def __eq__(self, other):
        return isinstance(other, Vector) and self.parts == other.parts

    def __hash__(self):
        return hash(tuple(self.parts))

    def __getitem__(self, index):
        return self.parts[index]

    def __setitem__(self, index, value):
        self.parts[index] = value

    def __delitem__(self, index):
        del self.parts[index]

    def __len__(self):
        return len(self.parts)

    def __contains__(self, x):
        return x in self.parts

    def __iter__(self):
        return iter(self.parts)

    def __bool__(self):
        return any(self.parts)

    def __call__(self, function):
        return Vector(*map(function, self.parts))

    def __iadd__(self, other):
        for i in range(len(self)):
            self.parts[i] += other.parts[i]
        return self

    def __or__(self, other):
        return Vector(*self.parts, *other.parts)

    def __str__(self):
        return "<" + ", ".join(str(part) for part in self) + ">"


class Lazy:
    """Attributes that are not there are made."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        if name == "forbidden":
            raise AttributeError("no " + name)
        self.asked.append(name)
        return name.upper()


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __le__(self, other):
        return self.cents <= other.cents

    def __gt__(self, other):
        return self.cents > other.cents

    def __ge__(self, other):
        return self.cents >= other.cents


def main():
    shapes = [Circle(1), Rectangle(2, 3), Rectangle.square(2), Box(1)]
    for shape in shapes:
        print(shape.describe(), shape)
    print(sorted(shapes), Shape.count, Shape.names is shapes[0].names)
    print(Rectangle.sides, shapes[1].sides, shapes[3].sides, Box.sides)
    shapes[1].sides = 5
    print(shapes[1].sides, Rectangle.sides)
    circle = shapes[0]
    circle.diameter = 5
    print(circle.diameter, circle.radius)
    for action in (lambda: setattr(circle, "diameter", -1), lambda: Shape("blob").area()):
        try:
            action()
        except (ValueError, NotImplementedError) as error:
            print(type(error).__name__, error)
    print([isinstance(shapes[3], c) for c in (Box, Rectangle, Shape, Circle, object)])
    print(issubclass(Box, Shape), issubclass(Shape, Box), type(circle) is Circle, type(5), type("a"))
    print(Rectangle.area(shapes[3]), Shape.describe(shapes[1]))
    v = Vector(1, 2) + Vector(3, 4)
    print(v, 2 * v, -v, abs(Vector(3, 4)), v == Vector(4, 6), v != Vector(4, 6), v[0], v[-1], v[:1])
    v[0] = 10
    v += Vector(1, 1)
    print(v, len(v), 11 in v, 12 in v, bool(Vector(0, 0)), bool(v), v(lambda x: x + 1), v | v)
    del v[0]
    print(v, {Vector(1, 2): "a"}[Vector(1, 2)], [Vector(1)] == [Vector(1)])
    first, *others = Vector(1, 2, 3)
    print(first, others, max(Vector(3, 9, 2)), list(Vector(7, 8)))
    try:
        v + 1
    except TypeError as error:
        print(error)
    lazy = Lazy()
    print(lazy.x, lazy.hello, lazy.asked, hasattr(lazy, "forbidden"), getattr(lazy, "forbidden", 5))
    a, b = Money(1), Money(2)
    print(a < b, a <= b, a > b, a >= b, max(a, b).cents)
    print(circle.__class__.__name__, sorted(circle.__dict__), hasattr(circle, "area"))
    method = shapes[1].area
    del shapes[1].sides
    print(method(), shapes[1].sides, callable(method), callable(5), callable(Circle))
    try:
        shapes[1].nothing
    except AttributeError as error:
        print(error)

    class Local(Rectangle):
        """A class inside of a function."""

        total = sum([1, 2])
        twice = total * 2

        def area(self):
            return super().area() + Local.twice

    print(Local(2).area(), Local.__doc__, Local(3) is Local(3))


main()
