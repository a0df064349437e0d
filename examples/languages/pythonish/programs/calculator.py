"""An interpreter for a small language: numbers, strings, lists, functions.

    let fib = fn(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } };
    fib(20)

A program is expressions with semicolons between them; its value is that of the last one.
There are `let NAME = E`, `NAME = E`, `if E { } else { }`, `while E { }`, `fn(a, b) { }`,
calls, `[a, b]`, `a[i]`, `a[i] = E`, the operators of `LEVELS`, `not`, `-`, and the functions
`print`, `len`, `push`, `text`. Errors name the line.

Programs are parsed to trees of nodes, whose closures yield their values in an environment;
functions keep the environment they were made in.
"""

LEVELS = (("or",), ("and",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
WORDS = {
    "let": True, "if": True, "else": True, "while": True, "fn": True, "true": True,
    "false": True, "nil": True, "and": True, "or": True, "not": True,
}  # fmt: skip
CONSTANTS = {"true": True, "false": False, "nil": None}
SIGNS = {
    "+": True, "-": True, "*": True, "/": True, "%": True, "<": True, ">": True, "=": True,
    "(": True, ")": True, "{": True, "}": True, "[": True, "]": True, ",": True, ";": True,
    "==": True, "!=": True, "<=": True, ">=": True,
}  # fmt: skip


class CalculatorError(Exception):
    def __init__(self, message, line):
        self.message = message
        self.line = line

    def __str__(self):
        return f"line {self.line}: {self.message}"


class Token:
    def __init__(self, kind, text, line):
        self.kind = kind
        self.text = text
        self.line = line


def is_digit(c):
    return "0" <= c <= "9"


def is_letter(c):
    return "a" <= c <= "z" or "A" <= c <= "Z" or c == "_"


def tokens_of(source):
    """Yields the tokens of a source text, and at last one of kind `end`."""
    at, line, size = 0, 1, len(source)
    while at < size:
        c = source[at]
        start = at
        if c == "\n":
            line += 1
            at += 1
        elif c == " " or c == "\t" or c == "\r":
            at += 1
        elif c == "#":
            while at < size and source[at] != "\n":
                at += 1
        elif is_digit(c):
            while at < size and (is_digit(source[at]) or source[at] == "."):
                at += 1
            yield Token("number", source[start:at], line)
        elif is_letter(c):
            while at < size and (is_letter(source[at]) or is_digit(source[at])):
                at += 1
            text = source[start:at]
            yield Token("word" if text in WORDS else "name", text, line)
        elif c == '"':
            at += 1
            while at < size and source[at] != '"':
                at += 1
            if at >= size:
                raise CalculatorError("the string does not end", line)
            at += 1
            yield Token("string", source[start + 1 : at - 1], line)
        else:
            at += 2 if source[at : at + 2] in SIGNS else 1
            text = source[start:at]
            if text not in SIGNS:
                raise CalculatorError(f"no program has a {text}", line)
            yield Token("sign", text, line)
    yield Token("end", "the end", line)


class Environment:
    """Names and their values; what is not here is looked up further out."""

    def __init__(self, outer):
        self.values = {}
        self.outer = outer

    def find(self, name):
        at = self
        while at is not None:
            if name in at.values:
                return at
            at = at.outer
        return None


class Node:
    """A part of a program: what it yields in an environment, and how to assign to it."""

    def __init__(self, run, assign):
        self.run = run
        self.assign = assign


def make_literal(value):
    return Node(lambda env: value, None)


def make_name(line, name):
    def home(env):
        found = env.find(name)
        if found is None:
            raise CalculatorError(f"nothing is called {name}", line)
        return found

    def run(env):
        return home(env).values[name]

    def assign(env, value):
        home(env).values[name] = value

    return Node(run, assign)


def make_let(name, value):
    def run(env):
        result = value.run(env)
        env.values[name] = result
        return result

    return Node(run, None)


def make_assign(place, value):
    def run(env):
        result = value.run(env)
        place.assign(env, result)
        return result

    return Node(run, None)


def make_block(parts):
    def run(env):
        result = None
        for part in parts:
            result = part.run(env)
        return result

    return Node(run, None)


def make_if(test, yes, no):
    def run(env):
        chosen = yes if is_true(test.run(env)) else no
        return chosen.run(Environment(env))

    return Node(run, None)


def make_while(test, body):
    def run(env):
        while is_true(test.run(env)):
            body.run(Environment(env))
        return None

    return Node(run, None)


def make_logic(decided, left, right):
    """`and` and `or`: the right side only if the left one does not decide."""

    def run(env):
        first = left.run(env)
        return first if is_true(first) == decided else right.run(env)

    return Node(run, None)


def make_binary(line, sign, left, right):
    function = OPERATORS[sign]

    def run(env):
        first = left.run(env)
        second = right.run(env)
        try:
            return function(first, second)
        except TypeError:
            raise CalculatorError(f"{sign} does not go with these", line)

    return Node(run, None)


def make_list(items):
    return Node(lambda env: [item.run(env) for item in items], None)


def make_index(line, thing, index):
    def run(env):
        items = thing.run(env)
        try:
            return items[index.run(env)]
        except IndexError:
            raise CalculatorError("the index is out of range", line)

    def assign(env, value):
        items = thing.run(env)
        try:
            items[index.run(env)] = value
        except IndexError:
            raise CalculatorError("the index is out of range", line)

    return Node(run, assign)


def make_call(line, function, given):
    def run(env):
        called = function.run(env)
        values = [part.run(env) for part in given]
        if isinstance(called, Closure) or isinstance(called, Native):
            return called.apply(values, line)
        raise CalculatorError("only functions can be called", line)

    return Node(run, None)


def check_count(expected, given, line):
    if len(given) != expected:
        raise CalculatorError(f"{expected} arguments are expected, not {len(given)}", line)


class Closure:
    """A function with the environment that it was made in."""

    def __init__(self, names, body, env):
        self.names = names
        self.body = body
        self.env = env

    def apply(self, given, line):
        check_count(len(self.names), given, line)
        env = Environment(self.env)
        for i in range(len(given)):
            env.values[self.names[i]] = given[i]
        return self.body.run(env)


class Native:
    def __init__(self, arity, function):
        self.arity = arity
        self.function = function

    def apply(self, given, line):
        check_count(self.arity, given, line)
        function = self.function
        return function(given[0]) if self.arity == 1 else function(given[0], given[1])


class Parser:
    def __init__(self, source):
        self.tokens = [token for token in tokens_of(source)]
        self.at = 0

    def token(self):
        return self.tokens[self.at]

    def sees(self, text):
        token = self.tokens[self.at]
        return token.text == text and token.kind != "string"

    def takes(self, text):
        if self.sees(text):
            self.at += 1
            return True
        return False

    def expect(self, text):
        if not self.takes(text):
            token = self.token()
            raise CalculatorError(f"expected {text}, not {token.text}", token.line)

    def name(self):
        token = self.token()
        if token.kind != "name":
            raise CalculatorError(f"expected a name, not {token.text}", token.line)
        self.at += 1
        return token.text

    def block(self, last):
        """Expressions up to a closing token."""
        parts = []
        while not self.takes(last):
            parts.append(self.expression())
            if not self.sees(last):
                self.expect(";")
        return make_block(parts)

    def braces(self):
        self.expect("{")
        return self.block("}")

    def listed(self, last):
        items = []
        while not self.takes(last):
            items.append(self.expression())
            if not self.sees(last):
                self.expect(",")
        return items

    def expression(self):
        token = self.token()
        if self.takes("let"):
            name = self.name()
            self.expect("=")
            return make_let(name, self.expression())
        left = self.binary(0)
        if self.takes("="):
            if left.assign is None:
                raise CalculatorError("nothing can be assigned to this", token.line)
            return make_assign(left, self.expression())
        return left

    def binary(self, level):
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while True:
            token = self.token()
            found = None
            for sign in LEVELS[level]:
                if self.takes(sign):
                    found = sign
            if found is None:
                return left
            right = self.binary(level + 1)
            if level < 2:
                left = make_logic(found == "or", left, right)
            else:
                left = make_binary(token.line, found, left, right)

    def unary(self):
        token = self.token()
        if self.takes("not"):
            inner = self.unary()
            return Node(lambda env: not is_true(inner.run(env)), None)
        if self.takes("-"):
            return make_binary(token.line, "-", make_literal(0), self.unary())
        return self.postfix()

    def postfix(self):
        left = self.primary()
        while True:
            token = self.token()
            if self.takes("("):
                left = make_call(token.line, left, self.listed(")"))
            elif self.takes("["):
                index = self.expression()
                self.expect("]")
                left = make_index(token.line, left, index)
            else:
                return left

    def primary(self):
        token = self.token()
        self.at += 1
        if token.kind == "number":
            return make_literal(number_of(token))
        if token.kind == "string":
            return make_literal(token.text)
        if token.kind == "name":
            return make_name(token.line, token.text)
        if token.kind == "word" and token.text in CONSTANTS:
            return make_literal(CONSTANTS[token.text])
        if token.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.text == "[":
            return make_list(self.listed("]"))
        if token.text == "if":
            return self.conditional()
        if token.text == "while":
            test = self.expression()
            return make_while(test, self.braces())
        if token.text == "fn":
            return self.function()
        raise CalculatorError(f"expected an expression, not {token.text}", token.line)

    def conditional(self):
        test = self.expression()
        yes = self.braces()
        no = make_block([])
        if self.takes("else"):
            no = self.conditional() if self.takes("if") else self.braces()
        return make_if(test, yes, no)

    def function(self):
        names = []
        self.expect("(")
        while not self.takes(")"):
            names.append(self.name())
            if not self.sees(")"):
                self.expect(",")
        body = self.braces()
        return Node(lambda env: Closure(names, body, env), None)


def number_of(token):
    """A whole number is exact, one with a dot is a float."""
    whole = 0
    for c in token.text:
        if c == ".":
            return float(token.text)
        whole = whole * 10 + (ord(c) - 48)
    return whole


def is_true(value):
    return value is not None and value is not False


def text_of(value):
    if value is None:
        return "nil"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, list):
        parts = [text_of(item) for item in value]
        return "[" + ", ".join(parts) + "]"
    if isinstance(value, Closure) or isinstance(value, Native):
        return "a function"
    return str(value)


def push(items, item):
    items.append(item)
    return items


def divide(a, b):
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return a // b
    return a / b


OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "%": lambda a, b: a % b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def main(source):
    """The lines that a program prints, and its value or what is wrong with it."""
    lines = []
    env = Environment(None)
    env.values["print"] = Native(1, lambda value: push(lines, text_of(value)))
    env.values["len"] = Native(1, lambda value: len(value))
    env.values["text"] = Native(1, text_of)
    env.values["push"] = Native(2, push)
    try:
        result = text_of(Parser(source).block("the end").run(env))
    except CalculatorError as error:
        result = "error: " + str(error)
    except ZeroDivisionError:
        result = "error: division by zero"
    lines.append(result)
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    print(main(sys.argv[1] if len(sys.argv) > 1 else "let f = fn(n) { if n < 2 { n } else { f(n - 1) + f(n - 2) } }; [f(15), 1 / 4, nil]"))
