"""The classes of lists, tuples, dictionaries and sets."""


class list:
    @staticmethod
    def __make__(source=()):
        found = []
        extend(found, source)
        return found

    def append(self, item):
        vm.array_push(self, item)

    def extend(self, more):
        extend(self, more)

    def insert(self, index, item):
        size = len(self)
        vm.array.insert(self, clamped(index, size, 0, size), item)

    def pop(self, index=-1):
        if not self:
            raise IndexError("pop from empty list")
        if index == -1:
            return vm.array.pop(self)
        size = len(self)
        if index < 0:
            index = index + size
        if index < 0 or index >= size:
            raise IndexError("pop index out of range")
        return vm.array.remove(self, index)

    def remove(self, item):
        for i in range(len(self)):
            if is_or_equals(self[i], item):
                vm.array.remove(self, i)
                return
        raise ValueError("list.remove(x): x not in list")

    def index(self, item, start=0, stop=None):
        first, last, step = slice_bounds(len(self), start, stop, 1)
        for i in range(first, last):
            if is_or_equals(self[i], item):
                return i
        raise ValueError(f"{repr(item)} is not in list")

    def count(self, item):
        found = 0
        for each in self:
            if is_or_equals(each, item):
                found += 1
        return found

    def sort(self, *, key=None, reverse=False):
        found = sorted(self, key=key, reverse=reverse)
        for i in range(len(found)):
            self[i] = found[i]

    def reverse(self):
        found = vm.array.reverse(self)
        for i in range(len(found)):
            self[i] = found[i]

    def clear(self):
        while self:
            vm.array.pop(self)

    def copy(self):
        return vm.array.copy(self)


class tuple:
    @staticmethod
    def __make__(source=()):
        return vm.tuple.from_array(list(source))

    def index(self, item):
        for i in range(len(self)):
            if is_or_equals(self[i], item):
                return i
        raise ValueError("tuple.index(x): x not in tuple")

    def count(self, item):
        return vm.tuple.to_array(self).count(item)


def dict_update(map, other):
    """Adds the entries of a dictionary, or pairs."""
    if vm.is_a(other, "map"):
        for entry in vm.iter_init(other, "entries"):
            vm.set_index(map, entry[0], entry[1])
    elif has_method(other, "keys"):
        for each in other.keys():
            map[each] = other[each]
    else:
        for name, value in other:
            map[name] = value


class dict:
    @staticmethod
    def __make__(source=(), **names):
        found = {}
        dict_update(found, source)
        dict_update(found, names)
        return found

    @staticmethod
    def fromkeys(names, value=None):
        return {name: value for name in names}

    def get(self, name, default=None):
        found = key(name)
        return vm.get_index(self, found) if vm.has_index(self, found) else default

    def keys(self):
        return dict_view(self, "dict_keys", keys_of)

    def values(self):
        return dict_view(self, "dict_values", values_of)

    def items(self):
        return dict_view(self, "dict_items", entries_of)

    def pop(self, name, *default):
        found = key(name)
        if not vm.has_index(self, found):
            if default:
                return default[0]
            raise KeyError(name)
        value = vm.get_index(self, found)
        vm.delete_index(self, found)
        return value

    def popitem(self):
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        name = keys_of(self)[-1]
        return (name, self.pop(name))

    def setdefault(self, name, default=None):
        found = key(name)
        if not vm.has_index(self, found):
            vm.set_index(self, found, default)
        return vm.get_index(self, found)

    def update(self, source=(), **names):
        dict_update(self, source)
        dict_update(self, names)

    def copy(self):
        return vm.map.copy(self)

    def clear(self):
        for name in vm.map.keys(self):
            vm.delete_index(self, name)


def values_of(map):
    return vm.map.values(map)


class dict_view:
    """What `keys`, `values` and `items` yield: it shows the dictionary as it is."""

    def __init__(self, map, name, read):
        self.map = map
        self.name = name
        self.read = read

    def __iter__(self):
        return iter(self.read(self.map))

    def __len__(self):
        return len(self.map)

    def __contains__(self, x):
        return x in self.read(self.map)

    def __eq__(self, other):
        return set(self) == set(other)

    def __repr__(self):
        return f"{self.name}({repr(self.read(self.map))})"


def set_of(items):
    made = set()
    for item in items:
        vm.set_index(made.map, key(item), True)
    return made


def empty_set():
    return set_of([])


def set_add(self, item):
    vm.set_index(self.map, key(item), True)


class set:
    """A set: the keys of a map, in the order in which they came."""

    def __init__(self, source=()):
        self.map = {}
        for item in source:
            set_add(self, item)

    def __iter__(self):
        return iter(keys_of(self.map))

    def __len__(self):
        return len(self.map)

    def __contains__(self, item):
        return vm.has_index(self.map, key(item))

    def __repr__(self):
        return "{" + repr(keys_of(self.map))[1:-1] + "}" if self.map else "set()"

    def __eq__(self, other):
        return isinstance(other, set) and len(self) == len(other) and self <= other

    def __le__(self, other):
        for item in self:
            if item not in other:
                return False
        return True

    def __lt__(self, other):
        return len(self) < len(other) and self <= other

    def __or__(self, other):
        found = self.copy()
        found.update(other)
        return found

    def __and__(self, other):
        return set_of([item for item in self if item in other])

    def __sub__(self, other):
        return set_of([item for item in self if item not in other])

    def __xor__(self, other):
        return (self - other) | (other - self)

    def __ior__(self, other):
        self.update(other)
        return self

    def add(self, item):
        set_add(self, item)

    def discard(self, item):
        found = key(item)
        if vm.has_index(self.map, found):
            vm.delete_index(self.map, found)

    def remove(self, item):
        if item not in self:
            raise KeyError(item)
        self.discard(item)

    def pop(self):
        if not self.map:
            raise KeyError("pop from an empty set")
        item = keys_of(self.map)[0]
        self.discard(item)
        return item

    def clear(self):
        self.map = {}

    def copy(self):
        return set(self)

    def update(self, *others):
        for other in others:
            for item in other:
                set_add(self, item)

    def union(self, *others):
        found = self.copy()
        for other in others:
            found.update(other)
        return found

    def intersection(self, other):
        return self & set(other)

    def difference(self, other):
        return self - set(other)

    def symmetric_difference(self, other):
        return self ^ set(other)

    def issubset(self, other):
        return self <= set(other)

    def issuperset(self, other):
        return set(other) <= self

    def isdisjoint(self, other):
        return not self & set(other)
