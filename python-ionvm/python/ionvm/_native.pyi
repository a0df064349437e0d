"""Types of the native module."""

from typing import Any, final

from .instruction import Instruction
from .value import Value

# Name, arity, extra registers, captures, optional, rest, lenient, exported, instructions,
# handlers, lines, locals.
RawFunction = tuple[
    str | None,
    int,
    int,
    int,
    int,
    bool,
    bool,
    bool,
    tuple[Instruction, ...],
    list[tuple[int, int, int, int, int | None]],
    list[tuple[int, str, int, int]],
    list[tuple[str, int, int, int]],
]
RawClass = tuple[str, list[RawFunction], list[tuple[str, bytes]]]

def decode(data: bytes) -> RawClass: ...
def echo(value: Value) -> Value: ...
def recode(data: bytes) -> bytes: ...
def verify(data: bytes) -> None: ...
def texts(data: bytes) -> list[list[str]]: ...
def assemble(text: str, file: str) -> list[bytes]: ...
def disassemble(data: bytes) -> str: ...
def open_pack(path: str) -> Pack: ...
def read_pack(data: bytes) -> Pack: ...

@final
class Pack:
    def manifest(self) -> list[tuple[str, str]]: ...
    def names(self, content: str) -> list[str]: ...
    def read(self, content: str, name: str) -> bytes: ...
    def libraries(self) -> list[tuple[str, str | None, str | None, int]]: ...

def run(
    program: Any,
    args: list[Any],
    options: dict[str, Any],
) -> Any: ...
