"""Packages: one file with the classes, resources, sources and libraries of a program.

>>> import io
>>> from ionvm import Function, Instruction, IonPackBuilder, Value
>>> main = Function("main", 0, 1, [Instruction.load_const(0, 42.0), Instruction.return_reg(0)])
>>> out = io.BytesIO()
>>> builder = IonPackBuilder("hello-world", "1.0.0").add_class("Main", main)
>>> _ = builder.main_class("Main").entry_point("main").build(out)
>>> out.getvalue()[:2]
b'PK'
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import IO, Any, NamedTuple

from . import _natively
from ._archive import ARCHIVE_MAX, is_name, write_archive
from ._checks import checked_text, described
from .errors import IonPackError
from .function import Function
from .module import Module

__all__ = ["IonPackBuilder", "IonPackReader", "Library"]

_FORMAT = "1.0"

#: Keys of the manifest in the order in which they are written.
_KEYS = (
    "IonPack-Version",
    "Name",
    "Version",
    "Main-Class",
    "Entry-Point",
    "Description",
    "Author",
    "Dependencies",
    "FFI-Libraries",
    "Exports",
    "Permissions",
)

_SYSTEMS = ("linux", "macos", "windows")
_PROCESSORS = ("x86_64", "aarch64")

_NAME_RULE = "a name has letters, digits and _ . + $ -, begins with a letter, digit or _"

Data = str | bytes | bytearray | memoryview


class IonPackBuilder:
    """Collects the parts of a package and writes it; every method returns the builder.

    Equal contents give equal bytes, in whatever order they were added.
    """

    def __init__(self, name: str, version: str) -> None:
        self._fields: dict[str, str] = {"IonPack-Version": _FORMAT}
        self._lists: dict[str, list[str]] = {}
        self._modules: dict[str, Module] = {}
        self._entries: dict[str, bytes] = {}
        self._set("Name", _checked_name(name, "the package's name"))
        self._set("Version", version)

    def main_class(self, name: str) -> IonPackBuilder:
        """Sets the class in which the program starts."""
        return self._set("Main-Class", _checked_name(name, "the main class"))

    def entry_point(self, name: str) -> IonPackBuilder:
        """Sets the function of the main class with which the program starts.

        Without one it is `main`, or the only function of the class.
        """
        return self._set("Entry-Point", _checked_name(name, "the entry point"))

    def description(self, text: str) -> IonPackBuilder:
        """Says what the package is for."""
        return self._set("Description", text)

    def author(self, text: str) -> IonPackBuilder:
        """Says who wrote it."""
        return self._set("Author", text)

    def dependency(self, name: str, requirement: str | None = None) -> IonPackBuilder:
        """Adds a package that this one needs, and which of its versions will do."""
        _checked_name(name.split(None, 1)[0] if name.strip() else "", "a dependency")
        words = name.split() if requirement is None else [name, *requirement.split()]
        return self._list("Dependencies", " ".join(words))

    def export(self, name: str) -> IonPackBuilder:
        """Adds a class (`CLASS`) or function (`CLASS:FUNCTION`) that others may use."""
        for part in name.split(":", 1):
            _checked_name(part, "an export")
        return self._list("Exports", name)

    def permission(self, right: str) -> IonPackBuilder:
        """Asks for a right, such as `fs.read:data/`; only who runs the package can grant it."""
        return self._list("Permissions", right)

    def add_class(self, name: str, function: Function) -> IonPackBuilder:
        """Adds a class of one function."""
        if not isinstance(function, Function):
            raise TypeError(
                f"class {name} takes a Function, not {described(function)}; "
                "add_multi_function_class takes several"
            )
        return self.add_module(Module(_checked_name(name, "a class"), [function]))

    def add_multi_function_class(self, name: str, functions: Iterable[Function]) -> IonPackBuilder:
        """Adds a class of several functions."""
        return self.add_module(Module(_checked_name(name, "a class"), functions))

    def add_module(self, module: Module) -> IonPackBuilder:
        """Adds a class that was put together elsewhere."""
        _checked_name(module.name, "a class")
        if module.name in self._modules:
            raise IonPackError(f"the class {module.name} is in the package already")
        self._modules[module.name] = module
        return self

    def add_source(self, filename: str, content: Data) -> IonPackBuilder:
        """Adds a source text, by its path under `src/`."""
        return self._add(f"src/{filename}", content)

    def add_resource(self, path: str, data: Data) -> IonPackBuilder:
        """Adds a resource, by its path under `resources/`."""
        return self._add(f"resources/{path}", data)

    def add_library(
        self, name: str, data: Data, os: str | None = None, arch: str | None = None
    ) -> IonPackBuilder:
        """Adds a native library, for one platform or for all.

        `os` is linux, macos or windows; `arch` is x86_64 or aarch64.
        """
        _checked_name(name, "a library")
        if (os is None) != (arch is None):
            raise ValueError("os and arch are given both, or neither for every platform")
        if os is not None and os not in _SYSTEMS:
            raise ValueError(f"os must be one of {', '.join(_SYSTEMS)}, not {os!r}")
        if arch is not None and arch not in _PROCESSORS:
            raise ValueError(f"arch must be one of {', '.join(_PROCESSORS)}, not {arch!r}")
        if name not in self._lists.get("FFI-Libraries", ()):
            self._list("FFI-Libraries", name)
        place = name if os is None else f"{os}/{arch}/{name}"
        return self._add(f"lib/{place}", data)

    def add_declarations(self, module: str, text: Data) -> IonPackBuilder:
        """Adds the declarations of the C functions of a module: its `META-INF/ffi/MODULE.ffi`."""
        _checked_name(module, "a module")
        return self._add(f"META-INF/ffi/{module}.ffi", text)

    def build(self, output_stream: IO[bytes]) -> IonPackBuilder:
        """Writes the package to a binary stream.

        Raises `IonLinkError` for references to classes and functions that are not there, and
        `IonPackError` for names and sizes that no reader would take.
        """
        output_stream.write(self.to_bytes())
        return self

    def to_bytes(self) -> bytes:
        """The package as bytes."""
        classes = {name: module.functions for name, module in self._modules.items()}
        entries = {"META-INF/MANIFEST.ion": self.manifest().encode(), **self._entries}
        for name, module in self._modules.items():
            entries[f"classes/{name}.ionc"] = module.to_bytes(classes)
        self._check_start()
        return write_archive(entries)

    def manifest(self) -> str:
        """The text of the manifest."""
        lines = []
        for key in _KEYS:
            if key in self._lists:
                lines.append(f"{key}: {', '.join(self._lists[key])}\n")
            elif key in self._fields:
                lines.append(f"{key}: {self._fields[key]}".rstrip() + "\n")
        return "".join(lines)

    def _check_start(self) -> None:
        """Refuses a main class or entry point that is not there."""
        name = self._fields.get("Main-Class")
        if name is None:
            return
        module = self._modules.get(name)
        if module is None:
            have = ", ".join(self._modules) or "none"
            raise IonPackError(f"the main class {name} is not in the package; classes: {have}")
        entry = self._fields.get("Entry-Point")
        names = [function.name for function in module]
        if entry is not None and entry not in names and len(names) != 1:
            have = ", ".join(label for label in names if label) or "none"
            raise IonPackError(
                f"the entry point {entry} is no function of class {name}; functions: {have}"
            )

    def _set(self, key: str, value: str) -> IonPackBuilder:
        self._fields[key] = _checked_line(value, key).strip(" \t")
        return self

    def _list(self, key: str, item: str) -> IonPackBuilder:
        text = _checked_line(item, key).strip(" \t")
        if "," in text or not text:
            raise ValueError(f"an item of {key} is not empty and has no comma: {item!r}")
        items = self._lists.setdefault(key, [])
        if text in items:
            raise ValueError(f"{key} has {text!r} already")
        items.append(text)
        return self

    def _add(self, entry: str, data: Data) -> IonPackBuilder:
        if entry in self._entries:
            raise IonPackError(f"the entry {entry!r} is in the package already")
        self._entries[entry] = data.encode() if isinstance(data, str) else bytes(data)
        return self


class Library(NamedTuple):
    """A native library of a package; without a platform it is for every one."""

    name: str
    os: str | None
    arch: str | None
    size: int


class IonPackReader:
    """An open package, from a path or a binary stream.

    The whole structure is checked when it is opened; `IonPackError` says what is wrong.
    """

    def __init__(self, source: str | os.PathLike[str] | IO[bytes] | bytes) -> None:
        if isinstance(source, (str, os.PathLike)):
            self._pack: Any = _natively.native().open_pack(os.fspath(source))
            return
        data = source if isinstance(source, bytes) else source.read(ARCHIVE_MAX + 1)
        if not isinstance(data, bytes):
            raise TypeError("IonPackReader takes a path or a stream opened for bytes")
        self._pack = _natively.native().read_pack(data)

    @property
    def manifest(self) -> dict[str, str]:
        """The fields of the manifest, by key, in order."""
        return dict(self._pack.manifest())

    def classes(self) -> list[str]:
        """The names of the classes."""
        return list(self._pack.names("class"))

    def read_class(self, name: str) -> Module:
        """A class; one of version 1 is translated, with all others at hand."""
        return _natively.module_in(Module, self._pack, name)

    def read_class_bytes(self, name: str) -> bytes:
        """The class file of a class."""
        return bytes(self._pack.read("class", name))

    def resources(self) -> list[str]:
        """The paths of the resources."""
        return list(self._pack.names("resource"))

    def read_resource(self, path: str) -> bytes:
        """The contents of a resource."""
        return bytes(self._pack.read("resource", path))

    def sources(self) -> list[str]:
        """The paths of the sources."""
        return list(self._pack.names("source"))

    def read_source(self, path: str) -> bytes:
        """The contents of a source."""
        return bytes(self._pack.read("source", path))

    def libraries(self) -> list[Library]:
        """The native libraries; one name may be there for several platforms."""
        return [Library(*library) for library in self._pack.libraries()]

    def __iter__(self) -> Iterator[Module]:
        return (self.read_class(name) for name in self.classes())

    def __repr__(self) -> str:
        fields = self.manifest
        return f"<IonPackReader {fields.get('Name')} {fields.get('Version')}>"


def _checked_name(name: str, what: str) -> str:
    if not is_name(checked_text(name, what)):
        raise ValueError(f"{what} cannot be {name!r}: {_NAME_RULE}")
    return name


def _checked_line(text: str, key: str) -> str:
    for c in checked_text(text, key):
        if c != "\t" and not c.isprintable() and c not in "\u200c\u200d":
            raise ValueError(f"{key} holds {c!r}; a value of the manifest is one plain line")
    return text
