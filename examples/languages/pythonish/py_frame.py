"""A function that is being compiled: its registers and names, its errors, its slow paths.

Every name of a function has a place, a register: the value itself, or a cell for a name that
functions share. Reading a name that may not have been assigned yet is followed by a check.

An instruction does what Python does in the cases that matter for speed, and raises an error in the
others: `add` takes two integers but not a boolean, `get_index` no negative index. Such an
instruction is a *handler's range of its own*: `careful` sends its error to code at the end of
the function, which asks the runtime for the answer and jumps back. As long as nothing is raised,
that costs nothing. Code of that kind is collected by `later` and placed by `place_later`, at the
end of the function or of the `try` that it belongs to, so that its errors find their way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from emitter import Emitter
from ionvm import Instruction, Label, Pattern, Value

from py_names import Scope

if TYPE_CHECKING:
    from py_program import Program

I = Instruction
#: How many names a function may have; the machine has 65535 registers in a frame.
MOST_NAMES = 60_000


class Unsupported(Exception):
    """A program is outside the part of Python that there is."""

    def __init__(self, node: ast.AST, what: str, remedy: str, file: str = "") -> None:
        self.line, self.file = getattr(node, "lineno", 0), file
        super().__init__(f"line {self.line}: {what} is not part of it: {remedy}")


class Frame(Emitter):
    """Registers, names, calls of the runtime, and slow paths of one function."""

    def __init__(
        self,
        program: Program,
        name: str,
        scope: Scope,
        class_: ast.ClassDef | None = None,
        *,
        arity: int = 0,
        captures: int = 0,
        optional: int = 0,
        rest: bool = False,
    ) -> None:
        super().__init__(
            name, program.file, arity=arity, captures=captures, optional=optional, rest=rest
        )
        self.program, self.scope, self.class_ = program, scope, class_
        self.places: dict[str, int] = {}
        self.cells: set[str] = set()
        #: Names that are assigned wherever the code at hand runs.
        self.sure: set[str] = set()
        #: The receiver of a method that never assigns to it: an object for certain.
        self.receiver: str | None = None
        #: In the body of a class: the register of the class, and the names assigned so far.
        self.attributes: tuple[int, set[str]] | None = None
        self._later: list[tuple[int, Label, Callable[[], None]]] = []
        self._line = 0

    def reserve(self) -> None:
        """Takes the registers that slow paths use, behind those of the names."""
        if self.free > MOST_NAMES:
            node = ast.Name(self.name, lineno=self._line)
            raise self.fail(node, "a function of so many names", "use a dictionary")
        self.error, self.info, self.spare, self.other = self.registers(4)

    def fail(self, node: ast.AST, what: str, remedy: str) -> Unsupported:
        return Unsupported(node, what, remedy, self.program.file)

    def line(self, node: ast.AST) -> None:
        """Says that what follows comes from the line of a node."""
        self._line = getattr(node, "lineno", self._line)
        self.at(self._line)

    # ---- Code out of the way ------------------------------------------------

    def later(self, code: Callable[[], None]) -> Label:
        """A place whose code stands further down; the code ends with a jump."""
        label = self.label()
        self._later.append((self._line, label, code))
        return label

    def set_aside(self) -> list[tuple[int, Label, Callable[[], None]]]:
        """Takes what is to come later; `place_later` with the result goes back to it."""
        kept, self._later = self._later, []
        return kept

    def place_later(self, kept: list[tuple[int, Label, Callable[[], None]]]) -> None:
        """Places all that was to come later. Nothing runs into it from before."""
        line = self._line
        while self._later:
            self._line, label, code = self._later.pop(0)
            self.emit(label)
            self.at(self._line)
            code()
        self._line, self._later = line, kept
        self.at(line)

    def careful(self, instruction: Instruction, into: int, name: str, args: list[int]) -> None:
        """An instruction whose errors the runtime's function `name` looks at.

        It gets the arguments, the error and the info value, and answers in the instruction's
        place or goes on with the error.
        """
        start, end = self.label(), self.label()
        self.emit(start, instruction, end)

        def slow() -> None:
            self.runtime(into, name, [*args, self.error, self.info], self.spare)
            self.emit(I.jump(end))

        self.protect(start, end, self.later(slow), self.error, self.info)

    def runtime(self, into: int, name: str, args: list[int], function: int | None = None) -> None:
        """Calls a function of the runtime."""
        with self.temporaries():
            function = self.register() if function is None else function
            self.emit(I.load_const(function, self.program.runtime_function(name)))
            self.emit(I.call(into, function, args))

    def is_a(self, value: int, kinds: list[str], target: Label) -> None:
        """Goes to the target if the value is of one of the machine's types."""
        patterns = [Pattern.type(kind) for kind in kinds]
        pattern = patterns[0] if len(patterns) == 1 else Pattern.any_of(patterns)
        self.emit(I.match(value, [pattern], [target]))

    # ---- Names --------------------------------------------------------------

    def local(self, node: ast.expr) -> int | None:
        """The register of a name that lies in one and is assigned for certain."""
        if not isinstance(node, ast.Name) or node.id in self.cells or node.id not in self.sure:
            return None
        if self.scope.has_inner_assignment:
            return None
        if self.attributes is not None and node.id in self.attributes[1]:
            return None
        return self.places.get(node.id)

    def load(self, name: str, into: int) -> None:
        """Reads a name: an attribute of the class at hand, an own name, one of the module."""
        program = self.program
        if self.attributes is not None and name in self.attributes[1]:
            with self.temporaries():
                self.emit(I.get_raw(into, self.attributes[0], self.constant(Value.atom(name))))
        elif name in self.places:
            place = self.places[name]
            self.emit(I.cell_get(into, place) if name in self.cells else I.move(into, place))
            if name not in self.sure:
                self.check(name, into, "unbound")
        elif name in program.constants:
            self.constant(program.constants[name], into)
        elif name in program.plain_functions:
            self.constant(Value.function_ref(name), into)
        elif program.is_builtin(name):
            program.load_builtin(self, name, into)
        elif program.is_missing(name):
            node = ast.Name(name, lineno=self._line)
            raise self.fail(node, f"{name}", "README.md lists what is there without import")
        else:
            self.emit(I.get_global(into, name))
            self.check(name, into, "no_name")

    def check(self, name: str, value: int, complaint: str) -> None:
        def complain() -> None:
            self.constant(Value.string(name), self.other)
            self.runtime(value, complaint, [self.other], self.spare)
            self.emit(I.return_(value))

        self.emit(I.jump_if_undefined(value, self.later(complain)))

    def store_name(self, name: str, value: int) -> None:
        """Assigns a register's value to a name."""
        if self.attributes is not None:
            with self.temporaries():
                key = self.constant(Value.atom(name))
                self.emit(I.set_prop(self.attributes[0], key, value))
            self.attributes[1].add(name)
        elif name in self.places:
            place = self.places[name]
            self.emit(I.cell_set(place, value) if name in self.cells else I.move(place, value))
            self.sure.add(name)
        else:
            self.emit(I.set_global(name, value))

    def forget(self, name: str) -> None:
        """Takes a name's value away."""
        with self.temporaries():
            self.store_name(name, self.constant(Value.undefined()))
        self.sure.discard(name)
