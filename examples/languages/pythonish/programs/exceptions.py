"""Exceptions: else and finally, ways out through them, raising again, classes of one's own."""


class AppError(Exception):
    """The base of what this program raises."""


class NotFound(AppError):
    def __init__(self, what, where="here"):
        super().__init__(f"{what} is not {where}")
        self.what = what


class Coded(AppError):
    def __init__(self, code):
        self.code = code

    def __str__(self):
        return f"code {self.code}"


def attempt(action, log):
    try:
        log.append("try")
        result = action()
    except NotFound as error:
        log.append(f"not found: {error.what}")
        return "missing"
    except (KeyError, IndexError) as error:
        log.append(f"{type(error).__name__}: {error}")
        return "lookup"
    except AppError:
        log.append("app")
        raise
    except Exception as error:
        log.append(f"other {type(error).__name__}")
        result = None
    else:
        log.append("else")
    finally:
        log.append("finally")
    return result


def throw(error):
    raise error


def early(n):
    for i in range(5):
        try:
            if i == n:
                return f"returned at {i}"
            if i == 3:
                break
            if i == 1:
                continue
        finally:
            print("leaving", i, end="; ")
    else:
        return "never"
    return "broke"


def overruled():
    try:
        return "try"
    finally:
        return "finally"


def nested(log):
    while True:
        try:
            try:
                log.append(1)
                break
            finally:
                log.append(2)
        finally:
            log.append(3)
    try:
        try:
            raise ValueError("inner")
        finally:
            log.append(4)
    except ValueError as error:
        log.append(str(error))
    return log


def chained():
    try:
        {}["key"]
    except KeyError as cause:
        raise AppError("while looking") from cause


def again():
    try:
        throw(ValueError("first"))
    except ValueError:
        try:
            raise TypeError("second")
        except TypeError as error:
            print("inside:", error)
        raise


def errors_of_the_machine():
    none = None
    actions = [
        lambda: 1 / 0, lambda: 1 // 0, lambda: 5 % 0, lambda: [1][5], lambda: "abc"[9],
        lambda: (1, 2)[-3], lambda: {"a": 1}["b"], lambda: 1 + "a", lambda: "a" + 1,
        lambda: [1] + (2,), lambda: none.attribute, lambda: len(5), lambda: int("x"),
        lambda: float("y"), lambda: [].pop(), lambda: [1].index(2), lambda: {[]: 1},
        lambda: 1 < "a", lambda: -"a", lambda: iter(5), lambda: max([]), lambda: undefined_name,
        lambda: "x".nothing, lambda: sum(["a"]), lambda: chr(-1), lambda: next(iter([])),
        lambda: [1, 2].remove(3), lambda: ", ".join([1]), lambda: 1 << -1, lambda: {1}.remove(2),
        lambda: "abc".index("z"), lambda: range(1, 2, 0), lambda: (1).x, lambda: [][1:2:0],
    ]  # fmt: skip
    for action in actions:
        try:
            action()
            print("nothing")
        except Exception as error:
            print(type(error).__name__, error)


def deep(n):
    return deep(n + 1) + 1


def unpacking():
    for value in ([1], [1, 2, 3], 5):
        try:
            a, b = value
        except (ValueError, TypeError) as error:
            print(error)
    try:
        a, *b, c = [1]
    except ValueError as error:
        print(error)


def unbound(flag):
    if flag:
        x = 1
    try:
        return x
    except UnboundLocalError:
        return "unbound"
    except NameError:
        return "unbound, but of the wrong class"


def main():
    actions = [
        lambda: 5, lambda: throw(NotFound("it")), lambda: {}["k"], lambda: [][0],
        lambda: throw(Coded(3)), lambda: throw(ValueError("v")), lambda: throw(KeyError),
    ]  # fmt: skip
    for action in actions:
        log = []
        try:
            print(attempt(action, log), log)
        except AppError as error:
            print("escaped", error, log)
    print(early(0))
    print(early(2))
    print(early(9))
    print(overruled(), nested([]))
    try:
        chained()
    except AppError as error:
        print(error, repr(error.__cause__), error.args)
    try:
        again()
    except ValueError as error:
        print("again:", error)
    errors_of_the_machine()
    unpacking()
    print(unbound(True), unbound(False))
    try:
        deep(0)
    except RecursionError:
        print("too deep")
    try:
        assert 1 + 1 == 3, "arithmetic"
    except AssertionError as error:
        print("assertion:", error)
    print(repr(Coded(1)), repr(ValueError("a", 2)), str(ValueError("a", 2)), str(ValueError()))
    try:
        raise Coded(7)
    except Coded as error:
        print(error, error.code, isinstance(error, AppError), error.args)


main()
