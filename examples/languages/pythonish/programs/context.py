"""with: managers that enter, leave, and swallow errors; global names; del; assert; is."""

EVENTS = []
level = 0


class Manager:
    def __init__(self, name, swallows=None):
        self.name = name
        self.swallows = swallows

    def __enter__(self):
        global level
        level += 1
        EVENTS.append(f"enter {self.name}")
        return self

    def __exit__(self, kind, error, trace):
        global level
        level -= 1
        EVENTS.append(f"exit {self.name} {kind.__name__ if kind else None}")
        return self.swallows is not None and isinstance(error, self.swallows)


def returning():
    with Manager("return"):
        return level


def looping():
    for i in range(3):
        with Manager(f"loop {i}"):
            if i == 0:
                continue
            if i == 1:
                break
    return i


def swallowing():
    with Manager("swallow", (KeyError, ValueError)) as manager:
        assert manager.name == "swallow"
        raise ValueError("lost")
    return "after"


def generating():
    with Manager("generator"):
        yield 1
        yield 2


def flush():
    print("; ".join(EVENTS))
    EVENTS.clear()


print(returning(), level)
flush()
print(looping(), level)
flush()
print(swallowing())
flush()
try:
    with Manager("outer"), Manager("inner", KeyError) as inner:
        print(level, inner.name)
        raise TypeError("escapes")
except TypeError as error:
    print("caught", error, level)
flush()
for x in generating():
    print(x, level)
flush()
walk = generating()
next(walk)
walk.close()
print(level)
flush()


def set_global(value):
    global made
    made = value


def value_of():
    return made


set_global([1])
print(made, made is made, None is None, value_of() is not None)
del made
try:
    made
except NameError as error:
    print(error)


def shadows():
    level = "local"
    return level


print(shadows(), level)
value = None
value = value if value is not None else "default"
print(value, value and len(value), not value, value or "x", None or 0 or [] or "last", 1 and 2 and 3)
if value == "other":
    print("no")
elif value == "default" and not EVENTS:
    print("elif")
else:
    print("no")
x = 5
print("big" if x > 10 else "middle" if x > 3 else "small", x if x else -x)
pass
