"""A small Lisp: a reader, an evaluator with tail calls, macros by quoting, errors with places."""


class LispError(Exception):
    pass


class Symbol:
    table = {}

    def __init__(self, name):
        self.name = name

    @classmethod
    def of(cls, name):
        if name not in cls.table:
            cls.table[name] = cls(name)
        return cls.table[name]

    def __repr__(self):
        return self.name


QUOTE, IF, DEFINE, LAMBDA, BEGIN, LET = map(Symbol.of, "quote if define lambda begin let".split())


def tokens(text):
    at, line = 0, 1
    while at < len(text):
        c = text[at]
        if c.isspace():
            line += c == "\n"
            at += 1
        elif c == ";":
            while at < len(text) and text[at] != "\n":
                at += 1
        elif c in "()'":
            yield c, line
            at += 1
        else:
            start = at
            while at < len(text) and not text[at].isspace() and text[at] not in "()'":
                at += 1
            yield text[start:at], line


class Reader:
    def __init__(self, text):
        self.tokens = tokens(text)
        self.ahead = next(self.tokens, None)

    def take(self):
        token, self.ahead = self.ahead, next(self.tokens, None)
        if token is None:
            raise LispError("the text ends too early")
        return token

    def read(self):
        token, line = self.take()
        if token == "'":
            return [QUOTE, self.read()]
        if token == "(":
            items = []
            while self.ahead is None or self.ahead[0] != ")":
                items.append(self.read())
            self.take()
            return items
        if token == ")":
            raise LispError(f"line {line}: a ) without its (")
        for kind in (int, float):
            try:
                return kind(token)
            except ValueError:
                pass
        return {"#t": True, "#f": False}[token] if token[0] == "#" else Symbol.of(token)

    def __iter__(self):
        while self.ahead is not None:
            yield self.read()


class Environment:
    def __init__(self, names=(), values=(), outer=None):
        self.values = dict(zip(names, values))
        self.outer = outer

    def find(self, symbol):
        at = self
        while at is not None:
            if symbol in at.values:
                return at.values[symbol]
            at = at.outer
        raise LispError(f"nothing is called {symbol}")


class Procedure:
    def __init__(self, names, body, env):
        self.names, self.body, self.env = names, body, env

    def bound(self, values):
        if len(values) != len(self.names):
            raise LispError(f"{len(self.names)} arguments are expected, not {len(values)}")
        return Environment(self.names, values, self.env)

    def __call__(self, *values):
        return evaluate(self.body, self.bound(values))


def evaluate(x, env):
    while True:
        if isinstance(x, Symbol):
            return env.find(x)
        if not isinstance(x, list):
            return x
        if not x:
            return x
        head, *rest = x
        if head is QUOTE:
            return rest[0]
        elif head is IF:
            x = rest[1] if evaluate(rest[0], env) is not False else rest[2]
        elif head is DEFINE:
            name, *body = rest
            if isinstance(name, list):
                value = Procedure(name[1:], [BEGIN, *body], env)
                name = name[0]
            else:
                value = evaluate(body[0], env)
            env.values[name] = value
            return None
        elif head is LAMBDA:
            return Procedure(rest[0], [BEGIN, *rest[1:]], env)
        elif head is LET:
            pairs, *body = rest
            values = [evaluate(value, env) for _, value in pairs]
            env = Environment([name for name, _ in pairs], values, env)
            x = [BEGIN, *body]
        elif head is BEGIN:
            for part in rest[:-1]:
                evaluate(part, env)
            x = rest[-1]
        else:
            function, *given = [evaluate(part, env) for part in x]
            if isinstance(function, Procedure):
                x, env = function.body, function.bound(given)
            elif callable(function):
                return function(*given)
            else:
                raise LispError(f"{shown(function)} is no function")


def shown(x):
    if isinstance(x, bool):
        return "#t" if x else "#f"
    if isinstance(x, list):
        return "(" + " ".join(map(shown, x)) + ")"
    if isinstance(x, Procedure):
        return "#<procedure>"
    return str(x)


def product(*numbers):
    result = 1
    for n in numbers:
        result *= n
    return result


GLOBALS = {
    "+": lambda *xs: sum(xs), "*": product, "-": lambda a, *b: a - sum(b) if b else -a,
    "/": lambda a, b: a / b, "<": lambda a, b: a < b, "=": lambda a, b: a == b,
    "list": lambda *xs: list(xs), "car": lambda xs: xs[0], "cdr": lambda xs: xs[1:],
    "cons": lambda x, xs: [x] + xs, "null?": lambda xs: xs == [], "length": len,
    "map": lambda f, xs: [f(x) for x in xs], "apply": lambda f, xs: f(*xs),
}  # fmt: skip

PROGRAM = """
(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))
(fact 25)
(define (loop n total) (if (= n 0) total (loop (- n 1) (+ total n))))  ; a tail call
(loop 200 0)
(define (compose f g) (lambda (x) (f (g x))))
((compose (lambda (x) (* x x)) (lambda (x) (+ x 1))) 5)
(map fact '(1 2 3 4 5))
(let ((x 2) (y 3.5)) (list x y (+ x y) '(a b (c))))
(define (fold f start xs) (if (null? xs) start (fold f (f start (car xs)) (cdr xs))))
(fold + 0 '(1 2 3 4)) (apply + '(1 2 3)) (list #t #f (< 1 2) (/ 1 4))
fact (car '()) (/ 1 0) (unknown 1) (fact) (1 2) ())
"""


def main():
    env = Environment([Symbol.of(name) for name in GLOBALS], GLOBALS.values())
    reader = iter(Reader(PROGRAM))
    while True:
        try:
            value = evaluate(next(reader), env)
            if value is not None:
                print(shown(value))
        except StopIteration:
            break
        except LispError as error:
            print("error:", error)
        except (IndexError, ZeroDivisionError) as error:
            print(f"{type(error).__name__}: {error}")


main()
