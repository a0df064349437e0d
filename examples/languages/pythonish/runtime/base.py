"""The ground: the class of all objects, exceptions, attributes, calls by keyword.

Written in the language itself; `vm` stands for the machine (see py_calls.py). Values are the
machine's own: None is `unit`, a list an array, a dict a map, a class the prototype of its instances.
"""


class object:
    def __init__(self):
        pass

    def __eq__(self, other):
        return vm.same(self, other)

    def __str__(self):
        return self.__repr__()

    def __repr__(self):
        return "<" + type_of(self).__name__ + " object>"

    def __hash__(self):
        return hash_of_identity(self)


def is_class(x):
    return vm.is_a(x, "object") and vm.has_own(x, "__base__")


def is_instance(x):
    return vm.is_a(x, "object") and not vm.has_own(x, "__base__")


def call_object(*given):
    """What every class and object does when it is called."""
    this = vm.this()
    if is_class(this):
        return construct(this, given)
    function = vm.get_prop(this, "__call__")
    if vm.is_a(function, "undefined"):
        raise TypeError(f"'{type_name(this)}' object is not callable")
    return vm.spread(function, given)


vm.set_magic(object, "__call__", call_object)


def construct(class_, given):
    make = vm.get_raw(class_, "__make__")
    if not vm.is_a(make, "undefined"):
        return vm.spread(make, given)
    made = vm.object_new(class_)
    if vm.instance_of(class_, BaseException):
        made.args = given
    vm.call_spread(vm.get_raw(made, "__init__"), made, given)
    return made


# ---- Exceptions ---------------------------------------------------------------


class BaseException:
    args = ()
    __cause__ = None

    def __init__(self, *args):
        self.args = args

    def __str__(self):
        if len(self.args) == 1:
            return text_of(self.args[0])
        return repr(self.args) if self.args else ""

    def __repr__(self):
        inner = ", ".join([repr(arg) for arg in self.args])
        return f"{type_name(self)}({inner})"


class Exception(BaseException):
    pass


class GeneratorExit(BaseException):
    pass


class KeyboardInterrupt(BaseException):
    pass


class SystemExit(BaseException):
    pass


class ArithmeticError(Exception):
    pass


class ZeroDivisionError(ArithmeticError):
    pass


class OverflowError(ArithmeticError):
    pass


class LookupError(Exception):
    pass


class IndexError(LookupError):
    pass


class KeyError(LookupError):
    def __str__(self):
        return repr(self.args[0]) if len(self.args) == 1 else super().__str__()


class TypeError(Exception):
    pass


class ValueError(Exception):
    pass


class AttributeError(Exception):
    pass


class NameError(Exception):
    pass


class UnboundLocalError(NameError):
    pass


class RuntimeError(Exception):
    pass


class NotImplementedError(RuntimeError):
    pass


class RecursionError(RuntimeError):
    pass


class AssertionError(Exception):
    pass


class MemoryError(Exception):
    pass


class OSError(Exception):
    pass


class ImportError(Exception):
    pass


class StopIteration(Exception):
    def __init__(self, *args):
        self.args = args
        self.value = args[0] if args else None


#: Python's names of what the machine raises, by kind.
MACHINE_ERRORS = {
    "bad_type": TypeError, "bad_arity": TypeError, "not_callable": TypeError,
    "bad_index": IndexError, "not_found": KeyError, "bad_number": ValueError,
    "bad_name": ValueError, "stack_overflow": RecursionError, "memory_limit": MemoryError,
    "limit": MemoryError, "read_only": AttributeError,
}  # fmt: skip


def caught(value, info):
    """The exception that a caught value is to Python."""
    if vm.is_a(value, "object"):
        if vm.instance_of(value, BaseException):
            return value
        kind = vm.get_prop(value, "kind")
        if not vm.is_a(kind, "undefined"):
            made = MACHINE_ERRORS.get(vm.to_text(kind), RuntimeError)
            message = vm.get_prop(value, "message")
            if made is RecursionError:
                message = "maximum recursion depth exceeded"
            return made(message)
    return RuntimeError(vm.to_text(value))


def fits(error, kind):
    """Whether `except kind` catches an error."""
    if vm.is_a(kind, "tuple"):
        for each in kind:
            if fits(error, each):
                return True
        return False
    if not is_class(kind):
        raise TypeError("catching classes that do not inherit from BaseException is not allowed")
    return vm.instance_of(error, kind)


def to_raise(value, cause):
    """What `raise value from cause` throws."""
    if is_class(value):
        value = value()
    if not (is_instance(value) and vm.instance_of(value, BaseException)):
        raise TypeError("exceptions must derive from BaseException")
    if not vm.is_a(cause, "undefined"):
        value.__cause__ = cause
    return value


def uncaught(value, info):
    """Notes the text of an error that nothing catches."""
    try:
        error = caught(value, info)
        text = text_of(error)
        name = type_name(error)
        vm.set_prop(value, "__text__", name + ": " + text if text else name)
    except Exception:
        pass
    return value


def assertion_error(message):
    return AssertionError() if vm.is_a(message, "undefined") else AssertionError(message)


def no_name(name):
    raise NameError(f"name '{name}' is not defined")


def unbound(name):
    raise UnboundLocalError(
        f"cannot access local variable '{name}' where it is not associated with a value"
    )


# ---- Attributes ---------------------------------------------------------------


def attribute_error(thing, name):
    text = vm.to_text(name)
    if is_class(thing):
        raise AttributeError(f"type object '{thing.__name__}' has no attribute '{text}'")
    raise AttributeError(f"'{type_name(thing)}' object has no attribute '{text}'")


def attribute(thing, name):
    """An attribute that the machine does not find."""
    if vm.is_a(thing, "object"):
        found = vm.get_prop(thing, name)
        if not vm.is_a(found, "undefined"):
            return found
    text = vm.to_text(name)
    if text == "__class__":
        return type_of(thing)
    if text == "__dict__" and is_instance(thing):
        return vm.map.from_entries(vm.object.entries(thing))
    if vm.is_a(thing, "function") and text == "__name__":
        return function_name(thing)
    if vm.is_a(thing, "object"):
        attribute_error(thing, name)
    return vm.bind(method(thing, name), thing)


def method(thing, name):
    """A method of what is no object: a function of its class, without a receiver."""
    found = vm.get_raw(type_of(thing), name)
    if vm.is_a(found, "undefined"):
        attribute_error(thing, name)
    return found


def super_attribute(base, name, this):
    """`super().name`, which the base of a class has."""
    getter = "get " + vm.to_text(name)
    if vm.has_prop(base, getter):
        return vm.call_spread(vm.get_raw(base, getter), this, ())
    if not vm.has_prop(base, name):
        raise AttributeError(f"'super' object has no attribute '{vm.to_text(name)}'")
    found = vm.get_raw(base, name)
    return vm.bind(found, this) if vm.is_a(found, "function") else found


def attribute_slowly(thing, name, error, info):
    if vm.is_a(thing, "object"):
        vm.rethrow(error, info)
    return attribute(thing, name)


def set_attribute_slowly(thing, name, value, error, info):
    if vm.is_a(thing, "object"):
        vm.rethrow(error, info)
    attribute_error(thing, name)


def delete_attribute(thing, name):
    if not (vm.is_a(thing, "object") and vm.delete_prop(thing, name)):
        attribute_error(thing, name)


def function_name(function):
    """What follows the last dot in `#function<Main."outer.inner"/1>`."""
    text = vm.to_text(function).replace('"', "")
    name = text[text.rfind(".") + 1 : text.rfind("/")]
    return "<lambda>" if name.startswith("lambda") else name.split("#")[0]


def looks_up(class_):
    """Gives a class what it needs to have properties, or a `__getattr__`."""
    vm.set_magic(class_, "__get__", get_missing)
    vm.set_magic(class_, "__set__", set_missing)


def get_missing(name):
    this = vm.this()
    if is_class(this):
        return vm.undefined()
    text = vm.to_text(name)
    getter = "get " + text
    if vm.has_prop(this, getter):
        return vm.call_spread(vm.get_raw(this, getter), this, ())
    if vm.has_prop(this, "__getattr__") and not text.startswith("__"):
        return vm.call_spread(vm.get_raw(this, "__getattr__"), this, (text,))
    return vm.undefined()


def set_missing(name, value):
    this = vm.this()
    text = vm.to_text(name)
    if vm.has_prop(this, "set " + text):
        vm.call_spread(vm.get_raw(this, "set " + text), this, (value,))
    elif vm.has_prop(this, "get " + text) and not is_class(this):
        raise AttributeError(f"property '{text}' of '{type_name(this)}' object has no setter")
    else:
        vm.define_own(this, name, value)


def hasattr(thing, name):
    try:
        attribute(thing, name)
        return True
    except AttributeError:
        return False


def getattr(thing, name, *default):
    try:
        return attribute(thing, name)
    except AttributeError:
        if not default:
            raise
        return default[0]


def setattr(thing, name, value):
    if not vm.is_a(thing, "object"):
        attribute_error(thing, name)
    vm.set_prop(thing, name, value)


# ---- Functions ----------------------------------------------------------------


def method_of(function):
    """A function that takes its receiver as an argument, as a method of the machine."""
    if not vm.is_a(function, "function"):
        return function

    def method(*given):
        return vm.spread(function, [vm.this(), *given])

    return method


def class_method(function):
    """The same, for a function that takes the class."""

    def method(*given):
        this = vm.this()
        return vm.spread(function, [this if is_class(this) else type_of(this), *given])

    return method


def method_without_receiver(function):
    """A method of the machine as a function that takes its receiver as an argument."""

    def plain(this, *given):
        return vm.call_spread(function, this, given)

    return plain


def callable(x):
    if is_instance(x):
        return vm.has_prop(x, "__call__")
    return vm.is_a(x, "function", "object")


SIGNATURES = {}


def know(signatures):
    """Notes what the functions of a program take."""
    SIGNATURES.update(signatures)


def call_keywords(function, given, names):
    """Calls anything with arguments by place and by keyword."""
    if is_class(function):
        make = vm.get_raw(function, "__make__")
        if not vm.is_a(make, "undefined"):
            return vm.spread(make, placed(make, given, names))
        init = vm.get_raw(function, "__init__")
        made = vm.object_new(function)
        if vm.instance_of(function, BaseException):
            made.args = vm.tuple.from_array(given)
        vm.call_spread(init, made, placed(init, given, names))
        return made
    if vm.is_a(function, "object"):
        function = attribute(function, "__call__")
    return vm.spread(function, placed(function, given, names))


def placed(function, given, names):
    """The arguments of a call in their places."""
    if not names:
        return given
    signature = SIGNATURES.get(vm.to_text(function))
    name = function_name(function)
    if signature is None:
        raise TypeError(f"{name}() takes no keyword arguments")
    parameters, optional, has_packet = signature
    found = given[:]
    others = names.copy()
    for i, parameter in enumerate(parameters):
        if parameter in others:
            if i < len(given):
                raise TypeError(f"{name}() got multiple values for argument '{parameter}'")
            while len(found) <= i:
                vm.array_push(found, vm.undefined())
            found[i] = others.pop(parameter)
    for i in range(len(parameters) - optional):
        if i >= len(found) or vm.is_a(vm.get_index(found, i), "undefined"):
            missing(name, parameters[i])
    if others:
        if not has_packet:
            raise TypeError(f"{name}() got an unexpected keyword argument '{list(others)[0]}'")
        while len(found) < len(parameters):
            vm.array_push(found, vm.undefined())
        found.append((vm.atom("keywords"), others))
    return found


def take_packet(others):
    if others and vm.is_marked(others[-1], "keywords"):
        return vm.map.copy(vm.get_index(others.pop(), 1))
    return {}


def take_keyword(names, name):
    if not vm.has_index(names, name):
        return vm.undefined()
    value = vm.get_index(names, name)
    vm.delete_index(names, name)
    return value


def no_more_keywords(names, function):
    if names:
        raise TypeError(f"{function}() got an unexpected keyword argument '{list(names)[0]}'")


def no_more_arguments(others, function):
    if others:
        raise TypeError(f"{function}() takes fewer positional arguments")


def missing(function, name):
    raise TypeError(f"{function}() missing 1 required positional argument: '{name}'")
