"""Packages: what is written, byte by byte where it matters, and what is refused."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable

import pytest

from ionvm import Function, Instruction, IonPackBuilder, IonPackError, Module, Value

MAIN = Function("main", 0, 1, [Instruction.load_const(0, 42.0), Instruction.return_reg(0)])


def build(builder: IonPackBuilder) -> zipfile.ZipFile:
    out = io.BytesIO()
    assert builder.build(out) is builder
    return zipfile.ZipFile(out)


def test_all_parts_are_where_they_belong() -> None:
    builder = (
        IonPackBuilder("demo", "1.2.3")
        .add_class("Main", MAIN)
        .add_module(Module("Other", [Function("a"), Function("b")]))
        .main_class("Main")
        .entry_point("main")
        .description("What it is: all of it")
        .author("Ü")
        .dependency("base", ">= 1.0")
        .dependency("util")
        .export("Main")
        .export("Other:a")
        .permission("fs.read:data/")
        .add_source("main.ion", "print 42\n")
        .add_resource("a/ü.bin", b"\x00\x01")
        .add_library("fast", b"elf", "linux", "x86_64")
        .add_library("fast", b"any")
    )
    with build(builder) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "META-INF/MANIFEST.ion",
            "classes/Main.ionc",
            "classes/Other.ionc",
            "lib/fast",
            "lib/linux/x86_64/fast",
            "resources/a/ü.bin",
            "src/main.ion",
        ]
        assert archive.read("resources/a/ü.bin") == b"\x00\x01"
        assert archive.read("classes/Main.ionc") == Module("Main", MAIN).to_bytes()
        assert archive.read("META-INF/MANIFEST.ion").decode() == (
            "IonPack-Version: 1.0\n"
            "Name: demo\n"
            "Version: 1.2.3\n"
            "Main-Class: Main\n"
            "Entry-Point: main\n"
            "Description: What it is: all of it\n"
            "Author: Ü\n"
            "Dependencies: base >= 1.0, util\n"
            "FFI-Libraries: fast\n"
            "Exports: Main, Other:a\n"
            "Permissions: fs.read:data/\n"
        )


def test_order_does_not_matter() -> None:
    parts: list[Callable[[IonPackBuilder], object]] = [
        lambda b: b.add_resource("b", "2"),
        lambda b: b.add_class("Main", MAIN),
        lambda b: b.main_class("Main"),
        lambda b: b.add_resource("a", "1"),
    ]
    written = set()
    for order in itertools.permutations(parts):
        builder = IonPackBuilder("p", "1")
        for part in order:
            part(builder)
        written.add(builder.to_bytes())
    assert len(written) == 1


def test_entries_are_plain_stored_and_without_time() -> None:
    with build(IonPackBuilder("p", "1").add_resource("a", "x" * 1000)) as archive:
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr == 0o100644 << 16


@pytest.mark.parametrize(
    ("part", "error", "message"),
    [
        (lambda b: b.main_class("../Main"), ValueError, "the main class cannot be"),
        (lambda b: b.add_class("a/b", MAIN), ValueError, "a class cannot be 'a/b'"),
        (lambda b: b.add_class("Main", [MAIN]), TypeError, "add_multi_function_class"),
        (lambda b: b.description("a\nName: other"), ValueError, "one plain line"),
        (lambda b: b.dependency("a,b"), ValueError, "a dependency cannot be"),
        (lambda b: b.dependency("x").dependency("x"), ValueError, "has 'x' already"),
        (lambda b: b.export("Main:"), ValueError, "an export cannot be ''"),
        (lambda b: b.add_library("l", b"", "beos", "x86_64"), ValueError, "os must be one of"),
        (lambda b: b.add_library("l", b"", "linux"), ValueError, "given both"),
        (lambda b: b.add_resource("../x", b"").to_bytes(), IonPackError, "empty segment"),
        (lambda b: b.add_resource("/x", b"").to_bytes(), IonPackError, "empty segment"),
        (lambda b: b.add_resource("a\\b", b"").to_bytes(), IonPackError, "backslash"),
        (lambda b: b.add_resource("a\nb", b"").to_bytes(), IonPackError, "cannot be seen"),
        (lambda b: b.add_resource("a", b"").add_resource("a", b""), IonPackError, "already"),
        (
            lambda b: b.add_resource("a", b"").add_resource("A", b"").to_bytes(),
            IonPackError,
            "case alone",
        ),
        (
            lambda b: b.add_resource("a", b"").add_resource("a/b", b"").to_bytes(),
            IonPackError,
            "a file and also the folder",
        ),
        (
            lambda b: b.add_class("Main", MAIN).add_class("Main", MAIN),
            IonPackError,
            "class Main is in the package already",
        ),
    ],
)
def test_what_no_reader_would_take_is_refused(
    part: Callable[[IonPackBuilder], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        part(IonPackBuilder("p", "1"))


def test_names_of_packages_are_checked() -> None:
    with pytest.raises(ValueError, match="the package's name cannot be 'a b'"):
        IonPackBuilder("a b", "1")


def test_references_between_classes_resolve_in_any_order() -> None:
    def caller(name: str) -> Function:
        code = [Instruction.load_const(0, Value.function_ref(name, "main"))]
        return Function("main", 0, 1, code)

    builder = IonPackBuilder("p", "1").add_class("A", caller("B")).add_class("B", caller("A"))
    with build(builder) as archive:
        extern = Function("main", 0, 1, [Instruction.load_const(0, Value.extern("B", "main", 0))])
        assert archive.read("classes/A.ionc") == Module("A", extern).to_bytes()
