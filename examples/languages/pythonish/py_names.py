"""Names: which scope of a program each of them belongs to, before anything is compiled.

A scope is the module, a function, a lambda, or a comprehension, which is a function as well. A
name that a scope binds is its own, unless it says `global` or `nonlocal`; any other name is
looked up in the functions around it, and at last in the module. The body of a class is part of
the scope around it: what it binds become attributes, which functions inside do not see.

For a compiler three things come of it. A function *captures* the names of outer functions that it
or a function inside it uses. A name that is captured and assigned to lies in a *cell*, one mutable
place that all share; one that is only an argument is captured by value.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
#: The name of what a comprehension walks first, which is evaluated outside of it.
WALKED = ".0"


def parameters(node: ast.AST) -> list[ast.arg]:
    """All parameters of a function: by position, the rest, by keyword, other keywords."""
    if not isinstance(node, ast.FunctionDef | ast.Lambda):
        return []
    spec = node.args
    several = [*spec.posonlyargs, *spec.args, spec.vararg, *spec.kwonlyargs, spec.kwarg]
    return [arg for arg in several if arg is not None]


def class_name(node: ast.ClassDef) -> str:
    """The name under which `super()` finds the class that a method stands in."""
    return f"class {node.name} of line {node.lineno}"


@dataclass
class Scope:
    """The names of a module, function or comprehension."""

    node: ast.AST
    parent: Scope | None
    #: What it binds, and how often; the parameters once.
    bound: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    of_module: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    #: Names of outer functions that it captures; own names that lie in cells.
    captures: list[str] = field(default_factory=list)
    cells: set[str] = field(default_factory=set)
    is_generator: bool = False
    #: Whether an expression of it assigns, so that a name may change while its parts are computed.
    has_inner_assignment: bool = False

    def bind(self, name: str) -> None:
        """Counts an assignment."""
        self.bound[name] = self.bound.get(name, 0) + 1

    def owns(self, name: str) -> bool:
        """Whether the name is one of this scope's own."""
        return name in self.bound and name not in self.outside | self.of_module

    @property
    def own(self) -> list[str]:
        """Its own names, in the order in which they are bound."""
        return [name for name in self.bound if self.owns(name)]

    def resolve(self) -> set[str]:
        """Settles captures and cells here and inside; returns the names wanted from outside."""
        inner: set[str] = set()
        for child in self.children:
            inner |= child.resolve()
        wanted = {name for name in inner | self.used | self.outside if not self.owns(name)}
        if self.parent is None:
            return set()
        changing = {name for name in self.bound if self.bound[name] > self.is_parameter(name)}
        self.cells = {n for n in inner if self.owns(n) and (n in changing or self.reassigned(n))}
        self.captures = sorted(n for n in wanted - self.of_module if self.home(n) is not None)
        return wanted - self.of_module

    def is_parameter(self, name: str) -> bool:
        return name == WALKED or any(arg.arg == name for arg in parameters(self.node))

    def reassigned(self, name: str) -> bool:
        """Whether a function inside assigns to this scope's name."""
        return any(
            name in child.outside or (not child.owns(name) and child.reassigned(name))
            for child in self.children
        )

    def home(self, name: str) -> Scope | None:
        """The function around this one that owns the name."""
        at = self.parent
        while at is not None and at.parent is not None:
            if at.owns(name):
                return at
            at = at.parent
        return None


class Names(ast.NodeVisitor):
    """Walks a program and makes its scopes."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = self.scope = Scope(tree, None)
        self.scopes: dict[ast.AST, Scope] = {tree: self.module}
        self.class_: ast.ClassDef | None = None
        self.in_class_body = False
        self.generic_visit(tree)
        self.module.resolve()

    def bind(self, name: str) -> None:
        if not self.in_class_body:
            self.scope.bind(name)

    def inside(self, node: ast.AST, parts: list[ast.AST]) -> None:
        """Visits what belongs to a function."""
        outer, body = self.scope, self.in_class_body
        self.scope = self.scopes[node] = Scope(node, outer)
        outer.children.append(self.scope)
        self.in_class_body = False
        for arg in parameters(node):
            self.bind(arg.arg)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            self.bind(WALKED)
            self.scope.is_generator = isinstance(node, ast.GeneratorExp)
        for part in parts:
            self.visit(part)
        self.scope, self.in_class_body = outer, body

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.bind(node.name)
        for part in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self.inside(node, list(node.body))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in [*node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self.inside(node, [node.body])

    def comprehension(self, node: Comprehension) -> None:
        first, *others = node.generators
        self.visit(first.iter)
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        parts: list[ast.AST] = [first.target, *first.ifs]
        for part in others:
            parts += [part.iter, part.target, *part.ifs]
        self.inside(node, [*parts, *made])

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bind(node.name)
        self.scope.bind(class_name(node))
        for part in [*node.bases, *node.decorator_list]:
            self.visit(part)
        outer, body = self.class_, self.in_class_body
        self.class_, self.in_class_body = node, True
        for statement in node.body:
            self.visit(statement)
        self.class_, self.in_class_body = outer, body

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.scope.used.add(node.id)
            if node.id == "super" and self.class_ is not None:
                self.scope.used.add(class_name(self.class_))
        else:
            self.bind(node.id)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        home, inner = self.scope, self.scope
        while isinstance(home.node, Comprehension) and home.parent is not None:
            home = home.parent
        home.bind(node.target.id)
        home.has_inner_assignment = True
        while inner is not home and inner.parent is not None:
            inner.outside.add(node.target.id)
            inner = inner.parent

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.bind(alias.asname or alias.name)

    visit_ImportFrom = visit_Import

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.of_module |= set(node.names)
        for name in node.names:
            self.module.bind(name)
            self.module.bind(name)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.outside |= set(node.names)

    def visit_Yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        self.scope.is_generator = True
        self.generic_visit(node)

    visit_YieldFrom = visit_Yield

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            for name in hidden_names(item):
                self.bind(name)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.target)
            self.visit(node.value)


def hidden_names(item: ast.withitem) -> tuple[str, str]:
    """The names of what a `with` must remember: its manager, and whether all went well."""
    place = f"of {item.context_expr.lineno}:{item.context_expr.col_offset}"
    return f"manager {place}", f"fine {place}"
