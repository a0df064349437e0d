"""Data become nodes: what each form means, and whose each name is.

Derived forms (`cond`, `do`, `let*`, ...) are made of the few kinds of `scm_tree` here and nowhere
else. A local name hides a form of the same name, so that `(define (f if) (if 1))` calls `if`.

`tails` is the set of loops that may be jumped back to from where an expression stands: a name is
a loop's only as long as it is called in such places. If it turns out to be used otherwise, the
named `let` is read again as a function.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence

from ionvm import Value
from scm_forms import NOWHERE, DerivedForms, NotALoopError, Scope, Tails, need, wrong
from scm_primitives import FOLDS, PRIMITIVES, WITH_CONSTANT
from scm_reader import Constant, Datum, Form, Place, SchemeError, Symbol, quoted
from scm_tree import (
    Call, Const, Define, Definition, Global, If, Jump, Lambda, Let, Library, Local, Loop, Node,
    Primitive, Seq, SetLocal, Variable,
)  # fmt: skip

__all__ = ["Expander"]

LAMBDA = "(lambda (PARAMETER ...) BODY ...)"


class Expander(DerivedForms):
    """Reads the forms of one program."""

    def __init__(self, library: Iterable[str], *, is_library: bool = False) -> None:
        self.library = set(library)
        self.is_library = is_library
        self.definitions: dict[str, Definition] = {}
        self.forms: dict[str, Callable[[Form, Scope, Tails], Node]] = {
            name.removeprefix("form_").replace("_", "-"): getattr(self, name)
            for name in dir(self)
            if name.startswith("form_")
        } | {"set!": self.set_, "let*": self.let_star, "letrec*": self.form_letrec}

    # ---- Programs -----------------------------------------------------------

    def program(self, data: Sequence[Datum], place: Place) -> Lambda:
        """The whole text as a function without parameters; its definitions are globals."""
        main = Lambda(place, "main", None)
        scope = Scope(main)
        for datum in data:
            if isinstance(datum, Form) and datum.head == "define":
                name = self.defined(datum)[0]
                self.definitions.setdefault(name, Definition(name)).times += 1
        items = [self.top(datum, scope) for datum in data]
        main.body = Seq(place, items or [Const(place, Value.unit())])
        return main

    def top(self, datum: Datum, scope: Scope) -> Node:
        """A definition or an expression at the top."""
        if isinstance(datum, Form) and datum.head == "import":
            return Const(datum.place, Value.unit())
        if not (isinstance(datum, Form) and datum.head == "define"):
            return self.node(datum, scope, NOWHERE)
        definition = self.definitions[self.defined(datum)[0]]
        value = self.definition_value(datum, scope)
        if isinstance(value, Lambda) and not value.free:
            definition.function = value
        return Define(datum.place, definition, value)

    def defined(self, form: Form) -> tuple[str, Datum | None]:
        """The name that a `define` binds, and the parameters if it is a function's."""
        target = form.items[1] if len(form.items) > 2 else None
        if isinstance(target, Form) and target.head:
            return target.head, Form(target.items[1:], target.place, target.tail)
        if not isinstance(target, Symbol) or len(form.items) != 3:
            raise wrong(form, "(define NAME VALUE) or (define (NAME PARAMETER ...) BODY ...)")
        return target.name, None

    def definition_value(self, form: Form, scope: Scope, itself: Variable | None = None) -> Node:
        """The value of a `define`; `itself` is the local variable that it defines."""
        name, parameters = self.defined(form)
        if parameters is not None:
            return self.function(name, parameters, form.items[2:], scope, form.place, itself)
        return self.named(form.items[2], name, scope, itself)

    def named(
        self, datum: Datum, name: str, scope: Scope, itself: Variable | None = None
    ) -> Node:
        """A value that is going to be called `name`, which helps those who read traces."""
        if isinstance(datum, Form) and datum.head == "lambda" and self.is_form("lambda", scope):
            need(datum, 3, LAMBDA)
            body = datum.items[2:]
            return self.function(name, datum.items[1], body, scope, datum.place, itself)
        return self.node(datum, scope, NOWHERE)

    # ---- Expressions --------------------------------------------------------

    def node(self, datum: Datum, scope: Scope, tails: Tails) -> Node:
        """Any expression."""
        if isinstance(datum, Constant):
            return Const(datum.place, datum.value)
        if isinstance(datum, Symbol):
            return self.name(datum, scope)
        if not datum.items or datum.tail is not None:
            raise SchemeError(datum.place, "this is no expression; quote it, as in '(1 . 2)")
        if self.is_form(datum.head, scope):
            return self.forms[datum.head](datum, scope, tails)
        return self.call(datum, scope, tails)

    def is_form(self, name: str, scope: Scope) -> bool:
        """Whether a name at the head of a list means a form of the language here."""
        return name in self.forms and scope.find(name) is None and name not in self.definitions

    def name(self, symbol: Symbol, scope: Scope) -> Node:
        """What a name stands for."""
        name, place = symbol.name, symbol.place
        found = scope.find(name)
        if isinstance(found, Loop):
            raise NotALoopError(found)
        if found is not None:
            return Local(place, self.used(found, scope.function))
        if name in self.definitions:
            return Global(place, self.definitions[name])
        if name in self.library:
            return Library(place, name)
        if name in self.forms:
            raise SchemeError(place, f"{name} begins a form: ({name} ...); it is no value")
        known = [*self.definitions, *self.library, *self.forms]
        near = difflib.get_close_matches(name, known, 1)
        remedy = f"did you mean {near[0]}?" if near else "define it at the top or bind it"
        raise SchemeError(place, f"nothing is called {name}; {remedy}")

    def used(self, variable: Variable, function: Lambda) -> Variable:
        """Notes that a function uses a variable, which may be one of an outer function."""
        inside: Lambda | None = function
        within_itself = False
        while inside is not None and inside is not variable.owner:
            variable.captured = True
            within_itself = within_itself or inside is variable.value
            if variable not in inside.free:
                inside.free.append(variable)
            inside = inside.outer
        if not variable.ready and not within_itself:
            variable.early = True
        return variable

    def call(self, form: Form, scope: Scope, tails: Tails) -> Node:
        """A call: of a loop, of what is compiled in place, or of a function."""
        head, place, name = form.items[0], form.place, form.head
        found = scope.find(name) if name else None
        if isinstance(found, Loop):
            if found not in tails or len(form.items) - 1 != len(found.variables):
                raise NotALoopError(found)
            return Jump(place, found, self.nodes(form.items[1:], scope))
        arguments = self.nodes(form.items[1:], scope)
        if name and found is None and (self.is_library or name not in self.definitions):
            in_place = self.in_place(name, arguments, place)
            if in_place is not None:
                return in_place
        return Call(place, self.node(head, scope, NOWHERE), arguments)

    def in_place(self, name: str, arguments: list[Node], place: Place) -> Node | None:
        """The call of a primitive, if it is one with so many arguments."""
        count = len(arguments)
        if name in FOLDS and count != 2:
            start = Const(place, Value.integer(FOLDS[name]))
            if count < 2:
                return self.in_place(name, [start, *arguments], place) if count else None
            inner = self.in_place(name, arguments[:-1], place)
            return inner and Primitive(place, name, [inner, arguments[-1]])
        if name in WITH_CONSTANT and count == 1:
            name, constant = WITH_CONSTANT[name]
            return Primitive(place, name, [*arguments, Const(place, Value.integer(constant))])
        if self.is_library and name.startswith("%"):
            return Primitive(place, name, arguments)
        primitive = PRIMITIVES.get(name)
        if primitive is None or not primitive.takes(count):
            return None
        return Primitive(place, name, arguments)

    def nodes(self, data: Sequence[Datum], scope: Scope) -> list[Node]:
        """Expressions behind which something is left to do."""
        return [self.node(datum, scope, NOWHERE) for datum in data]

    def seq(self, data: Sequence[Datum], scope: Scope, tails: Tails, place: Place) -> Node:
        """Expressions one after the other."""
        if not data:
            return Const(place, Value.unit())
        if len(data) == 1:
            return self.node(data[0], scope, tails)
        first = self.nodes(data[:-1], scope)
        return Seq(place, [*first, self.node(data[-1], scope, tails)])

    def body(self, data: Sequence[Datum], scope: Scope, tails: Tails, form: Form) -> Node:
        """Definitions, then expressions: the definitions are a `letrec`."""
        count = 0
        while count < len(data) and is_define(data[count]) and self.is_form("define", scope):
            count += 1
        defines = [datum for datum in data[:count] if isinstance(datum, Form)]
        if count == len(data):
            raise SchemeError(form.place, "a body ends in an expression; write one")
        names = [self.defined(define)[0] for define in defines]

        def value(at: int, inner: Scope, itself: Variable) -> Node:
            return self.definition_value(defines[at], inner, itself)

        return self.recursive(names, value, data[count:], scope, tails, form)

    def recursive(
        self,
        names: list[str],
        value: Callable[[int, Scope, Variable], Node],
        rest: Sequence[Datum],
        scope: Scope,
        tails: Tails,
        form: Form,
    ) -> Node:
        """`letrec*`: each value may use all names, in functions also the later ones."""
        inner = Scope(scope.function, scope)
        if not names:
            return self.seq(rest, inner, tails, form.place)
        variables = [inner.bind(name) for name in names]
        for variable in variables:
            variable.ready = False
        values = []
        for at, variable in enumerate(variables):
            values.append(value(at, inner, variable))
            variable.ready = True
        body = self.seq(rest, inner, tails, form.place)
        return Let(form.place, variables, values, body, recursive=True)

    # ---- Functions ----------------------------------------------------------

    def function(
        self,
        name: str,
        parameters: Datum,
        body: Sequence[Datum],
        scope: Scope,
        place: Place,
        itself: Variable | None = None,
    ) -> Lambda:
        """A function; `parameters` is a list, a list with a tail, or a symbol."""
        made = Lambda(place, name, scope.function, itself=itself)
        if itself is not None:
            itself.value = made
        inner = Scope(made, scope)
        given = parameters if isinstance(parameters, Form) else Form([], place, parameters)
        made.rest = given.tail is not None
        for item in [*given.items, *([given.tail] if given.tail is not None else [])]:
            if not isinstance(item, Symbol) or item.name in inner.names:
                raise SchemeError(item.place, "parameters are names, each of them once")
            made.parameters.append(inner.bind(item.name))
        made.body = self.body(body, inner, NOWHERE, Form([], place))
        return made

    def form_lambda(self, form: Form, scope: Scope, tails: Tails) -> Node:
        return self.named(form, "lambda", scope)

    def form_define(self, form: Form, scope: Scope, tails: Tails) -> Node:
        raise SchemeError(form.place, "definitions stand at the top or at the beginning of a body")

    def form_import(self, form: Form, scope: Scope, tails: Tails) -> Node:
        raise SchemeError(form.place, "imports stand at the top")

    # ---- Basic forms --------------------------------------------------------

    def form_quote(self, form: Form, scope: Scope, tails: Tails) -> Node:
        need(form, 2, "(quote DATUM)", 2)
        return Const(form.place, quoted(form.items[1]))

    def form_quasiquote(self, form: Form, scope: Scope, tails: Tails) -> Node:
        need(form, 2, "(quasiquote DATUM)", 2)
        return self.template(form.items[1], scope)

    def template(self, datum: Datum, scope: Scope) -> Node:
        """A list that is partly computed."""
        place = datum.place
        if not isinstance(datum, Form) or not datum.items:
            return Const(place, quoted(datum))
        if datum.head == "unquote":
            return self.node(datum.items[1], scope, NOWHERE)
        items, result = datum.items, self.template(datum.tail or Form([], place), scope)
        if len(items) > 2 and isinstance(items[-2], Symbol) and items[-2].name == "unquote":
            # What stands behind a dot is computed, too: (a . (unquote b)) is (a unquote b).
            result, items = self.node(items[-1], scope, NOWHERE), items[:-2]
        for item in reversed(items):
            if isinstance(item, Form) and item.head == "unquote-splicing":
                spliced = self.node(item.items[1], scope, NOWHERE)
                result = Call(place, Library(place, "append"), [spliced, result])
            else:
                result = Primitive(place, "cons", [self.template(item, scope), result])
        return result

    def form_if(self, form: Form, scope: Scope, tails: Tails) -> Node:
        need(form, 3, "(if TEST THEN ELSE)", 4)
        return If(
            form.place,
            self.node(form.items[1], scope, NOWHERE),
            self.node(form.items[2], scope, tails),
            self.seq(form.items[3:], scope, tails, form.place),
        )

    def form_begin(self, form: Form, scope: Scope, tails: Tails) -> Node:
        return self.seq(form.items[1:], scope, tails, form.place)

    def set_(self, form: Form, scope: Scope, tails: Tails) -> Node:
        need(form, 3, "(set! NAME VALUE)", 3)
        target = form.items[1]
        if not isinstance(target, Symbol):
            raise wrong(form, "(set! NAME VALUE)")
        place = self.name(target, scope)
        value = self.node(form.items[2], scope, NOWHERE)
        if isinstance(place, Local):
            place.variable.assigned = True
            return SetLocal(form.place, place.variable, value)
        if isinstance(place, Global):
            place.definition.assigned = True
            return Define(form.place, place.definition, value)
        raise SchemeError(form.place, f"{target.name} is the library's; define your own first")


def is_define(datum: Datum) -> bool:
    return isinstance(datum, Form) and datum.head == "define"
