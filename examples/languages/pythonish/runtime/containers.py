"""Indexing, slices, taking apart, and what stands for a value among the keys of a map."""


def get_item_slowly(thing, index, error, info):
    if has_method(thing, "__getitem__"):
        vm.rethrow(error, info)
    return get_item(thing, index)


def get_item(thing, index):
    """`thing[index]`, for what the machine's own indexing does not know."""
    if vm.is_a(thing, "map"):
        found = key(index)
        if vm.has_index(thing, found):
            return vm.get_index(thing, found)
        raise KeyError(index)
    if vm.is_a(thing, "array", "tuple", "string"):
        if is_instance(index) and isinstance(index, slice):
            return get_slice(thing, index.start, index.stop, index.step)
        return vm.get_index(thing, place_in(thing, index, " index"))
    if has_method(thing, "__getitem__"):
        return vm.get_index(thing, index)
    raise TypeError(f"'{type_name(thing)}' object is not subscriptable")


def place_in(thing, index, what):
    """An index from 0 on of what a list, tuple or string has."""
    if vm.is_a(index, "boolean"):
        index = plain_number(index)
    if not vm.is_a(index, "integer"):
        words = "must be integers or slices, not "
        if vm.is_a(thing, "string"):
            words = "must be integers, not "
        raise TypeError(f"{type_name(thing)} indices {words}{type_name(index)}")
    size = len(thing)
    if index < 0:
        index = index + size
    if index < 0 or index >= size:
        name = "string" if vm.is_a(thing, "string") else type_name(thing)
        raise IndexError(f"{name}{what} out of range")
    return index


def set_item_slowly(thing, index, value, error, info):
    if has_method(thing, "__setitem__"):
        vm.rethrow(error, info)
    set_item(thing, index, value)


def set_item(thing, index, value):
    if vm.is_a(thing, "array"):
        vm.set_index(thing, place_in(thing, index, " assignment index"), value)
    elif vm.is_a(thing, "map"):
        vm.set_index(thing, key(index), value)
    elif has_method(thing, "__setitem__"):
        vm.set_index(thing, index, value)
    else:
        raise TypeError(f"'{type_name(thing)}' object does not support item assignment")


def delete_item_slowly(thing, index, error, info):
    if has_method(thing, "__delitem__"):
        vm.rethrow(error, info)
    delete_item(thing, index)


def delete_item(thing, index):
    if vm.is_a(thing, "array"):
        vm.delete_index(thing, place_in(thing, index, " assignment index"))
    elif vm.is_a(thing, "map"):
        found = key(index)
        if not vm.has_index(thing, found):
            raise KeyError(index)
        vm.delete_index(thing, found)
    elif has_method(thing, "__delitem__"):
        vm.delete_index(thing, index)
    else:
        raise TypeError(f"'{type_name(thing)}' object doesn't support item deletion")


# ---- Slices -----------------------------------------------------------------------


class slice:
    def __init__(self, start, stop, step=None):
        self.start = start
        self.stop = stop
        self.step = step

    def indices(self, size):
        return slice_bounds(size, self.start, self.stop, self.step)


def slice_bounds(size, start, stop, step):
    """The first index, the one past the last, and the step, for a length."""
    step = 1 if step is None else step
    if step == 0:
        raise ValueError("slice step cannot be zero")
    low, high = (0, size) if step > 0 else (-1, size - 1)
    first, last = (low, high) if step > 0 else (high, low)
    return (
        first if start is None else clamped(start, size, low, high),
        last if stop is None else clamped(stop, size, low, high),
        step,
    )


def clamped(index, size, low, high):
    if not vm.is_a(index, "integer", "boolean"):
        raise TypeError(
            "slice indices must be integers or None or have an __index__ method"
        )
    if index < 0:
        index = index + size
        return low if index < low else index
    return high if index > high else index


def get_slice(thing, start, stop, step):
    if is_instance(thing):
        return thing[slice(start, stop, step)]
    if not vm.is_a(thing, "array", "tuple", "string"):
        raise TypeError(f"'{type_name(thing)}' object is not subscriptable")
    first, last, step = slice_bounds(len(thing), start, stop, step)
    if step == 1:
        if last <= first:
            last = first
        if vm.is_a(thing, "string"):
            return vm.string.slice(thing, first, last)
        if vm.is_a(thing, "tuple"):
            return vm.tuple.slice(thing, first, last)
        return vm.array.slice(thing, first, last)
    found = [vm.get_index(thing, i) for i in range_of(first, last, step)]
    if vm.is_a(thing, "string"):
        return vm.string.join(found, "")
    return vm.tuple.from_array(found) if vm.is_a(thing, "tuple") else found


def set_slice(thing, start, stop, step, value):
    if not vm.is_a(thing, "array"):
        thing[slice(start, stop, step)] = value
        return
    items = list(value)
    first, last, step = slice_bounds(len(thing), start, stop, step)
    if step == 1:
        last = first if last < first else last
        behind = thing[last:]
        while len(thing) > first:
            thing.pop()
        extend(thing, items)
        extend(thing, behind)
        return
    places = list(range_of(first, last, step))
    if len(places) != len(items):
        raise ValueError(
            f"attempt to assign sequence of size {len(items)} to extended slice of size "
            f"{len(places)}"
        )
    for place, item in zip(places, items):
        thing[place] = item


def delete_slice(thing, start, stop, step):
    first, last, step = slice_bounds(len(thing), start, stop, step)
    for place in sorted(list(range_of(first, last, step)), reverse=True):
        del thing[place]


def unpack(value, before, after):
    """The parts of a value that is taken apart; with `after` from 0 on, there is a star."""
    if not (vm.is_a(value, "array", "tuple", "string", "map") or is_iterable(value)):
        raise TypeError(f"cannot unpack non-iterable {type_name(value)} object")
    items = list(value)
    if after < 0:
        if len(items) > before:
            raise ValueError(f"too many values to unpack (expected {before})")
        if len(items) < before:
            raise ValueError(
                f"not enough values to unpack (expected {before}, got {len(items)})"
            )
        return items
    if len(items) < before + after:
        raise ValueError(
            f"not enough values to unpack (expected at least {before + after}, got {len(items)})"
        )
    end = len(items) - after
    return [*items[:before], items[before:end], *items[end:]]


def extend(items, more):
    """Appends what can be walked to a list, which may be the same."""
    if items is more:
        more = more[:]
    for item in more:
        vm.array_push(items, item)


# ---- Keys ---------------------------------------------------------------------------

KEYS = [False]
HASHED = {}


def held():
    return vm.this()


def key(x):
    """What stands for a value among the keys of a map, which must be immutable to the machine.

    An object is held by a function that is bound to it, which is told apart by the object's
    identity. Objects with an `__eq__` of their own are represented by the first equal one.
    """
    if vm.is_a(x, "string", "integer"):
        return x
    if vm.is_a(x, "array", "map"):
        raise TypeError(f"unhashable type: '{type_name(x)}'")
    if vm.is_a(x, "tuple"):
        for item in x:
            if vm.is_a(item, "object", "tuple", "array", "map"):
                return key_of_tuple(x)
        return x
    if not vm.is_a(x, "object"):
        return x
    KEYS[0] = True
    if is_instance(x) and own_equality(x):
        x = representative(x)
    return (vm.atom("object"), vm.bind(held, x))


def key_of_tuple(x):
    """A tuple of keys, marked if one of them is not the value itself."""
    items = vm.tuple.from_array([key(item) for item in x])
    for i in range(len(items)):
        if vm.get_index(items, i) is not vm.get_index(x, i):
            return (vm.atom("tuple"), items)
    return x


def own_equality(x):
    return vm.get_raw(x, "__eq__") is not vm.get_raw(object, "__eq__")


def representative(x):
    if vm.get_raw(x, "__hash__") is vm.get_raw(object, "__hash__"):
        raise TypeError(f"unhashable type: '{type_name(x)}'")
    bucket = HASHED.setdefault(x.__hash__(), [])
    for other in bucket:
        if other is x or other == x:
            return other
    bucket.append(x)
    return x


def unkey(x):
    """The value that a key stands for."""
    if vm.is_marked(x, "object"):
        return vm.get_index(x, 1)()
    if vm.is_marked(x, "tuple"):
        return tuple([unkey(item) for item in vm.get_index(x, 1)])
    return x


def keys_of(map):
    """A list of the keys of a dictionary."""
    found = vm.map.keys(map)
    return [unkey(x) for x in found] if KEYS[0] else found


def entries_of(map):
    found = vm.map.entries(map)
    return [(unkey(pair[0]), pair[1]) for pair in found] if KEYS[0] else found


def hash_of_identity(x):
    return vm.integer.from_number(vm.term.hash((vm.atom("object"), vm.bind(held, x))))


def hash(x):
    if vm.is_a(x, "integer", "boolean"):
        return plain_number(x)
    if is_instance(x):
        if own_equality(x):
            representative(x)
        return x.__hash__()
    return vm.integer.from_number(vm.term.hash(key(x)))
