"""Class files of version 1: what is read of them, alone and from packages."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

import ionvm
from ionvm import IonLinkError, IonPackReader, IonVerifyError, Module


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<I", len(data)) + data


def atom(dst: int, name: str) -> bytes:
    return struct.pack("<BIB", 0x01, dst, 0x03) + text(name)


def number(dst: int, value: float) -> bytes:
    return struct.pack("<BIBd", 0x01, dst, 0x01, value)


def return_(reg: int) -> bytes:
    return struct.pack("<BI", 0x0A, reg)


def function(name: str | None, arity: int, extra: int, *code: bytes) -> bytes:
    head = b"\x00" if name is None else b"\x01" + text(name)
    return head + struct.pack("<IIBI", arity, extra, 0, len(code)) + b"".join(code)


def class_(*functions: bytes) -> bytes:
    return b"IONBC\x01\x00\x00" + struct.pack("<II", 1, len(functions)) + b"".join(functions)


ADD = function("add", 1, 1, struct.pack("<BIII", 0x03, 2, 0, 1), return_(2))
MAIN = function(
    "main",
    0,
    4,
    atom(0, "__function_ref:Helper:add"),
    number(1, 40.0),
    # MakeClosure r2, r0, "", [("x", r1)]
    struct.pack("<BII", 0x23, 2, 0) + text("") + struct.pack("<I", 1) + text("x") + b"\x01\0\0\0",
    number(1, 2.0),
    # Call r3, r2, [r1]
    struct.pack("<BIIII", 0x09, 3, 2, 1, 1),
    return_(3),
)


def package(**classes: bytes) -> bytes:
    manifest = "IonPack-Version: 1.0\nName: old\nVersion: 1\nMain-Class: Main\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/MANIFEST.ion", manifest)
        for name, data in classes.items():
            archive.writestr(f"classes/{name}.ionc", data)
    return out.getvalue()


OLD = package(Main=class_(MAIN), Helper=class_(ADD))


def test_a_package_runs() -> None:
    assert ionvm.run(OLD) == 42.0
    assert ionvm.run(IonPackReader(OLD), stepped=True) == 42.0


def test_classes_of_a_package_are_translated_together() -> None:
    reader = IonPackReader(OLD)
    main = reader.read_class("Main")
    assert [function.name for function in main] == ["main", "Helper.add~1"]
    variant = main["Helper.add~1"]
    assert (variant.captures, variant.arity, variant.lenient) == (1, 1, True)
    assert {module.name: module for module in reader} == {
        "Helper": reader.read_class("Helper"),
        "Main": main,
    }
    # What was read is written as version 2, and runs alike.
    assert main.to_bytes().startswith(b"IONBC\x02")
    assert ionvm.run(list(reader)) == 42.0
    assert reader.read_class_bytes("Main") == class_(MAIN)


def test_a_lone_class_needs_a_name(tmp_path: Path) -> None:
    data = class_(ADD)
    with pytest.raises(IonVerifyError, match="does not say what its class is called"):
        Module.from_bytes(data)
    assert Module.from_bytes(data, "Helper").name == "Helper"
    single = function(None, 0, 1, number(0, 7.0), return_(0))
    path = tmp_path / "Seven.ionc"
    path.write_bytes(single)
    assert ionvm.run(path) == 7.0
    # The only function, with a variant for closures beside it.
    itself = struct.pack("<BII", 0x23, 1, 0) + text("") + struct.pack("<I", 1) + text("x") + bytes(4)
    start = function("start", 0, 2, atom(0, "__function_ref:start"), itself, return_(1))
    path.write_bytes(start)
    assert ionvm.run(path, as_value=True).kind == "closure"
    with pytest.raises(IonVerifyError, match="neither begins with `IONBC`"):
        Module.from_bytes(b"Hello, world!", "Main")


def test_names_that_name_nothing_are_told() -> None:
    wanted = 'instruction 0: "__function_ref:Helper:add" names nothing: there is no class "Helper"'
    reader = IonPackReader(package(Main=class_(MAIN)))
    with pytest.raises(IonLinkError, match=wanted):
        reader.read_class("Main")
    with pytest.raises(IonLinkError, match=wanted):
        ionvm.run(reader)
    with pytest.raises(IonLinkError, match=wanted):
        Module.from_bytes(class_(MAIN), "Main")
