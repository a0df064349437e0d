"""What needs all the classes of the runtime, which are there by now."""

#: The class of a value that is no object, by the machine's type.
TYPES = {}
TYPES[vm.atom("integer")] = int
TYPES[vm.atom("number")] = float
TYPES[vm.atom("boolean")] = bool
TYPES[vm.atom("string")] = str
TYPES[vm.atom("unit")] = NoneType
TYPES[vm.atom("array")] = list
TYPES[vm.atom("tuple")] = tuple
TYPES[vm.atom("map")] = dict
TYPES[vm.atom("function")] = function
TYPES[vm.atom("iterator")] = machine_iterator
TYPES[vm.atom("coroutine")] = machine_iterator
TYPES[vm.atom("undefined")] = NoneType

#: The sign of an operation, by the method for it.
SIGN_OF = {pair[0]: sign for sign, pair in METHODS.items()}

for builtin in (int, float, bool, str, NoneType, list, tuple, dict, function, set, range, object):
    builtin.__builtin__ = True
