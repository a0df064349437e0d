"""Functions that Python has without import, iteration, and generators."""


class NoneType:
    pass


class function:
    pass


class machine_iterator:
    pass


class type:
    @staticmethod
    def __make__(x):
        return type_of(x)


def type_of(x):
    """The class of a value."""
    if vm.is_a(x, "object"):
        return type if is_class(x) else vm.get_proto(x)
    return TYPES[vm.type_of(x)]


def type_name(x):
    return type_of(x).__name__


def isinstance(x, kind):
    if vm.is_a(kind, "tuple"):
        for each in kind:
            if isinstance(x, each):
                return True
        return False
    if not is_class(kind):
        raise TypeError("isinstance() arg 2 must be a type, a tuple of types, or a union")
    if is_instance(x):
        return vm.instance_of(x, kind)
    return issubclass(type_of(x), kind)


def issubclass(class_, kind):
    if vm.is_a(kind, "tuple"):
        for each in kind:
            if issubclass(class_, each):
                return True
        return False
    return vm.same(class_, kind) or vm.instance_of(class_, kind)


def id(x):
    return hash_of_identity(x) if vm.is_a(x, "object") else hash(x)


def print(*items, sep=" ", end="\n"):
    sep = " " if sep is None else sep
    end = "\n" if end is None else end
    vm.io.print(vm.string.join([text_of(item) for item in items], sep) + end)


def len(x):
    if vm.is_a(x, "array", "tuple", "string", "map"):
        return vm.integer.from_number(vm.length(x))
    if not has_method(x, "__len__"):
        raise TypeError(f"object of type '{type_name(x)}' has no len()")
    return x.__len__()


# ---- Iteration ------------------------------------------------------------------------


class iterator:
    """What `iter` makes of a list, string or dictionary."""

    def __init__(self, walked):
        self.walked = walked

    def __iter__(self):
        return self

    def __next__(self):
        item = vm.iter_next(self.walked)
        if vm.is_a(item, "undefined"):
            raise StopIteration()
        return item


def is_iterable(x):
    if is_instance(x):
        return vm.has_prop(x, "__iter__")
    return vm.is_a(x, "array", "tuple", "string", "map", "iterator", "coroutine")


def walk(x):
    """What the machine walks over in a value's place: `iter_next` takes its items."""
    if vm.is_a(x, "map"):
        return vm.iter_init(keys_of(x), "values") if KEYS[0] else vm.iter_init(x, "keys")
    if vm.is_a(x, "array", "tuple", "string"):
        return vm.iter_init(x, "values")
    if vm.is_a(x, "iterator", "coroutine"):
        return x
    if is_instance(x):
        if isinstance(x, generator):
            x.is_walked = True
            return x.coroutine
        if isinstance(x, iterator):
            return x.walked
        if vm.has_prop(x, "__iter__"):
            found = x.__iter__()
            if found is x or (is_instance(found) and type_of(found) not in KNOWN):
                return steps(found).coroutine
            return walk(found)
    raise TypeError(f"'{type_name(x)}' object is not iterable")


def steps(x):
    """The items of an object with `__next__`."""
    while True:
        try:
            item = x.__next__()
        except StopIteration:
            return
        yield item


def iter(x):
    if has_method(x, "__iter__"):
        return x.__iter__()
    return iterator(walk(x))


def next(x, *default):
    if not has_method(x, "__next__"):
        raise TypeError(f"'{type_name(x)}' object is not an iterator")
    if not default:
        return x.__next__()
    try:
        return x.__next__()
    except StopIteration:
        return default[0]


class generator:
    """A coroutine of the machine, as Python sees it.

    Once a loop has walked it, the machine knows better than `is_done` whether it has ended.
    """

    def __init__(self, coroutine):
        self.coroutine = coroutine
        self.is_done = False
        self.is_walked = False

    def __iter__(self):
        return self

    def __next__(self):
        return self.send(None)

    def send(self, value):
        if self.is_done:
            raise StopIteration()
        if self.is_walked:
            item = vm.iter_next(self.coroutine)
            if vm.is_a(item, "undefined"):
                self.is_done = True
                raise StopIteration()
            return item
        return self.went_on(False, value)

    def went_on(self, is_error, value):
        """Resumes the coroutine."""
        try:
            if is_error:
                item, is_done = vm.co_throw(self.coroutine, value)
            else:
                item, is_done = vm.co_resume(self.coroutine, value)
        except StopIteration as error:
            self.is_done = True
            if error is value:
                raise
            raise RuntimeError("generator raised StopIteration")
        except BaseException:
            self.is_done = True
            raise
        if is_done:
            self.is_done = True
            raise StopIteration() if item is None else StopIteration(item)
        return item

    def throw(self, error):
        if is_class(error):
            error = error()
        if self.is_done:
            raise error
        return self.went_on(True, error)

    def close(self):
        if self.is_done:
            return
        try:
            self.went_on(True, GeneratorExit())
        except (GeneratorExit, StopIteration):
            return
        except TypeError:
            # A loop has walked it to its end.
            if not self.is_walked:
                raise
            return
        raise RuntimeError("generator ignored GeneratorExit")


#: Classes of iterators that `walk` takes apart by itself.
KNOWN = (generator, iterator)


def generator_of(coroutine):
    return generator(coroutine)


def yield_from(x):
    """`yield from x`: runs inside of the coroutine, in which it yields."""
    if not (is_instance(x) and isinstance(x, generator)):
        for item in x:
            vm.co_yield(item)
        return None
    is_error = False
    value = None
    while True:
        try:
            item = x.went_on(is_error, value)
        except StopIteration as end:
            return end.value
        try:
            value = vm.co_yield(item)
            is_error = False
        except BaseException as error:
            value = error
            is_error = True


class range:
    def __init__(self, start, stop, step):
        self.start = start
        self.stop = stop
        self.step = step

    @staticmethod
    def __make__(first, last=None, step=1):
        return range_of(0, first, step) if last is None else range_of(first, last, step)

    def __iter__(self):
        return counted(self.start, self.stop, self.step)

    def __len__(self):
        size = (self.stop - self.start + self.step - (1 if self.step > 0 else -1)) // self.step
        return size if size > 0 else 0

    def __getitem__(self, index):
        if isinstance(index, slice):
            first, last, step = slice_bounds(len(self), index.start, index.stop, index.step)
            start = self.start + first * self.step
            return range_of(start, self.start + last * self.step, self.step * step)
        size = len(self)
        if index < 0:
            index = index + size
        if index < 0 or index >= size:
            raise IndexError("range object index out of range")
        return self.start + index * self.step

    def __contains__(self, x):
        if not vm.is_a(x, "integer"):
            return False
        if self.step > 0:
            return self.start <= x < self.stop and (x - self.start) % self.step == 0
        return self.stop < x <= self.start and (x - self.start) % self.step == 0

    def __eq__(self, other):
        return isinstance(other, range) and list(self) == list(other)

    def __repr__(self):
        end = "" if self.step == 1 else f", {self.step}"
        return f"range({self.start}, {self.stop}{end})"


def range_of(start, stop, step):
    for x in (start, stop, step):
        if not vm.is_a(x, "integer"):
            raise TypeError(f"'{type_name(x)}' object cannot be interpreted as an integer")
    if step == 0:
        raise ValueError("range() arg 3 must not be zero")
    made = vm.object_new(range)
    made.start = start
    made.stop = stop
    made.step = step
    return made


def check_range(start, stop, step):
    """Refuses what no loop can count by; raises what `range` would."""
    if not (vm.is_a(start, "integer") and vm.is_a(stop, "integer")):
        range_of(start, stop, step)


def counted(start, stop, step):
    while start < stop if step > 0 else start > stop:
        yield start
        start += step


# ---- Functions over what can be walked ---------------------------------------------------


def enumerate(items, start=0):
    for item in items:
        yield (start, item)
        start += 1


def zip(*several, strict=False):
    walks = [iter(items) for items in several]
    while walks:
        row = []
        for each in walks:
            item = next(each, STOP)
            if item is STOP:
                break
            row.append(item)
        if len(row) < len(walks):
            if strict:
                check_lengths(row, walks)
            return
        yield tuple(row)


STOP = object()


def check_lengths(row, walks):
    """Raises the error of `zip` for walks of which one has ended, unless all have."""
    for i in range(len(row), len(walks)):
        if row or next(walks[i], STOP) is not STOP:
            at, word = (len(row) + 1, "shorter") if row else (i + 1, "longer")
            others = "argument 1" if at == 2 else f"arguments 1-{at - 1}"
            raise ValueError(f"zip() argument {at} is {word} than {others}")


def map(function, *several):
    if len(several) == 1:
        for item in several[0]:
            yield function(item)
        return
    for row in zip(*several):
        yield function(*row)


def filter(function, items):
    for item in items:
        if item if function is None else function(item):
            yield item


def reversed(items):
    if has_method(items, "__reversed__"):
        for item in items.__reversed__():
            yield item
        return
    for i in range(len(items) - 1, -1, -1):
        yield items[i]


def sorted(items, *, key=None, reverse=False):
    """Sorts by merging, so that what is equal keeps its order."""
    found = list(items)
    if reverse:
        found = vm.array.reverse(found)
    keys = found if key is None else [key(item) for item in found]
    order = merged_order(keys, 0, len(found))
    result = [found[i] for i in order]
    return vm.array.reverse(result) if reverse else result


def merged_order(keys, start, stop):
    """The indices from `start` to before `stop`, in the order of their keys."""
    if stop - start < 2:
        return [start] if stop > start else []
    middle = (start + stop) // 2
    left = merged_order(keys, start, middle)
    right = merged_order(keys, middle, stop)
    found = []
    i = 0
    j = 0
    while i < len(left) and j < len(right):
        if keys[right[j]] < keys[left[i]]:
            found.append(right[j])
            j += 1
        else:
            found.append(left[i])
            i += 1
    extend(found, left[i:])
    extend(found, right[j:])
    return found


def sum(items, start=0):
    total = start
    for item in items:
        total = total + item
    return total


def min(*given, **options):
    return best("min", given, options, lambda new, old: new < old)


def max(*given, **options):
    return best("max", given, options, lambda new, old: new > old)


def best(name, given, options, is_better):
    items = given[0] if len(given) == 1 else given
    key = options.get("key")
    found = STOP
    found_key = None
    for item in items:
        item_key = item if key is None else key(item)
        if found is STOP or is_better(item_key, found_key):
            found = item
            found_key = item_key
    if found is STOP:
        if "default" not in options:
            raise ValueError(f"{name}() arg is an empty sequence")
        return options["default"]
    return found


def any(items):
    for item in items:
        if item:
            return True
    return False


def all(items):
    for item in items:
        if not item:
            return False
    return True
